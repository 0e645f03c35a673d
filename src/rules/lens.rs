//! The lens: one small language for saved lists and for the conditions of rules.
//!
//! `recert<7d & level:1 & !told:physician` — terms joined by `&`, `!` before a term turns it round:
//!
//! - `field:value` the field is (or its list holds) that value; words are compared folded, so `garcia` is `García`;
//! - `field<value`, `field>value` for numbers, dates (`2026-03-02`) and times (`30m`, `12h`, `7d`, `2w`);
//! - `field` alone: a flag is set, or there is a value at all.
//!
//! A value with blanks stands in quotes. A field that is not known of a thing makes its term false (and `!` makes that
//! true).
//!
//! Times: `due<7d` says that at most 7 days are left, `waiting>2h` that at least 2 hours have passed. Both become true
//! *at* the mark, so one comparison is always the exact opposite of the other. [`Lens::judge`] says when the next mark
//! is passed.

use crate::domain::search::fold;
use crate::domain::time::{DAY, Day, HOUR, MINUTE, Moment};
use std::borrow::Cow;
use std::fmt;

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A word or a text.
    Word(Cow<'a, str>),
    /// Several.
    Words(Vec<Cow<'a, str>>),
    /// A number.
    Number(i64),
    /// A date.
    Day(Day),
    /// Yes or no.
    Flag(bool),
    /// An instant that is waited for: compared by how long it is still off.
    Until(Moment),
    /// An instant that something counts from: compared by how long it is past.
    Since(Moment),
}

impl<'a> Value<'a> {
    /// A word.
    pub fn word(text: &'a str) -> Self {
        Self::Word(Cow::Borrowed(text))
    }
}

/// Something that has named fields.
pub trait Fields {
    /// The value of a field, if it is known.
    fn field(&self, name: &str) -> Option<Value<'_>>;
}

/// A lens that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lens {
    terms: Vec<Term>,
}

/// One term of a lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// `!` stands before it.
    pub negated: bool,
    /// The field, in lower case.
    pub field: String,
    /// What is asked of it.
    pub test: Test,
}

/// What a term asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A flag is set, or there is a value.
    There,
    /// It is this.
    Is(Operand),
    /// It is less than this.
    Less(Operand),
    /// It is more than this.
    More(Operand),
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// As it was written, without quotes.
    text: String,
    /// It stood in quotes, and so is a word whatever it looks like.
    quoted: bool,
    folded: String,
    kind: OperandKind,
}

/// What an operand looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperandKind {
    /// `fall`.
    Word,
    /// `3`.
    Number(i64),
    /// `12h`, in milliseconds.
    Span(i64),
    /// `2026-03-02`.
    Day(Day),
}

impl Operand {
    fn new(text: &str, quoted: bool) -> Self {
        let kind = if quoted { OperandKind::Word } else { classify(text) };
        Self { text: text.to_owned(), quoted, folded: fold(text), kind }
    }

    /// As it was written, without quotes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it looks like.
    pub fn kind(&self) -> OperandKind {
        self.kind
    }
}

fn classify(text: &str) -> OperandKind {
    if let Some(day) = Day::parse_iso(text) {
        return OperandKind::Day(day);
    }
    if let Ok(number) = text.parse::<i64>() {
        return OperandKind::Number(number);
    }
    span(text).map_or(OperandKind::Word, OperandKind::Span)
}

/// Reads `30m`, `12h`, `7d`, `2w` as milliseconds.
pub fn span(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let ms = match unit.to_ascii_lowercase() {
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        'w' => 7 * DAY,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A century is more than any clock here; a longer one would only overflow.
    digits.parse::<i64>().ok().filter(|n| *n <= 100 * 366 * 24 * 60).map(|n| n.saturating_mul(ms))
}

/// Why a lens could not be read, and the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LensError {
    /// The character at which it stops making sense, from 1.
    pub column: usize,
    /// What, and the mend.
    pub text: String,
}

impl fmt::Display for LensError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.text)
    }
}

impl std::error::Error for LensError {}

/// What a lens says of a thing at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// It holds.
    pub holds: bool,
    /// Strictly before this instant, and from now on, the answer stays as it is; none when time does not change it.
    pub next: Option<Moment>,
    /// When it holds: the last mark that had to be passed for it, if there was one.
    pub last: Option<Moment>,
}

/// Longest lens that is read, in bytes.
const LONGEST: usize = 2000;

impl Lens {
    /// Reads a lens. Nothing at all is the lens that everything passes.
    pub fn parse(text: &str) -> Result<Self, LensError> {
        if text.len() > LONGEST {
            return Err(LensError { column: 1, text: format!("longer than {LONGEST} bytes; shorten it") });
        }
        Reader { chars: text.chars().collect(), at: 0 }.lens()
    }

    /// Its terms.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether it asks nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it holds of a thing now.
    pub fn holds(&self, thing: &dyn Fields, now: Moment) -> bool {
        self.judge(thing, now).holds
    }

    /// Whether it holds now, until when that cannot change by itself, and since when time lets it hold. Terms are asked
    /// in order, and none after the first that is false: what is false keeps the whole false until its own mark.
    pub fn judge(&self, thing: &dyn Fields, now: Moment) -> Judged {
        let mut next: Option<Moment> = None;
        let mut last: Option<Moment> = None;
        for term in &self.terms {
            let (holds, mark) = term.judge(thing, now);
            if let Some(mark) = mark {
                if mark > now {
                    next = Some(next.map_or(mark, |n| n.min(mark)));
                } else {
                    last = Some(last.map_or(mark, |l| l.max(mark)));
                }
            }
            if holds == term.negated {
                // Whatever the others do, it stays false until this one's own mark.
                return Judged { holds: false, next: mark.filter(|m| *m > now), last: None };
            }
        }
        Judged { holds: true, next, last }
    }
}

impl Term {
    /// Whether the test holds (before `!`), and the instant at which that changes or changed.
    fn judge(&self, thing: &dyn Fields, now: Moment) -> (bool, Option<Moment>) {
        let Some(value) = thing.field(&self.field) else { return (false, None) };
        match &self.test {
            Test::There => (!matches!(value, Value::Flag(false)), None),
            Test::Is(operand) => (is(&value, operand), None),
            Test::Less(operand) => compare(&value, operand, now, true),
            Test::More(operand) => compare(&value, operand, now, false),
        }
    }
}

fn compare(value: &Value<'_>, operand: &Operand, now: Moment, less: bool) -> (bool, Option<Moment>) {
    match (value, operand.kind) {
        (Value::Number(v), OperandKind::Number(n)) => (if less { *v < n } else { *v > n }, None),
        (Value::Day(v), OperandKind::Day(d)) => (if less { *v < d } else { *v > d }, None),
        (Value::Until(at), OperandKind::Span(ms)) => {
            let mark = at.plus(-ms);
            ((now >= mark) == less, Some(mark))
        }
        (Value::Since(at), OperandKind::Span(ms)) => {
            let mark = at.plus(ms);
            ((now >= mark) != less, Some(mark))
        }
        _ => (false, None),
    }
}

fn is(value: &Value<'_>, operand: &Operand) -> bool {
    match value {
        Value::Word(word) => same(word, operand),
        Value::Words(words) => words.iter().any(|w| same(w, operand)),
        Value::Number(n) => operand.kind == OperandKind::Number(*n),
        Value::Day(day) => operand.kind == OperandKind::Day(*day),
        Value::Flag(flag) => match operand.folded.as_str() {
            "yes" | "true" => *flag,
            "no" | "false" => !*flag,
            _ => false,
        },
        Value::Until(_) | Value::Since(_) => false,
    }
}

fn same(word: &str, operand: &Operand) -> bool {
    if word.eq_ignore_ascii_case(&operand.text) {
        return true;
    }
    // Folding costs an allocation; two plain words that differ stay different.
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_alphanumeric());
    !(plain(word) && plain(&operand.text)) && fold(word) == operand.folded
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

fn in_value(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '&' | '"' | '!' | '<' | '>')
}

impl Reader {
    fn wrong<T>(&self, text: impl Into<String>) -> Result<T, LensError> {
        Err(LensError { column: self.at + 1, text: text.into() })
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn run(&mut self, takes: fn(char) -> bool) -> String {
        let from = self.at;
        while self.peek().is_some_and(takes) {
            self.at += 1;
        }
        self.chars[from..self.at].iter().collect()
    }

    fn lens(mut self) -> Result<Lens, LensError> {
        let mut terms = Vec::new();
        self.blanks();
        if self.peek().is_none() {
            return Ok(Lens { terms });
        }
        loop {
            terms.push(self.term()?);
            self.blanks();
            match self.peek() {
                None => return Ok(Lens { terms }),
                Some('&') => self.at += 1,
                Some(_) => {
                    return self.wrong("put & between terms, or quotes around a value with blanks: name:\"two words\"");
                }
            }
        }
    }

    fn term(&mut self) -> Result<Term, LensError> {
        self.blanks();
        let mut negated = false;
        while self.peek() == Some('!') {
            negated = !negated;
            self.at += 1;
            self.blanks();
        }
        let field = self.run(in_name).to_ascii_lowercase();
        if field.is_empty() {
            return match self.peek() {
                None => self.wrong("a term is missing here: write field:value, or drop the last &"),
                Some(_) => self.wrong("a field's name belongs here, as in level:1"),
            };
        }
        self.blanks();
        let make: fn(Operand) -> Test = match self.peek() {
            Some(':') => Test::Is,
            Some('<') => Test::Less,
            Some('>') => Test::More,
            _ => return Ok(Term { negated, field, test: Test::There }),
        };
        self.at += 1;
        self.blanks();
        if self.peek() == Some('"') {
            let from = self.at;
            self.at += 1;
            let text = self.run(|c| c != '"');
            if self.peek().is_none() {
                self.at = from;
                return self.wrong("this quote is never closed: add \" at the end of the value");
            }
            self.at += 1;
            return Ok(Term { negated, field, test: make(Operand::new(&text, true)) });
        }
        let text = self.run(in_value);
        if text.is_empty() {
            return self.wrong(format!("a value belongs here, as in {field}:yes or {field}<7d"));
        }
        Ok(Term { negated, field, test: make(Operand::new(&text, false)) })
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quoted { write!(f, "\"{}\"", self.text) } else { f.write_str(&self.text) }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("!")?;
        }
        f.write_str(&self.field)?;
        match &self.test {
            Test::There => Ok(()),
            Test::Is(o) => write!(f, ":{o}"),
            Test::Less(o) => write!(f, "<{o}"),
            Test::More(o) => write!(f, ">{o}"),
        }
    }
}

impl fmt::Display for Lens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.terms.iter().enumerate() {
            if i > 0 {
                f.write_str(" & ")?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    struct Map(HashMap<&'static str, Value<'static>>);

    impl Fields for Map {
        fn field(&self, name: &str) -> Option<Value<'_>> {
            self.0.get(name).cloned()
        }
    }

    const NOW: Moment = Moment(1_000 * DAY);

    fn thing() -> Map {
        Map(HashMap::from([
            ("level", Value::Number(1)),
            ("name", Value::word("García-López")),
            ("needs", Value::Words(vec!["insulin".into(), "two people".into()])),
            ("alone", Value::Flag(true)),
            ("dog", Value::Flag(false)),
            ("soc", Value::Day(Day(20_000))),
            ("recert", Value::Until(NOW.plus(7 * DAY))),
            ("waiting", Value::Since(NOW.plus(-2 * HOUR))),
            ("mrn", Value::word("004217")),
        ]))
    }

    fn holds(text: &str) -> bool {
        Lens::parse(text).unwrap().holds(&thing(), NOW)
    }

    #[test]
    fn terms_say_what_they_say() {
        for yes in [
            "",
            "level:1",
            "LEVEL:1 & alone",
            "level<2 & level>0",
            "name:garcia-lopez",
            "name:\"garcia lopez\"",
            "needs:Insulin",
            "needs:\"two people\"",
            "alone:yes",
            "!dog",
            "dog:no",
            "!f2f",
            "recert<7d",
            "recert<1w",
            "!recert<167h",
            "waiting>2h",
            "!waiting>121m",
            "mrn:004217",
            "soc>2024-01-01",
            "soc:2024-10-04",
            "! ! level:1",
        ] {
            assert!(holds(yes), "{yes}");
        }
        for no in ["level:2", "f2f", "level<1", "name:lopez", "alone:no", "recert<3", "level<7d", "needs<3", "mrn:4217"]
        {
            assert!(!holds(no), "{no}");
        }
    }

    #[test]
    fn errors_name_the_column_and_the_mend() {
        for (text, column, mend) in [
            ("level:1 &", 10, "drop the last &"),
            ("level:1 alone", 9, "put & between"),
            ("name:\"two", 6, "never closed"),
            ("level:", 7, "a value belongs here"),
            ("& level:1", 1, "a field's name"),
            ("name:two words", 10, "quotes"),
        ] {
            let e = Lens::parse(text).unwrap_err();
            assert_eq!(e.column, column, "{text}: {e}");
            assert!(e.text.contains(mend), "{text}: {e}");
        }
    }

    #[test]
    fn what_is_false_for_ever_has_no_next() {
        let lens = Lens::parse("level:2 & recert<1d").unwrap();
        assert_eq!(lens.judge(&thing(), NOW).next, None);
    }

    #[test]
    fn last_is_since_when_time_lets_it_hold() {
        let judged = Lens::parse("waiting>1h & recert<8d").unwrap().judge(&thing(), NOW);
        assert_eq!(judged.last, Some(NOW.plus(-HOUR)));
        assert_eq!(judged.next, None);
    }

    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z][a-z0-9_.]{0,8}",
            "[0-9]{1,4}[mhdw]",
            "[0-9]{1,6}",
            Just("2026-03-02".to_owned()),
            "\"[^\"]{0,12}\"",
        ]
    }

    fn term() -> impl Strategy<Value = String> {
        ("!{0,2}", "[a-zA-Z][a-z0-9_]{0,8}", prop_oneof![Just(""), Just(":"), Just("<"), Just(">")], word()).prop_map(
            |(not, field, op, word)| {
                if op.is_empty() { format!("{not}{field}") } else { format!("{not}{field}{op}{word}") }
            },
        )
    }

    struct Timed {
        until: Moment,
        since: Moment,
    }

    impl Fields for Timed {
        fn field(&self, name: &str) -> Option<Value<'_>> {
            match name {
                "until" => Some(Value::Until(self.until)),
                "since" => Some(Value::Since(self.since)),
                "flag" => Some(Value::Flag(true)),
                _ => None,
            }
        }
    }

    fn timed_term() -> impl Strategy<Value = String> {
        (any::<bool>(), prop_oneof![Just("until"), Just("since"), Just("flag")], any::<bool>(), 0_i64..200, "[mhd]")
            .prop_map(|(not, field, less, n, unit)| {
                let not = if not { "!" } else { "" };
                if field == "flag" {
                    format!("{not}flag")
                } else {
                    format!("{not}{field}{}{n}{unit}", if less { "<" } else { ">" })
                }
            })
    }

    proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..proptest::prelude::ProptestConfig::default() })]

        #[test]
        fn printing_and_reading_give_the_same(terms in prop::collection::vec(term(), 0..6)) {
            let lens = Lens::parse(&terms.join(" & ")).unwrap();
            prop_assert_eq!(&Lens::parse(&lens.to_string()).unwrap(), &lens);
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,60}") {
            if let Ok(lens) = Lens::parse(&text) {
                lens.judge(&thing(), NOW);
                prop_assert_eq!(&Lens::parse(&lens.to_string()).unwrap(), &lens);
            }
        }

        #[test]
        fn the_answer_stays_until_the_next_flip(
            terms in prop::collection::vec(timed_term(), 1..5),
            until in -100 * DAY..100 * DAY,
            since in -100 * DAY..100 * DAY,
            part in 0.0_f64..1.0,
        ) {
            let lens = Lens::parse(&terms.join("&")).unwrap();
            let thing = Timed { until: NOW.plus(until), since: NOW.plus(since) };
            let mut now = NOW;
            // A conjunction of n terms has at most n marks.
            for _ in 0..=terms.len() {
                let judged = lens.judge(&thing, now);
                let Some(next) = judged.next else {
                    let later = lens.judge(&thing, now.plus(3_650 * DAY));
                    prop_assert_eq!(later.holds, judged.holds);
                    return Ok(());
                };
                prop_assert!(next > now);
                let between = now.plus(((next.since(now) - 1) as f64 * part) as i64);
                prop_assert_eq!(lens.holds(&thing, between), judged.holds);
                prop_assert_eq!(lens.holds(&thing, next.plus(-1)), judged.holds);
                now = next;
            }
            prop_assert!(false, "more flips than terms");
        }

        #[test]
        fn one_term_flips_exactly_at_its_mark(term in timed_term(), until in -100 * DAY..100 * DAY, since in -100 * DAY..100 * DAY) {
            let lens = Lens::parse(&term).unwrap();
            let thing = Timed { until: NOW.plus(until), since: NOW.plus(since) };
            let judged = lens.judge(&thing, NOW);
            if let Some(next) = judged.next {
                prop_assert_ne!(lens.holds(&thing, next), judged.holds);
            }
        }
    }
}
