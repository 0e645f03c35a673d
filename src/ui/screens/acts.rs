//! What I did, newest first.

use super::card;
use crate::app::layers::{Acts, Layer};
use crate::app::model::Target;
use crate::ui::draw::Canvas;
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// Draws the list.
pub fn draw(canvas: &mut Canvas, layer: &Layer, list: &Acts) {
    let theme = canvas.pen.theme;
    let empty = Vec::new();
    let acts = list.acts.as_ref().unwrap_or(&empty);
    let inner = super::open(canvas, layer, "What I did", "newest first", acts.len().max(1) + 1);
    if acts.is_empty() {
        let text = if list.acts.is_some() { "Nothing yet." } else { "…" };
        canvas.pen.text(inner.x, inner.y, inner.width, text, theme.dim);
        return;
    }
    // The last line says why the one under the marker can't be taken back; what Enter does, the hint line says.
    let under = u16::from(inner.height > 2);
    let room = usize::from(inner.height - under);
    if let Some(act) = acts.get(list.cursor).filter(|_| under > 0) {
        let text = match (act.undone, act.call.is_some(), &act.refused) {
            (true, _, _) => "taken back already".to_owned(),
            (_, true, _) => "can't be undone: a call is amended instead".to_owned(),
            (_, _, Some(why)) => format!("can't be undone: {why}"),
            _ => String::new(),
        };
        canvas.pen.text(inner.x, inner.bottom() - 1, inner.width, &text, theme.dim);
    }
    let top = window(0, list.cursor, acts.len(), room);
    for (n, act) in acts.iter().enumerate().skip(top).take(room) {
        let at = Rect::new(inner.x, inner.y + (n - top) as u16, inner.width, 1);
        canvas.hits.add(at, Target::Item(n));
        let standing = Standing { selected: n == list.cursor, focused: true, ghost: act.undone, ..Standing::default() };
        let x = marker(&mut canvas.pen, at.x, at.y, standing);
        let style = name_style(&canvas.pen, standing, theme.text);
        let when = card::at(canvas, act.at);
        let end = canvas.pen.text(x, at.y, 17, &when, theme.dim) + 2;
        let tail = match (&act.undone, &act.refused) {
            (true, _) => "taken back",
            (false, Some(_)) => "can't undo",
            (false, None) => "",
        };
        let left = canvas.pen.right(at.right(), at.y, 12, tail, theme.dim);
        let room = left.saturating_sub(end + 1);
        let what = crate::ui::names::about(&act.what, room, theme.glyphs.ellipsis);
        canvas.pen.text(end, at.y, room, &what, style);
    }
}
