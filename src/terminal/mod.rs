//! The terminal: raw mode and its restoring, the input thread and its decoder, the one channel, the loop.
//!
//! Bytes from the tty go through [`decode`], and only there: an answer of the terminal is a [`decode::Reply`] and can
//! never be read as a key. [`input`] is the thread that reads them, [`guard`] takes the screen and gives it back
//! whatever happens, [`errand`] lends it to another program, [`clipboard`] hands text on, [`outer`] through a multiplexer too, [`paint`] knows what stands on
//! the screen and sends what differs, [`backend`] writes that at once, and [`run`] is the loop that ties a
//! [`run::Program`] to all of these. What may be written is said by the environment ([`capabilities`]) and then by the
//! terminal's own answers ([`profile`]); when it may be written on a slow line is [`pacing`]'s, and [`line`](mod@line)
//! holds all that while the program runs. [`doctor`] asks a terminal without a screen.

mod answers;
pub mod backend;
pub mod capabilities;
pub mod clipboard;
pub mod decode;
pub mod doctor;
pub mod errand;
pub mod gather;
pub mod guard;
pub mod input;
pub mod line;
pub mod outer;
pub mod pacing;
pub mod paint;
pub mod patience;
pub mod profile;
pub mod round_trip;
pub mod run;
mod tty;
