//! Calendars as RFC 5545 has them.
//!
//! - [`read()`]: other people's calendars as appointments of a client, or as time off of a caregiver.
//! - [`write()`]: visits as a calendar that other programs read.

mod again;
mod read;
mod write;

pub use read::{Horizon, LARGEST, Whose, read};
pub use write::write;
