//! Forms and cards that act: fields as data. What each key does to them is in `form_keys`, what each card is in
//! `screens`.

use super::line::Line;
use crate::domain::attention::AlertKey;
use crate::domain::ids::DraftId;
use crate::domain::issue::{DispositionKind, IssueKind};
use crate::domain::time::Moment;
use crate::service::api::{Hit, Number, Person, Ticket};
use tui_textarea::TextArea;

/// Which card or form.
#[derive(Clone, PartialEq)]
pub enum FormKind {
    /// Call: whom, outcome, note, promise.
    Call {
        /// Numbers, when they have come.
        numbers: Option<Vec<Number>>,
    },
    /// Snooze: until when and why.
    Snooze {
        /// The alerts put to sleep: one, or the marked ones.
        keys: Vec<AlertKey>,
    },
    /// Result: finish with an outcome.
    Result {
        /// Outcomes, when they have come.
        choices: Option<Vec<(String, Option<DispositionKind>)>>,
        /// A word of note is needed.
        note_needed: bool,
    },
    /// Completes a reassessment.
    Reassess,
    /// A new issue.
    NewIssue,
}

impl FormKind {
    /// Its word in a draft.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Call { .. } => "call",
            Self::Snooze { .. } => "snooze",
            Self::Result { .. } => "result",
            Self::Reassess => "reassessment",
            Self::NewIssue => "issue",
        }
    }
}

/// A card or form.
pub struct Form {
    /// Which.
    pub kind: FormKind,
    /// What it is kept under when it is parked.
    pub draft: DraftId,
    /// Something was typed or chosen that is not kept yet, since when.
    pub unsaved: Option<Moment>,
    /// Its text has been kept at least once.
    pub kept: bool,
    /// Title: `Result · P1 fall`.
    pub title: String,
    /// The first line, which never scrolls: full name, DOB, MRN tail. Until it has come, the shortest unique name.
    pub who: String,
    /// People who look or sound alike, with their identifiers.
    pub alike: Vec<String>,
    /// About whom.
    pub person: Option<Person>,
    /// About which alert.
    pub about: Option<AlertKey>,
    /// Lines between the person and the fields: what else is to be known.
    pub notes: Vec<String>,
    /// The fields, then the buttons.
    pub fields: Vec<Field>,
    /// Which has the focus.
    pub focus: usize,
    /// What is wrong with the whole.
    pub error: Option<String>,
    /// Being saved.
    pub saving: Option<Ticket>,
}

/// One field.
pub struct Field {
    /// Its name in a draft and in problems.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// What is in it.
    pub value: Value,
    /// What is wrong with it, in words.
    pub error: Option<String>,
    /// A date or time said in full.
    pub echo: Option<String>,
    /// It makes sense now; otherwise it is neither drawn nor reached.
    pub shown: bool,
}

/// What a field holds.
pub enum Value {
    /// One line of text.
    Line(Line),
    /// A time or date as typed; its meaning is in the field's echo.
    When(Line),
    /// Text of many lines.
    Long(Box<TextArea<'static>>),
    /// One of a few, by digit.
    Choice(Choice),
    /// A person, found as it is typed.
    Person(PersonPick),
    /// A button.
    Button(Button),
}

/// One of a few.
#[derive(Clone, Default)]
pub struct Choice {
    /// What there is to choose from.
    pub options: Vec<Opt>,
    /// Which is chosen.
    pub chosen: Option<usize>,
    /// Where the marker stands (shown while the field has the focus).
    pub cursor: usize,
    /// On one line (yes, no, unknown) or one below the other.
    pub inline: bool,
}

/// Something to choose.
#[derive(Clone, Default)]
pub struct Opt {
    /// In words.
    pub label: String,
    /// What tells it apart, or a caution.
    pub detail: String,
    /// A number, never shortened.
    pub number: String,
}

/// A person, found as it is typed.
#[derive(Clone, Default)]
pub struct PersonPick {
    /// What is typed.
    pub line: Line,
    /// The person taken, with name and what tells her apart.
    pub taken: Option<(Person, String)>,
    /// The person of the context, offered as a question: `for Petrov, Ivan? ↵ yes, or type a name`.
    pub offered: Option<(Person, String)>,
    /// What was found for the typed text.
    pub hits: Vec<Hit>,
    /// Where the marker stands among them.
    pub cursor: usize,
}

/// A button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Saves.
    Save,
    /// Throws away, after asking.
    Discard,
}

impl Field {
    /// A field that is shown.
    pub fn new(name: &'static str, label: &'static str, help: &'static str, value: Value) -> Self {
        Self { name, label, help, value, error: None, echo: None, shown: true }
    }
}

/// The kinds of issue in the order of their digits; the rest is reached with the arrows.
pub const ISSUE_KINDS: &[IssueKind] = IssueKind::ALL;
