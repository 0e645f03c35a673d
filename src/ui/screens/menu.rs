//! Palette, help, and all that can be done here, with reasons for what can't.

use super::form::typed;
use crate::app::layers::{Layer, Menu, MenuItem, MenuKind};
use crate::app::model::Target;
use crate::ui::draw::Canvas;
use crate::ui::text::{clean, width};
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(canvas: &mut Canvas, layer: &Layer, menu: &Menu) {
    let title = match menu.kind {
        MenuKind::Palette => "Everything",
        MenuKind::Help => "Keys of this screen",
        MenuKind::Here => "What can be done here",
    };
    let all = usize::from(canvas.layout.layer_lines(layer));
    let inner = super::open(canvas, layer, title, "type to narrow", all);
    if inner.height == 0 {
        return;
    }
    typed(canvas, Rect::new(inner.x, inner.y, inner.width, 1), &menu.line, true);
    let body = Rect::new(inner.x, inner.y + 1, inner.width, inner.height - 1);
    let theme = canvas.pen.theme;
    if menu.items.is_empty() && body.height > 0 {
        canvas.pen.text(body.x, body.y, body.width, "Nothing of that name.", theme.dim);
    }
    let keys = menu.items.iter().map(|i| width(&clean(theme.glyphs.key(&i.keys)))).max().unwrap_or(0).clamp(3, 14);
    let top = window(0, menu.cursor, menu.items.len(), usize::from(body.height));
    for (n, item) in menu.items.iter().enumerate().skip(top).take(usize::from(body.height)) {
        let at = Rect::new(body.x, body.y + (n - top) as u16, body.width, 1);
        canvas.hits.add(at, Target::Item(n));
        draw_item(canvas, at, item, keys, n == menu.cursor);
    }
}

fn draw_item(canvas: &mut Canvas, at: Rect, item: &MenuItem, keys: u16, selected: bool) {
    let theme = canvas.pen.theme;
    let standing = Standing { selected, focused: true, ghost: item.reason.is_some(), marked: false };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let key = theme.glyphs.key(&item.keys).to_owned();
    let key_style = if item.reason.is_some() { theme.dim } else { theme.accent };
    canvas.pen.text(x, at.y, keys, &key, key_style);
    let x = x + keys + 2;
    let name = name_style(&canvas.pen, standing, theme.text);
    let end = canvas.pen.text(x, at.y, at.right().saturating_sub(x), item.text, name);
    if let Some(reason) = &item.reason {
        let from = end + 2;
        canvas.pen.text(from, at.y, at.right().saturating_sub(from), reason, theme.dim);
    }
}
