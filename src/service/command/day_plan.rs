//! Lines of a day's plan that somebody accepts: one commit, checked as a whole, and whoever gains or loses a visit is to
//! be told.

use crate::domain::ids::{StaffId, TaskId, VisitId};
use crate::domain::record::Record;
use crate::domain::task::Task;
use crate::domain::text::Text;
use crate::domain::time::{DAY, HOUR, MINUTE, Moment, clock};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::service::Service;
use crate::service::api::Problem;
use crate::service::api::Session;
use crate::service::api::day_plan::{MOST_PICKS, PlanPick};
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;
use crate::store::indexes::VisitLine;
use std::collections::BTreeMap;

impl Service {
    /// Gives visits to those whom the plan sends.
    pub(in crate::service) fn accept_plan(&mut self, session: &Session, picks: &[PlanPick]) -> Result<Plan, Refusal> {
        let now = self.now();
        if picks.is_empty() {
            return Err(Refusal::problem("plan.none", "lines", "which lines? mark them first"));
        }
        if picks.len() > MOST_PICKS {
            let text = format!("at most {MOST_PICKS} lines at once; accept the rest after these");
            return Err(Refusal::problem("plan.many", "lines", text));
        }
        // Each line that can't be accepted says why; nothing of the others is done either.
        let mut wrong: Vec<Problem> = Vec::new();
        let mut changed: Vec<(Record<Visit>, Visit)> = Vec::new();
        let mut lines: Vec<usize> = Vec::new();
        let own: Vec<VisitId> = picks.iter().map(|p| p.visit).collect();
        for (n, pick) in picks.iter().enumerate() {
            match self.picked(pick, &own[..n], &own, now) {
                Ok(found) => {
                    changed.push(found);
                    lines.push(n);
                }
                Err(refusal) => wrong.extend(on_line(refusal, n)?),
            }
        }
        for (place, n) in lines.iter().enumerate() {
            if let Err(refusal) = self.nobody_twice(&changed, place) {
                wrong.extend(on_line(refusal, *n)?);
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Problems(wrong));
        }
        let mut plan = Plan::new("plan.accept", String::new());
        let mut news: BTreeMap<StaffId, Vec<String>> = BTreeMap::new();
        let days = || changed.iter().map(|(v, _)| v.start.day);
        let several = days().min() != days().max();
        for (before, after) in &changed {
            plan.writes.push(Write::change(before, after, session.user, now)?);
            let old = VisitLine::of(before);
            let had: Vec<StaffId> = stands_on(&old);
            let has: Vec<StaffId> = after.staff.into_iter().chain(after.second).collect();
            let when = if several { format!("{} ", before.start.day.short()) } else { String::new() };
            let what = format!("{when}{} {}", clock(before.start.minute), self.cast.client_name(before.client).short);
            for staff in had.iter().filter(|s| !has.contains(s)) {
                news.entry(*staff).or_default().push(format!("not {what}"));
            }
            for staff in has.iter().filter(|s| !had.contains(s)) {
                news.entry(*staff).or_default().push(format!("{what} too"));
            }
        }
        let first = changed.iter().map(|(v, _)| v.start.moment()).min().unwrap_or(now);
        let day = match (days().min(), days().max()) {
            (Some(from), Some(to)) if several => format!("{}–{}", from.short(), to.short()),
            (Some(day), _) => day.short(),
            _ => String::new(),
        };
        let people = news.len();
        for (staff, what) in news {
            let Some(office) = self.cast.staff.get(&staff).map(|s| s.office) else { continue };
            let name = self.cast.staff_name(staff).listed;
            let task = Task {
                office,
                client: None,
                staff: Some(staff),
                what: Text::clip(&format!("tell {name}, {day}: {}", what.join(", "))),
                due: first.plus(-HOUR).max(now.plus(10 * MINUTE)),
                owner: Some(session.user),
                about: None,
                undid: 0,
                done: None,
            };
            plan.writes.push(Write::create(TaskId(self.ids.make(now)), &task, session.user, now)?);
        }
        if plan.writes.len() > crate::store::engine::MAX_RECORDS {
            let text = "these touch more people than one save can remember to tell; accept fewer lines at once";
            return Err(Refusal::problem("plan.people", "lines", text));
        }
        let visits = if changed.len() == 1 { "1 visit".to_owned() } else { format!("{} visits", changed.len()) };
        plan.summary = format!("Plan of {day}: {visits} given anew, {people} to tell");
        Ok(plan)
    }

    /// A line's visit as it stands and as it would be, if it may.
    fn picked(
        &self,
        pick: &PlanPick,
        before: &[VisitId],
        own: &[VisitId],
        now: Moment,
    ) -> Result<(Record<Visit>, Visit), Refusal> {
        let visit = self.store.get::<Visit>(pick.visit)?.filter(|v| v.head.rev == pick.rev);
        let Some(visit) = visit else {
            let text = "a visit has changed since the plan was made; look at the plan again";
            return Err(Refusal::problem("plan.changed", "lines", text));
        };
        if before.contains(&visit.id) {
            return Err(Refusal::problem("plan.twice", "lines", "a visit stands on two lines"));
        }
        let planned = self.as_planned(&visit, &pick.staff, own, now)?;
        Ok((visit, planned))
    }

    /// The visit with these on it, if they may.
    fn as_planned(
        &self,
        visit: &Record<Visit>,
        staff: &[StaffId],
        own: &[VisitId],
        now: Moment,
    ) -> Result<Visit, Refusal> {
        let when = clock(visit.start.minute);
        if !matches!(
            visit.state,
            VisitState::Planned | VisitState::Confirmed | VisitState::Late | VisitState::CalledOut
        ) || visit.arrived.is_some()
        {
            let text = format!("the visit of {when} is {}", visit.state.word());
            return Err(Refusal::problem("plan.over", "lines", text));
        }
        let two = self.needs_two(&VisitLine::of(visit));
        if staff.len() > if two { 2 } else { 1 } || staff.first().is_some_and(|s| staff.get(1) == Some(s)) {
            return Err(Refusal::problem("plan.places", "lines", format!("the visit of {when} has no such places")));
        }
        for who in staff {
            // Where else she is that day changes with the other lines: that is looked at for all of them together.
            let Some((standing, _)) = self.would_stand(visit, *who, own, now)? else {
                let text = format!("{when}: they do not work here any more");
                return Err(Refusal::problem("plan.blocked", "lines", text));
            };
            let hard = standing.conflicts.iter().find(|c| {
                c.weight == crate::domain::coverage::Weight::Block
                    && !matches!(c.rule.as_str(), "cover.overlap" | "cover.on_it")
            });
            if let Some(conflict) = hard {
                let name = self.cast.staff_name(*who).listed;
                return Err(Refusal::problem("plan.blocked", "lines", format!("{when} {name}: {}", conflict.text)));
            }
        }
        let mut body = visit.body.clone();
        let stays = |s: Option<StaffId>| s.is_some_and(|s| staff.contains(&s));
        // Whoever said yes and stays keeps her place and her yes.
        let yes = matches!(visit.answer, Answer::Yes | Answer::Told) && visit.state != VisitState::CalledOut;
        let first = if yes && stays(visit.staff) { visit.staff } else { staff.first().copied() };
        let second = staff.iter().copied().find(|s| Some(*s) != first);
        (body.staff, body.second) = (first, second);
        if first.is_none() {
            body.answer = Answer::Nobody;
        } else if !(yes && first == visit.staff) {
            body.answer = Answer::Planned;
        }
        if visit.state == VisitState::CalledOut && first.is_some() {
            body.state = VisitState::Planned;
        }
        Ok(body)
    }

    /// With all lines in their places nobody on this one has two visits at once.
    fn nobody_twice(&self, changed: &[(Record<Visit>, Visit)], place: usize) -> Result<(), Refusal> {
        let Some((before, after)) = changed.get(place) else { return Ok(()) };
        let touched = |id: VisitId| changed.iter().any(|(v, _)| v.id == id);
        let (start, end) = (after.start.moment(), after.end());
        let around = self.week_around(start, after)?;
        for staff in after.staff.into_iter().chain(after.second) {
            let elsewhere = around
                .of_staff_between(staff, start.plus(-DAY), end)
                .filter(|(id, l)| !touched(*id) && stands_on(l).contains(&staff))
                .filter(|(_, l)| l.state.is_open() || l.state == VisitState::Done)
                .any(|(_, l)| l.start.moment() < end && start < l.end());
            let among = changed.iter().filter(|(v, _)| v.id != before.id).any(|(_, other)| {
                let theirs = other.staff == Some(staff) || other.second == Some(staff);
                theirs && overlaps((start, end), (other.start.moment(), other.end()))
            });
            if elsewhere || among {
                let name = self.cast.staff_name(staff).listed;
                let at = clock(before.start.minute);
                let text = format!("{name} would be at two visits at {at}; accept the lines that belong together");
                return Err(Refusal::problem("plan.overlap", "lines", text));
            }
        }
        Ok(())
    }
}

/// What was found on a line, said with its number; what is no finding is passed on.
fn on_line(refusal: Refusal, n: usize) -> Result<Vec<Problem>, Refusal> {
    match refusal {
        Refusal::Problems(found) => {
            Ok(found.into_iter().map(|p| Problem { field: format!("lines.{n}"), ..p }).collect())
        }
        other => Err(other),
    }
}

fn overlaps(a: (Moment, Moment), b: (Moment, Moment)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// Who stands on a visit, whether or not they have said yes: they reckon with it.
fn stands_on(line: &VisitLine) -> Vec<StaffId> {
    let first = line
        .staff
        .filter(|_| line.state != VisitState::CalledOut && !matches!(line.answer, Answer::No | Answer::Nobody));
    first.into_iter().chain(line.second).collect()
}
