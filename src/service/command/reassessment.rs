//! Completing and waiving reassessments.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::ReassessmentId;
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, Moment};
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

impl Service {
    /// Completes a reassessment.
    pub(in crate::service) fn complete_reassessment(
        &mut self,
        session: &Session,
        key: &AlertKey,
        result: &str,
        completed: Option<Moment>,
    ) -> Result<Plan, Refusal> {
        if result.trim().is_empty() {
            return Err(Refusal::problem("reassessment.result", "result", "write the result in a line"));
        }
        let now = self.now();
        let at = completed.unwrap_or(now);
        if at > now.plus(MINUTE) {
            return Err(Refusal::problem("reassessment.future", "completed", "it cannot be completed later than now"));
        }
        let text = Text::new(result)?;
        let mut plan = self.reassess(session, key, "reassessment.complete", "Completed", |r| {
            r.state = ReassessmentState::Done;
            r.completed = Some(at);
            r.result = text;
        })?;
        result.trim().clone_into(&mut plan.reason);
        Ok(plan)
    }

    /// Waives a reassessment.
    pub(in crate::service) fn waive_reassessment(
        &mut self,
        session: &Session,
        key: &AlertKey,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        if reason.trim().is_empty() {
            return Err(Refusal::problem("reassessment.reason", "reason", "say why it is waived"));
        }
        let text = Text::new(reason)?;
        let mut plan = self.reassess(session, key, "reassessment.waive", "Waived", |r| {
            r.state = ReassessmentState::Waived;
            r.waived = text;
        })?;
        reason.trim().clone_into(&mut plan.reason);
        Ok(plan)
    }

    fn reassess(
        &mut self,
        session: &Session,
        key: &AlertKey,
        action: &'static str,
        verb: &str,
        change: impl FnOnce(&mut Reassessment),
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        if key.source == AlertSource::Reassessment {
            let Some(record) = self.store.get::<Reassessment>(ReassessmentId(key.subject))? else {
                return Err(Refusal::problem("reassessment.gone", "", "that reassessment is not there any more"));
            };
            if matches!(record.state, ReassessmentState::Done | ReassessmentState::Waived) {
                let who = self.cast.user_name(record.head.updated_by);
                let text = format!("that is {} already, by {who}", record.state.word());
                return Err(Refusal::problem("reassessment.settled", "", text));
            }
            let mut body = record.body.clone();
            change(&mut body);
            let name = self.cast.client_name(record.client).listed;
            return Ok(Plan::new(action, format!("{verb} ({}): {name}", record.instrument.as_str()))
                .with(Write::change(&record, &body, session.user, now)?));
        }
        let Some(window) = self.window_of(key) else {
            return Err(Refusal::problem("reassessment.gone", "", "no reassessment window is open there"));
        };
        let what = window.what.clone();
        let name = self.cast.client_name(window.client).listed;
        let mut plan = Plan::new(action, format!("{verb} ({what}): {name}"));
        let known: Vec<_> = self.store.of_client::<Reassessment>(window.client, 400)?;
        if let Some(record) = known.into_iter().find(|r| r.window == Some(*key)) {
            let mut body = record.body.clone();
            change(&mut body);
            plan.writes.push(Write::change(&record, &body, session.user, now)?);
        } else {
            let mut body = Reassessment {
                client: window.client,
                instrument: Text::clip(&what),
                window: Some(*key),
                opens: window.opens,
                closes: window.closes,
                state: ReassessmentState::Pending,
                visit: None,
                completed: None,
                result: Text::default(),
                waived: Text::default(),
            };
            change(&mut body);
            let id = ReassessmentId(self.ids.make(now));
            plan.created.push(id.0);
            plan.writes.push(Write::create(id, &body, session.user, now)?);
        }
        Ok(plan)
    }
}
