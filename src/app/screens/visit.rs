//! `v`: who goes to a visit that has nobody, or another visit that satisfies the clock.

use super::form;
use crate::app::effect::Effect;
use crate::app::form::{Choice, Field, Form, FormKind, Opt, PersonPick, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Pane, Tone};
use crate::app::subject;
use crate::domain::ids::StaffId;
use crate::domain::staff::Discipline;
use crate::domain::time::{Moment, Zone, clock};
use crate::domain::visit::Answer;
use crate::service::api::{BookVisit, Command, Person, VisitRow};

/// The last answer to “which visit”.
const ANOTHER: &str = "book another visit";
/// What somebody on a visit can have said, the commonest first.
const SAID: [Answer; 6] =
    [Answer::Yes, Answer::Asked, Answer::NoAnswer, Answer::LeftMessage, Answer::No, Answer::Planned];

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let disciplines: Vec<&str> = Discipline::ALL.iter().map(|d| d.word()).collect();
    let said: Vec<&str> = SAID.iter().map(|a| a.word()).collect();
    vec![
        Field::new("which", "Visit", "which one, by digit", Value::Choice(Choice::default())),
        Field::new("discipline", "Who must go", "by digit, or ↑↓ and Enter", Value::choice(&disciplines, true)),
        Field::new("start", "When", "15:00, +2h, fri 9:00, 3/14 9:00", Value::When(Line::default())),
        Field::new("minutes", "Minutes", "how long", Value::Line(Line::new("60"))),
        Field::new("service", "For", "recert, insulin, bath; may stay empty", Value::Line(Line::default())),
        Field::new("who", "Caregiver", "type part of a name, ↑↓, Enter takes", Value::Person(PersonPick::default())),
        Field::new("said", "Said", "covered is only who said yes", Value::choice(&said, true)),
    ]
}

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match subject::subject(model) {
        Ok(about) => {
            let title = format!("Visit · {}", form::tier_word(&about));
            let title = title.trim_end_matches([' ', '·']).to_owned();
            let calendar = model.layers.is_empty() && model.focus == Pane::Calendar;
            let at = subject::selected_visit(model).filter(|_| calendar).map(|v| v.id);
            form::open(model, out, FormKind::Visit { open: None, at }, &title, &about, fields());
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The open visits have come: the only one is chosen, and where there is none another is booked.
pub(crate) fn arrived(form: &mut Form, open: Vec<VisitRow>, now: Moment, zone: Zone) {
    let today = zone.day(now);
    let mut options: Vec<Opt> = open
        .iter()
        .map(|v| {
            let day = if v.day == today { String::new() } else { format!("{} ", v.day.short()) };
            let what = [v.discipline.word(), v.service.as_str()].join(" ");
            let stands = if v.staff_name.is_empty() {
                v.answer.word().to_owned()
            } else {
                format!("{}: {}", v.staff_name, if v.state.is_open() { v.state.said() } else { v.answer.word() })
            };
            Opt {
                label: format!("{day}{} {} · {}", clock(v.minute), v.client_name, what.trim()),
                detail: stands,
                number: String::new(),
            }
        })
        .collect();
    if matches!(form.person, Some(Person::Client(_))) {
        options.push(Opt { label: ANOTHER.to_owned(), ..Opt::default() });
    } else if options.is_empty() {
        form.notes = vec!["None of these visits is without somebody.".to_owned()];
    }
    // Of a call-out nothing is chosen for her: whose visit it is must be seen first.
    let client = matches!(form.person, Some(Person::Client(_)));
    let chosen = (client && (options.len() == 1 || open.len() == 1)).then_some(0);
    // The visit that was selected in the calendar is the one that is meant.
    let at = if let FormKind::Visit { at, .. } = form.kind { at } else { None };
    let chosen = if at.is_some() { open.iter().position(|v| Some(v.id) == at) } else { chosen };
    if let Some(field) = form.field_mut("which") {
        field.value = Value::Choice(Choice { options, chosen, ..Choice::default() });
    }
    form.kind = FormKind::Visit { open: Some(open), at };
}

/// What the card does.
enum Which<'a> {
    /// Puts somebody on this one.
    Cover(&'a VisitRow),
    /// Books another.
    Book,
}

/// What the card does, once it has been chosen.
fn chosen(form: &Form) -> Option<Which<'_>> {
    let n = form.chosen("which")?;
    match &form.kind {
        FormKind::Visit { open: Some(open), .. } => Some(open.get(n).map_or(Which::Book, Which::Cover)),
        _ => None,
    }
}

/// What a new visit needs is asked only for a new visit; what somebody said, only of somebody.
pub(crate) fn reshape(form: &mut Form) {
    let books = matches!(chosen(form), Some(Which::Book));
    for name in ["discipline", "start", "minutes", "service"] {
        form.show(name, books);
    }
    if let Some(Which::Cover(visit)) = chosen(form) {
        let (person, name) = (Person::Client(visit.client), visit.client_name.clone());
        if form.person != Some(person) {
            form.person = Some(person);
            form.who = name;
            form.alike.clear();
        }
    }
    let somebody = caregiver(form).is_some();
    form.show("said", somebody);
}

fn caregiver(form: &Form) -> Option<Person> {
    match &form.field("who")?.value {
        Value::Person(pick) => pick.taken.as_ref().map(|(person, _)| *person),
        _ => None,
    }
}

/// The caregiver taken, or none; says beside the field what is wrong.
fn goes(form: &mut Form) -> Option<StaffId> {
    let typed = form.text("who");
    match caregiver(form) {
        Some(Person::Staff(id)) if typed.is_empty() => Some(id),
        Some(Person::Client(_)) => {
            form.wrong("who", "that is a client; take a caregiver");
            None
        }
        Some(_) => {
            form.wrong("who", "another name is typed: Enter takes it, Backspace clears it");
            None
        }
        None if !typed.is_empty() => {
            form.wrong("who", "take one of the people found: ↑↓, Enter");
            None
        }
        None => None,
    }
}

/// The command of the card.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let cover = match chosen(form) {
        Some(Which::Cover(visit)) => Some(visit.id),
        Some(Which::Book) => None,
        None => {
            form.wrong("which", "choose which visit");
            return None;
        }
    };
    let staff = goes(form);
    let answer = form.chosen("said").and_then(|n| SAID.get(n)).copied();
    if staff.is_some() && answer.is_none() {
        form.wrong("said", "what did they say? 1 yes, 2 asked, …");
    }
    if let Some(visit) = cover {
        if staff.is_none() {
            form.wrong("who", "who goes?");
        }
        return form.holds().then_some(Command::CoverVisit { visit, staff: staff?, answer: answer? });
    }
    let discipline = form.chosen("discipline").and_then(|n| Discipline::ALL.get(n)).copied();
    if discipline.is_none() {
        form.wrong("discipline", "who must go: a nurse, an aide, …?");
    }
    let start = form::moment(form, "start", now, zone);
    if start.is_none() && form.text("start").is_empty() {
        form.wrong("start", "when? 15:00, +2h, fri 9:00");
    }
    let minutes = form.text("minutes").parse::<u16>().ok().filter(|m| (1..=1440).contains(m));
    if minutes.is_none() {
        form.wrong("minutes", "a number from 1 to 1440");
    }
    let Some(Person::Client(client)) = form.person else {
        form.wrong("", "a visit is booked for a client");
        return None;
    };
    if !form.holds() {
        return None;
    }
    Some(Command::BookVisit(BookVisit {
        client,
        discipline: discipline?,
        service: form.text("service"),
        start: start?,
        minutes: minutes?,
        staff,
        answer: answer.unwrap_or(Answer::Nobody),
    }))
}
