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
        MenuKind::New => "New",
        MenuKind::Only => "Show only",
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
    let narrow = body.width < 60;
    // Only the help is about keys.
    let first = narrow || menu.kind != MenuKind::Help;
    let keys = menu.items.iter().map(|i| width(&clean(&keys_of(canvas, i, first)))).max().unwrap_or(0);
    let keys = keys.clamp(3, if narrow { 9 } else { 14 });
    let beside = |item: &MenuItem, reason: &str| {
        !narrow && keys + 5 + width(&clean(&item.text)) + width(&clean(reason)) <= body.width
    };
    // Where there is no room beside it, the reason why something can't be done has a row of its own.
    let rows: Vec<(usize, bool)> = (0..menu.items.len())
        .flat_map(|n| {
            let item = &menu.items[n];
            let below = item.reason.as_ref().is_some_and(|reason| !beside(item, reason));
            std::iter::once((n, false)).chain(below.then_some((n, true)))
        })
        .collect();
    let at = rows.iter().position(|r| r.0 == menu.cursor).unwrap_or(0);
    let last = rows.iter().rposition(|r| r.0 == menu.cursor).unwrap_or(at);
    let room = usize::from(body.height);
    let top = window(window(0, last, rows.len(), room), at, rows.len(), room);
    for (row, (n, below)) in rows.iter().skip(top).take(room).enumerate() {
        let place = Rect::new(body.x, body.y + row as u16, body.width, 1);
        let item = &menu.items[*n];
        canvas.hits.add(place, Target::Item(*n));
        if *below {
            let (x, dim) = (place.x + keys + 3, theme.dim);
            canvas.pen.text(x, place.y, place.right().saturating_sub(x), item.reason.as_deref().unwrap_or(""), dim);
        } else {
            let reason = item.reason.as_deref().filter(|reason| beside(item, reason));
            draw_item(canvas, place, item, (keys, first), *n == menu.cursor, reason);
        }
    }
}

/// All keys of an action, or the first.
fn keys_of(canvas: &Canvas, item: &MenuItem, first: bool) -> String {
    let keys = if first { item.keys.split("  ").next().unwrap_or("") } else { &item.keys };
    canvas.pen.theme.glyphs.key(keys).to_owned()
}

fn draw_item(
    canvas: &mut Canvas,
    at: Rect,
    item: &MenuItem,
    (keys, first): (u16, bool),
    selected: bool,
    reason: Option<&str>,
) {
    let theme = canvas.pen.theme;
    let standing = Standing { selected, focused: true, ghost: item.reason.is_some(), marked: false };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let key = keys_of(canvas, item, first);
    let key_style = if item.reason.is_some() { theme.dim } else { theme.key };
    canvas.pen.text(x, at.y, keys, &key, key_style);
    let x = x + keys + 2;
    let name = name_style(&canvas.pen, standing, theme.text);
    let end = canvas.pen.text(x, at.y, at.right().saturating_sub(x), &item.text, name);
    if let Some(reason) = reason {
        let from = end + 2;
        canvas.pen.text(from, at.y, at.right().saturating_sub(from), reason, theme.dim);
    }
}
