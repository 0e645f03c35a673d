//! Storms: what is declared, said of each client, asked and shown.

use super::Number;
use crate::domain::ids::{ClientId, StaffId, StormId};
use crate::domain::staff::Discipline;
use crate::domain::storm::{StormEnd, StormState};
use crate::domain::time::Moment;
use crate::domain::words::opaque;
use crate::rules::storm::{Counts, Rank};
use serde::{Deserialize, Serialize};

/// For which office a storm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StormOffice {
    /// The whole agency.
    All,
    /// The office of whoever declares it.
    Mine,
    /// The one that it is for already.
    AsItIs,
}

/// A storm that is declared, or one that runs and is set right.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclareStorm {
    /// The one that is set right; none declares a new one.
    pub storm: Option<StormId>,
    /// What it is: `ice storm`.
    pub name: String,
    /// Since when, if not from now.
    pub since: Option<Moment>,
    /// Only clients of an office.
    pub office: StormOffice,
    /// Only these towns and postal codes; none is everywhere.
    pub places: Vec<String>,
    /// A drill.
    pub exercise: bool,
    /// What else is to be known, or empty.
    pub note: String,
}

/// What a call found, or other word of a client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCallDown {
    /// In which storm.
    pub storm: StormId,
    /// Whom it is about.
    pub client: ClientId,
    /// How she is.
    pub state: StormState,
    /// With whom, or empty for the client herself.
    pub with: String,
    /// Where she is, when that is not her home; or empty.
    pub place: String,
    /// In a few words, or empty.
    pub note: String,
}
opaque!(DeclareStorm, LogCallDown);

/// Which part of a storm's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StormAsk {
    /// Only my clients.
    pub mine: bool,
    /// First row.
    pub from: u32,
    /// How many, at most [`STORM_ROWS`].
    pub count: u16,
    /// Around this client instead, if she is in it.
    pub around: Option<ClientId>,
}

/// Most rows of one answer.
pub const STORM_ROWS: u16 = 200;

/// The storm that runs, and whom it touches, in the order of calling. Where none runs, whom one would touch.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StormView {
    /// The storm that runs.
    pub storm: Option<StormFacts>,
    /// The last ones that are over, newest first.
    pub past: Vec<StormFacts>,
    /// How they stand, of those that whoever asks sees.
    pub counts: Counts,
    /// Whom it touches besides, of clients out of reach.
    pub beyond: u32,
    /// Of those seen, how many have no emergency level on the record.
    pub unrated: u32,
    /// Of those seen, how many depend on power or oxygen.
    pub powered: u32,
    /// The place of the first row below.
    pub from: u32,
    /// The rows.
    pub rows: Vec<StormRow>,
}

/// A storm.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StormFacts {
    /// Which.
    pub id: StormId,
    /// What it is.
    pub name: String,
    /// Only of my office.
    pub my_office: bool,
    /// Which office alone, or empty.
    pub office: String,
    /// Towns and postal codes, or none.
    pub places: Vec<String>,
    /// Since when.
    pub began: Moment,
    /// Who declared it.
    pub by: String,
    /// A drill.
    pub exercise: bool,
    /// What else is to be known.
    pub note: String,
    /// Over, and how it stood.
    pub ended: Option<StormEnd>,
}

/// A client whom a storm touches.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StormRow {
    /// Who.
    pub client: ClientId,
    /// Shortest unique name.
    pub name: String,
    /// Emergency level, if rated.
    pub level: Option<u8>,
    /// What stops with the power or the oxygen, with the hours where they are known: `oxygen 4 h`; or empty.
    pub power: String,
    /// Transport level, if rated.
    pub transport: Option<u8>,
    /// She lives alone.
    pub alone: bool,
    /// Somebody who works that day is near.
    pub near: bool,
    /// She is not at home: `in hospital`; or empty.
    pub away: String,
    /// Town.
    pub town: String,
    /// Who comes next and when: `09:00 Cole`, `11:00 nobody`; or empty.
    pub next: String,
    /// How she is, if she was called.
    pub state: Option<StormState>,
    /// Said at.
    pub at: Option<Moment>,
    /// How often she was called.
    pub tries: u16,
    /// Where she is, when that is not her home.
    pub place: String,
    /// A colleague has her numbers open.
    pub caller: Option<String>,
}

/// One client of a storm, with all that a call to her needs.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StormClient {
    /// Who.
    pub client: ClientId,
    /// In full, with her date of birth.
    pub who: String,
    /// Where she lives.
    pub address: String,
    /// Why she stands where she stands.
    pub why: Vec<String>,
    /// Equipment and needs as they are on the record.
    pub depends: String,
    /// Whom to call, herself first.
    pub numbers: Vec<Number>,
    /// Caregivers near who work that day, the nearest first.
    pub near: Vec<NearCarer>,
    /// Who comes next, and when.
    pub next: String,
    /// What was said of her, newest first.
    pub calls: Vec<SaidDown>,
    /// A colleague has her numbers open.
    pub caller: Option<String>,
}

/// A caregiver near.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearCarer {
    /// Who.
    pub staff: StaffId,
    /// Shortest unique name.
    pub name: String,
    /// Discipline.
    pub discipline: Discipline,
    /// Minutes of the way from where their day starts, or from the client they are with.
    pub minutes: u32,
    /// What they do now: `with Petrov to 11:00`, `free from 12:30`.
    pub doing: String,
    /// First number, if it may be seen.
    pub number: String,
}

/// What was said of a client in a storm.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidDown {
    /// When.
    pub at: Moment,
    /// Who called.
    pub by: String,
    /// What came of it.
    pub state: StormState,
    /// With whom and what they said, or empty.
    pub words: String,
}
opaque!(StormView, StormFacts, StormRow, StormClient, NearCarer, SaidDown);

/// The roster of the storm that runs, or of everybody on service: page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterAsk {
    /// Of this storm, also one that is over; none is the one that runs, or everybody.
    pub storm: Option<StormId>,
    /// Only my clients.
    pub mine: bool,
    /// Initials in the place of names, no street, no number: for a wall.
    pub initials: bool,
    /// On paper; otherwise in a file.
    pub paper: bool,
    /// Behind this one of the last page; zeros at first.
    pub after: ClientId,
}

/// A page of a roster. The whole is put in order by [`RosterRow::rank`] once all pages have come.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct RosterPage {
    /// The agency.
    pub agency: String,
    /// Of which storm; none is everybody on service.
    pub storm: Option<StormFacts>,
    /// Who made it.
    pub by: String,
    /// When.
    pub made: Moment,
    /// The rows.
    pub rows: Vec<RosterRow>,
    /// Behind whom the next page begins; none at the end.
    pub next: Option<ClientId>,
}

/// A client on a roster.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterRow {
    /// Her place.
    pub rank: Rank,
    /// Name, or initials.
    pub name: String,
    /// Medical record number, where it may be seen.
    pub mrn: String,
    /// Emergency level, if rated.
    pub level: Option<u8>,
    /// What stops with the power or the oxygen: `oxygen`; or empty.
    pub power: String,
    /// Minutes that it lasts, where the record says it.
    pub lasts: Option<u32>,
    /// Equipment that needs power or oxygen, as it is written.
    pub equipment: String,
    /// What must not be missed.
    pub needs: String,
    /// Transport level, if rated.
    pub transport: Option<u8>,
    /// She lives alone.
    pub alone: bool,
    /// Where she lives.
    pub address: String,
    /// Her numbers.
    pub phones: Vec<String>,
    /// Who is told first, with a number: `Adeyemi, Grace, daughter (401) 555-0142`.
    pub contacts: Vec<String>,
    /// Who comes next, and when.
    pub next: String,
    /// She is not at home: `in hospital`; or empty.
    pub away: String,
    /// How she is, if she was called.
    pub state: Option<StormState>,
    /// Said at.
    pub at: Option<Moment>,
    /// Where she is, when that is not her home.
    pub place: String,
}
opaque!(RosterPage, RosterRow);
