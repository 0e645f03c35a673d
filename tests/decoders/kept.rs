//! What lies on a disk: frames, envelopes, index rows, leaves, marks, keyrings, checkpoints, snapshots and backups. Where
//! a checksum stands before the rest it is put right, or nothing behind it would be reached.

use crate::filler::{Mode, fill};
use crate::store_support::{Sample, commit, request};
use crate::{MIB, Target};
use caseload::domain::audit::{Access, Category, Deed, Ending, How};
use caseload::domain::ids::{UserId, VisitId};
use caseload::domain::record::{Body, Head, Kind, Record};
use caseload::domain::time::{Day, Moment};
use caseload::domain::visit::Visit;
use caseload::service::api::Draft;
use caseload::store::access::AccessLog;
use caseload::store::backup::{self, Archive};
use caseload::store::checkpoint::{Brought, Checkpoint, Mark};
use caseload::store::codec::{
    self, ActNote, DRAFT_KIND, decode, decode_loose, decode_note, decode_with, encode, encode_loose, encode_note,
    from_bytes, sealed_under, to_bytes,
};
use caseload::store::engine::{Commit, Derive, Engine, Entry, Kept, RecordWrite};
use caseload::store::faults::FaultFiles;
use caseload::store::files::Files;
use caseload::store::frame::{self, Frame};
use caseload::store::indexes::{self, SealedIndexes, VisitLine};
use caseload::store::journal::{Place, Tip};
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::keyring::{self, Keyring, Marks, MasterKey};
use caseload::store::seal::Key;
use caseload::store::streams::NewFile;
use caseload::store::working::MemoryHome;
use caseload::store::{access_entry, leaves, snapshot};
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use std::sync::Arc;

pub fn targets() -> Vec<Target> {
    vec![
        frames(),
        access_entries(),
        records(),
        sealed_records(),
        notes(),
        drafts(),
        visit_lines(),
        rows(),
        leaf(),
        tips(),
        keyrings(),
        master_keys(),
        checkpoints(),
        snapshots(),
        backups(),
        access_files(),
    ]
}

const ID: [u8; 16] = [0x11; 16];
const REV: u64 = 3;

fn crc(parts: &[&[u8]]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().to_le_bytes()
}

/// A small commit.
fn small(n: u64, records: usize) -> Commit {
    let write = |k: usize| RecordWrite {
        kind: 1 + (k % 2) as u16,
        id: request(n * 8 + k as u64),
        expect: 0,
        envelope: vec![n as u8; 5 + k],
    };
    commit(n, (0..records).map(write).collect())
}

// ---- the journal

fn framed(seq: u64, commit: Commit) -> Vec<u8> {
    let keys = (0..commit.records.len() as u32).collect();
    let entry = Entry { seq, commit };
    let frame = Frame { epoch: 1, group: seq, previous: [seq as u8; 32], keys, note_key: 4, entry };
    let mut bytes = Vec::new();
    frame::encode(&frame, &mut bytes).unwrap();
    bytes
}

fn mend_frame(bytes: &mut [u8]) {
    if bytes.len() > frame::LEAD {
        let length = (bytes.len() as u32).to_le_bytes();
        bytes[..4].copy_from_slice(&frame::MAGIC);
        bytes[4..8].copy_from_slice(&length);
        let sum = crc(&[&length, &bytes[frame::LEAD..]]);
        bytes[8..12].copy_from_slice(&sum);
    }
}

fn read_frame(bytes: &[u8]) -> Option<Frame> {
    let (frame, length) = frame::decode(bytes).ok()?;
    let mut again = Vec::new();
    frame::encode(&frame, &mut again).unwrap();
    assert!(again == bytes[..length], "the same entry has other bytes");
    Some(frame)
}

fn frames() -> Target {
    let corpus = (1..24).map(|n| framed(n, small(n, n as usize % 5))).collect();
    Target::new("journal frame", 1200, corpus, |bytes| read_frame(bytes).is_some()).mend(|bytes| mend_frame(bytes))
}

fn access(n: u64) -> Access {
    let how = How {
        lens: n.is_multiple_of(2),
        days: n.is_multiple_of(3).then_some((Day(20_000), Day(20_006))),
        ..How::default()
    };
    let subject = |k: u64| (Kind::ALL[(n + k) as usize % Kind::ALL.len()], [k as u8; 16]);
    Access {
        at: Moment(1_790_000_000_000 + n as i64),
        user: UserId([2; 16]),
        role: "coordinator".to_owned(),
        origin: "192.0.2.7 pts/3".to_owned(),
        session: n,
        deed: Deed::ALL[n as usize % Deed::ALL.len()],
        subjects: (0..n % 4).map(subject).collect(),
        category: Category::ALL[n as usize % Category::ALL.len()],
        ending: Ending::ALL[n as usize % Ending::ALL.len()],
        how,
        count: n.is_multiple_of(5).then_some(17),
        saw: n,
        of: n / 2,
        act: "snooze".to_owned(),
    }
}

fn access_entries() -> Target {
    let corpus = (0..80).map(|n| framed(n, access_entry::encode(&access(n)))).collect();
    Target::new("access entry", 400, corpus, |bytes| {
        let Some(access) = read_frame(bytes).and_then(|f| access_entry::decode(&f.entry)) else { return false };
        let entry = Entry { seq: 1, commit: access_entry::encode(&access) };
        let again = access_entry::decode(&entry).unwrap();
        // Texts alone are cut to what is ever written.
        let Access { role, act, origin, .. } = again.clone();
        assert!(again == Access { role, act, origin, ..access.clone() });
        assert!(access.role.contains(&again.role) && access.act.contains(&again.act));
        true
    })
    .mend(|bytes| mend_frame(bytes))
}

// ---- envelopes

fn record<B: Body>(seed: u64) -> Record<B> {
    let (by, at) = (UserId([0x22; 16]), Moment(1_772_456_400_000));
    let head = Head { rev: REV, created_by: by, created_at: at, updated_by: by, updated_at: at, in_error: false };
    Record { id: ID.into(), head, body: fill(Mode::Random(seed)) }
}

fn envelope<B: Body>(seed: u64) -> Vec<u8> {
    encode(&record::<B>(seed)).unwrap()
}

fn all_envelopes(each: u64) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.extend((0..each).map(|seed| of_kind!(*kind, envelope(seed * 31 + 7))));
    }
    all
}

fn mend_envelope(rev: u64) -> impl Fn(&mut Vec<u8>) {
    move |bytes| {
        if let Some(at) = bytes.len().checked_sub(4) {
            let sum = crc(&[&ID, &rev.to_le_bytes(), &bytes[..at]]);
            bytes[at..].copy_from_slice(&sum);
        }
    }
}

/// The kind that an envelope says it is of.
fn kind_of(bytes: &[u8]) -> Kind {
    bytes
        .get(1..3)
        .and_then(|two| Kind::from_number(u16::from_le_bytes(two.try_into().unwrap())))
        .unwrap_or(Kind::Client)
}

fn read_record<B: Body>(bytes: &[u8]) -> bool {
    let Ok(record) = decode::<B>(&ID, REV, bytes) else { return false };
    let again = encode(&record).unwrap();
    if again.len() == bytes.len() {
        assert!(again == bytes, "{}: other bytes of the same record", B::KIND.word());
    }
    let twice = decode::<B>(&ID, REV, &again).unwrap();
    assert!(twice == record, "{}: what was written is read as something else", B::KIND.word());
    true
}

fn records() -> Target {
    let corpus = all_envelopes(8);
    Target::new("record, any kind", 1600, corpus, |bytes| of_kind!(kind_of(bytes), read_record(bytes)))
        .mend(mend_envelope(REV))
}

fn open_sealed<B: Body>(keys: &Keyring, number: u32, clear: &[u8]) -> bool {
    // Whoever has the key seals what she likes.
    let Ok(sealed) = sealed_under(keys, number, [7; 12], &ID, REV, clear) else { return false };
    assert!(decode::<B>(&ID, REV, &sealed).is_err(), "read without its key");
    decode_with::<B>(Some(keys), &ID, REV, &sealed).is_ok()
}

fn sealed_records() -> Target {
    let (keys, number) = ring();
    Target::new("sealed record", 60, all_envelopes(2), move |bytes| {
        let read = of_kind!(kind_of(bytes), open_sealed(&keys, number, bytes));
        // And as it is, without having been sealed by anybody.
        let mut raw = bytes.to_vec();
        if let Some(key) = raw.get_mut(5..9) {
            key.copy_from_slice(&number.to_le_bytes());
        }
        mend_envelope(REV)(&mut raw);
        assert!(!of_kind!(kind_of(&raw), opens_unsealed(&keys, &raw)));
        read
    })
    .mend(mend_envelope(REV))
}

fn opens_unsealed<B: Body>(keys: &Keyring, raw: &[u8]) -> bool {
    decode_with::<B>(Some(keys), &ID, REV, raw).is_ok()
}

fn notes() -> Target {
    let corpus = (0..80).map(|n| encode_note(&ID, &fill::<ActNote>(Mode::Random(n))).unwrap()).collect();
    Target::new("note of an act", 300, corpus, |bytes| {
        let Ok(note) = decode_note(&ID, bytes) else { return false };
        assert!(bytes.is_empty() || encode_note(&ID, &note).unwrap().len() <= bytes.len());
        true
    })
    .mend(mend_envelope(0))
}

fn drafts() -> Target {
    let corpus = (0..80).map(|n| encode_loose(DRAFT_KIND, &ID, &fill::<Draft>(Mode::Short(n))).unwrap()).collect();
    Target::new("draft", 300, corpus, |bytes| {
        let Ok(draft) = decode_loose::<Draft>(DRAFT_KIND, &ID, bytes) else { return false };
        assert!(encode_loose(DRAFT_KIND, &ID, &draft).unwrap().len() <= bytes.len());
        true
    })
    .mend(mend_envelope(0))
}

// ---- the working copy

fn lines() -> Vec<Vec<u8>> {
    (0..120).map(|n| to_bytes(&VisitLine::of(&record::<Visit>(n)))).collect()
}

fn visit_lines() -> Target {
    Target::new("visit in an index", 400, lines(), |bytes| {
        let Ok(line) = from_bytes::<VisitLine>(bytes) else { return false };
        let again = to_bytes(&line);
        assert!(again.len() < bytes.len() || again == bytes, "other bytes of the same line");
        // What is asked of it next.
        let _ = (line.end(), line.lacks_note());
        true
    })
}

/// Sealed rows of visits: values, and the keys that ids and times are read out of.
fn rows() -> Target {
    let (keys, number) = ring();
    let derive = SealedIndexes(Arc::clone(&keys));
    let mut corpus = Vec::new();
    for envelope in (0..40).map(envelope::<Visit>) {
        let kind = kind_of(&envelope).number();
        let sealed = codec::sealed(&keys, number, &ID, REV, &envelope).unwrap();
        for row in derive.rows(kind, &ID, &Kept { rev: REV, seq: 9, envelope: sealed }) {
            // What says nothing of a person is not sealed.
            if indexes::open_value(Some(&keys), (row.set, &row.key), row.value.clone()).is_ok() {
                // Set, length of the key, key, value.
                corpus.push([&[row.set, row.key.len() as u8][..], &row.key, &row.value].concat());
            }
        }
    }
    assert!(corpus.len() >= 40, "{} rows are sealed", corpus.len());
    Target::new("row of an index", 100, corpus, move |bytes| {
        let Some((&[set, length], rest)) = bytes.split_first_chunk() else { return false };
        let (key, value) = rest.split_at(usize::from(length).min(rest.len()));
        let _ = (indexes::time_of(key), indexes::change_of(key), indexes::visit_of(key), indexes::id_at_end(key));
        assert!(indexes::visit_of(key) == VisitId(indexes::id_at_end(key)));
        indexes::open_value(Some(&keys), (set, key), value.to_vec()).is_ok()
    })
}

fn leaf() -> Target {
    let corpus: Vec<Vec<u8>> = (1..40_usize)
        .map(|n| {
            let mut leaf = Vec::new();
            let mut before: Vec<u8> = Vec::new();
            for k in 0..n {
                let key = format!("key {:04}", k * 7).into_bytes();
                let shared = before.iter().zip(&key).take_while(|(a, b)| a == b).count();
                leaf.push(shared as u8);
                leaf.extend_from_slice(&((key.len() - shared) as u16).to_le_bytes());
                leaf.extend_from_slice(&(k as u32).to_le_bytes());
                leaf.extend_from_slice(&key[shared..]);
                leaf.extend(std::iter::repeat_n(k as u8, k));
                before = key;
            }
            leaf
        })
        .collect();
    Target::new("leaf of the working copy", 800, corpus, |bytes| {
        let mut held = 0;
        let read = leaves::each(bytes, |key, value| {
            held += value.len();
            assert!(key.len() <= bytes.len());
            ControlFlow::Continue(())
        });
        assert!(held <= bytes.len());
        let found = leaves::find(bytes, b"key 0014");
        assert!(read.is_err() || found.is_ok());
        read.is_ok()
    })
}

fn tip(n: u64) -> Tip {
    let place = |k: u64| Place { segment: (n + k) as u32, offset: n * 100 + k };
    Tip { seq: n, epoch: 1 + n % 3, start: place(0), end: place(1), hash: [n as u8; 32] }
}

fn tips() -> Target {
    let corpus = (1..20)
        .map(|n| {
            let mut bytes = Vec::new();
            tip(n).encode(&mut bytes);
            bytes
        })
        .collect();
    Target::new("head mark", 300, corpus, |bytes| {
        let Some((tip, rest)) = Tip::decode(bytes) else { return false };
        let mut again = Vec::new();
        tip.encode(&mut again);
        assert!(again == bytes[..Tip::BYTES] && rest.len() == bytes.len() - Tip::BYTES);
        true
    })
}

// ---- keys

const MASTER: [u8; 32] = [7; 32];

fn master() -> MasterKey {
    MasterKey::parse(&format!("caseload-master-key-1 {}\n", "07".repeat(32))).unwrap()
}

fn ring() -> (Arc<Keyring>, u32) {
    let keys = Arc::new(Keyring::begin(Arc::new(FaultFiles::new()), master()).unwrap());
    let number = keys.numbers(&[[1; 16]]).unwrap()[0];
    (keys, number)
}

fn only(path: &str, bytes: &[u8]) -> Arc<FaultFiles> {
    let files = Arc::new(FaultFiles::new());
    files.create(path).unwrap();
    files.write_at(path, 0, bytes).unwrap();
    files
}

fn keyrings() -> Target {
    let files = Arc::new(FaultFiles::new());
    let keys = Keyring::begin(files.clone(), master()).unwrap();
    let bytes = || files.bytes(keyring::FILE).unwrap();
    let mut corpus = vec![bytes()];
    for n in 1..6_u8 {
        keys.numbers(&[[n; 16], [n + 100; 16]]).unwrap();
        if n % 2 == 0 {
            keys.erase(&[n; 16]).unwrap();
        }
        corpus.push(bytes());
    }
    keys.renew().unwrap();
    corpus.push(bytes());
    Target::new("keyring", 25, corpus, |bytes| {
        let files = only(keyring::FILE, bytes);
        let _ = keyring::wanted(&*files);
        let marks = Marks::read(&*files, &[]);
        let Ok(keys) = Keyring::open(files.clone(), master()) else { return false };
        let erased = marks.unwrap().erased();
        assert!(erased.len() == keys.status().erased && erased.iter().all(|owner| keys.is_erased(owner)));
        // It goes on.
        let _ = keys.numbers(&[[0x77; 16]]).map(|numbers| keys.key(numbers[0]));
        true
    })
    .mend(|bytes| {
        const HEAD: usize = 18;
        const ENTRY: usize = 81;
        let Some(body) = bytes.len().checked_sub(28).filter(|n| *n >= HEAD) else { return };
        let body = HEAD + (body - HEAD) / ENTRY * ENTRY;
        bytes.truncate(body);
        let count = ((body - HEAD) / ENTRY) as u32;
        bytes[14..18].copy_from_slice(&count.to_le_bytes());
        let seal = Key::new(MASTER).seal([5; 12], &[&b"caseload keyring"[..], bytes].concat(), &[]).unwrap();
        bytes.extend_from_slice(&seal);
    })
}

fn master_keys() -> Target {
    let corpus = vec![
        master().text().as_bytes().to_vec(),
        format!("# one\n\n  caseload-master-key-1   {}\n# two\n", "aB".repeat(32)).into_bytes(),
    ];
    Target::new("master key", 200, corpus, |bytes| {
        let Some(key) = MasterKey::parse(&String::from_utf8_lossy(bytes)) else { return false };
        assert_eq!(MasterKey::parse(&key.text()).unwrap().fingerprint(), key.fingerprint());
        true
    })
    .words(&[b"caseload-master-key-1", b"#", b"\n", b"\xc3\xa9", b"+1"])
}

fn checkpoints() -> Target {
    let mark = |n: u64| Mark { seq: n, hash: [n as u8; 32] };
    let one = |n: u64| Checkpoint { at: Moment(1_772_456_400_000 + n as i64), changes: mark(n), accesses: mark(n * 3) };
    let mut corpus: Vec<Vec<u8>> = Vec::new();
    for n in [0, 1, 77, 1 << 30] {
        corpus.extend([one(n).line(), one(n).text(), one(n).code()].map(String::into_bytes));
    }
    Target::new("checkpoint", 250, corpus, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Some(whole) = Checkpoint::parse(&text) {
            let again = Checkpoint::parse(&whole.line()).unwrap();
            assert!(again.changes == whole.changes && again.accesses == whole.accesses);
            let _ = (whole.text(), whole.code());
        }
        match Brought::parse(&text) {
            Ok(Brought::Code(code)) => !code.fits(&[1; 32], &[2; 32]) || code.changes > 0,
            other => other.is_ok(),
        }
    })
    .words(&[b"changes", b"accesses", b"caseload checkpoint of", b"-", b">", b"18446744073709551615", b"0O1IL"])
}

// ---- whole files

fn engine(files: &Arc<FaultFiles>, acts: u64) -> JournaledEngine {
    let options = Options { segment_bytes: 2 * 1024, ..Options::default() };
    let home = Box::new(MemoryHome::new());
    let engine = JournaledEngine::open(files.clone(), home, Arc::new(Sample(1)), options).unwrap();
    for n in 1..=acts {
        assert!(engine.commit(vec![small(n, 1 + n as usize % 2)]).iter().all(Result::is_ok));
    }
    engine
}

fn snapshots() -> Target {
    let corpus = [1, 4, 9]
        .map(|acts| {
            let files = Arc::new(FaultFiles::new());
            let engine = engine(&files, acts);
            let made = snapshot::make(&engine, Moment(0)).unwrap().unwrap();
            files.bytes(&made.path).unwrap()
        })
        .to_vec();
    Target::new("snapshot", 100, corpus, |bytes| {
        let files = only("snapshots/x.snapshot", bytes);
        let _ = snapshot::list(&*files);
        snapshot::check(&*files, "snapshots/x.snapshot").is_ok()
    })
    .mend(|bytes| {
        const HEAD: usize = 4 + 2 + 2 + 4 + 16 + 8 + Tip::BYTES + 4;
        if bytes.len() < HEAD {
            return;
        }
        let sum = crc(&[&bytes[..HEAD - 4]]);
        bytes[HEAD - 4..HEAD].copy_from_slice(&sum);
        let mut at = HEAD;
        while at + 9 <= bytes.len() {
            let length: [u8; 4] = bytes[at..at + 4].try_into().unwrap();
            let end = (at + 8).saturating_add(u32::from_le_bytes(length) as usize);
            if end > bytes.len() {
                return;
            }
            if bytes[at + 8] == 0 && end - at == 8 + 1 + 64 {
                let before: [u8; 32] = Sha256::digest(&bytes[..at]).into();
                bytes[end - 32..end].copy_from_slice(&before);
            }
            let sum = crc(&[&length, &bytes[at + 8..end]]);
            bytes[at + 4..at + 8].copy_from_slice(&sum);
            at = end;
        }
    })
}

fn archive(bytes: &[u8]) -> Result<Archive, String> {
    let bytes = bytes.to_vec();
    Archive::open(Box::new(move |at, most| {
        let from = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes[from..from.saturating_add(most).min(bytes.len())].to_vec())
    }))
}

fn backups() -> Target {
    let corpus = [2, 6]
        .map(|acts| {
            let files = Arc::new(FaultFiles::new());
            let engine = engine(&files, acts);
            if acts > 2 {
                snapshot::make(&engine, Moment(0)).unwrap();
                Keyring::begin(files.clone(), master()).unwrap();
                caseload::store::files::replace(&*files, "drafts/u/d", b"typed").unwrap();
            }
            let out = NewFile::begin(&*files, "out/b.tar").unwrap();
            backup::make(&*files, out, Moment(0)).unwrap().0.finish().unwrap();
            files.bytes("out/b.tar").unwrap()
        })
        .to_vec();
    Target::new("backup", 25, corpus, |bytes| {
        let Ok(archive) = archive(bytes) else { return false };
        for name in archive.list("journal").unwrap() {
            let _ = archive.read(&format!("journal/{name}"), 5, 1 << 20).map(|b| b.len());
        }
        archive.verify().is_ok()
    })
    .mend(|bytes| mend_tar(bytes))
    .words(&[
        b"ustar",
        b"journal/",
        b"../../etc/passwd",
        b"SHA256SUMS",
        b"777777777777",
        b"form = 2\n",
        b"L",
        b"2",
    ])
}

/// The sums of a tar: of its heads, and in its last file those of the others.
fn mend_tar(bytes: &mut [u8]) {
    let (mut at, mut sums) = (0, Vec::new());
    while at + 512 <= bytes.len() && bytes[at] != 0 {
        let head = &mut bytes[at..at + 512];
        head[148..156].fill(b' ');
        let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let name = String::from_utf8_lossy(head[..100].split(|b| *b == 0).next().unwrap()).into_owned();
        let size = std::str::from_utf8(&head[124..135]).ok().and_then(|s| usize::from_str_radix(s, 8).ok());
        let begin = at + 512;
        let Some(end) = size.and_then(|n| begin.checked_add(n)).filter(|end| *end <= bytes.len()) else { return };
        if name == "SHA256SUMS" {
            for line in bytes[begin..end].split_mut(|b| *b == b'\n') {
                let of = line.get(66..).map(|name| String::from_utf8_lossy(name).into_owned());
                let found = sums.iter().find(|(name, _)| Some(name) == of.as_ref());
                if let (Some((_, sum)), Some(place)) = (found, line.get_mut(..64)) {
                    place.copy_from_slice(String::as_bytes(sum));
                }
            }
        } else {
            let sum: String = Sha256::digest(&bytes[begin..end]).iter().map(|b| format!("{b:02x}")).collect();
            sums.push((name, sum));
        }
        at = begin + (end - begin).div_ceil(512) * 512;
    }
}

/// The files of the chain of who saw what: opened with one of them changed, and read to the end.
fn access_files() -> Target {
    let files = Arc::new(FaultFiles::new());
    let log = AccessLog::open(files.clone(), 1024, true).unwrap();
    for n in 0..14 {
        log.note(access_entry::encode(&access(n))).unwrap();
    }
    log.mark_head().unwrap();
    let sealed = log.sealed().unwrap();
    log.remove_to(&sealed[0]).unwrap();
    drop(log);
    let paths: Vec<String> = files.list("access").unwrap().iter().map(|name| format!("access/{name}")).collect();
    assert!(paths.len() > 4);
    // The file's place among them, then its bytes.
    let corpus = paths.iter().enumerate().map(|(n, path)| [&[n as u8], &files.bytes(path).unwrap()[..]].concat());
    let corpus = corpus.collect();
    let mend_all = |bytes: &mut Vec<u8>| {
        if let Some(at) = bytes.len().checked_sub(4).filter(|at| *at > 5) {
            let sum = crc(&[&bytes[1..at]]);
            bytes[at..].copy_from_slice(&sum);
        }
    };
    Target::new("files of the access chain", 12, corpus, move |bytes| {
        let Some((which, bytes)) = bytes.split_first() else { return false };
        let disk = Arc::new(files.after_restart());
        disk.tamper(&paths[usize::from(*which) % paths.len()], |file| *file = bytes.to_vec());
        let Ok(log) = AccessLog::open(disk, 1024, false) else { return false };
        let mut n = 0;
        let read = log.read(0, &mut |entry| {
            n += usize::from(access_entry::decode(&entry).is_some());
            true
        });
        assert!(n < 1000 && log.note(access_entry::encode(&access(3))).is_ok());
        read.is_ok()
    })
    .mend(mend_all)
    .most(8 * MIB)
}
