//! Which file the terminal is. Standard input and output if they are one, else `/dev/tty`, so that a list piped in or
//! out does not cost the screen.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::termios::{isatty, tcgetwinsize};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

/// Where keys come from.
pub(super) fn keyboard() -> io::Result<OwnedFd> {
    let stdin = io::stdin();
    if isatty(&stdin) {
        return stdin.as_fd().try_clone_to_owned();
    }
    Ok(open("/dev/tty", OFlags::RDONLY | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Where frames go.
pub(super) fn screen() -> io::Result<OwnedFd> {
    let stdout = io::stdout();
    if isatty(&stdout) {
        return stdout.as_fd().try_clone_to_owned();
    }
    Ok(open("/dev/tty", OFlags::WRONLY | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Columns and rows. A terminal that says 0 does not know (a serial line, a fresh pty): 80 by 24 is the old answer.
pub(super) fn size(fd: impl AsFd) -> (u16, u16) {
    match tcgetwinsize(fd) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
        _ => (80, 24),
    }
}

/// A duration as `poll` wants it.
pub(super) fn timespec(wait: Duration) -> Timespec {
    Timespec { tv_sec: wait.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: wait.subsec_nanos().into() }
}

/// When something was read from it last, as the system says (to some seconds); it differs when keys were pressed since.
pub(super) fn last_read(fd: impl AsFd) -> i64 {
    rustix::fs::fstat(fd).map_or(0, |stat| stat.st_atime)
}

/// Writes a few bytes without ever waiting longer than `limit` and without caring whether it works: the terminal may
/// be gone, or stopped, and whoever calls this is on the way out.
/// Says whether all was written.
pub(super) fn write_within(bytes: &[u8], limit: Duration) -> bool {
    // A file opened anew can be made non-blocking for us alone; on standard output it would be so for the shell too.
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let Ok(fd) = open("/dev/tty", flags, Mode::empty()).map_or_else(|_| screen(), Ok) else { return false };
    let end = Instant::now() + limit;
    let mut rest = bytes;
    while !rest.is_empty() {
        let left = end.saturating_duration_since(Instant::now());
        let mut fds = [PollFd::new(&fd, PollFlags::OUT)];
        match poll(&mut fds, Some(&timespec(left))) {
            Err(rustix::io::Errno::INTR) if !left.is_zero() => continue,
            Ok(1..) if !fds.iter().any(|fd| fd.revents().contains(PollFlags::ERR)) => {}
            _ => return false,
        }
        match rustix::io::write(&fd, rest) {
            Ok(n) => rest = rest.get(n..).unwrap_or_default(),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) if !left.is_zero() => {}
            Err(_) => return false,
        }
    }
    true
}
