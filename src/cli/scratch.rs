//! A file for an editor: 0600, in a directory of its own of 0700, where nobody but this user can look. Whatever becomes of
//! the editor, all that lies in the directory afterwards is overwritten and removed, what an editor leaves beside its file
//! too; what a process left that was killed is removed by the next one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What such a directory's name begins with; behind it the process that made it.
const NAME: &str = "caseload-";
/// The file in it. Its name says nothing of what is in it.
const FILE: &str = "text.txt";
/// More than this is not read back.
const MOST: u64 = 1024 * 1024;
/// An editor makes no deeper directories beside its file.
const DEEPEST: u8 = 3;

/// A private file with somebody's words in it.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    /// Makes one with this text in it.
    pub fn new(text: &str) -> io::Result<Self> {
        Self::below(&base()?, text)
    }

    fn below(base: &Path, text: &str) -> io::Result<Self> {
        sweep(base);
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|e| io::Error::other(e.to_string()))?;
        let name = format!("{NAME}{}-{:016x}", std::process::id(), u64::from_le_bytes(random));
        let dir = base.join(name);
        DirBuilder::new().mode(0o700).create(&dir)?;
        // From here on it is wiped, whatever happens.
        let scratch = Self { dir };
        let flags = no_follow();
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).custom_flags(flags).open(scratch.file())?;
        file.write_all(text.as_bytes())?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok(scratch)
    }

    /// The directory: an editor's own files may lie here.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The file.
    pub fn file(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    /// What is in it now. Bytes that are no UTF-8 are shown as such.
    pub fn text(&self) -> io::Result<String> {
        let file = OpenOptions::new().read(true).custom_flags(no_follow()).open(self.file())?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no plain file any more"));
        }
        let mut bytes = Vec::new();
        file.take(MOST).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        wipe(&self.dir, 0);
    }
}

fn no_follow() -> i32 {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    flags.bits() as i32
}

/// Where such directories lie: in memory for as long as the user is logged in, else among our own data.
fn base() -> io::Result<PathBuf> {
    let mine = |dir: &PathBuf| {
        fs::symlink_metadata(dir).is_ok_and(|meta| {
            meta.is_dir() && meta.uid() == rustix::process::geteuid().as_raw() && meta.mode().trailing_zeros() >= 6
        })
    };
    if let Some(run) = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(mine) {
        return Ok(run);
    }
    let dirs = directories::ProjectDirs::from("", "", "caseload");
    let dir = dirs.ok_or_else(|| io::Error::other("you have no data directory; set XDG_RUNTIME_DIR"))?;
    let dir = dir.data_dir().join("writing");
    DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
    if mine(&dir) { Ok(dir) } else { Err(io::Error::other(format!("{} must be yours alone (0700)", dir.display()))) }
}

/// Removes what processes left that are no more.
fn sweep(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|n| n.strip_prefix(NAME)).and_then(|n| n.split('-').next());
        let Some(pid) = process.and_then(|p| p.parse().ok()).and_then(rustix::process::Pid::from_raw) else { continue };
        if rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH) {
            wipe(&entry.path(), 0);
        }
    }
}

/// Overwrites and removes all that lies in a directory, and the directory. What can't be overwritten is removed.
fn wipe(dir: &Path, deep: u8) {
    let Ok(meta) = fs::symlink_metadata(dir) else { return };
    if !meta.is_dir() || meta.uid() != rustix::process::geteuid().as_raw() {
        return;
    }
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() && deep < DEEPEST => wipe(&path, deep + 1),
            Ok(meta) if meta.is_file() => {
                let _ = overwrite(&path, meta.len());
                let _ = fs::remove_file(&path);
            }
            // A link, a pipe: there is nothing of ours in it.
            _ => drop(fs::remove_file(&path)),
        }
    }
    let _ = fs::remove_dir(dir);
}

fn overwrite(path: &Path, len: u64) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).custom_flags(no_follow()).open(path)?;
    io::copy(&mut io::repeat(0).take(len), &mut file)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn it_is_private_and_wiped_with_all_that_lies_beside_it() {
        let base = tempfile::tempdir().unwrap();
        let elsewhere = base.path().join("elsewhere");
        fs::write(&elsewhere, "stays").unwrap();
        let scratch = Scratch::below(base.path(), "she fell").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(scratch.dir()), mode(&scratch.file())), (0o700, 0o600));
        assert_eq!(scratch.text().unwrap(), "she fell\n");
        // What editors leave: a swap file, a backup, a link of their lock.
        fs::write(scratch.dir().join(".text.txt.swp"), "she fell").unwrap();
        fs::create_dir(scratch.dir().join("undo")).unwrap();
        fs::write(scratch.dir().join("undo/1"), "she fell").unwrap();
        symlink(&elsewhere, scratch.dir().join(".#text.txt")).unwrap();
        // A second name of the file shows that it was overwritten before it went.
        let second = base.path().join("second");
        fs::hard_link(scratch.file(), &second).unwrap();
        let dir = scratch.dir().to_owned();
        drop(scratch);
        assert!(!dir.exists());
        assert!(fs::read(&second).unwrap().iter().all(|b| *b == 0));
        assert_eq!(fs::read(&elsewhere).unwrap(), b"stays");
    }

    #[test]
    fn a_link_in_its_place_is_not_read() {
        let base = tempfile::tempdir().unwrap();
        let other = base.path().join("other");
        fs::write(&other, "not hers").unwrap();
        let scratch = Scratch::below(base.path(), "").unwrap();
        fs::remove_file(scratch.file()).unwrap();
        symlink(&other, scratch.file()).unwrap();
        assert!(scratch.text().is_err());
    }

    #[test]
    fn what_a_killed_process_left_goes_with_the_next() {
        let base = tempfile::tempdir().unwrap();
        // No process has this number: it is above the highest there can be.
        let left = base.path().join(format!("{NAME}{}-0", i32::MAX));
        fs::create_dir(&left).unwrap();
        fs::write(left.join(FILE), "she fell").unwrap();
        let mine = Scratch::below(base.path(), "x").unwrap();
        let second = Scratch::below(base.path(), "y").unwrap();
        assert!(!left.exists() && mine.file().exists() && second.file().exists());
    }
}
