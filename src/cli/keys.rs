//! `caseload keys`: the keys that hold, as a table; which actions there are; whether a keymap file holds.

use super::open::{self, ScreenArgs};
use super::{Ended, OK, PROBLEMS, print};
use crate::app::action::{TABLE, key_table};

/// What `keys` takes.
#[derive(clap::Args)]
pub struct Args {
    /// default, office, vim, or a keymap file to check (otherwise --keymap, otherwise your own file or the default).
    #[arg(value_name = "NAME|FILE")]
    named: Option<String>,
    /// List the names of all actions, for a keymap of your own.
    #[arg(long, conflicts_with = "named")]
    actions: bool,
}

/// Prints the table, or what is wrong with the file: each fault with its line and how to mend it.
pub fn run(args: &Args, screen: &ScreenArgs) -> Ended {
    if args.actions {
        let wide = TABLE.iter().map(|a| a.id.len()).max().unwrap_or(0);
        let line = |a: &crate::app::action::Action| {
            let places: Vec<_> = a.contexts.iter().map(|c| c.word()).collect();
            format!("{:wide$}  [{}]  {}\n", a.id, places.join("] ["), a.doc)
        };
        print::out(&TABLE.iter().map(line).collect::<String>())?;
        return Ok(OK);
    }
    let (keymap, faults) = open::keymap_and_faults(args.named.as_deref().or(screen.keymap.as_deref()))?;
    for fault in &faults {
        print::complain(&fault.to_string());
    }
    if !faults.is_empty() {
        return Ok(PROBLEMS);
    }
    print::lines(&key_table(&keymap))?;
    Ok(OK)
}
