//! `caseload restore`: a backup into an empty directory, whole or as it was at a time, and what it knows to be newer.

use super::agency::Place;
use super::backup::{on_the_wall, open, when};
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, USAGE, agency, demo, keyfile, login, print};
use crate::clock::{Clock, SystemClock};
use crate::domain::time::{Moment, Zone};
use crate::service::ids::{Ids, RandomIds};
use crate::store::backup::Archive;
use crate::store::directory::{self, DirectoryOptions};
use crate::store::engine::{Engine, Seq};
use crate::store::files::{DiskFiles, Files};
use crate::store::keyring::{self, Keyring};
use crate::store::restore::{Beyond, By, Erasures, Old, Restored, Until, is_same_agency, restore, zone_of};
use crate::store::verify::verify_journal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `restore` takes.
#[derive(clap::Args)]
pub struct Args {
    /// The backup.
    file: PathBuf,
    /// The directory to restore into: an empty one, or one that is not there yet.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// As it was at this time, agency time: 2026-03-02T08:10.
    #[arg(long, value_name = "TIME", conflicts_with = "seq")]
    at: Option<String>,
    /// As it was behind this entry.
    #[arg(long, value_name = "N")]
    seq: Option<Seq>,
    /// The damaged agency's directory: what its journal proves to follow on the backup is taken too.
    #[arg(long, value_name = "DIR")]
    beyond: Option<PathBuf>,
    /// The file with the key of an enciphered backup.
    #[cfg(feature = "age")]
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
}

/// Restores.
pub fn run(place: &Place, args: &Args) -> Ended {
    #[cfg(feature = "age")]
    let identity = args.identity.as_deref();
    #[cfg(not(feature = "age"))]
    let identity = None;
    let archive = Arc::new(open(&args.file, identity)?);
    let dir = &args.to;
    let zone = zone(&archive, dir)?;
    let until = until(args, zone)?;
    if agency::is_made(dir) && !dir.join(crate::store::restore::MARKER).exists() {
        return Err(Stop::new(
            PROBLEMS,
            format!("there is an agency at {}; restore into another directory", dir.display()),
        ));
    }
    let beyond = match &args.beyond {
        Some(lost) if agency::is_made(lost) => Some(Arc::new(DiskFiles::new(lost))),
        Some(lost) => return Err(Stop::new(USAGE, format!("there is no agency at {}", lost.display()))),
        None => None,
    };
    if let Some(parent) = dir.parent() {
        std::fs::create_dir_all(parent).map_err(|e| Stop::new(CLOSED, format!("{}: {e}", parent.display())))?;
    }
    let held = directory::hold_new(dir).map_err(agency::stop_of)?;
    let to: Arc<dyn Files> = Arc::new(DiskFiles::new(dir));
    let now = Moment(SystemClock.now_ms());
    let by = By { request: RandomIds.make(now), at: now, origin: origin() };
    let beyond = beyond.map(|files| {
        let keyring = matches!(keys(files.clone(), dir), Keys::Missing | Keys::Sound(_));
        (files, keyring)
    });
    let beside = standing(&archive, place, args);
    let old = Old {
        beyond: beyond.as_ref().map(|(files, keyring)| Beyond { files: &**files, keyring: *keyring }),
        standing: beside.iter().map(|(path, files)| (path.display().to_string(), files as &dyn Files)).collect(),
        masters: std::iter::once(dir.as_path())
            .chain(beside.iter().map(|(path, _)| path.as_path()))
            .filter_map(|dir| keyfile::read(&keyfile::place(dir)).ok())
            .collect(),
    };
    let restored = restore(&archive, &old, &to, until, &by).map_err(agency::stop_of)?;
    drop(held);
    let counts = prove(dir)?;
    print::out(&told(args, &archive, &restored, zone, &counts))?;
    Ok(OK)
}

/// Where the agency of a backup stands: the directory that was named, the user's own, and all that lie beside the new one.
fn standing(archive: &Archive, place: &Place, args: &Args) -> Vec<(PathBuf, DiskFiles)> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let above = args.to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = std::fs::read_dir(above).into_iter().flatten().flatten().map(|entry| entry.path());
    let named = args.beyond.clone().into_iter().chain(place.dir().ok().map(Path::to_path_buf));
    let new = real(&args.to);
    let mut found: Vec<PathBuf> = named.chain(beside).filter_map(|path| real(&path)).collect();
    found.sort();
    found.dedup();
    found.retain(|path| Some(path) != new.as_ref() && agency::is_made(path));
    let all = found.into_iter().map(|path| (DiskFiles::new(&path), path)).map(|(files, path)| (path, files));
    all.filter(|(_, files)| is_same_agency(archive, files)).collect()
}

/// What is known of a keyring.
enum Keys {
    /// There is none: the agency is clear.
    None,
    /// It is there and its master key is not.
    Missing,
    /// It opens with the master key.
    Sound(Keyring),
    /// It does not.
    Unsound,
}

/// The keyring among these files, opened with the key of the agency in `dir`.
fn keys(files: Arc<dyn Files>, dir: &Path) -> Keys {
    if !keyring::stands(&*files).unwrap_or(false) {
        return Keys::None;
    }
    match keyfile::read(&keyfile::place(dir)) {
        Ok(master) => Keyring::open(files, master).map_or(Keys::Unsound, Keys::Sound),
        Err(_) => Keys::Missing,
    }
}

/// The agency's zone; of an encrypted one when its key is here.
fn zone(archive: &Arc<Archive>, dir: &Path) -> Result<Option<Zone>, Stop> {
    let keys = match keys(archive.clone(), dir) {
        Keys::Sound(keys) => Some(keys),
        _ => None,
    };
    zone_of(archive, keys.as_ref()).map_err(agency::stop_of)
}

fn origin() -> String {
    let (login, uid) = login::me();
    let from = agency::origin();
    format!("{login} ({uid}) {from}").trim_end().chars().take(120).collect()
}

fn until(args: &Args, zone: Option<Zone>) -> Result<Until, Stop> {
    let Some(text) = &args.at else { return Ok(args.seq.map_or(Until::End, Until::Seq)) };
    if let Some(at) = Moment::parse_rfc3339(text) {
        return Ok(Until::At(at));
    }
    let (day, minute) = demo::at(text)?;
    match zone {
        // The minute itself is meant, to its end.
        Some(zone) => Ok(Until::At(zone.moment(day, minute).plus(59_999))),
        None => Err(Stop::new(
            USAGE,
            format!("the agency's time zone is not known yet; write {text}:00-05:00 with its offset"),
        )),
    }
}

/// Opens what was restored and compares all of it.
fn prove(dir: &Path) -> Result<String, Stop> {
    if let Err(no_key) = keyfile::keys(dir) {
        let report = verify_journal(&DiskFiles::new(dir)).map_err(agency::stop_of)?;
        return match report.problem {
            None => Ok(format!("{} entries, the whole chain; the rest needs the key: {}", report.entries, no_key.text)),
            Some(problem) => Err(Stop::new(PROBLEMS, format!("what was restored is not sound: {problem}"))),
        };
    }
    let engine = directory::open_by(dir, || agency::derive(dir, false), DirectoryOptions::default());
    let engine = engine.map_err(agency::stop_of)?;
    let report = engine.verify().map_err(agency::stop_of)?;
    let head = engine.head().map_err(agency::stop_of)?;
    engine.close().map_err(agency::stop_of)?;
    match report.problems.first() {
        None => Ok(format!("{} records, {head} entries, all compared", report.records)),
        Some(problem) => Err(Stop::new(PROBLEMS, format!("what was restored is not sound: {problem}"))),
    }
}

/// What was restored and what is newer than it, plainly.
fn told(args: &Args, archive: &Archive, done: &Restored, zone: Option<Zone>, counts: &str) -> String {
    let about = archive.about();
    let mut text = format!(
        "restored into {}\nrestored       entries 1 to {}, the last of {}\nproved         {counts}\n",
        args.to.display(),
        done.tip.seq,
        on_the_wall(done.last_act, zone)
    );
    text.push_str(&format!("from           the backup of {} (up to entry {})\n", when(&about.made, zone), about.seq));
    if done.beyond > 0 {
        text.push_str(&format!(
            "and from       {} later entries of the lost agency, each proven by its hash\n",
            done.beyond
        ));
    }
    if let Some(why) = &done.beyond_ended {
        text.push_str(&format!("not from       what follows there: {why}\n"));
    }
    if let Some((n, last)) = done.left_out {
        text.push_str(&format!(
            "left out       {n} later entries, up to {}: you asked for an earlier time\n",
            on_the_wall(last, zone)
        ));
    }
    if let Some(erasures) = &done.erasures {
        text.push_str(&erased(erasures, &when(&about.made, zone)));
    }
    if args.beyond.is_none() {
        text.push_str(&format!(
            "newer          what was done after {} is in no backup that was named\n",
            when(&about.made, zone)
        ));
    }
    text.push_str(&format!("from now on    epoch {}\nnext: caseload --agency {}\n", done.epoch, args.to.display()));
    text
}

/// Who was erased since the backup was made, and who knows of it.
fn erased(erasures: &Erasures, made: &str) -> String {
    let again = format!("who was erased after {made} can be read again here: erase them again");
    let mut text = String::new();
    for (place, why) in &erasures.unread {
        text.push_str(&format!("erased         not known from {place}: {why}\n               {again}\n"));
    }
    match (&erasures.asked[..], erasures.kept) {
        ([], _) if erasures.unread.is_empty() => {
            text.push_str(&format!("erased         no keyring of this agency stands beside this directory; {again}\n"));
        }
        ([], _) => {}
        (asked, 0) => {
            text.push_str(&format!(
                "erased         nobody since this backup, by the keyring at {}\n",
                asked.join(", ")
            ));
        }
        (asked, n) => {
            let who = if n == 1 { "1 client stays".to_owned() } else { format!("{n} clients stay") };
            text.push_str(&format!("erased         {who} erased, by the keyring at {}\n", asked.join(", ")));
        }
    }
    text
}
