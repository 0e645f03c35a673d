//! Palette, help, and all that can be done here, with reasons for what can't.

use super::form::typed;
use crate::app::layers::{Layer, Menu, MenuItem, MenuKind};
use crate::app::model::Target;
use crate::ui::draw::Canvas;
use crate::ui::text::{clean, width, wrap};
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
    let keys = key_column(canvas, menu, body.width);
    let words = body.width.saturating_sub(keys + 3).max(1);
    let beside =
        |item: &MenuItem, reason: &str| keys + 5 + width(&clean(&item.text)) + width(&clean(reason)) <= body.width;
    // What is long goes on below, and where there is no room beside it, why something can't be done does so too.
    let mut rows: Vec<(usize, Part)> = Vec::new();
    for (n, item) in menu.items.iter().enumerate() {
        let text = wrap(&clean(&item.text), words);
        rows.extend(text.into_iter().enumerate().map(|(at, text)| (n, Part::Text(at == 0, text))));
        if let Some(reason) = item.reason.as_ref().filter(|reason| !beside(item, reason)) {
            rows.extend(wrap(&clean(reason), words).into_iter().map(|text| (n, Part::Reason(text))));
        }
    }
    let at = rows.iter().position(|r| r.0 == menu.cursor).unwrap_or(0);
    let last = rows.iter().rposition(|r| r.0 == menu.cursor).unwrap_or(at);
    let whole = usize::from(body.height);
    // The last row says how much more there is.
    let room = if rows.len() > whole && whole > 3 { whole - 1 } else { whole };
    let top = window(window(0, last, rows.len(), room), at, rows.len(), room);
    for (row, (n, part)) in rows.iter().skip(top).take(room).enumerate() {
        let place = Rect::new(body.x, body.y + row as u16, body.width, 1);
        let item = &menu.items[*n];
        canvas.hits.add(place, Target::Item(*n));
        let below = place.x + keys + 3;
        match part {
            Part::Text(true, text) => {
                let reason = item.reason.as_deref().filter(|reason| beside(item, reason));
                draw_item(canvas, place, (item, text), keys, *n == menu.cursor, reason);
            }
            Part::Text(false, text) => {
                let style = if item.reason.is_some() { theme.dim } else { theme.text };
                canvas.pen.text(below, place.y, place.right().saturating_sub(below), text, style);
            }
            Part::Reason(text) => {
                canvas.pen.text(below, place.y, place.right().saturating_sub(below), text, theme.dim);
            }
        }
    }
    let more = rows.len().saturating_sub(top + room);
    if room < whole && more > 0 {
        let items = menu.items.len() - rows.get(top + room).map_or(menu.items.len(), |r| r.0);
        canvas.pen.text(body.x + 2, body.y + room as u16, body.width, &format!("{items} more"), theme.dim);
    }
}

/// A row of an item: of its words, the first or one that goes on; or why it can't be done.
enum Part {
    Text(bool, String),
    Reason(String),
}

/// Cells of the keys. All keys of an action are shown only in the help, and only where the sentences keep their room.
fn key_column(canvas: &Canvas, menu: &Menu, room: u16) -> u16 {
    let widest = |first: bool| menu.items.iter().map(|i| width(&clean(&keys_of(canvas, i, first)))).max().unwrap_or(0);
    let longest = menu.items.iter().map(|i| width(&clean(&i.text))).max().unwrap_or(0);
    let least = widest(true).clamp(3, if room < 60 { 9 } else { 14 });
    let spare = room.saturating_sub(longest + 3);
    if menu.kind == MenuKind::Help { widest(false).clamp(3, 14).min(spare).max(least) } else { least }
}

/// All keys of an action, or the first.
fn keys_of(canvas: &Canvas, item: &MenuItem, first: bool) -> String {
    let keys = if first { item.keys.split("  ").next().unwrap_or("") } else { &item.keys };
    canvas.pen.theme.glyphs.key(keys).to_owned()
}

fn draw_item(
    canvas: &mut Canvas,
    at: Rect,
    (item, text): (&MenuItem, &str),
    keys: u16,
    selected: bool,
    reason: Option<&str>,
) {
    let theme = canvas.pen.theme;
    let standing = Standing { selected, focused: true, ghost: item.reason.is_some(), marked: false };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let all = keys_of(canvas, item, false);
    let key = if width(&clean(&all)) <= keys { all } else { keys_of(canvas, item, true) };
    let key_style = if item.reason.is_some() { theme.dim } else { theme.key };
    canvas.pen.text(x, at.y, keys, &key, key_style);
    let x = x + keys + 2;
    let name = name_style(&canvas.pen, standing, theme.text);
    let end = canvas.pen.text(x, at.y, at.right().saturating_sub(x), text, name);
    if let Some(reason) = reason {
        let from = end + 2;
        canvas.pen.text(from, at.y, at.right().saturating_sub(from), reason, theme.dim);
    }
}
