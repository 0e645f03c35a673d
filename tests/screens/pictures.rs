//! The pictures in `screenshots/` are what is drawn today.

use super::drive;
use caseload::shot::{self, Format};
use caseload::ui::Theme;
use std::path::Path;

/// Name, size, keys, theme.
const PICTURES: [(&str, u16, u16, &str, &str); 8] = [
    ("dashboard", 120, 40, "", "dark"),
    ("dashboard-light", 80, 24, "", "light"),
    ("dashboard-mono", 80, 24, "", "mono"),
    ("card", 80, 24, "i", "dark"),
    ("why", 80, 24, "w", "dark"),
    ("client", 80, 24, "enter", "dark"),
    ("call", 80, 24, "c 3 1 \"left word with the neighbour\" tab \"call back\" tab \"15:00\"", "dark"),
    ("phone", 44, 18, "", "dark"),
];

#[test]
fn pictures_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    for (name, w, h, keys, theme) in PICTURES {
        let theme = Theme::named(theme).unwrap();
        let svg = shot::write(&shot::render(&drive::after(w, h, keys), &theme, w, h), &theme, Format::Svg);
        let file = folder.join(format!("{name}.svg"));
        if std::env::var_os("CASELOAD_WRITE_SCREENSHOTS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &svg).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == svg, "{name}.svg is stale: CASELOAD_WRITE_SCREENSHOTS=1 cargo test --test screens writes it");
    }
}
