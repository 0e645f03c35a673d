//! The lock of a screen, as its client sees it.

use crate::domain::time::{Moment, Zone};
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// When the lock falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockTerms {
    /// After so many milliseconds without a key; 0 is never.
    pub after: i64,
    /// I have chosen a PIN.
    pub pin: bool,
}

/// Wrong PINs until it is shut for a while.
pub const TRIES: u8 = 5;

/// What opens a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockState {
    /// No PIN was chosen yet: the screen asks for one before it shows anything.
    Choose,
    /// The PIN; so many tries are left.
    Ask(u8),
    /// Too many wrong ones: nothing until then.
    Shut(Moment),
    /// What is kept of the PIN can't be read: an administrator resets it.
    Broken,
}

/// What a locked screen shows: nothing of a client, nothing of a caregiver.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockView {
    /// What opens it.
    pub state: LockState,
    /// The last try was wrong.
    pub wrong: bool,
    /// It falls after so many milliseconds without a key; 0 is never.
    pub after: i64,
    /// Agency's name.
    pub agency: String,
    /// The office's zone.
    pub zone: Zone,
    /// Who may open it.
    pub user: String,
    /// Alerts of mine by tier P1..P5.
    pub tiers: [u32; 5],
}
opaque!(LockView);
