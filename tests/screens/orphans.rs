//! A snapshot that no test writes any more is a lie about the screen.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn no_snapshot_is_an_orphan() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(root.join("tests/screens.rs")).unwrap();
    let mut claimed = BTreeSet::new();
    for part in source.split('"').skip(1).step_by(2) {
        claimed.insert(part.split(['{', '}']).collect::<Vec<_>>());
    }
    for entry in std::fs::read_dir(root.join("tests/snapshots")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_prefix("screens__") else { continue };
        let Some(name) = name.strip_suffix(".snap") else { panic!("{name}: a change nobody has looked at") };
        assert!(claimed.iter().any(|parts| fits(name, parts)), "{name}.snap: no test writes it");
    }
}

/// Whether a name is one of a pattern: its fixed parts (every other one) in their order.
fn fits(name: &str, parts: &[&str]) -> bool {
    let fixed: Vec<&str> = parts.iter().step_by(2).copied().collect();
    let Some(mut rest) = name.strip_prefix(fixed[0]) else { return false };
    for (n, part) in fixed.iter().enumerate().skip(1) {
        let Some(at) = (if n + 1 == fixed.len() { rest.rfind(part) } else { rest.find(part) }) else { return false };
        if at == 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    if fixed.len() == 1 { rest.is_empty() } else { rest.chars().all(char::is_alphanumeric) }
}

#[test]
fn a_name_fits_its_pattern_only() {
    assert!(fits("dashboard_80x24", &["dashboard_", "w", "x", "h", ""]));
    assert!(!fits("other_80x24", &["dashboard_", "w", "x", "h", ""]));
    assert!(fits("mono_80x24", &["mono_80x24"]));
    assert!(!fits("mono_80x24_old", &["mono_80x24"]));
}
