//! A storm as it is worked through: everybody whom it touches in the order of calling, and the telephone. Rows keep their
//! places while it is open; what a call found is one digit.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, Value};
use crate::app::layers::{Confirm, Layer, Question, STORM_SAYS, StormLayer};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::moving::Step;
use crate::app::outward::{self, Outside, Reading};
use crate::app::subject::Subject;
use crate::app::wire::Asked;
use crate::app::{allow, roster};
use crate::domain::ids::{ClientId, StormId};
use crate::domain::storm::StormState;
use crate::domain::time::{Moment, Zone, clock};
use crate::rules::roles::Right;
use crate::service::api::storm::{
    DeclareStorm, LogCallDown, RosterAsk, RosterPage, STORM_ROWS, StormAsk, StormClient, StormFacts, StormOffice,
    StormRow, StormView,
};
use crate::service::api::{Command, Leaving, Person, Query, Request};

impl StormLayer {
    fn new() -> Self {
        Self { view: None, client: None, detail: None, dial: None, mine: false, going: None, roster: Vec::new() }
    }

    /// The storm that runs.
    pub fn running(&self) -> Option<&StormFacts> {
        self.view.as_ref()?.storm.as_ref()
    }

    /// The selected client's row.
    pub fn selected(&self) -> Option<&StormRow> {
        let id = self.client?;
        self.view.as_ref()?.rows.iter().find(|r| r.client == id)
    }

    /// What is known of the selected client, once it has come.
    pub fn about(&self) -> Option<&StormClient> {
        self.detail.as_deref().filter(|d| Some(d.client) == self.client)
    }

    /// The place of the selected client in the whole list.
    pub fn place(&self) -> Option<usize> {
        let view = self.view.as_ref()?;
        let at = view.rows.iter().position(|r| Some(r.client) == self.client)?;
        Some(view.from as usize + at)
    }

    /// What is asked for it now.
    pub(crate) fn ask(&self) -> StormAsk {
        let from = match self.going {
            Some(place) => u32::try_from(place.saturating_sub(usize::from(STORM_ROWS / 2))).unwrap_or(u32::MAX),
            None => self.view.as_ref().map_or(0, |v| v.from),
        };
        StormAsk { mine: self.mine, from, count: STORM_ROWS, around: self.client.filter(|_| self.going.is_none()) }
    }

    /// Takes in how it stands. Rows keep their places while they are of the same clients.
    fn take(&mut self, mut view: StormView) {
        if let Some(old) =
            self.view.as_ref().filter(|o| o.storm.as_ref().map(|s| s.id) == view.storm.as_ref().map(|s| s.id))
        {
            let place = |r: &StormRow| old.rows.iter().position(|o| o.client == r.client);
            if old.rows.len() == view.rows.len() && view.rows.iter().all(|r| place(r).is_some()) {
                view.rows.sort_by_key(place);
            }
        } else {
            (self.dial, self.client) = (None, self.client.filter(|_| self.view.is_none()));
        }
        if let Some(place) = self.going.take() {
            let at = place.saturating_sub(view.from as usize);
            self.client = view.rows.get(at).or(view.rows.last()).map(|r| r.client);
        }
        let there = self.client.is_some_and(|id| view.rows.iter().any(|r| r.client == id));
        if !there {
            let open = view.rows.iter().find(|r| r.state.is_none() && view.storm.is_some());
            self.client = open.or(view.rows.first()).map(|r| r.client);
            self.dial = None;
        }
        self.view = Some(view);
    }

    /// On to whoever is to be called next: the first behind this one whom nobody has called, else whom nobody reached.
    fn next(&mut self) {
        let Some(view) = &self.view else { return };
        let here = view.rows.iter().position(|r| Some(r.client) == self.client).map_or(0, |n| n + 1);
        let around = || view.rows.iter().skip(here).chain(view.rows.iter().take(here.saturating_sub(1)));
        let fresh = around().find(|r| r.state.is_none() && r.caller.is_none());
        let again = || around().find(|r| r.state.is_some_and(|s| !s.is_reached()));
        if let Some(id) = fresh.or_else(again).map(|r| r.client) {
            self.client = Some(id);
        }
    }
}

fn top(model: &mut Model) -> Option<&mut StormLayer> {
    match model.layers.last_mut() {
        Some(Layer::Storm(page)) => Some(page),
        _ => None,
    }
}

fn shown(model: &Model) -> Option<&StormLayer> {
    match model.top() {
        Some(Layer::Storm(page)) => Some(page),
        _ => None,
    }
}

/// Whether the storm is on top.
pub(crate) fn is_on_top(model: &Model) -> bool {
    shown(model).is_some()
}

/// `g w`.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>) {
    if is_on_top(model) {
        return;
    }
    model.layers.push(Layer::Storm(Box::new(StormLayer::new())));
    model.refresh_one(out, &Asked::Storm);
}

/// How it stands has come.
pub(crate) fn arrived(model: &mut Model, out: &mut Vec<Effect>, view: &StormView) {
    let mut wanted = None;
    for layer in &mut model.layers {
        if let Layer::Storm(page) = layer {
            page.take(view.clone());
            wanted = page.client.filter(|_| page.running().is_some());
        }
    }
    if let Some(client) = wanted {
        model.refresh_one(out, &Asked::StormClient(client));
    }
}

/// What is known of a client has come.
pub(crate) fn known(model: &mut Model, client: ClientId, found: Option<Box<StormClient>>) {
    for layer in &mut model.layers {
        if let Layer::Storm(page) = layer
            && page.client == Some(client)
        {
            page.detail.clone_from(&found);
        }
    }
}

/// What to ask for the list of the topmost storm.
pub(crate) fn wanted(model: &Model) -> Option<Request> {
    let page = model.layers.iter().rev().find_map(|l| if let Layer::Storm(p) = l { Some(p) } else { None })?;
    Some(Request::Query(Query::Storm(page.ask())))
}

/// One step of the marker.
pub(crate) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    let Some(page) = top(model).filter(|p| p.dial.is_none()) else { return };
    let Some(view) = &page.view else { return };
    let Some(at) = page.place() else { return };
    let to = step.from(at, view.counts.all as usize, 10);
    if to == at {
        return;
    }
    let held = to.checked_sub(view.from as usize).and_then(|n| view.rows.get(n)).map(|r| r.client);
    if let Some(client) = held {
        select(model, out, client);
    } else {
        // Beyond what is held: the rows around it come first.
        page.going = Some(to);
        model.refresh_one(out, &Asked::Storm);
    }
}

fn select(model: &mut Model, out: &mut Vec<Effect>, client: ClientId) {
    let Some(page) = top(model) else { return };
    if page.client != Some(client) {
        page.client = Some(client);
        if page.running().is_some() {
            model.refresh_one(out, &Asked::StormClient(client));
        }
    }
}

/// The mouse: this row.
pub(crate) fn point(model: &mut Model, out: &mut Vec<Effect>, n: usize) {
    let Some(page) = top(model).filter(|p| p.dial.is_none()) else { return };
    if let Some(client) = page.view.as_ref().and_then(|v| v.rows.get(n)).map(|r| r.client) {
        select(model, out, client);
    }
}

/// Esc puts the telephone down first. Whether there was one to put down.
pub(crate) fn back(model: &mut Model) -> bool {
    top(model).is_some_and(|page| page.dial.take().is_some())
}

/// Only my clients, or everybody's.
pub(crate) fn mine(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(page) = top(model) {
        page.mine = !page.mine;
        page.view = None;
        model.refresh_one(out, &Asked::Storm);
    }
}

/// Enter: where no storm runs, the form that declares one; else the selected client's page.
pub(crate) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(page) = shown(model) else { return };
    if page.view.is_some() && page.running().is_none() {
        return match can_declare(model) {
            Ok(()) => declare(model, out),
            Err(why) => model.toast(Tone::Bad, why),
        };
    }
    if let Some(client) = page.client {
        super::page::open(model, out, Person::Client(client), None);
    }
}

/// Whom an acting key means.
pub(crate) fn subject(page: &StormLayer) -> Result<Subject, String> {
    let row = page.selected().filter(|_| page.running().is_some()).ok_or("nobody is selected")?;
    let name = page.about().map_or_else(|| row.name.clone(), |d| d.who.clone());
    Ok(Subject { person: Some(Person::Client(row.client)), name, key: None, row: None })
}

/// Whether the selected client can be called here, or why not.
pub(crate) fn can_call(model: &Model) -> Result<(), String> {
    allow::change(model)?;
    let Some(page) = shown(model) else { return Err("no storm is open".to_owned()) };
    if page.running().is_none() {
        return Err("no storm is running: Enter declares one".to_owned());
    }
    page.selected().map(drop).ok_or_else(|| "nobody is selected".to_owned())
}

/// `c`: her numbers, large; a digit says what came of it.
pub(crate) fn call(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(page) = top(model) else { return };
    let Some(client) = page.client else { return };
    page.dial = Some(client);
    // Whether a colleague has opened her numbers meanwhile changes no record, so it is asked for.
    model.refresh_one(out, &Asked::StormClient(client));
}

/// A digit: what the call found, once the numbers were on the screen. Where she was brought is asked in a form.
pub(crate) fn digit(model: &mut Model, out: &mut Vec<Effect>, digit: usize) {
    let Some(page) = shown(model) else { return };
    let Some(client) = page.dial else {
        return model.toast(Tone::Plain, "a digit says how a call went: c calls first");
    };
    let Some((state, _)) = digit.checked_sub(1).and_then(|n| STORM_SAYS.get(n)).copied() else {
        let words: Vec<String> =
            STORM_SAYS.iter().enumerate().map(|(n, (_, word))| format!("{} {word}", n + 1)).collect();
        return model.toast(Tone::Plain, words.join(" · "));
    };
    if let Err(why) = allow::change(model) {
        return model.toast(Tone::Bad, why);
    }
    if matches!(state, StormState::Sheltered | StormState::Evacuated) {
        if let Some(page) = top(model) {
            page.dial = None;
        }
        return write(model, out, Some(state));
    }
    let Some(storm) = page.running().map(|s| s.id) else { return };
    let (with, place, note) = (String::new(), String::new(), String::new());
    let log = LogCallDown { storm, client, state, with, place, note };
    model.send_command(out, Asked::Act(None), Command::LogCallDown(log));
    let Some(page) = top(model) else { return };
    page.dial = None;
    page.next();
    if let Some(next) = page.client {
        model.refresh_one(out, &Asked::StormClient(next));
    }
}

/// `n n`: the same with words: with whom, where she is, what they said.
pub(crate) fn note(model: &mut Model, out: &mut Vec<Effect>) {
    write(model, out, None);
}

fn write(model: &mut Model, out: &mut Vec<Effect>, state: Option<StormState>) {
    let Some(page) = shown(model) else { return };
    let about = match subject(page) {
        Ok(about) => about,
        Err(why) => return model.toast(Tone::Bad, why),
    };
    let storm = page.running().map(|s| s.id);
    let mut fields = call_fields();
    let chosen = state.and_then(|s| StormState::ALL.iter().position(|w| *w == s));
    if let (Some(n), Some(Value::Choice(choice))) = (chosen, fields.first_mut().map(|f| &mut f.value)) {
        (choice.chosen, choice.cursor) = (Some(n), n);
    }
    form::open(model, out, FormKind::CallDown(storm), "Call-down", &about, fields);
    if let Some(Layer::Form(form)) = model.layers.last_mut()
        && chosen.is_some()
    {
        form.focus = form.fields.iter().position(|f| f.name == "place").unwrap_or(0);
    }
}

/// The fields of a call with words.
pub(crate) fn call_fields() -> Vec<Field> {
    let words: Vec<&str> = StormState::ALL.iter().map(|s| s.word()).collect();
    let line = |name, label, help| Field::new(name, label, help, Value::Line(Line::default()));
    vec![
        Field::new("state", "How is it there?", "by digit", Value::choice(&words, false)),
        line("place", "Where", "where the client is now: shelter at Hope High, daughter's in Warwick"),
        line("with", "With", "who said it, when it was not the client"),
        line("note", "Note", "in their words; may stay empty"),
    ]
}

/// Where she is, only where that is not her home.
pub(crate) fn reshape_call(form: &mut Form) {
    let away = |s: &StormState| matches!(s, StormState::Sheltered | StormState::Evacuated | StormState::NeedsHelp);
    let place = form.chosen("state").and_then(|n| StormState::ALL.get(n)).is_some_and(away);
    form.show("place", place);
}

/// The command of a call with words.
pub(crate) fn call_command(form: &mut Form) -> Option<Command> {
    let FormKind::CallDown(storm) = form.kind else { return None };
    let state = form.chosen("state").and_then(|n| StormState::ALL.get(n)).copied();
    if state.is_none() {
        form.wrong("state", "how is it there? by digit");
    }
    let (with, place, note) = (form.text("with"), form.text("place"), form.text("note"));
    if state == Some(StormState::Evacuated) && place.is_empty() {
        form.wrong("place", "where to?");
    }
    if storm.is_none() {
        form.error = Some("which storm? open it with g w, then bring this draft back".to_owned());
    }
    let Some(Person::Client(client)) = form.person else { return None };
    form.holds().then_some(Command::LogCallDown(LogCallDown {
        storm: storm?,
        client,
        state: state?,
        with,
        place,
        note,
    }))
}

/// The storm that a layer shows, for a draft that comes back.
pub(crate) fn storm_here(model: &Model) -> Option<StormId> {
    model.layers.iter().find_map(|l| if let Layer::Storm(p) = l { p.running().map(|s| s.id) } else { None })
}

/// Whether a storm can be declared here.
pub(crate) fn can_declare(model: &Model) -> Result<(), String> {
    allow::change(model)?;
    if let Some(why) = allow::denial(model, Right::CallOut) {
        return Err(why);
    }
    match shown(model) {
        Some(page) if page.running().is_some() => Err("one is running: e sets it right, r ends it".to_owned()),
        Some(_) => Ok(()),
        None => Err("g w opens the storm first".to_owned()),
    }
}

/// Opens the form that declares one.
pub(crate) fn declare(model: &mut Model, out: &mut Vec<Effect>) {
    let about = Subject { person: None, name: String::new(), key: None, row: None };
    form::open(model, out, FormKind::Storm(None), "Declare a storm", &about, fields(None, model.now, model.zone));
}

/// Whether the one that runs can be set right.
pub(crate) fn can_edit(model: &Model) -> Result<(), String> {
    allow::change(model)?;
    if let Some(why) = allow::denial(model, Right::CallOut) {
        return Err(why);
    }
    let running = shown(model).and_then(StormLayer::running);
    running.map(drop).ok_or_else(|| "no storm is running: Enter declares one".to_owned())
}

/// `e`: its name and area are set right.
pub(crate) fn edit(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(storm) = shown(model).and_then(StormLayer::running).cloned() else { return };
    let about = Subject { person: None, name: storm.name.clone(), key: None, row: None };
    let fields = fields(Some(&storm), model.now, model.zone);
    form::open(model, out, FormKind::Storm(Some(storm.id)), "Storm", &about, fields);
}

const OFFICES: [&str; 2] = ["the whole agency", "my office"];
const FOR: [&str; 2] = ["for real", "an exercise"];

/// The fields of a storm; of one that runs as it stands.
pub(crate) fn fields(storm: Option<&StormFacts>, now: Moment, zone: Zone) -> Vec<Field> {
    let line = |name, label, help, text: &str| Field::new(name, label, help, Value::Line(Line::new(text)));
    let began = storm.map(|s| {
        let (day, minute) = zone.civil(s.began);
        if day == zone.day(now) { clock(minute) } else { format!("{} {}", day.long(), clock(minute)) }
    });
    let choice = |words: &[&str], inline, chosen: usize| {
        let mut value = Value::choice(words, inline);
        if let Value::Choice(choice) = &mut value {
            (choice.chosen, choice.cursor) = (Some(chosen), chosen);
        }
        value
    };
    // Of another office it stays as it is, unless somebody says otherwise.
    let other = storm.filter(|s| !s.my_office && !s.office.is_empty()).map(|s| s.office.clone());
    let mut offices: Vec<&str> = OFFICES.to_vec();
    offices.extend(other.as_deref());
    let office = if other.is_some() { 2 } else { usize::from(storm.is_some_and(|s| s.my_office)) };
    let places = storm.map(|s| s.places.join(", ")).unwrap_or_default();
    let note = storm.map(|s| s.note.clone()).unwrap_or_default();
    let name = storm.map(|s| s.name.clone()).unwrap_or_default();
    let since = Value::When(Line::new(&began.unwrap_or_default()));
    vec![
        line("name", "What", "ice storm, power cut north of the river", &name),
        Field::new("since", "Since", "now, unless you say: 05:40, -2h, yesterday 22:00", since),
        Field::new("office", "For", "by digit", choice(&offices, true, office)),
        line("places", "Only in", "towns, how postal codes begin: Pawtucket, 0286; empty is all", &places),
        Field::new("exercise", "It is", "by digit", choice(&FOR, true, storm.map_or(0, |s| usize::from(s.exercise)))),
        line("note", "Note", "who said so, what is known; may stay empty", &note),
    ]
}

/// What an exercise is, once it is one.
pub(crate) fn reshape(form: &mut Form) {
    form.notes = if form.chosen("exercise") == Some(1) {
        vec!["No task follows from an exercise; who needs help has an issue all the same.".to_owned()]
    } else {
        Vec::new()
    };
}

/// The command of a storm.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let FormKind::Storm(storm) = form.kind else { return None };
    let name = form.text("name");
    if name.is_empty() {
        form.wrong("name", "what is it? ice storm, power cut");
    }
    let since = form::moment(form, "since", now, zone);
    let office = match form.chosen("office") {
        Some(1) => StormOffice::Mine,
        Some(2) => StormOffice::AsItIs,
        _ => StormOffice::All,
    };
    let places: Vec<String> =
        form.text("places").split([',', ';']).map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
    let exercise = form.chosen("exercise") == Some(1);
    let note = form.text("note");
    let told = DeclareStorm { storm, name, since, office, places, exercise, note };
    form.holds().then_some(Command::DeclareStorm(told))
}

/// `r`: it is over. Says what stays open and what becomes of it.
pub(crate) fn end(model: &mut Model, _: &mut Vec<Effect>) {
    let Some(page) = shown(model) else { return };
    let (Some(storm), Some(view)) = (page.running(), &page.view) else { return };
    let counts = view.counts;
    let open = [
        (counts.help, "need help"),
        (counts.no_answer, "did not answer"),
        (counts.message, "have a message"),
        (counts.not_called, "were not called"),
    ];
    let open: Vec<String> = open.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let mut lines = vec![format!("{} of {} were reached.", counts.reached(), counts.all)];
    match (open.is_empty(), storm.exercise) {
        (true, _) => lines.push("Nobody is left open.".to_owned()),
        (false, true) => lines.push(format!("Open: {}. An exercise makes no task.", open.join(", "))),
        (false, false) => {
            lines.push(format!("Open: {}.", open.join(", ")));
            lines.push("Each of these becomes a task, unless somebody looks after it already.".to_owned());
        }
    }
    lines.push("The storm stays as the record of who was called.".to_owned());
    let (question, title) = (Question::EndStorm(storm.id), format!("Is it over: {}?", storm.name));
    model.layers.push(Layer::Confirm(Confirm { question, title, who: String::new(), lines, yes: "end it" }));
}

/// Whether the roster can be made.
pub(crate) fn can_roster(model: &Model) -> Result<(), String> {
    match allow::denial(model, Right::Export) {
        Some(why) => Err(why),
        None => Ok(()),
    }
}

/// The roster in the order of calling, in a pager: from there it is printed before the power goes.
pub(crate) fn print(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(page) = top(model) {
        page.roster.clear();
    }
    ask_roster(model, out, ClientId::default());
}

fn ask_roster(model: &mut Model, out: &mut Vec<Effect>, after: ClientId) {
    let (mine, initials) = (shown(model).is_some_and(|p| p.mine), model.privacy.on);
    let ask = RosterAsk { storm: None, mine, initials, paper: true, after };
    model.query(out, Asked::Roster, Query::Roster(ask));
}

/// A page of the roster has come.
pub(crate) fn roster_arrived(model: &mut Model, out: &mut Vec<Effect>, found: &RosterPage) {
    let Some(page) = top(model) else { return };
    page.roster.extend(found.rows.iter().cloned());
    if let Some(next) = found.next {
        return ask_roster(model, out, next);
    }
    let rows = std::mem::take(&mut page.roster);
    let text = roster::text(found, rows, model.zone);
    let only = allow::denial(model, Right::Editor).is_some();
    outward::ask(model, out, Leaving::Paged(None), Outside::Read(Reading { text, only }));
}
