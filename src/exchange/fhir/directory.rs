//! Who and what the files name: people, places and lists, held in memory because everything else refers to them. It
//! grows with people and places, not with what happened.

use super::node::{Bad, Node};
use super::reference::{Reference, Target};
use super::values::{Concept, Names, phones};
use crate::domain::person::Phones;
use crate::domain::staff::Discipline;
use crate::exchange::discipline::{is_physician, is_physician_taxonomy, of_taxonomy, of_words};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Names of things are kept up to this many.
const NAMED: usize = 200_000;

/// A practitioner: ours, or a physician outside.
#[derive(Default, Clone)]
pub(super) struct Practitioner {
    pub names: Names,
    pub phones: Phones,
    pub npi: String,
    pub discipline: Option<Discipline>,
    pub physician: bool,
    /// What they are, in words: `General Practice Physician`.
    pub title: String,
    /// Somebody named them as the general practitioner.
    pub named: bool,
    /// Made a visit to a home, or has a place on a care team that is not a physician's.
    pub visits: bool,
}

impl Practitioner {
    /// Works for the agency: has a discipline of home care, or visits homes, or nothing says otherwise.
    pub(super) fn is_staff(&self) -> bool {
        self.discipline.is_some() || self.visits || !(self.physician || self.named)
    }
}

/// A digest that does not have to be the same tomorrow.
pub(super) fn digest(parts: &[&str]) -> u128 {
    let half = |seed: u8| {
        let mut h = DefaultHasher::new();
        (seed, parts).hash(&mut h);
        u128::from(h.finish())
    };
    half(1) << 64 | half(2)
}

/// A digest that has to be the same for ever: part of identifiers.
pub(super) fn lasting(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

/// What the files name.
#[derive(Default)]
pub(super) struct Directory {
    /// A bundle's own name to `Type/id`, where they differ.
    aliases: HashMap<String, String>,
    /// Digest of type, system and value to `Type/id`.
    identifiers: HashMap<u128, String>,
    /// By `Practitioner/id`.
    pub practitioners: HashMap<String, Practitioner>,
    /// Facts of roles whose practitioner is known only by reference: applied when all files are looked through.
    roles: Vec<(Reference, Role)>,
    /// `PractitionerRole/id` to the practitioner it is about.
    role_of: HashMap<String, Reference>,
    /// References seen where a general practitioner, a team member or a visitor is named.
    named: Vec<Reference>,
    visitors: Vec<Reference>,
    said: HashSet<u128>,
    /// `Organization/1`, `Location/1`, `Medication/1` to a name.
    names: HashMap<String, String>,
    /// Goals and conditions that care plans name, filled in on the way.
    wanted: HashMap<String, Option<String>>,
    wants: Vec<(Reference, &'static str)>,
}

#[derive(Default, Clone)]
struct Role {
    discipline: Option<Discipline>,
    physician: bool,
    title: String,
    phones: Phones,
}

impl Directory {
    /// Notes under which names a resource goes.
    pub(super) fn know(&mut self, kind: &str, id: &str, url: Option<&str>, node: &Node<'_>) -> Result<(), Bad> {
        if let Some(url) = url
            && url.starts_with("urn:")
        {
            self.alias(kind, id, url);
        }
        let mut one = |identifier: Node<'_>| -> Result<(), Bad> {
            if let Some(value) = identifier.text("value")? {
                let system = identifier.text("system")?.unwrap_or_default();
                self.identifiers.entry(digest(&[kind, system, value])).or_insert_with(|| id.to_owned());
            }
            Ok(())
        };
        match node.get("identifier")? {
            Some(list) if list.value().is_array() => node.each("identifier", &mut one),
            Some(single) => one(single),
            None => Ok(()),
        }
    }

    /// Notes a bundle's own name for an entry.
    pub(super) fn alias(&mut self, kind: &str, id: &str, url: &str) {
        if self.aliases.len() < NAMED || kind == "Patient" || kind == "Practitioner" {
            self.aliases.insert(url.to_ascii_lowercase(), id.to_owned());
        }
    }

    /// Notes the name of a place, an organisation or a medication.
    pub(super) fn name(&mut self, id: &str, name: &str) {
        if self.names.len() < NAMED && !name.is_empty() {
            self.names.entry(id.to_owned()).or_insert_with(|| name.chars().take(200).collect());
        }
    }

    /// Somebody names this practitioner as a physician or a visitor.
    pub(super) fn mention(&mut self, reference: Reference, visitor: bool) {
        let (a, b, c) = match &reference.to {
            Target::Literal(a) | Target::Urn(a) => (a.as_str(), "", ""),
            Target::Identifier(a, b, c) => (a.as_str(), b.as_str(), c.as_str()),
            Target::None | Target::Contained(_) => return,
        };
        if self.said.insert(digest(&[if visitor { "v" } else { "n" }, a, b, c])) {
            if visitor { self.visitors.push(reference) } else { self.named.push(reference) }
        }
    }

    /// Care plans name this goal or condition.
    pub(super) fn want(&mut self, reference: Reference, kind: &'static str) {
        if self.wants.len() < NAMED {
            self.wants.push((reference, kind));
        }
    }

    /// The text of a goal or condition that is named.
    pub(super) fn give(&mut self, id: &str, text: &str) {
        if let Some(slot) = self.wanted.get_mut(id) {
            *slot = Some(text.chars().take(200).collect());
        }
    }

    /// Reads a Practitioner.
    pub(super) fn practitioner(&mut self, id: &str, node: &Node<'_>) -> Result<(), Bad> {
        let mut p = Practitioner { names: Names::read(node, "name")?, ..Practitioner::default() };
        p.phones = phones(node, &mut Vec::new())?.unwrap_or_default();
        node.each("identifier", |i| {
            if i.text("system")?.is_some_and(|s| s.ends_with("us-npi")) {
                i.text("value")?.unwrap_or_default().clone_into(&mut p.npi);
            }
            Ok(())
        })?;
        let mut role = Role::default();
        node.each("qualification", |q| {
            Concept::of(&q, "code")?.into_iter().for_each(|c| role.add(&c));
            Ok(())
        })?;
        p.discipline = role.discipline.or_else(|| of_words(&p.names.titles));
        let doctor =
            p.names.titles.split_whitespace().any(|t| matches!(t.trim_end_matches(['.', ',']), "Dr" | "MD" | "DO"));
        p.physician = role.physician || doctor || is_physician(&p.names.titles);
        p.title = role.title;
        self.practitioners.entry(id.to_owned()).or_insert(p);
        Ok(())
    }

    /// Reads a PractitionerRole.
    pub(super) fn practitioner_role(&mut self, id: &str, node: &Node<'_>) -> Result<(), Bad> {
        let Some(reference) = node.with("practitioner", |r| Reference::read(&r).map(Some))? else { return Ok(()) };
        let mut role = Role::default();
        for name in ["code", "specialty"] {
            for concept in Concept::list(node, name)? {
                role.add(&concept);
            }
        }
        role.phones = phones(node, &mut Vec::new())?.unwrap_or_default();
        self.role_of.insert(id.to_owned(), reference.clone());
        self.roles.push((reference, role));
        Ok(())
    }

    /// All files are looked through: decides who is who.
    pub(super) fn settle(&mut self) {
        for (reference, kind) in std::mem::take(&mut self.wants) {
            if let Some(id) = self.resolve(&reference, &[kind]) {
                self.wanted.entry(id).or_default();
            }
        }
        for (reference, role) in std::mem::take(&mut self.roles) {
            let Some(id) = self.resolve(&reference, &["Practitioner"]) else { continue };
            if let Some(p) = self.practitioners.get_mut(&id) {
                p.discipline = p.discipline.or(role.discipline);
                p.physician |= role.physician;
                if p.title.is_empty() {
                    p.title = role.title;
                }
                if p.phones.is_empty() {
                    p.phones = role.phones;
                }
            }
        }
        for (list, visitor) in [(std::mem::take(&mut self.named), false), (std::mem::take(&mut self.visitors), true)] {
            for reference in list {
                let Some(id) = self.person(&reference) else { continue };
                if let Some(p) = self.practitioners.get_mut(&id) {
                    p.named |= !visitor;
                    p.visits |= visitor;
                }
            }
        }
    }

    /// The type of what a reference names, if it can be told.
    pub(super) fn kind(&self, reference: &Reference) -> String {
        let own = reference.kind();
        match &reference.to {
            Target::Urn(urn) if own.is_empty() => {
                self.aliases.get(urn).and_then(|id| id.split('/').next()).unwrap_or_default().to_owned()
            }
            _ => own.to_owned(),
        }
    }

    /// The practitioner that a reference comes to, through a role if need be.
    pub(super) fn person(&self, reference: &Reference) -> Option<String> {
        let id = self.resolve(reference, &["Practitioner", "PractitionerRole"])?;
        if !id.starts_with("PractitionerRole/") {
            return Some(id).filter(|i| i.starts_with("Practitioner/"));
        }
        self.resolve(self.role_of.get(&id)?, &["Practitioner"])
    }

    /// `Type/id` of what a reference names; types are what may stand there.
    pub(super) fn resolve(&self, reference: &Reference, kinds: &[&str]) -> Option<String> {
        match &reference.to {
            Target::Literal(id) => Some(self.aliases.get(id).unwrap_or(id).clone()),
            Target::Urn(urn) => {
                if let Some(id) = self.aliases.get(urn) {
                    return Some(id.clone());
                }
                let uuid = urn.strip_prefix("urn:uuid:")?;
                let known = kinds.iter().map(|k| format!("{k}/{uuid}")).find(|id| self.is_known(id));
                known.or_else(|| match kinds {
                    [one] => Some(format!("{one}/{uuid}")),
                    _ => None,
                })
            }
            Target::Identifier(kind, system, value) => {
                let of = |kind: &str| self.identifiers.get(&digest(&[kind, system, value])).cloned();
                if kind.is_empty() { kinds.iter().find_map(|k| of(k)) } else { of(kind) }
            }
            Target::None | Target::Contained(_) => None,
        }
    }

    fn is_known(&self, id: &str) -> bool {
        self.practitioners.contains_key(id) || self.role_of.contains_key(id) || self.names.contains_key(id)
    }

    /// The name of a place, an organisation, a medication, a goal or condition.
    pub(super) fn name_of(&self, reference: &Reference, kinds: &[&str]) -> Option<String> {
        kinds.iter().find_map(|kind| {
            let id = self.resolve(reference, &[kind])?;
            self.names.get(&id).cloned().or_else(|| self.wanted.get(&id).cloned().flatten())
        })
    }
}

impl Role {
    fn add(&mut self, concept: &Concept) {
        let found = concept
            .codes
            .iter()
            .find_map(|(_, code)| of_taxonomy(code))
            .or_else(|| of_words(&concept.words))
            .or_else(|| concept.codes.iter().find_map(|(_, code)| Discipline::from_word(code)));
        self.discipline = self.discipline.or(found);
        self.physician |= concept.codes.iter().any(|(_, c)| is_physician_taxonomy(c) || c == "MD" || c == "DO")
            || (found.is_none() && is_physician(&concept.words));
        if self.title.is_empty() {
            self.title = concept.text.chars().take(60).collect();
        }
    }
}
