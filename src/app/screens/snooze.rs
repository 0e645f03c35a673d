//! `s`: asleep until a time, with a reason.

use super::{form, marks};
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::domain::time::{HOUR, MINUTE, Moment, Zone};
use crate::service::api::{Command, ManyAct};

/// The fields.
pub(crate) fn fields(now: Moment, zone: Zone) -> Vec<Field> {
    let four = if four(now, zone).1 { "tomorrow 16:00" } else { "16:00" };
    let words = ["15 min", "1 h", four, "tomorrow 08:00", "other…"];
    vec![
        Field::new("until", "Until", "1 to 5", Value::choice(&words, true)),
        Field::new("at", "At", "15:00, +2h, fri, 3/14 9:00", Value::When(Line::default())),
        Field::new("reason", "Reason", "why it can wait; needed", Value::Line(Line::default())),
    ]
}

fn four(now: Moment, zone: Zone) -> (Moment, bool) {
    let today = zone.day(now);
    let at = zone.moment(today, 16 * 60);
    if at > now { (at, false) } else { (zone.moment(today.plus(1), 16 * 60), true) }
}

/// Opens the card, for the marked rows when there are some.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    let fields = fields(model.now, model.zone);
    if marks::meant(model) {
        return marks::open(model, out, FormKind::Snooze, "Snooze", fields);
    }
    match subject::alert(model) {
        Ok((_, about)) => {
            let title = format!("Snooze · {}", form::tier_word(&about));
            form::open(model, out, FormKind::Snooze, &title, &about, fields);
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// A time of one's own only when `other` is chosen.
pub(crate) fn reshape(form: &mut Form) {
    let other = form.chosen("until") == Some(4);
    form.show("at", other);
}

/// The command of the card.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let until = match form.chosen("until") {
        Some(0) => Some(now.plus(15 * MINUTE)),
        Some(1) => Some(now.plus(HOUR)),
        Some(2) => Some(four(now, zone).0),
        Some(3) => Some(zone.moment(zone.day(now).plus(1), 8 * 60)),
        Some(_) => {
            if form.text("at").is_empty() {
                form.wrong("at", "until when?");
            }
            form::moment(form, "at", now, zone)
        }
        None => {
            form.wrong("until", "choose until when: 1 to 5");
            None
        }
    };
    if until.is_some_and(|u| u <= now) {
        form.wrong("at", "this is in the past");
    }
    let reason = form.text("reason");
    if reason.is_empty() {
        form.wrong("reason", "say why it can wait");
    }
    let until = until.filter(|_| form.holds())?;
    marks::command(form, ManyAct::Snooze { until, reason })
}
