//! What one Unix user may use up: connections, and requests a second. Whoever asks more waits; nobody else does.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Limits of one Unix user, and of all together.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections of one Unix user.
    pub connections: u32,
    /// Connections of all.
    pub all: u32,
    /// Requests a second of one Unix user, in the long run.
    pub requests: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 16, all: 1_000, requests: 500 }
    }
}

struct Use {
    connections: u32,
    /// Requests that may be made at once, at most two seconds' worth.
    left: f64,
    at: Instant,
}

/// What each Unix user uses now.
pub(super) struct Uses {
    limits: Limits,
    by_uid: Mutex<HashMap<u32, Use>>,
}

impl Uses {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, by_uid: Mutex::default() }
    }

    fn uses(&self) -> MutexGuard<'_, HashMap<u32, Use>> {
        self.by_uid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection of this user, or why not.
    pub(super) fn enter(&self, uid: u32) -> Result<(), String> {
        let mut uses = self.uses();
        if uses.values().map(|u| u.connections).sum::<u32>() >= self.limits.all {
            return Err("too many are connected; try again in a minute".to_owned());
        }
        let burst = f64::from(self.limits.requests) * 2.0;
        let mine = uses.entry(uid).or_insert_with(|| Use { connections: 0, left: burst, at: Instant::now() });
        if mine.connections >= self.limits.connections {
            return Err(format!(
                "this login has {} connections open already; close one of them",
                self.limits.connections
            ));
        }
        mine.connections += 1;
        Ok(())
    }

    pub(super) fn leave(&self, uid: u32) {
        let mut uses = self.uses();
        if let Some(mine) = uses.get_mut(&uid) {
            mine.connections = mine.connections.saturating_sub(1);
            if mine.connections == 0 && mine.at.elapsed() > Duration::from_mins(1) {
                uses.remove(&uid);
            }
        }
    }

    /// Counts one request; how long it has to wait.
    pub(super) fn ask(&self, uid: u32, now: Instant) -> Duration {
        let mut uses = self.uses();
        let Some(mine) = uses.get_mut(&uid) else { return Duration::ZERO };
        let rate = f64::from(self.limits.requests.max(1));
        let since = now.saturating_duration_since(mine.at).as_secs_f64();
        mine.left = (mine.left + since * rate).min(rate * 2.0) - 1.0;
        mine.at = now;
        if mine.left >= 0.0 { Duration::ZERO } else { Duration::from_secs_f64(-mine.left / rate) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_is_held_back_and_another_is_not() {
        let uses = Uses::new(Limits { connections: 2, all: 3, requests: 10 });
        assert!(uses.enter(1).is_ok() && uses.enter(1).is_ok());
        assert!(uses.enter(1).unwrap_err().contains("2 connections"));
        uses.leave(1);
        assert!(uses.enter(1).is_ok() && uses.enter(2).is_ok());
        assert!(uses.enter(3).unwrap_err().contains("too many"));
        let now = Instant::now();
        let waits: Vec<Duration> = (0..40).map(|_| uses.ask(1, now)).collect();
        assert_eq!(waits.iter().filter(|w| w.is_zero()).count(), 20);
        assert!(waits[39] > Duration::from_millis(1_900));
        assert!(uses.ask(2, now).is_zero());
        // Five seconds later it has what it may have at most.
        assert!(uses.ask(1, now + Duration::from_secs(5)).is_zero());
    }
}
