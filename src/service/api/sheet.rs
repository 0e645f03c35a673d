//! Visits that leave the screen: a day or week sheet on paper, a calendar for another program.

use crate::domain::ids::{ClientId, SeriesId, StaffId, VisitId};
use crate::domain::staff::Discipline;
use crate::domain::time::{Civil, Day, Moment, Zone};
use crate::domain::visit::{Answer, VisitState};
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// Whose visits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SheetOf {
    /// A caregiver's: those that they go to.
    Staff(StaffId),
    /// A client's.
    Client(ClientId),
    /// Those of all clients that a coordinator looks after, by login or by the name that colleagues read.
    Team(String),
    /// Those of whoever asks: of her own caseload.
    Mine,
    /// Everybody's.
    All,
}
opaque!(SheetOf);

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SheetUse {
    /// It is looked at on the screen.
    Look,
    /// It is printed.
    Paper,
    /// It goes to another program as a file.
    File,
}

/// A sheet to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetAsk {
    /// Whose.
    pub of: SheetOf,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Initials in the place of names, and nothing that tells whose home it is.
    pub initials: bool,
    /// What becomes of it.
    pub to_be: SheetUse,
}
opaque!(SheetAsk);

/// Most days of a [`SheetAsk`].
pub const SHEET_DAYS: i32 = 400;

/// Somebody's visits, ready to be written on paper or to a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The agency's name.
    pub agency: String,
    /// Whose: `@Reyes, Maria HHA`, `Okafor, Ruth`; initials where names are hidden.
    pub title: String,
    /// It is a client's: what stands on it is for her.
    pub of_client: bool,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The zone on the agency's wall.
    pub zone: Zone,
    /// Made at.
    pub made: Moment,
    /// By whom.
    pub by: String,
    /// The visits, by start.
    pub visits: Vec<SheetVisit>,
    /// There are more than fit.
    pub cut: bool,
    /// The caregiver whose it is, if it is one's.
    pub staff: Option<StaffId>,
    /// The series that these visits were made for.
    pub series: Vec<SheetSeries>,
}
opaque!(Sheet);

/// A series of which some visits stand on a sheet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetSeries {
    /// Which.
    pub id: SeriesId,
    /// The RFC 5545 rule as it was given.
    pub rule: String,
    /// The wall that it goes by.
    pub zone: Zone,
    /// When it was last changed.
    pub changed: Moment,
}
opaque!(SheetSeries);

/// The place of a visit in its series: the day and minute that the rule has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPlace {
    /// The day.
    pub day: Day,
    /// The minute.
    pub minute: u16,
}

/// One visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetVisit {
    /// Which.
    pub id: VisitId,
    /// Whose; it is written nowhere.
    pub of: ClientId,
    /// Its revision, from 1.
    pub rev: u64,
    /// When it last changed.
    pub changed: Moment,
    /// To whom: `Okafor, Ruth`, or initials.
    pub client: String,
    /// Who goes: `Reyes, Maria HHA`, or initials.
    pub staff: Vec<String>,
    /// What it needs.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// Planned start.
    pub start: Civil,
    /// Planned minutes.
    pub minutes: u16,
    /// Where it stands.
    pub state: VisitState,
    /// What was said.
    pub answer: Answer,
    /// Where.
    pub address: String,
    /// Her number.
    pub phone: String,
    /// On a caregiver's sheet the way from the visit before it that day: minutes, and tenths of a mile where they are
    /// known.
    pub way: Option<(u32, Option<u32>)>,
    /// What whoever goes has to know, a line each: no code of a door or an alarm is among it.
    pub notes: Vec<String>,
    /// The series that it was made for, and its place there.
    pub place: Option<(SeriesId, SheetPlace)>,
}
opaque!(SheetVisit);

impl SheetVisit {
    /// Somebody has said yes.
    pub fn sure(&self) -> bool {
        !self.staff.is_empty() && matches!(self.answer, Answer::Yes | Answer::Told)
    }
}
