//! All alerts of the agency in their order, kept as facts and time move.

use super::facts::{Subject, Thing};
use super::policy::Policy;
use super::{Alert, Verdict, evaluate};
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::ClientId;
use crate::domain::time::Moment;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// Where an alert stands among the others: tier, booked ones below, the nearest breach, the most vulnerable, what nobody
/// has taken, the oldest, and at last the key, so that the order is total.
type Place = (u8, bool, i64, Reverse<u8>, bool, Moment, AlertKey);

/// The key before all others.
const LOWEST: AlertKey = AlertKey { source: AlertSource::Issue, subject: [0; 16], occurrence: i64::MIN };

/// A thing and what it is worth now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its facts and handling.
    pub thing: Thing,
    /// What [`evaluate`] found.
    pub verdict: Verdict,
}

impl Entry {
    /// The alert, if there is one.
    pub fn alert(&self) -> Option<&Alert> {
        self.verdict.alert.as_ref()
    }

    fn place(&self) -> Option<Place> {
        let a = self.alert()?;
        let due = a.due.map_or(i64::MAX, |d| d.0);
        Some((a.tier, a.booked.is_some(), due, Reverse(a.vulnerability), a.acknowledged, a.since, a.key))
    }
}

/// What a client's card shows: her alerts by tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// P1 … P5.
    pub tiers: [u32; 5],
}

impl Tally {
    /// The worst tier.
    pub fn worst(&self) -> Option<u8> {
        self.tiers.iter().position(|n| *n > 0).map(|i| i as u8 + 1)
    }

    /// All of them.
    pub fn count(&self) -> u32 {
        self.tiers.iter().sum()
    }
}

/// All things of an agency, their alerts, and their order.
///
/// A change costs O(log n). Alerts that sleep are not in the order; they stand under [`Book::snoozed`].
#[derive(Debug, Clone, Default)]
pub struct Book {
    entries: HashMap<AlertKey, Entry>,
    order: BTreeSet<Place>,
    asleep: BTreeSet<(Moment, AlertKey)>,
    wakes: BTreeSet<(Moment, AlertKey)>,
    presence: BTreeSet<AlertKey>,
    clients: HashMap<ClientId, Tally>,
    persons: BTreeSet<(Subject, AlertKey)>,
    cards: BTreeSet<(ClientId, u8, AlertKey)>,
    clock_in: Option<Moment>,
    now: Moment,
}

impl Book {
    /// An empty book.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a thing in, or in place of the one with its key. True when its alert is another than before.
    pub fn set(&mut self, thing: Thing, policy: &Policy, now: Moment) -> bool {
        self.now = self.now.max(now);
        let verdict = evaluate(&thing, policy, self.clock_in, now);
        let before = self.take(thing.key).and_then(|e| e.verdict.alert);
        let changed = before != verdict.alert;
        self.put(Entry { thing, verdict });
        changed
    }

    /// Drops a thing. True when it had an alert.
    pub fn remove(&mut self, key: AlertKey) -> bool {
        self.take(key).is_some_and(|e| e.verdict.alert.is_some())
    }

    /// Judges again whatever may have changed by itself until `now`. True when an alert changed.
    pub fn advance(&mut self, policy: &Policy, now: Moment) -> bool {
        if now < self.now {
            // A clock that was set back: what has woken may have to sleep again.
            let keys: Vec<AlertKey> = self.entries.keys().copied().collect();
            self.now = now;
            return self.again(&keys, policy, now);
        }
        self.now = now;
        let keys: Vec<AlertKey> = self.wakes.iter().take_while(|(at, _)| *at <= now).map(|(_, key)| *key).collect();
        self.again(&keys, policy, now)
    }

    /// The newest clock-in of the agency's clock-in source; judges again what depends on it.
    pub fn clock_in(&mut self, at: Option<Moment>, policy: &Policy, now: Moment) -> bool {
        if at == self.clock_in {
            return false;
        }
        self.clock_in = at;
        let keys: Vec<AlertKey> = self.presence.iter().copied().collect();
        self.again(&keys, policy, now)
    }

    /// Everything anew: at the start, and when another policy was adopted.
    pub fn rebuild(&mut self, things: impl IntoIterator<Item = Thing>, policy: &Policy, now: Moment) {
        let clock_in = self.clock_in;
        *self = Self { clock_in, now, ..Self::default() };
        for thing in things {
            self.set(thing, policy, now);
        }
    }

    /// All things again by another policy.
    pub fn adopt(&mut self, policy: &Policy, now: Moment) -> bool {
        let keys: Vec<AlertKey> = self.entries.keys().copied().collect();
        self.again(&keys, policy, now)
    }

    /// Whether [`Book::advance`] would look at anything.
    pub fn is_due(&self, now: Moment) -> bool {
        now < self.now || self.next_due().is_some_and(|at| at <= now)
    }

    /// The next instant at which something here may change by itself.
    pub fn next_due(&self) -> Option<Moment> {
        self.wakes.first().map(|(at, _)| *at)
    }

    /// The newest clock-in it was told.
    pub fn newest_clock_in(&self) -> Option<Moment> {
        self.clock_in
    }

    /// Alerts awake, worst first.
    pub fn sorted(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.order.iter().filter_map(|place| self.entries.get(&place.6))
    }

    /// Alerts awake.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether no alert is awake.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Alerts asleep, the first to wake first.
    pub fn snoozed(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.asleep.iter().filter_map(|(_, key)| self.entries.get(key))
    }

    /// A thing, whether or not it has an alert.
    pub fn get(&self, key: AlertKey) -> Option<&Entry> {
        self.entries.get(&key)
    }

    /// All things, in no order.
    pub fn things(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Things about a person (a call-out is about its caregiver; see [`Book::tally`] for its clients), by key.
    pub fn for_person(&self, person: Subject) -> impl Iterator<Item = &Entry> {
        let lowest =
            AlertKey { source: crate::domain::attention::AlertSource::Issue, subject: [0; 16], occurrence: i64::MIN };
        self.persons
            .range((person, lowest)..)
            .take_while(move |(p, _)| *p == person)
            .filter_map(|(_, key)| self.entries.get(key))
    }

    /// Alerts awake that count on a client's card, worst first, each with its tier there: those about her, and the
    /// call-outs that one of her visits hangs on.
    pub fn for_client(&self, client: ClientId) -> impl Iterator<Item = (&Entry, u8)> {
        self.cards
            .range((client, 0, LOWEST)..)
            .take_while(move |(c, _, _)| *c == client)
            .filter_map(|(_, tier, key)| self.entries.get(key).map(|e| (e, *tier)))
    }

    /// What a client's card shows: alerts about her, asleep ones left out, the visits of call-outs among them.
    pub fn tally(&self, client: ClientId) -> Tally {
        self.clients.get(&client).copied().unwrap_or_default()
    }

    fn again(&mut self, keys: &[AlertKey], policy: &Policy, now: Moment) -> bool {
        let mut changed = false;
        for key in keys {
            if let Some(entry) = self.take(*key) {
                let verdict = evaluate(&entry.thing, policy, self.clock_in, now);
                changed |= verdict.alert != entry.verdict.alert;
                self.put(Entry { thing: entry.thing, verdict });
            }
        }
        changed
    }

    fn put(&mut self, entry: Entry) {
        let key = entry.thing.key;
        if let Some(at) = entry.verdict.next {
            self.wakes.insert((at, key));
        }
        if entry.verdict.presence {
            self.presence.insert(key);
        }
        if let Some(person) = entry.thing.person {
            self.persons.insert((person, key));
        }
        if let Some(alert) = &entry.verdict.alert {
            if let Some(until) = alert.snoozed {
                self.asleep.insert((until, key));
            } else {
                if let Some(place) = entry.place() {
                    self.order.insert(place);
                }
                for (client, tier) in &alert.touches {
                    self.cards.insert((*client, *tier, key));
                    self.clients.entry(*client).or_default().tiers[usize::from(tier.clamp(&1, &5) - 1)] += 1;
                }
            }
        }
        self.entries.insert(key, entry);
    }

    fn take(&mut self, key: AlertKey) -> Option<Entry> {
        let entry = self.entries.remove(&key)?;
        if let Some(at) = entry.verdict.next {
            self.wakes.remove(&(at, key));
        }
        self.presence.remove(&key);
        if let Some(person) = entry.thing.person {
            self.persons.remove(&(person, key));
        }
        if let Some(alert) = &entry.verdict.alert {
            if let Some(until) = alert.snoozed {
                self.asleep.remove(&(until, key));
            } else {
                if let Some(place) = entry.place() {
                    self.order.remove(&place);
                }
                for (client, tier) in &alert.touches {
                    self.cards.remove(&(*client, *tier, key));
                    if let Some(tally) = self.clients.get_mut(client) {
                        let n = &mut tally.tiers[usize::from(tier.clamp(&1, &5) - 1)];
                        *n = n.saturating_sub(1);
                        if tally.count() == 0 {
                            self.clients.remove(client);
                        }
                    }
                }
            }
        }
        Some(entry)
    }
}
