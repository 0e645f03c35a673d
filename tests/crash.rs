//! What is acknowledged stands: killed processes, cut power, failing and full disks. Seeds are fixed; the full counts run
//! with `CASELOAD_TEST_FULL=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

mod store_support;

use caseload::domain::time::{HOUR, Moment};
use caseload::store::backup::{self, Archive};
use caseload::store::directory::{self, DirectoryOptions};
use caseload::store::engine::{Commit, CommitError, Engine, Seq};
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use caseload::store::files::{DiskFiles, Files};
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::rotation::Keeping;
use caseload::store::snapshot;
use caseload::store::streams::NewFile;
use caseload::store::working::{MemoryCopy, MemoryHome};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store_support::{Acts, Chance, Sample, assert_sound, feed, full, request};

// ---- killed processes

const WRITER_DIR: &str = "CASELOAD_TEST_WRITER";
const WRITER_BOOT: &str = "CASELOAD_TEST_BOOT";
const CHECK_DIR: &str = "CASELOAD_TEST_CHECK";
const CHECK_ACKED: &str = "CASELOAD_TEST_ACKED";

fn open_directory(dir: &Path) -> JournaledEngine {
    // A power cut is played by another run of the machine.
    let boot = std::env::var(WRITER_BOOT).unwrap_or_default();
    let engine = Options { segment_bytes: 256 * 1024, boot, ..Options::default() };
    let options = DirectoryOptions { engine, ..DirectoryOptions::default() };
    directory::open(dir, Arc::new(Sample(1)), options).unwrap()
}

/// Not a test of its own: the child that writes until it is killed, printing what was acknowledged.
#[test]
fn writer_child() {
    let Ok(dir) = std::env::var(WRITER_DIR) else { return };
    let engine = open_directory(Path::new(&dir));
    let mut acts = Acts::going_on(&engine, engine.head().unwrap() * 7919, 300);
    let began = Instant::now();
    let mut out = std::io::stdout().lock();
    while began.elapsed() < Duration::from_secs(10) {
        let group = acts.group(8);
        for answer in engine.commit(group) {
            writeln!(out, "acked {}", answer.unwrap()).unwrap();
        }
        out.flush().unwrap();
        if acts.chance.below(40) == 0 {
            engine.checkpoint().unwrap();
        }
        if acts.chance.below(60) == 0 {
            let made = snapshot::make(&engine, Moment(engine.head().unwrap() as i64 * HOUR)).unwrap();
            assert!(made.is_some());
            snapshot::rotate(&DiskFiles::new(Path::new(&dir)), Keeping { hourly: 2, daily: 0, every: HOUR }).unwrap();
        }
        if acts.chance.below(90) == 0 {
            back_up(Path::new(&dir));
        }
    }
}

/// One backup beside the agency, over the one before it but one.
fn back_up(dir: &Path) {
    let target = DiskFiles::new(dir.parent().unwrap());
    let n = target.list("").unwrap().iter().filter(|n| n.strip_suffix(".tar").is_some()).count() % 2;
    let name = format!("backup-{n}.tar");
    let out = NewFile::begin(&target, &name).unwrap();
    backup::make(&DiskFiles::new(dir), out, Moment(0)).unwrap().0.finish().unwrap();
}

/// Every snapshot and backup that has its own name is whole; answers how many.
fn named_are_whole(dir: &Path) -> (usize, usize) {
    let files = DiskFiles::new(dir);
    let snapshots: Vec<String> = files.list("snapshots").unwrap_or_default();
    let snapshots: Vec<&String> = snapshots.iter().filter(|n| n.strip_suffix(".snapshot").is_some()).collect();
    for name in &snapshots {
        snapshot::check(&files, &format!("snapshots/{name}")).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    let above = dir.parent().unwrap();
    let backups: Vec<String> = DiskFiles::new(above).list("").unwrap();
    let backups: Vec<&String> = backups.iter().filter(|n| n.strip_suffix(".tar").is_some()).collect();
    for name in &backups {
        let bytes = std::fs::read(above.join(name)).unwrap();
        let read = move |at: u64, most: usize| {
            let from = (at as usize).min(bytes.len());
            Ok(bytes[from..from.saturating_add(most).min(bytes.len())].to_vec())
        };
        Archive::open(Box::new(read)).and_then(|a| a.verify()).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    (snapshots.len(), backups.len())
}

/// Not a test of its own: after a real power cut, `.ci/power-cuts` asks it what is left.
#[test]
fn checker_child() {
    let Ok(dir) = std::env::var(CHECK_DIR) else { return };
    let acked: Seq = std::env::var(CHECK_ACKED).unwrap().parse().unwrap();
    let dir = Path::new(&dir);
    let (snapshots, backups) = named_are_whole(dir);
    let engine = open_directory(dir);
    let (recovery, head) = (engine.recovery(), engine.head().unwrap());
    assert!(head >= acked, "entry {acked} was acknowledged, the head is {head}");
    assert_sound(&engine, "after the cut");
    engine.close().unwrap();
    println!(
        "checked head={head} rolled={} cut={} rebuilt={} from_snapshot={} compared={} snapshots={snapshots} \
         backups={backups}",
        recovery.rolled_forward,
        recovery.cut_bytes,
        u8::from(recovery.rebuilt.is_some()),
        u8::from(recovery.from_snapshot.is_some()),
        u8::from(recovery.compared),
    );
}

#[test]
fn killed_processes_lose_nothing_acknowledged() {
    let kills = if full() { 500 } else { 50 };
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("agency");
    let dir = dir.as_path();
    let mut chance = Chance(11);
    let (mut acked_in_all, mut rolled, mut cut, mut rebuilt, mut before_first) = (0_u64, 0_u64, 0_u64, 0, 0);
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["writer_child", "--exact", "--nocapture"])
            .env(WRITER_DIR, dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(5 + chance.below(150) as u64));
        child.kill().unwrap();
        let mut last: Seq = 0;
        let mut acked = 0;
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while out.read_line(&mut line).unwrap() > 0 {
            // A line without its end was torn by the kill.
            if let Some(seq) = line.strip_suffix('\n').and_then(|l| l.rsplit_once("acked ")).map(|(_, seq)| seq) {
                let seq: Seq = seq.parse().unwrap();
                assert!(seq > last);
                last = seq;
                acked += 1;
            }
            line.clear();
        }
        child.wait().unwrap();
        named_are_whole(dir);
        let engine = open_directory(dir);
        let recovery = engine.recovery();
        let head = engine.head().unwrap();
        assert!(head >= last, "kill {kill}: entry {last} was acknowledged, the head is {head}");
        assert_sound(&engine, &format!("kill {kill}"));
        // The first requests are numbered as their entries are, and each is known by its request.
        if last > 0 {
            assert_eq!(engine.by_request(&request(last)).unwrap(), Some(last));
        }
        assert!(!recovery.clean || kill == 0 || acked == 0, "a killed process leaves no clean marker");
        before_first += u32::from(acked == 0);
        acked_in_all += acked;
        rolled += recovery.rolled_forward;
        cut += u64::from(recovery.cut_bytes > 0);
        rebuilt += i32::from(recovery.rebuilt.is_some());
        engine.close().unwrap();
    }
    let engine = open_directory(dir);
    assert!(engine.recovery().clean);
    let feed = feed(&engine);
    assert!(feed.len() as u64 >= acked_in_all);
    for entry in &feed {
        assert_eq!(engine.by_request(&entry.commit.request).unwrap(), Some(entry.seq));
    }
    eprintln!(
        "kills {kills} ({before_first} before the first act), acknowledged {acked_in_all}, lost 0, entries {}, rolled \
         forward {rolled}, torn tails cut {cut}, rebuilt {rebuilt}",
        feed.len()
    );
}

// ---- the file layer

const ACTS: usize = 500;

/// The acts of a run, in groups; all of them fit one after the other.
fn script() -> Vec<Vec<Commit>> {
    let mut acts = Acts::new(5, 20);
    let mut groups = Vec::new();
    while (acts.next as usize) <= ACTS {
        groups.push(acts.group(5));
    }
    groups
}

fn open_on(files: &Arc<FaultFiles>, home: &Arc<MemoryHome>) -> Result<JournaledEngine, String> {
    let options = Options { segment_bytes: 16 * 1024, ..Options::default() };
    JournaledEngine::open(files.clone(), Box::new(home.clone()), Arc::new(Sample(1)), options)
        .map_err(|e| e.to_string())
}

/// A run up to the fault: what was acknowledged, and the working copy as it stood at the end and at some earlier time.
struct Run {
    files: Arc<FaultFiles>,
    acked: Seq,
    home: Arc<MemoryHome>,
    earlier: MemoryCopy,
    refused_after: usize,
}

/// Plays the script with checkpoints and one clean close in the middle. After the first failure of a commit everything
/// must be refused.
fn play(script: &[Vec<Commit>], fault: Option<(u64, Fault)>) -> Run {
    let files = Arc::new(FaultFiles::new());
    let home = Arc::new(MemoryHome::new());
    if let Some((n, fault)) = fault {
        files.fail_at(n, fault);
    }
    let n = fault.map_or(0, |(n, _)| n);
    let mut run = Run { files, acked: 0, home, earlier: MemoryCopy::default(), refused_after: 0 };
    let Ok(mut engine) = open_on(&run.files, &run.home) else { return run };
    let mut poisoned = false;
    for (turn, group) in script.iter().enumerate() {
        if turn == script.len() / 2 {
            if poisoned {
                return run;
            }
            let _ = engine.close();
            let Ok(again) = open_on(&run.files, &run.home) else { return run };
            engine = again;
        }
        for answer in engine.commit(group.clone()) {
            match answer {
                Ok(seq) => {
                    assert!(!poisoned, "acknowledged after a failure (fault at call {n})");
                    assert_eq!(seq, run.acked + 1);
                    run.acked = seq;
                }
                Err(CommitError::Unknown(_) | CommitError::ReadOnly(_)) => {
                    run.refused_after += usize::from(poisoned);
                }
                Err(other) => panic!("call {n}: {other:?}"),
            }
        }
        poisoned |= run.acked < group.last().map_or(0, |c| u64::from_be_bytes(*c.request.first_chunk().unwrap()));
        if poisoned && turn > 0 && run.refused_after > 5 {
            break;
        }
        if turn % 20 == 19 {
            let _ = engine.checkpoint();
        }
        if turn as u64 == n % script.len() as u64 {
            run.earlier = MemoryCopy::holding(run.home.copy().dump());
        }
    }
    run
}

/// Opens what is left, and holds it against what was acknowledged and against the script.
fn check_left(files: FaultFiles, copy: MemoryCopy, acked: Seq, script: &[Vec<Commit>], what: &str) -> bool {
    let files = Arc::new(files);
    let home = Arc::new(MemoryHome::with(copy));
    let engine = open_on(&files, &home).unwrap_or_else(|e| panic!("{what}: {e}"));
    let found = feed(&engine);
    assert!(found.len() as u64 >= acked, "{what}: {acked} acknowledged, {} found", found.len());
    let prefix = script.iter().flatten().zip(&found).all(|(act, entry)| entry.commit == *act);
    assert!(prefix, "{what}: not a prefix of what was asked");
    assert_sound(&engine, what);
    let cut = engine.recovery().cut_bytes > 0;
    // And it goes on: the rest of the script is taken, and a power cut after it loses nothing.
    let rest: Vec<Commit> = script.iter().flatten().skip(found.len()).take(3).cloned().collect();
    let asked = rest.len();
    let taken = engine.commit(rest).into_iter().flatten().count();
    assert_eq!(taken, asked, "{what}");
    drop(engine);
    let after = Arc::new(files.after_cut(Unsynced::Dropped));
    let engine = open_on(&after, &Arc::new(MemoryHome::new())).unwrap_or_else(|e| panic!("{what}, second cut: {e}"));
    assert_eq!(engine.head().unwrap(), (found.len() + asked) as Seq, "{what}: lost in the second cut");
    cut
}

#[test]
fn a_power_cut_after_any_call_loses_nothing_acknowledged() {
    let script = script();
    let calls = play(&script, None).files.calls();
    let step = if full() { 1 } else { 5 };
    let (mut cuts, mut torn) = (0, 0);
    for k in (1..=calls).step_by(step) {
        let run = play(&script, Some((k, Fault::Dead)));
        let ways = [Unsynced::Dropped, Unsynced::Torn(k), Unsynced::Zeroed(k), Unsynced::Hole(k), Unsynced::Whole];
        for (way, unsynced) in ways.into_iter().enumerate() {
            let what = format!("dead at call {k}, {unsynced:?}");
            // What became of the working copy: gone, behind, as it was.
            let copy = match (k as usize / step + way) % 3 {
                0 => MemoryCopy::default(),
                1 => run.earlier.clone(),
                _ => MemoryCopy::holding(run.home.copy().dump()),
            };
            let copy = MemoryCopy::holding(copy.dump());
            torn += usize::from(check_left(run.files.after_cut(unsynced), copy, run.acked, &script, &what));
            cuts += 1;
        }
    }
    assert!(torn > 0, "no cut left a torn tail: the test does not reach what it is for");
    eprintln!("power cuts {cuts} over {calls} calls of {ACTS} acts (every {step}), torn tails cut {torn}, lost 0");
}

#[test]
fn a_failing_or_full_disk_acknowledges_nothing_more_and_harms_nothing() {
    let script = script();
    let calls = play(&script, None).files.calls();
    let step = if full() { 1 } else { 5 };
    let (mut runs, mut poisoned) = (0, 0);
    for (which, fault) in [Fault::Io, Fault::Short, Fault::Full].into_iter().enumerate() {
        for n in (1 + which as u64..=calls).step_by(step) {
            let run = play(&script, Some((n, fault)));
            let what = format!("{fault:?} at call {n}");
            poisoned += usize::from(run.refused_after > 0);
            let copy = || MemoryCopy::holding(run.home.copy().dump());
            // The process is started again on the same kernel; then the power goes.
            check_left(run.files.after_restart(), copy(), run.acked, &script, &what);
            check_left(run.files.after_cut(Unsynced::Dropped), run.earlier.clone(), run.acked, &script, &what);
            runs += 1;
        }
    }
    assert!(poisoned > 0);
    eprintln!("failing disks {runs} over {calls} calls (every {step}), journals poisoned {poisoned}, lost 0");
}

/// The sweep can fail: a disk that says "synced" and has not is found by it.
#[test]
fn the_sweep_finds_a_disk_that_lies() {
    let script = script();
    let mut found = 0;
    for k in (20..400).step_by(20) {
        let run = play(&script, Some((k, Fault::Lies)));
        let files = Arc::new(run.files.after_cut(Unsynced::Dropped));
        let lost = match open_on(&files, &Arc::new(MemoryHome::new())) {
            Err(_) => true,
            Ok(engine) => engine.head().unwrap() < run.acked,
        };
        found += usize::from(lost);
    }
    assert_eq!(found, 19);
    eprintln!("lying disks found {found} of 19");
}
