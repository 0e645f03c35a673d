//! After a commit, and as time passes: memory follows the records, and what they touch is judged anew.

use super::api::Person;
use super::facts::{Scope, call_out_scope};
use super::window::VisitWindow;
use super::{Service, held};
use crate::domain::attention::{AlertKey, AlertSource, Attention};
use crate::domain::chart::Medication;
use crate::domain::client::Client;
use crate::domain::coverage::{CallOut, Offer, Pairing, Safety, TimeOff};
use crate::domain::ids::{
    AttentionId, CallDownId, CallOutId, ClientId, CommunicationId, ContactId, CredentialId, EmergencyId, IssueId,
    MedicationId, OfferId, OfficeId, PairingId, ReachId, ReassessmentId, SafetyId, StaffId, StayId, StormId, TaskId,
    TimeOffId, UserId, VisitId,
};
use crate::domain::reach::Emergency;
use crate::domain::reassessment::Reassessment;
use crate::domain::record::{Body, Kind, Record};
use crate::domain::staff::Credential;
use crate::domain::task::Task;
use crate::domain::time::{Day, Moment};
use crate::domain::visit::{Stay, Visit};
use crate::rules::triage::facts::{SourceFacts, Subject};
use crate::store::indexes::VisitLine;
use crate::store::{Result, Store};
use std::collections::BTreeSet;

/// Up to so many people, everybody is named anew at once.
const NAMED_AT_ONCE: usize = 1_000;

impl Service {
    /// Everything anew: at open, on a new day, and under another policy.
    pub(super) fn rebuild(&mut self, now: Moment) -> Result<()> {
        self.book = crate::rules::triage::book::Book::new();
        self.book.clock_in(self.window.newest_clock_in(), &self.policy, now);
        self.scopes.clear();
        self.soon.clear();
        self.days = self.days(now);
        for scope in self.all_scopes()? {
            self.judge(scope, now)?;
        }
        held(&self.find).forget();
        self.version += 1;
        Ok(())
    }

    /// Whether the clock has something to change.
    pub(super) fn is_time(&self, now: Moment) -> bool {
        self.days(now) != self.days || self.book.is_due(now) || self.soon.first().is_some_and(|(at, _)| *at <= now)
    }

    /// What the clock changes by itself. Writes nothing.
    pub(super) fn pass_time(&mut self, now: Moment) -> Result<()> {
        if self.days(now) != self.days {
            return self.reload(now);
        }
        let mut changed = self.book.advance(&self.policy, now);
        while let Some((_, scope)) = self.soon.first().copied().filter(|(at, _)| *at <= now) {
            self.judge(scope, now)?;
            changed = true;
        }
        self.version += u64::from(changed);
        Ok(())
    }

    /// The visits around today from the store, and everything anew.
    fn reload(&mut self, now: Moment) -> Result<()> {
        self.window = VisitWindow::load(&self.store, self.cast.zone(OfficeId::default()), now)?;
        self.load_coverage()?;
        self.rebuild(now)
    }

    /// Everybody and everything from the store, as at open: whoever was erased is in no memory any more.
    pub(super) fn read_all_anew(&mut self) -> Result<()> {
        self.cast = super::cast::Cast::load(&self.store)?;
        self.trial = super::command::import::Trial::default();
        self.reload(self.now())
    }

    /// What day it is on the walls of the agency and of each office: all of what follows from today's date is judged
    /// anew when one of them changes.
    fn days(&self, now: Moment) -> Vec<Day> {
        let offices = self.cast.offices.keys().copied();
        std::iter::once(OfficeId::default()).chain(offices).map(|o| self.cast.zone(o).day(now)).collect()
    }

    fn judge(&mut self, scope: Scope, now: Moment) -> Result<()> {
        let things = self.things_of(scope, now)?;
        let keys: Vec<AlertKey> = things.iter().map(|t| t.key).collect();
        if let Some(before) = self.scopes.remove(&scope) {
            for key in before.iter().filter(|k| !keys.contains(k)) {
                self.book.remove(*key);
            }
        }
        self.soon.retain(|(_, s)| *s != scope);
        // A chart closes by itself, whoever has looked at it meanwhile.
        if let Scope::Emergency(id) = scope
            && let Some(closes) = self.cast.emergencies.get(&id).map(|e| e.until).filter(|at| *at > now)
        {
            self.soon.insert((closes, scope));
        }
        for thing in &things {
            // A visit that has begun is no longer one that comes after the last day.
            if let SourceFacts::Credential(credential) = &thing.source
                && let Some(first) = credential.after.iter().map(|v| v.start).min()
            {
                self.soon.insert((first.plus(1), scope));
            }
        }
        for thing in things {
            self.book.set(thing, &self.policy, now);
        }
        if !keys.is_empty() {
            self.scopes.insert(scope, keys);
        }
        Ok(())
    }

    /// Names everybody if somebody's name or standing changed since, and judges anew who is called otherwise now.
    pub(super) fn settle_names(&mut self) -> Result<()> {
        if !self.names_stale {
            return Ok(());
        }
        let now = self.now();
        let mut scopes = BTreeSet::new();
        self.rename(&mut scopes)?;
        for scope in scopes {
            self.judge(scope, now)?;
        }
        self.version += 1;
        Ok(())
    }

    fn rename(&mut self, scopes: &mut BTreeSet<Scope>) -> Result<()> {
        self.names_stale = false;
        let (clients, staff) = self.cast.name_everybody();
        for id in clients {
            self.client_scopes(id, scopes)?;
        }
        for id in staff {
            self.staff_scopes(id, scopes)?;
        }
        Ok(())
    }

    /// Takes written records into memory and judges anew what they touch; answers whom they are about.
    pub(super) fn refresh(&mut self, touched: &[(Kind, [u8; 16])]) -> Result<Vec<Person>> {
        let now = self.now();
        let mut scopes = BTreeSet::new();
        let mut persons = BTreeSet::new();
        let mut people_changed = false;
        for (kind, id) in touched {
            people_changed |= self.take_in(*kind, *id, &mut scopes, &mut persons)?;
            if *kind == Kind::Policy {
                if let Ok((policy, name)) = super::command::policy::standing(&self.store) {
                    (self.policy, self.policy_name) = (policy, name);
                    self.policy.holidays = self.cast.holidays();
                }
                if let Ok(roles) = super::command::policy::standing_roles(&self.store) {
                    self.roles = roles;
                }
                if let Ok(covering) = super::command::policy::standing_coverage(&self.store) {
                    self.covering = covering;
                    self.load_ways()?;
                }
                if let Ok(evv) = super::command::policy::standing_evv(&self.store) {
                    self.evv = evv;
                }
                if let Ok(storming) = super::command::policy::standing_storm(&self.store) {
                    self.storming = storming;
                }
                if let Ok(keeping) = super::audit::standing(&self.store) {
                    self.keep_by(keeping);
                }
                self.rebuild(now)?;
            }
        }
        if people_changed {
            self.names_stale = true;
            // Naming costs as much as there are people. Where an import brings thousands, it is done once, before the
            // next question, not after each of its commits.
            if self.cast.clients.len() + self.cast.staff.len() < NAMED_AT_ONCE {
                self.rename(&mut scopes)?;
            }
        }
        if touched.iter().any(|(kind, _)| matches!(kind, Kind::Agency | Kind::Office)) {
            // Another zone moves every day and every planned time.
            self.reload(now)?;
        }
        if touched.iter().any(|(kind, _)| matches!(kind, Kind::Client | Kind::Staff | Kind::Contact)) {
            held(&self.find).forget();
        }
        self.book.clock_in(self.window.newest_clock_in(), &self.policy, now);
        for scope in scopes {
            self.judge(scope, now)?;
        }
        self.version += 1;
        Ok(persons.into_iter().collect())
    }

    /// One written record: into memory, and what it touches. True when somebody's name may have changed.
    fn take_in(
        &mut self,
        kind: Kind,
        id: [u8; 16],
        scopes: &mut BTreeSet<Scope>,
        persons: &mut BTreeSet<Person>,
    ) -> Result<bool> {
        let store: Store = self.store.clone();
        self.plans.changed(kind);
        if kind == Kind::Visit {
            // One beyond the days in memory moves no row on a screen, and is read anew all the same.
            *self.far.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
        }
        match kind {
            Kind::Agency => {
                self.cast.agency = store.get(id.into())?;
                self.policy.holidays = self.cast.holidays();
                return Ok(false);
            }
            Kind::Office => match store.get(OfficeId(id))? {
                Some(office) => drop(self.cast.offices.insert(office.id, office)),
                None => drop(self.cast.offices.remove(&OfficeId(id))),
            },
            Kind::User => {
                if let Some(user) = store.get(UserId(id))? {
                    self.cast.users.insert(user.id, user);
                } else {
                    self.cast.users.remove(&UserId(id));
                }
                let promises = self.book.things().filter(|e| e.thing.key.source == AlertSource::Promise);
                scopes.extend(promises.map(|e| Scope::Promise(CommunicationId(e.thing.key.subject))));
            }
            Kind::Client => {
                let id = ClientId(id);
                self.client_scopes(id, scopes)?;
                persons.insert(Person::Client(id));
                let renamed = match store.get::<Client>(id)? {
                    Some(client) => {
                        let before = self.cast.clients.get(&id);
                        let renamed = before.is_none_or(|b| {
                            b.name != client.name
                                || b.status != client.status
                                || b.born != client.born
                                || b.mrn != client.mrn
                                || b.phones != client.phones
                        });
                        self.cast.clients.insert(id, client);
                        renamed
                    }
                    None => self.cast.clients.remove(&id).is_some(),
                };
                return Ok(renamed);
            }
            Kind::Staff => {
                let id = StaffId(id);
                persons.insert(Person::Staff(id));
                self.staff_scopes(id, scopes)?;
                match store.get::<crate::domain::staff::Staff>(id)? {
                    Some(staff) => drop(self.cast.staff.insert(id, staff)),
                    None => drop(self.cast.staff.remove(&id)),
                }
                return Ok(true);
            }
            Kind::Contact => {
                let id = ContactId(id);
                if let Some(before) = self.cast.contacts.get(&id) {
                    persons.insert(Person::Client(before.client));
                }
                // Promises name whom they were made to.
                let promises = self.book.things().filter(|e| e.thing.key.source == AlertSource::Promise);
                scopes.extend(promises.map(|e| Scope::Promise(CommunicationId(e.thing.key.subject))));
                match store.get::<crate::domain::contact::Contact>(id)? {
                    Some(contact) => {
                        persons.insert(Person::Client(contact.client));
                        self.cast.put_contact(contact);
                    }
                    None => self.cast.drop_contact(id),
                }
            }
            Kind::Visit => self.take_in_visit(VisitId(id), scopes, persons)?,
            Kind::Issue => {
                scopes.insert(Scope::Issue(IssueId(id)));
                if let Some(issue) = store.get_any::<crate::domain::issue::Issue>(IssueId(id))? {
                    persons.extend(issue.client.map(Person::Client));
                    persons.extend(issue.staff.map(Person::Staff));
                }
            }
            Kind::Communication => {
                scopes.insert(Scope::Promise(CommunicationId(id)));
                if let Some(said) = store.get_any::<crate::domain::communication::Communication>(CommunicationId(id))? {
                    persons.extend(said.client.map(Person::Client));
                    persons.extend(said.staff.map(Person::Staff));
                }
            }
            Kind::CallOut | Kind::TimeOff => {
                self.coverage.take_in(&store, kind, id)?;
                let staff = match kind {
                    Kind::CallOut => store.get_any::<CallOut>(CallOutId(id))?.map(|c| c.staff),
                    _ => store.get_any::<TimeOff>(TimeOffId(id))?.map(|t| t.staff),
                };
                persons.extend(staff.map(Person::Staff));
            }
            Kind::Safety => {
                persons.extend(store.get_any::<Safety>(SafetyId(id))?.map(|s| Person::Client(s.client)));
            }
            Kind::Offer | Kind::Pairing => {
                self.coverage.take_in(&store, kind, id)?;
                let pair = match kind {
                    Kind::Offer => store.get_any::<Offer>(OfferId(id))?.map(|o| (o.client, o.staff)),
                    _ => store.get_any::<Pairing>(PairingId(id))?.map(|p| (p.client, p.staff)),
                };
                persons.extend(pair.into_iter().flat_map(|(c, s)| [Person::Client(c), Person::Staff(s)]));
            }
            Kind::Credential => {
                self.coverage.take_in(&store, kind, id)?;
                scopes.insert(Scope::Credential(CredentialId(id)));
                if let Some(c) = store.get_any::<Credential>(CredentialId(id))? {
                    persons.insert(Person::Staff(c.staff));
                }
            }
            Kind::Stay => {
                for stay in now_and_before::<Stay>(&store, StayId(id))? {
                    scopes.insert(Scope::Client(stay.client));
                    persons.insert(Person::Client(stay.client));
                }
            }
            Kind::Reassessment => {
                for r in now_and_before::<Reassessment>(&store, ReassessmentId(id))? {
                    scopes.insert(Scope::Client(r.client));
                    persons.insert(Person::Client(r.client));
                }
            }
            Kind::Medication => {
                for m in now_and_before::<Medication>(&store, MedicationId(id))? {
                    self.issue_scopes(Subject::Client(m.client), scopes);
                    persons.insert(Person::Client(m.client));
                }
            }
            Kind::Attention => {
                if let Some(a) = store.get_any::<Attention>(AttentionId(id))? {
                    key_scope(&a.key, a.client, scopes);
                    persons.extend(a.client.map(Person::Client));
                    persons.extend(a.staff.map(Person::Staff));
                }
            }
            Kind::Task => {
                scopes.insert(Scope::Task(TaskId(id)));
                if let Some(task) = store.get_any::<Task>(TaskId(id))? {
                    persons.extend(task.client.map(Person::Client));
                    persons.extend(task.staff.map(Person::Staff));
                }
            }
            Kind::Hold | Kind::Appointment | Kind::Authorization | Kind::Position => {
                self.coverage.take_in(&store, kind, id)?;
                persons.extend(self.client_of_record(kind, id)?.map(Person::Client));
            }
            Kind::KnownWay => self.load_ways()?,
            Kind::Storm => self.storms.take_in_storm(&store, StormId(id))?,
            Kind::CallDown => {
                self.storms.take_in_call(&store, CallDownId(id))?;
                persons.extend(self.client_of_record(kind, id)?.map(Person::Client));
            }
            Kind::Series | Kind::FrequencyOrder | Kind::Clocking => {
                persons.extend(self.client_of_record(kind, id)?.map(Person::Client));
            }
            Kind::Membership
            | Kind::IssueEvent
            | Kind::CarePlan
            | Kind::Diagnosis
            | Kind::Allergy
            | Kind::AccessCode
            | Kind::ImportSource
            | Kind::Policy
            | Kind::ColumnMap
            | Kind::Review => {}
            Kind::Reach => self.cast.put_reach(ReachId(id), store.get(ReachId(id))?),
            Kind::Emergency => {
                let id = EmergencyId(id);
                scopes.insert(Scope::Emergency(id));
                let found = store.get::<Emergency>(id)?;
                persons.extend(found.iter().map(|e| Person::Client(e.client)));
                self.cast.put_emergency(id, found);
            }
        }
        Ok(false)
    }

    fn take_in_visit(
        &mut self,
        id: VisitId,
        scopes: &mut BTreeSet<Scope>,
        persons: &mut BTreeSet<Person>,
    ) -> Result<()> {
        let before = self.window.get(id).cloned();
        let now = self.store.get::<Visit>(id)?.map(|v| VisitLine::of(&v));
        if now.as_ref().is_some_and(VisitLine::lacks_note) || self.scopes.contains_key(&Scope::Note(id)) {
            scopes.insert(Scope::Note(id));
        }
        if before.is_none() && now.as_ref().is_none_or(|l| !self.window.holds(l.start.moment())) {
            // Far from today: it has no place in memory, and nothing is judged by it.
            persons.extend(now.map(|l| Person::Client(l.client)));
            return Ok(());
        }
        for line in before.iter().chain(&now) {
            scopes.extend(call_out_scope(line));
            scopes.insert(Scope::Client(line.client));
            persons.insert(Person::Client(line.client));
            for staff in line.staff.into_iter().chain(line.called_out_by) {
                persons.insert(Person::Staff(staff));
                // One that is not judged yet expires too far ahead to ask for visits.
                let judged = self.book.for_person(Subject::Staff(staff)).map(|e| &e.thing.key);
                scopes.extend(
                    judged
                        .filter(|k| k.source == AlertSource::Credential)
                        .map(|k| Scope::Credential(CredentialId(k.subject))),
                );
            }
        }
        scopes.insert(Scope::Visit(id));
        match now {
            Some(line) => self.window.put(id, line),
            None => self.window.remove(id),
        }
        Ok(())
    }

    /// What a client's own record touches: her windows, visits, issues, and the call-outs and credentials that name her.
    fn client_scopes(&self, id: ClientId, scopes: &mut BTreeSet<Scope>) -> Result<()> {
        scopes.insert(Scope::Client(id));
        self.issue_scopes(Subject::Client(id), scopes);
        for (visit, line) in self.window.of_client(id) {
            scopes.insert(Scope::Visit(visit));
            scopes.extend(call_out_scope(line));
            if let Some(staff) = line.staff {
                scopes.extend(self.store.of_staff::<Credential>(staff, 100)?.iter().map(|c| Scope::Credential(c.id)));
            }
        }
        Ok(())
    }

    fn staff_scopes(&self, id: StaffId, scopes: &mut BTreeSet<Scope>) -> Result<()> {
        self.issue_scopes(Subject::Staff(id), scopes);
        // A note names who owes it.
        let notes = self.book.things().filter(|e| e.thing.key.source == AlertSource::Note);
        let hers = notes.filter(|e| e.thing.staff.as_ref().is_some_and(|s| s.id == id));
        scopes.extend(hers.map(|e| Scope::Note(VisitId(e.thing.key.subject))));
        for (visit, line) in self.window.of_staff(id) {
            scopes.insert(Scope::Visit(visit));
            scopes.insert(Scope::Client(line.client));
            scopes.extend(call_out_scope(line));
        }
        for credential in self.store.of_staff::<Credential>(id, 100)? {
            scopes.insert(Scope::Credential(credential.id));
        }
        Ok(())
    }

    /// The issues and promises about a person.
    fn issue_scopes(&self, person: Subject, scopes: &mut BTreeSet<Scope>) {
        for entry in self.book.for_person(person) {
            match entry.thing.key.source {
                AlertSource::Issue => drop(scopes.insert(Scope::Issue(IssueId(entry.thing.key.subject)))),
                AlertSource::Promise => drop(scopes.insert(Scope::Promise(CommunicationId(entry.thing.key.subject)))),
                AlertSource::Note => drop(scopes.insert(Scope::Note(VisitId(entry.thing.key.subject)))),
                AlertSource::Task => drop(scopes.insert(Scope::Task(TaskId(entry.thing.key.subject)))),
                _ => {}
            }
        }
    }
}

/// What is judged anew when what people did about an alert changed.
fn key_scope(key: &AlertKey, client: Option<ClientId>, scopes: &mut BTreeSet<Scope>) {
    let scope = match key.source {
        AlertSource::Issue => Some(Scope::Issue(IssueId(key.subject))),
        AlertSource::Visit => Some(Scope::Visit(VisitId(key.subject))),
        AlertSource::CallOut => Some(Scope::CallOut(StaffId(key.subject), Day(key.occurrence as i32))),
        AlertSource::Promise => Some(Scope::Promise(CommunicationId(key.subject))),
        AlertSource::Credential => Some(Scope::Credential(CredentialId(key.subject))),
        AlertSource::Recert
        | AlertSource::SocAssessment
        | AlertSource::Roc
        | AlertSource::Reassessment
        | AlertSource::Referral => client.map(Scope::Client),
        AlertSource::Note => Some(Scope::Note(VisitId(key.subject))),
        AlertSource::Task => Some(Scope::Task(TaskId(key.subject))),
        AlertSource::Emergency => Some(Scope::Emergency(EmergencyId(key.subject))),
    };
    scopes.extend(scope);
}

/// A record as it stands and as it was before: what it named then is touched as well.
fn now_and_before<B: Body>(store: &Store, id: B::Id) -> Result<Vec<Record<B>>> {
    let Some(now) = store.get_any::<B>(id)? else { return Ok(Vec::new()) };
    let before = if now.head.rev > 1 { store.revision::<B>(id, now.head.rev - 1)? } else { None };
    Ok(before.into_iter().chain([now]).collect())
}
