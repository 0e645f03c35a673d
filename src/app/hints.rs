//! The hint line and the which-key strip: the true keys of the moment.

use super::action;
use super::calendar::Shape;
use super::key::Key;
use super::keymap::{Context, Step, words};
use super::keys::contexts;
use super::layers::{Layer, MenuKind, Question, Writing};
use super::model::{Model, Pane, Thrift};
use super::screens::calendar;
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
/// The same on a slow line: first what holds in every list, so that most of it stays when the focus goes from one to
/// another.
const SPARED: &[&str] =
    &["open", "call", "card", "here", "find", "take", "result", "snooze", "why", "help", "new-issue", "narrow"];
/// The calendar where it lies low.
const LOW: &[&str] = &[
    "open",
    "call",
    "card",
    "here",
    "find",
    "take",
    "visit",
    "move",
    "why",
    "zoom",
    "view-week",
    "earlier-day",
    "later-day",
    "help",
];
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
const NO_STORM: &[&str] = &["open", "here", "back", "help"];
const DIAL: &[&str] = &["back"];
const NO_VISIT: &[&str] = &["result", "back", "help"];
const NOTHING: &[&str] = &["back", "earlier-day", "later-day", "help"];
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
/// What cannot be saved any more.
const GONE: &[&str] = &["next-field", "back", "find", "help"];
/// Nothing has come yet, or nobody is in the agency.
const NOBODY: &[&str] = &["help", "palette", "leave"];
/// Nothing to decide: Enter and Esc do the same.
const TOLD: &[&str] = &["open"];
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
        None if model.header.as_ref().is_none_or(|h| h.first_day) => NOBODY,
        None if here.first() == Some(&Context::Calendar) && calendar::here(model) == Shape::Trouble => LOW,
        None if here.first() == Some(&Context::Calendar) => CALENDAR,
        None if model.thrift != Thrift::None => SPARED,
        None => DASHBOARD,
        Some(Layer::Page(page)) if page.denied.is_some() => CLOSED,
        Some(Layer::Page(_)) => PAGE,
        Some(Layer::Review(page)) if page.walk.is_empty() => READ,
        Some(Layer::Review(_)) => REVIEW,
        Some(Layer::CallOut(page)) if page.dial.is_some() => DIAL,
        Some(Layer::CallOut(page)) if page.view.as_ref().is_none_or(|view| view.visits.is_empty()) => NO_VISIT,
        Some(Layer::CallOut(_)) => CALL_OUT,
        Some(Layer::Storm(page)) if page.dial.is_some() => DIAL,
        Some(Layer::Storm(page)) if page.running().is_none() => NO_STORM,
        Some(Layer::Storm(_)) => STORM,
        Some(Layer::DayPlan(page)) if page.plan.as_ref().is_some_and(|plan| plan.search.is_none()) => NOTHING,
        Some(Layer::DayPlan(page)) if page.lines().is_empty() => NO_PLAN,
        Some(Layer::DayPlan(_)) => PLAN,
        Some(Layer::Lifted(lifted)) if lifted.writing.is_some() => TYPING,
        Some(Layer::Lifted(_)) => LIFTED,
        Some(Layer::Why(_)) => WHY,
        Some(Layer::Evv(_)) => EVV,
        Some(Layer::Form(form)) if form.gone.is_some() => GONE,
        Some(Layer::Form(_)) => FORM,
        Some(Layer::Confirm(card)) if matches!(card.question, Question::Left | Question::Notes) => TOLD,
        Some(Layer::Undo(card)) if card.act.as_ref().is_none_or(|act| act.refused.is_some()) => READ,
        Some(Layer::Find(_) | Layer::Menu(_) | Layer::Narrow(_) | Layer::Undo(_) | Layer::Confirm(_)) => TYPING,
        Some(Layer::Drafts(_) | Layer::Acts(_) | Layer::Themes(_)) => LIST,
        Some(Layer::History(_) | Layer::Looked(_) | Layer::Terminal(_)) => READ,
    };
    ids.iter()
        .filter_map(|id| action::find(id))
        .filter(|a| a.can(model).is_ok() && (stands(model) || !OF_A_ROW.contains(&a.id)))
        .filter_map(|a| {
            let keys = shortest(model.keymap.keys_of(here, a.id))?;
            Some(Hint { keys: glyph(model, &keys), word: word(model, a.id, a.hint), action: a.id })
        })
        .collect()
}

/// What needs a row under the marker.
const OF_A_ROW: [&str; 5] = ["open", "card", "here", "mark", "mark-shown"];

/// Whether there is a row under the marker. What is typed, chosen or read has its own.
fn stands(model: &Model) -> bool {
    match model.top() {
        None => match model.focus {
            Pane::Alerts => model.alerts.total > 0 || model.alerts.ghost_here().is_some(),
            Pane::Caseload => model.clients.total > 0 || model.clients.ghost_here().is_some(),
            Pane::Team => model.staff.total > 0 || model.staff.ghost_here().is_some(),
            // Days and months open without a visit in them.
            Pane::Calendar => true,
        },
        Some(Layer::Evv(list)) => list.queue.as_ref().is_some_and(|queue| !queue.list.is_empty()),
        Some(Layer::Storm(page)) => {
            page.view.as_ref().is_some_and(|view| page.running().is_some() || view.counts.all > 0)
        }
        Some(Layer::Drafts(list)) => list.drafts.as_ref().is_some_and(|drafts| !drafts.is_empty()),
        Some(Layer::Acts(list)) => {
            list.acts.as_ref().and_then(|acts| acts.get(list.cursor)).is_some_and(|act| act_word(act).is_some())
        }
        Some(Layer::Menu(menu)) => menu.items.get(menu.cursor).is_some_and(|item| item.reason.is_none()),
        Some(_) => true,
    }
}

/// What Enter does with one of the acts, if anything.
fn act_word(act: &crate::service::api::Act) -> Option<&'static str> {
    match (act.undone, act.call.is_some(), &act.refused) {
        (true, _, _) => None,
        (_, true, _) => Some("amend the call"),
        (_, _, Some(_)) => None,
        _ if act.redo => Some("bring it back"),
        _ => Some("take it back"),
    }
}

/// The shortest of the keys; of leaving Esc where it is one, as on every card.
fn shortest(keys: Vec<String>) -> Option<String> {
    keys.into_iter().min_by_key(|key| (key != "esc", key.split(' ').count(), key.len()))
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
    if let (Some(layer), Some(key)) = (model.top(), shortest(model.keymap.keys_of(here, "back"))) {
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

/// Columns from which the words are whole.
const ROOMY: u16 = 60;

/// On a card, the words that the card has for Enter and Esc.
fn word(model: &Model, id: &str, hint: &str) -> String {
    match (model.top(), id) {
        (Some(Layer::Form(_)), "next-field") if model.size.0 < ROOMY => "next".to_owned(),
        (Some(Layer::Form(_)), "back") if model.size.0 < ROOMY => "keep, leave".to_owned(),
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
        (Some(Layer::Confirm(_)), "back") => "no".to_owned(),
        (Some(Layer::Undo(u)), "open") if u.redo => "bring it back".to_owned(),
        (Some(Layer::Undo(_)), "open") => "take it back".to_owned(),
        (Some(Layer::Undo(u)), "back") if u.act.as_ref().is_some_and(|act| act.refused.is_none()) => "no".to_owned(),
        (Some(Layer::Acts(list)), "open") => {
            let act = list.acts.as_ref().and_then(|acts| acts.get(list.cursor));
            act.and_then(act_word).unwrap_or(hint).to_owned()
        }
        (Some(Layer::Menu(menu)), "open") if menu.kind == MenuKind::Only => "show".to_owned(),
        (Some(Layer::Menu(menu)), "open") if menu.kind != MenuKind::New => "do it".to_owned(),
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
