//! Series and their visits. Visits are made [`AHEAD`] days ahead, so that every list stays a range read; what a series
//! asks for and what is on the calendar are brought together after each change of a series or hold, at open and on each
//! new day, a few commits at a time. Whatever was cut off is done the next time: a place in a series has one visit.

use super::Service;
use super::api::{Change, Reply, Session};
use super::plan::{Plan, Refusal};
use crate::domain::ids::{OfficeId, SeriesId, StaffId, UserId, VisitId};
use crate::domain::record::{Kind, Record};
use crate::domain::series::{Ends, Series};
use crate::domain::time::{Civil, DAY, Day, MINUTE, Moment};
use crate::domain::user::Role;
use crate::domain::visit::{Answer, FromSeries, Given, Visit, VisitState};
use crate::rules::recurrence::{Occurrence, Pattern, Settle, Step, settle};
use crate::store::Write;
use std::collections::BTreeSet;

/// Visits are made so many days ahead.
pub(in crate::service) const AHEAD: i32 = 35;
/// Nobody has so many visits of one series in that time.
const MOST: usize = 1_000;
/// Most records in one commit of visits; below the engine's limit, so that what goes with them fits as well.
pub(in crate::service) const AT_ONCE: usize = 88;
/// Series looked at in one go: whoever waits for an answer waits no longer than for these.
const SERIES_AT_ONCE: usize = 200;
/// Lines looked at for what a caregiver has in that time.
const LOOKED_AT: usize = 200_000;

/// How far the visits of all series have been made.
#[derive(Default)]
pub(super) struct Schedule {
    /// The day for which all of them were looked at.
    done: Option<Day>,
    /// Those up to this one were looked at today.
    after: [u8; 16],
    /// These have changed.
    waiting: BTreeSet<SeriesId>,
}

impl Schedule {
    /// Something is to be looked at.
    pub(super) fn is_due(&self, today: Day) -> bool {
        self.done != Some(today) || !self.waiting.is_empty()
    }
}

/// When a caregiver is with others.
pub(in crate::service) struct Busy(Vec<(Moment, Moment)>);

impl Busy {
    /// Whether they are with others then.
    pub(in crate::service) fn at(&self, from: Moment, minutes: u16) -> bool {
        let to = from.plus(i64::from(minutes) * MINUTE);
        self.0.iter().any(|(begin, end)| *begin < to && from < *end)
    }
}

/// Who makes visits of series: nobody at a screen.
fn nobody() -> Session {
    Session {
        id: 0,
        user: UserId::default(),
        role: Role::Administrator,
        office: OfficeId::default(),
        name: "caseload".to_owned(),
        origin: "series".to_owned(),
    }
}

impl Service {
    fn today(&self, now: Moment) -> Day {
        self.cast.zone(OfficeId::default()).day(now)
    }

    /// Where there is no series there is nothing to be looked at.
    pub(super) fn open_series(&mut self, now: Moment) -> crate::store::Result<()> {
        if self.store.each_after::<Series>([0; 16], |_| false)?.is_none() {
            self.schedule.done = Some(self.today(now));
        }
        Ok(())
    }

    /// Visits of series are to be made or looked at.
    pub(super) fn series_wait(&self, now: Moment) -> bool {
        self.schedule.is_due(self.today(now))
    }

    /// Series have changed whose visits are to be looked at.
    pub(super) fn schedule_waits(&self) -> bool {
        !self.schedule.waiting.is_empty()
    }

    /// These records were written: what hangs on them is looked at next.
    pub(super) fn series_touched(&mut self, touched: &[(Kind, [u8; 16])]) {
        for (kind, id) in touched {
            match kind {
                Kind::Series => drop(self.schedule.waiting.insert(SeriesId(*id))),
                Kind::Hold => {
                    let client = self.client_of_record(Kind::Hold, *id).ok().flatten();
                    let series = client.and_then(|id| self.store.of_client::<Series>(id, MOST).ok());
                    self.schedule.waiting.extend(series.into_iter().flatten().map(|s| s.id));
                }
                // Its holidays.
                Kind::Agency => self.schedule = Schedule::default(),
                _ => {}
            }
        }
    }

    /// Brings some of what waits together with the calendar, and tells what changed by it.
    pub(super) fn keep_series(&mut self, now: Moment) -> Option<Change> {
        let mut all: Option<Change> = None;
        let today = self.today(now);
        while let Some(id) = self.schedule.waiting.pop_first() {
            if !self.keep(&[id], now, &mut all) {
                return all;
            }
        }
        if self.schedule.done == Some(today) {
            return all;
        }
        let mut found = Vec::new();
        let stopped = self.store.each_after::<Series>(self.schedule.after, |series| {
            found.push(series.id);
            found.len() < SERIES_AT_ONCE
        });
        let kept = self.keep(&found, now, &mut all);
        match stopped {
            Ok(Some(last)) if kept => self.schedule.after = last,
            // What could not be read or written now is tried again tomorrow, and at the next open.
            _ => (self.schedule.done, self.schedule.after) = (Some(today), [0; 16]),
        }
        all
    }

    /// Whether all of it could be written.
    fn keep(&mut self, ids: &[SeriesId], now: Moment, all: &mut Option<Change>) -> bool {
        let mut writes = Vec::new();
        for id in ids {
            // One that can't be read holds nobody else up; its own page says what is wrong with it.
            writes.extend(self.series_writes(*id, now).unwrap_or_default());
            while writes.len() >= AT_ONCE {
                let rest = writes.split_off(AT_ONCE);
                if !self.keep_writes(std::mem::replace(&mut writes, rest), now, all) {
                    return false;
                }
            }
        }
        writes.is_empty() || self.keep_writes(writes, now, all)
    }

    fn keep_writes(&mut self, writes: Vec<Write>, now: Moment, all: &mut Option<Change>) -> bool {
        let summary = format!("Visits of series: {} made or changed", writes.len());
        let plan = Plan { writes, ..Plan::new("series.visits", summary) };
        let request = self.ids.make(now);
        let (reply, change) = self.commit(&nobody(), plan, request, Vec::new());
        *all = merged(all.take(), change);
        matches!(reply, Reply::Done(_))
    }

    /// What is to be written so that a series' visits are what it asks for.
    fn series_writes(&mut self, id: SeriesId, now: Moment) -> Result<Vec<Write>, Refusal> {
        let Some(series) = self.store.get_any::<Series>(id)? else { return Ok(Vec::new()) };
        let body = (!series.head.in_error).then_some(&series.body);
        let (steps, there) = self.series_steps(id, body, None, false, now)?;
        self.step_writes((id, &series.body), &steps, &there, None, UserId::default(), now)
    }

    /// What a series (none where it was taken back) asks for, held against its visits, or against these.
    pub(in crate::service) fn series_steps(
        &self,
        id: SeriesId,
        series: Option<&Series>,
        there: Option<Vec<Record<Visit>>>,
        all: bool,
        now: Moment,
    ) -> Result<(Vec<Step>, Vec<Record<Visit>>), Refusal> {
        let zone = series.map_or_else(|| self.cast.zone(OfficeId::default()), |s| s.start.zone);
        let today = zone.day(now);
        let wanted = match series {
            Some(series) => self.wanted(series, today, today.plus(AHEAD))?,
            None => Vec::new(),
        };
        // One that was moved from a day that is past to one that comes has its place there all the same.
        let first = wanted.iter().map(|o| o.day).min().map_or(today, |day| day.min(today));
        let there = match there {
            Some(there) => there,
            None => self.store.visits_of_series(id, first)?,
        };
        let pattern = series.map(|s| Pattern::of(s, &self.holidays(), &[]));
        let rests = |visit: &Visit| {
            let (Some(series), Some(pattern)) = (series, &pattern) else { return false };
            let place = visit.series.as_ref().map(|from| (from.day, from.minute));
            let over = matches!(series.ends, Ends::On(last) if visit.start.day > last);
            let left_out = series.left_out.iter().any(|slot| {
                place.is_some_and(|(day, minute)| slot.day == day && slot.minute.is_none_or(|m| m == minute))
            });
            over || left_out || pattern.paused(visit.start.day) || self.is_held(series, visit.start, visit.minutes)
        };
        let bodies: Vec<&Visit> = there.iter().map(|r| &r.body).collect();
        let steps = settle(&wanted, &bodies, &Settle { now, all, rests: &rests });
        drop(bodies);
        Ok((steps, there))
    }

    fn holidays(&self) -> Vec<Day> {
        self.cast.agency.iter().flat_map(|a| a.holidays.iter().map(|h| h.day)).collect()
    }

    fn is_held(&self, series: &Series, at: Civil, minutes: u16) -> bool {
        let from = at.moment();
        let to = from.plus(i64::from(minutes) * MINUTE);
        self.coverage.holds_of(series.client).any(|hold| hold.keeps_from(from, to))
    }

    /// What a series asks for from one day to another.
    pub(in crate::service) fn wanted(&self, series: &Series, from: Day, to: Day) -> Result<Vec<Occurrence>, Refusal> {
        let pattern = Pattern::of(series, &self.holidays(), &[]);
        let mut found =
            pattern.visits(from, to, MOST).map_err(|e| Refusal::problem("series.rule", "rule", e.to_string()))?;
        found.retain(|o| !self.is_held(series, o.at, series.minutes));
        Ok(found)
    }

    /// When a caregiver is with others in the time that visits are made for; a series' own visits aside.
    pub(in crate::service) fn busy(&self, staff: StaffId, but: SeriesId, now: Moment) -> Result<Busy, Refusal> {
        let mut found = Vec::new();
        let over = |state| matches!(state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed);
        let to = now.plus(i64::from(AHEAD + 1) * DAY);
        self.store.each_visit_between(now.plus(-DAY), to, LOOKED_AT, |_, line| {
            if (line.staff == Some(staff) || line.second == Some(staff))
                && !over(line.state)
                && line.series != Some(but)
            {
                found.push((line.start.moment(), line.end()));
            }
        })?;
        Ok(Busy(found))
    }

    /// The records that these steps come to, at most as many as one commit takes; the rest is left for the next time.
    /// Whom it finds with others then is not put on a visit: it is left to nobody.
    pub(in crate::service) fn step_writes(
        &mut self,
        (id, series): (SeriesId, &Series),
        steps: &[Step],
        there: &[Record<Visit>],
        busy: Option<&Busy>,
        by: UserId,
        now: Moment,
    ) -> Result<Vec<Write>, Refusal> {
        let mut writes = Vec::new();
        for step in steps {
            match *step {
                Step::Make(of) => {
                    let given = give(series, of.at);
                    let mut visit = Visit::new(series.client, series.discipline, of.at, series.minutes);
                    visit.service.clone_from(&series.service);
                    (visit.staff, visit.second) = (given.staff, given.second);
                    visit.series = Some(FromSeries { series: id, day: of.day, minute: of.minute, given });
                    settle_people(&mut visit, busy);
                    let made = VisitId(self.ids.make(now));
                    writes.push(Write::create(made, &visit, by, now)?);
                }
                Step::Follow { visit, of, whole } => {
                    let Some(was) = there.get(visit) else { continue };
                    let body = followed(&was.body, (id, series), of, whole, busy);
                    if body != was.body {
                        writes.push(Write::change(was, &body, by, now)?);
                    }
                }
                Step::TakeBack(visit) => {
                    if let Some(was) = there.get(visit) {
                        writes.push(Write::set(was, &was.body, true, by, now)?);
                    }
                }
            }
        }
        Ok(writes)
    }
}

/// What a series gives a visit at this time.
fn give(series: &Series, start: Civil) -> Given {
    Given {
        start,
        minutes: series.minutes,
        discipline: series.discipline,
        service: series.service.clone(),
        staff: series.staff,
        second: series.second,
    }
}

/// Nobody is in two homes at once; and whoever was just put there has said nothing yet.
fn settle_people(visit: &mut Visit, busy: Option<&Busy>) {
    if busy.is_some_and(|busy| busy.at(visit.start.moment(), visit.minutes)) {
        visit.staff = None;
    }
    visit.answer = if visit.staff.is_some() { Answer::Planned } else { Answer::Nobody };
}

/// A visit as it is for this occurrence.
pub(in crate::service) fn followed(
    was: &Visit,
    (id, series): (SeriesId, &Series),
    of: Occurrence,
    whole: bool,
    busy: Option<&Busy>,
) -> Visit {
    let given = give(series, of.at);
    let mut body = was.clone();
    if whole && was.as_given() != given {
        (body.start, body.minutes) = (given.start, given.minutes);
        (body.discipline, body.service) = (given.discipline, given.service.clone());
        (body.staff, body.second) = (given.staff, given.second);
        let same_people = (was.staff, was.second) == (given.staff, given.second);
        if !same_people || (was.start, was.minutes) != (given.start, given.minutes) {
            // What was said was said of another time, or by somebody else.
            settle_people(&mut body, busy);
            body.state = VisitState::Planned;
        }
    }
    body.series = Some(FromSeries { series: id, day: of.day, minute: of.minute, given });
    body
}

/// Two changes as one: whoever missed the first one asks for everything.
pub(super) fn merged(before: Option<Change>, then: Option<Change>) -> Option<Change> {
    let (Some(before), Some(mut then)) = (before.clone(), then.clone()) else { return then.or(before) };
    then.kinds.extend(before.kinds);
    then.kinds.sort();
    then.kinds.dedup();
    then.persons.extend(before.persons);
    then.persons.sort();
    then.persons.dedup();
    Some(then)
}
