//! `g e`: clock-ins of visit verification with something wrong, what locks first on top; `r` resolves the one under the
//! marker, or the marked ones, with a reason of the agency's; Enter opens the visit. caseload is no clock-in app: all of
//! it comes from files.

use super::{form, history, page};
use crate::app::allow;
use crate::app::effect::Effect;
use crate::app::form::{Choice, Field, Form, FormKind, Opt, Value};
use crate::app::layers::{EvvLayer, Layer};
use crate::app::line::{self, Line};
use crate::app::model::{Model, Tone};
use crate::app::moving::Step;
use crate::app::subject::{self, Subject};
use crate::app::wire::Asked;
use crate::domain::ids::ClockingId;
use crate::domain::record::Kind;
use crate::domain::time::Day;
use crate::rules::roles::Right;
use crate::service::api::{Command, EvvException, EvvQueue, Person};

/// An id as it is written, and the gap behind it.
const WRITTEN: usize = 37;
/// So many are resolved at once: their ids are kept with a form's text.
pub(crate) const MOST: usize = line::LONGEST / WRITTEN;

impl EvvLayer {
    /// They, as far as they have come.
    pub fn rows(&self) -> &[EvvException] {
        self.queue.as_ref().map_or(&[], |q| q.list.as_slice())
    }

    /// The place of the marker.
    pub fn cursor(&self) -> usize {
        let found = self.at.and_then(|id| self.rows().iter().position(|r| r.id == id));
        found.unwrap_or_else(|| self.place.min(self.rows().len().saturating_sub(1)))
    }

    /// The one under the marker.
    pub fn current(&self) -> Option<&EvvException> {
        self.rows().get(self.cursor())
    }

    /// Puts the marker on a place.
    pub(crate) fn stand(&mut self, place: usize) {
        if let Some(id) = self.rows().get(place).map(|r| r.id) {
            (self.at, self.place) = (Some(id), place);
        }
    }

    pub(crate) fn step(&mut self, step: Step, height: usize) {
        self.stand(step.from(self.cursor(), self.rows().len(), height));
    }
}

/// How long it can be mended: `locks in 4 d`, `locks today`, `locked 2 d ago`.
pub fn locks(row: &EvvException, today: Day) -> String {
    match row.locks.map(|day| day.since(today)) {
        None => "no day known".to_owned(),
        Some(0) => "locks today".to_owned(),
        Some(n) if n < 0 => format!("locked {} d ago", -n),
        Some(n) => format!("locks in {n} d"),
    }
}

/// Opens the list.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    if !matches!(model.top(), Some(Layer::Evv(_))) {
        model.layers.push(Layer::Evv(EvvLayer::default()));
        model.refresh_one(out, &Asked::Evv);
    }
}

fn each(model: &mut Model) -> impl Iterator<Item = &mut EvvLayer> {
    model.layers.iter_mut().filter_map(|l| if let Layer::Evv(list) = l { Some(list) } else { None })
}

/// They have come: the marker stays on its own, or where it was when that one is gone.
pub(crate) fn arrived(model: &mut Model, queue: EvvQueue) {
    for list in each(model) {
        let place = list.cursor();
        list.marks.retain(|id| queue.list.iter().any(|r| r.id == *id));
        list.queue = Some(queue.clone());
        list.denied = None;
        if list.at.is_none_or(|at| !list.rows().iter().any(|r| r.id == at)) {
            list.at = None;
            list.stand(place.min(list.rows().len().saturating_sub(1)));
        }
    }
}

/// They may not be seen, or could not be read.
pub(crate) fn denied(model: &mut Model, why: String) {
    for list in each(model) {
        list.denied = Some(why.clone());
        list.queue = None;
    }
}

fn top(model: &Model) -> Option<&EvvLayer> {
    match model.top() {
        Some(Layer::Evv(list)) => Some(list),
        _ => None,
    }
}

fn top_mut(model: &mut Model) -> Option<&mut EvvLayer> {
    match model.layers.last_mut() {
        Some(Layer::Evv(list)) => Some(list),
        _ => None,
    }
}

/// Marks the one under the marker, or takes the mark off; whether the list is open.
pub(crate) fn mark(model: &mut Model) -> bool {
    let Some(list) = top_mut(model) else { return false };
    let mut full = false;
    if let Some(id) = list.current().map(|r| r.id)
        && !list.marks.remove(&id)
    {
        full = list.marks.len() >= MOST;
        if !full {
            list.marks.insert(id);
        }
    }
    if full {
        model.toast(Tone::Bad, format!("{MOST} at once are enough: r resolves these"));
    }
    true
}

/// Marks all of them; whether the list is open.
pub(crate) fn mark_all(model: &mut Model) -> bool {
    let Some(list) = top_mut(model) else { return false };
    let ids: Vec<ClockingId> = list.rows().iter().map(|r| r.id).collect();
    for id in ids {
        if list.marks.len() < MOST {
            list.marks.insert(id);
        }
    }
    true
}

/// Takes the marks off; whether there were any.
pub(crate) fn unmark(model: &mut Model) -> bool {
    let Some(list) = top_mut(model).filter(|l| !l.marks.is_empty()) else { return false };
    list.marks.clear();
    true
}

/// Enter: her page at the visit, or at the clock-in where none was found.
pub(crate) fn open_visit(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(row) = top(model).and_then(EvvLayer::current) else { return };
    let record = row.visit.map_or((Kind::Clocking, row.id.0), |visit| (Kind::Visit, visit.0));
    let person = Person::Client(row.client);
    page::open_at(model, out, person, None, Some(record));
}

/// Clock-ins are what a result means here: on the list, or on the line of a page that stands for one.
pub(crate) fn is_here(model: &Model) -> bool {
    top(model).is_some() || on_page(model).is_some()
}

fn on_page(model: &Model) -> Option<ClockingId> {
    history::record(model).filter(|(kind, _)| *kind == Kind::Clocking).map(|(_, id)| ClockingId(id))
}

/// Whether one can be resolved, or why not.
pub(crate) fn can_resolve(model: &Model) -> Result<(), String> {
    if let Some(why) = allow::denial(model, Right::BookVisit) {
        return Err(why);
    }
    meant(model).map(drop)
}

/// The clock-ins that are meant, and of whom.
fn meant(model: &Model) -> Result<(Vec<ClockingId>, Subject), String> {
    if let Some(id) = on_page(model) {
        return Ok((vec![id], subject::subject(model)?));
    }
    let list = top(model).ok_or_else(|| "no clock-in is selected".to_owned())?;
    if list.marks.is_empty() {
        let about = subject::subject(model)?;
        return Ok((list.current().map(|r| r.id).into_iter().collect(), about));
    }
    let marked: Vec<&EvvException> = list.rows().iter().filter(|r| list.marks.contains(&r.id)).collect();
    let names: Vec<&str> = marked.iter().take(3).map(|r| r.name.as_str()).collect();
    let more = marked.len().saturating_sub(3);
    let name = if more > 0 { format!("{} and {more} more", names.join("; ")) } else { names.join("; ") };
    let about = Subject { person: None, name, key: None, row: None };
    Ok((marked.iter().map(|r| r.id).collect(), about))
}

/// `r`: with which reason.
pub(crate) fn resolve(model: &mut Model, out: &mut Vec<Effect>) {
    match meant(model) {
        Ok((ids, about)) => {
            let words: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let title = match ids.len() {
                1 => "Resolve a clock-in".to_owned(),
                n => format!("Resolve {n} clock-ins"),
            };
            let about = Subject { key: None, ..about };
            form::open(model, out, FormKind::Clockings { reasons: None }, &title, &about, fields(words.join(" ")));
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The fields. The first one is never shown: which clock-ins, for a draft of it.
pub(crate) fn fields(ids: String) -> Vec<Field> {
    let ids = Field::new("ids", "", "", Value::Line(Line::new(&ids)));
    vec![
        Field { shown: false, ..ids },
        Field::new("reason", "Why is it right?", "by digit", Value::Choice(Choice::default())),
        Field::new("note", "Note", "a word of what was done; goes into the record", Value::Line(Line::default())),
    ]
}

/// The agency's reasons have come.
pub(crate) fn reasons(form: &mut Form, queue: EvvQueue) {
    let option =
        |r: &crate::service::api::EvvReason| Opt { label: r.say.clone(), detail: r.code.clone(), ..Opt::default() };
    let options = queue.reasons.iter().map(option).collect();
    if let Some(Value::Choice(choice)) = form.field_mut("reason").map(|f| &mut f.value) {
        choice.chosen = choice.chosen.filter(|_| choice.options.len() == queue.reasons.len());
        choice.options = options;
    }
    form.kind = FormKind::Clockings { reasons: Some(queue.reasons) };
}

/// The command of the card.
pub(crate) fn command(form: &mut Form) -> Option<Command> {
    let chosen = form.chosen("reason");
    let FormKind::Clockings { reasons } = &form.kind else { return None };
    let reason = chosen.and_then(|n| reasons.as_ref()?.get(n)).cloned();
    let ids: Vec<ClockingId> = match form.field("ids").map(|f| &f.value) {
        Some(Value::Line(line)) => line.text().split(' ').filter_map(ClockingId::parse).collect(),
        _ => Vec::new(),
    };
    let note = form.text("note");
    match &reason {
        None => form.wrong("reason", "which of these? by digit"),
        Some(reason) if reason.note && note.is_empty() => form.wrong("note", "this reason needs a word"),
        Some(_) => {}
    }
    form.holds().then_some(Command::ResolveClocking { ids, reason: reason?.code, note })
}
