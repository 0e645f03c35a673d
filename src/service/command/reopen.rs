//! Opening again what was finished.

use crate::domain::attention::{AlertKey, AlertSource, Handling};
use crate::domain::communication::Communication;
use crate::domain::ids::{CommunicationId, TaskId};
use crate::domain::task::Task;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

impl Service {
    /// Opens again: an issue, or an alert that was finished while its fact stands. Whoever opens it has it.
    pub(in crate::service) fn reopen(
        &mut self,
        session: &Session,
        key: &AlertKey,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        if reason.trim().is_empty() {
            return Err(Refusal::problem("reopen.reason", "reason", "say why it is not over"));
        }
        if self.standing(key).is_ok() {
            return Err(Refusal::problem("reopen.open", "", "it still stands: why says what would lower it"));
        }
        let now = self.now();
        let user = session.user;
        let open = move |handling: &mut Handling| {
            *handling = Handling { owner: Some(user), acknowledged: Some(now), ..Handling::default() };
        };
        let mut plan = Plan::new("alert.reopen", "");
        let name = match key.source {
            AlertSource::Issue => {
                let issue = self.issue(key)?;
                let mut body = issue.body.clone();
                open(&mut body.handling);
                body.reopened = body.reopened.saturating_add(1);
                plan.writes.push(Write::change(&issue, &body, user, now)?);
                plan.writes.extend(self.on_timeline(session, key, &format!("opened again. {}", reason.trim()))?);
                match (issue.client, issue.staff) {
                    (Some(client), _) => self.cast.client_name(client).listed,
                    (None, Some(staff)) => self.cast.staff_name(staff).listed,
                    _ => "the office".to_owned(),
                }
            }
            _ => self.reopen_derived(session, key, open, &mut plan)?,
        };
        plan.summary = format!("Opened again: {name}");
        reason.trim().clone_into(&mut plan.reason);
        Ok(plan)
    }

    fn reopen_derived(
        &mut self,
        session: &Session,
        key: &AlertKey,
        open: impl FnOnce(&mut Handling),
        plan: &mut Plan,
    ) -> Result<String, Refusal> {
        let (now, user) = (self.now(), session.user);
        let gone = || Refusal::problem("reopen.gone", "", "there is nothing left of it to open again");
        let Some(attention) = self.store.attention(key)?.filter(|a| a.handling.outcome.is_some()) else {
            return Err(gone());
        };
        match key.source {
            AlertSource::Promise => {
                let said = self.store.get::<Communication>(CommunicationId(key.subject))?.ok_or_else(gone)?;
                let mut body = said.body.clone();
                match &mut body.promise {
                    Some(promise) if promise.kept.is_some() => promise.kept = None,
                    _ => return Err(gone()),
                }
                plan.writes.push(Write::change(&said, &body, user, now)?);
            }
            AlertSource::Task => {
                let task = self.store.get::<Task>(TaskId(key.subject))?.ok_or_else(gone)?;
                let body = Task { done: None, ..task.body.clone() };
                plan.writes.push(Write::change(&task, &body, user, now)?);
            }
            AlertSource::Emergency => {
                let text = "it was looked at; what is to be added is written where it is followed up";
                return Err(Refusal::problem("reopen.reviewed", "", text));
            }
            _ if self.book.get(*key).is_none() => return Err(gone()),
            _ => {}
        }
        let mut body = attention.body.clone();
        open(&mut body.handling);
        plan.writes.push(Write::change(&attention, &body, user, now)?);
        Ok(match (attention.client, attention.staff) {
            (Some(client), _) => self.cast.client_name(client).listed,
            (None, Some(staff)) => self.cast.staff_name(staff).listed,
            _ => "the office".to_owned(),
        })
    }
}
