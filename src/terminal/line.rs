//! The line to the terminal while the program runs: what the terminal is, how long it takes to answer, and when the next
//! frame may go. Its clock is the machine's own, which no setting of the time moves.

use super::backend::Sent;
use super::decode::Reply;
use super::pacing::{Pacing, Turn};
use super::paint::Abilities;
use super::profile::Profile;
use super::round_trip::RoundTrip;
use crate::app::terminal::Finding;
use std::time::{Duration, Instant};

/// An answer to the batch that has not come by then is not waited for when leaving.
const LOST: Duration = Duration::from_secs(5);

/// What may still come from the terminal, asked for by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owed {
    /// The fence of the batch.
    pub fence: bool,
    /// So many answers to `DSR 5`.
    pub status: usize,
}

impl Owed {
    /// Nothing is.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// One of them has come.
    pub fn heard(&mut self, reply: &Reply) {
        if Profile::is_fence(reply) {
            self.fence = false;
        } else if *reply == Reply::StatusOk {
            self.status = self.status.saturating_sub(1);
        }
    }
}

/// What has become of the batch of questions.
#[derive(Debug, Clone, Copy)]
enum Batch {
    /// None was sent, or nobody waits for it any more.
    None,
    /// It goes out with the next frame.
    Next,
    /// It went out then.
    Sent(Instant),
    /// It did, and something of it was answered.
    Heard(Instant),
}

/// All that is known of the line.
#[derive(Debug)]
pub struct Line {
    profile: Profile,
    pacing: Pacing,
    round_trip: RoundTrip,
    start: Instant,
    batch: Batch,
    fenced: bool,
    /// Frames that were put off.
    skipped: u64,
}

impl Line {
    /// Of a terminal of which this much is known.
    pub fn new(profile: Profile) -> Self {
        let mut line = Self {
            pacing: Pacing::new(profile.forced().low_bandwidth),
            profile,
            round_trip: RoundTrip::default(),
            start: Instant::now(),
            batch: Batch::None,
            fenced: false,
            skipped: 0,
        };
        line.pacing.inside(line.profile.multiplexer().is_some());
        line
    }

    /// The round trip, for whoever waits for it.
    pub fn round_trip(&self) -> RoundTrip {
        self.round_trip.clone()
    }

    /// What is known of the terminal.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What may be sent, as far as it is known now.
    pub fn abilities(&self) -> Abilities {
        self.profile.capabilities().abilities
    }

    /// The batch goes out with the next frame.
    pub fn asks(&mut self) -> &'static str {
        let batch = self.profile.batch();
        self.batch = if batch.is_empty() { Batch::None } else { Batch::Next };
        batch
    }

    /// An answer came.
    pub fn heard(&mut self, reply: &Reply) {
        if *reply == Reply::StatusOk {
            self.pacing.answered(self.now());
        } else {
            let of_batch = matches!(reply, Reply::ColorReport { .. } | Reply::Version(_) | Reply::ModeReport { .. });
            if let Batch::Sent(at) = self.batch
                && (of_batch || Profile::is_fence(reply))
            {
                self.batch = Batch::Heard(at);
                // What comes later than that was held up by somebody (a stop, another window of a multiplexer), and says
                // nothing of the line.
                if at.elapsed() < LOST {
                    self.pacing.measured(at.elapsed().as_millis() as u64);
                }
            }
            self.fenced |= Profile::is_fence(reply);
            self.profile.heard(reply);
            self.pacing.inside(self.profile.multiplexer().is_some());
        }
        if let Some(taken) = self.pacing.round_trip() {
            self.round_trip.set(Duration::from_millis(taken));
        }
    }

    /// A frame takes its time until it is there.
    pub fn is_slow(&self) -> bool {
        self.pacing.is_slow()
    }

    /// A key came.
    pub fn key(&mut self) {
        self.pacing.key(self.now());
    }

    /// Something new is to be drawn: whether now, and whether the frame is to end in a question. Otherwise `None`.
    pub fn turn(&mut self) -> Option<bool> {
        match self.pacing.turn(self.now()) {
            Turn::Draw { ask } => Some(ask),
            Turn::Wait { .. } => None,
        }
    }

    /// How long a frame that was put off has to wait at most.
    pub fn wait(&mut self) -> Duration {
        let now = self.now();
        match self.pacing.turn(now) {
            Turn::Draw { .. } => Duration::ZERO,
            Turn::Wait { until } => Duration::from_millis(until.saturating_sub(now)),
        }
    }

    /// A frame was put off.
    pub fn put_off(&mut self) {
        self.skipped += 1;
    }

    /// A frame was sent, ending in a question or not.
    pub fn drawn(&mut self, asked: bool) {
        if matches!(self.batch, Batch::Next) {
            self.batch = Batch::Sent(Instant::now());
        }
        self.pacing.drawn(self.now(), asked);
    }

    /// The round trip is measured anew with the next frame.
    pub fn measure_anew(&mut self) {
        self.pacing.measure_anew();
    }

    /// What we have asked and not heard.
    pub fn owed(&self) -> Owed {
        let sent = matches!(self.batch, Batch::Sent(at) | Batch::Heard(at) if at.elapsed() < LOST);
        let fence = sent && !self.fenced;
        Owed { fence, status: self.pacing.owed(self.now()) }
    }

    /// Whatever is still owed is not waited for any more.
    pub fn forget(&mut self) {
        self.pacing.forget();
        if !matches!(self.batch, Batch::Next) {
            self.batch = Batch::None;
        }
    }

    /// No answer will come any more, and why.
    pub fn give_up(&mut self, why: &'static str) {
        self.profile.give_up(why);
    }

    /// All of it, a line each.
    pub fn findings(&self, sent: Sent) -> Vec<Finding> {
        let mut out = self.profile.findings();
        let (taken, why) = match self.pacing.round_trip() {
            Some(taken) => (format!("{taken} ms"), "from a question to its answer"),
            None => ("unknown".to_owned(), "it has not answered"),
        };
        out.push(Finding::new("round trip", taken, why));
        let (paced, why) = self.pacing.words(self.now());
        out.push(Finding::new("pacing", paced, why));
        let Sent { frames, writes, bytes } = sent;
        if frames > 0 {
            out.push(Finding::new(
                "frames",
                format!("{frames} drawn, {} put off", self.skipped),
                "since it was opened",
            ));
            out.push(Finding::new("sent", format!("{bytes} bytes in {writes} writes"), "since it was opened"));
        }
        out
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
