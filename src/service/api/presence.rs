//! Who else is where a session is.

use super::Person;
use crate::domain::attention::AlertKey;
use serde::{Deserialize, Serialize};

/// Where somebody is at work: whose chart is open, and which alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Where {
    /// Whose page, card or call list.
    pub person: Option<Person>,
    /// Which alert.
    pub about: Option<AlertKey>,
    /// What for.
    pub hand: Hand,
}

impl Where {
    /// Both are about the same person, or the same alert.
    pub fn meets(&self, other: &Self) -> bool {
        self.person.is_some() && self.person == other.person || self.about.is_some() && self.about == other.about
    }
}

/// What somebody does where she is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hand {
    /// Reads.
    Reads,
    /// Has the numbers open.
    Calls,
    /// Has a form open.
    Writes,
}

/// Who else is where a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Where it is; late news of another place say nothing.
    pub place: Option<Where>,
    /// The others, own other sessions first, at most [`ALSO`].
    pub others: Vec<Also>,
    /// How many more there are.
    pub more: u16,
}

/// Most others that are named.
pub const ALSO: usize = 8;

/// Somebody else who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Also {
    /// `J. Alvarez`.
    pub name: String,
    /// The very user who asks, on this other terminal.
    pub you_on: Option<String>,
    /// What they do there.
    pub hand: Hand,
}
