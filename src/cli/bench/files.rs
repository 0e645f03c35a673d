//! The files of a benchmark: instances by size and number, and the best published costs.

use crate::cli::{PROBLEMS, Stop, USAGE, print};
use crate::exchange::hhcrsp::{best, instance::Instance};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An instance and the name of its file.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) instance: Instance,
}

/// Every instance of a directory, smallest first, and how many files could not be read; those are complained of.
pub(super) fn instances(dir: &Path) -> Result<(Vec<Named>, usize), Stop> {
    let listed = std::fs::read_dir(dir).map_err(|e| Stop::new(USAGE, format!("{}: {e}", dir.display())))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in listed {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) && path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(Stop::new(USAGE, format!("{}: there is no instance (.json) in it", dir.display())));
    }
    files.sort();
    let mut all = Vec::new();
    let mut bad = 0;
    for path in files {
        let read = std::fs::read(&path).map_err(|e| e.to_string());
        match read.and_then(|bytes| Instance::read(&bytes).map_err(|e| e.to_string())) {
            Ok(instance) => {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                all.push(Named { name, instance });
            }
            Err(why) => {
                print::complain(&format!("{}: {why}", path.display()));
                bad += 1;
            }
        }
    }
    all.sort_by_cached_key(|n| (n.instance.patients.len(), natural(&n.name)));
    Ok((all, bad))
}

/// A name with its numbers as numbers, so that 2 comes before 10.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let text = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (before, after) = rest.split_at(text);
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        parts.push((number.parse().unwrap_or(0), before.to_owned()));
        rest = after;
    }
    // The text leads, the number follows.
    parts.iter().flat_map(|(n, t)| [(0, t.clone()), (*n, String::new())]).collect()
}

/// The best published costs: of the file named, otherwise of `best_known.csv` among the instances or beside their
/// directory, otherwise none.
pub(super) fn published(dir: &Path, named: Option<&Path>) -> Result<BTreeMap<String, f64>, Stop> {
    let beside = [Some(dir.join("best_known.csv")), dir.parent().map(|up| up.join("best_known.csv"))];
    let Some(path) = named.map(Path::to_path_buf).or_else(|| beside.into_iter().flatten().find(|p| p.is_file())) else {
        return Ok(BTreeMap::new());
    };
    let wrong = |why: String| Stop::new(PROBLEMS, format!("{}: {why}", path.display()));
    let bytes = std::fs::read(&path).map_err(|e| wrong(e.to_string()))?;
    best::read(&bytes).map_err(|e| wrong(e.to_string()))
}
