//! Where things lie in the working copy: one ordered map, its sets told apart by the first byte, so that everything one
//! commit changes is one atomic batch. Keys and values only; what is written when stands in `apply`.

use super::engine::{Kind, RecordId, Rev, Seq, SetId};
use super::journal::{Place, Tip};
use super::working::{WorkingCopy, WorkingError};

/// The form of keys and values here. A working copy of another form is made anew, so nothing is ever upgraded.
const FORM: u8 = 2;

const MARK: u8 = 0;
const RECORD: u8 = 1;
const ROW: u8 = 2;
const HISTORY: u8 = 3;
const REQUEST: u8 = 4;
const ENTRY: u8 = 5;

/// The key of the applied mark.
pub(super) fn mark_key() -> Vec<u8> {
    vec![MARK]
}

/// A record; its value is `stored`'s.
pub(super) fn record_key(kind: Kind, id: &RecordId) -> Vec<u8> {
    let mut key = vec![RECORD];
    key.extend_from_slice(&kind.to_be_bytes());
    key.extend_from_slice(id);
    key
}

/// Kind and id of a record's key.
pub(super) fn read_record_key(key: &[u8]) -> Result<(Kind, RecordId), WorkingError> {
    let rest = key.strip_prefix(&[RECORD]).and_then(<[u8]>::split_first_chunk);
    let (kind, id) = rest.ok_or_else(|| unreadable("a record's key"))?;
    let id = id.try_into().map_err(|_| unreadable("a record's key"))?;
    Ok((u16::from_be_bytes(*kind), id))
}

/// A derived row.
pub(super) fn row_key(set: SetId, key: &[u8]) -> Vec<u8> {
    let mut full = vec![ROW, set];
    full.extend_from_slice(key);
    full
}

/// A revision of a record: the seq of the entry that wrote it.
pub(super) fn history_key(kind: Kind, id: &RecordId, rev: Rev) -> Vec<u8> {
    let mut key = history_prefix(kind, id);
    key.extend_from_slice(&rev.to_be_bytes());
    key
}

/// What all revisions of a record begin with.
pub(super) fn history_prefix(kind: Kind, id: &RecordId) -> Vec<u8> {
    let mut key = record_key(kind, id);
    if let Some(first) = key.first_mut() {
        *first = HISTORY;
    }
    key
}

/// A request: the seq of the entry that it made.
pub(super) fn request_key(request: &[u8; 16]) -> Vec<u8> {
    let mut key = vec![REQUEST];
    key.extend_from_slice(request);
    key
}

/// An entry: where its frame begins.
pub(super) fn entry_key(seq: Seq) -> Vec<u8> {
    let mut key = vec![ENTRY];
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

/// From and to of all keys of one sort, for counting and rebuilding.
pub(super) fn all(what: Sort) -> (Vec<u8>, Vec<u8>) {
    (vec![what as u8], vec![what as u8 + 1])
}

/// The sorts of keys that are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Sort {
    Records = RECORD,
    Rows = ROW,
    History = HISTORY,
    Requests = REQUEST,
    Entries = ENTRY,
}

/// The first key behind all that begin with `prefix`; empty when there is none.
pub(super) fn behind(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

fn unreadable(what: &str) -> WorkingError {
    WorkingError(format!("{what} can't be read"))
}

pub(super) fn encode_seq(seq: Seq) -> Vec<u8> {
    seq.to_le_bytes().to_vec()
}

pub(super) fn decode_seq(value: &[u8]) -> Result<Seq, WorkingError> {
    value.try_into().map(u64::from_le_bytes).map_err(|_| unreadable("a sequence number"))
}

pub(super) fn encode_place(place: Place) -> Vec<u8> {
    let mut value = place.segment.to_le_bytes().to_vec();
    value.extend_from_slice(&place.offset.to_le_bytes());
    value
}

pub(super) fn decode_place(value: &[u8]) -> Result<Place, WorkingError> {
    let parts =
        value.split_first_chunk().and_then(|(segment, rest)| rest.try_into().ok().map(|offset| (segment, offset)));
    let (segment, offset) = parts.ok_or_else(|| unreadable("an entry's place"))?;
    Ok(Place { segment: u32::from_le_bytes(*segment), offset: u64::from_le_bytes(offset) })
}

/// The revision that a history key ends with.
pub(super) fn read_history_rev(key: &[u8]) -> Result<Rev, WorkingError> {
    key.last_chunk().map(|rev| u64::from_be_bytes(*rev)).ok_or_else(|| unreadable("a history key"))
}

/// Kind, id and revision of a history key.
pub(super) fn read_history_key(key: &[u8]) -> Result<(Kind, RecordId, Rev), WorkingError> {
    let parts = key.split_last_chunk::<8>().and_then(|(front, _)| {
        let (kind, id) = front.strip_prefix(&[HISTORY])?.split_first_chunk()?;
        Some((u16::from_be_bytes(*kind), id.try_into().ok()?))
    });
    let (kind, id) = parts.ok_or_else(|| unreadable("a history key"))?;
    Ok((kind, id, read_history_rev(key)?))
}

/// The request of a request's key.
pub(super) fn read_request_key(key: &[u8]) -> Result<[u8; 16], WorkingError> {
    key.strip_prefix(&[REQUEST]).and_then(|id| id.try_into().ok()).ok_or_else(|| unreadable("a request's key"))
}

/// The seq of an entry's key.
pub(super) fn read_entry_key(key: &[u8]) -> Result<Seq, WorkingError> {
    let seq = key.strip_prefix(&[ENTRY]).and_then(|seq| seq.try_into().ok());
    seq.map(u64::from_be_bytes).ok_or_else(|| unreadable("an entry's key"))
}

/// How far the working copy got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Applied {
    /// The last entry that was applied.
    pub(super) tip: Tip,
    /// The layout of the rows; `None` while they are being made anew.
    pub(super) layout: Option<u32>,
}

impl Applied {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut value = Vec::with_capacity(Tip::BYTES + 10);
        self.tip.encode(&mut value);
        value.push(FORM);
        value.push(u8::from(self.layout.is_some()));
        value.extend_from_slice(&self.layout.unwrap_or(0).to_le_bytes());
        let crc = crc32fast::hash(&value);
        value.extend_from_slice(&crc.to_le_bytes());
        value
    }

    fn decode(value: &[u8]) -> Option<Self> {
        let (body, crc) = value.split_last_chunk()?;
        if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let (tip, rest) = Tip::decode(body)?;
        let ([FORM, whole], layout) = rest.split_first_chunk()? else { return None };
        let layout = u32::from_le_bytes(layout.try_into().ok()?);
        Some(Self { tip, layout: (*whole == 1).then_some(layout) })
    }
}

/// The applied mark of a working copy; `None` in an empty one.
pub(super) fn applied(copy: &dyn WorkingCopy) -> Result<Option<Applied>, WorkingError> {
    match copy.get(&mark_key())? {
        Some(value) => Applied::decode(&value).map(Some).ok_or_else(|| unreadable("the applied mark")),
        None if copy.scan(&[], &[], 1)?.is_empty() => Ok(None),
        None => Err(unreadable("the applied mark (there is none)")),
    }
}
