//! 1 Alerts: what is worst, why, since when, and who has it.

use super::list;
use crate::app::layout::PaneBox;
use crate::app::model::Pane;
use crate::app::pane::Shown;
use crate::domain::time::span;
use crate::service::api::{AlertRow, Owner};
use crate::ui::draw::Canvas;
use crate::ui::widgets::columns::{Column, fit};
use crate::ui::widgets::rows::{Standing, marker, name_style};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the pane.
pub fn draw(canvas: &mut Canvas, place: &PaneBox) {
    let model = canvas.model;
    let pane = &model.alerts;
    let what = if pane.mine { "mine + nobody's P1" } else { "all" };
    let what = if place.rect.w < 50 { "" } else { what };
    list::head(canvas, place, Pane::Alerts, &list::count(pane, what), &list::news(&pane.news));
    list::body(canvas, place, Pane::Alerts, pane, "Nothing needs you now.", |canvas, at, row, shown, standing| {
        draw_row(canvas, place, at, row, shown, standing);
    });
}

fn draw_row(
    canvas: &mut Canvas,
    place: &PaneBox,
    at: Rect,
    row: &AlertRow,
    shown: &Shown<AlertRow>,
    standing: Standing,
) {
    let theme = canvas.pen.theme;
    let booked = row.booked.is_some() || row.snoozed.is_some();
    let waits = standing.ghost || booked || row.tier >= 4;
    let quiet = if waits { theme.dim } else { theme.text };
    let tier = if standing.ghost { theme.dim } else { theme.tier(row.tier) };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let sign = format!("P{} {}", row.tier, theme.glyphs.tier(row.tier));
    let x = canvas.pen.text(x, at.y, 4, &sign, tier) + 1;
    // A cell of air before the frame.
    let air = u16::from(place.titled && !place.small);
    let width = at.right().saturating_sub(x + air);
    let name = name_style(&canvas.pen, standing, quiet);
    if place.small {
        list::put_person(canvas, x, at.y, width, row.person, &row.name, row.alike, name);
        return;
    }
    let cause = cause(canvas, row, shown);
    let age = age(canvas, row);
    let age_style = if row.breached && !standing.ghost { tier } else { theme.dim };
    if place.lines > 1 {
        let [who, old, owner] = fit([Column::rest(10, 0), Column::fixed(4, 1), Column::text(6, 9, 2)], width);
        put(canvas, who, x, at.y, |canvas, x, w| {
            list::put_person(canvas, x, at.y, w, row.person, &row.name, row.alike, name);
        });
        put(canvas, old, x, at.y, |canvas, x, w| {
            canvas.pen.right(x + w, at.y, w, &age, age_style);
        });
        put(canvas, owner, x, at.y, |canvas, x, w| draw_owner(canvas, x, at.y, w, row, standing));
        canvas.pen.text(at.x + 2, at.y + 1, at.width.saturating_sub(2), &cause, quiet);
        return;
    }
    // Beside the calendar the due time goes and the names are cut: who has it decides what to do.
    let columns = if width < BESIDE {
        [
            Column::text(14, 17, 0),
            Column::rest(22, 0),
            Column::fixed(9, 3),
            Column::fixed(4, 1),
            Column::text(OWNER, OWNER, 2),
        ]
    } else {
        columns(at.width)
    };
    let [who, why, due, old, owner] = fit(columns, width);
    put(canvas, who, x, at.y, |canvas, x, w| {
        list::put_person(canvas, x, at.y, w, row.person, &row.name, row.alike, name);
    });
    put(canvas, why, x, at.y, |canvas, x, w| {
        canvas.pen.text(x, at.y, w, &cause, quiet);
    });
    put(canvas, due, x, at.y, |canvas, x, w| {
        if let Some(text) = row.due.filter(|_| !standing.ghost).map(|due| due_words(canvas, row, due)) {
            canvas.pen.text(x, at.y, w, &text, age_style);
        }
    });
    put(canvas, old, x, at.y, |canvas, x, w| {
        canvas.pen.right(x + w, at.y, w, &age, age_style);
    });
    put(canvas, owner, x, at.y, |canvas, x, w| draw_owner(canvas, x, at.y, w, row, standing));
}

/// Columns below which the pane stands beside the calendar on a screen of 120.
const BESIDE: u16 = 60;
/// The columns of `nobody`, and of a team.
const OWNER: u16 = 7;

fn columns(wide: u16) -> [Column; 5] {
    [
        Column::text(18, if wide > 100 { 28 } else { 18 }, 0),
        Column::rest(30, 0).up_to(72),
        Column::fixed(9, 3),
        Column::fixed(4, 1),
        Column::text(9, if wide > 100 { 14 } else { 9 }, 2),
    ]
}

/// Draws a column if it did not drop.
pub(super) fn put(
    canvas: &mut Canvas,
    column: Option<(u16, u16)>,
    x: u16,
    _y: u16,
    draw: impl FnOnce(&mut Canvas, u16, u16),
) {
    if let Some((offset, width)) = column {
        draw(canvas, x + offset, width);
    }
}

fn cause(canvas: &Canvas, row: &AlertRow, shown: &Shown<AlertRow>) -> String {
    if let Some(words) = shown.ghost.or(row.finished.as_deref()) {
        return words.to_owned();
    }
    match (&row.booked, row.snoozed) {
        // Most rules' words name the booked visit themselves.
        (Some(booked), _) if !row.cause.contains("booked") => format!("{}, {booked}", row.cause),
        (None, Some(until)) => format!("{}, asleep until {}", row.cause, list::when(canvas.model, until)),
        _ => row.cause.clone(),
    }
}

/// `12m`, with a `!` when it is past its time.
fn age(canvas: &Canvas, row: &AlertRow) -> String {
    let age = span(canvas.model.now.since(row.since));
    // Age and sign have four cells; a hundred days say enough by themselves.
    if row.breached && age.len() < 4 { format!("{age}!") } else { age }
}

fn due_words(canvas: &Canvas, row: &AlertRow, due: crate::domain::time::Moment) -> String {
    let model = canvas.model;
    let (day, minute) = model.zone.civil(model.zone.last_minute(due));
    let past = row.breached || due < model.now;
    if day == model.zone.day(model.now) {
        format!("{} {}", if past { "was" } else { "by" }, crate::domain::time::clock(minute))
    } else {
        format!("{} {}", if past { "was" } else { "by" }, day.short().get(4..).unwrap_or_default())
    }
}

fn draw_owner(canvas: &mut Canvas, x: u16, y: u16, width: u16, row: &AlertRow, standing: Standing) {
    let theme = canvas.pen.theme;
    let (text, style): (&str, Style) = match &row.owner {
        _ if canvas.model.is_saving(row.key) => ("saving…", theme.dim),
        // Until somebody takes it: who has it so far is in its why.
        _ if row.escalated && !standing.ghost => (if width < 9 { "handed" } else { "handed up" }, theme.strong),
        Owner::Nobody if row.tier <= 2 && !standing.ghost => ("nobody", theme.strong),
        Owner::Nobody => ("nobody", theme.dim),
        Owner::You if row.tier >= 4 || standing.ghost => ("you", theme.dim),
        Owner::You => ("you", theme.text),
        Owner::Other(name) => (name, theme.dim),
    };
    canvas.pen.text(x, y, width, text, style);
}
