//! How long the rest of a key may be on its way: longer under SSH, and longer than any round trip that was measured.

use super::decode::ESC_WAIT_MS;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// As [`ESC_WAIT_MS`], at the far end of an SSH line.
pub const ESC_WAIT_FAR_MS: i64 = 150;
/// However slow the line is: somebody waits for what Esc does.
pub const ESC_WAIT_MOST_MS: i64 = 600;

/// What the input thread waits, shared with whoever measures the line.
#[derive(Debug, Clone)]
pub struct Patience {
    least: i64,
    round_trip: Arc<AtomicI64>,
}

impl Patience {
    /// Before anything was measured; `far` where the terminal is at the other end of an SSH line.
    pub fn new(far: bool) -> Self {
        let least = if far { ESC_WAIT_FAR_MS } else { ESC_WAIT_MS };
        Self { least, round_trip: Arc::default() }
    }

    /// An answer has taken this long to come back.
    pub fn measured(&self, round_trip_ms: i64) {
        self.round_trip.store(round_trip_ms, Ordering::Relaxed);
    }

    /// How much silence makes a lone ESC the Esc key.
    pub fn esc_ms(&self) -> i64 {
        self.least.max(self.round_trip.load(Ordering::Relaxed)).min(ESC_WAIT_MOST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_line_is_waited_for_longer() {
        let (near, far) = (Patience::new(false), Patience::new(true));
        assert_eq!((near.esc_ms(), far.esc_ms()), (ESC_WAIT_MS, ESC_WAIT_FAR_MS));
        for (measured, wanted) in [(20, 150), (320, 320), (9_000, ESC_WAIT_MOST_MS), (90, 150)] {
            far.clone().measured(measured);
            assert_eq!(far.esc_ms(), wanted, "{measured}");
        }
    }
}
