//! Somebody's visits of some days, for paper or another program. It holds no code of a door: those are shown, and noted,
//! one home at a time.

use super::board::MOST;
use super::names::first_number;
use crate::domain::client::{Client, Living};
use crate::domain::ids::{ClientId, VisitId};
use crate::domain::record::Record;
use crate::domain::series::Series;
use crate::domain::text::Text;
use crate::domain::time::Day;
use crate::domain::visit::{Visit, VisitState};
use crate::rules::coverage::Place;
use crate::rules::roles::Group;
use crate::service::Service;
use crate::service::access::Sight;
use crate::service::api::{
    Person, SHEET_DAYS, Session, Sheet, SheetAsk, SheetOf, SheetPlace, SheetSeries, SheetUse, SheetVisit,
};
use crate::service::plan::Refusal;
use crate::store::indexes::VisitLine;
use std::collections::HashMap;

/// Everybody's initials, where they stand in the place of names.
type Initials = HashMap<Person, String>;

impl Service {
    /// Somebody's visits, by start.
    pub(super) fn sheet(&self, session: &Session, ask: &SheetAsk) -> Result<Sheet, Refusal> {
        if ask.to < ask.from || ask.to.since(ask.from) >= SHEET_DAYS {
            let why = format!("the last day is before the first, or there are more than {SHEET_DAYS} days");
            return Err(Refusal::problem("sheet.days", "to", why));
        }
        let initials: Option<Initials> = ask.initials.then(|| {
            self.everybodys_initials(session).into_iter().filter_map(|i| Some((i.person?, i.initials))).collect()
        });
        let coordinator = match &ask.of {
            SheetOf::Team(name) => Some(self.coordinator_called(name)?),
            SheetOf::Mine => Some(session.user),
            _ => None,
        };
        let reached = self.reached(session);
        let mut lines = self.visits_on(ask.from, ask.to)?;
        let read = lines.len();
        lines.retain(|(_, l)| {
            let meant = match &ask.of {
                SheetOf::Staff(id) => {
                    l.state != VisitState::CalledOut && (l.staff == Some(*id) || l.second == Some(*id))
                }
                SheetOf::Client(id) => l.client == *id,
                SheetOf::Team(_) | SheetOf::Mine => {
                    self.cast.clients.get(&l.client).is_some_and(|c| coordinator.is_some_and(|u| c.is_of(u)))
                }
                SheetOf::All => true,
            };
            meant && !l.history && reached.holds(self, l.client)
        });
        lines.sort_by_key(|(id, l)| (l.start.moment(), *id));
        let mut visits = Vec::with_capacity(lines.len());
        for (id, line) in &lines {
            visits.extend(self.sheet_visit(session, ask, initials.as_ref(), *id, line)?);
        }
        if matches!(ask.of, SheetOf::Staff(_)) {
            self.put_ways(&mut visits);
        }
        let mut series = Vec::new();
        let mut ids: Vec<_> = visits.iter().filter_map(|v| v.place.map(|(id, _)| id)).collect();
        ids.sort_unstable();
        ids.dedup();
        // Only a file says that something comes again.
        for id in ids.into_iter().filter(|_| ask.to_be == SheetUse::File) {
            series.extend(self.store.get::<Series>(id)?.map(|s| SheetSeries {
                id,
                rule: s.rule.as_str().to_owned(),
                zone: s.start.zone,
                changed: s.head.updated_at,
            }));
        }
        let called = |person: Person, name: String| match &initials {
            Some(all) => all.get(&person).cloned().unwrap_or_default(),
            None => name,
        };
        let title = match &ask.of {
            SheetOf::Staff(id) => {
                let word = self.cast.staff.get(id).map_or("", |s| s.discipline.word());
                format!("{} {word}", called(Person::Staff(*id), self.cast.staff_name(*id).listed))
            }
            SheetOf::Client(id) => called(Person::Client(*id), self.cast.client_name(*id).listed),
            SheetOf::Team(_) | SheetOf::Mine => coordinator.map(|u| self.cast.user_name(u)).unwrap_or_default(),
            SheetOf::All => "all visits".to_owned(),
        };
        Ok(Sheet {
            agency: self.cast.agency.as_ref().map(|a| a.name.as_str().to_owned()).unwrap_or_default(),
            title,
            of_client: matches!(ask.of, SheetOf::Client(_)),
            from: ask.from,
            to: ask.to,
            zone: self.cast.zone(session.office),
            made: self.now(),
            by: self.cast.user_name(session.user),
            visits,
            cut: read >= MOST,
            staff: if let SheetOf::Staff(id) = &ask.of { Some(*id) } else { None },
            series,
        })
    }

    fn sheet_visit(
        &self,
        session: &Session,
        ask: &SheetAsk,
        initials: Option<&Initials>,
        id: VisitId,
        line: &VisitLine,
    ) -> Result<Option<SheetVisit>, Refusal> {
        let Some(visit) = self.store.get::<Visit>(id)? else { return Ok(None) };
        let place = visit.series.as_ref().map(|s| (s.series, SheetPlace { day: s.day, minute: s.minute }));
        let client = self.cast.clients.get(&line.client);
        let going = [line.staff, line.second].into_iter().flatten().filter(|_| line.state != VisitState::CalledOut);
        let staff = going.map(|s| match initials {
            Some(all) => all.get(&Person::Staff(s)).cloned().unwrap_or_default(),
            // On a client's own paper stands who comes, not who that is in the files of the agency.
            None if matches!(ask.of, SheetOf::Client(_)) => self
                .cast
                .staff
                .get(&s)
                .map(|s| format!("{} {}", s.name.initialed(), s.discipline.word()))
                .unwrap_or_default(),
            None => self.named(s),
        });
        let mut out = SheetVisit {
            id,
            of: line.client,
            rev: visit.head.rev,
            changed: line.changed,
            client: String::new(),
            staff: staff.collect(),
            discipline: line.discipline,
            service: String::new(),
            start: line.start,
            minutes: line.minutes,
            state: line.state,
            answer: line.answer,
            address: String::new(),
            phone: String::new(),
            way: None,
            notes: Vec::new(),
            place,
        };
        match (initials, client) {
            // Who sees it may not learn whose home it is, nor what is done there.
            (Some(all), _) => out.client = all.get(&Person::Client(line.client)).cloned().unwrap_or_default(),
            (None, client) => {
                out.client = self.cast.client_name(line.client).listed;
                out.service.clone_from(&line.service);
                if let Some(client) = client {
                    out.address = client.address.line();
                    out.phone = first_number(&client.phones);
                    out.notes = notes(client, &self.sight(session, Some(client.id)));
                }
            }
        }
        Ok(Some(out))
    }

    /// The ways between the visits of a day; the way to the first is from home, and nobody's mileage.
    fn put_ways(&self, visits: &mut [SheetVisit]) {
        let home = |v: &SheetVisit| self.cast.clients.get(&v.of).map(|c| self.home_of(c)).unwrap_or_default();
        let mut before: Option<(Day, ClientId, Place)> = None;
        for visit in visits.iter_mut().filter(|v| !matches!(v.state, VisitState::Cancelled | VisitState::Missed)) {
            let here = home(visit);
            visit.way = match &before {
                Some((day, of, _)) if *day == visit.start.day && *of == visit.of => Some((0, Some(0))),
                Some((day, _, from)) if *day == visit.start.day => {
                    from.way(&here, &self.covering).map(|way| (way.minutes, way.tenths))
                }
                _ => None,
            };
            before = Some((visit.start.day, visit.of, here));
        }
    }

    fn coordinator_called(&self, name: &str) -> Result<crate::domain::ids::UserId, Refusal> {
        let name = name.trim();
        let is = |text: &str| text.eq_ignore_ascii_case(name);
        let mut found = self.cast.users.values().filter(|u| is(u.login.as_str()) || is(u.name.as_str()));
        match (found.next(), found.next()) {
            (Some(user), None) => Ok(user.id),
            (None, _) => {
                let why = "no colleague has this login or name; say it as caseload user list writes it";
                Err(Refusal::problem("sheet.team", "team", why))
            }
            (Some(_), Some(_)) => {
                Err(Refusal::problem("sheet.team", "team", "several colleagues have this name: say the login"))
            }
        }
    }
}

/// What whoever goes has to know, in the order in which it matters at the door.
fn notes(client: &Record<Client>, sight: &Sight) -> Vec<String> {
    let joined = |list: Vec<&str>| list.join(", ");
    let mut out = Vec::new();
    if sight.shows(Group::Clinical) {
        let mut first: Vec<String> = client.emergency.map(|l| format!("level {l}")).into_iter().collect();
        first.extend(client.needs.iter().map(|n| n.word().to_owned()));
        first.extend((client.living == Living::Alone).then(|| "lives alone".to_owned()));
        out.push(first.join(", "));
        let hazards = joined(client.hazards.iter().map(Text::as_str).collect());
        out.extend((!hazards.is_empty()).then(|| format!("mind: {hazards}")));
    }
    if let Some(language) = client.languages.first().filter(|l| !l.eq_ignore_ascii_case("english")) {
        out.push(format!("speaks {}", language.as_str()));
    }
    if sight.shows(Group::Codes) {
        out.extend(client.access.some().map(|way| format!("way in: {way}")));
    }
    out.retain(|line| !line.is_empty());
    out
}
