//! 3 Caseload: clients by risk.

use super::alerts::put;
use super::list;
use crate::app::layout::PaneBox;
use crate::app::model::Pane;
use crate::domain::client::ClientStatus;
use crate::service::api::{ClientRow, Person, Sort};
use crate::ui::draw::Canvas;
use crate::ui::pen::{Piece, pieces_width};
use crate::ui::widgets::columns::{Column, fit};
use crate::ui::widgets::rows::{Standing, marker, name_style};
use ratatui::layout::Rect;

/// Draws the pane.
pub fn draw(canvas: &mut Canvas, place: &PaneBox) {
    let model = canvas.model;
    let pane = &model.clients;
    let sort = if pane.sort == Sort::Natural { "by risk" } else { "by name" };
    let what = match (pane.mine, place.rect.w >= 40) {
        (_, false) => String::new(),
        (true, true) => format!("mine, {sort}"),
        (false, true) => format!("all, {sort}"),
    };
    list::head(canvas, place, Pane::Caseload, &list::count(pane, &what), &list::news(&pane.news));
    list::body(canvas, place, Pane::Caseload, pane, "No clients here.", |canvas, at, row, shown, standing| {
        draw_row(canvas, place, at, row, shown.ghost, standing);
    });
}

fn draw_row(canvas: &mut Canvas, place: &PaneBox, at: Rect, row: &ClientRow, ghost: Option<&str>, standing: Standing) {
    let theme = canvas.pen.theme;
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let name = name_style(&canvas.pen, standing, theme.text);
    // A cell of air before the frame.
    let air = u16::from(place.titled && !place.small);
    let width = at.right().saturating_sub(x + air);
    let level = level(row);
    let trouble = trouble(canvas, row, ghost);
    if place.small {
        let tier = row.tier.map_or_else(String::new, |t| format!("P{t}"));
        let [who, tag] = fit([Column::rest(8, 0), Column::fixed(2, 1)], width);
        put(canvas, who, x, at.y, |canvas, x, w| {
            list::put_person(canvas, x, at.y, w, Some(Person::Client(row.id)), &row.name, row.alike, name);
        });
        put(canvas, tag, x, at.y, |canvas, x, w| {
            canvas.pen.text(x, at.y, w, &tier, theme.tier(row.tier.unwrap_or(0)));
        });
        return;
    }
    if place.lines > 1 {
        let [who, period] = fit([Column::rest(10, 0), Column::fixed(10, 1)], width);
        put(canvas, who, x, at.y, |canvas, x, w| {
            list::put_person(canvas, x, at.y, w, Some(Person::Client(row.id)), &row.name, row.alike, name);
        });
        put(canvas, period, x, at.y, |canvas, x, w| {
            canvas.pen.right(x + w, at.y, w, &standing_words(row), theme.dim);
        });
        let age = row.age.map_or_else(String::new, |a| format!("{a}  "));
        let end = canvas.pen.text(at.x + 2, at.y + 1, width, &format!("{age}{level}  "), theme.dim);
        canvas.pen.pieces(end, at.y + 1, at.right().saturating_sub(end), &trouble);
        return;
    }
    let name_cells = match at.width {
        90.. => 28,
        66.. => 22,
        _ => 18,
    };
    let columns = [
        Column::text(16, name_cells, 0),
        Column::fixed(3, 2),
        Column::fixed(8, 3),
        Column::text(6, 10, 4),
        Column { wish: 26, ..Column::rest(if at.width >= 90 { 22 } else { 18 }, 1).up_to(34) },
        Column::fixed(9, 5),
        Column::text(7, 11, 8),
        Column::fixed(11, 9),
        Column::text(14, 18, 7),
        // Of my own clients it would be me on every row.
        if canvas.model.clients.mine { Column::fixed(0, 10) } else { Column::text(10, 16, 6) },
    ];
    let [who, age, lvl, period, worst, next, mrn, born, town, coordinator] = fit(columns, width);
    put(canvas, who, x, at.y, |canvas, x, w| {
        list::put_person(canvas, x, at.y, w, Some(Person::Client(row.id)), &row.name, row.alike, name);
    });
    put(canvas, worst, x, at.y, |canvas, x, w| {
        // How many more there are is never cut.
        let (words, count) = trouble.split_at(trouble.len().min(2));
        let room = w.saturating_sub(pieces_width(count));
        let end = canvas.pen.pieces(x, at.y, room, words);
        canvas.pen.pieces(end, at.y, w, count);
    });
    let plain = [
        (age, row.age.map_or_else(String::new, |a| a.to_string())),
        (lvl, level),
        (period, standing_words(row)),
        (next, row.next_visit.map_or_else(String::new, |at| next_words(canvas, at))),
        (mrn, row.mrn.clone()),
        (born, row.born.map_or_else(String::new, crate::domain::time::Day::long)),
        (town, row.town.clone()),
        (coordinator, row.coordinator.clone()),
    ];
    for (column, text) in plain {
        put(canvas, column, x, at.y, |canvas, x, w| {
            canvas.pen.text(x, at.y, w, &text, theme.dim);
        });
    }
}

fn level(row: &ClientRow) -> String {
    let level = row.level.map_or_else(String::new, |l| format!("L{l}"));
    if row.alone { format!("{level} alone").trim().to_owned() } else { level }
}

/// `59/60` on a certified period, else the word for where she stands.
fn standing_words(row: &ClientRow) -> String {
    match (row.status, row.period_day) {
        (ClientStatus::Active, Some(day)) => format!("{day:>2}/60"),
        (ClientStatus::Active, None) => String::new(),
        (status, _) => status.word().to_owned(),
    }
}

fn next_words(canvas: &Canvas, at: crate::domain::time::Moment) -> String {
    let model = canvas.model;
    let (day, minute) = model.zone.civil(at);
    let clock = crate::domain::time::clock(minute);
    if day == model.zone.day(model.now) {
        clock
    } else {
        format!("{} {clock}", crate::domain::time::WEEKDAYS[day.weekday()])
    }
}

/// `P1 fall, head strike, 3 alerts`.
fn trouble(canvas: &Canvas, row: &ClientRow, ghost: Option<&str>) -> Vec<Piece> {
    let theme = canvas.pen.theme;
    if let Some(words) = ghost {
        return vec![Piece::new(words, theme.dim)];
    }
    let Some(tier) = row.tier else { return Vec::new() };
    let mut pieces = vec![
        Piece::new(format!("P{tier}"), theme.tier(tier)),
        Piece::new(format!(" {}", row.worst), if tier >= 4 { theme.dim } else { theme.text }),
    ];
    if row.alerts > 1 {
        pieces.push(Piece::new(format!(" +{}", row.alerts - 1), theme.dim));
    }
    pieces
}
