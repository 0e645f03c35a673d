//! FHIR R4: bundles, bulk NDJSON and single resources, read by what they hold and not by their names.
//!
//! The files are gone through several times, each entry cut out raw and read by itself: first everything is looked
//! through for who and what is named, then caregivers are read, then clients, then what refers to them, then care
//! plans. A file that holds nothing of a pass is not opened for it.
//!
//! | resource | becomes |
//! |---|---|
//! | Patient | client; its `contact` and `generalPractitioner` contacts |
//! | RelatedPerson | contact |
//! | Practitioner, with PractitionerRole | staff and credentials, when they have a discipline of home care, visit a home (Encounter HH, Appointment), or nothing makes a physician of them. A physician becomes a contact of each client that names them in `generalPractitioner` or a CareTeam, and is no staff |
//! | Organization, Location, Medication, Goal | the names that others refer to |
//! | CareTeam | memberships of our people, contacts for physicians outside |
//! | CarePlan, Condition, AllergyIntolerance | care plan, diagnosis, allergy |
//! | MedicationRequest, MedicationStatement | medication |
//! | Encounter | class HH or HOME a visit, IMP, ACUTE, NONAC and EMER a stay, others counted as ignored |
//! | Appointment | visit |
//!
//! A record's identifier is `Type/id`, or the uuid of its `fullUrl`; what stands inside another resource has that one's
//! identifier, `#` and a digest of what it is. A server's address before `Type/id` does not count. The same identifier
//! twice in one import: the first one counts. What is refuted, proposed, a draft or entered in error is ignored with a
//! count. A date without day or month is the first of it. `history` depends on the day of the import, so it counts only
//! when a record is made, never as a change to one that is there.

mod chart;
mod directory;
mod node;
mod people;
mod reference;
mod scan;
mod values;
mod visits;

use self::directory::{Directory, digest};
use self::node::{Bad, Node};
use self::reference::{Reference, Target};
use self::scan::{At, Flow, Piece};
use self::values::Concept;
use super::report::{Progress, Reading, Remark};
use super::source::Source;
use crate::domain::fields::Fields;
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::exchange::discipline::{is_physician, of_words};
use crate::service::api::Incoming;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashSet;

/// Progress is told after so many bytes.
const TELL: u64 = 1 << 20;

/// What reading needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The zone of the agency's walls.
    pub zone: Zone,
    /// The import's moment: what is dated before it is history.
    pub now: Moment,
}

/// Who takes what was read.
pub trait Receiver {
    /// A record.
    fn take(&mut self, incoming: Incoming) -> Flow;
    /// How far it is.
    fn watch(&mut self, progress: &Progress) -> Flow;
}

/// What became of an entry.
enum Mapped {
    Taken,
    Ignored(&'static str),
    IgnoredAs(String),
}

/// What a mapping works with.
struct Cx<'a> {
    dir: &'a mut Directory,
    reading: &'a mut Reading,
    zone: Zone,
    now: Moment,
    place: String,
    out: Vec<Incoming>,
}

impl Cx<'_> {
    fn emit(&mut self, kind: Kind, identifier: &str, fields: Fields, refs: Vec<(String, Kind, String)>) {
        let identifier = identifier.to_owned();
        self.out.push(Incoming { kind, identifier, fields, refs, place: self.place.clone() });
    }

    fn note(&mut self, field: &str, why: &str) {
        self.reading.notes.push(Remark::new(&self.place, field, why));
    }

    fn dangling(&mut self, field: &str, why: &str) {
        self.reading.dangling.push(Remark::new(&self.place, field, why));
    }

    fn give(&mut self, id: &str, text: &str) {
        self.dir.give(id, text);
    }

    fn client(id: &str) -> (String, Kind, String) {
        ("client".to_owned(), Kind::Client, id.to_owned())
    }

    /// The patient that an entry is about; `Err` when it is about something else.
    fn patient(&self, node: &Node<'_>, field: &str) -> Result<Result<String, Mapped>, Bad> {
        let Some(reference) = node.with(field, |r| Reference::read(&r).map(Some))? else {
            return Err(Bad::new(field, "no patient is named"));
        };
        let kind = self.dir.kind(&reference);
        if !matches!(kind.as_str(), "" | "Patient") {
            return Ok(Err(Mapped::IgnoredAs("(about no patient)".to_owned())));
        }
        if matches!(reference.to, Target::Contained(_)) {
            return Err(Bad::new(field, "the patient is only named inside the entry"));
        }
        match self.dir.resolve(&reference, &["Patient"]) {
            Some(id) => Ok(Ok(id)),
            None => Err(Bad::new(field, "the patient is not in these files")),
        }
    }
}

/// Calls for a resource inside this one.
fn contained(root: &Node<'_>, id: &str, mut f: impl FnMut(Node<'_>) -> Result<(), Bad>) -> Result<(), Bad> {
    root.each("contained", |c| if c.text("id")? == Some(id) { f(c) } else { Ok(()) })
}

/// What is read in one go over the files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Caregivers,
    Clients,
    Charts,
    Plans,
}

impl Pass {
    const ALL: [Self; 4] = [Self::Caregivers, Self::Clients, Self::Charts, Self::Plans];

    fn name(self) -> &'static str {
        match self {
            Self::Caregivers => "caregivers",
            Self::Clients => "clients",
            Self::Charts => "charts",
            Self::Plans => "care plans",
        }
    }

    fn wants(self, kind: &str) -> bool {
        match self {
            Self::Caregivers => kind == "Practitioner",
            Self::Clients => kind == "Patient",
            Self::Charts => matches!(
                kind,
                // People again: what stands inside them, now that all of them are there.
                "Patient"
                    | "Practitioner"
                    | "Goal"
                    | "RelatedPerson"
                    | "CareTeam"
                    | "Condition"
                    | "MedicationRequest"
                    | "MedicationStatement"
                    | "AllergyIntolerance"
                    | "Encounter"
                    | "Appointment"
            ),
            Self::Plans => kind == "CarePlan",
        }
    }
}

/// Whether any pass reads this type.
fn is_kept(kind: &str) -> bool {
    kind != "Goal" && Pass::ALL.iter().any(|p| p.wants(kind))
}

/// Where something stood, as a report says it.
struct Place<'a> {
    file: &'a str,
    outer: Option<&'a Place<'a>>,
    at: At,
}

impl Place<'_> {
    fn text(&self) -> String {
        match self.outer {
            None => self.at.place(self.file),
            Some(outer) => self.at.place(&outer.text()),
        }
    }
}

/// What stood there.
enum Found<'a> {
    Resource {
        kind: &'a str,
        raw: &'a [u8],
        url: Option<&'a str>,
    },
    /// An entry without a resource: a request, a response.
    Empty,
    Bad(&'static str, String),
    Broken(&'static str),
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default, rename = "fullUrl")]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    resource: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "resourceType")]
    kind: Cow<'a, str>,
}

/// The type of a raw resource. When it comes first, as it does nearly everywhere, nothing else is read.
fn type_of(raw: &[u8]) -> Result<Cow<'_, str>, serde_json::Error> {
    let quick = || {
        let rest = raw.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"resourceType\"")?;
        let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
        let end = rest.iter().take(64).position(|b| !b.is_ascii_alphanumeric())?;
        (rest.get(end) == Some(&b'"')).then(|| std::str::from_utf8(&rest[..end]).ok()).flatten()
    };
    match quick() {
        Some(kind) => Ok(Cow::Borrowed(kind)),
        None => serde_json::from_slice::<Typed<'_>>(raw).map(|t| t.kind),
    }
}

/// serde's words for what is wrong, which quote no values here: only syntax can be wrong.
fn syntax(e: &serde_json::Error) -> String {
    let text = e.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    if text.starts_with("invalid type") || text.starts_with("missing field") {
        return "no resource: an object with a resourceType is needed".to_owned();
    }
    text.to_owned()
}

/// Goes through all resources of a source, into bundles in bundles.
fn go_through(
    source: &Source,
    watch: &mut dyn FnMut(u64) -> Flow,
    f: &mut dyn FnMut(&Place<'_>, Found<'_>) -> Flow,
) -> std::io::Result<()> {
    let mut told = 0;
    scan::scan(source.open()?, &mut |at, piece, bytes| {
        let place = Place { file: source.name(), outer: None, at };
        expand(&place, piece, 0, f)?;
        if bytes >= told + TELL {
            told = bytes;
            watch(bytes)?;
        }
        Flow::Continue(())
    })
}

fn expand(place: &Place<'_>, piece: Piece<'_>, depth: u8, f: &mut dyn FnMut(&Place<'_>, Found<'_>) -> Flow) -> Flow {
    let (raw, url) = match piece {
        Piece::Resource(raw) => (raw, None),
        Piece::Entry(raw) => match serde_json::from_slice::<Entry<'_>>(raw) {
            Ok(Entry { resource: Some(resource), url }) => (resource.get().as_bytes(), url),
            Ok(Entry { resource: None, .. }) => return f(place, Found::Empty),
            Err(e) => return f(place, Found::Bad("", syntax(&e))),
        },
        Piece::Bad(why) => return f(place, Found::Bad("", why.to_owned())),
        Piece::Broken(why) => return f(place, Found::Broken(why)),
    };
    let kind = match type_of(raw) {
        Ok(kind) => kind,
        Err(e) => return f(place, Found::Bad("resourceType", syntax(&e))),
    };
    if kind != "Bundle" {
        return f(place, Found::Resource { kind: &kind, raw, url: url.as_deref() });
    }
    let mut flow = Flow::Continue(());
    let at = At { line: 0, ..place.at };
    // The bytes are at hand, so this reads nothing and cannot fail.
    let _ = scan::scan_nested(raw, at, depth, &mut |at, piece, _| {
        let inner = Place { file: "", outer: Some(place), at };
        // A bundle without entries comes as a whole: it is no resource to keep, and must not be opened for ever.
        if matches!(piece, Piece::Resource(_)) && at.entry == 0 {
            return Flow::Continue(());
        }
        flow = expand(&inner, piece, depth + 1, f);
        flow
    });
    flow
}

/// Reads sources. What is found goes to the receiver in an order in which whoever is named comes first; what reading
/// alone could say is the answer.
pub fn read(sources: &[Source], options: Options, to: &mut dyn Receiver) -> Reading {
    let mut reading = Reading::default();
    let mut dir = Directory::default();
    let Some(kinds) = look_through(sources, &mut dir, &mut reading, to) else { return reading };
    dir.settle();
    let mut seen: HashSet<u128> = HashSet::new();
    for pass in Pass::ALL {
        let wanted: Vec<&Source> =
            sources.iter().zip(&kinds).filter(|(_, k)| k.iter().any(|k| pass.wants(k))).map(|(s, _)| s).collect();
        let total = wanted.iter().map(|s| s.len()).sum();
        let mut before = 0;
        for source in wanted {
            let mut enough = false;
            let mut at_bytes = before;
            let records = std::cell::Cell::new(reading.records);
            let to = std::cell::RefCell::new(&mut *to);
            let result = go_through(
                source,
                &mut |bytes| {
                    at_bytes = before + bytes;
                    let progress = Progress { phase: pass.name(), bytes: at_bytes, total, records: records.get() };
                    to.borrow_mut().watch(&progress)
                },
                &mut |place, found| {
                    let Found::Resource { kind, raw, url } = found else { return Flow::Continue(()) };
                    if !pass.wants(kind) {
                        return Flow::Continue(());
                    }
                    let cx = Cx {
                        dir: &mut dir,
                        reading: &mut reading,
                        zone: options.zone,
                        now: options.now,
                        place: place.text(),
                        out: Vec::new(),
                    };
                    let flow = one(pass, kind, raw, url, cx, &mut seen, &mut |i| to.borrow_mut().take(i));
                    records.set(reading.records);
                    enough |= flow.is_break();
                    flow
                },
            );
            if let Err(e) = result {
                reading.broken.push(Remark::new(source.name(), "", format!("could not be read on: {}", e.kind())));
            }
            if enough {
                return reading;
            }
            before += source.len();
            let progress = Progress { phase: pass.name(), bytes: before, total, records: reading.records };
            if to.borrow_mut().watch(&progress).is_break() {
                return reading;
            }
        }
    }
    reading
}

/// Reads one entry in one pass.
fn one(
    pass: Pass,
    kind: &str,
    raw: &[u8],
    url: Option<&str>,
    mut cx: Cx<'_>,
    seen: &mut HashSet<u128>,
    take: &mut dyn FnMut(Incoming) -> Flow,
) -> Flow {
    let value: Value = match serde_json::from_slice(raw) {
        Ok(value) => value,
        Err(e) => {
            // Said once: people are read twice.
            if pass != Pass::Charts || !matches!(kind, "Patient" | "Practitioner" | "Goal") {
                cx.reading.rejected.push(Remark::new(cx.place, "", syntax(&e)));
            }
            return Flow::Continue(());
        }
    };
    let node = Node::root(&value);
    let again = pass == Pass::Charts && matches!(kind, "Patient" | "Practitioner");
    let identity = identity(kind, url, &node);
    if again && identity.is_err() {
        return Flow::Continue(());
    }
    let result = identity.and_then(|id| {
        let own = digest(&["resource", &id]);
        let derived = digest(&["inside", &id]);
        if again {
            // Only what was taken before, and only once.
            if !seen.contains(&own) || !seen.insert(derived) {
                return Ok((Mapped::Taken, 0));
            }
        } else if seen.contains(&own) {
            cx.reading.repeated.push(Remark::new(&cx.place, "id", "the same identifier again"));
            return Ok((Mapped::Taken, 0));
        }
        let mapped = match (pass, kind) {
            (Pass::Caregivers, _) => people::staff(&node, &id, &mut cx),
            (Pass::Clients, _) => people::client(&node, &id, &mut cx),
            (_, "Patient") => people::contacts_of(&node, &id, &mut cx),
            (_, "Practitioner") => people::credentials(&node, &id, &mut cx),
            (_, "Goal") => goal(&node, &id, &mut cx),
            (_, "RelatedPerson") => people::related(&node, &id, &mut cx),
            (_, "CareTeam") => chart::care_team(&node, &id, &mut cx),
            (_, "Condition") => chart::diagnosis(&node, &id, &mut cx),
            (_, "MedicationRequest" | "MedicationStatement") => chart::medication(&node, &id, &mut cx),
            (_, "AllergyIntolerance") => chart::allergy(&node, &id, &mut cx),
            (_, "Encounter") => visits::encounter(&node, &id, &mut cx),
            (_, "Appointment") => visits::appointment(&node, &id, &mut cx),
            (_, "CarePlan") => chart::care_plan(&node, &id, &mut cx),
            _ => Ok(Mapped::Taken),
        }?;
        Ok((mapped, own))
    });
    match result {
        Err(bad) => {
            cx.reading.rejected.push(Remark::new(cx.place, bad.field, bad.why));
            return Flow::Continue(());
        }
        Ok((_, 0)) => return Flow::Continue(()),
        Ok((mapped, own)) => {
            seen.insert(own);
            match mapped {
                Mapped::Taken => {}
                Mapped::Ignored(why) => cx.reading.ignore(why),
                Mapped::IgnoredAs(why) if why.starts_with('(') => cx.reading.ignore(&format!("{kind} {why}")),
                Mapped::IgnoredAs(why) => cx.reading.ignore(&why),
            }
        }
    }
    for incoming in std::mem::take(&mut cx.out) {
        // The same contact twice in a resource is one contact.
        if incoming.identifier.contains('#') && !seen.insert(digest(&["part", &incoming.identifier])) {
            continue;
        }
        if incoming.identifier.len() > 240 {
            cx.reading.rejected.push(Remark::new(&cx.place, "id", "longer than 240 bytes"));
            continue;
        }
        cx.reading.records += 1;
        take(incoming)?;
    }
    Flow::Continue(())
}

/// `Type/id`, or the uuid that the bundle gives the entry.
fn identity(kind: &str, url: Option<&str>, node: &Node<'_>) -> Result<String, Bad> {
    if let Some(id) = node.text("id")? {
        return Ok(format!("{kind}/{id}"));
    }
    match url.map(Target::parse) {
        Some(Target::Literal(id)) => Ok(id),
        Some(Target::Urn(urn)) => Ok(format!("{kind}/{}", urn.rsplit(':').next().unwrap_or_default())),
        _ => Err(Bad::new("id", "neither id nor fullUrl: a second import could not find it again")),
    }
}

fn goal(node: &Node<'_>, id: &str, cx: &mut Cx<'_>) -> Result<Mapped, Bad> {
    if let Some(words) = Concept::of(node, "description")? {
        cx.give(id, &words.text);
    }
    Ok(Mapped::Taken)
}

/// The first pass: counts types, notes who and what is named; which types each source holds. `None` when the receiver
/// has enough.
fn look_through(
    sources: &[Source],
    dir: &mut Directory,
    reading: &mut Reading,
    to: &mut dyn Receiver,
) -> Option<Vec<HashSet<String>>> {
    let total = sources.iter().map(Source::len).sum();
    let mut kinds = Vec::with_capacity(sources.len());
    let mut before = 0;
    for source in sources {
        let mut here: HashSet<String> = HashSet::new();
        let mut enough = false;
        let result = go_through(
            source,
            &mut |bytes| {
                let progress = Progress { phase: "looking through", bytes: before + bytes, total, records: 0 };
                let flow = to.watch(&progress);
                enough |= flow.is_break();
                flow
            },
            &mut |place, found| {
                match found {
                    Found::Resource { kind, raw, url } => {
                        if is_kept(kind) || kind == "Goal" {
                            if !here.contains(kind) {
                                here.insert(kind.to_owned());
                            }
                        } else if !matches!(kind, "PractitionerRole" | "Organization" | "Location" | "Medication") {
                            reading.ignore(kind);
                        }
                        if let Err(bad) = survey(kind, raw, url, dir, reading)
                            && !is_kept(kind)
                        {
                            reading.rejected.push(Remark::new(place.text(), bad.field, bad.why));
                        }
                    }
                    Found::Empty => reading.ignore("entry without a resource"),
                    Found::Bad(field, why) => reading.rejected.push(Remark::new(place.text(), field, why)),
                    Found::Broken(why) => {
                        let mend = "get the file again; what was complete before this point is taken";
                        let place = format!("{} (byte {})", place.text(), place.at.byte);
                        reading.broken.push(Remark::new(place, "", why).mend(mend));
                    }
                }
                Flow::Continue(())
            },
        );
        if let Err(e) = result {
            reading.broken.push(Remark::new(source.name(), "", format!("could not be read: {}", e.kind())));
        }
        if enough {
            return None;
        }
        reading.files += 1;
        reading.bytes += source.len();
        before += source.len();
        if to.watch(&Progress { phase: "looking through", bytes: before, total, records: 0 }).is_break() {
            return None;
        }
        kinds.push(here);
    }
    Some(kinds)
}

/// What the first pass wants of an entry.
fn survey(kind: &str, raw: &[u8], url: Option<&str>, dir: &mut Directory, reading: &mut Reading) -> Result<(), Bad> {
    let wanted = match kind {
        "Patient" | "Practitioner" | "PractitionerRole" | "Organization" | "Location" | "Medication"
        | "RelatedPerson" | "CareTeam" | "CarePlan" | "Appointment" => true,
        // Only a visit at home says something about who is ours.
        "Encounter" => {
            let text = std::str::from_utf8(raw).unwrap_or_default();
            text.contains("\"HH\"") || text.contains("\"HOME\"")
        }
        // What a care plan may name has to be found under its bundle's name.
        "Condition" | "Goal" => url.is_some_and(|u| u.starts_with("urn:")),
        _ => false,
    };
    if !wanted {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(raw).map_err(|e| Bad::new("", syntax(&e)))?;
    let node = Node::root(&value);
    let id = identity(kind, url, &node)?;
    match kind {
        "Patient" => {
            dir.know(kind, &id, url, &node)?;
            node.each("generalPractitioner", |g| {
                dir.mention(Reference::read(&g)?, false);
                Ok(())
            })
        }
        "Practitioner" => {
            dir.know(kind, &id, url, &node)?;
            dir.practitioner(&id, &node)
        }
        "PractitionerRole" => {
            reading.used(kind);
            dir.know(kind, &id, url, &node)?;
            dir.practitioner_role(&id, &node)
        }
        "Organization" | "Location" => {
            reading.used(kind);
            dir.know(kind, &id, url, &node)?;
            let name = node.text("name")?.or(node.text("description")?).unwrap_or_default();
            dir.name(&id, name);
            Ok(())
        }
        "Medication" => {
            reading.used(kind);
            dir.know(kind, &id, url, &node)?;
            dir.name(&id, &chart::medicine(&node)?);
            Ok(())
        }
        "RelatedPerson" => dir.know(kind, &id, url, &node),
        "CareTeam" => node.each("participant", |p| {
            let words: String = Concept::list(&p, "role")?.iter().map(|c| c.words.clone() + " ").collect();
            if let Some(member) = p.with("member", |m| Reference::read(&m).map(Some))? {
                if of_words(&words).is_some() {
                    dir.mention(member, true);
                } else if is_physician(&words) {
                    dir.mention(member, false);
                }
            }
            Ok(())
        }),
        "CarePlan" => {
            for (member, kind) in [("addresses", "Condition"), ("goal", "Goal")] {
                node.each(member, |r| {
                    dir.want(Reference::read(&r)?, kind);
                    Ok(())
                })?;
            }
            Ok(())
        }
        "Encounter" if visits::class(&node)?.0 != visits::Class::Home => Ok(()),
        "Encounter" | "Appointment" => {
            for (person, _) in visits::participants(&node)? {
                dir.mention(person, true);
            }
            Ok(())
        }
        _ => {
            if let Some(url) = url
                && node.text("id")?.is_none_or(|own| !url.ends_with(own))
            {
                dir.alias(kind, &id, url);
            }
            Ok(())
        }
    }
}

/// Reads arbitrary bytes as a source and throws everything away: what the fuzzers call.
#[doc(hidden)]
pub fn read_to_nothing(bytes: &[u8], options: Options) -> (Reading, u64) {
    struct Nothing(u64);
    impl Receiver for Nothing {
        fn take(&mut self, _: Incoming) -> Flow {
            self.0 += 1;
            Flow::Continue(())
        }
        fn watch(&mut self, _: &Progress) -> Flow {
            Flow::Continue(())
        }
    }
    let mut nothing = Nothing(0);
    let reading = read(&[Source::bytes("bytes", bytes.to_vec())], options, &mut nothing);
    (reading, nothing.0)
}
