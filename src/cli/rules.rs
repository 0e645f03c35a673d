//! `caseload rules`: show the triage rules, check an agency's override, and adopt it. Adopting is a journalled record
//! of the full text.

use super::agency::Place;
use super::desk::Desk;
use super::{Ended, OK, PROBLEMS, Stop, print};
use crate::rules::triage::policy::{Policy, PolicyError};
use crate::service::api::Command;
use std::path::PathBuf;

/// What `rules` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Check an override and show what it would change.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Adopt an override: from now on triage uses it.
    Adopt {
        /// The file.
        file: PathBuf,
        /// The clinical lead who has read and signed it.
        #[arg(long, value_name = "NAME")]
        signed_by: Option<String>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// Longest rule file, in bytes.
const LONGEST: u64 = 28_000;

/// Runs it.
pub fn run(place: &Place, args: &Args) -> Ended {
    match &args.what {
        What::Check { file } => {
            let (_, policy) = read(file, None)?;
            print::lines(&changes(&policy)?)?;
            Ok(OK)
        }
        What::Adopt { file, signed_by, yes } => {
            let (text, policy) = read(file, signed_by.as_deref())?;
            print::lines(&changes(&policy)?)?;
            if !yes && print::ask("Adopt these rules? [y/N]").is_none_or(|a| !a.eq_ignore_ascii_case("y")) {
                return Err(Stop::new(PROBLEMS, "not adopted (use --yes where nobody can be asked)"));
            }
            let command = Command::AdoptPolicy {
                name: "triage".to_owned(),
                version: policy.version.clone(),
                text,
                signed_by: signed_by.clone().unwrap_or_default(),
            };
            let done = Desk::at(place)?.execute(command)?;
            print::lines(&format!("{}\n", done.summary))?;
            Ok(OK)
        }
    }
}

fn read(file: &PathBuf, signed_by: Option<&str>) -> Result<(String, Policy), Stop> {
    let name = file.display();
    let meta = std::fs::metadata(file).map_err(|e| Stop::new(PROBLEMS, format!("{name}: {e}")))?;
    if meta.len() > LONGEST {
        return Err(Stop::new(
            PROBLEMS,
            format!("{name} is longer than {LONGEST} bytes; leave out what it does not change"),
        ));
    }
    let text = std::fs::read_to_string(file).map_err(|e| Stop::new(PROBLEMS, format!("{name}: {e}")))?;
    match Policy::adopted(&text, signed_by) {
        Ok(policy) => Ok((text, policy)),
        Err(e) => Err(Stop::new(PROBLEMS, format!("{name}: {}", place_of(&e)))),
    }
}

fn place_of(e: &PolicyError) -> String {
    let mut out = String::new();
    if e.line > 0 {
        out.push_str(&format!("line {}: ", e.line));
    }
    if !e.rule.is_empty() {
        out.push_str(&format!("rule {}: ", e.rule));
    }
    if !e.field.is_empty() {
        out.push_str(&format!("{}: ", e.field));
    }
    out + &e.text
}

fn changes(policy: &Policy) -> Result<String, Stop> {
    let shipped = Policy::embedded().map_err(|e| Stop::new(PROBLEMS, place_of(&e)))?;
    let lines = Policy::diff(&shipped, policy);
    if lines.is_empty() {
        return Ok("it changes nothing of the rules that caseload ships\n".to_owned());
    }
    Ok(lines.join("\n") + "\n")
}
