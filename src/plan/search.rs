//! Simulated annealing over the neighbourhoods, one step at a time.

use super::answer::Answer;
use super::insert::{self, How};
use super::moves::Moves;
use super::problem::{Problem, Ticks};
use super::schedule::{Copy, Schedule};
use std::cmp::Reverse;
use std::sync::Arc;

/// How often the temperature is set and the keys are looked after, in iterations.
const OFTEN: u64 = 256;
/// So many tries tell how hot to begin.
const TRIES: usize = 400;
/// How hot to begin, in costs of a cheap change for the worse.
const HEAT: f64 = 0.3;
/// How cold to end, as a part of it.
const COLD: f64 = 0.003;
/// How often a change is ruin and recreate, in thousand; and while something is uncovered.
const RUINS: usize = 10;
const RUINS_UNCOVERED: usize = 100;

/// How a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Iterations done so far.
    pub iterations: u64,
    /// What the best plan so far costs.
    pub cost: i64,
    /// How many visits it leaves uncovered.
    pub uncovered: usize,
    /// Whether every visit has been looked at once: before that, what is not covered may only not have had its turn.
    pub whole: bool,
}

/// Who does each part of a visit, and when the first of them starts; nothing where nobody does.
type Given = Option<([Option<u32>; 2], Ticks)>;

/// A search for a good plan.
#[derive(Clone, Debug)]
pub struct Planner {
    problem: Arc<Problem>,
    s: Schedule,
    best: Copy,
    /// The schedule is the best so far, and not copied yet.
    unsaved: bool,
    moves: Moves,
    /// Visits that have not been looked at, the next one last.
    waiting: Vec<u32>,
    /// Who begins with each visit and when, where the search begins with an answer that was found before.
    given: Option<Vec<Given>>,
    iterations: u64,
    expected: u64,
    hot: f64,
    temperature: f64,
}

impl Planner {
    /// Begins with what is fixed. `expected` is how many iterations there will be, as far as is known: the search cools
    /// down towards it.
    pub fn new(problem: Arc<Problem>, seed: u64, expected: u64) -> Self {
        let p = &*problem;
        let s = Schedule::new(p);
        let mut moves = Moves::new(p, seed);
        // First as they are booked, in order of time; then by harm, then by how few can do it, then by time.
        let mut waiting = p.movable.clone();
        moves.random.shuffle(&mut waiting);
        waiting.sort_by_key(|v| {
            let visit = &p.visits[*v as usize];
            let kept = visit.kept.is_some_and(|k| k.who[0].is_some());
            let few = p.able(*v * 2).len().min(p.able(*v * 2 + 1).len()) / 4;
            Reverse((!kept, Reverse(visit.uncovered), if kept { 0 } else { few }, visit.close))
        });
        let best = s.copy();
        let (given, iterations, hot, temperature) = (None, 0, 0.0, 0.0);
        Self { s, best, unsaved: false, moves, waiting, given, iterations, expected, hot, temperature, problem }
    }

    /// Begins with an answer that was found for the same visits and people while they cost something else.
    pub fn after(problem: Arc<Problem>, seed: u64, expected: u64, answer: &Answer) -> Self {
        let given: Vec<Given> = answer
            .visits
            .iter()
            .map(|parts| parts[0].map(|first| (parts.map(|b| b.map(|b| b.who)), first.start)))
            .collect();
        let start = |v: &u32| given.get(*v as usize).copied().flatten().map(|g| g.1);
        let mut planner = Self::new(problem, seed, expected);
        // As it was, in order of time; then whoever has nobody, in the order of a new search.
        planner.waiting.sort_by_key(|v| Reverse((start(v).is_none(), start(v))));
        planner.given = Some(given);
        planner
    }

    /// The problem.
    pub fn problem(&self) -> &Arc<Problem> {
        &self.problem
    }

    /// Says anew how many iterations there will be in all.
    pub fn expect(&mut self, iterations: u64) {
        self.expected = iterations;
    }

    /// Goes on for so many iterations, and no longer.
    pub fn step(&mut self, iterations: u64) -> Progress {
        let problem = Arc::clone(&self.problem);
        let p = &*problem;
        for _ in 0..iterations {
            self.iterations += 1;
            if let Some(visit) = self.waiting.pop() {
                self.begin_with(p, visit);
            } else if !p.movable.is_empty() {
                self.once(p);
            }
        }
        self.progress()
    }

    /// How it stands.
    pub fn progress(&self) -> Progress {
        Progress {
            iterations: self.iterations,
            cost: if self.stands_best() { self.s.total() } else { self.best.total },
            uncovered: if self.stands_best() { self.s.out() } else { self.best.out },
            whole: self.waiting.is_empty(),
        }
    }

    /// The schedule is better than what was copied. It is not copied for being asked, so that a search goes the same way
    /// however often somebody asks.
    fn stands_best(&self) -> bool {
        self.unsaved && self.s.total() < self.best.total
    }

    /// The best plan so far.
    pub fn best(&self) -> Answer {
        if self.stands_best() {
            return self.s.answer(&self.problem);
        }
        let mut s = self.s.clone();
        s.load(&self.problem, &self.best);
        s.answer(&self.problem)
    }

    fn begin_with(&mut self, p: &Problem, visit: u32) {
        let as_kept = || p.visits[visit as usize].kept.map(|k| (k.who, k.start));
        let given = match &self.given {
            Some(given) => given.get(visit as usize).copied().flatten(),
            None => as_kept(),
        };
        let s = &mut self.s;
        let mut put = false;
        if let Some((who, start)) = given {
            let mark = s.mark();
            let people = who.map(|w| w.unwrap_or(u32::MAX));
            let free = |part: usize| {
                let stop = visit * 2 + part as u32;
                p.stops[stop as usize].real && p.stops[stop as usize].fixed.is_none()
            };
            let may = (0..2).all(|part| {
                !free(part)
                    || (who[part].is_some_and(|who| p.may(visit * 2 + part as u32, who))
                        && people[part] != {
                            // The other half, fixed or booked.
                            let other = s.who((visit * 2 + part as u32) ^ 1);
                            if other == u32::MAX { people[1 - part] } else { other }
                        })
            });
            if may {
                s.set_floor(p, visit, start.clamp(p.visits[visit as usize].open, p.visits[visit as usize].aim));
                s.put_in(p, visit, Schedule::key_at(start), people);
                put = s.settle(p) && s.covered(p, visit);
            }
            if !put {
                s.back(mark);
            }
        }
        if !put {
            let how = How { blink: 0, below: i64::MAX };
            insert::put(p, s, &mut self.moves.room, &mut self.moves.random, visit, how);
        }
        s.commit();
        self.unsaved = true;
        if self.waiting.is_empty() {
            self.s.rekey(p);
            self.save();
            self.warm(p);
        }
    }

    /// How hot to begin: what small changes cost here.
    fn warm(&mut self, p: &Problem) {
        let cheapest = p.movable.iter().map(|v| p.visits[*v as usize].uncovered).min().unwrap_or(0).max(1);
        let mut costs = Vec::with_capacity(TRIES);
        let before = self.s.total();
        for _ in 0..TRIES {
            let mark = self.s.mark();
            if self.moves.small(p, &mut self.s) && self.s.settle(p) {
                let more = self.s.total() - before;
                if more > 0 && more < cheapest {
                    costs.push(more);
                }
            }
            self.s.back(mark);
        }
        costs.sort_unstable();
        self.hot = costs.get(costs.len() / 4).map_or(1.0, |c| *c as f64 * HEAT);
        self.temperature = self.hot;
    }

    fn once(&mut self, p: &Problem) {
        if self.iterations.is_multiple_of(OFTEN) {
            let gone = (self.iterations as f64 / self.expected.max(1) as f64).min(1.0);
            self.temperature = self.hot * COLD.powf(gone);
            if self.moves.crowded || self.iterations.is_multiple_of(OFTEN * 64) {
                self.save();
                self.moves.crowded = false;
                self.s.rekey(p);
            }
        }
        let before = self.s.total();
        let mark = self.s.mark();
        let ruin = if self.s.out() > 0 { RUINS_UNCOVERED } else { RUINS };
        let sound = if self.moves.random.below(1000) < ruin {
            self.moves.ruin(p, &mut self.s)
        } else {
            self.moves.small(p, &mut self.s) && self.s.settle(p)
        };
        if !sound {
            self.s.back(mark);
            return;
        }
        let more = self.s.total() - before;
        if more > 0 {
            let bearable = -self.temperature * (1.0 - self.moves.random.unit()).ln();
            if more as f64 > bearable {
                self.s.back(mark);
                return;
            }
            if self.unsaved {
                // The best is kept before it is left.
                self.s.back(mark);
                self.save();
                return;
            }
        }
        self.s.commit();
        if self.s.total() < self.best.total {
            self.unsaved = true;
        }
    }

    fn save(&mut self) {
        if self.stands_best() {
            self.s.copy_over(&mut self.best);
        }
        self.unsaved = false;
    }
}
