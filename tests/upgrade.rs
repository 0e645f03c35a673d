//! Directories of other versions: an older one opens as it was left and is upgraded behind a snapshot, a newer one is
//! refused and not one byte of it is changed. `golden/directory.v1` is the first version's and is never written anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "service/office.rs"]
mod office;

use caseload::store::directory::{self, DirectoryOptions};
use caseload::store::engine::Engine;
use caseload::store::indexes::Indexes;
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
