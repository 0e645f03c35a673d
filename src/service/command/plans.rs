//! What plans are made of: external appointments, time off, authorizations, wishes about two people. Made by hand, ended
//! by hand; changed by the edit that all records have.

use super::import::template;
use crate::domain::appointment::Appointment;
use crate::domain::authorization::Authorization;
use crate::domain::coverage::{Pairing, TimeOff};
use crate::domain::ids::{AppointmentId, AuthorizationId, ClientId, PairingId, StaffId, TimeOffId};
use crate::domain::record::{Body, Kind, Record};
use crate::domain::time::Moment;
use crate::domain::visit::VisitState;
use crate::service::Service;
use crate::service::api::{NewPlan, Session};
use crate::service::plan::{Plan, Refusal};
use crate::service::validate;
use crate::store::Write;
use crate::store::indexes::VisitLine;

impl Service {
    /// Makes one.
    pub(in crate::service) fn new_plan(&mut self, session: &Session, new: &NewPlan) -> Result<Plan, Refusal> {
        match new.kind {
            Kind::Appointment => {
                let body: Appointment = self.filled(session, new)?;
                let name = self.client_of_plan(body.client)?;
                let (from, to) = (body.start.moment(), body.end());
                let tell = visits_in(self.window.of_client(body.client), from, to);
                self.made(session, &body, format!("Appointment: {name}"), tell)
            }
            Kind::TimeOff => {
                let body: TimeOff = self.filled(session, new)?;
                let name = self.staff_of_plan(body.staff)?;
                let theirs = self.window.of_staff(body.staff).filter(|(_, l)| l.staff == Some(body.staff));
                let tell = visits_in(theirs, body.from, body.to);
                self.made(session, &body, format!("Time off: {name}"), tell)
            }
            Kind::Authorization => {
                let body: Authorization = self.filled(session, new)?;
                let name = self.client_of_plan(body.client)?;
                self.made(session, &body, format!("Authorization: {name}"), String::new())
            }
            Kind::Pairing => {
                let body: Pairing = self.filled(session, new)?;
                let (hers, theirs) = (self.client_of_plan(body.client)?, self.staff_of_plan(body.staff)?);
                if let Some(stands) = self.coverage.pairing(body.client, body.staff) {
                    let why = format!("they are “{}” already: edit that, or end it first", stands.wish.word());
                    return Err(Refusal::problem("pairing.stands", "wish", why));
                }
                let summary = format!("{}: {hers} and {theirs}", capital(body.wish.word()));
                self.made(session, &body, summary, String::new())
            }
            other => {
                let why = format!("a {} is not made this way", other.word().replace('_', " "));
                Err(Refusal::problem("plan.kind", "", why))
            }
        }
    }

    /// Ends one: what has not begun never was, what runs ends now.
    pub(in crate::service) fn end_plan(&self, session: &Session, kind: Kind, id: [u8; 16]) -> Result<Plan, Refusal> {
        let (now, by) = (self.now(), session.user);
        let over = || Refusal::problem("plan.over", "", "this is over already");
        let (name, what, write) = match kind {
            Kind::Appointment => {
                let was = self.store.get::<Appointment>(AppointmentId(id))?.ok_or_else(gone)?;
                let body = Appointment { cancelled: Some(now), ..was.body.clone() };
                if was.cancelled.is_some() {
                    return Err(over());
                }
                (self.cast.client_name(was.client).listed, "Appointment off", Write::change(&was, &body, by, now)?)
            }
            Kind::Authorization => {
                let was = self.store.get::<Authorization>(AuthorizationId(id))?.ok_or_else(gone)?;
                let body = Authorization { ended: Some(now), ..was.body.clone() };
                if was.ended.is_some() {
                    return Err(over());
                }
                (self.cast.client_name(was.client).listed, "Authorization ended", Write::change(&was, &body, by, now)?)
            }
            Kind::Pairing => {
                let was = self.store.get::<Pairing>(PairingId(id))?.ok_or_else(gone)?;
                let body = Pairing { ended: Some(now), ..was.body.clone() };
                if was.ended.is_some() {
                    return Err(over());
                }
                (self.cast.client_name(was.client).listed, "Wish ended", Write::change(&was, &body, by, now)?)
            }
            Kind::TimeOff => {
                let was: Record<TimeOff> = self.store.get(TimeOffId(id))?.ok_or_else(gone)?;
                let name = self.cast.staff_name(was.staff).listed;
                if was.to <= now {
                    return Err(over());
                }
                if was.from >= now {
                    (name, "Time off taken back", Write::set(&was, &was.body, true, by, now)?)
                } else {
                    let body = TimeOff { to: now, ..was.body.clone() };
                    (name, "Back at work", Write::change(&was, &body, by, now)?)
                }
            }
            _ => return Err(Refusal::problem("plan.kind", "", "this is not ended this way")),
        };
        Ok(Plan::new("plan.end", format!("{what}: {name}")).with(write))
    }

    fn filled<B: Body>(&self, session: &Session, new: &NewPlan) -> Result<B, Refusal> {
        let Some(template) = template::<B>(self, session) else {
            return Err(Refusal::problem("plan.kind", "", "this is not made this way"));
        };
        let body = new.fields.applied_to(&template)?;
        validate::shape(&body)?;
        Ok(body)
    }

    fn made<B: Body>(&mut self, session: &Session, body: &B, summary: String, tell: String) -> Result<Plan, Refusal> {
        let now = self.now();
        let id = self.ids.make(now);
        let mut plan = Plan::new("plan.new", summary).with(Write::create(B::Id::from(id), body, session.user, now)?);
        plan.created.push(id);
        plan.tell = tell;
        Ok(plan)
    }

    fn client_of_plan(&self, id: ClientId) -> Result<String, Refusal> {
        let known = self.cast.clients.contains_key(&id);
        let nobody = || Refusal::problem("plan.client", "client", "whose is it? That client is not here");
        known.then(|| self.cast.client_name(id).listed).ok_or_else(nobody)
    }

    fn staff_of_plan(&self, id: StaffId) -> Result<String, Refusal> {
        let known = self.cast.staff.contains_key(&id);
        let nobody = || Refusal::problem("plan.staff", "staff", "whose is it? That caregiver is not here");
        known.then(|| self.cast.staff_name(id).listed).ok_or_else(nobody)
    }
}

fn gone() -> Refusal {
    Refusal::problem("plan.gone", "", "that is not there any more")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `2 visits fall into it`: they stand, and somebody has to look at them.
fn visits_in<'a, I>(visits: impl Iterator<Item = (I, &'a VisitLine)>, from: Moment, to: Moment) -> String {
    let falls = |l: &VisitLine| {
        l.start.moment() < to && from < l.end() && l.state.is_open() && l.state != VisitState::InProgress && !l.history
    };
    match visits.filter(|(_, l)| falls(l)).count() {
        0 => String::new(),
        1 => "1 visit falls into it: it stands as it was".to_owned(),
        n => format!("{n} visits fall into it: they stand as they were"),
    }
}
