//! An act that is said by name instead of being pressed: the marker is put where it belongs, the action of the table is
//! done there, the card that opens is filled in field by field and saved, and what asks is answered. Between these steps
//! everything is what a key does: the same checks, the same commands, the same words.
//!
//! `place` stands somewhere, `field` fills a field in, `hand` holds a visit, `reach` says what can be said at all.

mod field;
mod hand;
mod place;
mod reach;

pub use field::ALIASES;
pub use place::{Place, Spot, on_line, stand};
pub use reach::{Reach, reach};

use super::action::{self, Action};
use super::effect::{Effect, Msg};
use super::form::Form;
use super::key::Key;
use super::keymap::Context;
use super::layers::{Layer, OUTCOMES, STORM_SAYS};
use super::model::{Model, Tone};
use super::screens::{call_out, form, storm};
use super::{keys, layering, update};
use crate::domain::ids::VisitId;
use crate::domain::search::fold;
use crate::domain::time::Day;
use crate::service::api::{Done, Heard, Query, Reply, Request};
use crossterm::event::KeyCode;
use std::collections::VecDeque;

/// Whoever carries a model's effects out and brings the answers back, until nothing is under way.
pub trait Answers {
    /// Carries these out; an error says that nobody answers any more.
    fn answer(&mut self, model: &mut Model, effects: Vec<Effect>) -> Result<(), String>;
    /// The answers to the commands that were sent since this was asked last.
    fn commands(&mut self) -> Vec<Reply>;
}

/// Sends what a model asks, and takes in what is answered, until nothing is under way or a command is done; answers what the
/// commands came to.
pub fn settle<E>(
    model: &mut Model,
    effects: Vec<Effect>,
    mut ask: impl FnMut(Request) -> Result<Reply, E>,
) -> (Vec<Reply>, Result<(), E>) {
    let now = model.now;
    let mut commands = Vec::new();
    let mut queue: VecDeque<Effect> = effects.into();
    loop {
        let Some(effect) = queue.pop_front() else {
            queue.extend(update(model, Msg::Frame, now));
            if queue.is_empty() {
                return (commands, Ok(()));
            }
            continue;
        };
        let Effect::Send(ticket, request) = effect else { continue };
        // A search for a better plan goes on while somebody looks at it; here nobody does.
        if matches!(request, Request::Query(Query::GoOn { .. })) {
            continue;
        }
        let command = matches!(request, Request::Execute(_));
        let reply = match ask(request) {
            Ok(reply) => reply,
            Err(why) => return (commands, Err(why)),
        };
        let done = command && matches!(reply, Reply::Done(_));
        if command {
            commands.push(reply.clone());
        }
        let more = update(model, Msg::Heard(Heard::Reply(ticket, reply)), now);
        if done {
            // What a screen would ask anew nobody looks at.
            return (commands, Ok(()));
        }
        queue.extend(more);
    }
}

/// An act as it is said.
#[derive(Clone, Default)]
pub struct Said {
    /// The action's name.
    pub action: String,
    /// Fields by name, in the order in which they were said.
    pub fields: Vec<(String, String)>,
    /// The visit to exchange with.
    pub with: Option<(Day, VisitId)>,
    /// What asks first is answered by yes.
    pub yes: bool,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// The field, or nothing where it is about the whole.
    pub field: String,
    /// What, in words.
    pub text: String,
    /// The mend.
    pub mend: String,
}

impl Stands {
    fn whole(text: impl Into<String>) -> Self {
        Self { field: String::new(), text: text.into(), mend: String::new() }
    }
}

/// Why an act was not done. A card that waits for fields is still on top of the model then.
#[derive(Debug)]
pub enum Undone {
    /// Nobody answers any more.
    Away(String),
    /// It can't be done as it was said.
    Not(Vec<Stands>),
    /// Several lines of the page could be meant: their places.
    Which(Vec<usize>),
}

impl Undone {
    fn not(text: impl Into<String>) -> Self {
        Self::Not(vec![Stands::whole(text)])
    }
}

/// How an act ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done and on disk: what, and what was left out of it and why.
    Done(Vec<String>),
    /// It asks first: what is said before. Nothing was done.
    Asks(Vec<String>),
    /// It only shows: what was said. What it shows is on the model.
    Shows(Vec<String>),
}

/// More cards than these never follow one another.
const CARDS: usize = 4;

/// Does an act where the marker stands. On somebody's page and on no line of it, it is done to the person; what can only
/// be done to a line is done to the one line where it can, or it is asked which.
pub fn act(model: &mut Model, who: &mut dyn Answers, said: &Said) -> Result<Outcome, Undone> {
    let failed = match act_here(model, who, said) {
        Err(Undone::Not(why)) => why,
        other => return other,
    };
    let whole = matches!(model.top(), Some(Layer::Page(page)) if page.line >= page.lines());
    let lines = if whole { lines_where(model, &said.action) } else { Vec::new() };
    match lines[..] {
        [] => Err(Undone::Not(failed)),
        [only] => {
            on_line(model, only);
            act_here(model, who, said)
        }
        _ => Err(Undone::Which(lines)),
    }
}

/// Begins an act where the marker stands: what it asks is on top of the model then.
pub fn begin(model: &mut Model, who: &mut dyn Answers, id: &str) -> Result<(), Undone> {
    let Some(action) = action::find(id) else {
        let near = action::nearest(id).map(|id| format!("; did you mean {id}?")).unwrap_or_default();
        return Err(Undone::not(format!("there is no action “{id}”{near}")));
    };
    can(model, action)?;
    who.commands();
    model.toasts.clear();
    // As if Enter had been pressed for it: what somebody else has may then be asked about.
    model.wire.key = Some(Key::plain(KeyCode::Enter));
    model.wire.last_key = Some(model.now);
    let mut out = Vec::new();
    keys::run(model, action.id, &mut out);
    who.answer(model, out).map_err(Undone::Away)
}

fn act_here(model: &mut Model, who: &mut dyn Answers, said: &Said) -> Result<Outcome, Undone> {
    if let Some(action) = action::find(&said.action) {
        if let Reach::Elsewhere(instead) = reach(action) {
            return Err(Undone::not(format!("{}: {instead}", action.id)));
        }
        if action.class == action::Class::Acts
            && let Some((name, _)) = said.fields.first()
        {
            return Err(Undone::not(format!("{} takes no field, and {name} was said", action.id)));
        }
    }
    begin(model, who, &said.action)?;
    let mut said = said.clone();
    for _ in 0..CARDS {
        let done = follow(model, who, &mut said)?;
        let ended = ended(model, who)?;
        match (done, ended) {
            (Some(outcome), None) => return Ok(outcome),
            (_, Some(mut lines)) if !asks_more(model) => {
                lines.extend(said.fields.iter().map(|(name, _)| format!("nothing asked for {name}: it was left out")));
                return Ok(Outcome::Done(lines));
            }
            _ => {}
        }
    }
    Err(Undone::not("it asks on and on: do this one on the screen"))
}

/// A card came because of what was answered: somebody else has it.
fn asks_more(model: &Model) -> bool {
    matches!(model.top(), Some(Layer::Confirm(_)))
}

fn can(model: &Model, action: &Action) -> Result<(), Undone> {
    let here = keys::contexts(model);
    if !action.contexts.iter().any(|c| here.contains(c)) {
        let places: Vec<&str> = action.contexts.iter().map(|c: &Context| c.title()).collect();
        return Err(Undone::not(format!("{}: not here; it belongs to: {}", action.id, places.join(", "))));
    }
    action.can(model).map_err(|why| Undone::not(format!("{}: {why}", action.hint)))
}

/// What can be said where the marker stands, then what can't and why.
pub fn here(model: &mut Model) -> Vec<(&'static Action, Option<String>)> {
    let whole = matches!(model.top(), Some(Layer::Page(page)) if page.line >= page.lines());
    let mut out = Vec::new();
    for action in action::TABLE.iter().filter(|a| reach(a) == Reach::Here) {
        let contexts = keys::contexts(model);
        if !action.contexts.iter().any(|c| contexts.contains(c)) {
            continue;
        }
        let why = action.can(model).err();
        // On a page it may be one of its lines that is meant.
        let why = why.filter(|_| !whole || lines_where(model, action.id).is_empty());
        out.push((action, why));
    }
    out.sort_by_key(|(_, why)| why.is_some());
    out
}

/// Lines of the page on top where an action can be done, each by its place; only those that stand for something.
pub fn lines_where(model: &mut Model, id: &str) -> Vec<usize> {
    let Some(action) = action::find(id) else { return Vec::new() };
    let Some(Layer::Page(page)) = model.layers.last() else { return Vec::new() };
    let (before, count) = (page.line, page.lines());
    let mut out = Vec::new();
    let mut seen = Vec::new();
    for line in 0..count {
        let Some(Layer::Page(page)) = model.layers.last_mut() else { break };
        page.line = line;
        // An alert that has several lines is one thing.
        let stands = match place::stands_for(page) {
            (Some(key), _) => (Some(key), None),
            of_record => of_record,
        };
        if stands == (None, None) || seen.contains(&stands) || can(model, action).is_err() {
            continue;
        }
        seen.push(stands);
        out.push(line);
    }
    if let Some(Layer::Page(page)) = model.layers.last_mut() {
        page.line = before;
    }
    out
}

/// What is on top after the action: fills it in, answers it, or finds that there is nothing to do.
fn follow(model: &mut Model, who: &mut dyn Answers, said: &mut Said) -> Result<Option<Outcome>, Undone> {
    match model.top() {
        Some(Layer::Form(_)) => {
            field::fill(model, who, &mut said.fields)?;
            let mut out = Vec::new();
            form::save(model, &mut out);
            who.answer(model, out).map_err(Undone::Away)?;
            Ok(None)
        }
        Some(Layer::Confirm(card)) => {
            let lines = std::iter::once(card.title.clone()).chain(Some(card.who.clone())).chain(card.lines.clone());
            answer_question(model, who, said.yes, lines.filter(|l| !l.is_empty()).collect())
        }
        Some(Layer::Undo(card)) => {
            let verb = if card.redo { "redo" } else { "undo" };
            let Some(act) = &card.act else { return Err(Undone::not(format!("there is nothing to {verb}"))) };
            if let Some(why) = &act.refused {
                return Err(Undone::not(format!("{}: {why}", act.what)));
            }
            let lines = std::iter::once(format!("{verb}: {}", act.what)).chain(act.tells.clone()).collect();
            answer_question(model, who, said.yes, lines)
        }
        Some(Layer::CallOut(page)) if page.dial.is_some() => {
            let words: Vec<&str> = OUTCOMES.iter().map(|(_, word)| *word).collect();
            let digit = outcome(said, &words)?;
            let mut out = Vec::new();
            call_out::digit(model, &mut out, digit);
            who.answer(model, out).map_err(Undone::Away)?;
            Ok(None)
        }
        Some(Layer::Storm(page)) if page.dial.is_some() => {
            let words: Vec<&str> = STORM_SAYS.iter().map(|(_, word)| *word).collect();
            let digit = outcome(said, &words)?;
            let mut out = Vec::new();
            storm::digit(model, &mut out, digit);
            who.answer(model, out).map_err(Undone::Away)?;
            Ok(None)
        }
        Some(Layer::Lifted(_)) => {
            hand::drop(model, who, said)?;
            Ok(None)
        }
        _ => {
            if let Some(bad) = model.toasts.iter().find(|t| t.tone == Tone::Bad) {
                return Err(Undone::not(bad.text.clone()));
            }
            Ok(Some(Outcome::Shows(model.toasts.iter().map(|t| t.text.clone()).collect())))
        }
    }
}

fn answer_question(
    model: &mut Model,
    who: &mut dyn Answers,
    yes: bool,
    lines: Vec<String>,
) -> Result<Option<Outcome>, Undone> {
    if !yes {
        return Ok(Some(Outcome::Asks(lines)));
    }
    model.toasts.clear();
    let mut out = Vec::new();
    layering::open(model, &mut out);
    who.answer(model, out).map_err(Undone::Away)?;
    Ok(None)
}

/// What was said of how a call went, as the digit that says it on the screen.
fn outcome(said: &mut Said, words: &[&str]) -> Result<usize, Undone> {
    let mend = format!("one of: {}", words.join("; "));
    let stands = |text: String| Undone::Not(vec![Stands { field: "outcome".to_owned(), text, mend: mend.clone() }]);
    let Some(at) = said.fields.iter().position(|(name, _)| name == "outcome") else {
        return Err(stands("what was said?".to_owned()));
    };
    let (_, text) = said.fields.remove(at);
    match field::one_of(&text, words) {
        Some(n) => Ok(n + 1),
        None => Err(stands(format!("“{text}” is none of these"))),
    }
}

/// What came of the commands that were sent, in words; none when none was sent. What was refused is an error.
fn ended(model: &mut Model, who: &mut dyn Answers) -> Result<Option<Vec<String>>, Undone> {
    let replies = who.commands();
    if replies.is_empty() {
        return match of_form(model) {
            found if found.is_empty() => Ok(None),
            found => Err(Undone::Not(found)),
        };
    }
    let mut lines = Vec::new();
    for reply in replies {
        match reply {
            Reply::Done(done) => lines.extend(words(&done)),
            // Somebody else has it, and it is asked whether it is taken over.
            Reply::Problems(_) if asks_more(model) => {}
            Reply::Problems(problems) => {
                let of_form = of_form(model);
                let found = if of_form.is_empty() {
                    problems.into_iter().map(|p| Stands { field: p.field, text: p.text, mend: String::new() }).collect()
                } else {
                    of_form
                };
                return Err(Undone::Not(found));
            }
            Reply::Denied(why) => return Err(Undone::not(format!("not allowed: {why}"))),
            Reply::Failed(why) => return Err(Undone::not(why)),
            _ => {
                let of_form = of_form(model);
                let found = if of_form.is_empty() {
                    vec![Stands::whole("somebody changed it meanwhile: look again")]
                } else {
                    of_form
                };
                return Err(Undone::Not(found));
            }
        }
    }
    Ok(Some(lines))
}

fn words(done: &Done) -> Vec<String> {
    let mut out = vec![done.summary.clone()];
    out.extend(done.left_alone.iter().map(|what| format!("left as it is: {what}")));
    out.extend(done.refused.iter().map(|(_, why)| format!("not done: {why}")));
    out
}

/// What the form on top says is wrong with it.
fn of_form(model: &Model) -> Vec<Stands> {
    let Some(Layer::Form(form)) = model.top() else { return Vec::new() };
    problems(form)
}

/// What a form says is wrong with it, the whole first.
pub fn problems(form: &Form) -> Vec<Stands> {
    let whole = form.error.iter().map(Stands::whole);
    let fields = form.fields.iter().filter(|f| f.shown).filter_map(|f| {
        let text = f.error.clone()?;
        Some(Stands { field: f.name.to_string(), text, mend: field::mend(f) })
    });
    whole.chain(fields).collect()
}

/// Whether two texts are the same but for case, accents and punctuation.
fn same(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
}
