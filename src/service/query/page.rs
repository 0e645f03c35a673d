//! One page about a client or a caregiver.

use super::card::{contact_line, line, residence};
use super::names::when;
use super::untold::due_words;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::care_plan::CarePlan;
use crate::domain::chart::{Allergy, Diagnosis, Medication};
use crate::domain::client::Client;
use crate::domain::communication::Communication;
use crate::domain::ids::{ClientId, CommunicationId, StaffId};
use crate::domain::issue::{Issue, IssueEvent};
use crate::domain::record::{Kind, Record};
use crate::domain::staff::{Credential, Membership};
use crate::domain::time::{DAY, Moment, Zone, clock};
use crate::rules::triage::facts::Subject;
use crate::service::Service;
use crate::service::api::{CardLine, Page, Person, Section, SectionLine, Session};
use crate::service::plan::Refusal;
use std::cmp::Reverse;
use std::collections::HashSet;

/// Lines of a section that grows.
const NEWEST: usize = 12;
/// Calls in which amendments are looked for.
const LOOKED_AT: usize = 200;

impl Service {
    pub(super) fn client_page(&self, session: &Session, id: ClientId) -> Result<Option<Page>, Refusal> {
        let Some(client) = self.cast.clients.get(&id) else { return Ok(None) };
        let now = self.now();
        let zone = self.cast.zone(client.office);
        let today = zone.day(now);
        let title = [
            client.name.full(),
            client.born.map(|b| format!("{} · {}", b.long(), b.age(today))).unwrap_or_default(),
            client.mrn.some().map(|m| format!("MRN {m}")).unwrap_or_default(),
        ];
        let title = title.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
        let mut summary = vec![residence(client), self.warnings(client)?.join(" · ")];
        if let Some(soc) = client.soc {
            let day = crate::rules::clocks::period_day(soc, today);
            let period = day.map(|d| format!(", day {d} of 60")).unwrap_or_default();
            summary.push(format!("SOC {}{period}", soc.long()));
        }
        summary.extend(client.note.some().map(str::to_owned));
        let sections = vec![
            self.now_section(session, Subject::Client(id)),
            self.visits_section(id, zone, now)?,
            self.untold_section(id, zone, now)?,
            self.people_section(client)?,
            self.said_section(id, zone, now)?,
            self.health_section(id)?,
            self.issues_section(id, zone, now)?,
            self.finished_section(Subject::Client(id), zone, now),
        ];
        let sections = sections.into_iter().filter(|s| !s.lines.is_empty()).collect();
        Ok(Some(Page { person: Person::Client(id), title, summary, sections, rev: client.head.rev }))
    }

    /// Alerts about somebody, worst first.
    fn now_section(&self, session: &Session, person: Subject) -> Section {
        let mut found: Vec<(u8, AlertKey)> =
            self.book.for_person(person).filter_map(|e| e.alert().map(|a| (a.tier, a.key))).collect();
        if let Subject::Client(id) = person {
            let outs = self.book.sorted().filter(|e| e.thing.key.source == AlertSource::CallOut);
            found.extend(
                outs.filter_map(|e| e.alert())
                    .filter_map(|a| a.touches.iter().find(|(c, _)| *c == id).map(|(_, tier)| (*tier, a.key))),
            );
        }
        found.sort_unstable();
        let lines = found
            .into_iter()
            .filter_map(|(_, key)| {
                let record = (key.source == AlertSource::Issue).then_some((Kind::Issue, key.subject));
                Some(SectionLine { line: self.alert_line(session, key)?, key: Some(key), record })
            })
            .collect();
        Section { title: "Now".to_owned(), lines }
    }

    fn visits_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut lines = Vec::new();
        for visit in self.store.visits_of_client(id, now.plus(-2 * DAY), now.plus(8 * DAY))? {
            let Some(v) = self.store.get::<crate::domain::visit::Visit>(visit)? else { continue };
            let who = v.staff.map_or_else(|| "nobody".to_owned(), |s| self.named(s));
            let mut text = format!("{} {} {}", clock(v.start.minute), v.discipline.word(), who);
            if !v.service.is_empty() {
                text.push_str(&format!(", {}", v.service.as_str()));
            }
            text.push_str(&format!("  {}", v.state.word()));
            if let Some(arrived) = v.arrived {
                text.push_str(&format!(", there {} ({})", when(arrived.at, zone, today), arrived.source.word()));
            }
            let day = zone.day(v.start.moment());
            let label = if day == today { "today".to_owned() } else { day.short() };
            lines.push(SectionLine {
                line: line(&label, &text, ""),
                key: self.visit_key(visit, v.start.moment()),
                record: Some((Kind::Visit, visit.0)),
            });
        }
        lines.truncate(30);
        Ok(Section { title: "Visits".to_owned(), lines })
    }

    fn visit_key(&self, visit: crate::domain::ids::VisitId, start: Moment) -> Option<AlertKey> {
        let key = AlertKey { source: AlertSource::Visit, subject: visit.0, occurrence: start.0 };
        self.book.get(key).and_then(|e| e.alert()).map(|a| a.key)
    }

    /// Who has not been told of what, soonest first: `t` tells them.
    fn untold_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let lines = self
            .untold(id, None)?
            .into_iter()
            .map(|u| {
                let text = format!("{}: {}", u.who, u.what);
                let record = u.contact.map(|c| (Kind::Contact, c.0));
                SectionLine { line: line(&due_words(&u, now, zone), &text, &u.number), key: Some(u.key), record }
            })
            .collect();
        Ok(Section { title: "Who has not been told".to_owned(), lines })
    }

    fn people_section(&self, client: &Record<Client>) -> Result<Section, Refusal> {
        let mut lines: Vec<SectionLine> = self
            .cast
            .contacts_for(client.id)
            .into_iter()
            .map(|c| SectionLine { line: contact_line(c), key: None, record: Some((Kind::Contact, c.id.0)) })
            .collect();
        for m in self.store.of_client::<Membership>(client.id, 60)? {
            let lead = if m.lead { ", lead" } else { "" };
            let text = format!("{}, {}{lead}", self.named(m.staff), m.role.some().unwrap_or(m.discipline.word()));
            let number =
                self.cast.staff.get(&m.staff).map(|s| super::names::first_number(&s.phones)).unwrap_or_default();
            lines.push(SectionLine {
                line: line("Team", &text, &number),
                key: None,
                record: Some((Kind::Membership, m.id.0)),
            });
        }
        if let Some(user) = client.coordinator {
            lines.push(plain(line("Coordinator", &self.cast.user_name(user), "")));
        }
        Ok(Section { title: "People".to_owned(), lines })
    }

    fn said_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let lines = self
            .said_of_client(id, NEWEST)?
            .iter()
            .map(|c| {
                let amended = if c.amends.is_some() { " (amended)" } else { "" };
                let mut text = format!("{} {}: {}{amended}", c.direction.word(), c.with.as_str(), c.result.word());
                if !c.note.is_empty() {
                    text.push_str(&format!(". {}", c.note.as_str()));
                }
                if let Some(p) = &c.promise {
                    let kept = if p.kept.is_some() { "kept" } else { "open" };
                    text.push_str(&format!("  promised: {} by {} ({kept})", p.what.as_str(), when(p.due, zone, today)));
                }
                SectionLine {
                    line: line(&when(c.happened.at, zone, today), &text, ""),
                    key: None,
                    record: Some((Kind::Communication, c.id.0)),
                }
            })
            .collect();
        Ok(Section { title: "Said and promised".to_owned(), lines })
    }

    fn health_section(&self, id: ClientId) -> Result<Section, Refusal> {
        let mut lines = Vec::new();
        for d in self.store.of_client::<Diagnosis>(id, 200)?.iter().filter(|d| d.active).take(NEWEST) {
            lines.push(record(line("Dx", d.name.some().unwrap_or(&d.code), ""), Kind::Diagnosis, d.id.0));
        }
        for m in self.store.of_client::<Medication>(id, 200)?.iter().filter(|m| m.active).take(NEWEST) {
            let text = [m.name.as_str(), m.dose.as_str()].join("  ");
            lines.push(record(line("Med", text.trim(), ""), Kind::Medication, m.id.0));
        }
        for a in self.store.of_client::<Allergy>(id, 100)?.iter().filter(|a| a.active).take(NEWEST) {
            let text = [a.name.as_str(), a.reaction.as_str()].join("  ");
            lines.push(record(line("Allergy", text.trim(), ""), Kind::Allergy, a.id.0));
        }
        for p in self.store.of_client::<CarePlan>(id, 20)?.iter().filter(|p| p.active).take(4) {
            let review = p.review.map(|d| format!(", review by {}", d.long())).unwrap_or_default();
            lines.push(record(line("Plan", &format!("{}{review}", p.title.as_str()), ""), Kind::CarePlan, p.id.0));
        }
        Ok(Section { title: "Health".to_owned(), lines })
    }

    fn issues_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut lines = Vec::new();
        let amended: HashSet<CommunicationId> =
            self.store.newest_of_client::<Communication>(id, LOOKED_AT)?.into_iter().filter_map(|c| c.amends).collect();
        let is_amended = |e: &IssueEvent| e.communication.is_some_and(|c| amended.contains(&c));
        for issue in self.store.newest_of_client::<Issue>(id, NEWEST)? {
            let end = match &issue.handling.outcome {
                Some(o) => format!("{}, {} {}", o.what.as_str(), self.cast.user_name(o.by), when(o.at, zone, today)),
                None => "open".to_owned(),
            };
            let text = format!("{}: {}  {end}", issue.kind.word(), issue.summary.as_str());
            let key =
                AlertKey { source: AlertSource::Issue, subject: issue.id.0, occurrence: i64::from(issue.reopened) };
            lines.push(SectionLine {
                line: line(&when(issue.happened.at, zone, today), &text, ""),
                key: Some(key),
                record: Some((Kind::Issue, issue.id.0)),
            });
            let events = self.store.timeline(issue.id, 50)?;
            for event in events.iter().rev().filter(|e| !is_amended(e)).take(3) {
                let (_, minute) = zone.civil(event.happened.at);
                let said = format!("  {} {}", clock(minute), event.text.as_str());
                lines.push(record(line(event.kind.word(), &said, ""), Kind::IssueEvent, event.id.0));
            }
        }
        Ok(Section { title: "Issues".to_owned(), lines })
    }

    /// Alerts that were finished while their facts stand: they can be opened again. Issues have a part of their own.
    fn finished_section(&self, person: Subject, zone: Zone, now: Moment) -> Section {
        let today = zone.day(now);
        let mut found: Vec<_> = self
            .book
            .for_person(person)
            .filter(|e| e.alert().is_none() && e.thing.key.source != AlertSource::Issue)
            .filter_map(|e| e.thing.handling.outcome.as_ref().map(|o| (o.at, e.thing.key, o)))
            .collect();
        found.sort_by_key(|(at, key, _)| (Reverse(*at), *key));
        let lines = found
            .into_iter()
            .take(NEWEST)
            .map(|(at, key, outcome)| {
                let who = self.cast.user_name(outcome.by);
                let text = format!("{}: {}, {who}", key.source.word(), outcome.what.as_str());
                SectionLine { line: line(&when(at, zone, today), &text, ""), key: Some(key), record: None }
            })
            .collect();
        Section { title: "Finished".to_owned(), lines }
    }

    pub(super) fn staff_page(&self, session: &Session, id: StaffId) -> Result<Option<Page>, Refusal> {
        let Some(staff) = self.cast.staff.get(&id) else { return Ok(None) };
        let now = self.now();
        let zone = self.cast.zone(staff.office);
        let today = zone.day(now);
        let mut summary = Vec::new();
        let words = |list: &[crate::domain::text::Text<40>]| {
            list.iter().map(|t| t.as_str().to_owned()).collect::<Vec<_>>().join(", ")
        };
        if !staff.languages.is_empty() {
            summary.push(format!("speaks {}", words(&staff.languages)));
        }
        if !staff.skills.is_empty() {
            summary.push(format!("signed off for {}", words(&staff.skills)));
        }
        let minutes = self.booked_minutes(id, zone, today);
        summary.push(format!("{}.{} h booked this week (Sun–Sat)", minutes / 60, (minutes % 60) / 6));
        summary.extend(staff.note.some().map(str::to_owned));
        let mut visits = Vec::new();
        for (visit, l) in self.window.of_staff(id).filter(|(_, l)| zone.day(l.start.moment()) >= today).take(40) {
            let day = zone.day(l.start.moment());
            let label = if day == today { "today".to_owned() } else { day.short() };
            let state = if l.staff == Some(id) { l.state.word() } else { "called out" };
            let text = format!("{} {}  {state}", clock(l.start.minute), self.cast.client_name(l.client).listed);
            visits.push(SectionLine {
                line: line(&label, &text, ""),
                key: self.visit_key(visit, l.start.moment()),
                record: Some((Kind::Visit, visit.0)),
            });
        }
        let numbers = staff.phones.iter().map(|p| plain(line("Phone", p.kind.word(), &p.number))).collect::<Vec<_>>();
        let credentials = self
            .store
            .of_staff::<Credential>(id, 60)?
            .iter()
            .filter(|c| !c.retired)
            .map(|c| {
                let text = c.expires.map_or_else(
                    || format!("{}, does not expire", c.kind.as_str()),
                    |d| format!("{} good to {}", c.kind.as_str(), d.long()),
                );
                record(line("", &text, ""), Kind::Credential, c.id.0)
            })
            .collect();
        let sections = vec![
            self.now_section(session, Subject::Staff(id)),
            self.finished_section(Subject::Staff(id), zone, now),
            Section { title: "Numbers".to_owned(), lines: numbers },
            Section { title: "Visits".to_owned(), lines: visits },
            Section { title: "Credentials".to_owned(), lines: credentials },
        ];
        let sections = sections.into_iter().filter(|s| !s.lines.is_empty()).collect();
        let title = format!("@{} {}", staff.name.full(), staff.discipline.word());
        Ok(Some(Page { person: Person::Staff(id), title, summary, sections, rev: staff.head.rev }))
    }
}

fn plain(line: CardLine) -> SectionLine {
    SectionLine { line, key: None, record: None }
}

fn record(line: CardLine, kind: Kind, id: [u8; 16]) -> SectionLine {
    SectionLine { line, key: None, record: Some((kind, id)) }
}
