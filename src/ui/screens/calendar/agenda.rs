//! Visits one after the other, where a grid does not fit.

use super::{doubt, here, mark_style};
use crate::app::layout::PaneBox;
use crate::app::model::{Pane, Target};
use crate::app::pane::RowId;
use crate::domain::time::clock;
use crate::domain::visit::VisitState;
use crate::service::api::{Person, VisitRow};
use crate::ui::draw::Canvas;
use crate::ui::names::Who;
use crate::ui::screens::alerts::put;
use crate::ui::screens::list;
use crate::ui::widgets::columns::{Column, fit};
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// All visits of the day.
pub(super) fn draw(canvas: &mut Canvas, place: &PaneBox) {
    let agenda = &canvas.model.calendar.agenda;
    let room = place.rect.w;
    let words = agenda.rows.iter().map(|v| crate::ui::cells(&said(canvas, v, room))).max().unwrap_or(0);
    list::body(
        canvas,
        place,
        Pane::Calendar,
        agenda,
        "No visits on this day.",
        |canvas, at, visit, shown, standing| {
            row(canvas, at, visit, (place.lines, words), standing, shown.ghost);
        },
    );
}

/// What still needs somebody, then what comes next: where there is no room for more.
pub(super) fn trouble(canvas: &mut Canvas, body: Rect) {
    let model = canvas.model;
    let (pane, minute) = (&model.calendar, model.zone.civil(model.now).1);
    let focused = model.focus == Pane::Calendar;
    let (visits, needed) = (pane.needs(minute, focused), pane.needed(minute, focused).map(|v| v.id));
    if visits.is_empty() {
        return super::say(canvas, body, "Nobody is needed: all visits are over or under way.");
    }
    let at = visits.iter().position(|v| Some(v.id) == needed).unwrap_or(0);
    let room = usize::from(body.height);
    let visits: Vec<&VisitRow> = visits.iter().skip(window(0, at, visits.len(), room)).take(room).copied().collect();
    let words = visits.iter().map(|v| crate::ui::cells(&said(canvas, v, body.width))).max().unwrap_or(0);
    for (n, visit) in visits.into_iter().enumerate() {
        let place = Rect::new(body.x, body.y + n as u16, body.width, 1);
        canvas.hits.add(place, Target::Row(Pane::Calendar, RowId::Visit(visit.id)));
        let selected = needed == Some(visit.id);
        row(canvas, place, visit, (1, words), Standing { selected, focused, ..Standing::default() }, None);
    }
}

/// A visit on so many lines; the longest of what is said of the visits here takes so many cells.
fn row(
    canvas: &mut Canvas,
    at: Rect,
    visit: &VisitRow,
    (lines, words): (u16, u16),
    standing: Standing,
    ghost: Option<&str>,
) {
    let theme = canvas.pen.theme;
    let mark = visit.mark();
    let style = mark_style(theme, mark);
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let end = canvas.pen.text(x, at.y, 5, &clock(visit.minute), theme.dim) + 1;
    let end = canvas.pen.text(end, at.y, 1, theme.glyphs.visit(mark), style) + 1;
    let width = at.right().saturating_sub(end);
    let name = name_style(&canvas.pen, standing, style);
    let who = who(visit);
    let said = ghost.map_or_else(|| said(canvas, visit, at.width), str::to_owned);
    if lines > 1 {
        client(canvas, visit, (end, at.y, width), name);
        let text = [who.as_str(), &visit.service, &said].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
        canvas.pen.text(at.x + 2, at.y + 1, at.width.saturating_sub(2), &text.join(" · "), theme.dim);
        return;
    }
    let wide = words.clamp(12, 34);
    let (most, staff) = match at.width {
        120.. => (30, 26),
        70.. => (22, 20),
        _ => (16, 20),
    };
    let columns = [
        Column::text(8, most, 0),
        Column::text(12, staff, 1),
        Column::rest(wide, 3).up_to(wide),
        Column::text(16, 40, 4),
    ];
    let [whose, staff, word, what] = fit(columns, width);
    put(canvas, whose, end, at.y, |canvas, x, w| {
        client(canvas, visit, (x, at.y, w), name);
    });
    put(canvas, staff, end, at.y, |canvas, x, w| {
        canvas.pen.text(x, at.y, w, &who, theme.dim);
    });
    put(canvas, word, end, at.y, |canvas, x, w| {
        canvas.pen.text(x, at.y, w, &said, theme.dim);
    });
    put(canvas, what, end, at.y, |canvas, x, w| {
        canvas.pen.text(x, at.y, w, &visit.service, theme.dim);
    });
}

fn client(canvas: &mut Canvas, visit: &VisitRow, (x, y, room): (u16, u16, u16), style: ratatui::style::Style) {
    let name = list::fitted(canvas, &Who::of(Person::Client(visit.client)), &visit.client_name, room);
    canvas.pen.text(x, y, room, &name, style);
}

fn who(visit: &VisitRow) -> String {
    if visit.staff.is_some() {
        format!("{} {}", visit.staff_name, visit.discipline.word())
    } else {
        format!("{}: nobody", visit.discipline.word())
    }
}

/// What is known of it and from where; what the person said, if not yes; when that is here.
fn said(canvas: &Canvas, visit: &VisitRow, room: u16) -> String {
    let time = |at| clock(canvas.model.zone.civil(at).1);
    let word = |what: &str| if room >= 60 { format!("{what} ") } else { String::new() };
    let known = match (visit.left, visit.arrived) {
        (Some((at, source)), _) => format!("{}{} {}", word("left"), source.word(), time(at)),
        (None, Some((at, source))) => format!("{}{} {}", word("there"), source.word(), time(at)),
        (None, None) => match (visit.state, doubt(visit)) {
            (VisitState::Missed, _) => "missed".to_owned(),
            (VisitState::CalledOut, _) => "called out".to_owned(),
            (_, Some(said)) => said.to_owned(),
            (VisitState::Late, None) => "late".to_owned(),
            (_, None) if room >= 60 && visit.staff.is_some() && visit.state == VisitState::Confirmed => {
                visit.state.said().to_owned()
            }
            (_, None) => String::new(),
        },
    };
    let parts = [known, here(canvas.model, visit).unwrap_or_default()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}
