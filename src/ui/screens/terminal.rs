//! What was found out about the terminal: what, how it is, and by what.

use crate::app::layers::{Layer, TerminalLayer};
use crate::ui::draw::Canvas;
use crate::ui::line::{labelled, scroll};

/// Wide enough for the longest label and a gap.
const LABEL: u16 = 16;
/// From here on the reason stands on the same line.
const WIDE: u16 = 70;

/// Draws it.
pub fn draw(canvas: &mut Canvas, layer: &Layer, shown: &TerminalLayer) {
    let theme = canvas.pen.theme;
    let room = canvas.layout.layer(layer).w.saturating_sub(4);
    let mut lines = Vec::new();
    for one in &shown.findings {
        let (label, value) = ((one.what, theme.dim), (one.value.as_str(), theme.text));
        if room >= WIDE {
            lines.extend(labelled(label, LABEL, value, (&one.why, theme.dim), room));
        } else {
            lines.extend(labelled(label, LABEL, value, ("", theme.dim), room));
            lines.extend(labelled(("", theme.dim), LABEL, (&one.why, theme.dim), ("", theme.dim), room));
        }
    }
    let inner = super::open(canvas, layer, "This terminal", "", lines.len());
    scroll(&mut canvas.pen, inner, &lines, shown.top);
}
