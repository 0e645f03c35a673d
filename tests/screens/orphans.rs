//! A snapshot that no screen of the table makes any more is a lie about the screen, and two of one name hide one another.

use super::table::Table;
use super::{GROUPS, read_out_names};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn no_snapshot_is_an_orphan() {
    let mut names = Table::of(GROUPS).names;
    names.extend(read_out_names());
    let made: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(made.len(), names.len(), "a name is used twice: {:?}", twice(&names));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let orphans: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("screens__") && !is_made(name, &made))
        .collect();
    assert!(orphans.is_empty(), "no screen makes these: {}", orphans.join(", "));
}

fn is_made(file: &str, made: &BTreeSet<&str>) -> bool {
    file.strip_prefix("screens__").and_then(|name| name.strip_suffix(".snap")).is_some_and(|name| made.contains(name))
}

fn twice(names: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    names.iter().filter(|name| !seen.insert(*name)).collect()
}

#[test]
fn an_orphan_is_found() {
    let made = BTreeSet::from(["dashboard_80x24"]);
    assert!(is_made("screens__dashboard_80x24.snap", &made));
    assert!(!is_made("screens__dashboard_80x25.snap", &made));
    assert!(!is_made("screens__dashboard_80x24.snap.new", &made), "a change that nobody has looked at");
}
