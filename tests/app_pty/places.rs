//! Every pane, page, list, menu, question, card and form, by the keys that lead there; and programs that stand there,
//! several at once, each over a copy of one agency, so that what it has changed can be counted.

use super::{App, run};
use portable_pty::CommandBuilder;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub(super) const DEMO: [&str; 5] = ["demo", "--clients", "20", "--at", "2026-03-02T08:10"];

/// So many programs at once: most of their time is waiting.
const AT_ONCE: usize = 10;

pub(super) fn full() -> bool {
    std::env::var_os("CASELOAD_TEST_FULL").is_some()
}

/// What letters are where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// Keys.
    Keys,
    /// Keys, and a digit alone is an answer that is kept at once.
    Digits,
    /// Text.
    Text,
}

/// Somewhere to stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// What leads there from the dashboard, key by key.
    pub(super) keys: &'static str,
    /// What is seen there.
    pub(super) seen: &'static str,
    pub(super) letters: Letters,
}

const fn at(keys: &'static str, seen: &'static str) -> Place {
    Place { keys, seen, letters: Letters::Keys }
}

const fn text(keys: &'static str, seen: &'static str) -> Place {
    Place { keys, seen, letters: Letters::Text }
}

const fn digits(keys: &'static str, seen: &'static str) -> Place {
    Place { keys, seen, letters: Letters::Digits }
}

/// With the default keys. The first few are the ones where most is lost, and are gone to on every run.
pub(super) const PLACES: &[Place] = &[
    at("1", "[1 Alerts]"),
    digits("g s tab c", "1 yes   2 no"),
    at("1 g g space space o", "take them"),
    at("1 Q", "Leave caseload?"),
    digits("g w c", "safe"),
    at("2 D", "[2 Calendar]"),
    at("1 g g c", "whom, by digit"),
    text("1 f", "esc back"),
    at("2 D m", "[Move"),
    at("3 g g enter", "[Lindqvist, Arne"),
    at("1 u", "[Undo]"),
    text("1 g g n n", "[ Save ]"),
    at("2 W", "[2 Calendar]"),
    at("2 M", "[2 Calendar]"),
    at("2 A", "[2 Calendar]"),
    at("3", "[3 Caseload]"),
    at("4", "[4 Care team]"),
    at("1 g g enter", "[Okafor, Ruth"),
    at("4 g g enter", "signed off for"),
    at("1 g g w", "Lower it"),
    at("1 g g i", "MRN 004217"),
    at("g v", "Changed since"),
    at("g s", "[Open visits"),
    at("g s tab", "can now"),
    at("g w", "[Storm"),
    at("g e", "clocked:"),
    at("g u", "Snoozed until 10:00"),
    at("2 D O", "[Plan"),
    at("2 D O enter", "[Plan"),
    at("R", "[My drafts]"),
    text("1 g g a", "write a note to this issue"),
    text("1 :", "type to narrow"),
    text("1 ?", "Keys of this screen"),
    text("3 /", "↵ keep  esc back"),
    text("1 f o k a", "Okafor, Ruth"),
    at("1 n", "new"),
    at("1 g", "go"),
    at("1 g g s", "Until"),
    at("1 g g r", "[ Save ]"),
    at("1 g g t", "[ Save ]"),
    at("1 g g p", "[ Save ]"),
    text("1 g g !", "[ Save ]"),
    at("1 g g v", "[ Save ]"),
    at("1 g g x", "[ Save ]"),
    at("4 x", "Until"),
    text("3 g g e", "Way in"),
    at("n i tab", "[New issue]"),
    text("n x", "[ Save ]"),
    at("3 n s", "[ Save ]"),
    text("3 n f", "[ Save ]"),
    at("3 n a", "[ Save ]"),
    at("4 n t", "[ Save ]"),
    text("3 n h", "[ Save ]"),
    text("3 n p", "[ Save ]"),
    at("g w r", "becomes a task"),
];

/// An agency to be copied: a demo in which a storm runs.
pub(super) struct Pattern {
    home: tempfile::TempDir,
    /// The agency's directory, from the home.
    dir: String,
}

impl Pattern {
    pub(super) fn make() -> Self {
        let home = tempfile::tempdir().unwrap();
        let build: Vec<&str> = DEMO.into_iter().chain(["--build-only"]).collect();
        let dir = run(home.path(), &build).trim().to_owned();
        let dir = Path::new(&dir).strip_prefix(home.path()).unwrap().to_str().unwrap().to_owned();
        let mut app = App::start(command(home.path(), &[]), 30, 100);
        app.until("1 Alerts");
        keys(&mut app, "g w");
        app.until("No storm is running");
        keys(&mut app, "enter");
        app.until("Declare a storm");
        keys(&mut app, "i c e ctrl-s");
        app.gone("Declare a storm");
        leave(&mut app);
        Self { home, dir }
    }

    /// One like it.
    pub(super) fn copy(&self) -> Copy {
        let home = tempfile::tempdir().unwrap();
        copied(self.home.path(), home.path());
        let dir = home.path().join(&self.dir).to_str().unwrap().to_owned();
        let copy = Copy { home, dir, before: 0 };
        let before = copy.entries();
        Copy { before, ..copy }
    }
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        let to = to.join(entry.file_name());
        if kind.is_dir() {
            copied(&entry.path(), &to);
        } else if kind.is_file() {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A copy, and how many entries its journal had.
pub(super) struct Copy {
    home: tempfile::TempDir,
    dir: String,
    before: u64,
}

impl Copy {
    pub(super) fn open(&self, args: &[&str], env: &[(&str, &str)]) -> App {
        let mut command = command(self.home.path(), args);
        for (name, value) in env {
            command.env(name, value);
        }
        let app = App::start(command, 30, 100);
        app.until("1 Alerts");
        app
    }

    fn entries(&self) -> u64 {
        let report = run(self.home.path(), &["verify", "--agency", &self.dir]);
        assert!(report.contains("all is well"), "{report}");
        report.lines().next().and_then(|l| l.split_whitespace().last()?.parse().ok()).unwrap()
    }

    /// Records changed since it was copied: what the journal holds more.
    pub(super) fn changed(&self) -> u64 {
        self.entries() - self.before
    }
}

pub(super) fn command(home: &Path, args: &[&str]) -> CommandBuilder {
    let mut command = super::command(home);
    command.args(DEMO);
    command.args(args);
    command
}

/// One after the other, as a hand presses them.
pub(super) fn keys(app: &mut App, keys: &str) {
    for key in keys.split(' ') {
        match key {
            "enter" => app.send(b"\r"),
            "space" => app.send(b" "),
            "tab" => app.send(b"\t"),
            "ctrl-s" => app.send(b"\x13"),
            "esc" => app.send(b"\x1b"),
            "f1" => app.send(b"\x1bOP"),
            "f3" => app.send(b"\x1bOR"),
            "f4" => app.send(b"\x1bOS"),
            "f5" => app.send(b"\x1b[15~"),
            "f8" => app.send(b"\x1b[19~"),
            "f9" => app.send(b"\x1b[20~"),
            key => app.send(key.as_bytes()),
        }
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// Back to the dashboard, with no mark and nothing narrowed by a place before.
pub(super) fn home(app: &mut App) {
    for _ in 0..9 {
        app.send(b"\x03");
    }
    app.gone("│ Keys of this screen");
    std::thread::sleep(Duration::from_millis(60));
}

impl Place {
    /// Goes there, and is there.
    pub(super) fn go(&self, app: &mut App) {
        self.go_behind(app, b"");
    }

    /// The same, behind the bytes that are told if it can't be gone to.
    pub(super) fn go_behind(&self, app: &mut App, sent: &[u8]) {
        for tried in 0.. {
            home(app);
            // The info card stays; asked for twice it shows the codes, and that is noted. So does the focus of a pane.
            if (self.keys.ends_with(" i") || self.keys == "tab") && self.is_here(app) {
                return;
            }
            keys(app, self.keys);
            let end = Instant::now() + Duration::from_secs(if tried < 4 { 3 } else { 20 });
            while Instant::now() < end {
                if self.is_here(app) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            // A machine that is busy may have been late with one of the keys.
            let (behind, screen) = (sent.escape_ascii(), app.screen());
            assert!(tried < 5, "“{}” does not lead to “{}” behind “{behind}”:\n{screen}", self.keys, self.seen);
        }
    }

    pub(super) fn is_here(&self, app: &App) -> bool {
        app.screen().contains(self.seen)
    }
}

/// Leaves as a hand does. A line feed is not Enter.
pub(super) fn leave(app: &mut App) {
    home(app);
    app.send(b"Q");
    let end = Instant::now() + Duration::from_secs(5);
    while !app.screen().contains("Leave caseload?") && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    if !app.screen().contains("Leave caseload?") {
        // On a machine that is busy it was read so late that it belonged to what was pasted.
        app.send(b"Q");
    }
    said_goodbye(app);
}

/// The same with the office's keys, where letters find.
pub(super) fn leave_the_office(app: &mut App) {
    home(app);
    keys(app, "f9");
    app.until("type to narrow");
    keys(app, "l e a v e");
    app.until("leave caseload (asks)");
    app.send(b"\r");
    said_goodbye(app);
}

fn said_goodbye(app: &mut App) {
    app.until("Leave caseload?");
    app.send(b"\n");
    std::thread::sleep(Duration::from_millis(100));
    assert!(app.child.try_wait().unwrap().is_none(), "it left by a line feed");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
}

/// Does it for each of them, several at once. What one of them fails by is told when all are done.
pub(super) fn for_each<T: Sync>(all: &[T], one: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(this) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| one(this)));
                    if let Err(why) = ended {
                        let text = why.downcast_ref::<String>().cloned();
                        let text = text.or_else(|| why.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                        failed.lock().unwrap().push(text.unwrap_or_default());
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), all.len(), failed.join("\n\n"));
}
