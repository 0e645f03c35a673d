//! The four panes: focus, zoom, order, marks, days.

use crate::app::effect::Effect;
use crate::app::layering;
use crate::app::layout::{self, Seam};
use crate::app::model::{Model, Pane, Tone};
use crate::app::mouse;
use crate::app::pane::{ListPane, Mark, Row};
use crate::app::screens::{confirm, day_plan, evv};
use crate::app::windows;
use crate::service::api::Sort;

/// Focuses a pane by its number from 0.
pub(crate) fn focus(model: &mut Model, n: usize) {
    if let Some(pane) = Pane::ALL.get(n) {
        model.focus = *pane;
    }
}

/// Focuses the pane so many further.
pub(crate) fn turn(model: &mut Model, by: usize) {
    focus(model, (model.focus.index() + by) % Pane::ALL.len());
}

/// Gives the pane the whole room, or takes it back.
pub(crate) fn zoom(model: &mut Model, _: &mut Vec<Effect>) {
    super::calendar::spread(model);
    model.zoom = !model.zoom;
}

/// How far a seam goes with one press.
const STEP: u16 = 4;

/// The focused pane gets more columns, or fewer.
pub(crate) fn widen(model: &mut Model, out: &mut Vec<Effect>, more: bool) {
    let left = matches!(model.focus, Pane::Alerts | Pane::Caseload);
    push(model, out, Seam::Across, more == left);
}

/// The focused pane gets more rows, or fewer.
pub(crate) fn heighten(model: &mut Model, out: &mut Vec<Effect>, more: bool) {
    let upper = matches!(model.focus, Pane::Alerts | Pane::Calendar);
    push(model, out, Seam::Down, more == upper);
}

/// A seam goes right or down, or the other way.
fn push(model: &mut Model, out: &mut Vec<Effect>, seam: Seam, on: bool) {
    let Some(seams) = layout::of(model).seams else { return };
    let by = |at: u16| if on { at.saturating_add(STEP) } else { at.saturating_sub(STEP) };
    let x = by((seams.room.x + seams.left).saturating_sub(1));
    let y = by(seams.room.y + seams.upper.unwrap_or_default());
    model.split = seams.moved(model.split, seam, x, y);
    mouse::keep_panes(model, out);
}

/// All panes as wide and high as usual, on terminals like this one.
pub(crate) fn usual_size(model: &mut Model, out: &mut Vec<Effect>) {
    model.split = layout::Split::default();
    mouse::keep_panes(model, out);
}

/// Whether the panes share the room, so that one can get more of it.
pub(crate) fn can_push(model: &Model) -> Result<(), String> {
    match layout::of(model).seams {
        Some(_) => Ok(()),
        None => Err("the panes share the room from 120 columns on, without zoom".to_owned()),
    }
}

/// By name, or in the pane's own order.
pub(crate) fn sort(model: &mut Model, out: &mut Vec<Effect>) {
    fn flip(sort: &mut Sort) -> &'static str {
        *sort = if *sort == Sort::Natural { Sort::Name } else { Sort::Natural };
        if *sort == Sort::Name { "sorted by name" } else { "in its own order" }
    }
    let words = match model.focus {
        Pane::Alerts => flip(&mut model.alerts.sort),
        Pane::Caseload => flip(&mut model.clients.sort),
        Pane::Team => flip(&mut model.staff.sort),
        Pane::Calendar => return,
    };
    model.toast(Tone::Plain, words);
    model.open_list(out, model.focus);
}

/// Mine, or everybody's.
pub(crate) fn mine(model: &mut Model, out: &mut Vec<Effect>) {
    let flag = match model.focus {
        Pane::Alerts => &mut model.alerts.mine,
        Pane::Caseload => &mut model.clients.mine,
        Pane::Team => &mut model.staff.mine,
        Pane::Calendar => &mut model.calendar.mine,
    };
    *flag = !*flag;
    let words = if *flag { "mine" } else { "everybody's" };
    model.toast(Tone::Plain, words);
    if model.focus == Pane::Calendar {
        // Mine is nobody else's team.
        if model.calendar.mine {
            model.calendar.only.team = None;
        }
        super::calendar::whose(model, out);
    } else {
        model.open_list(out, model.focus);
    }
}

fn toggle<R: Row>(pane: &mut ListPane<R>) {
    let Some(row) = pane.current() else { return };
    let mark = Mark { id: row.id(), name: row.name().to_owned(), tier: row.tier() };
    if pane.is_marked(mark.id) {
        pane.marks.retain(|m| m.id != mark.id);
    } else {
        pane.marks.push(mark);
    }
}

/// Marks the alert under the marker, or takes the mark off; the marker stays.
pub(crate) fn mark_here(model: &mut Model) {
    toggle(&mut model.alerts);
}

fn add<R: Row>(pane: &mut ListPane<R>, from: u32, to: u32) {
    for place in from..=to {
        if pane.ghost.as_ref().is_some_and(|g| g.at == place) {
            continue;
        }
        let Some(row) = pane.at(place) else { continue };
        let mark = Mark { id: row.id(), name: row.name().to_owned(), tier: row.tier() };
        if !pane.is_marked(mark.id) {
            pane.marks.push(mark);
        }
    }
}

/// Marks the row and goes on to the next.
pub(crate) fn mark(model: &mut Model, out: &mut Vec<Effect>) {
    if day_plan::mark(model) {
        return;
    }
    if evv::mark(model) {
        return crate::app::moving::step(model, out, crate::app::moving::Step::Down);
    }
    match model.focus {
        Pane::Alerts => toggle(&mut model.alerts),
        Pane::Caseload => toggle(&mut model.clients),
        Pane::Team => toggle(&mut model.staff),
        Pane::Calendar => {}
    }
    crate::app::moving::step(model, out, crate::app::moving::Step::Down);
}

/// First press: here it starts. Second press: to here.
pub(crate) fn range(model: &mut Model, _: &mut Vec<Effect>) {
    if day_plan::range(model) {
        return;
    }
    fn go<R: Row>(pane: &mut ListPane<R>) -> Option<&'static str> {
        match pane.range.take() {
            None => {
                pane.range = Some(pane.cursor);
                Some("the range starts here: again where it ends")
            }
            Some(start) => {
                let (from, to) = (start.min(pane.cursor), start.max(pane.cursor));
                add(pane, from, to.min(from.saturating_add(399)));
                None
            }
        }
    }
    let words = match model.focus {
        Pane::Alerts => go(&mut model.alerts),
        Pane::Caseload => go(&mut model.clients),
        Pane::Team => go(&mut model.staff),
        Pane::Calendar => None,
    };
    if let Some(words) = words {
        model.toast(Tone::Plain, words);
    }
}

/// Marks all rows on the screen.
pub(crate) fn mark_shown(model: &mut Model, _: &mut Vec<Effect>) {
    if day_plan::mark_all(model) {
        return;
    }
    fn go<R: Row>(pane: &mut ListPane<R>, height: u16) {
        let end = pane.places().min(pane.top.saturating_add(u32::from(height)));
        if end > pane.top {
            add(pane, pane.top, end - 1);
        }
    }
    if evv::mark_all(model) {
        return;
    }
    let height = model.height(model.focus);
    match model.focus {
        Pane::Alerts => go(&mut model.alerts, height),
        Pane::Caseload => go(&mut model.clients, height),
        Pane::Team => go(&mut model.staff, height),
        Pane::Calendar => {}
    }
}

/// Clears the marks of the focused pane; whether there were any.
pub(crate) fn unmark(model: &mut Model) -> bool {
    let (marks, range) = match model.focus {
        Pane::Alerts => (&mut model.alerts.marks, &mut model.alerts.range),
        Pane::Caseload => (&mut model.clients.marks, &mut model.clients.range),
        Pane::Team => (&mut model.staff.marks, &mut model.staff.range),
        Pane::Calendar => return false,
    };
    let any = !marks.is_empty() || range.is_some();
    marks.clear();
    *range = None;
    any
}

/// ctrl-g: the banner's alert. What is open is kept.
pub(crate) fn banner(model: &mut Model, out: &mut Vec<Effect>) {
    if model.banner.is_none() {
        return confirm::notes(model);
    }
    // One that came since the last frame is not the one that the key was meant for.
    let Some(banner) = model.banner.take_if(|b| model.wire.frame.banner == Some(b.key)) else { return };
    layering::all_back(model, out);
    model.focus = Pane::Alerts;
    let height = model.height(Pane::Alerts);
    if let Some(index) = model.alerts.rows.iter().position(|r| r.key == banner.key) {
        let place = model.alerts.from + index as u32;
        model.alerts.ghost = None;
        windows::move_to(&mut model.alerts, place, height);
        return;
    }
    // It is among what waits, or before the rows held: come in, and stand on it.
    model.wire.wanted = Some(banner.key);
    model.alerts.top = 0;
    model.alerts.cursor = 0;
    model.alerts.ghost = None;
    model.alerts.selected = None;
    model.refresh(out);
}
