//! Writes into the buffer: the only way text reaches a cell, so nothing passes it uncleaned.

use super::text::{clean, cut, pieces, width};
use super::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// A piece of a line with its own style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

impl Piece {
    /// A piece.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }

    /// Cells that it takes.
    pub fn width(&self) -> u16 {
        width(&clean(&self.text))
    }
}

/// Cells that pieces take together.
pub fn pieces_width(pieces: &[Piece]) -> u16 {
    pieces.iter().fold(0, |sum, piece| sum.saturating_add(piece.width()))
}

/// A buffer and a theme to write with. Whatever lies outside of the buffer is left out.
pub struct Pen<'a> {
    /// Where it writes.
    pub buf: &'a mut Buffer,
    /// How it looks.
    pub theme: &'a Theme,
    /// Rules are drawn: three bytes a cell on the line.
    pub rules: bool,
}

impl Pen<'_> {
    /// Writes text in at most `max` cells, cut with `…`; answers the column behind it.
    pub fn text(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        let area = self.buf.area;
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return x;
        }
        let max = max.min(area.right() - x);
        // What stood there before, a frame's colour too, is gone.
        let style = Style::reset().patch(self.theme.text).patch(style);
        let text = clean(text);
        let text = cut(&text, max, self.theme.glyphs.ellipsis);
        let mut at = x;
        for piece in pieces(&text) {
            let cells = width(piece);
            if cells == 0 || at + cells > x + max {
                continue;
            }
            (at, _) = self.buf.set_stringn(at, y, piece, usize::from(cells), style);
        }
        at
    }

    /// Writes text so that it ends before column `end`; what does not fit in `max` cells is not written at all.
    pub fn right(&mut self, end: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        let text = clean(text);
        let cells = width(&text);
        if cells > max || cells > end {
            return end;
        }
        self.text(end - cells, y, cells, &text, style);
        end - cells
    }

    /// Writes pieces one behind the other in at most `max` cells; answers the column behind them.
    pub fn pieces(&mut self, x: u16, y: u16, max: u16, pieces: &[Piece]) -> u16 {
        let end = x.saturating_add(max);
        let mut at = x;
        for piece in pieces {
            if at >= end {
                break;
            }
            at = self.text(at, y, end - at, &piece.text, piece.style);
        }
        at
    }

    /// The same sign `count` times.
    pub fn repeat(&mut self, x: u16, y: u16, count: u16, sign: &str, style: Style) {
        let area = self.buf.area;
        if count == 0 || !area.contains(Position { x, y }) {
            return;
        }
        self.text(x, y, 1, sign, style);
        let cell = self.buf[(x, y)].clone();
        for x in x + 1..x.saturating_add(count).min(area.right()) {
            self.buf[(x, y)] = cell.clone();
        }
    }

    /// A rule from here over so many cells.
    pub fn rule(&mut self, x: u16, y: u16, count: u16) {
        if self.rules {
            self.repeat(x, y, count, self.theme.glyphs.line, self.theme.border);
        }
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buf.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buf[(x, y)].reset();
            }
        }
        self.buf.set_style(area, self.theme.text);
    }
}

/// Replaces every cell that is not ASCII, for terminals that know nothing else.
pub fn fold_to_ascii(buf: &mut Buffer) {
    let area = buf.area;
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let symbol = buf[(x, y)].symbol();
            if symbol.len() == 1 {
                continue;
            }
            let (plain, cells) = (super::text::ascii(symbol), width(symbol));
            let mut sign = [0; 4];
            let style = buf[(x, y)].style();
            buf.set_stringn(x, y, plain.encode_utf8(&mut sign), 1, style);
            for behind in 1..cells.min(area.right() - x) {
                buf.set_stringn(x + behind, y, " ", 1, style);
            }
        }
    }
}
