//! Palette, help, and all that can be done here: the action table, narrowed.

use crate::app::action::{Action, Class, TABLE};
use crate::app::effect::Effect;
use crate::app::form_keys::{self, Outcome};
use crate::app::key::Key;
use crate::app::keymap::Context;
use crate::app::keys;
use crate::app::layers::{Layer, Menu, MenuItem, MenuKind};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::screens::calendar;
use crate::app::wire::Asked;
use crate::domain::search::fold;
use crate::service::api::{Colleague, Query, Request};

/// What narrows the calendar has a menu of its own.
const ONLY: &str = "only-";

/// Every action.
pub(crate) fn palette(model: &mut Model, _: &mut Vec<Effect>) {
    open(model, MenuKind::Palette);
}

/// The keys of this screen.
pub(crate) fn help(model: &mut Model, _: &mut Vec<Effect>) {
    open(model, MenuKind::Help);
}

/// All that can be done here.
pub(crate) fn here(model: &mut Model, _: &mut Vec<Effect>) {
    open(model, MenuKind::Here);
}

/// Which visits the calendar shows.
pub(crate) fn only(model: &mut Model, out: &mut Vec<Effect>) {
    open(model, MenuKind::Only);
    model.ask_fresh(out, Asked::Teams, Request::Query(Query::Colleagues));
}

/// All that can be made new.
pub(crate) fn new(model: &mut Model, _: &mut Vec<Effect>) {
    open(model, MenuKind::New);
}

fn open(model: &mut Model, kind: MenuKind) {
    if matches!(model.top(), Some(Layer::Menu(_))) {
        return;
    }
    let items = items(model, kind, "");
    model.layers.push(Layer::Menu(Menu { kind, line: Line::default(), items, cursor: 0 }));
}

fn applies(action: &Action, contexts: &[Context]) -> bool {
    action.contexts.iter().any(|c| contexts.contains(c))
}

/// An action whose very name is typed stands first, then one that is also called so (`:leave`, `:q`), then those whose
/// names begin with it or have it, and last those of which only the sentence does.
fn fits(action: &Action, words: &str) -> u8 {
    match words {
        "" => 0,
        _ if [action.id, action.hint].contains(&words) => 0,
        _ if action.also.split(' ').any(|name| name == words) => 1,
        _ if names(action).any(|name| name.starts_with(words)) => 2,
        _ if names(action).any(|name| name.contains(words)) => 3,
        _ => 4,
    }
}

/// What an action is called.
fn names(action: &Action) -> impl Iterator<Item = &str> {
    [action.id, action.hint].into_iter().chain(action.also.split(' '))
}

/// On a row: opening it, what changes it, then everything else, and last what every list has.
fn rank(action: &Action) -> u8 {
    match action.class {
        _ if action.id == "open" => 0,
        Class::Acts | Class::Card => 1,
        Class::Moves => 3,
        _ => 2,
    }
}

/// The lines of a menu over what is on top now.
fn items(model: &Model, kind: MenuKind, text: &str) -> Vec<MenuItem> {
    let contexts = keys::contexts(model);
    let words = fold(text);
    let mut found: Vec<&Action> = TABLE
        .iter()
        .filter(|a| match kind {
            MenuKind::Palette => applies(a, contexts) || a.unbound,
            MenuKind::Help => applies(a, contexts) && !model.keymap.keys_of(contexts, a.id).is_empty(),
            MenuKind::Here => {
                applies(a, contexts) && a.class != Class::Moves && a.id != "here" && !a.id.starts_with(ONLY)
            }
            MenuKind::New => applies(a, contexts) && a.id.starts_with("new-"),
            MenuKind::Only => applies(a, contexts) && (a.id == "mine" || a.id.starts_with(ONLY)),
        })
        .filter(|a| {
            let text = fold(&format!("{} {} {} {}", a.id, a.hint, a.also, a.doc));
            words.split(' ').all(|w| text.contains(w))
        })
        .collect();
    found.sort_by_key(|a| (fits(a, &words), if matches!(kind, MenuKind::New | MenuKind::Only) { 0 } else { rank(a) }));
    let mut out: Vec<MenuItem> = found
        .into_iter()
        .map(|a| {
            let reason = if applies(a, contexts) { a.can(model).err() } else { Some("not on this screen".to_owned()) };
            let keys = model.keymap.keys_of(contexts, a.id).join("  ");
            MenuItem { action: a.id, text: a.doc.into(), team: None, keys, reason }
        })
        .collect();
    if kind == MenuKind::Only {
        out.extend(model.calendar.teams.iter().map(team).filter(|i| {
            let text = fold(&i.text);
            words.split(' ').all(|w| text.contains(w))
        }));
    }
    if kind != MenuKind::Help {
        out.sort_by_key(|i| i.reason.is_some());
    }
    out
}

/// A colleague's clients alone.
fn team(of: &Colleague) -> MenuItem {
    let text = format!("only visits to clients of {}", of.name).into();
    MenuItem { action: "only", text, team: Some(of.user), keys: String::new(), reason: None }
}

/// What is listed has changed: the marker stays on its line.
pub(crate) fn renew(model: &mut Model) {
    let at = match model.layers.last() {
        Some(Layer::Menu(menu)) => menu.cursor,
        _ => return,
    };
    narrow(model);
    if let Some(Layer::Menu(menu)) = model.layers.last_mut() {
        menu.cursor = at.min(menu.items.len().saturating_sub(1));
    }
}

/// A key that is text or moves in it.
pub(crate) fn key(model: &mut Model, key: Key) {
    if let Some(Layer::Menu(menu)) = model.layers.last_mut()
        && form_keys::line(&mut menu.line, key) == Outcome::Changed
    {
        narrow(model);
    }
}

/// Pasted text.
pub(crate) fn paste(model: &mut Model, text: &str) {
    if let Some(Layer::Menu(menu)) = model.layers.last_mut() {
        menu.line.insert(text);
        narrow(model);
    }
}

fn narrow(model: &mut Model) {
    // What can be done is asked of what lies under the menu.
    let Some(Layer::Menu(mut menu)) = model.layers.pop() else { return };
    menu.items = items(model, menu.kind, menu.line.text());
    menu.cursor = 0;
    model.layers.push(Layer::Menu(menu));
}

/// Enter: does what is under the marker, on what lies under the menu.
pub(crate) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Menu(menu)) = model.layers.last() else { return };
    let Some(item) = menu.items.get(menu.cursor) else {
        model.toast(Tone::Plain, "nothing of this name");
        return;
    };
    let (action, team, reason) = (item.action, item.team, item.reason.clone());
    if let Some(reason) = reason {
        model.toast(Tone::Bad, reason);
        return;
    }
    model.layers.pop();
    match team {
        Some(user) => calendar::only::team(model, out, user),
        None => keys::run(model, action, out),
    }
}
