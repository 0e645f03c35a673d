//! `caseload init`: an empty agency with its first user.

use super::agency::{self, Place};
use super::{Ended, OK, PROBLEMS, Stop, USAGE, desk, keyfile, print};
use crate::clock::SystemClock;
use crate::domain::agency::{Agency, Noun, Office};
use crate::domain::fields::Fields;
use crate::domain::ids::{OfficeId, RequestId};
use crate::domain::record::Kind;
use crate::domain::text::{Few, Text};
use crate::domain::time::{Moment, Zone};
use crate::domain::user::{Role, User};
use crate::service::Service;
use crate::service::api::{Command, Done, Execute, NewRecord, Request, Session};
use crate::service::ids::{Ids, RandomIds};
use std::sync::Arc;

/// What `init` takes.
#[derive(clap::Args)]
pub struct Args {
    /// The agency's name.
    #[arg(long)]
    name: String,
    /// Its time zone, by its IANA name: America/New_York.
    #[arg(long)]
    timezone: String,
    /// The name that colleagues read (otherwise your login).
    #[arg(long)]
    user: Option<String>,
    /// What you call the people you care for: client, patient, participant or member.
    #[arg(long, default_value = "client")]
    noun: String,
    /// Leaves what is stored readable for whoever gets hold of the files. Otherwise it is encrypted, with a key beside
    /// the agency's directory (or where --keyfile says).
    #[arg(long)]
    no_encryption: bool,
}

/// Makes the agency.
pub fn run(place: &Place, args: &Args) -> Ended {
    if place.is_made()? {
        return Err(Stop::new(PROBLEMS, format!("there is an agency at {} already", place.dir()?.display())));
    }
    make(place, &args.name, &args.timezone, args.user.as_deref(), &args.noun, !args.no_encryption)?;
    let key = if args.no_encryption {
        "it is not encrypted: whoever gets hold of its files can read them\n".to_owned()
    } else {
        let path = keyfile::place(place.dir()?);
        format!("it is encrypted; the key is {}: keep a copy off this machine\n", path.path().display())
    };
    print::out(&format!(
        "{} is made at {}\n{key}next: caseload import FILE…   then: caseload\n",
        args.name,
        place.dir()?.display()
    ))?;
    Ok(OK)
}

/// Makes an empty agency whose administrator is whoever runs this.
pub fn make(
    place: &Place,
    name: &str,
    timezone: &str,
    user: Option<&str>,
    noun: &str,
    encrypted: bool,
) -> Result<(), Stop> {
    let Some(zone) = Zone::parse(timezone) else { return Err(bad_zone(timezone)) };
    let noun = Noun::from_word(noun)
        .ok_or_else(|| Stop::new(USAGE, format!("{noun}: say client, patient, participant or member")))?;
    let name = Text::new(name).map_err(|e| Stop::new(USAGE, format!("--name is {e}")))?;
    if name.is_empty() {
        return Err(Stop::new(USAGE, "--name is empty; give the agency its name"));
    }
    let (login, uid) = super::login::me();
    let shown = user.unwrap_or(&login);
    let user_name = Text::new(shown).map_err(|e| Stop::new(USAGE, format!("--user is {e}")))?;
    let open = if encrypted { agency::open_encrypted } else { agency::open };
    let mut opened = open(place.dir()?, Arc::new(SystemClock), Box::new(RandomIds))?;
    let session = agency::founder();
    let agency = Agency { name: name.clone(), zone, noun, holidays: Few::default(), demo: false };
    let office = Office { name, zone };
    let first = vec![
        NewRecord { kind: Kind::Agency, fields: Fields::of(&agency) },
        NewRecord { kind: Kind::Office, fields: Fields::of(&office) },
    ];
    let done = execute(&mut opened.service, &session, Command::Create { records: first, batch: None })?;
    let office = OfficeId(done.created.get(1).copied().unwrap_or_default());
    let user = User {
        name: user_name,
        role: Role::Administrator,
        office,
        login: Text::clip(&login),
        uid,
        phones: Few::default(),
        staff: None,
        active: true,
    };
    let user = vec![NewRecord { kind: Kind::User, fields: Fields::of(&user) }];
    execute(&mut opened.service, &session, Command::Create { records: user, batch: None })?;
    opened.close()
}

fn bad_zone(given: &str) -> Stop {
    let wanted = given.to_lowercase().replace(' ', "_");
    let tail = |z: &str| z.rsplit('/').next().unwrap_or(z).to_lowercase();
    let near: Vec<&str> =
        Zone::names().filter(|z| tail(z) == wanted || z.to_lowercase().contains(&wanted)).take(3).collect();
    let hint = if near.is_empty() || wanted.is_empty() {
        "use an IANA name such as America/New_York".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Stop::new(USAGE, format!("{given} is not a time zone; {hint}"))
}

/// Carries out one command in this process.
pub fn execute(service: &mut Service, session: &Session, command: Command) -> Result<Done, Stop> {
    let request = RequestId(RandomIds.make(Moment(0)));
    desk::answer(service.handle(session, Request::Execute(Execute { request, command })).0)
}
