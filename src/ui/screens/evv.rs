//! Clock-ins with something wrong: a line each, or two where it is narrow; below them the one under the marker, whole.

use super::card;
use super::list::fitted;
use crate::app::evv_locks;
use crate::app::layers::{EvvLayer, Layer};
use crate::app::model::Target;
use crate::domain::time::clock;
use crate::service::api::{EvvException, Person};
use crate::ui::draw::Canvas;
use crate::ui::names::Who;
use crate::ui::text::{clean, wrap};
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// From here on a line holds all of it.
const WIDE: u16 = 80;
/// `locked 12 d ago`.
const LOCKS: u16 = 15;
/// `Mon 23 Nov 08:10`.
const WHEN: u16 = 16;
/// Days from which on a lock is near.
const NEAR: i32 = 7;

/// Draws the list.
pub fn draw(canvas: &mut Canvas, layer: &Layer, list: &EvvLayer) {
    let theme = canvas.pen.theme;
    let wide = canvas.layout.layer(layer).w >= WIDE;
    let each: usize = if wide { 1 } else { 2 };
    let rows = list.rows();
    let right = match list.marks.len() {
        0 => "what locks first".to_owned(),
        n => format!("{n} marked"),
    };
    let wanted = if rows.is_empty() { 8 } else { rows.len() * each + 7 };
    let inner = super::open(canvas, layer, "EVV exceptions", &right, wanted);
    if let Some(why) = &list.denied {
        say(canvas, inner, &[(format!("Not shown: {why}."), theme.text)]);
        return;
    }
    let Some(queue) = &list.queue else {
        say(canvas, inner, &[("…".to_owned(), theme.dim)]);
        return;
    };
    let newest = newest(canvas, queue.newest);
    if rows.is_empty() {
        let how = "caseload is no clock-in app: import your aggregator's export with `caseload import evv FILE`, or have \
                   files taken as they come with `caseload import --watch DIR`.";
        let lines = match queue.newest {
            Some(_) => vec![("Nothing waits: every clock-in is in order.".to_owned(), theme.text), (newest, theme.dim)],
            None => vec![(newest, theme.text), (how.to_owned(), theme.dim)],
        };
        say(canvas, inner, &lines);
        return;
    }
    let today = canvas.model.zone.day(canvas.model.now);
    let over = rows.iter().filter(|r| r.locks.is_some_and(|day| day < today)).count();
    let mut head = format!("{} wait", rows.len() - over);
    if over > 0 {
        head.push_str(&format!(" · {over} locked"));
    }
    head.push_str(&format!(" · {newest}"));
    canvas.pen.text(inner.x, inner.y, inner.width, &head, theme.dim);
    let cursor = list.cursor();
    let below: Vec<(String, Style)> = rows.get(cursor).map(|row| about(canvas, row)).unwrap_or_default();
    let height: usize = below.iter().map(|(text, _)| wrap(&clean(text), inner.width).len()).sum();
    // The list keeps at least half of the room.
    let under = (height + 1).min(usize::from(inner.height) / 2);
    let room = (usize::from(inner.height).saturating_sub(1 + under) / each).max(1);
    let top = window(0, cursor, rows.len(), room);
    for (n, row) in rows.iter().enumerate().skip(top).take(room) {
        let y = inner.y + 1 + ((n - top) * each) as u16;
        let at = Rect::new(inner.x, y, inner.width, (each as u16).min(inner.bottom().saturating_sub(y)));
        canvas.hits.add(at, Target::Item(n));
        let standing = Standing {
            selected: n == cursor,
            focused: true,
            marked: list.marks.contains(&row.id),
            ghost: row.locks.is_some_and(|day| day < today),
        };
        line(canvas, at, row, standing, wide);
    }
    let shown = room.min(rows.len() - top) * each;
    let y = inner.y + 1 + shown as u16 + u16::from(under > 1);
    let rest = Rect::new(inner.x, y, inner.width, inner.bottom().saturating_sub(y));
    say(canvas, rest, &below);
}

/// Of when the newest clock-in is, in the header's words.
fn newest(canvas: &Canvas, newest: Option<crate::domain::time::Moment>) -> String {
    let model = canvas.model;
    let Some((on, minute)) = newest.map(|at| model.zone.civil(at)) else { return "No clock-in has come.".to_owned() };
    if on == model.zone.day(model.now) {
        format!("clock-ins {}", clock(minute))
    } else {
        format!("clock-ins {}", on.short())
    }
}

fn say(canvas: &mut Canvas, at: Rect, lines: &[(String, Style)]) {
    let mut y = at.y;
    for (text, style) in lines {
        for row in wrap(&clean(text), at.width) {
            if y >= at.bottom() {
                return;
            }
            canvas.pen.text(at.x, y, at.width, &row, *style);
            y += 1;
        }
    }
}

/// The one under the marker: what is missing, which visit it is, what is done about it.
fn about(canvas: &Canvas, row: &EvvException) -> Vec<(String, Style)> {
    let theme = canvas.pen.theme;
    let zone = canvas.model.zone;
    let today = zone.day(canvas.model.now);
    let mut out = Vec::new();
    out.push((row.say.clone(), theme.text));
    let visit =
        if row.visit_words.is_empty() { "visit: none found".to_owned() } else { format!("visit: {}", row.visit_words) };
    out.push((visit, theme.text));
    let end = row.until.map_or_else(|| "no end".to_owned(), |at| format!("to {}", clock(zone.civil(at).1)));
    let who = if row.staff.is_empty() { "nobody named" } else { row.staff.as_str() };
    let begin = row.at.map_or_else(|| "no time".to_owned(), |at| card::at(canvas, at));
    out.push((format!("clocked: {begin} {end}, {who}"), theme.dim));
    let over = row.locks.is_some_and(|day| day < today);
    let lock = match row.locks {
        Some(day) if over => {
            format!("locked since {}: it can be mended only if the payer opens it again", day.plus(1).short())
        }
        Some(day) => format!("can be mended to {}: {}", day.short(), row.mend),
        None => row.mend.clone(),
    };
    out.push((lock, if over { theme.tier(2) } else { theme.dim }));
    out
}

fn line(canvas: &mut Canvas, at: Rect, row: &EvvException, standing: Standing, wide: bool) {
    let theme = canvas.pen.theme;
    let today = canvas.model.zone.day(canvas.model.now);
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let near = row.locks.is_some_and(|day| day.since(today) <= NEAR);
    let style = if near { theme.tier(3) } else { theme.dim };
    canvas.pen.text(x, at.y, LOCKS, &evv_locks(row, today), style);
    let x = x + LOCKS + 1;
    let when = row.at.map(|at| card::at(canvas, at)).unwrap_or_default();
    let plain = name_style(&canvas.pen, standing, theme.text);
    let who = Who::of(Person::Client(row.client));
    if wide {
        let room = if at.width >= 90 { 24 } else { 19 }.min(at.right().saturating_sub(x));
        let shown = fitted(canvas, &who, &row.name, room);
        canvas.pen.text(x, at.y, room, &shown, plain);
        let x = x + room + 2;
        canvas.pen.text(x, at.y, WHEN, &when, theme.dim);
        let x = x + WHEN + 2;
        canvas.pen.text(x, at.y, at.right().saturating_sub(x), &row.say, theme.text);
        return;
    }
    let room = at.right().saturating_sub(x);
    let shown = fitted(canvas, &who, &row.name, room);
    canvas.pen.text(x, at.y, room, &shown, plain);
    if at.height > 1 {
        let x = canvas.pen.text(at.x + 3, at.y + 1, WHEN, &when, theme.dim) + 2;
        canvas.pen.text(x, at.y + 1, at.right().saturating_sub(x), &row.say, theme.text);
    }
}
