//! The seam between client and service: plain owned data, sent and answered as messages. In-process today, over a
//! socket later, unchanged.
//!
//! Who is asking is a [`Session`] made by the listener, never part of a request. A request never blocks and is never
//! answered by a return value: replies and changes come through the one channel. Types that carry a person's data print
//! nothing of it in `Debug`.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::client::ClientStatus;
use crate::domain::communication::{CallResult, Direction};
use crate::domain::fields::Fields;
use crate::domain::ids::{
    BatchId, ClientId, CommunicationId, ContactId, DraftId, OfficeId, RequestId, StaffId, UserId, VisitId,
};
use crate::domain::issue::{DispositionKind, How, IssueKind};
use crate::domain::pin::Pin;
use crate::domain::reach::Scope;
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::domain::time::{Day, Moment, Zone};
use crate::domain::user::Role;
use crate::domain::visit::{Answer, Source, VisitCounts, VisitState};
use crate::domain::words::opaque;
use crate::rules::roles::{Group, Right};
use serde::{Deserialize, Serialize};

/// Names a request of one client, so that its reply finds it.
pub type Ticket = u64;
/// Names an open list of one client.
pub type ListId = u32;
/// Number of a commit.
pub type Seq = u64;

/// Who is asking. Made by the listener (or by `main` for a personal agency).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Tells this connection from every other of this run of the service; open lists hang on it.
    pub id: u64,
    /// The user.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// Their office.
    pub office: OfficeId,
    /// The name colleagues read.
    pub name: String,
    /// Where they sit: terminal and host; written into each commit.
    pub origin: String,
}

/// What a client may send.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// A question.
    Query(Query),
    /// A change.
    Execute(Execute),
    /// Opens a list; the service keeps its order.
    OpenList(OpenList),
    /// Rows `from .. from + count` of an open list.
    Rows {
        /// Which list.
        list: ListId,
        /// First row.
        from: u32,
        /// How many, at most 400.
        count: u16,
    },
    /// Forgets a list.
    CloseList(ListId),
    /// Keeps a draft.
    SaveDraft(Draft),
    /// Forgets a draft.
    DropDraft(DraftId),
    /// All of my drafts.
    Drafts,
    /// What this session looks at now, or that it looks at nobody. Forgotten when the session ends.
    Looking(Option<Where>),
    /// Takes back drafts that a client of mine sealed and left behind when the server was away.
    Unseal(Vec<u8>),
    /// Keys were pressed since the last time: the lock starts anew. Sent at most twice a minute.
    Active {
        /// A call is being made: the lock waits for its end, half an hour at most.
        call: bool,
    },
    /// Whether I am locked, and how the lock stands. This is no activity.
    LockState,
    /// Locks every session of mine now.
    LockNow,
    /// Opens the lock.
    Unlock(Pin),
    /// Chooses a PIN: the first one, or another with the one that stands.
    ChoosePin {
        /// The one that stands, if there is one.
        old: Option<Pin>,
        /// The one to be.
        new: Pin,
    },
    /// Forgets the PIN of whoever logs in under this name: they choose a new one (administrators).
    ResetPin(String),
    /// Says that something leaves caseload by the user's hand, before it does: it must not without [`Reply::Noted`].
    Leave(Leaving),
}
opaque!(Request);

/// Where somebody is at work: whose chart is open, and which alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Where {
    /// Whose page, card or call list.
    pub person: Option<Person>,
    /// Which alert.
    pub about: Option<AlertKey>,
    /// What for.
    pub hand: Hand,
}

impl Where {
    /// Both are about the same person, or the same alert.
    pub fn meets(&self, other: &Self) -> bool {
        self.person.is_some() && self.person == other.person || self.about.is_some() && self.about == other.about
    }
}

/// What somebody does where she is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hand {
    /// Reads.
    Reads,
    /// Has the numbers open.
    Calls,
    /// Has a form open.
    Writes,
}

/// Who else is where a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Where it is; late news of another place say nothing.
    pub place: Option<Where>,
    /// The others, own other sessions first, at most [`ALSO`].
    pub others: Vec<Also>,
    /// How many more there are.
    pub more: u16,
}

/// Most others that are named.
pub const ALSO: usize = 8;

/// Somebody else who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Also {
    /// `J. Alvarez`.
    pub name: String,
    /// The very user who asks, on this other terminal.
    pub you_on: Option<String>,
    /// What they do there.
    pub hand: Hand,
}

/// What leaves the screen by the user's hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leaving {
    /// A list, to a file or another program.
    Exported {
        /// Which.
        view: View,
        /// How many rows.
        rows: u32,
    },
    /// Paper: somebody's, or a list.
    Printed(Option<Person>),
    /// Text in the clipboard.
    Copied(Option<Person>),
    /// Text to be read out.
    Dictated(Option<Person>),
    /// A field's text, to an editor of the user's own and back.
    Edited(Option<Person>),
    /// A page, to a pager of the user's own.
    Paged(Option<Person>),
}

/// A change, with the id that makes a repeat harmless.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Execute {
    /// Made by the client, 16 random bytes.
    pub request: RequestId,
    /// What to do.
    pub command: Command,
}
opaque!(Execute);

/// Somebody that a screen can show a card of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Person {
    /// A client.
    Client(ClientId),
    /// A caregiver.
    Staff(StaffId),
}

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
    /// in [`Done::refused`].
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

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum View {
    /// Alerts, worst first.
    Alerts,
    /// Clients.
    Clients,
    /// Caregivers.
    Staff,
    /// Visits of a range of days, by start.
    Visits {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
    /// Issues, open ones first.
    Issues,
    /// Reassessment windows and records.
    Reassessments,
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// The view's own order: tier for alerts, risk for clients, need for staff, start for visits.
    Natural,
    /// By name.
    Name,
}

/// A list to open.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenList {
    /// Which.
    pub view: View,
    /// Only mine: my caseload, what I took, and every unowned P1 of the office.
    pub mine: bool,
    /// A lens (`tier<3 & !owner:me`), or empty.
    pub lens: String,
    /// Words to narrow by, folded; P1 alerts stay.
    pub words: String,
    /// The order.
    pub sort: Sort,
}
opaque!(OpenList);

/// A question.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// Counts and clocks for the header.
    Header,
    /// Why an alert stands where it stands.
    Why(AlertKey),
    /// The info card.
    Card(Person),
    /// The door and alarm codes of a client; each showing is logged.
    Codes(ClientId),
    /// One page about a client.
    ClientPage(ClientId),
    /// One page about a caregiver.
    StaffPage(StaffId),
    /// A day's visits by caregiver or client.
    Board(BoardAsk),
    /// The visits of some days, counted.
    Span(SpanAsk),
    /// Anyone and anything by part of a name.
    Find {
        /// What was typed.
        text: String,
        /// At most this many.
        limit: u16,
    },
    /// Whom to call about a person, with numbers.
    Numbers {
        /// Who.
        person: Person,
        /// About which alert.
        about: Option<AlertKey>,
    },
    /// The outcomes to choose from for an alert.
    Outcomes(AlertKey),
    /// The outcomes that all of these alerts have in common.
    OutcomesOfMany(Vec<AlertKey>),
    /// Whom an alert can be passed to.
    Colleagues,
    /// Supervisors and whoever is on call, for an alert that is handed up: who is connected, whom to ring.
    OnDuty(Option<AlertKey>),
    /// A logged call as it stands.
    Call(CommunicationId),
    /// A record as it is edited, and what others changed of it after a revision.
    Record {
        /// Kind.
        kind: Kind,
        /// Id.
        id: [u8; 16],
        /// The revision that the editor has seen; 0 when none.
        since: u64,
    },
    /// What colleagues did lately about an alert and around a client, for a form that is open over it.
    Meanwhile {
        /// The alert.
        about: Option<AlertKey>,
        /// The person.
        person: Option<Person>,
    },
    /// The visits that somebody could be put on: what an alert is about, or what a client has open.
    Coverable {
        /// Of whom.
        client: Option<ClientId>,
        /// About which alert.
        about: Option<AlertKey>,
    },
    /// Who has not been told of what about a client, or of one alert alone.
    Untold {
        /// About whom.
        client: ClientId,
        /// Only of this alert.
        about: Option<AlertKey>,
    },
    /// What a new issue is asked, by the adopted rules.
    Asks,
    /// Where an issue would stand if it were saved as it is: judged by the rules, and nothing is kept.
    WouldBe(NewIssue),
    /// My clients in the order of a review.
    Reviews,
    /// The review card of a client.
    ReviewCard(ClientId),
    /// Every revision of a record: who, when, which fields.
    History {
        /// Kind.
        kind: Kind,
        /// Id.
        id: [u8; 16],
    },
    /// My last acts, newest first, at most this many.
    MyActs(u16),
    /// What undo would take back now (or, with `redo`, bring back).
    UndoNext {
        /// Redo instead.
        redo: bool,
    },
    /// Today in one page.
    Brief,
    /// The agency's name, zone and policy.
    Agency,
    /// The column map of this name, or all names when empty.
    ColumnMap(String),
    /// Whole records, for a file that leaves the agency, at most 100 at a time.
    Export {
        /// Clients, caregivers or visits.
        kind: Kind,
        /// Which.
        ids: Vec<[u8; 16]>,
    },
    /// Whom a source has spoken of, in pages.
    SourceLines {
        /// The source.
        source: String,
        /// Clients or caregivers.
        kind: Kind,
        /// Behind this one of the last page; zeros at first.
        after: [u8; 16],
    },
    /// Everybody's initials, for a screen that others can see; from this place on.
    Initials {
        /// The first of them.
        from: u32,
    },
    /// What whoever asks may do, and why not what not.
    Rights {
        /// Asked from under a forced SSH command.
        forced: bool,
    },
    /// Who has a login, by name.
    Users,
    /// What was done and seen.
    Audit(AuditAsk),
    /// Marks both chains, to be kept elsewhere.
    Checkpoint,
    /// What of the log of who saw what may be removed.
    Removable {
        /// How many years are kept.
        years: u16,
    },
}
opaque!(Query);

/// A record that leaves the agency.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// Its id.
    pub id: [u8; 16],
    /// All of its fields.
    pub fields: Fields,
    /// Of a visit: what names its client in a file, her MRN where that is hers alone.
    pub client: String,
}
opaque!(Exported);

/// Whom a source has spoken of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    /// What the source calls it.
    pub identifier: String,
    /// Its name here.
    pub name: String,
}
opaque!(SourceLine);

/// Which part of what was done and seen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct AuditAsk {
    /// Only by whoever has this login, this id or this in their name; empty for everybody.
    pub user: String,
    /// Only about this client or caregiver.
    pub person: Option<Person>,
    /// Only since then.
    pub from: Option<Moment>,
    /// Only before then.
    pub to: Option<Moment>,
    /// Only what this word is in: an action, a deed or a kind of data.
    pub action: String,
    /// Only what was denied.
    pub denied: bool,
    /// Only accesses.
    pub seen_only: bool,
    /// With the values of changes.
    pub values: bool,
    /// Behind these: the last change and the last access of the page before.
    pub after: (Seq, Seq),
    /// At most this many lines.
    pub limit: u16,
}
opaque!(AuditAsk);

/// Whose columns or rows a calendar has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum By {
    /// A caregiver each; nobody's visits have their own.
    Caregiver,
    /// A client each.
    Client,
}

/// Which part of a day's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardAsk {
    /// The day.
    pub day: Day,
    /// Only clients of mine.
    pub mine: bool,
    /// Whose columns.
    pub by: By,
    /// First column; nobody's comes in any case.
    pub from: u16,
    /// How many columns.
    pub count: u16,
    /// Around this person's column instead, if there is one.
    pub around: Option<Person>,
}

/// Which days to count, and which part of their rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanAsk {
    /// First day.
    pub from: Day,
    /// How many days, at most [`SPAN`].
    pub days: u8,
    /// Only clients of mine.
    pub mine: bool,
    /// Whose rows.
    pub by: By,
    /// First row.
    pub first: u32,
    /// How many rows; with none only the days are counted.
    pub rows: u16,
    /// Windows that close and credentials that run out, too.
    pub deadlines: bool,
}

/// Most days of a [`SpanAsk`]: a week is one range of the index, and a month is asked week by week.
pub const SPAN: u8 = 7;

/// Something typed and not yet saved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Which form.
    pub form: String,
    /// For whom, if known.
    pub person: Option<Person>,
    /// The alert it is about.
    pub about: Option<AlertKey>,
    /// Field and text.
    pub fields: Vec<(String, String)>,
    /// The field that had the focus.
    pub focus: u16,
    /// Last change.
    pub at: Moment,
}
opaque!(Draft);

/// What comes back for a ticket.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// A list is open.
    List(ListOpened),
    /// Rows of a list.
    Rows(Window),
    /// An answer to a question.
    Answer(Box<Answered>),
    /// Done and on disk.
    Done(Done),
    /// Somebody changed it since it was read.
    Conflict(Conflict),
    /// It does not hold: what, by which rule, and the mend.
    Problems(Vec<Problem>),
    /// Not allowed, and why.
    Denied(String),
    /// Could not be answered, and what to do.
    Failed(String),
    /// A draft is kept or forgotten.
    Drafted,
    /// All of my drafts, newest first.
    Drafts(Vec<Draft>),
    /// Who else is where I look.
    Present(Present),
    /// My screen is locked: nothing else is answered until the PIN has come.
    Locked(LockView),
    /// My screen is not locked.
    Open(LockTerms),
    /// It is noted that something leaves.
    Noted,
}
opaque!(Reply);

/// When the lock falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockTerms {
    /// After so many milliseconds without a key; 0 is never.
    pub after: i64,
    /// I have chosen a PIN.
    pub pin: bool,
}

/// Wrong PINs until it is shut for a while.
pub const TRIES: u8 = 5;

/// What opens a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockState {
    /// No PIN was chosen yet: the screen asks for one before it shows anything.
    Choose,
    /// The PIN; so many tries are left.
    Ask(u8),
    /// Too many wrong ones: nothing until then.
    Shut(Moment),
    /// What is kept of the PIN can't be read: an administrator resets it.
    Broken,
}

/// What a locked screen shows: nothing of a client, nothing of a caregiver.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockView {
    /// What opens it.
    pub state: LockState,
    /// The last try was wrong.
    pub wrong: bool,
    /// It falls after so many milliseconds without a key; 0 is never.
    pub after: i64,
    /// Agency's name.
    pub agency: String,
    /// The office's zone.
    pub zone: Zone,
    /// Who may open it.
    pub user: String,
    /// Alerts of mine by tier P1..P5.
    pub tiers: [u32; 5],
}
opaque!(LockView);

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
    /// Of [`View::Alerts`].
    Alerts(Vec<AlertRow>),
    /// Of [`View::Clients`].
    Clients(Vec<ClientRow>),
    /// Of [`View::Staff`].
    Staff(Vec<StaffRow>),
    /// Of [`View::Visits`].
    Visits(Vec<VisitRow>),
    /// Of [`View::Issues`].
    Issues(Vec<IssueRow>),
    /// Of [`View::Reassessments`].
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

/// Answers by question.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Answered {
    /// To [`Query::Header`].
    Header(Header),
    /// To [`Query::Why`]; none when the alert is gone.
    Why(Option<Why>),
    /// To [`Query::Card`].
    Card(Option<Card>),
    /// To [`Query::Codes`]: kind and code.
    Codes(Vec<(String, String)>),
    /// To [`Query::ClientPage`] and [`Query::StaffPage`].
    Page(Option<Page>),
    /// To [`Query::Board`].
    Board(Board),
    /// To [`Query::Span`].
    Span(Span),
    /// To [`Query::Find`].
    Found(Vec<Hit>),
    /// To [`Query::Numbers`].
    Numbers(Vec<Number>),
    /// To [`Query::Outcomes`]: the answers, and whether a note is needed.
    Outcomes {
        /// Outcomes to choose from, with the disposition that one records.
        choices: Vec<(String, Option<DispositionKind>)>,
        /// A word of note is needed.
        note_needed: bool,
        /// Who has not been told of it yet.
        untold: Vec<Untold>,
    },
    /// To [`Query::Colleagues`], those of my office first.
    Colleagues(Vec<Colleague>),
    /// To [`Query::OnDuty`].
    OnDuty(Vec<OnDuty>),
    /// To [`Query::Call`].
    Call(Option<LoggedCall>),
    /// To [`Query::Record`]; none where there never was one, or it is of a kind that is not edited.
    Record(Option<Box<Editable>>),
    /// To [`Query::Meanwhile`].
    Meanwhile(Meanwhile),
    /// To [`Query::Coverable`], by start.
    Coverable(Vec<VisitRow>),
    /// To [`Query::Untold`], soonest first.
    Untold(Vec<Untold>),
    /// To [`Query::Asks`], in the order of asking.
    Asks(Vec<Ask>),
    /// To [`Query::WouldBe`].
    WouldBe(WouldBe),
    /// To [`Query::Reviews`]: reviewed today, changed since, the rest.
    Reviews(Vec<ReviewPlace>),
    /// To [`Query::ReviewCard`].
    ReviewCard(Option<ReviewCard>),
    /// To [`Query::History`], oldest first.
    History(Vec<HistoryLine>),
    /// To [`Query::MyActs`], newest first.
    Acts(Vec<Act>),
    /// To [`Query::UndoNext`].
    UndoNext(Option<Act>),
    /// To [`Query::Brief`]: lines of plain text.
    Brief(Vec<String>),
    /// To [`Query::Agency`].
    Agency(AgencyFacts),
    /// To [`Query::ColumnMap`].
    ColumnMaps(Vec<SavedColumns>),
    /// Whole records.
    Exported(Vec<Exported>),
    /// Whom a source has spoken of, and behind whom the next page begins.
    SourceLines {
        /// The page.
        lines: Vec<SourceLine>,
        /// Where to go on; none at the end.
        next: Option<[u8; 16]>,
    },
    /// To [`Query::Initials`].
    Initials(InitialsPage),
    /// To [`Query::Rights`].
    Rights(Rights),
    /// To [`Query::Users`].
    Users(Vec<UserLine>),
    /// To [`Query::Audit`].
    Audit(AuditPage),
    /// To [`Query::Checkpoint`]: the text, and the code in it.
    Checkpoint {
        /// To be sent or printed.
        text: String,
        /// To be written down.
        code: String,
    },
    /// To [`Query::Removable`]: nothing when nothing is old enough.
    Removable(Option<Removable>),
}
opaque!(Answered);

/// A part of what was done and seen, in the order in which it happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The lines.
    pub lines: Vec<AuditLine>,
    /// The last change and the last access that were looked at.
    pub next: (Seq, Seq),
    /// There is more.
    pub more: bool,
}
opaque!(AuditPage);

/// Something done or seen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// When, by the service's clock.
    pub at: Moment,
    /// It was a change; otherwise an access.
    pub change: bool,
    /// Its number in its chain.
    pub seq: Seq,
    /// Who.
    pub user: String,
    /// As what; empty for changes.
    pub role: String,
    /// From where.
    pub origin: String,
    /// What was done: `opened`, `alert.take`.
    pub action: String,
    /// What kind of data: `chart`; of a change the kinds of record.
    pub category: String,
    /// About whom, by name; empty where it was about nobody.
    pub about: String,
    /// The same by kind and id.
    pub subject: String,
    /// How it ended: `done`, `denied`, `nothing`, `failed`.
    pub ending: String,
    /// How it was asked, how many rows, how often; never what was typed.
    pub detail: String,
    /// Of an access: the newest change when it was seen.
    pub saw: Seq,
    /// Of a change: record and field, before, after; empty unless asked for and allowed.
    pub values: Vec<(String, String, String)>,
}
opaque!(AuditLine);

/// What of the log may be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removable {
    /// The last entry of it.
    pub to: Seq,
    /// When that was made.
    pub newest: Moment,
    /// How many segments it fills.
    pub segments: u32,
    /// How many bytes.
    pub bytes: u64,
}

/// Part of everybody's initials.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitialsPage {
    /// Place of the first.
    pub from: u32,
    /// All of them.
    pub total: u32,
    /// These.
    pub list: Vec<Initialed>,
}
opaque!(InitialsPage);

/// Somebody's names, and the initials that stand for them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initialed {
    /// The client or caregiver, if it is one.
    pub person: Option<Person>,
    /// `R.O.`; of a client or caregiver such as nobody else of them has: `R.O.2`.
    pub initials: String,
    /// The name in lists: `Okafor, Ruth`.
    pub listed: String,
    /// The shortest one: `Okafor`.
    pub short: String,
    /// Every word of the name: `Okafor Ruth Ruthie`.
    pub words: String,
}
opaque!(Initialed);

/// What somebody may do. A screen asks it once and again when users or rules change, and keeps no rules of its own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// As what they are here.
    pub role: Role,
    /// How far they reach.
    pub scope: Scope,
    /// What they may not do, and why.
    pub denied: Vec<(Right, String)>,
    /// Fields they do not see.
    pub hidden: Vec<Group>,
    /// What emergency access lends, on the one chart that is open.
    pub lent: Vec<Right>,
    /// How long emergency access lasts, in minutes, and how many letters its reason has at least.
    pub emergency: (u16, u16),
}
opaque!(Rights);

impl Rights {
    /// Why this may not be done.
    pub fn denial(&self, right: Right) -> Option<&str> {
        self.denied.iter().find(|(r, _)| *r == right).map(|(_, why)| why.as_str())
    }
}

/// Somebody with a login.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserLine {
    /// Who.
    pub user: UserId,
    /// The Unix login.
    pub login: String,
    /// Its user id.
    pub uid: u32,
    /// The name that colleagues read.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// How far they reach.
    pub scope: Scope,
    /// Their office's name.
    pub office: String,
    /// May log in.
    pub active: bool,
}
opaque!(UserLine);

/// A chart that stands open in an emergency.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChart {
    /// Whose.
    pub client: ClientId,
    /// Her name.
    pub name: String,
    /// Until when.
    pub until: Moment,
}
opaque!(OpenChart);

/// Somebody to pass an alert to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Who.
    pub user: UserId,
    /// `R. Patel`.
    pub name: String,
    /// `coordinator`, with the office when it is another.
    pub role: String,
}
opaque!(Colleague);

/// A supervisor, or whoever is on call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDuty {
    /// `M. Manager`.
    pub name: String,
    /// `manager`, `on-call`.
    pub role: String,
    /// They have caseload open now.
    pub connected: bool,
    /// Their numbers, in full; empty when none is recorded.
    pub numbers: Vec<String>,
}
opaque!(OnDuty);

/// A logged call as it stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedCall {
    /// Which; after an amendment the amendment's.
    pub id: CommunicationId,
    /// The person it was about.
    pub person: Option<Person>,
    /// With whom.
    pub with: String,
    /// How it went.
    pub result: CallResult,
    /// What was said.
    pub note: String,
    /// When it happened.
    pub happened: Moment,
    /// Who logged it.
    pub by: String,
}
opaque!(LoggedCall);

/// A record as it is edited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editable {
    /// Kind.
    pub kind: Kind,
    /// Id.
    pub id: [u8; 16],
    /// The revision that stands.
    pub rev: u64,
    /// What it is called: `Okafor, Ruth`, `Grace Adeyemi, daughter`.
    pub title: String,
    /// Whose it is: the client or caregiver herself, or the one it is about.
    pub person: Option<Person>,
    /// The alert of an issue.
    pub key: Option<AlertKey>,
    /// The fields that are edited by hand, as they stand.
    pub fields: Fields,
    /// Those that whoever asks may not change, and why.
    pub fixed: Vec<(String, String)>,
    /// Why nothing of it can be changed any more: `entered in error by R. Patel 08:12`.
    pub gone: Option<String>,
    /// What was changed after the revision that was asked about, a field each.
    pub since: Vec<FieldChange>,
}
opaque!(Editable);

/// What colleagues did lately about something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meanwhile {
    /// A line each: `R. Patel has it since 08:12`.
    pub lines: Vec<String>,
    /// It is over, by whom and when: `finished by R. Patel 08:12: settled`.
    pub gone: Option<String>,
}
opaque!(Meanwhile);

/// A field that somebody changed meanwhile.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which.
    pub field: String,
    /// Its value (as JSON) before.
    pub before: String,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Moment,
}
opaque!(FieldChange);

/// A saved column map.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedColumns {
    /// Its name.
    pub name: String,
    /// What the list holds.
    pub list: String,
    /// Heading and field.
    pub columns: Vec<(String, String)>,
}
opaque!(SavedColumns);

/// The header's facts.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Agency's name.
    pub agency: String,
    /// The office's zone.
    pub zone: Zone,
    /// Alerts of mine by tier P1..P5.
    pub tiers: [u32; 5],
    /// Visits of the next 24 h whose person has not said yes.
    pub uncovered: u32,
    /// The newest clock-in from a clock-in source.
    pub newest_clock_in: Option<Moment>,
    /// Who is asking.
    pub user: String,
    /// The triage policy's name, and whether a clinical lead has signed it.
    pub policy: (String, bool),
    /// Nothing in here is real.
    pub demo: bool,
    /// As of this commit.
    pub seq: Seq,
    /// Drafts kept.
    pub drafts: u16,
    /// The next instant at which something here changes by itself (the lists must be asked again then).
    pub next_change: Option<Moment>,
    /// Active clients of mine.
    pub clients: u32,
    /// All records of the agency are missing: the first day.
    pub first_day: bool,
    /// Why nothing is saved at the moment (the disk is nearly full, the store is read-only); empty when all is well.
    pub unsaved: String,
    /// Charts that whoever asks has open in an emergency.
    pub emergencies: Vec<OpenChart>,
}
opaque!(Header);

/// Why an alert stands where it stands.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// Which.
    pub key: AlertKey,
    /// Tier now.
    pub tier: u8,
    /// Full identification of the person: name, DOB, MRN tail.
    pub person: String,
    /// What it is, in a sentence.
    pub headline: String,
    /// The rule has a floor.
    pub floor: bool,
    /// Label and text: Rule, Facts, First, Clock, Then, Lower it, Source — in the order to show.
    pub lines: Vec<(String, String)>,
}
opaque!(Why);

/// A question that a new issue asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Its name in the rules: `head_strike`.
    pub name: String,
    /// `Head hit anything?`
    pub question: String,
    /// What may be answered.
    pub answers: AskAnswers,
    /// The kinds of issue that ask it; empty for all.
    pub kinds: Vec<IssueKind>,
}

/// What may be answered to a question of a new issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AskAnswers {
    /// One of these words, by one key.
    Words(Vec<String>),
    /// A number.
    Number,
    /// A telephone number.
    Phone,
    /// A few words.
    Text,
}

/// Where an issue would stand.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WouldBe {
    /// About whom it was asked.
    pub person: Option<Person>,
    /// Of which kind.
    pub kind: IssueKind,
    /// Its alert, unless no rule makes one of it.
    pub judged: Option<Judged>,
    /// What her record says to a question: its name, in words, and whether that answers it.
    pub known: Vec<(String, String, bool)>,
}
opaque!(WouldBe);

/// An alert that would be.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// 1–5.
    pub tier: u8,
    /// The rule that sets it.
    pub rule: String,
    /// What it is, in a sentence.
    pub headline: String,
    /// What to do first.
    pub first: String,
}
opaque!(Judged);

/// The info card: what is needed with a phone at the ear, always in this order.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Whose.
    pub person: Person,
    /// `Okafor, Ruth “Ruthie”`.
    pub title: String,
    /// `DOB 12 Jun 1941  84 F  MRN 004217`.
    pub identifiers: String,
    /// DNR and where the paper is; anticoagulant, insulin, oxygen, allergies.
    pub warnings: Vec<String>,
    /// Label, text, number.
    pub lines: Vec<CardLine>,
    /// People who look or sound alike, with their identifiers.
    pub alike: Vec<String>,
}
opaque!(Card);

/// One line of a card or page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardLine {
    /// Label: `Here now`, `Family`.
    pub label: String,
    /// Text.
    pub text: String,
    /// A phone number, never shortened.
    pub number: String,
    /// Severity that colours it (1–5), or 0.
    pub tier: u8,
}
opaque!(CardLine);

/// A page of sections.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Whose.
    pub person: Person,
    /// `Okafor, Ruth “Ruthie” · 12 Jun 1941 · 84 F · MRN 004217`.
    pub title: String,
    /// Lines under the title: level, living, directives, warnings, SOC and period.
    pub summary: Vec<String>,
    /// Sections.
    pub sections: Vec<Section>,
    /// Revision of the person's record.
    pub rev: u64,
}
opaque!(Page);

/// A section of a page.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub lines: Vec<SectionLine>,
}
opaque!(Section);

/// One line of a section.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SectionLine {
    /// What it shows.
    pub line: CardLine,
    /// The alert that acting keys mean here.
    pub key: Option<AlertKey>,
    /// The record whose history it has.
    pub record: Option<(Kind, [u8; 16])>,
    /// Somebody else that it names: Enter opens their page.
    pub person: Option<Person>,
}
opaque!(SectionLine);

/// Where a client stands in a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewStanding {
    /// Reviewed today, and nothing has changed since.
    Done,
    /// Changed since my last review, or never reviewed.
    Changed,
    /// Reviewed before today, and nothing has changed since.
    Rest,
}

/// A client of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPlace {
    /// Who.
    pub client: ClientId,
    /// Where she stands.
    pub standing: ReviewStanding,
    /// The newest commit that brought news of her, or 0.
    pub changed: Seq,
}

/// The review card of a client: changed since my last review, next clocks, uncovered visits, who has not been told,
/// promises.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewCard {
    /// As of this commit.
    pub seen: Seq,
    /// The card.
    pub page: Page,
}
opaque!(ReviewCard);

/// A day's visits by caregiver or client.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The day.
    pub day: Day,
    /// Whose columns.
    pub by: By,
    /// Visits of the day that the filter shows.
    pub total: u32,
    /// All columns.
    pub columns: u16,
    /// Place of the first column.
    pub from: u16,
    /// The columns; nobody's comes last, whatever part was asked for.
    pub list: Vec<BoardColumn>,
}
opaque!(Board);

/// One caregiver's or client's day.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct BoardColumn {
    /// Who; none is nobody.
    pub person: Option<Person>,
    /// Shortest unique name, or `nobody`.
    pub name: String,
    /// Called out, or called out on.
    pub out: bool,
    /// Visits by start.
    pub visits: Vec<VisitRow>,
}
opaque!(BoardColumn);

/// Some days, counted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Each day.
    pub days: Vec<DayCount>,
    /// More visits than are counted in one answer: the counts are the least there are.
    pub cut: bool,
    /// The last day up to which every deadline is known, if they were asked for.
    pub deadlines_to: Option<Day>,
    /// All rows.
    pub total: u32,
    /// Place of the first row.
    pub first: u32,
    /// The rows: nobody's, then who has trouble, then by name.
    pub rows: Vec<SpanRow>,
}
opaque!(Span);

/// One day, counted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day.
    pub day: Day,
    /// Its visits.
    pub visits: VisitCounts,
    /// Of these, still to happen without a yes from everybody they need.
    pub uncovered: u32,
    /// What has its last day then, and how often.
    pub deadlines: Vec<(AlertSource, u32)>,
}
opaque!(DayCount);

/// Somebody's days, counted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SpanRow {
    /// Who; none is nobody.
    pub person: Option<Person>,
    /// Shortest unique name, or `nobody`.
    pub name: String,
    /// Visits of each day.
    pub days: Vec<VisitCounts>,
    /// Minutes that stand of these days (cancelled, missed and called-out visits do not count).
    pub minutes: u32,
}
opaque!(SpanRow);

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HitKind {
    /// A client.
    Client,
    /// A caregiver.
    Staff,
    /// A family member or other contact; opens her client.
    Contact,
    /// A physician; opens her client.
    Physician,
    /// An open issue that somebody is in; opens at it.
    Issue,
    /// A visit around today that somebody is in; opens at it.
    Visit,
}

impl HitKind {
    /// It is somebody, not something that somebody is in.
    pub fn is_person(self) -> bool {
        !matches!(self, Self::Issue | Self::Visit)
    }
}

/// Something found.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// What.
    pub kind: HitKind,
    /// The page it opens.
    pub person: Person,
    /// Name.
    pub name: String,
    /// What tells it apart: DOB, MRN tail, status, relation, what she may hear.
    pub detail: String,
    /// First number.
    pub number: String,
    /// The alert that the page opens at.
    pub key: Option<AlertKey>,
    /// The record whose line the page opens at: a contact, a visit.
    pub record: Option<(Kind, [u8; 16])>,
}
opaque!(Hit);

/// A number to call.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// `Grace Adeyemi, daughter`.
    pub who: String,
    /// The contact, if it is one.
    pub contact: Option<ContactId>,
    /// The caregiver, if it is one.
    pub staff: Option<StaffId>,
    /// The number, in full.
    pub number: String,
    /// Its kind.
    pub kind: String,
    /// `may hear all`, `may hear nothing`; empty for staff.
    pub share: String,
    /// Last reached.
    pub last: Option<Moment>,
    /// Why not now: `not before 07:00`.
    pub caution: String,
}
opaque!(Number);

/// Somebody who has not been told of something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untold {
    /// Of which issue.
    pub key: AlertKey,
    /// `Dr. Alder, PCP`; `R. Patel, supervisor`; `no physician recorded`.
    pub who: String,
    /// The contact, if it is one.
    pub contact: Option<ContactId>,
    /// Their first number, in full.
    pub number: String,
    /// What they may hear; empty for colleagues.
    pub share: String,
    /// Of what: `fall 07:58`.
    pub what: String,
    /// By when.
    pub due: Moment,
}
opaque!(Untold);

/// One revision of a record.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The commit.
    pub seq: Seq,
    /// The revision it made.
    pub rev: u64,
    /// When it was entered.
    pub at: Moment,
    /// By whom.
    pub who: String,
    /// What they did: `took it`, `logged a call`.
    pub what: String,
    /// Changed fields: name, before, after.
    pub fields: Vec<(String, String, String)>,
}
opaque!(HistoryLine);

/// One of my acts.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// The commit.
    pub seq: Seq,
    /// When.
    pub at: Moment,
    /// What, for whom: `Okafor, Ruth: taken`.
    pub what: String,
    /// Taken back already.
    pub undone: bool,
    /// Why it cannot be taken back now (told outside, somebody built on it).
    pub refused: Option<String>,
    /// It took something back: undoing it brings that back.
    pub redo: bool,
    /// The call it logged: that is amended instead.
    pub call: Option<CommunicationId>,
    /// Whom undoing it makes a call-back task for, because they were told since.
    pub tells: Vec<String>,
}
opaque!(Act);

/// The agency.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AgencyFacts {
    /// Name.
    pub name: String,
    /// Zone.
    pub zone: Zone,
    /// client, patient …
    pub noun: String,
    /// Records by kind.
    pub counts: Vec<(Kind, u64)>,
    /// The adopted policy's name and version.
    pub policy: (String, String),
    /// Who is asking.
    pub user: String,
    /// Made by the demo.
    pub demo: bool,
}
opaque!(AgencyFacts);

/// Done and on disk.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The commit; 0 when nothing had to change.
    pub seq: Seq,
    /// What was done, for a toast: `Taken: Okafor, Ruth`.
    pub summary: String,
    /// It can be undone.
    pub undoable: bool,
    /// Ids of the records made, in order.
    pub created: Vec<[u8; 16]>,
    /// What an import did with each of its records.
    pub imported: Vec<Imported>,
    /// What a batch undo left alone and why.
    pub left_alone: Vec<String>,
    /// Of several alerts, those that it could not be done to, and why.
    pub refused: Vec<(AlertKey, String)>,
}
opaque!(Done);

/// What an import did with one record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Imported {
    /// Made.
    Created,
    /// Changed.
    Updated,
    /// As it was.
    Unchanged,
    /// A change made here stays: the fields.
    KeptLocal(Vec<String>),
    /// Not taken: field and reason.
    Rejected {
        /// The field.
        field: String,
        /// Why.
        why: String,
    },
    /// Taken, though a record it names was not found: field and identifier.
    Dangling {
        /// Made (true) or changed (false).
        created: bool,
        /// The fields.
        fields: Vec<String>,
    },
}
opaque!(Imported);

/// Somebody changed it since it was read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Kind.
    pub kind: Kind,
    /// Id.
    pub id: [u8; 16],
    /// Who changed it and when.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The fields that both changed.
    pub fields: Vec<Clashing>,
    /// The revision that stands.
    pub rev: u64,
}
opaque!(Conflict);

/// A field that both changed, with its values as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clashing {
    /// Which.
    pub field: String,
    /// The one before, that both saw.
    pub before: String,
    /// Theirs, that stands now.
    pub theirs: String,
    /// Mine, that was not saved.
    pub mine: String,
    /// Who changed it.
    pub by: String,
    /// When.
    pub at: Moment,
}
opaque!(Clashing);

/// What does not hold.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The rule: `snooze.crosses_breach`.
    pub rule: String,
    /// The field it is about, or empty.
    pub field: String,
    /// In words, with the mend.
    pub text: String,
}
opaque!(Problem);

/// Something changed: who is looking asks again for what is on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The commit; a gap means that some were missed.
    pub seq: Seq,
    /// Who did it.
    pub actor: UserId,
    /// The kinds touched.
    pub kinds: Vec<Kind>,
    /// The people touched.
    pub persons: Vec<Person>,
}

/// What a client hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// The reply to a ticket.
    Reply(Ticket, Reply),
    /// Something changed.
    Change(Change),
    /// Somebody came to where this session is, or left it.
    Present(Present),
    /// I am locked, by the time or from another session of mine: said once, instead of what would have been told.
    Locked,
    /// More changed than was kept for this client: everything is to be asked again.
    Resync,
    /// The server is away and is being looked for; what was sent is under way still and is answered when it is back.
    Offline(String),
    /// The server is there again. Lists that were open are not known to it. What it had to mend, or nothing.
    Online(String),
    /// The service is gone for good; what is on the screen may be old, and what was sent is not answered.
    Gone(String),
}

/// A way to the service. Never blocks and never answers by itself.
pub trait Backend: Send {
    /// Sends a request; its reply comes through the channel as [`Heard::Reply`] with the same ticket.
    fn send(&self, ticket: Ticket, request: Request);
}

/// The source word of a key, for rows that are not in the book any more.
pub fn source_word(source: AlertSource) -> &'static str {
    source.word()
}
