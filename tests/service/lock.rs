//! The idle lock: it belongs to the user, the service's clock decides, and a restart neither opens it nor gives tries
//! back.

use crate::office::{Office, monday, said, service_over};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{DraftId, UserId};
use caseload::domain::pin::Pin;
use caseload::domain::record::Kind;
use caseload::domain::time::MINUTE;
use caseload::domain::user::Role;
use caseload::service::Service;
use caseload::service::api::{
    Command, Draft, Execute, LockState, OpenList, Query, Reply, Request, Session, Sort, TRIES, View,
};
use caseload::service::lock::{LONGEST_CALL, LockRule, Locks, SHUT};
use caseload::service::locking::PinStep;
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use std::sync::Arc;

const AFTER: i64 = 5 * MINUTE;
const PIN: &str = "2580";

fn pin(digits: &str) -> Pin {
    Pin::typed(digits)
}

/// An office whose screens lock, with files that survive what the test does to it.
fn locking(rule: LockRule) -> (Office, Arc<FaultFiles>) {
    let mut office = Office::at(monday());
    let files = Arc::new(FaultFiles::new());
    office.service.keep_locks(Locks::new(rule, Some(files.clone())));
    (office, files)
}

/// The same, and she has chosen her PIN.
fn chosen() -> (Office, Arc<FaultFiles>) {
    let (mut office, files) = locking(LockRule::After(AFTER));
    let me = office.me.clone();
    let reply = office.ask(&me, Request::ChoosePin { old: None, new: pin(PIN) }).0;
    assert!(matches!(reply, Reply::Open(_)), "{}", said(&reply));
    (office, files)
}

/// The service again, as after a restart, over what the disk holds.
fn restarted(office: &Office, files: &FaultFiles) -> Service {
    let mut service = service_over(&office.store, &office.clock, 1 << 40);
    let files = Arc::new(files.after_cut(Unsynced::Dropped));
    service.keep_locks(Locks::new(LockRule::After(AFTER), Some(files)));
    service
}

fn state(service: &Service, session: &Session) -> Option<LockState> {
    service.locked(session).map(|view| view.state)
}

fn later(office: &Office, ms: i64) {
    office.clock.advance(ms);
}

fn header() -> Request {
    Request::Query(Query::Header)
}

fn active(office: &mut Office, call: bool) -> Reply {
    let me = office.me.clone();
    office.ask(&me, Request::Active { call }).0
}

fn unlock(office: &mut Office, digits: &str) -> Reply {
    let me = office.me.clone();
    office.ask(&me, Request::Unlock(pin(digits))).0
}

fn elsewhere(session: &Session) -> Session {
    Session { origin: "another window".to_owned(), ..session.clone() }
}

/// One of each request, so that none is forgotten when the lock holds.
fn one_of_each(office: &mut Office) -> Vec<Request> {
    let request = office.next_request();
    let command = Command::MarkReviewed { client: office.clients[0], seen: 0 };
    vec![
        header(),
        Request::Query(Query::Brief),
        Request::Query(Query::Codes(office.clients[0])),
        Request::Execute(Execute { request, command }),
        Request::OpenList(OpenList {
            view: View::Clients,
            mine: false,
            lens: String::new(),
            words: String::new(),
            sort: Sort::Name,
        }),
        Request::Rows { list: 1, from: 0, count: 10 },
        Request::CloseList(1),
        Request::DropDraft(DraftId([4; 16])),
        Request::Drafts,
        Request::Active { call: false },
        Request::Active { call: true },
        Request::LockState,
        Request::LockNow,
        Request::ResetPin("u2".to_owned()),
    ]
}

#[test]
fn after_five_minutes_nothing_is_answered_but_the_pin() {
    let (mut office, _) = chosen();
    let me = office.me.clone();
    later(&office, AFTER - 1);
    assert!(matches!(office.ask(&me, header()).0, Reply::Answer(_)));
    // Asking is no activity: a screen that refreshes itself keeps nobody in.
    later(&office, 1);
    for request in one_of_each(&mut office) {
        // Beside the committer as through it.
        let beside = office.service.read(&me, request.clone()).map(caseload::service::Unshown::shown);
        assert!(matches!(beside, Ok(Reply::Locked(_))));
        let reply = office.ask(&me, request).0;
        let Reply::Locked(view) = &reply else { panic!("answered: {}", said(&reply)) };
        assert_eq!((view.state, view.wrong), (LockState::Ask(TRIES), false));
        assert_eq!((view.user.as_str(), view.agency.as_str()), ("J. Alvarez", "Test Agency"));
        assert!(view.tiers.iter().sum::<u32>() > 0, "how much waits is shown");
    }
    // What was typed is kept.
    let draft = Draft {
        id: DraftId([5; 16]),
        form: "call".to_owned(),
        person: None,
        about: None,
        fields: vec![("note".to_owned(), "half a".to_owned())],
        focus: 0,
        at: office.now(),
    };
    assert!(matches!(office.ask(&me, Request::SaveDraft(draft)).0, Reply::Drafted));
    let Reply::Locked(view) = unlock(&mut office, "2581") else { panic!("opened by a wrong one") };
    assert_eq!((view.state, view.wrong), (LockState::Ask(4), true));
    assert!(matches!(unlock(&mut office, PIN), Reply::Open(terms) if terms.pin && terms.after == AFTER));
    assert!(matches!(office.ask(&me, Request::Drafts).0, Reply::Drafts(list) if list.len() == 1));
    // Tries are whole again.
    later(&office, AFTER);
    assert_eq!(state(&office.service, &me), Some(LockState::Ask(TRIES)));
}

#[test]
fn keys_keep_it_open_and_a_call_for_half_an_hour() {
    let (mut office, _) = chosen();
    let me = office.me.clone();
    for _ in 0..4 {
        later(&office, AFTER - 1);
        assert!(matches!(active(&mut office, false), Reply::Open(_)));
    }
    // A call without a key on the way.
    assert!(matches!(active(&mut office, true), Reply::Open(_)));
    later(&office, LONGEST_CALL - 1);
    assert_eq!(state(&office.service, &me), None);
    later(&office, 1);
    assert!(state(&office.service, &me).is_some(), "no call is longer than that");
    assert!(matches!(active(&mut office, true), Reply::Locked(_)), "a locked one cannot say that she is on the phone");
    assert!(matches!(unlock(&mut office, PIN), Reply::Open(_)));
    // Saying so again does not begin the half hour anew.
    assert!(matches!(active(&mut office, true), Reply::Open(_)));
    later(&office, LONGEST_CALL - MINUTE);
    assert!(matches!(active(&mut office, true), Reply::Open(_)));
    later(&office, AFTER - 1);
    assert_eq!(state(&office.service, &me), None);
    later(&office, 1);
    assert!(state(&office.service, &me).is_some());
    // The end of a call ends what it kept off.
    unlock(&mut office, PIN);
    active(&mut office, true);
    active(&mut office, false);
    later(&office, AFTER);
    assert!(state(&office.service, &me).is_some());
}

#[test]
fn the_lock_is_the_users_and_not_the_connections() {
    let (mut office, files) = chosen();
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let other = elsewhere(&me);
    assert!(office.service.may_hear(&me) && office.service.may_hear(&other));
    // Keys in one window keep the other one open.
    later(&office, AFTER - 1);
    assert!(matches!(office.ask(&other, Request::Active { call: false }).0, Reply::Open(_)));
    later(&office, 1);
    assert!(matches!(office.ask(&me, header()).0, Reply::Answer(_)));
    // Locked by hand in one, locked in both, and a new one begins at the PIN; nobody else is touched.
    assert!(matches!(office.ask(&me, Request::LockNow).0, Reply::Locked(_)));
    for session in [&me, &other, &elsewhere(&other)] {
        assert!(matches!(office.ask(session, header()).0, Reply::Locked(_)));
        assert!(!office.service.may_hear(session), "no change reaches a locked session");
    }
    office.service.keep_locks(Locks::new(LockRule::After(AFTER), Some(Arc::new(files.after_cut(Unsynced::Dropped)))));
    assert_eq!(state(&office.service, &me), Some(LockState::Ask(TRIES)), "a restart opens nothing");
    let reply = office.ask(&colleague, Request::LockState).0;
    assert!(
        matches!(reply, Reply::Open(terms) if !terms.pin && terms.after == AFTER),
        "who has no PIN is asked for one"
    );
    assert!(matches!(office.ask(&other, Request::Unlock(pin(PIN))).0, Reply::Open(_)));
    assert!(office.service.may_hear(&me) && matches!(office.ask(&me, header()).0, Reply::Answer(_)));
}

#[test]
fn a_restart_knows_her_last_key() {
    let (mut office, files) = chosen();
    let me = office.me.clone();
    later(&office, 2 * MINUTE);
    active(&mut office, false);
    later(&office, AFTER - 1);
    assert_eq!(state(&restarted(&office, &files), &me), None, "within five minutes of her last key");
    later(&office, 1);
    assert_eq!(state(&restarted(&office, &files), &me), Some(LockState::Ask(TRIES)));
    // Reported twice a minute at most, so the disk is not asked more often either.
    unlock(&mut office, PIN);
    let before = files.calls();
    for _ in 0..24 {
        later(&office, 1_000);
        active(&mut office, false);
    }
    assert_eq!(files.calls(), before);
    later(&office, 1_000);
    active(&mut office, false);
    assert!(files.calls() > before);
}

#[test]
fn five_wrong_tries_shut_it_for_a_quarter_of_an_hour_through_restarts() {
    let (mut office, files) = chosen();
    let me = office.me.clone();
    later(&office, AFTER);
    for left in (1..TRIES).rev() {
        let Reply::Locked(view) = unlock(&mut office, "1111") else { panic!("opened") };
        assert_eq!(view.state, LockState::Ask(left));
        assert_eq!(state(&restarted(&office, &files), &me), Some(LockState::Ask(left)), "a restart gives none back");
    }
    let shut = office.now().plus(SHUT);
    let Reply::Locked(view) = unlock(&mut office, "1111") else { panic!("opened") };
    assert_eq!((view.state, view.wrong), (LockState::Shut(shut), true));
    for ms in [0, MINUTE, SHUT - MINUTE - 1] {
        later(&office, ms);
        // The right one is not even looked at.
        assert!(matches!(unlock(&mut office, PIN), Reply::Locked(v) if v.state == LockState::Shut(shut)));
        let service = restarted(&office, &files);
        assert_eq!(state(&service, &me), Some(LockState::Shut(shut)));
    }
    later(&office, 1);
    assert_eq!(state(&office.service, &me), Some(LockState::Ask(TRIES)));
    assert_eq!(state(&restarted(&office, &files), &me), Some(LockState::Ask(TRIES)));
    assert!(matches!(unlock(&mut office, PIN), Reply::Open(_)));
    // Choosing another one is a try of the old one.
    for _ in 0..TRIES {
        office.ask(&me, Request::ChoosePin { old: Some(pin("1111")), new: pin("9753") });
    }
    let shut = office.now().plus(SHUT);
    assert!(matches!(unlock(&mut office, PIN), Reply::Locked(v) if v.state == LockState::Shut(shut)));
}

#[test]
fn a_try_is_counted_before_it_is_compared() {
    let (mut office, files) = chosen();
    let me = office.me.clone();
    later(&office, AFTER);
    // The server dies between the two steps, again and again.
    for left in (1..TRIES).rev() {
        assert!(matches!(office.service.pin_begin(&me, &Request::Unlock(pin(PIN))), PinStep::Work(_)));
        assert_eq!(state(&restarted(&office, &files), &me), Some(LockState::Ask(left)));
    }
    assert!(matches!(office.service.pin_begin(&me, &Request::Unlock(pin(PIN))), PinStep::Work(_)));
    assert!(matches!(state(&restarted(&office, &files), &me), Some(LockState::Shut(_))));
    // With the work done elsewhere and told afterwards it opens all the same.
    later(&office, SHUT);
    let PinStep::Work(work) = office.service.pin_begin(&me, &Request::Unlock(pin(PIN))) else { panic!("no work") };
    let done = std::thread::spawn(move || work.run()).join().unwrap();
    assert!(matches!(office.service.pin_finish(&me, done), Reply::Open(_)));
    assert_eq!(state(&office.service, &me), None);
    assert!(matches!(unlock(&mut office, "1111"), Reply::Locked(v) if v.state == LockState::Ask(4)));
}

#[test]
fn what_the_disk_does_not_take_is_no_try_and_no_pin() {
    for fault in [Fault::Io, Fault::Full, Fault::Short] {
        for n in 1..12 {
            let (mut office, files) = chosen();
            let me = office.me.clone();
            later(&office, AFTER);
            files.fail_at(n, fault);
            let wrong = unlock(&mut office, "1111");
            let left = match &wrong {
                Reply::Locked(view) => {
                    assert_eq!(view.state, LockState::Ask(4));
                    4
                }
                Reply::Problems(_) => TRIES,
                other => panic!("{}", said(other)),
            };
            assert_eq!(state(&office.service, &me), Some(LockState::Ask(left)), "{fault:?} {n}");
            // On the disk it may be counted although it was not answered, never the other way round.
            let Some(LockState::Ask(kept)) = state(&restarted(&office, &files), &me) else { panic!("{fault:?} {n}") };
            assert!(kept <= left, "{fault:?} {n}");
            files.fail_at(u64::MAX / 2, Fault::Io);
            assert!(matches!(unlock(&mut office, PIN), Reply::Open(_)), "{fault:?} {n}");
            files.fail_at(n, fault);
            let other = office.ask(&me, Request::ChoosePin { old: Some(pin(PIN)), new: pin("9753") }).0;
            files.fail_at(u64::MAX / 2, Fault::Io);
            let stands = if matches!(other, Reply::Open(_)) { "9753" } else { PIN };
            assert!(matches!(unlock(&mut office, stands), Reply::Open(_)), "{fault:?} {n}");
            if matches!(other, Reply::Open(_)) {
                let mut again = restarted(&office, &files);
                assert!(matches!(again.handle(&me, Request::Unlock(pin("9753"))).0, Reply::Open(_)), "{fault:?} {n}");
            }
        }
    }
}

#[test]
fn a_pin_is_reset_by_an_administrator_alone() {
    let (mut office, files) = chosen();
    let (me, manager) = (office.me.clone(), office.manager.clone());
    office.ask(&manager, Request::ChoosePin { old: None, new: pin("8520") });
    let reply = office.ask(&manager, Request::ResetPin("u1".to_owned())).0;
    assert!(matches!(&reply, Reply::Denied(why) if why.contains("administrator")), "{}", said(&reply));
    let administrator =
        Session { user: caseload::domain::ids::UserId::default(), role: Role::Administrator, ..manager };
    assert!(matches!(office.ask(&administrator, Request::ResetPin("nobody".to_owned())).0, Reply::Problems(_)));
    for _ in 0..TRIES {
        unlock(&mut office, "1111");
    }
    assert!(matches!(office.ask(&administrator, Request::ResetPin("u1".to_owned())).0, Reply::Drafted));
    for service in [&office.service, &restarted(&office, &files)] {
        assert!(matches!(service.lock_state(&me), Reply::Open(terms) if !terms.pin && terms.after == AFTER));
    }
    assert!(matches!(unlock(&mut office, PIN), Reply::Open(terms) if !terms.pin), "there is none to be right");
    for (bad, why) in [("123", "4 to 8"), ("1234", "tried first"), ("12a4", "4 to 8")] {
        let reply = office.ask(&me, Request::ChoosePin { old: None, new: pin(bad) }).0;
        let Reply::Problems(problems) = reply else { panic!("{bad} was taken") };
        assert!(problems[0].text.contains(why), "{}", problems[0].text);
    }
    assert!(matches!(office.ask(&me, Request::ChoosePin { old: None, new: pin("9753") }).0, Reply::Open(_)));
    // Another one only with the one that stands.
    assert!(matches!(office.ask(&me, Request::ChoosePin { old: None, new: pin(PIN) }).0, Reply::Problems(_)));
    assert!(matches!(office.ask(&me, Request::ChoosePin { old: Some(pin(PIN)), new: pin(PIN) }).0, Reply::Locked(_)));
    assert!(matches!(office.ask(&me, Request::ChoosePin { old: Some(pin("9753")), new: pin(PIN) }).0, Reply::Open(_)));
    assert!(matches!(unlock(&mut office, PIN), Reply::Open(_)));
}

#[test]
fn two_windows_that_choose_at_once_leave_one_pin() {
    let (office, _) = locking(LockRule::After(AFTER));
    let me = office.me.clone();
    let begin = |digits: &str| match office.service.pin_begin(&me, &Request::ChoosePin { old: None, new: pin(digits) })
    {
        PinStep::Work(work) => work,
        _ => panic!("no work"),
    };
    let (first, second) = (begin("2580").run(), begin("9753").run());
    assert!(matches!(office.service.pin_finish(&me, first), Reply::Open(_)));
    let reply = office.service.pin_finish(&me, second);
    assert!(matches!(&reply, Reply::Problems(p) if p[0].text.contains("meanwhile")), "{}", said(&reply));
    let mut service = office.service;
    assert!(matches!(service.handle(&me, Request::Unlock(pin("2580"))).0, Reply::Open(_)));
}

#[test]
fn a_damaged_file_lets_nobody_in_until_it_is_reset() {
    let (mut office, files) = chosen();
    let me = office.me.clone();
    files.tamper(&format!("locks/{}", me.user), |bytes| bytes[30] ^= 1);
    office.service.keep_locks(Locks::new(LockRule::After(AFTER), Some(files.clone())));
    assert_eq!(state(&office.service, &me), Some(LockState::Broken));
    for request in [Request::Unlock(pin(PIN)), Request::ChoosePin { old: None, new: pin("9753") }, header()] {
        assert!(matches!(office.ask(&me, request).0, Reply::Locked(v) if v.state == LockState::Broken));
    }
    let manager = office.manager.clone();
    office.ask(&manager, Request::ChoosePin { old: None, new: pin("8520") });
    let administrator =
        Session { user: caseload::domain::ids::UserId::default(), role: Role::Administrator, ..manager };
    assert!(matches!(office.ask(&administrator, Request::ResetPin("u1".to_owned())).0, Reply::Drafted));
    assert!(matches!(office.service.lock_state(&me), Reply::Open(terms) if !terms.pin));
}

#[test]
fn a_clock_that_is_set_back_gives_no_time_and_shuts_nobody_out_for_a_day() {
    let (mut office, _) = chosen();
    let me = office.me.clone();
    office.clock.set(office.now().0 - 24 * 60 * MINUTE);
    assert_eq!(state(&office.service, &me), None);
    later(&office, AFTER);
    assert!(state(&office.service, &me).is_some(), "five minutes of the clock as it now goes");
    for _ in 0..TRIES {
        unlock(&mut office, "1111");
    }
    office.clock.set(office.now().0 - 24 * 60 * MINUTE);
    assert!(matches!(unlock(&mut office, PIN), Reply::Open(_)));
}

#[test]
fn who_is_locked_follows_the_policy() {
    // The test's agency is a demo: nobody in it is real, so nothing locks by itself, but she can.
    let (mut office, _) = locking(LockRule::Policy);
    let me = office.me.clone();
    later(&office, 60 * MINUTE);
    assert!(matches!(active(&mut office, false), Reply::Open(terms) if terms.after == 0 && !terms.pin));
    assert!(matches!(office.ask(&me, Request::LockNow).0, Reply::Problems(_)));
    office.ask(&me, Request::ChoosePin { old: None, new: pin(PIN) });
    assert!(matches!(office.ask(&me, Request::LockNow).0, Reply::Locked(_)));
    assert!(matches!(unlock(&mut office, PIN), Reply::Open(terms) if terms.after == 0 && terms.pin));

    let mut office = Office::at(monday());
    let agency = office.ids(Kind::Agency)[0];
    let manager = office.manager.clone();
    office.edit(&manager, Kind::Agency, agency, Fields::none().with("demo", &false));
    office.service.keep_locks(Locks::new(LockRule::Policy, None));
    let (me, colleague, manager) = (office.me.clone(), office.colleague.clone(), office.manager.clone());
    let reply = office.service.lock_state(&me);
    assert!(matches!(reply, Reply::Open(t) if !t.pin && t.after == AFTER), "with colleagues everybody has a PIN");
    office.service.keep_locks(Locks::off());
    for (after, taken) in [("16m", false), ("30s", false), ("soon", false), ("12m", true)] {
        let text = format!("version = \"ours\"\n[lock]\nafter = \"{after}\"\n");
        let (name, version, signed_by) = ("triage".to_owned(), "ours".to_owned(), String::new());
        let reply = office.act(&manager, Command::AdoptPolicy { name, version, text, signed_by });
        assert_eq!(matches!(reply, Reply::Done(_)), taken, "{after}: {}", said(&reply));
    }
    let mut service = service_over(&office.store, &office.clock, 1 << 40);
    service.keep_locks(Locks::new(LockRule::Policy, None));
    let choose = || Request::ChoosePin { old: None, new: pin(PIN) };
    assert!(matches!(service.handle(&me, choose()).0, Reply::Open(terms) if terms.after == 12 * MINUTE));

    // Alone, nobody is asked for a PIN that she did not want; once she has one it holds.
    for user in [&colleague, &manager] {
        let left = Command::SetAccess { user: user.user, active: false, reason: "left".to_owned() };
        office.done(&manager, left);
    }
    let mut service = service_over(&office.store, &office.clock, 1 << 41);
    service.keep_locks(Locks::new(LockRule::Policy, None));
    assert!(matches!(service.lock_state(&me), Reply::Open(terms) if terms.after == 0));
    assert!(matches!(service.handle(&me, choose()).0, Reply::Open(terms) if terms.after == 12 * MINUTE));
    office.clock.advance(12 * MINUTE);
    assert_eq!(state(&service, &me), Some(LockState::Ask(TRIES)));
    // Whoever sets an agency up is no user and has no PIN.
    let founder = Session { user: UserId::default(), ..manager };
    assert!(service.may_hear(&founder) && matches!(service.handle(&founder, choose()).0, Reply::Denied(_)));
}
