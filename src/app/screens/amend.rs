//! `e` on a logged call: sets right what was logged. The old stays in its history.

use super::form;
use super::history;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, Value};
use crate::app::form_draft;
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject::Subject;
use crate::app::when;
use crate::domain::communication::CallResult;
use crate::domain::ids::CommunicationId;
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Command, LoggedCall};

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let results: Vec<&str> = CallResult::ALL.iter().map(|r| r.word()).collect();
    vec![
        Field::new("result", "Outcome", "how it went, by digit", Value::choice(&results, true)),
        Field::new("with", "With", "with whom", Value::Line(Line::default())),
        Field::new("note", "Note", "what was said", Value::long()),
    ]
}

/// The call on a page's line.
pub(crate) fn call(model: &Model) -> Option<CommunicationId> {
    history::record(model).filter(|(kind, _)| *kind == Kind::Communication).map(|(_, id)| CommunicationId(id))
}

/// Opens the card for a page's line.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match call(model) {
        Some(id) => open(model, out, id, String::new()),
        None => model.toast(Tone::Plain, "no logged call on this line"),
    }
}

/// Opens the card for a call.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>, call: CommunicationId, who: String) {
    let about = Subject { person: None, name: who, key: None, row: None };
    form::open_call(model, out, &about, call, fields());
}

/// What was logged has come: it fills what nobody has typed into yet.
pub(crate) fn arrived(form: &mut Form, call: Option<LoggedCall>, now: Moment, zone: Zone) {
    let Some(call) = call else {
        form.error = Some("that call is not there any more".to_owned());
        return;
    };
    form.call = Some(call.id);
    form.person = call.person;
    form.notes = vec![format!("logged by {}, {}", call.by, when::echo(call.happened, now, zone))];
    if form.touched {
        return;
    }
    let texts = [("with", call.with), ("result", call.result.word().to_owned()), ("note", call.note)];
    form_draft::fill(form, &texts.map(|(name, text)| (name.to_owned(), text)));
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let result = form.chosen("result").and_then(|n| CallResult::ALL.get(n)).copied();
    if result.is_none() {
        form.wrong("result", "choose how it went: 1 to 5");
    }
    let with = form.text("with");
    if with.is_empty() {
        form.wrong("with", "with whom?");
    }
    let (call, note) = (form.call?, form.text("note"));
    let result = result?;
    form.holds().then_some(Command::AmendCall { call, with, result, note })
}
