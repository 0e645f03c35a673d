//! The working copy as it stood at one entry, walked page by page under short read locks while commits go on. It needs
//! no copy and no stop: nothing but rows is ever taken out of it, each record names the entry that wrote it, and what
//! was written behind the chosen entry is left out or read from the journal as it was before.

use super::engine::{EngineError, Kept, Kind, RecordId, Rev, Rows, Seq};
use super::files::Files;
use super::journal::Place;
use super::kept::{JournaledEngine, Trouble};
use super::layout::{
    Sort, all, behind, decode_place, decode_seq, history_prefix, read_entry_key, read_history_key, read_history_rev,
    read_record_key, read_request_key,
};
use super::stored::{Stored, decode_head};
use super::working::{WorkingCopy, WorkingError};

/// Keys read under one lock.
const PAGE: usize = 200;

/// One thing that stood; rows are left out, they follow from the records.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// A record with its stored bytes.
    Record(Kind, RecordId, Kept),
    /// A revision and the entry that wrote it.
    Revision(Kind, RecordId, Rev, Seq),
    /// A request and the entry that it made.
    Request([u8; 16], Seq),
    /// An entry and where it stands.
    Entry(Seq, Place),
}

/// Hands on everything as entry `until`, which stands, left it.
pub(super) fn walk(
    engine: &JournaledEngine,
    until: Seq,
    each: &mut dyn FnMut(Item) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    for sort in [Sort::Records, Sort::History, Sort::Requests, Sort::Entries] {
        let (mut from, to) = all(sort);
        loop {
            let (items, next) = engine.ask(|copy, _| {
                let page = copy.scan(&from, &to, PAGE)?;
                let next = page.last().filter(|_| page.len() == PAGE).map(|(last, _)| [&last[..], &[0]].concat());
                Ok::<_, Trouble>((read_page(copy, engine.files(), sort, &page, until)?, next))
            })?;
            for item in items {
                each(item)?;
            }
            match next {
                Some(next) => from = next,
                None => break,
            }
        }
    }
    Ok(())
}

fn read_page(
    copy: &dyn WorkingCopy,
    files: &dyn Files,
    sort: Sort,
    page: &Rows,
    until: Seq,
) -> Result<Vec<Item>, WorkingError> {
    let mut items = Vec::with_capacity(page.len());
    for (key, value) in page {
        match sort {
            Sort::Records => {
                let (kind, id) = read_record_key(key)?;
                let stored = Stored { copy, files, ahead: None };
                if let Some(kept) = as_of(stored, kind, &id, value, until)? {
                    items.push(Item::Record(kind, id, kept));
                }
            }
            Sort::History => {
                let (kind, id, rev) = read_history_key(key)?;
                items.push(Item::Revision(kind, id, rev, decode_seq(value)?));
            }
            Sort::Requests => items.push(Item::Request(read_request_key(key)?, decode_seq(value)?)),
            Sort::Entries => items.push(Item::Entry(read_entry_key(key)?, decode_place(value)?)),
            Sort::Rows => {}
        }
    }
    items.retain(|item| match item {
        Item::Record(..) => true,
        Item::Revision(.., seq) | Item::Request(_, seq) | Item::Entry(seq, _) => *seq <= until,
    });
    Ok(items)
}

/// A record as entry `until` left it; `None` when it was made later.
fn as_of(
    stored: Stored<'_>,
    kind: Kind,
    id: &RecordId,
    value: &[u8],
    until: Seq,
) -> Result<Option<Kept>, WorkingError> {
    if decode_head(value)?.1 <= until {
        return stored.kept(kind, id, value).map(Some);
    }
    let prefix = history_prefix(kind, id);
    let mut then = None;
    for (key, value) in stored.copy.scan(&prefix, &behind(&prefix), usize::MAX)? {
        let seq = decode_seq(&value)?;
        if seq <= until {
            then = Some((read_history_rev(&key)?, seq));
        }
    }
    let Some((rev, seq)) = then else { return Ok(None) };
    let envelope = stored.find_in_journal(kind, id, rev, seq)?;
    Ok(Some(Kept { rev, seq, envelope }))
}
