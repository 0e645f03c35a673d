//! The house has rooms, and this test holds its table: which room may know which, and which file owns a door to the
//! outside. It reads the source as tokens, so that a path counts wherever it stands, and a comment or a string does not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt;
use std::path::{Path, PathBuf};

/// Which room may know which. The table in `src/lib.rs` says the same, and a test below compares the two.
const ROOMS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("domain", &["clock"]),
    ("rules", &["domain"]),
    ("plan", &[]),
    ("store", &["domain"]),
    ("service", &["domain", "rules", "store", "clock", "plan"]),
    ("app", &["domain", "rules", "service::api"]),
    ("ui", &["domain", "app", "service::api"]),
    ("terminal", &["app", "ui", "service::api", "domain"]),
    ("exchange", &["domain", "service", "rules::recurrence"]),
    ("demo", &["domain", "service"]),
    ("server", &["domain", "service", "store::codec"]),
    ("cli", &[EVERYTHING]),
    ("shot", &["app", "ui", "domain::safe"]),
];

const EVERYTHING: &str = "everything";

/// Who owns which door. An owner is a room (`cli`), a file (`store/files.rs`), or nobody at all.
const DOORS: &[(&str, &[&str])] = &[
    // Files, and what else the machine offers.
    ("std::fs", &["store/files.rs", "store/directory.rs", "store/kept.rs", "store/sled.rs", "exchange", "cli"]),
    ("std::net", &[]),
    ("std::env", &["cli"]),
    ("std::process", &["cli", "terminal", "main.rs", "server/place.rs"]),
    ("rustix", &["clock.rs", "store/files.rs", "store/directory.rs", "server", "terminal", "cli"]),
    ("tempfile", &[]),
    ("tokio", &["server"]),
    // Time: one room reads the clock, and only who waits or measures sees a stopwatch.
    ("std::time::SystemTime", &["clock.rs"]),
    ("std::time::UNIX_EPOCH", &["clock.rs"]),
    ("std::time::Instant", &["store", "server", "terminal", "cli"]),
    // What is printed past the screen would break it.
    ("println!", &["cli"]),
    ("print!", &["cli"]),
    ("eprintln!", &["cli"]),
    ("eprint!", &["cli"]),
    ("dbg!", &[]),
    ("std::io::stdin", &["terminal", "cli"]),
    ("std::io::stdout", &["terminal", "cli"]),
    ("std::io::stderr", &["terminal", "cli"]),
    // The engines: one file each, so that another engine is another file.
    ("sled", &["store/sled.rs"]),
    ("bincode", &["store/codec.rs"]),
    // The walk over a recurrence rule: bounded in one file.
    ("rrule", &["rules/recurrence/walk.rs"]),
    // Calendars of other programs: read and written in one room.
    ("calcard", &["exchange/ical/read.rs", "exchange/ical/write.rs"]),
    // Keys: sealed in one file, wrapped and digested in another.
    ("aes_gcm_siv", &["store/seal.rs"]),
    ("hmac", &["store/keyring.rs"]),
    ("zeroize", &["store/seal.rs", "store/keyring.rs", "cli/keyfile.rs"]),
    // The hash of a PIN: one file, so that another is another file.
    ("argon2", &["service/pin.rs"]),
    // The screen. Keys travel as crossterm's event types; nobody lets crossterm read the keyboard.
    ("ratatui", &["ui", "shot", "terminal", "cli"]),
    ("tui_textarea", &["app", "ui"]),
    ("crossterm", &["terminal", "cli", "app"]),
    ("crossterm::event::read", &[]),
    ("crossterm::event::poll", &[]),
    ("crossterm::cursor::position", &[]),
];

/// What a room sees of a crate, where that is less than all of it.
const PART_ONLY: &[(&str, &str, &str)] = &[("app", "crossterm", "crossterm::event")];

/// What a `#[cfg(test)]` module may use although its room does not own it: files to test with, nothing else.
const IN_TESTS: &[&str] = &["std::fs", "tempfile"];

#[test]
fn every_line_is_in_its_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    assert!(files.len() > 20, "only {} files under src", files.len());
    let sources: Vec<(String, String)> = files
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let test_files: Vec<String> = sources.iter().flat_map(|(name, source)| test_modules(name, source)).collect();
    let mut findings = Vec::new();
    for (name, source) in &sources {
        let module = home(name).join("/");
        let tested = test_files.iter().any(|t| *t == module || module.starts_with(&format!("{t}/")));
        findings.extend(check_as(name, source, tested).into_iter().map(|f| format!("src/{name}:{f}")));
    }
    assert!(findings.is_empty(), "{} lines are in the wrong room:\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn the_table_is_the_one_in_lib_rs() {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let table = source.split("```text").nth(1).unwrap().split("```").next().unwrap();
    let mut told = Vec::new();
    // `room, room: what it may know`, each part ended by two blanks or the line's end.
    for part in table.lines().flat_map(|line| line.trim_start_matches("//!").split("  ")) {
        let Some((rooms, may)) = part.trim().split_once(": ") else { continue };
        if part.trim_start().starts_with('(') {
            continue;
        }
        let mut may: Vec<&str> = may.split_whitespace().filter(|m| *m != "nothing").collect();
        may.sort_unstable();
        told.extend(rooms.split(", ").map(|room| (room.to_owned(), may.join(" "))));
    }
    told.sort();
    let mut held: Vec<(String, String)> = ROOMS
        .iter()
        .map(|(room, may)| {
            let mut may = may.to_vec();
            may.sort_unstable();
            ((*room).to_owned(), may.join(" "))
        })
        .collect();
    held.sort();
    assert_eq!(told, held, "src/lib.rs and tests/architecture.rs tell different tables");
}

#[test]
fn every_room_of_the_crate_is_in_the_table() {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut rooms: Vec<&str> =
        source.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut held: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    rooms.sort_unstable();
    held.sort_unstable();
    assert_eq!(rooms, held);
}

/// One planted line of each kind: where it stands, the line, and what must be said about it.
const PLANTED: &[(&str, &str, &str)] = &[
    // Rooms: in a `use`, grouped, renamed, through `super`, in a body, in a type, in a macro.
    ("server/session.rs", "use crate::store::sled::SledHome;", "server may not know store"),
    ("server/serve.rs", "use crate::app::Model;", "server may not know app"),
    ("clock.rs", "use crate::domain::time::Day;", "clock may not know domain"),
    ("domain/client.rs", "use crate::rules::triage;", "domain may not know rules"),
    ("domain/mod.rs", "use super::store::engine::Engine;", "domain may not know store"),
    ("rules/triage.rs", "use crate::clock::Clock;", "rules may not know clock"),
    ("rules/triage.rs", "use super::super::service::api;", "rules may not know service"),
    ("plan/search.rs", "use crate::domain::time::Day;", "plan may not know domain"),
    ("plan/search.rs", "use std::time::Instant;", "std::time::Instant"),
    ("store/engine.rs", "fn f() { crate::service::run(); }", "store may not know service"),
    ("store/mod.rs", "use crate::{domain::ids, ui::draw};", "store may not know ui"),
    (
        "service/mod.rs",
        "use crate::{\n    domain::ids,\n    app::{model, update as u},\n};",
        "service may not know app",
    ),
    ("app/model.rs", "use crate::service::query;", "app may not know service::query"),
    ("app/model.rs", "use crate::service;", "app may not know service"),
    ("app/model.rs", "use crate::service::{self, api};", "app may not know service"),
    ("app/model.rs", "use crate::store::engine as fast;", "app may not know store"),
    ("app/model.rs", "fn f(t: &crate::terminal::Tty) {}", "app may not know terminal"),
    ("ui/draw.rs", "use crate::service::local::LocalBackend;", "ui may not know service::local"),
    ("ui/screens/team.rs", "use super::super::super::rules::triage;", "ui may not know rules"),
    ("ui/draw.rs", "mod inner {\n use super::super::super::rules::x;\n}", "ui may not know rules"),
    ("terminal/run.rs", "let x = <crate::store::Kept as Default>::default();", "terminal may not know store"),
    ("exchange/fhir.rs", "use caseload::rules::clocks;", "exchange may not know rules"),
    ("demo/mod.rs", "use ::caseload::store::engine;", "demo may not know store"),
    ("demo/mod.rs", "use crate::clock::FixedClock;", "demo may not know clock"),
    ("shot.rs", "use crate::domain::client::Client;", "shot may not know domain::client"),
    ("shot.rs", "use crate::cli;", "shot may not know cli"),
    ("ui/draw.rs", "macro_rules! m { () => { $crate::store::x() } }", "ui may not know store"),
    ("ui/draw.rs", "#[cfg(test)]\nmod tests { use crate::store::memory; }", "ui may not know store"),
    ("ui/draw.rs", "pub(in crate::service) fn f() {}", "ui may not know service"),
    // Ways around the table.
    ("ui/draw.rs", "use crate as house;", "the crate's root is renamed"),
    ("ui/draw.rs", "use super::super::{self as house};", "the crate's root is renamed"),
    ("ui/draw.rs", "use crate::*;", "ui may not know *"),
    ("ui/draw.rs", "#[path = \"../store/engine.rs\"]\nmod engine;", "a file of another place"),
    ("ui/draw.rs", "include!(\"../store/engine.rs\");", "a file of another place"),
    ("ui/draw.rs", "use std::*;", "std::*"),
    ("ui/draw.rs", "use crate::nowhere::Thing;", "ui may not know nowhere"),
    // Doors.
    ("demo/mod.rs", "use std::fs;", "std::fs"),
    ("service/mod.rs", "use std::{fmt, fs::File};", "std::fs"),
    ("store/engine.rs", "let f = ::std::fs::File::open(p);", "std::fs"),
    ("app/update.rs", "use std::net::TcpStream;", "std::net"),
    ("terminal/capabilities.rs", "let t = std::env::var(\"TERM\");", "std::env"),
    ("domain/time.rs", "std::process::exit(1);", "std::process"),
    ("service/mod.rs", "rustix::fs::fsync(&f);", "rustix"),
    ("store/files.rs", "use tempfile::tempdir;", "tempfile"),
    ("service/mod.rs", "use tokio::net::UnixListener;", "tokio"),
    ("rules/clocks.rs", "use std::time::{Duration, SystemTime};", "std::time::SystemTime"),
    ("cli/mod.rs", "let t = std::time::SystemTime::now();", "std::time::SystemTime"),
    ("app/update.rs", "use std::time::Instant;", "std::time::Instant"),
    ("ui/draw.rs", "use std::time::{self, Duration};", "std::time"),
    ("app/update.rs", "use std::time as hours;", "std::time"),
    ("service/mod.rs", "println!(\"{x}\");", "println!"),
    ("terminal/run.rs", "print!(\"x\");", "print!"),
    ("terminal/run.rs", "std::eprintln! { \"x\" }", "eprintln!"),
    ("cli/mod.rs", "dbg!(x);", "dbg!"),
    ("ui/draw.rs", "use std::io::{self, stdout};", "std::io::stdout"),
    ("app/update.rs", "use std::io;\nfn f() { io::stdin(); }", "std::io::stdin"),
    ("store/engine.rs", "use sled::Db;", "sled"),
    ("store/mod.rs", "pub mod sled;\nuse ::sled::Tree;", "sled"),
    ("store/frame.rs", "let b = bincode::serialize(&x);", "bincode"),
    ("service/mod.rs", "use bincode::Options;", "bincode"),
    ("rules/recurrence/mod.rs", "let r = rrule::RRule::new(f);", "rrule"),
    ("exchange/out.rs", "use calcard::Parser;", "calcard"),
    ("store/codec.rs", "use aes_gcm_siv::Nonce;", "aes_gcm_siv"),
    ("store/indexes.rs", "let m = hmac::Hmac::new(k);", "hmac"),
    ("service/drafts.rs", "use zeroize::Zeroizing;", "zeroize"),
    ("service/lock.rs", "use argon2::Argon2;", "argon2"),
    ("app/model.rs", "use ratatui::layout::Rect;", "ratatui"),
    ("terminal/run.rs", "use tui_textarea::TextArea;", "tui_textarea"),
    ("ui/draw.rs", "use crossterm::event::KeyEvent;", "crossterm"),
    ("app/keymap.rs", "use crossterm::terminal::size;", "app sees only crossterm::event"),
    ("terminal/input.rs", "crossterm::event::read();", "crossterm::event::read"),
    ("terminal/input.rs", "use crossterm::event::{self, poll};", "crossterm::event::poll"),
    ("cli/mod.rs", "crossterm::cursor::position();", "crossterm::cursor::position"),
    ("store/frame.rs", "#[cfg(test)]\nmod tests { use std::net::TcpStream; }", "std::net"),
    ("store/frame.rs", "#[cfg(test)]\nmod tests { fn f() {} }\nuse std::fs;", "std::fs"),
];

#[test]
fn every_planted_line_is_found() {
    for (file, source, expected) in PLANTED {
        let found = check(file, source);
        assert!(!found.is_empty(), "src/{file} `{source}`: nothing found, expected: {expected}");
        assert!(
            found.iter().any(|f| f.what.contains(expected)),
            "src/{file} `{source}`: found {found:?}, expected: {expected}"
        );
    }
}

#[test]
fn every_door_has_a_planted_line() {
    for (door, _) in DOORS {
        let planted = PLANTED.iter().any(|(_, _, expected)| expected == door);
        let sibling = matches!(*door, "std::time::UNIX_EPOCH" | "eprint!" | "std::io::stderr");
        assert!(planted || sibling, "no planted line for {door}");
    }
    for (room, may) in ROOMS {
        let planted = PLANTED.iter().any(|(_, _, expected)| expected.starts_with(&format!("{room} may not know")));
        assert!(planted || may.contains(&EVERYTHING), "no planted line for the room {room}");
    }
}

#[test]
fn look_alikes_are_innocent() {
    let innocent: &[(&str, &str)] = &[
        ("ui/draw.rs", "// use crate::store::engine;\n/* crate::rules /* std::fs */ crate::store */ fn f() {}"),
        ("ui/draw.rs", "/// See [`crate::service::api`] and `std::fs`.\nfn f() {}"),
        ("ui/draw.rs", "let s = \"crate::store::x std::fs println!(1) sled::Db\";"),
        ("ui/draw.rs", "let s = r#\"use crate::store; \"std::env\" \"#; let t = br##\"std::fs\"# x\"##;"),
        ("ui/draw.rs", "let q = '\"'; let b = b'\\''; let l: &'static str = \"crate::store\"; let e = '\\u{22}';"),
        ("ui/draw.rs", "let s = \"a\\\"crate::store\\\\\"; let t = \"std::fs\";"),
        ("ui/draw.rs", "fn f(fs: u8, sled: u8, env: u8) { let ratatui_like = fs; self.sled::<u8>(); }"),
        ("ui/draw.rs", "use crate::{app::model, domain::{ids, safe as s}};\nuse super::widgets;\nuse self::inner::x;"),
        ("ui/screens/team.rs", "use super::super::{draw, super::app::model};"),
        ("app/model.rs", "use crate::service::api::{Reply, Request};\nuse crossterm::event::{KeyCode, KeyEvent};"),
        ("app/model.rs", "use crate::service::api;\nuse std::time::Duration;"),
        ("shot.rs", "use crate::domain::safe::safe_line;"),
        ("store/mod.rs", "pub mod sled;\nfn f() { sled::open(); }\nuse self::sled::Kept;"),
        ("store/kept.rs", "use super::sled;\nfn f() { sled::open(); }"),
        ("store/sled.rs", "use sled::Db;\nuse std::fs;"),
        ("store/frame.rs", "#[cfg(test)]\nmod tests { fn f() { std::fs::read(tempfile::tempdir()); } }"),
        ("app/model.rs", "enum Event { Instant, SystemTime }\nfn f() { writeln!(out, \"x\"); Event::Instant; }"),
        (
            "domain/record.rs",
            "pub(crate) use body;\npub(super) fn f() {}\nmacro_rules! m { () => { $crate::domain::x() } }",
        ),
        ("domain/text.rs", "#[cfg(test)]\nmod tests { use super::*; use super::super::ids; }"),
        ("cli/demo.rs", "use crate::{store::kept, ui, terminal};\nuse std::env;\nfn f() { println!(\"x\"); }"),
        ("main.rs", "fn main() -> std::process::ExitCode { caseload::cli::main() }"),
        ("lib.rs", "pub mod app;\npub use crate::cli::main;"),
    ];
    for (file, source) in innocent {
        let found = check(file, source);
        assert!(found.is_empty(), "src/{file} `{source}`: {found:?}");
    }
}

#[test]
fn test_files_are_known_by_their_declaration() {
    let source = "#[cfg(test)]\npub(crate) mod conformance;\nmod kept;\n#[cfg(test)] mod tests;\n#[cfg(test)] mod a {}";
    assert_eq!(test_modules("store/mod.rs", source), ["store/conformance", "store/tests"]);
    assert_eq!(test_modules("app/model.rs", "#[cfg(test)]\nmod tests;"), ["app/model/tests"]);
    assert!(check_as("store/conformance.rs", "use tempfile::TempDir;", true).is_empty());
    assert!(!check_as("store/conformance.rs", "use std::net::TcpStream;", true).is_empty());
}

// --- How it is found ---

/// A line in the wrong room.
#[derive(Debug)]
struct Finding {
    line: usize,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.what)
    }
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The module of a file, as steps from `src`.
fn home(file: &str) -> Vec<String> {
    let mut home: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(home.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        home.pop();
    }
    home
}

/// The modules that this file declares for tests only: `#[cfg(test)] mod conformance;`.
fn test_modules(file: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let texts: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
    let mut out = Vec::new();
    for i in 0..texts.len() {
        let Some(rest) = texts[i..].strip_prefix(&["#", "[", "cfg", "(", "test", ")", "]"]) else { continue };
        let skip = match rest {
            ["pub", "(", _, ")", ..] => 4,
            ["pub", ..] => 1,
            _ => 0,
        };
        if let ["mod", name, ";", ..] = rest[skip..] {
            let mut module = home(file);
            module.push(name.to_owned());
            out.push(module.join("/"));
        }
    }
    out
}

/// Everything in this file (named from `src`) that is in the wrong room.
fn check(file: &str, source: &str) -> Vec<Finding> {
    check_as(file, source, false)
}

/// The same, for a file that may be there for tests only.
fn check_as(file: &str, source: &str, test_file: bool) -> Vec<Finding> {
    let room = file.split('/').next().unwrap().trim_end_matches(".rs");
    let free = matches!(file, "main.rs" | "lib.rs");
    let tokens = tokens(source);
    let mut findings = Vec::new();
    for path in paths(file, &tokens, test_file) {
        if !free {
            findings.extend(room_finding(room, &path));
        }
        findings.extend(door_findings(file, room, &path));
    }
    for (i, token) in tokens.iter().enumerate() {
        let next = |n: usize| tokens.get(i + n).map_or("", |t| t.text.as_str());
        let say = |what: &str| Finding { line: token.line, what: what.to_owned() };
        if (token.text == "#" && next(1) == "[" && next(2) == "path" && next(3) == "=")
            || (token.text == "include" && next(1) == "!")
        {
            findings.push(say("a file of another place is taken in"));
        }
        let door = format!("{}!", token.text);
        if next(1) == "!" && next(2) != "=" && DOORS.iter().any(|(d, owners)| *d == door && !owns(file, room, owners)) {
            findings.push(say(&format!("{door} belongs to others")));
        }
    }
    findings
}

fn owns(file: &str, room: &str, owners: &[&str]) -> bool {
    owners.iter().any(|o| *o == file || *o == room)
}

fn room_finding(room: &str, path: &Found) -> Option<Finding> {
    let say = |what: String| Some(Finding { line: path.line, what });
    if path.steps.first().map(String::as_str) != Some("crate") {
        return None;
    }
    let steps: Vec<&str> = path.steps[1..].iter().map(String::as_str).collect();
    let Some(first) = steps.first() else {
        return if path.renames { say("the crate's root is renamed".to_owned()) } else { None };
    };
    if *first == room {
        return None;
    }
    let may = ROOMS.iter().find(|(r, _)| *r == room).map_or(&[][..], |(_, may)| *may);
    let allowed = may.iter().any(|m| {
        let m: Vec<&str> = m.split("::").collect();
        m == [EVERYTHING] || steps.starts_with(&m)
    });
    if allowed {
        return None;
    }
    // Said as far as the table looks: `service::query` where `service::api` is open, else the room alone.
    let deep = may.iter().any(|m| m.starts_with(&format!("{first}::"))) && steps.len() > 1;
    let other = if deep { format!("{first}::{}", steps[1]) } else { (*first).to_owned() };
    say(format!("{room} may not know {other}"))
}

fn door_findings(file: &str, room: &str, path: &Found) -> Vec<Finding> {
    let mut findings = Vec::new();
    let full = path.steps.join("::");
    let inside = |door: &str| full == door || full.starts_with(&format!("{door}::"));
    for (door, owners) in DOORS {
        if owns(file, room, owners) || (path.in_test && IN_TESTS.contains(door)) {
            continue;
        }
        // A glob or a rename of a module that has doors in it would hide them.
        let parent = full.strip_suffix("::*").unwrap_or(&full);
        let hides = (full.ends_with("::*") || path.renames || (path.in_use && full == "std::time"))
            && door.starts_with(&format!("{parent}::"))
            && full != "std::io";
        if inside(door) || hides {
            findings.push(Finding { line: path.line, what: format!("{full} belongs to others") });
        }
    }
    for (who, whole, part) in PART_ONLY {
        if *who == room && inside(whole) && !inside(part) {
            findings.push(Finding { line: path.line, what: format!("{room} sees only {part}, not {full}") });
        }
    }
    findings
}

/// A path that was found, from its root.
#[derive(Debug)]
struct Found {
    /// `crate::domain::ids` as steps; a path of an outside crate begins with that crate's name.
    steps: Vec<String>,
    line: usize,
    in_use: bool,
    /// `as another_name` follows.
    renames: bool,
    in_test: bool,
}

#[derive(Debug)]
struct Token {
    text: String,
    line: usize,
}

impl Token {
    fn is_name(&self) -> bool {
        self.text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
    }
}

/// The names and signs of a source, without comments, strings and characters. `::` is one token.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let c = chars[i];
        let start = i;
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                if at(i) == '/' && at(i + 1) == '*' {
                    depth += 1;
                    i += 2;
                } else if at(i) == '*' && at(i + 1) == '/' {
                    depth -= 1;
                    i += 2;
                } else {
                    i += 1;
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if let Some(end) = raw_string(&chars, i) {
            i = end;
        } else if c == '"' || (matches!(c, 'b' | 'c') && at(i + 1) == '"') {
            i += if c == '"' { 1 } else { 2 };
            while i < chars.len() && chars[i] != '"' {
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' || (c == 'b' && at(i + 1) == '\'') {
            i += if c == '\'' { 1 } else { 2 };
            if at(i) == '\\' {
                i += 2;
                while i < chars.len() && chars[i] != '\'' {
                    i += 1;
                }
                i += 1;
            } else if at(i + 1) == '\'' {
                i += 2;
            } else {
                // A lifetime or a label.
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
            }
        } else if c.is_alphanumeric() || c == '_' {
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            let text: String = chars[start..i].iter().collect();
            // `r#type`: the name is what follows.
            if text == "r" && at(i) == '#' {
                i += 1;
            } else {
                out.push(Token { text, line });
            }
        } else if c == ':' && at(i + 1) == ':' {
            i += 2;
            out.push(Token { text: "::".to_owned(), line });
        } else {
            i += 1;
            if !c.is_whitespace() {
                out.push(Token { text: c.to_string(), line });
            }
        }
        line += chars[start..i.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    out
}

/// Where a raw string that begins here ends.
fn raw_string(chars: &[char], start: usize) -> Option<usize> {
    let mut i = start;
    if matches!(chars.get(i), Some('b' | 'c')) {
        i += 1;
    }
    if chars.get(i) != Some(&'r') {
        return None;
    }
    i += 1;
    let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
    i += hashes;
    if chars.get(i) != Some(&'"') {
        return None;
    }
    i += 1;
    while i < chars.len() {
        if chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return Some(i + 1 + hashes);
        }
        i += 1;
    }
    Some(chars.len())
}

/// Every path of a file, from its root: `super` and `self` are resolved, groups are spread, and a first step that an
/// import of this file made is followed.
fn paths(file: &str, tokens: &[Token], test_file: bool) -> Vec<Found> {
    let home = home(file);
    let modules: Vec<&str> =
        tokens.windows(2).filter(|w| w[0].text == "mod" && w[1].is_name()).map(|w| w[1].text.as_str()).collect();
    let mut out: Vec<Found> = Vec::new();
    // Inline modules we are inside: name, depth of braces, test.
    let mut inside: Vec<(String, usize, bool)> = Vec::new();
    let (mut depth, mut i) = (0, 0);
    let mut tested = false;
    while i < tokens.len() {
        let text = tokens[i].text.as_str();
        let word = |n: usize| tokens.get(i + n).map_or("", |t| t.text.as_str());
        match text {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if inside.last().is_some_and(|(_, d, _)| *d == depth) {
                    inside.pop();
                }
            }
            "#" if word(1) == "[" && word(2) == "cfg" && word(3) == "(" && word(4) == "test" && word(5) == ")" => {
                tested = true;
                i += 6;
            }
            ";" => tested = false,
            "mod" if word(2) == "{" => {
                inside.push((word(1).to_owned(), depth, tested));
                tested = false;
                depth += 1;
                i += 2;
            }
            _ => {
                let follows = i > 0 && matches!(tokens[i - 1].text.as_str(), "::" | ".");
                let rooted = text == "::" && !(i > 0 && (tokens[i - 1].is_name() || tokens[i - 1].text == ">"));
                let in_use = text == "use";
                let begins = in_use || rooted || (tokens[i].is_name() && !follows && word(1) == "::");
                let alone = tokens[i].is_name() && !follows && text == "crate" && word(1) == "as";
                if begins || alone {
                    let from = i + usize::from(in_use);
                    let mut found = Vec::new();
                    let end = tree(tokens, from, &[], in_use, &mut found);
                    let in_test = test_file || inside.iter().any(|(_, _, test)| *test) || (tested && in_use);
                    let mut place = home.clone();
                    place.extend(inside.iter().map(|(name, _, _)| name.clone()));
                    for mut path in found {
                        path.in_test = in_test;
                        path.steps = resolve(path.steps, &place, &modules, &out);
                        out.push(path);
                    }
                    i = end.max(i + 1);
                    continue;
                }
            }
        }
        i += 1;
    }
    out
}

/// Reads a path or a `use` tree from `i` on, after these steps; returns where it ends.
fn tree(tokens: &[Token], mut i: usize, before: &[String], in_use: bool, out: &mut Vec<Found>) -> usize {
    let mut steps = before.to_vec();
    let line = tokens.get(i).map_or(0, |t| t.line);
    if before.is_empty() && tokens.get(i).is_some_and(|t| t.text == "::") {
        steps.push("::".to_owned());
        i += 1;
    }
    while let Some(token) = tokens.get(i) {
        if token.is_name() || token.text == "*" {
            steps.push(token.text.clone());
            i += 1;
            if tokens.get(i).is_some_and(|t| t.text == "::") {
                i += 1;
                continue;
            }
        } else if token.text == "{" && in_use {
            i += 1;
            while tokens.get(i).is_some_and(|t| t.text != "}") {
                let end = tree(tokens, i, &steps, in_use, out);
                i = end.max(i + 1);
                if tokens.get(i).is_some_and(|t| t.text == ",") {
                    i += 1;
                }
            }
            return i + 1;
        }
        break;
    }
    let renames = in_use && tokens.get(i).is_some_and(|t| t.text == "as");
    if steps.len() > 1 && steps.last().is_some_and(|s| s == "self") {
        steps.pop();
    }
    let mut found = Found { steps, line, in_use, renames, in_test: false };
    if renames {
        // `as _` brings in a trait and names nothing.
        found.renames = tokens.get(i + 1).is_some_and(|t| t.text != "_");
        i += 2;
    }
    out.push(found);
    i
}

/// A path from its root.
fn resolve(steps: Vec<String>, place: &[String], modules: &[&str], known: &[Found]) -> Vec<String> {
    let mut here: Vec<String> = std::iter::once("crate".to_owned()).chain(place.iter().cloned()).collect();
    match steps.first().map(String::as_str) {
        Some("::") => match steps.get(1).map(String::as_str) {
            Some("caseload") => std::iter::once("crate".to_owned()).chain(steps.into_iter().skip(2)).collect(),
            _ => steps.into_iter().skip(1).collect(),
        },
        Some("caseload") => std::iter::once("crate".to_owned()).chain(steps.into_iter().skip(1)).collect(),
        Some("self") => here.into_iter().chain(steps.into_iter().skip(1)).collect(),
        Some("super") => {
            let ups = steps.iter().take_while(|s| *s == "super").count();
            here.truncate(here.len().saturating_sub(ups).max(1));
            // `super::{super::…}` is spread with its `super` behind other steps only when those are `super` too.
            here.into_iter().chain(steps.into_iter().skip(ups)).collect()
        }
        Some(first) if modules.contains(&first) => here.into_iter().chain(steps).collect(),
        Some(first) => {
            // Made by an import of this file: `use std::io;` … `io::stdin()`.
            let import = known
                .iter()
                .find(|f| f.in_use && !f.renames && f.steps.len() > 1 && f.steps.last().is_some_and(|l| l == first));
            match import {
                Some(import) => import.steps.iter().cloned().chain(steps.into_iter().skip(1)).collect(),
                None => steps,
            }
        }
        None => steps,
    }
}
