//! Acts on alerts: take, snooze, result.

use crate::domain::attention::{AlertKey, AlertSource, Attention, Handling, Outcome, Snooze};
use crate::domain::communication::Communication;
use crate::domain::ids::{AttentionId, CommunicationId, IssueId, TaskId, VisitId};
use crate::domain::issue::{Disposition, DispositionKind, EventKind, Issue, IssueEvent};
use crate::domain::task::Task;
use crate::domain::text::Text;
use crate::domain::time::{Happened, Moment, clock};
use crate::domain::visit::{NoteStatus, Visit};
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

impl Service {
    /// Takes an alert.
    pub(in crate::service) fn take(
        &mut self,
        session: &Session,
        key: &AlertKey,
        from_other: bool,
    ) -> Result<Plan, Refusal> {
        let standing = self.standing(key)?;
        if let Some(owner) = standing.handling.owner {
            let handed_to_me =
                standing.escalated && standing.handling.escalated.as_ref().is_some_and(|e| e.by != session.user);
            if owner == session.user && standing.handling.acknowledged.is_some() && !handed_to_me {
                return Err(Refusal::problem("take.yours", "", "you have it already"));
            }
            // What was handed up is there to be taken: nobody has to be asked.
            if owner != session.user && !from_other && !standing.escalated {
                let who = self.cast.user_name(owner);
                return Err(Refusal::problem("take.taken", "", format!("{who} has it; take it from them?")));
            }
        }
        let (user, now) = (session.user, self.now());
        let write = self.handle_alert(session, key, |handling| {
            handling.owner = Some(user);
            handling.acknowledged = Some(now);
            handling.escalated = None;
        })?;
        Ok(Plan::new("alert.take", format!("Taken: {}", standing.name)).with(write))
    }

    /// Puts an alert to sleep.
    pub(in crate::service) fn snooze(
        &mut self,
        session: &Session,
        key: &AlertKey,
        until: Moment,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        let standing = self.standing(key)?;
        let now = self.now();
        if reason.trim().is_empty() {
            return Err(Refusal::problem("snooze.reason", "reason", "say why it can wait"));
        }
        if standing.escalated {
            return Err(Refusal::problem("snooze.escalated", "", "it is handed up: it stays until somebody takes it"));
        }
        if until <= now {
            return Err(Refusal::problem("snooze.past", "until", "that time is past; choose a later one"));
        }
        if let Some(limit) = standing.snooze_limit
            && until > limit
        {
            let text = if limit <= now {
                format!("a P{} past its time does not sleep; take it", standing.tier)
            } else {
                let (_, minute) = self.cast.zone(session.office).civil(limit);
                format!("a P{} may sleep until {} and no longer; choose an earlier time", standing.tier, clock(minute))
            };
            return Err(Refusal::problem("snooze.crosses_breach", "until", text));
        }
        let snooze = Snooze { until, reason: Text::new(reason)?, by: session.user };
        let write = self.handle_alert(session, key, |handling| handling.snoozed = Some(snooze))?;
        let (day, minute) = self.cast.zone(session.office).civil(until);
        let today = self.cast.zone(session.office).day(now);
        let when = if day == today { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) };
        let mut plan = Plan::new("alert.snooze", format!("Snoozed until {when}: {}", standing.name)).with(write);
        reason.trim().clone_into(&mut plan.reason);
        Ok(plan)
    }

    /// Finishes an alert with an outcome.
    pub(in crate::service) fn result(
        &mut self,
        session: &Session,
        key: &AlertKey,
        what: &str,
        note: &str,
        disposition: Option<&(DispositionKind, String)>,
    ) -> Result<Plan, Refusal> {
        let standing = self.standing(key)?;
        if what.trim().is_empty() {
            return Err(Refusal::problem("result.outcome", "outcome", "choose how it ended"));
        }
        if standing.tier <= 2 && note.trim().is_empty() {
            return Err(Refusal::problem("result.note", "note", format!("a P{} needs a word of note", standing.tier)));
        }
        if disposition.is_none() && standing.needs_disposition {
            return Err(Refusal::problem(
                "result.floor",
                "outcome",
                "only a practitioner's or emergency service's decision ends this one: choose an answer that records it",
            ));
        }
        if let Some((_, by)) = disposition
            && by.trim().is_empty()
        {
            return Err(Refusal::problem("result.by", "by", "say who decided: name and title"));
        }
        if matches!(
            key.source,
            AlertSource::Recert | AlertSource::SocAssessment | AlertSource::Roc | AlertSource::Reassessment
        ) {
            return Err(Refusal::problem("result.reassessment", "", "a reassessment is completed or waived"));
        }
        let now = self.now();
        let outcome = Outcome { what: Text::new(what)?, note: Text::new(note)?, by: session.user, at: now };
        let mut plan = Plan::new("alert.result", format!("Done ({}): {}", what.trim(), standing.name));
        note.trim().clone_into(&mut plan.reason);
        match key.source {
            AlertSource::Issue => {
                let issue = self.issue(key)?;
                let mut body = issue.body.clone();
                body.handling.outcome = Some(outcome);
                body.handling.snoozed = None;
                if body.handling.owner.is_none() {
                    body.handling.owner = Some(session.user);
                    body.handling.acknowledged = Some(now);
                }
                if let Some((kind, by)) = disposition {
                    body.disposition = Some(Disposition { kind: *kind, by: Text::new(by)?, at: now });
                }
                plan.writes.push(Write::change(&issue, &body, session.user, now)?);
                let zone = self.cast.zone(session.office);
                let line = IssueEvent {
                    issue: issue.id,
                    kind: EventKind::Act,
                    text: Text::clip(&format!("{}. {}", what.trim(), note.trim())),
                    happened: Happened { at: now, zone },
                    communication: None,
                };
                let id = self.ids.make(now);
                plan.writes.push(Write::create(id.into(), &line, session.user, now)?);
                self.still_to_tell(session, &issue, key, &mut plan)?;
            }
            AlertSource::Promise => {
                let id = CommunicationId(key.subject);
                if let Some(said) = self.store.get::<Communication>(id)? {
                    let mut body = said.body.clone();
                    if let Some(promise) = &mut body.promise {
                        promise.kept = Some(now);
                    }
                    plan.writes.push(Write::change(&said, &body, session.user, now)?);
                }
                plan.writes.push(self.handle_alert(session, key, |handling| handling.outcome = Some(outcome))?);
            }
            AlertSource::Note => {
                // That it is signed is a fact of the visit: then every screen and every export says so.
                let visit = self.store.get::<Visit>(VisitId(key.subject))?;
                if let Some(visit) = visit.filter(|_| what.trim() == NoteStatus::Signed.word()) {
                    let body = Visit { note: NoteStatus::Signed, ..visit.body.clone() };
                    plan.writes.push(Write::change(&visit, &body, session.user, now)?);
                }
                plan.writes.push(self.handle_alert(session, key, |handling| {
                    handling.outcome = Some(outcome);
                    handling.snoozed = None;
                })?);
            }
            AlertSource::Task => {
                let id = TaskId(key.subject);
                if let Some(task) = self.store.get::<Task>(id)? {
                    let body = Task { done: Some(now), ..task.body.clone() };
                    plan.writes.push(Write::change(&task, &body, session.user, now)?);
                }
                plan.writes.push(self.handle_alert(session, key, |handling| handling.outcome = Some(outcome))?);
            }
            AlertSource::Emergency => {
                plan.writes.extend(self.reviewed(session, key, what, note)?);
                plan.told_outside = true;
                plan.writes.push(self.handle_alert(session, key, |handling| handling.outcome = Some(outcome))?);
            }
            _ => plan.writes.push(self.handle_alert(session, key, |handling| {
                handling.outcome = Some(outcome);
                handling.snoozed = None;
            })?),
        }
        Ok(plan)
    }

    /// The issue of a key.
    pub(in crate::service) fn issue(&self, key: &AlertKey) -> Result<crate::domain::record::Record<Issue>, Refusal> {
        self.store
            .get::<Issue>(IssueId(key.subject))?
            .ok_or_else(|| Refusal::problem("issue.gone", "", "that issue is not there any more"))
    }

    /// The write that changes what people did about an alert: in the issue itself, or in its attention record.
    pub(in crate::service) fn handle_alert(
        &mut self,
        session: &Session,
        key: &AlertKey,
        change: impl FnOnce(&mut Handling),
    ) -> Result<Write, Refusal> {
        let now = self.now();
        if key.source == AlertSource::Issue {
            let issue = self.issue(key)?;
            let mut body = issue.body.clone();
            change(&mut body.handling);
            return Ok(Write::change(&issue, &body, session.user, now)?);
        }
        let standing = self.standing(key)?;
        if let Some(attention) = self.store.attention(key)? {
            let mut body = attention.body.clone();
            if let Some(outcome) = body.handling.outcome.take() {
                // It was finished and has come back: what ended it then must not end it again, nor what was done before.
                let handling = &mut body.handling;
                handling.acknowledged = handling.acknowledged.filter(|at| *at > outcome.at);
                handling.by_hand = handling.by_hand.take().filter(|h| h.at > outcome.at);
                handling.escalated = handling.escalated.take().filter(|e| e.at > outcome.at);
                handling.snoozed = None;
            }
            change(&mut body.handling);
            body.fact = standing.fact;
            Ok(Write::change(&attention, &body, session.user, now)?)
        } else {
            let mut body = Attention {
                key: *key,
                office: standing.office,
                client: standing.client,
                staff: standing.staff,
                handling: Handling::default(),
                fact: standing.fact,
            };
            change(&mut body.handling);
            let id = AttentionId(self.ids.make(now));
            Ok(Write::create(id, &body, session.user, now)?)
        }
    }
}
