//! The hint line and the which-key strip: the true keys of the moment.

use super::action;
use super::key::Key;
use super::keymap::{Context, Step, words};
use super::keys::contexts;
use super::layers::{Layer, Writing};
use super::model::Model;
use crossterm::event::KeyCode;

/// One hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The keys as they are pressed: `o`, `ctrl-p`, `n i`.
    pub keys: String,
    /// What they do, in a word or two.
    pub word: String,
    /// The action, for the mouse; empty when it is none.
    pub action: &'static str,
}

const DASHBOARD: &[&str] =
    &["open", "take", "call", "result", "snooze", "why", "card", "here", "find", "help", "new-issue", "narrow"];
const CALENDAR: &[&str] = &[
    "open",
    "take",
    "call",
    "visit",
    "move",
    "why",
    "card",
    "earlier-day",
    "later-day",
    "view-week",
    "view-month",
    "help",
    "view-agenda",
    "view-day",
    "by-client",
    "today",
    "here",
    "find",
];
const PAGE: &[&str] = &["back", "take", "call", "result", "why", "edit", "next-record", "next-part", "here", "help"];
const REVIEW: &[&str] =
    &["result", "next-record", "previous-record", "open", "call", "take", "why", "here", "back", "help"];
const CALL_OUT: &[&str] =
    &["call", "open", "result", "tell", "cannot", "new-note", "why", "card", "here", "back", "help"];
const STORM: &[&str] =
    &["call", "new-note", "open", "result", "edit", "storm-mine", "roster", "card", "here", "back", "help"];
const DIAL: &[&str] = &["back"];
const NO_PLAN: &[&str] = &["back", "plan-better", "plan-day", "earlier-day", "later-day", "help"];
const PLAN: &[&str] = &[
    "open",
    "mark",
    "plan-better",
    "back",
    "plan-day",
    "earlier-day",
    "later-day",
    "mark-shown",
    "card",
    "undo",
    "help",
];
const LIFTED: &[&str] = &["open", "back", "find", "tell", "earlier-day", "later-day", "help"];
const WHY: &[&str] = &["take", "call", "result", "snooze", "here", "back"];
const FORM: &[&str] = &["save", "next-field", "back", "find", "help"];
const TYPING: &[&str] = &["open", "back"];
const LIST: &[&str] = &["open", "back", "help"];
const CLOSED: &[&str] = &["back", "emergency", "find", "help"];
const READ: &[&str] = &["back", "help"];
const EVV: &[&str] = &["result", "open", "mark", "call", "mark-shown", "here", "undo", "back", "help"];

/// The hint line of the moment, the most useful first: drawing takes as many as fit.
pub fn hints(model: &Model) -> Vec<Hint> {
    let here = contexts(model);
    let asks = matches!(here.first(), Some(Context::Typing | Context::Card));
    if model.keymap.function_line && !asks {
        return functions(model, here);
    }
    let ids = match model.top() {
        None if here.first() == Some(&Context::Calendar) => CALENDAR,
        None => DASHBOARD,
        Some(Layer::Page(page)) if page.denied.is_some() => CLOSED,
        Some(Layer::Page(_)) => PAGE,
        Some(Layer::Review(_)) => REVIEW,
        Some(Layer::CallOut(page)) if page.dial.is_some() => DIAL,
        Some(Layer::CallOut(_)) => CALL_OUT,
        Some(Layer::Storm(page)) if page.dial.is_some() => DIAL,
        Some(Layer::Storm(_)) => STORM,
        Some(Layer::DayPlan(page)) if page.lines().is_empty() => NO_PLAN,
        Some(Layer::DayPlan(_)) => PLAN,
        Some(Layer::Lifted(lifted)) if lifted.writing.is_some() => TYPING,
        Some(Layer::Lifted(_)) => LIFTED,
        Some(Layer::Why(_)) => WHY,
        Some(Layer::Evv(_)) => EVV,
        Some(Layer::Form(_)) => FORM,
        Some(Layer::Find(_) | Layer::Menu(_) | Layer::Narrow(_) | Layer::Undo(_) | Layer::Confirm(_)) => TYPING,
        Some(Layer::Drafts(_) | Layer::Acts(_) | Layer::Themes(_)) => LIST,
        Some(Layer::History(_) | Layer::Looked(_) | Layer::Terminal(_)) => READ,
    };
    ids.iter()
        .filter_map(|id| action::find(id))
        .filter(|a| a.can(model).is_ok())
        .filter_map(|a| {
            let keys = model.keymap.keys_of(here, a.id).into_iter().min_by_key(|k| (k.split(' ').count(), k.len()))?;
            Some(Hint { keys: glyph(model, &keys), word: word(model, a.id, a.hint), action: a.id })
        })
        .collect()
}

/// Function keys in the order in which they leave a line that is too short for all of them.
const LEAVE: [u8; 9] = [7, 6, 1, 5, 3, 8, 4, 2, 9];

/// The function keys in their order: `F1 Help 2 Take … 9 Menu`, and behind them how to leave a layer.
fn functions(model: &Model, here: &[Context]) -> Vec<Hint> {
    let at = |n| {
        let key = Key::plain(KeyCode::F(n));
        match model.keymap.look(here, &[key]) {
            Step::Action(id) => action::find(id).map(|a| (n, function_word(a.id, a.hint), a.id)),
            _ => None,
        }
    };
    let mut keys: Vec<(u8, String, &'static str)> = (1..=9).filter_map(at).collect();
    let cells = |keys: &[(u8, String, &'static str)]| keys.iter().map(|k| k.1.chars().count() + 3).sum::<usize>();
    for n in LEAVE {
        if cells(&keys) <= usize::from(model.size.0.saturating_sub(2)) {
            break;
        }
        keys.retain(|k| k.0 != n);
    }
    let mut out: Vec<Hint> = keys
        .into_iter()
        .enumerate()
        .map(|(i, (n, word, action))| Hint { keys: if i == 0 { format!("F{n}") } else { n.to_string() }, word, action })
        .collect();
    if let (Some(layer), Some(key)) =
        (model.top(), model.keymap.keys_of(here, "back").into_iter().min_by_key(String::len))
    {
        let word = if matches!(layer, Layer::Form(_)) { "keeps it" } else { "Back" }.to_owned();
        out.push(Hint { keys: capital(&key), word, action: "back" });
    }
    out
}

fn function_word(id: &str, hint: &str) -> String {
    match id {
        "next-pane" => "Pane".to_owned(),
        "next-part" => "Part".to_owned(),
        "next-field" => "Field".to_owned(),
        "visit" => "Visit".to_owned(),
        "result" => "Finish".to_owned(),
        "here" | "palette" => "Menu".to_owned(),
        _ => capital(hint),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// On a card, the words that the card has for Enter and Esc.
fn word(model: &Model, id: &str, hint: &str) -> String {
    match (model.top(), id) {
        (Some(Layer::Review(_)), "result") => "reviewed".to_owned(),
        (Some(Layer::CallOut(_)), "result") => "settle".to_owned(),
        (Some(Layer::Evv(_)), "result") => "resolve".to_owned(),
        (Some(Layer::Evv(_)), "open") => "the visit".to_owned(),
        (Some(Layer::CallOut(page)), "open") if page.at_carers => "plan".to_owned(),
        (Some(Layer::CallOut(_)), "open") => "who can go".to_owned(),
        (Some(Layer::CallOut(_)), "new-note") => "safe?".to_owned(),
        (Some(Layer::Storm(_)), "new-note") => "in words".to_owned(),
        (Some(Layer::Storm(_)), "result") => "end it".to_owned(),
        (Some(Layer::Storm(page)), "open") if page.running().is_none() => "declare a storm".to_owned(),
        (Some(Layer::Lifted(l)), "open") if matches!(l.writing, Some(Writing::Name(_))) => "take".to_owned(),
        (Some(Layer::DayPlan(p)), "open") if p.marks.is_empty() => "accept all".to_owned(),
        (Some(Layer::DayPlan(p)), "open") => format!("accept {}", p.marks.len()),
        (Some(Layer::DayPlan(p)), "plan-day") if p.ask.scratch => "improve".to_owned(),
        (Some(Layer::DayPlan(_)), "plan-day") => "from scratch".to_owned(),
        (Some(Layer::Lifted(_)), "open") => "drop".to_owned(),
        (Some(Layer::Lifted(_)), "find") => "who".to_owned(),
        (Some(Layer::Lifted(_)), "tell") => "agreed".to_owned(),
        (Some(Layer::Lifted(l)), "back") if l.writing.is_none() => "put back".to_owned(),
        (Some(Layer::Form(_)), "back") => "keep and leave".to_owned(),
        (Some(Layer::Confirm(c)), "open") => c.yes.to_owned(),
        (Some(Layer::Undo(u)), "open") if u.redo => "redo".to_owned(),
        (Some(Layer::Undo(_)), "open") => "undo".to_owned(),
        (Some(Layer::Themes(_)), "back") => "as it was".to_owned(),
        (Some(Layer::Narrow(_) | Layer::Themes(_)), "open") => "keep".to_owned(),
        _ => hint.to_owned(),
    }
}

fn glyph(model: &Model, keys: &str) -> String {
    if model.capabilities.utf8 && keys == "enter" { "↵".to_owned() } else { keys.to_owned() }
}

/// How the pending keys may go on: the which-key strip, when [`super::model::Pending::shown`].
pub fn continuations(model: &Model) -> Vec<Hint> {
    let Some(pending) = &model.pending else { return Vec::new() };
    model
        .keymap
        .next(contexts(model), &pending.keys)
        .into_iter()
        .map(|(key, id)| Hint {
            keys: words(&[key]),
            word: id.and_then(action::find).map_or_else(|| "…".to_owned(), |a| a.doc.to_owned()),
            action: id.unwrap_or(""),
        })
        .collect()
}
