//! Keys that come faster than a person presses them are no keys: a paste of a terminal that does not bracket it, or
//! somebody typing a note without looking. Pure and without a clock, like the decoder.
//!
//! **The rule.** Printable keys, Enter and Tab that come in one read, or with less than [`GAP_MS`] between them, are one
//! run. A run with [`MANY`] printable keys is a [`Burst`], told as one text, unless all of them only move the marker.
//! A held key does not count: of the same moving key three or more in a row are auto-repeat, so that `jjjjjjjjo` from a
//! line that delivers once in 300 ms is eight steps and `o`. What comes within [`REST_MS`] behind a burst belongs to it:
//! a slow line cuts a paste into packets, and the last one may be short.
//!
//! **What it costs.** Only what acts is held back for [`GAP_MS`], to see whether more follows: keys that move and text
//! being typed go on at once, but Enter waits even there, for a pasted line break must not send anything.

use super::decode::{Burst, Input};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// Keys less than this apart were not pressed one by one.
pub const GAP_MS: i64 = 15;
/// So many of them are not keys.
pub const MANY: usize = 8;
/// What comes so soon behind a burst belongs to it.
pub const REST_MS: i64 = 400;
/// A run keeps at most this many bytes; what is over is dropped, and it is no key either.
const LONGEST: usize = 1 << 16;

/// What printable keys mean now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Heed {
    /// Every key is a key, however fast.
    #[default]
    All,
    /// Text.
    Text,
    /// Actions; these of ASCII (by bit) only move.
    Moves(u128),
}

impl Heed {
    /// Whether it may be handed on before it is known what follows.
    fn harmless(self, c: char) -> bool {
        match self {
            Self::All => true,
            Self::Text => !matches!(c, '\n' | '\t'),
            Self::Moves(set) => u32::from(c) < 128 && set >> u32::from(c) & 1 == 1,
        }
    }
}

/// Gathers runs.
#[derive(Debug, Default)]
pub struct Gatherer {
    run: String,
    /// So many bytes of it were handed on.
    given: usize,
    /// The rest of it, as keys.
    held: Vec<Input>,
    /// It is a burst.
    burst: bool,
    last_ms: i64,
    /// Until when what comes belongs to the last burst.
    rest_ms: Option<i64>,
}

impl Gatherer {
    /// Takes what one read has brought at `now_ms` and appends what is clear to `out`.
    pub fn take(&mut self, read: &mut Vec<Input>, now_ms: i64, heed: Heed, out: &mut Vec<Input>) {
        if heed == Heed::All {
            self.end(out);
            out.append(read);
            return;
        }
        if self.rest_ms.is_some_and(|until| until < now_ms) {
            self.rest_ms = None;
        }
        let mut part = Vec::new();
        let mut pasted = false;
        for input in read.drain(..) {
            match (&input, letter(&input)) {
                (_, Some(c)) => part.push((c, input)),
                // Neither comes from a finger, and both may come at any time.
                (Input::Reply(_) | Input::Event(Event::Resize(..)), None) => out.push(input),
                (_, None) => {
                    self.add(&mut part, now_ms, heed, out);
                    pasted |= self.burst;
                    self.end(out);
                    // In the middle of a paste even a control character is no key; by itself it shows a hand.
                    self.rest_ms = pasted.then(|| now_ms.saturating_add(REST_MS));
                    if !(pasted && is_control(&input)) {
                        out.push(input);
                    }
                }
            }
        }
        self.add(&mut part, now_ms, heed, out);
    }

    /// When [`tick`](Self::tick) must be called if nothing is read.
    pub fn deadline(&self) -> Option<i64> {
        (!self.run.is_empty()).then(|| self.last_ms.saturating_add(GAP_MS))
    }

    /// It is `now_ms`, and nothing is there to be read.
    pub fn tick(&mut self, now_ms: i64, out: &mut Vec<Input>) {
        if self.deadline().is_some_and(|due| due <= now_ms) {
            let burst = self.burst;
            self.end(out);
            if burst {
                self.rest_ms = Some(now_ms.saturating_add(REST_MS));
            }
        }
    }

    fn add(&mut self, part: &mut Vec<(char, Input)>, now_ms: i64, heed: Heed, out: &mut Vec<Input>) {
        if part.is_empty() {
            return;
        }
        self.last_ms = now_ms;
        for (c, _) in part.iter() {
            if self.run.len() < LONGEST {
                self.run.push(*c);
            }
        }
        // Behind a burst a line break is never Enter, and what acts belongs to it; text goes on as text.
        let late = self.rest_ms.is_some() && part.iter().any(|(c, _)| !heed.harmless(*c));
        // What moved has been run already; what was typed is text all the same.
        let from = if heed == Heed::Text { 0 } else { self.given };
        self.burst |= late || counted(self.run.get(from..).unwrap_or_default(), heed) >= MANY;
        if self.burst {
            self.held.clear();
            part.clear();
            return;
        }
        for (c, input) in part.drain(..) {
            if self.held.is_empty() && heed.harmless(c) {
                self.given += c.len_utf8();
                out.push(input);
            } else {
                self.held.push(input);
            }
        }
    }

    /// The run is over.
    fn end(&mut self, out: &mut Vec<Input>) {
        let text = std::mem::take(&mut self.run);
        let given = std::mem::take(&mut self.given);
        out.append(&mut self.held);
        if std::mem::take(&mut self.burst) {
            out.push(Input::Burst(Burst { text, given, more: self.rest_ms.is_some() }));
        }
    }
}

/// What a key types, if it is one of a run.
fn letter(input: &Input) -> Option<char> {
    let Input::Event(Event::Key(KeyEvent { code, modifiers, .. })) = input else { return None };
    match code {
        KeyCode::Char(c) if (*modifiers - KeyModifiers::SHIFT).is_empty() => Some(*c),
        KeyCode::Char('j' | 'm') if *modifiers == KeyModifiers::CONTROL => Some('\n'),
        KeyCode::Enter if modifiers.is_empty() => Some('\n'),
        KeyCode::Tab if modifiers.is_empty() => Some('\t'),
        _ => None,
    }
}

fn is_control(input: &Input) -> bool {
    matches!(input, Input::Event(Event::Key(KeyEvent { code: KeyCode::Char(_), modifiers, .. }))
        if modifiers.contains(KeyModifiers::CONTROL))
}

/// How many printable keys of a run are not auto-repeat; none where all of them move.
fn counted(run: &str, heed: Heed) -> usize {
    let typed: Vec<char> = run.chars().filter(|c| !matches!(c, '\n' | '\t')).collect();
    if heed == Heed::Text {
        return typed.len();
    }
    let held = |same: &&[char]| same.len() >= 3 && same.first().is_some_and(|c| heed.harmless(*c));
    if typed.iter().all(|c| heed.harmless(*c)) {
        return 0;
    }
    typed.chunk_by(|a, b| a == b).filter(|same| !held(same)).map(<[char]>::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::decode::Decoder;

    const JKL: Heed = Heed::Moves(1 << b'j' | 1 << b'k' | 1 << b'l');

    /// Reads that come so long after one another, and two seconds of silence; `<text>` is a burst, `.` a key that is no
    /// letter.
    fn told(reads: &[(i64, &str)], heed: Heed) -> String {
        let (mut decoder, mut gatherer, mut now) = (Decoder::new(), Gatherer::default(), 0);
        let mut out = Vec::new();
        for (gap, text) in reads.iter().chain(&[(2_000, "")]) {
            now += gap;
            if let Some(due) = gatherer.deadline().filter(|due| *due <= now) {
                gatherer.tick(due, &mut out);
            }
            let mut read = Vec::new();
            decoder.feed(text.as_bytes(), now, &mut read);
            gatherer.take(&mut read, now, heed, &mut out);
        }
        assert_eq!(gatherer.deadline(), None);
        out.iter()
            .map(|input| match (input, letter(input)) {
                (Input::Burst(burst), _) => {
                    let more = if burst.more { "+" } else { "" };
                    format!("<{}{}|{}>", more, &burst.text[..burst.given], &burst.text[burst.given..])
                }
                (_, Some(c)) => c.to_string(),
                _ => ".".into(),
            })
            .collect()
    }

    #[test]
    fn eight_in_one_read_or_fast_are_not_keys() {
        assert_eq!(told(&[(0, "fell at")], JKL), "fell at");
        assert_eq!(told(&[(0, "fell at ")], JKL), "<|fell at >");
        assert_eq!(told(&[(0, "fell at home\nno pain\n")], JKL), "<|fell at home\nno pain\n>");
        let slowly: Vec<(i64, &str)> = "fell at home".split("").map(|c| (15, c)).collect();
        assert_eq!(told(&slowly, JKL), "fell at home");
        let fast: Vec<(i64, &str)> = "fell at home".split("").map(|c| (14, c)).collect();
        assert_eq!(told(&fast, JKL), "<|fell at home>");
        let fast: Vec<(i64, &str)> = "jkjkjkjkjk:doctor".split("").map(|c| (2, c)).collect();
        assert_eq!(told(&fast, JKL), "jkjkjkjkjk:doctor", "what moved was run");
        // What moves has gone on already.
        let fast: Vec<(i64, &str)> = "jk hot soup".split("").map(|c| (2, c)).collect();
        assert_eq!(told(&fast, JKL), "jk<jk| hot soup>");
    }

    #[test]
    fn what_only_moves_is_run_and_a_held_key_does_not_count() {
        assert_eq!(told(&[(0, "jjkkjkjkjkllll")], JKL), "jjkkjkjkjkllll");
        assert_eq!(told(&[(0, "jjjjjjjjo")], JKL), "jjjjjjjjo");
        assert_eq!(told(&[(0, "jjjjjjjjjjjjr1abcde")], JKL), "jjjjjjjjjjjjr1abcde");
        assert_eq!(told(&[(0, "jjjjjjjjjjjjr1abcdefg")], JKL), "<|jjjjjjjjjjjjr1abcdefg>");
        assert_eq!(told(&[(0, "jjkkjjkko")], JKL), "<|jjkkjjkko>");
        assert_eq!(told(&[(0, "oooooooo")], JKL), "<|oooooooo>");
    }

    #[test]
    fn what_follows_a_burst_belongs_to_it() {
        assert_eq!(told(&[(0, "fell at home"), (200, "o\r"), (300, "o\r"), (500, "o")], JKL), {
            "<|fell at home><+|o\n><+|o\n>o"
        });
        // Esc ends it: a hand is on the keys.
        assert_eq!(told(&[(0, "fell at home"), (50, "\x1b[A"), (50, "o")], JKL), "<|fell at home>.o");
        // But not in the middle of a read, where even a control character is pasted.
        assert_eq!(told(&[(0, "fell at home\x13\x1b[Ao")], JKL), "<|fell at home>.<+|o>");
        assert_eq!(told(&[(0, "fell\x13")], JKL), "fell.");
    }

    #[test]
    fn in_text_only_a_line_break_waits() {
        assert_eq!(told(&[(0, "o"), (2, "k"), (3, "\r"), (400, "\r")], Heed::Text), "ok\n\n");
        assert_eq!(told(&[(0, "fell at home\rno pain")], Heed::Text), "<|fell at home\nno pain>");
        let fast: Vec<(i64, &str)> = "fell at\rhome\r".split("").map(|c| (5, c)).collect();
        assert_eq!(told(&fast, Heed::Text), "fell at<fell at|\nhome\n>");
        assert_eq!(told(&[(0, "fell at home"), (100, " no"), (100, "\r")], Heed::Text), "<|fell at home> no<+|\n>");
    }

    #[test]
    fn nothing_is_gathered_where_all_are_keys() {
        assert_eq!(told(&[(0, "fell at home\r")], Heed::All), "fell at home\n");
    }
}
