//! `/`: narrow a pane by words, as they are typed.

use crate::app::effect::Effect;
use crate::app::form_keys::{self, Outcome};
use crate::app::key::Key;
use crate::app::layers::{Layer, Narrow};
use crate::app::line::Line;
use crate::app::model::{Model, Pane};

/// The list is opened anew this long after the last letter.
const REST: i64 = 120;

fn words(model: &mut Model, pane: Pane) -> &mut String {
    match pane {
        Pane::Alerts => &mut model.alerts.words,
        Pane::Caseload => &mut model.clients.words,
        Pane::Team => &mut model.staff.words,
        Pane::Calendar => &mut model.calendar.agenda.words,
    }
}

/// Starts typing.
pub(crate) fn start(model: &mut Model, _: &mut Vec<Effect>) {
    let pane = model.focus;
    let before = words(model, pane).clone();
    model.layers.push(Layer::Narrow(Narrow { pane, line: Line::new(&before), before, due: None }));
}

/// A key that is text or moves in it.
pub(crate) fn key(model: &mut Model, key: Key, _: &mut Vec<Effect>) {
    let due = Some(model.now.plus(REST));
    if let Some(Layer::Narrow(narrow)) = model.layers.last_mut()
        && form_keys::line(&mut narrow.line, key) == Outcome::Changed
    {
        narrow.due = due;
    }
}

/// Pasted text.
pub(crate) fn paste(model: &mut Model, text: &str) {
    let due = Some(model.now.plus(REST));
    if let Some(Layer::Narrow(narrow)) = model.layers.last_mut() {
        narrow.line.insert(text);
        narrow.due = due;
    }
}

/// The typed words are taken: the pane's list is opened anew when they changed.
pub(crate) fn apply(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Narrow(narrow)) = model.layers.last_mut() else { return };
    narrow.due = None;
    let (pane, text) = (narrow.pane, narrow.line.text().trim().to_owned());
    let now = words(model, pane);
    if *now != text {
        *now = text;
        model.open_list(out, pane);
    }
}

/// Enter: keeps the words.
pub(crate) fn keep(model: &mut Model, out: &mut Vec<Effect>) {
    apply(model, out);
    if matches!(model.layers.last(), Some(Layer::Narrow(_))) {
        model.layers.pop();
    }
}

/// Esc: back to the words before.
pub(crate) fn give_up(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Narrow(narrow)) = model.layers.pop() else { return };
    let now = words(model, narrow.pane);
    if *now != narrow.before {
        *now = narrow.before;
        model.open_list(out, narrow.pane);
    }
}
