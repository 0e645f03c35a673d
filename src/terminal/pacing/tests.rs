//! Lines of all kinds: quick, slow, stalling, deaf, and inside of a multiplexer.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

fn runner() -> TestRunner {
    let config = Config { cases: 1_000, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[6; 32]))
}

/// A terminal at the end of a line, and a program that always has something new to draw.
struct World {
    pacing: Pacing,
    now: u64,
    /// When the answers come, in order.
    answers: VecDeque<u64>,
    /// When a frame was drawn, and whether it asked.
    frames: Vec<(u64, bool)>,
}

impl World {
    fn new(pacing: Pacing) -> Self {
        Self { pacing, now: 1_000, answers: VecDeque::new(), frames: Vec::new() }
    }

    /// So long a key is held, thirty a second, on a line that answers after `delay` says.
    fn hold(&mut self, ms: u64, mut delay: impl FnMut(u64) -> Option<u64>) {
        let end = self.now + ms;
        let mut changed = false;
        while self.now < end {
            if self.now.is_multiple_of(33) {
                self.pacing.key(self.now);
                changed = true;
            }
            while self.answers.front().is_some_and(|at| *at <= self.now) {
                self.answers.pop_front();
                assert!(self.pacing.answered(self.now));
            }
            if changed {
                changed = !self.draw(&mut delay);
            }
            self.now += 1;
        }
    }

    fn draw(&mut self, delay: &mut impl FnMut(u64) -> Option<u64>) -> bool {
        let Turn::Draw { ask } = self.pacing.turn(self.now) else { return false };
        self.pacing.drawn(self.now, ask);
        self.frames.push((self.now, ask));
        if ask && let Some(delay) = delay(self.now) {
            // Answers come in the order of the questions.
            let at = self.answers.back().copied().unwrap_or(0).max(self.now + delay);
            self.answers.push_back(at);
        }
        true
    }
}

#[test]
fn nothing_is_sent_and_nothing_waits_on_a_quick_line() {
    let mut pacing = Pacing::default();
    for now in 0..2_000 {
        if now == 1_000 {
            pacing.measured(39);
        }
        pacing.key(now);
        assert_eq!(pacing.turn(now), Turn::Draw { ask: false });
        pacing.drawn(now, false);
    }
    assert_eq!(pacing.owed(2_000), 0);
}

#[test]
fn the_next_frame_is_drawn_when_the_answer_has_come() {
    let mut pacing = Pacing::default();
    pacing.measured(150);
    assert_eq!(pacing.turn(0), Turn::Draw { ask: true });
    pacing.drawn(0, true);
    assert_eq!(pacing.turn(10), Turn::Wait { until: 600 });
    assert_eq!(pacing.owed(10), 1);
    assert!(pacing.answered(160));
    assert_eq!(pacing.turn(160), Turn::Draw { ask: true });
    // An answer to nothing is none.
    assert!(!pacing.answered(161));
    // The shortest wait is half a second.
    let mut pacing = Pacing::default();
    pacing.measured(41);
    pacing.drawn(0, true);
    assert_eq!(pacing.turn(1), Turn::Wait { until: 500 });
}

#[test]
fn one_miss_doubles_the_wait_and_three_end_the_asking_for_a_minute() {
    let mut pacing = Pacing::default();
    pacing.measured(200);
    let mut now = 0;
    for wait in [800, 1_600, 3_200] {
        assert_eq!(pacing.turn(now), Turn::Draw { ask: true });
        pacing.drawn(now, true);
        assert_eq!(pacing.turn(now), Turn::Wait { until: now + wait });
        now += wait;
    }
    assert_eq!(pacing.turn(now), Turn::Draw { ask: false });
    pacing.drawn(now, false);
    assert_eq!(pacing.turn(now + OFF - 1), Turn::Draw { ask: false });
    assert_eq!(pacing.turn(now + OFF), Turn::Draw { ask: true });
    // What is deaf from the start is not asked again, until it answers.
    let mut deaf = Pacing::new(true);
    let mut now = 0;
    for wait in [500, 1_000, 2_000] {
        assert_eq!(deaf.turn(now), Turn::Draw { ask: true });
        deaf.drawn(now, true);
        now += wait;
    }
    assert_eq!(deaf.turn(now), Turn::Draw { ask: false });
    assert_eq!(deaf.turn(now + 100 * OFF), Turn::Draw { ask: false });
    deaf.measured(3);
    assert_eq!(deaf.turn(now + 100 * OFF), Turn::Draw { ask: true });
}

#[test]
fn a_late_answer_and_a_lost_one_do_not_end_the_pacing() {
    // Late: it answers after the wait, again and again.
    let mut pacing = Pacing::default();
    pacing.measured(100);
    let mut world = World::new(pacing);
    world.hold(60_000, |_| Some(1_200));
    let asked = world.frames.iter().filter(|(_, ask)| *ask).count();
    assert_eq!(asked, world.frames.len(), "it answers, if late");
    assert!(world.pacing.round_trip() > Some(400), "{:?}", world.pacing.round_trip());
    // One in ten is lost.
    let mut pacing = Pacing::default();
    pacing.measured(100);
    let mut world = World::new(pacing);
    let mut n = 0;
    world.hold(60_000, |_| {
        n += 1;
        (n % 10 != 0).then_some(100)
    });
    assert!(world.frames.iter().all(|(_, ask)| *ask));
}

#[test]
fn what_is_held_inside_of_a_multiplexer_is_drawn_twenty_times_a_second() {
    let mut pacing = Pacing::default();
    pacing.measured(0);
    pacing.inside(true);
    let mut world = World::new(pacing);
    world.hold(5_000, |_| None);
    for (at, _) in &world.frames {
        let second = world.frames.iter().filter(|(other, _)| (*at..*at + 1_000).contains(other)).count();
        assert!(second <= 21, "{second} in the second from {at}");
    }
    assert!(world.frames.len() > 70, "{}", world.frames.len());
    // A key by itself is shown at once, right behind another frame too.
    let now = world.now + 500;
    world.pacing.drawn(now, false);
    world.pacing.key(now + 1);
    assert_eq!(world.pacing.turn(now + 1), Turn::Draw { ask: false });
}

#[test]
fn a_held_key_never_runs_ahead_of_the_screen() {
    let mut pacing = Pacing::default();
    pacing.measured(150);
    let mut world = World::new(pacing);
    world.hold(10_000, |_| Some(150));
    let gaps: Vec<u64> = world.frames.windows(2).map(|two| two[1].0 - two[0].0).collect();
    assert!(gaps.iter().all(|gap| *gap >= 150), "{gaps:?}");
    assert!(world.frames.len() > 50, "{}", world.frames.len());
}

#[test]
fn whatever_comes_it_waits_only_so_long_and_then_draws() {
    // A step: what happens, and how much later.
    let step = (0_u8..7, 0_u64..3_000);
    let all = (any::<bool>(), any::<bool>(), prop::option::of(0_u64..2_000), prop::collection::vec(step, 1..200));
    runner()
        .run(&all, |(spared, inside, first, steps)| {
            let mut pacing = Pacing::new(spared);
            pacing.inside(inside);
            if let Some(taken) = first {
                pacing.measured(taken);
            }
            let (mut now, mut asked, mut missing) = (0, 0_usize, 0_usize);
            for (what, later) in steps {
                now += later;
                match what {
                    0..=2 => {
                        pacing.key(now);
                        match pacing.turn(now) {
                            Turn::Draw { ask } => {
                                let quick = pacing.round_trip().is_none_or(|taken| taken < QUICK);
                                prop_assert!(!ask || spared || !quick || pacing.anew, "asked on a quick line");
                                pacing.drawn(now, ask);
                                asked += usize::from(ask);
                                missing += usize::from(ask);
                            }
                            Turn::Wait { until } => {
                                let longest = pacing.round_trip().unwrap_or(0).saturating_mul(4).max(LEAST_WAIT) * 4;
                                prop_assert!(until > now && until - now <= longest.max(GAP_SPARED), "{until} at {now}");
                                // When the wait is over it draws, even if nothing ever comes.
                                let mut then = pacing.clone();
                                let draws = matches!(then.turn(until), Turn::Draw { .. });
                                prop_assert!(draws, "the wait is over");
                            }
                        }
                    }
                    3 | 4 if missing > 0 => {
                        missing -= 1;
                        pacing.answered(now);
                        if missing == 0 && !pacing.is_held(now) {
                            prop_assert!(matches!(pacing.turn(now), Turn::Draw { .. }), "all is answered");
                        }
                    }
                    5 => pacing.measure_anew(),
                    6 if later > 2_900 => {
                        pacing.forget();
                        missing = 0;
                        prop_assert_eq!(pacing.owed(now), 0);
                    }
                    _ => {}
                }
                prop_assert!(pacing.owed(now) <= REMEMBERED.min(asked));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_line_is_slow_by_its_own_answers_and_not_by_those_of_a_multiplexer() {
    let mut pacing = Pacing::default();
    assert!(!pacing.is_slow());
    pacing.measured(39);
    assert!(!pacing.is_slow());
    pacing.measured(400);
    assert!(pacing.is_slow());
    // One long answer among short ones is forgotten.
    pacing.measured(10);
    pacing.measured(10);
    assert!(!pacing.is_slow());
    pacing.measured(4_000);
    pacing.inside(true);
    assert!(!pacing.is_slow());
}
