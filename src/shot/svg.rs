//! A screen as a picture: runs of text at their cells, lines drawn as lines, nothing from outside but the font.

use super::ansi::number;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use std::fmt::Write;

pub(super) const CELL: (u32, u32) = (9, 20);
pub(super) const EDGE: u32 = 12;
const FONT: u32 = 15;

pub(super) struct Palette {
    ground: u32,
    ink: u32,
    named: [u32; 16],
}

const fn rgb(r: u8, g: u8, b: u8) -> u32 {
    u32::from_be_bytes([0, r, g, b])
}

const DARK: Palette = Palette {
    ground: rgb(0x16, 0x18, 0x1d),
    ink: rgb(0xd8, 0xdb, 0xe2),
    named: [
        rgb(0x16, 0x18, 0x1d),
        rgb(0xc7, 0x4e, 0x4e),
        rgb(0x5f, 0xa0, 0x5f),
        rgb(0xb8, 0x92, 0x3a),
        rgb(0x55, 0x80, 0xc8),
        rgb(0xa8, 0x66, 0xb8),
        rgb(0x4b, 0xb0, 0xb8),
        rgb(0xb4, 0xb8, 0xc0),
        rgb(0x6a, 0x70, 0x80),
        rgb(0xff, 0x6e, 0x67),
        rgb(0x8f, 0xd1, 0x8f),
        rgb(0xf2, 0xcb, 0x5f),
        rgb(0x82, 0xb1, 0xff),
        rgb(0xe0, 0x8c, 0xf0),
        rgb(0x7f, 0xe0, 0xe6),
        rgb(0xff, 0xff, 0xff),
    ],
};

const LIGHT: Palette = Palette {
    ground: rgb(0xfb, 0xfb, 0xf8),
    ink: rgb(0x20, 0x24, 0x2c),
    named: [
        rgb(0x20, 0x24, 0x2c),
        rgb(0xb3, 0x26, 0x1e),
        rgb(0x2f, 0x6f, 0x2f),
        rgb(0x7d, 0x5a, 0x00),
        rgb(0x1f, 0x4f, 0xa8),
        rgb(0x8a, 0x2f, 0x9a),
        rgb(0x0b, 0x6b, 0x74),
        rgb(0x6a, 0x6f, 0x78),
        rgb(0x8a, 0x90, 0x9a),
        rgb(0xd4, 0x3d, 0x33),
        rgb(0x3f, 0x8f, 0x3f),
        rgb(0x9a, 0x72, 0x00),
        rgb(0x2f, 0x6f, 0xd8),
        rgb(0xa8, 0x4c, 0xba),
        rgb(0x15, 0x8a, 0x94),
        rgb(0xfb, 0xfb, 0xf8),
    ],
};

/// A style as it is painted.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Paint {
    ink: u32,
    ground: u32,
    bold: bool,
    underlined: bool,
}

impl Palette {
    /// Plain text.
    pub(super) fn ink(&self) -> u32 {
        self.ink
    }

    /// Keys.
    pub(super) fn accent(&self) -> u32 {
        self.named[6]
    }

    /// Lines.
    pub(super) fn frame(&self) -> u32 {
        self.named[8]
    }

    fn colour(&self, colour: Option<Color>, or: u32) -> u32 {
        match colour {
            Some(Color::Rgb(r, g, b)) => rgb(r, g, b),
            Some(other) => number(other).map_or(or, |n| self.named[usize::from(n)]),
            None => or,
        }
    }

    fn paint(&self, style: Style) -> Paint {
        let mut ink = self.colour(style.fg, self.ink);
        let mut ground = self.colour(style.bg, self.ground);
        if style.add_modifier.contains(Modifier::DIM) {
            ink = blend(ink, ground);
        }
        if style.add_modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut ink, &mut ground);
        }
        Paint {
            ink,
            ground,
            bold: style.add_modifier.contains(Modifier::BOLD),
            underlined: style.add_modifier.contains(Modifier::UNDERLINED),
        }
    }
}

/// Three parts ink, two parts ground.
fn blend(ink: u32, ground: u32) -> u32 {
    let part = |shift: u32| (((ink >> shift) & 0xff) * 3 + ((ground >> shift) & 0xff) * 2) / 5;
    part(16) << 16 | part(8) << 8 | part(0)
}

/// A run of characters in one style.
struct Run {
    x: u16,
    cells: u16,
    text: String,
    paint: Paint,
    /// Stretched to its cells: only for text whose characters are one cell each.
    even: bool,
}

pub(super) fn palette(light: bool) -> &'static Palette {
    if light { &LIGHT } else { &DARK }
}

pub(super) fn picture(buf: &Buffer, light: bool) -> String {
    let palette = palette(light);
    let mut out = head(buf.area.width, buf.area.height, palette);
    for y in buf.area.top()..buf.area.bottom() {
        row(&mut out, buf, y, palette);
    }
    out.push_str("</svg>\n");
    out
}

/// The beginning of a picture of so many columns and rows.
pub(super) fn head(width: u16, height: u16, palette: &Palette) -> String {
    let (w, h) = (u32::from(width) * CELL.0 + 2 * EDGE, u32::from(height) * CELL.1 + 2 * EDGE);
    let mut out = String::new();
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" font-family="'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace" font-size="{FONT}" xml:space="preserve">"#
    );
    let _ = writeln!(out, r##"<rect width="{w}" height="{h}" rx="8" fill="#{:06x}"/>"##, palette.ground);
    out
}

/// One row.
pub(super) fn row(out: &mut String, buf: &Buffer, y: u16, palette: &Palette) {
    let runs = runs(buf, y, palette);
    grounds(out, &runs, y, palette);
    for run in &runs {
        ink(out, run, y);
    }
}

fn runs(buf: &Buffer, y: u16, palette: &Palette) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (x, symbol, cells) in super::row(buf, y) {
        let paint = palette.paint(buf[(x, y)].style());
        let even = symbol.len() == 1 || lines(symbol).is_some();
        if let Some(last) = runs.last_mut()
            && last.paint == paint
            && last.even
            && even
            && if symbol.len() == 1 { last.text.is_ascii() } else { symbol == "─" && last.text.ends_with('─') }
        {
            last.text.push_str(symbol);
            last.cells += cells;
            continue;
        }
        runs.push(Run { x, cells, text: symbol.to_owned(), paint, even });
    }
    runs
}

fn place(x: u16, y: u16) -> (u32, u32) {
    (EDGE + u32::from(x) * CELL.0, EDGE + u32::from(y) * CELL.1)
}

/// What lies behind the text; one rectangle for neighbours of one colour, so that no seam shows.
fn grounds(out: &mut String, runs: &[Run], y: u16, palette: &Palette) {
    let mut rest = runs;
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|r| r.paint.ground == first.paint.ground).count();
        let cells: u32 = rest.iter().take(count).map(|r| u32::from(r.cells)).sum();
        rest = rest.get(count..).unwrap_or_default();
        if first.paint.ground != palette.ground {
            let ((x, y), (w, h)) = (place(first.x, y), (cells * CELL.0, CELL.1));
            let fill = first.paint.ground;
            let _ = writeln!(out, r##"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="#{fill:06x}"/>"##);
        }
    }
}

fn ink(out: &mut String, run: &Run, row: u16) {
    let (x, y) = place(run.x, row);
    let wide = u32::from(run.cells) * CELL.0;
    if let Some(path) = run.text.chars().next().and_then(|c| lines(c.encode_utf8(&mut [0; 4]))) {
        let long = if path.starts_with("M0 10H") { format!("M0 10H{wide}") } else { path.to_owned() };
        let _ = writeln!(
            out,
            r##"<path transform="translate({x} {y})" d="{long}" stroke="#{:06x}" fill="none"/>"##,
            run.paint.ink
        );
        return;
    }
    if run.text == "▌" {
        let _ =
            writeln!(out, r##"<rect x="{x}" y="{y}" width="4" height="{}" fill="#{:06x}"/>"##, CELL.1, run.paint.ink);
        return;
    }
    if run.paint.underlined {
        let (line, fill) = (y + FONT + 3, run.paint.ink);
        let _ = writeln!(out, r##"<path d="M{x} {line}H{}" stroke="#{fill:06x}" fill="none"/>"##, x + wide);
    }
    // Blanks at the ends carry nothing; the run begins at its first letter.
    let text = run.text.trim_end();
    let body = text.trim_start();
    if body.is_empty() {
        return;
    }
    let skip = (text.len() - body.len()) as u32 * CELL.0;
    let mut more = String::new();
    if run.even {
        let _ = write!(more, r#" textLength="{}" lengthAdjust="spacingAndGlyphs""#, body.len() as u32 * CELL.0);
    }
    if run.paint.bold {
        more.push_str(r#" font-weight="bold""#);
    }
    let _ = writeln!(
        out,
        r##"<text x="{}" y="{}" fill="#{:06x}"{more}>{}</text>"##,
        x + skip,
        y + FONT,
        run.paint.ink,
        escape(body)
    );
}

/// Frames are drawn, so that they meet whatever the font is.
fn lines(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "─" => "M0 10H9",
        "│" => "M4.5 0V20",
        "╭" => "M4.5 20V15Q4.5 10 9 10",
        "╮" => "M4.5 20V15Q4.5 10 0 10",
        "╰" => "M4.5 0V5Q4.5 10 9 10",
        "╯" => "M4.5 0V5Q4.5 10 0 10",
        "├" => "M4.5 0V20M4.5 10H9",
        "┤" => "M4.5 0V20M4.5 10H0",
        _ => return None,
    })
}

/// Text as XML takes it; what XML has no place for becomes a question mark.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_wide_characters_stand_on_their_cells() {
        let svg = picture(&Buffer::with_lines(["<&> 渡x"]), false);
        assert!(svg.contains("&lt;&amp;&gt;"));
        assert!(svg.contains(&format!(r#"<text x="{}""#, EDGE + 6 * CELL.0)), "{svg}");
        assert!(!svg.contains("<script"));
    }

    #[test]
    fn the_same_screen_is_the_same_file() {
        let buf = Buffer::with_lines(["╭─ a ─╮", "│▌b   │", "╰─────╯"]);
        assert_eq!(picture(&buf, true), picture(&buf, true));
    }
}
