//! The four panes read out.

use super::words::{ago, list, name, owner, tier, visit, when};
use super::{Of, Reading, Said};
use crate::app::Model;
use crate::app::calendar::{Shape, shape};
use crate::app::layers::Narrow;
use crate::app::model::Pane;
use crate::app::pane::{ListPane, Row, Shown};
use crate::domain::client::ClientStatus;
use crate::domain::visit::{VisitCounts, VisitMark};
use crate::service::api::{AlertRow, By, ClientRow, Doing, Person, StaffRow};

fn head<R: Row>(pane: Pane, list: &ListPane<R>, what: &str) -> Reading {
    let mut parts = vec![format!("{} {}", pane.index() + 1, pane.name())];
    parts.push(if list.total == 1 { "1 row".to_owned() } else { format!("{} rows", list.total) });
    if !what.is_empty() {
        parts.push(what.to_owned());
    }
    if !list.lens.is_empty() {
        parts.push(format!("only {}", list.list_name()));
    }
    if !list.words.is_empty() {
        parts.push(format!("narrowed by {}", list.words));
    }
    if !list.marks.is_empty() {
        parts.push(format!("{} marked", list.marks.len()));
    }
    Reading::new(parts.join(", "))
}

fn rows<R: Row>(
    model: &Model,
    pane: Pane,
    list: &ListPane<R>,
    empty: &str,
    mut out: Reading,
    say: impl Fn(&Shown<R>, &R) -> (String, Of),
) -> Reading {
    for shown in list.shown(model.height(pane)) {
        let Some(row) = shown.row else {
            out.lines.push(Said::plain("not come yet").at(shown.selected));
            continue;
        };
        let (text, of) = say(&shown, row);
        let marked = if shown.marked { "marked: " } else { "" };
        let text = match shown.ghost.or(row.finished()) {
            Some(words) => format!("{}: {words}", row.name()),
            None => format!("{marked}{text}"),
        };
        out.lines.push(Said::plain(text).at(shown.selected).of(of));
    }
    if out.lines.is_empty() {
        out.say(if list.waiting && list.list.is_none() { "not come yet" } else { list.none().unwrap_or(empty) });
    }
    if let Some(words) = list.nothing_else() {
        out.say(words);
    }
    if let Some(error) = &list.lens_error {
        out.say(error.clone());
    }
    let below = list.below(model.height(pane));
    if below > 0 {
        out.say(format!("{below} more below"));
    }
    for (n, hidden) in list.hidden.iter().enumerate().filter(|(_, n)| **n > 0) {
        out.say(format!("{hidden} of P{} hidden by the words", n + 1));
    }
    if list.snoozed.0 > 0 {
        let until = list.snoozed.1.map(|at| format!(", the first until {}", when(model, at))).unwrap_or_default();
        out.say(format!("{} asleep{until}", list.snoozed.0));
    }
    out
}

/// 1 Alerts.
pub(super) fn alerts(model: &Model) -> Reading {
    let pane = &model.alerts;
    let out = head(Pane::Alerts, pane, if pane.mine { "mine and nobody's P1" } else { "everybody's" });
    rows(model, Pane::Alerts, pane, "Nothing needs you now.", out, |_, row| (alert(model, row), Of::Alert(row.key)))
}

/// One alert.
pub(super) fn alert(model: &Model, row: &AlertRow) -> String {
    let due = row.due.map(|at| {
        let past = row.breached || at < model.now;
        format!("{} {}", if past { "was due" } else { "due" }, when(model, model.zone.last_minute(at)))
    });
    let has = if row.escalated { "handed up".to_owned() } else { owner(&row.owner) };
    let has = if model.is_saving(row.key) { "being saved".to_owned() } else { has };
    let asleep = row.snoozed.map(|at| format!("asleep until {}", when(model, at)));
    let booked = row.booked.as_ref().filter(|_| !row.cause.contains("booked")).map(|b| format!("booked: {b}"));
    list(&[
        &tier(row.tier),
        &name(&row.name, row.alike),
        &row.cause,
        &ago(model, row.since),
        due.as_deref().unwrap_or_default(),
        booked.as_deref().unwrap_or_default(),
        asleep.as_deref().unwrap_or_default(),
        &has,
    ])
}

/// 3 Caseload.
pub(super) fn caseload(model: &Model) -> Reading {
    let pane = &model.clients;
    let out = head(Pane::Caseload, pane, if pane.mine { "mine" } else { "everybody's" });
    rows(model, Pane::Caseload, pane, "No clients here.", out, |_, row| {
        (client(model, row), Of::Person(Person::Client(row.id)))
    })
}

fn client(model: &Model, row: &ClientRow) -> String {
    let age = row.age.map(|a| format!("{a} years")).unwrap_or_default();
    let level = row.level.map(|l| format!("level {l}")).unwrap_or_default();
    let alone = if row.alone { "lives alone" } else { "" };
    let stands = match (row.status, row.period_day) {
        (ClientStatus::Active, Some(day)) => format!("day {day} of 60"),
        (ClientStatus::Active, None) => String::new(),
        (status, _) => status.word().to_owned(),
    };
    let trouble = row.tier.map(|t| {
        let more = if row.alerts > 1 { format!(" and {} more", row.alerts - 1) } else { String::new() };
        format!("{}: {}{more}", tier(t), row.worst)
    });
    let next = row.next_visit.map(|at| format!("next visit {}", when(model, at)));
    list(&[
        &name(&row.name, row.alike),
        &age,
        &level,
        alone,
        &stands,
        trouble.as_deref().unwrap_or_default(),
        next.as_deref().unwrap_or_default(),
        &row.town,
        &row.mrn,
    ])
}

/// 4 Care team.
pub(super) fn team(model: &Model) -> Reading {
    let pane = &model.staff;
    let out = head(Pane::Team, pane, "by need");
    rows(model, Pane::Team, pane, "No caregivers here.", out, |_, row| {
        (carer(model, row), Of::Person(Person::Staff(row.id)))
    })
}

fn carer(model: &Model, row: &StaffRow) -> String {
    let at = row.at.map(|at| when(model, at)).unwrap_or_default();
    let doing = match row.doing {
        Doing::Out => list(&[format!("called out {at}").trim(), &row.detail]),
        Doing::With(source) => format!("with {}, by {} {at}", row.detail, source.word()),
        Doing::Due => format!("due {at} {}", row.detail),
        Doing::Free => format!("free {}", row.detail),
        Doing::Off if at.is_empty() => format!("off {}", row.detail),
        Doing::Off => format!("off until {at} {}", row.detail),
    };
    let tenths = row.booked_minutes.saturating_mul(10) / 60;
    let week = format!("{}.{} hours this week", tenths / 10, tenths % 10);
    let over = if row.overtime { "over 40 hours" } else { "" };
    let credential = row.credential.as_ref().map(|(kind, last)| {
        let days = last.since(model.zone.day(model.now));
        if days < 0 { format!("{kind} ran out") } else { format!("{kind} runs out in {days} days") }
    });
    let who = format!("{} {}", name(&row.name, row.alike), row.discipline.word());
    list(&[&who, doing.trim(), credential.as_deref().unwrap_or_default(), &week, over, &row.languages, &row.phone])
}

/// 2 Calendar: a day's visits, or days counted.
pub(super) fn calendar(model: &Model) -> Reading {
    let pane = &model.calendar;
    let whose = if pane.mine { "mine" } else { "everybody's" };
    let what = list(&[&format!("{} {}", Pane::Calendar.index() + 1, Pane::Calendar.name()), &pane.day.short(), whose]);
    let shape = shape(model).map_or(Shape::Agenda, |(shape, _)| shape);
    match shape {
        Shape::Agenda => {
            let agenda = &pane.agenda;
            let count = if agenda.total == 1 { "1 visit".to_owned() } else { format!("{} visits", agenda.total) };
            let out = Reading::new(list(&[&what, &count]));
            rows(model, Pane::Calendar, agenda, "No visits on this day.", out, |_, row| {
                (visit(row, model.now), Of::Visit(row.day, row.id))
            })
        }
        Shape::Grid | Shape::Trouble => board(model, Reading::new(what)),
        Shape::People => people(model, Reading::new(list(&[&what, "week by person"]))),
        Shape::Days | Shape::Month => days(model, shape, what),
    }
}

fn board(model: &Model, mut out: Reading) -> Reading {
    let pane = &model.calendar;
    let Some(board) = &pane.board else {
        out.say("not come yet");
        return out;
    };
    for column in &board.list {
        out.say(if column.out { format!("{}: out", column.name) } else { format!("{}:", column.name) });
        for row in &column.visits {
            let here = pane.selected == Some(row.id);
            out.lines.push(Said::plain(visit(row, model.now)).at(here).of(Of::Visit(row.day, row.id)));
        }
    }
    out
}

/// `5 visits, 1 called out, 2 with nobody`.
fn counts(of: &VisitCounts) -> String {
    let total = of.total();
    let mut parts = vec![match total {
        0 => "no visits".to_owned(),
        1 => "1 visit".to_owned(),
        n => format!("{n} visits"),
    }];
    for (mark, word) in
        [(VisitMark::Out, "called out"), (VisitMark::Nobody, "with nobody"), (VisitMark::Late, "late or missed")]
    {
        if of.of(mark) > 0 {
            parts.push(format!("{} {word}", of.of(mark)));
        }
    }
    parts.join(", ")
}

fn people(model: &Model, mut out: Reading) -> Reading {
    let pane = &model.calendar;
    let Some(span) = pane.week() else {
        out.say("not come yet");
        return out;
    };
    for row in &span.rows {
        let days: Vec<String> = span
            .days
            .iter()
            .zip(&row.days)
            .filter(|(_, c)| c.total() > 0)
            .map(|(d, c)| format!("{} {}", d.day.short(), counts(c)))
            .collect();
        let here = pane.row.is_some_and(|w| w.0 == row.person);
        let of = row.person.map_or(Of::Nothing, Of::Person);
        let by = if pane.by == By::Client { "" } else { "nobody" };
        let who = if row.name.is_empty() { by } else { row.name.as_str() };
        out.lines.push(Said::plain(format!("{who}: {}", days.join("; "))).at(here).of(of));
    }
    out
}

fn days(model: &Model, shape: Shape, what: String) -> Reading {
    let pane = &model.calendar;
    let mut out = Reading::new(list(&[&what, if shape == Shape::Month { "month by day" } else { "week by day" }]));
    let month = pane.day.month_start();
    for week in pane.weeks(shape) {
        let Some(span) = pane.spans.get(&week) else { continue };
        for day in span.days.iter().filter(|d| shape != Shape::Month || d.day.month_start() == month) {
            let uncovered = if day.uncovered > 0 { format!("{} uncovered", day.uncovered) } else { String::new() };
            let deadlines: Vec<String> =
                day.deadlines.iter().map(|(source, n)| format!("{n} {} due", source.word())).collect();
            let text = list(&[&day.day.short(), &counts(&day.visits), &uncovered, &deadlines.join(", ")]);
            out.lines.push(Said::plain(text).at(day.day == pane.day));
        }
    }
    if out.lines.is_empty() {
        out.say("not come yet");
    }
    out
}

/// Words a pane is narrowed by, while they are typed; its rows follow them.
pub(super) fn narrow(model: &Model, narrow: &Narrow) -> Reading {
    let mut out = match narrow.pane {
        Pane::Alerts => alerts(model),
        Pane::Calendar => calendar(model),
        Pane::Caseload => caseload(model),
        Pane::Team => team(model),
    };
    for line in &mut out.lines {
        line.here = false;
    }
    let lead = "Narrow by: ";
    let cursor = lead.chars().count() + narrow.line.before_cursor().chars().count();
    let text = format!("{lead}{}", narrow.line.text());
    out.lines.insert(0, Said { cursor: Some(cursor), ..Said::plain(text).at(true) });
    out
}

/// An agency without records.
pub(super) fn first_day(model: &Model) -> Reading {
    let mut out = Reading::new("First day");
    let agency = model.header.as_ref().map(|h| h.agency.as_str()).unwrap_or_default();
    let hello = if agency.is_empty() { String::new() } else { format!("{agency}: ") };
    out.say(format!("{hello}Nobody is in here yet."));
    for (command, what) in crate::ui::screens::first_day::WAYS {
        out.say(format!("{command}: {what}"));
    }
    out
}
