//! The whole program on a real pty: what a terminal answers is never a key and changes no record; however it ends, the
//! terminal is as it was and what was typed is kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "app_pty/lock.rs"]
mod lock;
#[path = "app_pty/notes.rs"]
mod notes;
#[path = "app_pty/outward.rs"]
mod outward;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What terminals answer to DA1, DA2, XTVERSION, DECRQM, mode 2031, OSC 11, XTGETTCAP, DSR.
const ANSWERS: [&[u8]; 9] = [
    b"\x1b[?62;1;4;6;22c",
    b"\x1b[>41;354;0c",
    b"\x1bP>|XTerm(388)\x1b\\",
    b"\x1b[?2026;2$y",
    b"\x1b[?997;1n",
    b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    b"\x1bP1+r524742=382f382f38\x1b\\",
    b"\x1b[0n",
    b"\x1b[12;40R",
];

struct App {
    child: Box<dyn Child + Send + Sync>,
    /// Held open: closing it would hang up.
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    parser: Arc<Mutex<vt100::Parser>>,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl App {
    fn open(home: &Path, args: &[&str]) -> Self {
        Self::open_with(home, args, &[])
    }

    /// With more in its environment.
    fn open_with(home: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_caseload"));
        command.args(args);
        command.env_clear();
        command.env("HOME", home);
        command.env("XDG_DATA_HOME", home.join("data"));
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(24, 80, 0)));
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (screen, all) = (Arc::clone(&parser), Arc::clone(&bytes));
        let mut reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut buf = [0; 8192];
            while let Ok(n @ 1..) = reader.read(&mut buf) {
                screen.lock().unwrap().process(&buf[..n]);
                all.lock().unwrap().extend_from_slice(&buf[..n]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { child, _master: pair.master, keys, parser, bytes }
    }

    fn screen(&self) -> String {
        self.parser.lock().unwrap().screen().contents()
    }

    fn until(&self, text: &str) {
        let end = Instant::now() + Duration::from_mins(1);
        while !self.screen().contains(text) {
            assert!(Instant::now() < end, "“{text}” never came:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).unwrap();
        self.keys.flush().unwrap();
    }

    fn ended(&mut self) -> u32 {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The alternate screen is left, the cursor shown, bracketed paste off.
    fn left_the_terminal_as_it_was(&self) {
        std::thread::sleep(Duration::from_millis(100));
        let bytes = self.bytes.lock().unwrap();
        let last = |needle: &[u8]| bytes.windows(needle.len()).rposition(|w| w == needle);
        assert!(last(b"\x1b[?1049l") > last(b"\x1b[?1049h"), "the alternate screen was not left");
        assert!(last(b"\x1b[?25h") > last(b"\x1b[?25l"), "the cursor stays hidden");
        assert!(last(b"\x1b[?2004l") > last(b"\x1b[?2004h"), "bracketed paste stays on");
    }
}

fn run(home: &Path, args: &[&str]) -> String {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_caseload"))
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .output()
        .unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn entries(home: &Path) -> String {
    let report = run(home, &["verify"]);
    assert!(report.contains("all is well"), "{report}");
    report.lines().next().unwrap().to_owned()
}

fn agency() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["init", "--name", "Riverside", "--timezone", "America/New_York"]);
    let list = home.path().join("clients.csv");
    std::fs::write(
        &list,
        "mrn,family_name,given_name,date_of_birth\n1,Okafor,Ruth,1941-06-12\n2,Petrov,Ivan,1937-04-03\n",
    )
    .unwrap();
    run(home.path(), &["import", list.to_str().unwrap(), "--yes"]);
    home
}

#[test]
fn what_a_terminal_answers_changes_no_record() {
    let home = agency();
    let before = entries(home.path());
    let mut app = App::open(home.path(), &[]);
    app.until("Okafor");
    for answer in ANSWERS {
        app.send(b"j");
        app.send(answer);
        app.send(b"k");
        // And in two pieces, at the place where most decoders give up waiting.
        let (head, tail) = answer.split_at(answer.len() / 2);
        app.send(head);
        std::thread::sleep(Duration::from_millis(20));
        app.send(tail);
    }
    std::thread::sleep(Duration::from_millis(300));
    let screen = app.screen();
    assert!(!screen.contains('╭') || screen.contains("1 Alerts"), "{screen}");
    // The keyboard still works, and no card was opened by an answer.
    app.send(b"?");
    app.until("Keys of this screen");
    app.send(b"\x1b");
    std::thread::sleep(Duration::from_millis(200));
    app.send(b"Q");
    app.until("Leave caseload?");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
    assert_eq!(entries(home.path()), before);
}

#[test]
fn what_is_typed_is_kept_when_the_line_is_cut() {
    for signal in ["-HUP", "-TERM"] {
        let home = agency();
        let mut app = App::open(home.path(), &[]);
        app.until("Okafor");
        app.send(b"ni");
        app.until("New issue");
        app.send(b"\t\tslipped on the stairs");
        app.until("slipped on the stairs");
        let pid = app.child.process_id().unwrap();
        std::process::Command::new("kill").args([signal, &pid.to_string()]).status().unwrap();
        app.ended();
        app.left_the_terminal_as_it_was();
        let mut app = App::open(home.path(), &[]);
        app.until("✎1");
        app.send(b"R");
        app.until("slipped on the stairs");
    }
}

#[test]
fn an_import_asks_for_each_kind_what_both_sides_changed() {
    let home = agency();
    let list = home.path().join("other.csv");
    let surname = |told: &str, answer: &[u8]| {
        let rows = format!("mrn,family_name,given_name,date_of_birth\n1,{told},Ruth,1941-06-12\n");
        std::fs::write(&list, rows).unwrap();
        let mut app = App::open(home.path(), &["import", list.to_str().unwrap(), "--source", "other"]);
        app.until("Is that right?");
        app.send(b"y\n");
        app.until("client: 1 record changed both here and in the source");
        app.send(answer);
        app.send(b"\n");
        app.ended();
        run(home.path(), &["list", "clients", "--format", "csv"])
    };
    assert!(!surname("Okafor-Bell", b"n").contains("Okafor-Bell"));
    // The answer stands for what was told then, not for what is told later.
    assert!(surname("Okafor-Reed", b"y").contains("Okafor-Reed"));
}
