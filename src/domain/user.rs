//! Who uses caseload.

use super::ids::{OfficeId, StaffId};
use super::person::Phones;
use super::record::{Owner, body};
use super::text::Text;
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a user may do follows from this; see `service::access`.
    Role {
        /// Runs a caseload.
        Coordinator = "coordinator",
        /// A clinician in the office.
        Nurse = "nurse",
        /// Plans visits.
        Scheduler = "scheduler",
        /// The money side.
        Biller = "biller",
        /// Supervises coordinators.
        Manager = "manager",
        /// Holds the phone out of hours.
        OnCall = "on-call",
        /// Looks only.
        ReadOnly = "read-only",
        /// A visiting surveyor: looks at what was asked for.
        Surveyor = "surveyor",
        /// Runs the installation.
        Administrator = "administrator",
    }
}

/// A user. Login and uid are both checked: a uid that comes back under another name is refused.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name colleagues read: `J. Alvarez`.
    pub name: Text<80>,
    /// What they may do.
    pub role: Role,
    /// Their office.
    pub office: OfficeId,
    /// The Unix login name.
    pub login: Text<64>,
    /// The Unix user id.
    pub uid: u32,
    /// Where to ring them when something is handed up.
    pub phones: Phones,
    /// Their own record as a caregiver, if they have one.
    pub staff: Option<StaffId>,
    /// May log in.
    pub active: bool,
}

body!(User: UserId => |_, _| Owner::Agency);
