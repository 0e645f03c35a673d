//! An agency's directory on this machine: private, locked for one process, and opened as journal over sled.
//!
//! ```text
//! <agency>/lock                  held for life by the process that has it open
//! <agency>/clean                 there only after a clean close
//! <agency>/boot                  the run of the machine in which it was last open
//! <agency>/keyring               the wrapped keys of an encrypted agency
//! <agency>/journal/00000001.log  the record; head beside it, cut-<seq>-<n>.bin what was cut off
//! <agency>/snapshots/            everything as it stood at one entry, by the hour and by the day
//! <agency>/format                which caseload it belongs to
//! <agency>/ballast               room that is given up when the disk is full
//! <agency>/keeping.toml          what the agency says about snapshots and room, if it says anything
//! <agency>/restoring             there only while a backup is being restored into it
//! <agency>/working/              sled, made anew from the journal when damaged (working.damaged-<n> is kept)
//! ```

use super::engine::{Derive, EngineError};
use super::files::{DiskFiles, make_private_dir, read_whole};
use super::guard::{self, Room};
use super::keeping;
use super::kept::{JournaledEngine, Options};
use super::sled::{CACHE_BYTES, Prober, SledHome};
use super::upgrade::{self, Stands};
use rustix::fs::{FlockOperation, OFlags, flock};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

/// How an agency's directory is opened.
#[derive(Default)]
pub struct DirectoryOptions {
    /// The engine's own options.
    pub engine: Options,
    /// sled's cache; 0 takes [`CACHE_BYTES`].
    pub cache_bytes: u64,
    /// Tries the working copy in a child process after an unclean end, see [`super::sled::probe`].
    pub prober: Option<Prober>,
    /// How much room the disk must have, where the agency's `keeping.toml` says nothing else.
    pub room: Room,
}

/// Opens the agency in `dir`, which is made when it is not there.
///
/// [`EngineError::Busy`] when another process has it open; [`EngineError::Damaged`] when the journal is.
pub fn open(dir: &Path, derive: Arc<dyn Derive>, options: DirectoryOptions) -> Result<JournaledEngine, EngineError> {
    open_by(dir, || Ok(derive), options)
}

/// Opens it; what makes its rows is asked for when the directory is held, because a keyring must not change from then on
/// but through it.
pub fn open_by(
    dir: &Path,
    derive: impl FnOnce() -> Result<Arc<dyn Derive>, EngineError>,
    options: DirectoryOptions,
) -> Result<JournaledEngine, EngineError> {
    let files = Arc::new(DiskFiles::new(dir));
    let stands = if dir.exists() { upgrade::look(&*files)? } else { Stands::Empty };
    make_private_dir(dir).map_err(|e| at(dir, &e))?;
    check_private(dir)?;
    let lock = lock(dir)?;
    let derive = derive()?;
    let cache = if options.cache_bytes == 0 { CACHE_BYTES } else { options.cache_bytes };
    let home = SledHome::new(dir).cache(cache).prober(options.prober);
    let mut engine_options = options.engine;
    if engine_options.boot.is_empty() {
        // Not known where there is no such file; the working copy is then compared after every unclean end.
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        id.trim().clone_into(&mut engine_options.boot);
    }
    let said = read_whole(&*files, keeping::FILE, 64 * 1024).map_err(|e| at(&dir.join(keeping::FILE), &e))?;
    let said = String::from_utf8_lossy(said.as_deref().unwrap_or_default()).into_owned();
    let (keeping, room) =
        keeping::parse(&said, options.room).map_err(|why| EngineError::Io(format!("{}: {why}", dir.display())))?;
    (engine_options.keeping, engine_options.room) = (keeping, room);
    let ballast_given_up = guard::give_up_ballast(&*files, room).map_err(|e| at(dir, &e))?;
    let engine = JournaledEngine::open(files.clone(), Box::new(home), derive, engine_options)?.holding(lock);
    let upgraded_behind = upgrade::finish(&engine, stands)?;
    engine.note(|r| {
        r.upgraded_behind = upgraded_behind;
        r.ballast_given_up = ballast_given_up;
    });
    // Without it the agency is as good; it is tried again at the next open.
    let _ = guard::take_ballast(&*files, room, engine.working_bytes());
    Ok(engine)
}

/// Holds a directory that is no agency yet, so that nobody else makes one in it meanwhile; made when it is not there.
pub fn hold_new(dir: &Path) -> Result<Held, EngineError> {
    make_private_dir(dir).map_err(|e| at(dir, &e))?;
    check_private(dir)?;
    hold(dir)
}

fn at(path: &Path, error: &io::Error) -> EngineError {
    EngineError::Io(format!("{}: {error}", path.display()))
}

/// Others must not look in. A directory of ours, or an empty one, is closed to them; any other is refused rather than
/// changed, it may be somebody's shared one.
fn check_private(dir: &Path) -> Result<(), EngineError> {
    let mode = fs::metadata(dir).map_err(|e| at(dir, &e))?.permissions().mode();
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    let ours = dir.join(super::journal::DIRECTORY).is_dir();
    let empty = fs::read_dir(dir).map_err(|e| at(dir, &e))?.next().is_none();
    if ours || empty {
        return fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(|e| at(dir, &e));
    }
    Err(EngineError::Io(format!(
        "{} can be read by other users of this machine; run `chmod 700` on it or choose another",
        dir.display()
    )))
}

/// An agency's directory held against everybody else, without opening the agency.
pub struct Held {
    _lock: File,
}

/// Holds a directory that is not open.
pub fn hold(dir: &Path) -> Result<Held, EngineError> {
    lock(dir).map(|lock| Held { _lock: lock })
}

/// Removes an agency's directory, but never from under a process that has it open: that one would write its last marks
/// into whatever is made in its place.
pub fn remove(dir: &Path) -> Result<(), EngineError> {
    if !dir.exists() {
        return Ok(());
    }
    let held = lock(dir)?;
    fs::remove_dir_all(dir).map_err(|e| at(dir, &e))?;
    drop(held);
    Ok(())
}

/// Whether a process has the agency in `dir` open.
pub fn is_open(dir: &Path) -> bool {
    dir.join("lock").exists() && matches!(lock(dir), Err(EngineError::Busy(_)))
}

fn lock(dir: &Path) -> Result<File, EngineError> {
    let path = dir.join("lock");
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags.bits() as i32)
        .open(&path)
        .map_err(|e| at(&path, &e))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(EngineError::Busy(format!(
            "{} is open in another caseload on this machine; close that one first",
            dir.display()
        ))),
        Err(e) => Err(at(&path, &e.into())),
    }
}
