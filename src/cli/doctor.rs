//! `caseload doctor`: what this terminal can do, and how that was found out.

use super::kept::Keeper;
use super::open::{self, ScreenArgs};
use super::{Ended, OK, print};
use crate::domain::safe::safe_line;
use crate::terminal::doctor::findings;
use std::io::IsTerminal;

/// Prints it, a line each.
pub fn run(args: &ScreenArgs) -> Ended {
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let found = findings(open::profile(&args.with(&Keeper::open(args).1)), is_terminal);
    let wide = |of: fn(&crate::app::terminal::Finding) -> usize| found.iter().map(of).max().unwrap_or(0);
    let (what, value) = (wide(|f| f.what.len()), wide(|f| f.value.chars().count()));
    let mut out = String::new();
    if !is_terminal {
        out.push_str("This is no terminal, so nothing was asked: what follows is what the environment says.\n\n");
    }
    for one in &found {
        // A terminal's name is its own to choose.
        out.push_str(&safe_line(&format!("{:what$}  {:value$}  {}", one.what, one.value, one.why)));
        out.push('\n');
    }
    print::out(&out)?;
    Ok(OK)
}
