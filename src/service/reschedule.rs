//! What would come of a visit that is moved, given away, exchanged, split or shortened: the records as they would be, and
//! what speaks against it. A question asks it while the visit is in the hand, and the command asks it again, so that
//! both say the same.

use super::Service;
use super::api::reschedule::{Tried, VisitChange};
use super::command::call_out::about;
use super::plan::Refusal;
use super::window::VisitWindow;
use crate::domain::attention::AlertKey;
use crate::domain::authorization::Authorization;
use crate::domain::coverage::{Conflict, Weight};
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::record::Record;
use crate::domain::text::Text;
use crate::domain::time::{Civil, Day, MINUTE, Moment, Zone, clock};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::rules::coverage::{Authorized, HerVisit, Standing, judge, not_home, on_her_side};
use std::ops::Deref;
use std::sync::Arc;

/// A visit may be put so long before now: it is written down while the caregiver is at the door.
const BEHIND: i64 = 60 * MINUTE;
/// Visits read around a day that memory does not hold.
const READ: usize = 200_000;

/// The visits around a day: those in memory, or read for this.
pub(super) enum Around<'a> {
    /// In memory anyway.
    Held(&'a VisitWindow),
    /// Read, and kept until something changes.
    Read(Arc<VisitWindow>),
}

impl Deref for Around<'_> {
    type Target = VisitWindow;
    fn deref(&self) -> &VisitWindow {
        match self {
            Self::Held(window) => window,
            Self::Read(window) => window,
        }
    }
}

/// The visits of a far week, and the state of the service they were read in.
pub(super) type Far = Option<(u64, Arc<VisitWindow>)>;

/// A visit as it stands and as it would be.
pub(super) struct Changed {
    pub(super) before: Record<Visit>,
    pub(super) after: Visit,
}

/// Somebody who would have to be told, and what.
pub(super) struct Tell {
    /// Their name.
    pub(super) name: String,
    /// What is to be said or asked.
    pub(super) what: String,
    /// The caregiver; none where it is the client's family.
    pub(super) staff: Option<StaffId>,
    /// Which of the visits it is about, by its place.
    pub(super) visit: usize,
}

/// What would come of it.
pub(super) struct Weighed {
    pub(super) changed: Vec<Changed>,
    pub(super) made: Option<Visit>,
    /// The weightiest first.
    pub(super) conflicts: Vec<Conflict>,
    /// How whoever goes would stand.
    pub(super) standing: Option<Standing>,
    pub(super) been: u32,
    pub(super) tells: Vec<Tell>,
}

/// Who goes, as it stands: whoever called out of it does not.
pub(super) fn goes(visit: &Visit) -> Option<StaffId> {
    visit.staff.filter(|_| visit.state != VisitState::CalledOut && visit.answer != Answer::No)
}

impl Service {
    /// The visits of the payroll week around an instant, and of the days beside it.
    pub(super) fn week_around(&self, at: Moment, visit: &Visit) -> Result<Around<'_>, Refusal> {
        self.week_of(visit.start.zone.day(at), visit.start.zone)
    }

    /// The visits of the payroll week in which a day lies, and of the days beside it.
    pub(super) fn week_of(&self, day: Day, zone: Zone) -> Result<Around<'_>, Refusal> {
        let sunday = day.week_start();
        let (from, to) = (zone.midnight(sunday.plus(-1)), zone.midnight(sunday.plus(8)));
        if self.window.covers(from, to) {
            return Ok(Around::Held(&self.window));
        }
        let mut far = super::held(&self.far);
        if let Some((version, window)) = far.as_ref()
            && *version == self.version
            && window.covers(from, to)
        {
            return Ok(Around::Read(Arc::clone(window)));
        }
        let mut window = VisitWindow::between_days(from, to);
        self.store.each_visit_between(from, to, READ, |id, line| window.put(id, line))?;
        let window = Arc::new(window);
        *far = Some((self.version, Arc::clone(&window)));
        Ok(Around::Read(window))
    }

    /// A visit that can still be changed by hand.
    pub(super) fn movable(&self, id: VisitId) -> Result<Record<Visit>, Refusal> {
        let gone = || Refusal::problem("visit.gone", "which", "that visit is not there any more");
        let visit = self.store.get::<Visit>(id)?.ok_or_else(gone)?;
        let over = matches!(visit.state, VisitState::Done | VisitState::InProgress | VisitState::Cancelled);
        if over || visit.arrived.is_some() {
            let word = if over { visit.state.word() } else { "begun" };
            return Err(Refusal::problem("visit.over", "which", format!("that visit is {word}: it stays where it is")));
        }
        Ok(visit)
    }

    /// What would come of a change.
    pub(super) fn weigh(&self, id: VisitId, change: &VisitChange, now: Moment) -> Result<Weighed, Refusal> {
        let before = self.movable(id)?;
        match change {
            VisitChange::Move { day, minute, staff } => {
                let start = Civil { day: *day, minute: *minute, zone: before.start.zone };
                self.weigh_move(before, start, *staff, now)
            }
            VisitChange::Swap { with } => self.weigh_swap(before, *with, now),
            VisitChange::Split { first, staff } => self.weigh_split(before, *first, *staff, now),
            VisitChange::Length { minutes } => self.weigh_length(before, *minutes, now),
        }
    }

    fn weigh_move(
        &self,
        before: Record<Visit>,
        start: Civil,
        staff: Option<StaffId>,
        now: Moment,
    ) -> Result<Weighed, Refusal> {
        if start.minute >= 24 * 60 {
            return Err(Refusal::problem("visit.start", "start", "a time of day is between 00:00 and 23:59"));
        }
        let timed = start != before.start;
        if timed && start.moment() < now.plus(-BEHIND) {
            return Err(Refusal::problem("visit.past", "start", "that time is past; choose a later one"));
        }
        let after = moved(&before, start, staff);
        self.weighed(vec![Changed { before, after }], None, now)
    }

    fn weigh_swap(&self, a: Record<Visit>, with: VisitId, now: Moment) -> Result<Weighed, Refusal> {
        if with == a.id {
            return Err(Refusal::problem("visit.same", "which", "with another visit, not with itself"));
        }
        let b = self.movable(with)?;
        let (of_a, of_b) = (goes(&a), goes(&b));
        if of_a == of_b {
            let text = if of_a.is_none() { "nobody goes to either of them" } else { "both are theirs already" };
            return Err(Refusal::problem("visit.same", "which", text));
        }
        let (after_a, after_b) = (moved(&a, a.start, of_b), moved(&b, b.start, of_a));
        let changed = vec![Changed { before: a, after: after_a }, Changed { before: b, after: after_b }];
        self.weighed(changed, None, now)
    }

    fn weigh_split(
        &self,
        before: Record<Visit>,
        first: u16,
        staff: Option<StaffId>,
        now: Moment,
    ) -> Result<Weighed, Refusal> {
        if first == 0 || first >= before.minutes {
            let text = format!("between 1 and {} minutes for the first of the two", before.minutes.saturating_sub(1));
            return Err(Refusal::problem("visit.split", "minutes", text));
        }
        let start = Civil::of(before.start.moment().plus(i64::from(first) * MINUTE), before.start.zone);
        let mut second = Visit::new(before.client, before.discipline, start, before.minutes - first);
        second.service = before.service.clone();
        if staff.is_some() && staff == goes(&before) {
            (second.staff, second.answer, second.second) = (staff, before.answer, before.second);
        } else {
            second.staff = staff;
            second.answer = if staff.is_some() { Answer::Planned } else { Answer::Nobody };
        }
        let after = Visit { minutes: first, ..before.body.clone() };
        self.weighed(vec![Changed { before, after }], Some(second), now)
    }

    fn weigh_length(&self, before: Record<Visit>, minutes: u16, now: Moment) -> Result<Weighed, Refusal> {
        if minutes == 0 || minutes > 24 * 60 {
            return Err(Refusal::problem("visit.length", "minutes", "a visit lasts between 1 minute and 24 hours"));
        }
        let after = Visit { minutes, ..before.body.clone() };
        self.weighed(vec![Changed { before, after }], None, now)
    }

    /// What speaks against it, and who would have to be told.
    fn weighed(&self, changed: Vec<Changed>, made: Option<Visit>, now: Moment) -> Result<Weighed, Refusal> {
        let own: Vec<VisitId> = changed.iter().map(|c| c.before.id).collect();
        let several = changed.len() > 1;
        let mut out = Weighed { changed, made, conflicts: Vec::new(), standing: None, been: 0, tells: Vec::new() };
        let mut found: Vec<Conflict> = Vec::new();
        for (n, c) in out.changed.iter().enumerate() {
            let visit = Record { body: c.after.clone(), ..c.before.clone() };
            let people = goes(&visit).into_iter().chain(visit.second.filter(|s| goes(&visit) != Some(*s)));
            for (place, staff) in people.enumerate() {
                let Some((standing, been)) = self.would_stand(&visit, staff, &own, now)? else {
                    found.push(block("visit.staff", "they do not work here any more"));
                    continue;
                };
                let named = several || place > 0;
                let name = if named { format!("{}: ", self.cast.staff_name(staff).short) } else { String::new() };
                let of = standing.conflicts.iter();
                found.extend(of.map(|c| Conflict { text: format!("{name}{}", c.text), ..c.clone() }));
                if n == 0 && place == 0 {
                    (out.standing, out.been) = (Some(standing), been);
                }
            }
            self.her_side(c, &own, &mut found)?;
            if goes(&visit).is_none() {
                found.push(note("cover.nobody", "nobody goes then: it is open for everyone"));
            }
        }
        if let (Some(made), Some(c)) = (&out.made, out.changed.first()) {
            let visit = Record { body: made.clone(), ..c.before.clone() };
            match made.staff {
                None => found.push(note("cover.nobody", "nobody goes to the second of the two yet")),
                Some(staff) if goes(&c.before) != Some(staff) => match self.would_stand(&visit, staff, &own, now)? {
                    Some((standing, _)) => found.extend(standing.conflicts),
                    None => found.push(block("visit.staff", "they do not work here any more")),
                },
                Some(_) => {}
            }
            // Her side of the second half: the first one counts with it.
            let first = her_visit(&c.after);
            let of_first = self.on_her_side_with(&Record { body: c.after.clone(), ..c.before.clone() }, &own, &[])?;
            let before = self.on_her_side_of(&c.before, &own)?;
            for mut conflict in self.on_her_side_with(&visit, &own, &[first])? {
                if of_first.contains(&conflict) {
                    continue;
                }
                // What spoke against the whole of it is only said of its half.
                if before.iter().any(|b| b.rule == conflict.rule && b.text == conflict.text) {
                    conflict.weight = Weight::Note;
                }
                found.push(conflict);
            }
        }
        found.sort_by_key(|c| c.weight);
        found.dedup();
        out.conflicts = found;
        out.tells = self.tells(&out);
        Ok(out)
    }

    /// What the change brings on the client's side; what spoke against it before as well is only said.
    fn her_side(&self, c: &Changed, own: &[VisitId], found: &mut Vec<Conflict>) -> Result<(), Refusal> {
        let then = Record { body: c.after.clone(), ..c.before.clone() };
        let now = self.on_her_side_of(&c.before, own)?;
        for mut conflict in self.on_her_side_of(&then, own)? {
            if now.iter().any(|n| n.rule == conflict.rule && n.text == conflict.text) {
                conflict.weight = Weight::Note;
            }
            found.push(conflict);
        }
        if goes(&then).is_none() {
            // Whoever would go is told the same of her; of a visit for nobody it is still to be known.
            found.extend(not_home(&self.need_of(&then), &self.covering));
        }
        Ok(())
    }

    fn on_her_side_of(&self, visit: &Record<Visit>, own: &[VisitId]) -> Result<Vec<Conflict>, Refusal> {
        self.on_her_side_with(visit, own, &[])
    }

    /// The same, with visits of hers that are not kept yet.
    fn on_her_side_with(
        &self,
        visit: &Record<Visit>,
        own: &[VisitId],
        also: &[HerVisit],
    ) -> Result<Vec<Conflict>, Refusal> {
        let need = self.need_of(visit);
        let day = visit.start.day;
        let authorized: Vec<Authorized> =
            self.coverage.authorizations_of(visit.client).map(|a| authorized(a)).collect();
        let of = authorized.iter().filter(|a| a.is_for(visit.discipline, &visit.service)).map(|a| a.period(day));
        let (from, to) = of.fold((day, day), |(from, to), (f, t)| (from.min(f), to.max(t)));
        let mut others = self.her_visits(visit, from, to, own)?;
        others.extend(also.iter().filter(|v| (from..=to).contains(&v.day)).cloned());
        Ok(on_her_side(&need, &others, &authorized, &self.covering))
    }

    /// Her visits of some days, without the ones that change.
    fn her_visits(&self, visit: &Record<Visit>, from: Day, to: Day, own: &[VisitId]) -> Result<Vec<HerVisit>, Refusal> {
        let zone = visit.start.zone;
        let (low, high) = (zone.midnight(from), zone.midnight(to.plus(1)));
        let counts = |state| !matches!(state, VisitState::Cancelled | VisitState::Missed);
        let mut out = Vec::new();
        if self.window.covers(low, high) {
            let hers = self.window.of_client(visit.client).filter(|(id, l)| !own.contains(id) && counts(l.state));
            out.extend(hers.filter(|(_, l)| (from..=to).contains(&l.start.day)).map(|(_, l)| HerVisit {
                discipline: l.discipline,
                service: l.service.clone(),
                day: l.start.day,
                minute: l.start.minute,
                minutes: l.minutes,
            }));
            return Ok(out);
        }
        for id in self.store.visits_of_client(visit.client, low, high)?.into_iter().filter(|id| !own.contains(id)) {
            let Some(v) = self.store.get::<Visit>(id)?.filter(|v| counts(v.state)) else { continue };
            out.push(HerVisit {
                discipline: v.discipline,
                service: v.service.as_str().to_owned(),
                day: v.start.day,
                minute: v.start.minute,
                minutes: v.minutes,
            });
        }
        Ok(out)
    }

    /// How a caregiver would stand for a visit as it would be; none where they do not work here.
    pub(super) fn would_stand(
        &self,
        visit: &Record<Visit>,
        staff: StaffId,
        own: &[VisitId],
        now: Moment,
    ) -> Result<Option<(Standing, u32)>, Refusal> {
        let Some(staff) = self.cast.staff.get(&staff).filter(|s| s.active) else { return Ok(None) };
        let around = self.week_around(visit.start.moment(), visit)?;
        let mut need = self.need_of(visit);
        need.taken.retain(|s| *s != staff.id);
        if visit.second == Some(staff.id) && visit.staff == Some(staff.id) {
            need.taken.push(staff.id);
        }
        let carer = self.carer_in(&around, staff, visit, own);
        let standing = judge(&need, &carer, &self.covering, now);
        Ok(Some((standing, carer.been)))
    }

    /// Who has to be told of it. Whoever reckons with a visit hears that it is another one; the family is asked.
    fn tells(&self, of: &Weighed) -> Vec<Tell> {
        let mut out = Vec::new();
        let when = |v: &Visit| format!("{} {}", v.start.day.short(), clock(v.start.minute));
        let staff = |id: StaffId| self.cast.staff_name(id).listed;
        let client = |v: &Visit| self.cast.client_name(v.client).listed;
        let exchanged = of.changed.len() > 1;
        for (n, c) in of.changed.iter().enumerate() {
            let (before, after) = (&c.before.body, &c.after);
            let (old, new) = (goes(before), goes(after));
            let (from, to, her) = (when(before), when(after), client(before));
            let mut tell = |name: String, what: String, staff: Option<StaffId>| {
                out.push(Tell { name, what, staff, visit: n });
            };
            if before.start != after.start {
                tell(her.clone(), format!("ask the family: may the visit of {from} be {to}?"), None);
            } else if before.minutes != after.minutes && of.made.is_none() {
                let what = format!("ask the family: may the visit of {from} be {} min?", after.minutes);
                tell(her.clone(), what, None);
            } else if let Some(new) = new.filter(|_| old != new) {
                tell(her.clone(), format!("tell the family: {} comes {to}", staff(new)), None);
            }
            if exchanged {
                // Each of the two hears once where they go, and where not.
                let other = of.changed.get(1 - n.min(1)).map(|o| &o.before.body);
                if let (Some(new), Some(other)) = (new, other) {
                    let what = format!("tell {}: {her} {to}, not {} {}", staff(new), client(other), when(other));
                    tell(staff(new), what, Some(new));
                } else if let (Some(old), None) = (old, new) {
                    tell(staff(old), format!("tell {}: not needed {from}, {her}", staff(old)), Some(old));
                }
                continue;
            }
            match (old, new) {
                (Some(old), Some(new)) if old == new => {
                    if before.start != after.start {
                        tell(staff(new), format!("tell {}: {her} is {to} now, not {from}", staff(new)), Some(new));
                    } else if before.minutes != after.minutes
                        && of.made.as_ref().is_none_or(|made| made.staff != Some(new))
                    {
                        let what = format!("tell {}: {her} {to} is {} min now", staff(new), after.minutes);
                        tell(staff(new), what, Some(new));
                    }
                }
                (old, new) => {
                    if let Some(old) = old {
                        tell(staff(old), format!("tell {}: not needed {from}, {her}", staff(old)), Some(old));
                    }
                    if let Some(new) = new {
                        let what = format!("ask {}: {her} {to}, {} min", staff(new), after.minutes);
                        tell(staff(new), what, Some(new));
                    }
                }
            }
            if let Some(second) = after.second.filter(|_| before.start != after.start) {
                tell(staff(second), format!("tell {}: {her} is {to} now, not {from}", staff(second)), Some(second));
            }
        }
        if let (Some(made), Some(c)) = (&of.made, of.changed.first())
            && let Some(new) = made.staff.filter(|s| goes(&c.before) != Some(*s))
        {
            let what = format!("ask {}: {} {}, {} min", staff(new), client(made), when(made), made.minutes);
            out.push(Tell { name: staff(new), what, staff: Some(new), visit: 0 });
        }
        out
    }

    /// What would come of it, as it is shown while the visit is in the hand.
    pub(super) fn try_change(&self, id: VisitId, change: Option<&VisitChange>) -> Result<Tried, Refusal> {
        let gone = || Refusal::problem("visit.gone", "which", "that visit is not there any more");
        let visit = self.store.get::<Visit>(id)?.ok_or_else(gone)?;
        let line = crate::store::indexes::VisitLine::of(&visit);
        let mut tried = Tried {
            change: change.cloned(),
            row: self.visit_row(id, &line),
            seen: vec![(id, visit.head.rev)],
            conflicts: Vec::new(),
            who: String::new(),
            been: 0,
            week_then: None,
            travel: None,
            tells: Vec::new(),
        };
        let Some(change) = change else {
            if let Err(Refusal::Problems(problems)) = self.movable(id) {
                tried.conflicts = problems.into_iter().map(|p| block(&p.rule, &p.text)).collect();
            }
            return Ok(tried);
        };
        let weighed = match self.weigh(id, change, self.now()) {
            Ok(weighed) => weighed,
            Err(Refusal::Problems(problems)) => {
                // What can't be done at all is the weightiest of what speaks against it.
                tried.conflicts = problems.into_iter().map(|p| block(&p.rule, &p.text)).collect();
                return Ok(tried);
            }
            Err(other) => return Err(other),
        };
        let going = weighed.changed.first().and_then(|c| goes(&c.after));
        let who = weighed.made.as_ref().map_or(going, |made| made.staff);
        tried.who = who
            .and_then(|s| self.cast.staff.get(&s))
            .map(|s| format!("{} {}", self.cast.staff_name(s.id).listed, s.discipline.word()))
            .unwrap_or_default();
        tried.seen = weighed.changed.iter().map(|c| (c.before.id, c.before.head.rev)).collect();
        tried.been = weighed.been;
        tried.week_then = weighed.standing.as_ref().map(|s| s.week_then);
        tried.travel = weighed.standing.as_ref().and_then(|s| s.travel);
        for tell in weighed.tells {
            if !tried.tells.contains(&tell.name) {
                tried.tells.push(tell.name);
            }
        }
        tried.conflicts = weighed.conflicts;
        Ok(tried)
    }
}

/// A visit of hers that is not kept yet.
fn her_visit(of: &Visit) -> HerVisit {
    HerVisit {
        discipline: of.discipline,
        service: of.service.as_str().to_owned(),
        day: of.start.day,
        minute: of.start.minute,
        minutes: of.minutes,
    }
}

fn authorized(of: &Authorization) -> Authorized {
    Authorized {
        payer: of.payer.as_str().to_owned(),
        discipline: of.discipline,
        service: of.service.as_str().to_owned(),
        unit: of.unit_minutes,
        units: of.units,
        per: of.per,
        from: of.from,
        to: of.to,
    }
}

/// The alert that the tasks of a changed visit are about.
pub(super) fn about_after(changed: &Changed) -> AlertKey {
    about(&Record { body: changed.after.clone(), ..changed.before.clone() })
}

/// A visit at another time, or with somebody else. Nobody has told them yet, so it is planned again, and no more.
fn moved(before: &Record<Visit>, start: Civil, staff: Option<StaffId>) -> Visit {
    let mut after = before.body.clone();
    if start == before.start && staff == goes(before) {
        return after;
    }
    (after.start, after.staff) = (start, staff);
    after.answer = if staff.is_some() { Answer::Planned } else { Answer::Nobody };
    if after.second.is_some() && after.second == staff {
        after.second = None;
    }
    after.state = VisitState::Planned;
    if start.day != before.start.day {
        // Whoever called out of that day did not call out of this one.
        (after.called_out_at, after.called_out_by) = (None, None);
        after.reason = Text::default();
    }
    after
}

fn block(rule: &str, text: &str) -> Conflict {
    Conflict { rule: rule.to_owned(), weight: Weight::Block, text: text.to_owned() }
}

fn note(rule: &str, text: &str) -> Conflict {
    Conflict { rule: rule.to_owned(), weight: Weight::Note, text: text.to_owned() }
}
