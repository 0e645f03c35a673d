//! `caseload audit`: who did and who saw what, as a list or an export; a checkpoint to keep elsewhere; the proof that
//! nothing was altered; the removal of what is old enough.

use super::agency::Place;
use super::desk::Desk;
use super::whom::person;
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, USAGE, print};
use crate::domain::time::{Day, Moment, Zone, clock};
use crate::exchange::out::{self, To};
use crate::service::api::{Answered, AuditAsk, AuditLine, Command, Query};
use crate::store::checkpoint::Brought;
use crate::store::files::DiskFiles;
use crate::store::proof::prove;
use serde_json::{Map, Value, json};
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

/// What `audit` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Who did and saw what, in the order in which it happened.
    List(Filter),
    /// Who saw this client or caregiver, and when.
    Who {
        /// A name, a record number or an id.
        client: String,
        /// The newest first.
        #[arg(long)]
        newest: bool,
        #[command(flatten)]
        when: When,
    },
    /// The same as `list`, for a spreadsheet or another program.
    Export {
        #[command(flatten)]
        filter: Filter,
        /// As CSV or as one JSON object a line.
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
    },
    /// Marks both chains now and prints the mark: kept on paper or elsewhere, it proves later what stood before it.
    Checkpoint {
        /// Only the short code, to be written down.
        #[arg(long)]
        code: bool,
    },
    /// Proves both chains: says sound, or the file, byte and entry where they are not.
    Verify {
        /// Compares with a checkpoint from elsewhere: its code, or a file with its text (`-` for standard input).
        #[arg(long, value_name = "CODE|FILE")]
        checkpoint: Option<String>,
    },
    /// Shows what of who saw what is older than is kept, and removes it.
    Purge {
        /// How many years are kept; never fewer than six.
        #[arg(long, default_value_t = 10)]
        years: u16,
        /// Why, for the record.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Removes it.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Csv,
    Json,
}

/// From when to when.
#[derive(clap::Args)]
struct When {
    /// First day: 2026-03-02.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Last day.
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

/// Which part.
#[derive(clap::Args)]
struct Filter {
    /// Only by this user: a login, a part of a name, or an id.
    #[arg(long, value_name = "WHO")]
    user: Option<String>,
    /// Only about this client or caregiver: a name, a record number or an id.
    #[arg(long, value_name = "WHO")]
    client: Option<String>,
    #[command(flatten)]
    when: When,
    /// Only this: opened, listed, searched, chart, take, codes …
    #[arg(long, value_name = "WORD")]
    action: Option<String>,
    /// Only what was denied.
    #[arg(long)]
    denied: bool,
    /// With the fields that were changed, before and after.
    #[arg(long)]
    values: bool,
}

/// Runs it.
pub fn run(place: &Place, args: &Args) -> Ended {
    match &args.what {
        What::List(filter) => {
            let mut desk = Desk::at(place)?;
            let zone = desk.zone();
            let ask = filter.ask(&mut desk, zone)?;
            each_page(&mut desk, ask, |lines| print::lines(&lines.iter().map(|l| told(l, zone)).collect::<String>()))?;
            Ok(OK)
        }
        What::Who { client, newest, when } => {
            let mut desk = Desk::at(place)?;
            let zone = desk.zone();
            let person = Some(person(&mut desk, client)?);
            let (from, to) = when.range(zone)?;
            let ask = AuditAsk { person, from, to, seen_only: true, newest: *newest, ..AuditAsk::default() };
            each_page(&mut desk, ask, |lines| print::lines(&lines.iter().map(|l| told(l, zone)).collect::<String>()))?;
            Ok(OK)
        }
        What::Export { filter, format } => {
            let mut desk = Desk::at(place)?;
            let zone = desk.zone();
            let ask = filter.ask(&mut desk, zone)?;
            export(&mut desk, ask, *format)?;
            Ok(OK)
        }
        What::Checkpoint { code: only } => {
            let mut desk = Desk::at(place)?;
            let Answered::Checkpoint { text, code } = desk.query(Query::Checkpoint)? else {
                return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
            };
            print::out(&if *only { format!("{code}\n") } else { text })?;
            Ok(OK)
        }
        What::Verify { checkpoint } => verify(place.dir()?, checkpoint.as_deref()),
        What::Purge { years, reason, yes } => purge(place, *years, reason.as_deref(), *yes),
    }
}

impl When {
    fn range(&self, zone: Zone) -> Result<(Option<Moment>, Option<Moment>), Stop> {
        let day = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => Day::parse_iso(text)
                .map(Some)
                .ok_or_else(|| Stop::new(USAGE, format!("{text} is not a date; write it as 2026-03-02"))),
        };
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        Ok((from.map(|d| zone.midnight(d)), to.map(|d| zone.midnight(d.plus(1)))))
    }
}

impl Filter {
    fn ask(&self, desk: &mut Desk, zone: Zone) -> Result<AuditAsk, Stop> {
        let (from, to) = self.when.range(zone)?;
        Ok(AuditAsk {
            user: self.user.clone().unwrap_or_default(),
            person: self.client.as_deref().map(|who| person(desk, who)).transpose()?,
            from,
            to,
            action: self.action.clone().unwrap_or_default(),
            denied: self.denied,
            values: self.values,
            ..AuditAsk::default()
        })
    }
}

/// Asks page after page and hands on the lines of each.
fn each_page(
    desk: &mut Desk,
    mut ask: AuditAsk,
    mut each: impl FnMut(&[AuditLine]) -> std::io::Result<()>,
) -> Result<(), Stop> {
    ask.limit = 400;
    loop {
        let Answered::Audit(page) = desk.query(Query::Audit(ask.clone()))? else {
            return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
        };
        print::progress_done();
        each(&page.lines)?;
        if !page.more {
            return Ok(());
        }
        ask.after = page.next;
        print::progress(&format!("read up to change {} and access {}", page.next.0, page.next.1));
    }
}

/// One line of the list.
fn told(line: &AuditLine, zone: Zone) -> String {
    let (day, minute) = zone.civil(line.at);
    let second = line.at.0.div_euclid(1000).rem_euclid(60);
    let mut out = format!("{} {}:{second:02}  {}", day.iso(), clock(minute), line.user);
    if !line.role.is_empty() {
        out.push_str(&format!(" ({})", line.role));
    }
    out.push_str(&format!("  {}", line.action));
    for part in [&line.category, &line.about] {
        if !part.is_empty() {
            out.push_str(&format!("  {part}"));
        }
    }
    if line.ending != "done" {
        out.push_str(&format!("  {}", line.ending.to_uppercase()));
    }
    if !line.detail.is_empty() {
        out.push_str(&format!("  [{}]", line.detail));
    }
    if !line.origin.is_empty() {
        out.push_str(&format!("  from {}", line.origin));
    }
    out.push('\n');
    for (field, before, after) in &line.values {
        out.push_str(&format!("    {field}: {before} -> {after}\n"));
    }
    out
}

const COLUMNS: [&str; 15] = [
    "at",
    "chain",
    "number",
    "user",
    "role",
    "origin",
    "action",
    "category",
    "about",
    "subject",
    "ending",
    "detail",
    "saw_change",
    "field",
    "before_after",
];

fn export(desk: &mut Desk, ask: AuditAsk, format: Format) -> Result<(), Stop> {
    let to = if std::io::stdout().is_terminal() { To::Terminal } else { To::File };
    let mut headings = true;
    each_page(desk, ask, |lines| match format {
        Format::Json => print::out(&lines.iter().map(|l| out::json_line(&object(l)) + "\n").collect::<String>()),
        Format::Csv => {
            let rows: Vec<Vec<String>> = lines.iter().flat_map(cells).collect();
            let mut bytes = Vec::new();
            out::csv(&COLUMNS, &rows, to, &mut bytes)?;
            let text = String::from_utf8_lossy(&bytes);
            // Headings stand once, however many pages there are.
            let text = if headings { &text[..] } else { text.split_once('\n').map_or("", |(_, rest)| rest) };
            headings = false;
            print::out(text)
        }
    })
}

fn chain(line: &AuditLine) -> &'static str {
    if line.change { "change" } else { "access" }
}

/// A line of the CSV; a change with values has one for each field.
fn cells(line: &AuditLine) -> Vec<Vec<String>> {
    let row = |field: &str, values: String| {
        vec![
            line.at.rfc3339(),
            chain(line).to_owned(),
            line.seq.to_string(),
            line.user.clone(),
            line.role.clone(),
            line.origin.clone(),
            line.action.clone(),
            line.category.clone(),
            line.about.clone(),
            line.subject.clone(),
            line.ending.clone(),
            line.detail.clone(),
            if line.change { String::new() } else { line.saw.to_string() },
            field.to_owned(),
            values,
        ]
    };
    if line.values.is_empty() {
        return vec![row("", String::new())];
    }
    line.values.iter().map(|(field, before, after)| row(field, format!("{before} -> {after}"))).collect()
}

fn object(line: &AuditLine) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        out.insert(name.to_owned(), value);
    };
    put("at", json!(line.at.rfc3339()));
    put("chain", json!(chain(line)));
    put("number", json!(line.seq));
    for (name, text) in [
        ("user", &line.user),
        ("role", &line.role),
        ("origin", &line.origin),
        ("action", &line.action),
        ("category", &line.category),
        ("about", &line.about),
        ("subject", &line.subject),
        ("ending", &line.ending),
        ("detail", &line.detail),
    ] {
        if !text.is_empty() {
            put(name, json!(text));
        }
    }
    if !line.change {
        put("saw_change", json!(line.saw));
    }
    if !line.values.is_empty() {
        let values = line.values.iter().map(|(f, b, a)| json!({"field": f, "before": b, "after": a}));
        put("values", Value::Array(values.collect()));
    }
    Value::Object(out)
}

/// A chain that is being written may end in half a group for a moment.
const LOOKS: u32 = 3;

fn verify(dir: &Path, checkpoint: Option<&str>) -> Ended {
    if !super::agency::is_made(dir) {
        return Err(Stop::new(CLOSED, format!("there is no agency at {}", dir.display())));
    }
    let brought = checkpoint.map(brought).transpose()?;
    let mut look = 1;
    let proof = loop {
        let mut tell = |n| print::progress(&format!("walked {n} entries"));
        let proof = prove(&DiskFiles::new(dir), brought.as_ref(), &mut tell).map_err(super::agency::stop_of)?;
        print::progress_done();
        if proof.findings.is_empty() || look == LOOKS {
            break proof;
        }
        look += 1;
        std::thread::sleep(Duration::from_millis(200));
    };
    let mut text = format!("changes       {}\naccesses      {}\n", proof.changes, proof.accesses);
    if proof.removed > 0 {
        text.push_str(&format!("removed       accesses up to {}, as a change says\n", proof.removed));
    }
    text.push_str(&format!("checkpoints   {} marks compared\n", proof.compared));
    if let Some((change, access)) = proof.proven {
        text.push_str(&format!(
            "proven        up to change {change} and access {access} by the checkpoint you brought\n"
        ));
    }
    for note in &proof.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    for finding in &proof.findings {
        text.push_str(&format!("problem: {finding}\n"));
    }
    text.push_str(if proof.findings.is_empty() {
        "sound\n"
    } else {
        "NOT SOUND: keep these files as they are, and look at a backup\n"
    });
    print::lines(&text)?;
    Ok(if proof.findings.is_empty() { OK } else { PROBLEMS })
}

/// A code, or what a file or standard input holds.
fn brought(given: &str) -> Result<Brought, Stop> {
    /// Longest text that a checkpoint may stand in.
    const LONGEST: u64 = 64 * 1024;
    let wrong = |why: &str| Stop::new(USAGE, format!("--checkpoint: {why}"));
    if let Ok(code) = Brought::parse(given) {
        return Ok(code);
    }
    let mut text = String::new();
    let read = if given == "-" {
        std::io::stdin().take(LONGEST).read_to_string(&mut text)
    } else if Path::new(given).exists() {
        std::fs::File::open(given).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
    } else {
        return Err(wrong(Brought::parse(given).err().unwrap_or("that is neither a code nor a file")));
    };
    read.map_err(|e| wrong(&format!("{given}: {e}")))?;
    // The text of a mail holds other words as well; its code may stand on a line of its own.
    Brought::parse(&text)
        .or_else(|why| text.lines().find_map(|l| Brought::parse(l.trim_start_matches("code").trim()).ok()).ok_or(why))
        .map_err(|why| wrong(&format!("{given}: {why}")))
}

fn purge(place: &Place, years: u16, reason: Option<&str>, yes: bool) -> Ended {
    let mut desk = Desk::at(place)?;
    let Answered::Removable(removable) = desk.query(Query::Removable { years })? else {
        return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
    };
    let Some(removable) = removable else {
        print::out(&format!("nothing is older than {years} years; nothing is removed\n"))?;
        return Ok(OK);
    };
    print::out(&format!(
        "older than {years} years: accesses up to {}, the newest of {}; {} files, {} bytes\n",
        removable.to,
        removable.newest.rfc3339(),
        removable.segments,
        removable.bytes
    ))?;
    if !yes {
        print::out("nothing was removed; `--yes --reason TEXT` removes it\n")?;
        return Ok(OK);
    }
    let reason = reason.ok_or_else(|| Stop::new(USAGE, "say why with --reason TEXT; it is written into the record"))?;
    let done = desk.execute(Command::PurgeAccesses { years, reason: reason.to_owned() })?;
    print::lines(&format!("{}\n", done.summary))?;
    Ok(OK)
}
