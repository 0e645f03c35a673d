//! The one thread that writes. It takes what waits as a group, carries it out one after the other, makes all of it
//! durable at once, and only then answers: nothing is shown or acknowledged that is not on the disk.

use crate::service::Service;
use crate::service::api::{Change, Reply, Request, Session};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Most requests in a group.
const GROUP: usize = 64;
/// A group that has taken so long is closed: readers wait for it.
const LONGEST: Duration = Duration::from_millis(20);
/// How often the time is looked at when nothing else happens.
const TICK: Duration = Duration::from_secs(5);

/// Something to be done by the committer.
pub(super) struct Job {
    pub(super) session: Session,
    pub(super) request: Request,
    pub(super) answer: oneshot::Sender<Reply>,
}

enum Order {
    Do(Box<Job>),
    Stop,
}

/// The way to the committer.
#[derive(Clone)]
pub(super) struct Queue(Sender<Order>);

impl Queue {
    /// Hands it a job; it is answered through the job's own channel.
    pub(super) fn put(&self, job: Job) {
        let _ = self.0.send(Order::Do(Box::new(job)));
    }

    /// Ends it when everything before is done.
    pub(super) fn stop(&self) {
        let _ = self.0.send(Order::Stop);
    }
}

/// What the committer tells the server.
pub(super) trait Publish: Send + 'static {
    /// These are on the disk.
    fn changed(&self, changes: &[Change]);
    /// A group could not be made durable: nothing more is taken.
    fn lost(&self, why: &str);
}

/// Starts the committer.
pub(super) fn start(service: Arc<RwLock<Service>>, publish: impl Publish) -> std::io::Result<(Queue, JoinHandle<()>)> {
    let (sender, orders) = channel();
    let thread =
        std::thread::Builder::new().name("committer".to_owned()).spawn(move || run(&service, &orders, &publish))?;
    Ok((Queue(sender), thread))
}

fn run(service: &RwLock<Service>, orders: &Receiver<Order>, publish: &impl Publish) {
    let _gone = Gone(publish);
    loop {
        let first = match orders.recv_timeout(TICK) {
            Ok(Order::Do(job)) => job,
            Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                // Readers give back what they are asked until time has passed here.
                service.write().unwrap_or_else(PoisonError::into_inner).tick();
                continue;
            }
        };
        if group(service, first, orders, publish) == Next::Stop {
            return;
        }
    }
}

#[derive(PartialEq)]
enum Next {
    Group,
    Stop,
}

fn group(service: &RwLock<Service>, first: Box<Job>, orders: &Receiver<Order>, publish: &impl Publish) -> Next {
    let mut answers = Vec::new();
    let mut changes = Vec::new();
    let mut next = Next::Group;
    let begun = Instant::now();
    let sealed = {
        let mut service = service.write().unwrap_or_else(PoisonError::into_inner);
        service.hold();
        let mut job = first;
        loop {
            let (unshown, change) = service.carry_out(&job.session, job.request);
            answers.push((job.answer, unshown));
            changes.extend(change);
            if answers.len() >= GROUP || begun.elapsed() > LONGEST {
                break;
            }
            match orders.try_recv() {
                Ok(Order::Do(another)) => job = another,
                Ok(Order::Stop) => {
                    next = Next::Stop;
                    break;
                }
                Err(_) => break,
            }
        }
        service.seal()
    };
    if let Err(why) = sealed {
        // Nobody is answered: a client that asks again with the same request id, when the agency has been opened anew,
        // learns what became of it.
        drop(answers);
        publish.lost(&why);
        return next;
    }
    // Others need not wait for it to be written who saw what in the answers.
    if !changes.is_empty() {
        publish.changed(&changes);
    }
    for (answer, unshown) in answers {
        let _ = answer.send(unshown.shown());
    }
    next
}

/// Says that the committer is gone when it panics: whoever waits for it would wait for ever.
struct Gone<'a, P: Publish>(&'a P);

impl<P: Publish> Drop for Gone<'_, P> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lost("the committer stopped unexpectedly");
        }
    }
}
