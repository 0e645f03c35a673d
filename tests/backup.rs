//! Snapshots, backups, restores and the guard for a filling disk: cut after every call, failing at every call, damaged at
//! random, while acts go on. Seeds are fixed; the full counts run with `CASELOAD_TEST_FULL=1` and are printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

mod store_support;

use caseload::domain::time::{DAY, HOUR, Moment};
use caseload::store::backup::{self, Archive};
use caseload::store::engine::{CommitError, Engine, EngineError, Entry, Seq};
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use caseload::store::files::{Files, read_whole, replace};
use caseload::store::frame;
use caseload::store::guard::{MB, Room};
use caseload::store::journal::segment_file;
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::keyring::{Keyring, MasterKey};
use caseload::store::restore::{Beyond, By, Erasures, MARKER, Old, Restored, Until, is_same_agency, restore};
use caseload::store::rotation::Keeping;
use caseload::store::sled::SledHome;
use caseload::store::staged::Staged;
use caseload::store::streams::NewFile;
use caseload::store::working::{MemoryCopy, MemoryHome};
use caseload::store::{snapshot, upkeep};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store_support::{Acts, Chance, Sample, assert_sound, feed, full};

/// The moment of the first act that the support makes.
const BEGIN: i64 = 1_790_000_000_000;

fn options() -> Options {
    Options {
        segment_bytes: 16 * 1024,
        keeping: Keeping { hourly: 2, daily: 2, every: HOUR },
        look_every: Duration::ZERO,
        ..Options::default()
    }
}

fn open(files: Arc<dyn Files>, copy: MemoryCopy) -> Result<JournaledEngine, EngineError> {
    let home = Box::new(MemoryHome::with(copy));
    JournaledEngine::open(files, home, Arc::new(Sample(1)), options())
}

fn by(n: u64) -> By {
    By { request: [n as u8 ^ 0xB5; 16], at: Moment(BEGIN + 10 * DAY), origin: "test".to_owned() }
}

/// Writes a backup into the same disk, under `out/`.
fn back_up(files: &dyn Files, name: &str) -> Result<Seq, EngineError> {
    let path = format!("out/{name}");
    let fail = |e: io::Error| EngineError::Io(e.to_string());
    files.create_dir("out").map_err(fail)?;
    let out = NewFile::begin(files, &path).map_err(fail)?;
    let (out, about) = backup::make(files, out, Moment(BEGIN))?;
    out.finish().map_err(fail)?;
    Ok(about.seq)
}

fn archive(bytes: Vec<u8>) -> Result<Archive, String> {
    Archive::open(Box::new(move |at, most| {
        let from = usize::try_from(at).unwrap().min(bytes.len());
        Ok(bytes[from..from.saturating_add(most).min(bytes.len())].to_vec())
    }))
}

/// Every file that has its own name is whole: no half snapshot, no half backup.
fn all_named_are_whole(files: &FaultFiles, what: &str) -> (usize, usize) {
    let snapshots: Vec<String> =
        files.list("snapshots").unwrap().into_iter().filter(|n| n.strip_suffix(".snapshot").is_some()).collect();
    for name in &snapshots {
        snapshot::check(files, &format!("snapshots/{name}")).unwrap_or_else(|e| panic!("{what}: {name}: {e}"));
    }
    let backups: Vec<String> =
        files.list("out").unwrap().into_iter().filter(|n| n.strip_suffix(".tar").is_some()).collect();
    for name in &backups {
        let bytes = files.bytes(&format!("out/{name}")).unwrap();
        archive(bytes).and_then(|a| a.verify()).unwrap_or_else(|e| panic!("{what}: {name}: {e}"));
    }
    (snapshots.len(), backups.len())
}

/// Looks at the disk after each call that changes it.
struct Watched {
    inner: Arc<FaultFiles>,
    #[allow(clippy::type_complexity)]
    after: Mutex<Box<dyn FnMut(&FaultFiles) + Send>>,
}

impl Watched {
    fn done<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        (self.after.lock().unwrap())(&self.inner);
        outcome
    }
}

impl Files for Watched {
    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        self.inner.len(path)
    }
    fn read(&self, path: &str, offset: u64, most: usize) -> io::Result<Vec<u8>> {
        self.inner.read(path, offset, most)
    }
    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list(path)
    }
    fn list_dirs(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list_dirs(path)
    }
    fn create(&self, path: &str) -> io::Result<()> {
        self.done(self.inner.create(path))
    }
    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.done(self.inner.write_at(path, offset, bytes))
    }
    fn sync(&self, path: &str) -> io::Result<()> {
        self.done(self.inner.sync(path))
    }
    fn truncate(&self, path: &str, len: u64) -> io::Result<()> {
        self.done(self.inner.truncate(path, len))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.done(self.inner.rename(from, to))
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.done(self.inner.remove(path))
    }
    fn create_dir(&self, path: &str) -> io::Result<()> {
        self.done(self.inner.create_dir(path))
    }
    fn sync_dir(&self, path: &str) -> io::Result<()> {
        self.done(self.inner.sync_dir(path))
    }
}

fn way(n: u64) -> Unsynced {
    match n % 5 {
        0 => Unsynced::Dropped,
        1 => Unsynced::Torn(n),
        2 => Unsynced::Zeroed(n),
        3 => Unsynced::Hole(n),
        _ => Unsynced::Whole,
    }
}

#[test]
fn a_cut_after_any_call_loses_nothing_and_leaves_no_half_snapshot_or_backup() {
    let (acts, step) = if full() { (2000, 1) } else { (150, 3) };
    let acked = Arc::new(AtomicU64::new(0));
    let counts = Arc::new(Mutex::new([0_u64; 5]));
    let inner = Arc::new(FaultFiles::new());
    let (acked_then, counts_then) = (acked.clone(), counts.clone());
    let look = move |disk: &FaultFiles| {
        let mut counts = counts_then.lock().unwrap();
        counts[0] += 1;
        if !counts[0].is_multiple_of(step) {
            return;
        }
        let what = format!("cut after call {}, {:?}", counts[0], way(counts[0] / step));
        let left = Arc::new(disk.after_cut(way(counts[0] / step)));
        let (snapshots, backups) = all_named_are_whole(&left, &what);
        // The working copy is gone: made anew, from a snapshot where that is worth it.
        let engine = open(left.clone(), MemoryCopy::default()).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert!(engine.head().unwrap() >= acked_then.load(Ordering::SeqCst), "{what}: an acknowledged act is lost");
        assert_sound(&engine, &what);
        let recovery = engine.recovery();
        assert!(recovery.bad_snapshots.is_empty(), "{what}: {:?}", recovery.bad_snapshots);
        counts[1] += 1;
        counts[2] += u64::from(recovery.from_snapshot.is_some());
        counts[3] = counts[3].max(snapshots as u64);
        counts[4] = counts[4].max(backups as u64);
        // And it goes on.
        let mut acts = Acts::going_on(&engine, 1, 20);
        assert!(engine.commit(vec![acts.act()])[0].is_ok(), "{what}");
    };
    let files: Arc<Watched> = Arc::new(Watched { inner, after: Mutex::new(Box::new(look)) });
    let engine = open(files.clone(), MemoryCopy::default()).unwrap();
    let mut script = Acts::new(5, 20);
    let (mut turn, mut hour) = (0, 0);
    while (script.next as usize) <= acts {
        for answer in engine.commit(script.group(5)) {
            acked.store(answer.unwrap(), Ordering::SeqCst);
        }
        turn += 1;
        if turn % 8 == 0 {
            hour += 1;
            let done = upkeep::run(&engine, Moment(BEGIN + hour * HOUR));
            assert_eq!(done.problem, None);
            assert!(done.made.is_some());
        }
        if turn % 20 == 0 {
            assert_eq!(back_up(&*files, &format!("{turn}.tar")).unwrap(), acked.load(Ordering::SeqCst));
        }
        if turn % 13 == 0 {
            engine.checkpoint().unwrap();
        }
    }
    let [calls, cuts, from_snapshot, snapshots, backups] = *counts.lock().unwrap();
    assert!(from_snapshot > 0 && snapshots > 1 && backups > 1);
    eprintln!(
        "power cuts {cuts} over {calls} calls of {acts} acts with snapshots and backups (every {step}): lost 0, half \
         files 0, rebuilt from a snapshot {from_snapshot}"
    );
}

/// An agency with a snapshot, its backup at that point, and what was done after it.
struct Past {
    files: Arc<FaultFiles>,
    backup: Vec<u8>,
    at_backup: Seq,
    feed: Vec<Entry>,
}

fn past(before: u64, after: u64) -> Past {
    let files = Arc::new(FaultFiles::new());
    let engine = open(files.clone(), MemoryCopy::default()).unwrap();
    let mut acts = Acts::new(17, 25);
    let mut go_on = |until: u64| {
        while engine.head().unwrap() < until {
            assert!(engine.commit(acts.group(4)).iter().all(Result::is_ok));
        }
    };
    go_on(before / 2);
    snapshot::make(&engine, Moment(BEGIN)).unwrap().unwrap();
    go_on(before);
    let at_backup = back_up(&*files, "b.tar").unwrap();
    let backup = files.bytes("out/b.tar").unwrap();
    go_on(before + after);
    let feed = feed(&engine);
    engine.close().unwrap();
    Past { files: Arc::new(files.after_cut(Unsynced::Whole)), backup, at_backup, feed }
}

/// What was restored is the beginning of what was done, and goes on in a new epoch.
fn check_restored(past: &Past, files: Arc<dyn Files>, done: &Restored, what: &str) {
    let engine = open(files.clone(), MemoryCopy::default()).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_sound(&engine, what);
    let found = feed(&engine);
    let n = done.tip.seq as usize;
    assert_eq!(found.len(), n + 1, "{what}");
    assert!(found[..n] == past.feed[..n], "{what}: another past");
    assert_eq!(found[n].commit.action, "agency.restore");
    assert_eq!((engine.epoch(), done.epoch), (2, 2), "{what}");
    let mut acts = Acts::going_on(&engine, 9, 25);
    assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok), "{what}");
    assert_eq!(engine.epoch(), 2);
    assert_sound(&engine, what);
}

#[test]
fn a_restore_is_what_was_backed_up_and_any_earlier_point_of_it() {
    let past = past(300, 40);
    let from = archive(past.backup.clone()).unwrap();
    assert_eq!(from.about().seq, past.at_backup);
    assert!(from.verify().unwrap().snapshot.is_some());
    let into = |until| {
        let to: Arc<dyn Files> = Arc::new(FaultFiles::new());
        let done = restore(&from, &Old::default(), &to, until, &by(1));
        (to, done)
    };
    let (to, done) = into(Until::End);
    let done = done.unwrap();
    assert_eq!((done.tip.seq, done.beyond, done.left_out), (past.at_backup, 0, None));
    check_restored(&past, to, &done, "whole");
    let mut chance = Chance(3);
    for _ in 0..if full() { 200 } else { 25 } {
        let seq = 1 + chance.below(past.at_backup as usize) as Seq;
        let (to, done) = into(Until::Seq(seq));
        let done = done.unwrap();
        assert_eq!(done.tip.seq, seq);
        assert_eq!(done.left_out.map_or(0, |(n, _)| n), past.at_backup - seq);
        check_restored(&past, to, &done, &format!("--seq {seq}"));
        // Act n is at BEGIN + n.
        let (_, done) = into(Until::At(Moment(BEGIN + seq as i64)));
        assert_eq!(done.unwrap().tip.seq, seq);
    }
    let (to, done) = into(Until::Seq(past.at_backup + 1));
    assert!(done.unwrap_err().to_string().contains("the last entry in this backup is"));
    assert_eq!(to.list("").unwrap(), [""; 0], "nothing was touched");
    assert!(into(Until::At(Moment(BEGIN))).1.unwrap_err().to_string().contains("as old as that"));
    // A directory with an agency is refused and left alone.
    let (to, _) = into(Until::End);
    let before = to.read(&segment_file(1), 0, usize::MAX).unwrap();
    assert!(restore(&from, &Old::default(), &to, Until::Seq(5), &by(1)).unwrap_err().to_string().contains("already"));
    assert!(to.read(&segment_file(1), 0, usize::MAX).unwrap() == before);
}

/// An agency with a keyring and a draft, its backup, and the same agency after a client was erased.
fn erased_since() -> (Past, MasterKey) {
    let master = MasterKey::random().unwrap();
    let files = Arc::new(FaultFiles::new());
    let keys = Keyring::begin(files.clone(), master.clone()).unwrap();
    keys.numbers(&[[1; 16], [2; 16]]).unwrap();
    let engine = open(files.clone(), MemoryCopy::default()).unwrap();
    let mut acts = Acts::new(17, 25);
    while engine.head().unwrap() < 60 {
        assert!(engine.commit(acts.group(4)).iter().all(Result::is_ok));
    }
    for (path, text) in [("drafts/u-1/d-1", "she sounded"), ("drafts/u-1/vault", "key"), ("drafts/u-2/d-9", "later")] {
        replace(&*files, path, text.as_bytes()).unwrap();
    }
    replace(&*files, "drafts/u-2/d-8.new", b"half").unwrap();
    let at_backup = back_up(&*files, "b.tar").unwrap();
    let backup = files.bytes("out/b.tar").unwrap();
    keys.erase(&[1; 16]).unwrap();
    let feed = feed(&engine);
    engine.close().unwrap();
    (Past { files: Arc::new(files.after_cut(Unsynced::Whole)), backup, at_backup, feed }, master)
}

#[test]
fn who_was_erased_after_a_backup_stays_erased_and_what_was_typed_comes_along() {
    let (past, master) = erased_since();
    let from = archive(past.backup.clone()).unwrap();
    let standing = past.files.clone();
    assert!(is_same_agency(&from, &*standing) && !is_same_agency(&from, &FaultFiles::new()));
    let other = past_of_somebody_else();
    assert!(!is_same_agency(&from, &*other));
    let old = |masters| Old { standing: vec![("old".to_owned(), &*standing as &dyn Files)], masters, ..Old::default() };
    let open_keys = |to: &Arc<dyn Files>| Keyring::open(to.clone(), master.clone()).unwrap();
    for masters in [vec![], vec![master.clone()]] {
        let to: Arc<dyn Files> = Arc::new(FaultFiles::new());
        let done = restore(&from, &old(masters), &to, Until::End, &by(1)).unwrap();
        let erasures = done.erasures.clone().unwrap();
        assert_eq!((erasures.kept, &erasures.asked[..], erasures.unread.len()), (1, &["old".to_owned()][..], 0));
        assert!(open_keys(&to).is_erased(&[1; 16]) && !open_keys(&to).is_erased(&[2; 16]));
        check_restored(&past, to, &done, "erased");
    }
    // Nobody there to ask, or one that can't be read: it is said, and the restore goes on.
    let to: Arc<dyn Files> = Arc::new(FaultFiles::new());
    let done = restore(&from, &Old::default(), &to, Until::End, &by(1)).unwrap();
    assert_eq!(done.erasures, Some(Erasures::default()));
    assert!(!open_keys(&to).is_erased(&[1; 16]));
    // What was typed is there again, whoever's it is; what was half written is not.
    let text = |path: &str| read_whole(&*to, path, 99).unwrap().map(|b| String::from_utf8(b).unwrap());
    assert_eq!(text("drafts/u-1/d-1").as_deref(), Some("she sounded"));
    assert_eq!((text("drafts/u-1/vault").as_deref(), text("drafts/u-2/d-9").as_deref()), (Some("key"), Some("later")));
    assert_eq!(
        (to.list_dirs("drafts").unwrap(), to.list("drafts/u-2").unwrap()),
        (vec!["u-1".to_owned(), "u-2".to_owned()], vec!["d-9".to_owned()])
    );
    let damaged = past.files.after_cut(Unsynced::Whole);
    damaged.tamper("keyring", |bytes| bytes.truncate(40));
    let to: Arc<dyn Files> = Arc::new(FaultFiles::new());
    let unread = Old { standing: vec![("old".to_owned(), &damaged as &dyn Files)], ..Old::default() };
    let done = restore(&from, &unread, &to, Until::End, &by(1)).unwrap();
    assert!(done.erasures.unwrap().unread[0].1.contains("damaged"));
    // Cut anywhere: it is not opened before it is whole, and whole it never has her key.
    let images: Arc<Mutex<Vec<FaultFiles>>> = Arc::default();
    let seen = images.clone();
    let mut n = 0;
    let look = move |disk: &FaultFiles| {
        n += 1;
        seen.lock().unwrap().push(disk.after_cut(way(n)));
    };
    let to: Arc<dyn Files> =
        Arc::new(Watched { inner: Arc::new(FaultFiles::new()), after: Mutex::new(Box::new(look)) });
    restore(&from, &old(vec![]), &to, Until::End, &by(1)).unwrap();
    let (mut whole, mut half) = (0, 0);
    for image in images.lock().unwrap().iter() {
        let image: Arc<dyn Files> = Arc::new(image.after_cut(Unsynced::Whole));
        if image.len(MARKER).unwrap().is_none() && image.len("keyring").unwrap().is_some() {
            assert!(open_keys(&image).is_erased(&[1; 16]));
            whole += 1;
        } else {
            half += 1;
            let done = restore(&from, &old(vec![]), &image, Until::End, &by(2)).unwrap();
            assert!(done.erasures.unwrap().kept == 1 && open_keys(&image).is_erased(&[1; 16]));
        }
    }
    assert!(whole > 0 && half > 20, "{whole} {half}");
}

/// Another agency.
fn past_of_somebody_else() -> Arc<FaultFiles> {
    let files = Arc::new(FaultFiles::new());
    Keyring::begin(files.clone(), MasterKey::random().unwrap()).unwrap();
    let engine = open(files.clone(), MemoryCopy::default()).unwrap();
    assert!(engine.commit(Acts::new(3, 5).group(2)).iter().all(Result::is_ok));
    engine.close().unwrap();
    files
}

#[test]
fn a_restore_that_is_cut_anywhere_is_refused_and_done_again() {
    let past = past(if full() { 400 } else { 120 }, 0);
    let from = archive(past.backup.clone()).unwrap();
    let step = if full() { 1 } else { 2 };
    let images: Arc<Mutex<Vec<FaultFiles>>> = Arc::default();
    let seen = images.clone();
    let mut n = 0;
    let look = move |disk: &FaultFiles| {
        n += 1;
        seen.lock().unwrap().push(disk.after_cut(way(n)));
    };
    let to: Arc<dyn Files> =
        Arc::new(Watched { inner: Arc::new(FaultFiles::new()), after: Mutex::new(Box::new(look)) });
    restore(&from, &Old::default(), &to, Until::End, &by(1)).unwrap();
    let images = std::mem::take(&mut *images.lock().unwrap());
    let (mut refused, mut whole) = (0, 0);
    for (n, image) in images.iter().enumerate().step_by(step) {
        let what = format!("cut after call {}", n + 1);
        let nothing = image.list("journal").unwrap().is_empty();
        match open(Arc::new(image.after_cut(Unsynced::Whole)), MemoryCopy::default()) {
            Err(e) => {
                assert!(e.to_string().contains("was not finished"), "{what}: {e}");
                refused += 1;
            }
            Ok(engine) if nothing => assert_eq!(engine.head().unwrap(), 0, "{what}"),
            Ok(engine) => {
                assert_eq!(engine.head().unwrap(), past.at_backup + 1, "{what}: half of it was opened");
                whole += 1;
                continue;
            }
        }
        let again: Arc<dyn Files> = Arc::new(image.after_cut(Unsynced::Whole));
        let done =
            restore(&from, &Old::default(), &again, Until::End, &by(2)).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(again.len(MARKER).unwrap(), None);
        check_restored(&past, again, &done, &what);
    }
    assert!(refused > 5 && whole > 0, "{refused} {whole}");
    eprintln!(
        "restores cut {} of {} calls: refused and done again {refused}, whole {whole}",
        refused + whole,
        images.len()
    );
}

#[test]
fn a_call_that_fails_costs_a_snapshot_backup_or_restore_and_nothing_else() {
    let step = if full() { 1 } else { 3 };
    let (mut failed, mut n_runs) = (0, 0);
    for fault in [Fault::Io, Fault::Short, Fault::Full] {
        for n in (1..60).step_by(step) {
            let files = Arc::new(FaultFiles::new());
            let engine = open(files.clone(), MemoryCopy::default()).unwrap();
            let mut acts = Acts::new(n, 15);
            while engine.head().unwrap() < 60 {
                assert!(engine.commit(acts.group(4)).iter().all(Result::is_ok));
            }
            let what = format!("{fault:?} at call {n}");
            let heal = || files.fail_at(u64::MAX / 2, Fault::Io);
            for backup in [false, true] {
                files.fail_at(n, fault);
                let outcome = if backup {
                    back_up(&*files, "b.tar").map(|_| ())
                } else {
                    snapshot::make(&engine, Moment(BEGIN)).map(|_| ())
                };
                heal();
                if let Err(e) = outcome {
                    assert!(e.to_string().contains("(planned)"), "{what}: {e}");
                    failed += 1;
                }
                all_named_are_whole(&files, &what);
                assert!(engine.commit(vec![acts.act()])[0].is_ok(), "{what}: acts go on");
                // What a cut leaves then is whole as well.
                all_named_are_whole(&files.after_cut(way(n)), &what);
            }
            snapshot::make(&engine, Moment(BEGIN + HOUR)).unwrap_or_else(|e| panic!("{what}: {e}"));
            let seq = back_up(&*files, "c.tar").unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!(seq, engine.head().unwrap());
            let leftovers =
                |dir: &str| files.list(dir).unwrap().iter().filter(|n| n.strip_suffix(".new").is_some()).count();
            assert_eq!(leftovers("snapshots"), 0, "{what}: what was not finished is cleared away");
            // Restored on a disk that fails: an error, then a second try.
            let from = archive(files.bytes("out/c.tar").unwrap()).unwrap();
            let disk = Arc::new(FaultFiles::new());
            let to: Arc<dyn Files> = disk.clone();
            disk.fail_at(n, fault);
            let first = restore(&from, &Old::default(), &to, Until::End, &by(3));
            disk.fail_at(u64::MAX / 2, Fault::Io);
            if let Err(e) = first {
                assert!(e.to_string().contains("(planned)"), "{what}: {e}");
                failed += 1;
                // When only the last word of it failed, that the marker is gone, all of it stands: it is opened below.
                let whole = disk.len(MARKER).unwrap().is_none() && !disk.list("journal").unwrap().is_empty();
                match restore(&from, &Old::default(), &to, Until::End, &by(3)) {
                    Ok(_) => {}
                    Err(e) => {
                        assert!(whole && e.to_string().contains("there is an agency already"), "{what}, again: {e}");
                    }
                }
            }
            assert_eq!(open(to, MemoryCopy::default()).unwrap().head().unwrap(), seq + 1);
            n_runs += 3;
        }
    }
    assert!(failed > 20);
    eprintln!("failing calls in {n_runs} snapshots, backups and restores: {failed} failed cleanly, lost 0");
}

#[test]
fn a_disk_that_is_full_at_any_write_says_so_loses_nothing_and_recovers() {
    let step = if full() { 1 } else { 7 };
    let (mut told, mut runs) = (0, 0);
    for n in (1..=300).step_by(step) {
        let files = Arc::new(FaultFiles::new());
        files.fail_at(n, Fault::Full);
        let mut acked = 0;
        let mut said = Vec::new();
        if let Ok(engine) = open(files.clone(), MemoryCopy::default()).map_err(|e| said.push(e.to_string())) {
            let mut acts = Acts::new(5, 20);
            for turn in 1..=120 {
                for answer in engine.commit(acts.group(3)) {
                    match answer {
                        Ok(seq) => acked = seq,
                        Err(CommitError::Unknown(why) | CommitError::ReadOnly(why)) => said.push(why),
                        Err(other) => panic!("full at {n}: {other:?}"),
                    }
                }
                if turn % 10 == 0 {
                    said.extend(upkeep::run(&engine, Moment(BEGIN + turn * HOUR)).problem);
                }
                if !said.is_empty() {
                    break;
                }
            }
        }
        assert!(!said.is_empty(), "full at {n}: nothing was said");
        assert!(said[0].contains("no space left on device"), "full at {n}: {}", said[0]);
        told += said.len();
        // Room was made, and caseload started again; then the power goes as well.
        for left in [files.after_restart(), files.after_cut(Unsynced::Dropped)] {
            let left = Arc::new(left);
            all_named_are_whole(&left, &format!("full at {n}"));
            let engine = open(left, MemoryCopy::default()).unwrap_or_else(|e| panic!("full at {n}: {e}"));
            assert!(engine.head().unwrap() >= acked, "full at {n}: an acknowledged act is lost");
            assert_sound(&engine, &format!("full at {n}"));
            let mut acts = Acts::going_on(&engine, 2, 20);
            assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok));
            runs += 1;
        }
    }
    eprintln!(
        "full disks {runs} (every {step} of the first 300 calls, twice each): told {told} times, lost 0, all recovered"
    );
}

#[test]
fn below_the_mark_nothing_is_taken_and_above_it_all_goes_on_by_itself() {
    let files = Arc::new(FaultFiles::new());
    files.set_room(Some(500 * MB));
    let options = Options { room: Room { least: 100 * MB, ballast: 0 }, ..options() };
    let engine =
        JournaledEngine::open(files.clone(), Box::new(MemoryHome::new()), Arc::new(Sample(1)), options).unwrap();
    let mut acts = Acts::new(5, 20);
    assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok));
    assert_eq!(engine.refuses(), None);
    let head = engine.head().unwrap();
    files.set_room(Some(12 * MB));
    let refused = acts.act();
    let Err(CommitError::NoRoom(why)) = &engine.commit(vec![refused.clone()])[0] else { panic!("it was taken") };
    assert_eq!(why, "the disk is nearly full: 12 MB free; free some and it goes on by itself");
    assert_eq!(engine.refuses(), Some(CommitError::NoRoom(why.clone())));
    let calls = files.calls();
    let done = upkeep::run(&engine, Moment(BEGIN));
    assert_eq!((done.shut.as_ref(), &done.made), (Some(why), &None), "no snapshot eats the last room");
    assert_eq!((engine.head().unwrap(), files.calls()), (head, calls), "nothing was written");
    assert_sound(&engine, "readers go on");
    files.set_room(Some(102 * MB));
    assert!(engine.commit(vec![refused.clone()])[0].is_err(), "a little above the mark is still too little");
    files.set_room(Some(500 * MB));
    assert_eq!(engine.commit(vec![refused]), [Ok(head + 1)]);
    assert_eq!(engine.refuses(), None);
    assert!(upkeep::run(&engine, Moment(BEGIN)).made.is_some());
}

fn damage(bytes: &mut Vec<u8>, chance: &mut Chance) -> String {
    let at = chance.below(bytes.len());
    let end = (at + 1 + chance.below(3000)).min(bytes.len());
    match chance.below(4) {
        0 => {
            bytes[at] ^= 1 << chance.below(8);
            format!("flip at {at}")
        }
        1 => {
            bytes.truncate(at);
            format!("cut to {at}")
        }
        2 => {
            bytes[at..end].fill(0);
            format!("zeros {at}..{end}")
        }
        _ => {
            bytes[at..end].iter_mut().for_each(|b| *b = chance.next() as u8);
            format!("noise {at}..{end}")
        }
    }
}

#[test]
fn damaged_snapshots_and_backups_are_found_and_done_without() {
    let trials = if full() { 200 } else { 40 };
    let past = past(300, 60);
    let engine = open(past.files.clone(), MemoryCopy::default()).unwrap();
    snapshot::make(&engine, Moment(BEGIN + HOUR)).unwrap().unwrap();
    engine.close().unwrap();
    let mut chance = Chance(23);
    let (mut found, mut older, mut journal, mut backups) = (0, 0, 0, 0);
    for trial in 0..trials {
        let files = Arc::new(past.files.after_cut(Unsynced::Whole));
        let newest = snapshot::list(&*files).unwrap()[0].clone();
        let mut how = String::new();
        files.tamper(&newest.path, |bytes| how = damage(bytes, &mut chance));
        if trial % 3 == 0 {
            // And the other one: only the journal is left.
            let other = snapshot::list(&*files).unwrap().pop().unwrap();
            files.tamper(&other.path, |bytes| bytes.truncate(bytes.len() - 1));
        }
        let what = format!("trial {trial}: {how}");
        let unchanged = files.bytes(&newest.path) == past.files.bytes(&newest.path);
        assert_eq!(snapshot::check(&*files, &newest.path).is_ok(), unchanged, "{what}");
        found += u32::from(!unchanged);
        let engine = open(files, MemoryCopy::default()).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert!(feed(&engine) == past.feed, "{what}");
        assert_sound(&engine, &what);
        match engine.recovery().from_snapshot {
            Some(seq) if seq < newest.header.tip.seq => older += 1,
            Some(_) => assert!(unchanged, "{what}"),
            None => journal += 1,
        }
        // The same for the backup's file.
        let mut bytes = past.backup.clone();
        let how = damage(&mut bytes, &mut chance);
        let checked = archive(bytes.clone()).and_then(|a| a.verify());
        // Padding between the files of a tar is nobody's byte; all else is found.
        if checked.is_ok() {
            let to: Arc<dyn Files> = Arc::new(FaultFiles::new());
            let done = restore(&archive(bytes).unwrap(), &Old::default(), &to, Until::End, &by(1)).unwrap();
            check_restored(&past, to, &done, &format!("trial {trial}: backup {how}"));
        } else {
            backups += 1;
        }
    }
    assert!(older > 0 && journal > 0 && backups > 0);
    eprintln!(
        "snapshot damages {trials}: found {found}, an older one used {older}, the journal alone {journal}, lost 0; backup \
         damages {trials}: found {backups}, the others harmless"
    );
}

#[test]
fn a_damaged_journal_is_restored_as_far_as_it_can_be_proven() {
    let trials = if full() { 200 } else { 40 };
    let past = past(200, 200);
    let from = archive(past.backup.clone()).unwrap();
    let head = past.feed.len() as Seq;
    let mut lies = Vec::new();
    for segment in 1.. {
        let Some(bytes) = past.files.bytes(&segment_file(segment)) else { break };
        let mut at = 0;
        while at < bytes.len() {
            let (_, length) = frame::decode(&bytes[at..]).unwrap();
            lies.push((segment, at, at + length));
            at += length;
        }
    }
    let mut chance = Chance(41);
    let (mut all, mut some) = (0, 0);
    for trial in 0..trials {
        let lost = past.files.after_cut(Unsynced::Whole);
        let bad = 1 + chance.below(head as usize - 1) as Seq;
        let (segment, start, end) = lies[bad as usize - 1];
        let at = start + chance.below(end - start);
        lost.tamper(&segment_file(segment), |bytes| bytes[at] ^= 0x10);
        // Detected and located.
        let image = Arc::new(lost.after_cut(Unsynced::Whole));
        image.lose("journal/head");
        image.list("snapshots").unwrap().iter().for_each(|n| image.lose(&format!("snapshots/{n}")));
        match open(image, MemoryCopy::default()) {
            Err(EngineError::Damaged { after, .. }) => assert_eq!(after, bad - 1),
            other => panic!("trial {trial}: {:?}", other.map(|_| "opened")),
        }
        // Restored: the backup, and of what was done since all that is proven.
        let to: Arc<dyn Files> = Arc::new(FaultFiles::new());
        let done = restore(
            &from,
            &Old { beyond: Some(Beyond { files: &lost, keyring: false }), ..Old::default() },
            &to,
            Until::End,
            &by(trial),
        )
        .unwrap();
        let provable = if bad <= past.at_backup { head } else { bad - 1 };
        assert_eq!(done.tip.seq, provable, "trial {trial}: entry {bad} is damaged");
        assert_eq!(done.beyond, provable - past.at_backup);
        assert_eq!(done.beyond_ended.is_some(), provable < head);
        check_restored(&past, to, &done, &format!("trial {trial}: entry {bad}"));
        if provable == head { all += 1 } else { some += 1 }
    }
    assert!(all > 0 && some > 0);
    eprintln!("journal damages {trials}: located {trials}; restored whole {all}, up to the damage {some}, unproven 0");
}

#[test]
fn a_backup_made_while_entries_are_appended_ends_at_a_sound_one() {
    let past = past(120, 0);
    let last = past.files.list("journal").unwrap().into_iter().rfind(|n| n.strip_suffix(".log").is_some()).unwrap();
    let last = format!("journal/{last}");
    let whole = past.files.bytes(&last).unwrap();
    let files = past.files.after_cut(Unsynced::Whole);
    // A group half written, as a reader beside the committer may see it.
    files.tamper(&last, |b| b.extend_from_slice(&whole[..whole.len().min(70)]));
    assert_eq!(back_up(&files, "x.tar").unwrap(), past.at_backup);
    // But a journal that ends before its own mark is damaged, and no backup pretends otherwise.
    let files = past.files.after_cut(Unsynced::Whole);
    files.tamper(&last, |b| b.truncate(b.len() - 5));
    assert!(matches!(back_up(&files, "y.tar"), Err(EngineError::Damaged { .. })));
    assert_eq!(files.bytes("out/y.tar"), None);
}

#[test]
fn snapshots_are_of_one_moment_while_others_write() {
    let files = Arc::new(FaultFiles::new());
    let engine = open(files.clone(), MemoryCopy::default()).unwrap();
    let mut acts = Acts::new(31, 12);
    while engine.head().unwrap() < 300 {
        engine.commit(acts.group(4));
    }
    let done = AtomicBool::new(false);
    let made: Vec<snapshot::Snapshot> = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok));
            }
        });
        let mut made: Vec<snapshot::Snapshot> = Vec::new();
        for n in 0..12 {
            made.push(snapshot::make(&engine, Moment(BEGIN + n * HOUR)).unwrap().unwrap());
            // A busy machine may not have let the other thread in at all.
            while n == 5 && engine.head().unwrap() == made[0].header.tip.seq && !writer.is_finished() {
                std::thread::yield_now();
            }
        }
        done.store(true, Ordering::SeqCst);
        made
    });
    let head = engine.head().unwrap();
    assert!(
        made.windows(2).any(|pair| pair[0].header.tip.seq < pair[1].header.tip.seq),
        "nothing was written meanwhile"
    );
    drop(engine);
    for snapshot in &made {
        let image = Arc::new(files.after_cut(Unsynced::Whole));
        made.iter().filter(|s| s.path != snapshot.path).for_each(|s| image.lose(&s.path));
        let engine = open(image, MemoryCopy::default()).unwrap();
        assert_eq!(engine.recovery().from_snapshot, Some(snapshot.header.tip.seq));
        assert_eq!(engine.head().unwrap(), head);
        assert_sound(&engine, &snapshot.path);
    }
}

#[test]
fn a_snapshot_of_another_agency_is_not_believed() {
    let mine = past(200, 0);
    let other = Arc::new(FaultFiles::new());
    let engine = open(other.clone(), MemoryCopy::default()).unwrap();
    let mut acts = Acts::new(77, 25);
    while engine.head().unwrap() < 500 {
        engine.commit(acts.group(4));
    }
    engine.close().unwrap();
    let name = snapshot::list(&*mine.files).unwrap()[0].path.clone();
    other.create(&name).unwrap();
    other.write_at(&name, 0, &mine.files.bytes(&name).unwrap()).unwrap();
    let engine = open(other, MemoryCopy::default()).unwrap();
    assert_eq!(engine.recovery().from_snapshot, None);
    assert_sound(&engine, "its own journal");
}

#[test]
fn the_timer_makes_one_an_hour_and_keeps_what_the_policy_says() {
    let files = Arc::new(FaultFiles::new());
    let engine = open(files.clone(), MemoryCopy::default()).unwrap();
    assert_eq!(upkeep::run(&engine, Moment(BEGIN)).made, None, "an empty agency has nothing to keep");
    let mut acts = Acts::new(2, 10);
    let mut made = 0;
    for quarter in 0..4 * 24 * 4 {
        engine.commit(acts.group(2));
        let done = upkeep::run(&engine, Moment(BEGIN + quarter * HOUR / 4));
        assert_eq!(done.problem, None);
        made += i64::from(done.made.is_some());
    }
    assert_eq!(made, 24 * 4);
    assert!(!upkeep::due(&engine, Moment(BEGIN + 4 * DAY - HOUR)).unwrap());
    let left = snapshot::list(&*files).unwrap();
    // Two hours and two days, and the newest is one of both.
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!(left[0].header.made, Moment(BEGIN + 4 * DAY - HOUR));
}

#[test]
fn the_working_copy_is_written_anew_while_others_write() {
    let dir = tempfile::tempdir().unwrap();
    let files: Arc<dyn Files> = Arc::new(caseload::store::files::DiskFiles::new(dir.path()));
    let home = SledHome::new(dir.path()).cache(1 << 20);
    let engine = JournaledEngine::open(files, Box::new(home), Arc::new(Sample(1)), options()).unwrap();
    let mut acts = Acts::new(12, 40);
    while engine.head().unwrap() < 1500 {
        assert!(engine.commit(acts.group(20)).iter().all(Result::is_ok));
    }
    engine.checkpoint().unwrap();
    let before = engine.working_bytes();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok));
            }
        });
        for _ in 0..3 {
            engine.compact_while_open().unwrap();
        }
        done.store(true, Ordering::SeqCst);
    });
    assert_sound(&engine, "written anew");
    assert_eq!(engine.recovery().rebuilt_while_open, 0);
    let head = engine.head().unwrap();
    engine.checkpoint().unwrap();
    eprintln!("working copy of {head} entries: {before} bytes, written anew {}", engine.working_bytes());
    // Small as it is, the rule leaves it alone.
    assert_eq!(engine.compact_when_due(Moment(BEGIN)).unwrap(), None);
    engine.close().unwrap();
    assert!(!dir.path().join("working.compact").exists());
}

#[test]
fn what_was_promised_while_there_was_room_is_kept_when_there_is_none() {
    let files = Arc::new(FaultFiles::new());
    files.set_room(Some(500 * MB));
    let options = Options { room: Room { least: 100 * MB, ballast: 0 }, ..options() };
    let home = Box::new(MemoryHome::new());
    let engine = Arc::new(JournaledEngine::open(files.clone(), home, Arc::new(Sample(1)), options).unwrap());
    let staged = Staged::over(engine.clone());
    let mut acts = Acts::new(5, 20);
    staged.hold();
    assert_eq!(staged.commit(vec![acts.act()]), [Ok(1)]);
    files.set_room(Some(12 * MB));
    let refused = acts.act();
    assert!(matches!(&staged.commit(vec![refused.clone()])[0], Err(CommitError::NoRoom(_))));
    staged.seal().unwrap();
    assert_eq!(engine.head().unwrap(), 1);
    assert!(matches!(staged.refuses(), Some(CommitError::NoRoom(_))));
    files.set_room(Some(500 * MB));
    staged.hold();
    assert_eq!(staged.commit(vec![refused]), [Ok(2)]);
    staged.seal().unwrap();
    assert_eq!(engine.head().unwrap(), 2);
}
