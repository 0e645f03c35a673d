//! `caseload user`: who has a login here, as what, how far they reach. Each change is a command of its own, with a
//! reason, and stands in the journal.

use super::agency::Place;
use super::desk::Desk;
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, USAGE, login, print};
use crate::domain::ids::UserId;
use crate::domain::reach::Scope;
use crate::domain::user::Role;
use crate::exchange::out;
use crate::service::api::{AddUser, Answered, Command, Query, UserLine};

/// What `user` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Give a login a place in the agency.
    Add {
        /// The Unix login; it must exist.
        login: String,
        /// What they may do: coordinator, nurse, scheduler, biller, manager, on-call, read-only, surveyor or administrator.
        #[arg(long)]
        role: String,
        /// The name that colleagues read (otherwise the login).
        #[arg(long)]
        name: Option<String>,
        /// Their office (otherwise yours).
        #[arg(long)]
        office: Option<String>,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Who has a login, as what, and how far they reach.
    List,
    /// Change what a user may do.
    Role {
        /// The login.
        login: String,
        /// What they may do from now on.
        role: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Change how far a user reaches: caseload, team, office or agency; never further than the role does.
    Reach {
        /// The login.
        login: String,
        /// How far.
        scope: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// End a user's access. What they did stays.
    Disable {
        /// The login.
        login: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Give a user's access back.
    Enable {
        /// The login.
        login: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Runs it.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut desk = Desk::at(place)?;
    let said = match command(&mut desk, &args.what)? {
        None => list(&users(&mut desk)?),
        Some(command) => format!("{}\n", desk.execute(command)?.summary),
    };
    print::lines(&said)?;
    Ok(OK)
}

/// The command asked for; none where users are only listed.
fn command(desk: &mut Desk, what: &What) -> Result<Option<Command>, Stop> {
    Ok(Some(match what {
        What::List => return Ok(None),
        What::Add { login: name, role: word, name: shown, office, reason } => Command::AddUser(AddUser {
            login: name.clone(),
            uid: login::uid_of(name)?,
            name: shown.clone().unwrap_or_default(),
            role: role(word)?,
            office: office.clone(),
            reason: reason.clone(),
        }),
        What::Role { login, role: word, reason } => {
            Command::SetRole { user: find(desk, login)?, role: role(word)?, reason: reason.clone() }
        }
        What::Reach { login, scope, reason } => {
            let scope = Scope::from_word(scope).ok_or_else(|| {
                let words: Vec<&str> = Scope::ALL.iter().map(|s| s.word()).collect();
                Stop::new(USAGE, format!("{scope}: say {}", words.join(", ")))
            })?;
            Command::SetReach { user: find(desk, login)?, scope: Some(scope), reason: reason.clone() }
        }
        What::Disable { login, reason } => {
            Command::SetAccess { user: find(desk, login)?, active: false, reason: reason.clone() }
        }
        What::Enable { login, reason } => {
            Command::SetAccess { user: find(desk, login)?, active: true, reason: reason.clone() }
        }
    }))
}

fn role(word: &str) -> Result<Role, Stop> {
    Role::from_word(word).ok_or_else(|| {
        let words: Vec<&str> = Role::ALL.iter().map(|r| r.word()).collect();
        Stop::new(USAGE, format!("{word} is no role: {}", words.join(", ")))
    })
}

fn users(desk: &mut Desk) -> Result<Vec<UserLine>, Stop> {
    match desk.query(Query::Users)? {
        Answered::Users(users) => Ok(users),
        _ => Err(Stop::new(CLOSED, "an answer came that was not asked for")),
    }
}

/// The user with a login: the one who may log in where there were several.
fn find(desk: &mut Desk, login: &str) -> Result<UserId, Stop> {
    let users = users(desk)?;
    let found = users.iter().find(|u| u.login == login && u.active).or_else(|| users.iter().find(|u| u.login == login));
    found
        .map(|u| u.user)
        .ok_or_else(|| Stop::new(PROBLEMS, format!("{login} is not a user of this agency; see caseload user list")))
}

fn list(users: &[UserLine]) -> String {
    let rows: Vec<Vec<String>> = users
        .iter()
        .map(|u| {
            // A login that is another one's by now, or nobody's, is said where it is looked for.
            let now = login::name_of(u.uid);
            let standing = match (u.active, now.as_deref()) {
                (false, _) => "may not log in",
                (true, None) => "no such login on this machine now",
                (true, Some(name)) if name != u.login => "this id is another login's now: disable it",
                (true, Some(_)) if u.shared => "in use from two places now: a login is one person's",
                (true, Some(_)) => "",
            };
            vec![
                u.login.clone(),
                u.uid.to_string(),
                u.name.clone(),
                u.role.word().to_owned(),
                u.scope.word().to_owned(),
                u.office.clone(),
                standing.to_owned(),
            ]
        })
        .collect();
    out::plain(&["login", "id", "name", "role", "reaches", "office", ""], &rows, None)
}
