//! Handing an alert up to a supervisor or whoever is on call.

use crate::domain::attention::{AlertKey, Escalated};
use crate::domain::text::Text;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};

impl Service {
    /// Hands an alert up. It wakes, keeps its owner, and stands first with those who answer for it until one of them
    /// takes it; whoever handed it up is told whom to ring.
    pub(in crate::service) fn escalate(
        &mut self,
        session: &Session,
        key: &AlertKey,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        let standing = self.standing(key)?;
        if reason.trim().is_empty() {
            return Err(Refusal::problem("escalate.reason", "reason", "say what they have to know or decide"));
        }
        if let Some(before) = standing.handling.escalated.as_ref().filter(|_| standing.escalated) {
            let who = self.cast.user_name(before.by);
            return Err(Refusal::problem("escalate.already", "", format!("{who} handed it up already")));
        }
        let now = self.now();
        let escalated = Escalated { reason: Text::new(reason)?, by: session.user, at: now };
        let write = self.handle_alert(session, key, |handling| {
            handling.escalated = Some(escalated);
            handling.snoozed = None;
        })?;
        let mut plan = Plan::new("alert.escalate", format!("Handed up: {}", standing.name)).with(write);
        reason.trim().clone_into(&mut plan.reason);
        plan.writes.extend(self.on_timeline(session, key, &format!("handed up. {}", reason.trim()))?);
        plan.tell = self.whom_to_ring(session, standing.office);
        Ok(plan)
    }
}
