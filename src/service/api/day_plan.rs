//! Planning a day as a whole: what is asked, what comes of it, and which lines of it are accepted.

use crate::domain::ids::{StaffId, VisitId};
use crate::domain::staff::Discipline;
use crate::domain::time::Day;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// A day to plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAsk {
    /// Which day.
    pub day: Day,
    /// My clients' visits alone; the others stay as they are.
    pub mine: bool,
    /// As if nobody had been planned yet; whoever has said yes still goes.
    pub scratch: bool,
    /// The same seed and as many steps make the same plan.
    pub seed: u64,
    /// How much further the search goes before it answers; what it found before is kept while nothing changes.
    pub steps: u32,
}

/// What a plan of a day comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DayFigures {
    /// Visits that nobody is planned for.
    pub uncovered: u32,
    /// Minutes on the way, all together.
    pub travel: u32,
    /// Minutes of overtime in that week, all together.
    pub overtime: u32,
    /// Minutes that visits begin later than planned because of the way, all together.
    pub late: u32,
    /// Visits by somebody who has been there before.
    pub known: u32,
}

/// A visit that the plan gives to somebody else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// Which.
    pub visit: VisitId,
    /// Its revision as the plan saw it.
    pub rev: u64,
    /// Whose, shortest unique name.
    pub client: String,
    /// Planned minute of the day.
    pub minute: u16,
    /// Length in minutes.
    pub minutes: u16,
    /// Who must go.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// Who goes now; empty is nobody.
    pub from: Vec<String>,
    /// Who goes by the plan; empty is nobody.
    pub to: Vec<(StaffId, String)>,
    /// What speaks for it, in a few words.
    pub why: String,
}

/// A plan of a day.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPlan {
    /// Of which day.
    pub day: Day,
    /// Visits that can be given to somebody else.
    pub visits: u32,
    /// Visits that stand: begun, or not of those that were asked for.
    pub fixed: u32,
    /// How far the search has gone.
    pub steps: u64,
    /// As it is now.
    pub before: DayFigures,
    /// By the plan.
    pub after: DayFigures,
    /// What it changes, by start.
    pub lines: Vec<PlanLine>,
}

/// One accepted line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPick {
    /// Which visit.
    pub visit: VisitId,
    /// Its revision as the plan saw it.
    pub rev: u64,
    /// Who goes.
    pub staff: Vec<StaffId>,
}
opaque!(PlanLine, DayPlan, PlanPick);
