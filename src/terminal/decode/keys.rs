//! What terminals send for keys, mouse and focus: xterm, rxvt, the Linux console, `PuTTY`, kitty's `CSI u` and xterm's
//! modifyOtherKeys. Pure tables; what is not found here is no key.

use super::Input;
use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, ModifierKeyCode, MouseButton, MouseEvent, MouseEventKind,
};

/// What a complete control sequence is, if it is one of ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A key; Alt may still be added by an ESC before it.
    Key(KeyCode, KeyModifiers),
    /// The same, held down: kitty says so.
    Held(KeyCode, KeyModifiers),
    /// Focus or mouse.
    Other(Event),
    /// Known, and nothing to act on (a key let go).
    Nothing,
}

/// A key press as the rest of the program sees it.
pub(super) fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

/// The same of one that is held down.
pub(super) fn held(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Event(Event::Key(KeyEvent::new_with_kind(code, modifiers, KeyEventKind::Repeat)))
}

/// Alt, if an ESC stood before.
pub(super) fn alt_if(esc: bool) -> KeyModifiers {
    if esc { KeyModifiers::ALT } else { KeyModifiers::NONE }
}

/// A character; capitals carry SHIFT, as crossterm's own reader has it.
pub(super) fn char_key(c: char, modifiers: KeyModifiers) -> Input {
    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    key(KeyCode::Char(c), modifiers | shift)
}

/// The key of one byte below 0x80 that is not ESC.
pub(super) fn plain_key(byte: u8, alt: bool) -> Input {
    let alt = alt_if(alt);
    let ctrl = alt | KeyModifiers::CONTROL;
    match byte {
        0x00 => key(KeyCode::Char(' '), ctrl),
        b'\r' => key(KeyCode::Enter, alt),
        b'\t' => key(KeyCode::Tab, alt),
        // Half the terminals send one for Backspace, half the other: ctrl-h cannot be told apart and is Backspace.
        0x08 | 0x7f => key(KeyCode::Backspace, alt),
        0x01..=0x1a => key(KeyCode::Char(char::from(byte - 1 + b'a')), ctrl),
        0x1b => key(KeyCode::Esc, alt),
        0x1c..=0x1f => key(KeyCode::Char(char::from(byte + 0x40)), ctrl),
        _ => char_key(char::from(byte), alt),
    }
}

/// xterm's modifier parameter: one more than the sum of the bits.
fn modifiers(parameter: u32) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    let table = [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ];
    table.into_iter().filter(|(bit, _)| bits & bit != 0).fold(KeyModifiers::NONE, |all, (_, one)| all | one)
}

/// A decimal parameter; an empty one is `default`, anything else than digits is no number.
pub(super) fn number(text: &[u8], default: u32) -> Option<u32> {
    if text.is_empty() {
        return Some(default);
    }
    text.iter().try_fold(0_u32, |sum, byte| {
        byte.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(u32::from(byte - b'0')))
    })
}

/// The `n`th parameter, the `sub`th part of it between colons; `None` when it is not a number.
fn parameter(body: &[u8], n: usize, sub: usize, default: u32) -> Option<u32> {
    let Some(whole) = body.split(|b| *b == b';').nth(n) else { return Some(default) };
    let Some(part) = whole.split(|b| *b == b':').nth(sub) else { return Some(default) };
    number(part, default)
}

fn count(body: &[u8]) -> usize {
    if body.is_empty() { 0 } else { body.split(|b| *b == b';').count() }
}

/// The keys that end in `~` (and in `$`, `^`, `@` on rxvt).
fn numbered(n: u32) -> Option<KeyCode> {
    Some(match n {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F((n - 10) as u8),
        17..=21 => KeyCode::F((n - 11) as u8),
        23..=26 => KeyCode::F((n - 12) as u8),
        28 | 29 => KeyCode::F((n - 13) as u8),
        31..=34 => KeyCode::F((n - 14) as u8),
        _ => return None,
    })
}

/// The key of a lone number before rxvt's `$`, `^` or `@`.
pub(super) fn rxvt_number(body: &[u8]) -> Option<KeyCode> {
    if body.is_empty() { None } else { number(body, 0).and_then(numbered) }
}

/// The cursor keys and F1 to F4 by their letter.
fn lettered(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

/// A complete control sequence: `body` between `CSI` and its last byte.
pub(super) fn csi(body: &[u8], last: u8) -> Option<Known> {
    match last {
        b'M' | b'm' => return mouse(body.strip_prefix(b"<")?, last == b'm').map(Known::Other),
        b'I' if body.is_empty() => return Some(Known::Other(Event::FocusGained)),
        b'O' if body.is_empty() => return Some(Known::Other(Event::FocusLost)),
        _ => {}
    }
    // Only plain numbers from here: `?`, `>`, `<`, `=` and the intermediates belong to answers.
    if !body.iter().all(|b| b.is_ascii_digit() || matches!(b, b';' | b':')) {
        return None;
    }
    match last {
        b'~' => tilde(body),
        b'^' => rxvt_number(body).map(|code| Known::Key(code, KeyModifiers::CONTROL)),
        b'@' => rxvt_number(body).map(|code| Known::Key(code, KeyModifiers::CONTROL | KeyModifiers::SHIFT)),
        b'u' => kitty(body),
        b'Z' => {
            let mods = if count(body) == 2 { modifiers(parameter(body, 1, 0, 1)?) } else { KeyModifiers::NONE };
            (count(body) <= 2).then_some(Known::Key(KeyCode::BackTab, mods | KeyModifiers::SHIFT))
        }
        b'a'..=b'd' if body.is_empty() => {
            lettered(last.to_ascii_uppercase()).map(|code| Known::Key(code, KeyModifiers::SHIFT))
        }
        // `CSI 1;2R` might be F3 with Shift, and is what a cursor position looks like: it is never a key.
        _ => {
            let code = lettered(last)?;
            let mods = match count(body) {
                0 => 1,
                // Old xterm: the modifier alone.
                1 => parameter(body, 0, 0, 1)?,
                2 if parameter(body, 0, 0, 1)? == 1 => parameter(body, 1, 0, 1)?,
                _ => return None,
            };
            Some(pressed(body, code, mods))
        }
    }
}

/// A key unless kitty says that it is held (`modifiers:2`) or was let go (`modifiers:3`).
fn pressed(body: &[u8], code: KeyCode, mods: u32) -> Known {
    match parameter(body, 1, 1, 1) {
        Some(2) => Known::Held(code, modifiers(mods)),
        Some(3) => Known::Nothing,
        _ => Known::Key(code, modifiers(mods)),
    }
}

fn tilde(body: &[u8]) -> Option<Known> {
    let first = parameter(body, 0, 0, 0)?;
    if first == 27 && count(body) == 3 {
        let mods = modifiers(parameter(body, 1, 0, 1)?);
        return coded(parameter(body, 2, 0, 0)?, mods);
    }
    if count(body) > 2 {
        return None;
    }
    Some(pressed(body, numbered(first)?, parameter(body, 1, 0, 1)?))
}

/// `CSI code : shifted : base ; modifiers : event ; text u`
fn kitty(body: &[u8]) -> Option<Known> {
    if body.is_empty() {
        return None;
    }
    let code = parameter(body, 0, 0, 0)?;
    let event = parameter(body, 1, 1, 1)?;
    if event == 3 {
        return Some(Known::Nothing);
    }
    let mods = modifiers(parameter(body, 1, 0, 1)?);
    let shifted = parameter(body, 0, 1, 0)?;
    let code = if mods.contains(KeyModifiers::SHIFT) && shifted != 0 { shifted } else { code };
    match coded(code, mods)? {
        Known::Key(code, mods) if event == 2 => Some(Known::Held(code, mods)),
        known => Some(known),
    }
}

/// A key named by its code point, in kitty's and modifyOtherKeys' way.
fn coded(code: u32, mods: KeyModifiers) -> Option<Known> {
    let code = match code {
        8 | 127 => KeyCode::Backspace,
        9 if mods.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        57_344..=63_743 => match functional(code) {
            Some(code) => code,
            None => return Some(Known::Nothing),
        },
        _ => {
            let c = char::from_u32(code).filter(|c| !c.is_control())?;
            // Without alternate keys Shift comes beside the small letter; as text it is the capital.
            let c = if mods.contains(KeyModifiers::SHIFT) { c.to_uppercase().next().unwrap_or(c) } else { c };
            let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            return Some(Known::Key(KeyCode::Char(c), mods | shift));
        }
    };
    Some(Known::Key(code, mods))
}

/// kitty's private-use codes, as far as a keyboard in an office has them.
fn functional(code: u32) -> Option<KeyCode> {
    Some(match code {
        57_358 => KeyCode::CapsLock,
        57_360 => KeyCode::NumLock,
        57_361 => KeyCode::PrintScreen,
        57_362 => KeyCode::Pause,
        57_363 => KeyCode::Menu,
        57_376..=57_398 => KeyCode::F((code - 57_376 + 13) as u8),
        57_399..=57_408 => KeyCode::Char(char::from(b'0' + (code - 57_399) as u8)),
        57_409 => KeyCode::Char('.'),
        57_410 => KeyCode::Char('/'),
        57_411 => KeyCode::Char('*'),
        57_412 => KeyCode::Char('-'),
        57_413 => KeyCode::Char('+'),
        57_414 => KeyCode::Enter,
        57_415 => KeyCode::Char('='),
        57_416 => KeyCode::Char(','),
        57_417 => KeyCode::Left,
        57_418 => KeyCode::Right,
        57_419 => KeyCode::Up,
        57_420 => KeyCode::Down,
        57_421 => KeyCode::PageUp,
        57_422 => KeyCode::PageDown,
        57_423 => KeyCode::Home,
        57_424 => KeyCode::End,
        57_425 => KeyCode::Insert,
        57_426 => KeyCode::Delete,
        57_427 => KeyCode::KeypadBegin,
        57_441 => KeyCode::Modifier(ModifierKeyCode::LeftShift),
        57_447 => KeyCode::Modifier(ModifierKeyCode::RightShift),
        _ => return None,
    })
}

/// `ESC O`, perhaps a modifier, and a letter: cursor keys in application mode, F1 to F4, the keypad.
pub(super) fn ss3(body: &[u8], last: u8) -> Option<(KeyCode, KeyModifiers)> {
    let mods = match count(body) {
        0 => 1,
        1 => parameter(body, 0, 0, 1)?,
        2 => parameter(body, 1, 0, 1)?,
        _ => return None,
    };
    let mods = modifiers(mods);
    let code = match last {
        b'R' => KeyCode::F(3),
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b' ' => KeyCode::Char(' '),
        b'X' => KeyCode::Char('='),
        b'j'..=b'y' => KeyCode::Char(char::from(last - b'j' + b'*')),
        // rxvt: Ctrl with a cursor key.
        b'a'..=b'd' => return Some((lettered(last.to_ascii_uppercase())?, mods | KeyModifiers::CONTROL)),
        _ => lettered(last)?,
    };
    Some((code, mods))
}

/// `CSI < button ; column ; row M` (or `m` when it is let go), counted from 1.
fn mouse(body: &[u8], up: bool) -> Option<Event> {
    if count(body) != 3 {
        return None;
    }
    let button = parameter(body, 0, 0, 0)?;
    let at = |n| Some(u16::try_from(parameter(body, n, 0, 1)?.saturating_sub(1)).unwrap_or(u16::MAX));
    let (column, row) = (at(1)?, at(2)?);
    let mut mods = KeyModifiers::NONE;
    for (bit, one) in [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)] {
        if button & bit != 0 {
            mods |= one;
        }
    }
    let which = match button & 3 {
        0 => Some(MouseButton::Left),
        1 => Some(MouseButton::Middle),
        2 => Some(MouseButton::Right),
        _ => None,
    };
    let kind = match (button & !0b1_1111, which) {
        (64, Some(MouseButton::Left)) => MouseEventKind::ScrollUp,
        (64, Some(MouseButton::Middle)) => MouseEventKind::ScrollDown,
        (64, Some(MouseButton::Right)) => MouseEventKind::ScrollLeft,
        (64, None) => MouseEventKind::ScrollRight,
        (32, Some(which)) => MouseEventKind::Drag(which),
        (32, None) => MouseEventKind::Moved,
        (0, Some(which)) if up => MouseEventKind::Up(which),
        (0, Some(which)) => MouseEventKind::Down(which),
        _ => return None,
    };
    Some(Event::Mouse(MouseEvent { kind, column, row, modifiers: mods }))
}
