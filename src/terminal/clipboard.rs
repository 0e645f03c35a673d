//! Text to the clipboard of whoever sits before the terminal, also at the far end of an SSH line: OSC 52, which the
//! terminal (or tmux, with `set-clipboard on`) takes without an answer. The text goes as base64 and as nothing else, so
//! nothing in it can act on a terminal.

use super::capabilities::Multiplexer;
use super::{outer, tty};
use base64ct::{Base64, Encoding};
use std::time::Duration;

/// How long a slow line may take it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Hands the text on; says whether the terminal took all of it.
pub fn copy(text: &str, through: Option<Multiplexer>) -> bool {
    tty::write_within(&sequence(text, through), PATIENCE)
}

fn sequence(text: &str, through: Option<Multiplexer>) -> Vec<u8> {
    let text = Base64::encode_string(text.as_bytes());
    let plain = format!("\x1b]52;c;{text}\x1b\\").into_bytes();
    // The end of a string inside another one would end that.
    let wrapped = |which| outer::wrapped(&format!("\x1b]52;c;{text}\x07"), Some(which));
    match through {
        // With `set-clipboard on` tmux takes it itself, with `allow-passthrough` it hands it on; one of them may be off.
        Some(Multiplexer::Tmux) => [wrapped(Multiplexer::Tmux), plain].concat(),
        Some(Multiplexer::Screen) => wrapped(Multiplexer::Screen),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_as_base64_and_nothing_else() {
        let evil = "a\u{1b}\\\u{1b}]0;x\u{7}\u{9c}\r\nö";
        for text in ["", "(401) 555-0142", evil] {
            let bytes = sequence(text, None);
            let inner = bytes.strip_prefix(b"\x1b]52;c;").unwrap().strip_suffix(b"\x1b\\").unwrap();
            assert!(inner.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')), "{inner:?}");
            let back = Base64::decode_vec(std::str::from_utf8(inner).unwrap()).unwrap();
            assert_eq!(back, text.as_bytes());
        }
    }
}
