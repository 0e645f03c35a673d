//! Why an alert stands where it stands, and what would lower it.

use super::also;
use crate::app::layers::{Layer, WhyLayer};
use crate::ui::draw::Canvas;
use crate::ui::line::{Line, labelled, scroll};
use crate::ui::text::wrap;

/// Draws the card.
pub fn draw(canvas: &mut Canvas, layer: &Layer, why: &WhyLayer) {
    let theme = canvas.pen.theme;
    let room = canvas.layout.layer(layer).w.saturating_sub(4);
    let mut lines = Vec::new();
    let title = match &why.why {
        None => format!("Why · {}", why.name),
        Some(found) => {
            lines.push(Line::blank());
            let rows = wrap(&crate::ui::text::clean(&found.headline), room.saturating_sub(13).max(10));
            let count = rows.len();
            for (n, row) in rows.into_iter().enumerate() {
                let lead = if n == 0 { format!("P{} now: ", found.tier) } else { "        ".to_owned() };
                let line = Line::of(lead, theme.tier(found.tier)).then(row, theme.strong);
                lines.push(if found.floor && n + 1 == count { line.ending("floor", theme.dim) } else { line });
            }
            lines.push(Line::blank());
            let column = if room >= 60 { 10 } else { 9 };
            for (label, text) in &found.lines {
                lines.extend(labelled((label, theme.dim), column, (text, theme.text), ("", theme.text), room));
            }
            format!("Why P{} · {}", found.tier, found.person)
        }
    };
    if why.gone {
        lines = vec![Line::blank(), Line::of("It is not on the list any more.", theme.text)];
    } else if why.why.is_none() {
        lines = vec![Line::of("…", theme.dim)];
    }
    let beside = also::beside(canvas, layer, &title);
    if let (None, Some(words)) = (&beside, also::below(canvas, layer, room)) {
        lines.insert(0, Line::of(words, theme.accent));
    }
    let inner = super::open(canvas, layer, &title, beside.as_deref().unwrap_or_default(), lines.len());
    scroll(&mut canvas.pen, inner, &lines, why.top);
}
