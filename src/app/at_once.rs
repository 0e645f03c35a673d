//! Keys that came faster than a person presses them (the terminal gathers them): text where text is typed, moves where
//! all of them move, and otherwise nothing is run; they are offered as a note.

use super::action::{self, Class};
use super::effect::Effect;
use super::form::{FormKind, Value};
use super::key::Key;
use super::keymap::Step;
use super::keys::{self, contexts, in_text};
use super::layers::Layer;
use super::model::{Model, Tone};
use super::paste;
use super::screens::{find, form};
use crate::domain::time::{MINUTE, Moment};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// So long it is offered.
const OFFERED: i64 = MINUTE;
/// A name that is typed where letters find is no longer.
const NAME: usize = 60;

/// What came at once and was not run.
pub(crate) struct Offered {
    text: String,
    at: Moment,
    said: String,
}

/// The ASCII letters, by bit, that only move the marker as things stand; none where text is typed.
pub fn moving_letters(model: &Model) -> Option<u128> {
    if model.lock.is_shut() || in_text(model) {
        return None;
    }
    let moving = (b'!'..=b'~').filter(|c| moves(model, char::from(*c)));
    Some(moving.fold(0, |set, c| set | 1 << c))
}

fn moves(model: &Model, c: char) -> bool {
    let key = [Key::plain(KeyCode::Char(c))];
    let step = model.keymap.look(contexts(model), &key);
    model.pending.is_none()
        && matches!(step, Step::Action(id) if action::find(id).is_some_and(|a| a.class == Class::Moves))
}

/// They came; so many bytes of them have been keys already.
pub(crate) fn came(model: &mut Model, text: &str, given: usize, more: bool, out: &mut Vec<Effect>) {
    let rest = text.get(given..).unwrap_or_default();
    if in_text(model) {
        return paste::paste(model, rest, out);
    }
    if rest.chars().all(|c| moves(model, c)) {
        for c in rest.chars() {
            keys::press(model, KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE), out);
        }
        return;
    }
    let name = text.len() <= NAME && text.chars().all(|c| c.is_alphabetic() || c == ' ');
    if name && !more && model.keymap.letters_find && keys::letter_finds(model) {
        find::start(model, out);
        return paste::paste(model, text, out);
    }
    offer(model, text, more);
}

/// A paste where no text is typed.
pub(crate) fn pasted(model: &mut Model, text: &str) {
    say(model, text.to_owned(), "pasted text goes into a text field only".to_owned());
}

fn offer(model: &mut Model, text: &str, more: bool) {
    let before = model.wire.offered.as_ref().filter(|_| more).map(|b| b.text.as_str()).unwrap_or_default();
    let whole = format!("{before}{text}");
    let letters = whole.chars().filter(|c| !c.is_whitespace()).count();
    say(model, whole, format!("{letters} letters at once: taken for a paste, nothing was run"));
}

/// It is said that nothing was run, and which key makes a note of it.
fn say(model: &mut Model, text: String, mut said: String) {
    model.wire.last_key = Some(model.now);
    if let Some(before) = model.wire.offered.take() {
        model.toasts.retain(|t| t.text != before.said);
    }
    if let Some(way) = way(model) {
        said.push_str(&way);
    }
    model.toast(Tone::Bad, said.clone());
    model.wire.offered = Some(Offered { text, at: model.now, said });
}

/// Which key writes it down here, if one does.
fn way(model: &Model) -> Option<String> {
    let here = contexts(model);
    [("new-note", "makes a note of it"), ("call", "logs it as a call")].into_iter().find_map(|(id, what)| {
        action::find(id).filter(|a| a.contexts.iter().any(|c| here.contains(c)) && a.can(model).is_ok())?;
        let keys = model.keymap.keys_of(here, id).into_iter().next()?;
        Some(format!(" · {keys} {what}"))
    })
}

/// A note or a call that has just been opened takes what was offered.
pub(crate) fn fill(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Form(top)) = model.layers.last_mut() else { return };
    let long = top.fields.iter().position(|f| matches!(f.value, Value::Long(_)) && f.shown);
    if !matches!(top.kind, FormKind::Note | FormKind::Call { .. }) {
        return;
    }
    let (Some(at), Some(offered)) = (long, model.wire.offered.take()) else { return };
    model.toasts.retain(|t| t.text != offered.said);
    if !(0..=OFFERED).contains(&model.now.since(offered.at)) {
        return;
    }
    let focus = std::mem::replace(&mut top.focus, at);
    form::paste(model, paste::taken(&offered.text), out);
    if let Some(Layer::Form(top)) = model.layers.last_mut() {
        top.focus = focus;
    }
}
