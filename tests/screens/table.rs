//! The table of all screens: each in every state, by groups. A group is a test of its own; all of them together say what
//! there is, so that a kind of screen that stands in none of them is found, and a snapshot that none of them makes.

use super::{covered, style};
use caseload::app::Model;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Makes a group's screens.
pub(crate) type Group = fn(&mut Table);

/// What a group makes.
#[derive(Default)]
pub(crate) struct Table {
    /// Whether it is drawn and held against what was kept.
    draws: bool,
    /// Their names.
    pub(crate) names: Vec<String>,
    /// What occurs on them.
    pub(crate) kinds: BTreeSet<&'static str>,
    wrong: Vec<String>,
}

/// A model that is shown, or lent to be.
pub(crate) trait Shown {
    /// The model.
    fn model(&mut self) -> &mut Model;
}

impl Shown for Model {
    fn model(&mut self) -> &mut Model {
        self
    }
}

impl Shown for &mut Model {
    fn model(&mut self) -> &mut Model {
        self
    }
}

impl Table {
    /// Names and kinds of these groups, without drawing them.
    pub(crate) fn of(groups: &[Group]) -> Self {
        let mut table = Self::default();
        for group in groups {
            group(&mut table);
        }
        table
    }

    /// A screen in one state.
    pub(crate) fn add(&mut self, name: impl Into<String>, mut shown: impl Shown) {
        self.keep(name.into(), shown.model(), style::looks);
    }

    /// A screen in every shipped theme.
    pub(crate) fn add_themes(&mut self, name: &str, model: &mut Model) {
        self.keep(name.to_owned(), model, style::themes);
    }

    fn keep(&mut self, name: String, model: &mut Model, looks: fn(&mut Model) -> String) {
        covered::kinds(model, &mut self.kinds);
        if self.draws {
            let shown = looks(model);
            // All that differ are told at once, not the first alone.
            let held = catch_unwind(AssertUnwindSafe(|| {
                let mut settings = insta::Settings::clone_current();
                settings.set_snapshot_path("../snapshots");
                settings.set_prepend_module_to_snapshot(false);
                settings.set_omit_expression(true);
                settings.bind(|| insta::assert_snapshot!(format!("screens__{name}"), shown));
            }));
            if held.is_err() {
                self.wrong.push(name.clone());
            }
        }
        self.names.push(name);
    }
}

/// Draws a group's screens and holds them against what was kept.
pub(crate) fn hold(group: Group) {
    let mut table = Table { draws: true, ..Table::default() };
    group(&mut table);
    assert!(!table.names.is_empty(), "a group without a screen");
    assert!(table.wrong.is_empty(), "{} screens differ: {}", table.wrong.len(), table.wrong.join(", "));
}

/// Lists the groups, and makes each a test.
macro_rules! groups {
    ($($group:ident),+ $(,)?) => {
        /// All groups.
        const GROUPS: &[table::Group] = &[$($group),+];
        /// Each by itself.
        mod held {
            $(#[test]
            fn $group() {
                super::table::hold(super::$group);
            })+
        }
    };
}
pub(crate) use groups;
