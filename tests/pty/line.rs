//! The line to the terminal: what is asked of it and when, frames that wait for its answer, and that nothing it answers
//! ever lands in a shell.

use super::{BORROWER, Pty, TERM, until};
use portable_pty::CommandBuilder;
use rustix::process::Signal;
use std::time::Duration;

const OSC_11: &str = "\x1b]11;?\x1b\\";
const ANSWERS: &[u8] = b"\x1b]11;rgb:0000/2b2b/3636\x1b\\\x1bP>|Tested 1\x1b\\\x1b[?2026;2$y\x1b[?62;22c";
const QUESTION: &str = "\x1b[5n";
const ANSWER: &[u8] = b"\x1b[0n";

fn start(term: &str, before: &[&str], env: &[(&str, &str)]) -> Pty {
    let exe = std::env::current_exe().unwrap().into_os_string();
    let words = before.iter().map(Into::into).chain([exe]).collect();
    let mut command = CommandBuilder::from_argv(words);
    command.env(TERM, term);
    for (name, value) in env {
        command.env(name, value);
    }
    Pty::start_as((80, 24), false, command)
}

impl Pty {
    /// What was found out until now.
    fn found(&mut self) -> Vec<String> {
        let before = self.log().matches("found all").count();
        self.send(b"F");
        until("what was found", || (self.log().matches("found all").count() > before).then_some(()));
        let log = self.log();
        let all: Vec<&str> = log.lines().filter(|line| line.starts_with("found ")).collect();
        let last = all.split(|line| *line == "found all").rev().nth(1).unwrap_or_default();
        last.iter().map(|line| line["found ".len()..].to_owned()).collect()
    }

    fn keys(&self, key: char) -> usize {
        self.log().matches(&format!("key Char('{key}')")).count()
    }
}

#[test]
fn it_is_asked_before_the_first_frame_and_nothing_waits_for_it() {
    let mut pty = start("xterm-256color", &[], &[]);
    until("the first frame", || pty.text().contains("the probe is here").then_some(()));
    let raw = String::from_utf8_lossy(&pty.raw.lock().unwrap()).into_owned();
    let at = |bytes: &str| raw.find(bytes).unwrap_or_else(|| panic!("{} in {raw:?}", bytes.escape_debug()));
    let order = ["\x1b[?1049h", OSC_11, "\x1b[>0q", "\x1b[?2026$p", "\x1b[c", "\x1b[m\x1b[2J", "the probe is here"];
    assert!(order.map(at).is_sorted(), "{raw:?}");
    // All of it was one write, and one frame.
    let found = pty.found();
    assert!(found.contains(&"frames: 1 drawn, 0 put off".to_owned()), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("sent:") && line.ends_with("bytes in 1 writes")), "{found:?}");
    assert!(found.contains(&"frames at once: yes".to_owned()), "as TERM has it: {found:?}");
    assert!(found.contains(&"round trip: unknown".to_owned()), "{found:?}");
    // An answer that comes later still counts.
    pty.send(ANSWERS);
    let found = pty.found();
    assert!(found.contains(&"terminal: Tested 1".to_owned()), "{found:?}");
    assert!(found.contains(&"background: dark #002b36".to_owned()), "{found:?}");
    assert!(found.contains(&"attributes: 62;22".to_owned()), "{found:?}");
    assert!(!found.contains(&"round trip: unknown".to_owned()), "{found:?}");
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
    pty.assert_restored("quit");
}

#[test]
fn a_terminal_without_a_name_is_asked_nothing() {
    let mut pty = start("dumb", &[], &[]);
    pty.send(b"xyz\x1b[IQ");
    assert_eq!(pty.exit(), 0);
    for query in ["\x1b[c", "\x1b[>c", "\x1b[6n", QUESTION, OSC_11, "\x1bP+q", "\x1b[>0q", "$p", "\x1b[?u", "\x1b]2;"] {
        assert_eq!(pty.seen(query), 0, "{}", query.escape_debug());
    }
}

#[test]
fn a_frame_on_a_slow_line_waits_for_the_one_before() {
    let mut pty = start("xterm-256color", &[], &[]);
    until("the questions", || (pty.seen("\x1b[c") == 1).then_some(()));
    // A round trip of more than a second: an answer is waited for four times as long.
    std::thread::sleep(Duration::from_millis(1_200));
    pty.send(ANSWERS);
    pty.send(b"M");
    until("a frame that asks", || (pty.seen(QUESTION) == 1).then_some(()));
    for n in 2..=20 {
        pty.send(b"M");
        until("every key is taken", || (pty.keys('M') == n).then_some(()));
    }
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(pty.seen(QUESTION), 1, "no frame while the answer is on its way");
    pty.send(ANSWER);
    until("the newest state", || (pty.seen(QUESTION) == 2).then_some(()));
    until("the newest state", || pty.text().contains("muchmuch").then_some(()));
    pty.send(ANSWER);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!((pty.seen(QUESTION), pty.keys('M')), (2, 20), "nothing new, no frame");
    let found = pty.found();
    assert!(found.contains(&"pacing: on".to_owned()), "{found:?}");
    assert!(
        found.iter().any(|line| line.starts_with("frames: 3 drawn, ") && !line.ends_with(" 0 put off")),
        "{found:?}"
    );
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
}

#[test]
fn a_quick_line_is_sent_no_question_and_a_spared_one_is_from_the_start() {
    let mut pty = start("xterm-256color", &[], &[]);
    until("the questions", || (pty.seen("\x1b[c") == 1).then_some(()));
    pty.send(ANSWERS);
    for n in 1..=20 {
        pty.send(b"M");
        until("every key is taken", || (pty.keys('M') == n).then_some(()));
    }
    // A busy machine may take long to hear the first answers.
    let slow = pty.found().iter().any(|line| line == "pacing: on");
    assert!(slow || pty.seen(QUESTION) == 0);
    assert_eq!((pty.seen("\x1b[22;0t"), pty.seen("\x1b]2;probe 0\x1b\\")), (1, 1));
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
    assert_eq!(pty.seen("\x1b[23;0t"), 1, "the title from before is back");
    let mut pty = start("xterm-spared", &[], &[]);
    until("a first frame that asks", || (pty.seen(QUESTION) == 1).then_some(()));
    assert_eq!((pty.seen("\x1b]2;"), pty.seen("\x1b[22;0t")), (0, 0));
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
}

/// Answers to what was asked arrive so long after the program has begun to leave.
const LATE: Duration = Duration::from_millis(120);

#[test]
fn what_is_answered_late_never_lands_in_a_shell() {
    let script = r#""$0" "$@"; echo "left with $?"; read -r line; echo "got <$line>""#;
    for (how, code) in [("quit", 0), ("SIGTERM", 42), ("SIGHUP", 41)] {
        let mut pty = start("xterm-256color", &["/bin/sh", "-c", script], &[]);
        until("the questions", || (pty.seen("\x1b[c") == 1).then_some(()));
        match how {
            "quit" => pty.send(b"Q"),
            "SIGTERM" => pty.signal_probe(Signal::TERM),
            _ => pty.signal_probe(Signal::HUP),
        }
        std::thread::sleep(LATE);
        pty.send(ANSWERS);
        until("the shell", || pty.text().contains(&format!("left with {code}")).then_some(()));
        pty.send(b"mine\n");
        until(how, || pty.text().contains("got <").then_some(()));
        assert!(pty.text().contains("got <mine>"), "{how}: {}", pty.text());
        assert_eq!(pty.exit(), 0);
    }
}

#[test]
fn what_is_answered_late_is_not_a_stopped_programs_shells() {
    let script = r#"set -m; "$0" "$@"; echo was stopped; read -r line; echo "got <$line>"; fg; echo ended $?"#;
    let mut pty = start("xterm-256color", &["/bin/sh", "-c", script], &[]);
    until("the questions", || (pty.seen("\x1b[c") == 1).then_some(()));
    pty.send(b"\x1a");
    std::thread::sleep(LATE);
    pty.send(ANSWERS);
    until("the shell goes on", || pty.text().contains("was stopped").then_some(()));
    pty.send(b"mine\n");
    until("the repaint", || pty.text().contains("the probe is here").then_some(()));
    assert!(String::from_utf8_lossy(&pty.raw.lock().unwrap()).contains("got <mine>"));
    pty.send(b"xQ");
    until("the end", || pty.text().contains("ended 0").then_some(()));
    assert!(pty.log().contains("Char('x')"));
    assert_eq!(pty.exit(), 0);
}

#[test]
fn what_is_answered_late_is_not_a_borrowers() {
    let borrower = r#"printf 'borrowed '; read -r line; echo "got <$line>"; read -r go"#;
    let mut pty = start("xterm-256color", &[], &[(BORROWER, borrower)]);
    until("the questions", || (pty.seen("\x1b[c") == 1).then_some(()));
    pty.send(b"E");
    std::thread::sleep(LATE);
    pty.send(ANSWERS);
    until("the borrower", || pty.text().contains("borrowed").then_some(()));
    pty.send(b"mine\n");
    until("what it reads", || pty.text().contains("got <").then_some(()));
    assert!(pty.text().contains("got <mine>"), "{}", pty.text());
    pty.send(b"\n");
    until("the screen is back", || pty.text().contains("the probe is here").then_some(()));
    assert!(pty.log().contains("given back Well"));
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
    pty.assert_restored("quit");
}
