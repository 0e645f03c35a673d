//! Completing and waiving a reassessment.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject::{self, Subject};
use crate::domain::time::{Moment, Zone};
use crate::service::api::Command;

/// The fields of a completion.
pub(crate) fn fields() -> Vec<Field> {
    vec![
        Field::new("result", "Result", "in a line; needed", Value::Line(Line::default())),
        Field::new("completed", "When", "empty is now; -10m, 7:58, yest 21:30", Value::When(Line::default())),
    ]
}

/// The fields of a waiver.
pub(crate) fn waive_fields() -> Vec<Field> {
    vec![Field::new("reason", "Reason", "why it is not done; needed", Value::long())]
}

/// Opens the completion.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>, about: &Subject) {
    form::open(model, out, FormKind::Reassess, &format!("Complete · {}", form::tier_word(about)), about, fields());
}

/// Opens the waiver.
pub(crate) fn waive(model: &mut Model, out: &mut Vec<Effect>) {
    match subject::alert(model) {
        Ok((_, about)) => {
            let title = format!("Waive · {}", form::tier_word(&about));
            form::open(model, out, FormKind::Waive, &title, &about, waive_fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The command of a completion.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let result = form.text("result");
    if result.is_empty() {
        form.wrong("result", "what came of it, in a line");
    }
    let completed = form::moment(form, "completed", now, zone);
    if completed.is_some_and(|at| at > now) {
        form.wrong("completed", "this has not happened yet");
    }
    let key = form.about?;
    form.holds().then_some(Command::CompleteReassessment { key, result, completed })
}

/// The command of a waiver.
pub(crate) fn waive_command(form: &mut Form) -> Option<Command> {
    let reason = form.text("reason");
    if reason.is_empty() {
        form.wrong("reason", "say why it is not done");
    }
    let key = form.about?;
    form.holds().then_some(Command::WaiveReassessment { key, reason })
}
