//! Visits that are moved, given to somebody else, exchanged, split or shortened: what is asked before, and what is done.

use super::VisitRow;
use crate::domain::coverage::{Conflict, Weight};
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::time::Day;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// What is to become of a visit. Times are on the wall of its own zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum VisitChange {
    /// Another time, or another caregiver, or both.
    Move {
        /// The day.
        day: Day,
        /// Minute of that day.
        minute: u16,
        /// Who goes; none is nobody.
        staff: Option<StaffId>,
    },
    /// The caregivers of two visits change places.
    Swap {
        /// The other visit.
        with: VisitId,
    },
    /// Two visits instead of one, the second right behind the first.
    Split {
        /// Minutes of the first.
        first: u16,
        /// Who goes to the second.
        staff: Option<StaffId>,
    },
    /// Another length.
    Length {
        /// Minutes.
        minutes: u16,
    },
}

/// Does it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reschedule {
    /// Which visit.
    pub visit: VisitId,
    /// What becomes of it.
    pub change: VisitChange,
    /// The revisions that were seen, of each visit that it changes: a colleague's change since then is not lost.
    pub seen: Vec<(VisitId, u64)>,
    /// The client has been asked already, and agrees.
    pub agreed: bool,
    /// Why it is done in spite of what speaks against it; needed where something does.
    pub reason: String,
}

/// What would come of it: asked while a visit is in the hand, and nothing is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// Of which change it is said.
    pub change: Option<VisitChange>,
    /// The visit as it stands.
    pub row: VisitRow,
    /// The revisions of the visits that it would change.
    pub seen: Vec<(VisitId, u64)>,
    /// What speaks against it, the weightiest first.
    pub conflicts: Vec<Conflict>,
    /// Who would go, with the discipline; empty for nobody.
    pub who: String,
    /// How often they have been there.
    pub been: u32,
    /// Minutes of their week then, and of the way there.
    pub week_then: Option<u32>,
    /// Minutes of the way there.
    pub travel: Option<u32>,
    /// Who would have to be told.
    pub tells: Vec<String>,
}

impl Tried {
    /// What the weightiest of them weighs.
    pub fn weight(&self) -> Option<Weight> {
        self.conflicts.iter().map(|c| c.weight).min()
    }
}
opaque!(Reschedule, Tried);
