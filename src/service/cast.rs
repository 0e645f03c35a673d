//! The people in memory: agency, offices, users, clients, caregivers, contacts. What grows with the agency stands here,
//! so that lists and find never ask the disk; what grows with the years does not.

use super::names::{Named, Names, Shown};
use crate::domain::agency::{Agency, Office};
use crate::domain::client::Client;
use crate::domain::contact::Contact;
use crate::domain::ids::{ClientId, ContactId, OfficeId, StaffId, UserId};
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::staff::Staff;
use crate::domain::time::Zone;
use crate::domain::user::User;
use crate::store::{Result, Store};
use std::collections::{BTreeMap, HashMap};

/// Everybody.
#[derive(Default)]
pub struct Cast {
    /// The agency, when there is one.
    pub agency: Option<Record<Agency>>,
    /// Its offices.
    pub offices: BTreeMap<OfficeId, Record<Office>>,
    /// Its users.
    pub users: BTreeMap<UserId, Record<User>>,
    /// Its clients, of every status.
    pub clients: BTreeMap<ClientId, Record<Client>>,
    /// Its caregivers.
    pub staff: BTreeMap<StaffId, Record<Staff>>,
    /// Everybody around the clients.
    pub contacts: BTreeMap<ContactId, Record<Contact>>,
    /// Whose contacts they are.
    pub contacts_of: HashMap<ClientId, Vec<ContactId>>,
    client_names: Names<ClientId>,
    staff_names: Names<StaffId>,
}

impl Cast {
    /// Reads everybody.
    pub fn load(store: &Store) -> Result<Self> {
        let mut cast = Self::default();
        store.each::<Agency>(|r| cast.agency = Some(r))?;
        store.each::<Office>(|r| drop(cast.offices.insert(r.id, r)))?;
        store.each::<User>(|r| drop(cast.users.insert(r.id, r)))?;
        store.each::<Client>(|r| cast.put_client(r))?;
        store.each::<Staff>(|r| cast.put_staff(r))?;
        store.each::<Contact>(|r| cast.put_contact(r))?;
        Ok(cast)
    }

    /// Takes in a client as she now stands.
    pub fn put_client(&mut self, client: Record<Client>) {
        self.client_names.put(client.id, &named_client(&client));
        self.clients.insert(client.id, client);
    }

    /// Forgets a client who was entered in error.
    pub fn drop_client(&mut self, id: ClientId) {
        self.client_names.forget(id);
        self.clients.remove(&id);
    }

    /// Takes in a caregiver as she now stands.
    pub fn put_staff(&mut self, staff: Record<Staff>) {
        self.staff_names.put(staff.id, &named_staff(&staff));
        self.staff.insert(staff.id, staff);
    }

    /// Forgets a caregiver who was entered in error.
    pub fn drop_staff(&mut self, id: StaffId) {
        self.staff_names.forget(id);
        self.staff.remove(&id);
    }

    /// Takes in a contact as it now stands.
    pub fn put_contact(&mut self, contact: Record<Contact>) {
        let of = self.contacts_of.entry(contact.client).or_default();
        if !of.contains(&contact.id) {
            of.push(contact.id);
        }
        self.contacts.insert(contact.id, contact);
    }

    /// Forgets a contact that was entered in error.
    pub fn drop_contact(&mut self, id: ContactId) {
        if let Some(contact) = self.contacts.remove(&id)
            && let Some(of) = self.contacts_of.get_mut(&contact.client)
        {
            of.retain(|c| *c != id);
        }
    }

    /// The zone of an office, or of the agency.
    pub fn zone(&self, office: OfficeId) -> Zone {
        self.offices.get(&office).map(|o| o.zone).or_else(|| self.agency.as_ref().map(|a| a.zone)).unwrap_or(Zone::UTC)
    }

    /// The zone of a client's office.
    pub fn zone_of(&self, client: ClientId) -> Zone {
        self.clients.get(&client).map_or_else(|| self.zone(OfficeId::default()), |c| self.zone(c.office))
    }

    /// What colleagues call a user.
    pub fn user_name(&self, user: UserId) -> String {
        self.users.get(&user).map_or_else(|| "caseload".to_owned(), |u| u.name.as_str().to_owned())
    }

    /// A client's contacts, the first ones first, then by kind and name.
    pub fn contacts_for(&self, client: ClientId) -> Vec<&Record<Contact>> {
        let mut list: Vec<_> =
            self.contacts_of.get(&client).into_iter().flatten().filter_map(|id| self.contacts.get(id)).collect();
        list.sort_by_key(|c| (c.kind, !c.first, fold(&c.name.listed()), c.id));
        list
    }

    /// A client's name on a screen.
    pub fn client_name(&self, client: ClientId) -> Shown {
        self.clients.get(&client).map(|c| self.client_names.shown(client, named_client(c))).unwrap_or_default()
    }

    /// A caregiver's name on a screen.
    pub fn staff_name(&self, staff: StaffId) -> Shown {
        self.staff.get(&staff).map(|s| self.staff_names.shown(staff, named_staff(s))).unwrap_or_default()
    }
}

fn named_client(c: &Client) -> Named<'_> {
    Named {
        family: c.name.family.as_str(),
        given: c.name.given.as_str(),
        listed: c.name.listed(),
        year: c.born.map(|d| d.ymd().0.to_string()).unwrap_or_default(),
        tail: c.mrn_tail(),
        counts: c.on_service(),
    }
}

fn named_staff(s: &Staff) -> Named<'_> {
    Named {
        family: s.name.family.as_str(),
        given: s.name.given.as_str(),
        listed: s.name.listed(),
        year: s.discipline.word().to_owned(),
        tail: String::new(),
        counts: s.active,
    }
}
