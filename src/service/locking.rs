//! The lock's place in the service: it is asked before anything else is.

use super::Service;
use super::access::Asked;
use super::api::{LockState, LockTerms, LockView, Problem, Reply, Request, Session};
use super::ids::{Ids, RandomIds};
use super::lock::{LockRule, Locks, Stopped};
use super::pin::{PinDone, PinWork};
use crate::clock::Clock;
use crate::domain::audit::Ending;
use crate::domain::ids::UserId;
use crate::domain::time::Moment;
use std::sync::Arc;

/// What a request about a PIN comes to before its hash is known.
pub enum PinStep {
    /// It is about no PIN: [`Service::handle`] answers it.
    No,
    /// Answered without comparing anything.
    Answer(Reply),
    /// To be run on any thread, and then told to [`Service::pin_finish`].
    Work(PinWork),
}

/// The locks without the service: asking it never waits for what the service is doing.
#[derive(Clone)]
pub struct LockWatch {
    locks: Arc<Locks>,
    clock: Arc<dyn Clock>,
}

impl LockWatch {
    /// Whether a user whose lock falls after so many milliseconds may be told of changes.
    pub fn may_hear(&self, user: UserId, after: i64) -> bool {
        self.locks.state(user, after, Moment(self.clock.now_ms())).is_none()
    }
}

impl Service {
    /// Locks by these from now on. A service that nobody gave any has none: tests and pictures.
    pub fn keep_locks(&mut self, locks: Locks) {
        self.locks = Arc::new(locks);
    }

    /// Locks by this rule instead: a demo's.
    pub fn lock_by(&self, rule: LockRule) {
        self.locks.set_rule(rule);
    }

    /// Watches the locks beside the service, for whoever tells many of a change.
    pub fn lock_watch(&self) -> LockWatch {
        LockWatch { locks: Arc::clone(&self.locks), clock: Arc::clone(&self.clock) }
    }

    /// How the lock of this session stands.
    pub fn lock_state(&self, session: &Session) -> Reply {
        match self.locked(session) {
            Some(view) => Reply::Locked(view),
            None => Reply::Open(self.lock_terms(session)),
        }
    }

    /// What holds this session out now, with what its screen may show.
    pub fn locked(&self, session: &Session) -> Option<LockView> {
        self.held(session).map(|state| self.lock_view(session, state, false))
    }

    /// Whether this session may be told of changes. One that may not is told [`super::api::Heard::Locked`] instead.
    pub fn may_hear(&self, session: &Session) -> bool {
        self.held(session).is_none()
    }

    /// The first step of [`Request::Unlock`] and [`Request::ChoosePin`]. A server runs the work between the two on a
    /// thread that nobody waits for.
    pub fn pin_begin(&self, session: &Session, request: &Request) -> PinStep {
        let (user, now) = (session.user, self.now());
        let begun = match request {
            Request::Unlock(pin) => self.locks.begin(user, pin, now),
            Request::ChoosePin { old, new } => {
                if !self.cast.users.contains_key(&user) {
                    return PinStep::Answer(Reply::Denied("only a user of this agency has a PIN".to_owned()));
                }
                self.locks.begin_choosing(user, old.as_ref(), new, salt(now), now)
            }
            _ => return PinStep::No,
        };
        match begun {
            Ok(work) => PinStep::Work(work),
            Err(Stopped::State(LockState::Choose)) => PinStep::Answer(Reply::Open(self.lock_terms(session))),
            Err(Stopped::State(state)) => {
                // Shut after too many tries: it shows nothing, noted or not.
                let _ = self.note_pin(session, user, "", Ending::Denied);
                PinStep::Answer(Reply::Locked(self.lock_view(session, state, false)))
            }
            Err(Stopped::Because(why)) => PinStep::Answer(problem(why)),
        }
    }

    /// The second step: opens the lock, or says that it was the wrong one.
    pub fn pin_finish(&self, session: &Session, done: PinDone) -> Reply {
        let finished = self.locks.finish(done, self.now());
        let ending = if finished == Ok(true) { Ending::Done } else { Ending::Failed };
        if let Err(why) = self.note_pin(session, session.user, "", ending) {
            // It is open or shut as it is; nothing of anybody is shown before it can be noted.
            return problem(format!("who opened the lock could not be written down: {why}"));
        }
        match finished {
            Ok(true) => Reply::Open(self.lock_terms(session)),
            Ok(false) => {
                // The right PIN is asked of her now, whether or not the lock had fallen.
                let tries = self.locks.tries(session.user, self.now());
                Reply::Locked(self.lock_view(session, tries, true))
            }
            Err(why) => problem(why),
        }
    }

    /// The lock's step before any other: its own requests are answered, and of a locked session no other one is, but for
    /// keeping what was typed.
    pub(super) fn lock_step(&self, session: &Session, request: &Request) -> Option<Reply> {
        let now = self.now();
        match self.pin_begin(session, request) {
            PinStep::No => {}
            PinStep::Answer(reply) => return Some(reply),
            PinStep::Work(work) => return Some(self.pin_finish(session, work.run())),
        }
        let open = || Reply::Open(self.lock_terms(session));
        let shown = |state| Reply::Locked(self.lock_view(session, state, false));
        Some(match request {
            Request::Active { call } => {
                self.locks.active(session.user, *call, self.lock_after(session), now).map_or_else(open, shown)
            }
            Request::LockState => self.lock_state(session),
            Request::LockNow => match self.locks.lock_now(session.user) {
                Ok(()) => self.held(session).map_or_else(open, shown),
                Err(why) => problem(why),
            },
            Request::SaveDraft(_) => return None,
            _ => match self.held(session) {
                Some(state) => shown(state),
                None => match request {
                    Request::ResetPin(login) => self.reset_pin(session, login),
                    _ => return None,
                },
            },
        })
    }

    fn reset_pin(&self, session: &Session, login: &str) -> Reply {
        if let Err(denied) = self.admit(session, &Asked::ResetPin) {
            // A denial shows nothing.
            let _ = self.note_pin(session, session.user, "reset", Ending::Denied);
            return denied.into();
        }
        let user = self.cast.users.values().find(|u| u.active && u.login.as_str() == login);
        let Some(user) = user else {
            return problem(format!("nobody who may log in to this agency is called {login}"));
        };
        if let Err(why) = self.note_pin(session, user.id, "reset", Ending::Done) {
            return problem(format!("it was not reset, because that could not be written down: {why}"));
        }
        self.locks.reset(user.id).map_or_else(Reply::Failed, |()| Reply::Drafted)
    }

    fn held(&self, session: &Session) -> Option<LockState> {
        self.locks.state(session.user, self.lock_after(session), self.now())
    }

    /// When this session's lock falls; 0 is never.
    fn lock_after(&self, session: &Session) -> i64 {
        // Whoever founds an agency, or asks in its own process, is no user and has no PIN.
        if !self.cast.users.contains_key(&session.user) {
            return 0;
        }
        match self.locks.rule() {
            LockRule::Off => 0,
            // Nobody in it is real, and everybody in it is a stranger to whoever looks around.
            LockRule::Policy if self.cast.agency.as_ref().is_some_and(|a| a.demo) => 0,
            LockRule::After(ms) => ms,
            // Alone on her own machine nobody else is kept out by it, so she is not asked for a PIN that she did not
            // want; once she has chosen one, it holds. With a colleague in the agency everybody has one.
            LockRule::Policy if self.is_alone() && !self.locks.has_pin(session.user) => 0,
            LockRule::Policy => self.policy.lock_after,
        }
    }

    fn is_alone(&self) -> bool {
        self.cast.users.values().filter(|u| u.active).count() <= 1
    }

    /// When this session's lock falls, and whether it has a PIN.
    pub fn lock_terms(&self, session: &Session) -> LockTerms {
        LockTerms { after: self.lock_after(session), pin: self.locks.has_pin(session.user) }
    }

    fn lock_view(&self, session: &Session, state: LockState, wrong: bool) -> LockView {
        LockView {
            state,
            wrong,
            after: self.lock_after(session),
            agency: self.cast.agency.as_ref().map(|a| a.name.as_str().to_owned()).unwrap_or_default(),
            zone: self.cast.zone(session.office),
            user: session.name.clone(),
            tiers: self.tiers_of(session),
        }
    }
}

fn problem(text: String) -> Reply {
    Reply::Problems(vec![Problem { rule: "lock".to_owned(), field: String::new(), text }])
}

/// Sixteen bytes that no other PIN was hashed with.
fn salt(now: Moment) -> [u8; 16] {
    let mut salt = [0; 16];
    for half in salt.chunks_exact_mut(8) {
        half.copy_from_slice(&RandomIds.make(now)[8..]);
    }
    salt
}
