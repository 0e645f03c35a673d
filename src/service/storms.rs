//! Storms at hand: those that run with everybody who was called down, and those that are over by what they were.

use super::Service;
use super::access::Reached;
use super::api::Session;
use crate::domain::client::{Client, Living};
use crate::domain::ids::{CallDownId, ClientId, StaffId, StormId};
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::staff::Staff;
use crate::domain::storm::{CallDown, Storm};
use crate::domain::time::Moment;
use crate::domain::visit::{Answer, VisitState};
use crate::rules::coverage::Place;
use crate::rules::storm::Touched;
use crate::store::indexes::VisitLine;
use crate::store::{Result, Store};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// All of that.
#[derive(Default)]
pub(in crate::service) struct Storms {
    all: BTreeMap<StormId, Record<Storm>>,
    /// Of storms that run.
    calls: HashMap<StormId, HashMap<ClientId, Record<CallDown>>>,
}

impl Storms {
    /// Reads them.
    pub(in crate::service) fn load(store: &Store) -> Result<Self> {
        let mut storms = Self::default();
        let mut found = Vec::new();
        store.each::<Storm>(|storm| found.push(storm))?;
        for storm in found {
            storms.put(store, storm)?;
        }
        Ok(storms)
    }

    fn put(&mut self, store: &Store, storm: Record<Storm>) -> Result<()> {
        if !storm.is_running() {
            self.calls.remove(&storm.id);
        } else if let Entry::Vacant(place) = self.calls.entry(storm.id) {
            let calls = store.call_downs(storm.id)?;
            place.insert(calls.into_iter().map(|c| (c.client, c)).collect());
        }
        self.all.insert(storm.id, storm);
        Ok(())
    }

    /// Takes in a storm as it now stands.
    pub(in crate::service) fn take_in_storm(&mut self, store: &Store, id: StormId) -> Result<()> {
        if let Some(storm) = store.get::<Storm>(id)? {
            return self.put(store, storm);
        }
        self.calls.remove(&id);
        self.all.remove(&id);
        Ok(())
    }

    /// Takes in what was said of a client as it now stands.
    pub(in crate::service) fn take_in_call(&mut self, store: &Store, id: CallDownId) -> Result<()> {
        let Some(call) = store.get_any::<CallDown>(id)? else { return Ok(()) };
        let Some(of) = self.calls.get_mut(&call.storm) else { return Ok(()) };
        if call.head.in_error {
            if of.get(&call.client).is_some_and(|c| c.id == id) {
                of.remove(&call.client);
            }
        } else {
            of.insert(call.client, call);
        }
        Ok(())
    }

    /// A storm, also one that is over.
    pub(in crate::service) fn get(&self, id: StormId) -> Option<&Record<Storm>> {
        self.all.get(&id)
    }

    /// All of them.
    pub(in crate::service) fn iter(&self) -> impl Iterator<Item = &Record<Storm>> {
        self.all.values()
    }

    /// What was said of a client in a storm that runs.
    pub(in crate::service) fn call(&self, storm: StormId, client: ClientId) -> Option<&Record<CallDown>> {
        self.calls.get(&storm)?.get(&client)
    }
}

/// Where somebody is who works today.
type Whereabouts = Vec<Place>;

/// A home as the way to it depends on it: town, postal code, coordinates, and whose it is where a way to it is known.
type Home = (String, String, Option<(i32, i32)>, [u8; 16]);

/// Who works today and where: asked of many clients, and of most of them the same.
pub(in crate::service) struct Near {
    places: Whereabouts,
    known: HashMap<Home, bool>,
}

impl Near {
    /// Whether somebody who works today is near.
    pub(in crate::service) fn is_near(&mut self, service: &Service, home: &Place) -> bool {
        let spot = home.spot.map(|s| (s.latitude, s.longitude));
        let whose = home.whose.client.map(|c| c.0).unwrap_or_default();
        let key = (home.town.clone(), home.postcode.clone(), spot, whose);
        let places = &self.places;
        *self.known.entry(key).or_insert_with(|| {
            let within = |m: u32| m <= service.storming.near;
            places.iter().any(|from| from.minutes(home, &service.covering).is_some_and(within))
        })
    }
}

impl Service {
    /// The storm that runs for a session: the newest that touches its office, or any where it sees all of the agency.
    pub(in crate::service) fn running_storm(&self, session: &Session, reached: &Reached) -> Option<&Record<Storm>> {
        let here = |s: &&Record<Storm>| {
            s.is_running() && (reached.is_all() || s.office.is_none_or(|office| office == session.office))
        };
        self.storms.iter().filter(here).max_by_key(|s| (s.began, s.id))
    }

    /// Whether a storm touches a client; where there is none, whether one could.
    pub(in crate::service) fn is_touched(storm: Option<&Storm>, client: &Client) -> bool {
        let home = &client.address;
        client.on_service() && storm.is_none_or(|s| s.touches(client.office, &home.town, &home.postcode))
    }

    /// What puts a client in her place.
    pub(in crate::service) fn in_storm(
        &self,
        storm: Option<&Record<Storm>>,
        client: &Record<Client>,
        near: &mut Near,
    ) -> Touched {
        Touched {
            client: client.id,
            name: fold(&self.cast.client_name(client.id).listed),
            level: client.emergency,
            transport: client.transport,
            needs: client.needs.to_vec(),
            powered: client.powered.iter().map(|t| t.as_str().to_owned()).collect(),
            alone: client.living == Living::Alone,
            near: near.is_near(self, &self.home_of(client)),
            state: storm.and_then(|s| self.storms.call(s.id, client.id)).map(|c| c.state),
        }
    }

    /// A caregiver's visits of today, by start; nothing when they do not work today.
    pub(in crate::service) fn works_today(&self, staff: &Record<Staff>, now: Moment) -> Option<Vec<&VisitLine>> {
        let zone = self.cast.zone(staff.office);
        let today = zone.day(now);
        let out = self.coverage.outs_of(staff.id).any(|c| c.from <= now && now < c.to);
        let off = self.coverage.off_of(staff.id).any(|t| t.from <= now && now < t.to);
        if !staff.active || out || off {
            return None;
        }
        let made = |l: &VisitLine| {
            !matches!(l.state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed)
                && l.answer != Answer::No
                && !l.history
        };
        let of_day = self.window.of_staff_between(staff.id, zone.midnight(today), zone.midnight(today.plus(1)));
        let visits: Vec<&VisitLine> = of_day.map(|(_, l)| l).filter(|l| made(l)).collect();
        let by_pattern = staff.availability.iter().any(|a| usize::from(a.weekday) == today.weekday());
        let on_call = self.coverage.on_call_of(staff.id).any(|t| t.from <= now && now < t.to);
        (by_pattern || on_call || !visits.is_empty()).then_some(visits)
    }

    /// Where those are who work today: where their day starts, and the homes they go to.
    pub(in crate::service) fn near_today(&self, now: Moment) -> Near {
        let mut places: Whereabouts = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut put = |place: Place| {
            let key = (place.town.clone(), place.postcode.clone(), place.spot, place.whose.clone());
            let known = !place.town.is_empty() || !place.postcode.is_empty() || place.spot.is_some();
            if known && seen.insert(key) {
                places.push(place);
            }
        };
        for staff in self.cast.staff.values() {
            let Some(visits) = self.works_today(staff, now) else { continue };
            put(self.base_of(staff));
            for line in visits {
                if let Some(client) = self.cast.clients.get(&line.client) {
                    put(self.home_of(client));
                }
            }
        }
        Near { places, known: HashMap::new() }
    }

    /// Minutes to a home from where a caregiver who works today is nearest to it.
    pub(in crate::service) fn way_today(
        &self,
        staff: &Record<Staff>,
        visits: &[&VisitLine],
        home: &Place,
    ) -> Option<u32> {
        let homes = visits.iter().filter_map(|l| self.cast.clients.get(&l.client)).map(|c| self.home_of(c));
        let from = std::iter::once(self.base_of(staff)).chain(homes);
        from.filter_map(|place| place.minutes(home, &self.covering)).min()
    }

    /// A caregiver as a session may call them.
    pub(in crate::service) fn shown_number(&self, staff: StaffId, private: bool) -> String {
        let fax = crate::domain::person::PhoneKind::Fax;
        let found = self.cast.staff.get(&staff).and_then(|s| s.phones.iter().find(|p| p.kind != fax));
        found.filter(|_| private).map(|p| p.number.as_str().to_owned()).unwrap_or_default()
    }
}
