//! `caseload brief`: today in one page, for a login message or a printer.

use super::agency::Place;
use super::{CLOSED, Ended, OK, Stop, print};
use crate::clock::SystemClock;
use crate::service::api::{Answered, Query, Reply, Request};
use std::sync::Arc;

/// Prints it.
pub fn run(place: &Place) -> Ended {
    let mut opened = place.open(Arc::new(SystemClock))?;
    let session = opened.session()?;
    let (reply, _) = opened.service.handle(&session, Request::Query(Query::Brief));
    let lines = match reply {
        Reply::Answer(answer) => match *answer {
            Answered::Brief(lines) => lines,
            _ => Vec::new(),
        },
        Reply::Denied(why) | Reply::Failed(why) => return Err(Stop::new(CLOSED, why)),
        _ => Vec::new(),
    };
    print::lines(&(lines.join("\n") + "\n"))?;
    opened.close()?;
    Ok(OK)
}
