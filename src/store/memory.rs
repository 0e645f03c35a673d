//! The plain engine in memory: no journal, no files, written as simply as the contract reads. It is the model that the
//! other engines are compared with, and holds what need not last (a look at the past, a test).

use super::access::AccessLog;
use super::engine::{
    Commit, CommitError, Derive, Engine, EngineError, Entry, Kept, Kind, RecordId, Report, Rev, Row, Rows, Seq, SetId,
};
use super::frame::{self, Hash};
use super::kept::{check_rows, check_sizes};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

#[derive(Default)]
struct State {
    records: BTreeMap<(Kind, RecordId), Kept>,
    rows: BTreeMap<(SetId, Vec<u8>), Vec<u8>>,
    history: BTreeMap<(Kind, RecordId), Vec<(Rev, Seq)>>,
    requests: HashMap<[u8; 16], Seq>,
    entries: Vec<Entry>,
}

/// An engine in memory.
pub struct MemoryEngine {
    derive: Arc<dyn Derive>,
    access: AccessLog,
    state: RwLock<State>,
}

impl MemoryEngine {
    /// An empty one.
    pub fn new(derive: Arc<dyn Derive>) -> Self {
        Self { derive, access: AccessLog::in_memory(), state: RwLock::default() }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit_one(&self, state: &mut State, commit: Commit) -> Result<Seq, CommitError> {
        if let Some(seq) = state.requests.get(&commit.request) {
            return Ok(*seq);
        }
        check_sizes(&commit)?;
        let seq = state.entries.len() as Seq + 1;
        let mut made = Vec::with_capacity(commit.records.len());
        for record in &commit.records {
            let (kind, id) = (record.kind, record.id);
            let actual = state.records.get(&(kind, id)).map_or(0, |kept| kept.rev);
            if actual != record.expect {
                return Err(CommitError::Conflict { kind, id, actual });
            }
            made.push(Kept { rev: actual + 1, seq, envelope: record.envelope.clone() });
        }
        let rows: Vec<Vec<Row>> =
            commit.records.iter().zip(&made).map(|(r, kept)| self.derive.rows(r.kind, &r.id, kept)).collect();
        check_rows(&rows)?;
        for ((record, kept), rows) in commit.records.iter().zip(made).zip(rows) {
            let (kind, id) = (record.kind, record.id);
            state.history.entry((kind, id)).or_default().push((kept.rev, seq));
            if let Some(old) = state.records.insert((kind, id), kept) {
                for row in self.derive.rows(kind, &id, &old) {
                    state.rows.remove(&(row.set, row.key));
                }
            }
            for row in rows {
                state.rows.insert((row.set, row.key), row.value);
            }
        }
        state.requests.insert(commit.request, seq);
        state.entries.push(Entry { seq, commit });
        Ok(seq)
    }
}

impl Engine for MemoryEngine {
    fn derive(&self) -> Arc<dyn Derive> {
        Arc::clone(&self.derive)
    }

    fn get(&self, kind: Kind, id: &RecordId) -> Result<Option<Kept>, EngineError> {
        Ok(self.read().records.get(&(kind, *id)).cloned())
    }

    fn scan(&self, set: SetId, from: &[u8], to: &[u8], limit: usize) -> Result<Rows, EngineError> {
        let state = self.read();
        let rows = state.rows.range((set, from.to_vec())..);
        let within = rows.take_while(|((s, key), _)| *s == set && (to.is_empty() || key.as_slice() < to));
        Ok(within.take(limit).map(|((_, key), value)| (key.clone(), value.clone())).collect())
    }

    fn records(&self, kind: Kind, from: &RecordId, limit: usize) -> Result<Vec<(RecordId, Kept)>, EngineError> {
        let state = self.read();
        let records = state.records.range((kind, *from)..=(kind, [u8::MAX; 16]));
        Ok(records.take(limit).map(|((_, id), kept)| (*id, kept.clone())).collect())
    }

    fn commit(&self, group: Vec<Commit>) -> Vec<Result<Seq, CommitError>> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        group.into_iter().map(|commit| self.commit_one(&mut state, commit)).collect()
    }

    fn entries(&self, since: Seq, limit: usize) -> Result<Vec<Entry>, EngineError> {
        let since = usize::try_from(since).unwrap_or(usize::MAX);
        Ok(self.read().entries.iter().skip(since).take(limit).cloned().collect())
    }

    fn history(&self, kind: Kind, id: &RecordId) -> Result<Vec<(Rev, Seq)>, EngineError> {
        Ok(self.read().history.get(&(kind, *id)).cloned().unwrap_or_default())
    }

    fn by_request(&self, request: &[u8; 16]) -> Result<Option<Seq>, EngineError> {
        Ok(self.read().requests.get(request).copied())
    }

    fn head(&self) -> Result<Seq, EngineError> {
        Ok(self.read().entries.len() as Seq)
    }

    /// Its hash is of the number alone: nothing that could be altered lasts here.
    fn tip(&self) -> (Seq, Hash) {
        let seq = self.read().entries.len() as Seq;
        (seq, frame::hash(&seq.to_le_bytes()))
    }

    fn access(&self) -> &AccessLog {
        &self.access
    }

    fn verify(&self) -> Result<Report, EngineError> {
        let state = self.read();
        let mut rows = BTreeMap::new();
        for ((kind, id), kept) in &state.records {
            rows.extend(self.derive.rows(*kind, id, kept).into_iter().map(|row| ((row.set, row.key), row.value)));
        }
        let mut problems = Vec::new();
        if rows != state.rows {
            problems.push("the rows are not those that the records make".to_owned());
        }
        let compared = state.entries.iter().map(|entry| entry.commit.records.len() as u64).sum();
        Ok(Report {
            entries: state.entries.len() as u64,
            records: state.records.len() as u64,
            rows: state.rows.len() as u64,
            compared,
            problems,
        })
    }

    fn checkpoint(&self) -> Result<(), EngineError> {
        Ok(())
    }

    fn remake_rows(&self) -> Result<(), EngineError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let rows = state.records.iter().flat_map(|((kind, id), kept)| self.derive.rows(*kind, id, kept));
        state.rows = rows.map(|row| ((row.set, row.key), row.value)).collect();
        Ok(())
    }
}
