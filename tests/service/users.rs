//! Users: added by login and id, changed by commands of their own, and somebody is always left who can.

use crate::access::one_of_each;
use crate::office::{Office, monday, rule, said};
use caseload::domain::ids::UserId;
use caseload::domain::reach::Scope;
use caseload::domain::user::{Role, User};
use caseload::service::api::{AddUser, Answered, Command, Query, Reply, Request};

fn add(login: &str, uid: u32, role: Role) -> Command {
    Command::AddUser(AddUser {
        login: login.to_owned(),
        uid,
        name: String::new(),
        role,
        office: None,
        reason: "new here".to_owned(),
    })
}

#[test]
fn a_login_and_its_id_belong_together() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let id = UserId(office.done(&manager, add("porter", 501, Role::Biller)).created[0]);
    let porter: User = office.get(id.0);
    assert_eq!((porter.name.as_str(), porter.office, porter.active), ("porter", office.east, true));
    assert_eq!(office.service.recognise("porter", 501), Ok(id));
    // A stranger, another's id, another id, and a second place for one login.
    let who = |login, uid| office.service.recognise(login, uid).unwrap_err();
    assert!(who("new", 900).contains("caseload user add new"));
    assert!(who("heir", 501).contains("user id 501 was porter's here and is heir's now"), "{}", who("heir", 501));
    assert!(who("porter", 777).contains("had user id 501 here and has 777 now"));
    assert_eq!(rule(&office.act(&manager, add("heir", 501, Role::Nurse))), "user.uid_reused");
    assert_eq!(rule(&office.act(&manager, add("porter", 777, Role::Nurse))), "user.login_moved");
    assert_eq!(rule(&office.act(&manager, add("porter", 501, Role::Nurse))), "user.there");
    let elsewhere = AddUser {
        login: "far".to_owned(),
        uid: 502,
        name: "F. Far".to_owned(),
        role: Role::Nurse,
        office: Some("nowhere".to_owned()),
        reason: String::new(),
    };
    let reply = office.act(&manager, Command::AddUser(elsewhere.clone()));
    assert_eq!(rule(&reply), "user.office");
    assert!(said(&reply).contains("East, West"), "{}", said(&reply));
    let far = office.done(&manager, Command::AddUser(AddUser { office: Some("west".to_owned()), ..elsewhere }));
    assert_eq!(office.get::<User>(far.created[0]).office, office.west);
}

#[test]
fn whoever_is_disabled_is_out_at_once() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let me = office.me.clone();
    let access = |active, reason: &str| Command::SetAccess { user: me.user, active, reason: reason.to_owned() };
    assert_eq!(rule(&office.act(&manager, access(false, " "))), "user.reason");
    let done = office.done(&manager, access(false, "left on Friday"));
    assert!(!done.undoable);
    let entry = office.store.engine().entry(done.seq).unwrap().unwrap();
    assert_eq!(entry.commit.action, "user.disable");
    assert_eq!(office.store.note(&entry).reason.as_str(), "left on Friday");
    // The session that is still open answers nothing more, and another one does not begin.
    let reply = office.ask(&me, Request::Query(Query::Header)).0;
    assert!(matches!(&reply, Reply::Denied(why) if why.contains("has ended")), "{}", said(&reply));
    assert!(office.service.recognise("u1", 1).unwrap_err().contains("may not log in"));
    assert!(office.service.session(me.user, "test").is_none());
    assert_eq!(rule(&office.act(&manager, access(false, "again"))), "user.same");
    // And comes back as they were.
    office.done(&manager, access(true, "was a mistake"));
    assert_eq!(office.service.recognise("u1", 1), Ok(me.user));
    assert!(matches!(office.ask(&me, Request::Query(Query::Header)).0, Reply::Answer(_)));
}

#[test]
fn a_new_role_counts_at_once() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let me = office.me.clone();
    let booking = office.booking(0);
    assert!(matches!(office.act(&me, Command::BookVisit(booking)), Reply::Done(_)));
    let role = |role| Command::SetRole { user: me.user, role, reason: "moved desks".to_owned() };
    assert_eq!(rule(&office.act(&manager, role(Role::Coordinator))), "user.same");
    office.done(&manager, role(Role::Biller));
    let booking = office.booking(0);
    assert!(matches!(office.act(&me, Command::BookVisit(booking)), Reply::Denied(_)));
}

#[test]
fn the_last_administrator_stays_one() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    let administrator = sessions[Role::Administrator as usize].clone();
    let demote = |user| Command::SetRole { user, role: Role::Nurse, reason: "retires".to_owned() };
    let disable = |user| Command::SetAccess { user, active: false, reason: "retires".to_owned() };
    assert_eq!(rule(&office.act(&administrator, demote(administrator.user))), "user.last_administrator");
    assert_eq!(rule(&office.act(&administrator, disable(administrator.user))), "user.last_administrator");
    // One who may not log in is none.
    let second = UserId(office.done(&administrator, add("second", 600, Role::Administrator)).created[0]);
    office.done(&administrator, disable(second));
    assert_eq!(rule(&office.act(&administrator, demote(administrator.user))), "user.last_administrator");
    let back = Command::SetAccess { user: second, active: true, reason: "back".to_owned() };
    office.done(&administrator, back);
    office.done(&administrator, demote(administrator.user));
    // A manager changes others, and no administrator.
    let manager = office.manager.clone();
    assert_eq!(rule(&office.act(&manager, demote(second))), "user.administrator");
    assert_eq!(rule(&office.act(&manager, disable(second))), "user.administrator");
    assert_eq!(rule(&office.act(&manager, add("third", 601, Role::Administrator))), "user.administrator");
}

#[test]
fn users_are_listed_with_what_they_reach() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let me = office.me.clone();
    office.done(&manager, Command::SetReach { user: me.user, scope: Some(Scope::Team), reason: "new".to_owned() });
    office.done(&manager, Command::SetAccess { user: office.colleague.user, active: false, reason: "left".to_owned() });
    let Answered::Users(users) = office.query(&manager, Query::Users) else { panic!("no users") };
    let told: Vec<_> = users.iter().map(|u| (u.login.as_str(), u.role, u.scope, u.active)).collect();
    assert_eq!(
        told,
        [
            ("u1", Role::Coordinator, Scope::Team, true),
            ("u3", Role::Manager, Scope::Agency, true),
            ("u2", Role::Coordinator, Scope::Agency, false),
        ]
    );
}

#[test]
fn a_login_that_two_people_use_is_pointed_out() {
    let office = Office::at(monday());
    let present =
        [(office.me.user, "10.0.0.1 /dev/pts/1".to_owned()), (office.me.user, "10.0.0.2 /dev/pts/1".to_owned())];
    let told = office.service.shared_logins(&present);
    assert_eq!(told.len(), 1);
    assert!(told[0].0 == office.me.user && told[0].1.contains("the login u1 is in use from two places at once"));
}

#[test]
fn a_shared_login_is_told_to_its_user_and_to_whoever_keeps_the_users() {
    let mut office = Office::at(monday());
    let (me, manager, colleague) = (office.me.clone(), office.manager.clone(), office.colleague.clone());
    let notes = |office: &mut Office, who: &caseload::service::api::Session| match office.query(who, Query::Header) {
        Answered::Header(header) => header.notes,
        _ => panic!("no header"),
    };
    let near = (me.user, "10.0.0.1 /dev/pts/1".to_owned());
    let window = (me.user, "10.0.0.1 /dev/pts/2".to_owned());
    let far = (me.user, "10.0.0.7 /dev/pts/1".to_owned());
    let boss = (manager.user, "/dev/pts/4".to_owned());
    assert!(!office.service.set_sessions(&[near.clone(), window.clone(), boss.clone()]), "two windows are one person");
    assert!(notes(&mut office, &manager).is_empty());
    assert!(office.service.set_sessions(&[near.clone(), far.clone(), boss.clone()]));
    assert!(!office.service.set_sessions(&[far.clone(), near.clone(), window, boss.clone()]), "said already");
    for who in [&me, &manager] {
        let told = notes(&mut office, who);
        assert!(told.len() == 1 && told[0].contains("the login u1 is in use from two places"), "{told:?}");
    }
    assert!(notes(&mut office, &colleague).is_empty(), "it is no business of others");
    let Answered::Users(users) = office.query(&manager, Query::Users) else { panic!("no users") };
    assert!(users.iter().all(|u| u.shared == (u.user == me.user)));
    assert!(office.service.set_sessions(&[near, boss]));
    assert!(notes(&mut office, &me).is_empty());
}

#[test]
fn what_a_start_found_is_told_to_whoever_runs_the_agency() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    office.service.tell_found(|| vec!["the log of who saw what is damaged".to_owned()]);
    let Answered::Header(header) = office.query(&manager, Query::Header) else { panic!("no header") };
    assert_eq!(header.notes, ["the log of who saw what is damaged"]);
    let Answered::Header(header) = office.query(&me, Query::Header) else { panic!("no header") };
    assert!(header.notes.is_empty());
}
