//! `caseload keys`: the table of keys that the README carries, generated from the action table.

use super::{Ended, OK, print};

/// Prints it.
pub fn run() -> Ended {
    print::out(&crate::app::action::key_table(&crate::app::keymap::Keymap::standard()))?;
    Ok(OK)
}
