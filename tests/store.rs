//! Damage: to sled's files, to the journal, to the working copy while it runs; a second process; what opening reports.
//! Seeds are fixed; the full counts run with `CASELOAD_TEST_FULL=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

mod store_support;

use caseload::store::directory::{self, DirectoryOptions};
use caseload::store::engine::{
    Commit, Derive, Engine, EngineError, Entry, Kept, Kind, MAX_ENVELOPE, RecordId, RecordWrite, Row, Seq,
};
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use caseload::store::files::Files;
use caseload::store::frame;
use caseload::store::journal::segment_file;
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::sled::{Prober, SledHome, probe};
use caseload::store::working::{Batch, MemoryCopy, MemoryHome, SetAside, WorkingCopy, WorkingError, WorkingHome};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use store_support::{Acts, Chance, Sample, assert_sound, copy_dir, feed, full, request};

fn options() -> Options {
    Options { segment_bytes: 16 * 1024, ..Options::default() }
}

fn open_directory(dir: &Path, prober: Option<Prober>) -> Result<JournaledEngine, EngineError> {
    directory::open(
        dir,
        Arc::new(Sample(1)),
        DirectoryOptions { engine: options(), prober, ..DirectoryOptions::default() },
    )
}

/// Everything that can be asked, so that no damaged page stays unread.
fn read_all(engine: &dyn Engine) -> Vec<Entry> {
    for set in 1..=3 {
        engine.scan(set, &[], &[], usize::MAX).unwrap();
    }
    for kind in 1..=2 {
        for (id, kept) in engine.records(kind, &[0; 16], usize::MAX).unwrap() {
            assert_eq!(engine.history(kind, &id).unwrap().len() as u64, kept.rev);
        }
    }
    let feed = feed(engine);
    for entry in &feed {
        assert_eq!(engine.by_request(&entry.commit.request).unwrap(), Some(entry.seq));
    }
    feed
}

// ---- sled's files

const PROBE_DIR: &str = "CASELOAD_TEST_PROBE";

/// Not a test of its own: the child that tries an open.
#[test]
fn probe_child() {
    if let Ok(dir) = std::env::var(PROBE_DIR) {
        std::process::exit(i32::from(probe(Path::new(&dir)).is_err()));
    }
}

/// Tries the open in a child with a time limit, as the command line does.
fn prober() -> Prober {
    Box::new(|dir| {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["probe_child", "--exact", "--nocapture"])
            .env(PROBE_DIR, dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let began = Instant::now();
        loop {
            match child.try_wait().map_err(|e| e.to_string())? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(status.to_string()),
                None if began.elapsed() > Duration::from_secs(20) => {
                    child.kill().map_err(|e| e.to_string())?;
                    return Err("no answer".to_owned());
                }
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    })
}

fn damage(bytes: &mut Vec<u8>, chance: &mut Chance) -> String {
    let at = chance.below(bytes.len());
    let some = chance.below(5000) + 1;
    match chance.below(5) {
        0 => {
            bytes[at] ^= 1 << chance.below(8);
            format!("flip at {at}")
        }
        1 => {
            bytes.truncate(at);
            format!("cut to {at}")
        }
        2 => {
            let end = (at + some).min(bytes.len());
            bytes[at..end].fill(0);
            format!("zeros {at}..{end}")
        }
        3 => {
            let len = bytes.len().saturating_sub(some);
            bytes.truncate(len);
            format!("cut to {len}")
        }
        _ => {
            let end = (at + some).min(bytes.len());
            bytes[at..end].iter_mut().for_each(|b| *b = chance.next() as u8);
            format!("noise {at}..{end}")
        }
    }
}

#[test]
fn damaged_sled_files_are_mended_from_the_journal() {
    let trials = if full() { 200 } else { 40 };
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !caseload::store::sled::panic_is_caught() {
            loud(info);
        }
    }));
    let base = tempfile::tempdir().unwrap();
    let agency = base.path().join("agency");
    let engine = open_directory(&agency, None).unwrap();
    let mut acts = Acts::new(3, 150);
    while engine.head().unwrap() < 1500 {
        assert!(engine.commit(acts.group(20)).iter().all(Result::is_ok));
    }
    let whole = feed(&engine);
    engine.close().unwrap();
    let mut chance = Chance(77);
    let (mut at_open, mut later, mut dead_space, mut set_aside) = (0, 0, 0, 0);
    for trial in 0..trials {
        let dir = base.path().join(format!("trial-{trial}"));
        copy_dir(&agency, &dir);
        fs::set_permissions(&dir, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let unclean = chance.below(3) > 0;
        if unclean {
            // The machine went down: what was open is in no known state, and the run of the machine is another one.
            fs::remove_file(dir.join("clean")).unwrap();
            fs::write(dir.join("boot"), "another run").unwrap();
        }
        let mut names: Vec<_> = fs::read_dir(dir.join("working"))
            .unwrap()
            .map(|item| item.unwrap().path())
            .filter(|path| path.is_file() && fs::metadata(path).unwrap().len() > 0)
            .collect();
        names.sort();
        // Half of the damage goes to the data, the rest anywhere.
        let target = match chance.below(2) {
            0 => dir.join("working/db"),
            _ => names[chance.below(names.len())].clone(),
        };
        let mut bytes = fs::read(&target).unwrap();
        let how = damage(&mut bytes, &mut chance);
        fs::write(&target, &bytes).unwrap();
        let what = format!("trial {trial}: {how} of {}, unclean {unclean}", target.display());
        let engine = open_directory(&dir, Some(prober())).unwrap_or_else(|e| panic!("{what}: {e}"));
        let found_at_open = engine.recovery().rebuilt.is_some();
        assert!(read_all(&engine) == whole, "{what}: the feed differs");
        assert_sound(&engine, &what);
        let recovery = engine.recovery();
        match (&recovery.rebuilt, found_at_open) {
            (Some(_), true) => at_open += 1,
            (Some(_), false) => later += 1,
            (None, _) => dead_space += 1,
        }
        assert_eq!(recovery.rebuilt.is_some(), recovery.set_aside.is_some(), "{what}");
        if let Some(kept) = &recovery.set_aside {
            assert!(Path::new(kept).join(target.file_name().unwrap()).exists(), "{what}: {kept} is kept");
            set_aside += 1;
        }
        engine.close().unwrap_or_else(|e| panic!("{what}: {e}"));
        let engine = open_directory(&dir, None).unwrap();
        assert_eq!(engine.head().unwrap(), 1.max(whole.len() as Seq), "{what}");
        drop(engine);
        fs::remove_dir_all(&dir).unwrap();
    }
    assert!(at_open + later > 0);
    eprintln!(
        "sled damages {trials}: rebuilt at open {at_open}, while open {later}, dead space {dead_space}, set aside \
         {set_aside}, lost 0"
    );
}

#[test]
fn two_damaged_copies_are_kept_and_the_third_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut removed = Vec::new();
    for n in 1..=4 {
        let engine = open_directory(dir.path(), None).unwrap();
        let mut acts = Acts::going_on(&engine, n, 5);
        assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok));
        engine.close().unwrap();
        fs::write(dir.path().join("working/conf"), [b'x'; 64]).unwrap();
        let engine = open_directory(dir.path(), None).unwrap();
        assert_sound(&engine, "rebuilt");
        let recovery = engine.recovery();
        assert!(recovery.set_aside.unwrap().ends_with(&format!("working.damaged-{n}")));
        removed.extend(recovery.removed);
    }
    let kept = |n: u32| dir.path().join(format!("working.damaged-{n}")).exists();
    assert_eq!([kept(1), kept(2), kept(3), kept(4)], [false, false, true, true]);
    assert_eq!(removed.len(), 2);
}

#[test]
fn everything_in_the_directory_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("agency");
    fs::create_dir(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
    let engine = open_directory(&dir, None).unwrap();
    let mut acts = Acts::new(1, 5);
    engine.commit(acts.group(3));
    engine.checkpoint().unwrap();
    fn walk(dir: &Path, seen: &mut u32) {
        assert_eq!(fs::metadata(dir).unwrap().permissions().mode() & 0o777, 0o700, "{}", dir.display());
        for item in fs::read_dir(dir).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                walk(&path, seen);
            } else {
                *seen += 1;
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
            }
        }
    }
    let mut seen = 0;
    walk(&dir, &mut seen);
    assert!(seen >= 4);
    // A directory with somebody else's things in it is refused and left as it was.
    let other = base.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("mine"), b"x").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(open_directory(&other, None), Err(EngineError::Io(_))));
    assert_eq!(fs::metadata(&other).unwrap().permissions().mode() & 0o777, 0o755);
}

// ---- the journal

/// A journal of several segments in memory, cleanly closed, and where each entry lies in it.
struct Sound {
    files: FaultFiles,
    copy: MemoryCopy,
    /// For each entry: segment, first byte, byte behind the last, group.
    lies: Vec<(u32, usize, usize, Seq)>,
    segments: u32,
}

fn sound() -> Sound {
    let files = Arc::new(FaultFiles::new());
    let home = Arc::new(MemoryHome::new());
    let engine = JournaledEngine::open(files.clone(), Box::new(home.clone()), Arc::new(Sample(1)), options()).unwrap();
    let mut acts = Acts::new(9, 30);
    while engine.head().unwrap() < 400 {
        assert!(engine.commit(acts.group(4)).iter().all(Result::is_ok));
    }
    engine.close().unwrap();
    let mut lies = Vec::new();
    let mut segment = 1;
    while let Some(bytes) = files.bytes(&segment_file(segment)) {
        let mut at = 0;
        while at < bytes.len() {
            let (frame, length) = frame::decode(&bytes[at..]).unwrap();
            lies.push((segment, at, at + length, frame.group));
            at += length;
        }
        segment += 1;
    }
    assert!(segment > 5);
    Sound { files: files.after_cut(Unsynced::Whole), copy: home.copy(), lies, segments: segment - 1 }
}

fn open_on(files: &Arc<FaultFiles>, copy: MemoryCopy) -> Result<JournaledEngine, EngineError> {
    let home = Box::new(MemoryHome::with(copy));
    JournaledEngine::open(files.clone(), home, Arc::new(Sample(1)), options())
}

fn segment_bytes(files: &FaultFiles) -> Vec<(String, Option<Vec<u8>>)> {
    files
        .list("journal")
        .unwrap()
        .into_iter()
        .map(|n| format!("journal/{n}"))
        .map(|n| (n.clone(), files.bytes(&n)))
        .collect()
}

/// Damages the journal in one of many ways; answers the first entry that is not sound any more.
fn damage_journal(files: &FaultFiles, sound: &Sound, chance: &mut Chance) -> (Seq, String) {
    let segment = chance.below(sound.segments as usize) as u32 + 1;
    let path = segment_file(segment);
    let len = files.bytes(&path).unwrap().len();
    let at = chance.below(len);
    let first_behind = |at: usize| {
        let found = sound.lies.iter().position(|l| l.0 > segment || (l.0 == segment && l.2 > at));
        found.unwrap() as Seq + 1
    };
    match chance.below(8) {
        0 | 1 => {
            let bit = chance.below(8);
            files.tamper(&path, |b| b[at] ^= 1 << bit);
            (first_behind(at), format!("flip of {path} at {at}"))
        }
        2 => {
            files.tamper(&path, |b| b.truncate(at));
            (first_behind(at), format!("{path} cut to {at}"))
        }
        3 => {
            // Between two frames, which a reader of frames alone can't see.
            let ends: Vec<usize> = sound.lies.iter().filter(|l| l.0 == segment).map(|l| l.1).collect();
            let at = ends[chance.below(ends.len())];
            files.tamper(&path, |b| b.truncate(at));
            (first_behind(at), format!("{path} cut between frames at {at}"))
        }
        4 => {
            let end = (at + 1 + chance.below(3000)).min(len);
            // Zeros over zeros change nothing: the first byte is made to differ.
            files.tamper(&path, |b| {
                let start = b[at] == 0;
                b[at..end].fill(0);
                b[at] = u8::from(start);
            });
            (first_behind(at), format!("zeros in {path} {at}..{end}"))
        }
        5 => {
            let here: Vec<usize> = (0..sound.lies.len()).filter(|n| sound.lies[*n].0 == segment).collect();
            let one = chance.below(here.len() - 1);
            let other = one + 1 + chance.below(here.len() - one - 1);
            let (a, b) = (sound.lies[here[one]], sound.lies[here[other]]);
            files.tamper(&path, |bytes| {
                let swapped = [&bytes[..a.1], &bytes[b.1..b.2], &bytes[a.2..b.1], &bytes[a.1..a.2], &bytes[b.2..]];
                *bytes = swapped.concat();
            });
            (here[one] as Seq + 1, format!("entries {} and {} swapped", here[one] + 1, here[other] + 1))
        }
        6 => {
            files.lose(&path);
            (first_behind(0), format!("{path} lost"))
        }
        _ => {
            let other = chance.below(sound.segments as usize) as u32 + 1;
            if other == segment {
                files.tamper(&path, Vec::clear);
                return (first_behind(0), format!("{path} emptied"));
            }
            let bytes = files.bytes(&segment_file(other)).unwrap();
            files.tamper(&path, |b| *b = bytes);
            (first_behind(0), format!("{path} replaced by segment {other}"))
        }
    }
}

#[test]
fn a_damaged_journal_is_refused_where_it_is_damaged_and_left_alone() {
    let trials = if full() { 5000 } else { 500 };
    let sound = sound();
    let (mut at_open, mut by_verify) = (0, 0);
    for trial in 0..trials {
        let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
        let (first_bad, how) = damage_journal(&files, &sound, &mut Chance(trial * 100));
        let what = format!("trial {trial}: {how}");
        let before = segment_bytes(&files);
        // With the working copy lost everything is read, and nothing can hide.
        match open_on(&files, MemoryCopy::default()) {
            Err(EngineError::Damaged { after, .. }) => assert_eq!(after + 1, first_bad, "{what}"),
            Err(other) => panic!("{what}: {other}"),
            Ok(_) => panic!("{what}: opened"),
        }
        assert!(segment_bytes(&files) == before, "{what}: the journal was changed");
        // With a sound working copy and a clean close only the end is read; verify reads the rest.
        let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
        damage_journal(&files, &sound, &mut Chance(trial * 100));
        if trial % 2 == 0 {
            files.lose("clean");
        }
        match open_on(&files, MemoryCopy::holding(sound.copy.dump())) {
            Err(EngineError::Damaged { after, .. }) => {
                assert_eq!(after + 1, first_bad, "{what}");
                at_open += 1;
            }
            Err(other) => panic!("{what}: {other}"),
            Ok(engine) => {
                let located = format!("after entry {}:", first_bad - 1);
                let problems = engine.verify().unwrap().problems;
                assert!(problems.iter().any(|p| p.contains(&located)), "{what}: {problems:?}");
                by_verify += 1;
            }
        }
    }
    assert!(at_open > 0 && by_verify > 0);
    eprintln!("journal damages {trials}, each twice: located by open {} and by verify {by_verify}", trials + at_open);
}

#[test]
fn without_any_mark_only_the_last_group_can_be_a_torn_tail() {
    let trials = if full() { 4000 } else { 400 };
    let sound = sound();
    let mut chance = Chance(31);
    let (last_group, head) = (sound.lies.last().unwrap().3, sound.lies.len() as Seq);
    let (mut refused, mut cut) = (0, 0);
    for trial in 0..trials {
        let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
        files.lose("journal/head");
        files.lose("clean");
        // Half of the flips go to the last group, the only one that might not have been acknowledged.
        let from = if trial % 2 == 0 { last_group } else { 1 };
        let seq = from + chance.below((head - from + 1) as usize) as Seq;
        let (segment, start, end, group) = sound.lies[seq as usize - 1];
        let at = start + chance.below(end - start);
        files.tamper(&segment_file(segment), |b| b[at] ^= 0x40);
        let before = files.bytes(&segment_file(segment)).unwrap();
        match open_on(&files, MemoryCopy::default()) {
            Err(EngineError::Damaged { file, offset, after, .. }) => {
                assert_eq!((file, offset, after), (segment_file(segment), start as u64, seq - 1));
                assert!(group < last_group);
                refused += 1;
            }
            Err(other) => panic!("trial {trial}: {other}"),
            Ok(engine) => {
                assert_eq!(group, last_group, "trial {trial}: entry {seq} was cut");
                let recovery = engine.recovery();
                let kept = files.bytes(recovery.cut_file.as_ref().unwrap()).unwrap();
                assert!(kept == before[start..], "the cut bytes are kept");
                assert_eq!(recovery.cut_bytes, kept.len() as u64);
                assert_eq!(engine.head().unwrap(), seq - 1);
                assert_sound(&engine, "cut");
                cut += 1;
            }
        }
    }
    assert!(refused > 0 && cut > 0);
    eprintln!("flips without marks {trials}: refused {refused}, torn tails cut and kept {cut}");
}

#[test]
fn a_torn_tail_is_refused_when_a_mark_lies_beyond_it() {
    let sound = sound();
    let (segment, start, ..) = *sound.lies.last().unwrap();
    let cut_tail = |files: &FaultFiles| files.tamper(&segment_file(segment), |b| b.truncate(start + 20));
    let is_damage = |opened: Result<JournaledEngine, EngineError>| {
        let error = opened.err().unwrap();
        assert!(matches!(&error, EngineError::Damaged { offset, .. } if *offset == start as u64), "{error}");
        assert!(error.to_string().contains("was acknowledged"), "{error}");
    };
    let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
    cut_tail(&files);
    is_damage(open_on(&files, MemoryCopy::default()));
    let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
    files.lose("journal/head");
    cut_tail(&files);
    is_damage(open_on(&files, MemoryCopy::holding(sound.copy.dump())));
    // A head mark that can't be read proves nothing, so nothing is cut.
    let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
    files.tamper("journal/head", |b| b[10] ^= 1);
    cut_tail(&files);
    let error = open_on(&files, MemoryCopy::default()).err().unwrap();
    assert!(error.to_string().contains("head mark is unreadable"), "{error}");
    // But a whole journal with such a mark is opened.
    let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
    files.tamper("journal/head", |b| b[10] ^= 1);
    assert_sound(&open_on(&files, MemoryCopy::default()).unwrap(), "unreadable head mark");
}

// ---- a second one

const BUSY_DIR: &str = "CASELOAD_TEST_BUSY";

/// Not a test of its own: the second process.
#[test]
fn busy_child() {
    if let Ok(dir) = std::env::var(BUSY_DIR) {
        let busy = matches!(open_directory(Path::new(&dir), None), Err(EngineError::Busy(_)));
        std::process::exit(if busy { 42 } else { 1 });
    }
}

#[test]
fn a_second_opener_is_told_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open_directory(dir.path(), None).unwrap();
    let mut acts = Acts::new(4, 5);
    for _ in 0..5 {
        assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok));
        let Err(EngineError::Busy(why)) = open_directory(dir.path(), None) else { panic!("a second handle") };
        assert!(why.contains(&*dir.path().to_string_lossy()), "{why}");
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["busy_child", "--exact"])
            .env(BUSY_DIR, dir.path())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(42));
    }
    assert_sound(&engine, "after second openers");
    let head = engine.head().unwrap();
    drop(engine);
    let engine = open_directory(dir.path(), None).unwrap();
    assert!(engine.recovery().clean, "dropping closes cleanly");
    assert_eq!(engine.head().unwrap(), head);
}

// ---- mending while it runs

/// A home whose copies fail from a chosen call on, until they are made anew.
#[derive(Clone)]
struct Failing {
    inner: Arc<MemoryHome>,
    /// Calls until the failure.
    left: Arc<AtomicI64>,
}

struct FailingCopy {
    inner: Box<dyn WorkingCopy>,
    left: Arc<AtomicI64>,
}

impl FailingCopy {
    fn turn(&self) -> Result<(), WorkingError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(WorkingError("planned".to_owned()));
        }
        Ok(())
    }
}

impl WorkingCopy for FailingCopy {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, WorkingError> {
        self.turn()?;
        self.inner.get(key)
    }
    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>, WorkingError> {
        self.turn()?;
        self.inner.scan(from, to, limit)
    }
    fn apply(&self, batch: &Batch) -> Result<(), WorkingError> {
        self.turn()?;
        self.inner.apply(batch)
    }
    fn flush(&self) -> Result<(), WorkingError> {
        self.turn()
    }
}

impl WorkingHome for Failing {
    fn open(&self) -> Result<Option<Box<dyn WorkingCopy>>, WorkingError> {
        Ok(Some(Box::new(FailingCopy { inner: Box::new(self.inner.copy()), left: self.left.clone() })))
    }
    fn set_aside(&self) -> Result<SetAside, EngineError> {
        self.inner.set_aside()
    }
    fn fresh(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        self.inner.fresh()
    }
    fn swap_in(&self, fresh: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        // The new one is sound for a long time.
        self.left.store(1_000_000_000, Ordering::SeqCst);
        Ok(Box::new(FailingCopy { inner: self.inner.swap_in(fresh)?, left: self.left.clone() }))
    }
    fn close(&self, copy: Box<dyn WorkingCopy>) -> Result<(), WorkingError> {
        self.inner.close(copy)
    }
}

#[test]
fn a_working_copy_that_fails_while_open_is_made_anew() {
    let mut mended = 0;
    for n in (0..900).step_by(if full() { 1 } else { 7 }) {
        let files = Arc::new(FaultFiles::new());
        let left = Arc::new(AtomicI64::new(n));
        let home = Failing { inner: Arc::new(MemoryHome::new()), left: left.clone() };
        let engine = JournaledEngine::open(files, Box::new(home), Arc::new(Sample(1)), options()).unwrap();
        let mut acts = Acts::new(6, 10);
        for _ in 0..30 {
            let answers = engine.commit(acts.group(3));
            assert!(answers.iter().all(Result::is_ok), "failing at {n}: {answers:?}");
        }
        assert_eq!(read_all(&engine).len() as Seq, acts.next - 1);
        left.store(1_000_000, Ordering::SeqCst);
        assert_sound(&engine, &format!("failing at {n}"));
        mended += u64::from(engine.recovery().rebuilt.is_some());
    }
    assert!(mended > 30);
    eprintln!("working copies failing while open and made anew {mended}");
}

#[test]
fn another_layout_makes_the_rows_anew() {
    let sound = sound();
    let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
    let home = Arc::new(MemoryHome::with(MemoryCopy::holding(sound.copy.dump())));
    let told = Arc::new(AtomicI64::new(0));
    let seen = told.clone();
    let progress: Option<caseload::store::kept::Progress> = Some(Box::new(move |done, _| {
        seen.fetch_max(done as i64, Ordering::SeqCst);
    }));
    let options = Options { segment_bytes: 16 * 1024, progress, ..Options::default() };
    let engine = JournaledEngine::open(files.clone(), Box::new(home.clone()), Arc::new(Sample(2)), options).unwrap();
    assert!(engine.recovery().rows_remade && engine.recovery().rebuilt.is_none());
    assert_sound(&engine, "layout 2");
    assert!(told.load(Ordering::SeqCst) > 0);
    engine.close().unwrap();
    let engine = JournaledEngine::open(files, Box::new(home), Arc::new(Sample(2)), Options::default()).unwrap();
    assert!(!engine.recovery().rows_remade);
}

#[test]
fn a_working_copy_of_another_journal_is_not_believed() {
    let sound = sound();
    let files = Arc::new(FaultFiles::new());
    let home = Arc::new(MemoryHome::new());
    let engine = JournaledEngine::open(files.clone(), Box::new(home), Arc::new(Sample(1)), options()).unwrap();
    let mut acts = Acts::new(1234, 30);
    while engine.head().unwrap() < 500 {
        engine.commit(acts.group(4));
    }
    engine.close().unwrap();
    let engine = open_on(&files, MemoryCopy::holding(sound.copy.dump())).unwrap();
    assert!(engine.recovery().rebuilt.unwrap().contains("another journal"));
    assert_sound(&engine, "foreign copy");
}

#[test]
fn a_clean_open_reads_only_the_end() {
    let sound = sound();
    let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
    // A flip far from the end is not met by opening; that is what verify is for.
    files.tamper(&segment_file(2), |b| b[100] ^= 1);
    let engine = open_on(&files, MemoryCopy::holding(sound.copy.dump())).unwrap();
    assert!(engine.recovery().clean);
    assert!(!engine.verify().unwrap().problems.is_empty());
}

// ---- verify

type Pairs = std::collections::BTreeMap<Vec<u8>, Vec<u8>>;

/// Each planted fault is found; the first byte of a key tells its sort (1 record, 2 row, 3 history, 4 request, 5 place).
#[test]
fn verify_finds_what_is_planted() {
    let sound = sound();
    let plant = |name: &str, change: &dyn Fn(&mut Pairs)| {
        let mut pairs = sound.copy.dump();
        change(&mut pairs);
        let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
        let engine = open_on(&files, MemoryCopy::holding(pairs)).unwrap();
        let problems = engine.verify().unwrap().problems;
        assert!(!problems.is_empty(), "{name} was not found");
        eprintln!("planted {name}: {}", problems[0]);
    };
    for (sort, name) in [(1, "record"), (2, "row"), (3, "revision"), (4, "request"), (5, "place")] {
        plant(&format!("missing {name}"), &|pairs| {
            let key = pairs.keys().filter(|k| k[0] == sort).nth(3).unwrap().clone();
            pairs.remove(&key);
        });
        plant(&format!("changed {name}"), &|pairs| {
            let value = pairs.iter_mut().filter(|(k, v)| k[0] == sort && !v.is_empty()).nth(3).unwrap().1;
            *value.last_mut().unwrap() ^= 1;
        });
        plant(&format!("stray {name}"), &|pairs| {
            let (mut key, value) =
                pairs.iter().filter(|(k, _)| k[0] == sort).nth(3).map(|(k, v)| (k.clone(), v.clone())).unwrap();
            key[1] ^= 0x55;
            assert!(pairs.insert(key, value).is_none());
        });
    }
    plant("older record", &|pairs| {
        let value = pairs.iter_mut().find(|(k, v)| k[0] == 1 && v[0] > 1).unwrap().1;
        value[0] -= 1;
    });
}

// ---- speed, printed for the record

#[test]
fn a_bulk_load_is_a_few_groups() {
    let dir = tempfile::tempdir().unwrap();
    let engine = directory::open(dir.path(), Arc::new(Sample(1)), DirectoryOptions::default()).unwrap();
    let n = if full() { 100_000 } else { 10_000 };
    let began = Instant::now();
    let mut acts = Acts::new(8, 1_000_000);
    while acts.next <= n {
        let group = (0..1000).map(|_| acts.act()).collect();
        assert!(engine.commit(group).iter().all(Result::is_ok));
    }
    let loaded = began.elapsed();
    engine.compact_working().unwrap();
    let began = Instant::now();
    let report = engine.verify().unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let verified = began.elapsed();
    assert_eq!(engine.by_request(&request(1)).unwrap(), Some(1));
    engine.close().unwrap();
    let began = Instant::now();
    let engine = directory::open(dir.path(), Arc::new(Sample(1)), DirectoryOptions::default()).unwrap();
    let opened = began.elapsed();
    assert_eq!(engine.head().unwrap(), n);
    drop(engine);
    fs::remove_dir_all(dir.path().join("working")).unwrap();
    let began = Instant::now();
    let engine = directory::open(dir.path(), Arc::new(Sample(1)), DirectoryOptions::default()).unwrap();
    assert!(engine.recovery().rebuilt.is_some() && engine.recovery().set_aside.is_none());
    let rebuilt = began.elapsed();
    eprintln!(
        "{n} entries: load {loaded:?}, verify {verified:?}, clean open {opened:?}, from the journal alone {rebuilt:?}"
    );
}

/// `SledHome` takes its options one by one.
#[test]
fn a_home_is_told_its_cache() {
    let dir = tempfile::tempdir().unwrap();
    let home = SledHome::new(dir.path()).cache(4 * 1024 * 1024).prober(None);
    assert!(home.open().unwrap().is_none());
    let copy = home.swap_in(home.fresh().unwrap()).unwrap();
    copy.apply(&Batch::from([(vec![1], Some(vec![2]))])).unwrap();
    home.close(copy).unwrap();
    assert_eq!(home.open().unwrap().unwrap().get(&[1]).unwrap(), Some(vec![2]));
}

/// Readers ask while one thread commits and the working copy fails under them again and again.
#[test]
fn readers_and_the_committer_bear_rebuilds() {
    let left = Arc::new(AtomicI64::new(1_000_000_000));
    let home = Failing { inner: Arc::new(MemoryHome::new()), left: left.clone() };
    let engine =
        JournaledEngine::open(Arc::new(FaultFiles::new()), Box::new(home), Arc::new(Sample(1)), options()).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let head = engine.head().unwrap();
                    let entries = engine.entries(head.saturating_sub(5), 5).unwrap();
                    assert!(entries.iter().all(|e| e.seq <= head + 5));
                    for (id, kept) in engine.records(1, &[0; 16], 20).unwrap() {
                        assert!(engine.get(1, &id).unwrap().unwrap().rev >= kept.rev);
                    }
                }
            });
        }
        let mut acts = Acts::new(66, 20);
        for n in 0..150 {
            if n % 10 == 5 {
                left.store(3, Ordering::SeqCst);
            }
            assert!(engine.commit(acts.group(4)).iter().all(Result::is_ok));
        }
        done.store(true, Ordering::SeqCst);
    });
    left.store(1_000_000_000, Ordering::SeqCst);
    assert_sound(&engine, "after rebuilds");
    assert!(engine.recovery().rebuilt_while_open >= 5);
    eprintln!("rebuilds under readers {}", engine.recovery().rebuilt_while_open);
}

/// sled spills what is too large into files of their own, which a power cut can leave unreadable: the largest records
/// must not reach that.
#[test]
fn the_largest_records_stay_out_of_blob_files() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open_directory(dir.path(), None).unwrap();
    let mut n = 0;
    for rev in 0..3 {
        for round in 0..4_u64 {
            n += 1;
            let records = (0..50).map(|i| RecordWrite {
                kind: 1,
                id: request(round * 50 + i),
                expect: rev,
                envelope: vec![(n % 251) as u8; MAX_ENVELOPE],
            });
            let answers = engine.commit(vec![store_support::commit(n, records.collect())]);
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        }
    }
    assert_sound(&engine, "large records");
    engine.close().unwrap();
    let blobs = fs::read_dir(dir.path().join("working/blobs")).map_or(0, Iterator::count);
    assert_eq!(blobs, 0);
}

/// The number of the key that an envelope is sealed with stands in the clear head of its frame.
#[test]
fn the_frame_names_the_keys() {
    struct Sealed;
    impl Derive for Sealed {
        fn layout(&self) -> u32 {
            1
        }
        fn rows(&self, _: Kind, _: &RecordId, _: &Kept) -> Vec<Row> {
            Vec::new()
        }
        fn key_id(&self, envelope: &[u8]) -> u32 {
            u32::from(envelope[0])
        }
    }
    let files = Arc::new(FaultFiles::new());
    let home = Box::new(MemoryHome::new());
    let engine = JournaledEngine::open(files.clone(), home, Arc::new(Sealed), options()).unwrap();
    let record = |n: u8| RecordWrite { kind: 1, id: [n; 16], expect: 0, envelope: vec![n] };
    let mut act = store_support::commit(1, vec![record(5), record(9)]);
    act.note = vec![3];
    assert_eq!(engine.commit(vec![act]), [Ok(1)]);
    let (frame, _) = frame::decode(&files.bytes(&segment_file(1)).unwrap()).unwrap();
    assert_eq!((frame.keys, frame.note_key), (vec![5, 9], 3));
}

/// Replaces an entry by one with right checksums.
fn forge(sound: &Sound, files: &FaultFiles, seq: Seq, change: impl FnOnce(&mut frame::Frame)) {
    let (segment, start, end, _) = sound.lies[seq as usize - 1];
    files.tamper(&segment_file(segment), |bytes| {
        let (mut frame, _) = frame::decode(&bytes[start..end]).unwrap();
        change(&mut frame);
        let mut forged = Vec::new();
        frame::encode(&frame, &mut forged).unwrap();
        bytes.splice(start..end, forged);
    });
}

/// Where a journal without any mark or working copy is refused.
fn refused_after(files: FaultFiles) -> Seq {
    files.lose("journal/head");
    match open_on(&Arc::new(files), MemoryCopy::default()) {
        Err(EngineError::Damaged { after, .. }) => after,
        other => panic!("{:?}", other.map(|_| "opened")),
    }
}

#[test]
fn an_entry_forged_with_right_checksums_breaks_the_chain() {
    let sound = sound();
    let head = sound.lies.len() as Seq;
    for seq in [1, 2, 57, 200, head - 1] {
        let files = sound.files.after_cut(Unsynced::Whole);
        forge(&sound, &files, seq, |frame| frame.entry.commit.at_ms += 1);
        assert_eq!(refused_after(files), seq, "the next entry names another one than {seq}");
        let files = sound.files.after_cut(Unsynced::Whole);
        forge(&sound, &files, seq, |frame| frame.previous[0] ^= 1);
        assert_eq!(refused_after(files), seq - 1);
        let files = sound.files.after_cut(Unsynced::Whole);
        forge(&sound, &files, seq, |frame| frame.entry.seq += 1);
        assert_eq!(refused_after(files), seq - 1);
    }
    // The last entry has none behind it: its number and what it follows are checked all the same, and the rest of it by
    // the head mark.
    let files = sound.files.after_cut(Unsynced::Whole);
    forge(&sound, &files, head, |frame| frame.entry.seq += 1);
    assert_eq!(refused_after(files), head - 1);
    let files = sound.files.after_cut(Unsynced::Whole);
    forge(&sound, &files, head, |frame| frame.entry.commit.at_ms += 1);
    let error = open_on(&Arc::new(files), MemoryCopy::default()).err().unwrap();
    assert!(error.to_string().contains("head mark"), "{error}");
}

/// A cut between the making of a segment and its first entry leaves it empty; what is torn later is torn behind it.
#[test]
fn an_empty_segment_left_by_a_cut_is_used() {
    let mut torn = 0;
    for n in 1..60 {
        let files = FaultFiles::new();
        let segments = || Options { segment_bytes: 700, ..Options::default() };
        let open = |files: &Arc<FaultFiles>| {
            let home = Box::new(MemoryHome::new());
            JournaledEngine::open(files.clone(), home, Arc::new(Sample(1)), segments()).unwrap()
        };
        let files = Arc::new(files);
        let engine = open(&files);
        let mut acts = Acts::new(n, 5);
        files.fail_at(n, Fault::Dead);
        while engine.commit(vec![acts.act()])[0].is_ok() {}
        drop(engine);
        let files = Arc::new(files.after_cut(Unsynced::Dropped));
        let engine = open(&files);
        let head = engine.head().unwrap();
        let mut acts = Acts::going_on(&engine, n, 5);
        // Few bytes, so that they would fit into the segment before.
        files.fail_at(1 + n % 4, Fault::Short);
        while engine.commit(vec![Commit { records: Vec::new(), ..acts.act() }])[0].is_ok() {}
        drop(engine);
        let engine = open(&Arc::new(files.after_restart()));
        assert!(engine.head().unwrap() >= head);
        torn += u32::from(engine.recovery().cut_bytes > 0);
        assert_sound(&engine, &format!("cut at call {n}"));
    }
    assert!(torn > 5, "{torn}");
}

/// A power cut can take keys out of the middle of sled's files and leave its mark: only a whole comparison finds that.
#[test]
fn after_another_run_of_the_machine_the_working_copy_is_compared_whole() {
    let sound = sound();
    let mut pairs = sound.copy.dump();
    let gone = pairs.keys().filter(|k| k[0] == 3).nth(5).unwrap().clone();
    pairs.remove(&gone);
    let files = Arc::new(sound.files.after_cut(Unsynced::Whole));
    files.lose("clean");
    let open = |files: &Arc<FaultFiles>, boot: &str, pairs: &Pairs| {
        let options = Options { boot: boot.to_owned(), ..options() };
        let home = Box::new(MemoryHome::with(MemoryCopy::holding(pairs.clone())));
        JournaledEngine::open(files.clone(), home, Arc::new(Sample(1)), options).unwrap()
    };
    let engine = open(&files, "first", &pairs);
    assert!(engine.recovery().compared && engine.recovery().rebuilt.is_some());
    assert_sound(&engine, "rebuilt");
    let killed = files.after_restart();
    drop(engine);
    // Killed and opened in the same run: believed.
    let files = Arc::new(killed);
    let engine = open(&files, "first", &sound.copy.dump());
    assert!(!engine.recovery().clean && !engine.recovery().compared);
    let killed = files.after_restart();
    drop(engine);
    // In another one a sound copy is compared and kept.
    let files = Arc::new(killed);
    let engine = open(&files, "second", &sound.copy.dump());
    assert!(engine.recovery().compared && engine.recovery().rebuilt.is_none());
}
