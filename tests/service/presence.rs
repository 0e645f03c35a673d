//! Who else has a chart or a call list open: told to those who are there, to nobody else, and forgotten at the end.

use crate::office::{Office, monday, through};
use caseload::domain::user::Role;
use caseload::service::api::{ALSO, Hand, Person, Present, Reply, Request, Session, Where};

fn at(office: &Office, client: usize, hand: Hand) -> Where {
    Where { person: Some(Person::Client(office.clients[client])), about: None, hand }
}

fn look(office: &mut Office, who: &Session, place: Option<Where>) -> Present {
    match office.ask(who, Request::Looking(place)).0 {
        Reply::Present(present) => present,
        other => panic!("{}", crate::office::said(&other)),
    }
}

fn names(present: &Present) -> Vec<String> {
    let name = |o: &caseload::service::api::Also| match &o.you_on {
        Some(on) => format!("you on {on}"),
        None => format!("{} {:?}", o.name, o.hand),
    };
    present.others.iter().map(name).collect()
}

/// What is said now, by session.
fn news(office: &Office) -> Vec<(u64, Vec<String>)> {
    office.service.news().into_iter().map(|(id, present)| (id, names(&through(&present)))).collect()
}

#[test]
fn those_at_one_chart_hear_of_one_another_and_nobody_else_does() {
    let mut office = Office::at(monday());
    let (me, colleague, manager) = (office.me.clone(), office.colleague.clone(), office.manager.clone());
    let (ruth, ines) = (at(&office, 0, Hand::Reads), at(&office, 1, Hand::Reads));
    assert!(look(&mut office, &me, Some(ruth)).others.is_empty());
    assert!(look(&mut office, &manager, Some(ines)).others.is_empty());
    assert!(news(&office).is_empty(), "nobody is where somebody is");
    // She comes to the same chart, by the number list: both know, the third does not.
    let calls = at(&office, 0, Hand::Calls);
    assert_eq!(names(&look(&mut office, &colleague, Some(calls))), ["J. Alvarez Reads"]);
    assert_eq!(news(&office), [(me.id, vec!["R. Patel Calls".to_owned()])]);
    assert!(news(&office).is_empty(), "it is said once");
    // The same again is no news; another hand is.
    look(&mut office, &colleague, Some(calls));
    assert!(news(&office).is_empty());
    let writes = at(&office, 0, Hand::Writes);
    look(&mut office, &colleague, Some(writes));
    assert_eq!(news(&office), [(me.id, vec!["R. Patel Writes".to_owned()])]);
    // She goes to another chart: left there, met here.
    assert_eq!(names(&look(&mut office, &colleague, Some(ines))), ["M. Manager Reads"]);
    assert_eq!(news(&office), [(me.id, vec![]), (manager.id, vec!["R. Patel Reads".to_owned()])]);
    // A session that ends is nowhere.
    office.service.leave(&colleague);
    assert_eq!(news(&office), [(manager.id, vec![])]);
    office.service.leave(&colleague);
    assert!(news(&office).is_empty());
}

#[test]
fn an_alert_and_the_chart_of_its_client_are_one_place() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let key = office.all_alerts()[0];
    let why = Where { person: None, about: Some(key), hand: Hand::Reads };
    let list = Where { person: Some(Person::Client(office.clients[0])), about: Some(key), hand: Hand::Calls };
    look(&mut office, &me, Some(why));
    assert_eq!(names(&look(&mut office, &colleague, Some(list))), ["J. Alvarez Reads"]);
    assert_eq!(news(&office).len(), 1);
    // Two who look at nobody do not meet.
    let nobody = Where { person: None, about: None, hand: Hand::Reads };
    look(&mut office, &me, Some(nobody));
    assert!(look(&mut office, &colleague, Some(nobody)).others.is_empty());
    assert!(look(&mut office, &colleague, None).place.is_none());
}

#[test]
fn my_other_terminal_is_me_and_a_crowd_is_counted() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ruth = at(&office, 0, Hand::Reads);
    look(&mut office, &me, Some(ruth));
    let elsewhere = office.service.session(me.user, "10.0.0.5 /dev/pts/3").unwrap();
    assert_ne!(elsewhere.id, me.id);
    let writes = at(&office, 0, Hand::Writes);
    look(&mut office, &elsewhere, Some(writes));
    assert_eq!(news(&office), [(me.id, vec!["you on pts/3".to_owned()])]);
    // The same colleague at two terminals is there once, and a flood of them stays small.
    let mut ids = Vec::new();
    for n in 0..40_u64 {
        let crowd = Session {
            id: 1_000 + n,
            name: format!("N. {:02}", n / 2),
            user: office.colleague.user,
            ..office.colleague.clone()
        };
        look(&mut office, &crowd, Some(ruth));
        ids.push(crowd.id);
    }
    let said = office.service.news();
    assert!(said.len() <= 42, "one message a session at most, however much happens");
    let mine = said.iter().find(|(id, _)| *id == me.id).expect("I am told");
    let present = &mine.1;
    assert_eq!((present.others.len(), present.more), (ALSO, 21 - ALSO as u16));
    assert_eq!(names(present)[0], "you on pts/3");
    assert!(ids.iter().all(|id| *id != me.id));
}

#[test]
fn whoever_may_not_act_may_be_there_and_is_named() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let reader = Session { id: 77, role: Role::ReadOnly, name: "S. Veyor".to_owned(), ..office.colleague.clone() };
    let ruth = at(&office, 0, Hand::Reads);
    look(&mut office, &me, Some(ruth));
    look(&mut office, &reader, Some(ruth));
    assert_eq!(news(&office), [(me.id, vec!["S. Veyor Reads".to_owned()])]);
}
