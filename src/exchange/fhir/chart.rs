//! The chart: Condition, MedicationRequest, MedicationStatement, AllergyIntolerance, CarePlan, CareTeam.

use super::node::{Bad, Node};
use super::people::physician;
use super::reference::{Reference, Target};
use super::values::{Concept, clip, day_of, period_days};
use super::{Cx, Mapped};
use crate::domain::fields::Fields;
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::domain::text::{Few, Text};
use crate::exchange::discipline::{is_physician, of_words};

fn entered_in_error(node: &Node<'_>) -> Result<bool, Bad> {
    let verified = match node.get("verificationStatus")? {
        Some(v) if v.value().is_object() => Concept::read(&v)?.has("entered-in-error"),
        Some(v) => v.value().as_str() == Some("entered-in-error"),
        None => false,
    };
    let status = node.get("status")?.and_then(|s| s.value().as_str().map(str::to_owned));
    Ok(verified || status.as_deref() == Some("entered-in-error"))
}

/// Sets a describing text, with a note when it had to be shortened.
fn set_text<const N: usize>(f: &mut Fields, field: &str, text: &str, cx: &mut Cx<'_>) {
    let (text, cut) = clip::<N>(text);
    if cut {
        cx.note(field, &format!("shortened to {N} bytes"));
    }
    f.set(field, &text);
}

/// Condition → diagnosis.
pub(super) fn diagnosis(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    if entered_in_error(node)? {
        return Ok(Mapped::Ignored("Condition (entered in error)"));
    }
    if Concept::of(node, "verificationStatus")?.is_some_and(|v| v.has("refuted")) {
        return Ok(Mapped::Ignored("Condition (refuted)"));
    }
    let client = match cx.patient(node, "subject")? {
        Ok(client) => client,
        Err(ignored) => return Ok(ignored),
    };
    let code = Concept::of(node, "code")?.unwrap_or_default();
    if code.text.is_empty() {
        return Err(Bad::new("code", "says neither words nor a code"));
    }
    let mut f = Fields::none();
    // A home care agency bills and plans by ICD-10-CM: that code is taken where there are several.
    let chosen = code.codes.iter().find(|(s, _)| s.to_ascii_lowercase().contains("icd-10")).or(code.codes.first());
    if let Some((_, c)) = chosen {
        f.set("code", &clip::<40>(c).0);
    }
    set_text::<200>(&mut f, "name", &code.text, cx);
    let onset = match day_of(node, "onsetDateTime")? {
        Some(day) => Some(day),
        None => period_days(node, "onsetPeriod")?.0,
    };
    let from = match onset {
        Some(day) => Some(day),
        None => day_of(node, "recordedDate")?,
    };
    if from.is_some() {
        f.set("from", &from);
    }
    let active = match Concept::of(node, "clinicalStatus")? {
        Some(status) => status.has("active") || status.has("recurrence") || status.has("relapse"),
        None => node.get("abatementDateTime")?.is_none() && node.get("abatementString")?.is_none(),
    };
    f.set("active", &active);
    cx.give(id, &code.text);
    cx.emit(Kind::Diagnosis, id, f, vec![Cx::client(&client)]);
    Ok(Mapped::Taken)
}

/// What a Medication is called: its code's words, else what it is made of.
pub(super) fn medicine(node: &Node<'_>) -> Result<String, Bad> {
    let code = Concept::of(node, "code")?.unwrap_or_default().text;
    if !code.is_empty() {
        return Ok(code);
    }
    let mut parts = Vec::new();
    node.each("ingredient", |i| {
        if let Some(c) = Concept::of(&i, "itemCodeableConcept")? {
            parts.push(c.text);
        } else if let Some(r) = i.with("itemReference", |r| Reference::read(&r).map(Some))? {
            parts.push(r.display);
        }
        Ok(())
    })?;
    parts.retain(|p| !p.is_empty());
    Ok(parts.join(" + "))
}

/// What is taken: its own concept, a contained medication or one that is named.
fn drug(node: &Node<'_>, cx: &Cx<'_>) -> Result<String, Bad> {
    if let Some(concept) = Concept::of(node, "medicationCodeableConcept")?
        && !concept.text.is_empty()
    {
        return Ok(concept.text);
    }
    let Some(reference) = node.with("medicationReference", |r| Reference::read(&r).map(Some))? else {
        return Ok(String::new());
    };
    let mut name = String::new();
    if let Target::Contained(inner) = &reference.to {
        super::contained(node, inner, |m| {
            name = medicine(&m)?;
            Ok(())
        })?;
    } else if let Some(found) = cx.dir.name_of(&reference, &["Medication"]) {
        name = found;
    }
    Ok(if name.is_empty() { reference.display } else { name })
}

/// Dose and times: the text, else what the structure says.
fn dose(node: &Node<'_>, name: &str) -> Result<String, Bad> {
    let mut out: Vec<String> = Vec::new();
    node.each(name, |d| {
        if let Some(text) = d.text("text")? {
            out.push(text.to_owned());
            return Ok(());
        }
        let mut parts: Vec<String> = Vec::new();
        d.each("doseAndRate", |r| {
            if let Some(q) = r.get("doseQuantity")?
                && let Some(value) = q.number("value")?
            {
                parts.push(format!("{value} {}", q.text("unit")?.unwrap_or_default()).trim().to_owned());
            }
            Ok(())
        })?;
        if let Some(timing) = d.get("timing")? {
            if let Some(code) = Concept::of(&timing, "code")? {
                parts.push(code.text);
            } else if let Some(r) = timing.get("repeat")?
                && let (Some(times), Some(every), Some(unit)) =
                    (r.number("frequency")?, r.number("period")?, r.text("periodUnit")?)
            {
                let unit = match unit {
                    "s" => "second",
                    "min" => "minute",
                    "h" => "hour",
                    "d" => "day",
                    "wk" => "week",
                    "mo" => "month",
                    "a" => "year",
                    other => other,
                };
                parts.push(if (every - 1.0).abs() < f64::EPSILON {
                    format!("{times}× a {unit}")
                } else {
                    format!("{times}× in {every} {unit}s")
                });
            }
        }
        if d.flag("asNeededBoolean")? == Some(true) {
            parts.push("as needed".to_owned());
        }
        if !parts.is_empty() {
            out.push(parts.join(", "));
        }
        Ok(())
    })?;
    Ok(out.join("; "))
}

/// MedicationRequest and MedicationStatement → a line of the medication list.
pub(super) fn medication(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    let request = id.starts_with("MedicationRequest/");
    let status = node.text("status")?.unwrap_or("unknown");
    match status {
        "entered-in-error" => return Ok(Mapped::Ignored("Medication (entered in error)")),
        "draft" => return Ok(Mapped::Ignored("MedicationRequest (draft)")),
        _ => {}
    }
    if request && node.flag("doNotPerform")? == Some(true) {
        return Ok(Mapped::Ignored("MedicationRequest (an order not to give)"));
    }
    if request && matches!(node.text("intent")?, Some("proposal" | "option")) {
        return Ok(Mapped::Ignored("MedicationRequest (only proposed)"));
    }
    let client = match cx.patient(node, "subject")? {
        Ok(client) => client,
        Err(ignored) => return Ok(ignored),
    };
    let name = drug(node, cx)?;
    if name.is_empty() {
        return Err(Bad::new("medication", "not said which"));
    }
    let mut f = Fields::none();
    set_text::<200>(&mut f, "name", &name, cx);
    let dose = dose(node, if request { "dosageInstruction" } else { "dosage" })?;
    if !dose.is_empty() {
        set_text::<200>(&mut f, "dose", &dose, cx);
    }
    let from = if request {
        day_of(node, "authoredOn")?
    } else {
        match period_days(node, "effectivePeriod")?.0 {
            Some(day) => Some(day),
            None => day_of(node, "effectiveDateTime")?,
        }
    };
    if from.is_some() {
        f.set("from", &from);
    }
    f.set("active", &matches!(status, "active" | "intended"));
    cx.emit(Kind::Medication, id, f, vec![Cx::client(&client)]);
    Ok(Mapped::Taken)
}

/// AllergyIntolerance → allergy.
pub(super) fn allergy(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    if entered_in_error(node)? {
        return Ok(Mapped::Ignored("AllergyIntolerance (entered in error)"));
    }
    if Concept::of(node, "verificationStatus")?.is_some_and(|v| v.has("refuted")) {
        return Ok(Mapped::Ignored("AllergyIntolerance (refuted)"));
    }
    let code = Concept::of(node, "code")?.unwrap_or_default();
    // “No known allergies” is no allergy (SNOMED CT 716186003 and its kin).
    if ["716186003", "409137002", "428607008", "429625007"].iter().any(|c| code.has(c)) {
        return Ok(Mapped::Ignored("AllergyIntolerance (none known)"));
    }
    let client = match cx.patient(node, "patient")? {
        Ok(client) => client,
        Err(ignored) => return Ok(ignored),
    };
    let (mut substances, mut reactions) = (Vec::new(), Vec::new());
    node.each("reaction", |r| {
        if let Some(s) = Concept::of(&r, "substance")? {
            substances.push(s.text);
        }
        let severe = r.text("severity")?.unwrap_or_default().to_owned();
        for m in Concept::list(&r, "manifestation")? {
            let text = if severe.is_empty() { m.text } else { format!("{} ({severe})", m.text) };
            if !reactions.contains(&text) {
                reactions.push(text);
            }
        }
        Ok(())
    })?;
    let name = if code.text.is_empty() { substances.join(", ") } else { code.text };
    if name.is_empty() {
        return Err(Bad::new("code", "not said to what"));
    }
    let mut f = Fields::none();
    set_text::<160>(&mut f, "name", &name, cx);
    if !reactions.is_empty() {
        set_text::<160>(&mut f, "reaction", &reactions.join(", "), cx);
    }
    f.set("active", &Concept::of(node, "clinicalStatus")?.is_none_or(|s| s.has("active")));
    cx.emit(Kind::Allergy, id, f, vec![Cx::client(&client)]);
    Ok(Mapped::Taken)
}

/// The text of what a plan names: contained, in the files, or as the reference says it.
fn named(root: &Node<'_>, reference: &Reference, cx: &mut Cx<'_>) -> Result<Option<String>, Bad> {
    let mut text = String::new();
    if let Target::Contained(inner) = &reference.to {
        super::contained(root, inner, |r| {
            for member in ["description", "code"] {
                if text.is_empty()
                    && let Some(node) = r.get(member)?
                    && node.value().is_object()
                {
                    text = Concept::read(&node)?.text;
                }
            }
            Ok(())
        })?;
    } else if let Some(found) = cx.dir.name_of(reference, &["Condition", "Goal"]) {
        text = found;
    }
    if text.is_empty() {
        text.clone_from(&reference.display);
    }
    if text.is_empty() {
        cx.dangling(&reference.path, "not in these files, and no words are given");
        return Ok(None);
    }
    Ok(Some(text))
}

fn few<const T: usize, const N: usize>(items: &[String], field: &str, cx: &mut Cx<'_>) -> Few<Text<T>, N> {
    if items.len() > N {
        cx.note(field, &format!("{} given, the first {N} are kept", items.len()));
    }
    Few::clip(items.iter().take(N).map(|i| clip(i).0).collect())
}

/// CarePlan → care plan.
pub(super) fn care_plan(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    let status = node.text("status")?.unwrap_or("unknown");
    if status == "entered-in-error" {
        return Ok(Mapped::Ignored("CarePlan (entered in error)"));
    }
    let client = match cx.patient(node, "subject")? {
        Ok(client) => client,
        Err(ignored) => return Ok(ignored),
    };
    let (mut problems, mut goals, mut acts) = (Vec::new(), Vec::new(), Vec::new());
    node.each("addresses", |a| {
        problems.extend(named(node, &Reference::read(&a)?, cx)?);
        Ok(())
    })?;
    node.each("goal", |g| {
        goals.extend(named(node, &Reference::read(&g)?, cx)?);
        Ok(())
    })?;
    node.each("activity", |a| {
        if let Some(detail) = a.get("detail")? {
            let code = Concept::of(&detail, "code")?.unwrap_or_default();
            let text = detail.text("description")?.map_or(code.text, str::to_owned);
            if !text.is_empty() {
                acts.push(text);
            }
        } else if let Some(r) = a.get("reference")? {
            let reference = Reference::read(&r)?;
            if !reference.display.is_empty() {
                acts.push(reference.display);
            }
        }
        Ok(())
    })?;
    let categories = Concept::list(node, "category")?;
    let title = match (node.text("title")?, categories.iter().find(|c| !c.text.is_empty()), node.text("description")?) {
        (Some(title), ..) => title.to_owned(),
        (None, Some(category), _) => category.text.clone(),
        (None, None, Some(words)) => words.to_owned(),
        (None, None, None) => "Care plan".to_owned(),
    };
    let mut f = Fields::none();
    set_text::<160>(&mut f, "title", &title, cx);
    f.set("problems", &few::<200, 20>(&problems, "addresses", cx));
    f.set("goals", &few::<200, 20>(&goals, "goal", cx));
    f.set("interventions", &few::<200, 30>(&acts, "activity", cx));
    let (from, until) = period_days(node, "period")?;
    if from.is_some() {
        f.set("from", &from);
    }
    if until.is_some() {
        f.set("review", &until);
    }
    f.set("active", &(status == "active"));
    cx.emit(Kind::CarePlan, id, f, vec![Cx::client(&client)]);
    Ok(Mapped::Taken)
}

/// CareTeam → memberships of our people, contacts for physicians outside.
pub(super) fn care_team(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    let status = node.text("status")?.unwrap_or("active");
    if matches!(status, "entered-in-error" | "proposed") {
        return Ok(Mapped::Ignored("CareTeam (proposed or entered in error)"));
    }
    let client = match cx.patient(node, "subject")? {
        Ok(client) => client,
        Err(ignored) => return Ok(ignored),
    };
    let (team_from, mut team_until) = period_days(node, "period")?;
    if status == "inactive" && team_until.is_none() {
        // Over, since when is not said: since it was last written, which stays the same from import to import.
        team_until = match node.get("meta")? {
            Some(meta) => day_of(&meta, "lastUpdated")?,
            None => None,
        };
        if team_until.is_none() {
            return Ok(Mapped::Ignored("CareTeam (no longer active, since when is not said)"));
        }
    }
    node.each("participant", |p| {
        let Some(member) = p.with("member", |m| Reference::read(&m).map(Some))? else { return Ok(()) };
        let member_kind = cx.dir.kind(&member);
        if matches!(member_kind.as_str(), "Patient" | "RelatedPerson" | "CareTeam") {
            return Ok(());
        }
        let roles = Concept::list(&p, "role")?;
        let role = roles.iter().map(|r| r.text.as_str()).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
        let words = roles.iter().map(|r| r.words.as_str()).collect::<Vec<_>>().join(" ");
        let person = cx.dir.person(&member);
        let known = person.as_ref().and_then(|id| cx.dir.practitioners.get(id));
        let ours = match known {
            Some(known) => known.is_staff(),
            // Not in these files: perhaps already here. A physician's role makes a contact of them.
            None => person.is_some() && !is_physician(&words),
        };
        if !ours {
            if known.is_none() && member_kind == "Organization" {
                return Ok(());
            }
            let word = if role.is_empty() { "physician" } else { &role };
            return physician(node, &member, &client, word, cx);
        }
        let discipline = of_words(&words).or(known.and_then(|k| k.discipline)).unwrap_or(Discipline::Other);
        let Some(person) = person else { return Ok(()) };
        let (from, until) = period_days(&p, "period")?;
        let mut f = Fields::none();
        set_text::<60>(&mut f, "role", &role, cx);
        f.set("discipline", &discipline);
        let lead = words.to_lowercase();
        if lead.contains("case manager") || lead.contains("coordinator") {
            f.set("lead", &true);
        }
        if let Some(from) = from.or(team_from) {
            f.set("from", &Some(from));
        }
        let until = until.or(team_until);
        if until.is_some() {
            f.set("until", &until);
        }
        let key = super::directory::lasting(&role);
        let staff = ("staff".to_owned(), Kind::Staff, person.clone());
        cx.emit(Kind::Membership, &format!("{id}#{person}:{key}"), f, vec![Cx::client(&client), staff]);
        Ok(())
    })?;
    Ok(Mapped::Taken)
}
