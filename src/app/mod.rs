//! The state machine of the screen: messages in, effects out. It never draws, blocks, or reads a clock.
//!
//! `model` is what is on the screen, as data; `layout` says where it lies; `layers` are what lies over it; `form` is a
//! card with fields. `update` is the only thing that changes any of it.

pub mod form;
pub mod hints;
pub mod keymap;
pub mod layers;
pub mod layout;
pub mod line;
pub mod model;
pub mod pane;
mod wire;

pub use model::Model;
