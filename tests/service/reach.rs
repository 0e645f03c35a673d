//! Whose clients somebody sees, which fields, and a chart in an emergency.

use crate::access::one_of_each;
use crate::office::{Office, few, monday, name, new, ny, phone, rule, said, t};
use caseload::domain::agency::Office as OfficeBody;
use caseload::domain::attention::AlertSource;
use caseload::domain::care_plan::CarePlan;
use caseload::domain::chart::{AccessCode, Allergy, Diagnosis, Medication};
use caseload::domain::client::Client;
use caseload::domain::ids::{ClientId, UserId};
use caseload::domain::issue::IssueKind;
use caseload::domain::reach::{Emergency, Scope};
use caseload::domain::record::Kind;
use caseload::domain::staff::{Discipline, Membership, Staff};
use caseload::domain::time::{HOUR, MINUTE};
use caseload::domain::user::{Role, User};
use caseload::service::api::{
    Answered, BoardAsk, By, Command, NewIssue, OpenList, Person, Query, Reply, Request, Rows, Session, Sort, SpanAsk,
    View,
};

fn open(view: View) -> OpenList {
    OpenList { view, mine: false, lens: String::new(), words: String::new(), sort: Sort::Natural }
}

fn clients_seen(office: &mut Office, who: &Session) -> Vec<ClientId> {
    let Reply::List(list) = office.ask(who, Request::OpenList(open(View::Clients))).0 else { panic!("no list") };
    let Rows::Clients(rows) = list.window.rows else { panic!("no clients") };
    assert_eq!(list.total as usize, rows.len());
    rows.iter().map(|r| r.id).collect()
}

fn reach(office: &mut Office, who: UserId, scope: Scope) {
    let manager = office.manager.clone();
    office.done(&manager, Command::SetReach { user: who, scope: Some(scope), reason: "trainee".to_owned() });
}

/// Everything that a session can ask about anybody, as one text: every list, page, card and finding.
fn all_answers(office: &mut Office, who: &Session, words: &[&str]) -> String {
    let mut text = String::new();
    let mut take = |office: &mut Office, request: Request| {
        let reply = office.ask(who, request).0;
        text.push_str(&serde_json::to_string(&reply).unwrap());
        text.push('\n');
    };
    let today = ny().day(office.now());
    for view in [
        View::Alerts,
        View::Clients,
        View::Staff,
        View::Visits { from: today.plus(-3), to: today.plus(7), only: caseload::service::api::VisitFilter::default() },
        View::Issues,
        View::Reassessments,
    ] {
        take(office, Request::OpenList(open(view)));
    }
    let mut queries = vec![
        Query::Header,
        Query::Brief,
        Query::Reviews,
        Query::Agency,
        Query::Users,
        Query::Colleagues,
        Query::OnDuty(None),
        Query::MyActs(20),
        Query::UndoNext { redo: false },
        Query::Rights { forced: false },
        Query::AdoptedRules("triage".to_owned()),
        Query::Initials { from: 0 },
    ];
    for n in 0..3 {
        for by in [By::Caregiver, By::Client] {
            let day = today.plus(n);
            queries.push(Query::Board(BoardAsk {
                day,
                mine: false,
                only: caseload::service::api::VisitFilter::default(),
                by,
                from: 0,
                count: 50,
                around: None,
            }));
        }
    }
    for by in [By::Caregiver, By::Client] {
        queries.push(Query::Span(SpanAsk {
            from: today,
            days: 7,
            mine: false,
            only: caseload::service::api::VisitFilter::default(),
            by,
            first: 0,
            rows: 50,
            deadlines: true,
        }));
    }
    for client in office.clients.clone() {
        let person = Person::Client(client);
        queries.extend([
            Query::Card(person),
            Query::ClientPage(client),
            Query::ReviewCard(client),
            Query::Numbers { person, about: None },
            Query::Codes(client),
            Query::Untold { client, about: None },
            Query::Coverable { client: Some(client), about: None },
            Query::Export { kind: Kind::Client, ids: vec![client.0] },
        ]);
        let would = NewIssue { person: Some(person), ..office.fall(0) };
        queries.push(Query::WouldBe(would));
    }
    for staff in office.staff.clone() {
        let person = Person::Staff(staff);
        let about = office.alerts(AlertSource::CallOut).first().copied();
        queries.extend([
            Query::Card(person),
            Query::StaffPage(staff),
            Query::Numbers { person, about },
            Query::Export { kind: Kind::Staff, ids: vec![staff.0] },
        ]);
    }
    for id in office.ids(Kind::Visit) {
        queries.push(Query::TryChange { visit: id.into(), change: None });
    }
    for key in office.all_alerts() {
        queries.extend([Query::Why(key), Query::Outcomes(key), Query::OnDuty(Some(key))]);
        queries.push(Query::Coverable { client: None, about: Some(key) });
    }
    for kind in Kind::ALL {
        for id in office.ids(*kind) {
            queries.push(Query::History { kind: *kind, id });
        }
    }
    for id in office.ids(Kind::Communication) {
        queries.push(Query::Call(id.into()));
    }
    queries.push(Query::Export { kind: Kind::Visit, ids: office.ids(Kind::Visit) });
    for word in words {
        queries.push(Query::Find { text: (*word).to_owned(), limit: 50 });
    }
    for query in queries {
        take(office, Request::Query(query));
    }
    text
}

#[test]
fn nobody_out_of_reach_is_in_any_answer() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    let nurse = sessions[Role::Nurse as usize].clone();
    // A client of the nurse's own, and one of a colleague whose words can be told from all others.
    let manager = office.manager.clone();
    let coordinator = |user| Some(user);
    let own = Client { coordinator: coordinator(nurse.user), ..Client::new(office.east, name("Mine", "Mina")) };
    let far = Client {
        coordinator: coordinator(office.me.user),
        note: t("QQNOTE"),
        mrn: t("QQMRN"),
        phones: phone("(401) 555-0666"),
        ..Client::new(office.east, name("QQFAR", "Qiana"))
    };
    let made = office.make(&manager, vec![new(&own), new(&far)]);
    let (own, far) = (ClientId(made[0]), ClientId(made[1]));
    office.clients.extend([own, far]);
    let fall = NewIssue {
        person: Some(Person::Client(far)),
        kind: IssueKind::Fall,
        summary: "QQFALL".to_owned(),
        ..office.fall(0)
    };
    let me = office.me.clone();
    office.done(&me, Command::NewIssue(fall));
    let mut visit = office.booking(0);
    (visit.client, visit.service, visit.staff) = (far, "QQSERVICE".to_owned(), Some(office.staff[3]));
    visit.answer = caseload::domain::visit::Answer::Planned;
    office.done(&me, Command::BookVisit(visit));
    office.make(&manager, vec![new(&AccessCode { client: far, kind: t("key box"), code: t("QQCODE") })]);

    // As far as her role goes she sees everybody; narrowed to her caseload, her own.
    assert!(clients_seen(&mut office, &nurse).contains(&far));
    reach(&mut office, nurse.user, Scope::Caseload);
    assert_eq!(clients_seen(&mut office, &nurse), [own]);
    let words = ["okafor", "QQFAR", "Qiana", "garcia", "young", "0666"];
    let text = all_answers(&mut office, &nurse, &words);
    // Her name alone, and only where she was asked for by it: that is how she is asked for in an emergency.
    for line in text.lines().filter(|l| l.contains("QQFAR")) {
        assert!(line.contains("only in an emergency") && line.contains("Found"), "{line}");
    }
    for secret in ["QQNOTE", "QQMRN", "QQFALL", "QQSERVICE", "QQCODE", "0666"] {
        assert!(!text.contains(secret), "{secret} is seen: {:?}", text.lines().find(|l| l.contains(secret)));
    }
    assert!(text.contains("Mine, Mina"));
    // A role that opens nothing in an emergency does not even find her name.
    let visitor = sessions[Role::ReadOnly as usize].clone();
    reach(&mut office, visitor.user, Scope::Caseload);
    assert!(clients_seen(&mut office, &visitor).is_empty());
    assert!(!all_answers(&mut office, &visitor, &words).contains("QQFAR"));

    // What she does not see she does not change, and why is said.
    let denied = |office: &mut Office, command: Command| match office.act(&nurse, command) {
        Reply::Denied(why) => why,
        other => panic!("not denied: {}", said(&other)),
    };
    let book = caseload::service::api::BookVisit { client: far, ..office.booking(0) };
    let why = denied(&mut office, Command::BookVisit(book));
    assert_eq!(why, "not on your caseload; ask a manager, or open the chart in an emergency");
    // A caregiver who is with her then is busy, and not said to be with her.
    let hers = caseload::service::api::BookVisit {
        client: own,
        staff: Some(office.staff[3]),
        answer: caseload::domain::visit::Answer::Yes,
        ..office.booking(0)
    };
    let reply = office.act(&nurse, Command::BookVisit(hers.clone()));
    assert_eq!(rule(&reply), "visit.double_booked");
    assert!(said(&reply).contains("on another visit") && !said(&reply).contains("QQ"), "{}", said(&reply));
    let reply = office.act(&manager, Command::BookVisit(hers));
    assert!(said(&reply).contains("with QQFAR, Qiana"), "{}", said(&reply));
    let fields = caseload::domain::fields::Fields::none().with("note", &"x");
    denied(&mut office, Command::Edit { kind: Kind::Client, id: far.0, base: 1, fields });
    let fall = NewIssue { person: Some(Person::Client(far)), ..office.fall(0) };
    denied(&mut office, Command::NewIssue(fall));
    let mut call = office.call(None, None);
    call.person = Some(Person::Client(far));
    denied(&mut office, Command::LogCall(call));
    let fall = office.alerts(AlertSource::Issue);
    let of_far = fall.into_iter().find(|k| {
        let entry = office.service.book().get(*k).unwrap();
        entry.thing.client.as_ref().is_some_and(|c| c.id == far)
    });
    denied(&mut office, Command::Take { key: of_far.unwrap(), from_other: false });
    // Her own she does.
    let call = caseload::service::api::LogCall { person: Some(Person::Client(own)), ..office.call(None, None) };
    assert!(matches!(office.act(&nurse, Command::LogCall(call)), Reply::Done(_)));
    // What she did for somebody who then left her reach is not taken back by her either.
    let done = {
        let book = caseload::service::api::BookVisit { client: own, ..office.booking(0) };
        office.done(&nurse, Command::BookVisit(book))
    };
    let moved = caseload::domain::fields::Fields::none().with("coordinator", &Some(me.user));
    assert!(matches!(office.edit(&manager, Kind::Client, own.0, moved), Reply::Done(_)));
    denied(&mut office, Command::Undo { seq: done.seq });
}

#[test]
fn scopes_are_caseload_team_office_and_agency() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let east = office.east;
    let worker = new(&Staff::new(east, name("Self", "Sam"), Discipline::Rn));
    let staff = office.make(&manager, vec![worker])[0].into();
    let user = User {
        name: t("Sam Self"),
        role: Role::Nurse,
        office: east,
        login: t("sam"),
        uid: 77,
        phones: few(Vec::new()),
        staff: Some(staff),
        active: true,
    };
    let id = UserId(office.make(&manager, vec![new(&user)])[0]);
    let sam = office.service.session(id, "test").unwrap();
    let all = clients_seen(&mut office, &sam);
    assert_eq!(all.len(), 6);
    reach(&mut office, id, Scope::Office);
    let seen = clients_seen(&mut office, &sam);
    assert_eq!(seen.len(), 5, "the one in the west is not of her office");
    assert!(!seen.contains(&office.clients[5]));
    reach(&mut office, id, Scope::Team);
    assert!(clients_seen(&mut office, &sam).is_empty());
    let today = ny().day(office.now());
    let place = |client, until| {
        new(&Membership {
            client,
            staff,
            role: t("case manager"),
            discipline: Discipline::Rn,
            lead: true,
            from: None,
            until,
        })
    };
    let (one, two) = (office.clients[0], office.clients[1]);
    office.make(&manager, vec![place(one, None), place(two, Some(today.plus(-1)))]);
    assert_eq!(clients_seen(&mut office, &sam), [one], "who left the team yesterday is not on it");
    reach(&mut office, id, Scope::Caseload);
    assert!(clients_seen(&mut office, &sam).is_empty());
    // A reach is never wider than the role's, and survives opening.
    let scheduler = one_of_each(&mut office)[Role::Scheduler as usize].clone();
    let wider = Command::SetReach { user: scheduler.user, scope: Some(Scope::Agency), reason: "why not".to_owned() };
    assert_eq!(rule(&office.act(&manager, wider)), "user.reach");
    office.service = crate::office::service_over(&office.store, &office.clock, 1 << 30);
    assert!(clients_seen(&mut office, &sam).is_empty());
    // The same reach twice is said, and a reason is asked for.
    let again = Command::SetReach { user: id, scope: Some(Scope::Caseload), reason: "again".to_owned() };
    assert_eq!(rule(&office.act(&manager, again)), "user.same");
    let silent = Command::SetReach { user: id, scope: Some(Scope::Team), reason: " ".to_owned() };
    assert_eq!(rule(&office.act(&manager, silent)), "user.reason");
    assert!(matches!(
        office.act(&sam, Command::SetReach { user: id, scope: None, reason: "more".to_owned() }),
        Reply::Denied(_)
    ));
}

#[test]
fn an_office_sees_nothing_of_another() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let west = office.west;
    office.make(&manager, vec![new(&OfficeBody { name: t("North"), zone: ny() })]);
    let user = User {
        name: t("W. West"),
        role: Role::Scheduler,
        office: west,
        login: t("west"),
        uid: 78,
        phones: few(Vec::new()),
        staff: None,
        active: true,
    };
    let id = UserId(office.make(&manager, vec![new(&user)])[0]);
    let west = office.service.session(id, "test").unwrap();
    assert_eq!(clients_seen(&mut office, &west), [office.clients[5]]);
    let text = all_answers(&mut office, &west, &["young"]);
    assert!(text.contains("Young, Kim"));
    for other in ["Ruth", "Inés", "O'Brien", "Petrov"] {
        assert!(!text.contains(other), "{other}: {:?}", text.lines().find(|l| l.contains(other)));
    }
}

/// What nobody may see who is not shown a group: one word in each of its fields.
fn with_secrets(office: &mut Office) -> ClientId {
    let manager = office.manager.clone();
    let client = Client {
        note: t("ZZNOTE"),
        mrn: t("ZZMRN"),
        access: t("ZZACCESS"),
        pharmacy: t("ZZPHARMACY"),
        hospital: t("ZZHOSPITAL"),
        emergency: Some(1),
        coordinator: Some(office.me.user),
        directives: few(vec![caseload::domain::client::Directive {
            kind: caseload::domain::client::DirectiveKind::Dnr,
            day: None,
            place: t("ZZDIRECTIVE"),
        }]),
        ..Client::new(office.east, name("Secret", "Sue"))
    };
    let id = ClientId(office.make(&manager, vec![new(&client)])[0]);
    office.clients.push(id);
    office.make(
        &manager,
        vec![
            new(&Medication { client: id, name: t("ZZMED warfarin"), dose: t("daily"), from: None, active: true }),
            new(&Allergy { client: id, name: t("ZZALLERGY"), reaction: t("rash"), active: true }),
            new(&Diagnosis { client: id, code: t("ZZDX"), name: t("ZZDX"), from: None, active: true }),
            new(&AccessCode { client: id, kind: t("key box"), code: t("ZZCODE") }),
            new(&CarePlan { title: t("ZZPLAN"), ..plan(id) }),
        ],
    );
    let me = office.me.clone();
    let issue = NewIssue {
        person: Some(Person::Client(id)),
        summary: "ZZISSUE".to_owned(),
        reported_by: "ZZREPORTER".to_owned(),
        ..office.fall(0)
    };
    office.done(&me, Command::NewIssue(issue));
    let mut call = office.call(None, None);
    (call.person, call.note) = (Some(Person::Client(id)), "ZZSAID".to_owned());
    office.done(&me, Command::LogCall(call));
    let worker = Staff {
        phones: phone("ZZPHONE"),
        note: t("ZZSTAFF"),
        ..Staff::new(office.east, name("Cove", "Cy"), Discipline::Rn)
    };
    let staff = office.make(&manager, vec![new(&worker)])[0].into();
    office.staff.push(staff);
    let mut visit = office.booking(0);
    (visit.client, visit.staff, visit.answer) = (id, Some(staff), caseload::domain::visit::Answer::Planned);
    office.done(&me, Command::BookVisit(visit));
    id
}

fn plan(client: ClientId) -> CarePlan {
    CarePlan {
        client,
        title: t(""),
        problems: few(Vec::new()),
        goals: few(Vec::new()),
        interventions: few(Vec::new()),
        from: None,
        review: None,
        active: true,
    }
}

#[test]
fn what_is_not_shown_is_in_no_answer() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    with_secrets(&mut office);
    let words = ["secret", "sue", "cove", "zzmed", "zzissue", "warfarin"];
    let groups: [(&str, &[&str]); 4] = [
        (
            "clinical",
            &[
                "ZZNOTE",
                "ZZPHARMACY",
                "ZZHOSPITAL",
                "ZZDIRECTIVE",
                "ZZMED",
                "warfarin",
                "ZZALLERGY",
                "ZZPLAN",
                "ZZISSUE",
                "ZZREPORTER",
                "ZZSAID",
                "head strike",
            ],
        ),
        ("diagnoses", &["ZZDX"]),
        ("codes", &["ZZCODE", "ZZACCESS"]),
        ("staff-private", &["ZZPHONE", "ZZSTAFF"]),
    ];
    let seen_by =
        [("clinical", "cnsmorva"), ("diagnoses", "cnbmorva"), ("codes", "cnsmoa"), ("staff-private", "cnsmoa")];
    for (session, letter) in sessions.iter().zip("cnsbmorva".chars()) {
        let text = all_answers(&mut office, session, &words);
        assert!(text.contains("Secret, Sue"), "{}: she is in reach", session.role.word());
        for (group, secrets) in groups {
            let may = seen_by.iter().find(|(g, _)| *g == group).unwrap().1.contains(letter);
            if may {
                // A page says at least one of them, or the test would prove nothing.
                assert!(secrets.iter().any(|s| text.contains(s)), "{} sees nothing of {group}", session.role.word());
            } else {
                for secret in secrets {
                    let line = text.lines().find(|l| l.contains(secret));
                    assert!(line.is_none(), "{secret} of {group} is shown to a {}: {line:?}", session.role.word());
                }
            }
        }
        if letter == 'b' {
            assert!(text.contains("not shown to a biller"));
        }
    }
    // An agency that shows no numbers to a biller.
    let manager = office.manager.clone();
    let adopt = Command::AdoptPolicy {
        name: "roles".to_owned(),
        version: "ours".to_owned(),
        text: "[fields]\nidentity = { sees = \"nurse\" }\n".to_owned(),
        signed_by: String::new(),
    };
    office.done(&manager, adopt);
    let biller = sessions[Role::Biller as usize].clone();
    let text = all_answers(&mut office, &biller, &words);
    assert!(!text.contains("ZZMRN"), "{:?}", text.lines().find(|l| l.contains("ZZMRN")));
    let nurse = sessions[Role::Nurse as usize].clone();
    assert!(all_answers(&mut office, &nurse, &words).contains("ZZMRN"));
}

#[test]
fn a_chart_opens_in_an_emergency_and_closes_by_the_clock() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    let secret = with_secrets(&mut office);
    let nurse = sessions[Role::Nurse as usize].clone();
    reach(&mut office, nurse.user, Scope::Caseload);
    let page =
        |office: &mut Office, who: &Session, client| office.ask(who, Request::Query(Query::ClientPage(client))).0;
    assert!(matches!(page(&mut office, &nurse, secret), Reply::Denied(why) if why.contains("in an emergency")));

    // Some words of a reason; and nobody opens what she sees anyway.
    let open = |client, reason: &str| Command::OpenEmergency { client, reason: reason.to_owned() };
    assert_eq!(rule(&office.act(&nurse, open(secret, "because  a   b"))), "emergency.reason");
    assert_eq!(rule(&office.act(&nurse, open(ClientId([9; 16]), "police at the door"))), "emergency.client");
    let me = office.me.clone();
    assert_eq!(rule(&office.act(&me, open(secret, "police at the door"))), "emergency.needless");
    let visitor = sessions[Role::ReadOnly as usize].clone();
    assert!(matches!(office.act(&visitor, open(secret, "police at the door")), Reply::Denied(_)));

    let done = office.done(&nurse, open(secret, "police at the door"));
    assert!(!done.undoable && done.summary.contains("until 09:10"), "{}", done.summary);
    assert!(matches!(office.act(&nurse, Command::Undo { seq: done.seq }), Reply::Denied(_)));
    assert_eq!(rule(&office.act(&nurse, open(secret, "police at the door"))), "emergency.open");
    let Answered::Header(header) = office.query(&nurse, Query::Header) else { panic!() };
    assert_eq!((header.emergencies.len(), header.emergencies[0].client), (1, secret));
    assert!(header.next_change.unwrap() <= monday().plus(60 * MINUTE));

    // This one chart, and nobody else's; what is done under it carries the mark.
    assert!(matches!(page(&mut office, &nurse, secret), Reply::Answer(_)));
    let other = office.clients[0];
    assert!(matches!(page(&mut office, &nurse, other), Reply::Denied(_)));
    assert_eq!(clients_seen(&mut office, &nurse), [secret]);
    let origin = |office: &Office, seq| office.store.engine().entry(seq).unwrap().unwrap().commit.origin;
    assert_eq!(origin(&office, done.seq), "test", "opening it is what she may do by her role");
    let mut call = office.call(None, None);
    call.person = Some(Person::Client(secret));
    let call = office.done(&nurse, Command::LogCall(call));
    assert_eq!(origin(&office, call.seq), "test EMERGENCY");
    let head = office.store.engine().head().unwrap();
    assert!(matches!(office.ask(&nurse, Request::Query(Query::Codes(secret))).0, Reply::Answer(_)));
    assert_eq!(origin(&office, head + 1), "test EMERGENCY", "a code shown under it is marked too");
    // Not everything is lent.
    let book = caseload::service::api::BookVisit { client: secret, ..office.booking(0) };
    assert!(matches!(office.act(&nurse, Command::BookVisit(book)), Reply::Denied(_)));
    let fields = caseload::domain::fields::Fields::none().with("note", &"x");
    assert!(matches!(office.edit(&nurse, Kind::Client, secret.0, fields), Reply::Denied(_)));

    // It closes by the service's clock, and after that nothing of it is answered, whatever was open.
    office.clock.advance(60 * MINUTE - 1);
    assert!(matches!(page(&mut office, &nurse, secret), Reply::Answer(_)));
    office.clock.advance(1);
    assert!(matches!(page(&mut office, &nurse, secret), Reply::Denied(_)));
    assert!(clients_seen(&mut office, &nurse).is_empty());
    let Answered::Header(header) = office.query(&nurse, Query::Header) else { panic!() };
    assert!(header.emergencies.is_empty());
    let mut call = office.call(None, None);
    call.person = Some(Person::Client(secret));
    assert!(matches!(office.act(&nurse, Command::LogCall(call)), Reply::Denied(_)));
}

#[test]
fn an_open_list_loses_who_is_out_of_reach_again() {
    let mut office = Office::at(monday());
    let nurse = one_of_each(&mut office)[Role::Nurse as usize].clone();
    reach(&mut office, nurse.user, Scope::Caseload);
    let client = office.clients[0];
    office.done(&nurse, Command::OpenEmergency { client, reason: "found on the floor".to_owned() });
    let Reply::List(list) = office.ask(&nurse, Request::OpenList(open(View::Clients))).0 else { panic!() };
    assert_eq!(list.total, 1);
    let rows = |office: &mut Office| match office.ask(&nurse, Request::Rows { list: list.list, from: 0, count: 9 }).0 {
        Reply::Rows(window) => window.total,
        other => panic!("{}", said(&other)),
    };
    assert_eq!(rows(&mut office), 1);
    office.clock.advance(HOUR);
    assert_eq!(rows(&mut office), 0);
}

#[test]
fn a_manager_has_it_among_the_alerts_until_it_is_reviewed() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    let secret = with_secrets(&mut office);
    let biller = sessions[Role::Biller as usize].clone();
    // A biller reaches her, and is not shown what is known of her health: an emergency lends that too.
    let page = |office: &mut Office| match office.query(&biller, Query::ClientPage(secret)) {
        Answered::Page(Some(page)) => serde_json::to_string(&page).unwrap(),
        _ => panic!("no page"),
    };
    assert!(!page(&mut office).contains("ZZALLERGY"));
    assert!(matches!(office.ask(&biller, Request::Query(Query::Codes(secret))).0, Reply::Denied(_)));
    let reason = "paramedics ask for her allergies".to_owned();
    office.done(&biller, Command::OpenEmergency { client: secret, reason });
    assert!(page(&mut office).contains("ZZALLERGY"));
    assert!(matches!(office.ask(&biller, Request::Query(Query::Codes(secret))).0, Reply::Answer(_)));

    let key = office.alerts(AlertSource::Emergency)[0];
    let listed = |office: &mut Office, who: &Session| {
        let Reply::List(list) = office.ask(who, Request::OpenList(open(View::Alerts))).0 else { panic!() };
        let Rows::Alerts(rows) = list.window.rows else { panic!() };
        rows.into_iter().find(|r| r.key == key)
    };
    let manager = office.manager.clone();
    let row = listed(&mut office, &manager).unwrap();
    assert!(row.cause.starts_with("emergency access by biller"), "{}", row.cause);
    assert_eq!((row.tier, row.name.as_str()), (3, "Secret, Sue"));
    for role in [Role::Coordinator, Role::Nurse, Role::Biller, Role::OnCall] {
        assert!(listed(&mut office, &sessions[role as usize]).is_none(), "{}", role.word());
    }
    let Answered::Why(Some(why)) = office.query(&manager, Query::Why(key)) else { panic!("no why") };
    assert!(why.headline.contains("paramedics ask for her allergies"), "{}", why.headline);
    let Answered::Outcomes { choices, .. } = office.query(&manager, Query::Outcomes(key)) else { panic!() };
    assert_eq!(choices[0].0, "appropriate");

    // Nobody reviews her own; a day later it stands higher; reviewed, it is gone for good.
    let administrator = sessions[Role::Administrator as usize].clone();
    let result = |outcome: &str| Command::Result {
        key,
        outcome: outcome.to_owned(),
        note: "spoke with her".to_owned(),
        disposition: None,
    };
    assert!(matches!(office.act(&biller, result("appropriate")), Reply::Denied(_)));
    office.pass(25 * HOUR);
    assert_eq!(listed(&mut office, &administrator).unwrap().tier, 2);
    let done = office.done(&manager, result("appropriate"));
    assert!(!done.undoable);
    assert!(office.alerts(AlertSource::Emergency).is_empty());
    let kept: Emergency = office.get(key.subject);
    let reviewed = kept.reviewed.unwrap();
    assert_eq!((reviewed.by, reviewed.outcome.as_str()), (manager.user, "appropriate"));
    assert_eq!(rule(&office.act(&manager, Command::Reopen { key, reason: "again".to_owned() })), "reopen.reviewed");
    crate::office::same_as_fresh(&office, "a review");

    // It is never written but by its own commands.
    let forged = Emergency { reviewed: None, ..office.get::<Emergency>(key.subject) };
    assert!(matches!(
        office.act(&administrator, Command::Create { records: vec![new(&forged)], batch: None }),
        Reply::Denied(_)
    ));
    let fields = caseload::domain::fields::Fields::none().with("until", &monday().plus(1_000 * HOUR));
    assert!(matches!(office.edit(&administrator, Kind::Emergency, key.subject, fields), Reply::Denied(_)));
}

#[test]
fn the_log_of_everybody_is_narrowed_to_whom_a_manager_reaches() {
    use caseload::service::api::AuditAsk;
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let ruth = office.clients[0];
    office.query(&manager, Query::ClientPage(ruth));
    let fields =
        caseload::domain::fields::Fields::none().with("note", &caseload::domain::text::Text::<2000>::clip("x"));
    let base = office.rev(caseload::domain::record::Kind::Client, ruth.0);
    let kind = caseload::domain::record::Kind::Client;
    office.done(&manager, Command::Edit { kind, id: ruth.0, base, fields });
    let lines = |office: &mut Office, newest: bool| -> Vec<String> {
        let ask = AuditAsk { newest, limit: 400, ..AuditAsk::default() };
        match office.query(&manager, Query::Audit(ask)) {
            Answered::Audit(page) => page.lines.iter().map(|l| format!("{} {}", l.about, l.detail)).collect(),
            _ => panic!("no log"),
        }
    };
    let of_ruth = |lines: &[String]| lines.iter().filter(|l| l.contains("Okafor")).count();
    let (all, newest) = (lines(&mut office, false), lines(&mut office, true));
    assert!(of_ruth(&all) >= 2 && of_ruth(&newest) >= 1, "{all:?}");
    let administrator = one_of_each(&mut office)[Role::Administrator as usize].clone();
    let narrow = Command::SetReach {
        user: manager.user,
        scope: Some(Scope::Caseload),
        reason: "of the other office".to_owned(),
    };
    office.done(&administrator, narrow);
    let (all, newest) = (lines(&mut office, false), lines(&mut office, true));
    assert_eq!((of_ruth(&all), of_ruth(&newest)), (0, 0), "{all:?}");
    assert!(!all.is_empty(), "what is about nobody stays");
}
