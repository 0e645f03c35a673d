//! The published benchmark of home health care routing and scheduling: its instances, its solutions, and a checker that
//! was written from the description of the format alone and knows nothing of the planner.
//!
//! - [`instance`]: patients, caregivers, services and travel times.
//! - [`solution`]: who is where when, written and read.
//! - [`check`]: whether a solution holds, and what it costs.
//! - [`best`]: the best published costs.

pub mod best;
pub mod check;
mod field;
pub mod instance;
pub mod solution;

use std::fmt;

/// What is wrong with a file, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The field, as `patients[3].time_window`; empty for the file as a whole.
    pub field: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() { f.write_str(&self.what) } else { write!(f, "{}: {}", self.field, self.what) }
    }
}

impl std::error::Error for Unreadable {}
