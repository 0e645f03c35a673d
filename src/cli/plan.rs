//! `caseload plan`: a day or a week planned as a whole, what it would change line by line, and those lines that are
//! accepted.

use super::agency::Place;
use super::desk::Desk;
use super::sheet::day;
use super::{CLOSED, Ended, OK, Stop, USAGE, print};
use crate::clock::{Clock, SystemClock};
use crate::domain::time::{Moment, clock, hours};
use crate::service::api::day_plan::{DayFigures, DayPlan, PlanAsk, PlanLine, together};
use crate::service::api::{Answered, Command, Query, VisitFilter};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// What `plan` takes.
#[derive(clap::Args)]
pub struct Args {
    /// Which day (otherwise today): 2026-03-02.
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// The payroll week in which this day lies, Sunday to Saturday: 2026-03-02.
    #[arg(long, value_name = "DATE", conflicts_with = "date")]
    week: Option<String>,
    /// My clients' visits alone; the others stay as they are.
    #[arg(long)]
    mine: bool,
    /// Visits to clients of my office alone.
    #[arg(long)]
    office: bool,
    /// Visits to the clients of this colleague alone: a name, as colleagues read it.
    #[arg(long, value_name = "NAME", conflicts_with = "mine")]
    team: Option<String>,
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
/// So many seconds are usual, and about so many steps are done in one.
const USUAL: u64 = 2;
const A_SECOND: u64 = 100_000;

/// Plans, prints, and accepts what was asked for.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut desk = Desk::at(place)?;
    let today = desk.zone().day(Moment(SystemClock.now_ms()));
    let date = day(args.week.as_deref().or(args.date.as_deref()), today)?;
    let team = args.team.as_deref().map(|name| desk.colleague(name)).transpose()?;
    // What is searched for longer than usual cools down more slowly.
    let steps = args.steps.unwrap_or(if args.seconds > USUAL { args.seconds * A_SECOND } else { 0 });
    let ask = PlanAsk {
        day: date,
        week: args.week.is_some(),
        mine: args.mine,
        only: VisitFilter { office: args.office, team, ..VisitFilter::default() },
        scratch: args.from_scratch,
        seed: args.seed,
        steps: u32::try_from(steps).unwrap_or(u32::MAX),
    };
    let plan = search(&mut desk, ask, args)?;
    print::out(&text(&plan))?;
    let Some(wanted) = &args.accept else { return Ok(OK) };
    let lines = chosen(wanted, plan.lines.len()).map_err(|why| Stop::new(USAGE, why))?;
    for some in together(&plan.lines, &lines) {
        let picks = some.iter().filter_map(|n| plan.lines.get(*n)).map(PlanLine::pick).collect();
        let done = desk.execute(Command::AcceptPlan { picks })?;
        print::out(&format!("{}\n", done.summary))?;
    }
    Ok(OK)
}

/// Searches as long as was asked for. Somebody else's act ends a search: then it begins anew, in the time that is left.
fn search(desk: &mut Desk, ask: PlanAsk, args: &Args) -> Result<DayPlan, Stop> {
    let until = Instant::now() + Duration::from_secs(args.seconds);
    loop {
        let begun = planned(desk, ask)?;
        let Some(mut stands) = begun.search else { return Ok(begun) };
        let token = stands.token;
        while stands.left > 0 && (args.steps.is_some() || stands.better == 0 || Instant::now() < until) {
            match desk.query(Query::GoOn { token, steps: AT_ONCE })? {
                Answered::GoneOn(Some(gone)) => stands = gone,
                Answered::GoneOn(None) => break,
                _ => return Err(other()),
            }
        }
        let plan = planned(desk, ask)?;
        if plan.search.is_none_or(|s| s.token == token && s.better > 0) {
            return Ok(plan);
        }
    }
}

fn planned(desk: &mut Desk, ask: PlanAsk) -> Result<DayPlan, Stop> {
    match desk.query(Query::PlanDay(ask))? {
        Answered::DayPlan(plan) => Ok(*plan),
        _ => Err(other()),
    }
}

fn other() -> Stop {
    Stop::new(CLOSED, "an answer came that was not asked for")
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
    let week = plan.from != plan.to;
    let when = if week { format!("{} – {}", plan.from.long(), plan.to.long()) } else { plan.from.long() };
    let Some(search) = plan.search else {
        let which = if week { "these days" } else { "that day" };
        let _ = writeln!(out, "{when}: no visit of {which} can be planned any more.");
        return out;
    };
    let _ = writeln!(
        out,
        "{when}: {} visits to plan, {} stand as they are, {} steps",
        plan.visits, plan.fixed, search.steps
    );
    let _ = writeln!(out, "{:<24}{:>10}{:>14}", "", "now", "by the plan");
    let mut row = |what: &str, of: &dyn Fn(&DayFigures) -> String| {
        let _ = writeln!(out, "{what:<24}{:>10}{:>14}", of(&plan.before), of(&plan.after));
    };
    row("nobody goes", &|f| f.uncovered.to_string());
    row("twice at once", &|f| f.twice.to_string());
    row("on the way", &|f| long(f.travel));
    row("overtime", &|f| long(f.overtime));
    row("late from travel", &|f| long(f.late));
    row("knows the client", &|f| f.known.to_string());
    if plan.lines.is_empty() {
        let _ = writeln!(out, "\nNothing better was found: it can stay as it is.");
        return out;
    }
    out.push('\n');
    for (n, line) in plan.lines.iter().enumerate() {
        let from = if line.from.is_empty() { "nobody".to_owned() } else { line.from.join(" and ") };
        let to: Vec<&str> = line.to.iter().map(|(_, name)| name.as_str()).collect();
        let to = if to.is_empty() { "nobody".to_owned() } else { to.join(" and ") };
        let what = [line.discipline.word(), line.service.as_str()].join(" ");
        let at = if week { format!("{} {}", line.day.short(), clock(line.minute)) } else { clock(line.minute) };
        let _ = writeln!(out, "{:>3}  {at} {} · {}", n + 1, line.client, what.trim());
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
