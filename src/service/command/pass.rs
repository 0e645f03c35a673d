//! Handing an alert to a colleague.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::UserId;
use crate::domain::issue::{EventKind, IssueEvent};
use crate::domain::text::Text;
use crate::domain::time::Happened;
use crate::domain::user::Role;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

/// A user who may act on alerts.
pub(in crate::service) fn acts(role: Role) -> bool {
    !matches!(role, Role::ReadOnly | Role::Surveyor)
}

impl Service {
    /// Hands an alert to a colleague: theirs, and not acknowledged, so that its clock runs until they take it.
    pub(in crate::service) fn pass(
        &mut self,
        session: &Session,
        key: &AlertKey,
        to: UserId,
        note: &str,
    ) -> Result<Plan, Refusal> {
        let standing = self.standing(key)?;
        let colleague = match self.cast.users.get(&to).filter(|u| u.active && acts(u.role)) {
            Some(user) => user.name.as_str().to_owned(),
            None => return Err(Refusal::problem("pass.to", "to", "choose somebody who works here and may act")),
        };
        if to == session.user {
            return Err(Refusal::problem("pass.self", "to", "that is you: take it instead"));
        }
        if standing.handling.owner == Some(to) {
            return Err(Refusal::problem("pass.theirs", "to", format!("{colleague} has it already")));
        }
        let write = self.handle_alert(session, key, |handling| {
            handling.owner = Some(to);
            handling.acknowledged = None;
            handling.snoozed = None;
        })?;
        let mut plan = Plan::new("alert.pass", format!("Passed to {colleague}: {}", standing.name)).with(write);
        note.trim().clone_into(&mut plan.reason);
        if !note.trim().is_empty() {
            plan.writes.extend(self.on_timeline(session, key, &format!("passed to {colleague}. {}", note.trim()))?);
        }
        Ok(plan)
    }

    /// A line in the timeline of an issue; nothing where the alert is none.
    pub(in crate::service) fn on_timeline(
        &mut self,
        session: &Session,
        key: &AlertKey,
        text: &str,
    ) -> Result<Option<Write>, Refusal> {
        if key.source != AlertSource::Issue {
            return Ok(None);
        }
        let now = self.now();
        let line = IssueEvent {
            issue: key.subject.into(),
            kind: EventKind::Act,
            text: Text::clip(text),
            happened: Happened { at: now, zone: self.cast.zone(session.office) },
            communication: None,
        };
        let id = self.ids.make(now);
        Ok(Some(Write::create(id.into(), &line, session.user, now)?))
    }
}
