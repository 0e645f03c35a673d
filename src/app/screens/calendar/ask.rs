//! What the calendar asks for: only what it shows, and each thing once.

use super::week;
use crate::app::calendar::{Shape, WEEK_HEAD, shape};
use crate::app::effect::Effect;
use crate::app::model::{Connection, Model, Pane};
use crate::app::wire::Asked;
use crate::domain::time::Day;
use crate::service::api::{By, Query, Request, SPAN, Span, SpanAsk};

/// Asks for what the calendar shows and does not hold.
pub(crate) fn need(model: &mut Model, out: &mut Vec<Effect>) {
    let covered = model.layers.iter().any(|l| l.page().is_some());
    if covered || matches!(model.connection, Connection::Offline { .. }) {
        return;
    }
    let Some((shape, _)) = shape(model) else { return };
    match shape {
        Shape::Grid | Shape::Trouble => {
            if model.calendar.board.is_none() && !model.calendar.waiting {
                model.ask_board(out);
            }
        }
        Shape::Agenda => {
            if model.calendar.agenda.list.is_none() && !model.calendar.agenda.waiting {
                model.open_list(out, Pane::Calendar);
            }
        }
        Shape::People | Shape::Days | Shape::Month => {
            // A week with its people and a week with its deadlines are two answers.
            model.calendar.spans.retain(|_, s| s.deadlines_to.is_none() == (shape == Shape::People));
            for week in model.calendar.weeks(shape) {
                if lacks(model, shape, week) && model.calendar.asked.insert(week) {
                    ask(model, out, shape, week);
                }
            }
        }
    }
}

/// Asks again for what the calendar shows.
pub(crate) fn refresh(model: &mut Model, out: &mut Vec<Effect>) {
    let Some((shape, _)) = shape(model) else { return };
    match shape {
        Shape::Grid | Shape::Trouble => {
            model.refresh_one(out, &Asked::Board);
            // What other views hold is old as well.
            model.calendar.spans.clear();
        }
        Shape::Agenda => {
            if model.calendar.agenda.list.is_some() {
                model.refresh_one(out, &Asked::Rows { pane: Pane::Calendar, scroll: false });
            } else {
                model.open_list(out, Pane::Calendar);
            }
            model.calendar.board = None;
            model.calendar.waiting = false;
            model.calendar.spans.clear();
        }
        Shape::People | Shape::Days | Shape::Month => {
            model.calendar.board = None;
            model.calendar.waiting = false;
            for week in model.calendar.weeks(shape) {
                model.calendar.asked.insert(week);
                ask(model, out, shape, week);
            }
        }
    }
}

/// Whether the rows that stand on the screen are not held.
fn lacks(model: &Model, shape: Shape, week: Day) -> bool {
    let Some(span) = model.calendar.spans.get(&week) else { return true };
    if shape != Shape::People {
        return false;
    }
    let (top, room) = (model.calendar.row_top, u32::from(week::room(model)));
    let end = top.saturating_add(room).min(span.total);
    let held = span.first..span.first.saturating_add(span.rows.len() as u32);
    span.total > 0 && top < end && (top < held.start || end > held.end)
}

fn ask(model: &mut Model, out: &mut Vec<Effect>, shape: Shape, week: Day) {
    let room = u32::from(week::room(model));
    let people = shape == Shape::People;
    let ask = SpanAsk {
        from: week,
        days: SPAN,
        mine: model.calendar.mine,
        only: model.calendar.only,
        by: if people { model.calendar.by } else { By::Caregiver },
        first: if people { model.calendar.row_top.saturating_sub(3 * room) } else { 0 },
        rows: if people { (7 * room).clamp(20, 400) as u16 } else { 0 },
        deadlines: !people,
    };
    model.ask_fresh(out, Asked::Span(ask.clone()), Request::Query(Query::Span(ask)));
}

/// A week has come.
pub(crate) fn span_arrived(model: &mut Model, asked: &SpanAsk, span: Span) {
    let Some((shape, place)) = shape(model) else { return };
    let people = shape == Shape::People;
    let wanted = model.calendar.weeks(shape).contains(&span.from)
        && asked.mine == model.calendar.mine
        && asked.only == model.calendar.only
        && people == (asked.rows > 0)
        && (!people || asked.by == model.calendar.by);
    if !wanted {
        return;
    }
    model.calendar.asked.remove(&span.from);
    if !people {
        model.calendar.spans.insert(span.from, span);
        return;
    }
    let order = |s: &Span| (s.first, s.rows.iter().map(|r| r.person).collect::<Vec<_>>());
    let old = model.calendar.spans.get(&span.from);
    let moved = old.is_some_and(|old| old.first == span.first && order(old) != order(&span));
    if moved {
        model.calendar.held_span = Some(span);
        return;
    }
    week::take(&mut model.calendar, span, place.body.h.saturating_sub(WEEK_HEAD));
}
