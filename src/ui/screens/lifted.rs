//! A visit in the hand: from where to where, and what speaks against that, before it is dropped.

use super::call_out::candidate;
use super::form::typed;
use super::list::fitted;
use crate::app::form::PersonPick;
use crate::app::layers::{Layer, Lifted, Way, Writing};
use crate::domain::coverage::{Conflict, Group, Weight};
use crate::domain::time::{Day, clock, hours};
use crate::domain::visit::VisitState;
use crate::service::api::reschedule::Tried;
use crate::service::api::{Person, VisitRow};
use crate::ui::draw::{Canvas, area};
use crate::ui::names::Who;
use crate::ui::text::{clean, width, wrap};
use crate::ui::widgets::popup;
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws it.
pub fn draw(canvas: &mut Canvas, layer: &Layer, lifted: &Lifted) {
    let place = area(canvas.layout.layer(layer));
    canvas.hits.cover(place);
    let word = match lifted.way {
        Way::Move => "Move",
        Way::Assign => "Assign",
        Way::Swap => "Swap",
        Way::Split => "Split",
        Way::Shorten => "Length",
    };
    let title = match &lifted.row {
        Some(row) => {
            let room = place.width.saturating_sub(12 + width(word));
            format!("{word} · {}", fitted(canvas, &Who::of(Person::Client(row.client)), &row.client_name, room))
        }
        None => word.to_owned(),
    };
    let right = match (lifted.agreed, lifted.sent) {
        (_, true) => "…",
        (true, false) => "agreed",
        (false, false) => "",
    };
    let inner = popup::page(&mut canvas.pen, place, &title, right);
    let mut page = Page { y: inner.y, inner };
    let theme = canvas.pen.theme;
    let Some(row) = &lifted.row else {
        page.say(canvas, "…", theme.dim);
        return;
    };
    for (text, style) in way(canvas, lifted, row, inner.width) {
        page.say(canvas, &text, style);
    }
    if let Some(error) = &lifted.error {
        page.say(canvas, error, theme.error);
    }
    match &lifted.writing {
        Some(Writing::Reason(line)) => {
            page.say(canvas, "Why all the same? It is kept with it.", theme.strong);
            page.field(canvas, line);
        }
        Some(Writing::Name(pick)) => return names(canvas, &mut page, pick),
        None => {}
    }
    if lifted.way == Way::Assign {
        return carers(canvas, &page, lifted);
    }
    match lifted.known() {
        Some(tried) => known(canvas, &mut page, lifted, tried),
        None if lifted.tried.is_some() && lifted.change().is_none() => {
            let text = match lifted.way {
                Way::Swap => "The arrows go to the other visit.",
                _ => "↑↓ a quarter of an hour · ←→ who, or day · a time: 1430",
            };
            let text = if lifted.way == Way::Shorten { "↑↓ a quarter of an hour · or minutes: 45" } else { text };
            page.say(canvas, if canvas.pen.theme.glyphs.ascii { ascii(text) } else { text }, theme.dim);
        }
        None => page.say(canvas, "…", theme.dim),
    }
}

/// Arrows as words where there are none.
fn ascii(text: &str) -> &str {
    if text.contains("who") {
        "up/down 15 min, left/right who or day, or type 1430"
    } else {
        "up/down 15 min, or type 45"
    }
}

/// Where the next line goes.
struct Page {
    y: u16,
    inner: Rect,
}

impl Page {
    fn left(&self) -> Rect {
        let bottom = self.inner.bottom();
        Rect::new(self.inner.x, self.y.min(bottom), self.inner.width, bottom.saturating_sub(self.y))
    }

    fn say(&mut self, canvas: &mut Canvas, text: &str, style: Style) {
        for line in wrap(&clean(text), self.inner.width) {
            if self.y >= self.inner.bottom() {
                return;
            }
            canvas.pen.text(self.inner.x, self.y, self.inner.width, &line, style);
            self.y += 1;
        }
    }

    fn field(&mut self, canvas: &mut Canvas, line: &crate::app::line::Line) {
        if self.y < self.inner.bottom() {
            typed(canvas, Rect::new(self.inner.x, self.y, self.inner.width, 1), line, true);
            self.y += 1;
        }
    }
}

/// From where to where, in one line where it fits.
fn way(canvas: &Canvas, lifted: &Lifted, row: &VisitRow, room: u16) -> Vec<(String, Style)> {
    let theme = canvas.pen.theme;
    let goes = row.staff.is_some() && row.state != VisitState::CalledOut;
    let who = |name: &str| if name.is_empty() { "nobody".to_owned() } else { name.to_owned() };
    let from_who = who(if goes { &row.staff_name } else { "" });
    let at = |day: Day, minute: u16| format!("{} {}", day.short(), clock(minute));
    let what = [row.discipline.word(), row.service.as_str()].join(" ");
    let from = format!("{} {from_who}", at(row.day, row.minute));
    let arrow = if theme.glyphs.ascii { "->" } else { "→" };
    let typed = if lifted.typed.is_empty() { String::new() } else { format!("  {}_", lifted.typed) };
    let to = match lifted.way {
        Way::Move | Way::Assign if lifted.change().is_some() => {
            let time = if lifted.day == row.day { clock(lifted.minute) } else { at(lifted.day, lifted.minute) };
            format!("{time} {}", who(&lifted.staff_name))
        }
        Way::Swap => match &lifted.with {
            Some(with) => format!("{} {} {}", at(with.day, with.minute), with.client_name, who(&with.staff_name)),
            None => String::new(),
        },
        Way::Split => {
            let second = row.minutes.saturating_sub(lifted.minutes);
            format!("{} + {second} min, then {}", lifted.minutes, who(&lifted.staff_name))
        }
        Way::Shorten if lifted.change().is_some() => format!("{} min", lifted.minutes),
        _ => String::new(),
    };
    let head = format!("{} {} min", what.trim(), row.minutes);
    let to = format!("{to}{typed}");
    let to = if to.is_empty() { to } else { format!("{arrow} {}", to.trim_start()) };
    let whole = if to.is_empty() { format!("{from} · {head}") } else { format!("{from} {to} · {head}") };
    if width(&clean(&whole)) <= room {
        return vec![(whole, theme.strong)];
    }
    let first = format!("{from} · {head}");
    let first = if width(&clean(&first)) <= room { first } else { from };
    let mut out = vec![(first, theme.text)];
    if !to.is_empty() {
        out.push((to, theme.strong));
    }
    out
}

/// What speaks against it, the weightiest first; then who is to be told, and how the week stands.
fn known(canvas: &mut Canvas, page: &mut Page, lifted: &Lifted, tried: &Tried) {
    let theme = canvas.pen.theme;
    if lifted.change().is_none() && tried.conflicts.is_empty() {
        let text = match lifted.way {
            Way::Swap => "The arrows go to the other visit.",
            Way::Shorten => "↑↓ a quarter of an hour · or minutes: 45",
            _ => "↑↓ a quarter of an hour · ←→ who, or day · a time: 1430",
        };
        let text = if theme.glyphs.ascii { ascii(text) } else { text };
        return page.say(canvas, text, theme.dim);
    }
    for conflict in &tried.conflicts {
        let (text, style) = said(canvas, conflict);
        page.say(canvas, &text, style);
    }
    if tried.conflicts.is_empty() {
        page.say(canvas, "Nothing against it.", theme.text);
    }
    let mut facts: Vec<String> = Vec::new();
    if !tried.who.is_empty() && lifted.way == Way::Move {
        facts.push(tried.who.clone());
    }
    facts.extend(tried.week_then.map(|m| format!("{} h that week", hours(m))));
    facts.extend(tried.travel.map(|m| format!("{m} min away")));
    if tried.been > 0 {
        facts.push(format!("been there {}×", tried.been));
    }
    let dot = format!(" {} ", theme.glyphs.dot);
    if !facts.is_empty() && page.left().height > 0 {
        page.say(canvas, &facts.join(&dot), theme.dim);
    }
    if !tried.tells.is_empty() {
        page.say(canvas, &format!("to be told: {}", tried.tells.join(&dot)), theme.dim);
    }
}

/// A sign, a word and the reason: never by colour alone.
fn said(canvas: &Canvas, conflict: &Conflict) -> (String, Style) {
    let theme = canvas.pen.theme;
    match conflict.weight {
        Weight::Block => (format!("{} no: {}", theme.glyphs.out, conflict.text), theme.error),
        Weight::Reason => (format!("{} needs a reason: {}", theme.glyphs.over, conflict.text), theme.strong),
        Weight::Note => (format!("{} {}", theme.glyphs.dot, conflict.text), theme.text),
    }
}

/// People found for the name that is typed.
fn names(canvas: &mut Canvas, page: &mut Page, pick: &PersonPick) {
    let theme = canvas.pen.theme;
    page.field(canvas, &pick.line);
    let left = page.left();
    if pick.hits.is_empty() {
        let text = if pick.line.is_empty() { "part of a caregiver's name" } else { "nobody found" };
        return page.say(canvas, text, theme.dim);
    }
    let room = usize::from(left.height);
    let top = window(0, pick.cursor, pick.hits.len(), room);
    for (n, hit) in pick.hits.iter().enumerate().skip(top).take(room) {
        let y = left.y + (n - top) as u16;
        let standing = Standing { selected: n == pick.cursor, focused: true, ..Standing::default() };
        let x = marker(&mut canvas.pen, left.x, y, standing);
        let style = name_style(&canvas.pen, standing, theme.text);
        let end = canvas.pen.text(x, y, left.right().saturating_sub(x), &hit.name, style) + 1;
        canvas.pen.text(end, y, left.right().saturating_sub(end), &hit.detail, theme.dim);
    }
}

/// Those who could go, the best first, each with what speaks against.
fn carers(canvas: &mut Canvas, page: &Page, lifted: &Lifted) {
    let theme = canvas.pen.theme;
    let left = page.left();
    let Some(rows) = &lifted.carers else {
        canvas.pen.text(left.x, left.y, left.width, "who can go …", theme.dim);
        return;
    };
    if rows.is_empty() {
        canvas.pen.text(left.x, left.y, left.width, "Nobody of that discipline works here.", theme.strong);
        return;
    }
    let room = usize::from(left.height);
    let at = rows.iter().position(|r| Some(r.staff) == lifted.staff).unwrap_or(0);
    let top = window(0, at, rows.len(), room);
    for (n, row) in rows.iter().enumerate().skip(top).take(room) {
        let line = Rect::new(left.x, left.y + (n - top) as u16, left.width, 1);
        let selected = Some(row.staff) == lifted.staff;
        let standing = Standing { selected, focused: true, ghost: row.group == Group::No, ..Standing::default() };
        candidate(canvas, line, row, standing);
    }
}
