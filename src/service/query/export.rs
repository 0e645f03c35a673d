//! What leaves the agency as a file: whole records, and whom a source has spoken of.

use crate::domain::appointment::Appointment;
use crate::domain::authorization::Authorization;
use crate::domain::coverage::{Pairing, TimeOff};
use crate::domain::fields::Fields;
use crate::domain::hold::Hold;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::import_source::ImportSource;
use crate::domain::record::Kind;
use crate::domain::travel::{KnownWay, Position};
use crate::domain::visit::Visit;
use crate::service::Service;
use crate::service::api::{Answered, Exported, Session, SourceLine};
use crate::service::plan::Refusal;

/// Most records in one answer.
const RECORDS: usize = 100;
/// Most lines in one answer.
const LINES: usize = 1_000;

impl Service {
    /// Whole records, in the order asked for; those that stand.
    pub(super) fn export(&self, kind: Kind, ids: &[[u8; 16]]) -> Result<Vec<Exported>, Refusal> {
        if ids.len() > RECORDS {
            return Err(Refusal::Failed(format!("at most {RECORDS} records at a time")));
        }
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            let found = match kind {
                Kind::Client => self.cast.clients.get(&ClientId(*id)).map(|c| (Fields::of(&c.body), String::new())),
                Kind::Staff => self.cast.staff.get(&StaffId(*id)).map(|s| (Fields::of(&s.body), String::new())),
                Kind::Visit => self
                    .store
                    .get::<Visit>(VisitId(*id))?
                    .map(|v| (Fields::of(&v.body), self.client_in_files(v.client))),
                _ => return Err(Refusal::Failed("clients, caregivers and visits are exported".to_owned())),
            };
            out.extend(found.map(|(fields, client)| Exported { id: *id, fields, client }));
        }
        Ok(out)
    }

    /// All records of a kind that stand and are reached, by page.
    pub(super) fn export_all(&self, session: &Session, kind: Kind, after: [u8; 16]) -> Result<Answered, Refusal> {
        let reached = self.reached(session);
        let mut records = Vec::new();
        let mut take = |id: [u8; 16], owner: Option<ClientId>, fields: Fields| {
            if owner.is_none_or(|client| reached.holds(self, client)) {
                let client = owner.map(|c| self.client_in_files(c)).unwrap_or_default();
                records.push(Exported { id, fields, client });
            }
            records.len() < RECORDS
        };
        let store = &self.store;
        let more = true;
        let next = match kind {
            Kind::Authorization => store.each_after::<Authorization>(after, |r| {
                if r.ended.is_some() { more } else { take(r.id.0, Some(r.client), Fields::of(&r.body)) }
            }),
            Kind::TimeOff => store.each_after::<TimeOff>(after, |r| take(r.id.0, None, Fields::of(&r.body))),
            Kind::Hold => store.each_after::<Hold>(after, |r| take(r.id.0, Some(r.client), Fields::of(&r.body))),
            Kind::Pairing => store.each_after::<Pairing>(after, |r| {
                if r.ended.is_some() { more } else { take(r.id.0, Some(r.client), Fields::of(&r.body)) }
            }),
            Kind::Appointment => store.each_after::<Appointment>(after, |r| {
                if r.cancelled.is_some() { more } else { take(r.id.0, Some(r.client), Fields::of(&r.body)) }
            }),
            Kind::Position => store.each_after::<Position>(after, |r| take(r.id.0, r.client, Fields::of(&r.body))),
            Kind::KnownWay => store.each_after::<KnownWay>(after, |r| {
                let ends = [r.from.client, r.to.client];
                // Both of its homes are on it.
                if ends.iter().flatten().all(|c| reached.holds(self, *c)) {
                    take(r.id.0, ends[0].or(ends[1]), Fields::of(&r.body))
                } else {
                    more
                }
            }),
            _ => return Err(Refusal::Failed("of this kind no list is written".to_owned())),
        }?;
        Ok(Answered::ExportedAll { records, next })
    }

    /// What names a client in a file. Two clients may share an MRN, and one may have none; an id is hers alone.
    fn client_in_files(&self, id: ClientId) -> String {
        let mrn = self.cast.clients.get(&id).map(|c| &c.mrn).filter(|mrn| !mrn.is_empty());
        mrn.filter(|mrn| self.cast.clients.values().filter(|o| o.mrn == **mrn).count() == 1)
            .map_or_else(|| id.to_string(), |mrn| mrn.as_str().to_owned())
    }

    /// Whom a source has spoken of, by page.
    pub(super) fn source_lines(&self, source: &str, kind: Kind, after: [u8; 16]) -> Result<Answered, Refusal> {
        let mut lines = Vec::new();
        let next = self.store.each_after::<ImportSource>(after, |record| {
            if record.kind == kind && record.source.as_str() == source {
                let name = match kind {
                    Kind::Client => self.cast.client_name(ClientId(record.record)).listed,
                    _ => self.cast.staff_name(StaffId(record.record)).listed,
                };
                lines.push(SourceLine { identifier: record.identifier.as_str().to_owned(), name });
            }
            lines.len() < LINES
        })?;
        Ok(Answered::SourceLines { lines, next })
    }
}
