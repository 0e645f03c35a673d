//! `caseload bench plan`.

use super::PlanArgs;
use super::files::{self, Named};
use super::problem::{pose, solution};
use super::table::Table;
use crate::cli::{Ended, OK, PROBLEMS, Stop, USAGE, print};
use crate::exchange::hhcrsp::check::check;
use crate::plan::{Answer, Planner, Problem};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an instance is worked on.
#[derive(Clone, Copy)]
enum Budget {
    Time(Duration),
    Iterations(u64),
}

/// Solves, writes, checks and prints.
pub(super) fn run(args: &PlanArgs) -> Ended {
    let budget = match args.iterations {
        Some(n) => Budget::Iterations(n),
        None => Budget::Time(
            Duration::try_from_secs_f64(args.seconds)
                .ok()
                .filter(|d| !d.is_zero())
                .ok_or_else(|| Stop::new(USAGE, format!("{} seconds: write more than none", args.seconds)))?,
        ),
    };
    if !(1..=64).contains(&args.searches) {
        return Err(Stop::new(USAGE, format!("{} searches: write 1 to 64", args.searches)));
    }
    let (instances, bad) = files::instances(&args.dir)?;
    let published = files::published(&args.dir, args.best.as_deref())?;
    std::fs::create_dir_all(&args.out).map_err(|e| Stop::new(USAGE, format!("{}: {e}", args.out.display())))?;
    let mut table = Table::new(instances.iter().map(|n| n.name.as_str()))?;
    let mut unsolved = 0;
    for (i, Named { name, instance }) in instances.iter().enumerate() {
        print::progress(&format!("{name}, {} of {}", i + 1, instances.len()));
        let posed = match pose(instance) {
            Ok(posed) => posed,
            Err(why) => {
                print::complain(&format!("{name}: {why}"));
                unsolved += 1;
                continue;
            }
        };
        let answer = solve(&Arc::new(posed.problem.clone()), budget, args.seed, args.searches);
        let written = solution(instance, &posed, &answer);
        let path = args.out.join(name);
        std::fs::write(&path, written.write()).map_err(|e| Stop::new(PROBLEMS, format!("{}: {e}", path.display())))?;
        print::progress_done();
        table.line(name, instance, &check(instance, &written), published.get(name).copied())?;
    }
    let sound = table.end()?;
    Ok(if sound && bad == 0 && unsolved == 0 { OK } else { PROBLEMS })
}

/// The best of several searches, each from a seed of its own; the first of equals.
fn solve(problem: &Arc<Problem>, budget: Budget, seed: u64, searches: u64) -> Answer {
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..searches)
            .map(|n| {
                let problem = Arc::clone(problem);
                let seed = seed.wrapping_mul(searches).wrapping_add(n);
                scope.spawn(move || search(problem, budget, seed))
            })
            .collect();
        // A search that ended badly has no answer; the checker says what is missing then.
        running.into_iter().filter_map(|r| r.join().ok()).collect()
    });
    let nothing = || Planner::new(Arc::clone(problem), seed, 0).best();
    answers.into_iter().min_by_key(|a| a.cost).unwrap_or_else(nothing)
}

fn search(problem: Arc<Problem>, budget: Budget, seed: u64) -> Answer {
    match budget {
        Budget::Iterations(n) => {
            let mut planner = Planner::new(problem, seed, n);
            planner.step(n);
            planner.best()
        }
        Budget::Time(limit) => {
            let begun = Instant::now();
            let mut planner = Planner::new(problem, seed, u64::MAX);
            // Small steps at first, and never more than a hundredth of the time between two looks at the clock.
            let mut step = 64;
            loop {
                let before = begun.elapsed();
                if before >= limit {
                    return planner.best();
                }
                let done = planner.step(step).iterations;
                let gone = begun.elapsed();
                let took = gone.saturating_sub(before);
                if took < limit / 200 {
                    step = (step * 2).min(1 << 20);
                } else if took > limit / 100 {
                    step = (step / 2).max(1);
                }
                planner.expect((done as f64 * limit.as_secs_f64() / gone.as_secs_f64().max(1e-9)) as u64);
            }
        }
    }
}
