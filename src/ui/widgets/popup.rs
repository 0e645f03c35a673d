//! A card over the screen.

use super::pane::{Title, frame, label};
use crate::app::layout::Arrangement;
use crate::ui::pen::Pen;
use ratatui::layout::Rect;

/// Empties the area and draws a card's frame; answers what is inside, with a cell of air at both sides. On a phone there
/// are no sides, only the line with the title.
pub fn open(pen: &mut Pen, area: Rect, title: &str, right: &str, arrangement: Arrangement) -> Rect {
    let area = area.intersection(pen.buf.area);
    pen.clear(area);
    let title = Title { name: title, focused: true, right, news: "" };
    if arrangement == Arrangement::Phone {
        pen.repeat(area.x, area.y, area.width, pen.theme.glyphs.line, pen.theme.border);
        label(pen, area, &title);
        return Rect::new(area.x + 1, area.y + 1, area.width.saturating_sub(2), area.height.saturating_sub(1));
    }
    let inner = frame(pen, area, &title);
    if inner.width < 4 { inner } else { Rect::new(inner.x + 1, inner.y, inner.width - 2, inner.height) }
}
