//! An agency with a server of its own, made for one test and gone after it.

use caseload::domain::client::{Client, ClientStatus};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{OfficeId, RequestId};
use caseload::domain::person::Name;
use caseload::domain::record::Kind;
use caseload::domain::text::{Few, Text};
use caseload::domain::time::Moment;
use caseload::domain::user::{Role, User};
use caseload::server::connect::{Caller, Entered, Way};
use caseload::server::place::Place;
use caseload::service::api::{Answered, Command, Done, Execute, NewRecord, Query, Reply, Request};
use caseload::service::ids::{Ids, RandomIds};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

/// Whether the full counts were asked for.
pub fn full() -> bool {
    std::env::var_os("CASELOAD_TEST_FULL").is_some()
}

/// Whether this runs as root, so that other Unix users can be played.
pub fn root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A Unix user that is nobody's on this machine.
pub const STRANGER: u32 = 64_001;
/// The first of the Unix users that coordinators are.
const FIRST: u32 = 62_001;

/// An agency in a directory of its own.
pub struct Agency {
    pub home: tempfile::TempDir,
    pub server: Option<Child>,
    /// Unix users of the coordinators; all the same one where the tests do not run as root.
    pub uids: Vec<u32>,
    pub clients: Vec<[u8; 16]>,
    /// Connections that one login may have.
    most: &'static str,
}

pub fn t<const N: usize>(text: &str) -> Text<N> {
    Text::new(text).unwrap()
}

impl Agency {
    /// Makes one with so many coordinators and clients, and serves it.
    pub fn with(coordinators: usize, clients: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::create_dir(home.path().join("run")).unwrap();
        std::fs::set_permissions(home.path().join("run"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let most = if root() { "16" } else { "1000" };
        let mut agency = Self { home, server: None, uids: Vec::new(), clients: Vec::new(), most };
        let made =
            agency.caseload().args(["init", "--name", "Riverside", "--timezone", "America/New_York"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        agency.serve();
        let mut me = agency.caller();
        let office = match query(&mut me, Query::Header) {
            Answered::Header(_) => OfficeId::default(),
            _ => unreachable!(),
        };
        for n in 0..coordinators {
            if !root() {
                agency.uids.push(rustix::process::getuid().as_raw());
                continue;
            }
            let uid = FIRST + n as u32;
            let user = User {
                name: t(&format!("Coordinator {n}")),
                role: Role::Coordinator,
                office,
                login: t(&format!("uid{uid}")),
                uid,
                phones: Few::default(),
                staff: None,
                active: true,
            };
            create(&mut me, vec![NewRecord { kind: Kind::User, fields: Fields::of(&user) }]);
            agency.uids.push(uid);
        }
        for n in 0..clients {
            let name = Name { family: t(&format!("Family{n:03}")), given: t("Given"), ..Name::default() };
            let client = Client { status: ClientStatus::Active, ..Client::new(office, name) };
            let made = create(&mut me, vec![NewRecord { kind: Kind::Client, fields: Fields::of(&client) }]);
            agency.clients.push(made.created[0]);
        }
        agency
    }

    /// One with so many clients, of whose server one login may have any number of connections.
    pub fn unlimited(clients: usize) -> Self {
        let mut agency = Self::with(0, clients);
        let mut server = agency.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
        agency.most = "1000";
        agency.serve();
        agency
    }

    /// The agency's directory.
    pub fn dir(&self) -> PathBuf {
        self.home.path().join("agency")
    }

    /// Where its server listens.
    pub fn socket(&self) -> PathBuf {
        self.home.path().join("run/socket")
    }

    /// The program, on this agency.
    pub fn caseload(&self) -> Process {
        let mut process = Process::new(env!("CARGO_BIN_EXE_caseload"));
        process
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .arg("--agency")
            .arg(self.dir())
            .stdin(Stdio::null());
        process
    }

    /// Starts the server and waits until it listens.
    pub fn serve(&mut self) {
        let server = self
            .caseload()
            .arg("serve")
            .arg("--socket")
            .arg(self.socket())
            .args(["--most-per-login", self.most])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.home.path().join("server.log")).unwrap())
            .spawn()
            .unwrap();
        self.server = Some(server);
        let until = Instant::now() + Duration::from_mins(1);
        while self.way(None).try_once().is_err() {
            let log = std::fs::read_to_string(self.home.path().join("server.log")).unwrap();
            let ended = self.server.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < until, "the server does not listen: {ended:?} {log}");
            std::thread::sleep(Duration::from_millis(5));
        }
        if root() {
            // Other users reach it through their group, as coordinators do.
            std::fs::set_permissions(self.socket(), std::fs::Permissions::from_mode(0o660)).unwrap();
        }
    }

    /// What the server has written to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("server.log")).unwrap()
    }

    /// The way to it for this process.
    pub fn way(&self, _as: Option<u32>) -> Way {
        Way { place: Place::agency(&self.socket()).unwrap(), origin: "test".to_owned(), start: None }
    }

    pub fn enter(&self) -> Entered {
        self.way(None).try_once().map_err(|e| e.to_string()).unwrap()
    }

    /// Asks as whoever made it.
    pub fn caller(&self) -> Caller {
        Caller::over(self.enter())
    }

    /// Ends the server and checks everything that is on the disk.
    pub fn end_and_verify(&mut self) {
        let mut server = self.server.take().unwrap();
        let pid = rustix::process::Pid::from_child(&server);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(server.wait().unwrap().success(), "{}", self.log());
        let verified = self.caseload().arg("verify").output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    }

    /// A copy of this test program that plays one client, as one of the coordinators.
    pub fn player(&self, test: &str, which: usize, orders: &str) -> Process {
        let mut process = Process::new(self.exe());
        process
            .args([test, "--exact", "--nocapture", "--test-threads", "1"])
            .env("CASELOAD_TEST_SOCKET", self.socket())
            .env("CASELOAD_TEST_ORDERS", orders)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .current_dir("/");
        if root() {
            process.uid(self.uids[which % self.uids.len()]).gid(0);
        }
        process
    }

    /// This program, where other users can run it.
    fn exe(&self) -> PathBuf {
        let exe = std::env::current_exe().unwrap();
        let reachable = exe
            .ancestors()
            .skip(1)
            .all(|dir| dir.as_os_str().is_empty() || std::fs::metadata(dir).unwrap().permissions().mode() & 0o001 != 0);
        if !root() || reachable {
            return exe;
        }
        let copy = self.home.path().join("player");
        if !copy.exists() {
            std::fs::copy(&exe, &copy).unwrap();
            std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        copy
    }
}

impl Drop for Agency {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// The orders of a player and its way to the server; nothing in a normal run of the tests.
pub fn orders() -> Option<(Vec<String>, Way)> {
    let socket = std::env::var_os("CASELOAD_TEST_SOCKET")?;
    let orders = std::env::var("CASELOAD_TEST_ORDERS").unwrap();
    let way = Way { place: Place::agency(Path::new(&socket)).unwrap(), origin: "test".to_owned(), start: None };
    Some((orders.split(' ').map(str::to_owned).collect(), way))
}

pub fn request() -> RequestId {
    RequestId(RandomIds.make(Moment(0)))
}

pub fn execute(command: Command) -> Request {
    Request::Execute(Execute { request: request(), command })
}

pub fn query(caller: &mut Caller, query: Query) -> Answered {
    match caller.ask(Request::Query(query)).unwrap() {
        Reply::Answer(answer) => *answer,
        other => panic!("{}", said(&other)),
    }
}

pub fn create(caller: &mut Caller, records: Vec<NewRecord>) -> Done {
    match caller.ask(execute(Command::Create { records, batch: None })).unwrap() {
        Reply::Done(done) => done,
        other => panic!("{}", said(&other)),
    }
}

/// What kind of reply it is, with its reason.
pub fn said(reply: &Reply) -> String {
    match reply {
        Reply::Done(done) => format!("done {}", done.seq),
        Reply::Conflict(_) => "conflict".to_owned(),
        Reply::Problems(problems) => problems.iter().map(|p| p.text.clone()).collect(),
        Reply::Denied(why) | Reply::Failed(why) => why.clone(),
        _ => "an answer".to_owned(),
    }
}

/// A small generator, so that a run can be had again.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// Microseconds on a clock that all processes share.
pub fn now_us() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as u64
}

pub fn hex(id: &[u8; 16]) -> String {
    id.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn unhex(text: &str) -> [u8; 16] {
    std::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
}

/// The value at a share of a sorted list.
pub fn share(sorted: &[u64], share: f64) -> u64 {
    sorted.get(((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1))).copied().unwrap_or(0)
}
