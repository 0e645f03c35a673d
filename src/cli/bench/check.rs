//! `caseload bench check`.

use super::CheckArgs;
use super::files::{self, Named};
use super::table::Table;
use crate::cli::{Ended, OK, PROBLEMS};
use crate::exchange::hhcrsp::check::{Verdict, check};
use crate::exchange::hhcrsp::solution::Solution;

/// Checks every instance's solution.
pub(super) fn run(args: &CheckArgs) -> Ended {
    let (instances, bad) = files::instances(&args.dir)?;
    let published = files::published(&args.dir, args.best.as_deref())?;
    let mut table = Table::new(instances.iter().map(|n| n.name.as_str()))?;
    for Named { name, instance } in &instances {
        let path = args.solutions.join(name);
        let read = std::fs::read(&path).map_err(|e| e.to_string());
        let verdict = match read.and_then(|bytes| Solution::read(&bytes).map_err(|e| e.to_string())) {
            Ok(solution) => check(instance, &solution),
            Err(why) => Verdict { wrong: vec![format!("{}: {why}", path.display())], ..Verdict::default() },
        };
        table.line(name, instance, &verdict, published.get(name).copied())?;
    }
    let sound = table.end()?;
    Ok(if sound && bad == 0 { OK } else { PROBLEMS })
}
