//! `caseload pin`: choosing one's own PIN and resetting somebody's; and the PIN that a subcommand asks for before it shows
//! anything while its user is locked.

use super::agency::Place;
use super::desk::{Desk, refusal};
use super::{Ended, OK, PROBLEMS, Stop, print};
use crate::domain::pin::Pin;
use crate::domain::time::{MINUTE, clock};
use crate::service::api::{LockState, LockView, Reply, Request};

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
    match &args.what {
        What::Set => set(&mut Desk::at_the_door(place)?)?,
        What::Reset { login } => match Desk::at(place)?.ask(Request::ResetPin(login.clone()))? {
            Reply::Drafted => print::lines(&format!("{login} chooses a new PIN at the next key\n"))?,
            other => return Err(refusal(other)),
        },
    }
    Ok(OK)
}

fn set(desk: &mut Desk) -> Result<(), Stop> {
    let has = match desk.ask(Request::LockState)? {
        Reply::Open(terms) => terms.pin,
        Reply::Locked(view) if matches!(view.state, LockState::Shut(_) | LockState::Broken) => {
            return Err(Stop::new(PROBLEMS, shut(&view)));
        }
        Reply::Locked(_) => true,
        other => return Err(refusal(other)),
    };
    let old = if has { Some(ask("The PIN that you have:")?) } else { None };
    let new = ask("The new PIN, 4 to 8 digits:")?;
    new.may_be_chosen().map_err(|why| Stop::new(PROBLEMS, why))?;
    if ask("Once more:")? != new {
        return Err(Stop::new(PROBLEMS, "these were two different ones; nothing was changed"));
    }
    match desk.ask(Request::ChoosePin { old, new })? {
        Reply::Open(terms) => {
            let text = match terms.after / MINUTE {
                0 => "chosen: ctrl-o on the screen locks it\n".to_owned(),
                n => format!("chosen: a screen locks after {n} min without a key\n"),
            };
            Ok(print::out(&text)?)
        }
        Reply::Locked(view) => Err(Stop::new(PROBLEMS, shut(&view))),
        other => Err(refusal(other)),
    }
}

/// Whoever gives a command is at her keys; while she is locked she is asked for her PIN first.
pub fn open_lock(mut send: impl FnMut(Request) -> Result<Reply, Stop>) -> Result<(), Stop> {
    let mut reply = send(Request::Active { call: false })?;
    loop {
        let Reply::Locked(view) = reply else { return Ok(()) };
        if view.wrong {
            print::complain(&shut(&view));
        }
        if !matches!(view.state, LockState::Ask(_)) {
            return Err(Stop::new(PROBLEMS, if view.wrong { String::new() } else { shut(&view) }));
        }
        reply = send(Request::Unlock(ask(&format!("locked; {}'s PIN:", view.user))?))?;
    }
}

/// Why nothing is answered, in words.
pub fn shut(view: &LockView) -> String {
    match view.state {
        LockState::Choose => "no PIN was chosen yet: caseload pin set".to_owned(),
        LockState::Ask(_) if !view.wrong => "locked: unlock it with your PIN first".to_owned(),
        LockState::Ask(1) => "that was not it; one try is left".to_owned(),
        LockState::Ask(n) => format!("that was not it; {n} tries are left"),
        LockState::Shut(until) => format!("too many wrong PINs; it asks again at {}", clock(view.zone.civil(until).1)),
        LockState::Broken => "what is kept of this PIN can't be read; an administrator resets it".to_owned(),
    }
}

fn ask(question: &str) -> Result<Pin, Stop> {
    let typed = print::ask_hidden(question).ok_or_else(|| {
        Stop::new(PROBLEMS, "locked: a PIN is needed, and nobody can be asked here; unlock it in caseload first")
    })?;
    Ok(Pin::typed(&typed))
}
