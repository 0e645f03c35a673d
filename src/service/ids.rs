//! Where ids come from: the kernel's randomness, or a counted source for tests and pictures.

use crate::domain::ids::uuid_v7;
use crate::domain::time::Moment;

/// Makes ids.
pub trait Ids: Send + Sync {
    /// A new id.
    fn make(&mut self, now: Moment) -> [u8; 16];
}

/// Ids that nobody can guess.
#[derive(Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn make(&mut self, now: Moment) -> [u8; 16] {
        let mut bits = [0; 10];
        if getrandom::fill(&mut bits).is_err() {
            // Without randomness an id would only be guessable, not wrong: the commit refuses one that exists.
            bits[..8].copy_from_slice(&now.0.rotate_left(17).to_be_bytes());
        }
        uuid_v7(now.0, bits)
    }
}

/// Ids that come out the same each time.
#[derive(Debug, Default)]
pub struct CountedIds(u64);

impl CountedIds {
    /// Begins at a number, so that two runs over one store do not meet.
    pub fn from(start: u64) -> Self {
        Self(start)
    }
}

impl Ids for CountedIds {
    fn make(&mut self, now: Moment) -> [u8; 16] {
        self.0 += 1;
        let mut bits = [0; 10];
        bits[2..].copy_from_slice(&self.0.to_be_bytes());
        uuid_v7(now.0, bits)
    }
}
