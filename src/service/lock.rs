//! The idle lock: it belongs to a user, not to a connection, and only the service decides whether it holds.
//!
//! What is kept of a user lies in a small file of its own beside the drafts (temp, sync, rename): her PIN, the tries, and
//! when she was last at her keys, so that a restart neither opens a lock nor gives tries back. A try is counted on the
//! disk before it is compared. All of it is reached by `&self`, each user behind her own mutex.

use super::api::{LockState, TRIES};
use super::pin::{PinDone, PinHash, PinWork};
use crate::domain::ids::UserId;
use crate::domain::pin::Pin;
use crate::domain::time::{MINUTE, Moment};
use crate::store::codec::{self, CodecError, LOCK_KIND, decode_loose_with, encode_loose};
use crate::store::files::{Files, read_whole, replace};
use crate::store::keyring::{AGENCY, Keyring};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long it is shut then.
pub const SHUT: i64 = 15 * MINUTE;
/// A call keeps the lock off for this long and no longer.
pub const LONGEST_CALL: i64 = 30 * MINUTE;
/// Her last key is written down this often and no more: a client says so twice a minute.
const WRITTEN: i64 = 25_000;
/// Where they lie below the agency's directory.
const DIRECTORY: &str = "locks";
/// Longest of these files, in bytes.
const LONGEST: usize = 4 * 1024;

/// Which sessions lock, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockRule {
    /// By hand alone: tests, pictures, and a demo where nobody is real.
    Off,
    /// After so many milliseconds.
    After(i64),
    /// As the agency's policy says.
    Policy,
}

/// What is kept of a user.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    pin: Option<PinHash>,
    wrong: u8,
    shut_until: Option<Moment>,
    active: Option<Moment>,
    locked: bool,
}

#[derive(Default)]
struct User {
    kept: Kept,
    /// Her last key as it stands on the disk.
    written: Option<Moment>,
    /// She has been on the phone since.
    call: Option<Moment>,
    /// What is kept of her can't be read: nobody gets in by that.
    broken: bool,
}

/// The locks of all users.
pub struct Locks {
    files: Option<Arc<dyn Files>>,
    keys: Option<Arc<Keyring>>,
    rule: Mutex<LockRule>,
    users: Mutex<BTreeMap<UserId, Arc<Mutex<User>>>>,
}

/// Why a try does not come to be compared.
pub(super) enum Stopped {
    /// It is shut, broken, or waits for something else.
    State(LockState),
    /// The disk did not take the count, or the PIN may not be chosen.
    Because(String),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Locks {
    /// Locked by hand alone, and forgotten with the service.
    pub fn off() -> Self {
        Self::new(LockRule::Off, None)
    }

    /// By this rule; kept in these files, or in memory alone.
    pub fn new(rule: LockRule, files: Option<Arc<dyn Files>>) -> Self {
        Self { files, keys: None, rule: Mutex::new(rule), users: Mutex::default() }
    }

    /// Sealed with the agency's key, where it is encrypted: a PIN is short, and its hash is nothing to leave about.
    #[must_use]
    pub fn sealed_by(mut self, keys: Option<Arc<Keyring>>) -> Self {
        self.keys = keys;
        self
    }

    /// Locks by this rule from now on.
    pub fn set_rule(&self, rule: LockRule) {
        *lock(&self.rule) = rule;
    }

    /// The rule.
    pub fn rule(&self) -> LockRule {
        *lock(&self.rule)
    }

    fn user(&self, id: UserId) -> Arc<Mutex<User>> {
        let mut users = lock(&self.users);
        Arc::clone(users.entry(id).or_insert_with(|| Arc::new(Mutex::new(self.read(id)))))
    }

    fn read(&self, id: UserId) -> User {
        let Some(files) = &self.files else { return User::default() };
        let read = || -> Result<Kept, ()> {
            match read_whole(&**files, &path(id), LONGEST).map_err(|_| ())? {
                None => Ok(Kept::default()),
                Some(bytes) => decode_loose_with(self.keys.as_deref(), LOCK_KIND, &id.0, &bytes).map_err(|_| ()),
            }
        };
        match read() {
            Ok(kept) => User { written: kept.active, kept, ..User::default() },
            Err(()) => User { broken: true, ..User::default() },
        }
    }

    fn bytes(&self, id: UserId, kept: &Kept) -> Result<Vec<u8>, CodecError> {
        let clear = encode_loose(LOCK_KIND, &id.0, kept)?;
        let Some(keys) = &self.keys else { return Ok(clear) };
        let unkeyed = |_| CodecError::Damaged("there is no key to seal it with");
        let numbers = keys.numbers(&[AGENCY]).map_err(unkeyed)?;
        codec::sealed(keys, numbers.first().copied().unwrap_or_default(), &id.0, 0, &clear)
    }

    fn write(&self, id: UserId, user: &mut User) -> Result<(), String> {
        if let Some(files) = &self.files {
            let bytes = self.bytes(id, &user.kept).map_err(|e| format!("the lock could not be written: {e}"))?;
            let wrote = files.create_dir(DIRECTORY).and_then(|()| replace(&**files, &path(id), &bytes));
            wrote.map_err(|e| format!("the lock could not be written: {e}"))?;
        }
        user.written = user.kept.active;
        Ok(())
    }

    /// She has chosen a PIN (or nobody can tell).
    pub fn has_pin(&self, id: UserId) -> bool {
        let user = self.user(id);
        let user = lock(&user);
        user.broken || user.kept.pin.is_some()
    }

    /// What holds her out now, if anything does. It falls after so many milliseconds without a key; with 0 only when she
    /// locks by hand. Whoever has no PIN is not held out: whoever it is could choose one.
    pub fn state(&self, id: UserId, after: i64, now: Moment) -> Option<LockState> {
        let user = self.user(id);
        let mut user = lock(&user);
        holds(&mut user, after, now)
    }

    /// She is at her keys. Answers what holds her out instead, if that is so.
    pub fn active(&self, id: UserId, call: bool, after: i64, now: Moment) -> Option<LockState> {
        let user = self.user(id);
        let mut user = lock(&user);
        if let Some(state) = holds(&mut user, after, now) {
            return Some(state);
        }
        user.kept.active = Some(now);
        user.call = if call { Some(user.call.unwrap_or(now)) } else { None };
        if after > 0 && user.written.is_none_or(|at| !(0..WRITTEN).contains(&now.since(at))) {
            // Without the disk she is asked for her PIN sooner after a restart, never later.
            let _ = self.write(id, &mut user);
        }
        None
    }

    /// Locks now. Without a PIN there is nothing to open it with.
    pub(super) fn lock_now(&self, id: UserId) -> Result<(), String> {
        let user = self.user(id);
        let mut user = lock(&user);
        if user.kept.pin.is_none() && !user.broken {
            return Err("choose a PIN first: there would be nothing to open it with".to_owned());
        }
        user.kept.locked = true;
        user.call = None;
        // Held by the memory in any case; on the disk her last key still asks for the PIN before long.
        let _ = self.write(id, &mut user);
        Ok(())
    }

    /// Counts a try on the disk and hands out its work.
    pub(super) fn begin(&self, id: UserId, pin: &Pin, now: Moment) -> Result<PinWork, Stopped> {
        let user = self.user(id);
        let mut user = lock(&user);
        let try_ = self.count(id, &mut user, pin, now)?;
        Ok(PinWork { user: id, try_: Some(try_), choose: None })
    }

    /// The same for a PIN to be chosen: the first one, or another with the one that stands.
    pub(super) fn begin_choosing(
        &self,
        id: UserId,
        old: Option<&Pin>,
        new: &Pin,
        salt: [u8; 16],
        now: Moment,
    ) -> Result<PinWork, Stopped> {
        new.may_be_chosen().map_err(|why| Stopped::Because(why.to_owned()))?;
        let user = self.user(id);
        let mut user = lock(&user);
        if user.broken {
            return Err(Stopped::State(LockState::Broken));
        }
        let try_ = match (user.kept.pin.is_some(), old) {
            (false, _) => None,
            (true, Some(old)) => Some(self.count(id, &mut user, old, now)?),
            (true, None) => return Err(Stopped::Because("type the PIN that you have first".to_owned())),
        };
        Ok(PinWork { user: id, try_, choose: Some((new.clone(), salt)) })
    }

    fn count(&self, id: UserId, user: &mut User, pin: &Pin, now: Moment) -> Result<(PinHash, Pin), Stopped> {
        if user.broken {
            return Err(Stopped::State(LockState::Broken));
        }
        let Some(hash) = user.kept.pin.clone() else { return Err(Stopped::State(LockState::Choose)) };
        if let Some(until) = shut(&mut user.kept, now) {
            return Err(Stopped::State(LockState::Shut(until)));
        }
        let before = user.kept.clone();
        user.kept.wrong = user.kept.wrong.saturating_add(1);
        if user.kept.wrong >= TRIES {
            user.kept.shut_until = Some(now.plus(SHUT));
        }
        if let Err(why) = self.write(id, user) {
            // Not compared, so not tried.
            user.kept = before;
            return Err(Stopped::Because(why));
        }
        Ok((hash, pin.clone()))
    }

    /// What came of a try. Answers whether it opened.
    pub(super) fn finish(&self, done: PinDone, now: Moment) -> Result<bool, String> {
        let user = self.user(done.user);
        let mut user = lock(&user);
        if !done.right {
            return Ok(false);
        }
        let before = user.kept.clone();
        if let Some(chosen) = done.chosen {
            if !done.tried && user.kept.pin.is_some() {
                return Err("a PIN was chosen meanwhile, in another window: type that one".to_owned());
            }
            user.kept.pin = Some(chosen);
        }
        user.kept.wrong = 0;
        user.kept.shut_until = None;
        user.kept.locked = false;
        user.kept.active = Some(now);
        user.call = None;
        let chosen = user.kept.pin != before.pin;
        let wrote = self.write(done.user, &mut user);
        if chosen && let Err(why) = wrote {
            // A PIN that a restart would not know is none.
            user.kept = before;
            return Err(why);
        }
        Ok(true)
    }

    /// How many tries she has, or until when there are none.
    pub(super) fn tries(&self, id: UserId, now: Moment) -> LockState {
        let user = self.user(id);
        let mut user = lock(&user);
        match shut(&mut user.kept, now) {
            _ if user.broken => LockState::Broken,
            Some(until) => LockState::Shut(until),
            None => LockState::Ask(TRIES.saturating_sub(user.kept.wrong)),
        }
    }

    /// Forgets her PIN and her tries.
    pub(super) fn reset(&self, id: UserId) -> Result<(), String> {
        let user = self.user(id);
        let mut user = lock(&user);
        let before = std::mem::take(&mut *user);
        self.write(id, &mut user).inspect_err(|_| *user = before)
    }
}

fn path(id: UserId) -> String {
    format!("{DIRECTORY}/{id}")
}

/// Until when it is shut; tries that have been waited for are given back.
fn shut(kept: &mut Kept, now: Moment) -> Option<Moment> {
    let until = kept.shut_until?;
    // A clock that was set back must not shut it for a day.
    if now < until && until.since(now) <= SHUT {
        return Some(until);
    }
    kept.shut_until = None;
    kept.wrong = 0;
    None
}

fn holds(user: &mut User, after: i64, now: Moment) -> Option<LockState> {
    if user.broken {
        return Some(LockState::Broken);
    }
    // Nothing to open it with: her screen asks her to choose one before it shows anything.
    user.kept.pin.as_ref()?;
    if !user.kept.locked && after > 0 && idle(user, after, now) {
        user.kept.locked = true;
        user.call = None;
    }
    if !user.kept.locked {
        return None;
    }
    Some(match shut(&mut user.kept, now) {
        Some(until) => LockState::Shut(until),
        None => LockState::Ask(TRIES.saturating_sub(user.kept.wrong)),
    })
}

fn idle(user: &mut User, after: i64, now: Moment) -> bool {
    let Some(active) = user.kept.active else { return true };
    if now < active {
        // The clock was set back: the time starts anew from here, so that nobody gains by it.
        user.kept.active = Some(now);
        user.call = user.call.map(|_| now);
        return false;
    }
    let call = user.call.is_some_and(|since| now.since(since) < LONGEST_CALL);
    now.since(active) >= after && !call
}
