//! The working copy written anew while acts go on: everything as it stood at one entry, in the order of keys, into a new
//! one; that compared with the journal; what was done meanwhile applied from the journal; then swapped.

use super::{JournaledEngine, Trouble};
use crate::domain::time::{DAY, Moment};
use crate::store::engine::EngineError;
use crate::store::files::{read_whole, replace};
use crate::store::journal::io_error;
use crate::store::layout::{Sort, all};
use crate::store::snapshot::Filling;
use crate::store::still::walk;
use crate::store::verify::verify;
use crate::store::working::WorkingCopy;

/// When it was done last, in ms.
const FILE: &str = "compacted";
/// Below this size nothing is gained.
const LEAST: u64 = 256_000_000;

/// Whether it is worth it: a large file, most of it dead, not done within a day, and room for two more of it.
pub(crate) fn is_worth(bytes: u64, live: u64, last: Option<Moment>, now: Moment, free: Option<u64>) -> bool {
    let long_ago = last.is_none_or(|last| last > now || now.since(last) >= DAY);
    bytes > LEAST
        && bytes > live.saturating_mul(3)
        && long_ago
        && free.is_none_or(|free| free >= bytes.saturating_mul(2))
}

impl JournaledEngine {
    /// Writes the working copy anew when that is worth it; answers its size before and after.
    pub fn compact_when_due(&self, now: Moment) -> Result<Option<(u64, u64)>, EngineError> {
        let bytes = self.home.bytes();
        let last = read_whole(&*self.files, FILE, 8).map_err(|e| io_error(FILE, &e))?;
        let last = last.and_then(|bytes| bytes.try_into().ok()).map(|ms| Moment(i64::from_le_bytes(ms)));
        let free = self.files.room().map_err(|e| io_error(FILE, &e))?;
        // What is live is counted only when the rest of the rule says so: that reads all of it.
        if !is_worth(bytes, 0, last, now, free) || !is_worth(bytes, self.live_bytes()?, last, now, free) {
            return Ok(None);
        }
        replace(&*self.files, FILE, &now.0.to_le_bytes()).map_err(|e| io_error(FILE, &e))?;
        self.compact_while_open()?;
        Ok(Some((bytes, self.home.bytes())))
    }

    /// Bytes of all keys and values.
    fn live_bytes(&self) -> Result<u64, EngineError> {
        let mut bytes = 0;
        for sort in [Sort::Records, Sort::Rows, Sort::History, Sort::Requests, Sort::Entries] {
            let (mut from, to) = all(sort);
            loop {
                let page = self.ask(|copy, _| Ok::<_, Trouble>(copy.scan(&from, &to, 1000)?))?;
                bytes += page.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum::<u64>();
                let Some((last, _)) = page.last() else { break };
                from = [&last[..], &[0]].concat();
            }
        }
        Ok(bytes)
    }

    /// Writes the working copy anew. Acts wait only for the last few entries and the swap.
    pub fn compact_while_open(&self) -> Result<(), EngineError> {
        let (mut tip, generation) = {
            let state = self.read();
            (state.tip, state.generation)
        };
        let layout = self.layout();
        let io = |trouble: Trouble| match trouble {
            Trouble::Engine(error) => error,
            Trouble::Working(error) => EngineError::Io(error.to_string()),
        };
        let fresh = self.home.beside()?;
        self.fill_from(&*fresh, tip).map_err(io)?;
        let report = verify(self.stored(&*fresh), &*self.derive, &tip)?;
        if let Some(problem) = report.problems.first() {
            return Err(EngineError::Io(format!("what was written anew is not the same: {problem}")));
        }
        let head = self.read().tip;
        self.replay(&*fresh, tip, head.seq).map_err(io)?;
        tip = head;
        // From here on commits wait.
        let _journal = self.journal();
        let mut state = self.write();
        if state.generation != generation || state.given_up.is_some() || self.layout() != layout {
            // It was made anew meanwhile, because it was damaged or somebody was erased: that one stays.
            return Ok(());
        }
        self.replay(&*fresh, tip, state.tip.seq).map_err(io)?;
        let Some(old) = state.copy.take() else { return Ok(()) };
        drop(old);
        state.generation += 1;
        let swapped = self.home.discard().and_then(|()| self.home.swap_in_beside(fresh));
        match swapped {
            Ok(copy) => {
                state.copy = Some(copy);
                Ok(())
            }
            Err(error) => self.rebuild(&mut state, &crate::store::working::WorkingError(error.to_string())),
        }
    }

    fn fill_from(&self, fresh: &dyn WorkingCopy, tip: crate::store::journal::Tip) -> Result<(), Trouble> {
        let mut filling = Filling::new(fresh, &*self.derive);
        let mut failed = None;
        walk(self, tip.seq, &mut |item| {
            filling.add(item).map_err(|error| {
                failed = Some(error.clone());
                EngineError::Io(error.to_string())
            })
        })
        .map_err(|error| failed.take().map_or(Trouble::Engine(error), Trouble::Working))?;
        Ok(filling.finish(tip, self.layout())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_large_and_mostly_dead_file_is_written_anew_and_once_a_day() {
        let (mb, now) = (1_000_000, Moment(100 * DAY));
        let yesterday = Some(now.plus(-DAY));
        assert!(is_worth(400 * mb, 100 * mb, None, now, Some(900 * mb)));
        assert!(is_worth(400 * mb, 100 * mb, yesterday, now, None));
        assert!(!is_worth(200 * mb, mb, None, now, None), "small ones are always several times as large");
        assert!(!is_worth(400 * mb, 134 * mb, None, now, None), "a third of it is live");
        assert!(!is_worth(400 * mb, mb, Some(now.plus(-DAY + 1)), now, None), "done within a day");
        assert!(!is_worth(400 * mb, mb, None, now, Some(799 * mb)), "too little room");
    }
}
