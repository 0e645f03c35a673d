//! Plans that are remembered while nothing changes that they depend on: whoever asks again goes on where the search
//! stood, and nobody waits for what is known.

use crate::domain::ids::UserId;
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::record::Kind;
use crate::plan::Planner;
use crate::service::api::day_plan::PlanAsk;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Whom the plan sends to each visit of a call-out.
pub(in crate::service) type Picks = BTreeMap<VisitId, Vec<StaffId>>;

/// Plans of days and of call-outs that are kept at once.
const KEPT: usize = 6;

/// What a day's plan was asked for, by whom: what she reaches is a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::service) struct DayKey {
    pub(in crate::service) ask: PlanAsk,
    pub(in crate::service) user: UserId,
}

/// A day's search.
pub(in crate::service) struct DaySearch {
    pub(in crate::service) planner: Planner,
    /// The visits of the problem, in its order.
    pub(in crate::service) visits: Vec<VisitId>,
    /// The caregivers of the problem, in its order.
    pub(in crate::service) people: Vec<StaffId>,
    /// Those of the visits that the plan may give to somebody else.
    pub(in crate::service) free: Vec<bool>,
}

/// As of which version, for which open visits with their tiers, and what came of it.
type Cover = (u64, Vec<(VisitId, u8)>, Picks);

#[derive(Default)]
struct Kept {
    days: Vec<(u64, DayKey, DaySearch)>,
    covers: Vec<Cover>,
}

/// The plans that are remembered.
#[derive(Default)]
pub(in crate::service) struct DayPlans {
    /// Moves whenever a record changes that a plan depends on.
    version: u64,
    kept: Mutex<Kept>,
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

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a call-out's plan came to for these open visits, if nothing has changed since.
    pub(in crate::service) fn cover(&self, open: &[(VisitId, u8)]) -> Option<Picks> {
        let kept = self.kept();
        let found = kept.covers.iter().find(|(version, of, _)| *version == self.version && of == open);
        found.map(|(.., picks)| picks.clone())
    }

    /// Remembers it.
    pub(in crate::service) fn keep_cover(&self, open: Vec<(VisitId, u8)>, picks: Picks) {
        let mut kept = self.kept();
        kept.covers.retain(|(version, ..)| *version == self.version);
        if kept.covers.len() >= KEPT {
            kept.covers.remove(0);
        }
        kept.covers.push((self.version, open, picks));
    }

    /// A day's search, begun by `begin` where there is none that still holds, handed to `on`.
    pub(in crate::service) fn day<T>(
        &self,
        key: DayKey,
        begin: impl FnOnce() -> Option<DaySearch>,
        on: impl FnOnce(&mut DaySearch) -> T,
    ) -> Option<T> {
        let taken = {
            let mut kept = self.kept();
            kept.days.retain(|(version, ..)| *version == self.version);
            let at = kept.days.iter().position(|(_, k, _)| *k == key);
            at.map(|at| kept.days.remove(at).2)
        };
        // The search goes on outside the lock: somebody else's plan does not wait for it.
        let mut search = match taken {
            Some(search) => search,
            None => begin()?,
        };
        let answer = on(&mut search);
        let mut kept = self.kept();
        if kept.days.len() >= KEPT {
            kept.days.remove(0);
        }
        kept.days.push((self.version, key, search));
        Some(answer)
    }
}
