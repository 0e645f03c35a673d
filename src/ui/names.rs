//! Names where there is no room for all of them: no two people of one frame are shown by the same text. The given name
//! tells the people of one family apart, so it is the family name that gives way first where a family is shared.

use super::text::{clean, cut, prefix, width};
use crate::app::Model;
use crate::domain::words::opaque;
use crate::service::api::Person;
use std::collections::{BTreeMap, BTreeSet};
use unicode_segmentation::UnicodeSegmentation;

/// Somebody who is named: a client's contact is not the client, so her own name tells her apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Who {
    person: Person,
    contact: String,
}

impl Who {
    /// The client or caregiver; a contact's client.
    pub fn person(&self) -> Person {
        self.person
    }

    /// A client or a caregiver.
    pub fn of(person: Person) -> Self {
        Self { person, contact: String::new() }
    }

    /// Somebody around a client.
    pub fn contact(person: Person, name: &str) -> Self {
        Self { person, contact: name.to_owned() }
    }

    /// Clients, caregivers and contacts never stand together without a sign of which they are.
    fn kind(&self) -> u8 {
        match self.person {
            _ if !self.contact.is_empty() => 2,
            Person::Client(_) => 0,
            Person::Staff(_) => 1,
        }
    }
}

/// The names of one frame.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Names {
    taken: BTreeMap<(u8, String), BTreeSet<Who>>,
    /// Family names that several people of this frame have; none before the first name that has to be cut.
    shared: Option<BTreeSet<String>>,
}
opaque!(Names);

impl Names {
    /// Every text that names somebody in this frame.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &Who)> {
        self.taken.iter().flat_map(|((_, text), who)| who.iter().map(|w| (text.as_str(), w)))
    }

    /// A name in at most `max` cells that names nobody else in this frame.
    pub fn fit(&mut self, model: &Model, who: &Who, name: &str, max: u16, ellipsis: &str) -> String {
        let masked = if who.contact.is_empty() { super::mask::name_of(who.person, name) } else { None };
        let whole = masked.as_deref().unwrap_or(name);
        let name = clean(whole).into_owned();
        if max == 0 {
            return String::new();
        }
        let mut ways: Vec<String> = Vec::new();
        if width(&name) <= max {
            // The service gives no two people one name; contacts are told apart by whose they are.
            self.taken.entry((who.kind(), name.clone())).or_default().insert(who.clone());
            return whole.to_owned();
        }
        // What she is called goes before any letter of her name does.
        let called = name.split_once(" “").map(|(plain, _)| plain.to_owned());
        if let Some(plain) = called.as_ref().filter(|plain| width(plain) <= max) {
            ways.push(plain.clone());
        }
        let name = called.unwrap_or(name);
        let (family, given) = name.split_once(", ").unwrap_or((&name, ""));
        let plain = cut(&name, max, ellipsis).into_owned();
        let shared = self.shared.get_or_insert_with(|| shared(model));
        if given.is_empty() || !shared.contains(family.trim_start_matches('@')) {
            ways.push(plain.clone());
        }
        for between in [", ", ""] {
            let room = max.saturating_sub(width(given) + width(between) + width(ellipsis));
            if !given.is_empty() && room >= 2 {
                ways.push(format!("{}{ellipsis}{between}{given}", prefix(family, room).trim_end()));
            }
        }
        // Beginning and end: years and numbers that tell two of one name apart stand at the end.
        for head in [max / 2, 2, 1] {
            let tail = max.saturating_sub(head + width(ellipsis));
            if tail > 0 && head > 0 {
                ways.push(format!("{}{ellipsis}{}", prefix(&name, head).trim_end(), suffix(&name, tail)));
            }
        }
        ways.push(plain);
        // What is left is told apart by a number.
        let numbered = (2..1_000).map(|n| {
            let sign = format!("#{n}");
            format!("{}{sign}", prefix(&name, max.saturating_sub(width(&sign))))
        });
        for text in ways.into_iter().chain(numbered) {
            let key = (who.kind(), text);
            if self.taken.get(&key).is_none_or(|others| others.iter().all(|other| other == who)) {
                let text = key.1.clone();
                self.taken.entry(key).or_default().insert(who.clone());
                return text;
            }
        }
        String::new()
    }
}

/// Family names that several people on the screen's lists have.
fn shared(model: &Model) -> BTreeSet<String> {
    let mut people: BTreeMap<String, BTreeSet<Person>> = BTreeMap::new();
    let mut add = |name: &str, person: Option<Person>| {
        let family = name.split_once(',').map_or(name, |(family, _)| family).trim_start_matches('@');
        if let Some(person) = person {
            people.entry(clean(family).into_owned()).or_default().insert(person);
        }
    };
    for row in &model.alerts.rows {
        add(&row.name, row.person);
    }
    for row in &model.clients.rows {
        add(&row.name, Some(Person::Client(row.id)));
    }
    for row in &model.staff.rows {
        add(&row.name, Some(Person::Staff(row.id)));
    }
    for visit in model.calendar.board.iter().flat_map(|b| &b.list).flat_map(|c| &c.visits) {
        add(&visit.client_name, Some(Person::Client(visit.client)));
    }
    people.into_iter().filter(|(_, who)| who.len() > 1).map(|(family, _)| family).collect()
}

/// The longest end of at most `max` cells, whole characters only.
fn suffix(text: &str, max: u16) -> &str {
    let mut used = 0;
    let mut from = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += width(grapheme);
        if used > max {
            break;
        }
        from = at;
    }
    text[from..].trim_start()
}

/// A line about somebody whose name stands behind its last colon: `Completed…: Okafor, Ruth`. The name is kept.
pub fn about(text: &str, max: u16, ellipsis: &str) -> String {
    let text = clean(text).into_owned();
    let Some((what, name)) = text.rsplit_once(": ").filter(|_| width(&text) > max) else { return text };
    let room = max.saturating_sub(width(name) + 2 + width(ellipsis));
    if room < 3 { text } else { format!("{}{ellipsis}: {name}", prefix(what, room).trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_behind_a_colon_is_kept() {
        assert_eq!(about("Completed (Recertification): Okafor, Ruth", 24, "…"), "Completed…: Okafor, Ruth");
        assert_eq!(about("Taken: Okafor, Ruth", 24, "…"), "Taken: Okafor, Ruth");
        assert_eq!(about("no colon in it at all, and long", 10, "…"), "no colon in it at all, and long");
    }

    #[test]
    fn ends_are_whole_characters() {
        assert_eq!(suffix("Okafor, Ruth", 4), "Ruth");
        assert_eq!(suffix("渡辺裕子", 5), "裕子");
        assert_eq!(suffix("a", 0), "");
    }
}
