//! Keys to actions.

use crossterm::event::{KeyCode, KeyModifiers};

/// One key as it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With what held down.
    pub mods: KeyModifiers,
}

/// A keymap.
#[derive(Debug, Default)]
pub struct Keymap {}
