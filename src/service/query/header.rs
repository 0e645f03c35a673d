//! The header's counts and clocks.

use crate::domain::attention::AlertSource;
use crate::domain::time::{DAY, MINUTE, Moment};
use crate::rules::triage::book::Entry;
use crate::service::api::{Header, Session};
use crate::service::plan::Refusal;
use crate::service::{Service, held};
use crate::store::engine::CommitError;

impl Service {
    /// Whether an alert is this user's: on her caseload, hers, or an unowned P1 of her office.
    pub(in crate::service) fn is_mine(&self, session: &Session, entry: &Entry) -> bool {
        let Some(alert) = entry.alert() else { return false };
        if entry.thing.key.source == AlertSource::Emergency {
            return self.reviews_emergencies(session);
        }
        if alert.owner == Some(session.user) {
            return true;
        }
        if self.summons(session, entry) {
            return true;
        }
        if alert.tier == 1 && alert.owner.is_none() && alert.office == session.office {
            return true;
        }
        let of_mine = |id| self.cast.clients.get(&id).is_some_and(|c| c.is_of(session.user));
        if let Some(client) = &entry.thing.client {
            return of_mine(client.id);
        }
        // A caregiver's alert is mine when it touches a client of mine, or touches nobody in particular in my office.
        if alert.touches.is_empty() {
            alert.office == session.office
        } else {
            alert.touches.iter().any(|(id, _)| of_mine(*id))
        }
    }

    /// Alerts of mine by tier P1..P5.
    pub(in crate::service) fn tiers_of(&self, session: &Session) -> [u32; 5] {
        let mut tiers = [0u32; 5];
        let reached = self.reached(session);
        let seen = |e: &&Entry| self.is_seen(session, &reached, e) && self.is_mine(session, e);
        for entry in self.book.sorted().filter(seen) {
            if let Some(alert) = entry.alert() {
                tiers[usize::from(alert.tier.clamp(1, 5) - 1)] += 1;
            }
        }
        tiers
    }

    pub(super) fn header(&self, session: &Session) -> Result<Header, Refusal> {
        let now = self.now();
        let tiers = self.tiers_of(session);
        let reached = self.reached(session);
        let uncovered = self
            .window
            .between(now.plus(-DAY), now.plus(DAY))
            .filter(|(id, l)| {
                !l.history
                    && reached.holds(self, l.client)
                    && self.is_uncovered(*id, l)
                    && l.end() > now
                    && self.client_is_active(l.client)
            })
            .count();
        let zone = self.cast.zone(session.office);
        let midnight = zone.midnight(zone.day(now).plus(1));
        let soon = self.soon.first().map(|(at, _)| *at);
        let next = self.book.next_due().into_iter().chain(soon).fold(midnight, Moment::min);
        let unsaved = match self.store.engine().refuses() {
            Some(CommitError::ReadOnly(why) | CommitError::NoRoom(why)) => why,
            _ => String::new(),
        };
        // Room comes back without any act: it is asked for again.
        let next = if unsaved.is_empty() { next } else { next.min(now.plus(MINUTE / 2)) };
        Ok(Header {
            agency: self.cast.agency.as_ref().map(|a| a.name.as_str().to_owned()).unwrap_or_default(),
            zone,
            tiers,
            uncovered: uncovered as u32,
            newest_clock_in: self.window.newest_clock_in(),
            user: session.name.clone(),
            policy: (self.policy_name.clone(), self.policy.signed_by.is_some()),
            demo: self.cast.agency.as_ref().is_some_and(|a| a.demo),
            seq: self.store.engine().head().map_err(crate::store::StoreError::from)?,
            drafts: held(&self.drafts).count(session.user),
            next_change: Some(next.max(Moment(now.0 + MINUTE / 60))),
            clients: self.cast.clients.values().filter(|c| c.on_service() && c.is_of(session.user)).count() as u32,
            first_day: self.cast.clients.is_empty(),
            unsaved,
            emergencies: self.open_charts(session.user),
            notes: self.notes(session),
            storm: self.running_storm(session, &reached).map(|s| s.name.as_str().to_owned()).unwrap_or_default(),
        })
    }

    pub(in crate::service) fn client_is_active(&self, client: crate::domain::ids::ClientId) -> bool {
        self.cast.clients.get(&client).is_some_and(|c| c.is_visited())
    }
}
