//! A record as it stands in the working copy: small ones whole, large ones by the entry that wrote them, whose bytes lie
//! in the journal anyway. sled puts up to some seventeen values into one page and spills a page of more than 128 KiB into
//! a file of its own, which a power cut can leave unreadable; so no value there may be large.

use super::engine::{Kept, Kind, RecordId, Rev, Seq};
use super::files::Files;
use super::journal::{CHANGES, Step};
use super::layout::{decode_place, entry_key};
use super::working::{Batch, WorkingCopy, WorkingError};

/// Envelopes up to this many bytes stand in the working copy itself.
pub(super) const INLINE: usize = 4 * 1024;

const HERE: u8 = 0;
const IN_JOURNAL: u8 = 1;

/// A record's value: `[revision u64][seq u64][where u8][envelope, when it is small]`.
pub(super) fn encode_kept(kept: &Kept) -> Vec<u8> {
    let envelope = Some(&kept.envelope).filter(|envelope| envelope.len() <= INLINE);
    let mut value = Vec::with_capacity(17 + envelope.map_or(0, Vec::len));
    value.extend_from_slice(&kept.rev.to_le_bytes());
    value.extend_from_slice(&kept.seq.to_le_bytes());
    value.push(if envelope.is_some() { HERE } else { IN_JOURNAL });
    value.extend_from_slice(envelope.map_or(&[], Vec::as_slice));
    value
}

/// What a record's value says by itself: revision, seq, and the envelope when it stands there.
pub(super) fn decode_head(value: &[u8]) -> Result<(Rev, Seq, Option<&[u8]>), WorkingError> {
    let parts = value.split_first_chunk().and_then(|(rev, rest)| {
        let (seq, rest) = rest.split_first_chunk()?;
        let envelope = match rest.split_first()? {
            (&HERE, envelope) => Some(envelope),
            (&IN_JOURNAL, []) => None,
            _ => return None,
        };
        Some((u64::from_le_bytes(*rev), u64::from_le_bytes(*seq), envelope))
    });
    parts.ok_or_else(|| WorkingError("a record can't be read".to_owned()))
}

/// A working copy with the journal that it was made of.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    pub(super) copy: &'a dyn WorkingCopy,
    pub(super) files: &'a dyn Files,
    /// What will be applied next and counts as there already.
    pub(super) ahead: Option<&'a Batch>,
}

impl Stored<'_> {
    /// One value.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, WorkingError> {
        match self.ahead.and_then(|batch| batch.get(key)) {
            Some(value) => Ok(value.clone()),
            None => self.copy.get(key),
        }
    }

    /// The whole record behind a value.
    pub(super) fn kept(&self, kind: Kind, id: &RecordId, value: &[u8]) -> Result<Kept, WorkingError> {
        let (rev, seq, envelope) = decode_head(value)?;
        let envelope = match envelope {
            Some(envelope) => envelope.to_vec(),
            None => self.find_in_journal(kind, id, rev, seq)?,
        };
        Ok(Kept { rev, seq, envelope })
    }

    pub(super) fn find_in_journal(
        &self,
        kind: Kind,
        id: &RecordId,
        rev: Rev,
        seq: Seq,
    ) -> Result<Vec<u8>, WorkingError> {
        let lost = |what: &str| WorkingError(format!("a large record of entry {seq}: {what}"));
        let place = self.get(&entry_key(seq))?.ok_or_else(|| lost("its place is not known"))?;
        match CHANGES.reader(self.files, decode_place(&place)?).step() {
            Ok(Step::Frame(frame, _)) if frame.entry.seq == seq => {
                let mut records = frame.entry.commit.records.into_iter();
                let found = records.find(|r| r.kind == kind && r.id == *id && r.expect + 1 == rev);
                found.map(|record| record.envelope).ok_or_else(|| lost("the entry does not hold it"))
            }
            Ok(Step::Bad(what)) => Err(lost(what)),
            Ok(_) => Err(lost("another entry stands there")),
            Err(error) => Err(lost(&error.to_string())),
        }
    }
}
