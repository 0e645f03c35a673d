//! Names in one column, and names in capitals.

/// A name in its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// What they like to be called.
    pub preferred: String,
}

const SUFFIXES: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "v"];
const DEGREES: [&str; 14] =
    ["rn", "lpn", "md", "do", "pt", "dpt", "ot", "otr", "slp", "msw", "lcsw", "np", "phd", "cna"];
const PARTICLES: [&str; 22] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "las", "los", "bin",
    "ibn", "al", "el", "ter", "st",
];

fn bare(word: &str) -> String {
    word.trim_matches(['.', ',']).to_lowercase()
}

fn is_suffix(word: &str) -> bool {
    SUFFIXES.contains(&bare(word).as_str())
}

fn is_degree(word: &str) -> bool {
    DEGREES.contains(&bare(word).replace('.', "").as_str())
}

/// `FAMILY, Given (Preferred)`, `Given "Preferred" Family`, `Given de la Family Jr.`: in its parts.
pub fn split_name(text: &str) -> Parts {
    let (text, preferred) = take_preferred(text.trim());
    let words = |t: &str| t.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let pieces: Vec<&str> = text.split(',').map(str::trim).filter(|p| !p.is_empty()).collect();
    let mut parts = match pieces.as_slice() {
        [] => Parts::default(),
        [one] => given_family(&words(one)),
        // `John Smith, Jr.` and `Mary Jones, RN` against `Smith, John`.
        [name, rest @ ..] if rest.iter().all(|r| r.split_whitespace().all(|w| is_suffix(w) || is_degree(w))) => {
            let mut parts = given_family(&words(name));
            for s in rest.iter().filter(|r| is_suffix(r)) {
                parts.family = format!("{} {s}", parts.family);
            }
            parts
        }
        [family, rest @ ..] => {
            let mut family = (*family).to_owned();
            let mut given = Vec::new();
            for piece in rest {
                if is_suffix(piece) {
                    family = format!("{family} {piece}");
                } else if !is_degree(piece) {
                    given.push(*piece);
                }
            }
            Parts { family, given: given.join(" "), preferred: String::new() }
        }
    };
    parts.preferred = preferred;
    parts
}

fn given_family(words: &[String]) -> Parts {
    let mut end = words.len();
    while end > 1 && is_degree(&words[end - 1]) && !is_suffix(&words[end - 1]) && end > 2 {
        end -= 1;
    }
    let words = &words[..end];
    let suffix = words.last().filter(|w| words.len() > 2 && is_suffix(w));
    let core = if suffix.is_some() { &words[..words.len() - 1] } else { words };
    if core.len() < 2 {
        return Parts { family: core.join(" "), ..Parts::default() };
    }
    let mut start = core.len() - 1;
    while start > 1 && PARTICLES.contains(&bare(&core[start - 1]).as_str()) {
        start -= 1;
    }
    let mut family = core[start..].join(" ");
    if let Some(suffix) = suffix {
        family = format!("{family} {suffix}");
    }
    Parts { family, given: core[..start].join(" "), preferred: String::new() }
}

/// Takes `(Preferred)` or `"Preferred"` out of a name.
fn take_preferred(text: &str) -> (String, String) {
    for (open, close) in [('(', ')'), ('"', '"'), ('“', '”'), ('[', ']')] {
        if let Some(start) = text.find(open)
            && let inner = start + open.len_utf8()
            && let Some(length) = text[inner..].find(close)
        {
            let preferred = text[inner..inner + length].trim().to_owned();
            let rest = format!("{} {}", &text[..start], &text[inner + length + close.len_utf8()..]);
            let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",");
            if !rest.is_empty() {
                return (rest, preferred);
            }
        }
    }
    (text.to_owned(), String::new())
}

/// Whether a name is written in capitals throughout.
pub fn is_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// `O'BRIEN-MCDONALD JR` → `O'Brien-McDonald Jr`. Text that is not in capitals stays.
pub fn mend_capitals(text: &str) -> String {
    if !is_capitals(text) {
        return text.to_owned();
    }
    text.split(' ').map(mend_word).collect::<Vec<_>>().join(" ")
}

fn mend_word(word: &str) -> String {
    if matches!(word.trim_end_matches('.'), "II" | "III" | "IV") {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len());
    let mut start = true;
    for c in word.chars() {
        if start && c.is_alphabetic() {
            out.push(c);
            start = false;
        } else {
            out.extend(c.to_lowercase());
        }
        // A new part begins; `O’`, `D'` and hyphens.
        if matches!(c, '-' | '\'' | '’' | '.' | '/') {
            start = true;
        }
    }
    out.split('-').map(mend_mc).collect::<Vec<_>>().join("-")
}

/// `Mcdonald` → `McDonald`.
fn mend_mc(part: &str) -> String {
    let mut letters = part.strip_prefix("Mc").unwrap_or_default().chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some() => {
            format!("Mc{}{}", first.to_uppercase(), letters.as_str())
        }
        _ => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(family: &str, given: &str, preferred: &str) -> Parts {
        Parts { family: family.into(), given: given.into(), preferred: preferred.into() }
    }

    #[test]
    fn one_column_names_come_apart() {
        for (text, expected) in [
            ("OKAFOR, Ruth (Ruthie)", parts("OKAFOR", "Ruth", "Ruthie")),
            ("Okafor, Ruth A.", parts("Okafor", "Ruth A.", "")),
            ("Ruth Okafor", parts("Okafor", "Ruth", "")),
            ("Ruth \"Ruthie\" Okafor", parts("Okafor", "Ruth", "Ruthie")),
            ("Juan Carlos de la Cruz", parts("de la Cruz", "Juan Carlos", "")),
            ("John Smith, Jr.", parts("Smith Jr.", "John", "")),
            ("Smith, Jr., John", parts("Smith Jr.", "John", "")),
            ("Smith Jr, John", parts("Smith Jr", "John", "")),
            ("Mary Jones, RN", parts("Jones", "Mary", "")),
            ("Reyes, Maria, HHA", parts("Reyes", "Maria HHA", "")),
            ("Madonna", parts("Madonna", "", "")),
            ("Chen, Li (李)", parts("Chen", "Li", "李")),
            ("", parts("", "", "")),
            ("(", parts("(", "", "")),
            (",", parts("", "", "")),
            ("()", parts("()", "", "")),
        ] {
            assert_eq!(split_name(text), expected, "{text}");
        }
    }

    #[test]
    fn capitals_are_mended_and_nothing_else() {
        for (text, expected) in [
            ("OKAFOR", "Okafor"),
            ("O'BRIEN-MCDONALD", "O'Brien-McDonald"),
            ("MCDONALD", "McDonald"),
            ("GARCÍA LÓPEZ", "García López"),
            ("SMITH III", "Smith III"),
            ("van der Berg", "van der Berg"),
            ("LI", "Li"),
            ("J", "J"),
        ] {
            assert_eq!(mend_capitals(text), expected, "{text}");
        }
    }
}
