//! Who saw what: what each request leaves in the log, that it names nobody and says nothing of what was typed, that an
//! answer whose entry can't be written is not given; looks taken together, clocks that jump, removal, the time line.

use crate::access::one_of_each;
use crate::acts::{KINDS, command};
use crate::office::{Office, monday, new, ny, said, t};
use caseload::clock::{Clock, FixedClock};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::audit::{Access, Category, Deed, Ending};
use caseload::domain::chart::AccessCode;
use caseload::domain::fields::Fields;
use caseload::domain::ids::{DraftId, UserId};
use caseload::domain::record::Kind;
use caseload::domain::time::{DAY, HOUR, MINUTE, Moment};
use caseload::domain::user::Role;
use caseload::service::Service;
use caseload::service::api::{
    Answered, AuditAsk, AuditLine, BoardAsk, By, Command, Draft, Execute, Leaving, OpenList, Person, Query, Reply,
    Request, Session, Sort, SpanAsk, View,
};
use caseload::service::drafts::MemoryDrafts;
use caseload::service::ids::CountedIds;
use caseload::store::access::AccessLog;
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use caseload::store::files::Files;
use caseload::store::indexes::Indexes;
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::proof::prove;
use caseload::store::working::MemoryHome;
use caseload::store::{Store, access_entry};
use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, RwLock};

fn log(store: &Store) -> Vec<Access> {
    let mut out = Vec::new();
    store
        .engine()
        .access()
        .read(0, &mut |entry| {
            out.push(access_entry::decode(&entry).expect("one of ours"));
            true
        })
        .unwrap();
    out
}

/// What a request adds to the log.
fn added(office: &mut Office, session: &Session, request: Request) -> (Reply, Vec<Access>) {
    let before = log(&office.store).len();
    let reply = office.ask(session, request).0;
    (reply, log(&office.store).split_off(before))
}

fn list(view: View) -> OpenList {
    OpenList { view, mine: true, lens: String::new(), words: String::new(), sort: Sort::Natural }
}

#[test]
fn each_request_leaves_exactly_the_entry_it_should() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let (client, staff) = (office.clients[0], office.staff[0]);
    let code = AccessCode { client, kind: t("alarm"), code: t("4711") };
    let code = office.make(&me, vec![new(&code)])[0];
    let today = ny().day(office.now());
    let about = |source| office.alerts(source).first().copied().unwrap();
    let (issue, callout) = (about(AlertSource::Issue), about(AlertSource::CallOut));
    let call = office.ids(Kind::Communication)[0];
    let hers = office.store.client_of(Kind::Issue, issue.subject).unwrap().unwrap();
    let calls = office.store.client_of(Kind::Communication, call).unwrap().unwrap();
    let board = BoardAsk {
        day: today,
        mine: true,
        only: caseload::service::api::VisitFilter::default(),
        by: By::Client,
        from: 0,
        count: 9,
        around: None,
    };
    let span = SpanAsk {
        from: today,
        days: 7,
        mine: false,
        only: caseload::service::api::VisitFilter::default(),
        by: By::Client,
        first: 0,
        rows: 9,
        deadlines: false,
    };
    let (c, s) = ((Kind::Client, client.0), (Kind::Staff, staff.0));
    let on_issue = vec![(Kind::Client, hers.0), (Kind::Issue, issue.subject)];
    let gone = AlertKey { source: AlertSource::Visit, subject: [9; 16], occurrence: 0 };
    type Left = Option<(Deed, Category, Ending, Vec<(Kind, [u8; 16])>)>;
    let opened = |category, subjects| Some((Deed::Opened, category, Ending::Done, subjects));
    let listed = |category| Some((Deed::Listed, category, Ending::Done, vec![]));
    let table: Vec<(Request, Left)> = vec![
        (Request::Query(Query::Header), None),
        (Request::Query(Query::Asks), None),
        (Request::Query(Query::Agency), None),
        (Request::Query(Query::ColumnMap(String::new())), None),
        (Request::Query(Query::AdoptedRules("triage".to_owned())), None),
        (Request::Query(Query::Colleagues), None),
        (Request::Query(Query::OnDuty(None)), None),
        (Request::Query(Query::Why(issue)), opened(Category::Alert, on_issue.clone())),
        (
            Request::Query(Query::Why(gone)),
            Some((Deed::Opened, Category::Alert, Ending::Nothing, vec![(Kind::Visit, [9; 16])])),
        ),
        (
            Request::Query(Query::OutcomesOfMany(vec![issue, callout])),
            opened(Category::Alert, [&on_issue[..], &[(Kind::Staff, callout.subject)]].concat()),
        ),
        (Request::Query(Query::Card(Person::Client(client))), opened(Category::Card, vec![c])),
        (Request::Query(Query::Card(Person::Staff(staff))), opened(Category::StaffPage, vec![s])),
        (Request::Query(Query::ClientPage(client)), opened(Category::Chart, vec![c])),
        (
            Request::Query(Query::ClientPage([7; 16].into())),
            Some((Deed::Opened, Category::Chart, Ending::Nothing, vec![(Kind::Client, [7; 16])])),
        ),
        (Request::Query(Query::Codes(client)), Some((Deed::ShownCode, Category::Codes, Ending::Done, vec![c]))),
        (Request::Query(Query::Board(board)), listed(Category::Calendar)),
        (Request::Query(Query::Span(span)), listed(Category::Calendar)),
        (
            Request::Query(Query::Find { text: "okafor".to_owned(), limit: 9 }),
            Some((Deed::Searched, Category::Search, Ending::Done, vec![])),
        ),
        (
            Request::Query(Query::Find { text: "xyzzy".to_owned(), limit: 9 }),
            Some((Deed::Searched, Category::Search, Ending::Nothing, vec![])),
        ),
        (
            Request::Query(Query::Numbers { person: Person::Client(client), about: None }),
            opened(Category::Contacts, vec![c]),
        ),
        (
            Request::Query(Query::Call(call.into())),
            opened(Category::Call, vec![(Kind::Client, calls.0), (Kind::Communication, call)]),
        ),
        (
            Request::Query(Query::History { kind: Kind::AccessCode, id: code }),
            opened(Category::History, vec![c, (Kind::AccessCode, code)]),
        ),
        (Request::Query(Query::WouldBe(office.fall(0))), opened(Category::Alert, vec![c])),
        (Request::Query(Query::Reviews), listed(Category::Review)),
        (Request::Query(Query::ReviewCard(client)), opened(Category::Review, vec![c])),
        (Request::Query(Query::MyActs(9)), listed(Category::Acts)),
        (Request::Query(Query::Brief), listed(Category::Brief)),
        (Request::OpenList(list(View::Alerts)), listed(Category::Alerts)),
        (Request::OpenList(list(View::Clients)), listed(Category::Clients)),
        (Request::OpenList(list(View::Staff)), listed(Category::Staff)),
        (
            Request::OpenList(list(View::Visits {
                from: today,
                to: today.plus(1),
                only: caseload::service::api::VisitFilter::default(),
            })),
            listed(Category::Visits),
        ),
        (Request::OpenList(list(View::Issues)), listed(Category::Issues)),
        (Request::OpenList(list(View::Reassessments)), listed(Category::Reassessments)),
        (Request::Rows { list: 1, from: 3, count: 9 }, None),
        (Request::CloseList(1), None),
        (Request::DropDraft(DraftId([1; 16])), None),
        (Request::Drafts, Some((Deed::Listed, Category::Drafts, Ending::Nothing, vec![]))),
        (
            Request::Leave(Leaving::Exported { view: View::Clients, rows: 9 }),
            Some((Deed::Exported, Category::Clients, Ending::Done, vec![])),
        ),
        (
            Request::Leave(Leaving::Printed(Some(Person::Client(client)))),
            Some((Deed::Printed, Category::Chart, Ending::Done, vec![c])),
        ),
        (
            Request::Leave(Leaving::Copied(Some(Person::Client(client)))),
            Some((Deed::Copied, Category::Chart, Ending::Done, vec![c])),
        ),
        (
            Request::Leave(Leaving::Edited(Some(Person::Client(client)))),
            Some((Deed::Exported, Category::Chart, Ending::Done, vec![c])),
        ),
        (
            Request::Leave(Leaving::Paged(Some(Person::Client(client)))),
            Some((Deed::Printed, Category::Chart, Ending::Done, vec![c])),
        ),
        (Request::Leave(Leaving::Dictated(None)), Some((Deed::Dictated, Category::Chart, Ending::Done, vec![]))),
        // Denied attempts, of questions and of commands.
        (Request::Query(Query::Checkpoint), Some((Deed::Listed, Category::Log, Ending::Denied, vec![]))),
        (
            Request::Query(Query::Audit(AuditAsk::default())),
            Some((Deed::Audited, Category::Log, Ending::Denied, vec![])),
        ),
        (
            Request::Execute(Execute {
                request: office.next_request(),
                command: Command::PurgeAccesses { years: 10, reason: "space".to_owned() },
            }),
            Some((Deed::Tried, Category::Change, Ending::Denied, vec![])),
        ),
        // What is done stands in the other chain.
        (
            Request::Execute(Execute {
                request: office.next_request(),
                command: Command::Take { key: issue, from_other: true },
            }),
            None,
        ),
    ];
    let head = office.store.engine().head().unwrap();
    for (n, (request, left)) in table.into_iter().enumerate() {
        let (reply, found) = added(&mut office, &me, request);
        assert!(!matches!(reply, Reply::Failed(_)) || n == 32, "row {n}: {}", said(&reply));
        let got: Vec<_> = found.iter().map(|a| (a.deed, a.category, a.ending, a.subjects.clone())).collect();
        assert_eq!(got, left.into_iter().collect::<Vec<_>>(), "row {n}");
        for one in &found {
            assert_eq!((one.user, &*one.role, &*one.origin), (me.user, "coordinator", "test"), "row {n}");
            assert!(one.saw >= head && one.session == me.id, "row {n}");
        }
    }
    let all = log(&office.store);
    let of = |deed, category| all.iter().find(|a| a.deed == deed && a.category == category).unwrap();
    assert_eq!(of(Deed::Listed, Category::Visits).how.days, Some((today, today.plus(1))));
    assert!(of(Deed::Listed, Category::Clients).how.mine);
    assert!(of(Deed::Listed, Category::Clients).count.is_some_and(|n| n > 0));
    assert_eq!(of(Deed::Tried, Category::Change).act, "purge accesses");
    // Who asks the log is in it as well.
    let (_, found) = added(&mut office, &manager, Request::Query(Query::Audit(AuditAsk::default())));
    assert_eq!((found[0].deed, found[0].ending, &*found[0].role), (Deed::Audited, Ending::Done, "manager"));
}

#[test]
fn what_only_an_emergency_opens_is_marked_and_a_clipboard_is_a_right() {
    let mut office = Office::at(monday());
    let sessions = one_of_each(&mut office);
    let (biller, reader) = (sessions[3].clone(), sessions[6].clone());
    let client = office.clients[0];
    let (reply, found) = added(&mut office, &biller, Request::Query(Query::Codes(client)));
    assert!(matches!(reply, Reply::Denied(_)));
    assert_eq!((found[0].deed, found[0].ending, found[0].how.emergency), (Deed::ShownCode, Ending::Denied, false));
    let open = Command::OpenEmergency { client, reason: "she does not open the door".to_owned() };
    office.done(&biller, open);
    let (reply, found) = added(&mut office, &biller, Request::Query(Query::Codes(client)));
    assert!(matches!(reply, Reply::Answer(_)), "{}", said(&reply));
    // She has none; that was seen all the same.
    assert_eq!((found[0].deed, found[0].ending, found[0].how.emergency), (Deed::ShownCode, Ending::Nothing, true));
    let issue = office.alerts(AlertSource::Issue).first().copied().unwrap();
    if office.store.client_of(Kind::Issue, issue.subject).unwrap() == Some(client) {
        let (_, found) = added(&mut office, &biller, Request::Query(Query::Why(issue)));
        assert_eq!((found[0].deed, found[0].how.emergency), (Deed::BreakGlass, true));
    }
    // What her role opens anyway is no emergency.
    let (_, found) = added(&mut office, &biller, Request::Query(Query::Card(Person::Client(client))));
    assert_eq!((found[0].deed, found[0].how.emergency), (Deed::Opened, false));
    let me = office.me.clone();
    let person = Some(Person::Client(client));
    for (leaving, deed, act, why) in [
        (Leaving::Copied(person), Deed::Copied, "", "copy to the clipboard"),
        (Leaving::Edited(person), Deed::Exported, "editor", "write in an editor of their own"),
        (Leaving::Paged(person), Deed::Printed, "pager", "read in a pager of their own"),
    ] {
        let (reply, found) = added(&mut office, &reader, Request::Leave(leaving.clone()));
        let Reply::Denied(said) = reply else { panic!("{act}: {}", said(&reply)) };
        assert!(said.contains("read-only user does not") && said.contains(why), "{said}");
        assert_eq!((found[0].deed, found[0].ending, &*found[0].act), (deed, Ending::Denied, act));
        let (reply, found) = added(&mut office, &me, Request::Leave(leaving));
        assert!(matches!(reply, Reply::Noted));
        assert_eq!((found[0].deed, found[0].ending, &*found[0].act), (deed, Ending::Done, act));
    }
}

#[test]
fn looks_at_the_same_thing_within_five_minutes_are_one_and_counted() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let page = |n: usize, office: &Office| Request::Query(Query::ClientPage(office.clients[n]));
    let look = |office: &mut Office, who: &Session, n| {
        let request = page(n, office);
        added(office, who, request).1.len()
    };
    assert_eq!(look(&mut office, &me, 0), 1);
    for _ in 0..4 {
        office.clock.advance(MINUTE);
        assert_eq!(look(&mut office, &me, 0), 0, "the same again");
    }
    assert_eq!(look(&mut office, &me, 1), 1, "another client");
    assert_eq!(look(&mut office, &colleague, 0), 1, "somebody else");
    let before = log(&office.store).len();
    office.clock.advance(MINUTE);
    assert_eq!(look(&mut office, &me, 0), 2, "five minutes are over: how often it was, and a new entry");
    let again: Vec<Access> = log(&office.store).split_off(before);
    let count = again.iter().find(|a| a.deed == Deed::Again).unwrap();
    assert_eq!((count.count, count.user), (Some(4), me.user));
    let first = usize::try_from(count.of).unwrap() - 1;
    assert_eq!(log(&office.store)[first].category, Category::Chart);
    // A list and its rows: scrolling adds nothing, asking it otherwise does.
    let mut open = list(View::Clients);
    let (reply, found) = added(&mut office, &me, Request::OpenList(open.clone()));
    assert_eq!(found.len(), 1);
    let Reply::List(opened) = reply else { panic!("no list") };
    for from in 0..20 {
        let request = Request::Rows { list: opened.list, from, count: 5 };
        assert_eq!(added(&mut office, &me, request).1.len(), 0);
    }
    assert_eq!(added(&mut office, &me, Request::OpenList(open.clone())).1.len(), 0, "opened anew after a change");
    open.lens = "name:okafor".to_owned();
    let (_, found) = added(&mut office, &me, Request::OpenList(open));
    assert!(found.len() == 1 && found[0].how.lens);
    // Each showing of a code counts.
    let client = office.clients[0];
    for _ in 0..3 {
        assert_eq!(added(&mut office, &me, Request::Query(Query::Codes(client))).1.len(), 1);
    }
    // At the end every count is written, once.
    look(&mut office, &me, 0);
    let before = log(&office.store).len();
    office.service.end().unwrap();
    let counts = log(&office.store).split_off(before);
    assert!(!counts.is_empty() && counts.iter().all(|a| a.deed == Deed::Again));
    office.service.end().unwrap();
    assert_eq!(log(&office.store).len(), before + counts.len());
}

/// Words that must be nowhere in the log.
const CANARY: &str = "Zqxjkvb";

#[test]
fn no_value_no_name_and_no_searched_word_is_in_the_log() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let client = office.clients[0];
    // Her name, a code, a note: whatever is asked for now would show it.
    for (field, value) in [("name.family", CANARY), ("access", CANARY), ("address.town", CANARY)] {
        let reply = office.edit(&me, Kind::Client, client.0, Fields::none().with(field, &value));
        assert!(matches!(reply, Reply::Done(_)), "{}", said(&reply));
    }
    office.make(&me, vec![new(&AccessCode { client, kind: t(CANARY), code: t(CANARY) })]);
    let mut fall = office.fall(0);
    (fall.summary, fall.reported_by) = (CANARY.to_owned(), CANARY.to_owned());
    office.done(&me, Command::NewIssue(fall.clone()));
    let surveyor = one_of_each(&mut office).remove(7);
    assert_eq!(surveyor.role, Role::Surveyor);
    let mut asked = 0;
    let mut ask = |office: &mut Office, request: Request| {
        asked += 1;
        for who in [&me, &manager] {
            office.ask(who, request.clone());
        }
        office.ask(&surveyor, request);
    };
    for which in 0..KINDS {
        for dice in 0..12_u64 {
            let Some(command) = command(&mut office, which, dice.wrapping_mul(0x9E37_79B9_7F4A_7C15)) else { continue };
            let request = office.next_request();
            ask(&mut office, Request::Execute(Execute { request, command }));
        }
    }
    let today = ny().day(office.now());
    for view in [
        View::Alerts,
        View::Clients,
        View::Staff,
        View::Visits { from: today, to: today, only: caseload::service::api::VisitFilter::default() },
        View::Issues,
        View::Reassessments,
    ] {
        let (lens, words) = (format!("name:{CANARY}"), CANARY.to_owned());
        ask(&mut office, Request::OpenList(OpenList { lens, words, ..list(view) }));
        ask(&mut office, Request::OpenList(list(view)));
    }
    for key in office.all_alerts() {
        ask(&mut office, Request::Query(Query::Why(key)));
        ask(&mut office, Request::Query(Query::Outcomes(key)));
    }
    for kind in Kind::ALL {
        for id in office.ids(*kind) {
            ask(&mut office, Request::Query(Query::History { kind: *kind, id }));
        }
    }
    let person = Person::Client(client);
    let draft = Draft {
        id: DraftId([5; 16]),
        form: CANARY.to_owned(),
        person: Some(person),
        about: None,
        fields: vec![(CANARY.to_owned(), CANARY.to_owned())],
        focus: 0,
        at: office.now(),
    };
    for request in [
        Request::Query(Query::Find { text: CANARY.to_owned(), limit: 9 }),
        Request::Query(Query::Card(person)),
        Request::Query(Query::ClientPage(client)),
        Request::Query(Query::Codes(client)),
        Request::Query(Query::Numbers { person, about: None }),
        Request::Query(Query::Untold { client, about: None }),
        Request::Query(Query::WouldBe(fall)),
        Request::Query(Query::ReviewCard(client)),
        Request::Query(Query::Brief),
        Request::Query(Query::MyActs(99)),
        Request::Query(Query::ColumnMap(CANARY.to_owned())),
        Request::Query(Query::Audit(AuditAsk {
            action: CANARY.to_owned(),
            user: CANARY.to_owned(),
            person: Some(person),
            values: true,
            ..AuditAsk::default()
        })),
        Request::Execute(Execute {
            request: office.next_request(),
            command: Command::PurgeAccesses { years: 10, reason: CANARY.to_owned() },
        }),
        Request::SaveDraft(draft),
        Request::Drafts,
        Request::Leave(Leaving::Printed(Some(person))),
    ] {
        ask(&mut office, request);
    }
    office.service.end().unwrap();
    let mut entries = 0;
    let mut names = vec![CANARY.to_owned()];
    for name in ["Okafor", "Ruth", "Alvarez", "Patel", "kitchen", "warfarin", "555-"] {
        names.push(name.to_owned());
    }
    office
        .store
        .engine()
        .access()
        .read(0, &mut |entry| {
            entries += 1;
            let c = &entry.commit;
            let envelopes = c.records.iter().flat_map(|r| r.envelope.clone());
            let bytes: Vec<u8> =
                c.note.iter().copied().chain(c.action.bytes()).chain(c.origin.bytes()).chain(envelopes).collect();
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            for name in &names {
                assert!(!text.contains(&name.to_lowercase()), "entry {}: {text:?} holds {name}", entry.seq);
            }
            true
        })
        .unwrap();
    assert!(asked > 300 && entries > 300, "{asked} asked, {entries} entries");
    // The control: the record holds it, and was read on the way.
    assert_eq!(office.get::<caseload::domain::client::Client>(client.0).name.family.as_str(), CANARY);
}

/// A service over files, with the people of an office.
fn over_files() -> (Arc<FaultFiles>, Service, Session, Arc<FixedClock>, caseload::domain::ids::ClientId) {
    let files = Arc::new(FaultFiles::new());
    let (service, founder, clock, client) = over(files.clone());
    (files, service, founder, clock, client)
}

fn over(files: Arc<dyn Files>) -> (Service, Session, Arc<FixedClock>, caseload::domain::ids::ClientId) {
    let options = Options { access_segment_bytes: 4 * 1024, ..Options::default() };
    let engine = JournaledEngine::open(files, Box::new(MemoryHome::new()), Arc::new(Indexes), options).unwrap();
    let clock = Arc::new(FixedClock::at(monday().0));
    let store = Store::over(Arc::new(engine));
    let drafts = Box::new(MemoryDrafts::default());
    let mut service = Service::open(store, clock.clone(), Box::new(CountedIds::from(0)), drafts).unwrap();
    let (_, _, _, founder) = crate::office::empty(monday());
    let agency = caseload::domain::agency::Agency {
        name: t("Test Agency"),
        zone: ny(),
        noun: caseload::domain::agency::Noun::Client,
        holidays: caseload::domain::text::Few::default(),
        demo: true,
    };
    let office = caseload::domain::agency::Office { name: t("East"), zone: ny() };
    let mut make = |n: u8, records| {
        let command = Command::Create { records, batch: None };
        let request = caseload::domain::ids::RequestId([n; 16]);
        let reply = service.handle(&founder, Request::Execute(Execute { request, command })).0;
        let Reply::Done(done) = reply else { panic!("{}", said(&reply)) };
        done.created
    };
    let east = make(3, vec![new(&agency), new(&office)])[1];
    let ruth = caseload::domain::client::Client::new(east.into(), crate::office::name("Okafor", "Ruth"));
    let client = make(4, vec![new(&ruth)])[0].into();
    (service, founder, clock, client)
}

/// A disk whose sync of the log waits until it is let go.
struct Slow {
    disk: FaultFiles,
    /// Says that a sync has begun, and what it waits for.
    gate: Mutex<Option<(Sender<()>, Receiver<()>)>>,
}

impl Files for Slow {
    fn len(&self, path: &str) -> io::Result<Option<u64>> {
        self.disk.len(path)
    }
    fn read(&self, path: &str, offset: u64, most: usize) -> io::Result<Vec<u8>> {
        self.disk.read(path, offset, most)
    }
    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.disk.list(path)
    }
    fn list_dirs(&self, path: &str) -> io::Result<Vec<String>> {
        self.disk.list_dirs(path)
    }
    fn create(&self, path: &str) -> io::Result<()> {
        self.disk.create(path)
    }
    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.write_at(path, offset, bytes)
    }
    fn sync(&self, path: &str) -> io::Result<()> {
        let gate = if path.starts_with("access/") { self.gate.lock().unwrap().take() } else { None };
        if let Some((begun, go_on)) = gate {
            begun.send(()).unwrap();
            go_on.recv().unwrap();
        }
        self.disk.sync(path)
    }
    fn truncate(&self, path: &str, len: u64) -> io::Result<()> {
        self.disk.truncate(path, len)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.disk.remove(path)
    }
    fn create_dir(&self, path: &str) -> io::Result<()> {
        self.disk.create_dir(path)
    }
    fn sync_dir(&self, path: &str) -> io::Result<()> {
        self.disk.sync_dir(path)
    }
}

/// Who was noted on what would be left if the power went now.
fn noted_on(disk: &FaultFiles) -> usize {
    let mut noted = 0;
    let left = Arc::new(disk.after_cut(Unsynced::Dropped));
    let log = AccessLog::open(left, 4 * 1024, false).unwrap();
    log.read(0, &mut |e| {
        noted += usize::from(access_entry::decode(&e).is_some_and(|a| a.deed == Deed::Opened));
        true
    })
    .unwrap();
    noted
}

#[test]
fn an_answer_waits_for_its_note_and_nobody_else_waits_for_the_disk() {
    let slow = Arc::new(Slow { disk: FaultFiles::new(), gate: Mutex::default() });
    let (mut service, who, _, client) = over(slow.clone());
    let page = || Request::Query(Query::ClientPage(client));
    let card = || Request::Query(Query::Card(Person::Client(client)));
    // While the service is held the disk is left alone, be it that of a reader or of the committer.
    let before = slow.disk.calls();
    let read = service.read(&who, page()).unwrap();
    let (carried, _) = service.carry_out(&who, card());
    assert_eq!((slow.disk.calls(), noted_on(&slow.disk)), (before, 0));
    assert!(matches!(read.shown(), Reply::Answer(_)));
    // One write took both along.
    assert_eq!(noted_on(&slow.disk), 2);
    let before = slow.disk.calls();
    assert!(matches!(carried.shown(), Reply::Answer(_)) && slow.disk.calls() == before);
    // What can't be written then is not shown, and not taken for a look that was noted.
    let find =
        || Request::Query(Query::Why(AlertKey { source: AlertSource::Recert, subject: client.0, occurrence: 0 }));
    slow.disk.fail_at(1, Fault::Full);
    let unshown = service.read(&who, find()).unwrap();
    assert!(matches!(unshown.shown(), Reply::Failed(why) if why.contains("nothing of it is shown")));
    slow.disk.fail_at(u64::MAX / 2, Fault::Io);
    assert!(matches!(service.read(&who, find()).unwrap().shown(), Reply::Answer(_)));
    // On a disk that takes its time the answer waits; the committer and those who are noted already do not.
    let (begun, has_begun) = channel();
    let (go_on, goes_on) = channel();
    let noted = noted_on(&slow.disk);
    *slow.gate.lock().unwrap() = Some((begun, goes_on));
    let service = RwLock::new(service);
    let (said, heard) = channel();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let numbers = Query::Numbers { person: Person::Client(client), about: None };
            let unshown = service.read().unwrap().read(&who, Request::Query(numbers)).unwrap();
            said.send(unshown.shown()).unwrap();
        });
        has_begun.recv().unwrap();
        let mut committer = service.try_write().expect("nobody holds the service while the disk works");
        let fields = Fields::none().with("payer", &"Medicare");
        let command = Command::Edit { kind: Kind::Client, id: client.0, base: 1, fields };
        let request = caseload::domain::ids::RequestId([9; 16]);
        let reply = committer.handle(&who, Request::Execute(Execute { request, command })).0;
        assert!(matches!(reply, Reply::Done(_)), "{}", crate::office::said(&reply));
        drop(committer);
        assert!(matches!(service.read().unwrap().read(&who, page()).unwrap().shown(), Reply::Answer(_)));
        assert!(heard.try_recv().is_err() && noted_on(&slow.disk) == noted, "shown before it was noted");
        go_on.send(()).unwrap();
        assert!(matches!(heard.recv().unwrap(), Reply::Answer(_)));
        assert_eq!(noted_on(&slow.disk), noted + 1);
    });
}

#[test]
fn a_draft_is_written_when_the_service_is_held_no_longer() {
    let files = Arc::new(FaultFiles::new());
    let (service, who, clock, _) = over(files.clone());
    let disk = Arc::new(FaultFiles::new());
    let drafts = Box::new(caseload::service::drafts::FileDrafts::new(disk.clone()));
    let store = Store::over(Arc::clone(service.store().engine()));
    let service = Service::open(store, clock.clone(), Box::new(CountedIds::from(900)), drafts).unwrap();
    let draft = Draft {
        id: DraftId([7; 16]),
        form: "note".to_owned(),
        person: None,
        about: None,
        fields: vec![("text".to_owned(), "she sounded".to_owned())],
        focus: 0,
        at: monday(),
    };
    for request in [Request::SaveDraft(draft.clone()), Request::DropDraft(draft.id)] {
        let before = disk.calls();
        let unshown = service.read(&who, request).unwrap();
        assert_eq!(disk.calls(), before);
        assert!(matches!(unshown.shown(), Reply::Drafted) && disk.calls() > before);
    }
    disk.fail_at(1, Fault::Full);
    let kept = service.read(&who, Request::SaveDraft(draft)).unwrap().shown();
    assert!(matches!(kept, Reply::Failed(why) if why.contains("could not be kept")));
}

#[test]
fn what_can_not_be_noted_is_not_shown() {
    let (files, mut service, who, _, client) = over_files();
    let mut ask = |request: Request| service.handle(&who, request).0;
    let page = || Request::Query(Query::ClientPage(client));
    files.fail_at(1, Fault::Full);
    let refused = ask(page());
    let Reply::Failed(why) = &refused else { panic!("shown: {}", said(&refused)) };
    assert!(why.contains("nothing of it is shown") && why.contains("no space left"), "{why}");
    assert!(matches!(ask(Request::OpenList(list(View::Clients))), Reply::Failed(_)));
    assert!(matches!(ask(Request::Query(Query::Find { text: "okafor".to_owned(), limit: 9 })), Reply::Failed(_)));
    // What shows nothing of anybody goes on, and so does everything once there is room.
    assert!(matches!(ask(Request::Query(Query::Header)), Reply::Answer(_)));
    files.fail_at(u64::MAX / 2, Fault::Io);
    assert!(matches!(ask(page()), Reply::Answer(_)));
    // A look that was not written is not taken for one that was.
    assert!(matches!(ask(page()), Reply::Answer(_)));
    service.end().unwrap();
    let mut shown = Vec::new();
    service
        .store()
        .engine()
        .access()
        .read(0, &mut |e| {
            shown.extend(access_entry::decode(&e).map(|a| (a.deed, a.count)));
            true
        })
        .unwrap();
    assert!(shown.contains(&(Deed::Opened, None)) && shown.contains(&(Deed::Again, Some(1))), "{shown:?}");
}

#[test]
fn both_chains_are_marked_every_hour_and_at_the_end() {
    let (files, mut service, who, clock, client) = over_files();
    let marks = |files: &FaultFiles| {
        files.bytes(caseload::store::access::CHECKPOINTS).map_or(0, |b| String::from_utf8(b).unwrap().lines().count())
    };
    assert!(service.log().checkpoint_if_due(service.now()).unwrap());
    assert!(!service.log().checkpoint_if_due(service.now()).unwrap());
    clock.advance(59 * MINUTE);
    service.handle(&who, Request::Query(Query::ClientPage(client)));
    assert!(!service.log().checkpoint_if_due(service.now()).unwrap());
    clock.advance(MINUTE);
    assert!(service.log().checkpoint_if_due(service.now()).unwrap());
    clock.advance(3 * HOUR);
    assert!(!service.log().checkpoint_if_due(service.now()).unwrap(), "nothing was done or seen since");
    service.handle(&who, Request::Query(Query::ClientPage(client)));
    service.end().unwrap();
    service.end().unwrap();
    assert_eq!(marks(&files), 3);
    // One that is asked for proves what stood before it.
    let reply = service.handle(&who, Request::Query(Query::Checkpoint)).0;
    let Reply::Answer(answer) = reply else { panic!("no answer") };
    let Answered::Checkpoint { text, code } = *answer else { panic!("no checkpoint") };
    for form in [text, code] {
        let brought = caseload::store::checkpoint::Brought::parse(&form).unwrap();
        let proof = prove(&*files, Some(&brought), &mut |_| {}).unwrap();
        assert_eq!(proof.findings, []);
        assert_eq!(proof.proven, Some((service.store().engine().tip().0, service.store().engine().access().tip().0)));
    }
}

#[test]
fn nothing_younger_than_six_years_is_removed_and_what_is_removed_is_told() {
    let (files, mut service, who, clock, client) = over_files();
    let years = |n: i64| n * 366 * DAY;
    let mut ids = 100_u8;
    let mut purge = |service: &mut Service, years, reason: &str| {
        ids += 1;
        let request = caseload::domain::ids::RequestId([ids; 16]);
        let command = Command::PurgeAccesses { years, reason: reason.to_owned() };
        service.handle(&who, Request::Execute(Execute { request, command })).0
    };
    for _ in 0..60 {
        clock.advance(10 * MINUTE);
        service.handle(&who, Request::Query(Query::ClientPage(client)));
    }
    let reply = purge(&mut service, 10, "space");
    assert!(crate::office::rule(&reply) == "audit.nothing_old", "{}", said(&reply));
    clock.advance(years(11));
    for _ in 0..60 {
        clock.advance(10 * MINUTE);
        service.handle(&who, Request::Query(Query::ClientPage(client)));
    }
    for short in [0, 1, 5] {
        let reply = purge(&mut service, short, "space");
        let Reply::Problems(problems) = &reply else { panic!("{}", said(&reply)) };
        assert_eq!(problems[0].rule, "audit.retention");
        assert!(problems[0].text.contains("45 CFR 164.316"), "{}", problems[0].text);
    }
    assert!(said(&purge(&mut service, 8, "space")).contains("10 years"), "below what the agency keeps");
    assert!(crate::office::rule(&purge(&mut service, 10, " ")) == "audit.reason");
    let (changes, accesses) = (service.store().engine().tip().0, service.store().engine().access().tip().0);
    let reply = purge(&mut service, 10, "ten years are over");
    assert!(matches!(reply, Reply::Done(_)), "{}", said(&reply));
    service.log().checkpoint_if_due(service.now()).unwrap();
    let first = {
        let mut first = None;
        service
            .store()
            .engine()
            .access()
            .read(0, &mut |e| {
                first = Some((e.seq, e.commit.at_ms));
                false
            })
            .unwrap();
        first.unwrap()
    };
    assert!(first.0 > 20 && first.0 <= accesses, "{first:?}");
    assert_eq!(service.store().engine().tip().0, changes + 1, "the removal is a change");
    service.end().unwrap();
    let proof = prove(&*files, None, &mut |_| {}).unwrap();
    assert_eq!((proof.findings, proof.removed), (Vec::new(), first.0 - 1));
    assert!(files.list("access").unwrap().iter().all(|n| n != "00000001.log"));
}

#[test]
fn an_agency_adopts_its_own_rules_of_keeping_but_none_below_six_years() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let adopt = |text: &str| Command::AdoptPolicy {
        name: "audit".to_owned(),
        version: "ours".to_owned(),
        text: text.to_owned(),
        signed_by: String::new(),
    };
    let text = |years: u16, together: u16| {
        format!("version = \"ours\"\nkeep_years = {years}\ntogether_minutes = {together}\ncheckpoint_minutes = 60\n")
    };
    let reply = office.act(&manager, adopt(&text(5, 5)));
    assert!(said(&reply).contains("never below 6"), "{}", said(&reply));
    office.done(&manager, adopt(&text(7, 0)));
    let me = office.me.clone();
    let client = office.clients[0];
    for _ in 0..2 {
        assert_eq!(added(&mut office, &me, Request::Query(Query::ClientPage(client))).1.len(), 1, "nothing together");
    }
    let reply = office.ask(&manager, Request::Query(Query::Removable { years: 7 })).0;
    assert!(matches!(reply, Reply::Answer(_)), "{}", said(&reply));
    // The rules of triage stand as they did.
    assert!(!office.all_alerts().is_empty());
}

/// A clock that can be set, beside one that can't.
struct TwoClocks(AtomicI64, AtomicI64);

impl Clock for TwoClocks {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn steady_ms(&self) -> i64 {
        self.1.load(Ordering::SeqCst)
    }
}

#[test]
fn a_clock_that_somebody_sets_is_noted() {
    let office = Office::at(monday());
    let clock = Arc::new(TwoClocks(AtomicI64::new(monday().0), AtomicI64::new(5_000)));
    let drafts = Box::new(MemoryDrafts::default());
    let mut service =
        Service::open(office.store.clone(), clock.clone(), Box::new(CountedIds::from(9)), drafts).unwrap();
    let mut look = |n: usize| {
        let before = log(&office.store).len();
        service.handle(&office.me, Request::Query(Query::ClientPage(office.clients[n])));
        log(&office.store).split_off(before)
    };
    let pass = |wall: i64, steady: i64| {
        clock.0.fetch_add(wall, Ordering::SeqCst);
        clock.1.fetch_add(steady, Ordering::SeqCst);
    };
    assert_eq!(look(0).len(), 1);
    pass(HOUR, HOUR);
    assert_eq!(look(1).len(), 1, "time that passes is no jump");
    pass(-10 * DAY, MINUTE);
    let found = look(2);
    assert_eq!((found[0].deed, found[0].count), (Deed::ClockJump, Some(10 * 86_400 + 60)));
    pass(1_500, 0);
    assert_eq!(look(3).len(), 1, "a small step is waited for");
    pass(1_500, 0);
    assert_eq!(look(0)[0].deed, Deed::ClockJump, "… and many of them are one");
}

fn lines(office: &mut Office, ask: AuditAsk) -> Vec<AuditLine> {
    let manager = office.manager.clone();
    let mut ask = AuditAsk { limit: 7, ..ask };
    let mut all = Vec::new();
    loop {
        let Answered::Audit(page) = office.query(&manager, Query::Audit(ask.clone())) else { panic!("no page") };
        all.extend(page.lines);
        if !page.more || all.len() > 2_000 {
            return all;
        }
        ask.after = page.next;
    }
}

#[test]
fn changes_and_accesses_stand_in_one_time_line() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let client = office.clients[0];
    office.query(&me, Query::ClientPage(client));
    let edited = office.edit(&me, Kind::Client, client.0, Fields::none().with("address.town", &"Newtown"));
    assert!(matches!(edited, Reply::Done(_)));
    // The wall clock goes back: the order is still that of what happened.
    office.clock.advance(-HOUR);
    office.query(&colleague, Query::Card(Person::Client(client)));
    let other = office.clients[1];
    office.query(&colleague, Query::ClientPage(other));
    let surveyor = one_of_each(&mut office).remove(7);
    assert!(matches!(office.ask(&surveyor, Request::Query(Query::Codes(client))).0, Reply::Denied(_)));
    let hers = lines(&mut office, AuditAsk { person: Some(Person::Client(client)), ..AuditAsk::default() });
    let told: Vec<String> =
        hers.iter().filter(|l| l.action != "audited").map(|l| format!("{} {}", l.user, l.action)).collect();
    let told = &told[told.len() - 4..];
    let expected = ["J. Alvarez opened", "J. Alvarez record.edit", "R. Patel opened", "surveyor shown code"];
    assert_eq!(told, expected, "{told:?}");
    assert!(hers.iter().all(|l| l.about.contains("Okafor")), "named for whoever may ask");
    // Pages join without a gap or a repeat.
    let all = lines(&mut office, AuditAsk::default());
    let (changes, seen): (Vec<_>, Vec<_>) = all.iter().partition(|l| l.change);
    assert!(changes.windows(2).all(|w| w[0].seq < w[1].seq) && changes.len() as u64 == office.store.engine().tip().0);
    assert!(seen.windows(2).all(|w| w[0].seq < w[1].seq));
    let mut newest = 0;
    for line in &all {
        if line.change {
            newest = line.seq;
        } else {
            assert_eq!(line.saw, newest, "an access stands behind the change that it saw");
        }
    }
    // Filters.
    let by = |ask: AuditAsk, office: &mut Office| lines(office, ask);
    let denied = by(AuditAsk { denied: true, ..AuditAsk::default() }, &mut office);
    assert_eq!(denied.len(), 1);
    assert_eq!((&*denied[0].ending, &*denied[0].role, &*denied[0].category), ("denied", "surveyor", "codes"));
    let patel = by(AuditAsk { user: "patel".to_owned(), ..AuditAsk::default() }, &mut office);
    assert!(!patel.is_empty() && patel.iter().all(|l| l.user == "R. Patel"));
    assert_eq!(by(AuditAsk { user: "u2".to_owned(), ..AuditAsk::default() }, &mut office).len(), patel.len());
    let charts = by(AuditAsk { action: "chart".to_owned(), seen_only: true, ..AuditAsk::default() }, &mut office);
    assert_eq!(charts.len(), 2);
    let late = AuditAsk { from: Some(monday().plus(MINUTE)), ..AuditAsk::default() };
    assert!(by(late, &mut office).is_empty());
    let (from, to) = (Some(monday()), Some(monday().plus(1)));
    assert!(by(AuditAsk { from, to, ..AuditAsk::default() }, &mut office).iter().all(|l| l.at == monday()));
    let nobody = AuditAsk { user: "nobody at all".to_owned(), ..AuditAsk::default() };
    let manager = office.manager.clone();
    let reply = office.ask(&manager, Request::Query(Query::Audit(nobody))).0;
    assert!(said(&reply).contains("no user has this login"), "{}", said(&reply));
    // Values only when asked for.
    assert!(all.iter().all(|l| l.values.is_empty()));
    let valued = by(AuditAsk { values: true, action: "record.edit".to_owned(), ..AuditAsk::default() }, &mut office);
    let town = valued.last().unwrap().values.iter().find(|(field, _, _)| field == "client.address.town").unwrap();
    assert_eq!(town.2, "Newtown");
}

#[test]
fn sessions_and_strangers_are_noted() {
    let office = Office::at(monday());
    let before = log(&office.store).len();
    office.service.note_session(&office.me, Deed::LogIn, Ending::Done).done().unwrap();
    office.service.note_session(&office.me, Deed::Pin, Ending::Failed).done().unwrap();
    office.service.note_session(&office.me, Deed::LogOut, Ending::Done).done().unwrap();
    office.service.note_stranger("uid 1002").done().unwrap();
    let found = log(&office.store).split_off(before);
    let told: Vec<_> = found.iter().map(|a| (a.deed, a.ending, a.user)).collect();
    let me = office.me.user;
    let nobody = UserId::default();
    assert_eq!(
        told,
        [
            (Deed::LogIn, Ending::Done, me),
            (Deed::Pin, Ending::Failed, me),
            (Deed::LogOut, Ending::Done, me),
            (Deed::LogIn, Ending::Denied, nobody)
        ]
    );
    assert!(found.iter().all(|a| a.at == monday() && a.at > Moment(0)));
}

#[test]
fn who_looked_is_told_newest_first_a_page_at_a_time() {
    let mut office = Office::at(monday());
    let (me, manager, colleague) = (office.me.clone(), office.manager.clone(), office.colleague.clone());
    let (hers, other) = (office.clients[0], office.clients[1]);
    let copy = |client| Request::Leave(Leaving::Copied(Some(Person::Client(client))));
    office.query(&me, Query::ClientPage(hers));
    office.query(&colleague, Query::Card(Person::Client(hers)));
    // More about somebody else than one answer looks at.
    for _ in 0..20_100 {
        assert!(matches!(office.ask(&me, copy(other)).0, Reply::Noted));
    }
    for _ in 0..5 {
        office.clock.advance(MINUTE);
        office.ask(&me, copy(hers));
    }
    let ask = AuditAsk { person: Some(Person::Client(hers)), newest: true, limit: 3, ..AuditAsk::default() };
    let page = |office: &mut Office, after| {
        let ask = AuditAsk { after, ..ask.clone() };
        let Answered::Audit(page) = office.query(&manager, Query::Audit(ask)) else { panic!("no page") };
        assert!(page.lines.len() <= 3 && page.lines.windows(2).all(|w| w[0].seq > w[1].seq));
        page
    };
    let deeds = |page: &caseload::service::api::AuditPage| -> Vec<String> {
        page.lines.iter().map(|l| format!("{} {}", l.action, l.category)).collect()
    };
    // The manager's own look is noted behind the answer: it is the newest of the next.
    let first = page(&mut office, (0, 0));
    assert_eq!((deeds(&first), first.more), (vec!["copied chart".to_owned(); 3], true));
    let again = page(&mut office, (0, 0));
    assert_eq!(deeds(&again)[0], "audited audit log");
    assert!(again.lines[0].user == "M. Manager" && again.lines[0].role == "manager", "{}", again.lines[0].user);
    let second = page(&mut office, first.next);
    assert_eq!((deeds(&second), second.more), (vec!["copied chart".to_owned(); 2], true));
    let third = page(&mut office, second.next);
    assert_eq!((deeds(&third), third.more), (vec!["opened card".to_owned(), "opened chart".to_owned()], false));
    assert!(third.lines.iter().all(|l| l.origin == "test" && l.about.contains("Okafor")));
    // The same as the other way round.
    let forward: Vec<u64> = lines(&mut office, AuditAsk { newest: false, seen_only: true, ..ask.clone() })
        .iter()
        .map(|l| l.seq)
        .filter(|seq| *seq <= first.lines[0].seq)
        .collect();
    let back: Vec<u64> = [&third, &second, &first].iter().flat_map(|p| p.lines.iter().rev().map(|l| l.seq)).collect();
    assert_eq!(forward, back);
    // Who may not audit is told so, and that is noted.
    let (reply, found) = added(&mut office, &me, Request::Query(Query::Audit(ask.clone())));
    assert!(said(&reply).contains("does not see what was done and seen"), "{}", said(&reply));
    assert_eq!((found[0].deed, found[0].ending), (Deed::Audited, Ending::Denied));
}
