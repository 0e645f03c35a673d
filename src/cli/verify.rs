//! `caseload verify`: the journal's chain, the working copy against it, every index against its records, with counts.

use super::agency::{self, Place};
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, print};
use crate::store::directory::{self, DirectoryOptions};
use crate::store::engine::{Engine, EngineError};
use crate::store::files::DiskFiles;
use crate::store::indexes::Indexes;
use crate::store::{sled, snapshot};
use std::path::PathBuf;
use std::sync::Arc;

/// What `verify` takes.
#[derive(clap::Args)]
pub struct Args {
    /// Sets the working copy aside and makes it anew from the journal.
    #[arg(long)]
    rebuild: bool,
}

/// What `probe` takes.
#[derive(clap::Args)]
pub struct ProbeArgs {
    /// The working copy.
    working: PathBuf,
}

/// Checks everything.
pub fn run(place: &Place, args: &Args) -> Ended {
    let dir = place.dir()?;
    if !agency::is_made(dir) {
        return Err(Stop::new(CLOSED, format!("there is no agency at {}", dir.display())));
    }
    let engine = match directory::open(dir, Arc::new(Indexes), DirectoryOptions::default()) {
        Ok(engine) => engine,
        Err(e @ EngineError::Damaged { .. }) => return Err(Stop::new(CLOSED, e.to_string())),
        Err(e) => return Err(agency::stop_of(e)),
    };
    if args.rebuild {
        engine.remake("asked for").map_err(agency::stop_of)?;
        // What is made entry by entry is several times as large as what is in it.
        engine.compact_working().map_err(agency::stop_of)?;
    }
    let recovery = engine.recovery();
    let report = engine.verify().map_err(agency::stop_of)?;
    let mut text = format!(
        "entries in the journal        {}\nrecords                       {}\nrows of the indexes           {}\nrevisions compared            {}\n",
        report.entries, report.records, report.rows, report.compared
    );
    if recovery.rolled_forward > 0 {
        text.push_str(&format!("rolled forward at open        {}\n", recovery.rolled_forward));
    }
    for line in recovery.lines() {
        text.push_str(&format!("at open: {line}\n"));
    }
    let files = DiskFiles::new(dir);
    let snapshots = snapshot::list(&files).map_err(agency::stop_of)?;
    if let Some(newest) = snapshots.first() {
        let (n, seq) = (snapshots.len(), newest.header.tip.seq);
        text.push_str(&format!("snapshots                     {n}, the newest at entry {seq}\n"));
    }
    for found in &snapshots {
        if let Err(why) = snapshot::check(&files, &found.path) {
            text.push_str(&format!("damaged snapshot              {}: {why}; it is never used\n", found.path));
        }
    }
    for problem in &report.problems {
        text.push_str(&format!("problem: {problem}\n"));
    }
    text.push_str(if report.problems.is_empty() { "all is well\n" } else { "run `caseload verify --rebuild`\n" });
    print::out(&text)?;
    let code = if report.problems.is_empty() { OK } else { PROBLEMS };
    engine.close().map_err(agency::stop_of)?;
    Ok(code)
}

/// Opens a working copy and ends; what becomes of this process tells the parent.
pub fn probe(args: &ProbeArgs) -> Ended {
    sled::probe(&args.working).map_err(|e| Stop::new(CLOSED, e.0))?;
    Ok(OK)
}
