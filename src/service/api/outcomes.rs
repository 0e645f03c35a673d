//! How a command ended.

use super::Seq;
use crate::domain::attention::AlertKey;
use crate::domain::record::Kind;
use crate::domain::time::Moment;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// Done and on disk.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The commit; 0 when nothing had to change.
    pub seq: Seq,
    /// What was done, for a toast: `Taken: Okafor, Ruth`.
    pub summary: String,
    /// It can be undone.
    pub undoable: bool,
    /// Ids of the records made, in order.
    pub created: Vec<[u8; 16]>,
    /// What an import did with each of its records.
    pub imported: Vec<Imported>,
    /// What a batch undo left alone and why.
    pub left_alone: Vec<String>,
    /// Of several alerts, those that it could not be done to, and why.
    pub refused: Vec<(AlertKey, String)>,
}
opaque!(Done);

/// What an import did with one record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Imported {
    /// Made.
    Created,
    /// Changed.
    Updated,
    /// As it was.
    Unchanged,
    /// A change made here stays: the fields.
    KeptLocal(Vec<String>),
    /// Not taken: field and reason.
    Rejected {
        /// The field.
        field: String,
        /// Why.
        why: String,
    },
    /// Taken, though a record it names was not found: field and identifier.
    Dangling {
        /// Made (true) or changed (false).
        created: bool,
        /// The fields.
        fields: Vec<String>,
    },
}
opaque!(Imported);

/// Somebody changed it since it was read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Kind.
    pub kind: Kind,
    /// Id.
    pub id: [u8; 16],
    /// Who changed it and when.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The fields that both changed.
    pub fields: Vec<Clashing>,
    /// The revision that stands.
    pub rev: u64,
}
opaque!(Conflict);

/// A field that both changed, with its values as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clashing {
    /// Which.
    pub field: String,
    /// The one before, that both saw.
    pub before: String,
    /// Theirs, that stands now.
    pub theirs: String,
    /// Mine, that was not saved.
    pub mine: String,
    /// Who changed it.
    pub by: String,
    /// When.
    pub at: Moment,
}
opaque!(Clashing);

/// What does not hold.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The rule: `snooze.crosses_breach`.
    pub rule: String,
    /// The field it is about, or empty.
    pub field: String,
    /// In words, with the mend.
    pub text: String,
}
opaque!(Problem);
