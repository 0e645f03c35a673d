//! Smaller than anything fits: one line says so.

use crate::app::layout::SMALLEST;
use crate::ui::pen::Pen;
use ratatui::layout::Rect;

/// Draws the line.
pub fn draw(pen: &mut Pen, screen: Rect) {
    if screen.is_empty() {
        return;
    }
    let whole = format!("caseload needs {}x{}", SMALLEST.0, SMALLEST.1);
    let text = if crate::ui::cells(&whole) <= screen.width { whole } else { format!("{}x{}", SMALLEST.0, SMALLEST.1) };
    let style = pen.theme.text;
    pen.text(screen.x, screen.y, screen.width, &text, style);
}

/// Names are to be hidden and it is not known yet how: nothing else is drawn.
pub fn hiding(pen: &mut Pen, screen: Rect) {
    let style = pen.theme.dim;
    let y = screen.y + screen.height / 3;
    let x = screen.x + screen.width.min(2);
    pen.text(x, y, screen.right().saturating_sub(x), "hiding names…", style);
}
