//! Counts of visits as they stand in a cell, a title, a line.

use crate::app::calendar::Shape;
use crate::app::model::Model;
use crate::domain::attention::AlertSource;
use crate::domain::visit::{VisitCounts, VisitMark};
use crate::service::api::DayCount;
use crate::ui::draw::Canvas;
use crate::ui::pen::Piece;
use crate::ui::theme::Theme;
use ratatui::layout::Rect;

/// What still needs somebody, the worst first.
const TROUBLE: [VisitMark; 3] = [VisitMark::Out, VisitMark::Nobody, VisitMark::Late];

/// What a view comes to.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    pub(super) visits: u32,
    pub(super) uncovered: u32,
    pub(super) cut: bool,
}

/// What the week or month shown comes to; none until all of it has come.
pub(super) fn of_view(model: &Model, shape: Shape) -> Option<Sum> {
    let pane = &model.calendar;
    let weeks = pane.weeks(shape);
    if weeks.is_empty() {
        return None;
    }
    let mut sum = Sum { visits: 0, uncovered: 0, cut: false };
    for week in weeks {
        let span = pane.spans.get(&week)?;
        sum.cut |= span.cut;
        let month = pane.day.month_start();
        for day in &span.days {
            // A month's weeks begin before it and end behind it.
            if shape != Shape::Month || day.day.month_start() == month {
                sum.visits += day.visits.total();
                sum.uncovered += day.uncovered;
            }
        }
    }
    Some(sum)
}

/// A day that has been counted.
pub(super) fn day(model: &Model, day: crate::domain::time::Day) -> Option<&DayCount> {
    model.calendar.spans.get(&day.week_start())?.days.iter().find(|d| d.day == day)
}

/// `5 ×2 ◇1`: how many, right-aligned in so many cells, and of these what needs somebody, as much as fits: `33×4+` where
/// there is more. A number is whole or not there.
pub(super) fn pieces(theme: &Theme, counts: &VisitCounts, room: u16, digits: u16) -> Vec<Piece> {
    let total = counts.total();
    let fill = |text: &str| " ".repeat(usize::from(digits.min(room).saturating_sub(crate::ui::cells(text))));
    if total == 0 {
        return vec![Piece::new(fill(theme.glyphs.rest) + theme.glyphs.rest, theme.dim)];
    }
    let trouble: Vec<(VisitMark, u32)> = TROUBLE.iter().map(|m| (*m, counts.of(*m))).filter(|(_, n)| *n > 0).collect();
    let sign = |mark: VisitMark, n: u32| format!("{}{n}", theme.glyphs.visit(mark));
    if let [(mark, n)] = trouble[..]
        && n == total
    {
        let text = sign(mark, n);
        return vec![Piece::new(fill(&text) + &text, theme.strong)];
    }
    let over = counts.of(VisitMark::Done) + counts.of(VisitMark::Cancelled) == total;
    let number = fill(&total.to_string()) + &total.to_string();
    let mut left = i32::from(room) - number.len() as i32;
    let mut out = vec![Piece::new(number, if over { theme.dim } else { theme.text })];
    let all: i32 = trouble.iter().map(|(mark, n)| 1 + i32::from(crate::ui::cells(&sign(*mark, *n)))).sum();
    let gap = if all <= left { " " } else { "" };
    for (mark, n) in trouble {
        let text = format!("{gap}{}", sign(mark, n));
        let cells = i32::from(crate::ui::cells(&text));
        if cells <= left {
            out.push(Piece::new(text, theme.strong));
            left -= cells;
        } else {
            let sign = if out.len() > 1 { "+" } else { theme.glyphs.visit(mark) };
            if left >= 1 {
                out.push(Piece::new(sign, theme.strong));
            }
            break;
        }
    }
    out
}

/// Every mark with its number, as much as fits.
pub(super) fn marks(theme: &Theme, counts: &VisitCounts) -> Vec<Piece> {
    let order = [
        VisitMark::Out,
        VisitMark::Nobody,
        VisitMark::Late,
        VisitMark::There,
        VisitMark::Planned,
        VisitMark::Done,
        VisitMark::Cancelled,
    ];
    let some = order.into_iter().filter(|m| counts.of(*m) > 0);
    some.map(|m| Piece::new(format!(" {}{}", theme.glyphs.visit(m), counts.of(m)), super::mark_style(theme, m)))
        .collect()
}

/// How many deadlines.
pub(super) fn due(day: &DayCount) -> u32 {
    day.deadlines.iter().map(|(_, n)| n).sum()
}

/// The day under the marker in words: `Mon 2 Mar: 41 visits, 5 uncovered, 5 out; last day of recert 2`.
pub(super) fn of_day(model: &Model) -> String {
    let pane = &model.calendar;
    let Some(count) = day(model, pane.day) else { return "…".to_owned() };
    let mut parts = vec![super::visits(count.visits.total(), false)];
    let mut add = |n: u32, word: &str| {
        if n > 0 {
            parts.push(format!("{n} {word}"));
        }
    };
    add(count.uncovered, "uncovered");
    add(count.visits.of(VisitMark::Out), "out");
    add(count.visits.of(VisitMark::Late), "late");
    let deadlines: Vec<String> = count.deadlines.iter().map(|(source, n)| format!("{} {n}", word(*source))).collect();
    let known = pane.spans.get(&pane.day.week_start()).and_then(|s| s.deadlines_to).is_none_or(|to| pane.day <= to);
    let deadlines = match deadlines.is_empty() {
        false => format!("; last day of {}", deadlines.join(", ")),
        true if known => String::new(),
        true => "; deadlines are not known this far".to_owned(),
    };
    format!("{}: {}{deadlines}", pane.day.short(), parts.join(", "))
}

fn word(source: AlertSource) -> &'static str {
    match source {
        AlertSource::Recert => "recert",
        AlertSource::SocAssessment => "SOC assessment",
        AlertSource::Roc => "ROC",
        AlertSource::Reassessment => "reassessment",
        AlertSource::Referral => "initial visit",
        AlertSource::Credential => "credential",
        other => other.word(),
    }
}

/// What the signs of a count mean.
pub(super) fn legend(canvas: &mut Canvas, line: Rect) {
    let theme = canvas.pen.theme;
    let mut text = String::from("visits");
    for mark in TROUBLE {
        text.push_str(&format!("  {} {}", theme.glyphs.visit(mark), mark.word()));
    }
    canvas.pen.text(line.x + 1, line.y, line.width.saturating_sub(1), &text, theme.dim);
}
