//! A theme as it is written: roles, each with a look of its own or that of another role.

use super::{Theme, glyphs};
use crate::domain::words::words;
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;

words! {
    /// What something on the screen is, as far as its look goes.
    Role {
        Text = "text",
        Dim = "dim",
        Strong = "strong",
        Accent = "accent",
        Border = "border",
        Title = "title",
        Focus = "focus",
        Selected = "selected",
        Resting = "resting",
        Field = "field",
        Toast = "toast",
        Error = "error",
        Banner = "banner",
        P1 = "p1",
        P2 = "p2",
        P3 = "p3",
        P4 = "p4",
        P5 = "p5",
    }
}

impl Role {
    /// The role whose look it has where a theme says nothing of it.
    pub const fn falls_back(self) -> Option<Self> {
        Some(match self {
            Self::Text => return None,
            Self::Dim | Self::Strong | Self::Border | Self::Title | Self::Field | Self::P3 => Self::Text,
            Self::Accent | Self::Selected | Self::Resting | Self::Error | Self::P2 => Self::Strong,
            Self::Focus => Self::Selected,
            Self::Toast => Self::Accent,
            Self::Banner | Self::P1 => Self::Error,
            Self::P4 => Self::Dim,
            Self::P5 => Self::P4,
        })
    }

    /// What it is, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Text => "plain text, and what lies behind everything",
            Self::Dim => "what can wait",
            Self::Strong => "names, and what matters in a line",
            Self::Accent => "keys, the marker, the line of now",
            Self::Border => "frames",
            Self::Title => "a title",
            Self::Focus => "the title of what has the focus",
            Self::Selected => "the name in the selected row, where the focus is",
            Self::Resting => "the name in the selected row elsewhere",
            Self::Field => "a field of a form",
            Self::Toast => "a short word of success",
            Self::Error => "refusals and errors",
            Self::Banner => "a new P1, over the hint line",
            Self::P1 | Self::P2 | Self::P3 | Self::P4 | Self::P5 => "a severity",
        }
    }
}

/// Colours that a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// The sixteen named ones.
    Sixteen,
    /// 256.
    Indexed,
    /// Twenty-four bits.
    True,
}

/// What a theme is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A dark background.
    Dark,
    /// A light one.
    Light,
}

impl Ground {
    /// What a background of this colour is.
    pub fn of(red: u8, green: u8, blue: u8) -> Self {
        // Where black and white text can be read equally well.
        if super::contrast::luminance([red, green, blue]) < 0.179 { Self::Dark } else { Self::Light }
    }

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Dark, Self::Light].into_iter().find(|g| g.word() == word)
    }
}

/// A colour: its name first, and what terminals with more colours get instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// One of the sixteen, or the terminal's own.
    pub named: Color,
    /// Of the 256.
    pub indexed: Option<u8>,
    /// Red, green and blue.
    pub rgb: Option<[u8; 3]>,
}

impl Ink {
    /// What a terminal of this depth gets: the richest that it has.
    pub fn at(self, depth: Depth) -> Color {
        let rgb = self.rgb.filter(|_| depth >= Depth::True).map(|[r, g, b]| Color::Rgb(r, g, b));
        let indexed = self.indexed.filter(|_| depth >= Depth::Indexed).map(Color::Indexed);
        rgb.or(indexed).unwrap_or(self.named)
    }
}

/// How a role is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    /// Like another role, where it says nothing else.
    pub(super) like: Option<Role>,
    pub(super) ink: Option<Ink>,
    pub(super) ground: Option<Ink>,
    pub(super) more: Modifier,
}

/// A theme as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What it is made for.
    pub ground: Ground,
    pub(super) looks: BTreeMap<Role, Look>,
}

impl Design {
    /// One that says nothing: everything is plain.
    pub(super) fn blank(name: &str) -> Self {
        Self { name: name.to_owned(), about: String::new(), ground: Ground::Dark, looks: BTreeMap::new() }
    }

    /// The look of a role, with what it has from others; a circle of them ends where it began.
    pub(super) fn look(&self, role: Role) -> Look {
        let mut seen = Vec::new();
        let mut at = Some(role);
        let mut whole = Look::default();
        while let Some(role) = at.filter(|r| !seen.contains(r)) {
            seen.push(role);
            at = match self.looks.get(&role) {
                Some(look) => {
                    whole.ink = whole.ink.or(look.ink);
                    whole.ground = whole.ground.or(look.ground);
                    whole.more |= look.more;
                    look.like
                }
                None => role.falls_back(),
            };
        }
        whole
    }

    /// The style of a role: what it says nothing of is the plain text's.
    pub fn style(&self, role: Role, depth: Depth) -> Style {
        let (look, text) = (self.look(role), self.look(Role::Text));
        let mut style = Style::new().add_modifier(look.more);
        style.fg = look.ink.or(text.ink).map(|ink| ink.at(depth));
        style.bg = look.ground.or(text.ground).map(|ink| ink.at(depth));
        style
    }

    /// Its styles for a terminal of this depth.
    pub fn theme(&self, depth: Depth) -> Theme {
        let style = |role| self.style(role, depth);
        Theme {
            name: self.name.clone(),
            glyphs: glyphs::UTF8,
            light: self.ground == Ground::Light,
            text: style(Role::Text),
            dim: style(Role::Dim),
            strong: style(Role::Strong),
            accent: style(Role::Accent),
            key: style(Role::Accent),
            border: style(Role::Border),
            title: style(Role::Title),
            focus: style(Role::Focus),
            selected: style(Role::Selected),
            resting: style(Role::Resting),
            field: style(Role::Field),
            toast: style(Role::Toast),
            error: style(Role::Error),
            banner: style(Role::Banner),
            tiers: [Role::P1, Role::P2, Role::P3, Role::P4, Role::P5].map(style),
        }
    }
}
