//! Whom a storm touches, in the order of calling, and why each stands there: level, then what stops with the power or the
//! oxygen, then how she is moved, then whether anybody is near. Reasons that are shown, never a score.

mod policy;
#[cfg(test)]
mod tests;

pub use policy::StormPolicy;

use crate::domain::client::Need;
use crate::domain::ids::ClientId;
use crate::domain::storm::StormState;
use serde::{Deserialize, Serialize};

/// A level and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    is: Option<u8>,
    say: String,
}

impl Level {
    fn word(&self) -> String {
        self.is.map_or_else(|| "not recorded".to_owned(), |n| n.to_string())
    }
}

/// What stops with the power or the oxygen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    is: String,
    need: Option<Need>,
    words: Vec<String>,
}

/// What a storm has to know of a client.
#[derive(Clone, PartialEq, Eq)]
pub struct Touched {
    /// Who.
    pub client: ClientId,
    /// Her name to sort by, folded.
    pub name: String,
    /// Emergency level, if rated.
    pub level: Option<u8>,
    /// Transport assistance level, if rated.
    pub transport: Option<u8>,
    /// What must not be missed.
    pub needs: Vec<Need>,
    /// Equipment that needs power or oxygen, as it is written.
    pub powered: Vec<String>,
    /// She lives alone.
    pub alone: bool,
    /// Somebody who works that day is near.
    pub near: bool,
    /// What the call-down found, if she was called.
    pub state: Option<StormState>,
}
crate::domain::words::opaque!(Touched);

/// The place of a client in the order of calling. It is total: no two clients have the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rank {
    level: u8,
    power: u8,
    /// Minutes that a battery or a tank lasts; 0 where nobody knows, which is worse than any.
    lasts: u32,
    transport: u8,
    near: bool,
    reached: bool,
    with_others: bool,
    name: String,
    client: ClientId,
}
crate::domain::words::opaque!(Rank);

/// What of a client's equipment stops, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power<'a> {
    /// Which step: `oxygen`.
    pub is: &'a str,
    /// Minutes that a battery or a tank lasts, where the record says it.
    pub lasts: Option<u32>,
    step: usize,
}

impl StormPolicy {
    /// The worst that stops with the power or the oxygen; nothing where the record has none of it.
    pub fn power(&self, needs: &[Need], powered: &[String]) -> Option<Power<'_>> {
        let texts: Vec<String> = powered.iter().map(|t| t.trim().to_lowercase()).filter(|t| !t.is_empty()).collect();
        let of = |text: &String| {
            let named = self.steps.iter().position(|s| s.words.iter().any(|w| text.contains(w.as_str())));
            named.or_else(|| self.steps.iter().position(|s| s.need.is_none() && s.words.is_empty()))
        };
        let by_need = self.steps.iter().position(|s| s.need.is_some_and(|n| needs.contains(&n)));
        let by_text = texts.iter().filter_map(of).min();
        let step = by_need.into_iter().chain(by_text).min()?;
        // Of several of them the one that lasts longest keeps her going.
        let lasts = texts.iter().filter(|t| of(t) == Some(step)).filter_map(|t| lasts(t)).max();
        let is = self.steps.get(step)?.is.as_str();
        Some(Power { is, lasts, step })
    }

    /// Where she stands in the order of calling.
    pub fn rank(&self, of: &Touched) -> Rank {
        let place = |levels: &[Level], is: Option<u8>| {
            // A level that is none of these stands where one that nobody has written down does.
            let at = levels.iter().position(|l| l.is == is).or_else(|| levels.iter().position(|l| l.is.is_none()));
            at.and_then(|n| u8::try_from(n).ok()).unwrap_or(0)
        };
        let power = self.power(&of.needs, &of.powered);
        Rank {
            level: place(&self.levels, of.level),
            power: power.as_ref().and_then(|p| u8::try_from(p.step).ok()).unwrap_or(u8::MAX),
            lasts: power.and_then(|p| p.lasts).unwrap_or(0),
            transport: place(&self.transports, of.transport),
            near: of.near,
            reached: of.state.is_some_and(StormState::is_well),
            with_others: !of.alone,
            name: of.name.clone(),
            client: of.client,
        }
    }

    /// What a level means, in words.
    pub fn level_words(&self, level: Option<u8>) -> &str {
        words(&self.levels, level)
    }

    /// What a transport level means, in words.
    pub fn transport_words(&self, transport: Option<u8>) -> &str {
        words(&self.transports, transport)
    }

    /// Why she stands there, the weightiest first: `no break in service: gets worse without it`, `oxygen for 4 h`, …
    pub fn reasons(&self, of: &Touched) -> Vec<String> {
        let mut out = vec![match of.level {
            Some(level) => format!("level {level}: {}", self.level_words(of.level)),
            None => self.level_words(None).to_owned(),
        }];
        match self.power(&of.needs, &of.powered) {
            Some(Power { is, lasts: Some(minutes), .. }) => out.push(format!("{is} for {}", long(minutes))),
            Some(Power { is, lasts: None, .. }) => out.push(format!("{is}, how long it lasts not recorded")),
            None => {}
        }
        out.push(match of.transport {
            Some(level) => format!("transport {level}: {}", self.transport_words(of.transport)),
            None => self.transport_words(None).to_owned(),
        });
        if of.alone {
            out.push("lives alone".to_owned());
        }
        if !of.near {
            out.push("nobody near".to_owned());
        }
        out
    }
}

fn words(levels: &[Level], is: Option<u8>) -> &str {
    levels.iter().find(|l| l.is == is).map_or("", |l| l.say.as_str())
}

/// `4 h`, `90 min`.
pub fn long(minutes: u32) -> String {
    if minutes.is_multiple_of(60) { format!("{} h", minutes / 60) } else { format!("{minutes} min") }
}

/// Minutes that something lasts, as its text says: `battery 4 h`, `tank 90 min`, `6 hours`. The longest that is said.
fn lasts(text: &str) -> Option<u32> {
    let mut best = None;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let from = &rest[at..];
        let end = from.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(from.len());
        let (digits, behind) = from.split_at(end);
        let unit: String = behind.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
        let each = match unit.as_str() {
            "h" | "hr" | "hrs" | "hour" | "hours" => 60.0,
            "min" | "mins" | "minute" | "minutes" => 1.0,
            _ => 0.0,
        };
        // A week is the longest that is believed.
        if let Some(minutes) = digits.trim_end_matches('.').parse::<f64>().ok().map(|n| n * each)
            && (1.0..=10_080.0).contains(&minutes)
        {
            best = best.max(Some(minutes as u32));
        }
        rest = behind;
    }
    best
}

/// How many stand where: they add up to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Whom the storm touches.
    pub all: u32,
    /// Safe at home.
    pub safe: u32,
    /// With family, sheltered or evacuated.
    pub elsewhere: u32,
    /// Need help.
    pub help: u32,
    /// Nobody answered.
    pub no_answer: u32,
    /// A message was left.
    pub message: u32,
    /// Nobody has called.
    pub not_called: u32,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, state: Option<StormState>) {
        self.all += 1;
        let place = match state {
            Some(StormState::Safe) => &mut self.safe,
            Some(StormState::Sheltered | StormState::Evacuated) => &mut self.elsewhere,
            Some(StormState::NeedsHelp) => &mut self.help,
            Some(StormState::NoAnswer) => &mut self.no_answer,
            Some(StormState::LeftMessage) => &mut self.message,
            None => &mut self.not_called,
        };
        *place += 1;
    }

    /// Somebody has spoken with them, or of them.
    pub fn reached(&self) -> u32 {
        self.safe + self.elsewhere + self.help
    }

    /// Something is left to do.
    pub fn open(&self) -> u32 {
        self.help + self.no_answer + self.message + self.not_called
    }
}
