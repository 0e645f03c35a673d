//! When the next frame may be drawn. On a slow line a program never notices that it runs ahead of the screen: what it
//! writes is taken at once and lies in buffers on the way. So a frame ends in a question there, and the next is drawn
//! when its answer has come. Frames are dropped by this, keys never: what is drawn is always the newest state.
//!
//! Pure: time is an argument, in milliseconds of any clock that only goes forward.

use std::collections::VecDeque;

/// The terminal's own answer to this says that everything before it has been read.
pub const QUESTION: &[u8] = b"\x1b[5n";

/// Below this round trip nothing is asked, in milliseconds.
const QUICK: u64 = 40;
/// An answer is waited for at least so long.
const LEAST_WAIT: u64 = 500;
/// So many in a row that do not come end the asking.
const MISSES: u32 = 3;
/// For so long.
const OFF: u64 = 60_000;
/// Keys closer together than this are one that is held down.
const HELD: u64 = 80;
/// What a multiplexer is sent while a key is held: twenty frames a second.
const GAP_INSIDE: u64 = 50;
/// And a line that is to be spared: ten.
const GAP_SPARED: u64 = 100;
/// More unanswered questions are not remembered.
const REMEMBERED: usize = 16;
/// An answer that has not come by then is not waited for when leaving.
const LOST: u64 = 5_000;

/// Whether a frame may be drawn now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may; whether it is to end in the question.
    Draw {
        /// It is.
        ask: bool,
    },
    /// Not before this moment, unless an answer comes.
    Wait {
        /// That moment.
        until: u64,
    },
}

/// What is known of the line.
#[derive(Debug, Clone, Default)]
pub struct Pacing {
    /// Asked whatever the round trip is.
    spared: bool,
    /// The answers are a multiplexer's and prove nothing about the line behind it.
    inside: bool,
    round_trip: Option<u64>,
    /// When each question that is still unanswered was asked, oldest first.
    asked: VecDeque<u64>,
    /// The newest of these is waited for.
    waits: bool,
    /// Something was answered since that was asked.
    heard: bool,
    misses: u32,
    off_until: Option<u64>,
    /// The next frame asks, to measure anew.
    anew: bool,
    /// The last key, and whether the one before was close.
    key: Option<(u64, bool)>,
    last_frame: Option<u64>,
}

impl Pacing {
    /// Nothing is known yet; a line that is to be `spared` is asked from the first frame on.
    pub fn new(spared: bool) -> Self {
        Self { spared, ..Self::default() }
    }

    /// Whether a multiplexer stands in between.
    pub fn inside(&mut self, inside: bool) {
        self.inside = inside;
    }

    /// The round trip, smoothed, once it is known.
    pub fn round_trip(&self) -> Option<u64> {
        self.round_trip
    }

    /// The round trip is one that is felt. Inside of a multiplexer nobody knows.
    pub fn is_slow(&self) -> bool {
        !self.inside && self.round_trip.is_some_and(|taken| taken >= QUICK)
    }

    /// The round trip was measured by other means than a frame.
    pub fn measured(&mut self, taken: u64) {
        self.round_trip = Some(match self.round_trip {
            None => taken,
            // A large frame takes its time, which is not the line's; what is shorter is nearer the truth.
            Some(known) if taken > known => known + (taken - known) / 8,
            Some(known) => u64::midpoint(known, taken),
        });
        if self.off_until == Some(u64::MAX) {
            self.off_until = None;
        }
    }

    /// A key came.
    pub fn key(&mut self, now: u64) {
        let close = self.key.is_some_and(|(before, _)| now.saturating_sub(before) < HELD);
        self.key = Some((now, close));
    }

    /// Something is to be drawn: may it be?
    pub fn turn(&mut self, now: u64) -> Turn {
        if self.off_until.is_some_and(|until| until <= now) {
            self.off_until = None;
            self.asked.clear();
        }
        if let Some(asked) = self.asked.back().copied().filter(|_| self.waits) {
            let until = asked.saturating_add(self.patience());
            if now < until {
                return Turn::Wait { until };
            }
            self.missed(now);
        }
        let gap = match (self.spared, self.inside) {
            (true, _) => GAP_SPARED,
            (_, true) => GAP_INSIDE,
            _ => 0,
        };
        if let Some(until) = self.last_frame.map(|last| last.saturating_add(gap))
            && now < until
            && self.is_held(now)
        {
            return Turn::Wait { until };
        }
        Turn::Draw { ask: self.asks() }
    }

    /// A frame was sent, with the question at its end or without. One that sent nothing is none.
    pub fn drawn(&mut self, now: u64, asked: bool) {
        self.last_frame = Some(now);
        if asked {
            if self.asked.len() >= REMEMBERED {
                self.asked.pop_front();
            }
            self.asked.push_back(now);
            (self.waits, self.heard, self.anew) = (true, false, false);
        }
    }

    /// The question was answered, the oldest first. Says whether it had been asked.
    pub fn answered(&mut self, now: u64) -> bool {
        let Some(asked) = self.asked.pop_front() else { return false };
        self.measured(now.saturating_sub(asked));
        (self.heard, self.misses) = (true, 0);
        self.waits &= !self.asked.is_empty();
        true
    }

    /// Measures anew with the next frame: the terminal may be another one, or somewhere else.
    pub fn measure_anew(&mut self) {
        self.anew = self.round_trip.is_some();
    }

    /// Whatever was asked is answered to somebody else, or not at all.
    pub fn forget(&mut self) {
        self.asked.clear();
        (self.waits, self.heard, self.misses) = (false, false, 0);
    }

    /// Answers that may still be on their way.
    pub fn owed(&self, now: u64) -> usize {
        self.asked.iter().filter(|asked| now.saturating_sub(**asked) < LOST).count()
    }

    /// How it stands, in words, and why.
    pub fn words(&self, now: u64) -> (&'static str, &'static str) {
        match () {
            () if self.off_until == Some(u64::MAX) => ("off", "the terminal has never answered"),
            () if self.off_until.is_some_and(|until| until > now) => {
                ("off for a minute", "three answers in a row did not come")
            }
            () if self.spared => ("on, 10 a second for a held key", "--low-bandwidth"),
            () if self.asks() => ("on", "the round trip is 40 ms or more"),
            () if self.inside => ("20 a second for a held key", "a multiplexer answers for the terminal"),
            () if self.round_trip.is_some() => ("off", "the round trip is under 40 ms"),
            () => ("off", "the terminal has not answered yet"),
        }
    }

    fn asks(&self) -> bool {
        self.off_until.is_none() && (self.spared || self.anew || self.round_trip.is_some_and(|taken| taken >= QUICK))
    }

    /// How long an answer is waited for.
    fn patience(&self) -> u64 {
        let once = self.round_trip.unwrap_or(0).saturating_mul(4).clamp(LEAST_WAIT, LOST);
        once.saturating_mul(1 << self.misses.min(MISSES))
    }

    fn missed(&mut self, now: u64) {
        self.waits = false;
        if std::mem::take(&mut self.heard) {
            // It does answer: an older one was lost, and this one's was taken for that.
            while self.asked.len() > 1 {
                self.asked.pop_front();
            }
            return;
        }
        self.misses += 1;
        if self.misses >= MISSES {
            self.misses = 0;
            // One that has never answered is deaf.
            self.off_until = Some(if self.round_trip.is_some() { now.saturating_add(OFF) } else { u64::MAX });
        }
    }

    fn is_held(&self, now: u64) -> bool {
        self.key.is_some_and(|(last, close)| close && now.saturating_sub(last) < HELD)
    }
}

#[cfg(test)]
mod tests;
