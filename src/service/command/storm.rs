//! Storms: one is declared, each client is called down, and it ends with what is still open as tasks.

use crate::domain::client::Client;
use crate::domain::ids::{CallDownId, IssueEventId, IssueId, StormId, TaskId};
use crate::domain::issue::{EventKind, How, Issue, IssueEvent, IssueKind};
use crate::domain::record::Record;
use crate::domain::storm::{CallDown, DOWN_CALLS, DownCall, Storm, StormEnd, StormState};
use crate::domain::task::Task;
use crate::domain::text::{Few, Text};
use crate::domain::time::{Happened, MINUTE, Moment};
use crate::rules::storm::{Counts, Rank, Touched};
use crate::service::Service;
use crate::service::api::storm::{DeclareStorm, LogCallDown, StormOffice};
use crate::service::api::{NewIssue, Person, Session};
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;

/// Clients who become a task of their own when a storm ends; the others are one together.
const TASKS: usize = 60;
/// A storm is told of at most so long after it began.
const LATEST: i64 = 31 * 24 * 60 * MINUTE;

fn gone() -> Refusal {
    Refusal::problem("storm.gone", "", "that storm is not there any more")
}

impl Service {
    /// Declares a storm, or sets right the one that runs.
    pub(in crate::service) fn declare_storm(
        &mut self,
        session: &Session,
        told: &DeclareStorm,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let name = told.name.trim();
        if name.is_empty() {
            return Err(Refusal::problem("storm.name", "name", "what is it? ice storm, power cut"));
        }
        let before = match told.storm {
            Some(id) => Some(self.store.get::<Storm>(id)?.ok_or_else(gone)?),
            None => None,
        };
        if before.as_ref().is_some_and(|s| !s.is_running()) {
            return Err(Refusal::problem("storm.over", "", "that storm is over"));
        }
        let office = match told.office {
            StormOffice::All => None,
            StormOffice::Mine => Some(session.office),
            StormOffice::AsItIs => before.as_ref().and_then(|s| s.office),
        };
        let reached = self.reached(session);
        if before.is_none()
            && let Some(other) = self.running_storm(session, &reached)
        {
            let text = format!("{} is running: end it, or set its area right", other.name.as_str());
            return Err(Refusal::problem("storm.again", "", text));
        }
        if office.is_none() && !reached.is_all() {
            let text = "you see your own office: say that it is for your office, or ask a manager";
            return Err(Refusal::problem("storm.reach", "office", text));
        }
        let began = told.since.or(before.as_ref().map(|s| s.began)).unwrap_or(now);
        if began > now.plus(MINUTE) {
            return Err(Refusal::problem("storm.future", "since", "it cannot have begun later than now"));
        }
        if now.since(began) > LATEST {
            return Err(Refusal::problem("storm.old", "since", "that is more than a month ago"));
        }
        let mut places = Vec::new();
        for place in told.places.iter().map(|p| p.trim()).filter(|p| !p.is_empty()) {
            places.push(Text::new(place)?);
        }
        let body = Storm {
            name: Text::new(name)?,
            office,
            places: Few::new(places).map_err(|_| Refusal::problem("storm.places", "places", "at most 60 places"))?,
            began,
            declared: before.as_ref().map_or(session.user, |s| s.declared),
            exercise: told.exercise,
            note: Text::new(told.note.trim())?,
            ended: None,
        };
        let touched = self.cast.clients.values().filter(|c| Self::is_touched(Some(&body), c)).count();
        if touched == 0 {
            let text = "nobody on service lives there: write a town as the record has it, or a postal code";
            return Err(Refusal::problem("storm.nobody", "places", text));
        }
        let exercise = if body.exercise { "exercise: " } else { "" };
        if let Some(before) = before {
            let summary = format!("Storm set right: {exercise}{name}: {touched} clients");
            return Ok(Plan::new("storm.change", summary).with(Write::change(&before, &body, session.user, now)?));
        }
        let id = StormId(self.ids.make(now));
        let summary = format!("Storm: {exercise}{name}: {touched} clients to call");
        let mut plan = Plan::new("storm.declare", summary).with(Write::create(id, &body, session.user, now)?);
        plan.created.push(id.0);
        Ok(plan)
    }

    /// A storm that runs, for something that is said in it.
    fn storm_at_work(&self, id: StormId) -> Result<Record<Storm>, Refusal> {
        let storm = self.storms.get(id).cloned().ok_or_else(gone)?;
        if storm.is_running() {
            return Ok(storm);
        }
        Err(Refusal::problem("storm.over", "", "that storm is over; nobody is called down for it any more"))
    }

    /// What a call found of a client, and what follows from it.
    pub(in crate::service) fn log_call_down(&mut self, session: &Session, log: &LogCallDown) -> Result<Plan, Refusal> {
        let now = self.now();
        let storm = self.storm_at_work(log.storm)?;
        let nobody = || Refusal::problem("storm.client", "", "that client is not in the agency");
        let client = self.cast.clients.get(&log.client).cloned().ok_or_else(nobody)?;
        if !Self::is_touched(Some(&storm.body), &client) {
            let text =
                "this storm does not touch this client: set its area right, or log the call on the client's page";
            return Err(Refusal::problem("storm.untouched", "", text));
        }
        let place = log.place.trim();
        if log.state == StormState::Evacuated && place.is_empty() {
            return Err(Refusal::problem("storm.place", "place", "where was the client brought?"));
        }
        let before = self.storms.call(storm.id, client.id).cloned();
        let call = DownCall {
            state: log.state,
            at: now,
            by: session.user,
            with: Text::new(log.with.trim())?,
            note: Text::new(log.note.trim())?,
        };
        let mut body = CallDown {
            storm: storm.id,
            client: client.id,
            state: log.state,
            at: now,
            by: session.user,
            place: Text::new(if matches!(log.state, StormState::NoAnswer | StormState::LeftMessage) {
                ""
            } else {
                place
            })?,
            tries: before.as_ref().map_or(0, |b| b.tries).saturating_add(1),
            unanswered: match log.state {
                StormState::NoAnswer => before.as_ref().map_or(0, |b| b.unanswered).saturating_add(1),
                // A message is no answer either, and no other call in vain.
                StormState::LeftMessage => before.as_ref().map_or(0, |b| b.unanswered),
                _ => 0,
            },
            calls: Few::default(),
            issue: before.as_ref().and_then(|b| b.issue),
            task: before.as_ref().and_then(|b| b.task),
        };
        let kept = before.iter().flat_map(|b| b.calls.iter().cloned()).chain([call]);
        let mut calls: Vec<DownCall> = kept.collect();
        calls.drain(..calls.len().saturating_sub(DOWN_CALLS));
        body.calls = Few::clip(calls);
        let name = self.cast.client_name(client.id).listed;
        let there = if place.is_empty() { String::new() } else { format!(": {place}") };
        let mut plan = Plan::new("storm.call", format!("{name}: {}{there}", log.state.word()));
        log.note.trim().clone_into(&mut plan.reason);
        self.follows(session, &storm, &client, &mut body, &mut plan)?;
        let write = match &before {
            Some(before) => Write::change(before, &body, session.user, now)?,
            None => Write::create(CallDownId(self.ids.make(now)), &body, session.user, now)?,
        };
        plan.writes.insert(0, write);
        Ok(plan)
    }

    /// What follows from a call: help is an issue that triage judges, nobody answering so many times is somebody's to go
    /// and look, and what was to be done about it is done once she is well.
    fn follows(
        &mut self,
        session: &Session,
        storm: &Record<Storm>,
        client: &Record<Client>,
        body: &mut CallDown,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let powered: Vec<String> = client.powered.iter().map(|t| t.as_str().to_owned()).collect();
        let power = self.storming.power(&client.needs, &powered).map(|p| p.is.to_owned());
        let (state, note) = (body.state, plan.reason.clone());
        let open = match body.issue {
            Some(id) => self.store.get::<Issue>(id)?.filter(|i| i.is_open()),
            None => None,
        };
        if let Some(issue) = &open {
            let line = IssueEvent {
                issue: issue.id,
                kind: EventKind::Call,
                text: Text::clip(&format!("{}: {}. {note}", storm.name.as_str(), state.word())),
                happened: Happened { at: now, zone: self.cast.zone(client.office) },
                communication: None,
            };
            plan.writes.push(Write::create(IssueEventId(self.ids.make(now)), &line, session.user, now)?);
            if state.is_well() {
                "the client's issue is still open: finish it with what became of it".clone_into(&mut plan.tell);
            }
        }
        if state.is_well() {
            return self.nothing_to_look_for(session, body, plan);
        }
        if state == StormState::NeedsHelp && open.is_none() {
            let kind = self.storming.help(client.emergency, power.as_deref());
            let words = if note.is_empty() { "needs help".to_owned() } else { format!("needs help: {note}") };
            body.issue = Some(self.storm_issue(session, storm, client, kind, &words, plan)?);
            plan.summary.push_str(": an issue is open");
        }
        let in_vain = state == StormState::NoAnswer && body.unanswered >= self.storming.calls && !storm.exercise;
        if !in_vain || open.is_some() || self.is_looked_for(body)? {
            return Ok(());
        }
        let contact = self.told_first(client);
        let times = format!("no answer {} times", body.unanswered);
        if self.storming.is_missing(client.emergency, power.as_deref()) {
            let words = format!("{times}: {}; {contact}", self.storming.task);
            let kind = self.storming.missing;
            body.issue = Some(self.storm_issue(session, storm, client, kind, &words, plan)?);
        } else {
            let name = self.cast.client_name(client.id).listed;
            let what = format!("{}: {name}, {times} ({}); {contact}", self.storming.task, storm.name.as_str());
            let due = now.plus(i64::from(self.storming.task_minutes) * MINUTE);
            body.task = Some(self.storm_task(session, client, &what, due, plan)?);
        }
        plan.summary.push_str(&format!(", {times}: {}", self.storming.task));
        plan.tell = contact;
        Ok(())
    }

    /// Somebody is to go and look for her already.
    fn is_looked_for(&self, body: &CallDown) -> Result<bool, Refusal> {
        let task = body.task.map(|id| self.store.get::<Task>(id)).transpose()?.flatten();
        Ok(task.is_some_and(|t| t.done.is_none()))
    }

    /// Nobody has to go and look any more.
    fn nothing_to_look_for(&self, session: &Session, body: &CallDown, plan: &mut Plan) -> Result<(), Refusal> {
        let task = body.task.map(|id| self.store.get::<Task>(id)).transpose()?.flatten();
        if let Some(task) = task.filter(|t| t.done.is_none()) {
            let done = Task { done: Some(self.now()), ..task.body.clone() };
            plan.writes.push(Write::change(&task, &done, session.user, self.now())?);
        }
        Ok(())
    }

    /// Who is told first about her, with the number: `emergency contact Adeyemi, Grace, daughter (401) 555-0142`.
    fn told_first(&self, client: &Record<Client>) -> String {
        let contacts = self.cast.contacts_for(client.id);
        let Some(contact) = contacts.iter().find(|c| c.first).or(contacts.first()) else {
            return "no emergency contact recorded".to_owned();
        };
        let relation = contact.relation.some().unwrap_or(contact.kind.word());
        let number = contact.phones.first().map_or("no number recorded", |p| p.number.as_str());
        format!("emergency contact {}, {relation} {number}", contact.name.listed())
    }

    fn storm_issue(
        &mut self,
        session: &Session,
        storm: &Record<Storm>,
        client: &Record<Client>,
        kind: IssueKind,
        words: &str,
        plan: &mut Plan,
    ) -> Result<IssueId, Refusal> {
        let now = self.now();
        let new = NewIssue {
            person: Some(Person::Client(client.id)),
            kind,
            summary: Text::<200>::clip(&format!("{}: {words}", storm.name.as_str())).as_str().to_owned(),
            facts: Vec::new(),
            happened: None,
            reported_by: session.name.clone(),
            how: How::Phone,
        };
        let issue = self.issue_of(session, &new, now)?;
        let id = IssueId(self.ids.make(now));
        plan.created.push(id.0);
        plan.writes.push(Write::create(id, &issue, session.user, now)?);
        Ok(id)
    }

    fn storm_task(
        &mut self,
        session: &Session,
        client: &Record<Client>,
        what: &str,
        due: Moment,
        plan: &mut Plan,
    ) -> Result<TaskId, Refusal> {
        self.task(session, client, None, what, due, plan)?;
        plan.writes.last().map(|w| TaskId(w.id())).ok_or_else(gone)
    }

    /// It is over: whoever was not reached, and nobody looks for yet, is a task; the storm stays as the record.
    pub(in crate::service) fn end_storm(&mut self, session: &Session, id: StormId) -> Result<Plan, Refusal> {
        let now = self.now();
        let storm = self.storm_at_work(id)?;
        let reached = self.reached(session);
        let mut near = self.near_today(now);
        let mut counts = Counts::default();
        let mut open: Vec<(Rank, Touched)> = Vec::new();
        for client in self.cast.clients.values().filter(|c| Self::is_touched(Some(&storm.body), c)) {
            if !reached.holds(self, client.id) {
                let text = "it touches clients whom you do not see; somebody who sees all of them ends it";
                return Err(Refusal::problem("storm.reach", "", text));
            }
            let touched = self.in_storm(Some(&storm), client, &mut near);
            counts.add(touched.state);
            if !touched.state.is_some_and(StormState::is_well) {
                open.push((self.storming.rank(&touched), touched));
            }
        }
        open.sort_by(|a, b| a.0.cmp(&b.0));
        let end =
            StormEnd { at: now, by: session.user, touched: counts.all, reached: counts.reached(), open: counts.open() };
        let body = Storm { ended: Some(end), ..storm.body.clone() };
        let name = storm.name.as_str().to_owned();
        let mut plan = Plan::new("storm.end", String::new());
        plan.batch = id.0;
        plan.writes.push(Write::change(&storm, &body, session.user, now)?);
        let made = if storm.exercise { 0 } else { self.left_open(session, &storm, &open, &mut plan)? };
        plan.summary = format!("Over: {name}: {} of {} reached, {} open", end.reached, end.touched, end.open);
        plan.tell = match (made, end.open) {
            (_, 0) => String::new(),
            (0, _) if storm.exercise => "an exercise: no task was made".to_owned(),
            (0, _) => "each of these has an issue or a task already".to_owned(),
            (1, _) => "1 task was made".to_owned(),
            (n, _) => format!("{n} tasks were made"),
        };
        Ok(plan)
    }

    /// A task for each whom nobody looks for yet, in the order of calling; answers how many.
    fn left_open(
        &mut self,
        session: &Session,
        storm: &Record<Storm>,
        open: &[(Rank, Touched)],
        plan: &mut Plan,
    ) -> Result<usize, Refusal> {
        let due = self.now().plus(i64::from(self.storming.end_minutes) * MINUTE);
        let name = storm.name.as_str();
        let (mut made, mut more) = (0, 0);
        for (_, touched) in open {
            let Some(client) = self.cast.clients.get(&touched.client).cloned() else { continue };
            let call = self.storms.call(storm.id, client.id).cloned();
            if let Some(call) = &call {
                let issue = call.issue.map(|id| self.store.get::<Issue>(id)).transpose()?.flatten();
                if issue.is_some_and(|i| i.is_open()) || self.is_looked_for(call)? {
                    continue;
                }
            }
            if made == TASKS {
                more += 1;
                continue;
            }
            let hers = self.cast.client_name(client.id).listed;
            let how = touched.state.map_or("not called", StormState::word);
            let what = format!("after {name}: {hers} {how}; {}", self.told_first(&client));
            let owner = client.coordinator.or(Some(session.user));
            let task = Task {
                office: client.office,
                client: Some(client.id),
                staff: None,
                what: Text::clip(&what),
                due,
                owner,
                about: None,
                undid: 0,
                done: None,
            };
            plan.writes.push(Write::create(TaskId(self.ids.make(self.now())), &task, session.user, self.now())?);
            made += 1;
        }
        if more > 0 {
            let what = format!("after {name}: {more} more were not reached; caseload export roster lists them");
            let task = Task {
                office: storm.office.unwrap_or(session.office),
                client: None,
                staff: None,
                what: Text::clip(&what),
                due,
                owner: Some(session.user),
                about: None,
                undid: 0,
                done: None,
            };
            plan.writes.push(Write::create(TaskId(self.ids.make(self.now())), &task, session.user, self.now())?);
            made += 1;
        }
        Ok(made)
    }
}
