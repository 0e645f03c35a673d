//! `caseload erase`: what is known of a client who need not be kept any longer, for good.

use super::agency::Place;
use super::{Ended, OK, PROBLEMS, Stop, USAGE, init, print};
use crate::clock::SystemClock;
use crate::domain::ids::ClientId;
use crate::domain::user::Role;
use crate::service::Service;
use crate::service::api::Command;
use std::sync::Arc;

/// What `erase` takes.
#[derive(clap::Args)]
pub struct Args {
    /// The client: their record number, or their id.
    client: String,
    /// Why, without a name: it stays in the journal.
    #[arg(long)]
    reason: String,
    /// The record number or id once more, where nobody can be asked to type it.
    #[arg(long, value_name = "CLIENT")]
    confirm: Option<String>,
}

/// Erases.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut opened = place.open(Arc::new(SystemClock))?;
    let session = opened.session()?;
    if session.role != Role::Administrator {
        return Err(Stop::new(PROBLEMS, "a client's records are erased by an administrator"));
    }
    let client = find(&opened.service, &args.client)?;
    let question = format!(
        "Everything about {} is erased for good: nobody can read it again.\nType {} once more to do it:",
        opened.service.cast().client_name(client).listed,
        args.client
    );
    let typed = args.confirm.clone().or_else(|| print::ask(&question));
    match typed {
        Some(typed) if typed.trim() == args.client => {}
        Some(_) => return Err(Stop::new(PROBLEMS, "nothing was erased: that is not what was asked for")),
        None => {
            return Err(Stop::new(
                USAGE,
                "nothing was erased: nobody can be asked here; say --confirm with the number",
            ));
        }
    }
    let command = Command::EraseClient { client, reason: args.reason.clone() };
    let done = init::execute(&mut opened.service, &session, command)?;
    opened.close()?;
    print::out(&format!(
        "{} (commit {})\nbackups made before today still hold the key: they are readable until they are thrown away\nwhat the records of others say of them stays as it was written\n",
        done.summary, done.seq
    ))?;
    Ok(OK)
}

/// The client of a record number or an id.
fn find(service: &Service, said: &str) -> Result<ClientId, Stop> {
    let clients = &service.cast().clients;
    let found: Vec<ClientId> =
        clients.values().filter(|c| c.mrn.as_str() == said || c.id.to_string() == said).map(|c| c.id).collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            let erased = ClientId::parse(said)
                .is_some_and(|id| service.store().keys().is_some_and(|keys| keys.is_erased(&id.0)));
            let text = if erased { "that client was erased already" } else { "no client has that record number or id" };
            Err(Stop::new(PROBLEMS, text))
        }
        _ => {
            let ids: Vec<String> = found.iter().map(ToString::to_string).collect();
            Err(Stop::new(
                PROBLEMS,
                format!("several clients have that record number; say which id: {}", ids.join(" ")),
            ))
        }
    }
}
