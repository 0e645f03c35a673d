//! How letters look, and the shortest way from one look to another.

use super::links::{END, Link};
use super::palette::Colors;
use super::scroll::Scrolling;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;

/// What a terminal understands beyond what all of them do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// A look can be taken off by itself (`SGR 22`, `27`, `39`); without it only all of them at once.
    pub take_off: bool,
    /// Cells can be emptied without moving (`ECH`).
    pub empty: bool,
    /// A letter can be repeated (`REP`). Terminals that call themselves xterm have not always known it, and one that does
    /// not would lose cells: only those that say their name and version (`XTVERSION`), all of them younger, are sent it.
    pub repeat: bool,
    /// How rows are scrolled.
    pub scrolling: Scrolling,
    /// What is sent together can be shown together (mode 2026).
    pub at_once: bool,
    /// It has no letters but those of ASCII; others are sent as the nearest of these.
    pub ascii: bool,
    /// How many colours it has; others are sent as the nearest of these.
    pub colors: Colors,
    /// What can be opened may be said to it (OSC 8). Only where it was asked for.
    pub links: bool,
}

impl Abilities {
    /// Of no terminal in particular.
    pub const NONE: Self = Self {
        take_off: false,
        empty: false,
        repeat: false,
        scrolling: Scrolling::None,
        at_once: false,
        ascii: false,
        colors: Colors::True,
        links: false,
    };
    /// Of xterm and what came after it.
    pub const XTERM: Self = Self {
        take_off: true,
        empty: true,
        repeat: false,
        scrolling: Scrolling::Region,
        at_once: true,
        ascii: false,
        colors: Colors::True,
        links: false,
    };
    /// Of the Linux console and of VT220 and its kin.
    pub const CONSOLE: Self = Self {
        take_off: true,
        empty: true,
        repeat: false,
        scrolling: Scrolling::Lines,
        at_once: false,
        ascii: false,
        colors: Colors::True,
        links: false,
    };

    /// By the value of `TERM`.
    pub fn of(term: &str) -> Self {
        let one_of = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
        if one_of(&["linux", "vt220", "vt320", "vt420", "cons25", "wsvt"]) {
            Self::CONSOLE
        } else if one_of(&[
            "xterm",
            "tmux",
            "screen",
            "putty",
            "rxvt",
            "alacritty",
            "foot",
            "wezterm",
            "ghostty",
            "kitty",
            "st-",
            "vte",
            "gnome",
            "konsole",
            "mintty",
            "ms-terminal",
            "contour",
            "iterm",
        ]) {
            Self { at_once: !term.starts_with("screen"), ..Self::XTERM }
        } else {
            Self::NONE
        }
    }
}

/// Colours and weight of a letter, and where a click on it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) more: Modifier,
    pub(super) link: Option<Link>,
}

/// What is seen of a cell without a letter.
const SEEN: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);
/// Each with the number that puts it on and the one that takes it off.
const EACH: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Look {
    pub(super) const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, more: Modifier::empty(), link: None };

    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, more: cell.modifier, link: None }
    }

    /// The same without what is not seen where no letter stands.
    pub(super) fn of_blank(self) -> Self {
        let more = self.more & SEEN;
        Self { fg: if more.is_empty() { Color::Reset } else { self.fg }, more, ..self }
    }

    /// Whether a blank that is wanted in this look can be written with that pen.
    pub(super) fn blank_fits(self, pen: Self) -> bool {
        self.of_blank() == pen.of_blank()
    }

    /// What makes this look of another (or of one that nobody knows, which leads nowhere); empty where it is the same.
    pub(super) fn after(self, before: Option<Self>, take_off: bool) -> String {
        let mut out = self.worn_after(before, take_off);
        if before.and_then(|before| before.link) != self.link {
            out.push_str(&self.link.map_or_else(|| END.to_owned(), Link::begin));
        }
        out
    }

    /// The colours and the weight of it, as one sequence.
    fn worn_after(self, before: Option<Self>, take_off: bool) -> String {
        let anew = format!("\x1b[{}m", Self::PLAIN.changes(self, true));
        let Some(before) = before else { return anew };
        if before == (Self { link: before.link, ..self }) {
            return String::new();
        }
        if !take_off && before.loses(self) {
            return anew;
        }
        let changed = format!("\x1b[{}m", before.changes(self, false));
        if changed.len() < anew.len() { changed } else { anew }
    }

    /// Something has to be taken off for this.
    fn loses(self, then: Self) -> bool {
        !(self.more - then.more).is_empty()
            || (self.fg != then.fg && then.fg == Color::Reset)
            || (self.bg != then.bg && then.bg == Color::Reset)
    }

    fn changes(self, then: Self, reset: bool) -> String {
        let mut out = String::new();
        let mut add = |text: &str| {
            if !out.is_empty() {
                out.push(';');
            }
            out.push_str(text);
        };
        let gone = self.more - then.more;
        let weight = Modifier::BOLD | Modifier::DIM;
        // One number takes off both weights: what stays of them is put on again.
        let again = if gone.intersects(weight) { then.more & weight } else { Modifier::empty() };
        let mut last = 0;
        for (one, _, off) in EACH {
            if gone.contains(one) && off != last {
                add(&off.to_string());
                last = off;
            }
        }
        for (one, on, _) in EACH {
            if ((then.more - self.more) | again).contains(one) {
                add(&on.to_string());
            }
        }
        if self.fg != then.fg {
            add(&color(then.fg, 30));
        }
        if self.bg != then.bg {
            add(&color(then.bg, 40));
        }
        // A number that is left out is 0 (ECMA-48, 5.4.2): `;31` is `0;31`, and nothing at all is the plain look.
        if reset && !out.is_empty() { format!(";{out}") } else { out }
    }
}

/// The numbers of a colour: 30 for letters, 40 for what is behind them.
fn color(color: Color, base: u8) -> String {
    let named = |n: u8| if n < 8 { base + n } else { base + 60 + n - 8 }.to_string();
    let mut out = String::new();
    match color {
        Color::Reset => return (base + 9).to_string(),
        Color::Black => return named(0),
        Color::Red => return named(1),
        Color::Green => return named(2),
        Color::Yellow => return named(3),
        Color::Blue => return named(4),
        Color::Magenta => return named(5),
        Color::Cyan => return named(6),
        Color::Gray => return named(7),
        Color::DarkGray => return named(8),
        Color::LightRed => return named(9),
        Color::LightGreen => return named(10),
        Color::LightYellow => return named(11),
        Color::LightBlue => return named(12),
        Color::LightMagenta => return named(13),
        Color::LightCyan => return named(14),
        Color::White => return named(15),
        Color::Indexed(n) => drop(write!(out, "{};5;{n}", base + 8)),
        Color::Rgb(r, g, b) => drop(write!(out, "{};2;{r};{g};{b}", base + 8)),
    }
    out
}
