//! Find: anyone by any part of any name, by phone, MRN or street, accents and apostrophes aside; and the open issues
//! and visits that somebody is in.

use super::find_index::{Asked, FindIndex, Rank, Who};
use super::names::{first_number, may_hear, when};
use crate::domain::attention::AlertSource;
use crate::domain::contact::ContactKind;
use crate::domain::ids::{ClientId, ContactId, StaffId, VisitId};
use crate::domain::record::Kind;
use crate::domain::time::{DAY, Moment};
use crate::domain::visit::VisitState;
use crate::rules::roles::{Group, Right};
use crate::rules::triage::book::Entry;
use crate::rules::triage::facts::Subject;
use crate::service::access::Reached;
use crate::service::api::{Hit, HitKind, Person, Session};
use crate::service::{Service, held};
use crate::store::indexes::VisitLine;

/// People whose issues and visits are looked through.
const NEAR: usize = 60;
/// Visits looked at.
const LOOKED_AT: usize = 2_000;
/// Issues among the hits.
const ISSUES: usize = 6;
/// Clients out of reach that are named.
const BEYOND: usize = 5;
/// Visits among the hits.
const VISITS: usize = 8;

/// A hit on its way: how well, out of service, what kind, where among its kind.
type Place = (Rank, bool, u8, (i64, [u8; 16]));

impl Service {
    /// The best hits for what was typed: whole words before starts, starts before insides, one typing error last; among
    /// equals clients, caregivers, family, physicians, issues, visits.
    pub(super) fn find(&self, session: &Session, text: &str, limit: usize) -> Vec<Hit> {
        let mut index = held(&self.find);
        index.refresh(&self.cast);
        let reached = self.reached(session);
        // Who is out of reach is passed over, so more are looked at.
        let most = if reached.is_all() { limit } else { limit.max(LOOKED_AT) };
        let (people, asked) = index.search(text, most);
        if asked.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(Place, Hit)> = Vec::new();
        let mut beyond = 0;
        for one in people.into_iter().take(most) {
            let hit = match one.who {
                Who::Client(id) if !reached.holds(self, id) => {
                    beyond += 1;
                    self.hit_beyond(session, id).filter(|_| !asked.is_short() && beyond <= BEYOND).map(|h| (0, h))
                }
                Who::Client(id) => self.client_hit(session, id).map(|h| (0, h)),
                Who::Staff(id) => self.staff_hit(session, id).map(|h| (1, h)),
                Who::Contact(id) => self
                    .contact_hit(id)
                    .filter(|h| !matches!(h.person, Person::Client(c) if !reached.holds(self, c)))
                    .map(|h| (if h.kind == HitKind::Physician { 3 } else { 2 }, h)),
            };
            if let Some((order, hit)) = hit {
                found.push(((one.rank, one.inactive, order, (i64::from(one.place), [0; 16])), hit));
            }
        }
        if !asked.is_short() {
            let near = index.near(&asked, NEAR);
            found.extend(self.issues_of(session, &reached, &index, &asked, &near));
            found.extend(self.visits_of(&reached, &index, &asked, &near));
        }
        found.sort_by_key(|f| f.0);
        found.into_iter().take(limit).map(|(_, hit)| hit).collect()
    }

    /// Open issues that these people are in.
    fn issues_of(
        &self,
        session: &Session,
        reached: &Reached,
        index: &FindIndex,
        asked: &Asked,
        near: &[Who],
    ) -> Vec<(Place, Hit)> {
        let mut found: Vec<(Place, &Entry)> = Vec::new();
        for who in near {
            let person = match who {
                Who::Client(id) => Subject::Client(*id),
                Who::Staff(id) => Subject::Staff(*id),
                Who::Contact(_) => continue,
            };
            for entry in self.book.for_person(person).filter(|e| reached.holds_entry(self, e)) {
                let thing = &entry.thing;
                let Some(alert) = entry.alert().filter(|_| thing.key.source == AlertSource::Issue) else { continue };
                let client = thing.client.as_ref().map(|c| c.id.0);
                let staff = thing.staff.as_ref().map(|s| s.id.0);
                let places: Vec<u32> = client.into_iter().chain(staff).filter_map(|id| index.place(id)).collect();
                if let Some(rank) = asked.rank(places) {
                    found.push(((rank, false, 4, (i64::from(alert.tier), thing.key.subject)), entry));
                }
            }
        }
        found.sort_by_key(|f| f.0);
        found.dedup_by(|a, b| a.0.3.1 == b.0.3.1);
        found.truncate(ISSUES);
        found.into_iter().filter_map(|(place, entry)| Some((place, self.issue_hit(session, entry)?))).collect()
    }

    /// Visits around today that these people are in: what is next first.
    fn visits_of(&self, reached: &Reached, index: &FindIndex, asked: &Asked, near: &[Who]) -> Vec<(Place, Hit)> {
        let now = self.now();
        // A page shows these days; further ones are found on the calendar.
        let (from, to) = (now.plus(-2 * DAY), now.plus(8 * DAY));
        let lines = near.iter().flat_map(|who| -> Box<dyn Iterator<Item = (VisitId, &VisitLine)>> {
            match who {
                Who::Client(id) => Box::new(self.window.of_client(*id)),
                Who::Staff(id) => Box::new(self.window.of_staff(*id)),
                Who::Contact(_) => Box::new(std::iter::empty()),
            }
        });
        let mut found: Vec<(Place, VisitId, &VisitLine)> = Vec::new();
        for (id, line) in lines.take(LOOKED_AT) {
            let start = line.start.moment();
            if !reached.holds(self, line.client) {
                continue;
            }
            if line.history || line.state == VisitState::Cancelled || start < from || start >= to {
                continue;
            }
            let people = [Some(line.client.0), line.staff.map(|s| s.0), line.called_out_by.map(|s| s.0)];
            let places: Vec<u32> = people.into_iter().flatten().filter_map(|id| index.place(id)).collect();
            if let Some(rank) = asked.rank(places) {
                let over = line.end() <= now;
                let away = if over { now.since(start) } else { start.0 };
                found.push(((rank, over, 5, (away, id.0)), id, line));
            }
        }
        found.sort_by_key(|f| f.0);
        found.dedup_by_key(|f| f.1);
        found.truncate(VISITS);
        found.into_iter().map(|(place, id, line)| (place, self.visit_hit(id, line, now))).collect()
    }

    /// A client whom this session does not reach but may in an emergency: her name, to ask for her by, and nothing else.
    fn hit_beyond(&self, session: &Session, id: ClientId) -> Option<Hit> {
        let c = self.cast.clients.get(&id).filter(|_| self.roles.may(session.role, Right::Emergency))?;
        Some(Hit {
            kind: HitKind::Client,
            person: Person::Client(id),
            name: self.cast.client_in_full(c),
            detail: "not yours: only in an emergency".to_owned(),
            number: String::new(),
            key: None,
            record: None,
        })
    }

    fn client_hit(&self, session: &Session, id: ClientId) -> Option<Hit> {
        let c = self.cast.clients.get(&id)?;
        let identity = self.sight(session, Some(id)).shows(Group::Identity);
        let mut parts = Vec::new();
        // Whoever is found by it sees why.
        parts.extend(c.name.former.some().map(|former| format!("was {former}")));
        parts.extend(c.born.filter(|_| identity).map(crate::domain::time::Day::long));
        if !c.mrn.is_empty() && identity {
            parts.push(format!("MRN {}", c.mrn.as_str()));
        }
        parts.push(c.status.word().to_owned());
        parts.extend(c.address.town.some().map(str::to_owned));
        Some(Hit {
            kind: HitKind::Client,
            person: Person::Client(id),
            name: self.cast.client_in_full(c),
            detail: parts.join(" · "),
            number: first_number(&c.phones),
            key: None,
            record: None,
        })
    }

    fn staff_hit(&self, session: &Session, id: StaffId) -> Option<Hit> {
        let s = self.cast.staff.get(&id)?;
        let sight = self.sight(session, None);
        let town = s.base.town.some().filter(|_| sight.shows(Group::StaffPrivate)).unwrap_or("");
        let standing = if s.active { "" } else { "not active" };
        let former = s.name.former.some().map(|former| format!("was {former}")).unwrap_or_default();
        let parts: Vec<&str> = [former.as_str(), town, standing].into_iter().filter(|p| !p.is_empty()).collect();
        Some(Hit {
            kind: HitKind::Staff,
            person: Person::Staff(id),
            name: format!("@{} {}", self.cast.staff_in_full(s), s.discipline.word()),
            detail: parts.join(" · "),
            number: sight.only(Group::StaffPrivate, first_number(&s.phones)),
            key: None,
            record: None,
        })
    }

    fn contact_hit(&self, id: ContactId) -> Option<Hit> {
        let c = self.cast.contacts.get(&id)?;
        let whose = self.cast.clients.get(&c.client)?;
        let mut parts = vec![
            format!("{} of {}", c.relation.some().unwrap_or(c.kind.word()), self.cast.client_name(whose.id).listed),
            may_hear(c.share).to_owned(),
        ];
        if !whose.on_service() {
            parts.push(whose.status.word().to_owned());
        }
        Some(Hit {
            kind: if c.kind == ContactKind::Physician { HitKind::Physician } else { HitKind::Contact },
            person: Person::Client(c.client),
            name: c.name.full(),
            detail: parts.join(" · "),
            number: first_number(&c.phones),
            key: None,
            record: Some((Kind::Contact, id.0)),
        })
    }

    fn issue_hit(&self, session: &Session, entry: &Entry) -> Option<Hit> {
        let alert = entry.alert()?;
        let thing = &entry.thing;
        let person = match thing.person? {
            Subject::Client(id) => Person::Client(id),
            Subject::Staff(id) => Person::Staff(id),
        };
        let cause = self.cause_for(session, entry, alert);
        Some(Hit {
            kind: HitKind::Issue,
            person,
            name: self.alert_name(entry).0,
            detail: format!("P{} {cause}", alert.tier),
            number: String::new(),
            key: Some(thing.key),
            record: Some((Kind::Issue, thing.key.subject)),
        })
    }

    fn visit_hit(&self, id: VisitId, line: &VisitLine, now: Moment) -> Hit {
        let zone = self.cast.zone_of(line.client);
        let today = zone.day(now);
        let who = line.staff.map_or_else(|| "nobody".to_owned(), |s| self.named(s));
        let start = line.start.moment();
        let day = if zone.day(start) == today { "today " } else { "" };
        Hit {
            kind: HitKind::Visit,
            person: Person::Client(line.client),
            name: self.cast.client_name(line.client).listed,
            detail: format!(
                "{day}{} {} {who} · {}",
                when(start, zone, today),
                line.discipline.word(),
                line.state.said()
            ),
            number: String::new(),
            key: None,
            record: Some((Kind::Visit, id.0)),
        }
    }
}
