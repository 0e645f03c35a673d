//! `n n`: a note to an issue.

use super::{cannot, form, storm};
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::layers::Layer;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::service::api::Command;

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    vec![Field::new("text", "Note", "to the issue's timeline", Value::long())]
}

/// Opens the note.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    // Of a visit that waits for somebody it is whether she is safe till then.
    if matches!(model.top(), Some(Layer::CallOut(_))) {
        return cannot::safe(model, out);
    }
    if storm::is_on_top(model) {
        return storm::note(model, out);
    }
    match subject::alert(model) {
        Ok((_, about)) => {
            let title = format!("Note · {}", form::tier_word(&about));
            form::open(model, out, FormKind::Note, &title, &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The command of the note.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let text = form.text("text");
    if text.is_empty() {
        form.wrong("text", "nothing is written yet");
    }
    let key = form.about?;
    form.holds().then_some(Command::AddNote { key, text })
}
