//! My drafts: what was typed and not saved; Enter is back in the same field.

use super::card;
use crate::app::layers::{DraftList, Layer};
use crate::app::model::Target;
use crate::service::api::Draft;
use crate::ui::draw::Canvas;
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// Draws the list.
pub fn draw(canvas: &mut Canvas, layer: &Layer, list: &DraftList) {
    let theme = canvas.pen.theme;
    let empty = Vec::new();
    let drafts = list.drafts.as_ref().unwrap_or(&empty);
    let inner = super::open(canvas, layer, "My drafts", "", drafts.len().max(1));
    if drafts.is_empty() {
        let text = if list.drafts.is_some() { "Nothing is waiting to be finished." } else { "…" };
        canvas.pen.text(inner.x, inner.y, inner.width, text, theme.dim);
        return;
    }
    let room = usize::from(inner.height);
    let top = window(0, list.cursor, drafts.len(), room);
    for (n, draft) in drafts.iter().enumerate().skip(top).take(room) {
        let at = Rect::new(inner.x, inner.y + (n - top) as u16, inner.width, 1);
        canvas.hits.add(at, Target::Item(n));
        let standing = Standing { selected: n == list.cursor, focused: true, ..Standing::default() };
        let x = marker(&mut canvas.pen, at.x, at.y, standing);
        let style = name_style(&canvas.pen, standing, theme.text);
        let end = canvas.pen.text(x, at.y, 14, &draft.form, style);
        let when = card::at(canvas, draft.at);
        let left = canvas.pen.right(at.right(), at.y, 18, &when, theme.dim);
        let from = end.max(x + 13) + 2;
        canvas.pen.text(from, at.y, left.saturating_sub(from + 1), &said(draft), theme.text);
    }
}

/// About whom, then the first words that were typed.
fn said(draft: &Draft) -> String {
    let who = draft.fields.iter().filter(|(name, _)| name == "who" && draft.person.is_some());
    // Not what only finds the place again.
    let told = draft.fields.iter().filter(|(name, _)| !matches!(name.as_str(), "focus" | "person.id" | "who"));
    let texts: Vec<&str> = who.chain(told).map(|(_, text)| text.trim()).filter(|t| !t.is_empty()).collect();
    texts.join(" · ")
}
