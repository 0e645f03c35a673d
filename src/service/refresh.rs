//! After a commit, and as time passes: memory follows the records, and what they touch is judged anew.

use super::Service;
use super::api::Person;
use super::facts::{Scope, call_out_scope};
use super::window::VisitWindow;
use crate::domain::attention::{AlertKey, AlertSource, Attention};
use crate::domain::chart::Medication;
use crate::domain::client::Client;
use crate::domain::ids::{
    AttentionId, ClientId, CommunicationId, ContactId, CredentialId, IssueId, MedicationId, OfficeId, ReassessmentId,
    StaffId, StayId, UserId, VisitId,
};
use crate::domain::reassessment::Reassessment;
use crate::domain::record::Kind;
use crate::domain::staff::Credential;
use crate::domain::time::{Day, Moment};
use crate::domain::visit::{Stay, Visit};
use crate::rules::triage::facts::Subject;
use crate::store::indexes::VisitLine;
use crate::store::{Result, Store};
use std::collections::BTreeSet;

impl Service {
    /// Everything anew: at open, on a new day, and under another policy.
    pub(super) fn rebuild(&mut self, now: Moment) -> Result<()> {
        self.book = crate::rules::triage::book::Book::new();
        self.book.clock_in(self.window.newest_clock_in(), &self.policy, now);
        self.scopes.clear();
        for scope in self.all_scopes()? {
            self.judge(scope, now)?;
        }
        self.find.forget();
        self.version += 1;
        Ok(())
    }

    /// What the clock changes by itself. Writes nothing.
    pub(super) fn pass_time(&mut self, now: Moment) -> Result<()> {
        let zone = self.cast.zone(OfficeId::default());
        if zone.day(now) != self.window.day() {
            self.window = VisitWindow::load(&self.store, zone, now)?;
            return self.rebuild(now);
        }
        if self.book.advance(&self.policy, now) {
            self.version += 1;
        }
        Ok(())
    }

    fn judge(&mut self, scope: Scope, now: Moment) -> Result<()> {
        let things = self.things_of(scope, now)?;
        let keys: Vec<AlertKey> = things.iter().map(|t| t.key).collect();
        if let Some(before) = self.scopes.remove(&scope) {
            for key in before.iter().filter(|k| !keys.contains(k)) {
                self.book.remove(*key);
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

    /// Takes written records into memory and judges anew what they touch; answers whom they are about.
    pub(super) fn refresh(&mut self, touched: &[(Kind, [u8; 16])]) -> Result<Vec<Person>> {
        let now = self.now();
        let mut scopes = BTreeSet::new();
        let mut persons = BTreeSet::new();
        for (kind, id) in touched {
            self.take_in(*kind, *id, &mut scopes, &mut persons)?;
            if *kind == Kind::Agency || *kind == Kind::Office {
                self.window = VisitWindow::load(&self.store, self.cast.zone(OfficeId::default()), now)?;
            }
            if *kind == Kind::Policy {
                if let Ok((policy, name)) = super::command::policy::standing(&self.store) {
                    (self.policy, self.policy_name) = (policy, name);
                }
                self.rebuild(now)?;
            }
        }
        if touched.iter().any(|(kind, _)| matches!(kind, Kind::Client | Kind::Staff | Kind::Contact)) {
            self.find.forget();
        }
        self.book.clock_in(self.window.newest_clock_in(), &self.policy, now);
        for scope in scopes {
            self.judge(scope, now)?;
        }
        self.version += 1;
        Ok(persons.into_iter().collect())
    }

    /// One written record: into memory, and what it touches.
    fn take_in(
        &mut self,
        kind: Kind,
        id: [u8; 16],
        scopes: &mut BTreeSet<Scope>,
        persons: &mut BTreeSet<Person>,
    ) -> Result<()> {
        let store: Store = self.store.clone();
        match kind {
            Kind::Agency => {
                self.cast.agency = store.get(id.into())?;
            }
            Kind::Office => {
                if let Some(office) = store.get(OfficeId(id))? {
                    self.cast.offices.insert(office.id, office);
                }
            }
            Kind::User => {
                if let Some(user) = store.get(UserId(id))? {
                    self.cast.users.insert(user.id, user);
                } else {
                    self.cast.users.remove(&UserId(id));
                }
            }
            Kind::Client => {
                let id = ClientId(id);
                self.client_scopes(id, scopes);
                persons.insert(Person::Client(id));
                match store.get::<Client>(id)? {
                    Some(client) => self.cast.put_client(client),
                    None => self.cast.drop_client(id),
                }
            }
            Kind::Staff => {
                let id = StaffId(id);
                persons.insert(Person::Staff(id));
                self.staff_scopes(id, scopes)?;
                match store.get::<crate::domain::staff::Staff>(id)? {
                    Some(staff) => self.cast.put_staff(staff),
                    None => self.cast.drop_staff(id),
                }
            }
            Kind::Contact => {
                let id = ContactId(id);
                if let Some(before) = self.cast.contacts.get(&id) {
                    persons.insert(Person::Client(before.client));
                }
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
            Kind::Credential => {
                scopes.insert(Scope::Credential(CredentialId(id)));
                if let Some(c) = store.get_any::<Credential>(CredentialId(id))? {
                    persons.insert(Person::Staff(c.staff));
                }
            }
            Kind::Stay => {
                if let Some(stay) = store.get_any::<Stay>(StayId(id))? {
                    scopes.insert(Scope::Client(stay.client));
                    persons.insert(Person::Client(stay.client));
                }
            }
            Kind::Reassessment => {
                if let Some(r) = store.get_any::<Reassessment>(ReassessmentId(id))? {
                    scopes.insert(Scope::Client(r.client));
                    persons.insert(Person::Client(r.client));
                }
            }
            Kind::Medication => {
                if let Some(m) = store.get_any::<Medication>(MedicationId(id))? {
                    self.issue_scopes(Subject::Client(m.client), scopes);
                    persons.insert(Person::Client(m.client));
                }
            }
            Kind::Attention => {
                if let Some(a) = store.get_any::<Attention>(AttentionId(id))? {
                    self.key_scope(&a.key, a.client, scopes);
                    persons.extend(a.client.map(Person::Client));
                    persons.extend(a.staff.map(Person::Staff));
                }
            }
            Kind::Membership
            | Kind::IssueEvent
            | Kind::CarePlan
            | Kind::Diagnosis
            | Kind::Allergy
            | Kind::AccessCode
            | Kind::ImportSource
            | Kind::Policy
            | Kind::ColumnMap => {}
        }
        Ok(())
    }

    fn take_in_visit(
        &mut self,
        id: VisitId,
        scopes: &mut BTreeSet<Scope>,
        persons: &mut BTreeSet<Person>,
    ) -> Result<()> {
        let before = self.window.get(id).cloned();
        let now = self.store.get::<Visit>(id)?.map(|v| VisitLine::of(&v.body));
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
    fn client_scopes(&self, id: ClientId, scopes: &mut BTreeSet<Scope>) {
        scopes.insert(Scope::Client(id));
        self.issue_scopes(Subject::Client(id), scopes);
        for (visit, line) in self.window.of_client(id) {
            scopes.insert(Scope::Visit(visit));
            scopes.extend(call_out_scope(line));
        }
    }

    fn staff_scopes(&self, id: StaffId, scopes: &mut BTreeSet<Scope>) -> Result<()> {
        self.issue_scopes(Subject::Staff(id), scopes);
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
                _ => {}
            }
        }
    }

    fn key_scope(&self, key: &AlertKey, client: Option<ClientId>, scopes: &mut BTreeSet<Scope>) {
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
        };
        scopes.extend(scope);
    }
}
