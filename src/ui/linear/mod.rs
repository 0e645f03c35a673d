//! The screen read out: what has the keys, one item a line, every sign in words, nothing that has to be seen to be
//! understood. `panes`, `pages` and `cards` say what each screen and layer says; `draw` puts it on a terminal, with the
//! cursor on the line that is current, so that a screen reader follows.
//!
//! It is one more way to draw the same model: keys, actions and layers are those of the other screen. The command line
//! prints the same lines (`caseload show`).

mod cards;
mod draw;
mod pages;
mod panes;
mod words;

pub use draw::{announcement, draw};

use crate::app::Model;
use crate::app::layers::Layer;
use crate::app::model::Pane;
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClockingId, VisitId};
use crate::domain::record::Kind;
use crate::domain::time::Day;
use crate::service::api::Person;

/// What a line stands for, for whoever names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Of {
    /// Nothing by itself.
    #[default]
    Nothing,
    /// An alert.
    Alert(AlertKey),
    /// Somebody.
    Person(Person),
    /// A visit of a day.
    Visit(Day, VisitId),
    /// A record.
    Record(Kind, [u8; 16]),
    /// A clock-in.
    Clocking(ClockingId),
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// What it says.
    pub text: String,
    /// The marker is on it.
    pub here: bool,
    /// Where the cursor of a text field stands in it, in characters.
    pub cursor: Option<usize>,
    /// What it stands for.
    pub of: Of,
}

impl Said {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn at(mut self, here: bool) -> Self {
        self.here = here;
        self
    }

    fn of(mut self, of: Of) -> Self {
        self.of = of;
        self
    }
}

/// What has the keys, as lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// What it is.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Said>,
}

impl Reading {
    fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), lines: Vec::new() }
    }

    fn say(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.lines.push(Said::plain(text));
        }
    }
}

/// What has the keys now: the locked screen, the layer on top, or the focused pane; behind it the info card, where it was
/// asked for.
pub fn reading(model: &Model) -> Reading {
    let mut out = on_top(model);
    if model.card.on && model.lock.screen.is_none() {
        cards::info(model, &mut out);
    }
    out.title = words::plain(&out.title);
    // What is being typed is left as it is typed.
    for line in out.lines.iter_mut().filter(|l| l.cursor.is_none()) {
        line.text = words::plain(&line.text);
    }
    out
}

fn on_top(model: &Model) -> Reading {
    if let Some(lock) = &model.lock.screen {
        return cards::locked(model, lock);
    }
    let Some(layer) = model.top() else {
        if model.first_day() {
            return panes::first_day(model);
        }
        return match model.focus {
            Pane::Alerts => panes::alerts(model),
            Pane::Calendar => panes::calendar(model),
            Pane::Caseload => panes::caseload(model),
            Pane::Team => panes::team(model),
        };
    };
    match layer {
        Layer::Page(page) => pages::page(model, page),
        Layer::Review(review) => pages::review(model, review),
        Layer::CallOut(page) => pages::call_out(model, page),
        Layer::Storm(page) => pages::storm(model, page),
        Layer::DayPlan(page) => pages::day_plan(page),
        Layer::Evv(list) => pages::evv(model, list),
        Layer::Lifted(lifted) => cards::lifted(model, lifted),
        Layer::Why(why) => cards::why(why),
        Layer::Form(form) => cards::form(form),
        Layer::Find(find) => cards::find(find),
        Layer::Menu(menu) => cards::menu(menu),
        Layer::Themes(menu) => cards::themes(model, menu),
        Layer::Undo(card) => cards::undo(card),
        Layer::Confirm(card) => cards::confirm(card),
        Layer::Drafts(list) => cards::drafts(model, list),
        Layer::History(history) => cards::history(model, history),
        Layer::Acts(list) => cards::acts(model, list),
        Layer::Looked(looked) => cards::looked(model, looked),
        Layer::Terminal(shown) => cards::terminal(shown),
        Layer::Narrow(narrow) => panes::narrow(model, narrow),
    }
}
