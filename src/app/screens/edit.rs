//! `e`: edits the record under the marker: a contact, an issue, a call, else the client or caregiver it is about.

use super::{amend, form, history, storm};
use crate::app::editing::{self, Editing};
use crate::app::effect::Effect;
use crate::app::form::{Form, FormKind};
use crate::app::form_draft;
use crate::app::model::{Model, Tone};
use crate::app::subject::{self, Subject};
use crate::domain::attention::AlertSource;
use crate::domain::ids::IssueId;
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Draft, Editable, Person};

/// What `e` edits here, or why it edits nothing.
pub(crate) fn about(model: &Model) -> Result<((Kind, [u8; 16]), Subject), String> {
    let about = subject::subject(model)?;
    if let Some((kind, id)) = history::record(model).filter(|(kind, _)| is_own(*kind)) {
        return Ok(((kind, id), about));
    }
    if let Some(key) = about.key.filter(|k| k.source == AlertSource::Issue) {
        return Ok(((Kind::Issue, key.subject), about));
    }
    match about.person {
        Some(person) => Ok((record_of(person), about)),
        None => Err("nothing to edit here: it is about no one".to_owned()),
    }
}

/// A line of a page that is edited as itself, not as whose page it is.
fn is_own(kind: Kind) -> bool {
    matches!(kind, Kind::Contact | Kind::Issue) || is_plan(kind)
}

/// Appointments, times off, authorizations, wishes.
pub(super) fn is_plan(kind: Kind) -> bool {
    matches!(kind, Kind::Appointment | Kind::TimeOff | Kind::Authorization | Kind::Pairing)
}

pub(super) fn record_of(person: Person) -> (Kind, [u8; 16]) {
    match person {
        Person::Client(id) => (Kind::Client, id.0),
        Person::Staff(id) => (Kind::Staff, id.0),
    }
}

fn title(kind: Kind) -> String {
    let noun = match kind {
        Kind::Staff => "caregiver",
        Kind::Client => "client",
        Kind::TimeOff => "time off",
        Kind::Pairing => "wish",
        other => other.word(),
    };
    format!("Edit {noun}")
}

/// Opens the form of what is under the marker; a logged call is amended.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    if amend::call(model).is_some() {
        return amend::start(model, out);
    }
    if super::series::edit(model, out) {
        return;
    }
    if storm::is_on_top(model) {
        return storm::edit(model, out);
    }
    match about(model) {
        Ok((record, about)) => {
            let form = blank(model, record, about.name.clone());
            let key = about.key.filter(|_| record.0 == Kind::Issue);
            let form = Form { person: about.person, about: key, ..form };
            form::show(model, out, form);
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

pub(super) fn blank(model: &mut Model, record: (Kind, [u8; 16]), who: String) -> Form {
    let draft = model.wire.draft(model.now);
    let kind = FormKind::Edit(Box::new(Editing::of(record, model.zone)));
    Form::new(kind, draft, title(record.0), who, editing::fields(record.0))
}

/// The record has come.
pub(crate) fn arrived(form: &mut Form, found: Option<&Editable>, now: Moment, zone: Zone) {
    let Some(found) = found else { return editing::missing(form) };
    editing::arrived(form, found, now, zone);
    form.person = found.person.or(form.person);
    form.about = found.key.or(form.about);
    if is_own(found.kind) {
        form.title = format!("{} · {}", title(found.kind), found.title);
    }
}

const RECORD: &str = "record";
const BASE: &str = "base";

/// What a draft of it keeps besides the texts: which record, and over which revision they were typed.
pub(crate) fn kept(form: &Form) -> Option<Vec<(String, String)>> {
    let editing = editing::of(form)?;
    let mut out: Vec<(String, String)> =
        editing::typed(form).into_iter().map(|(f, text)| (f.name.to_owned(), text)).collect();
    let (kind, id) = editing.record?;
    out.push((RECORD.to_owned(), format!("{} {}", kind.word(), IssueId(id))));
    out.push((BASE.to_owned(), editing.base.to_string()));
    Some(out)
}

/// The form of a draft, with its texts; the record comes later and fills the rest.
pub(crate) fn again(model: &mut Model, draft: &Draft) -> Option<Form> {
    let named = |name: &str| draft.fields.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str());
    let (kind, id) = named(RECORD)?.split_once(' ')?;
    let record = (Kind::from_word(kind)?, IssueId::parse(id)?.0);
    let who = named("who").unwrap_or_default().to_owned();
    let mut form = blank(model, record, who);
    (form.person, form.about) = (draft.person, draft.about);
    let texts: Vec<(String, String)> = draft.fields.iter().filter(|(n, _)| n != RECORD && n != BASE).cloned().collect();
    if let FormKind::Edit(editing) = &mut form.kind {
        editing.base = named(BASE).and_then(|b| b.parse().ok()).unwrap_or(0);
        editing.begun = editing.base;
        editing.brought = texts.iter().map(|(name, _)| name.clone()).collect();
    }
    form_draft::fill(&mut form, &texts);
    Some(form)
}
