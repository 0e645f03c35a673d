//! The visit in the hand, shown where it would stand.

use super::grid;
use crate::app::calendar::CalendarPane;
use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::model::{Model, Pane};
use crate::service::api::{Board, BoardColumn, By, Person, VisitRow};

/// Shows a visit where it would stand, and keeps it on the screen.
pub(crate) fn hold(model: &mut Model, out: &mut Vec<Effect>, row: VisitRow) {
    model.calendar.selected = Some(row.id);
    model.calendar.lifted = Some(row);
    place(&mut model.calendar);
    let width = layout::of(model).pane(Pane::Calendar).map_or(model.size.0, |p| p.body.w);
    grid::keep_in_view(model, out, width);
}

/// Puts it into the board that has come.
pub(super) fn place(calendar: &mut CalendarPane) {
    let (Some(board), Some(row)) = (&mut calendar.board, &calendar.lifted) else { return };
    for column in &mut board.list {
        column.visits.retain(|v| v.id != row.id);
    }
    if board.day != row.day {
        return;
    }
    let person = match board.by {
        By::Client => Some(Person::Client(row.client)),
        By::Caregiver => row.staff.map(Person::Staff),
    };
    let at = board.list.iter().position(|c| c.person == person).unwrap_or_else(|| new_column(board, row, person));
    if let Some(column) = board.list.get_mut(at) {
        let before = column.visits.partition_point(|v| v.minute <= row.minute);
        column.visits.insert(before, row.clone());
    }
    calendar.selected = Some(row.id);
}

/// Whoever has no visit that day has no column yet: theirs stands among the others by name.
fn new_column(board: &mut Board, row: &VisitRow, person: Option<Person>) -> usize {
    let name = match board.by {
        By::Client => row.client_name.clone(),
        By::Caregiver if person.is_none() => "nobody".to_owned(),
        By::Caregiver => row.staff_name.clone(),
    };
    let later = |c: &BoardColumn| c.person.is_none() || (!c.out && c.name > name);
    let at = if person.is_none() { None } else { board.list.iter().position(later) };
    let at = at.unwrap_or(board.list.len());
    board.list.insert(at, BoardColumn { person, name, out: false, visits: Vec::new() });
    board.columns = board.columns.saturating_add(1);
    at
}
