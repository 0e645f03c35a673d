//! What changes data. A command carries only what the user changed.

use super::away::{BackHome, HoldClient, NoAnswerAtDoor, RunningLate, TellDied};
use super::coverage::{AskCarer, LeaveOpen, TellCallOut};
use super::day_plan::PlanPick;
use super::reschedule::Reschedule;
use super::storm::{DeclareStorm, LogCallDown};
use super::{ChangeSeries, EndOrder, NewOrder, NewSeries, Person, Seq, SeriesDeed};
use crate::domain::attention::AlertKey;
use crate::domain::communication::{CallResult, Direction};
use crate::domain::fields::Fields;
use crate::domain::ids::{
    BatchId, CallOutId, ClientId, ClockingId, CommunicationId, ContactId, FrequencyOrderId, RequestId, SeriesId,
    StaffId, StormId, UserId, VisitId,
};
use crate::domain::issue::{DispositionKind, How, IssueKind};
use crate::domain::reach::Scope;
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::domain::visit::Answer;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// A change, with the id that makes a repeat harmless.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Execute {
    /// Made by the client, 16 random bytes.
    pub request: RequestId,
    /// What to do.
    pub command: Command,
}
opaque!(Execute);

/// A new record: kind and all of its fields. The id is made by the service.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRecord {
    /// Its kind.
    pub kind: Kind,
    /// All of its fields.
    pub fields: Fields,
}
opaque!(NewRecord);

/// A record as a source has it: only the fields that this source gives.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// Its kind.
    pub kind: Kind,
    /// Its identifier at the source: idempotence hangs on it.
    pub identifier: String,
    /// The fields it gives.
    pub fields: Fields,
    /// Fields that name another record of the same source: field, kind, identifier there.
    pub refs: Vec<(String, Kind, String)>,
    /// Where it stood, for the report: `Patient.000.ndjson line 3`.
    pub place: String,
}
opaque!(Incoming);

/// What is done when the source and somebody here changed the same field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clash {
    /// The change made here stays, and is reported.
    KeepLocal,
    /// The source's value is taken.
    TakeSource,
    /// The source's value is taken in records of these kinds; in others the change made here stays.
    TakeSourceOf(Vec<Kind>),
}

impl Clash {
    /// Whether the source wins in a record of this kind.
    pub fn takes(&self, kind: Kind) -> bool {
        match self {
            Self::KeepLocal => false,
            Self::TakeSource => true,
            Self::TakeSourceOf(kinds) => kinds.contains(&kind),
        }
    }
}

/// What may be done to several alerts as one act.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum ManyAct {
    /// Takes them.
    Take {
        /// Although somebody else has one of them.
        from_other: bool,
    },
    /// Hands them to a colleague.
    Pass {
        /// To whom.
        to: UserId,
        /// A word with it, or empty.
        note: String,
    },
    /// Puts them to sleep; not a P1 or P2.
    Snooze {
        /// Until.
        until: Moment,
        /// Why (needed).
        reason: String,
    },
    /// Finishes them with one outcome; not a P1 or P2.
    Result {
        /// The answer chosen.
        outcome: String,
        /// A word of note.
        note: String,
    },
}
opaque!(ManyAct);

impl ManyAct {
    /// The same done to one.
    pub fn on(&self, key: AlertKey) -> Command {
        match self {
            Self::Take { from_other } => Command::Take { key, from_other: *from_other },
            Self::Pass { to, note } => Command::Pass { key, to: *to, note: note.clone() },
            Self::Snooze { until, reason } => Command::Snooze { key, until: *until, reason: reason.clone() },
            Self::Result { outcome, note } => {
                Command::Result { key, outcome: outcome.clone(), note: note.clone(), disposition: None }
            }
        }
    }
}

/// What changes data. A command carries only what the user changed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Takes an alert: own and acknowledge it.
    Take {
        /// Which.
        key: AlertKey,
        /// Although somebody else has it.
        from_other: bool,
    },
    /// Puts an alert to sleep.
    Snooze {
        /// Which.
        key: AlertKey,
        /// Until.
        until: Moment,
        /// Why (needed).
        reason: String,
    },
    /// Finishes an alert with an outcome.
    Result {
        /// Which.
        key: AlertKey,
        /// The answer chosen.
        outcome: String,
        /// A word of note (needed for P1 and P2).
        note: String,
        /// A practitioner's decision, if that is the outcome: kind and by whom.
        disposition: Option<(DispositionKind, String)>,
    },
    /// Completes a reassessment.
    CompleteReassessment {
        /// Its alert.
        key: AlertKey,
        /// Result in a line (needed).
        result: String,
        /// When, if not now.
        completed: Option<Moment>,
    },
    /// Waives a reassessment.
    WaiveReassessment {
        /// Its alert.
        key: AlertKey,
        /// Why (needed).
        reason: String,
    },
    /// Does one thing to several alerts: each answers for itself, those that can are one commit, the others are named
    /// in [`Done::refused`](super::Done::refused).
    OnMany {
        /// Which.
        keys: Vec<AlertKey>,
        /// What.
        act: ManyAct,
    },
    /// Hands an alert to a colleague: it is theirs, and not acknowledged.
    Pass {
        /// Which.
        key: AlertKey,
        /// To whom.
        to: UserId,
        /// A word with it, or empty.
        note: String,
    },
    /// Hands an alert up: it stands first with the supervisors and whoever is on call until somebody takes it.
    Escalate {
        /// Which.
        key: AlertKey,
        /// Why (needed).
        reason: String,
    },
    /// Sets a tier by hand; the rule's own tier takes the hand off again.
    Retier {
        /// Which.
        key: AlertKey,
        /// 1–5.
        tier: u8,
        /// Why (needed).
        reason: String,
    },
    /// Opens again what was finished.
    Reopen {
        /// Which.
        key: AlertKey,
        /// Why (needed).
        reason: String,
    },
    /// Books the visit that does a reassessment.
    ScheduleReassessment {
        /// Its alert.
        key: AlertKey,
        /// When the visit starts.
        start: Moment,
        /// How long it is.
        minutes: u16,
        /// Who goes.
        staff: StaffId,
    },
    /// Sets right what was logged of a call: the old stays in its history.
    AmendCall {
        /// The call.
        call: CommunicationId,
        /// With whom.
        with: String,
        /// How it went.
        result: CallResult,
        /// What was said.
        note: String,
    },
    /// Logs a call or message.
    LogCall(LogCall),
    /// Opens a new issue.
    NewIssue(NewIssue),
    /// Adds a note to an issue's timeline.
    AddNote {
        /// The issue's alert.
        key: AlertKey,
        /// The note.
        text: String,
    },
    /// Puts a caregiver on a visit, with what they said.
    CoverVisit {
        /// Which.
        visit: VisitId,
        /// Who goes.
        staff: StaffId,
        /// What they said.
        answer: Answer,
    },
    /// Books a visit.
    BookVisit(BookVisit),
    /// Keeps a frequency order, and books it.
    OrderVisits(NewOrder),
    /// Makes a task of the order change that is drafted.
    DraftOrderChange(FrequencyOrderId),
    /// Ends a frequency order by hand, with what it was booked as.
    EndOrder(EndOrder),
    /// Makes a series, with its visits.
    MakeSeries(NewSeries),
    /// Changes a series, for some or all of its visits.
    ChangeSeries(ChangeSeries),
    /// Ends a series, lets it rest or go on, leaves one occurrence out or moves it.
    ActOnSeries {
        /// Which.
        series: SeriesId,
        /// What.
        deed: SeriesDeed,
    },
    /// A caregiver cannot come: their visits of that time are open from now on.
    TellCallOut(TellCallOut),
    /// Somebody was asked to go to a visit, or is meant to be asked.
    AskCarer(AskCarer),
    /// Nobody can go: the least bad is done.
    LeaveOpen(LeaveOpen),
    /// Whether she is safe until somebody comes.
    SayIfSafe {
        /// Which visit she waits for.
        visit: VisitId,
        /// As it was said.
        said: String,
    },
    /// A client is in hospital, in the ER or away: her visits are held.
    HoldClient(HoldClient),
    /// She is home again.
    BackHome(BackHome),
    /// She has died.
    TellDied(TellDied),
    /// Nobody opened the door.
    NoAnswerAtDoor(NoAnswerAtDoor),
    /// A caregiver runs late.
    RunningLate(RunningLate),
    /// Lines of a day's plan are accepted: the visits are given to those whom it sends.
    AcceptPlan {
        /// Which.
        picks: Vec<PlanPick>,
    },
    /// A call-out has been worked through.
    SettleCallOut(CallOutId),
    /// They come after all: all of a call-out is taken back, and whoever was asked is to be called.
    TakeBackCallOut(CallOutId),
    /// Moves a visit, gives it to somebody else, exchanges two, splits one or makes it shorter.
    Reschedule(Reschedule),
    /// Makes an appointment, a time off, an authorization or a wish about two people.
    NewPlan(NewPlan),
    /// Such a plan holds no more: it does not take place, or ends now.
    EndPlan {
        /// Which kind.
        kind: Kind,
        /// Which.
        id: [u8; 16],
    },
    /// What is wrong with clock-ins has been dealt with: a reason of the agency's, a word of note, or both.
    ResolveClocking {
        /// Which.
        ids: Vec<ClockingId>,
        /// The reason's code, or empty where the note says all of it.
        reason: String,
        /// What was done.
        note: String,
    },
    /// Marks a client reviewed.
    MarkReviewed {
        /// Whom.
        client: ClientId,
        /// The commit that the card showed: what came later is still new.
        seen: Seq,
    },
    /// Makes records, at most 90: the demo's and the administrator's way.
    Create {
        /// The records.
        records: Vec<NewRecord>,
        /// What they belong to.
        batch: Option<BatchId>,
    },
    /// Changes fields of a record.
    Edit {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: [u8; 16],
        /// The revision that the editor saw.
        base: u64,
        /// The changed fields.
        fields: Fields,
    },
    /// Takes in what a source says, at most 20 records.
    Import {
        /// The source's name: `fhir`, `csv:clients`.
        source: String,
        /// The run, so that one import is one undo.
        batch: BatchId,
        /// The records.
        records: Vec<Incoming>,
        /// When both sides changed a field.
        clash: Clash,
        /// Only says what it would do.
        dry_run: bool,
    },
    /// Adopts a rule file.
    AdoptPolicy {
        /// Which file it overrides: `triage`.
        name: String,
        /// The agency's word for this version.
        version: String,
        /// Its full text.
        text: String,
        /// The clinical lead who signed it.
        signed_by: String,
    },
    /// Takes back one of my commits.
    Undo {
        /// Which.
        seq: Seq,
    },
    /// Removes from the log of who saw what the oldest part, none of it younger than this.
    PurgeAccesses {
        /// How many years are kept.
        years: u16,
        /// Why (needed).
        reason: String,
    },
    /// Takes back all commits of a batch, newest first; what others built on is left alone and reported.
    UndoBatch {
        /// Which.
        batch: BatchId,
    },
    /// Destroys the key of a client whose records need not be kept any longer: nobody can read them again.
    EraseClient {
        /// Whom.
        client: ClientId,
        /// Why, without a name: it stays.
        reason: String,
    },
    /// Gives a login a place in the agency.
    AddUser(AddUser),
    /// Changes what a user may do.
    SetRole {
        /// Whom.
        user: UserId,
        /// What they may do from now on.
        role: Role,
        /// Why (needed).
        reason: String,
    },
    /// Changes how far a user reaches; none is as far as the role does.
    SetReach {
        /// Whom.
        user: UserId,
        /// How far.
        scope: Option<Scope>,
        /// Why (needed).
        reason: String,
    },
    /// Ends a user's access, or gives it back.
    SetAccess {
        /// Whom.
        user: UserId,
        /// May log in.
        active: bool,
        /// Why (needed).
        reason: String,
    },
    /// Opens one client's chart in an emergency.
    OpenEmergency {
        /// Whose.
        client: ClientId,
        /// Why (needed, some words).
        reason: String,
    },
    /// Declares a storm, or sets right the one that runs.
    DeclareStorm(DeclareStorm),
    /// What a call found of a client in a storm.
    LogCallDown(LogCallDown),
    /// A storm is over: what is open becomes tasks.
    EndStorm(StormId),
}
opaque!(Command);

/// A login that gets a place in the agency. Whoever asks has resolved it: the service knows no logins.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddUser {
    /// The Unix login.
    pub login: String,
    /// Its user id.
    pub uid: u32,
    /// The name that colleagues read.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their office by its name; none is the office of whoever asks.
    pub office: Option<String>,
    /// Why.
    pub reason: String,
}
opaque!(AddUser);

/// A call or message that was made.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LogCall {
    /// The alert it was about.
    pub about: Option<AlertKey>,
    /// The person it was about.
    pub person: Option<Person>,
    /// With which contact.
    pub contact: Option<ContactId>,
    /// With whom, in words.
    pub with: String,
    /// The number called.
    pub number: String,
    /// Which way.
    pub direction: Direction,
    /// How it went.
    pub result: CallResult,
    /// What was said.
    pub note: String,
    /// When, if not now.
    pub happened: Option<Moment>,
    /// What was promised, and by when.
    pub promise: Option<(String, Moment)>,
}
opaque!(LogCall);

/// A new issue.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct NewIssue {
    /// About whom.
    pub person: Option<Person>,
    /// What happened.
    pub kind: IssueKind,
    /// In a few words.
    pub summary: String,
    /// Severity facts: name and value.
    pub facts: Vec<(String, String)>,
    /// When, if not now.
    pub happened: Option<Moment>,
    /// Who told it.
    pub reported_by: String,
    /// How.
    pub how: How,
}
opaque!(NewIssue);

/// An appointment, a time off, an authorization or a wish about two people: all of its fields.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct NewPlan {
    /// Which.
    pub kind: Kind,
    /// Its fields; what is left out is as it is by itself.
    pub fields: Fields,
}
opaque!(NewPlan);

/// A visit to book.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct BookVisit {
    /// For whom.
    pub client: ClientId,
    /// Who must go.
    pub discipline: Discipline,
    /// What is done: `recert`, `bath`; may be empty.
    pub service: String,
    /// Planned start.
    pub start: Moment,
    /// Planned length in minutes.
    pub minutes: u16,
    /// Who goes, if anybody is known.
    pub staff: Option<StaffId>,
    /// What they said; of no meaning without anybody.
    pub answer: Answer,
}
opaque!(BookVisit);
