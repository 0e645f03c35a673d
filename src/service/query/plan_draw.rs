//! Draws up days for the planner from what is in memory: every visit of them, everybody who works here, what it costs to
//! send whom where. Times stand; only who goes may change, and whoever has begun a visit stays with it.

use super::day_plan::{counts, going};
use crate::domain::client::Client;
use crate::domain::coverage::Wish;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::staff::{Discipline, Staff};
use crate::domain::time::{Day, MINUTE, Moment, Zone};
use crate::domain::visit::{Answer, VisitState};
use crate::plan::{
    Answer as Planned, Booked, Caregiver, Fixed, Kept, Late, Part as Seat, Problem, Second, Skills, Travel,
    Visit as ToPlan, Weights,
};
use crate::rules::coverage::Place;
use crate::service::Service;
use crate::service::access::Reached;
use crate::service::api::Session;
use crate::service::api::day_plan::PlanAsk;
use crate::service::day_plans::{Draft, Hours, Part};
use crate::service::window::VisitWindow;
use crate::store::indexes::VisitLine;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// What it costs to take a visit from somebody, in minutes: who has only been planned, and who has said yes.
const PLANNED: i64 = 45;
const SAID_YES: i64 = 600;
/// What it costs to send somebody who has never been there, is of another discipline, or does not speak her language.
const STRANGER: i64 = 60;
const STAND_IN: i64 = 60;
const LANGUAGE: i64 = 40;
/// What a visit costs that nobody goes to, by the client's level; the first is of those without one.
const UNCOVERED: [i64; 6] = [1_000_000, 100_000_000, 30_000_000, 10_000_000, 3_000_000, 1_000_000];
/// Steps of a search besides looking at every visit once: some, more for each visit, and no more than are done in two
/// seconds or three.
const STEPS: (u64, u64, u64) = (3_000, 150, 200_000);
/// No search takes more steps.
const MOST_STEPS: u64 = 20_000_000;
/// Distinct places up to which a way is worked out once.
const TABLE: usize = 4_096;
/// What is asked of whoever goes is counted in so many ways.
const CLASSES: usize = 128;

/// What most cost, and what each costs who costs something else.
type Base = (i64, Vec<(u32, i64)>);

/// What was drawn up of all days together.
struct Drawing<'a> {
    service: &'a Service,
    ask: PlanAsk,
    session: &'a Session,
    zone: Zone,
    reached: Reached,
    people: Vec<StaffId>,
    number: HashMap<StaffId, u32>,
    /// What is asked of each caregiver by name, in their order; folded once.
    known: Vec<Known>,
    classes: Vec<Class>,
    /// The class of a discipline, a service and a client's needs.
    class_of: HashMap<(Discipline, String, ClientId), Option<usize>>,
    /// What it costs to send each to a client of this language, by class: what most cost, and who costs something else.
    base: HashMap<(usize, Option<String>), Base>,
    homes: HashMap<ClientId, u32>,
    been: HashMap<ClientId, Vec<(u32, i64)>>,
    wishes: HashMap<ClientId, Vec<(u32, Wish)>>,
    places: Places,
}

/// What a visit asks of whoever goes, apart from who the client is, and who can: by their numbers.
struct Class {
    discipline: Discipline,
    skills: Vec<u16>,
    able: Vec<bool>,
}

/// What is asked of a caregiver by name.
struct Known {
    discipline: Discipline,
    skills: Vec<String>,
    languages: Vec<String>,
}

/// A day before the ways are known: they are those of all days.
struct Sketch {
    ids: Vec<VisitId>,
    free: Vec<bool>,
    visits: Vec<ToPlan>,
    caregivers: Vec<Caregiver>,
    booked: Planned,
}

impl Service {
    /// Draws up the days that are asked for; none where nothing of them can be planned any more.
    pub(super) fn draw(&self, session: &Session, ask: PlanAsk, window: &VisitWindow) -> Option<Draft> {
        let zone = self.cast.zone(session.office);
        let mut drawing = Drawing::new(self, session, ask, zone);
        let (first, last) = ask.days();
        let mut sketches = Vec::new();
        for n in 0..=last.since(first) {
            sketches.push(drawing.day(first.plus(n), window));
        }
        let free = sketches.iter().flat_map(|s| &s.free).filter(|f| **f).count() as u64;
        if free == 0 {
            return None;
        }
        let elsewhere = drawing.elsewhere(window);
        let travel = self.ways(drawing.places);
        let mut parts = Vec::new();
        for Sketch { ids, free, visits, caregivers, booked } in sketches {
            let weights = Weights { travel: 1, overtime: 3, greatest_late: 0 };
            let problem = Problem::new(visits, caregivers, travel.clone(), weights).ok()?;
            parts.push(Part { visits: ids, free, problem: Arc::new(problem), booked });
        }
        let (some, each, most) = STEPS;
        let steps = match u64::from(ask.steps) {
            0 => (some + each * free).min(most),
            steps => steps.min(MOST_STEPS),
        };
        let wants = |id: &StaffId| self.cast.staff.get(id).and_then(|s| s.most_week).map(i64::from);
        let hours = Hours {
            week: i64::from(self.covering.overtime),
            day: self.covering.overtime_day.map(i64::from),
            most: drawing.people.iter().map(wants).collect(),
        };
        Some(Draft { people: drawing.people, parts, elsewhere, hours, seed: ask.seed, steps })
    }

    /// When somebody can be at visits that day: their pattern and what they have agreed to, less the time they are off.
    fn shifts(&self, staff: &Record<Staff>, on: Day, booked: &[(i64, i64)], day: Moment) -> Vec<(i64, i64)> {
        let weekday = on.weekday();
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

    /// The ways between all places, each worked out when it is asked for first.
    fn ways(&self, places: Places) -> Travel {
        let policy = self.covering.clone();
        let list = places.list;
        let count = list.len();
        // Where the way is not known it is not held against anybody.
        let way = move |a: usize, b: usize| match (a == b, list.get(a).zip(list.get(b))) {
            (false, Some((from, to))) => from.minutes(to, &policy).unwrap_or(0),
            _ => 0,
        };
        if count > TABLE {
            return Travel::Worked(count as u32, Arc::new(move |a, b| i64::from(way(a as usize, b as usize))));
        }
        // 0 is a way that nobody has asked for yet; any other is a minute longer than the way.
        let table: Vec<AtomicU16> = std::iter::repeat_with(AtomicU16::default).take(count * count).collect();
        let looked_up = move |a: u32, b: u32| {
            let (a, b) = (a as usize, b as usize);
            let Some(cell) = table.get(a * count + b) else { return 0 };
            match cell.load(Ordering::Relaxed) {
                0 => {
                    let minutes = u16::try_from(way(a, b)).unwrap_or(u16::MAX).min(u16::MAX - 1);
                    cell.store(minutes + 1, Ordering::Relaxed);
                    i64::from(minutes)
                }
                known => i64::from(known - 1),
            }
        };
        Travel::Worked(count as u32, Arc::new(looked_up))
    }
}

impl<'a> Drawing<'a> {
    fn new(service: &'a Service, session: &'a Session, ask: PlanAsk, zone: Zone) -> Self {
        let mut people: Vec<StaffId> = service.cast.staff.values().filter(|s| s.active).map(|s| s.id).collect();
        people.sort_unstable();
        let number: HashMap<StaffId, u32> = people.iter().enumerate().map(|(n, id)| (*id, n as u32)).collect();
        let known = people.iter().filter_map(|id| service.cast.staff.get(id)).map(Known::of).collect();
        let mut wishes: HashMap<ClientId, Vec<(u32, Wish)>> = HashMap::new();
        for pairing in service.coverage.wishes() {
            if let Some(n) = number.get(&pairing.staff) {
                wishes.entry(pairing.client).or_default().push((*n, pairing.wish));
            }
        }
        Self {
            service,
            ask,
            session,
            zone,
            reached: service.reached(session),
            people,
            number,
            known,
            classes: Vec::new(),
            class_of: HashMap::new(),
            base: HashMap::new(),
            homes: HashMap::new(),
            been: HashMap::new(),
            wishes,
            places: Places::default(),
        }
    }

    /// The plan may give this visit to somebody else.
    fn is_free(&self, id: VisitId, line: &VisitLine, client: &Record<Client>, now: Moment) -> bool {
        let ahead = matches!(
            line.state,
            VisitState::Planned | VisitState::Confirmed | VisitState::Late | VisitState::CalledOut
        );
        ahead
            && line.arrived.is_none()
            && line.start.moment() > now
            && (!self.ask.mine || client.is_of(self.session.user))
            && self.service.lets_through(self.session, self.ask.only, id, line)
            && client.is_visited()
            && self.reached.holds(self.service, line.client)
    }

    fn day(&mut self, on: Day, window: &VisitWindow) -> Sketch {
        let service = self.service;
        let (day, to) = (self.zone.midnight(on), self.zone.midnight(on.plus(1)));
        let now = service.now();
        let mut out = Sketch {
            ids: Vec::new(),
            free: Vec::new(),
            visits: Vec::new(),
            caregivers: Vec::new(),
            booked: Planned { visits: Vec::new(), order: Vec::new(), cost: 0 },
        };
        let mut busy: HashMap<u32, Vec<(i64, i64)>> = HashMap::new();
        let mut theirs: HashMap<u32, Vec<(i64, i64)>> = HashMap::new();
        for (id, line) in window.between(day, to) {
            if line.history || matches!(line.state, VisitState::Cancelled | VisitState::Missed) {
                continue;
            }
            let Some(client) = service.cast.clients.get(&line.client) else { continue };
            let free = self.is_free(id, line, client, now);
            let visit = self.visit(line, client, free, day, &mut busy);
            let mut at = 0;
            let goes = going(line).map(|who| {
                let part = visit.parts.get(at);
                at += 1;
                let who = *self.number.get(&who?)?;
                theirs.entry(who).or_default().push((visit.aim, visit.aim + i64::from(line.minutes)));
                part.map(|p| Booked { who, start: visit.aim, end: visit.aim + p.takes })
            });
            out.ids.push(id);
            out.free.push(free);
            out.booked.visits.push(goes);
            out.visits.push(visit);
        }
        let mut order: Vec<u32> = (0..out.visits.len() as u32).collect();
        order.sort_by_key(|v| out.visits[*v as usize].aim);
        out.booked.order = order;
        out.caregivers =
            self.people.clone().into_iter().enumerate().map(|(n, id)| self.carer(n, id, on, day, &theirs)).collect();
        out
    }

    fn visit(
        &mut self,
        line: &VisitLine,
        client: &Record<Client>,
        free: bool,
        day: Moment,
        busy: &mut HashMap<u32, Vec<(i64, i64)>>,
    ) -> ToPlan {
        let class = self.class(line, client);
        let start = line.start.moment().since(day) / MINUTE;
        let takes = i64::from(line.minutes).max(1);
        let numbers = going(line).map(|who| who.and_then(|w| self.number.get(&w).copied()));
        let two = self.service.needs_two(line) || line.second.is_some();
        let needs = class.map_or(Skills::default(), Skills::one);
        let mut parts = vec![Seat { needs, takes, fixed: None }; if two { 2 } else { 1 }];
        if !free {
            for (part, who) in parts.iter_mut().zip(numbers) {
                let Some(who) = who else { continue };
                // Who is booked twice at once is so already: the plan can count that once alone.
                let taken = busy.entry(who).or_default();
                if taken.iter().all(|(a, b)| *b <= start || start + takes <= *a) {
                    taken.push((start, start + takes));
                    *part = Seat { needs: Skills::default(), takes, fixed: Some(Fixed { who, start }) };
                }
            }
            if parts.iter().all(|p| p.fixed.is_none()) {
                // Nobody goes, and nobody is to be found here: it is not this plan's.
                parts.truncate(1);
            }
        }
        let said_yes = matches!(line.answer, Answer::Yes | Answer::Told);
        let kept = (free && numbers.iter().any(Option::is_some) && (said_yes || !self.ask.scratch)).then(|| Kept {
            who: if two { numbers } else { [numbers[0], None] },
            start,
            person: if said_yes { SAID_YES } else { PLANNED },
            moved: 0,
            tick: 0,
        });
        let (never, known, stranger) = if free {
            self.costs(line, client, class)
        } else {
            // Whoever is fixed is, and nobody else is ever sent.
            ((0..self.people.len() as u32).collect(), Vec::new(), 0)
        };
        let late = i64::from(self.service.covering.late);
        let home = *self.homes.entry(line.client).or_insert_with(|| self.places.number(self.service.home_of(client)));
        ToPlan {
            place: home,
            open: start,
            close: if free { start + late } else { start },
            late: Late::Never,
            aim: start,
            on_paper: true,
            parts,
            second: Second::Together,
            uncovered: if free { self.service.cost_uncovered(line, client) } else { 0 },
            never,
            known,
            stranger,
            kept,
        }
    }

    /// Which class of needs a visit is of; none where there are more of them than the planner counts.
    fn class(&mut self, line: &VisitLine, client: &Record<Client>) -> Option<usize> {
        let key = (line.discipline, line.service.clone(), line.client);
        if let Some(class) = self.class_of.get(&key) {
            return *class;
        }
        let covering = &self.service.covering;
        let skills = covering.asked(line.discipline, &line.service, &client.needs);
        let same = |c: &Class| c.discipline == line.discipline && c.skills == skills;
        let found = self.classes.iter().position(same).or_else(|| {
            if self.classes.len() >= CLASSES {
                return None;
            }
            let can = |k: &Known| {
                covering.may_stand_in(line.discipline, k.discipline) && covering.holds(&skills, k.discipline, &k.skills)
            };
            let able = self.known.iter().map(can).collect();
            self.classes.push(Class { discipline: line.discipline, skills, able });
            Some(self.classes.len() - 1)
        });
        self.class_of.insert(key, found);
        found
    }

    /// Who is never sent to a visit, what sending each costs, and what sending anybody else costs.
    fn costs(
        &mut self,
        line: &VisitLine,
        client: &Record<Client>,
        class: Option<usize>,
    ) -> (Vec<u32>, Vec<(u32, i64)>, i64) {
        let Some(class) = class else {
            return ((0..self.people.len() as u32).collect(), Vec::new(), STRANGER);
        };
        let language = client.languages.first().map(|l| fold(l));
        let (stranger, mut known) = self.base(class, language.clone());
        if !self.been.contains_key(&line.client) {
            let been = self.been_to(line.client);
            self.been.insert(line.client, been);
        }
        let been = self.been.get(&line.client).map(Vec::as_slice).unwrap_or_default();
        let wishes = self.wishes.get(&line.client).map(Vec::as_slice).unwrap_or_default();
        let wish = |n: u32| wishes.iter().find(|(who, _)| *who == n).map(|(_, wish)| *wish);
        let mut own: Vec<u32> = been.iter().map(|(n, _)| *n).collect();
        own.extend(wishes.iter().filter(|(_, w)| *w == Wish::Preferred).map(|(n, _)| *n));
        own.sort_unstable();
        own.dedup();
        for n in own {
            let times = been.iter().find(|(who, _)| *who == n).map_or(0, |(_, times)| *times);
            let Some(known_of) = self.known.get(n as usize) else { continue };
            let mut cost = cost(known_of, line.discipline, language.as_deref(), times);
            if wish(n) == Some(Wish::Preferred) {
                cost /= 2;
            }
            match known.binary_search_by_key(&n, |k| k.0) {
                Ok(at) => known[at].1 = cost,
                Err(at) => known.insert(at, (n, cost)),
            }
        }
        let out = line.called_out_by.and_then(|id| self.number.get(&id).copied());
        let excluded = wishes.iter().filter(|(_, w)| *w == Wish::Excluded).map(|(n, _)| *n);
        let mut never: Vec<u32> = excluded.chain(out).collect();
        never.sort_unstable();
        never.dedup();
        (never, known, stranger)
    }

    /// What it costs to send whoever has never been there.
    fn base(&mut self, class: usize, language: Option<String>) -> Base {
        if let Some(found) = self.base.get(&(class, language.clone())) {
            return found.clone();
        }
        let Some(of) = self.classes.get(class) else { return (STRANGER, Vec::new()) };
        let all: Vec<(u32, i64)> = (0..)
            .zip(self.known.iter().zip(&of.able))
            .filter(|(_, (_, able))| **able)
            .map(|(n, (known, _))| (n, cost(known, of.discipline, language.as_deref(), 0)))
            .collect();
        let mut counted: HashMap<i64, usize> = HashMap::new();
        for (_, cost) in &all {
            *counted.entry(*cost).or_default() += 1;
        }
        let stranger = counted.into_iter().max_by_key(|(cost, times)| (*times, *cost)).map_or(STRANGER, |c| c.0);
        let found = (stranger, all.into_iter().filter(|(_, cost)| *cost != stranger).collect::<Vec<_>>());
        self.base.insert((class, language), found.clone());
        found
    }

    /// Who has been to a client, and how often.
    fn been_to(&self, client: ClientId) -> Vec<(u32, i64)> {
        let mut been: HashMap<u32, i64> = HashMap::new();
        for (_, line) in self.service.window.of_client(client).filter(|(_, l)| counts(l)) {
            for n in line.staff.into_iter().chain(line.second).filter_map(|s| self.number.get(&s)) {
                *been.entry(*n).or_default() += 1;
            }
        }
        been.into_iter().collect()
    }

    /// Somebody with when they can work that day.
    fn carer(
        &mut self,
        n: usize,
        id: StaffId,
        on: Day,
        day: Moment,
        theirs: &HashMap<u32, Vec<(i64, i64)>>,
    ) -> Caregiver {
        let service = self.service;
        let Some(staff) = service.cast.staff.get(&id) else { return Caregiver::default() };
        let booked = theirs.get(&(n as u32)).map(Vec::as_slice).unwrap_or_default();
        let shifts = service.shifts(staff, on, booked, day);
        let valid = service.coverage.lapsed(id, on).is_empty();
        let held = self.classes.iter().enumerate().filter(|(_, c)| valid && c.able.get(n) == Some(&true));
        let skills = held.fold(Skills::default(), |all, (n, _)| all.and(Skills::one(n)));
        let base = service.base_of(staff);
        let from = (base != Place::default()).then(|| (self.places.number(base), -24 * 60));
        // When overtime begins, and how much they want, is what the rest of the week leaves.
        Caregiver { skills, shifts, from, to: None, most: None, overtime_after: None }
    }

    /// What everybody works in that week besides the days that are planned.
    fn elsewhere(&self, window: &VisitWindow) -> Vec<i64> {
        let mut minutes = vec![0; self.people.len()];
        let (first, last) = self.ask.days();
        let sunday = first.week_start();
        let week = window.between(self.zone.midnight(sunday), self.zone.midnight(sunday.plus(7)));
        for (_, line) in week.filter(|(_, l)| counts(l) && !(first..=last).contains(&self.zone.day(l.start.moment()))) {
            for n in line.staff.into_iter().chain(line.second).filter_map(|s| self.number.get(&s)) {
                minutes[*n as usize] += i64::from(line.minutes);
            }
        }
        minutes
    }
}

impl Service {
    fn cost_uncovered(&self, line: &VisitLine, client: &Record<Client>) -> i64 {
        // A day ahead has no tiers yet: the client's level says the harm.
        let level = client.emergency.map_or(5, |l| usize::from(l.clamp(1, 4)));
        let two = if self.needs_two(line) { 2 } else { 1 };
        UNCOVERED.get(level).copied().unwrap_or(UNCOVERED[0]) * two
    }
}

/// What it costs to send somebody who has been there so often.
fn cost(known: &Known, wanted: Discipline, language: Option<&str>, been: i64) -> i64 {
    let mut cost = STRANGER / (1 + been);
    if known.discipline != wanted {
        cost += STAND_IN;
    }
    if language.is_some_and(|l| !known.languages.iter().any(|k| k == l)) {
        cost += LANGUAGE;
    }
    cost
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
    numbers: HashMap<Place, u32>,
}

impl Places {
    fn number(&mut self, place: Place) -> u32 {
        let next = self.list.len() as u32;
        let number = *self.numbers.entry(place.clone()).or_insert(next);
        if number == next {
            self.list.push(place);
        }
        number
    }
}
