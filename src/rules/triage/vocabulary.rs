//! The words that conditions may use, and what they read. The list in the head of `packs/triage.toml` is this one.

use super::facts::{
    CallOutFacts, ClientFacts, CredentialFacts, EmergencyFacts, InitialBasis, IssueFacts, NoteFacts, PromiseFacts,
    ReferralFacts, SourceFacts, TaskFacts, Thing, VisitFacts, WindowFacts, WindowKind,
};
use super::policy::Presence;
use crate::domain::attention::AlertSource;
use crate::domain::client::{ClientStatus, Need};
use crate::domain::issue::{How, IssueKind};
use crate::domain::staff::Discipline;
use crate::domain::time::{Moment, Zone};
use crate::domain::visit::{Answer, NoteStatus, VisitState};
use crate::rules::lens::{Fields, Value};
use std::cell::Cell;

/// What kind of value a field has.
#[derive(Debug, Clone, Copy)]
pub enum FieldType {
    /// Words of a list, or any when there is none.
    Word(Option<fn() -> Vec<&'static str>>),
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// An instant, compared by how far off or how long ago it is.
    Time,
}

/// A field that conditions may use.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// What it has.
    pub of: FieldType,
    /// Sources that have it; empty for all.
    pub sources: &'static [AlertSource],
}

/// Names that no fact may have: what must neither raise nor lower anybody (handbook section 5, guard-rails).
pub const NEVER: [&str; 22] = [
    "age",
    "born",
    "birth",
    "birthdate",
    "birthday",
    "dob",
    "payer",
    "insurance",
    "medicaid",
    "medicare",
    "race",
    "ethnicity",
    "religion",
    "language",
    "sex",
    "gender",
    "zip",
    "zipcode",
    "postcode",
    "postal_code",
    "address",
    "income",
];

macro_rules! listed {
    ($($name:ident: $t:ty),+) => { $(fn $name() -> Vec<&'static str> { <$t>::ALL.iter().map(|w| w.word()).collect() })+ };
}
listed!(
    issue_kinds: IssueKind, hows: How, needs: Need, statuses: ClientStatus, states: VisitState, answers: Answer,
    disciplines: Discipline, windows: WindowKind, bases: InitialBasis, notes: NoteStatus
);

const ISSUE: &[AlertSource] = &[AlertSource::Issue];
const VISIT: &[AlertSource] = &[AlertSource::Visit];
const CALL_OUT: &[AlertSource] = &[AlertSource::CallOut];
const WINDOW: &[AlertSource] =
    &[AlertSource::Recert, AlertSource::SocAssessment, AlertSource::Roc, AlertSource::Reassessment];
const REFERRAL: &[AlertSource] = &[AlertSource::Referral];
const OWED: &[AlertSource] = &[AlertSource::Promise, AlertSource::Task];
const CREDENTIAL: &[AlertSource] = &[AlertSource::Credential];
const NOTE: &[AlertSource] = &[AlertSource::Note];
const EMERGENCY: &[AlertSource] = &[AlertSource::Emergency];
const DUE: &[AlertSource] = &[
    AlertSource::Issue,
    AlertSource::Recert,
    AlertSource::SocAssessment,
    AlertSource::Roc,
    AlertSource::Reassessment,
    AlertSource::Referral,
    AlertSource::Promise,
    AlertSource::Task,
];

const fn known(name: &'static str, of: FieldType, sources: &'static [AlertSource]) -> Known {
    Known { name, of, sources }
}

/// All fields, besides the facts that a policy declares for issues.
pub const FIELDS: &[Known] = &[
    known("since", FieldType::Time, &[]),
    known("taken", FieldType::Flag, &[]),
    known("level", FieldType::Number, &[]),
    known("transport", FieldType::Number, &[]),
    known("m1033", FieldType::Number, &[]),
    known("lace", FieldType::Number, &[]),
    known("mahc10", FieldType::Number, &[]),
    known("alone", FieldType::Flag, &[]),
    known("able_carer", FieldType::Flag, &[]),
    known("needs", FieldType::Word(Some(needs)), &[]),
    known("anticoagulant", FieldType::Word(None), &[]),
    known("client_status", FieldType::Word(Some(statuses)), &[]),
    known("home", FieldType::Time, &[]),
    known("kind", FieldType::Word(Some(issue_kinds)), ISSUE),
    known("how", FieldType::Word(Some(hows)), ISSUE),
    known("happened", FieldType::Time, ISSUE),
    known("disposition", FieldType::Flag, ISSUE),
    known("due", FieldType::Time, DUE),
    known("state", FieldType::Word(Some(states)), VISIT),
    known("answer", FieldType::Word(Some(answers)), VISIT),
    known("service", FieldType::Word(None), VISIT),
    known("discipline", FieldType::Word(Some(disciplines)), VISIT),
    known("starts", FieldType::Time, VISIT),
    known("ends", FieldType::Time, VISIT),
    known("started", FieldType::Time, VISIT),
    known("late", FieldType::Time, VISIT),
    known("open", FieldType::Flag, VISIT),
    known("covered", FieldType::Flag, VISIT),
    known("uncovered", FieldType::Flag, VISIT),
    known("called_out", FieldType::Flag, VISIT),
    known("two_people", FieldType::Flag, VISIT),
    known("arrived", FieldType::Flag, VISIT),
    known("clock_in_good", FieldType::Time, VISIT),
    known("visits", FieldType::Number, CALL_OUT),
    known("uncovered_visits", FieldType::Number, CALL_OUT),
    known("said_yes", FieldType::Number, CALL_OUT),
    known("window", FieldType::Word(Some(windows)), WINDOW),
    known("opens", FieldType::Time, WINDOW),
    known("basis", FieldType::Word(Some(bases)), REFERRAL),
    known("received", FieldType::Time, REFERRAL),
    known("due_day", FieldType::Time, OWED),
    known("credential", FieldType::Word(None), CREDENTIAL),
    known("lapses", FieldType::Time, CREDENTIAL),
    known("visits_after", FieldType::Number, CREDENTIAL),
    known("visit_after", FieldType::Time, CREDENTIAL),
    known("level12_after", FieldType::Time, CREDENTIAL),
    known("note", FieldType::Word(Some(notes)), NOTE),
    known("ended", FieldType::Time, NOTE),
    known("opened", FieldType::Time, EMERGENCY),
];

/// A thing's facts (or one visit of a call-out) as conditions read them.
pub(super) struct Seen<'a> {
    pub(super) client: Option<&'a ClientFacts>,
    pub(super) part: Part<'a>,
    pub(super) since: Moment,
    pub(super) taken: bool,
    pub(super) zone: Zone,
    pub(super) presence: &'a Presence,
    pub(super) clock_in: Option<Moment>,
    /// A condition asked for the newest clock-in.
    pub(super) asked_presence: Cell<bool>,
}

/// The part of the facts that the source decides.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    Issue(&'a IssueFacts),
    Visit(&'a VisitFacts),
    CallOut(&'a CallOutFacts),
    Window(&'a WindowFacts),
    Promise(&'a PromiseFacts),
    Credential(&'a CredentialFacts),
    Referral(&'a ReferralFacts),
    Note(&'a NoteFacts),
    Task(&'a TaskFacts),
    Emergency(&'a EmergencyFacts),
}

impl<'a> Part<'a> {
    pub(super) fn of(thing: &'a Thing) -> Self {
        match &thing.source {
            SourceFacts::Issue(f) => Self::Issue(f),
            SourceFacts::Visit(f) => Self::Visit(f),
            SourceFacts::CallOut(f) => Self::CallOut(f),
            SourceFacts::Window(f) => Self::Window(f),
            SourceFacts::Promise(f) => Self::Promise(f),
            SourceFacts::Credential(f) => Self::Credential(f),
            SourceFacts::Referral(f) => Self::Referral(f),
            SourceFacts::Note(f) => Self::Note(f),
            SourceFacts::Task(f) => Self::Task(f),
            SourceFacts::Emergency(f) => Self::Emergency(f),
        }
    }
}

fn number(n: Option<u8>) -> Option<Value<'static>> {
    n.map(|n| Value::Number(i64::from(n)))
}

fn count(n: usize) -> Value<'static> {
    Value::Number(n as i64)
}

impl Fields for Seen<'_> {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        match name {
            "since" => return Some(Value::Since(self.since)),
            "taken" => return Some(Value::Flag(self.taken)),
            _ => {}
        }
        self.of_client(name).or_else(|| match self.part {
            Part::Issue(f) => of_issue(f, name),
            Part::Visit(f) => self.of_visit(f, name),
            Part::CallOut(f) => match name {
                "visits" => Some(count(f.visits.len())),
                "uncovered_visits" => Some(count(f.visits.iter().filter(|(_, v)| v.uncovered()).count())),
                "said_yes" => Some(count(f.visits.iter().filter(|(_, v)| v.covered()).count())),
                _ => None,
            },
            Part::Window(f) => match name {
                "window" => Some(Value::word(f.kind.word())),
                "opens" => Some(Value::Until(f.opens)),
                "due" => Some(Value::Until(f.due)),
                _ => None,
            },
            Part::Referral(f) => match name {
                "basis" => Some(Value::word(f.basis.word())),
                "received" => Some(Value::Since(f.received)),
                "due" => Some(Value::Until(f.due)),
                _ => None,
            },
            Part::Note(f) => match name {
                "note" => Some(Value::word(f.note.word())),
                "ended" => Some(Value::Since(f.ended)),
                _ => None,
            },
            Part::Promise(PromiseFacts { due, .. }) | Part::Task(TaskFacts { due, .. }) => match name {
                "due" => Some(Value::Until(*due)),
                "due_day" => Some(Value::Until(self.zone.midnight(self.zone.day(*due)))),
                _ => None,
            },
            Part::Emergency(f) => match name {
                "opened" => Some(Value::Since(f.opened)),
                _ => None,
            },
            Part::Credential(f) => match name {
                "credential" => Some(Value::word(&f.kind)),
                "lapses" => Some(Value::Until(lapse(f, self.zone))),
                "visits_after" => Some(count(f.after.len())),
                "visit_after" => f.after.iter().map(|v| v.start).min().map(Value::Until),
                "level12_after" => {
                    f.after.iter().filter(|v| v.level.is_some_and(|l| l <= 2)).map(|v| v.start).min().map(Value::Until)
                }
                _ => None,
            },
        })
    }
}

/// The instant at which a credential is no longer good: the end of its last day.
pub(super) fn lapse(credential: &CredentialFacts, zone: Zone) -> Moment {
    zone.midnight(credential.last_day.plus(1))
}

/// What a fact's text means: yes and no are flags, digits a number, anything else a word.
fn meaning(text: &str) -> Value<'_> {
    if text.eq_ignore_ascii_case("yes") {
        Value::Flag(true)
    } else if text.eq_ignore_ascii_case("no") {
        Value::Flag(false)
    } else {
        text.parse().map_or_else(|_| Value::word(text), Value::Number)
    }
}

fn of_issue<'a>(f: &'a IssueFacts, name: &str) -> Option<Value<'a>> {
    match name {
        "kind" => Some(Value::word(f.kind.word())),
        "how" => Some(Value::word(f.how.word())),
        "happened" => Some(Value::Since(f.happened)),
        "disposition" => Some(Value::Flag(f.disposition.is_some())),
        "due" => f.due.map(Value::Until),
        _ => f.facts.iter().find(|(n, _)| n == name).map(|(_, v)| meaning(v)),
    }
}

impl Seen<'_> {
    fn of_client(&self, name: &str) -> Option<Value<'_>> {
        let c = self.client?;
        match name {
            "level" => number(c.level),
            "transport" => number(c.transport),
            "m1033" => number(c.m1033),
            "lace" => number(c.lace),
            "mahc10" => number(c.mahc10),
            "alone" => Some(Value::Flag(c.alone)),
            "able_carer" => Some(Value::Flag(c.able_carer)),
            "needs" => Some(Value::Words(c.needs.iter().map(|n| n.word().into()).collect())),
            "anticoagulant" => c.anticoagulant.as_deref().map(Value::word),
            "client_status" => Some(Value::word(c.status.word())),
            "home" => c.hospital_discharge.map(|d| Value::Since(c.zone.midnight(d))),
            _ => None,
        }
    }

    fn of_visit<'a>(&self, f: &'a VisitFacts, name: &str) -> Option<Value<'a>> {
        Some(match name {
            "state" => Value::word(f.state.word()),
            "answer" => Value::word(f.answer.word()),
            "service" => Value::word(&f.service),
            "discipline" => Value::word(f.discipline.word()),
            "starts" => Value::Until(f.start),
            "ends" => Value::Until(f.end),
            "started" => Value::Since(f.start),
            "late" => Value::Since(f.start.plus(self.presence.grace)),
            "open" => Value::Flag(f.state.is_open() && f.state != VisitState::InProgress && f.arrived.is_none()),
            "covered" => Value::Flag(f.covered()),
            "uncovered" => Value::Flag(f.uncovered()),
            "called_out" => Value::Flag(f.called_out_at.is_some() || f.state == VisitState::CalledOut),
            "two_people" => Value::Flag(f.two_people),
            "arrived" => Value::Flag(f.arrived.is_some()),
            "clock_in_good" => {
                self.asked_presence.set(true);
                return self.clock_in.map(|at| Value::Until(at.plus(self.presence.lag)));
            }
            _ => return None,
        })
    }
}
