//! The rules of a storm as data: the order of levels, of power and of transport, and what follows from a call.

use super::{Level, Step};
use crate::domain::client::Need;
use crate::domain::issue::IssueKind;
use crate::domain::time::Day;
use serde::Deserialize;

const EMBEDDED: &str = include_str!("../packs/storm.toml");
/// The word for a level that nobody has written down.
const UNRATED: &str = "not recorded";

/// The rules of a storm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StormPolicy {
    /// The word for this version.
    pub version: String,
    pub(super) levels: Vec<Level>,
    pub(super) steps: Vec<Step>,
    pub(super) transports: Vec<Level>,
    /// A way of at most so many minutes is near.
    pub near: u32,
    /// Calls in a row without an answer after which somebody goes and looks.
    pub calls: u16,
    /// What that is called.
    pub task: String,
    /// Minutes in which it is done.
    pub task_minutes: u16,
    /// What is opened for those who cannot wait for a task.
    pub missing: IssueKind,
    missing_levels: Vec<Option<u8>>,
    missing_power: Vec<String>,
    help: IssueKind,
    severe: IssueKind,
    severe_levels: Vec<Option<u8>>,
    severe_power: Vec<String>,
    /// Minutes in which whoever was not reached is looked for once a storm is over.
    pub end_minutes: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: String,
    from: String,
    level: Vec<RawLevel>,
    power: Vec<RawPower>,
    transport: Vec<RawLevel>,
    near: RawNear,
    no_answer: RawNoAnswer,
    help: RawHelp,
    end: RawEnd,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevel {
    is: String,
    say: String,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPower {
    is: String,
    #[serde(default)]
    need: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNear {
    minutes: u32,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNoAnswer {
    calls: u16,
    task: String,
    minutes: u16,
    issue: String,
    levels: Vec<String>,
    power: Vec<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHelp {
    issue: String,
    severe: String,
    levels: Vec<String>,
    power: Vec<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEnd {
    minutes: u16,
    #[serde(rename = "mark")]
    _mark: String,
}

fn number(place: &str, word: &str, most: u8) -> Result<Option<u8>, String> {
    if word == UNRATED {
        return Ok(None);
    }
    let found = word.parse::<u8>().ok().filter(|n| (1..=most).contains(n));
    found.map(Some).ok_or_else(|| format!("{place}: `{word}` is no level; write 1 to {most} or \"{UNRATED}\""))
}

/// Every level once, none left out: whoever is on a level that has no place would be called by nobody.
fn levels(name: &str, raw: Vec<RawLevel>, most: u8) -> Result<Vec<Level>, String> {
    let mut out: Vec<Level> = Vec::new();
    for (n, level) in raw.into_iter().enumerate() {
        let place = format!("{name} {}", n + 1);
        let is = number(&place, &level.is, most)?;
        if level.say.trim().is_empty() || level.say.len() > 80 {
            return Err(format!("{place}: `say` is a few words, at most 80 letters"));
        }
        if out.iter().any(|l| l.is == is) {
            return Err(format!("{place}: `{}` stands there twice", level.is));
        }
        out.push(Level { is, say: level.say.trim().to_owned() });
    }
    for wanted in (1..=most).map(Some).chain([None]) {
        if !out.iter().any(|l| l.is == wanted) {
            let word = wanted.map_or_else(|| UNRATED.to_owned(), |n| n.to_string());
            return Err(format!("{name}: `{word}` is missing: say where such a client stands"));
        }
    }
    Ok(out)
}

fn issue(place: &str, word: &str) -> Result<IssueKind, String> {
    IssueKind::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = IssueKind::ALL.iter().map(|k| k.word()).collect();
        format!("{place}: `{word}` is no kind of issue; known are {}", known.join(", "))
    })
}

fn within(place: &str, minutes: u16) -> Result<u16, String> {
    let fits = (1..=7 * 24 * 60).contains(&minutes);
    if fits { Ok(minutes) } else { Err(format!("{place}: between 1 and 10080 minutes")) }
}

impl StormPolicy {
    /// The rules that come with caseload.
    pub fn embedded() -> Result<Self, String> {
        Self::parse(EMBEDDED)
    }

    /// Reads a file of rules, or says what is wrong in it and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let raw: Raw = toml::from_str(text).map_err(|e| e.to_string())?;
        if Day::parse_iso(&raw.from).is_none() {
            return Err(format!("from: `{}` is no day; write 2026-01-31", raw.from));
        }
        let mut steps: Vec<Step> = Vec::new();
        for (n, step) in raw.power.into_iter().enumerate() {
            let place = format!("power {}", n + 1);
            if step.is.trim().is_empty() || step.is.len() > 20 || steps.iter().any(|s| s.is == step.is) {
                return Err(format!("{place}: `is` is a word of its own, at most 20 letters"));
            }
            let need = match step.need.as_str() {
                "" => None,
                word => Some(Need::from_word(word).ok_or_else(|| format!("{place}: `{word}` is no need of a client"))?),
            };
            let words = step.words.iter().map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty()).collect();
            steps.push(Step { is: step.is, need, words });
        }
        if steps.len() > 20 {
            return Err("power: at most 20 steps".to_owned());
        }
        let at_levels =
            |place: &str, words: &[String]| words.iter().map(|w| number(place, w, 4)).collect::<Result<Vec<_>, _>>();
        let at_power = |place: &str, words: &[String]| match words.iter().find(|w| !steps.iter().any(|s| s.is == **w)) {
            Some(word) => Err(format!("{place}: `{word}` is no step of power of this file")),
            None => Ok(words.to_vec()),
        };
        if !(1..=20).contains(&raw.no_answer.calls) {
            return Err("no_answer.calls: between 1 and 20".to_owned());
        }
        if raw.no_answer.task.trim().is_empty() || raw.no_answer.task.len() > 60 {
            return Err("no_answer.task: says what is to be done, in at most 60 letters".to_owned());
        }
        if raw.near.minutes > 600 {
            return Err("near.minutes: at most 600".to_owned());
        }
        Ok(Self {
            version: raw.version,
            levels: levels("level", raw.level, 4)?,
            transports: levels("transport", raw.transport, 3)?,
            near: raw.near.minutes,
            calls: raw.no_answer.calls,
            task: raw.no_answer.task.trim().to_owned(),
            task_minutes: within("no_answer.minutes", raw.no_answer.minutes)?,
            missing: issue("no_answer.issue", &raw.no_answer.issue)?,
            missing_levels: at_levels("no_answer.levels", &raw.no_answer.levels)?,
            missing_power: at_power("no_answer.power", &raw.no_answer.power)?,
            help: issue("help.issue", &raw.help.issue)?,
            severe: issue("help.severe", &raw.help.severe)?,
            severe_levels: at_levels("help.levels", &raw.help.levels)?,
            severe_power: at_power("help.power", &raw.help.power)?,
            end_minutes: within("end.minutes", raw.end.minutes)?,
            steps,
        })
    }

    /// What is opened when a client of this level with this step of power needs help.
    pub fn help(&self, level: Option<u8>, power: Option<&str>) -> IssueKind {
        let severe = power.is_some_and(|p| self.severe_power.iter().any(|s| s == p));
        if severe || self.severe_levels.contains(&level) { self.severe } else { self.help }
    }

    /// Whether such a client cannot wait for a task when nobody answers.
    pub fn is_missing(&self, level: Option<u8>, power: Option<&str>) -> bool {
        self.missing_levels.contains(&level) || power.is_some_and(|p| self.missing_power.iter().any(|s| s == p))
    }

    /// What it changes of another version, a line each.
    pub fn changes(&self, of: &Self) -> Vec<String> {
        let mut out = Vec::new();
        let mut said = |what: &str, was: String, is: String| {
            if was != is {
                out.push(format!("{what}: {was} → {is}"));
            }
        };
        let order = |levels: &[Level]| {
            let each = levels.iter().map(|l| format!("{} ({})", l.word(), l.say));
            each.collect::<Vec<_>>().join(", ")
        };
        said("levels in the order of calling", order(&of.levels), order(&self.levels));
        let power = |p: &Self| {
            let each = p.steps.iter().map(|s| format!("{} ({})", s.is, s.words.join(", ")));
            each.collect::<Vec<_>>().join(", ")
        };
        said("power and oxygen in the order of calling", power(of), power(self));
        said("transport in the order of calling", order(&of.transports), order(&self.transports));
        said("minutes of a way that is near", of.near.to_string(), self.near.to_string());
        let no_answer = |p: &Self| {
            let who = whom(&p.missing_levels, &p.missing_power);
            format!("{} calls, then {} in {} min; {} for {who}", p.calls, p.task, p.task_minutes, p.missing.word())
        };
        said("when nobody answers", no_answer(of), no_answer(self));
        let help = |p: &Self| {
            let who = whom(&p.severe_levels, &p.severe_power);
            format!("{}; {} for {who}", p.help.word(), p.severe.word())
        };
        said("who needs help", help(of), help(self));
        said("minutes for tasks at the end", of.end_minutes.to_string(), self.end_minutes.to_string());
        out
    }
}

fn whom(levels: &[Option<u8>], power: &[String]) -> String {
    let levels = levels.iter().map(|l| l.map_or_else(|| "no level".to_owned(), |n| format!("level {n}")));
    let all: Vec<String> = levels.chain(power.iter().cloned()).collect();
    if all.is_empty() { "nobody".to_owned() } else { all.join(", ") }
}
