//! What terminals answer: device attributes, versions, modes, colours, capabilities. Nothing is asked for now, but an
//! answer may come all the same (from a multiplexer, or to the program that ran before), and it is never a key.

use super::Input;
use super::keys::number;

/// How a mode stands (DECRPM).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModeState {
    /// The terminal does not know the mode.
    Unknown,
    /// On.
    Set,
    /// Off.
    Reset,
    /// On, and cannot be turned off.
    AlwaysSet,
    /// Off, and cannot be turned on.
    AlwaysReset,
}

/// Which colour a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorSlot {
    /// One of the palette (OSC 4).
    Palette(u32),
    /// The default text colour (OSC 10).
    Foreground,
    /// The default background (OSC 11).
    Background,
    /// The cursor (OSC 12).
    Cursor,
}

/// An answer of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// DA1, DA2 or DA3: `level` 1, 2 or 3, and the numbers (none for DA3, whose text is a unit id).
    DeviceAttributes {
        /// Which of the three.
        level: u8,
        /// Its parameters, in order.
        values: Vec<u32>,
    },
    /// XTVERSION: the terminal's own name and version, printable ASCII only.
    Version(String),
    /// DECRPM: how a mode stands.
    ModeReport {
        /// A DEC private mode (`?`) rather than an ANSI one.
        private: bool,
        /// Its number.
        mode: u32,
        /// Its state.
        state: ModeState,
    },
    /// OSC 4, 10, 11 or 12: a colour, eight bits a channel; `None` when it was not in a form we read.
    ColorReport {
        /// Which colour.
        slot: ColorSlot,
        /// Red, green, blue.
        rgb: Option<(u8, u8, u8)>,
    },
    /// Mode 2031: the user turned the whole desktop dark or light.
    ColorScheme {
        /// Dark rather than light.
        dark: bool,
    },
    /// DSR 5 answered: the terminal has read everything up to the question.
    StatusOk,
    /// DSR 6 answered, counted from 1.
    CursorPosition {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
    },
    /// XTGETTCAP: one capability; `value` is empty for a flag, `None` when the terminal has it not.
    Capability {
        /// Its terminfo or termcap name.
        name: String,
        /// Its text.
        value: Option<String>,
    },
    /// Kitty's keyboard protocol is known, and these of its flags are on.
    Keyboard {
        /// The flags.
        flags: u32,
    },
    /// A complete sequence that means nothing here.
    Other,
}

/// The most parameters that an answer is read with; there are terminals with twenty attributes, none with more.
const VALUES: usize = 64;

fn values(body: &[u8]) -> Vec<u32> {
    body.split(|b| *b == b';').take(VALUES).map(|part| number(part, 0).unwrap_or(0)).collect()
}

/// A complete control sequence that is no key.
pub(super) fn csi(body: &[u8], last: u8) -> Reply {
    let (mark, rest) = match body.split_first() {
        Some((mark @ (b'?' | b'>' | b'<' | b'='), rest)) => (Some(*mark), rest),
        _ => (None, body),
    };
    let plain = |text: &[u8]| text.iter().all(|b| b.is_ascii_digit() || *b == b';');
    match (mark, last) {
        (Some(b'?'), b'c') if plain(rest) => Reply::DeviceAttributes { level: 1, values: values(rest) },
        (Some(b'>'), b'c') if plain(rest) => Reply::DeviceAttributes { level: 2, values: values(rest) },
        (Some(b'?'), b'u') if !rest.is_empty() && rest.iter().all(u8::is_ascii_digit) => {
            number(rest, 0).map_or(Reply::Other, |flags| Reply::Keyboard { flags })
        }
        (None, b'n') if rest == b"0" => Reply::StatusOk,
        (Some(b'?'), b'n') => match rest {
            b"997;1" => Reply::ColorScheme { dark: true },
            b"997;2" => Reply::ColorScheme { dark: false },
            _ => Reply::Other,
        },
        (None | Some(b'?'), b'R') if plain(rest) => match values(rest).as_slice() {
            [row, column] | [row, column, _] => Reply::CursorPosition { row: *row, column: *column },
            _ => Reply::Other,
        },
        (None | Some(b'?'), b'y') => mode(mark.is_some(), rest).unwrap_or(Reply::Other),
        _ => Reply::Other,
    }
}

fn mode(private: bool, rest: &[u8]) -> Option<Reply> {
    let mut parts = rest.strip_suffix(b"$")?.split(|b| *b == b';');
    let mode = number(parts.next()?, 0)?;
    let state = match number(parts.next()?, 0)? {
        0 => ModeState::Unknown,
        1 => ModeState::Set,
        2 => ModeState::Reset,
        3 => ModeState::AlwaysSet,
        4 => ModeState::AlwaysReset,
        _ => return None,
    };
    parts.next().is_none().then_some(Reply::ModeReport { private, mode, state })
}

/// A complete operating system command.
pub(super) fn osc(body: &[u8]) -> Reply {
    color(body).unwrap_or(Reply::Other)
}

fn color(body: &[u8]) -> Option<Reply> {
    let mut parts = body.split(|b| *b == b';');
    let slot = match parts.next()? {
        b"4" => ColorSlot::Palette(number(parts.next()?, 0)?),
        b"10" => ColorSlot::Foreground,
        b"11" => ColorSlot::Background,
        b"12" => ColorSlot::Cursor,
        _ => return None,
    };
    Some(Reply::ColorReport { slot, rgb: rgb(parts.next()?) })
}

/// `rgb:hhhh/hhhh/hhhh`, `rgba:…` or `#rrggbb`, with one to four digits a channel.
fn rgb(text: &[u8]) -> Option<(u8, u8, u8)> {
    let text = std::str::from_utf8(text).ok()?;
    let mut channels: Vec<&str> = if let Some(hex) = text.strip_prefix('#') {
        let width = hex.len() / 3;
        vec![hex.get(..width)?, hex.get(width..2 * width)?, hex.get(2 * width..)?]
    } else {
        text.strip_prefix("rgba:").or_else(|| text.strip_prefix("rgb:"))?.split('/').take(4).collect()
    };
    channels.truncate(3);
    let channel = |n: usize| {
        let digits = channels.get(n)?;
        let most = match digits.len() {
            1 => 0xf,
            2 => 0xff,
            3 => 0xfff,
            4 => 0xffff,
            _ => return None,
        };
        Some((u32::from_str_radix(digits, 16).ok()? * 255 / most) as u8)
    };
    Some((channel(0)?, channel(1)?, channel(2)?))
}

/// A complete device control string: it may answer for several capabilities at once.
pub(super) fn dcs(body: &[u8], out: &mut Vec<Input>) {
    if let Some(text) = body.strip_prefix(b">|") {
        return out.push(Input::Reply(Reply::Version(printable(text))));
    }
    if body.starts_with(b"!|") {
        return out.push(Input::Reply(Reply::DeviceAttributes { level: 3, values: Vec::new() }));
    }
    let (known, list) = match (body.strip_prefix(b"1+r"), body.strip_prefix(b"0+r")) {
        (Some(list), _) => (true, list),
        (_, Some(list)) => (false, list),
        _ => return out.push(Input::Reply(Reply::Other)),
    };
    for item in list.split(|b| *b == b';').take(VALUES) {
        let mut sides = item.splitn(2, |b| *b == b'=');
        let name = sides.next().and_then(unhex);
        let value = sides.next().map_or(Some(String::new()), unhex);
        out.push(Input::Reply(match (name, value) {
            (Some(name), Some(value)) => Reply::Capability { name, value: known.then_some(value) },
            _ => Reply::Other,
        }));
    }
}

fn unhex(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() % 2 == 0)?;
    let bytes: Option<Vec<u8>> =
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    Some(String::from_utf8_lossy(&bytes?).into_owned())
}

fn printable(text: &[u8]) -> String {
    text.iter().filter(|b| (0x20..0x7f).contains(*b)).map(|b| char::from(*b)).collect()
}
