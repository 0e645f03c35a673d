//! Visits one after the other, where a grid does not fit.

use super::{by_start, doubt, mark, mark_style};
use crate::app::model::{Pane, Target};
use crate::app::pane::RowId;
use crate::domain::time::clock;
use crate::service::api::{Board, Person, VisitRow};
use crate::ui::draw::Canvas;
use crate::ui::glyphs::VisitMark;
use crate::ui::names::Who;
use crate::ui::screens::alerts::put;
use crate::ui::screens::list::fitted;
use crate::ui::widgets::columns::{Column, fit};
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// All visits of the day.
pub(super) fn draw(canvas: &mut Canvas, body: Rect, board: &Board, lines: u16) {
    let visits = by_start(board);
    let pane = &canvas.model.calendar;
    let minute = canvas.model.zone.civil(canvas.model.now).1;
    let at = visits
        .iter()
        .position(|v| Some(v.id) == pane.selected)
        .or_else(|| visits.iter().position(|v| v.minute >= minute))
        .unwrap_or(0);
    let room = usize::from(body.height / lines.max(1));
    let top = window(usize::from(pane.top), at, visits.len(), room);
    for (n, visit) in visits.iter().skip(top).take(room).enumerate() {
        let place = Rect::new(body.x, body.y + n as u16 * lines, body.width, lines);
        canvas.hits.add(place, Target::Row(Pane::Calendar, RowId::Visit(visit.id)));
        row(canvas, place, visit, lines);
    }
}

/// What still needs somebody, then what comes next: beside the focused pane.
pub(super) fn trouble(canvas: &mut Canvas, body: Rect, board: &Board) {
    let minute = canvas.model.zone.civil(canvas.model.now).1;
    let mut visits = by_start(board);
    visits.retain(|v| !matches!(mark(v), VisitMark::Done | VisitMark::Cancelled | VisitMark::There));
    visits.sort_by_key(|v| (mark(v) == VisitMark::Planned, v.minute < minute && mark(v) == VisitMark::Planned));
    for (n, visit) in visits.iter().take(usize::from(body.height)).enumerate() {
        let place = Rect::new(body.x, body.y + n as u16, body.width, 1);
        canvas.hits.add(place, Target::Row(Pane::Calendar, RowId::Visit(visit.id)));
        row(canvas, place, visit, 1);
    }
}

fn row(canvas: &mut Canvas, at: Rect, visit: &VisitRow, lines: u16) {
    let theme = canvas.pen.theme;
    let mark = mark(visit);
    let style = mark_style(theme, mark);
    let selected = canvas.model.calendar.selected == Some(visit.id);
    let focused = canvas.model.focus == Pane::Calendar;
    let standing = Standing { selected, focused, ..Standing::default() };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let end = canvas.pen.text(x, at.y, 5, &clock(visit.minute), theme.dim) + 1;
    let end = canvas.pen.text(end, at.y, 1, theme.glyphs.visit(mark), style) + 1;
    let width = at.right().saturating_sub(end);
    let name = name_style(&canvas.pen, standing, style);
    let who = who(visit);
    let said = said(canvas, visit);
    if lines > 1 {
        client(canvas, visit, (end, at.y, width), name);
        let text = [who.as_str(), &visit.service, &said].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
        canvas.pen.text(at.x + 2, at.y + 1, at.width.saturating_sub(2), &text.join(" · "), theme.dim);
        return;
    }
    let [whose, staff, word] = fit([Column::text(8, 22, 0), Column::rest(12, 1), Column::fixed(12, 2)], width);
    put(canvas, whose, end, at.y, |canvas, x, w| {
        client(canvas, visit, (x, at.y, w), name);
    });
    put(canvas, staff, end, at.y, |canvas, x, w| {
        canvas.pen.text(x, at.y, w, &who, theme.dim);
    });
    put(canvas, word, end, at.y, |canvas, x, w| {
        canvas.pen.text(x, at.y, w, &said, theme.dim);
    });
}

fn client(canvas: &mut Canvas, visit: &VisitRow, (x, y, room): (u16, u16, u16), style: ratatui::style::Style) {
    let name = fitted(canvas, &Who::of(Person::Client(visit.client)), &visit.client_name, room);
    canvas.pen.text(x, y, room, &name, style);
}

fn who(visit: &VisitRow) -> String {
    if visit.staff.is_some() {
        format!("{} {}", visit.staff_name, visit.discipline.word())
    } else {
        format!("{}: nobody", visit.discipline.word())
    }
}

/// What is known of it, and from where.
fn said(canvas: &Canvas, visit: &VisitRow) -> String {
    let actual = visit.left.or(visit.arrived);
    match (actual, doubt(visit)) {
        (Some((at, source)), _) => format!("{} {}", source.word(), clock(canvas.model.zone.civil(at).1)),
        (None, Some(word)) => word.to_owned(),
        (None, None) => String::new(),
    }
}
