//! A call-out: its visits above, worst first, and below who could go to the one under the marker, with every reason.

use crate::app::layers::{CallOutLayer, Dial, Layer, OUTCOMES};
use crate::app::model::Target;
use crate::domain::coverage::{Group, Weight};
use crate::domain::time::{clock, hours_short};
use crate::domain::visit::Answer;
use crate::service::api::Person;
use crate::service::api::coverage::{CallOutView, CandidateRow, Offers, OutVisit};
use crate::ui::draw::{Canvas, area};
use crate::ui::screens::also;
use crate::ui::screens::list::{put_person, put_staff};
use crate::ui::text::{clean, width, wrap};
use crate::ui::widgets::popup;
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the call-out.
pub fn draw(canvas: &mut Canvas, layer: &Layer, page: &CallOutLayer) {
    let place = area(canvas.layout.layer(layer));
    canvas.hits.cover(place);
    let dim = canvas.pen.theme.dim;
    let Some(view) = &page.view else {
        let title = if page.staff.is_none() { "Open visits".to_owned() } else { format!("Call-out · {}", page.name) };
        let inner = popup::page(&mut canvas.pen, place, &title, "");
        let text = if page.gone { "Nobody is called out here any more." } else { "…" };
        canvas.pen.text(inner.x, inner.y, inner.width, text, dim);
        return;
    };
    let right = count(view);
    let room = place.width.saturating_sub(width(&right) + 8);
    let title = title(canvas, view, room);
    let mut inner = popup::page(&mut canvas.pen, place, &title, &right);
    // Who else works on it.
    if let Some(words) = also::below(canvas, layer, inner.width) {
        let style = canvas.pen.theme.accent;
        canvas.pen.text(inner.x, inner.y, inner.width, &words, style);
        (inner.y, inner.height) = (inner.y + 1, inner.height.saturating_sub(1));
    }
    if view.visits.is_empty() {
        let text = match view.beyond {
            _ if view.fill.is_some_and(|fill| fill.planned == 0) => "No visits in these days.".to_owned(),
            _ if view.staff.is_none() => "Somebody is sure to go to every visit of these days.".to_owned(),
            0 => "No visit is planned in that time: nothing has to be covered.".to_owned(),
            n => format!("{n} visits of clients whom you do not see; their coordinators cover them."),
        };
        for (n, row) in wrap(&text, inner.width).iter().enumerate() {
            canvas.pen.text(inner.x, inner.y + n as u16, inner.width, row, dim);
        }
        return;
    }
    // The visits have what they need, and at least four rows stay for who could go.
    let most = inner.height.saturating_sub(9).max(3);
    let rows = (view.visits.len() as u16).min(most);
    let above = Rect::new(inner.x, inner.y, inner.width, rows);
    visits(canvas, above, page, view);
    let mut y = inner.y + rows;
    if view.beyond > 0 && y < inner.bottom() {
        let text = match view.staff {
            Some(_) => format!("and {} more of clients whom you do not see", view.beyond),
            None => format!("and {} more, less urgent", view.beyond),
        };
        canvas.pen.text(inner.x + 1, y, inner.width.saturating_sub(1), &text, dim);
        y += 1;
    }
    let below = Rect::new(inner.x, y, inner.width, inner.bottom().saturating_sub(y));
    if let Some(visit) = page.selected() {
        about(canvas, below, page, visit);
    }
}

/// `1 of 5 said yes`.
fn count(view: &CallOutView) -> String {
    if let Some(fill) = view.fill {
        if fill.planned == 0 {
            return "no visits".to_owned();
        }
        return format!(
            "{} open · {} of {} filled, {} %",
            fill.planned - fill.filled,
            fill.filled,
            fill.planned,
            fill.percent()
        );
    }
    let settled = if view.settled { "settled · " } else { "" };
    format!("{settled}{} of {} covered", view.closed(), view.visits.len())
}

/// `Call-out · Reyes, Maria HHA · today 08:00 on · sick`, as much of it as there is room for.
fn title(canvas: &Canvas, view: &CallOutView, room: u16) -> String {
    let zone = canvas.model.zone;
    let (day, from) = zone.civil(view.from);
    let today = zone.day(canvas.model.now);
    if view.staff.is_none() {
        let last = zone.day(view.to).plus(-1);
        return format!("Open visits · {}–{} · {}", day.short(), last.short(), view.name);
    }
    let when = if day == today && from == 0 {
        "today".to_owned()
    } else if day == today {
        format!("today {} on", clock(from))
    } else {
        format!("{} {} on", day.short(), clock(from))
    };
    let mut title = format!("Call-out · {}", view.name);
    for part in [when, view.reason.clone()] {
        let longer = format!("{title} · {part}");
        if !part.is_empty() && width(&clean(&longer)) <= room {
            title = longer;
        }
    }
    title
}

fn visits(canvas: &mut Canvas, place: Rect, page: &CallOutLayer, view: &CallOutView) {
    let theme = canvas.pen.theme;
    let at = page.visit.and_then(|id| view.visits.iter().position(|v| v.row.id == id)).unwrap_or(0);
    let room = usize::from(place.height);
    let top = window(0, at, view.visits.len(), room);
    let wide = place.width >= 70;
    for (n, visit) in view.visits.iter().enumerate().skip(top).take(room) {
        let line = Rect::new(place.x, place.y + (n - top) as u16, place.width, 1);
        canvas.hits.add(line, Target::Item(n));
        let standing =
            Standing { selected: n == at, focused: !page.at_carers, ghost: visit.closed, ..Standing::default() };
        let x = marker(&mut canvas.pen, line.x, line.y, standing);
        let start = time(visit, view);
        let mut x = canvas.pen.text(x, line.y, 10, &start, theme.dim) + 1;
        let tier = if visit.closed || visit.tier == 0 { "  ".to_owned() } else { format!("P{}", visit.tier) };
        x = canvas.pen.text(x, line.y, 2, &tier, canvas.pen.theme.tier(visit.tier)) + 1;
        let style = name_style(&canvas.pen, standing, theme.text);
        let said_style = if visit.closed { theme.dim } else { theme.text };
        let said = said(visit);
        let end = line.right();
        let name = if wide { 20 } else { (end - x).saturating_sub(width(&said) + 1).max(8) };
        put_person(
            canvas,
            x,
            line.y,
            name,
            Some(Person::Client(visit.row.client)),
            &visit.row.client_name,
            false,
            style,
        );
        x += name + 1;
        if wide {
            let harm = ((end - x) / 3).min(26);
            canvas.pen.text(x, line.y, harm, &visit.harm, theme.dim);
            x += harm + 1;
            let plan = (end - x).saturating_sub(17).min(30);
            let (text, style) = planned(canvas, visit);
            canvas.pen.text(x, line.y, plan, &text, style);
            x += plan + 1;
        }
        canvas.pen.text(x, line.y, end.saturating_sub(x), &said, said_style);
    }
}

/// `08:00`, with the day where the call-out is longer than one.
fn time(visit: &OutVisit, view: &CallOutView) -> String {
    let days = view.visits.iter().any(|v| v.row.day != view.day);
    if days { format!("{} {}", visit.row.day.short(), clock(visit.row.minute)) } else { clock(visit.row.minute) }
}

/// Who is meant to go; where nobody is, whom the plan would send, said as no more than that.
fn planned(canvas: &Canvas, visit: &OutVisit) -> (String, Style) {
    let theme = canvas.pen.theme;
    if !visit.plan.is_empty() || visit.suggested.is_empty() {
        return (visit.plan.clone(), theme.text);
    }
    let names: Vec<&str> = visit.suggested.iter().map(|(_, name)| name.as_str()).collect();
    (format!("try {}", names.join(" + ")), theme.dim)
}

fn said(visit: &OutVisit) -> String {
    match visit.two {
        Some(n) if !visit.closed => format!("{n} of 2 · {}", visit.said),
        _ => visit.said.clone(),
    }
}

/// The visit under the marker, and who could go.
fn about(canvas: &mut Canvas, place: Rect, page: &CallOutLayer, visit: &OutVisit) {
    let theme = canvas.pen.theme;
    let mut y = place.y;
    let bottom = place.bottom();
    if y < bottom && place.height > 6 {
        canvas.pen.repeat(place.x, y, place.width, theme.glyphs.line, theme.border);
        y += 1;
    }
    let row = &visit.row;
    let what = [row.discipline.word(), row.service.as_str()].join(" ");
    let head = format!("{} {} · {} {} min", clock(row.minute), visit.who, what.trim(), row.minutes);
    for line in wrap(&clean(&head), place.width).into_iter().take(2) {
        if y < bottom {
            canvas.pen.text(place.x, y, place.width, &line, theme.strong);
            y += 1;
        }
    }
    let offers = offers(visit.offers);
    if page.staff.is_none() && !offers.is_empty() && y < bottom {
        canvas.pen.text(place.x, y, place.width, &offers, theme.text);
        y += 1;
    }
    if let Some(safe) = &visit.safe {
        let text = if safe.is_empty() {
            "safe till then? not asked yet".to_owned()
        } else {
            format!("safe till then? {safe}")
        };
        if y < bottom {
            let style = if safe.is_empty() { theme.strong } else { theme.text };
            canvas.pen.text(place.x, y, place.width, &text, style);
            y += 1;
        }
    }
    let left = Rect::new(place.x, y, place.width, bottom.saturating_sub(y));
    if let Some(dial) = &page.dial {
        return telephone(canvas, left, page, dial);
    }
    if visit.closed {
        let text = if visit.plan.is_empty() { visit.said.clone() } else { format!("{}: {}", visit.plan, visit.said) };
        canvas.pen.text(left.x, left.y, left.width, &text, theme.text);
        let lines = wrap(&clean(&visit.dispatch), left.width);
        for (n, line) in lines.iter().enumerate() {
            let y = left.y + 2 + n as u16;
            if y < left.bottom() {
                canvas.pen.text(left.x, y, left.width, line, theme.text);
            }
        }
        return;
    }
    carers(canvas, left, page, visit);
}

/// `offered: 1 waits, 2 said no, 1 expired`; nothing while nobody was asked.
fn offers(offers: Offers) -> String {
    let parts: Vec<String> = [
        (offers.pending, "waited for"),
        (offers.accepted, "said yes"),
        (offers.declined, "said no"),
        (offers.expired, "expired"),
    ]
    .iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{n} {word}"))
    .collect();
    if parts.is_empty() { String::new() } else { format!("offered: {}", parts.join(", ")) }
}

fn carers(canvas: &mut Canvas, place: Rect, page: &CallOutLayer, visit: &OutVisit) {
    let theme = canvas.pen.theme;
    let Some(rows) = page.candidates() else {
        canvas.pen.text(place.x, place.y, place.width, "who can go …", theme.dim);
        return;
    };
    let can = rows.iter().any(|r| r.group != Group::No);
    let mut y = place.y;
    if !can && y < place.bottom() {
        let text = if rows.is_empty() { "Nobody of that discipline works here." } else { "Nobody can go." };
        let text = format!("{text} Least bad: {}", visit.least_bad);
        for line in wrap(&clean(&text), place.width).into_iter().take(2) {
            canvas.pen.text(place.x, y, place.width, &line, theme.strong);
            y += 1;
        }
    }
    let room = usize::from(place.bottom().saturating_sub(y));
    let at = page.carer.and_then(|id| rows.iter().position(|r| r.staff == id)).unwrap_or(0);
    let top = window(0, at, rows.len(), room);
    for (n, row) in rows.iter().enumerate().skip(top).take(room) {
        let line = Rect::new(place.x, y + (n - top) as u16, place.width, 1);
        let selected = n == at;
        let standing =
            Standing { selected, focused: page.at_carers, ghost: row.group == Group::No, ..Standing::default() };
        candidate(canvas, line, row, standing);
    }
}

/// Somebody who could go: how they stand, the week, and what is to be known of them.
pub(super) fn candidate(canvas: &mut Canvas, line: Rect, row: &CandidateRow, standing: Standing) {
    let theme = canvas.pen.theme;
    let wide = line.width >= 70;
    let x = marker(&mut canvas.pen, line.x, line.y, standing);
    let style = name_style(&canvas.pen, standing, theme.text);
    let name = match line.width {
        96.. => 28,
        70.. => 22,
        _ => 16,
    };
    put_staff(canvas, (x, line.y, name), row.staff, &row.name, (row.discipline, false), style);
    let mut x = x + name + 1;
    let group_style = match row.group {
        Group::Now => theme.strong,
        Group::Ask | Group::Overtime => theme.text,
        Group::No => theme.dim,
    };
    x = canvas.pen.text(x, line.y, 9, row.group.word(), group_style).max(x + 9) + 1;
    if wide {
        let week = hours_short(row.week);
        canvas.pen.right(x + 7, line.y, 7, &week, theme.dim);
        x += 8;
        let been = if row.been == 0 { String::new() } else { format!("{}×", row.been) };
        canvas.pen.right(x + 4, line.y, 4, &been, theme.dim);
        x += 5;
    }
    canvas.pen.text(x, line.y, line.right().saturating_sub(x), &but(row), theme.dim);
}

/// What is to be known of somebody, the weightiest first: what they said, who is calling them, what speaks against.
fn but(row: &CandidateRow) -> String {
    let mut parts = Vec::new();
    if let Some(who) = &row.caller {
        parts.push(format!("{who} is calling"));
    }
    if let Some((said, _)) = row.said.filter(|(said, _)| *said != Answer::No) {
        let times = if row.calls > 1 { format!(" ({}×)", row.calls) } else { String::new() };
        let expired = if row.expired { ", expired" } else { "" };
        parts.push(format!("{}{times}{expired}", said.word()));
    }
    if let Some(at) = row.not_before {
        parts.push(format!("not before {}", clock(at)));
    }
    parts.extend(row.conflicts.iter().map(|c| c.text.clone()));
    if let Some(way) = row.travel.filter(|_| row.group != Group::No) {
        parts.push(format!("{way} min away"));
    }
    parts.join(" · ")
}

/// The telephone: whom, the number, for what, and what a digit says.
fn telephone(canvas: &mut Canvas, place: Rect, page: &CallOutLayer, dial: &Dial) {
    let theme = canvas.pen.theme;
    let row = page.candidates().and_then(|rows| rows.iter().find(|r| r.staff == dial.staff));
    let Some(row) = row else { return };
    let mut y = place.y;
    let mut put = |canvas: &mut Canvas, text: &str, style| {
        for line in wrap(&clean(text), place.width) {
            if y < place.bottom() {
                canvas.pen.text(place.x, y, place.width, &line, style);
                y += 1;
            }
        }
    };
    let number = if row.number.is_empty() { "no number recorded" } else { row.number.as_str() };
    put(canvas, &format!("Call {} {}", row.name, row.discipline.word()), theme.strong);
    put(canvas, number, theme.accent);
    if let Some(who) = &row.caller {
        put(canvas, &format!("{who} has their number open: they may be on the telephone already"), theme.strong);
    }
    for conflict in row.conflicts.iter().filter(|c| c.weight != Weight::Note).take(2) {
        put(canvas, &format!("ask: {}", conflict.text), theme.strong);
    }
    let digits: Vec<String> = OUTCOMES.iter().enumerate().map(|(n, (_, word))| format!("{} {word}", n + 1)).collect();
    put(canvas, &digits.join("   "), theme.text);
}
