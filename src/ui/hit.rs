//! What lies where, for the mouse; and by which texts people are named, which must not be the same for two.

use super::names::Names;
use crate::app::model::{Pane, Target};
use ratatui::layout::{Position, Rect};

/// What lies where on one frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HitMap {
    areas: Vec<(Rect, Target)>,
    /// Where the terminal's own cursor belongs, if anything is being typed.
    pub cursor: Option<Position>,
    /// By which texts people are named.
    pub names: Names,
}

impl HitMap {
    /// Something lies in an area, over what was said before.
    pub fn add(&mut self, area: Rect, target: Target) {
        if !area.is_empty() {
            self.areas.push((area, target));
        }
    }

    /// What lies at a cell; the uppermost.
    pub fn at(&self, x: u16, y: u16) -> Option<&Target> {
        let spot = Position { x, y };
        self.areas.iter().rev().find(|(area, _)| area.contains(spot)).map(|(_, target)| target)
    }

    /// The pane that a cell belongs to, where one does.
    pub fn pane(&self, x: u16, y: u16) -> Option<Pane> {
        match self.at(x, y)? {
            Target::Pane(pane) | Target::Row(pane, _) => Some(*pane),
            _ => None,
        }
    }

    /// An overlay covers an area: what lies under it cannot be hit.
    pub fn cover(&mut self, area: Rect) {
        self.areas.retain(|(under, _)| under.intersection(area) != *under);
        self.cursor = None;
    }

    /// Every area, in the order of drawing.
    pub fn areas(&self) -> &[(Rect, Target)] {
        &self.areas
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uppermost_is_hit() {
        let mut map = HitMap::default();
        map.add(Rect::new(0, 0, 10, 10), Target::Pane(Pane::Alerts));
        map.add(Rect::new(2, 2, 3, 1), Target::Item(4));
        assert_eq!(map.at(3, 2), Some(&Target::Item(4)));
        assert_eq!(map.at(9, 9), Some(&Target::Pane(Pane::Alerts)));
        assert_eq!(map.at(10, 9), None);
        map.cover(Rect::new(0, 0, 5, 5));
        assert_eq!(map.at(3, 2), Some(&Target::Pane(Pane::Alerts)));
    }
}
