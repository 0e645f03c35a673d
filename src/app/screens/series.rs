//! `n s`: visits that come again, in plain terms or as a rule; `e` on one changes it for some or all of its visits, `x`
//! lets it rest or go on, ends it, leaves one out or moves one. What was typed is said back before it is saved.

use super::{form, history};
use crate::app::effect::Effect;
use crate::app::form::{Field, Form, FormKind, PersonPick, Value};
use crate::app::line::Line;
use crate::app::model::{Model, Tone};
use crate::app::subject::{self, Subject};
use crate::app::when::{self, Lean};
use crate::domain::ids::{SeriesId, StaffId};
use crate::domain::record::Kind;
use crate::domain::series::{Ends, Pause, Slot};
use crate::domain::staff::Discipline;
use crate::domain::time::{Civil, Day, Moment, Zone, clock};
use crate::rules::recurrence::{Often, Pattern, Plain};
use crate::service::api::{ChangeSeries, Command, EditScope, NewSeries, Person, SeriesDeed, SeriesPatch, SeriesView};

/// Days that are said back.
const SHOWN: usize = 5;
/// Nothing is looked for behind so many days.
const FAR: i32 = 800;
/// What can be done with a series as it stands, in the order of the card.
const DEEDS: [&str; 5] = ["rests for a while", "goes on again", "ends", "leave one visit out", "move one visit"];
/// On holidays.
const HOLIDAYS: [&str; 2] = ["as always", "not on holidays"];

fn line(name: &'static str, label: &'static str, help: &'static str, text: &str) -> Field {
    Field::new(name, label, help, Value::Line(Line::new(text)))
}

fn when_field(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field::new(name, label, help, Value::When(Line::default()))
}

/// The fields of a series. The first one is never shown: which series is changed, for a draft of it.
pub(crate) fn fields() -> Vec<Field> {
    let disciplines: Vec<&str> = Discipline::ALL.iter().map(|d| d.word()).collect();
    let often: Vec<&str> = Often::ALL.iter().map(|o| o.word()).collect();
    let scopes: Vec<&str> = EditScope::ALL.iter().map(|s| s.word()).collect();
    let hidden = |field: Field| Field { shown: false, ..field };
    vec![
        hidden(line("series", "", "", "")),
        hidden(Field::new("scope", "For", "by digit; asked once", Value::choice(&scopes, false))),
        hidden(when_field("place", "The one of", "its day: today, fri, 3/14")),
        Field::new("often", "How often", "by digit", Value::choice(&often, true)),
        line("days", "On", "mon wed fri, mon-fri; of a month 15, last, 2nd tue", ""),
        line("rule", "Rule", "RFC 5545: FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", ""),
        line("times", "At", "8:00, or 8:00 18:00", ""),
        line("minutes", "Minutes", "how long each is", "60"),
        Field::new("discipline", "Who must go", "by digit, or ↑↓ and Enter", Value::choice(&disciplines, true)),
        line("service", "For", "insulin, bath; may stay empty", ""),
        Field::new("who", "Caregiver", "type part of a name, ↑↓, Enter takes", Value::Person(PersonPick::default())),
        when_field("from", "From", "its first day: today, mon, 3/14; empty is today"),
        line("until", "Until", "30 apr, or 12 times; empty: no end", ""),
        Field::new("holidays", "Holidays", "by digit", Value::choice(&HOLIDAYS, true)),
    ]
}

/// The fields of what is done to a series as it stands.
pub(crate) fn deed_fields() -> Vec<Field> {
    let hidden = |field: Field| Field { shown: false, ..field };
    vec![
        hidden(line("series", "", "", "")),
        Field::new("what", "It", "by digit", Value::choice(&DEEDS, false)),
        hidden(when_field("from", "From", "the first day of it: today, fri, 3/14")),
        hidden(when_field("through", "To", "its last day; empty until it is told to go on")),
        hidden(when_field("on", "On", "today, fri, 3/14")),
        hidden(when_field("last", "Last day", "today, fri, 3/14")),
        hidden(when_field("day", "The one of", "its day: today, fri, 3/14; 3/14 18:00 where there are several")),
        hidden(when_field("start", "To", "when it takes place: fri 9:00")),
        hidden(line("reason", "Why", "respite, at a son's, discharged", "")),
    ]
}

/// The series of the page's line.
pub(crate) fn here(model: &Model) -> Option<SeriesId> {
    history::record(model).filter(|(kind, _)| *kind == Kind::Series).map(|(_, id)| SeriesId(id))
}

/// A client to make a series for, or why there is none.
pub(crate) fn about(model: &Model) -> Result<Subject, String> {
    crate::app::allow::change(model)?;
    let about = subject::subject(model)?;
    match about.person {
        Some(Person::Client(_)) => Ok(Subject { key: None, ..about }),
        _ => Err("no client here: stand on a client, or on a visit to one".to_owned()),
    }
}

/// Opens the form of a new series.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match about(model) {
        Ok(about) => form::open(model, out, FormKind::Series { view: None }, "New series", &about, fields()),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// Opens the form of the series under the marker; whether there is one.
pub(crate) fn edit(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    open_on(model, out, FormKind::Series { view: None }, "Change series", fields())
}

/// Opens what can be done with the series under the marker; whether there is one.
pub(crate) fn act(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    open_on(model, out, FormKind::SeriesDeed { view: None }, "Series", deed_fields())
}

fn open_on(model: &mut Model, out: &mut Vec<Effect>, kind: FormKind, title: &str, mut fields: Vec<Field>) -> bool {
    let (Some(id), Ok(about)) = (here(model), subject::subject(model)) else { return false };
    if let Some(first) = fields.first_mut() {
        first.value = Value::Line(Line::new(&id.to_string()));
    }
    form::open(model, out, kind, title, &Subject { key: None, ..about }, fields);
    true
}

/// Which series a form is about.
pub(crate) fn id(form: &Form) -> Option<SeriesId> {
    match &form.field("series")?.value {
        Value::Line(line) => SeriesId::parse(line.text()),
        _ => None,
    }
}

fn view(form: &Form) -> Option<&SeriesView> {
    match &form.kind {
        FormKind::Series { view } | FormKind::SeriesDeed { view } => view.as_deref(),
        _ => None,
    }
}

fn put(form: &mut Form, name: &str, text: &str) {
    if let Some(Value::Line(line) | Value::When(line)) = form.field_mut(name).map(|f| &mut f.value)
        && line.text().is_empty()
    {
        *line = Line::new(text);
    }
}

fn choose(form: &mut Form, name: &str, at: Option<usize>) {
    if let Some(Value::Choice(choice)) = form.field_mut(name).map(|f| &mut f.value)
        && choice.chosen.is_none()
    {
        (choice.chosen, choice.cursor) = (at, at.unwrap_or(0));
    }
}

/// The series has come: its terms stand in the fields, where a draft did not bring others.
pub(crate) fn arrived(form: &mut Form, found: Option<Box<SeriesView>>) {
    let Some(found) = found else {
        form.error = Some("that series is not there any more".to_owned());
        return;
    };
    form.notes = vec![found.words.clone()];
    if found.by_hand > 0 {
        form.notes.push(format!("{} of its visits ahead were changed by hand.", found.by_hand));
    }
    if let Some(rest) = found.rest {
        let to = rest.to.map_or_else(|| "until it is told to go on".to_owned(), |to| format!("to {}", to.short()));
        form.notes.push(format!("It rests from {} {to}.", rest.from.short()));
    }
    if let FormKind::Series { view: held } = &mut form.kind {
        let fresh = held.is_none();
        *held = Some(found.clone());
        if !fresh {
            return;
        }
        let plain = Plain::read(&found.rule, found.start);
        let often = plain.as_ref().map_or(Often::Rule, |p| p.often);
        choose(form, "often", Often::ALL.iter().position(|o| *o == often));
        if let Some(plain) = &plain {
            put(form, "days", &plain.days);
            put(form, "times", &plain.times);
        } else {
            put(form, "rule", &found.rule);
            put(form, "times", &clock(found.start.minute));
        }
        if let Some(Value::Line(line)) = form.field_mut("minutes").map(|f| &mut f.value) {
            *line = Line::new(&found.minutes.to_string());
        }
        choose(form, "discipline", Discipline::ALL.iter().position(|d| *d == found.discipline));
        put(form, "service", &found.service);
        put(form, "until", &until_text(found.ends));
        choose(form, "holidays", Some(usize::from(found.not_on_holidays)));
        put(form, "place", &found.next.map(Day::long).unwrap_or_default());
        if let Some(Value::Person(pick)) = form.field_mut("who").map(|f| &mut f.value)
            && pick.taken.is_none()
        {
            pick.taken = found.staff.clone().map(|(staff, name)| (Person::Staff(staff), name));
        }
        return;
    }
    if let FormKind::SeriesDeed { view: held } = &mut form.kind {
        let next = found.next;
        *held = Some(found);
        put(form, "day", &next.map(Day::long).unwrap_or_default());
    }
}

fn until_text(ends: Ends) -> String {
    match ends {
        Ends::Open => String::new(),
        Ends::On(day) => day.long(),
        Ends::After(n) => format!("{n} times"),
    }
}

fn often(form: &Form) -> Option<Often> {
    form.chosen("often").and_then(|n| Often::ALL.get(n)).copied()
}

fn scope(form: &Form) -> Option<EditScope> {
    form.chosen("scope").and_then(|n| EditScope::ALL.get(n)).copied()
}

/// Only what makes sense is asked; and what was typed is said back.
pub(crate) fn reshape(form: &mut Form, now: Moment, zone: Zone) {
    let changes = id(form).is_some();
    let (often, scope) = (often(form), scope(form));
    let one = changes && scope == Some(EditScope::This);
    form.show("scope", changes);
    form.show("place", changes && matches!(scope, Some(EditScope::This | EditScope::Following)));
    form.show("often", !one);
    form.show("days", !one && matches!(often, Some(Often::Weekly | Often::EverySecondWeek | Often::Monthly)));
    form.show("rule", !one && often == Some(Often::Rule));
    form.show("from", !changes);
    form.show("until", !one);
    form.show("holidays", !one);
    let said = said_back(form, now, zone);
    for name in ["days", "rule", "times", "until"] {
        if let Some(field) = form.field_mut(name) {
            let here = said.iter().find(|(of, _)| *of == name).map(|(_, said)| said.clone());
            field.echo = here.clone().and_then(Result::ok);
            field.error = here.and_then(Result::err);
        }
    }
}

/// What was typed, in plain words and as its first days; or where it can't be understood, and why.
fn said_back(form: &Form, now: Moment, zone: Zone) -> Vec<(&'static str, Result<String, String>)> {
    let mut out = Vec::new();
    if form.text("times").is_empty() {
        return out;
    }
    let from = first_day(form, now, zone);
    match terms(form, from) {
        // What is not written yet is no fault yet.
        Err((field, _)) if form.text(field).is_empty() => {}
        Err((field, why)) => out.push((field, Err(why))),
        Ok((rule, minute)) => {
            let ends = match until(form, now, zone) {
                Ok(ends) => ends,
                Err(why) => {
                    out.push(("until", Err(why)));
                    Ends::Open
                }
            };
            let pattern = Pattern { ends, ..Pattern::new(&rule, Civil { day: from, minute, zone }) };
            match (pattern.check(), pattern.words()) {
                (Ok(()), Ok(words)) => out.push(("times", Ok(format!("{words}: {}", first_days(&pattern, from))))),
                (Err(e), _) | (_, Err(e)) => {
                    let field = if form.field("rule").is_some_and(|f| f.shown) { "rule" } else { "times" };
                    out.push((field, Err(e.to_string())));
                }
            }
        }
    }
    out
}

/// `Mon 2, Wed 4, Fri 6 Mar …`.
fn first_days(pattern: &Pattern, from: Day) -> String {
    let found = pattern.occurrences(from, from.plus(FAR), SHOWN + 1).unwrap_or_default();
    let mut days: Vec<String> = found.iter().map(|c| c.day.short()).collect();
    days.dedup();
    let more = if found.len() > SHOWN { " …" } else { "" };
    days.truncate(SHOWN);
    format!("{}{more}", days.join(", "))
}

fn first_day(form: &Form, now: Moment, zone: Zone) -> Day {
    if let Some(view) = view(form) {
        return view.start.day;
    }
    let typed = form.text("from");
    let at = if typed.is_empty() { Ok(now) } else { when::parse(&typed, now, zone, Lean::Begin) };
    zone.day(at.unwrap_or(now))
}

/// The rule that the fields make, and the minute it starts at; or the field that is wrong.
fn terms(form: &Form, from: Day) -> Result<(String, u16), (&'static str, String)> {
    let often = often(form).ok_or(("often", "how often? by digit".to_owned()))?;
    let times = form.text("times");
    if often == Often::Rule {
        let rule = form.text("rule");
        if rule.is_empty() {
            return Err(("rule", "write the rule: FREQ=WEEKLY;INTERVAL=3;BYDAY=MO".to_owned()));
        }
        // Its own hours stand in the rule.
        let daily = Plain { often: Often::Daily, days: String::new(), times };
        let (_, minute) = daily.rule(from).map_err(|e| (e.field, e.why))?;
        return Ok((rule, minute));
    }
    Plain { often, days: form.text("days"), times }.rule(from).map_err(|e| (e.field, e.why))
}

/// When it ends: a day, or so many times.
fn until(form: &Form, now: Moment, zone: Zone) -> Result<Ends, String> {
    let text = form.text("until").to_ascii_lowercase();
    if text.is_empty() {
        return Ok(Ends::Open);
    }
    let number = text.trim_end_matches("times").trim_end_matches('x').trim();
    if let Ok(n) = number.parse::<u32>()
        && (number.len() < text.len() || number.len() <= 3)
    {
        return if (1..=1_000).contains(&n) { Ok(Ends::After(n)) } else { Err("from 1 to 1000 times".to_owned()) };
    }
    match when::parse(&text, now, zone, Lean::Begin) {
        Ok(at) => Ok(Ends::On(zone.day(at))),
        Err(_) => Err(format!("“{text}” is no day and no number: write 30 apr as 4/30, or 12 times")),
    }
}

/// The caregiver taken, or none; says beside the field what is wrong.
pub(crate) fn caregiver(form: &mut Form) -> Option<StaffId> {
    let typed = form.text("who");
    let taken = match &form.field("who")?.value {
        Value::Person(pick) => pick.taken.as_ref().map(|(person, _)| *person),
        _ => None,
    };
    match taken {
        Some(Person::Staff(id)) if typed.is_empty() => return Some(id),
        Some(Person::Client(_)) => form.wrong("who", "that is a client; take a caregiver"),
        Some(_) => form.wrong("who", "another name is typed: Enter takes it, Backspace clears it"),
        None if !typed.is_empty() => form.wrong("who", "take one of the people found: ↑↓, Enter"),
        None => {}
    }
    None
}

/// The command of the form.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let staff = caregiver(form);
    let minutes = form.text("minutes").parse::<u16>().ok().filter(|m| (1..=1440).contains(m));
    if minutes.is_none() {
        form.wrong("minutes", "a number from 1 to 1440");
    }
    let discipline = form.chosen("discipline").and_then(|n| Discipline::ALL.get(n)).copied();
    if discipline.is_none() {
        form.wrong("discipline", "who must go: a nurse, an aide, …?");
    }
    let one = id(form).is_some() && scope(form) == Some(EditScope::This);
    let from = first_day(form, now, zone);
    let terms = match if one { one_time(form) } else { terms(form, from) } {
        Ok(terms) => Some(terms),
        Err((field, why)) => {
            form.wrong(field, why);
            None
        }
    };
    let ends = match until(form, now, zone) {
        Ok(ends) => Some(ends),
        Err(why) => {
            form.wrong("until", why);
            None
        }
    };
    if let (Some((rule, minute)), Some(ends), false) = (&terms, ends, one) {
        let pattern = Pattern { ends, ..Pattern::new(rule, Civil { day: from, minute: *minute, zone }) };
        if let Err(e) = pattern.check() {
            let field = if form.field("rule").is_some_and(|f| f.shown) { "rule" } else { "times" };
            form.wrong(field, e.to_string());
        }
    }
    if id(form).is_some() {
        let (rule, minute) = terms?;
        return change(form, (rule, minute, minutes?, discipline?, staff, ends?), now, zone);
    }
    if !form.text("from").is_empty() {
        form::moment(form, "from", now, zone)?;
    }
    let Some(Person::Client(client)) = form.person else {
        form.wrong("", "a series is made for a client");
        return None;
    };
    if !form.holds() {
        return None;
    }
    let (rule, minute) = terms?;
    Some(Command::MakeSeries(NewSeries {
        client,
        discipline: discipline?,
        service: form.text("service"),
        day: from,
        minute,
        minutes: minutes?,
        staff,
        rule,
        ends: ends?,
        not_on_holidays: form.chosen("holidays") == Some(1),
        order: None,
    }))
}

/// One visit has one time.
fn one_time(form: &Form) -> Result<(String, u16), (&'static str, String)> {
    let daily = Plain { often: Often::Daily, days: String::new(), times: form.text("times") };
    let (rule, minute) = daily.rule(Day(0)).map_err(|e| (e.field, e.why))?;
    if rule.contains("BYHOUR") { Err(("times", "one visit has one time".to_owned())) } else { Ok((rule, minute)) }
}

type Terms = (String, u16, u16, Discipline, Option<StaffId>, Ends);

/// Only what is different by it is sent.
fn change(form: &mut Form, terms: Terms, now: Moment, zone: Zone) -> Option<Command> {
    let (rule, minute, minutes, discipline, staff, ends) = terms;
    let Some(scope) = scope(form) else {
        form.wrong("scope", "for which visits? by digit");
        return None;
    };
    let Some(view) = view(form).cloned() else {
        form.wrong("", "what stands there has not come yet");
        return None;
    };
    let needs_day = matches!(scope, EditScope::This | EditScope::Following);
    let at = if needs_day { slot(form, "place", now, zone) } else { None };
    if needs_day && at.is_none() && form.holds() {
        form.wrong("place", "which one? its day");
    }
    if !form.holds() {
        return None;
    }
    let one = scope == EditScope::This;
    let differs = |is: bool| is && !one;
    let service = form.text("service");
    let holidays = form.chosen("holidays") == Some(1);
    let was = view.staff.as_ref().map(|(id, _)| *id);
    let patch = SeriesPatch {
        discipline: (discipline != view.discipline).then_some(discipline),
        service: (service != view.service).then_some(service),
        minute: (minute != view.start.minute).then_some(minute),
        minutes: (minutes != view.minutes).then_some(minutes),
        staff: (staff != was).then_some(staff),
        rule: differs(!same_rule(&rule, &view)).then_some(rule),
        ends: differs(ends != view.ends).then_some(ends),
        not_on_holidays: differs(holidays != view.not_on_holidays).then_some(holidays),
    };
    Some(Command::ChangeSeries(ChangeSeries { series: view.id, scope, at, patch }))
}

/// The same days and times, however they are written.
fn same_rule(rule: &str, view: &SeriesView) -> bool {
    rule == view.rule
        || Plain::read(&view.rule, view.start)
            .and_then(|plain| plain.rule(view.start.day).ok())
            .is_some_and(|(was, _)| was == rule)
}

/// The occurrence of a day; of a time too, where one is said.
fn slot(form: &mut Form, name: &'static str, now: Moment, zone: Zone) -> Option<Slot> {
    let text = form.text(name);
    let at = form::moment(form, name, now, zone)?;
    let (day, minute) = zone.civil(at);
    Some(Slot { day, minute: text.contains(':').then_some(minute) })
}

/// Only what the chosen deed needs is asked.
pub(crate) fn reshape_deed(form: &mut Form) {
    let what = form.chosen("what");
    form.show("from", what == Some(0));
    form.show("through", what == Some(0));
    form.show("on", what == Some(1));
    form.show("last", what == Some(2));
    form.show("day", matches!(what, Some(3 | 4)));
    form.show("start", what == Some(4));
    form.show("reason", matches!(what, Some(0 | 2 | 3)));
}

/// The command of what is done to a series.
pub(crate) fn deed_command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let series = id(form)?;
    let reason = form.text("reason");
    if form.field("reason").is_some_and(|f| f.shown) && reason.is_empty() {
        form.wrong("reason", "why? in a few words");
    }
    let day = |form: &mut Form, name: &'static str| {
        let at = form::moment(form, name, now, zone).map(|at| zone.day(at));
        if at.is_none() && form.text(name).is_empty() {
            form.wrong(name, "which day? today, fri, 3/14");
        }
        at
    };
    let deed = match form.chosen("what") {
        None => {
            form.wrong("what", "what is done with it? by digit");
            None
        }
        Some(0) => {
            let from = day(form, "from");
            let to = if form.text("through").is_empty() { None } else { day(form, "through") };
            from.map(|from| SeriesDeed::Rest { days: Pause { from, to }, reason })
        }
        Some(1) => day(form, "on").map(|on| SeriesDeed::Resume { on }),
        Some(2) => day(form, "last").map(|last| SeriesDeed::End { last, reason }),
        Some(3) => {
            day(form, "day").and_then(|_| slot(form, "day", now, zone)).map(|slot| SeriesDeed::Skip { slot, reason })
        }
        Some(_) => {
            let of = day(form, "day").and_then(|_| slot(form, "day", now, zone));
            let to = form::moment(form, "start", now, zone);
            if to.is_none() && form.text("start").is_empty() {
                form.wrong("start", "when then? fri 9:00");
            }
            of.zip(to).map(|(slot, to)| {
                let (day, minute) = zone.civil(to);
                SeriesDeed::Move { slot, day, minute }
            })
        }
    };
    form.holds().then_some(Command::ActOnSeries { series, deed: deed? })
}
