//! What the benches stand on: agencies of a size, on disk or in memory, and whether this is a measurement at all.

#![allow(dead_code, reason = "each bench takes what it needs")]

use caseload::cli::{agency, demo, screenshot};
use caseload::clock::FixedClock;
use caseload::demo::Size;
use caseload::domain::time::{Day, Moment};
use caseload::service::Service;
use caseload::service::api::{Answered, Query, Reply, Request, Session};
use caseload::service::ids::RandomIds;
use criterion::Criterion;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// `cargo bench` measures; `cargo test --benches` only sees that all of it runs, on a small agency.
pub(crate) fn measuring() -> bool {
    std::env::args().any(|a| a == "--bench")
}

/// A measurement's settings: short, because what is measured is either quick or repeated by hand.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args()
}

/// How many clients the large agency has.
pub(crate) fn many() -> u64 {
    if measuring() { 10_000 } else { 20 }
}

fn size(clients: u64) -> Size {
    let day = Day::from_ymd(2026, 3, 2).unwrap();
    Size { clients, staff: Size::staff_for(clients), ..Size::usual(day) }
}

/// The demo agency of this many clients in memory.
pub(crate) fn in_memory(clients: u64) -> (Service, Session, Moment) {
    screenshot::memory(&size(clients)).ok().unwrap()
}

/// The demo agency of so many clients and caregivers in memory.
pub(crate) fn in_memory_of(clients: u64, staff: u64) -> (Service, Session) {
    let (service, session, _) = screenshot::memory(&Size { staff, ..size(clients) }).ok().unwrap();
    (service, session)
}

/// The demo agency of this many clients on disk, below `dir`.
pub(crate) fn on_disk(dir: &Path, clients: u64) -> (Service, Session) {
    let (size, dir) = (size(clients), dir.join("agency"));
    demo::make(&size, &dir).ok().unwrap();
    let clock = Arc::new(FixedClock::at(size.zone.moment(size.day, size.minute).0));
    let opened = agency::open(&dir, clock, Box::new(RandomIds)).ok().unwrap();
    let session = opened.session().ok().unwrap();
    (opened.parts().0, session)
}

/// The answer to a question.
pub(crate) fn ask(service: &mut Service, session: &Session, query: Query) -> Answered {
    match service.handle(session, Request::Query(query)).0 {
        Reply::Answer(answer) => *answer,
        _ => panic!("the question was not answered"),
    }
}

/// The value below which this share of the sorted times lies.
pub(crate) fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}
