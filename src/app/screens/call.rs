//! `c`: whom to call with what each may hear, how it went, what was said, what was promised.

use super::{call_out, form, storm};
use crate::app::effect::Effect;
use crate::app::form::{Choice, Field, Form, FormKind, Opt, Value};
use crate::app::layers::Layer;
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::domain::communication::{CallResult, Direction};
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Command, LogCall, Number};

/// The fields of a call.
pub(crate) fn fields() -> Vec<Field> {
    let results: Vec<&str> = CallResult::ALL.iter().map(|r| r.word()).collect();
    vec![
        Field::new("number", "Call", "whom, by digit", Value::Choice(Choice::default())),
        Field::new("other", "Or", "another name or number that was called", Value::Line(Line::default())),
        Field::new("result", "Outcome", "how it went, by digit", Value::choice(&results, true)),
        Field::new("note", "Note", "what was said", Value::long()),
        Field::new("promise", "Promised", "what you promised, if anything", Value::Line(Line::default())),
        Field::new("due", "By", "15:00, +2h, fri, 3/14 9:00", Value::When(Line::default())),
    ]
}

/// Opens the call card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    // In a call-out whoever is shown is called, and a digit says what they said.
    if matches!(model.top(), Some(Layer::CallOut(_))) {
        return call_out::call(model, out);
    }
    if storm::is_on_top(model) {
        return storm::call(model, out);
    }
    match subject::subject(model) {
        Ok(about) => {
            let title = format!("Call · {}", form::tier_word(&about));
            let title = title.trim_end_matches([' ', '·']).to_owned();
            let contact = subject::contact(model);
            form::open(model, out, FormKind::Call { numbers: None }, &title, &about, fields());
            if let Some(Layer::Form(form)) = model.layers.last_mut() {
                form.contact = contact;
            }
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The numbers have come.
pub(crate) fn numbers(form: &mut Form, numbers: Vec<Number>) {
    let options = numbers
        .iter()
        .map(|n| {
            let detail: Vec<&str> =
                [n.kind.as_str(), n.share.as_str(), n.caution.as_str()].into_iter().filter(|s| !s.is_empty()).collect();
            Opt { label: n.who.clone(), detail: detail.join(", "), number: n.number.clone() }
        })
        .collect();
    let hers = form.contact.and_then(|id| numbers.iter().position(|n| n.contact == Some(id)));
    if let Some(field) = form.field_mut("number") {
        field.value = Value::Choice(Choice { options, chosen: hers, cursor: hers.unwrap_or(0), inline: false });
    }
    // Who was chosen by her line is asked about no more: on to how it went.
    if hers.is_some() && !form.touched && form.fields.get(form.focus).is_some_and(|f| f.name == "number") {
        form.focus = form.fields.iter().position(|f| f.name == "result").unwrap_or(form.focus);
    }
    form.kind = FormKind::Call { numbers: Some(numbers) };
}

/// Somebody else only when none of the numbers is chosen; when by only with a promise.
pub(crate) fn reshape(form: &mut Form) {
    let chosen = form.chosen("number").is_some();
    form.show("other", !chosen);
    let promised = !form.text("promise").is_empty();
    let dated = form.field("due").is_some_and(|f| !f.value.text().trim().is_empty());
    form.show("due", promised || dated);
}

/// The command of the card.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let other = form.text("other");
    let number = match (&form.kind, form.chosen("number")) {
        (FormKind::Call { numbers: Some(numbers) }, Some(n)) => numbers.get(n).cloned(),
        _ => None,
    };
    if number.is_none() && other.is_empty() {
        form.wrong("number", "choose who was called, or write it below");
    }
    let result = form.chosen("result").and_then(|n| CallResult::ALL.get(n)).copied();
    if result.is_none() {
        form.wrong("result", "choose how it went: 1 to 5");
    }
    let what = form.text("promise");
    let due = form::moment(form, "due", now, zone);
    let promise = match (what.is_empty(), due) {
        (true, None) => None,
        (true, Some(_)) => {
            form.wrong("promise", "what was promised?");
            None
        }
        (false, None) => {
            if form.text("due").is_empty() {
                form.wrong("due", "by when? 15:00, +2h, fri");
            }
            None
        }
        (false, Some(due)) if due <= now => {
            form.wrong("due", "this is in the past");
            None
        }
        (false, Some(due)) => Some((what, due)),
    };
    if !form.holds() {
        return None;
    }
    let (with, dialled, contact) = match number {
        Some(n) => (n.who, n.number, n.contact),
        None => (other, String::new(), None),
    };
    Some(Command::LogCall(LogCall {
        about: form.about,
        person: form.person,
        contact,
        with,
        number: dialled,
        direction: Direction::Out,
        result: result?,
        note: form.text("note"),
        happened: None,
        promise,
    }))
}
