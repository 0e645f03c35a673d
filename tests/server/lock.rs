//! The lock over a real socket: it is the user's, whichever window it fell in, and a killed server neither opens it nor
//! gives tries back.

use crate::agency::{Agency, execute, query, said};
use caseload::domain::fields::Fields;
use caseload::domain::issue::{How, IssueKind};
use caseload::domain::pin::Pin;
use caseload::domain::record::Kind;
use caseload::server::connect::Caller;
use caseload::server::link::Link;
use caseload::service::api::{Answered, Backend, Command, Heard, LockState, NewIssue, Query, Reply, Request, TRIES};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

fn pin(digits: &str) -> Pin {
    Pin::typed(digits)
}

fn state(caller: &mut Caller) -> Option<LockState> {
    match caller.ask(Request::LockState).unwrap() {
        Reply::Locked(view) => Some(view.state),
        Reply::Open(_) => None,
        other => panic!("{}", said(&other)),
    }
}

/// What a window hears until this comes.
fn until(heard: &Receiver<Heard>, wanted: impl Fn(&Heard) -> bool) -> Vec<Heard> {
    let mut all = Vec::new();
    loop {
        let one = heard.recv_timeout(Duration::from_mins(1)).expect("it never came");
        let found = wanted(&one);
        all.push(one);
        if found {
            return all;
        }
    }
}

fn killed(agency: &mut Agency) {
    let mut server = agency.server.take().unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    agency.serve();
}

#[test]
fn it_holds_in_every_window_and_through_every_end_of_the_server() {
    let mut agency = Agency::with(0, 3);
    let mut first = agency.caller();
    assert!(matches!(first.ask(Request::LockNow).unwrap(), Reply::Problems(_)), "nothing would open it");
    let reply = first.ask(Request::ChoosePin { old: None, new: pin("2580") }).unwrap();
    assert!(matches!(reply, Reply::Open(terms) if terms.pin && terms.after > 0), "{}", said(&reply));

    let (hear, heard) = channel();
    let second = Link::start(
        agency.enter(),
        agency.way(None),
        Box::new(move |one| {
            let _ = hear.send(one);
        }),
    )
    .unwrap();
    second.send(1, Request::Query(Query::Header));
    until(&heard, |h| matches!(h, Heard::Reply(1, Reply::Answer(_))));
    let note = |text: &str| {
        let fields = Fields::none().with("note", &text.to_owned());
        execute(Command::Edit { kind: Kind::Client, id: agency.clients[0], base: 1, fields })
    };
    assert!(matches!(first.ask(note("seen")).unwrap(), Reply::Done(_)));
    until(&heard, |h| matches!(h, Heard::Change(_)));

    // Locked in one, said in the other, answered in neither; a new one begins at the PIN.
    assert!(matches!(first.ask(Request::LockNow).unwrap(), Reply::Locked(_)));
    until(&heard, |h| matches!(h, Heard::Locked));
    second.send(2, Request::Query(Query::Header));
    let told = until(&heard, |h| matches!(h, Heard::Reply(2, Reply::Locked(_))));
    assert!(!told.iter().any(|h| matches!(h, Heard::Change(_))), "a locked window is told nothing");
    let reply = first.ask(note("unseen")).unwrap();
    assert!(matches!(reply, Reply::Locked(_)), "{}", said(&reply));
    let mut third = agency.caller();
    assert_eq!(state(&mut third), Some(LockState::Ask(TRIES)));
    // A subcommand says so, and shows nobody, where nobody can be asked.
    let list = std::process::Command::new(env!("CARGO_BIN_EXE_caseload"))
        .env_clear()
        .env("HOME", agency.home.path())
        .arg("--server")
        .arg(agency.socket())
        .args(["list", "clients"])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let refused = String::from_utf8_lossy(&list.stderr).into_owned();
    assert!(!list.status.success() && list.stdout.is_empty() && refused.contains("locked"), "{refused}");

    // Tries are counted through kills.
    for left in (TRIES - 2..TRIES).rev() {
        let reply = agency.caller().ask(Request::Unlock(pin("1111"))).unwrap();
        assert!(matches!(&reply, Reply::Locked(v) if v.wrong && v.state == LockState::Ask(left)), "{}", said(&reply));
        killed(&mut agency);
        assert_eq!(state(&mut agency.caller()), Some(LockState::Ask(left)));
    }
    let mut again = agency.caller();
    assert!(matches!(again.ask(Request::Unlock(pin("2580"))).unwrap(), Reply::Open(_)));
    match query(&mut again, Query::Header) {
        Answered::Header(header) => assert!(!header.first_day),
        _ => panic!("no header"),
    }
    killed(&mut agency);
    assert_eq!(state(&mut agency.caller()), None, "her last key was a moment ago");
    second.stop();
    agency.end_and_verify();
}

#[test]
fn pins_that_are_compared_hold_nobody_up() {
    let agency = Agency::with(0, 2);
    let mut me = agency.caller();
    assert!(matches!(me.ask(Request::ChoosePin { old: None, new: pin("2580") }).unwrap(), Reply::Open(_)));
    // While one window types PINs, another one saves: both are answered, and every save is there.
    std::thread::scope(|scope| {
        let typing = scope.spawn(|| {
            let mut typing = agency.caller();
            for _ in 0..20 {
                assert!(matches!(typing.ask(Request::Unlock(pin("2580"))).unwrap(), Reply::Open(_)));
            }
        });
        for n in 0..20 {
            let new = NewIssue {
                person: None,
                kind: IssueKind::Complaint,
                summary: format!("the line was busy, {n}"),
                facts: Vec::new(),
                happened: None,
                reported_by: String::new(),
                how: How::Phone,
            };
            let reply = me.ask(execute(Command::NewIssue(new))).unwrap();
            assert!(matches!(reply, Reply::Done(_)), "{}", said(&reply));
        }
        typing.join().unwrap();
    });
}
