//! A title over a pane, and the frame of a card. Focus is shown in the title, never by another border: that costs 32 bytes instead of 1,000.

use crate::ui::pen::Pen;
use crate::ui::text::{clean, width};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// What stands in a frame's top line.
#[derive(Debug, Clone, Default)]
pub struct Title<'a> {
    /// The name: `1 Alerts`.
    pub name: &'a str,
    /// It has the focus.
    pub focused: bool,
    /// At the right: what it shows and how many.
    pub right: &'a str,
    /// At the right in its own style, before the rest: news that waits.
    pub news: &'a str,
}

/// Draws the line with the title; answers what is below it.
pub fn head(pen: &mut Pen, area: Rect, title: &Title) -> Rect {
    let area = area.intersection(pen.buf.area);
    if area.is_empty() {
        return area;
    }
    pen.rule(area.x, area.y, area.width);
    label(pen, area, title);
    Rect::new(area.x, area.y + 1, area.width, area.height - 1)
}

/// Draws a frame with its title; answers what is inside of it.
pub fn frame(pen: &mut Pen, area: Rect, title: &Title) -> Rect {
    let area = area.intersection(pen.buf.area);
    if area.width < 2 || area.height < 2 {
        return Rect::new(area.x, area.y, 0, 0);
    }
    let (glyphs, border) = (pen.theme.glyphs, pen.theme.border);
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    pen.repeat(area.x + 1, area.y, area.width - 2, glyphs.line, border);
    pen.repeat(area.x + 1, bottom, area.width - 2, glyphs.line, border);
    for y in area.y + 1..bottom {
        pen.text(area.x, y, 1, glyphs.wall, border);
        pen.text(right, y, 1, glyphs.wall, border);
    }
    for (x, y, sign) in [(area.x, area.y, 0), (right, area.y, 1), (area.x, bottom, 2), (right, bottom, 3)] {
        pen.text(x, y, 1, glyphs.corners[sign], border);
    }
    label(pen, area, title);
    Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2)
}

/// Writes a title into a line.
fn label(pen: &mut Pen, area: Rect, title: &Title) {
    let room = area.width.saturating_sub(4);
    if room < 3 {
        return;
    }
    let end = area.right() - 2;
    let start = area.x + 2;
    let at = name(pen, start, area.y, room, title.name, title.focused);
    let mut right = end;
    let mut left_over = end.saturating_sub(at + 1);
    for (text, style) in [(title.right, pen.theme.dim), (title.news, pen.theme.strong)] {
        let cells = width(&clean(text));
        if !text.is_empty() && cells + 2 <= left_over {
            let from = right - cells - 2;
            pen.text(from, area.y, 1, " ", Style::new());
            pen.text(from + 1, area.y, cells, text, style);
            pen.text(from + 1 + cells, area.y, 1, " ", Style::new());
            right = from;
            left_over = right.saturating_sub(at + 1);
        }
    }
}

/// A pane's name: `[1 Alerts]` reversed when it has the focus, ` 1 Alerts ` otherwise. Answers the column behind it.
pub fn name(pen: &mut Pen, x: u16, y: u16, max: u16, name: &str, focused: bool) -> u16 {
    let (open, close, style) = if focused { ("[", "]", pen.theme.focus) } else { (" ", " ", pen.theme.title) };
    if max < 3 {
        return x;
    }
    let at = pen.text(x, y, 1, open, style);
    let at = pen.text(at, y, max - 2, name, style);
    pen.text(at, y, 1, close, style)
}
