//! Undo, computed from the journal: for the fields that a commit changed, the values before it are put back as a new
//! commit that names the one it undoes. Fields that anybody changed since are a refusal that names who and when; other
//! fields stay as they are now. A created record becomes entered in error, never deleted.

use super::Service;
use super::api::{Act, Session};
use super::plan::{Plan, Refusal};
use crate::domain::attention::Attention;
use crate::domain::fields::{Fields, differences, value_at};
use crate::domain::ids::{CommunicationId, OfficeId, UserId};
use crate::domain::import_source::ImportSource;
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Kind, Record};
use crate::domain::review::Review;
use crate::domain::time::Moment;
use crate::store::Write;
use crate::store::engine::{Entry, Rev};
use std::any::Any;
use std::collections::{HashMap, HashSet};

/// How far back my acts are looked for, in commits.
const LOOK_BACK: u64 = 20_000;
/// Commits read at a time.
const PAGE: u64 = 256;

/// Why what was told or seen is not taken back.
fn told_words(action: &str) -> &'static str {
    match action.split('.').next().unwrap_or(action) {
        "user" => "users are changed back with caseload user, and a reason",
        "emergency" => "a chart that was opened was seen; a manager looks at it",
        "codes" => "codes that were shown were seen",
        _ => "people outside were told: amend the call instead of undoing it",
    }
}

/// The name of a commit that takes one back.
pub(super) const UNDO: &str = "undo";
/// There is nothing left of it to take back.
const NOTHING: &str = "undo.nothing";
/// The name of a commit that brings one back.
pub(super) const REDO: &str = "redo";

impl Service {
    /// What takes `seq` back.
    pub(super) fn plan_undo(&mut self, session: &Session, seq: u64) -> Result<Plan, Refusal> {
        let Some(entry) = self.store.engine().entry(seq).map_err(crate::store::StoreError::from)? else {
            return Err(Refusal::problem("undo.unknown", "", "there is no such act"));
        };
        if entry.commit.actor != session.user.0 {
            let who = self.cast.user_name(UserId(entry.commit.actor));
            return Err(Refusal::problem("undo.not_mine", "", format!("that was done by {who}; only they undo it")));
        }
        let (undone, _) = self.undone_since(session.user, seq)?;
        if undone.contains(&seq) {
            return Err(Refusal::problem("undo.already", "", "that is undone already"));
        }
        let plan = self.plan_undo_of(session, &entry)?;
        self.with_call_backs(session, &entry, plan)
    }

    /// What takes an entry back, whoever did it.
    pub(super) fn plan_undo_of(&self, session: &Session, entry: &Entry) -> Result<Plan, Refusal> {
        let note = self.store.note(entry);
        if note.told_outside {
            return Err(Refusal::problem("undo.told_outside", "", told_words(&entry.commit.action)));
        }
        if entry.commit.records.is_empty() {
            return Err(Refusal::problem("undo.nothing", "", "it changed nothing that can be put back"));
        }
        let redo = entry.commit.action == UNDO;
        let (verb, action) = if redo { ("Done again", REDO) } else { ("Undone", UNDO) };
        // What was done at first, not “done again: undone: done”.
        let (_, what) = self.root(entry)?;
        let mut plan = Plan::new(action, format!("{verb}: {what}"));
        plan.undoes = entry.seq;
        let now = self.now();
        for write in &entry.commit.records {
            let Some(kind) = Kind::from_number(write.kind) else {
                return Err(Refusal::problem("undo.newer", "", "it was done by a newer caseload"));
            };
            if redo && kind == Kind::Task && write.expect == 0 && self.has_moved_on(kind, &write.id) {
                // A call-back that was made since stays made; whoever was told then is told anew.
                continue;
            }
            let back = by_kind!(kind, put_back::<_>(self, entry, &write.id, write.expect, session.user, now))?;
            plan.writes.extend(back);
        }
        if plan.writes.is_empty() {
            return Err(Refusal::problem(NOTHING, "", "everything is as it was before it already"));
        }
        Ok(plan)
    }

    /// A record was changed after it was made.
    fn has_moved_on(&self, kind: Kind, id: &[u8; 16]) -> bool {
        self.store.engine().history(kind.number(), id).is_ok_and(|h| h.len() > 1)
    }

    /// My commits that stand undone, looking back to `until`; and my entries seen, newest first.
    fn undone_since(&self, user: UserId, until: u64) -> Result<(HashSet<u64>, Vec<Entry>), Refusal> {
        let engine = self.store.engine();
        let head = engine.head().map_err(crate::store::StoreError::from)?;
        let floor = head.saturating_sub(LOOK_BACK).max(until.saturating_sub(1));
        let (mut undone, mut mine) = (HashSet::new(), Vec::new());
        let mut high = head;
        while high > floor {
            let low = high.saturating_sub(PAGE).max(floor);
            let page = engine.entries(low, (high - low) as usize).map_err(crate::store::StoreError::from)?;
            for entry in page.into_iter().rev() {
                // Newest first: an undo that was itself undone takes nothing back.
                if entry.commit.undoes != 0 && !undone.contains(&entry.seq) {
                    undone.insert(entry.commit.undoes);
                }
                if entry.commit.actor == user.0 {
                    mine.push(entry);
                }
            }
            high = low;
        }
        // What brought an act back falls with it: taken back by itself, the act leaves nothing of the redo to take back.
        let undoes: HashMap<u64, u64> =
            mine.iter().map(|e| (e.seq, e.commit.undoes)).filter(|(_, to)| *to != 0).collect();
        for entry in mine.iter().rev().filter(|e| e.commit.action == REDO) {
            let act = undoes.get(&entry.commit.undoes);
            if act.is_some_and(|act| undone.contains(act)) {
                undone.insert(entry.seq);
            }
        }
        Ok((undone, mine))
    }

    /// My last acts, newest first.
    pub(super) fn my_acts(&self, session: &Session, most: usize) -> Result<Vec<Act>, Refusal> {
        let (undone, mine) = self.undone_since(session.user, 0)?;
        let mut out = Vec::new();
        for entry in mine.iter().take(most) {
            let mut act = self.act_of(entry, &undone);
            if !act.undone && act.refused.is_none() {
                self.look_into(session, entry, &mut act);
            }
            out.push(act);
        }
        Ok(out)
    }

    fn act_of(&self, entry: &Entry, undone: &HashSet<u64>) -> Act {
        let note = self.store.note(entry);
        let refused = if note.told_outside {
            Some(told_words(&entry.commit.action).to_owned())
        } else if entry.commit.records.is_empty() {
            Some("nothing to put back".to_owned())
        } else {
            None
        };
        Act {
            seq: entry.seq,
            at: Moment(entry.commit.at_ms),
            what: note.summary.as_str().to_owned(),
            undone: undone.contains(&entry.seq),
            refused,
            redo: entry.commit.action == UNDO,
            call: entry
                .commit
                .records
                .iter()
                .find(|r| note.told_outside && r.kind == Kind::Communication.number() && r.expect == 0)
                .map(|r| CommunicationId(r.id)),
            tells: Vec::new(),
        }
    }

    /// Whether an act could be taken back now, and whom that would make a call-back for. True when somebody has put it
    /// back by hand, so that there is nothing left of it.
    fn look_into(&self, session: &Session, entry: &Entry, act: &mut Act) -> bool {
        let tells = || -> Result<Vec<String>, Refusal> {
            self.plan_undo_of(session, entry)?;
            Ok(self.call_backs(entry, &self.told_since(entry)?)?)
        };
        match tells() {
            Ok(tells) => act.tells = tells,
            Err(refusal) => {
                let nothing = matches!(&refusal, Refusal::Problems(p) if p.iter().all(|p| p.rule == NOTHING));
                act.refused = Some(refusal.words());
                return nothing;
            }
        }
        false
    }

    /// What `u` (or ctrl-r) would take now, and why it would be refused if so.
    pub(super) fn undo_next(&self, session: &Session, redo: bool) -> Result<Option<Act>, Refusal> {
        let (undone, mine) = self.undone_since(session.user, 0)?;
        for entry in &mine {
            let is_undo = entry.commit.action == UNDO;
            if undone.contains(&entry.seq) {
                continue;
            }
            if redo && !is_undo {
                // A new act after the undo: there is nothing to bring back any more.
                return Ok(None);
            }
            if redo != is_undo {
                continue;
            }
            let mut act = self.act_of(entry, &undone);
            if act.refused.is_some() {
                continue;
            }
            if self.look_into(session, entry, &mut act) {
                // Somebody has put it back by hand: it stands in the way of nothing.
                continue;
            }
            return Ok(Some(act));
        }
        Ok(None)
    }
}

/// Puts one record back to what it was before an entry; nothing when it is so already.
fn put_back<B: Body>(
    service: &Service,
    entry: &Entry,
    id: &[u8; 16],
    expect: Rev,
    user: UserId,
    now: Moment,
) -> Result<Option<Write>, Refusal> {
    let store = &service.store;
    let typed = B::Id::from(*id);
    let (Some(after), Some(current)) = (store.in_entry::<B>(entry, id)?, store.get_any::<B>(typed)?) else {
        return Err(Refusal::problem("undo.unknown", "", "the record is not there any more"));
    };
    let any: &dyn Any = &current.body;
    if expect == 0 && any.downcast_ref::<crate::domain::task::Task>().is_some_and(|t| t.done.is_some()) {
        // A task that has been done since stays done: what was told cannot be untold.
        return Ok(None);
    }
    let before = if expect == 0 { None } else { store.revision::<B>(typed, expect)? };
    let (was_in_error, before_body) = match &before {
        Some(b) => (b.head.in_error, b.body.clone()),
        None => (true, after.body.clone()),
    };
    let mut fields = Fields::none();
    for (name, was, became) in differences(&before_body, &after.body) {
        let stands = value_at(&current.body, &name);
        if stands.as_ref() == Some(&was) {
            continue;
        }
        if stands.as_ref() != Some(&became) {
            return Err(refused_by(service, &current, &name, entry.seq));
        }
        fields.set(&name, &was);
    }
    let flips = was_in_error != after.head.in_error;
    if flips && current.head.in_error != after.head.in_error && fields.is_empty() {
        return Ok(None);
    }
    if flips && before.is_none() && current.body != after.body {
        // Created by this act: taking it back hides all of it, so nobody may have built on it.
        let changed = differences(&after.body, &current.body);
        let name = changed.first().map(|(n, _, _)| n.clone()).unwrap_or_default();
        return Err(refused_by(service, &current, &name, entry.seq));
    }
    let in_error = if flips { was_in_error } else { current.head.in_error };
    if fields.is_empty() && in_error == current.head.in_error {
        return Ok(None);
    }
    let body = fields.applied_to(&current.body)?;
    if current.head.in_error && !in_error {
        one_only(service, &current, &body)?;
    }
    Ok(Some(Write::set(&current, &body, in_error, user, now)?))
}

/// What people did about an alert, what a source said of an identifier, and a user's review of a client is one record each: one that comes back
/// must find its place free.
fn one_only<B: Body>(service: &Service, back: &Record<B>, body: &B) -> Result<(), Refusal> {
    let any: &dyn Any = body;
    let (raw, store): ([u8; 16], _) = (back.id.into(), &service.store);
    let other = if let Some(a) = any.downcast_ref::<Attention>() {
        store.attention(&a.key)?.map(|r| (r.id.0, r.head))
    } else if let Some(s) = any.downcast_ref::<ImportSource>() {
        store.origin(&s.source, s.kind, &s.identifier)?.map(|r| (r.id.0, r.head))
    } else if let Some(v) = any.downcast_ref::<Review>() {
        store.review(v.user, v.client)?.map(|r| (r.id.0, r.head))
    } else {
        None
    };
    match other {
        Some((id, head)) if id != raw => {
            let (day, minute) = service.cast.zone(OfficeId::default()).civil(head.updated_at);
            let (who, at) = (service.cast.user_name(head.updated_by), crate::domain::time::clock(minute));
            let text = format!("{who} has done it anew since ({} {at}); that stands in its place", day.short());
            Err(Refusal::problem("undo.replaced", "", text))
        }
        _ => Ok(()),
    }
}

/// Who changed a field since an entry, and when.
fn refused_by<B: Body>(service: &Service, current: &Record<B>, field: &str, since: u64) -> Refusal {
    let raw: [u8; 16] = current.id.into();
    let mut who = (current.head.updated_by, current.head.updated_at);
    let history = service.store.engine().history(B::KIND.number(), &raw).unwrap_or_default();
    for (rev, seq) in history.into_iter().rev() {
        if seq <= since {
            break;
        }
        let (Ok(Some(after)), Ok(Some(before))) = (
            service.store.revision::<B>(current.id, rev),
            service.store.revision::<B>(current.id, rev.saturating_sub(1)),
        ) else {
            continue;
        };
        if value_at(&after.body, field) != value_at(&before.body, field) {
            who = (after.head.updated_by, after.head.updated_at);
            break;
        }
    }
    let zone = service.cast.zone(OfficeId::default());
    let (day, minute) = zone.civil(who.1);
    Refusal::problem(
        "undo.changed_since",
        field,
        format!(
            "{} changed it since ({} {}); undo would take that away",
            service.cast.user_name(who.0),
            day.short(),
            crate::domain::time::clock(minute)
        ),
    )
}
