//! The chains: append-only segment files of frames, each holding the hash of the one before, and the head mark that says
//! how far they reached at the last checkpoint. Appending, reading in order, and judging a bad end. What an entry says or
//! does to the working copy is not known here.
//!
//! There are two of them, alike in every byte but where they lie and what their first entry follows: the changes, which
//! are the record, and the accesses ([`super::access`]), which say who saw what of it.

use super::engine::{EngineError, Seq};
use super::files::{Files, read_whole, replace};
use super::frame::{self, Frame, FrameError, Hash, LEAD, MAGIC, MAX_FRAME};
use std::io;
use std::sync::Arc;

/// The directory of the changes' segments, below the agency's.
pub const DIRECTORY: &str = "journal";
/// A new segment is begun when the last one has reached this.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// How much is read at once.
const CHUNK: usize = 256 * 1024;
/// What a head mark begins with.
const HEAD_MAGIC: [u8; 4] = *b"CLh1";
/// No head mark is longer: room for a million segments' lengths.
const MAX_HEAD: usize = 8 * 1024 * 1024;

/// One of the agency's chains: where it lies, and what its first entry follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The directory of its segments, below the agency's.
    pub directory: &'static str,
    /// What its first entry holds as the hash of the one before: an entry of one chain begins no other.
    first: Hash,
}

/// What was changed: the record.
pub const CHANGES: Chain = Chain { directory: DIRECTORY, first: [0; 32] };
/// Who saw what of it.
pub const ACCESSES: Chain = Chain { directory: "access", first: *b"caseload: the chain of accesses\0" };

impl Chain {
    /// The file of a segment.
    pub fn file(self, segment: u32) -> String {
        format!("{}/{segment:08}.log", self.directory)
    }

    /// The head mark's file.
    pub fn head_file(self) -> String {
        format!("{}/head", self.directory)
    }

    /// Before its first entry.
    pub fn origin(self) -> Tip {
        Tip { hash: self.first, ..Tip::ORIGIN }
    }

    /// Reads its frames one after the other.
    pub(super) fn reader(self, files: &dyn Files, place: Place) -> FrameReader<'_> {
        FrameReader { chain: self, files, place, buffer: Vec::new(), taken: 0 }
    }

    /// Damage at a place of it.
    pub(super) fn damaged(self, place: Place, after: Seq, what: &str) -> EngineError {
        EngineError::Damaged { file: self.file(place.segment), offset: place.offset, after, what: what.to_owned() }
    }

    /// The number of its last segment, 0 when there is none.
    pub(super) fn last_segment(self, files: &dyn Files) -> Result<u32, EngineError> {
        let names = files.list(self.directory).map_err(|e| io_error(self.directory, &e))?;
        let number = |name: &String| name.strip_suffix(".log").filter(|n| n.len() == 8).and_then(|n| n.parse().ok());
        Ok(names.iter().filter_map(number).max().unwrap_or(0))
    }

    /// How far it reached when its head was marked last; nothing when it never was.
    pub(super) fn marked(self, files: &dyn Files) -> Result<Option<Tip>, EngineError> {
        match read_head(files, self).map_err(|e| io_error(&self.head_file(), &e))? {
            HeadMark::Sound(head) => Ok(Some(head.tip)),
            HeadMark::Absent | HeadMark::Unreadable => Ok(None),
        }
    }
}

/// A place in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The segment's number, from 1.
    pub segment: u32,
    /// The byte in it.
    pub offset: u64,
}

/// The file of a segment of the changes.
pub fn segment_file(segment: u32) -> String {
    CHANGES.file(segment)
}

/// An entry, where it stands, and its hash: enough to go on reading behind it and to prove that it is the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// The entry's number; 0 before the first.
    pub seq: Seq,
    /// The epoch it was written in.
    pub epoch: u64,
    /// Where its frame begins.
    pub start: Place,
    /// Where its frame ends.
    pub end: Place,
    /// Its hash.
    pub hash: Hash,
}

impl Tip {
    /// Before the first entry.
    pub const ORIGIN: Self = Self {
        seq: 0,
        epoch: 1,
        start: Place { segment: 1, offset: 0 },
        end: Place { segment: 1, offset: 0 },
        hash: [0; 32],
    };
    /// Bytes of [`Tip::encode`].
    pub const BYTES: usize = 8 + 8 + 4 + 8 + 4 + 8 + 32;

    /// The tip in a fixed form.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.seq.to_le_bytes());
        out.extend_from_slice(&self.epoch.to_le_bytes());
        for place in [self.start, self.end] {
            out.extend_from_slice(&place.segment.to_le_bytes());
            out.extend_from_slice(&place.offset.to_le_bytes());
        }
        out.extend_from_slice(&self.hash);
    }

    /// Reads what [`Tip::encode`] wrote, and what stands behind it.
    pub fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (seq, rest) = bytes.split_first_chunk()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (first_segment, rest) = rest.split_first_chunk()?;
        let (first_offset, rest) = rest.split_first_chunk()?;
        let (last_segment, rest) = rest.split_first_chunk()?;
        let (last_offset, rest) = rest.split_first_chunk()?;
        let (hash, rest) = rest.split_first_chunk()?;
        let place = |segment: &[u8; 4], offset: &[u8; 8]| Place {
            segment: u32::from_le_bytes(*segment),
            offset: u64::from_le_bytes(*offset),
        };
        let tip = Self {
            seq: u64::from_le_bytes(*seq),
            epoch: u64::from_le_bytes(*epoch),
            start: place(first_segment, first_offset),
            end: place(last_segment, last_offset),
            hash: *hash,
        };
        Some((tip, rest))
    }
}

/// How far the journal reached at the last checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Head {
    tip: Tip,
    /// The lengths of the segments before the tip's.
    closed: Vec<u64>,
}

impl Head {
    fn encode(&self) -> Vec<u8> {
        let mut out = HEAD_MAGIC.to_vec();
        self.tip.encode(&mut out);
        out.extend_from_slice(&(self.closed.len() as u32).to_le_bytes());
        for len in &self.closed {
            out.extend_from_slice(&len.to_le_bytes());
        }
        let crc = crc32fast::hash(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk()?;
        if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let (tip, rest) = Tip::decode(body.strip_prefix(&HEAD_MAGIC)?)?;
        let (count, rest) = rest.split_first_chunk()?;
        let (lens, []) = rest.as_chunks::<8>() else { return None };
        let closed: Vec<u64> = lens.iter().map(|len| u64::from_le_bytes(*len)).collect();
        (closed.len() == u32::from_le_bytes(*count) as usize).then_some(Self { tip, closed })
    }
}

/// What the head mark's file says.
enum HeadMark {
    Absent,
    Sound(Head),
    Unreadable,
}

fn read_head(files: &dyn Files, chain: Chain) -> io::Result<HeadMark> {
    Ok(match read_whole(files, &chain.head_file(), MAX_HEAD)? {
        None => HeadMark::Absent,
        Some(bytes) => Head::decode(&bytes).map_or(HeadMark::Unreadable, HeadMark::Sound),
    })
}

/// An I/O error, and on which file.
pub(super) fn io_error(path: &str, error: &io::Error) -> EngineError {
    EngineError::Io(format!("{path}: {error}"))
}

/// One step of reading.
pub(super) enum Step {
    /// A sound frame, and what it makes the tip.
    Frame(Box<Frame>, Tip),
    /// The segment ends here, between two frames.
    End,
    /// What stands here is no frame.
    Bad(&'static str),
}

/// Reads frames one after the other, in chunks. Checks each frame by itself, not the chain.
pub(super) struct FrameReader<'a> {
    chain: Chain,
    files: &'a dyn Files,
    /// Where the next frame begins.
    pub(super) place: Place,
    buffer: Vec<u8>,
    taken: usize,
}

impl FrameReader<'_> {
    /// Goes on at the beginning of the next segment.
    pub(super) fn next_segment(&mut self) {
        self.place = Place { segment: self.place.segment + 1, offset: 0 };
        self.buffer.clear();
        self.taken = 0;
    }

    pub(super) fn step(&mut self) -> Result<Step, EngineError> {
        let mut wanted = LEAD;
        loop {
            let ready = self.buffer.get(self.taken..).unwrap_or(&[]);
            if ready.len() < wanted {
                let before = ready.len();
                self.fill(wanted)?;
                let ready = self.buffer.get(self.taken..).unwrap_or(&[]);
                if ready.is_empty() {
                    return Ok(Step::End);
                }
                if ready.len() == before || ready.len() < wanted {
                    return Ok(Step::Bad("the frame is cut off"));
                }
                continue;
            }
            return match frame::decode(ready) {
                Ok((frame, length)) => {
                    let stored = ready.get(..length).unwrap_or(ready);
                    let end = Place { segment: self.place.segment, offset: self.place.offset + length as u64 };
                    let hash = frame::hash(stored);
                    let tip = Tip { seq: frame.entry.seq, epoch: frame.epoch, start: self.place, end, hash };
                    self.taken += length;
                    self.place = end;
                    Ok(Step::Frame(Box::new(frame), tip))
                }
                Err(FrameError::Short(needed)) => {
                    wanted = needed;
                    continue;
                }
                Err(FrameError::Bad(what)) => Ok(Step::Bad(what)),
                Err(FrameError::Newer(version)) => Err(EngineError::Newer(format!(
                    "{} (frame version {version})",
                    self.chain.file(self.place.segment)
                ))),
            };
        }
    }

    fn fill(&mut self, wanted: usize) -> Result<(), EngineError> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        let path = self.chain.file(self.place.segment);
        let more = wanted.max(CHUNK).saturating_sub(self.buffer.len());
        let from = self.place.offset + self.buffer.len() as u64;
        let bytes = self.files.read(&path, from, more).map_err(|e| io_error(&path, &e))?;
        self.buffer.extend_from_slice(&bytes);
        Ok(())
    }
}

/// How far a reading came.
pub(super) struct Reading {
    /// The last sound entry.
    pub(super) tip: Tip,
    /// The group of that entry, when it was read here.
    pub(super) group: Option<Seq>,
    /// What stands behind it, when it is neither the next entry nor the end.
    pub(super) bad: Option<(Place, &'static str)>,
}

/// Reads the chain behind `from` up to entry `until`, handing each entry on until it answers `false`.
pub(super) fn read_chain(
    files: &dyn Files,
    chain: Chain,
    from: Tip,
    until: Seq,
    each: &mut dyn FnMut(Box<Frame>, &Tip) -> bool,
) -> Result<Reading, EngineError> {
    read_segments(files, chain, from, until, chain.last_segment(files)?, each)
}

/// The same, no further than the end of segment `last`.
pub(super) fn read_segments(
    files: &dyn Files,
    chain: Chain,
    from: Tip,
    until: Seq,
    last: u32,
    each: &mut dyn FnMut(Box<Frame>, &Tip) -> bool,
) -> Result<Reading, EngineError> {
    let mut reading = Reading { tip: from, group: None, bad: None };
    let mut reader = chain.reader(files, from.end);
    if last < from.end.segment {
        // A chain that begins with a segment of its own may not have got to it yet.
        if from.end.offset > 0 {
            reading.bad = Some((from.end, "the segment is missing"));
        }
        return Ok(reading);
    }
    while reading.tip.seq < until {
        let at = reader.place;
        if at.offset == 0 {
            // Segments are opened in order and never empty, but for the last.
            let path = chain.file(at.segment);
            match files.len(&path).map_err(|e| io_error(&path, &e))? {
                None => {
                    reading.bad = Some((at, "the segment is missing"));
                    break;
                }
                Some(0) if at.segment < last => {
                    reading.bad = Some((at, "the segment is empty"));
                    break;
                }
                Some(_) => {}
            }
        }
        match reader.step()? {
            Step::Frame(frame, tip) => {
                let wrong = if frame.entry.seq != reading.tip.seq + 1 {
                    Some("an entry is missing or out of order")
                } else if frame.previous != reading.tip.hash {
                    Some("the chain is broken: the entry before is not the one this follows")
                } else if frame.epoch < reading.tip.epoch {
                    Some("the epoch goes back")
                } else {
                    None
                };
                if let Some(what) = wrong {
                    reading.bad = Some((at, what));
                    break;
                }
                reading.tip = tip;
                reading.group = Some(frame.group);
                if !each(frame, &tip) {
                    break;
                }
            }
            Step::End if at.segment < last => reader.next_segment(),
            Step::End => break,
            Step::Bad(what) => {
                reading.bad = Some((at, what));
                break;
            }
        }
    }
    Ok(reading)
}

/// Whether the journal begins with a sealed entry, so that a keyring belongs to it. Read without any key.
pub fn is_sealed(files: &dyn Files) -> Result<bool, EngineError> {
    let first = Place { segment: 1, offset: 0 };
    let path = CHANGES.file(first.segment);
    if files.len(&path).map_err(|e| io_error(&path, &e))?.is_none() {
        return Ok(false);
    }
    match CHANGES.reader(files, first).step()? {
        Step::Frame(frame, _) => Ok(frame.note_key != 0 || frame.keys.iter().any(|key| *key != 0)),
        Step::End | Step::Bad(_) => Ok(false),
    }
}

/// A torn tail that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// How many bytes.
    pub bytes: u64,
    /// The file that keeps them.
    pub file: String,
}

/// A chain of one agency, open for appending.
pub struct Journal {
    chain: Chain,
    files: Arc<dyn Files>,
    segment_bytes: u64,
    tip: Tip,
    closed: Vec<u64>,
    /// An empty segment was left behind the last entry by a cut; the next group must begin it.
    begun: bool,
    poisoned: Option<String>,
}

/// What opening found.
pub struct Opened {
    /// The journal.
    pub journal: Journal,
    /// The tail that was cut.
    pub cut: Option<Cut>,
    /// The entry that the head mark names: the working copy had it on the disk.
    pub marked: Seq,
    /// The working copy's applied entry is not one of this journal's: it belongs to another one.
    pub foreign: bool,
}

impl Journal {
    /// Opens a chain and judges its end.
    ///
    /// `begin` is what its first kept entry follows: the chain's origin, or what was removed before it. `applied` is how far the working copy got, if there is one. After a clean end only what lies behind the marks is
    /// read; when the marks and the files disagree everything is, to name the first bad entry.
    pub fn open(
        files: Arc<dyn Files>,
        chain: Chain,
        begin: Tip,
        segment_bytes: u64,
        applied: Option<Tip>,
        clean: bool,
    ) -> Result<Opened, EngineError> {
        files.create_dir(chain.directory).map_err(|e| io_error(chain.directory, &e))?;
        let mark = read_head(&*files, chain).map_err(|e| io_error(&chain.head_file(), &e))?;
        let applied = applied.filter(|tip| tip.seq > 0);
        let head = match &mark {
            HeadMark::Sound(head) if head.tip.seq > begin.seq => Some(head),
            _ => None,
        };
        let marks_hold = applied.is_none_or(|tip| stands(&*files, chain, &tip))
            && head.is_none_or(|head| stands(&*files, chain, &head.tip) && closed_as(&*files, chain, begin, head))
            && segments_stand(&*files, chain, begin)?;
        let from = if marks_hold {
            applied.into_iter().chain(head.map(|h| h.tip)).max_by_key(|tip| tip.seq).unwrap_or(begin)
        } else {
            begin
        };
        let mut foreign = false;
        let mut head_differs = None;
        let reading = read_chain(&*files, chain, from, Seq::MAX, &mut |_, tip| {
            foreign |= applied.is_some_and(|a| a.seq == tip.seq && a != *tip);
            if head.is_some_and(|h| h.tip.seq == tip.seq && h.tip.hash != tip.hash) {
                head_differs = Some(*tip);
            }
            true
        })?;
        if let Some(tip) = head_differs {
            return Err(chain.damaged(tip.start, tip.seq - 1, "the entry is not the one that the head mark names"));
        }
        let acknowledged = applied.map_or(0, |tip| tip.seq).max(head.map_or(0, |head| head.tip.seq));
        let (place, what) = reading.bad.unwrap_or((reading.tip.end, "the journal ends here"));
        if acknowledged > reading.tip.seq {
            let what = format!("{what}, but entry {acknowledged} was acknowledged");
            return Err(chain.damaged(place, reading.tip.seq, &what));
        }
        let mut journal =
            Self { chain, files, segment_bytes, tip: reading.tip, closed: Vec::new(), begun: false, poisoned: None };
        let mut cut = None;
        if let Some((place, what)) = reading.bad {
            if matches!(mark, HeadMark::Unreadable) {
                let what = format!("{what}, and the head mark is unreadable");
                return Err(chain.damaged(place, reading.tip.seq, &what));
            }
            journal.check_torn(place, what, reading.group)?;
            cut = Some(journal.cut(place)?);
        }
        journal.closed = journal.closed_lengths()?;
        journal.begun = chain.last_segment(&*journal.files)? > journal.tip.end.segment;
        if !clean {
            journal.settle_last_group()?;
        }
        Ok(Opened { journal, cut, marked: head.map_or(0, |head| head.tip.seq), foreign })
    }

    /// The last entry.
    pub fn tip(&self) -> Tip {
        self.tip
    }

    /// Why nothing is taken any more.
    pub fn poisoned(&self) -> Option<&str> {
        self.poisoned.as_deref()
    }

    /// Appends the frames of one group (see [`Journal::write`]): one write, one sync. After an error it is not known what
    /// stands on the disk, so nothing is taken any more until the next open; nothing is tried again, because the kernel
    /// may have dropped the pages that it could not write.
    pub fn append(&mut self, written: &Written) -> Result<(), String> {
        if let Some(why) = &self.poisoned {
            return Err(why.clone());
        }
        if written.bytes.is_empty() {
            return Ok(());
        }
        match self.try_append(written) {
            Ok(tip) => {
                self.tip = tip;
                Ok(())
            }
            Err(error) => {
                let why = format!("the journal could not be written: {error}");
                self.poisoned = Some(why.clone());
                Err(why)
            }
        }
    }

    fn try_append(&mut self, written: &Written) -> io::Result<Tip> {
        let mut base = self.tip.end;
        let over = base.offset + written.bytes.len() as u64 > self.segment_bytes;
        if base.offset > 0 && (over || self.begun) {
            let full = base.offset;
            base = Place { segment: base.segment + 1, offset: 0 };
            self.make_segment(base.segment)?;
            self.closed.push(full);
            self.begun = false;
        } else if base.offset == 0 {
            self.make_segment(base.segment)?;
        }
        let path = self.chain.file(base.segment);
        self.files.write_at(&path, base.offset, &written.bytes)?;
        self.files.sync(&path)?;
        Ok(written.tip_at(base))
    }

    fn make_segment(&self, segment: u32) -> io::Result<()> {
        let path = self.chain.file(segment);
        // An empty one may be left from a cut between its making and its first entry.
        if self.files.len(&path)? != Some(0) {
            self.files.create(&path)?;
        }
        self.files.sync_dir(self.chain.directory)
    }

    /// Begins a group behind the tip.
    pub fn write(&self) -> Written {
        Written { bytes: Vec::new(), group: self.tip.seq + 1, tip: self.tip, last: (0, 0) }
    }

    /// Writes the head mark: what stands now was acknowledged.
    pub fn mark_head(&self) -> Result<(), EngineError> {
        if let Some(why) = &self.poisoned {
            return Err(EngineError::Io(why.clone()));
        }
        let head = Head { tip: self.tip, closed: self.closed.clone() };
        let path = self.chain.head_file();
        replace(&*self.files, &path, &head.encode()).map_err(|e| io_error(&path, &e))
    }

    /// A bad end is a torn tail only in the last segment and with nothing sound behind it but more of the same group,
    /// whose sectors the disk may have taken in any order.
    fn check_torn(&self, place: Place, what: &str, group: Option<Seq>) -> Result<(), EngineError> {
        let after = self.tip.seq;
        if place.segment != self.chain.last_segment(&*self.files)? {
            return Err(self.chain.damaged(place, after, what));
        }
        let path = self.chain.file(place.segment);
        let len = self.files.len(&path).map_err(|e| io_error(&path, &e))?.unwrap_or(0);
        let rest = usize::try_from(len.saturating_sub(place.offset)).unwrap_or(usize::MAX);
        let bytes = self.files.read(&path, place.offset, rest).map_err(|e| io_error(&path, &e))?;
        for at in 0..bytes.len().saturating_sub(LEAD) {
            let here = bytes.get(at..).unwrap_or(&[]);
            if !here.starts_with(&MAGIC) {
                continue;
            }
            match frame::decode(here.get(..MAX_FRAME.min(here.len())).unwrap_or(here)) {
                Ok((found, _)) => {
                    let same_write =
                        found.entry.seq > after && (found.group == after + 1 || Some(found.group) == group) && at > 0;
                    if !same_write {
                        let what = format!("{what}, and entry {} stands behind it", found.entry.seq);
                        return Err(self.chain.damaged(place, after, &what));
                    }
                }
                Err(FrameError::Newer(version)) => {
                    return Err(EngineError::Newer(format!("{path} (frame version {version})")));
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Keeps the bytes from `place` on in a file of their own, then cuts them off.
    fn cut(&self, place: Place) -> Result<Cut, EngineError> {
        let path = self.chain.file(place.segment);
        let Some(len) = self.files.len(&path).map_err(|e| io_error(&path, &e))? else {
            return Err(self.chain.damaged(place, self.tip.seq, "the segment is missing"));
        };
        let bytes = len.saturating_sub(place.offset);
        let torn = self
            .files
            .read(&path, place.offset, usize::try_from(bytes).unwrap_or(usize::MAX))
            .map_err(|e| io_error(&path, &e))?;
        let mut n = 1;
        let file = loop {
            let file = format!("{}/cut-{}-{n}.bin", self.chain.directory, self.tip.seq + 1);
            if self.files.len(&file).map_err(|e| io_error(&file, &e))?.is_none() {
                break file;
            }
            n += 1;
        };
        replace(&*self.files, &file, &torn).map_err(|e| io_error(&file, &e))?;
        self.files
            .truncate(&path, place.offset)
            .and_then(|()| self.files.sync(&path))
            .map_err(|e| io_error(&path, &e))?;
        Ok(Cut { bytes, file })
    }

    fn closed_lengths(&self) -> Result<Vec<u64>, EngineError> {
        let len = |segment: u32| {
            let path = self.chain.file(segment);
            self.files.len(&path).map_err(|e| io_error(&path, &e)).map(Option::unwrap_or_default)
        };
        (1..self.tip.end.segment).map(len).collect()
    }

    /// After an unclean end the last group may stand in the kernel's memory only, its pages marked clean by a sync that
    /// failed. The same bytes are written again and synced before anyone is shown them.
    fn settle_last_group(&self) -> Result<(), EngineError> {
        if self.tip.end.offset == 0 {
            return Ok(());
        }
        let path = self.chain.file(self.tip.end.segment);
        let fail = |e: &io::Error| io_error(&path, e);
        let begin = self.last_group_start()?;
        let most = usize::try_from(self.tip.end.offset - begin).unwrap_or(usize::MAX);
        let bytes = self.files.read(&path, begin, most).map_err(|e| fail(&e))?;
        self.files.write_at(&path, begin, &bytes).map_err(|e| fail(&e))?;
        self.files.sync(&path).map_err(|e| fail(&e))?;
        self.files.sync_dir(self.chain.directory).map_err(|e| fail(&e))
    }

    /// Where the last group begins: each of its frames names the group's first entry, and the group lies in one segment,
    /// so walking its frames from the last group known to begin before it is enough; a segment is read once at most.
    fn last_group_start(&self) -> Result<u64, EngineError> {
        let mut reader = self.chain.reader(&*self.files, self.tip.start);
        let group = match reader.step()? {
            Step::Frame(frame, tip) if tip.hash == self.tip.hash => frame.group,
            _ => {
                return Err(self.chain.damaged(self.tip.start, self.tip.seq - 1, "the last entry can't be read again"));
            }
        };
        if group == self.tip.seq {
            return Ok(self.tip.start.offset);
        }
        let mut reader = self.chain.reader(&*self.files, Place { segment: self.tip.start.segment, offset: 0 });
        while reader.place < self.tip.start {
            match reader.step()? {
                Step::Frame(frame, tip) if frame.group == group => return Ok(tip.start.offset),
                Step::Frame(..) => {}
                Step::End | Step::Bad(_) => break,
            }
        }
        Ok(self.tip.start.offset)
    }
}

/// A group on its way to the disk.
pub struct Written {
    bytes: Vec<u8>,
    group: Seq,
    tip: Tip,
    last: (usize, usize),
}

impl Written {
    /// The number of the next entry.
    pub fn next_seq(&self) -> Seq {
        self.tip.seq + 1
    }

    /// What is added from now on belongs to this epoch: a restore begins a new one.
    pub(super) fn begin_epoch(&mut self, epoch: u64) {
        self.tip.epoch = epoch;
    }

    /// Adds an entry to the group; chains it, and answers where in the group it lies: `(begin, end, hash)`.
    pub fn push(
        &mut self,
        entry: &super::engine::Entry,
        keys: Vec<u32>,
        note_key: u32,
    ) -> Result<(usize, usize, Hash), &'static str> {
        let frame = Frame {
            epoch: self.tip.epoch,
            group: self.group,
            previous: self.tip.hash,
            keys,
            note_key,
            entry: entry.clone(),
        };
        let begin = self.bytes.len();
        if let Err(what) = frame::encode(&frame, &mut self.bytes) {
            self.bytes.truncate(begin);
            return Err(what);
        }
        let end = self.bytes.len();
        self.tip.hash = frame::hash(self.bytes.get(begin..end).unwrap_or(&[]));
        self.tip.seq = entry.seq;
        self.last = (begin, end);
        Ok((begin, end, self.tip.hash))
    }

    fn tip_at(&self, base: Place) -> Tip {
        let place = |at: usize| Place { segment: base.segment, offset: base.offset + at as u64 };
        Tip { start: place(self.last.0), end: place(self.last.1), ..self.tip }
    }
}

/// Whether the entry of a tip stands where the tip says.
pub(super) fn stands(files: &dyn Files, chain: Chain, tip: &Tip) -> bool {
    matches!(chain.reader(files, tip.start).step(), Ok(Step::Frame(_, found)) if found == *tip)
}

/// Whether the closed segments that are kept have the lengths that the head mark names.
fn closed_as(files: &dyn Files, chain: Chain, begin: Tip, head: &Head) -> bool {
    let kept = (1..).zip(&head.closed).filter(|(segment, _)| *segment >= begin.end.segment);
    kept.into_iter().all(|(segment, len)| files.len(&chain.file(segment)).ok().flatten() == Some(*len))
}

/// Whether all segments are there and none but the last is empty.
fn segments_stand(files: &dyn Files, chain: Chain, begin: Tip) -> Result<bool, EngineError> {
    let last = chain.last_segment(files)?;
    for segment in begin.end.segment..=last {
        let path = chain.file(segment);
        let len = files.len(&path).map_err(|e| io_error(&path, &e))?;
        if len.is_none() || (len == Some(0) && segment < last) {
            return Ok(false);
        }
    }
    Ok(true)
}
