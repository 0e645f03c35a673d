//! The envelope: how a record's bytes look wherever they lie (working copy, journal, snapshot). The only file that names
//! bincode.
//!
//! `magic u8 · kind u16 · schema u16 · key id u32 · body · crc32 u32`, little endian. The checksum also covers the
//! record's id and revision, so that an envelope in the wrong place is found.
//!
//! Key id 0 is a clear body. Any other names the data key of the [`Keyring`] that the body is sealed with, bound to the
//! head, the id and the revision: `nonce 12 · sealed body · tag 16`. The checksum covers the stored bytes, so damage is
//! found without any key.

use super::keyring::Keyring;
use super::seal::{self, NONCE};
use crate::domain::record::{Body, Head, OlderBytes, Record};
use crate::domain::text::Text;
use bincode::Options;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::borrow::Cow;

/// First byte of an envelope.
pub const MAGIC: u8 = 0xCA;
/// Schema number of what is no record: notes and drafts.
const LOOSE_SCHEMA: u16 = 1;
/// Bytes before the body.
const HEAD: usize = 1 + 2 + 2 + 4;
/// Largest clear envelope: sealed, it still fits.
const MAX_CLEAR: usize = super::engine::MAX_ENVELOPE - seal::OVERHEAD;
/// Envelope overhead in bytes.
pub const OVERHEAD: usize = 1 + 2 + 2 + 4 + 4;
/// Kind number of an act's note, which is no record.
pub const NOTE_KIND: u16 = 0xFFFE;
/// Kind number of a draft, which is no record.
pub const DRAFT_KIND: u16 = 0xFFFD;
/// Kind number of what is kept of a user's lock, which is no record.
pub const LOCK_KIND: u16 = 0xFFFC;
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
    /// Sealed with a key that is not here.
    Key(u32),
    /// Sealed with a key that was destroyed: whom it is about was erased.
    Erased(u32),
    /// It could not be sealed.
    Seal(String),
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
            Self::Erased(_) => f.write_str("that was erased"),
            Self::Seal(why) => write!(f, "it could not be sealed: {why}"),
            Self::TooLarge(n) => write!(f, "a record of {n} bytes does not fit (limit {MAX_CLEAR})"),
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

fn clear(kind: u16, schema: u16, id: &[u8; 16], rev: u64, body: &[u8]) -> Result<Vec<u8>, CodecError> {
    let total = body.len() + OVERHEAD;
    if total > MAX_CLEAR {
        return Err(CodecError::TooLarge(total));
    }
    let mut out = Vec::with_capacity(total);
    out.push(MAGIC);
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&schema.to_le_bytes());
    out.extend_from_slice(&0u32.to_le_bytes());
    out.extend_from_slice(body);
    let crc = checksum(id, rev, &out);
    out.extend_from_slice(&crc.to_le_bytes());
    Ok(out)
}

/// What a sealed body is bound to: the head with kind, schema and key, the id and the revision.
fn place(head: &[u8], id: &[u8; 16], rev: u64) -> Vec<u8> {
    [head, id, &rev.to_le_bytes()].concat()
}

/// The envelope with its body sealed with this key of the keyring, under a fresh nonce.
pub fn sealed(keys: &Keyring, key: u32, id: &[u8; 16], rev: u64, clear: &[u8]) -> Result<Vec<u8>, CodecError> {
    sealed_under(keys, key, seal::nonce().map_err(CodecError::Seal)?, id, rev, clear)
}

/// The envelope with its body sealed under this nonce.
pub fn sealed_under(
    keys: &Keyring,
    key: u32,
    nonce: [u8; NONCE],
    id: &[u8; 16],
    rev: u64,
    clear: &[u8],
) -> Result<Vec<u8>, CodecError> {
    let parts = clear.split_at_checked(HEAD).and_then(|(head, rest)| Some((head, rest.split_last_chunk::<4>()?.0)));
    let (head, body) = parts.ok_or(CodecError::Damaged("not an envelope"))?;
    let mut out = Vec::with_capacity(clear.len() + seal::OVERHEAD);
    out.extend_from_slice(head.get(..HEAD - 4).unwrap_or(&[]));
    out.extend_from_slice(&key.to_le_bytes());
    let with = keys.key(key).map_err(CodecError::Key)?.ok_or(CodecError::Erased(key))?;
    let sealed = with.seal(nonce, &place(&out, id, rev), body).map_err(CodecError::Seal)?;
    out.extend_from_slice(&sealed);
    let crc = checksum(id, rev, &out);
    out.extend_from_slice(&crc.to_le_bytes());
    Ok(out)
}

/// The number of the key that an envelope is sealed with; 0 when it is clear, or no envelope.
pub fn key_of(envelope: &[u8]) -> u32 {
    match envelope {
        [MAGIC, _, _, _, _, a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

/// The nonce of a sealed envelope.
pub(super) fn nonce_of(envelope: &[u8]) -> Option<[u8; NONCE]> {
    envelope.get(HEAD..)?.first_chunk().copied()
}

/// The body in an envelope and the schema it is of.
fn unseal<'a>(
    keys: Option<&Keyring>,
    (kind, newest): (u16, u16),
    id: &[u8; 16],
    rev: u64,
    envelope: &'a [u8],
) -> Result<(u16, Cow<'a, [u8]>), CodecError> {
    if envelope.len() < OVERHEAD || envelope[0] != MAGIC {
        return Err(CodecError::Damaged("not an envelope"));
    }
    let (bytes, crc) = envelope.split_at(envelope.len() - 4);
    if checksum(id, rev, bytes).to_le_bytes() != crc {
        return Err(CodecError::Damaged("the checksum is wrong"));
    }
    let (head, body) = bytes.split_at(HEAD);
    let found = u16::from_le_bytes([head[1], head[2]]);
    let schema = u16::from_le_bytes([head[3], head[4]]);
    if found != kind {
        return Err(CodecError::Kind(found));
    }
    if schema > newest {
        return Err(CodecError::Newer(schema));
    }
    match (key_of(envelope), keys) {
        (0, _) => Ok((schema, Cow::Borrowed(body))),
        (key, None) => Err(CodecError::Key(key)),
        (key, Some(keys)) => {
            let with = keys.key(key).map_err(CodecError::Key)?.ok_or(CodecError::Erased(key))?;
            let body = with.open(&place(head, id, rev), body);
            Ok((schema, Cow::Owned(body.ok_or(CodecError::Damaged("it does not open with its key"))?)))
        }
    }
}

fn checksum(id: &[u8; 16], rev: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(id);
    hasher.update(&rev.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

/// The envelope of a record, clear.
pub fn encode<B: Body>(record: &Record<B>) -> Result<Vec<u8>, CodecError> {
    #[derive(Serialize)]
    struct Stored<'a, B>(&'a Head, &'a B);
    let body = body_bytes(&Stored(&record.head, &record.body))?;
    clear(B::KIND.number(), B::SCHEMA, &record.id.into(), record.head.rev, &body)
}

/// The record in a clear envelope.
pub fn decode<B: Body>(id: &[u8; 16], rev: u64, envelope: &[u8]) -> Result<Record<B>, CodecError> {
    decode_with(None, id, rev, envelope)
}

/// The record in an envelope, clear or sealed.
pub fn decode_with<B: Body>(
    keys: Option<&Keyring>,
    id: &[u8; 16],
    rev: u64,
    envelope: &[u8],
) -> Result<Record<B>, CodecError> {
    let (schema, body) = unseal(keys, (B::KIND.number(), B::SCHEMA), id, rev, envelope)?;
    let (head, body): (Head, B) = if schema == B::SCHEMA { from_bytes(&body)? } else { upgraded(schema, &body)? };
    if head.rev != rev {
        return Err(CodecError::Damaged("the revision inside is another one"));
    }
    Ok(Record { id: B::Id::from(*id), head, body })
}

/// A record's head and body out of an older shape. The head has one shape for good.
fn upgraded<B: Body>(schema: u16, mut bytes: &[u8]) -> Result<(Head, B), CodecError> {
    struct Older<'a>(&'a [u8]);
    impl OlderBytes for Older<'_> {
        fn read<T: DeserializeOwned>(self) -> Option<T> {
            from_bytes(self.0).ok()
        }
    }
    let head = options().deserialize_from(&mut bytes).map_err(|_| CodecError::Damaged("the head does not decode"))?;
    let body = B::upgrade(schema, Older(bytes)).ok_or(CodecError::Damaged("the older body does not decode"))?;
    Ok((head, body))
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

/// The envelope of a note, clear; the request id stands for the record's id.
pub fn encode_note(request: &[u8; 16], note: &ActNote) -> Result<Vec<u8>, CodecError> {
    clear(NOTE_KIND, LOOSE_SCHEMA, request, 0, &body_bytes(note)?)
}

/// The note in a clear envelope; empty when there is none.
pub fn decode_note(request: &[u8; 16], envelope: &[u8]) -> Result<ActNote, CodecError> {
    decode_note_with(None, request, envelope)
}

/// The note in an envelope, clear or sealed; empty when there is none.
pub fn decode_note_with(keys: Option<&Keyring>, request: &[u8; 16], envelope: &[u8]) -> Result<ActNote, CodecError> {
    if envelope.is_empty() {
        return Ok(ActNote::default());
    }
    decode_loose_with(keys, NOTE_KIND, request, envelope)
}

/// The envelope of anything that is kept but is no record (a draft), clear.
pub fn encode_loose<T: Serialize>(kind: u16, id: &[u8; 16], value: &T) -> Result<Vec<u8>, CodecError> {
    clear(kind, LOOSE_SCHEMA, id, 0, &body_bytes(value)?)
}

/// Reads what [`encode_loose`] made.
pub fn decode_loose<T: DeserializeOwned>(kind: u16, id: &[u8; 16], envelope: &[u8]) -> Result<T, CodecError> {
    decode_loose_with(None, kind, id, envelope)
}

/// Reads what [`encode_loose`] made, clear or sealed.
pub fn decode_loose_with<T: DeserializeOwned>(
    keys: Option<&Keyring>,
    kind: u16,
    id: &[u8; 16],
    envelope: &[u8],
) -> Result<T, CodecError> {
    from_bytes(&unseal(keys, (kind, LOOSE_SCHEMA), id, 0, envelope)?.1)
}
