//! Snapshots: everything that stood at one entry in one checked file, so that a working copy need not be made from the
//! whole journal and a backup holds more than one way back. The journal stays the record; a snapshot names the entry
//! that it was made at, and is believed only where that very entry stands in the journal.
//!
//! ```text
//! magic "CLs1" | version u16 | schema u16 | layout u32 | agency 16 | made_ms i64 | tip 72 | crc32 u32
//! items: length u32 | crc32 u32 | sort u8 ...        crc over the length and what follows
//!   1 record    kind u16 | id 16 | rev u64 | seq u64 | envelope, byte for byte
//!   2 revision  kind u16 | id 16 | rev u64 | seq u64
//!   3 request   id 16 | seq u64
//!   4 entry     seq u64 | segment u32 | offset u64
//! end: an item of sort 0: counts of the four sorts, u64 each | SHA-256 of all bytes before this item
//! ```
//!
//! Little endian throughout. The agency is known by the hash of its journal's first entry. Frozen like the journal's
//! frames: a change is a new version beside this one.

use super::engine::{Derive, EngineError, Kept, MAX_ENVELOPE, Seq};
use super::files::Files;
use super::frame::Hash;
use super::journal::{CHANGES, Place, Step, Tip, io_error, segment_file, stands};
use super::kept::JournaledEngine;
use super::layout::{
    Applied, encode_place, encode_seq, entry_key, history_key, mark_key, record_key, request_key, row_key,
};
use super::rotation::{Keeping, kept};
use super::still::{Item, walk};
use super::stored::encode_kept;
use super::streams::{NewFile, OldFile};
use super::upgrade::SCHEMA;
use super::working::{Batch, WorkingCopy};
use crate::domain::time::Moment;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// The directory of the snapshots, below the agency's.
pub const DIRECTORY: &str = "snapshots";
/// What a snapshot's name ends with.
const SUFFIX: &str = ".snapshot";
/// What the name of one ends with that was made before an upgrade: rotation leaves it alone.
const BEFORE_UPGRADE: &str = "-upgrade.snapshot";
/// How many of those are kept.
const MOST_BEFORE_UPGRADE: usize = 2;

const MAGIC: [u8; 4] = *b"CLs1";
const VERSION: u16 = 1;
const HEADER: usize = 4 + 2 + 2 + 4 + 16 + 8 + Tip::BYTES + 4;
/// No item is longer.
const MAX_ITEM: usize = MAX_ENVELOPE + 64;

/// An agency is known by its journal's first entry.
pub type AgencyId = [u8; 16];

/// What a snapshot says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The schema of its records.
    pub schema: u16,
    /// The layout of the rows when it was made.
    pub layout: u32,
    /// Whose it is.
    pub agency: AgencyId,
    /// When it was made.
    pub made: Moment,
    /// The entry that it stands at, with epoch, place and chain hash.
    pub tip: Tip,
}

/// How much is in a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records.
    pub records: u64,
    /// Revisions of records.
    pub revisions: u64,
    /// Requests.
    pub requests: u64,
    /// Entries.
    pub entries: u64,
}

/// A snapshot on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its file, below the agency's directory.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// What it says of itself.
    pub header: Header,
}

/// Why a file is not a whole snapshot.
#[derive(Debug)]
pub enum Unsound {
    /// It could not be read.
    Io(io::Error),
    /// It is damaged, and how.
    Damaged(&'static str),
    /// A newer caseload wrote it.
    Newer(u16),
}

impl std::fmt::Display for Unsound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(e) => e.fmt(f),
            Self::Damaged(what) => f.write_str(what),
            Self::Newer(version) => write!(f, "it was written by a newer caseload (version {version})"),
        }
    }
}

impl From<io::Error> for Unsound {
    fn from(e: io::Error) -> Self {
        // What ends too early was cut off; anything else is the disk's.
        if e.kind() == io::ErrorKind::UnexpectedEof { Self::Damaged("it is cut off") } else { Self::Io(e) }
    }
}

/// What the agency in `files` is known by; `None` before its first entry.
pub fn agency_of(files: &dyn Files) -> Result<Option<AgencyId>, EngineError> {
    let place = Place { segment: 1, offset: 0 };
    if files.len(&segment_file(1)).map_err(|e| io_error(&segment_file(1), &e))?.is_none() {
        return Ok(None);
    }
    Ok(match CHANGES.reader(files, place).step()? {
        Step::Frame(_, tip) => tip.hash.first_chunk().copied(),
        Step::End | Step::Bad(_) => None,
    })
}

impl Header {
    fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&self.schema.to_le_bytes());
        out.extend_from_slice(&self.layout.to_le_bytes());
        out.extend_from_slice(&self.agency);
        out.extend_from_slice(&self.made.0.to_le_bytes());
        self.tip.encode(&mut out);
        let crc = crc32fast::hash(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Result<Self, Unsound> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(Unsound::Damaged("it does not begin like a snapshot"))?;
        let (body, crc) = bytes.split_last_chunk().ok_or(Unsound::Damaged("it is cut off"))?;
        if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
            return Err(Unsound::Damaged("its head is damaged"));
        }
        let short = Unsound::Damaged("its head is cut off");
        let read = || {
            let (version, rest) = rest.split_first_chunk()?;
            let (schema, rest) = rest.split_first_chunk()?;
            let (layout, rest) = rest.split_first_chunk()?;
            let (agency, rest) = rest.split_first_chunk()?;
            let (made, rest) = rest.split_first_chunk()?;
            let (tip, _) = Tip::decode(rest)?;
            let header = Self {
                schema: u16::from_le_bytes(*schema),
                layout: u32::from_le_bytes(*layout),
                agency: *agency,
                made: Moment(i64::from_le_bytes(*made)),
                tip,
            };
            Some((u16::from_le_bytes(*version), header))
        };
        let (version, header) = read().ok_or(short)?;
        if version != VERSION {
            return Err(Unsound::Newer(version));
        }
        if header.schema > SCHEMA {
            return Err(Unsound::Newer(header.schema));
        }
        Ok(header)
    }
}

impl Counts {
    fn add(&mut self, item: &Item) {
        match item {
            Item::Record(..) => self.records += 1,
            Item::Revision(..) => self.revisions += 1,
            Item::Request(..) => self.requests += 1,
            Item::Entry(..) => self.entries += 1,
        }
    }

    fn numbers(self) -> [u64; 4] {
        [self.records, self.revisions, self.requests, self.entries]
    }
}

fn encode_item(item: &Item, body: &mut Vec<u8>) {
    match item {
        Item::Record(kind, id, kept) => {
            body.push(1);
            body.extend_from_slice(&kind.to_le_bytes());
            body.extend_from_slice(id);
            body.extend_from_slice(&kept.rev.to_le_bytes());
            body.extend_from_slice(&kept.seq.to_le_bytes());
            body.extend_from_slice(&kept.envelope);
        }
        Item::Revision(kind, id, rev, seq) => {
            body.push(2);
            body.extend_from_slice(&kind.to_le_bytes());
            body.extend_from_slice(id);
            body.extend_from_slice(&rev.to_le_bytes());
            body.extend_from_slice(&seq.to_le_bytes());
        }
        Item::Request(id, seq) => {
            body.push(3);
            body.extend_from_slice(id);
            body.extend_from_slice(&seq.to_le_bytes());
        }
        Item::Entry(seq, place) => {
            body.push(4);
            body.extend_from_slice(&seq.to_le_bytes());
            body.extend_from_slice(&place.segment.to_le_bytes());
            body.extend_from_slice(&place.offset.to_le_bytes());
        }
    }
}

fn number(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}

/// An item's body behind its sort.
fn decode_item(sort: u8, rest: &[u8]) -> Option<Item> {
    let named = || {
        let (kind, rest) = rest.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (rev, rest) = rest.split_first_chunk()?;
        let (seq, rest) = rest.split_first_chunk()?;
        Some((u16::from_le_bytes(*kind), *id, number(*rev), number(*seq), rest))
    };
    match sort {
        1 => {
            named().map(|(kind, id, rev, seq, rest)| Item::Record(kind, id, Kept { rev, seq, envelope: rest.to_vec() }))
        }
        2 => named().filter(|n| n.4.is_empty()).map(|(kind, id, rev, seq, _)| Item::Revision(kind, id, rev, seq)),
        3 => {
            let (id, seq) = rest.split_first_chunk()?;
            Some(Item::Request(*id, seq.try_into().ok().map(u64::from_le_bytes)?))
        }
        4 => {
            let (seq, rest) = rest.split_first_chunk()?;
            let (segment, offset) = rest.split_first_chunk()?;
            let offset = offset.try_into().ok().map(u64::from_le_bytes)?;
            Some(Item::Entry(number(*seq), Place { segment: u32::from_le_bytes(*segment), offset }))
        }
        _ => None,
    }
}

fn put_item(out: &mut dyn Write, body: &[u8]) -> io::Result<()> {
    let length = (body.len() as u32).to_le_bytes();
    out.write_all(&length)?;
    out.write_all(&item_crc(length, body).to_le_bytes())?;
    out.write_all(body)
}

fn item_crc(length: [u8; 4], body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&length);
    crc.update(body);
    crc.finalize()
}

/// Makes a snapshot of an open agency at its newest entry; `None` when there is none. Acts go on meanwhile.
pub fn make(engine: &JournaledEngine, now: Moment) -> Result<Option<Snapshot>, EngineError> {
    make_named(engine, now, SUFFIX)
}

/// Makes the one that an upgrade goes on behind.
pub(super) fn make_before_upgrade(engine: &JournaledEngine, now: Moment) -> Result<Option<Snapshot>, EngineError> {
    make_named(engine, now, BEFORE_UPGRADE)
}

fn make_named(engine: &JournaledEngine, now: Moment, suffix: &str) -> Result<Option<Snapshot>, EngineError> {
    let files = engine.files();
    let Some(agency) = agency_of(files)? else { return Ok(None) };
    files.create_dir(DIRECTORY).map_err(|e| io_error(DIRECTORY, &e))?;
    let tip = engine.tip();
    let stamp: String = now.rfc3339().chars().filter(|c| *c != '-' && *c != ':').collect();
    let path = format!("{DIRECTORY}/{:012}-{stamp}{suffix}", tip.seq);
    let fail = |e: io::Error| io_error(&path, &e);
    remove_unfinished(files)?;
    let mut out = NewFile::begin(files, &path).map_err(fail)?;
    let (header, bytes) = write_all(engine, &mut out, agency, now, &path)?;
    out.finish().map_err(fail)?;
    Ok(Some(Snapshot { path, bytes, header }))
}

/// What was cut off never became a snapshot, and takes room.
fn remove_unfinished(files: &dyn Files) -> Result<(), EngineError> {
    for name in files.list(DIRECTORY).map_err(|e| io_error(DIRECTORY, &e))? {
        if name.ends_with(".snapshot.new") {
            let path = format!("{DIRECTORY}/{name}");
            files.remove(&path).map_err(|e| io_error(&path, &e))?;
        }
    }
    Ok(())
}

fn write_all(
    engine: &JournaledEngine,
    out: &mut NewFile<'_>,
    agency: AgencyId,
    now: Moment,
    path: &str,
) -> Result<(Header, u64), EngineError> {
    let fail = |e: io::Error| io_error(path, &e);
    // The head names the entry at which the walk begins, and the walk keeps to it.
    let header = Header { schema: SCHEMA, layout: engine.layout(), agency, made: now, tip: engine.tip() };
    out.write_all(&header.encode()).map_err(fail)?;
    let mut counts = Counts::default();
    let mut body = Vec::new();
    walk(engine, header.tip.seq, &mut |item| {
        counts.add(&item);
        body.clear();
        encode_item(&item, &mut body);
        put_item(out, &body).map_err(fail)
    })?;
    body.clear();
    body.push(0);
    for count in counts.numbers() {
        body.extend_from_slice(&count.to_le_bytes());
    }
    body.extend_from_slice(&out.hash());
    put_item(out, &body).map_err(fail)?;
    Ok((header, out.len()))
}

/// Reads a snapshot to its end and hands on what is in it. What was handed on counts only when this answers `Ok`.
pub(super) fn read(
    from: &mut dyn Read,
    each: &mut dyn FnMut(Item) -> Result<(), Unsound>,
) -> Result<(Header, Counts), Unsound> {
    let mut hasher = Sha256::new();
    let mut head = vec![0; HEADER];
    from.read_exact(&mut head)?;
    hasher.update(&head);
    let header = Header::decode(&head)?;
    let mut counts = Counts::default();
    let mut body = Vec::new();
    loop {
        let before: Hash = hasher.clone().finalize().into();
        let mut lead = [0; 8];
        from.read_exact(&mut lead)?;
        let [l0, l1, l2, l3, c0, c1, c2, c3] = lead;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        if length == 0 || length > MAX_ITEM {
            return Err(Unsound::Damaged("an item's length is impossible"));
        }
        body.resize(length, 0);
        from.read_exact(&mut body)?;
        if item_crc([l0, l1, l2, l3], &body) != u32::from_le_bytes([c0, c1, c2, c3]) {
            return Err(Unsound::Damaged("an item's checksum is wrong"));
        }
        hasher.update(lead);
        hasher.update(&body);
        let Some((sort, rest)) = body.split_first() else { return Err(Unsound::Damaged("an item is empty")) };
        if *sort == 0 {
            check_end(rest, counts, &before)?;
            let mut behind = [0];
            if from.read(&mut behind)? > 0 {
                return Err(Unsound::Damaged("bytes stand behind its end"));
            }
            return Ok((header, counts));
        }
        let item = decode_item(*sort, rest).ok_or(Unsound::Damaged("an item can't be read"))?;
        counts.add(&item);
        each(item)?;
    }
}

fn check_end(end: &[u8], counts: Counts, before: &Hash) -> Result<(), Unsound> {
    let (numbers, hash) = end.split_at_checked(32).ok_or(Unsound::Damaged("its end is cut off"))?;
    let told = numbers.as_chunks::<8>().0.iter().map(|n| number(*n));
    if !told.eq(counts.numbers()) {
        return Err(Unsound::Damaged("it holds another number of items than it says"));
    }
    if hash != before {
        return Err(Unsound::Damaged("its SHA-256 is another one"));
    }
    Ok(())
}

/// Reads a whole snapshot and answers what is in it.
pub fn check(files: &dyn Files, path: &str) -> Result<(Header, Counts), Unsound> {
    read(&mut OldFile::open(files, path, u64::MAX), &mut |_| Ok(()))
}

/// The snapshots whose heads can be read, newest first.
pub fn list(files: &dyn Files) -> Result<Vec<Snapshot>, EngineError> {
    // Where the directory was never made there are none.
    let names = match files.list(DIRECTORY) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
        other => other.map_err(|e| io_error(DIRECTORY, &e))?,
    };
    let mut found = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(SUFFIX)) {
        let path = format!("{DIRECTORY}/{name}");
        let Ok(head) = files.read(&path, 0, HEADER) else { continue };
        let (Ok(header), Ok(Some(bytes))) = (Header::decode(&head), files.len(&path)) else { continue };
        found.push(Snapshot { path, bytes, header });
    }
    found.sort_by_key(|s| std::cmp::Reverse((s.header.tip.seq, s.header.made)));
    Ok(found)
}

/// Removes the snapshots that the policy does not keep; answers their files.
pub fn rotate(files: &dyn Files, keeping: Keeping) -> Result<Vec<String>, EngineError> {
    let (before, usual): (Vec<Snapshot>, Vec<Snapshot>) =
        list(files)?.into_iter().partition(|s| s.path.ends_with(BEFORE_UPGRADE));
    let made: Vec<Moment> = usual.iter().map(|s| s.header.made).collect();
    let stay = kept(keeping, &made);
    let mut removed = Vec::new();
    let old = usual.iter().zip(&stay).filter(|(_, stay)| !**stay).map(|(s, _)| s);
    for snapshot in old.chain(before.iter().skip(MOST_BEFORE_UPGRADE)) {
        files.remove(&snapshot.path).map_err(|e| io_error(&snapshot.path, &e))?;
        removed.push(snapshot.path.clone());
    }
    if !removed.is_empty() {
        files.sync_dir(DIRECTORY).map_err(|e| io_error(DIRECTORY, &e))?;
    }
    Ok(removed)
}

/// The newest snapshots at or before entry `until` that stand in this journal and are smaller than what of it would have
/// to be read instead.
pub(super) fn worth_reading(files: &dyn Files, until: Seq) -> Result<Vec<Snapshot>, EngineError> {
    let mut found = list(files)?;
    found.retain(|s| {
        let tip = &s.header.tip;
        tip.seq > 0 && tip.seq <= until && s.bytes < journal_bytes(files, tip) && stands(files, CHANGES, tip)
    });
    Ok(found)
}

/// Bytes of the journal up to an entry.
fn journal_bytes(files: &dyn Files, tip: &Tip) -> u64 {
    let len = |segment| files.len(&segment_file(segment)).ok().flatten().unwrap_or(0);
    (1..tip.end.segment).map(len).sum::<u64>() + tip.end.offset
}

/// Fills an empty working copy; a batch of keys at a time, in their order but for the rows.
pub(super) struct Filling<'a> {
    pub(super) copy: &'a dyn WorkingCopy,
    pub(super) derive: &'a dyn Derive,
    batch: Batch,
}

impl<'a> Filling<'a> {
    pub(super) fn new(copy: &'a dyn WorkingCopy, derive: &'a dyn Derive) -> Self {
        Self { copy, derive, batch: Batch::new() }
    }

    pub(super) fn add(&mut self, item: Item) -> Result<(), super::working::WorkingError> {
        match item {
            Item::Record(kind, id, kept) => {
                for row in self.derive.rows(kind, &id, &kept) {
                    self.batch.insert(row_key(row.set, &row.key), Some(row.value));
                }
                self.batch.insert(record_key(kind, &id), Some(encode_kept(&kept)));
            }
            Item::Revision(kind, id, rev, seq) => {
                self.batch.insert(history_key(kind, &id, rev), Some(encode_seq(seq)));
            }
            Item::Request(id, seq) => {
                self.batch.insert(request_key(&id), Some(encode_seq(seq)));
            }
            Item::Entry(seq, place) => {
                self.batch.insert(entry_key(seq), Some(encode_place(place)));
            }
        }
        if self.batch.len() >= super::apply::CHUNK {
            self.copy.apply(&self.batch)?;
            self.batch.clear();
        }
        Ok(())
    }

    /// The last batch, and the mark: only with it is the copy one.
    pub(super) fn finish(mut self, tip: Tip, layout: u32) -> Result<(), super::working::WorkingError> {
        self.batch.insert(mark_key(), Some(Applied { tip, layout: Some(layout) }.encode()));
        self.copy.apply(&self.batch)
    }
}

/// Fills an empty working copy from a snapshot. After an error the copy is of no use.
pub(super) fn fill(
    files: &dyn Files,
    snapshot: &Snapshot,
    copy: &dyn WorkingCopy,
    derive: &dyn Derive,
    layout: u32,
) -> Result<Tip, String> {
    let mut filling = Filling::new(copy, derive);
    let mut from = OldFile::open(files, &snapshot.path, u64::MAX);
    let read = read(&mut from, &mut |item| filling.add(item).map_err(|e| Unsound::Io(io::Error::other(e.to_string()))));
    let (header, _) = read.map_err(|e| format!("{}: {e}", snapshot.path))?;
    if header != snapshot.header {
        return Err(format!("{}: it was replaced while it was read", snapshot.path));
    }
    filling.finish(header.tip, layout).map_err(|e| e.to_string())?;
    Ok(header.tip)
}
