//! Where clients live and caregivers start, as coordinates, and the ways between two places that are known better than
//! any reckoning.

use super::ids::{ClientId, StaffId};
use super::record::{Owner, body};
use super::text::Text;
use serde::{Deserialize, Serialize};

/// One end of a way: one of these three.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct WayEnd {
    /// A client's home.
    pub client: Option<ClientId>,
    /// Where a caregiver's day starts.
    pub staff: Option<StaffId>,
    /// All of a postal code.
    pub postcode: Text<20>,
}

impl WayEnd {
    /// It says one place and no other.
    pub fn is_one(&self) -> bool {
        usize::from(self.client.is_some()) + usize::from(self.staff.is_some()) + usize::from(!self.postcode.is_empty())
            == 1
    }
}

/// Where a place is (WGS 84).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Of this client's home.
    pub client: Option<ClientId>,
    /// Of where this caregiver's day starts.
    pub staff: Option<StaffId>,
    /// Of all of a postal code, where nothing closer is known.
    pub postcode: Text<20>,
    /// Degrees of latitude in millionths, north positive.
    pub latitude: i32,
    /// Degrees of longitude in millionths, east positive.
    pub longitude: i32,
}

/// The way between two places, both ways, as somebody knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownWay {
    /// One end.
    pub from: WayEnd,
    /// The other.
    pub to: WayEnd,
    /// Minutes from door to door.
    pub minutes: u16,
    /// Tenths of a mile.
    pub tenths: u32,
}

body!(
    Position: PositionId => |position, _| position.client.into(),
    KnownWay: KnownWayId => |_, _| Owner::Agency,
);
