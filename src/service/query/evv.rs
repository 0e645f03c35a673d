//! What is wrong with clock-ins of visit verification: by the day on which each locks.

use crate::domain::evv::Clocking;
use crate::domain::time::{Moment, clock};
use crate::domain::visit::Visit;
use crate::service::Service;
use crate::service::api::{EvvException, EvvQueue, EvvReason, Session};
use crate::service::plan::Refusal;

impl Service {
    /// Those that nobody has dealt with: what locks first comes first, and what is locked already comes last.
    pub(super) fn evv_exceptions(&self, session: &Session, now: Moment) -> Result<EvvQueue, Refusal> {
        let policy = &self.evv;
        let reached = self.reached(session);
        let mut list = Vec::new();
        for c in self.store.open::<Clocking>()? {
            if c.exception.is_empty() || c.resolved.is_some() || !reached.holds(self, c.client) {
                continue;
            }
            let client = self.cast.clients.get(&c.client);
            let at = c.began.or(c.ended);
            let zone = self.cast.zone_of(c.client);
            let code = policy.code(c.exception.as_str());
            let missing: Vec<String> = c.missing.iter().map(|e| e.word().to_owned()).collect();
            let mut say = code.map_or_else(|| c.exception.as_str().to_owned(), |code| code.say.clone());
            if !missing.is_empty() {
                let words = format!("missing: {}", missing.join(", "));
                say = if c.exception.as_str() == "missing" { words } else { format!("{say}; {words}") };
            }
            let visit = c.visit.map(|id| self.store.get::<Visit>(id)).transpose()?.flatten();
            let visit_words = visit.as_ref().map_or_else(String::new, |v| {
                let (day, minute) = zone.civil(v.start.moment());
                let who = v.staff.map_or_else(|| "nobody".to_owned(), |s| self.named(s));
                format!("{} {}, {who}", day.short(), clock(minute))
            });
            let locks = at.map(|at| policy.locks(client.map_or("", |c| c.payer.as_str()), zone.day(at)));
            let over = locks.is_some_and(|day| day < zone.day(now));
            let row = EvvException {
                id: c.id,
                visit: visit.map(|v| v.id),
                visit_words,
                missing,
                until: c.ended,
                client: c.client,
                name: self.cast.client_name(c.client).listed,
                staff: c.staff.map(|s| self.named(s)).unwrap_or_default(),
                at,
                code: c.exception.as_str().to_owned(),
                say,
                mend: code.map(|code| code.mend.clone()).unwrap_or_default(),
                locks,
            };
            list.push((over, row));
        }
        list.sort_by_key(|(over, e)| (*over, e.locks.is_none(), e.locks, e.at, e.id));
        let reason =
            |r: &crate::rules::evv::Reason| EvvReason { code: r.code.clone(), say: r.say.clone(), note: r.note };
        Ok(EvvQueue {
            list: list.into_iter().map(|(_, row)| row).collect(),
            reasons: policy.reasons().iter().map(reason).collect(),
            newest: self.window.newest_clock_in(),
        })
    }
}
