//! How long the rest of a key may be on its way: longer under SSH, and longer than any round trip that was measured.

use super::decode::ESC_WAIT_MS;
use super::round_trip::RoundTrip;

/// As [`ESC_WAIT_MS`], at the far end of an SSH line.
pub const ESC_WAIT_FAR_MS: i64 = 150;
/// However slow the line is: somebody waits for what Esc does.
pub const ESC_WAIT_MOST_MS: i64 = 600;

/// What the input thread waits.
#[derive(Debug, Clone)]
pub struct Patience {
    least: i64,
    round_trip: RoundTrip,
}

impl Patience {
    /// `far` where the terminal is at the other end of an SSH line; the round trip is measured by somebody else.
    pub fn new(far: bool, round_trip: RoundTrip) -> Self {
        let least = if far { ESC_WAIT_FAR_MS } else { ESC_WAIT_MS };
        Self { least, round_trip }
    }

    /// How much silence makes a lone ESC the Esc key.
    pub fn esc_ms(&self) -> i64 {
        let taken = self.round_trip.get().map_or(0, |taken| i64::try_from(taken.as_millis()).unwrap_or(i64::MAX));
        self.least.max(taken).min(ESC_WAIT_MOST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_longer_line_is_waited_for_longer() {
        let line = RoundTrip::default();
        let (near, far) = (Patience::new(false, RoundTrip::default()), Patience::new(true, line.clone()));
        assert_eq!((near.esc_ms(), far.esc_ms()), (ESC_WAIT_MS, ESC_WAIT_FAR_MS));
        for (measured, wanted) in [(20, 150), (320, 320), (9_000, ESC_WAIT_MOST_MS), (90, 150)] {
            line.set(Duration::from_millis(measured));
            assert_eq!(far.esc_ms(), wanted, "{measured}");
        }
    }
}
