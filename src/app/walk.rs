//! The way through a review: whom she has passed, who is before her, who comes next. Pure: it is told how each client
//! stands and keeps its place while they change.

use crate::domain::ids::ClientId;
use crate::service::api::{ReviewPlace, ReviewStanding, Seq};
use std::collections::BTreeMap;

/// The way.
#[derive(Clone, Default)]
pub struct Walk {
    line: Vec<ClientId>,
    at: usize,
    places: BTreeMap<ClientId, ReviewPlace>,
    /// The newest news of each client when she was shown.
    shown: BTreeMap<ClientId, Seq>,
}

impl Walk {
    /// Whose card is shown.
    pub fn here(&self) -> Option<ClientId> {
        self.line.get(self.at).copied()
    }

    /// How many clients there are.
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// There is nobody to review.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// How many are reviewed today, with nothing new since.
    pub fn done(&self) -> usize {
        self.places.values().filter(|p| p.standing == ReviewStanding::Done).count()
    }

    /// `23 of 60`.
    pub fn title(&self) -> String {
        format!("{} of {}", (self.at + 1).min(self.line.len()), self.line.len())
    }

    /// How a client stands.
    pub fn standing(&self, client: ClientId) -> Option<ReviewStanding> {
        self.places.get(&client).map(|p| p.standing)
    }

    /// Takes in how the clients stand now, in the service's order. At first the way begins at the first one not reviewed
    /// today. Later those passed stay passed unless there is newer news of them than was shown, whose card is shown stays
    /// shown, and all others follow in the order of now.
    pub fn take(&mut self, places: &[ReviewPlace]) {
        let begun = !self.line.is_empty();
        let here = self.here();
        let before: Vec<ClientId> = self.line.iter().take(self.at).copied().collect();
        self.places = places.iter().map(|p| (p.client, *p)).collect();
        let is_done = |p: &ReviewPlace| p.standing == ReviewStanding::Done;
        let mut passed: Vec<ClientId> = Vec::new();
        if begun {
            let newer = |p: &ReviewPlace| !is_done(p) && p.changed > self.shown.get(&p.client).copied().unwrap_or(0);
            passed.extend(before.into_iter().filter(|c| self.places.get(c).is_some_and(|p| !newer(p))));
        }
        // Reviewed today from elsewhere, or before this review was opened.
        let elsewhere = places.iter().filter(|p| is_done(p) && Some(p.client) != here).map(|p| p.client);
        let elsewhere: Vec<ClientId> = elsewhere.filter(|c| !passed.contains(c)).collect();
        passed.extend(elsewhere);
        let stays = here.filter(|c| self.places.contains_key(c));
        let rest: Vec<ClientId> =
            places.iter().map(|p| p.client).filter(|c| Some(*c) != stays && !passed.contains(c)).collect();
        self.at = passed.len();
        self.line = passed.into_iter().chain(stays).chain(rest).collect();
        if self.at >= self.line.len() {
            self.at = self.line.len().saturating_sub(1);
        }
        self.see();
    }

    /// What is known of the one shown has been shown.
    fn see(&mut self) {
        if let Some(here) = self.here() {
            let changed = self.places.get(&here).map_or(0, |p| p.changed);
            let seen = self.shown.entry(here).or_default();
            *seen = changed.max(*seen);
        }
    }

    /// One back. False at the first.
    pub fn back(&mut self) -> bool {
        let moved = self.at > 0;
        self.at = self.at.saturating_sub(1);
        self.see();
        moved
    }

    /// One on; from the last one to the first that was passed over. False when there is none.
    pub fn on(&mut self) -> bool {
        let left = |c: &ClientId| self.standing(*c) != Some(ReviewStanding::Done);
        let next = if self.at + 1 < self.line.len() {
            Some(self.at + 1)
        } else {
            self.line.iter().take(self.at).position(left)
        };
        if let Some(next) = next {
            self.at = next;
            self.see();
        }
        next.is_some()
    }

    /// The one shown was reviewed: on to the next that is not. False when all are.
    pub fn reviewed(&mut self, client: ClientId) -> bool {
        if let Some(place) = self.places.get_mut(&client) {
            place.standing = ReviewStanding::Done;
        }
        if self.here() != Some(client) {
            return true;
        }
        let left = |c: &ClientId| self.standing(*c) != Some(ReviewStanding::Done);
        let after = self.line.iter().skip(self.at + 1).position(left).map(|n| self.at + 1 + n);
        match after.or_else(|| self.line.iter().take(self.at).position(left)) {
            Some(next) => {
                self.at = next;
                self.see();
                true
            }
            None => false,
        }
    }
}
