//! Setting right what was logged of a call: told is told, so the old stays, and a new one is shown in its place.

use crate::domain::communication::{CallResult, Communication};
use crate::domain::ids::{ClientId, CommunicationId, StaffId};
use crate::domain::issue::{EventKind, IssueEvent};
use crate::domain::record::Record;
use crate::domain::text::Text;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::{Result, Write};
use std::collections::HashSet;

/// Calls looked through for amendments: an amendment has its call's time, so both are read together.
const MANY: usize = 4_000;

impl Service {
    /// Amends a logged call.
    pub(in crate::service) fn amend_call(
        &mut self,
        session: &Session,
        call: CommunicationId,
        with: &str,
        result: CallResult,
        note: &str,
    ) -> std::result::Result<Plan, Refusal> {
        let Some(said) = self.call_as_it_stands(call)? else {
            return Err(Refusal::problem("amend.gone", "", "that call is not there any more"));
        };
        if with.trim().is_empty() {
            return Err(Refusal::problem("amend.with", "with", "say with whom"));
        }
        if said.with.as_str() == with.trim() && said.result == result && said.note.as_str() == note.trim() {
            return Err(Refusal::problem("amend.same", "", "nothing is different from what was logged"));
        }
        let now = self.now();
        // What was promised stays with the call in which it was promised.
        let body = Communication {
            with: Text::new(with)?,
            result,
            note: Text::new(note)?,
            promise: None,
            amends: Some(said.id),
            ..said.body.clone()
        };
        let name = match (said.client, said.staff) {
            (Some(client), _) => self.cast.client_name(client).listed,
            (None, Some(staff)) => self.cast.staff_name(staff).listed,
            _ => with.trim().to_owned(),
        };
        let mut plan = Plan::new("call.amend", format!("Call amended ({}): {name}", result.word()));
        plan.told_outside = true;
        let id = CommunicationId(self.ids.make(now));
        plan.created.push(id.0);
        plan.writes.push(Write::create(id, &body, session.user, now)?);
        if let Some(key) = said.about.filter(|k| k.source == crate::domain::attention::AlertSource::Issue) {
            let text = format!("{}. {}", said.direction.said(with.trim(), result), note.trim());
            let line = IssueEvent {
                issue: key.subject.into(),
                kind: EventKind::Call,
                text: Text::clip(&text),
                happened: said.happened,
                communication: Some(id),
            };
            let event = self.ids.make(now);
            plan.writes.push(Write::create(event.into(), &line, session.user, now)?);
        }
        Ok(plan)
    }

    /// A call, or the amendment that stands in its place.
    pub(in crate::service) fn call_as_it_stands(&self, call: CommunicationId) -> Result<Option<Record<Communication>>> {
        let Some(mut said) = self.store.get::<Communication>(call)? else { return Ok(None) };
        let around = match (said.client, said.staff) {
            (Some(client), _) => self.store.newest_of_client::<Communication>(client, MANY)?,
            (None, Some(staff)) => self.store.of_staff::<Communication>(staff, MANY)?,
            _ => Vec::new(),
        };
        while let Some(next) = around.iter().find(|c| c.amends == Some(said.id)) {
            said = next.clone();
        }
        Ok(Some(said))
    }

    /// The newest calls of a client as they stand: an amended one is not among them, its amendment is.
    pub(in crate::service) fn said_of_client(
        &self,
        client: ClientId,
        most: usize,
    ) -> Result<Vec<Record<Communication>>> {
        Ok(standing(self.store.newest_of_client::<Communication>(client, most.saturating_mul(2))?, most))
    }

    /// The calls of a caregiver as they stand.
    pub(in crate::service) fn said_of_staff(&self, staff: StaffId) -> Result<Vec<Record<Communication>>> {
        Ok(standing(self.store.of_staff::<Communication>(staff, MANY)?, MANY))
    }
}

/// Without those that another one amends.
fn standing(mut list: Vec<Record<Communication>>, most: usize) -> Vec<Record<Communication>> {
    let amended: HashSet<CommunicationId> = list.iter().filter_map(|c| c.amends).collect();
    list.retain(|c| !amended.contains(&c.id));
    list.truncate(most);
    list
}
