//! `n f`: a frequency order as it was written, said back in plain words and week by week while it is typed, and booked.

use super::{form, history, series};
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, PersonPick, Value};
use crate::app::layers::{Confirm, Layer, Question};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject::{self, Subject};
use crate::app::when::{self, Lean};
use crate::domain::ids::FrequencyOrderId;
use crate::domain::record::Kind;
use crate::domain::time::{Day, Moment, Zone};
use crate::rules::frequency::{Expansion, Order, WeekRule, weekdays};
use crate::rules::recurrence::{Often, Plain};
use crate::service::api::{BookAs, Command, EndOrder, NewOrder, Person};

/// Weeks that are said back.
const WEEKS: usize = 14;

/// The fields.
pub(crate) fn fields() -> Vec<Field> {
    let book: Vec<&str> = BookAs::ALL.iter().map(|b| b.word()).collect();
    let line = |name, label, help, text: &str| Field::new(name, label, help, Value::Line(Line::new(text)));
    let when = |name, label, help| Field::new(name, label, help, Value::When(Line::default()));
    vec![
        line("text", "Order", "SN 2w4,1w5; HHA 2-3w9; PT 2w4,3 PRN for falls", ""),
        when("from", "From", "its first day: today, mon, 3/14; empty is today"),
        line("by", "Ordered by", "the practitioner", ""),
        when("happened", "Given", "when it was said, if that is known: yest, 3/2"),
        Field::new("book", "Book it", "by digit", Value::choice(&book, true)),
        line("days", "On", "weekdays, those wanted most first: mon thu", ""),
        line("times", "At", "8:00", ""),
        line("minutes", "Minutes", "how long each is", "60"),
        Field::new("who", "Caregiver", "type part of a name, ↑↓, Enter takes", Value::Person(PersonPick::default())),
    ]
}

/// What can become of the visits of an order that ends, in the order of the card.
const VISITS: [&str; 2] = ["are taken off", "stay as they are"];

/// The fields of an order that ends. The first one is never shown: which one, for a draft of it.
pub(crate) fn end_fields() -> Vec<Field> {
    let line = |name, label, help| Field::new(name, label, help, Value::Line(Line::default()));
    vec![
        Field { shown: false, ..line("order", "", "") },
        Field::new("last", "Last day", "today, fri, 3/14: it holds to the end of it", Value::When(Line::default())),
        line("reason", "Why", "discharged, order changed; by whom"),
        Field::new("visits", "Visits after it", "by digit; what has begun stays", Value::choice(&VISITS, false)),
    ]
}

/// `x` on an order's line: it ends; whether there is one.
pub(crate) fn end(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let Some((Kind::FrequencyOrder, id)) = history::record(model) else { return false };
    let Ok(about) = subject::subject(model) else { return false };
    let mut fields = end_fields();
    if let Some(first) = fields.first_mut() {
        first.value = Value::Line(Line::new(&FrequencyOrderId(id).to_string()));
    }
    form::open(model, out, FormKind::EndOrder, "Order ends", &Subject { key: None, ..about }, fields);
    true
}

/// The command of an order that ends.
pub(crate) fn end_command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let order = match &form.field("order")?.value {
        Value::Line(line) => FrequencyOrderId::parse(line.text()),
        _ => None,
    };
    if form.text("last").is_empty() {
        form.wrong("last", "which day is its last? today, fri, 3/14");
    }
    let last = form::moment(form, "last", now, zone).map(|at| zone.day(at));
    let reason = form.text("reason");
    if reason.is_empty() {
        form.wrong("reason", "why? in a few words");
    }
    let visits = form.chosen("visits");
    if visits.is_none() {
        form.wrong("visits", "what becomes of them? by digit");
    }
    if !form.holds() {
        return None;
    }
    Some(Command::EndOrder(EndOrder { order: order?, last: last?, reason, visits_stay: visits? == 1 }))
}

/// Opens the form.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match series::about(model) {
        Ok(about) => form::open(model, out, FormKind::Order, "New order", &about, fields()),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

fn book(form: &Form) -> Option<BookAs> {
    form.chosen("book").and_then(|n| BookAs::ALL.get(n)).copied()
}

fn first_day(form: &Form, now: Moment, zone: Zone) -> Day {
    let typed = form.text("from");
    let at = if typed.is_empty() { Ok(now) } else { when::parse(&typed, now, zone, Lean::Begin) };
    zone.day(at.unwrap_or(now))
}

/// The order as it is typed, laid on the calendar.
fn typed(form: &Form, now: Moment, zone: Zone) -> Option<Result<Expansion, String>> {
    let text = form.text("text");
    if text.is_empty() {
        return None;
    }
    let order = match Order::parse(&text) {
        Ok(order) => order,
        Err(e) => return Some(Err(e.to_string())),
    };
    if order.discipline.is_none() {
        return Some(Err("who comes? Begin with SN, PT, OT, ST, MSW, HHA …".to_owned()));
    }
    Some(Ok(order.expand(first_day(form, now, zone), WeekRule::default(), None)))
}

/// What was typed is said back; only what is booked asks for days and times.
pub(crate) fn reshape(form: &mut Form, now: Moment, zone: Zone) {
    let books = !matches!(book(form), Some(BookAs::Nothing));
    for name in ["days", "times", "minutes", "who"] {
        form.show(name, books);
    }
    let typed = typed(form, now, zone);
    let (echo, error) = match &typed {
        None => (None, None),
        Some(Err(why)) => (None, Some(why.clone())),
        Some(Ok(laid)) => {
            let hint = laid.hints.first().map(|h| format!(". {}", h.text)).unwrap_or_default();
            (Some(format!("{}; {}{hint}", laid.order.echo(), laid.preview(WEEKS))), None)
        }
    };
    if let Some(field) = form.field_mut("text") {
        (field.echo, field.error) = (echo, error);
    }
    let days = weekdays(&form.text("days"));
    let said = match (&typed, days) {
        (_, Err(why)) => Err(why),
        (Some(Ok(laid)), Ok(days)) if !form.text("days").is_empty() => match book(form) {
            Some(BookAs::Series) => laid.as_series(&days).map(|all| {
                let each: Vec<String> = all.iter().map(|s| format!("{} to {}", s.from.short(), s.to.short())).collect();
                format!("{} series: {}", all.len(), each.join("; "))
            }),
            Some(BookAs::Visits) => {
                let all = laid.as_days(&days);
                let first: Vec<String> = all.iter().take(5).map(|d| d.short()).collect();
                Ok(format!("{} visits: {} …", all.len(), first.join(", ")))
            }
            _ => Ok(String::new()),
        },
        _ => Ok(String::new()),
    };
    if let Some(field) = form.field_mut("days") {
        field.echo = said.clone().ok().filter(|s| !s.is_empty());
        field.error = said.err();
    }
}

/// The command.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    match typed(form, now, zone) {
        None => form.wrong("text", "write the order: SN 2w4,1w5"),
        Some(Err(why)) => form.wrong("text", why),
        Some(Ok(_)) => {}
    }
    if form.text("by").is_empty() {
        form.wrong("by", "who ordered it?");
    }
    let book = book(form);
    if book.is_none() {
        form.wrong("book", "by digit: as series, as single visits, or not now");
    }
    let given = form::moment(form, "happened", now, zone).map(|at| zone.day(at));
    if !form.text("from").is_empty() {
        form::moment(form, "from", now, zone);
    }
    let (mut days, mut minute, mut minutes, mut staff) = (Vec::new(), 0, 60, None);
    if !matches!(book, None | Some(BookAs::Nothing)) {
        match weekdays(&form.text("days")) {
            Ok(found) => days = found,
            Err(why) => form.wrong("days", why),
        }
        let plain = Plain { often: Often::Daily, days: String::new(), times: form.text("times") };
        match plain.rule(Day(0)) {
            Ok((rule, at)) if !rule.contains("BYHOUR") => minute = at,
            Ok(_) => form.wrong("times", "one time: several a day are a series each"),
            Err(e) => form.wrong(e.field, e.why),
        }
        match form.text("minutes").parse::<u16>().ok().filter(|m| (1..=1440).contains(m)) {
            Some(found) => minutes = found,
            None => form.wrong("minutes", "a number from 1 to 1440"),
        }
        staff = series::caregiver(form);
    }
    let Some(Person::Client(client)) = form.person else {
        form.wrong("", "an order is for a client");
        return None;
    };
    if !form.holds() {
        return None;
    }
    Some(Command::OrderVisits(NewOrder {
        client,
        text: form.text("text"),
        from: first_day(form, now, zone),
        by: form.text("by"),
        given,
        book: book?,
        weekdays: days.into_iter().map(|d| d as u8).collect(),
        minute,
        minutes,
        staff,
    }))
}

/// Enter on an order's line: the change that is drafted, and the task for it; whether there is an order.
pub(crate) fn open_line(model: &mut Model) -> bool {
    let Some((Kind::FrequencyOrder, id)) = history::record(model) else { return false };
    let lines = match model.top().and_then(Layer::page).and_then(|p| p.page.as_ref()) {
        Some(page) => {
            page.sections.iter().flat_map(|s| &s.lines).filter(|l| l.record == Some((Kind::FrequencyOrder, id)))
        }
        None => return false,
    };
    let drafted: Vec<String> = lines.filter(|l| l.line.label == "Enter").map(|l| l.line.text.clone()).collect();
    if drafted.is_empty() {
        model.toast(Tone::Plain, "it adds up: nothing has to be changed");
        return true;
    }
    let question = Question::DraftOrder(FrequencyOrderId(id));
    let (title, yes) = ("Draft the order change?".to_owned(), "make the task");
    let mut lines = vec!["A task for you, due in four hours:".to_owned()];
    lines.extend(drafted);
    model.layers.push(Layer::Confirm(Confirm { question, title, who: String::new(), lines, yes }));
    true
}
