//! Frequency orders: kept as they were written, booked on weekdays, and a change drafted where they don't add up.

use super::lost_yes::{self, Lost};
use crate::domain::ids::{ClientId, FrequencyOrderId, SeriesId, TaskId, VisitId};
use crate::domain::order::{FrequencyOrder, OrderState};
use crate::domain::record::Record;
use crate::domain::series::{Ends, Series};
use crate::domain::staff::Discipline;
use crate::domain::task::Task;
use crate::domain::text::{Few, Text};
use crate::domain::time::{Civil, DAY, Day, HOUR, Zone};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::rules::frequency::{Expansion, Order, OrderDiscipline, Variance, WeekRule};
use crate::service::Service;
use crate::service::api::{BookAs, EndOrder, NewOrder, Session};
use crate::service::plan::{Plan, Refusal};
use crate::service::schedule::{AHEAD, AT_ONCE};
use crate::service::validate;
use crate::store::Write;
use crate::store::engine::MAX_RECORDS;

/// Orders of one client that are looked at.
const ORDERS: usize = 100;
/// Days that the single visits of an order may lie ahead.
const LONGEST: i32 = 400;

impl Service {
    /// Keeps an order, in the place of the one before it, and books it.
    pub(in crate::service) fn order_visits(&mut self, session: &Session, new: &NewOrder) -> Result<Plan, Refusal> {
        let now = self.now();
        let Some(client) = self.cast.clients.get(&new.client) else {
            return Err(Refusal::problem("order.client", "", "that client is not in the agency"));
        };
        let (zone, cert_to) = (self.cast.zone(client.office), client.cert_to);
        let order = Order::parse(&new.text).map_err(|e| Refusal::problem("order.text", "text", e.to_string()))?;
        let Some(discipline) = order.discipline else {
            return Err(Refusal::problem("order.text", "text", "who comes? Begin with SN, PT, OT, ST, MSW, HHA …"));
        };
        if new.by.trim().is_empty() {
            return Err(Refusal::problem("order.by", "by", "who ordered it?"));
        }
        if let Some(staff) = new.staff {
            let goes = self.caregiver(staff)?.discipline;
            if !discipline.counts(goes) {
                let text = format!("a visit of {} does not count for this order", goes.word());
                return Err(Refusal::problem("order.staff", "who", text));
            }
        }
        let visit_discipline = match new.staff.and_then(|id| self.cast.staff.get(&id)) {
            Some(staff) => staff.discipline,
            None => usual(discipline),
        };
        let id = FrequencyOrderId(self.ids.make(now));
        let mut plan = Plan::new("order.make", String::new());
        let mut replaces = None;
        for old in self.store.of_client::<FrequencyOrder>(new.client, ORDERS)? {
            let same = Order::parse(&old.text).is_ok_and(|o| o.discipline == Some(discipline));
            if same && old.state == OrderState::Active && old.last.is_none_or(|last| last >= new.from) {
                let body =
                    FrequencyOrder { state: OrderState::Replaced, last: Some(new.from.plus(-1)), ..old.body.clone() };
                plan.writes.push(Write::change(&old, &body, session.user, now)?);
                self.end_booked(session, &old, new.from.plus(-1), &mut plan)?;
                replaces = Some(old.id);
            }
        }
        let body = FrequencyOrder {
            client: new.client,
            discipline: visit_discipline,
            text: Text::new(&order.to_string())?,
            from: new.from,
            by: Text::new(new.by.trim())?,
            given: new.given,
            state: OrderState::Active,
            replaces,
            last: None,
        };
        plan.writes.push(Write::create(id, &body, session.user, now)?);
        plan.created.push(id.0);
        let expansion = order.expand(new.from, WeekRule::default(), cert_to);
        let weekdays: Vec<usize> = new.weekdays.iter().map(|d| usize::from(*d) % 7).collect();
        let start = |day: Day| Civil { day, minute: new.minute, zone };
        let booked = match new.book {
            BookAs::Nothing => "not booked yet".to_owned(),
            BookAs::Series => {
                let all = expansion.as_series(&weekdays).map_err(|why| Refusal::problem("order.book", "days", why))?;
                let count = all.len();
                for one in all {
                    let series = Series {
                        client: new.client,
                        discipline: visit_discipline,
                        service: Text::default(),
                        start: start(one.from),
                        minutes: new.minutes,
                        staff: new.staff,
                        second: None,
                        rule: Text::new(&one.rule)?,
                        ends: Ends::On(one.to),
                        left_out: Few::default(),
                        moved: Few::default(),
                        pauses: Few::default(),
                        not_on_holidays: false,
                        order: Some(id),
                        since: one.from,
                        follows: None,
                        reason: Text::default(),
                    };
                    validate::body(self, &series)?;
                    let made = SeriesId(self.ids.make(now));
                    plan.writes.push(Write::create(made, &series, session.user, now)?);
                }
                format!("booked as {count} series")
            }
            BookAs::Visits => {
                let days = expansion.as_days(&weekdays);
                let days: Vec<Day> = days.into_iter().filter(|d| start(*d).moment() > now).collect();
                if plan.writes.len() + days.len() > AT_ONCE {
                    let text = format!("{} visits are too many for one save: book it as series", days.len());
                    return Err(Refusal::problem("order.book", "book", text));
                }
                let busy = new.staff.map(|staff| self.busy(staff, SeriesId::default(), now)).transpose()?;
                for day in &days {
                    let mut visit = Visit::new(new.client, visit_discipline, start(*day), new.minutes);
                    let free = busy.as_ref().is_none_or(|b| !b.at(visit.start.moment(), visit.minutes));
                    visit.staff = new.staff.filter(|_| free);
                    visit.answer = if visit.staff.is_some() { Answer::Planned } else { Answer::Nobody };
                    validate::body(self, &visit)?;
                    let made = VisitId(self.ids.make(now));
                    plan.writes.push(Write::create(made, &visit, session.user, now)?);
                }
                format!("{} visits booked", days.len())
            }
        };
        plan.summary = format!("Order: {}: {}: {booked}", self.cast.client_name(new.client).listed, order.echo());
        plan.tell = expansion.hints.first().map(|h| h.text.clone()).unwrap_or_default();
        Ok(plan)
    }

    /// Ends an order by hand, and what it was booked as after that day; what has begun stays as it is.
    pub(in crate::service) fn end_order(&mut self, session: &Session, ask: &EndOrder) -> Result<Plan, Refusal> {
        let now = self.now();
        let gone = || Refusal::problem("order.gone", "", "that order is not there any more");
        let was = self.store.get::<FrequencyOrder>(ask.order)?.ok_or_else(gone)?;
        let client = self.cast.clients.get(&was.client).cloned().ok_or_else(gone)?;
        let zone = self.cast.zone(client.office);
        let reason = ask.reason.trim();
        if was.state != OrderState::Active {
            let text = format!("that order is {} already", was.state.word());
            return Err(Refusal::problem("order.over", "", text));
        }
        if reason.is_empty() {
            return Err(Refusal::problem("order.reason", "reason", "why? discharged, order changed …"));
        }
        if ask.last < zone.day(now).plus(-1) {
            let text = "what is behind is not changed: today or later";
            return Err(Refusal::problem("order.past", "last", text));
        }
        if was.last.is_some_and(|last| last <= ask.last) {
            return Err(Refusal::problem("order.over", "last", "it holds no longer than that already"));
        }
        let body = FrequencyOrder { state: OrderState::Ended, last: Some(ask.last), ..was.body.clone() };
        let mut plan = Plan::new("order.end", String::new());
        reason.clone_into(&mut plan.reason);
        plan.writes.push(Write::change(&was, &body, session.user, now)?);
        let name = self.cast.client_name(client.id).listed;
        let head = format!("Order ends {}: {name}: {}", ask.last.short(), was.text.as_str());
        if ask.visits_stay {
            plan.summary = format!("{head}; its visits stay");
            return Ok(plan);
        }
        let mut ended = Vec::new();
        for series in self.series_of_client(was.client)? {
            let over = matches!(series.ends, Ends::On(day) if day <= ask.last);
            if series.order == Some(was.id) && !over {
                let body = Series { ends: Ends::On(ask.last), reason: Text::clip(reason), ..series.body.clone() };
                plan.writes.push(Write::change(&series, &body, session.user, now)?);
                ended.push((series.id, body));
            }
        }
        let (mut parts, mut notes) = (Vec::new(), Vec::new());
        for (id, body) in &ended {
            let (said, tell) = self.with_visits(session, &mut plan, (*id, body), None, false)?;
            parts.push(said);
            notes.extend(Some(tell).filter(|t| !t.is_empty()));
        }
        let single = self.booked_one_by_one(&was, ask.last)?;
        let lost: Vec<Lost> = single.iter().map(|was| Lost { was, is: None }).collect();
        let names = self.tell_lost(session, &lost, &mut plan)?;
        notes.extend(lost_yes::said(&names));
        if !single.is_empty() {
            parts.push(format!("{} single visits taken off", single.len()));
        }
        for visit in &single {
            plan.writes.push(Write::set(visit, &visit.body, true, session.user, now)?);
        }
        if plan.writes.len() > MAX_RECORDS {
            let text = "more hangs on it than one save can hold: end its series first, then the order";
            return Err(Refusal::problem("order.many", "", text));
        }
        parts.retain(|part| part != "its visits follow");
        let visits = if parts.is_empty() { "nothing was booked after it".to_owned() } else { parts.join(", ") };
        plan.summary = format!("{head}; {visits}");
        plan.tell = notes.join(". ");
        Ok(plan)
    }

    /// The single visits after a day that were booked with an order and that nobody has begun: made in the same save.
    fn booked_one_by_one(&self, order: &Record<FrequencyOrder>, last: Day) -> Result<Vec<Record<Visit>>, Refusal> {
        let now = self.now();
        let Some(client) = self.cast.clients.get(&order.client) else { return Ok(Vec::new()) };
        let from = self.cast.zone(client.office).midnight(last.plus(1));
        let mut found = Vec::new();
        for id in self.store.visits_of_client(order.client, from, from.plus(i64::from(LONGEST) * DAY))? {
            let Some(visit) = self.store.get::<Visit>(id)? else { continue };
            let with_it =
                visit.head.created_at == order.head.created_at && visit.head.created_by == order.head.created_by;
            if with_it && visit.series.is_none() && visit.discipline == order.discipline && visit.lies_ahead(now) {
                found.push(visit);
            }
        }
        Ok(found)
    }

    /// The series that an order was booked as go no further than this day.
    fn end_booked(
        &mut self,
        session: &Session,
        order: &Record<FrequencyOrder>,
        last: Day,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        for series in self.series_of_client(order.client)? {
            let over = matches!(series.ends, Ends::On(day) if day <= last);
            if series.order == Some(order.id) && !over {
                let body = Series { ends: Ends::On(last), reason: Text::clip("another order"), ..series.body.clone() };
                plan.writes.push(Write::change(&series, &body, session.user, self.now())?);
            }
        }
        Ok(())
    }

    /// An order held against the calendar; none where it can't be read any more.
    pub(in crate::service) fn held_against(
        &self,
        order: &FrequencyOrder,
        zone: Zone,
    ) -> Result<Option<(Expansion, Variance)>, Refusal> {
        let Ok(parsed) = Order::parse(&order.text) else { return Ok(None) };
        let Some(discipline) = parsed.discipline else { return Ok(None) };
        let now = self.now();
        let today = zone.day(now);
        let cert_to = self.cast.clients.get(&order.client).and_then(|c| c.cert_to);
        let end = [cert_to, order.last].into_iter().flatten().min();
        let expansion = parsed.expand(order.from, WeekRule::default(), end);
        let (mut booked, mut delivered) = (Vec::new(), Vec::new());
        let (from, to) = (zone.midnight(order.from), zone.midnight(expansion.to.plus(1)));
        for id in self.store.visits_of_client(order.client, from, to.plus(DAY))? {
            let Some(visit) = self.store.get::<Visit>(id)? else { continue };
            let off = matches!(visit.state, VisitState::Cancelled | VisitState::Missed);
            if !discipline.counts(visit.discipline) || off || visit.start.day > expansion.to {
                continue;
            }
            booked.push(visit.start.day);
            if visit.state == VisitState::Done || visit.left.is_some() {
                delivered.push(visit.start.day);
            }
        }
        let variance = expansion.variance(&booked, &delivered, today, today.plus(AHEAD));
        Ok(Some((expansion, variance)))
    }

    /// A task to call the practitioner for the order change that is drafted.
    pub(in crate::service) fn draft_order_change(
        &mut self,
        session: &Session,
        id: FrequencyOrderId,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let gone = || Refusal::problem("order.gone", "", "that order is not there any more");
        let order = self.store.get::<FrequencyOrder>(id)?.ok_or_else(gone)?;
        let client = self.cast.clients.get(&order.client).cloned().ok_or_else(gone)?;
        let zone = self.cast.zone(client.office);
        let held = self.held_against(&order.body, zone)?.ok_or_else(gone)?;
        let name = self.cast.client_name(client.id).listed;
        let Some(what) = drafted(&order.body, &held.1) else {
            return Err(Refusal::problem("order.adds_up", "", "it adds up: there is nothing to change"));
        };
        let task = Task {
            office: client.office,
            client: Some(client.id),
            staff: None,
            what: Text::clip(&what),
            due: now.plus(4 * HOUR),
            owner: Some(session.user),
            about: None,
            undid: 0,
            done: None,
        };
        let made = TaskId(self.ids.make(now));
        let mut plan = Plan::new("order.draft", format!("Task: {name}: {what}"));
        plan.writes.push(Write::create(made, &task, session.user, now)?);
        plan.created.push(made.0);
        Ok(plan)
    }

    /// The orders of a client.
    pub(in crate::service) fn orders_of(&self, client: ClientId) -> Result<Vec<Record<FrequencyOrder>>, Refusal> {
        Ok(self.store.of_client::<FrequencyOrder>(client, ORDERS)?)
    }
}

/// `call Dr. Alder for an order: SN 1w3 from Mon 9 Mar, in the place of SN 2w4,1w5: …`, where it doesn't add up.
pub(in crate::service) fn drafted(order: &FrequencyOrder, held: &Variance) -> Option<String> {
    let first = held.why.first()?;
    let by = order.by.as_str();
    Some(match &held.draft {
        Some(draft) => {
            let (new, day) = (&draft.order, draft.effective.short());
            format!("call {by} for an order: {new} from {day}, in the place of {}: {first}", order.text.as_str())
        }
        None => format!("call {by} about the order {}: {first}", order.text.as_str()),
    })
}

/// Who usually makes the visits of an order.
const fn usual(of: OrderDiscipline) -> Discipline {
    match of {
        OrderDiscipline::Sn | OrderDiscipline::Rn => Discipline::Rn,
        OrderDiscipline::Lpn => Discipline::Lpn,
        OrderDiscipline::Pt => Discipline::Pt,
        OrderDiscipline::Ot => Discipline::Ot,
        OrderDiscipline::St => Discipline::Slp,
        OrderDiscipline::Msw => Discipline::Msw,
        OrderDiscipline::Hha => Discipline::Hha,
        OrderDiscipline::Np => Discipline::Np,
        OrderDiscipline::Rd => Discipline::Rd,
        OrderDiscipline::Pca => Discipline::Pca,
        OrderDiscipline::Cna => Discipline::Cna,
        OrderDiscipline::Companion => Discipline::Companion,
    }
}
