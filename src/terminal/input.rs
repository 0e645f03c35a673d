//! The input thread, the only reader of the terminal: waits for the tty, for signals and for being told something, and
//! hands on what the decoder makes of the bytes. It wakes when something comes or when silence means something, and
//! not otherwise.

use super::decode::{Decoder, Input};
use super::gather::{Gatherer, Heed};
use super::patience::Patience;
use super::tty;
use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use signal_hook::SigId;
use signal_hook::consts::signal::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long [`Reader::pause`] waits for the thread to let go of the tty; it answers at once unless the machine is busy.
const LET_GO: Duration = Duration::from_millis(500);

const PAUSE: u8 = b'p';
const GO_ON: u8 = b'g';
const STOP: u8 = b's';

/// The handle of the input thread; dropping it ends the thread.
#[derive(Debug)]
pub struct Reader {
    orders: UnixStream,
    done: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread must know of the line and of the screen, shared with whoever knows it.
#[derive(Debug, Clone)]
pub struct Ear {
    /// How long the line may keep the rest of a key.
    pub patience: Patience,
    /// What printable keys mean on the screen as it stands.
    pub heed: Arc<Mutex<Heed>>,
}

impl Ear {
    /// For a line of which that much is known.
    pub fn new(patience: Patience) -> Self {
        Self { patience, heed: Arc::default() }
    }

    /// From now on printable keys mean this.
    pub fn heed(&self, heed: Heed) {
        if let Ok(mut now) = self.heed.lock() {
            *now = heed;
        }
    }
}

/// Starts the thread on the terminal of this process. `send` is called on that thread, for everything that comes.
pub fn spawn(ear: Ear, send: impl Fn(Input) + Send + 'static) -> io::Result<Reader> {
    spawn_on(tty::keyboard()?, ear, send)
}

/// Starts the thread on this tty.
pub fn spawn_on(tty: OwnedFd, ear: Ear, send: impl Fn(Input) + Send + 'static) -> io::Result<Reader> {
    let signals = Signals::register()?;
    let (orders, told) = UnixStream::pair()?;
    told.set_nonblocking(true)?;
    let (tell_done, done) = channel();
    let thread = std::thread::Builder::new()
        .name("input".into())
        .spawn(move || read(&tty, &told, &signals, &tell_done, &ear, &send))?;
    Ok(Reader { orders, done, thread: Some(thread) })
}

impl Reader {
    /// Makes the thread let go of the tty, for someone else is about to read from it. Returns when it has.
    pub fn pause(&self) {
        while self.done.try_recv().is_ok() {}
        if (&self.orders).write_all(&[PAUSE]).is_ok() {
            let _ = self.done.recv_timeout(LET_GO);
        }
    }

    /// Makes the thread read on.
    pub fn go_on(&self) {
        // A thread that has ended has said Hangup; there is nothing to go on with.
        let _ = (&self.orders).write_all(&[GO_ON]);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = (&self.orders).write_all(&[STOP]);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One pipe a signal: a handler may do little more than write a byte.
#[derive(Debug)]
struct Signals {
    pipes: Vec<(i32, UnixStream)>,
    ids: Vec<SigId>,
}

impl Signals {
    fn register() -> io::Result<Self> {
        let mut signals = Self { pipes: Vec::new(), ids: Vec::new() };
        for signal in [SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGCONT] {
            let (read, write) = UnixStream::pair()?;
            read.set_nonblocking(true)?;
            signals.ids.push(signal_hook::low_level::pipe::register(signal, write)?);
            signals.pipes.push((signal, read));
        }
        Ok(signals)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

/// Empties a pipe; says whether anything stood in it.
fn drain(mut pipe: &UnixStream, last: &mut u8) -> bool {
    let mut bytes = [0; 64];
    let mut any = false;
    while let Ok(n @ 1..) = pipe.read(&mut bytes) {
        any = true;
        *last = bytes.get(n - 1).copied().unwrap_or_default();
    }
    any
}

fn read(tty: &OwnedFd, told: &UnixStream, signals: &Signals, done: &Sender<()>, ear: &Ear, send: &impl Fn(Input)) {
    let start = Instant::now();
    let now = || i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    let mut decoder = Decoder::new();
    let mut gatherer = Gatherer::default();
    let (mut decoded, mut out) = (Vec::new(), Vec::new());
    let mut buffer = [0_u8; 4096];
    let mut paused = false;
    loop {
        decoder.wait_for_esc(ear.patience.esc_ms());
        let due = decoder.deadline().into_iter().chain(gatherer.deadline()).min();
        let wait = due.map(|due| Duration::from_millis((due - now()).max(0) as u64)).map(tty::timespec);
        let quiet = PollFlags::empty();
        let mut fds: Vec<PollFd<'_>> = vec![PollFd::new(tty, PollFlags::IN), PollFd::new(told, PollFlags::IN)];
        fds.extend(signals.pipes.iter().map(|(_, pipe)| PollFd::new(pipe, PollFlags::IN)));
        // A hang-up is reported even when nothing is asked for, so a paused tty is left out, not asked for nothing.
        let skip = usize::from(paused);
        match poll(fds.get_mut(skip..).unwrap_or_default(), wait.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return send(Input::Hangup),
        }
        let ready: Vec<PollFlags> =
            fds.iter().enumerate().map(|(n, fd)| if n < skip { quiet } else { fd.revents() }).collect();
        drop(fds);
        let is_ready = |n: usize| ready.get(n).is_some_and(|flags| !flags.is_empty());

        for (n, (signal, pipe)) in signals.pipes.iter().enumerate() {
            if !is_ready(n + 2) || !drain(pipe, &mut 0) {
                continue;
            }
            match *signal {
                SIGWINCH => {
                    let (width, height) = tty::size(tty);
                    send(Input::Event(Event::Resize(width, height)));
                }
                // Ctrl-c and ctrl-z in an editor that has borrowed the terminal are meant for the editor; whoever lent it
                // sees that it has stopped.
                SIGINT | SIGTSTP | SIGCONT if paused => {}
                SIGTERM | SIGINT => send(Input::Terminate),
                SIGTSTP => send(Input::Suspend),
                SIGCONT => send(Input::Resume),
                _ => return send(Input::Hangup),
            }
        }
        if is_ready(1) {
            let mut order = STOP;
            drain(told, &mut order);
            match order {
                PAUSE => {
                    paused = true;
                    // Half a sequence means nothing any more when someone else has read the rest of it.
                    (decoder, gatherer) = (Decoder::new(), Gatherer::default());
                    let _ = done.send(());
                    continue;
                }
                GO_ON => paused = false,
                _ => return,
            }
        }
        if paused {
            continue;
        }
        if is_ready(0) {
            match rustix::io::read(tty, &mut buffer) {
                Ok(n @ 1..) => decoder.feed(buffer.get(..n).unwrap_or_default(), now(), &mut decoded),
                Err(Errno::INTR | Errno::AGAIN) => {}
                // End of file or EIO: the terminal is gone and will be readable for ever. Said once, and the thread ends.
                Ok(_) | Err(_) => return send(Input::Hangup),
            }
        } else {
            // Only a tty with nothing to read is silent: what was read late because the machine is busy was not typed late.
            gatherer.tick(now(), &mut out);
            decoder.tick(now(), &mut decoded);
        }
        if !decoded.is_empty() {
            let heed = ear.heed.lock().map(|heed| *heed).unwrap_or_default();
            gatherer.take(&mut decoded, now(), heed, &mut out);
        }
        out.drain(..).for_each(send);
    }
}

#[cfg(test)]
mod tests {
    use super::super::round_trip::RoundTrip;
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    fn start() -> (UnixStream, Receiver<Input>, Reader) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (send, inbox) = channel();
        let reader = spawn_on(theirs.into(), Ear::new(Patience::new(false, RoundTrip::default())), move |input| {
            drop(send.send(input));
        })
        .unwrap();
        (ours, inbox, reader)
    }

    fn next(inbox: &Receiver<Input>) -> Option<Input> {
        inbox.recv_timeout(Duration::from_secs(5)).ok()
    }

    fn key(code: KeyCode) -> Input {
        Input::Event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    #[test]
    fn keys_and_the_lone_esc_and_the_end() {
        let (mut tty, inbox, _reader) = start();
        tty.write_all(b"a\x1b[A").unwrap();
        assert_eq!(next(&inbox), Some(key(KeyCode::Char('a'))));
        assert_eq!(next(&inbox), Some(key(KeyCode::Up)));
        tty.write_all(b"\x1b").unwrap();
        assert_eq!(next(&inbox), Some(key(KeyCode::Esc)));
        drop(tty);
        assert_eq!(next(&inbox), Some(Input::Hangup));
        // Once, and the thread has let go of the sender.
        assert_eq!(next(&inbox), None);
    }

    #[test]
    fn a_paused_reader_leaves_the_tty_alone() {
        let (mut tty, inbox, reader) = start();
        reader.pause();
        tty.write_all(b"x").unwrap();
        assert!(inbox.recv_timeout(Duration::from_millis(100)).is_err());
        reader.go_on();
        assert_eq!(next(&inbox), Some(key(KeyCode::Char('x'))));
        drop(reader);
        assert_eq!(next(&inbox), None);
    }
}
