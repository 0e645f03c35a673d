//! Which medications the rules know: anticoagulants (a fall on one is a P1) and insulins (a missed visit is a danger).

use serde::Deserialize;
use std::sync::OnceLock;

#[derive(Deserialize, Default)]
struct Pack {
    anticoagulants: Vec<String>,
    insulins: Vec<String>,
}

fn pack() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| toml::from_str(include_str!("packs/medications.toml")).unwrap_or_default())
}

fn found(list: &'static [String], listed: &str) -> Option<&'static str> {
    let folded = crate::domain::search::fold(listed);
    list.iter().find(|name| folded.contains(name.as_str())).map(String::as_str)
}

/// The anticoagulant in a line of a medication list.
pub fn anticoagulant(listed: &str) -> Option<&'static str> {
    found(&pack().anticoagulants, listed)
}

/// The insulin in a line of a medication list.
pub fn insulin(listed: &str) -> Option<&'static str> {
    found(&pack().insulins, listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_is_read() {
        assert_eq!(anticoagulant("Warfarin Sodium 5 MG Oral Tablet"), Some("warfarin"));
        assert_eq!(anticoagulant("ELIQUIS 2.5 mg"), Some("eliquis"));
        assert_eq!(anticoagulant("Lisinopril 10 MG"), None);
        assert_eq!(insulin("insulin glargine 100 UNT/ML"), Some("insulin"));
    }
}
