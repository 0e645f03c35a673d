//! A record while it is being edited: what each field was when it was begun, what others did meanwhile, and what came of
//! both changing the same. What was typed stands in the form's fields and is never changed from here.

use super::form::{Both, Choice, Field, Form, FormKind, Opt, Value};
use super::line::Line;
use crate::domain::editing::{self, EditField, Shape, called_all, same};
use crate::domain::fields::Fields;
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone, clock};
use crate::service::api::{Clashing, Command, Conflict, Editable, FieldChange};
use std::collections::BTreeSet;

/// What the form of a record knows besides its fields.
#[derive(Clone, PartialEq, Default)]
pub struct Editing {
    /// Which record; none in a draft that cannot say.
    pub record: Option<(Kind, [u8; 16])>,
    /// The revision that what was typed is laid over; 0 until it has come.
    pub(crate) base: u64,
    /// The revision at which it was begun: what came later is told.
    pub(crate) begun: u64,
    /// It has come.
    come: bool,
    /// Each field (as JSON) as it was.
    before: Vec<(String, String)>,
    /// Fields that a draft brought: they were typed, whatever is in them.
    pub(crate) brought: BTreeSet<String>,
    /// What both changed, as of this revision.
    both: Option<(u64, Vec<Clashing>)>,
    /// The zone in which moments are typed; UTC where none is known.
    zone: Option<Zone>,
    /// To be written below the note when that has come.
    pub(crate) append: Option<String>,
}

/// The field in which it is chosen what becomes of a field that both changed.
pub(crate) fn clash_name(field: &str) -> String {
    format!("both:{field}")
}

/// The fields of a kind's form, empty.
pub(crate) fn fields(kind: Kind) -> Vec<Field> {
    editing::fields(kind).iter().map(|f| Field::new(f.name, f.label, f.help, empty(f))).collect()
}

fn empty(field: &EditField) -> Value {
    match &field.shape {
        Shape::Long(_) | Shape::Phones => Value::long(),
        Shape::Words(options) => Value::choice(&options().iter().map(|(word, _)| *word).collect::<Vec<_>>(), true),
        Shape::YesNo => Value::choice(&["yes", "no"], true),
        _ => Value::Line(Line::default()),
    }
}

fn set(value: &mut Value, text: &str) {
    match value {
        Value::Line(line) => *line = Line::new(text),
        Value::Choice(choice) => {
            choice.chosen = choice.options.iter().position(|o| o.label == text);
            choice.cursor = choice.chosen.unwrap_or(0);
        }
        other => {
            let mut long = Value::long();
            if let Value::Long(area) = &mut long {
                area.insert_str(text);
            }
            *other = long;
        }
    }
}

impl Editing {
    /// One of which nothing is known yet.
    pub(crate) fn of(record: (Kind, [u8; 16]), zone: Zone) -> Self {
        Self { record: Some(record), zone: Some(zone), ..Self::default() }
    }

    fn zone(&self) -> Zone {
        self.zone.unwrap_or(Zone::UTC)
    }

    fn kind(&self) -> Option<Kind> {
        self.record.map(|(kind, _)| kind)
    }

    fn was(&self, name: &str) -> Option<&str> {
        self.before.iter().find(|(n, _)| n == name).map(|(_, json)| json.as_str())
    }

    fn put(&mut self, name: &str, json: &str) {
        match self.before.iter_mut().find(|(n, _)| n == name) {
            Some((_, was)) => json.clone_into(was),
            None => self.before.push((name.to_owned(), json.to_owned())),
        }
    }

    /// Both changed something and it is being chosen.
    pub fn clashes(&self) -> bool {
        self.both.is_some()
    }
}

/// The record has not come: what would be typed now could not be told from what stands.
pub(crate) fn waits(form: &Form) -> bool {
    of(form).is_some_and(|editing| editing.record.is_some() && !editing.come)
}

/// What a form knows of the record that it edits.
pub fn of(form: &Form) -> Option<&Editing> {
    match &form.kind {
        FormKind::Edit(editing) => Some(editing),
        _ => None,
    }
}

/// The fields that were typed into and are different by it, with their texts.
pub(crate) fn typed(form: &Form) -> Vec<(&'static EditField, String)> {
    let Some(editing) = of(form) else { return Vec::new() };
    let Some(kind) = editing.kind() else { return Vec::new() };
    let different = |f: &&EditField| {
        let Some(field) = form.field(f.name) else { return false };
        let text = field.value.text();
        match editing.was(f.name) {
            Some(was) => text.trim() != f.shape.read(was, editing.zone()).trim(),
            None => editing.brought.contains(f.name),
        }
    };
    let text = |f: &'static EditField| {
        (f, form.field(f.name).map(|field| field.value.text().trim().to_owned()).unwrap_or_default())
    };
    editing::fields(kind).iter().filter(different).map(text).collect()
}

/// The record has come, at first or as others changed it: what nobody typed into here follows it, what was typed stays.
pub(crate) fn arrived(form: &mut Form, found: &Editable, now: Moment, zone: Zone) {
    let mine: BTreeSet<&str> = typed(form).into_iter().map(|(f, _)| f.name).collect();
    let Form { kind: FormKind::Edit(editing), fields, news, gone, .. } = form else { return };
    if editing.record != Some((found.kind, found.id)) {
        return;
    }
    let changed = |name: &str| found.since.iter().find(|c| same(&c.field, name));
    let mut clash = false;
    for f in editing::fields(found.kind) {
        let Some(field) = fields.iter_mut().find(|field| field.name == f.name) else { continue };
        field.fixed = found.fixed.iter().find(|(name, _)| name == f.name).map(|(_, why)| why.clone());
        // Of what is not shown to her there is only the reason.
        let Some(stands) = found.fields.get(f.name) else { continue };
        if !mine.contains(f.name) {
            set(&mut field.value, &f.shape.read(stands, editing.zone()));
            editing.put(f.name, stands);
            field.beside = None;
            continue;
        }
        if editing.was(f.name).is_none() {
            let was = changed(f.name).map_or(stands, |c| c.before.as_str());
            editing.put(f.name, was);
        }
        let differs = editing.was(f.name) != Some(stands);
        let agreed = f.shape.write(&field.value.text(), editing.zone()).as_deref() == Ok(stands);
        clash |= differs && !agreed;
        field.beside = changed(f.name).filter(|_| differs && !agreed).map(|c| {
            let text = f.shape.read(stands, editing.zone()).replace('\n', "; ");
            let text = if text.is_empty() { "nothing" } else { &text };
            format!("{} {}: {text}", c.by, at(c.at, now, zone))
        });
    }
    // Fields of mine that nobody else touched lie as well over what stands now.
    if !clash && editing.both.is_none() || editing.base == 0 {
        editing.base = found.rev;
    }
    if editing.begun == 0 {
        editing.begun = found.rev;
    }
    editing.come = true;
    gone.clone_from(&found.gone);
    *news = told(found.kind, &found.since, now, zone);
    if let Some(why) = &found.gone {
        news.insert(0, format!("{why}: cannot be saved, the text stays"));
    }
    if let Some(text) = editing.append.take()
        && let Some(field) = fields.iter_mut().find(|f| f.name == "note")
    {
        let before = field.value.text();
        let joined = if before.trim().is_empty() { text } else { format!("{}\n{text}", before.trim_end()) };
        set(&mut field.value, &joined);
        form.touched = true;
        form.unsaved.get_or_insert(now);
    }
}

/// Nothing of this id is kept.
pub(crate) fn missing(form: &mut Form) {
    let why = "that record is not there any more";
    form.gone = Some(why.to_owned());
    form.news = vec![format!("{why}: cannot be saved, the text stays")];
}

/// `R. Patel changed phones, note 08:12`, a line each who.
fn told(kind: Kind, since: &[FieldChange], now: Moment, zone: Zone) -> Vec<String> {
    let mut by: Vec<(&str, Moment, Vec<&str>)> = Vec::new();
    for change in since {
        match by.iter_mut().find(|(who, ..)| *who == change.by) {
            Some((_, last, fields)) => {
                *last = (*last).max(change.at);
                fields.push(&change.field);
            }
            None => by.push((&change.by, change.at, vec![&change.field])),
        }
    }
    by.into_iter()
        .map(|(who, last, fields)| format!("{who} changed {} {}", called_all(kind, fields), at(last, now, zone)))
        .collect()
}

fn at(moment: Moment, now: Moment, zone: Zone) -> String {
    let (day, minute) = zone.civil(moment);
    if day == zone.day(now) { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) }
}

/// Answers to what becomes of a field that both changed, in the order of their digits.
const ANSWERS: [&str; 3] = ["mine", "theirs", "anew"];

/// Both changed something: it is asked which stands, side by side, and everything else waits.
pub(crate) fn clashed(form: &mut Form, conflict: &Conflict, now: Moment, zone: Zone) {
    settle(form);
    let Form { kind: FormKind::Edit(editing), fields, .. } = form else { return };
    let mut first = None;
    for c in &conflict.fields {
        let Some(f) = editing::find(conflict.kind, &c.field) else { continue };
        let read = |json: &str| f.shape.read(json, editing.zone());
        let options = ANSWERS.iter().map(|a| Opt { label: (*a).to_owned(), ..Opt::default() }).collect();
        let both = Both {
            choice: Choice { options, ..Choice::default() },
            mine: read(&c.mine),
            theirs: read(&c.theirs),
            before: read(&c.before),
            who: format!("{} changed it {}", c.by, at(c.at, now, zone)),
        };
        let Some(place) = fields.iter().position(|field| field.name == f.name) else { continue };
        fields[place].beside = None;
        let help = "1 mine, 2 theirs, 3 typed anew below";
        fields.insert(place, Field::new(clash_name(f.name), f.label, help, Value::Both(Box::new(both))));
        first.get_or_insert(place);
    }
    if first.is_none() {
        form.error = Some(format!("{} changed it meanwhile: look again, then save once more", conflict.by));
        return;
    }
    editing.both = Some((conflict.rev, conflict.fields.clone()));
    form.focus = first.unwrap_or(form.focus);
    form.resume = None;
}

/// What was chosen of the clash before becomes what the form stands on.
fn settle(form: &mut Form) {
    let Some((rev, list)) = (match &mut form.kind {
        FormKind::Edit(editing) => editing.both.take(),
        _ => None,
    }) else {
        return;
    };
    for c in &list {
        let theirs = form.field(&clash_name(&c.field)).is_some_and(|f| chosen(f) == Some(1));
        let FormKind::Edit(editing) = &mut form.kind else { return };
        editing.put(&c.field, &c.theirs);
        let of_clock = editing.zone();
        let shape = editing.kind().and_then(|kind| editing::find(kind, &c.field)).map(|f| &f.shape);
        if let (true, Some(shape)) = (theirs, shape)
            && let Some(field) = form.field_mut(&c.field)
        {
            set(&mut field.value, &shape.read(&c.theirs, of_clock));
        }
    }
    if let FormKind::Edit(editing) = &mut form.kind {
        editing.base = rev;
    }
    form.fields.retain(|f| !matches!(f.value, Value::Both(_)));
    form.focus = form.focus.min(form.fields.len().saturating_sub(1));
}

fn chosen(field: &Field) -> Option<usize> {
    match &field.value {
        Value::Both(both) => both.choice.chosen,
        _ => None,
    }
}

/// While it is chosen which stands, only that is asked; a field that is typed anew stands below its question.
pub(crate) fn reshape(form: &mut Form) {
    let Some(editing) = of(form) else { return };
    let gone = form.gone.is_some();
    let both = editing.clashes();
    let anew: BTreeSet<String> =
        form.fields.iter().filter(|f| chosen(f) == Some(2)).map(|f| f.name.to_string()).collect();
    for field in &mut form.fields {
        field.shown = match &field.value {
            Value::Button(super::form::Button::Save) => !gone,
            Value::Button(_) | Value::Both(_) => field.shown,
            _ => !both || anew.contains(&clash_name(&field.name)),
        };
    }
}

/// The command of the form: only what is different, over the revision that was seen.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let editing = of(form)?.clone();
    let (kind, id) = editing.record?;
    if let Some(why) = form.gone.clone() {
        form.wrong("", format!("{why}: it cannot be saved; esc keeps the text"));
        return None;
    }
    if !editing.come {
        form.wrong("", "the record has not come yet");
        return None;
    }
    let mut fields = Fields::none();
    let mut names = BTreeSet::new();
    for (f, text) in typed(form) {
        if form.field(f.name).is_some_and(|field| field.fixed.is_some()) {
            continue;
        }
        let answer = form.field(&clash_name(f.name)).map(chosen);
        match answer {
            Some(None) => form.wrong(&clash_name(f.name), "which stands? 1 mine, 2 theirs, 3 typed anew"),
            Some(Some(1)) => continue,
            _ => {}
        }
        match f.shape.write(&text, editing.zone()) {
            Ok(json) => fields.0.push((f.name.to_owned(), json)),
            Err(why) => form.wrong(f.name, why),
        }
        names.insert(f.name);
    }
    if names.contains("status") && !names.contains("status_since") {
        form.wrong("status_since", "since when is it so?");
    }
    if names.is_empty() && !editing.clashes() {
        form.wrong("", "nothing is different yet: type into a field, or esc");
    }
    let base = editing.both.as_ref().map_or(editing.base, |(rev, _)| *rev);
    form.holds().then_some(Command::Edit { kind, id, base, fields })
}
