//! A line over the whole width that says one thing.

use crate::ui::pen::Pen;
use ratatui::layout::Rect;

/// Empties a line and says one thing on it.
pub fn banner(pen: &mut Pen, line: Rect, text: &str) {
    pen.clear(line);
    pen.buf.set_style(line.intersection(pen.buf.area), pen.theme.banner);
    pen.text(line.x + 1, line.y, line.width.saturating_sub(2), text, pen.theme.banner);
}
