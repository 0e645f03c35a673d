//! Visits: what was planned, who said yes, what happened.

use super::ids::{ClientId, SeriesId, StaffId, VisitId};
use super::record::{Body, Kind, OlderBytes, Owner, body};
use super::staff::Discipline;
use super::text::Text;
use super::time::{Civil, Day, MINUTE, Moment};
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

    /// Its word to somebody who reads it: what is confirmed is what the person has said yes to. Files and lenses keep
    /// their own word.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Confirmed => "said yes",
            other => other.word(),
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

/// What a series gives each of its visits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Planned start.
    pub start: Civil,
    /// Planned length in minutes.
    pub minutes: u16,
    /// Discipline.
    pub discipline: Discipline,
    /// What is done.
    pub service: Text<80>,
    /// Who goes.
    pub staff: Option<StaffId>,
    /// The second person.
    pub second: Option<StaffId>,
}

/// Where a visit comes from: one occurrence of a series.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromSeries {
    /// Which series.
    pub series: SeriesId,
    /// The day that the rule has for it.
    pub day: Day,
    /// The minute that the rule has for it.
    pub minute: u16,
    /// What the series gave it: a visit that has something else was changed by hand.
    pub given: Given,
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
    /// The occurrence of a series that it was made for, if any.
    pub series: Option<FromSeries>,
}

/// A visit as it was kept before there were series.
#[derive(Deserialize)]
struct VisitV1 {
    client: ClientId,
    discipline: Discipline,
    service: Text<80>,
    start: Civil,
    minutes: u16,
    staff: Option<StaffId>,
    second: Option<StaffId>,
    answer: Answer,
    state: VisitState,
    reason: Text<200>,
    called_out_at: Option<Moment>,
    called_out_by: Option<StaffId>,
    arrived: Option<Actual>,
    left: Option<Actual>,
    note: NoteStatus,
    history: bool,
}

impl From<VisitV1> for Visit {
    fn from(old: VisitV1) -> Self {
        Self {
            client: old.client,
            discipline: old.discipline,
            service: old.service,
            start: old.start,
            minutes: old.minutes,
            staff: old.staff,
            second: old.second,
            answer: old.answer,
            state: old.state,
            reason: old.reason,
            called_out_at: old.called_out_at,
            called_out_by: old.called_out_by,
            arrived: old.arrived,
            left: old.left,
            note: old.note,
            history: old.history,
            series: None,
        }
    }
}

impl Body for Visit {
    const KIND: Kind = Kind::Visit;
    const SCHEMA: u16 = 2;
    type Id = VisitId;

    fn owner(&self, _: VisitId) -> Owner {
        Owner::Client(self.client)
    }

    fn upgrade(schema: u16, bytes: impl OlderBytes) -> Option<Self> {
        match schema {
            1 => bytes.read::<VisitV1>().map(Self::from),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Visit(…)")
    }
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
            series: None,
        }
    }

    /// What a series would have had to give it.
    pub fn as_given(&self) -> Given {
        Given {
            start: self.start,
            minutes: self.minutes,
            discipline: self.discipline,
            service: self.service.clone(),
            staff: self.staff,
            second: self.second,
        }
    }

    /// It is a series' visit and is not as the series has it: somebody changed it.
    pub fn by_hand(&self) -> bool {
        self.series.as_ref().is_some_and(|from| {
            from.given != self.as_given() || !matches!(self.state, VisitState::Planned | VisitState::Confirmed)
        })
    }

    /// Somebody was there or is there, it was missed, or it was imported as it had been.
    pub fn has_begun(&self) -> bool {
        self.history
            || self.arrived.is_some()
            || self.left.is_some()
            || matches!(self.state, VisitState::InProgress | VisitState::Done | VisitState::Missed)
    }

    /// It lies ahead as it was planned: nobody has begun it, cancelled it or called out of it.
    pub fn lies_ahead(&self, now: Moment) -> bool {
        matches!(self.state, VisitState::Planned | VisitState::Confirmed)
            && !self.has_begun()
            && self.start.moment() > now
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

body!(Stay: StayId => |stay, _| Owner::Client(stay.client));
