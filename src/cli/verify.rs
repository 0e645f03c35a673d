//! `caseload verify`: the journal's chain, the working copy against it, every index against its records, with counts.

use super::agency::{self, Place};
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, keyfile, print};
use crate::store::directory::{self, DirectoryOptions};
use crate::store::engine::{Engine, EngineError};
use crate::store::files::DiskFiles;
use crate::store::sled;
use crate::store::verify::verify_journal;
use std::path::{Path, PathBuf};

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
    // Its own server leaves for it, when nobody is connected.
    place.set_free()?;
    if let Err(no_key) = keyfile::keys(dir) {
        return journal_alone(dir, no_key);
    }
    let engine = match directory::open_by(dir, || agency::derive(dir, false), DirectoryOptions::default()) {
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
    if let Some(why) = &recovery.rebuilt {
        text.push_str(&format!("working copy rebuilt          {why}\n"));
    }
    if let Some(aside) = &recovery.set_aside {
        text.push_str(&format!("set aside                     {aside}\n"));
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

/// Without its keys, what an encrypted agency's chain says is checked all the same: it is over the stored bytes.
fn journal_alone(dir: &Path, no_key: Stop) -> Ended {
    print::complain(&no_key.text);
    let held = directory::hold(dir).map_err(agency::stop_of)?;
    let report = verify_journal(&DiskFiles::new(dir)).map_err(agency::stop_of)?;
    let mut text = format!(
        "entries in the journal        {}\nrevisions of records          {}\nsealed among them             {}\n",
        report.entries, report.revisions, report.sealed
    );
    if let Some(problem) = &report.problem {
        text.push_str(&format!("problem: {problem}\n"));
    } else {
        text.push_str("the chain and every stored byte of the journal are sound\n");
    }
    text.push_str("not checked without the key: the working copy and its indexes against the records\n");
    print::out(&text)?;
    drop(held);
    Ok(if report.problem.is_some() { PROBLEMS } else { OK })
}

/// Opens a working copy and ends; what becomes of this process tells the parent.
pub fn probe(args: &ProbeArgs) -> Ended {
    sled::probe(&args.working).map_err(|e| Stop::new(CLOSED, e.0))?;
    Ok(OK)
}
