//! Text while it is typed: scrolled so that the cursor is in sight.

use crate::app::line;
use crate::ui::draw::Canvas;
use crate::ui::text::{clean, prefix, width};
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;

/// What of a typed line is shown in `room` cells, and the column of the cursor in it.
pub(super) fn visible(line: &line::Line, room: u16) -> (String, u16) {
    let before = clean(line.before_cursor()).into_owned();
    let behind = clean(line.text().get(line.before_cursor().len()..).unwrap_or("")).into_owned();
    // The cursor stands behind the text: it needs a cell of its own.
    let room = room.saturating_sub(1);
    let mut at = width(&before);
    let mut skip = 0;
    for (offset, grapheme) in before.grapheme_indices(true) {
        if at <= room {
            break;
        }
        at -= width(grapheme).min(at);
        skip = offset + grapheme.len();
    }
    let shown = format!("{}{behind}", &before[skip..]);
    (prefix(&shown, room.saturating_add(1)).to_owned(), at)
}

/// Draws a typed line into one row, underlined to its end; sets the cursor when it has the focus.
pub(in crate::ui::screens) fn typed(canvas: &mut Canvas, at: Rect, line: &line::Line, focused: bool) {
    if at.is_empty() {
        return;
    }
    let (text, column) = visible(line, at.width);
    let fill = usize::from(at.width.saturating_sub(width(&text)));
    let style = canvas.pen.theme.field;
    canvas.pen.text(at.x, at.y, at.width, &format!("{text}{}", " ".repeat(fill)), style);
    if focused {
        canvas.hits.cursor = Some(Position { x: (at.x + column).min(at.right() - 1), y: at.y });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_always_in_sight() {
        let line = line::Line::new("abcdefgh");
        assert_eq!(visible(&line, 20), ("abcdefgh".to_owned(), 8));
        assert_eq!(visible(&line, 5), ("efgh".to_owned(), 4));
        let wide = line::Line::new("渡辺裕子");
        let (text, at) = visible(&wide, 6);
        assert!(at < 6 && width(&text) <= 6, "{text} {at}");
        assert_eq!(visible(&line, 0).1, 0);
    }
}
