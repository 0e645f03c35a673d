//! Every form alike: opening, keys, parking, saving.

use super::{
    amend, call, cannot, confirm, edit, emergency, escalate, evv, leave, meanwhile, new_issue, note, order, pass, plan,
    reassess, reopen, result, retier, schedule, series, snooze, storm, tell, visit,
};
use crate::app::at_once;
use crate::app::editing;
use crate::app::effect::Effect;
use crate::app::form::{Button, Field, Form, FormKind, Value};
use crate::app::form_draft;
use crate::app::form_keys::{self, Outcome};
use crate::app::key::Key;
use crate::app::layers::Layer;
use crate::app::model::{Connection, Model, Tone};
use crate::app::outward::Writing;
use crate::app::subject::Subject;
use crate::app::when::{self, Lean};
use crate::app::wire::Asked;
use crate::domain::attention::AlertKey;
use crate::domain::ids::{CommunicationId, DraftId};
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::service::api::{Answered, Card, Command, Conflict, Execute, HitKind, Person, Problem, Query, Request};
use crossterm::event::KeyCode;

/// Opens a form about what stands under the marker.
pub(crate) fn open(
    model: &mut Model,
    out: &mut Vec<Effect>,
    kind: FormKind,
    title: &str,
    about: &Subject,
    fields: Vec<Field>,
) {
    let draft = model.wire.draft(model.now);
    let mut form = Form::new(kind, draft, title.to_owned(), about.name.clone(), fields);
    form.person = about.person;
    form.about = about.key;
    show(model, out, form);
    at_once::fill(model, out);
}

/// Opens a form about several alerts.
pub(crate) fn open_many(
    model: &mut Model,
    out: &mut Vec<Effect>,
    kind: FormKind,
    title: &str,
    about: &Subject,
    keys: Vec<AlertKey>,
    fields: Vec<Field>,
) {
    let draft = model.wire.draft(model.now);
    let mut form = Form::new(kind, draft, title.to_owned(), about.name.clone(), fields);
    form.keys = keys;
    show(model, out, form);
}

/// Opens a form about a logged call.
pub(crate) fn open_call(
    model: &mut Model,
    out: &mut Vec<Effect>,
    about: &Subject,
    call: CommunicationId,
    fields: Vec<Field>,
) {
    let draft = model.wire.draft(model.now);
    let mut form = Form::new(FormKind::Amend, draft, "Amend a call".to_owned(), about.name.clone(), fields);
    form.call = Some(call);
    show(model, out, form);
}

/// Puts a form on top and asks for what it has to know.
pub(crate) fn show(model: &mut Model, out: &mut Vec<Effect>, mut form: Form) {
    let draft = form.draft;
    let offline = matches!(model.connection, Connection::Offline { .. });
    if let Some(person) = form.person {
        match &model.card.card {
            Some(card) if card.person == person => identify(&mut form, card),
            // Whose chart may not be seen is known by name alone.
            _ if matches!(form.kind, FormKind::Emergency) => {}
            _ if !offline => model.query(out, Asked::Who(draft), Query::Card(person)),
            _ => {}
        }
    }
    if let Some((asked, query)) = wanted(&form).filter(|_| !offline) {
        model.query(out, asked, query);
    }
    if let Some(query) = meanwhile::wanted(&form).filter(|_| !offline) {
        model.query(out, Asked::Meanwhile(draft), query);
    }
    let report = matches!(form.kind, FormKind::NewIssue(_));
    refresh(&mut form, model.now, model.zone);
    model.layers.push(Layer::Form(Box::new(form)));
    if report && !offline {
        model.query(out, Asked::Asks(draft), Query::Asks);
        new_issue::judge(model, out, draft);
    }
}

/// What a card has to know before it can be filled in.
pub(crate) fn wanted(form: &Form) -> Option<(Asked, Query)> {
    let (draft, about) = (form.draft, form.about);
    let client = match form.person {
        Some(Person::Client(client)) => Some(client),
        _ => None,
    };
    Some(match &form.kind {
        FormKind::Call { .. } => (Asked::Numbers(draft), Query::Numbers { person: form.person?, about }),
        // Of everything, not of this alert alone: whoever rings a daughter tells her all of it.
        FormKind::Tell { .. } => (Asked::Untold(draft), Query::Untold { client: client?, about: None }),
        FormKind::Leave => {
            let visit = about.map(|key| crate::domain::ids::VisitId(key.subject));
            (Asked::Ahead(draft), Query::Ahead { client: client?, visit })
        }
        FormKind::Visit { .. } => (Asked::Coverable(draft), Query::Coverable { client, about }),
        FormKind::Series { .. } | FormKind::SeriesDeed { .. } => {
            (Asked::Series(draft), Query::Series(series::id(form)?))
        }
        FormKind::Result { .. } if !form.keys.is_empty() => {
            (Asked::Outcomes(draft), Query::OutcomesOfMany(form.keys.clone()))
        }
        FormKind::Result { .. } => (Asked::Outcomes(draft), Query::Outcomes(about?)),
        FormKind::Pass { .. } => (Asked::Colleagues(draft), Query::Colleagues),
        FormKind::Clockings { .. } => (Asked::EvvReasons(draft), Query::EvvExceptions),
        FormKind::Escalate => (Asked::OnDuty(draft), Query::OnDuty(about)),
        FormKind::Amend => (Asked::Call(draft), Query::Call(form.call?)),
        FormKind::Edit(editing) => {
            let (kind, id) = editing.record?;
            (Asked::Record(draft), Query::Record { kind, id, since: editing.begun })
        }
        _ => return None,
    })
}

/// The first line of a form: full name, DOB, MRN tail.
fn identify(form: &mut Form, card: &Card) {
    form.who = format!("{} · {}", card.title, card.identifiers);
    form.alike.clone_from(&card.alike);
}

/// The form of this draft, wherever it lies among the layers.
pub(crate) fn find_form(model: &mut Model, draft: DraftId) -> Option<&mut Form> {
    model.layers.iter_mut().find_map(|l| match l {
        Layer::Form(f) if f.draft == draft => Some(&mut **f),
        _ => None,
    })
}

fn top(model: &mut Model) -> Option<&mut Form> {
    match model.layers.last_mut() {
        Some(Layer::Form(form)) => Some(form),
        _ => None,
    }
}

/// An answer that a form waited for.
pub(crate) fn answered(model: &mut Model, out: &mut Vec<Effect>, draft: DraftId, answer: Answered) {
    let (now, zone) = (model.now, model.zone);
    let Some(form) = find_form(model, draft) else { return };
    let mut who = None;
    match answer {
        Answered::Card(Some(card)) if form.person == Some(card.person) => identify(form, &card),
        Answered::Numbers(numbers) => call::numbers(form, numbers),
        Answered::Colleagues(people) => pass::colleagues(form, people),
        Answered::OnDuty(duty) => escalate::on_duty(form, &duty),
        Answered::Call(found) => {
            amend::arrived(form, found, now, zone);
            who = form.person;
        }
        Answered::Record(found) => {
            let before = form.person;
            edit::arrived(form, found.as_deref(), now, zone);
            who = form.person.filter(|p| before != Some(*p));
        }
        Answered::Meanwhile(found) => meanwhile::arrived(form, found),
        Answered::Outcomes { choices, note_needed, untold } => {
            result::outcomes(form, choices, note_needed);
            result::untold(form, &untold, now, zone);
        }
        Answered::Series(found) => series::arrived(form, found),
        Answered::EvvExceptions(queue) => evv::reasons(form, queue),
        Answered::Coverable(open) => visit::arrived(form, open, now, zone),
        Answered::Ahead(ahead) => leave::arrived(form, &ahead),
        Answered::Untold(untold) => tell::arrived(form, untold, now, zone),
        _ => {}
    }
    form_draft::refill(form);
    refresh(form, now, zone);
    if let Some(person) = who {
        model.query(out, Asked::Who(draft), Query::Card(person));
    }
}

/// A key in the top form.
pub(crate) fn key(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    let (now, zone, letters) = (model.now, model.zone, model.keymap.letters_find);
    let Some(form) = top(model) else { return };
    if form.saving.is_some() {
        model.toast(Tone::Plain, "being saved");
        return;
    }
    if editing::waits(form) && (key.typed().is_some() || matches!(key.code, KeyCode::Backspace | KeyCode::Delete)) {
        model.toast(Tone::Plain, "what stands there has not come yet");
        return;
    }
    let text = matches!(
        form.fields.get(form.focus).map(|f| &f.value),
        Some(Value::Line(_) | Value::When(_) | Value::Long(_) | Value::Person(_))
    );
    if !text && letters && key.typed().is_some_and(char::is_alphabetic) {
        model.toast(Tone::Plain, "letters are for text here: arrows or a digit choose");
        return;
    }
    let Some(form) = top(model) else { return };
    if let Some(why) = form.fields.get(form.focus).and_then(|f| f.fixed.clone())
        && (key.typed().is_some() || key.code == KeyCode::Backspace)
    {
        model.toast(Tone::Plain, format!("not changed here: {why}"));
        return;
    }
    let person = form.person;
    // Whoever goes on typing is where she wants to be.
    form.resume = None;
    match form_keys::key(form, key) {
        Outcome::Forward => form.turn(true),
        Outcome::Backward => form.turn(false),
        Outcome::Press => press(model, out),
        outcome @ (Outcome::Changed | Outcome::Next) => {
            form.changed(now);
            refresh(form, now, zone);
            if outcome == Outcome::Next {
                form.turn(true);
            }
            let draft = form.draft;
            if form.person != person {
                who_is_it(model, out);
            }
            look_up(model, out);
            new_issue::judge(model, out, draft);
        }
        Outcome::Ignored if !text && key.code == KeyCode::Char('q') => park(model, out),
        Outcome::Moved | Outcome::Ignored => {}
    }
}

/// Changes what is in a field of the top form, as if it had been typed there: what follows from that follows.
pub(crate) fn put(
    model: &mut Model,
    out: &mut Vec<Effect>,
    at: usize,
    change: impl FnOnce(&mut Value),
) -> Result<(), String> {
    let (now, zone) = (model.now, model.zone);
    let Some(form) = top(model) else { return Ok(()) };
    if editing::waits(form) {
        return Err("what stands there has not come".to_owned());
    }
    let Some(field) = form.fields.get_mut(at) else { return Ok(()) };
    if let Some(why) = &field.fixed {
        return Err(format!("not changed here: {why}"));
    }
    change(&mut field.value);
    let person = form.person;
    (form.focus, form.resume) = (at, None);
    form.changed(now);
    refresh(form, now, zone);
    let draft = form.draft;
    // Fields may have come and gone before it.
    if form.person != person {
        who_is_it(model, out);
    }
    look_up(model, out);
    new_issue::judge(model, out, draft);
    Ok(())
}

/// Pasted text in the top form.
pub(crate) fn paste(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    let (now, zone) = (model.now, model.zone);
    let Some(form) = top(model) else { return };
    if form.saving.is_some() {
        model.toast(Tone::Bad, "being saved: nothing was pasted");
        return;
    }
    if editing::waits(form) {
        model.toast(Tone::Bad, "what stands there has not come yet: nothing was pasted");
        return;
    }
    if let Some(why) = form.fields.get(form.focus).and_then(|f| f.fixed.clone()) {
        model.toast(Tone::Bad, format!("nothing was pasted: {why}"));
        return;
    }
    let fits = match form.fields.get_mut(form.focus).map(|f| &mut f.value) {
        Some(Value::Line(line) | Value::When(line)) => line.insert(text),
        Some(Value::Person(pick)) => pick.line.insert(text),
        Some(Value::Long(area)) => {
            area.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
            true
        }
        _ => return,
    };
    form.changed(now);
    if !fits {
        form.wrong("", "the paste did not fit: its start was taken");
    }
    let draft = form.draft;
    refresh(form, now, zone);
    look_up(model, out);
    new_issue::judge(model, out, draft);
}

/// A field's text as it came back from an editor.
pub(crate) fn written(model: &mut Model, out: &mut Vec<Effect>, writing: &Writing) {
    let (now, zone) = (model.now, model.zone);
    let field = find_form(model, writing.draft)
        .filter(|f| f.saving.is_none())
        .and_then(|f| f.fields.iter().position(|x| x.name == writing.field && x.fixed.is_none()).map(|at| (f, at)));
    let Some((form, at)) = field else {
        return model.toast(Tone::Bad, "its form was left meanwhile: what was written did not come back");
    };
    let before = form.fields[at].value.text();
    if before == writing.text {
        return;
    }
    let fits = match &mut form.fields[at].value {
        Value::Line(line) => {
            line.clear();
            line.insert(&writing.text)
        }
        Value::Long(area) => {
            area.select_all();
            area.cut();
            area.insert_str(&writing.text);
            true
        }
        _ => return,
    };
    form.focus = at;
    form.changed(now);
    if !fits {
        let text = format!("it did not fit: its first {} bytes were taken", crate::app::line::LONGEST);
        form.wrong(&writing.field, text);
    }
    refresh(form, now, zone);
    new_issue::judge(model, out, writing.draft);
}

/// Which fields make sense now, and what the typed times mean.
pub(crate) fn refresh(form: &mut Form, now: Moment, zone: Zone) {
    match form.kind {
        FormKind::NewIssue(_) => new_issue::reshape(form),
        FormKind::Snooze => snooze::reshape(form),
        FormKind::Result { .. } => result::reshape(form),
        FormKind::Call { .. } => call::reshape(form),
        FormKind::Visit { .. } => visit::reshape(form),
        FormKind::Leave => leave::reshape(form),
        FormKind::CallOut => cannot::reshape_call_out(form),
        FormKind::Series { .. } => series::reshape(form, now, zone),
        FormKind::SeriesDeed { .. } => series::reshape_deed(form),
        FormKind::Order => order::reshape(form, now, zone),
        FormKind::Storm(_) => storm::reshape(form),
        FormKind::CallDown(_) => storm::reshape_call(form),
        FormKind::Edit(_) => editing::reshape(form),
        FormKind::Reassess
        | FormKind::Waive
        | FormKind::Note
        | FormKind::Tell { .. }
        | FormKind::Pass { .. }
        | FormKind::Escalate
        | FormKind::Emergency
        | FormKind::Retier
        | FormKind::Reopen
        | FormKind::Schedule
        | FormKind::Safe
        | FormKind::Plan(_)
        | FormKind::EndOrder
        | FormKind::Clockings { .. }
        | FormKind::Amend => {}
    }
    meanwhile::reshape(form);
    form.settle();
    for field in &mut form.fields {
        if let Value::When(line) = &field.value {
            let text = line.text().trim();
            field.echo = if text.is_empty() { None } else { when::said(text, now, zone, lean(&field.name)).ok() };
        }
    }
}

fn lean(name: &str) -> Lean {
    match name {
        "happened" | "completed" | "since" | "home" => Lean::Past,
        "from" | "on" | "last" | "day" | "place" | "through" => Lean::Begin,
        "to" => Lean::End,
        _ => Lean::Future,
    }
}

/// The moment typed into a field; none when it is empty. A text that is no time is said beside the field.
pub(crate) fn moment(form: &mut Form, name: &'static str, now: Moment, zone: Zone) -> Option<Moment> {
    let text = form.text(name);
    if text.is_empty() {
        return None;
    }
    match when::parse(&text, now, zone, lean(name)) {
        Ok(at) => Some(at),
        Err(why) => {
            form.wrong(name, why);
            None
        }
    }
}

/// Asks for the identifiers of whoever was taken.
fn who_is_it(model: &mut Model, out: &mut Vec<Effect>) {
    let Some((draft, Some(person))) = top(model).map(|f| (f.draft, f.person)) else { return };
    if !matches!(model.connection, Connection::Offline { .. }) {
        model.query(out, Asked::Who(draft), Query::Card(person));
    }
}

/// The names typed into it are caregivers'.
fn of_staff(form: &Form) -> bool {
    let of_hers = matches!(form.kind, FormKind::Plan(_)) && matches!(form.person, Some(Person::Client(_)));
    of_hers
        || matches!(form.kind, FormKind::Visit { .. } | FormKind::CallOut | FormKind::Order | FormKind::Series { .. })
}

/// Finds people for a name being typed.
fn look_up(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(form) = top(model) else { return };
    let draft = form.draft;
    // Clients are left out of a caregiver's field, so more must be found to fill it.
    let limit = if of_staff(form) { 100 } else { 20 };
    let Some(Value::Person(pick)) = form.fields.get_mut(form.focus).map(|f| &mut f.value) else { return };
    let text = pick.line.text().trim().to_owned();
    if text.is_empty() {
        pick.hits.clear();
        pick.cursor = 0;
        return;
    }
    if !matches!(model.connection, Connection::Offline { .. }) {
        model.query(out, Asked::Pick(draft, text.clone()), Query::Find { text, limit });
    }
}

/// People found for a name; late answers for another text are dropped.
pub(crate) fn picked(model: &mut Model, draft: DraftId, text: &str, hits: Vec<crate::service::api::Hit>) {
    for hit in hits.iter().filter(|h| h.kind == HitKind::Client) {
        crate::app::privacy::met(model, hit.person, &hit.name);
    }
    let Some(form) = find_form(model, draft) else { return };
    let staff_only = of_staff(form);
    let hits: Vec<_> = hits.into_iter().filter(|h| !staff_only || matches!(h.person, Person::Staff(_))).collect();
    for field in &mut form.fields {
        if let Value::Person(pick) = &mut field.value
            && pick.line.text().trim() == text
        {
            pick.hits = hits.into_iter().filter(|h| h.kind.is_person()).collect();
            pick.cursor = 0;
            return;
        }
    }
}

/// On to another field.
pub(crate) fn turn(model: &mut Model, forward: bool) {
    if let Some(form) = top(model) {
        form.turn(forward);
    }
}

fn press(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(form) = top(model) else { return };
    match form.fields.get(form.focus).map(|f| &f.value) {
        Some(Value::Button(Button::Save)) => {
            if let Err(why) = crate::app::allow::change(model) {
                model.toast(Tone::Bad, why);
            } else {
                save(model, out);
            }
        }
        Some(Value::Button(Button::Discard)) => confirm::discard(model),
        Some(Value::Button(Button::Copy)) => meanwhile::copy(model, out),
        _ => {}
    }
}

/// The command that a form stands for; says beside the fields what is missing.
fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    match form.kind {
        FormKind::Call { .. } => call::command(form, now, zone),
        FormKind::Snooze => snooze::command(form, now, zone),
        FormKind::Pass { .. } => pass::command(form),
        FormKind::Escalate => escalate::command(form),
        FormKind::Emergency => emergency::command(form),
        FormKind::Retier => retier::command(form),
        FormKind::Reopen => reopen::command(form),
        FormKind::Schedule => schedule::command(form, now, zone),
        FormKind::Amend => amend::command(form),
        FormKind::Edit(_) => editing::command(form),
        FormKind::Result { .. } => result::command(form),
        FormKind::Reassess => reassess::command(form, now, zone),
        FormKind::Waive => reassess::waive_command(form),
        FormKind::Note => note::command(form),
        FormKind::NewIssue(_) => new_issue::command(form, now, zone),
        FormKind::Tell { .. } => tell::command(form),
        FormKind::Visit { .. } => visit::command(form, now, zone),
        FormKind::CallOut => cannot::command(form, now, zone),
        FormKind::Leave => leave::command(form, now, zone),
        FormKind::Safe => cannot::safe_command(form),
        FormKind::Series { .. } => series::command(form, now, zone),
        FormKind::SeriesDeed { .. } => series::deed_command(form, now, zone),
        FormKind::Order => order::command(form, now, zone),
        FormKind::Storm(_) => storm::command(form, now, zone),
        FormKind::CallDown(_) => storm::call_command(form),
        FormKind::EndOrder => order::end_command(form, now, zone),
        FormKind::Plan(kind) => plan::command(form, kind, now, zone),
        FormKind::Clockings { .. } => evv::command(form),
    }
}

/// Saves the top form.
pub(crate) fn save(model: &mut Model, out: &mut Vec<Effect>) {
    let (now, zone) = (model.now, model.zone);
    if let Err(why) = crate::app::allow::change(model) {
        model.toast(Tone::Bad, format!("not saved: {why}"));
        return;
    }
    let Some(form) = top(model) else { return };
    if form.saving.is_some() {
        return;
    }
    form.error = None;
    form.fields.iter_mut().for_each(|f| f.error = None);
    let Some(command) = command(form, now, zone).filter(|_| form.holds()) else {
        form.focus_error();
        return;
    };
    let (draft, about, before, keys) = (form.draft, form.about, form.request, form.keys.clone());
    let request = before.unwrap_or_else(|| model.wire.request());
    if !keys.is_empty() {
        model.wire.many.insert(draft, keys);
    }
    let ticket = model.send_off(out, Asked::Form(draft, about), Request::Execute(Execute { request, command }));
    if let Some(form) = top(model) {
        form.request = Some(request);
        form.saving = Some(ticket);
    }
    model.acted();
}

/// A form's command is done: the form goes when nothing else of it is under way.
pub(crate) fn done(model: &mut Model, out: &mut Vec<Effect>, draft: DraftId) {
    if model.wire.open.values().any(|a| matches!(a, Asked::Form(d, _) if *d == draft)) {
        return;
    }
    let failed = find_form(model, draft).is_some_and(|f| {
        f.saving = None;
        !f.holds()
    });
    if failed {
        return;
    }
    // A form that was left while it was being saved has become a draft: that is not needed any more.
    let kept = find_form(model, draft).is_none_or(|f| f.kept);
    model.layers.retain(|l| !matches!(l, Layer::Form(f) if f.draft == draft));
    model.wire.parked.remove(&draft);
    forget_left(model, draft);
    if kept {
        model.drafts = model.drafts.saturating_sub(1);
        model.send(out, Asked::DropDraft, Request::DropDraft(draft));
    }
}

/// A form's command was refused: what does not hold stands beside its field.
pub(crate) fn refused(model: &mut Model, draft: DraftId, problems: &[Problem]) {
    let Some(form) = find_form(model, draft) else {
        for problem in problems.iter().take(2) {
            model.toast(Tone::Bad, format!("not saved: {}", problem.text));
        }
        return;
    };
    form.saving = None;
    form.request = None;
    for problem in problems {
        form.wrong(&problem.field, problem.text.clone());
    }
    form.focus_error();
}

/// Both changed something: it is shown side by side, and nothing that was typed is lost.
pub(crate) fn clashed(model: &mut Model, draft: DraftId, conflict: &Conflict) -> bool {
    let (now, zone) = (model.now, model.zone);
    let Some(form) = find_form(model, draft).filter(|f| matches!(f.kind, FormKind::Edit(_))) else { return false };
    form.saving = None;
    form.request = None;
    form.touched = true;
    form.unsaved.get_or_insert(now);
    editing::clashed(form, conflict, now, zone);
    refresh(form, now, zone);
    true
}

/// Leaves the form and keeps it: asks nothing, loses nothing.
pub(crate) fn park(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Form(form)) = model.layers.pop() else { return };
    if form.touched {
        let draft = form_draft::draft(&form, model.now);
        if !form.kept {
            model.drafts = model.drafts.saturating_add(1);
        }
        model.wire.left = Some(draft.clone());
        keep(model, out, draft);
        let keys = model.keymap.keys_of(&[crate::app::keymap::Context::Any], "drafts");
        let back = keys.first().map(|k| format!(" · {k} brings it back")).unwrap_or_default();
        model.toast(Tone::Plain, format!("kept as a draft{back}"));
    }
}

/// A draft that is no more is not the one to come back to.
pub(crate) fn forget_left(model: &mut Model, draft: DraftId) {
    if model.wire.left.as_ref().is_some_and(|d| d.id == draft) {
        model.wire.left = None;
    }
}

/// Keeps a form's text: here until the service says that it has it.
pub(crate) fn keep(model: &mut Model, out: &mut Vec<Effect>, draft: crate::service::api::Draft) {
    let id = draft.id;
    model.wire.parked.insert(id, draft.clone());
    if !matches!(model.connection, Connection::Offline { .. }) {
        model.send(out, Asked::SaveDraft(id), Request::SaveDraft(draft));
    }
}

/// Whom a form is about, for a title.
pub(crate) fn tier_word(subject: &Subject) -> String {
    subject.row.as_ref().map(|r| format!("P{} {}", r.tier, r.cause)).unwrap_or_default()
}

/// A form without its texts, for a draft of this kind.
pub(crate) fn blank(
    model: &mut Model,
    word: &str,
    person: Option<Person>,
    about: Option<AlertKey>,
    who: String,
) -> Option<Form> {
    let draft = model.wire.draft(model.now);
    let (kind, title, fields) = match word {
        "call" => (FormKind::Call { numbers: None }, "Call", call::fields()),
        "snooze" => (FormKind::Snooze, "Snooze", snooze::fields(model.now, model.zone)),
        "pass" => (FormKind::Pass { people: None }, "Pass", pass::fields()),
        "escalate" => (FormKind::Escalate, "Escalate", escalate::fields()),
        "emergency" => (FormKind::Emergency, "Emergency", emergency::fields()),
        "tier" => (FormKind::Retier, "Tier", retier::fields()),
        "reopen" => (FormKind::Reopen, "Open again", reopen::fields()),
        "schedule" => (FormKind::Schedule, "Schedule", schedule::fields()),
        "amend" => (FormKind::Amend, "Amend a call", amend::fields()),
        "result" => (FormKind::Result { choices: None, note_needed: false }, "Result", result::fields()),
        "reassessment" => (FormKind::Reassess, "Complete", reassess::fields()),
        "waive" => (FormKind::Waive, "Waive", reassess::waive_fields()),
        "visit" => (FormKind::Visit { open: None, at: None }, "Visit", visit::fields()),
        "call-out" => (FormKind::CallOut, "Called out", cannot::fields()),
        "leave" => (FormKind::Leave, "Can't happen", leave::fields(about.is_some())),
        "safe" => (FormKind::Safe, "Safe till then?", cannot::safe_fields()),
        "series" => (FormKind::Series { view: None }, "Series", series::fields()),
        "storm" => {
            let fields = storm::fields(None, model.now, model.zone);
            (FormKind::Storm(storm::storm_here(model)), "Storm", fields)
        }
        "call-down" => (FormKind::CallDown(storm::storm_here(model)), "Call-down", storm::call_fields()),
        "order ends" => (FormKind::EndOrder, "Order ends", order::end_fields()),
        "order" => (FormKind::Order, "Order", order::fields()),
        "series deed" => (FormKind::SeriesDeed { view: None }, "Series", series::deed_fields()),
        "clock-ins" => (FormKind::Clockings { reasons: None }, "Resolve", evv::fields(String::new())),
        "tell" => (FormKind::Tell { untold: None }, "Tell", tell::fields()),
        "appointment" => plan::blank(Kind::Appointment),
        "time-off" => plan::blank(Kind::TimeOff),
        "authorization" => plan::blank(Kind::Authorization),
        "pairing" => plan::blank(Kind::Pairing),
        "note" => (FormKind::Note, "Note", note::fields()),
        "issue" => (new_issue::kind_of_form(model), "New issue", new_issue::fields(None, &model.wire.asks)),
        _ => return None,
    };
    let mut form = Form::new(kind, draft, title.to_owned(), who, fields);
    form.person = person;
    form.about = about;
    Some(form)
}
