//! Who may do what: one row a command, question or list, one column a role, written out in `tests/golden/roles.txt`.
//! Each cell is asked of the rule and of the service itself, which must agree.

use crate::office::{Office, monday, new, said};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::communication::CallResult;
use caseload::domain::fields::Fields;
use caseload::domain::hold::HoldKind;
use caseload::domain::ids::{
    BatchId, CallOutId, ClientId, ClockingId, OfficeId, RequestId, SeriesId, StaffId, UserId, VisitId,
};
use caseload::domain::issue::IssueKind;
use caseload::domain::record::Kind;
use caseload::domain::storm::StormState;
use caseload::domain::time::Day;
use caseload::domain::user::{Role, User};
use caseload::domain::visit::Answer;
use caseload::rules::roles::Right;
use caseload::service::access::Asked;
use caseload::service::api::away::{BackHome, DoorEnd, HoldClient, NoAnswerAtDoor, RunningLate, TellDied};
use caseload::service::api::coverage::{AskCarer, LeaveOpen, Remedy, TellCallOut};
use caseload::service::api::reschedule::{Reschedule, VisitChange};
use caseload::service::api::{
    AddUser, BoardAsk, By, Clash, Command, Draft, EndOrder, Execute, Incoming, ManyAct, NewIssue, NewPlan, NewRecord,
    OpenList, Person, Query, Reply, Request, SeriesDeed, Session, SheetAsk, SheetOf, SheetUse, Sort, SpanAsk, View,
};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A user of each role in the east office, and their sessions.
pub(crate) fn one_of_each(office: &mut Office) -> Vec<Session> {
    let founder = Session { user: UserId::default(), role: Role::Administrator, ..office.me.clone() };
    let east = office.east;
    let users = Role::ALL.iter().map(|role| {
        let uid = 100 + *role as u32;
        new(&User {
            name: crate::office::t(role.word()),
            role: *role,
            office: east,
            login: crate::office::t(role.word()),
            uid,
            phones: crate::office::few(Vec::new()),
            staff: None,
            active: true,
        })
    });
    let made = office.make(&founder, users.collect());
    made.into_iter().map(|id| office.service.session(UserId(id), "test").unwrap()).collect()
}

/// The place of a command in its enum: a new one does not compile until it has a place here, and a row below.
fn place(command: &Command) -> usize {
    match command {
        Command::Take { .. } => 0,
        Command::Snooze { .. } => 1,
        Command::Result { .. } => 2,
        Command::CompleteReassessment { .. } => 3,
        Command::WaiveReassessment { .. } => 4,
        Command::OnMany { .. } => 5,
        Command::Pass { .. } => 6,
        Command::Escalate { .. } => 7,
        Command::Retier { .. } => 8,
        Command::Reopen { .. } => 9,
        Command::ScheduleReassessment { .. } => 10,
        Command::AmendCall { .. } => 11,
        Command::LogCall(_) => 12,
        Command::NewIssue(_) => 13,
        Command::AddNote { .. } => 14,
        Command::CoverVisit { .. } => 15,
        Command::BookVisit(_) => 16,
        Command::MarkReviewed { .. } => 17,
        Command::Create { .. } => 18,
        Command::Edit { .. } => 19,
        Command::Import { .. } => 20,
        Command::AdoptPolicy { .. } => 21,
        Command::Undo { .. } => 22,
        Command::UndoBatch { .. } => 23,
        Command::AddUser(_) => 24,
        Command::SetRole { .. } => 25,
        Command::SetReach { .. } => 26,
        Command::SetAccess { .. } => 27,
        Command::OpenEmergency { .. } => 28,
        Command::EraseClient { .. } => 29,
        Command::PurgeAccesses { .. } => 30,
        Command::TellCallOut(_) => 31,
        Command::AskCarer(_) => 32,
        Command::LeaveOpen(_) => 33,
        Command::SayIfSafe { .. } => 34,
        Command::SettleCallOut(_) => 35,
        Command::TakeBackCallOut(_) => 36,
        Command::HoldClient(_) => 37,
        Command::BackHome(_) => 38,
        Command::TellDied(_) => 39,
        Command::NoAnswerAtDoor(_) => 40,
        Command::RunningLate(_) => 41,
        Command::AcceptPlan { .. } => 48,
        Command::Reschedule(_) => 42,
        Command::MakeSeries(_) => 43,
        Command::ChangeSeries(_) => 44,
        Command::ActOnSeries { .. } => 45,
        Command::OrderVisits(_) => 46,
        Command::DraftOrderChange(_) => 47,
        Command::NewPlan(_) => 49,
        Command::EndPlan { .. } => 50,
        Command::ResolveClocking { .. } => 51,
        Command::DeclareStorm(_) => 52,
        Command::LogCallDown(_) => 53,
        Command::EndStorm(_) => 54,
        Command::EndOrder(_) => 55,
    }
}

/// The place of a question in its enum.
fn place_of(query: &Query) -> usize {
    match query {
        Query::Header => 0,
        Query::Why(_) => 1,
        Query::Card(_) => 2,
        Query::Codes(_) => 3,
        Query::ClientPage(_) => 4,
        Query::StaffPage(_) => 5,
        Query::Board(_) => 6,
        Query::Span(_) => 7,
        Query::Find { .. } => 8,
        Query::Numbers { .. } => 9,
        Query::Outcomes(_) => 10,
        Query::OutcomesOfMany(_) => 11,
        Query::Colleagues => 12,
        Query::OnDuty(_) => 13,
        Query::Call(_) => 14,
        Query::Coverable { .. } => 15,
        Query::Untold { .. } => 16,
        Query::Asks => 17,
        Query::WouldBe(_) => 18,
        Query::Reviews => 19,
        Query::ReviewCard(_) => 20,
        Query::History { .. } => 21,
        Query::MyActs(_) => 22,
        Query::UndoNext { .. } => 23,
        Query::Brief => 24,
        Query::Agency => 25,
        Query::ColumnMap(_) => 26,
        Query::Rights { .. } => 27,
        Query::Users => 28,
        Query::Export { .. } => 29,
        Query::SourceLines { .. } => 30,
        Query::Initials { .. } => 31,
        Query::Record { .. } => 35,
        Query::Meanwhile { .. } => 36,
        Query::Audit(_) => 32,
        Query::Checkpoint => 33,
        Query::Removable { .. } => 34,
        Query::CallOut { .. } => 37,
        Query::Candidates(_) => 38,
        Query::Ahead { .. } => 39,
        Query::Sheet(_) => 40,
        Query::OpenShifts { .. } => 41,
        Query::ExportAll { .. } => 42,
        Query::TryChange { .. } => 43,
        Query::PlanDay(_) => 44,
        Query::Series(_) => 45,
        Query::EvvExceptions => 46,
        Query::Storm(_) => 47,
        Query::StormClient(_) => 48,
        Query::Roster(_) => 49,
        Query::GoOn { .. } => 50,
        Query::AdoptedRules(_) => 51,
    }
}

const COMMANDS: usize = 56;
const QUERIES: usize = 52;

fn key(source: AlertSource) -> AlertKey {
    AlertKey { source, subject: [1; 16], occurrence: 0 }
}

fn call_out(office: &Office) -> TellCallOut {
    TellCallOut {
        staff: office.staff[1],
        from: monday(),
        to: monday(),
        reason: caseload::domain::coverage::CallOutReason::Sick,
        note: String::new(),
        said: None,
    }
}

fn asking(office: &Office) -> AskCarer {
    AskCarer {
        visit: VisitId([3; 16]),
        staff: office.staff[0],
        said: Answer::Yes,
        number: String::new(),
        note: String::new(),
        back_at: None,
    }
}

fn moving() -> Reschedule {
    let change = VisitChange::Length { minutes: 30 };
    Reschedule { visit: VisitId([3; 16]), change, seen: Vec::new(), agreed: false, reason: String::new() }
}

fn leaving() -> LeaveOpen {
    LeaveOpen { visit: VisitId([3; 16]), remedy: Remedy::Missed, note: String::new() }
}

/// Every command, those that ask for more with one thing than with another several times.
fn commands(office: &Office) -> Vec<(String, Command)> {
    let text = String::new;
    let (issue, visit, emergency) = (key(AlertSource::Issue), key(AlertSource::Visit), key(AlertSource::Emergency));
    let (client, me) = (office.clients[0], office.me.user);
    let nothing = |kind| vec![NewRecord { kind, fields: Fields::none() }];
    let mut all: Vec<(String, Command)> = Vec::new();
    for (what, key) in [("an issue", issue), ("a visit", visit), ("emergency access", emergency)] {
        all.extend([
            (format!("take {what}"), Command::Take { key, from_other: false }),
            (format!("snooze {what}"), Command::Snooze { key, until: monday(), reason: text() }),
            (format!("result of {what}"), Command::Result { key, outcome: text(), note: text(), disposition: None }),
            (
                format!("take {what} of many"),
                Command::OnMany { keys: vec![visit, key], act: ManyAct::Take { from_other: false } },
            ),
            (format!("pass {what}"), Command::Pass { key, to: me, note: text() }),
            (format!("escalate {what}"), Command::Escalate { key, reason: text() }),
            (format!("retier {what}"), Command::Retier { key, tier: 1, reason: text() }),
            (format!("reopen {what}"), Command::Reopen { key, reason: text() }),
        ]);
    }
    let many = |act| Command::OnMany { keys: vec![visit], act };
    all.extend([
        ("pass many".to_owned(), many(ManyAct::Pass { to: me, note: text() })),
        ("snooze many".to_owned(), many(ManyAct::Snooze { until: monday(), reason: text() })),
        ("result of many".to_owned(), many(ManyAct::Result { outcome: text(), note: text() })),
        ("complete".to_owned(), Command::CompleteReassessment { key: visit, result: text(), completed: None }),
        ("waive".to_owned(), Command::WaiveReassessment { key: visit, reason: text() }),
        (
            "schedule".to_owned(),
            Command::ScheduleReassessment { key: visit, start: monday(), minutes: 60, staff: office.staff[0] },
        ),
        (
            "amend a call".to_owned(),
            Command::AmendCall { call: [1; 16].into(), with: text(), result: CallResult::Reached, note: text() },
        ),
        ("log a call".to_owned(), Command::LogCall(office.call(None, None))),
        ("new issue".to_owned(), Command::NewIssue(NewIssue { kind: IssueKind::Other, ..office.fall(0) })),
        ("add a note".to_owned(), Command::AddNote { key: issue, text: text() }),
        (
            "cover a visit".to_owned(),
            Command::CoverVisit { visit: VisitId([3; 16]), staff: StaffId([4; 16]), answer: Answer::Yes },
        ),
        ("book a visit".to_owned(), Command::BookVisit(office.booking(0))),
        ("make a series".to_owned(), Command::MakeSeries(crate::series::new(office, 0, "FREQ=DAILY"))),
        ("order visits".to_owned(), Command::OrderVisits(crate::orders::new(office, "SN 2w4"))),
        ("draft an order change".to_owned(), Command::DraftOrderChange([3; 16].into())),
        (
            "end an order".to_owned(),
            Command::EndOrder(EndOrder {
                order: [3; 16].into(),
                last: caseload::domain::time::Day(20_600),
                reason: "discharged".to_owned(),
                visits_stay: false,
            }),
        ),
        ("change a series".to_owned(), Command::ChangeSeries(crate::series::nothing())),
        (
            "end a series".to_owned(),
            Command::ActOnSeries { series: SeriesId([3; 16]), deed: SeriesDeed::Resume { on: Day(0) } },
        ),
        (
            "new appointment".to_owned(),
            Command::NewPlan(NewPlan { kind: Kind::Appointment, fields: Fields::none().with("client", &client) }),
        ),
        (
            "new time off".to_owned(),
            Command::NewPlan(NewPlan { kind: Kind::TimeOff, fields: Fields::none().with("staff", &office.staff[0]) }),
        ),
        (
            "resolve a clock-in".to_owned(),
            Command::ResolveClocking {
                ids: vec![ClockingId([1; 16])],
                reason: String::new(),
                note: "attested".to_owned(),
            },
        ),
        ("end an appointment".to_owned(), Command::EndPlan { kind: Kind::Appointment, id: [1; 16] }),
        ("tell a call-out".to_owned(), Command::TellCallOut(call_out(office))),
        ("ask a caregiver".to_owned(), Command::AskCarer(asking(office))),
        ("leave a visit open".to_owned(), Command::LeaveOpen(leaving())),
        ("say if she is safe".to_owned(), Command::SayIfSafe { visit: VisitId([3; 16]), said: text() }),
        (
            "hold a client".to_owned(),
            Command::HoldClient(HoldClient {
                client,
                kind: HoldKind::Hospital,
                since: None,
                expected: None,
                place: String::new(),
                note: String::new(),
            }),
        ),
        ("back home".to_owned(), Command::BackHome(BackHome { client, at: None, note: String::new() })),
        (
            "died".to_owned(),
            Command::TellDied(TellDied { client, at: None, place: String::new(), note: String::new() }),
        ),
        (
            "no answer at the door".to_owned(),
            Command::NoAnswerAtDoor(NoAnswerAtDoor {
                visit: VisitId([3; 16]),
                tried: Vec::new(),
                end: DoorEnd::Found,
                note: String::new(),
            }),
        ),
        (
            "running late".to_owned(),
            Command::RunningLate(RunningLate { staff: office.staff[1], minutes: 20, note: String::new() }),
        ),
        (
            "accept a plan".to_owned(),
            Command::AcceptPlan {
                picks: vec![caseload::service::api::day_plan::PlanPick {
                    visit: VisitId([3; 16]),
                    rev: 1,
                    staff: Vec::new(),
                }],
            },
        ),
        ("settle a call-out".to_owned(), Command::SettleCallOut(CallOutId([3; 16]))),
        ("take back a call-out".to_owned(), Command::TakeBackCallOut(CallOutId([3; 16]))),
        ("move a visit".to_owned(), Command::Reschedule(moving())),
        ("mark reviewed".to_owned(), Command::MarkReviewed { client, seen: 0 }),
        (
            "adopt rules".to_owned(),
            Command::AdoptPolicy { name: text(), version: text(), text: text(), signed_by: text() },
        ),
        ("undo".to_owned(), Command::Undo { seq: 1 }),
        ("undo a batch".to_owned(), Command::UndoBatch { batch: BatchId([1; 16]) }),
        ("remove what was seen".to_owned(), Command::PurgeAccesses { years: 10, reason: text() }),
        (
            "add a user".to_owned(),
            Command::AddUser(AddUser {
                login: text(),
                uid: 1,
                name: text(),
                role: Role::Nurse,
                office: None,
                reason: text(),
            }),
        ),
        ("set a role".to_owned(), Command::SetRole { user: UserId([9; 16]), role: Role::Nurse, reason: text() }),
        ("set a reach".to_owned(), Command::SetReach { user: UserId([9; 16]), scope: None, reason: text() }),
        ("set access".to_owned(), Command::SetAccess { user: UserId([9; 16]), active: false, reason: text() }),
        ("erase a client".to_owned(), Command::EraseClient { client, reason: text() }),
        ("declare a storm".to_owned(), Command::DeclareStorm(crate::storm::ice())),
        ("call down".to_owned(), Command::LogCallDown(crate::storm::log([3; 16].into(), client, StormState::Safe))),
        ("end a storm".to_owned(), Command::EndStorm([3; 16].into())),
        ("open in an emergency".to_owned(), Command::OpenEmergency { client, reason: text() }),
        ("create nothing".to_owned(), Command::Create { records: Vec::new(), batch: None }),
        (
            "import nothing".to_owned(),
            Command::Import {
                source: text(),
                batch: BatchId([1; 16]),
                records: Vec::new(),
                clash: Clash::KeepLocal,
                dry_run: true,
            },
        ),
    ]);
    for kind in Kind::ALL {
        let word = kind.word();
        all.push((format!("create {word}"), Command::Create { records: nothing(*kind), batch: None }));
        let id = if *kind == Kind::Client { client.0 } else { [1; 16] };
        all.push((format!("edit {word}"), Command::Edit { kind: *kind, id, base: 1, fields: Fields::none() }));
        let incoming = Incoming {
            kind: *kind,
            identifier: "1".to_owned(),
            fields: Fields::none(),
            refs: Vec::new(),
            place: String::new(),
        };
        all.push((
            format!("import {word}"),
            Command::Import {
                source: "test".to_owned(),
                batch: BatchId([1; 16]),
                records: vec![incoming],
                clash: Clash::KeepLocal,
                dry_run: true,
            },
        ));
    }
    let fields = [
        (Kind::Client, "name.family"),
        (Kind::Client, "mrn"),
        (Kind::Client, "born"),
        (Kind::Client, "needs"),
        (Kind::Client, "note"),
        (Kind::Client, "access"),
        (Kind::Staff, "name.family"),
        (Kind::Staff, "phones"),
        (Kind::Staff, "base.town"),
        (Kind::Credential, "number"),
        (Kind::Visit, "service"),
        (Kind::Visit, "reason"),
        (Kind::User, "name"),
        (Kind::User, "role"),
        (Kind::User, "active"),
        (Kind::User, "uid"),
    ];
    for (kind, field) in fields {
        let fields = Fields(vec![(field.to_owned(), "null".to_owned())]);
        let id = if kind == Kind::Client { client.0 } else { [1; 16] };
        let edit = Command::Edit { kind, id, base: 1, fields };
        all.push((format!("edit {}'s {field}", kind.word()), edit));
    }
    all
}

fn queries(office: &Office) -> Vec<(String, Query)> {
    let (issue, visit) = (key(AlertSource::Issue), key(AlertSource::Visit));
    let (client, person) = (office.clients[0], Person::Client(office.clients[0]));
    let day = Day::from_ymd(2026, 3, 2).unwrap();
    let board = BoardAsk {
        day,
        mine: false,
        only: caseload::service::api::VisitFilter::default(),
        by: By::Caregiver,
        from: 0,
        count: 4,
        around: None,
    };
    let span = SpanAsk {
        from: day,
        days: 7,
        mine: false,
        only: caseload::service::api::VisitFilter::default(),
        by: By::Caregiver,
        first: 0,
        rows: 4,
        deadlines: true,
    };
    let of = SheetOf::Client(client);
    let sheet = |to_be| Query::Sheet(SheetAsk { of: of.clone(), from: day, to: day, initials: false, to_be });
    let mut all = vec![
        ("header", Query::Header),
        ("why", Query::Why(issue)),
        ("card", Query::Card(person)),
        ("codes", Query::Codes(client)),
        ("client page", Query::ClientPage(client)),
        ("staff page", Query::StaffPage(office.staff[0])),
        ("board", Query::Board(board)),
        ("span", Query::Span(span)),
        ("find", Query::Find { text: "okafor".to_owned(), limit: 4 }),
        ("numbers", Query::Numbers { person, about: None }),
        ("outcomes", Query::Outcomes(visit)),
        ("outcomes of many", Query::OutcomesOfMany(vec![visit])),
        ("colleagues", Query::Colleagues),
        ("on duty", Query::OnDuty(None)),
        ("a call", Query::Call([1; 16].into())),
        ("coverable", Query::Coverable { client: Some(client), about: None }),
        ("ahead", Query::Ahead { client, visit: None }),
        (
            "plan a day",
            Query::PlanDay(caseload::service::api::day_plan::PlanAsk {
                day,
                week: false,
                mine: false,
                only: caseload::service::api::VisitFilter::default(),
                scratch: false,
                seed: 1,
                steps: 10,
            }),
        ),
        ("go on with a plan", Query::GoOn { token: 1, steps: 10 }),
        ("open shifts", Query::OpenShifts { day, days: 8, mine: false }),
        ("call-out", Query::CallOut { staff: office.staff[1], day }),
        ("candidates", Query::Candidates(VisitId([3; 16]))),
        ("a series", Query::Series(SeriesId([3; 16]))),
        ("try a change", Query::TryChange { visit: VisitId([3; 16]), change: None }),
        ("untold", Query::Untold { client, about: None }),
        ("asks", Query::Asks),
        ("would be", Query::WouldBe(office.fall(0))),
        ("reviews", Query::Reviews),
        ("review card", Query::ReviewCard(client)),
        ("my acts", Query::MyActs(3)),
        ("undo next", Query::UndoNext { redo: false }),
        ("brief", Query::Brief),
        ("agency", Query::Agency),
        ("column maps", Query::ColumnMap(String::new())),
        ("rights", Query::Rights { forced: false }),
        ("adopted rules", Query::AdoptedRules("triage".to_owned())),
        ("users", Query::Users),
        ("initials", Query::Initials { from: 0 }),
        ("a client to edit", Query::Record { kind: Kind::Client, id: client.0, since: 0 }),
        ("an issue to edit", Query::Record { kind: Kind::Issue, id: [1; 16], since: 0 }),
        ("meanwhile", Query::Meanwhile { about: None, person: Some(person) }),
        ("audit", Query::Audit(caseload::service::api::AuditAsk::default())),
        ("checkpoint", Query::Checkpoint),
        ("removable", Query::Removable { years: 10 }),
        ("day sheet", sheet(SheetUse::Look)),
        ("day sheet on paper", sheet(SheetUse::Paper)),
        ("calendar to a file", sheet(SheetUse::File)),
        ("export clients", Query::Export { kind: Kind::Client, ids: vec![client.0] }),
        ("EVV exceptions", Query::EvvExceptions),
        ("storm", Query::Storm(crate::storm::all())),
        ("a client of a storm", Query::StormClient(client)),
        ("roster", Query::Roster(crate::storm::paper())),
        ("export all appointments", Query::ExportAll { kind: Kind::Appointment, after: [0; 16] }),
        ("export all times off", Query::ExportAll { kind: Kind::TimeOff, after: [0; 16] }),
        ("export staff", Query::Export { kind: Kind::Staff, ids: vec![office.staff[0].0] }),
        ("export visits", Query::Export { kind: Kind::Visit, ids: office.ids(Kind::Visit) }),
        ("source lines", Query::SourceLines { source: "x".to_owned(), kind: Kind::Client, after: [0; 16] }),
    ]
    .into_iter()
    .map(|(name, query)| (name.to_owned(), query))
    .collect::<Vec<_>>();
    for kind in Kind::ALL {
        all.push((
            format!("history of {}", kind.word()),
            Query::History { kind: *kind, id: if *kind == Kind::Client { client.0 } else { [1; 16] } },
        ));
    }
    all
}

fn lists() -> Vec<(String, OpenList)> {
    let day = Day::from_ymd(2026, 3, 2).unwrap();
    let views = [
        ("alerts", View::Alerts),
        ("clients", View::Clients),
        ("staff", View::Staff),
        ("visits", View::Visits { from: day, to: day, only: caseload::service::api::VisitFilter::default() }),
        ("issues", View::Issues),
        ("reassessments", View::Reassessments),
    ];
    let open = |view| OpenList { view, mine: false, lens: String::new(), words: String::new(), sort: Sort::Natural };
    views.into_iter().map(|(name, view)| (format!("list of {name}"), open(view))).collect()
}

#[test]
fn every_role_may_what_the_table_says() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    assert_eq!(sessions.len(), 9);
    let (commands, queries, lists) = (commands(&office), queries(&office), lists());
    let seen: BTreeSet<usize> = commands.iter().map(|(_, c)| place(c)).collect();
    assert_eq!(seen, (0..COMMANDS).collect(), "a command has no row");
    let seen: BTreeSet<usize> = queries.iter().map(|(_, q)| place_of(q)).collect();
    assert_eq!(seen, (0..QUERIES).collect(), "a question has no row");

    let mut table = String::from(
        "# c coordinator, n nurse, s scheduler, b biller, m manager, o on-call, r read-only, v surveyor, a administrator\n\
         # y may, - may not\ncnsbmorva\n",
    );
    let mut cells = 0;
    let mut row = |office: &mut Office, name: &str, asked: &Asked<'_>, request: &Request| {
        let mut line = String::new();
        for session in &sessions {
            let ruled = office.service.allowed(session, asked).is_ok();
            // What is only asked for in a dry run, or fails on what does not exist, is still asked of the service.
            let mut request = request.clone();
            if let Request::Execute(execute) = &mut request {
                execute.request = office.next_request();
            }
            let denied = matches!(office.ask(session, request).0, Reply::Denied(_));
            assert_eq!(ruled, !denied, "{name} by a {}: the rule and the service disagree", session.role.word());
            line.push(if denied { '-' } else { 'y' });
            cells += 1;
        }
        let _ = writeln!(table, "{line} {name}");
    };
    for (name, command) in &commands {
        let request = Request::Execute(Execute { request: RequestId::default(), command: command.clone() });
        row(&mut office, name, &Asked::Command(command), &request);
    }
    for (name, query) in &queries {
        row(&mut office, name, &Asked::Query(query), &Request::Query(query.clone()));
    }
    for (name, open) in &lists {
        row(&mut office, name, &Asked::List(open), &Request::OpenList(open.clone()));
    }
    let draft = Draft {
        id: [7; 16].into(),
        form: "call".to_owned(),
        person: None,
        about: None,
        fields: Vec::new(),
        focus: 0,
        at: monday(),
    };
    row(&mut office, "my drafts", &Asked::Drafts, &Request::Drafts);
    row(&mut office, "keep a draft", &Asked::Drafts, &Request::SaveDraft(draft));
    row(&mut office, "reset a PIN", &Asked::ResetPin, &Request::ResetPin("nobody".to_owned()));
    row(&mut office, "drop a draft", &Asked::Drafts, &Request::DropDraft([7; 16].into()));
    assert!(cells > 1_300, "only {cells} cells");

    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/roles.txt");
    if std::env::var_os("CASELOAD_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    for (now, was) in table.lines().zip(kept.lines()) {
        assert_eq!(now, was, "who may do this is another one than in tests/golden/roles.txt");
    }
    assert_eq!(table, kept);
}

#[test]
fn what_the_screen_is_told_is_what_is_decided() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    for session in &sessions {
        let rights = |office: &mut Office, forced| match office.query(session, Query::Rights { forced }) {
            caseload::service::api::Answered::Rights(rights) => rights,
            _ => panic!("no rights"),
        };
        let told = rights(&mut office, false);
        assert_eq!(told.role, session.role);
        // One plain request of each right, and what the service says to it.
        let codes = Query::Codes(office.clients[0]);
        let users = Query::Users;
        let brief = Query::Brief;
        for (right, query) in [(Right::Codes, codes), (Right::Users, users), (Right::Brief, brief)] {
            let said = office.service.allowed(session, &Asked::Query(&query)).err();
            assert_eq!(told.denial(right).map(str::to_owned), said, "{} as {}", right.word(), session.role.word());
        }
        let book = Command::BookVisit(office.booking(0));
        let waive = Command::WaiveReassessment { key: key(AlertSource::Recert), reason: String::new() };
        for (right, command) in [(Right::BookVisit, book), (Right::WaiveReassessment, waive)] {
            let said = office.service.allowed(session, &Asked::Command(&command)).err();
            assert_eq!(told.denial(right).is_some(), said.is_some(), "{} as {}", right.word(), session.role.word());
        }
        // Under a forced command nothing leaves, whoever asks.
        let forced = rights(&mut office, true);
        for right in Right::ALL.iter().filter(|r| r.is_outward()) {
            assert!(forced.denial(*right).is_some_and(|why| why.contains("caseload alone")), "{}", right.word());
        }
        assert_eq!(forced.denial(Right::Take), told.denial(Right::Take));
    }
    let told = |role: Role| office.service.allowed(&sessions[role as usize], &Asked::Query(&Query::Users)).is_ok();
    assert!(told(Role::Manager) && !told(Role::Coordinator));
}

#[test]
fn an_adopted_file_counts_at_once_and_after_opening() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    let scheduler = sessions[Role::Scheduler as usize].clone();
    let book = |office: &mut Office, who: &Session| {
        let booking = office.booking(0);
        office.act(who, Command::BookVisit(booking))
    };
    assert!(matches!(book(&mut office, &scheduler), Reply::Done(_)));
    let adopt = |text: &str| Command::AdoptPolicy {
        name: "roles".to_owned(),
        version: "ours".to_owned(),
        text: text.to_owned(),
        signed_by: String::new(),
    };
    let manager = office.manager.clone();
    let reply = office.act(&manager, adopt("[may]\nbook-visit = { who = \"clown\" }\n"));
    assert_eq!(crate::office::rule(&reply), "policy.bad");
    office.done(&manager, adopt("[may]\nbook-visit = { who = \"nurse\" }\n"));
    let reply = book(&mut office, &scheduler);
    assert!(
        matches!(&reply, Reply::Denied(why) if why == "a scheduler does not plan visits; ask a nurse"),
        "{}",
        said(&reply)
    );
    office.service = crate::office::service_over(&office.store, &office.clock, 1 << 30);
    assert!(matches!(book(&mut office, &scheduler), Reply::Denied(_)));
    // The triage rules are untouched by it.
    let clients = office.clients.clone();
    assert!(matches!(
        office.ask(&scheduler, Request::Query(Query::Card(Person::Client(clients[0])))).0,
        Reply::Answer(_)
    ));
}

#[test]
fn nobody_raises_themselves() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let raised = Fields::none().with("role", &Role::Administrator);
    assert!(matches!(office.edit(&me, Kind::User, me.user.0, raised.clone()), Reply::Denied(_)));
    let twin: User = office.get(me.user.0);
    let twin = User { role: Role::Administrator, ..twin };
    assert!(matches!(office.act(&me, Command::Create { records: vec![new(&twin)], batch: None }), Reply::Denied(_)));
    // A manager changes users, but by the commands for it, and makes no administrator.
    let manager = office.manager.clone();
    assert!(matches!(office.edit(&manager, Kind::User, me.user.0, raised), Reply::Denied(_)));
    assert!(matches!(
        office.act(&manager, Command::Create { records: vec![new(&twin)], batch: None }),
        Reply::Denied(_)
    ));
    let raise = Command::SetRole { user: manager.user, role: Role::Administrator, reason: "because".to_owned() };
    assert_eq!(crate::office::rule(&office.act(&manager, raise)), "user.administrator");
    // A uid that comes back under another name is somebody else.
    let other = User { login: crate::office::t("new"), role: Role::Nurse, ..twin };
    let reply = office.act(&manager, Command::Create { records: vec![new(&other)], batch: None });
    assert_eq!(crate::office::rule(&reply), "user.uid_reused");
    // What a session says it is counts for nothing: the record does.
    let dressed = Session { role: Role::Administrator, ..me };
    assert!(matches!(office.ask(&dressed, Request::Query(Query::Users)).0, Reply::Denied(_)));
    let nobody = Session { user: UserId([0xAB; 16]), office: OfficeId::default(), ..dressed };
    assert!(matches!(office.ask(&nobody, Request::Query(Query::Header)).0, Reply::Denied(_)));
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
    let client: ClientId = office.clients[0];
    let answer = office.query(&me, Query::Codes(client));
    assert!(matches!(answer, caseload::service::api::Answered::Codes(codes) if codes[0].1 == "1234"));
    let entry = office.store.engine().entry(head + 1).unwrap().unwrap();
    assert_eq!((entry.commit.action.as_str(), entry.commit.actor), ("codes.show", me.user.0));
    assert!(office.store.note(&entry).summary.contains("Okafor"));
}
