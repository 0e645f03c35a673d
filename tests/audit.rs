//! The two chains: what is altered, removed, put in another order, cut off or replaced is detected and located; torn
//! tails are cut, damage is passed over and told, what is refused is not kept for true. Seeds are fixed; the full counts
//! run with `CASELOAD_TEST_FULL=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

mod store_support;

use caseload::domain::audit::{Access, Category, Deed, Ending, How};
use caseload::domain::ids::UserId;
use caseload::domain::record::Kind;
use caseload::domain::time::{DAY, Moment};
use caseload::store::access::{AccessLog, CHECKPOINTS};
use caseload::store::access_entry;
use caseload::store::checkpoint::{Brought, Checkpoint, Mark};
use caseload::store::directory::{self, DirectoryOptions};
use caseload::store::engine::{Engine, Seq};
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use caseload::store::files::Files;
use caseload::store::frame::{self, Frame};
use caseload::store::journal::{ACCESSES, CHANGES, Chain};
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::proof::{PURGE, Proof, prove};
use caseload::store::working::MemoryHome;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store_support::{Acts, Chance, Sample, commit, full};

const NOON: i64 = 1_790_000_000_000;

fn access(n: u64, saw: Seq) -> Access {
    Access {
        at: Moment(NOON + n as i64 * 1000),
        user: UserId([7; 16]),
        role: "coordinator".to_owned(),
        origin: "192.0.2.7 /dev/pts/3".to_owned(),
        session: 3,
        deed: Deed::ALL[n as usize % Deed::ALL.len()],
        subjects: vec![(Kind::Client, [n as u8; 16])],
        category: Category::Chart,
        ending: Ending::Done,
        how: How::default(),
        count: None,
        saw,
        of: 0,
        act: String::new(),
    }
}

fn options() -> Options {
    Options { segment_bytes: 16 * 1024, access_segment_bytes: 2 * 1024, ..Options::default() }
}

fn open(files: &Arc<FaultFiles>, home: &Arc<MemoryHome>) -> JournaledEngine {
    JournaledEngine::open(files.clone(), Box::new(home.clone()), Arc::new(Sample(1)), options()).unwrap()
}

fn checkpoint(engine: &dyn Engine, at: i64) -> Checkpoint {
    let ((changes, c), (accesses, a)) = (engine.tip(), engine.access().tip());
    let mark = |seq, hash| Mark { seq, hash };
    Checkpoint { at: Moment(at), changes: mark(changes, c), accesses: mark(accesses, a) }
}

fn proven(files: &dyn Files, brought: Option<&Checkpoint>) -> Proof {
    prove(files, brought.map(|c| Brought::Whole(*c)).as_ref(), &mut |_| {}).unwrap()
}

/// Both chains with checkpoints on the way, and as they stood half-way.
struct Sound {
    files: FaultFiles,
    half: FaultFiles,
    last: Checkpoint,
}

fn sound() -> Sound {
    let files = Arc::new(FaultFiles::new());
    let home = Arc::new(MemoryHome::new());
    let mut engine = open(&files, &home);
    let mut acts = Acts::new(9, 30);
    let mut half = None;
    for n in 1..=150 {
        assert!(engine.commit(acts.group(3)).iter().all(Result::is_ok));
        for _ in 0..2 {
            engine.access().note(access_entry::encode(&access(n, engine.head().unwrap()))).unwrap();
        }
        if n % 40 == 0 {
            engine.access().keep_checkpoint(checkpoint(&engine, NOON + n as i64)).unwrap();
        }
        if n == 75 {
            engine.close().unwrap();
            half = Some(files.after_cut(Unsynced::Whole));
            engine = open(&files, &home);
        }
    }
    let last = checkpoint(&engine, NOON + 1000);
    engine.close().unwrap();
    Sound { files: files.after_cut(Unsynced::Whole), half: half.unwrap(), last }
}

/// Where each entry of a chain lies: segment, begin, end.
fn lies(files: &FaultFiles, chain: Chain) -> Vec<(u32, usize, usize)> {
    let mut out = Vec::new();
    for segment in 1.. {
        let Some(bytes) = files.bytes(&chain.file(segment)) else { break };
        let mut at = 0;
        while at < bytes.len() {
            let (_, length) = frame::decode(&bytes[at..]).unwrap();
            out.push((segment, at, at + length));
            at += length;
        }
    }
    out
}

fn put(files: &FaultFiles, path: &str, bytes: &[u8]) {
    if files.bytes(path).is_none() {
        files.create(path).unwrap();
    }
    files.tamper(path, |b| *b = bytes.to_vec());
}

/// What was done to a chain, the entry that must be named, and how far behind it may be told.
struct Tampering {
    what: String,
    first: Seq,
    late: Seq,
    /// Only a checkpoint from elsewhere can know.
    outside: bool,
}

/// Alters one entry and seals it anew: its checksum is right, its hash is another.
fn reseal(stored: &[u8], change: impl FnOnce(&mut Frame)) -> Vec<u8> {
    let (mut frame, _) = frame::decode(stored).unwrap();
    change(&mut frame);
    let mut out = Vec::new();
    frame::encode(&frame, &mut out).unwrap();
    out
}

fn tamper(
    files: &FaultFiles,
    sound: &Sound,
    chain: Chain,
    lies: &[(u32, usize, usize)],
    chance: &mut Chance,
) -> Tampering {
    let n = chance.below(lies.len());
    let (segment, begin, end) = lies[n];
    let path = chain.file(segment);
    let seq = n as Seq + 1;
    let done = |what: String, first: Seq| Tampering { what, first, late: 0, outside: false };
    let here: Vec<usize> = (0..lies.len()).filter(|n| lies[*n].0 == segment).collect();
    let first_here = here[0] as Seq + 1;
    match chance.below(13) {
        0 | 1 => {
            let at = begin + chance.below(end - begin);
            let bit = chance.below(8);
            files.tamper(&path, |b| b[at] ^= 1 << bit);
            done(format!("a bit of entry {seq} flipped"), seq)
        }
        2 => {
            files.tamper(&path, |b| drop(b.drain(begin..end)));
            done(format!("entry {seq} removed"), seq)
        }
        3 => {
            let mut other = here[chance.below(here.len())];
            if other == n {
                other = if n + 1 < lies.len() && lies[n + 1].0 == segment { n + 1 } else { here[0] };
            }
            if other == n {
                files.lose(&path);
                return done(format!("{path} lost"), first_here);
            }
            let (a, b) = (lies[n.min(other)], lies[n.max(other)]);
            files.tamper(&path, |bytes| {
                *bytes = [&bytes[..a.1], &bytes[b.1..b.2], &bytes[a.2..b.1], &bytes[a.1..a.2], &bytes[b.2..]].concat();
            });
            done(format!("entries {} and {} swapped", n.min(other) + 1, n.max(other) + 1), n.min(other) as Seq + 1)
        }
        4 => {
            files.tamper(&path, |b| *b = [&b[..end], &b[begin..end], &b[end..]].concat());
            done(format!("entry {seq} twice"), seq + 1)
        }
        5 if n + 1 < lies.len() => {
            // One that fits behind entry n, so that what follows does not.
            let hash = frame::hash(&files.bytes(&path).unwrap()[begin..end]);
            let forged = reseal(&files.bytes(&path).unwrap()[begin..end], |f| {
                f.entry.seq += 1;
                f.previous = hash;
            });
            files.tamper(&path, |b| *b = [&b[..end], &forged, &b[end..]].concat());
            done(format!("an entry slipped in behind {seq}"), seq + 2)
        }
        5 | 6 => {
            let altered = reseal(&files.bytes(&path).unwrap()[begin..end], |f| f.entry.commit.actor[3] ^= 1);
            files.tamper(&path, |b| *b = [&b[..begin], &altered, &b[end..]].concat());
            Tampering { late: 1, ..done(format!("entry {seq} by somebody else, sealed anew"), seq) }
        }
        7 => {
            let at = begin + chance.below(end - begin);
            files.tamper(&path, |b| b.truncate(at));
            done(format!("{path} cut inside entry {seq}"), seq)
        }
        8 => {
            files.tamper(&path, |b| b.truncate(begin));
            done(format!("{path} cut before entry {seq}"), seq)
        }
        9 => {
            files.lose(&path);
            done(format!("{path} lost"), first_here)
        }
        10 => {
            // A clean cut, and every mark beside the chain taken with it.
            for segment in segment + 1..=lies.last().unwrap().0 {
                files.lose(&chain.file(segment));
            }
            files.tamper(&path, |b| b.truncate(begin));
            files.lose(&chain.head_file());
            files.lose(CHECKPOINTS);
            // Accesses name the changes they saw, so these are found missing without any mark.
            Tampering {
                outside: chain == ACCESSES,
                ..done(format!("all from entry {seq} on gone, with the marks"), seq)
            }
        }
        11 => {
            // Everything from here on written again by somebody who knows how, with new marks.
            let mut previous = None;
            for (segment, begin, end) in lies.iter().skip(n) {
                let path = chain.file(*segment);
                let bytes = files.bytes(&path).unwrap();
                let forged = reseal(&bytes[*begin..*end], |f| match previous {
                    None => f.entry.commit.actor[3] ^= 1,
                    Some(hash) => f.previous = hash,
                });
                previous = Some(frame::hash(&forged));
                files.tamper(&path, |b| *b = [&b[..*begin], &forged, &b[*end..]].concat());
            }
            files.lose(&chain.head_file());
            files.lose(CHECKPOINTS);
            let late = lies.len() as Seq - seq;
            Tampering { outside: true, late, ..done(format!("all from entry {seq} on written anew"), seq) }
        }
        _ => {
            // An older copy of everything, sound in itself.
            let mut first = 0;
            for dir in [CHANGES.directory, ACCESSES.directory, ""] {
                let join = |name: &String| if dir.is_empty() { name.clone() } else { format!("{dir}/{name}") };
                for name in files.list(dir).unwrap() {
                    files.lose(&join(&name));
                }
                for name in sound.half.list(dir).unwrap() {
                    put(files, &join(&name), &sound.half.bytes(&join(&name)).unwrap());
                }
            }
            for (segment, _, _) in self::lies(&sound.half, chain) {
                first += u64::from(segment > 0);
            }
            Tampering { outside: true, ..done("an older copy of everything".to_owned(), first + 1) }
        }
    }
}

#[test]
fn any_tampering_is_detected_and_located() {
    let trials = if full() { 10_000 } else { 400 };
    let sound = sound();
    let begun = proven(&sound.files, Some(&sound.last));
    assert_eq!(begun.findings, [], "the sound chains prove themselves");
    assert_eq!(begun.proven, Some((sound.last.changes.seq, sound.last.accesses.seq)));
    assert_eq!(begun.accesses, 300);
    assert!(begun.compared >= 6, "{begun:?}");
    let lying = [lies(&sound.files, CHANGES), lies(&sound.files, ACCESSES)];
    assert!(lying.iter().all(|l| l.last().unwrap().0 > 5), "several segments each");
    let mut chance = Chance(77);
    let mut outside = 0;
    for trial in 0..trials {
        let files = sound.files.after_cut(Unsynced::Whole);
        let which = chance.below(2);
        let chain = [CHANGES, ACCESSES][which];
        let done = tamper(&files, &sound, chain, &lying[which], &mut chance);
        let found = |brought| {
            let proof = proven(&files, brought);
            proof.findings.into_iter().filter(|f| f.file.starts_with(chain.directory)).collect::<Vec<_>>()
        };
        let findings = if done.outside {
            outside += 1;
            let alone = found(None);
            assert_eq!(alone, [], "trial {trial}, {}: what only a checkpoint can know", done.what);
            found(Some(&sound.last))
        } else {
            found(None)
        };
        let Some(finding) = findings.first() else { panic!("trial {trial}, {}: not detected", done.what) };
        assert!(
            (done.first..=done.first + done.late).contains(&finding.seq),
            "trial {trial}, {}: named as {finding}, it is entry {}",
            done.what,
            done.first
        );
        assert!(finding.file.contains("/0000"), "{finding}");
        // The code, short as it is, knows as much.
        if done.outside {
            let code = Brought::parse(&sound.last.code()).unwrap();
            assert!(!prove(&files, Some(&code), &mut |_| {}).unwrap().findings.is_empty(), "{}", done.what);
        }
    }
    eprintln!("{trials} tamperings: all detected and located, {outside} of them by an outside checkpoint alone");
}

#[test]
fn a_checkpoint_tells_between_which_two_it_was_done() {
    let sound = sound();
    let lies = lies(&sound.files, ACCESSES);
    // Written anew from entry 100 on, the head mark taken away: the kept checkpoints of 80 and 160 stand around it.
    let mut previous = None;
    for (segment, begin, end) in lies.iter().skip(99) {
        let path = ACCESSES.file(*segment);
        let bytes = sound.files.bytes(&path).unwrap();
        let forged = reseal(&bytes[*begin..*end], |f| match previous {
            None => f.entry.commit.actor[3] ^= 1,
            Some(hash) => f.previous = hash,
        });
        previous = Some(frame::hash(&forged));
        sound.files.tamper(&path, |b| *b = [&b[..*begin], &forged, &b[*end..]].concat());
    }
    sound.files.lose(&ACCESSES.head_file());
    let proof = proven(&sound.files, None);
    assert_eq!(proof.findings.len(), 1);
    let said = proof.findings[0].to_string();
    assert!(said.contains("entry 160") && said.contains("up to entry 80 "), "{said}");
}

#[test]
fn a_torn_tail_of_the_accesses_is_cut_and_kept_and_the_agency_opens() {
    let trials = if full() { 1_000 } else { 100 };
    let mut chance = Chance(5);
    let mut cuts = 0;
    for trial in 0..trials {
        let files = Arc::new(FaultFiles::new());
        let home = Arc::new(MemoryHome::new());
        let engine = open(&files, &home);
        let acked = 1 + chance.below(30) as u64;
        for n in 1..=acked {
            engine.access().note(access_entry::encode(&access(n, 0))).unwrap();
        }
        // The write is done, its sync is not: then the power goes.
        files.fail_at(2, Fault::Io);
        assert!(engine.access().note(access_entry::encode(&access(99, 0))).is_err());
        let torn = [Unsynced::Torn, Unsynced::Zeroed, Unsynced::Hole][chance.below(3)](chance.next());
        let disk = Arc::new(files.after_cut(torn));
        std::mem::forget(engine);
        let engine = JournaledEngine::open(
            disk.clone(),
            Box::new(MemoryHome::with(home.copy())),
            Arc::new(Sample(1)),
            options(),
        );
        let engine = engine.unwrap_or_else(|e| panic!("trial {trial}: {e}"));
        let recovery = engine.recovery().access;
        assert_eq!(recovery.damaged, None, "trial {trial}");
        let (tip, _) = engine.access().tip();
        assert!((acked..=acked + 1).contains(&tip), "trial {trial}: {acked} were acknowledged, {tip} stand");
        if recovery.cut_bytes > 0 {
            cuts += 1;
            let kept = disk.bytes(recovery.cut_file.as_ref().unwrap()).unwrap();
            assert_eq!(kept.len() as u64, recovery.cut_bytes);
        }
        engine.access().note(access_entry::encode(&access(100, 0))).unwrap();
        engine.close().unwrap();
        assert_eq!(proven(&*disk, None).findings, [], "trial {trial}");
    }
    assert!(cuts > trials / 4, "{cuts} of {trials} were cut");
    eprintln!("{trials} torn tails: {cuts} cut and kept, 0 acknowledged entries lost, 0 refused opens");
}

#[test]
fn damage_of_the_accesses_is_told_and_passed_over_and_told_again() {
    let sound = sound();
    let lies = lies(&sound.files, ACCESSES);
    let (segment, begin, _) = lies[120];
    let path = ACCESSES.file(segment);
    let good = sound.files.bytes(&path).unwrap();
    // A clean close looks at the end alone; the head mark's segment lengths give this away.
    sound.files.tamper(&path, |b| drop(b.drain(begin..begin + 10)));
    let files = Arc::new(sound.files);
    let home = || Box::new(MemoryHome::new());
    let engine = JournaledEngine::open(files.clone(), home(), Arc::new(Sample(1)), options()).unwrap();
    let said = engine.recovery().access.damaged.unwrap();
    assert!(said.starts_with(&format!("{path} at byte {begin}, after entry 120")), "{said}");
    // Work goes on, and no number is given twice.
    assert_eq!(engine.access().note(access_entry::encode(&access(1, 0))).unwrap(), 301);
    let mut read = Vec::new();
    engine
        .access()
        .read(0, &mut |e| {
            read.push(e.seq);
            true
        })
        .unwrap();
    assert_eq!(read, (1..=120).chain([301]).collect::<Vec<_>>());
    engine.close().unwrap();
    let proof = proven(&*files, None);
    assert_eq!((proof.findings[0].seq, proof.findings[0].offset), (121, begin as u64), "{:?}", proof.findings);
    let engine = JournaledEngine::open(files.clone(), home(), Arc::new(Sample(1)), options()).unwrap();
    assert!(engine.recovery().access.damaged.is_some(), "it is said at every open");
    assert_eq!(engine.access().note(access_entry::encode(&access(2, 0))).unwrap(), 302);
    engine.close().unwrap();
    // The segment comes back from a backup: all is proven again.
    files.tamper(&path, |b| *b = good);
    let proof = proven(&*files, Some(&sound.last));
    assert_eq!(proof.findings, []);
    assert_eq!(proof.accesses, 302);
    assert_eq!(proof.notes.len(), 1, "{:?}", proof.notes);
}

#[test]
fn what_can_not_be_written_is_refused_until_there_is_room_again() {
    for fault in [Fault::Io, Fault::Short, Fault::Full] {
        for call in 1..=2 {
            let files = Arc::new(FaultFiles::new());
            let home = Arc::new(MemoryHome::new());
            let engine = open(&files, &home);
            let log = engine.access();
            assert_eq!(log.note(access_entry::encode(&access(1, 0))), Ok(1));
            files.fail_at(call, fault);
            let first = log.note(access_entry::encode(&access(2, 0)));
            if fault == Fault::Full && call == 1 {
                assert!(first.unwrap_err().contains("no space left"));
                assert!(log.note(access_entry::encode(&access(3, 0))).is_err(), "the disk is still full");
            } else if fault != Fault::Full {
                assert!(first.is_err());
            }
            // Room again: without a restart, and with a chain that proves itself.
            files.fail_at(u64::MAX / 2, Fault::Io);
            let seq = log.note(access_entry::encode(&access(4, 0))).unwrap();
            assert!((2..=4).contains(&seq));
            engine.close().unwrap();
            assert_eq!(proven(&*files, None).findings, []);
        }
    }
}

#[test]
fn readers_at_once_share_a_sync_and_lose_nothing() {
    let files = Arc::new(FaultFiles::new());
    let log = AccessLog::open(files.clone(), 64 * 1024, true).unwrap();
    let before = files.calls();
    let mut seqs: Vec<Seq> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|t| {
                let log = &log;
                scope.spawn(move || {
                    (0..50).map(|n| log.note(access_entry::encode(&access(t * 50 + n, 0))).unwrap()).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=400).collect::<Vec<_>>());
    assert!(files.calls() - before <= 2 * 400 + 30, "never more than a write and a sync an entry");
    drop(log);
    assert_eq!(proven(&files.after_cut(Unsynced::Dropped), None).accesses, 400);
}

#[test]
fn what_a_sync_costs_is_measured() {
    // A figure to read, not a limit: disks differ.
    let dir = tempfile::tempdir().unwrap();
    let options = DirectoryOptions::default();
    let engine = directory::open(dir.path(), Arc::new(Sample(1)), options).unwrap();
    let log = engine.access();
    let alone = 200;
    let began = Instant::now();
    for n in 0..alone {
        log.note(access_entry::encode(&access(n, 0))).unwrap();
    }
    let alone_us = began.elapsed().as_micros() / u128::from(alone);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for t in 0..16 {
            scope.spawn(move || {
                for n in 0..50 {
                    log.note(access_entry::encode(&access(t * 50 + n, 0))).unwrap();
                }
            });
        }
    });
    let together = 16 * 50;
    let each_us = began.elapsed().as_micros() / together;
    assert_eq!(log.tip().0, alone + together as u64);
    eprintln!("an access waits {alone_us} us alone; 16 readers at once: {each_us} us of the disk's time each");
    engine.close().unwrap();
}

// ---- killed processes

const WRITER_DIR: &str = "CASELOAD_TEST_ACCESS_WRITER";

/// Not a test of its own: the child that notes accesses until it is killed, printing what was acknowledged.
#[test]
fn access_writer_child() {
    let Ok(dir) = std::env::var(WRITER_DIR) else { return };
    let options = DirectoryOptions {
        engine: Options { access_segment_bytes: 64 * 1024, ..Options::default() },
        ..DirectoryOptions::default()
    };
    let engine = directory::open(dir.as_ref(), Arc::new(Sample(1)), options).unwrap();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for t in 0..4 {
            let engine = &engine;
            scope.spawn(move || {
                let mut n = t;
                while began.elapsed() < Duration::from_secs(10) {
                    n += 4;
                    let seq = engine.access().note(access_entry::encode(&access(n, 0))).unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "acked {seq}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

#[test]
fn killed_processes_lose_no_acknowledged_access() {
    let kills = if full() { 200 } else { 15 };
    let dir = tempfile::tempdir().unwrap();
    let mut chance = Chance(3);
    let (mut acked, mut cut) = (0_u64, 0);
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["access_writer_child", "--exact", "--nocapture"])
            .env(WRITER_DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(20 + chance.below(150) as u64));
        child.kill().unwrap();
        let mut newest = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(seq) = line.rsplit_once("acked ").and_then(|(_, s)| s.parse::<u64>().ok()) {
                newest = newest.max(seq);
                acked += 1;
            }
        }
        child.wait().unwrap();
        let engine = directory::open(dir.path(), Arc::new(Sample(1)), DirectoryOptions::default()).unwrap();
        let recovery = engine.recovery().access;
        assert_eq!(recovery.damaged, None, "kill {kill}");
        cut += u32::from(recovery.cut_bytes > 0);
        let (tip, _) = engine.access().tip();
        // The last line read may be torn, so that a number of it is too small, never too large.
        assert!(tip >= newest, "kill {kill}: access {newest} was acknowledged, {tip} stand");
        engine.close().unwrap();
        let proof = proven(&caseload::store::files::DiskFiles::new(dir.path()), None);
        assert_eq!(proof.findings, [], "kill {kill}");
        assert_eq!(proof.accesses, tip);
    }
    eprintln!("kills {kills}, accesses acknowledged {acked}, lost 0, torn tails cut {cut}");
}

// ---- removal

#[test]
fn what_is_removed_leaves_a_chain_that_proves_itself() {
    let files = Arc::new(FaultFiles::new());
    let home = Arc::new(MemoryHome::new());
    let engine = open(&files, &home);
    for n in 1..=120 {
        let one = Access { at: Moment(NOON + n as i64 * DAY), ..access(n, 0) };
        engine.access().note(access_entry::encode(&one)).unwrap();
    }
    let early = Checkpoint { accesses: Mark { seq: 5, hash: [1; 32] }, ..checkpoint(&engine, NOON) };
    let sealed = engine.access().sealed().unwrap();
    assert!(sealed.len() > 5);
    assert!(sealed.windows(2).all(|w| w[0].segment + 1 == w[1].segment && w[0].newest_ms < w[1].newest_ms));
    let cut = sealed[3];
    // Without a change that says so it counts as an alteration.
    let unsaid = Arc::new(files.after_cut(Unsynced::Whole));
    {
        let other = open(&unsaid, &Arc::new(MemoryHome::new()));
        other.access().remove_to(&cut).unwrap();
        other.close().unwrap();
    }
    let proof = proven(&*unsaid, None);
    assert!(proof.findings[0].what.contains("no change says"), "{:?}", proof.findings);
    // With one it is lawful, and told.
    let mut said = commit(1, Vec::new());
    said.action = PURGE.to_owned();
    said.batch.copy_from_slice(&cut.last.hash[..16]);
    engine.commit(vec![said])[0].as_ref().unwrap();
    engine.access().remove_to(&cut).unwrap();
    for segment in 1..=cut.segment {
        assert!(files.bytes(&ACCESSES.file(segment)).is_none());
    }
    engine.access().note(access_entry::encode(&access(121, 1))).unwrap();
    let mut first = 0;
    engine
        .access()
        .read(0, &mut |e| {
            first = e.seq;
            false
        })
        .unwrap();
    assert_eq!(first, cut.last.seq + 1);
    let last = checkpoint(&engine, NOON);
    engine.close().unwrap();
    let proof = proven(&*files, Some(&last));
    assert_eq!((proof.findings, proof.removed), (Vec::new(), cut.last.seq));
    assert_eq!(proof.proven, Some((1, 121)));
    // A checkpoint from before says that it is too old, not that something is wrong.
    let proof = proven(&*files, Some(&early));
    assert_eq!((proof.findings, proof.proven), (Vec::new(), None));
    assert!(proof.notes[0].contains("older than what is kept"));
    // And the next open goes on.
    let engine = open(&files, &home);
    assert_eq!(engine.access().tip().0, 121);
    assert!(engine.access().remove_to(engine.access().sealed().unwrap().last().unwrap()).is_ok());
    assert_eq!(engine.access().tip().0, 121);
}
