//! What follows when a client is not visited, known before it is decided: who is on the way, whom to tell, and the steps
//! when nobody opens the door.

use crate::domain::contact::{Contact, ContactKind};
use crate::domain::ids::{ClientId, VisitId};
use crate::domain::person::PhoneKind;
use crate::domain::record::Record;
use crate::domain::time::clock;
use crate::rules::coverage::DoorCall;
use crate::rules::roles::Group;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::api::away::{Ahead, DoorStep};
use crate::service::command::away::ON_THE_WAY;

impl Service {
    pub(super) fn ahead(&self, session: &Session, client: ClientId, visit: Option<VisitId>) -> Ahead {
        let now = self.now();
        let numbers = self.sight(session, None).shows(Group::StaffPrivate);
        let (visits, later) = self.visits_ahead(client, now, None);
        let soon = visits.iter().filter_map(|id| self.window.get(*id));
        let soon = soon.filter(|l| l.start.moment() < now.plus(ON_THE_WAY));
        let mut on_the_way = Vec::new();
        for line in soon {
            for staff in line.staff.into_iter().chain(line.second) {
                let number = self.cast.staff.get(&staff).filter(|_| numbers);
                let number = number.and_then(|s| s.phones.iter().find(|p| p.kind != PhoneKind::Fax));
                let number = number.map(|p| format!(" · {}", p.number.as_str())).unwrap_or_default();
                let name = self.cast.staff_name(staff).listed;
                on_the_way.push(format!("{name} {}{number}", clock(line.start.minute)));
            }
        }
        let tell = self.around(client).into_iter().map(|(who, number)| format!("{who} {number}").trim().to_owned());
        Ahead {
            visits: u16::try_from(visits.len() + later).unwrap_or(u16::MAX),
            on_the_way,
            tell: tell.collect(),
            steps: if visit.is_some() { self.door_steps(client) } else { Vec::new() },
            held: self.open_hold(client).map(|h| h.kind),
        }
    }

    fn door_steps(&self, client: ClientId) -> Vec<DoorStep> {
        let physician = self.cast.contacts_for(client).into_iter().find(|c| c.kind == ContactKind::Physician);
        let family = self.family_of(client);
        let record = self.cast.clients.get(&client);
        self.covering
            .door
            .iter()
            .map(|step| {
                let (with, number) = match step.call {
                    DoorCall::Nobody => (String::new(), String::new()),
                    DoorCall::Client => {
                        let phone = record.and_then(|c| c.phones.iter().find(|p| p.kind != PhoneKind::Fax));
                        (
                            record.map(|c| c.name.full()).unwrap_or_default(),
                            phone.map(|p| p.number.as_str().to_owned()).unwrap_or_default(),
                        )
                    }
                    DoorCall::Family => family.clone(),
                    DoorCall::Physician => physician.map(named).unwrap_or_default(),
                    DoorCall::Number(ref number) => (step.what.clone(), number.clone()),
                };
                DoorStep { what: step.what.clone(), with, number }
            })
            .collect()
    }

    /// Whoever of the family is called first, whatever they may hear: that nobody opens is no health information.
    fn family_of(&self, client: ClientId) -> (String, String) {
        let mut family: Vec<_> =
            self.cast.contacts_for(client).into_iter().filter(|c| c.kind == ContactKind::Family).collect();
        family.sort_by_key(|c| !c.first);
        family.first().map(|c| named(c)).unwrap_or_default()
    }

    /// Minutes from one client's home to another's, 0 where it is not known.
    pub(in crate::service) fn way_between(&self, from: ClientId, to: ClientId) -> i64 {
        let place = |id: &ClientId| self.cast.clients.get(id).map(|c| self.home_of(c)).unwrap_or_default();
        i64::from(place(&from).minutes(&place(&to), &self.covering).unwrap_or(0))
    }
}

/// A contact's name and first number.
fn named(contact: &Record<Contact>) -> (String, String) {
    let number = contact.phones.first().map(|p| p.number.as_str().to_owned()).unwrap_or_default();
    (contact.name.full(), number)
}
