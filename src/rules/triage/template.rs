//! Texts of rules: `fall, {head}[, on {anticoagulant}]`. What stands in `[..]` is left out when a `{..}` in it has
//! nothing to say.

/// A text with places to fill.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Name(String),
    Optional(Vec<Piece>),
}

/// Names that a text may use; the facts that a policy declares come to these.
pub const NAMES: &[&str] = &[
    "after",
    "anticoagulant",
    "basis",
    "booking",
    "by_due",
    "closes",
    "credential",
    "disciplines",
    "good_to",
    "head",
    "home_days",
    "level",
    "news2_best",
    "next_after",
    "next_visit",
    "note",
    "opened_by",
    "out",
    "promise",
    "reason",
    "said_yes",
    "service",
    "staff",
    "start",
    "summary",
    "task",
    "visits",
    "what",
    "what_promised",
    "what_to_do",
    "why",
    "yes_facts",
];

impl Template {
    /// Reads a text; `known` says which names it may use.
    pub fn parse(text: &str, known: impl Fn(&str) -> bool) -> Result<Self, String> {
        let mut chars = text.chars().peekable();
        let pieces = read(&mut chars, &known, false)?;
        Ok(Self { pieces })
    }

    /// Fills it. `value` answers none for what has nothing to say.
    pub fn fill(&self, value: &dyn Fn(&str) -> Option<String>) -> String {
        render(&self.pieces, value).0
    }

    /// As it was written.
    pub fn source(&self) -> String {
        written(&self.pieces)
    }
}

fn read(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    known: &impl Fn(&str) -> bool,
    inside: bool,
) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '{' => {
                let mut name = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some(c) => name.push(c),
                        None => return Err(format!("{{{name} is never closed: add }}")),
                    }
                }
                if !known(&name) {
                    return Err(format!("{{{name}}} is not known here; {} are", NAMES.join(" ")));
                }
                out.push(Piece::Text(std::mem::take(&mut text)));
                out.push(Piece::Name(name));
            }
            '[' if inside => return Err("[ inside [: write them one after the other".to_owned()),
            '[' => {
                out.push(Piece::Text(std::mem::take(&mut text)));
                out.push(Piece::Optional(read(chars, known, true)?));
            }
            ']' if inside => {
                out.push(Piece::Text(text));
                out.retain(|p| !matches!(p, Piece::Text(t) if t.is_empty()));
                return Ok(out);
            }
            ']' | '}' => return Err(format!("{c} closes nothing: drop it")),
            c => text.push(c),
        }
    }
    if inside {
        return Err("[ is never closed: add ]".to_owned());
    }
    out.push(Piece::Text(text));
    out.retain(|p| !matches!(p, Piece::Text(t) if t.is_empty()));
    Ok(out)
}

/// The text, and whether every name in it had something to say.
fn render(pieces: &[Piece], value: &dyn Fn(&str) -> Option<String>) -> (String, bool) {
    let mut out = String::new();
    let mut full = true;
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Name(name) => match value(name).filter(|v| !v.is_empty()) {
                Some(value) => out.push_str(&value),
                None => full = false,
            },
            Piece::Optional(inner) => {
                let (text, whole) = render(inner, value);
                if whole {
                    out.push_str(&text);
                }
            }
        }
    }
    (out, full)
}

fn written(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|p| match p {
            Piece::Text(text) => text.clone(),
            Piece::Name(name) => format!("{{{name}}}"),
            Piece::Optional(inner) => format!("[{}]", written(inner)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_nothing_to_say_is_left_out() -> Result<(), String> {
        let t = Template::parse("fall, {head}[, on {anticoagulant}]", |n| NAMES.contains(&n))?;
        assert_eq!(t.source(), "fall, {head}[, on {anticoagulant}]");
        assert_eq!(t.fill(&|n| Some(n.to_owned())), "fall, head, on anticoagulant");
        assert_eq!(t.fill(&|n| (n == "head").then(|| "head strike".to_owned())), "fall, head strike");
        Ok(())
    }

    #[test]
    fn a_text_says_what_is_wrong_with_it() {
        for (text, mend) in [
            ("{head", "never closed"),
            ("{hat}", "not known here"),
            ("a]", "closes nothing"),
            ("[a", "add ]"),
            ("[a[b]]", "one after the other"),
        ] {
            let e = Template::parse(text, |n| NAMES.contains(&n)).err().unwrap_or_default();
            assert!(e.contains(mend), "{text}: {e}");
        }
    }
}
