//! `caseload keys`: the keys that hold, as a table or as a card to print; which actions there are; whether a keymap file
//! holds.

use super::open::{self, ScreenArgs};
use super::{Ended, OK, PROBLEMS, print};
use crate::app::action::{TABLE, key_table};
use crate::app::key_card::key_card;

/// What `keys` takes.
#[derive(clap::Args)]
pub struct Args {
    /// default, office, vim, or a keymap file to check (otherwise --keymap, otherwise your own file or the default).
    #[arg(value_name = "NAME|FILE")]
    named: Option<String>,
    /// List the names of all actions, for a keymap of your own.
    #[arg(long, conflicts_with = "named")]
    actions: bool,
    /// A card to print: plain text of 80 columns, one page.
    #[arg(long, conflicts_with = "actions")]
    print: bool,
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
    let named = args.named.as_deref().or(screen.keymap.as_deref());
    let (keymap, faults) = open::keymap_and_faults(named)?;
    for fault in &faults {
        print::complain(&fault.to_string());
    }
    if !faults.is_empty() {
        return Ok(PROBLEMS);
    }
    if args.print {
        // Of a file its name alone: where it lies is nobody's business beside the screen.
        let name = named.map_or("yours", |n| n.rsplit('/').next().unwrap_or(n));
        let name = if named.is_none() && !open::has_own_keymap() { "default" } else { name };
        print::lines(&key_card(name, &keymap))?;
        return Ok(OK);
    }
    print::lines(&key_table(&keymap))?;
    Ok(OK)
}
