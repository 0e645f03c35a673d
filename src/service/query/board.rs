//! A day's visits by caregiver, and visits as rows.

use crate::domain::ids::{StaffId, VisitId};
use crate::domain::search::fold;
use crate::domain::time::Day;
use crate::domain::visit::VisitState;
use crate::service::Service;
use crate::service::api::{Board, BoardAsk, BoardColumn, Session, VisitRow};
use crate::service::plan::Refusal;
use crate::store::indexes::VisitLine;
use std::collections::BTreeMap;

/// Most visits of one day.
const MOST: usize = 20_000;

impl Service {
    /// Visits of a range of days, in memory or from the store.
    pub(in crate::service) fn visits_on(
        &self,
        session: &Session,
        from: Day,
        to: Day,
    ) -> Result<Vec<(VisitId, VisitLine)>, Refusal> {
        let zone = self.cast.zone(session.office);
        let (low, high) = (zone.midnight(from), zone.midnight(to.plus(1)));
        if self.window.covers(low, high) {
            return Ok(self.window.between(low, high).map(|(id, l)| (id, l.clone())).collect());
        }
        Ok(self.store.visits_between(low, high, MOST)?)
    }

    pub(super) fn board(&self, session: &Session, ask: &BoardAsk) -> Result<Board, Refusal> {
        // Who called out stands first, where a narrow screen still shows her; nobody's visits stand last.
        let mut columns: BTreeMap<(u8, String, Option<StaffId>), Vec<VisitRow>> = BTreeMap::new();
        let out = |line: &VisitLine| line.called_out_by.filter(|_| !line.history);
        let day = self.visits_on(session, ask.day, ask.day)?;
        let called_out: std::collections::BTreeSet<StaffId> = day.iter().filter_map(|(_, l)| out(l)).collect();
        let mut total = 0;
        for (id, line) in day {
            let mine = self.cast.clients.get(&line.client).is_some_and(|c| c.is_of(session.user));
            if ask.mine && !mine {
                continue;
            }
            total += 1;
            // Called out and nobody found: it stands in the column of who called out, crossed out.
            let staff = match line.state {
                VisitState::CalledOut => line.called_out_by.or(line.staff),
                _ => line.staff,
            };
            let name = staff.map_or_else(|| "nobody".to_owned(), |s| self.cast.staff_name(s).short);
            let place = match staff {
                Some(id) if called_out.contains(&id) => 0,
                Some(_) => 1,
                None => 2,
            };
            let key = (place, fold(&name), staff);
            columns.entry(key).or_default().push(self.visit_row(id, &line));
        }
        let all = columns.len() as u16;
        let list = columns
            .into_iter()
            .skip(usize::from(ask.from))
            .take(usize::from(ask.count))
            .map(|((_, _, staff), visits)| BoardColumn {
                staff,
                name: staff.map_or_else(|| "nobody".to_owned(), |s| self.cast.staff_name(s).short),
                out: staff.is_some() && visits.iter().any(|v| v.state == VisitState::CalledOut),
                visits,
            })
            .collect();
        Ok(Board { day: ask.day, total, columns: all, from: ask.from, list })
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
        }
    }
}
