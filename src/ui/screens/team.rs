//! 4 Care team: who is where, on what word, and what weighs on them.

use super::alerts::put;
use super::list;
use crate::app::layout::PaneBox;
use crate::app::model::Pane;
use crate::domain::time::{clock, hours_short};
use crate::service::api::{Doing, Person, StaffRow};
use crate::ui::draw::Canvas;
use crate::ui::glyphs::VisitMark;
use crate::ui::pen::Piece;
use crate::ui::widgets::columns::{Column, fit};
use crate::ui::widgets::rows::{Standing, marker, name_style};
use ratatui::layout::Rect;

/// Draws the pane.
pub fn draw(canvas: &mut Canvas, place: &PaneBox) {
    let model = canvas.model;
    let pane = &model.staff;
    let what = if place.rect.w < 40 { "" } else { "by need" };
    list::head(canvas, place, Pane::Team, &list::count(pane, what), &list::news(&pane.news));
    list::body(canvas, place, Pane::Team, pane, "No caregivers here.", |canvas, at, row, shown, standing| {
        draw_row(canvas, place, at, row, shown.ghost, standing);
    });
}

fn draw_row(canvas: &mut Canvas, place: &PaneBox, at: Rect, row: &StaffRow, ghost: Option<&str>, standing: Standing) {
    let theme = canvas.pen.theme;
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let plain = if row.doing == Doing::Off || !row.active { theme.dim } else { theme.text };
    let name = name_style(&canvas.pen, standing, plain);
    // A cell of air before the frame.
    let air = u16::from(place.titled && !place.small);
    let width = at.right().saturating_sub(x + air);
    if place.small {
        let [who, tag] = fit([Column::rest(8, 0), Column::fixed(9, 1)], width);
        put(canvas, who, x, at.y, |canvas, x, w| {
            list::put_person(canvas, x, at.y, w, Some(Person::Staff(row.id)), &row.name, row.alike, name);
        });
        put(canvas, tag, x, at.y, |canvas, x, w| {
            let (text, style) = tag_of(canvas, row);
            canvas.pen.right(x + w, at.y, w, &text, style);
        });
        return;
    }
    let doing = doing(canvas, row, ghost);
    let hours = hours_short(row.booked_minutes);
    let hours_style = if row.overtime { theme.strong } else { theme.dim };
    if place.lines > 1 {
        let [who, week] = fit([Column::rest(10, 0), Column::fixed(7, 1)], width);
        put(canvas, who, x, at.y, |canvas, x, w| {
            list::put_staff(canvas, (x, at.y, w), row.id, &row.name, (row.discipline, row.alike), name);
        });
        put(canvas, week, x, at.y, |canvas, x, w| {
            canvas.pen.right(x + w, at.y, w, &over(canvas, row, &hours), hours_style);
        });
        canvas.pen.pieces(at.x + 2, at.y + 1, at.width.saturating_sub(2), &doing);
        return;
    }
    let columns = [
        Column::text(18, if at.width >= 70 { 28 } else { 20 }, 0),
        Column { wish: 32, ..Column::rest(26, 0).up_to(56) },
        Column::text(10, 20, 3),
        Column::fixed(14, 2),
        Column::fixed(7, 1),
    ];
    let [who, what, languages, phone, week] = fit(columns, width);
    put(canvas, who, x, at.y, |canvas, x, w| {
        list::put_staff(canvas, (x, at.y, w), row.id, &row.name, (row.discipline, row.alike), name);
    });
    if row.doing == Doing::Out && ghost.is_none() {
        // Whose visits are covered matters more than hours that will not be worked.
        let mut end = x;
        put(canvas, what, x, at.y, |canvas, from, _| {
            end = canvas.pen.pieces(from, at.y, (x + width).saturating_sub(from), &doing);
        });
        let number = phone.filter(|(offset, _)| x + offset > end);
        put(canvas, number, x, at.y, |canvas, x, w| {
            canvas.pen.right(x + w, at.y, w, &row.phone, theme.dim);
        });
        return;
    }
    put(canvas, what, x, at.y, |canvas, x, w| {
        canvas.pen.pieces(x, at.y, w, &doing);
    });
    put(canvas, languages, x, at.y, |canvas, x, w| {
        canvas.pen.text(x, at.y, w, &row.languages, theme.dim);
    });
    put(canvas, phone, x, at.y, |canvas, x, w| {
        // A number is whole or not there.
        canvas.pen.right(x + w, at.y, w, &row.phone, theme.dim);
    });
    put(canvas, week, x, at.y, |canvas, x, w| {
        canvas.pen.right(x + w, at.y, w, &over(canvas, row, &hours), hours_style);
    });
}

fn over(canvas: &Canvas, row: &StaffRow, hours: &str) -> String {
    if row.overtime { format!("{hours}{}", canvas.pen.theme.glyphs.over) } else { format!("{hours} ") }
}

/// What they are doing, with where that is known from.
fn doing(canvas: &Canvas, row: &StaffRow, ghost: Option<&str>) -> Vec<Piece> {
    let theme = canvas.pen.theme;
    if let Some(words) = ghost {
        return vec![Piece::new(words, theme.dim)];
    }
    let mut pieces = whereabouts(canvas, row);
    if let Some((kind, last)) = &row.credential {
        let days = last.since(canvas.model.zone.day(canvas.model.now));
        let text = if days < 0 { format!("  {kind} ran out") } else { format!("  {kind} {days} d") };
        pieces.push(Piece::new(text, if days < 0 { theme.strong } else { theme.text }));
    }
    pieces
}

fn whereabouts(canvas: &Canvas, row: &StaffRow) -> Vec<Piece> {
    let theme = canvas.pen.theme;
    let time = row.at.map(|at| clock(canvas.model.zone.civil(at).1));
    let time = time.as_deref().unwrap_or("");
    let detail = row.detail.as_str();
    let join = |parts: &[&str]| parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ");
    match row.doing {
        Doing::Out => {
            let since = if time.is_empty() { String::new() } else { format!(" {time}") };
            vec![
                Piece::new(format!("{} out{since}", theme.glyphs.out), theme.tier(2)),
                Piece::new(if detail.is_empty() { String::new() } else { format!("  {detail}") }, theme.text),
            ]
        }
        Doing::With(source) => {
            vec![
                Piece::new(join(&["with", detail]), theme.text),
                Piece::new(format!(", {} {time}", source.word()), theme.dim),
            ]
        }
        Doing::Due => vec![Piece::new(join(&["due", time, detail]), theme.text)],
        Doing::Free => vec![Piece::new(join(&["free", detail]), theme.dim)],
        Doing::Off => {
            let until = if time.is_empty() { String::new() } else { format!("until {time}") };
            vec![Piece::new(join(&["off", &until, detail]), theme.dim)]
        }
    }
}

/// A word or two where there is no room for more: who is there by somebody's word never looks like who is only due.
fn tag_of(canvas: &Canvas, row: &StaffRow) -> (String, ratatui::style::Style) {
    let theme = canvas.pen.theme;
    let time = row.at.map(|at| clock(canvas.model.zone.civil(at).1)).unwrap_or_default();
    match row.doing {
        Doing::Out => ("out".to_owned(), theme.tier(2)),
        Doing::With(_) => (format!("{} {time}", theme.glyphs.visit(VisitMark::There)), theme.text),
        Doing::Due => (format!("due {time}"), theme.dim),
        Doing::Free => ("free".to_owned(), theme.dim),
        Doing::Off => ("off".to_owned(), theme.dim),
    }
}
