//! Reads answers straight from the terminal, while no thread does: on the way out, and where there is no screen.

use super::decode::{Decoder, Input, Reply};
use super::tty;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::time::{Duration, Instant};

/// Reads until `take` has heard enough, the time is up, or the terminal is gone. Keys are dropped.
pub(super) fn hear(limit: Duration, mut take: impl FnMut(&Reply) -> bool) {
    let Ok(tty) = tty::keyboard() else { return };
    let (start, mut decoder, mut out) = (Instant::now(), Decoder::new(), Vec::new());
    let mut buffer = [0; 1024];
    loop {
        let left = limit.saturating_sub(start.elapsed());
        if left.is_zero() {
            return;
        }
        let mut fds = [PollFd::new(&tty, PollFlags::IN)];
        match poll(&mut fds, Some(&tty::timespec(left))) {
            Ok(0) => return,
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return,
        }
        if !fds.iter().any(|fd| !fd.revents().is_empty()) {
            continue;
        }
        match rustix::io::read(&tty, &mut buffer) {
            Ok(n @ 1..) => decoder.feed(buffer.get(..n).unwrap_or_default(), 0, &mut out),
            Err(Errno::INTR | Errno::AGAIN) => continue,
            Ok(_) | Err(_) => return,
        }
        for input in out.drain(..) {
            if let Input::Reply(reply) = input
                && take(&reply)
            {
                return;
            }
        }
    }
}
