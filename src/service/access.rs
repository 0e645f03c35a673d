//! Who may do what: the one place that says no, and the reason the screen shows. All roles are named; the next issues
//! narrow them.

use super::api::{Command, Query, Session};
use crate::domain::record::Kind;
use crate::domain::user::Role;

/// What is asked for.
pub enum Asked<'a> {
    /// A change.
    Command(&'a Command),
    /// A question.
    Query(&'a Query),
}

/// Whether this session may, or why not.
pub fn allowed(session: &Session, asked: &Asked<'_>) -> Result<(), String> {
    match asked {
        Asked::Query(query) => may_ask(session.role, query),
        Asked::Command(command) => may_do(session.role, command),
    }
}

fn may_ask(role: Role, query: &Query) -> Result<(), String> {
    match query {
        Query::Codes(_) if matches!(role, Role::Biller | Role::Surveyor | Role::ReadOnly) => {
            Err(format!("codes to a home are not shown to a {}", role.word()))
        }
        _ => Ok(()),
    }
}

fn may_do(role: Role, command: &Command) -> Result<(), String> {
    let looks_only = || Err(format!("a {} looks only; ask a coordinator", role.word()));
    match role {
        Role::Administrator => Ok(()),
        _ if matches!(command, Command::EraseClient { .. }) => {
            Err("a client's records are erased by an administrator".to_owned())
        }
        Role::Manager => Ok(()),
        _ if founds(command) && !matches!(role, Role::ReadOnly | Role::Surveyor) => {
            Err("users, offices and rules are changed by a manager or an administrator".to_owned())
        }
        Role::Coordinator => match command {
            Command::AdoptPolicy { .. } => Err("rules are adopted by a manager or an administrator".to_owned()),
            _ => Ok(()),
        },
        Role::Nurse | Role::OnCall | Role::Scheduler | Role::Biller => match command {
            Command::AdoptPolicy { .. } => Err("rules are adopted by a manager or an administrator".to_owned()),
            Command::Import { .. } | Command::Create { .. } => {
                Err(format!("a {} does not import; ask an administrator", role.word()))
            }
            Command::CoverVisit { .. } | Command::BookVisit(_) if role == Role::Biller => {
                Err("a biller does not plan visits; ask a scheduler or coordinator".to_owned())
            }
            Command::CompleteReassessment { .. } | Command::WaiveReassessment { .. }
                if matches!(role, Role::Scheduler | Role::Biller) =>
            {
                Err(format!("a {} does not complete reassessments; ask a nurse or coordinator", role.word()))
            }
            _ => Ok(()),
        },
        Role::ReadOnly | Role::Surveyor => looks_only(),
    }
}

/// Whether it changes what everything else stands on: who may log in and as what, where, and by which rules.
fn founds(command: &Command) -> bool {
    let ground = |kind: Kind| matches!(kind, Kind::Agency | Kind::Office | Kind::User | Kind::Policy);
    match command {
        Command::Edit { kind, .. } => ground(*kind),
        Command::Create { records, .. } => records.iter().any(|r| ground(r.kind)),
        _ => false,
    }
}
