//! `t`: who has not been told, and telling them. It is a call about the thing they have not been told of.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Choice, Field, Form, FormKind, Opt, Value};
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::domain::communication::{CallResult, Direction};
use crate::domain::time::{Moment, Zone, clock};
use crate::service::api::{Command, LogCall, Untold};

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let results: Vec<&str> = CallResult::ALL.iter().map(|r| r.word()).collect();
    vec![
        Field::new("whom", "Not told", "whom you called, by digit", Value::Choice(Choice::default())),
        Field::new("result", "Outcome", "told is who was reached", Value::choice(&results, true)),
        Field::new("note", "Note", "what was said", Value::long()),
    ]
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match subject::subject(model) {
        Ok(about) => {
            let title = format!("Tell · {}", form::tier_word(&about));
            let title = title.trim_end_matches([' ', '·']).to_owned();
            form::open(model, out, FormKind::Tell { untold: None }, &title, &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// `by 09:58`, `was due 08:30`.
pub(crate) fn by(untold: &Untold, now: Moment, zone: Zone) -> String {
    let (day, minute) = zone.civil(untold.due);
    let at = if day == zone.day(now) { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) };
    if untold.due < now { format!("was due {at}") } else { format!("by {at}") }
}

/// They have come: the soonest first, and chosen when there is only one.
pub(crate) fn arrived(form: &mut Form, untold: Vec<Untold>, now: Moment, zone: Zone) {
    let options: Vec<Opt> = untold
        .iter()
        .map(|u| {
            let detail = [by(u, now, zone), u.share.clone()];
            Opt {
                label: format!("{} · {}", u.who, u.what),
                detail: detail.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", "),
                number: u.number.clone(),
            }
        })
        .collect();
    if options.is_empty() {
        form.notes = vec!["Everybody has been told, as far as the calls logged here say.".to_owned()];
    }
    let chosen = (options.len() == 1).then_some(0);
    if let Some(field) = form.field_mut("whom") {
        field.value = Value::Choice(Choice { options, chosen, ..Choice::default() });
    }
    form.kind = FormKind::Tell { untold: Some(untold) };
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let untold = match (&form.kind, form.chosen("whom")) {
        (FormKind::Tell { untold: Some(untold) }, Some(n)) => untold.get(n).cloned(),
        _ => None,
    };
    if untold.is_none() {
        form.wrong("whom", "choose whom you called; c calls anybody else");
    }
    let result = form.chosen("result").and_then(|n| CallResult::ALL.get(n)).copied();
    if result.is_none() {
        form.wrong("result", "choose how it went: 1 to 5");
    }
    if !form.holds() {
        return None;
    }
    let untold = untold?;
    Some(Command::LogCall(LogCall {
        about: Some(untold.key),
        person: form.person,
        contact: untold.contact,
        with: untold.who,
        number: untold.number,
        direction: Direction::Out,
        result: result?,
        note: form.text("note"),
        happened: None,
        promise: None,
    }))
}
