//! A week: people down and days across; where that is too narrow, a line for each day.

use super::counts;
use crate::app::calendar::{WEEK_HEAD, Whose};
use crate::app::model::{Pane, Target};
use crate::app::pane::RowId;
use crate::domain::time::{WEEKDAYS, hours_short};
use crate::domain::visit::VisitCounts;
use crate::service::api::{By, SPAN, Span, SpanRow};
use crate::ui::draw::Canvas;
use crate::ui::pen::Piece;
use crate::ui::widgets::rows::{Standing, marker, name_style};
use ratatui::layout::Rect;

/// `38.5h` at the right end.
const HOURS: u16 = 7;

/// Where the columns of a week stand.
struct Columns {
    name: u16,
    day: u16,
    hours: bool,
    /// Digits of the longest count: all of them end in one column.
    digits: u16,
}

/// Where they stand; hours are said of everybody's visits alone, because of mine they would be too few.
fn columns(width: u16, hours: bool, span: &Span) -> Columns {
    let days = u16::from(SPAN);
    let hours = hours && width >= 70;
    let rest = width.saturating_sub(1 + if hours { HOURS } else { 0 });
    // A day's cell is worth more than the end of a name, up to where it says all.
    let day = (rest.saturating_sub(12) / days).clamp(3, 20);
    let most = span.days.iter().map(|d| d.visits.total()).max().unwrap_or(0);
    let digits = (most.to_string().len() as u16).max(2);
    Columns { name: rest.saturating_sub(day * days).clamp(6, 24), day, hours, digits }
}

/// Caregivers or clients, and their days.
pub(super) fn people(canvas: &mut Canvas, body: Rect) {
    let pane = &canvas.model.calendar;
    let Some(span) = pane.week() else { return super::say(canvas, body, "…") };
    let columns = columns(body.width, !pane.mine && pane.by == By::Caregiver, span);
    head(canvas, body, span, &columns);
    if span.total == 0 {
        let below = Rect::new(body.x, body.y + WEEK_HEAD, body.width, body.height.saturating_sub(WEEK_HEAD));
        return super::say(canvas, below, "No visits in this week.");
    }
    let room = body.height.saturating_sub(WEEK_HEAD);
    for n in 0..room {
        let place = pane.row_top + u32::from(n);
        if place >= span.total {
            break;
        }
        let at = Rect::new(body.x, body.y + WEEK_HEAD + n, body.width, 1);
        match place.checked_sub(span.first).and_then(|n| span.rows.get(n as usize)) {
            Some(found) => row(canvas, at, span, found, &columns),
            None => super::say(canvas, at, "…"),
        }
    }
}

/// The days, today's in the accent, and what each comes to.
fn head(canvas: &mut Canvas, body: Rect, span: &Span, columns: &Columns) {
    let (theme, model) = (canvas.pen.theme, canvas.model);
    let today = model.zone.day(model.now);
    canvas.pen.text(body.x + 1, body.y + 1, columns.name, "all", theme.dim);
    for (n, day) in span.days.iter().enumerate() {
        let x = body.x + 1 + columns.name + n as u16 * columns.day;
        let (_, _, date) = day.day.ymd();
        let weekday = WEEKDAYS[day.day.weekday()];
        let name = if columns.day >= 7 { format!("{weekday} {date}") } else { format!("{}{date}", &weekday[..1]) };
        let style = if day.day == today { theme.accent } else { theme.dim };
        let end = canvas.pen.text(x, body.y, columns.day - 1, &name, style);
        if day.day == model.calendar.day && end < x + columns.day - 1 {
            canvas.pen.text(end + u16::from(columns.day >= 7), body.y, 1, theme.glyphs.down, theme.accent);
        }
        let sum = counts::pieces(theme, &day.visits, columns.day - 1, columns.digits);
        canvas.pen.pieces(x, body.y + 1, columns.day - 1, &sum);
    }
}

fn row(canvas: &mut Canvas, at: Rect, span: &Span, row: &SpanRow, columns: &Columns) {
    let (theme, model) = (canvas.pen.theme, canvas.model);
    let selected = model.calendar.row == Some(Whose(row.person));
    let focused = model.focus == Pane::Calendar;
    let standing = Standing { selected, focused, ..Standing::default() };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let plain = if row.person.is_none() { theme.strong } else { theme.text };
    let style = if selected && focused { theme.resting } else { name_style(&canvas.pen, standing, plain) };
    canvas.pen.text(x, at.y, columns.name.saturating_sub(1), &row.name, style);
    let none = VisitCounts::default();
    for (n, day) in span.days.iter().enumerate() {
        let x = x + columns.name + n as u16 * columns.day;
        let counts = row.days.get(n).unwrap_or(&none);
        let mut pieces = counts::pieces(theme, counts, columns.day - 1, columns.digits);
        if selected && day.day == model.calendar.day {
            let style = if focused { theme.selected } else { theme.resting };
            let text = pieces.iter().map(|p| p.text.as_str()).collect::<String>();
            let words = text.trim_start();
            let air = " ".repeat(text.len() - words.len());
            pieces = vec![Piece::new(air, theme.text), Piece::new(words, style)];
        }
        // On a slow line a zero is left out: it is most of what a week has.
        if canvas.pen.rules || counts.total() > 0 || selected {
            canvas.pen.pieces(x, at.y, columns.day - 1, &pieces);
        }
        let cell = RowId::Cell(row.person, day.day);
        canvas.hits.add(Rect::new(x, at.y, columns.day, 1), Target::Row(Pane::Calendar, cell));
    }
    if columns.hours && row.person.is_some() {
        let text = hours_short(row.minutes);
        canvas.pen.right(at.right().saturating_sub(1), at.y, HOURS, &text, theme.dim);
    }
}

/// A line for each day, and the one under the marker in words.
pub(super) fn days(canvas: &mut Canvas, body: Rect) {
    let (theme, model) = (canvas.pen.theme, canvas.model);
    let Some(span) = model.calendar.week() else { return super::say(canvas, body, "…") };
    let today = model.zone.day(model.now);
    for (n, day) in span.days.iter().enumerate().take(usize::from(body.height)) {
        let at = Rect::new(body.x, body.y + n as u16, body.width, 1);
        let selected = day.day == model.calendar.day;
        let focused = model.focus == Pane::Calendar;
        let standing = Standing { selected, focused, ..Standing::default() };
        let x = marker(&mut canvas.pen, at.x, at.y, standing);
        let plain = if day.day == today { theme.accent } else { theme.text };
        let name = name_style(&canvas.pen, standing, plain);
        canvas.pen.text(x, at.y, 10, &day.day.short(), name);
        let total = day.visits.total();
        let style = if total == 0 { theme.dim } else { theme.text };
        canvas.pen.right(x + 15, at.y, 5, &total.to_string(), style);
        let due = counts::due(day);
        let tail = if due > 0 { format!("{due} due") } else { String::new() };
        let cells = crate::ui::cells(&tail);
        let room = at.right().saturating_sub(x + 15 + cells + u16::from(cells > 0) + 1);
        let mut marks = counts::marks(theme, &day.visits);
        while crate::ui::pen::pieces_width(&marks) > room {
            marks.pop();
        }
        canvas.pen.pieces(x + 15, at.y, room, &marks);
        canvas.pen.right(at.right().saturating_sub(1), at.y, cells, &tail, theme.text);
        canvas.hits.add(at, Target::Row(Pane::Calendar, RowId::Day(day.day)));
    }
    if canvas.phone() && body.height > u16::from(SPAN) {
        let below = Rect::new(body.x, body.y + u16::from(SPAN), body.width, body.height - u16::from(SPAN));
        super::say(canvas, below, &counts::of_day(model));
    }
}
