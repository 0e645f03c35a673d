//! How far a user reaches, and reaching further in an emergency.

use super::ids::{ClientId, OfficeId, UserId};
use super::record::{Owner, body};
use super::text::Text;
use super::time::Moment;
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Whose clients somebody sees and acts on, the narrowest first.
    Scope {
        /// Those whose coordinator or stand-in she is.
        Caseload = "caseload",
        /// These, and those on whose care team she stands herself.
        Team = "team",
        /// Those of her office.
        Office = "office",
        /// Everybody's.
        Agency = "agency",
    }
}

/// A user's own reach, where it is narrower than her role's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Whose.
    pub user: UserId,
    /// How far.
    pub scope: Scope,
    /// Why.
    pub why: Text<400>,
}

/// One client's chart, opened by somebody who otherwise may not: for a reason, for a while, and looked at afterwards.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// Who.
    pub user: UserId,
    /// Whose chart.
    pub client: ClientId,
    /// The client's office, whose manager looks at it.
    pub office: OfficeId,
    /// Why, in her own words.
    pub why: Text<400>,
    /// Since when.
    pub opened: Moment,
    /// Until when.
    pub until: Moment,
    /// What a manager found.
    pub reviewed: Option<Reviewed>,
}

impl Emergency {
    /// It holds now.
    pub fn holds(&self, now: Moment) -> bool {
        (self.opened.0..self.until.0).contains(&now.0)
    }
}

/// What a manager found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Who looked at it.
    pub by: UserId,
    /// When.
    pub at: Moment,
    /// `appropriate`, `not appropriate`.
    pub outcome: Text<120>,
    /// A word of note.
    pub note: Text<400>,
}

body!(Reach: ReachId => |_, _| Owner::Agency, Emergency: EmergencyId => |emergency, _| Owner::Client(emergency.client));
