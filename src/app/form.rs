//! Forms and cards that act: fields as data. What each key does to them is in `form_keys`, what each card is in
//! `screens`.

use super::editing::Editing;
use super::line::Line;
use super::report::Report;
use crate::domain::attention::AlertKey;
use crate::domain::ids::{CommunicationId, ContactId, DraftId, RequestId, StormId, VisitId};
use crate::domain::issue::DispositionKind;
use crate::domain::record::Kind;
use crate::domain::time::Moment;
use crate::service::api::away::DoorStep;
use crate::service::api::{Colleague, EvvReason, Hit, Meanwhile, Number, Person, SeriesView, Ticket, Untold, VisitRow};
use std::borrow::Cow;
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
    Snooze,
    /// Pass: to whom, with a word.
    Pass {
        /// Colleagues, when they have come.
        people: Option<Vec<Colleague>>,
    },
    /// Escalate: why.
    Escalate,
    /// Opens a chart in an emergency: why.
    Emergency,
    /// A tier by hand, and why.
    Retier,
    /// Opens again, and why.
    Reopen,
    /// Books the visit that does a reassessment.
    Schedule,
    /// Sets right what was logged of a call.
    Amend,
    /// Result: finish with an outcome.
    Result {
        /// Outcomes, when they have come.
        choices: Option<Vec<(String, Option<DispositionKind>)>>,
        /// A word of note is needed.
        note_needed: bool,
    },
    /// Completes a reassessment.
    Reassess,
    /// Waives a reassessment.
    Waive,
    /// A note to an issue.
    Note,
    /// Tell: who has not been told.
    Tell {
        /// Them, when they have come.
        untold: Option<Vec<Untold>>,
    },
    /// Visit: who goes, or another one.
    Visit {
        /// Those that could be covered, when they have come.
        open: Option<Vec<VisitRow>>,
        /// The one that the calendar's marker was on.
        at: Option<VisitId>,
    },
    /// A caregiver calls out.
    CallOut,
    /// A visit can't be made: what becomes of it.
    Leave,
    /// Whether she is safe until somebody comes.
    Safe,
    /// A series: a new one, or one that is changed.
    Series {
        /// The one that is changed, when it has come.
        view: Option<Box<SeriesView>>,
    },
    /// A frequency order.
    Order,
    /// A frequency order that ends.
    EndOrder,
    /// What is done to a series as it stands.
    SeriesDeed {
        /// Which, when it has come.
        view: Option<Box<SeriesView>>,
    },
    /// A storm: a new one, or the one that runs.
    Storm(Option<StormId>),
    /// What a call found of a client in a storm, in words.
    CallDown(Option<StormId>),
    /// A new appointment, time off, authorization or wish about two people.
    Plan(Kind),
    /// Edits a record.
    Edit(Box<Editing>),
    /// A new issue: what it is asked and where it stands.
    NewIssue(Box<Report>),
    /// Resolves clock-ins with something wrong.
    Clockings {
        /// The agency's reasons, when they have come.
        reasons: Option<Vec<EvvReason>>,
    },
}

impl FormKind {
    /// Its word in a draft.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Call { .. } => "call",
            Self::Snooze => "snooze",
            Self::Pass { .. } => "pass",
            Self::Escalate => "escalate",
            Self::Emergency => "emergency",
            Self::Retier => "tier",
            Self::Reopen => "reopen",
            Self::Schedule => "schedule",
            Self::Amend => "amend",
            Self::Result { .. } => "result",
            Self::Reassess => "reassessment",
            Self::Waive => "waive",
            Self::Note => "note",
            Self::Tell { .. } => "tell",
            Self::Visit { .. } => "visit",
            Self::CallOut => "call-out",
            Self::Leave => "leave",
            Self::Safe => "safe",
            Self::Series { .. } => "series",
            Self::SeriesDeed { .. } => "series deed",
            Self::Order => "order",
            Self::Storm(_) => "storm",
            Self::CallDown(_) => "call-down",
            Self::EndOrder => "order ends",
            Self::Plan(Kind::Appointment) => "appointment",
            Self::Plan(Kind::TimeOff) => "time-off",
            Self::Plan(Kind::Authorization) => "authorization",
            Self::Plan(_) => "pairing",
            Self::Edit(_) => "edit",
            Self::NewIssue(_) => "issue",
            Self::Clockings { .. } => "clock-ins",
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
    /// Something in it was typed or chosen since it was opened.
    pub touched: bool,
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
    /// The marked alerts it is about; empty when it is about one, or none.
    pub keys: Vec<AlertKey>,
    /// The call it amends.
    pub call: Option<CommunicationId>,
    /// Whose line it was opened on: hers is the number that is chosen.
    pub contact: Option<ContactId>,
    /// What others did meanwhile to what it is about, and what came of that: over the fields, never scrolled away.
    pub news: Vec<String>,
    /// What it is about is over, by whom and when.
    pub gone: Option<String>,
    /// What colleagues had done about it when it was opened: only what is new of it is told.
    pub(crate) known: Option<Meanwhile>,
    /// What would follow when a client is not visited, in lines.
    pub(crate) ahead: Vec<String>,
    /// The steps at a closed door, whose numbers go with what was tried.
    pub(crate) steps: Vec<DoorStep>,
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
    /// The id under which it is saved: the same until something in it changes, so that a repeat is harmless.
    pub(crate) request: Option<RequestId>,
    /// Texts of a draft whose choices have not come yet.
    pub(crate) restore: Vec<(String, String)>,
    /// The field a draft was left in, while that field waits for choices or questions to be shown again.
    pub(crate) resume: Option<String>,
}

/// One field.
pub struct Field {
    /// Its name in a draft and in problems.
    pub name: Cow<'static, str>,
    /// Its label.
    pub label: Cow<'static, str>,
    /// One line of help.
    pub help: &'static str,
    /// What is in it.
    pub value: Value,
    /// What is wrong with it, in words.
    pub error: Option<String>,
    /// A date or time said in full.
    pub echo: Option<String>,
    /// Theirs, where somebody else changed the same meanwhile: `R. Patel 08:12: (401) 555-0199`.
    pub beside: Option<String>,
    /// It can be read and not be changed, and why.
    pub fixed: Option<String>,
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
    /// Both changed it: which stands.
    Both(Box<Both>),
    /// A button.
    Button(Button),
}

/// A field that both changed, side by side.
#[derive(Clone, Default)]
pub struct Both {
    /// Mine, theirs, or typed anew.
    pub choice: Choice,
    /// What I typed.
    pub mine: String,
    /// What stands now.
    pub theirs: String,
    /// What both saw before.
    pub before: String,
    /// Who changed it and when: `R. Patel changed it 08:12`.
    pub who: String,
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
    /// Copies what was typed into a note.
    Copy,
}

impl Field {
    /// A field that is shown.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        help: &'static str,
        value: Value,
    ) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            help,
            value,
            error: None,
            echo: None,
            beside: None,
            fixed: None,
            shown: true,
        }
    }
}

impl Form {
    /// An empty form.
    pub(crate) fn new(kind: FormKind, draft: DraftId, title: String, who: String, fields: Vec<Field>) -> Self {
        let mut fields = fields;
        let buttons = [
            ("save", "Save", "ctrl-s saves too", Button::Save),
            ("discard", "Discard", "throws the text away, after asking", Button::Discard),
        ];
        for (name, label, help, button) in buttons {
            fields.push(Field::new(name, label, help, Value::Button(button)));
        }
        if !matches!(kind, FormKind::NewIssue(_)) {
            let help = "what was typed here goes into a note; this stays a draft";
            let copy = Field::new("copy", "Copy into a note", help, Value::Button(Button::Copy));
            fields.push(Field { shown: false, ..copy });
        }
        Self {
            kind,
            draft,
            unsaved: None,
            touched: false,
            kept: false,
            title,
            who,
            alike: Vec::new(),
            person: None,
            about: None,
            keys: Vec::new(),
            call: None,
            contact: None,
            news: Vec::new(),
            gone: None,
            known: None,
            ahead: Vec::new(),
            steps: Vec::new(),
            notes: Vec::new(),
            fields,
            focus: 0,
            error: None,
            saving: None,
            request: None,
            restore: Vec::new(),
            resume: None,
        }
    }

    /// A field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    pub(crate) fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|f| f.name == name)
    }

    /// A field's text, trimmed: what was typed, or the chosen answer.
    pub fn text(&self, name: &str) -> String {
        self.field(name).filter(|f| f.shown).map(|f| f.value.text().trim().to_owned()).unwrap_or_default()
    }

    /// Which option of a choice is chosen.
    pub fn chosen(&self, name: &str) -> Option<usize> {
        match &self.field(name)?.value {
            Value::Choice(choice) => choice.chosen,
            _ => None,
        }
    }

    /// Shows or hides a field.
    pub(crate) fn show(&mut self, name: &str, shown: bool) {
        if let Some(field) = self.field_mut(name) {
            field.shown = shown;
        }
    }

    /// Says what is wrong with a field, or with the whole when there is no such field.
    pub(crate) fn wrong(&mut self, name: &str, text: impl Into<String>) {
        let text = text.into();
        if let Some(field) = self.field_mut(name).filter(|f| f.shown) {
            field.error = Some(text);
        } else {
            self.error = Some(text);
        }
    }

    /// Something in it changed.
    pub(crate) fn changed(&mut self, now: Moment) {
        self.touched = true;
        self.unsaved.get_or_insert(now);
        self.request = None;
        self.error = None;
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.error = None;
        }
    }

    /// Puts the focus on the next or previous field that is shown, around the ends.
    pub(crate) fn turn(&mut self, forward: bool) {
        let n = self.fields.len();
        for _ in 0..n {
            self.focus = (self.focus + if forward { 1 } else { n.saturating_sub(1) }) % n.max(1);
            if self.fields.get(self.focus).is_some_and(|f| f.shown) {
                return;
            }
        }
    }

    /// Takes the focus off a field that is no longer shown, and back to the one a draft was left in once it is.
    pub(crate) fn settle(&mut self) {
        let wanted = self.resume.as_deref();
        if let Some(at) = wanted.and_then(|name| self.fields.iter().position(|f| f.shown && f.name == name)) {
            self.focus = at;
            self.resume = None;
        } else if let Some(field) = self.fields.get(self.focus).filter(|f| !f.shown) {
            let name = field.name.to_string();
            self.resume.get_or_insert(name);
            self.turn(true);
        }
    }

    /// Puts the focus on the first field with an error.
    pub(crate) fn focus_error(&mut self) {
        if let Some(at) = self.fields.iter().position(|f| f.shown && f.error.is_some()) {
            self.focus = at;
        }
    }

    /// No field says that it is wrong.
    pub(crate) fn holds(&self) -> bool {
        self.error.is_none() && self.fields.iter().all(|f| !f.shown || f.error.is_none())
    }
}

impl Value {
    /// What is in it, as text.
    pub fn text(&self) -> String {
        match self {
            Self::Line(line) | Self::When(line) => line.text().to_owned(),
            Self::Long(area) => area.lines().join("\n"),
            Self::Choice(c) => c.chosen.and_then(|n| c.options.get(n)).map(|o| o.label.clone()).unwrap_or_default(),
            Self::Person(p) => p.line.text().to_owned(),
            Self::Both(b) => {
                b.choice.chosen.and_then(|n| b.choice.options.get(n)).map(|o| o.label.clone()).unwrap_or_default()
            }
            Self::Button(_) => String::new(),
        }
    }

    /// An empty long text.
    pub(crate) fn long() -> Self {
        let mut area = TextArea::default();
        area.set_wrap_mode(tui_textarea::WrapMode::WordOrGlyph);
        Self::Long(Box::new(area))
    }

    /// One of these words.
    pub(crate) fn choice(words: &[&str], inline: bool) -> Self {
        let options = words.iter().map(|w| Opt { label: (*w).to_owned(), ..Opt::default() }).collect();
        Self::Choice(Choice { options, inline, ..Choice::default() })
    }
}
