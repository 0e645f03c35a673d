//! `o`: take it. It acts at once; what somebody else has asks first, and so do marks.

use crate::app::effect::Effect;
use crate::app::layers::{Confirm, Layer, Question};
use crate::app::model::{Model, Pane, Tone};
use crate::app::pane::{Mark, RowId};
use crate::app::subject::{self, owner};
use crate::domain::attention::AlertKey;
use crate::service::api::{Command, Owner, Problem};

/// Marks on rows that are in the list now: an act applies to these alone.
pub(crate) fn marked(model: &Model) -> Vec<Mark> {
    let rows = &model.alerts.rows;
    let held = |id: RowId| rows.iter().any(|r| RowId::Alert(r.key) == id);
    model.alerts.marks.iter().filter(|m| held(m.id)).cloned().collect()
}

/// The first five names, and how many more.
pub(crate) fn first_five(model: &Model) -> String {
    let marks = marked(model);
    let names: Vec<&str> = marks.iter().take(5).map(|m| m.name.as_str()).collect();
    let more = marks.len().saturating_sub(5);
    if more > 0 { format!("{} and {more} more", names.join("; ")) } else { names.join("; ") }
}

/// Somebody turned out to have it, though its row did not say so: asks, unless another key has come since.
pub(crate) fn asks(model: &mut Model, key: AlertKey, problems: &[Problem]) -> bool {
    let Some(problem) = problems.iter().find(|p| p.rule == "take.taken") else { return false };
    let now = model.wire.acted.map(|(_, at)| at);
    let calm = matches!(model.top(), None | Some(Layer::Page(_) | Layer::Review(_) | Layer::Why(_)));
    if !calm || now.is_none() || now != model.wire.last_key {
        return false;
    }
    let who = subject::alert(model).ok().filter(|(k, _)| *k == key).map(|(_, s)| s.name).unwrap_or_default();
    let (question, title) = (Question::TakeFromOther(key), "Take it over?".to_owned());
    let lines = vec![problem.text.clone()];
    model.layers.push(Layer::Confirm(Confirm { question, title, who, lines, yes: "take it over" }));
    true
}

/// Takes what is under the marker, or asks.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    if model.layers.is_empty() && model.focus == Pane::Alerts && !model.alerts.marks.is_empty() {
        let marks = marked(model);
        if marks.is_empty() {
            model.toast(Tone::Bad, "no marked row is in the list now");
            return;
        }
        let who = first_five(model);
        let title = format!("Take {} marked", marks.len());
        let question = Question::TakeMarks(marks.iter().map(|m| m.id).collect());
        model.layers.push(Layer::Confirm(Confirm { question, title, who, lines: Vec::new(), yes: "take them" }));
        return;
    }
    let (key, about) = match subject::alert(model) {
        Ok(found) => found,
        Err(why) => return model.toast(Tone::Bad, why),
    };
    if let Some(Owner::Other(name)) = owner(&about) {
        let lines = vec![format!("{name} has it."), "Enter takes it over; esc leaves it.".to_owned()];
        let title = format!("Take from {name}?");
        let question = Question::TakeFromOther(key);
        model.layers.push(Layer::Confirm(Confirm { question, title, who: about.name, lines, yes: "take it over" }));
        return;
    }
    model.act(out, Some(key), Command::Take { key, from_other: false });
}
