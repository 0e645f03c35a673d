//! A field of a card, filled in by its name. What follows from a field that is typed into follows here as well: other
//! fields come and go, people are looked up, a report is judged anew.

use super::{Answers, Stands, Undone, same};
use crate::app::form::{Choice, Field, Form, Value};
use crate::app::layers::Layer;
use crate::app::model::Model;
use crate::app::screens::form;
use crate::domain::search::fold;
use crate::service::api::{Hit, Person};

/// `--why` is the first of these that the card has.
pub const ALIASES: (&str, &[&str]) = ("why", &["reason", "why", "note", "text"]);

/// Fills fields in, as far as the card asks for them: one may only be asked because of what another said.
pub(super) fn fill(model: &mut Model, who: &mut dyn Answers, said: &mut Vec<(String, String)>) -> Result<(), Undone> {
    while let Some((n, at)) = next(model, said) {
        let (_, text) = said.remove(n);
        put(model, who, at, &text)?;
    }
    let Some(Layer::Form(form)) = model.top() else { return Ok(()) };
    if said.is_empty() {
        return Ok(());
    }
    Err(Undone::Not(said.iter().map(|(name, _)| unknown(form, name)).collect()))
}

/// The next of what was said that the card asks for now.
fn next(model: &Model, said: &[(String, String)]) -> Option<(usize, usize)> {
    let Some(Layer::Form(form)) = model.top() else { return None };
    said.iter().enumerate().find_map(|(n, (name, _))| place(form, name).map(|at| (n, at)))
}

/// The place of a field by its name or its label.
fn place(form: &Form, name: &str) -> Option<usize> {
    let asked = |f: &Field| f.shown && !matches!(f.value, Value::Button(_));
    let by = |name: &str| {
        let plain = |text: &str| text.replace(['_', ' '], "-").to_lowercase();
        let wanted = plain(name);
        let found = form.fields.iter().position(|f| asked(f) && plain(&f.name) == wanted);
        found.or_else(|| form.fields.iter().position(|f| asked(f) && plain(&f.label) == wanted))
    };
    by(name).or_else(|| if name == ALIASES.0 { ALIASES.1.iter().find_map(|n| by(n)) } else { None })
}

fn unknown(form: &Form, name: &str) -> Stands {
    let hidden = form.fields.iter().any(|f| !f.shown && f.name.replace('_', "-") == name.replace('_', "-"));
    let text = if hidden { "it is not asked as things stand" } else { "there is no such field" };
    let names: Vec<String> = form
        .fields
        .iter()
        .filter(|f| f.shown && !matches!(f.value, Value::Button(_)))
        .map(|f| f.name.replace('_', "-"))
        .collect();
    Stands { field: name.to_owned(), text: text.to_owned(), mend: format!("asked for: {}", names.join(", ")) }
}

/// What would hold in a field.
pub(super) fn mend(field: &Field) -> String {
    match &field.value {
        Value::Choice(choice) => options(choice),
        Value::Both(both) => options(&both.choice),
        _ => field.help.to_owned(),
    }
}

fn options(choice: &Choice) -> String {
    let words: Vec<String> = choice
        .options
        .iter()
        .map(|o| if o.number.is_empty() { o.label.clone() } else { format!("{} {}", o.label, o.number) })
        .collect();
    format!("one of: {}", words.join("; "))
}

fn put(model: &mut Model, who: &mut dyn Answers, at: usize, text: &str) -> Result<(), Undone> {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Ok(()) };
    let Some(field) = form.fields.get(at) else { return Ok(()) };
    let name = field.name.to_string();
    let wrong = |text: String, mend: String| Undone::Not(vec![Stands { field: name.clone(), text, mend }]);
    if let Value::Person(pick) = &field.value {
        let offered = pick.offered.clone().filter(|(_, name)| same(name, text) || same(text, "yes"));
        let taken = match offered {
            Some(found) => found,
            None => look_up(model, who, at, text).map_err(|(text, mend)| wrong(text, mend))?,
        };
        return set(model, who, at, |value| {
            if let Value::Person(pick) = value {
                pick.line.clear();
                pick.hits.clear();
                pick.taken = Some(taken);
            }
        })
        .map_err(|why| wrong(why, String::new()));
    }
    let chosen = match &field.value {
        Value::Choice(choice) => Some(choose(choice, text)),
        Value::Both(both) => Some(choose(&both.choice, text)),
        _ => None,
    };
    if let Some(None) = chosen {
        let what = if text.is_empty() { "what?".to_owned() } else { format!("“{text}” is none of these") };
        return Err(wrong(what, mend(field)));
    }
    let mut fits = true;
    let text = text.to_owned();
    set(model, who, at, |value| match value {
        Value::Line(line) | Value::When(line) => {
            line.clear();
            fits = line.insert(&text);
        }
        Value::Long(area) => {
            area.select_all();
            area.cut();
            area.insert_str(&text);
        }
        Value::Choice(choice) => take(choice, chosen.flatten()),
        Value::Both(both) => take(&mut both.choice, chosen.flatten()),
        Value::Person(_) | Value::Button(_) => {}
    })
    .map_err(|why| wrong(why, String::new()))?;
    if fits { Ok(()) } else { Err(wrong("it does not fit".to_owned(), "say it shorter".to_owned())) }
}

fn take(choice: &mut Choice, at: Option<usize>) {
    choice.chosen = at;
    choice.cursor = at.unwrap_or(0);
}

fn set(model: &mut Model, who: &mut dyn Answers, at: usize, change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let mut out = Vec::new();
    form::put(model, &mut out, at, change)?;
    who.answer(model, out)
}

/// Which option is meant: by its words, by how they begin, by a number that it shows, or by its digit.
fn choose(choice: &Choice, text: &str) -> Option<usize> {
    let labels: Vec<&str> = choice.options.iter().map(|o| o.label.as_str()).collect();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = digits(text);
    let by_number = || {
        let of = |o: &crate::app::form::Opt| number.len() > 2 && digits(&o.number).ends_with(&number);
        let found: Vec<usize> = (0..choice.options.len()).filter(|n| of(&choice.options[*n])).collect();
        if let [only] = found[..] { Some(only) } else { None }
    };
    one_of(text, &labels).or_else(by_number)
}

/// Which of these words is meant: the same one, the only one that begins so, the only one that has it in it, or its digit.
pub(super) fn one_of(text: &str, words: &[&str]) -> Option<usize> {
    let wanted = fold(text.trim());
    let folded: Vec<String> = words.iter().map(|w| fold(w)).collect();
    let only = |fits: &dyn Fn(&String) -> bool| {
        let found: Vec<usize> = (0..folded.len()).filter(|n| fits(&folded[*n])).collect();
        if let [one] = found[..] { Some(one) } else { None }
    };
    let digit = text.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|n| *n < words.len());
    if wanted.is_empty() {
        return None;
    }
    let same = folded.iter().position(|w| *w == wanted);
    same.or(digit).or_else(|| only(&|w| w.starts_with(&wanted))).or_else(|| only(&|w| w.contains(&wanted)))
}

/// Who is meant by a name: found as it is found while it is typed.
fn look_up(
    model: &mut Model,
    who: &mut dyn Answers,
    at: usize,
    text: &str,
) -> Result<(Person, String), (String, String)> {
    let plain = |why: String| (why, String::new());
    let typed = text.trim().trim_start_matches('@').to_owned();
    set(model, who, at, |value| {
        if let Value::Person(pick) = value {
            pick.taken = None;
            pick.line.clear();
            pick.line.insert(&typed);
        }
    })
    .map_err(plain)?;
    let Some(Layer::Form(form)) = model.top() else { return Err(plain("the card is gone".to_owned())) };
    let Some(Value::Person(pick)) = form.fields.get(at).map(|f| &f.value) else {
        return Err(plain("it is not asked any more".to_owned()));
    };
    one_person(&pick.hits, &typed)
}

/// The one who is meant among those found, or who they are.
pub(super) fn one_person(hits: &[Hit], typed: &str) -> Result<(Person, String), (String, String)> {
    let mut people: Vec<&Hit> = Vec::new();
    for hit in hits {
        if people.iter().all(|p| p.person != hit.person) {
            people.push(hit);
        }
    }
    let named: Vec<&&Hit> = people.iter().filter(|h| same(&h.name, typed)).collect();
    match (people.as_slice(), named.as_slice()) {
        ([only], _) => Ok((only.person, only.name.clone())),
        (_, [only]) => Ok((only.person, only.name.clone())),
        ([], _) => Err((format!("nobody is found by “{typed}”"), "part of a name, or a record number".to_owned())),
        (several, _) => {
            let names: Vec<String> = several.iter().take(8).map(|h| format!("{} {}", h.name, h.detail)).collect();
            Err((format!("several are found by “{typed}”"), format!("one of: {}", names.join("; "))))
        }
    }
}
