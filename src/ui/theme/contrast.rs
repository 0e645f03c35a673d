//! Whether a theme can be read: WCAG 2.1 contrast of each role against what lies behind it.
//!
//! Named colours are what the terminal's owner has made of them, so they are measured on one palette that is written down
//! everywhere: that of xterm (`XTerm-col.ad`), whose own text is `gray` on `black` in a dark terminal and `black` on
//! `white` in a light one. Dim text is measured as three parts ink and two parts ground, which is what most terminals
//! make of it.

use super::design::{Depth, Design, Ground, Role};
use ratatui::style::{Color, Modifier, Style};

/// What text needs against its background (WCAG 1.4.3, level AA).
pub const TEXT: f64 = 4.5;
/// What a line that is no text needs (WCAG 1.4.11).
pub const LINE: f64 = 3.0;

/// The sixteen as xterm has them, in the order of their codes.
const XTERM: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// Steps of the cube of 216.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A role that cannot be read well enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Faint {
    /// Which.
    pub role: Role,
    /// On terminals of this depth.
    pub depth: Depth,
    /// Its contrast.
    pub ratio: f64,
    /// What it needs.
    pub needs: f64,
}

/// Red, green and blue of a colour; none of the terminal's own.
pub fn rgb(colour: Color) -> Option<[u8; 3]> {
    let index = match colour {
        Color::Rgb(r, g, b) => return Some([r, g, b]),
        Color::Indexed(n) => n,
        Color::Reset => return None,
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
    };
    Some(match index {
        0..=15 => XTERM[usize::from(index)],
        16..=231 => {
            let n = usize::from(index - 16);
            [CUBE[n / 36], CUBE[n / 6 % 6], CUBE[n % 6]]
        }
        232..=255 => [8 + 10 * (index - 232); 3],
    })
}

/// How light a colour is, 0 to 1.
pub fn luminance(rgb: [u8; 3]) -> f64 {
    let part = |byte: u8| {
        let x = f64::from(byte) / 255.0;
        if x <= 0.040_45 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2])
}

/// Contrast of two colours, 1 to 21.
pub fn ratio(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What a style's text and its background look like on a terminal like this.
pub fn painted(style: Style, ground: Ground) -> ([u8; 3], [u8; 3]) {
    let (own_ink, own_ground) = match ground {
        Ground::Dark => (XTERM[7], XTERM[0]),
        Ground::Light => (XTERM[0], XTERM[15]),
    };
    let mut ink = style.fg.and_then(rgb).unwrap_or(own_ink);
    let mut behind = style.bg.and_then(rgb).unwrap_or(own_ground);
    if style.add_modifier.contains(Modifier::DIM) {
        let mix = |n: usize| ((u16::from(ink[n]) * 3 + u16::from(behind[n]) * 2) / 5) as u8;
        ink = [mix(0), mix(1), mix(2)];
    }
    if style.add_modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut behind);
    }
    (ink, behind)
}

/// What of a theme cannot be read well enough, on terminals of any depth.
pub fn faint(design: &Design) -> Vec<Faint> {
    let mut out = Vec::new();
    for depth in [Depth::Sixteen, Depth::Indexed, Depth::True] {
        for role in Role::ALL {
            let (ink, behind) = painted(design.style(*role, depth), design.ground);
            let needs = if *role == Role::Border { LINE } else { TEXT };
            let ratio = ratio(ink, behind);
            if ratio < needs {
                out.push(Faint { role: *role, depth, ratio, needs });
            }
        }
    }
    out
}
