//! What is kept: the bytes floor (`engine`, `journal`, `kept`, `memory`, `sled`) and the typed floor over it.

pub mod engine;
