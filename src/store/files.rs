//! The small layer of file calls that journal, head mark and markers are written through, so that tests can put a disk
//! under them that tears, fills up or fails at a chosen call. Nothing here knows what the bytes mean.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// File calls below one directory. Paths are relative to it and use `/`.
///
/// What is written lasts through a power cut only after [`Files::sync`] of the file, and a name only after
/// [`Files::sync_dir`] of the directory it stands in.
pub trait Files: Send + Sync {
    /// A file's length, or `None` when there is no such file.
    fn len(&self, path: &str) -> io::Result<Option<u64>>;
    /// Up to `most` bytes from `offset`; fewer only at the end of the file.
    fn read(&self, path: &str, offset: u64, most: usize) -> io::Result<Vec<u8>>;
    /// Makes an empty file; an error when the name is taken.
    fn create(&self, path: &str) -> io::Result<()>;
    /// Writes all bytes at `offset`. After an error any part of them may have been written.
    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Returns when the file's bytes and length are on the disk.
    fn sync(&self, path: &str) -> io::Result<()>;
    /// Cuts a file to `len` bytes.
    fn truncate(&self, path: &str, len: u64) -> io::Result<()>;
    /// Gives a file another name, replacing what had it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &str) -> io::Result<()>;
    /// Makes a directory; one that exists is fine.
    fn create_dir(&self, path: &str) -> io::Result<()>;
    /// Returns when the names in a directory (empty: the root) are on the disk.
    fn sync_dir(&self, path: &str) -> io::Result<()>;
    /// The names of the files in a directory, sorted.
    fn list(&self, path: &str) -> io::Result<Vec<String>>;
    /// The names of the directories in a directory, sorted.
    fn list_dirs(&self, path: &str) -> io::Result<Vec<String>>;
    /// Bytes that may still be written here; `None` where that is not known.
    fn room(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }
    /// Makes an empty file take this many bytes of room. What they hold does not matter.
    fn reserve(&self, path: &str, bytes: u64) -> io::Result<()> {
        let piece = vec![0; 64 * 1024];
        let mut at = 0;
        while at < bytes {
            let n = (bytes - at).min(piece.len() as u64);
            self.write_at(path, at, piece.get(..n as usize).unwrap_or(&piece))?;
            at += n;
        }
        self.sync(path)
    }
}

/// The directory part of a path; empty for a name in the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// Writes a whole small file so that a cut leaves either the old one or the new one: temp, sync, rename, sync of the
/// directory.
pub fn replace(files: &dyn Files, path: &str, bytes: &[u8]) -> io::Result<()> {
    let temp = format!("{path}.new");
    if files.len(&temp)?.is_some() {
        files.remove(&temp)?;
    }
    files.create(&temp)?;
    files.write_at(&temp, 0, bytes)?;
    files.sync(&temp)?;
    files.rename(&temp, path)?;
    files.sync_dir(parent(path))
}

/// Reads a whole small file, or `None` when there is none.
pub fn read_whole(files: &dyn Files, path: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
    match files.len(path)? {
        None => Ok(None),
        Some(_) => files.read(path, 0, most).map(Some),
    }
}

/// Most handles kept open; journals have few segments, and old ones are seldom read.
const MOST_OPEN: usize = 32;

/// Files on the machine's disk: 0600 in directories of 0700, links not followed.
#[derive(Debug)]
pub struct DiskFiles {
    root: PathBuf,
    open: Mutex<HashMap<String, Arc<File>>>,
}

impl DiskFiles {
    /// The files below `root`, which must exist.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), open: Mutex::new(HashMap::new()) }
    }

    fn full(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }

    fn handles(&self) -> MutexGuard<'_, HashMap<String, Arc<File>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, path: &str) -> io::Result<Arc<File>> {
        let mut handles = self.handles();
        if let Some(file) = handles.get(path) {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(OpenOptions::new().read(true).write(true).custom_flags(no_follow()).open(self.full(path))?);
        if handles.len() >= MOST_OPEN {
            handles.clear();
        }
        handles.insert(path.to_owned(), Arc::clone(&file));
        Ok(file)
    }
}

/// A link in the agency's directory is not ours: following it could write anywhere.
fn no_follow() -> i32 {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    flags.bits() as i32
}

impl DiskFiles {
    /// The names in a directory that are of a type; a link is of neither.
    fn names(&self, path: &str, wanted: impl Fn(&fs::FileType) -> bool) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for item in fs::read_dir(self.full(path))? {
            let item = item?;
            if wanted(&item.file_type()?)
                && let Ok(name) = item.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}

impl Files for DiskFiles {
    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        match fs::symlink_metadata(self.full(path)) {
            Ok(meta) if meta.is_file() => Ok(Some(meta.len())),
            Ok(_) => Err(io::Error::other(format!("{path} is not a plain file"))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn read(&self, path: &str, offset: u64, most: usize) -> io::Result<Vec<u8>> {
        let file = self.handle(path)?;
        // Never more room than the file can fill, whatever was asked.
        let left = usize::try_from(file.metadata()?.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; most.min(left)];
        let mut filled = 0;
        while filled < bytes.len() {
            match file.read_at(&mut bytes[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    fn create(&self, path: &str) -> io::Result<()> {
        let options =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).custom_flags(no_follow()).clone();
        let file = options.open(self.full(path))?;
        self.handles().insert(path.to_owned(), Arc::new(file));
        Ok(())
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.handle(path)?.write_all_at(bytes, offset)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        self.handle(path)?.sync_data()
    }

    fn truncate(&self, path: &str, len: u64) -> io::Result<()> {
        self.handle(path)?.set_len(len)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut handles = self.handles();
        handles.remove(from);
        handles.remove(to);
        fs::rename(self.full(from), self.full(to))
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.handles().remove(path);
        fs::remove_file(self.full(path))
    }

    fn create_dir(&self, path: &str) -> io::Result<()> {
        make_private_dir(&self.full(path))
    }

    fn sync_dir(&self, path: &str) -> io::Result<()> {
        File::open(self.full(path))?.sync_all()
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.names(path, fs::FileType::is_file)
    }

    fn list_dirs(&self, path: &str) -> io::Result<Vec<String>> {
        self.names(path, fs::FileType::is_dir)
    }

    fn room(&self) -> io::Result<Option<u64>> {
        let disk = rustix::fs::statvfs(&self.root)?;
        // What only root may still use is not counted.
        Ok(Some(disk.f_bavail.saturating_mul(disk.f_frsize)))
    }

    #[cfg(target_os = "linux")]
    fn reserve(&self, path: &str, bytes: u64) -> io::Result<()> {
        rustix::fs::fallocate(&self.handle(path)?, rustix::fs::FallocateFlags::empty(), 0, bytes)?;
        self.sync(path)
    }
}

/// Makes a directory that only its owner can enter and makes its name last; one that exists is left as it is.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => match dir.parent() {
            Some(above) if !above.as_os_str().is_empty() => File::open(above)?.sync_all(),
            _ => Ok(()),
        },
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        Err(e) => Err(e),
    }
}

/// Takes every right on the files of a directory, and on itself, from all but the owner.
pub fn make_private(dir: &Path) -> io::Result<()> {
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    for item in fs::read_dir(dir)? {
        let item = item?;
        let kind = item.file_type()?;
        if kind.is_dir() {
            make_private(&item.path())?;
        } else if kind.is_file() {
            fs::set_permissions(item.path(), fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

/// Returns when all plain files of a directory, and their names, are on the disk.
pub fn sync_tree(dir: &Path) -> io::Result<()> {
    for item in fs::read_dir(dir)? {
        let item = item?;
        let kind = item.file_type()?;
        if kind.is_dir() {
            sync_tree(&item.path())?;
        } else if kind.is_file() {
            File::open(item.path())?.sync_all()?;
        }
    }
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_private_and_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let files = DiskFiles::new(dir.path());
        files.create_dir("journal").unwrap();
        files.create("journal/a").unwrap();
        let mode = |p: &str| fs::metadata(dir.path().join(p)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("journal"), mode("journal/a")), (0o700, 0o600));
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("journal/link")).unwrap();
        assert!(files.len("journal/link").is_err());
        assert!(files.read("journal/link", 0, 10).is_err());
        assert_eq!(files.list("journal").unwrap(), ["a"]);
    }

    #[test]
    fn a_replaced_file_is_read_anew() {
        let dir = tempfile::tempdir().unwrap();
        let files = DiskFiles::new(dir.path());
        replace(&files, "head", b"one").unwrap();
        assert_eq!(read_whole(&files, "head", 100).unwrap().unwrap(), b"one");
        replace(&files, "head", b"second").unwrap();
        assert_eq!(read_whole(&files, "head", 100).unwrap().unwrap(), b"second");
        assert_eq!(read_whole(&files, "none", 100).unwrap(), None);
    }
}
