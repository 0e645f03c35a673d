//! A client who is not visited for a time, is back, or has died: her visits are held or ended, her series stand or end,
//! and whoever reckons with a visit is to be told.

use crate::domain::client::{Client, ClientStatus};
use crate::domain::contact::{ContactKind, Share};
use crate::domain::hold::{HeldVisit, Hold, HoldKind};
use crate::domain::ids::{ClientId, HoldId, StayId, TaskId, VisitId};
use crate::domain::record::Record;
use crate::domain::series::{Ends, Series};
use crate::domain::task::Task;
use crate::domain::text::{Few, Text};
use crate::domain::time::{Civil, DAY, HOUR, MINUTE, Moment, clock};
use crate::domain::visit::{Answer, Stay, Visit, VisitState};
use crate::service::Service;
use crate::service::api::Session;
use crate::service::api::away::{BackHome, HoldClient, TellDied};
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;
use crate::store::indexes::VisitLine;

/// Most visits that one act holds or ends; later ones raise nothing while she is not visited.
const MOST: usize = 80;
/// A caregiver due within this is on the way.
pub(in crate::service) const ON_THE_WAY: i64 = 2 * HOUR;
/// An inpatient stay of this length starts the transfer and resumption clocks (42 CFR 484.55(d)(2)).
const INPATIENT: i64 = 24 * HOUR;
/// The transfer assessment is complete within so many days of the event, or of knowing of it (OASIS, RFA 06 and 07).
const TRANSFER: i64 = 2 * DAY;
/// What a held visit says.
const HELD: &str = "on hold: ";
/// Series of one client that are looked at.
const SERIES: usize = 40;

impl Service {
    /// A client is in hospital, in the ER, or away: her visits are held and her series stand.
    pub(in crate::service) fn hold_client(&mut self, session: &Session, hold: &HoldClient) -> Result<Plan, Refusal> {
        let now = self.now();
        let client = self.client_on_service(hold.client)?;
        let zone = self.cast.zone(client.office);
        let name = self.cast.client_name(client.id).listed;
        let since = hold.since.unwrap_or(now);
        let medical = matches!(hold.kind, HoldKind::Hospital | HoldKind::EmergencyRoom);
        if medical && since > now.plus(MINUTE) {
            return Err(Refusal::problem("hold.future", "since", "since when? not later than now"));
        }
        if hold.expected.is_some_and(|back| back <= since) {
            return Err(Refusal::problem("hold.expected", "expected", "expected back: later than it begins"));
        }
        let mut plan = Plan::new("client.hold", String::new());
        hold.note.trim().clone_into(&mut plan.reason);
        let before = self.open_hold(client.id);
        if let Some(before) = before {
            return self.was_admitted(session, &client, &before, hold, plan);
        }
        let stay = if medical {
            let stay = Stay {
                client: client.id,
                facility: Text::new(hold.place.trim())?,
                from: since,
                until: None,
                inpatient: hold.kind == HoldKind::Hospital,
                home_at: None,
                history: false,
            };
            let id = StayId(self.ids.make(now));
            plan.writes.push(Write::create(id, &stay, session.user, now)?);
            Some(id)
        } else {
            None
        };
        let until = hold.expected.filter(|_| !medical);
        let why = Text::clip(&format!("{HELD}{}", hold.kind.word()));
        let (taken, later) = self.stop_visits(session, client.id, (since.max(now), until), MOST, &why, &mut plan)?;
        let held = taken.iter().map(|v| HeldVisit { visit: v.id, said: v.answer }).collect();
        let note = if hold.place.trim().is_empty() || medical {
            hold.note.trim().to_owned()
        } else {
            format!("{} {}", hold.place.trim(), hold.note.trim())
        };
        let body = Hold {
            client: client.id,
            kind: hold.kind,
            from: since,
            until: None,
            expected: hold.expected.map(|at| Civil::of(at, zone)),
            stay,
            note: Text::new(note.trim())?,
            visits: Few::clip(held),
        };
        plan.writes.push(Write::create(HoldId(self.ids.make(now)), &body, session.user, now)?);
        let status = Client { status: ClientStatus::Hold, status_since: Some(zone.day(since)), ..client.body.clone() };
        plan.writes.push(Write::change(&client, &status, session.user, now)?);
        let mut tell = self.stop_who_is_on_the_way(session, &client, &taken, hold.kind.word(), &mut plan)?;
        if medical {
            tell.extend(self.tell_around(
                session,
                &client,
                &format!("{} since {}", hold.kind.word(), at(since, zone)),
                &mut plan,
            )?);
        }
        if hold.kind == HoldKind::Hospital {
            self.transfer_task(session, &client, since, &mut plan)?;
        }
        let visits = counted(taken.len(), later);
        plan.summary = format!("{name}: {}: {visits} held", hold.kind.word());
        if !tell.is_empty() {
            plan.tell = format!("to tell: {}", tell.join(", "));
        }
        Ok(plan)
    }

    /// Who was in the ER or under observation has been admitted: the same hold, and the clocks of a hospital stay.
    fn was_admitted(
        &mut self,
        session: &Session,
        client: &Record<Client>,
        before: &Record<Hold>,
        hold: &HoldClient,
        mut plan: Plan,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let zone = self.cast.zone(client.office);
        let name = self.cast.client_name(client.id).listed;
        let admits = before.kind == HoldKind::EmergencyRoom && hold.kind == HoldKind::Hospital;
        let stay = match before.stay {
            Some(id) if admits => self.store.get::<Stay>(id)?,
            _ => None,
        };
        let Some(stay) = stay else {
            let text = format!("{} since {} already; `back home` ends it", before.kind.word(), at(before.from, zone));
            return Err(Refusal::problem("hold.held", "what", text));
        };
        let since = hold.since.unwrap_or(now);
        let place = Text::new(hold.place.trim())?;
        // The inpatient stay begins when she is admitted, not when she came to the ER.
        let admitted = Stay {
            inpatient: true,
            from: since,
            facility: if place.is_empty() { stay.facility.clone() } else { place },
            ..stay.body.clone()
        };
        plan.writes.push(Write::change(&stay, &admitted, session.user, now)?);
        let body = Hold {
            kind: HoldKind::Hospital,
            expected: hold.expected.map(|at| Civil::of(at, zone)).or(before.expected),
            ..before.body.clone()
        };
        plan.writes.push(Write::change(before, &body, session.user, now)?);
        self.transfer_task(session, client, since, &mut plan)?;
        plan.summary = format!("{name}: admitted {}", at(since, zone));
        Ok(plan)
    }

    /// She is home: what was held and is still to come stands again, and who goes within a day is asked.
    pub(in crate::service) fn back_home(&mut self, session: &Session, back: &BackHome) -> Result<Plan, Refusal> {
        let now = self.now();
        let client = self.client_on_service(back.client)?;
        let zone = self.cast.zone(client.office);
        let name = self.cast.client_name(client.id).listed;
        let Some(hold) = self.open_hold(client.id) else {
            return Err(Refusal::problem("home.not_held", "what", format!("{name} is not on hold")));
        };
        let came = back.at.unwrap_or(now);
        if came > now.plus(MINUTE) {
            return Err(Refusal::problem(
                "home.future",
                "home",
                "at what time did the client come home? not later than now",
            ));
        }
        if came < hold.from {
            let text = format!("the client left {}; home is later than that", at(hold.from, zone));
            return Err(Refusal::problem("home.before", "home", text));
        }
        let mut plan = Plan::new("client.home", String::new());
        back.note.trim().clone_into(&mut plan.reason);
        let mut status =
            Client { status: ClientStatus::Active, status_since: Some(zone.day(came)), ..client.body.clone() };
        if let Some(stay) = hold.stay.map(|id| self.store.get::<Stay>(id)).transpose()?.flatten() {
            let over = Stay { until: Some(came), home_at: Some(came), ..stay.body.clone() };
            plan.writes.push(Write::change(&stay, &over, session.user, now)?);
            if stay.inpatient {
                status.hospital_discharge = Some(zone.day(came));
                if came.since(stay.from) < INPATIENT {
                    self.drop_transfer_task(session, client.id, &mut plan)?;
                }
            }
        }
        let body = Hold { until: Some(came), ..hold.body.clone() };
        plan.writes.push(Write::change(&hold, &body, session.user, now)?);
        plan.writes.push(Write::change(&client, &status, session.user, now)?);
        let (mut again, mut ask) = (0, Vec::new());
        for held in hold.visits.iter() {
            let Some(visit) = self.store.get::<Visit>(held.visit)? else { continue };
            // What somebody did with it since is theirs.
            if visit.state != VisitState::Cancelled || !visit.reason.as_str().starts_with(HELD) || visit.end() <= now {
                continue;
            }
            let mut stands = visit.body.clone();
            stands.state = VisitState::Planned;
            stands.reason = Text::default();
            stands.answer = held.said;
            if stands.staff.is_some() && stands.start.moment() < now.plus(DAY) {
                // They were told not to come.
                stands.answer = if held.said == Answer::Nobody { Answer::Nobody } else { Answer::Asked };
                ask.push((visit.start, stands.staff));
            }
            plan.writes.push(Write::change(&visit, &stands, session.user, now)?);
            again += 1;
        }
        let mut tell = Vec::new();
        for (start, staff) in ask {
            let Some(staff) = staff else { continue };
            let who = self.cast.staff_name(staff).listed;
            let what = format!("{who}: {name} is home, may we count on {}?", at(start.moment(), zone));
            let due = start.moment().plus(-HOUR).max(now.plus(10 * MINUTE));
            self.task(session, &client, Some(staff), &what, due, &mut plan)?;
            if !tell.contains(&who) {
                tell.push(who);
            }
        }
        plan.summary = format!("{name}: back home {}: {} again", at(came, zone), counted(again, 0));
        if !tell.is_empty() {
            plan.tell = format!("to ask: {}", tell.join(", "));
        }
        Ok(plan)
    }

    /// She has died: nothing is visited any more, and nobody is sent to her door.
    pub(in crate::service) fn tell_died(&mut self, session: &Session, died: &TellDied) -> Result<Plan, Refusal> {
        let now = self.now();
        let client = self.client_on_service(died.client)?;
        let zone = self.cast.zone(client.office);
        let name = self.cast.client_name(client.id).listed;
        let when = died.at.unwrap_or(now);
        if when > now.plus(MINUTE) {
            return Err(Refusal::problem("died.future", "since", "when? not later than now"));
        }
        let mut plan = Plan::new("client.died", String::new());
        [died.place.trim(), died.note.trim()].join(" ").trim().clone_into(&mut plan.reason);
        for series in self.store.of_client::<Series>(client.id, SERIES)? {
            let last = zone.day(when);
            if !matches!(series.ends, Ends::On(day) if day <= last) {
                let body = Series { ends: Ends::On(last), reason: Text::clip("died"), ..series.body.clone() };
                plan.writes.push(Write::change(&series, &body, session.user, now)?);
            }
        }
        // All of it is one save, and so one undo.
        let room = MOST.saturating_sub(plan.writes.len());
        let why = Text::clip("died");
        let (taken, later) = self.stop_visits(session, client.id, (when.max(now), None), room, &why, &mut plan)?;
        if let Some(hold) = self.open_hold(client.id) {
            let body = Hold { until: Some(when), ..hold.body.clone() };
            plan.writes.push(Write::change(&hold, &body, session.user, now)?);
        }
        let status = Client { status: ClientStatus::Died, status_since: Some(zone.day(when)), ..client.body.clone() };
        plan.writes.push(Write::change(&client, &status, session.user, now)?);
        let mut tell = self.stop_who_is_on_the_way(session, &client, &taken, "the client has died", &mut plan)?;
        tell.extend(self.tell_around(session, &client, &format!("died {}", at(when, zone)), &mut plan)?);
        // Death at home is an assessment of its own (OASIS, RFA 08), due like a transfer.
        let due = when.plus(TRANSFER).max(now.plus(HOUR));
        self.task(
            session,
            &client,
            None,
            &format!("{name}: death or discharge assessment (OASIS, RFA 08)"),
            due,
            &mut plan,
        )?;
        plan.summary = format!("{name} died {}: {} ended", at(when, zone), counted(taken.len(), later));
        if !tell.is_empty() {
            plan.tell = format!("to tell: {}", tell.join(", "));
        }
        Ok(plan)
    }

    fn client_on_service(&self, id: ClientId) -> Result<Record<Client>, Refusal> {
        let gone = || Refusal::problem("client.gone", "what", "that client is not there any more");
        let client = self.cast.clients.get(&id).ok_or_else(gone)?;
        if !client.on_service() {
            let text = format!("the client is not on service: {}", client.status.word());
            return Err(Refusal::problem("client.not_on_service", "what", text));
        }
        Ok(client.clone())
    }

    /// The hold that a client is on.
    pub(in crate::service) fn open_hold(&self, client: ClientId) -> Option<Record<Hold>> {
        self.coverage.holds_of(client).find(|h| h.until.is_none()).cloned()
    }

    /// Visits of a client from a time on that nobody has begun, the first [`MOST`], and how many more there are.
    pub(in crate::service) fn visits_ahead(
        &self,
        client: ClientId,
        from: Moment,
        until: Option<Moment>,
    ) -> (Vec<VisitId>, usize) {
        let ahead = |l: &VisitLine| {
            matches!(l.state, VisitState::Planned | VisitState::Confirmed | VisitState::Late | VisitState::CalledOut)
                && l.arrived.is_none()
                && !l.history
        };
        let mut found: Vec<(Moment, VisitId)> = self
            .window
            .of_client(client)
            .filter(|(_, l)| ahead(l) && l.end() > from && until.is_none_or(|u| l.start.moment() < u))
            .map(|(id, l)| (l.start.moment(), id))
            .collect();
        found.sort_unstable();
        let later = found.len().saturating_sub(MOST);
        found.truncate(MOST);
        (found.into_iter().map(|(_, id)| id).collect(), later)
    }

    /// Cancels them, and answers them as they were.
    fn stop_visits(
        &mut self,
        session: &Session,
        client: ClientId,
        (from, until): (Moment, Option<Moment>),
        most: usize,
        why: &Text<200>,
        plan: &mut Plan,
    ) -> Result<(Vec<Record<Visit>>, usize), Refusal> {
        let now = self.now();
        let (mut ids, mut later) = self.visits_ahead(client, from, until);
        later += ids.len().saturating_sub(most);
        ids.truncate(most);
        let mut taken = Vec::new();
        for id in ids {
            let Some(visit) = self.store.get::<Visit>(id)? else { continue };
            let body = Visit { state: VisitState::Cancelled, reason: why.clone(), ..visit.body.clone() };
            plan.writes.push(Write::change(&visit, &body, session.user, now)?);
            taken.push(visit);
        }
        Ok((taken, later))
    }

    /// A task for each caregiver who would be at her door soon: call, don't go.
    fn stop_who_is_on_the_way(
        &mut self,
        session: &Session,
        client: &Record<Client>,
        taken: &[Record<Visit>],
        why: &str,
        plan: &mut Plan,
    ) -> Result<Vec<String>, Refusal> {
        let now = self.now();
        let name = self.cast.client_name(client.id).listed;
        let mut tell = Vec::new();
        for visit in taken.iter().filter(|v| v.start.moment() < now.plus(ON_THE_WAY)) {
            for staff in visit.staff.into_iter().chain(visit.second) {
                let who = self.cast.staff_name(staff).listed;
                let what = format!("call {who}: don't go to {name} at {}: {why}", clock(visit.start.minute));
                self.task(session, client, Some(staff), &what, now.plus(10 * MINUTE), plan)?;
                let number =
                    self.cast.staff.get(&staff).and_then(|s| s.phones.first().map(|p| p.number.as_str().to_owned()));
                tell.push(format!("{who} {}", number.unwrap_or_default()).trim().to_owned());
            }
        }
        Ok(tell)
    }

    /// A task each for the physician and for the family.
    fn tell_around(
        &mut self,
        session: &Session,
        client: &Record<Client>,
        what: &str,
        plan: &mut Plan,
    ) -> Result<Vec<String>, Refusal> {
        let now = self.now();
        let name = self.cast.client_name(client.id).listed;
        let mut tell = Vec::new();
        for (who, _) in self.around(client.id) {
            let text = format!("tell {who}: {name} {what}");
            self.task(session, client, None, &text, now.plus(2 * HOUR), plan)?;
            tell.push(who);
        }
        Ok(tell)
    }

    /// The physician and whoever of the family is called first and may hear of it, with a number each.
    pub(in crate::service) fn around(&self, client: ClientId) -> Vec<(String, String)> {
        let contacts = self.cast.contacts_for(client);
        let physician = contacts.iter().find(|c| c.kind == ContactKind::Physician);
        let mut family: Vec<_> = contacts
            .iter()
            .filter(|c| c.kind == ContactKind::Family && matches!(c.share, Share::Health | Share::All))
            .collect();
        family.sort_by_key(|c| !c.first);
        let both = physician.into_iter().chain(family.first().copied());
        both.map(|c| {
            let number = c.phones.first().map(|p| p.number.as_str().to_owned()).unwrap_or_default();
            (format!("{}, {}", c.name.full(), c.relation.some().unwrap_or(c.kind.word())), number)
        })
        .collect()
    }

    fn transfer_task(
        &mut self,
        session: &Session,
        client: &Record<Client>,
        since: Moment,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let name = self.cast.client_name(client.id).listed;
        let due = since.plus(INPATIENT + TRANSFER).max(self.now().plus(HOUR));
        let what = format!("{name}: {TRANSFER_TASK}");
        self.task(session, client, None, &what, due, plan)
    }

    /// Home within a day: there was no transfer.
    fn drop_transfer_task(&mut self, session: &Session, client: ClientId, plan: &mut Plan) -> Result<(), Refusal> {
        let now = self.now();
        for task in self.store.newest_of_client::<Task>(client, 40)? {
            if task.done.is_none() && task.what.as_str().ends_with(TRANSFER_TASK) {
                let body = Task { done: Some(now), ..task.body.clone() };
                plan.writes.push(Write::change(&task, &body, session.user, now)?);
            }
        }
        Ok(())
    }

    /// A task about a client.
    pub(in crate::service) fn task(
        &mut self,
        session: &Session,
        client: &Record<Client>,
        staff: Option<crate::domain::ids::StaffId>,
        what: &str,
        due: Moment,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let task = Task {
            office: client.office,
            client: Some(client.id),
            staff,
            what: Text::clip(what),
            due,
            owner: Some(session.user),
            about: None,
            undid: 0,
            done: None,
        };
        plan.writes.push(Write::create(TaskId(self.ids.make(now)), &task, session.user, now)?);
        Ok(())
    }
}

/// What is to be done when an inpatient stay lasts a day.
const TRANSFER_TASK: &str = "transfer assessment (OASIS, RFA 06/07) once the client is in for 24 h";

fn at(moment: Moment, zone: crate::domain::time::Zone) -> String {
    let (day, minute) = zone.civil(moment);
    format!("{} {}", day.short(), clock(minute))
}

fn counted(n: usize, later: usize) -> String {
    let visits = match n {
        0 => "no visits".to_owned(),
        1 => "1 visit".to_owned(),
        n => format!("{n} visits"),
    };
    if later == 0 { visits } else { format!("{visits} (and {later} later ones)") }
}
