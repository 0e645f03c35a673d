//! Users: who has a login here, as what, how far they reach, and until when. Somebody is always left who can change it.

use crate::domain::ids::{OfficeId, ReachId, StaffId, UserId};
use crate::domain::reach::{Reach, Scope};
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::text::{Few, Text};
use crate::domain::user::{Role, User};
use crate::rules::roles::one;
use crate::service::Service;
use crate::service::api::{AddUser, Session};
use crate::service::plan::{Plan, Refusal};
use crate::service::validate;
use crate::store::Write;

impl Service {
    /// Gives a login a place in the agency.
    pub(in crate::service) fn add_user(&mut self, session: &Session, add: &AddUser) -> Result<Plan, Refusal> {
        let login = add.login.trim();
        if login.is_empty() {
            return Err(Refusal::problem("user.login", "login", "say which login"));
        }
        only_by_an_administrator(session, None, add.role)?;
        if let Some(user) = self.cast.users.values().find(|u| u.login.as_str() == login && u.uid == add.uid) {
            let text = if user.active {
                format!("{login} is here already, as {}", one(user.role))
            } else {
                format!("{login} was here before; give access back with: caseload user enable {login}")
            };
            return Err(Refusal::problem("user.there", "login", text));
        }
        let office = match &add.office {
            Some(name) => self.office_called(name)?,
            None => session.office,
        };
        let name = Some(add.name.trim()).filter(|n| !n.is_empty()).unwrap_or(login);
        let now = self.now();
        let body = User {
            name: Text::new(name)?,
            role: add.role,
            office,
            login: Text::new(login)?,
            uid: add.uid,
            phones: Few::default(),
            staff: None::<StaffId>,
            active: true,
        };
        validate::body(self, &body)?;
        let id = UserId(self.ids.make(now));
        let mut plan = Plan::new("user.add", format!("{login} is {} now", one(add.role)));
        add.reason.trim().clone_into(&mut plan.reason);
        plan.created.push(id.0);
        plan.told_outside = true;
        Ok(plan.with(Write::create(id, &body, session.user, now)?))
    }

    /// Changes what a user may do.
    pub(in crate::service) fn set_role(
        &mut self,
        session: &Session,
        user: UserId,
        role: Role,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        let record = self.user(user)?;
        only_by_an_administrator(session, Some(record.role), role)?;
        needs_reason(reason)?;
        let login = record.login.as_str().to_owned();
        if record.role == role {
            return Err(Refusal::problem("user.same", "role", format!("{login} is {} already", one(role))));
        }
        if role != Role::Administrator {
            self.somebody_is_left(&record)?;
        }
        let body = User { role, ..record.body.clone() };
        let summary = format!("{login} is {} now, and was {}", one(role), one(record.role));
        Ok(changed("user.role", summary, reason, Write::change(&record, &body, session.user, self.now())?))
    }

    /// Ends a user's access, or gives it back.
    pub(in crate::service) fn set_access(
        &mut self,
        session: &Session,
        user: UserId,
        active: bool,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        let record = self.user(user)?;
        only_by_an_administrator(session, Some(record.role), record.role)?;
        needs_reason(reason)?;
        let login = record.login.as_str().to_owned();
        if record.active == active {
            let is = if active { "may log in already" } else { "may not log in any more already" };
            return Err(Refusal::problem("user.same", "active", format!("{login} {is}")));
        }
        if !active {
            self.somebody_is_left(&record)?;
        }
        let body = User { active, ..record.body.clone() };
        let summary = format!("{login} {}", if active { "may log in again" } else { "may not log in any more" });
        let action = if active { "user.enable" } else { "user.disable" };
        Ok(changed(action, summary, reason, Write::change(&record, &body, session.user, self.now())?))
    }

    /// Changes how far a user reaches.
    pub(in crate::service) fn set_reach(
        &mut self,
        session: &Session,
        user: UserId,
        scope: Option<Scope>,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        let record = self.user(user)?;
        only_by_an_administrator(session, Some(record.role), record.role)?;
        needs_reason(reason)?;
        let by_role = self.roles.scope(record.role);
        let scope = scope.unwrap_or(by_role);
        if scope > by_role {
            let role = record.role.word();
            let text = format!("a {role} reaches the {} here; a user's own reach can only be narrower", by_role.word());
            return Err(Refusal::problem("user.reach", "scope", text));
        }
        let why = Text::new(reason.trim())?;
        let own = self.cast.reaches.values().filter(|r| r.user == user).max_by_key(|r| (r.head.created_at, r.id));
        let summary = format!("{} reaches the {} now", record.login.as_str(), scope.word());
        let (now, body) = (self.now(), Reach { user, scope, why });
        let write = match own {
            Some(own) if own.scope == scope => {
                return Err(Refusal::problem("user.same", "scope", "that is how far they reach already"));
            }
            Some(own) => Write::change(own, &body, session.user, now)?,
            None => Write::create(ReachId(self.ids.make(now)), &body, session.user, now)?,
        };
        Ok(changed("user.reach", summary, reason, write))
    }

    fn user(&self, id: UserId) -> Result<Record<User>, Refusal> {
        let found = self.cast.users.get(&id).cloned();
        found.ok_or_else(|| Refusal::problem("user.gone", "user", "there is no such user"))
    }

    /// The last administrator who may log in stays one.
    fn somebody_is_left(&self, user: &Record<User>) -> Result<(), Refusal> {
        let other = |u: &Record<User>| u.id != user.id && u.active && u.role == Role::Administrator;
        if user.role != Role::Administrator || !user.active || self.cast.users.values().any(other) {
            return Ok(());
        }
        let text = format!(
            "{} is the last administrator who may log in; make another one first: caseload user role LOGIN administrator",
            user.login.as_str()
        );
        Err(Refusal::problem("user.last_administrator", "user", text))
    }

    fn office_called(&self, name: &str) -> Result<OfficeId, Refusal> {
        let wanted = fold(name);
        let found = self.cast.offices.values().find(|o| fold(&o.name) == wanted);
        found.map(|o| o.id).ok_or_else(|| {
            let all: Vec<&str> = self.cast.offices.values().map(|o| o.name.as_str()).collect();
            Refusal::problem(
                "user.office",
                "office",
                format!("there is no office {name}; there is: {}", all.join(", ")),
            )
        })
    }
}

fn changed(action: &'static str, summary: String, reason: &str, write: Write) -> Plan {
    let mut plan = Plan::new(action, summary);
    reason.trim().clone_into(&mut plan.reason);
    // Taken back by the same command the other way round, with a reason of its own; never by undo.
    plan.told_outside = true;
    plan.with(write)
}

fn needs_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        return Err(Refusal::problem("user.reason", "reason", "say why: --reason \"…\""));
    }
    Ok(())
}

/// Nobody gives more than they have: an administrator is made and changed by one.
fn only_by_an_administrator(session: &Session, was: Option<Role>, is: Role) -> Result<(), Refusal> {
    let touches = was == Some(Role::Administrator) || is == Role::Administrator;
    if touches && session.role != Role::Administrator {
        let text = "an administrator is made and changed by an administrator";
        return Err(Refusal::problem("user.administrator", "role", text));
    }
    Ok(())
}
