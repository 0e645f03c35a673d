//! What the terminal is and can: first from the environment, then from what it answers to one batch of questions, and
//! what was forced from outside wins over both. Each value knows why it is so.
//!
//! The batch goes out before the first frame and nothing waits for it. Its last question is one that every terminal
//! answers, in the order in which it was asked: what is unanswered by then is not supported. An answer that comes later
//! still counts.

use super::capabilities::{self, Capabilities, Environment, Found, Multiplexer};
use super::decode::{ColorSlot, ModeState, Reply};
use super::paint::{Abilities, Colors, Scrolling};
use crate::app::terminal::Finding;

/// The background, the name and version, synchronized output, kitty's keyboard protocol, and the device attributes as the
/// fence.
const BATCH: &str = "\x1b]11;?\x1b\\\x1b[>0q\x1b[?2026$p\x1b[?u\x1b[c";
/// Synchronized output.
const AT_ONCE: u32 = 2026;

/// What is forced from outside, whatever the terminal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forced {
    /// ASCII only.
    pub ascii: bool,
    /// No colours.
    pub mono: bool,
    /// No mouse.
    pub no_mouse: bool,
    /// As few bytes and frames as can be.
    pub low_bandwidth: bool,
    /// Keys as terminals have always sent them.
    pub plain_keys: bool,
    /// What can be opened is said to the terminal.
    pub links: bool,
}

/// What the terminal has answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Answers {
    name: Option<String>,
    background: Option<(u8, u8, u8)>,
    at_once: Option<ModeState>,
    attributes: Option<Vec<u32>>,
    keyboard: bool,
}

/// What is known of the terminal.
#[derive(Debug, Clone)]
pub struct Profile {
    term: String,
    base: Capabilities,
    colors: Found<Colors>,
    utf8: Found<bool>,
    multiplexer: Option<Found<Multiplexer>>,
    program: Option<String>,
    /// The variable that says so.
    ssh: Option<&'static str>,
    forced: Forced,
    answers: Answers,
    remembered: Option<(u8, u8, u8)>,
    /// Why what is not answered is not.
    unanswered: &'static str,
}

impl Default for Profile {
    /// Of a terminal that nothing is known of and nothing is asked.
    fn default() -> Self {
        Self::new(&Environment::default(), Forced::default())
    }
}

impl Profile {
    /// From the environment and what is forced.
    pub fn new(environment: &Environment<'_>, forced: Forced) -> Self {
        let text = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
        let colors = match capabilities::colors(environment) {
            _ if forced.mono => (Colors::Mono, "--mono".to_owned()),
            found => found,
        };
        let utf8 = match capabilities::utf8(environment) {
            _ if forced.ascii => (false, "--ascii".to_owned()),
            found => found,
        };
        Self {
            term: environment.term.unwrap_or_default().to_owned(),
            base: Capabilities::of(environment),
            colors,
            utf8,
            multiplexer: Multiplexer::of(environment),
            program: text(environment.program),
            ssh: environment.far(),
            forced,
            answers: Answers::default(),
            remembered: None,
            unanswered: "no answer yet",
        }
    }

    /// What the terminal is asked before the first frame; empty where it would answer nothing.
    pub fn batch(&self) -> &'static str {
        if self.term.is_empty() || self.term == "dumb" { "" } else { BATCH }
    }

    /// The fence: everything asked before it was answered or is not supported.
    pub fn is_fence(reply: &Reply) -> bool {
        matches!(reply, Reply::DeviceAttributes { level: 1, .. })
    }

    /// Takes an answer in.
    pub fn heard(&mut self, reply: &Reply) {
        match reply {
            Reply::Version(name) if !name.trim().is_empty() => self.answers.name = Some(name.trim().to_owned()),
            Reply::ColorReport { slot: ColorSlot::Background, rgb: Some(rgb) } => self.answers.background = Some(*rgb),
            Reply::ModeReport { private: true, mode: AT_ONCE, state } => self.answers.at_once = Some(*state),
            Reply::Keyboard { .. } => self.answers.keyboard = true,
            Reply::DeviceAttributes { level: 1, values } => self.answers.attributes = Some(values.clone()),
            _ => {}
        }
    }

    /// What may be written, as far as it is known now.
    pub fn capabilities(&self) -> Capabilities {
        // `--ascii` is about signs and borders: a name keeps its letters where the terminal has them.
        let ascii = !self.base.utf8;
        let abilities = Abilities {
            colors: self.colors.0,
            at_once: self.at_once().0,
            ascii,
            repeat: self.repeats().0,
            links: self.links().0,
            ..self.base.abilities
        };
        Capabilities { colors: self.colors.0, utf8: self.utf8.0, abilities, ..self.base }
    }

    /// What is forced.
    pub fn forced(&self) -> Forced {
        self.forced
    }

    /// `TERM`.
    pub fn term(&self) -> &str {
        &self.term
    }

    /// The background, as the terminal said now or the last time.
    pub fn background(&self) -> Option<(u8, u8, u8)> {
        self.answers.background.or(self.remembered)
    }

    /// The background, as it said now.
    pub fn answered_background(&self) -> Option<(u8, u8, u8)> {
        self.answers.background
    }

    /// What it said the last time, until it says something else.
    pub fn remember(&mut self, background: Option<(u8, u8, u8)>) {
        self.remembered = background;
    }

    /// No answer will come any more, and why.
    pub fn give_up(&mut self, why: &'static str) {
        self.unanswered = why;
    }

    /// Which terminals are taken for the same one: those of one name at one end of a line.
    pub fn kind(&self) -> String {
        let near = if self.ssh.is_some() { "over ssh" } else { "here" };
        [&self.term, self.program.as_deref().unwrap_or_default(), near].join(" ")
    }

    /// It is at the far end of an SSH line.
    pub fn is_far(&self) -> bool {
        self.ssh.is_some()
    }

    /// Who answers in the terminal's place.
    pub fn multiplexer(&self) -> Option<Multiplexer> {
        self.multiplexed().map(|(which, _)| which)
    }

    /// It sends each key as itself (kitty's protocol), and may.
    pub fn has_keyboard(&self) -> bool {
        self.answers.keyboard && !self.forced.plain_keys
    }

    /// A title can be set, and the one from before put back.
    pub fn has_title(&self) -> bool {
        let plain = ["linux", "vt1", "vt2", "vt3", "vt4", "vt5", "cons", "ansi", "screen", "sun", "wy", "cygwin"];
        let old = plain.iter().any(|name| self.term.starts_with(name));
        !old && self.base.abilities.scrolling == Scrolling::Region && !self.forced.low_bandwidth
    }

    fn multiplexed(&self) -> Option<Found<Multiplexer>> {
        if let Some(name) = self.answers.name.as_deref().filter(|name| name.starts_with("tmux")) {
            return Some((Multiplexer::Tmux, format!("it says it is {name}")));
        }
        // mosh answers as a plain VT220 and says nothing else, on whatever terminal it runs.
        let plain = self.answers.attributes.as_deref() == Some(&[62]);
        let silent = self.answers.name.is_none() && self.answers.at_once.is_none() && self.answers.background.is_none();
        if plain && silent && self.multiplexer.is_none() && !self.term.starts_with("vt") {
            return Some((Multiplexer::Mosh, "it answers as mosh does, and only that".to_owned()));
        }
        self.multiplexer.clone()
    }

    fn at_once(&self) -> Found<bool> {
        let fenced = self.answers.attributes.is_some();
        match self.answers.at_once {
            _ if self.forced.low_bandwidth => (false, "--low-bandwidth".to_owned()),
            Some(ModeState::Set | ModeState::Reset | ModeState::AlwaysSet) => {
                (true, "it answered that it knows mode 2026".to_owned())
            }
            Some(_) => (false, "it answered that it does not know mode 2026".to_owned()),
            None if fenced => (false, "it answered, but not to this".to_owned()),
            None => (self.base.abilities.at_once, format!("TERM is {}, {}", self.term, self.unanswered)),
        }
    }

    /// Whether it repeats a letter when it is told to.
    fn repeats(&self) -> Found<bool> {
        match (&self.answers.name, self.multiplexer()) {
            (_, Some(inside @ (Multiplexer::Screen | Multiplexer::Mosh))) => {
                (false, format!("{} does not", inside.name()))
            }
            (Some(name), _) => (true, format!("it says it is {name}")),
            (None, _) => (false, self.silence()),
        }
    }

    /// Whether it is told what can be opened. It answers nothing to that; whoever does not know it drops it unseen, where
    /// a text for the clipboard is dropped as well.
    fn links(&self) -> Found<bool> {
        match self.forced {
            Forced { links: false, .. } => (false, "not asked for (--links)".to_owned()),
            Forced { low_bandwidth: true, .. } => (false, "--low-bandwidth".to_owned()),
            _ if !self.base.clipboard => (false, self.by_term()),
            _ => (true, "--links".to_owned()),
        }
    }

    fn by_term(&self) -> String {
        format!("TERM is {}", if self.term.is_empty() { "not set" } else { &self.term })
    }

    /// The terminal's name.
    fn name(&self) -> Found<String> {
        let plain = |name: &str, why: String| (name.to_owned(), why);
        if let Some(name) = &self.answers.name {
            return plain(name, "it says so".to_owned());
        }
        if let Some((Multiplexer::Mosh, why)) = self.multiplexed() {
            return plain("mosh", why);
        }
        match self.answers.attributes.as_deref() {
            Some([6]) if self.term.starts_with("linux") => {
                plain("Linux console", "TERM is linux, and it answers as one".to_owned())
            }
            Some([6]) => plain("PuTTY", "it answers as PuTTY does".to_owned()),
            _ => match &self.program {
                Some(program) => plain(program, "TERM_PROGRAM says so".to_owned()),
                None if self.term.is_empty() => plain("unknown", "TERM is not set".to_owned()),
                None => plain(&self.term, "TERM says so".to_owned()),
            },
        }
    }

    /// All of it, a line each.
    pub fn findings(&self) -> Vec<Finding> {
        let (name, name_why) = self.name();
        let colors = match self.colors.0 {
            Colors::Mono => "none",
            Colors::Eight => "8",
            Colors::Ansi16 => "16",
            Colors::Ansi256 => "256",
            Colors::True => "16 million",
        };
        let abilities = self.base.abilities;
        let by_term = || self.by_term();
        let (links, links_why) = self.links();
        let scrolling = match abilities.scrolling {
            Scrolling::Region => "by regions",
            Scrolling::Lines => "by lines",
            Scrolling::None => "rewritten",
        };
        let (inside, inside_why) = match self.multiplexed() {
            Some((which, why)) => (which.name(), why),
            None => ("nothing known", "no TMUX, STY or ZELLIJ, and no answer of one".to_owned()),
        };
        let (at_once, at_once_why) = self.at_once();
        let (repeats, repeats_why) = self.repeats();
        let background = self.background().map_or_else(
            || ("unknown".to_owned(), self.silence()),
            |(r, g, b)| {
                let dark = if is_dark((r, g, b)) { "dark" } else { "light" };
                let why = if self.answers.background.is_some() { "it says so" } else { "it said so the last time" };
                (format!("{dark} #{r:02x}{g:02x}{b:02x}"), why.to_owned())
            },
        );
        let (title, title_why) = if self.has_title() {
            ("set, put back when left", by_term())
        } else if self.forced.low_bandwidth {
            ("left alone", "--low-bandwidth".to_owned())
        } else {
            ("left alone", by_term())
        };
        let attributes = self.answers.attributes.as_ref().map_or_else(
            || ("none".to_owned(), self.silence()),
            |values| {
                let values: Vec<String> = values.iter().map(u32::to_string).collect();
                (values.join(";"), "it says so".to_owned())
            },
        );
        let line = match self.ssh {
            Some(name) => ("SSH", format!("{name} is set")),
            None => ("this machine", "neither SSH_CONNECTION nor SSH_TTY is set".to_owned()),
        };
        let keyboard = match (self.answers.keyboard, self.forced.plain_keys) {
            (_, true) => ("as always", "--plain-keys".to_owned()),
            (true, _) => ("each by itself: no waiting for Esc", "it answered that it knows kitty's".to_owned()),
            _ => ("as always", self.silence()),
        };
        vec![
            Finding::new("terminal", name, name_why),
            Finding::new("line", line.0, line.1),
            Finding::new("inside", inside, inside_why),
            Finding::new("colours", colors, self.colors.1.clone()),
            Finding::new("text", if self.utf8.0 { "UTF-8" } else { "ASCII" }, self.utf8.1.clone()),
            Finding::new("background", background.0, background.1),
            Finding::new("frames at once", yes(at_once), at_once_why),
            Finding::new("scrolling", scrolling, by_term()),
            Finding::new("repeating", yes(repeats), repeats_why),
            Finding::new("keys", keyboard.0, keyboard.1),
            Finding::new("clipboard", yes(self.base.clipboard), by_term()),
            Finding::new("links", yes(links), links_why),
            Finding::new("title", title, title_why),
            Finding::new("attributes", attributes.0, attributes.1),
        ]
    }

    fn silence(&self) -> String {
        if self.batch().is_empty() {
            "such a terminal is not asked".to_owned()
        } else if self.answers.attributes.is_some() {
            "it answered, but not to this".to_owned()
        } else {
            self.unanswered.to_owned()
        }
    }
}

/// A background on which light letters are read.
pub fn is_dark((r, g, b): (u8, u8, u8)) -> bool {
    // Rec. 601 luma, in thousandths.
    299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) < 127_500
}

fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[cfg(test)]
mod tests;
