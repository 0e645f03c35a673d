//! What the tests of the store share: made-up records and their rows, a fixed source of chance, counts.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests fail loudly")]

use caseload::store::engine::{Commit, Derive, Engine, Entry, Kept, Kind, RecordId, RecordWrite, Row};
use caseload::store::faults::mix;
use std::collections::HashMap;
use std::path::Path;

/// Three sets: by the first four bytes, the even ones, every fourth with its whole envelope.
pub struct Sample(pub u32);

impl Derive for Sample {
    fn layout(&self) -> u32 {
        self.0
    }

    fn rows(&self, kind: Kind, id: &RecordId, kept: &Kept) -> Vec<Row> {
        let bytes = &kept.envelope;
        let key = |part: &[u8]| [part, &kind.to_be_bytes(), id].concat();
        let head = &bytes[..bytes.len().min(4)];
        let first = bytes.first().copied().unwrap_or(1);
        let mut rows = vec![Row { set: 1, key: key(head), value: head.to_vec() }];
        if first.is_multiple_of(2) {
            rows.push(Row { set: 2, key: key(&[]), value: vec![first] });
        }
        if first.is_multiple_of(4) {
            rows.push(Row { set: 3, key: key(&[self.0 as u8]), value: bytes[..bytes.len().min(1000)].to_vec() });
        }
        rows
    }
}

/// Chance from a fixed seed.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 += 1;
        mix(self.0)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        let n = self.below(most) + 1;
        (0..n).map(|_| self.next() as u8).collect()
    }
}

/// A request's id from a number.
pub fn request(n: u64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_be_bytes());
    id
}

pub fn commit(n: u64, records: Vec<RecordWrite>) -> Commit {
    Commit {
        request: request(n),
        batch: [0; 16],
        actor: [7; 16],
        at_ms: 1_790_000_000_000 + n as i64,
        action: "sample.act".to_owned(),
        origin: "test".to_owned(),
        undoes: 0,
        note: if n.is_multiple_of(3) { b"why".to_vec() } else { Vec::new() },
        records,
    }
}

/// Makes acts that all fit: it remembers the revision of each of its few records.
pub struct Acts {
    pub chance: Chance,
    pub revs: HashMap<(Kind, u64), u64>,
    pub next: u64,
    pub records: usize,
}

impl Acts {
    pub fn new(seed: u64, records: usize) -> Self {
        Self { chance: Chance(seed), revs: HashMap::new(), next: 1, records }
    }

    pub fn act(&mut self) -> Commit {
        let n = self.next;
        self.next += 1;
        let mut writes: Vec<RecordWrite> = Vec::new();
        for _ in 0..=self.chance.below(2) {
            let kind = self.chance.below(2) as Kind + 1;
            let which = self.chance.below(self.records) as u64;
            let id = request(which);
            if writes.iter().any(|w| w.kind == kind && w.id == id) {
                continue;
            }
            let rev = self.revs.entry((kind, which)).or_insert(0);
            // Some too large to stand in the working copy itself.
            let most = if self.chance.below(25) == 0 { 12_000 } else { 200 };
            let envelope = self.chance.bytes(most);
            writes.push(RecordWrite { kind, id, expect: *rev, envelope });
            *rev += 1;
        }
        commit(n, writes)
    }

    pub fn group(&mut self, most: usize) -> Vec<Commit> {
        (0..=self.chance.below(most)).map(|_| self.act()).collect()
    }

    /// Acts that go on from what an engine holds.
    pub fn going_on(engine: &dyn Engine, seed: u64, records: usize) -> Self {
        let mut acts = Self::new(seed, records);
        acts.next = engine.head().unwrap() + 1;
        for kind in 1..=2 {
            for (id, kept) in engine.records(kind, &[0; 16], usize::MAX).unwrap() {
                let which = u64::from_be_bytes(*id.first_chunk().unwrap());
                acts.revs.insert((kind, which), kept.rev);
            }
        }
        acts
    }
}

/// All entries of an engine.
pub fn feed(engine: &dyn Engine) -> Vec<Entry> {
    engine.entries(0, usize::MAX).unwrap()
}

/// Panics when verify finds anything.
pub fn assert_sound(engine: &dyn Engine, what: &str) {
    let report = engine.verify().unwrap();
    assert!(report.problems.is_empty(), "{what}: {:?}", report.problems);
}

/// The whole suite's counts, or the quick one's.
pub fn full() -> bool {
    std::env::var("CASELOAD_TEST_FULL").is_ok_and(|v| v == "1")
}

pub fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy_dir(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
