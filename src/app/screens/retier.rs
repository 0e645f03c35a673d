//! A tier by hand, with a reason. In menus only.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::service::api::Command;

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let tiers = ["P1 now", "P2 this shift", "P3 today", "P4 this week", "P5 watch"];
    vec![
        Field::new(
            "tier",
            "Tier",
            "1 to 5; the rule's own tier ends what was set by hand",
            Value::choice(&tiers, false),
        ),
        Field::new("reason", "Reason", "why it is more or less urgent; needed", Value::Line(Line::default())),
    ]
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match subject::alert(model) {
        Ok((_, about)) => {
            let title = format!("Tier · {}", form::tier_word(&about));
            form::open(model, out, FormKind::Retier, &title, &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let tier = form.chosen("tier").and_then(|n| u8::try_from(n + 1).ok());
    if tier.is_none() {
        form.wrong("tier", "choose a tier: 1 to 5");
    }
    let reason = form.text("reason");
    if reason.is_empty() {
        form.wrong("reason", "say why it is more or less urgent");
    }
    let (key, tier) = (form.about?, tier?);
    form.holds().then_some(Command::Retier { key, tier, reason })
}
