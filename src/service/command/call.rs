//! Calls and messages: what was said, with whom, and what was promised. Told is told: a call is amended, never undone.

use crate::domain::attention::AlertSource;
use crate::domain::communication::{Channel, Communication, Promise};
use crate::domain::ids::{CommunicationId, IssueId};
use crate::domain::issue::{EventKind, IssueEvent};
use crate::domain::text::Text;
use crate::domain::time::{Happened, MINUTE};
use crate::service::Service;
use crate::service::api::{LogCall, Person, Session};
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

impl Service {
    /// Logs a call.
    pub(in crate::service) fn log_call(&mut self, session: &Session, call: &LogCall) -> Result<Plan, Refusal> {
        let now = self.now();
        let zone = self.cast.zone(session.office);
        if call.with.trim().is_empty() && call.contact.is_none() && call.person.is_none() {
            return Err(Refusal::problem("call.with", "with", "say with whom"));
        }
        let at = call.happened.unwrap_or(now);
        if at > now.plus(MINUTE) {
            return Err(Refusal::problem("call.future", "happened", "a call cannot have happened later than now"));
        }
        if let Some((what, due)) = &call.promise {
            if what.trim().is_empty() {
                return Err(Refusal::problem("call.promise", "promise", "say what was promised"));
            }
            if *due <= at {
                return Err(Refusal::problem("call.promise_due", "due", "a promise is due after the call"));
            }
        }
        let (client, staff) = match call.person {
            Some(Person::Client(id)) => (Some(id), None),
            Some(Person::Staff(id)) => (None, Some(id)),
            None => (None, None),
        };
        let with = match (call.contact.and_then(|id| self.cast.contacts.get(&id)), call.with.trim()) {
            (Some(contact), "") => contact.name.full(),
            (_, with) => with.to_owned(),
        };
        let promise = match &call.promise {
            Some((what, due)) => Some(Promise { what: Text::new(what)?, due: *due, owner: session.user, kept: None }),
            None => None,
        };
        let about = self.call_about(call)?;
        let body = Communication {
            office: session.office,
            client,
            staff,
            contact: call.contact,
            with: Text::new(&with)?,
            number: Text::new(&call.number)?,
            direction: call.direction,
            channel: Channel::Phone,
            result: call.result,
            note: Text::new(&call.note)?,
            happened: Happened { at, zone },
            about,
            promise,
            amends: None,
        };
        let name = call.person.map_or(with.clone(), |p| self.person_name(p));
        let mut plan = Plan::new("call.log", format!("Call logged ({}): {name}", call.result.word()));
        plan.told_outside = true;
        let id = CommunicationId(self.ids.make(now));
        plan.created.push(id.0);
        plan.writes.push(Write::create(id, &body, session.user, now)?);
        if let Some(key) = about
            && key.source == AlertSource::Issue
        {
            let line = IssueEvent {
                issue: IssueId(key.subject),
                kind: EventKind::Call,
                text: Text::clip(&format!("{}. {}", call.direction.said(&with, call.result), call.note.trim())),
                happened: body.happened,
                communication: Some(id),
            };
            let event = self.ids.make(now);
            plan.writes.push(Write::create(event.into(), &line, session.user, now)?);
        }
        self.told_by_call(session, call, about, &mut plan)?;
        Ok(plan)
    }
}
