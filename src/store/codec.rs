//! The envelope: how a record's bytes look wherever they lie (working copy, journal, snapshot). The only file that names
//! bincode.
//!
//! `magic u8 · kind u16 · schema u16 · key id u32 · body · crc32 u32`, little endian. The checksum also covers the
//! record's id and revision, so that an envelope in the wrong place is found.

use crate::domain::record::{Body, Head, Record};
use crate::domain::text::Text;
use bincode::Options;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// First byte of an envelope.
pub const MAGIC: u8 = 0xCA;
/// Schema number of the bodies as they are now.
pub const SCHEMA: u16 = 1;
/// Envelope overhead in bytes.
pub const OVERHEAD: usize = 1 + 2 + 2 + 4 + 4;
/// Kind number of an act's note, which is no record.
pub const NOTE_KIND: u16 = 0xFFFE;
/// Kind number of a draft, which is no record.
pub const DRAFT_KIND: u16 = 0xFFFD;
/// Most bytes a body may have when it is read.
const LIMIT: u64 = 1 << 20;

/// Why bytes are not a record. Says nothing of what is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodecError {
    /// Not an envelope, cut short, or its checksum is wrong.
    Damaged(&'static str),
    /// Of another kind than was asked for.
    Kind(u16),
    /// Written by a newer caseload.
    Newer(u16),
    /// Enciphered with a key that is not here.
    Key(u32),
    /// Does not fit in an envelope.
    TooLarge(usize),
}

impl std::fmt::Display for CodecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged(what) => write!(f, "a stored record is damaged: {what}"),
            Self::Kind(kind) => write!(f, "a stored record is of another kind ({kind})"),
            Self::Newer(schema) => write!(f, "a record was written by a newer caseload (schema {schema})"),
            Self::Key(id) => write!(f, "a record needs key {id}, which is not here"),
            Self::TooLarge(n) => {
                write!(f, "a record of {n} bytes does not fit (limit {})", super::engine::MAX_ENVELOPE)
            }
        }
    }
}

impl std::error::Error for CodecError {}

fn options() -> impl Options {
    bincode::DefaultOptions::new().with_limit(LIMIT).reject_trailing_bytes()
}

/// Plain bytes of a value; for index values and messages.
pub fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    options().serialize(value).unwrap_or_default()
}

/// Reads what [`to_bytes`] made.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    options().deserialize(bytes).map_err(|_| CodecError::Damaged("the body does not decode"))
}

/// The bytes of a message that goes to another process; one that is too long to be read there is not made.
pub fn message<T: Serialize>(value: &T) -> Result<Vec<u8>, CodecError> {
    body_bytes(value)
}

/// The bytes of what goes into an envelope: what is too large to encode must never become an empty one.
fn body_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, CodecError> {
    options().serialize(value).map_err(|_| match options().with_no_limit().serialized_size(value) {
        Ok(size) => CodecError::TooLarge(size as usize + OVERHEAD),
        Err(_) => CodecError::Damaged("the body does not encode"),
    })
}

fn seal(kind: u16, id: &[u8; 16], rev: u64, body: &[u8]) -> Result<Vec<u8>, CodecError> {
    let total = body.len() + OVERHEAD;
    if total > super::engine::MAX_ENVELOPE {
        return Err(CodecError::TooLarge(total));
    }
    let mut out = Vec::with_capacity(total);
    out.push(MAGIC);
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&SCHEMA.to_le_bytes());
    out.extend_from_slice(&0u32.to_le_bytes());
    out.extend_from_slice(body);
    let crc = checksum(id, rev, &out);
    out.extend_from_slice(&crc.to_le_bytes());
    Ok(out)
}

fn unseal<'a>(kind: u16, id: &[u8; 16], rev: u64, envelope: &'a [u8]) -> Result<&'a [u8], CodecError> {
    if envelope.len() < OVERHEAD || envelope[0] != MAGIC {
        return Err(CodecError::Damaged("not an envelope"));
    }
    let (bytes, crc) = envelope.split_at(envelope.len() - 4);
    if checksum(id, rev, bytes).to_le_bytes() != crc {
        return Err(CodecError::Damaged("the checksum is wrong"));
    }
    let found = u16::from_le_bytes([bytes[1], bytes[2]]);
    let schema = u16::from_le_bytes([bytes[3], bytes[4]]);
    let key = u32::from_le_bytes([bytes[5], bytes[6], bytes[7], bytes[8]]);
    if found != kind {
        return Err(CodecError::Kind(found));
    }
    if schema > SCHEMA {
        return Err(CodecError::Newer(schema));
    }
    if key != 0 {
        return Err(CodecError::Key(key));
    }
    Ok(&bytes[9..])
}

fn checksum(id: &[u8; 16], rev: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(id);
    hasher.update(&rev.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

/// The envelope of a record.
pub fn encode<B: Body>(record: &Record<B>) -> Result<Vec<u8>, CodecError> {
    #[derive(Serialize)]
    struct Stored<'a, B>(&'a Head, &'a B);
    seal(B::KIND.number(), &record.id.into(), record.head.rev, &body_bytes(&Stored(&record.head, &record.body))?)
}

/// The record in an envelope.
pub fn decode<B: Body>(id: &[u8; 16], rev: u64, envelope: &[u8]) -> Result<Record<B>, CodecError> {
    let body = unseal(B::KIND.number(), id, rev, envelope)?;
    let (head, body): (Head, B) = from_bytes(body)?;
    if head.rev != rev {
        return Err(CodecError::Damaged("the revision inside is another one"));
    }
    Ok(Record { id: B::Id::from(*id), head, body })
}

/// What was said about an act: stands in the journal behind the clear head.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActNote {
    /// What was done, for whom: `Taken: Okafor, Ruth`.
    pub summary: Text<400>,
    /// Why.
    pub reason: Text<2000>,
    /// Told people outside, so it is amended, never undone.
    pub told_outside: bool,
}

/// The envelope of a note; the request id stands for the record's id.
pub fn encode_note(request: &[u8; 16], note: &ActNote) -> Result<Vec<u8>, CodecError> {
    seal(NOTE_KIND, request, 0, &body_bytes(note)?)
}

/// The note in an envelope; empty when there is none.
pub fn decode_note(request: &[u8; 16], envelope: &[u8]) -> Result<ActNote, CodecError> {
    if envelope.is_empty() {
        return Ok(ActNote::default());
    }
    from_bytes(unseal(NOTE_KIND, request, 0, envelope)?)
}

/// The envelope of anything that is kept but is no record (a draft).
pub fn encode_loose<T: Serialize>(kind: u16, id: &[u8; 16], value: &T) -> Result<Vec<u8>, CodecError> {
    seal(kind, id, 0, &body_bytes(value)?)
}

/// Reads what [`encode_loose`] made.
pub fn decode_loose<T: DeserializeOwned>(kind: u16, id: &[u8; 16], envelope: &[u8]) -> Result<T, CodecError> {
    from_bytes(unseal(kind, id, 0, envelope)?)
}
