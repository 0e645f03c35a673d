//! What coverage needs at hand: call-outs, offers, wishes, time off and the ends of credentials, of the days around today.

use super::Service;
use super::window::VisitWindow;
use crate::domain::appointment::Appointment;
use crate::domain::authorization::Authorization;
use crate::domain::client::Client;
use crate::domain::coverage::{CallOut, Offer, Pairing, TimeOff, TimeOffKind};
use crate::domain::hold::Hold;
use crate::domain::ids::{
    AppointmentId, AuthorizationId, CallOutId, ClientId, CredentialId, HoldId, OfferId, PairingId, PositionId, StaffId,
    TimeOffId, VisitId,
};
use crate::domain::record::{Kind, Record};
use crate::domain::search::fold;
use crate::domain::staff::{Credential, Staff};
use crate::domain::text::Text;
use crate::domain::time::{Day, Moment};
use crate::domain::travel::{KnownWay, Position, WayEnd};
use crate::rules::coverage::{KnownWays, Place, Spot};
use crate::store::{Result, Store};
use std::collections::{BTreeMap, HashMap};

/// All of that.
#[derive(Default)]
pub(in crate::service) struct Coverage {
    from: Moment,
    call_outs: BTreeMap<CallOutId, Record<CallOut>>,
    offers: HashMap<VisitId, BTreeMap<StaffId, Record<Offer>>>,
    visit_of: HashMap<OfferId, (VisitId, StaffId)>,
    pairings: HashMap<(ClientId, StaffId), Record<Pairing>>,
    off: HashMap<StaffId, BTreeMap<TimeOffId, Record<TimeOff>>>,
    holds: HashMap<ClientId, BTreeMap<HoldId, Record<Hold>>>,
    appointments: HashMap<ClientId, BTreeMap<AppointmentId, Record<Appointment>>>,
    authorizations: HashMap<ClientId, BTreeMap<AuthorizationId, Record<Authorization>>>,
    spots: HashMap<WayEnd, (PositionId, Spot)>,
    expire: HashMap<StaffId, BTreeMap<CredentialId, (String, Day)>>,
}

impl Coverage {
    /// Reads what touches the days of the window.
    pub(in crate::service) fn load(store: &Store, window: &VisitWindow) -> Result<Self> {
        let (from, to) = window.span();
        let mut all = Self { from, ..Self::default() };
        store.each::<CallOut>(|r| all.put_call_out(r))?;
        for offer in store.offers_between(from, to)? {
            all.put_offer(offer);
        }
        store.each::<Pairing>(|r| all.put_pairing(r))?;
        store.each::<TimeOff>(|r| all.put_off(r))?;
        store.each::<Hold>(|r| all.put_hold(r))?;
        store.each::<Appointment>(|r| all.put_appointment(r))?;
        store.each::<Authorization>(|r| all.put_authorization(r))?;
        store.each::<Credential>(|r| all.put_credential(&r))?;
        store.each::<Position>(|r| all.put_position(&r))?;
        Ok(all)
    }

    fn put_call_out(&mut self, r: Record<CallOut>) {
        if r.to >= self.from {
            self.call_outs.insert(r.id, r);
        }
    }

    fn put_offer(&mut self, r: Record<Offer>) {
        self.visit_of.insert(r.id, (r.visit, r.staff));
        self.offers.entry(r.visit).or_default().insert(r.staff, r);
    }

    fn put_pairing(&mut self, r: Record<Pairing>) {
        if r.ended.is_none() {
            self.pairings.insert((r.client, r.staff), r);
        }
    }

    fn put_off(&mut self, r: Record<TimeOff>) {
        if r.to >= self.from {
            self.off.entry(r.staff).or_default().insert(r.id, r);
        }
    }

    fn put_hold(&mut self, r: Record<Hold>) {
        if r.until.is_none_or(|until| until >= self.from) {
            self.holds.entry(r.client).or_default().insert(r.id, r);
        }
    }

    fn put_appointment(&mut self, r: Record<Appointment>) {
        if r.cancelled.is_none() && r.end() >= self.from {
            self.appointments.entry(r.client).or_default().insert(r.id, r);
        }
    }

    fn put_authorization(&mut self, r: Record<Authorization>) {
        if r.ended.is_none() {
            self.authorizations.entry(r.client).or_default().insert(r.id, r);
        }
    }

    fn put_position(&mut self, r: &Record<Position>) {
        let postcode = Text::clip(&fold(r.postcode.trim()));
        let spot = Spot { latitude: r.latitude, longitude: r.longitude };
        self.spots.insert(WayEnd { client: r.client, staff: r.staff, postcode }, (r.id, spot));
    }

    fn put_credential(&mut self, r: &Record<Credential>) {
        if let Some(day) = r.expires.filter(|_| !r.retired) {
            self.expire.entry(r.staff).or_default().insert(r.id, (r.kind.as_str().to_owned(), day));
        }
    }

    /// Takes in a record as it now stands.
    pub(in crate::service) fn take_in(&mut self, store: &Store, kind: Kind, id: [u8; 16]) -> Result<()> {
        match kind {
            Kind::CallOut => {
                self.call_outs.remove(&CallOutId(id));
                store.get::<CallOut>(CallOutId(id))?.into_iter().for_each(|r| self.put_call_out(r));
            }
            Kind::Offer => {
                if let Some((visit, staff)) = self.visit_of.remove(&OfferId(id))
                    && let Some(of) = self.offers.get_mut(&visit)
                {
                    of.remove(&staff);
                }
                store.get::<Offer>(OfferId(id))?.into_iter().for_each(|r| self.put_offer(r));
            }
            Kind::Pairing => {
                self.pairings.retain(|_, r| r.id != PairingId(id));
                store.get::<Pairing>(PairingId(id))?.into_iter().for_each(|r| self.put_pairing(r));
            }
            Kind::TimeOff => {
                self.off.values_mut().for_each(|of| drop(of.remove(&TimeOffId(id))));
                store.get::<TimeOff>(TimeOffId(id))?.into_iter().for_each(|r| self.put_off(r));
            }
            Kind::Credential => {
                self.expire.values_mut().for_each(|of| drop(of.remove(&CredentialId(id))));
                store.get::<Credential>(CredentialId(id))?.iter().for_each(|r| self.put_credential(r));
            }
            Kind::Position => {
                self.spots.retain(|_, (of, _)| *of != PositionId(id));
                store.get::<Position>(PositionId(id))?.iter().for_each(|r| self.put_position(r));
            }
            Kind::Hold => {
                self.holds.values_mut().for_each(|of| drop(of.remove(&HoldId(id))));
                store.get::<Hold>(HoldId(id))?.into_iter().for_each(|r| self.put_hold(r));
            }
            Kind::Appointment => {
                self.appointments.values_mut().for_each(|of| drop(of.remove(&AppointmentId(id))));
                store.get::<Appointment>(AppointmentId(id))?.into_iter().for_each(|r| self.put_appointment(r));
            }
            Kind::Authorization => {
                self.authorizations.values_mut().for_each(|of| drop(of.remove(&AuthorizationId(id))));
                store.get::<Authorization>(AuthorizationId(id))?.into_iter().for_each(|r| self.put_authorization(r));
            }
            _ => {}
        }
        Ok(())
    }

    /// A caregiver's call-outs that stand, by their beginning.
    pub(in crate::service) fn outs_of(&self, staff: StaffId) -> impl Iterator<Item = &Record<CallOut>> {
        self.call_outs.values().filter(move |c| c.staff == staff && c.withdrawn.is_none())
    }

    /// Who was asked to go to a visit.
    pub(in crate::service) fn offers_of(&self, visit: VisitId) -> impl Iterator<Item = &Record<Offer>> {
        self.offers.get(&visit).into_iter().flat_map(BTreeMap::values)
    }

    /// What somebody was asked for a visit.
    pub(in crate::service) fn offer(&self, visit: VisitId, staff: StaffId) -> Option<&Record<Offer>> {
        self.offers.get(&visit)?.get(&staff)
    }

    /// The wish about a client and a caregiver.
    pub(in crate::service) fn pairing(&self, client: ClientId, staff: StaffId) -> Option<&Record<Pairing>> {
        self.pairings.get(&(client, staff))
    }

    /// All wishes that stand.
    pub(in crate::service) fn wishes(&self) -> impl Iterator<Item = &Record<Pairing>> {
        self.pairings.values()
    }

    /// When a caregiver is off.
    pub(in crate::service) fn off_of(&self, staff: StaffId) -> impl Iterator<Item = &Record<TimeOff>> {
        self.times_of(staff).filter(|t| t.kind != TimeOffKind::OnCall)
    }

    /// When they stand by to be called.
    pub(in crate::service) fn on_call_of(&self, staff: StaffId) -> impl Iterator<Item = &Record<TimeOff>> {
        self.times_of(staff).filter(|t| t.kind == TimeOffKind::OnCall)
    }

    /// Both.
    pub(in crate::service) fn times_of(&self, staff: StaffId) -> impl Iterator<Item = &Record<TimeOff>> {
        self.off.get(&staff).into_iter().flat_map(BTreeMap::values)
    }

    /// A client's holds that touch the days held in memory.
    pub(in crate::service) fn holds_of(&self, client: ClientId) -> impl Iterator<Item = &Record<Hold>> {
        self.holds.get(&client).into_iter().flat_map(BTreeMap::values)
    }

    /// A client's external appointments that take place.
    pub(in crate::service) fn appointments_of(&self, client: ClientId) -> impl Iterator<Item = &Record<Appointment>> {
        self.appointments.get(&client).into_iter().flat_map(BTreeMap::values)
    }

    /// What payers have authorized for a client.
    pub(in crate::service) fn authorizations_of(
        &self,
        client: ClientId,
    ) -> impl Iterator<Item = &Record<Authorization>> {
        self.authorizations.get(&client).into_iter().flat_map(BTreeMap::values)
    }

    /// Where a place is: its own coordinates, else those of its postal code.
    pub(in crate::service) fn spot_of(&self, whose: &WayEnd, postcode: &str) -> Option<Spot> {
        let code = WayEnd { postcode: Text::clip(postcode), ..WayEnd::default() };
        self.spots.get(whose).or_else(|| self.spots.get(&code)).map(|(_, spot)| *spot)
    }

    /// Credentials of a caregiver that have lapsed on a day.
    pub(in crate::service) fn lapsed(&self, staff: StaffId, day: Day) -> Vec<String> {
        let of = self.expire.get(&staff).into_iter().flat_map(BTreeMap::values);
        let mut kinds: Vec<String> = of.filter(|(_, last)| *last < day).map(|(kind, _)| kind.clone()).collect();
        // One that was renewed under a record of its own has not lapsed.
        let good = |kind: &str| {
            let mut of = self.expire.get(&staff).into_iter().flat_map(BTreeMap::values);
            of.any(|(k, last)| k == kind && *last >= day)
        };
        kinds.retain(|kind| !good(kind));
        kinds.sort();
        kinds.dedup();
        kinds
    }
}

impl Service {
    /// Reads what coverage needs anew: at open and on a new day.
    pub(super) fn load_coverage(&mut self) -> Result<()> {
        self.coverage = Coverage::load(&self.store, &self.window)?;
        self.storms = super::storms::Storms::load(&self.store)?;
        self.load_ways()
    }

    /// Reads the ways that somebody knows anew.
    pub(super) fn load_ways(&mut self) -> Result<()> {
        let mut ways = Vec::new();
        self.store.each::<KnownWay>(|way| ways.push(way.body))?;
        self.covering.ways = KnownWays::of(ways.iter());
        Ok(())
    }

    /// Where a client lives.
    pub(in crate::service) fn home_of(&self, client: &Record<Client>) -> Place {
        let whose = WayEnd { client: Some(client.id), ..WayEnd::default() };
        self.placed(Place::of(&client.address.town, &client.address.postcode), whose)
    }

    /// Where a caregiver's day starts.
    pub(in crate::service) fn base_of(&self, staff: &Record<Staff>) -> Place {
        let whose = WayEnd { staff: Some(staff.id), ..WayEnd::default() };
        self.placed(Place::of(&staff.base.town, &staff.base.postcode), whose)
    }

    fn placed(&self, place: Place, whose: WayEnd) -> Place {
        let spot = self.coverage.spot_of(&whose, &place.postcode);
        // Of places that differ in nothing that is known a plan has one.
        let whose = if self.covering.ways.knows(&whose) { whose } else { WayEnd::default() };
        Place { spot, whose, ..place }
    }
}
