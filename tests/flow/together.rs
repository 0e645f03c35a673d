//! Several screens at one service. What lies between a screen and the service is [`Connected`]: here a queue each in this
//! process; a socket to a server takes its place and everything above stays as it is.

use super::{App, Service};
use caseload::app::{Msg, update};
use caseload::clock::FixedClock;
use caseload::domain::time::Moment;
use caseload::service::api::{Command, Execute, Heard, Reply, Request, Session, Ticket};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// A client that is connected: what it sends, and what it hears of its own requests and of everybody else.
pub trait Connected {
    /// Sends a request.
    fn send(&mut self, ticket: Ticket, request: Request, now: Moment);
    /// What was heard since it was asked last, in order. With `reply` it waits until that ticket has been answered.
    fn hear(&mut self, reply: Option<Ticket>) -> Vec<Heard>;
}

/// A service in this process with several at it.
pub struct Hub {
    pub service: caseload::service::Service,
    clock: Option<Arc<FixedClock>>,
    queues: BTreeMap<u64, Vec<Heard>>,
}

impl Hub {
    /// Over a service whose clock goes with the screens, or over one whose clock nobody moves.
    pub fn over(service: caseload::service::Service, clock: Option<Arc<FixedClock>>) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self { service, clock, queues: BTreeMap::new() }))
    }

    fn said(&mut self) {
        for (id, present) in self.service.news() {
            if let Some(queue) = self.queues.get_mut(&id) {
                queue.push(Heard::Present(present));
            }
        }
    }
}

/// A connection to a [`Hub`]; it leaves when it is dropped.
pub struct Line {
    hub: Rc<RefCell<Hub>>,
    pub session: Session,
}

impl Line {
    pub fn to(hub: &Rc<RefCell<Hub>>, session: &Session) -> Self {
        let session = hub.borrow().service.session(session.user, &session.origin).expect("a user who works here");
        hub.borrow_mut().queues.insert(session.id, Vec::new());
        Self { hub: hub.clone(), session }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut hub = self.hub.borrow_mut();
        hub.queues.remove(&self.session.id);
        hub.service.leave(&self.session);
        hub.said();
    }
}

impl Connected for Line {
    fn send(&mut self, ticket: Ticket, request: Request, now: Moment) {
        let mut hub = self.hub.borrow_mut();
        let later = now.0.max(hub.service.now().0);
        if let Some(clock) = &hub.clock {
            clock.set(later);
        }
        let (reply, change) = hub.service.handle(&self.session, request);
        hub.queues.entry(self.session.id).or_default().push(Heard::Reply(ticket, reply));
        for queue in hub.queues.values_mut() {
            queue.extend(change.clone().map(Heard::Change));
        }
        hub.said();
    }

    fn hear(&mut self, _: Option<Ticket>) -> Vec<Heard> {
        self.hub.borrow_mut().queues.get_mut(&self.session.id).map(std::mem::take).unwrap_or_default()
    }
}

/// Somebody at a screen of her own.
pub struct Seat<C> {
    pub line: C,
}

impl<C: Connected> Service for Seat<C> {
    fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard> {
        self.line.send(ticket, request, now);
        self.line.hear(Some(ticket))
    }
}

impl<C: Connected> Seat<C> {
    /// A command that no key of this screen gave: her other terminal, a script. What else was heard comes with it.
    pub fn does(&mut self, ticket: Ticket, execute: Execute, now: Moment) -> (Option<Reply>, Vec<Heard>) {
        self.asks(ticket, Request::Execute(execute), now)
    }

    /// A request that no key of this screen made.
    pub fn asks(&mut self, ticket: Ticket, request: Request, now: Moment) -> (Option<Reply>, Vec<Heard>) {
        self.line.send(ticket, request, now);
        let (mut reply, mut rest) = (None, Vec::new());
        for heard in self.line.hear(Some(ticket)) {
            match heard {
                Heard::Reply(t, said) if t == ticket => reply = Some(said),
                other => rest.push(other),
            }
        }
        (reply, rest)
    }
}

impl<C: Connected> App<Seat<C>> {
    /// Hears what others did, and what they did because of it, with a frame behind it.
    #[must_use]
    pub fn hears(mut self) -> Self {
        for heard in self.service.line.hear(None) {
            let effects = update(&mut self.model, Msg::Heard(heard), self.now);
            self.carry_out(effects);
        }
        if !self.blind {
            self.frame();
        }
        self
    }

    /// At this moment.
    #[must_use]
    pub fn at(mut self, now: Moment) -> Self {
        let ms = now.since(self.now);
        if ms > 0 {
            self = self.pass(ms);
        }
        self.hears()
    }
}

/// The last command that a screen sent.
pub fn last<C>(app: &App<Seat<C>>) -> Option<&Command> {
    app.commands.last()
}
