//! What is meant for the terminal outside of a multiplexer: tmux and screen keep most of what they do not draw to
//! themselves, and hand on what is wrapped for them.

use super::capabilities::Multiplexer;
use super::tty;
use std::time::Duration;

/// GNU screen reads no longer string than some 760 bytes.
const SCREEN_TAKES: usize = 500;
/// What a terminal says while another window has the focus. It is the same whatever has happened: it may stand on a
/// locked desktop, and be kept there.
const NOTICE: &str = "\x1b]9;caseload: something urgent is waiting\x07";
/// How long it may hold up the screen.
const PATIENCE: Duration = Duration::from_millis(250);

/// Shows a notice that says nothing of anybody (OSC 9).
pub fn notify(through: Option<Multiplexer>) {
    tty::write_within(&wrapped(NOTICE, through), PATIENCE);
}

/// An operating system command (`OSC … BEL`) as this multiplexer hands it on.
pub(super) fn wrapped(osc: &str, through: Option<Multiplexer>) -> Vec<u8> {
    match through {
        // With `allow-passthrough`.
        Some(Multiplexer::Tmux) => format!("\x1bPtmux;{}\x1b\\", osc.replace('\x1b', "\x1b\x1b")).into_bytes(),
        Some(Multiplexer::Screen) => {
            let parts = osc.as_bytes().chunks(SCREEN_TAKES);
            parts.flat_map(|part| [b"\x1bP".as_slice(), part, b"\x1b\\"].concat()).collect()
        }
        _ => osc.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_multiplexer_hands_on_the_same() {
        let osc = format!("\x1b]52;c;{}\x07", "QUJD".repeat(400));
        assert_eq!(wrapped(&osc, None), osc.as_bytes());
        assert_eq!(wrapped(&osc, Some(Multiplexer::Mosh)), osc.as_bytes());
        let tmux = String::from_utf8(wrapped(&osc, Some(Multiplexer::Tmux))).unwrap();
        let inner = tmux.strip_prefix("\x1bPtmux;").unwrap().strip_suffix("\x1b\\").unwrap();
        assert_eq!(inner.replace("\x1b\x1b", "\x1b"), osc);
        let screen = String::from_utf8(wrapped(&osc, Some(Multiplexer::Screen))).unwrap();
        let parts: Vec<&str> = screen.split_terminator("\x1b\\").collect();
        assert!(parts.len() > 3 && parts.iter().all(|p| p.starts_with("\x1bP") && p.len() < 760));
        assert_eq!(parts.iter().map(|p| &p[2..]).collect::<String>(), osc);
    }
}
