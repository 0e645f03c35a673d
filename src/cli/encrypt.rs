//! `caseload encrypt`: moves an agency that was begun clear over to an encrypted one. A new journal is written from its
//! present records and checked; then the two directories change places in one step, and the old one is sealed file by
//! file beside it. Cut off anywhere, it is begun again or ended by the next call.

use super::agency::{self, Opened, Place};
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, keyfile, print};
use crate::clock::{Clock, SystemClock};
use crate::domain::ids::UserId;
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::service::drafts::{Drafts, FileDrafts};
use crate::service::ids::{Ids, RandomIds};
use crate::store::Store;
use crate::store::codec;
use crate::store::directory::{self, DirectoryOptions};
use crate::store::engine::Engine;
use crate::store::files::{DiskFiles, make_private_dir};
use crate::store::indexes::SealedIndexes;
use crate::store::journal;
use crate::store::keyring::{AGENCY, Keyring};
use crate::store::moving::{Carrier, carry_over};
use crate::store::seal::nonce;
use crate::store::verify::verify_journal;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a sealed file begins with, and its name's end.
const MAGIC: &[u8; 4] = b"CLsf";
const SEALED: &str = "sealed";

/// What `encrypt` takes.
#[derive(clap::Args)]
pub struct Args {}

fn beside(dir: &Path, what: &str) -> PathBuf {
    let mut name = dir.file_name().map_or_else(|| OsString::from("agency"), OsString::from);
    name.push(what);
    dir.with_file_name(name)
}

/// Moves it over.
pub fn run(place: &Place, _: &Args) -> Ended {
    let dir = place.dir()?;
    if !agency::is_made(dir) {
        return Err(Stop::new(CLOSED, format!("there is no agency at {}", dir.display())));
    }
    let (building, old) = (beside(dir, ".encrypting"), beside(dir, ".before-encryption"));
    let sealed = |dir: &Path| journal::is_sealed(&DiskFiles::new(dir)).map_err(agency::stop_of);
    if !sealed(dir)? {
        if old.exists() {
            let text = format!("{} is in the way; move it off this machine, then try again", old.display());
            return Err(Stop::new(PROBLEMS, text));
        }
        directory::remove(&building).map_err(agency::stop_of)?;
        let (count, hash) = move_over(place, dir, &building)?;
        // Held from here until the old one has its other name; what was written since it was closed would be left behind.
        let held = directory::hold(dir).map_err(agency::stop_of)?;
        if verify_journal(&DiskFiles::new(dir)).map_err(agency::stop_of)?.hash != hash {
            return Err(Stop::new(PROBLEMS, "somebody used the agency meanwhile; nothing was moved, try again"));
        }
        swap(dir, &building).map_err(|e| Stop::new(CLOSED, format!("{}: {e}", dir.display())))?;
        drop(held);
        print::out(&format!("{count} records are carried over and checked\n"))?;
    } else if !building.exists() && !has_clear_files(&old) {
        print::out("the agency is encrypted already\n")?;
        return Ok(OK);
    }
    // From here on the agency is the encrypted one. What was it before is put by and sealed.
    let failed = |e: io::Error| Stop::new(CLOSED, format!("{}: {e}; call `caseload encrypt` again", old.display()));
    if building.exists() {
        if sealed(&building)? {
            directory::remove(&building).map_err(agency::stop_of)?;
        } else {
            fs::rename(&building, &old).and_then(|()| sync_above(&old)).map_err(failed)?;
        }
    }
    place.set_free()?;
    let held = directory::hold(dir).map_err(agency::stop_of)?;
    let keys = keyfile::keys(dir)?.ok_or_else(|| Stop::new(CLOSED, "the keyring is missing"))?;
    if old.exists() {
        seal_all(&old, &keys).map_err(failed)?;
    }
    drop(held);
    print::out(&format!(
        "the agency is encrypted; the key is {}: keep a copy off this machine\nwhat was before, with all its history, is sealed at {}\nmove that off this machine too; `caseload keyring unseal` opens it\nbackups made before today are not encrypted\n",
        keyfile::place(dir).path().display(),
        old.display()
    ))?;
    Ok(OK)
}

fn move_over(place: &Place, dir: &Path, building: &Path) -> Result<(u64, [u8; 32]), Stop> {
    let clock = Arc::new(SystemClock);
    let opened = place.open(clock.clone())?;
    let session = opened.session()?;
    if session.role != Role::Administrator {
        return Err(Stop::new(PROBLEMS, "an agency is moved over by its administrator"));
    }
    let before = verify_journal(&DiskFiles::new(dir)).map_err(agency::stop_of)?;
    if let Some(problem) = before.problem {
        return Err(Stop::new(PROBLEMS, format!("{problem}; nothing was moved, restore it from a backup first")));
    }
    let hash: String = before.hash.iter().map(|b| format!("{b:02x}")).collect();
    let origin = format!("after entry {} {hash}", before.entries);
    let derive = || {
        let keys = keyfile::begin_for(dir, building).map_err(keyfile::as_engine_error)?;
        Ok(Arc::new(SealedIndexes(keys)) as Arc<_>)
    };
    let engine = Arc::new(directory::open_by(building, derive, DirectoryOptions::default()).map_err(agency::stop_of)?);
    let store = Store::over(engine.clone());
    let now = Moment(clock.now_ms());
    let mut carrier = Carrier {
        actor: session.user,
        at: now,
        request: &mut || RandomIds.make(now),
        progress: &mut |done, total| print::progress(&format!("carrying over: {done} of {total} records")),
    };
    let count = carry_over(opened.service.store(), &store, &origin, &mut carrier)
        .map_err(|e| Stop::new(CLOSED, e.to_string()))?;
    print::progress_done();
    carry_drafts(&opened, dir, building, &store, now)?;
    let report = engine.verify().map_err(agency::stop_of)?;
    if report.records != count || !report.problems.is_empty() {
        return Err(Stop::new(CLOSED, "the copy does not hold what was carried over; nothing was changed"));
    }
    engine.compact_working().map_err(agency::stop_of)?;
    drop(store);
    agency::close(engine)?;
    opened.close()?;
    Ok((count, before.hash))
}

fn carry_drafts(opened: &Opened, dir: &Path, building: &Path, store: &Store, now: Moment) -> Result<(), Stop> {
    let mut from = FileDrafts::new(Arc::new(DiskFiles::new(dir)));
    let mut to = FileDrafts::new(Arc::new(DiskFiles::new(building))).sealed_by(store.keys().cloned());
    let users: BTreeSet<UserId> = opened.service.cast().users.keys().copied().collect();
    for user in users {
        for draft in from.all(user, now).map_err(|e| Stop::new(CLOSED, e))? {
            to.save(user, &draft).map_err(|e| Stop::new(CLOSED, e))?;
        }
        carry_lock(dir, building, store, user)?;
    }
    Ok(())
}

/// A user's PIN and tries, sealed with the agency's key.
fn carry_lock(dir: &Path, building: &Path, store: &Store, user: UserId) -> Result<(), Stop> {
    let file = Path::new("locks").join(user.to_string());
    let failed = |e: String| Stop::new(CLOSED, format!("{}: {e}", file.display()));
    let clear = match fs::read(dir.join(&file)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        read => read.map_err(|e| failed(e.to_string()))?,
    };
    let Some(keys) = store.keys() else { return Ok(()) };
    let numbers = keys.numbers(&[AGENCY]).map_err(|e| failed(e.to_string()))?;
    let number = numbers.first().copied().unwrap_or_default();
    let sealed = codec::sealed(keys, number, &user.0, 0, &clear).map_err(|e| failed(e.to_string()))?;
    make_private_dir(&building.join("locks"))
        .and_then(|()| write_new(&building.join(&file), &sealed))
        .map_err(|e| failed(e.to_string()))
}

/// The two change places in one step where the file system can, else one after the other.
fn swap(dir: &Path, building: &Path) -> io::Result<()> {
    match renameat_with(CWD, dir, CWD, building, RenameFlags::EXCHANGE) {
        Ok(()) => {}
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
            let aside = beside(dir, ".before-encryption");
            fs::rename(dir, &aside)?;
            fs::rename(building, dir)?;
        }
        Err(e) => return Err(e.into()),
    }
    sync_above(dir)
}

fn sync_above(path: &Path) -> io::Result<()> {
    match path.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(above) => File::open(above)?.sync_all(),
        None => Ok(()),
    }
}

fn has_clear_files(dir: &Path) -> bool {
    files_below(dir).is_ok_and(|files| files.iter().any(|f| f.extension().is_none_or(|e| e != SEALED)))
}

fn files_below(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for item in fs::read_dir(dir)? {
        let item = item?;
        if item.file_type()?.is_dir() {
            found.extend(files_below(&item.path())?);
        } else {
            found.push(item.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Seals every file of the old agency with the agency's own key, each before its clear one goes. The working copy holds
/// nothing that the journal has not, and goes with its markers.
fn seal_all(old: &Path, keys: &Keyring) -> io::Result<()> {
    for item in fs::read_dir(old)? {
        let item = item?;
        if item.file_name().to_string_lossy().starts_with("working") && item.file_type()?.is_dir() {
            fs::remove_dir_all(item.path())?;
        }
    }
    let number = keys.numbers(&[AGENCY]).map_err(io::Error::other)?.first().copied().unwrap_or_default();
    let key = keys.key(number).ok().flatten().ok_or_else(|| io::Error::other("the agency's key is missing"))?;
    for marker in ["clean", "boot", "lock"] {
        match fs::remove_file(old.join(marker)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    for file in files_below(old)? {
        if file.extension().is_some_and(|e| e == SEALED) {
            continue;
        }
        if file.to_string_lossy().ends_with(&format!(".{SEALED}.new")) {
            // Left from a call that was cut off; the clear one still stands.
            fs::remove_file(&file)?;
            continue;
        }
        let name = file.strip_prefix(old).unwrap_or(&file);
        let sealed = key
            .seal(nonce().map_err(io::Error::other)?, &bound_to(name), &fs::read(&file)?)
            .map_err(io::Error::other)?;
        let mut target = file.clone().into_os_string();
        target.push(format!(".{SEALED}"));
        let bytes = [&MAGIC[..], &number.to_le_bytes(), &sealed].concat();
        write_new(Path::new(&target), &bytes)?;
        fs::remove_file(&file)?;
    }
    Ok(())
}

fn bound_to(name: &Path) -> Vec<u8> {
    [b"caseload sealed file ", name.as_os_str().as_encoded_bytes()].concat()
}

/// Writes a file beside itself and renames it; on the disk when it returns.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temp = path.as_os_str().to_owned();
    temp.push(".new");
    let temp = PathBuf::from(temp);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temp)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temp, path)?;
    sync_above(path)
}

/// `caseload keyring unseal`: opens the sealed files of an old agency into a new directory, where the old agency is again.
pub fn unseal(dir: &Path, from: &Path, to: &Path) -> Ended {
    let keys = keyfile::keys(dir)?.ok_or_else(|| Stop::new(PROBLEMS, "the agency is not encrypted"))?;
    if to.exists() {
        return Err(Stop::new(PROBLEMS, format!("{} is there already; name a new directory", to.display())));
    }
    let failed = |e: io::Error| Stop::new(PROBLEMS, format!("{}: {e}", from.display()));
    make_private_dir(to).map_err(failed)?;
    let mut count = 0;
    for file in files_below(from).map_err(failed)? {
        let name = file.strip_prefix(from).unwrap_or(&file).with_extension("");
        if file.extension().is_none_or(|e| e != SEALED) {
            continue;
        }
        let bytes = fs::read(&file).map_err(failed)?;
        let opened = bytes.strip_prefix(MAGIC).and_then(<[u8]>::split_first_chunk).and_then(|(number, sealed)| {
            keys.key(u32::from_le_bytes(*number)).ok().flatten()?.open(&bound_to(&name), sealed)
        });
        let Some(clear) = opened else {
            return Err(Stop::new(PROBLEMS, format!("{} does not open with this agency's keys", file.display())));
        };
        let target = to.join(&name);
        let mut above = to.to_path_buf();
        for part in name.parent().into_iter().flat_map(Path::components) {
            above.push(part);
            make_private_dir(&above).map_err(failed)?;
        }
        write_new(&target, &clear).map_err(failed)?;
        count += 1;
    }
    print::out(&format!(
        "{count} files are opened at {}: they are not encrypted, remove them when you are done\n",
        to.display()
    ))?;
    Ok(OK)
}
