//! `!`: handed up, with a reason; the card says who is connected and whose phone has to be rung.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::service::api::{Command, OnDuty};

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let help = "what they have to know or decide; needed";
    vec![Field::new("reason", "Reason", help, Value::Line(Line::default()))]
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match subject::alert(model) {
        Ok((_, about)) => {
            let title = format!("Escalate · {}", form::tier_word(&about));
            form::open(model, out, FormKind::Escalate, &title, &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// Those who answer for it have come.
pub(crate) fn on_duty(form: &mut Form, duty: &[OnDuty]) {
    form.notes = duty
        .iter()
        .map(|d| match (d.connected, d.numbers.is_empty()) {
            (true, _) => format!("{}, {}: connected, sees it at once", d.name, d.role),
            (false, false) => format!("{}, {}: not connected, ring {}", d.name, d.role, d.numbers.join(" or ")),
            (false, true) => format!("{}, {}: not connected, no number recorded", d.name, d.role),
        })
        .collect();
    if duty.is_empty() {
        form.notes.push("no supervisor or on-call user is recorded: ring somebody".to_owned());
    }
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let reason = form.text("reason");
    if reason.is_empty() {
        form.wrong("reason", "say what they have to know or decide");
    }
    let key = form.about?;
    form.holds().then_some(Command::Escalate { key, reason })
}
