//! `caseload pin`: choosing one's own PIN and resetting somebody's; and the PIN that a subcommand asks for before it shows
//! anything while its user is locked.

use super::agency::{Opened, Place};
use super::{Ended, OK, PROBLEMS, Stop, USAGE, print};
use crate::clock::SystemClock;
use crate::domain::pin::Pin;
use crate::domain::time::{MINUTE, clock};
use crate::service::Service;
use crate::service::api::{LockState, LockView, Reply, Request, Session};
use crate::service::locking::PinStep;
use std::sync::Arc;

/// What `pin` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Choose your PIN, or another one with the one that you have.
    Set,
    /// Forget somebody's PIN: they choose a new one (administrators). The only administrator who has forgotten hers
    /// removes her file below locks/ in the agency's directory.
    Reset {
        /// Their Unix login.
        login: String,
    },
}

/// Runs it.
pub fn run(place: &Place, args: &Args) -> Ended {
    let mut opened = place.open(Arc::new(SystemClock))?;
    match &args.what {
        What::Set => set(&opened)?,
        What::Reset { login } => reset(&mut opened, login)?,
    }
    opened.close()?;
    Ok(OK)
}

fn set(opened: &Opened) -> Result<(), Stop> {
    let session = opened.screen_session()?;
    let service = &opened.service;
    let has = matches!(reply(service, &session, &Request::LockState), Reply::Open(terms) if terms.pin);
    let old = match service.locked(&session).map(|view| view.state) {
        Some(LockState::Choose) => None,
        None if !has => None,
        _ => Some(ask("The PIN that you have:")?),
    };
    let new = ask("The new PIN, 4 to 8 digits:")?;
    new.may_be_chosen().map_err(|why| Stop::new(PROBLEMS, why))?;
    if ask("Once more:")? != new {
        return Err(Stop::new(PROBLEMS, "these were two different ones; nothing was changed"));
    }
    match reply(service, &session, &Request::ChoosePin { old, new }) {
        Reply::Open(terms) => {
            let text = match terms.after / MINUTE {
                0 => "chosen: ctrl-o on the screen locks it\n".to_owned(),
                n => format!("chosen: a screen locks after {n} min without a key\n"),
            };
            Ok(print::out(&text)?)
        }
        other => Err(refused(other)),
    }
}

fn reset(opened: &mut Opened, login: &str) -> Result<(), Stop> {
    let session = opened.session()?;
    let user = opened.service.cast().users.values().find(|u| u.active && u.login.as_str() == login).map(|u| u.id);
    let user = user.ok_or_else(|| Stop::new(USAGE, format!("no user of this agency logs in as {login}")))?;
    match opened.service.handle(&session, Request::ResetPin(user)).0 {
        Reply::Drafted => Ok(print::lines(&format!("{login} chooses a new PIN at the next key\n"))?),
        other => Err(refused(other)),
    }
}

/// Asks for the PIN while this session is locked: a subcommand shows what a screen would not.
pub fn open_lock(service: &Service, session: &Session) -> Result<(), Stop> {
    while let Some(view) = service.locked(session) {
        match view.state {
            LockState::Ask(_) => {}
            _ => return Err(Stop::new(PROBLEMS, shut(&view))),
        }
        let pin = ask(&format!("locked; {}'s PIN:", view.user))?;
        match reply(service, session, &Request::Unlock(pin)) {
            Reply::Open(_) => return Ok(()),
            Reply::Locked(view) => print::complain(&shut(&view)),
            other => return Err(refused(other)),
        }
    }
    Ok(())
}

fn reply(service: &Service, session: &Session, request: &Request) -> Reply {
    match service.pin_begin(session, request) {
        PinStep::Answer(reply) => reply,
        PinStep::Work(work) => service.pin_finish(session, work.run()),
        PinStep::No => service.lock_state(session),
    }
}

fn shut(view: &LockView) -> String {
    match view.state {
        LockState::Choose => "choose a PIN first: caseload pin set".to_owned(),
        LockState::Ask(1) => "that was not it; one try is left".to_owned(),
        LockState::Ask(n) => format!("that was not it; {n} tries are left"),
        LockState::Shut(until) => {
            format!("too many wrong PINs; it asks again at {}", clock(view.zone.civil(until).1))
        }
        LockState::Broken => "what is kept of this PIN can't be read; an administrator resets it".to_owned(),
    }
}

fn refused(reply: Reply) -> Stop {
    match reply {
        Reply::Locked(view) => Stop::new(PROBLEMS, shut(&view)),
        other => super::init::answer(other).err().unwrap_or_else(|| Stop::new(PROBLEMS, "it was not done")),
    }
}

fn ask(question: &str) -> Result<Pin, Stop> {
    let typed = print::ask_hidden(question).ok_or_else(|| {
        Stop::new(PROBLEMS, "locked: a PIN is needed, and nobody can be asked here; unlock it in caseload first")
    })?;
    Ok(Pin::typed(&typed))
}
