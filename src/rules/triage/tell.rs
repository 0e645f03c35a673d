//! Who must be told of what, and by when: data of the rule file, like the rules themselves. Whether somebody has been
//! told is known from the calls that were logged, never inferred.

use super::policy::{Place, Policy, PolicyError};
use crate::domain::issue::IssueKind;
use crate::domain::words::words;
use crate::rules::lens::span;
use serde::Deserialize;
use toml::Spanned;

words! {
    /// Who is to be told.
    Audience {
        /// The client's physician.
        Physician = "physician",
        /// Family that may hear about the client's health.
        Family = "family",
        /// The clinical manager.
        Supervisor = "supervisor",
    }
}

/// One thing that somebody must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tell {
    /// Issues of these kinds; empty means all.
    pub kinds: Vec<IssueKind>,
    /// Who.
    pub who: Audience,
    /// Within so many milliseconds of its happening.
    pub within: i64,
    /// Where it comes from.
    pub citation: String,
    /// How well that was read: V, V2 or G.
    pub mark: String,
    /// An agency has switched it off.
    pub off: bool,
}

impl Tell {
    /// What a reader of a difference wants to know of it.
    pub(super) fn told(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|k| k.word()).collect();
        let kinds = if kinds.is_empty() { "any issue".to_owned() } else { kinds.join(", ") };
        let when = if self.off { "not asked".to_owned() } else { format!("within {} min", self.within / 60_000) };
        format!("{} of {kinds}: {when}", self.who.word())
    }
}

/// As it stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTell {
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    who: Spanned<String>,
    within: Option<Spanned<String>>,
    off: Option<bool>,
    #[serde(default)]
    citation: String,
    #[serde(default)]
    mark: String,
}

impl Policy {
    /// Who must be told of an issue of this kind, soonest first.
    pub fn tells_of(&self, kind: IssueKind) -> Vec<&Tell> {
        let mut out: Vec<&Tell> = Vec::new();
        // The narrowest entry for an audience counts: those with kinds stand before those for all.
        let narrow = self.tells.iter().filter(|t| t.kinds.contains(&kind));
        for tell in narrow.chain(self.tells.iter().filter(|t| t.kinds.is_empty())) {
            if !out.iter().any(|t| t.who == tell.who) {
                out.push(tell);
            }
        }
        out.retain(|t| !t.off);
        out.sort_by_key(|t| t.within);
        out
    }

    /// Takes an entry of a file: it replaces the one for the same kinds and audience.
    pub(super) fn take_tell(&mut self, raw: &RawTell, place: &Place<'_>) -> Result<(), PolicyError> {
        let who = place.word(&raw.who, "who", Audience::from_word, Audience::ALL.iter().map(|a| a.word()))?;
        let off = raw.off.unwrap_or(false);
        let within = match &raw.within {
            Some(given) => span(given.get_ref())
                .filter(|ms| *ms > 0)
                .map_or_else(|| place.wrong(given.span().start, "within", "is a length: write \"2h\""), Ok)?,
            None if off => 0,
            None => return place.wrong(raw.who.span().start, "within", "is missing: write within = \"2h\""),
        };
        let tell = Tell {
            kinds: place.kinds(&raw.kinds)?,
            who,
            within,
            citation: raw.citation.clone(),
            mark: raw.mark.clone(),
            off,
        };
        match self.tells.iter_mut().find(|t| t.who == who && t.kinds == tell.kinds) {
            Some(old) => *old = tell,
            // One for fewer kinds counts before the embedded ones for the same audience.
            None => self.tells.insert(0, tell),
        }
        Ok(())
    }
}
