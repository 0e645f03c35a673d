//! Frequency orders: written, and booked on weekdays.

use crate::domain::ids::{ClientId, FrequencyOrderId, StaffId};
use crate::domain::time::Day;
use crate::domain::words::{opaque, words};
use serde::{Deserialize, Serialize};

words! {
    /// How an order is booked.
    BookAs { Series = "as series", Visits = "as single visits", Nothing = "not now" }
}

/// An order of a practitioner, and how it is booked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// For whom.
    pub client: ClientId,
    /// As it is written: `SN 2w4,1w5`.
    pub text: String,
    /// The first day on which it holds.
    pub from: Day,
    /// Who ordered it.
    pub by: String,
    /// When it was given, if that is known.
    pub given: Option<Day>,
    /// How it is booked.
    pub book: BookAs,
    /// On which weekdays, 0 = Monday, in the order in which they are wanted.
    pub weekdays: Vec<u8>,
    /// At what time on the wall.
    pub minute: u16,
    /// How long each visit is, in minutes.
    pub minutes: u16,
    /// Who goes, if anybody is known.
    pub staff: Option<StaffId>,
}
opaque!(NewOrder);

/// An order is ended by hand: she is discharged, or the practitioner says otherwise.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndOrder {
    /// Which.
    pub order: FrequencyOrderId,
    /// Its last day.
    pub last: Day,
    /// Why (needed).
    pub reason: String,
    /// What it was booked as after that day stays as it is; otherwise it is taken off.
    pub visits_stay: bool,
}
opaque!(EndOrder);
