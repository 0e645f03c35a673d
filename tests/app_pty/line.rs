//! The line to a real terminal, exact on every machine: writes a key, what an idle screen does, the first frame, and what
//! the doctor says.

use super::{App, command, run};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An agency with a list that is longer than any pane.
fn long_agency() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["init", "--name", "Riverside", "--timezone", "America/New_York"]);
    let list = home.path().join("clients.csv");
    let mut rows = String::from("mrn,family_name,given_name,date_of_birth\n");
    for n in 0..90 {
        rows.push_str(&format!("{n},Example{n:02},Ruth,1941-06-12\n"));
    }
    std::fs::write(&list, rows).unwrap();
    run(home.path(), &["import", list.to_str().unwrap(), "--yes"]);
    home
}

/// A minute's clock does not strike within the next seconds.
fn far_from_the_minute(seconds: u64) {
    loop {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        if now % 60 < 60 - seconds {
            return;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Times that each thread has waited, by its name.
fn waits(pid: u32) -> Vec<(String, u64)> {
    let mut out = Vec::new();
    for task in std::fs::read_dir(Path::new("/proc").join(pid.to_string()).join("task")).unwrap() {
        let status = std::fs::read_to_string(task.unwrap().path().join("status")).unwrap_or_default();
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
        out.push((field("Name:").to_owned(), field("voluntary_ctxt_switches:").parse().unwrap_or(0)));
    }
    out.sort();
    out
}

/// Frames and writes until now, as the program itself counts them.
fn sent(app: &mut App) -> (u64, u64) {
    app.send(b":doctor");
    app.until("what this terminal can do");
    app.send(b"\r");
    app.until("put off");
    let screen = app.screen();
    let number = |text: &str| text.rsplit([' ', '│']).next().unwrap().parse::<u64>().unwrap();
    let frames = number(screen.split_once(" drawn,").unwrap().0);
    let writes = number(screen.split_once(" writes").unwrap().0);
    app.send(b"\x1b");
    app.gone("put off");
    (frames, writes)
}

/// Out of the page and of the program.
fn leave(app: &mut App) {
    app.send(b"\x1b");
    app.gone("put off");
    app.send(b"Q");
    app.until("Leave caseload?");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
}

#[test]
fn a_key_is_one_write_and_an_idle_screen_is_none() {
    let home = long_agency();
    let mut app = App::open(home.path(), &[]);
    app.until("Example");
    app.send(b"3");
    app.until("Example05");
    let (frames, writes) = sent(&mut app);
    assert_eq!(frames, writes, "a frame is one write");
    // Down and up again, each seen before the next.
    for _ in 0..10 {
        for key in [b"j", b"k"] {
            let before = app.bytes.lock().unwrap().len();
            app.send(key);
            let end = std::time::Instant::now() + Duration::from_secs(20);
            while app.bytes.lock().unwrap().len() == before && std::time::Instant::now() < end {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }
    let (frames_then, writes_then) = sent(&mut app);
    assert_eq!(frames_then - frames, writes_then - writes, "a frame is one write");
    // One frame closes the page of the first count, and its Esc, its name and its Enter are the second's.
    let keys = 20 + 2 + ":doctor\r".len() as u64;
    assert!(frames_then - frames <= keys, "{} frames of {keys} keys", frames_then - frames);

    // Idle: nothing is sent, and no thread wakes up.
    std::thread::sleep(Duration::from_secs(1));
    far_from_the_minute(6);
    let pid = app.child.process_id().unwrap();
    let (bytes, before) = (app.bytes.lock().unwrap().len(), waits(pid));
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(waits(pid), before, "each thread's name and how often it waited");
    assert_eq!(app.bytes.lock().unwrap().len(), bytes);
    app.send(b"Q");
    app.until("Leave caseload?");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
}

#[test]
fn the_doctor_says_what_was_found_and_why() {
    let home = tempfile::tempdir().unwrap();
    let mut doctor = command(home.path());
    doctor.args(["--low-bandwidth", "doctor"]);
    doctor.env("COLORTERM", "truecolor");
    let mut app = App::start(doctor, 24, 100);
    let asked = || app.bytes.lock().unwrap().windows(3).any(|part| part == b"\x1b[c");
    let end = std::time::Instant::now() + Duration::from_secs(20);
    while !asked() && std::time::Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    app.send(b"\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\\x1bP>|Tested 1\x1b\\\x1b[?2026;2$y\x1b[?62;22c");
    app.until("attributes");
    assert_eq!(app.ended(), 0);
    let screen = app.screen();
    let line = |what: &str| screen.lines().find(|line| line.starts_with(what)).unwrap_or_default().to_owned();
    assert!(line("terminal ").contains("Tested 1") && line("terminal ").contains("it says so"), "{screen}");
    assert!(line("colours ").contains("16 million") && line("colours ").contains("COLORTERM is truecolor"), "{screen}");
    assert!(line("text ").contains("UTF-8") && line("text ").contains("LANG is C.UTF-8"), "{screen}");
    assert!(line("background ").contains("light #fdf6e3"), "{screen}");
    assert!(line("frames at once ").contains("no") && line("frames at once ").contains("--low-bandwidth"), "{screen}");
    assert!(line("round trip ").contains("ms"), "{screen}");
    assert!(line("pacing ").contains("on"), "{screen}");
    // Nothing of the answers is left for a shell.
    assert!(!screen.contains("rgb:"), "{screen}");
}

#[test]
fn what_a_terminal_answers_is_known_while_it_runs_and_the_next_time() {
    let home = super::agency();
    let mut app = App::open(home.path(), &[]);
    app.until("Okafor");
    app.send(b"\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\\x1bP>|Tested 1\x1b\\\x1b[?62;22c");
    app.send(b":doctor");
    app.until("what this terminal can do");
    app.send(b"\r");
    app.until("Tested 1");
    app.until("light #fdf6e3");
    leave(&mut app);
    app.left_the_terminal_as_it_was();
    // A terminal that is mute has not changed its colours meanwhile.
    let mut app = App::open(home.path(), &[]);
    app.until("Okafor");
    app.send(b":doctor");
    app.until("what this terminal can do");
    app.send(b"\r");
    app.until("light #fdf6e3");
    app.until("it said so the last time");
    leave(&mut app);
}
