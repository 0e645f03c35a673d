//! `n a`, `n t`, `n h`, `n p`: an external appointment, time off, an authorization, a wish about two people; and ending
//! one that stands on a page.

use super::{edit, form, history};
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, PersonPick, Value};
use crate::app::layers::{Confirm, Layer, Question};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::{allow, subject};
use crate::domain::appointment::AppointmentKind;
use crate::domain::authorization::AuthorizedPer;
use crate::domain::coverage::{TimeOffKind, Wish, WishedBy};
use crate::domain::fields::Fields;
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::domain::text::Text;
use crate::domain::time::{Civil, Moment, Zone};
use crate::service::api::{Command, NewPlan, Person};

fn text(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field::new(name, label, help, Value::Line(Line::default()))
}

fn time(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field::new(name, label, help, Value::When(Line::default()))
}

fn one_of(name: &'static str, label: &'static str, words: &[&str]) -> Field {
    Field::new(name, label, "by digit", Value::choice(words, true))
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}

fn fields(kind: Kind) -> Vec<Field> {
    match kind {
        Kind::Appointment => vec![
            one_of("kind", "Kind", &words(AppointmentKind::ALL, AppointmentKind::word)),
            time("start", "Leaves", "when the client leaves home: tue 9:30, 3/14 14:00"),
            Field::new("minutes", "Minutes", "how long the client is away", Value::Line(Line::new("120"))),
            text("with", "With", "with whom; may stay empty"),
            text("place", "Where", "may stay empty"),
            text("note", "Note", "who takes the client there; may stay empty"),
        ],
        Kind::TimeOff => vec![
            one_of("kind", "Kind", &words(TimeOffKind::ALL, TimeOffKind::word)),
            time("from", "From", "mon, 3/14, tomorrow 12:00"),
            time("to", "Until", "a day without a time counts as a whole"),
            text("note", "Note", "may stay empty"),
        ],
        Kind::Authorization => vec![
            text("payer", "Payer", "who pays"),
            text("number", "Number", "the payer's number for it; may stay empty"),
            text("discipline", "Discipline", "RN, HHA …; empty is all"),
            text("service", "Service", "a visit counts whose service holds this; empty is all"),
            text("units", "Units", "how many"),
            Field::new("unit_minutes", "Unit minutes", "empty where a unit is a visit", Value::Line(Line::new("15"))),
            one_of("per", "Counted", &words(AuthorizedPer::ALL, AuthorizedPer::word)),
            time("from", "From", "first day: today, 3/1"),
            time("to", "To", "last day: 6/30"),
        ],
        _ => vec![
            Field::new("who", "Who", "part of a name, ↑↓, Enter takes", Value::Person(PersonPick::default())),
            one_of("wish", "They are", &words(Wish::ALL, Wish::word)),
            one_of("by", "Wish of", &words(WishedBy::ALL, WishedBy::word)),
            text("reason", "Why", "may stay empty, unless they are not to meet"),
        ],
    }
}

/// A form without its texts.
pub(super) fn blank(kind: Kind) -> (FormKind, &'static str, Vec<Field>) {
    let title = match kind {
        Kind::Appointment => "New appointment",
        Kind::TimeOff => "Time off, or on call",
        Kind::Authorization => "New authorization",
        _ => "Who belongs together",
    };
    (FormKind::Plan(kind), title, fields(kind))
}

/// Whether such a plan can be made of whom stands under the marker.
fn can(model: &Model, kind: Kind) -> Result<(), String> {
    allow::change(model)?;
    match (kind, subject::subject(model)?.person) {
        (Kind::TimeOff | Kind::Pairing, Some(Person::Staff(_)))
        | (Kind::Appointment | Kind::Authorization | Kind::Pairing, Some(Person::Client(_))) => Ok(()),
        (Kind::TimeOff, _) => Err("time off is a caregiver's: stand on one".to_owned()),
        (Kind::Pairing, _) => Err("stand on one of the two, client or caregiver".to_owned()),
        _ => Err("this is a client's: stand on one, or on a visit to one".to_owned()),
    }
}

pub(crate) fn can_appointment(model: &Model) -> Result<(), String> {
    can(model, Kind::Appointment)
}

pub(crate) fn can_time_off(model: &Model) -> Result<(), String> {
    can(model, Kind::TimeOff)
}

pub(crate) fn can_authorization(model: &Model) -> Result<(), String> {
    can(model, Kind::Authorization)
}

pub(crate) fn can_pairing(model: &Model) -> Result<(), String> {
    can(model, Kind::Pairing)
}

/// Opens the form.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>, kind: Kind) {
    match can(model, kind).and_then(|()| subject::subject(model)) {
        Ok(about) => {
            let about = subject::Subject { key: None, ..about };
            let (form, title, fields) = blank(kind);
            form::open(model, out, form, title, &about, fields);
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

fn chosen<T: Copy>(form: &mut Form, name: &'static str, all: &[T], why: &'static str) -> Option<T> {
    let found = form.chosen(name).and_then(|n| all.get(n)).copied();
    if found.is_none() {
        form.wrong(name, why);
    }
    found
}

/// A needed time; an empty field says so.
fn needed(form: &mut Form, name: &'static str, now: Moment, zone: Zone) -> Option<Moment> {
    if form.text(name).is_empty() {
        form.wrong(name, "when?");
        return None;
    }
    form::moment(form, name, now, zone)
}

fn set_text<const N: usize>(form: &mut Form, fields: &mut Fields, name: &'static str) {
    match Text::<N>::new(&form.text(name)) {
        Ok(text) => fields.set(name, &text),
        Err(e) => form.wrong(name, e.to_string()),
    }
}

fn number(form: &mut Form, name: &'static str, most: u32) -> Option<u32> {
    let found = form.text(name).parse::<u32>().ok().filter(|n| (1..=most).contains(n));
    if found.is_none() {
        form.wrong(name, format!("a number from 1 to {most}"));
    }
    found
}

/// The command of the form.
pub(crate) fn command(form: &mut Form, kind: Kind, now: Moment, zone: Zone) -> Option<Command> {
    let mut f = Fields::none();
    match form.person? {
        Person::Client(id) => f.set("client", &id),
        Person::Staff(id) => f.set("staff", &id),
    }
    match kind {
        Kind::Appointment => {
            let of = chosen(form, "kind", AppointmentKind::ALL, "which kind? by digit")?;
            let (start, minutes) = (needed(form, "start", now, zone), number(form, "minutes", 10_080));
            f.set("kind", &of);
            f.set("start", &Civil::of(start?, zone));
            f.set("minutes", &minutes?);
            set_text::<120>(form, &mut f, "with");
            set_text::<160>(form, &mut f, "place");
            set_text::<400>(form, &mut f, "note");
        }
        Kind::TimeOff => {
            let of = chosen(form, "kind", TimeOffKind::ALL, "which kind? by digit")?;
            let (from, to) = (needed(form, "from", now, zone), needed(form, "to", now, zone));
            let (from, to) = (from?, to?);
            if to <= from {
                form.wrong("to", "later than it begins");
            }
            f.set("kind", &of);
            f.set("from", &from);
            f.set("to", &to);
            set_text::<200>(form, &mut f, "note");
        }
        Kind::Authorization => authorization(form, &mut f, now, zone)?,
        _ => pairing(form, &mut f)?,
    }
    form.holds().then_some(Command::NewPlan(NewPlan { kind, fields: f }))
}

fn authorization(form: &mut Form, f: &mut Fields, now: Moment, zone: Zone) -> Option<()> {
    if form.text("payer").is_empty() {
        form.wrong("payer", "who pays?");
    }
    let discipline = form.text("discipline");
    if !discipline.is_empty() {
        match Discipline::from_word(&discipline) {
            Some(discipline) => f.set("discipline", &Some(discipline)),
            None => form.wrong("discipline", "none of RN, LPN, HHA, PT …; empty is all"),
        }
    }
    let units = number(form, "units", 1_000_000);
    if !form.text("unit_minutes").is_empty() {
        f.set("unit_minutes", &number(form, "unit_minutes", 1440));
    }
    let per = chosen(form, "per", AuthorizedPer::ALL, "counted over what? by digit");
    let (from, to) = (needed(form, "from", now, zone), needed(form, "to", now, zone));
    set_text::<80>(form, f, "payer");
    set_text::<60>(form, f, "number");
    set_text::<80>(form, f, "service");
    f.set("units", &units?);
    f.set("per", &per?);
    // The end of a day is the first instant of the one after it.
    let (from, to) = (zone.day(from?), zone.day(to?.plus(-1)));
    if to < from {
        form.wrong("to", "its last day is before its first");
    }
    f.set("from", &from);
    f.set("to", &to);
    Some(())
}

fn pairing(form: &mut Form, f: &mut Fields) -> Option<()> {
    let taken = match form.field("who").map(|field| &field.value) {
        Some(Value::Person(pick)) => pick.taken.as_ref().map(|(person, _)| *person),
        _ => None,
    };
    match (form.person, taken) {
        (Some(Person::Client(_)), Some(Person::Staff(id))) => f.set("staff", &id),
        (Some(Person::Staff(_)), Some(Person::Client(id))) => f.set("client", &id),
        (Some(Person::Client(_)), _) => form.wrong("who", "which caregiver? type part of the name, Enter takes"),
        _ => form.wrong("who", "which client? type part of the name, Enter takes"),
    }
    let wish = chosen(form, "wish", Wish::ALL, "preferred, or not together? by digit");
    let by = chosen(form, "by", WishedBy::ALL, "whose wish? by digit");
    if wish == Some(Wish::Excluded) && form.text("reason").is_empty() {
        form.wrong("reason", "why are they not to meet?");
    }
    f.set("wish", &wish?);
    f.set("by", &by?);
    set_text::<200>(form, f, "reason");
    Some(())
}

/// The plan on the page's line, if it is one.
fn here(model: &Model) -> Option<(Kind, [u8; 16])> {
    history::record(model).filter(|(kind, _)| edit::is_plan(*kind))
}

/// Whether there is one to be ended.
pub(crate) fn can_end(model: &Model) -> Result<(), String> {
    allow::change(model)?;
    here(model).map(drop).ok_or_else(|| "stand on an appointment, time off, authorization or wish".to_owned())
}

/// `x` on its line: it does not take place, or ends now; asked first. Whether there is one.
pub(crate) fn off(model: &mut Model) -> bool {
    let Some((kind, id)) = here(model) else { return false };
    let page = model.top().and_then(Layer::page).and_then(|p| p.page.as_ref());
    let lines = page.into_iter().flat_map(|p| &p.sections).flat_map(|s| &s.lines);
    let said = lines.into_iter().find(|l| l.record == Some((kind, id)));
    let said = said.map(|l| format!("{} {}", l.line.label, l.line.text)).unwrap_or_default();
    let (title, becomes) = match kind {
        Kind::Appointment => ("Cancel this appointment?", "The client is at home then; nothing else changes."),
        Kind::TimeOff => ("Take back this time off?", "If it has begun it ends now; otherwise it is removed."),
        Kind::Authorization => ("End this authorization?", "From now on no visit counts on it."),
        _ => ("End this wish?", "From now on it counts no more."),
    };
    let question = Question::EndPlan(kind, id);
    let lines = vec![said, becomes.to_owned()];
    let confirm = Confirm { question, title: title.to_owned(), who: String::new(), lines, yes: "end it" };
    model.layers.push(Layer::Confirm(confirm));
    true
}

/// Ends it at once; it can be undone.
pub(crate) fn end(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some((kind, id)) = here(model) {
        model.act(out, None, Command::EndPlan { kind, id });
    }
}
