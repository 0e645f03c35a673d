//! Who may do what: one row a command or question, one column a role.

use crate::office::{Office, monday, new, said};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{BatchId, ClientId, StaffId, VisitId};
use caseload::domain::issue::IssueKind;
use caseload::domain::record::Kind;
use caseload::domain::user::Role;
use caseload::domain::visit::Answer;
use caseload::service::access::{Asked, allowed};
use caseload::service::api::{Clash, Command, ManyAct, Person, Query, Reply, Session};

#[test]
fn every_role_may_what_the_table_says() {
    let mut office = Office::at(monday());
    let key = AlertKey { source: AlertSource::Issue, subject: [1; 16], occurrence: 0 };
    let client = ClientId([2; 16]);
    let person = Person::Client(client);
    let edit = |kind| Command::Edit { kind, id: [1; 16], base: 1, fields: Fields::none() };
    let create = |kind| Command::Create {
        records: vec![caseload::service::api::NewRecord { kind, fields: Fields::none() }],
        batch: None,
    };
    let text = String::new;
    // Coordinator, nurse, scheduler, biller, manager, on-call, read-only, surveyor, administrator.
    let commands = [
        ("yyyyyy--y", Command::Take { key, from_other: false }),
        ("yyyyyy--y", Command::Snooze { key, until: monday(), reason: text() }),
        ("yyyyyy--y", Command::Result { key, outcome: text(), note: text(), disposition: None }),
        ("yy--yy--y", Command::CompleteReassessment { key, result: text(), completed: None }),
        ("yy--yy--y", Command::WaiveReassessment { key, reason: text() }),
        ("yyyyyy--y", Command::OnMany { keys: vec![key], act: ManyAct::Take { from_other: false } }),
        ("yyyyyy--y", Command::Pass { key, to: office.me.user, note: text() }),
        ("yyyyyy--y", Command::Escalate { key, reason: text() }),
        ("yyyyyy--y", Command::Retier { key, tier: 1, reason: text() }),
        ("yyyyyy--y", Command::Reopen { key, reason: text() }),
        ("yyyyyy--y", Command::ScheduleReassessment { key, start: monday(), minutes: 60, staff: office.staff[0] }),
        (
            "yyyyyy--y",
            Command::AmendCall {
                call: [1; 16].into(),
                with: text(),
                result: caseload::domain::communication::CallResult::Reached,
                note: text(),
            },
        ),
        ("yyyyyy--y", Command::LogCall(office.call(None, None))),
        ("yyyyyy--y", Command::NewIssue(caseload::service::api::NewIssue { kind: IssueKind::Other, ..office.fall(0) })),
        ("yyyyyy--y", Command::AddNote { key, text: text() }),
        ("yyy-yy--y", Command::CoverVisit { visit: VisitId([3; 16]), staff: StaffId([4; 16]), answer: Answer::Yes }),
        ("yyy-yy--y", Command::BookVisit(office.booking(0))),
        ("yyyyyy--y", Command::MarkReviewed { client: office.clients[0], seen: 0 }),
        ("y---y---y", create(Kind::Client)),
        ("----y---y", create(Kind::User)),
        ("----y---y", create(Kind::Policy)),
        ("yyyyyy--y", edit(Kind::Visit)),
        ("----y---y", edit(Kind::User)),
        ("----y---y", edit(Kind::Agency)),
        ("----y---y", edit(Kind::Office)),
        ("----y---y", edit(Kind::Policy)),
        (
            "y---y---y",
            Command::Import {
                source: text(),
                batch: BatchId([1; 16]),
                records: Vec::new(),
                clash: Clash::KeepLocal,
                dry_run: true,
            },
        ),
        ("----y---y", Command::AdoptPolicy { name: text(), version: text(), text: text(), signed_by: text() }),
        ("yyyyyy--y", Command::Undo { seq: 1 }),
        ("yyyyyy--y", Command::UndoBatch { batch: BatchId([1; 16]) }),
        ("--------y", Command::EraseClient { client: office.clients[0], reason: text() }),
    ];
    let queries = [
        ("yyyyyyyyy", Query::Header),
        ("yyyyyyyyy", Query::Card(person)),
        ("yyyyyyyyy", Query::ClientPage(client)),
        ("yyyyyyyyy", Query::Find { text: text(), limit: 1 }),
        ("yyy-yy--y", Query::Codes(client)),
    ];
    let session = |role| Session { role, ..office.me.clone() };
    let row = |asked: &Asked<'_>| -> String {
        Role::ALL.iter().map(|r| if allowed(&session(*r), asked).is_ok() { 'y' } else { '-' }).collect()
    };
    assert_eq!(Role::ALL.len(), 9);
    for (n, (table, command)) in commands.iter().enumerate() {
        assert_eq!(&row(&Asked::Command(command)), table, "command {n}");
    }
    for (n, (table, query)) in queries.iter().enumerate() {
        assert_eq!(&row(&Asked::Query(query)), table, "question {n}");
    }
    // … and the service asks it before anything else.
    let surveyor = session(Role::Surveyor);
    let head = office.store.engine().head().unwrap();
    for (_, command) in commands {
        assert!(matches!(office.act(&surveyor, command), Reply::Denied(_)));
    }
    let reply = office.ask(&surveyor, caseload::service::api::Request::Query(Query::Codes(client))).0;
    assert!(matches!(&reply, Reply::Denied(why) if why.contains("surveyor")), "{}", said(&reply));
    assert_eq!(office.store.engine().head().unwrap(), head);
}

#[test]
fn nobody_raises_themselves() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let raised = Fields::none().with("role", &Role::Administrator);
    assert!(matches!(office.edit(&me, Kind::User, me.user.0, raised), Reply::Denied(_)));
    let twin: caseload::domain::user::User = office.get(me.user.0);
    let twin = caseload::domain::user::User { role: Role::Administrator, ..twin };
    assert!(matches!(office.act(&me, Command::Create { records: vec![new(&twin)], batch: None }), Reply::Denied(_)));
    // A uid that comes back under another name is somebody else.
    let manager = office.manager.clone();
    let other = caseload::domain::user::User { login: crate::office::t("new"), ..twin };
    let reply = office.act(&manager, Command::Create { records: vec![new(&other)], batch: None });
    assert_eq!(crate::office::rule(&reply), "user.uid_reused");
}

#[test]
fn each_showing_of_a_code_is_logged() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let code = caseload::domain::chart::AccessCode {
        client: office.clients[0],
        kind: crate::office::t("key box"),
        code: crate::office::t("1234"),
    };
    office.make(&me, vec![new(&code)]);
    let head = office.store.engine().head().unwrap();
    let client = office.clients[0];
    let answer = office.query(&me, Query::Codes(client));
    assert!(matches!(answer, caseload::service::api::Answered::Codes(codes) if codes[0].1 == "1234"));
    let entry = office.store.engine().entry(head + 1).unwrap().unwrap();
    assert_eq!((entry.commit.action.as_str(), entry.commit.actor), ("codes.show", me.user.0));
    assert!(office.store.note(&entry).summary.contains("Okafor"));
}
