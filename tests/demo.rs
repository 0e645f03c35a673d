//! The demo at a size for measuring, against a service that only counts: `CASELOAD_TEST_FULL=1` makes it 10,000 clients
//! and a million visits, otherwise it is a thirtieth of that.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use caseload::demo::{Size, You, build};
use caseload::domain::record::Kind;
use caseload::domain::time::Day;
use caseload::service::api::{Command, Done};

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
            Ok(Done { seq: commands, summary, undoable: true, created, imported, left_alone })
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
