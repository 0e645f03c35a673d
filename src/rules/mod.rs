//! What can be decided from data alone, with the reasons: the lens language, regulatory clocks, triage.
//!
//! Pure functions: no I/O and no clock, the time is an argument. Texts, tiers and thresholds are data in `packs/*.toml`.

pub mod clocks;
pub mod coverage;
pub mod evv;
pub mod frequency;
pub mod keeping;
pub mod lens;
pub mod medications;
pub mod recurrence;
pub mod retention;
pub mod roles;
pub mod storm;
pub mod triage;
