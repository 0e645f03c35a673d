//! Who looked at somebody's chart: newest first, a line each, or two where it is narrow.

use super::card;
use crate::app::layers::{Layer, Looked};
use crate::app::model::Target;
use crate::service::api::AuditLine;
use crate::ui::draw::Canvas;
use crate::ui::text::{clean, wrap};
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// From here on a line holds all of it.
const WIDE: u16 = 90;
/// `Mon 23 Nov 08:10`.
const WHEN: u16 = 16;

/// Draws the list.
pub fn draw(canvas: &mut Canvas, layer: &Layer, looked: &Looked) {
    let theme = canvas.pen.theme;
    let wide = canvas.layout.layer(layer).w >= WIDE;
    let each: usize = if wide { 1 } else { 2 };
    let title = format!("Who looked · {}", looked.name);
    let inner = super::open(canvas, layer, &title, "newest first", (looked.lines.len() * each).max(2) + 1);
    let say = |canvas: &mut Canvas, text: &str, style| {
        for (n, row) in wrap(&clean(text), inner.width).into_iter().take(usize::from(inner.height)).enumerate() {
            canvas.pen.text(inner.x, inner.y + n as u16, inner.width, &row, style);
        }
    };
    if let Some(why) = &looked.denied {
        return say(canvas, &format!("Not shown: {why}."), theme.text);
    }
    if looked.lines.is_empty() {
        let text = match (looked.come, looked.more) {
            (false, _) => "…",
            (true, true) => "Nobody lately. Down looks further back.",
            (true, false) => "Nobody has looked yet.",
        };
        return say(canvas, text, theme.dim);
    }
    let under = u16::from(inner.height > 3);
    let room = (usize::from(inner.height - under) / each).max(1);
    let top = window(0, looked.cursor, looked.lines.len(), room);
    for (n, line) in looked.lines.iter().enumerate().skip(top).take(room) {
        let y = inner.y + ((n - top) * each) as u16;
        let rows = (each as u16).min(inner.bottom().saturating_sub(y));
        canvas.hits.add(Rect::new(inner.x, y, inner.width, rows), Target::Item(n));
        row(canvas, Rect::new(inner.x, y, inner.width, rows), line, n == looked.cursor, wide);
    }
    if under > 0 {
        let text = match (looked.more, looked.lines.len() >= crate::app::LOOKED_MOST) {
            (_, true) => format!("{} shown; caseload audit who shows all", looked.lines.len()),
            (true, _) => format!("{} shown; down at the end: older", looked.lines.len()),
            (false, _) => format!("{} in all", looked.lines.len()),
        };
        canvas.pen.text(inner.x, inner.bottom() - 1, inner.width, &text, theme.dim);
    }
}

fn row(canvas: &mut Canvas, at: Rect, line: &AuditLine, selected: bool, wide: bool) {
    let theme = canvas.pen.theme;
    let standing = Standing { selected, focused: true, ..Standing::default() };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let when = card::at(canvas, line.at);
    let end = canvas.pen.text(x, at.y, WHEN, &when, theme.dim) + 2;
    let plain = name_style(&canvas.pen, standing, theme.text);
    let style = if line.ending != "done" || line.detail.contains("EMERGENCY") { theme.tier(2) } else { theme.text };
    let who = if line.role.is_empty() { line.user.clone() } else { format!("{} ({})", line.user, line.role) };
    let (what, from) = (what(line), from(line));
    if wide {
        let end = x + WHEN + 1;
        let who_room = 30.min(at.right().saturating_sub(end));
        canvas.pen.text(end, at.y, who_room, &who, plain);
        let x = end + who_room + 2;
        let far = canvas.pen.right(at.right(), at.y, 24, &from, theme.dim);
        canvas.pen.text(x, at.y, far.saturating_sub(x + 2), &what, style);
        return;
    }
    canvas.pen.text(end, at.y, at.right().saturating_sub(end), &who, plain);
    if at.height > 1 {
        let far = canvas.pen.right(at.right(), at.y + 1, 20, &from, theme.dim);
        canvas.pen.text(x + 2, at.y + 1, far.saturating_sub(x + 4), &what, style);
    }
}

/// `opened chart`, `EMERGENCY: opened chart`, `card again, 4 times`: what was done, and how it ended if not well.
fn what(line: &AuditLine) -> String {
    let again = line.detail.split_once("again, ").map(|(_, times)| times);
    let mut out = match (line.action.as_str(), again) {
        ("again", Some(times)) => format!("{} again, {times}", line.category),
        ("audited", _) => "read this log".to_owned(),
        ("break-glass", _) => format!("EMERGENCY: opened {}", line.category),
        ("shown code", _) => "was shown codes".to_owned(),
        (action, _) => format!("{action} {}", line.category),
    };
    // How many rows it had says nothing here; an editor or a pager does.
    let said = |part: &&str| !part.is_empty() && !part.ends_with(" rows") && *part != "EMERGENCY";
    let how: Vec<&str> = line.detail.split(", ").filter(|_| again.is_none()).filter(said).collect();
    if !how.is_empty() {
        out.push_str(&format!(" ({})", how.join(", ")));
    }
    if line.ending != "done" {
        out.push_str(&format!(": {}", line.ending));
    }
    out
}

/// Terminal and machine: `10.0.0.7 pts/3`.
fn from(line: &AuditLine) -> String {
    line.origin.replace("/dev/", "").replace(" EMERGENCY", "")
}
