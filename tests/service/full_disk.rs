//! A disk that fills up under the whole service: at each of the first three hundred writes of acts, questions, drafts,
//! checkpoints and snapshots it says what is the matter, loses nothing that was acknowledged, shows nothing that was not
//! noted, and goes on when there is room: at once where the journal is whole, else when it is opened again, as a server
//! that has ended is. And below the mark, where the disk is only nearly full, it takes nothing and needs no restart.

use crate::office::{monday, name, new, ny, said, t};
use caseload::clock::FixedClock;
use caseload::domain::agency::{Agency, Noun, Office};
use caseload::domain::audit::Deed;
use caseload::domain::client::{Client, ClientStatus};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{DraftId, OfficeId, RequestId, UserId};
use caseload::domain::issue::{How, IssueKind};
use caseload::domain::record::Kind;
use caseload::domain::text::Few;
use caseload::domain::time::{HOUR, MINUTE, Moment};
use caseload::domain::user::Role;
use caseload::service::Service;
use caseload::service::api::{Command, Draft, Execute, NewIssue, Person, Query, Reply, Request, Session};
use caseload::service::drafts::FileDrafts;
use caseload::service::ids::CountedIds;
use caseload::store::engine::Engine;
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use caseload::store::guard::{MB, Room};
use caseload::store::indexes::SealedIndexes;
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::keyring::{self, Keyring, MasterKey};
use caseload::store::rotation::Keeping;
use caseload::store::working::MemoryHome;
use caseload::store::{Store, access_entry, upkeep};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

fn master() -> MasterKey {
    MasterKey::parse(&format!("caseload-master-key-1 {}\n", "5a".repeat(32))).unwrap()
}

/// An agency on this disk, encrypted, open.
struct Open {
    engine: Arc<JournaledEngine>,
    service: Service,
    clock: Arc<FixedClock>,
}

fn open(files: &Arc<FaultFiles>, at: Moment, room: Room) -> Result<Open, String> {
    let keys = match keyring::stands(&**files) {
        Ok(true) => Keyring::open(files.clone(), master()),
        Ok(false) => Keyring::begin(files.clone(), master()),
        Err(e) => Err(e),
    };
    let keys = Arc::new(keys.map_err(|e| e.to_string())?);
    let options = Options {
        segment_bytes: 16 * 1024,
        access_segment_bytes: 4 * 1024,
        keeping: Keeping { hourly: 2, daily: 2, every: HOUR },
        look_every: Duration::ZERO,
        room,
        ..Options::default()
    };
    let derive = Arc::new(SealedIndexes(Arc::clone(&keys)));
    let engine = JournaledEngine::open(files.clone(), Box::new(MemoryHome::new()), derive, options);
    let engine = Arc::new(engine.map_err(|e| e.to_string())?);
    let clock = Arc::new(FixedClock::at(at.0));
    let drafts = Box::new(FileDrafts::new(files.clone()).sealed_by(Some(keys)));
    let ids = Box::new(CountedIds::from(at.0 as u64));
    let store = Store::over(Arc::clone(&engine) as Arc<dyn Engine>);
    let service = Service::open(store, clock.clone(), ids, drafts).map_err(|e| e.to_string())?;
    Ok(Open { engine, service, clock })
}

fn founder() -> Session {
    Session {
        id: 1,
        user: UserId([0xAA; 16]),
        role: Role::Administrator,
        office: OfficeId::default(),
        name: "installation".to_owned(),
        origin: "test".to_owned(),
    }
}

fn request(n: u64) -> RequestId {
    let mut id = [0xD5; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    RequestId(id)
}

/// What was said to be done, kept or shown.
#[derive(Default, Clone)]
struct Acked {
    acts: Vec<(RequestId, u64)>,
    clients: Vec<[u8; 16]>,
    drafts: BTreeMap<DraftId, Option<String>>,
    shown: usize,
}

fn execute(n: u64, command: Command) -> Request {
    Request::Execute(Execute { request: request(n), command })
}

fn draft(n: u64) -> Draft {
    Draft {
        id: DraftId([n as u8 % 3; 16]),
        form: "note".to_owned(),
        person: None,
        about: None,
        fields: vec![("text".to_owned(), format!("typed {n}"))],
        focus: 0,
        at: monday(),
    }
}

/// The requests of a step: a group, as the committer takes it.
fn step(agency: &Open, k: u64, acked: &Acked) -> Vec<Request> {
    let n = k * 10;
    let client = |k: u64| acked.clients.get(k as usize % acked.clients.len().max(1)).copied().unwrap_or_default();
    let edit = |n: u64, field: &str, k: u64| {
        let fields = Fields::none().with(field, &format!("of act {n}"));
        let base = agency.engine.get(Kind::Client.number(), &client(k)).unwrap().map_or(0, |kept| kept.rev);
        execute(n, Command::Edit { kind: Kind::Client, id: client(k), base, fields })
    };
    if k == 0 {
        let holidays = Few::default();
        let agency = Agency { name: t("Test Agency"), zone: ny(), noun: Noun::Client, holidays, demo: false };
        let records = vec![new(&agency), new(&Office { name: t("East"), zone: ny() })];
        return vec![execute(n, Command::Create { records, batch: None })];
    }
    match k % 7 {
        // Nobody is there yet whom the others could be about.
        1 | 3 | 4 | 6 if acked.clients.is_empty() || k % 7 == 1 => {
            let body = Client {
                status: ClientStatus::Active,
                ..Client::new(OfficeId::default(), name(&format!("F{k}"), "G"))
            };
            vec![execute(n, Command::Create { records: vec![new(&body)], batch: None })]
        }
        2 | 5 => vec![Request::SaveDraft(draft(k))],
        3 => {
            let issue = NewIssue {
                person: Some(Person::Client(client(k).into())),
                kind: IssueKind::Complaint,
                summary: format!("issue {k}"),
                facts: Vec::new(),
                happened: None,
                reported_by: "Maria".to_owned(),
                how: How::Phone,
            };
            vec![execute(n, Command::NewIssue(issue)), edit(n + 1, "payer", k), edit(n + 2, "pharmacy", k + 1)]
        }
        4 => vec![Request::Query(Query::ClientPage(client(k).into())), Request::DropDraft(DraftId([k as u8 % 3; 16]))],
        6 => vec![Request::Query(Query::Card(Person::Client(client(k).into()))), edit(n, "hospital", k)],
        _ => Vec::new(),
    }
}

impl Open {
    /// Carries a group out and says what came of each; nothing at all when it could not be sealed.
    fn group(&mut self, requests: &[Request], acked: &mut Acked) -> Vec<String> {
        let who = founder();
        self.service.hold();
        let unshown: Vec<_> = requests.iter().map(|r| self.service.carry_out(&who, r.clone()).0).collect();
        if let Err(why) = self.service.seal() {
            return vec![why];
        }
        let mut bad = Vec::new();
        for (request, unshown) in requests.iter().zip(unshown) {
            match (unshown.shown(), request) {
                (Reply::Done(done), Request::Execute(execute)) => {
                    if let Command::Create { records, .. } = &execute.command {
                        let made = records.iter().zip(&done.created).filter(|(r, _)| r.kind == Kind::Client);
                        acked.clients.extend(made.map(|(_, id)| *id));
                    }
                    acked.acts.extend((done.seq > 0).then_some((execute.request, done.seq)));
                }
                (Reply::Drafted, Request::SaveDraft(draft)) => {
                    acked.drafts.insert(draft.id, Some(draft.fields[0].1.clone()));
                }
                (Reply::Drafted, Request::DropDraft(id)) => drop(acked.drafts.insert(*id, None)),
                (Reply::Answer(_), _) => acked.shown += 1,
                (Reply::Failed(why), _) => {
                    // Of a draft that was not kept the one before stands, or none: nobody was told otherwise.
                    if let Request::SaveDraft(Draft { id, .. }) | Request::DropDraft(id) = request {
                        acked.drafts.remove(id);
                    }
                    bad.push(why);
                }
                // Asked once more after others had gone on: it is shown both, as anybody is who comes late.
                (Reply::Conflict(_), Request::Execute(_)) => {}
                (other, _) => panic!("{}", said(&other)),
            }
        }
        bad
    }

    /// Makes a step and carries it out.
    fn step(&mut self, k: u64, acked: &mut Acked) -> Vec<String> {
        let requests = step(self, k, acked);
        self.group(&requests, acked)
    }

    /// What the server's timer does.
    fn upkeep(&self) -> Option<String> {
        let now = self.service.now();
        let marked = self.service.log().checkpoint_if_due(now).err();
        marked.or_else(|| upkeep::run(&self.engine, now).problem)
    }

    fn pass(&self, ms: i64) {
        self.clock.advance(ms);
    }

    /// Everything that was acknowledged stands.
    fn holds(&mut self, acked: &Acked, what: &str) {
        let report = self.engine.verify().unwrap();
        assert!(report.problems.is_empty(), "{what}: {:?}", report.problems);
        for (request, seq) in &acked.acts {
            assert_eq!(self.engine.by_request(&request.0).unwrap(), Some(*seq), "{what}: an act is lost");
        }
        let known = &self.service.cast().clients;
        assert!(acked.clients.iter().all(|id| known.contains_key(&(*id).into())), "{what}: a client can't be read");
        let Reply::Drafts(drafts) = self.service.handle(&founder(), Request::Drafts).0 else { panic!("{what}") };
        for (id, text) in &acked.drafts {
            let found = drafts.iter().find(|d| d.id == *id).map(|d| &d.fields[0].1);
            assert_eq!(found, text.as_ref(), "{what}: a draft is lost or stands again");
        }
        let mut noted = 0;
        let each = &mut |e| {
            noted += usize::from(access_entry::decode(&e).is_some_and(|a| a.deed == Deed::Opened));
            true
        };
        self.engine.access().read(0, each).unwrap();
        assert!(noted >= acked.shown, "{what}: {} were shown, {noted} are noted", acked.shown);
    }
}

/// Words that a user understands.
fn is_plain(why: &str) -> bool {
    ["no space left on device", "nothing is saved any more", "not saved: the disk is nearly full"]
        .iter()
        .any(|words| why.contains(words))
}

#[test]
fn at_any_of_the_first_three_hundred_writes() {
    let step_by = if std::env::var("CASELOAD_TEST_FULL").is_ok_and(|v| v == "1") { 1 } else { 13 };
    let room = Room { ballast: 0, ..Room::PERSONAL };
    let (mut runs, mut told, mut at_once, mut opened_again) = (0, 0, 0, 0);
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for n in (1..=300).step_by(step_by) {
        let what = format!("full at write {n}");
        let files = Arc::new(FaultFiles::new());
        files.set_room(Some(1_000 * MB));
        files.fail_at(n, Fault::Full);
        let mut acked = Acked::default();
        let mut asked: Vec<Request> = Vec::new();
        let mut why = None;
        match open(&files, monday(), room) {
            Err(e) => {
                why = Some(e);
                *kinds.entry("opening").or_default() += 1;
            }
            Ok(mut agency) => {
                for k in 0..120 {
                    agency.pass(6 * MINUTE);
                    let requests = step(&agency, k, &acked);
                    let (bad, kind) = if requests.is_empty() {
                        agency.pass(HOUR);
                        (agency.upkeep().into_iter().collect(), "checkpoints and snapshots")
                    } else {
                        let kind = match requests[0] {
                            Request::Execute(_) => "acts",
                            Request::Query(_) => "questions",
                            _ => "drafts",
                        };
                        asked.clone_from(&requests);
                        (agency.group(&requests, &mut acked), kind)
                    };
                    if let Some(first) = bad.into_iter().next() {
                        why = Some(first);
                        *kinds.entry(kind).or_default() += 1;
                        break;
                    }
                }
                assert!(why.is_some(), "{what}: nothing was said");
                // On the full disk whoever asks is told, and what is said to be done is done.
                for k in 1..7 {
                    agency.pass(6 * MINUTE);
                    for bad in agency.step(700 + k, &mut acked) {
                        assert!(is_plain(&bad), "{what}: {bad}");
                        told += 1;
                    }
                }
                // There is room again. What is whole goes on at once; a journal that was torn is read again first.
                files.fail_at(u64::MAX / 2, Fault::Io);
                if agency.service.lost().is_none() && agency.engine.refuses().is_none() {
                    for k in 1..8 {
                        agency.pass(6 * MINUTE);
                        let bad = agency.step(1400 + k, &mut acked);
                        assert!(bad.is_empty(), "{what}: {bad:?}");
                    }
                    agency.pass(2 * HOUR);
                    assert_eq!(agency.upkeep(), None, "{what}");
                    agency.holds(&acked, &what);
                    at_once += 1;
                } else {
                    opened_again += 1;
                }
            }
        }
        let first = why.unwrap();
        assert!(is_plain(&first), "{what}: {first}");
        for left in [files.after_restart(), files.after_cut(Unsynced::Dropped), files.after_cut(Unsynced::Torn(n))] {
            let mut agency =
                open(&Arc::new(left), monday().plus(40 * HOUR), room).unwrap_or_else(|e| panic!("{what}: {e}"));
            let mut acked = acked.clone();
            agency.holds(&acked, &what);
            // What was not acknowledged is asked again with its own request id, and is done once.
            let before = agency.engine.head().unwrap();
            for _ in 0..2 {
                agency.pass(6 * MINUTE);
                let bad = agency.group(&asked, &mut acked);
                assert!(bad.is_empty(), "{what}: {bad:?}");
            }
            assert!(agency.engine.head().unwrap() <= before + asked.len() as u64, "{what}: done twice");
            for k in 1..8 {
                agency.pass(6 * MINUTE);
                assert!(agency.step(2100 + k, &mut acked).is_empty(), "{what}");
            }
            agency.holds(&acked, &what);
            runs += 1;
        }
    }
    eprintln!(
        "full disks at every {step_by}. of the first 300 writes of the service: {kinds:?}, told {told} more times; \
         acknowledged and lost 0; {at_once} went on at once, {opened_again} when opened again; {runs} openings"
    );
    if step_by == 1 {
        assert!(kinds.len() == 5 && at_once > 100 && opened_again > 10, "{kinds:?} {at_once} {opened_again}");
    }
}

#[test]
fn below_the_mark_nothing_is_taken_and_nobody_has_to_open_it_again() {
    let files = Arc::new(FaultFiles::new());
    files.set_room(Some(1_000 * MB));
    let mut agency = open(&files, monday(), Room::PERSONAL).unwrap();
    let mut acked = Acked::default();
    for k in 0..21 {
        agency.pass(6 * MINUTE);
        assert!(agency.step(k, &mut acked).is_empty());
    }
    for round in 3..9_u64 {
        // Between any two steps of a round the room goes and comes back.
        for k in 1..7 {
            let head = agency.engine.head().unwrap();
            files.set_room(Some(20 * MB));
            agency.pass(6 * MINUTE);
            let acts: Vec<Request> =
                step(&agency, round * 7 + k, &acked).into_iter().filter(|r| matches!(r, Request::Execute(_))).collect();
            let bad = agency.group(&acts, &mut acked);
            assert_eq!(bad.len(), acts.len());
            for why in bad {
                assert!(
                    why.contains("the disk is nearly full: 20 MB free; free some and it goes on by itself"),
                    "{why}"
                );
            }
            assert_eq!(agency.engine.head().unwrap(), head);
            let Reply::Answer(answer) = agency.service.handle(&founder(), Request::Query(Query::Header)).0 else {
                panic!()
            };
            let caseload::service::api::Answered::Header(header) = *answer else { panic!() };
            assert!(header.unsaved.contains("nearly full"), "the header says nothing");
            files.set_room(Some(1_000 * MB));
            assert!(agency.step(round * 7 + k, &mut acked).is_empty());
        }
    }
    agency.holds(&acked, "below the mark");
    assert!(agency.service.lost().is_none() && acked.acts.len() > 30);
}
