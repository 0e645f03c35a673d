//! Colours that the terminal has in place of those that were asked for.

use super::look::Look;
use ratatui::style::{Color, Modifier};

/// How many colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Colors {
    /// None: bold, reverse and underline carry the meaning.
    Mono,
    /// The eight of old; what is bright is bold.
    Eight,
    /// The sixteen that the user has chosen.
    Ansi16,
    /// The cube of 256.
    Ansi256,
    /// Twenty-four bits; also where nobody has said how many.
    #[default]
    True,
}

/// The sixteen, in the order of their numbers.
const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];
/// What the sixteen usually look like (xterm's).
const SHOWN: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];
/// The steps of a channel of the cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The look that comes nearest where there are only so many colours.
pub(super) fn fitted(look: Look, colors: Colors) -> Look {
    match colors {
        Colors::True => look,
        Colors::Ansi256 => Look { fg: of_256(look.fg), bg: of_256(look.bg), ..look },
        Colors::Ansi16 => Look { fg: of_16(look.fg), bg: of_16(look.bg), ..look },
        Colors::Eight => eight(look),
        Colors::Mono => mono(look),
    }
}

fn of_256(color: Color) -> Color {
    let Color::Rgb(r, g, b) = color else { return color };
    let step = |channel: u8| {
        let near = STEPS.iter().enumerate().min_by_key(|(_, step)| step.abs_diff(channel));
        near.map_or((0, 0), |(n, step)| (n as u8, *step))
    };
    let ((rn, rs), (gn, gs), (bn, bs)) = (step(r), step(g), step(b));
    // The greys between the cube's own: 8, 18 … 238.
    let mean = ((u32::from(r) + u32::from(g) + u32::from(b)) / 3) as u8;
    let grey = (mean.saturating_sub(3) / 10).min(23);
    let level = 8 + grey * 10;
    if apart((r, g, b), (level, level, level)) < apart((r, g, b), (rs, gs, bs)) {
        Color::Indexed(232 + grey)
    } else {
        Color::Indexed(16 + 36 * rn + 6 * gn + bn)
    }
}

fn of_16(color: Color) -> Color {
    let shade = match color {
        Color::Rgb(r, g, b) => (r, g, b),
        Color::Indexed(n) => match NAMED.get(usize::from(n)) {
            Some(named) => return *named,
            None => shade(n),
        },
        _ => return color,
    };
    let near = SHOWN.iter().zip(NAMED).min_by_key(|(shown, _)| apart(shade, **shown));
    near.map_or(Color::Reset, |(_, named)| named)
}

/// What one of the 256 looks like.
fn shade(n: u8) -> (u8, u8, u8) {
    if let Some(shown) = SHOWN.get(usize::from(n)) {
        return *shown;
    }
    if n >= 232 {
        let level = 8 + (n - 232) * 10;
        return (level, level, level);
    }
    let at = n - 16;
    let step = |n: u8| STEPS.get(usize::from(n)).copied().unwrap_or_default();
    (step(at / 36), step(at / 6 % 6), step(at % 6))
}

fn apart(one: (u8, u8, u8), other: (u8, u8, u8)) -> u32 {
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    // The eye sees green best and blue least.
    3 * square(one.0, other.0) + 4 * square(one.1, other.1) + 2 * square(one.2, other.2)
}

fn eight(look: Look) -> Look {
    let of_8 = |color: Color| {
        let color = of_16(color);
        match NAMED.iter().position(|named| *named == color) {
            // Dark grey would be black, which nobody reads on black.
            Some(8) => (Color::Reset, false),
            Some(n) if n > 8 => (NAMED[n - 8], true),
            _ => (color, false),
        }
    };
    let ((fg, bright), (bg, _)) = (of_8(look.fg), of_8(look.bg));
    let more = if bright { look.more | Modifier::BOLD } else { look.more };
    // The same twice would be a word that is not there.
    let fg = if fg == bg && fg != Color::Reset { Color::Reset } else { fg };
    Look { fg, bg, more, ..look }
}

/// A block of colour stays a block: it is reversed.
fn mono(look: Look) -> Look {
    let block = !matches!(of_16(look.bg), Color::Reset | Color::Black);
    let more = if block { look.more | Modifier::REVERSED } else { look.more };
    Look { fg: Color::Reset, bg: Color::Reset, more, ..look }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Colors; 5] = [Colors::Mono, Colors::Eight, Colors::Ansi16, Colors::Ansi256, Colors::True];

    fn look(fg: Color, bg: Color) -> Look {
        Look { fg, bg, ..Look::PLAIN }
    }

    #[test]
    fn nothing_that_the_terminal_lacks_is_left_and_what_it_has_stays() {
        let colors = (0..=255).map(Color::Indexed).chain(NAMED).chain([Color::Reset]);
        let colors: Vec<Color> = colors
            .chain((0..=255).step_by(5).map(|n| Color::Rgb(n, n, n)))
            .chain((0..=255).step_by(15).map(|n| Color::Rgb(255 - n, n / 2, n)))
            .collect();
        for depth in ALL {
            for color in &colors {
                let fit = fitted(look(*color, *color), depth);
                for one in [fit.fg, fit.bg] {
                    let named = NAMED.iter().position(|n| *n == one);
                    let has = match depth {
                        Colors::Mono => one == Color::Reset,
                        Colors::Eight => one == Color::Reset || named.is_some_and(|n| n < 8),
                        Colors::Ansi16 => one == Color::Reset || named.is_some(),
                        Colors::Ansi256 => !matches!(one, Color::Rgb(..)),
                        Colors::True => one == *color,
                    };
                    assert!(has, "{color:?} is {one:?} where there are {depth:?}");
                }
                // What fits needs no second fitting.
                assert_eq!(fitted(fit, depth), fit, "{color:?} {depth:?}");
            }
        }
    }

    #[test]
    fn the_nearest_is_taken() {
        let table = [
            (Color::Rgb(255, 0, 0), Color::Indexed(196), Color::LightRed),
            (Color::Rgb(0, 95, 135), Color::Indexed(24), Color::DarkGray),
            (Color::Rgb(128, 128, 128), Color::Indexed(244), Color::DarkGray),
            (Color::Rgb(255, 255, 255), Color::Indexed(231), Color::White),
            (Color::Rgb(0, 0, 0), Color::Indexed(16), Color::Black),
            (Color::Rgb(200, 205, 10), Color::Indexed(184), Color::Yellow),
        ];
        for (asked, of_256, of_16) in table {
            assert_eq!(fitted(look(asked, Color::Reset), Colors::Ansi256).fg, of_256, "{asked:?}");
            assert_eq!(fitted(look(asked, Color::Reset), Colors::Ansi16).fg, of_16, "{asked:?}");
        }
    }

    #[test]
    fn no_word_is_lost_where_there_are_few() {
        // Bright is bold, dark grey is plain, and a word on its own colour would not be seen.
        let bright = fitted(look(Color::LightRed, Color::Reset), Colors::Eight);
        assert_eq!((bright.fg, bright.more), (Color::Red, Modifier::BOLD));
        assert_eq!(fitted(look(Color::DarkGray, Color::Reset), Colors::Eight).fg, Color::Reset);
        assert_eq!(fitted(look(Color::LightRed, Color::Red), Colors::Eight).fg, Color::Reset);
        // A block of colour is still a block.
        assert_eq!(fitted(look(Color::White, Color::Red), Colors::Mono).more, Modifier::REVERSED);
        assert_eq!(fitted(look(Color::White, Color::Black), Colors::Mono).more, Modifier::empty());
    }
}
