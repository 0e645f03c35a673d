//! Visits: what was planned, who said yes, what happened.

use super::ids::{ClientId, StaffId};
use super::record::{Owner, body};
use super::staff::Discipline;
use super::text::Text;
use super::time::{Civil, MINUTE, Moment};
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where a visit stands.
    VisitState {
        Planned = "planned",
        Confirmed = "confirmed",
        InProgress = "in progress",
        Done = "done",
        Late = "late",
        Missed = "missed",
        CalledOut = "called out",
        Cancelled = "cancelled",
    }
}

impl VisitState {
    /// Whether a visit may go from here to there.
    pub fn may_become(self, to: Self) -> bool {
        use VisitState::{CalledOut, Cancelled, Confirmed, Done, InProgress, Late, Missed, Planned};
        match self {
            Planned | Confirmed | Late => to != self,
            InProgress => matches!(to, Done | Cancelled | Planned),
            CalledOut => matches!(to, Planned | Confirmed | Missed | Cancelled | InProgress | Done),
            Missed => matches!(to, Planned | Done | InProgress | Cancelled),
            Done => matches!(to, InProgress),
            Cancelled => matches!(to, Planned | Confirmed),
        }
    }

    /// Still has to happen.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Confirmed | Self::Late | Self::CalledOut | Self::InProgress)
    }
}

words! {
    /// What the person for this visit has said. Covered means yes (or told), nothing less.
    Answer {
        Nobody = "nobody",
        Planned = "planned",
        Asked = "asked",
        Yes = "yes",
        No = "no",
        NoAnswer = "no answer",
        LeftMessage = "left message",
        Told = "told",
    }
}

words! {
    /// Where an actual time comes from. Presence is never inferred.
    Source { Evv = "EVV", Phone = "phone", Import = "import", Office = "office" }
}

words! {
    /// Where the note of a visit stands.
    NoteStatus { None = "none", Started = "started", Complete = "complete", Signed = "signed", Late = "late" }
}

/// A time that was said or measured, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actual {
    /// When.
    pub at: Moment,
    /// On what word.
    pub source: Source,
}

/// How a visit is shown and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitMark {
    /// Somebody is there, on a source's word.
    There,
    /// Done.
    Done,
    /// Planned.
    Planned,
    /// Called out.
    Out,
    /// Nobody goes.
    Nobody,
    /// Late or missed.
    Late,
    /// Cancelled by the client.
    Cancelled,
}

impl VisitMark {
    /// All of them, in the order of the legend.
    pub const ALL: [Self; 7] =
        [Self::There, Self::Done, Self::Planned, Self::Out, Self::Nobody, Self::Late, Self::Cancelled];

    /// The mark of a visit. Presence needs a source: without one it is only planned.
    pub fn of(state: VisitState, answer: Answer, has_staff: bool, has_source: bool) -> Self {
        match state {
            VisitState::Done => Self::Done,
            VisitState::Late | VisitState::Missed => Self::Late,
            VisitState::CalledOut => Self::Out,
            VisitState::Cancelled => Self::Cancelled,
            VisitState::InProgress if has_source => Self::There,
            _ if !has_staff || answer == Answer::Nobody => Self::Nobody,
            _ => Self::Planned,
        }
    }

    /// Its word in the legend.
    pub const fn word(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Done => "done",
            Self::Planned => "planned",
            Self::Nobody => "nobody",
            Self::Out => "out",
            Self::Late => "late",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Visits counted by their mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VisitCounts([u32; 7]);

impl VisitCounts {
    /// One more.
    pub fn add(&mut self, mark: VisitMark) {
        self.0[mark as usize] += 1;
    }

    /// How many have this mark.
    pub fn of(&self, mark: VisitMark) -> u32 {
        self.0[mark as usize]
    }

    /// All of them.
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }
}

/// A visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Client.
    pub client: ClientId,
    /// Discipline that it needs.
    pub discipline: Discipline,
    /// What is done: `insulin`, `bath`, `recert`.
    pub service: Text<80>,
    /// Planned start.
    pub start: Civil,
    /// Planned length in minutes.
    pub minutes: u16,
    /// Who goes, if anybody.
    pub staff: Option<StaffId>,
    /// The second person of a two-person visit.
    pub second: Option<StaffId>,
    /// What they said.
    pub answer: Answer,
    /// Where it stands.
    pub state: VisitState,
    /// Why it was called out, missed or cancelled.
    pub reason: Text<200>,
    /// When the caregiver called out, if so.
    pub called_out_at: Option<Moment>,
    /// Who called out: stays when somebody else has said yes since.
    pub called_out_by: Option<StaffId>,
    /// Arrived.
    pub arrived: Option<Actual>,
    /// Left.
    pub left: Option<Actual>,
    /// Its note.
    pub note: NoteStatus,
    /// Imported with a date before the import: raises no alert.
    pub history: bool,
}

impl Visit {
    /// A planned visit with nobody on it.
    pub fn new(client: ClientId, discipline: Discipline, start: Civil, minutes: u16) -> Self {
        Self {
            client,
            discipline,
            service: Text::default(),
            start,
            minutes,
            staff: None,
            second: None,
            answer: Answer::Nobody,
            state: VisitState::Planned,
            reason: Text::default(),
            called_out_at: None,
            called_out_by: None,
            arrived: None,
            left: None,
            note: NoteStatus::None,
            history: false,
        }
    }

    /// Planned end.
    pub fn end(&self) -> Moment {
        self.start.moment().plus(i64::from(self.minutes) * MINUTE)
    }

    /// Somebody has said yes.
    pub fn is_covered(&self) -> bool {
        self.staff.is_some()
            && self.state != VisitState::CalledOut
            && matches!(self.answer, Answer::Yes | Answer::Told | Answer::Planned)
    }
}

/// A hospital stay or an emergency-room visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// Client.
    pub client: ClientId,
    /// Where.
    pub facility: Text<120>,
    /// Since.
    pub from: Moment,
    /// Until, when it is over.
    pub until: Option<Moment>,
    /// Admitted as an inpatient (only then do the transfer and ROC clocks run: 42 CFR 484.55(d)(2)).
    pub inpatient: bool,
    /// Back in the home at this instant.
    pub home_at: Option<Moment>,
    /// Imported with a date before the import.
    pub history: bool,
}

body!(Visit: VisitId => |visit, _| Owner::Client(visit.client), Stay: StayId => |stay, _| Owner::Client(stay.client));
