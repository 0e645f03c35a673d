//! Storms and other emergencies of the whole agency (42 CFR 484.102): what was declared, for whom, and how each client is
//! who was called down for it.

use super::ids::{ClientId, IssueId, OfficeId, StormId, TaskId, UserId};
use super::record::{Owner, body};
use super::search::fold;
use super::text::{Few, Text};
use super::time::Moment;
use super::words::{opaque, words};
use serde::{Deserialize, Serialize};

/// A time in which the agency calls its clients down by their need. It stays as the record of what was done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storm {
    /// `ice storm`, `power cut north of the river`.
    pub name: Text<80>,
    /// Only clients of this office; nothing is the whole agency.
    pub office: Option<OfficeId>,
    /// Only clients in these towns, or whose postal code begins so; none is everywhere.
    pub places: Few<Text<60>, 60>,
    /// Since when.
    pub began: Moment,
    /// Who declared it.
    pub declared: UserId,
    /// A drill: clients are called, and nobody is in danger.
    pub exercise: bool,
    /// What else is to be known.
    pub note: Text<400>,
    /// Over, and how it stood then.
    pub ended: Option<StormEnd>,
}

/// How a storm stood when it was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StormEnd {
    /// When.
    pub at: Moment,
    /// Who said so.
    pub by: UserId,
    /// Clients whom it touched.
    pub touched: u32,
    /// Of these, how many were reached.
    pub reached: u32,
    /// How many needed help, or had not been reached.
    pub open: u32,
}

impl Storm {
    /// It is not over.
    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it touches somebody of this office who lives there. Where the town and the postal code are both not on
    /// the record nobody knows that it does not, so it does.
    pub fn touches(&self, office: OfficeId, town: &str, postcode: &str) -> bool {
        if self.office.is_some_and(|o| o != office) {
            return false;
        }
        let (town, postcode) = (fold(town.trim()), fold(postcode.trim()));
        if self.places.is_empty() || (town.is_empty() && postcode.is_empty()) {
            return true;
        }
        self.places.iter().map(|p| fold(p.trim())).any(|place| {
            let code = place.starts_with(|c: char| c.is_ascii_digit());
            !place.is_empty() && (place == town || (code && postcode.starts_with(&place)) || place == postcode)
        })
    }
}

words! {
    /// How a client is, as a call-down found it. Who has none of these has not been called.
    StormState {
        /// Spoken with, and safe where she is.
        Safe = "reached, safe",
        /// Spoken with or of, and help is not there yet.
        NeedsHelp = "needs help",
        /// Nobody answered.
        NoAnswer = "no answer",
        /// A message was left; nobody knows yet.
        LeftMessage = "left message",
        /// With family, with a neighbour, in a shelter of her own choice.
        Sheltered = "with family or sheltered",
        /// Brought out by somebody.
        Evacuated = "evacuated",
    }
}

impl StormState {
    /// It is known where she is and that she is well there.
    pub fn is_well(self) -> bool {
        matches!(self, Self::Safe | Self::Sheltered | Self::Evacuated)
    }

    /// Somebody has spoken with her, or of her with whoever knows.
    pub fn is_reached(self) -> bool {
        self.is_well() || self == Self::NeedsHelp
    }
}

/// One call of a call-down, or other word of her.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownCall {
    /// What came of it.
    pub state: StormState,
    /// When.
    pub at: Moment,
    /// Who called.
    pub by: UserId,
    /// With whom: `daughter`; empty is the client herself.
    pub with: Text<80>,
    /// In their words.
    pub note: Text<160>,
}
opaque!(DownCall);

/// Calls that are kept of one client in one storm; of more the newest.
pub const DOWN_CALLS: usize = 24;

/// One client in a storm, and how she is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDown {
    /// Which storm.
    pub storm: StormId,
    /// Whom.
    pub client: ClientId,
    /// How she is, by the newest word of her.
    pub state: StormState,
    /// Said at.
    pub at: Moment,
    /// By whom.
    pub by: UserId,
    /// Where she is when that is not her home: `shelter, Hope High School`.
    pub place: Text<120>,
    /// How often she was called.
    pub tries: u16,
    /// How often in a row nobody answered.
    pub unanswered: u16,
    /// The calls, oldest first.
    pub calls: Few<DownCall, DOWN_CALLS>,
    /// The issue that was opened for it.
    pub issue: Option<IssueId>,
    /// The task that was made of it.
    pub task: Option<TaskId>,
}

body!(
    Storm: StormId => |_, _| Owner::Agency,
    CallDown: CallDownId => |down, _| Owner::Client(down.client),
);

#[cfg(test)]
mod tests {
    use super::*;

    fn storm(office: Option<OfficeId>, places: &[&str]) -> Storm {
        Storm {
            name: Text::clip("ice"),
            office,
            places: Few::clip(places.iter().map(|p| Text::clip(p)).collect()),
            began: Moment(0),
            declared: UserId::default(),
            exercise: false,
            note: Text::default(),
            ended: None,
        }
    }

    #[test]
    fn a_storm_touches_an_office_a_town_or_postal_codes() {
        let (east, west) = (OfficeId([1; 16]), OfficeId([2; 16]));
        assert!(storm(None, &[]).touches(west, "Warwick", "02886"));
        assert!(!storm(Some(east), &[]).touches(west, "Warwick", "02886"));
        let north = storm(None, &["Woonsocket", "0286"]);
        assert!(north.touches(east, "woonsocket", "02895"));
        assert!(north.touches(east, "Pawtucket", "02860"));
        assert!(!north.touches(east, "Warwick", "02886"));
        // A town is not its beginning, and whose home is not known may be there.
        assert!(!storm(None, &["War"]).touches(east, "Warwick", "02886"));
        assert!(north.touches(east, "", ""));
    }
}
