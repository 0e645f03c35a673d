//! A clock-in of visit verification finds its visit and writes there what it says: that somebody was there is never
//! inferred, only said by a source. What can't be matched for certain is an exception, with its reason.

use crate::domain::evv::Clocking;
use crate::domain::ids::{ClockingId, VisitId};
use crate::domain::record::Record;
use crate::domain::text::{Few, Text};
use crate::domain::time::Moment;
use crate::domain::visit::{Actual, Source, Visit, VisitState};
use crate::rules::evv::{Clocked, EvvPolicy, Found, Planned, missing};
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;
use std::collections::BTreeSet;

impl Service {
    /// The record with the visit that it proves and what is wrong with it; with the visit as it is by that, if it says
    /// anything new of it. `taken` are the visits that are written already.
    pub(in crate::service) fn clocked(
        &self,
        session: &Session,
        clocking: &Clocking,
        taken: &[VisitId],
    ) -> Result<(Clocking, Option<Write>), Refusal> {
        let policy = &self.evv;
        let mut out = clocking.clone();
        out.missing = Few::clip(missing(clocking));
        let clock = Clocked { staff: clocking.staff, began: clocking.began, ended: clocking.ended };
        let Some((from, to)) = policy.around(&clock) else {
            out.visit = None;
            out.exception = Text::clip("missing");
            return Ok((out, None));
        };
        let mut visits = Vec::new();
        for id in self.store.visits_of_client(clocking.client, from, to)? {
            let Some(v) = self.store.get::<Visit>(id)? else { continue };
            visits.push(Planned {
                visit: id,
                staff: v.staff,
                second: v.second,
                start: v.start.moment(),
                end: v.end(),
                cancelled: matches!(v.state, VisitState::Cancelled | VisitState::CalledOut),
            });
        }
        let mut write = None;
        let code = match policy.find(&clock, &visits) {
            Found::Not(code) => {
                out.visit = None;
                Some(code)
            }
            Found::Visit(id) => {
                out.visit = Some(id);
                let visit = self.store.get::<Visit>(id)?.filter(|v| v.staff == clocking.staff && !taken.contains(&id));
                match visit.map(|v| told(&v, clocking, policy).map(|body| (v, body))) {
                    // The second person's word, or one of two in the same file: the visit has its times.
                    None => None,
                    Some(Err(code)) => Some(code),
                    Some(Ok((v, body))) => {
                        if body != v.body {
                            write = Some(Write::change(&v, &body, session.user, self.now())?);
                        }
                        None
                    }
                }
            }
        };
        // While somebody is there still, the end is not missing yet.
        let under_way = clocking.ended.is_none() && clocking.began.is_some_and(|at| self.now().since(at) < DAY);
        let lacks = out.missing.iter().any(|e| !(under_way && *e == crate::domain::evv::Element::Times));
        out.exception = Text::clip(code.or(lacks.then_some("missing")).unwrap_or_default());
        Ok((out, write))
    }

    /// Exceptions are resolved by hand, with the agency's reason and what was done about it: all of them in one commit.
    /// One that somebody else resolved meanwhile is left as it is, and said.
    pub(in crate::service) fn resolve_clockings(
        &self,
        session: &Session,
        ids: &[ClockingId],
        reason: &str,
        note: &str,
    ) -> Result<Plan, Refusal> {
        let (reason, note) = (reason.trim(), note.trim());
        if ids.is_empty() {
            return Err(Refusal::problem("evv.none", "ids", "say which exception"));
        }
        if ids.len() > MOST {
            return Err(Refusal::problem("evv.many", "ids", format!("at most {MOST} at once")));
        }
        let known = match reason {
            "" => None,
            code => Some(self.evv.reason(code).ok_or_else(|| {
                let all: Vec<&str> = self.evv.reasons().iter().map(|r| r.code.as_str()).collect();
                Refusal::problem(
                    "evv.reason",
                    "reason",
                    format!("`{code}` is none of the agency's reasons: {}", all.join(", ")),
                )
            })?),
        };
        if note.is_empty() && known.is_none_or(|r| r.note) {
            return Err(Refusal::problem("evv.what", "note", "what was done about it? It is written into the record"));
        }
        let mut words: Vec<&str> = known.iter().map(|r| r.say.as_str()).collect();
        words.extend(Some(note).filter(|n| !n.is_empty()));
        let words = words.join(": ");
        let resolution = Text::new(&words)
            .map_err(|e| Refusal::problem("field.too_long", "note", format!("{e} (bytes); shorten it")))?;
        let mut plan = Plan::new("evv.resolve", String::new());
        let mut over = 0;
        let mut first = String::new();
        for id in ids.iter().copied().collect::<BTreeSet<_>>() {
            let was: Option<Record<Clocking>> = self.store.get(id)?;
            let Some(was) = was.filter(|w| !w.exception.is_empty() && w.resolved.is_none()) else {
                over += 1;
                continue;
            };
            if plan.writes.is_empty() {
                first = self.cast.client_name(was.client).listed;
            }
            let body = Clocking { resolution: resolution.clone(), resolved: Some(self.now()), ..was.body.clone() };
            plan.writes.push(Write::change(&was, &body, session.user, self.now())?);
        }
        let left = if over > 0 { format!("; {over} resolved already") } else { String::new() };
        plan.summary = match plan.writes.len() {
            0 => return Err(Refusal::problem("evv.resolved", "", "there is nothing to resolve any more")),
            1 => format!("EVV resolved: {first}{left}"),
            n => format!("EVV resolved: {n} clock-ins{left}"),
        };
        plan.reason = words;
        Ok(plan)
    }
}

/// Most that are resolved at once: as many records as one commit holds with ease.
const MOST: usize = 90;

/// After so long whoever clocked in has gone.
const DAY: i64 = 24 * 3_600_000;

/// The visit with what the clock says of it, or why not.
fn told(visit: &Record<Visit>, clocking: &Clocking, policy: &EvvPolicy) -> Result<Visit, &'static str> {
    let mut body = visit.body.clone();
    let by_clock = |at: Moment| Actual { at, source: Source::Evv };
    for (here, said) in [(&mut body.arrived, clocking.began), (&mut body.left, clocking.ended)] {
        let Some(said) = said else { continue };
        match here {
            // What somebody said otherwise stands until it is known which is right.
            Some(there) if there.source != Source::Evv && !policy.same(there.at, said) => return Err("differs"),
            _ => *here = Some(by_clock(said)),
        }
    }
    let next = if body.left.is_some() { VisitState::Done } else { VisitState::InProgress };
    if body.state != next && body.state.may_become(next) && body.arrived.is_some() {
        body.state = next;
    }
    Ok(body)
}
