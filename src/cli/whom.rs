//! Whom a name on the command line means: one client or caregiver, or a word about why not.

use super::desk::Desk;
use super::{CLOSED, PROBLEMS, Stop};
use crate::domain::ids::{ClientId, StaffId};
use crate::service::api::{Answered, HitKind, Person, Query};

/// The one who is meant, client or caregiver.
pub fn person(desk: &mut Desk, who: &str) -> Result<Person, Stop> {
    if let Some(id) = ClientId::parse(who) {
        return Ok(Person::Client(id));
    }
    of_kind(desk, who, &[HitKind::Client, HitKind::Staff])
}

/// The client who is meant.
pub fn client(desk: &mut Desk, who: &str) -> Result<ClientId, Stop> {
    if let Some(id) = ClientId::parse(who) {
        return Ok(id);
    }
    match of_kind(desk, who, &[HitKind::Client])? {
        Person::Client(id) => Ok(id),
        Person::Staff(_) => Err(Stop::new(PROBLEMS, format!("“{who}” is a caregiver, no client"))),
    }
}

/// The caregiver who is meant.
pub fn staff(desk: &mut Desk, who: &str) -> Result<StaffId, Stop> {
    if let Some(id) = StaffId::parse(who) {
        return Ok(id);
    }
    match of_kind(desk, who.strip_prefix('@').unwrap_or(who), &[HitKind::Staff])? {
        Person::Staff(id) => Ok(id),
        Person::Client(_) => Err(Stop::new(PROBLEMS, format!("“{who}” is a client, no caregiver"))),
    }
}

fn of_kind(desk: &mut Desk, who: &str, kinds: &[HitKind]) -> Result<Person, Stop> {
    let Answered::Found(hits) = desk.query(Query::Find { text: who.to_owned(), limit: 20 })? else {
        return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
    };
    let mut found: Vec<(Person, String)> = Vec::new();
    for hit in hits.into_iter().filter(|h| kinds.contains(&h.kind)) {
        if !found.iter().any(|(person, _)| *person == hit.person) {
            let id = match hit.person {
                Person::Client(id) => id.to_string(),
                Person::Staff(id) => id.to_string(),
            };
            found.push((hit.person, format!("  {id}  {} {}", hit.name, hit.detail)));
        }
    }
    match found.as_slice() {
        [] => Err(Stop::new(PROBLEMS, format!("nobody is found by “{who}”; say a name, a record number or an id"))),
        [(only, _)] => Ok(*only),
        several => {
            let lines: Vec<&str> = several.iter().map(|(_, line)| line.as_str()).collect();
            Err(Stop::new(
                PROBLEMS,
                format!("several are found by “{who}”; say which by its id:\n{}", lines.join("\n")),
            ))
        }
    }
}
