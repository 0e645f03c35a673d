//! An agency's directory on this machine: private, locked for one process, and opened as journal over sled.
//!
//! ```text
//! <agency>/lock                  held for life by the process that has it open
//! <agency>/clean                 there only after a clean close
//! <agency>/boot                  the run of the machine in which it was last open
//! <agency>/keyring               the wrapped keys of an encrypted agency
//! <agency>/journal/00000001.log  the record; head beside it, cut-<seq>-<n>.bin what was cut off
//! <agency>/working/              sled, made anew from the journal when damaged (working.damaged-<n> is kept)
//! ```

use super::engine::{Derive, EngineError};
use super::files::{DiskFiles, make_private_dir};
use super::kept::{JournaledEngine, Options};
use super::sled::{CACHE_BYTES, Prober, SledHome};
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
    let engine = JournaledEngine::open(Arc::new(DiskFiles::new(dir)), Box::new(home), derive, engine_options)?;
    Ok(engine.holding(lock))
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
