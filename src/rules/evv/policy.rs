//! The rules of verification as data: how a clock-in finds its visit, what can be wrong with it, until when it can be
//! mended, and with which reasons. An agency adopts its own; what is wrong in a file is said with its line.

use crate::domain::ids::VisitId;
use crate::domain::time::{Day, MINUTE, Moment};
use serde::Deserialize;
use toml::Spanned;

use super::{Clocked, Found, Planned};

const EMBEDDED: &str = include_str!("../packs/evv.toml");

/// The name under which an agency's own rules of verification are adopted.
pub const NAME: &str = "evv";

/// Every code that [`EvvPolicy::find`] and the service give.
pub const CODES: [&str; 6] = ["missing", "no-visit", "several", "other-person", "cancelled", "differs"];

/// Longest words for what is wrong or why it is right.
const LONGEST: usize = 80;
/// Longest words for what is done about it.
const LONGEST_MEND: usize = 160;
/// Reasons that one card shows by digit.
const REASONS: usize = 20;

/// The rules of verification.
#[derive(Debug, Clone, PartialEq)]
pub struct EvvPolicy {
    /// The word for this version.
    pub version: String,
    early: i64,
    late: i64,
    differ: i64,
    days: i32,
    payers: Vec<(String, i32)>,
    codes: Vec<Code>,
    reasons: Vec<Reason>,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its short name.
    pub code: String,
    /// What the list shows.
    pub say: String,
    /// What is done about it.
    pub mend: String,
}

/// Why it is right all the same, as the agency or its aggregator counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its code.
    pub code: String,
    /// In words.
    pub say: String,
    /// A word of note is needed with it.
    pub note: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: String,
    matching: RawMatching,
    lock: RawLock,
    code: Vec<RawCode>,
    #[serde(default)]
    reason: Vec<RawReason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatching {
    early_minutes: Spanned<u16>,
    late_minutes: Spanned<u16>,
    differ_minutes: Spanned<u16>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLock {
    days: Spanned<u16>,
    #[serde(rename = "mark")]
    _mark: String,
    #[serde(default)]
    payer: Vec<RawPayer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPayer {
    name: Spanned<String>,
    days: Spanned<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCode {
    code: Spanned<String>,
    say: Spanned<String>,
    mend: Spanned<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReason {
    code: Spanned<String>,
    say: Spanned<String>,
    #[serde(default)]
    note: bool,
    #[serde(rename = "mark")]
    _mark: String,
}

/// What is wrong, with the line it stands in.
fn wrong(file: &str, at: usize, why: &str) -> String {
    let line = file.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
    format!("line {line}: {why}")
}

/// Words that are there and not too long.
fn words(file: &str, given: Spanned<String>, field: &str, most: usize) -> Result<String, String> {
    let text = given.get_ref().trim();
    match text.chars().count() {
        0 => Err(wrong(file, given.span().start, &format!("`{field}` is empty"))),
        n if n > most => Err(wrong(file, given.span().start, &format!("`{field}` has {n} letters; at most {most}"))),
        _ => Ok(text.to_owned()),
    }
}

fn within(file: &str, given: &Spanned<u16>, field: &str, from: u16, to: u16) -> Result<i64, String> {
    match *given.get_ref() {
        n if (from..=to).contains(&n) => Ok(i64::from(n)),
        n => Err(wrong(file, given.span().start, &format!("{field} = {n}: between {from} and {to}"))),
    }
}

impl EvvPolicy {
    /// The rules that come with caseload.
    pub fn embedded() -> Result<Self, String> {
        Self::parse(EMBEDDED)
    }

    /// Reads a file of rules, or says what is wrong in it and in which line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let raw: Raw = toml::from_str(text).map_err(|e| {
            let why = e.message().to_owned();
            e.span().map_or_else(|| why.clone(), |span| wrong(text, span.start, &why))
        })?;
        let mut payers = Vec::new();
        for payer in raw.lock.payer {
            let days = within(text, &payer.days, "days", 1, 3650)? as i32;
            payers.push((words(text, payer.name, "name", LONGEST)?.to_lowercase(), days));
        }
        let mut codes: Vec<Code> = Vec::new();
        for raw in raw.code {
            let at = raw.code.span().start;
            let code = words(text, raw.code, "code", 20)?;
            if !CODES.contains(&code.as_str()) {
                let why = format!("code `{code}` is never found; these are: {}", CODES.join(", "));
                return Err(wrong(text, at, &why));
            }
            if codes.iter().any(|c| c.code == code) {
                return Err(wrong(text, at, &format!("code `{code}` stands here twice")));
            }
            codes.push(Code {
                code,
                say: words(text, raw.say, "say", LONGEST)?,
                mend: words(text, raw.mend, "mend", LONGEST_MEND)?,
            });
        }
        if let Some(code) = CODES.iter().find(|c| !codes.iter().any(|r| r.code == **c)) {
            return Err(format!("code `{code}` is missing: say what it shows and what is done about it"));
        }
        let mut reasons: Vec<Reason> = Vec::new();
        for raw in raw.reason {
            let at = raw.code.span().start;
            let code = words(text, raw.code, "code", 20)?;
            if reasons.iter().any(|r| r.code == code) {
                return Err(wrong(text, at, &format!("reason `{code}` stands here twice")));
            }
            if reasons.len() == REASONS {
                return Err(wrong(
                    text,
                    at,
                    &format!("more than {REASONS} reasons: nobody would find the right one among them"),
                ));
            }
            reasons.push(Reason { code, say: words(text, raw.say, "say", LONGEST)?, note: raw.note });
        }
        if reasons.is_empty() {
            return Err("no `[[reason]]`: an exception is resolved with one; name at least one".to_owned());
        }
        Ok(Self {
            version: raw.version,
            early: within(text, &raw.matching.early_minutes, "early_minutes", 0, 720)? * MINUTE,
            late: within(text, &raw.matching.late_minutes, "late_minutes", 0, 720)? * MINUTE,
            differ: within(text, &raw.matching.differ_minutes, "differ_minutes", 0, 240)? * MINUTE,
            days: within(text, &raw.lock.days, "days", 1, 3650)? as i32,
            payers,
            codes,
            reasons,
        })
    }

    /// What it changes of another version, a line each.
    pub fn changes(&self, of: &Self) -> Vec<String> {
        let mut out = Vec::new();
        let mut said = |what: &str, was: String, is: String| {
            if was != is {
                out.push(format!("{what}: {was} → {is}"));
            }
        };
        let minutes = |ms: i64| (ms / MINUTE).to_string();
        said("minutes early that are taken for the visit", minutes(of.early), minutes(self.early));
        said("minutes late that are taken for the visit", minutes(of.late), minutes(self.late));
        said("minutes that say the same", minutes(of.differ), minutes(self.differ));
        said("days until a record locks", of.days.to_string(), self.days.to_string());
        let payers = |p: &Self| {
            let each: Vec<String> = p.payers.iter().map(|(name, days)| format!("{name} {days}")).collect();
            if each.is_empty() { "as the rest".to_owned() } else { each.join(", ") }
        };
        said("days by payer", payers(of), payers(self));
        for code in CODES {
            let words = |p: &Self| p.code(code).map(|c| format!("{}; {}", c.say, c.mend)).unwrap_or_default();
            said(code, words(of), words(self));
        }
        let reasons = |p: &Self| {
            let each =
                p.reasons.iter().map(|r| format!("{}: {}{}", r.code, r.say, if r.note { " + note" } else { "" }));
            each.collect::<Vec<_>>().join(", ")
        };
        said("reasons", reasons(of), reasons(self));
        out
    }

    /// A code's words.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|c| c.code == code)
    }

    /// The reasons with which an exception is resolved, in the order of the file.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// The reason of this code.
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        self.reasons.iter().find(|r| r.code == code)
    }

    /// The last day on which the record of a visit of this day can be mended.
    pub fn locks(&self, payer: &str, visit: Day) -> Day {
        let payer = payer.trim().to_lowercase();
        let days = self.payers.iter().find(|(name, _)| !payer.is_empty() && payer.contains(name)).map(|p| p.1);
        visit.plus(days.unwrap_or(self.days))
    }

    /// The range of planned starts in which a clock-in looks for its visit.
    pub fn around(&self, clocked: &Clocked) -> Option<(Moment, Moment)> {
        let at = clocked.began.or(clocked.ended)?;
        Some((at.plus(-self.late - 24 * 60 * MINUTE), at.plus(self.early + 1)))
    }

    /// Times of two sources say the same.
    pub fn same(&self, a: Moment, b: Moment) -> bool {
        a.since(b).abs() <= self.differ
    }

    /// Which visit it proves.
    pub fn find(&self, clocked: &Clocked, visits: &[Planned]) -> Found {
        let fits = |v: &&Planned| match (clocked.began, clocked.ended) {
            (Some(began), _) => v.start.plus(-self.early) <= began && began <= v.start.plus(self.late),
            // Of an end alone: while it lasted, or not long after.
            (None, Some(ended)) => v.start < ended && ended <= v.end.plus(self.late),
            (None, None) => false,
        };
        let near: Vec<&Planned> = visits.iter().filter(fits).collect();
        let theirs: Vec<&&Planned> = near
            .iter()
            .filter(|v| clocked.staff.is_some() && (v.staff == clocked.staff || v.second == clocked.staff))
            .collect();
        match theirs.as_slice() {
            [one] if one.cancelled => Found::Not("cancelled"),
            [one] => Found::Visit(one.visit),
            [] if near.is_empty() => Found::Not("no-visit"),
            [] => Found::Not("other-person"),
            several => {
                let standing: Vec<VisitId> = several.iter().filter(|v| !v.cancelled).map(|v| v.visit).collect();
                match standing.as_slice() {
                    [one] => Found::Visit(*one),
                    _ => Found::Not("several"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_hold_says_in_which_line_and_why() {
        let with = |line: &str, other: &str| {
            assert!(EMBEDDED.contains(line), "{line}");
            EvvPolicy::parse(&EMBEDDED.replacen(line, other, 1))
        };
        let line = |of: &str| 1 + EMBEDDED[..EMBEDDED.find(of).unwrap()].matches('\n').count();
        let fails = |line_of: &str, other: &str, why: &str| {
            let said = with(line_of, other).unwrap_err();
            let begins = format!("line {}: ", line(line_of));
            assert!(said.starts_with(&begins) && said.contains(why), "{said}");
        };
        fails("days = 30", "days = 0", "between 1 and 3650");
        fails("late_minutes = 120", "late_minutes = 1200", "between 0 and 720");
        fails("late_minutes = 120", "later_minutes = 120", "unknown field");
        fails("code = \"several\"", "code = \"severall\"", "is never found");
        fails("code = \"no-visit\"", "code = \"missing\"", "stands here twice");
        fails("say = \"several visits of the client fit\"", "say = \" \"", "`say` is empty");
        fails("code = \"device\"", "code = \"forgot\"", "reason `forgot` stands here twice");
        let begin = EMBEDDED.find("[[reason]]").unwrap();
        assert!(EvvPolicy::parse(&EMBEDDED[..begin]).unwrap_err().contains("no `[[reason]]`"));
        let end = EMBEDDED.rfind("[[code]]").unwrap();
        let less = format!("{}{}", &EMBEDDED[..end], &EMBEDDED[begin..]);
        assert!(EvvPolicy::parse(&less).unwrap_err().contains("code `differs` is missing"));
        let new = with("days = 30", "days = 95").unwrap();
        assert_eq!(new.changes(&EvvPolicy::embedded().unwrap()), ["days until a record locks: 30 → 95"]);
    }

    #[test]
    fn every_code_has_words_and_a_reason_without_words_of_its_own_asks_for_them() {
        let policy = EvvPolicy::embedded().unwrap();
        for code in CODES {
            assert!(policy.code(code).is_some_and(|c| !c.say.is_empty() && !c.mend.is_empty()));
        }
        assert!(policy.reason("other").is_some_and(|r| r.note) && policy.reason("none").is_none());
        assert!(policy.changes(&policy).is_empty());
    }
}
