//! Takes the screen and gives it back: on quitting, on a signal, on a panic, around a stop.
//!
//! Giving it back is static and idempotent, because a panic hook and a watchdog have no guard at hand, and never waits
//! for a terminal that does not read any more.

use super::profile::Profile;
use super::tty;
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use rustix::termios::Termios;
use signal_hook::consts::signal::SIGCONT;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// How long a stopped terminal may hold up whoever is leaving.
const PATIENCE: Duration = Duration::from_millis(250);

/// A stop that has not come by then will not come.
const STOP_STRIKES: Duration = Duration::from_secs(1);

/// Colours off, alternate screen, bracketed paste, cursor hidden. Setting a mode asks nothing, so nothing is answered.
const ENTER: &str = "\x1b[0m\x1b[?1049h\x1b[?2004h\x1b[?25l";
const MOUSE: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const NO_MOUSE: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
const FOCUS: &str = "\x1b[?1004h";
/// Everything that any part of the program may have turned on, whether it did or not.
const LEAVE: &str =
    "\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[r\x1b[?25h\x1b[?1049l";

/// As [`LEAVE`], but on the alternate screen, which is wiped: nothing that a borrower writes stays in the scrollback.
const LEND: &str =
    "\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[r\x1b[?25h\x1b[2J\x1b[H";
/// What a borrower that ended in the middle may have left on.
const TAKE_BACK: &str = "\x1b[r\x1b[?1l\x1b>\x1b[?7h\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l";

/// Kitty's protocol, of which only this: no key looks like the beginning of another. Each screen of a terminal has its own,
/// so it is put on behind the alternate screen and taken off before that is left.
const KEYS: &str = "\x1b[>1u";
/// The same where it was put on already, and a terminal that was reset meanwhile has forgotten it.
const KEYS_STILL: &str = "\x1b[=1u";
const OLD_KEYS: &str = "\x1b[<u";

/// The title that was there before is kept by the terminal.
const KEEP_TITLE: &str = "\x1b[22;0t";
const OLD_TITLE: &str = "\x1b[23;0t";

/// The modes are ours.
static ENTERED: AtomicBool = AtomicBool::new(false);
/// The screen is, and has to be given back.
static OPENED: AtomicBool = AtomicBool::new(false);
/// The title is.
static TITLED: AtomicBool = AtomicBool::new(false);
/// Kitty's protocol is on.
static KEYED: AtomicBool = AtomicBool::new(false);
/// The thread that draws: only its panic is the end of the program.
static OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);
/// Where the last panic on another thread was.
static WORKER_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// What the screen is to report beside keys.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Clicks, drags and the wheel. Off, the terminal's own selection works.
    pub mouse: bool,
    /// Whether the window has the focus.
    pub focus: bool,
    /// What the terminal is.
    pub profile: Profile,
}

/// Rings the terminal's bell once.
pub fn bell() {
    tty::write_within(b"\x07", PATIENCE);
}

/// Holds the screen as long as it lives.
#[derive(Debug)]
pub struct Guard {
    mouse: bool,
    focus: bool,
    title: bool,
    keys: bool,
}

impl Guard {
    /// Takes the terminal's modes. The screen itself is taken by [`opening`](Self::opening), with the first frame.
    pub fn enter(options: &Options) -> io::Result<Self> {
        if let Ok(mut owner) = OWNER.lock() {
            *owner = Some(std::thread::current().id());
        }
        let guard =
            Self { mouse: options.mouse, focus: options.focus, title: options.profile.has_title(), keys: false };
        Self::modes()?;
        Ok(guard)
    }

    /// Takes the modes alone, to hear what the terminal answers without it being shown; [`restore`](Self::restore)
    /// gives them back.
    pub(super) fn listen() -> io::Result<()> {
        Self::modes()
    }

    fn modes() -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        // From here a panic or a signal has something to undo.
        ENTERED.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// What takes the screen: alternate screen, bracketed paste, no cursor. Whoever asks for it sends it.
    pub fn opening(&self) -> String {
        OPENED.store(true, Ordering::SeqCst);
        let mut text = String::from(ENTER);
        text.push_str(if self.mouse { MOUSE } else { "" });
        text.push_str(if self.focus { FOCUS } else { "" });
        if self.keys {
            text.push_str(if KEYED.swap(true, Ordering::SeqCst) { KEYS_STILL } else { KEYS });
        }
        if self.title && !TITLED.swap(true, Ordering::SeqCst) {
            text.push_str(KEEP_TITLE);
        }
        text
    }

    fn take(&mut self) -> io::Result<()> {
        Self::modes()?;
        tty::write_within(self.opening().as_bytes(), PATIENCE);
        Ok(())
    }

    /// Has clicks, drags and the wheel reported from now on, or leaves them to the terminal's own selection.
    pub fn mouse(&mut self, on: bool) {
        self.mouse = on;
        if ENTERED.load(Ordering::SeqCst) {
            tty::write_within(if on { MOUSE } else { NO_MOUSE }.as_bytes(), PATIENCE);
        }
    }

    /// The terminal knows kitty's protocol: it is on from now on, whenever the screen is ours.
    pub fn keys(&mut self) {
        self.keys = true;
        if OPENED.load(Ordering::SeqCst) && !KEYED.swap(true, Ordering::SeqCst) {
            tty::write_within(KEYS.as_bytes(), PATIENCE);
        }
    }

    /// What takes the protocol off again, if it is on.
    fn old_keys() -> &'static str {
        if KEYED.swap(false, Ordering::SeqCst) { OLD_KEYS } else { "" }
    }

    /// Gives the screen back, if it was taken. May be called by anyone, any number of times, also while panicking.
    pub fn restore() {
        if ENTERED.swap(false, Ordering::SeqCst) {
            let titled = TITLED.swap(false, Ordering::SeqCst);
            // The first frame may never have been sent.
            if OPENED.swap(false, Ordering::SeqCst) {
                let text = [Self::old_keys(), LEAVE, if titled { OLD_TITLE } else { "" }].concat();
                tty::write_within(text.as_bytes(), PATIENCE);
            }
            // What was typed or answered until now was meant for us, and not for a shell.
            Self::flush();
            // A terminal that is gone has no modes to restore.
            let _ = crossterm::terminal::disable_raw_mode();
        }
    }

    /// Drops what was typed or answered and not read.
    fn flush() {
        if let Ok(keyboard) = tty::keyboard() {
            let _ = rustix::termios::tcflush(keyboard, rustix::termios::QueueSelector::IFlush);
        }
    }

    /// Takes the screen again after [`restore`](Self::restore), or after someone else has used it. Keys typed
    /// meanwhile were meant for someone else. The caller repaints.
    pub fn reenter(&mut self) -> io::Result<()> {
        // A shell that had the terminal meanwhile has set its modes to its own taste: raw mode must be made anew, and
        // what it found is what it gets back.
        if ENTERED.swap(false, Ordering::SeqCst) {
            let _ = crossterm::terminal::disable_raw_mode();
        } else {
            Self::flush();
        }
        self.take()
    }

    /// Gives the terminal to another program for a while; answers its modes, for [`take_back`](Self::take_back). Should
    /// this process end meanwhile, the screen is given back as always.
    pub(super) fn lend() -> io::Result<Termios> {
        tty::write_within([Self::old_keys(), LEND].concat().as_bytes(), PATIENCE);
        Self::flush();
        crossterm::terminal::disable_raw_mode()?;
        Ok(rustix::termios::tcgetattr(tty::keyboard()?)?)
    }

    /// Takes it back from a program that has ended, however that was. Keys that it has not read were meant for it.
    pub(super) fn take_back(&mut self, modes: &Termios) -> io::Result<()> {
        let keyboard = tty::keyboard()?;
        // A program that was ended may have left the terminal without an echo: what it found is what a shell gets back.
        let _ = rustix::termios::tcsetattr(&keyboard, rustix::termios::OptionalActions::Flush, modes);
        let _ = rustix::termios::tcflush(&keyboard, rustix::termios::QueueSelector::IFlush);
        tty::write_within(TAKE_BACK.as_bytes(), PATIENCE);
        self.take()
    }

    /// A shell is there to wake this process should it stop: a job-control shell gives every job a process group of its
    /// own, so a program in the group of its session's first process was started without one.
    pub(super) fn has_shell() -> bool {
        getsid(None).is_ok_and(|first| first != getpgrp())
    }

    /// Stops the process like a shell's ctrl-z does, and takes the screen again when it goes on. Says `false` at once
    /// where no shell could wake it.
    pub fn suspend(&mut self) -> io::Result<bool> {
        if !Self::has_shell() {
            return Ok(false);
        }
        Self::restore();
        // SIGTSTP itself is caught (`input`); the whole group stops, as with a shell's own ctrl-z.
        let continued = Arc::new(AtomicBool::new(false));
        let handler = signal_hook::flag::register(SIGCONT, Arc::clone(&continued))?;
        let stopped = kill_current_process_group(Signal::STOP);
        // With several threads the stop may strike this one only after `kill` has returned: taking the screen now would
        // take it from the shell.
        let start = Instant::now();
        while stopped.is_ok() && !continued.load(Ordering::SeqCst) && start.elapsed() < STOP_STRIKES {
            std::thread::sleep(Duration::from_millis(5));
        }
        signal_hook::low_level::unregister(handler);
        stopped?;
        self.reenter()?;
        Ok(true)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        Self::restore();
    }
}

/// Replaces the panic hook by one that first gives the screen back and then says where, not what: a panic's text may
/// hold a person's data, and a terminal's scrollback is nobody's record. For the same reason the hook that was there
/// before is not called.
///
/// A panic on a thread that does not draw leaves the screen alone: it is either caught (a store that is opened behind
/// a guard) or reported by who waits for that thread, who finds the place in [`worker_panic`].
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let mut place = String::from("an unknown place");
        if let Some(at) = info.location() {
            place.clear();
            let _ = write!(place, "{}:{}", at.file(), at.line());
        }
        let ours = OWNER.try_lock().is_ok_and(|owner| *owner == Some(std::thread::current().id()));
        if ENTERED.load(Ordering::SeqCst) && !ours {
            if let Ok(mut last) = WORKER_PANIC.try_lock() {
                *last = Some(place);
            }
            return;
        }
        Guard::restore();
        // Not eprintln!, which panics when standard error is gone.
        let _ = writeln!(io::stderr(), "caseload stopped unexpectedly at {place}; nothing saved was lost");
    }));
}

/// Where a thread that does not draw panicked last, and forgets it.
pub fn worker_panic() -> Option<String> {
    WORKER_PANIC.lock().ok().and_then(|mut last| last.take())
}
