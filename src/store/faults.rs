//! The test double of [`super::files`]: a disk in memory that loses what was not synced, tears it, fills up or fails at
//! a chosen call. It stands in the library because unit and integration tests both write through it; nothing else may.

use super::files::{Files, parent};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What goes wrong at the chosen call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The call fails with EIO, once; a write has changed nothing.
    Io,
    /// The disk is full from here on: a write gets half of its bytes out, then fails; so does making files.
    Full,
    /// A write gets half of its bytes out, then fails with EIO, once.
    Short,
    /// Nothing works from here on: the process is dead.
    Dead,
    /// From here on the disk says that it has synced a file and has not: no engine survives it, so a test that does not
    /// notice tests nothing.
    Lies,
}

impl Fault {
    /// Whether it fails a call that takes no room.
    fn stops(self) -> bool {
        matches!(self, Self::Io | Self::Short | Self::Dead)
    }
}

/// What becomes of bytes that were written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    /// They are gone.
    Dropped,
    /// A prefix of them is there, its length drawn from this number.
    Torn(u64),
    /// The file has its new length, but from a point drawn from this number on it holds zeros.
    Zeroed(u64),
    /// The file has its new length, but one 512-byte sector drawn from this number holds zeros.
    Hole(u64),
    /// They are all there (only the process died).
    Whole,
}

#[derive(Debug, Clone, Default)]
struct Content {
    live: Vec<u8>,
    durable: Vec<u8>,
    /// What was written since the last sync. A sync that fails forgets it, as Linux does: its pages count as clean, and a
    /// later sync says nothing and writes nothing of them.
    dirty: Vec<(usize, usize)>,
}

impl Content {
    fn sync(&mut self) {
        self.durable.truncate(self.live.len());
        for (from, to) in self.dirty.drain(..) {
            let to = to.min(self.live.len());
            if self.durable.len() < to {
                self.durable.resize(to, 0);
            }
            if let (Some(place), Some(bytes)) = (self.durable.get_mut(from..to), self.live.get(from..to)) {
                place.copy_from_slice(bytes);
            }
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Image {
    contents: Vec<Content>,
    live: BTreeMap<String, usize>,
    durable: BTreeMap<String, usize>,
    calls: u64,
    plan: Option<(u64, Fault)>,
    room: Option<u64>,
}

/// Files in memory with a live and a durable image.
#[derive(Debug, Default)]
pub struct FaultFiles(Mutex<Image>);

impl FaultFiles {
    /// An empty disk on which nothing goes wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the `n`-th changing call from now on (1 = the next) go wrong.
    pub fn fail_at(&self, n: u64, fault: Fault) {
        let mut image = self.image();
        image.plan = Some((image.calls + n, fault));
    }

    /// How many changing calls (create, write, sync, truncate, rename, remove, directory calls) there were.
    pub fn calls(&self) -> u64 {
        self.image().calls
    }

    /// The disk as the next process finds it, and nothing going wrong on it.
    #[must_use]
    pub fn after_cut(&self, unsynced: Unsynced) -> Self {
        let image = self.image();
        let mut next = Image::default();
        let names = if unsynced == Unsynced::Whole { &image.live } else { &image.durable };
        for (name, content) in names {
            let Some(content) = image.contents.get(*content) else { continue };
            let bytes = left_over(content, unsynced);
            next.live.insert(name.clone(), next.contents.len());
            next.contents.push(Content { live: bytes.clone(), durable: bytes, dirty: Vec::new() });
        }
        next.durable = next.live.clone();
        Self(Mutex::new(next))
    }

    /// The disk as the next process finds it when only the process died: what was not synced is still in the kernel's
    /// memory, and a power cut may still take it.
    #[must_use]
    pub fn after_restart(&self) -> Self {
        let mut image = self.image().clone();
        image.plan = None;
        Self(Mutex::new(image))
    }

    /// Changes a file's bytes behind everybody's back, on the live and the durable image.
    pub fn tamper(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut image = self.image();
        let Some(&at) = image.live.get(path) else { return };
        if let Some(content) = image.contents.get_mut(at) {
            change(&mut content.live);
            content.durable = content.live.clone();
        }
    }

    /// Removes a file behind everybody's back.
    pub fn lose(&self, path: &str) {
        let mut image = self.image();
        image.live.remove(path);
        image.durable.remove(path);
    }

    /// What the disk says is free on it.
    pub fn set_room(&self, room: Option<u64>) {
        self.image().room = room;
    }

    /// A file's live bytes.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        let image = self.image();
        image.live.get(path).and_then(|&at| image.contents.get(at)).map(|c| c.live.clone())
    }

    fn image(&self) -> MutexGuard<'_, Image> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a changing call and answers what goes wrong with it.
    fn turn(&self) -> (MutexGuard<'_, Image>, Option<Fault>) {
        let mut image = self.image();
        image.calls += 1;
        let fault = match image.plan {
            Some((at, fault)) if image.calls == at => Some(fault),
            Some((at, fault @ (Fault::Full | Fault::Dead | Fault::Lies))) if image.calls > at => Some(fault),
            _ => None,
        };
        (image, fault)
    }
}

fn left_over(content: &Content, unsynced: Unsynced) -> Vec<u8> {
    let (live, durable) = (&content.live, &content.durable);
    let point = |seed: u64, from: usize, to: usize| from + (mix(seed) as usize) % (to - from + 1);
    let grown = live.len() > durable.len() && live.starts_with(durable);
    match unsynced {
        Unsynced::Whole => live.clone(),
        Unsynced::Torn(seed) if grown => {
            let end = point(seed, durable.len(), live.len());
            live.get(..end).unwrap_or(live).to_vec()
        }
        Unsynced::Zeroed(seed) if grown => {
            let end = point(seed, durable.len(), live.len());
            let mut bytes = live.clone();
            bytes.iter_mut().skip(end).for_each(|b| *b = 0);
            bytes
        }
        Unsynced::Hole(seed) if grown => {
            let start = point(seed, durable.len(), live.len()) / 512 * 512;
            let mut bytes = live.clone();
            bytes.iter_mut().enumerate().skip(start.max(durable.len())).take(512).for_each(|(_, b)| *b = 0);
            bytes
        }
        // A cut-off or rewritten file that was not synced: the old bytes or the new ones.
        Unsynced::Torn(seed) | Unsynced::Zeroed(seed) | Unsynced::Hole(seed) if mix(seed) & 1 == 1 => live.clone(),
        _ => durable.clone(),
    }
}

/// Spreads a small number over all bits (splitmix64).
pub fn mix(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn eio() -> io::Error {
    io::Error::other("input/output error (planned)")
}

fn full() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "no space left on device (planned)")
}

fn absent(path: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{path}: no such file"))
}

impl Files for FaultFiles {
    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        let image = self.image();
        Ok(image.live.get(path).and_then(|&at| image.contents.get(at)).map(|c| c.live.len() as u64))
    }

    fn read(&self, path: &str, offset: u64, most: usize) -> io::Result<Vec<u8>> {
        let image = self.image();
        let content = image.live.get(path).and_then(|&at| image.contents.get(at)).ok_or_else(|| absent(path))?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(content.live.len());
        let to = from.saturating_add(most).min(content.live.len());
        Ok(content.live.get(from..to).unwrap_or(&[]).to_vec())
    }

    fn create(&self, path: &str) -> io::Result<()> {
        let (mut image, fault) = self.turn();
        match fault {
            Some(Fault::Full) => return Err(full()),
            Some(Fault::Io | Fault::Short | Fault::Dead) => return Err(eio()),
            Some(Fault::Lies) | None => {}
        }
        if image.live.contains_key(path) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{path} is there already")));
        }
        let at = image.contents.len();
        image.contents.push(Content::default());
        image.live.insert(path.to_owned(), at);
        Ok(())
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let (mut image, fault) = self.turn();
        let (taken, outcome) = match fault {
            None | Some(Fault::Lies) => (bytes, Ok(())),
            Some(Fault::Full) => (bytes.get(..bytes.len() / 2).unwrap_or(&[]), Err(full())),
            Some(Fault::Short) => (bytes.get(..bytes.len() / 2).unwrap_or(&[]), Err(eio())),
            Some(Fault::Io | Fault::Dead) => (&[][..], Err(eio())),
        };
        let at = *image.live.get(path).ok_or_else(|| absent(path))?;
        if let Some(content) = image.contents.get_mut(at) {
            let from = usize::try_from(offset).map_err(|_| eio())?;
            let end = from + taken.len();
            if content.live.len() < end {
                content.live.resize(end, 0);
            }
            if let Some(place) = content.live.get_mut(from..end) {
                place.copy_from_slice(taken);
            }
            content.dirty.push((from, end));
        }
        outcome
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        let (mut image, fault) = self.turn();
        let at = *image.live.get(path).ok_or_else(|| absent(path))?;
        let Some(content) = image.contents.get_mut(at) else { return Err(eio()) };
        match fault {
            // A full disk can still sync what it has taken.
            None | Some(Fault::Full) => content.sync(),
            Some(Fault::Lies) => {}
            Some(Fault::Io | Fault::Short | Fault::Dead) => {
                content.dirty.clear();
                return Err(eio());
            }
        }
        Ok(())
    }

    fn truncate(&self, path: &str, len: u64) -> io::Result<()> {
        let (mut image, fault) = self.turn();
        if fault.is_some_and(Fault::stops) {
            return Err(eio());
        }
        let at = *image.live.get(path).ok_or_else(|| absent(path))?;
        if let Some(content) = image.contents.get_mut(at) {
            content.live.resize(usize::try_from(len).map_err(|_| eio())?, 0);
        }
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (mut image, fault) = self.turn();
        if fault.is_some_and(Fault::stops) {
            return Err(eio());
        }
        let at = image.live.remove(from).ok_or_else(|| absent(from))?;
        image.live.insert(to.to_owned(), at);
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        let (mut image, fault) = self.turn();
        if fault.is_some_and(Fault::stops) {
            return Err(eio());
        }
        image.live.remove(path).map(|_| ()).ok_or_else(|| absent(path))
    }

    fn create_dir(&self, _path: &str) -> io::Result<()> {
        // Directories always stand here: losing a whole directory is what the sync after its making is for.
        let fault = self.turn().1;
        match fault {
            Some(Fault::Full) => Err(full()),
            Some(Fault::Io | Fault::Short | Fault::Dead) => Err(eio()),
            Some(Fault::Lies) | None => Ok(()),
        }
    }

    fn sync_dir(&self, path: &str) -> io::Result<()> {
        let (mut image, fault) = self.turn();
        if fault.is_some_and(Fault::stops) {
            return Err(eio());
        }
        let image = &mut *image;
        image.durable.retain(|name, _| parent(name) != path);
        image
            .durable
            .extend(image.live.iter().filter(|(name, _)| parent(name) == path).map(|(n, at)| (n.clone(), *at)));
        Ok(())
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let image = self.image();
        Ok(image
            .live
            .keys()
            .filter(|name| parent(name) == path)
            .map(|name| name.rsplit_once('/').map_or(name.as_str(), |(_, last)| last).to_owned())
            .collect())
    }

    fn list_dirs(&self, path: &str) -> io::Result<Vec<String>> {
        let image = self.image();
        let below = |name: &str| {
            let rest = if path.is_empty() { name } else { name.strip_prefix(path)?.strip_prefix('/')? };
            rest.split_once('/').map(|(dir, _)| dir.to_owned())
        };
        let dirs: std::collections::BTreeSet<String> = image.live.keys().filter_map(|name| below(name)).collect();
        Ok(dirs.into_iter().collect())
    }

    fn room(&self) -> io::Result<Option<u64>> {
        let image = self.image();
        let is_full = image.plan.is_some_and(|(at, fault)| fault == Fault::Full && image.calls >= at);
        Ok(image.room.map(|room| if is_full { 0 } else { room }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_takes_what_was_not_synced() {
        let files = FaultFiles::new();
        files.create("a").unwrap();
        files.write_at("a", 0, b"kept").unwrap();
        assert_eq!(files.after_cut(Unsynced::Dropped).bytes("a"), None, "the name was never synced");
        files.sync_dir("").unwrap();
        assert_eq!(files.after_cut(Unsynced::Dropped).bytes("a").unwrap(), b"");
        files.sync("a").unwrap();
        files.write_at("a", 4, b" lost").unwrap();
        assert_eq!(files.after_cut(Unsynced::Dropped).bytes("a").unwrap(), b"kept");
        let torn = files.after_cut(Unsynced::Torn(7)).bytes("a").unwrap();
        assert!(b"kept lost".starts_with(&torn[..]) && torn.len() >= 4);
        assert_eq!(files.after_cut(Unsynced::Whole).bytes("a").unwrap(), b"kept lost");
    }

    #[test]
    fn a_failed_sync_is_never_made_good_by_a_later_one() {
        let files = FaultFiles::new();
        files.create("a").unwrap();
        files.sync_dir("").unwrap();
        files.write_at("a", 0, b"lost").unwrap();
        files.fail_at(1, Fault::Io);
        assert!(files.sync("a").is_err());
        assert!(files.sync("a").is_ok());
        assert_eq!(files.bytes("a").unwrap(), b"lost");
        assert_eq!(files.after_cut(Unsynced::Dropped).bytes("a").unwrap(), b"");
        files.write_at("a", 0, b"kept").unwrap();
        files.sync("a").unwrap();
        assert_eq!(files.after_cut(Unsynced::Dropped).bytes("a").unwrap(), b"kept");
    }

    #[test]
    fn a_full_disk_takes_half_and_stays_full() {
        let files = FaultFiles::new();
        files.create("a").unwrap();
        files.fail_at(1, Fault::Full);
        assert_eq!(files.write_at("a", 0, b"1234").unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(files.bytes("a").unwrap(), b"12");
        assert!(files.create("b").is_err());
        assert!(files.sync("a").is_ok());
    }
}
