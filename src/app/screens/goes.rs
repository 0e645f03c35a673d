//! `g …`: the alerts of one kind of work, worst first. A P1 stays above every one of these lists; esc gives all back.

use crate::app::effect::Effect;
use crate::app::layering;
use crate::app::model::{Model, Pane};

/// One list: its name in the title, and the lens that makes it.
pub(crate) struct Go {
    /// `open`.
    name: &'static str,
    /// What it shows.
    lens: &'static str,
}

/// The lists, in the order of their keys.
pub(crate) static LISTS: [Go; 7] = [
    Go { name: "open visits", lens: "list:open" },
    Go { name: "promises", lens: "list:promises" },
    Go { name: "referrals", lens: "list:referrals" },
    Go { name: "deadlines", lens: "list:deadlines" },
    Go { name: "notes", lens: "list:notes" },
    Go { name: "issues", lens: "list:issues" },
    Go { name: "credentials", lens: "list:credentials" },
];

/// The name of the list that a lens makes.
pub(crate) fn name(lens: &str) -> Option<&'static str> {
    LISTS.iter().find(|l| l.lens == lens).map(|l| l.name)
}

/// Goes to the alerts, and to this list of them. What is open is kept.
pub(crate) fn to(model: &mut Model, out: &mut Vec<Effect>, list: &'static str) {
    let Some(go) = LISTS.iter().find(|l| l.name == list) else { return };
    layering::all_back(model, out);
    model.focus = Pane::Alerts;
    let pane = &mut model.alerts;
    if pane.lens != go.lens || !pane.words.is_empty() {
        go.lens.clone_into(&mut pane.lens);
        pane.words.clear();
        pane.marks.clear();
        pane.range = None;
    }
    (pane.top, pane.cursor, pane.selected, pane.ghost) = (0, 0, None, None);
    model.open_list(out, Pane::Alerts);
}
