//! A group of commits on its way: each sees those before it, nobody outside the committer sees any of them, and all are
//! made durable at once. An overlay over any engine; empty, it hands everything through.

use super::access::AccessLog;
use super::engine::{
    Commit, CommitError, Derive, Engine, EngineError, Entry, Kept, Kind, RecordId, Report, Rev, Rows, Seq, SetId,
};
use super::frame::Hash;
use super::kept::{check_rows, check_sizes};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What the commits of the group have changed.
#[derive(Default)]
struct Group {
    records: BTreeMap<(Kind, RecordId), Kept>,
    rows: BTreeMap<(SetId, Vec<u8>), Option<Vec<u8>>>,
    history: HashMap<(Kind, RecordId), Vec<(Rev, Seq)>>,
    requests: HashMap<[u8; 16], Seq>,
    entries: Vec<Entry>,
}

#[derive(Default)]
struct State {
    /// Commits are held back until the group is sealed.
    holding: bool,
    group: Group,
}

/// An engine that holds commits back until their group is sealed.
///
/// It relies on being the only one that commits to the engine below. Whoever asks the engine below meanwhile sees what
/// is durable, and nothing of the group.
pub struct Staged {
    below: Arc<dyn Engine>,
    derive: Arc<dyn Derive>,
    state: RwLock<State>,
}

impl Staged {
    /// Over this engine, with nothing held back.
    pub fn over(below: Arc<dyn Engine>) -> Self {
        let derive = below.derive();
        Self { below, derive, state: RwLock::default() }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on commits are held back.
    pub fn hold(&self) {
        self.write().holding = true;
    }

    /// Whether commits are held back.
    pub fn is_holding(&self) -> bool {
        self.read().holding
    }

    /// How many commits are held back.
    pub fn held(&self) -> usize {
        self.read().group.entries.len()
    }

    /// Makes the group durable: it is on the disk when this returns. After an error nothing that was said of the group
    /// holds, and nobody knows which of it stands.
    pub fn seal(&self) -> Result<(), CommitError> {
        let mut state = self.write();
        state.holding = false;
        let group = std::mem::take(&mut state.group);
        if group.entries.is_empty() {
            return Ok(());
        }
        let expected: Vec<Seq> = group.entries.iter().map(|e| e.seq).collect();
        let answers = self.below.commit_promised(group.entries.into_iter().map(|e| e.commit).collect());
        for (answer, expected) in answers.into_iter().zip(expected) {
            if answer? != expected {
                return Err(CommitError::Unknown("a commit took another place than it was promised".to_owned()));
            }
        }
        Ok(())
    }

    fn stage(&self, state: &mut State, commit: Commit) -> Result<Seq, CommitError> {
        let unreadable = |error: EngineError| CommitError::ReadOnly(error.to_string());
        if let Some(seq) = state.group.requests.get(&commit.request) {
            return Ok(*seq);
        }
        if let Some(seq) = self.below.by_request(&commit.request).map_err(unreadable)? {
            return Ok(seq);
        }
        check_sizes(&commit)?;
        let seq = self.below.head().map_err(unreadable)? + state.group.entries.len() as Seq + 1;
        let mut made = Vec::with_capacity(commit.records.len());
        for record in &commit.records {
            let (kind, id) = (record.kind, record.id);
            let old = match state.group.records.get(&(kind, id)) {
                Some(kept) => Some(kept.clone()),
                None => self.below.get(kind, &id).map_err(unreadable)?,
            };
            let actual = old.as_ref().map_or(0, |kept| kept.rev);
            if actual != record.expect {
                return Err(CommitError::Conflict { kind, id, actual });
            }
            let kept = Kept { rev: actual + 1, seq, envelope: record.envelope.clone() };
            let rows = self.derive.rows(kind, &id, &kept);
            made.push((kind, id, old, kept, rows));
        }
        check_rows(&made.iter().map(|m| m.4.clone()).collect::<Vec<_>>())?;
        let group = &mut state.group;
        for (kind, id, old, kept, rows) in made {
            for row in old.map(|kept| self.derive.rows(kind, &id, &kept)).unwrap_or_default() {
                group.rows.insert((row.set, row.key), None);
            }
            for row in rows {
                group.rows.insert((row.set, row.key), Some(row.value));
            }
            group.history.entry((kind, id)).or_default().push((kept.rev, seq));
            group.records.insert((kind, id), kept);
        }
        group.requests.insert(commit.request, seq);
        group.entries.push(Entry { seq, commit });
        Ok(seq)
    }
}

impl Engine for Staged {
    fn derive(&self) -> Arc<dyn Derive> {
        Arc::clone(&self.derive)
    }

    fn get(&self, kind: Kind, id: &RecordId) -> Result<Option<Kept>, EngineError> {
        match self.read().group.records.get(&(kind, *id)) {
            Some(kept) => Ok(Some(kept.clone())),
            None => self.below.get(kind, id),
        }
    }

    fn scan(&self, set: SetId, from: &[u8], to: &[u8], limit: usize) -> Result<Rows, EngineError> {
        let state = self.read();
        let group = &state.group.rows;
        if group.is_empty() {
            return self.below.scan(set, from, to, limit);
        }
        let (mut rows, mut next) = (Rows::new(), from.to_vec());
        loop {
            let page = self.below.scan(set, &next, to, limit)?;
            let last = page.last().filter(|_| page.len() == limit).map(|(key, _)| key.clone());
            // What the group says about the stretch that this page covers.
            let within = group.range((set, next.clone())..).take_while(|((s, key), _)| {
                *s == set
                    && (to.is_empty() || key.as_slice() < to)
                    && last.as_ref().is_none_or(|last| key.as_slice() <= last.as_slice())
            });
            let mut merged: BTreeMap<Vec<u8>, Vec<u8>> = page.into_iter().collect();
            for ((_, key), value) in within {
                match value {
                    Some(value) => merged.insert(key.clone(), value.clone()),
                    None => merged.remove(key),
                };
            }
            rows.extend(merged);
            match last {
                Some(mut last) if rows.len() < limit => {
                    last.push(0);
                    next = last;
                }
                _ => break,
            }
        }
        rows.truncate(limit);
        Ok(rows)
    }

    fn records(&self, kind: Kind, from: &RecordId, limit: usize) -> Result<Vec<(RecordId, Kept)>, EngineError> {
        let state = self.read();
        let page = self.below.records(kind, from, limit)?;
        if state.group.records.is_empty() {
            return Ok(page);
        }
        // No record goes away, so a page of the engine's with the group's laid over it holds the first `limit`.
        let mut merged: BTreeMap<RecordId, Kept> = page.into_iter().collect();
        for ((_, id), kept) in state.group.records.range((kind, *from)..=(kind, [u8::MAX; 16])) {
            merged.insert(*id, kept.clone());
        }
        Ok(merged.into_iter().take(limit).collect())
    }

    /// Held back when a group is open, otherwise handed on.
    fn commit(&self, group: Vec<Commit>) -> Vec<Result<Seq, CommitError>> {
        let mut state = self.write();
        if !state.holding {
            return self.below.commit(group);
        }
        // Asked now, because what is staged is promised.
        if let Some(CommitError::NoRoom(why)) = self.below.refuses() {
            return group.iter().map(|_| Err(CommitError::NoRoom(why.clone()))).collect();
        }
        group.into_iter().map(|commit| self.stage(&mut state, commit)).collect()
    }

    fn entries(&self, since: Seq, limit: usize) -> Result<Vec<Entry>, EngineError> {
        let state = self.read();
        let mut list = self.below.entries(since, limit)?;
        let rest = limit.saturating_sub(list.len());
        list.extend(state.group.entries.iter().filter(|e| e.seq > since).take(rest).cloned());
        Ok(list)
    }

    fn history(&self, kind: Kind, id: &RecordId) -> Result<Vec<(Rev, Seq)>, EngineError> {
        let mut list = self.below.history(kind, id)?;
        list.extend(self.read().group.history.get(&(kind, *id)).into_iter().flatten());
        Ok(list)
    }

    fn by_request(&self, request: &[u8; 16]) -> Result<Option<Seq>, EngineError> {
        match self.read().group.requests.get(request) {
            Some(seq) => Ok(Some(*seq)),
            None => self.below.by_request(request),
        }
    }

    fn head(&self) -> Result<Seq, EngineError> {
        Ok(self.below.head()? + self.read().group.entries.len() as Seq)
    }

    /// Of what is durable.
    /// Of what is durable: nothing of the group has a hash yet.
    fn tip(&self) -> (Seq, Hash) {
        self.below.tip()
    }

    fn access(&self) -> &AccessLog {
        self.below.access()
    }

    fn verify(&self) -> Result<Report, EngineError> {
        self.below.verify()
    }

    fn refuses(&self) -> Option<CommitError> {
        self.below.refuses()
    }

    fn checkpoint(&self) -> Result<(), EngineError> {
        self.below.checkpoint()
    }

    /// Of what is durable.
    fn remake_rows(&self) -> Result<(), EngineError> {
        self.below.remake_rows()
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance::{Sample, commit, write};
    use super::super::memory::MemoryEngine;
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn engine() -> Arc<dyn Engine> {
        Arc::new(MemoryEngine::new(Arc::new(Sample(1))))
    }

    /// Everything that can be asked.
    fn all(engine: &dyn Engine) -> (Vec<String>, Seq) {
        let mut said = Vec::new();
        for kind in 1..3 {
            for limit in [1, 2, 3, 100] {
                for from in [0, 2, 4] {
                    let page = engine.records(kind, &[from; 16], limit).unwrap();
                    said.extend(
                        page.iter().map(|(id, k)| format!("{kind} {id:?} {} {} {:?}", k.rev, k.seq, k.envelope)),
                    );
                }
            }
            for n in 0..6 {
                let id = write(kind, n, 0, b"").id;
                said.push(format!("{:?}", engine.history(kind, &id).unwrap()));
                said.push(engine.get(kind, &id).unwrap().map_or_else(String::new, |k| format!("{:?}", k.envelope)));
            }
        }
        for set in 0..4 {
            for limit in [1, 2, 3, 100] {
                said.push(format!("{:?}", engine.scan(set, &[], &[], limit).unwrap()));
                said.push(format!("{:?}", engine.scan(set, &[1], &[200], limit).unwrap()));
            }
        }
        let entries = engine.entries(1, 5).unwrap();
        said.extend(entries.iter().map(|e| format!("{} {:?}", e.seq, e.commit.request)));
        (said, engine.head().unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        /// A group looks to its committer as if each commit had been made at once, to everybody else as if nothing had
        /// happened, and after the seal to both as the former.
        #[test]
        fn a_group_is_seen_by_its_committer_alone(
            acts in vec(vec((1..3u16, 0..6u8, 0..3u64, vec(any::<u8>(), 0..6)), 0..4), 1..12),
            before in 0..6usize,
        ) {
            let (plain, below) = (engine(), engine());
            let staged = Staged::over(Arc::clone(&below));
            for (n, act) in acts.into_iter().enumerate() {
                if n == before {
                    staged.hold();
                }
                let writes: Vec<_> = act.into_iter().map(|(kind, n, rev, bytes)| write(kind, n, rev, &bytes)).collect();
                let one = commit(n as u64 + 1, writes);
                let want = plain.commit(vec![one.clone()]);
                let durable = all(&*below);
                prop_assert_eq!(staged.commit(vec![one.clone()]), want.clone());
                // A repeat answers the same and changes nothing.
                prop_assert_eq!(staged.commit(vec![one]).pop().unwrap().is_ok(), want[0].is_ok());
                prop_assert_eq!(all(&staged), all(&*plain));
                if n >= before {
                    prop_assert_eq!(all(&*below), durable);
                }
            }
            staged.seal().unwrap();
            prop_assert_eq!(staged.held(), 0);
            prop_assert_eq!(all(&*below), all(&*plain));
            prop_assert_eq!(all(&staged), all(&*plain));
        }
    }
}
