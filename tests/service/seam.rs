//! A session whose every request and reply goes through the codec: what comes out is what went in.

use crate::acts::{ADOPT, KINDS, command};
use crate::office::{Office, empty, monday, through};
use caseload::domain::attention::AlertSource;
use caseload::domain::fields::Fields;
use caseload::domain::ids::{DraftId, VisitId};
use caseload::domain::pin::Pin;
use caseload::domain::record::Kind;
use caseload::domain::time::{HOUR, MINUTE};
use caseload::service::api::{
    Answered, AuditAsk, BoardAsk, By, Clash, Command, Draft, Execute, Hand, Imported, Incoming, Leaving, OpenList,
    Person, Query, Reply, Request, SheetAsk, SheetOf, SheetUse, Sort, SpanAsk, View, Where,
};
use std::collections::BTreeSet;

fn word(reply: &Reply) -> String {
    match reply {
        Reply::List(_) => "list",
        Reply::Rows(_) => "rows",
        Reply::Answer(a) => match **a {
            Answered::Header(_) => "header",
            Answered::Why(_) => "why",
            Answered::Card(_) => "card",
            Answered::Codes(_) => "codes",
            Answered::Page(_) => "page",
            Answered::Board(_) => "board",
            Answered::Span(_) => "span",
            Answered::Found(_) => "found",
            Answered::Numbers(_) => "numbers",
            Answered::Outcomes { .. } => "outcomes",
            Answered::Colleagues(_) => "colleagues",
            Answered::OnDuty(_) => "on duty",
            Answered::Call(_) => "call",
            Answered::Record(_) => "record",
            Answered::Meanwhile(_) => "meanwhile",
            Answered::Untold(_) => "untold",
            Answered::Coverable(_) => "coverable",
            Answered::CallOut(_) => "call-out",
            Answered::Series(_) => "series",
            Answered::Candidates(_) => "candidates",
            Answered::Tried(_) => "tried",
            Answered::Ahead(_) => "ahead",
            Answered::DayPlan(_) => "day plan",
            Answered::GoneOn(_) => "gone on",
            Answered::Asks(_) => "asks",
            Answered::WouldBe(_) => "would be",
            Answered::Reviews(_) => "reviews",
            Answered::ReviewCard(_) => "review card",
            Answered::History(_) => "history",
            Answered::Acts(_) => "acts",
            Answered::UndoNext(_) => "undo next",
            Answered::Brief(_) => "brief",
            Answered::Agency(_) => "agency",
            Answered::ColumnMaps(_) => "column maps",
            Answered::Audit(_) => "audit",
            Answered::Checkpoint { .. } => "checkpoint",
            Answered::Removable(_) => "removable",
            Answered::Exported(_) => "exported",
            Answered::SourceLines { .. } => "source lines",
            Answered::Initials(_) => "initials",
            Answered::Rights(_) => "rights",
            Answered::AdoptedRules(_) => "adopted rules",
            Answered::Users(_) => "users",
            Answered::Sheet(_) => "sheet",
            Answered::Storm(_) => "storm",
            Answered::StormClient(_) => "storm client",
            Answered::Roster(_) => "roster",
            Answered::EvvExceptions(_) => "evv",
            Answered::ExportedAll { .. } => "exported all",
        },
        Reply::Done(_) => "done",
        Reply::Conflict(_) => "conflict",
        Reply::Problems(_) => "problems",
        Reply::Denied(_) => "denied",
        Reply::Failed(_) => "failed",
        Reply::Drafted => "drafted",
        Reply::Drafts(_) => "drafts",
        Reply::Present(_) => "present",
        Reply::Noted => "noted",
        Reply::Locked(_) => "locked",
        Reply::Open(_) => "open",
    }
    .to_owned()
}

#[test]
fn every_request_and_every_reply_comes_back_equal() {
    let mut office = Office::at(monday());
    office.seam = true;
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let mut heard = BTreeSet::new();
    let mut ask = |office: &mut Office, request: Request| {
        let (reply, change) = office.ask(&me, request);
        if let Some(change) = change {
            assert!(through(&change) == change && change.seq > 0);
        }
        heard.insert(word(&reply));
        reply
    };
    for which in 0..KINDS {
        for dice in 0..30_u64 {
            let dice = dice.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let Some(command) = command(&mut office, which, dice) else { continue };
            let request = office.next_request();
            if which == ADOPT {
                let reply = office.act_as(&manager, request, command.clone());
                assert!(matches!(reply, Reply::Done(_)));
            }
            ask(&mut office, Request::Execute(Execute { request, command }));
        }
    }
    let today = crate::office::ny().day(office.now());
    let mut lists = Vec::new();
    for view in [
        View::Alerts,
        View::Clients,
        View::Staff,
        View::Visits { from: today.plus(-2), to: today.plus(20), only: caseload::service::api::VisitFilter::default() },
        View::Issues,
        View::Reassessments,
    ] {
        for (lens, sort) in [("", Sort::Natural), ("tier<3 & (", Sort::Name), ("tier<3", Sort::Name)] {
            let open =
                OpenList { view, mine: sort == Sort::Natural, lens: lens.to_owned(), words: String::new(), sort };
            if let Reply::List(list) = ask(&mut office, Request::OpenList(open)) {
                assert!(!lens.is_empty() || list.total > 0, "{view:?} is empty");
                lists.push(list.list);
            }
        }
    }
    for list in lists {
        ask(&mut office, Request::Rows { list, from: 1, count: 400 });
        ask(&mut office, Request::CloseList(list));
        ask(&mut office, Request::Rows { list, from: 0, count: 1 });
    }
    let code = caseload::domain::chart::AccessCode {
        client: office.clients[0],
        kind: crate::office::t("alarm"),
        code: crate::office::t("99"),
    };
    office.make(&manager, vec![crate::office::new(&code)]);
    let (client, staff) = (office.clients[0], office.staff[1]);
    let out = VisitId(office.ids(Kind::Visit)[0]);
    for key in office.all_alerts() {
        ask(&mut office, Request::Query(Query::Why(key)));
        ask(&mut office, Request::Query(Query::Outcomes(key)));
    }
    for person in [Person::Client(client), Person::Staff(staff)] {
        ask(&mut office, Request::Query(Query::Card(person)));
        let about = office.alerts(AlertSource::CallOut).first().copied();
        ask(&mut office, Request::Query(Query::Numbers { person, about }));
    }
    for kind in Kind::ALL {
        for id in office.ids(*kind).into_iter().take(3) {
            ask(&mut office, Request::Query(Query::History { kind: *kind, id }));
        }
    }
    let draft = Draft {
        id: DraftId([5; 16]),
        form: "issue".to_owned(),
        person: Some(Person::Client(client)),
        about: office.all_alerts().first().copied(),
        fields: vec![("summary".to_owned(), "fell “again” 李".to_owned())],
        focus: 2,
        at: office.now(),
    };
    for request in [
        Request::Query(Query::Header),
        Request::Query(Query::Codes(client)),
        Request::Query(Query::ClientPage(client)),
        Request::Query(Query::StaffPage(staff)),
        Request::Query(Query::Untold { client, about: None }),
        Request::Query(Query::Coverable { client: Some(client), about: None }),
        Request::Query(Query::CallOut { staff: office.staff[2], day: today }),
        Request::Query(Query::Candidates(out)),
        Request::Query(Query::TryChange { visit: out, change: None }),
        Request::Query(Query::Board(BoardAsk {
            day: today,
            mine: false,
            only: caseload::service::api::VisitFilter::default(),
            by: By::Caregiver,
            from: 0,
            count: 20,
            around: None,
        })),
        Request::Query(Query::Span(SpanAsk {
            from: today.week_start(),
            days: 7,
            mine: false,
            only: caseload::service::api::VisitFilter::default(),
            by: By::Client,
            first: 0,
            rows: 20,
            deadlines: true,
        })),
        Request::Query(Query::Find { text: "okafor".to_owned(), limit: 5 }),
        Request::Query(Query::Colleagues),
        Request::Query(Query::OnDuty(None)),
        Request::Query(Query::Call(office.ids(Kind::Communication)[0].into())),
        Request::Query(Query::Meanwhile {
            about: office.all_alerts().first().copied(),
            person: Some(Person::Client(client)),
        }),
        Request::Query(Query::Record { kind: Kind::Client, id: client.0, since: 1 }),
        Request::Query(Query::OutcomesOfMany(office.all_alerts())),
        Request::Query(Query::Asks),
        Request::Query(Query::WouldBe(office.fall(0))),
        Request::Query(Query::Reviews),
        Request::Query(Query::ReviewCard(client)),
        Request::Query(Query::MyActs(200)),
        Request::Query(Query::UndoNext { redo: false }),
        Request::Query(Query::UndoNext { redo: true }),
        Request::Query(Query::Brief),
        Request::Query(Query::Agency),
        Request::Query(Query::ColumnMap(String::new())),
        Request::Query(Query::Export { kind: Kind::Client, ids: vec![client.0] }),
        Request::Query(Query::SourceLines { source: "lists".to_owned(), kind: Kind::Client, after: [0; 16] }),
        Request::Query(Query::Initials { from: 0 }),
        Request::Execute(Execute { request: [77; 16].into(), command: Command::DeclareStorm(crate::storm::ice()) }),
        Request::Query(Query::Storm(crate::storm::all())),
        Request::Query(Query::StormClient(client)),
        Request::Query(Query::Roster(crate::storm::paper())),
        Request::Query(Query::EvvExceptions),
        Request::Query(Query::ExportAll { kind: Kind::TimeOff, after: [0; 16] }),
        Request::Query(Query::Sheet(SheetAsk {
            of: SheetOf::Client(client),
            from: today,
            to: today,
            initials: false,
            to_be: SheetUse::Look,
        })),
        Request::Query(Query::Rights { forced: true }),
        Request::Query(Query::AdoptedRules("triage".to_owned())),
        Request::SaveDraft(draft.clone()),
        Request::Drafts,
        Request::DropDraft(draft.id),
        Request::Looking(Some(Where { person: Some(Person::Client(client)), about: None, hand: Hand::Calls })),
        Request::Active { call: true },
        Request::LockState,
        Request::ResetPin("u1".to_owned()),
        Request::ChoosePin { old: None, new: Pin::typed("2580") },
        Request::Unlock(Pin::typed("1111")),
        Request::LockNow,
        Request::Unlock(Pin::typed("2580")),
    ] {
        ask(&mut office, request);
    }
    let manages = [
        Query::Audit(AuditAsk { values: true, limit: 400, ..AuditAsk::default() }),
        Query::Checkpoint,
        Query::Removable { years: 10 },
    ];
    for query in manages {
        let reply = office.ask(&manager, Request::Query(query)).0;
        heard.insert(word(&reply));
    }
    let mut ask = |office: &mut Office, request: Request| heard.insert(word(&office.ask(&me, request).0));
    ask(&mut office, Request::Leave(Leaving::Copied(Some(Person::Client(client)))));
    let request = office.next_request();
    let edit = Fields::none().with("note", &format!("{:?}", office.now()));
    let stale = Command::Edit { kind: Kind::Client, id: client.0, base: 77, fields: edit };
    ask(&mut office, Request::Execute(Execute { request, command: stale }));
    let users = office.ask(&manager, Request::Query(Query::Users)).0;
    heard.insert(word(&users));
    let all = "acts adopted rules agency asks audit board brief call call-out candidates card checkpoint codes colleagues column maps conflict coverable \
               denied done drafted drafts evv exported exported all failed found header history initials list locked meanwhile noted \
               numbers on duty open outcomes page present problems record removable review card reviews rights roster rows \
               sheet source lines span storm storm client tried undo next untold users \
               why would be";
    assert_eq!(heard.iter().cloned().collect::<Vec<_>>().join(" "), all);
}

#[test]
fn an_agency_with_nobody_answers_everything() {
    let (_, _, mut service, founder) = empty(monday());
    for request in [
        Request::Query(Query::Header),
        Request::Query(Query::Brief),
        Request::Query(Query::Agency),
        Request::Query(Query::MyActs(9)),
        Request::Query(Query::Reviews),
        Request::Query(Query::ReviewCard(caseload::domain::ids::ClientId([9; 16]))),
        Request::Query(Query::UndoNext { redo: false }),
        Request::Query(Query::Find { text: "x".to_owned(), limit: 5 }),
    ] {
        let reply = service.handle(&founder, through(&request)).0;
        assert!(matches!(through(&reply), Reply::Answer(_)), "{}", crate::office::said(&reply));
    }
}

#[test]
fn an_import_is_idempotent_and_a_dry_run_writes_nothing() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let import = |office: &mut Office, family: &str, clash: Clash, dry_run: bool| -> Vec<Imported> {
        let person = Incoming {
            kind: Kind::Client,
            identifier: "p1".to_owned(),
            fields: Fields::none().with("name.family", &family).with("payer", &"Medicare"),
            refs: Vec::new(),
            place: String::new(),
        };
        let batch = office.batch();
        let command = Command::Import { source: "test".to_owned(), batch, records: vec![person], clash, dry_run };
        office.done(&office.me.clone(), command).imported
    };
    let head = office.store.engine().head().unwrap();
    assert!(import(&mut office, "Nowak", Clash::KeepLocal, true) == [Imported::Created]);
    assert_eq!(office.store.engine().head().unwrap(), head);
    assert!(import(&mut office, "Nowak", Clash::KeepLocal, false) == [Imported::Created]);
    let head = office.store.engine().head().unwrap();
    assert!(import(&mut office, "Nowak", Clash::KeepLocal, false) == [Imported::Unchanged]);
    assert_eq!(office.store.engine().head().unwrap(), head, "a second run changes nothing");
    let id = *office.ids(Kind::Client).last().unwrap();
    assert!(matches!(
        office.edit(&me, Kind::Client, id, Fields::none().with("name.family", &"Nowak-Li")),
        Reply::Done(_)
    ));
    let kept = import(&mut office, "Novak", Clash::KeepLocal, false);
    assert!(matches!(&kept[..], [Imported::KeptLocal(fields)] if fields == &["name.family"]));
    let visits = import(&mut office, "Nowacki", Clash::TakeSourceOf(vec![Kind::Visit]), false);
    assert!(matches!(&visits[..], [Imported::KeptLocal(_)]), "the answer was given for another kind");
    assert!(import(&mut office, "Nowicki", Clash::TakeSourceOf(vec![Kind::Client]), false) == [Imported::Updated]);
    office.pass(HOUR + MINUTE);
    crate::office::same_as_fresh(&office, "an import");
}
