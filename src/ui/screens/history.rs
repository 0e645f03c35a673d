//! A record's revisions: when, who, what, and each field before and after.

use super::card;
use crate::app::layers::{History, Layer};
use crate::ui::draw::Canvas;
use crate::ui::line::{Line, labelled, scroll};

/// Draws it.
pub fn draw(canvas: &mut Canvas, layer: &Layer, history: &History) {
    let theme = canvas.pen.theme;
    let room = canvas.layout.layer(layer).w.saturating_sub(4);
    let mut lines = Vec::new();
    match &history.lines {
        None => lines.push(Line::of("…", theme.dim)),
        Some(found) if found.is_empty() => lines.push(Line::of("Nothing has changed since it was made.", theme.dim)),
        Some(found) => {
            let arrow = if theme.glyphs.ascii { "->" } else { "→" };
            for line in found {
                let what = format!("{} {}", line.who, line.what);
                let when = card::at(canvas, line.at);
                let number = format!("rev {}", line.rev);
                let column = crate::ui::cells(&when) + 2;
                lines.extend(labelled((&when, theme.dim), column, (&what, theme.strong), (&number, theme.dim), room));
                for (field, before, after) in &line.fields {
                    let text = if before.is_empty() { after.clone() } else { format!("{before} {arrow} {after}") };
                    let label = format!("  {field}");
                    let column = crate::ui::cells(&crate::ui::text::clean(&label)).max(13) + 1;
                    lines.extend(labelled((&label, theme.dim), column, (&text, theme.text), ("", theme.text), room));
                }
            }
        }
    }
    let inner = super::open(canvas, layer, &history.title, "", lines.len());
    scroll(&mut canvas.pen, inner, &lines, history.top);
}
