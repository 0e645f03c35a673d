//! What whoever runs an agency is to know, beside the alerts about its clients: what opening it found and mended, and
//! logins that are in use from two places at once. Never a word about a client.

use super::api::Session;
use super::{Service, held};
use crate::domain::ids::UserId;
use crate::rules::roles::Right;
use std::sync::Mutex;

/// Says what was found and mended so far, a line each.
type Found = Box<dyn Fn() -> Vec<String> + Send + Sync>;

/// What there is to know.
#[derive(Default)]
pub(super) struct Notes {
    found: Option<Found>,
    /// Whose login is shared, and the words for it.
    shared: Mutex<Vec<(UserId, String)>>,
}

impl Service {
    /// From now on whoever runs this agency is told what this says.
    pub fn tell_found(&mut self, found: impl Fn() -> Vec<String> + Send + Sync + 'static) {
        self.notes.found = Some(Box::new(found));
    }

    /// Who has caseload open now and from where, by the word of the listener that knows the sessions. Says whether
    /// anybody has to hear of it: a login is shared now, or is not any more.
    pub fn set_sessions(&self, sessions: &[(UserId, String)]) -> bool {
        self.set_present(sessions.iter().map(|(user, _)| *user));
        // Whoever works alone shares nothing by having two windows on two machines.
        let several = self.cast.users.values().filter(|u| u.active).nth(1).is_some();
        let now = if several { self.shared_logins(sessions) } else { Vec::new() };
        let mut shared = held(&self.notes.shared);
        let changed = *shared != now;
        *shared = now;
        changed
    }

    /// Whether this user's login is in use from two places.
    pub(super) fn is_shared(&self, user: UserId) -> bool {
        held(&self.notes.shared).iter().any(|(shared, _)| *shared == user)
    }

    /// What this session is to know: everything whoever keeps the users, and each the word about her own login.
    pub(super) fn notes(&self, session: &Session) -> Vec<String> {
        let runs = self.roles.may(session.role, Right::Users);
        let mut notes = self.notes.found.as_ref().filter(|_| runs).map(|found| found()).unwrap_or_default();
        let shared = held(&self.notes.shared);
        notes.extend(shared.iter().filter(|(user, _)| runs || *user == session.user).map(|(_, text)| text.clone()));
        notes
    }
}
