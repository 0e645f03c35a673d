//! What planning takes for 500 caregivers and 3,000 visits of a day: the time to the first full answer, from nothing and
//! with a plan that stands and twenty people who call out, and an iteration after it.
//!
//! `cargo bench --bench plan`

#![allow(missing_docs, unused_crate_dependencies)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use caseload::plan::{
    Answer, Caregiver, Kept, Late, Part, Planner, Problem, Second, Skills, Ticks, Travel, Visit, Weights,
};
use criterion::BatchSize;
use std::sync::Arc;
use support::{criterion, measuring};

const HOUR: Ticks = 3_600;

/// A linear congruence: the same day every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A day in seconds: 25 by 25 km, shifts of eight hours, windows of an hour, every twentieth visit for two.
fn day(people: usize, visits: usize) -> (Vec<Visit>, Vec<Caregiver>, Travel) {
    let dice = &mut Dice(7);
    let km = |dice: &mut Dice| dice.roll(25_000) as f64 / 1_000.0;
    let points: Vec<(f64, f64)> = (0..people + visits).map(|_| (km(dice), km(dice))).collect();
    let places = points.len() as u32;
    let caregivers = (0..people)
        .map(|c| {
            let mut skills = Skills::one(dice.roll(3) as usize);
            if dice.roll(3) == 0 {
                skills = skills.and(Skills::one(3));
            }
            let from = 6 * HOUR + dice.roll(7) as Ticks * HOUR;
            let shifts = if dice.roll(4) == 0 {
                vec![(from, from + 4 * HOUR), (from + 6 * HOUR, from + 10 * HOUR)]
            } else {
                vec![(from, from + 8 * HOUR)]
            };
            Caregiver {
                skills,
                shifts,
                from: Some((c as u32, from - HOUR)),
                to: Some(c as u32),
                most: Some(10 * HOUR),
                overtime_after: Some(8 * HOUR),
            }
        })
        .collect();
    let visits = (0..visits)
        .map(|i| {
            let aim = 6 * HOUR + dice.roll(52) as Ticks * 900;
            let takes = 1_800 + dice.roll(3) as Ticks * 900;
            let mut parts = vec![Part { needs: Skills::one(dice.roll(3) as usize), takes, fixed: None }];
            if dice.roll(20) == 0 {
                parts.push(Part { needs: Skills::default(), takes, fixed: None });
            }
            if dice.roll(10) == 0 {
                parts[0].needs = parts[0].needs.and(Skills::one(3));
            }
            Visit {
                place: (people + i) as u32,
                open: aim - HOUR / 2,
                close: aim + HOUR / 2,
                late: Late::Never,
                aim,
                on_paper: false,
                parts,
                second: Second::Together,
                uncovered: [1_000_000, 10_000_000, 100_000_000][dice.roll(3) as usize],
                never: Vec::new(),
                known: vec![(dice.roll(people as u64) as u32, 0)],
                stranger: 600,
                kept: None,
            }
        })
        .collect();
    let way = move |a: u32, b: u32| {
        let (p, q) = (points[a as usize], points[b as usize]);
        // Roads are a third longer, and 50 km an hour is 72 seconds a km.
        ((p.0 - q.0).hypot(p.1 - q.1) * 1.3 * 72.0) as Ticks
    };
    (visits, caregivers, Travel::Worked(places, Arc::new(way)))
}

fn whole(problem: &Arc<Problem>) -> Planner {
    let mut planner = Planner::new(Arc::clone(problem), 1, 1_000_000);
    while !planner.step(64).whole {}
    planner
}

/// The plan stands as it was answered, but for the first twenty people, who are not there.
fn called_out(problem: &Problem, answer: &Answer, travel: Travel) -> Problem {
    let mut visits = problem.visits().to_vec();
    for (visit, booked) in visits.iter_mut().zip(&answer.visits) {
        if let [Some(first), second] = booked {
            let who = [Some(first.who), second.map(|b| b.who)];
            visit.kept = Some(Kept { who, start: first.start, person: 3_000, moved: 1_800, tick: 1 });
        }
    }
    let mut caregivers = problem.caregivers().to_vec();
    for caregiver in caregivers.iter_mut().take(20) {
        caregiver.shifts.clear();
    }
    Problem::new(visits, caregivers, travel, problem.weights()).unwrap()
}

fn main() {
    let (people, visits) = if measuring() { (500, 3_000) } else { (10, 40) };
    let (all, caregivers, travel) = day(people, visits);
    let weights = Weights { travel: 1, overtime: 2, greatest_late: 0 };
    let problem = Arc::new(Problem::new(all, caregivers, travel.clone(), weights).unwrap());
    let planned = whole(&problem);
    let out = Arc::new(called_out(&problem, &planned.best(), travel));
    for (name, problem) in [("from nothing", &problem), ("called out", &out)] {
        let mut planner = whole(problem);
        let first = planner.progress();
        let then = planner.step(if measuring() { 200_000 } else { 200 });
        println!(
            "{name}: uncovered {} at first, {} after {} iterations; cost {} and {}",
            first.uncovered, then.uncovered, then.iterations, first.cost, then.cost
        );
    }
    let mut c = criterion();
    let mut group = c.benchmark_group(format!("{people} caregivers, {visits} visits"));
    group.sample_size(10);
    group.bench_function("the first full answer, from nothing", |b| b.iter(|| whole(&problem)));
    group.bench_function("the first full answer, twenty called out", |b| b.iter(|| whole(&out)));
    group.bench_function("a thousand iterations", |b| {
        let ready = whole(&problem);
        b.iter_batched_ref(|| ready.clone(), |planner| planner.step(1_000), BatchSize::LargeInput);
    });
    group.finish();
    c.final_summary();
}
