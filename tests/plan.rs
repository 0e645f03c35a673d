//! The planner against a brute force that shares nothing with it: what it may never do, what it must find, and that it
//! answers the same for the same seed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

#[path = "plan/brute.rs"]
mod brute;
#[path = "plan/rules.rs"]
mod rules;
#[path = "plan/small.rs"]
mod small;

use caseload::plan::{
    Answer, Caregiver, Fixed, Kept, Late, Part, Planner, Problem, Second, Skills, Travel, Visit, Weights,
};
use rules::broken;
use std::sync::Arc;

/// How many random cases: three hundred under `CASELOAD_TEST_FULL=1`.
fn cases(few: u64) -> u64 {
    if std::env::var_os("CASELOAD_TEST_FULL").is_some() { 300 } else { few }
}

fn solved(problem: &Arc<Problem>, seed: u64, iterations: u64) -> Answer {
    let mut planner = Planner::new(Arc::clone(problem), seed, iterations);
    planner.step(iterations);
    planner.best()
}

#[test]
fn nothing_better_exists_on_small_days() {
    for seed in 0..cases(30) {
        let problem = Arc::new(small::problem(seed, 5));
        let answer = solved(&problem, seed, 40_000);
        assert_eq!(broken(&problem, &answer), Vec::<String>::new(), "day {seed}");
        assert_eq!(answer.figures(&problem).cost(&problem), answer.cost, "day {seed}: {answer:?}");
        if let Some(better) = brute::better(&problem, answer.cost) {
            panic!("day {seed}: {} is beaten by {better:?}", answer.cost);
        }
    }
}

#[test]
fn the_brute_force_finds_what_is_better() {
    // Otherwise the test above could not fail: what costs one more than the best is beaten, by the best.
    for seed in 0..40 {
        let problem = Arc::new(small::problem(seed, 5));
        let cost = solved(&problem, 1, 40_000).cost;
        let found = brute::better(&problem, cost + 1);
        assert_eq!(found.map(|f| f.0), Some(cost), "day {seed}");
    }
}

#[test]
fn no_hard_rule_is_ever_broken_and_the_best_never_gets_worse() {
    for seed in 0..cases(30) {
        let problem = Arc::new(small::problem(seed + 10_000, 40));
        let mut planner = Planner::new(Arc::clone(&problem), seed, 3_000);
        let mut last = i64::MAX;
        for step in [0, 1, 3, 20, 100, 400, 1_000, 1_476] {
            let before = planner.progress().iterations;
            let progress = planner.step(step);
            assert_eq!(progress.iterations, before + step);
            assert!(progress.cost <= last, "day {seed}: {} after {last}", progress.cost);
            last = progress.cost;
            let answer = planner.best();
            assert_eq!(answer.cost, progress.cost, "day {seed}");
            assert_eq!(answer.figures(&problem).cost(&problem), answer.cost, "day {seed}");
            assert_eq!(answer.figures(&problem).uncovered, progress.uncovered, "day {seed}");
            assert_eq!(broken(&problem, &answer), Vec::<String>::new(), "day {seed}");
        }
        assert!(planner.progress().whole);
    }
}

#[test]
fn the_same_seed_and_iterations_answer_the_same_however_they_are_cut() {
    for seed in 0..6 {
        let problem = Arc::new(small::problem(seed + 500, 25));
        let whole = solved(&problem, seed, 4_000);
        let mut cut = Planner::new(Arc::clone(&problem), seed, 4_000);
        for step in [1, 7, 992, 1_000, 2_000] {
            cut.step(step);
        }
        assert_eq!(whole, cut.best(), "day {seed}");
        assert_eq!(whole, solved(&problem, seed, 4_000), "day {seed}");
    }
    // And the seed matters.
    let problem = Arc::new(small::problem(77, 40));
    let answers: Vec<Answer> = (0..8).map(|seed| solved(&problem, seed, 50)).collect();
    assert!(answers.iter().any(|a| *a != answers[0]));
}

/// Two caregivers and some visits at one place, an hour each, from eight to noon; times in minutes.
fn morning(visits: Vec<Visit>) -> Problem {
    let caregiver = |skills| Caregiver { skills, shifts: vec![(480, 720)], ..Caregiver::default() };
    let people = vec![caregiver(Skills::one(0).and(Skills::one(1))), caregiver(Skills::one(0))];
    Problem::new(visits, people, Travel::Table { places: 1, ticks: vec![0] }, Weights::default()).unwrap()
}

fn hour(open: i64, close: i64) -> Visit {
    Visit {
        place: 0,
        open,
        close,
        late: Late::Never,
        aim: open,
        on_paper: false,
        parts: vec![Part { needs: Skills::one(0), takes: 60, fixed: None }],
        second: Second::Together,
        uncovered: 1_000,
        never: Vec::new(),
        known: Vec::new(),
        stranger: 0,
        kept: None,
    }
}

#[test]
fn what_cannot_be_covered_is_what_harms_least() {
    let mut visits: Vec<Visit> = (0..9).map(|_| hour(480, 660)).collect();
    for (visit, harm) in visits.iter_mut().zip([900, 50, 700, 300, 800, 400, 600, 500, 1_000]) {
        visit.uncovered = harm;
    }
    let problem = Arc::new(morning(visits));
    let answer = solved(&problem, 3, 3_000);
    // Two people have four hours each: eight visits.
    assert_eq!(answer.cost, 50);
    assert!(answer.visits[1][0].is_none());
    assert_eq!(broken(&problem, &answer), Vec::<String>::new());
}

#[test]
fn one_of_two_who_calls_out_is_replaced_and_the_other_stays() {
    let mut two = hour(540, 540);
    two.parts.push(Part { needs: Skills::default(), takes: 60, fixed: None });
    two.parts[0].fixed = Some(Fixed { who: 1, start: 540 });
    let problem = Arc::new(morning(vec![two, hour(480, 660), hour(480, 480)]));
    let answer = solved(&problem, 1, 2_000);
    assert_eq!(answer.cost, 0, "{answer:?}");
    assert_eq!(answer.visits[0].map(|b| b.map(|b| (b.who, b.start))), [Some((1, 540)), Some((0, 540))]);
}

#[test]
fn a_plan_that_stands_is_not_touched_without_need() {
    let kept = |who: u32, start: i64| Kept { who: [Some(who), None], start, person: 100, moved: 20, tick: 1 };
    let visits = [(0, 480), (1, 480), (0, 540), (1, 600), (0, 660)].map(|(who, start)| Visit {
        aim: start,
        on_paper: false,
        kept: Some(kept(who, start)),
        ..hour(480, 660)
    });
    let problem = Arc::new(morning(visits.to_vec()));
    let mut planner = Planner::new(Arc::clone(&problem), 9, 3_000);
    assert_eq!(planner.step(5).cost, 0, "the plan that stands is where it begins");
    assert_eq!(planner.step(3_000).cost, 0);
    // One more at eight that only the first can do: hers goes to ten, when she has nothing (20 and 120 minutes). Another
    // person (100 and more), or two visits an hour later each (160), would change more.
    let mut more = visits.to_vec();
    more.push(Visit { parts: vec![Part { needs: Skills::one(1), takes: 60, fixed: None }], ..hour(480, 480) });
    let problem = Arc::new(morning(more));
    let answer = solved(&problem, 9, 5_000);
    assert_eq!(answer.visits[5][0].map(|b| (b.who, b.start)), Some((0, 480)));
    assert_eq!((answer.cost, answer.visits[0][0].map(|b| (b.who, b.start))), (140, Some((0, 600))), "{answer:?}");
}

#[test]
fn a_visit_begins_earlier_than_wished_only_to_make_room() {
    let mut first = hour(480, 660);
    first.aim = 540;
    first.close = 560;
    first.never = vec![1];
    let mut second = hour(560, 560);
    second.never = vec![1];
    let alone = Arc::new(morning(vec![first.clone()]));
    assert_eq!(solved(&alone, 1, 1_000).visits[0][0].unwrap().start, 540);
    let both = Arc::new(morning(vec![first, second]));
    let answer = solved(&both, 1, 3_000);
    assert_eq!(answer.cost, 0, "{answer:?}");
    assert!(answer.visits[0][0].unwrap().start <= 500);
}

#[test]
fn a_day_without_anybody_or_anything_is_answered() {
    let none = Travel::Table { places: 1, ticks: vec![0] };
    let empty = Arc::new(Problem::new(Vec::new(), Vec::new(), none.clone(), Weights::default()).unwrap());
    assert_eq!(solved(&empty, 1, 100).cost, 0);
    let nobody = Arc::new(Problem::new(vec![hour(0, 60)], Vec::new(), none, Weights::default()).unwrap());
    assert_eq!(solved(&nobody, 1, 1_000).cost, 1_000);
}

#[test]
fn a_problem_that_is_not_whole_is_refused_with_its_place() {
    let wrong = |change: fn(&mut Visit, &mut Caregiver)| {
        let (mut visit, mut caregiver) = (hour(480, 540), Caregiver::default());
        caregiver.shifts = vec![(0, 600)];
        change(&mut visit, &mut caregiver);
        let travel = Travel::Table { places: 1, ticks: vec![0] };
        Problem::new(vec![hour(0, 1), visit], vec![caregiver], travel, Weights::default()).map(|_| ()).unwrap_err().0
    };
    assert!(wrong(|v, _| v.place = 1).starts_with("visit 1: its place"));
    assert!(wrong(|v, _| v.close = 470).contains("window"));
    assert!(wrong(|v, _| v.aim = 541).contains("wished"));
    assert!(wrong(|v, _| v.parts.clear()).contains("0 parts"));
    assert!(wrong(|v, _| v.parts[0].takes = -1).contains("length"));
    assert!(wrong(|v, _| v.parts[0].fixed = Some(Fixed { who: 1, start: 0 })).contains("fixed to nobody"));
    assert!(wrong(|v, _| v.second = Second::After(5, 4)).contains("second part"));
    assert!(wrong(|v, _| v.uncovered = -1).contains("cost"));
    assert!(wrong(|v, _| v.never = vec![2, 1]).contains("not in order"));
    assert!(wrong(|v, _| v.open = i64::MIN).contains("reason"));
    assert!(wrong(|_, c| c.shifts = vec![(10, 20), (15, 30)]).starts_with("caregiver 0: her shifts"));
    assert!(wrong(|_, c| c.from = Some((3, 0))).contains("place"));
    let table = Travel::Table { places: 2, ticks: vec![0; 3] };
    assert!(Problem::new(Vec::new(), Vec::new(), table, Weights::default()).unwrap_err().0.contains("2 by 2"));
}
