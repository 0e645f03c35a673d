//! Who may do what, as data: which role may do and ask what, which fields it sees and changes, how far it reaches. Whoever
//! is not named may not.
//!
//! The rows that caseload ships are `packs/roles.toml`; an agency's file replaces those rows that it names.

mod rights;

pub use rights::{Group, Right};

use crate::domain::reach::Scope;
use crate::domain::user::Role;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// Some of the roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Who(u16);

impl Who {
    /// Whether this role is one of them.
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// `coordinator nurse …`, `all`.
    fn parse(text: &str) -> Result<Self, String> {
        let mut who = Self::default();
        for word in text.split_whitespace() {
            if word == "all" {
                return Ok(Self(u16::MAX));
            }
            let Some(role) = Role::from_word(word) else {
                let roles: Vec<&str> = Role::ALL.iter().map(|r| r.word()).collect();
                return Err(format!("{word:?} is no role: all, or some of {}", roles.join(", ")));
            };
            who.0 |= 1 << role as u16;
        }
        Ok(who)
    }
}

/// Whether fields are looked at or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Looked at.
    Sees,
    /// Changed.
    Changes,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Row {
    does: String,
    who: Who,
}

/// What holds for emergency access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyRule {
    /// Minutes that it lasts.
    pub minutes: u16,
    /// Letters that its reason has at least.
    pub reason: u16,
    /// What may be done under it.
    may: Vec<Right>,
}

impl EmergencyRule {
    /// Whether this may be done under it.
    pub fn may(&self, right: Right) -> bool {
        self.may.contains(&right)
    }
}

/// Who may do what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// The word for this version.
    pub version: String,
    /// Emergency access.
    pub emergency: EmergencyRule,
    rows: BTreeMap<Right, Row>,
    groups: BTreeMap<Group, (Who, Who)>,
    scopes: BTreeMap<Role, Scope>,
}

/// What is wrong with a roles file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolesError {
    /// The line, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// The row.
    pub field: String,
    /// What, and the mend.
    pub text: String,
}

impl fmt::Display for RolesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for RolesError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    version: Option<String>,
    #[serde(default)]
    scope: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    may: BTreeMap<Spanned<String>, RawRow>,
    #[serde(default)]
    fields: BTreeMap<Spanned<String>, RawGroup>,
    emergency: Option<Spanned<RawEmergency>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    does: Option<String>,
    who: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    sees: Option<String>,
    changes: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEmergency {
    minutes: Option<u16>,
    reason: Option<u16>,
    may: Option<String>,
}

impl Roles {
    /// Those that caseload ships.
    pub fn embedded() -> Result<Self, RolesError> {
        let mut roles = Self {
            version: "caseload".to_owned(),
            emergency: EmergencyRule { minutes: 0, reason: 0, may: Vec::new() },
            rows: BTreeMap::new(),
            groups: BTreeMap::new(),
            scopes: BTreeMap::new(),
        };
        roles.take(include_str!("../packs/roles.toml"))?;
        roles.check()?;
        Ok(roles)
    }

    /// These with an agency's file over them.
    pub fn adopted(text: &str) -> Result<Self, RolesError> {
        let mut roles = Self::embedded()?;
        roles.take(text)?;
        roles.check()?;
        Ok(roles)
    }

    /// Whether a role may do this.
    pub fn may(&self, role: Role, right: Right) -> bool {
        self.rows.get(&right).is_some_and(|row| row.who.has(role))
    }

    /// Why a role may not do this, and whom to ask.
    pub fn refusal(&self, role: Role, right: Right) -> String {
        let row = self.rows.get(&right).cloned().unwrap_or_default();
        let ask = [Role::Coordinator, Role::Scheduler, Role::Nurse, Role::Manager, Role::Administrator];
        let ask: Vec<&str> = ask.into_iter().filter(|r| row.who.has(*r)).take(2).map(Role::word).collect();
        let tail = if ask.is_empty() { String::new() } else { format!("; ask {}", with_article(&ask.join(" or "))) };
        format!("{} does not {}{tail}", one(role), row.does)
    }

    /// Whether a role sees or changes these fields.
    pub fn touches(&self, role: Role, group: Group, touch: Touch) -> bool {
        self.groups.get(&group).is_some_and(|(sees, changes)| match touch {
            Touch::Sees => sees.has(role),
            Touch::Changes => changes.has(role),
        })
    }

    /// How far a role reaches, unless a user's own reach is narrower.
    pub fn scope(&self, role: Role) -> Scope {
        self.scopes.get(&role).copied().unwrap_or(Scope::Caseload)
    }

    /// What reads differently from another one, a line each.
    pub fn changes(&self, was: &Self) -> Vec<String> {
        let mut out = Vec::new();
        for role in Role::ALL {
            if self.scope(*role) != was.scope(*role) {
                out.push(format!(
                    "{}: reaches {}, was {}",
                    role.word(),
                    self.scope(*role).word(),
                    was.scope(*role).word()
                ));
            }
            for right in Right::ALL {
                match (was.may(*role, *right), self.may(*role, *right)) {
                    (false, true) => out.push(format!("{}: may now {}", role.word(), right.word())),
                    (true, false) => out.push(format!("{}: may no longer {}", role.word(), right.word())),
                    _ => {}
                }
            }
            for group in Group::ALL {
                for (touch, verb) in [(Touch::Sees, "see"), (Touch::Changes, "change")] {
                    match (was.touches(*role, *group, touch), self.touches(*role, *group, touch)) {
                        (false, true) => out.push(format!("{}: may now {verb} {}", role.word(), group.word())),
                        (true, false) => out.push(format!("{}: may no longer {verb} {}", role.word(), group.word())),
                        _ => {}
                    }
                }
            }
        }
        if self.emergency != was.emergency {
            out.push(format!(
                "emergency access: {} minutes, a reason of {} letters at least",
                self.emergency.minutes, self.emergency.reason
            ));
        }
        out
    }

    fn take(&mut self, text: &str) -> Result<(), RolesError> {
        let line = |at: usize| text.get(..at).map_or(0, |t| t.matches('\n').count() + 1);
        let wrong =
            |at: usize, field: &str, why: String| RolesError { line: line(at), field: field.to_owned(), text: why };
        let raw: RawFile = toml::from_str(text).map_err(|e| RolesError {
            line: e.span().map_or(0, |s| line(s.start)),
            field: String::new(),
            text: e.message().to_owned(),
        })?;
        if let Some(version) = raw.version {
            self.version = version;
        }
        for (name, scope) in raw.scope {
            let at = name.span().start;
            let role = Role::from_word(name.get_ref())
                .ok_or_else(|| wrong(at, name.get_ref(), "there is no such role".to_owned()))?;
            let words = || Scope::ALL.iter().map(|s| s.word()).collect::<Vec<_>>().join(", ");
            let scope = Scope::from_word(&scope)
                .ok_or_else(|| wrong(at, name.get_ref(), format!("{scope:?} is none of: {}", words())))?;
            self.scopes.insert(role, scope);
        }
        for (name, row) in raw.may {
            let at = name.span().start;
            let right = Right::from_word(name.get_ref())
                .ok_or_else(|| wrong(at, name.get_ref(), "there is no such row; leave it out".to_owned()))?;
            let who = Who::parse(&row.who).map_err(|why| wrong(at, name.get_ref(), why))?;
            let was = self.rows.entry(right).or_default();
            was.who = who;
            if let Some(does) = row.does {
                was.does = does;
            }
        }
        for (name, group) in raw.fields {
            let at = name.span().start;
            let which = Group::from_word(name.get_ref())
                .ok_or_else(|| wrong(at, name.get_ref(), "there is no such group of fields".to_owned()))?;
            let was = self.groups.entry(which).or_default();
            for (given, kept) in [(group.sees, &mut was.0), (group.changes, &mut was.1)] {
                if let Some(given) = given {
                    *kept = Who::parse(&given).map_err(|why| wrong(at, name.get_ref(), why))?;
                }
            }
        }
        if let Some(raw) = raw.emergency {
            let at = raw.span().start;
            let raw = raw.into_inner();
            self.emergency.minutes = raw.minutes.unwrap_or(self.emergency.minutes);
            self.emergency.reason = raw.reason.unwrap_or(self.emergency.reason);
            if !(5..=24 * 60).contains(&self.emergency.minutes) {
                return Err(wrong(at, "minutes", "emergency access lasts 5 minutes to 24 hours".to_owned()));
            }
            if !(10..=200).contains(&self.emergency.reason) {
                return Err(wrong(
                    at,
                    "reason",
                    "a reason has at least 10 letters, and is not asked for more than 200".to_owned(),
                ));
            }
            if let Some(may) = raw.may {
                self.emergency.may = may
                    .split_whitespace()
                    .map(|word| {
                        let right = Right::from_word(word).filter(|r| !r.is_outward());
                        right.ok_or_else(|| {
                            wrong(at, "may", format!("{word:?} is nothing that is done in an emergency"))
                        })
                    })
                    .collect::<Result<_, _>>()?;
            }
        }
        Ok(())
    }

    /// Everything has a row, and somebody can put it right again.
    fn check(&self) -> Result<(), RolesError> {
        let whole = |field: &str, text: &str| RolesError { line: 0, field: field.to_owned(), text: text.to_owned() };
        for right in Right::ALL {
            if self.rows.get(right).is_none_or(|row| row.does.is_empty()) {
                return Err(whole(right.word(), "there is no row for this"));
            }
        }
        if let Some(group) = Group::ALL.iter().find(|g| !self.groups.contains_key(g)) {
            return Err(whole(group.word(), "there is no row for this"));
        }
        if let Some(role) = Role::ALL.iter().find(|r| !self.scopes.contains_key(r)) {
            return Err(whole(role.word(), "there is no scope for this role"));
        }
        for right in
            [Right::AdoptPolicy, Right::AddUser, Right::SetRole, Right::SetAccess, Right::Header, Right::Rights]
        {
            if !self.may(Role::Administrator, right) {
                return Err(whole(right.word(), "an administrator keeps this, or nobody could change it back"));
            }
        }
        for group in [Group::Users, Group::Agency] {
            if !self.touches(Role::Administrator, group, Touch::Changes) {
                return Err(whole(group.word(), "an administrator keeps this, or nobody could change it back"));
            }
        }
        if !Role::ALL.iter().any(|r| self.may(*r, Right::ReviewEmergency)) {
            return Err(whole(Right::ReviewEmergency.word(), "somebody has to look at emergency access afterwards"));
        }
        Ok(())
    }
}

/// A role with its article: `a biller`, `an on-call user`.
pub fn one(role: Role) -> String {
    with_article(match role {
        Role::OnCall => "on-call user",
        Role::ReadOnly => "read-only user",
        other => other.word(),
    })
}

fn with_article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {word}", if vowel { "an" } else { "a" })
}

/// What stands where a field is not shown.
pub fn not_shown(role: Role) -> String {
    format!("not shown to {}", one(role))
}

/// Two live sessions of one login from different places: whoever is known by a login is one person.
pub fn shared(present: &[(crate::domain::ids::UserId, String)]) -> Vec<crate::domain::ids::UserId> {
    let mut places: BTreeMap<crate::domain::ids::UserId, Vec<&str>> = BTreeMap::new();
    for (user, origin) in present {
        let place = place_of(origin);
        let of = places.entry(*user).or_default();
        if !of.contains(&place) {
            of.push(place);
        }
    }
    places.into_iter().filter(|(_, of)| of.len() > 1).map(|(user, _)| user).collect()
}

/// The machine in an origin: its SSH client's address, or this machine.
fn place_of(origin: &str) -> &str {
    origin.split_whitespace().find(|part| !part.starts_with('/')).unwrap_or("here")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;

    #[test]
    fn the_shipped_file_names_everything() {
        let roles = Roles::embedded().unwrap();
        assert_eq!((roles.emergency.minutes, roles.emergency.reason), (60, 10));
        assert_eq!(roles.scope(Role::Coordinator), Scope::Agency);
        assert!(!roles.may(Role::Biller, Right::CoverVisit));
        assert_eq!(
            roles.refusal(Role::Biller, Right::CoverVisit),
            "a biller does not plan visits; ask a coordinator or scheduler"
        );
        assert_eq!(
            roles.refusal(Role::OnCall, Right::AdoptPolicy),
            "an on-call user does not adopt rules; ask a manager or administrator"
        );
    }

    #[test]
    fn an_agencys_rows_replace_ours_and_no_others() {
        let roles = Roles::adopted("version = \"v2\"\n[may]\nbook-visit = { who = \"scheduler\" }\n[fields]\nidentity = { sees = \"biller\" }\n").unwrap();
        assert!(!roles.may(Role::Coordinator, Right::BookVisit) && roles.may(Role::Scheduler, Right::BookVisit));
        assert!(roles.may(Role::Coordinator, Right::CoverVisit));
        assert!(!roles.touches(Role::Nurse, Group::Identity, Touch::Sees));
        assert!(roles.touches(Role::Nurse, Group::Identity, Touch::Changes));
        assert!(roles.changes(&Roles::embedded().unwrap()).iter().any(|l| l == "nurse: may no longer book-visit"));
    }

    #[test]
    fn a_wrong_file_says_where() {
        let err = |text: &str| Roles::adopted(text).unwrap_err().to_string();
        assert_eq!(err("[may]\n\nfly = { who = \"all\" }\n"), "line 3: fly: there is no such row; leave it out");
        assert!(
            err("[may]\ntake = { who = \"nurse doctor\" }\n")
                .starts_with("line 2: take: \"doctor\" is no role: all, or")
        );
        assert_eq!(err("[scope]\nboss = \"office\"\n"), "line 2: boss: there is no such role");
        assert_eq!(
            err("[scope]\nnurse = \"town\"\n"),
            "line 2: nurse: \"town\" is none of: caseload, team, office, agency"
        );
        assert!(err("[may]\nset-role = { who = \"manager\" }\n").contains("an administrator keeps this"));
        assert!(err("[emergency]\nminutes = 0\n").contains("5 minutes to 24 hours"));
        assert!(err("[emergency]\nmay = \"clipboard\"\n").contains("nothing that is done in an emergency"));
        assert!(err("[may]\ntake = { how = 1 }\n").starts_with("line 2: "));
    }

    #[test]
    fn a_login_in_two_places_is_shared() {
        let (a, b) = (UserId([1; 16]), UserId([2; 16]));
        let at = |user, origin: &str| (user, origin.to_owned());
        let present = [at(a, "10.0.0.1 /dev/pts/1"), at(a, "10.0.0.2 /dev/pts/2"), at(b, "10.0.0.1 /dev/pts/3")];
        assert_eq!(shared(&present), vec![a]);
        // Two terminals of one machine are one person's.
        assert!(shared(&[at(a, "10.0.0.1 /dev/pts/1"), at(a, "10.0.0.1 /dev/pts/2")]).is_empty());
        assert_eq!(shared(&[at(a, "/dev/pts/1"), at(a, "10.0.0.1 /dev/pts/2")]), vec![a]);
    }
}
