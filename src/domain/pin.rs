//! The digits that open a locked screen again.

use super::words::opaque;
use serde::{Deserialize, Serialize};

/// Fewest digits of a PIN.
pub const SHORTEST: usize = 4;
/// Most digits of a PIN.
pub const LONGEST: usize = 8;

/// What somebody typed as a PIN. Its `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin(String);
opaque!(Pin);

impl Pin {
    /// What was typed, whatever it is: a wrong one is found out by the hash alone.
    pub fn typed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Whether it may be chosen, or why not. A run and one digit over and over are what is tried first.
    pub fn may_be_chosen(&self) -> Result<(), &'static str> {
        let digits = self.0.as_bytes();
        if !(SHORTEST..=LONGEST).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
            return Err("a PIN has 4 to 8 digits");
        }
        let steps = |by: i16| digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == by);
        if [-1, 0, 1].into_iter().any(steps) {
            return Err("that one is tried first: no 1234, no 0000");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_chosen() {
        for good in ["2580", "90210", "19410612"] {
            assert_eq!(Pin::typed(good).may_be_chosen(), Ok(()), "{good}");
        }
        for bad in ["", "258", "258025802", "25a0", "２５８０", "0000", "1234", "98765"] {
            assert!(Pin::typed(bad).may_be_chosen().is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", Pin::typed("2580")), "Pin(…)");
    }
}
