//! What hands and lines do to keys, on a real terminal: whatever is pasted without brackets, sent as a line feed or torn
//! apart, no record is changed. `CASELOAD_TEST_FULL=1` goes to every place with everything.

use super::{App, run};
use portable_pty::CommandBuilder;
use std::path::Path;
use std::time::Duration;

const DEMO: [&str; 5] = ["demo", "--clients", "20", "--at", "2026-03-02T08:10"];

fn full() -> bool {
    std::env::var_os("CASELOAD_TEST_FULL").is_some()
}

/// A demo that is built, and how it is opened.
pub(super) fn demo_at() -> (tempfile::TempDir, [&'static str; 5]) {
    let home = tempfile::tempdir().unwrap();
    let build: Vec<&str> = DEMO.into_iter().chain(["--build-only"]).collect();
    run(home.path(), &build);
    (home, DEMO)
}

/// A demo on a terminal, and where it lies.
pub(super) fn demo(size: (u16, u16)) -> (tempfile::TempDir, String, App) {
    let home = tempfile::tempdir().unwrap();
    let build: Vec<&str> = DEMO.into_iter().chain(["--build-only"]).collect();
    let dir = run(home.path(), &build).trim().to_owned();
    let app = App::start(command(home.path()), size.1, size.0);
    (home, dir, app)
}

pub(super) fn command(home: &Path) -> CommandBuilder {
    let mut command = super::command(home);
    command.args(DEMO);
    command
}

/// The journal as it stands, checked.
pub(super) fn entries(home: &Path, dir: &str) -> String {
    let report = run(home, &["verify", "--agency", dir]);
    assert!(report.contains("all is well"), "{report}");
    report.lines().next().unwrap().to_owned()
}

/// Forty notes of calls: every letter that acts stands somewhere at the front of a line.
fn notes(end: &str) -> String {
    let first = "o r c s x u ! m e p t n q O V f w a R Y P : / 1 3".split(' ').cycle();
    first.take(40).map(|c| format!("{c} rang the daughter at 9, she slept well and ate{end}")).collect()
}

/// Back to the dashboard.
fn home(app: &mut App) {
    for _ in 0..8 {
        app.send(b"\x03");
    }
    app.gone("│ Keys of this screen");
    std::thread::sleep(Duration::from_millis(60));
}

fn leave(app: &mut App) {
    home(app);
    app.send(b"Q");
    app.until("Leave caseload?");
    // A line feed is not Enter.
    app.send(b"\n");
    std::thread::sleep(Duration::from_millis(100));
    assert!(app.child.try_wait().unwrap().is_none(), "it left by a line feed");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
}

/// Keys to every pane and to most of what can lie over one.
const PLACES: [&str; 22] = [
    "1", "2", "3", "4", "1 \r", "1 w", "1 c", "1 r", "1 n n", "1 f", "1 :", "2 W", "2 A", "4 x", "1 a", "1 s", "1 !",
    "1 u", "g s", "g w", "g v", "2 O",
];

#[test]
fn forty_notes_pasted_without_brackets_change_no_record() {
    let (at, dir, mut app) = demo((100, 30));
    let before = entries_of_closed(at.path(), &dir, &mut app);
    let mut app = App::start(command(at.path()), 30, 100);
    app.until("1 Alerts");
    let places = &PLACES[..if full() { PLACES.len() } else { 11 }];
    let mut pastes = 0;
    for (n, place) in places.iter().enumerate() {
        for (m, end) in ["\r", "\n", "\r\n"].into_iter().enumerate() {
            if !full() && m != n % 3 {
                continue;
            }
            home(&mut app);
            for key in place.split(' ') {
                app.send(key.as_bytes());
                std::thread::sleep(Duration::from_millis(40));
            }
            std::thread::sleep(Duration::from_millis(120));
            let text = notes(end);
            match (n + m) % 3 {
                0 => app.send(text.as_bytes()),
                // In packets, as a line brings them; the first of them is no shorter than a word.
                1 => {
                    for packet in text.as_bytes().chunks(97) {
                        app.send(packet);
                        std::thread::sleep(Duration::from_millis(9));
                    }
                }
                _ => {
                    for packet in text.as_bytes().chunks(730) {
                        app.send(packet);
                        std::thread::sleep(Duration::from_millis(120));
                    }
                }
            }
            std::thread::sleep(Duration::from_millis(450));
            if n < 4 {
                app.until("letters at once: taken for a paste, nothing was run");
            }
            pastes += 1;
        }
    }
    leave(&mut app);
    assert_eq!(entries(at.path(), &dir), before, "{pastes} pastes");
}

/// What the journal holds when it is opened and left with nothing done.
pub(super) fn entries_of_closed(home: &Path, dir: &str, app: &mut App) -> String {
    app.until("1 Alerts");
    leave(app);
    entries(home, dir)
}

#[test]
fn what_was_not_run_is_written_as_a_note() {
    let (_at, _, mut app) = demo((100, 30));
    app.until("Lindqvist, Arne");
    app.send(b"3");
    app.until("[3 Caseload]");
    app.until("L1 alone 12/60");
    app.send(b"\x1b[Bo she rang and will come at nine\rx");
    app.until("c logs it as a call");
    std::thread::sleep(Duration::from_millis(450));
    app.send(b"c");
    app.until("o she rang and will come at nine");
    leave(&mut app);
}

#[test]
fn line_feeds_and_torn_keys_change_no_record() {
    let (at, dir, mut app) = demo((100, 30));
    let before = entries_of_closed(at.path(), &dir, &mut app);
    let mut app = App::start(command(at.path()), 30, 100);
    app.until("1 Alerts");
    for place in PLACES.iter().take(if full() { PLACES.len() } else { 12 }) {
        home(&mut app);
        for key in place.split(' ') {
            app.send(key.as_bytes());
            std::thread::sleep(Duration::from_millis(40));
        }
        std::thread::sleep(Duration::from_millis(100));
        // What a terminal sends that says LF for Enter: through a whole form, and on its button.
        for _ in 0..6 {
            app.send(b"1\n");
            std::thread::sleep(Duration::from_millis(20));
            app.send(b"\n\t\n");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    home(&mut app);
    app.send(b"2");
    // In the calendar `[`, `O`, `A`, `C`, `D`, `M` and digits are keys of their own.
    let keys: [&[u8]; 8] =
        [b"\x1b[A", b"\x1bOA", b"\x1b[1;5C", b"\x1bOP", b"\x1b[15~", b"\x1b[1;2D", b"\x1b[24~", b"\x1b[18;3~"];
    for key in &keys[..if full() { keys.len() } else { 4 }] {
        for at in 1..if full() { key.len() } else { 3 } {
            for gap in [60, 200] {
                app.send(&key[..at]);
                std::thread::sleep(Duration::from_millis(gap));
                app.send(&key[at..]);
            }
        }
    }
    leave(&mut app);
    assert_eq!(entries(at.path(), &dir), before);
}
