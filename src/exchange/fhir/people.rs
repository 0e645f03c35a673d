//! People: Patient, RelatedPerson, Practitioner.

use super::node::{Bad, Node};
use super::reference::{Reference, Target};
use super::values::{Concept, Names, addresses, clip, day_of, fit, join, languages, period_days, phones};
use super::{Cx, Mapped};
use crate::domain::client::ClientStatus;
use crate::domain::contact::ContactKind;
use crate::domain::fields::Fields;
use crate::domain::person::{Address, Sex};
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::domain::text::{Few, Text};
use crate::domain::time::Day;
use crate::exchange::table::names::split_name;

/// Patient → client.
pub(super) fn client(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    let names = Names::read(node, "name")?;
    let mut f = Fields::none();
    set_names(&mut f, &names);
    if names.is_empty() {
        cx.note("name", "no name is given");
    }
    if let Some(born) = day_of(node, "birthDate")? {
        f.set("born", &born);
    }
    if let Some(mrn) = mrn(node)? {
        f.set("mrn", &mrn);
    }
    if let Some(gender) = node.text("gender")? {
        let sex = match gender {
            "female" => Sex::Female,
            "male" => Sex::Male,
            "other" => Sex::Other,
            "unknown" => Sex::Unknown,
            _ => return Err(Bad::new(join(node, "gender"), "not one of female, male, other, unknown")),
        };
        f.set("sex", &sex);
    }
    extensions(node, &mut f)?;
    set_contact_points(node, &mut f, cx, "address", true)?;
    if let Some(languages) = languages(node)? {
        f.set("languages", &languages);
    }
    // A deceased client is `died`, whatever `active` says.
    let died_on = day_of(node, "deceasedDateTime")?;
    if died_on.is_some() || node.flag("deceasedBoolean")? == Some(true) {
        f.set("status", &ClientStatus::Died);
        if let Some(day) = died_on {
            f.set("status_since", &Some(day));
        }
    } else if let Some(active) = node.flag("active")? {
        f.set("status", if active { &ClientStatus::Active } else { &ClientStatus::Discharged });
    }
    cx.emit(Kind::Client, id, f, Vec::new());
    Ok(Mapped::Taken)
}

/// Identifier of type MR, else the one that is called usual or official and is not another paper's number.
fn mrn(node: &Node<'_>) -> Result<Option<Text<40>>, Bad> {
    let mut best: Option<(u8, Text<40>)> = None;
    let mut one = |i: Node<'_>| -> Result<(), Bad> {
        let Some(value) = i.text("value")? else { return Ok(()) };
        let kind = Concept::of(&i, "type")?.unwrap_or_default();
        let rank = match i.text("use")? {
            Some("old") => return Ok(()),
            _ if kind.has("MR") => 0,
            _ if !kind.codes.is_empty() => return Ok(()),
            Some("usual") => 1,
            Some("official") => 2,
            _ => return Ok(()),
        };
        if best.as_ref().is_none_or(|(r, _)| rank < *r) {
            best = Some((rank, fit(&join(&i, "value"), value)?));
        }
        Ok(())
    };
    match node.get("identifier")? {
        Some(list) if list.value().is_array() => node.each("identifier", &mut one)?,
        Some(single) => one(single)?,
        None => {}
    }
    Ok(best.map(|(_, mrn)| mrn))
}

fn extensions(node: &Node<'_>, f: &mut Fields) -> Result<(), Bad> {
    node.each("extension", |e| {
        match e.text("url")?.and_then(|u| u.rsplit('/').next()) {
            Some("patient-interpreterRequired") => {
                if let Some(needed) = e.flag("valueBoolean")? {
                    f.set("interpreter", &needed);
                }
            }
            Some("patient-genderIdentity" | "us-core-genderIdentity") => {
                if let Some(c) = Concept::of(&e, "valueCodeableConcept")? {
                    f.set("gender", &clip::<40>(&c.text).0);
                }
            }
            _ => {}
        }
        Ok(())
    })
}

fn set_names(f: &mut Fields, names: &Names) {
    if names.is_empty() {
        return;
    }
    f.set("name.family", &names.family);
    f.set("name.given", &names.given);
    if !names.preferred.is_empty() {
        f.set("name.preferred", &names.preferred);
    }
    if !names.former.is_empty() {
        f.set("name.former", &names.former);
    }
}

fn set_contact_points(node: &Node<'_>, f: &mut Fields, cx: &mut Cx<'_>, field: &str, others: bool) -> Result<(), Bad> {
    let mut dropped = Vec::new();
    if let Some(phones) = phones(node, &mut dropped)? {
        f.set("phones", &phones);
    }
    for why in dropped {
        cx.note("telecom", &why);
    }
    let mut all = addresses(node, "address")?.into_iter();
    if let Some(Address { street, town, region, postcode }) = all.next() {
        f.set(&format!("{field}.street"), &street);
        f.set(&format!("{field}.town"), &town);
        f.set(&format!("{field}.region"), &region);
        f.set(&format!("{field}.postcode"), &postcode);
        let rest: Vec<Address> = all.collect();
        if others && !rest.is_empty() {
            f.set("other_addresses", &Few::<Address, 3>::clip(rest));
        }
    }
    Ok(())
}

/// What a relationship means: kind, words, and whether this is whom to call first.
fn relation(concepts: &[Concept]) -> (ContactKind, Text<60>, bool) {
    let family = [
        "FAMMEMB",
        "CHILD",
        "DAU",
        "DAUC",
        "SON",
        "SONC",
        "NCHILD",
        "SPS",
        "HUSB",
        "WIFE",
        "DOMPART",
        "SIGOTHR",
        "PRN",
        "MTH",
        "FTH",
        "NMTH",
        "NFTH",
        "SIB",
        "BRO",
        "SIS",
        "GRNDCHILD",
        "GRPRN",
        "GRMTH",
        "GRFTH",
        "NIENEPH",
        "NEPHEW",
        "NIECE",
        "AUNT",
        "UNCLE",
        "COUSN",
        "INLAW",
        "DAUINLAW",
        "SONINLAW",
        "STPCHLD",
        "FAMMEMB",
        "EXT",
        "N",
    ];
    let kind = if concepts.iter().any(|c| c.codes.iter().any(|(_, code)| family.contains(&code.as_str()))) {
        ContactKind::Family
    } else {
        let words: String = concepts.iter().map(|c| c.words.to_lowercase() + " ").collect();
        let kin = [
            "daughter", "son", "wife", "husband", "spouse", "mother", "father", "parent", "sister", "brother", "child",
            "niece", "nephew", "aunt", "uncle", "cousin", "partner", "family", "kin", "sibling", "grand",
        ];
        if kin.iter().any(|k| words.contains(k)) { ContactKind::Family } else { ContactKind::Other }
    };
    let first = concepts.iter().any(|c| c.codes.iter().any(|(s, code)| code == "C" && s.ends_with("v2-0131")));
    let word = |c: &Concept| match c.text.as_str() {
        "N" => "next of kin".to_owned(),
        "C" => "emergency contact".to_owned(),
        text => text.to_owned(),
    };
    let mut words: Vec<String> = concepts.iter().map(word).filter(|t| !t.is_empty()).collect();
    words.dedup();
    (kind, clip(&words.join(", ")).0, first)
}

/// Patient.contact and Patient.generalPractitioner → contacts.
pub(super) fn contacts_of(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    node.each("contact", |c| {
        let names = Names::read(&c, "name")?;
        let (kind, relation, first) = relation(&Concept::list(&c, "relationship")?);
        let mut f = Fields::none();
        set_names(&mut f, &names);
        let mut who = format!("{} {} {}", names.family.as_str(), names.given.as_str(), relation.as_str());
        if names.is_empty() {
            // An organisation as contact has no name of its own.
            let Some(reference) = c.with("organization", |r| Reference::read(&r).map(Some))? else { return Ok(()) };
            let name = cx.dir.name_of(&reference, &["Organization"]).unwrap_or_else(|| reference.display.clone());
            if name.is_empty() {
                return Ok(());
            }
            f.set("name.family", &clip::<80>(&name).0);
            who = name;
        }
        f.set("kind", &kind);
        f.set("relation", &relation);
        if first {
            f.set("first", &true);
        }
        let mut dropped = Vec::new();
        if let Some(phones) = phones(&c, &mut dropped)? {
            f.set("phones", &phones);
        }
        for why in dropped {
            cx.note("contact", &why);
        }
        let key = super::directory::lasting(&crate::domain::search::fold(&who));
        cx.emit(Kind::Contact, &format!("{id}#contact:{key}"), f, vec![Cx::client(id)]);
        Ok(())
    })?;
    node.each("generalPractitioner", |g| {
        let reference = Reference::read(&g)?;
        physician(node, &reference, id, "PCP", cx)
    })?;
    Ok(Mapped::Taken)
}

/// A physician outside the agency, or a practice, as a contact of this client.
pub(super) fn physician(
    root: &Node<'_>,
    reference: &Reference,
    client: &str,
    relation: &str,
    cx: &mut Cx<'_>,
) -> Result<(), Bad> {
    let mut f = Fields::none();
    let mut key = String::new();
    if let Target::Contained(inner) = &reference.to {
        super::contained(root, inner, |r| {
            let names = Names::read(&r, "name")?;
            set_names(&mut f, &names);
            key = format!("#{inner}");
            Ok(())
        })?;
    } else if let Some(person) = cx.dir.person(reference) {
        if let Some(p) = cx.dir.practitioners.get(&person) {
            if p.is_staff() {
                // The agency's own people are on the care team, not among the contacts.
                return Ok(());
            }
            set_names(&mut f, &p.names);
            f.set("phones", &p.phones);
            f.set("npi", &clip::<20>(&p.npi).0);
        }
        key = person;
    } else if let Some(id) = cx.dir.resolve(reference, &["Organization"]) {
        if let Some(name) = cx.dir.name_of(reference, &["Organization"]) {
            f.set("name.family", &clip::<80>(&name).0);
        }
        key = id;
    }
    if f.is_empty() {
        // Not in the files: what the reference says of them is kept as text.
        if reference.display.is_empty() {
            cx.dangling(&reference.path, "not in these files, and no name is given");
            return Ok(());
        }
        cx.dangling(&reference.path, "not in these files: the name is kept");
        let parts = split_name(strip_title(&reference.display));
        f.set("name.family", &clip::<80>(&parts.family).0);
        f.set("name.given", &clip::<80>(&parts.given).0);
        if key.is_empty() {
            key = super::directory::lasting(&crate::domain::search::fold(&reference.display));
        }
    }
    f.set("kind", &ContactKind::Physician);
    f.set("relation", &clip::<60>(relation).0);
    cx.emit(Kind::Contact, &format!("{client}#physician:{key}"), f, vec![Cx::client(client)]);
    Ok(())
}

fn strip_title(name: &str) -> &str {
    let name = name.trim();
    ["Dr. ", "Dr ", "Doctor ", "Prof. "].iter().find_map(|t| name.strip_prefix(t)).unwrap_or(name)
}

/// RelatedPerson → contact.
pub(super) fn related(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    if node.flag("active")? == Some(false) {
        return Ok(Mapped::Ignored("RelatedPerson (no longer active)"));
    }
    let client = match cx.patient(node, "patient")? {
        Ok(client) => client,
        Err(ignored) => return Ok(ignored),
    };
    let names = Names::read(node, "name")?;
    let (kind, relation, first) = relation(&Concept::list(node, "relationship")?);
    let mut f = Fields::none();
    set_names(&mut f, &names);
    if names.is_empty() {
        cx.note("name", "no name is given");
    }
    f.set("kind", &kind);
    f.set("relation", &relation);
    if first {
        f.set("first", &true);
    }
    let mut dropped = Vec::new();
    if let Some(phones) = phones(node, &mut dropped)? {
        f.set("phones", &phones);
    }
    for why in dropped {
        cx.note("telecom", &why);
    }
    cx.emit(Kind::Contact, id, f, vec![Cx::client(&client)]);
    Ok(Mapped::Taken)
}

/// Practitioner → staff, unless a physician outside.
pub(super) fn staff(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    let Some(known) = cx.dir.practitioners.get(id) else {
        return Err(Bad::new("", "could not be read"));
    };
    if !known.is_staff() {
        return Ok(Mapped::Ignored(if known.named {
            "Practitioner (physician outside, kept as contact of whoever names them)"
        } else {
            "Practitioner (physician outside, named by no client)"
        }));
    }
    let (discipline, title, role_phones) = (known.discipline, known.title.clone(), known.phones.clone());
    let names = Names::read(node, "name")?;
    let mut f = Fields::none();
    set_names(&mut f, &names);
    if names.is_empty() {
        cx.note("name", "no name is given");
    }
    f.set("discipline", &discipline.unwrap_or(Discipline::Other));
    if discipline.is_none() && !title.is_empty() {
        f.set("note", &title);
    }
    set_contact_points(node, &mut f, cx, "base", false)?;
    if f.get("phones").is_none() && !role_phones.is_empty() {
        f.set("phones", &role_phones);
    }
    if let Some(languages) = languages(node)? {
        f.set("languages", &languages);
    }
    if let Some(active) = node.flag("active")? {
        f.set("active", &active);
    }
    cx.emit(Kind::Staff, id, f, Vec::new());
    Ok(Mapped::Taken)
}

/// Practitioner.qualification → credentials of staff, where they say a number or an end.
pub(super) fn credentials(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    if !cx.dir.practitioners.get(id).is_some_and(super::directory::Practitioner::is_staff) {
        return Ok(Mapped::Taken);
    }
    node.each("qualification", |q| {
        let kind = Concept::of(&q, "code")?.unwrap_or_default();
        let (_, end): (_, Option<Day>) = period_days(&q, "period")?;
        let mut number = None;
        q.each("identifier", |i| {
            number = number.take().or(i.text("value")?.map(str::to_owned));
            Ok(())
        })?;
        if kind.text.is_empty() || (end.is_none() && number.is_none()) {
            return Ok(());
        }
        let mut f = Fields::none();
        f.set("kind", &clip::<60>(&kind.text).0);
        if let Some(number) = &number {
            f.set("number", &clip::<60>(number).0);
        }
        f.set("expires", &end);
        let key = super::directory::lasting(&crate::domain::search::fold(&kind.text));
        cx.emit(
            Kind::Credential,
            &format!("{id}#credential:{key}"),
            f,
            vec![("staff".to_owned(), Kind::Staff, id.to_owned())],
        );
        Ok(())
    })?;
    Ok(Mapped::Taken)
}
