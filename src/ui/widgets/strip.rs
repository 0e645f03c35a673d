//! A line over the whole width that says one thing.

use crate::ui::pen::Pen;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Empties a line and announces an alert on it.
pub fn banner(pen: &mut Pen, line: Rect, text: &str) {
    say(pen, line, text, pen.theme.banner);
}

/// Empties a line and says on it what is to be known, and is nobody's danger.
pub fn note(pen: &mut Pen, line: Rect, text: &str) {
    say(pen, line, text, pen.theme.selected);
}

fn say(pen: &mut Pen, line: Rect, text: &str, style: Style) {
    pen.clear(line);
    pen.buf.set_style(line.intersection(pen.buf.area), style);
    pen.text(line.x + 1, line.y, line.width.saturating_sub(2), text, style);
}
