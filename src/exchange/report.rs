//! What an import did, without a person's data in it: places, fields, reasons and counts.

use crate::domain::record::Kind;
use crate::domain::safe::safe_line;
use crate::exchange::out::json_text;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Lines of each list that are kept; the totals count on.
pub const KEPT: usize = 1000;

/// A list that stays short, and how long it would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines<T> {
    /// The first of them.
    pub first: Vec<T>,
    /// All of them.
    pub total: u64,
}

impl<T> Lines<T> {
    /// Adds one.
    pub fn push(&mut self, line: T) {
        self.total += 1;
        if self.first.len() < KEPT {
            self.first.push(line);
        }
    }
}

/// Something about one place: what was wrong there, and what mends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remark {
    /// File and line or entry.
    pub place: String,
    /// The field or column, where it is known.
    pub field: String,
    /// Why.
    pub why: String,
    /// What to do, where that is known.
    pub mend: String,
}

impl Remark {
    /// A remark without a mend.
    pub fn new(place: impl Into<String>, field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { place: place.into(), field: field.into(), why: why.into(), mend: String::new() }
    }

    /// With what to do about it.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }
}

/// What reading alone found: known before anything is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Files read.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Records found that caseload keeps.
    pub records: u64,
    /// Not kept, by type and why.
    pub ignored: BTreeMap<String, u64>,
    /// Read for the names in it (organisations, places, medication lists), not kept as records.
    pub used: BTreeMap<String, u64>,
    /// Not taken: where and why.
    pub rejected: Lines<Remark>,
    /// Taken, but something was left out or shortened.
    pub notes: Lines<Remark>,
    /// Said again in the same import: the first one counts.
    pub repeated: Lines<Remark>,
    /// Names somebody who is in none of the files; kept as text where there is a field for it.
    pub dangling: Lines<Remark>,
    /// Files that break off.
    pub broken: Vec<Remark>,
    /// Files that are nothing to read.
    pub passed: Vec<String>,
}

impl Reading {
    /// Counts one as ignored.
    pub fn ignore(&mut self, what: &str) {
        count(&mut self.ignored, what);
    }

    /// Counts one as read for its names.
    pub fn used(&mut self, what: &str) {
        count(&mut self.used, what);
    }
}

/// Types seen are bounded: a file may invent any number of them.
fn count(map: &mut BTreeMap<String, u64>, what: &str) {
    const TYPES: usize = 300;
    if let Some(n) = map.get_mut(what) {
        *n += 1;
    } else {
        let known = map.len() < TYPES && what.len() <= 120;
        *map.entry(if known { what.to_owned() } else { "(other types)".to_owned() }).or_default() += 1;
    }
}

/// What became of the records of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Made.
    pub created: u64,
    /// Changed.
    pub updated: u64,
    /// As they were.
    pub unchanged: u64,
    /// A change made here stays.
    pub kept_local: u64,
    /// Not taken.
    pub rejected: u64,
    /// Taken, though somebody they name was not found (also counted as created or updated).
    pub dangling: u64,
}

/// Where an import stopped, and what had landed by then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub why: String,
    /// The first record that did not land.
    pub from: String,
    /// The last one that did not land for certain.
    pub to: String,
    /// Records that landed before.
    pub landed: u64,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The source's name.
    pub source: String,
    /// Nothing was written.
    pub dry_run: bool,
    /// What reading found.
    pub reading: Reading,
    /// What became of it, by kind.
    pub kinds: BTreeMap<Kind, Counts>,
    /// Records that the service did not take.
    pub rejected: Lines<Remark>,
    /// Fields in which a change made here stays.
    pub kept_local: Lines<Remark>,
    /// References that the service did not find.
    pub dangling: Lines<Remark>,
    /// Commits made: first and last.
    pub commits: Option<(u64, u64)>,
    /// It stopped early.
    pub stopped: Option<Stopped>,
    /// Every identifier seen, by kind, when asked for: who is missing from a full export follows from it.
    pub seen: Vec<(Kind, String)>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: `looking through`, `caregivers`, `clients`, `charts`, `care plans`, `rows`.
    pub phase: &'static str,
    /// Bytes read in this phase.
    pub bytes: u64,
    /// Bytes of this phase.
    pub total: u64,
    /// Records sent so far, in all phases.
    pub records: u64,
}

impl Report {
    /// Sum over the kinds.
    pub fn totals(&self) -> Counts {
        let mut out = Counts::default();
        for c in self.kinds.values() {
            out.created += c.created;
            out.updated += c.updated;
            out.unchanged += c.unchanged;
            out.kept_local += c.kept_local;
            out.rejected += c.rejected;
            out.dangling += c.dangling;
        }
        out
    }

    /// Something was not taken, or it stopped: exit code 1.
    pub fn has_problems(&self) -> bool {
        self.reading.rejected.total > 0
            || !self.reading.broken.is_empty()
            || self.rejected.total > 0
            || self.stopped.is_some()
    }

    /// As lines of safe text, at most `list` lines of each list.
    pub fn text(&self, list: usize) -> String {
        let mut out = String::new();
        let t = self.totals();
        let would = if self.dry_run { "would be " } else { "" };
        let _ = writeln!(
            out,
            "{}: {} file{}, {} bytes, {} records",
            safe_line(&self.source),
            self.reading.files,
            if self.reading.files == 1 { "" } else { "s" },
            self.reading.bytes,
            self.reading.records
        );
        let _ = writeln!(
            out,
            "{would}created {}, updated {}, unchanged {}, kept as changed here {}, rejected {}",
            t.created,
            t.updated,
            t.unchanged,
            t.kept_local,
            t.rejected + self.reading.rejected.total
        );
        for (kind, c) in &self.kinds {
            let _ = writeln!(
                out,
                "  {:<12} created {:>6}  updated {:>6}  unchanged {:>6}  kept {:>4}  rejected {:>4}",
                kind.word().replace('_', " "),
                c.created,
                c.updated,
                c.unchanged,
                c.kept_local,
                c.rejected
            );
        }
        for (title, map) in [("Ignored", &self.reading.ignored), ("Read for names", &self.reading.used)] {
            if !map.is_empty() {
                let all: Vec<String> = map.iter().map(|(k, n)| format!("{} {n}", safe_line(k))).collect();
                let _ = writeln!(out, "{title}: {}", all.join(", "));
            }
        }
        let lists = [
            ("Rejected", &self.reading.rejected),
            ("Rejected by the agency's rules", &self.rejected),
            ("Names somebody who was not found", &self.reading.dangling),
            ("Names somebody who is not here", &self.dangling),
            ("Changed here, so left as it is", &self.kept_local),
            ("Said twice, the first one counts", &self.reading.repeated),
            ("Left out or shortened", &self.reading.notes),
        ];
        for (title, lines) in lists {
            remarks(&mut out, title, &lines.first, lines.total, list);
        }
        remarks(&mut out, "Broken off", &self.reading.broken, self.reading.broken.len() as u64, list);
        if !self.reading.passed.is_empty() {
            let all: Vec<String> = self.reading.passed.iter().take(list).map(|n| safe_line(n).into_owned()).collect();
            let more = self.reading.passed.len().saturating_sub(all.len());
            let _ = writeln!(out, "Not read ({}): {}", self.reading.passed.len(), all.join(", "));
            if more > 0 {
                let _ = writeln!(out, "  … and {more} more");
            }
        }
        if let Some(s) = &self.stopped {
            let _ = writeln!(out, "STOPPED: {}", safe_line(&s.why));
            let _ = writeln!(
                out,
                "  {} records had landed; not certain: {} to {}; nothing after that",
                s.landed,
                safe_line(&s.from),
                safe_line(&s.to)
            );
        }
        out
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let kinds: serde_json::Map<String, Value> = self
            .kinds
            .iter()
            .map(|(k, c)| {
                let counts = json!({"created": c.created, "updated": c.updated, "unchanged": c.unchanged,
                    "kept_local": c.kept_local, "rejected": c.rejected, "dangling": c.dangling});
                (k.word().to_owned(), counts)
            })
            .collect();
        let r = &self.reading;
        json_text(&json!({
            "source": self.source, "dry_run": self.dry_run,
            "files": r.files, "bytes": r.bytes, "records": r.records,
            "kinds": kinds, "ignored": r.ignored, "read_for_names": r.used,
            "rejected": lines(&r.rejected), "rejected_by_service": lines(&self.rejected),
            "dangling": lines(&r.dangling), "dangling_in_agency": lines(&self.dangling),
            "kept_local": lines(&self.kept_local), "repeated": lines(&r.repeated), "notes": lines(&r.notes),
            "broken": r.broken.iter().map(remark).collect::<Vec<_>>(), "not_read": r.passed,
            "commits": self.commits.map(|(a, b)| vec![a, b]),
            "stopped": self.stopped.as_ref().map(|s| json!({"why": s.why, "from": s.from, "to": s.to,
                "landed": s.landed})),
        }))
    }
}

fn remark(r: &Remark) -> Value {
    json!({"place": r.place, "field": r.field, "why": r.why, "mend": r.mend})
}

fn lines(l: &Lines<Remark>) -> Value {
    json!({"total": l.total, "first": l.first.iter().map(remark).collect::<Vec<_>>()})
}

fn remarks(out: &mut String, title: &str, first: &[Remark], total: u64, list: usize) {
    if total == 0 {
        return;
    }
    let _ = writeln!(out, "{title} ({total}):");
    for r in first.iter().take(list) {
        let _ = write!(out, "  {}", safe_line(&r.place));
        if !r.field.is_empty() {
            let _ = write!(out, "  {}", safe_line(&r.field));
        }
        let _ = write!(out, ": {}", safe_line(&r.why));
        if !r.mend.is_empty() {
            let _ = write!(out, " ({})", safe_line(&r.mend));
        }
        out.push('\n');
    }
    let more = total.saturating_sub(first.len().min(list) as u64);
    if more > 0 {
        let _ = writeln!(out, "  … and {more} more");
    }
}
