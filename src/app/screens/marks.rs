//! Acts on marked rows: one request for all of them; those that could not be done stay marked.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, FormKind};
use crate::app::layers::{Confirm, Layer, Question};
use crate::app::model::{Model, Pane, Tone};
use crate::app::pane::{Mark, RowId};
use crate::app::subject::Subject;
use crate::domain::attention::AlertKey;
use crate::service::api::{Command, ManyAct};

/// An acting key means the marked rows.
pub(crate) fn meant(model: &Model) -> bool {
    model.layers.is_empty() && model.focus == Pane::Alerts && !model.alerts.marks.is_empty()
}

/// Marks on rows that are in the list now: an act applies to these alone.
pub(crate) fn marked(model: &Model) -> Vec<Mark> {
    let rows = &model.alerts.rows;
    let held = |id: RowId| rows.iter().any(|r| RowId::Alert(r.key) == id);
    model.alerts.marks.iter().filter(|m| held(m.id)).cloned().collect()
}

/// The alerts of marks.
pub(crate) fn keys(marks: &[Mark]) -> Vec<AlertKey> {
    marks.iter().filter_map(|m| if let RowId::Alert(key) = m.id { Some(key) } else { None }).collect()
}

/// The first five names, and how many more.
pub(crate) fn first_five(marks: &[Mark]) -> String {
    let names: Vec<&str> = marks.iter().take(5).map(|m| m.name.as_str()).collect();
    let more = marks.len().saturating_sub(5);
    if more > 0 { format!("{} and {more} more", names.join("; ")) } else { names.join("; ") }
}

/// Opens a form about the marked rows.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>, kind: FormKind, verb: &str, fields: Vec<Field>) {
    let marks = marked(model);
    if marks.is_empty() {
        return model.toast(Tone::Bad, "no marked row is in the list now");
    }
    let about = Subject { person: None, name: first_five(&marks), key: None, row: None };
    form::open_many(model, out, kind, &format!("{verb} · {} marked", marks.len()), &about, keys(&marks), fields);
}

/// The command of a form: on the marked rows it was opened for, or on the one it is about.
pub(crate) fn command(form: &crate::app::form::Form, act: ManyAct) -> Option<Command> {
    match (&form.keys[..], form.about) {
        ([], Some(key)) => Some(act.on(key)),
        ([], None) => None,
        (keys, _) => Some(Command::OnMany { keys: keys.to_vec(), act }),
    }
}

/// What was done loses its mark; what was not keeps it, and says why.
pub(crate) fn settle(model: &mut Model, keys: &[AlertKey], refused: &[(AlertKey, String)]) {
    let left = |id: RowId| refused.iter().any(|(k, _)| RowId::Alert(*k) == id);
    let was = |id: RowId| keys.iter().any(|k| RowId::Alert(*k) == id);
    let name = |key: &AlertKey| {
        let id = RowId::Alert(*key);
        model.alerts.marks.iter().find(|m| m.id == id).map(|m| m.name.clone()).unwrap_or_default()
    };
    let lines: Vec<String> =
        refused.iter().map(|(key, why)| format!("{}: {why}", name(key)).trim_start_matches(": ").to_owned()).collect();
    model.alerts.marks.retain(|m| !was(m.id) || left(m.id));
    if model.alerts.marks.is_empty() {
        model.alerts.range = None;
    }
    if lines.is_empty() {
        return;
    }
    let title = format!("{} of {} left alone", lines.len(), keys.len());
    // A card over what somebody is typing would swallow it: then it is said in a line.
    let calm = model.layers.is_empty() && model.wire.acted.map(|(_, at)| at) == model.wire.last_key;
    if !calm {
        return model.toast(Tone::Bad, format!("{title}: {}", lines[0]));
    }
    let more = lines.len().saturating_sub(5);
    let mut shown: Vec<String> = lines.into_iter().take(5).collect();
    if more > 0 {
        shown.push(format!("… and {more} more"));
    }
    let who = "They stay marked.".to_owned();
    model.layers.push(Layer::Confirm(Confirm { question: Question::Left, title, who, lines: shown, yes: "go on" }));
}
