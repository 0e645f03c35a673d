//! One act on several alerts: each record answers for itself, those that can are one commit, so that one undo takes all
//! of it back; the others are named with their reasons.

use crate::domain::attention::{AlertKey, AlertSource, Attention};
use crate::domain::record::Kind;
use crate::service::Service;
use crate::service::api::{ManyAct, Session};
use crate::service::plan::{Plan, Refusal};
use crate::store::engine::Entry;
use std::collections::{BTreeSet, HashSet};

/// Most alerts in one request: more than any list marks at once.
const MOST: usize = 2_000;
/// Most records in its one save: below the engine's limit, so that its undo has room for the call-backs it makes.
const MAX_RECORDS: usize = 80;
/// Names that are said; of the others the number.
const NAMED: usize = 5;

impl Service {
    /// Does one thing to several alerts.
    pub(in crate::service) fn on_many(
        &mut self,
        session: &Session,
        keys: &[AlertKey],
        act: &ManyAct,
    ) -> Result<Plan, Refusal> {
        if keys.is_empty() {
            return Err(Refusal::problem("many.none", "", "nothing is marked"));
        }
        if keys.len() > MOST {
            return Err(Refusal::problem("many.too_many", "", format!("at most {MOST} at a time")));
        }
        let (mut whole, mut names) = (Plan::default(), Vec::new());
        let (mut written, mut seen) = (HashSet::new(), BTreeSet::new());
        let mut full = false;
        for key in keys.iter().filter(|k| seen.insert(**k)) {
            if full {
                whole.refused.push((*key, format!("one save holds {MAX_RECORDS} records: do it again for the rest")));
                continue;
            }
            match self.plan_one(session, key, act) {
                Ok(plan) if whole.writes.len() + plan.writes.len() > MAX_RECORDS => {
                    full = true;
                    whole
                        .refused
                        .push((*key, format!("one save holds {MAX_RECORDS} records: do it again for the rest")));
                }
                Ok(plan) if plan.writes.iter().any(|w| written.contains(&(w.kind(), w.id()))) => {
                    whole
                        .refused
                        .push((*key, "it stands on the same record as another one: do it by itself".to_owned()));
                }
                Ok(plan) => {
                    written.extend(plan.writes.iter().map(|w| (w.kind(), w.id())));
                    names.push(plan.summary);
                    (whole.action, whole.reason) = (plan.action, plan.reason);
                    whole.writes.extend(plan.writes);
                    whole.created.extend(plan.created);
                }
                Err(refusal @ Refusal::Failed(_)) => return Err(refusal),
                Err(refusal) => whole.refused.push((*key, refusal.words())),
            }
        }
        whole.summary = summary(&names);
        Ok(whole)
    }

    fn plan_one(&mut self, session: &Session, key: &AlertKey, act: &ManyAct) -> Result<Plan, Refusal> {
        if let ManyAct::Snooze { .. } | ManyAct::Result { .. } = act {
            let tier = self.standing(key)?.tier;
            if tier <= 2 {
                return Err(Refusal::problem(
                    "many.worst",
                    "",
                    format!("a P{tier} is done by itself, not with others"),
                ));
            }
        }
        self.plan(session, &act.on(*key), &mut Vec::new())
    }

    /// The alerts that an entry wrote nothing about: what a repeated request is told.
    pub(in crate::service) fn not_in(&self, entry: &Entry, keys: &[AlertKey]) -> Vec<(AlertKey, String)> {
        let mut done = BTreeSet::new();
        for write in &entry.commit.records {
            match Kind::from_number(write.kind) {
                Some(Kind::Issue) => drop(done.insert((AlertSource::Issue, write.id))),
                Some(Kind::Attention) => {
                    if let Ok(Some(a)) = self.store.in_entry::<Attention>(entry, &write.id) {
                        done.insert((a.key.source, a.key.subject));
                    }
                }
                _ => {}
            }
        }
        let left = keys.iter().filter(|k| !done.contains(&(k.source, k.subject)));
        left.map(|k| (*k, "it could not be done then".to_owned())).collect()
    }
}

/// `Taken: Okafor, Ruth; Petrov, Ivan (2)`: the first five by name, and the number.
fn summary(each: &[String]) -> String {
    let Some(first) = each.first() else { return "Nothing was done".to_owned() };
    if each.len() == 1 {
        return first.clone();
    }
    let parts =
        |s: &String| s.rsplit_once(": ").map_or((String::new(), s.clone()), |(v, n)| (v.to_owned(), n.to_owned()));
    let verb = parts(first).0;
    let names: Vec<String> = each.iter().take(NAMED).map(|s| parts(s).1).collect();
    let more = if each.len() > NAMED { format!("; and {} more", each.len() - NAMED) } else { String::new() };
    format!("{verb}: {}{more} ({})", names.join("; "), each.len())
}
