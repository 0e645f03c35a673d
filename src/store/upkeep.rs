//! What a server's timer asks for: the disk looked at, a snapshot when one is due, the old ones rotated out, the working
//! copy written anew when it has grown far past what is in it. One call, [`run`], whenever it is convenient.

use super::engine::{Engine, EngineError};
use super::kept::JournaledEngine;
use super::rotation::is_due;
use super::snapshot::{self, Snapshot};
use crate::domain::time::Moment;

/// What was done, and what is the matter. Lines for a log stand in [`Upkeep::lines`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// The snapshot that was made.
    pub made: Option<Snapshot>,
    /// Older ones that were removed.
    pub removed: Vec<String>,
    /// The working copy was written anew: bytes before and after.
    pub compacted: Option<(u64, u64)>,
    /// Why nothing is taken at the moment.
    pub shut: Option<String>,
    /// What went wrong; it is tried again next time.
    pub problem: Option<String>,
}

impl Upkeep {
    /// What is worth a line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(made) = &self.made {
            lines.push(format!("snapshot {} at entry {}", made.path, made.header.tip.seq));
        }
        if !self.removed.is_empty() {
            lines.push(format!("{} older snapshots removed", self.removed.len()));
        }
        if let Some((before, after)) = self.compacted {
            lines.push(format!("working copy written anew: {} MB, now {} MB", before / 1_000_000, after / 1_000_000));
        }
        lines.extend(self.shut.iter().cloned());
        lines.extend(self.problem.iter().cloned());
        lines
    }
}

/// Whether a snapshot is due. Cheap.
pub fn due(engine: &JournaledEngine, now: Moment) -> Result<bool, EngineError> {
    let newest = snapshot::list(engine.files())?.first().map(|s| (s.header.made, s.header.tip.seq));
    Ok(is_due(engine.keeping(), newest, engine.head()?, now))
}

/// Does what is due. Acts go on meanwhile.
pub fn run(engine: &JournaledEngine, now: Moment) -> Upkeep {
    let mut done = Upkeep { shut: engine.look_at_room(), ..Upkeep::default() };
    if done.shut.is_some() {
        // What takes room waits until there is some.
        return done;
    }
    if let Err(error) = snapshots(engine, now, &mut done) {
        done.problem = Some(format!("no snapshot could be made: {error}"));
        return done;
    }
    match engine.compact_when_due(now) {
        Ok(compacted) => done.compacted = compacted,
        Err(error) => done.problem = Some(format!("the working copy could not be written anew: {error}")),
    }
    done
}

fn snapshots(engine: &JournaledEngine, now: Moment, done: &mut Upkeep) -> Result<(), EngineError> {
    if due(engine, now)? {
        done.made = snapshot::make(engine, now)?;
        done.removed = snapshot::rotate(engine.files(), engine.keeping())?;
    }
    Ok(())
}
