//! `p`: to a colleague, with a word.

use super::{form, marks};
use crate::app::effect::Effect;
use crate::app::form::{Choice, Field, Form, FormKind, Opt, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::service::api::{Colleague, Command, ManyAct};

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    vec![
        Field::new("to", "To", "by digit, or ↑↓ and Enter", Value::Choice(Choice::default())),
        Field::new("note", "With a word", "what they should know, if anything", Value::Line(Line::default())),
    ]
}

/// Opens the card, for the marked rows when there are some.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    let kind = FormKind::Pass { people: None };
    if marks::meant(model) {
        return marks::open(model, out, kind, "Pass", fields());
    }
    match subject::alert(model) {
        Ok((_, about)) => {
            let title = format!("Pass · {}", form::tier_word(&about));
            form::open(model, out, kind, &title, &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The colleagues have come.
pub(crate) fn colleagues(form: &mut Form, people: Vec<Colleague>) {
    if !matches!(form.kind, FormKind::Pass { .. }) {
        return;
    }
    if people.is_empty() {
        form.error = Some("nobody else works here yet".to_owned());
    }
    let option = |c: &Colleague| Opt { label: c.name.clone(), detail: c.role.clone(), ..Opt::default() };
    let options = people.iter().map(option).collect();
    if let Some(field) = form.field_mut("to") {
        field.value = Value::Choice(Choice { options, ..Choice::default() });
    }
    form.kind = FormKind::Pass { people: Some(people) };
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let to = match (&form.kind, form.chosen("to")) {
        (FormKind::Pass { people: Some(people) }, Some(n)) => people.get(n).map(|c| c.user),
        _ => None,
    };
    if to.is_none() {
        form.wrong("to", "choose who gets it");
    }
    let note = form.text("note");
    let to = to.filter(|_| form.holds())?;
    marks::command(form, ManyAct::Pass { to, note })
}
