//! Who may do what: the one place that says no, and the reason that the screen shows. Which role may do what is data
//! ([`crate::rules::roles`]); here stands what each request asks for: a right, the fields it touches, and whose clients
//! it is about. Every match names every case, so that a new command or question does not compile until it has a row.

mod asked;
mod reach;
mod sight;

pub(in crate::service) use asked::{of_field, of_kind};
pub(in crate::service) use reach::Reached;
pub(in crate::service) use sight::Sight;

use super::Service;
use super::api::{Command, OpenChart, OpenList, Query, Reply, Rights, Session};
use crate::domain::ids::{ClientId, EmergencyId, UserId};
use crate::domain::reach::{Emergency, Scope};
use crate::domain::record::Record;
use crate::domain::user::Role;
use crate::rules::roles::{Group, Right, Touch, not_shown};

/// What is asked for.
#[derive(Clone, Copy)]
pub enum Asked<'a> {
    /// A change.
    Command(&'a Command),
    /// A question.
    Query(&'a Query),
    /// A list.
    List(&'a OpenList),
    /// Drafts of one's own.
    Drafts,
    /// Somebody's PIN reset.
    ResetPin,
}

/// On what ground something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// By role and reach.
    Role,
    /// In an emergency only.
    Emergency(EmergencyId),
}

/// Not allowed, and why.
pub(super) struct Denied(String);

impl From<Denied> for Reply {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied.0)
    }
}

/// Why nobody opens in an emergency what stands open.
pub(super) const SEES_ALREADY: &str = "you see this chart as it is";

/// Words at the end of a session's origin while something is done in an emergency only.
const MARK: &str = "EMERGENCY";

impl Service {
    /// Whether this session may, and on what ground, or why not. The one function that decides.
    pub fn allowed(&self, session: &Session, asked: &Asked<'_>) -> Result<Ground, String> {
        let role = self.standing_role(session)?;
        let session = &Session { role, ..session.clone() };
        let rights = asked::rights(asked);
        let whose = self.whose(asked).map_err(super::plan::Refusal::words)?;
        let one = whose.only();
        let chart = one.and_then(|client| self.open_chart(session.user, client));
        let lent = |right: Right| chart.filter(|_| self.roles.emergency.may(right));
        let mut ground = Ground::Role;
        for right in &rights {
            if !self.roles.may(role, *right) {
                let Some(chart) = lent(*right) else { return Err(self.roles.refusal(role, *right)) };
                ground = Ground::Emergency(chart.id);
            }
        }
        for (group, touch) in asked::fields(asked) {
            if !self.roles.touches(role, group, touch) {
                let all_lent = rights.iter().all(|r| lent(*r).is_some());
                let Some(chart) = chart.filter(|_| all_lent && group != Group::Users && group != Group::Agency) else {
                    return Err(untouched(role, group, touch));
                };
                ground = Ground::Emergency(chart.id);
            }
        }
        asked::users_by_their_own_commands(session, asked)?;
        match self.reached(session).holds_all(self, &whose) {
            Ok(()) => Ok(ground),
            Err(why) => match chart.filter(|_| rights.iter().all(|r| lent(*r).is_some())) {
                Some(chart) => Ok(Ground::Emergency(chart.id)),
                None => Err(why),
            },
        }
    }

    /// The session under which a request is answered: as what its user is now, and marked if only an emergency lets it.
    pub(super) fn admit(&self, session: &Session, asked: &Asked<'_>) -> Result<Session, Denied> {
        match self.allowed(session, asked) {
            Ok(ground) => {
                let mut admitted = self.as_it_stands(session);
                if ground != Ground::Role {
                    admitted.origin = [session.origin.as_str(), MARK].join(" ");
                }
                Ok(admitted)
            }
            Err(why) => Err(self.denied(session, asked, why)),
        }
    }

    /// A request was denied: every denial of the service passes here, whatever was asked for.
    #[allow(clippy::unused_self)] // who watches over denied attempts is the service's to know
    fn denied(&self, _session: &Session, _asked: &Asked<'_>, why: String) -> Denied {
        Denied(why)
    }

    /// As what a user is here now: whoever lost a role loses it at once, and not when she logs in again.
    fn standing_role(&self, session: &Session) -> Result<Role, String> {
        match self.cast.users.get(&session.user) {
            Some(user) if user.active => Ok(user.role),
            Some(_) => Err("your access to this agency has ended; ask an administrator".to_owned()),
            // Whoever founds an agency is in no list yet.
            None if self.cast.users.is_empty() || session.user == UserId::default() => Ok(session.role),
            None => Err("you are not a user of this agency; ask an administrator".to_owned()),
        }
    }

    fn as_it_stands(&self, session: &Session) -> Session {
        let mut now = session.clone();
        if let Some(user) = self.cast.users.get(&session.user) {
            (now.role, now.office) = (user.role, user.office);
            user.name.as_str().clone_into(&mut now.name);
        }
        now
    }

    /// The emergency access of a user to a client's chart that holds now.
    pub(super) fn open_chart(&self, user: UserId, client: ClientId) -> Option<&Record<Emergency>> {
        let now = self.now();
        let mine = self.cast.emergencies.values().filter(|e| e.user == user && e.client == client && e.holds(now));
        mine.max_by_key(|e| e.until)
    }

    /// All charts that a user has open in an emergency now.
    pub(super) fn open_charts(&self, user: UserId) -> Vec<OpenChart> {
        let now = self.now();
        let mine = self.cast.emergencies.values().filter(|e| e.user == user && e.holds(now));
        let mut charts: Vec<OpenChart> = mine
            .map(|e| OpenChart { client: e.client, name: self.cast.client_name(e.client).listed, until: e.until })
            .collect();
        charts.sort_by_key(|c| c.until);
        charts
    }

    /// What a session may do, for its screen: the same rows that decide.
    pub(super) fn rights(&self, session: &Session, forced: bool) -> Rights {
        let role = session.role;
        let scope = self.scope_of(session);
        let denied = Right::ALL.iter().filter_map(|right| Some((*right, self.may_not(role, *right, forced)?)));
        let mut denied: Vec<(Right, String)> = denied.collect();
        if scope == Scope::Agency && self.sees_charts(role) && self.roles.may(role, Right::Emergency) {
            denied.push((Right::Emergency, SEES_ALREADY.to_owned()));
        }
        Rights {
            role,
            scope,
            denied,
            hidden: Group::ALL.iter().copied().filter(|g| !self.roles.touches(role, *g, Touch::Sees)).collect(),
            lent: Right::ALL.iter().copied().filter(|r| self.roles.emergency.may(*r)).collect(),
            emergency: (self.roles.emergency.minutes, self.roles.emergency.reason),
        }
    }

    /// Whether a chart that is reached hides nothing from a role: then no emergency lends it anything.
    pub(super) fn sees_charts(&self, role: Role) -> bool {
        let all = Group::ALL.iter().filter(|g| !matches!(g, Group::Users | Group::Agency));
        let lent = Right::ALL.iter().filter(|r| self.roles.emergency.may(**r));
        all.into_iter().all(|g| self.roles.touches(role, *g, Touch::Sees))
            && lent.into_iter().all(|r| self.roles.may(role, *r))
    }

    /// Why a role may not do this, if it may not.
    fn may_not(&self, role: Role, right: Right, forced: bool) -> Option<String> {
        if forced && right.is_outward() {
            return Some("this login is for caseload alone: nothing leaves it and nothing comes in".to_owned());
        }
        if !self.roles.may(role, right) {
            return Some(self.roles.refusal(role, right));
        }
        let hidden = asked::reads(right).filter(|g| !self.roles.touches(role, *g, Touch::Sees));
        hidden.map(|group| untouched(role, group, Touch::Sees))
    }
}

/// Why fields are not touched.
fn untouched(role: Role, group: Group, touch: Touch) -> String {
    let what = match group {
        Group::Identity => "date of birth and record number",
        Group::Diagnoses => "diagnoses",
        Group::Clinical => "what is known of a client's health",
        Group::Codes => "codes and ways into a home",
        Group::StaffPrivate => "a caregiver's own number and address",
        Group::Users => "who has a login",
        Group::Agency => "the agency, its offices and rules",
    };
    match touch {
        Touch::Sees => format!("{what}: {}", not_shown(role)),
        Touch::Changes => format!("{what}: not changed by {}", crate::rules::roles::one(role)),
    }
}
