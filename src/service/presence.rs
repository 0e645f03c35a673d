//! Who is at work where: known while a session lasts, told to those who are at the same person or alert, kept nowhere.
//!
//! It stands behind its own lock, so that a question that is answered beside others can say where it comes from.

use super::api::{ALSO, Also, Hand, Person, Present, Session, Where};
use super::held;
use crate::domain::ids::{ClientId, StaffId, UserId};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Where everybody is.
#[derive(Default)]
pub(in crate::service) struct Presence(Mutex<Places>);

#[derive(Default)]
struct Places {
    /// By session.
    at: BTreeMap<u64, Looker>,
    /// What is to be said, the newest alone: never more than there are sessions.
    news: BTreeMap<u64, Present>,
}

/// A session that is somewhere.
struct Looker {
    user: UserId,
    name: String,
    origin: String,
    place: Where,
    /// Whom it was told of last, and how many more.
    told: (Vec<Also>, u16),
}

impl Presence {
    /// A session is somewhere, or nowhere. Who else is there; the others there, and where it was, have news.
    pub(in crate::service) fn look(&self, session: &Session, place: Option<Where>) -> Present {
        let mut places = held(&self.0);
        let was = places.at.remove(&session.id).map(|l| l.place);
        places.news.remove(&session.id);
        if let Some(place) = place {
            let looker = Looker {
                user: session.user,
                name: session.name.clone(),
                origin: session.origin.clone(),
                place,
                told: (Vec::new(), 0),
            };
            places.at.insert(session.id, looker);
        }
        let present = places.seen_by(session.id).unwrap_or(Present { place: None, others: Vec::new(), more: 0 });
        if let Some(me) = places.at.get_mut(&session.id) {
            me.told = (present.others.clone(), present.more);
        }
        for moved in [was, place].into_iter().flatten() {
            places.tell(session.id, &moved);
        }
        present
    }

    /// A session has ended.
    pub(in crate::service) fn leave(&self, session: u64) {
        let mut places = held(&self.0);
        places.news.remove(&session);
        if let Some(was) = places.at.remove(&session) {
            places.tell(session, &was.place);
        }
    }

    /// Who of the others has which caregiver's numbers open.
    pub(in crate::service) fn callers(&self, session: &Session) -> BTreeMap<StaffId, String> {
        let places = held(&self.0);
        let calls = places.at.iter().filter(|(id, l)| **id != session.id && l.place.hand == Hand::Calls);
        let of = |l: &Looker| match l.place.person {
            Some(Person::Staff(staff)) => Some((staff, l.name.clone())),
            _ => None,
        };
        calls.filter_map(|(_, l)| of(l)).collect()
    }

    /// Who of the others has which client's numbers open.
    pub(in crate::service) fn client_callers(&self, session: &Session) -> BTreeMap<ClientId, String> {
        let places = held(&self.0);
        let calls = places.at.iter().filter(|(id, l)| **id != session.id && l.place.hand == Hand::Calls);
        let of = |l: &Looker| match l.place.person {
            Some(Person::Client(client)) => Some((client, l.name.clone())),
            _ => None,
        };
        calls.filter_map(|(_, l)| of(l)).collect()
    }

    /// What is to be said to whom since it was asked last.
    pub(in crate::service) fn news(&self) -> Vec<(u64, Present)> {
        std::mem::take(&mut held(&self.0).news).into_iter().collect()
    }
}

impl Places {
    /// Who else is where a session is.
    fn seen_by(&self, session: u64) -> Option<Present> {
        let me = self.at.get(&session)?;
        let mut others: Vec<Also> = Vec::new();
        for (_, other) in self.at.iter().filter(|(id, o)| **id != session && o.place.meets(&me.place)) {
            let you_on = (other.user == me.user).then(|| terminal(&other.origin));
            let also = Also { name: other.name.clone(), you_on, hand: other.place.hand };
            // Somebody at two terminals is there once, with the hand that matters more.
            match others.iter_mut().find(|o| o.name == also.name && o.you_on == also.you_on) {
                Some(known) if weight(also.hand) > weight(known.hand) => *known = also,
                Some(_) => {}
                None => others.push(also),
            }
        }
        others.sort_by(|a, b| (a.you_on.is_none(), &a.name).cmp(&(b.you_on.is_none(), &b.name)));
        let more = u16::try_from(others.len().saturating_sub(ALSO)).unwrap_or(u16::MAX);
        others.truncate(ALSO);
        Some(Present { place: Some(me.place), others, more })
    }

    /// News for those who are at a place, as far as it is any.
    fn tell(&mut self, but: u64, place: &Where) {
        let there: Vec<u64> =
            self.at.iter().filter(|(id, o)| **id != but && o.place.meets(place)).map(|(id, _)| *id).collect();
        for id in there {
            let Some(present) = self.seen_by(id) else { continue };
            let now = (present.others.clone(), present.more);
            if let Some(looker) = self.at.get_mut(&id).filter(|l| l.told != now) {
                looker.told = now;
                self.news.insert(id, present);
            }
        }
    }
}

fn weight(hand: Hand) -> u8 {
    match hand {
        Hand::Reads => 0,
        Hand::Calls => 1,
        Hand::Writes => 2,
    }
}

/// `pts/3`, of `10.0.0.5 /dev/pts/3`.
fn terminal(origin: &str) -> String {
    let last = origin.rsplit(' ').next().unwrap_or_default();
    let short = last.strip_prefix("/dev/").unwrap_or(last);
    if short.is_empty() { "another terminal".to_owned() } else { short.to_owned() }
}
