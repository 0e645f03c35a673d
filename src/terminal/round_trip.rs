//! How long the terminal takes to answer, as it was measured last; known to whoever waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A value that one thread measures and others read.
#[derive(Debug, Clone, Default)]
pub struct RoundTrip(Arc<AtomicU32>);

impl RoundTrip {
    /// As measured; `None` until the terminal has answered.
    pub fn get(&self) -> Option<Duration> {
        // Kept one too high, so that 0 is free to mean unknown.
        self.0.load(Ordering::Relaxed).checked_sub(1).map(|ms| Duration::from_millis(ms.into()))
    }

    /// It was measured.
    pub fn set(&self, taken: Duration) {
        let ms = u32::try_from(taken.as_millis()).unwrap_or(u32::MAX - 1);
        self.0.store(ms.saturating_add(1), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_measures_the_other_reads() {
        let one = RoundTrip::default();
        let other = one.clone();
        assert_eq!(other.get(), None);
        for ms in [0, 1, 150, 70_000] {
            one.set(Duration::from_millis(ms));
            assert_eq!(other.get(), Some(Duration::from_millis(ms)));
        }
        one.set(Duration::MAX);
        assert!(other.get() > Some(Duration::from_hours(24)));
    }
}
