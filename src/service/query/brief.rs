//! Today in one page of plain text: for a login message or a printer.

use super::names::when;
use crate::domain::time::{DAY, clock};
use crate::domain::visit::VisitState;
use crate::rules::triage::book::Entry;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::Refusal;

/// Lines of each list.
const MOST: usize = 15;

impl Service {
    pub(super) fn brief(&self, session: &Session) -> Result<Vec<String>, Refusal> {
        let now = self.now();
        let zone = self.cast.zone(session.office);
        let (today, minute) = zone.civil(now);
        let header = self.header(session)?;
        let mut out = vec![
            format!("{}   {} {}   for {}", header.agency, today.short(), clock(minute), header.user),
            format!(
                "P1 {}  P2 {}  P3 {}  P4 {}   uncovered in 24 h: {}   {} clients",
                header.tiers[0], header.tiers[1], header.tiers[2], header.tiers[3], header.uncovered, header.clients
            ),
        ];
        out.extend(self.policy.fatigue_note(header.tiers));
        out.extend([String::new(), "First".to_owned()]);
        let mut n = 0;
        let reached = self.reached(session);
        let seen = |e: &&Entry| self.is_seen(session, &reached, e) && self.is_mine(session, e);
        for entry in self.book.sorted().filter(seen) {
            let Some(alert) = entry.alert() else { continue };
            n += 1;
            if n > MOST {
                continue;
            }
            let name = self.alert_name(entry).0;
            let cause =
                crate::rules::triage::cause(&entry.thing, alert, &self.policy, now, entry.thing.zone, session.user);
            let owner = alert.owner.map_or_else(|| "nobody".to_owned(), |u| self.cast.user_name(u));
            let due = alert.due.map(|d| format!("by {}", when(d, zone, today))).unwrap_or_default();
            out.push(format!("  P{} {name:<24.24} {cause:<40.40} {owner:<12.12} {due}", alert.tier));
        }
        if n == 0 {
            out.push("  nothing waits".to_owned());
        } else if n > MOST {
            out.push(format!("  and {} more", n - MOST));
        }
        out.push(String::new());
        out.push("Visits of the next 24 h that nobody has said yes to".to_owned());
        let mut uncovered = 0;
        for (id, l) in self.window.between(now, now.plus(DAY)) {
            if l.history
                || !reached.holds(self, l.client)
                || !self.visit_facts(id, l).uncovered()
                || !self.client_is_active(l.client)
            {
                continue;
            }
            uncovered += 1;
            if uncovered <= MOST {
                let name = self.cast.client_name(l.client).listed;
                let state = if l.state == VisitState::CalledOut { "called out" } else { l.answer.word() };
                out.push(format!(
                    "  {:<16} {name:<24.24} {:<9} {state}",
                    when(l.start.moment(), zone, today),
                    l.discipline.word()
                ));
            }
        }
        if uncovered == 0 {
            out.push("  all covered".to_owned());
        } else if uncovered > MOST {
            out.push(format!("  and {} more", uncovered - MOST));
        }
        Ok(out)
    }
}
