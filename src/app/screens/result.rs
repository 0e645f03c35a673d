//! `r`: how it ended.

use super::{call_out, evv, form, marks, reassess, review, storm, tell};
use crate::app::allow;
use crate::app::effect::Effect;
use crate::app::form::{Choice, Field, Form, FormKind, Opt, Value};
use crate::app::layers::Layer;
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::domain::issue::DispositionKind;
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Command, ManyAct, Untold};

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    vec![
        Field::new("outcome", "How did it end?", "by digit", Value::Choice(Choice::default())),
        Field::new("by", "Decided by", "name and title of the practitioner or service", Value::Line(Line::default())),
        Field::new("note", "Note", "a word of note", Value::long()),
    ]
}

/// Opens the card; a reassessment is completed with its result.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    if matches!(model.top(), Some(Layer::CallOut(_))) {
        return call_out::settle(model, out);
    }
    if evv::is_here(model) {
        return evv::resolve(model, out);
    }
    if storm::is_on_top(model) {
        return storm::end(model, out);
    }
    // The card of a review is finished by having been read.
    if matches!(model.top(), Some(Layer::Review(_))) {
        return review::mark(model, out);
    }
    if marks::meant(model) {
        let kind = FormKind::Result { choices: None, note_needed: false };
        return marks::open(model, out, kind, "Result", fields());
    }
    match subject::alert(model) {
        Ok((key, about)) if allow::is_reassessment(key.source) => reassess::open(model, out, &about),
        Ok((_, about)) => {
            let note_needed = about.row.as_ref().is_some_and(|r| r.tier <= 2);
            let kind = FormKind::Result { choices: None, note_needed };
            form::open(model, out, kind, &format!("Result · {}", form::tier_word(&about)), &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The outcomes have come.
pub(crate) fn outcomes(form: &mut Form, choices: Vec<(String, Option<DispositionKind>)>, needed: bool) {
    let options = choices.iter().map(|(label, _)| Opt { label: label.clone(), ..Opt::default() }).collect();
    if let Some(field) = form.field_mut("outcome") {
        field.value = Value::Choice(Choice { options, ..Choice::default() });
    }
    if choices.is_empty() {
        form.error = Some("these end in different ways: finish them one at a time".to_owned());
    }
    let before = matches!(form.kind, FormKind::Result { note_needed: true, .. });
    let note_needed = needed || before;
    if note_needed && let Some(field) = form.field_mut("note") {
        field.help = "a word of note; needed";
    }
    form.kind = FormKind::Result { choices: Some(choices), note_needed };
}

/// Who has not been told yet: finishing does not tell them.
pub(crate) fn untold(form: &mut Form, untold: &[Untold], now: Moment, zone: Zone) {
    let who: Vec<String> = untold.iter().map(|u| format!("{} {}", u.who, tell::by(u, now, zone))).collect();
    form.notes = if who.is_empty() { Vec::new() } else { vec![format!("Not told yet: {}", who.join("; "))] };
}

fn disposition(form: &Form) -> Option<DispositionKind> {
    match (&form.kind, form.chosen("outcome")) {
        (FormKind::Result { choices: Some(choices), .. }, Some(n)) => choices.get(n).and_then(|(_, d)| *d),
        _ => None,
    }
}

/// Who decided only where a decision is recorded.
pub(crate) fn reshape(form: &mut Form) {
    let decided = disposition(form).is_some();
    form.show("by", decided);
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let outcome = form.text("outcome");
    if outcome.is_empty() {
        form.wrong("outcome", "choose how it ended");
    }
    let by = form.text("by");
    let disposition = disposition(form);
    if disposition.is_some() && by.is_empty() {
        form.wrong("by", "who decided it? name and title");
    }
    let note = form.text("note");
    let needed = matches!(form.kind, FormKind::Result { note_needed: true, .. }) || outcome.starts_with("other");
    if needed && note.is_empty() {
        form.wrong("note", "a word of note is needed");
    }
    if !form.holds() {
        return None;
    }
    match (disposition, form.about) {
        (Some(kind), Some(key)) => Some(Command::Result { key, outcome, note, disposition: Some((kind, by)) }),
        _ => marks::command(form, ManyAct::Result { outcome, note }),
    }
}
