//! What becomes of a visit that can't be made, and of a client's visits when she can't be visited.

use super::form;
use crate::app::form::{Field, Form, Value};
use crate::app::line::Line;
use crate::domain::communication::CallResult;
use crate::domain::hold::HoldKind;
use crate::domain::ids::{ClientId, VisitId};
use crate::domain::time::{Moment, Zone};
use crate::service::api::away::{Ahead, BackHome, DoorEnd, DoorTry, HoldClient, NoAnswerAtDoor, TellDied};
use crate::service::api::coverage::{LeaveOpen, Remedy};
use crate::service::api::{Command, Person};
use std::borrow::Cow;

/// What can become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Cancels,
    Family,
    Move,
    Shorten,
    Missed,
    Door,
    Hospital,
    EmergencyRoom,
    Died,
    Respite,
    Away,
    Home,
}

/// Of one visit, in the order of the card.
const OF_VISIT: [What; 9] = [
    What::Cancels,
    What::Family,
    What::Move,
    What::Shorten,
    What::Missed,
    What::Door,
    What::Hospital,
    What::EmergencyRoom,
    What::Died,
];
/// Of all of hers.
const OF_CLIENT: [What; 6] = [What::Hospital, What::EmergencyRoom, What::Respite, What::Away, What::Home, What::Died];

impl What {
    const fn words(self) -> &'static str {
        match self {
            Self::Cancels => "client cancels it",
            Self::Family => "the family does it",
            Self::Move => "ask whether it may move",
            Self::Shorten => "ask whether it may be shorter",
            Self::Missed => "missed",
            Self::Door => "no answer at the door",
            Self::Hospital => "in hospital, admitted",
            Self::EmergencyRoom => "in the ER or under observation",
            Self::Died => "died",
            Self::Respite => "respite",
            Self::Away => "away",
            Self::Home => "back home",
        }
    }

    const fn holds(self) -> Option<HoldKind> {
        match self {
            Self::Hospital => Some(HoldKind::Hospital),
            Self::EmergencyRoom => Some(HoldKind::EmergencyRoom),
            Self::Respite => Some(HoldKind::Respite),
            Self::Away => Some(HoldKind::Away),
            _ => None,
        }
    }
}

/// Names of the fields of the steps at a closed door.
const STEPS: [&str; 8] = ["step1", "step2", "step3", "step4", "step5", "step6", "step7", "step8"];
/// How a step went; what is not chosen was not done.
const TRIED: [(&str, CallResult); 3] = [
    ("done, reached", CallResult::Reached),
    ("no answer", CallResult::NoAnswer),
    ("left message", CallResult::LeftMessage),
];
const ENDS: [(&str, DoorEnd); 3] = [
    ("found: the visit goes on", DoorEnd::Found),
    ("known to be out", DoorEnd::Out),
    ("not found: open an issue", DoorEnd::Missing),
];

/// The fields: of a visit, or of a client.
pub(crate) fn fields(visit: bool) -> Vec<Field> {
    let line = |name, label, help| Field::new(name, label, help, Value::Line(Line::default()));
    let when = |name, label, help| Field::new(name, label, help, Value::When(Line::default()));
    let answers: &[What] = if visit { &OF_VISIT } else { &OF_CLIENT };
    let words: Vec<&str> = answers.iter().map(|w| w.words()).collect();
    let tried: Vec<&str> = TRIED.iter().map(|t| t.0).collect();
    let ends: Vec<&str> = ENDS.iter().map(|e| e.0).collect();
    let mut fields = vec![
        Field::new("what", "What", "by digit", Value::choice(&words, false)),
        line("who", "Who", "who of the family does it"),
        when("at", "To", "the time to be asked about: 16:30, tue 9:00"),
        line("minutes", "Minutes", "how short"),
        line("place", "Where", "which hospital, at home, at a son's; may stay empty"),
        when("since", "Since", "now, unless you say: 05:40, -2h, yesterday 22:00"),
        when("home", "Home at", "now, unless you say: 14:00, yesterday 18:30"),
        when("expected", "Expected", "back at about: fri, 3/14; may stay empty"),
    ];
    for name in STEPS {
        let help = "how it went, by digit; what was not done stays empty";
        fields.push(Field::new(name, name, help, Value::choice(&tried, true)));
    }
    fields.push(Field::new("end", "Ended", "by digit", Value::choice(&ends, false)));
    fields.push(line("note", "Note", "why, in a few words"));
    fields
}

/// What is chosen.
fn what(form: &Form) -> Option<What> {
    let n = form.chosen("what")?;
    let answers: &[What] = if form.about.is_some() { &OF_VISIT } else { &OF_CLIENT };
    answers.get(n).copied()
}

/// Only what the chosen answer needs is asked.
pub(crate) fn reshape(form: &mut Form) {
    let chosen = what(form);
    let is = |what| chosen == Some(what);
    let medical = is(What::Hospital) || is(What::EmergencyRoom);
    let holds = chosen.is_some_and(|w| w.holds().is_some());
    form.show("who", is(What::Family));
    form.show("at", is(What::Move));
    form.show("minutes", is(What::Shorten));
    form.show("place", holds || is(What::Died));
    form.show("since", holds || is(What::Died));
    form.show("home", is(What::Home));
    form.show("expected", holds);
    form.show("end", is(What::Door));
    let door = is(What::Door);
    for name in STEPS {
        // A step without its words has not come yet.
        let known = form.field(name).is_some_and(|f| f.label != name);
        form.show(name, door && known);
    }
    let notes: &[&str] = match chosen {
        Some(What::Hospital) => &[
            "An inpatient stay of 24 h or more, other than for tests, starts the transfer",
            "and resumption clocks (42 CFR 484.55(d)(2)).",
        ],
        Some(What::EmergencyRoom) => {
            &["The ER or an observation day starts no clock; say it again if it becomes an admission."]
        }
        Some(What::Died) => &["All visits and series of this client end."],
        Some(What::Home) => &["What was held stands again; who goes within a day is asked."],
        _ => &[],
    };
    let ahead = if medical || holds || is(What::Died) { form.ahead.clone() } else { Vec::new() };
    form.notes = notes.iter().map(|n| (*n).to_owned()).chain(ahead).collect();
}

/// What follows has come.
pub(crate) fn arrived(form: &mut Form, ahead: &Ahead) {
    let mut lines = Vec::new();
    if let Some(held) = ahead.held {
        lines.push(format!("On hold already: {}.", held.word()));
    } else if ahead.visits > 0 {
        lines.push(format!("Visits ahead: {}.", ahead.visits));
    }
    if !ahead.on_the_way.is_empty() {
        lines.push(format!("On the way or due: {}", ahead.on_the_way.join("; ")));
    }
    if !ahead.tell.is_empty() {
        lines.push("To tell:".to_owned());
        lines.extend(ahead.tell.iter().map(|who| format!("  {who}")));
    }
    form.ahead = lines;
    for (n, (name, step)) in STEPS.iter().zip(&ahead.steps).enumerate() {
        if let Some(field) = form.field_mut(name) {
            let label = format!("{}. {} {}", n + 1, step.what, step.number);
            field.label = Cow::Owned(label.trim().to_owned());
        }
    }
    form.steps.clone_from(&ahead.steps);
}

/// The command.
pub(crate) fn command(form: &mut Form, now: Moment, zone: Zone) -> Option<Command> {
    let Some(what) = what(form) else {
        form.wrong("what", "what becomes of it? by digit");
        return None;
    };
    let client = match form.person {
        Some(Person::Client(client)) => Some(client),
        _ => None,
    };
    match (what, client) {
        (What::Door, _) => door(form),
        (What::Home, Some(client)) => {
            let at = form::moment(form, "home", now, zone);
            form.holds().then(|| Command::BackHome(BackHome { client, at, note: form.text("note") }))
        }
        (What::Died, Some(client)) => {
            let at = form::moment(form, "since", now, zone);
            let (place, note) = (form.text("place"), form.text("note"));
            form.holds().then_some(Command::TellDied(TellDied { client, at, place, note }))
        }
        (_, Some(client)) if what.holds().is_some() => hold(form, client, what.holds()?, now, zone),
        _ => of_visit(form, what, now, zone),
    }
}

fn hold(form: &mut Form, client: ClientId, kind: HoldKind, now: Moment, zone: Zone) -> Option<Command> {
    let since = form::moment(form, "since", now, zone);
    let expected = form::moment(form, "expected", now, zone);
    let (place, note) = (form.text("place"), form.text("note"));
    form.holds().then_some(Command::HoldClient(HoldClient { client, kind, since, expected, place, note }))
}

fn door(form: &mut Form) -> Option<Command> {
    let visit = VisitId(form.about?.subject);
    let mut tried = Vec::new();
    for (name, step) in STEPS.iter().zip(form.steps.clone()) {
        if let Some((_, result)) = form.chosen(name).and_then(|n| TRIED.get(n)) {
            tried.push(DoorTry { what: step.what, number: step.number, with: step.with, result: *result });
        }
    }
    let end = form.chosen("end").and_then(|n| ENDS.get(n)).map(|e| e.1);
    if end.is_none() {
        form.wrong("end", "how did it end? by digit");
    }
    if end == Some(DoorEnd::Out) && form.text("note").is_empty() {
        form.wrong("note", "where is the client, and who says so?");
    }
    if tried.is_empty() {
        form.wrong("step1", "which steps were taken? by digit");
    }
    let note = form.text("note");
    form.holds().then_some(Command::NoAnswerAtDoor(NoAnswerAtDoor { visit, tried, end: end?, note }))
}

fn of_visit(form: &mut Form, what: What, now: Moment, zone: Zone) -> Option<Command> {
    let visit = VisitId(form.about?.subject);
    let remedy = match what {
        What::Cancels => Some(Remedy::Cancels),
        What::Family => {
            if form.text("who").is_empty() {
                form.wrong("who", "who of the family?");
            }
            Some(Remedy::Family(form.text("who")))
        }
        What::Move => {
            if form.text("at").is_empty() {
                form.wrong("at", "to what time?");
            }
            form::moment(form, "at", now, zone).map(Remedy::Move)
        }
        What::Shorten => {
            let minutes = form.text("minutes").parse::<u16>().ok().filter(|m| (1..=1440).contains(m));
            if minutes.is_none() {
                form.wrong("minutes", "a number of minutes");
            }
            minutes.map(Remedy::Shorten)
        }
        _ => Some(Remedy::Missed),
    };
    let needs = matches!(remedy, Some(Remedy::Missed | Remedy::Cancels));
    if needs && form.text("note").is_empty() {
        form.wrong("note", "why? in a few words");
    }
    let note = form.text("note");
    form.holds().then_some(Command::LeaveOpen(LeaveOpen { visit, remedy: remedy?, note }))
}
