//! One day's board: time down, people across. The marker is on a visit.

use crate::app::calendar::{CalendarPane, Whose};
use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::model::{Model, Pane};
use crate::app::moving::Step;
use crate::domain::ids::VisitId;
use crate::domain::visit::VisitState;
use crate::service::api::{Board, BoardColumn};

/// Columns of the clock at the left, and of one person.
const CLOCK: u16 = 7;
const COLUMN: u16 = 9;

/// People that fit into this many columns of cells.
pub fn columns_that_fit(width: u16) -> u16 {
    (width.saturating_sub(CLOCK) / COLUMN).max(1)
}

/// Moves the marker: up and down in a person's day, left and right to the visit nearest in time.
pub(super) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    let width = layout::of(model).pane(Pane::Calendar).map_or(model.size.0, |p| p.body.w);
    let calendar = &mut model.calendar;
    let Some(board) = &calendar.board else { return };
    let Some((c, r)) = calendar.place() else {
        calendar.selected = first(board);
        return;
    };
    let column = &board.list[c].visits;
    let to = match step {
        Step::Left | Step::Right => {
            let minute = column[r].minute;
            let beside = if step == Step::Left { before(calendar, board, c, width) } else { behind(board, c) };
            beside.and_then(|x| x.visits.iter().min_by_key(|v| v.minute.abs_diff(minute))).map(|v| v.id)
        }
        other => column.get(other.from(r, column.len(), column.len())).map(|v| v.id),
    };
    if let Some(to) = to {
        calendar.selected = Some(to);
    }
    keep_in_view(model, out, width);
}

fn is_nobody(column: &BoardColumn) -> bool {
    column.person.is_none()
}

/// The column at the left; left of nobody's stands the last one on the screen.
fn before<'a>(calendar: &CalendarPane, board: &'a Board, c: usize, width: u16) -> Option<&'a BoardColumn> {
    let end = if is_nobody(&board.list[c]) {
        calendar.columns_shown(width).into_iter().rev().find(|n| *n < c).map_or(c, |n| n + 1)
    } else {
        c
    };
    board.list[..end].iter().rev().find(|x| !x.visits.is_empty())
}

/// The column at the right; nobody's only behind the very last, which may not have come.
fn behind(board: &Board, c: usize) -> Option<&BoardColumn> {
    let nobody = usize::from(board.list.last().is_some_and(is_nobody));
    let all = usize::from(board.from) + board.list.len() >= usize::from(board.columns);
    let end = if all { board.list.len() } else { board.list.len() - nobody };
    board.list.get(c + 1..end)?.iter().find(|x| !x.visits.is_empty())
}

/// Scrolls as little as shows the marker's column, and asks for columns that are not held.
pub(super) fn keep_in_view(model: &mut Model, out: &mut Vec<Effect>, width: u16) {
    let fit = columns_that_fit(width);
    let calendar = &mut model.calendar;
    let (Some(board), Some((c, _))) = (&calendar.board, calendar.place()) else { return };
    let nobody = u16::from(board.list.last().is_some_and(is_nobody));
    let room = fit.saturating_sub(nobody).max(1);
    if !is_nobody(&board.list[c]) {
        let at = board.from + c as u16;
        if at < calendar.left {
            calendar.left = at;
        } else if at >= calendar.left.saturating_add(room) {
            calendar.left = at + 1 - room;
        }
    }
    let held = board.list.len() as u16 - nobody;
    let (from, end, all) = (board.from, board.from + held, board.columns.saturating_sub(nobody));
    let left = calendar.left;
    if (left < from || (left.saturating_add(room) > end && end < all)) && !calendar.waiting {
        model.ask_board(out);
    }
}

/// Where the marker begins: in the first column, which is whoever called out if anybody did.
fn first(board: &Board) -> Option<VisitId> {
    board.list.iter().flat_map(|c| &c.visits).next().map(|v| v.id)
}

/// The visit of a column that matters most: what still needs somebody, what is still to come, the first.
fn matters(column: &BoardColumn) -> Option<VisitId> {
    let need = |state| match state {
        VisitState::CalledOut | VisitState::Late | VisitState::Missed => 0,
        VisitState::Planned | VisitState::Confirmed | VisitState::InProgress => 1,
        VisitState::Done | VisitState::Cancelled => 2,
    };
    column.visits.iter().min_by_key(|v| need(v.state)).map(|v| v.id)
}

/// A board comes in: the marker stays on its visit.
pub(crate) fn take(calendar: &mut CalendarPane, board: Board) {
    if board.day != calendar.day || board.by != calendar.by {
        return;
    }
    calendar.held = None;
    calendar.waiting = false;
    calendar.left = calendar.left.min(board.columns.saturating_sub(1));
    if let Some(Whose(person)) = calendar.wanted.take()
        && let Some(place) = board.list.iter().position(|c| c.person == person)
    {
        calendar.selected = matters(&board.list[place]);
        if person.is_some() {
            calendar.left = board.from + place as u16;
        }
    }
    calendar.board = Some(board);
    super::hold::place(calendar);
    if calendar.place().is_none() {
        calendar.selected = calendar.board.as_ref().and_then(first);
    }
}
