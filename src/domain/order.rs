//! Frequency orders: how often a practitioner ordered visits of one discipline.

use super::ids::{ClientId, FrequencyOrderId};
use super::record::{Owner, body};
use super::staff::Discipline;
use super::text::Text;
use super::time::Day;
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where an order stands.
    OrderState {
        /// Written, and waits for the practitioner.
        Drafted = "drafted",
        /// It holds.
        Active = "active",
        /// Another one holds instead.
        Replaced = "replaced",
        /// It holds no more.
        Ended = "ended",
    }
}

/// A frequency order (handbook section 6), kept as it was written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequencyOrder {
    /// Whose.
    pub client: ClientId,
    /// Which discipline's visits.
    pub discipline: Discipline,
    /// As it was written: `SN 2w4,1w5`.
    pub text: Text<400>,
    /// First day on which it holds.
    pub from: Day,
    /// Who ordered it.
    pub by: Text<120>,
    /// When it was given, if known.
    pub given: Option<Day>,
    /// Where it stands.
    pub state: OrderState,
    /// The order that it takes the place of.
    pub replaces: Option<FrequencyOrderId>,
    /// Its last day, where another took its place or it was ended.
    pub last: Option<Day>,
}

body!(FrequencyOrder: FrequencyOrderId => |order, _| Owner::Client(order.client));
