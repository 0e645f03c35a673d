//! What happened and what is planned: Encounter → visit or hospital stay, Appointment → visit.

use super::node::{Bad, Node};
use super::reference::Reference;
use super::values::{Concept, clip, fit, moment_of, period};
use super::{Cx, Mapped};
use crate::domain::fields::Fields;
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::domain::text::Text;
use crate::domain::time::{Civil, DAY, MINUTE, Moment};
use crate::domain::visit::{Actual, Answer, Source, VisitState};
use crate::exchange::discipline::of_words;
use std::fmt::Write as _;

/// An open stay that began before this is a record that nobody closed, not somebody in hospital.
const OPEN_STAY: i64 = 60 * DAY;

/// What an encounter's class makes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Home,
    Inpatient,
    Emergency,
    Other,
}

/// The class of an encounter: R4 has one coding.
pub(super) fn class(node: &Node<'_>) -> Result<(Class, String), Bad> {
    let code = match node.get("class")? {
        Some(c) => c.text("code")?.unwrap_or_default().to_owned(),
        None => String::new(),
    };
    let class = match code.to_ascii_uppercase().as_str() {
        "HH" | "HOME" => Class::Home,
        "IMP" | "ACUTE" | "NONAC" => Class::Inpatient,
        "EMER" => Class::Emergency,
        _ => Class::Other,
    };
    Ok((class, code))
}

/// The people of an encounter's or appointment's participants, in order.
pub(super) fn participants(node: &Node<'_>) -> Result<Vec<(Reference, Option<String>)>, Bad> {
    let mut out = Vec::new();
    node.each("participant", |p| {
        for member in ["individual", "actor"] {
            if let Some(r) = p.get(member)? {
                out.push((Reference::read(&r)?, p.text("status")?.map(str::to_owned)));
            }
        }
        Ok(())
    })?;
    Ok(out)
}

/// Encounter → visit, stay or nothing.
pub(super) fn encounter(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    let (class, code) = class(node)?;
    let status = node.text("status")?.unwrap_or("unknown").to_owned();
    if status == "entered-in-error" {
        return Ok(Mapped::Ignored("Encounter (entered in error)"));
    }
    if class == Class::Other {
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        return Ok(Mapped::IgnoredAs(format!(
            "Encounter (class {})",
            if code.is_empty() { "not said" } else { &code }
        )));
    }
    let client = match cx.patient(node, "subject")? {
        Ok(client) => client,
        Err(ignored) => return Ok(ignored),
    };
    let (from, until) = period(node, "period", cx.zone)?;
    let Some(from) = from else {
        return Err(Bad::new("period.start", "not said when"));
    };
    if class == Class::Home {
        home_visit(node, id, &client, &status, from, until, cx)
    } else {
        stay(node, id, &client, class == Class::Inpatient, &status, from, until, cx)
    }
}

/// What was or will be done, in words.
fn service(node: &Node<'_>) -> Result<(String, String), Bad> {
    let mut text = String::new();
    let mut words = String::new();
    for member in ["type", "serviceType", "reasonCode", "specialty", "appointmentType"] {
        let concepts = match node.get(member)? {
            Some(list) if list.value().is_array() => Concept::list(node, member)?,
            Some(_) => Concept::of(node, member)?.into_iter().collect(),
            None => Vec::new(),
        };
        for concept in concepts {
            if text.is_empty() && member != "specialty" && member != "appointmentType" {
                text.clone_from(&concept.text);
            }
            words.push_str(&concept.words);
            words.push(' ');
        }
    }
    Ok((text, words))
}

/// References to who goes, the first one's discipline, and what they answered.
type Who = (Vec<(String, Kind, String)>, Option<Discipline>, Option<String>);

/// Who goes: references to people of ours; a name alone, or one that finds nobody, is kept in the service's words.
fn who(people: &[(Reference, Option<String>)], service: &mut String, cx: &mut Cx<'_>) -> Who {
    let mut refs = Vec::new();
    let (mut discipline, mut answer) = (None, None);
    for (reference, status) in people {
        if !matches!(cx.dir.kind(reference).as_str(), "" | "Practitioner" | "PractitionerRole") {
            continue;
        }
        if let Some(person) = cx.dir.person(reference) {
            let known = cx.dir.practitioners.get(&person);
            let field = match refs.len() {
                0 => "staff",
                1 => "second",
                _ => continue,
            };
            if refs.is_empty() {
                discipline = known.and_then(|k| k.discipline);
                answer.clone_from(status);
            }
            refs.push((field.to_owned(), Kind::Staff, person));
        } else if !reference.display.is_empty() {
            cx.dangling(&reference.path, "not in these files: the name is kept");
            let _ = write!(service, " ({})", reference.display);
        } else {
            cx.dangling(&reference.path, "not in these files, and no name is given");
        }
    }
    (refs, discipline, answer)
}

fn minutes(from: Moment, until: Option<Moment>) -> Option<u16> {
    let ms = until?.since(from);
    // More than a day is a date that was meant otherwise.
    (0..=DAY).contains(&ms).then(|| u16::try_from(ms / MINUTE).unwrap_or(1440))
}

fn home_visit(
    node: &Node<'_>,
    id: &str,
    client: &str,
    status: &str,
    from: Moment,
    until: Option<Moment>,
    cx: &mut Cx<'_>,
) -> Result<Mapped, Bad> {
    let state = match status {
        "planned" => VisitState::Planned,
        "arrived" | "triaged" | "in-progress" | "onleave" => VisitState::InProgress,
        "cancelled" => VisitState::Cancelled,
        "finished" => VisitState::Done,
        _ if from < cx.now => VisitState::Done,
        _ => VisitState::Planned,
    };
    let (mut text, words) = service(node)?;
    let (mut refs, discipline, _) = who(&participants(node)?, &mut text, cx);
    let mut f = Fields::none();
    f.set("discipline", &discipline.or_else(|| of_words(&words)).unwrap_or(Discipline::Other));
    f.set("service", &clip::<80>(&text).0);
    f.set("start", &Civil::of(from, cx.zone));
    f.set("minutes", &minutes(from, until).unwrap_or(60));
    if !refs.is_empty() && state != VisitState::Cancelled {
        f.set("answer", if state == VisitState::Done { &Answer::Told } else { &Answer::Planned });
    }
    f.set("state", &state);
    // An encounter's period is what happened, not what was planned.
    if matches!(state, VisitState::Done | VisitState::InProgress) {
        f.set("arrived", &Some(Actual { at: from, source: Source::Import }));
    }
    if state == VisitState::Done
        && let Some(at) = until
    {
        f.set("left", &Some(Actual { at, source: Source::Import }));
    }
    let length = minutes(from, until).unwrap_or(60);
    f.set("history", &(from < cx.now && !under_way(state, from, length, cx.now)));
    refs.insert(0, Cx::client(client));
    cx.emit(Kind::Visit, id, f, refs);
    Ok(Mapped::Taken)
}

/// One that is still to be made or under way is no history: whoever is late for it is missed today.
fn under_way(state: VisitState, from: Moment, minutes: u16, now: Moment) -> bool {
    let open = matches!(state, VisitState::Planned | VisitState::Confirmed | VisitState::InProgress);
    open && now < from.plus(i64::from(minutes) * MINUTE)
}

#[allow(clippy::too_many_arguments)] // what an encounter says, once
fn stay(
    node: &Node<'_>,
    id: &str,
    client: &str,
    inpatient: bool,
    status: &str,
    from: Moment,
    until: Option<Moment>,
    cx: &mut Cx<'_>,
) -> Result<Mapped, Bad> {
    if status == "cancelled" {
        return Ok(Mapped::Ignored("Encounter (cancelled stay)"));
    }
    let mut facility = String::new();
    if let Some(reference) = node.with("serviceProvider", |r| Reference::read(&r).map(Some))? {
        facility = cx.dir.name_of(&reference, &["Organization"]).unwrap_or(reference.display);
    }
    if facility.is_empty() {
        node.each("location", |l| {
            if let Some(reference) = l.with("location", |r| Reference::read(&r).map(Some))?
                && facility.is_empty()
            {
                facility = cx.dir.name_of(&reference, &["Location"]).unwrap_or(reference.display);
            }
            Ok(())
        })?;
    }
    let mut f = Fields::none();
    f.set("facility", &clip::<120>(&facility).0);
    f.set("from", &from);
    f.set("inpatient", &inpatient);
    if let Some(until) = until {
        f.set("until", &Some(until));
        let home = match node.get("hospitalization")? {
            Some(h) => Concept::of(&h, "dischargeDisposition")?.is_some_and(|d| d.has("home") || d.has("hosp-home")),
            None => false,
        };
        if home {
            f.set("home_at", &Some(until));
        }
    }
    // Over, or never closed: history. Somebody who is in hospital now is not.
    let open = until.is_none_or(|u| u > cx.now) && status != "finished";
    f.set("history", &(from < cx.now && !(open && cx.now.since(from) < OPEN_STAY)));
    cx.emit(Kind::Stay, id, f, vec![Cx::client(client)]);
    Ok(Mapped::Taken)
}

/// Appointment → visit.
pub(super) fn appointment(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    let status = node.text("status")?.unwrap_or("booked").to_owned();
    match status.as_str() {
        "entered-in-error" => return Ok(Mapped::Ignored("Appointment (entered in error)")),
        "waitlist" => return Ok(Mapped::Ignored("Appointment (waiting list)")),
        _ => {}
    }
    let people = participants(node)?;
    let Some((patient, _)) = people.iter().find(|(r, _)| cx.dir.kind(r) == "Patient") else {
        return Ok(Mapped::Ignored("Appointment (not about a patient)"));
    };
    let Some(client) = cx.dir.resolve(patient, &["Patient"]) else {
        return Err(Bad::new(&patient.path, "the patient is not in these files"));
    };
    let Some(from) = moment_of(node, "start", cx.zone)? else {
        return Err(Bad::new("start", "not said when"));
    };
    let until = moment_of(node, "end", cx.zone)?;
    let length = match node.number("minutesDuration")? {
        Some(n) if (1.0..=1440.0).contains(&n) => Some(n as u16),
        _ => minutes(from, until),
    };
    let past = from < cx.now;
    let state = match status.as_str() {
        "arrived" | "checked-in" => VisitState::InProgress,
        "fulfilled" => VisitState::Done,
        "cancelled" => VisitState::Cancelled,
        "noshow" => VisitState::Missed,
        _ => VisitState::Planned,
    };
    let (mut text, words) = service(node)?;
    if text.is_empty() {
        node.text("description")?.unwrap_or_default().clone_into(&mut text);
    }
    let (mut refs, discipline, said) = who(&people, &mut text, cx);
    let mut f = Fields::none();
    f.set("discipline", &discipline.or_else(|| of_words(&words)).unwrap_or(Discipline::Other));
    f.set("service", &clip::<80>(&text).0);
    f.set("start", &Civil::of(from, cx.zone));
    f.set("minutes", &length.unwrap_or(60));
    if !refs.is_empty() {
        let answer = match (state, said.as_deref()) {
            (VisitState::Done, _) => Answer::Told,
            (_, Some("accepted")) => Answer::Yes,
            (_, Some("declined")) => Answer::No,
            (_, Some("needs-action" | "tentative")) => Answer::Asked,
            _ => Answer::Planned,
        };
        f.set("answer", &answer);
    }
    f.set("state", &state);
    if let Some(reason) = Concept::of(node, "cancelationReason")? {
        let reason: Text<200> = fit("cancelationReason", &reason.text)?;
        f.set("reason", &reason);
    }
    f.set("history", &(past && !under_way(state, from, length.unwrap_or(60), cx.now)));
    refs.insert(0, ("client".to_owned(), Kind::Client, client));
    cx.emit(Kind::Visit, id, f, refs);
    Ok(Mapped::Taken)
}
