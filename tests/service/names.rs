//! Finding people by what a caller says, and telling them apart on a screen.

use crate::config;
use crate::office::{Office, empty, monday, name, new, ny, phone, t};
use caseload::domain::agency::{Agency, Noun};
use caseload::domain::client::{Client, ClientStatus};
use caseload::domain::ids::OfficeId;
use caseload::domain::safe::safe_line;
use caseload::domain::search::fold;
use caseload::domain::staff::{Discipline, Staff};
use caseload::domain::text::Few;
use caseload::domain::time::Day;
use caseload::service::api::{Answered, Command, Execute, Hit, HitKind, Query, Reply, Request};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn found(office: &mut Office, text: &str) -> Vec<Hit> {
    let me = office.me.clone();
    match office.query(&me, Query::Find { text: text.to_owned(), limit: 9 }) {
        Answered::Found(hits) => hits,
        _ => panic!("another answer"),
    }
}

#[test]
fn everybody_is_found_by_what_a_caller_says() {
    let mut office = Office::at(monday());
    for (text, wanted) in [
        ("obrien", "O'Brien, Pat"),
        ("O’Brien", "O'Brien, Pat"),
        ("garcia lopez", "García-López, Inés"),
        ("garcialopez", "García-López, Inés"),
        ("ines", "García-López, Inés"),
        ("lan nguyen", "Nguyễn, Thị Lan"),
        ("NGUYEN, lan", "Nguyễn, Thị Lan"),
        ("okaf", "Okafor, Ruth"),
        ("ruth okafor", "Okafor, Ruth"),
        ("0102", "García-López, Inés"),
        ("555-0102", "García-López, Inés"),
        ("(401) 555-0102", "García-López, Inés"),
        ("004213", "Nguyễn, Thị Lan"),
        ("4213", "Nguyễn, Thị Lan"),
        ("okafro", "Okafor, Ruth"),
        ("okaffor", "Okafor, Ruth"),
        ("okafr", "Okafor, Ruth"),
        ("garica", "García-López, Inés"),
        ("nguyne lan", "Nguyễn, Thị Lan"),
        ("reyes", "@Reyes, Maria HHA"),
        ("maria hha", "@Reyes, Maria HHA"),
        ("adeyemi", "Adeyemi, Grace"),
        ("0177", "Adeyemi, Grace"),
    ] {
        let hits = found(&mut office, text);
        assert_eq!(hits.first().map(|h| h.name.as_str()), Some(wanted), "{text}");
    }
    for text in ["", "  ", "zzzz", "okxxor"] {
        assert!(found(&mut office, text).is_empty(), "{text}");
    }
    let physician = found(&mut office, "silva");
    assert!(physician[0].kind == HitKind::Physician && physician[0].detail.contains("García-López"));
}

#[test]
fn find_follows_what_changes_and_fills_its_limit() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let id = office.clients[0].0;
    let kind = caseload::domain::record::Kind::Client;
    let renamed = caseload::domain::fields::Fields::none().with("name.family", &"Adichie");
    assert!(matches!(office.edit(&me, kind, id, renamed), Reply::Done(_)));
    let people = |hits: Vec<Hit>| hits.into_iter().filter(|h| h.kind.is_person()).count();
    assert_eq!(people(found(&mut office, "adichie")), 1);
    assert!(found(&mut office, "okafor").is_empty());
    let contact = |family: &str, client| caseload::domain::contact::Contact {
        client,
        kind: caseload::domain::contact::ContactKind::Family,
        name: name(family, "Zed"),
        relation: t("son"),
        phones: phone("(401) 555-0199"),
        share: caseload::domain::contact::Share::Nothing,
        share_since: None,
        share_word: t(""),
        first: false,
        npi: t(""),
    };
    let lost = Client::new(office.east, name("Lost", "Al"));
    let done = office.done(&me, Command::Create { records: vec![new(&lost)], batch: None });
    let lost = caseload::domain::ids::ClientId(done.created[0]);
    let here = office.clients[1];
    office.make(&me, (0..5).map(|_| new(&contact("Aaa", lost))).chain([new(&contact("Bbb", here))]).collect());
    // A client entered in error takes her contacts out of sight, and they take nobody's place in a list.
    office.done(&me, Command::Undo { seq: done.seq });
    let zed = Query::Find { text: "zed".to_owned(), limit: 2 };
    let Answered::Found(hits) = office.query(&me, zed) else { panic!("another answer") };
    assert_eq!(hits.iter().map(|h| h.name.as_str()).collect::<Vec<_>>(), ["Bbb, Zed"]);
}

const FAMILY: [&str; 9] = ["Okafor", "Okáfor", "Chen", "", "Li", "O'Brien", "OBrien", "Chen, Jo", "李"];
const GIVEN: [&str; 9] = ["Ruth", "Ruthie", "", "Jo", "R.", "Rúth", "Chen", "Jo 1950", "李"];

type Someone = (usize, usize, Option<i32>, u8, bool);

fn check(people: &[Someone]) {
    let (_, _, mut service, founder) = empty(monday());
    let mut n = 0;
    let mut make = |service: &mut caseload::service::Service, records| {
        n += 1;
        let mut request = [3; 16];
        request[0] = n;
        let command = Command::Create { records, batch: None };
        let execute = Execute { request: caseload::domain::ids::RequestId(request), command };
        let reply = service.handle(&founder, Request::Execute(execute)).0;
        assert!(matches!(reply, Reply::Done(_)), "{}", crate::office::said(&reply));
    };
    make(
        &mut service,
        vec![new(&Agency { name: t("Test"), zone: ny(), noun: Noun::Client, holidays: Few::default(), demo: true })],
    );
    // One after the other, so that names change under those who are there already.
    for chunk in people.chunks(5) {
        let mut records = Vec::new();
        for (family, given, year, more, active) in chunk {
            let who = name(FAMILY[*family], GIVEN[*given]);
            let mrn = ["", "1", "004217", "114217", "004217"][usize::from(*more) % 5];
            if !who.family.is_empty() || !who.given.is_empty() {
                records.push(new(&Client {
                    born: year.and_then(|y| Day::from_ymd(1950 + y, 1, 1)),
                    mrn: t(mrn),
                    status: if *active { ClientStatus::Active } else { ClientStatus::Discharged },
                    ..Client::new(OfficeId::default(), who.clone())
                }));
            }
            let discipline = [Discipline::Hha, Discipline::Rn][usize::from(*more) % 2];
            records.push(new(&Staff { active: *active, ..Staff::new(OfficeId::default(), who, discipline) }));
        }
        make(&mut service, records);
    }
    let cast = service.cast();
    let clients = cast.clients.values().map(|c| (cast.client_name(c.id), c.on_service())).collect::<Vec<_>>();
    let staff = cast.staff.values().map(|s| (cast.staff_name(s.id), s.active)).collect::<Vec<_>>();
    for people in [clients, staff] {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (at, (shown, active)) in people.iter().enumerate() {
            for text in BTreeMap::from([(&shown.listed, 0), (&shown.short, 0)]).into_keys() {
                assert!(!text.is_empty());
                // Equal to a reader: accents, capitals and marks aside.
                let equal = fold(&safe_line(text)).replace(' ', "");
                if let Some(other) = seen.insert(equal, at).filter(|o| *o != at) {
                    let both = people[other].1 && *active;
                    assert!(!both, "two people are called {text}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config(64, 3_000))]

    #[test]
    fn no_two_active_people_have_the_same_name_on_a_screen(
        people in prop::collection::vec((0..9_usize, 0..9_usize, prop::option::of(0..2_i32), 0..5_u8, prop::bool::weighted(0.8)), 1..24),
    ) {
        check(&people);
    }
}

#[test]
fn three_of_one_name_and_nothing_else_known_are_numbered() {
    check(&[(0, 0, None, 0, true), (0, 0, None, 0, true), (0, 0, None, 0, true), (0, 0, Some(0), 2, true)]);
    check(&[(2, 3, None, 0, true), (3, 6, None, 0, true), (7, 2, None, 0, true)]);
}
