//! 2 Calendar: one day's visits by caregiver; where it is narrow, one after the other.

mod agenda;
mod grid;

use super::list;
use crate::app::layout::PaneBox;
use crate::app::model::{Model, Pane};
use crate::domain::visit::Answer;
use crate::service::api::{Board, VisitRow};
use crate::ui::draw::{Canvas, area};
use crate::ui::glyphs::VisitMark;
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// Narrower than this, a grid says less than an agenda.
const GRID: u16 = 38;

/// Draws the pane.
pub fn draw(canvas: &mut Canvas, place: &PaneBox) {
    let model = canvas.model;
    let pane = &model.calendar;
    let total = pane.board.as_ref().map_or_else(|| "…".to_owned(), |b| visits(b.total));
    let right = if place.rect.w < 30 {
        pane.board.as_ref().map_or_else(String::new, |b| b.total.to_string())
    } else {
        format!("{} · {total}", day_words(model, pane.day))
    };
    list::head(canvas, place, Pane::Calendar, &right, if pane.held.is_some() { "changed" } else { "" });
    let body = area(place.body);
    let Some(board) = &pane.board else {
        let style = canvas.pen.theme.dim;
        canvas.pen.text(body.x + 1, body.y, body.width, "…", style);
        return;
    };
    if board.list.iter().all(|c| c.visits.is_empty()) {
        let style = canvas.pen.theme.dim;
        canvas.pen.text(body.x + 1, body.y, body.width.saturating_sub(1), "No visits on this day.", style);
    } else if place.small {
        agenda::trouble(canvas, body, board);
    } else if place.lines > 1 || body.width < GRID {
        agenda::draw(canvas, body, board, place.lines);
    } else {
        grid::draw(canvas, body, board);
    }
    if let Some(foot) = place.footer {
        legend(canvas, area(foot));
    }
}

fn visits(total: u32) -> String {
    if total == 1 { "1 visit".to_owned() } else { format!("{total} visits") }
}

fn day_words(model: &Model, day: crate::domain::time::Day) -> String {
    match day.since(model.zone.day(model.now)) {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        _ => day.short(),
    }
}

/// What the signs mean, as many as fit.
fn legend(canvas: &mut Canvas, line: ratatui::layout::Rect) {
    let theme = canvas.pen.theme;
    let mut x = line.x + 1;
    for mark in VisitMark::ALL {
        let text = format!("{} {}", theme.glyphs.visit(mark), mark.word());
        let cells = crate::ui::text::width(&text);
        if x + cells > line.right() {
            break;
        }
        x = canvas.pen.text(x, line.y, cells, &text, theme.dim) + 1;
    }
}

fn mark(visit: &VisitRow) -> VisitMark {
    VisitMark::of(visit.state, visit.answer, visit.staff.is_some(), visit.arrived.is_some())
}

fn mark_style(theme: &Theme, mark: VisitMark) -> Style {
    match mark {
        VisitMark::There => theme.accent,
        VisitMark::Planned => theme.text,
        VisitMark::Done | VisitMark::Cancelled => theme.dim,
        VisitMark::Nobody | VisitMark::Out | VisitMark::Late => theme.strong,
    }
}

/// What the person has said, when it is not a yes.
fn doubt(visit: &VisitRow) -> Option<&'static str> {
    matches!(visit.answer, Answer::Asked | Answer::No | Answer::NoAnswer | Answer::LeftMessage)
        .then(|| visit.answer.word())
}

/// All visits of a board by their start.
fn by_start(board: &Board) -> Vec<&VisitRow> {
    let mut all: Vec<&VisitRow> = board.list.iter().flat_map(|c| c.visits.iter()).collect();
    all.sort_by_key(|v| (v.minute, v.start));
    all
}
