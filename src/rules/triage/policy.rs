//! The rules themselves: data, read from TOML, embedded, and overridden by an agency's file that is merged over them.
//!
//! An agency may add rules and change tiers, texts and minutes. A rule with a floor it may only tighten. Every error
//! names the rule, the field and the line.

use super::facts::ClientFacts;
use super::tell::{RawTell, Tell};
use super::template::{NAMES, Template};
use super::vocabulary::{FIELDS, FieldType, NEVER};
use crate::domain::attention::AlertSource;
use crate::domain::issue::{DispositionKind, IssueKind};
use crate::domain::time::{Day, MINUTE, WEEKDAYS};
use crate::domain::words::words;
use crate::rules::clocks::Clocks;
use crate::rules::lens::{Lens, OperandKind, Term, Test, span};
use crate::rules::retention;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use toml::Spanned;

/// What runs out when an alert breaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleClock {
    /// It breaches unless somebody takes it within so many milliseconds.
    Taken(i64),
    /// It breaches unless it is finished by this minute of the office's business day.
    DoneAt(u16),
    /// It breaches unless it is finished within so many milliseconds.
    DoneIn(i64),
    /// It breaches at its own deadline.
    Deadline,
    /// It never does.
    Never,
}

impl fmt::Display for RuleClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |ms: i64| {
            let minutes = ms / MINUTE;
            match minutes {
                m if m % (24 * 60) == 0 => format!("{}d", m / (24 * 60)),
                m if m % 60 == 0 => format!("{}h", m / 60),
                m => format!("{m}m"),
            }
        };
        match self {
            Self::Taken(ms) => write!(f, "taken {}", length(*ms)),
            Self::DoneAt(minute) => write!(f, "done {}", crate::domain::time::clock(*minute)),
            Self::DoneIn(ms) => write!(f, "done {}", length(*ms)),
            Self::Deadline => f.write_str("deadline"),
            Self::Never => f.write_str("none"),
        }
    }
}

impl RuleClock {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is no clock: \"taken 15m\", \"done 17:00\", \"done 5d\", \"deadline\", \"none\"");
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        match (word, rest) {
            ("deadline", "") => Ok(Self::Deadline),
            ("none", "") => Ok(Self::Never),
            ("taken", length) => span(length).map(Self::Taken).ok_or_else(wrong),
            ("done", when) => span(when).map(Self::DoneIn).or_else(|| minute(when).map(Self::DoneAt)).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }
}

fn minute(text: &str) -> Option<u16> {
    let (h, m) = text.split_once(':')?;
    let (h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
    (h < 24 && m < 60).then(|| h * 60 + m)
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id: `triage.fall.head_strike`.
    pub id: Arc<str>,
    /// What it judges.
    pub sources: Vec<AlertSource>,
    /// It matches when any of these holds.
    pub when: Vec<Lens>,
    /// 1–5.
    pub tier: u8,
    /// Only a recorded disposition lowers it.
    pub floor: bool,
    /// Money: never above P3.
    pub finance: bool,
    /// Comes back though finished, when it begins to hold after that.
    pub returns: bool,
    /// Its tier is the worst of its visits (call-outs).
    pub worst: bool,
    /// What runs out; none is the tier's.
    pub clock: Option<RuleClock>,
    /// The cause column.
    pub text: Template,
    /// In a sentence.
    pub headline: Template,
    /// What to do first.
    pub first: Template,
    /// What would lower it.
    pub lower: String,
    /// Where it comes from.
    pub citation: String,
    /// How well that was read: V, V2 or G.
    pub mark: String,
}

/// How long a clock-in source is believed, and how late is late (handbook section 5, presence).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// A clock-in source is heard while its newest clock-in is younger than this.
    pub lag: i64,
    /// A visit is late this long after its start.
    pub grace: i64,
}

/// How long a screen may be left alone before it locks: an agency chooses within this.
const LOCK: std::ops::RangeInclusive<i64> = MINUTE..=15 * MINUTE;

/// A severity fact of an issue, as the form asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactAsked {
    /// Its name in conditions: `head_strike`.
    pub name: String,
    /// Its name for a reader: `head strike`.
    pub label: String,
    /// `Did the head hit anything?`
    pub ask: String,
    /// What may be answered.
    pub answers: Answers,
    /// The kinds of issue that ask it; empty for all.
    pub kinds: Vec<IssueKind>,
    /// What a “no” says, where that is the answer to worry about: `cannot get up`. Without it a “yes” says the label.
    pub no: Option<String>,
    /// The client's record may answer it.
    pub known: Option<KnownOf>,
    /// A form asks it; otherwise it is only kept for what was recorded before.
    pub asked: bool,
}

/// What may be answered to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answers {
    /// One of these words, by one key.
    Words(Vec<String>),
    /// A number.
    Number,
    /// A telephone number.
    Phone,
    /// A few words.
    Text,
}

words! {
    /// What of a client's record may answer a question.
    KnownOf {
        /// The anticoagulant on her medication list.
        Anticoagulant = "anticoagulant",
    }
}

impl FactAsked {
    /// It is a number.
    pub fn is_number(&self) -> bool {
        self.answers == Answers::Number
    }

    /// It is answered by one key.
    pub fn is_choice(&self) -> bool {
        matches!(self.answers, Answers::Words(_))
    }

    /// The client's record answers it.
    pub fn is_known(&self, client: Option<&ClientFacts>) -> bool {
        match self.known {
            Some(KnownOf::Anticoagulant) => client.is_some_and(|c| c.anticoagulant.is_some()),
            None => false,
        }
    }

    /// What an answer says when it is the one to worry about.
    pub fn worry(&self, answer: &str) -> Option<&str> {
        match &self.no {
            Some(no) => answer.eq_ignore_ascii_case("no").then_some(no.as_str()),
            None => answer.eq_ignore_ascii_case("yes").then_some(self.label.as_str()),
        }
    }
}

/// An answer that finishes an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeChoice {
    /// `seen by nurse, stays home`.
    pub text: String,
    /// The disposition that it records, if it is a practitioner's or an emergency service's decision.
    pub disposition: Option<DispositionKind>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcomes {
    source: AlertSource,
    kinds: Vec<IssueKind>,
    choices: Vec<OutcomeChoice>,
}

/// A triage policy: the embedded rules, or these with an agency's file merged over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The word for this version.
    pub version: String,
    /// The clinical lead who signed it, if one did. Until then the header says so.
    pub signed_by: Option<String>,
    /// How long a clock-in source is believed, and how late is late.
    pub presence: Presence,
    /// Most P1 among a hundred alerts, and from how many alerts on that is asked: more than that is one nobody hears.
    pub fatigue: (u32, u32),
    /// A screen locks after so long without a key.
    pub lock_after: i64,
    /// The days of the week on which the office is open, Monday first.
    pub open_days: [bool; 7],
    /// Days on which it is closed although its weekday is not: from the agency's record, not from the rule file.
    pub holidays: BTreeSet<Day>,
    /// How many years everything about a client is kept after the last thing that was done for them.
    pub keep_years: u16,
    /// The regulatory clocks, which say whose visit satisfies a window.
    pub clocks: Clocks,
    tiers: [RuleClock; 5],
    rules: Vec<Rule>,
    by_source: Vec<Vec<usize>>,
    facts: Vec<FactAsked>,
    outcomes: Vec<Outcomes>,
    pub(super) tells: Vec<Tell>,
}

/// What is wrong with a policy file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The rule, if it is about one.
    pub rule: String,
    /// The field.
    pub field: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// What, and the mend.
    pub text: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        for part in [&self.rule, &self.field] {
            if !part.is_empty() {
                write!(f, "{part}: ")?;
            }
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for PolicyError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    version: Option<Spanned<String>>,
    presence: Option<RawPresence>,
    fatigue: Option<RawFatigue>,
    records: Option<RawRecords>,
    lock: Option<RawLock>,
    business: Option<RawBusiness>,
    clocks: Option<RawTiers>,
    #[serde(default)]
    fact: Vec<RawFact>,
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    outcomes: Vec<RawOutcomes>,
    #[serde(default)]
    tell: Vec<RawTell>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPresence {
    lag: Option<Spanned<String>>,
    grace: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFatigue {
    p1_percent: Spanned<u32>,
    of_at_least: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRecords {
    keep_years: Spanned<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLock {
    after: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBusiness {
    days: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTiers {
    p1: Option<Spanned<String>>,
    p2: Option<Spanned<String>>,
    p3: Option<Spanned<String>>,
    p4: Option<Spanned<String>>,
    p5: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    name: Spanned<String>,
    label: String,
    ask: String,
    answers: Spanned<String>,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    no: Option<String>,
    known: Option<Spanned<String>>,
    asked: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    off: Option<Spanned<bool>>,
    source: Option<Vec<Spanned<String>>>,
    when: Option<Vec<Spanned<String>>>,
    tier: Option<Spanned<i64>>,
    floor: Option<Spanned<bool>>,
    finance: Option<Spanned<bool>>,
    returns: Option<Spanned<bool>>,
    worst: Option<Spanned<bool>>,
    clock: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    headline: Option<Spanned<String>>,
    first: Option<Spanned<String>>,
    lower: Option<String>,
    citation: Option<String>,
    mark: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutcomes {
    #[serde(rename = "for")]
    source: Spanned<String>,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    choices: Vec<RawChoice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    text: Spanned<String>,
    disposition: Option<Spanned<String>>,
}

/// The file being read, to find lines in.
pub(super) struct Place<'a> {
    file: &'a str,
    rule: String,
}

impl Place<'_> {
    fn line(&self, at: usize) -> usize {
        self.file.bytes().take(at).filter(|b| *b == b'\n').count() + 1
    }

    pub(super) fn wrong<T>(&self, at: usize, field: &str, text: impl Into<String>) -> Result<T, PolicyError> {
        Err(PolicyError { rule: self.rule.clone(), field: field.to_owned(), line: self.line(at), text: text.into() })
    }

    pub(super) fn word<T>(
        &self,
        given: &Spanned<String>,
        field: &str,
        read: impl Fn(&str) -> Option<T>,
        words: impl Iterator<Item = &'static str>,
    ) -> Result<T, PolicyError> {
        match read(given.get_ref()) {
            Some(v) => Ok(v),
            None => self.wrong(
                given.span().start,
                field,
                format!("{:?} is not one of: {}", given.get_ref(), words.collect::<Vec<_>>().join(", ")),
            ),
        }
    }

    fn source(&self, given: &Spanned<String>, field: &str) -> Result<AlertSource, PolicyError> {
        self.word(given, field, AlertSource::from_word, AlertSource::ALL.iter().map(|s| s.word()))
    }

    pub(super) fn kinds(&self, given: &[Spanned<String>]) -> Result<Vec<IssueKind>, PolicyError> {
        given
            .iter()
            .map(|k| self.word(k, "kinds", IssueKind::from_word, IssueKind::ALL.iter().map(|k| k.word())))
            .collect()
    }
}

/// The id of the rule that stands around a place of a file, for errors that TOML itself finds.
fn rule_around(file: &str, at: usize) -> String {
    let before = &file[..at.min(file.len())];
    let Some(block) = before.rfind("[[rule]]") else { return String::new() };
    file[block..]
        .lines()
        .skip(1)
        .take_while(|l| !l.starts_with('['))
        .find_map(|l| l.trim().strip_prefix("id")?.trim_start().strip_prefix('=')?.trim().split('"').nth(1))
        .unwrap_or_default()
        .to_owned()
}

impl Policy {
    /// The rules that caseload ships.
    pub fn embedded() -> Result<Self, PolicyError> {
        let clocks = Clocks::embedded().map_err(|e| PolicyError {
            rule: String::new(),
            field: "clocks".to_owned(),
            line: 0,
            text: e.to_string(),
        })?;
        let empty = Self {
            version: String::new(),
            signed_by: None,
            presence: Presence { lag: 0, grace: 0 },
            fatigue: (100, 0),
            keep_years: retention::USUAL_YEARS,
            lock_after: 0,
            open_days: [true; 7],
            holidays: BTreeSet::new(),
            clocks,
            tiers: [RuleClock::Never; 5],
            rules: Vec::new(),
            by_source: Vec::new(),
            facts: Vec::new(),
            outcomes: Vec::new(),
            tells: Vec::new(),
        };
        empty.merged(include_str!("../packs/triage.toml"), None)
    }

    /// The embedded rules with an agency's file merged over them, and who signed that.
    pub fn adopted(text: &str, signed_by: Option<&str>) -> Result<Self, PolicyError> {
        let base = Self::embedded()?;
        let mut policy = base.merged(text, Some(&base))?;
        policy.signed_by = signed_by.map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
        Ok(policy)
    }

    /// All rules, tier by tier, floors first.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// A rule by its id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| &*r.id == id)
    }

    /// The rules of a source, in the order in which they are asked.
    pub(super) fn rules_of(&self, source: AlertSource) -> impl Iterator<Item = &Rule> {
        self.by_source.get(source as usize).into_iter().flatten().filter_map(|i| self.rules.get(*i))
    }

    /// What is said when so large a share of the alerts is P1 that none of them stands out any more.
    pub fn fatigue_note(&self, tiers: [u32; 5]) -> Option<String> {
        let all: u32 = tiers.iter().sum();
        let (percent, least) = self.fatigue;
        let share = tiers[0].saturating_mul(100).checked_div(all)?;
        (all >= least && tiers[0].saturating_mul(100) > all.saturating_mul(percent)).then(|| {
            format!("{share} % of {all} alerts are P1, more than {percent} %: an alarm that is always on is not heard")
        })
    }

    /// Whether the office is open on a day.
    pub fn is_business_day(&self, day: Day) -> bool {
        self.open_days[day.weekday()] && !self.holidays.contains(&day)
    }

    /// The first business day from this one on.
    pub fn business_day_from(&self, day: Day) -> Day {
        // A year of closed days is a mistake in the holiday table: then the day itself counts.
        (0..366).map(|n| day.plus(n)).find(|d| self.is_business_day(*d)).unwrap_or(day)
    }

    /// What runs out for a tier when its rule does not say.
    pub fn tier_clock(&self, tier: u8) -> RuleClock {
        self.tiers[usize::from(tier.clamp(1, 5)) - 1]
    }

    /// What the header says of a policy that nobody signed.
    pub fn unsigned_note(&self) -> Option<&'static str> {
        self.signed_by.is_none().then_some("triage: demo policy, not reviewed")
    }

    /// The answers to choose from for this source (and, of an issue, its kind).
    pub fn outcomes(&self, source: AlertSource, kind: Option<IssueKind>) -> &[OutcomeChoice] {
        let of = |o: &&Outcomes| o.source == source;
        self.outcomes
            .iter()
            .filter(of)
            .find(|o| kind.is_some_and(|k| o.kinds.contains(&k)))
            .or_else(|| self.outcomes.iter().filter(of).find(|o| o.kinds.is_empty()))
            .map_or(&[], |o| &o.choices)
    }

    /// The severity facts that a new issue of this kind asks for.
    pub fn facts_of(&self, kind: IssueKind) -> impl Iterator<Item = &FactAsked> {
        self.asked().filter(move |f| f.kinds.is_empty() || f.kinds.contains(&kind))
    }

    /// Every severity fact that a form asks, in the order of asking.
    pub fn asked(&self) -> impl Iterator<Item = &FactAsked> {
        self.facts.iter().filter(|f| f.asked)
    }

    /// A severity fact by its name.
    pub fn fact(&self, name: &str) -> Option<&FactAsked> {
        self.facts.iter().find(|f| f.name == name)
    }

    /// What a policy does otherwise than another, a line each.
    pub fn diff(old: &Self, new: &Self) -> Vec<String> {
        let mut out = Vec::new();
        let mut say = |what: &str, a: String, b: String| {
            if a != b {
                out.push(format!("{what}: {a} → {b}"));
            }
        };
        say("version", old.version.clone(), new.version.clone());
        let signed = |p: &Self| p.signed_by.clone().unwrap_or_else(|| "not signed".to_owned());
        say("signed by", signed(old), signed(new));
        let length = |ms: i64| format!("{}m", ms / MINUTE);
        say("clock-ins heard for", length(old.presence.lag), length(new.presence.lag));
        say("late after", length(old.presence.grace), length(new.presence.grace));
        let most = |p: &Self| format!("{} % P1 of {} alerts or more", p.fatigue.0, p.fatigue.1);
        say("alarm fatigue above", most(old), most(new));
        say("years that records are kept", old.keep_years.to_string(), new.keep_years.to_string());
        say("a screen locks after", length(old.lock_after), length(new.lock_after));
        let open = |p: &Self| {
            let days = WEEKDAYS.iter().zip(p.open_days).filter(|(_, open)| *open).map(|(d, _)| *d);
            days.collect::<Vec<_>>().join(" ")
        };
        say("business days", open(old), open(new));
        for tier in 1..=5 {
            say(&format!("P{tier} clock"), old.tier_clock(tier).to_string(), new.tier_clock(tier).to_string());
        }
        for rule in &new.rules {
            let Some(was) = old.rule(&rule.id) else {
                out.push(format!("+ {} (P{}{})", rule.id, rule.tier, if rule.floor { ", floor" } else { "" }));
                continue;
            };
            for ((what, a), (_, b)) in was.told().into_iter().zip(rule.told()) {
                if a != b {
                    out.push(format!("~ {} {what}: {a} → {b}", rule.id));
                }
            }
        }
        out.extend(old.rules.iter().filter(|r| new.rule(&r.id).is_none()).map(|r| format!("- {} (P{})", r.id, r.tier)));
        for fact in new.facts.iter().filter(|f| old.fact(&f.name).is_none()) {
            out.push(format!("+ asks {}: {}", fact.name, fact.ask));
        }
        for choices in new.outcomes.iter().filter(|o| !old.outcomes.contains(o)) {
            let texts: Vec<&str> = choices.choices.iter().map(|c| c.text.as_str()).collect();
            out.push(format!("~ outcomes of {}: {}", choices.source.word(), texts.join(" / ")));
        }
        out.extend(new.tells.iter().filter(|t| !old.tells.contains(t)).map(|t| format!("~ tell the {}", t.told())));
        out
    }

    /// This policy with a file over it. `guard` is the policy whose floors the file may not loosen.
    fn merged(&self, text: &str, guard: Option<&Self>) -> Result<Self, PolicyError> {
        let raw: RawFile = toml::from_str(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            PolicyError {
                rule: rule_around(text, at),
                field: String::new(),
                line: text.bytes().take(at).filter(|b| *b == b'\n').count() + 1,
                text: e.message().to_owned(),
            }
        })?;
        let mut place = Place { file: text, rule: String::new() };
        let mut out = self.clone();
        match raw.version.as_ref().map(|v| v.get_ref().trim()) {
            Some(v) if !v.is_empty() => v.clone_into(&mut out.version),
            _ => return place.wrong(0, "version", "is missing: write version = \"our policy v1\" at the top"),
        }
        if let Some(presence) = &raw.presence {
            for (field, given, into) in
                [("lag", &presence.lag, &mut out.presence.lag), ("grace", &presence.grace, &mut out.presence.grace)]
            {
                if let Some(given) = given {
                    match span(given.get_ref()) {
                        Some(ms) => *into = ms,
                        None => return place.wrong(given.span().start, field, "is a length: write \"15m\""),
                    }
                }
            }
        }
        if let Some(fatigue) = &raw.fatigue {
            let percent = *fatigue.p1_percent.get_ref();
            if percent == 0 || percent > 100 {
                return place.wrong(fatigue.p1_percent.span().start, "p1_percent", "is 1 to 100");
            }
            out.fatigue = (percent, fatigue.of_at_least);
        }
        if let Some(records) = &raw.records {
            let years = *records.keep_years.get_ref();
            if years < retention::LEAST_YEARS {
                let text = format!("is {} or more: no agency may keep records for less", retention::LEAST_YEARS);
                return place.wrong(records.keep_years.span().start, "keep_years", text);
            }
            out.keep_years = years;
        }
        if let Some(lock) = &raw.lock {
            let Some(ms) = span(lock.after.get_ref()).filter(|ms| LOCK.contains(ms)) else {
                let text = "a screen locks after \"1m\" to \"15m\" without a key";
                return place.wrong(lock.after.span().start, "lock", text);
            };
            out.lock_after = ms;
        }
        if let Some(business) = &raw.business {
            let given = business.days.get_ref();
            let named = |word: &str| WEEKDAYS.iter().position(|d| d.eq_ignore_ascii_case(word));
            out.open_days = [false; 7];
            for word in given.split_whitespace() {
                let Some(n) = named(word) else {
                    let text = format!("{word:?} is no weekday: write \"{}\"", WEEKDAYS.join(" "));
                    return place.wrong(business.days.span().start, "business", text);
                };
                out.open_days[n] = true;
            }
            if out.open_days == [false; 7] {
                return place.wrong(business.days.span().start, "business", "names at least one weekday");
            }
        }
        if let Some(tiers) = &raw.clocks {
            let given = [&tiers.p1, &tiers.p2, &tiers.p3, &tiers.p4, &tiers.p5];
            for (i, given) in given.into_iter().enumerate() {
                if let Some(given) = given {
                    out.tiers[i] =
                        RuleClock::parse(given.get_ref()).or_else(|e| place.wrong(given.span().start, "clocks", e))?;
                }
            }
        }
        for raw in &raw.fact {
            let fact = out.read_fact(raw, &place)?;
            out.facts.push(fact);
        }
        for raw in &raw.rule {
            place.rule.clone_from(raw.id.get_ref());
            out.take_rule(raw, &place, guard)?;
        }
        place.rule.clear();
        for raw in &raw.outcomes {
            out.take_outcomes(raw, &place, guard)?;
        }
        for raw in &raw.tell {
            out.take_tell(raw, &place)?;
        }
        // Floors first within their tier, so that no other rule of P1 takes an alert away from one; else as written.
        out.rules.sort_by_key(|r| (r.tier, !r.floor));
        out.by_source = AlertSource::ALL
            .iter()
            .map(|s| (0..out.rules.len()).filter(|i| out.rules[*i].sources.contains(s)).collect())
            .collect();
        Ok(out)
    }

    fn read_fact(&self, raw: &RawFact, place: &Place<'_>) -> Result<FactAsked, PolicyError> {
        let name = raw.name.get_ref();
        let at = raw.name.span().start;
        if name.is_empty()
            || name.len() > 40
            || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            return place.wrong(at, "fact", format!("{name:?}: a name is small letters, digits and _, at most 40"));
        }
        if NEVER.contains(&name.as_str()) || name.split('_').any(|part| NEVER.contains(&part)) {
            return place.wrong(at, "fact", format!("{name} may neither raise nor lower anybody: leave it out"));
        }
        if FIELDS.iter().any(|k| k.name == name) || NAMES.contains(&name.as_str()) || self.fact(name).is_some() {
            return place.wrong(at, "fact", format!("{name} is there already: take another name"));
        }
        let answers = raw.answers.get_ref();
        let answers = match answers.as_str() {
            "number" => Answers::Number,
            "phone" => Answers::Phone,
            "text" => Answers::Text,
            words => Answers::Words(words.split_whitespace().map(str::to_owned).collect()),
        };
        if matches!(&answers, Answers::Words(words) if words.is_empty() || words.len() > 10) {
            let text = "are one to ten words, or \"number\", \"phone\" or \"text\"";
            return place.wrong(raw.answers.span().start, "answers", text);
        }
        let known = raw
            .known
            .as_ref()
            .map(|k| place.word(k, "known", KnownOf::from_word, KnownOf::ALL.iter().map(|k| k.word())))
            .transpose()?;
        Ok(FactAsked {
            name: name.clone(),
            label: raw.label.clone(),
            ask: raw.ask.clone(),
            answers,
            kinds: place.kinds(&raw.kinds)?,
            no: raw.no.clone(),
            known,
            asked: raw.asked.unwrap_or(true),
        })
    }

    fn take_rule(&mut self, raw: &RawRule, place: &Place<'_>, guard: Option<&Self>) -> Result<(), PolicyError> {
        let at = raw.id.span().start;
        let here = self.rules.iter().position(|r| *r.id == **raw.id.get_ref());
        let guarded = guard.and_then(|g| g.rule(raw.id.get_ref()));
        if guard.is_none() && here.is_some() {
            return place.wrong(at, "id", "stands here twice");
        }
        if let Some(off) = raw.off.as_ref().filter(|o| *o.get_ref()) {
            if guarded.is_some_and(|r| r.floor) {
                return place.wrong(off.span().start, "off", "has a floor and may not be removed: drop this line");
            }
            let Some(i) = here else {
                return place.wrong(off.span().start, "off", "there is no such rule to remove");
            };
            self.rules.remove(i);
            return Ok(());
        }
        let mut rule = match here {
            Some(i) => self.rules[i].clone(),
            None => Rule {
                id: Arc::from(raw.id.get_ref().as_str()),
                sources: Vec::new(),
                when: Vec::new(),
                tier: 0,
                floor: false,
                finance: false,
                returns: false,
                worst: false,
                clock: None,
                text: Template::default(),
                headline: Template::default(),
                first: Template::default(),
                lower: String::new(),
                citation: String::new(),
                mark: "G".to_owned(),
            },
        };
        if let Some(sources) = &raw.source {
            rule.sources = sources.iter().map(|s| place.source(s, "source")).collect::<Result<_, _>>()?;
        }
        if let Some(when) = &raw.when {
            rule.when.clear();
            for line in when {
                match Lens::parse(line.get_ref()) {
                    Ok(lens) if lens.is_empty() => {
                        return place.wrong(line.span().start, "when", "an empty line would match everything: drop it");
                    }
                    Ok(lens) => rule.when.push(lens),
                    Err(e) => return place.wrong(line.span().start, "when", e.to_string()),
                }
            }
        }
        if let Some(tier) = &raw.tier {
            match u8::try_from(*tier.get_ref()) {
                Ok(t @ 1..=5) => rule.tier = t,
                _ => return place.wrong(tier.span().start, "tier", "is 1 to 5"),
            }
        }
        for (given, into) in [
            (&raw.floor, &mut rule.floor),
            (&raw.finance, &mut rule.finance),
            (&raw.returns, &mut rule.returns),
            (&raw.worst, &mut rule.worst),
        ] {
            if let Some(given) = given {
                *into = *given.get_ref();
            }
        }
        if let Some(clock) = &raw.clock {
            rule.clock =
                Some(RuleClock::parse(clock.get_ref()).or_else(|e| place.wrong(clock.span().start, "clock", e))?);
        }
        let facts = &self.facts;
        let known = |name: &str| NAMES.contains(&name) || facts.iter().any(|f| f.name == name);
        for (field, given, into) in [
            ("text", &raw.text, &mut rule.text),
            ("headline", &raw.headline, &mut rule.headline),
            ("first", &raw.first, &mut rule.first),
        ] {
            if let Some(given) = given {
                *into =
                    Template::parse(given.get_ref(), known).or_else(|e| place.wrong(given.span().start, field, e))?;
            }
        }
        for (given, into) in [(&raw.lower, &mut rule.lower), (&raw.citation, &mut rule.citation)] {
            if let Some(given) = given {
                into.clone_from(given);
            }
        }
        if let Some(mark) = &raw.mark {
            if !["V", "V2", "G"].contains(&mark.get_ref().as_str()) {
                return place.wrong(mark.span().start, "mark", "is V, V2 or G");
            }
            rule.mark.clone_from(mark.get_ref());
        }
        if let Some(guarded) = guarded {
            guard_rails(guarded, &rule, raw, place)?;
        }
        self.check(&rule, raw, place)?;
        match here {
            Some(i) => self.rules[i] = rule,
            None => self.rules.push(rule),
        }
        Ok(())
    }

    fn check(&self, rule: &Rule, raw: &RawRule, place: &Place<'_>) -> Result<(), PolicyError> {
        let at = raw.id.span().start;
        let missing = [
            ("source", rule.sources.is_empty()),
            ("when", rule.when.is_empty()),
            ("tier", rule.tier == 0),
            ("text", rule.text.source().is_empty()),
            ("headline", rule.headline.source().is_empty()),
            ("first", rule.first.source().is_empty()),
            ("lower", rule.lower.is_empty()),
            ("citation", rule.citation.is_empty()),
        ];
        if let Some((field, _)) = missing.iter().find(|(_, m)| *m) {
            return place.wrong(at, field, "is missing: a new rule needs it");
        }
        if rule.floor && rule.tier != 1 {
            return place.wrong(at, "floor", "only a rule of tier 1 has a floor");
        }
        if rule.floor && rule.sources != [AlertSource::Issue] {
            return place.wrong(at, "floor", "only an issue has a disposition that could lower a floor");
        }
        if rule.finance && rule.tier < 3 {
            return place.wrong(at, "tier", "money never stands above P3: tier 3, 4 or 5");
        }
        if rule.worst && rule.sources != [AlertSource::CallOut] {
            return place.wrong(at, "worst", "only a call-out has visits to be as bad as");
        }
        for (i, lens) in rule.when.iter().enumerate() {
            let line = raw.when.as_ref().and_then(|w| w.get(i)).map_or(at, |l| l.span().start);
            for term in lens.terms() {
                self.check_term(term, rule).or_else(|e| place.wrong(line, "when", e))?;
            }
        }
        Ok(())
    }

    fn check_term(&self, term: &Term, rule: &Rule) -> Result<(), String> {
        let name = term.field.as_str();
        let (of, words): (FieldType, Option<Vec<&str>>) = if let Some(known) = FIELDS.iter().find(|k| k.name == name) {
            if let Some(s) = rule.sources.iter().find(|s| !known.sources.is_empty() && !known.sources.contains(s)) {
                return Err(format!("{name} is not known of what comes from: {}", s.word()));
            }
            match known.of {
                FieldType::Word(Some(list)) => (known.of, Some(list())),
                of => (of, None),
            }
        } else if let Some(fact) = self.fact(name) {
            if rule.sources != [AlertSource::Issue] {
                return Err(format!("{name} is a fact of an issue"));
            }
            match &fact.answers {
                Answers::Number => (FieldType::Number, None),
                Answers::Words(words) => (FieldType::Word(None), Some(words.iter().map(String::as_str).collect())),
                Answers::Phone | Answers::Text => (FieldType::Word(None), None),
            }
        } else {
            let why = if NEVER.contains(&name) { "may neither raise nor lower anybody" } else { "is no known field" };
            return Err(format!("{name} {why}; the head of the embedded file lists them"));
        };
        match (&term.test, of) {
            (Test::There, FieldType::Flag | FieldType::Number) => Ok(()),
            (Test::There, FieldType::Word(_)) if words.is_none() => Ok(()),
            (Test::There, _) => Err(format!("{name} alone says nothing: compare it with something")),
            (Test::Less(o) | Test::More(o), FieldType::Time) => match o.kind() {
                OperandKind::Span(_) => Ok(()),
                _ => Err(format!("{name} is a time: write {name}<24h")),
            },
            (Test::Less(o) | Test::More(o) | Test::Is(o), FieldType::Number) => match o.kind() {
                OperandKind::Number(_) => Ok(()),
                _ => Err(format!("{name} is a number: write {name}>2")),
            },
            (Test::Is(o), FieldType::Flag) => match o.text() {
                "yes" | "no" => Ok(()),
                _ => Err(format!("{name} is yes or no")),
            },
            (Test::Is(o), FieldType::Word(_)) => match words {
                Some(words) if !words.iter().any(|w| w.eq_ignore_ascii_case(o.text())) => {
                    Err(format!("{:?} is not one of: {}", o.text(), words.join(", ")))
                }
                _ => Ok(()),
            },
            (Test::Is(_), FieldType::Time) => Err(format!("{name} is a time: write {name}<24h")),
            (Test::Less(_) | Test::More(_), _) => Err(format!("{name} is no number and no time: write {name}:…")),
        }
    }

    fn take_outcomes(&mut self, raw: &RawOutcomes, place: &Place<'_>, guard: Option<&Self>) -> Result<(), PolicyError> {
        let source = place.source(&raw.source, "for")?;
        let kinds = place.kinds(&raw.kinds)?;
        let mut choices = Vec::new();
        for choice in &raw.choices {
            let text = choice.text.get_ref().clone();
            let disposition = choice
                .disposition
                .as_ref()
                .map(|d| {
                    place.word(
                        d,
                        "disposition",
                        DispositionKind::from_word,
                        DispositionKind::ALL.iter().map(|k| k.word()),
                    )
                })
                .transpose()?;
            if let (Some(guard), Some(kind)) = (guard, disposition) {
                // “Seen by nurse” that records a practitioner's disposition would be a floor with a door in it.
                let ours = guard.outcomes.iter().flat_map(|o| &o.choices);
                if kind.word() != text && !ours.clone().any(|c| c.text == text && c.disposition == disposition) {
                    return place.wrong(
                        choice.text.span().start,
                        "disposition",
                        format!("an answer that records this is called {:?}", kind.word()),
                    );
                }
            }
            choices.push(OutcomeChoice { text, disposition });
        }
        if choices.is_empty() {
            return place.wrong(raw.source.span().start, "choices", "there must be one at least");
        }
        let new = Outcomes { source, kinds, choices };
        match self.outcomes.iter_mut().find(|o| o.source == source && o.kinds == new.kinds) {
            Some(old) => *old = new,
            // A list of fewer kinds stands before the embedded ones, so that it is found first.
            None if guard.is_some() => self.outcomes.insert(0, new),
            None => self.outcomes.push(new),
        }
        Ok(())
    }
}

impl Rule {
    /// What a reader of a difference wants to know of it.
    fn told(&self) -> [(&'static str, String); 12] {
        let when: Vec<String> = self.when.iter().map(ToString::to_string).collect();
        let sources: Vec<&str> = self.sources.iter().map(|s| s.word()).collect();
        [
            ("tier", format!("P{}", self.tier)),
            ("source", sources.join(" ")),
            ("when", when.join(" | ")),
            ("clock", self.clock.map_or_else(|| "the tier's".to_owned(), |c| c.to_string())),
            ("floor", self.floor.to_string()),
            ("finance", self.finance.to_string()),
            ("returns", self.returns.to_string()),
            ("text", self.text.source()),
            ("headline", self.headline.source()),
            ("first", self.first.source()),
            ("lower", self.lower.clone()),
            ("citation", format!("{} ({})", self.citation, self.mark)),
        ]
    }
}

/// What an agency's file may not do to an embedded rule.
fn guard_rails(was: &Rule, is: &Rule, raw: &RawRule, place: &Place<'_>) -> Result<(), PolicyError> {
    let at = raw.id.span().start;
    if was.finance && !is.finance {
        let at = raw.finance.as_ref().map_or(at, |f| f.span().start);
        return place.wrong(at, "finance", "money stays money: drop this line");
    }
    if !was.floor {
        return Ok(());
    }
    if !is.floor || is.finance {
        let at = raw.floor.as_ref().or(raw.finance.as_ref()).map_or(at, |f| f.span().start);
        return place.wrong(at, "floor", "a floor may not be taken away: drop this line");
    }
    if is.tier > was.tier {
        let at = raw.tier.as_ref().map_or(at, |t| t.span().start);
        return place.wrong(at, "tier", "has a floor and stays tier 1: drop this line");
    }
    if !was.sources.iter().all(|s| is.sources.contains(s)) {
        return place.wrong(at, "source", "has a floor and may not judge less than before");
    }
    if let Some(gone) = was.when.iter().find(|w| !is.when.contains(w)) {
        let at = raw.when.as_ref().and_then(|w| w.first()).map_or(at, |w| w.span().start);
        return place.wrong(at, "when", format!("has a floor and may only be widened: put back \"{gone}\""));
    }
    let slower = match (was.clock, is.clock) {
        (Some(RuleClock::Taken(a)), Some(RuleClock::Taken(b))) => b > a,
        (a, b) => a != b,
    };
    if slower {
        let at = raw.clock.as_ref().map_or(at, |c| c.span().start);
        return place.wrong(at, "clock", "has a floor and may only be made shorter");
    }
    Ok(())
}
