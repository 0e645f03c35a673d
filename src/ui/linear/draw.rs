//! A reading on a terminal: a title, the lines around the current one, the keys, and in the last line what changed. The
//! cursor stands on the current line, so that a screen reader follows.

use super::{Reading, Said, reading};
use crate::app::Model;
use crate::app::hints::{continuations, hints};
use crate::app::model::{Connection, Pane};
use crate::app::pane::News;
use crate::ui::hit::HitMap;
use crate::ui::pen::Pen;
use crate::ui::text::{clean, prefix, width};
use crate::ui::widgets::rows::window;
use ratatui::layout::{Position, Rect};

/// A row of a line that was broken, and where the cursor of the line stands in it.
struct Row {
    text: String,
    here: bool,
    cursor: Option<u16>,
}

/// Most rows of a title: whom a page or card is about is never cut.
const TITLE: usize = 3;

/// How the keys pressed so far may go on, a line each, once they have been waited on.
fn ways_on(model: &Model) -> Option<Reading> {
    let pending = model.pending.as_ref().filter(|p| p.shown && model.lock.screen.is_none())?;
    let so_far: Vec<String> = pending.keys.iter().map(ToString::to_string).collect();
    let lines = continuations(model).iter().map(|h| Said::plain(format!("{}: {}", h.keys, h.word))).collect();
    Some(Reading { title: format!("After {}", so_far.join(" ")), lines })
}

/// Draws it over the whole screen.
pub fn draw(pen: &mut Pen, hits: &mut HitMap, model: &Model, screen: Rect) {
    if screen.is_empty() {
        return;
    }
    let read = ways_on(model).unwrap_or_else(|| reading(model));
    let theme = pen.theme;
    let bottom = screen.bottom() - 1;
    // Title and announcement are always there; the keys go before the lines do.
    let keys = u16::from(screen.height > 4);
    let most = usize::from(screen.height / 4).clamp(1, TITLE);
    let titles: Vec<Row> = broken(&Said::plain(read.title.clone()), screen.width).into_iter().take(most).collect();
    for (n, row) in titles.iter().enumerate() {
        pen.text(screen.x, screen.y + n as u16, screen.width, &row.text, theme.strong);
    }
    let top_rows = titles.len() as u16;
    pen.text(screen.x, bottom, screen.width, &announcement(model, &read), theme.text);
    if keys > 0 {
        pen.text(screen.x, bottom - 1, screen.width, &keys_of(model), theme.dim);
    }
    let room = usize::from(screen.height.saturating_sub(top_rows + 1 + keys));
    let rows: Vec<Row> = read.lines.iter().flat_map(|line| broken(line, screen.width)).collect();
    let at = rows.iter().position(|r| r.cursor.is_some()).unwrap_or(0);
    let last = rows.iter().rposition(|r| r.here).unwrap_or(at);
    let top = window(window(0, last, rows.len(), room), at, rows.len(), room);
    hits.cursor = Some(Position { x: screen.x, y: screen.y });
    for (n, row) in rows.iter().skip(top).take(room).enumerate() {
        let y = screen.y + top_rows + n as u16;
        let style = if row.here { theme.strong } else { theme.text };
        pen.text(screen.x, y, screen.width, &row.text, style);
        if let Some(column) = row.cursor {
            hits.cursor = Some(Position { x: (screen.x + column).min(screen.right() - 1), y });
        }
    }
}

/// A line in rows of this width, which together are the line.
fn broken(line: &Said, room: u16) -> Vec<Row> {
    let text = clean(&line.text).into_owned();
    let before: String = line.text.chars().take(line.cursor.unwrap_or(0)).collect();
    let mut left = width(&clean(&before));
    let mut out: Vec<Row> = Vec::new();
    let mut rest = text.as_str();
    let mut placed = !line.here;
    loop {
        let head = prefix(rest, room.max(1));
        let whole = head.len() == rest.len() || head.is_empty();
        let end = if whole { rest.len() } else { head.rfind(' ').map_or(head.len(), |at| at + 1) };
        let part = rest.get(..end).unwrap_or(rest);
        let cells = width(part);
        let cursor = (!placed && (left < cells || whole)).then(|| left.min(room.saturating_sub(1)));
        placed |= cursor.is_some();
        left = left.saturating_sub(cells);
        out.push(Row { text: part.trim_end().to_owned(), here: line.here, cursor });
        rest = rest.get(end..).unwrap_or_default();
        if whole || rest.is_empty() {
            // A cursor behind the last character has its place all the same.
            if !placed && let Some(row) = out.last_mut() {
                row.cursor = Some(cells.min(room.saturating_sub(1)));
            }
            return out;
        }
    }
}

/// The keys of the moment: `o take, c call`.
fn keys_of(model: &Model) -> String {
    if model.lock.screen.is_some() {
        return "Keys: Enter unlocks, Esc clears".to_owned();
    }
    let keys: Vec<String> =
        hints(model).iter().map(|h| format!("{} {}", h.keys.replace('↵', "Enter"), h.word)).collect();
    format!("Keys: {}", keys.join(", "))
}

/// What changed, the newest first: keys of a sequence, what was said, an alert, what waits, and where the marker is.
pub fn announcement(model: &Model, read: &Reading) -> String {
    let mut parts: Vec<String> = Vec::new();
    if model.lock.screen.is_none() {
        if let Some(pending) = &model.pending {
            let so_far: Vec<String> = pending.keys.iter().map(ToString::to_string).collect();
            let ways: Vec<String> = continuations(model).iter().map(|h| format!("{} {}", h.keys, h.word)).collect();
            return format!("{}, then: {}", so_far.join(" "), ways.join("; "));
        }
        parts.extend(model.toasts.last().map(|t| t.text.clone()));
        if let Some(banner) = &model.banner {
            let late = if banner.breached { "past its time, " } else { "" };
            parts.push(format!("P1 urgent, {late}{}, ctrl-g goes there", banner.text));
        } else if let Some(note) = model.note() {
            parts.push(format!("{note}, ctrl-g reads it"));
        }
    }
    if let Connection::Offline { since, .. } = &model.connection {
        parts.push(format!("offline since {}", super::words::when(model, *since)));
    }
    if model.lock.screen.is_none() {
        parts.extend(Some(news(model)).filter(|n| !n.is_empty()));
        parts.extend(Some(position(model, read)).filter(|p| !p.is_empty()));
    }
    super::words::plain(&parts.join(". "))
}

/// `2 new wait, 1 of them P1`.
fn news(model: &Model) -> String {
    if model.top().is_some() {
        return String::new();
    }
    let of = match model.focus {
        Pane::Alerts => model.alerts.news,
        Pane::Caseload => model.clients.news,
        Pane::Team => model.staff.news,
        Pane::Calendar => model.calendar.agenda.news,
    };
    let News { tiers, others } = of;
    let all = tiers.iter().fold(others, |sum, n| sum.saturating_add(*n));
    match (all, tiers[0]) {
        (0, _) => String::new(),
        (all, 0) => format!("{all} new wait"),
        (all, worst) => format!("{all} new wait, {worst} of them P1"),
    }
}

/// Where the marker is: `3 of 59: Okafor, Ruth`.
fn position(model: &Model, read: &Reading) -> String {
    let beginning = |text: &str| text.split(", ").take(3).collect::<Vec<_>>().join(", ");
    // Where the cursor stays in what is typed, the marker is among what was found.
    let found =
        read.lines.iter().find(|l| l.text.starts_with(super::cards::OPENS) || l.text.starts_with(super::cards::TAKES));
    if let Some(found) = found {
        return found.text.clone();
    }
    let Some(here) = read.lines.iter().position(|l| l.here) else { return String::new() };
    let text = beginning(&read.lines[here].text);
    let rows = match (model.top(), model.focus) {
        (None, Pane::Alerts) => Some((model.alerts.cursor, model.alerts.places())),
        (None, Pane::Caseload) => Some((model.clients.cursor, model.clients.places())),
        (None, Pane::Team) => Some((model.staff.cursor, model.staff.places())),
        (Some(_), _) | (None, Pane::Calendar) => None,
    };
    match rows {
        Some((at, all)) => format!("{} of {all}: {text}", at + 1),
        None => format!("line {} of {}: {text}", here + 1, read.lines.len()),
    }
}
