//! The guard for a filling disk: below a mark of free room nothing more is taken, so that what is taken can always be
//! finished, the working copy made anew, and the program started again. It opens by itself when there is room. A ballast
//! file is given up at the start on a full disk, where even opening needs a little room.

use super::files::{Files, parent};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The ballast's file.
pub const BALLAST: &str = "ballast";
/// One megabyte, as disks are sold.
pub const MB: u64 = 1_000_000;

/// How much room the disk must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// At least this many bytes free; twice the working copy when that is more, because it may have to be made anew
    /// beside itself. 0 watches nothing.
    pub least: u64,
    /// Size of the ballast file; 0 makes none.
    pub ballast: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self::PERSONAL
    }
}

impl Room {
    /// Of an agency that one person has on her own machine.
    pub const PERSONAL: Self = Self { least: 64 * MB, ballast: 8 * MB };
    /// Of an agency that a server has for many.
    pub const SERVER: Self = Self { least: 1_000 * MB, ballast: 64 * MB };

    /// Free bytes below which nothing more is taken.
    pub fn mark(self, working: u64) -> u64 {
        if self.least == 0 { 0 } else { self.least.max(working.saturating_mul(2)) }
    }
}

/// Whether it is shut now: below the mark it shuts, and opens a twentieth above it, so that it does not flap.
pub fn shuts(was_shut: bool, free: u64, mark: u64) -> bool {
    if was_shut { free < mark.saturating_add(mark / 20) } else { free < mark }
}

/// What a user reads while it is shut.
pub fn reason(free: u64) -> String {
    format!("the disk is nearly full: {} MB free; free some and it goes on by itself", free / MB)
}

/// Watches the free room of one agency's disk.
pub(super) struct Guard {
    room: Room,
    /// At most one look in this time while it is open; while it is shut every call looks.
    every: Duration,
    looked: Mutex<Option<Instant>>,
    shut: AtomicBool,
    free: AtomicU64,
    working: AtomicU64,
}

impl Guard {
    pub(super) fn new(room: Room, every: Duration) -> Self {
        Self {
            room,
            every,
            looked: Mutex::new(None),
            shut: AtomicBool::new(false),
            free: AtomicU64::new(u64::MAX),
            working: AtomicU64::new(0),
        }
    }

    /// How large the working copy is now.
    pub(super) fn working_is(&self, bytes: u64) {
        self.working.store(bytes, Ordering::Relaxed);
    }

    /// Looks, unless it has just looked; answers why nothing can be taken, if nothing can. A disk that does not say how
    /// much is free is not watched.
    pub(super) fn look(&self, files: &dyn Files) -> Option<String> {
        let mark = self.room.mark(self.working.load(Ordering::Relaxed));
        let was = self.shut.load(Ordering::Relaxed);
        if mark > 0 && (was || self.is_time()) {
            let free = files.room().ok().flatten().unwrap_or(u64::MAX);
            self.free.store(free, Ordering::Relaxed);
            self.shut.store(shuts(was, free, mark), Ordering::Relaxed);
        }
        self.shut()
    }

    /// Why nothing can be taken, as of the last look.
    pub(super) fn shut(&self) -> Option<String> {
        self.shut.load(Ordering::Relaxed).then(|| reason(self.free.load(Ordering::Relaxed)))
    }

    /// The disk has just said that it is full, whatever it counted before.
    pub(super) fn is_full(&self) {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn is_time(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_some_and(|at| at.elapsed() < self.every) {
            return false;
        }
        *looked = Some(Instant::now());
        true
    }
}

/// Gives the ballast up when the disk has no more free than it holds: opening needs room. Answers whether it did.
pub(super) fn give_up_ballast(files: &dyn Files, room: Room) -> io::Result<bool> {
    let Some(held) = files.len(BALLAST)? else { return Ok(false) };
    match files.room()? {
        Some(free) if room.ballast > 0 && free < room.ballast => {}
        _ => return Ok(false),
    }
    files.remove(BALLAST)?;
    files.sync_dir(parent(BALLAST))?;
    Ok(held > 0)
}

/// Makes the ballast when there is none and plenty of room for it.
pub(super) fn take_ballast(files: &dyn Files, room: Room, working: u64) -> io::Result<()> {
    if room.ballast == 0 || files.len(BALLAST)?.is_some() {
        return Ok(());
    }
    let plenty = room.mark(working).saturating_add(4 * room.ballast);
    if files.room()?.is_none_or(|free| free <= plenty) {
        return Ok(());
    }
    files.create(BALLAST)?;
    if let Err(error) = files.reserve(BALLAST, room.ballast) {
        // Half a ballast is worth nothing and takes room.
        let _ = files.remove(BALLAST);
        return Err(error);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::faults::FaultFiles;

    #[test]
    fn the_mark_is_the_larger_of_the_two() {
        assert_eq!(Room::SERVER.mark(10 * MB), 1_000 * MB);
        assert_eq!(Room::SERVER.mark(700 * MB), 1_400 * MB);
        assert_eq!(Room::PERSONAL.mark(0), 64 * MB);
        assert_eq!(Room { least: 0, ballast: 0 }.mark(u64::MAX), 0);
    }

    #[test]
    fn it_shuts_below_the_mark_and_opens_a_little_above_it() {
        assert!(!shuts(false, 100, 100) && shuts(false, 99, 100));
        assert!(shuts(true, 104, 100) && !shuts(true, 105, 100));
    }

    #[test]
    fn it_looks_seldom_while_open_and_always_while_shut() {
        let files = FaultFiles::new();
        let guard = Guard::new(Room { least: 100 * MB, ballast: 0 }, Duration::from_hours(1));
        files.set_room(Some(200 * MB));
        assert_eq!(guard.look(&files), None);
        files.set_room(Some(7 * MB));
        assert_eq!(guard.look(&files), None, "it has just looked");
        guard.is_full();
        assert!(guard.look(&files).unwrap().contains("7 MB free"));
        files.set_room(Some(9 * MB));
        assert!(guard.look(&files).unwrap().contains("9 MB free"));
        files.set_room(Some(200 * MB));
        assert_eq!(guard.look(&files), None, "it opens by itself");
        files.set_room(None);
        guard.is_full();
        assert_eq!(guard.look(&files), None, "a disk that does not say is not watched");
    }

    #[test]
    fn the_ballast_is_taken_with_plenty_of_room_and_given_up_without_any() {
        let room = Room { least: 10, ballast: 1000 };
        let files = FaultFiles::new();
        files.set_room(Some(2000));
        take_ballast(&files, room, 0).unwrap();
        assert_eq!(files.bytes(BALLAST), None, "not plenty");
        files.set_room(Some(9000));
        take_ballast(&files, room, 0).unwrap();
        assert_eq!(files.bytes(BALLAST).unwrap().len(), 1000);
        assert!(!give_up_ballast(&files, room).unwrap());
        files.set_room(Some(999));
        assert!(give_up_ballast(&files, room).unwrap());
        assert_eq!(files.bytes(BALLAST), None);
        assert!(!give_up_ballast(&files, room).unwrap(), "there is none left");
    }
}
