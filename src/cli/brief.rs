//! `caseload brief`: today in one page, for a login message or a printer.

use super::agency::Place;
use super::desk::Desk;
use super::{Ended, OK, print};
use crate::service::api::{Answered, Query};

/// Prints it.
pub fn run(place: &Place) -> Ended {
    let lines = match Desk::at(place)?.query(Query::Brief)? {
        Answered::Brief(lines) => lines,
        _ => Vec::new(),
    };
    print::lines(&(lines.join("\n") + "\n"))?;
    Ok(OK)
}
