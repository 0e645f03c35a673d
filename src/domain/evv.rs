//! What electronic visit verification says: a caregiver's clock-in and clock-out as an aggregator has them.

use super::ids::{ClientId, StaffId, VisitId};
use super::record::{Owner, body};
use super::text::{Few, Text};
use super::time::Moment;
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// The six elements of a verified visit (42 USC 1396b(l)(5)(A)).
    Element {
        Service = "type of service",
        Client = "client",
        Date = "date",
        Place = "location",
        Caregiver = "caregiver",
        Times = "begin and end",
    }
}

/// One verified visit as it was imported.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocking {
    /// Whose.
    pub client: ClientId,
    /// Who was there.
    pub staff: Option<StaffId>,
    /// The visit that it proves, once matched.
    pub visit: Option<VisitId>,
    /// What was done, in the source's words.
    pub service: Text<80>,
    /// Where, in the source's words.
    pub place: Text<160>,
    /// Begin.
    pub began: Option<Moment>,
    /// End.
    pub ended: Option<Moment>,
    /// Elements that the source does not have.
    pub missing: Few<Element, 6>,
    /// What is wrong with it, by the agency's reason codes; empty when nothing is.
    pub exception: Text<60>,
    /// Why it is right all the same, in the words of whoever resolved it.
    pub resolution: Text<200>,
    /// Resolved at.
    pub resolved: Option<Moment>,
}

body!(Clocking: ClockingId => |clocking, _| Owner::Client(clocking.client));
