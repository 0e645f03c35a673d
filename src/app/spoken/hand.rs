//! A visit in the hand, held where it is said: day, time, who goes, how long, with whom it is exchanged.

use super::{Answers, Said, Stands, Undone, field, place};
use crate::app::effect::Effect;
use crate::app::layers::{Layer, Lifted, Way, Writing};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::screens::lifted;
use crate::app::when::{self, Lean};
use crate::service::api::Person;

fn top(model: &mut Model) -> Option<&mut Lifted> {
    match model.layers.last_mut() {
        Some(Layer::Lifted(lifted)) => Some(lifted),
        _ => None,
    }
}

fn wrong(name: &str, text: impl Into<String>, mend: &str) -> Undone {
    Undone::Not(vec![Stands { field: name.to_owned(), text: text.into(), mend: mend.to_owned() }])
}

/// What can be said of each way.
fn asked(way: Way) -> &'static [&'static str] {
    match way {
        Way::Move => &["day", "time", "staff", "agreed", "reason"],
        Way::Assign => &["staff", "agreed", "reason"],
        Way::Swap => &["with", "agreed", "reason"],
        Way::Split => &["minutes", "staff", "agreed", "reason"],
        Way::Shorten => &["minutes", "agreed", "reason"],
    }
}

/// Holds it as it was said, and drops it there.
pub(super) fn drop(model: &mut Model, who: &mut dyn Answers, said: &mut Said) -> Result<(), Undone> {
    let Some(way) = top(model).map(|l| l.way) else { return Ok(()) };
    let names = asked(way);
    let mend = format!("asked for: {}", names.join(", "));
    let mut reason = String::new();
    for (name, text) in std::mem::take(&mut said.fields) {
        let name = if name == "why" { "reason".to_owned() } else { name };
        if !names.contains(&name.as_str()) {
            return Err(wrong(&name, "there is no such field", &mend));
        }
        if name == "reason" {
            reason = text;
            continue;
        }
        let mut out = Vec::new();
        if name == "staff" {
            goes(model, who, &text)?;
        } else {
            hold(model, &name, &text)?;
            lifted::moved(model, &mut out);
        }
        carry(model, who, out)?;
    }
    if let Some((day, visit)) = said.with.take() {
        if way != Way::Swap {
            return Err(wrong("with", "only an exchange has another visit", &mend));
        }
        place::beside(model, who, day, visit)?;
        let mut out = Vec::new();
        lifted::chosen(model, &mut out);
        carry(model, who, out)?;
    }
    model.toasts.clear();
    enter(model, who)?;
    if let Some(held) = top(model).filter(|l| matches!(l.writing, Some(Writing::Reason(_)))) {
        let why: Vec<String> = held.known().map_or_else(Vec::new, |t| {
            t.conflicts
                .iter()
                .filter(|c| c.weight == crate::domain::coverage::Weight::Reason)
                .map(|c| c.text.clone())
                .collect()
        });
        if reason.is_empty() {
            return Err(wrong("reason", format!("this needs a reason: {}", why.join("; ")), "say it with --why"));
        }
        held.writing = Some(Writing::Reason(Line::new(&reason)));
        enter(model, who)?;
    }
    if let Some(error) = top(model).and_then(|l| l.error.clone()) {
        return Err(Undone::not(error));
    }
    let held = top(model).is_some();
    match model.toasts.iter().find(|t| t.tone != Tone::Good).filter(|_| held) {
        Some(toast) => {
            let text = toast.text.clone();
            Err(Undone::Not(vec![Stands { field: String::new(), text, mend }]))
        }
        None => Ok(()),
    }
}

fn carry(model: &mut Model, who: &mut dyn Answers, out: Vec<Effect>) -> Result<(), Undone> {
    who.answer(model, out).map_err(Undone::Away)
}

fn enter(model: &mut Model, who: &mut dyn Answers) -> Result<(), Undone> {
    let mut out = Vec::new();
    lifted::enter(model, &mut out);
    carry(model, who, out)
}

fn hold(model: &mut Model, name: &str, text: &str) -> Result<(), Undone> {
    let (now, zone) = (model.now, model.zone);
    let Some(held) = top(model) else { return Ok(()) };
    match name {
        "day" => {
            let at = when::parse(text, now, zone, Lean::Begin).map_err(|why| wrong(name, why, "fri, 3/14, +3d"))?;
            held.day = zone.day(at);
        }
        "time" => {
            let at = when::parse(text, now, zone, Lean::Begin).map_err(|why| wrong(name, why, "14:30"))?;
            held.minute = zone.civil(at).1;
        }
        "minutes" => {
            let minutes = text.parse().ok().filter(|m| (1..=24 * 60).contains(m));
            held.minutes = minutes.ok_or_else(|| wrong(name, "that is no length", "45"))?;
        }
        _ => {
            let words = ["yes", "no"];
            let at = field::one_of(text, &words).ok_or_else(|| wrong(name, "yes or no?", "yes once it is agreed"))?;
            held.agreed = at == 0;
        }
    }
    Ok(())
}

/// Whom it goes to, found by name as it is found while it is typed.
fn goes(model: &mut Model, who: &mut dyn Answers, text: &str) -> Result<(), Undone> {
    let typed = text.trim().trim_start_matches('@');
    let mut out = Vec::new();
    let Some(held) = top(model) else { return Ok(()) };
    let mut pick = crate::app::form::PersonPick::default();
    pick.line.insert(typed);
    held.writing = Some(Writing::Name(Box::new(pick)));
    lifted::look_up(model, &mut out);
    carry(model, who, out)?;
    let Some(held) = top(model) else { return Ok(()) };
    let Some(Writing::Name(pick)) = held.writing.take() else { return Ok(()) };
    let (person, name) = field::one_person(&pick.hits, typed).map_err(|(text, mend)| wrong("staff", text, &mend))?;
    if let Person::Staff(staff) = person {
        (held.staff, held.staff_name) = (Some(staff), name);
    }
    let mut out = Vec::new();
    lifted::moved(model, &mut out);
    carry(model, who, out)
}
