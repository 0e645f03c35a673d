//! Another program on our terminal: an editor, a pager. It runs in our own process group, so that it may read the keys;
//! what its ctrl-c means is its own business, its ctrl-z stops us with it where a shell can wake us, and else wakes it at
//! once. It is always waited for, and it can be called back.

use super::guard::Guard;
use super::tty;
use rustix::process::{Pid, Signal, WaitOptions, kill_current_process_group, kill_process, waitpid};
use signal_hook::SigId;
use signal_hook::consts::signal::SIGQUIT;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// A program that is called back has this long to end by itself.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// A program to be run on the terminal.
#[derive(Debug)]
pub struct Errand {
    /// The program, its arguments and its environment.
    pub command: Command,
    /// What it reads on its standard input; without it that is the terminal.
    pub feed: Option<Vec<u8>>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Well.
    Well,
    /// With this exit code.
    Code(i32),
    /// By a signal, or because it was called back.
    Cut,
    /// It was never begun, and why.
    NotBegun(String),
}

/// A program that has the terminal.
#[derive(Debug)]
pub(super) struct Running {
    pid: Pid,
    called_back: Option<Instant>,
    /// Ctrl-\ is meant for the borrower too.
    quit: Option<SigId>,
}

impl Running {
    pub(super) fn start(errand: Errand) -> io::Result<Self> {
        let Errand { mut command, feed } = errand;
        command.stdin(if feed.is_some() { Stdio::piped() } else { Stdio::from(tty::keyboard()?) });
        command.stdout(Stdio::from(tty::screen()?)).stderr(Stdio::from(tty::screen()?));
        let quit = signal_hook::flag::register(SIGQUIT, Arc::new(AtomicBool::new(false))).ok();
        let mut child = command.spawn()?;
        if let (Some(bytes), Some(mut pipe)) = (feed, child.stdin.take()) {
            // A pager that is left early closes its end: the rest is not wanted.
            std::thread::Builder::new().name("feed".into()).spawn(move || drop(pipe.write_all(&bytes)))?;
        }
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap_or_default());
        let pid = pid.ok_or_else(|| io::Error::other("it has no process id"))?;
        Ok(Self { pid, called_back: None, quit })
    }

    /// How it ended, once it has.
    pub(super) fn look(&mut self) -> Option<End> {
        if self.called_back.is_some_and(|since| since.elapsed() >= LAST_WORDS) {
            let _ = kill_process(self.pid, Signal::KILL);
        }
        match waitpid(Some(self.pid), WaitOptions::NOHANG | WaitOptions::UNTRACED) {
            Ok(None) | Err(rustix::io::Errno::INTR) => None,
            Ok(Some((_, status))) if status.stopped() => {
                self.stopped();
                None
            }
            Ok(Some((_, status))) => Some(match status.exit_status() {
                _ if self.called_back.is_some() => End::Cut,
                Some(0) => End::Well,
                Some(code) => End::Code(code),
                None => End::Cut,
            }),
            Err(_) => Some(End::Cut),
        }
    }

    /// It has stopped itself: with it whoever lent it the terminal, or it goes on at once.
    fn stopped(&self) {
        if self.called_back.is_none() && Guard::has_shell() {
            let _ = kill_current_process_group(Signal::STOP);
        }
        let _ = kill_process(self.pid, Signal::CONT);
    }

    /// It is to give the terminal back: as on a hang-up, which editors know how to take.
    pub(super) fn call_back(&mut self) {
        if self.called_back.is_none() {
            self.called_back = Some(Instant::now());
            let _ = kill_process(self.pid, Signal::HUP);
            let _ = kill_process(self.pid, Signal::CONT);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(id) = self.quit.take() {
            signal_hook::low_level::unregister(id);
        }
    }
}
