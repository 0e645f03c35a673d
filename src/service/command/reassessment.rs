//! Scheduling, completing and waiving reassessments.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::{ReassessmentId, StaffId, VisitId};
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::text::Text;
use crate::domain::time::{Civil, DAY, MINUTE, Moment, clock};
use crate::domain::visit::{Answer, Visit};
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

    /// Books the visit that does a reassessment, or takes the one that is booked then with that person.
    pub(in crate::service) fn schedule_reassessment(
        &mut self,
        session: &Session,
        key: &AlertKey,
        start: Moment,
        minutes: u16,
        staff: StaffId,
    ) -> Result<Plan, Refusal> {
        let problem = |field, text: String| Err(Refusal::problem("reassessment.schedule", field, text));
        let Some(window) = self.window_of(key) else {
            return problem("", "no reassessment window is open there".to_owned());
        };
        let Some(who) = self.cast.staff.get(&staff).filter(|s| s.active) else {
            return problem("who", "choose somebody who works here".to_owned());
        };
        let discipline = who.discipline;
        if !discipline.assesses() {
            let text = format!("an assessment is done by an RN, PT, OT or SLP; this is a {}", discipline.word());
            return problem("who", text);
        }
        if minutes == 0 || minutes > 24 * 60 {
            return problem("minutes", "a visit lasts between 1 minute and 24 hours".to_owned());
        }
        let now = self.now();
        let zone = self.cast.zone_of(window.client);
        let (day, minute) = zone.civil(start);
        if start < now {
            return problem("start", "that time is past; choose a later one".to_owned());
        }
        if day < window.opens || day > window.closes {
            let text = format!("only a visit from {} to {} counts", window.opens.short(), window.closes.short());
            return problem("start", text);
        }
        let end = start.plus(i64::from(minutes) * MINUTE);
        let (mut visit, mut other) = (None, None);
        for (id, line) in self.window.of_staff_between(staff, start.plus(-DAY), end) {
            let busy = line.state.is_open() && line.staff == Some(staff) && line.end() > start;
            if busy && line.client == window.client && line.start.moment() == start {
                visit = Some(id);
            } else if busy {
                other = Some((line.client, line.start.minute));
            }
        }
        if let (None, Some((client, at))) = (visit, other) {
            let name = self.cast.client_name(client).listed;
            return problem("start", format!("they are with {name} then (from {})", clock(at)));
        }
        let name = self.cast.staff_name(staff).short;
        let mut made = None;
        let id = if let Some(id) = visit {
            id
        } else {
            let id = VisitId(self.ids.make(now));
            let visit = Visit {
                service: Text::clip(&window.what),
                staff: Some(staff),
                answer: Answer::Planned,
                ..Visit::new(window.client, discipline, Civil { day, minute, zone }, minutes)
            };
            made = Some(Write::create(id, &visit, session.user, now)?);
            id
        };
        let verb = format!("Scheduled {} {} with {name}", day.short(), clock(minute));
        let mut plan = self.reassess(session, key, "reassessment.schedule", &verb, |r| {
            r.state = ReassessmentState::Scheduled;
            r.visit = Some(id);
        })?;
        plan.writes.extend(made);
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
