//! Answers by question, and what is in the small ones.

use super::away::Ahead;
use super::coverage::{CallOutView, CandidateRow};
use super::day_plan::{DayPlan, PlanSearch};
use super::reschedule::Tried;
use super::storm::{RosterPage, StormClient, StormView};
use super::{
    AuditPage, Board, Card, Page, Person, Removable, ReviewCard, ReviewPlace, Seq, SeriesView, Sheet, Span, VisitRow,
    Why,
};
use crate::domain::attention::AlertKey;
use crate::domain::communication::CallResult;
use crate::domain::fields::Fields;
use crate::domain::ids::{ClientId, ClockingId, CommunicationId, ContactId, StaffId, UserId, VisitId};
use crate::domain::issue::{DispositionKind, IssueKind};
use crate::domain::reach::Scope;
use crate::domain::record::Kind;
use crate::domain::time::{Day, Moment, Zone};
use crate::domain::user::Role;
use crate::domain::words::opaque;
use crate::rules::roles::{Group, Right};
use serde::{Deserialize, Serialize};

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

/// Answers by question.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Answered {
    /// To [`Query::Header`](super::Query::Header).
    Header(Header),
    /// To [`Query::Why`](super::Query::Why); none when the alert is gone.
    Why(Option<Why>),
    /// To [`Query::Card`](super::Query::Card).
    Card(Option<Card>),
    /// To [`Query::Codes`](super::Query::Codes): kind and code.
    Codes(Vec<(String, String)>),
    /// To [`Query::ClientPage`](super::Query::ClientPage) and [`Query::StaffPage`](super::Query::StaffPage).
    Page(Option<Page>),
    /// To [`Query::Board`](super::Query::Board).
    Board(Board),
    /// To [`Query::Span`](super::Query::Span).
    Span(Span),
    /// To [`Query::Find`](super::Query::Find).
    Found(Vec<Hit>),
    /// To [`Query::Numbers`](super::Query::Numbers).
    Numbers(Vec<Number>),
    /// To [`Query::CallOut`](super::Query::CallOut); none when nobody has called out then.
    CallOut(Option<CallOutView>),
    /// To [`Query::Candidates`](super::Query::Candidates).
    Candidates(Vec<CandidateRow>),
    /// To [`Query::TryChange`](super::Query::TryChange).
    Tried(Box<Tried>),
    /// To [`Query::Outcomes`](super::Query::Outcomes): the answers, and whether a note is needed.
    Outcomes {
        /// Outcomes to choose from, with the disposition that one records.
        choices: Vec<(String, Option<DispositionKind>)>,
        /// A word of note is needed.
        note_needed: bool,
        /// Who has not been told of it yet.
        untold: Vec<Untold>,
    },
    /// To [`Query::Colleagues`](super::Query::Colleagues), those of my office first.
    Colleagues(Vec<Colleague>),
    /// To [`Query::OnDuty`](super::Query::OnDuty).
    OnDuty(Vec<OnDuty>),
    /// To [`Query::Call`](super::Query::Call).
    Call(Option<LoggedCall>),
    /// To [`Query::Record`](super::Query::Record); none where there never was one, or it is of a kind that is not edited.
    Record(Option<Box<Editable>>),
    /// To [`Query::Meanwhile`](super::Query::Meanwhile).
    Meanwhile(Meanwhile),
    /// To [`Query::Coverable`](super::Query::Coverable), by start.
    Coverable(Vec<VisitRow>),
    /// To [`Query::PlanDay`](super::Query::PlanDay).
    DayPlan(Box<DayPlan>),
    /// To [`Query::GoOn`](super::Query::GoOn); none where something has changed that the search depended on.
    GoneOn(Option<PlanSearch>),
    /// To [`Query::Series`](super::Query::Series); none when it is not there any more.
    Series(Option<Box<SeriesView>>),
    /// To [`Query::Ahead`](super::Query::Ahead).
    Ahead(Ahead),
    /// To [`Query::Untold`](super::Query::Untold), soonest first.
    Untold(Vec<Untold>),
    /// To [`Query::Asks`](super::Query::Asks), in the order of asking.
    Asks(Vec<Ask>),
    /// To [`Query::WouldBe`](super::Query::WouldBe).
    WouldBe(WouldBe),
    /// To [`Query::Reviews`](super::Query::Reviews): reviewed today, changed since, the rest.
    Reviews(Vec<ReviewPlace>),
    /// To [`Query::ReviewCard`](super::Query::ReviewCard).
    ReviewCard(Option<ReviewCard>),
    /// To [`Query::History`](super::Query::History), oldest first.
    History(Vec<HistoryLine>),
    /// To [`Query::MyActs`](super::Query::MyActs), newest first.
    Acts(Vec<Act>),
    /// To [`Query::UndoNext`](super::Query::UndoNext).
    UndoNext(Option<Act>),
    /// To [`Query::Brief`](super::Query::Brief): lines of plain text.
    Brief(Vec<String>),
    /// To [`Query::Agency`](super::Query::Agency).
    Agency(AgencyFacts),
    /// To [`Query::ColumnMap`](super::Query::ColumnMap).
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
    /// To [`Query::Initials`](super::Query::Initials).
    Initials(InitialsPage),
    /// To [`Query::Rights`](super::Query::Rights).
    Rights(Rights),
    /// To [`Query::Users`](super::Query::Users).
    Users(Vec<UserLine>),
    /// To [`Query::Audit`](super::Query::Audit).
    Audit(AuditPage),
    /// To [`Query::Checkpoint`](super::Query::Checkpoint): the text, and the code in it.
    Checkpoint {
        /// To be sent or printed.
        text: String,
        /// To be written down.
        code: String,
    },
    /// To [`Query::Removable`](super::Query::Removable): nothing when nothing is old enough.
    Removable(Option<Removable>),
    /// To [`Query::EvvExceptions`](super::Query::EvvExceptions).
    EvvExceptions(EvvQueue),
    /// To [`Query::ExportAll`](super::Query::ExportAll).
    ExportedAll {
        /// The page.
        records: Vec<Exported>,
        /// Where to go on; none at the end.
        next: Option<[u8; 16]>,
    },
    /// To [`Query::Sheet`](super::Query::Sheet).
    Sheet(Sheet),
    /// To [`Query::Storm`](super::Query::Storm).
    Storm(Box<StormView>),
    /// To [`Query::StormClient`](super::Query::StormClient); none when there is no such client.
    StormClient(Option<Box<StormClient>>),
    /// To [`Query::Roster`](super::Query::Roster).
    Roster(Box<RosterPage>),
    /// To [`Query::AdoptedRules`](super::Query::AdoptedRules); none where the shipped ones hold as they are.
    AdoptedRules(Option<AdoptedRules>),
}
opaque!(Answered);

/// A rule file that the agency adopted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedRules {
    /// The agency's word for it.
    pub version: String,
    /// The clinical lead who signed it, if one did.
    pub signed_by: String,
    /// Its full text.
    pub text: String,
}
opaque!(AdoptedRules);

/// Clock-ins with something wrong, and what they are resolved with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvvQueue {
    /// What locks first, first; what is locked already last.
    pub list: Vec<EvvException>,
    /// The reasons with which one is resolved.
    pub reasons: Vec<EvvReason>,
    /// The newest clock-in or clock-out of all, if any has come lately.
    pub newest: Option<Moment>,
}
opaque!(EvvQueue);

/// Why a clock-in is right all the same.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvvReason {
    /// Its code.
    pub code: String,
    /// In words.
    pub say: String,
    /// A word of note is needed with it.
    pub note: bool,
}
opaque!(EvvReason);

/// A clock-in with something wrong.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvvException {
    /// Which.
    pub id: ClockingId,
    /// The visit that it proves, once matched.
    pub visit: Option<VisitId>,
    /// That visit: `Mon 2 Mar 09:00, Santos, Maria`; empty where none was found.
    pub visit_words: String,
    /// Elements that the source does not have.
    pub missing: Vec<String>,
    /// End, if the source said it.
    pub until: Option<Moment>,
    /// Whose visit.
    pub client: ClientId,
    /// Her name.
    pub name: String,
    /// Who clocked in, if the source said it.
    pub staff: String,
    /// Begin, or end where no begin is known.
    pub at: Option<Moment>,
    /// Its code.
    pub code: String,
    /// What is wrong, in words, with the elements that are missing.
    pub say: String,
    /// What is done about it.
    pub mend: String,
    /// The last day on which it can be mended.
    pub locks: Option<Day>,
}
opaque!(EvvException);

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
    /// The login is in use from two places now.
    pub shared: bool,
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
    /// What whoever asks is to know of the agency itself: what a start found and mended, a login that is shared.
    pub notes: Vec<String>,
    /// The storm that runs here, or empty.
    pub storm: String,
}
opaque!(Header);

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
