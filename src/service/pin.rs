//! What a PIN is kept as, and the work of comparing one: pure, slow on purpose, and needing nothing of the service, so
//! that a server does it on a thread that nobody waits for.

use crate::domain::ids::UserId;
use crate::domain::pin::Pin;
use crate::domain::words::opaque;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};

/// What one try costs: kibibytes of memory, passes over it, lanes. OWASP's first choice for argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// A PIN as it is kept. What it cost stands beside it, so that a later caseload may ask for more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinHash {
    salt: [u8; 16],
    cost: (u32, u32, u32),
    hash: [u8; 32],
}
opaque!(PinHash);

impl PinHash {
    /// Of this PIN; slow.
    fn of(pin: &Pin, salt: [u8; 16], cost: (u32, u32, u32)) -> Option<Self> {
        let params = Params::new(cost.0, cost.1, cost.2, Some(32)).ok()?;
        let mut memory = vec![Block::default(); params.block_count()];
        let mut hash = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(pin.digits().as_bytes(), &salt, &mut hash, &mut memory)
            .ok()?;
        Some(Self { salt, cost, hash })
    }

    /// Whether it is this PIN's; slow. Every byte is looked at, whatever the first one says.
    fn is_of(&self, pin: &Pin) -> bool {
        let same = |other: &Self| self.hash.iter().zip(other.hash).fold(0, |all, (a, b)| all | (a ^ b)) == 0;
        Self::of(pin, self.salt, self.cost).is_some_and(|other| same(&other))
    }
}

/// A try, counted already, that waits for its hash.
pub struct PinWork {
    pub(super) user: UserId,
    /// What stands, and what was typed for it.
    pub(super) try_: Option<(PinHash, Pin)>,
    /// What is to stand from now on, and its salt.
    pub(super) choose: Option<(Pin, [u8; 16])>,
}
opaque!(PinWork);

/// A try that was compared.
pub struct PinDone {
    pub(super) user: UserId,
    /// It was the one that stands.
    pub(super) right: bool,
    /// An old one was asked for.
    pub(super) tried: bool,
    /// What is to stand from now on.
    pub(super) chosen: Option<PinHash>,
}
opaque!(PinDone);

impl PinWork {
    /// Compares; a few hundredths of a second and 19 MiB, on whatever thread has the time.
    pub fn run(self) -> PinDone {
        let tried = self.try_.is_some();
        let right = self.try_.is_none_or(|(hash, pin)| hash.is_of(&pin));
        let chosen = self.choose.filter(|_| right).and_then(|(pin, salt)| PinHash::of(&pin, salt, COST));
        PinDone { user: self.user, right, tried, chosen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_its_pin_alone() {
        let pin = |digits: &str| Pin::typed(digits);
        let hash = PinHash::of(&pin("2580"), [7; 16], COST).unwrap();
        assert!(hash.is_of(&pin("2580")) && !hash.is_of(&pin("2581")) && !hash.is_of(&pin("")));
        let salted = PinHash::of(&pin("2580"), [8; 16], COST).unwrap();
        assert!(hash != salted && salted.is_of(&pin("2580")));
        // What is kept with another cost is still compared by its own.
        let cheap = PinHash::of(&pin("2580"), [7; 16], (64, 1, 1)).unwrap();
        assert!(cheap.hash != hash.hash && cheap.is_of(&pin("2580")));
    }
}
