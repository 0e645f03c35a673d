//! `caseload bench`: the product's own planner on the published benchmark of home health care routing, and the checker
//! that measures what it wrote.

mod check;
mod files;
mod plan;
mod problem;
mod table;

use super::Ended;
use std::path::PathBuf;

/// What `bench` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Solve every instance in a directory, write the solutions, and set their costs beside the best published ones.
    Plan(PlanArgs),
    /// Check solutions against their instances, apart from the planner, and say what they cost.
    Check(CheckArgs),
}

/// What `bench plan` takes.
#[derive(clap::Args)]
pub struct PlanArgs {
    /// The directory of the instances (.json).
    dir: PathBuf,
    /// Where the solutions go, each under its instance's name.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How long each instance is worked on.
    #[arg(long, value_name = "N", default_value_t = 60.0, conflicts_with = "iterations")]
    seconds: f64,
    /// How many iterations each search of an instance does, instead of seconds: then the answer is the same every time.
    #[arg(long, value_name = "N")]
    iterations: Option<u64>,
    /// What the dice begin with.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many searches run side by side on each instance; the best is taken.
    #[arg(long, value_name = "N", default_value_t = 2)]
    searches: u64,
    /// The best published costs (otherwise best_known.csv in the directory or beside it).
    #[arg(long, value_name = "FILE")]
    best: Option<PathBuf>,
}

/// What `bench check` takes.
#[derive(clap::Args)]
pub struct CheckArgs {
    /// The directory of the instances (.json).
    dir: PathBuf,
    /// The directory of the solutions.
    solutions: PathBuf,
    /// The best published costs (otherwise best_known.csv in the directory or beside it).
    #[arg(long, value_name = "FILE")]
    best: Option<PathBuf>,
}

/// Measures.
pub fn run(args: &Args) -> Ended {
    match &args.what {
        What::Plan(args) => plan::run(args),
        What::Check(args) => check::run(args),
    }
}
