//! Opening again what was finished: from its dim row, or its line on a page. In menus only.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Pane, Tone};
use crate::app::subject::{self, Subject};
use crate::service::api::Command;

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    vec![Field::new("reason", "Reason", "why it is not over; needed", Value::Line(Line::default()))]
}

/// What could be opened again: the dim row of what was finished, or what stands under the marker.
pub(crate) fn about(model: &Model) -> Result<Subject, String> {
    if model.layers.is_empty()
        && model.focus == Pane::Alerts
        && let Some(ghost) = &model.alerts.ghost
    {
        let row = &ghost.row;
        return Ok(Subject { person: row.person, name: row.name.clone(), key: Some(row.key), row: Some(row.clone()) });
    }
    let (key, about) = subject::alert(model)?;
    match subject::alert_row(model, key) {
        Some(row) if row.finished.is_none() => Err("it still stands: w says why".to_owned()),
        _ => Ok(about),
    }
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match about(model) {
        Ok(about) => form::open(model, out, FormKind::Reopen, "Open again", &about, fields()),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let reason = form.text("reason");
    if reason.is_empty() {
        form.wrong("reason", "say why it is not over");
    }
    let key = form.about?;
    form.holds().then_some(Command::Reopen { key, reason })
}
