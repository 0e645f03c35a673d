//! One page about a client: what is so now, her visits, who was told, her scores, her people and history.

use super::card::{contact_line, line, residence_for};
use super::names::when;
use super::untold::due_words;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::care_plan::CarePlan;
use crate::domain::chart::{Allergy, Diagnosis, Medication};
use crate::domain::client::Client;
use crate::domain::communication::Communication;
use crate::domain::ids::{ClientId, CommunicationId};
use crate::domain::issue::{Issue, IssueEvent};
use crate::domain::record::{Kind, Record};
use crate::domain::staff::Membership;
use crate::domain::time::{DAY, Moment, Zone, clock, lasting};
use crate::domain::visit::{Answer, VisitState};
use crate::rules::roles::Group;
use crate::rules::triage::facts::{SourceFacts, Subject, WindowKind};
use crate::service::Service;
use crate::service::access::Sight;
use crate::service::api::{CardLine, Page, Person, Section, SectionLine, Session};
use crate::service::plan::Refusal;
use crate::store::indexes::VisitLine;
use std::cmp::Reverse;
use std::collections::HashSet;

/// Lines of a section that grows.
const NEWEST: usize = 12;
/// Calls in which amendments are looked for.
const LOOKED_AT: usize = 200;

impl Service {
    pub(super) fn client_page(&self, session: &Session, id: ClientId) -> Result<Option<Page>, Refusal> {
        let Some(client) = self.cast.clients.get(&id) else { return Ok(None) };
        let sight = self.sight(session, Some(id));
        let now = self.now();
        let zone = self.cast.zone(client.office);
        let today = zone.day(now);
        let title = [
            client.name.full(),
            client
                .born
                .filter(|_| sight.shows(Group::Identity))
                .map(|b| format!("{} · {} {}", b.long(), b.age(today), super::names::sex_letter(client.sex)))
                .unwrap_or_default()
                .trim_end()
                .to_owned(),
            sight.only(Group::Identity, client.mrn.some().map(|m| format!("MRN {m}")).unwrap_or_default()),
        ];
        let title = title.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
        let mut summary = vec![residence_for(client, &sight), self.warnings_for(client, &sight)?.join(" · ")];
        if let Some(soc) = client.soc {
            let day = crate::rules::clocks::period_day(soc, today);
            let period = day.map(|d| format!(", day {d} of 60")).unwrap_or_default();
            let window = self.recert_words(id, zone, now);
            summary.push(format!("SOC {}{period}{window}", soc.long()));
        }
        summary.extend(sight.only(Group::Clinical, client.note.some().map(str::to_owned)));
        let (near, others) = self.visit_sections(id, zone, now, &sight)?;
        // A part that is not seen says so in one line: that it is empty would be another answer.
        let clinical = |section: Section| hidden(&sight, Group::Clinical, section);
        let sections = vec![
            self.now_section(session, Subject::Client(id)),
            near,
            clinical(self.untold_section(id, zone, now)?),
            clinical(self.told_section(id, zone, now)?),
            clinical(self.scores_section(client, zone)?),
            self.client_plans(id, zone, now, &sight)?,
            self.people_section(client, &sight)?,
            others,
            self.series_section(id, zone, now)?,
            clinical(self.orders_section(id, zone, now)?),
            clinical(self.said_section(id, zone, now)?),
            self.client_evv(id, zone, now)?,
            self.health_section(id, &sight)?,
            clinical(self.issues_section(id, zone, now)?),
            clinical(self.finished_section(Subject::Client(id), zone, now)),
        ];
        let sections = sections.into_iter().filter(|s| !s.lines.is_empty()).collect();
        Ok(Some(Page { person: Person::Client(id), title, summary, sections, rev: client.head.rev }))
    }

    /// Alerts about somebody, worst first.
    pub(super) fn now_section(&self, session: &Session, person: Subject) -> Section {
        let reached = self.reached(session);
        let about = self.book.for_person(person).filter(|e| self.is_seen(session, &reached, e));
        let mut found: Vec<(u8, AlertKey)> = about.filter_map(|e| e.alert().map(|a| (a.tier, a.key))).collect();
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
                Some(SectionLine { line: self.alert_line(session, key)?, key: Some(key), record, person: None })
            })
            .collect();
        Section { title: "Now".to_owned(), lines }
    }

    /// The recertification window that matters next, in words.
    fn recert_words(&self, id: ClientId, zone: Zone, now: Moment) -> String {
        let windows = self.book.for_person(Subject::Client(id)).filter_map(|e| match &e.thing.source {
            SourceFacts::Window(w) if w.kind == WindowKind::Recert => Some((w.due, w.opens)),
            _ => None,
        });
        let Some((due, opens)) = windows.min() else { return String::new() };
        let last = zone.day(due.plus(-1));
        let closes = match last.since(zone.day(now)) {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            _ => last.short(),
        };
        if now >= due {
            format!(": recert window closed {}, not done", last.short())
        } else if now >= opens {
            format!(": recert window OPEN, closes {closes}")
        } else {
            format!(": recert window {} to {}", zone.day(opens).short(), last.short())
        }
    }

    /// Visits of today and tomorrow; and those of the days around them.
    fn visit_sections(
        &self,
        id: ClientId,
        zone: Zone,
        now: Moment,
        sight: &Sight,
    ) -> Result<(Section, Section), Refusal> {
        let today = zone.day(now);
        let (mut near, mut others) = (Vec::new(), Vec::new());
        for visit in self.store.visits_of_client(id, now.plus(-2 * DAY), now.plus(8 * DAY))?.into_iter().take(30) {
            let Some(v) = self.store.get::<crate::domain::visit::Visit>(visit)? else { continue };
            let visit_line = VisitLine::of(&v);
            let who = v.staff.filter(|_| v.state != VisitState::CalledOut);
            let who = who.map_or_else(|| format!("{}: nobody", v.discipline.word()), |s| self.named(s));
            let mut text = format!("{} {who}", clock(v.start.minute));
            if !v.service.is_empty() {
                text.push_str(&format!(", {}", v.service.as_str()));
            }
            // Of a visit with nobody, that it is planned says nothing.
            if v.staff.is_some() || !matches!(v.state, VisitState::Planned | VisitState::Confirmed) {
                text.push_str(&format!("  {}", self.known_of(&visit_line, zone, now)));
            }
            let label = match v.start.day.since(today) {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                _ => v.start.day.short(),
            };
            let open = v.state.is_open() && v.state != VisitState::CalledOut && v.start.day >= today;
            let soon = (0..=1).contains(&v.start.day.since(today));
            let number = v.staff.filter(|_| open && soon).map(|s| self.staff_number(s)).unwrap_or_default();
            let number = sight.only(Group::StaffPrivate, number);
            let mut row = record(line(&label, &text, &number), Kind::Visit, visit.0);
            row.key = self.alert_of(visit, &visit_line);
            if soon { near.push(row) } else { others.push(row) }
        }
        if near.is_empty() && !others.is_empty() {
            near.push(plain(line("", "none booked for today or tomorrow", "")));
        }
        let others = Section { title: "Other visits".to_owned(), lines: others };
        Ok((Section { title: "Visits".to_owned(), lines: near }, others))
    }

    /// What is known of a visit and on whose word; where nobody said anything, that it is only planned.
    pub(super) fn known_of(&self, l: &VisitLine, zone: Zone, now: Moment) -> String {
        let today = zone.day(now);
        if let Some(left) = l.left {
            return format!("left {} ({})", when(left.at, zone, today), left.source.word());
        }
        if let Some(there) = l.arrived {
            let ago = lasting(now.since(there.at));
            return format!("there since {} ({}, {ago})", when(there.at, zone, today), there.source.word());
        }
        match l.state {
            VisitState::CalledOut => {
                let who = l.called_out_by.map(|s| format!("{} ", self.named(s))).unwrap_or_default();
                let at = l.called_out_at.map(|at| format!(" {}", when(at, zone, today))).unwrap_or_default();
                format!("{who}called out{at}")
            }
            VisitState::Planned | VisitState::Confirmed if l.staff.is_some() => match l.answer {
                Answer::Yes | Answer::Told => "said yes".to_owned(),
                Answer::Planned | Answer::Nobody => "planned".to_owned(),
                other => other.word().to_owned(),
            },
            VisitState::Planned | VisitState::Confirmed => "planned".to_owned(),
            VisitState::Done => "done, no times given".to_owned(),
            other => other.word().to_owned(),
        }
    }

    /// Who has not been told of what, soonest first: `t` tells them.
    fn untold_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let lines = self
            .untold(id, None)?
            .into_iter()
            .map(|u| {
                let text = format!("{}: {}", u.who, u.what);
                let record = u.contact.map(|c| (Kind::Contact, c.0));
                SectionLine {
                    line: line(&due_words(&u, now, zone), &text, &u.number),
                    key: Some(u.key),
                    record,
                    person: None,
                }
            })
            .collect();
        Ok(Section { title: "Who has not been told".to_owned(), lines })
    }

    fn people_section(&self, client: &Record<Client>, sight: &Sight) -> Result<Section, Refusal> {
        let mut lines: Vec<SectionLine> = self
            .cast
            .contacts_for(client.id)
            .into_iter()
            .map(|c| record(contact_line(c), Kind::Contact, c.id.0))
            .collect();
        for m in self.store.of_client::<Membership>(client.id, 60)? {
            let lead = if m.lead { ", lead" } else { "" };
            let text = format!("{}, {}{lead}", self.named(m.staff), m.role.some().unwrap_or(m.discipline.word()));
            let number =
                self.cast.staff.get(&m.staff).map(|s| super::names::first_number(&s.phones)).unwrap_or_default();
            let number = sight.only(Group::StaffPrivate, number);
            let mut row = record(line("Team", &text, &number), Kind::Membership, m.id.0);
            row.person = Some(Person::Staff(m.staff));
            lines.push(row);
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
                let mut text = format!("{}{amended}", c.direction.said(c.with.as_str(), c.result));
                if !c.note.is_empty() {
                    text.push_str(&format!(". {}", c.note.as_str()));
                }
                if let Some(p) = &c.promise {
                    let kept = if p.kept.is_some() { "kept" } else { "open" };
                    text.push_str(&format!("  promised: {} by {} ({kept})", p.what.as_str(), when(p.due, zone, today)));
                }
                record(line(&when(c.happened.at, zone, today), &text, ""), Kind::Communication, c.id.0)
            })
            .collect();
        Ok(Section { title: "Said and promised".to_owned(), lines })
    }

    fn health_section(&self, id: ClientId, sight: &Sight) -> Result<Section, Refusal> {
        let mut lines = Vec::new();
        let title = "Health".to_owned();
        if !sight.shows(Group::Diagnoses) {
            lines.push(plain(line("Dx", &sight.words(), "")));
        }
        let diagnoses =
            if sight.shows(Group::Diagnoses) { self.store.of_client::<Diagnosis>(id, 200)? } else { Vec::new() };
        for d in diagnoses.iter().filter(|d| d.active).take(NEWEST) {
            lines.push(record(line("Dx", d.name.some().unwrap_or(&d.code), ""), Kind::Diagnosis, d.id.0));
        }
        if !sight.shows(Group::Clinical) {
            lines.push(plain(line("Med", &sight.words(), "")));
            return Ok(Section { title, lines });
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
        Ok(Section { title, lines })
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
                person: None,
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
    pub(super) fn finished_section(&self, person: Subject, zone: Zone, now: Moment) -> Section {
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
                SectionLine {
                    line: line(&when(at, zone, today), &text, ""),
                    key: Some(key),
                    record: None,
                    person: None,
                }
            })
            .collect();
        Section { title: "Finished".to_owned(), lines }
    }
}

/// A section, or one line saying that it is not shown.
pub(super) fn hidden(sight: &Sight, group: Group, mut section: Section) -> Section {
    if !sight.shows(group) && !section.lines.is_empty() {
        section.lines = vec![plain(line("", &sight.words(), ""))];
    }
    section
}

pub(super) fn plain(line: CardLine) -> SectionLine {
    SectionLine { line, key: None, record: None, person: None }
}

pub(super) fn record(line: CardLine, kind: Kind, id: [u8; 16]) -> SectionLine {
    SectionLine { line, key: None, record: Some((kind, id)), person: None }
}
