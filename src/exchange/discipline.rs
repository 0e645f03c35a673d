//! Disciplines by the words and codes that other systems have for them.

use crate::domain::staff::Discipline;

/// The discipline that a NUCC provider taxonomy code means.
pub(super) fn of_taxonomy(code: &str) -> Option<Discipline> {
    let of = |n: usize| code.get(..n).unwrap_or_default();
    Some(match (of(4), of(5)) {
        ("163W", _) => Discipline::Rn,
        ("164W" | "164X", _) => Discipline::Lpn,
        ("374U", _) => Discipline::Hha,
        ("3747", "3747P") => Discipline::Pca,
        ("3747" | "3725", _) => Discipline::Companion,
        ("376K", _) => Discipline::Cna,
        ("2251", _) => Discipline::Pt,
        ("2252", _) => Discipline::Pta,
        ("225X", _) => Discipline::Ot,
        ("224Z", _) => Discipline::Ota,
        ("235Z", _) => Discipline::Slp,
        ("1041", _) => Discipline::Msw,
        ("133V", _) => Discipline::Rd,
        ("363L", _) => Discipline::Np,
        _ => return None,
    })
}

/// Whether a NUCC provider taxonomy code is a physician's.
pub(super) fn is_physician_taxonomy(code: &str) -> bool {
    code.len() == 10 && (code.starts_with("207") || code.starts_with("208") || code.starts_with("202K"))
}

/// Whether words say that somebody is a physician.
pub(super) fn is_physician(words: &str) -> bool {
    let text = words.to_lowercase();
    let whole = |w: &str| text.split(|c: char| !c.is_alphanumeric()).any(|p| p == w);
    (text.contains("physician") && !text.contains("assistant"))
        || text.contains("surgeon")
        || text.contains("ologist")
        || text.contains("internist")
        || whole("doctor")
        || whole("md")
        || whole("do")
        || text.trim() == "m.d."
        || text.trim() == "d.o."
}

/// The discipline that words mean: `RN`, `Registered Nurse`, `Speech Therapist`.
pub(super) fn of_words(words: &str) -> Option<Discipline> {
    if let Some(d) = Discipline::from_word(words) {
        return Some(d);
    }
    let text = words.to_lowercase();
    let has = |w: &str| text.contains(w);
    let whole = |w: &str| text.split(|c: char| !c.is_alphanumeric()).any(|p| p == w);
    // The longer title first: an assistant is no therapist.
    let assistant = has("assistant");
    Some(if has("nurse practitioner") || whole("np") || whole("fnp") || whole("arnp") || whole("aprn") {
        Discipline::Np
    } else if has("registered nurse") || whole("rn") || has("skilled nurs") {
        Discipline::Rn
    } else if has("practical nurse") || has("vocational nurse") || whole("lpn") || whole("lvn") {
        Discipline::Lpn
    } else if has("home health aide") || whole("hha") || has("home care aide") {
        Discipline::Hha
    } else if has("personal care") || whole("pca") || whole("pcw") || whole("pcs") {
        Discipline::Pca
    } else if has("nurse aide") || has("nursing assistant") || has("nurse assistant") || whole("cna") || whole("stna") {
        Discipline::Cna
    } else if has("physical therap") || has("physiotherap") || whole("pt") || whole("pta") || whole("dpt") {
        if assistant || whole("pta") { Discipline::Pta } else { Discipline::Pt }
    } else if has("occupational therap") || whole("ot") || whole("ota") || whole("otr") || whole("cota") {
        if assistant || whole("ota") || whole("cota") { Discipline::Ota } else { Discipline::Ot }
    } else if has("speech") || whole("slp") || whole("st") {
        Discipline::Slp
    } else if has("social work") || whole("msw") || whole("lcsw") || whole("lmsw") {
        Discipline::Msw
    } else if has("dietit") || has("dietic") || has("nutritionist") || whole("rd") || whole("rdn") {
        Discipline::Rd
    } else if has("companion") || has("homemaker") {
        Discipline::Companion
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes_of_other_systems() {
        for (word, discipline) in [
            ("Registered Nurse", Discipline::Rn),
            ("LVN", Discipline::Lpn),
            ("Certified Home Health Aide", Discipline::Hha),
            ("Physical Therapist Assistant", Discipline::Pta),
            ("Speech-language pathologist", Discipline::Slp),
            ("COTA", Discipline::Ota),
        ] {
            assert_eq!(of_words(word), Some(discipline), "{word}");
        }
        assert_eq!(of_words("Accountant"), None);
        assert_eq!(of_taxonomy("163W00000X"), Some(Discipline::Rn));
        assert!(is_physician_taxonomy("208D00000X") && is_physician("General Practice Physician"));
        assert!(!is_physician("Physician Assistant") && !is_physician("Registered Nurse"));
    }
}
