//! The small trait of bytes that every storage engine passes. Nothing below this line sees a domain type, nothing above
//! [`crate::store`] sees bytes.
//!
//! An engine keeps **records** (kind, id → revision and envelope), the **rows** derived from them (secondary indexes),
//! and an ordered, append-only feed of **entries**. Rows are never journalled: they are a pure function of a record's
//! current envelope ([`Derive`]), so an engine can always make them anew.

use super::access::AccessLog;
use super::frame::Hash;
use super::keyring::Keyring;
use std::fmt;
use std::sync::Arc;

/// Number of an entry: dense, from 1, in the order of commits.
pub type Seq = u64;
/// Revision of one record: 1 when created, +1 with each commit that writes it; 0 = absent.
pub type Rev = u64;
/// A record's kind; the typed floor gives the numbers their meaning.
pub type Kind = u16;
/// A record's id: a UUID's 16 bytes.
pub type RecordId = [u8; 16];
/// An ordered set of derived rows; the typed floor gives the numbers their meaning.
pub type SetId = u8;

/// Largest envelope that an engine takes, in bytes.
pub const MAX_ENVELOPE: usize = 32 * 1024;
/// Most records in one commit; sled's memory grows without bound when batches do.
pub const MAX_RECORDS: usize = 100;
/// Largest value of a derived row, in bytes.
pub const MAX_ROW: usize = 4 * 1024;
/// Longest key of a derived row, in bytes.
pub const MAX_KEY: usize = 256;

/// One record as an engine keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Revision of the record.
    pub rev: Rev,
    /// The entry that wrote this revision.
    pub seq: Seq,
    /// The stored bytes; the typed floor's codec reads them.
    pub envelope: Vec<u8>,
}

/// What a commit does to one record. There is no deletion: a record entered in error stays, and says so inside.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordWrite {
    /// The record's kind.
    pub kind: Kind,
    /// The record's id.
    pub id: RecordId,
    /// The revision the writer saw; 0 when it must not exist yet. The new revision is this plus one.
    pub expect: Rev,
    /// The new stored bytes.
    pub envelope: Vec<u8>,
}

/// One atomic change: all of its records or none.
#[derive(Clone, PartialEq, Eq)]
pub struct Commit {
    /// Made by the asker; a second commit with the same request answers the first one's seq and changes nothing.
    pub request: [u8; 16],
    /// What several commits belong to (an import, an act on marks), or zeros.
    pub batch: [u8; 16],
    /// The user who asked.
    pub actor: [u8; 16],
    /// When, in ms since 1970 UTC.
    pub at_ms: i64,
    /// The name of the action, at most 64 bytes: `issue.new`.
    pub action: String,
    /// Where it was asked from (terminal, host), at most 128 bytes.
    pub origin: String,
    /// The entry that this one takes back, or 0.
    pub undoes: Seq,
    /// An envelope of what was said about the act (reason, summary), or empty. It may name a person, so it stands
    /// behind the clear head with the records' envelopes.
    pub note: Vec<u8>,
    /// The records, no two with the same kind and id.
    pub records: Vec<RecordWrite>,
}

/// A commit as it stands in the feed.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// The commit as it was given; each record's new revision is `expect + 1`.
    pub commit: Commit,
}

/// One derived row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The set it stands in.
    pub set: SetId,
    /// Where in the set.
    pub key: Vec<u8>,
    /// What a list shows of the record, so that a list needs no second read.
    pub value: Vec<u8>,
}

/// Makes the rows of a record; written once by the typed floor, called by every engine when it applies an entry.
pub trait Derive: Send + Sync {
    /// The layout's number; when it differs from the kept one, all rows are made anew at open.
    fn layout(&self) -> u32;
    /// The rows of this record as it now stands. Must not fail: an envelope that can't be read has no rows (verify
    /// reports it).
    /// No two records may make the same key in one set, so a key ends with the record's id.
    fn rows(&self, kind: Kind, id: &RecordId, kept: &Kept) -> Vec<Row>;
    /// The number of the data key that this envelope is sealed with, 0 when it lies in clear. It stands in the clear head
    /// of the journal's frame, so that it is known which key an entry needs without opening it.
    fn key_id(&self, envelope: &[u8]) -> u32 {
        let _ = envelope;
        0
    }
    /// The keys that it opens envelopes with; none for a clear agency.
    fn keys(&self) -> Option<Arc<Keyring>> {
        None
    }
}

/// Why a commit was not taken. Nothing of it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitError {
    /// A record's revision is not the one that the writer saw.
    Conflict {
        /// The record's kind.
        kind: Kind,
        /// The record's id.
        id: RecordId,
        /// The revision that stands.
        actual: Rev,
    },
    /// More than [`MAX_RECORDS`] records, an envelope over [`MAX_ENVELOPE`], a text too long, or a record named twice.
    Malformed(&'static str),
    /// The engine takes no more writes, and why.
    ReadOnly(String),
    /// Nothing is taken for now, and why: the disk is nearly full. It goes on by itself.
    NoRoom(String),
    /// The disk failed while it was being written: whether it stands is not known until the next open.
    Unknown(String),
}

/// Why a question could not be answered or a store not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineError {
    /// Another process has this agency open.
    Busy(String),
    /// The journal is damaged, and where. Nothing was changed.
    Damaged {
        /// The file.
        file: String,
        /// Byte offset of the first bad frame.
        offset: u64,
        /// The last entry that is sound.
        after: Seq,
        /// What is wrong with it.
        what: String,
    },
    /// A file could not be read or written.
    Io(String),
    /// The files were written by a newer caseload.
    Newer(String),
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { file, offset, after, what } => write!(
                f,
                "the journal is damaged: {file} at byte {offset}, after entry {after}: {what}. Nothing was changed; restore this file from a backup"
            ),
            Self::Busy(what) | Self::Io(what) => write!(f, "{what}"),
            Self::Newer(what) => write!(f, "{what} was written by a newer caseload; use that version"),
        }
    }
}

impl std::error::Error for EngineError {}

/// What [`Engine::verify`] counted and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries in the feed.
    pub entries: u64,
    /// Records that stand.
    pub records: u64,
    /// Derived rows that stand.
    pub rows: u64,
    /// Record revisions compared between the feed and the working copy.
    pub compared: u64,
    /// What is wrong, one line each, without any person's data (kind, id, seq).
    pub problems: Vec<String>,
}

/// Rows of a scan: `(key, value)` in ascending order of key.
pub type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// An engine. Called from the committer and reader threads only; all methods block.
pub trait Engine: Send + Sync {
    /// What makes the rows of its records.
    fn derive(&self) -> Arc<dyn Derive>;
    /// One record.
    fn get(&self, kind: Kind, id: &RecordId) -> Result<Option<Kept>, EngineError>;
    /// Up to `limit` rows of `set` with `from <= key < to`, ascending. An empty `to` means to the end of the set.
    fn scan(&self, set: SetId, from: &[u8], to: &[u8], limit: usize) -> Result<Rows, EngineError>;
    /// Up to `limit` records of `kind` with `from <= id`, ascending by id.
    fn records(&self, kind: Kind, from: &RecordId, limit: usize) -> Result<Vec<(RecordId, Kept)>, EngineError>;
    /// Commits a group in order: each is atomic by itself, later ones see earlier ones, one that is refused changes
    /// nothing and takes no seq. All that are answered `Ok` are on disk when this returns.
    fn commit(&self, group: Vec<Commit>) -> Vec<Result<Seq, CommitError>>;
    /// Up to `limit` entries after `since`.
    fn entries(&self, since: Seq, limit: usize) -> Result<Vec<Entry>, EngineError>;
    /// One entry.
    fn entry(&self, seq: Seq) -> Result<Option<Entry>, EngineError> {
        Ok(self.entries(seq.saturating_sub(1), 1)?.into_iter().next().filter(|e| e.seq == seq))
    }
    /// The entries that wrote a record, oldest first: `(revision, seq)`.
    fn history(&self, kind: Kind, id: &RecordId) -> Result<Vec<(Rev, Seq)>, EngineError>;
    /// The entry that a request made, if it did.
    fn by_request(&self, request: &[u8; 16]) -> Result<Option<Seq>, EngineError>;
    /// The newest entry's number; 0 when there is none.
    fn head(&self) -> Result<Seq, EngineError>;
    /// The newest entry: its number, and the hash that the next one will hold.
    fn tip(&self) -> (Seq, Hash);
    /// The other chain: who saw what.
    fn access(&self) -> &AccessLog;
    /// Reads everything and compares: the chain, working copy against feed, every row against its record.
    fn verify(&self) -> Result<Report, EngineError>;
    /// Commits a group that was promised before [`Engine::refuses`] could say otherwise: what was taken in while there
    /// was room is not turned away for want of it.
    fn commit_promised(&self, group: Vec<Commit>) -> Vec<Result<Seq, CommitError>> {
        self.commit(group)
    }
    /// Why no commit would be taken now, if none would: cheap, and asked before anything is tried.
    fn refuses(&self) -> Option<CommitError> {
        None
    }
    /// Writes what makes the next open quick (head mark, flush). Called when idle and at a clean close.
    fn checkpoint(&self) -> Result<(), EngineError>;
    /// Makes the rows of all records anew: after a key was destroyed, so that none of hers stand.
    fn remake_rows(&self) -> Result<(), EngineError>;
}
