//! `caseload backup`: the agency in one checked file, made while it is open too.

use super::agency::{self, Place};
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, USAGE, keyfile, print};
use crate::clock::{Clock, SystemClock};
use crate::domain::time::{Moment, Zone, clock};
use crate::store::backup::{self, About, Archive};
use crate::store::directory::{self, DirectoryOptions};
use crate::store::engine::{Engine, EngineError};
use crate::store::files::DiskFiles;
use crate::store::streams::NewFile;
use crate::store::{keyring, snapshot};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// What `backup` takes.
#[derive(clap::Args)]
pub struct Args {
    /// Where to: a directory, or a file that is not there yet (otherwise this directory).
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
    /// Checks every byte of a backup, and says what is in it.
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    verify: Option<PathBuf>,
    /// Enciphers it for this key alone (age1…), whose other half lies elsewhere.
    #[cfg(feature = "age")]
    #[arg(long, value_name = "age1…")]
    recipient: Option<String>,
    /// The file with the key of an enciphered backup.
    #[cfg(feature = "age")]
    #[arg(long, value_name = "FILE", requires = "verify")]
    identity: Option<PathBuf>,
}

/// Makes or checks a backup.
pub fn run(place: &Place, args: &Args) -> Ended {
    if let Some(file) = &args.verify {
        #[cfg(feature = "age")]
        let identity = args.identity.as_deref();
        #[cfg(not(feature = "age"))]
        let identity = None;
        return check(file, identity);
    }
    let dir = place.dir()?;
    if !agency::is_made(dir) {
        return Err(Stop::new(CLOSED, format!("there is no agency at {}", dir.display())));
    }
    let now = Moment(SystemClock.now_ms());
    let open_elsewhere = !snapshot_first(dir, now)?;
    let (into, name) = target(args, now)?;
    let files = DiskFiles::new(dir);
    let target = DiskFiles::new(&into);
    let file = into.join(&name);
    let fail = |e: std::io::Error| Stop::new(PROBLEMS, format!("{}: {e}", file.display()));
    let out = NewFile::begin(&target, &name).map_err(fail)?;
    let about = write(&files, out, now, args)?;
    let mut text = format!("backed up to {}\n{}", file.display(), facts(&about));
    if open_elsewhere {
        text.push_str("it was not opened for this: what is saved from now on is in the next backup\n");
    }
    if dir.join(keyring::FILE).exists() {
        text.push_str("it is encrypted: keep its master key too, in another place than the backup\n");
    }
    text.push_str(&format!("keep it on another machine; check it with: caseload backup --verify {}\n", file.display()));
    print::out(&text)?;
    Ok(OK)
}

fn write(files: &DiskFiles, out: NewFile<'_>, now: Moment, args: &Args) -> Result<About, Stop> {
    let fail = |e: std::io::Error| Stop::new(PROBLEMS, format!("the backup could not be written: {e}"));
    #[cfg(feature = "age")]
    if let Some(recipient) = &args.recipient {
        let sealed = super::seal::to(recipient, out)?;
        let (sealed, about) = backup::make(files, sealed, now).map_err(agency::stop_of)?;
        sealed.finish().map_err(fail)?.finish().map_err(fail)?;
        return Ok(about);
    }
    let _ = args;
    let (out, about) = backup::make(files, out, now).map_err(agency::stop_of)?;
    out.finish().map_err(fail)?;
    Ok(about)
}

/// A fresh snapshot goes along when nobody has the agency open; otherwise the newest that is there does. Answers whether
/// it could be opened.
fn snapshot_first(dir: &Path, now: Moment) -> Result<bool, Stop> {
    // Without its key an encrypted agency can't be opened, and can be backed up all the same.
    if keyfile::keys(dir).is_err() {
        return Ok(false);
    }
    match directory::open_by(dir, || agency::derive(dir, false), DirectoryOptions::default()) {
        Ok(engine) => {
            if engine.head().map_err(agency::stop_of)? > 0 {
                snapshot::make(&engine, now).map_err(agency::stop_of)?;
                snapshot::rotate(&DiskFiles::new(dir), engine.keeping()).map_err(agency::stop_of)?;
            }
            engine.close().map_err(agency::stop_of)?;
            Ok(true)
        }
        Err(EngineError::Busy(_)) => Ok(false),
        Err(e) => Err(agency::stop_of(e)),
    }
}

/// The directory and the name of the new file.
fn target(args: &Args, now: Moment) -> Result<(PathBuf, String), Stop> {
    let to = args.to.clone().unwrap_or_else(|| PathBuf::from("."));
    let stamp: String = now.rfc3339().chars().filter(|c| *c != ':' && *c != '-').collect();
    #[cfg(feature = "age")]
    let sealed = if args.recipient.is_some() { ".age" } else { "" };
    #[cfg(not(feature = "age"))]
    let sealed = "";
    let name = format!("caseload-{stamp}.tar{sealed}");
    let (into, name) = if to.is_dir() {
        (to, name)
    } else {
        let name = to.file_name().and_then(|n| n.to_str()).map(str::to_owned);
        let name = name.ok_or_else(|| Stop::new(USAGE, format!("{} is not a file's name", to.display())))?;
        let into =
            to.parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
        (into, name)
    };
    if !into.is_dir() {
        return Err(Stop::new(USAGE, format!("there is no directory {}", into.display())));
    }
    if into.join(&name).exists() {
        return Err(Stop::new(USAGE, format!("{} is there already; choose another name", into.join(&name).display())));
    }
    Ok((into, name))
}

/// Opens a backup's file.
pub fn open(file: &Path, identity: Option<&Path>) -> Result<Archive, Stop> {
    let opened = File::open(file).map_err(|e| Stop::new(USAGE, format!("{}: {e}", file.display())))?;
    let mut begin = [0; 21];
    let sealed =
        opened.read_at(&mut begin, 0).is_ok_and(|n| begin.get(..n) == Some(b"age-encryption.org/v1".as_slice()));
    let read = match (sealed, identity) {
        (false, _) => plain(opened),
        #[cfg(feature = "age")]
        (true, Some(identity)) => super::seal::open(opened, identity)?,
        #[cfg(feature = "age")]
        (true, None) => return Err(Stop::new(USAGE, "this backup is enciphered; name its key with --identity FILE")),
        #[cfg(not(feature = "age"))]
        (true, _) => {
            return Err(Stop::new(
                USAGE,
                "this backup is enciphered: open it first with `age --decrypt -i KEY FILE > FILE.tar`",
            ));
        }
    };
    Archive::open(read).map_err(|why| Stop::new(CLOSED, format!("{}: {why}", file.display())))
}

fn plain(file: File) -> backup::ReadAt {
    Box::new(move |offset, most| {
        let mut bytes = vec![0; most];
        let mut filled = 0;
        while filled < bytes.len() {
            match file.read_at(bytes.get_mut(filled..).unwrap_or(&mut []), offset + filled as u64) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    })
}

fn check(file: &Path, identity: Option<&Path>) -> Ended {
    let archive = open(file, identity)?;
    let found = archive.verify().map_err(|why| Stop::new(CLOSED, format!("{}: {why}", file.display())))?;
    let snapshot = found.snapshot.map_or_else(|| "none".to_owned(), |seq| format!("at entry {seq}"));
    print::out(&format!(
        "{}snapshot       {snapshot}\nfiles          {}, each as it was written\nall is well\n",
        facts(archive.about()),
        found.files
    ))?;
    Ok(OK)
}

fn facts(about: &About) -> String {
    format!(
        "entries        1 to {}, the last of {}\nmade           {}\n",
        about.seq,
        when(&about.last_act, None),
        when(&about.made, None)
    )
}

/// A time of a backup on the agency's own wall, when that is known.
pub fn when(rfc3339: &str, zone: Option<Zone>) -> String {
    match Moment::parse_rfc3339(rfc3339) {
        Some(at) => on_the_wall(at, zone),
        None => rfc3339.to_owned(),
    }
}

/// A moment on the agency's own wall, otherwise in UTC.
pub fn on_the_wall(at: Moment, zone: Option<Zone>) -> String {
    match zone {
        Some(zone) => {
            let (day, minute) = zone.civil(at);
            format!("{} {}", day.iso(), clock(minute))
        }
        None => at.rfc3339(),
    }
}
