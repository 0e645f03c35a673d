//! Whether an action can be done right now, or why not.

use super::calendar::Shape;
use super::layers::Layer;
use super::model::{Connection, Model, Pane};
use super::pane::RowId;
use super::screens::calendar;
use super::subject::{self, alert as under};
use crate::domain::attention::AlertSource;
use crate::rules::roles::Right;
use crate::service::api::Person;

type Allowed = Result<(), String>;

#[allow(clippy::unnecessary_wraps)] // the shape of every `enabled` in the table
pub(crate) fn always(_: &Model) -> Allowed {
    Ok(())
}

/// Why whoever is at the screen may not do this at all. The service decides and says so when asked; nothing of it is
/// decided here. What an open chart lends is lent on her alone.
pub(crate) fn denial(model: &Model, right: Right) -> Option<String> {
    let rights = model.rights.as_ref()?;
    let why = rights.denial(right)?;
    let lent = rights.lent.contains(&right) && about_open_chart(model);
    (!lent).then(|| why.to_owned())
}

fn about_open_chart(model: &Model) -> bool {
    let open = model.header.as_ref().map(|h| h.emergencies.as_slice()).unwrap_or_default();
    if open.is_empty() {
        return false;
    }
    let person = subject::subject(model).ok().and_then(|s| s.person);
    open.iter().any(|chart| Some(Person::Client(chart.client)) == person)
}

/// Somebody's chart to open in an emergency.
pub(crate) fn emergency(model: &Model) -> Allowed {
    change(model)?;
    let about = super::screens::emergency::about(model)?;
    let open =
        model.header.iter().flat_map(|h| &h.emergencies).find(|c| Some(Person::Client(c.client)) == about.person);
    match open {
        Some(chart) => {
            let until = crate::domain::time::clock(model.zone.civil(chart.until).1);
            Err(format!("you have it open until {until}"))
        }
        None => Ok(()),
    }
}

/// Something that can fail to happen.
pub(crate) fn cannot(model: &Model) -> Allowed {
    change(model)?;
    super::screens::cannot::about(model).map(drop)
}

pub(crate) fn change(model: &Model) -> Allowed {
    if let Connection::Offline { why, .. } = &model.connection {
        return Err(format!("offline ({why}): nothing can be changed now"));
    }
    if let Some(why) = model.unsaved() {
        return Err(why.to_owned());
    }
    if model.read_only { Err("opened to read only".to_owned()) } else { Ok(()) }
}

pub(crate) fn list_pane(model: &Model) -> Allowed {
    match model.top() {
        Some(Layer::Evv(_)) => return Ok(()),
        Some(Layer::DayPlan(page)) => return super::screens::day_plan::can_mark(page),
        Some(_) => return Err("nothing is marked here".to_owned()),
        None => {}
    }
    if model.focus == Pane::Calendar { Err("not in the calendar".to_owned()) } else { Ok(()) }
}

/// A pane whose rows can be narrowed by words: the lists, and the calendar's agenda.
pub(crate) fn words(model: &Model) -> Allowed {
    if model.focus == Pane::Calendar && calendar::here(model) != Shape::Agenda {
        return Err("only rows can be narrowed: the agenda has some".to_owned());
    }
    Ok(())
}

/// The calendar stands by caregiver or client.
pub(crate) fn columns(model: &Model) -> Allowed {
    match calendar::here(model) {
        Shape::Grid | Shape::People => Ok(()),
        Shape::Trouble => Err("first what needs somebody here: zoom shows them by person".to_owned()),
        Shape::Agenda => Err("the agenda is by time".to_owned()),
        Shape::Days | Shape::Month => Err("days are counted here, not people".to_owned()),
    }
}

pub(crate) fn alert(model: &Model) -> Allowed {
    under(model).map(|_| ())
}

fn marked(model: &Model) -> bool {
    super::screens::marks::meant(model)
}

/// Alerts are marked, and none of them is one that is done by itself.
fn none_of_the_worst(model: &Model, verb: &str) -> Allowed {
    if model.alerts.marks.iter().any(|m| m.tier.is_some_and(|t| t <= 2)) {
        return Err(format!("P1 and P2 are {verb} one at a time: unmark them"));
    }
    if model.alerts.marks.iter().all(|m| !matches!(m.id, RowId::Alert(_))) {
        return Err("no alert is marked".to_owned());
    }
    Ok(())
}

pub(crate) fn take(model: &Model) -> Allowed {
    change(model)?;
    if marked(model) {
        return Ok(());
    }
    // What is mine may still have to be acknowledged: the service knows.
    let (key, _) = under(model)?;
    if model.is_saving(key) { Err("being saved".to_owned()) } else { Ok(()) }
}

pub(crate) fn call(model: &Model) -> Allowed {
    if matches!(model.top(), Some(Layer::CallOut(_))) {
        return super::screens::call_out::can_call(model);
    }
    if super::screens::storm::is_on_top(model) {
        return super::screens::storm::can_call(model);
    }
    change(model)?;
    let subject = subject::subject(model)?;
    if subject.person.is_none() { Err("nobody to call: this alert is about no one".to_owned()) } else { Ok(()) }
}

pub(crate) fn tell(model: &Model) -> Allowed {
    change(model)?;
    if matches!(model.top(), Some(Layer::Lifted(_))) {
        return Ok(());
    }
    match subject::subject(model)?.person {
        Some(Person::Client(_)) => Ok(()),
        _ => Err("this is not about a client: nobody has to be told".to_owned()),
    }
}

pub(crate) fn visit(model: &Model) -> Allowed {
    change(model)?;
    let about = subject::subject(model)?;
    match (about.person, about.key) {
        (Some(Person::Client(_)), _) => Ok(()),
        (_, Some(key)) if key.source == AlertSource::CallOut => Ok(()),
        _ => Err("no visit here: stand on a client, a visit or a call-out".to_owned()),
    }
}

/// A client to do something for.
pub(crate) fn client(model: &Model) -> Allowed {
    super::screens::series::about(model).map(drop)
}

pub(crate) fn snooze(model: &Model) -> Allowed {
    change(model)?;
    if !marked(model) {
        return of_one_person(model);
    }
    none_of_the_worst(model, "put to sleep")
}

/// A result: of the alert under the marker or the marked ones, or of the card of a review.
pub(crate) fn result(model: &Model) -> Allowed {
    if matches!(model.top(), Some(Layer::Review(_))) {
        return super::screens::review::can_mark(model);
    }
    if matches!(model.top(), Some(Layer::CallOut(_))) {
        return super::screens::call_out::can_settle(model);
    }
    if super::screens::storm::is_on_top(model) {
        return super::screens::storm::can_edit(model);
    }
    change(model)?;
    if super::screens::evv::is_here(model) {
        return super::screens::evv::can_resolve(model);
    }
    if marked(model) { none_of_the_worst(model, "finished") } else { under(model).map(|_| ()) }
}

pub(crate) fn pass(model: &Model) -> Allowed {
    change(model)?;
    if marked(model) { Ok(()) } else { under(model).map(|_| ()) }
}

pub(crate) fn reopen(model: &Model) -> Allowed {
    change(model)?;
    super::screens::reopen::about(model).map(|_| ())
}

pub(crate) fn edit(model: &Model) -> Allowed {
    if super::screens::storm::is_on_top(model) {
        return super::screens::storm::can_edit(model);
    }
    change(model)?;
    super::screens::edit::about(model).map(|_| ())
}

pub(crate) fn one_alert(model: &Model) -> Allowed {
    change(model)?;
    if marked(model) {
        return Err("this is done one at a time: esc clears the marks".to_owned());
    }
    of_one_person(model)
}

/// A call-out is about its caregiver and all of her visits: under the name of one client it is neither finished nor put
/// to sleep.
fn of_one_person(model: &Model) -> Allowed {
    let (key, subject) = under(model)?;
    if key.source == AlertSource::CallOut && matches!(subject.person, Some(Person::Client(_))) {
        return Err("this visit hangs on a call-out, with others: do it there, in Alerts".to_owned());
    }
    Ok(())
}

pub(crate) fn is_reassessment(source: AlertSource) -> bool {
    matches!(source, AlertSource::Recert | AlertSource::SocAssessment | AlertSource::Roc | AlertSource::Reassessment)
}

pub(crate) fn reassessment(model: &Model) -> Allowed {
    one_alert(model)?;
    let (key, _) = under(model)?;
    if is_reassessment(key.source) { Ok(()) } else { Err("this is no reassessment".to_owned()) }
}

pub(crate) fn issue(model: &Model) -> Allowed {
    if matches!(model.top(), Some(Layer::CallOut(_))) {
        return cannot(model);
    }
    if super::screens::storm::is_on_top(model) {
        return super::screens::storm::can_call(model);
    }
    change(model)?;
    let (key, _) = under(model)?;
    if key.source == AlertSource::Issue { Ok(()) } else { Err("this is no issue: it has no timeline".to_owned()) }
}

pub(crate) fn record(model: &Model) -> Allowed {
    super::screens::history::record(model).map(|_| ()).ok_or_else(|| "no record on this line".to_owned())
}

pub(crate) fn repeat(model: &Model) -> Allowed {
    model.wire.repeats.map(|_| ()).ok_or_else(|| "nothing to repeat yet: take or mark a row first".to_owned())
}

pub(crate) fn banner(model: &Model) -> Allowed {
    if model.banner.is_some() || model.note().is_some() { Ok(()) } else { Err("nothing is announced".to_owned()) }
}

pub(crate) fn suspend(model: &Model) -> Allowed {
    if model.capabilities.suspend { Ok(()) } else { Err("there is no shell to suspend to".to_owned()) }
}
