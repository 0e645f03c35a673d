//! Care plans, thin: problems, goals, interventions, review date.

use super::ids::ClientId;
use super::record::{Owner, body};
use super::text::{Few, Text};
use super::time::Day;
use serde::{Deserialize, Serialize};

/// A care plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarePlan {
    /// Client.
    pub client: ClientId,
    /// Title or category.
    pub title: Text<160>,
    /// Problems.
    pub problems: Few<Text<200>, 20>,
    /// Goals.
    pub goals: Few<Text<200>, 20>,
    /// Interventions.
    pub interventions: Few<Text<200>, 30>,
    /// In force from.
    pub from: Option<Day>,
    /// To be reviewed by.
    pub review: Option<Day>,
    /// In force.
    pub active: bool,
}

body!(CarePlan: CarePlanId => |plan, _| Owner::Client(plan.client));
