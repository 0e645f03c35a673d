//! What leaves the agency as a file: whole records, and whom a source has spoken of.

use crate::domain::fields::Fields;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::import_source::ImportSource;
use crate::domain::record::Kind;
use crate::domain::visit::Visit;
use crate::service::Service;
use crate::service::api::{Answered, Exported, SourceLine};
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
