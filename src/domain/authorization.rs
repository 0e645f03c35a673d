//! Authorizations: how much of a service a payer pays for, from when to when.

use super::ids::ClientId;
use super::record::{Owner, body};
use super::staff::Discipline;
use super::text::Text;
use super::time::{Day, Moment};
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Over which time the units are counted.
    AuthorizedPer { Whole = "in all", Month = "a month", Week = "a week", Day = "a day" }
}

/// What a payer has authorized.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Whose.
    pub client: ClientId,
    /// Who pays.
    pub payer: Text<80>,
    /// The payer's number for it.
    pub number: Text<60>,
    /// For which discipline's visits; nothing is all.
    pub discipline: Option<Discipline>,
    /// For which service: a visit counts whose service holds this; empty is all.
    pub service: Text<80>,
    /// Minutes of one unit; nothing when a unit is a visit.
    pub unit_minutes: Option<u16>,
    /// How many units.
    pub units: u32,
    /// Counted over this.
    pub per: AuthorizedPer,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// It holds no more.
    pub ended: Option<Moment>,
}

body!(Authorization: AuthorizationId => |authorization, _| Owner::Client(authorization.client));
