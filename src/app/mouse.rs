//! The mouse: a press focuses or selects, a second one opens. It never acts on the record by itself.

use super::action::{self, Class};
use super::calendar::Shape;
use super::effect::{Effect, Setting};
use super::layers::Layer;
use super::model::{Model, Pane, Target, Tone};
use super::moving::{self, Step};
use super::pane::{ListPane, Row, RowId};
use super::screens::{calendar, call_out, day_plan, storm};
use super::{keys, layering, layout, windows};

/// A press on something drawn.
pub(crate) fn press(model: &mut Model, target: &Target, double: bool, out: &mut Vec<Effect>) {
    match target {
        Target::Pane(pane) if model.layers.is_empty() => model.focus = *pane,
        Target::Row(pane, id) if model.layers.is_empty() => {
            model.focus = *pane;
            select(model, *pane, *id, out);
            if double {
                layering::open(model, out);
            }
        }
        Target::Action(id) => {
            let here = keys::contexts(model);
            if let Some(found) = action::find(id)
                && found.class != Class::Acts
                && found.contexts.iter().any(|c| here.contains(c))
            {
                if let Some(key) = acts_here(model, id) {
                    return model.toast(Tone::Plain, format!("this one acts at once: {key} does it"));
                }
                keys::run(model, id, out);
            }
        }
        Target::Item(n) => {
            if let Some(Layer::CallOut(_)) = model.layers.last() {
                return call_out::point(model, out, *n);
            }
            if let Some(Layer::DayPlan(_)) = model.layers.last() {
                return day_plan::point(model, *n);
            }
            if let Some(Layer::Evv(list)) = model.layers.last_mut() {
                list.stand(*n);
                if double {
                    layering::open(model, out);
                }
                return;
            }
            if let Some(Layer::Storm(_)) = model.layers.last() {
                return storm::point(model, out, *n);
            }
            let cursor = match model.layers.last_mut() {
                Some(Layer::Find(f)) if *n < f.hits.len() => &mut f.cursor,
                Some(Layer::Menu(m)) if *n < m.items.len() => &mut m.cursor,
                Some(Layer::Drafts(d)) if d.drafts.as_ref().is_some_and(|d| *n < d.len()) => &mut d.cursor,
                Some(Layer::Themes(t)) if *n < model.themes.list.len() => &mut t.cursor,
                Some(Layer::Page(p)) if *n < p.lines() => &mut p.line,
                Some(Layer::Review(r)) if *n < r.page.lines() => &mut r.page.line,
                _ => return,
            };
            *cursor = *n;
            if double && acts(model) {
                model.toast(Tone::Plain, "this one acts at once: Enter does it");
            } else if double {
                layering::open(model, out);
            }
        }
        Target::Field(n) => {
            if let Some(Layer::Form(form)) = model.layers.last_mut()
                && form.fields.get(*n).is_some_and(|f| f.shown)
            {
                form.focus = *n;
            }
        }
        _ => {}
    }
}

/// The key of what elsewhere only shows and acts at once here: Enter is a yes to a question or to what is in the hand, and
/// the card of a review is finished by having been read.
fn acts_here(model: &Model, id: &str) -> Option<String> {
    match (id, model.top()) {
        ("open", Some(Layer::Undo(_) | Layer::Confirm(_) | Layer::Lifted(_))) => Some("Enter".to_owned()),
        ("open", _) if acts(model) => Some("Enter".to_owned()),
        ("result", Some(Layer::Review(_))) => Some(
            model.keymap.keys_of(keys::contexts(model), id).into_iter().next().unwrap_or_else(|| "its key".to_owned()),
        ),
        _ => None,
    }
}

/// What is under a menu's marker would act on the record at once.
fn acts(model: &Model) -> bool {
    let Some(Layer::Menu(menu)) = model.top() else { return false };
    let item = menu.items.get(menu.cursor).filter(|i| i.reason.is_none());
    item.and_then(|i| action::find(i.action)).is_some_and(|a| a.class == Class::Acts)
}

/// The wheel: over a pane it scrolls that pane, also when another one has the focus.
pub(crate) fn wheel(model: &mut Model, out: &mut Vec<Effect>, rows: i8, over: Option<Pane>) {
    match over {
        Some(pane) if model.layers.is_empty() && pane != model.focus && pane != Pane::Calendar => {
            moving::pane_step(model, out, pane, Step::By(rows));
        }
        _ => moving::step(model, out, Step::By(rows)),
    }
}

/// Pressed: on a seam between two panes that one is held.
pub(crate) fn grab(model: &mut Model, x: u16, y: u16) {
    let seams = layout::of(model).seams.filter(|_| model.layers.is_empty());
    model.wire.seam = seams.and_then(|s| s.at(x, y));
}

/// Dragged: a seam that is held goes with it.
pub(crate) fn drag(model: &mut Model, x: u16, y: u16) {
    if let Some(seam) = model.wire.seam.filter(|_| model.layers.is_empty())
        && let Some(seams) = layout::of(model).seams
    {
        model.split = seams.moved(model.split, seam, x, y);
    }
}

/// Let go: a seam stays where it is, the next time too.
pub(crate) fn let_go(model: &mut Model, out: &mut Vec<Effect>) {
    if model.wire.seam.take().is_some() {
        keep_panes(model, out);
    }
}

/// How the panes share the room now is how they share it on terminals of this class.
pub(crate) fn keep_panes(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(class) = layout::class(model.size) else { return };
    if model.splits.get(class).copied().unwrap_or_default() != model.split {
        model.splits.insert(class, model.split);
        out.push(Effect::Keep(Setting::Panes(class, model.split)));
    }
}

/// Whether there may be one.
pub(crate) fn can_toggle(model: &Model) -> Result<(), String> {
    if model.no_mouse { Err("caseload was started with --no-mouse".to_owned()) } else { Ok(()) }
}

/// The mouse is reported from now on, or left to the terminal's own selection.
pub(crate) fn toggle(model: &mut Model, out: &mut Vec<Effect>) {
    model.mouse = !model.mouse;
    out.extend([Effect::Keep(Setting::Mouse(model.mouse)), Effect::Mouse(model.mouse)]);
    let keys = model.keymap.keys_of(keys::contexts(model), "mouse");
    let back = keys.first().map(|k| format!(" · {k} changes it back")).unwrap_or_default();
    let now = if model.mouse { "mouse on: it points and scrolls" } else { "mouse off: it selects text" };
    model.toast(Tone::Plain, format!("{now}{back}"));
}

fn select(model: &mut Model, pane: Pane, id: RowId, out: &mut Vec<Effect>) {
    fn go<R: Row>(pane: &mut ListPane<R>, id: RowId, height: u16) {
        let place = (pane.top..pane.places()).take(500).find(|p| pane.at(*p).is_some_and(|r| r.id() == id));
        if let Some(place) = place {
            windows::move_to(pane, place, height);
        }
    }
    let height = model.height(pane);
    match (pane, id) {
        (Pane::Alerts, _) => go(&mut model.alerts, id, height),
        (Pane::Caseload, _) => go(&mut model.clients, id, height),
        (Pane::Team, _) => go(&mut model.staff, id, height),
        (Pane::Calendar, RowId::Visit(visit)) => {
            if calendar::here(model) == Shape::Agenda {
                go(&mut model.calendar.agenda, id, height);
            } else {
                model.calendar.selected = Some(visit);
            }
        }
        (Pane::Calendar, RowId::Day(day)) => calendar::go(model, out, day),
        (Pane::Calendar, RowId::Cell(person, day)) => {
            calendar::go(model, out, day);
            model.calendar.stand_on(person);
        }
        (Pane::Calendar, _) => {}
    }
}
