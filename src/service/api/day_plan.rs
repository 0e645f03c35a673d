//! Planning a day or a week as a whole: what is asked, what comes of it, and which lines of it are accepted.

use super::VisitFilter;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::staff::Discipline;
use crate::domain::time::Day;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Days to plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAsk {
    /// Which day.
    pub day: Day,
    /// The payroll week in which it lies, Sunday to Saturday.
    pub week: bool,
    /// My clients' visits alone; the others stay as they are.
    pub mine: bool,
    /// Only these; the others stay as they are.
    pub only: VisitFilter,
    /// As if nobody had been planned yet; whoever has said yes still goes.
    pub scratch: bool,
    /// The same seed and as many steps make the same plan.
    pub seed: u64,
    /// How many steps the search is to take, besides looking at every visit once; none is as many as usual.
    pub steps: u32,
}

impl PlanAsk {
    /// The first and the last day.
    pub fn days(&self) -> (Day, Day) {
        if self.week { (self.day.week_start(), self.day.week_start().plus(6)) } else { (self.day, self.day) }
    }
}

/// A search for a better plan, and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanSearch {
    /// Which: it goes on when it is asked to.
    pub token: u64,
    /// Steps so far.
    pub steps: u64,
    /// Steps to come.
    pub left: u64,
    /// How many plans were found, each better than the one before; none until every visit has been looked at.
    pub better: u32,
}

impl PlanSearch {
    /// How far it has come, in hundredths.
    pub fn percent(&self) -> u8 {
        let all = self.steps + self.left;
        (self.steps * 100).checked_div(all).map_or(100, |n| n as u8)
    }
}

/// What a plan of a day comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DayFigures {
    /// Visits that nobody is planned for.
    pub uncovered: u32,
    /// Visits to which nobody can come, because whoever is booked is at another one then.
    pub twice: u32,
    /// Minutes on the way, all together.
    pub travel: u32,
    /// Minutes of overtime that these days make in the week, all together.
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
    /// Whose.
    pub of: ClientId,
    /// Their shortest unique name.
    pub client: String,
    /// On which day.
    pub day: Day,
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
    /// Visits whose lines belong to it: without them whoever goes by the plan would be at two visits at once.
    pub needs: Vec<VisitId>,
}

/// A plan of a day or a week.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPlan {
    /// From which day.
    pub from: Day,
    /// To which.
    pub to: Day,
    /// Visits that can be given to somebody else.
    pub visits: u32,
    /// Visits that stand: begun, or not of those that were asked for.
    pub fixed: u32,
    /// The search for it; none where there is nothing to plan.
    pub search: Option<PlanSearch>,
    /// As it is now.
    pub before: DayFigures,
    /// By the plan.
    pub after: DayFigures,
    /// What it changes, by start; nothing until every visit has been looked at.
    pub lines: Vec<PlanLine>,
}

impl DayPlan {
    /// Every visit has been looked at once: what it says is a plan.
    pub fn is_found(&self) -> bool {
        self.search.is_none_or(|s| s.better > 0)
    }
}

/// Lines accepted at once: each may need a task besides, and all of it is one save.
pub const MOST_PICKS: usize = 40;

impl PlanLine {
    /// The line as it is accepted.
    pub fn pick(&self) -> PlanPick {
        PlanPick { visit: self.visit, rev: self.rev, staff: self.to.iter().map(|(id, _)| *id).collect() }
    }
}

/// These lines, by their places, with all that belong to them, in the order of the plan.
pub fn whole(lines: &[PlanLine], wanted: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    let mut next: Vec<usize> = wanted.into_iter().filter(|n| *n < lines.len()).collect();
    while let Some(n) = next.pop() {
        if all.insert(n) {
            let needs = lines.get(n).map(|l| l.needs.as_slice()).unwrap_or_default();
            next.extend(needs.iter().filter_map(|id| lines.iter().position(|l| l.visit == *id)));
        }
    }
    all
}

/// These lines in portions that one commit takes, what belongs together in one, where that is possible.
pub fn together(lines: &[PlanLine], wanted: &[usize]) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut done: BTreeSet<usize> = BTreeSet::new();
    for n in wanted {
        // Whoever does not want all of what belongs together is told so by the line that is refused.
        let mut group: Vec<usize> = whole(lines, [*n]).into_iter().filter(|m| wanted.contains(m)).collect();
        group.retain(|m| done.insert(*m));
        match out.last_mut() {
            Some(last) if last.len() + group.len() <= MOST_PICKS => last.append(&mut group),
            _ => out.extend(group.chunks(MOST_PICKS).map(<[usize]>::to_vec)),
        }
    }
    out
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
