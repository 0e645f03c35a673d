//! A week of visits, counted: by day, and by caregiver or client. One range of the index is read and none of it kept.

use super::board::{MOST, whose};
use crate::domain::attention::AlertSource;
use crate::domain::ids::VisitId;
use crate::domain::time::{Day, Zone};
use crate::domain::visit::{VisitCounts, VisitMark, VisitState};
use crate::rules::triage::book::Entry;
use crate::rules::triage::facts::SourceFacts;
use crate::service::Service;
use crate::service::access::Reached;
use crate::service::api::{DayCount, Person, SPAN, Session, Span, SpanAsk, SpanRow};
use crate::service::facts::CREDENTIAL_AHEAD;
use crate::service::plan::Refusal;
use crate::store::indexes::VisitLine;
use std::collections::{BTreeMap, HashMap};

/// Most rows in one answer.
const MOST_ROWS: usize = 400;

/// Somebody's days while they are counted.
#[derive(Default)]
struct Counted {
    days: Vec<VisitCounts>,
    minutes: u32,
}

struct Count<'a> {
    service: &'a Service,
    session: &'a Session,
    ask: &'a SpanAsk,
    reached: Reached,
    days: Vec<DayCount>,
    rows: HashMap<Option<Person>, Counted>,
    seen: usize,
}

impl Service {
    pub(super) fn span(&self, session: &Session, ask: &SpanAsk) -> Result<Span, Refusal> {
        let length = i32::from(ask.days.clamp(1, SPAN));
        let days = (0..length).map(|n| DayCount {
            day: ask.from.plus(n),
            visits: VisitCounts::default(),
            uncovered: 0,
            deadlines: Vec::new(),
        });
        let (days, rows) = (days.collect(), HashMap::new());
        let mut count = Count { service: self, session, ask, reached: self.reached(session), days, rows, seen: 0 };
        let (low, high) = Zone::around(ask.from, ask.from.plus(length - 1));
        let mut read = 0;
        if self.window.covers(low, high) {
            for (id, line) in self.window.between(low, high) {
                count.take(id, line);
            }
        } else {
            read = self.store.each_visit_between(low, high, 2 * MOST, |id, line| count.take(id, &line))?;
        }
        let cut = count.seen > MOST || read >= 2 * MOST;
        let mut deadlines_to = None;
        if ask.deadlines {
            self.deadlines(session, ask, &mut count.days);
            deadlines_to = Some(self.cast.zone(session.office).day(self.now()).plus(CREDENTIAL_AHEAD));
        }
        let Count { days, rows, .. } = count;
        let (total, first, rows) = self.span_rows(ask, rows);
        Ok(Span { from: ask.from, days, cut, deadlines_to, total, first, rows })
    }

    /// The rows of the part that is asked for: nobody's, then who has trouble, then by name.
    fn span_rows(&self, ask: &SpanAsk, rows: HashMap<Option<Person>, Counted>) -> (u32, u32, Vec<SpanRow>) {
        let mut order: BTreeMap<(u8, String, Option<Person>), (String, Counted)> = BTreeMap::new();
        for (person, counted) in rows {
            let trouble = |c: &VisitCounts| {
                [VisitMark::Out, VisitMark::Nobody, VisitMark::Late].iter().any(|mark| c.of(*mark) > 0)
            };
            let (short, folded) =
                person.map_or_else(|| ("nobody".to_owned(), String::new()), |p| self.short_and_folded(p));
            let place = match person {
                None => 0,
                Some(_) if counted.days.iter().any(trouble) => 1,
                Some(_) => 2,
            };
            order.insert((place, folded, person), (short, counted));
        }
        let total = order.len() as u32;
        let first = ask.first.min(total);
        let rows = order
            .into_iter()
            .skip(first as usize)
            .take(usize::from(ask.rows).min(MOST_ROWS))
            .map(|((_, _, person), (name, counted))| SpanRow {
                person,
                name,
                days: counted.days,
                minutes: counted.minutes,
            })
            .collect();
        (total, first, rows)
    }

    /// What has its last day in these days: assessment windows, initial visits, credentials, as far as they are known.
    fn deadlines(&self, session: &Session, ask: &SpanAsk, days: &mut [DayCount]) {
        let reached = self.reached(session);
        for entry in self.book.things().filter(|e| reached.holds_entry(self, e)) {
            let Some((source, day)) = last_day(entry) else { continue };
            let Some(count) = usize::try_from(day.since(ask.from)).ok().and_then(|n| days.get_mut(n)) else { continue };
            let mine = match &entry.thing.client {
                Some(c) => self.cast.clients.get(&c.id).is_some_and(|c| c.is_of(session.user)),
                None => entry.thing.office == session.office,
            };
            if ask.mine && !mine {
                continue;
            }
            match count.deadlines.iter_mut().find(|(s, _)| *s == source) {
                Some((_, n)) => *n += 1,
                None => count.deadlines.push((source, 1)),
            }
        }
        for day in days {
            day.deadlines.sort_unstable();
        }
    }
}

impl Count<'_> {
    fn take(&mut self, id: VisitId, line: &VisitLine) {
        let Some(place) = usize::try_from(line.start.day.since(self.ask.from)).ok().filter(|n| *n < self.days.len())
        else {
            return;
        };
        if !self.reached.holds(self.service, line.client) {
            return;
        }
        let client = self.service.cast.clients.get(&line.client);
        if self.ask.mine && !client.is_some_and(|c| c.is_of(self.session.user)) {
            return;
        }
        if !self.service.lets_through(self.session, self.ask.only, id, line) {
            return;
        }
        self.seen += 1;
        if self.seen > MOST {
            return;
        }
        let mark = VisitMark::of(line.state, line.answer, line.staff.is_some(), line.arrived.is_some());
        let day = &mut self.days[place];
        day.visits.add(mark);
        day.uncovered += u32::from(!line.history && self.service.is_uncovered(id, line));
        if self.ask.rows == 0 {
            return;
        }
        let length = self.days.len();
        let row = self.rows.entry(whose(line, self.ask.by)).or_default();
        row.days.resize(length, VisitCounts::default());
        row.days[place].add(mark);
        let stands = !matches!(line.state, VisitState::Cancelled | VisitState::Missed | VisitState::CalledOut);
        row.minutes += if stands { u32::from(line.minutes) } else { 0 };
    }
}

/// The last day of what an entry is about, if it has one and nobody has finished it.
fn last_day(entry: &Entry) -> Option<(AlertSource, Day)> {
    if entry.thing.handling.outcome.is_some() {
        return None;
    }
    let day = match &entry.thing.source {
        SourceFacts::Window(window) => entry.thing.zone.day(window.due.plus(-1)),
        SourceFacts::Referral(referral) => entry.thing.zone.day(referral.due.plus(-1)),
        SourceFacts::Credential(credential) => credential.last_day,
        _ => return None,
    };
    Some((entry.thing.key.source, day))
}
