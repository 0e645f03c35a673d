//! `caseload import --watch DIR`: takes files as they come, with the rights of whoever runs it. A file is taken when it is
//! whole: it has not grown between two looks, and its name is no half-written one's. What was taken is moved aside, what
//! has a problem is named and left until it is changed.

use super::agency::Place;
use super::{Ended, OK, PROBLEMS, Stop, import, print};
use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(2);
/// Where what was taken goes.
const TAKEN: &str = "taken";
/// Most of one name that is tried to find a free one.
const NAMES: u32 = 10_000;

/// A file as it was at a look: one that differs is still being written, or was written anew.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    bytes: u64,
    written: (i64, i64),
    file: u64,
}

/// Watches.
pub fn run(place: &Place, args: &import::Args, dir: &Path) -> Ended {
    let named = |e: std::io::Error| Stop::new(PROBLEMS, format!("{}: {e}", dir.display()));
    if !dir.is_dir() {
        return Err(Stop::new(PROBLEMS, format!("{}: not a directory", dir.display())));
    }
    let mut before: HashMap<PathBuf, Look> = HashMap::new();
    let mut left: HashMap<PathBuf, Look> = HashMap::new();
    let mut problems = false;
    // The first look takes nothing: it is not known yet whether a file still grows.
    for n in 0_u64.. {
        let found = files(dir).map_err(named)?;
        for (path, look) in &found {
            let whole = before.get(path) == Some(look);
            if !whole || left.get(path) == Some(look) {
                continue;
            }
            if take(place, args, dir, path) {
                left.remove(path);
            } else {
                left.insert(path.clone(), *look);
                problems = true;
            }
        }
        before = found.into_iter().collect();
        left.retain(|path, _| before.contains_key(path));
        if args.once() && n > 0 {
            break;
        }
        std::thread::sleep(EVERY);
    }
    Ok(if problems { PROBLEMS } else { OK })
}

/// The files in it that may be taken, by name.
fn files(dir: &Path) -> std::io::Result<Vec<(PathBuf, Look)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let half = [".part", ".tmp", ".partial", ".filepart", ".crdownload", "~"].iter().any(|end| name.ends_with(end));
        // Gone between the two is taken for not there.
        let Ok(meta) = entry.path().symlink_metadata() else { continue };
        if name.starts_with('.') || half || !meta.is_file() || meta.len() == 0 {
            continue;
        }
        let look = Look { bytes: meta.len(), written: (meta.mtime(), meta.mtime_nsec()), file: meta.ino() };
        found.push((entry.path(), look));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Takes one file; whether it could be moved aside without a word.
fn take(place: &Place, args: &import::Args, dir: &Path, path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    match import::taken(place, args, std::slice::from_ref(&path.to_path_buf())) {
        Ok(false) => match aside(dir, path, &name) {
            Ok(()) => true,
            Err(e) => {
                print::complain(&format!("{name}: taken, but it could not be moved to {TAKEN}: {e}"));
                false
            }
        },
        Ok(true) => {
            print::complain(&format!("{name}: not all of it was taken; it is left where it is until it is changed"));
            false
        }
        Err(stop) => {
            print::complain(&format!("{name}: {}; it is left where it is until it is changed", stop.text));
            false
        }
    }
}

/// To the others that were taken, under a name that is free.
fn aside(dir: &Path, path: &Path, name: &str) -> std::io::Result<()> {
    let taken = dir.join(TAKEN);
    std::fs::create_dir_all(&taken)?;
    for n in 0..NAMES {
        let to = taken.join(if n == 0 { name.to_owned() } else { format!("{n}-{name}") });
        if !to.exists() {
            return std::fs::rename(path, to);
        }
    }
    Err(std::io::Error::other("every name for it is taken"))
}
