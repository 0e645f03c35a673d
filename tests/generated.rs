//! What is generated is what the code makes today: the pictures in `screenshots/`, and the README's table of keys.
//! `CASELOAD_WRITE_DOCS=1 cargo test --test generated` writes them anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use caseload::app::model::{Capabilities, Start};
use caseload::app::{Model, action::key_table, keymap::Keymap};
use caseload::cli::screenshot::{keys, memory, press};
use caseload::demo::Size;
use caseload::domain::ids::OfficeId;
use caseload::domain::time::Day;
use caseload::shot::{self, Format};
use caseload::ui::Theme;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name, size, keys, theme. The last two type, and what is typed is kept as a draft.
const PICTURES: [(&str, u16, u16, &str, &str); 16] = [
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

#[test]
fn pictures_show_the_demo_as_it_is_drawn_today() {
    let day = Size::usual(Day::from_ymd(2026, 3, 2).unwrap());
    let (mut service, session, now) = memory(&day).unwrap();
    let mut names = Vec::new();
    for (name, w, h, pressed, theme) in PICTURES {
        let mut model = Model::new(Start {
            size: (w, h),
            now,
            zone: service.cast().zone(OfficeId::default()),
            capabilities: Capabilities::default(),
            seed: [7; 16],
            read_only: false,
            keymap: Arc::new(Keymap::standard()),
        });
        press(&mut model, &mut service, &session, now, &keys(pressed).unwrap());
        let theme = Theme::named(theme).unwrap();
        let svg = shot::write(&shot::render(&model, &theme, w, h), &theme, Format::Svg);
        let file = root().join("screenshots").join(format!("{name}.svg"));
        if writing() {
            std::fs::write(&file, &svg).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == svg, "{name}.svg is stale: CASELOAD_WRITE_DOCS=1 cargo test --test generated writes it");
        names.push(format!("{name}.svg"));
    }
    for entry in std::fs::read_dir(root().join("screenshots")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(names.contains(&name), "screenshots/{name} is drawn by nothing any more: remove it");
    }
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
