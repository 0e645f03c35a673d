//! What the service takes for what a screen asks, and for an act to be on disk.
//!
//! `cargo bench --bench service`

#![allow(missing_docs, unused_crate_dependencies)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use caseload::domain::attention::AlertKey;
use caseload::domain::coverage::CallOutReason;
use caseload::service::Service;
use caseload::service::api::coverage::TellCallOut;
use caseload::service::api::{
    Answered, BoardAsk, By, Command, Execute, ListOpened, OpenList, Person, Query, Reply, Request, Rows, Session, Sort,
    View,
};
use caseload::service::ids::{Ids, RandomIds};
use criterion::Criterion;
use std::time::{Duration, Instant};
use support::{ask, criterion, in_memory, many, measuring, on_disk, percentile};

fn open_list(service: &mut Service, session: &Session, view: View, mine: bool) -> ListOpened {
    let ask = OpenList { view, mine, lens: String::new(), words: String::new(), sort: Sort::Natural };
    match service.handle(session, Request::OpenList(ask)).0 {
        Reply::List(list) => list,
        _ => panic!("the list was not opened"),
    }
}

fn execute(service: &mut Service, session: &Session, command: Command) -> u64 {
    let request = caseload::domain::ids::RequestId(RandomIds.make(service.now()));
    match service.handle(session, Request::Execute(Execute { request, command })).0 {
        Reply::Done(done) => done.seq,
        Reply::Failed(why) | Reply::Denied(why) => panic!("{why}"),
        Reply::Problems(problems) => panic!("{}", problems.into_iter().map(|p| p.text).collect::<Vec<_>>().join("; ")),
        _ => panic!("the act was refused"),
    }
}

/// Take and undo in turn, from the request to the answer that it is saved: journal synced, working copy and alert book
/// brought up.
fn durable_acts(clients: u64, acts: usize) {
    let dir = tempfile::tempdir().unwrap();
    let (mut service, session) = on_disk(dir.path(), clients);
    let Rows::Alerts(rows) = open_list(&mut service, &session, View::Alerts, false).window.rows else {
        panic!("no alerts")
    };
    let keys: Vec<AlertKey> =
        rows.iter().filter(|r| !matches!(r.owner, caseload::service::api::Owner::You)).map(|r| r.key).collect();
    let mut times = Vec::with_capacity(acts);
    for n in 0..acts / 2 {
        let key = keys[n % keys.len()];
        let begun = Instant::now();
        let seq = execute(&mut service, &session, Command::Take { key, from_other: true });
        times.push(begun.elapsed());
        let begun = Instant::now();
        execute(&mut service, &session, Command::Undo { seq });
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!(
        "durable act (take, undo) at {clients} clients: p50 {:.2?}, p99 {:.2?}, longest {:.2?} of {}",
        percentile(&times, 0.5),
        percentile(&times, 0.99),
        times.last().copied().unwrap_or_default(),
        times.len()
    );
}

/// Find, a letter at a time as somebody types it.
fn letters(service: &mut Service, session: &Session, people: usize) {
    let mut times: Vec<Duration> = Vec::new();
    for word in ["okafor", "garcia lopez", "main street", "5550", "zzyzx"] {
        for end in 1..=word.len() {
            let query = Query::Find { text: word[..end].to_owned(), limit: 40 };
            // Once unmeasured: the first search of all reads everybody's names.
            ask(service, session, query.clone());
            let begun = Instant::now();
            std::hint::black_box(ask(service, session, query));
            times.push(begun.elapsed());
        }
    }
    times.sort_unstable();
    println!(
        "find per letter among {people} people: p50 {:.2?}, longest {:.2?}",
        percentile(&times, 0.5),
        times.last().copied().unwrap_or_default()
    );
}

/// A caregiver with visits today calls out: the page of it with the plan for all visits, and who could go to one of them.
fn call_out(
    service: &mut Service,
    session: &Session,
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
) {
    let now = service.now();
    let zone = service.cast().zone(session.office);
    let day = zone.day(now);
    let board = |from| BoardAsk {
        day,
        mine: false,
        only: caseload::service::api::VisitFilter::default(),
        by: By::Caregiver,
        from,
        count: 400,
        around: None,
    };
    let Answered::Board(found) = ask(service, session, Query::Board(board(0))) else { panic!("no board") };
    let ahead = |c: &caseload::service::api::BoardColumn| {
        c.visits.iter().filter(|v| v.start > now && v.state.is_open()).count()
    };
    let column = found
        .list
        .iter()
        .filter(|c| matches!(c.person, Some(Person::Staff(_))) && ahead(c) <= 12)
        .max_by_key(|c| ahead(c));
    let Some((Some(Person::Staff(staff)), visits)) = column.map(|c| (c.person, ahead(c))) else {
        panic!("nobody works today")
    };
    let to = zone.midnight(day.plus(1));
    let told = TellCallOut { staff, from: now, to, reason: CallOutReason::Sick, note: String::new(), said: None };
    execute(service, session, Command::TellCallOut(told));
    let question = Query::CallOut { staff, day };
    let Answered::CallOut(Some(view)) = ask(service, session, question.clone()) else { panic!("no call-out") };
    let open = view.visits.iter().find(|v| !v.closed).map(|v| v.row.id);
    println!("call-out: {} visits of {visits} ahead, {} caregivers", view.visits.len(), service.cast().staff.len());
    group.bench_function("a call-out with its plan", |b| b.iter(|| ask(service, session, question.clone())));
    if let Some(visit) = open {
        group.bench_function("who could go to a visit", |b| b.iter(|| ask(service, session, Query::Candidates(visit))));
    }
}

fn main() {
    let mut c: Criterion = criterion();
    durable_acts(if measuring() { 100 } else { 20 }, if measuring() { 2_000 } else { 4 });

    let (mut service, session, _) = in_memory(many());
    let people = service.cast().clients.len() + service.cast().staff.len();
    letters(&mut service, &session, people);
    let mut group = c.benchmark_group(format!("{} clients", many()));
    for word in ["o", "ok", "oka", "okafor"] {
        group.bench_function(format!("find {word}"), |b| {
            b.iter(|| ask(&mut service, &session, Query::Find { text: word.to_owned(), limit: 40 }));
        });
    }
    group.bench_function("header", |b| b.iter(|| ask(&mut service, &session, Query::Header)));
    for (name, mine) in [("alerts, mine", true), ("alerts, all", false)] {
        group.bench_function(format!("list of {name}"), |b| {
            b.iter(|| open_list(&mut service, &session, View::Alerts, mine));
        });
    }
    for (name, mine) in [("clients, mine", true), ("clients, all", false)] {
        group.bench_function(format!("list of {name}"), |b| {
            b.iter(|| open_list(&mut service, &session, View::Clients, mine));
        });
    }
    group.bench_function("list of staff", |b| b.iter(|| open_list(&mut service, &session, View::Staff, false)));
    let list = open_list(&mut service, &session, View::Alerts, false).list;
    group.bench_function("40 rows of an open list", |b| {
        b.iter(|| service.handle(&session, Request::Rows { list, from: 80, count: 40 }));
    });
    call_out(&mut service, &session, &mut group);
    group.finish();
    c.final_summary();
}
