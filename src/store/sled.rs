//! The working copy in sled, and the only file that names it. sled panics where others return errors, and its `flush`
//! does not reach the disk, so every call is caught and nothing here is relied on: what is damaged is set aside and made
//! anew from the journal.

use super::engine::{EngineError, Rows};
use super::files::{make_private, make_private_dir, sync_tree};
use super::leaves;
use super::working::{Batch, SetAside, WorkingCopy, WorkingError, WorkingHome};
use std::cell::Cell;
use std::fs;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// sled's cache for a personal agency; a server takes up to 64 MiB.
pub const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// The working copy's directory, below the agency's.
pub const DIRECTORY: &str = "working";
/// Where one is rebuilt.
const FRESH: &str = "working.new";
/// Where one is written anew while the other is in use.
const COMPACT: &str = "working.compact";
/// What a damaged one's directory begins with.
const DAMAGED: &str = "working.damaged-";
/// How many damaged ones are kept.
const MOST_DAMAGED: usize = 2;
/// One tree for everything: what one commit changes is one atomic batch. Its values are [`leaves`], its keys [`escaped`].
const TREE: &str = "leaves.2";

/// Tries to open a working copy where a panic, an abort or a hang does no harm: in a child process with a time limit.
pub type Prober = Box<dyn Fn(&Path) -> Result<(), String> + Send + Sync>;

/// The directory in which the working copy lies.
pub struct SledHome {
    agency: PathBuf,
    cache_bytes: u64,
    prober: Option<Prober>,
}

impl SledHome {
    /// The home below an agency's directory.
    pub fn new(agency: &Path) -> Self {
        Self { agency: agency.to_path_buf(), cache_bytes: CACHE_BYTES, prober: None }
    }

    /// With another size of cache.
    #[must_use]
    pub fn cache(mut self, bytes: u64) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// With a prober, which is handed the working copy's directory and calls [`probe`] in a child.
    #[must_use]
    pub fn prober(mut self, prober: Option<Prober>) -> Self {
        self.prober = prober;
        self
    }

    fn at(&self, name: &str) -> PathBuf {
        self.agency.join(name)
    }

    /// The damaged ones, by number.
    fn damaged(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut found = Vec::new();
        for item in fs::read_dir(&self.agency)? {
            let item = item?;
            let name = item.file_name();
            let number = name.to_str().and_then(|n| n.strip_prefix(DAMAGED)).and_then(|n| n.parse().ok());
            if let Some(number) = number {
                found.push((number, item.path()));
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    fn empty(&self, name: &str) -> Result<Box<dyn WorkingCopy>, EngineError> {
        let fresh = self.at(name);
        // Left from one that was cut off; it was never the working copy.
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(|e| at(&fresh, &e))?;
        }
        open(&fresh, self.cache_bytes).map_err(|e| EngineError::Io(format!("{}: {e}", fresh.display())))
    }

    fn put_in_place(&self, name: &str, copy: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        let (fresh, working) = (self.at(name), self.at(DIRECTORY));
        copy.flush().map_err(|e| EngineError::Io(e.to_string()))?;
        drop(copy);
        sync_tree(&fresh).map_err(|e| at(&fresh, &e))?;
        fs::rename(&fresh, &working).map_err(|e| at(&working, &e))?;
        sync_dir(&self.agency).map_err(|e| at(&self.agency, &e))?;
        open(&working, self.cache_bytes).map_err(|e| EngineError::Io(e.to_string()))
    }

    fn try_set_aside(&self) -> io::Result<SetAside> {
        let working = self.at(DIRECTORY);
        if !working.exists() {
            return Ok(SetAside::default());
        }
        let mut damaged = self.damaged()?;
        let number = damaged.last().map_or(1, |(number, _)| number + 1);
        let kept = self.at(&format!("{DAMAGED}{number}"));
        fs::rename(&working, &kept)?;
        let mut removed = Vec::new();
        while damaged.len() >= MOST_DAMAGED {
            let (_, oldest) = damaged.remove(0);
            fs::remove_dir_all(&oldest)?;
            removed.push(oldest.display().to_string());
        }
        fs::File::open(&self.agency)?.sync_all()?;
        Ok(SetAside { kept: Some(kept.display().to_string()), removed })
    }
}

impl WorkingHome for SledHome {
    fn probe(&self) -> Result<(), WorkingError> {
        let working = self.at(DIRECTORY);
        match &self.prober {
            Some(prober) if working.exists() => {
                prober(&working).map_err(|why| WorkingError(format!("a trial open failed: {why}")))
            }
            _ => Ok(()),
        }
    }

    /// sled checks what it reads, but what a damaged file no longer leads to it does not miss: rows can vanish from the
    /// middle without an error. So closed files are known by their lengths and checksums.
    fn fingerprint(&self) -> Result<String, WorkingError> {
        let working = self.at(DIRECTORY);
        if !working.exists() {
            return Ok(String::new());
        }
        let mut lines = Vec::new();
        checksums(&working, "", &mut lines).map_err(|e| WorkingError(format!("{}: {e}", working.display())))?;
        lines.sort_unstable();
        Ok(lines.concat())
    }

    fn open(&self) -> Result<Option<Box<dyn WorkingCopy>>, WorkingError> {
        let working = self.at(DIRECTORY);
        if !working.exists() {
            return Ok(None);
        }
        open(&working, self.cache_bytes).map(Some)
    }

    fn set_aside(&self) -> Result<SetAside, EngineError> {
        self.try_set_aside().map_err(|e| at(&self.at(DIRECTORY), &e))
    }

    fn discard(&self) -> Result<(), EngineError> {
        let working = self.at(DIRECTORY);
        fs::remove_dir_all(&working).map_err(|e| at(&working, &e))
    }

    fn fresh(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        self.empty(FRESH)
    }

    fn swap_in(&self, copy: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        self.put_in_place(FRESH, copy)
    }

    fn beside(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        self.empty(COMPACT)
    }

    fn swap_in_beside(&self, copy: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        self.put_in_place(COMPACT, copy)
    }

    fn close(&self, copy: Box<dyn WorkingCopy>) -> Result<(), WorkingError> {
        copy.flush()?;
        drop(copy);
        sync_tree(&self.at(DIRECTORY)).map_err(|e| WorkingError(e.to_string()))
    }

    fn bytes(&self) -> u64 {
        // A file that vanishes while it is counted counts nothing.
        room_of(&self.at(DIRECTORY)).unwrap_or(0)
    }
}

fn room_of(dir: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for item in fs::read_dir(dir)? {
        let item = item?;
        let kind = item.file_type()?;
        bytes += if kind.is_dir() { room_of(&item.path())? } else { item.metadata()?.len() };
    }
    Ok(bytes)
}

/// One line for each file: name, length, checksum.
fn checksums(dir: &Path, above: &str, lines: &mut Vec<String>) -> io::Result<()> {
    for item in fs::read_dir(dir)? {
        let item = item?;
        let name = format!("{above}{}", item.file_name().to_string_lossy());
        if item.file_type()?.is_dir() {
            checksums(&item.path(), &format!("{name}/"), lines)?;
            continue;
        }
        let mut file = fs::File::open(item.path())?;
        let mut crc = crc32fast::Hasher::new();
        // Small: the allocator takes the largest piece it was ever given back for usual, and keeps the like from then on.
        let mut chunk = vec![0; 64 * 1024];
        let mut len = 0;
        loop {
            let n = file.read(&mut chunk)?;
            if n == 0 {
                break;
            }
            crc.update(chunk.get(..n).unwrap_or(&[]));
            len += n;
        }
        lines.push(format!("{name} {len} {:08x}\n", crc.finalize()));
    }
    Ok(())
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

fn at(path: &Path, error: &io::Error) -> EngineError {
    EngineError::Io(format!("{}: {error}", path.display()))
}

/// What a prober's child does: opens the working copy in `dir` as the engine would, reads a little, and closes it.
pub fn probe(dir: &Path) -> Result<(), WorkingError> {
    let copy = open(dir, CACHE_BYTES)?;
    super::layout::applied(&*copy)?;
    copy.scan(&[], &[], 1000)?;
    Ok(())
}

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a call to sled, whose panic will be caught: a panic hook asks this and stays silent,
/// because nothing has happened that the user must know and the screen is in use.
pub fn panic_is_caught() -> bool {
    INSIDE.get()
}

fn caught<T>(call: impl FnOnce() -> T) -> std::thread::Result<T> {
    let before = INSIDE.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    INSIDE.set(before);
    outcome
}

/// Calls sled; a panic is an error like any other.
fn guarded<T>(call: impl FnOnce() -> ::sled::Result<T>) -> Result<T, WorkingError> {
    match caught(call) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(WorkingError(error.to_string())),
        Err(_) => Err(WorkingError("sled panicked".to_owned())),
    }
}

fn open(dir: &Path, cache_bytes: u64) -> Result<Box<dyn WorkingCopy>, WorkingError> {
    let file = |e: io::Error| WorkingError(format!("{}: {e}", dir.display()));
    make_private_dir(dir).map_err(file)?;
    let mut tries = 0;
    let (db, tree) = loop {
        let opened = guarded(|| {
            let db = ::sled::Config::new().path(dir).cache_capacity(cache_bytes).open()?;
            let tree = db.open_tree(TREE)?;
            Ok((db, tree))
        });
        match opened {
            // The lock of one that was closed a moment ago falls when its threads have ended.
            Err(error) if error.0.contains("WouldBlock") && tries < 50 => {
                tries += 1;
                sleep(Duration::from_millis(100));
            }
            other => break other?,
        }
    };
    let copy = SledCopy { open: Some((db, tree)), dir: dir.to_path_buf() };
    // sled makes its files readable for all.
    make_private(dir).map_err(file)?;
    Ok(Box::new(copy))
}

struct SledCopy {
    open: Option<(::sled::Db, ::sled::Tree)>,
    dir: PathBuf,
}

impl SledCopy {
    fn tree(&self) -> Result<&::sled::Tree, WorkingError> {
        self.open.as_ref().map(|(_, tree)| tree).ok_or_else(|| WorkingError("it is closed".to_owned()))
    }
}

impl Drop for SledCopy {
    fn drop(&mut self) {
        // A damaged one may panic once more while it is closed.
        let open = self.open.take();
        let _ = caught(|| drop(open));
    }
}

/// A key as it lies in sled: no two bytes 0xFF stand side by side. Looking for the key before another, sled 0.34.7 guesses
/// that nothing lies between `…a` and `…(a-1) FF FF FF FF`; where something does, it goes to and fro for ever and panics.
/// Keys keep their order: each byte is written so that none of the ways to write one begins another.
fn escaped(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 8);
    for byte in key {
        out.push(*byte);
        if *byte == u8::MAX {
            out.push(0);
        }
    }
    out
}

/// Reads [`escaped`] back.
fn plain(key: &[u8]) -> Result<Vec<u8>, WorkingError> {
    let mut out = Vec::with_capacity(key.len());
    let mut bytes = key.iter();
    while let Some(byte) = bytes.next() {
        out.push(*byte);
        if *byte == u8::MAX && bytes.next() != Some(&0) {
            return Err(WorkingError("a key is damaged".to_owned()));
        }
    }
    Ok(out)
}

/// The leaf in which a key belongs, and the key it lies under.
fn leaf(tree: &::sled::Tree, key: &[u8]) -> Result<Option<(Vec<u8>, ::sled::IVec)>, WorkingError> {
    let mut behind = escaped(key);
    behind.push(0);
    match guarded(|| tree.get_lt(behind))? {
        Some((low, leaf)) => Ok(Some((plain(&low)?, leaf))),
        None => Ok(None),
    }
}

impl WorkingCopy for SledCopy {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, WorkingError> {
        match leaf(self.tree()?, key)? {
            Some((_, leaf)) => Ok(leaves::find(&leaf, key)?.map(<[u8]>::to_vec)),
            None => Ok(None),
        }
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Rows, WorkingError> {
        let mut rows = Vec::new();
        if limit == 0 || (!to.is_empty() && from >= to) {
            return Ok(rows);
        }
        let tree = self.tree()?;
        let low = leaf(tree, from)?.map_or_else(|| escaped(from), |(low, _)| escaped(&low));
        let mut found = if to.is_empty() { tree.range(low..) } else { tree.range(low..escaped(to)) };
        while let Some((_, leaf)) = guarded(|| found.next().transpose())? {
            let flow = leaves::each(&leaf, |key, value| {
                if key < from {
                    return ControlFlow::Continue(());
                }
                if !to.is_empty() && key >= to {
                    return ControlFlow::Break(());
                }
                rows.push((key.to_vec(), value.to_vec()));
                if rows.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            if flow.is_break() {
                break;
            }
        }
        Ok(rows)
    }

    fn apply(&self, batch: &Batch) -> Result<(), WorkingError> {
        let tree = self.tree()?;
        let mut changes = batch.iter().peekable();
        let mut sled_batch = ::sled::Batch::default();
        while let Some((key, _)) = changes.peek() {
            let (low, old) = leaf(tree, key)?.unwrap_or_default();
            let next = guarded(|| tree.get_gt(escaped(&low)))?.map(|(next, _)| plain(&next)).transpose()?;
            let belongs = |key: &[u8]| next.as_ref().is_none_or(|next| *key < **next);
            let here = std::iter::from_fn(|| changes.next_if(|(key, _)| belongs(key)));
            let made = leaves::changed(&low, &old, here)?;
            if made.is_empty() {
                sled_batch.remove(escaped(&low));
            }
            for (low, leaf) in made {
                sled_batch.insert(escaped(&low), leaf);
            }
        }
        guarded(|| tree.apply_batch(sled_batch))
    }

    fn flush(&self) -> Result<(), WorkingError> {
        let tree = self.tree()?;
        guarded(|| tree.flush())?;
        sync_tree(&self.dir).map_err(|e| WorkingError(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Keys as an index makes them whose numbers count down: runs of 0xFF in their middle.
    fn key(id: u8, n: u16, tail: u8) -> Vec<u8> {
        let mut key = vec![2, 11, 1, 155, 75, id];
        key.extend((!u64::from(n)).to_be_bytes());
        key.extend([0, tail]);
        key
    }

    #[test]
    fn a_key_before_runs_of_the_highest_byte_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let copy = open(&dir.path().join("working"), 1 << 20).unwrap();
        let mut dice = 7u64;
        let mut roll = |below: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) % below
        };
        let prefix = |id: u8| vec![2, 11, 1, 155, 75, id];
        let mut here = [0u16; 200];
        for round in 0..4_000 {
            let id = roll(200) as u8;
            let n = here[usize::from(id)];
            here[usize::from(id)] += 1;
            let batch = [(key(id, n, id), Some(vec![round as u8; roll(700) as usize]))].into();
            copy.apply(&batch).unwrap();
            let other = roll(200) as u8;
            assert_eq!(copy.get(&prefix(other)).unwrap(), None);
            let rows = copy.scan(&prefix(other), &prefix(other + 1), 5_000).unwrap();
            assert_eq!(rows.len(), usize::from(here[usize::from(other)]));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x51ed), ..ProptestConfig::default() })]

        #[test]
        fn keys_keep_their_order_and_come_back(
            a in prop::collection::vec(prop_oneof![Just(255u8), Just(0), any::<u8>()], 0..12),
            b in prop::collection::vec(prop_oneof![Just(255u8), Just(0), any::<u8>()], 0..12),
        ) {
            prop_assert_eq!(a.cmp(&b), escaped(&a).cmp(&escaped(&b)));
            prop_assert_eq!(plain(&escaped(&a)).unwrap(), a.clone());
            prop_assert!(!escaped(&a).windows(2).any(|w| w == [255, 255]));
        }
    }
}
