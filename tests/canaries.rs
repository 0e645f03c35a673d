//! Health data stays where it belongs. Words that stand nowhere else are put into every field of every kind and driven
//! through import, acts, drafts, export and the screen, through a panic, an abort and a kill; then every file, stream,
//! title, command line and environment is searched for them. In an encrypted agency they stand nowhere at all, in a
//! clear one in the agency's own files alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "records/filler.rs"]
mod filler;
mod pty_support;

use caseload::domain::ids::{DraftId, UserId};
use caseload::domain::record::{Body, Kind};
use caseload::domain::time::Moment;
use caseload::service::api::Draft;
use caseload::service::drafts::{Drafts, FileDrafts};
use caseload::store::codec::ActNote;
use caseload::store::directory::{self, DirectoryOptions};
use caseload::store::engine::{Derive, Engine};
use caseload::store::files::DiskFiles;
use caseload::store::indexes::{Indexes, SealedIndexes};
use caseload::store::keyring::{Keyring, MasterKey};
use caseload::store::{Act, Store, Write};
use filler::{CANARY, Mode, fill};
use portable_pty::CommandBuilder;
use pty_support::App;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// The files below a directory in which one of these words stands, whatever its case.
fn hits(dir: &Path, words: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(hits(&entry.path(), words));
        } else if kind.is_file() && std::fs::read(entry.path()).is_ok_and(|bytes| says(&bytes, words)) {
            found.push(entry.path());
        }
        if says(entry.file_name().as_encoded_bytes(), words) {
            found.push(entry.path());
        }
    }
    found
}

fn says(bytes: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| bytes.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes())))
}

// ---- every field of every kind

fn write<B: Body>(store: &Store, drafts: &mut FileDrafts, n: u8) {
    let (by, at) = (UserId([1; 16]), Moment(0));
    let act = |rev: u8, write| Act {
        request: [n, rev, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
        batch: [0; 16],
        actor: by,
        at,
        action: "test",
        origin: String::new(),
        undoes: 0,
        note: fill::<ActNote>(Mode::Canary),
        writes: vec![write],
    };
    let body: B = fill(Mode::Canary);
    let id = B::Id::from([n; 16]);
    store.commit(act(1, Write::create::<B>(id, &body, by, at).unwrap())).unwrap();
    let was = store.get_any::<B>(id).unwrap().unwrap();
    store.commit(act(2, Write::change(&was, &body, by, at).unwrap())).unwrap();
    let text = serde_json::to_string(&body).unwrap().chars().take(4_000).collect();
    let draft = Draft {
        id: DraftId([n; 16]),
        form: "issue".to_owned(),
        person: None,
        about: None,
        fields: vec![("summary".to_owned(), text)],
        focus: 0,
        at,
    };
    drafts.save(by, &draft).unwrap();
}

fn every_field(dir: &Path, keys: Option<Arc<Keyring>>) -> [Vec<PathBuf>; 3] {
    let derive: Arc<dyn Derive> = match &keys {
        Some(keys) => Arc::new(SealedIndexes(Arc::clone(keys))),
        None => Arc::new(Indexes),
    };
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).unwrap();
    let engine = Arc::new(directory::open(dir, Arc::clone(&derive), DirectoryOptions::default()).unwrap());
    let store = Store::over(engine.clone());
    let mut drafts = FileDrafts::new(Arc::new(DiskFiles::new(dir))).sealed_by(keys);
    for (n, kind) in (1..).zip(Kind::ALL) {
        of_kind!(*kind, write(&store, &mut drafts, n));
    }
    engine.checkpoint().unwrap();
    let running = hits(dir, &[CANARY]);
    drop(store);
    Arc::into_inner(engine).unwrap().close().unwrap();
    let closed = hits(dir, &[CANARY]);
    let engine = directory::open(dir, derive, DirectoryOptions::default()).unwrap();
    engine.remake("asked for").unwrap();
    assert!(engine.verify().unwrap().problems.is_empty());
    engine.close().unwrap();
    [running, closed, hits(dir, &[CANARY])]
}

#[test]
fn no_field_of_any_kind_lies_open_in_an_encrypted_agency() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keyring::begin(Arc::new(DiskFiles::new(dir.path())), MasterKey::random().unwrap()).unwrap();
    for found in every_field(dir.path(), Some(Arc::new(keys))) {
        assert!(found.is_empty(), "{found:?}");
    }
    // The same search finds them in a clear one: in the journal, the working copy and the drafts.
    let clear = tempfile::tempdir().unwrap();
    for found in every_field(clear.path(), None) {
        for part in ["journal", "working", "drafts"] {
            assert!(found.iter().any(|p| p.starts_with(clear.path().join(part))), "nothing in {part}: {found:?}");
        }
    }
}

// ---- the program

/// Words of the people, their lists and what is typed about them.
const WORDS: [&str; 12] = [
    "Zwetschkowa",
    "Ysolde",
    "Qx7741",
    "Kumquatgasse",
    "Pflaumstadt",
    "vetchbloom",
    "Umbrafels",
    "Tristam",
    "slipperywort",
    "foxglovefall",
    "5550177",
    "moonwortnote",
];

fn clients() -> String {
    let heads = "family_name,given_name,date_of_birth,mrn,street,town,mobile,note,pharmacy,hospital,payer";
    format!(
        "{heads}\n{},{},1941-06-12,{},{} 5,{},401{},{},{} pharmacy,{} hospital,{} payer\n",
        WORDS[0], WORDS[1], WORDS[2], WORDS[3], WORDS[4], WORDS[10], WORDS[5], WORDS[5], WORDS[3], WORDS[4]
    )
}

struct Home {
    dir: tempfile::TempDir,
    /// What commands have said on standard error.
    said: Vec<u8>,
}

impl Home {
    fn with(encrypted: bool) -> Self {
        let mut home = Self { dir: tempfile::tempdir().unwrap(), said: Vec::new() };
        for name in ["home", "tmp", "run", "agency", "cwd"] {
            std::fs::create_dir(home.path(name)).unwrap();
        }
        let mut init = vec!["init", "--name", "Umbrafels care", "--timezone", "America/New_York"];
        if !encrypted {
            init.push("--no-encryption");
        }
        home.ok(&init, b"");
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn env(&self) -> Vec<(&'static str, PathBuf)> {
        let data = self.path("agency");
        [
            ("HOME", self.path("home")),
            ("XDG_DATA_HOME", data),
            ("TMPDIR", self.path("tmp")),
            ("XDG_RUNTIME_DIR", self.path("run")),
            ("PATH", PathBuf::from("/usr/bin:/bin")),
        ]
        .into()
    }

    fn run(&mut self, args: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_caseload"))
            .args(args)
            .env_clear()
            .envs(self.env())
            .current_dir(self.path("cwd"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input);
        let out = child.wait_with_output().unwrap();
        self.said.extend_from_slice(&out.stderr);
        out
    }

    fn ok(&mut self, args: &[&str], input: &[u8]) -> String {
        let out = self.run(args, input);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    }
}

impl App {
    fn open(home: &Home) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_caseload"));
        command.env_clear();
        for (name, value) in home.env() {
            command.env(name, value);
        }
        command.cwd(home.path("cwd"));
        Self::start(command, 40, 120)
    }
}

/// Everything that a terminal program may say beside its picture: what stands in an OSC, DCS, APC, PM or SOS string.
fn strings(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut inside, mut at) = (Vec::new(), false, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (0x1b, Some(b']' | b'P' | b'_' | b'^' | b'X')) => {
                inside = true;
                at += 1;
            }
            (0x1b, Some(b'\\')) | (0x07, _) => inside = false,
            (byte, _) if inside => out.push(byte),
            _ => {}
        }
        at += 1;
    }
    out
}

/// The processes of this agency that are not this test, by number.
fn processes(home: &Home) -> Vec<u32> {
    let mark = home.dir.path().as_os_str().as_encoded_bytes().to_vec();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else { continue };
        let file = |name: &str| std::fs::read(entry.path().join(name)).unwrap_or_default();
        let of_agency = [file("cmdline"), file("environ")].iter().any(|b| b.windows(mark.len()).any(|w| w == mark));
        if pid != std::process::id() && of_agency {
            found.push(pid);
        }
    }
    found
}

/// A child of this test: reads the agency's people, then panics with a name in the message, in the main thread or in
/// another one.
#[test]
fn panicking_child() {
    let Some(dir) = std::env::var_os("CASELOAD_TEST_PANIC") else { return };
    caseload::cli::quiet_panics();
    let clock = Arc::new(caseload::clock::SystemClock);
    let ids = Box::new(caseload::service::ids::RandomIds);
    let opened = caseload::cli::agency::open(Path::new(&dir), clock, ids).unwrap();
    let name = opened.service.cast().clients.values().next().unwrap().name.full();
    assert!(name.contains(WORDS[0]));
    let again = name.clone();
    let _ = std::thread::spawn(move || panic!("{again}")).join();
    panic!("{name}");
}

fn drive(encrypted: bool) {
    let mut home = Home::with(encrypted);
    // Import: through standard input, a file that is refused in part, and once more.
    let list = clients();
    home.ok(&["import", "-", "--yes", "--list", "clients"], list.as_bytes());
    let bad = format!("{list}{},{},not a date,{}x,,,,,,,\n", WORDS[0], WORDS[1], WORDS[2]);
    let refused = home.run(&["import", "-", "--yes", "--list", "clients"], bad.as_bytes());
    assert!(says(&refused.stdout, &["clients"]) || !refused.stdout.is_empty());
    let listed = home.ok(&["list", "clients", "--format", "csv"], b"");
    assert!(says(listed.as_bytes(), &[WORDS[0]]), "{listed}");
    home.ok(&["brief"], b"");

    // On the screen: an issue, a note about it, a search, and a draft that is left when the line is cut.
    let mut app = App::open(&home);
    app.until(WORDS[1]);
    app.send(b"ni");
    app.until("New issue");
    app.send(WORDS[1].as_bytes());
    std::thread::sleep(Duration::from_millis(400));
    app.send(b"\r");
    std::thread::sleep(Duration::from_millis(200));
    app.send(b"9");
    std::thread::sleep(Duration::from_millis(200));
    app.send(b"\t\t");
    // Into the field that the tabs lead to: outside of text it would be taken for a paste.
    std::thread::sleep(Duration::from_millis(200));
    app.send(b"slipperywort in the kitchen");
    app.until("slipperywort");
    // Processes, while all of it is on the screen.
    let mut all = processes(&home);
    all.extend(app.child.process_id());
    all.sort_unstable();
    all.dedup();
    assert!(all.len() >= 2, "the screen and its server: {all:?}");
    for pid in &all {
        for name in ["cmdline", "environ", "comm"] {
            let bytes = std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
            assert!(!says(&bytes, &WORDS), "/proc/{pid}/{name}");
        }
    }
    app.end_by("-HUP");
    let mut bytes = app.bytes.lock().unwrap().clone();
    // Once more: the draft is there; typed on, and killed in the middle.
    let mut app = App::open(&home);
    app.until("✎1");
    app.send(b"R");
    app.until("slipperywort");
    app.send(b" foxglovefall");
    app.until("foxglovefall");
    app.end_by("-KILL");
    bytes.extend_from_slice(&app.bytes.lock().unwrap());
    // An abort would leave a core, where one is left.
    let mut app = App::open(&home);
    app.until(WORDS[1]);
    // The draft becomes an issue; then she is searched for.
    app.send(b"R");
    app.until("slipperywort");
    app.send(b"\x13");
    app.gone("New issue");
    app.until("slipperywort");
    app.send(b"f");
    app.send(WORDS[1].as_bytes());
    std::thread::sleep(Duration::from_millis(300));
    app.end_by("-ABRT");
    bytes.extend_from_slice(&app.bytes.lock().unwrap());
    assert!(says(&bytes, &WORDS), "the screen shows whom it is about");
    assert!(!says(&strings(&bytes), &WORDS), "a title or another string of the terminal says it");
    // The server is killed as well, and what it holds is opened again.
    for pid in processes(&home) {
        Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap();
    }
    let dir = home.path("agency/caseload/agency");
    let searched = |home: &Home, when: &str| {
        for place in ["home", "tmp", "run", "cwd"] {
            let found = hits(&home.path(place), &WORDS);
            assert!(found.is_empty(), "{when}: {found:?}");
        }
        let found: Vec<PathBuf> =
            hits(&home.path("agency"), &WORDS).into_iter().filter(|p| encrypted || !p.starts_with(&dir)).collect();
        assert!(found.is_empty(), "{when}: {found:?}");
        assert_eq!(hits(&dir, &WORDS).is_empty(), encrypted, "{when}: the search finds what is there");
    };
    searched(&home, "killed");
    assert!(home.ok(&["verify"], b"").contains("all is well"));
    searched(&home, "verified");
    // A panic with a name in its message, in two threads.
    let panicked = Command::new(std::env::current_exe().unwrap())
        .args(["panicking_child", "--exact", "--nocapture", "--test-threads=1"])
        .env_clear()
        .envs(home.env())
        .env("CASELOAD_TEST_PANIC", &dir)
        .env("RUST_BACKTRACE", "full")
        .current_dir(home.path("cwd"))
        .output()
        .unwrap();
    assert!(!panicked.status.success());
    assert!(says(&panicked.stderr, &["it stopped unexpectedly"]), "{}", String::from_utf8_lossy(&panicked.stderr));
    home.said.extend_from_slice(&panicked.stderr);
    home.said.extend_from_slice(&panicked.stdout);
    assert!(home.ok(&["verify", "--rebuild"], b"").contains("all is well"));
    searched(&home, "rebuilt");
    assert!(!says(&home.said, &WORDS), "{}", String::from_utf8_lossy(&home.said));
    // No core anywhere.
    let core = |p: &Path| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("core"));
    assert!(std::fs::read_dir(home.path("cwd")).unwrap().flatten().all(|e| !core(&e.path())));
}

#[test]
fn nothing_of_an_encrypted_agency_is_found_anywhere() {
    drive(true);
}

#[test]
fn what_is_said_in_a_clear_agency_lies_in_its_own_files_alone() {
    drive(false);
}

#[test]
fn the_search_for_strings_of_the_terminal_finds_them() {
    let bytes = b"plain \x1b]0;a title\x07 plain \x1bPdevice\x1b\\ plain \x1b[1mbold \x1b_apc\x1b\\";
    assert_eq!(strings(bytes), b"0;a titledeviceapc");
}
