//! Reassessments that somebody scheduled, completed or waived. Windows that follow from a client's dates alone (recert,
//! SOC + 5, ROC) are derived by `rules::clocks` and need no record until somebody acts.

use super::attention::AlertKey;
use super::ids::{ClientId, VisitId};
use super::record::{Owner, body};
use super::text::Text;
use super::time::{Day, Moment};
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where a reassessment stands.
    ReassessmentState { Pending = "pending", Scheduled = "scheduled", Done = "done", Waived = "waived" }
}

/// A reassessment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassessment {
    /// Client.
    pub client: ClientId,
    /// Instrument or visit type: `Recertification`, `PHQ-9`.
    pub instrument: Text<80>,
    /// The derived window it answers, if one.
    pub window: Option<AlertKey>,
    /// First day.
    pub opens: Day,
    /// Last day.
    pub closes: Day,
    /// Where it stands.
    pub state: ReassessmentState,
    /// The visit that will do it.
    pub visit: Option<VisitId>,
    /// When it was completed.
    pub completed: Option<Moment>,
    /// Result in a line.
    pub result: Text<1000>,
    /// Why it was waived.
    pub waived: Text<400>,
}

body!(Reassessment: ReassessmentId => |reassessment, _| Owner::Client(reassessment.client));
