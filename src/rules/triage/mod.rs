//! Triage: which alert first, and why.
//!
//! Tiers are lexicographic, never a sum (handbook section 5). An alert's tier is that of the first rule, in tier order,
//! that matches its facts; it is computed from facts, handling and time whenever one of them changes, and is never
//! stored, so passing time writes nothing.

pub mod book;
pub mod facts;
pub mod policy;

use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, OfficeId, UserId};
use crate::domain::time::{Moment, Zone};
use facts::{ClientFacts, Subject, Thing};
use policy::Policy;
use std::sync::Arc;

/// An alert as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Which.
    pub key: AlertKey,
    /// Whose office.
    pub office: OfficeId,
    /// Whom it is about.
    pub person: Option<Subject>,
    /// 1–5.
    pub tier: u8,
    /// Its clock has run out: it stands one tier higher than its rule says.
    pub breached: bool,
    /// The id of the rule that set the tier.
    pub rule: Arc<str>,
    /// For a call-out: the rule of the worst of its visits.
    pub through: Option<Arc<str>>,
    /// The rule has a floor: only a recorded disposition lowers it.
    pub floor: bool,
    /// The tier was set by hand.
    pub by_hand: bool,
    /// Since when the fact stands.
    pub since: Moment,
    /// Since when the rule matches it: its clock runs from here.
    pub standing: Moment,
    /// When it breaches (or did), if a clock runs.
    pub due: Option<Moment>,
    /// Somebody is booked who can satisfy it: dim, `Chen RN 09:00`.
    pub booked: Option<String>,
    /// Asleep until.
    pub snoozed: Option<Moment>,
    /// Who has it.
    pub owner: Option<UserId>,
    /// Somebody has taken it.
    pub acknowledged: bool,
    /// Vulnerability 0–10, the tie-break; handbook section 5.
    pub vulnerability: u8,
    /// The clients on whose cards it counts, each with the tier it has there.
    pub touches: Vec<(ClientId, u8)>,
}

/// What [`evaluate`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The alert, unless nothing is wrong or it is finished.
    pub alert: Option<Alert>,
    /// The next instant at which any of this may change by itself.
    pub next: Option<Moment>,
    /// It depends on the newest clock-in.
    pub presence: bool,
}

/// Judges a thing. `clock_in` is the newest clock-in of the agency's clock-in source, if it has one.
pub fn evaluate(_thing: &Thing, _policy: &Policy, _clock_in: Option<Moment>, _now: Moment) -> Verdict {
    Verdict { alert: None, next: None, presence: false }
}

/// A stable digest of the facts that matter, without handling and time: when it differs from the one an outcome was
/// given for, the alert comes back.
pub fn fact_digest(_thing: &Thing) -> u64 {
    0
}

/// The cause column of a row, at most 40 columns: `recert closes today, no RN booked`. `viewer` is who looks: a promise
/// is “you call daughter by 15:00” to whom it binds and “R. Patel calls …” to others.
pub fn cause(_thing: &Thing, _alert: &Alert, _policy: &Policy, _now: Moment, _zone: Zone, _viewer: UserId) -> String {
    String::new()
}

/// A headline and the lines Rule, Facts, First, Clock, Then, Lower it, Source, in the order to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reasons {
    /// What it is, in a sentence.
    pub headline: String,
    /// Label and text.
    pub lines: Vec<(String, String)>,
}

/// Why an alert stands where it stands.
pub fn why(_thing: &Thing, _alert: &Alert, _policy: &Policy, _now: Moment, _zone: Zone) -> Reasons {
    Reasons::default()
}

/// Vulnerability 0–10 of a client (handbook section 5), with its reasons: `level 2`, `alone`, `home 9 d`.
pub fn vulnerability(_client: &ClientFacts, _now: Moment) -> (u8, Vec<String>) {
    (0, Vec::new())
}

/// The last instant to which an alert may be snoozed; none when it may sleep as long as one likes. P1 and P2 may not
/// sleep across their breach.
pub fn snooze_limit(_alert: &Alert, _policy: &Policy, _now: Moment) -> Option<Moment> {
    None
}
