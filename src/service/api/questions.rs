//! What may be asked: lists, and questions with one answer.

use super::day_plan::PlanAsk;
use super::reschedule::VisitChange;
use super::storm::{RosterAsk, StormAsk};
use super::{NewIssue, Person, Seq, SheetAsk};
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, CommunicationId, SeriesId, StaffId, UserId, VisitId};
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::domain::time::{Day, Moment};
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

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
        /// Only these.
        only: VisitFilter,
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
    /// The open visits of some days, as one page to work through: a call-out that nobody told.
    OpenShifts {
        /// First day.
        day: Day,
        /// How many days, 1 to 14.
        days: u8,
        /// My clients' alone.
        mine: bool,
    },
    /// A day or a week planned as a whole, as far as the search has come.
    PlanDay(PlanAsk),
    /// What follows when a client is not visited: who is on the way, whom to tell, the steps at a closed door.
    Ahead {
        /// Who.
        client: ClientId,
        /// At which visit, where it is one.
        visit: Option<VisitId>,
    },
    /// A caregiver's call-out of a day, with all that follows from it.
    CallOut {
        /// Who called out.
        staff: StaffId,
        /// A day of it.
        day: Day,
    },
    /// Who could go to a visit, the best first.
    Candidates(VisitId),
    /// A series as it is changed.
    Series(SeriesId),
    /// What would come of a change of a visit: asked while it is in the hand.
    TryChange {
        /// Which.
        visit: VisitId,
        /// What; none asks how it stands.
        change: Option<VisitChange>,
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
    /// Clock-ins of visit verification with something wrong, those that lock soonest first.
    EvvExceptions,
    /// All whole records of a kind that stand and are reached, for a file that leaves the agency, in pages.
    ExportAll {
        /// Authorizations, times off, holds, pairings, appointments, positions or known ways.
        kind: Kind,
        /// Behind this one of the last page; zeros at first.
        after: [u8; 16],
    },
    /// Somebody's visits of some days, to be looked at, printed or written to a file.
    Sheet(SheetAsk),
    /// The storm that runs, with whom it touches in the order of calling.
    Storm(StormAsk),
    /// One client of it, with all that a call to her needs.
    StormClient(ClientId),
    /// Everybody in the order of calling, for paper or a file.
    Roster(RosterAsk),
    /// Lets a search go on, and answers how far it has come. What it found is asked for as before.
    GoOn {
        /// Which.
        token: u64,
        /// For so many steps; what would hold others up is left for the next time.
        steps: u32,
    },
    /// The file of these rules that the agency adopted last: `triage`.
    AdoptedRules(String),
}
opaque!(Query);

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
    /// The newest first, and accesses alone: each page goes on before the last access of the page before, the first one
    /// (of which that is 0) from the end.
    pub newest: bool,
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

/// Which visits a calendar shows, of those that are mine or everybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct VisitFilter {
    /// Only those that nobody has said yes to.
    pub open: bool,
    /// Only of clients of my office.
    pub office: bool,
    /// Only of this discipline.
    pub discipline: Option<Discipline>,
    /// Only of clients whose coordinator or stand-in this colleague is.
    pub team: Option<UserId>,
}

impl VisitFilter {
    /// In words, or empty: `open · RN · my office · J. Alvarez`, the last the name of the team's coordinator.
    pub fn words(self, team: &str) -> String {
        let parts = [
            self.open.then_some("open"),
            self.discipline.map(Discipline::word),
            self.office.then_some("my office"),
            self.team.map(|_| team),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Which part of a day's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardAsk {
    /// The day.
    pub day: Day,
    /// Only clients of mine.
    pub mine: bool,
    /// Only these.
    pub only: VisitFilter,
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
    /// Only these.
    pub only: VisitFilter,
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
