//! The strip of the tour under the screen: how far it is, and what is asked next.

use crate::app::Model;
use crate::app::tour;
use crate::ui::pen::Pen;
use crate::ui::text::{clean, width, wrap};
use ratatui::layout::Rect;

/// Draws it over these rows.
pub fn draw(pen: &mut Pen, model: &Model, place: Rect) {
    let Some((title, text)) = tour::words(model) else { return };
    pen.clear(place);
    let theme = pen.theme;
    pen.buf.set_style(place.intersection(pen.buf.area), theme.selected);
    let inner = Rect::new(place.x + 1, place.y, place.width.saturating_sub(2), place.height);
    let rows = wrap(&clean(&text), inner.width);
    pen.text(inner.x, inner.y, inner.width, &title, theme.selected);
    // Where it is short, its words stand behind its title.
    let beside = width(&clean(&title)) + 3;
    if rows.len() >= usize::from(place.height) && beside < inner.width / 2 {
        let joined = wrap(&clean(&format!("{title}: {text}")), inner.width);
        for (n, row) in joined.iter().take(usize::from(place.height)).enumerate() {
            pen.text(inner.x, inner.y + n as u16, inner.width, row, theme.selected);
        }
        return;
    }
    for (n, row) in rows.iter().take(usize::from(place.height.saturating_sub(1))).enumerate() {
        pen.text(inner.x, inner.y + 1 + n as u16, inner.width, row, theme.selected);
    }
}
