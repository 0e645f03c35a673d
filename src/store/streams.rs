//! Long files through [`Files`]: written piece by piece at the end, read piece by piece from the beginning, both with
//! the SHA-256 of what went by.

use super::files::{Files, parent};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// How much goes to the disk at once.
const PIECE: usize = 256 * 1024;

/// A file that is written under another name and takes its own when it is whole and on the disk.
pub struct NewFile<'a> {
    files: &'a dyn Files,
    path: String,
    temp: String,
    offset: u64,
    buffer: Vec<u8>,
    hasher: Sha256,
    whole: bool,
}

impl<'a> NewFile<'a> {
    /// Begins it. What an earlier one left under the other name is removed: it was never whole.
    pub fn begin(files: &'a dyn Files, path: &str) -> io::Result<Self> {
        let temp = format!("{path}.new");
        if files.len(&temp)?.is_some() {
            files.remove(&temp)?;
        }
        files.create(&temp)?;
        Ok(Self {
            files,
            path: path.to_owned(),
            temp,
            offset: 0,
            buffer: Vec::new(),
            hasher: Sha256::new(),
            whole: false,
        })
    }

    /// The hash of what was written so far.
    pub(super) fn hash(&self) -> [u8; 32] {
        self.hasher.clone().finalize().into()
    }

    /// How many bytes were written.
    pub(super) fn len(&self) -> u64 {
        self.offset + self.buffer.len() as u64
    }

    fn put(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.files.write_at(&self.temp, self.offset, &self.buffer)?;
            self.offset += self.buffer.len() as u64;
            self.buffer.clear();
        }
        Ok(())
    }

    /// It is whole: brought to the disk, then named.
    pub fn finish(mut self) -> io::Result<()> {
        self.put()?;
        self.files.sync(&self.temp)?;
        self.files.rename(&self.temp, &self.path)?;
        self.whole = true;
        self.files.sync_dir(parent(&self.path))
    }
}

impl Drop for NewFile<'_> {
    /// What did not become whole gives its room back, as far as the disk lets us.
    fn drop(&mut self) {
        if !self.whole {
            let _ = self.files.remove(&self.temp);
        }
    }
}

impl Write for NewFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.put()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.put()
    }
}

/// A file from its beginning, at most to a given end.
pub(super) struct OldFile<'a> {
    files: &'a dyn Files,
    path: String,
    offset: u64,
    end: u64,
    buffer: Vec<u8>,
    taken: usize,
}

impl<'a> OldFile<'a> {
    /// The file up to `end`.
    pub(super) fn open(files: &'a dyn Files, path: &str, end: u64) -> Self {
        Self { files, path: path.to_owned(), offset: 0, end, buffer: Vec::new(), taken: 0 }
    }
}

impl Read for OldFile<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.buffer.len() {
            let most = PIECE.min(usize::try_from(self.end.saturating_sub(self.offset)).unwrap_or(PIECE));
            self.buffer = if most == 0 { Vec::new() } else { self.files.read(&self.path, self.offset, most)? };
            self.offset += self.buffer.len() as u64;
            self.taken = 0;
        }
        let ready = self.buffer.get(self.taken..).unwrap_or(&[]);
        let n = ready.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..n), ready.get(..n)) {
            to.copy_from_slice(from);
        }
        self.taken += n;
        Ok(n)
    }
}
