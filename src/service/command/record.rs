//! Making and changing records of any kind: only the fields that somebody changed travel.

use crate::domain::fields::{Fields, value_at};
use crate::domain::ids::BatchId;
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Kind};
use crate::domain::time::Moment;
use crate::service::Service;
use crate::service::api::{Conflict, NewRecord, Session};
use crate::service::plan::{Plan, Refusal};
use crate::service::validate;
use crate::store::Write;

/// Most records in one command; below the engine's limit, so that a commit always fits.
pub const MOST: usize = 90;

impl Service {
    /// Makes records.
    pub(in crate::service) fn create(
        &mut self,
        session: &Session,
        records: &[NewRecord],
        batch: Option<BatchId>,
    ) -> Result<Plan, Refusal> {
        if records.len() > MOST {
            return Err(Refusal::problem("create.too_many", "", format!("at most {MOST} records at a time")));
        }
        let mut plan = Plan::new("record.create", format!("{} records made", records.len()));
        plan.batch = batch.map(|b| b.0).unwrap_or_default();
        let now = self.now();
        for record in records {
            let id = self.ids.make(now);
            plan.writes.push(by_kind!(record.kind, make::<_>(self, session, id, &record.fields, now))?);
            plan.created.push(id);
        }
        Ok(plan)
    }

    /// Changes fields of a record.
    pub(in crate::service) fn edit(
        &mut self,
        session: &Session,
        kind: Kind,
        id: [u8; 16],
        base: u64,
        fields: &Fields,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let write = by_kind!(kind, change::<_>(self, session, id, base, fields, now))?;
        let name = self.record_name(kind, &id);
        let mut plan = Plan::new("record.edit", format!("Changed: {name}"));
        plan.writes.extend(write);
        Ok(plan)
    }
}

fn make<B: Body>(
    service: &Service,
    session: &Session,
    id: [u8; 16],
    fields: &Fields,
    now: Moment,
) -> Result<Write, Refusal> {
    if B::KIND == Kind::Agency && service.cast.agency.is_some() {
        return Err(Refusal::problem("agency.one", "", "there is an agency here already"));
    }
    let body = fields.body::<B>()?;
    validate::body(service, &body)?;
    Ok(Write::create(B::Id::from(id), &body, session.user, now)?)
}

fn change<B: Body>(
    service: &Service,
    session: &Session,
    id: [u8; 16],
    base: u64,
    fields: &Fields,
    now: Moment,
) -> Result<Option<Write>, Refusal> {
    let typed = B::Id::from(id);
    let Some(current) = service.store.get::<B>(typed)? else {
        return Err(Refusal::problem("edit.gone", "", "that record is not there any more"));
    };
    let mine = fields.applied_to(&current.body)?;
    if current.head.rev != base {
        // Only fields that both changed clash; others were somebody else's business.
        let seen = service.store.revision::<B>(typed, base)?;
        // Compared by my fields, not by theirs: who changed `name` and who changed `name.family` changed the same.
        let clashes: Vec<_> = fields
            .0
            .iter()
            .filter_map(|(name, wanted)| {
                let now = value_at(&current.body, name);
                let changed = seen.as_ref().is_none_or(|seen| value_at(&seen.body, name) != now);
                let other = now != value_at(&mine, name);
                (changed && other).then(|| (name.clone(), now.unwrap_or_default().to_string(), wanted.clone()))
            })
            .collect();
        if !clashes.is_empty() {
            return Err(Refusal::Conflict(Box::new(Conflict {
                kind: B::KIND,
                id,
                by: service.cast.user_name(current.head.updated_by),
                at: current.head.updated_at,
                fields: clashes,
                rev: current.head.rev,
            })));
        }
    }
    if mine == current.body {
        return Ok(None);
    }
    // By these a record is found: under another one it would be a second one of what there is one of.
    let found_by: &[&str] = match B::KIND {
        Kind::Attention => &["key"],
        Kind::ImportSource => &["source", "kind", "record", "identifier"],
        _ => &[],
    };
    if let Some(field) = found_by.iter().find(|f| value_at(&mine, f) != value_at(&current.body, f)) {
        return Err(Refusal::problem("edit.fixed", field, "this stays as it was made"));
    }
    validate::body(service, &mine)?;
    Ok(Some(Write::change(&current, &mine, session.user, now)?))
}
