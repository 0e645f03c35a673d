//! From records to what triage is told. A [`Scope`] is what is judged anew together when a record of it changes.

use super::Service;
use crate::domain::attention::{AlertKey, AlertSource, Handling};
use crate::domain::chart::Medication;
use crate::domain::client::{Client, ClientStatus, Living, Need};
use crate::domain::communication::Communication;
use crate::domain::ids::{
    ClientId, CommunicationId, CredentialId, EmergencyId, IssueId, OfficeId, StaffId, TaskId, VisitId,
};
use crate::domain::issue::Issue;
use crate::domain::reach::Emergency;
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::record::Record;
use crate::domain::staff::Credential;
use crate::domain::task::Task;
use crate::domain::time::{Day, Moment};
use crate::domain::visit::{Stay, Visit, VisitState};
use crate::rules::medications;
use crate::rules::triage::facts::{
    BookedVisit, CallOutFacts, ClientFacts, CredentialFacts, EmergencyFacts, IssueFacts, NoteFacts, PromiseFacts,
    ReferralFacts, SourceFacts, StaffFacts, Subject, TaskFacts, Thing, VisitAfter, VisitFacts, WindowFacts, WindowKind,
};
use crate::store::Result;
use crate::store::indexes::VisitLine;

/// What is judged anew together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scope {
    /// One issue.
    Issue(IssueId),
    /// One visit.
    Visit(VisitId),
    /// A caregiver's call-out of one day.
    CallOut(StaffId, Day),
    /// A client's windows, referral and reassessments.
    Client(ClientId),
    /// A promise.
    Promise(CommunicationId),
    /// A credential.
    Credential(CredentialId),
    /// The note of a visit that was made.
    Note(VisitId),
    /// A task.
    Task(TaskId),
    /// Emergency access to a chart.
    Emergency(EmergencyId),
}

/// A window as a command needs it.
pub(super) struct OpenWindow {
    pub(super) client: ClientId,
    pub(super) what: String,
    pub(super) opens: Day,
    pub(super) closes: Day,
}

/// How many days ahead a visit is looked at.
const AHEAD: i32 = 2;
/// How far ahead an expiring credential is looked at.
pub(super) const CREDENTIAL_AHEAD: i32 = 60;

impl Service {
    /// All things of a scope as the records stand now.
    pub(super) fn things_of(&self, scope: Scope, now: Moment) -> Result<Vec<Thing>> {
        match scope {
            Scope::Issue(id) => {
                Ok(self.store.get::<Issue>(id)?.map(|i| self.issue_thing(&i)).transpose()?.into_iter().collect())
            }
            Scope::Visit(id) => self.visit_things(id, now),
            Scope::CallOut(staff, day) => self.call_out_things(staff, day),
            Scope::Client(id) => self.client_things(id, now),
            Scope::Promise(id) => self.promise_things(id),
            Scope::Credential(id) => self.credential_things(id, now),
            Scope::Note(id) => self.note_things(id),
            Scope::Task(id) => self.task_things(id),
            Scope::Emergency(id) => self.emergency_things(id),
        }
    }

    /// Every scope that has something to judge: from the indexes of what is open, never from all visits.
    pub(super) fn all_scopes(&self) -> Result<Vec<Scope>> {
        let mut scopes: Vec<Scope> = Vec::new();
        scopes.extend(self.store.open_ids::<Issue>()?.into_iter().map(Scope::Issue));
        scopes.extend(self.store.open_ids::<Communication>()?.into_iter().map(Scope::Promise));
        scopes.extend(self.store.open_ids::<Visit>()?.into_iter().map(Scope::Note));
        scopes.extend(self.store.open_ids::<Task>()?.into_iter().map(Scope::Task));
        scopes.extend(self.store.open_ids::<Emergency>()?.into_iter().map(Scope::Emergency));
        scopes.extend(self.cast.emergencies.values().filter(|e| e.until > self.now()).map(|e| Scope::Emergency(e.id)));
        scopes.extend(self.store.open_ids::<Credential>()?.into_iter().map(Scope::Credential));
        scopes.extend(self.cast.clients.keys().map(|id| Scope::Client(*id)));
        for (id, line) in self.window.all() {
            scopes.push(Scope::Visit(id));
            scopes.extend(call_out_scope(line));
        }
        scopes.sort_unstable();
        scopes.dedup();
        Ok(scopes)
    }

    fn handled(&self, key: &AlertKey) -> Result<(Handling, Option<u64>)> {
        Ok(match self.store.attention(key)? {
            Some(a) => (a.handling.clone(), Some(a.fact)),
            None => (Handling::default(), None),
        })
    }

    /// What triage knows of a client.
    pub(super) fn client_facts(&self, client: &Record<Client>) -> ClientFacts {
        let mut facts =
            ClientFacts::new(client.id, &self.cast.client_name(client.id).listed, self.cast.zone(client.office));
        facts.level = client.emergency;
        facts.transport = client.transport;
        facts.alone = client.living == Living::Alone;
        facts.able_carer = client.carers.iter().any(|c| c.able);
        facts.needs = client.needs.to_vec();
        facts.hospital_discharge = client.hospital_discharge;
        facts.m1033 = client.m1033;
        facts.lace = client.lace;
        facts.mahc10 = client.mahc10;
        facts.status = client.status;
        facts
    }

    /// The same with what her medication list says: an issue is judged by it.
    fn client_facts_with_list(&self, client: &Record<Client>) -> Result<ClientFacts> {
        let list = self.store.of_client::<Medication>(client.id, 400)?;
        let mut facts = self.client_facts(client);
        let found = list.iter().filter(|m| m.active).find_map(|m| medications::anticoagulant(&m.name));
        facts.anticoagulant = found.map(str::to_owned);
        facts.medications_on = list.iter().map(|m| m.head.updated_at).max().map(|at| facts.zone.day(at));
        Ok(facts)
    }

    fn staff_facts(&self, id: StaffId) -> Option<StaffFacts> {
        let staff = self.cast.staff.get(&id)?;
        Some(StaffFacts { id, name: self.cast.staff_name(id).listed, discipline: staff.discipline })
    }

    fn short_staff(&self, id: StaffId) -> Option<StaffFacts> {
        let staff = self.cast.staff.get(&id)?;
        Some(StaffFacts { id, name: self.cast.staff_name(id).short, discipline: staff.discipline })
    }

    fn issue_thing(&self, issue: &Record<Issue>) -> Result<Thing> {
        self.issue_as_thing(issue.id, issue, issue.head.created_at)
    }

    /// An issue as it would be judged, whether or not it is kept yet.
    pub(super) fn issue_as_thing(&self, id: IssueId, issue: &Issue, since: Moment) -> Result<Thing> {
        let key = AlertKey { source: AlertSource::Issue, subject: id.0, occurrence: i64::from(issue.reopened) };
        let client = match issue.client.and_then(|id| self.cast.clients.get(&id)) {
            Some(client) => Some(self.client_facts_with_list(client)?),
            None => None,
        };
        let person = issue.client.map(Subject::Client).or(issue.staff.map(Subject::Staff));
        Ok(Thing {
            key,
            office: issue.office,
            zone: self.cast.zone(issue.office),
            person,
            client,
            staff: issue.staff.and_then(|id| self.staff_facts(id)),
            handling: issue.handling.clone(),
            handled_fact: None,
            since,
            source: SourceFacts::Issue(IssueFacts {
                kind: issue.kind,
                summary: issue.summary.as_str().to_owned(),
                facts: issue.facts.iter().map(|f| (f.name.as_str().to_owned(), f.value.as_str().to_owned())).collect(),
                happened: issue.happened.at,
                reported_by: issue.reported_by.as_str().to_owned(),
                how: issue.how,
                due: issue.due,
                disposition: issue.disposition.clone(),
            }),
        })
    }

    /// A visit's line as facts.
    pub(super) fn visit_facts(&self, id: VisitId, line: &VisitLine) -> VisitFacts {
        let mut facts = VisitFacts::new(id, line.discipline, &line.service, line.start.moment(), line.end());
        facts.state = line.state;
        facts.answer = line.answer;
        facts.staff = line.staff.and_then(|id| self.short_staff(id));
        facts.two_people = self.needs_two(line);
        facts.second = line.second.is_some();
        facts.arrived = line.arrived.map(|a| a.at);
        facts.left = line.left.map(|a| a.at);
        facts.note = line.note;
        facts.called_out_at = line.called_out_at;
        facts.reason.clone_from(&line.reason);
        facts
    }

    /// Whether a visit still has to happen and nobody is sure to go: [`VisitFacts::uncovered`], without anybody's name.
    pub(super) fn is_uncovered(&self, id: VisitId, line: &VisitLine) -> bool {
        let mut facts = VisitFacts::new(id, line.discipline, "", line.start.moment(), line.end());
        facts.state = line.state;
        facts.answer = line.answer;
        facts.staff = line.staff.and_then(|id| self.cast.staff.get(&id)).map(|s| StaffFacts {
            id: s.id,
            name: String::new(),
            discipline: s.discipline,
        });
        facts.two_people = self.needs_two(line);
        facts.second = line.second.is_some();
        facts.arrived = line.arrived.map(|a| a.at);
        facts.called_out_at = line.called_out_at;
        facts.uncovered()
    }

    pub(super) fn needs_two(&self, line: &VisitLine) -> bool {
        self.cast.clients.get(&line.client).is_some_and(|c| c.needs.contains(&Need::TwoPeople))
    }

    fn visit_things(&self, id: VisitId, now: Moment) -> Result<Vec<Thing>> {
        let Some(line) = self.window.get(id) else { return Ok(Vec::new()) };
        // A called-out visit stands under its caregiver: one cause, one line.
        if line.history
            || call_out_scope(line).is_some()
            || matches!(line.state, VisitState::Cancelled | VisitState::Done)
        {
            return Ok(Vec::new());
        }
        let Some(client) = self.cast.clients.get(&line.client).filter(|c| c.is_visited()) else {
            return Ok(Vec::new());
        };
        let zone = self.cast.zone(client.office);
        let start = line.start.moment();
        let today = zone.day(now);
        let day = zone.day(start);
        if day < today.plus(-1) || day > today.plus(AHEAD) {
            return Ok(Vec::new());
        }
        let key = AlertKey { source: AlertSource::Visit, subject: id.0, occurrence: start.0 };
        let (handling, handled_fact) = self.handled(&key)?;
        Ok(vec![Thing {
            key,
            office: client.office,
            zone,
            person: Some(Subject::Client(client.id)),
            client: Some(self.client_facts(client)),
            staff: line.staff.and_then(|id| self.short_staff(id)),
            handling,
            handled_fact,
            // Since its record last changed, or it came into view; never since it was looked at, or each opening of
            // caseload would set its clock back.
            since: line.called_out_at.unwrap_or_else(|| line.changed.max(zone.midnight(day.plus(-AHEAD))).min(start)),
            source: SourceFacts::Visit(self.visit_facts(id, line)),
        }])
    }

    /// The note of a visit that was made, however long ago.
    fn note_things(&self, id: VisitId) -> Result<Vec<Thing>> {
        let visit = match self.window.get(id) {
            Some(line) => Some(line.clone()),
            None => self.store.get::<Visit>(id)?.map(|v| VisitLine::of(&v)),
        };
        let Some(line) = visit.filter(VisitLine::lacks_note) else { return Ok(Vec::new()) };
        let Some(client) = self.cast.clients.get(&line.client) else { return Ok(Vec::new()) };
        let start = line.start.moment();
        let key = AlertKey { source: AlertSource::Note, subject: id.0, occurrence: start.0 };
        let (handling, handled_fact) = self.handled(&key)?;
        let ended = line.left.map_or_else(|| line.end(), |l| l.at);
        let staff = line.staff.and_then(|id| self.short_staff(id));
        Ok(vec![Thing {
            since: ended,
            source: SourceFacts::Note(NoteFacts {
                service: line.service.clone(),
                start,
                ended,
                note: line.note,
                staff: staff.clone(),
            }),
            staff,
            ..self.client_thing(client, key, handling, handled_fact)
        }])
    }

    fn call_out_things(&self, staff: StaffId, day: Day) -> Result<Vec<Thing>> {
        let Some(facts) = self.staff_facts(staff) else { return Ok(Vec::new()) };
        let mut visits = Vec::new();
        let (mut at, mut reason, mut office) = (None, String::new(), OfficeId::default());
        for (id, line) in self.window.of_staff(staff) {
            if call_out_scope(line) != Some(Scope::CallOut(staff, day)) {
                continue;
            }
            let Some(client) = self.cast.clients.get(&line.client).filter(|c| c.is_visited()) else { continue };
            let called = line.called_out_at.unwrap_or_else(|| line.start.moment());
            at = Some(at.map_or(called, |a: Moment| a.min(called)));
            if reason.is_empty() {
                reason.clone_from(&line.reason);
            }
            office = client.office;
            visits.push((self.client_facts(client), self.visit_facts(id, line)));
        }
        let Some(called_out_at) = at else { return Ok(Vec::new()) };
        let key = AlertKey { source: AlertSource::CallOut, subject: staff.0, occurrence: i64::from(day.0) };
        let (handling, handled_fact) = self.handled(&key)?;
        Ok(vec![Thing {
            key,
            office,
            zone: self.cast.zone(office),
            person: Some(Subject::Staff(staff)),
            client: None,
            staff: Some(facts.clone()),
            handling,
            handled_fact,
            since: called_out_at,
            source: SourceFacts::CallOut(CallOutFacts { staff: facts, day, called_out_at, reason, visits }),
        }])
    }

    /// A client's clocks: windows that follow from her dates, returns home, referral, and reassessments somebody set.
    fn client_things(&self, id: ClientId, now: Moment) -> Result<Vec<Thing>> {
        let Some(client) = self.cast.clients.get(&id) else { return Ok(Vec::new()) };
        let referral = client.status == ClientStatus::Referral;
        if !client.on_service() && !referral {
            return Ok(Vec::new());
        }
        let zone = self.cast.zone(client.office);
        let mut out = Vec::new();
        if referral {
            if let Some(initial) = self.clocks.initial_visit(id, client, zone, now) {
                let (handling, handled_fact) = self.handled(&initial.key)?;
                let received = client.referred.unwrap_or(client.head.created_at);
                out.push(Thing {
                    since: received,
                    source: SourceFacts::Referral(ReferralFacts {
                        received,
                        basis: initial.basis,
                        due: initial.due,
                        booked: self.booked(id, initial.opens, initial.due),
                    }),
                    ..self.client_thing(client, initial.key, handling, handled_fact)
                });
            }
            return Ok(out);
        }
        let known: Vec<Record<Reassessment>> = self.store.of_client(id, 400)?;
        let settled = |key: &AlertKey| {
            known.iter().any(|r| {
                r.window == Some(*key) && matches!(r.state, ReassessmentState::Done | ReassessmentState::Waived)
            })
        };
        let mut windows = self.clocks.windows(id, client, zone, zone.day(now));
        // What had closed before she was entered has its story elsewhere.
        windows.retain(|w| w.due > client.head.created_at);
        for stay in self.store.of_client::<Stay>(id, 100)? {
            windows.extend(self.clocks.roc(stay.id, &stay, zone, now));
        }
        for window in windows.into_iter().filter(|w| !settled(&w.key)) {
            let what = super::query::names::window_word(window.kind).to_owned();
            out.push(self.window_thing(client, window.key, window.kind, what, window.opens, window.due)?);
        }
        for r in known.iter().filter(|r| {
            r.window.is_none() && matches!(r.state, ReassessmentState::Pending | ReassessmentState::Scheduled)
        }) {
            let key =
                AlertKey { source: AlertSource::Reassessment, subject: r.id.0, occurrence: i64::from(r.closes.0) };
            let (opens, due) = (zone.midnight(r.opens), zone.midnight(r.closes.plus(1)));
            let what = r.instrument.as_str().to_owned();
            out.push(self.window_thing(client, key, WindowKind::Reassessment, what, opens, due)?);
        }
        Ok(out)
    }

    fn window_thing(
        &self,
        client: &Record<Client>,
        key: AlertKey,
        kind: WindowKind,
        what: String,
        opens: Moment,
        due: Moment,
    ) -> Result<Thing> {
        let (handling, handled_fact) = self.handled(&key)?;
        let booked = self.booked(client.id, opens, due);
        Ok(Thing {
            since: opens,
            source: SourceFacts::Window(WindowFacts { kind, what, opens, due, booked }),
            ..self.client_thing(client, key, handling, handled_fact)
        })
    }

    /// A thing about a client, its source still to be said.
    fn client_thing(
        &self,
        client: &Record<Client>,
        key: AlertKey,
        handling: Handling,
        handled_fact: Option<u64>,
    ) -> Thing {
        let day = Moment(0);
        Thing {
            key,
            office: client.office,
            zone: self.cast.zone(client.office),
            person: Some(Subject::Client(client.id)),
            client: Some(self.client_facts(client)),
            staff: None,
            handling,
            handled_fact,
            since: day,
            source: SourceFacts::Window(WindowFacts {
                kind: WindowKind::Reassessment,
                what: String::new(),
                opens: day,
                due: day,
                booked: None,
            }),
        }
    }

    /// The visit booked between two instants that looks as if it would do an assessment: the first by somebody who may
    /// assess, else the first of all.
    fn booked(&self, client: ClientId, opens: Moment, due: Moment) -> Option<BookedVisit> {
        let mut found: Option<(bool, VisitId, &VisitLine)> = None;
        for (id, line) in self.window.of_client(client) {
            let start = line.start.moment();
            if start < opens || start >= due || line.staff.is_none() || line.history || !line.state.is_open() {
                continue;
            }
            let able = line.discipline.assesses();
            if found.as_ref().is_none_or(|(before, _, _)| able && !before) {
                found = Some((able, id, line));
            }
        }
        let (_, id, line) = found?;
        let staff = self.short_staff(line.staff?)?;
        let facts = self.visit_facts(id, line);
        Some(BookedVisit {
            visit: id,
            name: staff.name,
            discipline: staff.discipline,
            start: line.start.moment(),
            covered: facts.covered(),
            arrived: line.arrived.is_some(),
        })
    }

    /// The window of a key, for a command that settles it.
    pub(super) fn window_of(&self, key: &AlertKey) -> Option<OpenWindow> {
        let entry = self.book.get(*key)?;
        let SourceFacts::Window(window) = &entry.thing.source else { return None };
        let client = entry.thing.client.as_ref()?.id;
        let zone = entry.thing.zone;
        Some(OpenWindow {
            client,
            what: super::query::names::window_name(window.kind, &window.what),
            opens: zone.day(window.opens),
            closes: zone.day(window.due.plus(-1)),
        })
    }

    fn promise_things(&self, id: CommunicationId) -> Result<Vec<Thing>> {
        let Some(said) = self.store.get::<Communication>(id)? else { return Ok(Vec::new()) };
        let Some(promise) = said.promise.as_ref().filter(|p| p.kept.is_none()) else { return Ok(Vec::new()) };
        let key = AlertKey { source: AlertSource::Promise, subject: id.0, occurrence: promise.due.0 };
        let (handling, handled_fact) = self.handled(&key)?;
        let client = said.client.and_then(|id| self.cast.clients.get(&id));
        let to = said.contact.and_then(|id| self.cast.contacts.get(&id)).map_or_else(
            || said.with.as_str().to_owned(),
            |c| c.relation.some().map_or_else(|| c.name.listed(), str::to_owned),
        );
        Ok(vec![Thing {
            key,
            office: said.office,
            zone: self.cast.zone(said.office),
            person: said.client.map(Subject::Client).or(said.staff.map(Subject::Staff)),
            client: client.map(|c| self.client_facts(c)),
            staff: said.staff.and_then(|id| self.staff_facts(id)),
            handling: Handling { owner: handling.owner.or(Some(promise.owner)), ..handling },
            handled_fact,
            since: said.happened.at,
            source: SourceFacts::Promise(PromiseFacts {
                what: promise.what.as_str().to_owned(),
                to,
                due: promise.due,
                owner: promise.owner,
                owner_name: self.cast.user_name(promise.owner),
            }),
        }])
    }

    fn task_things(&self, id: TaskId) -> Result<Vec<Thing>> {
        let Some(task) = self.store.get::<Task>(id)?.filter(|t| t.done.is_none()) else { return Ok(Vec::new()) };
        let key = AlertKey { source: AlertSource::Task, subject: id.0, occurrence: task.due.0 };
        let (handling, handled_fact) = self.handled(&key)?;
        let client = task.client.and_then(|id| self.cast.clients.get(&id));
        Ok(vec![Thing {
            key,
            office: task.office,
            zone: self.cast.zone(task.office),
            person: task.client.map(Subject::Client).or(task.staff.map(Subject::Staff)),
            client: client.map(|c| self.client_facts(c)),
            staff: task.staff.and_then(|id| self.staff_facts(id)),
            handling: Handling { owner: handling.owner.or(task.owner), ..handling },
            handled_fact,
            since: task.head.created_at,
            source: SourceFacts::Task(TaskFacts { what: task.what.as_str().to_owned(), due: task.due }),
        }])
    }

    /// What a manager still has to look at. It is no alert of the client's, so it counts on nobody's card.
    fn emergency_things(&self, id: EmergencyId) -> Result<Vec<Thing>> {
        let Some(opened) = self.store.get::<Emergency>(id)?.filter(|e| e.reviewed.is_none()) else {
            return Ok(Vec::new());
        };
        let key = AlertKey { source: AlertSource::Emergency, subject: id.0, occurrence: opened.opened.0 };
        let (handling, handled_fact) = self.handled(&key)?;
        Ok(vec![Thing {
            key,
            office: opened.office,
            zone: self.cast.zone(opened.office),
            person: Some(Subject::Client(opened.client)),
            client: None,
            staff: None,
            handling,
            handled_fact,
            since: opened.opened,
            source: SourceFacts::Emergency(EmergencyFacts {
                by: opened.user,
                by_name: self.cast.user_name(opened.user),
                why: opened.why.as_str().to_owned(),
                opened: opened.opened,
                until: opened.until,
            }),
        }])
    }

    fn credential_things(&self, id: CredentialId, now: Moment) -> Result<Vec<Thing>> {
        let Some(credential) = self.store.get::<Credential>(id)?.filter(|c| !c.retired) else { return Ok(Vec::new()) };
        let Some(last_day) = credential.expires else { return Ok(Vec::new()) };
        let Some(staff) = self.cast.staff.get(&credential.staff).filter(|s| s.active) else { return Ok(Vec::new()) };
        let zone = self.cast.zone(staff.office);
        let today = zone.day(now);
        if last_day > today.plus(CREDENTIAL_AHEAD + 1) {
            return Ok(Vec::new());
        }
        let lapsed = zone.midnight(last_day.plus(1));
        let after = self
            .window
            .of_staff(staff.id)
            .filter(|(_, l)| l.staff == Some(staff.id) && l.state.is_open() && l.start.moment() >= lapsed.max(now))
            .map(|(_, l)| VisitAfter {
                client: self.cast.client_name(l.client).short,
                level: self.cast.clients.get(&l.client).and_then(|c| c.emergency),
                start: l.start.moment(),
            })
            .collect();
        let key = AlertKey { source: AlertSource::Credential, subject: id.0, occurrence: i64::from(last_day.0) };
        let (handling, handled_fact) = self.handled(&key)?;
        let facts =
            StaffFacts { id: staff.id, name: self.cast.staff_name(staff.id).listed, discipline: staff.discipline };
        Ok(vec![Thing {
            key,
            office: staff.office,
            zone,
            person: Some(Subject::Staff(staff.id)),
            client: None,
            staff: Some(facts),
            handling,
            handled_fact,
            since: zone.midnight(last_day.plus(-CREDENTIAL_AHEAD)),
            source: SourceFacts::Credential(CredentialFacts {
                kind: credential.kind.as_str().to_owned(),
                last_day,
                after,
            }),
        }])
    }
}

/// The call-out that a visit belongs to: who called out of it, on the day in its own zone.
pub(super) fn call_out_scope(line: &VisitLine) -> Option<Scope> {
    if line.history || matches!(line.state, VisitState::Cancelled) {
        return None;
    }
    let called_out = line.called_out_at.is_some() || line.state == VisitState::CalledOut;
    let who = line.called_out_by.or(if line.state == VisitState::CalledOut { line.staff } else { None })?;
    called_out.then_some(Scope::CallOut(who, line.start.day))
}
