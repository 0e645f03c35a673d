//! `o`: take it. It acts at once; what somebody else has asks first, and so do marks.

use super::marks;
use crate::app::effect::Effect;
use crate::app::layers::{Confirm, Layer, Question};
use crate::app::model::{Model, Tone};
use crate::app::subject::{self, owner};
use crate::domain::attention::AlertKey;
use crate::service::api::{Command, Owner, Problem};

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
    if marks::meant(model) {
        let marked = marks::marked(model);
        if marked.is_empty() {
            model.toast(Tone::Bad, "no marked row is in the list now");
            return;
        }
        let who = marks::first_five(&marked);
        let title = format!("Take {} marked", marked.len());
        let question = Question::TakeMarks(marked.iter().map(|m| m.id).collect());
        model.layers.push(Layer::Confirm(Confirm { question, title, who, lines: Vec::new(), yes: "take them" }));
        return;
    }
    let (key, about) = match subject::alert(model) {
        Ok(found) => found,
        Err(why) => return model.toast(Tone::Bad, why),
    };
    // What was handed up is there to be taken.
    let handed_up = about.row.as_ref().is_some_and(|r| r.escalated);
    if let (Some(Owner::Other(name)), false) = (owner(&about), handed_up) {
        let lines = vec![format!("{name} has it.")];
        let title = format!("Take from {name}?");
        let question = Question::TakeFromOther(key);
        model.layers.push(Layer::Confirm(Confirm { question, title, who: about.name, lines, yes: "take it over" }));
        return;
    }
    model.act(out, Some(key), Command::Take { key, from_other: false });
}
