//! What can't happen because of the client herself: she is in hospital or away, does not answer the door, has died; and
//! a caregiver who runs late.

use crate::domain::communication::CallResult;
use crate::domain::hold::HoldKind;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::time::Moment;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// A client who is not visited for a time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldClient {
    /// Who.
    pub client: ClientId,
    /// Why: in hospital is admitted as an inpatient, in the ER is observation too.
    pub kind: HoldKind,
    /// Since when, if not from now.
    pub since: Option<Moment>,
    /// When she is expected back, if anybody knows.
    pub expected: Option<Moment>,
    /// Where she is, or empty.
    pub place: String,
    /// In a few words, or empty.
    pub note: String,
}

/// A client who is back home.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackHome {
    /// Who.
    pub client: ClientId,
    /// At what time she came home, if not now.
    pub at: Option<Moment>,
    /// In a few words, or empty.
    pub note: String,
}

/// A client who has died.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellDied {
    /// Who.
    pub client: ClientId,
    /// When, if not now.
    pub at: Option<Moment>,
    /// Where, or empty: `at home`.
    pub place: String,
    /// Who told us, and what else is to be known; may be empty.
    pub note: String,
}

/// One step that was taken because nobody opened the door.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorTry {
    /// Which step.
    pub what: String,
    /// The number called, or empty.
    pub number: String,
    /// With whom, or empty.
    pub with: String,
    /// How it went.
    pub result: CallResult,
}

/// How it ended that nobody opened the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoorEnd {
    /// She was seen or heard: the visit goes on.
    Found,
    /// She is known to be elsewhere: the visit is missed.
    Out,
    /// Nobody knows where she is: an issue of the highest tier.
    Missing,
}

/// Nobody opened the door of a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoAnswerAtDoor {
    /// Which visit.
    pub visit: VisitId,
    /// The steps that were taken.
    pub tried: Vec<DoorTry>,
    /// How it ended.
    pub end: DoorEnd,
    /// In a few words, or empty.
    pub note: String,
}

/// A caregiver who runs late.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningLate {
    /// Who.
    pub staff: StaffId,
    /// By how many minutes at the next visit.
    pub minutes: u16,
    /// Why, or empty.
    pub note: String,
}
opaque!(HoldClient, BackHome, TellDied, DoorTry, NoAnswerAtDoor, RunningLate);

/// What follows when a client is not visited: who is on the way, whom to tell, which steps to take.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Ahead {
    /// Visits that would be held or cancelled.
    pub visits: u16,
    /// Caregivers there or due within two hours, with a number if it may be seen: `Reyes, Maria 08:00 · (401) 555-0199`.
    pub on_the_way: Vec<String>,
    /// Whom to tell, with numbers.
    pub tell: Vec<String>,
    /// The agency's steps when nobody opens the door, one after the other.
    pub steps: Vec<DoorStep>,
    /// She is held already: why.
    pub held: Option<HoldKind>,
}

/// One of the agency's steps when nobody opens the door.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorStep {
    /// What to do: `call her`.
    pub what: String,
    /// With whom, where somebody is called.
    pub with: String,
    /// The number, in full.
    pub number: String,
}
opaque!(Ahead, DoorStep);
