//! Find puts the best first, forgives one typing error, and reaches what people are in.

use crate::config;
use crate::office::{Office, few, monday, name, new, t};
use caseload::domain::client::{Client, ClientStatus};
use caseload::domain::contact::{Contact, ContactKind, Share};
use caseload::domain::fields::Fields;
use caseload::domain::person::{Name, Phone, PhoneKind};
use caseload::domain::record::Kind;
use caseload::domain::search::fold;
use caseload::service::api::{Answered, Hit, HitKind, Person, Query, Reply};
use proptest::prelude::*;

fn found(office: &mut Office, text: &str, limit: u16) -> Vec<Hit> {
    let me = office.me.clone();
    match office.query(&me, Query::Find { text: text.to_owned(), limit }) {
        Answered::Found(hits) => hits,
        _ => panic!("another answer"),
    }
}

fn people(office: &mut Office, text: &str) -> Vec<String> {
    found(office, text, 50).into_iter().filter(|h| h.kind.is_person()).map(|h| h.name).collect()
}

fn add(office: &mut Office, names: &[(&str, &str)]) {
    let me = office.me.clone();
    let east = office.east;
    let records = names.iter().map(|(f, g)| new(&Client::new(east, name(f, g)))).collect();
    office.make(&me, records);
}

#[test]
fn whole_words_come_before_starts_insides_and_typing_errors() {
    let mut office = Office::at(monday());
    add(&mut office, &[("Delmar", "Uma"), ("Marlow", "Ada"), ("Mar", "Zoe"), ("Marr", "Al"), ("Mari", "Al")]);
    assert_eq!(
        people(&mut office, "mar")[..5],
        ["Mar, Zoe", "Mari, Al", "Marlow, Ada", "Marr, Al", "@Reyes, Maria HHA"]
    );
    assert_eq!(people(&mut office, "mar")[5], "Delmar, Uma");
    // A typing error comes last, and only in words of four letters and more.
    assert_eq!(people(&mut office, "mari")[..4], ["Mari, Al", "@Reyes, Maria HHA", "Mar, Zoe", "Marr, Al"]);
    assert!(people(&mut office, "mxr").is_empty());
    assert_eq!(people(&mut office, "marlwo"), ["Marlow, Ada"]);
}

#[test]
fn who_has_left_is_found_behind_the_others_and_says_so() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    add(&mut office, &[("Okafor", "Zed")]);
    let gone = Fields::none().with("status", &ClientStatus::Discharged);
    assert!(matches!(office.edit(&me, Kind::Client, office.clients[0].0, gone), Reply::Done(_)));
    let hits = found(&mut office, "okafor", 50);
    assert_eq!(hits[0].name, "Okafor, Zed");
    let ruth = hits.iter().find(|h| h.kind == HitKind::Client && h.name == "Okafor, Ruth").unwrap();
    assert!(ruth.detail.contains("discharged"), "{}", ruth.detail);
}

#[test]
fn preferred_and_former_names_and_streets_find_too() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let mut client =
        Client::new(office.east, Name { preferred: t("Bibi"), former: t("Kovač"), ..name("Stone", "Barbara") });
    client.address.street = t("14 Ñandú Lane");
    client.phones = few(vec![
        Phone { kind: PhoneKind::Home, number: t("(401) 555-0191") },
        Phone { kind: PhoneKind::Mobile, number: t("(401) 555-0192") },
    ]);
    office.make(&me, vec![new(&client)]);
    for text in ["bibi", "kovac stone", "nandu", "0192", "555 0191", "lane 14 barb"] {
        let hits = found(&mut office, text, 9);
        assert!(hits.first().is_some_and(|h| h.name.starts_with("Stone, Barbara")), "{text}");
    }
}

#[test]
fn a_daughter_is_found_by_her_own_name_and_her_mothers() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let daughter = Contact {
        client: office.clients[1],
        kind: ContactKind::Family,
        name: name("Rivera", "Lucía"),
        relation: t("daughter"),
        phones: few(vec![Phone { kind: PhoneKind::Mobile, number: t("(401) 555-0188") }]),
        share: Share::Health,
        share_since: None,
        share_word: t(""),
        first: true,
        npi: t(""),
    };
    let id = office.make(&me, vec![new(&daughter)])[0];
    for text in ["lucia", "lucia garcia", "lopez luc", "rivera", "0188"] {
        let hit = found(&mut office, text, 9).into_iter().next().unwrap();
        assert_eq!((hit.kind, hit.record), (HitKind::Contact, Some((Kind::Contact, id))), "{text}");
        assert_eq!(hit.person, Person::Client(office.clients[1]));
        assert!(hit.detail.contains("may hear health") && hit.detail.contains("García-López"), "{}", hit.detail);
    }
    // Her mother's name alone finds her mother, not her.
    assert!(found(&mut office, "garcia", 9).iter().all(|h| h.kind != HitKind::Contact));
}

#[test]
fn issues_and_visits_are_found_by_the_people_in_them() {
    let mut office = Office::at(monday());
    let hits = found(&mut office, "okafor", 50);
    let kinds: Vec<HitKind> = hits.iter().map(|h| h.kind).collect();
    assert_eq!(kinds[0], HitKind::Client);
    let issue = hits.iter().find(|h| h.kind == HitKind::Issue).unwrap();
    assert!(issue.key.is_some() && issue.detail.contains("fall"), "{}", issue.detail);
    assert!(hits.iter().filter(|h| h.kind == HitKind::Visit).count() >= 2);
    // Both people of a visit together name it alone.
    let hits = found(&mut office, "okafor reyes", 50);
    assert!(!hits.is_empty() && hits.iter().all(|h| h.kind == HitKind::Visit), "{:?}", hits.len());
    assert!(hits.iter().all(|h| h.name == "Okafor, Ruth" && h.detail.contains("Reyes")));
}

/// How well typed words are met by a name, said the long way.
fn naive(name: &str, typed: &str) -> Option<u8> {
    let words: Vec<String> = fold(name).split_whitespace().map(str::to_owned).collect();
    fold(typed)
        .split_whitespace()
        .map(|w| {
            words
                .iter()
                .filter_map(|have| match have {
                    have if have == w => Some(0),
                    have if have.starts_with(w) => Some(1),
                    have if have.contains(w) => Some(2),
                    have if w.chars().count() >= 4 && caseload::domain::search::one_error(have, w) => Some(3),
                    _ => None,
                })
                .min()
        })
        .try_fold(0, |worst: u8, one| Some(worst.max(one?)))
}

const FAMILY: [&str; 10] =
    ["Okafor", "García", "Ngata", "Marlow", "Marrow", "Barlow", "Stone", "Stones", "Lindqvist", "Ó Briain"];
const GIVEN: [&str; 8] = ["Ana", "Anna", "Hanna", "Marlo", "Ruth", "Inés", "Tomasz", "Bo"];

proptest! {
    #![proptest_config(config(24, 400))]

    /// Every hit is as good as the one before it or worse, everybody who meets the words is there, and the same question
    /// has the same answer, whoever was entered first.
    #[test]
    fn ranking_is_total_and_stable(
        who in prop::collection::vec((0..10_usize, 0..8_usize), 1..16),
        typed in prop::collection::vec((0..18_usize, 1..9_usize), 1..3),
    ) {
        let words: Vec<String> = typed
            .iter()
            .map(|(n, len)| {
                let word = if *n < 10 { FAMILY[*n] } else { GIVEN[*n - 10] };
                fold(word).replace(' ', "").chars().take(*len).collect()
            })
            .collect();
        let text = words.join(" ");
        let mut names: Vec<(&str, &str)> = who.iter().map(|(f, g)| (FAMILY[*f], GIVEN[*g])).collect();
        names.sort_unstable();
        names.dedup();
        let mut answers = Vec::new();
        for turn in 0..2 {
            let mut office = Office::at(monday());
            add(&mut office, &names);
            let made: Vec<String> = names.iter().map(|(f, g)| format!("{f}, {g}")).collect();
            let hits: Vec<String> =
                people(&mut office, &text).into_iter().filter(|h| made.contains(h)).collect();
            let again: Vec<String> =
                people(&mut office, &text).into_iter().filter(|h| made.contains(h)).collect();
            prop_assert_eq!(&hits, &again);
            let ranks: Vec<Option<u8>> = hits.iter().map(|h| naive(h, &text)).collect();
            prop_assert!(ranks.windows(2).all(|w| w[0] <= w[1]), "{text}: {hits:?} {ranks:?}");
            for name in &made {
                // Two words of a name are one as well, so more may be found than said here, never less.
                prop_assert!(naive(name, &text).is_none() || hits.contains(name), "{text} does not find {name}");
            }
            answers.push(hits);
            if turn == 0 {
                names.reverse();
            }
        }
        prop_assert_eq!(&answers[0], &answers[1]);
    }

    /// One letter changed, left out, doubled or swapped in a name of four letters or more still finds it.
    #[test]
    fn one_wrong_letter_still_finds_everybody(kind in 0..4_u8, at in 0..40_usize, letter in 0..26_u8) {
        let mut office = Office::at(monday());
        add(&mut office, &FAMILY.iter().zip(GIVEN.iter().cycle()).map(|(f, g)| (*f, *g)).collect::<Vec<_>>());
        for (family, given) in FAMILY.iter().zip(GIVEN.iter().cycle()) {
            let whole = fold(family).replace(' ', "");
            let mut letters: Vec<char> = whole.chars().collect();
            let at = at % letters.len();
            match kind {
                0 => letters[at] = char::from(b'a' + letter),
                1 => drop(letters.remove(at)),
                2 => letters.insert(at, char::from(b'a' + letter)),
                _ if at + 1 < letters.len() => letters.swap(at, at + 1),
                _ => {}
            }
            let typed: String = letters.into_iter().collect();
            if typed.chars().count() >= 4 {
                let wanted = format!("{family}, {given}");
                prop_assert!(people(&mut office, &typed).contains(&wanted), "{typed} does not find {wanted}");
            }
        }
    }
}

#[test]
fn an_apostrophe_that_was_typed_counts() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let east = office.east;
    let mut kathleen = Client::new(east, name("Kerrigan", "Kathleen"));
    kathleen.name.former = t("O'Brien");
    let fields = vec![new(&kathleen)];
    office.make(&me, fields);
    add(&mut office, &[("Öberg", "Sören"), ("O’Brien", "Maeve"), ("Obrador", "Ana"), ("Ob", "Al")]);
    let names = people(&mut office, "o'b");
    // A whole word stays before a start; among starts, hers has the very sign.
    assert_eq!(names[..2], ["Ob, Al", "O’Brien, Maeve"], "{names:?}");
    assert!(names[2..].iter().any(|n| n == "Kerrigan, Kathleen"), "{names:?}");
    // Without the sign nobody is put before the others.
    assert_eq!(people(&mut office, "obr")[0], "Kerrigan, Kathleen");
    assert_eq!(people(&mut office, "öb")[..2], ["Ob, Al", "Öberg, Sören"]);
    // Whoever is found by a former name says so.
    let hits = found(&mut office, "o'b", 50);
    let kathleen = hits.iter().find(|h| h.name == "Kerrigan, Kathleen").unwrap();
    assert!(kathleen.detail.contains("was O'Brien"), "{}", kathleen.detail);
}
