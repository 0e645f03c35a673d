//! Everybody's initials, for a screen that others can see. No two clients have the same, nor two caregivers: whom a row
//! means must not hang on a name that is not shown.

use crate::domain::person::Name;
use crate::domain::text::Text;
use crate::service::Service;
use crate::service::api::{Initialed, InitialsPage, Person, Session};
use std::collections::HashMap;

/// So many of them in one answer.
const PAGE: usize = 2_000;

impl Service {
    /// Part of everybody: clients, caregivers, those around the clients, users.
    pub(super) fn initials(&self, session: &Session, from: u32) -> InitialsPage {
        let all = self.everybodys_initials(session);
        let total = all.len() as u32;
        let list = all.into_iter().skip(from as usize).take(PAGE).collect();
        InitialsPage { from, total, list }
    }

    /// All of them, clients first.
    pub(super) fn everybodys_initials(&self, session: &Session) -> Vec<Initialed> {
        let reached = self.reached(session);
        let mut all = Vec::new();
        let mut taken = HashMap::new();
        for client in self.cast.clients.values().filter(|c| reached.holds(self, c.id)) {
            let shown = self.cast.client_name(client.id);
            let person = Some(Person::Client(client.id));
            all.push(of(person, &mut taken, &client.name, shown.listed, shown.short));
        }
        taken.clear();
        for staff in self.cast.staff.values() {
            let shown = self.cast.staff_name(staff.id);
            all.push(of(Some(Person::Staff(staff.id)), &mut taken, &staff.name, shown.listed, shown.short));
        }
        for contact in self.cast.contacts.values().filter(|c| reached.holds(self, c.client)) {
            all.push(of(None, &mut HashMap::new(), &contact.name, String::new(), String::new()));
        }
        for user in self.cast.users.values() {
            let name = Name { family: Text::clip(user.name.as_str()), ..Name::default() };
            all.push(of(None, &mut HashMap::new(), &name, String::new(), String::new()));
        }
        all
    }
}

/// Ids are made in the order of entry, so whoever comes later takes the next number and nobody's changes.
fn of(
    person: Option<Person>,
    taken: &mut HashMap<String, u32>,
    name: &Name,
    listed: String,
    short: String,
) -> Initialed {
    let mut initials: String = name
        .given
        .as_str()
        .split_whitespace()
        .take(1)
        .chain([name.family.as_str()])
        .filter_map(|word| word.chars().find(|c| c.is_alphabetic()))
        .flat_map(|c| c.to_uppercase().chain(['.']))
        .collect();
    if initials.is_empty() {
        initials.push('?');
    }
    let n = taken.entry(initials.clone()).or_insert(0);
    *n += 1;
    if *n > 1 {
        initials.push_str(&n.to_string());
    }
    let parts = [name.family.as_str(), name.given.as_str(), name.preferred.as_str(), name.former.as_str()];
    let words = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
    Initialed { person, initials, listed, short, words }
}
