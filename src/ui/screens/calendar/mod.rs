//! 2 Calendar: a day by caregiver or client, its agenda, a week or a month.

mod agenda;
mod counts;
mod grid;
mod month;
mod week;

use super::list;
use crate::app::calendar::{Shape, shape};
use crate::app::layout::PaneBox;
use crate::app::model::{Model, Pane};
use crate::domain::time::{Day, MONTHS, clock};
use crate::domain::visit::{Answer, VisitMark};
use crate::service::api::{By, VisitRow};
use crate::ui::draw::{Canvas, area};
use crate::ui::theme::Theme;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the pane.
pub fn draw(canvas: &mut Canvas, place: &PaneBox) {
    let model = canvas.model;
    let shape = shape(model).map_or(Shape::Grid, |(shape, _)| shape);
    let pane = &model.calendar;
    let waits = pane.held.is_some() || pane.held_span.is_some() || pane.agenda.held.is_some();
    list::head(canvas, place, Pane::Calendar, &title(canvas, place, shape), if waits { "changed" } else { "" });
    if let Some(head) = place.head {
        let (text, style) = (title(canvas, place, shape), canvas.pen.theme.dim);
        canvas.pen.text(head.x + 1, head.y, head.w.saturating_sub(1), &text, style);
    }
    let body = area(place.body);
    match shape {
        Shape::Agenda => agenda::draw(canvas, place),
        Shape::People => week::people(canvas, body),
        Shape::Days => week::days(canvas, body),
        Shape::Month => month::draw(canvas, body),
        Shape::Grid | Shape::Trouble => match &pane.board {
            None => say(canvas, body, "…"),
            Some(board) if board.list.iter().all(|c| c.visits.is_empty()) => {
                say(canvas, body, "No visits on this day.");
            }
            Some(_) if shape == Shape::Trouble => agenda::trouble(canvas, body),
            Some(board) => grid::draw(canvas, body, board),
        },
    }
    let Some(foot) = place.footer.map(area) else { return };
    match shape {
        Shape::Grid | Shape::Trouble => legend(canvas, foot),
        Shape::Agenda => {}
        Shape::People => counts::legend(canvas, foot),
        Shape::Days | Shape::Month => {
            let (text, style) = (counts::of_day(model), canvas.pen.theme.dim);
            canvas.pen.text(foot.x + 1, foot.y, foot.width.saturating_sub(1), &text, style);
        }
    }
}

fn say(canvas: &mut Canvas, body: Rect, text: &str) {
    let style = canvas.pen.theme.dim;
    for (n, line) in crate::ui::text::wrap(text, body.width.saturating_sub(2)).iter().enumerate() {
        if (n as u16) < body.height {
            canvas.pen.text(body.x + 1, body.y + n as u16, body.width.saturating_sub(1), line, style);
        }
    }
}

/// What is shown and how many: as much of it as fits.
fn title(canvas: &Canvas, place: &PaneBox, shape: Shape) -> String {
    let model = canvas.model;
    let pane = &model.calendar;
    let when = match shape {
        Shape::Grid | Shape::Agenda | Shape::Trouble => day_words(model, pane.day),
        Shape::People | Shape::Days => week_words(pane.day.week_start()),
        Shape::Month => month_words(pane.day),
    };
    let counted = counts::of_view(model, shape);
    let total = match (shape, counted) {
        (Shape::Grid | Shape::Trouble, _) => pane.board.as_ref().map(|b| visits(b.total, false)),
        (Shape::Agenda, _) if pane.agenda.list.is_some() => Some(visits(pane.agenda.total, false)),
        (Shape::Agenda, _) => None,
        (_, counted) => counted.map(|c| visits(c.visits, c.cut)),
    };
    let uncovered =
        counted.filter(|c| c.uncovered > 0).map(|c| format!("{} uncovered", c.uncovered)).unwrap_or_default();
    if place.small && place.rect.w < 30 {
        return total.unwrap_or_default().split(' ').next().unwrap_or_default().to_owned();
    }
    let total = total.unwrap_or_else(|| "…".to_owned());
    let by = matches!(shape, Shape::Grid | Shape::People) && pane.by == By::Client;
    let words = match &pane.agenda.words {
        words if shape == Shape::Agenda && !words.is_empty() => format!("/{words}"),
        _ => String::new(),
    };
    let everybody = if pane.mine { "" } else { "everybody's" };
    let only = pane.only.words(pane.team());
    let only = if only.is_empty() { only } else { format!("only {only}") };
    let whole = [only.as_str(), everybody, if by { "by client" } else { "" }, &when, &words, &total, &uncovered];
    let room = if place.titled { place.rect.w.saturating_sub(20) } else { place.rect.w.saturating_sub(2) };
    let mut parts: Vec<&str> = whole.into_iter().filter(|p| !p.is_empty()).collect();
    // What is said first says least; the day and the number are said last of all.
    while crate::ui::cells(&parts.join(" · ")) > room && parts.len() > 2 {
        let least = [uncovered.as_str(), everybody, "by client", words.as_str()];
        let Some(at) = least.iter().find_map(|w| parts.iter().position(|p| p == w && !w.is_empty())) else { break };
        parts.remove(at);
    }
    parts.join(" · ")
}

fn visits(total: u32, cut: bool) -> String {
    match total {
        _ if cut => format!("{total}+ visits"),
        1 => "1 visit".to_owned(),
        _ => format!("{total} visits"),
    }
}

fn day_words(model: &Model, day: Day) -> String {
    match day.since(model.zone.day(model.now)) {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        _ => day.short(),
    }
}

/// `1–7 Mar`, `29 Mar – 4 Apr`.
fn week_words(sunday: Day) -> String {
    let ((_, m, d), (_, end_m, end_d)) = (sunday.ymd(), sunday.plus(6).ymd());
    let month = |m: u32| MONTHS[(m as usize + 11) % 12];
    if m == end_m {
        format!("{d}–{end_d} {}", month(m))
    } else {
        format!("{d} {} – {end_d} {}", month(m), month(end_m))
    }
}

fn month_words(day: Day) -> String {
    let (y, m, _) = day.ymd();
    format!("{} {y}", MONTHS[(m as usize + 11) % 12])
}

/// What the signs mean, as many as fit.
fn legend(canvas: &mut Canvas, line: Rect) {
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

/// When a visit that is planned by another wall's clock starts by ours: `11:00 here`.
fn here(model: &Model, visit: &VisitRow) -> Option<String> {
    let (day, minute) = model.zone.civil(visit.start);
    // An hour that the spring gap skips is no other wall.
    let same = (day, minute) == (visit.day, visit.minute) || model.zone.moment(visit.day, visit.minute) == visit.start;
    match day == visit.day {
        _ if same => None,
        true => Some(format!("{} here", clock(minute))),
        false => Some(format!("{} {} here", day.short(), clock(minute))),
    }
}
