//! `x`: what can't happen: a caregiver who calls out, or a visit that can't be made as it is planned.

use super::{call_out, form, leave};
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, PersonPick, Value};
use crate::app::layers::Layer;
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject::{self, Subject};
use crate::app::when::{self, Lean};
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::coverage::CallOutReason;
use crate::domain::ids::{DraftId, StaffId, VisitId};
use crate::domain::record::Kind;
use crate::domain::time::{Day, Moment, Zone};
use crate::service::api::away::RunningLate;
use crate::service::api::coverage::TellCallOut;
use crate::service::api::{Command, Person};

/// The last answer to why: they come all the same.
const LATE: &str = "running late";

/// The reasons in the order in which they are asked: what is none of them comes after all that are.
fn reasons() -> impl Iterator<Item = CallOutReason> {
    let named = CallOutReason::ALL.iter().copied().filter(|r| *r != CallOutReason::Other);
    named.chain([CallOutReason::Other])
}

/// The fields of a call-out.
pub(crate) fn fields() -> Vec<Field> {
    let reasons: Vec<&str> = reasons().map(CallOutReason::word).chain([LATE]).collect();
    let when = |name, label, help| Field::new(name, label, help, Value::When(Line::default()));
    vec![
        Field::new("who", "Who", "type part of a name, ↑↓, Enter takes", Value::Person(PersonPick::default())),
        Field::new("reason", "Why", "by digit; ctrl-s is enough then", Value::choice(&reasons, true)),
        Field::new("minutes", "Minutes", "how late at the next visit", Value::Line(Line::default())),
        when("from", "From", "now, unless you say: 07:00, tomorrow 6:00"),
        when("to", "Until", "the end of that day, unless you say: 12:00, wed"),
        Field::new("note", "Note", "in their words; may stay empty", Value::Line(Line::default())),
        when("happened", "Called", "now, unless you say: 05:52, -10m"),
    ]
}

/// The visit under the marker, and its alert key whether or not an alert stands on it.
fn visit(model: &Model) -> Option<VisitId> {
    match model.top() {
        None => match subject::selected_visit(model) {
            Some(visit) if model.focus == crate::app::model::Pane::Calendar => Some(visit.id),
            _ => {
                subject::subject(model).ok()?.key.filter(|k| k.source == AlertSource::Visit).map(|k| VisitId(k.subject))
            }
        },
        Some(Layer::CallOut(page)) => page.visit,
        Some(_) => super::history::record(model).filter(|(kind, _)| *kind == Kind::Visit).map(|(_, id)| VisitId(id)),
    }
}

/// What `x` means here, or why nothing.
pub(crate) fn about(model: &Model) -> Result<(Subject, Option<VisitId>), String> {
    let about = subject::subject(model)?;
    match (about.person, visit(model)) {
        (Some(Person::Client(_)), Some(visit)) => Ok((about, Some(visit))),
        (Some(Person::Staff(_)), _) | (Some(Person::Client(_)), None) => Ok((about, None)),
        (None, _) => Err("nothing here that can fail to happen".to_owned()),
    }
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    if super::series::act(model, out) || super::order::end(model, out) || super::plan::off(model) {
        return;
    }
    match about(model) {
        Ok((about, Some(visit))) => {
            let key = AlertKey { source: AlertSource::Visit, subject: visit.0, occurrence: 0 };
            let about = Subject { key: Some(key), ..about };
            let title = format!("Can't happen · {}", call_out::visit_words(model, visit));
            let title = title.trim_end_matches([' ', '·']).to_owned();
            form::open(model, out, FormKind::Leave, &title, &about, leave::fields(true));
        }
        Ok((about, None)) if matches!(about.person, Some(Person::Client(_))) => {
            let about = Subject { key: None, ..about };
            form::open(model, out, FormKind::Leave, "Can't be visited", &about, leave::fields(false));
        }
        Ok((about, None)) => {
            let about = Subject { key: None, ..about };
            open(model, out, &about);
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// `n x`: a caregiver who is found by name calls out.
pub(crate) fn anybody(model: &mut Model, out: &mut Vec<Effect>) {
    open(model, out, &Subject { person: None, name: String::new(), key: None, row: None });
}

fn open(model: &mut Model, out: &mut Vec<Effect>, about: &Subject) {
    form::open(model, out, FormKind::CallOut, "Called out", about, fields());
    if let Some(Layer::Form(form)) = model.layers.last_mut() {
        form.notes = vec!["As soon as it is saved, the visits of that time are open for others.".to_owned()];
    }
}

/// They come, and late.
fn is_late(form: &Form) -> bool {
    form.chosen("reason") == Some(CallOutReason::ALL.len())
}

/// Who calls out is asked only where it is not known; whoever is late is asked by how much alone.
pub(crate) fn reshape_call_out(form: &mut Form) {
    let late = is_late(form);
    form.show("minutes", late);
    for name in ["from", "to", "happened"] {
        form.show(name, !late);
    }
    let known = matches!(form.person, Some(Person::Staff(_)));
    let taken = matches!(form.field("who").map(|f| &f.value), Some(Value::Person(p)) if p.taken.is_some());
    form.show("who", !known || taken);
}

/// Who calls out: the one it was opened on, or the one taken by name.
fn staff(form: &Form) -> Option<StaffId> {
    let taken = match form.field("who").map(|f| &f.value) {
        Some(Value::Person(pick)) => pick.taken.as_ref().map(|(person, _)| *person),
        _ => None,
    };
    match taken.or(form.person) {
        Some(Person::Staff(staff)) => Some(staff),
        _ => None,
    }
}

/// The command of somebody who is late.
fn late_command(form: &mut Form) -> Option<Command> {
    let minutes = form.text("minutes").parse::<u16>().ok().filter(|m| *m > 0);
    if minutes.is_none() {
        form.wrong("minutes", "how many minutes?");
    }
    let staff = staff(form);
    if staff.is_none() {
        form.wrong("who", "who is late? type part of the name, Enter takes");
    }
    let note = form.text("note");
    form.holds().then_some(Command::RunningLate(RunningLate { staff: staff?, minutes: minutes?, note }))
}

/// The command of a call-out.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    if is_late(form) {
        return late_command(form);
    }
    let reason = form.chosen("reason").and_then(|n| reasons().nth(n));
    if reason.is_none() {
        form.wrong("reason", "why? by digit");
    }
    let from = if form.text("from").is_empty() { Some(now) } else { form::moment(form, "from", now, zone) };
    let to = match (form.text("to").is_empty(), from) {
        (true, Some(from)) => Some(zone.midnight(zone.day(from).plus(1))),
        _ => form::moment(form, "to", now, zone),
    };
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        form.wrong("to", "later than it begins");
    }
    let said = form::moment(form, "happened", now, zone);
    let staff = staff(form);
    if staff.is_none() {
        form.wrong("who", "who calls out? type part of the name, Enter takes");
    }
    if !form.holds() {
        return None;
    }
    let told = TellCallOut { staff: staff?, from: from?, to: to?, reason: reason?, note: form.text("note"), said };
    Some(Command::TellCallOut(told))
}

/// Whose call-out a form has told, and of which day: its page is what comes next.
pub(crate) fn told(model: &mut Model, draft: DraftId) -> Option<(StaffId, Day, String)> {
    let (now, zone) = (model.now, model.zone);
    let form = form::find_form(model, draft).filter(|f| matches!(f.kind, FormKind::CallOut) && !is_late(f))?;
    let staff = staff(form)?;
    let from = when::parse(&form.text("from"), now, zone, Lean::Begin).unwrap_or(now);
    Some((staff, zone.day(from), form.who.clone()))
}

/// The field of what is said of her safety.
pub(crate) fn safe_fields() -> Vec<Field> {
    let help = "who is there, until when: wife with him to 09:00";
    vec![Field::new("safe", "Safe till then?", help, Value::Line(Line::default()))]
}

/// Asks whether she is safe until somebody comes.
pub(crate) fn safe(model: &mut Model, out: &mut Vec<Effect>) {
    match about(model) {
        Ok((about, Some(visit))) => {
            let key = AlertKey { source: AlertSource::Visit, subject: visit.0, occurrence: 0 };
            let about = Subject { key: Some(key), ..about };
            form::open(model, out, FormKind::Safe, "Safe till then?", &about, safe_fields());
        }
        Ok(_) => model.toast(Tone::Bad, "of which visit?"),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// What was said of it.
pub(crate) fn safe_command(form: &mut Form) -> Option<Command> {
    let said = form.text("safe");
    if said.is_empty() {
        form.wrong("safe", "who is there, until when?");
    }
    let visit = VisitId(form.about?.subject);
    form.holds().then_some(Command::SayIfSafe { visit, said })
}
