//! What leaves caseload and what comes in from outside: files, an editor, a clipboard. Whether a login may is the
//! service's to say; that it was given for caseload alone is known here, from how it was begun.

use super::{CLOSED, PROBLEMS, Stop};
use crate::rules::roles::{Group, Right};
use crate::service::Service;
use crate::service::api::{Answered, Query, Reply, Request, Rights, Session};

/// Begun under a forced SSH command: the login is for caseload alone.
pub fn forced() -> bool {
    std::env::var_os("SSH_ORIGINAL_COMMAND").is_some()
}

/// What a session may do.
pub fn rights(service: &mut Service, session: &Session) -> Result<Rights, Stop> {
    match service.handle(session, Request::Query(Query::Rights { forced: forced() })).0 {
        Reply::Answer(answer) => match *answer {
            Answered::Rights(rights) => Ok(rights),
            _ => Err(Stop::new(CLOSED, "an answer came that was not asked for")),
        },
        Reply::Denied(why) => Err(Stop::new(PROBLEMS, why)),
        Reply::Failed(why) => Err(Stop::new(CLOSED, why)),
        _ => Err(Stop::new(CLOSED, "an answer came that was not asked for")),
    }
}

/// Goes on only if this may be done.
pub fn may(service: &mut Service, session: &Session, right: Right) -> Result<(), Stop> {
    match rights(service, session)?.denial(right) {
        Some(why) => Err(Stop::new(PROBLEMS, why)),
        None => Ok(()),
    }
}

/// Goes on only if a record is seen as a whole: an export of whole records leaves nothing out.
pub fn sees_whole_records(service: &mut Service, session: &Session) -> Result<(), Stop> {
    let rights = rights(service, session)?;
    let all = [Group::Identity, Group::Clinical, Group::Codes, Group::StaffPrivate];
    if all.iter().any(|group| rights.hidden.contains(group)) {
        let who = crate::rules::roles::not_shown(rights.role);
        let text = format!("whole records hold fields that are {who}; take --format table or json");
        return Err(Stop::new(PROBLEMS, text));
    }
    Ok(())
}
