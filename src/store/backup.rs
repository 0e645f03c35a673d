//! A backup: one file, a plain tar that any machine can look into, with the newest snapshot, the journal up to one
//! entry, and what else an agency can't be made again from. `SHA256SUMS` stands last, so a file that was cut off has
//! none.
//!
//! ```text
//! about.toml                  whose, when, up to which entry
//! snapshots/….snapshot        the newest one, if there is one
//! journal/00000001.log …      byte for byte, the last one up to that entry
//! format, keeping.toml, …     what lies beside them
//! drafts/…/…                  what users typed and have not saved
//! SHA256SUMS                  of all of them, as `sha256sum -c` reads it
//! ```
//!
//! It is made while the agency is open, by whoever can read its directory: segments are only ever appended to, so what
//! stands up to a sound entry does not change any more.

use super::engine::{EngineError, Seq};
use super::files::{Files, read_whole};
use super::frame::Hash;
use super::journal::{self, CHANGES, Tip, io_error, read_chain, segment_file};
use super::snapshot::{self, Snapshot};
use super::streams::OldFile;
use super::upgrade::SCHEMA;
use crate::domain::time::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// The version of the form written here.
const FORM: u32 = 1;
const ABOUT: &str = "about.toml";
const SUMS: &str = "SHA256SUMS";
/// No `about.toml` or `SHA256SUMS` is longer.
const MAX_TEXT: u64 = 64 * 1024 * 1024;
/// Files beside journal and snapshots that go along when they are there.
const BESIDE: &[&str] = &[super::upgrade::FILE, super::keeping::FILE, "keyring"];
/// Directories whose files go along: the chain of who saw what, and the users' PINs.
pub(super) const BESIDE_DIRECTORIES: &[&str] = &["access", "locks"];
/// What was typed and not yet saved, a directory each user: no part of the record, but nobody else has it either.
pub(super) const DRAFTS: &str = "drafts";
/// No draft is longer.
const MAX_DRAFT: usize = 1024 * 1024;

/// What a backup says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The form of the file.
    pub form: u32,
    /// Whose it is: the beginning of the hash of the journal's first entry.
    pub agency: String,
    /// When it was made, RFC 3339.
    pub made: String,
    /// The last entry in it.
    pub seq: Seq,
    /// The epoch of that entry.
    pub epoch: u64,
    /// Its chain hash.
    pub chain: String,
    /// When that entry was written, RFC 3339.
    pub last_act: String,
    /// The schema of the records.
    pub schema: u16,
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Hashes what is read through it.
struct Hashed<'a> {
    from: OldFile<'a>,
    hasher: Sha256,
    bytes: u64,
}

impl Read for Hashed<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(out)?;
        self.hasher.update(out.get(..n).unwrap_or(&[]));
        self.bytes += n as u64;
        Ok(n)
    }
}

/// How far the journal is sound, and when its last entry was written. What is being appended at this moment is left out;
/// a journal that ends before what its head mark names is damaged.
fn sound_end(files: &dyn Files) -> Result<(Tip, Moment), EngineError> {
    let mut last = Moment(0);
    let reading = read_chain(files, CHANGES, Tip::ORIGIN, Seq::MAX, &mut |frame, _| {
        last = Moment(frame.entry.commit.at_ms);
        true
    })?;
    if let Some((place, what)) = reading.bad {
        let in_the_last = files.len(&segment_file(place.segment + 1));
        if in_the_last.map_err(|e| io_error(&segment_file(place.segment), &e))?.is_some()
            || CHANGES.marked(files)?.is_some_and(|mark| mark.seq > reading.tip.seq)
        {
            return Err(CHANGES.damaged(place, reading.tip.seq, what));
        }
    }
    Ok((reading.tip, last))
}

/// Writes a backup of the agency in `files` to `out`, which is handed back when it is whole.
pub fn make<W: Write>(files: &dyn Files, out: W, made: Moment) -> Result<(W, About), EngineError> {
    let (tip, last_act) = sound_end(files)?;
    let Some(agency) = snapshot::agency_of(files)? else {
        return Err(EngineError::Io("there is nothing in this agency yet".to_owned()));
    };
    let about = About {
        form: FORM,
        agency: hex(&agency),
        made: made.rfc3339(),
        seq: tip.seq,
        epoch: tip.epoch,
        chain: hex(&tip.hash),
        last_act: last_act.rfc3339(),
        schema: SCHEMA,
    };
    let mut packing = Packing { tar: tar::Builder::new(out), sums: String::new(), made };
    let text = toml::to_string(&about).map_err(|e| EngineError::Io(format!("{ABOUT}: {e}")))?;
    packing.text(ABOUT, text.as_bytes())?;
    if let Some(newest) = usable_snapshot(files, agency, &tip)? {
        packing.file(files, &newest.path, newest.bytes)?;
    }
    for segment in 1..=tip.end.segment {
        let path = journal::segment_file(segment);
        let whole = files.len(&path).map_err(|e| io_error(&path, &e))?.unwrap_or(0);
        packing.file(files, &path, if segment == tip.end.segment { tip.end.offset } else { whole })?;
    }
    for path in beside(files)? {
        if let Some(len) = files.len(&path).map_err(|e| io_error(&path, &e))? {
            packing.file(files, &path, len)?;
        }
    }
    for path in drafts(files).map_err(|e| io_error(DRAFTS, &e))? {
        // One may be saved or dropped at this moment: then it is none any more.
        match read_whole(files, &path, MAX_DRAFT) {
            Ok(Some(bytes)) => packing.text(&path, &bytes)?,
            Ok(None) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(io_error(&path, &e)),
        }
    }
    Ok((packing.finish()?, about))
}

fn beside(files: &dyn Files) -> Result<Vec<String>, EngineError> {
    let mut paths: Vec<String> = BESIDE.iter().map(|p| (*p).to_owned()).collect();
    for dir in BESIDE_DIRECTORIES {
        match files.list(dir) {
            Ok(mut names) => {
                names.retain(|name| name.strip_suffix(".new").is_none());
                // A mark must never name more than what goes along: marks first, what grows behind them.
                names.sort_by_key(|name| name.strip_suffix(".log").is_some());
                paths.extend(names.iter().map(|name| format!("{dir}/{name}")));
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(io_error(dir, &e)),
        }
    }
    Ok(paths)
}

/// The drafts of all users.
fn drafts(files: &dyn Files) -> io::Result<Vec<String>> {
    let there_is_none = |found: io::Result<Vec<String>>| match found {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other,
    };
    let mut paths = Vec::new();
    for user in there_is_none(files.list_dirs(DRAFTS))? {
        let dir = format!("{DRAFTS}/{user}");
        let names = there_is_none(files.list(&dir))?;
        let whole = names.iter().filter(|name| name.strip_suffix(".new").is_none());
        paths.extend(whole.map(|name| format!("{dir}/{name}")));
    }
    Ok(paths.into_iter().filter(|path| is_ours(path)).collect())
}

/// The newest snapshot of this journal that is whole.
fn usable_snapshot(files: &dyn Files, agency: snapshot::AgencyId, tip: &Tip) -> Result<Option<Snapshot>, EngineError> {
    let mut found = snapshot::list(files)?.into_iter();
    Ok(found.find(|s| {
        s.header.agency == agency
            && s.header.tip.seq <= tip.seq
            && journal::stands(files, CHANGES, &s.header.tip)
            && snapshot::check(files, &s.path).is_ok()
    }))
}

struct Packing<W: Write> {
    tar: tar::Builder<W>,
    sums: String,
    made: Moment,
}

impl<W: Write> Packing<W> {
    fn header(&self, len: u64) -> tar::Header {
        let mut header = tar::Header::new_ustar();
        header.set_size(len);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.made.0 / 1000).unwrap_or(0));
        header
    }

    fn text(&mut self, path: &str, text: &[u8]) -> Result<(), EngineError> {
        let mut header = self.header(text.len() as u64);
        self.tar.append_data(&mut header, path, text).map_err(|e| io_error(path, &e))?;
        let _ = writeln!(self.sums, "{}  {path}", hex(&Sha256::digest(text)));
        Ok(())
    }

    /// A file's first `len` bytes; it may grow meanwhile.
    fn file(&mut self, files: &dyn Files, path: &str, len: u64) -> Result<(), EngineError> {
        let mut header = self.header(len);
        let mut from = Hashed { from: OldFile::open(files, path, len), hasher: Sha256::new(), bytes: 0 };
        self.tar.append_data(&mut header, path, &mut from).map_err(|e| io_error(path, &e))?;
        if from.bytes != len {
            return Err(EngineError::Io(format!("{path} became shorter while it was backed up")));
        }
        let _ = writeln!(self.sums, "{}  {path}", hex(&from.hasher.finalize()));
        Ok(())
    }

    fn finish(mut self) -> Result<W, EngineError> {
        let sums = std::mem::take(&mut self.sums);
        let mut header = self.header(sums.len() as u64);
        self.tar.append_data(&mut header, SUMS, sums.as_bytes()).map_err(|e| io_error(SUMS, &e))?;
        self.tar.into_inner().map_err(|e| io_error("the backup", &e))
    }
}

/// Bytes anywhere in a file: up to so many from an offset, fewer only at its end.
pub type ReadAt = Box<dyn Fn(u64, usize) -> io::Result<Vec<u8>> + Send + Sync>;

/// The file from the front, for the reader of tar.
struct FromFront<'a> {
    read: &'a ReadAt,
    at: u64,
    buffer: Vec<u8>,
    buffer_at: u64,
}

impl Read for FromFront<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let inside = self.at.checked_sub(self.buffer_at).and_then(|n| usize::try_from(n).ok());
        if inside.is_none_or(|n| n >= self.buffer.len()) {
            self.buffer = (self.read)(self.at, 64 * 1024)?;
            self.buffer_at = self.at;
        }
        let inside = usize::try_from(self.at - self.buffer_at).unwrap_or(usize::MAX);
        let ready = self.buffer.get(inside..).unwrap_or(&[]);
        let n = ready.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..n), ready.get(..n)) {
            to.copy_from_slice(from);
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for FromFront<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(_) => None,
        };
        self.at = at.ok_or_else(|| io::Error::other("no such place"))?;
        Ok(self.at)
    }
}

/// A backup that was opened: its files can be read as if they lay in a directory, and nothing in it can be changed.
pub struct Archive {
    read: ReadAt,
    members: BTreeMap<String, (u64, u64)>,
    about: About,
}

/// Names that a backup may hold: ours, relative, without any way up or out.
fn is_ours(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    match name.split_once('/') {
        None => name == ABOUT || name == SUMS || BESIDE.contains(&name),
        Some((DRAFTS, file)) => file.split_once('/').is_some_and(|(user, draft)| plain(user) && plain(draft)),
        Some((dir, file)) => {
            plain(file)
                && (dir == journal::DIRECTORY || dir == snapshot::DIRECTORY || BESIDE_DIRECTORIES.contains(&dir))
        }
    }
}

impl Archive {
    /// Finds what is in a backup. Its sums are not checked by this.
    pub fn open(read: ReadAt) -> Result<Self, String> {
        let not_ours = |e: &io::Error| format!("this is not a whole backup of caseload: {e}");
        let mut members = BTreeMap::new();
        let mut order = Vec::new();
        let front = FromFront { read: &read, at: 0, buffer: Vec::new(), buffer_at: 0 };
        let mut tar = tar::Archive::new(front);
        for entry in tar.entries_with_seek().map_err(|e| not_ours(&e))? {
            let entry = entry.map_err(|e| not_ours(&e))?;
            let path = entry.path_bytes();
            let name =
                std::str::from_utf8(&path).ok().filter(|name| is_ours(name) && entry.header().entry_type().is_file());
            let Some(name) = name else {
                return Err("this is not a backup of caseload: strange files are in it".to_owned());
            };
            order.push(name.to_owned());
            if members.insert(name.to_owned(), (entry.raw_file_position(), entry.size())).is_some() {
                return Err(format!("the backup is damaged: {name} is in it twice"));
            }
        }
        if order.last().map(String::as_str) != Some(SUMS) {
            return Err("the backup is cut off: its SHA256SUMS are missing".to_owned());
        }
        let mut archive = Self { read, members, about: About::default() };
        let text = archive.text(ABOUT)?;
        archive.about = toml::from_str(&text).map_err(|_| format!("the backup is damaged: {ABOUT} can't be read"))?;
        if archive.about.form > FORM || archive.about.schema > SCHEMA {
            return Err("this backup was made by a newer caseload; use that version".to_owned());
        }
        Ok(archive)
    }

    /// What it says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    fn text(&self, name: &str) -> Result<String, String> {
        let missing = || format!("the backup is damaged: {name} is missing");
        let (_, len) = *self.members.get(name).ok_or_else(missing)?;
        if len > MAX_TEXT {
            return Err(format!("the backup is damaged: {name} is too long"));
        }
        let bytes = self.read(name, 0, len as usize).map_err(|e| format!("{name}: {e}"))?;
        String::from_utf8(bytes).map_err(|_| format!("the backup is damaged: {name} is not text"))
    }

    /// The files in it, but for what it says of itself.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str).filter(|name| *name != ABOUT && *name != SUMS)
    }

    /// Checks every byte: the sums of all files, the journal's chain up to the entry that it names, and the snapshot.
    pub fn verify(&self) -> Result<Verified, String> {
        self.check_sums()?;
        let mut last_act = Moment(0);
        let reading = read_chain(self, CHANGES, Tip::ORIGIN, self.about.seq, &mut |frame, _| {
            last_act = Moment(frame.entry.commit.at_ms);
            true
        })
        .map_err(|e| e.to_string())?;
        if let Some((place, what)) = reading.bad {
            return Err(format!(
                "the backup is damaged: {} at byte {}: {what}",
                segment_file(place.segment),
                place.offset
            ));
        }
        if reading.tip.seq != self.about.seq || hex(&reading.tip.hash) != self.about.chain {
            return Err(format!("the backup is damaged: its journal ends at another entry than {}", self.about.seq));
        }
        let mut snapshot = None;
        for found in snapshot::list(self).map_err(|e| e.to_string())? {
            snapshot::check(self, &found.path).map_err(|e| format!("the backup is damaged: {}: {e}", found.path))?;
            snapshot = Some(found.header.tip.seq);
        }
        Ok(Verified { tip: reading.tip, last_act, snapshot, files: self.names().count() })
    }

    fn check_sums(&self) -> Result<(), String> {
        let sums = self.text(SUMS)?;
        let mut told = 0;
        for line in sums.lines() {
            let Some((sum, name)) = line.split_once("  ") else {
                return Err(format!("the backup is damaged: {SUMS} can't be read"));
            };
            if name == SUMS || !self.members.contains_key(name) {
                return Err(format!("the backup is damaged: {} is missing", crate::domain::safe::safe_line(name)));
            }
            if hex(&self.sum(name).map_err(|e| format!("{name}: {e}"))?) != sum {
                return Err(format!("the backup is damaged: {name} is not as it was written"));
            }
            told += 1;
        }
        if told + 1 != self.members.len() {
            return Err(format!("the backup is damaged: {SUMS} does not name all that is in it"));
        }
        Ok(())
    }

    fn sum(&self, name: &str) -> io::Result<Hash> {
        let mut from = OldFile::open(self, name, u64::MAX);
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            match from.read(&mut piece)? {
                0 => return Ok(hasher.finalize().into()),
                n => hasher.update(piece.get(..n).unwrap_or(&[])),
            }
        }
    }
}

/// What checking a backup found: all of it is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Its last entry.
    pub tip: Tip,
    /// When that was written.
    pub last_act: Moment,
    /// The entry that its snapshot stands at.
    pub snapshot: Option<Seq>,
    /// Files in it.
    pub files: usize,
}

fn unchangeable() -> io::Error {
    io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "a backup is never changed")
}

impl Files for Archive {
    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        Ok(self.members.get(path).map(|(_, len)| *len))
    }

    fn read(&self, path: &str, offset: u64, most: usize) -> io::Result<Vec<u8>> {
        let (at, len) = self.members.get(path).ok_or(io::ErrorKind::NotFound)?;
        let left = usize::try_from(len.saturating_sub(offset)).unwrap_or(usize::MAX);
        (self.read)(at + offset.min(*len), most.min(left))
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let below = self.members.keys().filter_map(|name| name.rsplit_once('/').filter(|(dir, _)| *dir == path));
        Ok(below.map(|(_, name)| name.to_owned()).collect())
    }

    fn list_dirs(&self, path: &str) -> io::Result<Vec<String>> {
        let below = |name: &str| {
            let rest = if path.is_empty() { name } else { name.strip_prefix(path)?.strip_prefix('/')? };
            rest.split_once('/').map(|(dir, _)| dir.to_owned())
        };
        let dirs: BTreeSet<String> = self.members.keys().filter_map(|name| below(name)).collect();
        Ok(dirs.into_iter().collect())
    }

    fn create(&self, _: &str) -> io::Result<()> {
        Err(unchangeable())
    }
    fn write_at(&self, _: &str, _: u64, _: &[u8]) -> io::Result<()> {
        Err(unchangeable())
    }
    fn sync(&self, _: &str) -> io::Result<()> {
        Err(unchangeable())
    }
    fn truncate(&self, _: &str, _: u64) -> io::Result<()> {
        Err(unchangeable())
    }
    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(unchangeable())
    }
    fn remove(&self, _: &str) -> io::Result<()> {
        Err(unchangeable())
    }
    fn create_dir(&self, _: &str) -> io::Result<()> {
        Err(unchangeable())
    }
    fn sync_dir(&self, _: &str) -> io::Result<()> {
        Err(unchangeable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_taken_out_of_a_backup() {
        for name in [
            "journal/00000001.log",
            "snapshots/000000000400-x.snapshot",
            "about.toml",
            "keyring",
            "access/1.log",
            "drafts/u-1/d-2",
        ] {
            assert!(is_ours(name), "{name}");
        }
        for name in [
            "drafts/x",
            "drafts/../x",
            "drafts/u/../x",
            "drafts/u/d/x",
            "drafts/.u/d",
            "/etc/passwd",
            "../x",
            "journal/../x",
            "journal/.x",
            "journal/a/b",
            "lock",
            "journal/",
            "working/db",
        ] {
            assert!(!is_ours(name), "{name}");
        }
    }
}
