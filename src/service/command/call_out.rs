//! A caregiver who cannot come: the call-out first, then who was asked and what they said, what is done where nobody can
//! go, and taking all of it back with the list of those who must hear of that.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::communication::{CallResult, Channel, Communication, Direction};
use crate::domain::contact::ContactKind;
use crate::domain::coverage::{CallOut, CalledOff, Offer, Safety, Weight};
use crate::domain::ids::{CallOutId, CommunicationId, OfferId, SafetyId, StaffId, TaskId, VisitId};
use crate::domain::record::Record;
use crate::domain::task::Task;
use crate::domain::text::{Few, Text};
use crate::domain::time::{DAY, HOUR, Happened, MINUTE, Moment, clock};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::service::Service;
use crate::service::api::Session;
use crate::service::api::coverage::{AskCarer, LeaveOpen, Remedy, TellCallOut};
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;
use crate::store::indexes::VisitLine;

/// Longest call-out that is told at once.
const LONGEST: i64 = 31 * DAY;
/// Most visits of one call-out: one save holds no more.
const MOST: usize = 80;
/// Visits looked through for those of one caregiver.
const LOOKED_AT: usize = 400_000;

/// A visit that still has to be made, as planned.
fn ahead(state: VisitState) -> bool {
    matches!(state, VisitState::Planned | VisitState::Confirmed | VisitState::Late)
}

impl Service {
    /// A caregiver cannot come: their visits of that time are open for everyone from now on.
    pub(in crate::service) fn tell_call_out(&mut self, session: &Session, told: &TellCallOut) -> Result<Plan, Refusal> {
        let now = self.now();
        let staff = self.caregiver(told.staff)?.clone();
        let zone = self.cast.zone(staff.office);
        if told.to <= told.from {
            return Err(Refusal::problem("call_out.span", "to", "until when? later than it begins"));
        }
        if told.to.since(told.from) > LONGEST {
            let text = "a call-out is for a month at most; a longer leave is time off";
            return Err(Refusal::problem("call_out.long", "to", text));
        }
        let said = told.said.unwrap_or(now);
        if said > now.plus(MINUTE) {
            return Err(Refusal::problem("call_out.future", "happened", "they cannot have said it later than now"));
        }
        if let Some(other) = self.coverage.outs_of(staff.id).find(|c| c.from < told.to && told.from < c.to) {
            let (day, minute) = zone.civil(other.from);
            let text = format!("they called out for that time already, from {} {}", day.short(), clock(minute));
            return Err(Refusal::problem("call_out.again", "from", text));
        }
        let theirs = self.visits_of_staff(staff.id, told.from, told.to)?;
        if theirs.len() > MOST {
            let text = format!("that are {} visits; at most {MOST} at once: make the time shorter", theirs.len());
            return Err(Refusal::problem("call_out.many", "to", text));
        }
        let note = Text::new(told.note.trim())?;
        let why = Text::clip(if note.is_empty() { told.reason.word() } else { note.as_str() });
        let mut plan = Plan::new("call_out.tell", String::new());
        told.reason.word().clone_into(&mut plan.reason);
        let mut off = Vec::new();
        for id in theirs {
            let Some(visit) = self.store.get::<Visit>(id)? else { continue };
            let second = visit.second == Some(staff.id);
            off.push(CalledOff { visit: id, said: visit.answer, second });
            let mut body = visit.body.clone();
            (body.called_out_at, body.called_out_by) = (Some(said), Some(staff.id));
            body.reason = why.clone();
            if second {
                body.second = None;
            } else {
                (body.state, body.answer) = (VisitState::CalledOut, Answer::No);
            }
            plan.writes.push(Write::change(&visit, &body, session.user, now)?);
        }
        let count = off.len();
        let body = CallOut {
            staff: staff.id,
            office: staff.office,
            from: told.from,
            to: told.to,
            reason: told.reason,
            note,
            said: Happened { at: said, zone },
            visits: Few::clip(off),
            settled: None,
            withdrawn: None,
        };
        let id = CallOutId(self.ids.make(now));
        plan.created.push(id.0);
        plan.batch = id.0;
        plan.writes.push(Write::create(id, &body, session.user, now)?);
        let name = self.cast.staff_name(staff.id).listed;
        let visits = match count {
            0 => "no visits in that time".to_owned(),
            1 => "1 visit is open".to_owned(),
            n => format!("{n} visits are open"),
        };
        plan.summary = format!("Called out: {name}: {visits}");
        Ok(plan)
    }

    /// A caregiver's visits of a time that still have to be made.
    fn visits_of_staff(&self, staff: StaffId, from: Moment, to: Moment) -> Result<Vec<VisitId>, Refusal> {
        let theirs =
            |l: &VisitLine| (l.staff == Some(staff) || l.second == Some(staff)) && ahead(l.state) && !l.history;
        // One that has begun already and reaches into it counts, so one day earlier is looked at as well.
        let reaches = |l: &VisitLine| l.end() > from && l.start.moment() < to;
        let mut out = Vec::new();
        if self.window.covers(from.plus(-DAY), to) {
            let all = self.window.of_staff_between(staff, from.plus(-DAY), to);
            out.extend(all.filter(|(_, l)| theirs(l) && reaches(l)).map(|(id, _)| id));
        } else {
            self.store.each_visit_between(from.plus(-DAY), to, LOOKED_AT, |id, l| {
                if theirs(&l) && reaches(&l) {
                    out.push(id);
                }
            })?;
        }
        Ok(out)
    }

    /// Somebody was asked to go, or is meant to be: what they said is kept with the call, and a yes is the visit's.
    pub(in crate::service) fn ask_carer(&mut self, session: &Session, ask: &AskCarer) -> Result<Plan, Refusal> {
        let now = self.now();
        let visit = self.open_visit(ask.visit)?;
        let staff = self.caregiver(ask.staff)?.clone();
        if ask.said == Answer::Nobody {
            return Err(Refusal::problem("visit.answer", "said", "what did they say? yes, no, no answer, …"));
        }
        let standing = self.standing_of(&visit, &staff, now);
        let blocked = standing.conflicts.iter().filter(|c| c.weight == Weight::Block && c.rule != "cover.on_it");
        let why: Vec<&str> = blocked.map(|c| c.text.as_str()).collect();
        if !why.is_empty() && ask.said != Answer::No {
            return Err(Refusal::problem("cover.blocked", "who", format!("they can't: {}", why.join(", "))));
        }
        self.still_wanted(&visit, staff.id, ask.said)?;
        let called = !matches!(ask.said, Answer::Planned);
        let before = self.coverage.offer(visit.id, staff.id).cloned();
        let offer = Offer {
            visit: visit.id,
            client: visit.client,
            start: visit.start.moment(),
            staff: staff.id,
            // Who has said yes, to a colleague perhaps, is not unsaid by a call that reached nobody.
            said: match before.as_ref().map(|o| o.said) {
                Some(yes @ (Answer::Yes | Answer::Told)) if ask.said != Answer::No => yes,
                _ => ask.said,
            },
            at: now,
            calls: before.as_ref().map_or(0, |o| o.calls).saturating_add(u8::from(called)),
            back_at: ask.back_at,
            withdrawn: None,
        };
        let name = self.cast.staff_name(staff.id).listed;
        let client = self.cast.client_name(visit.client).listed;
        let summary = format!("{} {client}: {name}: {}", clock(visit.start.minute), ask.said.word());
        let mut plan = Plan::new("visit.ask", summary);
        plan.told_outside = called;
        // What somebody had to agree to is kept as the reason.
        let agreed = standing.conflicts.iter().filter(|c| c.weight == Weight::Reason && ask.said == Answer::Yes);
        plan.reason = agreed.map(|c| c.text.as_str()).collect::<Vec<_>>().join("; ");
        plan.writes.push(match before {
            Some(before) => Write::change(&before, &offer, session.user, now)?,
            None => Write::create(OfferId(self.ids.make(now)), &offer, session.user, now)?,
        });
        let body = self.after_answer(&visit, staff.id, ask.said);
        if body != visit.body {
            plan.writes.push(Write::change(&visit, &body, session.user, now)?);
        }
        if called {
            let zone = visit.start.zone;
            let call = Communication {
                office: session.office,
                client: None,
                staff: Some(staff.id),
                contact: None,
                with: Text::clip(&staff.name.full()),
                number: Text::new(&ask.number)?,
                direction: Direction::Out,
                channel: Channel::Phone,
                result: match ask.said {
                    Answer::NoAnswer => CallResult::NoAnswer,
                    Answer::LeftMessage => CallResult::LeftMessage,
                    Answer::Asked => CallResult::CallsBack,
                    _ => CallResult::Reached,
                },
                note: Text::clip(
                    format!(
                        "asked for {} {}: {}. {}",
                        visit.start.day.short(),
                        clock(visit.start.minute),
                        ask.said.word(),
                        ask.note.trim()
                    )
                    .trim_end(),
                ),
                happened: Happened { at: now, zone },
                about: Some(about(&visit)),
                promise: None,
                amends: None,
            };
            let id = CommunicationId(self.ids.make(now));
            plan.writes.push(Write::create(id, &call, session.user, now)?);
        }
        Ok(plan)
    }

    /// Whoever has said yes is not put off by another's yes, which a colleague may have taken at the same moment.
    fn still_wanted(&self, visit: &Record<Visit>, staff: StaffId, said: Answer) -> Result<(), Refusal> {
        let going = self.need_of(visit).taken;
        let places = if self.needs_two(&VisitLine::of(visit)) { 2 } else { 1 };
        if !matches!(said, Answer::Yes | Answer::Told) || going.contains(&staff) || going.len() < places {
            return Ok(());
        }
        let names: Vec<String> = going.iter().map(|s| self.cast.staff_name(*s).listed).collect();
        let text = format!("{} said yes already; call back whoever is not needed", names.join(" and "));
        Err(Refusal::problem("cover.taken", "who", text))
    }

    /// The visit once somebody has said this.
    fn after_answer(&self, visit: &Record<Visit>, staff: StaffId, said: Answer) -> Visit {
        let mut body = visit.body.clone();
        let first_said_yes = visit.staff.is_some()
            && visit.state != VisitState::CalledOut
            && matches!(visit.answer, Answer::Yes | Answer::Told);
        let both = self.needs_two(&VisitLine::of(visit));
        if said == Answer::No {
            if body.second == Some(staff) {
                body.second = None;
            } else if body.staff == Some(staff) && body.state != VisitState::CalledOut {
                (body.staff, body.answer) = (None, Answer::Nobody);
            }
            return body;
        }
        if both && first_said_yes && body.staff != Some(staff) {
            if matches!(said, Answer::Yes | Answer::Told) {
                body.second = Some(staff);
            }
            return body;
        }
        // Somebody has said yes already: a call that reached nobody takes that from no one.
        if first_said_yes && !matches!(said, Answer::Yes | Answer::Told) {
            return body;
        }
        (body.staff, body.answer) = (Some(staff), said);
        if body.second == Some(staff) {
            body.second = None;
        }
        if matches!(body.state, VisitState::CalledOut | VisitState::Missed) {
            body.state = VisitState::Planned;
        }
        body
    }

    fn open_visit(&self, id: VisitId) -> Result<Record<Visit>, Refusal> {
        let gone = || Refusal::problem("visit.gone", "which", "that visit is not there any more");
        let visit = self.store.get::<Visit>(id)?.ok_or_else(gone)?;
        if matches!(visit.state, VisitState::Done | VisitState::InProgress | VisitState::Cancelled) {
            let text = format!("that visit is {}; nobody is put on it any more", visit.state.word());
            return Err(Refusal::problem("visit.over", "which", text));
        }
        Ok(visit)
    }

    /// Nobody can go: the least bad is done. What the family has to agree to changes nothing before they do.
    pub(in crate::service) fn leave_open(&mut self, session: &Session, leave: &LeaveOpen) -> Result<Plan, Refusal> {
        let now = self.now();
        let visit = self.open_visit(leave.visit)?;
        let client = self.cast.client_name(visit.client).listed;
        let at = clock(visit.start.minute);
        let note = leave.note.trim();
        let mut body = visit.body.clone();
        let mut task = None;
        let summary = match &leave.remedy {
            Remedy::Cancels => {
                if note.is_empty() {
                    return Err(Refusal::problem(
                        "leave.cancels",
                        "note",
                        "why does the client cancel it? in a few words",
                    ));
                }
                body.state = VisitState::Cancelled;
                body.reason = Text::clip(&format!("client cancels: {note}"));
                format!("{at} {client}: cancelled by the client")
            }
            Remedy::Family(who) => {
                if who.trim().is_empty() {
                    return Err(Refusal::problem("leave.family", "who", "who of the family does it?"));
                }
                body.state = VisitState::Cancelled;
                body.reason = Text::clip(&join(&format!("family: {}", who.trim()), note));
                format!("{at} {client}: {} does it", who.trim())
            }
            Remedy::Missed => {
                if note.is_empty() {
                    return Err(Refusal::problem("leave.missed", "note", "why is it missed? in a few words"));
                }
                body.state = VisitState::Missed;
                body.reason = Text::new(note)?;
                let physician =
                    self.cast.contacts_for(visit.client).into_iter().find(|c| c.kind == ContactKind::Physician);
                let whom = physician.map_or("the physician".to_owned(), |p| p.name.full());
                let service = if visit.service.is_empty() { visit.discipline.word() } else { visit.service.as_str() };
                task = Some((format!("tell {whom}: visit of {at} ({service}) was missed: {note}"), now.plus(HOUR)));
                format!("{at} {client}: missed")
            }
            Remedy::Move(to) => {
                if *to <= now {
                    return Err(Refusal::problem("leave.move", "to", "that time is past"));
                }
                let (day, minute) = visit.start.zone.civil(*to);
                let to = format!("{} {}", day.short(), clock(minute));
                let ask = join(&format!("ask the family: may the visit of {at} be {to} instead?"), note);
                task = Some((ask, ask_by(&visit, now)));
                format!("{at} {client}: family to be asked about {to}")
            }
            Remedy::Shorten(minutes) => {
                if *minutes == 0 || *minutes >= visit.minutes {
                    let text = format!("shorter than {} minutes", visit.minutes);
                    return Err(Refusal::problem("leave.shorten", "minutes", text));
                }
                let ask = join(&format!("ask the family: may the visit of {at} be {minutes} min only?"), note);
                task = Some((ask, ask_by(&visit, now)));
                format!("{at} {client}: family to be asked about {minutes} min")
            }
        };
        let mut plan = Plan::new("visit.leave", summary);
        note.clone_into(&mut plan.reason);
        if body != visit.body {
            plan.writes.push(Write::change(&visit, &body, session.user, now)?);
        }
        if let Some((what, due)) = task {
            let office = self.cast.clients.get(&visit.client).map_or(session.office, |c| c.office);
            let task = Task {
                office,
                client: Some(visit.client),
                staff: None,
                what: Text::clip(&what),
                due,
                owner: Some(session.user),
                about: Some(about(&visit)),
                undid: 0,
                done: None,
            };
            plan.writes.push(Write::create(TaskId(self.ids.make(now)), &task, session.user, now)?);
        }
        Ok(plan)
    }

    /// The call-out has been worked through: those who said yes go, what is open keeps its own alert.
    pub(in crate::service) fn settle_call_out(&mut self, session: &Session, id: CallOutId) -> Result<Plan, Refusal> {
        let out = self.open_call_out(id)?;
        let body = CallOut { settled: Some(self.now()), ..out.body.clone() };
        let (mut yes, mut left) = (0, 0);
        for off in out.visits.iter() {
            let line = self.window.get(off.visit).cloned();
            let line = match line {
                Some(line) => Some(line),
                None => self.store.get::<Visit>(off.visit)?.map(|v| VisitLine::of(&v)),
            };
            match line {
                Some(line) if self.is_uncovered(off.visit, &line) => left += 1,
                Some(_) => yes += 1,
                None => {}
            }
        }
        let name = self.cast.staff_name(out.staff).listed;
        let summary = format!("Settled: {name}: {yes} covered or closed, {left} still open");
        Ok(Plan::new("call_out.settle", summary).with(Write::change(&out, &body, session.user, self.now())?))
    }

    fn open_call_out(&self, id: CallOutId) -> Result<Record<CallOut>, Refusal> {
        let gone = || Refusal::problem("call_out.gone", "", "that call-out is not there any more");
        let out = self.store.get::<CallOut>(id)?.ok_or_else(gone)?;
        if out.withdrawn.is_some() {
            return Err(Refusal::problem("call_out.withdrawn", "", "that call-out was taken back"));
        }
        if out.settled.is_some() {
            return Err(Refusal::problem("call_out.settled", "", "that call-out is settled"));
        }
        Ok(out)
    }

    /// They come after all: every visit that nobody has begun is theirs again, and whoever was asked, or told, is to be
    /// called back, a task each.
    pub(in crate::service) fn take_back_call_out(&mut self, session: &Session, id: CallOutId) -> Result<Plan, Refusal> {
        let now = self.now();
        let gone = || Refusal::problem("call_out.gone", "", "that call-out is not there any more");
        let out = self.store.get::<CallOut>(id)?.ok_or_else(gone)?;
        if out.withdrawn.is_some() {
            return Err(Refusal::problem("call_out.withdrawn", "", "that call-out was taken back"));
        }
        let name = self.cast.staff_name(out.staff).listed;
        let mut plan = Plan::new("call_out.take_back", String::new());
        plan.batch = id.0;
        let body = CallOut { withdrawn: Some(now), ..out.body.clone() };
        plan.writes.push(Write::change(&out, &body, session.user, now)?);
        let (mut back, mut begun, mut tell) = (0, 0, Vec::new());
        for off in out.visits.iter() {
            let Some(visit) = self.store.get::<Visit>(off.visit)? else { continue };
            let mut restored = visit.body.clone();
            if matches!(visit.state, VisitState::InProgress | VisitState::Done) || visit.arrived.is_some() {
                begun += 1;
                continue;
            }
            if visit.called_out_by != Some(out.staff) {
                // Somebody else has called out of it since: that is another one's.
                continue;
            }
            if off.second {
                restored.second = Some(out.staff);
            } else {
                (restored.staff, restored.answer) = (Some(out.staff), off.said);
                if restored.second == Some(out.staff) {
                    restored.second = None;
                }
                restored.state = VisitState::Planned;
            }
            (restored.called_out_at, restored.called_out_by) = (None, None);
            restored.reason = Text::default();
            plan.writes.push(Write::change(&visit, &restored, session.user, now)?);
            back += 1;
            self.call_back_those_asked(session, &visit, &name, &mut plan, &mut tell)?;
        }
        if plan.writes.len() > crate::store::engine::MAX_RECORDS {
            let text =
                "more people were asked than one save can remember to call back; take the visits back one by one";
            return Err(Refusal::problem("call_out.many_told", "", text));
        }
        plan.summary = format!("{name} comes after all: {back} visits are theirs again");
        if begun > 0 {
            plan.summary.push_str(&format!(", {begun} begun by others stay as they are"));
        }
        if !tell.is_empty() {
            plan.tell = format!("to call back: {}", tell.join(", "));
        }
        Ok(plan)
    }

    /// Everybody who was asked for a visit and may reckon with it, and everybody around the client who heard of it.
    fn call_back_those_asked(
        &mut self,
        session: &Session,
        visit: &Record<Visit>,
        who: &str,
        plan: &mut Plan,
        tell: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let at = format!("{} {}", visit.start.day.short(), clock(visit.start.minute));
        let client = self.cast.client_name(visit.client).listed;
        let key = about(visit);
        let mut tasks: Vec<(String, String, Option<StaffId>)> = Vec::new();
        let offers: Vec<_> = self.coverage.offers_of(visit.id).cloned().collect();
        for offer in offers.iter().filter(|o| o.withdrawn.is_none()) {
            let body = Offer { withdrawn: Some(now), ..offer.body.clone() };
            plan.writes.push(Write::change(offer, &body, session.user, now)?);
            let reckons = matches!(offer.said, Answer::Yes | Answer::Told | Answer::Asked | Answer::LeftMessage);
            if reckons {
                let name = self.cast.staff_name(offer.staff).listed;
                let what = format!("call back {name}: not needed {at}, {who} comes after all");
                tasks.push((name, what, Some(offer.staff)));
            }
        }
        for call in self.said_of_client(visit.client, 60)? {
            let heard = matches!(call.result, CallResult::Reached | CallResult::LeftMessage);
            if heard && call.about == Some(key) && Some(call.happened.at) >= visit.called_out_at {
                let name = call.with.as_str().to_owned();
                if !tasks.iter().any(|(n, ..)| *n == name) {
                    let what = format!("call back {name} about {client}: {who} comes {at} after all");
                    tasks.push((name, what, None));
                }
            }
        }
        let office = self.cast.clients.get(&visit.client).map_or(session.office, |c| c.office);
        for (name, what, staff) in tasks {
            let task = Task {
                office,
                client: Some(visit.client),
                staff,
                what: Text::clip(&what),
                due: now.plus(HOUR / 2),
                owner: Some(session.user),
                about: Some(key),
                undid: 0,
                done: None,
            };
            plan.writes.push(Write::create(TaskId(self.ids.make(now)), &task, session.user, now)?);
            if !tell.contains(&name) {
                tell.push(name);
            }
        }
        Ok(())
    }

    /// Whether she is safe until somebody comes, in the words of whoever asked: kept with the visit.
    pub(in crate::service) fn say_if_safe(
        &mut self,
        session: &Session,
        visit: VisitId,
        text: &str,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let visit = self.open_visit(visit)?;
        let said = text.trim();
        if said.is_empty() {
            return Err(Refusal::problem(
                "safe.empty",
                "safe",
                "is the client safe till then? who is there, until when?",
            ));
        }
        let client = self.cast.client_name(visit.client).listed;
        let body =
            Safety { visit: visit.id, client: visit.client, start: visit.start.moment(), said: Text::new(said)? };
        let id = SafetyId(self.ids.make(now));
        let summary = format!("{} {client}: safe till then: {said}", clock(visit.start.minute));
        Ok(Plan::new("visit.safe", summary).with(Write::create(id, &body, session.user, now)?))
    }
}

/// The alert that a visit's calls are about: the call-out it hangs on, or its own.
pub(in crate::service) fn about(visit: &Record<Visit>) -> AlertKey {
    match visit.called_out_by {
        Some(staff) => {
            AlertKey { source: AlertSource::CallOut, subject: staff.0, occurrence: i64::from(visit.start.day.0) }
        }
        None => AlertKey { source: AlertSource::Visit, subject: visit.id.0, occurrence: visit.start.moment().0 },
    }
}

/// Half an hour before it would begin, and never in the past.
pub(super) fn ask_by(visit: &Visit, now: Moment) -> Moment {
    visit.start.moment().plus(-HOUR / 2).max(now.plus(10 * MINUTE))
}

fn join(what: &str, note: &str) -> String {
    if note.is_empty() { what.to_owned() } else { format!("{what} {note}") }
}
