//! `caseload export roster`: everybody in the order of calling for an emergency, as a sheet to print before the power goes or
//! as CSV. Without a storm it is everybody on service.

use super::agency::Place;
use super::desk::Desk;
use super::{CLOSED, Ended, OK, Stop, print};
use crate::app::roster;
use crate::domain::ids::ClientId;
use crate::domain::time::{Zone, clock};
use crate::exchange::out::{self, To};
use crate::service::api::storm::{RosterAsk, RosterPage, RosterRow};
use crate::service::api::{Answered, Query};
use std::io::IsTerminal;

/// How it is written.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A plain sheet of 80 columns, to be printed.
    Text,
    /// Comma-separated values.
    Csv,
}

/// What `export roster` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A sheet to print, or CSV.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Only my caseload.
    #[arg(long)]
    mine: bool,
    /// Initials in the place of names, the town alone, no number: for a wall.
    #[arg(long)]
    privacy: bool,
}

/// Columns of the CSV.
pub const COLUMNS: [&str; 18] = [
    "order",
    "client",
    "mrn",
    "level",
    "power",
    "power_minutes",
    "equipment",
    "needs",
    "transport",
    "alone",
    "address",
    "phones",
    "contacts",
    "next_visit",
    "away",
    "status",
    "status_at",
    "now_at",
];

/// Writes it.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut desk = Desk::at(place)?;
    let zone = desk.zone();
    let paper = args.format == Format::Text;
    let mut rows = Vec::new();
    let mut after = ClientId::default();
    let page = loop {
        let ask = RosterAsk { storm: None, mine: args.mine, initials: args.privacy, paper, after };
        let Answered::Roster(mut page) = desk.query(Query::Roster(ask))? else {
            return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
        };
        rows.append(&mut page.rows);
        match page.next {
            Some(next) => after = next,
            None => break page,
        }
    };
    if paper {
        print::lines(&roster::text(&page, rows, zone))?;
    } else {
        csv(&page, rows, zone)?;
    }
    Ok(OK)
}

fn csv(_: &RosterPage, mut rows: Vec<RosterRow>, zone: Zone) -> std::io::Result<()> {
    rows.sort_by(|a, b| a.rank.cmp(&b.rank));
    let cells: Vec<Vec<String>> = rows.iter().enumerate().map(|(n, row)| line(n + 1, row, zone)).collect();
    let to = if std::io::stdout().is_terminal() { To::Terminal } else { To::File };
    let mut bytes = Vec::new();
    out::csv(&COLUMNS, &cells, to, &mut bytes)?;
    print::out(&String::from_utf8_lossy(&bytes))
}

fn line(n: usize, row: &RosterRow, zone: Zone) -> Vec<String> {
    let level = |level: Option<u8>| level.map_or_else(|| "not recorded".to_owned(), |n| n.to_string());
    let at = row.at.map(|at| zone.civil(at)).map(|(day, minute)| format!("{} {}", day.iso(), clock(minute)));
    vec![
        n.to_string(),
        row.name.clone(),
        row.mrn.clone(),
        level(row.level),
        row.power.clone(),
        row.lasts.map(|m| m.to_string()).unwrap_or_default(),
        row.equipment.clone(),
        row.needs.clone(),
        level(row.transport),
        if row.alone { "yes" } else { "no" }.to_owned(),
        row.address.clone(),
        row.phones.join("; "),
        row.contacts.join("; "),
        row.next.clone(),
        row.away.clone(),
        row.state.map_or("not called", |s| s.word()).to_owned(),
        at.unwrap_or_default(),
        row.place.clone(),
    ]
}
