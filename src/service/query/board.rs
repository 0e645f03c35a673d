//! A day's visits by caregiver or client, and visits as rows.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::search::fold;
use crate::domain::time::{Day, Zone};
use crate::domain::visit::VisitState;
use crate::service::Service;
use crate::service::api::{Board, BoardAsk, BoardColumn, By, Person, Session, VisitFilter, VisitRow};
use crate::service::facts::{Scope, call_out_scope};
use crate::service::plan::Refusal;
use crate::store::indexes::VisitLine;
use std::collections::{BTreeMap, BTreeSet};

/// Most visits of one answer.
pub(super) const MOST: usize = 20_000;

impl Service {
    /// Visits planned for a range of days, each on the day of its own wall, in memory or from the store.
    pub(in crate::service) fn visits_on(&self, from: Day, to: Day) -> Result<Vec<(VisitId, VisitLine)>, Refusal> {
        let (low, high) = Zone::around(from, to);
        let on = |l: &VisitLine| (from..=to).contains(&l.start.day);
        if self.window.covers(low, high) {
            let found = self.window.between(low, high).filter(|(_, l)| on(l));
            return Ok(found.map(|(id, l)| (id, l.clone())).collect());
        }
        let mut out = Vec::new();
        self.store.each_visit_between(low, high, 2 * MOST, |id, l| {
            if on(&l) && out.len() < MOST {
                out.push((id, l));
            }
        })?;
        Ok(out)
    }

    pub(super) fn board(&self, session: &Session, ask: &BoardAsk) -> Result<Board, Refusal> {
        // Whom a call-out touches stands first, where a narrow screen still shows it; nobody's visits stand last.
        let mut columns: BTreeMap<(u8, String, Option<Person>), Vec<VisitRow>> = BTreeMap::new();
        let mut day = self.visits_on(ask.day, ask.day)?;
        let reached = self.reached(session);
        day.retain(|(_, line)| reached.holds(self, line.client));
        let called_out: BTreeSet<StaffId> =
            day.iter().filter_map(|(_, l)| l.called_out_by.filter(|_| !l.history)).collect();
        let still_out: BTreeSet<_> =
            day.iter().filter(|(_, l)| l.state == VisitState::CalledOut).map(|(_, l)| l.client).collect();
        let mut names: BTreeMap<Person, (String, String)> = BTreeMap::new();
        let mut total = 0;
        for (id, line) in day {
            if ask.mine && !self.cast.clients.get(&line.client).is_some_and(|c| c.is_of(session.user)) {
                continue;
            }
            if !self.lets_through(session, ask.only, id, &line) {
                continue;
            }
            total += 1;
            let person = whose(&line, ask.by);
            let place = match person {
                Some(Person::Staff(id)) => u8::from(!called_out.contains(&id)),
                Some(Person::Client(id)) => u8::from(!still_out.contains(&id)),
                None => 2,
            };
            let folded = match person {
                Some(p) => names.entry(p).or_insert_with(|| self.short_and_folded(p)).1.clone(),
                None => String::new(),
            };
            columns.entry((place, folded, person)).or_default().push(self.visit_row(id, &line));
        }
        let all = columns.len();
        let at = |p: Person| columns.keys().position(|(_, _, who)| *who == Some(p));
        let from = match ask.around.and_then(at) {
            Some(place) => place.saturating_sub(usize::from(ask.count / 2)),
            None => usize::from(ask.from).min(all),
        };
        let end = from + usize::from(ask.count);
        let list = columns
            .into_iter()
            .enumerate()
            .filter(|(place, ((_, _, person), _))| person.is_none() || (from..end).contains(place))
            .map(|(_, ((_, _, person), visits))| BoardColumn {
                person,
                name: person
                    .and_then(|p| names.get(&p))
                    .map_or_else(|| "nobody".to_owned(), |(short, _)| short.clone()),
                out: person.is_some() && visits.iter().any(|v| v.state == VisitState::CalledOut),
                visits,
            })
            .collect();
        Ok(Board { day: ask.day, by: ask.by, total, columns: all as u16, from: from as u16, list })
    }

    /// Whether a calendar that shows only these shows this one.
    pub(in crate::service) fn lets_through(
        &self,
        session: &Session,
        only: VisitFilter,
        id: VisitId,
        line: &VisitLine,
    ) -> bool {
        only.discipline.is_none_or(|d| d == line.discipline)
            && (!only.office || self.cast.clients.get(&line.client).is_some_and(|c| c.office == session.office))
            && only.team.is_none_or(|u| self.cast.clients.get(&line.client).is_some_and(|c| c.is_of(u)))
            && (!only.open || (!line.history && self.is_uncovered(id, line)))
    }

    /// A person's shortest unique name, and the same folded to sort by.
    pub(super) fn short_and_folded(&self, person: Person) -> (String, String) {
        let short = match person {
            Person::Staff(id) => self.cast.staff_name(id).short,
            Person::Client(id) => self.cast.client_name(id).short,
        };
        let folded = fold(&short);
        (short, folded)
    }

    /// A visit as a row.
    pub(in crate::service) fn visit_row(&self, id: VisitId, line: &VisitLine) -> VisitRow {
        VisitRow {
            id,
            client: line.client,
            client_name: self.cast.client_name(line.client).short,
            staff: line.staff,
            staff_name: line.staff.map(|s| self.cast.staff_name(s).short).unwrap_or_default(),
            discipline: line.discipline,
            service: line.service.clone(),
            day: line.start.day,
            minute: line.start.minute,
            minutes: line.minutes,
            start: line.start.moment(),
            state: line.state,
            answer: line.answer,
            arrived: line.arrived.map(|a| (a.at, a.source)),
            left: line.left.map(|a| (a.at, a.source)),
            alert: self.alert_of(id, line),
        }
    }

    /// The alert that stands on a visit: its own, or the call-out that it hangs on; else that of its note.
    pub(super) fn alert_of(&self, id: VisitId, line: &VisitLine) -> Option<AlertKey> {
        let start = line.start.moment();
        let of_visit = |source| AlertKey { source, subject: id.0, occurrence: start.0 };
        let key = match call_out_scope(line) {
            Some(Scope::CallOut(staff, day)) => {
                AlertKey { source: AlertSource::CallOut, subject: staff.0, occurrence: i64::from(day.0) }
            }
            _ => of_visit(AlertSource::Visit),
        };
        let standing = |key| self.book.get(key).and_then(|e| e.alert()).map(|a| a.key);
        standing(key).or_else(|| standing(of_visit(AlertSource::Note)))
    }
}

/// Whose column or row a visit stands in. Called out and nobody found: with who called out, crossed out.
pub(super) fn whose(line: &VisitLine, by: By) -> Option<Person> {
    match by {
        By::Client => Some(Person::Client(line.client)),
        By::Caregiver if line.state == VisitState::CalledOut => line.called_out_by.or(line.staff).map(Person::Staff),
        By::Caregiver => line.staff.map(Person::Staff),
    }
}
