//! Who else has this open, at the right of a title: in the longest form that fits there.

use crate::app::layers::Layer;
use crate::app::looking;
use crate::ui::draw::Canvas;
use crate::ui::text::{clean, width};

/// Cells that a title's line takes besides its two texts.
const FRAME: u16 = 9;

/// Beside the title of a layer; nothing when nobody else is there, or this layer is not where the screen is.
pub(super) fn beside(canvas: &Canvas, layer: &Layer, title: &str) -> Option<String> {
    if is_here(canvas, layer) { fitting(canvas, title, canvas.layout.layer(layer).w, true) } else { None }
}

/// On a line of its own, where there is no room beside the title.
pub(super) fn below(canvas: &Canvas, layer: &Layer, room: u16) -> Option<String> {
    let fits = |words: &String| width(&clean(words)) <= room;
    looking::words(canvas.model).into_iter().find(fits).filter(|_| is_here(canvas, layer))
}

fn is_here(canvas: &Canvas, layer: &Layer) -> bool {
    canvas.model.layers.iter().rev().find(|l| looking::is_somewhere(l)).is_some_and(|here| std::ptr::eq(here, layer))
}

/// Beside a title on a line of so many cells; with a name at least, where it could as well stand below.
pub(super) fn fitting(canvas: &Canvas, title: &str, cells: u16, named: bool) -> Option<String> {
    let room = cells.saturating_sub(width(&clean(title)) + FRAME);
    let mut forms = looking::words(canvas.model);
    if named {
        forms.pop();
    }
    forms.into_iter().find(|words| width(&clean(words)) <= room)
}
