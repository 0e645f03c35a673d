//! The master key of an encrypted agency: where it lies, and that nobody else can read it. The key never lies in the
//! agency's own directory, so that a copy of that directory alone holds nothing that can be read.

use super::{CLOSED, Stop, USAGE};
use crate::store::engine::EngineError;
use crate::store::files::{DiskFiles, Files};
use crate::store::keyring::{self, Keyring, MasterKey};
use rustix::fs::OFlags;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use zeroize::Zeroizing;

/// The credential's name in systemd's directory: `LoadCredentialEncrypted=caseload.key`.
pub const CREDENTIAL: &str = "caseload.key";
/// No key's file is longer.
const LONGEST: u64 = 4096;

/// What `--keyfile` said.
static SAID: OnceLock<PathBuf> = OnceLock::new();

/// Keeps what `--keyfile` said for whatever opens an agency in this process.
pub fn said(path: Option<PathBuf>) {
    if let Some(path) = path {
        // A server that is started for it works elsewhere.
        let _ = SAID.set(std::path::absolute(&path).unwrap_or(path));
    }
}

/// What `--keyfile` said.
pub fn named() -> Option<&'static Path> {
    SAID.get().map(PathBuf::as_path)
}

/// Where a key lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file of ours, named by somebody or beside the agency.
    File(PathBuf),
    /// Handed over by systemd for as long as the service runs; not ours to write.
    Credential(PathBuf),
}

impl Place {
    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Credential(path) => path,
        }
    }
}

/// Beside the agency's directory: `…/agency.key`.
pub fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().map_or_else(|| OsString::from("agency"), OsString::from);
    name.push(".key");
    dir.with_file_name(name)
}

/// What `--keyfile` said, else `$CASELOAD_KEYFILE`, else systemd's credential, else the file beside the agency.
pub fn place(dir: &Path) -> Place {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(named) = SAID.get().cloned().or_else(|| var("CASELOAD_KEYFILE")) {
        return Place::File(std::path::absolute(&named).unwrap_or(named));
    }
    let credential = var("CREDENTIALS_DIRECTORY").map(|d| d.join(CREDENTIAL)).filter(|p| p.exists());
    credential.map_or_else(|| Place::File(beside(dir)), Place::Credential)
}

/// Reads a key, if nobody else can.
pub fn read(place: &Place) -> Result<MasterKey, Stop> {
    let path = place.path();
    let shown = path.display();
    let file = open(path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => Stop::new(
            CLOSED,
            format!("the agency is encrypted and its key is not at {shown}; say where it is with --keyfile FILE"),
        ),
        _ => Stop::new(CLOSED, format!("the key at {shown} cannot be read: {e}")),
    })?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(Stop::new(CLOSED, format!("the key at {shown} is not a plain file")));
    }
    // systemd may show its own file as readable for the service's group; its directory is closed to everybody else.
    let (loose, mend) = match place {
        Place::File(_) => (0o077, "600"),
        Place::Credential(_) => (0o007, "440"),
    };
    if meta.mode() & loose != 0 {
        return Err(Stop::new(
            CLOSED,
            format!("the key at {shown} can be read by others; nothing was opened\n  mend it:  chmod {mend} {shown}"),
        ));
    }
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me && meta.uid() != 0 {
        return Err(Stop::new(CLOSED, format!("the key at {shown} belongs to another user; nothing was opened")));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST).read_to_string(&mut text).map_err(|e| Stop::new(CLOSED, format!("{shown}: {e}")))?;
    MasterKey::parse(&text).ok_or_else(|| {
        Stop::new(CLOSED, format!("{shown} is no caseload key: its line begins with `caseload-master-key-1`"))
    })
}

fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC;
    OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)
}

/// Makes a fresh key and its file, which is on the disk when this returns. One that lies there already is taken: it may
/// be left from an attempt that was cut off.
pub fn make(path: &Path) -> Result<MasterKey, Stop> {
    if path.exists() {
        return read(&Place::File(path.to_path_buf()));
    }
    let master = MasterKey::random().map_err(|e| Stop::new(CLOSED, e.to_string()))?;
    let failed = |e: io::Error| Stop::new(CLOSED, format!("the key could not be written to {}: {e}", path.display()));
    write(path, &master).map_err(failed)?;
    Ok(master)
}

fn write(path: &Path, master: &MasterKey) -> io::Result<()> {
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).custom_flags(flags.bits() as i32).open(path)?;
    file.write_all(master.text().as_bytes())?;
    file.sync_all()?;
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(above) => File::open(above)?.sync_all(),
        None => Ok(()),
    }
}

/// The new key while the keyring is being wrapped with it.
pub fn coming(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Where a master key is put by when another takes its name.
pub fn put_by_path(path: &Path, fingerprint: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(fingerprint);
    PathBuf::from(name)
}

/// Puts the key by under its fingerprint; the file keeps its name until another takes it.
pub fn put_by(path: &Path, fingerprint: &str) -> io::Result<()> {
    match std::fs::hard_link(path, put_by_path(path, fingerprint)) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

/// The keys of the agency in a directory, none when it is clear. Nothing is changed when the key is missing or another
/// one; a rotation that was cut off behind the keyring is ended.
pub fn keys(dir: &Path) -> Result<Option<Arc<Keyring>>, Stop> {
    let files: Arc<dyn Files> = Arc::new(DiskFiles::new(dir));
    if !keyring::stands(&*files).map_err(stop)? {
        let sealed = crate::store::journal::is_sealed(&*files).map_err(super::agency::stop_of)?;
        if sealed {
            let missing = dir.join(keyring::FILE);
            return Err(Stop::new(
                CLOSED,
                format!("{} is missing; restore this file from a backup", missing.display()),
            ));
        }
        return Ok(None);
    }
    let place = place(dir);
    let wanted = keyring::wanted(&*files).map_err(stop)?;
    let next = coming(place.path());
    if matches!(place, Place::File(_)) && next.exists() {
        let fresh = read(&Place::File(next.clone()))?;
        if fresh.fingerprint() == wanted {
            take_over(&next, place.path()).map_err(|e| Stop::new(CLOSED, format!("{}: {e}", next.display())))?;
        }
    }
    let master = read(&place)?;
    let ring = Keyring::open(files, master).map_err(|e| {
        Stop::new(CLOSED, format!("{e}\n  the key was read from {}; nothing was changed", place.path().display()))
    })?;
    Ok(Some(Arc::new(ring)))
}

/// The new key takes the old one's name.
pub fn take_over(next: &Path, path: &Path) -> io::Result<()> {
    std::fs::rename(next, path)?;
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(above) => File::open(above)?.sync_all(),
        None => Ok(()),
    }
}

/// Begins the keyring of a new agency, with a key made for it where there is none.
pub fn begin(dir: &Path) -> Result<Arc<Keyring>, Stop> {
    begin_for(dir, dir)
}

/// Begins in `building` the keyring of the agency that will lie in `dir`, whose key it takes.
pub fn begin_for(dir: &Path, building: &Path) -> Result<Arc<Keyring>, Stop> {
    let place = place(dir);
    let master = match &place {
        Place::File(path) => {
            if path.starts_with(dir) {
                let why = "the key must not lie in the agency's own directory; say where with --keyfile FILE";
                return Err(Stop::new(USAGE, why));
            }
            make(path)?
        }
        Place::Credential(_) => read(&place)?,
    };
    let files: Arc<dyn Files> = Arc::new(DiskFiles::new(building));
    let ring = if keyring::stands(&*files).map_err(stop)? {
        // Left from an attempt that was cut off before its first entry.
        Keyring::open(files, master)
    } else {
        Keyring::begin(files, master)
    };
    ring.map(Arc::new).map_err(stop)
}

fn stop(e: keyring::KeyringError) -> Stop {
    Stop::new(CLOSED, e.to_string())
}

/// A stop as an engine's error, for what is done while an engine opens.
pub fn as_engine_error(stop: Stop) -> EngineError {
    EngineError::Io(stop.text)
}
