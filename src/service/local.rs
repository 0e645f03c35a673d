//! The service on a thread of its own, behind a queue: the in-process [`Backend`]. A socket takes its place later.

use super::Service;
use super::api::{Backend, Change, Heard, Request, Session, Ticket};
use crate::domain::audit::{Deed, Ending};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// What the service's thread is sent.
enum Asked {
    Request(Ticket, Box<Request>),
    Stop,
}

/// A way to a service in this process.
pub struct LocalBackend {
    queue: Sender<Asked>,
    thread: Option<JoinHandle<Service>>,
}

impl LocalBackend {
    /// Gives the service a thread; what it says goes to `hear`.
    pub fn start(
        mut service: Service,
        session: Session,
        hear: impl Fn(Heard) + Send + 'static,
    ) -> std::io::Result<Self> {
        service.set_present([session.user]);
        // Whoever may not be noted sees nothing either: every answer asks the same log.
        let _ = service.note_session(&session, Deed::LogIn, Ending::Done).done();
        let (queue, asked): (Sender<Asked>, Receiver<Asked>) = channel();
        let thread = std::thread::Builder::new().name("service".to_owned()).spawn(move || {
            while let Ok(Asked::Request(ticket, request)) = asked.recv() {
                let (reply, change): (_, Option<Change>) = service.handle(&session, *request);
                hear(Heard::Reply(ticket, reply));
                if let Some(change) = change
                    && service.may_hear(&session)
                {
                    hear(Heard::Change(change));
                }
            }
            let _ = service.note_session(&session, Deed::LogOut, Ending::Done).done();
            let _ = service.end();
            service
        })?;
        Ok(Self { queue, thread: Some(thread) })
    }

    /// Stops when everything sent before is answered, and gives the service back, so that its store can be closed.
    pub fn stop(mut self) -> Option<Service> {
        let _ = self.queue.send(Asked::Stop);
        self.thread.take().and_then(|t| t.join().ok())
    }
}

impl Backend for LocalBackend {
    fn send(&self, ticket: Ticket, request: Request) {
        // A service that is gone has said so through `hear` or has taken the program with it.
        let _ = self.queue.send(Asked::Request(ticket, Box::new(request)));
    }
}
