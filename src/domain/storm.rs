//! Storms and other emergencies of the whole agency: who was called, and how they are.

use super::ids::{ClientId, OfficeId, StormId, UserId};
use super::record::{Owner, body};
use super::text::Text;
use super::time::Moment;
use super::words::words;
use serde::{Deserialize, Serialize};

/// A time in which the agency calls everybody down by their need.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storm {
    /// Of which office; nothing is all.
    pub office: Option<OfficeId>,
    /// `ice storm`, `power cut north of the river`.
    pub name: Text<80>,
    /// Since when.
    pub began: Moment,
    /// Over at.
    pub ended: Option<Moment>,
}

words! {
    /// How a client is, as somebody said.
    StormState {
        /// Nobody has called.
        NotCalled = "not called",
        /// Safe where she is.
        Safe = "safe",
        /// Needs help that is not there yet.
        NeedsHelp = "needs help",
        /// Somewhere else: with family, in a shelter, in hospital.
        Moved = "moved",
        /// Nobody answered.
        NoAnswer = "no answer",
    }
}

/// One client in a storm, and how she is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDown {
    /// Which storm.
    pub storm: StormId,
    /// Whom.
    pub client: ClientId,
    /// How she is.
    pub state: StormState,
    /// Said at.
    pub at: Moment,
    /// Who called.
    pub by: UserId,
    /// How often she was called.
    pub calls: u8,
    /// In their words.
    pub note: Text<200>,
}

body!(
    Storm: StormId => |_, _| Owner::Agency,
    CallDown: CallDownId => |call, _| Owner::Client(call.client),
);
