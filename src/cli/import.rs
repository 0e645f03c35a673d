//! `caseload import`: files of other systems in, with a report; the normal Monday, not a one-off.

use super::agency::Place;
use super::desk::Desk;
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, USAGE, init, print, watch};
use crate::clock::{Clock, SystemClock};
use crate::domain::fields::Fields;
use crate::domain::ids::{BatchId, ClockingId};
use crate::domain::import_source::ColumnMap;
use crate::domain::record::Kind;
use crate::domain::text::{Few, Text};
use crate::domain::time::{Moment, Zone};
use crate::exchange::ical;
use crate::exchange::report::{Progress, Report};
use crate::exchange::run::{self, Options};
use crate::exchange::source::{Form, Source, gather};
use crate::exchange::table::dates::Order;
use crate::exchange::table::{Guess, List, Settings, Table, columns};
use crate::service::api::{Answered, Clash, Command, Done, NewRecord, Query, SavedColumns, SourceLine};
use crate::service::ids::{Ids, RandomIds};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Lines of each list in a report.
const SHOWN: usize = 20;
/// Most that is read from standard input.
const STDIN_LIMIT: u64 = 512 << 20;

/// Days of a calendar that are taken where no last day is said.
const HALF_A_YEAR: i32 = 183;

/// What `import` takes.
#[derive(clap::Args)]
pub struct Args {
    /// Files and folders: FHIR R4 (bundles, bulk NDJSON), CSV, TSV, .xlsx, calendars (.ics). `-` reads standard input.
    files: Vec<PathBuf>,
    /// Says what it would do, and does nothing.
    #[arg(long)]
    dry_run: bool,
    /// Asks nothing: takes what was guessed, and keeps changes made here.
    #[arg(long)]
    yes: bool,
    /// What a list holds: clients, staff, visits, authorizations, time-off, holds, pairings, appointments, positions, ways.
    #[arg(long, value_name = "WHAT")]
    list: Option<String>,
    /// A calendar is this client's: its events are appointments. A name, a record number or an id.
    #[arg(long, value_name = "WHO", conflicts_with = "staff")]
    client: Option<String>,
    /// A calendar is this caregiver's: its events are time off. A name or an id.
    #[arg(long, value_name = "WHO")]
    staff: Option<String>,
    /// Last day of a calendar's events (otherwise half a year on): 2026-03-02.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// A heading and the field it is: --map "Pt Last=family_name" (again for more).
    #[arg(long, value_name = "HEADING=FIELD")]
    map: Vec<String>,
    /// Keeps this list's headings and fields under a name; used by itself when the same headings come again.
    #[arg(long, value_name = "NAME")]
    save_map: Option<String>,
    /// How dates are written: us, european or iso.
    #[arg(long, value_name = "ORDER")]
    dates: Option<String>,
    /// A spreadsheet's sheet, otherwise the first.
    #[arg(long)]
    sheet: Option<String>,
    /// The system it comes from; lists of one system share a name, so that a visit finds its client.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Where both sides changed a field: keep what was changed here, or take the source's.
    #[arg(long, value_enum)]
    on_clash: Option<OnClash>,
    /// Explains the columns that lists may have.
    #[arg(long)]
    columns: bool,
    /// An exception of visit verification has been dealt with: its id as `caseload list evv` has it; say why with
    /// --reason, how with --because, or both.
    #[arg(long, value_name = "ID")]
    resolve: Option<String>,
    /// With --resolve: a reason of the agency's (caseload rules show --which evv).
    #[arg(long, value_name = "CODE", requires = "resolve")]
    reason: Option<String>,
    /// With --resolve: what was done about it.
    #[arg(long, value_name = "TEXT", requires = "resolve")]
    because: Option<String>,
    /// Goes on looking into this directory and takes each file as soon as it is whole; what was taken is moved to `taken`
    /// in it, what has a problem is named and left.
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    watch: Option<PathBuf>,
    /// With --watch: takes what is there and ends.
    #[arg(long, requires = "watch")]
    once: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
    /// Takes back an import: its number stands in its report.
    #[arg(long, value_name = "NUMBER")]
    undo: Option<String>,
}

/// What is done where both sides changed a field.
#[derive(Clone, Copy, clap::ValueEnum)]
enum OnClash {
    Keep,
    Take,
}

/// Imports.
pub fn run(place: &Place, args: &Args) -> Ended {
    if args.columns {
        print::out(&columns::text())?;
        return Ok(OK);
    }
    if let Some(number) = &args.undo {
        return undo(place, number);
    }
    if let Some(id) = &args.resolve {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        return resolve(place, id, said(&args.reason), said(&args.because));
    }
    if let Some(dir) = &args.watch {
        return watch::run(place, args, dir);
    }
    if args.files.is_empty() {
        return Err(Stop::new(USAGE, "say which files: caseload import FILE…  (or `-` for standard input)"));
    }
    Ok(if taken(place, args, &args.files)? { PROBLEMS } else { OK })
}

/// Takes these files in; whether there was a problem with one of them.
pub(super) fn taken(place: &Place, args: &Args, files: &[PathBuf]) -> Result<bool, Stop> {
    // `caseload import evv FILE`: what the file holds, said as a word before it.
    let (word, files) = match files.split_first() {
        Some((first, rest)) if !rest.is_empty() && args.list.is_none() && !first.exists() => {
            match first.to_str().and_then(List::from_word) {
                Some(list) => (Some(list), rest),
                None => (None, files),
            }
        }
        _ => (None, files),
    };
    let Sorted { fhir, lists, calendars, odd } = sort(files)?;
    for why in &odd {
        print::complain(why);
    }
    if fhir.is_empty() && lists.is_empty() && calendars.is_empty() {
        return Err(Stop::new(PROBLEMS, "nothing there that can be imported"));
    }
    offer_agency(place)?;
    let mut desk = Desk::at(place)?;
    super::outward::may(&mut desk, crate::rules::roles::Right::ReadFiles)?;
    let zone = desk.zone();
    let now = Moment(SystemClock.now_ms());
    let mut import = Import { desk: &mut desk, args, zone, now, word };
    let mut problems = !odd.is_empty();
    if !fhir.is_empty() {
        problems |= import.fhir(&fhir)?;
    }
    for source in &lists {
        problems |= import.list(source)?;
    }
    for source in &calendars {
        problems |= import.calendar(source)?;
    }
    Ok(problems)
}

struct Import<'a> {
    desk: &'a mut Desk,
    args: &'a Args,
    zone: Zone,
    now: Moment,
    /// What the files hold, by the word before them.
    word: Option<List>,
}

impl Args {
    /// Takes what is there and ends.
    pub(super) fn once(&self) -> bool {
        self.once
    }
}

impl Import<'_> {
    fn options(&self, source: &str, clash: Clash, dry_run: bool) -> Options {
        Options {
            source: self.args.source.clone().unwrap_or_else(|| source.to_owned()),
            batch: BatchId(RandomIds.make(self.now)),
            clash,
            dry_run,
            zone: self.zone,
            now: self.now,
            keep_seen: true,
        }
    }

    fn fhir(&mut self, sources: &[Source]) -> Result<bool, Stop> {
        self.carry_out("fhir", |options, send, watch| run::fhir(sources, options, send, watch))
    }

    /// A calendar is somebody's: hers alone are the names of its events.
    fn calendar(&mut self, source: &Source) -> Result<bool, Stop> {
        let (whose, name) = match (&self.args.client, &self.args.staff) {
            (Some(who), _) => {
                let id = super::whom::client(self.desk, who)?;
                (ical::Whose::Client(id), format!("ics:client:{id}"))
            }
            (None, Some(who)) => {
                let id = super::whom::staff(self.desk, who)?;
                (ical::Whose::Staff(id), format!("ics:staff:{id}"))
            }
            (None, None) => {
                let why = "say whose calendar it is: --client NAME (appointments) or --staff NAME (time off)";
                return Err(Stop::new(USAGE, why));
            }
        };
        let today = self.zone.day(self.now);
        let until = super::sheet::day(self.args.until.as_deref(), today.plus(HALF_A_YEAR))?;
        if until.since(today) > 5 * 366 {
            return Err(Stop::new(USAGE, "--until is at most five years on"));
        }
        let horizon = ical::Horizon { zone: self.zone, now: self.now, until };
        let bytes = source.read(ical::LARGEST).map_err(|e| Stop::new(PROBLEMS, format!("{}: {e}", source.name())))?;
        let (records, reading) = ical::read(source.name(), &bytes, whose, horizon);
        self.carry_out(&name, |options, send, watch| run::found(records.clone(), reading.clone(), options, send, watch))
    }

    fn list(&mut self, source: &Source) -> Result<bool, Stop> {
        let table = Table::open(source, self.args.sheet.as_deref())
            .map_err(|e| Stop::new(PROBLEMS, format!("{}: {} {}", e.place, e.why, e.mend)))?;
        let mut settings = self.settings()?;
        let saved = self.saved_maps();
        if settings.map.is_empty()
            && let Some(map) = saved.iter().find(|m| fits(m, &table, &settings))
        {
            print::complain(&format!("these are the headings of “{}”: its map is used", map.name));
            settings = with_map(map, &settings);
        }
        let guess = guessed(&table, &settings)?;
        let missing = guess.missing();
        if !missing.is_empty() {
            print::lines(&guess.text(&table, &settings))?;
            return Err(Stop::new(
                PROBLEMS,
                format!(
                    "no column gives {}; say which with --map HEADING={} (caseload import --columns explains them)",
                    missing.join(", "),
                    missing[0]
                ),
            ));
        }
        if !guess.own && !self.args.yes && self.args.watch.is_none() {
            print::complain(guess.text(&table, &settings).trim_end());
            match print::ask("Is that right? [y/N]") {
                Some(a) if a.eq_ignore_ascii_case("y") || a.eq_ignore_ascii_case("yes") => {}
                Some(_) => {
                    return Err(Stop::new(PROBLEMS, "nothing was imported; mend it with --map, --list or --dates"));
                }
                None => {
                    return Err(Stop::new(
                        PROBLEMS,
                        "nothing was imported: nobody can be asked here; say --yes when it is right",
                    ));
                }
            }
        }
        let name = format!("list:{}", guess.list.word());
        // Visits name clients and staff of the same system: all lists share one source unless another is named.
        let source_name = if self.args.source.is_some() { name } else { "lists".to_owned() };
        let problems = self.carry_out(&source_name, |options, send, watch| {
            run::table(&table, &guess, &settings, options, send, watch)
        })?;
        if let Some(name) = self.args.save_map.clone().filter(|_| !self.args.dry_run) {
            self.save_map(&name, &guess)?;
        }
        Ok(problems)
    }

    /// Runs an import. Where somebody can be asked, a dry run first finds the fields that both sides changed.
    fn carry_out(
        &mut self,
        source: &str,
        mut import: impl FnMut(
            &Options,
            &mut dyn FnMut(Command) -> Result<Done, String>,
            &mut dyn FnMut(&Progress) -> ControlFlow<()>,
        ) -> Report,
    ) -> Result<bool, Stop> {
        let said = self.args.on_clash.map(|c| match c {
            OnClash::Keep => Clash::KeepLocal,
            OnClash::Take => Clash::TakeSource,
        });
        let asks = !self.args.yes && !self.args.dry_run && self.args.watch.is_none();
        let ask = said.is_none() && asks && print::can_ask();
        let mut all = self.options(source, said.unwrap_or(Clash::KeepLocal), self.args.dry_run);
        let mut go = |options: &Options, desk: &mut Desk| {
            let mut send = |command: Command| desk.execute(command).map_err(|stop| stop.text);
            let mut watch = |p: &Progress| {
                let percent = (p.bytes * 100).checked_div(p.total).unwrap_or(100).min(100);
                print::progress(&format!("{}: {percent} %, {} records", p.phase, p.records));
                ControlFlow::Continue(())
            };
            let report = import(options, &mut send, &mut watch);
            print::progress_done();
            report
        };
        if ask {
            let trial = go(&Options { dry_run: true, ..all.clone() }, self.desk);
            all.clash = asked(&trial);
        }
        let report = go(&all, self.desk);
        let text = if self.args.json { report.json() + "\n" } else { report.text(SHOWN) };
        print::lines(&text)?;
        if !self.args.json && report.stopped.is_none() {
            self.tell_disappeared(&all.source, &report)?;
        }
        if !self.args.json && !self.args.dry_run && report.commits.is_some() {
            print::lines(&format!("to take it back: caseload import --undo {}\n", all.batch))?;
        }
        Ok(report.has_problems())
    }

    /// Clients and caregivers that this source had before and has no more. Nothing is deleted for it.
    fn tell_disappeared(&mut self, source: &str, report: &Report) -> Result<(), Stop> {
        for kind in [Kind::Client, Kind::Staff] {
            if !report.seen.iter().any(|(k, _)| *k == kind) {
                continue;
            }
            let before = self.source_lines(source, kind)?;
            let gone = run::disappeared(report, kind, before.iter().map(|line| line.identifier.as_str()));
            if gone.is_empty() {
                continue;
            }
            let mut text =
                format!("Not in this source any more ({} {}s; nothing was deleted):\n", gone.len(), kind.word());
            for identifier in gone.iter().take(SHOWN) {
                let name = before.iter().find(|line| line.identifier == *identifier).map_or("", |line| &line.name);
                text.push_str(&format!("  {name}\n"));
            }
            print::lines(&text)?;
        }
        Ok(())
    }

    /// Whom a source has spoken of, in this agency.
    fn source_lines(&mut self, source: &str, kind: Kind) -> Result<Vec<SourceLine>, Stop> {
        let (mut all, mut after) = (Vec::new(), [0; 16]);
        loop {
            let query = Query::SourceLines { source: source.to_owned(), kind, after };
            let Answered::SourceLines { lines, next } = self.desk.query(query)? else { return Ok(all) };
            all.extend(lines);
            match next {
                Some(next) => after = next,
                None => return Ok(all),
            }
        }
    }

    fn settings(&self) -> Result<Settings, Stop> {
        let mut map = Vec::new();
        for pair in &self.args.map {
            let (heading, field) = pair
                .rsplit_once('=')
                .ok_or_else(|| Stop::new(USAGE, format!("--map {pair}: write it as HEADING=FIELD")))?;
            map.push((heading.trim().to_owned(), field.trim().to_owned()));
        }
        let list = match &self.args.list {
            Some(word) => Some(List::from_word(word).ok_or_else(|| {
                Stop::new(USAGE, format!("--list {word}: say one of {}", List::ALL.map(List::word).join(", ")))
            })?),
            None => self.word,
        };
        let order = match self.args.dates.as_deref() {
            None => None,
            Some("us") => Some(Order::Us),
            Some("european") => Some(Order::European),
            Some("iso") => Some(Order::Iso),
            Some(other) => return Err(Stop::new(USAGE, format!("--dates {other}: say us, european or iso"))),
        };
        Ok(Settings { list, map, order, zone: self.zone, now: self.now })
    }

    fn saved_maps(&mut self) -> Vec<SavedColumns> {
        match self.desk.query(Query::ColumnMap(String::new())) {
            Ok(Answered::ColumnMaps(maps)) => maps,
            _ => Vec::new(),
        }
    }

    fn save_map(&mut self, name: &str, guess: &Guess) -> Result<(), Stop> {
        let columns = guess.map().into_iter().map(|(h, f)| (Text::clip(&h), Text::clip(&f))).collect();
        let map = ColumnMap {
            name: Text::new(name).map_err(|e| Stop::new(USAGE, format!("--save-map is {e}")))?,
            list: Text::clip(guess.list.word()),
            columns: Few::clip(columns),
        };
        let records = vec![NewRecord { kind: Kind::ColumnMap, fields: Fields::of(&map) }];
        self.desk.execute(Command::Create { records, batch: None })?;
        Ok(())
    }
}

/// Asks once for each kind in which fields were changed on both sides.
fn asked(trial: &Report) -> Clash {
    let takes = |n: u64, kind: Kind| {
        let word = kind.word().replace('_', " ");
        let records = if n == 1 { "record" } else { "records" };
        let question = format!("{word}: {n} {records} changed both here and in the source. Take the source's? [y/N]");
        print::ask(&question).is_some_and(|a| a.eq_ignore_ascii_case("y") || a.eq_ignore_ascii_case("yes"))
    };
    let clashing = trial.kinds.iter().filter(|(_, c)| c.kept_local > 0);
    Clash::TakeSourceOf(clashing.filter(|(kind, c)| takes(c.kept_local, **kind)).map(|(kind, _)| *kind).collect())
}

fn guessed(table: &Table, settings: &Settings) -> Result<Guess, Stop> {
    table.guess(settings).map_err(|remarks| {
        let lines: Vec<String> =
            remarks.into_iter().map(|r| [r.place, r.field, r.why, r.mend].join(" ").trim().to_owned()).collect();
        Stop::new(PROBLEMS, lines.join("\n"))
    })
}

/// The settings under a saved map.
fn with_map(map: &SavedColumns, settings: &Settings) -> Settings {
    let list = settings.list.or_else(|| List::from_word(&map.list));
    Settings { map: map.columns.clone(), list, ..settings.clone() }
}

/// A saved map is for these headings when all of its own are among them.
fn fits(map: &SavedColumns, table: &Table, settings: &Settings) -> bool {
    let Ok(guess) = table.guess(&with_map(map, settings)) else { return false };
    let has = |heading: &str| guess.columns.iter().any(|c| c.heading == heading);
    !map.columns.is_empty() && map.columns.iter().all(|(heading, _)| has(heading))
}

/// What there is to import.
#[derive(Default)]
struct Sorted {
    fhir: Vec<Source>,
    lists: Vec<Source>,
    calendars: Vec<Source>,
    /// Named, but neither, and why.
    odd: Vec<String>,
}

fn sort(files: &[PathBuf]) -> Result<Sorted, Stop> {
    let Sorted { mut fhir, mut lists, mut calendars, mut odd } = Sorted::default();
    let mut all = Vec::new();
    for file in files {
        if file.as_os_str() == "-" {
            let stdin = std::io::stdin().lock();
            all.push(
                Source::stream("standard input", stdin, STDIN_LIMIT)
                    .map_err(|e| Stop::new(PROBLEMS, format!("standard input: {e}")))?,
            );
        } else {
            let (found, _) = gather(std::slice::from_ref(file))
                .map_err(|e| Stop::new(PROBLEMS, format!("{}: {e}", file.display())))?;
            all.extend(found);
        }
    }
    for source in all {
        match source.form() {
            Ok(Form::Json) => fhir.push(source),
            Ok(Form::Calendar) => calendars.push(source),
            // A calendar by its name only: what is odd about it is said by its reader.
            Ok(Form::Text) if is_calendar(source.name()) => calendars.push(source),
            Ok(Form::Sheet | Form::Text) => lists.push(source),
            Ok(Form::Empty) => odd.push(format!("{}: empty", source.name())),
            Ok(Form::Other) => odd.push(format!("{}: neither text nor a spreadsheet; left out", source.name())),
            Err(e) => odd.push(format!("{}: {e}", source.name())),
        }
    }
    Ok(Sorted { fhir, lists, calendars, odd })
}

fn is_calendar(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| matches!(end.as_str(), "ics" | "ical" | "ifb" | "icalendar"))
}

/// Importing into nothing offers to make the agency first.
fn offer_agency(place: &Place) -> Result<(), Stop> {
    if place.is_made()? {
        return Ok(());
    }
    let missing = || {
        Stop::new(
            CLOSED,
            "there is no agency yet; make one first: caseload init --name \"Riverside Home Care\" --timezone America/New_York",
        )
    };
    let name = print::ask("There is no agency yet. Its name:").filter(|n| !n.is_empty()).ok_or_else(missing)?;
    let zone = print::ask("Its time zone (America/New_York):").filter(|z| !z.is_empty());
    init::make(place, &name, zone.as_deref().unwrap_or("America/New_York"), None, "client", true)
}

fn resolve(place: &Place, id: &str, reason: String, note: String) -> Ended {
    let id = ClockingId::parse(id)
        .ok_or_else(|| Stop::new(USAGE, "its id stands in the first column of caseload list evv"))?;
    let done = Desk::at(place)?.execute(Command::ResolveClocking { ids: vec![id], reason, note })?;
    print::lines(&format!("{}\n", done.summary))?;
    Ok(OK)
}

fn undo(place: &Place, number: &str) -> Ended {
    let batch = BatchId::parse(number)
        .ok_or_else(|| Stop::new(USAGE, "an import's number stands in its report, as in 0195…-…"))?;
    let done = Desk::at(place)?.execute(Command::UndoBatch { batch })?;
    let mut text = format!("{}\n", done.summary);
    for left in &done.left_alone {
        text.push_str(&format!("left alone: {left}\n"));
    }
    print::lines(&text)?;
    Ok(if done.left_alone.is_empty() { OK } else { PROBLEMS })
}
