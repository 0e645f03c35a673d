//! `caseload plan`: a day planned as a whole, what it would change line by line, and those lines that are accepted.

use super::agency::Place;
use super::desk::Desk;
use super::sheet::day;
use super::{CLOSED, Ended, OK, Stop, USAGE, print};
use crate::clock::{Clock, SystemClock};
use crate::domain::time::{Moment, clock, hours};
use crate::service::api::day_plan::{DayFigures, DayPlan, PlanAsk, PlanLine, PlanPick};
use crate::service::api::{Answered, Command, Query};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// What `plan` takes.
#[derive(clap::Args)]
pub struct Args {
    /// Which day (otherwise today): 2026-03-02.
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// My clients' visits alone; the others stay as they are.
    #[arg(long)]
    mine: bool,
    /// As if nobody had been planned yet; whoever has said yes still goes.
    #[arg(long)]
    from_scratch: bool,
    /// How long it may search, in seconds.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(0..=600))]
    seconds: u64,
    /// How many steps instead: the same number and seed always make the same plan.
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    steps: Option<u64>,
    /// Another number searches in another order.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Accepts lines by their numbers: `all`, or `1,3-5`.
    #[arg(long, value_name = "LINES")]
    accept: Option<String>,
}

/// Steps between two looks at the clock.
const AT_ONCE: u32 = 4_000;

/// Plans, prints, and accepts what was asked for.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut desk = Desk::at(place)?;
    let today = desk.zone().day(Moment(SystemClock.now_ms()));
    let date = day(args.date.as_deref(), today)?;
    let ask = PlanAsk { day: date, mine: args.mine, scratch: args.from_scratch, seed: args.seed, steps: 0 };
    let plan = search(&mut desk, ask, args)?;
    print::out(&text(&plan))?;
    let Some(wanted) = &args.accept else { return Ok(OK) };
    let lines = chosen(wanted, plan.lines.len()).map_err(|why| Stop::new(USAGE, why))?;
    for some in lines.chunks(crate::service::command::day_plan::MOST_PICKS) {
        let picks = some.iter().filter_map(|n| plan.lines.get(*n)).map(pick).collect();
        let done = desk.execute(Command::AcceptPlan { picks })?;
        print::out(&format!("{}\n", done.summary))?;
    }
    Ok(OK)
}

fn search(desk: &mut Desk, ask: PlanAsk, args: &Args) -> Result<DayPlan, Stop> {
    let until = Instant::now() + Duration::from_secs(args.seconds);
    let mut left = args.steps;
    loop {
        let steps = left.map_or(AT_ONCE, |left| u32::try_from(left).unwrap_or(AT_ONCE).min(AT_ONCE));
        let Answered::DayPlan(plan) = desk.query(Query::PlanDay(PlanAsk { steps, ..ask }))? else {
            return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
        };
        left = left.map(|left| left.saturating_sub(u64::from(steps)));
        let over = left.map_or_else(|| Instant::now() >= until, |left| left == 0);
        if over || plan.visits == 0 {
            return Ok(*plan);
        }
    }
}

fn pick(line: &PlanLine) -> PlanPick {
    PlanPick { visit: line.visit, rev: line.rev, staff: line.to.iter().map(|(id, _)| *id).collect() }
}

/// The lines that `all` or `1,3-5` name, counted from 0, in order.
fn chosen(text: &str, lines: usize) -> Result<Vec<usize>, String> {
    if text.trim() == "all" {
        return Ok((0..lines).collect());
    }
    let number = |word: &str| match word.trim().parse::<usize>() {
        Ok(n) if (1..=lines).contains(&n) => Ok(n - 1),
        Ok(n) => Err(format!("there is no line {n}; the plan has {lines}")),
        Err(_) => Err(format!("`{word}` is no line; write --accept all or --accept 1,3-5")),
    };
    let mut out = Vec::new();
    for part in text.split(',') {
        match part.split_once('-') {
            Some((from, to)) => out.extend(number(from)?..=number(to)?),
            None => out.push(number(part)?),
        }
    }
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// `3 h 40`, or `35 min`.
fn long(minutes: u32) -> String {
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h", hours(minutes)) }
}

fn text(plan: &DayPlan) -> String {
    let mut out = String::new();
    if plan.visits == 0 {
        let _ = writeln!(out, "{}: no visit of that day can be planned any more.", plan.day.long());
        return out;
    }
    let _ = writeln!(
        out,
        "{}: {} visits to plan, {} stand as they are, {} steps",
        plan.day.long(),
        plan.visits,
        plan.fixed,
        plan.steps
    );
    let _ = writeln!(out, "{:<24}{:>10}{:>14}", "", "now", "by the plan");
    let mut row = |what: &str, of: &dyn Fn(&DayFigures) -> String| {
        let _ = writeln!(out, "{what:<24}{:>10}{:>14}", of(&plan.before), of(&plan.after));
    };
    row("nobody goes", &|f| f.uncovered.to_string());
    row("on the way", &|f| long(f.travel));
    row("overtime", &|f| long(f.overtime));
    row("late by the way", &|f| long(f.late));
    row("knows the client", &|f| f.known.to_string());
    if plan.lines.is_empty() {
        let _ = writeln!(out, "\nNothing better was found: the day can stay as it is.");
        return out;
    }
    out.push('\n');
    for (n, line) in plan.lines.iter().enumerate() {
        let from = if line.from.is_empty() { "nobody".to_owned() } else { line.from.join(" and ") };
        let to: Vec<&str> = line.to.iter().map(|(_, name)| name.as_str()).collect();
        let to = if to.is_empty() { "nobody".to_owned() } else { to.join(" and ") };
        let what = [line.discipline.word(), line.service.as_str()].join(" ");
        let _ = writeln!(out, "{:>3}  {} {} · {}", n + 1, clock(line.minute), line.client, what.trim());
        let _ = writeln!(out, "     {from} → {to}: {}", line.why);
    }
    let _ = writeln!(out, "\nNothing is changed yet: --accept all, or --accept 1,3-5.");
    out
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn lines_are_named_by_number() {
        assert_eq!(chosen("all", 3), Ok(vec![0, 1, 2]));
        assert_eq!(chosen("1,3-5, 4", 6), Ok(vec![0, 2, 3, 4]));
        for bad in ["0", "7", "1-9", "x", "", "5-", "1,,2"] {
            assert!(chosen(bad, 6).is_err(), "{bad}");
        }
        assert_eq!(chosen("5-3", 6), Ok(vec![]));
    }
}
