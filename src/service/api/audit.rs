//! What was done and seen, as it is shown.

use super::Seq;
use crate::domain::time::Moment;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// A part of what was done and seen, in the order in which it happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The lines.
    pub lines: Vec<AuditLine>,
    /// The last change and the last access that were looked at.
    pub next: (Seq, Seq),
    /// There is more.
    pub more: bool,
}
opaque!(AuditPage);

/// Something done or seen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// When, by the service's clock.
    pub at: Moment,
    /// It was a change; otherwise an access.
    pub change: bool,
    /// Its number in its chain.
    pub seq: Seq,
    /// Who.
    pub user: String,
    /// As what; empty for changes.
    pub role: String,
    /// From where.
    pub origin: String,
    /// What was done: `opened`, `alert.take`.
    pub action: String,
    /// What kind of data: `chart`; of a change the kinds of record.
    pub category: String,
    /// About whom, by name; empty where it was about nobody.
    pub about: String,
    /// The same by kind and id.
    pub subject: String,
    /// How it ended: `done`, `denied`, `nothing`, `failed`.
    pub ending: String,
    /// How it was asked, how many rows, how often; never what was typed.
    pub detail: String,
    /// Of an access: the newest change when it was seen.
    pub saw: Seq,
    /// Of a change: record and field, before, after; empty unless asked for and allowed.
    pub values: Vec<(String, String, String)>,
}
opaque!(AuditLine);

/// What of the log may be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removable {
    /// The last entry of it.
    pub to: Seq,
    /// When that was made.
    pub newest: Moment,
    /// How many segments it fills.
    pub segments: u32,
    /// How many bytes.
    pub bytes: u64,
}
