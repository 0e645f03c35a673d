//! A record as it is edited: the fields that are changed by hand, those that whoever asks may not change, and what others
//! did to it meanwhile.

use crate::domain::appointment::Appointment;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::authorization::Authorization;
use crate::domain::contact::Contact;
use crate::domain::coverage::{Pairing, TimeOff};
use crate::domain::editing;
use crate::domain::fields::{Fields, value_at};
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::issue::Issue;
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Kind, Record};
use crate::service::Service;
use crate::service::access::{Asked, of_field};
use crate::service::api::{Command, Editable, FieldChange, Person, Session};
use crate::service::meanwhile;
use crate::service::plan::Refusal;
use std::any::Any;

impl Service {
    pub(super) fn editable(
        &self,
        session: &Session,
        kind: Kind,
        id: [u8; 16],
        since: u64,
    ) -> Result<Option<Box<Editable>>, Refusal> {
        if editing::fields(kind).is_empty() {
            return Ok(None);
        }
        by_kind!(kind, of::<_>(self, session, id, since))
    }
}

fn of<B: Body>(
    service: &Service,
    session: &Session,
    id: [u8; 16],
    since: u64,
) -> Result<Option<Box<Editable>>, Refusal> {
    let Some(record) = service.store.get_any::<B>(B::Id::from(id))? else { return Ok(None) };
    let (kind, rev) = (B::KIND, record.head.rev);
    let mut fields = Fields::none();
    let mut fixed = Vec::new();
    let (title, person, key) = about(service, &record);
    let client = if let Some(Person::Client(client)) = person { Some(client) } else { None };
    let sight = service.sight(session, client);
    let seen = |name: &str| of_field(kind, name).is_none_or(|group| sight.shows(group));
    for field in editing::fields(kind) {
        if !seen(field.name) {
            fixed.push((field.name.to_owned(), sight.words()));
            continue;
        }
        let Some(value) = value_at(&record.body, field.name) else { continue };
        // What would be said to a change of this field alone.
        let one = Fields(vec![(field.name.to_owned(), value.to_string())]);
        let change = Command::Edit { kind, id, base: rev, fields: one.clone() };
        if let Err(why) = service.allowed(session, &Asked::Command(&change)) {
            fixed.push((field.name.to_owned(), why));
        } else if !field.fixed.is_empty() {
            fixed.push((field.name.to_owned(), field.fixed.to_owned()));
        }
        fields.0.extend(one.0);
    }
    let changed = if since == 0 { None } else { meanwhile::since(service, &record, since)? };
    let since = changed
        .map(|since| since.changed)
        .unwrap_or_default()
        .into_iter()
        .filter(|c| editing::find(kind, &c.field).is_some() && seen(&c.field))
        .map(|c| FieldChange {
            before: c.before.to_string(),
            by: service.called(session, c.by),
            at: c.at,
            field: c.field,
        })
        .collect();
    let gone = service.gone(session, &record);
    Ok(Some(Box::new(Editable { kind, id, rev, title, person, key, fields, fixed, gone, since })))
}

/// What it is called, whose it is, and the alert of an issue.
fn about<B: Body>(service: &Service, record: &Record<B>) -> (String, Option<Person>, Option<AlertKey>) {
    let (body, id): (&dyn Any, [u8; 16]) = (&record.body, record.id.into());
    if let Some(contact) = body.downcast_ref::<Contact>() {
        let relation = contact.relation.some().map(|r| format!(", {r}")).unwrap_or_default();
        let title = format!("{}{relation}", contact.name.full());
        return (title, Some(Person::Client(contact.client)), None);
    }
    if let Some(issue) = body.downcast_ref::<Issue>() {
        let person = issue.client.map(Person::Client).or(issue.staff.map(Person::Staff));
        let key = AlertKey { source: AlertSource::Issue, subject: id, occurrence: i64::from(issue.reopened) };
        return (issue.kind.word().to_owned(), person, Some(key));
    }
    let of_client = |id: ClientId| (service.person_name(Person::Client(id)), Some(Person::Client(id)), None);
    if let Some(plan) = body.downcast_ref::<Appointment>() {
        return of_client(plan.client);
    }
    if let Some(plan) = body.downcast_ref::<Authorization>() {
        return of_client(plan.client);
    }
    if let Some(plan) = body.downcast_ref::<Pairing>() {
        let title = format!("with {}", service.person_name(Person::Staff(plan.staff)));
        return (title, Some(Person::Client(plan.client)), None);
    }
    if let Some(plan) = body.downcast_ref::<TimeOff>() {
        let person = Person::Staff(plan.staff);
        return (service.person_name(person), Some(person), None);
    }
    let person = match B::KIND {
        Kind::Staff => Person::Staff(StaffId(id)),
        _ => Person::Client(ClientId(id)),
    };
    (service.person_name(person), Some(person), None)
}
