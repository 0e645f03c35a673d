//! A login that several people use: seen by its connections, told to those whom it concerns.

use crate::agency::{Agency, create, query, t};
use caseload::domain::fields::Fields;
use caseload::domain::ids::OfficeId;
use caseload::domain::record::Kind;
use caseload::domain::text::Few;
use caseload::domain::user::{Role, User};
use caseload::server::connect::{Caller, Way};
use caseload::server::link::Link;
use caseload::server::place::Place;
use caseload::service::api::{Answered, Heard, NewRecord, Query};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

fn notes(caller: &mut Caller) -> Vec<String> {
    match query(caller, Query::Header) {
        Answered::Header(header) => header.notes,
        _ => unreachable!(),
    }
}

#[test]
fn a_login_in_two_places_is_pointed_out_while_it_is() {
    let agency = Agency::with(0, 1);
    let mut me = agency.caller();
    let far = || Way {
        place: Place::agency(&agency.socket()).unwrap(),
        origin: "10.0.0.7 /dev/pts/2".to_owned(),
        start: None,
    };
    let enter = || Caller::over(far().try_once().map_err(|e| e.to_string()).unwrap());
    // Alone in an agency, whoever comes from another machine as well is the same person.
    let other = enter();
    assert_eq!(notes(&mut me), Vec::<String>::new());
    drop(other);
    let colleague = User {
        name: t("M. Osei"),
        role: Role::Coordinator,
        office: OfficeId::default(),
        login: t("uid62009"),
        uid: 62_009,
        phones: Few::default(),
        staff: None,
        active: true,
    };
    create(&mut me, vec![NewRecord { kind: Kind::User, fields: Fields::of(&colleague) }]);
    let (sender, heard) = channel();
    let link = Link::start(agency.enter(), agency.way(None), move |h| drop(sender.send(h))).unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while !notes(&mut me).is_empty() {
        assert!(Instant::now() < until, "the one that left is still counted");
        std::thread::sleep(Duration::from_millis(10));
    }
    let other = enter();
    let told = notes(&mut me);
    assert!(told.len() == 1 && told[0].contains("is in use from two places at once"), "{told:?}");
    // Whoever is connected already asks its header anew, without a word from anybody.
    let changed = |h: Heard| matches!(h, Heard::Change(c) if c.kinds.is_empty() && c.persons.is_empty());
    assert!(changed(heard.recv_timeout(Duration::from_secs(20)).unwrap()));
    let Answered::Users(users) = query(&mut me, Query::Users) else { panic!("no users") };
    assert_eq!(users.iter().filter(|u| u.shared).count(), 1);
    drop(other);
    assert!(changed(heard.recv_timeout(Duration::from_secs(20)).unwrap()));
    assert_eq!(notes(&mut me), Vec::<String>::new());
    drop(link.stop());
}
