//! Rows as lists show them, each made from what stands in memory when a screen asks for it.

use super::Service;
use super::access::Reached;
use super::api::{AlertRow, ClientRow, Doing, IssueRow, Owner, Person, ReassessmentRow, Session, StaffRow};
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, StaffId, UserId};
use crate::domain::issue::Issue;
use crate::domain::time::Moment;
use crate::domain::visit::VisitState;
use crate::rules::clocks;
use crate::rules::roles::{Group, not_shown};
use crate::rules::triage::book::Entry;
use crate::rules::triage::facts::{SourceFacts, Subject};
use crate::rules::triage::{Alert, cause, vulnerability};
use crate::store::indexes::VisitLine;

impl Service {
    /// The name on an alert's row, and whether somebody looks alike.
    pub(super) fn alert_name(&self, entry: &Entry) -> (String, bool) {
        match (entry.thing.person, &entry.thing.staff) {
            (Some(Subject::Client(id)), _) => {
                let shown = self.cast.client_name(id);
                (shown.listed, shown.alike)
            }
            (Some(Subject::Staff(id)), staff) => {
                let shown = self.cast.staff_name(id);
                let discipline = staff.as_ref().map(|s| s.discipline.word()).unwrap_or_default();
                (format!("@{} {discipline}", shown.listed), shown.alike)
            }
            (None, _) => ("the office".to_owned(), false),
        }
    }

    fn owner(&self, session: &Session, owner: Option<UserId>) -> Owner {
        match owner {
            None => Owner::Nobody,
            Some(user) if user == session.user => Owner::You,
            Some(user) => Owner::Other(self.cast.user_name(user)),
        }
    }

    pub(super) fn alert_row(&self, session: &Session, entry: &Entry) -> Option<AlertRow> {
        let alert = entry.alert()?;
        let (name, alike) = self.alert_name(entry);
        let told = self.is_told(session, entry);
        Some(AlertRow {
            key: alert.key,
            tier: alert.tier,
            breached: alert.breached,
            person: entry.thing.person.map(person_of),
            name,
            alike,
            cause: self.cause_for(session, entry, alert),
            since: alert.since,
            due: alert.due,
            owner: self.owner(session, alert.owner),
            snoozed: alert.snoozed,
            escalated: alert.escalated,
            summons: self.summons(session, entry),
            booked: alert.booked.clone(),
            // A rule's name says as much as its words.
            rule: if told { alert.rule.to_string() } else { String::new() },
            finished: None,
        })
    }

    /// Whether a session is told what an alert is about.
    fn is_told(&self, session: &Session, entry: &Entry) -> bool {
        let client = match entry.thing.person {
            Some(Subject::Client(id)) => Some(id),
            _ => entry.thing.client.as_ref().map(|c| c.id),
        };
        self.sight(session, client).shows(Group::Clinical)
    }

    /// The cause of an alert in words, as far as a session is told: that a visit has nobody is no secret, what happened
    /// to somebody is.
    pub(super) fn cause_for(&self, session: &Session, entry: &Entry, alert: &Alert) -> String {
        if self.is_told(session, entry) {
            return cause(&entry.thing, alert, &self.policy, self.now(), entry.thing.zone, session.user);
        }
        match &entry.thing.source {
            SourceFacts::Visit(_)
            | SourceFacts::CallOut(_)
            | SourceFacts::Window(_)
            | SourceFacts::Credential(_)
            | SourceFacts::Referral(_)
            | SourceFacts::Note(_)
            | SourceFacts::Promise(_)
            | SourceFacts::Task(_) => source_word(entry),
            SourceFacts::Issue(_) | SourceFacts::Emergency(_) => not_shown(session.role),
        }
    }

    pub(super) fn client_row(&self, session: &Session, id: ClientId, now: Moment) -> Option<ClientRow> {
        let client = self.cast.clients.get(&id)?;
        let sight = self.sight(session, Some(id));
        let zone = self.cast.zone(client.office);
        let today = zone.day(now);
        let shown = self.cast.client_name(id);
        let tally = self.book.tally(id);
        let worst = self
            .book
            .for_person(Subject::Client(id))
            .filter_map(|e| e.alert().map(|a| (a.tier, a.key, e)))
            .min_by_key(|(tier, key, _)| (*tier, *key));
        let worst_word = match (worst, tally.worst()) {
            (Some((tier, _, entry)), Some(t)) if tier == t => source_word(entry),
            (_, Some(_)) => "call-out".to_owned(),
            _ => String::new(),
        };
        let next = self.window.of_client(id).find(|(_, l)| l.state.is_open() && l.start.moment() >= now);
        Some(ClientRow {
            id,
            name: shown.listed,
            alike: shown.alike,
            born: sight.only(Group::Identity, client.born),
            age: sight.only(Group::Identity, client.born.map(|b| b.age(today))),
            mrn: sight.only(Group::Identity, client.mrn.as_str().to_owned()),
            town: client.address.town.as_str().to_owned(),
            level: sight.only(Group::Clinical, client.emergency),
            alone: sight.only(Group::Clinical, client.living == crate::domain::client::Living::Alone),
            status: client.status,
            period_day: client.soc.filter(|_| client.on_service()).and_then(|soc| clocks::period_day(soc, today)),
            tier: tally.worst(),
            alerts: tally.count() as u16,
            worst: sight.only(Group::Clinical, worst_word),
            next_visit: next.map(|(_, l)| l.start.moment()),
            coordinator: client.coordinator.map(|u| self.cast.user_name(u)).unwrap_or_default(),
            vulnerability: sight.only(Group::Clinical, vulnerability(&self.client_facts(client), now).0),
        })
    }

    pub(super) fn staff_row(&self, session: &Session, reached: &Reached, id: StaffId, now: Moment) -> Option<StaffRow> {
        let staff = self.cast.staff.get(&id)?;
        let sight = self.sight(session, None);
        let zone = self.cast.zone(staff.office);
        let today = zone.day(now);
        let shown = self.cast.staff_name(id);
        let (doing, at, mut detail, with) = self.doing_with(id, zone, now);
        if with.is_some_and(|client| !reached.holds(self, client)) {
            // With whom is the affair of those who reach her.
            detail.clear();
        }
        let booked_minutes = self.booked_minutes(id, zone, today);
        let credential = self
            .book
            .for_person(Subject::Staff(id))
            .filter_map(|e| match &e.thing.source {
                SourceFacts::Credential(c) if c.last_day <= today.plus(30) => Some((c.last_day, c.kind.clone())),
                _ => None,
            })
            .min()
            .map(|(day, kind)| (kind, day));
        let languages = staff
            .languages
            .iter()
            .map(|l| l.as_str().to_owned())
            .filter(|l| !l.eq_ignore_ascii_case("english"))
            .collect::<Vec<_>>();
        Some(StaffRow {
            id,
            name: shown.listed,
            alike: shown.alike,
            discipline: staff.discipline,
            doing,
            at,
            detail,
            booked_minutes,
            // 29 CFR 552.109 keeps overtime for agency-employed aides.
            overtime: booked_minutes > self.covering.overtime,
            credential,
            phone: sight.only(Group::StaffPrivate, super::query::names::first_number(&staff.phones)),
            languages: languages.join(", "),
            active: staff.active,
        })
    }

    /// What a caregiver is doing, as far as anybody said so.
    pub(super) fn doing(
        &self,
        id: StaffId,
        zone: crate::domain::time::Zone,
        now: Moment,
    ) -> (Doing, Option<Moment>, String) {
        let (doing, at, detail, _) = self.doing_with(id, zone, now);
        (doing, at, detail)
    }

    /// The same, and with which client.
    fn doing_with(
        &self,
        id: StaffId,
        zone: crate::domain::time::Zone,
        now: Moment,
    ) -> (Doing, Option<Moment>, String, Option<ClientId>) {
        let today = zone.day(now);
        let key = AlertKey {
            source: crate::domain::attention::AlertSource::CallOut,
            subject: id.0,
            occurrence: i64::from(today.0),
        };
        if let Some(SourceFacts::CallOut(out)) = self.book.get(key).map(|e| &e.thing.source) {
            let yes = out.visits.iter().filter(|(_, v)| !v.uncovered()).count();
            let detail = format!("{} visits, {yes} said yes", out.visits.len());
            return (Doing::Out, Some(out.called_out_at), detail, None);
        }
        // Her clients are on hold: nothing is to be covered, but she is out all the same.
        let scope = super::facts::Scope::CallOut(id, today);
        if let Some((_, l)) = self.window.of_staff(id).find(|(_, l)| super::facts::call_out_scope(l) == Some(scope)) {
            return (Doing::Out, l.called_out_at, String::new(), None);
        }
        let mine: Vec<&VisitLine> = self
            .window
            .of_staff_between(id, zone.midnight(today), zone.midnight(today.plus(1)))
            .map(|(_, l)| l)
            .filter(|l| l.staff == Some(id) && l.state != VisitState::Cancelled)
            .collect();
        if let Some(l) = mine.iter().find(|l| l.arrived.is_some() && l.left.is_none())
            && let Some(arrived) = l.arrived
        {
            let name = self.cast.client_name(l.client).short;
            return (Doing::With(arrived.source), Some(arrived.at), name, Some(l.client));
        }
        if let Some(l) = mine.iter().find(|l| l.state.is_open() && l.arrived.is_none() && l.end() > now) {
            return (Doing::Due, Some(l.start.moment()), self.cast.client_name(l.client).short, Some(l.client));
        }
        (if mine.is_empty() { Doing::Off } else { Doing::Free }, None, String::new(), None)
    }

    pub(super) fn issue_row(&self, session: &Session, issue: &crate::domain::record::Record<Issue>) -> IssueRow {
        let key = AlertKey {
            source: crate::domain::attention::AlertSource::Issue,
            subject: issue.id.0,
            occurrence: i64::from(issue.reopened),
        };
        let person = issue.client.map(Person::Client).or(issue.staff.map(Person::Staff));
        IssueRow {
            key,
            tier: self.book.get(key).and_then(|e| e.alert()).map(|a| a.tier),
            person,
            name: person.map_or_else(|| "the office".to_owned(), |p| self.person_name(p)),
            kind: issue.kind,
            summary: issue.summary.as_str().to_owned(),
            happened: issue.happened.at,
            owner: self.owner(session, issue.handling.owner),
            outcome: issue.handling.outcome.as_ref().map(|o| o.what.as_str().to_owned()),
        }
    }

    pub(super) fn reassessment_row(&self, entry: &Entry, now: Moment) -> Option<ReassessmentRow> {
        let SourceFacts::Window(window) = &entry.thing.source else { return None };
        let client = entry.thing.client.as_ref()?;
        let zone = entry.thing.zone;
        let booked = window.booked.as_ref();
        let state = if now >= window.due {
            "overdue"
        } else if booked.is_some_and(|b| b.discipline.assesses()) {
            "scheduled"
        } else {
            "pending"
        };
        Some(ReassessmentRow {
            key: entry.thing.key,
            client: client.id,
            name: self.cast.client_name(client.id).listed,
            what: super::query::names::window_name(window.kind, &window.what),
            opens: zone.day(window.opens),
            closes: zone.day(window.due.plus(-1)),
            state: state.to_owned(),
            detail: booked
                .map(|b| {
                    let at = super::query::names::when(b.start, zone, zone.day(now));
                    format!("{} {} {at}", b.name, b.discipline.word())
                })
                .unwrap_or_default(),
        })
    }
}

fn person_of(subject: Subject) -> Person {
    match subject {
        Subject::Client(id) => Person::Client(id),
        Subject::Staff(id) => Person::Staff(id),
    }
}

/// What a client's worst alert is, in a word.
fn source_word(entry: &Entry) -> String {
    match &entry.thing.source {
        SourceFacts::Issue(issue) => issue.kind.word().to_owned(),
        SourceFacts::Visit(visit) => match visit.state {
            VisitState::Late => "late".to_owned(),
            VisitState::Missed => "missed".to_owned(),
            _ if visit.uncovered() => "nobody".to_owned(),
            _ => "visit".to_owned(),
        },
        SourceFacts::CallOut(_) => "call-out".to_owned(),
        SourceFacts::Window(w) => w.what.clone(),
        SourceFacts::Promise(_) => "promise".to_owned(),
        SourceFacts::Credential(_) => "credential".to_owned(),
        SourceFacts::Referral(_) => "referral".to_owned(),
        SourceFacts::Note(_) => "note".to_owned(),
        SourceFacts::Task(_) => "task".to_owned(),
        SourceFacts::Emergency(_) => "emergency access".to_owned(),
    }
}
