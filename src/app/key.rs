//! One key, and its word in a keymap.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;

/// One key as it is pressed, in the one form that two terminals agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With what held down.
    pub mods: KeyModifiers,
}

const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift-tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("insert", KeyCode::Insert),
];

impl Key {
    /// A key without anything held down.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, mods: KeyModifiers::NONE }
    }

    /// The key of an event: a capital carries its shift itself; ctrl-h is backspace, ctrl-i Tab, ctrl-m Enter and ctrl-[ Esc,
    /// also from a terminal that can tell them apart, and so is Enter with Shift or Ctrl: nothing depends on that.
    pub fn of(event: KeyEvent) -> Self {
        let mut mods = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::Char(c) => {
                let shifted = mods.contains(KeyModifiers::SHIFT);
                mods.remove(KeyModifiers::SHIFT);
                if mods.contains(KeyModifiers::CONTROL) {
                    match c.to_ascii_lowercase() {
                        'h' => {
                            mods.remove(KeyModifiers::CONTROL);
                            KeyCode::Backspace
                        }
                        'i' => {
                            mods.remove(KeyModifiers::CONTROL);
                            if shifted { KeyCode::BackTab } else { KeyCode::Tab }
                        }
                        'm' => {
                            mods.remove(KeyModifiers::CONTROL);
                            KeyCode::Enter
                        }
                        '[' => {
                            mods.remove(KeyModifiers::CONTROL);
                            KeyCode::Esc
                        }
                        lower => KeyCode::Char(lower),
                    }
                } else if shifted && c.is_lowercase() {
                    let mut upper = c.to_uppercase();
                    match (upper.next(), upper.next()) {
                        (Some(one), None) => KeyCode::Char(one),
                        _ => KeyCode::Char(c),
                    }
                } else {
                    KeyCode::Char(c)
                }
            }
            KeyCode::BackTab => {
                mods.remove(KeyModifiers::SHIFT);
                KeyCode::BackTab
            }
            KeyCode::Tab if mods.contains(KeyModifiers::SHIFT) => {
                mods.remove(KeyModifiers::SHIFT);
                KeyCode::BackTab
            }
            KeyCode::Enter | KeyCode::Esc | KeyCode::Tab => {
                mods &= KeyModifiers::ALT;
                event.code
            }
            KeyCode::Backspace => {
                mods.remove(KeyModifiers::SHIFT);
                KeyCode::Backspace
            }
            other => other,
        };
        Self { code, mods }
    }

    /// The character that it types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.mods.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The digit on it.
    pub fn digit(self) -> Option<usize> {
        self.typed().and_then(|c| c.to_digit(10)).map(|d| d as usize)
    }

    /// Reads a key's word.
    pub fn parse(word: &str) -> Result<Self, String> {
        let mut rest = word;
        let mut mods = KeyModifiers::NONE;
        loop {
            if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == rest) {
                return Ok(Self { code: *code, mods });
            }
            let mut chars = rest.chars();
            if let (Some(c), None) = (chars.next(), chars.next()) {
                if mods.contains(KeyModifiers::CONTROL) && matches!(c, 'h' | 'i' | 'j' | 'm') {
                    return Err(format!("a terminal cannot tell “{word}” from another key"));
                }
                return Ok(Self { code: KeyCode::Char(c), mods });
            }
            if let Some(n) = rest.strip_prefix('f').and_then(|n| n.parse::<u8>().ok()).filter(|n| (1..=24).contains(n))
            {
                return Ok(Self { code: KeyCode::F(n), mods });
            }
            let (held, after) = match rest.split_once('-') {
                Some(("ctrl", after)) => (KeyModifiers::CONTROL, after),
                Some(("alt", after)) => (KeyModifiers::ALT, after),
                Some(("shift", after)) => (KeyModifiers::SHIFT, after),
                _ => return Err(format!("“{word}” is not a key")),
            };
            if mods.contains(held) || after.is_empty() {
                return Err(format!("“{word}” is not a key"));
            }
            mods |= held;
            rest = after;
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, word) in
            [(KeyModifiers::CONTROL, "ctrl-"), (KeyModifiers::ALT, "alt-"), (KeyModifiers::SHIFT, "shift-")]
        {
            if self.mods.contains(held) {
                f.write_str(word)?;
            }
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "f{n}"),
            _ => f.write_str("?"),
        }
    }
}
