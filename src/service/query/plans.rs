//! What plans are made of, on the page of whom they are about: appointments, authorizations, wishes, time off.

use super::card::line;
use super::names::when;
use super::page::record;
use crate::domain::appointment::Appointment;
use crate::domain::authorization::Authorization;
use crate::domain::coverage::Pairing;
use crate::domain::evv::Clocking;
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::record::Kind;
use crate::domain::time::{Day, Moment, Zone, clock};
use crate::rules::roles::Group;
use crate::service::Service;
use crate::service::access::{Reached, Sight};
use crate::service::api::{Person, Section, SectionLine};
use crate::service::plan::Refusal;

/// Records of each kind that are looked at, and lines of each that are shown.
const LOOKED_AT: usize = 200;
const SHOWN: usize = 8;

impl Service {
    /// A client's: what is ahead of her, what is paid for, who comes to her and who does not.
    pub(super) fn client_plans(
        &self,
        id: ClientId,
        zone: Zone,
        now: Moment,
        sight: &Sight,
    ) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut lines = Vec::new();
        if sight.shows(Group::Clinical) {
            let mut ahead = self.store.newest_of_client::<Appointment>(id, LOOKED_AT)?;
            ahead.retain(|a| a.cancelled.is_none() && a.end() > now);
            ahead.sort_by_key(|a| a.start.moment());
            for a in ahead.iter().take(SHOWN) {
                let back = clock(zone.civil(a.end()).1);
                let with = a.with.some().map(|w| format!(", {w}")).unwrap_or_default();
                let place = a.place.some().map(|p| format!(", {p}")).unwrap_or_default();
                let text = format!("{} to {back}: {}{with}{place}", when(a.start.moment(), zone, today), a.kind.word());
                lines.push(record(line("Away", &text, ""), Kind::Appointment, a.id.0));
            }
        }
        let mut paid = self.store.newest_of_client::<Authorization>(id, LOOKED_AT)?;
        paid.retain(|a| a.ended.is_none() && a.to >= today);
        paid.sort_by_key(|a| (a.from, a.to, a.id));
        for a in paid.iter().take(SHOWN) {
            let mut row = record(line("Paid for", &paid_words(a), ""), Kind::Authorization, a.id.0);
            row.line.tier = if a.to.since(today) <= 14 { 3 } else { 0 };
            lines.push(row);
        }
        for p in self.store.of_client::<Pairing>(id, LOOKED_AT)?.iter().filter(|p| p.ended.is_none()).take(SHOWN) {
            let why = p.reason.some().map(|r| format!(": {r}")).unwrap_or_default();
            let text = format!("{} {}, by {}{why}", p.wish.word(), self.named(p.staff), p.by.word());
            let mut row = record(line("Wish", &text, ""), Kind::Pairing, p.id.0);
            row.person = Some(Person::Staff(p.staff));
            lines.push(row);
        }
        Ok(Section { title: "Plans".to_owned(), lines })
    }

    /// What of her clock-ins is wrong and nobody has dealt with, with the day on which it locks.
    pub(super) fn client_evv(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let (today, policy) = (zone.day(now), &self.evv);
        let payer = self.cast.clients.get(&id).map_or("", |c| c.payer.as_str());
        let mut lines = Vec::new();
        for c in self.store.newest_of_client::<Clocking>(id, LOOKED_AT)? {
            let Some(at) = c.began.or(c.ended).filter(|_| !c.exception.is_empty() && c.resolved.is_none()) else {
                continue;
            };
            let locks = policy.locks(payer, zone.day(at));
            let say = policy.code(c.exception.as_str()).map_or(c.exception.as_str(), |code| code.say.as_str());
            let lacks: Vec<&str> = c.missing.iter().map(|e| e.word()).collect();
            let lacks = if lacks.is_empty() { String::new() } else { format!(" ({})", lacks.join(", ")) };
            let left = match locks.since(today) {
                n if n < 0 => format!("locked since {}", locks.short()),
                0 => "locks today".to_owned(),
                n => format!("locks in {n} d"),
            };
            let mut row =
                record(line(&when(at, zone, today), &format!("{say}{lacks}, {left}"), ""), Kind::Clocking, c.id.0);
            row.line.tier = if locks.since(today) <= 7 { 3 } else { 0 };
            lines.push(row);
            if lines.len() == SHOWN {
                break;
            }
        }
        Ok(Section { title: "EVV".to_owned(), lines })
    }

    /// A caregiver's: when they are off or on call, to whom they go and to whom they do not.
    pub(super) fn staff_plans(
        &self,
        id: StaffId,
        zone: Zone,
        now: Moment,
        reached: &Reached,
    ) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut off: Vec<_> = self.coverage.times_of(id).filter(|t| t.to > now).collect();
        off.sort_by_key(|t| (t.from, t.id));
        let mut lines: Vec<SectionLine> = off
            .into_iter()
            .take(SHOWN)
            .map(|t| {
                let note = t.note.some().map(|n| format!(", {n}")).unwrap_or_default();
                let text = format!("{}{note}", span(t.from, t.to, zone, today));
                record(line(t.kind.word(), &text, ""), Kind::TimeOff, t.id.0)
            })
            .collect();
        let wishes = self.store.of_staff::<Pairing>(id, LOOKED_AT)?;
        for p in wishes.iter().filter(|p| p.ended.is_none() && reached.holds(self, p.client)).take(SHOWN) {
            let why = p.reason.some().map(|r| format!(": {r}")).unwrap_or_default();
            let name = self.cast.client_name(p.client).listed;
            let text = format!("{} {name}, by {}{why}", p.wish.word(), p.by.word());
            let mut row = record(line("Wish", &text, ""), Kind::Pairing, p.id.0);
            row.person = Some(Person::Client(p.client));
            lines.push(row);
        }
        Ok(Section { title: "Plans".to_owned(), lines })
    }
}

/// `240 units of 15 min a month, bath, Medicaid A-77, to 30 Jun 2026`.
fn paid_words(a: &Authorization) -> String {
    let unit = a.unit_minutes.map_or_else(|| "visits".to_owned(), |m| format!("units of {m} min"));
    let mut parts = vec![format!("{} {unit} {}", a.units, a.per.word())];
    parts.extend(a.discipline.map(|d| d.word().to_owned()));
    parts.extend(a.service.some().map(str::to_owned));
    let payer = [a.payer.as_str(), a.number.as_str()].join(" ");
    parts.extend(Some(payer.trim().to_owned()).filter(|p| !p.is_empty()));
    parts.push(format!("{} to {}", a.from.long(), a.to.long()));
    parts.join(", ")
}

/// `Mon 9 Mar to Fri 13 Mar` for whole days, else with the times.
fn span(from: Moment, to: Moment, zone: Zone, today: Day) -> String {
    let ((first, a), (after, b)) = (zone.civil(from), zone.civil(to));
    if a == 0 && b == 0 {
        let last = after.plus(-1);
        return if last == first { first.short() } else { format!("{} to {}", first.short(), last.short()) };
    }
    format!("{} to {}", when(from, zone, today), when(to, zone, today))
}
