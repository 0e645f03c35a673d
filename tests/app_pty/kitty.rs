//! Kitty's keyboard protocol: asked for where it is known, never acted on twice, taken off by every way of leaving.

use super::{App, agency, entries};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

const KNOWN: &[u8] = b"\x1b[?0u\x1b[?62;22c";
const ON: &str = "\x1b[>1u";
const OFF: &str = "\x1b[<u";

fn opened(home: &Path, args: &[&str], env: &[(&str, &str)]) -> App {
    let mut app = App::open_with(home, args, env);
    app.until("Okafor");
    app.send(KNOWN);
    app
}

fn sent(app: &App, text: &str) -> usize {
    String::from_utf8_lossy(&app.bytes.lock().unwrap()).matches(text).count()
}

fn until(app: &App, text: &str, times: usize) {
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while sent(app, text) < times {
        assert!(std::time::Instant::now() < end, "{} came {} times", text.escape_debug(), sent(app, text));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn signal(app: &App, name: &str) {
    let pid = app.child.process_id().unwrap().to_string();
    std::process::Command::new("kill").args([name, &pid]).status().unwrap();
}

#[test]
fn keys_come_each_by_itself_and_act_once() {
    let home = agency();
    let before = entries(home.path());
    let mut app = opened(home.path(), &[], &[]);
    until(&app, ON, 1);
    app.send(b"?");
    app.until("Keys of this screen");
    // Esc as this protocol has it, and ctrl-[, which is the same key.
    for esc in [&b"\x1b[27u"[..], b"\x1b[91;5u", b"\x1b[27;129u"] {
        app.send(esc);
        app.gone("Keys of this screen");
        app.send(b"?");
        app.until("Keys of this screen");
    }
    app.send(b"\x1b[27;1:1u\x1b[27;1:3u");
    app.gone("Keys of this screen");
    // Enter that is held or let go leaves nothing; ctrl-j is a line feed, and ctrl-m is Enter.
    app.send(b"Q");
    app.until("Leave caseload?");
    app.send(b"\x1b[13;1:2u\x1b[13;1:3u\x1b[106;5u");
    std::thread::sleep(Duration::from_millis(150));
    assert!(app.child.try_wait().unwrap().is_none(), "it left");
    app.send(b"\x1b[109;5u");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
    assert_eq!((sent(&app, ON), sent(&app, OFF)), (1, 1));
    assert_eq!(entries(home.path()), before);
}

#[test]
fn each_way_of_leaving_takes_it_off() {
    let home = agency();
    for name in ["-HUP", "-TERM", "-INT"] {
        let mut app = opened(home.path(), &[], &[]);
        until(&app, ON, 1);
        signal(&app, name);
        app.ended();
        app.left_the_terminal_as_it_was();
        assert_eq!(sent(&app, OFF), 1, "{name}");
    }
    // Somebody who has the terminal meanwhile finds the keys as they were.
    let pager = home.path().join("pager");
    std::fs::write(&pager, "#!/bin/sh\nprintf 'in the pager'\nread go < /dev/tty\n").unwrap();
    std::fs::set_permissions(&pager, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut app = opened(home.path(), &[], &[("PAGER", pager.to_str().unwrap())]);
    until(&app, ON, 1);
    app.send(b"3\r");
    app.until("12 Jun 1941");
    app.send(b"P");
    until(&app, "in the pager", 1);
    assert_eq!((sent(&app, ON), sent(&app, OFF)), (1, 1));
    app.send(b"\n");
    until(&app, ON, 2);
    // Stopped and continued without being asked: it may have been forgotten.
    signal(&app, "-STOP");
    signal(&app, "-CONT");
    until(&app, "\x1b[=1u", 1);
    signal(&app, "-TERM");
    app.ended();
    app.left_the_terminal_as_it_was();
    assert_eq!((sent(&app, ON), sent(&app, OFF)), (2, 2));
}

#[test]
fn where_it_is_not_known_or_not_wanted_it_is_not_asked_for() {
    let home = agency();
    let mut mute = App::open(home.path(), &[]);
    mute.until("Okafor");
    mute.send(b"\x1b[?62;22c");
    let plain = opened(home.path(), &["--plain-keys"], &[]);
    for mut app in [mute, plain] {
        app.send(b"?");
        app.until("Keys of this screen");
        app.send(b"\x1b");
        app.gone("Keys of this screen");
        app.send(b"Q");
        app.until("Leave caseload?");
        app.send(b"\r");
        assert_eq!(app.ended(), 0);
        app.left_the_terminal_as_it_was();
        assert_eq!((sent(&app, ON), sent(&app, OFF)), (0, 0));
    }
}
