//! A card over the screen, and a page in place of the panes.

use super::pane::{Title, frame, head};
use crate::ui::pen::Pen;
use ratatui::layout::Rect;

/// Empties the area and draws a card's frame; answers what is inside, with a cell of air at both sides.
pub fn open(pen: &mut Pen, area: Rect, title: &str, right: &str) -> Rect {
    let area = area.intersection(pen.buf.area);
    pen.clear(area);
    let inner = frame(pen, area, &focused(title, right));
    if inner.width < 4 { inner } else { Rect::new(inner.x + 1, inner.y, inner.width - 2, inner.height) }
}

/// Empties the area and draws a title over it; answers what is below, with a cell of air at both sides.
pub fn page(pen: &mut Pen, area: Rect, title: &str, right: &str) -> Rect {
    let area = area.intersection(pen.buf.area);
    pen.clear(area);
    let below = head(pen, area, &focused(title, right));
    Rect::new(below.x + 1, below.y, below.width.saturating_sub(2), below.height)
}

fn focused<'a>(title: &'a str, right: &'a str) -> Title<'a> {
    Title { name: title, focused: true, right, news: "" }
}
