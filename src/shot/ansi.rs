//! A screen with its colours, as `cat` shows it: every line ends plain, so a cut file harms nothing.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use std::fmt::Write;

pub(super) fn text(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let cells = super::row(buf, y);
        let end = cells.iter().rposition(|(x, symbol, _)| *symbol != " " || shows(buf[(*x, y)].style()));
        let plain = ratatui::buffer::Cell::EMPTY.style();
        let mut now = plain;
        for (x, symbol, _) in cells.iter().take(end.map_or(0, |e| e + 1)) {
            let style = buf[(*x, y)].style();
            if style != now {
                out.push_str(&sgr(style));
                now = style;
            }
            out.push_str(symbol);
        }
        if now != plain {
            out.push_str("\u{1b}[0m");
        }
        out.push('\n');
    }
    out
}

/// A blank in this style can be seen.
fn shows(style: Style) -> bool {
    style.add_modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED)
        || style.bg.is_some_and(|c| c != Color::Reset)
}

fn sgr(style: Style) -> String {
    let mut out = String::from("\u{1b}[0");
    for (modifier, code) in [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ] {
        if style.add_modifier.contains(modifier) {
            let _ = write!(out, ";{code}");
        }
    }
    for (colour, base) in [(style.fg, 30), (style.bg, 40)] {
        if let Some(code) = colour.and_then(number) {
            let _ = write!(out, ";{}", if code < 8 { base + code } else { base + 60 + code - 8 });
        }
    }
    out.push('m');
    out
}

/// The place of a named colour in the palette of sixteen.
pub(super) fn number(colour: Color) -> Option<u16> {
    Some(match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_begin_and_end_on_their_line() {
        let mut buf = Buffer::with_lines(["ab c", "    "]);
        buf.set_style(ratatui::layout::Rect::new(0, 0, 1, 1), Style::new().fg(Color::LightRed).bold());
        assert_eq!(text(&buf), "\u{1b}[0;1;91ma\u{1b}[0mb c\n\n");
    }
}
