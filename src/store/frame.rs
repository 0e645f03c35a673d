//! The bytes of one journal entry. Frozen: files written by any version are read for ever, so a change is a new frame
//! version beside this one.
//!
//! ```text
//! magic "CLj1" | length u32 | crc32 u32                           12 bytes; crc over the length and all that follows
//! version u16 | seq u64 | group u64 | epoch u64 | at_ms i64
//! actor 16 | request 16 | batch 16 | undoes u64 | previous hash 32
//! action: u8 length, bytes | origin: u8 length, bytes
//! note: key id u32, length u32
//! records: count u16, each: kind u16 | id 16 | old rev u64 | new rev u64 | key id u32 | envelope length u32
//! note bytes | envelope bytes, in the order of the records
//! ```
//!
//! Little endian throughout; every field has a fixed width or a length before it, so no two entries share their bytes.
//! Everything above the note and envelopes is clear and names no person: the chain can be checked without any key.

use super::engine::{Commit, Entry, MAX_ENVELOPE, MAX_RECORDS, RecordWrite, Seq};
use sha2::{Digest, Sha256};

/// What every frame begins with.
pub const MAGIC: [u8; 4] = *b"CLj1";
/// Bytes before the checked part: magic, length, crc.
pub const LEAD: usize = 12;
/// The version written here.
pub const VERSION: u16 = 1;
/// No frame is longer: [`MAX_RECORDS`] full envelopes, a note and their heads, rounded up.
pub const MAX_FRAME: usize = 4 * 1024 * 1024;
/// Longest name of an action, in bytes.
pub const MAX_ACTION: usize = 64;
/// Longest name of an origin, in bytes.
pub const MAX_ORIGIN: usize = 128;

const _: () = assert!((MAX_RECORDS + 1) * (MAX_ENVELOPE + RECORD_HEAD) + 1024 <= MAX_FRAME);

/// Bytes of a record's head.
const RECORD_HEAD: usize = 2 + 16 + 8 + 8 + 4 + 4;
/// Said before the stored bytes in every hash, so that a hash from here is never one from elsewhere.
const DOMAIN_TAG: &[u8] = b"caseload-journal-v1";

/// The hash of one entry's stored bytes, which the next one holds.
pub type Hash = [u8; 32];

/// One entry with what the chain needs.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Counts restores: a higher one says that entries after some seq were given up.
    pub epoch: u64,
    /// The first seq of the group that was written and synced at once; a torn group is told from two groups by it.
    pub group: Seq,
    /// The hash of the entry before; zeros before the first.
    pub previous: Hash,
    /// The number of the data key of each record's envelope, 0 = clear.
    pub keys: Vec<u32>,
    /// The number of the note's data key, 0 = clear.
    pub note_key: u32,
    /// The entry itself.
    pub entry: Entry,
}

impl std::fmt::Debug for Frame {
    /// Its number alone: what it holds is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({})", self.entry.seq)
    }
}

/// Why bytes are not a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameError {
    /// The bytes end before the frame does; it needs this many in all.
    Short(usize),
    /// They are not a frame, and what gave it away.
    Bad(&'static str),
    /// A sound frame of a version that this program does not know.
    Newer(u16),
}

/// The chain hash of a frame's stored bytes.
pub fn hash(stored: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(DOMAIN_TAG);
    hasher.update(stored);
    hasher.finalize().into()
}

/// Appends the frame's bytes to `out`. The commit must have passed the engine's checks of size.
pub fn encode(frame: &Frame, out: &mut Vec<u8>) -> Result<(), &'static str> {
    let start = out.len();
    let commit = &frame.entry.commit;
    if commit.action.len() > MAX_ACTION || commit.origin.len() > MAX_ORIGIN {
        return Err("a text is too long for a frame");
    }
    if commit.records.len() > MAX_RECORDS || frame.keys.len() != commit.records.len() {
        return Err("too many records for a frame");
    }
    if commit.note.len() > MAX_ENVELOPE || commit.records.iter().any(|r| r.envelope.len() > MAX_ENVELOPE) {
        return Err("an envelope is too long for a frame");
    }
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[0; LEAD - MAGIC.len()]);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&frame.entry.seq.to_le_bytes());
    out.extend_from_slice(&frame.group.to_le_bytes());
    out.extend_from_slice(&frame.epoch.to_le_bytes());
    out.extend_from_slice(&commit.at_ms.to_le_bytes());
    out.extend_from_slice(&commit.actor);
    out.extend_from_slice(&commit.request);
    out.extend_from_slice(&commit.batch);
    out.extend_from_slice(&commit.undoes.to_le_bytes());
    out.extend_from_slice(&frame.previous);
    for text in [&commit.action, &commit.origin] {
        out.push(text.len() as u8);
        out.extend_from_slice(text.as_bytes());
    }
    out.extend_from_slice(&frame.note_key.to_le_bytes());
    out.extend_from_slice(&(commit.note.len() as u32).to_le_bytes());
    out.extend_from_slice(&(commit.records.len() as u16).to_le_bytes());
    for (record, key) in commit.records.iter().zip(&frame.keys) {
        let new = record.expect.checked_add(1).ok_or("a revision has no successor")?;
        out.extend_from_slice(&record.kind.to_le_bytes());
        out.extend_from_slice(&record.id);
        out.extend_from_slice(&record.expect.to_le_bytes());
        out.extend_from_slice(&new.to_le_bytes());
        out.extend_from_slice(&key.to_le_bytes());
        out.extend_from_slice(&(record.envelope.len() as u32).to_le_bytes());
    }
    out.extend_from_slice(&commit.note);
    for record in &commit.records {
        out.extend_from_slice(&record.envelope);
    }
    let length = ((out.len() - start) as u32).to_le_bytes();
    let crc = out.get(start + LEAD..).map(|body| checksum(length, body)).unwrap_or_default().to_le_bytes();
    if let Some(place) = out.get_mut(start + 4..start + 8) {
        place.copy_from_slice(&length);
    }
    if let Some(place) = out.get_mut(start + 8..start + LEAD) {
        place.copy_from_slice(&crc);
    }
    Ok(())
}

fn checksum(length: [u8; 4], body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&length);
    crc.update(body);
    crc.finalize()
}

/// The frame at the beginning of `bytes`, and its length. Reads no further and keeps no room that the bytes don't fill.
pub fn decode(bytes: &[u8]) -> Result<(Frame, usize), FrameError> {
    let Some(lead) = bytes.first_chunk::<LEAD>() else {
        return if MAGIC.starts_with(bytes.get(..4).unwrap_or(bytes)) {
            Err(FrameError::Short(LEAD))
        } else {
            Err(FrameError::Bad("no frame begins here"))
        };
    };
    let [m0, m1, m2, m3, l0, l1, l2, l3, c0, c1, c2, c3] = *lead;
    if [m0, m1, m2, m3] != MAGIC {
        return Err(FrameError::Bad("no frame begins here"));
    }
    let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    if length <= LEAD || length > MAX_FRAME {
        return Err(FrameError::Bad("the frame's length is impossible"));
    }
    let Some(body) = bytes.get(LEAD..length) else {
        return Err(FrameError::Short(length));
    };
    if checksum([l0, l1, l2, l3], body) != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Err(FrameError::Bad("the checksum does not match"));
    }
    let mut rest = Rest(body);
    let version = u16::from_le_bytes(rest.array()?);
    if version != VERSION {
        return Err(FrameError::Newer(version));
    }
    let frame = rest.frame()?;
    if !rest.0.is_empty() {
        return Err(FrameError::Bad("bytes are left over in the frame"));
    }
    Ok((frame, length))
}

/// What is left to read of a frame's body.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], FrameError> {
        let (head, tail) = self.0.split_at_checked(n).ok_or(FrameError::Bad("the frame ends inside a field"))?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let (head, tail) = self.0.split_first_chunk().ok_or(FrameError::Bad("the frame ends inside a field"))?;
        self.0 = tail;
        Ok(*head)
    }

    fn u64(&mut self) -> Result<u64, FrameError> {
        self.array().map(u64::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, FrameError> {
        self.array().map(u32::from_le_bytes)
    }

    fn text(&mut self, most: usize) -> Result<String, FrameError> {
        let [length] = self.array()?;
        if usize::from(length) > most {
            return Err(FrameError::Bad("a text is too long"));
        }
        let bytes = self.take(usize::from(length))?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| FrameError::Bad("a text is not UTF-8"))
    }

    fn envelope(&mut self, length: u32) -> Result<Vec<u8>, FrameError> {
        self.take(length as usize).map(<[u8]>::to_vec)
    }

    fn frame(&mut self) -> Result<Frame, FrameError> {
        let seq = self.u64()?;
        let group = self.u64()?;
        let epoch = self.u64()?;
        let at_ms = self.array().map(i64::from_le_bytes)?;
        let actor = self.array()?;
        let request = self.array()?;
        let batch = self.array()?;
        let undoes = self.u64()?;
        let previous = self.array()?;
        let action = self.text(MAX_ACTION)?;
        let origin = self.text(MAX_ORIGIN)?;
        let note_key = self.u32()?;
        let note_length = self.u32()?;
        let count = usize::from(self.array().map(u16::from_le_bytes)?);
        if count > MAX_RECORDS || count * RECORD_HEAD > self.0.len() {
            return Err(FrameError::Bad("the count of records is impossible"));
        }
        let mut heads = Vec::with_capacity(count);
        let mut keys = Vec::with_capacity(count);
        for _ in 0..count {
            let kind = self.array().map(u16::from_le_bytes)?;
            let id = self.array()?;
            let (old, new) = (self.u64()?, self.u64()?);
            if old.checked_add(1) != Some(new) {
                return Err(FrameError::Bad("a record's revisions do not follow each other"));
            }
            keys.push(self.u32()?);
            heads.push((RecordWrite { kind, id, expect: old, envelope: Vec::new() }, self.u32()?));
        }
        let note = self.envelope(note_length)?;
        let mut records = Vec::with_capacity(count);
        for (mut record, length) in heads {
            record.envelope = self.envelope(length)?;
            records.push(record);
        }
        let commit = Commit { request, batch, actor, at_ms, action, origin, undoes, note, records };
        Ok(Frame { epoch, group, previous, keys, note_key, entry: Entry { seq, commit } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn any_frame() -> impl Strategy<Value = Frame> {
        let record = (any::<u16>(), any::<[u8; 16]>(), 0..u64::MAX, vec(any::<u8>(), 0..200), any::<u32>());
        let ids = any::<([u8; 16], [u8; 16], [u8; 16])>();
        let numbers = any::<(u64, u64, u64, u64, i64, u32)>();
        (ids, numbers, any::<Hash>(), "[a-z.é]{0,20}", "[ -~]{0,100}", vec(any::<u8>(), 0..300), vec(record, 0..8))
            .prop_map(|(ids, numbers, previous, action, origin, note, records)| {
                let (request, batch, actor) = ids;
                let (seq, group, epoch, undoes, at_ms, note_key) = numbers;
                let keys = records.iter().map(|r| r.4).collect();
                let records = records.into_iter().map(|(kind, id, expect, envelope, _)| RecordWrite {
                    kind,
                    id,
                    expect,
                    envelope,
                });
                let records = records.collect();
                let commit = Commit { request, batch, actor, at_ms, action, origin, undoes, note, records };
                Frame { epoch, group, previous, keys, note_key, entry: Entry { seq, commit } }
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read(frame in any_frame(), behind in vec(any::<u8>(), 0..50)) {
            let mut bytes = Vec::new();
            encode(&frame, &mut bytes).unwrap();
            let length = bytes.len();
            bytes.extend(behind);
            let (read, taken) = decode(&bytes).unwrap();
            prop_assert!(read == frame);
            prop_assert_eq!(taken, length);
        }

        #[test]
        fn any_flip_is_found(frame in any_frame(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let mut bytes = Vec::new();
            encode(&frame, &mut bytes).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(decode(&bytes).is_err());
        }

        #[test]
        fn any_cut_is_short(frame in any_frame(), at in any::<prop::sample::Index>()) {
            let mut bytes = Vec::new();
            encode(&frame, &mut bytes).unwrap();
            let at = at.index(bytes.len());
            prop_assert!(matches!(decode(&bytes[..at]), Err(FrameError::Short(n)) if n > at));
        }

        #[test]
        fn any_bytes_are_borne(bytes in vec(any::<u8>(), 0..400)) {
            let _ = decode(&bytes);
            // And behind a right lead with a right checksum, so that the fields are reached.
            let length = ((LEAD + bytes.len()) as u32).to_le_bytes();
            let mut framed = MAGIC.to_vec();
            framed.extend(length);
            framed.extend(checksum(length, &bytes).to_le_bytes());
            framed.extend(&bytes);
            let _ = decode(&framed);
            if framed.len() >= LEAD + 2 {
                framed[LEAD..LEAD + 2].copy_from_slice(&VERSION.to_le_bytes());
                let crc = checksum(length, &framed[LEAD..]).to_le_bytes();
                framed[8..12].copy_from_slice(&crc);
                let _ = decode(&framed);
            }
        }
    }

    #[test]
    fn the_first_frame_ever_written_is_still_read() {
        let record = RecordWrite { kind: 0x0102, id: [3; 16], expect: 4, envelope: b"envelope".to_vec() };
        let commit = Commit {
            request: [1; 16],
            batch: [0; 16],
            actor: [2; 16],
            at_ms: 1_790_000_000_000,
            action: "issue.new".into(),
            origin: "tty".into(),
            undoes: 0,
            note: b"note".to_vec(),
            records: vec![record],
        };
        let entry = Entry { seq: 7, commit };
        let frame = Frame { epoch: 1, group: 6, previous: [9; 32], keys: vec![0], note_key: 0, entry };
        let mut bytes = Vec::new();
        encode(&frame, &mut bytes).unwrap();
        let pairs = GOLDEN.as_bytes().as_chunks::<2>().0;
        let golden = pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
        assert_eq!(bytes, golden.collect::<Vec<u8>>());
        assert!(decode(&bytes).unwrap().0 == frame);
    }

    /// Written by the first version; never to be changed.
    const GOLDEN: &str = concat!(
        "434c6a31d40000007b8902c90100070000000000000006000000000000000100000000000000006c50c4a00100000202",
        "020202020202020202020202020201010101010101010101010101010101000000000000000000000000000000000000",
        "00000000000009090909090909090909090909090909090909090909090909090909090909090969737375652e6e6577",
        "037474790000000004000000010002010303030303030303030303030303030304000000000000000500000000000000",
        "00000000080000006e6f7465656e76656c6f7065"
    );
}
