//! Which themes there are to choose from, and which one the screen wears. How they look is drawing's business.

use super::layers::Layer;
use super::model::Model;

/// Chooses by what the terminal is.
pub const AUTO: &str = "auto";

/// A theme that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// Why it can't be worn here.
    pub reason: Option<String>,
}

/// The themes of this screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Themes {
    /// In the order of the menu; empty where there is nothing to choose.
    pub list: Vec<Choice>,
    /// The one that was chosen.
    pub worn: String,
}

impl Model {
    /// The theme that the screen wears now: while one is being chosen, the one under the marker.
    pub fn theme(&self) -> &str {
        let tried = self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Themes(menu) => self.themes.list.get(menu.cursor),
            _ => None,
        });
        tried.filter(|choice| choice.reason.is_none()).map_or(&self.themes.worn, |choice| &choice.name)
    }
}
