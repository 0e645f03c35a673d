//! What others did to a record while somebody was at work on it: which fields, who and when.

use super::Service;
use super::api::Session;
use super::query::names::when;
use crate::domain::editing::{called_all, same};
use crate::domain::fields::differences;
use crate::domain::ids::UserId;
use crate::domain::issue::Issue;
use crate::domain::record::{Body, Kind, Record};
use crate::domain::time::Moment;
use crate::store::{Result, StoreError};
use serde_json::Value;
use std::any::Any;

/// Revisions looked through for who changed what; of older ones only that they changed it.
const MANY: usize = 200;

/// A field that is another one than it was.
pub(in crate::service) struct Changed {
    /// Which.
    pub(in crate::service) field: String,
    /// What it was.
    pub(in crate::service) before: Value,
    /// Who changed it last.
    pub(in crate::service) by: UserId,
    /// When.
    pub(in crate::service) at: Moment,
}

/// A record as it was at a revision, and what is different of it since.
pub(in crate::service) struct Since<B> {
    /// As it was.
    pub(in crate::service) seen: B,
    /// What is different, with who did it last.
    pub(in crate::service) changed: Vec<Changed>,
}

/// What is different of a record since one of its revisions; none where there was no such revision.
pub(in crate::service) fn since<B: Body>(service: &Service, current: &Record<B>, rev: u64) -> Result<Option<Since<B>>> {
    if rev == current.head.rev {
        return Ok(Some(Since { seen: current.body.clone(), changed: Vec::new() }));
    }
    let Some(seen) = service.store.revision::<B>(current.id, rev)? else { return Ok(None) };
    let mut steps: Vec<(Vec<String>, UserId, Moment)> = Vec::new();
    let (engine, id) = (service.store.engine(), current.id.into());
    let later: Vec<_> = engine
        .history(B::KIND.number(), &id)
        .map_err(StoreError::from)?
        .into_iter()
        .filter(|(r, _)| *r > rev)
        .collect();
    let mut before = seen.body.clone();
    for (_, seq) in later.iter().skip(later.len().saturating_sub(MANY)) {
        let Some(entry) = engine.entry(*seq).map_err(StoreError::from)? else { continue };
        let Some(record) = service.store.in_entry::<B>(&entry, &id)? else { continue };
        let names = differences(&before, &record.body).into_iter().map(|(name, _, _)| name).collect();
        steps.push((names, record.head.updated_by, record.head.updated_at));
        before = record.body;
    }
    let changed = differences(&seen.body, &current.body).into_iter().map(|(field, was, _)| {
        let last = steps.iter().rev().find(|(names, ..)| names.iter().any(|n| same(n, &field)));
        let (by, at) = last.map_or((current.head.updated_by, current.head.updated_at), |(_, by, at)| (*by, *at));
        Changed { field, before: was, by, at }
    });
    let changed = changed.collect();
    Ok(Some(Since { seen: seen.body, changed }))
}

impl Service {
    /// A user as whoever asks calls them.
    pub(in crate::service) fn called(&self, session: &Session, user: UserId) -> String {
        if user == session.user { "you".to_owned() } else { self.cast.user_name(user) }
    }

    /// A moment as whoever asks reads it: `08:12`, `Mon 2 Mar 08:12`.
    pub(in crate::service) fn clock(&self, session: &Session, at: Moment) -> String {
        let zone = self.cast.zone(session.office);
        when(at, zone, zone.day(self.now()))
    }

    /// `R. Patel changed phones, note 08:12; M. Osei changed payer 08:14`.
    pub(in crate::service) fn told_of(&self, session: &Session, kind: Kind, changed: &[Changed]) -> String {
        let mut by: Vec<(UserId, Moment, Vec<&str>)> = Vec::new();
        for change in changed {
            match by.iter_mut().find(|(user, ..)| *user == change.by) {
                Some((_, at, fields)) => {
                    *at = (*at).max(change.at);
                    fields.push(&change.field);
                }
                None => by.push((change.by, change.at, vec![&change.field])),
            }
        }
        let one = |(user, at, fields): (UserId, Moment, Vec<&str>)| {
            format!("{} changed {} {}", self.called(session, user), called_all(kind, fields), self.clock(session, at))
        };
        by.into_iter().map(one).collect::<Vec<_>>().join("; ")
    }

    /// Why a record cannot be edited any more, if so.
    pub(in crate::service) fn gone<B: Body>(&self, session: &Session, record: &Record<B>) -> Option<String> {
        if record.head.in_error {
            let (who, at) = (self.called(session, record.head.updated_by), record.head.updated_at);
            return Some(format!("entered in error, by {who} {}", self.clock(session, at)));
        }
        let body: &dyn Any = &record.body;
        let outcome = body.downcast_ref::<Issue>()?.handling.outcome.as_ref()?;
        Some(format!("finished by {} {}", self.called(session, outcome.by), self.clock(session, outcome.at)))
    }
}
