//! Who should go where, for all open visits of a call-out at once: the planner over what is known of each pair. It changes
//! nothing that is booked; it only says whom to call first.

use crate::domain::coverage::{Group, Wish};
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::record::Record;
use crate::domain::time::{MINUTE, Moment};
use crate::domain::visit::Visit;
use crate::plan::{Answer, Caregiver, Late, Part as Seat, Problem, Second, Travel, Visit as Planned, Weights};
use crate::rules::coverage::{Carer, Place, Standing, VisitNeed, judge};
use crate::service::Service;
use crate::service::api::day_plan::PlanSearch;
use crate::service::day_plans::{Draft, Hours, Key, Part};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steps before the first answer, which is given while the service is held: few.
const AT_ONCE: u64 = 1_000;
/// Steps in all: some, and more for each visit.
const STEPS: (u64, u64, u64) = (3_000, 1_000, 60_000);
/// The same call-out has the same plan, whoever looks.
const SEED: u64 = 17;
/// What a visit costs that nobody goes to, by tier: no number of better matches outweighs one of a worse tier.
const UNCOVERED: [i64; 6] = [100_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 100_000];
/// What it costs that somebody must be asked first, that her week becomes overtime, that she is of another discipline,
/// does not speak the language, or has never been there. In minutes of work that it is worth.
const ASKED: i64 = 120;
const OVERTIME: i64 = 240;
const STAND_IN: i64 = 60;
const LANGUAGE: i64 = 40;
const STRANGER: i64 = 60;

/// Whom the plan sends to each visit.
type Picks = BTreeMap<VisitId, Vec<StaffId>>;
/// A visit, and everybody who can go to it.
type Judged = (VisitNeed, Vec<(StaffId, Carer, Standing)>);

impl Service {
    /// The plan for these visits, each with its tier, as far as the search has come; those for two get two people or are
    /// left. With how the search stands.
    pub(super) fn cover_plan(&self, open: &[(Record<Visit>, u8)], now: Moment) -> (Picks, Option<PlanSearch>) {
        let key = Key::Cover(open.iter().map(|(v, tier)| (v.id, *tier)).collect());
        let search = match self.plans.known(&key, now) {
            Some(search) => search,
            None => match self.draw_cover(open, now) {
                Some(draft) => self.plans.keep(key, now, draft),
                None => return (Picks::new(), None),
            },
        };
        if search.best().is_none() {
            // There is a first answer at once: these are few visits.
            search.go_on(open.len() as u64 + AT_ONCE);
        }
        let stands = search.stands();
        let mut picks = Picks::new();
        for (part, best) in search.parts.iter().zip(search.best().unwrap_or_default()) {
            for (id, booked) in part.visits.iter().zip(&best.visits) {
                let booked = booked.iter().flatten();
                let sent: Vec<StaffId> = booked.filter_map(|b| search.people.get(b.who as usize).copied()).collect();
                if !sent.is_empty() {
                    picks.insert(*id, sent);
                }
            }
        }
        (picks, Some(stands))
    }

    fn draw_cover(&self, open: &[(Record<Visit>, u8)], now: Moment) -> Option<Draft> {
        let mut people: BTreeMap<StaffId, u32> = BTreeMap::new();
        let mut judged: Vec<Judged> = Vec::new();
        for (visit, _) in open {
            let need = self.need_of(visit);
            let mut can = Vec::new();
            for staff in self.cast.staff.values().filter(|s| s.active && need.out != Some(s.id)) {
                if !self.covering.may_stand_in(need.discipline, staff.discipline) {
                    continue;
                }
                let carer = self.carer_of(staff, visit);
                let standing = judge(&need, &carer, &self.covering, now);
                if standing.group != Group::No {
                    can.push((staff.id, carer, standing));
                }
            }
            judged.push((need, can));
        }
        for (_, can) in &judged {
            for (staff, ..) in can {
                let next = people.len() as u32;
                people.entry(*staff).or_insert(next);
            }
        }
        let who: Vec<StaffId> = {
            let mut list: Vec<(u32, StaffId)> = people.iter().map(|(s, n)| (*n, *s)).collect();
            list.sort_unstable();
            list.into_iter().map(|(_, s)| s).collect()
        };
        let mut elsewhere = vec![0; who.len()];
        for (id, carer, _) in judged.iter().flat_map(|(_, can)| can) {
            if let Some(n) = people.get(id) {
                let week: &mut i64 = &mut elsewhere[*n as usize];
                *week = (*week).max(i64::from(carer.week));
            }
        }
        let problem = Arc::new(self.problem(open, &judged, &people)?);
        let (some, each, most) = STEPS;
        let part = Part {
            visits: open.iter().map(|(v, _)| v.id).collect(),
            free: vec![true; open.len()],
            booked: Answer { visits: vec![[None; 2]; open.len()], order: Vec::new(), cost: 0 },
            problem,
        };
        Some(Draft {
            people: who,
            parts: vec![part],
            elsewhere,
            // Whose day becomes overtime, or who wants no more, must be asked: that is in what it costs to send them.
            hours: Hours { week: i64::from(self.covering.overtime), day: None, most: Vec::new() },
            seed: SEED,
            steps: (some + each * open.len() as u64).min(most),
        })
    }

    fn problem(
        &self,
        open: &[(Record<Visit>, u8)],
        judged: &[Judged],
        people: &BTreeMap<StaffId, u32>,
    ) -> Option<Problem> {
        let day = open.iter().map(|(v, _)| v.start.moment()).min()?;
        let ticks = |at: Moment| at.since(day) / MINUTE;
        let places: Vec<Place> = judged.iter().map(|(need, _)| need.place.clone()).collect();
        let visits = open.iter().zip(judged).enumerate().map(|(n, ((visit, tier), (need, can)))| {
            let mut known: Vec<(u32, i64)> =
                can.iter().filter_map(|(id, carer, s)| Some((*people.get(id)?, cost(carer, s)))).collect();
            known.sort_unstable();
            let never = (0..people.len() as u32).filter(|p| known.binary_search_by_key(p, |k| k.0).is_err());
            let start = ticks(need.start);
            let minutes = (need.end.since(need.start) / MINUTE).max(1);
            // Of a visit for two, one may have said yes already.
            let missing = 2_usize.saturating_sub(need.taken.len()).max(1);
            let two = self.needs_two(&crate::store::indexes::VisitLine::of(visit));
            let parts = vec![Seat { takes: minutes, ..Seat::default() }; if two { missing } else { 1 }];
            Planned {
                place: n as u32,
                open: start,
                // Not a minute later: a client who has not been asked is not moved.
                close: start,
                late: Late::Never,
                aim: start,
                on_paper: true,
                parts,
                second: Second::Together,
                uncovered: UNCOVERED.get(usize::from(*tier)).copied().unwrap_or(UNCOVERED[0]),
                never: never.collect(),
                known,
                stranger: STRANGER,
                kept: None,
            }
        });
        let visits: Vec<Planned> = visits.collect();
        let last = visits.iter().map(|v| v.close + v.parts.iter().map(|p| p.takes).max().unwrap_or(0)).max()?;
        // Overtime begins where what else they have that week says.
        let caregiver = Caregiver { shifts: vec![(0, last + 1)], ..Caregiver::default() };
        let caregivers = vec![caregiver; people.len()];
        let policy = self.covering.clone();
        let count = places.len() as u32;
        let way = move |a: u32, b: u32| {
            let found = places.get(a as usize).zip(places.get(b as usize));
            // Where the way is not known it is not held against anybody.
            i64::from(found.and_then(|(a, b)| a.minutes(b, &policy)).filter(|_| a != b).unwrap_or(0))
        };
        let weights = Weights { travel: 1, overtime: 4, greatest_late: 0 };
        Problem::new(visits, caregivers, Travel::Worked(count, Arc::new(way)), weights).ok()
    }
}

/// What it costs to send somebody who can go, in minutes of work that it is worth.
fn cost(carer: &Carer, standing: &Standing) -> i64 {
    let mut cost = match standing.group {
        Group::Now | Group::No => 0,
        Group::Ask => ASKED,
        Group::Overtime => OVERTIME,
    };
    if standing.conflicts.iter().any(|c| c.rule == "cover.discipline") {
        cost += STAND_IN;
    }
    if !standing.speaks {
        cost += LANGUAGE;
    }
    // Who was often there is hardly a stranger.
    cost += STRANGER / (1 + i64::from(carer.been));
    if matches!(carer.wish, Some((Wish::Preferred, _))) {
        cost /= 2;
    }
    cost + i64::from(standing.travel.unwrap_or(0))
}
