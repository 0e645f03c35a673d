//! The lock on a real terminal: what is on it and behind it once it has fallen.

use super::App;
use caseload::cli::demo;
use std::process::Command;
use std::time::{Duration, Instant};

const PIN: &[u8] = b"2580\r";
/// Soon enough for a test, and long enough to press a few keys.
const DEMO: [&str; 7] = ["demo", "--clients", "20", "--at", "2026-03-02T08:10", "--lock-after", "6s"];

/// The family name of every client of the demo: what no locked screen may hold.
fn names() -> Vec<String> {
    let args = demo::Args { clients: 20, at: Some("2026-03-02T08:10".to_owned()), ..demo::Args::default() };
    let (service, ..) = caseload::cli::screenshot::memory(&demo::size(&args).unwrap()).unwrap();
    let families: Vec<String> =
        service.cast().clients.values().map(|c| c.name.family.as_str().to_owned()).filter(|f| f.len() > 3).collect();
    assert!(families.len() >= 10);
    families
}

fn holds(text: &str, names: &[String]) -> bool {
    names.iter().any(|name| text.contains(name.as_str()))
}

fn signal(pid: u32, name: &str) {
    assert!(Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
}

#[test]
fn a_screen_left_alone_is_blank_and_a_stopped_one_comes_back_locked() {
    let home = tempfile::tempdir().unwrap();
    let names = names();
    let mut app = App::open(home.path(), &DEMO);
    app.until("Choose a PIN");
    assert!(!holds(&app.screen(), &names), "{}", app.screen());
    app.send(PIN);
    app.until("Once more");
    app.send(PIN);
    app.until("1 Alerts");
    assert!(holds(&app.screen(), &names), "nothing to hide:\n{}", app.screen());
    // Nobody touches it.
    app.until("Locked");
    assert!(!holds(&app.screen(), &names), "{}", app.screen());
    // What is typed into it reaches nothing.
    app.send(b"o\rr1\x1b[200~Okafor\x1b[201~");
    app.send(b"\x1b");
    std::thread::sleep(Duration::from_millis(300));
    assert!(app.screen().contains("Locked") && !holds(&app.screen(), &names), "{}", app.screen());
    app.send(PIN);
    app.until("1 Alerts");
    // Stopped from outside while it is open; what was typed meanwhile must not find it so.
    let pid = app.child.process_id().unwrap();
    signal(pid, "-STOP");
    std::thread::sleep(Duration::from_secs(7));
    app.send(b"o");
    signal(pid, "-CONT");
    app.until("Locked");
    assert!(!holds(&app.screen(), &names), "{}", app.screen());
    // From the lock she leaves at once, and nothing of what was shown is behind it.
    app.send(b"Q");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
    assert!(!holds(&app.screen(), &names), "{}", app.screen());
    // A new window of the same login begins at the PIN, and so would a subcommand.
    let mut app = App::open(home.path(), &DEMO);
    app.until("Locked");
    app.send(PIN);
    app.until("1 Alerts");
    assert!(!app.screen().contains("Taken"), "a key went through the lock:\n{}", app.screen());
}

/// A tmux server of its own, ended with the test.
struct Tmux {
    socket: std::path::PathBuf,
}

impl Tmux {
    fn tell(&self, args: &[&str]) -> String {
        let out =
            Command::new("tmux").arg("-S").arg(&self.socket).args(["-f", "/dev/null"]).args(args).output().unwrap();
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    fn until(&self, text: &str) -> String {
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let pane = self.tell(&["capture-pane", "-p"]);
            if pane.contains(text) {
                return pane;
            }
            assert!(Instant::now() < end, "“{text}” never came:\n{pane}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.tell(&["kill-server"]);
    }
}

#[test]
fn an_abandoned_pane_holds_no_name_nor_does_what_scrolled_out_of_it() {
    if Command::new("tmux").arg("-V").output().is_err() {
        println!("NOT RUN: there is no tmux on this machine");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let names = names();
    let tmux = Tmux { socket: home.path().join("tmux") };
    let (data, bin) = (home.path().join("data"), env!("CARGO_BIN_EXE_caseload"));
    let line = format!(
        "env -i HOME={} XDG_DATA_HOME={} TERM=screen-256color LANG=C.UTF-8 {bin} {}; sleep 60",
        home.path().display(),
        data.display(),
        DEMO.join(" ")
    );
    tmux.tell(&["new-session", "-d", "-x", "80", "-y", "24", &line]);
    tmux.until("Choose a PIN");
    tmux.tell(&["send-keys", "2580", "Enter"]);
    tmux.until("Once more");
    tmux.tell(&["send-keys", "2580", "Enter"]);
    let open = tmux.until("1 Alerts");
    assert!(holds(&open, &names), "nothing to hide:\n{open}");
    // Somebody scrolls about and leaves her desk.
    tmux.tell(&["send-keys", "3", "G", "g", "g", "Enter"]);
    tmux.until("Locked");
    // The pane, the screen that lies under it, and all that scrolled out of both; no name in the title either.
    for args in [["capture-pane", "-p", "-S", "-"].as_slice(), &["capture-pane", "-p", "-a", "-q", "-S", "-"]] {
        let held = tmux.tell(args);
        assert!(!holds(&held, &names), "{args:?}:\n{held}");
    }
    let title = tmux.tell(&["display-message", "-p", "#{pane_title} #{window_name} #{session_name}"]);
    assert!(!title.trim().is_empty() && !holds(&title, &names), "{title}");
    // Looked at from another terminal it is locked as well.
    tmux.tell(&["send-keys", "o", "Enter"]);
    assert!(!holds(&tmux.until("Locked"), &names));
}
