//! How things look: one accent, severity colours only for severity, dim for what can wait. Meaning never hangs on colour
//! alone: letter and glyph say it too.
//!
//! Themes are data, `themes/*.toml` and files of one's own over these: [`Design::read`] makes roles of a file, and says
//! where it is wrong; [`Design::theme`] makes styles of the roles for what the terminal has; [`contrast`] measures
//! whether they can be read.

pub mod contrast;
mod design;
mod read;
mod shipped;

pub use design::{Depth, Design, Ground, Ink, Role};
pub use shipped::{shipped, source, suits};

use super::glyphs::{self, Glyphs};
use ratatui::style::Style;

/// How things look on one terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name, as a setting names it.
    pub name: String,
    /// The signs.
    pub glyphs: Glyphs,
    /// Made for a light background.
    pub light: bool,
    /// Plain text; also what lies behind everything.
    pub text: Style,
    /// What can wait.
    pub dim: Style,
    /// Names and what matters in a line.
    pub strong: Style,
    /// The one accent: keys, the line of now.
    pub accent: Style,
    /// A key that can be pressed, where it is named: in the accent, unless the line is slow.
    pub key: Style,
    /// Borders, always the same.
    pub border: Style,
    /// A title.
    pub title: Style,
    /// The title of what has the focus.
    pub focus: Style,
    /// The name in the selected row of the pane that has the focus.
    pub selected: Style,
    /// The name in the selected row elsewhere.
    pub resting: Style,
    /// A field of a form.
    pub field: Style,
    /// A short word of success.
    pub toast: Style,
    /// Refusals and errors.
    pub error: Style,
    /// Over the hint line of every screen: a new P1.
    pub banner: Style,
    tiers: [Style; 5],
}

impl Theme {
    /// Names of all shipped themes.
    pub const NAMES: [&'static str; 7] = shipped::NAMES;

    /// For a dark background.
    pub fn dark() -> Self {
        shipped::theme("dark")
    }

    /// No colour at all: bold, reverse and underline.
    pub fn mono() -> Self {
        shipped::theme("mono")
    }

    /// The shipped theme of this name, in its named colours.
    pub fn named(name: &str) -> Option<Self> {
        shipped(name).map(|design| design.theme(Depth::Sixteen))
    }

    /// The same theme with ASCII signs and borders.
    #[must_use]
    pub fn with_ascii(self) -> Self {
        Self { glyphs: glyphs::ASCII, ..self }
    }

    /// The style of a tier 1–5; 0 is plain text.
    pub fn tier(&self, tier: u8) -> Style {
        match tier {
            1..=5 => self.tiers[usize::from(tier) - 1],
            _ => self.text,
        }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        match role {
            Role::Text => self.text,
            Role::Dim => self.dim,
            Role::Strong => self.strong,
            Role::Accent => self.accent,
            Role::Border => self.border,
            Role::Title => self.title,
            Role::Focus => self.focus,
            Role::Selected => self.selected,
            Role::Resting => self.resting,
            Role::Field => self.field,
            Role::Toast => self.toast,
            Role::Error => self.error,
            Role::Banner => self.banner,
            Role::P1 => self.tiers[0],
            Role::P2 => self.tiers[1],
            Role::P3 => self.tiers[2],
            Role::P4 => self.tiers[3],
            Role::P5 => self.tiers[4],
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::dark()
    }
}

#[cfg(test)]
mod tests;
