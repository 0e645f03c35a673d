//! Whom an alert can be handed to: colleagues; and for what is handed up, those who answer for it, who of them is
//! connected, and whose phone has to be rung.

use crate::domain::attention::AlertKey;
use crate::domain::ids::{CommunicationId, OfficeId};
use crate::domain::person::{Phone, PhoneKind};
use crate::domain::record::Record;
use crate::domain::user::{Role, User};
use crate::rules::triage::Alert;
use crate::rules::triage::book::Entry;
use crate::service::api::{Colleague, LoggedCall, OnDuty, Person, Session};
use crate::service::command::pass::acts;
use crate::service::plan::Refusal;
use crate::service::{Service, held};

/// A supervisor, or whoever is on call.
fn answers(role: Role) -> bool {
    matches!(role, Role::Manager | Role::OnCall)
}

impl Service {
    /// Whether this session answers for what an office hands up: its supervisors and whoever is on call, or those of
    /// the other offices where it has none.
    fn answers_for(&self, role: Role, of: OfficeId, office: OfficeId) -> bool {
        let there = |u: &Record<User>| u.active && answers(u.role) && u.office == office;
        answers(role) && (of == office || !self.cast.users.values().any(there))
    }

    /// An alert calls for whoever is asking.
    pub(in crate::service) fn summons(&self, session: &Session, entry: &Entry) -> bool {
        let calls = entry.alert().is_some_and(Alert::calls_up);
        calls && self.answers_for(session.role, session.office, entry.thing.office)
    }

    pub(super) fn colleagues(&self, session: &Session) -> Vec<Colleague> {
        let mut found: Vec<_> =
            self.cast.users.values().filter(|u| u.active && acts(u.role) && u.id != session.user).collect();
        found.sort_by_key(|u| (u.office != session.office, u.name.as_str().to_owned(), u.id));
        let office = |u: &Record<User>| {
            let other = self.cast.offices.get(&u.office).filter(|_| u.office != session.office);
            other.map(|o| format!(", {}", o.name.as_str())).unwrap_or_default()
        };
        found
            .into_iter()
            .map(|u| Colleague {
                user: u.id,
                name: u.name.as_str().to_owned(),
                role: format!("{}{}", u.role.word(), office(u)),
            })
            .collect()
    }

    pub(super) fn on_duty(&self, session: &Session, key: Option<&AlertKey>) -> Vec<OnDuty> {
        let office = key.and_then(|k| self.book.get(*k)).map_or(session.office, |e| e.thing.office);
        let all = self.who_answers(office);
        all.into_iter().filter(|u| u.id != session.user).map(|u| self.duty(u)).collect()
    }

    fn who_answers(&self, office: OfficeId) -> Vec<&Record<User>> {
        let mut found: Vec<_> =
            self.cast.users.values().filter(|u| u.active && self.answers_for(u.role, u.office, office)).collect();
        let present = held(&self.present);
        found.sort_by_key(|u| (!present.contains(&u.id), u.role, u.name.as_str().to_owned(), u.id));
        found
    }

    fn duty(&self, user: &Record<User>) -> OnDuty {
        let numbers = self.phones_of(user).filter(|p| p.kind != PhoneKind::Fax);
        OnDuty {
            name: user.name.as_str().to_owned(),
            role: user.role.word().to_owned(),
            connected: held(&self.present).contains(&user.id),
            numbers: numbers.map(|p| p.number.as_str().to_owned()).collect(),
        }
    }

    /// A colleague's phones: their own as a user, then those of their record as a caregiver.
    pub(super) fn phones_of<'a>(&'a self, user: &'a Record<User>) -> impl Iterator<Item = &'a Phone> {
        let staff = user.staff.and_then(|id| self.cast.staff.get(&id));
        user.phones.iter().chain(staff.into_iter().flat_map(|s| s.phones.iter()))
    }

    /// Who of them sees it now and who has to be rung, in a line.
    pub(in crate::service) fn ring(&self, office: OfficeId) -> String {
        in_a_line(self.who_answers(office).into_iter().map(|u| self.duty(u)).collect())
    }

    /// The same for somebody who has just handed it up: herself left out.
    pub(in crate::service) fn whom_to_ring(&self, session: &Session, office: OfficeId) -> String {
        let others = self.who_answers(office).into_iter().filter(|u| u.id != session.user);
        in_a_line(others.map(|u| self.duty(u)).collect())
    }

    pub(super) fn logged_call(&self, id: CommunicationId) -> Result<Option<LoggedCall>, Refusal> {
        let Some(said) = self.call_as_it_stands(id)? else { return Ok(None) };
        Ok(Some(LoggedCall {
            id: said.id,
            person: said.client.map(Person::Client).or(said.staff.map(Person::Staff)),
            with: said.with.as_str().to_owned(),
            result: said.result,
            note: said.note.as_str().to_owned(),
            happened: said.happened.at,
            by: self.cast.user_name(said.head.created_by),
        }))
    }
}

fn in_a_line(duty: Vec<OnDuty>) -> String {
    if duty.is_empty() {
        return "no supervisor or on-call user is recorded: ring somebody".to_owned();
    }
    let here: Vec<&str> = duty.iter().filter(|d| d.connected).map(|d| d.name.as_str()).collect();
    let ring: Vec<String> = duty
        .iter()
        .filter(|d| !d.connected)
        .map(|d| match d.numbers.first() {
            Some(number) => format!("{} {number}", d.name),
            None => format!("{} (no number recorded)", d.name),
        })
        .collect();
    match (here.is_empty(), ring.is_empty()) {
        (false, true) => format!("connected: {}", here.join(", ")),
        (false, false) => format!("connected: {}; else ring {}", here.join(", "), ring.join(", ")),
        (true, _) => format!("nobody of them is connected: ring {}", ring.join(", ")),
    }
}
