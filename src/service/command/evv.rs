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

impl Service {
    /// The record with the visit that it proves and what is wrong with it; with the visit as it is by that, if it says
    /// anything new of it. `taken` are the visits that are written already.
    pub(in crate::service) fn clocked(
        &self,
        session: &Session,
        clocking: &Clocking,
        taken: &[VisitId],
    ) -> Result<(Clocking, Option<Write>), Refusal> {
        let policy = EvvPolicy::embedded().map_err(Refusal::Failed)?;
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
                match visit.map(|v| told(&v, clocking, &policy).map(|body| (v, body))) {
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

    /// An exception is resolved by hand, with what was done about it.
    pub(in crate::service) fn resolve_clocking(
        &self,
        session: &Session,
        id: ClockingId,
        what: &str,
    ) -> Result<Plan, Refusal> {
        let gone = || Refusal::problem("evv.gone", "", "that is not there any more");
        let was: Record<Clocking> = self.store.get(id)?.ok_or_else(gone)?;
        if was.exception.is_empty() || was.resolved.is_some() {
            return Err(Refusal::problem("evv.resolved", "", "there is nothing to resolve any more"));
        }
        if what.trim().is_empty() {
            return Err(Refusal::problem("evv.what", "what", "what was done about it? It is written into the record"));
        }
        let body = Clocking { resolution: Text::new(what.trim())?, resolved: Some(self.now()), ..was.body.clone() };
        let name = self.cast.client_name(was.client).listed;
        let mut plan = Plan::new("evv.resolve", format!("EVV resolved: {name}"));
        what.trim().clone_into(&mut plan.reason);
        plan.writes.push(Write::change(&was, &body, session.user, self.now())?);
        Ok(plan)
    }
}

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
