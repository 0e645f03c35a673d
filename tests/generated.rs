//! What is generated is what the code makes today: the pictures in `screenshots/`, and the README's table of keys.
//! `CASELOAD_WRITE_DOCS=1 cargo test --test generated` writes them anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use caseload::app::model::{Capabilities, Start};
use caseload::app::{Model, action::key_table, keymap::Keymap};
use caseload::cli::film::{Step, shoot};
use caseload::cli::screenshot::{keys, memory, press};
use caseload::cli::theme::shipped_ones;
use caseload::demo::Size;
use caseload::domain::ids::OfficeId;
use caseload::domain::time::{Day, Moment};
use caseload::shot::{self, Film, Format};
use caseload::ui::Theme;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name, size, keys, theme. The last two type, and what is typed is kept as a draft.
const PICTURES: [(&str, u16, u16, &str, &str); 19] = [
    ("dashboard", 120, 40, "", "dark"),
    ("dashboard-light", 80, 24, "", "light"),
    ("dashboard-mono", 80, 24, "", "mono"),
    ("wide", 200, 60, "i", "dark"),
    ("card", 80, 24, "i", "dark"),
    ("why", 80, 24, "w", "dark"),
    ("client", 80, 24, "enter", "dark"),
    ("find", 80, 24, "f \"obrien\"", "dark"),
    ("week", 120, 40, "2 W down right", "dark"),
    ("month", 80, 24, "2 M z", "dark"),
    ("review", 80, 24, "g v", "dark"),
    ("plan", 120, 40, "2 O down space", "dark"),
    ("storm", 80, 24, "g w down", "dark"),
    ("colours", 80, 24, ": \"colours\" enter down", "dark"),
    ("call-out", 80, 24, "down down enter", "dark"),
    ("tell", 80, 24, "t", "dark"),
    ("phone", 44, 18, "", "dark"),
    ("fall", 80, 24, "n i enter 1 \"401 555 0142\" enter 1 1 2 1", "dark"),
    ("call", 80, 24, "c 3 1 \"told her, the nurse is with her\" tab \"call her back\" tab \"15:00\"", "dark"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn writing() -> bool {
    std::env::var_os("CASELOAD_WRITE_DOCS").is_some()
}

/// A film: its name, title and steps.
type Script = (&'static str, &'static str, &'static [Step<'static>]);

/// Keys, for how long they are shown, and what is said of them.
const FILMS: [Script; 2] = [
    (
        "film-triage",
        "caseload: what is worst, why, and taking it",
        &[
            ("", 2_200, "Monday 08:10: what is worst stands first"),
            ("w", 3_400, "why it is first, and what would lower it"),
            ("esc", 700, ""),
            ("i", 3_000, "numbers in full, with a phone at the ear"),
            ("i", 2_400, "again: how to get in, for 30 seconds, and noted"),
            ("i", 700, ""),
            ("o", 2_400, "take it: it is yours now, and u undoes it"),
            ("down", 700, "the next one: an insulin visit without a nurse"),
            ("enter", 2_800, "her chart, at the line of the alert"),
            ("esc", 700, ""),
            ("down", 700, "a caregiver has called out"),
            ("enter", 3_200, "her day: who can go, and why not who can't"),
            ("esc", 1_500, ""),
        ],
    ),
    (
        "film-call",
        "caseload: a call logged while it is made",
        &[
            ("", 1_600, "a client has fallen: her daughter is called"),
            ("c", 1_800, "whom, with what each may hear"),
            ("3", 900, "the daughter"),
            ("1", 900, "reached"),
            ("\"told her, the nurse is with her\"", 900, "what was said"),
            ("tab", 500, ""),
            ("\"call her back\"", 700, "what was promised"),
            ("tab", 500, ""),
            ("\"15:00\"", 1_600, "by when: it is on the list then"),
            ("ctrl-s", 3_000, "saved: on disk, in her chart, among the promises"),
        ],
    ),
];

/// A screen over the demo that is drawn.
fn model(service: &caseload::service::Service, now: Moment, size: (u16, u16), theme: &str) -> Model {
    let mut model = Model::new(Start {
        size,
        now,
        zone: service.cast().zone(OfficeId::default()),
        capabilities: Capabilities::default(),
        seed: [7; 16],
        read_only: false,
        keymap: Arc::new(Keymap::standard()),
    });
    model.themes = shipped_ones(theme);
    model
}

/// Holds a file against what is made today, or writes it.
fn hold(name: &str, fresh: &str) {
    let file = root().join("screenshots").join(name);
    if writing() {
        std::fs::write(&file, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == fresh, "{name} is stale: CASELOAD_WRITE_DOCS=1 cargo test --test generated writes it");
}

#[test]
fn pictures_show_the_demo_as_it_is_drawn_today() {
    let day = Size::usual(Day::from_ymd(2026, 3, 2).unwrap());
    let (mut service, session, now) = memory(&day).unwrap();
    let (mut names, mut linked) = (Vec::new(), Vec::new());
    for (name, w, h, pressed, theme) in PICTURES {
        let mut model = model(&service, now, (w, h), theme);
        press(&mut model, &mut service, &session, now, &keys(pressed).unwrap());
        let theme = Theme::named(model.theme()).unwrap();
        let screen = shot::render(&model, &theme, w, h);
        for (ending, format) in [("svg", Format::Svg), ("txt", Format::Text)] {
            hold(&format!("{name}.{ending}"), &shot::write(&screen, &theme, format));
            names.push(format!("{name}.{ending}"));
        }
        linked.push(format!("screenshots/{name}.svg"));
    }
    for (name, title, steps) in FILMS {
        // A film acts: each has a day of its own.
        let (mut service, session, now) = memory(&day).unwrap();
        let theme = Theme::dark();
        let mut model = model(&service, now, (80, 24), "dark");
        let film = shoot(&mut model, (&mut service, &session), &theme, now, title, steps).unwrap();
        let (svg, cast) = (film.picture(theme.light), film.asciicast());
        assert!(svg.len() < 200_000 && cast.len() < 200_000, "{name}: {} and {} bytes", svg.len(), cast.len());
        plays(&cast, &film);
        hold(&format!("{name}.svg"), &svg);
        hold(&format!("{name}.cast"), &cast);
        for ending in ["svg", "cast"] {
            names.push(format!("{name}.{ending}"));
            linked.push(format!("screenshots/{name}.{ending}"));
        }
    }
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for file in linked {
        assert!(readme.contains(&file), "README.md does not show {file}");
    }
    for entry in std::fs::read_dir(root().join("screenshots")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(names.contains(&name), "screenshots/{name} is drawn by nothing any more: remove it");
    }
}

/// Played back on a terminal, the cast ends on the film's last screen.
fn plays(cast: &str, film: &Film) {
    let mut terminal = vt100::Parser::new(24, 80, 0);
    for line in cast.lines().skip(1) {
        let event: (f64, String, String) = serde_json::from_str(line).unwrap();
        if event.1 == "o" {
            terminal.process(event.2.as_bytes());
        }
    }
    let last = shot::write(&film.scenes.last().unwrap().screen, &Theme::dark(), Format::Text);
    let shown: Vec<String> = terminal.screen().rows(0, 80).map(|row| row.trim_end().to_owned()).collect();
    assert_eq!(shown, last.lines().collect::<Vec<_>>());
}

#[test]
fn the_readme_lists_the_keys_as_they_are() {
    let file = root().join("README.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (begin, end) = ("<!-- keys -->\n", "<!-- /keys -->");
    let from = text.find(begin).expect("the marker") + begin.len();
    let to = text.find(end).expect("the marker");
    let table = key_table(&Keymap::standard());
    let fresh = format!("{}\n{}\n{}", &text[..from].trim_end(), table.trim_end(), &text[to..]);
    if writing() {
        std::fs::write(&file, &fresh).unwrap();
        return;
    }
    assert!(text == fresh, "the keys in README.md are stale: CASELOAD_WRITE_DOCS=1 cargo test --test generated");
}
