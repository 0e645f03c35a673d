//! What triage is told: plain facts that the service fills from records.
//!
//! A [`Thing`] is one possible alert. It carries its facts and what people did about it; what it is worth is decided by
//! [`super::evaluate`] from these, the policy and the time, and from nothing else. Age, payer, race, language and
//! postal code are not here, so that no rule can use them (handbook section 5, guard-rails).

use crate::domain::attention::{AlertKey, Handling};
use crate::domain::client::{ClientStatus, Need};
use crate::domain::ids::{ClientId, OfficeId, StaffId, UserId, VisitId};
use crate::domain::issue::{Disposition, How, IssueKind};
use crate::domain::staff::Discipline;
use crate::domain::time::{Day, Moment, Zone};
use crate::domain::visit::{Answer, NoteStatus, VisitState};
use crate::domain::words::{opaque, words};

/// Whom an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A client.
    Client(ClientId),
    /// A caregiver.
    Staff(StaffId),
}

/// What triage knows of a client.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientFacts {
    /// Who.
    pub id: ClientId,
    /// Her name as rows show it: `Okafor, Ruth`.
    pub name: String,
    /// Emergency level 1–4, if rated.
    pub level: Option<u8>,
    /// Transport assistance level 1–3, if rated.
    pub transport: Option<u8>,
    /// Lives alone.
    pub alone: bool,
    /// An informal carer can do what the visits do.
    pub able_carer: bool,
    /// What must not be missed.
    pub needs: Vec<Need>,
    /// The anticoagulant on her medication list, by the name a reader knows: `warfarin`.
    pub anticoagulant: Option<String>,
    /// The day on which that list last changed, if there is one.
    pub medications_on: Option<Day>,
    /// Last discharge from a hospital.
    pub hospital_discharge: Option<Day>,
    /// OASIS M1033 risk responses counted.
    pub m1033: Option<u8>,
    /// LACE score.
    pub lace: Option<u8>,
    /// MAHC-10 score.
    pub mahc10: Option<u8>,
    /// Where she stands.
    pub status: ClientStatus,
    /// The zone of her home.
    pub zone: Zone,
}

impl ClientFacts {
    /// A client of whom nothing but the name is known.
    pub fn new(id: ClientId, name: &str, zone: Zone) -> Self {
        Self {
            id,
            name: name.to_owned(),
            level: None,
            transport: None,
            alone: false,
            able_carer: false,
            needs: Vec::new(),
            anticoagulant: None,
            medications_on: None,
            hospital_discharge: None,
            m1033: None,
            lace: None,
            mahc10: None,
            status: ClientStatus::Active,
            zone,
        }
    }
}

/// What triage knows of a caregiver.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffFacts {
    /// Who.
    pub id: StaffId,
    /// The short name a row shows: `Chen`, or `Chen, Jo` where there are two.
    pub name: String,
    /// Discipline.
    pub discipline: Discipline,
}

/// An issue.
#[derive(Clone, PartialEq, Eq)]
pub struct IssueFacts {
    /// What happened.
    pub kind: IssueKind,
    /// In a few words.
    pub summary: String,
    /// Severity facts: a name of the policy's `[[fact]]` list and `yes`, `no`, `unknown`, a number or a word.
    pub facts: Vec<(String, String)>,
    /// When it happened.
    pub happened: Moment,
    /// Who told it.
    pub reported_by: String,
    /// How.
    pub how: How,
    /// A clock that somebody set.
    pub due: Option<Moment>,
    /// The decision of a licensed practitioner or an emergency service.
    pub disposition: Option<Disposition>,
}

/// A visit.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitFacts {
    /// Which.
    pub visit: VisitId,
    /// Planned start.
    pub start: Moment,
    /// Planned end.
    pub end: Moment,
    /// Discipline it needs.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// Where it stands.
    pub state: VisitState,
    /// What the person said.
    pub answer: Answer,
    /// Who goes now, if anybody.
    pub staff: Option<StaffFacts>,
    /// Needs two people.
    pub two_people: bool,
    /// A second person is on it.
    pub second: bool,
    /// Somebody arrived.
    pub arrived: Option<Moment>,
    /// Somebody left.
    pub left: Option<Moment>,
    /// Where its note stands.
    pub note: NoteStatus,
    /// When a caregiver called out of it.
    pub called_out_at: Option<Moment>,
    /// Why it was called out, missed or cancelled.
    pub reason: String,
}

impl VisitFacts {
    /// A planned visit with nobody on it.
    pub fn new(visit: VisitId, discipline: Discipline, service: &str, start: Moment, end: Moment) -> Self {
        Self {
            visit,
            start,
            end,
            discipline,
            service: service.to_owned(),
            state: VisitState::Planned,
            answer: Answer::Nobody,
            staff: None,
            two_people: false,
            second: false,
            arrived: None,
            left: None,
            note: NoteStatus::None,
            called_out_at: None,
            reason: String::new(),
        }
    }

    /// Everybody it needs has said yes. Somebody who was planned all along counts, but after a call-out only a yes
    /// does; a visit for two people is covered when both are on it (handbook section 5).
    pub fn covered(&self) -> bool {
        let said = match self.answer {
            Answer::Yes | Answer::Told => true,
            Answer::Planned => self.called_out_at.is_none(),
            _ => false,
        };
        said && self.staff.is_some() && self.state != VisitState::CalledOut && (!self.two_people || self.second)
    }

    /// It still has to happen, nobody is there and not everybody has said yes.
    pub fn uncovered(&self) -> bool {
        self.state.is_open() && self.state != VisitState::InProgress && self.arrived.is_none() && !self.covered()
    }
}

/// All visits that one caregiver cannot make on a day: one cause, one line. Its visits are not given separately.
#[derive(Clone, PartialEq, Eq)]
pub struct CallOutFacts {
    /// Who called out.
    pub staff: StaffFacts,
    /// Of which day.
    pub day: Day,
    /// When the call came.
    pub called_out_at: Moment,
    /// Why.
    pub reason: String,
    /// The visits, each with its client, settled ones among them (they are the “1 said yes”).
    pub visits: Vec<(ClientFacts, VisitFacts)>,
}

words! {
    /// Which clock a window is.
    WindowKind {
        /// Recertification, days 56–60 of a 60-day period.
        Recert = "recert",
        /// Comprehensive assessment within SOC + 5 days.
        SocAssessment = "soc",
        /// Resumption of care within 48 h of the return home.
        Roc = "roc",
        /// A reassessment that somebody scheduled.
        Reassessment = "reassessment",
    }
}

/// A booked visit that may satisfy a clock.
#[derive(Clone, PartialEq, Eq)]
pub struct BookedVisit {
    /// Which.
    pub visit: VisitId,
    /// The caregiver's short name: `Chen`.
    pub name: String,
    /// Their discipline.
    pub discipline: Discipline,
    /// Planned start.
    pub start: Moment,
    /// [`VisitFacts::covered`] of that visit.
    pub covered: bool,
    /// Somebody arrived, or it is done.
    pub arrived: bool,
}

/// A window in which something has to be assessed.
#[derive(Clone, PartialEq, Eq)]
pub struct WindowFacts {
    /// Which clock.
    pub kind: WindowKind,
    /// What is due, in a word or two: `recert`, `SOC assessment`, `ROC`, `PHQ-9`.
    pub what: String,
    /// First instant that counts.
    pub opens: Moment,
    /// The instant at which it is too late.
    pub due: Moment,
    /// The earliest visit within it that looks as if it would do it; whether its discipline can is decided here.
    pub booked: Option<BookedVisit>,
}

/// A promise.
#[derive(Clone, PartialEq, Eq)]
pub struct PromiseFacts {
    /// What was promised.
    pub what: String,
    /// To whom, in a word: `daughter`.
    pub to: String,
    /// By when.
    pub due: Moment,
    /// Who promised.
    pub owner: UserId,
    /// Their name for others: `R. Patel`.
    pub owner_name: String,
}

/// A visit that a caregiver is booked for after a credential's last day.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitAfter {
    /// The client's short name.
    pub client: String,
    /// Her emergency level.
    pub level: Option<u8>,
    /// Planned start.
    pub start: Moment,
}

/// A credential that runs out.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialFacts {
    /// `CPR`, `RN licence`.
    pub kind: String,
    /// Good to the end of this day.
    pub last_day: Day,
    /// Visits booked after that day, by start.
    pub after: Vec<VisitAfter>,
}

words! {
    /// From what an initial visit's clock runs (42 CFR 484.55(a)(1)).
    InitialBasis { Referral = "referral", ReturnHome = "return home", OrderedDay = "ordered SOC date" }
}

/// A referral that waits for its initial visit.
#[derive(Clone, PartialEq, Eq)]
pub struct ReferralFacts {
    /// When it came.
    pub received: Moment,
    /// From what the clock runs.
    pub basis: InitialBasis,
    /// The instant at which it is too late.
    pub due: Moment,
    /// The earliest visit that looks as if it would be the initial one.
    pub booked: Option<BookedVisit>,
}

/// A visit that was made and whose note is not signed.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteFacts {
    /// What was done.
    pub service: String,
    /// Planned start.
    pub start: Moment,
    /// When somebody left, or when it was planned to end.
    pub ended: Moment,
    /// Where the note stands.
    pub note: NoteStatus,
    /// Who owes it.
    pub staff: Option<StaffFacts>,
}

/// A task.
#[derive(Clone, PartialEq, Eq)]
pub struct TaskFacts {
    /// What is to be done.
    pub what: String,
    /// By when.
    pub due: Moment,
}

/// A chart that somebody opened in an emergency, and nobody has looked at it since.
#[derive(Clone, PartialEq, Eq)]
pub struct EmergencyFacts {
    /// Who opened it.
    pub by: UserId,
    /// Their name for others.
    pub by_name: String,
    /// Why, in their words.
    pub why: String,
    /// Since when.
    pub opened: Moment,
    /// Until when.
    pub until: Moment,
}

/// What an alert may come from.
#[derive(Clone, PartialEq, Eq)]
pub enum SourceFacts {
    /// An issue, open or finished. Give a finished one until 24 h after its disposition: a floor may hold it there.
    Issue(IssueFacts),
    /// A visit of today or tomorrow (or one past that nobody has accounted for).
    Visit(VisitFacts),
    /// A caregiver who cannot come.
    CallOut(CallOutFacts),
    /// An assessment window.
    Window(WindowFacts),
    /// A promise not yet kept.
    Promise(PromiseFacts),
    /// A credential.
    Credential(CredentialFacts),
    /// A referral.
    Referral(ReferralFacts),
    /// A note that is not signed.
    Note(NoteFacts),
    /// A task not yet done.
    Task(TaskFacts),
    /// A chart opened in an emergency, not yet reviewed.
    Emergency(EmergencyFacts),
}

/// One possible alert: its facts and what people did about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Thing {
    /// Which.
    pub key: AlertKey,
    /// Whose office.
    pub office: OfficeId,
    /// The office's zone: its business day, and the times that texts show.
    pub zone: Zone,
    /// Whom it is about.
    pub person: Option<Subject>,
    /// The client it is about.
    pub client: Option<ClientFacts>,
    /// The caregiver it is about.
    pub staff: Option<StaffFacts>,
    /// Who has it, snooze, tier by hand, outcome.
    pub handling: Handling,
    /// [`super::fact_digest`] as it stood when the outcome was given; none for an issue, whose outcome is its own.
    pub handled_fact: Option<u64>,
    /// Since when the fact stands, which is the age that a row shows and the earliest start of its clock: an issue since
    /// it was entered, a call-out since the call, a visit since its record last changed, a window since it opened, a
    /// referral since it came, a promise since it was made, a credential since it came into its 60 days, a note since
    /// the visit ended, a task since it was made.
    pub since: Moment,
    /// What it is.
    pub source: SourceFacts,
}

impl Thing {
    /// A thing about nobody yet that nobody has handled.
    pub fn new(key: AlertKey, office: OfficeId, zone: Zone, since: Moment, source: SourceFacts) -> Self {
        Self {
            key,
            office,
            zone,
            person: None,
            client: None,
            staff: None,
            handling: Handling::default(),
            handled_fact: None,
            since,
            source,
        }
    }
}

opaque!(
    ClientFacts,
    StaffFacts,
    IssueFacts,
    VisitFacts,
    CallOutFacts,
    BookedVisit,
    WindowFacts,
    PromiseFacts,
    VisitAfter,
    CredentialFacts,
    ReferralFacts,
    NoteFacts,
    TaskFacts,
    EmergencyFacts,
    SourceFacts,
    Thing
);
