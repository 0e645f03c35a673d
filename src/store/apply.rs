//! The law of applying: what one entry changes in a working copy. Applying an entry twice changes nothing, so a copy
//! that stopped anywhere can be brought up by going on from its mark.

use super::engine::{Derive, Entry, Kept, Kind, RecordId, Rev, Row};
use super::journal::Tip;
use super::layout::{
    Applied, Sort, all, encode_place, encode_seq, entry_key, history_key, mark_key, read_record_key, record_key,
    request_key, row_key,
};
use super::stored::{Stored, encode_kept};
use super::working::{Batch, WorkingCopy, WorkingError};

/// Adds everything that an entry changes to a batch, the applied mark with it. A batch may hold several entries in their
/// order; whatever it holds is applied whole or not at all.
///
/// `made` holds the rows of each record as the entry leaves it, when the committer has made them already.
pub(super) fn add_entry(
    batch: &mut Batch,
    stored: Stored<'_>,
    derive: &dyn Derive,
    layout: u32,
    entry: &Entry,
    tip: &Tip,
    made: Option<Vec<Vec<Row>>>,
) -> Result<(), WorkingError> {
    let mut made = made.map(Vec::into_iter);
    for record in &entry.commit.records {
        let (kind, id) = (record.kind, &record.id);
        let key = record_key(kind, id);
        let now = Stored { ahead: Some(batch), ..stored };
        let old = now.get(&key)?.map(|value| now.kept(kind, id, &value)).transpose()?;
        let rev = record.expect + 1;
        check_follows(old.as_ref().map_or(0, |kept| kept.rev), rev, entry.seq)?;
        let new = Kept { rev, seq: entry.seq, envelope: record.envelope.clone() };
        let rows = made.as_mut().and_then(Iterator::next).unwrap_or_else(|| derive.rows(kind, id, &new));
        for row in old.map(|kept| derive.rows(kind, id, &kept)).unwrap_or_default() {
            batch.insert(row_key(row.set, &row.key), None);
        }
        for row in rows {
            batch.insert(row_key(row.set, &row.key), Some(row.value));
        }
        batch.insert(history_key(kind, id, rev), Some(encode_seq(entry.seq)));
        batch.insert(key, Some(encode_kept(&new)));
    }
    batch.insert(request_key(&entry.commit.request), Some(encode_seq(entry.seq)));
    batch.insert(entry_key(entry.seq), Some(encode_place(tip.start)));
    batch.insert(mark_key(), Some(Applied { tip: *tip, layout: Some(layout) }.encode()));
    Ok(())
}

/// The revision that stands must be the one before, or the same when the entry is applied again.
fn check_follows(old: Rev, new: Rev, seq: u64) -> Result<(), WorkingError> {
    if old + 1 == new || old == new {
        return Ok(());
    }
    Err(WorkingError(format!("entry {seq} writes revision {new} of a record that stands at {old}")))
}

/// How many keys are put or deleted at once where a commit does not say so; sled's memory grows with its batches.
pub(super) const CHUNK: usize = 100;

/// Makes all rows anew from the records, for a new layout. Cut off in the middle, it begins again at the next open.
pub(super) fn remake_rows(
    stored: Stored<'_>,
    derive: &dyn Derive,
    layout: u32,
    tip: Tip,
    progress: &dyn Fn(u64),
) -> Result<(), WorkingError> {
    let copy = stored.copy;
    let mark = |layout| Batch::from([(mark_key(), Some(Applied { tip, layout }.encode()))]);
    copy.apply(&mark(None))?;
    let (from, to) = all(Sort::Rows);
    loop {
        let old = copy.scan(&from, &to, CHUNK)?;
        if old.is_empty() {
            break;
        }
        copy.apply(&old.into_iter().map(|(key, _)| (key, None)).collect())?;
    }
    let mut done = 0;
    for_each_record(stored, &mut |kind, id, kept| {
        let rows = derive.rows(kind, id, kept);
        let batch = rows.into_iter().map(|row| (row_key(row.set, &row.key), Some(row.value))).collect();
        done += 1;
        progress(done);
        copy.apply(&batch)
    })?;
    copy.apply(&mark(Some(layout)))
}

/// What [`for_each_record`] calls.
pub(super) type EachRecord<'a> = dyn FnMut(Kind, &RecordId, &Kept) -> Result<(), WorkingError> + 'a;

/// Hands on every record in the order of kind and id.
pub(super) fn for_each_record(stored: Stored<'_>, each: &mut EachRecord<'_>) -> Result<(), WorkingError> {
    let (mut from, to) = all(Sort::Records);
    loop {
        let page = stored.copy.scan(&from, &to, CHUNK)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from.clone_from(last);
        from.push(0);
        for (key, value) in &page {
            let (kind, id) = read_record_key(key)?;
            each(kind, &id, &stored.kept(kind, &id, value)?)?;
        }
    }
}

/// How many keys of a sort there are.
pub(super) fn count(copy: &dyn WorkingCopy, what: Sort) -> Result<u64, WorkingError> {
    let (mut from, to) = all(what);
    let mut count = 0;
    loop {
        let page = copy.scan(&from, &to, 1000)?;
        let Some((last, _)) = page.last() else { return Ok(count) };
        from.clone_from(last);
        from.push(0);
        count += page.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance::{Sample, commit, write};
    use super::super::faults::FaultFiles;
    use super::super::journal::Place;
    use super::super::working::MemoryCopy;
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn tip(seq: u64) -> Tip {
        let place = |offset| Place { segment: 1, offset };
        Tip { seq, epoch: 1, start: place(seq * 10), end: place(seq * 10 + 10), hash: [seq as u8; 32] }
    }

    fn apply(copy: &MemoryCopy, entry: &Entry) {
        let mut batch = Batch::new();
        let stored = Stored { copy, files: &FaultFiles::new(), ahead: None };
        add_entry(&mut batch, stored, &Sample(1), 1, entry, &tip(entry.seq), None).unwrap();
        copy.apply(&batch).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        /// Each entry twice, and the last one many times, leaves what each once leaves.
        #[test]
        fn applying_twice_changes_nothing(acts in vec(vec((0..5u8, vec(any::<u8>(), 0..9)), 0..4), 1..20)) {
            let (once, twice) = (MemoryCopy::default(), MemoryCopy::default());
            let mut revs = [0_u64; 5];
            for (seq, act) in (1..).zip(acts) {
                let mut writes = Vec::new();
                for (n, envelope) in act {
                    if writes.iter().all(|w: &super::super::engine::RecordWrite| w.id[0] != n) {
                        let rev = &mut revs[usize::from(n)];
                        writes.push(write(1, n, *rev, &envelope));
                        *rev += 1;
                    }
                }
                let entry = Entry { seq, commit: commit(seq, writes) };
                apply(&once, &entry);
                apply(&twice, &entry);
                apply(&twice, &entry);
                prop_assert!(once.dump() == twice.dump());
            }
        }
    }

    #[test]
    fn an_entry_that_skips_a_revision_is_refused() {
        let copy = MemoryCopy::default();
        apply(&copy, &Entry { seq: 1, commit: commit(1, vec![write(1, 1, 0, b"a")]) });
        let files = FaultFiles::new();
        let stored = Stored { copy: &copy, files: &files, ahead: None };
        let skips = Entry { seq: 2, commit: commit(2, vec![write(1, 1, 2, b"c")]) };
        assert!(add_entry(&mut Batch::new(), stored, &Sample(1), 1, &skips, &tip(2), None).is_err());
        let unknown = Entry { seq: 2, commit: commit(2, vec![write(1, 2, 1, b"c")]) };
        assert!(add_entry(&mut Batch::new(), stored, &Sample(1), 1, &unknown, &tip(2), None).is_err());
    }
}
