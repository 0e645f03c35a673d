//! Calls and messages, and the promises made in them.

use super::attention::AlertKey;
use super::ids::{ClientId, CommunicationId, ContactId, OfficeId, StaffId, UserId};
use super::record::body;
use super::text::Text;
use super::time::{Happened, Moment};
use super::words::{opaque, words};
use serde::{Deserialize, Serialize};

words! {
    /// Which way.
    Direction { Out = "out", In = "in" }
}

impl Direction {
    /// Who called whom and how it went: `Keisha Marsh LPN called`, `called Grace Adeyemi: no answer`.
    pub fn said(self, with: &str, result: CallResult) -> String {
        match (self, result) {
            (Self::In, CallResult::Reached) => format!("{with} called"),
            (Self::In, _) => format!("{with} called: {}", result.word()),
            (Self::Out, _) => format!("called {with}: {}", result.word()),
        }
    }
}

words! {
    /// By what.
    Channel { Phone = "phone", Message = "message", Fax = "fax", InPerson = "in person", Email = "email" }
}

words! {
    /// How a call went.
    CallResult {
        Reached = "reached",
        NoAnswer = "no answer",
        LeftMessage = "left message",
        WrongNumber = "wrong number",
        CallsBack = "calls back",
    }
}

/// What was promised, and by when.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// What.
    pub what: Text<200>,
    /// By when.
    pub due: Moment,
    /// Who promised.
    pub owner: UserId,
    /// Kept at.
    pub kept: Option<Moment>,
}
opaque!(Promise);

/// A call or message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Communication {
    /// Office.
    pub office: OfficeId,
    /// About which client.
    pub client: Option<ClientId>,
    /// With or about which caregiver.
    pub staff: Option<StaffId>,
    /// With which contact.
    pub contact: Option<ContactId>,
    /// With whom, as it was said.
    pub with: Text<120>,
    /// The number called.
    pub number: Text<40>,
    /// Which way.
    pub direction: Direction,
    /// By what.
    pub channel: Channel,
    /// How it went.
    pub result: CallResult,
    /// What was said.
    pub note: Text<8000>,
    /// When.
    pub happened: Happened,
    /// The alert it was about.
    pub about: Option<AlertKey>,
    /// A promise made in it.
    pub promise: Option<Promise>,
    /// The communication that this one corrects: a logged call is amended, never undone away.
    pub amends: Option<CommunicationId>,
}

body!(Communication: CommunicationId => |call, _| call.client.into());
