//! What every record has: kind, id, revision, who and when.

use super::ids::{ClientId, UserId};
use super::time::Moment;
use super::words::words;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fmt;

words! {
    /// The kinds of record. A kind is stored by [`Kind::number`].
    Kind {
        /// The agency.
        Agency = "agency",
        /// An office.
        Office = "office",
        /// A user.
        User = "user",
        /// A client.
        Client = "client",
        /// A contact.
        Contact = "contact",
        /// A caregiver.
        Staff = "staff",
        /// A place on a care team.
        Membership = "membership",
        /// A credential.
        Credential = "credential",
        /// A visit.
        Visit = "visit",
        /// A hospital stay.
        Stay = "stay",
        /// An issue.
        Issue = "issue",
        /// A line of an issue's timeline.
        IssueEvent = "issue_event",
        /// A reassessment.
        Reassessment = "reassessment",
        /// A care plan.
        CarePlan = "care_plan",
        /// A call or message.
        Communication = "communication",
        /// What people did about a derived alert.
        Attention = "attention",
        /// A medication.
        Medication = "medication",
        /// A diagnosis.
        Diagnosis = "diagnosis",
        /// An allergy.
        Allergy = "allergy",
        /// A code to a home.
        AccessCode = "access_code",
        /// What a source last said.
        ImportSource = "import_source",
        /// An adopted rule file.
        Policy = "policy",
        /// A saved column map.
        ColumnMap = "column_map",
        /// Something to do by a time.
        Task = "task",
        /// A user's last review of a client.
        Review = "review",
        /// A chart opened in an emergency.
        Emergency = "emergency",
        /// A user's own reach.
        Reach = "reach",
        /// A caregiver who cannot come.
        CallOut = "call_out",
        /// A caregiver asked to go to a visit.
        Offer = "offer",
        /// A client and a caregiver who belong together, or must not meet.
        Pairing = "pairing",
        /// A time in which a caregiver does not work.
        TimeOff = "time_off",
        /// Whether a client is safe until somebody comes.
        Safety = "safety",
        /// Visits that come again.
        Series = "series",
        /// A frequency order.
        FrequencyOrder = "frequency_order",
        /// A time in which a client is not visited.
        Hold = "hold",
        /// An external appointment of a client.
        Appointment = "appointment",
        /// What a payer has authorized.
        Authorization = "authorization",
        /// Where a place is.
        Position = "position",
        /// A way between two places, as somebody knows it.
        KnownWay = "known_way",
        /// A clock-in and clock-out of visit verification.
        Clocking = "clocking",
        /// A storm or other emergency of the whole agency.
        Storm = "storm",
        /// A client called in a storm.
        CallDown = "call_down",
    }
}

impl Kind {
    /// The number that the store keeps; never changes, never used again.
    pub fn number(self) -> u16 {
        self as u16 + 1
    }

    /// The kind of this number.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// Who wrote a record and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// 1 when created, +1 with each change.
    pub rev: u64,
    /// Who created it.
    pub created_by: UserId,
    /// When it was entered.
    pub created_at: Moment,
    /// Who changed it last.
    pub updated_by: UserId,
    /// When it was changed last.
    pub updated_at: Moment,
    /// Entered in error: hidden everywhere, kept for ever.
    pub in_error: bool,
}

/// Whose record it is: with whose key it is sealed, and so with whom it can be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The agency's own: its people, its rules, what belongs to no client.
    Agency,
    /// A client's.
    Client(ClientId),
    /// Whoever this record belongs to.
    Record(Kind, [u8; 16]),
}

impl From<Option<ClientId>> for Owner {
    fn from(client: Option<ClientId>) -> Self {
        client.map_or(Self::Agency, Self::Client)
    }
}

/// The stored bytes of a body in an older shape.
pub trait OlderBytes {
    /// Reads them as that shape; nothing when they are not of it.
    fn read<T: DeserializeOwned>(self) -> Option<T>;
}

/// A body that is kept as a record.
pub trait Body: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static {
    /// Its kind.
    const KIND: Kind;
    /// The number of the shape in which it is written; one more whenever a field comes or goes, and then
    /// [`Body::upgrade`] reads the shapes before it.
    const SCHEMA: u16 = 1;
    /// Its id's type.
    type Id: Copy + Eq + Ord + std::hash::Hash + From<[u8; 16]> + Into<[u8; 16]> + fmt::Display + Send + Sync;

    /// Whose it is.
    fn owner(&self, id: Self::Id) -> Owner;

    /// The body in bytes of an older shape: each is kept as a type of its own, read by `bytes.read()`, and made into the
    /// newest here. Nothing when there never was such a shape.
    fn upgrade(schema: u16, bytes: impl OlderBytes) -> Option<Self> {
        let _ = (schema, bytes);
        None
    }
}

/// A body with its id and head.
#[derive(Clone, PartialEq)]
pub struct Record<B: Body> {
    /// Its id.
    pub id: B::Id,
    /// Who and when.
    pub head: Head,
    /// What.
    pub body: B,
}

impl<B: Body> fmt::Debug for Record<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} rev {}", B::KIND.word(), self.id, self.head.rev)
    }
}

impl<B: Body> std::ops::Deref for Record<B> {
    type Target = B;
    fn deref(&self) -> &B {
        &self.body
    }
}

/// Makes types bodies of records: `body!(Visit: VisitId => |visit, _| Owner::Client(visit.client));` says its id and
/// whose it is.
macro_rules! body {
    ($($t:ident: $id:ident => $owner:expr),+ $(,)?) => {
        $(
            impl $crate::domain::record::Body for $t {
                const KIND: $crate::domain::record::Kind = $crate::domain::record::Kind::$t;
                type Id = $crate::domain::ids::$id;
                fn owner(&self, id: Self::Id) -> $crate::domain::record::Owner {
                    let owner: fn(&Self, Self::Id) -> $crate::domain::record::Owner = $owner;
                    owner(self, id)
                }
            }
            impl std::fmt::Debug for $t {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!(stringify!($t), "(…)"))
                }
            }
        )+
    };
}
pub(crate) use body;
