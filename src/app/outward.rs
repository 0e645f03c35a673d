//! What leaves the screen by the user's hand: a line to the clipboard, a field to an editor of their own, a page to a
//! pager of their own. The service says whether it may and notes that it did; nothing leaves before that has come back,
//! and behind a lock nothing leaves at all.

use super::effect::Effect;
use super::form::{Form, Value};
use super::layers::Layer;
use super::model::{Connection, Model, Pane, Tone};
use super::pane::Row;
use super::paper;
use super::screens::form;
use super::subject;
use super::wire::Asked;
use crate::domain::ids::DraftId;
use crate::domain::safe::SafeText;
use crate::domain::words::opaque;
use crate::service::api::{Leaving, Person, Request, VisitRow};
use std::borrow::Cow;

/// Most bytes that go to the clipboard: terminals take some 75,000 bytes of base64 in one sequence, and drop more.
pub const MOST_COPIED: usize = 56_000;
/// Most bytes that come back from an editor: twice what the longest field of a record takes.
pub const MOST_WRITTEN: usize = 16_000;
/// Of what was copied so many characters are said.
const SAID: usize = 40;

/// What goes outside.
#[derive(Clone, PartialEq, Eq)]
pub enum Outside {
    /// Text to the clipboard.
    Copy(String),
    /// A field of a form, to an editor and back.
    Write(Writing),
    /// A page, to a pager.
    Read(Reading),
}
opaque!(Outside);

/// A field that is written elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Writing {
    /// Of which form.
    pub draft: DraftId,
    /// Which field.
    pub field: String,
    /// What is in it.
    pub text: String,
}
opaque!(Writing);

/// A page that is read elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    /// What stands on it.
    pub text: String,
    /// Nothing but reading: an editor is not for this user, so the pager must not open one, nor a shell.
    pub only: bool,
}
opaque!(Reading);

/// What came back from outside.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Back {
    /// The field's text, where it was written.
    pub written: Option<Writing>,
    /// What is to be said about it, where something is.
    pub said: Option<String>,
}
opaque!(Back);

/// Asks whether this may leave; it does when the answer has come.
pub(crate) fn ask(model: &mut Model, out: &mut Vec<Effect>, leaving: Leaving, outside: Outside) {
    if matches!(model.connection, Connection::Offline { .. }) {
        return model.toast(Tone::Bad, "offline: it could not be noted that this leaves caseload, so it stays here");
    }
    // What may leave by this login is the service's to say, and until it has nothing does.
    if model.rights.is_none() {
        return model.toast(Tone::Plain, "one moment: what may leave here is not known yet");
    }
    if model.wire.waits_for(&Asked::Leave) {
        return model.toast(Tone::Plain, "one moment: the last one is still being noted");
    }
    model.wire.leaving = Some(outside);
    model.send(out, Asked::Leave, Request::Leave(leaving));
}

/// It is noted: it may go.
pub(crate) fn noted(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(outside) = model.wire.leaving.take() else { return };
    if let Outside::Copy(text) = &outside {
        let first = text.lines().next().unwrap_or_default();
        let more = first.chars().count() > SAID || text.lines().nth(1).is_some();
        let shown: String = first.chars().take(SAID).collect();
        model.toast(Tone::Good, format!("copied: {shown}{}", if more { "…" } else { "" }));
    }
    out.push(Effect::Outside(outside));
}

/// What could be copied now: the text, and whom it is about.
fn selected(model: &Model) -> Result<(String, Option<Person>), String> {
    let (text, person) = match model.top() {
        Some(Layer::Form(form)) => (of_field(form)?, form.person),
        Some(layer @ (Layer::Page(_) | Layer::Review(_))) => {
            let page = layer.page().filter(|p| p.page.is_some()).ok_or("this page has not come yet")?;
            let lines = page.page.iter().flat_map(|p| &p.sections).flat_map(|s| &s.lines);
            let line = &lines.into_iter().nth(page.line).ok_or("there is no line here")?.line;
            let text = if line.number.is_empty() { &line.text } else { &line.number };
            (text.clone(), Some(page.person))
        }
        Some(Layer::Find(found)) => {
            let hit = found.hits.get(found.cursor).ok_or("nothing is found yet")?;
            (if hit.number.is_empty() { hit.name.clone() } else { hit.number.clone() }, Some(hit.person))
        }
        Some(Layer::Why(why)) => {
            let found = why.why.as_ref().ok_or("the answer has not come yet")?;
            (found.headline.clone(), subject::subject(model).ok().and_then(|s| s.person))
        }
        Some(Layer::Acts(list)) => {
            let act = list.acts.as_ref().and_then(|a| a.get(list.cursor)).ok_or("there is no line here")?;
            (act.what.clone(), None)
        }
        Some(Layer::Evv(list)) => {
            let row = list.current().ok_or("there is no line here")?;
            (format!("{}: {}", row.name, row.say), Some(Person::Client(row.client)))
        }
        None => of_row(model)?,
        Some(_) => return Err("nothing here to copy: stand on a line or a field".to_owned()),
    };
    let lines: Vec<String> = text.trim().lines().map(|l| SafeText::line(l).as_str().to_owned()).collect();
    let text = lines.join("\n");
    match text.len() {
        0 => Err("there is nothing in it to copy".to_owned()),
        n if n > MOST_COPIED => {
            Err(format!("too long for a clipboard: {n} bytes where {MOST_COPIED} fit; a pager shows all of it"))
        }
        _ => Ok((text, person)),
    }
}

/// A field's text; of a number to choose, the number.
fn of_field(form: &Form) -> Result<String, String> {
    let field = form.fields.get(form.focus).ok_or("there is no field here")?;
    Ok(match &field.value {
        Value::Button(_) => return Err("a button holds no text".to_owned()),
        Value::Choice(choice) => {
            let option = choice.options.get(choice.cursor).ok_or("there is nothing to choose from yet")?;
            if option.number.is_empty() { option.label.clone() } else { option.number.clone() }
        }
        Value::Person(pick) => match (&pick.taken, pick.hits.get(pick.cursor)) {
            (_, Some(hit)) if !hit.number.is_empty() => hit.number.clone(),
            (_, Some(hit)) => hit.name.clone(),
            (Some((_, name)), None) => name.clone(),
            (None, None) => pick.line.text().to_owned(),
        },
        Value::Both(both) if both.choice.cursor == 1 => both.theirs.clone(),
        Value::Both(both) => both.mine.clone(),
        Value::Line(_) | Value::When(_) | Value::Long(_) => field.value.text(),
    })
}

fn of_row(model: &Model) -> Result<(String, Option<Person>), String> {
    let about = subject::subject(model)?;
    let text = match model.focus {
        Pane::Alerts => match &about.row {
            Some(row) => format!("{}: {}", row.name, row.cause),
            None => about.name.clone(),
        },
        Pane::Caseload => about.name.clone(),
        Pane::Team => model.staff.current().map(|s| s.phone.clone()).filter(|p| !p.is_empty()).unwrap_or(about.name),
        Pane::Calendar => subject::selected_visit(model).map(of_visit).unwrap_or(about.name),
    };
    Ok((text, about.person))
}

fn of_visit(visit: &VisitRow) -> String {
    let when = crate::domain::time::clock(visit.minute);
    let who = if visit.staff_name.is_empty() { "nobody" } else { &visit.staff_name };
    format!("{} {} {when}: {} ({who})", visit.name(), visit.day.short(), visit.service)
}

/// Whether what is read may leave caseload, as far as a role decides; not before it is known who looks.
pub fn may_copy(model: &Model) -> bool {
    model.rights.is_some() && super::allow::denial(model, crate::rules::roles::Right::Clipboard).is_none()
}

/// Whether there is something to copy.
pub(crate) fn can_copy(model: &Model) -> Result<(), String> {
    if !model.capabilities.clipboard {
        return Err("this terminal has no clipboard to copy to".to_owned());
    }
    selected(model).map(|_| ())
}

/// Copies what stands under the marker.
pub(crate) fn copy(model: &mut Model, out: &mut Vec<Effect>) {
    match selected(model) {
        Ok((text, person)) => ask(model, out, Leaving::Copied(person), Outside::Copy(text)),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The field that has the focus, if its text can be written elsewhere.
fn field(model: &Model) -> Result<(Writing, Option<Person>), String> {
    let Some(Layer::Form(form)) = model.top() else { return Err("an editor is for a text field of a form".to_owned()) };
    let field = form.fields.get(form.focus).ok_or("there is no field here")?;
    if form.saving.is_some() {
        return Err("being saved".to_owned());
    }
    if let Some(why) = &field.fixed {
        return Err(why.clone());
    }
    match &field.value {
        Value::Line(_) | Value::Long(_) => {
            let (draft, text) = (form.draft, field.value.text());
            Ok((Writing { draft, field: field.name.to_string(), text }, form.person))
        }
        _ => Err("an editor is for a text field: this one is filled in here".to_owned()),
    }
}

/// Whether the field that has the focus can be written in an editor.
pub(crate) fn can_write(model: &Model) -> Result<(), String> {
    field(model).map(|_| ())
}

/// Writes the field that has the focus in an editor.
pub(crate) fn write(model: &mut Model, out: &mut Vec<Effect>) {
    match field(model) {
        Ok((writing, person)) => ask(model, out, Leaving::Edited(person), Outside::Write(writing)),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// Whether a page can be read in a pager.
pub(crate) fn can_read(model: &Model) -> Result<(), String> {
    paper::of(model).map(|_| ())
}

/// Reads the page that is open in a pager.
pub(crate) fn read(model: &mut Model, out: &mut Vec<Effect>) {
    match paper::of(model) {
        Ok((text, person)) => {
            let only = super::allow::denial(model, crate::rules::roles::Right::Editor).is_some();
            ask(model, out, Leaving::Paged(person), Outside::Read(Reading { text, only }));
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The terminal is the screen's again: what was written comes into its field.
pub(crate) fn back(model: &mut Model, back: Back, out: &mut Vec<Effect>) {
    if let Some(said) = back.said {
        model.toast(Tone::Bad, said);
    }
    if let Some(writing) = back.written {
        let (text, whole) = taken(&writing.text);
        if !whole {
            model.toast(Tone::Bad, format!("that is too long: its first {MOST_WRITTEN} bytes were taken"));
        }
        form::written(model, out, &Writing { text: text.into_owned(), ..writing });
    }
}

/// What is taken of a text from outside: every character visible, no longer than it may be; and whether that is all.
fn taken(text: &str) -> (Cow<'static, str>, bool) {
    let lines: Vec<String> = text.trim_end().lines().map(|l| SafeText::line(l).as_str().to_owned()).collect();
    let mut text = lines.join("\n");
    let mut end = text.len().min(MOST_WRITTEN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let whole = end == text.len();
    text.truncate(end);
    (Cow::Owned(text), whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_is_safe_and_no_longer_than_it_may_be() {
        let took = |text: &str| taken(text).0.into_owned();
        assert_eq!(took("one\r\ntwo\n\n"), "one\ntwo");
        assert_eq!(took("a\u{1b}]52;c;eA==\u{7}b\u{202e}"), "a<U+001B>]52;c;eA==<U+0007>b<U+202E>");
        assert_eq!(took("tab\there"), "tab here");
        let long = "ö".repeat(MOST_WRITTEN);
        let (text, whole) = taken(&long);
        assert!(!whole && text.len() == MOST_WRITTEN && text.chars().all(|c| c == 'ö'));
        assert!(taken(&"x".repeat(MOST_WRITTEN)).1);
    }
}
