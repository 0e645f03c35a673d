//! The menu of themes. It stands in a corner, so that the screen behind it shows what is chosen.

use crate::app::layers::{Layer, ThemeMenu};
use crate::app::model::Target;
use crate::ui::draw::Canvas;
use crate::ui::pen::Piece;
use crate::ui::text::{clean, width};
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(canvas: &mut Canvas, layer: &Layer, menu: &ThemeMenu) {
    let model = canvas.model;
    let list = &model.themes.list;
    let inner = super::open(canvas, layer, "Colours", "", list.len() + 1);
    if inner.height < 2 {
        return;
    }
    let theme = canvas.pen.theme;
    let room = usize::from(inner.height - 1);
    let top = window(0, menu.cursor, list.len(), room);
    let names = list.iter().map(|choice| width(&clean(&choice.name))).max().unwrap_or(0).min(16);
    for (n, choice) in list.iter().enumerate().skip(top).take(room) {
        let at = Rect::new(inner.x, inner.y + (n - top) as u16, inner.width, 1);
        canvas.hits.add(at, Target::Item(n));
        let ghost = choice.reason.is_some();
        let standing = Standing { selected: n == menu.cursor, focused: true, ghost, marked: false };
        let x = marker(&mut canvas.pen, at.x, at.y, standing);
        let style = name_style(&canvas.pen, standing, theme.text);
        canvas.pen.text(x, at.y, names, &choice.name, style);
        let from = x + names + 2;
        let about = choice.reason.as_deref().unwrap_or(&choice.about);
        canvas.pen.text(from, at.y, at.right().saturating_sub(from), about, theme.dim);
    }
    let below = inner.y + list.len().min(room) as u16;
    sample(canvas, Rect::new(inner.x + 1, below, inner.width.saturating_sub(1), 1));
}

/// What a screen without alerts would not show: each severity, and the words that stand out.
fn sample(canvas: &mut Canvas, at: Rect) {
    let theme = canvas.pen.theme;
    let mut pieces: Vec<Piece> = Vec::new();
    for tier in 1..=5 {
        pieces.push(Piece::new(format!("P{tier} {}", theme.glyphs.tier(tier)), theme.tier(tier)));
        pieces.push(Piece::new(" ", theme.text));
    }
    for (word, style) in [("keys", theme.accent), ("names", theme.strong), ("later", theme.dim)] {
        pieces.push(Piece::new(word, style));
        pieces.push(Piece::new(" ", theme.text));
    }
    canvas.pen.pieces(at.x, at.y, at.width, &pieces);
}
