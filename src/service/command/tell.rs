//! Telling: who has not been told when an issue is finished stays on the list of whoever finished it, until told.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::communication::CallResult;
use crate::domain::ids::{ClientId, TaskId};
use crate::domain::issue::Issue;
use crate::domain::record::Record;
use crate::domain::task::Task;
use crate::domain::text::Text;
use crate::service::Service;
use crate::service::api::{LogCall, Person, Session};
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

/// Tasks of a client that are looked at.
const TASKS: usize = 60;

/// What a task to tell somebody says.
fn words(who: &str, what: &str) -> String {
    format!("tell {who}: {what}")
}

impl Service {
    /// Finishing an issue tells nobody: a task for each who has not been told.
    pub(in crate::service) fn still_to_tell(
        &mut self,
        session: &Session,
        issue: &Record<Issue>,
        key: &AlertKey,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let Some(client) = issue.client else { return Ok(()) };
        let now = self.now();
        let standing = self.tasks_about(client, key)?;
        for untold in self.untold(client, Some(key))? {
            let what = words(&untold.who, &untold.what);
            if standing.iter().any(|t| t.what.as_str() == what) {
                continue;
            }
            let task = Task {
                office: issue.office,
                client: Some(client),
                staff: None,
                what: Text::clip(&what),
                due: untold.due,
                owner: Some(session.user),
                about: Some(*key),
                undid: 0,
                done: None,
            };
            let id = TaskId(self.ids.make(now));
            plan.writes.push(Write::create(id, &task, session.user, now)?);
        }
        Ok(())
    }

    /// What a call is about: one made from a task is about what the task is about.
    pub(in crate::service) fn call_about(&self, call: &LogCall) -> Result<Option<AlertKey>, Refusal> {
        let Some(key) = call.about.filter(|k| k.source == AlertSource::Task) else { return Ok(call.about) };
        let task = self.store.get::<Task>(TaskId(key.subject))?;
        Ok(task.and_then(|t| t.about).or(Some(key)))
    }

    /// Who is reached has been told: the tasks to tell them are done, and the task that the call was made from.
    pub(in crate::service) fn told_by_call(
        &self,
        session: &Session,
        call: &LogCall,
        about: Option<AlertKey>,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let (Some(key), Some(Person::Client(client))) = (about, call.person) else { return Ok(()) };
        if call.result != CallResult::Reached {
            return Ok(());
        }
        let now = self.now();
        let opening = words(call.with.trim(), "");
        let from = call.about.filter(|k| k.source == AlertSource::Task).map(|k| TaskId(k.subject));
        for task in self.tasks_about(client, &key)? {
            if Some(task.id) == from || (!call.with.trim().is_empty() && task.what.starts_with(opening.trim_end())) {
                let body = Task { done: Some(now), ..task.body.clone() };
                plan.writes.push(Write::change(&task, &body, session.user, now)?);
            }
        }
        Ok(())
    }

    /// The open tasks about an alert of a client.
    fn tasks_about(&self, client: ClientId, key: &AlertKey) -> Result<Vec<Record<Task>>, Refusal> {
        let mut tasks = self.store.of_client::<Task>(client, TASKS)?;
        let same = |t: &Record<Task>| t.about.is_some_and(|a| (a.source, a.subject) == (key.source, key.subject));
        tasks.retain(|t| t.done.is_none() && same(t));
        Ok(tasks)
    }
}
