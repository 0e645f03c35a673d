//! Holds: a time in which a client is not visited, while her series stand.

use super::ids::{ClientId, StayId, VisitId};
use super::record::{Owner, body};
use super::text::{Few, Text};
use super::time::{Civil, Moment};
use super::visit::Answer;
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Why visits are held.
    HoldKind {
        Hospital = "in hospital",
        EmergencyRoom = "in the ER",
        Respite = "respite",
        Away = "away",
        Other = "on hold",
    }
}

/// What a hold took of a visit, so that it can be given back.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldVisit {
    /// Which.
    pub visit: VisitId,
    /// What the person had said until then.
    pub said: Answer,
}

/// A time in which a client is not visited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Whose.
    pub client: ClientId,
    /// Why.
    pub kind: HoldKind,
    /// From when on.
    pub from: Moment,
    /// Until when, once it is over.
    pub until: Option<Moment>,
    /// When she is expected back.
    pub expected: Option<Civil>,
    /// The stay behind it.
    pub stay: Option<StayId>,
    /// More of it.
    pub note: Text<400>,
    /// The visits that it took.
    pub visits: Few<HeldVisit, 80>,
}

impl Hold {
    /// It says that she is not visited in `from..to`.
    pub fn keeps_from(&self, from: Moment, to: Moment) -> bool {
        self.from < to && self.until.is_none_or(|until| from < until)
    }
}

body!(Hold: HoldId => |hold, _| Owner::Client(hold.client));
