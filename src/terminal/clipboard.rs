//! Text to the clipboard of whoever sits before the terminal, also at the far end of an SSH line: OSC 52, which the
//! terminal (or tmux, with `set-clipboard on`) takes without an answer. The text goes as base64 and as nothing else, so
//! nothing in it can act on a terminal.

use super::tty;
use base64ct::{Base64, Encoding};
use std::time::Duration;

/// How long a slow line may take it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Hands the text on; says whether the terminal took all of it.
pub fn copy(text: &str) -> bool {
    tty::write_within(&sequence(text), PATIENCE)
}

fn sequence(text: &str) -> Vec<u8> {
    format!("\x1b]52;c;{}\x1b\\", Base64::encode_string(text.as_bytes())).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_as_base64_and_nothing_else() {
        let evil = "a\u{1b}\\\u{1b}]0;x\u{7}\u{9c}\r\nö";
        for text in ["", "(401) 555-0142", evil] {
            let bytes = sequence(text);
            let inner = bytes.strip_prefix(b"\x1b]52;c;").unwrap().strip_suffix(b"\x1b\\").unwrap();
            assert!(inner.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')), "{inner:?}");
            let back = Base64::decode_vec(std::str::from_utf8(inner).unwrap()).unwrap();
            assert_eq!(back, text.as_bytes());
        }
    }
}
