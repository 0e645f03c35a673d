//! What leaves caseload and what comes in from outside: files, an editor, a clipboard. Whether a login may is the
//! service's to say; that it was given for caseload alone is known here, from how it was begun.

use super::desk::Desk;
use super::{CLOSED, PROBLEMS, Stop};
use crate::rules::roles::Right;
use crate::service::api::{Answered, Query};

/// Begun under a forced SSH command: the login is for caseload alone.
pub fn forced() -> bool {
    std::env::var_os("SSH_ORIGINAL_COMMAND").is_some()
}

/// Goes on only if this may be done.
pub fn may(desk: &mut Desk, right: Right) -> Result<(), Stop> {
    match desk.query(Query::Rights { forced: forced() })? {
        Answered::Rights(rights) => match rights.denial(right) {
            Some(why) => Err(Stop::new(PROBLEMS, why)),
            None => Ok(()),
        },
        _ => Err(Stop::new(CLOSED, "an answer came that was not asked for")),
    }
}
