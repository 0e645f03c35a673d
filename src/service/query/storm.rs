//! The storm that runs: whom it touches in the order of calling, what a call to one of them needs, and all of them as a
//! roster for paper or a file.

use super::names::when;
use crate::domain::client::Client;
use crate::domain::ids::{ClientId, OfficeId};
use crate::domain::person::PhoneKind;
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::storm::{CallDown, Storm};
use crate::domain::time::{Moment, clock};
use crate::domain::visit::{Answer, VisitState};
use crate::rules::roles::Group;
use crate::rules::storm::{Counts, Rank, Touched, long};
use crate::service::Service;
use crate::service::access::Reached;
use crate::service::api::storm::{
    NearCarer, RosterAsk, RosterPage, RosterRow, STORM_ROWS, SaidDown, StormAsk, StormClient, StormFacts, StormRow,
    StormView,
};
use crate::service::api::{Person, Session};
use crate::service::plan::Refusal;
use crate::service::storms::Near;
use crate::store::indexes::VisitLine;
use std::collections::{BTreeMap, HashMap};

/// Storms that are over, of those that are said.
const PAST: usize = 5;
/// Caregivers near, of those that are shown.
const NEAR: usize = 8;
/// Rows of one page of a roster.
const PAGE: usize = 200;
/// Contacts of a client on a roster.
const CONTACTS: usize = 2;

impl Service {
    /// The storm that runs, or whom one would touch.
    pub(super) fn storm_view(&self, session: &Session, ask: StormAsk) -> StormView {
        let now = self.now();
        let reached = self.reached(session);
        let storm = self.running_storm(session, &reached);
        let mut near = self.near_today(now);
        let mut view = StormView {
            storm: storm.map(|s| self.storm_facts(session, s)),
            past: self.past_storms(session, &reached),
            counts: Counts::default(),
            beyond: 0,
            unrated: 0,
            powered: 0,
            from: 0,
            rows: Vec::new(),
        };
        let mut ranked: Vec<(Rank, Touched)> = Vec::new();
        for client in self.cast.clients.values() {
            if !Self::is_touched(storm.map(|s| &s.body), client) || (ask.mine && !client.is_of(session.user)) {
                continue;
            }
            if !reached.holds(self, client.id) {
                view.beyond += 1;
                continue;
            }
            let touched = self.in_storm(storm, client, &mut near);
            view.counts.add(touched.state);
            view.unrated += u32::from(touched.level.is_none());
            view.powered += u32::from(self.storming.power(&touched.needs, &touched.powered).is_some());
            ranked.push((self.storming.rank(&touched), touched));
        }
        ranked.sort_by(|a, b| a.0.cmp(&b.0));
        let count = usize::from(ask.count.min(STORM_ROWS));
        let at = ask.around.and_then(|id| ranked.iter().position(|(_, t)| t.client == id));
        let from = at.map_or(ask.from as usize, |at| at.saturating_sub(count / 2)).min(ranked.len());
        let callers = self.presence.client_callers(session);
        view.from = u32::try_from(from).unwrap_or(u32::MAX);
        let rows = ranked.iter().skip(from).take(count);
        view.rows = rows.filter_map(|(_, t)| self.storm_row(storm, t, &callers, now)).collect();
        view
    }

    /// The last ones that are over.
    fn past_storms(&self, session: &Session, reached: &Reached) -> Vec<StormFacts> {
        let here = |s: &&Record<Storm>| reached.is_all() || s.office.is_none_or(|office| office == session.office);
        let mut over: Vec<_> = self.storms.iter().filter(|s| !s.is_running()).filter(here).collect();
        over.sort_by_key(|s| std::cmp::Reverse((s.began, s.id)));
        over.into_iter().take(PAST).map(|s| self.storm_facts(session, s)).collect()
    }

    fn storm_facts(&self, session: &Session, storm: &Record<Storm>) -> StormFacts {
        let name = |id: OfficeId| self.cast.offices.get(&id).map(|o| o.name.as_str().to_owned()).unwrap_or_default();
        StormFacts {
            id: storm.id,
            name: storm.name.as_str().to_owned(),
            my_office: storm.office == Some(session.office),
            office: storm.office.map(name).unwrap_or_default(),
            places: storm.places.iter().map(|p| p.as_str().to_owned()).collect(),
            began: storm.began,
            by: self.cast.user_name(storm.declared),
            exercise: storm.exercise,
            note: storm.note.as_str().to_owned(),
            ended: storm.ended,
        }
    }

    fn storm_row(
        &self,
        storm: Option<&Record<Storm>>,
        touched: &Touched,
        callers: &BTreeMap<ClientId, String>,
        now: Moment,
    ) -> Option<StormRow> {
        let client = self.cast.clients.get(&touched.client)?;
        let call = storm.and_then(|s| self.storms.call(s.id, client.id));
        let power = self.storming.power(&touched.needs, &touched.powered);
        Some(StormRow {
            client: client.id,
            name: self.cast.client_name(client.id).listed,
            level: touched.level,
            power: power.map_or_else(String::new, |p| match p.lasts {
                Some(minutes) => format!("{} {}", p.is, long(minutes)),
                None => p.is.to_owned(),
            }),
            transport: touched.transport,
            alone: touched.alone,
            near: touched.near,
            away: self.away_words(client.id, now),
            town: client.address.town.as_str().to_owned(),
            next: self.next_words(client, now, None),
            state: call.map(|c| c.state),
            at: call.map(|c| c.at),
            tries: call.map_or(0, |c| c.tries),
            place: call.map(|c| c.place.as_str().to_owned()).unwrap_or_default(),
            caller: callers.get(&client.id).cloned(),
        })
    }

    /// Why a client is not at home now, or empty.
    fn away_words(&self, client: ClientId, now: Moment) -> String {
        let held = self.coverage.holds_of(client).find(|h| h.keeps_from(now, now.plus(1)));
        held.map(|h| h.kind.word().to_owned()).unwrap_or_default()
    }

    /// Who comes next to a client, and when: `09:00 Cole`, `Tue 09:00 nobody`.
    fn next_words(&self, client: &Record<Client>, now: Moment, initials: Option<&Initials>) -> String {
        let zone = self.cast.zone(client.office);
        let open = |l: &VisitLine| {
            !l.history
                && l.end() > now
                && !matches!(l.state, VisitState::Cancelled | VisitState::Missed | VisitState::Done)
        };
        let next =
            self.window.of_client(client.id).map(|(_, l)| l).filter(|l| open(l)).min_by_key(|l| l.start.moment());
        let Some(line) = next else { return String::new() };
        let goes = line.staff.filter(|_| line.state != VisitState::CalledOut && line.answer != Answer::No);
        let who = match (goes, initials) {
            (None, _) => "nobody".to_owned(),
            (Some(staff), Some(all)) => all.get(&Person::Staff(staff)).cloned().unwrap_or_default(),
            (Some(staff), None) => self.cast.staff_name(staff).short,
        };
        format!("{} {who}", when(line.start.moment(), zone, zone.day(now)))
    }

    /// One client of a storm.
    pub(super) fn storm_client(&self, session: &Session, id: ClientId) -> Result<Option<StormClient>, Refusal> {
        let Some(client) = self.cast.clients.get(&id) else { return Ok(None) };
        let now = self.now();
        let reached = self.reached(session);
        let storm = self.running_storm(session, &reached);
        let sight = self.sight(session, Some(id));
        let mut near = self.near_today(now);
        let touched = self.in_storm(storm, client, &mut near);
        let call = storm.and_then(|s| self.storms.call(s.id, id));
        let born = client.born.filter(|_| sight.shows(Group::Identity));
        let name = self.cast.client_in_full(client);
        let needs = client.needs.iter().map(|n| n.word().to_owned());
        let depends: Vec<String> = touched.powered.iter().cloned().chain(needs).collect();
        Ok(Some(StormClient {
            client: id,
            who: born.map_or_else(|| name.clone(), |b| format!("{name} · {}", b.long())),
            address: client.address.line(),
            why: self.storming.reasons(&touched),
            depends: depends.join(", "),
            numbers: self.numbers(session, Person::Client(id), None)?,
            near: self.near_carers(session, client, &reached, now),
            next: self.next_words(client, now, None),
            calls: call.map(|c| self.said_down(c)).unwrap_or_default(),
            caller: self.presence.client_callers(session).remove(&id),
        }))
    }

    fn said_down(&self, call: &CallDown) -> Vec<SaidDown> {
        let words = |with: &str, note: &str| match (with.is_empty(), note.is_empty()) {
            (true, _) => note.to_owned(),
            (false, true) => format!("with {with}"),
            (false, false) => format!("with {with}: {note}"),
        };
        let said = |c: &crate::domain::storm::DownCall| SaidDown {
            at: c.at,
            by: self.cast.user_name(c.by),
            state: c.state,
            words: words(&c.with, &c.note),
        };
        call.calls.iter().rev().map(said).collect()
    }

    /// Caregivers who work today and are near, the nearest first.
    fn near_carers(
        &self,
        session: &Session,
        client: &Record<Client>,
        reached: &Reached,
        now: Moment,
    ) -> Vec<NearCarer> {
        let home = self.home_of(client);
        let private = self.sight(session, None).shows(Group::StaffPrivate);
        let mut found = Vec::new();
        for staff in self.cast.staff.values() {
            let Some(visits) = self.works_today(staff, now) else { continue };
            let Some(minutes) = self.way_today(staff, &visits, &home).filter(|m| *m <= self.storming.near) else {
                continue;
            };
            found.push((minutes, fold(&staff.name.listed()), staff, visits));
        }
        found.sort_by(|a, b| (a.0, &a.1, a.2.id).cmp(&(b.0, &b.1, b.2.id)));
        let carer =
            |(minutes, _, staff, visits): (u32, String, &Record<crate::domain::staff::Staff>, Vec<&VisitLine>)| {
                NearCarer {
                    staff: staff.id,
                    name: self.cast.staff_name(staff.id).listed,
                    discipline: staff.discipline,
                    minutes,
                    doing: self.doing_words(&visits, reached, now),
                    number: self.shown_number(staff.id, private),
                }
            };
        found.into_iter().take(NEAR).map(carer).collect()
    }

    /// What a caregiver does now: `with Petrov to 11:00`, `11:30 Okafor`, `free today`.
    fn doing_words(&self, visits: &[&VisitLine], reached: &Reached, now: Moment) -> String {
        let whose = |l: &VisitLine| {
            if reached.holds(self, l.client) { self.cast.client_name(l.client).short } else { "a client".to_owned() }
        };
        let there =
            |l: &&&VisitLine| l.left.is_none() && (l.arrived.is_some() || (l.start.moment() <= now && now < l.end()));
        if let Some(line) = visits.iter().find(there) {
            return format!("with {} to {}", whose(line), clock(line.start.zone.civil(line.end()).1));
        }
        match visits.iter().filter(|l| l.start.moment() > now).min_by_key(|l| l.start.moment()) {
            Some(line) => format!("{} {}", clock(line.start.minute), whose(line)),
            None if visits.is_empty() => "free today".to_owned(),
            None => "through for today".to_owned(),
        }
    }

    /// A page of the roster.
    pub(super) fn roster(&self, session: &Session, ask: RosterAsk) -> Result<RosterPage, Refusal> {
        let now = self.now();
        let reached = self.reached(session);
        let storm = match ask.storm {
            Some(id) => {
                let gone = || Refusal::problem("storm.gone", "storm", "there is no such storm");
                Some(self.storms.get(id).ok_or_else(gone)?)
            }
            None => self.running_storm(session, &reached),
        };
        // What was said in one that is over is not in memory any more.
        let over: HashMap<ClientId, Record<CallDown>> = match storm.filter(|s| !s.is_running()) {
            Some(storm) => self.store.call_downs(storm.id)?.into_iter().map(|c| (c.client, c)).collect(),
            None => HashMap::new(),
        };
        let initials: Option<Initials> = ask.initials.then(|| {
            self.everybodys_initials(session).into_iter().filter_map(|i| Some((i.person?, i.initials))).collect()
        });
        let meant = |c: &&Record<Client>| {
            c.id > ask.after
                && Self::is_touched(storm.map(|s| &s.body), c)
                && (!ask.mine || c.is_of(session.user))
                && reached.holds(self, c.id)
        };
        let mut clients: Vec<&Record<Client>> = self.cast.clients.values().filter(meant).collect();
        clients.sort_by_key(|c| c.id);
        let more = clients.len() > PAGE;
        clients.truncate(PAGE);
        let mut near = self.near_today(now);
        let rows: Vec<RosterRow> = clients
            .iter()
            .map(|client| {
                let call = over.get(&client.id).or_else(|| storm.and_then(|s| self.storms.call(s.id, client.id)));
                self.roster_row(session, client, (storm, call), initials.as_ref(), &mut near)
            })
            .collect();
        Ok(RosterPage {
            agency: self.cast.agency.as_ref().map(|a| a.name.as_str().to_owned()).unwrap_or_default(),
            storm: storm.map(|s| self.storm_facts(session, s)),
            by: self.cast.user_name(session.user),
            made: now,
            next: clients.last().map(|c| c.id).filter(|_| more),
            rows,
        })
    }

    fn roster_row(
        &self,
        session: &Session,
        client: &Record<Client>,
        (storm, call): (Option<&Record<Storm>>, Option<&Record<CallDown>>),
        initials: Option<&Initials>,
        near: &mut Near,
    ) -> RosterRow {
        let now = self.now();
        let sight = self.sight(session, Some(client.id));
        let mut touched = self.in_storm(storm, client, near);
        touched.state = call.map(|c| c.state);
        let name = match initials {
            Some(all) => all.get(&Person::Client(client.id)).cloned().unwrap_or_default(),
            None => self.cast.client_name(client.id).listed,
        };
        touched.name = fold(&name);
        let power = self.storming.power(&touched.needs, &touched.powered);
        let hidden = initials.is_some();
        let numbers = client.phones.iter().filter(|p| p.kind != PhoneKind::Fax && !hidden);
        let contacts = self.cast.contacts_for(client.id);
        let mut first: Vec<_> = contacts.iter().filter(|_| !hidden).collect();
        first.sort_by_key(|c| !c.first);
        let said = |c: &Record<crate::domain::contact::Contact>| {
            let relation = c.relation.some().unwrap_or(c.kind.word());
            let number = c.phones.iter().find(|p| p.kind != PhoneKind::Fax).map(|p| p.number.as_str());
            format!("{}, {relation} {}", c.name.listed(), number.unwrap_or("no number recorded"))
        };
        let needs: Vec<&str> = client.needs.iter().map(|n| n.word()).collect();
        RosterRow {
            rank: self.storming.rank(&touched),
            name,
            mrn: sight.only(Group::Identity, client.mrn.as_str().to_owned()),
            level: touched.level,
            power: power.as_ref().map(|p| p.is.to_owned()).unwrap_or_default(),
            lasts: power.and_then(|p| p.lasts),
            equipment: touched.powered.join("; "),
            needs: needs.join("; "),
            transport: touched.transport,
            alone: touched.alone,
            address: if hidden { client.address.town.as_str().to_owned() } else { client.address.line() },
            phones: numbers.map(|p| p.number.as_str().to_owned()).collect(),
            contacts: first.iter().take(CONTACTS).map(|c| said(c)).collect(),
            next: self.next_words(client, now, initials),
            away: self.away_words(client.id, now),
            state: call.map(|c| c.state),
            at: call.map(|c| c.at),
            place: if hidden { String::new() } else { call.map(|c| c.place.as_str().to_owned()).unwrap_or_default() },
        }
    }
}

/// Everybody's initials, where they stand in the place of names.
type Initials = HashMap<Person, String>;
