//! The week by caregiver or client: rows held by who they are, days across.

use super::go;
use crate::app::calendar::{CalendarPane, WEEK_HEAD, Whose, shape};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::moving::Step;
use crate::service::api::Span;

/// Rows of people that fit.
pub(super) fn room(model: &Model) -> u16 {
    shape(model).map_or(1, |(_, place)| place.body.h.saturating_sub(WEEK_HEAD)).max(1)
}

/// Moves the marker: over people and days.
pub(super) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    let room = room(model);
    match step {
        Step::Left => return go(model, out, model.calendar.day.plus(-1)),
        Step::Right => return go(model, out, model.calendar.day.plus(1)),
        _ => {}
    }
    let Some(total) = model.calendar.week().map(|s| s.total) else { return };
    let to = step.from(model.calendar.row_at as usize, total as usize, usize::from(room)) as u32;
    stand(&mut model.calendar, to, room);
    super::need(model, out);
}

/// Puts the marker on a place; its row may still be on its way.
fn stand(calendar: &mut CalendarPane, at: u32, room: u16) {
    let Some(span) = calendar.spans.get(&calendar.day.week_start()) else { return };
    calendar.row_at = at.min(span.total.saturating_sub(1));
    calendar.row =
        calendar.row_at.checked_sub(span.first).and_then(|n| span.rows.get(n as usize)).map(|r| Whose(r.person));
    keep_in_view(calendar, room);
}

/// Rows stand still while the marker goes over them; where it leaves them, half a page comes in at once. A row at a time
/// would send the whole page with every key.
fn keep_in_view(calendar: &mut CalendarPane, room: u16) {
    let room = u32::from(room.max(1));
    let half = room / 2;
    if calendar.row_at < calendar.row_top {
        calendar.row_top = calendar.row_at.saturating_sub(half);
    } else if calendar.row_at >= calendar.row_top.saturating_add(room) {
        let total = calendar.week().map_or(0, |s| s.total);
        calendar.row_top = (calendar.row_at - half).min(total.saturating_sub(room)).max(calendar.row_at + 1 - room);
    }
}

/// Rows come in: the marker stays on its person, wherever she now stands.
pub(super) fn take(calendar: &mut CalendarPane, span: Span, room: u16) {
    calendar.held_span = None;
    let found = calendar.row.and_then(|who| span.rows.iter().position(|r| Whose(r.person) == who));
    let (from, first) = (span.from, span.first);
    let known = calendar.spans.insert(from, span).is_some();
    match found {
        Some(place) => {
            let offset = calendar.row_at.saturating_sub(calendar.row_top);
            calendar.row_at = first + place as u32;
            calendar.row_top = calendar.row_at.saturating_sub(offset);
            keep_in_view(calendar, room);
        }
        // Who stood under the marker has gone: the marker goes nowhere by itself, but a page just turned needs one.
        None if !known || calendar.row.is_none() => {
            let at = if known { calendar.row_at } else { 0 };
            stand(calendar, at, room);
        }
        None => {}
    }
}

/// Lets in a week that waited.
pub(crate) fn let_in(model: &mut Model) {
    let room = room(model);
    if let Some(span) = model.calendar.held_span.take()
        && span.from == model.calendar.day.week_start()
    {
        take(&mut model.calendar, span, room);
    }
}
