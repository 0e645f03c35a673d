//! Searches for plans, remembered while nothing changes that they depend on: whoever asks again goes on where a search
//! stood, and nobody waits for what is known.
//!
//! **Who searches, and when.** A search is drawn up from memory while the service is held, which is short; it goes on when
//! the service is held no longer, a slice at a time, each slice at the request of the screen that wants a better plan
//! ([`Query::GoOn`](crate::service::api::Query::GoOn)). So it keeps neither readers nor the committer waiting, needs no
//! thread of its own, and is over as soon as nobody asks for more of it. The committer itself never searches: what it is
//! handed of such requests it answers as they stand.

use crate::domain::ids::{StaffId, UserId, VisitId};
use crate::domain::record::Kind;
use crate::domain::time::{MINUTE, Moment};
use crate::plan::{Answer, Planner, Problem, Ticks};
use crate::service::api::day_plan::{PlanAsk, PlanSearch};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Searches that are kept at once.
const KEPT: usize = 8;
/// One that was drawn up so long ago is drawn up anew: visits have begun since.
const HOLDS: i64 = 5 * MINUTE;
/// The search goes no further in one slice.
const SLICE: u64 = 4_000;

/// What a search is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) enum Key {
    /// Days, asked for so by this user: what she reaches is a part of it.
    Days(PlanAsk, UserId),
    /// The open visits of a call-out, each with its tier.
    Cover(Vec<(VisitId, u8)>),
}

/// The visits of one day, or of a call-out.
pub(in crate::service) struct Part {
    /// The visits of the problem, in its order.
    pub(in crate::service) visits: Vec<VisitId>,
    /// Those of them that the plan may give to somebody else.
    pub(in crate::service) free: Vec<bool>,
    /// What the planner is given. When overtime begins depends on the other parts, and is set when its turn comes.
    pub(in crate::service) problem: Arc<Problem>,
    /// As it is booked.
    pub(in crate::service) booked: Answer,
}

impl Part {
    fn is_fixed(&self) -> bool {
        self.free.iter().all(|f| !f)
    }
}

/// How the search goes through its parts: each is looked at whole, then each is improved while the others stand. A turn
/// knows what the other parts make everybody work, so the week's overtime is counted once and no turn makes the week
/// worse.
#[derive(Debug, Clone, Copy)]
struct Turn {
    part: usize,
    steps: u64,
}

/// How far the search has come.
struct Course {
    turns: Vec<Turn>,
    at: usize,
    /// Steps of this turn.
    done: u64,
    planner: Option<Planner>,
    /// What the part cost when its turn began.
    cost: i64,
    plans: Vec<Option<Arc<Answer>>>,
    /// What everybody's day comes to in each part, as it now stands.
    spent: Vec<Vec<Ticks>>,
}

/// What whoever asks is told.
#[derive(Default)]
struct Found {
    steps: u64,
    /// How many plans were found, each better than the one before.
    better: u32,
    /// One for each part, when all of them have been looked at.
    plans: Vec<Arc<Answer>>,
}

/// A search.
pub(in crate::service) struct Search {
    token: u64,
    drawn: Moment,
    /// The caregivers of the problems, in their order.
    pub(in crate::service) people: Vec<StaffId>,
    pub(in crate::service) parts: Vec<Part>,
    /// What each of them works in that week besides these parts.
    pub(in crate::service) elsewhere: Vec<Ticks>,
    pub(in crate::service) hours: Hours,
    seed: u64,
    all: u64,
    /// Held while it goes on.
    course: Mutex<Course>,
    found: Mutex<Found>,
}

/// What stands behind a lock. A thread that panicked while it held one left a search, no record.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much everybody may work.
pub(in crate::service) struct Hours {
    /// More of a week than this is overtime.
    pub(in crate::service) week: Ticks,
    /// More of a day than this is overtime as well, where the agency's rules have it so.
    pub(in crate::service) day: Option<Ticks>,
    /// The most of a week that each caregiver wants, in their order; whoever is not there has said nothing.
    pub(in crate::service) most: Vec<Option<Ticks>>,
}

/// What a search is drawn up from.
pub(in crate::service) struct Draft {
    pub(in crate::service) people: Vec<StaffId>,
    pub(in crate::service) parts: Vec<Part>,
    pub(in crate::service) elsewhere: Vec<Ticks>,
    pub(in crate::service) hours: Hours,
    pub(in crate::service) seed: u64,
    /// Steps in all; what it takes to look at everything once comes besides.
    pub(in crate::service) steps: u64,
}

impl Search {
    fn new(token: u64, drawn: Moment, draft: Draft) -> Self {
        let Draft { people, parts, elsewhere, hours, seed, steps } = draft;
        let count = |part: &Part| part.free.iter().filter(|f| **f).count() as u64;
        let free: u64 = parts.iter().map(count).sum::<u64>().max(1);
        let theirs = || parts.iter().enumerate().filter(|(_, p)| !p.is_fixed());
        let turns: Vec<Turn> = if theirs().count() < 2 {
            theirs().map(|(part, p)| Turn { part, steps: p.visits.len() as u64 + steps }).collect()
        } else {
            let first = theirs().map(|(part, p)| Turn { part, steps: p.visits.len() as u64 });
            let then = theirs()
                .map(|(part, p)| Turn { part, steps: p.visits.len() as u64 + (steps * count(p) / free).max(1) });
            first.chain(then).collect()
        };
        let plans: Vec<_> = parts.iter().map(|p| p.is_fixed().then(|| Arc::new(p.booked.clone()))).collect();
        let spent = parts.iter().map(|p| p.booked.spent(&p.problem)).collect();
        let all = turns.iter().map(|t| t.steps).sum();
        let course = Course { turns, at: 0, done: 0, planner: None, cost: i64::MAX, plans, spent };
        let found = Mutex::default();
        Self { token, drawn, people, parts, elsewhere, hours, seed, all, course: Mutex::new(course), found }
    }

    /// How it stands.
    pub(in crate::service) fn stands(&self) -> PlanSearch {
        let found = held(&self.found);
        PlanSearch {
            token: self.token,
            steps: found.steps,
            left: self.all.saturating_sub(found.steps),
            better: found.better,
        }
    }

    /// The best plan so far, each part's; none until everything has been looked at once.
    pub(in crate::service) fn best(&self) -> Option<Vec<Arc<Answer>>> {
        let plans = held(&self.found).plans.clone();
        (plans.len() == self.parts.len()).then_some(plans)
    }

    /// Goes on for so many steps, unless somebody else is at it just now. Not to be asked for much while the service is
    /// held.
    pub(in crate::service) fn go_on(&self, steps: u64) -> PlanSearch {
        if let Ok(mut course) = self.course.try_lock() {
            self.walk(&mut course, steps.min(SLICE));
        }
        self.stands()
    }

    fn walk(&self, course: &mut Course, steps: u64) {
        let mut left = steps;
        while left > 0
            && let Some(turn) = course.turns.get(course.at).copied()
        {
            let mut planner = match course.planner.take() {
                Some(planner) => planner,
                None => self.begin(course, turn),
            };
            let now = left.min(turn.steps - course.done);
            let progress = planner.step(now);
            (left, course.done) = (left - now, course.done + now);
            let over = course.done >= turn.steps;
            let better = progress.whole && progress.cost < course.cost;
            if better {
                course.cost = progress.cost;
                course.plans[turn.part] = Some(Arc::new(planner.best()));
            }
            let mut found = held(&self.found);
            found.steps += now;
            if better && course.plans.iter().all(Option::is_some) {
                found.plans = course.plans.iter().flatten().cloned().collect();
                found.better += 1;
            }
            drop(found);
            if over {
                let (part, plan) = (&self.parts[turn.part], &course.plans[turn.part]);
                course.spent[turn.part] = plan.as_deref().unwrap_or(&part.booked).spent(&part.problem);
                (course.at, course.done) = (course.at + 1, 0);
            } else {
                course.planner = Some(planner);
            }
        }
    }

    /// A turn of a part begins, with what the others make everybody work.
    fn begin(&self, course: &mut Course, turn: Turn) -> Planner {
        let part = &self.parts[turn.part];
        let problem = Arc::new(part.problem.with_hours(&self.left(turn.part, &course.spent)));
        let before = course.plans[turn.part].clone();
        course.cost = before.as_ref().map_or(i64::MAX, |plan| plan.figures(&problem).cost(&problem));
        match before {
            Some(plan) => Planner::after(problem, self.seed, turn.steps, &plan),
            None => Planner::new(problem, self.seed, turn.steps),
        }
    }

    /// When each caregiver's overtime begins in a part, and the most they may have there, when the others come to so much.
    fn left(&self, part: usize, spent: &[Vec<Ticks>]) -> Vec<(Ticks, Option<Ticks>)> {
        let others = |who: usize| -> Ticks {
            let theirs = spent.iter().enumerate().filter(|(n, _)| *n != part);
            theirs.filter_map(|(_, of)| of.get(who)).sum()
        };
        let of = |(who, besides): (usize, &Ticks)| {
            let gone = besides + others(who);
            let after = (self.hours.week - gone).max(0);
            let most = self.hours.most.get(who).copied().flatten().map(|most| (most - gone).max(0));
            (self.hours.day.map_or(after, |day| day.min(after)), most)
        };
        self.elsewhere.iter().enumerate().map(of).collect()
    }
}

/// The plans that are remembered.
#[derive(Default)]
pub(in crate::service) struct DayPlans {
    /// Moves whenever a record changes that a plan depends on.
    version: u64,
    made: AtomicU64,
    kept: Mutex<Vec<(u64, Key, Arc<Search>)>>,
}

impl DayPlans {
    /// A record of this kind has changed.
    pub(in crate::service) fn changed(&mut self, kind: Kind) {
        // What is said and done around a visit moves nobody.
        let matters = !matches!(
            kind,
            Kind::Communication
                | Kind::Task
                | Kind::Attention
                | Kind::Issue
                | Kind::IssueEvent
                | Kind::Review
                | Kind::Safety
                | Kind::Reassessment
                | Kind::ImportSource
        );
        self.version += u64::from(matters);
    }

    /// What is remembered of this, if it still holds.
    pub(in crate::service) fn known(&self, key: &Key, now: Moment) -> Option<Arc<Search>> {
        let mut kept = held(&self.kept);
        kept.retain(|(version, _, search)| *version == self.version && (0..HOLDS).contains(&now.since(search.drawn)));
        kept.iter().find(|(_, k, _)| k == key).map(|(.., search)| Arc::clone(search))
    }

    /// Remembers a search that was drawn up; of two that were drawn up at once, the first.
    pub(in crate::service) fn keep(&self, key: Key, now: Moment, draft: Draft) -> Arc<Search> {
        if let Some(search) = self.known(&key, now) {
            return search;
        }
        let token = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        let search = Arc::new(Search::new(token, now, draft));
        let mut kept = held(&self.kept);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((self.version, key, Arc::clone(&search)));
        search
    }

    /// The search of this token, if it still holds.
    pub(in crate::service) fn of(&self, token: u64) -> Option<Arc<Search>> {
        let kept = held(&self.kept);
        let mut found = kept.iter().filter(|(version, ..)| *version == self.version);
        found.find(|(.., search)| search.token == token).map(|(.., search)| Arc::clone(search))
    }
}
