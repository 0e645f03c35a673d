//! The command line: one file a subcommand, and the exit codes they share.

pub mod act;
pub mod agency;
pub mod audit;
pub mod backup;
pub mod bench;
pub mod brief;
pub mod demo;
pub mod desk;
pub mod doctor;
pub mod encrypt;
pub mod erase;
pub mod errands;
pub mod export;
pub mod film;
pub mod handle;
pub mod hands;
pub mod import;
pub mod init;
pub mod kept;
pub mod keyfile;
pub mod keyring;
pub mod keys;
pub mod list;
pub mod login;
pub mod open;
pub mod outward;
pub mod pin;
pub mod plan;
pub mod print;
pub mod restore;
pub mod roster;
pub mod rules;
pub mod scratch;
pub mod screenshot;
#[cfg(feature = "age")]
pub mod seal;
pub mod serve;
pub mod sheet;
pub mod shield;
pub mod show;
pub mod subject;
pub mod systemd;
pub mod terminals;
pub mod theme;
pub mod user;
pub mod vault;
pub mod verify;
pub mod watch;
pub mod whom;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// All is well.
pub const OK: u8 = 0;
/// It ran, and found problems.
pub const PROBLEMS: u8 = 1;
/// It was called in a way it does not understand.
pub const USAGE: u8 = 2;
/// The agency can't be opened, or its store is damaged.
pub const CLOSED: u8 = 3;

/// What the system says of a file, without its number for it: `(os error 2)` helps nobody.
fn without_numbers(mut text: String) -> String {
    while let Some(from) = text.find(" (os error ") {
        let Some(end) = text[from..].find(')') else { break };
        text.replace_range(from..=from + end, "");
    }
    text
}

/// Why a subcommand ends early: what to say and the exit code.
#[derive(Debug)]
pub struct Stop {
    code: u8,
    text: String,
    busy: bool,
}

impl Stop {
    /// Ends with this code.
    pub fn new(code: u8, text: impl Into<String>) -> Self {
        Self { code, text: without_numbers(text.into()), busy: false }
    }

    /// Ends because another process has the agency open.
    pub fn busy(text: impl Into<String>) -> Self {
        Self { code: CLOSED, text: text.into(), busy: true }
    }

    /// What it says.
    pub fn said(&self) -> &str {
        &self.text
    }

    /// Whether another process has the agency open.
    pub fn is_busy(&self) -> bool {
        self.busy
    }
}

impl From<std::io::Error> for Stop {
    fn from(e: std::io::Error) -> Self {
        // Whoever reads our output has gone, as in `caseload list … | head`: that is no problem.
        if e.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(OK, "");
        }
        Self::new(PROBLEMS, e.to_string())
    }
}

/// A subcommand's end.
pub type Ended = Result<u8, Stop>;

/// What every subcommand takes stands apart from what is its own.
const AGENCY: &str = "Agency";
const SCREEN: &str = "Screen";
/// What draws, or speaks of what is drawn.
const DRAWS: [&str; 4] = ["demo", "screenshot", "keys", "doctor"];

/// caseload: caseload, calendar, care team and alerts of home care on one screen.
#[derive(Parser)]
#[command(name = "caseload", version, about, disable_help_subcommand = true, after_help = EXIT_CODES)]
struct Cli {
    /// The agency's directory (otherwise $CASELOAD_AGENCY, otherwise one below your own data directory).
    #[arg(long, global = true, value_name = "PATH", help_heading = AGENCY)]
    agency: Option<PathBuf>,
    /// The socket of the agency's server (otherwise $CASELOAD_SERVER, otherwise /run/caseload/socket if it is there).
    #[arg(long, global = true, value_name = "PATH", conflicts_with = "agency", help_heading = AGENCY)]
    server: Option<PathBuf>,
    /// The key of an encrypted agency (otherwise $CASELOAD_KEYFILE, otherwise the systemd credential `caseload.key`,
    /// otherwise the file beside the agency's directory).
    #[arg(long, global = true, value_name = "FILE", help_heading = AGENCY)]
    keyfile: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<What>,
    #[command(flatten, next_help_heading = SCREEN)]
    screen: open::ScreenArgs,
}

const EXIT_CODES: &str =
    "Exit codes: 0 ok, 1 problems found, 2 wrong usage, 3 the agency can't be opened or its store is damaged";

#[derive(Subcommand)]
enum What {
    /// Look around in a believable agency that is not real.
    Demo(demo::Args),
    /// Make an empty agency.
    Init(init::Args),
    /// Take in clients, staff and visits from files of other systems.
    Import(Box<import::Args>),
    /// List clients, visits, staff, alerts, issues or reassessments as a table, CSV or JSON.
    List(list::Args),
    /// Write visits to a calendar file, or a list to a CSV.
    Export(export::Args),
    /// A day or week sheet for paper: plain text of 80 columns, a caregiver's or a client's.
    Sheet(sheet::Args),
    /// Plan a day as a whole, and say line by line what it would change.
    Plan(plan::Args),
    /// Today in one page of plain text.
    Brief,
    /// Read a page, an alert with its why, or a list of your own out as plain lines.
    Show(show::Args),
    /// Do what a key does on the screen: take, call, pass, finish, book, edit … by name.
    Act(act::Args),
    /// Who did and who saw what: list it, export it, prove that nothing of it was altered.
    Audit(audit::Args),
    /// Check the journal, the working copy and every index.
    Verify(verify::Args),
    /// Back the agency up into one checked file, while it is open too.
    Backup(backup::Args),
    /// Make an agency anew from a backup, as it was at any time.
    Restore(restore::Args),
    /// The rules of triage and of who may do what: check a file of your own, adopt it.
    Rules(rules::Args),
    /// Who has a login here, as what, and how far they reach.
    User(user::Args),
    /// The PIN that opens a locked screen: choose yours, or reset somebody's.
    Pin(pin::Args),
    /// The keys that hold, as a table; or check a keymap file and say where it is wrong.
    Keys(keys::Args),
    /// What this terminal can do and how the line to it is, and how that was found out.
    Doctor,
    /// The colours of the screen: list the themes, print one, check one of your own.
    Theme(theme::Args),
    /// Move an agency that was begun without encryption over to an encrypted one.
    Encrypt(encrypt::Args),
    /// Erase a client whose records need not be kept any longer.
    Erase(erase::Args),
    /// The keys of an encrypted agency: what there is, and new ones.
    Keyring(keyring::Args),
    /// Serve an agency to everybody who may log in to it.
    Serve(serve::Args),
    /// Measure the planner on the published home health care routing benchmark.
    Bench(bench::Args),
    /// Draw a screen to a file (.svg, .ansi or .txt) without a terminal.
    Screenshot(screenshot::Args),
    /// Tries to open a working copy and ends: used after an unclean end, because it may hang.
    #[command(hide = true)]
    Probe(verify::ProbeArgs),
}

/// A panic names its place and nothing of what was in it: a message may hold somebody's data. One that the store catches
/// is mended there, and says nothing.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        if crate::store::sled::panic_is_caught() {
            return;
        }
        let place = info.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
        print::complain(&format!("it stopped unexpectedly{place}; nothing saved was lost"));
    }));
}

/// The command line. What is said of the screen is understood everywhere, and stands in the help of what draws alone.
fn command() -> clap::Command {
    let cli = Cli::command();
    let of_the_screen = |arg: &&clap::Arg| arg.is_global_set() && arg.get_help_heading() == Some(SCREEN);
    let hidden: Vec<clap::Arg> = cli.get_arguments().filter(of_the_screen).map(|arg| arg.clone().hide(true)).collect();
    let names: Vec<String> = cli.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.iter().filter(|name| !DRAWS.contains(&name.as_str())).fold(cli, |cli, name| {
        cli.mut_subcommand(name, |sub| {
            let lacking = |arg: &&clap::Arg| sub.get_arguments().all(|own| own.get_id() != arg.get_id());
            let lacking: Vec<clap::Arg> = hidden.iter().filter(lacking).cloned().collect();
            sub.args(lacking)
        })
    })
}

/// Runs the program.
pub fn main() -> ExitCode {
    shield::raise();
    quiet_panics();
    let cli = match command().try_get_matches().and_then(|said| Cli::from_arg_matches(&said)) {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { USAGE } else { OK });
        }
    };
    keyfile::said(cli.keyfile);
    let place = agency::Place::new(cli.agency, cli.server);
    let ended = match cli.command {
        None => open::run(&place, &cli.screen),
        Some(What::Demo(args)) => demo::run(&args, &cli.screen),
        Some(What::Init(args)) => init::run(&place, &args),
        Some(What::Import(args)) => import::run(&place, &args),
        Some(What::List(args)) => list::run(&place, &args),
        Some(What::Export(args)) => export::run(&place, &args),
        Some(What::Sheet(args)) => sheet::run(&place, &args),
        Some(What::Plan(args)) => plan::run(&place, &args),
        Some(What::Brief) => brief::run(&place),
        Some(What::Show(args)) => show::run(&place, &args),
        Some(What::Act(args)) => act::run(&place, args),
        Some(What::Audit(args)) => audit::run(&place, &args),
        Some(What::Verify(args)) => verify::run(&place, &args),
        Some(What::Backup(args)) => backup::run(&place, &args),
        Some(What::Restore(args)) => restore::run(&place, &args),
        Some(What::Rules(args)) => rules::run(&place, &args),
        Some(What::User(args)) => user::run(&place, &args),
        Some(What::Pin(args)) => pin::run(&place, &args),
        Some(What::Keys(args)) => keys::run(&args, &cli.screen),
        Some(What::Doctor) => doctor::run(&cli.screen),
        Some(What::Theme(args)) => theme::run(&args),
        Some(What::Encrypt(args)) => encrypt::run(&place, &args),
        Some(What::Erase(args)) => erase::run(&place, &args),
        Some(What::Keyring(args)) => keyring::run(&place, &args),
        Some(What::Serve(args)) => serve::run(&place, &args),
        Some(What::Bench(args)) => bench::run(&args),
        Some(What::Screenshot(args)) => screenshot::run(&place, &args, &cli.screen),
        Some(What::Probe(args)) => verify::probe(&args),
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(stop) => {
            if !stop.text.is_empty() {
                print::complain(&stop.text);
            }
            ExitCode::from(stop.code)
        }
    }
}
