//! The parts that screens are made of.

pub mod columns;
pub mod pane;
pub mod popup;
pub mod rows;
pub mod strip;
