//! Visits: who goes to one that has nobody, and booking another. A visit is covered when the person has said yes,
//! nothing less; what they said is kept as they said it.

use crate::domain::ids::{StaffId, VisitId};
use crate::domain::record::Record;
use crate::domain::staff::Staff;
use crate::domain::text::Text;
use crate::domain::time::{Civil, DAY, MINUTE, Moment, clock};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::service::Service;
use crate::service::api::{BookVisit, Session};
use crate::service::plan::{Plan, Refusal};
use crate::service::validate;
use crate::store::Write;
use crate::store::indexes::VisitLine;

/// A visit may be booked so long after its start: it is written down while the caregiver is at the door.
const BEHIND: i64 = 60 * MINUTE;

impl Service {
    /// Puts somebody on a visit, with what they said.
    pub(in crate::service) fn cover_visit(
        &mut self,
        session: &Session,
        id: VisitId,
        staff: StaffId,
        answer: Answer,
    ) -> Result<Plan, Refusal> {
        let gone = || Refusal::problem("visit.gone", "which", "that visit is not there any more");
        let visit = self.store.get::<Visit>(id)?.ok_or_else(gone)?;
        if matches!(visit.state, VisitState::Done | VisitState::InProgress | VisitState::Cancelled) {
            let text = format!("that visit is {}; nobody is put on it any more", visit.state.word());
            return Err(Refusal::problem("visit.over", "which", text));
        }
        if visit.called_out_by == Some(staff) && visit.state == VisitState::CalledOut {
            return Err(Refusal::problem(
                "visit.called_out",
                "who",
                "they called out of this visit; choose somebody else",
            ));
        }
        let caregiver = self.caregiver(staff)?.name.clone();
        said(answer)?;
        let mut body = visit.body.clone();
        let line = crate::store::indexes::VisitLine::of(&visit);
        let both = self.needs_two(&line);
        let lead = visit.staff.is_some() && visit.is_covered();
        if both && lead && visit.staff != Some(staff) {
            body.second = Some(staff);
        } else {
            body.staff = Some(staff);
            body.answer = answer;
            if body.second == Some(staff) {
                body.second = None;
            }
        }
        if matches!(visit.state, VisitState::CalledOut | VisitState::Missed) {
            body.state = VisitState::Planned;
        }
        self.free(session, staff, Some(id), (visit.start.moment(), visit.end()))?;
        if body == visit.body {
            return Err(Refusal::problem("visit.same", "who", "they are on it already, and have said that"));
        }
        validate::body(self, &body)?;
        let name = self.cast.client_name(visit.client).listed;
        let summary = format!("{} {name}: {} ({})", clock(visit.start.minute), caregiver.full(), answer.word());
        Ok(Plan::new("visit.cover", summary).with(Write::change(&visit, &body, session.user, self.now())?))
    }

    /// Books a visit.
    pub(in crate::service) fn book_visit(&mut self, session: &Session, book: &BookVisit) -> Result<Plan, Refusal> {
        let now = self.now();
        let Some(client) = self.cast.clients.get(&book.client) else {
            return Err(Refusal::problem("visit.client", "", "that client is not in the agency"));
        };
        let zone = self.cast.zone(client.office);
        if book.start < now.plus(-BEHIND) {
            return Err(Refusal::problem("visit.past", "start", "that time is past; choose a later one"));
        }
        let (day, minute) = zone.civil(book.start);
        let mut body = Visit::new(book.client, book.discipline, Civil { day, minute, zone }, book.minutes);
        body.service = Text::new(book.service.trim())?;
        let mut who = "nobody yet".to_owned();
        if let Some(staff) = book.staff {
            who = self.caregiver(staff)?.name.full();
            said(book.answer)?;
            self.free(session, staff, None, (body.start.moment(), body.end()))?;
            body.staff = Some(staff);
            body.answer = book.answer;
        }
        validate::body(self, &body)?;
        let name = self.cast.client_name(book.client).listed;
        let id = VisitId(self.ids.make(now));
        let summary = format!("Booked {} {}: {name}, {who}", day.short(), clock(minute));
        let mut plan = Plan::new("visit.book", summary).with(Write::create(id, &body, session.user, now)?);
        plan.created.push(id.0);
        Ok(plan)
    }

    pub(super) fn caregiver(&self, id: StaffId) -> Result<&Record<Staff>, Refusal> {
        match self.cast.staff.get(&id) {
            Some(staff) if staff.active => Ok(staff),
            Some(_) => Err(Refusal::problem("visit.staff", "who", "they do not work here any more")),
            None => Err(Refusal::problem("visit.staff", "who", "that caregiver is not in the agency")),
        }
    }

    /// Nobody is in two homes at once. In whose home they are is said to whoever may know of her.
    pub(super) fn free(
        &self,
        session: &Session,
        staff: StaffId,
        but: Option<VisitId>,
        (from, to): (Moment, Moment),
    ) -> Result<(), Refusal> {
        let over = |state| matches!(state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed);
        let stands = |id: VisitId, l: &VisitLine| {
            but != Some(id)
                && (l.staff == Some(staff) || l.second == Some(staff))
                && !over(l.state)
                && !matches!(l.answer, Answer::No)
                && l.start.moment() < to
                && l.end() > from
        };
        // No visit is longer than a day.
        let first = from.plus(-DAY);
        let busy = if self.window.covers(first, to) {
            self.window.of_staff(staff).find(|(id, l)| stands(*id, l)).map(|(_, l)| l.clone())
        } else {
            let mut found = None;
            self.store.each_visit_between(first, to, usize::MAX, |id, line| {
                if found.is_none() && stands(id, &line) {
                    found = Some(line);
                }
            })?;
            found
        };
        let Some(l) = busy else { return Ok(()) };
        let (_, end) = l.start.zone.civil(l.end());
        let whose = if self.reached(session).holds(self, l.client) {
            format!("with {}", self.cast.client_name(l.client).listed)
        } else {
            "on another visit".to_owned()
        };
        let text = format!("{whose} {}–{} then; choose somebody else", clock(l.start.minute), clock(end));
        Err(Refusal::problem("visit.double_booked", "who", text))
    }
}

/// What somebody can have said who is on a visit.
fn said(answer: Answer) -> Result<(), Refusal> {
    if answer == Answer::Nobody {
        return Err(Refusal::problem("visit.answer", "said", "what did they say? planned, asked, yes, …"));
    }
    Ok(())
}
