//! Lines as values: what a card or page says, before it is known where it goes.

use super::pen::{Pen, Piece, pieces_width};
use super::text::{clean, wrap};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// One line: what is cut when there is no room, and at the right end what never is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// From the left.
    pub left: Vec<Piece>,
    /// At the right end: numbers, states.
    pub right: Vec<Piece>,
}

impl Line {
    /// A line of one piece.
    pub fn of(text: impl Into<String>, style: Style) -> Self {
        Self { left: vec![Piece::new(text, style)], right: Vec::new() }
    }

    /// An empty line.
    pub fn blank() -> Self {
        Self::default()
    }

    /// With one more piece.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>, style: Style) -> Self {
        self.left.push(Piece::new(text, style));
        self
    }

    /// With something at the right end.
    #[must_use]
    pub fn ending(mut self, text: impl Into<String>, style: Style) -> Self {
        self.right.push(Piece::new(text, style));
        self
    }

    /// Draws it over the cells of an area's first row.
    pub fn draw(&self, pen: &mut Pen, area: Rect) {
        let right = pieces_width(&self.right);
        let room = if right == 0 { area.width } else { area.width.saturating_sub(right + 1) };
        pen.pieces(area.x, area.y, room, &self.left);
        if right > 0 && right <= area.width {
            pen.pieces(area.right() - right, area.y, right, &self.right);
        }
    }
}

/// A label in its column: the air behind it wears nothing, for a label may be reversed.
pub fn label_in(text: &str, style: Style, column: u16) -> Line {
    let air = usize::from(column.saturating_sub(super::text::width(text)));
    let label = if text.is_empty() { Line::blank() } else { Line::of(text, style) };
    label.then(" ".repeat(air), Style::new())
}

/// Label and text, wrapped behind the label; a number at the right end of the first line, or on a line of its own when
/// there is no room for both.
pub fn labelled(
    label: (&str, Style),
    column: u16,
    text: (&str, Style),
    number: (&str, Style),
    width: u16,
) -> Vec<Line> {
    let number_cells = super::text::width(&clean(number.0));
    let gap = if number_cells == 0 { 0 } else { number_cells + 2 };
    let label_text = clean(label.0).into_owned();
    let room = width.saturating_sub(column);
    let beside = room.saturating_sub(gap) >= 12;
    let words = clean(text.0);
    let mut rows = wrap(&words, if beside { room - gap } else { room }).into_iter();
    let mut out = Vec::new();
    let first = label_in(&label_text, label.1, column).then(rows.next().unwrap_or_default(), text.1);
    out.push(if beside && number_cells > 0 { first.ending(number.0, number.1) } else { first });
    for row in rows {
        out.push(label_in("", label.1, column).then(row, text.1));
    }
    if !beside && number_cells > 0 {
        out.push(label_in("", label.1, column).then(number.0, number.1));
    }
    out
}

/// Draws the lines from `top` on that fit an area; answers the first one shown: `top`, or less when the end is reached.
/// Arrows in the air beside them say that there is more.
pub fn scroll(pen: &mut Pen, area: Rect, lines: &[Line], top: usize) -> usize {
    let room = usize::from(area.height);
    let top = top.min(lines.len().saturating_sub(room));
    for (n, line) in lines.iter().skip(top).take(room).enumerate() {
        line.draw(pen, Rect::new(area.x, area.y + n as u16, area.width, 1));
    }
    let (glyphs, style) = (pen.theme.glyphs, pen.theme.accent);
    if top > 0 {
        pen.text(area.right(), area.y, 1, glyphs.up, style);
    }
    if lines.len() > top + room && room > 0 {
        pen.text(area.right(), area.bottom() - 1, 1, glyphs.down, style);
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_or_on_its_own_line() {
        let plain = Style::new();
        let lines = labelled(("Family", plain), 9, ("Grace Adeyemi, daughter", plain), ("(401) 555-0142", plain), 50);
        assert_eq!((lines.len(), lines[0].right[0].text.as_str()), (1, "(401) 555-0142"));
        let lines = labelled(("Family", plain), 9, ("Grace Adeyemi, daughter", plain), ("(401) 555-0142", plain), 30);
        assert!(lines.iter().any(|l| l.left.iter().any(|p| p.text == "(401) 555-0142")));
    }
}
