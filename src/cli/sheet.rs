//! `caseload sheet`: a day or a week of a caregiver or a client on paper.

use super::agency::Place;
use super::desk::Desk;
use super::{CLOSED, Ended, OK, Stop, USAGE, print, whom};
use crate::app::sheet;
use crate::clock::{Clock, SystemClock};
use crate::domain::time::{Day, Moment};
use crate::service::api::{Answered, Query, SheetAsk, SheetOf, SheetUse};

/// How many days.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Span {
    /// One day, with all that is known of each visit.
    Day,
    /// Sunday to Saturday, a line each.
    Week,
}

/// What `sheet` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A day or a week.
    span: Span,
    #[command(flatten)]
    whose: Whose,
    /// Which day, or a day of which week (otherwise today): 2026-03-02.
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Initials in the place of names, no address: for a wall.
    #[arg(long)]
    privacy: bool,
}

/// Whose it is.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// A caregiver: a name or an id.
    #[arg(long, value_name = "WHO")]
    staff: Option<String>,
    /// A client: a name, a record number or an id.
    #[arg(long, value_name = "WHO")]
    client: Option<String>,
}

/// A date that was typed, or another.
pub fn day(given: Option<&str>, otherwise: Day) -> Result<Day, Stop> {
    match given {
        None => Ok(otherwise),
        Some(text) => Day::parse_iso(text)
            .ok_or_else(|| Stop::new(USAGE, format!("{text} is not a date; write it as 2026-03-02"))),
    }
}

/// Prints it.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut desk = Desk::at(place)?;
    let today = desk.zone().day(Moment(SystemClock.now_ms()));
    let date = day(args.date.as_deref(), today)?;
    let of = match (&args.whose.staff, &args.whose.client) {
        (Some(who), _) => SheetOf::Staff(whom::staff(&mut desk, who)?),
        (None, Some(who)) => SheetOf::Client(whom::client(&mut desk, who)?),
        (None, None) => return Err(Stop::new(USAGE, "say whose: --staff NAME or --client NAME")),
    };
    let (from, to) = match args.span {
        Span::Day => (date, date),
        Span::Week => (date.week_start(), date.week_start().plus(6)),
    };
    let ask = SheetAsk { of, from, to, initials: args.privacy, to_be: SheetUse::Paper };
    let Answered::Sheet(found) = desk.query(Query::Sheet(ask))? else {
        return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
    };
    print::out(&sheet::text(&found))?;
    Ok(OK)
}
