//! The daily review of a caseload: who has looked at whom, and up to where.

use super::ids::{ClientId, UserId};
use super::record::{Owner, body};
use super::time::Moment;
use serde::{Deserialize, Serialize};

/// One user's last review of one client. There is one for each pair; it moves on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who looked.
    pub user: UserId,
    /// At whom.
    pub client: ClientId,
    /// When.
    pub at: Moment,
    /// The newest commit that she could see then: what came later is new to her.
    pub seen: u64,
}

body!(Review: ReviewId => |review, _| Owner::Client(review.client));
