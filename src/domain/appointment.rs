//! External appointments of a client: physician, dialysis, transport. While one lasts she is not at home.

use super::ids::ClientId;
use super::record::{Owner, body};
use super::text::Text;
use super::time::{Civil, MINUTE, Moment};
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What kind of appointment.
    AppointmentKind {
        Physician = "physician",
        Dialysis = "dialysis",
        Therapy = "outpatient therapy",
        Transport = "transport",
        Other = "appointment",
    }
}

/// An appointment that somebody else made for her.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Whose.
    pub client: ClientId,
    /// Which kind.
    pub kind: AppointmentKind,
    /// When she leaves home.
    pub start: Civil,
    /// How long she is away, in minutes.
    pub minutes: u16,
    /// With whom.
    pub with: Text<120>,
    /// Where.
    pub place: Text<160>,
    /// Who takes her there, and what else is to be known.
    pub note: Text<400>,
    /// It does not take place.
    pub cancelled: Option<Moment>,
}

impl Appointment {
    /// When she is back.
    pub fn end(&self) -> Moment {
        self.start.moment().plus(i64::from(self.minutes) * MINUTE)
    }
}

body!(Appointment: AppointmentId => |appointment, _| Owner::Client(appointment.client));
