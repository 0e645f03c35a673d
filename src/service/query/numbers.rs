//! Whom to call about a person: every number in full, what each may hear, and when not to ring.

use super::names::may_hear;
use crate::domain::attention::AlertKey;
use crate::domain::communication::CallResult;
use crate::domain::person::Phone;
use crate::domain::time::{Moment, clock};
use crate::rules::roles::Group;
use crate::rules::triage::facts::SourceFacts;
use crate::service::Service;
use crate::service::api::{Number, Person, Session};
use crate::service::plan::Refusal;

impl Service {
    pub(super) fn numbers(
        &self,
        session: &Session,
        person: Person,
        about: Option<&AlertKey>,
    ) -> Result<Vec<Number>, Refusal> {
        let mut out = self.numbers_of(session, person, about)?;
        let sight = self.sight(session, if let Person::Client(id) = person { Some(id) } else { None });
        if !sight.shows(Group::StaffPrivate) {
            for number in out.iter_mut().filter(|n| n.staff.is_some()) {
                (number.number, number.kind, number.caution) = (String::new(), sight.words(), String::new());
            }
            out.dedup_by(|b, a| a.staff.is_some() && a.staff == b.staff);
        }
        Ok(out)
    }

    fn numbers_of(&self, session: &Session, person: Person, about: Option<&AlertKey>) -> Result<Vec<Number>, Refusal> {
        let mut out = Vec::new();
        match person {
            Person::Client(id) => {
                let Some(client) = self.cast.clients.get(&id) else { return Ok(out) };
                let said = self.said_of_client(id, 60)?;
                let last = |with: &str| {
                    said.iter()
                        .filter(|c| c.result == CallResult::Reached && c.with.as_str() == with)
                        .map(|c| c.happened.at)
                        .max()
                };
                // Whoever is in the home now is rung first.
                let here = self.window.of_client(id).find(|(_, l)| l.arrived.is_some() && l.left.is_none());
                if let Some(staff) = here.and_then(|(_, l)| l.staff) {
                    self.staff_numbers(staff, "in the home", &mut out);
                }
                push(&mut out, &format!("{} (client)", client.name.full()), &client.phones, "", None, None, None);
                for contact in self.cast.contacts_for(id) {
                    let relation = contact.relation.some().unwrap_or(contact.kind.word());
                    let who = format!("{}, {relation}", contact.name.full());
                    let reached = last(&contact.name.full());
                    push(&mut out, &who, &contact.phones, may_hear(contact.share), Some(contact.id), None, reached);
                }
            }
            Person::Staff(id) => {
                self.staff_numbers(id, "", &mut out);
                if let Some(SourceFacts::CallOut(call)) = about.and_then(|k| self.book.get(*k)).map(|e| &e.thing.source)
                {
                    let reached = self.reached(session);
                    for (client, _) in call.visits.iter().filter(|(c, _)| reached.holds(self, c.id)) {
                        if let Some(c) = self.cast.clients.get(&client.id) {
                            push(&mut out, &format!("{} (client)", c.name.full()), &c.phones, "", None, None, None);
                        }
                    }
                }
            }
        }
        Ok(out)
    }

    fn staff_numbers(&self, id: crate::domain::ids::StaffId, note: &str, out: &mut Vec<Number>) {
        let Some(staff) = self.cast.staff.get(&id) else { return };
        let now = self.now();
        let (_, minute) = self.cast.zone(staff.office).civil(now);
        let who = format!("{} {}", staff.name.full(), staff.discipline.word());
        let who = if note.is_empty() { who } else { format!("{who}, {note}") };
        let from = out.len();
        push(out, &who, &staff.phones, "", None, Some(id), None);
        if let Some(earliest) = staff.earliest_call.filter(|e| minute < *e) {
            for number in &mut out[from..] {
                number.caution = format!("not before {}", clock(earliest));
            }
        }
    }
}

fn push(
    out: &mut Vec<Number>,
    who: &str,
    phones: &[Phone],
    share: &str,
    contact: Option<crate::domain::ids::ContactId>,
    staff: Option<crate::domain::ids::StaffId>,
    last: Option<Moment>,
) {
    if phones.is_empty() {
        out.push(Number {
            who: who.to_owned(),
            contact,
            staff,
            number: String::new(),
            kind: "no number recorded".to_owned(),
            share: share.to_owned(),
            last,
            caution: String::new(),
        });
    }
    for phone in phones {
        out.push(Number {
            who: who.to_owned(),
            contact,
            staff,
            number: phone.number.as_str().to_owned(),
            kind: phone.kind.word().to_owned(),
            share: share.to_owned(),
            last,
            caution: String::new(),
        });
    }
}
