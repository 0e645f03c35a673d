//! The calendar pane: one day's board. The marker is on a visit.

use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::model::{Model, Pane};
use crate::app::moving::Step;
use crate::app::pane::CalendarPane;
use crate::service::api::Board;

/// Columns of the clock at the left, and of one caregiver.
const CLOCK: u16 = 7;
const COLUMN: u16 = 9;

/// Caregivers that fit into this many columns of cells.
pub fn columns_that_fit(width: u16) -> u16 {
    (width.saturating_sub(CLOCK) / COLUMN).max(1)
}

/// Moves the marker: up and down in a caregiver's day, left and right to the visit nearest in time.
pub(crate) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    let width = layout::of(model).pane(Pane::Calendar).map_or(model.size.0, |p| p.body.w);
    let fit = columns_that_fit(width);
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
            let beside: Option<&_> = if step == Step::Left {
                board.list[..c].iter().rev().find(|x| !x.visits.is_empty())
            } else {
                board.list[c + 1..].iter().find(|x| !x.visits.is_empty())
            };
            beside.and_then(|x| x.visits.iter().min_by_key(|v| v.minute.abs_diff(minute))).map(|v| v.id)
        }
        other => column.get(other.from(r, column.len(), column.len())).map(|v| v.id),
    };
    if let Some(to) = to {
        calendar.selected = Some(to);
    }
    if let Some((c, _)) = calendar.place() {
        let at = calendar.board.as_ref().map_or(0, |b| b.from) + c as u16;
        if at < calendar.left {
            calendar.left = at;
        } else if at >= calendar.left.saturating_add(fit) {
            calendar.left = at + 1 - fit;
        }
    }
    let (from, end, all) =
        calendar.board.as_ref().map_or((0, 0, 0), |b| (b.from, b.from + b.list.len() as u16, b.columns));
    let left = calendar.left;
    if (left < from || left.saturating_add(fit) > end) && !(from == 0 && end >= all) {
        model.ask_board(out);
    }
}

/// Where the marker begins: in the first column, which is whoever called out if anybody did.
fn first(board: &Board) -> Option<crate::domain::ids::VisitId> {
    board.list.iter().flat_map(|c| &c.visits).next().map(|v| v.id)
}

/// A board comes in: the marker stays on its visit.
pub(crate) fn take(calendar: &mut CalendarPane, board: Board) {
    if board.day != calendar.day {
        return;
    }
    calendar.held = None;
    calendar.waiting = false;
    calendar.left = calendar.left.min(board.columns.saturating_sub(1));
    calendar.board = Some(board);
    if calendar.place().is_none() {
        calendar.selected = calendar.board.as_ref().and_then(first);
    }
}
