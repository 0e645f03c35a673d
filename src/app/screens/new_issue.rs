//! `n i`: a new issue. The person of the context is offered as a question, never set. What is asked of which kind comes
//! from the adopted rules, and so does the tier that is shown while it is answered.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, PersonPick, Value};
use crate::app::form_draft;
use crate::app::line::Line;
use crate::app::model::{Connection, Model};
use crate::app::report::Report;
use crate::app::subject::{self, Subject};
use crate::app::when;
use crate::app::wire::Asked;
use crate::domain::ids::DraftId;
use crate::domain::issue::{How, IssueKind};
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Ask, AskAnswers, Command, NewIssue, Person, Query, Request, WouldBe};

/// The fields that every report has; the questions stand behind the kind.
const FIXED: [&str; 6] = ["person", "kind", "summary", "happened", "reported_by", "how"];

fn question(ask: &Ask) -> Field {
    let (help, value) = match &ask.answers {
        AskAnswers::Words(words) => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            ("by digit; Tab leaves it open", Value::choice(&words, true))
        }
        AskAnswers::Number => ("a number, or empty", Value::Line(Line::default())),
        AskAnswers::Phone => ("first of all, in case the line drops", Value::Line(Line::default())),
        AskAnswers::Text => ("a few words, or empty", Value::Line(Line::default())),
    };
    Field { shown: false, ..Field::new(ask.name.clone(), ask.question.clone(), help, value) }
}

/// The fields, with the person of the context as an offer.
pub(crate) fn fields(offered: Option<(Person, String)>, asks: &[Ask]) -> Vec<Field> {
    let kinds: Vec<&str> = IssueKind::ALL.iter().map(|k| k.word()).collect();
    let hows: Vec<&str> = How::ALL.iter().map(|h| h.word()).collect();
    let pick = PersonPick { offered, ..PersonPick::default() };
    let mut out = vec![
        Field::new("person", "About", "type part of a name, ↑↓, Enter takes", Value::Person(pick)),
        Field::new("kind", "What", "by digit, or ↑↓ and Enter", Value::choice(&kinds, false)),
    ];
    out.extend(asks.iter().map(question));
    out.extend([
        Field::new("summary", "In short", "a few words that the row shows", Value::Line(Line::default())),
        Field::new("happened", "When", "empty is now; -10m, 7:58, yest 21:30", Value::When(Line::default())),
        Field::new("reported_by", "Told by", "who told it", Value::Line(Line::default())),
        Field::new("how", "How", "1 to 6", Value::choice(&hows, true)),
    ]);
    out
}

/// What a form of a new issue is, with the questions as they were last known.
pub(crate) fn kind_of_form(model: &Model) -> FormKind {
    FormKind::NewIssue(Box::new(Report::asking(model.wire.asks.clone())))
}

/// Opens a new issue.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    let here = subject::subject(model).ok();
    let offered = here.and_then(|s| s.person.map(|p| (p, s.name)));
    let nobody = Subject { person: None, name: String::new(), key: None, row: None };
    let (kind, fields) = (kind_of_form(model), fields(offered, &model.wire.asks));
    form::open(model, out, kind, "New issue", &nobody, fields);
}

fn kind(form: &Form) -> Option<IssueKind> {
    form.chosen("kind").and_then(|n| IssueKind::ALL.get(n)).copied()
}

fn report(form: &Form) -> Option<&Report> {
    match &form.kind {
        FormKind::NewIssue(report) => Some(report),
        _ => None,
    }
}

/// The questions have come: they take their places, and what was answered to one that stays is kept.
pub(crate) fn asked(model: &mut Model, out: &mut Vec<Effect>, draft: DraftId, asks: Vec<Ask>) {
    model.wire.asks.clone_from(&asks);
    let (now, zone) = (model.now, model.zone);
    let Some(form) = form::find_form(model, draft) else { return };
    if report(form).is_none_or(|r| r.asks == asks) {
        return;
    }
    let focus = form.fields.get(form.focus).map(|f| f.name.clone());
    let mut before: Vec<Field> = Vec::new();
    let mut fields = Vec::new();
    for field in std::mem::take(&mut form.fields) {
        let fixed = FIXED.contains(&&*field.name) || matches!(field.value, Value::Button(_));
        if fixed { fields.push(field) } else { before.push(field) }
    }
    let behind = fields.iter().position(|f| f.name == "kind").map_or(0, |n| n + 1);
    fields.splice(behind..behind, asks.iter().map(question));
    form.fields = fields;
    form.restore.extend(
        before.into_iter().map(|f| (f.name.to_string(), f.value.text())).filter(|(_, text)| !text.trim().is_empty()),
    );
    if let FormKind::NewIssue(report) = &mut form.kind {
        report.asks = asks;
    }
    form.focus = focus.and_then(|name| form.fields.iter().position(|f| f.name == name)).unwrap_or(0);
    form_draft::refill(form);
    form::refresh(form, now, zone);
    judge(model, out, draft);
}

/// Asks only the facts of the chosen kind; the first line names whoever was taken.
pub(crate) fn reshape(form: &mut Form) {
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
            form.who.clear();
            form.alike.clear();
        }
        Some(_) => {}
    }
    let (kind, person) = (kind(form), form.person);
    let FormKind::NewIssue(report) = &mut form.kind else { return };
    report.forget_unless(person, kind);
    form.notes = report.known_lines();
    let asks: Vec<(String, bool)> = report
        .asks
        .iter()
        .map(|a| {
            let of_kind = kind.is_some_and(|k| a.kinds.is_empty() || a.kinds.contains(&k));
            (a.name.clone(), of_kind && !report.is_known(&a.name))
        })
        .collect();
    for (name, shown) in asks {
        form.show(&name, shown);
    }
}

/// Asks the service where the report stands as it is now; nothing is kept by that.
pub(crate) fn judge(model: &mut Model, out: &mut Vec<Effect>, draft: DraftId) {
    if matches!(model.connection, Connection::Offline { .. }) {
        return;
    }
    let (now, zone) = (model.now, model.zone);
    let Some(form) = form::find_form(model, draft) else { return };
    let Some(kind) = report(form).and(kind(form)) else { return };
    let happened = when::parse(&form.text("happened"), now, zone, when::Lean::Past).ok();
    let new = told(form, kind, happened);
    model.ask_fresh(out, Asked::WouldBe(draft), Request::Query(Query::WouldBe(new)));
}

/// Where it stands has come.
pub(crate) fn judged(model: &mut Model, draft: DraftId, found: WouldBe) {
    let (now, zone) = (model.now, model.zone);
    let Some(form) = form::find_form(model, draft) else { return };
    // What was asked of another person or kind says nothing of this one.
    if found.person != form.person || Some(found.kind) != kind(form) {
        return;
    }
    if let FormKind::NewIssue(report) = &mut form.kind {
        report.judged(found);
    }
    form::refresh(form, now, zone);
}

/// The report as it stands in the fields.
fn told(form: &Form, kind: IssueKind, happened: Option<Moment>) -> NewIssue {
    let asks = report(form).map(|r| r.asks.as_slice()).unwrap_or_default();
    let facts = asks.iter().map(|a| (a.name.clone(), form.text(&a.name))).filter(|(_, answer)| !answer.is_empty());
    let how = form.chosen("how").and_then(|n| How::ALL.get(n)).copied().unwrap_or(How::Phone);
    NewIssue {
        person: form.person,
        kind,
        summary: form.text("summary"),
        facts: facts.collect(),
        happened,
        reported_by: form.text("reported_by"),
        how,
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
    // A fall says what it is; of anything else the row needs a few words.
    if form.text("summary").is_empty() && kind != Some(IssueKind::Fall) {
        form.wrong("summary", "a few words, for the row");
    }
    let happened = form::moment(form, "happened", now, zone);
    if happened.is_some_and(|at| at > now) {
        form.wrong("happened", "this has not happened yet");
    }
    if !form.holds() {
        return None;
    }
    let mut new = told(form, kind?, happened);
    if new.summary.is_empty() {
        new.kind.word().clone_into(&mut new.summary);
    }
    Some(Command::NewIssue(new))
}
