//! `v` on a reassessment: books the visit that does it.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, PersonPick, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Command, Person};

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let minutes = Line::new("60");
    vec![
        Field::new("who", "Who goes", "part of a name, ↑↓, Enter takes", Value::Person(PersonPick::default())),
        Field::new("start", "When", "tomorrow 9:00, fri 14:00, 3/14 9:00", Value::When(Line::default())),
        Field::new("minutes", "Minutes", "how long", Value::Line(minutes)),
    ]
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match subject::alert(model) {
        Ok((_, about)) => {
            let title = format!("Schedule · {}", form::tier_word(&about));
            form::open(model, out, FormKind::Schedule, &title, &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The command of the card.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let taken = form.field("who").and_then(|f| match &f.value {
        Value::Person(pick) => pick.taken.as_ref().map(|(person, _)| *person),
        _ => None,
    });
    let staff = match taken {
        Some(Person::Staff(id)) => Some(id),
        Some(Person::Client(_)) => {
            form.wrong("who", "this is a client: choose a caregiver");
            None
        }
        None => {
            form.wrong("who", "choose who goes");
            None
        }
    };
    if form.text("start").is_empty() {
        form.wrong("start", "when? tomorrow 9:00, fri 14:00");
    }
    let start = form::moment(form, "start", now, zone);
    let minutes = form.text("minutes").parse::<u16>().ok().filter(|m| (1..=24 * 60).contains(m));
    if minutes.is_none() {
        form.wrong("minutes", "a number of minutes");
    }
    let (key, start, minutes, staff) = (form.about?, start?, minutes?, staff?);
    form.holds().then_some(Command::ScheduleReassessment { key, start, minutes, staff })
}
