//! Drives an import: what a source says goes to the service in small commands, whoever is named before who names them,
//! all under one batch so that one import is one undo.

use super::fhir;
use super::report::{Counts, Progress, Reading, Remark, Report, Stopped};
use super::source::Source;
use super::table::{Guess, Row, Settings, Table};
use crate::domain::ids::BatchId;
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Clash, Command, Done, Imported, Incoming};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Records in one command, as many as it takes: each command waits for the disk.
pub const CHUNK: usize = 40;

/// How an import is done.
#[derive(Clone)]
pub struct Options {
    /// The source's name: records are found again by it and their identifier. Lists of one system share a name, so that
    /// a visit's `mrn` finds its client.
    pub source: String,
    /// The batch.
    pub batch: BatchId,
    /// When both sides changed a field.
    pub clash: Clash,
    /// Only says what it would do.
    pub dry_run: bool,
    /// The zone of the agency's walls.
    pub zone: Zone,
    /// The import's moment: what is dated before it is history.
    pub now: Moment,
    /// Keep the identifiers of clients and caregivers seen, so that who is missing from a full export can be told.
    pub keep_seen: bool,
}

/// Sends a command and waits for what it did.
pub type Send<'a> = dyn FnMut(Command) -> Result<Done, String> + 'a;
/// Hears how far it is; a break stops the import after what is on its way.
pub type Watch<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// Imports FHIR.
pub fn fhir(sources: &[Source], options: &Options, send: &mut Send<'_>, watch: &mut Watch<'_>) -> Report {
    let mut sender = Sender::new(options, send, watch);
    let reading = fhir::read(sources, fhir::Options { zone: options.zone, now: options.now }, &mut sender);
    sender.end(reading)
}

/// Imports a list under a confirmed guess.
pub fn table(
    table: &Table,
    guess: &Guess,
    settings: &Settings,
    options: &Options,
    send: &mut Send<'_>,
    watch: &mut Watch<'_>,
) -> Report {
    let mut sender = Sender::new(options, send, watch);
    let mut reading = Reading { files: 1, bytes: table.bytes(), ..Reading::default() };
    for bad in table.bad() {
        reading.rejected.push(bad.clone());
    }
    let mut rows = table.rows(guess, settings);
    let mut seen = HashSet::new();
    // Credentials come after everybody they belong to.
    let mut later: Vec<Incoming> = Vec::new();
    'rows: while let Some(row) = rows.next() {
        match row {
            Row::Empty => {}
            Row::Rejected(why) => reading.rejected.push(why),
            Row::Records(records) => {
                for record in records {
                    if !seen.insert((record.kind, record.identifier.clone())) {
                        let why = "the same identifier again: an earlier row counts";
                        reading.repeated.push(Remark::new(record.place, "", why));
                        continue;
                    }
                    reading.records += 1;
                    if record.kind == Kind::Credential {
                        later.push(record);
                    } else if fhir::Receiver::take(&mut sender, record).is_break() {
                        break 'rows;
                    }
                }
            }
        }
        for note in rows.notes() {
            reading.notes.push(note);
        }
        let (done, total) = rows.progress();
        if done % 256 == 0 {
            let progress = Progress { phase: "rows", bytes: done, total, records: reading.records };
            if fhir::Receiver::watch(&mut sender, &progress).is_break() {
                break;
            }
        }
    }
    for record in later {
        if sender.stopped.is_some() || fhir::Receiver::take(&mut sender, record).is_break() {
            break;
        }
    }
    sender.end(reading)
}

/// Sends what a reader has found already.
pub fn found(
    records: Vec<Incoming>,
    mut reading: Reading,
    options: &Options,
    send: &mut Send<'_>,
    watch: &mut Watch<'_>,
) -> Report {
    let mut sender = Sender::new(options, send, watch);
    let total = records.len() as u64;
    reading.records = total;
    for (n, record) in records.into_iter().enumerate() {
        let progress = Progress { phase: "events", bytes: n as u64, total, records: n as u64 };
        if fhir::Receiver::take(&mut sender, record).is_break()
            || (n % 256 == 0 && fhir::Receiver::watch(&mut sender, &progress).is_break())
        {
            break;
        }
    }
    sender.end(reading)
}

/// Identifiers of `kind` that were there before and are not in this export: who disappeared. Nothing is deleted for it.
pub fn disappeared<'a>(report: &Report, kind: Kind, before: impl Iterator<Item = &'a str>) -> Vec<String> {
    let now: HashSet<&str> = report.seen.iter().filter(|(k, _)| *k == kind).map(|(_, i)| i.as_str()).collect();
    before.filter(|i| !now.contains(i)).map(str::to_owned).collect()
}

/// Gathers records into commands.
struct Sender<'a, 'b> {
    options: &'a Options,
    send: &'a mut Send<'b>,
    watch: &'a mut Watch<'b>,
    pending: Vec<Incoming>,
    report: Report,
    stopped: Option<Stopped>,
    landed: u64,
}

impl<'a, 'b> Sender<'a, 'b> {
    fn new(options: &'a Options, send: &'a mut Send<'b>, watch: &'a mut Watch<'b>) -> Self {
        let report = Report { source: options.source.clone(), dry_run: options.dry_run, ..Report::default() };
        Self { options, send, watch, pending: Vec::new(), report, stopped: None, landed: 0 }
    }

    fn flush(&mut self) -> ControlFlow<()> {
        if self.pending.is_empty() {
            return ControlFlow::Continue(());
        }
        let records = std::mem::take(&mut self.pending);
        let told: Vec<(Kind, String)> = records.iter().map(|r| (r.kind, r.place.clone())).collect();
        let command = Command::Import {
            source: self.options.source.clone(),
            batch: self.options.batch,
            records,
            clash: self.options.clash.clone(),
            dry_run: self.options.dry_run,
        };
        match (self.send)(command) {
            Ok(done) => {
                self.count(&told, &done);
                ControlFlow::Continue(())
            }
            Err(why) => {
                let place = |t: Option<&(Kind, String)>| t.map(|(_, p)| p.clone()).unwrap_or_default();
                self.stopped =
                    Some(Stopped { why, from: place(told.first()), to: place(told.last()), landed: self.landed });
                ControlFlow::Break(())
            }
        }
    }

    fn count(&mut self, told: &[(Kind, String)], done: &Done) {
        if done.seq > 0 {
            self.report.commits = Some((self.report.commits.map_or(done.seq, |(first, _)| first), done.seq));
        }
        for (n, (kind, place)) in told.iter().enumerate() {
            let counts: &mut Counts = self.report.kinds.entry(*kind).or_default();
            let mut landed = 1;
            match done.imported.get(n) {
                Some(Imported::Created) => counts.created += 1,
                Some(Imported::Updated) => counts.updated += 1,
                Some(Imported::Unchanged) => counts.unchanged += 1,
                Some(Imported::KeptLocal(fields)) => {
                    counts.kept_local += 1;
                    let why = "changed here since, and left so";
                    self.report.kept_local.push(Remark::new(place, fields.join(", "), why));
                }
                Some(Imported::Rejected { field, why }) => {
                    counts.rejected += 1;
                    landed = 0;
                    self.report.rejected.push(Remark::new(place, field, why));
                }
                Some(Imported::Dangling { created, fields }) => {
                    counts.dangling += 1;
                    *(if *created { &mut counts.created } else { &mut counts.updated }) += 1;
                    let why = format!("{} names somebody who is not here", kind.word());
                    self.report.dangling.push(Remark::new(place, fields.join(", "), why));
                }
                None => {
                    counts.rejected += 1;
                    landed = 0;
                    self.report.rejected.push(Remark::new(place, "", "no word came back about it"));
                }
            }
            self.landed += landed;
        }
    }

    fn end(mut self, reading: Reading) -> Report {
        if self.stopped.is_none() {
            let _ = self.flush();
        }
        self.report.reading = reading;
        self.report.stopped = self.stopped;
        self.report
    }
}

impl fhir::Receiver for Sender<'_, '_> {
    fn take(&mut self, incoming: Incoming) -> ControlFlow<()> {
        // People, not what happened to them: those may be millions, and an export seldom holds all of them.
        if self.options.keep_seen && matches!(incoming.kind, Kind::Client | Kind::Staff) {
            self.report.seen.push((incoming.kind, incoming.identifier.clone()));
        }
        // Whoever it names has to be there before it is sent.
        let names = |r: &(String, Kind, String)| self.pending.iter().any(|p| p.kind == r.1 && p.identifier == r.2);
        if self.pending.len() >= CHUNK || incoming.refs.iter().any(names) {
            self.flush()?;
        }
        self.pending.push(incoming);
        ControlFlow::Continue(())
    }

    fn watch(&mut self, progress: &Progress) -> ControlFlow<()> {
        let flow = (self.watch)(progress);
        if flow.is_break() && self.stopped.is_none() {
            let _ = self.flush();
            if self.stopped.is_none() {
                let why = "stopped as asked".to_owned();
                self.stopped = Some(Stopped { why, landed: self.landed, ..Stopped::default() });
            }
        }
        flow
    }
}
