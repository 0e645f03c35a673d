//! The people in memory: agency, offices, users, clients, caregivers, contacts. What grows with the agency stands here,
//! so that lists and find never ask the disk; what grows with the years does not.

use crate::domain::agency::{Agency, Office};
use crate::domain::client::Client;
use crate::domain::contact::Contact;
use crate::domain::ids::{ClientId, ContactId, EmergencyId, OfficeId, ReachId, StaffId, UserId};
use crate::domain::person::Name;
use crate::domain::reach::{Emergency, Reach};
use crate::domain::record::Record;
use crate::domain::search::{fold, sound};
use crate::domain::staff::Staff;
use crate::domain::time::{Day, Zone};
use crate::domain::user::User;
use crate::store::{Result, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    /// Users who reach less far than their role.
    pub reaches: BTreeMap<ReachId, Record<Reach>>,
    /// Charts opened in an emergency.
    pub emergencies: BTreeMap<EmergencyId, Record<Emergency>>,
    client_names: HashMap<ClientId, Shown>,
    staff_names: HashMap<StaffId, Shown>,
}

/// How a person is named on a screen where nobody else may look the same.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// `Okafor, Ruth`, longer where somebody else has that name.
    pub listed: String,
    /// `Okafor`, longer where somebody else has that name.
    pub short: String,
    /// Somebody looks or sounds alike.
    pub alike: bool,
}

impl Cast {
    /// Reads everybody.
    pub fn load(store: &Store) -> Result<Self> {
        let mut cast = Self::default();
        store.each::<Agency>(|r| cast.agency = Some(r))?;
        store.each::<Office>(|r| drop(cast.offices.insert(r.id, r)))?;
        store.each::<User>(|r| drop(cast.users.insert(r.id, r)))?;
        store.each::<Client>(|r| drop(cast.clients.insert(r.id, r)))?;
        store.each::<Staff>(|r| drop(cast.staff.insert(r.id, r)))?;
        store.each::<Contact>(|r| cast.put_contact(r))?;
        store.each::<Reach>(|r| drop(cast.reaches.insert(r.id, r)))?;
        store.each::<Emergency>(|r| drop(cast.emergencies.insert(r.id, r)))?;
        cast.name_everybody();
        Ok(cast)
    }

    /// Takes in a contact as it now stands.
    pub fn put_contact(&mut self, contact: Record<Contact>) {
        if self.contacts.get(&contact.id).is_some_and(|before| before.client != contact.client) {
            self.drop_contact(contact.id);
        }
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

    /// Takes in a user's reach as it now stands.
    pub fn put_reach(&mut self, id: ReachId, reach: Option<Record<Reach>>) {
        match reach {
            Some(reach) => drop(self.reaches.insert(id, reach)),
            None => drop(self.reaches.remove(&id)),
        }
    }

    /// Takes in emergency access as it now stands.
    pub fn put_emergency(&mut self, id: EmergencyId, emergency: Option<Record<Emergency>>) {
        match emergency {
            Some(emergency) => drop(self.emergencies.insert(id, emergency)),
            None => drop(self.emergencies.remove(&id)),
        }
    }

    /// The zone of an office, or of the agency.
    pub fn zone(&self, office: OfficeId) -> Zone {
        self.offices.get(&office).map(|o| o.zone).or_else(|| self.agency.as_ref().map(|a| a.zone)).unwrap_or(Zone::UTC)
    }

    /// Days on which the agency's offices are closed.
    pub fn holidays(&self) -> BTreeSet<Day> {
        self.agency.iter().flat_map(|a| a.holidays.iter().map(|h| h.day)).collect()
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
        self.client_names.get(&client).cloned().unwrap_or_default()
    }

    /// A caregiver's name on a screen.
    pub fn staff_name(&self, staff: StaffId) -> Shown {
        self.staff_names.get(&staff).cloned().unwrap_or_default()
    }

    /// A client's full name, with what tells her apart where somebody else has that name.
    pub fn client_in_full(&self, client: &Record<Client>) -> String {
        apart(&client.name, &self.client_name(client.id).listed)
    }

    /// A caregiver's full name, with what tells them apart where somebody else has that name.
    pub fn staff_in_full(&self, staff: &Record<Staff>) -> String {
        apart(&staff.name, &self.staff_name(staff.id).listed)
    }

    /// Gives everybody the shortest name that nobody else has. Called when a name or a status changed; answers who is
    /// called otherwise now, who need not be the one that changed.
    pub fn name_everybody(&mut self) -> (Vec<ClientId>, Vec<StaffId>) {
        let clients: Vec<Named<ClientId>> = self
            .clients
            .values()
            .map(|c| Named {
                id: c.id,
                family: c.name.family.as_str().to_owned(),
                given: c.name.given.as_str().to_owned(),
                listed: c.name.listed(),
                year: c.born.map(|d| d.ymd().0.to_string()).unwrap_or_default(),
                tail: c.mrn_tail(),
                counts: c.on_service(),
            })
            .collect();
        let client_names = shown(&clients);
        let clients = renamed(&self.client_names, &client_names);
        self.client_names = client_names;
        let staff: Vec<Named<StaffId>> = self
            .staff
            .values()
            .map(|s| Named {
                id: s.id,
                family: s.name.family.as_str().to_owned(),
                given: s.name.given.as_str().to_owned(),
                listed: s.name.listed(),
                year: s.discipline.word().to_owned(),
                tail: String::new(),
                counts: s.active,
            })
            .collect();
        let staff_names = shown(&staff);
        let staff = renamed(&self.staff_names, &staff_names);
        self.staff_names = staff_names;
        (clients, staff)
    }
}

/// `Okafor, Ruth 1941 “Ruthie”`: the listed name with its year or number, and what the full name has beyond it.
fn apart(name: &Name, listed: &str) -> String {
    let full = name.full();
    match full.strip_prefix(&name.listed()) {
        Some(rest) if !listed.is_empty() => format!("{listed}{rest}"),
        _ => full,
    }
}

fn renamed<I: Copy + Ord + std::hash::Hash>(before: &HashMap<I, Shown>, after: &HashMap<I, Shown>) -> Vec<I> {
    let mut out: Vec<I> = after.iter().filter(|(id, shown)| before.get(id) != Some(shown)).map(|(id, _)| *id).collect();
    out.sort_unstable();
    out
}

struct Named<I> {
    id: I,
    family: String,
    given: String,
    listed: String,
    year: String,
    tail: String,
    counts: bool,
}

/// What is still the same for two people after all that the record tells them apart by is numbered, in the order in which
/// they were entered. Somebody who is not active never takes a name from one who is.
fn numbered<I>(people: &[Named<I>], names: &mut [String]) {
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|i| !people[*i].counts);
    let mut taken: HashMap<String, u32> = HashMap::new();
    for name in names.iter() {
        *taken.entry(fold(name)).or_default() += 1;
    }
    let mut next: HashMap<String, u32> = HashMap::new();
    for i in order {
        let key = fold(&names[i]);
        if taken.get(&key).is_some_and(|n| *n > 1) {
            loop {
                let n = next.entry(key.clone()).or_default();
                *n += 1;
                let name = format!("{} #{n}", names[i]);
                if !taken.contains_key(&fold(&name)) {
                    names[i] = name;
                    break;
                }
            }
        }
    }
}

fn shown<I: Copy + Eq + std::hash::Hash>(people: &[Named<I>]) -> HashMap<I, Shown> {
    let mut by_listed: HashMap<String, u32> = HashMap::new();
    let mut by_year: HashMap<String, u32> = HashMap::new();
    let mut by_family: HashMap<String, u32> = HashMap::new();
    let mut by_initial: HashMap<String, u32> = HashMap::new();
    let mut by_sound: HashMap<String, u32> = HashMap::new();
    let mut by_start: HashMap<String, u32> = HashMap::new();
    struct Keys {
        listed: String,
        year: String,
        family: String,
        initial: String,
        sound: String,
        start: String,
    }
    let keys: Vec<Keys> = people
        .iter()
        .map(|p| {
            let (family, given) = (fold(&p.family), fold(&p.given));
            let listed = fold(&p.listed);
            Keys {
                year: format!("{listed} {}", p.year),
                initial: format!("{family} {}", given.chars().next().unwrap_or(' ')),
                sound: format!("{} {}", sound(&family), sound(&given)),
                start: format!("{family} {}", given.chars().take(3).collect::<String>()),
                listed,
                family,
            }
        })
        .collect();
    for (p, k) in people.iter().zip(&keys) {
        if p.counts {
            *by_listed.entry(k.listed.clone()).or_default() += 1;
            *by_year.entry(k.year.clone()).or_default() += 1;
            *by_family.entry(k.family.clone()).or_default() += 1;
            *by_initial.entry(k.initial.clone()).or_default() += 1;
            *by_sound.entry(k.sound.clone()).or_default() += 1;
            *by_start.entry(k.start.clone()).or_default() += 1;
        }
    }
    // Somebody who is not active stands beside the active ones, so she counts as one more.
    let others = |map: &HashMap<String, u32>, key: &str, counts: bool| {
        map.get(key).copied().unwrap_or(0).saturating_sub(u32::from(counts))
    };
    let mut listed: Vec<String> = people
        .iter()
        .zip(&keys)
        .map(|(p, k)| {
            let unique = |map: &HashMap<String, u32>, key: &str| others(map, key, p.counts) == 0;
            if unique(&by_listed, &k.listed) {
                return p.listed.clone();
            }
            let mut name = p.listed.clone();
            for part in [p.year.clone(), format!("…{}", p.tail)] {
                if !part.is_empty() && part != "…" {
                    name.push(' ');
                    name.push_str(&part);
                }
                if unique(&by_year, &k.year) && !p.year.is_empty() {
                    break;
                }
            }
            name
        })
        .collect();
    numbered(people, &mut listed);
    // A short name must not be somebody's long one either: one who has only a given name is listed by it.
    let mut by_any: HashMap<String, u32> = HashMap::new();
    for (p, name) in people.iter().zip(&listed) {
        if p.counts {
            *by_any.entry(fold(name)).or_default() += 1;
        }
    }
    people
        .iter()
        .zip(&keys)
        .zip(listed)
        .map(|((p, k), listed)| {
            let unique = |map: &HashMap<String, u32>, key: &str| others(map, key, p.counts) == 0;
            let free = |name: &str| {
                by_any.get(&fold(name)).copied().unwrap_or(0) <= u32::from(p.counts && fold(name) == fold(&listed))
            };
            let short = if p.family.is_empty() {
                listed.clone()
            } else if unique(&by_family, &k.family) && free(&p.family) {
                p.family.clone()
            } else if unique(&by_initial, &k.initial) && !p.given.is_empty() {
                format!("{}, {}.", p.family, p.given.chars().next().unwrap_or(' '))
            } else {
                listed.clone()
            };
            let alike = !unique(&by_sound, &k.sound) || !unique(&by_start, &k.start);
            (p.id, Shown { listed, short, alike })
        })
        .collect()
}
