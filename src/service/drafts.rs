//! Drafts: what was typed and not yet saved, beside the journal and not in it.

use super::api::Draft;
use crate::domain::ids::{DraftId, UserId};
use crate::domain::time::{DAY, Moment};
use std::collections::BTreeMap;

/// A draft that nobody touched for this long is dropped.
pub const EXPIRES: i64 = 30 * DAY;

/// Where drafts are kept.
pub trait Drafts: Send {
    /// Keeps a draft of a user.
    fn save(&mut self, user: UserId, draft: &Draft) -> Result<(), String>;
    /// Forgets one.
    fn forget(&mut self, user: UserId, id: DraftId) -> Result<(), String>;
    /// All of a user's, newest first; expired ones are forgotten.
    fn all(&mut self, user: UserId, now: Moment) -> Result<Vec<Draft>, String>;
    /// How many a user has.
    fn count(&self, user: UserId) -> u16;
}

/// Drafts in memory, for tests and pictures.
#[derive(Default)]
pub struct MemoryDrafts(BTreeMap<(UserId, DraftId), Draft>);

impl Drafts for MemoryDrafts {
    fn save(&mut self, user: UserId, draft: &Draft) -> Result<(), String> {
        self.0.insert((user, draft.id), draft.clone());
        Ok(())
    }

    fn forget(&mut self, user: UserId, id: DraftId) -> Result<(), String> {
        self.0.remove(&(user, id));
        Ok(())
    }

    fn all(&mut self, user: UserId, now: Moment) -> Result<Vec<Draft>, String> {
        self.0.retain(|_, d| now.since(d.at) < EXPIRES);
        let mut mine: Vec<Draft> = self.0.iter().filter(|((u, _), _)| *u == user).map(|(_, d)| d.clone()).collect();
        mine.sort_by_key(|d| (std::cmp::Reverse(d.at), d.id));
        Ok(mine)
    }

    fn count(&self, user: UserId) -> u16 {
        self.0.keys().filter(|(u, _)| *u == user).count() as u16
    }
}
