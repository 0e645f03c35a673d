//! Unix logins: a name and its user id as the system's name service knows them, be it a file or a directory server.

use super::{PROBLEMS, Stop};
use nix::unistd::{Uid, User, getuid};

/// The user id of a login, or why there is none.
pub fn uid_of(login: &str) -> Result<u32, Stop> {
    match User::from_name(login) {
        Ok(Some(user)) => Ok(user.uid.as_raw()),
        Ok(None) => Err(Stop::new(
            PROBLEMS,
            format!(
                "{login} is no login on this machine; make it first (sudo useradd --create-home {login}), then add it here"
            ),
        )),
        Err(e) => Err(Stop::new(PROBLEMS, format!("{login} could not be looked up: {e}; try again"))),
    }
}

/// Login name and user id of this process. A login that the system does not know by name has none here either: what
/// the environment says may be anybody's.
pub fn me() -> (String, u32) {
    let uid = getuid();
    (name_of(uid.as_raw()).unwrap_or_else(|| format!("uid{uid}")), uid.as_raw())
}

/// The login name of a user id.
pub fn name_of(uid: u32) -> Option<String> {
    User::from_uid(Uid::from_raw(uid)).ok().flatten().map(|user| user.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_found_by_name_and_by_id() {
        assert_eq!(uid_of("root").unwrap(), 0);
        assert_eq!(name_of(0).as_deref(), Some("root"));
        assert!(uid_of("no-such-login-here").is_err());
    }
}
