//! Call-outs and who goes instead: what is asked, said and shown.

use super::VisitRow;
use super::day_plan::PlanSearch;
use crate::domain::coverage::CallOutReason;
use crate::domain::coverage::{Conflict, Group};
use crate::domain::ids::{CallOutId, StaffId, VisitId};
use crate::domain::staff::Discipline;
use crate::domain::time::{Day, Moment};
use crate::domain::visit::Answer;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// A caregiver who cannot come, as it was told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellCallOut {
    /// Who.
    pub staff: StaffId,
    /// From when on.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Why.
    pub reason: CallOutReason,
    /// In their words, or empty.
    pub note: String,
    /// When they said it, if not now.
    pub said: Option<Moment>,
}

/// A caregiver asked to go to a visit, and what they said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskCarer {
    /// To which.
    pub visit: VisitId,
    /// Who.
    pub staff: StaffId,
    /// What they said; planned means that nobody has called yet.
    pub said: Answer,
    /// The number called, or empty.
    pub number: String,
    /// A word of note, or empty.
    pub note: String,
    /// They call back at about this time.
    pub back_at: Option<Moment>,
}

/// What is done where nobody can go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remedy {
    /// The client wants none.
    Cancels,
    /// Somebody of the family does it; they have said so.
    Family(String),
    /// The family is to be asked whether it may be at another time; the visit stays as it is until they say yes.
    Move(Moment),
    /// They are to be asked whether it may be shorter.
    Shorten(u16),
    /// It is missed; the physician is to be told.
    Missed,
}

/// A visit that nobody can go to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveOpen {
    /// Which.
    pub visit: VisitId,
    /// What is done.
    pub remedy: Remedy,
    /// Why, in a few words (needed for a missed visit).
    pub note: String,
}
opaque!(TellCallOut, AskCarer, LeaveOpen);

/// A call-out with all that follows from it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct CallOutView {
    /// Its record; none where it was imported with the visits.
    pub call_out: Option<CallOutId>,
    /// Who called out; nobody where these are all open visits of some days.
    pub staff: Option<StaffId>,
    /// Their shortest unique name with the discipline.
    pub name: String,
    /// The day of its first visit.
    pub day: Day,
    /// From when until when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Why.
    pub reason: String,
    /// When they said it.
    pub said: Moment,
    /// Settled.
    pub settled: bool,
    /// The visits that this user may see, worst first.
    pub visits: Vec<OutVisit>,
    /// More of them, of clients that this user does not reach.
    pub beyond: u16,
    /// Of open visits: how many of all that are planned in these days have somebody.
    pub fill: Option<Fill>,
    /// The search for the plan for all of them together; none where nothing is open.
    pub search: Option<PlanSearch>,
}

/// How many of the visits planned in some days have somebody who goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// All that are to be made.
    pub planned: u32,
    /// Those that somebody is sure to go to.
    pub filled: u32,
}

impl Fill {
    /// In hundredths, rounded down: 100 is all of them.
    pub const fn percent(&self) -> u32 {
        match self.planned {
            0 => 100,
            planned => self.filled * 100 / planned,
        }
    }
}

/// How those who were asked for a visit stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offers {
    /// Still waited for.
    pub pending: u8,
    /// Said yes.
    pub accepted: u8,
    /// Said no.
    pub declined: u8,
    /// Not waited for any longer.
    pub expired: u8,
}

impl CallOutView {
    /// How many visits have somebody who said yes, or need nobody any more.
    pub fn closed(&self) -> usize {
        self.visits.iter().filter(|v| v.closed).count()
    }
}

/// A visit of a call-out.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct OutVisit {
    /// The visit.
    pub row: VisitRow,
    /// The client in full, with her date of birth.
    pub who: String,
    /// Its tier by itself, 0 when it has none.
    pub tier: u8,
    /// What a missed visit touches: `L1 insulin`, `L3 two people`.
    pub harm: String,
    /// Who is meant to go, or what is done instead: `Cole, Denise`, `family: asked`.
    pub plan: String,
    /// What they said, and when: `yes 06:10`.
    pub said: String,
    /// Nothing is left to do: somebody has said yes, or it needs nobody.
    pub closed: bool,
    /// Whom the plan for all open visits together would send; nobody has been asked for that.
    pub suggested: Vec<(StaffId, String)>,
    /// What whoever goes instead is told: at most 480 characters, without a code; empty while nobody has said yes.
    pub dispatch: String,
    /// How those who were asked for it stand.
    pub offers: Offers,
    /// It needs two people, and so many have said yes.
    pub two: Option<u8>,
    /// Is she safe until then? In the words of whoever asked; for level 1 and 2.
    pub safe: Option<String>,
    /// The least bad that can be done if nobody can go.
    pub least_bad: String,
}

/// Somebody who might go.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateRow {
    /// Who.
    pub staff: StaffId,
    /// Shortest unique name.
    pub name: String,
    /// Discipline.
    pub discipline: Discipline,
    /// First number, if it may be seen.
    pub number: String,
    /// How they stand.
    pub group: Group,
    /// What speaks against and what is worth knowing.
    pub conflicts: Vec<Conflict>,
    /// Visits to this client in the days held in memory.
    pub been: u32,
    /// Minutes booked in that week.
    pub week: u32,
    /// With this visit and the way to it.
    pub week_then: u32,
    /// Minutes of the way to it.
    pub travel: Option<u32>,
    /// What they said last, and when.
    pub said: Option<(Answer, Moment)>,
    /// How often they were called for it.
    pub calls: u8,
    /// They call back at about this time.
    pub back_at: Option<Moment>,
    /// They are not waited for any longer.
    pub expired: bool,
    /// Not to be called before this minute of the day, and it is not that late yet.
    pub not_before: Option<u16>,
    /// A colleague has their numbers open.
    pub caller: Option<String>,
}
opaque!(CallOutView, OutVisit, CandidateRow);
