//! A form as a draft, and back: nothing that was typed is lost on the way.

use super::form::{Form, Value};
use super::screens::edit;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::{ClientId, CommunicationId, IssueId, StaffId};
use crate::domain::time::Moment;
use crate::service::api::{Draft, Person};
use tui_textarea::CursorMove;

/// The form's texts, to be kept.
pub(crate) fn draft(form: &Form, now: Moment) -> Draft {
    let edited = edit::kept(form);
    let all = edited.is_none();
    let mut fields = edited.unwrap_or_default();
    // Of a record only what was typed; of any other form all that is in it.
    for field in form.fields.iter().filter(|_| all) {
        if matches!(field.value, Value::Button(_) | Value::Both(_)) {
            continue;
        }
        let text = field.value.text();
        if !text.is_empty() {
            fields.push((field.name.to_string(), text));
        }
        if let Value::Person(pick) = &field.value
            && let Some((person, name)) = &pick.taken
        {
            fields.push((format!("{}.id", field.name), person_word(*person)));
            fields.push((format!("{}.name", field.name), name.clone()));
        }
    }
    // What a draft brought and no field could take yet is not lost by opening it.
    for (name, text) in &form.restore {
        if !fields.iter().any(|(n, _)| n == name) {
            fields.push((name.clone(), text.clone()));
        }
    }
    if !form.keys.is_empty() {
        fields.push(("keys".to_owned(), form.keys.iter().map(key_word).collect::<Vec<_>>().join("; ")));
    }
    if let Some(call) = form.call {
        fields.push(("call".to_owned(), call.to_string()));
    }
    // By name: a form may come back with other questions.
    let focus = form.resume.clone().or_else(|| form.fields.get(form.focus).map(|f| f.name.to_string()));
    fields.extend(focus.map(|name| ("focus".to_owned(), name)));
    fields.push(("title".to_owned(), form.title.clone()));
    fields.push(("who".to_owned(), form.who.clone()));
    Draft {
        id: form.draft,
        form: form.kind.word().to_owned(),
        person: form.person,
        about: form.about,
        fields,
        focus: form.focus as u16,
        at: now,
    }
}

/// Puts a draft's texts back; what waits for choices stays in `restore`.
pub(crate) fn fill(form: &mut Form, texts: &[(String, String)]) {
    let mut left = Vec::new();
    let named = |name: &str| texts.iter().find(|(n, _)| n == name).map(|(_, t)| t.clone());
    for (name, text) in texts {
        let (_, part) = name.split_once('.').unwrap_or_default();
        match name.as_str() {
            "keys" => form.keys = text.split("; ").filter_map(key_of).collect(),
            "call" => form.call = CommunicationId::parse(text),
            _ => {}
        }
        if matches!(name.as_str(), "title" | "who" | "focus" | "keys" | "call") || matches!(part, "id" | "name") {
            continue;
        }
        let Some(field) = form.fields.iter_mut().find(|f| f.name == *name) else {
            left.push((name.clone(), text.clone()));
            continue;
        };
        match &mut field.value {
            Value::Line(line) | Value::When(line) => *line = super::line::Line::new(text),
            Value::Long(area) => {
                area.select_all();
                area.cut();
                area.insert_str(text);
                area.move_cursor(CursorMove::Bottom);
                area.move_cursor(CursorMove::End);
            }
            Value::Choice(choice) => match choice.options.iter().position(|o| o.label == *text) {
                Some(at) => {
                    choice.chosen = Some(at);
                    choice.cursor = at;
                }
                None => left.push((name.clone(), text.clone())),
            },
            Value::Person(pick) => {
                pick.line = super::line::Line::new(text);
                let id = named(&format!("{name}.id")).and_then(|w| person_of(&w));
                pick.taken = id.zip(named(&format!("{name}.name")));
            }
            Value::Button(_) | Value::Both(_) => {}
        }
    }
    // A taken person may stand without a typed text.
    for field in &mut form.fields {
        if let Value::Person(pick) = &mut field.value
            && pick.taken.is_none()
        {
            let id = named(&format!("{}.id", field.name)).and_then(|w| person_of(&w));
            pick.taken = id.zip(named(&format!("{}.name", field.name)));
        }
    }
    form.restore = left;
}

/// Tries again with what waited for choices.
pub(crate) fn refill(form: &mut Form) {
    let texts = std::mem::take(&mut form.restore);
    for (name, text) in texts {
        let taken = match form.fields.iter_mut().find(|f| f.name == name).map(|f| &mut f.value) {
            Some(Value::Choice(choice)) => choice.options.iter().position(|o| o.label == text).is_some_and(|at| {
                choice.chosen = Some(at);
                choice.cursor = at;
                true
            }),
            Some(Value::Line(line)) if line.is_empty() => {
                *line = super::line::Line::new(&text);
                true
            }
            _ => false,
        };
        if !taken {
            form.restore.push((name, text));
        }
    }
}

fn key_word(key: &AlertKey) -> String {
    format!("{} {} {}", key.source.word(), IssueId(key.subject), key.occurrence)
}

fn key_of(word: &str) -> Option<AlertKey> {
    let mut parts = word.rsplitn(3, ' ');
    let occurrence = parts.next()?.parse().ok()?;
    let subject = IssueId::parse(parts.next()?)?.0;
    let source = AlertSource::from_word(parts.next()?)?;
    Some(AlertKey { source, subject, occurrence })
}

fn person_word(person: Person) -> String {
    match person {
        Person::Client(id) => format!("client {id}"),
        Person::Staff(id) => format!("staff {id}"),
    }
}

fn person_of(word: &str) -> Option<Person> {
    match word.split_once(' ')? {
        ("client", id) => ClientId::parse(id).map(Person::Client),
        ("staff", id) => StaffId::parse(id).map(Person::Staff),
        _ => None,
    }
}
