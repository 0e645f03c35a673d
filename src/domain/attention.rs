//! What people did about an alert: who has it, until when it sleeps, how it ended.
//!
//! An issue carries its own [`Handling`]; a derived alert (a visit, a window, a promise, a credential, a call-out) has
//! an [`Attention`] record under its [`AlertKey`]. The key names the source of the fact, its subject and its
//! occurrence, so a fact that arises anew starts unowned, while a rule that changes its mind keeps the owner.

use super::ids::{ClientId, OfficeId, StaffId, UserId};
use super::record::body;
use super::text::Text;
use super::time::Moment;
use super::words::{opaque, words};
use serde::{Deserialize, Serialize};

words! {
    /// Where an alert comes from.
    AlertSource {
        /// An open issue; subject = issue, occurrence = times reopened.
        Issue = "issue",
        /// A visit of today or tomorrow; subject = visit, occurrence = planned start (ms).
        Visit = "visit",
        /// All visits that one caregiver cannot make on a day; subject = staff, occurrence = the day's number.
        CallOut = "call-out",
        /// A recertification window; subject = client, occurrence = opening day.
        Recert = "recert",
        /// A comprehensive assessment at start of care; subject = client, occurrence = SOC day.
        SocAssessment = "soc",
        /// Resumption of care; subject = stay, occurrence = return home (ms).
        Roc = "roc",
        /// A scheduled reassessment that stands by itself; subject = reassessment, occurrence = closing day.
        Reassessment = "reassessment",
        /// A promise to call back; subject = communication, occurrence = due (ms).
        Promise = "promise",
        /// A credential that runs out; subject = credential, occurrence = expiry day.
        Credential = "credential",
        /// The initial visit of a referral; subject = client, occurrence = referral (ms).
        Referral = "referral",
        /// A task; subject = task, occurrence = due (ms).
        Task = "task",
        /// A visit's note that is not signed; subject = visit, occurrence = planned start (ms).
        Note = "note",
        /// A chart that was opened in an emergency; subject = emergency, occurrence = opened (ms).
        Emergency = "emergency",
    }
}

/// Which alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlertKey {
    /// Where it comes from.
    pub source: AlertSource,
    /// The record it is about.
    pub subject: [u8; 16],
    /// Which time that fact arose.
    pub occurrence: i64,
}

impl AlertKey {
    /// Its bytes, for an index.
    pub fn bytes(&self) -> [u8; 25] {
        let mut out = [0; 25];
        out[0] = self.source as u8;
        out[1..17].copy_from_slice(&self.subject);
        out[17..].copy_from_slice(&self.occurrence.to_be_bytes());
        out
    }
}

/// Asleep until then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// Until.
    pub until: Moment,
    /// Why.
    pub reason: Text<200>,
    /// Who did it.
    pub by: UserId,
}

/// A tier that somebody set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// 1–5.
    pub tier: u8,
    /// Why.
    pub reason: Text<200>,
    /// Who did it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// Handed up: it stands at the top of the supervisor's and the on-call's queue until one of them takes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// Why.
    pub reason: Text<200>,
    /// Who did it.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// How it ended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The answer chosen: `seen by nurse, stays home`.
    pub what: Text<120>,
    /// A word of note.
    pub note: Text<2000>,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}
opaque!(Snooze, ByHand, Escalated, Outcome);

/// What people did about one alert.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Handling {
    /// Who has it.
    pub owner: Option<UserId>,
    /// Since when somebody has taken it.
    pub acknowledged: Option<Moment>,
    /// Asleep.
    pub snoozed: Option<Snooze>,
    /// Tier by hand.
    pub by_hand: Option<ByHand>,
    /// Handed up.
    pub escalated: Option<Escalated>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

/// What people did about a derived alert.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// Which alert.
    pub key: AlertKey,
    /// The office whose alert it is.
    pub office: OfficeId,
    /// The client it is about, if one.
    pub client: Option<ClientId>,
    /// The caregiver it is about, if one.
    pub staff: Option<StaffId>,
    /// What was done.
    pub handling: Handling,
    /// A digest of the fact as it stood when the outcome was given: when the fact changes, the alert comes back.
    pub fact: u64,
}

body!(Attention: AttentionId => |attention, _| attention.client.into());
