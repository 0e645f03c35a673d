//! The working copy under the journal: an ordered map of bytes with one atomic batch, and the home it is opened in. It
//! answers questions quickly and may be lost at any time; nothing here is the record.

use super::engine::{EngineError, Rows};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Keys to put (`Some`) and to delete (`None`), in the order of keys.
pub type Batch = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The working copy can't be trusted any more; the journal makes a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingError(pub String);

impl std::fmt::Display for WorkingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the working copy is damaged: {}", self.0)
    }
}

/// An ordered map of bytes.
pub trait WorkingCopy: Send + Sync {
    /// One value.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, WorkingError>;
    /// Up to `limit` pairs with `from <= key < to`, ascending. An empty `to` means to the end.
    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Rows, WorkingError>;
    /// Applies all of a batch or none of it, also when the process is killed meanwhile.
    fn apply(&self, batch: &Batch) -> Result<(), WorkingError>;
    /// Brings what was applied to the disk.
    fn flush(&self) -> Result<(), WorkingError>;
}

/// Where the working copy lies: opened, set aside when it is damaged, and replaced by one made anew.
pub trait WorkingHome: Send + Sync {
    /// Tries an open in a way that a panic, an abort or a hang can't hurt; asked after an unclean end only.
    fn probe(&self) -> Result<(), WorkingError> {
        Ok(())
    }
    /// What the files of the closed one are like, byte for byte; asked after a clean close and before the open that
    /// follows it, and compared. Empty when there are none.
    fn fingerprint(&self) -> Result<String, WorkingError> {
        Ok(String::new())
    }
    /// Opens the one that is there; `None` when there is none, so that one that was lost is made anew beside and not
    /// filled in place, where a cut would leave half of it.
    fn open(&self) -> Result<Option<Box<dyn WorkingCopy>>, WorkingError>;
    /// Puts the damaged one, which must be closed, out of the way. Nothing when there is none.
    fn set_aside(&self) -> Result<SetAside, EngineError>;
    /// Removes the one that is there, which must be closed, for one that holds the same.
    fn discard(&self) -> Result<(), EngineError> {
        Ok(())
    }
    /// An empty one to rebuild into, beside the other.
    fn fresh(&self) -> Result<Box<dyn WorkingCopy>, EngineError>;
    /// Closes the rebuilt one, makes it last, puts it in its place and opens it there.
    fn swap_in(&self, fresh: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError>;
    /// An empty one beside the other two, to be filled while they are in use.
    fn beside(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        self.fresh()
    }
    /// What [`WorkingHome::swap_in`] does, for one that was made beside.
    fn swap_in_beside(&self, filled: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        self.swap_in(filled)
    }
    /// Closes one and brings its files to the disk.
    fn close(&self, copy: Box<dyn WorkingCopy>) -> Result<(), WorkingError>;
    /// How much room the files of the one that is there take.
    fn bytes(&self) -> u64 {
        0
    }
}

/// What became of a damaged working copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetAside {
    /// Where it lies now.
    pub kept: Option<String>,
    /// Older ones that were removed for it: no more than two are kept.
    pub removed: Vec<String>,
}

/// A working copy in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryCopy(Arc<RwLock<BTreeMap<Vec<u8>, Vec<u8>>>>);

impl MemoryCopy {
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<Vec<u8>, Vec<u8>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<Vec<u8>, Vec<u8>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything in it.
    pub fn dump(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.read().clone()
    }

    /// One that holds just this.
    pub fn holding(pairs: BTreeMap<Vec<u8>, Vec<u8>>) -> Self {
        Self(Arc::new(RwLock::new(pairs)))
    }
}

impl WorkingCopy for MemoryCopy {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, WorkingError> {
        Ok(self.read().get(key).cloned())
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Rows, WorkingError> {
        if !to.is_empty() && from >= to {
            return Ok(Vec::new());
        }
        let end = if to.is_empty() { Bound::Unbounded } else { Bound::Excluded(to) };
        let pairs = self.read();
        let range = pairs.range::<[u8], _>((Bound::Included(from), end));
        Ok(range.take(limit).map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    fn apply(&self, batch: &Batch) -> Result<(), WorkingError> {
        let mut pairs = self.write();
        for (key, value) in batch {
            match value {
                Some(value) => pairs.insert(key.clone(), value.clone()),
                None => pairs.remove(key),
            };
        }
        Ok(())
    }

    fn flush(&self) -> Result<(), WorkingError> {
        Ok(())
    }
}

/// A home in memory: what is in it stays as long as the home does, as sled's files would.
#[derive(Debug, Default)]
pub struct MemoryHome(RwLock<MemoryCopy>);

impl MemoryHome {
    /// An empty home.
    pub fn new() -> Self {
        Self::default()
    }

    /// A home in which this copy lies.
    pub fn with(copy: MemoryCopy) -> Self {
        Self(RwLock::new(copy))
    }

    /// The copy that lies here.
    pub fn copy(&self) -> MemoryCopy {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl WorkingHome for MemoryHome {
    fn open(&self) -> Result<Option<Box<dyn WorkingCopy>>, WorkingError> {
        let copy = self.copy();
        if copy.read().is_empty() {
            return Ok(None);
        }
        Ok(Some(Box::new(copy)))
    }

    fn set_aside(&self) -> Result<SetAside, EngineError> {
        Ok(SetAside { kept: Some("memory".to_owned()), removed: Vec::new() })
    }

    fn fresh(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        let copy = MemoryCopy::default();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = copy.clone();
        Ok(Box::new(copy))
    }

    fn swap_in(&self, fresh: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        Ok(fresh)
    }

    fn beside(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        Ok(Box::new(MemoryCopy::default()))
    }

    fn swap_in_beside(&self, filled: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        let pairs = filled.scan(&[], &[], usize::MAX).map_err(|e| EngineError::Io(e.to_string()))?;
        let copy = MemoryCopy::holding(pairs.into_iter().collect());
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = copy.clone();
        Ok(Box::new(copy))
    }

    fn close(&self, _copy: Box<dyn WorkingCopy>) -> Result<(), WorkingError> {
        Ok(())
    }
}

impl<H: WorkingHome + ?Sized> WorkingHome for Arc<H> {
    fn probe(&self) -> Result<(), WorkingError> {
        (**self).probe()
    }

    fn fingerprint(&self) -> Result<String, WorkingError> {
        (**self).fingerprint()
    }

    fn open(&self) -> Result<Option<Box<dyn WorkingCopy>>, WorkingError> {
        (**self).open()
    }

    fn set_aside(&self) -> Result<SetAside, EngineError> {
        (**self).set_aside()
    }

    fn discard(&self) -> Result<(), EngineError> {
        (**self).discard()
    }

    fn fresh(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        (**self).fresh()
    }

    fn swap_in(&self, fresh: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        (**self).swap_in(fresh)
    }

    fn beside(&self) -> Result<Box<dyn WorkingCopy>, EngineError> {
        (**self).beside()
    }

    fn swap_in_beside(&self, filled: Box<dyn WorkingCopy>) -> Result<Box<dyn WorkingCopy>, EngineError> {
        (**self).swap_in_beside(filled)
    }

    fn close(&self, copy: Box<dyn WorkingCopy>) -> Result<(), WorkingError> {
        (**self).close(copy)
    }

    fn bytes(&self) -> u64 {
        (**self).bytes()
    }
}
