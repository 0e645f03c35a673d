//! Find: anyone by any part of any name, by phone or MRN, accents and apostrophes aside.

use super::names::{first_number, may_hear};
use crate::domain::contact::ContactKind;
use crate::domain::ids::{ClientId, ContactId, StaffId};
use crate::domain::person::{Name, Phone};
use crate::domain::search::{digits, fold, one_error};
use crate::service::api::{Hit, HitKind, Person};
use crate::service::cast::Cast;

/// Digits that are enough to find by phone.
const PHONE_TAIL: usize = 4;

enum Who {
    Client(ClientId),
    Staff(StaffId),
    Contact(ContactId, ClientId),
}

struct Entry {
    who: Who,
    words: String,
    digits: String,
    active: bool,
}

/// Everybody's folded names.
#[derive(Default)]
pub struct FindIndex {
    entries: Vec<Entry>,
    ready: bool,
}

/// How well a word was met: lower is better.
const WHOLE: u8 = 0;
const START: u8 = 1;
const INSIDE: u8 = 2;
const TYPO: u8 = 3;

impl FindIndex {
    /// Somebody's name has changed: everybody is read anew at the next search, not at each of many changes.
    pub fn forget(&mut self) {
        self.ready = false;
    }

    fn rebuild(&mut self, cast: &Cast) {
        let words = |name: &Name, more: &[&str]| {
            let mut all =
                vec![name.family.as_str(), name.given.as_str(), name.preferred.as_str(), name.former.as_str()];
            all.extend(more);
            let mut text = String::from(" ");
            text.push_str(&fold(&all.join(" ")));
            text.push(' ');
            // A hyphenated or spaced family name is also found as one word: `garcialopez`.
            let joined: String = fold(&name.family).chars().filter(|c| !c.is_whitespace()).collect();
            if fold(&name.family).contains(' ') {
                text.push_str(&joined);
                text.push(' ');
            }
            text
        };
        let phones = |phones: &[Phone]| phones.iter().map(|p| digits(&p.number)).collect::<Vec<_>>().join(" ");
        self.entries.clear();
        self.ready = true;
        for c in cast.clients.values() {
            self.entries.push(Entry {
                who: Who::Client(c.id),
                words: words(&c.name, &[c.address.street.as_str(), c.mrn.as_str()]),
                digits: format!("{} {}", phones(&c.phones), digits(&c.mrn)),
                active: c.on_service(),
            });
        }
        for s in cast.staff.values() {
            self.entries.push(Entry {
                who: Who::Staff(s.id),
                words: words(&s.name, &[s.discipline.word()]),
                digits: phones(&s.phones),
                active: s.active,
            });
        }
        for c in cast.contacts.values() {
            self.entries.push(Entry {
                who: Who::Contact(c.id, c.client),
                words: words(&c.name, &[]),
                digits: phones(&c.phones),
                active: true,
            });
        }
    }

    /// The best hits for what was typed: whole words before starts, starts before insides, one typing error last.
    pub fn search(&mut self, cast: &Cast, text: &str, limit: usize) -> Vec<Hit> {
        if !self.ready {
            self.rebuild(cast);
        }
        let folded = fold(text);
        let asked: Vec<&str> = folded.split_whitespace().collect();
        let number = digits(text);
        let by_number = number.len() >= PHONE_TAIL && number.len() + 4 >= text.trim().chars().count();
        if asked.is_empty() && !by_number {
            return Vec::new();
        }
        let mut found: Vec<(u8, bool, u8, &Entry)> = Vec::new();
        for entry in &self.entries {
            let score = if by_number && entry.digits.contains(&number) {
                Some(WHOLE)
            } else {
                asked.iter().map(|word| met(&entry.words, word)).try_fold(WHOLE, |worst, s| Some(worst.max(s?)))
            };
            if let Some(score) = score {
                found.push((score, !entry.active, entry.order(), entry));
            }
        }
        if found.is_empty() {
            for entry in &self.entries {
                if !asked.is_empty()
                    && asked.iter().all(|word| met(&entry.words, word).is_some() || nearly(&entry.words, word))
                {
                    found.push((TYPO, !entry.active, entry.order(), entry));
                }
            }
        }
        found.sort_by(|a, b| (a.0, a.1, a.2, &a.3.words).cmp(&(b.0, b.1, b.2, &b.3.words)));
        found.into_iter().filter_map(|(_, _, _, entry)| entry.hit(cast)).take(limit).collect()
    }
}

/// How a word is met in ` folded words `, if at all.
fn met(words: &str, word: &str) -> Option<u8> {
    let mut best = None;
    let mut from = 0;
    while let Some(at) = words[from..].find(word) {
        let at = from + at;
        let starts = words[..at].ends_with(' ');
        let ends = words[at + word.len()..].starts_with(' ');
        let score = match (starts, ends) {
            (true, true) => return Some(WHOLE),
            (true, false) => START,
            _ => INSIDE,
        };
        best = Some(best.map_or(score, |b: u8| b.min(score)));
        from = at + words[at..].chars().next().map_or(1, char::len_utf8);
    }
    best
}

/// A word of at least four letters with one typing error in it.
fn nearly(words: &str, word: &str) -> bool {
    word.chars().count() >= 4 && words.split_whitespace().any(|w| one_error(w, word))
}

impl Entry {
    fn order(&self) -> u8 {
        match self.who {
            Who::Client(_) => 0,
            Who::Staff(_) => 1,
            Who::Contact(..) => 2,
        }
    }

    fn hit(&self, cast: &Cast) -> Option<Hit> {
        match self.who {
            Who::Client(id) => {
                let c = cast.clients.get(&id)?;
                let mut parts = Vec::new();
                parts.extend(c.born.map(crate::domain::time::Day::long));
                if !c.mrn.is_empty() {
                    parts.push(format!("MRN {}", c.mrn.as_str()));
                }
                parts.push(c.status.word().to_owned());
                parts.extend(c.address.town.some().map(str::to_owned));
                Some(Hit {
                    kind: HitKind::Client,
                    person: Person::Client(id),
                    name: cast.client_in_full(c),
                    detail: parts.join(" · "),
                    number: first_number(&c.phones),
                })
            }
            Who::Staff(id) => {
                let s = cast.staff.get(&id)?;
                let standing = if s.active { "" } else { " · not active" };
                Some(Hit {
                    kind: HitKind::Staff,
                    person: Person::Staff(id),
                    name: format!("@{} {}", cast.staff_in_full(s), s.discipline.word()),
                    detail: format!("{}{standing}", s.address_town()),
                    number: first_number(&s.phones),
                })
            }
            Who::Contact(id, client) => {
                let c = cast.contacts.get(&id)?;
                let whose = cast.clients.get(&client)?;
                let kind = if c.kind == ContactKind::Physician { HitKind::Physician } else { HitKind::Contact };
                Some(Hit {
                    kind,
                    person: Person::Client(client),
                    name: c.name.full(),
                    detail: format!(
                        "{} of {} · {}",
                        c.relation.some().unwrap_or(c.kind.word()),
                        whose.name.listed(),
                        may_hear(c.share)
                    ),
                    number: first_number(&c.phones),
                })
            }
        }
    }
}

impl crate::domain::staff::Staff {
    fn address_town(&self) -> &str {
        self.base.town.some().unwrap_or("")
    }
}
