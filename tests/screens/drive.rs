//! Presses keys and lets the service of the drawn day answer.

use super::answers::answer;
use super::day;
use caseload::app::key::Key;
use caseload::app::keymap::Keymap;
use caseload::app::model::Capabilities;
use caseload::app::{Effect, Model, Msg, Start, start, update};
use caseload::service::api::Heard;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::sync::Arc;

/// Nothing has been answered yet.
pub(crate) fn empty(width: u16, height: u16) -> Model {
    let mut model = Model::new(Start {
        size: (width, height),
        now: day::at(8, 10),
        zone: day::zone(),
        capabilities: Capabilities::default(),
        seed: [7; 16],
        read_only: false,
        keymap: Arc::new(Keymap::standard()),
    });
    model.themes = caseload::cli::theme::shipped_ones("dark");
    model
}

/// The whole day on a screen of this size.
pub(crate) fn drawn(width: u16, height: u16) -> Model {
    begun(empty(width, height))
}

/// A screen with the whole day on it.
pub(crate) fn begun(mut model: Model) -> Model {
    let effects = start(&mut model, None);
    pump(&mut model, effects);
    model.undoable = Some("Petrov to R. Patel".into());
    model
}

/// The day after these keys: words of a keymap, or text between quotes.
pub(crate) fn after(width: u16, height: u16, keys: &str) -> Model {
    then(drawn(width, height), keys)
}

/// A screen after these keys.
pub(crate) fn then(mut model: Model, keys: &str) -> Model {
    for (n, part) in keys.split('"').enumerate() {
        if n % 2 == 1 {
            for c in part.chars() {
                press(&mut model, KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
            }
        } else {
            for word in part.split_whitespace() {
                let key = Key::parse(word).unwrap();
                press(&mut model, KeyEvent::new(key.code, key.mods));
            }
        }
    }
    model
}

fn press(model: &mut Model, key: KeyEvent) {
    let now = model.now.plus(270);
    let effects = update(model, Msg::Key(key), now);
    pump(model, effects);
}

fn pump(model: &mut Model, effects: Vec<Effect>) {
    let mut todo = effects;
    loop {
        let Some(effect) = todo.pop() else {
            let now = model.now;
            todo.extend(update(model, Msg::Frame, now));
            if todo.is_empty() {
                return;
            }
            continue;
        };
        if let Effect::Send(ticket, request) = effect
            && let Some(reply) = answer(&request)
        {
            let now = model.now;
            todo.extend(update(model, Msg::Heard(Heard::Reply(ticket, reply)), now));
        }
    }
}
