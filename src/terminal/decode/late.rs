//! The rest of a sequence whose ESC was taken for the Esc key because it came alone: it is joined where it is no key (an
//! answer, a paste) and swallowed where it is one, but never run.
//!
//! A person may press Esc and then `[` all the same. What could be either is held until it is clear: by itself for
//! [`TAIL_WAIT_MS`] it was a key.

use super::keys::plain_key;
use super::{Decoder, Input, SEQUENCE_CAP, State};
use crossterm::event::Event;

/// So long after a lone ESC the rest of its sequence may still come.
pub const LONE_ESC_MS: i64 = 2_000;
/// A lone `[`, `O`, `]` or `P` behind it is a key after this much silence.
pub const TAIL_WAIT_MS: i64 = 250;

impl Decoder {
    /// Whether this byte may be the first of a late rest; anything else ends the waiting for one.
    pub(super) fn begins_late(&mut self, byte: u8) -> bool {
        let Some(since) = self.lone_ms.take() else { return false };
        let late = self.last_ms.saturating_sub(since) <= LONE_ESC_MS && matches!(byte, b'[' | b'O' | b']' | b'P');
        if late {
            self.tail.push(byte);
        }
        late
    }

    /// A byte behind the first one of a late rest.
    pub(super) fn late(&mut self, byte: u8, out: &mut Vec<Input>) {
        let alone = self.tail.len() == 1;
        match (self.tail.first(), byte) {
            (Some(b'['), b'[') if alone => self.tail.push(byte),
            // The Linux console's F1 to F5; anything else behind `[[` shows that somebody is turning days.
            (Some(b'['), b'A'..=b'E') if self.tail == b"[[" => self.tail.clear(),
            (Some(b'['), _) if self.tail == b"[[" => self.were_keys(byte, out),
            (Some(b'['), 0x20..=0x3f) | (Some(b'O'), b'0'..=b'9' | b';') => {
                if self.tail.len() < SEQUENCE_CAP {
                    self.tail.push(byte);
                }
            }
            (Some(b'O'), 0x21..=0x7e) => self.tail.clear(),
            (Some(b'['), 0x40..=0x7e)
            | (Some(b']'), b'0'..=b'9')
            | (Some(b'P'), b'0'..=b'9' | b'>' | b'!' | b'$' | b'+') => {
                self.tail.push(byte);
                self.join(out);
            }
            _ => self.were_keys(byte, out),
        }
    }

    /// Nothing has come behind it.
    pub(super) fn late_is_over(&mut self, out: &mut Vec<Input>) {
        let tail = std::mem::take(&mut self.tail);
        if tail.len() == 1 || tail == b"[[" {
            out.extend(tail.into_iter().map(|byte| plain_key(byte, false)));
        }
    }

    /// Torn: what was held was pressed if it is no more than that, and the byte is whole.
    fn were_keys(&mut self, byte: u8, out: &mut Vec<Input>) {
        self.late_is_over(out);
        self.byte(byte, out);
    }

    /// Takes the whole as if the ESC had not been torn off, but for keys and the mouse: these were meant for a screen
    /// that Esc has changed since.
    fn join(&mut self, out: &mut Vec<Input>) {
        let tail = std::mem::take(&mut self.tail);
        let mut all = Vec::new();
        self.go(State::Esc);
        for byte in tail {
            self.byte(byte, &mut all);
        }
        out.extend(all.into_iter().filter(|input| {
            matches!(input, Input::Reply(_) | Input::Event(Event::FocusGained | Event::FocusLost | Event::Paste(_)))
        }));
    }
}
