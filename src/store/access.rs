//! The access chain: who saw what. It lies beside the journal in segments of its own, in the same frames, and is never
//! replayed. An entry is on the disk before what it speaks of is shown; readers who come at the same time share one write
//! and one sync, whoever comes first writes for those behind.
//!
//! ```text
//! <agency>/access/00000001.log   the chain; head beside it, cut-<seq>-<n>.bin what was cut off
//! <agency>/access/starts         where reading begins after a removal, and where the chain goes on after damage
//! ```
//!
//! A torn tail is cut and kept like the journal's. Damage elsewhere does not close the agency: people's care does not
//! wait for a log. The damaged segments stay as they are, for whoever looks into it, a new part of the chain begins
//! behind them, and every open and every check says so until the segment is put back from a backup.

use super::checkpoint::Checkpoint;
use super::engine::{Commit, EngineError, Entry, Seq};
use super::files::{Files, read_whole, replace};
use super::frame::{self, Frame, Hash};
use super::journal::{ACCESSES, Journal, Place, Step, Tip, io_error, read_chain, read_segments};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

/// A new segment is begun when the last one has reached this: some forty thousand entries.
pub const SEGMENT_BYTES: u64 = 8 * 1024 * 1024;
/// Most entries that one write takes.
const MOST_AT_ONCE: usize = 512;
/// The checkpoints that were made, a line each.
pub const CHECKPOINTS: &str = "checkpoints";
/// All that are read: two centuries of hourly ones.
const MOST_CHECKPOINTS: usize = 512 * 1024 * 1024;
/// The file of the starts.
const STARTS: &str = "access/starts";
/// What it begins with.
const STARTS_MAGIC: [u8; 4] = *b"CLs1";
/// It is never longer.
const MOST_STARTS: usize = 1024 * 1024;

/// Why the chain, or a part of it, begins where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// What stood before was removed, its time being over.
    Removed,
    /// What stood before is damaged.
    Damaged,
}

/// Where a part of the chain begins: behind this tip, with the segment in which that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// Why here.
    pub why: Why,
    /// What its first entry follows.
    pub tip: Tip,
}

/// What opening found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessRecovery {
    /// Bytes of an unfinished write that were cut off.
    pub cut_bytes: u64,
    /// The file that keeps them.
    pub cut_file: Option<String>,
    /// What is damaged, and since when the chain has gone on behind it.
    pub damaged: Option<String>,
}

/// A sealed segment, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// Its number.
    pub segment: u32,
    /// Its last entry.
    pub last: Tip,
    /// When its newest entry was made.
    pub newest_ms: i64,
    /// Its length.
    pub bytes: u64,
}

/// An entry on its way, and what came of it.
struct Waiting {
    commit: Commit,
    done: Arc<OnceLock<Result<Seq, String>>>,
}

/// An entry that has its place and is not known to be on the disk: nothing that it speaks of may be shown before
/// [`AccessLog::settle`] has said so.
#[must_use = "what it speaks of may be shown when it is settled, not before"]
pub struct Entering(Arc<OnceLock<Result<Seq, String>>>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Somebody is writing.
    writing: bool,
}

/// Where entries are kept.
enum Kept {
    Files { files: Arc<dyn Files>, segment_bytes: u64, starts: Vec<Start>, journal: Box<Journal> },
    Memory { entries: Vec<Entry>, tip: (Seq, Hash), checkpoints: Vec<Checkpoint> },
}

/// The access chain of one agency.
pub struct AccessLog {
    queue: Mutex<Queue>,
    written: Condvar,
    kept: Mutex<Kept>,
    recovery: AccessRecovery,
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl AccessLog {
    /// One that lasts as long as the process, for an agency that does.
    pub fn in_memory() -> Self {
        Self::over(
            Kept::Memory { entries: Vec::new(), tip: (0, ACCESSES.origin().hash), checkpoints: Vec::new() },
            AccessRecovery::default(),
        )
    }

    /// Opens the chain in `files` and judges its end.
    pub fn open(files: Arc<dyn Files>, segment_bytes: u64, clean: bool) -> Result<Self, EngineError> {
        files.create_dir(ACCESSES.directory).map_err(|e| io_error(ACCESSES.directory, &e))?;
        let (kept, recovery) = open_files(files, segment_bytes, clean)?;
        Ok(Self::over(kept, recovery))
    }

    fn over(kept: Kept, recovery: AccessRecovery) -> Self {
        Self { queue: Mutex::default(), written: Condvar::new(), kept: Mutex::new(kept), recovery }
    }

    /// What opening found.
    pub fn recovery(&self) -> &AccessRecovery {
        &self.recovery
    }

    /// Adds an entry. It is on the disk when this returns its number; whoever gets an error instead must not show what
    /// the entry speaks of.
    pub fn note(&self, commit: Commit) -> Result<Seq, String> {
        self.settle(&self.enter(commit))
    }

    /// Puts an entry in its place of the chain, without touching the disk: whoever holds a lock does this under it, and
    /// settles the entry when the lock is given back.
    pub fn enter(&self, commit: Commit) -> Entering {
        let done = Arc::new(OnceLock::new());
        held(&self.queue).waiting.push(Waiting { commit, done: Arc::clone(&done) });
        Entering(done)
    }

    /// Waits until an entry is on the disk, or writes it with all that wait beside it; its number, or why it is not.
    pub fn settle(&self, entering: &Entering) -> Result<Seq, String> {
        let mut queue = held(&self.queue);
        loop {
            if let Some(answer) = entering.0.get() {
                return answer.clone();
            }
            if queue.writing {
                queue = self.written.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let most = queue.waiting.len().min(MOST_AT_ONCE);
            let group: Vec<Waiting> = queue.waiting.drain(..most).collect();
            queue.writing = true;
            drop(queue);
            held(&self.kept).write(&group);
            queue = held(&self.queue);
            queue.writing = false;
            self.written.notify_all();
        }
    }

    /// The last entry: its number and its hash.
    pub fn tip(&self) -> (Seq, Hash) {
        match &*held(&self.kept) {
            Kept::Files { journal, .. } => (journal.tip().seq, journal.tip().hash),
            Kept::Memory { tip, .. } => *tip,
        }
    }

    /// Hands on the entries behind `since`, oldest first, until it answers `false` or all that stood when it began are
    /// read. Damaged parts are passed over.
    pub fn read(&self, since: Seq, each: &mut dyn FnMut(Entry) -> bool) -> Result<(), EngineError> {
        let (files, starts, until) = match &*held(&self.kept) {
            Kept::Memory { entries, .. } => {
                let behind = entries.iter().skip(usize::try_from(since).unwrap_or(usize::MAX));
                let _ = behind.cloned().try_for_each(|entry| each(entry).then_some(()));
                return Ok(());
            }
            Kept::Files { files, starts, journal, .. } => (Arc::clone(files), starts.clone(), journal.tip().seq),
        };
        for part in parts(&starts) {
            let end = part.until.map_or(until, |next| next.tip.seq.min(until));
            if end <= since {
                continue;
            }
            let last = match part.until {
                Some(next) => next.tip.end.segment.saturating_sub(1),
                None => ACCESSES.last_segment(&*files)?,
            };
            let from = skip_to(&*files, part, since, last)?;
            let mut more = true;
            read_segments(&*files, ACCESSES, from, end, last, &mut |frame, tip| {
                if tip.seq > since {
                    more = each(frame.entry);
                }
                more
            })?;
            if !more {
                break;
            }
        }
        Ok(())
    }

    /// Makes the next open quick: the head mark says how far the chain reached.
    pub fn mark_head(&self) -> Result<(), EngineError> {
        match &*held(&self.kept) {
            Kept::Files { journal, .. } => journal.mark_head(),
            Kept::Memory { .. } => Ok(()),
        }
    }

    /// Keeps a checkpoint beside the chains.
    pub fn keep_checkpoint(&self, checkpoint: Checkpoint) -> Result<(), EngineError> {
        match &mut *held(&self.kept) {
            Kept::Memory { checkpoints, .. } => checkpoints.push(checkpoint),
            Kept::Files { files, .. } => {
                add_line(&**files, &checkpoint.line()).map_err(|e| io_error(CHECKPOINTS, &e))?;
            }
        }
        Ok(())
    }

    /// The last checkpoint that was kept.
    pub fn last_checkpoint(&self) -> Result<Option<Checkpoint>, EngineError> {
        Ok(match &*held(&self.kept) {
            Kept::Memory { checkpoints, .. } => checkpoints.last().copied(),
            Kept::Files { files, .. } => last_line(&**files).map_err(|e| io_error(CHECKPOINTS, &e))?,
        })
    }

    /// The segments that take no more entries, oldest first. Reads them.
    pub fn sealed(&self) -> Result<Vec<Sealed>, EngineError> {
        let (files, start, tip) = match &*held(&self.kept) {
            Kept::Memory { .. } => return Ok(Vec::new()),
            Kept::Files { files, starts, journal, .. } => {
                (Arc::clone(files), starts.first().map_or(ACCESSES.origin(), |s| s.tip), journal.tip())
            }
        };
        let mut list: Vec<Sealed> = Vec::new();
        read_chain(&*files, ACCESSES, start, tip.seq, &mut |frame, tip| {
            let at = frame.entry.commit.at_ms;
            match list.last_mut().filter(|s| s.segment == tip.end.segment) {
                Some(sealed) => {
                    *sealed =
                        Sealed { last: *tip, newest_ms: sealed.newest_ms.max(at), bytes: tip.end.offset, ..*sealed };
                }
                None => {
                    list.push(Sealed { segment: tip.end.segment, last: *tip, newest_ms: at, bytes: tip.end.offset });
                }
            }
            true
        })?;
        list.retain(|s| s.segment < tip.end.segment);
        Ok(list)
    }

    /// Removes the segments up to this one, which must be sealed. What follows it still proves itself: it begins with the
    /// hash of the last entry removed.
    pub fn remove_to(&self, sealed: &Sealed) -> Result<(), EngineError> {
        let mut kept = held(&self.kept);
        let Kept::Files { files, starts, journal, .. } = &mut *kept else { return Ok(()) };
        if sealed.segment >= journal.tip().end.segment {
            return Err(EngineError::Io("the last segment is not sealed; it stays".to_owned()));
        }
        let behind = Place { segment: sealed.segment + 1, offset: 0 };
        let tip = Tip { start: behind, end: behind, ..sealed.last };
        let mut next = vec![Start { why: Why::Removed, tip }];
        next.extend(starts.iter().filter(|s| s.tip.end.segment > behind.segment));
        let first = starts.first().filter(|s| s.why == Why::Removed).map_or(1, |s| s.tip.end.segment);
        // What says where reading begins is on the disk before anything goes.
        write_starts(&**files, &next)?;
        *starts = next;
        for segment in first..behind.segment {
            let path = ACCESSES.file(segment);
            if files.len(&path).map_err(|e| io_error(&path, &e))?.is_some() {
                files.remove(&path).map_err(|e| io_error(&path, &e))?;
            }
        }
        files.sync_dir(ACCESSES.directory).map_err(|e| io_error(ACCESSES.directory, &e))?;
        journal.mark_head()
    }
}

impl Kept {
    /// Writes a group and tells each of its members what came of it.
    fn write(&mut self, group: &[Waiting]) {
        match self {
            Self::Memory { entries, tip, .. } => {
                for one in group {
                    let entry = Entry { seq: tip.0 + 1, commit: one.commit.clone() };
                    let answer = add_in_memory(entries, tip, entry);
                    let _ = one.done.set(answer);
                }
            }
            Self::Files { files, segment_bytes, starts, journal } => {
                if journal.poisoned().is_some() {
                    // As a new process would: read what stands, cut what is torn, write the last group once more.
                    match open_files(Arc::clone(files), *segment_bytes, false) {
                        Ok((Self::Files { starts: found, journal: opened, .. }, _)) => {
                            *starts = found;
                            *journal = opened;
                        }
                        Ok(_) => {}
                        Err(e) => return refuse(group, &e.to_string()),
                    }
                }
                let mut written = journal.write();
                let mut answers = Vec::with_capacity(group.len());
                for one in group {
                    let seq = written.next_seq();
                    let entry = Entry { seq, commit: one.commit.clone() };
                    let keys = vec![0; entry.commit.records.len()];
                    answers.push(written.push(&entry, keys, 0).map(|_| seq).map_err(str::to_owned));
                }
                match journal.append(&written) {
                    Ok(()) => {
                        for (one, answer) in group.iter().zip(answers) {
                            let _ = one.done.set(answer);
                        }
                    }
                    Err(why) => refuse(group, &why),
                }
            }
        }
    }
}

fn refuse(group: &[Waiting], why: &str) {
    for one in group {
        let _ = one.done.set(Err(why.to_owned()));
    }
}

fn add_in_memory(entries: &mut Vec<Entry>, tip: &mut (Seq, Hash), entry: Entry) -> Result<Seq, String> {
    let keys = vec![0; entry.commit.records.len()];
    let frame = Frame { epoch: 1, group: entry.seq, previous: tip.1, keys, note_key: 0, entry };
    let mut bytes = Vec::new();
    frame::encode(&frame, &mut bytes)?;
    *tip = (frame.entry.seq, frame::hash(&bytes));
    entries.push(frame.entry);
    Ok(tip.0)
}

/// A part of the chain: from where, and where the next one begins.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) from: Tip,
    pub(super) until: Option<Start>,
}

/// The parts of the chain, oldest first.
pub(super) fn parts(starts: &[Start]) -> Vec<Part> {
    let first = starts.first().filter(|s| s.why == Why::Removed).map_or(ACCESSES.origin(), |s| s.tip);
    let breaks = || starts.iter().filter(|s| s.why == Why::Damaged);
    let froms = std::iter::once(first).chain(breaks().map(|s| s.tip));
    let untils = breaks().map(|s| Some(*s)).chain([None]);
    froms.zip(untils).map(|(from, until)| Part { from, until }).collect()
}

/// Where to begin reading for what follows `since`: the first entry of each segment is looked at, newest first.
fn skip_to(files: &dyn Files, part: Part, since: Seq, last: u32) -> Result<Tip, EngineError> {
    if since <= part.from.seq {
        return Ok(part.from);
    }
    for segment in ((part.from.end.segment + 1)..=last).rev() {
        let place = Place { segment, offset: 0 };
        if let Step::Frame(frame, tip) = ACCESSES.reader(files, place).step()?
            && tip.seq <= since + 1
        {
            let before = Place { segment, offset: 0 };
            return Ok(Tip { seq: tip.seq - 1, epoch: tip.epoch, start: before, end: before, hash: frame.previous });
        }
    }
    Ok(part.from)
}

fn open_files(files: Arc<dyn Files>, segment_bytes: u64, clean: bool) -> Result<(Kept, AccessRecovery), EngineError> {
    let mut recovery = AccessRecovery::default();
    let mut starts = match read_starts(&*files) {
        Ok(starts) => starts,
        Err(EngineError::Damaged { .. }) => set_starts_aside(&*files, &mut recovery)?,
        Err(e) => return Err(e),
    };
    let opened = loop {
        let begin = starts.last().map_or(ACCESSES.origin(), |s| s.tip);
        match Journal::open(Arc::clone(&files), ACCESSES, begin, segment_bytes, None, clean) {
            Ok(opened) => break opened,
            Err(EngineError::Damaged { file, offset, after, what }) => {
                let start = behind_damage(&*files, begin, after)?;
                // A part that holds no entry yet can't be damaged by its entries: nothing is gained by another one.
                if starts.last() == Some(&start) {
                    return Err(EngineError::Damaged { file, offset, after, what });
                }
                starts.push(start);
                write_starts(&*files, &starts)?;
                recovery.damaged = Some(format!("{file} at byte {offset}, after entry {after}: {what}"));
            }
            Err(e) => return Err(e),
        }
    };
    if recovery.damaged.is_none()
        && let Some(start) = starts.iter().rfind(|s| s.why == Why::Damaged)
    {
        let file = ACCESSES.file(start.tip.end.segment);
        recovery.damaged = Some(format!("what stands before {file}, as was said when it was found"));
    }
    if let Some(cut) = opened.cut {
        recovery.cut_bytes = cut.bytes;
        recovery.cut_file = Some(cut.file);
    }
    Ok((Kept::Files { files, segment_bytes, starts, journal: Box::new(opened.journal) }, recovery))
}

/// Where the chain goes on behind damage: in a segment of its own, with numbers that no entry before it can have.
fn behind_damage(files: &dyn Files, begin: Tip, after: Seq) -> Result<Start, EngineError> {
    let sound = read_chain(files, ACCESSES, begin, after, &mut |_, _| true)?.tip;
    let last = ACCESSES.last_segment(files)?;
    let mut newest = sound.seq.max(ACCESSES.marked(files)?.map_or(0, |tip| tip.seq));
    for segment in begin.end.segment..=last {
        newest = newest.max(newest_in(files, segment)?);
    }
    let behind = Place { segment: last.max(begin.end.segment) + 1, offset: 0 };
    let tip = Tip { seq: newest, epoch: sound.epoch, start: behind, end: behind, hash: sound.hash };
    Ok(Start { why: Why::Damaged, tip })
}

/// The highest number among the frames of a segment, wherever they stand in it.
fn newest_in(files: &dyn Files, segment: u32) -> Result<Seq, EngineError> {
    let path = ACCESSES.file(segment);
    let Some(len) = files.len(&path).map_err(|e| io_error(&path, &e))? else { return Ok(0) };
    let bytes = files.read(&path, 0, usize::try_from(len).unwrap_or(usize::MAX)).map_err(|e| io_error(&path, &e))?;
    let (mut at, mut newest) = (0, 0);
    while let Some(here) = bytes.get(at..).filter(|here| here.len() > frame::LEAD) {
        match frame::decode(here) {
            Ok((found, length)) => {
                newest = newest.max(found.entry.seq);
                at += length;
            }
            Err(_) => at += 1,
        }
    }
    Ok(newest)
}

/// Adds a line, behind a torn one if there is one.
fn add_line(files: &dyn Files, line: &str) -> std::io::Result<()> {
    let end = if let Some(len) = files.len(CHECKPOINTS)? {
        len
    } else {
        files.create(CHECKPOINTS)?;
        files.sync_dir("")?;
        0
    };
    let torn = end > 0 && files.read(CHECKPOINTS, end - 1, 1)? != b"\n";
    let line = if torn { format!("\n{line}") } else { line.to_owned() };
    files.write_at(CHECKPOINTS, end, line.as_bytes())?;
    files.sync(CHECKPOINTS)
}

/// The last checkpoint, without reading those before it.
fn last_line(files: &dyn Files) -> std::io::Result<Option<Checkpoint>> {
    const TAIL: u64 = 1024;
    let Some(len) = files.len(CHECKPOINTS)? else { return Ok(None) };
    let tail = files.read(CHECKPOINTS, len.saturating_sub(TAIL), TAIL as usize)?;
    let text = String::from_utf8_lossy(&tail);
    Ok(text.split_inclusive('\n').rev().filter(|l| l.ends_with('\n')).find_map(Checkpoint::parse))
}

/// Number and place of a kept line, and what it says, if that can be read.
pub(super) type KeptLine = (u64, u64, Option<Checkpoint>);

/// The checkpoints that are kept, oldest first.
pub(super) fn read_checkpoints(files: &dyn Files) -> Result<Vec<KeptLine>, EngineError> {
    let bytes = read_whole(files, CHECKPOINTS, MOST_CHECKPOINTS).map_err(|e| io_error(CHECKPOINTS, &e))?;
    let (mut at, mut lines) = (0, Vec::new());
    for (n, line) in bytes.unwrap_or_default().split_inclusive(|b| *b == b'\n').enumerate() {
        let text = std::str::from_utf8(line).ok().filter(|l| l.ends_with('\n'));
        lines.push((n as u64 + 1, at, text.and_then(Checkpoint::parse)));
        at += line.len() as u64;
    }
    Ok(lines)
}

/// The starts, in their order.
pub(super) fn read_starts(files: &dyn Files) -> Result<Vec<Start>, EngineError> {
    let Some(bytes) = read_whole(files, STARTS, MOST_STARTS).map_err(|e| io_error(STARTS, &e))? else {
        return Ok(Vec::new());
    };
    let last = ACCESSES.last_segment(files)?;
    decode_starts(&bytes).filter(|starts| are_possible(starts, last)).ok_or_else(|| EngineError::Damaged {
        file: STARTS.to_owned(),
        offset: 0,
        after: 0,
        what: "it can't be read".to_owned(),
    })
}

/// Each part begins at the beginning of a segment that stands or is the next one, behind the part before it: nobody
/// looks for segments that were never there.
fn are_possible(starts: &[Start], last: u32) -> bool {
    let place = |start: &Start| start.tip.end;
    starts.iter().map(place).all(|at| at.offset == 0 && (1..=last.saturating_add(1)).contains(&at.segment))
        && starts.is_sorted_by(|a, b| place(a).segment < place(b).segment)
}

fn write_starts(files: &dyn Files, starts: &[Start]) -> Result<(), EngineError> {
    let mut bytes = STARTS_MAGIC.to_vec();
    for start in starts {
        bytes.push(u8::from(start.why == Why::Damaged));
        start.tip.encode(&mut bytes);
    }
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    replace(files, STARTS, &bytes).map_err(|e| io_error(STARTS, &e))
}

fn decode_starts(bytes: &[u8]) -> Option<Vec<Start>> {
    let (body, crc) = bytes.split_last_chunk()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
        return None;
    }
    let mut rest = body.strip_prefix(&STARTS_MAGIC)?;
    let mut starts = Vec::new();
    while let Some((why, behind)) = rest.split_first() {
        let why = match why {
            0 => Why::Removed,
            1 => Why::Damaged,
            _ => return None,
        };
        let (tip, behind) = Tip::decode(behind)?;
        starts.push(Start { why, tip });
        rest = behind;
    }
    Some(starts)
}

/// Starts that can't be read are kept under another name, and the chain goes on behind everything that stands.
fn set_starts_aside(files: &dyn Files, recovery: &mut AccessRecovery) -> Result<Vec<Start>, EngineError> {
    let mut n = 1;
    let aside = loop {
        let name = format!("{STARTS}.damaged-{n}");
        if files.len(&name).map_err(|e| io_error(&name, &e))?.is_none() {
            break name;
        }
        n += 1;
    };
    files.rename(STARTS, &aside).map_err(|e| io_error(STARTS, &e))?;
    let first = (1..=ACCESSES.last_segment(files)?).find(|s| files.len(&ACCESSES.file(*s)).ok().flatten().is_some());
    let begin = Place { segment: first.unwrap_or(1), offset: 0 };
    let mut starts = Vec::new();
    if begin.segment > 1
        && let Step::Frame(frame, tip) = ACCESSES.reader(files, begin).step()?
    {
        let tip = Tip { seq: tip.seq - 1, epoch: tip.epoch, start: begin, end: begin, hash: frame.previous };
        starts.push(Start { why: Why::Removed, tip });
    }
    starts.push(behind_damage(files, starts.first().map_or(ACCESSES.origin(), |s| s.tip), 0)?);
    write_starts(files, &starts)?;
    recovery.damaged = Some(format!("{STARTS} (kept as {aside})"));
    Ok(starts)
}
