//! Reads everything and compares: the chain from the first entry, the working copy against the feed in both directions,
//! every derived row against its record. Names kinds, ids and seqs; never what a record says.

use super::apply::{count, for_each_record};
use super::engine::{Derive, EngineError, Kept, Kind, RecordId, Report, Seq};
use super::files::Files;
use super::frame::Frame;
use super::journal::{CHANGES, Step, Tip, read_chain};
use super::layout::{
    Sort, all, decode_place, decode_seq, encode_place, encode_seq, entry_key, history_key, record_key, request_key,
    row_key,
};
use super::stored::{Stored, decode_head};
use super::working::{WorkingCopy, WorkingError};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// More problems than this are counted, not listed.
const MOST_LISTED: usize = 100;

struct Findings {
    report: Report,
    unlisted: u64,
}

impl Findings {
    fn problem(&mut self, what: String) {
        if self.report.problems.len() < MOST_LISTED {
            self.report.problems.push(what);
        } else {
            self.unlisted += 1;
        }
    }
}

/// Compares the journal up to `head` with the working copy.
pub(super) fn verify(stored: Stored<'_>, derive: &dyn Derive, head: &Tip) -> Result<Report, EngineError> {
    let Stored { copy, files, .. } = stored;
    let mut findings = Findings { report: Report::default(), unlisted: 0 };
    let (mut created, mut written) = (0, 0);
    let mut unread = None;
    let reading = read_chain(files, CHANGES, CHANGES.origin(), head.seq, &mut |frame, tip| {
        created += frame.entry.commit.records.iter().filter(|r| r.expect == 0).count() as u64;
        written += frame.entry.commit.records.len() as u64;
        unread = compare_entry(copy, &frame, tip, &mut findings).err();
        unread.is_none()
    })?;
    findings.report.entries = reading.tip.seq;
    if let Some((place, what)) = reading.bad.filter(|_| reading.tip.seq < head.seq) {
        let after = reading.tip.seq;
        findings.problem(format!(
            "{} at byte {}, after entry {after}: {what}",
            CHANGES.file(place.segment),
            place.offset
        ));
    } else if unread.is_none() && reading.tip != *head {
        findings.problem(format!("the journal ends at entry {} and not at entry {}", reading.tip.seq, head.seq));
    }
    let mut rest = || -> Result<(), WorkingError> {
        compare_rows(stored, derive, &mut findings)?;
        if findings.report.records != created {
            findings.problem(format!("{} records stand, {created} were created", findings.report.records));
            name_strays(stored, &mut findings)?;
        }
        let expected = [(Sort::History, written), (Sort::Requests, reading.tip.seq), (Sort::Entries, reading.tip.seq)];
        for (sort, expected) in expected {
            let found = count(copy, sort)?;
            if found != expected {
                findings.problem(format!("{found} keys of the sort {sort:?} stand, {expected} should"));
            }
        }
        Ok(())
    };
    let unread = unread.or(rest().err());
    if let Some(error) = unread {
        findings.problem(error.to_string());
    }
    if findings.unlisted > 0 {
        let more = format!("and {} more", findings.unlisted);
        findings.report.problems.push(more);
    }
    Ok(findings.report)
}

/// Checks the journal alone, from the first entry to the last, without any key and without changing anything: the chain
/// and every stored byte of it. Answers how many entries and record revisions there are, and how many of these are sealed.
pub fn verify_journal(files: &dyn Files) -> Result<JournalReport, EngineError> {
    let mut report = JournalReport::default();
    let reading = read_chain(files, CHANGES, CHANGES.origin(), Seq::MAX, &mut |frame, tip| {
        report.entries = tip.seq;
        report.revisions += frame.keys.len() as u64;
        report.sealed += frame.keys.iter().filter(|key| **key != 0).count() as u64;
        true
    })?;
    report.hash = reading.tip.hash;
    if let Some((place, what)) = reading.bad {
        report.problem = Some(format!(
            "{} at byte {}, after entry {}: {what}",
            CHANGES.file(place.segment),
            place.offset,
            reading.tip.seq
        ));
    }
    Ok(report)
}

/// What [`verify_journal`] counted and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalReport {
    /// Entries in the chain.
    pub entries: u64,
    /// Revisions of records in them.
    pub revisions: u64,
    /// How many of those are sealed.
    pub sealed: u64,
    /// The last entry's hash.
    pub hash: [u8; 32],
    /// Where the chain ends too early.
    pub problem: Option<String>,
}

fn name(kind: Kind, id: &RecordId) -> String {
    let mut text = format!("kind {kind} id ");
    for byte in id {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What an entry must have left: its place, its request, each record's revision, and the record when it is the newest.
fn compare_entry(
    copy: &dyn WorkingCopy,
    frame: &Frame,
    tip: &Tip,
    findings: &mut Findings,
) -> Result<(), WorkingError> {
    let (seq, commit) = (tip.seq, &frame.entry.commit);
    if copy.get(&entry_key(seq))? != Some(encode_place(tip.start)) {
        findings.problem(format!("entry {seq}: its place is not known"));
    }
    if copy.get(&request_key(&commit.request))? != Some(encode_seq(seq)) {
        findings.problem(format!("entry {seq}: its request is not known"));
    }
    for record in &commit.records {
        let (kind, id, rev) = (record.kind, &record.id, record.expect + 1);
        findings.report.compared += 1;
        if copy.get(&history_key(kind, id, rev))? != Some(encode_seq(seq)) {
            findings.problem(format!("{}: revision {rev} of entry {seq} is not in its history", name(kind, id)));
        }
        let Some(value) = copy.get(&record_key(kind, id))? else {
            findings.problem(format!("{}: written by entry {seq}, it is not there", name(kind, id)));
            continue;
        };
        // One that stands in the journal is this very frame.
        let (kept, by, envelope) = decode_head(&value)?;
        let same = by == seq && envelope.is_none_or(|envelope| envelope == record.envelope);
        if kept < rev || (kept == rev && !same) {
            findings.problem(format!("{}: it is not as entry {seq} left it", name(kind, id)));
        }
    }
    Ok(())
}

/// Each record's rows must stand, and no others.
fn compare_rows(stored: Stored<'_>, derive: &dyn Derive, findings: &mut Findings) -> Result<(), WorkingError> {
    let mut expected = 0;
    for_each_record(stored, &mut |kind, id, kept| {
        findings.report.records += 1;
        for row in derive.rows(kind, id, kept) {
            expected += 1;
            if stored.copy.get(&row_key(row.set, &row.key))?.as_ref() != Some(&row.value) {
                findings.problem(format!("{}: its row in set {} is wrong or missing", name(kind, id), row.set));
            }
        }
        Ok(())
    })?;
    findings.report.rows = count(stored.copy, Sort::Rows)?;
    if findings.report.rows != expected {
        let found = findings.report.rows;
        findings.problem(format!("{found} rows stand, the records make {expected}"));
        count_extra_rows(stored, derive, findings)?;
    }
    Ok(())
}

/// Says in which sets rows stand that no record makes. Kept as hashes, so that a million rows cost little; a row's key may
/// name a person and is not shown.
fn count_extra_rows(stored: Stored<'_>, derive: &dyn Derive, findings: &mut Findings) -> Result<(), WorkingError> {
    let digest = |key: &[u8]| {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        hasher.finish()
    };
    let mut made = HashSet::new();
    for_each_record(stored, &mut |kind, id, kept| {
        made.extend(derive.rows(kind, id, kept).iter().map(|row| digest(&row_key(row.set, &row.key))));
        Ok(())
    })?;
    let mut extra = [0_u64; 256];
    let (mut from, to) = all(Sort::Rows);
    loop {
        let page = stored.copy.scan(&from, &to, 1000)?;
        let Some((last, _)) = page.last() else { break };
        from.clone_from(last);
        from.push(0);
        for (key, _) in page.iter().filter(|(key, _)| !made.contains(&digest(key))) {
            if let Some(count) = key.get(1).and_then(|set| extra.get_mut(usize::from(*set))) {
                *count += 1;
            }
        }
    }
    for (set, count) in extra.iter().enumerate().filter(|(_, count)| **count > 0) {
        findings.problem(format!("set {set}: {count} rows that no record makes"));
    }
    Ok(())
}

/// Names the records that no entry of the feed wrote.
fn name_strays(stored: Stored<'_>, findings: &mut Findings) -> Result<(), WorkingError> {
    for_each_record(stored, &mut |kind, id, kept| {
        if !wrote(stored, kind, id, kept)? {
            findings.problem(format!("{}: no entry of the journal wrote it (it says {})", name(kind, id), kept.seq));
        }
        Ok(())
    })
}

fn wrote(stored: Stored<'_>, kind: Kind, id: &RecordId, kept: &Kept) -> Result<bool, WorkingError> {
    let Stored { copy, files, .. } = stored;
    let known: Option<Seq> = copy.get(&history_key(kind, id, kept.rev))?.map(|value| decode_seq(&value)).transpose()?;
    let Some(place) = copy.get(&entry_key(kept.seq))? else { return Ok(false) };
    let step = CHANGES.reader(files, decode_place(&place)?).step();
    let named = matches!(step, Ok(Step::Frame(frame, _)) if frame.entry.seq == kept.seq
        && frame.entry.commit.records.iter().any(|r| r.kind == kind && r.id == *id && r.expect + 1 == kept.rev));
    Ok(named && known == Some(kept.seq))
}
