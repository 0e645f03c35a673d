//! The agency and its offices.

use super::record::{Owner, body};
use super::text::{Few, Text};
use super::time::{Day, Zone};
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What the agency calls the people it cares for.
    Noun { Client = "client", Patient = "patient", Participant = "participant", Member = "member" }
}

/// A day on which the office is closed; business-day clocks skip it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub day: Day,
    /// Its name.
    pub name: Text<60>,
}

/// The agency: one record, made by `caseload init`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its name.
    pub name: Text<120>,
    /// The zone that an office has when nothing else is said.
    pub zone: Zone,
    /// Client, patient …
    pub noun: Noun,
    /// Days off.
    pub holidays: Few<Holiday, 60>,
    /// Made by `caseload demo`: nothing in it is real.
    pub demo: bool,
}

/// An office: clients, staff and users belong to one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Its name.
    pub name: Text<120>,
    /// The zone its walls have.
    pub zone: Zone,
}

body!(Agency: AgencyId => |_, _| Owner::Agency, Office: OfficeId => |_, _| Owner::Agency);
