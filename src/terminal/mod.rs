//! The terminal: raw mode and its restoring, the input thread and its decoder, the one channel, the loop.
//!
//! Bytes from the tty go through [`decode`], and only there: an answer of the terminal is a [`decode::Reply`] and can
//! never be read as a key. [`input`] is the thread that reads them, [`guard`] takes the screen and gives it back
//! whatever happens, [`errand`] lends it to another program, [`clipboard`] hands text on, [`paint`] knows what stands on
//! the screen and sends what differs, [`backend`] writes that at once, [`capabilities`] says what may be written, and
//! [`run`] is the loop that ties a [`run::Program`] to all of these.

pub mod backend;
pub mod capabilities;
pub mod clipboard;
pub mod decode;
pub mod errand;
pub mod gather;
pub mod guard;
pub mod input;
pub mod paint;
pub mod patience;
pub mod run;
mod tty;
