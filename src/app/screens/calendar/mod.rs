//! 2 Calendar: its views, turning its pages, and what Enter and Esc mean there.

mod ask;
mod grid;
mod hold;
pub(crate) mod only;
mod week;

pub(crate) use ask::{need, refresh, span_arrived};
pub use grid::columns_that_fit;
pub(crate) use grid::take;
pub(crate) use hold::hold;
pub(crate) use week::let_in;

use crate::app::calendar::{CalendarView, Shape, Whose, shape};
use crate::app::effect::Effect;
use crate::app::model::{Model, Pane, Tone};
use crate::app::moving::{self, Step};
use crate::app::windows;
use crate::app::wire::Asked;
use crate::domain::time::{Day, MINUTE};
use crate::service::api::{By, Request};

/// Days before and after today that the calendar goes to.
const FURTHEST: i32 = 36_500;

/// What the calendar shows; as on a whole screen while it is not on it.
pub(crate) fn here(model: &Model) -> Shape {
    shape(model).map_or(Shape::Grid, |(shape, _)| shape)
}

/// Moves the marker: over time and people, rows, or days.
pub(crate) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    match here(model) {
        Shape::Grid => grid::step(model, out, step),
        Shape::Trouble => needs(model, step),
        Shape::Agenda => moving::pane_step(model, out, Pane::Calendar, step),
        Shape::People => week::step(model, out, step),
        Shape::Days => {
            let by = match step {
                Step::Up => -1,
                Step::Down => 1,
                Step::By(n) => i32::from(n),
                Step::HalfUp => -7,
                Step::HalfDown => 7,
                Step::First => model.calendar.day.week_start().since(model.calendar.day),
                Step::Last => model.calendar.day.week_start().plus(6).since(model.calendar.day),
                Step::Left | Step::Right => 0,
            };
            go(model, out, model.calendar.day.plus(by));
        }
        Shape::Month => {
            let day = model.calendar.day;
            let to = match step {
                Step::Left => day.plus(-1),
                Step::Right => day.plus(1),
                Step::Up => day.plus(-7),
                Step::Down => day.plus(7),
                Step::By(n) => day.plus(7 * i32::from(n)),
                Step::HalfUp => day.plus(-14),
                Step::HalfDown => day.plus(14),
                Step::First => day.month_start(),
                Step::Last => day.month_start().months_on(1).plus(-1),
            };
            go(model, out, to);
        }
    }
}

/// Up and down among what still needs somebody.
fn needs(model: &mut Model, step: Step) {
    let minute = model.zone.civil(model.now).1;
    let rows = usize::from(model.height(Pane::Calendar));
    let needs = model.calendar.needs(minute, true);
    let Some(here) = model.calendar.needed(minute, true) else { return };
    let at = needs.iter().position(|v| v.id == here.id).unwrap_or(0);
    model.calendar.selected = needs.get(step.from(at, needs.len(), rows)).map(|v| v.id);
}

/// The calendar gets the room for a grid: the marker stays on the visit where it stood.
pub(crate) fn spread(model: &mut Model) {
    if model.focus == Pane::Calendar && here(model) == Shape::Trouble {
        let minute = model.zone.civil(model.now).1;
        model.calendar.selected = model.calendar.needed(minute, true).map(|v| v.id).or(model.calendar.selected);
    }
}

/// Another view of the same day.
pub(crate) fn view(model: &mut Model, out: &mut Vec<Effect>, view: CalendarView) {
    if view == CalendarView::Day && here(model) == Shape::Trouble {
        spread(model);
        model.zoom = true;
    } else if model.calendar.view == view && model.calendar.came_from.is_none() {
        model.toast(Tone::Plain, "it is what is shown");
    }
    model.calendar.view = view;
    model.calendar.came_from = None;
    turned(model, out);
    if view == CalendarView::Day && here(model) == Shape::Agenda {
        model.toast(Tone::Plain, "narrow here: one visit after the other");
    }
}

/// By caregiver, or by client.
pub(crate) fn by(model: &mut Model, out: &mut Vec<Effect>) {
    let calendar = &mut model.calendar;
    calendar.by = if calendar.by == By::Caregiver { By::Client } else { By::Caregiver };
    (calendar.row, calendar.row_at, calendar.row_top, calendar.left) = (None, 0, 0, 0);
    // The marker stays on its visit, in whosever column that now stands.
    calendar.board = None;
    calendar.held = None;
    calendar.waiting = false;
    calendar.spans.clear();
    turned(model, out);
}

/// Mine, or everybody's: all that is held is of the other.
pub(crate) fn whose(model: &mut Model, out: &mut Vec<Effect>) {
    let day = model.calendar.day;
    model.calendar.spans.clear();
    forget_day(model, out);
    model.calendar.day = day;
    turned(model, out);
}

/// The day, week or month after or before; 0 is today.
pub(crate) fn turn(model: &mut Model, out: &mut Vec<Effect>, by: i32) {
    let day = model.calendar.day;
    let to = match model.calendar.view {
        _ if by == 0 => model.zone.day(model.now),
        CalendarView::Day | CalendarView::Agenda => day.plus(by),
        CalendarView::Week => day.plus(7 * by),
        CalendarView::Month => day.months_on(by),
    };
    if by == 0 && to == day {
        model.toast(Tone::Plain, "this is today");
    } else if to.since(model.zone.day(model.now)).abs() > FURTHEST {
        model.toast(Tone::Plain, "the calendar ends here");
    }
    go(model, out, to);
}

/// An agenda just opened: the marker goes to the first visit that is not over, as far as it is among the rows that came.
pub(crate) fn to_now(model: &mut Model) {
    let (height, now) = (model.height(Pane::Calendar), model.now);
    let agenda = &mut model.calendar.agenda;
    let ends = |v: &crate::service::api::VisitRow| v.start.plus(i64::from(v.minutes) * MINUTE);
    if let Some(place) = agenda.rows.iter().position(|v| ends(v) > now) {
        windows::move_to(agenda, agenda.from + place as u32, height);
    }
}

/// To a day.
pub(crate) fn go(model: &mut Model, out: &mut Vec<Effect>, day: Day) {
    if day == model.calendar.day || day.since(model.zone.day(model.now)).abs() > FURTHEST {
        return;
    }
    let week = model.calendar.day.week_start();
    forget_day(model, out);
    model.calendar.day = day;
    if week != day.week_start() {
        model.calendar.held_span = None;
    }
    turned(model, out);
}

/// What is held of one day is of another one now.
fn forget_day(model: &mut Model, out: &mut Vec<Effect>) {
    let calendar = &mut model.calendar;
    calendar.board = None;
    calendar.held = None;
    calendar.waiting = false;
    calendar.selected = None;
    calendar.wanted = None;
    let words = std::mem::take(&mut calendar.agenda.words);
    let old = calendar.agenda.list.take();
    calendar.agenda = crate::app::pane::ListPane::new(calendar.mine);
    calendar.agenda.words = words;
    calendar.agenda.waiting = false;
    let never_shown = model.wire.opened[Pane::Calendar.index()].take().map(|l| l.list);
    for list in old.into_iter().chain(never_shown) {
        model.send(out, Asked::Nothing, Request::CloseList(list));
    }
}

/// Weeks of other pages are let go, and what this page lacks is asked for.
fn turned(model: &mut Model, out: &mut Vec<Effect>) {
    let weeks = model.calendar.weeks(here(model));
    model.calendar.spans.retain(|day, _| weeks.contains(day));
    model.calendar.asked.clear();
    need(model, out);
}

/// Enter where a day, or somebody's day, is under the marker: into it. Whether it was one.
pub(crate) fn into_day(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let from = model.calendar.view;
    match here(model) {
        Shape::Grid | Shape::Agenda | Shape::Trouble => return false,
        Shape::Days | Shape::Month => {}
        Shape::People => {
            let Some(person) = model.calendar.week_row().map(|r| r.person) else {
                model.toast(Tone::Plain, "no row is selected");
                return true;
            };
            forget_day(model, out);
            model.calendar.wanted = Some(Whose(person));
        }
    }
    model.calendar.view = CalendarView::Day;
    model.calendar.came_from = Some(from);
    turned(model, out);
    true
}

/// Esc: back to the view that Enter came from. Whether there was one.
pub(crate) fn out_of_day(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let Some(view) = model.calendar.came_from.take() else { return false };
    model.calendar.view = view;
    turned(model, out);
    true
}
