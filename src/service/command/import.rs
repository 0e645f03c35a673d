//! Taking in what a source says. Each field knows its owner: a newer export updates only what the source itself had
//! said before and nobody changed here; the rest is a clash, decided once a kind.

use crate::domain::appointment::{Appointment, AppointmentKind};
use crate::domain::authorization::{Authorization, AuthorizedPer};
use crate::domain::care_plan::CarePlan;
use crate::domain::chart::{Allergy, Diagnosis, Medication};
use crate::domain::client::Client;
use crate::domain::contact::{Contact, ContactKind, Share};
use crate::domain::coverage::{Pairing, TimeOff, TimeOffKind, Wish, WishedBy};
use crate::domain::evv::Clocking;
use crate::domain::fields::{Fields, value_at};
use crate::domain::hold::{Hold, HoldKind};
use crate::domain::ids::{BatchId, ClientId, ImportSourceId, OfficeId, StaffId, VisitId};
use crate::domain::import_source::{ImportSource, Said};
use crate::domain::kinds::by_kind;
use crate::domain::person::Name;
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::record::{Body, Kind, Record};
use crate::domain::staff::{Credential, Discipline, Membership, Staff};
use crate::domain::text::{Few, Text};
use crate::domain::time::{Civil, Day, Moment};
use crate::domain::travel::{KnownWay, Position, WayEnd};
use crate::domain::visit::{Stay, Visit};
use crate::service::Service;
use crate::service::api::{Clash, Imported, Incoming, Session};
use crate::service::plan::{Plan, Refusal};
use crate::service::validate;
use crate::store::Write;
use std::any::Any;
use std::collections::HashMap;

/// Most records in one command: each writes itself and its source, and both have several rows.
pub const MOST: usize = 40;

/// Where one run of a source stands while its records are planned.
struct Run<'a> {
    source: &'a str,
    clash: &'a Clash,
    now: Moment,
    plan: Plan,
    made: HashMap<(Kind, String), [u8; 16]>,
    /// Of a dry run: people whom earlier commands of it would have made, and who are therefore not in the store.
    tried: HashMap<(Kind, String), [u8; 16]>,
    /// Visits to which a clock-in of this command has said something.
    clocked: Vec<VisitId>,
}

/// What a dry run has gone through so far: later commands name whom earlier ones would have made.
#[derive(Default)]
pub(in crate::service) struct Trial {
    batch: BatchId,
    people: HashMap<(Kind, String), [u8; 16]>,
}

impl Service {
    /// Plans what a source says; answers with what is done with each record.
    pub(in crate::service) fn import(
        &mut self,
        session: &Session,
        source: &str,
        batch: BatchId,
        records: &[Incoming],
        clash: &Clash,
        dry_run: bool,
    ) -> Result<(Plan, Vec<Imported>), Refusal> {
        if records.len() > MOST {
            return Err(Refusal::problem("import.too_many", "", format!("at most {MOST} records at a time")));
        }
        let mut plan = Plan::new("import", format!("Import from {source}"));
        plan.batch = batch.0;
        if self.trial.batch != batch || !dry_run {
            self.trial = Trial { batch, people: HashMap::new() };
        }
        let tried = std::mem::take(&mut self.trial.people);
        let mut run = Run { source, clash, now: self.now(), plan, made: HashMap::new(), tried, clocked: Vec::new() };
        let mut done = Vec::with_capacity(records.len());
        for incoming in records {
            let outcome = by_kind!(incoming.kind, take_in::<_>(self, session, &mut run, incoming));
            done.push(match outcome {
                Ok(imported) => imported,
                Err(Refusal::Failed(why)) => return Err(Refusal::Failed(why)),
                Err(Refusal::Conflict(_)) => {
                    Imported::Rejected { field: String::new(), why: "changed meanwhile".into() }
                }
                Err(Refusal::Problems(problems)) => {
                    let problem = problems.into_iter().next();
                    Imported::Rejected {
                        field: problem.as_ref().map(|p| p.field.clone()).unwrap_or_default(),
                        why: problem.map(|p| p.text).unwrap_or_default(),
                    }
                }
            });
        }
        if dry_run {
            // Only people are named by others; what happened to them would fill the memory for nothing.
            let people = run.made.into_iter().filter(|((kind, _), _)| matches!(kind, Kind::Client | Kind::Staff));
            self.trial.people = run.tried;
            self.trial.people.extend(people);
        }
        Ok((run.plan, done))
    }
}

impl Service {
    /// A record that this source has not named before, but that is known by what it says: a client by her MRN (and no
    /// other date of birth), anything that caseload itself has written out by its own id.
    fn known_otherwise(&self, incoming: &Incoming, fields: &Fields) -> Result<Option<[u8; 16]>, Refusal> {
        if let Some(id) = ClientId::parse(&incoming.identifier)
            && incoming.kind == Kind::Client
            && self.cast.clients.contains_key(&id)
        {
            return Ok(Some(id.0));
        }
        if incoming.kind == Kind::Client {
            let said: Option<String> = fields.get("mrn").and_then(|json| serde_json::from_str(json).ok());
            let mrn = said.unwrap_or_default();
            let Some(client) = self.client_with_mrn(&mrn) else { return Ok(None) };
            let born: Option<Day> = fields.get("born").and_then(|json| serde_json::from_str(json).ok());
            return match (client.born, born) {
                (Some(here), Some(there)) if here != there => Err(Refusal::problem(
                    "import.mrn_of_another",
                    "mrn",
                    "this MRN belongs to a client with another date of birth; mend one of them first",
                )),
                _ => Ok(Some(client.id.0)),
            };
        }
        Ok(self.named_otherwise(incoming.kind, &incoming.identifier))
    }

    /// Whom an identifier means although its source has not brought that record: an MRN, or an id of our own.
    fn named_otherwise(&self, kind: Kind, identifier: &str) -> Option<[u8; 16]> {
        match kind {
            Kind::Client => match ClientId::parse(identifier).filter(|id| self.cast.clients.contains_key(id)) {
                Some(id) => Some(id.0),
                None => self.client_with_mrn(identifier).map(|c| c.id.0),
            },
            Kind::Staff => StaffId::parse(identifier).filter(|id| self.cast.staff.contains_key(id)).map(|id| id.0),
            Kind::Visit => {
                let id = VisitId::parse(identifier)?;
                self.store.get_any::<Visit>(id).ok().flatten().map(|v| v.id.0)
            }
            // Lists of these that caseload has written name each by its own id.
            Kind::Appointment
            | Kind::Authorization
            | Kind::TimeOff
            | Kind::Hold
            | Kind::Pairing
            | Kind::Position
            | Kind::KnownWay => {
                let id = VisitId::parse(identifier)?.0;
                by_kind!(kind, stands::<_>(self, id)).then_some(id)
            }
            _ => None,
        }
    }

    fn client_with_mrn(&self, mrn: &str) -> Option<&Record<Client>> {
        let mrn = mrn.trim();
        if mrn.is_empty() {
            return None;
        }
        let mut found = self.cast.clients.values().filter(|c| c.mrn.as_str() == mrn);
        // Two with one MRN: neither is meant for certain.
        found.next().filter(|_| found.next().is_none())
    }

    /// A colleague by login or by the name on screens.
    fn user_called(&self, name: &str) -> Option<[u8; 16]> {
        let name = name.trim();
        let user = self.cast.users.values().find(|u| u.login.as_str() == name || u.name.as_str() == name)?;
        Some(user.id.0)
    }
}

/// Whether there is a record of this kind with this id.
fn stands<B: Body>(service: &Service, id: [u8; 16]) -> bool {
    service.store.get_any::<B>(B::Id::from(id)).is_ok_and(|found| found.is_some())
}

/// Plans one record.
fn take_in<B: Body>(
    service: &mut Service,
    session: &Session,
    run: &mut Run<'_>,
    incoming: &Incoming,
) -> Result<Imported, Refusal> {
    if incoming.identifier.trim().is_empty() {
        return Err(Refusal::problem(
            "import.identifier",
            "id",
            "it has no identifier, so it could not be found again",
        ));
    }
    if run.made.contains_key(&(incoming.kind, incoming.identifier.clone())) {
        return Ok(Imported::Unchanged);
    }
    let (fields, dangling) = resolve(service, run, incoming)?;
    let origin = service.store.origin(run.source, incoming.kind, &incoming.identifier)?;
    let known = match &origin {
        Some(origin) => Some(origin.record),
        None => service.known_otherwise(incoming, &fields)?,
    };
    let current = match known {
        Some(record) => service.store.get_any::<B>(B::Id::from(record))?,
        None => None,
    };
    let outcome = match current {
        Some(current) => update(service, run, session, incoming, origin, &current, &fields, &dangling)?,
        None => create::<B>(service, session, run, incoming, &fields, &dangling)?,
    };
    Ok(match outcome {
        Imported::Created if !dangling.is_empty() => Imported::Dangling { created: true, fields: dangling },
        Imported::Updated if !dangling.is_empty() => Imported::Dangling { created: false, fields: dangling },
        other => other,
    })
}

/// Puts ids in the place of the source's references; what is not found and not needed is named.
fn resolve(service: &Service, run: &Run<'_>, incoming: &Incoming) -> Result<(Fields, Vec<String>), Refusal> {
    let mut fields = incoming.fields.clone();
    let mut dangling = Vec::new();
    for (field, kind, identifier) in &incoming.refs {
        let found = match run.made.get(&(*kind, identifier.clone())) {
            Some(id) => Some(*id),
            None if *kind == Kind::User => service.user_called(identifier),
            None => match service.store.origin(run.source, *kind, identifier)? {
                Some(origin) => Some(origin.record),
                None => service
                    .named_otherwise(*kind, identifier)
                    .or_else(|| run.tried.get(&(*kind, identifier.clone())).copied()),
            },
        };
        match found {
            Some(id) => fields.set(field, &ClientId(id)),
            None if is_needed(incoming.kind, field) => {
                return Err(Refusal::problem(
                    "import.reference",
                    field,
                    format!("it belongs to a {} that is not in this source", kind.word()),
                ));
            }
            None => dangling.push(format!("{field} {identifier}")),
        }
    }
    Ok((fields, dangling))
}

/// A record that makes no sense without what this field names.
fn is_needed(kind: Kind, field: &str) -> bool {
    let of_staff = matches!(kind, Kind::Membership | Kind::Credential | Kind::TimeOff | Kind::Pairing | Kind::Position);
    // Of a way that leads nowhere nothing is known.
    field == "client" || (field == "staff" && of_staff) || kind == Kind::KnownWay
}

fn create<B: Body>(
    service: &mut Service,
    session: &Session,
    run: &mut Run<'_>,
    incoming: &Incoming,
    fields: &Fields,
    dangling: &[String],
) -> Result<Imported, Refusal> {
    let Some(template) = template::<B>(service, session) else {
        return Err(Refusal::problem("import.kind", "", format!("a {} is not imported", incoming.kind.word())));
    };
    let body = settled(service, run, session, fields.applied_to(&template)?)?;
    validate::shape(&body)?;
    let id = service.ids.make(run.now);
    let origin = ImportSource {
        source: Text::new(run.source)?,
        kind: incoming.kind,
        record: id,
        identifier: Text::new(&incoming.identifier)?,
        fields: said(&body, fields)?,
        dangling: Few::clip(dangling.iter().map(|d| Text::clip(d)).collect()),
        gone: false,
    };
    run.plan.writes.push(Write::create(B::Id::from(id), &body, session.user, run.now)?);
    let origin_id = ImportSourceId(service.ids.make(run.now));
    run.plan.writes.push(Write::create(origin_id, &origin, session.user, run.now)?);
    run.plan.created.push(id);
    run.made.insert((incoming.kind, incoming.identifier.clone()), id);
    Ok(Imported::Created)
}

#[allow(clippy::too_many_arguments)] // what is known of one record, each by its own name
fn update<B: Body>(
    service: &mut Service,
    run: &mut Run<'_>,
    session: &Session,
    incoming: &Incoming,
    origin: Option<Record<ImportSource>>,
    current: &Record<B>,
    fields: &Fields,
    dangling: &[String],
) -> Result<Imported, Refusal> {
    let said_before: &[Said] = origin.as_ref().map(|o| &o.fields[..]).unwrap_or_default();
    let told = fields.applied_to(&current.body)?;
    validate::shape(&told)?;
    let mut take = Fields::none();
    let mut kept = Vec::new();
    for (name, json) in &fields.0 {
        // Whether something was history is decided when it is first taken in: it depends on that day alone.
        if name == "history" {
            continue;
        }
        let new = digest_at(&told, name);
        let before = said_before.iter().find(|s| s.field.as_str() == name).map(|s| s.digest);
        let here = digest_at(&current.body, name);
        if before == Some(new) || here == new {
            continue;
        }
        // A field the source never gave before has no owner there yet: what stands here was entered here.
        let changed_here = before.map_or_else(|| !is_blank(&current.body, name), |before| before != here);
        if changed_here && !run.clash.takes(incoming.kind) {
            kept.push(name.clone());
        } else {
            take.0.push((name.clone(), json.clone()));
        }
    }
    let body = settled(service, run, session, take.applied_to(&current.body)?)?;
    let dangling_now = Few::clip(dangling.iter().map(|d| Text::clip(d)).collect());
    let changed = body != current.body || current.head.in_error;
    if changed {
        // Given again by its source after it was taken back: it stands again.
        run.plan.writes.push(Write::set(current, &body, false, session.user, run.now)?);
    }
    let said_now = said(&told, fields)?;
    if let Some(origin) = origin {
        let fields_now = merged(&origin, said_now)?;
        if fields_now != origin.fields || origin.gone || dangling_now != origin.dangling {
            let next = ImportSource { fields: fields_now, gone: false, dangling: dangling_now, ..origin.body.clone() };
            run.plan.writes.push(Write::change(&origin, &next, session.user, run.now)?);
        }
    } else {
        let next = ImportSource {
            source: Text::new(run.source)?,
            kind: incoming.kind,
            record: current.id.into(),
            identifier: Text::new(&incoming.identifier)?,
            fields: said_now,
            dangling: dangling_now,
            gone: false,
        };
        let id = ImportSourceId(service.ids.make(run.now));
        run.plan.writes.push(Write::create(id, &next, session.user, run.now)?);
    }
    run.made.insert((incoming.kind, incoming.identifier.clone()), current.id.into());
    Ok(match (kept.is_empty(), changed) {
        (false, _) => Imported::KeptLocal(kept),
        (true, true) => Imported::Updated,
        (true, false) => Imported::Unchanged,
    })
}

/// A clock-in is matched to its visit as it is taken in, each time: what could not be found may be there now.
fn settled<B: Body>(service: &Service, run: &mut Run<'_>, session: &Session, mut body: B) -> Result<B, Refusal> {
    let any: &mut dyn Any = &mut body;
    if let Some(clocking) = any.downcast_mut::<Clocking>()
        && clocking.resolved.is_none()
        && service.cast.clients.contains_key(&clocking.client)
    {
        let (found, write) = service.clocked(session, clocking, &run.clocked)?;
        run.clocked.extend(write.as_ref().and(found.visit));
        run.plan.writes.extend(write);
        *clocking = found;
    }
    Ok(body)
}

/// What the source said of each field.
fn said<B: Body>(body: &B, fields: &Fields) -> Result<Few<Said, 80>, Refusal> {
    let list = fields
        .0
        .iter()
        .map(|(name, _)| Ok(Said { field: Text::new(name)?, digest: digest_at(body, name) }))
        .collect::<Result<Vec<_>, Refusal>>()?;
    Ok(Few::new(list)?)
}

/// What it said before, with what it says now.
fn merged(origin: &Record<ImportSource>, now: Few<Said, 80>) -> Result<Few<Said, 80>, Refusal> {
    let mut list: Vec<Said> = origin.fields.to_vec();
    for said in now.iter() {
        match list.iter_mut().find(|s| s.field == said.field) {
            Some(old) => old.digest = said.digest,
            None => list.push(said.clone()),
        }
    }
    Ok(Few::new(list)?)
}

fn digest_at<B: Body>(body: &B, name: &str) -> u64 {
    use sha2::{Digest, Sha256};
    let text = value_at(body, name).unwrap_or_default().to_string();
    let full = Sha256::digest(text.as_bytes());
    let mut out = [0; 8];
    out.copy_from_slice(&full[..8]);
    u64::from_be_bytes(out)
}

fn is_blank<B: Body>(body: &B, name: &str) -> bool {
    use serde_json::Value;
    match value_at(body, name) {
        None | Some(Value::Null) => true,
        Some(Value::String(s)) => s.is_empty(),
        Some(Value::Array(a)) => a.is_empty(),
        Some(Value::Bool(b)) => !b,
        _ => false,
    }
}

/// What a record holds before its source says anything.
pub(super) fn template<B: Body>(service: &Service, session: &Session) -> Option<B> {
    let office: OfficeId = session.office;
    let zone = service.cast.zone(office);
    let client = ClientId::default();
    let staff = StaffId::default();
    let any: Box<dyn Any> = match B::KIND {
        Kind::Client => Box::new(Client { coordinator: Some(session.user), ..Client::new(office, Name::default()) }),
        Kind::Staff => Box::new(Staff::new(office, Name::default(), Discipline::Other)),
        Kind::Contact => Box::new(Contact {
            client,
            kind: ContactKind::Other,
            name: Name::default(),
            relation: Text::default(),
            phones: Few::default(),
            share: Share::Nothing,
            share_since: None,
            share_word: Text::default(),
            first: false,
            npi: Text::default(),
        }),
        Kind::Membership => Box::new(Membership {
            client,
            staff,
            role: Text::default(),
            discipline: Discipline::Other,
            lead: false,
            from: None,
            until: None,
        }),
        Kind::Credential => Box::new(Credential {
            staff,
            kind: Text::default(),
            number: Text::default(),
            expires: None,
            retired: false,
        }),
        Kind::Visit => Box::new(Visit::new(client, Discipline::Other, Civil { day: Day(0), minute: 0, zone }, 60)),
        Kind::Stay => Box::new(Stay {
            client,
            facility: Text::default(),
            from: Moment(0),
            until: None,
            inpatient: false,
            home_at: None,
            history: true,
        }),
        Kind::CarePlan => Box::new(CarePlan {
            client,
            title: Text::default(),
            problems: Few::default(),
            goals: Few::default(),
            interventions: Few::default(),
            from: None,
            review: None,
            active: true,
        }),
        Kind::Medication => {
            Box::new(Medication { client, name: Text::default(), dose: Text::default(), from: None, active: true })
        }
        Kind::Diagnosis => {
            Box::new(Diagnosis { client, code: Text::default(), name: Text::default(), from: None, active: true })
        }
        Kind::Allergy => Box::new(Allergy { client, name: Text::default(), reaction: Text::default(), active: true }),
        Kind::Reassessment => Box::new(Reassessment {
            client,
            instrument: Text::default(),
            window: None,
            opens: Day(0),
            closes: Day(0),
            state: ReassessmentState::Pending,
            visit: None,
            completed: None,
            result: Text::default(),
            waived: Text::default(),
        }),
        Kind::Appointment => Box::new(Appointment {
            client,
            kind: AppointmentKind::Other,
            start: Civil { day: Day(0), minute: 0, zone },
            minutes: 60,
            with: Text::default(),
            place: Text::default(),
            note: Text::default(),
            cancelled: None,
        }),
        Kind::Authorization => Box::new(Authorization {
            client,
            payer: Text::default(),
            number: Text::default(),
            discipline: None,
            service: Text::default(),
            unit_minutes: None,
            units: 0,
            per: AuthorizedPer::Whole,
            from: Day(0),
            to: Day(0),
            ended: None,
        }),
        Kind::TimeOff => {
            Box::new(TimeOff { staff, from: Moment(0), to: Moment(0), kind: TimeOffKind::Other, note: Text::default() })
        }
        Kind::Hold => Box::new(Hold {
            client,
            kind: HoldKind::Other,
            from: Moment(0),
            until: None,
            expected: None,
            stay: None,
            note: Text::default(),
            visits: Few::default(),
        }),
        Kind::Pairing => Box::new(Pairing {
            client,
            staff,
            wish: Wish::Preferred,
            by: WishedBy::Agency,
            reason: Text::default(),
            ended: None,
        }),
        Kind::Clocking => Box::new(Clocking {
            client,
            staff: None,
            visit: None,
            service: Text::default(),
            place: Text::default(),
            began: None,
            ended: None,
            missing: Few::default(),
            exception: Text::default(),
            resolution: Text::default(),
            resolved: None,
        }),
        Kind::Position => {
            Box::new(Position { client: None, staff: None, postcode: Text::default(), latitude: 0, longitude: 0 })
        }
        Kind::KnownWay => Box::new(KnownWay { from: WayEnd::default(), to: WayEnd::default(), minutes: 0, tenths: 0 }),
        _ => return None,
    };
    any.downcast::<B>().ok().map(|b| *b)
}
