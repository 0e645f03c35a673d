//! Making and changing records of any kind: only the fields that somebody changed travel.

use crate::domain::editing::{self, same};
use crate::domain::fields::{Fields, value_at};
use crate::domain::ids::{BatchId, IssueId, VisitId};
use crate::domain::issue::Issue;
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Kind, Record};
use crate::domain::time::Moment;
use crate::domain::visit::Visit;
use crate::rules::triage::{Alert, evaluate};
use crate::service::Service;
use crate::service::api::{Clashing, Conflict, NewRecord, Session};
use crate::service::meanwhile::{self, Since};
use crate::service::plan::{Plan, Refusal};
use crate::service::query::names::when;
use crate::service::validate;
use crate::store::Write;
use std::any::Any;

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
        let mut plan = Plan::new(
            "record.create",
            format!("{} record{} made", records.len(), if records.len() == 1 { "" } else { "s" }),
        );
        plan.batch = batch.map(|b| b.0).unwrap_or_default();
        let now = self.now();
        for record in records {
            let id = self.ids.make(now);
            plan.writes.push(by_kind!(record.kind, make::<_>(self, session, id, &record.fields, now))?);
            plan.created.push(id);
        }
        Ok(plan)
    }

    /// Changes fields of a record. What others changed meanwhile stays, where it is something else.
    pub(in crate::service) fn edit(
        &mut self,
        session: &Session,
        kind: Kind,
        id: [u8; 16],
        base: u64,
        fields: &Fields,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let (write, tell) = by_kind!(kind, change::<_>(self, session, id, base, fields, now))?;
        let what = if write.is_some() { "Changed" } else { "As it was" };
        let mut plan = Plan::new("record.edit", self.edited(session, what, kind, id)?);
        plan.tell = tell;
        plan.writes.extend(write);
        Ok(plan)
    }

    /// `Changed: Okafor, Ruth`, or of a visit `Changed the visit of 15:00: Okafor, Ruth`.
    fn edited(&self, session: &Session, what: &str, kind: Kind, id: [u8; 16]) -> Result<String, Refusal> {
        let visit = if kind == Kind::Visit { self.store.get_any::<Visit>(VisitId(id))? } else { None };
        Ok(match visit {
            Some(visit) => {
                let zone = self.cast.zone(session.office);
                let at = when(visit.start.moment(), zone, zone.day(self.now()));
                format!("{what} the visit of {at}: {}", self.cast.client_name(visit.client).listed)
            }
            None => format!("{what}: {}", self.record_name(kind, &id)),
        })
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

/// The write, if anything is different by it, and what others changed since the editor looked.
fn change<B: Body>(
    service: &Service,
    session: &Session,
    id: [u8; 16],
    base: u64,
    fields: &Fields,
    now: Moment,
) -> Result<(Option<Write>, String), Refusal> {
    let Some(current) = service.store.get_any::<B>(B::Id::from(id))? else {
        return Err(Refusal::problem("edit.gone", "", "that record is not there any more"));
    };
    let by_hand = fields.0.iter().any(|(name, _)| editing::find(B::KIND, name).is_some());
    if let Some(why) = service.gone(session, &current) {
        if current.head.in_error {
            return Err(Refusal::problem("edit.gone", "", why));
        }
        if by_hand {
            return Err(Refusal::problem("edit.finished", "", format!("{why}: open it again to change it")));
        }
    }
    let mine = fields.applied_to(&current.body)?;
    let mut tell = String::new();
    if current.head.rev != base {
        let since = meanwhile::since(service, &current, base)?;
        let clashes = clashes(service, session, (&current, &mine), fields, since.as_ref());
        if !clashes.is_empty() {
            return Err(Refusal::Conflict(Box::new(Conflict {
                kind: B::KIND,
                id,
                by: service.called(session, current.head.updated_by),
                at: current.head.updated_at,
                fields: clashes,
                rev: current.head.rev,
            })));
        }
        let changed = since.map(|since| since.changed).unwrap_or_default();
        let others: Vec<_> = changed.into_iter().filter(|c| c.by != session.user).collect();
        if by_hand && !others.is_empty() {
            tell = format!("{} meanwhile: both are kept", service.told_of(session, B::KIND, &others));
        }
    }
    if mine == current.body {
        return Ok((None, tell));
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
    let any: &dyn Any = &mine;
    if let Some(issue) = any.downcast_ref()
        && let Some(current) = service.store.get::<Issue>(IssueId(id))?
    {
        keeps_floor(service, &current, issue, fields, now)?;
    }
    Ok((Some(Write::change(&current, &mine, session.user, now)?), tell))
}

/// Another kind, other facts or another person must not lower what a floor holds, and a practitioner's decision has a
/// command of its own: the same law as for a tier set by hand.
fn keeps_floor(
    service: &Service,
    current: &Record<Issue>,
    mine: &Issue,
    fields: &Fields,
    now: Moment,
) -> Result<(), Refusal> {
    let judged = |issue: &Issue| -> Result<Option<Alert>, Refusal> {
        let thing = service.issue_as_thing(current.id, issue, current.head.created_at)?;
        Ok(evaluate(&thing, &service.policy, service.book.newest_clock_in(), now).alert)
    };
    let Some(stands) = judged(current)?.filter(|alert| alert.floor) else { return Ok(()) };
    let kept = judged(mine)?.is_some_and(|alert| alert.floor && alert.tier <= stands.tier);
    if kept && mine.disposition == current.disposition {
        return Ok(());
    }
    let field = fields.0.first().map(|(name, _)| name.as_str()).unwrap_or_default();
    let text = format!("P{} is held by its rule: only a practitioner's decision lowers it", stands.tier);
    Err(Refusal::problem("edit.floor", field, text))
}

/// The fields that both changed, to different values. Those of others were somebody else's business. Of a revision that
/// nobody knows nothing can be said: then every field clashes.
fn clashes<B: Body>(
    service: &Service,
    session: &Session,
    (current, mine): (&Record<B>, &B),
    fields: &Fields,
    since: Option<&Since<B>>,
) -> Vec<Clashing> {
    let mut out = Vec::new();
    for (name, wanted) in &fields.0 {
        let now = value_at(&current.body, name);
        if now == value_at(mine, name) {
            continue;
        }
        // Compared by my fields, not by theirs: who changed `name` and who changed `name.family` changed the same.
        let theirs = since.map(|since| since.changed.iter().find(|c| same(&c.field, name)));
        let (by, at) = match theirs {
            Some(None) => continue,
            Some(Some(change)) => (change.by, change.at),
            None => (current.head.updated_by, current.head.updated_at),
        };
        let before = since.and_then(|since| value_at(&since.seen, name)).unwrap_or_default().to_string();
        let theirs = now.unwrap_or_default().to_string();
        let by = service.called(session, by);
        out.push(Clashing { field: name.clone(), before, theirs, mine: wanted.clone(), by, at });
    }
    out
}
