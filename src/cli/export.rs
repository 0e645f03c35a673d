//! `caseload export`: visits as a calendar file, lists as CSV. Whoever may, and what leaves, is noted by the service.

use super::agency::Place;
use super::desk::Desk;
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, list, print, roster, sheet, whom};
use crate::clock::{Clock, SystemClock};
use crate::domain::time::{Day, Moment};
use crate::exchange::ical;
use crate::service::api::{Answered, Query, SHEET_DAYS, SheetAsk, SheetOf, SheetUse};

/// Without a last day, so many days: today and four weeks.
const AHEAD: i32 = 27;

/// What `export` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Visits as a calendar (RFC 5545, .ics) on standard output.
    Ics(Ics),
    /// A list as CSV on standard output: whole records in the columns that `caseload import` reads.
    Csv(list::Csv),
    /// Everybody in the order of calling for an emergency: level, power, oxygen, transport, numbers, how they are.
    Roster(roster::Args),
}

/// Whose visits, and of which days.
#[derive(clap::Args)]
struct Ics {
    #[command(flatten)]
    whose: Whose,
    /// First day (otherwise today): 2026-03-02.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Last day (otherwise four weeks on).
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Initials in the place of names, no place, nothing of what is done: for a calendar that others see.
    #[arg(long)]
    privacy: bool,
    /// Every visit as an event of its own: for programs that know nothing of RECURRENCE-ID, as calcurse. Otherwise a series
    /// is one event that comes again.
    #[arg(long)]
    each: bool,
}

/// Whose visits; of everybody you reach when none is named.
#[derive(clap::Args)]
#[group(multiple = false)]
struct Whose {
    /// A caregiver's: a name or an id.
    #[arg(long, value_name = "WHO")]
    staff: Option<String>,
    /// A client's: a name, a record number or an id.
    #[arg(long, value_name = "WHO")]
    client: Option<String>,
    /// Those of all clients that a coordinator looks after: a login, or the name that colleagues read.
    #[arg(long, value_name = "WHO")]
    team: Option<String>,
    /// Those of my own caseload.
    #[arg(long)]
    mine: bool,
}

impl Whose {
    fn of(&self, desk: &mut Desk) -> Result<SheetOf, Stop> {
        Ok(match (&self.staff, &self.client, &self.team) {
            (Some(who), ..) => SheetOf::Staff(whom::staff(desk, who)?),
            (_, Some(who), _) => SheetOf::Client(whom::client(desk, who)?),
            (.., Some(who)) => SheetOf::Team(who.clone()),
            _ if self.mine => SheetOf::Mine,
            _ => SheetOf::All,
        })
    }
}

/// Exports.
pub fn run(place: &Place, args: &Args) -> Ended {
    match &args.what {
        What::Ics(args) => ics(place, args),
        What::Csv(args) => list::csv(place, args),
        What::Roster(args) => roster::run(place, args),
    }
}

fn ics(place: &Place, args: &Ics) -> Ended {
    let mut desk = Desk::at(place)?;
    let today = desk.zone().day(Moment(SystemClock.now_ms()));
    let from = sheet::day(args.from.as_deref(), today)?;
    let to = sheet::day(args.to.as_deref(), Day::plus(from, AHEAD))?;
    if to < from || to.since(from) >= SHEET_DAYS {
        return Err(Stop::new(
            super::USAGE,
            format!("--from and --to are at most {SHEET_DAYS} days, the first one first"),
        ));
    }
    let of = args.whose.of(&mut desk)?;
    let ask = SheetAsk { of, from, to, initials: args.privacy, to_be: SheetUse::File };
    let Answered::Sheet(mut found) = desk.query(Query::Sheet(ask))? else {
        return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
    };
    if args.each {
        // Of what is not known to come again each visit stands by itself.
        found.series.clear();
    }
    let text =
        ical::write(&found, args.privacy).map_err(|_| Stop::new(PROBLEMS, "the calendar could not be written"))?;
    // Lines end as RFC 5545 has it, so nothing is put between here and the file.
    print::out(&text)?;
    if found.cut {
        return Err(Stop::new(PROBLEMS, "there are more visits than fit into one calendar: ask for fewer days"));
    }
    Ok(OK)
}
