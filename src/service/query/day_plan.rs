//! Days planned as a whole: what a search has found, beside how it stands now, line by line.

use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::time::MINUTE;
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::plan::{Answer as Planned, Problem};
use crate::service::Service;
use crate::service::api::Session;
use crate::service::api::day_plan::{DayFigures, DayPlan, PlanAsk, PlanLine};
use crate::service::day_plans::{Key, Part, Search};
use crate::service::plan::Refusal;
use crate::service::window::VisitWindow;
use crate::store::indexes::VisitLine;
use std::collections::HashMap;

impl Service {
    /// The plan of a day or a week, as far as the search has come. Nothing is searched here.
    pub(super) fn plan_day(&self, session: &Session, ask: PlanAsk) -> Result<DayPlan, Refusal> {
        let ask = if ask.week { PlanAsk { day: ask.day.week_start(), ..ask } } else { ask };
        let window = self.week_of(ask.day, self.cast.zone(session.office))?;
        let (key, now) = (Key::Days(ask, session.user), self.now());
        let known = self.plans.known(&key, now);
        let search = match known {
            Some(search) => Some(search),
            None => self.draw(session, ask, &window).map(|draft| self.plans.keep(key, now, draft)),
        };
        let (from, to) = ask.days();
        let Some(search) = search else {
            let (before, after) = (DayFigures::default(), DayFigures::default());
            return Ok(DayPlan { from, to, visits: 0, fixed: 0, search: None, before, after, lines: Vec::new() });
        };
        // As it stands before it is looked at what was found: what is said to be better never is not.
        let stands = search.stands();
        let best = search.best();
        let booked: Vec<&Planned> = search.parts.iter().map(|p| &p.booked).collect();
        let before = self.day_figures(&search, &window, &booked);
        let (mut after, mut lines) = (before, Vec::new());
        if let Some(best) = best.filter(|_| stands.better > 0) {
            let best: Vec<Planned> = search.parts.iter().zip(&best).map(|(part, plan)| kept(part, plan)).collect();
            let best: Vec<&Planned> = best.iter().collect();
            after = self.day_figures(&search, &window, &best);
            for (part, plan) in search.parts.iter().zip(&best) {
                lines.extend(self.plan_lines(&search, part, &window, plan));
            }
            lines.sort_by_key(|l| (l.day, l.minute, l.visit));
        }
        let count = |free: bool| search.parts.iter().flat_map(|p| &p.free).filter(|f| **f == free).count() as u32;
        Ok(DayPlan { from, to, visits: count(true), fixed: count(false), search: Some(stands), before, after, lines })
    }

    /// What a plan changes on a day.
    fn plan_lines(&self, search: &Search, part: &Part, window: &VisitWindow, plan: &Planned) -> Vec<PlanLine> {
        let mut found: Vec<(&VisitLine, Vec<StaffId>, PlanLine)> = Vec::new();
        let twice = twice(&part.problem, &part.booked);
        for (n, id) in part.visits.iter().enumerate().filter(|(n, _)| part.free[*n]) {
            let who = |plan: &Planned| -> Vec<StaffId> {
                let all = plan.visits[n].iter().flatten();
                all.filter_map(|b| search.people.get(b.who as usize).copied()).collect()
            };
            let (from, to) = (who(&part.booked), who(plan));
            let same = from.len() == to.len() && from.iter().all(|s| to.contains(s));
            if !same && let Some(line) = window.get(*id) {
                let mut told = self.plan_line(*id, line, &from, &to);
                if twice[n] {
                    "is at two visits at once now".clone_into(&mut told.why);
                }
                found.push((line, from, told));
            }
        }
        // Whoever is sent to one visit while they stand on another needs that one's line too.
        let mut leaves: HashMap<StaffId, Vec<usize>> = HashMap::new();
        for (n, (_, from, told)) in found.iter().enumerate() {
            for staff in from.iter().filter(|s| told.to.iter().all(|(to, _)| to != *s)) {
                leaves.entry(*staff).or_default().push(n);
            }
        }
        let span = |line: &VisitLine| (line.start.moment(), line.end().max(line.start.moment().plus(MINUTE)));
        let needs = |n: usize| -> Vec<VisitId> {
            let (line, from, told) = &found[n];
            let new = told.to.iter().map(|(id, _)| id).filter(|s| !from.contains(s));
            let others = new.filter_map(|s| leaves.get(s)).flatten().filter(|m| **m != n);
            let (start, end) = span(line);
            let over = |m: &&usize| {
                let (a, b) = span(found[**m].0);
                a < end && start < b
            };
            let mut ids: Vec<VisitId> = others.filter(over).map(|m| found[*m].2.visit).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let needs: Vec<Vec<VisitId>> = (0..found.len()).map(needs).collect();
        found.into_iter().zip(needs).map(|((.., told), needs)| PlanLine { needs, ..told }).collect()
    }

    fn plan_line(&self, id: VisitId, line: &VisitLine, from: &[StaffId], to: &[StaffId]) -> PlanLine {
        let name = |s: &StaffId| self.cast.staff_name(*s).listed;
        let been =
            |s: &StaffId| self.window.of_client(line.client).filter(|(v, l)| *v != id && l.staff == Some(*s)).count();
        let why = match (from.first(), to.first()) {
            (_, None) => "is at another visit then".to_owned(),
            (None, Some(b)) if been(b) > 0 => format!("has been there {}×", been(b)),
            (None, Some(_)) => "free then".to_owned(),
            _ if to.len() > from.len() => "two are needed".to_owned(),
            (Some(a), Some(b)) if been(b) > been(a) => format!("has been there {}×", been(b)),
            (Some(_), Some(_)) => "shorter ways, or less overtime".to_owned(),
        };
        PlanLine {
            visit: id,
            rev: self.store.get::<Visit>(id).ok().flatten().map_or(0, |v| v.head.rev),
            of: line.client,
            client: self.cast.client_name(line.client).listed,
            day: line.start.day,
            minute: line.start.minute,
            minutes: line.minutes,
            discipline: line.discipline,
            service: line.service.clone(),
            from: from.iter().map(name).collect(),
            to: to.iter().map(|s| (*s, name(s))).collect(),
            why,
            needs: Vec::new(),
        }
    }

    /// The figures of a plan, or of how it is booked: each part's.
    fn day_figures(&self, search: &Search, window: &VisitWindow, plans: &[&Planned]) -> DayFigures {
        let mut out = DayFigures::default();
        let minutes = |t: i64| u32::try_from(t).unwrap_or(0);
        let mut spent = search.elsewhere.clone();
        let mut long = vec![0; spent.len()];
        for (part, plan) in search.parts.iter().zip(plans) {
            let problem = &part.problem;
            out.travel += minutes(plan.figures(problem).travel);
            out.late += minutes(late(problem, plan));
            let twice = twice(problem, plan).into_iter().zip(&part.free).filter(|(twice, free)| *twice && **free);
            out.twice += twice.count() as u32;
            for (n, id) in part.visits.iter().enumerate() {
                out.uncovered += u32::from(part.free[n] && !plan.covers(problem, n));
                let Some(client) = window.get(*id).map(|l| l.client) else { continue };
                let first = plan.visits[n].iter().flatten().next().and_then(|b| search.people.get(b.who as usize));
                out.known += u32::from(first.is_some_and(|s| self.has_been(client, *s, *id)));
            }
            for ((all, long), here) in spent.iter_mut().zip(&mut long).zip(plan.spent(problem)) {
                *all += here;
                *long += search.hours.day.map_or(0, |day| (here - day).max(0));
            }
        }
        // What is overtime of a day is not overtime of its week once more.
        let over = |spent: &i64| (spent - search.hours.week).max(0);
        let of_week = spent.iter().zip(&search.elsewhere).map(|(all, besides)| over(all) - over(besides));
        out.overtime = minutes(of_week.zip(&long).map(|(week, long)| week.max(*long)).sum());
        out
    }

    fn has_been(&self, client: ClientId, staff: StaffId, but: VisitId) -> bool {
        let theirs = |l: &VisitLine| counts(l) && (l.staff == Some(staff) || l.second == Some(staff));
        self.window.of_client(client).any(|(v, l)| v != but && theirs(l))
    }
}

/// The plan, but nobody is taken off a visit for nothing: who stands alone where two are needed, against a rule or later
/// than is let pass stays there where nobody else was found, unless the plan has them at another visit at that time.
fn kept(part: &Part, plan: &Planned) -> Planned {
    let span = |v: usize| {
        let visit = &part.problem.visits()[v];
        (visit.aim, visit.aim + visit.parts.iter().map(|p| p.takes).max().unwrap_or(0))
    };
    let mut sent: HashMap<u32, Vec<(i64, i64)>> = HashMap::new();
    for (v, parts) in plan.visits.iter().enumerate() {
        for booked in parts.iter().flatten() {
            sent.entry(booked.who).or_default().push(span(v));
        }
    }
    let mut out = plan.clone();
    for n in (0..part.visits.len()).filter(|n| part.free[*n] && plan.visits[*n].iter().all(Option::is_none)) {
        let (start, end) = span(n);
        let is_free = |who: u32| sent.get(&who).is_none_or(|of| of.iter().all(|(a, b)| *b <= start || end <= *a));
        let booked = part.booked.visits[n];
        if booked.iter().flatten().all(|b| is_free(b.who)) {
            out.visits[n] = booked;
            for b in booked.iter().flatten() {
                sent.entry(b.who).or_default().push((start, end));
            }
        }
    }
    out
}

/// It takes place, or did.
pub(super) fn counts(line: &VisitLine) -> bool {
    !matches!(line.state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed)
}

/// Who goes to a visit as it stands, both places.
pub(super) fn going(line: &VisitLine) -> [Option<StaffId>; 2] {
    let first = line.staff.filter(|_| {
        line.state != VisitState::CalledOut
            && matches!(line.answer, Answer::Yes | Answer::Told | Answer::Planned)
            && !(line.answer == Answer::Planned && line.called_out_at.is_some())
    });
    [first, line.second]
}

/// Which visits nobody can come to, because whoever goes is still at the one before it when it begins.
fn twice(problem: &Problem, plan: &Planned) -> Vec<bool> {
    let mut out = vec![false; problem.visits().len()];
    for mut route in plan.routes(problem) {
        route.sort_by_key(|(visit, _)| problem.visits()[*visit as usize].aim);
        let mut until = i64::MIN;
        for (visit, part) in route {
            let of = &problem.visits()[visit as usize];
            out[visit as usize] |= of.aim < until;
            until = until.max(of.aim + of.parts.get(part).map_or(0, |p| p.takes));
        }
    }
    out
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
