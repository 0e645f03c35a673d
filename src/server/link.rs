//! The client's backend over a socket: one thread that sends, hears, and connects again when the server was lost. What was
//! sent and not answered is sent again then, in its order; request ids make a command that was done already harmless.

use super::connect::{Entered, NotIn, Way};
use super::protocol::{self, Ask, Say};
use crate::domain::ids::DraftId;
use crate::service::api::{Backend, Draft, Heard, Reply, Request, Ticket};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// First wait before connecting again.
const SOON: Duration = Duration::from_millis(100);
/// Longest wait before connecting again: forty clients that knock this often are nothing to a socket on the same machine.
const LATE: Duration = Duration::from_secs(2);
/// How long one attempt to connect may take.
const KNOCK: Duration = Duration::from_secs(5);
/// How long the end waits for what was sent last to be answered.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// Bytes read at a time.
const PIECE: usize = 16 * 1024;

enum Order {
    Send(Ticket, Box<Request>),
    Stop,
}

/// What was sent and not answered.
type Open = BTreeMap<Ticket, Box<Request>>;

/// A way to the server.
pub struct Link {
    orders: Sender<Order>,
    wake: UnixStream,
    thread: Option<JoinHandle<Open>>,
}

impl Link {
    /// Over a connection; `way` is used to connect again. What is heard goes to `hear`.
    pub fn start(entered: Entered, way: Way, hear: impl Fn(Heard) + Send + 'static) -> std::io::Result<Self> {
        let (sender, orders) = channel();
        let (wake, woken) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        woken.set_nonblocking(true)?;
        entered.stream.set_nonblocking(true)?;
        let thread = std::thread::Builder::new().name("link".to_owned()).spawn(move || {
            let mut thread = Thread {
                orders,
                woken,
                way,
                hear: Box::new(hear),
                open: BTreeMap::new(),
                out: Vec::new(),
                heard: Vec::new(),
                ending: None,
            };
            thread.run(entered);
            // What was sent last and never reached a connection.
            while let Ok(Order::Send(ticket, request)) = thread.orders.try_recv() {
                thread.open.insert(ticket, request);
            }
            thread.open
        })?;
        Ok(Self { orders: sender, wake, thread: Some(thread) })
    }

    fn order(&self, order: Order) {
        let _ = self.orders.send(order);
        // A full pipe wakes as well.
        let _ = (&self.wake).write(&[1]);
    }

    /// Ends when everything sent before is answered, or when that takes too long; gives back the drafts that nobody has
    /// confirmed, the latest of each.
    pub fn stop(mut self) -> Vec<Draft> {
        self.order(Order::Stop);
        let left = self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        let mut drafts: BTreeMap<DraftId, Draft> = BTreeMap::new();
        for request in left.into_values() {
            match *request {
                Request::SaveDraft(draft) => _ = drafts.insert(draft.id, draft),
                Request::DropDraft(id) => _ = drafts.remove(&id),
                _ => {}
            }
        }
        drafts.into_values().collect()
    }
}

impl Backend for Link {
    fn send(&self, ticket: Ticket, request: Request) {
        self.order(Order::Send(ticket, Box::new(request)));
    }
}

/// Why a stream is not used any more.
enum Lost {
    Away(String),
    /// Asked to end.
    Ended,
}

struct Thread {
    orders: Receiver<Order>,
    woken: UnixStream,
    way: Way,
    hear: Box<dyn Fn(Heard) + Send>,
    /// Sent and not answered, with what is needed to send it again.
    open: Open,
    out: Vec<u8>,
    heard: Vec<u8>,
    ending: Option<Instant>,
}

impl Thread {
    fn run(&mut self, entered: Entered) {
        let mut stream = entered.stream;
        loop {
            match self.talk(&stream) {
                Lost::Ended => return,
                Lost::Away(why) => (self.hear)(Heard::Offline(why)),
            }
            drop(stream);
            (self.out, self.heard) = (Vec::new(), Vec::new());
            match self.again() {
                Some(found) => stream = found,
                None => return,
            }
        }
    }

    /// Connects again, for as long as it takes.
    fn again(&mut self) -> Option<UnixStream> {
        let mut nap = SOON;
        let mut said = String::new();
        loop {
            if !self.rest(jittered(nap)) {
                return None;
            }
            nap = (nap * 2).min(LATE);
            match self.way.enter_within(KNOCK) {
                Ok(entered) if entered.stream.set_nonblocking(true).is_ok() => {
                    (self.hear)(Heard::Online(entered.mended));
                    self.send_again();
                    return Some(entered.stream);
                }
                Err(NotIn::NotStarted(why)) if why != said => {
                    (self.hear)(Heard::Offline(why.clone()));
                    said = why;
                }
                Ok(_) | Err(NotIn::Away(_) | NotIn::NotStarted(_)) => {}
                Err(NotIn::Refused(why)) => {
                    (self.hear)(Heard::Gone(why));
                    // Nothing more can be sent; the user reads why and leaves.
                    while self.rest(LATE) {}
                    return None;
                }
            }
        }
    }

    /// What had no answer, in its order. Lists are not known to a new connection, and are opened anew by who shows them.
    fn send_again(&mut self) {
        let open = std::mem::take(&mut self.open);
        for (ticket, request) in open {
            match &*request {
                Request::Rows { .. } => {
                    (self.hear)(Heard::Reply(ticket, Reply::Failed("that list is closed; open it again".to_owned())));
                }
                Request::CloseList(_) => (self.hear)(Heard::Reply(ticket, Reply::Drafted)),
                _ => self.put(ticket, request),
            }
        }
    }

    fn put(&mut self, ticket: Ticket, request: Box<Request>) {
        let ask = Ask::Request(ticket, request);
        match protocol::frame(&ask) {
            Ok(frame) => {
                self.out.extend(frame);
                if let Ask::Request(_, request) = ask {
                    self.open.insert(ticket, request);
                }
            }
            Err(bad) => (self.hear)(Heard::Reply(ticket, Reply::Failed(bad.to_string()))),
        }
    }

    /// Takes what the program wants sent. False when it wants an end and nothing is left to wait for.
    fn take_orders(&mut self) -> bool {
        let mut wakes = [0; 64];
        while matches!((&self.woken).read(&mut wakes), Ok(n) if n > 0) {}
        loop {
            match self.orders.try_recv() {
                Ok(Order::Send(ticket, request)) => self.put(ticket, request),
                Ok(Order::Stop) | Err(TryRecvError::Disconnected) => {
                    self.ending.get_or_insert_with(|| Instant::now() + LAST_WORDS);
                    break;
                }
                Err(TryRecvError::Empty) => break,
            }
        }
        self.ending.is_none_or(|until| !self.open.is_empty() && Instant::now() < until)
    }

    /// Waits, unless an end is wanted.
    fn rest(&mut self, nap: Duration) -> bool {
        let until = Instant::now() + nap;
        loop {
            // Without a server the end does not wait for answers.
            if !self.take_orders() || self.ending.is_some() {
                return false;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            let _ = poll(&mut [PollFd::new(&self.woken, PollFlags::IN)], Some(&timespec(left)));
        }
    }

    fn talk(&mut self, stream: &UnixStream) -> Lost {
        loop {
            if !self.take_orders() {
                return Lost::Ended;
            }
            if let Err(why) = self.write(stream) {
                return why;
            }
            let mut wanted = PollFlags::IN;
            if !self.out.is_empty() {
                wanted |= PollFlags::OUT;
            }
            let left = self.ending.map(|until| timespec(until.saturating_duration_since(Instant::now())));
            let mut fds = [PollFd::new(stream, wanted), PollFd::new(&self.woken, PollFlags::IN)];
            let _ = poll(&mut fds, left.as_ref());
            if let Err(why) = self.read(stream) {
                return why;
            }
        }
    }

    fn write(&mut self, mut stream: &UnixStream) -> Result<(), Lost> {
        while !self.out.is_empty() {
            match stream.write(&self.out) {
                Ok(n) => _ = self.out.drain(..n),
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Lost::Away("the server went away".to_owned())),
            }
        }
        self.out = Vec::new();
        Ok(())
    }

    fn read(&mut self, mut stream: &UnixStream) -> Result<(), Lost> {
        let mut piece = [0; PIECE];
        loop {
            match stream.read(&mut piece) {
                Ok(0) => return Err(Lost::Away("the server went away".to_owned())),
                Ok(n) => {
                    self.heard.extend_from_slice(&piece[..n]);
                    self.frames()?;
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Lost::Away("the server went away".to_owned())),
            }
        }
    }

    fn frames(&mut self) -> Result<(), Lost> {
        let nonsense = |_| Lost::Away("the server's answer makes no sense".to_owned());
        let mut at = 0;
        while let Some(lead) = self.heard.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
            let length = protocol::length(*lead).map_err(nonsense)?;
            let Some(bytes) = self.heard.get(at + 4..at + 4 + length) else { break };
            let say = protocol::read::<Say>(bytes).map_err(nonsense)?;
            at += 4 + length;
            match say {
                Say::Reply(ticket, reply) => {
                    self.open.remove(&ticket);
                    (self.hear)(Heard::Reply(ticket, reply));
                }
                Say::Change { change, .. } => (self.hear)(Heard::Change(change)),
                Say::Present(present) => (self.hear)(Heard::Present(present)),
                Say::Resync { .. } => (self.hear)(Heard::Resync),
                Say::Locked => (self.hear)(Heard::Locked),
                Say::Bye(why) => return Err(Lost::Away(why)),
                Say::Stopping(_) => {}
            }
        }
        self.heard.drain(..at);
        if self.heard.is_empty() && self.heard.capacity() > 4 * PIECE {
            self.heard = Vec::new();
        }
        Ok(())
    }
}

fn timespec(wait: Duration) -> Timespec {
    Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: i64::from(wait.subsec_nanos()) }
}

/// A wait of about this long, so that forty clients do not come at once.
fn jittered(wait: Duration) -> Duration {
    let mut bits = [0; 2];
    // Without randomness all wait the same, which is only less kind.
    let _ = getrandom::fill(&mut bits);
    wait / 2 + wait.mul_f64(f64::from(u16::from_le_bytes(bits)) / f64::from(u16::MAX))
}
