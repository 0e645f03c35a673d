//! New issues and notes on them.

use crate::domain::attention::{AlertKey, AlertSource, Handling};
use crate::domain::ids::IssueId;
use crate::domain::issue::{EventKind, Fact, Issue, IssueEvent};
use crate::domain::text::{Few, Text};
use crate::domain::time::{Happened, MINUTE, Moment};
use crate::rules::triage::policy::FactAsked;
use crate::service::Service;
use crate::service::api::{NewIssue, Person, Session};
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

impl Service {
    /// Opens an issue.
    pub(in crate::service) fn new_issue(&mut self, session: &Session, new: &NewIssue) -> Result<Plan, Refusal> {
        let now = self.now();
        if new.summary.trim().is_empty() {
            return Err(Refusal::problem("issue.summary", "summary", "say in a few words what happened"));
        }
        let at = new.happened.unwrap_or(now);
        if at > now.plus(MINUTE) {
            return Err(Refusal::problem("issue.future", "happened", "it cannot have happened later than now"));
        }
        if let Some(Person::Client(id)) = new.person
            && !self.cast.clients.contains_key(&id)
        {
            return Err(nobody());
        }
        if let Some(Person::Staff(id)) = new.person
            && !self.cast.staff.contains_key(&id)
        {
            return Err(nobody());
        }
        for (name, value) in &new.facts {
            if self.policy.fact(name).is_some_and(FactAsked::is_number) && value.trim().parse::<i64>().is_err() {
                return Err(Refusal::problem("issue.number", name, "this is a number: 0, 1, 2 …"));
            }
        }
        let body = self.issue_of(session, new, at)?;
        let name = new.person.map_or_else(|| "the office".to_owned(), |p| self.person_name(p));
        let id = IssueId(self.ids.make(now));
        let mut plan = Plan::new("issue.new", format!("New issue ({}): {name}", new.kind.word())).with(Write::create(
            id,
            &body,
            session.user,
            now,
        )?);
        plan.created.push(id.0);
        Ok(plan)
    }

    /// The issue that a report comes to.
    pub(in crate::service) fn issue_of(&self, session: &Session, new: &NewIssue, at: Moment) -> Result<Issue, Refusal> {
        let (client, staff) = match new.person {
            Some(Person::Client(id)) => (Some(id), None),
            Some(Person::Staff(id)) => (None, Some(id)),
            None => (None, None),
        };
        let mut facts = Vec::new();
        for (name, value) in &new.facts {
            facts.push(Fact { name: Text::new(name)?, value: Text::new(value)? });
        }
        let office = match (client, staff) {
            (Some(id), _) => self.cast.clients.get(&id).map_or(session.office, |c| c.office),
            (_, Some(id)) => self.cast.staff.get(&id).map_or(session.office, |s| s.office),
            _ => session.office,
        };
        Ok(Issue {
            office,
            client,
            staff,
            kind: new.kind,
            summary: Text::new(&new.summary)?,
            facts: Few::new(facts)?,
            happened: Happened { at, zone: self.cast.zone(session.office) },
            reported_by: Text::new(&new.reported_by)?,
            how: new.how,
            due: None,
            disposition: None,
            handling: Handling::default(),
            reopened: 0,
        })
    }

    /// Adds a note to an issue's timeline.
    pub(in crate::service) fn add_note(
        &mut self,
        session: &Session,
        key: &AlertKey,
        text: &str,
    ) -> Result<Plan, Refusal> {
        if key.source != AlertSource::Issue {
            return Err(Refusal::problem("note.issue", "", "notes stand on issues; open one for this"));
        }
        if text.trim().is_empty() {
            return Err(Refusal::problem("note.text", "text", "write the note"));
        }
        let issue = self.issue(key)?;
        let now = self.now();
        let line = IssueEvent {
            issue: issue.id,
            kind: EventKind::Note,
            text: Text::new(text)?,
            happened: Happened { at: now, zone: self.cast.zone(session.office) },
            communication: None,
        };
        let id = self.ids.make(now);
        let name = issue.client.map_or_else(|| issue.kind.word().to_owned(), |c| self.cast.client_name(c).listed);
        Ok(Plan::new("issue.note", format!("Note added: {name}")).with(Write::create(
            id.into(),
            &line,
            session.user,
            now,
        )?))
    }
}

fn nobody() -> Refusal {
    Refusal::problem("issue.person", "person", "that person is not in the agency")
}
