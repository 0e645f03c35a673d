#![allow(dead_code, unreachable_pub)]
//! A small office over the memory engine with a clock that is moved by hand: two coordinators, a manager, a handful of
//! clients, caregivers, visits and all else that alerts come from. Nobody in it is real.

use caseload::clock::FixedClock;
use caseload::domain::agency::{Agency, Noun, Office as OfficeBody};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::chart::Medication;
use caseload::domain::client::{Client, ClientStatus, Living, Need};
use caseload::domain::communication::{CallResult, Direction};
use caseload::domain::contact::{Contact, ContactKind, Share};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{BatchId, ClientId, OfficeId, RequestId, StaffId, UserId};
use caseload::domain::issue::{How, IssueKind};
use caseload::domain::person::{Name, Phone, PhoneKind};
use caseload::domain::reassessment::{Reassessment, ReassessmentState};
use caseload::domain::record::{Body, Kind};
use caseload::domain::staff::{Credential, Discipline, Staff};
use caseload::domain::text::{Few, Text};
use caseload::domain::time::{Civil, DAY, Day, HOUR, MINUTE, Moment, Zone};
use caseload::domain::user::{Role, User};
use caseload::domain::visit::{Answer, Stay, Visit, VisitState};
use caseload::rules::triage::Alert;
use caseload::rules::triage::facts::Subject;
use caseload::service::Service;
use caseload::service::api::{
    Answered, BookVisit, Change, Command, Done, Execute, LogCall, NewIssue, NewRecord, Person, Query, Reply, Request,
    Session,
};
use caseload::service::drafts::MemoryDrafts;
use caseload::service::ids::CountedIds;
use caseload::store::Store;
use caseload::store::codec::{decode_with, from_bytes, to_bytes};
use caseload::store::engine::Derive;
use caseload::store::faults::FaultFiles;
use caseload::store::indexes::{Indexes, SealedIndexes};
use caseload::store::keyring::{Keyring, MasterKey};
use caseload::store::memory::MemoryEngine;
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn t<const N: usize>(text: &str) -> Text<N> {
    Text::new(text).unwrap()
}

pub fn few<T, const N: usize>(items: Vec<T>) -> Few<T, N> {
    Few::new(items).ok().unwrap()
}

pub fn name(family: &str, given: &str) -> Name {
    Name { family: t(family), given: t(given), ..Name::default() }
}

pub fn phone(number: &str) -> caseload::domain::person::Phones {
    few(vec![Phone { kind: PhoneKind::Mobile, number: t(number) }])
}

pub fn new<B: Body>(body: &B) -> NewRecord {
    NewRecord { kind: B::KIND, fields: Fields::of(body) }
}

pub fn ny() -> Zone {
    Zone::parse("America/New_York").unwrap()
}

pub fn la() -> Zone {
    Zone::parse("America/Los_Angeles").unwrap()
}

/// Mon 2 Mar 2026 08:10 in New York.
pub fn monday() -> Moment {
    ny().moment(Day::from_ymd(2026, 3, 2).unwrap(), 8 * 60 + 10)
}

/// An office and those who work in it.
pub struct Office {
    pub service: Service,
    pub store: Store,
    pub clock: Arc<FixedClock>,
    pub me: Session,
    pub colleague: Session,
    pub manager: Session,
    pub east: OfficeId,
    pub west: OfficeId,
    pub clients: Vec<ClientId>,
    pub staff: Vec<StaffId>,
    requests: u64,
    /// Each request and reply goes through the codec on its way.
    pub seam: bool,
}

pub fn service_over(store: &Store, clock: &Arc<FixedClock>, from: u64) -> Service {
    Service::open(store.clone(), clock.clone(), Box::new(CountedIds::from(from)), Box::new(MemoryDrafts::default()))
        .unwrap()
}

/// The rows of an encrypted agency, as a new one is, or with `CASELOAD_TEST_CLEAR=1` of a clear one: everything holds in both.
fn derive() -> Arc<dyn Derive> {
    if std::env::var_os("CASELOAD_TEST_CLEAR").is_some() {
        return Arc::new(Indexes);
    }
    let keys = Keyring::begin(Arc::new(FaultFiles::new()), MasterKey::random().unwrap()).unwrap();
    Arc::new(SealedIndexes(Arc::new(keys)))
}

/// An agency with nobody in it, and who may found it.
pub fn empty(now: Moment) -> (Store, Arc<FixedClock>, Service, Session) {
    let clock = Arc::new(FixedClock::at(now.0));
    let store = Store::over(Arc::new(MemoryEngine::new(derive())));
    let service = service_over(&store, &clock, 0);
    let founder = Session {
        id: 0,
        user: UserId::default(),
        role: Role::Administrator,
        office: OfficeId::default(),
        name: "installation".to_owned(),
        origin: "test".to_owned(),
    };
    (store, clock, service, founder)
}

fn request(n: u64) -> RequestId {
    let mut id = [0xEE; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    RequestId(id)
}

impl Office {
    /// The office at this instant; what stands in it was entered a week before.
    pub fn at(now: Moment) -> Self {
        let (store, clock, service, founder) = empty(now.plus(-7 * DAY));
        let mut office = Self {
            service,
            store,
            clock,
            me: founder.clone(),
            colleague: founder.clone(),
            manager: founder.clone(),
            east: OfficeId::default(),
            west: OfficeId::default(),
            clients: Vec::new(),
            staff: Vec::new(),
            requests: 0,
            seam: false,
        };
        office.fill(&founder, now);
        office
    }

    fn fill(&mut self, founder: &Session, now: Moment) {
        let agency =
            Agency { name: t("Test Agency"), zone: ny(), noun: Noun::Client, holidays: Few::default(), demo: true };
        let made = self.make(
            founder,
            vec![
                new(&agency),
                new(&OfficeBody { name: t("East"), zone: ny() }),
                new(&OfficeBody { name: t("West"), zone: la() }),
            ],
        );
        (self.east, self.west) = (OfficeId(made[1]), OfficeId(made[2]));
        let user = |name: &str, role: Role, uid: u32| {
            new(&User {
                name: t(name),
                role,
                office: self.east,
                login: t(&format!("u{uid}")),
                uid,
                phones: Few::default(),
                staff: None,
                active: true,
            })
        };
        let users = vec![
            user("J. Alvarez", Role::Coordinator, 1),
            user("R. Patel", Role::Coordinator, 2),
            user("M. Manager", Role::Manager, 3),
        ];
        let made = self.make(founder, users);
        let session = |id| self.service.session(UserId(id), "test").unwrap();
        (self.me, self.colleague, self.manager) = (session(made[0]), session(made[1]), session(made[2]));

        let zone = ny();
        let today = zone.day(now);
        let mine = Some(self.me.user);
        let client = |office, family: &str, given: &str, n: u32| Client {
            born: Day::from_ymd(1941 + n as i32, 6, 12),
            mrn: t(&format!("00{}", 4210 + n)),
            coordinator: mine,
            phones: phone(&format!("(401) 555-01{n:02}")),
            ..Client::new(office, name(family, given))
        };
        let east = self.east;
        let clients = vec![
            new(&Client {
                emergency: Some(1),
                living: Living::Alone,
                needs: few(vec![Need::Insulin]),
                soc: Some(today.plus(-56)),
                cert_from: Some(today.plus(-56)),
                ..client(east, "Okafor", "Ruth", 1)
            }),
            new(&Client {
                emergency: Some(2), soc: Some(today.plus(-3)), ..client(east, "García-López", "Inés", 2)
            }),
            new(&Client { needs: few(vec![Need::TwoPeople]), ..client(east, "Nguyễn", "Thị Lan", 3) }),
            new(&Client { hospital_discharge: Some(today.plus(-13)), ..client(east, "O'Brien", "Pat", 4) }),
            new(&Client {
                status: ClientStatus::Referral,
                referred: Some(now.plus(-30 * HOUR)),
                ..client(east, "Petrov", "Ivan", 5)
            }),
            new(&Client { emergency: Some(3), soc: Some(today.plus(-58)), ..client(self.west, "Young", "Kim", 6) }),
        ];
        self.clients = self.make(founder, clients).into_iter().map(ClientId).collect();
        let worker = |family: &str, given: &str, discipline, n: u32| {
            new(&Staff {
                phones: phone(&format!("(401) 555-01{n:02}")),
                ..Staff::new(east, name(family, given), discipline)
            })
        };
        let staff = vec![
            worker("Chen", "Jo", Discipline::Rn, 51),
            worker("Reyes", "Maria", Discipline::Hha, 52),
            worker("Diaz", "Ana", Discipline::Hha, 53),
            worker("Pires", "Rui", Discipline::Pt, 54),
        ];
        self.staff = self.make(founder, staff).into_iter().map(StaffId).collect();

        let (c, s) = (self.clients.clone(), self.staff.clone());
        let visit = |client: ClientId, days: i32, minute: u16, staff: Option<StaffId>, answer, zone| Visit {
            service: t("bath"),
            staff,
            answer,
            ..Visit::new(client, Discipline::Hha, Civil { day: today.plus(days), minute, zone }, 60)
        };
        let mut visits = vec![
            visit(c[0], 0, 9 * 60, Some(s[1]), Answer::Yes, zone),
            visit(c[0], 0, 17 * 60, None, Answer::Nobody, zone),
            visit(c[1], 0, 10 * 60, Some(s[1]), Answer::Planned, zone),
            visit(c[2], 0, 7 * 60 + 30, Some(s[2]), Answer::Yes, zone),
            visit(c[3], 1, 8 * 60, None, Answer::Asked, zone),
            visit(c[3], 2, 2 * 60 + 30, Some(s[2]), Answer::Planned, zone),
            visit(c[5], 0, 8 * 60, Some(s[0]), Answer::Yes, la()),
            visit(c[5], 1, 0, None, Answer::Nobody, la()),
            visit(c[4], 0, 15 * 60, Some(s[0]), Answer::Yes, zone),
            visit(c[1], 1, 9 * 60, Some(s[0]), Answer::Yes, zone),
        ];
        for days in 3..7 {
            visits.push(visit(c[days as usize % 4], days, 9 * 60, Some(s[days as usize % 4]), Answer::Planned, zone));
        }
        visits[9].discipline = Discipline::Rn;
        let out = Visit {
            state: VisitState::CalledOut,
            called_out_at: Some(now.plus(-HOUR)),
            called_out_by: Some(s[2]),
            reason: t("ill"),
            answer: Answer::No,
            ..visit(c[1], 0, 13 * 60, Some(s[2]), Answer::No, zone)
        };
        visits.push(out);
        let records = visits.iter().map(new).collect();
        self.make(founder, records);

        let contact = |client, family: &str, given: &str, kind| Contact {
            client,
            kind,
            name: name(family, given),
            relation: t("daughter"),
            phones: phone("(401) 555-0177"),
            share: Share::All,
            share_since: None,
            share_word: Text::default(),
            first: true,
            npi: Text::default(),
        };
        let credential = |staff, kind: &str, days: i32| Credential {
            staff,
            kind: t(kind),
            number: Text::default(),
            expires: Some(today.plus(days)),
            retired: false,
        };
        let medication =
            Medication { client: c[0], name: t("warfarin 5 mg"), dose: t("daily"), from: None, active: true };
        let stay = Stay {
            client: c[3],
            facility: t("General"),
            from: now.plus(-4 * DAY),
            until: Some(now.plus(-DAY)),
            inpatient: true,
            home_at: Some(now.plus(-DAY)),
            history: false,
        };
        let phq = Reassessment {
            client: c[1],
            instrument: t("PHQ-9"),
            window: None,
            opens: today.plus(-1),
            closes: today.plus(2),
            state: ReassessmentState::Pending,
            visit: None,
            completed: None,
            result: Text::default(),
            waived: Text::default(),
        };
        self.make(
            founder,
            vec![
                new(&contact(c[0], "Adeyemi", "Grace", ContactKind::Family)),
                new(&contact(c[1], "Silva", "Ana", ContactKind::Physician)),
                new(&credential(s[1], "CPR", 1)),
                new(&credential(s[0], "RN licence", 12)),
                new(&credential(s[2], "TB", 50)),
                new(&medication),
                new(&stay),
                new(&phq),
            ],
        );
        self.clock.set(now.plus(-10 * MINUTE).0);
        let me = self.me.clone();
        let fall = self.fall(0);
        self.done(&me, Command::NewIssue(fall));
        let complaint = NewIssue { kind: IssueKind::Complaint, facts: Vec::new(), ..self.fall(2) };
        self.done(&me, Command::NewIssue(complaint));
        let call = self.call(None, Some(("call back", now.plus(2 * HOUR))));
        self.done(&me, Command::LogCall(call));
        self.clock.set(now.0);
        self.pass(0);
    }

    pub fn fall(&self, client: usize) -> NewIssue {
        NewIssue {
            person: Some(Person::Client(self.clients[client])),
            kind: IssueKind::Fall,
            summary: "fell in the kitchen".to_owned(),
            facts: vec![("head_strike".to_owned(), "yes".to_owned())],
            happened: None,
            reported_by: "Maria".to_owned(),
            how: How::Phone,
        }
    }

    /// A visit of this client in two hours, with nobody on it.
    pub fn booking(&self, client: usize) -> BookVisit {
        BookVisit {
            client: self.clients[client],
            discipline: Discipline::Rn,
            service: "recert".to_owned(),
            start: self.now().plus(2 * HOUR),
            minutes: 60,
            staff: None,
            answer: Answer::Nobody,
        }
    }

    pub fn call(&self, about: Option<AlertKey>, promise: Option<(&str, Moment)>) -> LogCall {
        LogCall {
            about,
            person: Some(Person::Client(self.clients[0])),
            contact: None,
            with: "Grace".to_owned(),
            number: "(401) 555-0177".to_owned(),
            direction: Direction::Out,
            result: CallResult::Reached,
            note: "told".to_owned(),
            happened: None,
            promise: promise.map(|(what, due)| (what.to_owned(), due)),
        }
    }

    pub fn now(&self) -> Moment {
        self.service.now()
    }

    pub fn next_request(&mut self) -> RequestId {
        self.requests += 1;
        request(self.requests)
    }

    /// Asks as the seam would carry it.
    pub fn ask(&mut self, session: &Session, request: Request) -> (Reply, Option<Change>) {
        if !self.seam {
            return self.service.handle(session, request);
        }
        let (reply, change) = self.service.handle(session, through(&request));
        (through(&reply), change)
    }

    pub fn act_as(&mut self, session: &Session, request: RequestId, command: Command) -> Reply {
        self.ask(session, Request::Execute(Execute { request, command })).0
    }

    pub fn act(&mut self, session: &Session, command: Command) -> Reply {
        let request = self.next_request();
        self.act_as(session, request, command)
    }

    pub fn done(&mut self, session: &Session, command: Command) -> Done {
        match self.act(session, command) {
            Reply::Done(done) => done,
            other => panic!("not done: {}", said(&other)),
        }
    }

    pub fn make(&mut self, session: &Session, records: Vec<NewRecord>) -> Vec<[u8; 16]> {
        self.done(session, Command::Create { records, batch: None }).created
    }

    pub fn query(&mut self, session: &Session, query: Query) -> Answered {
        match self.ask(session, Request::Query(query)).0 {
            Reply::Answer(answer) => *answer,
            other => panic!("no answer: {}", said(&other)),
        }
    }

    /// A pass of time that the service notices.
    pub fn pass(&mut self, ms: i64) {
        self.clock.advance(ms);
        let me = self.me.clone();
        self.query(&me, Query::Header);
    }

    pub fn alerts(&self, source: AlertSource) -> Vec<AlertKey> {
        self.service.book().sorted().map(|e| e.thing.key).filter(|k| k.source == source).collect()
    }

    pub fn all_alerts(&self) -> Vec<AlertKey> {
        self.service.book().sorted().chain(self.service.book().snoozed()).map(|e| e.thing.key).collect()
    }

    pub fn alert(&self, key: AlertKey) -> Option<Alert> {
        self.service.book().get(key).and_then(|e| e.alert()).cloned()
    }

    /// Edits a record over its current revision.
    pub fn edit(&mut self, session: &Session, kind: Kind, id: [u8; 16], fields: Fields) -> Reply {
        let base = self.store.engine().get(kind.number(), &id).unwrap().map_or(0, |k| k.rev);
        self.act(session, Command::Edit { kind, id, base, fields })
    }

    /// The revision that stands.
    pub fn rev(&self, kind: Kind, id: [u8; 16]) -> u64 {
        self.store.engine().get(kind.number(), &id).unwrap().map_or(0, |k| k.rev)
    }

    pub fn get<B: Body>(&self, id: [u8; 16]) -> B {
        self.store.get_any::<B>(id.into()).unwrap().unwrap().body
    }

    pub fn ids(&self, kind: Kind) -> Vec<[u8; 16]> {
        let rows = self.store.engine().records(kind.number(), &[0; 16], 10_000).unwrap();
        rows.into_iter().map(|(id, _)| id).collect()
    }

    pub fn batch(&mut self) -> BatchId {
        BatchId(self.next_request().0)
    }
}

/// There and back through the codec.
pub fn through<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq>(value: &T) -> T {
    let bytes = to_bytes(value);
    assert!(!bytes.is_empty(), "it does not encode");
    let back: T = from_bytes(&bytes).unwrap();
    assert!(back == *value, "another came back");
    back
}

/// What a reply says, for a test that fails.
pub fn said(reply: &Reply) -> String {
    match reply {
        Reply::Done(done) => format!("done: {}", done.summary),
        Reply::Problems(p) => p.iter().map(|p| format!("{} ({}): {}", p.rule, p.field, p.text)).collect(),
        Reply::Conflict(c) => format!("conflict by {}: {:?}", c.by, c.fields),
        Reply::Denied(why) | Reply::Failed(why) => why.clone(),
        other => format!("{other:?}"),
    }
}

/// The rule that refused.
pub fn rule(reply: &Reply) -> &str {
    match reply {
        Reply::Problems(p) => &p[0].rule,
        other => panic!("no problem: {}", said(other)),
    }
}

/// Every record that stands: kind, id and body.
pub type Records = BTreeMap<(u16, [u8; 16]), String>;

pub fn records(store: &Store) -> Records {
    fn add<B: Body>(store: &Store, out: &mut Records) {
        for (id, kept) in store.engine().records(B::KIND.number(), &[0; 16], 100_000).unwrap() {
            let keys = store.keys().map(|k| &**k);
            let record = decode_with::<B>(keys, &id, kept.rev, &kept.envelope).unwrap();
            if !record.head.in_error {
                out.insert((B::KIND.number(), id), serde_json::to_string(&record.body).unwrap());
            }
        }
    }
    let mut out = Records::new();
    for kind in Kind::ALL {
        of_kind!(*kind, add(store, &mut out));
    }
    out
}

/// A line of the book: its alert and where it stands, in words that a failure prints.
pub type Line = (String, Alert);

/// The book's alerts in their order, then those asleep.
pub fn book(service: &Service) -> Vec<Line> {
    let line = |e: &caseload::rules::triage::book::Entry| {
        let a = e.alert().unwrap().clone();
        let text = format!(
            "{} {:02x?} P{} {} since {} standing {} due {:?} booked {:?} asleep {:?} v{} taken {}",
            a.key.source.word(),
            &a.key.subject[12..],
            a.tier,
            a.rule,
            a.since.rfc3339(),
            a.standing.rfc3339(),
            a.due.map(Moment::rfc3339),
            a.booked,
            a.snoozed.map(Moment::rfc3339),
            a.vulnerability,
            a.acknowledged,
        );
        (text, a)
    };
    service.book().sorted().chain(service.book().snoozed()).map(line).collect()
}

/// The book as it stands is the one that a service opened now would make: the same alerts in the same order, the same
/// facts under each, and the same counts on each client's card.
pub fn same_as_fresh(office: &Office, after: &str) {
    let fresh = service_over(&office.store, &office.clock, 1 << 40);
    let (kept, anew) = (book(&office.service), book(&fresh));
    if kept != anew {
        let texts = |lines: &[Line]| lines.iter().map(|l| l.0.clone()).collect::<Vec<_>>();
        let (kept, anew) = (texts(&kept), texts(&anew));
        let only =
            |a: &[String], b: &[String]| a.iter().filter(|l| !b.contains(l)).cloned().collect::<Vec<_>>().join("\n  ");
        panic!(
            "after {after} at {}:\nkept\n  {}\nanew\n  {}",
            office.now().rfc3339(),
            only(&kept, &anew),
            only(&anew, &kept)
        );
    }
    assert_eq!(office.service.book().newest_clock_in(), fresh.book().newest_clock_in(), "after {after}");
    for entry in fresh.book().things() {
        let key = entry.thing.key;
        let ours = office.service.book().get(key).unwrap_or_else(|| panic!("after {after}: {key:?} is not kept"));
        assert!(ours.thing == entry.thing, "after {after}: {} {key:?} has other facts", key.source.word());
    }
    for client in &office.clients {
        let tally = |s: &Service| s.book().tally(*client);
        assert_eq!(tally(&office.service), tally(&fresh), "after {after}");
        let about = |s: &Service| s.book().for_person(Subject::Client(*client)).filter(|e| e.alert().is_some()).count();
        assert_eq!(about(&office.service), about(&fresh), "after {after}");
    }
}
