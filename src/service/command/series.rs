//! Series: made, changed for some or all of their visits, ended, resting. What is behind is never changed, nor what
//! somebody has begun.

use super::lost_yes::{self, Lost};
use crate::domain::ids::{ClientId, SeriesId};
use crate::domain::record::Record;
use crate::domain::series::{Ends, Moved, Pause, Rest, Series, Slot};
use crate::domain::text::{Few, Text};
use crate::domain::time::{Civil, Day, Moment, clock};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::rules::recurrence::{Pattern, Step};
use crate::service::Service;
use crate::service::api::{ChangeSeries, EditScope, NewSeries, SeriesDeed, SeriesPatch, Session};
use crate::service::plan::{Plan, Refusal};
use crate::service::schedule::{AHEAD, AT_ONCE, followed};
use crate::service::validate;
use crate::store::Write;

/// A rest or an exception that is over for so many days is forgotten when there is no room for a new one.
const KEPT: i32 = 60;

impl Service {
    /// Makes a series, with its visits.
    pub(in crate::service) fn make_series(&mut self, session: &Session, new: &NewSeries) -> Result<Plan, Refusal> {
        let now = self.now();
        let Some(client) = self.cast.clients.get(&new.client) else {
            return Err(Refusal::problem("series.client", "", "that client is not in the agency"));
        };
        let zone = self.cast.zone(client.office);
        if let Some(staff) = new.staff {
            self.caregiver(staff)?;
        }
        let start = Civil { day: new.day, minute: new.minute, zone };
        let series = Series {
            client: new.client,
            discipline: new.discipline,
            service: Text::new(new.service.trim())?,
            start,
            minutes: new.minutes,
            staff: new.staff,
            second: None,
            rule: Text::new(new.rule.trim())?,
            ends: new.ends,
            left_out: Few::default(),
            moved: Few::default(),
            pauses: Few::default(),
            not_on_holidays: new.not_on_holidays,
            order: new.order,
            since: new.day,
            follows: None,
            reason: Text::default(),
        };
        validate::body(self, &series)?;
        let id = SeriesId(self.ids.make(now));
        let mut plan = Plan::new("series.make", String::new());
        plan.writes.push(Write::create(id, &series, session.user, now)?);
        plan.created.push(id.0);
        let (visits, tell) = self.with_visits(session, &mut plan, (id, &series), None, false)?;
        let words = series_words(&series);
        plan.summary = format!("Series made: {}: {words}: {visits}", self.cast.client_name(new.client).listed);
        plan.tell = tell;
        Ok(plan)
    }

    /// Puts what a series' visits come to into a plan; says how many there are, and what is to be known of them.
    pub(in crate::service) fn with_visits(
        &mut self,
        session: &Session,
        plan: &mut Plan,
        (id, series): (SeriesId, &Series),
        there: Option<Vec<Record<Visit>>>,
        all: bool,
    ) -> Result<(String, String), Refusal> {
        let now = self.now();
        let (mut steps, there) = self.series_steps(id, Some(series), there, all, now)?;
        // What was changed by hand comes first: the rest follows by itself, should one save not hold all of it.
        steps.sort_by_key(|step| match step {
            Step::Follow { visit, .. } => u8::from(!there.get(*visit).is_some_and(|v| v.by_hand())),
            Step::TakeBack(_) => 2,
            Step::Make(_) => 3,
        });
        let busy = series.staff.map(|staff| self.busy(staff, id, now)).transpose()?;
        let made = steps.iter().filter(|s| matches!(s, Step::Make(_))).count();
        let taken = steps.iter().filter(|s| matches!(s, Step::TakeBack(_))).count();
        // Somebody is to hear of it who has said yes to what is no more, or is at another time.
        let lost: Vec<Lost> = steps
            .iter()
            .filter_map(|step| match *step {
                Step::Make(_) => None,
                Step::TakeBack(n) => there.get(n).map(|was| Lost { was, is: None }),
                Step::Follow { visit, of, whole } => there.get(visit).map(|was| {
                    let is = followed(&was.body, (id, series), of, whole, busy.as_ref());
                    Lost { was, is: Some(is) }
                }),
            })
            .collect();
        let names = self.tell_lost(session, &lost, plan)?;
        let mut notes: Vec<String> = lost_yes::said(&names).into_iter().collect();
        let hand = there.iter().filter(|v| v.by_hand() && v.lies_ahead(now)).count();
        if hand > 0 && !all && steps.iter().any(|s| matches!(s, Step::Follow { whole: false, .. })) {
            notes.push(format!("{} changed by hand stay as they are", counted(hand, "visit")));
        }
        let mut writes = self.step_writes((id, series), &steps, &there, busy.as_ref(), session.user, now)?;
        writes.truncate(AT_ONCE);
        plan.writes.extend(writes);
        if let (Some(staff), Some(busy)) = (series.staff, &busy) {
            let collide = self.wanted(series, series.start.zone.day(now), series.start.zone.day(now).plus(AHEAD))?;
            let collide: Vec<Day> = collide
                .iter()
                .filter(|o| o.at.moment() > now && busy.at(o.at.moment(), series.minutes))
                .map(|o| o.at.day)
                .collect();
            if let Some(first) = collide.first() {
                let (name, count) = (self.named(staff), counted(collide.len(), "visit"));
                notes.push(format!("{name} is with others at {count}, the first on {}: nobody yet", first.short()));
            }
        }
        let mut parts = Vec::new();
        if made > 0 {
            parts.push(format!("{} made to {}", counted(made, "visit"), made_to(series, now).short()));
        }
        if taken > 0 {
            parts.push(format!("{} taken off", counted(taken, "visit")));
        }
        if parts.is_empty() {
            parts.push("its visits follow".to_owned());
        }
        Ok((parts.join(", "), notes.join(". ")))
    }

    fn series_of(&self, id: SeriesId) -> Result<Record<Series>, Refusal> {
        let gone = || Refusal::problem("series.gone", "", "that series is not there any more");
        self.store.get::<Series>(id)?.ok_or_else(gone)
    }

    /// Changes a series, for some or all of its visits.
    pub(in crate::service) fn change_series(&mut self, session: &Session, ask: &ChangeSeries) -> Result<Plan, Refusal> {
        let now = self.now();
        let was = self.series_of(ask.series)?;
        if ask.patch == SeriesPatch::default() {
            return Err(Refusal::problem("series.same", "", "nothing is changed by this"));
        }
        if let Some(Some(staff)) = ask.patch.staff {
            self.caregiver(staff)?;
        }
        let today = was.start.zone.day(now);
        match ask.scope {
            EditScope::This => self.change_one(session, &was, ask),
            EditScope::Following => {
                let Some(at) = ask.at else {
                    return Err(Refusal::problem("series.from", "from", "from which day on?"));
                };
                if at.day < today {
                    return Err(Refusal::problem(
                        "series.past",
                        "from",
                        "what is behind is not changed: today or later",
                    ));
                }
                self.change_following(session, &was, at.day, &ask.patch)
            }
            EditScope::All | EditScope::NotChanged => {
                let over = || Refusal::problem("series.over", "", "nothing of it lies ahead: make a new series");
                let ahead = ahead_of(&was, today)?.ok_or_else(over)?;
                let body = patched(ahead, &ask.patch, today)?;
                validate::body(self, &body)?;
                if body == was.body {
                    return Err(Refusal::problem("series.same", "", "nothing is changed by this"));
                }
                let mut plan = Plan::new("series.change", String::new());
                plan.writes.push(Write::change(&was, &body, session.user, now)?);
                let all = ask.scope == EditScope::All;
                let (visits, tell) = self.with_visits(session, &mut plan, (was.id, &body), None, all)?;
                plan.summary = self.changed_words(&body, &visits);
                plan.tell = tell;
                Ok(plan)
            }
        }
    }

    fn changed_words(&self, series: &Series, visits: &str) -> String {
        let name = self.cast.client_name(series.client).listed;
        format!("Series changed: {name}: {}: {visits}", series_words(series))
    }

    /// From a day on it is a series of its own, that goes on from this one.
    fn change_following(
        &mut self,
        session: &Session,
        was: &Record<Series>,
        from: Day,
        patch: &SeriesPatch,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let pattern = Pattern::of(&was.body, &[], &[]);
        let split = pattern.split(from).map_err(|e| Refusal::problem("series.rule", "rule", e.to_string()))?;
        let (before, after) = match split {
            (_, None) => {
                return Err(Refusal::problem("series.over", "from", "nothing of it comes on that day or later"));
            }
            (None, Some(_)) => {
                let all = ChangeSeries { series: was.id, scope: EditScope::NotChanged, at: None, patch: patch.clone() };
                return self.change_series(session, &all);
            }
            (Some(before), Some(after)) => (part(&was.body, &before)?, part(&was.body, &after)?),
        };
        let mut next = patched(after, patch, from)?;
        (next.follows, next.since) = (Some(was.id), from);
        validate::body(self, &next)?;
        let id = SeriesId(self.ids.make(now));
        let mut plan = Plan::new("series.change", String::new());
        plan.writes.push(Write::change(was, &before, session.user, now)?);
        plan.writes.push(Write::create(id, &next, session.user, now)?);
        plan.created.push(id.0);
        let there = self.store.visits_of_series(was.id, from)?;
        let (visits, tell) = self.with_visits(session, &mut plan, (id, &next), Some(there.clone()), false)?;
        // What was changed by hand and has no place any more stands by itself from now on.
        let written: Vec<[u8; 16]> = plan.writes.iter().map(Write::id).collect();
        for visit in there.iter().filter(|v| v.by_hand() && !v.has_begun() && !written.contains(&v.id.0)) {
            if visit.start.moment() > now {
                let body = Visit { series: None, ..visit.body.clone() };
                plan.writes.push(Write::change(visit, &body, session.user, now)?);
            }
        }
        let most = crate::store::engine::MAX_RECORDS;
        plan.writes.truncate(most);
        let name = self.cast.client_name(next.client).listed;
        let words = series_words(&next);
        plan.summary = format!("Series changed from {} on: {name}: {words}: {visits}", from.short());
        plan.tell = tell;
        Ok(plan)
    }

    /// One visit alone, by hand.
    fn change_one(&mut self, session: &Session, was: &Record<Series>, ask: &ChangeSeries) -> Result<Plan, Refusal> {
        let now = self.now();
        let Some(slot) = ask.at else {
            return Err(Refusal::problem("series.from", "from", "which visit? say its day"));
        };
        let patch = &ask.patch;
        if patch.rule.is_some() || patch.ends.is_some() || patch.not_on_holidays.is_some() {
            let text = "one visit has no days of its own to come on: choose this and following, or all";
            return Err(Refusal::problem("series.one", "scope", text));
        }
        let visit = self.visit_at(was.id, slot)?;
        let mut body = visit.body.clone();
        if let Some(minute) = patch.minute {
            body.start.minute = minute;
        }
        body.minutes = patch.minutes.unwrap_or(body.minutes);
        body.discipline = patch.discipline.unwrap_or(body.discipline);
        if let Some(service) = &patch.service {
            body.service = Text::new(service.trim())?;
        }
        if let Some(staff) = patch.staff {
            body.staff = staff;
        }
        self.by_hand(session, &visit, body, now)
    }

    /// The visit of an occurrence that can still be changed.
    fn visit_at(&self, series: SeriesId, slot: Slot) -> Result<Record<Visit>, Refusal> {
        let now = self.now();
        let all = self.store.visits_of_series(series, slot.day)?;
        let is = |v: &&Record<Visit>| {
            v.series.as_ref().is_some_and(|from| from.day == slot.day && slot.minute.is_none_or(|m| m == from.minute))
        };
        let found: Vec<&Record<Visit>> = all.iter().filter(is).collect();
        match found.as_slice() {
            [] => {
                let text = format!("it has no visit on {}", slot.day.short());
                Err(Refusal::problem("series.no_visit", "from", text))
            }
            [one] if one.lies_ahead(now) => Ok((*one).clone()),
            [one] => {
                let text = format!("that visit is {}: it is not changed any more", one.state.word());
                Err(Refusal::problem("series.begun", "from", text))
            }
            _ => Err(Refusal::problem("series.several", "from", "it comes more than once that day: say the time too")),
        }
    }

    /// A visit as somebody changed it.
    fn by_hand(
        &mut self,
        session: &Session,
        was: &Record<Visit>,
        mut body: Visit,
        now: Moment,
    ) -> Result<Plan, Refusal> {
        if body == was.body {
            return Err(Refusal::problem("series.same", "", "nothing is changed by this"));
        }
        if body.start.moment() <= now {
            return Err(Refusal::problem("visit.past", "start", "that time is past; choose a later one"));
        }
        let moved = (body.start, body.minutes) != (was.start, was.minutes);
        if moved || body.staff != was.staff {
            body.state = VisitState::Planned;
            body.answer = if body.staff.is_some() { Answer::Planned } else { Answer::Nobody };
            if let Some(staff) = body.staff {
                self.free(session, staff, Some(was.id), (body.start.moment(), body.end()))?;
            }
        }
        validate::body(self, &body)?;
        let name = self.cast.client_name(body.client).listed;
        let who = body.staff.map_or_else(|| "nobody yet".to_owned(), |staff| self.named(staff));
        let day = body.start.day.short();
        let summary = format!("This visit only: {name} {day} {}: {who}", clock(body.start.minute));
        let mut plan = Plan::new("series.visit", summary).with(Write::change(was, &body, session.user, now)?);
        let names = self.tell_lost(session, &[Lost { was, is: Some(body) }], &mut plan)?;
        plan.tell = lost_yes::said(&names).unwrap_or_default();
        Ok(plan)
    }

    /// Ends a series, lets it rest or go on, leaves one occurrence out or moves it.
    pub(in crate::service) fn act_on_series(
        &mut self,
        session: &Session,
        id: SeriesId,
        deed: &SeriesDeed,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let was = self.series_of(id)?;
        let today = was.start.zone.day(now);
        let mut body = was.body.clone();
        let mut plan = Plan::new("series.act", String::new());
        let verb = match deed {
            SeriesDeed::End { last, reason } => {
                needs_reason(reason)?;
                if *last < today.plus(-1) {
                    return Err(Refusal::problem(
                        "series.past",
                        "last",
                        "what is behind is not changed: today or later",
                    ));
                }
                let pattern = Pattern::of(&body, &[], &[]);
                let split =
                    pattern.split(last.plus(1)).map_err(|e| Refusal::problem("series.rule", "rule", e.to_string()))?;
                let (before, Some(_)) = split else {
                    return Err(Refusal::problem("series.over", "last", "nothing of it comes after that day"));
                };
                body = match before {
                    Some(before) => part(&body, &before)?,
                    // Nothing of it has come: it ends on the day before it begins.
                    None => Series { ends: Ends::On(*last), ..body },
                };
                body.reason = Text::new(reason.trim())?;
                reason.trim().clone_into(&mut plan.reason);
                format!("Series ends {}", last.short())
            }
            SeriesDeed::Rest { days, reason } => {
                needs_reason(reason)?;
                if days.to.is_some_and(|to| to < days.from) {
                    return Err(Refusal::problem("series.rest", "to", "it ends before it begins"));
                }
                if days.to.is_some_and(|to| to < today) {
                    return Err(Refusal::problem("series.past", "to", "what is behind is not changed: today or later"));
                }
                let mut all: Vec<Rest> = body.pauses.to_vec();
                all.retain(|rest| rest.days.to.is_none_or(|to| to >= today.plus(-KEPT)));
                all.push(Rest { days: *days, reason: Text::new(reason.trim())? });
                body.pauses = few(all, "rests")?;
                reason.trim().clone_into(&mut plan.reason);
                let until =
                    days.to.map_or_else(|| "until it is told to go on".to_owned(), |to| format!("to {}", to.short()));
                format!("Series rests from {} {until}", days.from.short())
            }
            SeriesDeed::Resume { on } => {
                let resting = |rest: &Rest| rest.days.to.is_none_or(|to| to >= *on);
                if !body.pauses.iter().any(resting) {
                    return Err(Refusal::problem("series.no_rest", "on", "it does not rest then"));
                }
                let mut all: Vec<Rest> = body.pauses.to_vec();
                for rest in all.iter_mut().filter(|rest| resting(rest)) {
                    rest.days.to = Some(on.plus(-1));
                }
                all.retain(|rest| rest.days.to.is_none_or(|to| to >= rest.days.from));
                body.pauses = few(all, "rests")?;
                format!("Series goes on {}", on.short())
            }
            SeriesDeed::Skip { slot, reason } => {
                needs_reason(reason)?;
                self.comes(&body, *slot, today)?;
                let mut all: Vec<Slot> = body.left_out.to_vec();
                all.retain(|s| s.day >= today.plus(-KEPT) && s != slot);
                all.push(*slot);
                body.left_out = few(all, "exceptions")?;
                reason.trim().clone_into(&mut plan.reason);
                format!("Left out {}", slot.day.short())
            }
            SeriesDeed::Move { slot, day, minute } => {
                let to = Civil { day: *day, minute: *minute, zone: body.start.zone };
                match self.visit_at(id, *slot) {
                    Ok(visit) => {
                        let changed = Visit { start: to, ..visit.body.clone() };
                        return self.by_hand(session, &visit, changed, now);
                    }
                    // Its visit is not made yet: the series remembers it.
                    Err(Refusal::Problems(p)) if p.iter().all(|p| p.rule == "series.no_visit") => {}
                    Err(other) => return Err(other),
                }
                self.comes(&body, *slot, today)?;
                if *day < today {
                    return Err(Refusal::problem("visit.past", "start", "that time is past; choose a later one"));
                }
                let mut all: Vec<Moved> = body.moved.to_vec();
                all.retain(|m| m.to.day >= today.plus(-KEPT) && m.from != *slot);
                all.push(Moved { from: *slot, to });
                body.moved = few(all, "moved occurrences")?;
                format!("Moved {} to {} {}", slot.day.short(), day.short(), clock(*minute))
            }
        };
        validate::shape(&body)?;
        if body == was.body {
            return Err(Refusal::problem("series.same", "", "nothing is changed by this"));
        }
        plan.writes.push(Write::change(&was, &body, session.user, now)?);
        let (visits, tell) = self.with_visits(session, &mut plan, (id, &body), None, false)?;
        plan.summary = format!("{verb}: {}: {visits}", self.cast.client_name(body.client).listed);
        plan.tell = tell;
        Ok(plan)
    }

    /// Whether the series has such an occurrence ahead.
    fn comes(&self, series: &Series, slot: Slot, today: Day) -> Result<(), Refusal> {
        if slot.day < today {
            return Err(Refusal::problem("series.past", "from", "what is behind is not changed: today or later"));
        }
        let found = self.wanted(series, slot.day, slot.day)?;
        if found.iter().any(|o| o.day == slot.day && slot.minute.is_none_or(|m| m == o.minute)) {
            return Ok(());
        }
        Err(Refusal::problem("series.no_visit", "from", format!("it does not come on {}", slot.day.short())))
    }

    /// The series of a client.
    pub(in crate::service) fn series_of_client(&self, client: ClientId) -> Result<Vec<Record<Series>>, Refusal> {
        Ok(self.store.of_client::<Series>(client, 200)?)
    }
}

fn needs_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        return Err(Refusal::problem("series.reason", "reason", "why? in a few words"));
    }
    Ok(())
}

fn few<T, const N: usize>(items: Vec<T>, what: &str) -> Result<Few<T, N>, Refusal> {
    Few::new(items).map_err(|_| {
        let text = format!("it has {N} {what} already: end it, and make a new series");
        Refusal::problem("series.full", "", text)
    })
}

/// A part of a series that was split.
fn part(series: &Series, pattern: &Pattern) -> Result<Series, Refusal> {
    Ok(Series {
        start: pattern.start,
        rule: Text::new(&pattern.rule)?,
        ends: pattern.ends,
        left_out: Few::new(pattern.left_out.clone())?,
        moved: Few::new(pattern.moved.clone())?,
        ..series.clone()
    })
}

/// A series with what was changed of it, from a day on.
fn patched(series: Series, patch: &SeriesPatch, from: Day) -> Result<Series, Refusal> {
    let mut body = series;
    if let Some(rule) = &patch.rule {
        body.rule = Text::new(rule.trim())?;
        // Where other days are meant, it may come before the next day of the old ones; every second week counts on.
        if body.since < from && !body.rule.contains("INTERVAL=") {
            body.start.day = from;
        }
    }
    if let Some(service) = &patch.service {
        body.service = Text::new(service.trim())?;
    }
    body.start.minute = patch.minute.unwrap_or(body.start.minute);
    body.minutes = patch.minutes.unwrap_or(body.minutes);
    body.discipline = patch.discipline.unwrap_or(body.discipline);
    body.staff = patch.staff.unwrap_or(body.staff);
    if body.second.is_some() && body.second == body.staff {
        body.second = None;
    }
    body.ends = patch.ends.unwrap_or(body.ends);
    body.not_on_holidays = patch.not_on_holidays.unwrap_or(body.not_on_holidays);
    Ok(body)
}

fn made_to(series: &Series, now: Moment) -> Day {
    series.start.zone.day(now).plus(AHEAD)
}

/// A series in plain words.
pub(in crate::service) fn series_words(series: &Series) -> String {
    Pattern::of(series, &[], &[]).words().unwrap_or_else(|e| format!("its rule can't be read ({e})"))
}

/// What is still to come of a series: a change of its rule is for that, and what is behind stays what it was.
pub(in crate::service) fn ahead_of(series: &Series, from: Day) -> Result<Option<Series>, Refusal> {
    let pattern = Pattern::of(series, &[], &[]);
    let (_, after) = pattern.split(from).map_err(|e| Refusal::problem("series.rule", "rule", e.to_string()))?;
    after.map(|after| part(series, &after)).transpose()
}

fn counted(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// The days of a rest that holds today or will.
pub(in crate::service) fn rest_of(series: &Series, today: Day) -> Option<Pause> {
    let ahead = series.pauses.iter().filter(|rest| rest.days.to.is_none_or(|to| to >= today));
    ahead.map(|rest| rest.days).min_by_key(|days| days.from)
}
