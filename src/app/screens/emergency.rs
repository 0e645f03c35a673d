//! `x`: a client's chart that may not be seen, opened in an emergency. The card says what comes of it before Enter does it.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::layers::Layer;
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject::{self, Subject};
use crate::service::api::{Command, Person};

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let help = "what happened, in some words; needed";
    vec![Field::new("reason", "Reason", help, Value::Line(Line::default()))]
}

/// Whose chart is meant: of a page that may not be seen its own, else whoever stands under the marker.
pub(crate) fn about(model: &Model) -> Result<Subject, String> {
    let found = match model.top() {
        Some(Layer::Page(page)) if page.page.is_none() && page.denied.is_some() => {
            let name = if page.name.is_empty() { "this client".to_owned() } else { page.name.clone() };
            Subject { person: Some(page.person), name, key: None, row: None }
        }
        _ => subject::subject(model)?,
    };
    match found.person {
        Some(Person::Client(_)) => Ok(Subject { key: None, row: None, ..found }),
        _ => Err("this is about no client: find one by name first".to_owned()),
    }
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match about(model) {
        Ok(about) => {
            form::open(model, out, FormKind::Emergency, "Emergency", &about, fields());
            let minutes = model.rights.as_ref().map(|r| r.emergency.0);
            if let Some(Layer::Form(form)) = model.layers.last_mut() {
                form.notes = notes(minutes);
            }
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

fn notes(minutes: Option<u16>) -> Vec<String> {
    let long = minutes.map_or_else(|| "for a while".to_owned(), |m| format!("for {m} minutes"));
    vec![format!("Opens this one chart {long}."), "What you see and do is marked, and a manager asks why.".to_owned()]
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let reason = form.text("reason");
    if reason.is_empty() {
        form.wrong("reason", "say what happened");
    }
    let Some(Person::Client(client)) = form.person else { return None };
    form.holds().then_some(Command::OpenEmergency { client, reason })
}
