//! What is kept: the bytes floor (`engine`, `journal`, `kept`, `memory`, `sled`) and the typed floor over it.

mod apply;
#[cfg(test)]
mod conformance;
pub mod directory;
pub mod engine;
pub mod faults;
pub mod files;
pub mod frame;
pub mod journal;
pub mod kept;
mod layout;
pub mod memory;
pub mod sled;
mod stored;
mod verify;
pub mod working;
