//! What is kept. Two floors: the floor of bytes (`engine` and what passes it) and this one, written once over any
//! engine: typed records, envelopes, indexes, history. Nothing above sees bytes; nothing below sees a domain type.

pub mod access;
pub mod access_entry;
mod apply;
pub mod backup;
pub mod checkpoint;
pub mod codec;
#[cfg(test)]
mod conformance;
pub mod directory;
pub mod engine;
pub mod faults;
pub mod files;
pub mod frame;
pub mod guard;
pub mod indexes;
pub mod journal;
pub mod keeping;
pub mod kept;
pub mod keyring;
mod layout;
pub mod leaves;
pub mod memory;
pub mod moving;
pub mod proof;
pub mod restore;
pub mod rotation;
pub mod seal;
mod sealing;
pub mod sled;
pub mod snapshot;
pub mod staged;
mod still;
mod stored;
pub mod streams;
pub mod upgrade;
pub mod upkeep;
pub mod verify;
pub mod working;

use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, IssueId, SeriesId, StaffId, StormId, UserId, VisitId};
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Head, Kind, Owner, Record};
use crate::domain::text::Text;
use crate::domain::time::{Day, Moment};
use codec::{ActNote, CodecError};
use engine::{CommitError, Engine, EngineError, Entry, Rev, Seq};
use indexes::VisitLine;
use keyring::Keyring;
use std::sync::Arc;

/// Rows fetched at a time.
const PAGE: usize = 1_000;

/// Why the store could not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// The engine failed.
    Engine(EngineError),
    /// A record could not be read.
    Codec(CodecError),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Engine(e) => e.fmt(f),
            Self::Codec(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<EngineError> for StoreError {
    fn from(e: EngineError) -> Self {
        Self::Engine(e)
    }
}

impl From<CodecError> for StoreError {
    fn from(e: CodecError) -> Self {
        Self::Codec(e)
    }
}

/// A store's answer.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A record on its way into a commit.
pub struct Write {
    kind: Kind,
    id: [u8; 16],
    expect: Rev,
    owner: Owner,
    /// Clear: the store seals it when it is committed.
    envelope: Vec<u8>,
}

impl Write {
    /// A new record.
    pub fn create<B: Body>(id: B::Id, body: &B, by: UserId, at: Moment) -> Result<Self> {
        let head = Head { rev: 1, created_by: by, created_at: at, updated_by: by, updated_at: at, in_error: false };
        Self::of(&Record { id, head, body: body.clone() }, 0)
    }

    /// A changed body over the record that was read.
    pub fn change<B: Body>(was: &Record<B>, body: &B, by: UserId, at: Moment) -> Result<Self> {
        Self::set(was, body, was.head.in_error, by, at)
    }

    /// A changed body, and whether it was entered in error.
    pub fn set<B: Body>(was: &Record<B>, body: &B, in_error: bool, by: UserId, at: Moment) -> Result<Self> {
        let head = Head { rev: was.head.rev + 1, updated_by: by, updated_at: at, in_error, ..was.head };
        Self::of(&Record { id: was.id, head, body: body.clone() }, was.head.rev)
    }

    fn of<B: Body>(record: &Record<B>, expect: Rev) -> Result<Self> {
        let owner = record.body.owner(record.id);
        Ok(Self { kind: B::KIND, id: record.id.into(), expect, owner, envelope: codec::encode(record)? })
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its id.
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    /// The revision it was read at; 0 for a new one.
    pub fn expect(&self) -> Rev {
        self.expect
    }
}

/// A commit in the words of the floor above.
pub struct Act {
    /// The asker's request id.
    pub request: [u8; 16],
    /// The batch, or zeros.
    pub batch: [u8; 16],
    /// Who.
    pub actor: UserId,
    /// When.
    pub at: Moment,
    /// The action's name.
    pub action: &'static str,
    /// From where.
    pub origin: String,
    /// The commit it takes back, or 0.
    pub undoes: Seq,
    /// What was said.
    pub note: ActNote,
    /// The records.
    pub writes: Vec<Write>,
}

/// Typed records over any engine.
#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
    keys: Option<Arc<Keyring>>,
}

impl Store {
    /// Over this engine.
    pub fn over(engine: Arc<dyn Engine>) -> Self {
        let keys = engine.derive().keys();
        Self { engine, keys }
    }

    /// The keys of an encrypted agency.
    pub fn keys(&self) -> Option<&Arc<Keyring>> {
        self.keys.as_ref()
    }

    /// A record out of its envelope; none when whom it is about was erased.
    fn read<B: Body>(&self, id: &[u8; 16], rev: Rev, envelope: &[u8]) -> Result<Option<Record<B>>> {
        match codec::decode_with(self.keys.as_deref(), id, rev, envelope) {
            Ok(record) => Ok(Some(record)),
            Err(CodecError::Erased(_)) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// The engine below, for verify and close.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// One record, entered in error or not.
    pub fn get_any<B: Body>(&self, id: B::Id) -> Result<Option<Record<B>>> {
        let raw: [u8; 16] = id.into();
        match self.engine.get(B::KIND.number(), &raw)? {
            Some(kept) => self.read(&raw, kept.rev, &kept.envelope),
            None => Ok(None),
        }
    }

    /// One record that stands.
    pub fn get<B: Body>(&self, id: B::Id) -> Result<Option<Record<B>>> {
        Ok(self.get_any::<B>(id)?.filter(|r| !r.head.in_error))
    }

    /// Every record of a kind that stands, handed to `f` one at a time.
    pub fn each<B: Body>(&self, mut f: impl FnMut(Record<B>)) -> Result<()> {
        let mut from = [0; 16];
        loop {
            let page = self.engine.records(B::KIND.number(), &from, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            let (last, full) = (*last, page.len() == PAGE);
            for (id, kept) in page {
                if let Some(record) = self.read::<B>(&id, kept.rev, &kept.envelope)?.filter(|r| !r.head.in_error) {
                    f(record);
                }
            }
            match (full, after(last)) {
                (true, Some(next)) => from = next,
                _ => return Ok(()),
            }
        }
    }

    /// Records of a kind that stand, behind an id (from the first, for zeros), until `f` wants no more; answers the id
    /// that it stopped at, none at the end.
    pub fn each_after<B: Body>(
        &self,
        after_id: [u8; 16],
        mut f: impl FnMut(Record<B>) -> bool,
    ) -> Result<Option<[u8; 16]>> {
        let mut from = if after_id == [0; 16] { after_id } else { after(after_id).unwrap_or([u8::MAX; 16]) };
        loop {
            let page = self.engine.records(B::KIND.number(), &from, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(None) };
            let (last, full) = (*last, page.len() == PAGE);
            for (id, kept) in page {
                let record = self.read::<B>(&id, kept.rev, &kept.envelope)?;
                if record.is_some_and(|record| !record.head.in_error && !f(record)) {
                    return Ok(Some(id));
                }
            }
            match (full, after(last)) {
                (true, Some(next)) => from = next,
                _ => return Ok(None),
            }
        }
    }

    /// How many records of a kind there are, up to `most`.
    pub fn count(&self, kind: Kind, most: u64) -> Result<u64> {
        let (mut from, mut n) = ([0; 16], 0u64);
        while n < most {
            let page = self.engine.records(kind.number(), &from, PAGE)?;
            n += page.len() as u64;
            match page.last().and_then(|(id, _)| after(*id)) {
                Some(next) if page.len() == PAGE => from = next,
                _ => break,
            }
        }
        Ok(n)
    }

    fn ids_under(&self, set: engine::SetId, prefix: &[u8], limit: usize) -> Result<Vec<[u8; 16]>> {
        let to = upper(prefix);
        let mut from = prefix.to_vec();
        let mut out = Vec::new();
        while out.len() < limit {
            let page = self.engine.scan(set, &from, &to, PAGE.min(limit - out.len()))?;
            let Some((last, _)) = page.last() else { break };
            from.clone_from(last);
            from.push(0);
            let n = page.len();
            out.extend(page.into_iter().map(|(key, _)| indexes::id_at_end(&key)));
            if n < PAGE {
                break;
            }
        }
        Ok(out)
    }

    /// The records that the values of rows name.
    fn values_under<B: Body>(&self, set: engine::SetId, prefix: &[u8]) -> Result<Vec<Record<B>>> {
        let to = upper(prefix);
        let mut from = prefix.to_vec();
        let mut out = Vec::new();
        loop {
            let page = self.engine.scan(set, &from, &to, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(out) };
            from.clone_from(last);
            from.push(0);
            let n = page.len();
            for (_, value) in page {
                out.extend(self.get::<B>(B::Id::from(indexes::id_at_end(&value)))?);
            }
            if n < PAGE {
                return Ok(out);
            }
        }
    }

    fn records_under<B: Body>(&self, set: engine::SetId, prefix: &[u8], limit: usize) -> Result<Vec<Record<B>>> {
        let ids = self.ids_under(set, prefix, limit)?;
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            out.extend(self.get::<B>(B::Id::from(id))?);
        }
        Ok(out)
    }

    /// What belongs to a client, in the order of its time.
    pub fn of_client<B: Body>(&self, client: ClientId, limit: usize) -> Result<Vec<Record<B>>> {
        self.records_under(indexes::CLIENT, &[&client.0[..], &B::KIND.number().to_be_bytes()].concat(), limit)
    }

    /// What belongs to a caregiver, in the order of its time.
    pub fn of_staff<B: Body>(&self, staff: StaffId, limit: usize) -> Result<Vec<Record<B>>> {
        self.records_under(indexes::STAFF, &[&staff.0[..], &B::KIND.number().to_be_bytes()].concat(), limit)
    }

    /// The newest `limit` things of a client, newest first.
    pub fn newest_of_client<B: Body>(&self, client: ClientId, limit: usize) -> Result<Vec<Record<B>>> {
        let prefix = [&client.0[..], &B::KIND.number().to_be_bytes()].concat();
        let ids = self.ids_under(indexes::CLIENT, &prefix, 20_000)?;
        let mut out = Vec::new();
        for id in ids.into_iter().rev().take(limit) {
            out.extend(self.get::<B>(B::Id::from(id))?);
        }
        Ok(out)
    }

    /// Visits of a client with a planned start in `from..to`, by start.
    pub fn visits_of_client(&self, client: ClientId, from: Moment, to: Moment) -> Result<Vec<VisitId>> {
        let prefix = [&client.0[..], &Kind::Visit.number().to_be_bytes()].concat();
        let low = [&prefix[..], &indexes::time_key(from)].concat();
        let high = [&prefix[..], &indexes::time_key(to)].concat();
        let rows = self.engine.scan(indexes::CLIENT, &low, &high, PAGE)?;
        Ok(rows.into_iter().map(|(key, _)| indexes::visit_of(&key)).collect())
    }

    /// Lines of all visits with a planned start in `from..to`, by start, up to `limit`.
    pub fn visits_between(&self, from: Moment, to: Moment, limit: usize) -> Result<Vec<(VisitId, VisitLine)>> {
        let mut out = Vec::new();
        self.each_visit_between(from, to, limit, |id, line| out.push((id, line)))?;
        Ok(out)
    }

    /// Hands those lines to `f` one at a time, so that a count keeps none of them; answers how many there were.
    pub fn each_visit_between(
        &self,
        from: Moment,
        to: Moment,
        limit: usize,
        mut f: impl FnMut(VisitId, VisitLine),
    ) -> Result<usize> {
        let mut low = indexes::time_key(from).to_vec();
        let high = indexes::time_key(to);
        let mut found = 0;
        while found < limit {
            let want = PAGE.min(limit - found);
            let page = self.engine.scan(indexes::VISITS, &low, &high, want)?;
            let n = page.len();
            found += n;
            for (key, value) in page {
                match indexes::open_value(self.keys.as_deref(), (indexes::VISITS, &key), value) {
                    Ok(line) => f(indexes::visit_of(&key), codec::from_bytes(&line)?),
                    Err(CodecError::Erased(_)) => {}
                    Err(e) => return Err(e.into()),
                }
                low = key;
            }
            low.push(0);
            if n < want {
                break;
            }
        }
        Ok(found)
    }

    /// The visits of a series from a day on, by the day that its rule has for them.
    pub fn visits_of_series(&self, series: SeriesId, from: Day) -> Result<Vec<Record<crate::domain::visit::Visit>>> {
        let (mut low, high) = (indexes::place_key(series, from), upper(&series.0));
        let mut out = Vec::new();
        loop {
            let page = self.engine.scan(indexes::SERIES, &low, &high, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(out) };
            low.clone_from(last);
            low.push(0);
            for (key, _) in &page {
                out.extend(self.get(indexes::visit_of(key))?);
            }
            if page.len() < PAGE {
                return Ok(out);
            }
        }
    }

    /// Offers of visits with a planned start in `from..to`.
    pub fn offers_between(&self, from: Moment, to: Moment) -> Result<Vec<Record<crate::domain::coverage::Offer>>> {
        let (mut low, high) = (indexes::time_key(from).to_vec(), indexes::time_key(to));
        let mut out = Vec::new();
        loop {
            let page = self.engine.scan(indexes::OFFERS, &low, &high, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(out) };
            low.clone_from(last);
            low.push(0);
            for (key, _) in &page {
                out.extend(self.get(indexes::visit_of(key).0.into())?);
            }
            if page.len() < PAGE {
                return Ok(out);
            }
        }
    }

    /// When the last thing was about a client: a visit, an issue, a call, a stay, a task.
    pub fn last_of_client(&self, client: ClientId) -> Result<Option<Moment>> {
        let (mut from, to) = (client.0.to_vec(), upper(&client.0));
        let mut last = None;
        loop {
            let page = self.engine.scan(indexes::CLIENT, &from, &to, PAGE)?;
            let Some((end, _)) = page.last() else { return Ok(last) };
            from.clone_from(end);
            from.push(0);
            let times = page.iter().map(|(key, _)| indexes::time_of(key.get(18..).unwrap_or(&[])));
            last = times.chain(last).max();
            if page.len() < PAGE {
                return Ok(last);
            }
        }
    }

    /// Everything open of a kind.
    pub fn open<B: Body>(&self) -> Result<Vec<Record<B>>> {
        self.records_under(indexes::OPEN, &B::KIND.number().to_be_bytes(), usize::MAX)
    }

    /// The ids of everything open of a kind, without reading it.
    pub fn open_ids<B: Body>(&self) -> Result<Vec<B::Id>> {
        let ids = self.ids_under(indexes::OPEN, &B::KIND.number().to_be_bytes(), usize::MAX)?;
        Ok(ids.into_iter().map(B::Id::from).collect())
    }

    /// Everything of a kind that is listed whole.
    pub fn listed<B: Body>(&self) -> Result<Vec<Record<B>>> {
        self.records_under(indexes::LISTED, &B::KIND.number().to_be_bytes(), usize::MAX)
    }

    /// What people did about an alert.
    pub fn attention(&self, key: &AlertKey) -> Result<Option<Record<crate::domain::attention::Attention>>> {
        match self.pointer(indexes::ATTENTION, &indexes::attention_key(key))? {
            Some(id) => self.get(id.into()),
            None => Ok(None),
        }
    }

    /// What a source last said of an identifier.
    pub fn origin(
        &self,
        source: &str,
        kind: Kind,
        identifier: &str,
    ) -> Result<Option<Record<crate::domain::import_source::ImportSource>>> {
        match self.pointer(indexes::SOURCES, &indexes::source_key(self.keys.as_deref(), source, kind, identifier))? {
            Some(id) => self.get(id.into()),
            None => Ok(None),
        }
    }

    /// Every source that speaks of a record.
    pub fn origins_of(
        &self,
        kind: Kind,
        id: &[u8; 16],
    ) -> Result<Vec<Record<crate::domain::import_source::ImportSource>>> {
        self.records_under(indexes::ORIGINS, &[&kind.number().to_be_bytes()[..], id].concat(), 20)
    }

    /// An issue's timeline, oldest first.
    pub fn timeline(&self, issue: IssueId, limit: usize) -> Result<Vec<Record<crate::domain::issue::IssueEvent>>> {
        self.records_under(indexes::TIMELINE, &issue.0, limit)
    }

    /// Everybody who was called down in a storm.
    pub fn call_downs(&self, storm: StormId) -> Result<Vec<Record<crate::domain::storm::CallDown>>> {
        self.records_under(indexes::TIMELINE, &storm.0, usize::MAX)
    }

    /// A user's last review of a client.
    pub fn review(&self, user: UserId, client: ClientId) -> Result<Option<Record<crate::domain::review::Review>>> {
        match self.pointer(indexes::REVIEWS, &[user.0, client.0].concat())? {
            Some(id) => self.get(id.into()),
            None => Ok(None),
        }
    }

    /// Every review of a user: of whom, and how far.
    pub fn reviews(&self, user: UserId) -> Result<Vec<Record<crate::domain::review::Review>>> {
        self.values_under(indexes::REVIEWS, &user.0)
    }

    /// The ids of the newest `limit` things of a kind of a client, newest first.
    pub fn newest_ids_of_client(&self, client: ClientId, kind: Kind, limit: usize) -> Result<Vec<[u8; 16]>> {
        let ids = self.ids_under(indexes::CLIENT, &[&client.0[..], &kind.number().to_be_bytes()].concat(), 20_000)?;
        Ok(ids.into_iter().rev().take(limit).collect())
    }

    /// The client whom a record is about, if it is about one.
    pub fn client_of(&self, kind: Kind, id: [u8; 16]) -> Result<Option<ClientId>> {
        fn owner<B: Body>(store: &Store, id: [u8; 16]) -> Result<Option<Owner>> {
            Ok(store.get_any::<B>(id.into())?.map(|record| record.body.owner(record.id)))
        }
        match by_kind!(kind, owner::<_>(self, id))? {
            Some(Owner::Client(client)) => Ok(Some(client)),
            // A line of a timeline is about whom its issue is about.
            Some(Owner::Record(of, its)) if (of, its) != (kind, id) => self.client_of(of, its),
            _ => Ok(None),
        }
    }

    /// A record as it stood right after a commit; none when it was made later.
    pub fn before<B: Body>(&self, id: B::Id, seq: Seq) -> Result<Option<Record<B>>> {
        let raw: [u8; 16] = id.into();
        if seq == 0 {
            return Ok(None);
        }
        let history = self.engine.history(B::KIND.number(), &raw)?;
        match history.into_iter().rev().find(|(_, at)| *at <= seq) {
            Some((_, at)) => match self.engine.entry(at)? {
                Some(entry) => self.in_entry::<B>(&entry, &raw),
                None => Ok(None),
            },
            None => Ok(None),
        }
    }

    /// What changed about a client (or in an issue's timeline) after a commit: commit, kind and id of the last change of
    /// each record, newest first, at most `limit`.
    pub fn changed_since(&self, owner: [u8; 16], seq: Seq, limit: usize) -> Result<Vec<(Seq, Kind, [u8; 16])>> {
        let from = owner.to_vec();
        let to = [&owner[..], &indexes::newest_first(seq)].concat();
        let rows = self.engine.scan(indexes::CHANGED, &from, &to, limit)?;
        Ok(rows.into_iter().filter_map(|(key, _)| indexes::change_of(&key)).collect())
    }

    fn pointer(&self, set: engine::SetId, key: &[u8]) -> Result<Option<[u8; 16]>> {
        let mut to = key.to_vec();
        to.push(0);
        let rows = self.engine.scan(set, key, &to, 1)?;
        Ok(rows.first().map(|(_, value)| indexes::id_at_end(value)))
    }

    /// Commits one act; on disk when this returns.
    pub fn commit(&self, act: Act) -> std::result::Result<Seq, CommitError> {
        let commit = self.commit_of(act)?;
        self.engine.commit(vec![commit]).pop().unwrap_or(Err(CommitError::Malformed("nothing was committed")))
    }

    /// A record as one of its revisions was.
    pub fn revision<B: Body>(&self, id: B::Id, rev: Rev) -> Result<Option<Record<B>>> {
        let raw: [u8; 16] = id.into();
        for (r, seq) in self.engine.history(B::KIND.number(), &raw)? {
            if r == rev {
                return match self.engine.entry(seq)? {
                    Some(entry) => self.in_entry::<B>(&entry, &raw),
                    None => Ok(None),
                };
            }
        }
        Ok(None)
    }

    /// The record as an entry wrote it.
    pub fn in_entry<B: Body>(&self, entry: &Entry, id: &[u8; 16]) -> Result<Option<Record<B>>> {
        let found = entry.commit.records.iter().find(|w| w.kind == B::KIND.number() && w.id == *id);
        match found {
            Some(w) => self.read(id, w.expect + 1, &w.envelope),
            None => Ok(None),
        }
    }

    /// What was said about an entry's act.
    pub fn note(&self, entry: &Entry) -> ActNote {
        match codec::decode_note_with(self.keys.as_deref(), &entry.commit.request, &entry.commit.note) {
            Err(CodecError::Erased(_)) => ActNote { summary: Text::clip("erased"), ..ActNote::default() },
            note => note.unwrap_or_default(),
        }
    }
}

/// The id right behind this one.
fn after(mut id: [u8; 16]) -> Option<[u8; 16]> {
    for byte in id.iter_mut().rev() {
        if *byte < 255 {
            *byte += 1;
            return Some(id);
        }
        *byte = 0;
    }
    None
}

/// The first key behind all that begin with `prefix`; empty when there is none.
fn upper(prefix: &[u8]) -> Vec<u8> {
    let mut to = prefix.to_vec();
    while let Some(last) = to.pop() {
        if last < 255 {
            to.push(last + 1);
            return to;
        }
    }
    to
}
