//! `caseload list`: what the screen lists, for a pipe, a spreadsheet or another program.

use super::agency::Place;
use super::desk::{Desk, refusal};
use super::sheet::day;
use super::{CLOSED, Ended, OK, Stop, USAGE, handle, print};
use crate::clock::{Clock, SystemClock};
use crate::domain::client::Client;
use crate::domain::fields::BadField;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::record::Kind;
use crate::domain::staff::Staff;
use crate::domain::time::{Day, Moment, Zone, clock};
use crate::domain::visit::Visit;
use crate::exchange::out::{self, To, plans};
use crate::service::api::{
    Answered, Doing, Exported, Leaving, ListOpened, OpenList, Owner, Person, Query, Reply, Request, Rows, Sort, View,
    Window,
};
use std::io::IsTerminal;

/// What can be listed.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum What {
    /// Clients.
    Clients,
    /// Visits of some days.
    Visits,
    /// Caregivers.
    Staff,
    /// Alerts.
    Alerts,
    /// Issues.
    Issues,
    /// Reassessment windows.
    Reassessments,
    /// Clock-ins of visit verification with something wrong, and until when it can be mended.
    Evv,
}

/// How it is written.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

/// What `list` takes.
#[derive(clap::Args)]
#[command(after_help = LENSES)]
pub struct Args {
    /// What to list.
    what: What,
    /// Only what this lens passes: `level:1 & !tier>3`.
    lens: Option<String>,
    /// As an aligned table, CSV or JSON.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Only my caseload.
    #[arg(long)]
    mine: bool,
    /// First day of visits (otherwise today): 2026-03-02.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Last day of visits (otherwise the first).
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

const LENSES: &str = "\
As CSV, clients, staff and visits come whole, in the columns that `caseload import` reads. Otherwise each row ends with its
handle, by which `caseload show` and `caseload act` know it.

A lens joins terms with `&`; `!` before one turns it round. A term is field:value, field<value or field>value.
  clients        name mrn town status level alone age born day tier alerts coordinator
                 vulnerability next
  visits         client staff discipline service day state answer start minutes
  staff          name discipline doing hours overtime language active credential
  alerts         tier name cause owner source rule list due age breached booked escalated about
  issues         name kind summary tier owner open age
  reassessments  name what state opens closes
Example: caseload list reassessments 'state:pending & closes<2026-03-10' --format csv";

/// A list as text: headings and rows.
struct Sheet {
    headings: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

/// What goes out as CSV: the lists, and what plans are made of.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Out {
    Clients,
    Visits,
    Staff,
    Alerts,
    Issues,
    Reassessments,
    Authorizations,
    TimeOff,
    Holds,
    Pairings,
    Appointments,
    Positions,
    Ways,
}

/// What `export csv` takes.
#[derive(clap::Args)]
pub struct Csv {
    /// Which list.
    what: Out,
    /// Only what this lens passes: `level:1 & !tier>3`.
    lens: Option<String>,
    /// Only my caseload.
    #[arg(long)]
    mine: bool,
    /// First day of visits (otherwise today): 2026-03-02.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Last day of visits (otherwise the first).
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

/// Lists as CSV.
pub fn csv(place: &Place, args: &Csv) -> Ended {
    let Csv { what, lens, mine, from, to } = args;
    let listed = match what {
        Out::Clients => What::Clients,
        Out::Visits => What::Visits,
        Out::Staff => What::Staff,
        Out::Alerts => What::Alerts,
        Out::Issues => What::Issues,
        Out::Reassessments => What::Reassessments,
        Out::Authorizations => return all(place, args, Kind::Authorization, &plans::AUTHORIZATION_COLUMNS),
        Out::TimeOff => return all(place, args, Kind::TimeOff, &plans::TIME_OFF_COLUMNS),
        Out::Holds => return all(place, args, Kind::Hold, &plans::HOLD_COLUMNS),
        Out::Pairings => return all(place, args, Kind::Pairing, &plans::PAIRING_COLUMNS),
        Out::Appointments => return all(place, args, Kind::Appointment, &plans::APPOINTMENT_COLUMNS),
        Out::Positions => return all(place, args, Kind::Position, &plans::POSITION_COLUMNS),
        Out::Ways => return all(place, args, Kind::KnownWay, &plans::WAY_COLUMNS),
    };
    let (lens, from, to) = (lens.clone(), from.clone(), to.clone());
    run(place, &Args { what: listed, lens, format: Format::Csv, mine: *mine, from, to })
}

/// All records of a kind that no list on the screen has.
fn all(place: &Place, args: &Csv, kind: Kind, headings: &[&str]) -> Ended {
    if args.lens.is_some() || args.mine || args.from.is_some() || args.to.is_some() {
        return Err(Stop::new(USAGE, "this list goes out whole: leave out the lens, --mine, --from and --to"));
    }
    let mut desk = Desk::at(place)?;
    let zone = desk.zone();
    let (mut rows, mut after) = (Vec::new(), [0; 16]);
    loop {
        let Answered::ExportedAll { records, next } = desk.query(Query::ExportAll { kind, after })? else {
            return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
        };
        for record in records {
            let row = planned(kind, &record, zone);
            rows.push(row.map_err(|e| Stop::new(CLOSED, format!("a record can't be read: {e}")))?);
        }
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    let to = if std::io::stdout().is_terminal() { To::Terminal } else { To::File };
    let mut bytes = Vec::new();
    out::csv(headings, &rows, to, &mut bytes)?;
    print::out(&String::from_utf8_lossy(&bytes))?;
    Ok(OK)
}

fn planned(kind: Kind, record: &Exported, zone: Zone) -> Result<Vec<String>, BadField> {
    let (id, mrn, fields) = (VisitId(record.id).to_string(), &record.client, &record.fields);
    Ok(match kind {
        Kind::Authorization => plans::authorization_row(&id, mrn, &fields.body()?),
        Kind::TimeOff => plans::time_off_row(&id, &fields.body()?, zone),
        Kind::Hold => plans::hold_row(&id, mrn, &fields.body()?, zone),
        Kind::Pairing => plans::pairing_row(&id, mrn, &fields.body()?),
        Kind::Appointment => plans::appointment_row(&id, mrn, &fields.body()?),
        Kind::Position => plans::position_row(&id, &fields.body()?),
        _ => plans::way_row(&id, &fields.body()?),
    })
}

/// Lists.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut desk = Desk::at(place)?;
    let zone = desk.zone();
    let today = zone.day(Moment(SystemClock.now_ms()));
    let view = match args.what {
        What::Evv => return evv(&mut desk, args, today),
        What::Clients => View::Clients,
        What::Staff => View::Staff,
        What::Alerts => View::Alerts,
        What::Issues => View::Issues,
        What::Reassessments => View::Reassessments,
        What::Visits => {
            let from = day(args.from.as_deref(), today)?;
            View::Visits { from, to: day(args.to.as_deref(), from)?, only: crate::service::api::VisitFilter::default() }
        }
    };
    let ask = OpenList {
        view,
        mine: args.mine,
        lens: args.lens.clone().unwrap_or_default(),
        words: String::new(),
        sort: Sort::Natural,
    };
    let windows = fetch(&mut desk, ask)?;
    // A CSV is what another program, or `caseload import`, reads: whole records in the columns that import knows.
    let sheet = match (args.format, args.what) {
        (Format::Csv, What::Clients | What::Staff | What::Visits) => whole(&mut desk, args.what, windows)?,
        _ => sheet(args.what, windows, zone),
    };
    let to = if std::io::stdout().is_terminal() { To::Terminal } else { To::File };
    if to == To::File {
        // What goes to a file or another program has left, and nobody here sees what becomes of it.
        match desk.ask(Request::Leave(Leaving::Exported { view, rows: sheet.rows.len() as u32 }))? {
            Reply::Noted => {}
            other => return Err(refusal(other)),
        }
    }
    match args.format {
        Format::Table => print::out(&out::plain(sheet.headings, &sheet.rows, None))?,
        Format::Json => print::out(&out::json(sheet.headings, &sheet.rows))?,
        Format::Csv => {
            let mut bytes = Vec::new();
            out::csv(sheet.headings, &sheet.rows, to, &mut bytes)?;
            print::out(&String::from_utf8_lossy(&bytes))?;
        }
    }
    if sheet.rows.is_empty() && matches!(args.format, Format::Table) {
        print::complain(none(args));
    }
    Ok(OK)
}

/// What is said beside a table without rows: it stays a table, and nobody takes it for a fault.
fn none(args: &Args) -> &'static str {
    match args.what {
        _ if args.lens.is_some() => "nothing passes this lens",
        What::Clients if args.mine => "nobody is on your caseload; without --mine all are listed",
        What::Clients => "no clients yet; `caseload import FILE` brings them in, `caseload demo` shows how it looks",
        What::Staff => "no caregivers yet; `caseload import FILE` brings them in, `caseload demo` shows how it looks",
        What::Visits => "no visits on these days; --from and --to choose others",
        What::Alerts => "no alerts: nothing needs anybody now",
        What::Issues => "no issues",
        What::Reassessments => "no reassessments are due",
        What::Evv => "every clock-in is in order",
    }
}

pub(super) fn fetch(desk: &mut Desk, ask: OpenList) -> Result<Vec<Window>, Stop> {
    const PAGE: u16 = 400;
    let opened: ListOpened = match desk.ask(Request::OpenList(ask))? {
        Reply::List(opened) => opened,
        other => return Err(refusal(other)),
    };
    if let Some(error) = opened.lens_error {
        return Err(Stop::new(USAGE, format!("the lens can't be read: {error}")));
    }
    let mut windows = Vec::new();
    let mut from = 0;
    while from < opened.total {
        match desk.ask(Request::Rows { list: opened.list, from, count: PAGE })? {
            Reply::Rows(window) => windows.push(window),
            other => return Err(refusal(other)),
        }
        from += u32::from(PAGE);
    }
    Ok(windows)
}

/// What is wrong with clock-ins: the day on which each locks, and how far that is.
fn evv(desk: &mut Desk, args: &Args, today: Day) -> Ended {
    let format = args.format;
    let zone = desk.zone();
    let Answered::EvvExceptions(queue) = desk.query(Query::EvvExceptions)? else {
        return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
    };
    let headings = ["id", "locks", "days_left", "client", "caregiver", "at", "code", "what", "mend", "handle"];
    let rows: Vec<Vec<String>> = queue
        .list
        .into_iter()
        .map(|e| {
            let at = e.at.map(|at| zone.civil(at)).map(|(day, minute)| format!("{} {}", day.iso(), clock(minute)));
            vec![
                e.id.to_string(),
                e.locks.map(Day::iso).unwrap_or_default(),
                e.locks.map(|day| day.since(today).to_string()).unwrap_or_default(),
                e.name,
                e.staff,
                at.unwrap_or_default(),
                e.code,
                e.say,
                e.mend,
                handle::clocking(e.id),
            ]
        })
        .collect();
    let to = if std::io::stdout().is_terminal() { To::Terminal } else { To::File };
    if to == To::File {
        let rows = rows.len() as u32;
        match desk.ask(Request::Leave(Leaving::Exported {
            view: View::Visits { from: today, to: today, only: crate::service::api::VisitFilter::default() },
            rows,
        }))? {
            Reply::Noted => {}
            other => return Err(refusal(other)),
        }
    }
    match format {
        Format::Table => print::out(&out::plain(&headings, &rows, None))?,
        Format::Json => print::out(&out::json(&headings, &rows))?,
        Format::Csv => {
            let mut bytes = Vec::new();
            out::csv(&headings, &rows, to, &mut bytes)?;
            print::out(&String::from_utf8_lossy(&bytes))?;
        }
    }
    if rows.is_empty() && matches!(format, Format::Table) {
        print::complain(none(args));
    }
    Ok(OK)
}

fn sheet(what: What, windows: Vec<Window>, zone: Zone) -> Sheet {
    let headings: &'static [&'static str] = match what {
        What::Clients => &[
            "mrn",
            "name",
            "date_of_birth",
            "town",
            "status",
            "level",
            "alone",
            "period_day",
            "tier",
            "alerts",
            "coordinator",
            "next_visit",
            "handle",
        ],
        What::Visits => &[
            "day",
            "start",
            "minutes",
            "client",
            "discipline",
            "staff",
            "service",
            "state",
            "answer",
            "arrived",
            "source",
            "handle",
        ],
        What::Staff => &[
            "name",
            "discipline",
            "doing",
            "at",
            "detail",
            "hours_this_week",
            "overtime",
            "credential",
            "good_to",
            "phone",
            "languages",
            "handle",
        ],
        What::Alerts => {
            &["tier", "name", "cause", "since", "due", "owner", "breached", "booked", "source", "rule", "handle"]
        }
        What::Issues => &["tier", "name", "kind", "summary", "happened", "owner", "outcome", "handle"],
        What::Reassessments => &["name", "what", "opens", "closes", "state", "detail", "handle"],
        // It has an answer of its own.
        What::Evv => &[],
    };
    let rows = windows.into_iter().flat_map(|w| rows(w.rows, zone)).collect();
    Sheet { headings, rows }
}

/// Most records asked for at a time.
const RECORDS: usize = 100;

/// The records behind the rows, in the columns that `import` reads: exported and imported again, they change nothing.
fn whole(desk: &mut Desk, what: What, windows: Vec<Window>) -> Result<Sheet, Stop> {
    let (kind, headings): (Kind, &'static [&'static str]) = match what {
        What::Clients => (Kind::Client, &out::CLIENT_COLUMNS),
        What::Staff => (Kind::Staff, &out::STAFF_COLUMNS),
        _ => (Kind::Visit, &out::VISIT_COLUMNS),
    };
    let mut ids: Vec<[u8; 16]> = Vec::new();
    for window in windows {
        match window.rows {
            Rows::Clients(list) => ids.extend(list.iter().map(|r| r.id.0)),
            Rows::Staff(list) => ids.extend(list.iter().map(|r| r.id.0)),
            Rows::Visits(list) => ids.extend(list.iter().map(|r| r.id.0)),
            _ => {}
        }
    }
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(RECORDS) {
        let Answered::Exported(records) = desk.query(Query::Export { kind, ids: some.to_vec() })? else {
            return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
        };
        for record in records {
            rows.push(line(kind, &record).map_err(|e| Stop::new(CLOSED, format!("a record can't be read: {e}")))?);
        }
    }
    Ok(Sheet { headings, rows })
}

fn line(kind: Kind, record: &Exported) -> Result<Vec<String>, BadField> {
    Ok(match kind {
        Kind::Client => out::client_row(&ClientId(record.id).to_string(), &record.fields.body::<Client>()?),
        Kind::Staff => out::staff_row(&StaffId(record.id).to_string(), &record.fields.body::<Staff>()?),
        _ => {
            let visit = record.fields.body::<Visit>()?;
            let id = |staff: Option<StaffId>| staff.map(|s| s.to_string()).unwrap_or_default();
            let (first, second) = (id(visit.staff), id(visit.second));
            out::visit_row(&VisitId(record.id).to_string(), &record.client, &first, &second, &visit)
        }
    })
}

fn rows(rows: Rows, zone: Zone) -> Vec<Vec<String>> {
    let at = |m: Moment| {
        let (day, minute) = zone.civil(m);
        format!("{} {}", day.iso(), clock(minute))
    };
    let some_at = |m: Option<Moment>| m.map(at).unwrap_or_default();
    let yes = |b: bool| if b { "yes".to_owned() } else { String::new() };
    let number = |n: Option<u8>| n.map(|n| n.to_string()).unwrap_or_default();
    match rows {
        Rows::Clients(list) => list
            .into_iter()
            .map(|r| {
                vec![
                    r.mrn,
                    r.name,
                    r.born.map(Day::iso).unwrap_or_default(),
                    r.town,
                    r.status.word().to_owned(),
                    number(r.level),
                    yes(r.alone),
                    number(r.period_day),
                    number(r.tier),
                    r.alerts.to_string(),
                    r.coordinator,
                    some_at(r.next_visit),
                    handle::person(Person::Client(r.id)),
                ]
            })
            .collect(),
        Rows::Visits(list) => list
            .into_iter()
            .map(|r| {
                vec![
                    r.day.iso(),
                    clock(r.minute),
                    r.minutes.to_string(),
                    r.client_name,
                    r.discipline.word().to_owned(),
                    if r.staff.is_some() { r.staff_name } else { "nobody".to_owned() },
                    r.service,
                    r.state.word().to_owned(),
                    r.answer.word().to_owned(),
                    r.arrived.map(|(m, _)| at(m)).unwrap_or_default(),
                    r.arrived.map(|(_, s)| s.word().to_owned()).unwrap_or_default(),
                    handle::visit(r.day, r.id),
                ]
            })
            .collect(),
        Rows::Staff(list) => list
            .into_iter()
            .map(|r| {
                let doing = match r.doing {
                    Doing::Out => "out",
                    Doing::With(_) => "with",
                    Doing::Due => "due",
                    Doing::Free => "free",
                    Doing::Off => "off",
                };
                let (credential, good_to) = r.credential.map(|(k, d)| (k, d.iso())).unwrap_or_default();
                vec![
                    r.name,
                    r.discipline.word().to_owned(),
                    doing.to_owned(),
                    some_at(r.at),
                    r.detail,
                    format!("{}.{}", r.booked_minutes / 60, (r.booked_minutes % 60) / 6),
                    yes(r.overtime),
                    credential,
                    good_to,
                    r.phone,
                    r.languages,
                    handle::person(Person::Staff(r.id)),
                ]
            })
            .collect(),
        Rows::Alerts(list) => list
            .into_iter()
            .map(|r| {
                vec![
                    format!("P{}", r.tier),
                    r.name,
                    r.cause,
                    at(r.since),
                    some_at(r.due),
                    owner(r.owner),
                    yes(r.breached),
                    r.booked.unwrap_or_default(),
                    r.key.source.word().to_owned(),
                    r.rule,
                    handle::alert(&r.key),
                ]
            })
            .collect(),
        Rows::Issues(list) => list
            .into_iter()
            .map(|r| {
                vec![
                    r.tier.map(|t| format!("P{t}")).unwrap_or_default(),
                    r.name,
                    r.kind.word().to_owned(),
                    r.summary,
                    at(r.happened),
                    owner(r.owner),
                    r.outcome.unwrap_or_default(),
                    handle::alert(&r.key),
                ]
            })
            .collect(),
        Rows::Reassessments(list) => list
            .into_iter()
            .map(|r| vec![r.name, r.what, r.opens.iso(), r.closes.iso(), r.state, r.detail, handle::alert(&r.key)])
            .collect(),
    }
}

fn owner(owner: Owner) -> String {
    match owner {
        Owner::Nobody => "nobody".to_owned(),
        Owner::You => "you".to_owned(),
        Owner::Other(name) => name,
    }
}
