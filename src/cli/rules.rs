//! `caseload rules`: check an agency's file over the triage rules or over who may do what, and adopt it. Adopting is a
//! journalled record of the full text.

use super::agency::Place;
use super::desk::Desk;
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, print};
use crate::rules::coverage::CoveragePolicy;
use crate::rules::evv::{self, EvvPolicy};
use crate::rules::keeping::{self, Keeping};
use crate::rules::roles::Roles;
use crate::rules::storm::StormPolicy;
use crate::rules::triage::policy::{Policy, PolicyError};
use crate::service::api::{Answered, Command, Query};
use crate::service::command::policy::{COVERAGE, STORM};
use std::path::PathBuf;

/// What `rules` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Print the rules that caseload ships, to begin your own file from.
    Show {
        /// Which rules.
        #[arg(long, value_enum, default_value_t = Which::Triage)]
        which: Which,
        /// What the agency adopted last instead: what its own file changes of them.
        #[arg(long)]
        adopted: bool,
    },
    /// Check an override and show what it would change.
    Check {
        /// The file.
        file: PathBuf,
        /// Which rules it changes.
        #[arg(long, value_enum, default_value_t = Which::Triage)]
        which: Which,
    },
    /// Adopt an override: from now on triage uses it.
    Adopt {
        /// The file.
        file: PathBuf,
        /// Which rules it changes.
        #[arg(long, value_enum, default_value_t = Which::Triage)]
        which: Which,
        /// The clinical lead who has read and signed it.
        #[arg(long, value_name = "NAME")]
        signed_by: Option<String>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// Which rules a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Which {
    /// What comes first.
    Triage,
    /// Who may do what.
    Roles,
    /// How long it is kept who saw what.
    Audit,
    /// Who may go where, and what it costs.
    Coverage,
    /// How clock-ins are verified, until when they can be mended, and with which reasons.
    Evv,
    /// Who is called first in a storm, and what follows from a call.
    Storm,
}

impl Which {
    /// The name under which it is adopted.
    fn name(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Roles => "roles",
            Self::Audit => keeping::NAME,
            Self::Coverage => COVERAGE,
            Self::Evv => evv::NAME,
            Self::Storm => STORM,
        }
    }

    /// The file that caseload ships.
    fn shipped(self) -> &'static str {
        match self {
            Self::Triage => include_str!("../rules/packs/triage.toml"),
            Self::Roles => include_str!("../rules/packs/roles.toml"),
            Self::Audit => include_str!("../rules/packs/audit.toml"),
            Self::Coverage => include_str!("../rules/packs/coverage.toml"),
            Self::Evv => include_str!("../rules/packs/evv.toml"),
            Self::Storm => include_str!("../rules/packs/storm.toml"),
        }
    }
}

/// Longest rule file, in bytes.
const LONGEST: u64 = 28_000;

/// Runs it.
pub fn run(place: &Place, args: &Args) -> Ended {
    match &args.what {
        What::Show { which, adopted: true } => {
            print::lines(&adopted(place, *which)?)?;
            Ok(OK)
        }
        What::Show { which, adopted: false } => {
            print::out(which.shipped())?;
            Ok(OK)
        }
        What::Check { file, which } => {
            print::lines(&read(file, *which, None)?.changes)?;
            Ok(OK)
        }
        What::Adopt { file, which, signed_by, yes } => {
            let rules = read(file, *which, signed_by.as_deref())?;
            print::lines(&rules.changes)?;
            if !yes && print::ask("Adopt these rules? [y/N]").is_none_or(|a| !a.eq_ignore_ascii_case("y")) {
                return Err(Stop::new(PROBLEMS, "not adopted (use --yes where nobody can be asked)"));
            }
            let command = Command::AdoptPolicy {
                name: which.name().to_owned(),
                version: rules.version,
                text: rules.text,
                signed_by: signed_by.clone().unwrap_or_default(),
            };
            let done = Desk::at(place)?.execute(command)?;
            print::lines(&format!("{}\n", done.summary))?;
            Ok(OK)
        }
    }
}

/// The file that the agency adopted last; as a comment whose it is, or that there is none.
fn adopted(place: &Place, which: Which) -> Result<String, Stop> {
    let name = which.name();
    let Answered::AdoptedRules(rules) = Desk::at(place)?.query(Query::AdoptedRules(name.to_owned()))? else {
        return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
    };
    Ok(match rules {
        None => format!("# nothing adopted: the rules that caseload ships for {name} hold as they are\n"),
        Some(rules) if rules.signed_by.is_empty() => {
            format!("# adopted: {}\n{}\n", rules.version, rules.text.trim_end())
        }
        Some(rules) => {
            format!("# adopted: {}, signed by {}\n{}\n", rules.version, rules.signed_by, rules.text.trim_end())
        }
    })
}

/// A file that holds.
struct Rules {
    text: String,
    version: String,
    /// What it changes, a line each.
    changes: String,
}

fn read(file: &PathBuf, which: Which, signed_by: Option<&str>) -> Result<Rules, Stop> {
    let name = file.display();
    let meta = std::fs::metadata(file).map_err(|e| Stop::new(PROBLEMS, format!("{name}: {e}")))?;
    if meta.len() > LONGEST {
        return Err(Stop::new(
            PROBLEMS,
            format!("{name} is longer than {LONGEST} bytes; leave out what it does not change"),
        ));
    }
    let text = std::fs::read_to_string(file).map_err(|e| Stop::new(PROBLEMS, format!("{name}: {e}")))?;
    let wrong = |why: String| Stop::new(PROBLEMS, format!("{name}: {why}"));
    match which {
        Which::Triage => {
            let policy = Policy::adopted(&text, signed_by).map_err(|e| wrong(place_of(&e)))?;
            let changes = changes(&policy)?;
            Ok(Rules { text, version: policy.version, changes })
        }
        Which::Audit => {
            let new = Keeping::parse(&text).map_err(wrong)?;
            let shipped = Keeping::embedded().map_err(|e| Stop::new(PROBLEMS, e))?;
            let lines = new.changes(&shipped);
            let changes = if lines.is_empty() { SAME.to_owned() } else { lines.join("\n") + "\n" };
            Ok(Rules { text, version: new.version, changes })
        }
        Which::Coverage => {
            let new = CoveragePolicy::parse(&text).map_err(wrong)?;
            let shipped = CoveragePolicy::embedded().map_err(|e| Stop::new(PROBLEMS, e))?;
            let lines = new.changes(&shipped);
            let changes = if lines.is_empty() { SAME.to_owned() } else { lines.join("\n") + "\n" };
            Ok(Rules { text, version: new.version, changes })
        }
        Which::Evv => {
            let new = EvvPolicy::parse(&text).map_err(wrong)?;
            let shipped = EvvPolicy::embedded().map_err(|e| Stop::new(PROBLEMS, e))?;
            let lines = new.changes(&shipped);
            let changes = if lines.is_empty() { SAME.to_owned() } else { lines.join("\n") + "\n" };
            Ok(Rules { text, version: new.version, changes })
        }
        Which::Storm => {
            let new = StormPolicy::parse(&text).map_err(wrong)?;
            let shipped = StormPolicy::embedded().map_err(|e| Stop::new(PROBLEMS, e))?;
            let lines = new.changes(&shipped);
            let changes = if lines.is_empty() { SAME.to_owned() } else { lines.join("\n") + "\n" };
            Ok(Rules { text, version: new.version, changes })
        }
        Which::Roles => {
            let roles = Roles::adopted(&text).map_err(|e| wrong(e.to_string()))?;
            let shipped = Roles::embedded().map_err(|e| wrong(e.to_string()))?;
            let lines = roles.changes(&shipped);
            let changes = if lines.is_empty() { SAME.to_owned() } else { lines.join("\n") + "\n" };
            Ok(Rules { text, version: roles.version, changes })
        }
    }
}

const SAME: &str = "it changes nothing of the rules that caseload ships\n";

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
        return Ok(SAME.to_owned());
    }
    Ok(lines.join("\n") + "\n")
}
