//! Handles: a short word for each row that `list` and `show` print and `act` understands. A handle is made of the row's
//! own id, so it is the same today and tomorrow, on every machine, and says nothing of a person.

use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClockingId, VisitId};
use crate::domain::record::Kind;
use crate::domain::time::Day;
use crate::service::api::Person;
use crate::ui::linear::Of;

/// Letters and digits that nobody takes for one another.
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// So many of them.
const LONG: usize = 6;

/// Letters of an id: FNV-1a, because a handle has to spread and to stay, and keeps nothing secret.
fn letters(kind: u8, id: &[u8]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in std::iter::once(&kind).chain(id) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The low bits of a product know little of the high ones.
    hash ^= hash >> 32;
    (0..LONG).map(|n| char::from(SIGNS[(hash >> (5 * n)) as usize % SIGNS.len()])).collect()
}

/// An alert's: `a-4k2m9x`.
pub fn alert(key: &AlertKey) -> String {
    format!("a-{}", letters(0, &key.bytes()))
}

/// A client's or caregiver's: `c-4k2m9x`, `s-4k2m9x`.
pub fn person(person: Person) -> String {
    match person {
        Person::Client(id) => format!("c-{}", letters(1, &id.0)),
        Person::Staff(id) => format!("s-{}", letters(2, &id.0)),
    }
}

/// A visit's, with its day: `v-260302-4k2m9x`.
pub fn visit(day: Day, id: VisitId) -> String {
    format!("v-{}-{}", day.iso().replace('-', "").get(2..).unwrap_or_default(), letters(3, &id.0))
}

/// A record's on a page: `r-4k2m9x`.
pub fn record(kind: Kind, id: [u8; 16]) -> String {
    format!("r-{}", letters(kind as u8, &id))
}

/// A clock-in's: `e-4k2m9x`.
pub fn clocking(id: ClockingId) -> String {
    format!("e-{}", letters(4, &id.0))
}

/// Of what a line stands for.
pub fn of(of: Of) -> Option<String> {
    Some(match of {
        Of::Nothing => return None,
        Of::Alert(key) => alert(&key),
        Of::Person(of) => person(of),
        Of::Visit(day, id) => visit(day, id),
        Of::Record(kind, id) => record(kind, id),
        Of::Clocking(id) => clocking(id),
    })
}

/// Which kind of handle a word is, if it is one: its letter, and of a visit the day.
pub fn parse(word: &str) -> Option<(char, Option<Day>)> {
    let (kind, rest) = word.split_once('-')?;
    let signs = |text: &str| text.len() == LONG && text.bytes().all(|b| SIGNS.contains(&b));
    match (kind, rest.split_once('-')) {
        ("a" | "c" | "s" | "r" | "e", None) if signs(rest) => Some((kind.chars().next()?, None)),
        ("v", Some((day, rest))) if signs(rest) && day.len() == 6 && day.is_ascii() => {
            let day = Day::parse_iso(&format!("20{}-{}-{}", &day[..2], &day[2..4], &day[4..]))?;
            Some(('v', Some(day)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ClientId, StaffId};

    #[test]
    fn what_is_made_is_understood_and_stays() {
        let day = Day::from_ymd(2026, 3, 2).unwrap();
        let (id, who) = ([7; 16], Person::Client(ClientId([7; 16])));
        // These are in people's scripts.
        assert_eq!(person(who), "c-fjaqdg");
        assert_eq!(parse(&person(who)), Some(('c', None)));
        assert_eq!(parse(&person(Person::Staff(StaffId(id)))), Some(('s', None)));
        assert_eq!(parse(&visit(day, VisitId(id))), Some(('v', Some(day))));
        assert_eq!(parse(&record(Kind::Contact, id)), Some(('r', None)));
        assert_eq!(parse(&clocking(ClockingId(id))), Some(('e', None)));
        for word in
            ["Okafor, Ruth", "a-", "a-12345", "a-1234567", "c-12345!", "v-260302", "v-269902-123456", "x-123456"]
        {
            assert_eq!(parse(word), None, "{word}");
        }
        // A name with a hyphen in it is no handle.
        assert_eq!(parse("a-ümläut"), None);
    }

    #[test]
    fn they_differ_among_ten_thousand() {
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..10_000_u32 {
            let mut id = [0; 16];
            id[12..].copy_from_slice(&n.to_be_bytes());
            seen.insert(person(Person::Client(ClientId(id))));
        }
        assert!(seen.len() >= 9_990, "{} of 10,000", seen.len());
    }
}
