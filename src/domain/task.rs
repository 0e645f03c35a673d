//! Tasks: something somebody has to do by a time.

use super::attention::AlertKey;
use super::ids::{ClientId, OfficeId, StaffId, UserId};
use super::record::body;
use super::text::Text;
use super::time::Moment;
use serde::{Deserialize, Serialize};

/// A task. It is an alert of its owner's until it is done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Office.
    pub office: OfficeId,
    /// The client it is about, if one.
    pub client: Option<ClientId>,
    /// The caregiver it is about, if one.
    pub staff: Option<StaffId>,
    /// What is to be done.
    pub what: Text<200>,
    /// By when.
    pub due: Moment,
    /// Who is to do it; nobody's is everybody's.
    pub owner: Option<UserId>,
    /// The alert that it came from.
    pub about: Option<AlertKey>,
    /// The commit whose undoing made it necessary, or 0.
    pub undid: u64,
    /// Done at.
    pub done: Option<Moment>,
}

body!(Task: TaskId => |task, _| task.client.into());
