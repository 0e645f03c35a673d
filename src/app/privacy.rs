//! Names as initials, for a screen that others can see. Only what is drawn changes: what is typed, chosen and sent keeps
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
const WORDS: &str = "January February March April May June July August September October November December Mon Tue Wed \
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
            // Entered since: her initials alone, until everybody's have come again.
            None if matches!(hidden, Cow::Borrowed(_)) => {
                let letters = name.split(|c: char| !is_of_word(c)).rev().filter_map(|w| w.chars().next());
                letters.filter(|c| c.is_uppercase()).take(2).flat_map(|c| [c, '.']).collect()
            }
            None => hidden.into_owned(),
        }
    }
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
    if change.kinds.iter().any(|kind| matches!(kind, Kind::Client | Kind::Staff | Kind::Contact | Kind::User)) {
        ask(model, out);
    }
}

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
        model.privacy.names = Some(Arc::new(std::mem::take(&mut model.privacy.coming)));
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
    fn whoever_is_known_has_initials_of_her_own() {
        let names = names();
        let client = |n| Person::Client(ClientId([n; 16]));
        assert_eq!(names.of(client(1), "Okafor, R."), "R.O.");
        assert_eq!(names.of(client(2), "Okafor-Lindqvist"), "R.O.2");
        assert_eq!(names.of(Person::Staff(StaffId([1; 16])), "@Chen, Jo RN"), "@J.C. RN");
        assert_eq!(names.of(client(9), "Zabriskie, Uma"), "U.Z.");
    }
}
