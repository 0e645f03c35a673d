//! Who has a login.

use crate::service::Service;
use crate::service::api::{Session, UserLine};

impl Service {
    /// Everybody with a login, by name; who may not log in any more comes last.
    pub(super) fn user_lines(&self) -> Vec<UserLine> {
        let mut lines: Vec<UserLine> = self
            .cast
            .users
            .values()
            .map(|u| {
                let session = Session {
                    id: 0,
                    user: u.id,
                    role: u.role,
                    office: u.office,
                    name: u.name.as_str().to_owned(),
                    origin: String::new(),
                };
                UserLine {
                    user: u.id,
                    login: u.login.as_str().to_owned(),
                    uid: u.uid,
                    name: u.name.as_str().to_owned(),
                    role: u.role,
                    scope: self.scope_of(&session),
                    office: self.cast.offices.get(&u.office).map(|o| o.name.as_str().to_owned()).unwrap_or_default(),
                    active: u.active,
                    shared: self.is_shared(u.id),
                }
            })
            .collect();
        lines.sort_by(|a, b| (!a.active, &a.name, &a.login).cmp(&(!b.active, &b.name, &b.login)));
        lines
    }
}
