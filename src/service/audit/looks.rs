//! Looks that were noted lately: the same again within some minutes is counted, not written, and how often it was is
//! written when that time is over.

use super::held;
use crate::domain::audit::{Access, Category, Deed, Ending, How};
use crate::domain::ids::UserId;
use crate::domain::record::Kind;
use crate::domain::time::Moment;
use crate::store::engine::Seq;
use std::collections::HashMap;
use std::sync::Mutex;

/// More looks than these are not remembered; the oldest are counted and let go.
const MOST: usize = 20_000;

/// The same look.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Look {
    pub(super) user: UserId,
    pub(super) role: &'static str,
    pub(super) deed: Deed,
    pub(super) category: Category,
    pub(super) ending: Ending,
    pub(super) how: How,
    pub(super) act: &'static str,
    pub(super) subjects: Vec<(Kind, [u8; 16])>,
    /// Of somebody who is no user: from where.
    pub(super) stranger: String,
}

/// A look that was noted, and how often it was repeated since.
struct Recent {
    began: Moment,
    seq: Seq,
    again: u32,
    /// As it was noted.
    first: Access,
}

impl Recent {
    /// The entry that says how often it was repeated, if it was.
    fn counted(self, at: Moment, saw: Seq) -> Option<Access> {
        let count = Some(self.again).filter(|again| *again > 0)?;
        Some(Access { at, deed: Deed::Again, count: Some(count), saw, of: self.seq, ..self.first })
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Looks(Mutex<HashMap<Look, Recent>>);

impl Looks {
    /// Whether this is a look that was noted less than `together` before; it is counted then.
    pub(super) fn is_again(&self, look: &Look, now: Moment, together: i64) -> bool {
        match held(&self.0).get_mut(look) {
            Some(known) if (0..together).contains(&now.since(known.began)) => {
                known.again += 1;
                true
            }
            _ => false,
        }
    }

    /// Remembers a look that is on the disk now. What is to be written for it: how often the one was repeated that it
    /// takes the place of, and where there are too many, those whose time is over.
    pub(super) fn remember(&self, look: Look, seq: Seq, first: Access, together: i64) -> Vec<Access> {
        let (now, saw) = (first.at, first.saw);
        let mut recent = held(&self.0);
        let before = recent.insert(look, Recent { began: now, seq, again: 0, first });
        let full = recent.len() > MOST;
        drop(recent);
        let mut counts: Vec<Access> = before.and_then(|r| r.counted(now, saw)).into_iter().collect();
        if full {
            counts.extend(self.over(now, saw, Some(together)));
        }
        counts
    }

    /// Forgets the looks whose time is over, or every one; what is to be written for them.
    pub(super) fn over(&self, now: Moment, saw: Seq, together: Option<i64>) -> Vec<Access> {
        let is_over = |r: &Recent| together.is_none_or(|together| !(0..together).contains(&now.since(r.began)));
        let over: Vec<Recent> = held(&self.0).extract_if(|_, r| is_over(r)).map(|(_, recent)| recent).collect();
        over.into_iter().filter_map(|recent| recent.counted(now, saw)).collect()
    }
}
