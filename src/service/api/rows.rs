//! Lists and their rows.

use super::{ListId, Person, Seq};
use crate::domain::attention::AlertKey;
use crate::domain::client::ClientStatus;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::issue::IssueKind;
use crate::domain::staff::Discipline;
use crate::domain::time::{Day, Moment};
use crate::domain::visit::{Answer, Source, VisitMark, VisitState};
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// A list was opened, with its first rows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ListOpened {
    /// Its name from now on.
    pub list: ListId,
    /// As of this commit.
    pub seq: Seq,
    /// All rows of it.
    pub total: u32,
    /// A lens that could not be read: what and where.
    pub lens_error: Option<String>,
    /// What a filter hides, by tier P1..P5 (alerts only).
    pub hidden: [u32; 5],
    /// Asleep, and the earliest waking (alerts only).
    pub snoozed: (u32, Option<Moment>),
    /// The first rows.
    pub window: Window,
}
opaque!(ListOpened);

/// Some rows of a list.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Which list.
    pub list: ListId,
    /// As of this commit.
    pub seq: Seq,
    /// All rows of the list.
    pub total: u32,
    /// Place of the first row.
    pub from: u32,
    /// The rows.
    pub rows: Rows,
}
opaque!(Window);

/// Rows by view.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Rows {
    /// Of [`View::Alerts`](super::View::Alerts).
    Alerts(Vec<AlertRow>),
    /// Of [`View::Clients`](super::View::Clients).
    Clients(Vec<ClientRow>),
    /// Of [`View::Staff`](super::View::Staff).
    Staff(Vec<StaffRow>),
    /// Of [`View::Visits`](super::View::Visits).
    Visits(Vec<VisitRow>),
    /// Of [`View::Issues`](super::View::Issues).
    Issues(Vec<IssueRow>),
    /// Of [`View::Reassessments`](super::View::Reassessments).
    Reassessments(Vec<ReassessmentRow>),
}
opaque!(Rows);

/// Who has an alert.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    /// Nobody.
    Nobody,
    /// Who is asking.
    You,
    /// A colleague: `R. Patel`.
    Other(String),
}
opaque!(Owner);

/// One alert.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertRow {
    /// Which.
    pub key: AlertKey,
    /// 1–5.
    pub tier: u8,
    /// Breached: it was promoted by one tier.
    pub breached: bool,
    /// About whom.
    pub person: Option<Person>,
    /// The shortest name unique among active people: `Okafor, Ruth`, `@Reyes, Maria HHA`.
    pub name: String,
    /// Somebody else looks or sounds alike: shown as `≈`.
    pub alike: bool,
    /// Why, in a few words: `fall, head strike, warfarin`.
    pub cause: String,
    /// Since when the fact stands.
    pub since: Moment,
    /// When it breaches, if it has a clock.
    pub due: Option<Moment>,
    /// Who has it.
    pub owner: Owner,
    /// Asleep until.
    pub snoozed: Option<Moment>,
    /// Handed up, and nobody has taken it since.
    pub escalated: bool,
    /// It calls for whoever is asking: handed up, or a P1 past its time, and they answer for it.
    pub summons: bool,
    /// Somebody is already booked for it: dim, `Chen RN 09:00`.
    pub booked: Option<String>,
    /// The rule that set the tier.
    pub rule: String,
    /// Finished, by whom and when: only for a ghost row.
    pub finished: Option<String>,
}
opaque!(AlertRow);

/// One client.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientRow {
    /// Who.
    pub id: ClientId,
    /// Shortest unique name.
    pub name: String,
    /// Somebody looks alike.
    pub alike: bool,
    /// Date of birth.
    pub born: Option<Day>,
    /// Age today.
    pub age: Option<i32>,
    /// MRN.
    pub mrn: String,
    /// Town.
    pub town: String,
    /// Emergency level.
    pub level: Option<u8>,
    /// Lives alone.
    pub alone: bool,
    /// Where she stands.
    pub status: ClientStatus,
    /// Day of the 60-day period (1–60), if on a certified period.
    pub period_day: Option<u8>,
    /// Worst tier of her alerts.
    pub tier: Option<u8>,
    /// Alerts about her.
    pub alerts: u16,
    /// The worst one in a word or two.
    pub worst: String,
    /// Next visit, if one is planned.
    pub next_visit: Option<Moment>,
    /// Her coordinator's name.
    pub coordinator: String,
    /// Vulnerability 0–10.
    pub vulnerability: u8,
}
opaque!(ClientRow);

/// What a caregiver is doing, as far as anybody said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doing {
    /// Called out today.
    Out,
    /// Clocked in, with source.
    With(Source),
    /// Due at the next visit.
    Due,
    /// Nothing more today.
    Free,
    /// Not at work today.
    Off,
}

/// One caregiver.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffRow {
    /// Who.
    pub id: StaffId,
    /// Shortest unique name.
    pub name: String,
    /// Somebody looks alike.
    pub alike: bool,
    /// Discipline.
    pub discipline: Discipline,
    /// What they are doing.
    pub doing: Doing,
    /// Since or at when.
    pub at: Option<Moment>,
    /// With whom, or what: `Okafor`, `5 visits, 1 said yes`.
    pub detail: String,
    /// Minutes booked this payroll week (Sunday to Saturday).
    pub booked_minutes: u32,
    /// Over 40 h.
    pub overtime: bool,
    /// The nearest credential within 30 days: kind and last day.
    pub credential: Option<(String, Day)>,
    /// First phone.
    pub phone: String,
    /// Languages besides English.
    pub languages: String,
    /// Works here.
    pub active: bool,
}
opaque!(StaffRow);

/// One visit.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitRow {
    /// Which.
    pub id: VisitId,
    /// Client.
    pub client: ClientId,
    /// Her shortest unique name.
    pub client_name: String,
    /// Who goes.
    pub staff: Option<StaffId>,
    /// Their shortest unique name.
    pub staff_name: String,
    /// Discipline.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// Planned day in its own zone.
    pub day: Day,
    /// Planned minute of that day.
    pub minute: u16,
    /// Planned length.
    pub minutes: u16,
    /// The instant it starts.
    pub start: Moment,
    /// Where it stands.
    pub state: VisitState,
    /// What the person said.
    pub answer: Answer,
    /// Arrived, on what word.
    pub arrived: Option<(Moment, Source)>,
    /// Left, on what word.
    pub left: Option<(Moment, Source)>,
    /// The alert that stands on it: its own, or the call-out that it hangs on; else that of its note.
    pub alert: Option<AlertKey>,
}

impl VisitRow {
    /// How it stands, as one sign says it.
    pub fn mark(&self) -> VisitMark {
        VisitMark::of(self.state, self.answer, self.staff.is_some(), self.arrived.is_some())
    }
}
opaque!(VisitRow);

/// One issue.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct IssueRow {
    /// Its alert.
    pub key: AlertKey,
    /// Tier while open.
    pub tier: Option<u8>,
    /// About whom.
    pub person: Option<Person>,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: IssueKind,
    /// Summary.
    pub summary: String,
    /// Happened.
    pub happened: Moment,
    /// Owner.
    pub owner: Owner,
    /// Outcome, when resolved.
    pub outcome: Option<String>,
}
opaque!(IssueRow);

/// One reassessment window.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ReassessmentRow {
    /// Its alert.
    pub key: AlertKey,
    /// Client.
    pub client: ClientId,
    /// Name.
    pub name: String,
    /// Which: `Recertification`, `SOC assessment`, `ROC assessment`, an instrument.
    pub what: String,
    /// First day.
    pub opens: Day,
    /// Last day.
    pub closes: Day,
    /// `pending`, `scheduled`, `done`, `waived`, `overdue`.
    pub state: String,
    /// Booked visit that satisfies it, or result.
    pub detail: String,
}
opaque!(ReassessmentRow);
