//! The demo on the real service, where its morning must be the one that the screens are drawn for; and at a size for
//! measuring, against a service that only counts: `CASELOAD_TEST_FULL=1` makes it 10,000 clients and a million visits,
//! otherwise it is a thirtieth of that.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use caseload::clock::FixedClock;
use caseload::demo::{Size, You, build};
use caseload::domain::ids::{OfficeId, UserId};
use caseload::domain::record::Kind;
use caseload::domain::time::Day;
use caseload::domain::user::Role;
use caseload::rules::lens::{Fields, Value};
use caseload::service::Service;
use caseload::service::api::{
    Answered, Command, Done, Execute, OpenList, Owner, Query, Reply, Request, Rows, Session, Sort, View, VisitFilter,
};
use caseload::service::drafts::MemoryDrafts;
use caseload::service::ids::CountedIds;
use caseload::store::Store;
use caseload::store::indexes::Indexes;
use caseload::store::memory::MemoryEngine;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The demo's morning on the real service, and whoever sits before it.
fn morning() -> (Service, Session, Size) {
    let size = Size::usual(Day::from_ymd(2026, 3, 2).unwrap());
    let clock = Arc::new(FixedClock::at(size.zone.moment(size.day, size.minute).0));
    let store = Store::over(Arc::new(MemoryEngine::new(Arc::new(Indexes))));
    let drafts = Box::new(MemoryDrafts::default());
    let mut service = Service::open(store, clock.clone(), Box::new(CountedIds::default()), drafts).unwrap();
    let founder = Session {
        id: 0,
        user: UserId::default(),
        role: Role::Administrator,
        office: OfficeId::default(),
        name: "caseload".to_owned(),
        origin: "test".to_owned(),
    };
    let mut send = |execute: Execute, user: Option<UserId>| {
        let session = user.and_then(|u| service.session(u, "test")).unwrap_or_else(|| founder.clone());
        match service.handle(&session, Request::Execute(execute)).0 {
            Reply::Done(done) => Ok(done),
            Reply::Problems(problems) => Err(problems.into_iter().map(|p| p.text).collect::<Vec<_>>().join("; ")),
            Reply::Denied(why) | Reply::Failed(why) => Err(why),
            _ => Err("another answer".to_owned()),
        }
    };
    let you = You { login: "alvarez".to_owned(), uid: 1000 };
    let built = build(&size, &you, &mut |now| clock.set(now.0), &mut send, &mut |_, _| {}).unwrap();
    assert_eq!(built.refused, Vec::<String>::new());

    let session = service.session(built.you, "test").unwrap();
    (service, session, size)
}

#[test]
fn the_morning_is_the_one_that_the_screens_are_drawn_for() {
    let (mut service, session, size) = morning();
    let Reply::Answer(answer) = service.handle(&session, Request::Query(Query::Header)).0 else { panic!("no header") };
    let Answered::Header(header) = *answer else { panic!("another answer") };
    assert_eq!(header.tiers, [2, 2, 4, 9, 0]);
    assert_eq!((header.uncovered, header.clients, header.demo), (5, 38, true));
    assert_eq!(size.zone.civil(header.newest_clock_in.unwrap()), (size.day, 8 * 60 + 5));

    let (lens, words) = (String::new(), String::new());
    let open = OpenList { view: View::Alerts, mine: true, lens, words, sort: Sort::Natural };
    let Reply::List(list) = service.handle(&session, Request::OpenList(open)).0 else { panic!("no list") };
    assert_eq!((list.total, list.snoozed.0), (17, 2));
    let Rows::Alerts(rows) = list.window.rows else { panic!("other rows") };
    let mut told: Vec<(u8, &str, &str)> = rows
        .iter()
        .filter(|r| r.tier < 4)
        .map(|r| {
            let owner = match &r.owner {
                Owner::Nobody => "nobody",
                Owner::You => "you",
                Owner::Other(name) => name,
            };
            (r.tier, r.name.as_str(), owner)
        })
        .collect();
    // Within a tier the order is the service's own business.
    told.sort_unstable();
    let expected = [
        (1, "Lindqvist, Arne", "you"),
        (1, "Okafor, Ruth", "nobody"),
        (2, "@Reyes, Maria HHA", "you"),
        (2, "Haddad, Samir", "you"),
        (3, "Abara, Chidi", "billing"),
        (3, "García-López, Inés", "you"),
        (3, "O'Brien, Maeve", "R. Patel"),
        (3, "Petrov, Ivan", "R. Patel"),
    ];
    assert_eq!(told, expected);
    let cause = |name: &str| rows.iter().find(|r| r.name == name).map(|r| r.cause.as_str());
    assert_eq!(cause("@Reyes, Maria HHA"), Some("out since 05:52: 5 visits, 1 said yes"));
    assert_eq!(cause("Abara, Chidi"), Some("auth: 11 units = 2 visits, out Wed"));
    assert_eq!(cause("Haddad, Samir"), Some("ROC by 15:00, Chen booked 09:00"));
}

/// What a lens may ask is told from what rows answer: neither may know what the other does not.
#[test]
fn a_lens_may_ask_what_rows_answer_and_nothing_else() {
    let (mut service, session, size) = morning();
    let mut open = |view, lens: String| {
        let ask = OpenList { view, mine: false, lens, words: String::new(), sort: Sort::Natural };
        let Reply::List(list) = service.handle(&session, Request::OpenList(ask)).0 else { panic!("no list") };
        (list.lens_error, list.window.rows)
    };
    let visits = View::Visits { from: size.day, to: size.day.plus(6), only: VisitFilter::default() };
    let mut asked = 0;
    for view in [View::Alerts, View::Clients, View::Staff, visits, View::Issues, View::Reassessments] {
        let error = open(view, "zzz".to_owned()).0.unwrap();
        let names: Vec<&str> =
            error.strip_prefix("zzz: there is no zzz here; there is ").unwrap().split(", ").collect();
        let rows = open(view, String::new()).1;
        let rows: Vec<&dyn Fields> = match &rows {
            Rows::Alerts(rows) => rows.iter().map(|row| row as &dyn Fields).collect(),
            Rows::Clients(rows) => rows.iter().map(|row| row as &dyn Fields).collect(),
            Rows::Staff(rows) => rows.iter().map(|row| row as &dyn Fields).collect(),
            Rows::Visits(rows) => rows.iter().map(|row| row as &dyn Fields).collect(),
            Rows::Issues(rows) => rows.iter().map(|row| row as &dyn Fields).collect(),
            Rows::Reassessments(rows) => rows.iter().map(|row| row as &dyn Fields).collect(),
        };
        for name in names {
            let values: Vec<Value<'_>> = rows.iter().filter_map(|row| row.field(name)).collect();
            assert!(!values.is_empty(), "no row of {view:?} answers to {name}");
            let asks: BTreeSet<String> = values
                .iter()
                .map(|value| match value {
                    Value::Word(word) => format!("{name}:\"{}\"", word.replace('"', "")),
                    Value::Words(words) => format!("{name}:\"{}\"", words.first().map_or("a", |word| word)),
                    Value::Number(n) => format!("{name}<{n}"),
                    Value::Day(day) => format!("{name}>{}", day.iso()),
                    Value::Flag(_) => format!("!{name}"),
                    Value::Until(_) | Value::Since(_) => format!("{name}<12h"),
                })
                .filter(|ask| !ask.ends_with(":\"\""))
                .collect();
            for ask in asks {
                assert_eq!(open(view, ask.clone()).0, None, "{view:?} answers {ask}");
                asked += 1;
            }
        }
    }
    assert!(asked > 200, "{asked}");
}

#[test]
fn a_large_agency_comes_in_pieces() {
    let full = std::env::var_os("CASELOAD_TEST_FULL").is_some();
    let (clients, visits) = if full { (10_000, 1_000_000) } else { (1_000, 33_000) };
    let day = Day::from_ymd(2026, 3, 2).unwrap();
    let size = Size { clients, staff: Size::staff_for(clients), visits: Some(visits), ..Size::usual(day) };
    let (mut ids, mut commands, mut largest) = (0_u64, 0_u64, 0);
    let (mut made_clients, mut made_visits) = (0, 0);
    let built = build(
        &size,
        &You { login: "alvarez".to_owned(), uid: 1000 },
        &mut |_| {},
        &mut |execute, _| {
            commands += 1;
            let mut id = || {
                ids += 1;
                let mut id = [0; 16];
                id[8..].copy_from_slice(&ids.to_be_bytes());
                id
            };
            let created = match &execute.command {
                Command::Create { records, .. } => {
                    largest = largest.max(records.len());
                    made_clients += records.iter().filter(|r| r.kind == Kind::Client).count() as u64;
                    made_visits += records.iter().filter(|r| r.kind == Kind::Visit).count() as u64;
                    records.iter().map(|_| id()).collect()
                }
                Command::LogCall(_) | Command::NewIssue(_) => vec![id()],
                _ => Vec::new(),
            };
            let (summary, imported, left_alone) = (String::new(), Vec::new(), Vec::new());
            Ok(Done { seq: commands, summary, undoable: true, created, imported, left_alone, refused: Vec::new() })
        },
        &mut |_, _| {},
    )
    .unwrap();
    println!("{} records in {commands} commands: {made_clients} clients, {made_visits} visits", built.records);
    assert_eq!((built.clients, built.visits), (clients, visits));
    assert_eq!((made_clients, made_visits), (clients, visits));
    assert_eq!(largest, 90);
    // Mostly full commands: the rest are days that end, and who clocked in this morning.
    assert!(commands < built.records / 60 + 4_000, "{commands} commands for {} records", built.records);
}
