//! Names as initials and telephone numbers as their last digits, for a screen that others can see. Only what is drawn changes: what is typed, chosen and sent keeps
//! its names, so that no initial ever reaches a record.

use super::action;
use super::effect::Effect;
use super::model::{Model, Tone};
use super::wire::Asked;
use crate::domain::record::Kind;
use crate::domain::search::fold;
use crate::domain::words::opaque;
use crate::service::api::{Change, InitialsPage, Person, Query, Request};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Names of people that are words of every day, too: alone in a text they stay, within a whole name they do not.
const WORDS: &str = "Dr January February March April May June July August September October November December Mon Tue Wed \
                     Thu Fri Sat Sun Will Long Young Day Home Care Price Page White Brown Green Black Early Late Best \
                     Good West East North South English French German";

/// Whether names are hidden, and by what.
#[derive(Default)]
pub struct Privacy {
    /// They are to be.
    pub on: bool,
    /// Everybody's initials, when they have come. Until then nothing is drawn that could hold a name.
    pub names: Option<Arc<Initials>>,
    /// What has come of the next ones.
    coming: Initials,
    /// Who was found by name, whoever it is.
    met: Vec<(Person, String)>,
}

/// Everybody's initials.
#[derive(Default, Clone)]
pub struct Initials {
    people: HashMap<Person, String>,
    /// Texts that name somebody and nothing else.
    whole: HashMap<String, String>,
    /// Listed names by their first word, the longest first.
    listed: HashMap<String, Vec<(String, String)>>,
    /// Words of names, folded.
    words: HashSet<String>,
    common: HashSet<String>,
    got: u32,
}
opaque!(Initials);

impl Initials {
    fn take(&mut self, page: InitialsPage) {
        if self.common.is_empty() {
            let table = action::TABLE.iter().flat_map(|a| a.doc.split(' ').chain(a.hint.split(' ')));
            self.common = WORDS.split_whitespace().chain(table).map(fold).collect();
        }
        self.got = page.from.saturating_add(page.list.len() as u32);
        for one in page.list {
            for word in one.words.split(|c: char| !is_of_word(c)) {
                for part in std::iter::once(word).chain(word.split('-')) {
                    let folded = fold(part);
                    if folded.chars().count() > 1 && !self.common.contains(&folded) {
                        self.words.insert(folded);
                    }
                }
            }
            if let Some(first) = first_word(&one.listed) {
                let list = self.listed.entry(first.to_owned()).or_default();
                list.push((one.listed.clone(), one.initials.clone()));
                list.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
            }
            if let Some(person) = one.person {
                for name in [one.listed, one.short].into_iter().filter(|n| !self.common.contains(&fold(n))) {
                    self.whole.entry(name).or_insert_with(|| one.initials.clone());
                }
                self.people.insert(person, one.initials);
            }
        }
    }

    /// Somebody of whom nothing was told so far.
    fn meet(&mut self, person: Person, name: &str) {
        if self.people.contains_key(&person) {
            return;
        }
        for word in name.split(|c: char| !is_of_word(c)).map(fold) {
            if word.chars().count() > 1 && !self.common.contains(&word) {
                self.words.insert(word);
            }
        }
        self.whole.insert(name.to_owned(), letters_of(name));
        self.people.insert(person, letters_of(name));
    }

    /// The text without a name in it.
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let bare = text.trim();
        let (sign, name) = if let Some(name) = bare.strip_prefix('@') { ("@", name) } else { ("", bare) };
        if let Some(initials) = self.whole.get(name).filter(|_| !name.is_empty()) {
            let lead = &text[..text.len() - text.trim_start().len()];
            let tail = &text[text.trim_end().len()..];
            return Cow::Owned(format!("{lead}{sign}{initials}{tail}"));
        }
        let mut out = String::new();
        let (mut rest, mut hid, mut after_initial) = (text, false, false);
        while !rest.is_empty() {
            let start = rest.find(is_letter).unwrap_or(rest.len());
            let (between, from) = rest.split_at(start);
            // `Grace Adeyemi` is `G.A.`
            if !(after_initial && between == " " && self.hides(word_at(from))) {
                out.push_str(between);
            }
            after_initial = false;
            rest = from;
            let word = word_at(rest);
            if word.is_empty() {
                break;
            }
            if let Some((name, initials)) = self.listed_at(rest, word) {
                out.push_str(initials);
                rest = &rest[name.len()..];
                hid = true;
            } else {
                let hidden = self.hide_word(word);
                after_initial = matches!(hidden, Cow::Owned(_)) && hidden.ends_with('.');
                hid |= matches!(hidden, Cow::Owned(_));
                out.push_str(&hidden);
                rest = &rest[word.len()..];
            }
        }
        if hid { Cow::Owned(out) } else { Cow::Borrowed(text) }
    }

    fn listed_at(&self, text: &str, word: &str) -> Option<(&str, &str)> {
        let list = self.listed.get(word)?;
        let found = list.iter().find(|(name, _)| {
            text.strip_prefix(name.as_str()).is_some_and(|behind| !behind.chars().next().is_some_and(is_letter))
        })?;
        Some((&found.0, &found.1))
    }

    fn hides(&self, word: &str) -> bool {
        matches!(self.hide_word(word), Cow::Owned(_))
    }

    fn hide_word<'a>(&self, word: &'a str) -> Cow<'a, str> {
        let whole = |part: &str| self.words.contains(&fold(part));
        let initial = |part: &str| part.chars().next().map(|c| format!("{c}.")).unwrap_or_default();
        let (stem, ending) = match word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")) {
            Some(stem) => (stem, &word[stem.len()..]),
            None => (word, ""),
        };
        if !stem.chars().next().is_some_and(char::is_uppercase) {
            return Cow::Borrowed(word);
        }
        if whole(stem) {
            return Cow::Owned(initial(stem) + ending);
        }
        if stem.contains('-') && stem.split('-').any(whole) {
            let parts: Vec<String> =
                stem.split('-').map(|p| if whole(p) { initial(p) } else { p.to_owned() }).collect();
            return Cow::Owned(parts.join("-") + ending);
        }
        Cow::Borrowed(word)
    }

    /// The name of somebody who is known: her initials, which nobody else has.
    pub fn of(&self, person: Person, name: &str) -> String {
        let hidden = self.hide(name);
        match self.people.get(&person) {
            Some(initials) if hidden.contains(initials.as_str()) => hidden.into_owned(),
            Some(initials) => format!("{}{initials}", if name.starts_with('@') { "@" } else { "" }),
            // Entered since, or out of reach: two letters alone, whatever of the name is somebody else's too.
            None => letters_of(name),
        }
    }
}

/// The text without a telephone number in it: of each the last two digits are left, so that two numbers are told apart
/// and a line keeps its length.
pub fn numbers(text: &str) -> Cow<'_, str> {
    if text.bytes().filter(u8::is_ascii_digit).nth(SHORTEST - 1).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '(')) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let end = run_of_digits(from);
        let date = date_at(from).filter(|n| *n < end);
        let end = date.unwrap_or(end);
        let run = &from[..end];
        if date.is_none() && is_number(run) {
            hide_digits(run, &mut out);
        } else {
            out.push_str(run);
        }
        rest = &from[end..];
    }
    out.push_str(rest);
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Digits of the shortest telephone number that is hidden.
const SHORTEST: usize = 7;

/// Where digits end that may be one number: what stands between them is what people put between groups of digits.
fn run_of_digits(text: &str) -> usize {
    let (mut end, mut between) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => (end, between) = (at + 1, 0),
            '(' | ')' | '-' | '.' | ' ' | '+' | '\u{a0}' | '\u{2011}' if between < 2 => between += 1,
            _ => break,
        }
    }
    end.max(text.chars().next().map_or(0, char::len_utf8))
}

/// A date as the journal writes it is no number: `2026-03-02`.
fn date_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes().get(..10)?;
    let holds = bytes.iter().enumerate().all(|(n, b)| if matches!(n, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() });
    let more = text.as_bytes().get(10).is_some_and(u8::is_ascii_digit);
    (holds && !more && (bytes.starts_with(b"19") || bytes.starts_with(b"20"))).then_some(10)
}

/// Whether these groups of digits are a telephone number: `(401) 555-0142`, `4015550142`, `+33 1 42 68 53 00`.
fn is_number(run: &str) -> bool {
    let groups: Vec<&str> = run.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    let digits: usize = groups.iter().map(|g| g.len()).sum();
    if !(SHORTEST..=15).contains(&digits) {
        return false;
    }
    match groups.as_slice() {
        [_] => true,
        _ if run.starts_with('+') => true,
        // A year: `2025-2026`.
        [a, _] if a.len() == 4 && (a.starts_with("19") || a.starts_with("20")) => false,
        [.., a, b] => b.len() == 4 && (3..=4).contains(&a.len()) || b.len() > 5,
        [] => false,
    }
}

/// All digits but the last two.
fn hide_digits(run: &str, out: &mut String) {
    let mut left = run.bytes().filter(u8::is_ascii_digit).count();
    for c in run.chars() {
        if c.is_ascii_digit() {
            out.push(if left > 2 { 'x' } else { c });
            left -= 1;
        } else {
            out.push(c);
        }
    }
}

/// `Okafor, Ruth “Ruthie”` as `R.O.`, `@Cole, Denise HHA` as `@D.C. HHA`: of the listed name the given one first.
fn letters_of(name: &str) -> String {
    let bare = name.trim_start_matches('@');
    let (family, given) = bare.split_once(", ").unwrap_or((bare, ""));
    let first = |text: &str| text.chars().find(|c| c.is_alphabetic());
    let letters = [given, family].into_iter().filter_map(first).flat_map(char::to_uppercase);
    let letters: String = letters.flat_map(|c| [c, '.']).collect();
    if bare.len() == name.len() {
        return letters;
    }
    let last = bare.rsplit(' ').next().filter(|w| w.len() > 1 && w.chars().all(char::is_uppercase));
    last.map_or_else(|| format!("@{letters}"), |discipline| format!("@{letters} {discipline}"))
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)
}

fn is_of_word(c: char) -> bool {
    is_letter(c) || matches!(c, '\'' | '’' | '-')
}

/// The word that a text begins with.
fn word_at(text: &str) -> &str {
    let end = text.find(|c| !is_of_word(c)).unwrap_or(text.len());
    text[..end].trim_end_matches(['\'', '’', '-'])
}

fn first_word(name: &str) -> Option<&str> {
    Some(word_at(name)).filter(|word| !word.is_empty())
}

impl Model {
    /// Hides names from the first frame on.
    pub fn hide_names(&mut self) {
        self.privacy.on = true;
    }
}

/// Hides names, or shows them again; for this screen alone.
pub(crate) fn toggle(model: &mut Model, out: &mut Vec<Effect>) {
    model.privacy.on = !model.privacy.on;
    if model.privacy.on {
        ask(model, out);
        model.toast(Tone::Plain, "names are initials now");
    } else {
        model.privacy.names = None;
        model.toast(Tone::Plain, "names are shown again");
    }
}

/// Asks for everybody's initials, if they are wanted.
pub(crate) fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    if model.privacy.on {
        model.privacy.coming = Initials::default();
        model.ask_fresh(out, Asked::Initials, Request::Query(Query::Initials { from: 0 }));
    }
}

/// Somebody may be called otherwise, or be new.
pub(crate) fn changed(model: &mut Model, out: &mut Vec<Effect>, change: &Change) {
    if change.kinds.iter().any(|kind| {
        matches!(kind, Kind::Client | Kind::Staff | Kind::Contact | Kind::User | Kind::Emergency | Kind::Reach)
    }) {
        ask(model, out);
    }
}

/// Somebody has come by name: should she be one of whom the initials do not tell, because she is out of reach, her name is
/// hidden all the same, wherever it stands.
pub(crate) fn met(model: &mut Model, person: Person, name: &str) {
    let met = &mut model.privacy.met;
    met.retain(|(known, _)| *known != person);
    if met.len() >= MET {
        met.remove(0);
    }
    met.push((person, name.to_owned()));
    if let Some(names) = &mut model.privacy.names {
        Arc::make_mut(names).meet(person, name);
    }
}

/// So many who were found by name are remembered.
const MET: usize = 200;

/// Some of them have come.
pub(crate) fn arrived(model: &mut Model, out: &mut Vec<Effect>, page: InitialsPage) {
    if !model.privacy.on || page.from != model.privacy.coming.got {
        return;
    }
    let (total, empty) = (page.total, page.list.is_empty());
    model.privacy.coming.take(page);
    let from = model.privacy.coming.got;
    if from < total && !empty {
        model.send(out, Asked::Initials, Request::Query(Query::Initials { from }));
    } else {
        let mut names = std::mem::take(&mut model.privacy.coming);
        for (person, name) in &model.privacy.met {
            names.meet(*person, name);
        }
        model.privacy.names = Some(Arc::new(names));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ClientId, StaffId};
    use crate::service::api::Initialed;

    fn names() -> Initials {
        let one = |person, initials: &str, listed: &str, short: &str, words: &str| Initialed {
            person,
            initials: initials.to_owned(),
            listed: listed.to_owned(),
            short: short.to_owned(),
            words: words.to_owned(),
        };
        let client = |n| Some(Person::Client(ClientId([n; 16])));
        let list = vec![
            one(client(1), "R.O.", "Okafor, Ruth", "Okafor, R.", "Okafor Ruth Ruthie"),
            one(client(2), "R.O.2", "Okafor-Lindqvist, Rosa", "Okafor-Lindqvist", "Okafor-Lindqvist Rosa"),
            one(client(3), "M.O.", "O'Brien, Maeve 1941", "O'Brien", "O'Brien Maeve"),
            one(client(4), "J.D.", "Day, June", "Day", "Day June"),
            one(Some(Person::Staff(StaffId([1; 16]))), "J.C.", "Chen, Jo", "Chen", "Chen Jo"),
            one(None, "G.A.", "", "", "Adeyemi Grace"),
            one(None, "T.N.", "", "", "Nguyễn Thị Lan"),
        ];
        let mut names = Initials::default();
        names.take(InitialsPage { from: 0, total: list.len() as u32, list });
        names
    }

    #[test]
    fn no_name_is_left_in_a_text() {
        let names = names();
        for (text, hidden) in [
            ("Okafor, Ruth", "R.O."),
            ("  Okafor, Ruth ", "  R.O. "),
            ("Taken: Okafor, Ruth · u undoes", "Taken: R.O. · u undoes"),
            ("Okafor, Ruth “Ruthie” · 12 Jun 1941", "R.O. “R.” · 12 Jun 1941"),
            ("Okafor-Lindqvist, Rosa", "R.O.2"),
            ("Okafor-Lindqvist", "R.O.2"),
            ("O'Brien, Maeve 1941", "M.O."),
            ("O'Brien, Maeve 1941 has no RN", "M.O. has no RN"),
            ("O'Brien's daughter", "O.'s daughter"),
            ("Grace Adeyemi, daughter", "G.A., daughter"),
            ("Ruth Okafor slept", "R.O. slept"),
            ("Nguyen called; NGUYỄN, Lan", "N. called; N., L."),
            ("@Chen, Jo RN", "@J.C. RN"),
            ("@Chen", "@J.C."),
            ("Okafor, Ruthven", "O., Ruthven"),
            ("Day 3 of June, at home", "Day 3 of June, at home"),
            ("Day, June", "J.D."),
            ("Day", "Day"),
            ("R.O.", "R.O."),
            ("okafor", "okafor"),
            ("", ""),
        ] {
            assert_eq!(names.hide(text), hidden, "{text}");
            assert_eq!(names.hide(&names.hide(text)), hidden, "twice: {text}");
        }
    }

    #[test]
    fn no_number_is_left_in_a_text() {
        for (text, hidden) in [
            ("(401) 555-0142", "(xxx) xxx-xx42"),
            ("call 401 555 0142 or (401)555-0143, ext 12", "call xxx xxx xx42 or (xxx)xxx-xx43, ext 12"),
            ("401.555.0142", "xxx.xxx.xx42"),
            ("4015550142", "xxxxxxxx42"),
            ("1-401-555-0142.", "x-xxx-xxx-xx42."),
            ("555-0142", "xxx-xx42"),
            ("+33 1 42 68 53 00", "+xx x xx xx xx 00"),
            ("+44 20 7946 0958 (night)", "+xx xx xxxx xx58 (night)"),
            ("at 2026-03-02 08:10", "at 2026-03-02 08:10"),
            ("2026-03-02 (401) 555-0142", "2026-03-02 (xxx) xxx-xx42"),
            ("12 Jun 1941 · MRN 004217", "12 Jun 1941 · MRN 004217"),
            ("08:00-09:30, day 59 of 60, BP 128/74", "08:00-09:30, day 59 of 60, BP 128/74"),
            ("2025-2026", "2025-2026"),
            ("21 h 14x 0.4 38 h 6x 1.2", "21 h 14x 0.4 38 h 6x 1.2"),
            ("1  2  3  4  5  6  7  8  9 10", "1  2  3  4  5  6  7  8  9 10"),
            ("14 15 16 17 18 19 20", "14 15 16 17 18 19 20"),
            ("(", "("),
            ("+", "+"),
            ("", ""),
        ] {
            assert_eq!(numbers(text), hidden, "{text}");
            assert_eq!(numbers(&numbers(text)), hidden, "twice: {text}");
            assert_eq!(hidden.len(), text.len(), "as long as it was");
        }
    }

    #[test]
    fn whoever_is_known_has_initials_of_her_own() {
        let names = names();
        let client = |n| Person::Client(ClientId([n; 16]));
        assert_eq!(names.of(client(1), "Okafor, R."), "R.O.");
        assert_eq!(names.of(client(2), "Okafor-Lindqvist"), "R.O.2");
        assert_eq!(names.of(Person::Staff(StaffId([1; 16])), "@Chen, Jo RN"), "@J.C. RN");
        assert_eq!(names.of(client(9), "Zabriskie, Uma"), "U.Z.");
        // Whatever of her name is somebody's whom the screen knows.
        assert_eq!(names.of(client(9), "Zabriskie, Ruth “Zuzu”"), "R.Z.");
        assert_eq!(names.of(Person::Staff(StaffId([9; 16])), "@Zabriskie, Jo RN"), "@J.Z. RN");
    }
}
