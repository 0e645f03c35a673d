//! `n i`: a new issue. The person of the context is offered as a question, never set.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, PersonPick, Value};
use crate::app::line::Line;
use crate::app::model::Model;
use crate::app::subject::{self, Subject};
use crate::domain::issue::{How, IssueKind};
use crate::domain::time::{Moment, Zone};
use crate::rules::triage::policy::{FactAsked, Policy};
use crate::service::api::{Command, NewIssue, Person};
use std::sync::OnceLock;

/// The severity facts that the rules ask for, by the rule file's own names and questions.
fn facts() -> &'static [FactAsked] {
    static FACTS: OnceLock<Vec<FactAsked>> = OnceLock::new();
    FACTS.get_or_init(|| {
        let Ok(policy) = Policy::embedded() else { return Vec::new() };
        let mut out: Vec<FactAsked> = Vec::new();
        for fact in IssueKind::ALL.iter().flat_map(|k| policy.facts_of(*k)) {
            // A number is typed in the note; here every question is answered by one key.
            if fact.answers.len() > 1 && !out.iter().any(|f| f.name == fact.name) {
                out.push(fact.clone());
            }
        }
        out
    })
}

fn asks(fact: &FactAsked, kind: IssueKind) -> bool {
    fact.kinds.is_empty() || fact.kinds.contains(&kind)
}

/// The fields, with the person of the context as an offer.
pub(crate) fn fields(offered: Option<(Person, String)>) -> Vec<Field> {
    let kinds: Vec<&str> = IssueKind::ALL.iter().map(|k| k.word()).collect();
    let hows: Vec<&str> = How::ALL.iter().map(|h| h.word()).collect();
    let pick = PersonPick { offered, ..PersonPick::default() };
    let mut out = vec![
        Field::new("person", "About", "type part of a name, ↑↓, Enter takes", Value::Person(pick)),
        Field::new("kind", "What", "by digit, or ↑↓ and Enter", Value::choice(&kinds, false)),
        Field::new("summary", "In short", "a few words that the row shows", Value::Line(Line::default())),
    ];
    for fact in facts() {
        let answers: Vec<&str> = fact.answers.iter().map(String::as_str).collect();
        out.push(Field::new(&fact.name, &fact.ask, "by digit", Value::choice(&answers, true)));
    }
    out.extend([
        Field::new("happened", "When", "empty is now; -10m, 7:58, yest 21:30", Value::When(Line::default())),
        Field::new("reported_by", "Told by", "who told it", Value::Line(Line::default())),
        Field::new("how", "How", "1 to 6", Value::choice(&hows, true)),
    ]);
    out
}

/// Opens a new issue.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    let here = subject::subject(model).ok();
    let offered = here.and_then(|s| s.person.map(|p| (p, s.name)));
    let nobody = Subject { person: None, name: "about whom is asked below".to_owned(), key: None, row: None };
    form::open(model, out, FormKind::NewIssue, "New issue", &nobody, fields(offered));
}

fn kind(form: &Form) -> Option<IssueKind> {
    form.chosen("kind").and_then(|n| IssueKind::ALL.get(n)).copied()
}

/// Asks only the facts of the chosen kind; the first line names whoever was taken.
pub(crate) fn reshape(form: &mut Form) {
    let kind = kind(form);
    for fact in facts() {
        form.show(&fact.name, kind.is_some_and(|k| asks(fact, k)));
    }
    let taken = form.field("person").and_then(|f| match &f.value {
        Value::Person(pick) => pick.taken.clone(),
        _ => None,
    });
    match taken {
        Some((person, name)) if form.person != Some(person) => {
            form.person = Some(person);
            form.who = name;
            form.alike.clear();
        }
        None => {
            form.person = None;
            "about whom is asked below".clone_into(&mut form.who);
            form.alike.clear();
        }
        Some(_) => {}
    }
}

/// The command of the form.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let typed = form.text("person");
    if form.person.is_none() {
        let why = if typed.is_empty() { "about whom?" } else { "take one of the people found: ↑↓, Enter" };
        form.wrong("person", why);
    } else if !typed.is_empty() {
        form.wrong("person", "another name is typed: Enter takes it, Backspace clears it");
    }
    let kind = kind(form);
    if kind.is_none() {
        form.wrong("kind", "choose what happened");
    }
    let summary = form.text("summary");
    if summary.is_empty() {
        form.wrong("summary", "a few words, for the row");
    }
    let happened = form::moment(form, "happened", now, zone);
    if happened.is_some_and(|at| at > now) {
        form.wrong("happened", "this has not happened yet");
    }
    if !form.holds() {
        return None;
    }
    let facts =
        facts().iter().map(|f| (f.name.clone(), form.text(&f.name))).filter(|(_, answer)| !answer.is_empty()).collect();
    let how = form.chosen("how").and_then(|n| How::ALL.get(n)).copied().unwrap_or(How::Phone);
    Some(Command::NewIssue(NewIssue {
        person: form.person,
        kind: kind?,
        summary,
        facts,
        happened,
        reported_by: form.text("reported_by"),
        how,
    }))
}
