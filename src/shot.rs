//! Draws a model to a file without a terminal: plain text, text with colours, or a picture.

mod ansi;
mod film;
mod plain;
mod svg;

pub use film::{Film, Scene};

use crate::app::Model;
use crate::ui::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Largest width and height of a picture.
pub const LARGEST: (u16, u16) = (500, 300);

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.txt`: the characters.
    Text,
    /// `.ansi`: characters and colours, for `cat`.
    Ansi,
    /// `.svg`: a picture.
    Svg,
}

impl Format {
    /// The format that a file's name ends with.
    pub fn of(file: &str) -> Option<Self> {
        match file.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "ansi" | "ans" => Some(Self::Ansi),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }
}

/// The screen of a model at a size.
pub fn render(model: &Model, theme: &Theme, width: u16, height: u16) -> Buffer {
    let mut buf = Buffer::empty(Rect::new(0, 0, width.min(LARGEST.0), height.min(LARGEST.1)));
    let hits = crate::ui::draw_into(model, theme, &mut buf);
    if let Some(cell) = hits.cursor.and_then(|at| buf.cell_mut(at)) {
        // The terminal's own cursor, as a terminal shows it.
        let style = cell.style().add_modifier(Modifier::REVERSED);
        cell.set_style(style);
    }
    buf
}

/// A screen as a file's content.
pub fn write(buf: &Buffer, theme: &Theme, format: Format) -> String {
    match format {
        Format::Text => plain::text(buf),
        Format::Ansi => ansi::text(buf),
        Format::Svg => svg::picture(buf, theme.light),
    }
}

/// `120x40` as a size, at most [`LARGEST`].
pub fn size(text: &str) -> Option<(u16, u16)> {
    let (w, h) = text.trim().split_once(['x', 'X', '×'])?;
    let (w, h) = (w.trim().parse().ok()?, h.trim().parse().ok()?);
    (w > 0 && h > 0 && w <= LARGEST.0 && h <= LARGEST.1).then_some((w, h))
}

/// The cells of a row that begin a character: column, symbol, cells it takes.
fn row(buf: &Buffer, y: u16) -> Vec<(u16, &str, u16)> {
    let mut cells = Vec::new();
    let mut x = buf.area.left();
    while x < buf.area.right() {
        let symbol = buf[(x, y)].symbol();
        let wide = crate::ui::cells(symbol).max(1);
        cells.push((x, symbol, wide));
        x += wide;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_formats_are_read() {
        assert_eq!(size("120x40"), Some((120, 40)));
        assert_eq!(size("0x40"), None);
        assert_eq!(size("9999x9"), None);
        assert_eq!(Format::of("a/b.SVG"), Some(Format::Svg));
        assert_eq!(Format::of("svg"), None);
    }
}
