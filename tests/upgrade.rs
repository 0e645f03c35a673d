//! Directories of other versions: an older one opens as it was left and is upgraded behind a snapshot, a newer one is
//! refused and not one byte of it is changed. `golden/directory.v1` is the first version's and is never written anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "service/office.rs"]
mod office;

mod store_support;

use caseload::domain::record::{Body, Kind};
use caseload::store::directory::{self, DirectoryOptions};
use caseload::store::engine::{Engine, EngineError};
use caseload::store::files::DiskFiles;
use caseload::store::indexes::Indexes;
use caseload::store::kept::JournaledEngine;
use caseload::store::{Store, snapshot};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/directory.v1")
}

/// Writes the fixture, once in the life of a version: with `CASELOAD_WRITE_GOLDEN=1`, and only where there is none.
#[test]
fn the_golden_directory_is_there() {
    let golden = golden();
    if std::env::var_os("CASELOAD_WRITE_GOLDEN").is_some() && !golden.exists() {
        let dir = tempfile::tempdir().unwrap();
        let office = office::Office::at(office::monday());
        let engine = directory::open(dir.path(), Arc::new(Indexes), DirectoryOptions::default()).unwrap();
        for entry in office.store.engine().entries(0, usize::MAX).unwrap() {
            assert_eq!(engine.commit(vec![entry.commit]), [Ok(entry.seq)]);
        }
        engine.close().unwrap();
        fs::create_dir_all(golden.join("journal")).unwrap();
        for name in ["journal/00000001.log", "journal/head"] {
            fs::copy(dir.path().join(name), golden.join(name)).unwrap();
        }
    }
    assert!(golden.join("journal/00000001.log").exists());
}

/// A copy of the golden directory, as a user has it.
fn copy() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    store_support::copy_dir(&golden(), dir.path());
    dir
}

fn open(dir: &Path) -> Result<JournaledEngine, EngineError> {
    directory::open(dir, Arc::new(Indexes), DirectoryOptions::default())
}

/// Every file below a directory, with its bytes.
fn bytes_of(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for item in fs::read_dir(dir).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), Vec::new());
            found.extend(bytes_of(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn an_older_agency_opens_and_is_upgraded_behind_a_snapshot() {
    let dir = copy();
    let journal = fs::read(dir.path().join("journal/00000001.log")).unwrap();
    let engine = open(dir.path()).unwrap();
    let kept = engine.recovery().upgraded_behind.expect("a snapshot of it as it was");
    assert!(engine.recovery().lines().iter().any(|line| line.contains(&kept)));
    let (header, counts) = snapshot::check(&DiskFiles::new(dir.path()), &kept).unwrap();
    assert_eq!(header.tip.seq, engine.head().unwrap());
    let report = engine.verify().unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!(counts.records, report.records);
    assert_eq!(fs::read(dir.path().join("journal/00000001.log")).unwrap(), journal, "the record is as it was");
    // All that was in it is read by today's types.
    let engine = Arc::new(engine);
    let store = Store::over(engine.clone());
    let records = office::records(&store);
    assert_eq!(records.len() as u64, report.records);
    let of = |kind: Kind| records.keys().filter(|(k, _)| *k == kind.number()).count();
    assert_eq!((of(Kind::Client), of(Kind::Staff), of(Kind::User), of(Kind::Issue)), (6, 4, 3, 2));
    let clock = Arc::new(caseload::clock::FixedClock::at(office::monday().0));
    let service = office::service_over(&store, &clock, 1 << 40);
    assert!(service.book().sorted().count() > 5);
    drop((service, store));
    Arc::try_unwrap(engine).ok().unwrap().close().unwrap();
    // From now on it is of this version.
    let engine = open(dir.path()).unwrap();
    assert_eq!(engine.recovery().upgraded_behind, None);
    assert_eq!(snapshot::list(&DiskFiles::new(dir.path())).unwrap().len(), 1);
}

#[test]
fn a_newer_agency_is_refused_and_not_one_byte_of_it_is_changed() {
    let dir = copy();
    open(dir.path()).unwrap().close().unwrap();
    let ours = fs::read_to_string(dir.path().join("format")).unwrap();
    let number = |name: &str| {
        let line = ours.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse::<u32>().unwrap()
    };
    for name in ["form", "schema", "layout"] {
        let newer = ours.replace(&format!("{name} = {}", number(name)), &format!("{name} = {}", number(name) + 1));
        assert_ne!(newer, ours);
        // A later one may say more.
        fs::write(dir.path().join("format"), newer + "something = \"new\"\n").unwrap();
        let before = bytes_of(dir.path());
        let Err(EngineError::Newer(_)) = open(dir.path()) else { panic!("{name}: it was opened") };
        assert!(bytes_of(dir.path()) == before, "{name}: something was changed");
    }
    fs::write(dir.path().join("format"), &ours).unwrap();
    assert_eq!(open(dir.path()).unwrap().recovery().upgraded_behind, None);
    // An older layout is no secret: the rows are made anew, behind a snapshot.
    let older = ours.replace(&format!("layout = {}", number("layout")), "layout = 1");
    fs::write(dir.path().join("format"), older).unwrap();
    assert!(open(dir.path()).unwrap().recovery().upgraded_behind.is_some());
}

/// Whoever raises the schema of a kind raises the whole one with it, so that older programs refuse what they can't read.
#[test]
fn the_whole_schema_counts_those_of_the_kinds() {
    fn of<B: Body>() -> u16 {
        B::SCHEMA - 1
    }
    let raised: u16 = Kind::ALL.iter().map(|kind| of_kind!(*kind, of())).sum();
    assert_eq!(raised, caseload::store::upgrade::RAISED, "raise `RAISED` in src/store/upgrade.rs with it");
}

#[test]
fn an_upgrade_that_cannot_be_kept_behind_a_snapshot_does_not_happen() {
    let dir = copy();
    // Where the snapshots would lie something else does.
    fs::write(dir.path().join("snapshots"), b"").unwrap();
    let why = open(dir.path()).err().unwrap().to_string();
    assert!(why.contains("snapshot"), "{why}");
    assert!(!dir.path().join("format").exists());
    fs::remove_file(dir.path().join("snapshots")).unwrap();
    assert!(open(dir.path()).unwrap().recovery().upgraded_behind.is_some());
}

#[test]
fn what_the_agency_says_of_its_upkeep_is_read_and_faults_are_named() {
    let dir = copy();
    fs::write(dir.path().join("keeping.toml"), "[snapshots]\ndaily = 90\n").unwrap();
    let engine = open(dir.path()).unwrap();
    assert_eq!((engine.keeping().hourly, engine.keeping().daily), (24, 90));
    drop(engine);
    fs::write(dir.path().join("keeping.toml"), "[snapshots]\ndaily = many\n").unwrap();
    let why = open(dir.path()).err().unwrap().to_string();
    assert!(why.contains("keeping.toml line 2"), "{why}");
}
