//! From a key to an action: pending keys, contexts, text first where text is typed.

use super::action::{self, Class};
use super::effect::Effect;
use super::form::Value;
use super::key::Key;
use super::keymap::{Context, Step, words};
use super::layers::Layer;
use super::model::{Model, Pane, Pending, Tone};
use super::screens::{call_out, find, form, lifted, menu, narrow, page, storm};
use super::tour;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A second press of an acting key within this time is dropped.
const TWICE: i64 = 250;
/// The highest count.
const MOST: u16 = 500;
/// A new line in text, and nothing anywhere else: what is pasted or piped in must not commit anything.
const LINE_FEED: Key = Key { code: KeyCode::Char('j'), mods: KeyModifiers::CONTROL };
/// What `repeat` does once more.
const REPEATED: &[&str] = &["take", "mark"];

/// The contexts that hold, the narrowest first.
pub fn contexts(model: &Model) -> &'static [Context] {
    use Context::{
        Always, Any, Calendar, CallOut, Card, Dashboard, Dial, Form, Lifted, List, Page, Plan, Review, Storm, Typing,
        Why,
    };
    if model.lock.is_shut() {
        return &[Context::Lock];
    }
    match model.top() {
        None if model.focus == Pane::Calendar => &[Calendar, Dashboard, Any, Always],
        None => &[Dashboard, Any, Always],
        Some(Layer::Page(_)) => &[Page, Any, Always],
        Some(Layer::Review(_)) => &[Review, Any, Always],
        // A digit is what somebody said, and nothing else means anything while the telephone is in the hand.
        Some(Layer::CallOut(page)) if page.dial.is_some() => &[Dial, Always],
        Some(Layer::CallOut(_)) => &[CallOut, Any, Always],
        Some(Layer::Storm(page)) if page.dial.is_some() => &[Dial, Always],
        Some(Layer::Storm(_)) => &[Storm, Any, Always],
        Some(Layer::DayPlan(_)) => &[Plan, Any, Always],
        // Nothing else is acted on while a visit is in the hand.
        Some(Layer::Lifted(lifted)) if lifted.writing.is_some() => &[Typing, Always],
        Some(Layer::Lifted(_)) => &[Lifted, Always],
        Some(Layer::Why(_)) => &[Why, Any, Always],
        Some(Layer::Form(_)) => &[Form, Always],
        Some(Layer::Find(_) | Layer::Menu(_) | Layer::Narrow(_)) => &[Typing, Always],
        Some(Layer::Undo(_) | Layer::Confirm(_)) => &[Card, Always],
        Some(
            Layer::Drafts(_)
            | Layer::History(_)
            | Layer::Acts(_)
            | Layer::Looked(_)
            | Layer::Evv(_)
            | Layer::Terminal(_)
            | Layer::Themes(_),
        ) => &[List, Any, Always],
    }
}

/// Whether printable keys are text right now.
pub fn in_text(model: &Model) -> bool {
    match model.top() {
        Some(Layer::Find(_) | Layer::Menu(_) | Layer::Narrow(_)) => true,
        Some(Layer::Lifted(lifted)) => lifted.writing.is_some(),
        Some(Layer::Form(f)) => matches!(
            f.fields.get(f.focus).map(|x| &x.value),
            Some(Value::Line(_) | Value::When(_) | Value::Long(_) | Value::Person(_))
        ),
        _ => false,
    }
}

/// Whether a letter that is bound to nothing begins to find.
pub(crate) fn letter_finds(model: &Model) -> bool {
    use Layer::{Acts, Drafts, History, Page, Why};
    let here = matches!(model.top(), None | Some(Page(_) | Why(_) | Drafts(_) | History(_) | Acts(_)));
    here && model.keymap.letters_find
}

/// A key came.
pub(crate) fn press(model: &mut Model, event: KeyEvent, out: &mut Vec<Effect>) {
    let key = Key::of(event);
    if event.kind == KeyEventKind::Release || (event.kind == KeyEventKind::Repeat && !goes_on(model, key)) {
        return;
    }
    one(model, key, out);
}

/// A key that is held down goes on moving and typing; it acts, opens and begins once.
fn goes_on(model: &Model, key: Key) -> bool {
    match model.keymap.look(contexts(model), &[key]) {
        Step::Action(id) => action::find(id).is_some_and(|a| a.class == Class::Moves),
        Step::Pending => false,
        Step::Nothing => key.code != KeyCode::Enter,
    }
}

/// An Alt-key that nothing is bound to is what a terminal makes of Esc and a key close behind it: these two. But `ESC [`
/// and `ESC O` begin the keys that have no letter, and what is left of one that was torn is not run.
fn apart(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    one(model, Key::plain(KeyCode::Esc), out);
    let key = Key { mods: key.mods - KeyModifiers::ALT, ..key };
    if !matches!(key.code, KeyCode::Char('[' | 'O' | ']' | 'P')) {
        one(model, key, out);
    }
}

/// Whether an Alt-key means something here by itself.
fn is_known(model: &Model, key: Key) -> bool {
    let word = matches!(key.code, KeyCode::Backspace | KeyCode::Delete | KeyCode::Left | KeyCode::Right);
    let mut keys = model.pending.as_ref().map(|p| p.keys.clone()).unwrap_or_default();
    keys.push(key);
    (word && in_text(model)) || model.keymap.look(contexts(model), &keys) != Step::Nothing
}

fn one(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    if key.mods.contains(KeyModifiers::ALT) && !is_known(model, key) {
        return apart(model, key, out);
    }
    if model.lock.is_shut() {
        super::lock::key(model, key, out);
        return;
    }
    model.wire.key = Some(key);
    if let Some((acted, at)) = model.wire.acted
        && !in_text(model)
        && acted == key
        && (0..TWICE).contains(&model.now.since(at))
    {
        // A finger is on the keys all the same: rows keep their places.
        model.wire.last_key = Some(model.now);
        return;
    }
    if model.wire.acted.is_some_and(|(acted, _)| acted != key) {
        // Another key between them: the next press of that one is meant.
        model.wire.acted = None;
    }
    model.wire.last_key = Some(model.now);
    model.wire.filled = [None; 4];
    if tour::takes(model, &words(&[key])) {
        model.wire.key = None;
        return;
    }
    dispatch(model, key, out);
    model.wire.key = None;
}

fn dispatch(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    if model.pending.is_none() && in_text(model) && key.typed().is_some() {
        typed(model, key, out);
        return;
    }
    if counted(model, key) {
        return;
    }
    let mut keys = model.pending.as_ref().map(|p| p.keys.clone()).unwrap_or_default();
    if !keys.is_empty() {
        match key.code {
            KeyCode::Esc => {
                model.pending = None;
                return;
            }
            KeyCode::Backspace => {
                keys.pop();
                model.pending =
                    if keys.is_empty() { None } else { model.pending.take().map(|p| Pending { keys, ..p }) };
                return;
            }
            _ => {}
        }
    }
    keys.push(key);
    match model.keymap.look(contexts(model), &keys) {
        Step::Action(id) => {
            model.pending = None;
            if tour::leaves(model, id) {
                return;
            }
            match model.wire.count.take() {
                Some(times) => often(model, id, times, out),
                None => run(model, id, out),
            }
        }
        Step::Pending => {
            let (since, shown) = model.pending.as_ref().map_or((model.now, false), |p| (p.since, p.shown));
            model.pending = Some(Pending { keys, since, shown });
        }
        Step::Nothing if keys.len() > 1 => {
            model.pending = None;
            model.wire.count = None;
            model.toast(Tone::Plain, format!("“{}” is bound to nothing", words(&keys)));
        }
        Step::Nothing => {
            model.wire.count = None;
            typed(model, key, out);
        }
    }
}

/// A digit of a count, or the esc that takes a count back.
fn counted(model: &mut Model, key: Key) -> bool {
    if !model.keymap.counts || model.pending.is_some() || !contexts(model).contains(&Context::Any) {
        model.wire.count = model.wire.count.filter(|_| model.pending.is_some());
        return false;
    }
    if key.code == KeyCode::Esc {
        return model.wire.count.take().is_some();
    }
    let Some(digit) = key.digit().filter(|d| *d > 0 || model.wire.count.is_some()) else { return false };
    if model.keymap.look(contexts(model), &[key]) != Step::Nothing {
        return false;
    }
    let before = model.wire.count.unwrap_or(0);
    model.wire.count = Some(before.saturating_mul(10).saturating_add(digit as u16).min(MOST));
    true
}

/// Moves and marks so many times; `5 G` goes to the fifth row. A count never reaches anything else.
fn often(model: &mut Model, id: &str, times: u16, out: &mut Vec<Effect>) {
    match action::find(id) {
        Some(_) if id == "first" || id == "last" => {
            run(model, "first", out);
            for _ in 1..times {
                run(model, "down", out);
            }
        }
        Some(found) if matches!(found.class, Class::Moves | Class::Marks) => {
            for _ in 0..times {
                run(model, id, out);
            }
        }
        Some(found) => {
            let text = format!("{}: a count is for moving and marking; nothing was done", found.hint);
            model.toast(Tone::Plain, text);
        }
        None => {}
    }
}

/// The last of what may be repeated, on what is under the marker now. Never a call or a result.
pub(crate) fn repeat(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(id) = model.wire.repeats {
        run(model, id, out);
    }
}

/// Does an action, or says why it can't be done.
pub(crate) fn run(model: &mut Model, id: &str, out: &mut Vec<Effect>) {
    let Some(action) = action::find(id) else { return };
    if let Err(reason) = action.can(model) {
        model.toast(Tone::Bad, format!("{}: {reason}", action.hint));
        return;
    }
    if REPEATED.contains(&action.id) {
        model.wire.repeats = Some(action.id);
    }
    (action.run)(model, out);
    tour::ran(model, id);
    if matches!(action.class, Class::Acts | Class::Card) {
        model.acted();
    }
}

/// A key that is bound to nothing here: text where text is typed, a digit for what wears it.
fn typed(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    match model.layers.last() {
        Some(Layer::Form(_)) => form::key(model, key, out),
        Some(Layer::Find(_)) => find::key(model, key, out),
        Some(Layer::Menu(_)) => menu::key(model, key),
        Some(Layer::Narrow(_)) => narrow::key(model, key, out),
        Some(Layer::Lifted(_)) => lifted::key(model, key, out),
        Some(Layer::CallOut(_)) if key.digit().is_some() => {
            call_out::digit(model, out, key.digit().unwrap_or(0));
        }
        Some(Layer::Storm(_)) if key.digit().is_some() => storm::digit(model, out, key.digit().unwrap_or(0)),
        Some(Layer::Page(_) | Layer::Review(_)) if key.digit().is_some() => {
            page::digit(model, key.digit().unwrap_or(0));
        }
        _ if letter_finds(model) && key.typed().is_some_and(char::is_alphanumeric) => {
            find::start(model, out);
            find::key(model, key, out);
        }
        _ => {
            if key.typed().is_some() {
                model.toast(Tone::Plain, format!("“{key}” is bound to nothing here"));
            } else if key == LINE_FEED {
                model
                    .toast(Tone::Plain, "that was a line feed (ctrl-j), as pasted text has them: Enter opens and does");
            }
        }
    }
}
