//! Ids: one newtype a kind of record, so that a visit's id is never taken for a client's. They are UUIDv7: opaque, and
//! in the order of their making, which halves the working copy's size.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The bytes of a UUIDv7 made at `ms` with `random` bits.
pub fn uuid_v7(ms: i64, random: [u8; 10]) -> [u8; 16] {
    *uuid::Builder::from_unix_timestamp_millis(ms.max(0) as u64, &random).into_uuid().as_bytes()
}

macro_rules! ids {
    ($($(#[$m:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$m])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Reads the hyphenated form.
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text.trim()).ok().map(|u| Self(*u.as_bytes()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", uuid::Uuid::from_bytes(self.0).hyphenated())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self)
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl From<$name> for [u8; 16] {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_str(self) } else { self.0.serialize(s) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                if d.is_human_readable() {
                    let text = String::deserialize(d)?;
                    Self::parse(&text).ok_or_else(|| D::Error::custom("not an id"))
                } else {
                    Ok(Self(<[u8; 16]>::deserialize(d)?))
                }
            }
        }
    )+};
}

ids! {
    /// The agency itself; there is one.
    AgencyId,
    /// An office of the agency.
    OfficeId,
    /// Somebody who uses caseload.
    UserId,
    /// A client (patient).
    ClientId,
    /// A family member, physician or other person around a client.
    ContactId,
    /// A caregiver or clinician.
    StaffId,
    /// A caregiver's place on a client's care team.
    MembershipId,
    /// A credential of a caregiver.
    CredentialId,
    /// A planned or delivered visit.
    VisitId,
    /// A hospital stay.
    StayId,
    /// An issue or concern.
    IssueId,
    /// One line of an issue's timeline.
    IssueEventId,
    /// A reassessment that somebody scheduled, completed or waived.
    ReassessmentId,
    /// A care plan.
    CarePlanId,
    /// A call or message.
    CommunicationId,
    /// What people did about a derived alert.
    AttentionId,
    /// A line of a medication list.
    MedicationId,
    /// A diagnosis.
    DiagnosisId,
    /// An allergy.
    AllergyId,
    /// A door, key-box or alarm code.
    AccessCodeId,
    /// What a source last said of a record.
    ImportSourceId,
    /// An adopted rule file.
    PolicyId,
    /// A saved column map.
    ColumnMapId,
    /// Something to do by a time.
    TaskId,
    /// A user's last review of a client.
    ReviewId,
    /// Emergency access to one chart.
    EmergencyId,
    /// A user's own reach.
    ReachId,
    /// A caregiver who cannot come.
    CallOutId,
    /// A caregiver asked to go to a visit.
    OfferId,
    /// A client and a caregiver who belong together, or must not meet.
    PairingId,
    /// A time in which a caregiver does not work.
    TimeOffId,
    /// Whether a client is safe until somebody comes.
    SafetyId,
    /// Visits that come again.
    SeriesId,
    /// A frequency order.
    FrequencyOrderId,
    /// A time in which a client is not visited.
    HoldId,
    /// An external appointment of a client.
    AppointmentId,
    /// What a payer has authorized.
    AuthorizationId,
    /// Where a place is.
    PositionId,
    /// A way between two places, as somebody knows it.
    KnownWayId,
    /// A clock-in and clock-out of visit verification.
    ClockingId,
    /// A storm or other emergency of the whole agency.
    StormId,
    /// A client called in a storm.
    CallDownId,
    /// Several commits that belong together.
    BatchId,
    /// A request; a repeat answers the first one's outcome.
    RequestId,
    /// A draft.
    DraftId,
}
