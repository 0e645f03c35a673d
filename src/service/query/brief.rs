//! Today in one page of plain text: for a login message or a printer.

use super::names::when;
use crate::domain::time::{DAY, clock};
use crate::domain::visit::VisitState;
use crate::rules::triage::book::Entry;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::Refusal;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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
            let (name, cause, owner) = (in_cells(&name, 24), in_cells(&cause, 40), in_cells(&owner, 12));
            out.push(format!("  P{} {name} {cause} {owner} {due}", alert.tier).trim_end().to_owned());
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
                    "  {:<16} {} {:<9} {state}",
                    when(l.start.moment(), zone, today),
                    in_cells(&name, 24),
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

/// In so many cells of a terminal: filled up, or cut with `…`, a number and a time of day never in two.
fn in_cells(text: &str, cells: usize) -> String {
    let wide = text.width();
    if wide <= cells {
        return format!("{text}{}", " ".repeat(cells - wide));
    }
    let mut used = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        used += c.width().unwrap_or(0);
        (used >= cells).then_some(at)
    });
    let (mut head, rest) = text.split_at(end.unwrap_or(text.len()));
    if rest.trim_start_matches(':').starts_with(|c: char| c.is_ascii_digit()) {
        head = head.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':');
    }
    let head = head.trim_end();
    format!("{head}…{}", " ".repeat(cells.saturating_sub(head.width() + 1)))
}

#[cfg(test)]
mod tests {
    use super::in_cells;

    #[test]
    fn what_is_cut_says_so_and_keeps_its_cells() {
        assert_eq!(in_cells("Okafor", 8), "Okafor  ");
        assert_eq!(in_cells("due Mon 2 Mar 15:00", 17), "due Mon 2 Mar…   ");
        assert_eq!(in_cells("渡辺裕子", 6), "渡辺… ");
    }
}
