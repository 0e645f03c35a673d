//! A month: weeks down, weekdays across; in each day how many visits, how many uncovered, how many deadlines.

use super::counts;
use crate::app::calendar::Shape;
use crate::app::model::{Pane, Target};
use crate::app::pane::RowId;
use crate::domain::time::{Day, WEEKDAYS};
use crate::domain::visit::VisitMark;
use crate::service::api::DayCount;
use crate::ui::draw::Canvas;
use crate::ui::pen::Piece;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the month.
pub(super) fn draw(canvas: &mut Canvas, body: Rect) {
    let (theme, model) = (canvas.pen.theme, canvas.model);
    let weeks = model.calendar.weeks(Shape::Month);
    let wide = body.width / 7;
    if wide < 4 || body.height < 2 {
        return super::say(canvas, body, &counts::of_day(model));
    }
    for n in 0..7u16 {
        let name = WEEKDAYS[(usize::from(n) + 6) % 7];
        canvas.pen.text(body.x + 1 + n * wide, body.y, wide - 1, name, theme.dim);
    }
    let room = body.height - 1;
    let tall = (room / weeks.len().max(1) as u16).clamp(1, 4);
    let shown = usize::from(room / tall);
    // Where not all weeks fit, the one under the marker does.
    let at = weeks.iter().position(|w| *w == model.calendar.day.week_start()).unwrap_or(0);
    let from = (at + 1).saturating_sub(shown);
    let mut y = body.y + 1;
    for week in weeks.iter().skip(from).take(shown) {
        for n in 0..7u16 {
            let place = Rect::new(body.x + n * wide, y, wide, tall);
            cell(canvas, place, week.plus(i32::from(n)));
        }
        y += tall;
    }
    if canvas.phone() && y < body.bottom() {
        super::say(canvas, Rect::new(body.x, y, body.width, body.bottom() - y), &counts::of_day(model));
    }
}

fn cell(canvas: &mut Canvas, at: Rect, day: Day) {
    let (theme, model) = (canvas.pen.theme, canvas.model);
    canvas.hits.add(at, Target::Row(Pane::Calendar, RowId::Day(day)));
    let selected = day == model.calendar.day;
    let (_, _, date) = day.ymd();
    let inside = day.month_start() == model.calendar.day.month_start();
    let style = match (selected, model.focus == Pane::Calendar) {
        (true, true) => theme.selected,
        (true, false) => theme.resting,
        _ if day == model.zone.day(model.now) => theme.accent,
        _ if inside => theme.strong,
        _ => theme.dim,
    };
    if selected {
        canvas.pen.text(at.x, at.y, 1, theme.glyphs.marker, theme.accent);
    }
    let end = canvas.pen.text(at.x + 1, at.y, 2, &format!("{date:>2}"), style);
    let room = at.right().saturating_sub(end + 1);
    let Some(count) = counts::day(model, day) else {
        canvas.pen.text(end + 1, at.y, room.min(1), theme.glyphs.saving, theme.dim);
        return;
    };
    let dim = |style: Style| if inside { style } else { theme.dim };
    // A bare number never stands beside the date: there it would be read as one.
    let mut facts: Vec<Piece> = Vec::new();
    let sign = |mark: VisitMark, n: u32| Piece::new(format!("{}{n}", theme.glyphs.visit(mark)), dim(theme.strong));
    let out = count.visits.of(VisitMark::Out).min(count.uncovered);
    let apart = [(VisitMark::Out, out), (VisitMark::Nobody, count.uncovered - out)];
    let apart: Vec<Piece> = apart.into_iter().filter(|(_, n)| *n > 0).map(|(mark, n)| sign(mark, n)).collect();
    // Where both have no room, it is how many need somebody that counts.
    if apart.iter().map(|p| p.width() + 1).sum::<u16>() > room + 1 {
        facts.push(sign(VisitMark::Nobody, count.uncovered));
    } else {
        facts.extend(apart);
    }
    facts.extend(due(count, at.width >= 11).map(|text| Piece::new(text, dim(theme.text))));
    let tight = facts.iter().map(|p| p.width() + 1).sum::<u16>() > room + 1;
    let free = row(canvas, if tight { end } else { end + 1 }, at.y, at.right(), facts);
    let total = count.visits.total();
    if total == 0 {
        return;
    }
    let (text, style) = (total.to_string(), theme.dim);
    if at.height > 1 {
        // Its digits under those of the date.
        let text = if at.width >= 12 { super::visits(total, false) } else { text };
        let text = format!("{}{text}", if total < 10 { " " } else { "" });
        canvas.pen.text(at.x + 1, at.y + 1, at.width.saturating_sub(2), &text, dim(theme.text));
    } else if at.width >= 10 {
        canvas.pen.right(at.right().saturating_sub(2), at.y, at.right().saturating_sub(free + 3), &text, style);
    }
}

fn due(count: &DayCount, words: bool) -> Option<String> {
    match counts::due(count) {
        0 => None,
        n if words => Some(format!("{n} due")),
        n => Some(format!("d{n}")),
    }
}

/// Pieces with a gap between them, up to a column; one that does not fit whole is left out. Answers the column behind.
fn row(canvas: &mut Canvas, x: u16, y: u16, end: u16, pieces: Vec<Piece>) -> u16 {
    let mut at = x;
    for piece in pieces {
        if at + piece.width() > end {
            break;
        }
        at = canvas.pen.text(at, y, end - at, &piece.text, piece.style) + 1;
    }
    at
}
