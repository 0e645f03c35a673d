//! Clipboard, editor and pager on a real terminal: what reaches them, what comes back, and that nothing stays behind.

use super::{App, agency, run};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A script that stands in for an editor or a pager.
fn script(home: &Path, name: &str, body: &str) -> String {
    let path = home.join(name);
    fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Where private files are to lie.
fn runtime(home: &Path) -> PathBuf {
    let dir = home.join("run");
    fs::create_dir_all(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
    dir
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).unwrap().next().is_none()
}

/// Every file below a directory that holds these words.
fn holding(dir: &Path, words: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, words));
        } else if fs::read(&path).is_ok_and(|b| b.windows(words.len()).any(|w| w == words.as_bytes())) {
            found.push(path);
        }
    }
    found
}

/// An open note with words in it.
fn note(app: &mut App, words: &str) {
    app.until("Okafor");
    app.send(b"ni");
    app.until("New issue");
    app.send(b"\t\t");
    app.send(words.as_bytes());
    app.until(words);
}

#[test]
fn an_editor_gets_a_private_file_and_its_text_comes_back() {
    let home = agency();
    let run_dir = runtime(home.path());
    let seen = home.path().join("seen");
    let body = format!(
        "stat -c '%a' \"$1\" \"$(dirname \"$1\")\" > {seen}; cat \"$1\" >> {seen}; test -t 0 && test -t 1 && echo a \
         terminal >> {seen}\nprintf 'slid from the chair, zqxw\\033[31m' > \"$1\"; echo swap > \"$1.swp\"; printf 'in \
         the editor'; read go",
        seen = seen.display()
    );
    let editor = script(home.path(), "editor", &body);
    let env = [("EDITOR", editor.as_str()), ("XDG_RUNTIME_DIR", run_dir.to_str().unwrap())];
    let mut app = App::open_with(home.path(), &[], &env);
    note(&mut app, "slipped");
    app.send(b"\x18");
    app.until("in the editor");
    // What is typed now is the editor's, and the screen's own text is gone from the terminal.
    assert!(!app.screen().contains("Okafor"), "{}", app.screen());
    app.send(b"Q\r");
    app.until("slid from the chair, zqxw<U+001B>");
    assert_eq!(fs::read_to_string(&seen).unwrap(), "600\n700\nslipped\na terminal\n");
    assert!(is_empty(&run_dir), "the private directory is gone");
    // The keyboard is the screen's again, and it leaves the terminal as it was.
    app.send(b"\x1b");
    app.until("kept as a draft");
    app.send(b"Q");
    app.until("Leave caseload?");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
    let told = run(home.path(), &["audit", "list"]);
    assert!(told.contains("exported  chart") && told.contains("editor"), "{told}");
    assert_eq!(holding(home.path(), "zqxw"), [PathBuf::from(&editor)], "nothing readable lies about");
}

#[test]
fn an_editor_that_fails_or_is_missing_changes_nothing_and_leaves_nothing() {
    let home = agency();
    let run_dir = runtime(home.path());
    let editor = script(home.path(), "editor", "printf 'never' > \"$1\"; exit 3");
    for (editor, words) in
        [(editor.as_str(), "the editor ended with 3"), ("/nowhere/ed", "could not be started"), ("", "$EDITOR")]
    {
        let env = [("EDITOR", editor), ("XDG_RUNTIME_DIR", run_dir.to_str().unwrap())];
        let mut app = App::open_with(home.path(), &[], &env);
        note(&mut app, "slipped");
        app.send(b"\x18");
        app.until(words);
        assert!(app.screen().contains("slipped") && !app.screen().contains("never"), "{}", app.screen());
        assert!(is_empty(&run_dir));
        app.send(b" twice");
        app.until("slipped twice");
    }
}

#[test]
fn an_editor_that_is_killed_or_hung_up_on_gives_back_what_it_saved() {
    let home = agency();
    let run_dir = runtime(home.path());
    let mark = home.path().join("pid");
    let body = format!("printf 'saved by half' > \"$1\"; trap '' HUP; echo $$ > {}; exec sleep 60", mark.display());
    let editor = script(home.path(), "editor", &body);
    let env = [("VISUAL", editor.as_str()), ("XDG_RUNTIME_DIR", run_dir.to_str().unwrap())];
    let mut app = App::open_with(home.path(), &[], &env);
    note(&mut app, "slipped");
    app.send(b"\x18");
    until("the editor runs", || fs::read_to_string(&mark).is_ok_and(|s| s.ends_with('\n')));
    assert!(!is_empty(&run_dir));
    let pid = fs::read_to_string(&mark).unwrap();
    std::process::Command::new("kill").args(["-KILL", pid.trim()]).status().unwrap();
    app.until("saved by half");
    assert!(is_empty(&run_dir));
    // And a request to end, while it has the terminal.
    fs::remove_file(&mark).unwrap();
    app.send(b" of it\x18");
    until("the editor runs", || fs::read_to_string(&mark).is_ok_and(|s| s.ends_with('\n')));
    let editor = fs::read_to_string(&mark).unwrap();
    let own = app.child.process_id().unwrap().to_string();
    std::process::Command::new("kill").args(["-TERM", &own]).status().unwrap();
    app.ended();
    app.left_the_terminal_as_it_was();
    assert!(is_empty(&run_dir));
    assert!(!Path::new("/proc").join(editor.trim()).exists(), "the editor is gone as well");
    let mut app = App::open_with(home.path(), &[], &env);
    app.until("✎1");
    app.send(b"R");
    app.until("saved by half");
}

#[test]
fn the_lock_falls_over_an_editor_that_was_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let run_dir = runtime(home.path());
    let editor = script(home.path(), "editor", "printf 'kept' > \"$1\"; printf 'in the editor'; exec sleep 600");
    let env = [("EDITOR", editor.as_str()), ("XDG_RUNTIME_DIR", run_dir.to_str().unwrap())];
    let demo = ["demo", "--clients", "20", "--at", "2026-03-02T08:10", "--lock-after", "6s"];
    let mut app = App::open_with(home.path(), &demo, &env);
    app.until("Choose a PIN");
    app.send(b"2580\r");
    app.until("Once more");
    app.send(b"2580\r");
    app.until("1 Alerts");
    app.send(b"ni");
    app.until("New issue");
    app.send(b"\t\t\x18");
    app.until("in the editor");
    app.until("Locked");
    assert!(!app.screen().contains("in the editor") && is_empty(&run_dir));
    app.send(b"2580\r");
    app.until("kept");
}

#[test]
fn a_page_goes_to_the_pager_through_a_pipe() {
    let home = agency();
    let run_dir = runtime(home.path());
    let seen = home.path().join("seen");
    let body = format!(
        "cat > {seen}; echo \"file $1 hist $LESSHISTFILE open $LESSOPEN\" >> {seen}; printf 'in the pager'; read go \
         < /dev/tty",
        seen = seen.display()
    );
    let pager = script(home.path(), "pager", &body);
    let env = [("PAGER", pager.as_str()), ("XDG_RUNTIME_DIR", run_dir.to_str().unwrap()), ("LESSOPEN", "|evil %s")];
    let mut app = App::open_with(home.path(), &[], &env);
    app.until("Okafor");
    app.send(b"3\r");
    app.until("12 Jun 1941");
    app.send(b"P");
    app.until("in the pager");
    let text = fs::read_to_string(&seen).unwrap();
    assert!(text.starts_with("Okafor, Ruth") && text.ends_with("file  hist - open \n"), "{text}");
    assert!(is_empty(&run_dir), "no file is made for it");
    app.send(b"\r");
    app.until("12 Jun 1941");
    let told = run(home.path(), &["audit", "list"]);
    assert!(told.contains("printed  chart") && told.contains("pager"), "{told}");
}

#[test]
fn a_copy_reaches_the_terminal_as_one_sequence() {
    let home = agency();
    let mut app = App::open(home.path(), &[]);
    app.until("Okafor");
    app.send(b"3Y");
    app.until("copied: Okafor, Ruth");
    let bytes = app.bytes.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&bytes);
    // “Okafor, Ruth”
    assert_eq!(text.matches("\x1b]52;c;T2thZm9yLCBSdXRo\x1b\\").count(), 1);
    assert_eq!(text.matches("]52;").count(), 1);
    let told = run(home.path(), &["audit", "list"]);
    assert!(told.contains("copied  chart  Okafor, Ruth"), "{told}");
}

#[test]
fn a_login_for_caseload_alone_has_none_of_it() {
    let home = agency();
    let editor = script(home.path(), "editor", "printf 'never' > \"$1\"");
    let env = [("EDITOR", editor.as_str()), ("PAGER", editor.as_str()), ("SSH_ORIGINAL_COMMAND", "caseload")];
    let mut app = App::open_with(home.path(), &[], &env);
    app.until("Okafor");
    app.send(b"3Y");
    app.until("nothing leaves it");
    app.send(b"\rP");
    app.until("pager: this login is for caseload alone");
    app.send(b"\x1b");
    // Esc with a letter right behind it would be Alt.
    std::thread::sleep(Duration::from_millis(300));
    note(&mut app, "slipped");
    app.send(b"\x18");
    app.until("editor: this login is for caseload alone");
    let bytes = app.bytes.lock().unwrap().clone();
    assert!(!String::from_utf8_lossy(&bytes).contains("]52;"));
}
