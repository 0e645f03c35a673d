//! `caseload show`: a page, an alert with its why, a call-out, a storm, what you did … as plain lines, each with its
//! handle: what the screen says, without its columns and signs.

use super::agency::Place;
use super::desk::Desk;
use super::hands::{self, Hands};
use super::{Ended, OK, PROBLEMS, Stop, handle, print, subject};
use crate::app::Model;
use crate::app::spoken::{self, Undone};
use crate::domain::safe::safe_line;
use crate::exchange::out;
use crate::service::api::{Leaving, Person, Reply, Request};
use crate::ui::linear::{Reading, reading};
use serde_json::json;
use std::io::IsTerminal;

/// What `show` takes.
#[derive(clap::Args)]
#[command(after_help = subject::HOW)]
pub struct Args {
    /// Whom or what: a handle, a name, or a word. Nothing: your alerts.
    subject: Vec<String>,
    /// Every change of a record: who, when, what. Of a line of a page: NAME r-….
    #[arg(long)]
    history: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Reads it out.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut desk = Desk::at(place)?;
    let (stand, line) = subject::place(&mut desk, &args.subject)?;
    let stand = match stand {
        // What is over is read on the page of whom it was about.
        spoken::Place::Finished { person: Some(person), .. } => spoken::Place::Person(person, None),
        other => other,
    };
    let alert = matches!(stand, spoken::Place::Alerts(_));
    let visit = matches!(stand, spoken::Place::Visit(..));
    let person = match &stand {
        spoken::Place::Person(person, _) => Some(*person),
        _ => None,
    };
    let (mut model, mut hands) = hands::open(&mut desk)?;
    if !args.subject.is_empty() {
        came(spoken::stand(&mut model, &mut hands, &stand))?;
    }
    if let Some(word) = &line {
        let line = subject::line(&model, word)?;
        spoken::on_line(&mut model, line);
    }
    if args.history {
        came(spoken::begin(&mut model, &mut hands, "history"))?;
    } else if alert {
        // Whose alert it is, then why it stands where it stands.
        came(spoken::begin(&mut model, &mut hands, "card"))?;
        came(spoken::begin(&mut model, &mut hands, "why"))?;
    }
    if visit && !args.history {
        came(spoken::begin(&mut model, &mut hands, "card"))?;
    }
    let mut read = reading(&model);
    if visit {
        // Of its day this visit alone, then whose it is.
        let card = read.lines.iter().position(|l| l.text.starts_with("Info card: ")).unwrap_or(usize::MAX);
        read.lines = read.lines.into_iter().enumerate().filter(|(n, l)| l.here || *n >= card).map(|(_, l)| l).collect();
    }
    leaves(&mut hands, person)?;
    if args.json {
        print::out(&format!("{}\n", as_json(&read)))?;
    } else {
        print::out(&as_text(&read))?;
    }
    let denied = read.lines.iter().any(|l| l.text.starts_with("Not shown: "));
    Ok(if denied { PROBLEMS } else { OK })
}

/// What goes to a file or another program has left, and nobody here sees what becomes of it.
pub(super) fn leaves(hands: &mut Hands<'_>, person: Option<Person>) -> Result<(), Stop> {
    if std::io::stdout().is_terminal() {
        return Ok(());
    }
    match hands.ask(Request::Leave(Leaving::Printed(person)))? {
        Reply::Noted => Ok(()),
        other => Err(super::desk::refusal(other)),
    }
}

fn came(stood: Result<(), Undone>) -> Result<(), Stop> {
    stood.map_err(|why| match why {
        Undone::Away(why) => Stop::new(super::CLOSED, why),
        Undone::Not(stands) => {
            let lines: Vec<String> = stands.into_iter().map(|s| s.text).collect();
            Stop::new(PROBLEMS, lines.join("\n"))
        }
        Undone::Which(_) => Stop::new(PROBLEMS, "several lines are meant"),
    })
}

/// A reading as lines, each with its handle before it.
pub fn as_text(read: &Reading) -> String {
    let mut out = format!("{}\n", safe_line(&read.title));
    let wide = read.lines.iter().filter_map(|l| handle::of(l.of)).map(|h| h.len()).max().unwrap_or(0);
    for line in &read.lines {
        let handle = handle::of(line.of).unwrap_or_default();
        let text = format!("{handle:wide$}  {}", safe_line(&line.text));
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// The same as JSON.
pub fn as_json(read: &Reading) -> String {
    let lines: Vec<_> = read
        .lines
        .iter()
        .map(|l| match handle::of(l.of) {
            Some(handle) => json!({ "text": l.text, "handle": handle }),
            None => json!({ "text": l.text }),
        })
        .collect();
    out::json_text(&json!({ "title": read.title, "lines": lines }))
}

/// The line of a page under the marker, with its handle.
pub fn here(model: &Model) -> String {
    let read = reading(model);
    let Some(line) = read.lines.iter().find(|l| l.here) else { return String::new() };
    format!("{}  {}", handle::of(line.of).unwrap_or_default(), line.text).trim_start().to_owned()
}
