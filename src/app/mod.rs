//! The state machine of the screen: messages in, effects out. It never draws, blocks, or reads a clock.
//!
//! `model` is what is on the screen, as data; `layout` says where it lies; `layers` are what lies over it; `form` is a
//! card with fields. [`update`] is the only thing that changes any of it: a key finds an action of the table
//! ([`action`]) through the keymap, a reply finds what asked for it, and time does what is due at [`next_wake`].

pub mod action;
mod allow;
mod asking;
mod at_once;
mod awaiting;
pub mod calendar;
pub mod day_plan_words;
pub mod editing;
pub mod effect;
pub mod form;
mod form_draft;
mod form_keys;
mod frame;
mod heard;
pub mod hints;
pub mod improving;
pub mod key;
pub mod key_card;
pub mod keymap;
pub mod keymap_file;
pub mod keys;
mod layering;
pub mod layers;
pub mod layout;
pub mod line;
mod linear;
pub mod lock;
pub mod looking;
pub mod model;
mod mouse;
pub mod moving;
pub mod outward;
pub mod pane;
mod paper;
mod paste;
pub mod privacy;
pub mod report;
pub mod roster;
mod screens;
pub mod sheet;
pub mod spoken;
pub mod subject;
pub mod terminal;
pub mod themes;
pub mod tour;
mod update;
mod wake;
pub mod walk;
pub mod when;
mod windows;
mod wire;

pub use at_once::moving_letters;
pub use awaiting::awaits;
pub use effect::{Effect, Mouse, Msg, Setting};
pub use model::{Model, Start};
pub use screens::calendar::columns_that_fit;
pub use screens::evv::locks as evv_locks;
pub use screens::looked::MOST as LOOKED_MOST;
pub use update::{start, update};
pub use wake::next_wake;
