//! The whole program on a real pty: what a terminal answers is never a key and changes no record; however it ends, the
//! terminal is as it was and what was typed is kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "app_pty/hands.rs"]
mod hands;
#[path = "app_pty/kept.rs"]
mod kept;
#[path = "app_pty/kitty.rs"]
mod kitty;
#[path = "app_pty/line.rs"]
mod line;
#[path = "app_pty/links.rs"]
mod links;
#[path = "app_pty/lock.rs"]
mod lock;
#[path = "app_pty/notes.rs"]
mod notes;
#[path = "app_pty/outward.rs"]
mod outward;
#[path = "app_pty/pastes.rs"]
mod pastes;
#[path = "app_pty/places.rs"]
mod places;
#[path = "app_pty/presses.rs"]
mod presses;
mod pty_support;
#[path = "app_pty/stalls.rs"]
mod stalls;
#[path = "app_pty/storms.rs"]
mod storms;
#[path = "app_pty/theme.rs"]
mod theme;
#[path = "app_pty/torn.rs"]
mod torn;

use portable_pty::CommandBuilder;
use pty_support::App;
use std::path::Path;
use std::time::Duration;

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

impl App {
    fn open(home: &Path, args: &[&str]) -> Self {
        Self::open_with(home, args, &[])
    }

    /// With more in its environment.
    fn open_with(home: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = command(home);
        command.args(args);
        for (name, value) in env {
            command.env(name, value);
        }
        Self::start(command, 24, 80)
    }
}

fn command(home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_caseload"));
    command.env_clear();
    command.env("HOME", home);
    command.env("XDG_DATA_HOME", home.join("data"));
    command
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
