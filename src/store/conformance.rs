//! The one suite that every engine passes: what `engine` promises, act by act, and random histories compared with the
//! engine in memory.

use super::engine::*;
use super::faults::FaultFiles;
use super::files::DiskFiles;
use super::kept::{JournaledEngine, Options};
use super::memory::MemoryEngine;
use super::sled::SledHome;
use super::working::MemoryHome;
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;

/// Rows of a made-up kind: set 1 by the first four bytes, set 2 for records whose first byte is even, set 3 for every
/// fourth with its whole envelope.
pub(super) struct Sample(pub(super) u32);

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
        if first % 2 == 0 {
            rows.push(Row { set: 2, key: key(&[]), value: vec![first] });
        }
        if first % 4 == 0 {
            rows.push(Row { set: 3, key: key(&[self.0 as u8]), value: bytes[..bytes.len().min(1000)].to_vec() });
        }
        if bytes.starts_with(b"long key") {
            rows.push(Row { set: 4, key: vec![0; MAX_KEY + 1], value: Vec::new() });
        }
        rows
    }
}

pub(super) fn commit(request: u64, records: Vec<RecordWrite>) -> Commit {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&request.to_be_bytes());
    Commit {
        request: id,
        batch: [0; 16],
        actor: [7; 16],
        at_ms: 1_790_000_000_000 + request as i64,
        action: "sample.act".to_owned(),
        origin: "test".to_owned(),
        undoes: 0,
        note: if request.is_multiple_of(3) { b"why".to_vec() } else { Vec::new() },
        records,
    }
}

pub(super) fn write(kind: Kind, n: u8, expect: Rev, envelope: &[u8]) -> RecordWrite {
    RecordWrite { kind, id: [n; 16], expect, envelope: envelope.to_vec() }
}

/// An engine and what it stands on, closed and opened again on demand.
trait Bench {
    fn engine(&self) -> &dyn Engine;
    /// Closes (cleanly or by being dropped without a word) and opens again; engines in memory stay.
    fn again(&mut self);
}

struct Memory(MemoryEngine);

impl Bench for Memory {
    fn engine(&self) -> &dyn Engine {
        &self.0
    }
    fn again(&mut self) {}
}

struct OverFaults {
    files: Arc<FaultFiles>,
    home: Arc<MemoryHome>,
    engine: Option<JournaledEngine>,
}

impl OverFaults {
    fn new() -> Self {
        let mut bench = Self { files: Arc::new(FaultFiles::new()), home: Arc::new(MemoryHome::new()), engine: None };
        bench.again();
        bench
    }
}

impl Bench for OverFaults {
    fn engine(&self) -> &dyn Engine {
        self.engine.as_ref().unwrap()
    }
    fn again(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.close().unwrap();
        }
        let home = Box::new(Arc::clone(&self.home));
        let options = Options { segment_bytes: 2_000, ..Options::default() };
        self.engine = Some(JournaledEngine::open(self.files.clone(), home, Arc::new(Sample(1)), options).unwrap());
    }
}

struct OverSled {
    dir: tempfile::TempDir,
    engine: Option<JournaledEngine>,
}

impl OverSled {
    fn new() -> Self {
        let mut bench = Self { dir: tempfile::tempdir().unwrap(), engine: None };
        bench.again();
        bench
    }
}

impl Bench for OverSled {
    fn engine(&self) -> &dyn Engine {
        self.engine.as_ref().unwrap()
    }
    fn again(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.close().unwrap();
        }
        let files = Arc::new(DiskFiles::new(self.dir.path()));
        let home = Box::new(SledHome::new(self.dir.path()));
        let options = Options { segment_bytes: 2_000, ..Options::default() };
        self.engine = Some(JournaledEngine::open(files, home, Arc::new(Sample(1)), options).unwrap());
    }
}

fn benches() -> Vec<(&'static str, Box<dyn Bench>)> {
    vec![
        ("memory", Box::new(Memory(MemoryEngine::new(Arc::new(Sample(1)))))),
        ("journal over memory", Box::new(OverFaults::new())),
        ("journal over sled", Box::new(OverSled::new())),
    ]
}

/// Runs one test on every engine.
fn on_each(test: impl Fn(&str, &mut dyn Bench)) {
    for (name, mut bench) in benches() {
        test(name, &mut *bench);
        let report = bench.engine().verify().unwrap();
        assert!(report.problems.is_empty(), "{name}: {:?}", report.problems);
    }
}

fn one(engine: &dyn Engine, commit: Commit) -> Result<Seq, CommitError> {
    let mut answers = engine.commit(vec![commit]);
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

#[test]
fn a_record_is_kept_and_its_revisions_count() {
    on_each(|name, bench| {
        let engine = bench.engine();
        assert_eq!(engine.head().unwrap(), 0);
        assert!(engine.get(1, &[1; 16]).unwrap().is_none());
        assert_eq!(one(engine, commit(1, vec![write(1, 1, 0, b"abcd one")])), Ok(1), "{name}");
        assert_eq!(one(engine, commit(2, vec![write(1, 1, 1, b"bbcd two"), write(2, 1, 0, b"other")])), Ok(2));
        for _ in 0..2 {
            let engine = bench.engine();
            let kept = engine.get(1, &[1; 16]).unwrap().unwrap();
            assert!(kept == Kept { rev: 2, seq: 2, envelope: b"bbcd two".to_vec() }, "{name}");
            assert_eq!(engine.history(1, &[1; 16]).unwrap(), [(1, 1), (2, 2)]);
            assert_eq!(engine.history(2, &[1; 16]).unwrap(), [(1, 2)]);
            assert_eq!(engine.history(2, &[2; 16]).unwrap(), []);
            assert_eq!(engine.head().unwrap(), 2);
            bench.again();
        }
    });
}

#[test]
fn a_stale_writer_is_told_what_stands() {
    on_each(|_, bench| {
        let engine = bench.engine();
        one(engine, commit(1, vec![write(1, 1, 0, b"a")])).unwrap();
        let conflict = |n, actual| Err(CommitError::Conflict { kind: 1, id: [n; 16], actual });
        assert_eq!(one(engine, commit(2, vec![write(1, 1, 0, b"b")])), conflict(1, 1));
        assert_eq!(one(engine, commit(3, vec![write(1, 2, 0, b"new"), write(1, 1, 5, b"b")])), conflict(1, 1));
        assert!(engine.get(1, &[2; 16]).unwrap().is_none(), "nothing of a refused commit stands");
        assert_eq!(one(engine, commit(4, vec![write(1, 9, 1, b"b")])), conflict(9, 0));
        assert_eq!(one(engine, commit(5, vec![write(1, 9, u64::MAX, b"b")])), conflict(9, 0));
        assert_eq!(engine.head().unwrap(), 1, "a refused commit takes no seq");
    });
}

#[test]
fn later_members_of_a_group_see_earlier_ones() {
    on_each(|_, bench| {
        let answers = bench.engine().commit(vec![
            commit(1, vec![write(1, 1, 0, b"a")]),
            commit(2, vec![write(1, 1, 0, b"b")]),
            commit(3, vec![write(1, 1, 1, b"c"), write(1, 2, 0, b"d")]),
            commit(1, vec![write(1, 1, 0, b"a")]),
            commit(4, vec![]),
        ]);
        let conflict = Err(CommitError::Conflict { kind: 1, id: [1; 16], actual: 1 });
        assert_eq!(answers, [Ok(1), conflict, Ok(2), Ok(1), Ok(3)]);
        let engine = bench.engine();
        assert_eq!(engine.history(1, &[1; 16]).unwrap(), [(1, 1), (2, 2)]);
        assert!(engine.get(1, &[1; 16]).unwrap().unwrap().envelope == b"c");
        assert!(engine.entries(0, 9).unwrap()[2].commit.records.is_empty());
    });
}

#[test]
fn a_repeated_request_answers_the_first_outcome() {
    on_each(|_, bench| {
        let act = commit(1, vec![write(1, 1, 0, b"a")]);
        assert_eq!(one(bench.engine(), act.clone()), Ok(1));
        one(bench.engine(), commit(2, vec![write(1, 1, 1, b"b")])).unwrap();
        bench.again();
        assert_eq!(one(bench.engine(), act), Ok(1));
        let mut request = [0; 16];
        request[7] = 1;
        assert_eq!(bench.engine().by_request(&request).unwrap(), Some(1));
        assert_eq!(bench.engine().by_request(&[9; 16]).unwrap(), None);
        assert_eq!(bench.engine().head().unwrap(), 2);
        // A request that was refused may be asked again.
        assert!(one(bench.engine(), commit(3, vec![write(1, 1, 0, b"c")])).is_err());
        assert_eq!(one(bench.engine(), commit(3, vec![write(1, 1, 2, b"c")])), Ok(3));
    });
}

#[test]
fn rows_follow_their_record() {
    on_each(|_, bench| {
        let engine = bench.engine();
        let keys = |engine: &dyn Engine, set| -> Vec<u8> {
            engine.scan(set, &[], &[], 99).unwrap().iter().map(|(key, _)| key[0]).collect()
        };
        one(engine, commit(1, vec![write(1, 1, 0, b"dddd"), write(1, 2, 0, b"bbbb"), write(1, 3, 0, b"aaaa")]))
            .unwrap();
        assert_eq!(keys(engine, 1), b"abd");
        one(engine, commit(2, vec![write(1, 1, 1, b"cccc")])).unwrap();
        assert_eq!(keys(engine, 1), b"abc", "the old row is gone");
        assert_eq!(engine.scan(2, &[], &[], 99).unwrap().len(), 1, "b is even");
        one(engine, commit(3, vec![write(1, 2, 1, b"bbbc")])).unwrap();
        assert_eq!(engine.scan(1, b"b", b"c", 99).unwrap()[0].1, b"bbbc");
        assert_eq!(engine.scan(1, b"b", &[], 99).unwrap().len(), 2);
        assert_eq!(engine.scan(1, b"a", b"a", 99).unwrap().len(), 0);
        assert_eq!(engine.scan(1, b"c", b"a", 99).unwrap().len(), 0);
        assert_eq!(engine.scan(1, &[], &[], 2).unwrap().len(), 2);
        assert_eq!(engine.scan(255, &[], &[], 2).unwrap().len(), 0);
        assert_eq!(engine.scan(0, &[], &[], 2).unwrap().len(), 0);
        assert_eq!(engine.scan(1, &[], &[], 0).unwrap().len(), 0);
    });
}

#[test]
fn records_are_listed_by_id() {
    on_each(|_, bench| {
        let engine = bench.engine();
        let writes = [5, 1, 9, 255].map(|n| write(7, n, 0, &[n])).to_vec();
        one(engine, commit(1, writes)).unwrap();
        one(engine, commit(2, vec![write(8, 3, 0, b"x"), write(6, 3, 0, b"x")])).unwrap();
        let ids = |from: u8, limit| -> Vec<u8> {
            engine.records(7, &[from; 16], limit).unwrap().iter().map(|(id, _)| id[0]).collect()
        };
        assert_eq!(ids(0, 99), [1, 5, 9, 255]);
        assert_eq!(ids(5, 2), [5, 9]);
        assert_eq!(ids(6, 99), [9, 255]);
        assert_eq!(ids(255, 99), [255]);
    });
}

#[test]
fn the_feed_gives_back_what_was_committed() {
    on_each(|_, bench| {
        let acts: Vec<Commit> = (1..=40).map(|n| commit(n, vec![write(1, n as u8, 0, &[n as u8; 90])])).collect();
        for pair in acts.chunks(3) {
            assert!(bench.engine().commit(pair.to_vec()).iter().all(Result::is_ok));
        }
        for _ in 0..2 {
            let engine = bench.engine();
            let all = engine.entries(0, 1000).unwrap();
            assert_eq!(all.len(), 40);
            assert!(all.iter().zip(&acts).all(|(entry, act)| entry.commit == *act));
            assert!(all.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
            assert!(engine.entries(17, 5).unwrap()[..] == all[17..22]);
            assert!(engine.entries(40, 5).unwrap().is_empty());
            assert!(engine.entries(u64::MAX, 5).unwrap().is_empty());
            assert!(engine.entry(12).unwrap().unwrap() == all[11]);
            assert!(engine.entry(0).unwrap().is_none_or(|entry| entry.seq == 0));
            assert!(engine.entry(41).unwrap().is_none());
            bench.again();
        }
    });
}

#[test]
fn what_is_too_large_is_refused_whole() {
    on_each(|name, bench| {
        let engine = bench.engine();
        let refused = |act: Commit| {
            let answer = one(engine, act);
            assert!(matches!(answer, Err(CommitError::Malformed(_))), "{name}: {answer:?}");
        };
        refused(commit(1, (0..=100).map(|n| write(1, n, 0, b"x")).collect()));
        refused(commit(1, vec![write(1, 1, 0, &[0; MAX_ENVELOPE + 1])]));
        refused(commit(1, vec![write(1, 1, 0, b"a"), write(1, 1, 1, b"b")]));
        refused(Commit { note: vec![0; MAX_ENVELOPE + 1], ..commit(1, vec![]) });
        refused(Commit { action: "x".repeat(65), ..commit(1, vec![]) });
        refused(Commit { origin: "x".repeat(129), ..commit(1, vec![]) });
        refused(commit(1, vec![write(1, 2, 0, b"fine"), write(1, 1, 0, b"long key")]));
        assert_eq!(engine.head().unwrap(), 0);
        assert!(engine.get(1, &[2; 16]).unwrap().is_none());
        let full = (0..100).map(|n| write(1, n, 0, &vec![n; MAX_ENVELOPE])).collect();
        let largest =
            Commit { note: vec![1; MAX_ENVELOPE], action: "x".repeat(64), origin: "x".repeat(128), ..commit(1, full) };
        assert_eq!(one(engine, largest), Ok(1), "{name}: the largest commit is taken");
    });
}

#[derive(Debug, Clone)]
struct Act {
    request: u64,
    writes: Vec<(u8, u8, i8, Vec<u8>)>,
}

fn acts() -> impl Strategy<Value = Vec<Vec<Act>>> {
    // Some too large to stand in the working copy itself.
    let envelope = prop_oneof![9 => vec(any::<u8>(), 0..12), 1 => any::<u8>().prop_map(|b| vec![b; 5000])];
    let one = (0..2u8, 0..6u8, prop_oneof![8 => Just(0i8), 1 => Just(1i8), 1 => Just(-1i8)], envelope);
    let act = (0..60u64, vec(one, 0..4)).prop_map(|(request, writes)| Act { request, writes });
    vec(vec(act, 1..6), 1..12)
}

/// Runs the same random groups on a bench and the model, and compares everything that can be asked.
fn compare(bench: &mut dyn Bench, groups: &[Vec<Act>]) {
    let model = MemoryEngine::new(Arc::new(Sample(1)));
    for (turn, group) in groups.iter().enumerate() {
        let mut revs: std::collections::HashMap<(u8, u8), u64> = std::collections::HashMap::new();
        let commits: Vec<Commit> = group
            .iter()
            .map(|act| {
                let writes = act.writes.iter().map(|(kind, n, off, envelope)| {
                    let now = model.get(u16::from(*kind), &[*n; 16]).unwrap().map_or(0, |kept| kept.rev);
                    let rev = revs.entry((*kind, *n)).or_insert(now);
                    let expect = rev.saturating_add_signed(i64::from(*off));
                    *rev = expect + 1;
                    write(u16::from(*kind), *n, expect, envelope)
                });
                commit(act.request, writes.collect())
            })
            .collect();
        assert_eq!(bench.engine().commit(commits.clone()), model.commit(commits));
        if turn % 5 == 4 {
            bench.again();
        }
    }
    let engine = bench.engine();
    assert_eq!(engine.head(), model.head());
    assert!(engine.entries(0, 1000).unwrap() == model.entries(0, 1000).unwrap());
    for set in 0..5 {
        assert_eq!(engine.scan(set, &[], &[], 1000), model.scan(set, &[], &[], 1000));
        assert_eq!(engine.scan(set, &[50], &[200], 3), model.scan(set, &[50], &[200], 3));
    }
    for kind in 0..3 {
        assert!(engine.records(kind, &[0; 16], 99).unwrap() == model.records(kind, &[0; 16], 99).unwrap());
        for n in 0..6 {
            assert_eq!(engine.history(kind, &[n; 16]), model.history(kind, &[n; 16]));
        }
    }
    let (mine, models) = (engine.verify().unwrap(), model.verify().unwrap());
    assert_eq!(mine, models);
    assert!(mine.problems.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn journal_over_memory_is_as_the_model(groups in acts()) {
        compare(&mut OverFaults::new(), &groups);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn journal_over_sled_is_as_the_model(groups in acts()) {
        compare(&mut OverSled::new(), &groups);
    }
}
