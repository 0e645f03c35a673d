//! At the door: nobody opens it, or the caregiver comes later than planned.

use crate::domain::attention::AlertKey;
use crate::domain::communication::{Channel, Communication, Direction};
use crate::domain::ids::{CommunicationId, IssueId, StaffId, VisitId};
use crate::domain::issue::{How, IssueKind};
use crate::domain::record::Record;
use crate::domain::text::Text;
use crate::domain::time::{DAY, HOUR, Happened, MINUTE, Moment, clock};
use crate::domain::visit::{Visit, VisitState};
use crate::service::Service;
use crate::service::api::away::{DoorEnd, NoAnswerAtDoor, RunningLate};
use crate::service::api::{NewIssue, Person, Session};
use crate::service::command::call_out::about;
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;
use crate::store::indexes::VisitLine;

/// Later than this is no running late: it is a visit that somebody else should make.
const LATEST: u16 = 6 * 60;
/// Steps of one visit.
const STEPS: usize = 12;

impl Service {
    /// Nobody opened the door: the steps that were taken are kept, and what came of them.
    pub(in crate::service) fn no_answer_at_door(
        &mut self,
        session: &Session,
        door: &NoAnswerAtDoor,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let gone = || Refusal::problem("visit.gone", "what", "that visit is not there any more");
        let visit = self.store.get::<Visit>(door.visit)?.ok_or_else(gone)?;
        if matches!(visit.state, VisitState::Done | VisitState::Cancelled | VisitState::Missed) {
            let text = format!("that visit is {}", visit.state.word());
            return Err(Refusal::problem("visit.over", "what", text));
        }
        if visit.start.moment() > now.plus(HOUR) {
            return Err(Refusal::problem("door.early", "what", "that visit has not begun: nobody is at the door yet"));
        }
        if door.tried.len() > STEPS {
            return Err(Refusal::problem("door.steps", "what", format!("at most {STEPS} steps")));
        }
        if door.end == DoorEnd::Out && door.note.trim().is_empty() {
            return Err(Refusal::problem("door.out", "note", "where is the client, and who says so?"));
        }
        let client = self.cast.clients.get(&visit.client).cloned().ok_or_else(gone)?;
        let name = self.cast.client_name(client.id).listed;
        let at = clock(visit.start.minute);
        let mut plan = Plan::new("visit.door", String::new());
        plan.told_outside = door.tried.iter().any(|t| !t.number.is_empty());
        door.note.trim().clone_into(&mut plan.reason);
        for tried in &door.tried {
            let call = self.door_call(session, &visit, tried.what.trim(), about(&visit), tried)?;
            let id = CommunicationId(self.ids.make(now));
            plan.writes.push(Write::create(id, &call, session.user, now)?);
        }
        let steps = door.tried.len();
        plan.summary = match door.end {
            DoorEnd::Found => format!("{at} {name}: found after {steps} steps, the visit goes on"),
            DoorEnd::Out => {
                let reason = Text::clip(&format!("not at home: {}", door.note.trim()));
                let body = Visit { state: VisitState::Missed, reason, ..visit.body.clone() };
                plan.writes.push(Write::change(&visit, &body, session.user, now)?);
                let physician = self.around(client.id).into_iter().next().map(|(who, _)| who);
                let whom = physician.unwrap_or_else(|| "the physician".to_owned());
                let what = format!("tell {whom}: visit of {at} was missed, not at home: {}", door.note.trim());
                self.task(session, &client, None, &what, now.plus(HOUR), &mut plan)?;
                format!("{at} {name}: not at home, missed")
            }
            DoorEnd::Missing => {
                let tried: Vec<&str> = door.tried.iter().map(|t| t.what.trim()).collect();
                let summary = format!("no answer at the door {at}: {}", tried.join(", "));
                let new = NewIssue {
                    person: Some(Person::Client(client.id)),
                    kind: IssueKind::MissingClient,
                    summary: Text::<200>::clip(&summary).as_str().to_owned(),
                    facts: Vec::new(),
                    happened: None,
                    reported_by: visit.staff.map(|s| self.cast.staff_name(s).listed).unwrap_or_default(),
                    how: How::Phone,
                };
                let issue = self.issue_of(session, &new, now)?;
                let id = IssueId(self.ids.make(now));
                plan.created.push(id.0);
                plan.writes.push(Write::create(id, &issue, session.user, now)?);
                format!("{at} {name}: not found, an issue is open")
            }
        };
        if plan.writes.is_empty() {
            return Err(Refusal::problem("door.nothing", "step1", "which steps were taken? by digit"));
        }
        Ok(plan)
    }

    fn door_call(
        &self,
        session: &Session,
        visit: &Record<Visit>,
        what: &str,
        about: AlertKey,
        tried: &crate::service::api::away::DoorTry,
    ) -> Result<Communication, Refusal> {
        let called = !tried.number.trim().is_empty();
        Ok(Communication {
            office: session.office,
            client: Some(visit.client),
            staff: None,
            contact: None,
            with: Text::new(if tried.with.trim().is_empty() { what } else { tried.with.trim() })?,
            number: Text::new(tried.number.trim())?,
            direction: Direction::Out,
            channel: if called { Channel::Phone } else { Channel::InPerson },
            result: tried.result,
            note: Text::clip(&format!("no answer at the door: {what}")),
            happened: Happened { at: self.now(), zone: visit.start.zone },
            about: Some(about),
            promise: None,
            amends: None,
        })
    }

    /// A caregiver runs late: the visits that this makes late say so, and each client is to be told.
    pub(in crate::service) fn running_late(&mut self, session: &Session, late: &RunningLate) -> Result<Plan, Refusal> {
        let now = self.now();
        let staff = self.caregiver(late.staff)?.clone();
        if late.minutes == 0 || late.minutes > LATEST {
            let text = format!("by how many minutes? 1 to {LATEST}; later than that, somebody else should go");
            return Err(Refusal::problem("late.minutes", "minutes", text));
        }
        let name = self.cast.staff_name(staff.id).listed;
        let hit = self.made_late(staff.id, late.minutes, now);
        if hit.is_empty() {
            let text = format!("{name} has no visit in the next hours that has not begun");
            return Err(Refusal::problem("late.nothing", "who", text));
        }
        let why = late.note.trim();
        let reached = self.reached(session);
        let mut plan = Plan::new("staff.late", String::new());
        why.clone_into(&mut plan.reason);
        let mut tell = Vec::new();
        for (id, minutes) in &hit {
            let Some(visit) = self.store.get::<Visit>(*id)? else { continue };
            let Some(client) = self.cast.clients.get(&visit.client).cloned() else { continue };
            let words = format!("{minutes} min late{}{why}", if why.is_empty() { "" } else { ": " });
            let body = Visit { reason: Text::clip(&words), ..visit.body.clone() };
            plan.writes.push(Write::change(&visit, &body, session.user, now)?);
            let comes = visit.start.moment().plus(*minutes * MINUTE);
            let hers = self.cast.client_name(client.id).listed;
            let comes = clock(visit.start.zone.civil(comes).1);
            let what = format!("tell {hers}: {name} comes about {comes}, {minutes} min late");
            let due = visit.start.moment().max(now.plus(10 * MINUTE));
            self.task(session, &client, Some(staff.id), &what, due, &mut plan)?;
            tell.push(if reached.holds(self, client.id) { format!("{hers} {comes}") } else { comes });
        }
        plan.summary = format!("{name} runs {} min late: {} to tell", late.minutes, tell.len());
        plan.tell = format!("to tell: {}", tell.join(", "));
        Ok(plan)
    }

    /// The visits that are late when the next one begins so much later, and by how much: each ends later, and the way
    /// to the next takes its time, until a gap takes it up. Within what the policy lets pass nobody is told.
    fn made_late(&self, staff: StaffId, minutes: u16, now: Moment) -> Vec<(VisitId, i64)> {
        let ahead = |l: &VisitLine| {
            matches!(l.state, VisitState::Planned | VisitState::Confirmed | VisitState::Late) && l.arrived.is_none()
        };
        let mut next: Vec<(VisitId, &VisitLine)> = self
            .window
            .of_staff_between(staff, now.plus(-DAY / 4), now.plus(DAY / 2))
            .filter(|(_, l)| ahead(l) && !l.history && (l.staff == Some(staff) || l.second == Some(staff)))
            .filter(|(_, l)| l.end() > now)
            .collect();
        next.sort_by_key(|(id, l)| (l.start.moment(), *id));
        let mut out = Vec::new();
        let mut free: Option<(Moment, crate::domain::ids::ClientId)> = None;
        for (id, line) in next {
            let planned = line.start.moment();
            let comes = match free {
                None => planned.plus(i64::from(minutes) * MINUTE),
                Some((from, whose)) => from.plus(self.way_between(whose, line.client) * MINUTE).max(planned),
            };
            let by = comes.since(planned) / MINUTE;
            if by <= 0 {
                break;
            }
            if free.is_none() || by > i64::from(self.covering.late) {
                out.push((id, by));
            }
            free = Some((comes.plus(i64::from(line.minutes) * MINUTE), line.client));
        }
        out
    }
}
