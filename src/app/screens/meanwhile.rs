//! What colleagues did about the same thing while a form was open: its news, and where the text of a form can go whose
//! thing is over.

use super::{edit, form};
use crate::app::editing;
use crate::app::effect::Effect;
use crate::app::form::{Button, Form, FormKind, Value};
use crate::app::layers::Layer;
use crate::app::model::Model;
use crate::domain::attention::AlertSource;
use crate::domain::record::Kind;
use crate::service::api::{Meanwhile, Person, Query};

/// What a form asks about its alert and its person; a record that is edited and a report have their own questions.
pub(crate) fn wanted(form: &Form) -> Option<Query> {
    let asks = !matches!(form.kind, FormKind::Edit(_) | FormKind::NewIssue(_));
    let (about, person) = (form.about, form.person);
    (asks && (about.is_some() || person.is_some())).then_some(Query::Meanwhile { about, person })
}

/// What colleagues did has come: at first it is what was known, later only what is new is told.
pub(crate) fn arrived(form: &mut Form, found: Meanwhile) {
    let Some(known) = &form.known else {
        form.known = Some(found);
        return;
    };
    form.news = found.lines.iter().filter(|line| !known.lines.contains(line)).cloned().collect();
    if found.gone != known.gone {
        form.gone.clone_from(&found.gone);
        if let Some(why) = found.gone {
            form.news.insert(0, why);
        }
    }
}

/// Where the text of a form can go.
enum CopyTo {
    /// To the timeline of its issue.
    Timeline,
    /// To the note of whose it was.
    Person(Person),
}

fn copy_to(form: &Form) -> Option<CopyTo> {
    let why = form.gone.as_ref()?;
    let kept = !why.starts_with("entered") && !why.starts_with("that");
    if form.about.is_some_and(|k| k.source == AlertSource::Issue) && kept {
        return (!matches!(form.kind, FormKind::Note)).then_some(CopyTo::Timeline);
    }
    match editing::of(form)?.record?.0 {
        // What was typed about a contact or an issue that is no more may be worth a line with whose it was.
        Kind::Contact | Kind::Issue => form.person.map(CopyTo::Person),
        _ => None,
    }
}

/// Whether the text can be copied, and whether saving is still possible.
pub(crate) fn reshape(form: &mut Form) {
    let copies = copy_to(form).is_some() && !as_note(form).is_empty();
    let saves = form.gone.is_none() || editing::of(form).is_none();
    for field in &mut form.fields {
        match field.value {
            Value::Button(Button::Copy) => field.shown = copies,
            Value::Button(Button::Save) => field.shown = saves,
            _ => {}
        }
    }
}

/// What was typed, as lines of a note.
fn as_note(form: &Form) -> String {
    let line = |label: &str, text: &str| format!("{label}: {text}");
    let lines: Vec<String> = if editing::of(form).is_some() {
        editing::typed(form).iter().map(|(f, text)| line(f.label, text)).collect()
    } else {
        let typed = form.fields.iter().filter(|f| f.shown && matches!(f.value, Value::Line(_) | Value::Long(_)));
        let texts = typed.map(|f| (&f.label, f.value.text())).filter(|(_, text)| !text.trim().is_empty());
        texts.map(|(label, text)| line(label, text.trim())).collect()
    };
    lines.join("\n")
}

/// Copies what was typed into a note: to the issue's timeline, or to the note of whose it was. The form itself stays a
/// draft.
pub(crate) fn copy(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Form(from)) = model.layers.last_mut() else { return };
    let Some(to) = copy_to(from) else { return };
    // Also when it was typed long ago and came back as a draft.
    from.touched = true;
    let (text, person, about, who) = (as_note(from), from.person, from.about, from.who.clone());
    form::park(model, out);
    let new = match to {
        CopyTo::Timeline => {
            let Some(mut new) = form::blank(model, "note", person, about, who) else { return };
            if let Some(field) = new.field_mut("text")
                && let Value::Long(area) = &mut field.value
            {
                area.insert_str(&text);
            }
            (new.touched, new.unsaved) = (true, Some(model.now));
            new
        }
        CopyTo::Person(person) => {
            let mut new = edit::blank(model, edit::record_of(person), who);
            new.person = Some(person);
            new.focus = new.fields.iter().position(|f| f.name == "note").unwrap_or(0);
            if let FormKind::Edit(editing) = &mut new.kind {
                editing.append = Some(text);
            }
            new
        }
    };
    form::show(model, out, new);
}
