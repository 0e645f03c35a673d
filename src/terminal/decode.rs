//! Bytes from the terminal in, keys and answers out: a small ECMA-48 state machine without I/O and without a clock.
//!
//! The one law: a complete control sequence or string that is not a known key is never a key, whenever it comes and
//! however it was cut up by reads. Bytes alone move the machine, so cutting them differently changes nothing; silence
//! is told to it by [`Decoder::tick`], and only ends what is unfinished.
//!
//! Time is an argument in milliseconds and needs no epoch; the caller's monotonic clock does.

mod keys;
mod late;
mod reply;
#[cfg(test)]
mod tests;

pub use late::{LONE_ESC_MS, TAIL_WAIT_MS};
pub use reply::{ColorSlot, ModeState, Reply};

use crossterm::event::{Event, KeyCode, KeyModifiers};
use keys::{alt_if, key, plain_key};

/// An unfinished sequence or string keeps at most this many bytes; what is over is read to its end and forgotten, for
/// the rest of an overlong answer would be just as little a key as its beginning.
pub const SEQUENCE_CAP: usize = 4096;
/// A paste keeps at most this many bytes; the rest is read to its end and dropped.
pub const PASTE_CAP: usize = 1 << 20;
/// A lone ESC is the Esc key after this much silence, unless [`Decoder::wait_for_esc`] says otherwise.
pub const ESC_WAIT_MS: i64 = 50;
/// Anything else unfinished is given up after this much silence.
pub const SILENCE_MS: i64 = 1000;
/// But a paste or a report of the mouse: a line that stalls in its middle must not make keys of its rest.
pub const PASTE_SILENCE_MS: i64 = 5000;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const PASTE_END: &[u8] = b"\x1b[201~";

/// What the input thread hands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key, a paste, a new size, a focus change or the mouse.
    Event(Event),
    /// An answer of the terminal, or a sequence nobody here knows. Never a key.
    Reply(Reply),
    /// The terminal is gone, or SIGHUP says that it will be: nothing can be shown any more, there is a moment left to
    /// keep drafts.
    Hangup,
    /// Someone asked the process to end (SIGTERM, SIGINT); the terminal is still there.
    Terminate,
    /// Someone asked the process to stop (SIGTSTP from outside; ctrl-z itself comes as a key).
    Suspend,
    /// The process goes on after a stop: whatever stood on the screen may be gone.
    Resume,
    /// More keys at once than a person presses: see [`gather`](super::gather).
    Burst(Burst),
}

/// Printable keys that came faster than a person types.
#[derive(Clone, PartialEq, Eq)]
pub struct Burst {
    /// All of them as text; Enter is a line break.
    pub text: String,
    /// So many bytes of it were handed on as keys before it was clear what they are.
    pub given: usize,
    /// It belongs to the one before.
    pub more: bool,
}

/// What was typed may be about somebody.
impl std::fmt::Debug for Burst {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Burst({} bytes, {} given{})", self.text.len(), self.given, if self.more { ", more" } else { "" })
    }
}

/// The four strings that only collect bytes up to their terminator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StringKind {
    Osc,
    Dcs,
    /// APC, PM and SOS: nothing we ever ask answers with one.
    Ignored(u8),
}

impl StringKind {
    fn of(introducer: u8) -> Option<Self> {
        match introducer {
            b']' => Some(Self::Osc),
            b'P' => Some(Self::Dcs),
            b'_' | b'^' | b'X' => Some(Self::Ignored(introducer)),
            _ => None,
        }
    }

    fn introducer(self) -> u8 {
        match self {
            Self::Osc => b']',
            Self::Dcs => b'P',
            Self::Ignored(byte) => byte,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ground,
    /// ESC, and nothing behind it yet.
    Esc,
    /// ESC ESC: the Esc key and something, or (rxvt, `PuTTY`) Alt with a cursor key.
    EscEsc,
    /// A character of several bytes; `alt` when ESC stood before it.
    Utf8 {
        alt: bool,
        need: u8,
    },
    /// `CSI` and what came so far; `esc` when another ESC stood before it.
    Csi {
        esc: bool,
    },
    /// `CSI [`: the Linux console's F1 to F5 need one more letter.
    CsiLinux {
        esc: bool,
    },
    Ss3 {
        esc: bool,
    },
    Text(StringKind),
    /// ESC inside a string: its end, if a backslash follows.
    TextEsc(StringKind),
    /// The three bytes behind `CSI M`; they are coordinates and may look like any key.
    X10(u8),
    /// A bracketed paste; so many bytes of its end have been seen.
    Paste(usize),
}

/// The state machine. Feed it bytes, ask it for its deadline, tell it when that has passed.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// What the unfinished sequence, string, character or paste holds; never more than its cap.
    buf: Vec<u8>,
    /// The unfinished sequence was longer than its cap.
    over: bool,
    /// When the last byte came.
    last_ms: i64,
    /// How long a lone ESC waits.
    esc_ms: i64,
    /// When silence made an ESC the Esc key, and nothing has come since.
    lone_ms: Option<i64>,
    /// What may be the rest of its sequence.
    tail: Vec<u8>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder that has seen nothing.
    pub fn new() -> Self {
        Self {
            state: State::Ground,
            buf: Vec::new(),
            over: false,
            last_ms: 0,
            esc_ms: ESC_WAIT_MS,
            lone_ms: None,
            tail: Vec::new(),
        }
    }

    /// A lone ESC is the Esc key after this much silence from now on.
    pub fn wait_for_esc(&mut self, ms: i64) {
        self.esc_ms = ms;
    }

    /// Takes bytes that were read at `now_ms` and appends what they mean to `out`.
    ///
    /// Time alone ends nothing here, only in [`tick`](Self::tick): a busy machine that reads late must not tear an
    /// answer in two that was lying in the kernel all the while.
    pub fn feed(&mut self, bytes: &[u8], now_ms: i64, out: &mut Vec<Input>) {
        if bytes.is_empty() {
            return;
        }
        self.last_ms = now_ms;
        for &byte in bytes {
            self.byte(byte, out);
        }
    }

    /// When [`tick`](Self::tick) must be called if no byte comes; `None` when nothing is pending.
    pub fn deadline(&self) -> Option<i64> {
        let wait = match self.state {
            State::Ground if self.tail.is_empty() => return None,
            State::Ground if self.tail.len() == 1 => TAIL_WAIT_MS.max(self.esc_ms),
            State::Esc | State::EscEsc => self.esc_ms,
            State::Csi { .. } if self.rxvt_shift() => self.esc_ms,
            State::Paste(_) => PASTE_SILENCE_MS,
            State::Csi { .. } if self.is_mouse() => PASTE_SILENCE_MS,
            _ => SILENCE_MS,
        };
        Some(self.last_ms.saturating_add(wait))
    }

    /// Tells the decoder that it is `now_ms` and no byte has come; ends what has waited long enough.
    pub fn tick(&mut self, now_ms: i64, out: &mut Vec<Input>) {
        if self.deadline().is_some_and(|due| due <= now_ms) {
            self.give_up(out);
        }
    }

    /// How many bytes the decoder holds on to, for the test that they are bounded.
    pub fn held(&self) -> usize {
        self.buf.len() + self.tail.len()
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<Input>) {
        // Each state either consumes the byte or ends itself and hands the byte to Ground or Esc, so this ends.
        match self.state {
            State::Ground if !self.tail.is_empty() => self.late(byte, out),
            State::Ground => {
                if !self.begins_late(byte) {
                    self.ground(byte, false, out);
                }
            }
            State::Esc => self.after_esc(byte, out),
            State::EscEsc => self.after_esc_esc(byte, out),
            State::Utf8 { alt, need } => self.utf8(byte, alt, need, out),
            State::Csi { esc } => self.csi(byte, esc, out),
            State::CsiLinux { esc } => self.csi_linux(byte, esc, out),
            State::Ss3 { esc } => self.ss3(byte, esc, out),
            State::Text(kind) => self.text(byte, kind, out),
            State::TextEsc(kind) => self.text_esc(byte, kind, out),
            State::X10(left) => self.x10(byte, left, out),
            State::Paste(seen) => self.paste(byte, seen, out),
        }
    }

    fn go(&mut self, state: State) {
        self.state = state;
        self.over = false;
        self.buf.clear();
        // A paste may have grown the buffer; what follows needs a page at most.
        self.buf.shrink_to(SEQUENCE_CAP);
    }

    fn keep(&mut self, byte: u8) {
        if self.buf.len() < SEQUENCE_CAP {
            self.buf.push(byte);
        } else {
            self.over = true;
        }
    }

    fn ground(&mut self, byte: u8, alt: bool, out: &mut Vec<Input>) {
        if byte == ESC {
            return self.go(State::Esc);
        }
        self.go(State::Ground);
        if byte < 0x80 {
            out.push(plain_key(byte, alt));
            return;
        }
        let need = match byte {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            // A continuation byte or one that UTF-8 never uses (C1 among them). Only the Esc before it was a key.
            _ => {
                if alt {
                    out.push(key(KeyCode::Esc, KeyModifiers::NONE));
                }
                return;
            }
        };
        self.go(State::Utf8 { alt, need });
        self.buf.push(byte);
    }

    fn utf8(&mut self, byte: u8, alt: bool, need: u8, out: &mut Vec<Input>) {
        if byte & 0xc0 != 0x80 {
            self.broken_utf8(alt, out);
            return self.ground(byte, false, out);
        }
        self.buf.push(byte);
        if self.buf.len() < usize::from(need) {
            return;
        }
        // Overlong forms and surrogates fail here; U+0080 to U+009F are C1 controls and no keys.
        match std::str::from_utf8(&self.buf).ok().and_then(|text| text.chars().next()).filter(|c| !c.is_control()) {
            Some(c) => {
                out.push(keys::char_key(c, alt_if(alt)));
                self.go(State::Ground);
            }
            None => self.broken_utf8(alt, out),
        }
    }

    fn broken_utf8(&mut self, alt: bool, out: &mut Vec<Input>) {
        if alt {
            out.push(key(KeyCode::Esc, KeyModifiers::NONE));
        }
        self.go(State::Ground);
    }

    fn after_esc(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            ESC => self.go(State::EscEsc),
            b'[' => self.go(State::Csi { esc: false }),
            b'O' => self.go(State::Ss3 { esc: false }),
            _ => match StringKind::of(byte) {
                Some(kind) => self.go(State::Text(kind)),
                None => self.ground(byte, true, out),
            },
        }
    }

    fn after_esc_esc(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            b'[' => self.go(State::Csi { esc: true }),
            b'O' => self.go(State::Ss3 { esc: true }),
            // The first ESC was the key; the second one starts over.
            _ => {
                out.push(key(KeyCode::Esc, KeyModifiers::NONE));
                self.go(State::Esc);
                self.after_esc(byte, out);
            }
        }
    }

    /// `CSI 3 $`: Shift with a key on rxvt, or the middle of an answer that a letter will end.
    fn rxvt_shift(&self) -> bool {
        self.buf.split_last().is_some_and(|(last, number)| *last == b'$' && keys::rxvt_number(number).is_some())
    }

    /// `CSI <`: no hand types that, and only numbers and an `M` follow.
    fn is_mouse(&self) -> bool {
        self.buf.first() == Some(&b'<')
    }

    fn csi(&mut self, byte: u8, esc: bool, out: &mut Vec<Input>) {
        match byte {
            0x20..=0x3f => self.keep(byte),
            b'[' if self.buf.is_empty() => self.go(State::CsiLinux { esc }),
            0x40..=0x7e if !self.is_mouse() || matches!(byte, b'M' | b'm') => self.end_csi(byte, esc, out),
            // ESC, a control key or a letter from beyond ASCII: the sequence was torn off, the byte is whole.
            _ => {
                self.torn_csi(esc, out);
                self.ground(byte, false, out);
            }
        }
    }

    fn end_csi(&mut self, last: u8, esc: bool, out: &mut Vec<Input>) {
        let body = std::mem::take(&mut self.buf);
        let over = self.over;
        self.go(State::Ground);
        if !over {
            match (body.as_slice(), last) {
                (b"200", b'~') => {
                    Self::esc_first(esc, out);
                    return self.go(State::Paste(0));
                }
                (b"", b'M') => {
                    Self::esc_first(esc, out);
                    return self.go(State::X10(3));
                }
                // The end of a paste that was given up before.
                (b"201", b'~') => return Self::esc_first(esc, out),
                _ => {}
            }
            if let Some(known) = keys::csi(&body, last) {
                match known {
                    keys::Known::Key(code, modifiers) => {
                        out.push(key(code, modifiers | alt_if(esc)));
                    }
                    keys::Known::Held(code, modifiers) => out.push(keys::held(code, modifiers | alt_if(esc))),
                    keys::Known::Other(event) => {
                        Self::esc_first(esc, out);
                        out.push(Input::Event(event));
                    }
                    keys::Known::Nothing => Self::esc_first(esc, out),
                }
                return;
            }
        }
        Self::esc_first(esc, out);
        out.push(Input::Reply(if over { Reply::Other } else { reply::csi(&body, last) }));
    }

    /// The ESC before a sequence that is no key was the Esc key.
    fn esc_first(esc: bool, out: &mut Vec<Input>) {
        if esc {
            out.push(key(KeyCode::Esc, KeyModifiers::NONE));
        }
    }

    fn torn_csi(&mut self, esc: bool, out: &mut Vec<Input>) {
        if self.rxvt_shift() {
            let number = self.buf.split_last().and_then(|(_, number)| keys::rxvt_number(number));
            if let Some(code) = number {
                out.push(key(code, KeyModifiers::SHIFT | alt_if(esc)));
            }
        } else {
            Self::esc_first(esc, out);
            if self.buf.is_empty() {
                out.push(plain_key(b'[', true));
            }
        }
        self.go(State::Ground);
    }

    fn csi_linux(&mut self, byte: u8, esc: bool, out: &mut Vec<Input>) {
        self.go(State::Ground);
        if (b'A'..=b'E').contains(&byte) {
            return out.push(key(KeyCode::F(byte - b'A' + 1), alt_if(esc)));
        }
        // `CSI [` is complete by the grammar, if meaningless; what follows it is not part of it.
        Self::esc_first(esc, out);
        out.push(Input::Reply(Reply::Other));
        self.ground(byte, false, out);
    }

    fn ss3(&mut self, byte: u8, esc: bool, out: &mut Vec<Input>) {
        match byte {
            b'0'..=b'9' | b';' => self.keep(byte),
            0x20..=0x7e => {
                let body = std::mem::take(&mut self.buf);
                let over = self.over;
                self.go(State::Ground);
                if let Some((code, modifiers)) = keys::ss3(&body, byte).filter(|_| !over) {
                    out.push(key(code, modifiers | alt_if(esc)));
                } else {
                    Self::esc_first(esc, out);
                    out.push(Input::Reply(Reply::Other));
                }
            }
            _ => {
                self.torn_ss3(esc, out);
                self.ground(byte, false, out);
            }
        }
    }

    fn torn_ss3(&mut self, esc: bool, out: &mut Vec<Input>) {
        Self::esc_first(esc, out);
        if self.buf.is_empty() {
            out.push(plain_key(b'O', true));
        }
        self.go(State::Ground);
    }

    fn text(&mut self, byte: u8, kind: StringKind, out: &mut Vec<Input>) {
        match byte {
            ESC => self.state = State::TextEsc(kind),
            BEL if kind == StringKind::Osc => self.end_text(kind, out),
            _ => self.keep(byte),
        }
    }

    fn text_esc(&mut self, byte: u8, kind: StringKind, out: &mut Vec<Input>) {
        if byte == b'\\' {
            return self.end_text(kind, out);
        }
        // ESC cancels a string; it and what follows begin anew.
        self.torn_text(kind, out);
        self.go(State::Esc);
        self.after_esc(byte, out);
    }

    fn end_text(&mut self, kind: StringKind, out: &mut Vec<Input>) {
        let body = std::mem::take(&mut self.buf);
        let over = self.over;
        self.go(State::Ground);
        match kind {
            StringKind::Osc if !over => out.push(Input::Reply(reply::osc(&body))),
            StringKind::Dcs if !over => reply::dcs(&body, out),
            _ => out.push(Input::Reply(Reply::Other)),
        }
    }

    fn torn_text(&mut self, kind: StringKind, out: &mut Vec<Input>) {
        if self.buf.is_empty() && !self.over {
            out.push(plain_key(kind.introducer(), true));
        }
        self.go(State::Ground);
    }

    fn x10(&mut self, byte: u8, left: u8, out: &mut Vec<Input>) {
        if byte < 0x20 {
            // Coordinates begin at 32: this was no mouse, and the byte is a key.
            self.go(State::Ground);
            return self.ground(byte, false, out);
        }
        if left <= 1 {
            out.push(Input::Reply(Reply::Other));
            return self.go(State::Ground);
        }
        self.state = State::X10(left - 1);
    }

    fn paste(&mut self, byte: u8, seen: usize, out: &mut Vec<Input>) {
        if PASTE_END.get(seen) == Some(&byte) {
            if seen + 1 == PASTE_END.len() {
                return self.end_paste(out);
            }
            self.state = State::Paste(seen + 1);
            return;
        }
        // ESC stands only at the front of the end mark, so a broken match can begin again only with this byte.
        self.keep_pasted(PASTE_END.get(..seen).unwrap_or_default());
        if byte == ESC {
            self.state = State::Paste(1);
        } else {
            self.keep_pasted(&[byte]);
            self.state = State::Paste(0);
        }
    }

    fn keep_pasted(&mut self, bytes: &[u8]) {
        let room = PASTE_CAP.saturating_sub(self.buf.len()).min(bytes.len());
        self.buf.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }

    fn end_paste(&mut self, out: &mut Vec<Input>) {
        let body = std::mem::take(&mut self.buf);
        self.go(State::Ground);
        let text = pasted_text(&body);
        if !text.is_empty() {
            out.push(Input::Event(Event::Paste(text)));
        }
    }

    /// Silence: whatever was pending is resolved or dropped.
    fn give_up(&mut self, out: &mut Vec<Input>) {
        let esc_key = || key(KeyCode::Esc, KeyModifiers::NONE);
        match self.state {
            State::Ground => self.late_is_over(out),
            State::X10(_) => {}
            State::Esc => {
                out.push(esc_key());
                self.lone_ms = Some(self.last_ms);
            }
            State::EscEsc => {
                out.extend([esc_key(), esc_key()]);
                self.lone_ms = Some(self.last_ms);
            }
            State::Utf8 { alt, .. } => self.broken_utf8(alt, out),
            State::Csi { esc } => self.torn_csi(esc, out),
            State::CsiLinux { esc } => {
                Self::esc_first(esc, out);
                out.push(Input::Reply(Reply::Other));
            }
            State::Ss3 { esc } => self.torn_ss3(esc, out),
            State::Text(kind) => self.torn_text(kind, out),
            State::TextEsc(kind) => {
                self.torn_text(kind, out);
                out.push(esc_key());
            }
            State::Paste(seen) => {
                self.keep_pasted(PASTE_END.get(..seen).unwrap_or_default());
                self.end_paste(out);
            }
        }
        self.go(State::Ground);
    }
}

/// What may stand in a field: valid UTF-8, one kind of newline, no control characters but newline and tab.
fn pasted_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut after_cr = false;
    for c in bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars()) {
        match c {
            '\r' => text.push('\n'),
            '\n' if after_cr => {}
            '\n' | '\t' => text.push(c),
            c if c.is_control() => {}
            c => text.push(c),
        }
        after_cr = c == '\r';
    }
    text
}
