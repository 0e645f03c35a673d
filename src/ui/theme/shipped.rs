//! The themes that caseload brings along.

use super::design::{Depth, Design, Ground};
use super::{Theme, read};
use std::sync::LazyLock;

/// Their names.
pub(super) const NAMES: [&str; 7] =
    ["dark", "light", "high-contrast", "deuteranopia", "tritanopia", "16-colour", "mono"];

/// Their files, in the order of their names; `dark` stands first, the others are laid over it.
pub(super) const FILES: [&str; 7] = [
    include_str!("../themes/dark.toml"),
    include_str!("../themes/light.toml"),
    include_str!("../themes/high-contrast.toml"),
    include_str!("../themes/deuteranopia.toml"),
    include_str!("../themes/tritanopia.toml"),
    include_str!("../themes/16-colour.toml"),
    include_str!("../themes/mono.toml"),
];

static ALL: LazyLock<Vec<Design>> = LazyLock::new(|| {
    let mut all: Vec<Design> = Vec::new();
    for (name, text) in NAMES.into_iter().zip(FILES) {
        // A test reads each of them and takes no fault.
        let base = |wanted: &str| all.iter().find(|d| d.name == wanted).cloned();
        let design = read::read(name, name, text, &base).unwrap_or_else(|_| Design::blank(name));
        all.push(design);
    }
    all
});

/// The shipped theme of this name, or of one of its other names.
pub fn shipped(name: &str) -> Option<Design> {
    let name = name.trim().to_ascii_lowercase();
    let name = match name.as_str() {
        "contrast" => "high-contrast",
        "colour-blind" | "color-blind" | "protanopia" => "deuteranopia",
        "16-color" | "16" => "16-colour",
        "none" => "mono",
        other => other,
    };
    ALL.iter().find(|d| d.name == name).cloned()
}

/// The file of a shipped theme, to begin one of your own with.
pub fn source(name: &str) -> Option<&'static str> {
    let name = shipped(name)?.name;
    NAMES.iter().zip(FILES).find(|(n, _)| **n == name).map(|(_, text)| text)
}

pub(super) fn theme(name: &str) -> Theme {
    shipped(name).unwrap_or_else(|| Design::blank(name)).theme(Depth::Sixteen)
}

/// The shipped theme that suits a terminal: without colours, of so many, with a background like this where that is known.
pub fn suits(mono: bool, depth: Depth, ground: Option<Ground>) -> &'static str {
    match (mono, ground, depth) {
        (true, _, _) => "mono",
        (false, Some(Ground::Light), _) => "light",
        (false, _, Depth::Sixteen) => "16-colour",
        (false, _, _) => "dark",
    }
}
