//! What reading other people's files takes: FHIR NDJSON as a dry run and into an agency on disk.
//!
//! `cargo bench --bench exchange`; with `CASELOAD_NDJSON=FILE` and `CASELOAD_NDJSON_PATIENTS=N` it only writes that file,
//! for `caseload import`.

#![allow(missing_docs, unused_crate_dependencies)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use caseload::domain::ids::BatchId;
use caseload::domain::time::{Moment, Zone};
use caseload::exchange::run::{self, Options};
use caseload::exchange::source::Source;
use caseload::exchange::synthetic;
use caseload::service::Service;
use caseload::service::api::{Clash, Command, Done, Execute, Reply, Request, Session};
use caseload::service::ids::{Ids, RandomIds};
use std::io::Read;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use support::{measuring, on_disk};

/// Conditions of each patient.
const CONDITIONS: u64 = 9;

fn import(service: &mut Service, session: &Session, bytes: &[u8], dry_run: bool) -> (u64, Duration) {
    let sources = [Source::bytes("made-up.ndjson", bytes.to_vec())];
    let options = Options {
        source: format!("bench-{dry_run}"),
        batch: BatchId(RandomIds.make(Moment(0))),
        clash: Clash::KeepLocal,
        dry_run,
        zone: Zone::parse("America/New_York").unwrap(),
        now: service.now(),
        keep_seen: false,
    };
    let mut send = |command: Command| -> Result<Done, String> {
        let request = caseload::domain::ids::RequestId(RandomIds.make(Moment(0)));
        match service.handle(session, Request::Execute(Execute { request, command })).0 {
            Reply::Done(done) => Ok(done),
            Reply::Failed(why) | Reply::Denied(why) => Err(why),
            _ => Err("refused".to_owned()),
        }
    };
    let begun = Instant::now();
    let report = run::fhir(&sources, &options, &mut send, &mut |_| ControlFlow::Continue(()));
    let took = begun.elapsed();
    assert!(report.stopped.is_none(), "the import stopped");
    (report.totals().created, took)
}

fn main() {
    if let Some(file) = std::env::var_os("CASELOAD_NDJSON") {
        let patients = std::env::var("CASELOAD_NDJSON_PATIENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(25_000);
        let mut out = std::fs::File::create(file).unwrap();
        std::io::copy(&mut synthetic::ndjson(patients, CONDITIONS), &mut out).unwrap();
        return;
    }
    let mut bytes = Vec::new();
    synthetic::ndjson(if measuring() { 4_000 } else { 20 }, CONDITIONS).read_to_end(&mut bytes).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (mut service, session) = on_disk(dir.path(), 20);
    let megabytes = bytes.len() as f64 / 1e6;
    for dry_run in [true, false] {
        let (created, took) = import(&mut service, &session, &bytes, dry_run);
        println!(
            "FHIR NDJSON, {}: {megabytes:.1} MB in {took:.2?}: {:.1} MB/s, {:.0} records/s",
            if dry_run { "dry run" } else { "stored" },
            megabytes / took.as_secs_f64(),
            created as f64 / took.as_secs_f64()
        );
    }
}
