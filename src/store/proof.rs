//! Proves both chains: walks them from their first entry, compares them with the head marks, with every checkpoint that
//! was kept, with each other and with a checkpoint that somebody brings. What was altered, removed, put in another order
//! or cut off is named by its file, byte and entry. Reads only; needs no key and no working copy, and may run beside a
//! server that writes.
//!
//! An entry names the hash of the one before, so an alteration shows at the next entry at the latest. Of the last entry,
//! and of a chain that was made anew as a whole, only a mark from elsewhere can speak: that is what checkpoints are for.

use super::access::{CHECKPOINTS, Start, Why, parts, read_checkpoints, read_starts};
use super::checkpoint::{Brought, Checkpoint, Mark};
use super::engine::{EngineError, Seq};
use super::files::Files;
use super::frame::Hash;
use super::journal::{ACCESSES, CHANGES, Chain, Place, Tip, read_segments};
use crate::domain::time::Moment;
use std::collections::{BTreeMap, HashSet};

/// The action of the change that says that access entries were removed; its batch begins with the hash of the last one.
pub const PURGE: &str = "audit.purge";

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The byte in it.
    pub offset: u64,
    /// The first entry that is not proven; 0 where no entry is meant.
    pub seq: Seq,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.file, self.offset)?;
        if self.seq > 0 {
            write!(f, ", entry {}", self.seq)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What a walk came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Changes that were walked.
    pub changes: u64,
    /// Accesses that were walked.
    pub accesses: u64,
    /// Accesses up to this one were removed, their time being over, and a change says so.
    pub removed: Seq,
    /// Marks of kept checkpoints that were compared.
    pub compared: u64,
    /// How far a checkpoint that was brought proves: the last change and the last access.
    pub proven: Option<(Seq, Seq)>,
    /// What is wrong; empty when all is sound.
    pub findings: Vec<Finding>,
    /// What is worth knowing and is not wrong.
    pub notes: Vec<String>,
}

/// One chain, walked.
struct Walk {
    chain: Chain,
    tip: Tip,
    count: u64,
    /// The first entry that can still be compared.
    first: Seq,
    /// Hashes at the numbers that marks name, and where those entries end.
    hashes: BTreeMap<Seq, (Hash, Place)>,
    findings: Vec<Finding>,
}

impl Walk {
    fn new(chain: Chain, from: Tip) -> Self {
        let hashes = BTreeMap::from([(from.seq, (from.hash, from.end))]);
        Self { chain, tip: from, count: 0, first: from.seq, hashes, findings: Vec::new() }
    }

    fn find(&mut self, place: Place, seq: Seq, what: impl Into<String>) {
        let file = self.chain.file(place.segment);
        self.findings.push(Finding { file, offset: place.offset, seq, what: what.into() });
    }

    /// Compares with a mark; answers whether it could be compared. `whose` names it.
    fn compare(&mut self, mark: Mark, whose: &str) -> bool {
        if mark.seq < self.first {
            return false;
        }
        match self.hashes.get(&mark.seq) {
            Some((hash, _)) if *hash == mark.hash => true,
            Some((_, place)) => {
                let place = *place;
                let what = format!("up to this entry the chain is not the one that {whose} names");
                self.find(place, mark.seq, what);
                true
            }
            None if mark.seq > self.tip.seq => {
                let (place, seq) = (self.tip.end, self.tip.seq + 1);
                let what =
                    format!("the chain ends here, and {whose} names entry {}: what followed is missing", mark.seq);
                self.find(place, seq, what);
                true
            }
            // It stands in a part that is damaged, and the damage is said.
            None => false,
        }
    }
}

/// Walks and compares. `progress` is told how many entries were walked.
pub fn prove(
    files: &dyn Files,
    brought: Option<&Brought>,
    progress: &mut dyn FnMut(u64),
) -> Result<Proof, EngineError> {
    let mut proof = Proof::default();
    // Marks first, then accesses, then changes: what is written meanwhile only adds to what a mark or an access names.
    let kept = kept_checkpoints(files, &mut proof)?;
    let heads = [CHANGES.marked(files)?, ACCESSES.marked(files)?];
    let starts = match read_starts(files) {
        Ok(starts) => starts,
        Err(EngineError::Damaged { file, offset, what, .. }) => {
            proof.findings.push(Finding { file, offset, seq: 0, what });
            Vec::new()
        }
        Err(e) => return Err(e),
    };
    let mut wanted: [HashSet<Seq>; 2] = Default::default();
    for one in &kept {
        wanted[0].insert(one.changes.seq);
        wanted[1].insert(one.accesses.seq);
    }
    match brought {
        Some(Brought::Whole(one)) => {
            wanted[0].insert(one.changes.seq);
            wanted[1].insert(one.accesses.seq);
        }
        Some(Brought::Code(code)) => {
            wanted[0].insert(code.changes);
            wanted[1].insert(code.accesses);
        }
        None => {}
    }
    for (wanted, head) in wanted.iter_mut().zip(&heads) {
        wanted.extend(head.map(|tip| tip.seq));
    }
    let mut newest_seen = (0, Tip::ORIGIN);
    let mut accesses = walk_accesses(files, &starts, &wanted[1], &mut proof, &mut newest_seen, progress)?;
    let mut removals = HashSet::new();
    let mut changes = walk_changes(files, &wanted[0], &mut removals, progress)?;
    for (walk, head) in [&mut changes, &mut accesses].into_iter().zip(heads) {
        if let Some(head) = head.filter(|_| walk.findings.is_empty()) {
            walk.compare(Mark { seq: head.seq, hash: head.hash }, "the head mark");
        }
    }
    if let Some(Start { tip, .. }) = starts.first().filter(|s| s.why == Why::Removed) {
        if tip.hash.first_chunk::<16>().is_some_and(|batch| removals.contains(batch)) {
            proof.removed = tip.seq;
        } else {
            let what =
                format!("the chain begins behind entry {}, and no change says that those before were removed", tip.seq);
            accesses.find(tip.end, tip.seq + 1, what);
        }
    }
    if newest_seen.0 > changes.tip.seq && changes.findings.is_empty() {
        let what = format!("the chain ends here, and access {} saw change {}", newest_seen.1.seq, newest_seen.0);
        changes.find(changes.tip.end, changes.tip.seq + 1, what);
    }
    for walk in [&mut changes, &mut accesses] {
        compare_kept(walk, &kept, &mut proof.compared);
    }
    if let Some(brought) = brought {
        compare_brought(brought, &mut changes, &mut accesses, &mut proof);
    }
    (proof.changes, proof.accesses) = (changes.count, accesses.count);
    proof.findings.extend(changes.findings);
    proof.findings.extend(accesses.findings);
    Ok(proof)
}

fn kept_checkpoints(files: &dyn Files, proof: &mut Proof) -> Result<Vec<Checkpoint>, EngineError> {
    let lines = read_checkpoints(files)?;
    let last = lines.len();
    let mut kept = Vec::with_capacity(last);
    for (n, at, found) in lines {
        match found {
            Some(one) => kept.push(one),
            None if n as usize == last => proof.notes.push(format!("line {n} of {CHECKPOINTS} was not finished")),
            None => proof.findings.push(Finding {
                file: CHECKPOINTS.to_owned(),
                offset: at,
                seq: 0,
                what: format!("line {n} can't be read"),
            }),
        }
    }
    Ok(kept)
}

fn walk_changes(
    files: &dyn Files,
    wanted: &HashSet<Seq>,
    removals: &mut HashSet<[u8; 16]>,
    progress: &mut dyn FnMut(u64),
) -> Result<Walk, EngineError> {
    let mut walk = Walk::new(CHANGES, CHANGES.origin());
    let last = CHANGES.last_segment(files)?;
    let reading = read_segments(files, CHANGES, walk.tip, Seq::MAX, last, &mut |frame, tip| {
        walk.count += 1;
        if walk.count.is_multiple_of(10_000) {
            progress(walk.count);
        }
        if wanted.contains(&tip.seq) {
            walk.hashes.insert(tip.seq, (tip.hash, tip.start));
        }
        if frame.entry.commit.action == PURGE {
            removals.insert(frame.entry.commit.batch);
        }
        true
    })?;
    walk.tip = reading.tip;
    if let Some((place, what)) = reading.bad {
        walk.find(place, reading.tip.seq + 1, what);
    }
    Ok(walk)
}

fn walk_accesses(
    files: &dyn Files,
    starts: &[Start],
    wanted: &HashSet<Seq>,
    proof: &mut Proof,
    newest_seen: &mut (Seq, Tip),
    progress: &mut dyn FnMut(u64),
) -> Result<Walk, EngineError> {
    let parts = parts(starts);
    let first = parts.first().map_or(ACCESSES.origin(), |p| p.from);
    let mut walk = Walk::new(ACCESSES, first);
    if files.list(ACCESSES.directory).is_err() {
        // An agency from before there were accesses.
        return Ok(walk);
    }
    let last = ACCESSES.last_segment(files)?;
    for part in parts {
        let end = part.until.map_or(last, |next| next.tip.end.segment.saturating_sub(1));
        let mut holds_next = part.until.is_some_and(|next| next.tip.hash == part.from.hash);
        let reading = read_segments(files, ACCESSES, part.from, Seq::MAX, end, &mut |frame, tip| {
            walk.count += 1;
            if walk.count.is_multiple_of(10_000) {
                progress(walk.count);
            }
            if wanted.contains(&tip.seq) {
                walk.hashes.insert(tip.seq, (tip.hash, tip.start));
            }
            if frame.entry.commit.undoes > newest_seen.0 {
                *newest_seen = (frame.entry.commit.undoes, *tip);
            }
            holds_next |= part.until.is_some_and(|next| next.tip.hash == tip.hash);
            true
        })?;
        walk.tip = reading.tip;
        let Some(next) = part.until else {
            if let Some((place, what)) = reading.bad {
                walk.find(place, reading.tip.seq + 1, what);
            }
            break;
        };
        let goes_on = ACCESSES.file(next.tip.end.segment);
        match reading.bad {
            Some((place, what)) => {
                let up_to = next.tip.seq;
                walk.find(
                    place,
                    reading.tip.seq + 1,
                    format!("{what}; up to entry {up_to} nothing is proven, {goes_on} goes on"),
                );
            }
            None if reading.tip.seq < next.tip.seq || !holds_next => {
                let what = format!("the entries from here to {} are missing; {goes_on} goes on", next.tip.seq);
                walk.find(reading.tip.end, reading.tip.seq + 1, what);
            }
            None => proof.notes.push(format!("{goes_on} was begun when damage was found before it; that is mended")),
        }
    }
    Ok(walk)
}

/// Compares with the checkpoints that were kept. The first that does not fit is named, with the last that does: what was
/// done lies between the two.
fn compare_kept(walk: &mut Walk, kept: &[Checkpoint], compared: &mut u64) {
    let mut fits: Option<(Seq, Moment)> = None;
    for one in kept {
        let mark = if walk.chain == CHANGES { one.changes } else { one.accesses };
        let before = walk.findings.len();
        let whose = format!("the checkpoint of {}", one.at.rfc3339());
        *compared += u64::from(walk.compare(mark, &whose));
        if walk.findings.len() == before {
            fits = Some((mark.seq, one.at));
            continue;
        }
        if let Some((finding, (seq, at))) = walk.findings.last_mut().zip(fits) {
            finding.what.push_str(&format!(" (up to entry {seq} the checkpoint of {} fits)", at.rfc3339()));
        }
        break;
    }
}

fn compare_brought(brought: &Brought, changes: &mut Walk, accesses: &mut Walk, proof: &mut Proof) {
    const WHOSE: &str = "the checkpoint that was brought";
    let before = changes.findings.len() + accesses.findings.len();
    let (c, a) = match brought {
        Brought::Whole(one) => {
            let seen = [changes.compare(one.changes, WHOSE), accesses.compare(one.accesses, WHOSE)];
            if seen != [true, true] {
                proof.notes.push(format!("{WHOSE} is older than what is kept, or names entries in a damaged part"));
                return;
            }
            (one.changes.seq, one.accesses.seq)
        }
        Brought::Code(code) => {
            let at = |walk: &Walk, seq| walk.hashes.get(&seq).map(|(hash, _)| *hash);
            match (at(changes, code.changes), at(accesses, code.accesses)) {
                (Some(c), Some(a)) if code.fits(&c, &a) => {}
                (Some(_), Some(_)) => {
                    let (place, seq) = (changes.hashes[&code.changes].1, code.changes);
                    let what = format!(
                        "up to this entry, or up to access {}, a chain is not the one that {WHOSE} names; its text would tell which",
                        code.accesses
                    );
                    changes.find(place, seq, what);
                }
                (c, a) => {
                    for (walk, seq, found) in [(changes, code.changes, c), (accesses, code.accesses, a)] {
                        if found.is_none() && seq > walk.tip.seq {
                            walk.compare(Mark { seq, hash: [0; 32] }, WHOSE);
                        } else if found.is_none() {
                            proof.notes.push(format!(
                                "{WHOSE} is older than what is kept, or names entries in a damaged part"
                            ));
                        }
                    }
                    return;
                }
            }
            (code.changes, code.accesses)
        }
    };
    if changes.findings.len() + accesses.findings.len() == before {
        proof.proven = Some((c, a));
    }
}
