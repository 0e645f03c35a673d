//! Calendars as RFC 5545 has them.
//!
//! - [`write()`]: visits as a calendar that other programs read.

mod write;

pub use write::write;
