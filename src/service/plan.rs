//! What a command comes to: the records it writes and what is said of it, or why not. Commands only plan; one place
//! commits.

use super::api::{Conflict, Problem, Reply};
use crate::domain::attention::AlertKey;
use crate::domain::fields::BadField;
use crate::domain::text::TooLong;
use crate::store::codec::CodecError;
use crate::store::{StoreError, Write};

/// Records to write and what is said about it.
#[derive(Default)]
pub struct Plan {
    /// The action's name in the journal: `alert.take`.
    pub action: &'static str,
    /// What was done, for a toast and for the history: `Taken: Okafor, Ruth`.
    pub summary: String,
    /// Why, in the user's words.
    pub reason: String,
    /// People outside were told: amended, never undone.
    pub told_outside: bool,
    /// The commit that it takes back.
    pub undoes: u64,
    /// What it belongs to.
    pub batch: [u8; 16],
    /// The records.
    pub writes: Vec<Write>,
    /// Ids of new records, in the order asked for.
    pub created: Vec<[u8; 16]>,
    /// What else to tell whoever did it, now: it is not kept.
    pub tell: String,
    /// Of several alerts, those that it can't be done to, and why.
    pub refused: Vec<(AlertKey, String)>,
}

impl Plan {
    /// A plan with this name and summary.
    pub fn new(action: &'static str, summary: impl Into<String>) -> Self {
        Self { action, summary: summary.into(), ..Self::default() }
    }

    /// With this record.
    #[must_use]
    pub fn with(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }
}

/// Why there is no plan.
pub enum Refusal {
    /// It does not hold.
    Problems(Vec<Problem>),
    /// Somebody changed it since it was read.
    Conflict(Box<Conflict>),
    /// The store could not answer.
    Failed(String),
}

impl Refusal {
    /// One thing that does not hold.
    pub fn problem(rule: &str, field: &str, text: impl Into<String>) -> Self {
        Self::Problems(vec![Problem { rule: rule.to_owned(), field: field.to_owned(), text: text.into() }])
    }
}

impl Refusal {
    /// Why, in words.
    pub fn words(self) -> String {
        match self {
            Self::Problems(p) => p.into_iter().map(|p| p.text).collect::<Vec<_>>().join("; "),
            Self::Conflict(_) => "somebody changed it since".to_owned(),
            Self::Failed(why) => why,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Codec(CodecError::TooLarge(_)) => Self::problem(
                "record.too_large",
                "",
                "this record has grown too large to keep; shorten its longest text",
            ),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<BadField> for Refusal {
    fn from(e: BadField) -> Self {
        Self::problem("field.value", &e.field, format!("{}: {}", e.field, e.why))
    }
}

impl From<TooLong> for Refusal {
    fn from(e: TooLong) -> Self {
        Self::problem("field.too_long", "", format!("{e} (bytes); shorten it"))
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Problems(problems) => Self::Problems(problems),
            Refusal::Conflict(conflict) => Self::Conflict(*conflict),
            Refusal::Failed(why) => Self::Failed(why),
        }
    }
}
