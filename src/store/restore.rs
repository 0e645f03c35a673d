//! A backup back into an empty directory: the journal up to the wanted entry, byte for byte, and from there on a new
//! epoch, whose first entry says what was done. A file `restoring` stands in the directory until it is whole; with it
//! nothing is opened, and a second try begins anew.
//!
//! When the lost agency's own journal is still readable in part, what of it follows on the backup's last entry is taken
//! too: each entry holds the hash of the one before, so it is proven up to the first damage.

use super::backup::{Archive, BESIDE_DIRECTORIES, DRAFTS};
use super::codec::{self, ActNote};
use super::engine::{Commit, EngineError, Entry, Seq};
use super::files::Files;
use super::journal::{self, CHANGES, Journal, SEGMENT_BYTES, Tip, io_error, read_chain};
use super::keyring::{self, Keyring, KeyringError, Marks, MasterKey};
use super::snapshot;
use crate::domain::agency::Agency;
use crate::domain::record::Kind;
use crate::domain::text::Text;
use crate::domain::time::{Moment, Zone};
use std::io;
use std::sync::Arc;

/// Stands in a directory into which a backup is being restored.
pub const MARKER: &str = "restoring";
/// How much is copied at once.
const PIECE: usize = 256 * 1024;

/// Up to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All that there is.
    End,
    /// This entry.
    Seq(Seq),
    /// The last entry before the first that is later than this.
    At(Moment),
}

/// Who restores, from where, when; and the request id that the entry gets.
#[derive(Debug, Clone)]
pub struct By {
    /// A random request id.
    pub request: [u8; 16],
    /// When.
    pub at: Moment,
    /// Login and terminal.
    pub origin: String,
}

/// The lost agency's own directory.
#[derive(Clone, Copy)]
pub struct Beyond<'a> {
    /// Its files.
    pub files: &'a dyn Files,
    /// Its keyring is sound and goes along: what was sealed since the backup needs its keys.
    pub keyring: bool,
}

/// What stands of the agency elsewhere.
#[derive(Default)]
pub struct Old<'a> {
    /// The lost agency's own directory, whose journal is to be followed.
    pub beyond: Option<Beyond<'a>>,
    /// Directories with a keyring of the same agency: who was erased there stays erased.
    pub standing: Vec<(String, &'a dyn Files)>,
    /// The master keys that are at hand.
    pub masters: Vec<MasterKey>,
}

/// Who was erased since a backup was made, and who says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasures {
    /// Clients who stand whole in the backup and are erased in what was restored.
    pub kept: usize,
    /// The directories whose keyrings were asked.
    pub asked: Vec<String>,
    /// Those whose keyring could not be asked, and why.
    pub unread: Vec<(String, String)>,
}

/// What was restored, and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The last entry that was restored.
    pub tip: Tip,
    /// When it was written.
    pub last_act: Moment,
    /// The epoch that begins now.
    pub epoch: u64,
    /// How many of the entries came from the lost agency's own journal.
    pub beyond: u64,
    /// Where that journal could not be followed any more, and why.
    pub beyond_ended: Option<String>,
    /// Entries that are known and were left out because an earlier point was asked for, and when the last was written.
    pub left_out: Option<(u64, Moment)>,
    /// Who stays erased; none where the backup is not encrypted.
    pub erasures: Option<Erasures>,
}

/// The zone of the agency in a backup, if its records lie in clear or the keys are here.
pub fn zone_of(from: &Archive, keys: Option<&Keyring>) -> Result<Option<Zone>, EngineError> {
    let mut zone = None;
    read_chain(from, CHANGES, Tip::ORIGIN, Seq::MAX, &mut |frame, _| {
        for record in frame.entry.commit.records.iter().filter(|r| r.kind == Kind::Agency.number()) {
            if let Ok(agency) = codec::decode_with::<Agency>(keys, &record.id, record.expect + 1, &record.envelope) {
                zone = Some(agency.body.zone);
            }
        }
        true
    })?;
    Ok(zone)
}

/// The chosen end while entries go by.
struct Choice {
    until: Until,
    chosen: Option<(Tip, Moment)>,
    later: Option<(u64, Moment)>,
}

impl Choice {
    fn see(&mut self, tip: &Tip, at: Moment) {
        let wanted = self.later.is_none()
            && match self.until {
                Until::End => true,
                Until::Seq(seq) => tip.seq <= seq,
                Until::At(moment) => at <= moment,
            };
        if wanted {
            self.chosen = Some((*tip, at));
        } else {
            self.later = Some((self.later.map_or(0, |(n, _)| n) + 1, at));
        }
    }
}

/// Restores a backup into `to`.
pub fn restore(
    from: &Archive,
    old: &Old<'_>,
    to: &Arc<dyn Files>,
    until: Until,
    by: &By,
) -> Result<Restored, EngineError> {
    let beyond = old.beyond;
    let verified = from.verify().map_err(EngineError::Io)?;
    let mut choice = Choice { until, chosen: None, later: None };
    let see = |choice: &mut Choice, source: &dyn Files, behind: Tip, last: Seq| {
        read_chain(source, CHANGES, behind, last, &mut |frame, tip| {
            choice.see(tip, Moment(frame.entry.commit.at_ms));
            true
        })
    };
    see(&mut choice, from, Tip::ORIGIN, verified.tip.seq)?;
    let mut beyond_ended = None;
    if let Some(lost) = beyond {
        let reading = see(&mut choice, lost.files, verified.tip, Seq::MAX)?;
        beyond_ended = reading
            .bad
            .map(|(place, what)| format!("{} at byte {}: {what}", journal::segment_file(place.segment), place.offset));
    }
    let Some((tip, last_act)) = choice.chosen else {
        return Err(EngineError::Io("nothing in this backup is as old as that".to_owned()));
    };
    if let Until::Seq(seq) = until
        && seq > tip.seq
    {
        return Err(EngineError::Io(format!("the last entry in this backup is {}", tip.seq)));
    }
    begin(&**to)?;
    copy_journal(from, &verified.tip, beyond.map(|b| b.files), &**to, &tip)?;
    copy_beside(from, beyond.filter(|b| b.keyring).map(|b| b.files), &**to, &tip)?;
    let erasures = keep_erased(from, old, to)?;
    let epoch = begin_epoch(to, &tip, by, from)?;
    to.remove(MARKER).and_then(|()| to.sync_dir("")).map_err(|e| io_error(MARKER, &e))?;
    Ok(Restored {
        tip,
        last_act,
        epoch,
        beyond: tip.seq.saturating_sub(verified.tip.seq),
        beyond_ended,
        left_out: choice.later,
        erasures,
    })
}

/// A backup still holds the keys of whoever was erased since it was made: they are destroyed here as well, before
/// anything is opened with them.
fn keep_erased(from: &Archive, old: &Old<'_>, to: &Arc<dyn Files>) -> Result<Option<Erasures>, EngineError> {
    let failed = |e: KeyringError| EngineError::Io(format!("{}: {e}", keyring::FILE));
    if !keyring::stands(from).map_err(failed)? {
        return Ok(None);
    }
    let mut erasures = Erasures::default();
    for (place, files) in &old.standing {
        match Marks::read(*files, &old.masters) {
            Ok(marks) => {
                keyring::take_over(to, &marks, &old.masters).map_err(failed)?;
                erasures.asked.push(place.clone());
            }
            Err(why) => erasures.unread.push((place.clone(), why.to_string())),
        }
    }
    let before = Marks::read(from, &old.masters).map_err(failed)?.erased();
    erasures.kept = Marks::read(&**to, &old.masters).map_err(failed)?.erased().difference(&before).count();
    Ok(Some(erasures))
}

/// Whether a directory holds a keyring of the agency that is in this backup.
pub fn is_same_agency(from: &Archive, files: &dyn Files) -> bool {
    keyring::stands(files).unwrap_or(false)
        && matches!(files.len(MARKER), Ok(None))
        && matches!((snapshot::agency_of(from), snapshot::agency_of(files)), (Ok(Some(a)), Ok(Some(b))) if a == b)
}

/// Takes hold of an empty directory, or of one in which an earlier try was cut off.
fn begin(to: &dyn Files) -> Result<(), EngineError> {
    let fail = |e: io::Error| io_error(MARKER, &e);
    if to.len(MARKER).map_err(fail)?.is_none() {
        let journal = match to.list(journal::DIRECTORY) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other.map_err(|e| io_error(journal::DIRECTORY, &e))?,
        };
        if !journal.is_empty() {
            return Err(EngineError::Io("there is an agency already; restore into another directory".to_owned()));
        }
        to.create(MARKER).and_then(|()| to.sync(MARKER)).and_then(|()| to.sync_dir("")).map_err(fail)?;
        return Ok(());
    }
    let users = match to.list_dirs(DRAFTS) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
        other => other.map_err(|e| io_error(DRAFTS, &e))?,
    };
    let of_users: Vec<String> = users.iter().map(|user| format!("{DRAFTS}/{user}")).collect();
    let dirs = [journal::DIRECTORY, snapshot::DIRECTORY, ""].into_iter().chain(BESIDE_DIRECTORIES.iter().copied());
    for dir in dirs.chain(of_users.iter().map(String::as_str)) {
        let names = match to.list(dir) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(|e| io_error(dir, &e))?,
        };
        for name in names.iter().filter(|name| *name != MARKER && *name != "lock") {
            let path = if dir.is_empty() { name.clone() } else { format!("{dir}/{name}") };
            to.remove(&path).map_err(|e| io_error(&path, &e))?;
        }
    }
    Ok(())
}

/// Copies bytes `begin..end` of a file behind what is there already.
fn copy(from: &dyn Files, to: &dyn Files, path: &str, begin: u64, end: u64) -> Result<(), EngineError> {
    let fail = |e: io::Error| io_error(path, &e);
    let mut at = begin;
    while at < end {
        let most = PIECE.min(usize::try_from(end - at).unwrap_or(PIECE));
        let bytes = from.read(path, at, most).map_err(fail)?;
        if bytes.is_empty() {
            return Err(EngineError::Io(format!("{path} is shorter than it should be")));
        }
        to.write_at(path, at, &bytes).map_err(fail)?;
        at += bytes.len() as u64;
    }
    to.sync(path).map_err(fail)
}

/// The segments up to an entry. Both journals lay their entries at the same places, or the chain would not have gone on
/// from one to the other.
fn copy_journal(
    from: &Archive,
    from_tip: &Tip,
    beyond: Option<&dyn Files>,
    to: &dyn Files,
    tip: &Tip,
) -> Result<(), EngineError> {
    to.create_dir(journal::DIRECTORY).map_err(|e| io_error(journal::DIRECTORY, &e))?;
    for segment in 1..=tip.end.segment {
        let path = journal::segment_file(segment);
        to.create(&path).map_err(|e| io_error(&path, &e))?;
        let whole =
            |files: &dyn Files| files.len(&path).map(Option::unwrap_or_default).map_err(|e| io_error(&path, &e));
        let in_backup = whole(from)?;
        let wanted = match beyond {
            _ if segment == tip.end.segment => tip.end.offset,
            Some(lost) if segment >= from_tip.end.segment => whole(lost)?,
            _ => in_backup,
        };
        copy(from, to, &path, 0, wanted.min(in_backup))?;
        if let Some(lost) = beyond.filter(|_| wanted > in_backup) {
            copy(lost, to, &path, in_backup, wanted)?;
        }
    }
    to.sync_dir(journal::DIRECTORY).map_err(|e| io_error(journal::DIRECTORY, &e))
}

/// The snapshots up to an entry, and what else is in the backup; the keyring from `newer`, if there is one.
fn copy_beside(from: &Archive, newer: Option<&dyn Files>, to: &dyn Files, tip: &Tip) -> Result<(), EngineError> {
    let later: Vec<String> =
        snapshot::list(from)?.into_iter().filter(|s| s.header.tip.seq > tip.seq).map(|s| s.path).collect();
    for name in from.names() {
        let dir = name.rsplit_once('/').map_or("", |(dir, _)| dir);
        if dir == journal::DIRECTORY || later.iter().any(|path| path == name) {
            continue;
        }
        if let Some((above, _)) = dir.split_once('/') {
            to.create_dir(above).map_err(|e| io_error(above, &e))?;
        }
        if !dir.is_empty() {
            to.create_dir(dir).map_err(|e| io_error(dir, &e))?;
        }
        to.create(name).map_err(|e| io_error(name, &e))?;
        let from = newer.filter(|_| name == keyring::FILE).unwrap_or(from);
        let end = from.len(name).map_err(|e| io_error(name, &e))?.unwrap_or(0);
        copy(from, to, name, 0, end)?;
        to.sync_dir(dir).map_err(|e| io_error(dir, &e))?;
    }
    Ok(())
}

/// Writes the first entry of the next epoch, which says what this is.
fn begin_epoch(to: &Arc<dyn Files>, tip: &Tip, by: &By, from: &Archive) -> Result<u64, EngineError> {
    let mut journal = Journal::open(Arc::clone(to), CHANGES, Tip::ORIGIN, SEGMENT_BYTES, None, true)?.journal;
    if journal.tip() != *tip {
        return Err(EngineError::Io(format!(
            "what was copied ends at entry {} and not at {}",
            journal.tip().seq,
            tip.seq
        )));
    }
    let summary = format!("Restored from the backup of {}, up to entry {}", from.about().made, tip.seq);
    let note = ActNote { summary: Text::clip(&summary), ..ActNote::default() };
    let note = codec::encode_note(&by.request, &note).map_err(|e| EngineError::Io(e.to_string()))?;
    let commit = Commit {
        request: by.request,
        batch: [0; 16],
        actor: [0; 16],
        at_ms: by.at.0,
        action: "agency.restore".to_owned(),
        origin: by.origin.clone(),
        undoes: 0,
        note,
        records: Vec::new(),
    };
    let epoch = tip.epoch + 1;
    let mut written = journal.write();
    written.begin_epoch(epoch);
    let seq = written.next_seq();
    written.push(&Entry { seq, commit }, Vec::new(), 0).map_err(|what| EngineError::Io(what.to_owned()))?;
    journal.append(&written).map_err(EngineError::Io)?;
    journal.mark_head()?;
    Ok(epoch)
}
