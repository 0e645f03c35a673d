//! What an acting key means right now: what stands under the marker of the top layer, never anything beneath it.

use super::calendar::Shape;
use super::layers::Layer;
use super::model::{Model, Pane};
use super::pane::Row;
use super::screens::calendar;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::ContactId;
use crate::domain::record::Kind;
use crate::service::api::{AlertRow, Owner, Person, VisitRow};

/// What an acting key means.
#[derive(Clone)]
pub struct Subject {
    /// About whom.
    pub person: Option<Person>,
    /// The shortest unique name.
    pub name: String,
    /// The alert.
    pub key: Option<AlertKey>,
    /// The alert's row, if it is held.
    pub row: Option<AlertRow>,
}

/// What stands under the marker, or why there is nothing to act on.
pub fn subject(model: &Model) -> Result<Subject, String> {
    match model.top() {
        None => under_pane(model),
        Some(layer @ (Layer::Page(_) | Layer::Review(_))) => {
            let Some(page) = layer.page() else { return Err("nothing here to act on: esc goes back".to_owned()) };
            let Some(data) = &page.page else { return Err("this page has not come yet".to_owned()) };
            let line = data.sections.iter().flat_map(|s| &s.lines).nth(page.line);
            let key = line.and_then(|l| l.key);
            let row = key.and_then(|k| alert_row(model, k)).cloned();
            // On a caregiver's page a visit's alert is about the client whose visit it is; a call-out is the caregiver's.
            let other = line.and_then(|l| l.person).filter(|_| key.is_some_and(|k| k.source != AlertSource::CallOut));
            if let (Some(person), Some(line)) = (other, line) {
                let name = row.as_ref().map_or_else(|| line.line.text.clone(), |r| r.name.clone());
                return Ok(Subject { person: Some(person), name, key, row });
            }
            Ok(Subject { person: Some(page.person), name: data.title.clone(), key, row })
        }
        Some(Layer::CallOut(page)) => {
            let visit = page.selected().ok_or_else(|| "no visit is selected".to_owned())?;
            let key = page.key();
            let row = key.and_then(|key| alert_row(model, key)).cloned();
            let person = Some(Person::Client(visit.row.client));
            Ok(Subject { person, name: visit.who.clone(), key, row })
        }
        Some(Layer::Storm(page)) => super::screens::storm::subject(page),
        Some(Layer::DayPlan(page)) => {
            let line = page.selected().ok_or_else(|| "no line is selected".to_owned())?;
            Ok(Subject { person: Some(Person::Client(line.of)), name: line.client.clone(), key: None, row: None })
        }
        Some(Layer::Why(why)) => {
            if why.gone {
                return Err("this alert is not there any more".to_owned());
            }
            let row = alert_row(model, why.key).cloned();
            let person = row.as_ref().and_then(|r| r.person);
            Ok(Subject { person, name: why.name.clone(), key: Some(why.key), row })
        }
        Some(Layer::Evv(list)) => {
            let row = list.current().ok_or_else(|| "no clock-in is selected".to_owned())?;
            Ok(Subject { person: Some(Person::Client(row.client)), name: row.name.clone(), key: None, row: None })
        }
        Some(Layer::Lifted(_)) => Err("a visit is in the hand: Enter drops it, esc puts it back".to_owned()),
        Some(_) => Err("nothing here to act on: esc goes back".to_owned()),
    }
}

/// The contact of the selected line of a page.
pub(crate) fn contact(model: &Model) -> Option<ContactId> {
    let page = model.top()?.page()?;
    let line = page.page.as_ref()?.sections.iter().flat_map(|s| &s.lines).nth(page.line)?;
    line.record.filter(|(kind, _)| *kind == Kind::Contact).map(|(_, id)| ContactId(id))
}

/// The row under a list's marker, or why nothing can be done with it.
fn row<R: Row>(pane: &super::pane::ListPane<R>) -> Result<&R, String> {
    if let Some(ghost) = pane.ghost_here() {
        return Err(format!("{}: {}", ghost.row.name(), ghost.words));
    }
    if let Some(row) = pane.under_marker()
        && let Some(words) = row.finished()
    {
        return Err(format!("{}: {words}", row.name()));
    }
    pane.current()
        .ok_or_else(|| if pane.total == 0 { "no row here".into() } else { "this row has not come yet".into() })
}

fn under_pane(model: &Model) -> Result<Subject, String> {
    match model.focus {
        Pane::Alerts => row(&model.alerts).map(|r| Subject {
            person: r.person,
            name: r.name.clone(),
            key: Some(r.key),
            row: Some(r.clone()),
        }),
        Pane::Caseload => {
            row(&model.clients).map(|r| Subject { person: r.person(), name: r.name.clone(), key: None, row: None })
        }
        Pane::Team => {
            row(&model.staff).map(|r| Subject { person: r.person(), name: r.name.clone(), key: None, row: None })
        }
        Pane::Calendar => under_calendar(model),
    }
}

/// The visit under the calendar's marker.
pub(crate) fn selected_visit(model: &Model) -> Option<&VisitRow> {
    match calendar::here(model) {
        Shape::Grid => model.calendar.current(),
        Shape::Trouble => model.calendar.needed(model.zone.civil(model.now).1, true),
        Shape::Agenda => model.calendar.agenda.current(),
        Shape::People | Shape::Days | Shape::Month => None,
    }
}

fn under_calendar(model: &Model) -> Result<Subject, String> {
    let calendar = &model.calendar;
    let visit = match calendar::here(model) {
        Shape::Grid | Shape::Trouble => selected_visit(model).ok_or_else(|| "no visit is selected".to_owned())?,
        Shape::Agenda => row(&calendar.agenda)?,
        Shape::People => {
            let row = calendar.week_row().ok_or_else(|| "no row is selected".to_owned())?;
            let nobody = || "these are nobody's visits: Enter shows them".to_owned();
            let person = Some(row.person.ok_or_else(nobody)?);
            return Ok(Subject { person, name: row.name.clone(), key: None, row: None });
        }
        Shape::Days | Shape::Month => {
            return Err(format!("{}: a day is selected, Enter opens it", calendar.day.short()));
        }
    };
    let row = visit.alert.and_then(|key| alert_row(model, key)).cloned();
    let person = Some(Person::Client(visit.client));
    Ok(Subject { person, name: visit.client_name.clone(), key: visit.alert, row })
}

/// The row of an alert, if it is held.
pub(crate) fn alert_row(model: &Model, key: AlertKey) -> Option<&AlertRow> {
    model.alerts.rows.iter().find(|r| r.key == key)
}

/// The alert under the marker.
pub(crate) fn alert(model: &Model) -> Result<(AlertKey, Subject), String> {
    let subject = subject(model)?;
    match subject.key {
        Some(key) => Ok((key, subject)),
        None => Err(format!("{}: no alert here; Enter opens the page with all of them", subject.name)),
    }
}

/// Who has an alert, if that is known.
pub(crate) fn owner(subject: &Subject) -> Option<&Owner> {
    subject.row.as_ref().map(|r| &r.owner)
}
