//! Which fields a session sees. What it does not see is not in an answer: it is left out where the answer is made, and
//! never sent to be hidden later.

use crate::domain::ids::ClientId;
use crate::domain::user::Role;
use crate::rules::roles::{Group, Touch, not_shown};
use crate::service::Service;
use crate::service::api::Session;

/// Which groups of fields are seen of somebody.
pub(in crate::service) struct Sight {
    role: Role,
    seen: [bool; Group::ALL.len()],
}

impl Sight {
    /// Whether these are seen.
    pub(in crate::service) fn shows(&self, group: Group) -> bool {
        self.seen[group as usize]
    }

    /// What stands in their place.
    pub(in crate::service) fn words(&self) -> String {
        not_shown(self.role)
    }

    /// The text, or what stands in its place.
    pub(in crate::service) fn text(&self, group: Group, text: String) -> String {
        if self.shows(group) || text.is_empty() { text } else { self.words() }
    }

    /// The value, or nothing.
    pub(in crate::service) fn only<T: Default>(&self, group: Group, value: T) -> T {
        if self.shows(group) { value } else { T::default() }
    }
}

impl Service {
    /// What a session sees of a client, or of what is about no client. Under emergency access it sees all of her.
    pub(in crate::service) fn sight(&self, session: &Session, client: Option<ClientId>) -> Sight {
        let role = session.role;
        let open = client.is_some_and(|c| self.open_chart(session.user, c).is_some());
        let mut seen = [false; Group::ALL.len()];
        for group in Group::ALL {
            let lent = open && !matches!(group, Group::Users | Group::Agency);
            seen[*group as usize] = lent || self.roles.touches(role, *group, Touch::Sees);
        }
        Sight { role, seen }
    }
}
