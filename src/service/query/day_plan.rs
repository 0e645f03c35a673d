//! A day planned as a whole: every visit of it, everybody who works that day, one search for all. Times stand; only who
//! goes is changed, and whoever has begun a visit stays with it.

use crate::domain::client::Client;
use crate::domain::coverage::Wish;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::staff::Staff;
use crate::domain::time::{MINUTE, Moment};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::plan::{
    Answer as Planned, Booked, Caregiver, Fixed, Kept, Late, Part, Planner, Problem, Second, Skills, Travel,
    Visit as ToPlan, Weights,
};
use crate::rules::coverage::Place;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::api::day_plan::{DayFigures, DayPlan, PlanAsk, PlanLine};
use crate::service::day_plans::{DayKey, DaySearch};
use crate::store::indexes::VisitLine;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The search goes no further in one question: whoever waits for the service waits no longer.
const MOST_STEPS: u32 = 20_000;
/// Steps in which it cools down.
const EXPECTED: u64 = 200_000;
/// What it costs to take a visit from somebody, in minutes: who has only been planned, and who has said yes.
const PLANNED: i64 = 45;
const SAID_YES: i64 = 600;
/// What it costs to send somebody who has never been there, is of another discipline, or does not speak her language.
const STRANGER: i64 = 60;
const STAND_IN: i64 = 60;
const LANGUAGE: i64 = 40;
/// What a visit costs that nobody goes to, by tier; the last is of those without one.
const UNCOVERED: [i64; 6] = [1_000_000, 100_000_000, 30_000_000, 10_000_000, 3_000_000, 1_000_000];
/// Distinct places up to which the ways between them are worked out once.
const TABLE: usize = 1_200;

/// What a visit asks of whoever goes, apart from who the client is.
type Class = (crate::domain::staff::Discipline, Vec<u16>);

/// The day as the planner is given it.
struct Drawn {
    visits: Vec<(VisitId, VisitLine, bool)>,
    people: Vec<StaffId>,
    number: HashMap<StaffId, u32>,
}

impl Service {
    /// The plan of a day, as far as the search has come.
    pub(super) fn plan_day(&self, session: &Session, ask: PlanAsk) -> DayPlan {
        let key = DayKey { ask: PlanAsk { steps: 0, ..ask }, user: session.user };
        let steps = u64::from(ask.steps.min(MOST_STEPS));
        let found = self.plans.day(
            key,
            || self.begin_day(session, ask),
            |search| {
                let first = search.visits.len() as u64;
                let done = search.planner.progress().iterations;
                // All of it has been looked at once before anything is answered.
                search.planner.step(if done == 0 { first + steps } else { steps });
                self.day_answer(ask, search)
            },
        );
        found.unwrap_or(DayPlan {
            day: ask.day,
            visits: 0,
            fixed: 0,
            steps: 0,
            before: DayFigures::default(),
            after: DayFigures::default(),
            lines: Vec::new(),
        })
    }

    fn draw_day(&self, session: &Session, ask: PlanAsk) -> Drawn {
        let zone = self.cast.zone(session.office);
        let (from, to) = (zone.midnight(ask.day), zone.midnight(ask.day.plus(1)));
        let now = self.now();
        let reached = self.reached(session);
        let mut visits = Vec::new();
        for (id, line) in self.window.between(from, to) {
            if line.history || matches!(line.state, VisitState::Cancelled | VisitState::Missed) {
                continue;
            }
            let Some(client) = self.cast.clients.get(&line.client) else { continue };
            let ahead = matches!(
                line.state,
                VisitState::Planned | VisitState::Confirmed | VisitState::Late | VisitState::CalledOut
            );
            let hers = !ask.mine || client.is_of(session.user);
            let free = ahead
                && line.arrived.is_none()
                && line.start.moment() > now
                && hers
                && client.is_visited()
                && reached.holds(self, line.client);
            visits.push((id, line.clone(), free));
        }
        let mut people: Vec<StaffId> = self.cast.staff.values().filter(|s| s.active).map(|s| s.id).collect();
        people.sort_unstable();
        let number = people.iter().enumerate().map(|(n, id)| (*id, n as u32)).collect();
        Drawn { visits, people, number }
    }

    fn begin_day(&self, session: &Session, ask: PlanAsk) -> Option<DaySearch> {
        let drawn = self.draw_day(session, ask);
        if drawn.visits.iter().all(|(.., free)| !free) {
            return None;
        }
        let problem = self.day_problem(session, ask, &drawn)?;
        let planner = Planner::new(Arc::new(problem), ask.seed, EXPECTED);
        let free = drawn.visits.iter().map(|(.., free)| *free).collect();
        let visits = drawn.visits.iter().map(|(id, ..)| *id).collect();
        Some(DaySearch { planner, visits, people: drawn.people, free })
    }

    fn day_problem(&self, session: &Session, ask: PlanAsk, drawn: &Drawn) -> Option<Problem> {
        let zone = self.cast.zone(session.office);
        let day = zone.midnight(ask.day);
        let ticks = |at: Moment| at.since(day) / MINUTE;
        let mut places = Places::default();
        let mut classes: Vec<Class> = Vec::new();
        let folded: HashMap<StaffId, Known> =
            drawn.people.iter().filter_map(|id| Some((*id, Known::of(self.cast.staff.get(id)?)))).collect();
        let mut busy: HashMap<u32, Vec<(i64, i64)>> = HashMap::new();
        let mut visits = Vec::new();
        for (_, line, free) in &drawn.visits {
            let client = self.cast.clients.get(&line.client)?;
            let class = self.class_of(line, client, &mut classes);
            let start = ticks(line.start.moment());
            let takes = i64::from(line.minutes).max(1);
            let numbers = going(line).map(|who| who.and_then(|w| drawn.number.get(&w).copied()));
            let two = self.needs_two(line) || line.second.is_some();
            let needs = class.map_or(Skills::default(), Skills::one);
            let mut parts = vec![Part { needs, takes, fixed: None }; if two { 2 } else { 1 }];
            if !*free {
                for (part, who) in parts.iter_mut().zip(numbers) {
                    let Some(who) = who else { continue };
                    // Who is booked twice at once is so already: the plan can count that once alone.
                    let taken = busy.entry(who).or_default();
                    if taken.iter().all(|(a, b)| *b <= start || start + takes <= *a) {
                        taken.push((start, start + takes));
                        *part = Part { needs: Skills::default(), takes, fixed: Some(Fixed { who, start }) };
                    }
                }
                if parts.iter().all(|p| p.fixed.is_none()) {
                    // Nobody goes, and nobody is to be found here: it is not this plan's.
                    parts.truncate(1);
                }
            }
            let said_yes = matches!(line.answer, Answer::Yes | Answer::Told);
            let kept = (*free && numbers.iter().any(Option::is_some) && (said_yes || !ask.scratch)).then(|| Kept {
                who: if two { numbers } else { [numbers[0], None] },
                start,
                person: if said_yes { SAID_YES } else { PLANNED },
                moved: 0,
                tick: 0,
            });
            let (never, known, stranger) = if *free {
                self.costs(line, client, class, &classes, drawn, &folded)
            } else {
                // Whoever is fixed is, and nobody else is ever sent.
                ((0..drawn.people.len() as u32).collect(), Vec::new(), 0)
            };
            let late = i64::from(self.covering.late);
            visits.push(ToPlan {
                place: places.number(self.home_of(client)),
                open: start,
                close: if *free { start + late } else { start },
                late: Late::Never,
                aim: start,
                on_paper: true,
                parts,
                second: Second::Together,
                uncovered: if *free { self.cost_uncovered(line, client) } else { 0 },
                never,
                known,
                stranger,
                kept,
            });
        }
        let caregivers = self.day_people(ask, drawn, &classes, &folded, &mut places, day);
        let weights = Weights { travel: 1, overtime: 3, greatest_late: 0 };
        Problem::new(visits, caregivers, self.ways(places), weights).ok()
    }

    /// Which class of needs a visit is of; none where there are more of them than the planner counts.
    fn class_of(&self, line: &VisitLine, client: &Record<Client>, classes: &mut Vec<Class>) -> Option<usize> {
        let class = (line.discipline, self.covering.asked(line.discipline, &line.service, &client.needs));
        let at = classes.iter().position(|c| *c == class).unwrap_or_else(|| {
            classes.push(class);
            classes.len() - 1
        });
        (at < 128).then_some(at)
    }

    /// Who is never sent to a visit, what sending each costs, and what sending anybody else costs.
    fn costs(
        &self,
        line: &VisitLine,
        client: &Record<Client>,
        class: Option<usize>,
        classes: &[Class],
        drawn: &Drawn,
        folded: &HashMap<StaffId, Known>,
    ) -> (Vec<u32>, Vec<(u32, i64)>, i64) {
        let mut been: BTreeMap<StaffId, i64> = BTreeMap::new();
        for (_, l) in self.window.of_client(line.client) {
            if !matches!(l.state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed) {
                l.staff.into_iter().chain(l.second).for_each(|s| *been.entry(s).or_default() += 1);
            }
        }
        let language = client.languages.first().map(|l| fold(l));
        let (mut never, mut known) = (Vec::new(), Vec::new());
        for (n, id) in drawn.people.iter().enumerate() {
            let n = n as u32;
            let Some(who) = folded.get(id) else { continue };
            let wish = self.coverage.pairing(line.client, *id).map(|p| p.wish);
            let able = match class.and_then(|c| classes.get(c)) {
                // The planner knows by the class who holds it.
                Some((wanted, rules)) => {
                    self.covering.may_stand_in(*wanted, who.discipline)
                        && self.covering.holds(rules, who.discipline, &who.skills)
                }
                None => false,
            };
            if wish == Some(Wish::Excluded) || line.called_out_by == Some(*id) || !able {
                never.push(n);
                continue;
            }
            let mut cost = STRANGER / (1 + been.get(id).copied().unwrap_or(0));
            if who.discipline != line.discipline {
                cost += STAND_IN;
            }
            if language.as_ref().is_some_and(|l| !who.languages.contains(l)) {
                cost += LANGUAGE;
            }
            if wish == Some(Wish::Preferred) {
                cost /= 2;
            }
            if cost != STRANGER {
                known.push((n, cost));
            }
        }
        (never, known, STRANGER)
    }

    fn cost_uncovered(&self, line: &VisitLine, client: &Record<Client>) -> i64 {
        // A day ahead has no tiers yet: the client's level says the harm.
        let level = client.emergency.map_or(5, |l| usize::from(l.clamp(1, 4)));
        let two = if self.needs_two(line) { 2 } else { 1 };
        UNCOVERED.get(level).copied().unwrap_or(UNCOVERED[0]) * two
    }

    /// Everybody, with when they can work that day, and how much of the week is taken.
    fn day_people(
        &self,
        ask: PlanAsk,
        drawn: &Drawn,
        classes: &[Class],
        folded: &HashMap<StaffId, Known>,
        places: &mut Places,
        day: Moment,
    ) -> Vec<Caregiver> {
        let mut theirs: HashMap<StaffId, Vec<(i64, i64)>> = HashMap::new();
        for (_, line, _) in &drawn.visits {
            let start = line.start.moment().since(day) / MINUTE;
            for who in going(line).into_iter().flatten() {
                theirs.entry(who).or_default().push((start, start + i64::from(line.minutes)));
            }
        }
        let mut out = Vec::new();
        for id in &drawn.people {
            let (Some(staff), Some(known)) = (self.cast.staff.get(id), folded.get(id)) else {
                out.push(Caregiver::default());
                continue;
            };
            let booked = theirs.remove(id).unwrap_or_default();
            let shifts = self.shifts(staff, ask, &booked, day);
            let held = classes.iter().enumerate().take(128).filter(|(_, (wanted, rules))| {
                self.covering.may_stand_in(*wanted, known.discipline)
                    && self.covering.holds(rules, known.discipline, &known.skills)
                    && self.coverage.lapsed(*id, ask.day).is_empty()
            });
            let skills = held.fold(Skills::default(), |all, (n, _)| all.and(Skills::one(n)));
            let zone = self.cast.zone(staff.office);
            let today: u32 = booked.iter().map(|(a, b)| u32::try_from(b - a).unwrap_or(0)).sum();
            let week = self.booked_minutes(*id, zone, ask.day).saturating_sub(today);
            let base = self.base_of(staff);
            let from = (base != Place::default()).then(|| (places.number(base), -24 * 60));
            let overtime_after = Some(i64::from(self.covering.overtime.saturating_sub(week)));
            out.push(Caregiver { skills, shifts, from, to: None, most: None, overtime_after });
        }
        out
    }

    /// When somebody can be at visits that day: their pattern and what they have agreed to, less the time they are off.
    fn shifts(&self, staff: &Record<Staff>, ask: PlanAsk, booked: &[(i64, i64)], day: Moment) -> Vec<(i64, i64)> {
        let weekday = ask.day.weekday();
        let mut can: Vec<(i64, i64)> = if staff.availability.is_empty() {
            vec![(0, 24 * 60)]
        } else {
            let of_day = staff.availability.iter().filter(|p| usize::from(p.weekday) == weekday);
            of_day.map(|p| (i64::from(p.from), i64::from(p.to))).collect()
        };
        // Later than planned by what is let pass, they are still there.
        let late = i64::from(self.covering.late);
        can.extend(booked.iter().map(|(a, b)| (*a, *b + late)));
        can.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in can.into_iter().filter(|(a, b)| a < b) {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        let ticks = |at: Moment| at.since(day) / MINUTE;
        let off = self.coverage.off_of(staff.id).map(|o| (ticks(o.from), ticks(o.to)));
        let out = self.coverage.outs_of(staff.id).map(|o| (ticks(o.from), ticks(o.to)));
        for (from, to) in off.chain(out) {
            joined = joined
                .into_iter()
                .flat_map(|(a, b)| [(a, b.min(from)), (a.max(to), b)])
                .filter(|(a, b)| a < b)
                .collect();
            joined.sort_unstable();
        }
        joined
    }

    /// The ways between all places, worked out once where there are few enough.
    fn ways(&self, places: Places) -> Travel {
        let policy = self.covering.clone();
        let count = places.list.len();
        let list = places.list;
        // Where the way is not known it is not held against anybody.
        let way = move |a: usize, b: usize| match (a == b, list.get(a).zip(list.get(b))) {
            (false, Some((from, to))) => i64::from(from.minutes(to, &policy).unwrap_or(0)),
            _ => 0,
        };
        if count > TABLE {
            return Travel::Worked(count as u32, Arc::new(move |a, b| way(a as usize, b as usize)));
        }
        let ticks = (0..count).flat_map(|a| (0..count).map(move |b| (a, b))).map(|(a, b)| way(a, b)).collect();
        Travel::Table { places: count as u32, ticks }
    }

    fn day_answer(&self, ask: PlanAsk, search: &DaySearch) -> DayPlan {
        let problem = search.planner.problem();
        let best = search.planner.best();
        let number: HashMap<StaffId, u32> = search.people.iter().enumerate().map(|(n, id)| (*id, n as u32)).collect();
        let now: Vec<[Option<Booked>; 2]> = search
            .visits
            .iter()
            .zip(problem.visits())
            .map(|(id, visit)| {
                let going = self.window.get(*id).map_or([None; 2], going);
                let mut at = 0;
                going.map(|who| {
                    let takes = visit.parts.get(at).map_or(0, |p| p.takes);
                    at += 1;
                    let who = number.get(&who?)?;
                    (at <= visit.parts.len()).then_some(Booked { who: *who, start: visit.aim, end: visit.aim + takes })
                })
            })
            .collect();
        let mut order: Vec<u32> = (0..now.len() as u32).collect();
        order.sort_by_key(|v| problem.visits()[*v as usize].aim);
        let now = Planned { visits: now, order, cost: 0 };
        let mut lines = Vec::new();
        for (n, id) in search.visits.iter().enumerate().filter(|(n, _)| search.free[*n]) {
            let who = |plan: &Planned| -> Vec<StaffId> {
                let all = plan.visits[n].iter().flatten();
                all.filter_map(|b| search.people.get(b.who as usize).copied()).collect()
            };
            let (from, to) = (who(&now), who(&best));
            let same = from.len() == to.len() && from.iter().all(|s| to.contains(s));
            if !same && let Some(line) = self.window.get(*id) {
                lines.push(self.plan_line(*id, line, &from, &to));
            }
        }
        lines.sort_by_key(|l| (l.minute, l.visit));
        let free = search.free.iter().filter(|f| **f).count();
        DayPlan {
            day: ask.day,
            visits: free as u32,
            fixed: (search.free.len() - free) as u32,
            steps: search.planner.progress().iterations,
            before: self.day_figures(search, problem, &now),
            after: self.day_figures(search, problem, &best),
            lines,
        }
    }

    fn plan_line(&self, id: VisitId, line: &VisitLine, from: &[StaffId], to: &[StaffId]) -> PlanLine {
        let name = |s: &StaffId| self.cast.staff_name(*s).listed;
        let been =
            |s: &StaffId| self.window.of_client(line.client).filter(|(v, l)| *v != id && l.staff == Some(*s)).count();
        let why = match (from.first(), to.first()) {
            (_, None) => "nobody can go in time".to_owned(),
            (None, Some(_)) => "nobody goes now".to_owned(),
            (Some(a), Some(b)) if been(b) > been(a) => format!("has been there {}×", been(b)),
            (Some(_), Some(_)) => "shorter ways, or less overtime".to_owned(),
        };
        PlanLine {
            visit: id,
            rev: self.store.get::<Visit>(id).ok().flatten().map_or(0, |v| v.head.rev),
            client: self.cast.client_name(line.client).listed,
            minute: line.start.minute,
            minutes: line.minutes,
            discipline: line.discipline,
            service: line.service.clone(),
            from: from.iter().map(name).collect(),
            to: to.iter().map(|s| (*s, name(s))).collect(),
            why,
        }
    }

    fn day_figures(&self, search: &DaySearch, problem: &Problem, plan: &Planned) -> DayFigures {
        let figures = plan.figures(problem);
        let uncovered = (0..search.visits.len()).filter(|v| search.free[*v] && !plan.covers(problem, *v)).count();
        let mut known = 0;
        for (n, id) in search.visits.iter().enumerate() {
            let Some(client) = self.window.get(*id).map(|l| l.client) else { continue };
            let first = plan.visits[n].iter().flatten().next().and_then(|b| search.people.get(b.who as usize));
            known += u32::from(first.is_some_and(|s| self.has_been(client, *s, *id)));
        }
        let minutes = |t: i64| u32::try_from(t).unwrap_or(0);
        DayFigures {
            uncovered: uncovered as u32,
            travel: minutes(figures.travel),
            overtime: minutes(figures.overtime),
            late: minutes(late(problem, plan)),
            known,
        }
    }

    fn has_been(&self, client: ClientId, staff: StaffId, but: VisitId) -> bool {
        self.window.of_client(client).any(|(v, l)| {
            v != but
                && (l.staff == Some(staff) || l.second == Some(staff))
                && !matches!(l.state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed)
        })
    }
}

/// Who goes to a visit as it stands, both places.
fn going(line: &VisitLine) -> [Option<StaffId>; 2] {
    let first = line.staff.filter(|_| {
        line.state != VisitState::CalledOut
            && matches!(line.answer, Answer::Yes | Answer::Told | Answer::Planned)
            && !(line.answer == Answer::Planned && line.called_out_at.is_some())
    });
    [first, line.second]
}

/// Minutes after their planned start that visits begin, because whoever goes is still elsewhere or on the way.
fn late(problem: &Problem, plan: &Planned) -> i64 {
    let mut late = 0;
    for route in plan.routes(problem) {
        let mut free: Option<(i64, u32)> = None;
        for (visit, part) in route {
            let of = &problem.visits()[visit as usize];
            let there = free.map_or(of.aim, |(at, place)| (at + problem.way(place, of.place)).max(of.aim));
            late += there - of.aim;
            free = Some((there + of.parts.get(part).map_or(0, |p| p.takes), of.place));
        }
    }
    late
}

/// What is asked of a caregiver by name, folded once.
struct Known {
    discipline: crate::domain::staff::Discipline,
    skills: Vec<String>,
    languages: Vec<String>,
}

impl Known {
    fn of(staff: &Record<Staff>) -> Self {
        Self {
            discipline: staff.discipline,
            skills: staff.skills.iter().map(|s| fold(s)).collect(),
            languages: staff.languages.iter().map(|l| fold(l)).collect(),
        }
    }
}

/// Places by number, each once.
#[derive(Default)]
struct Places {
    list: Vec<Place>,
}

impl Places {
    fn number(&mut self, place: Place) -> u32 {
        let at = self.list.iter().position(|p| *p == place).unwrap_or_else(|| {
            self.list.push(place);
            self.list.len() - 1
        });
        at as u32
    }
}
