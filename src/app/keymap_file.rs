//! Reads a keymap file, and says where it is wrong and how to mend it.

use super::action;
use super::key::Key;
use super::keymap::{Context, Keymap};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use toml::Spanned;

/// What is wrong with a file of keys or colours, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.what)?;
        if self.mend.is_empty() { Ok(()) } else { write!(f, "; {}", self.mend) }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// At a byte of a file's text.
    pub fn at(file: &str, text: &str, byte: usize, what: String, mend: String) -> Self {
        let mut start = byte.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        Self { file: file.to_owned(), line, column, what, mend }
    }
}

type Raw = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>;

/// What a file may set.
const SETTINGS: &str = "base is default, office, vim or nothing; letters is keys or find; counts is off or on; card is \
                        asked or open; hints is common or functions";

/// A setting of a file, if it has it.
fn setting<'a>(raw: &'a Raw, name: &str) -> Option<&'a str> {
    let (_, settings) = raw.iter().find(|(section, _)| section.get_ref() == "settings")?;
    settings.iter().find(|(word, _)| word.get_ref() == name).map(|(_, value)| value.get_ref().as_str())
}

/// Takes the word that unbinds a key.
const NOTHING: &str = "nothing";

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, span: &Range<usize>, what: String, mend: String) {
        self.faults.push(Fault::at(self.file, self.text, span.start, what, mend));
    }

    /// A keymap must lead into every card and out of it again.
    fn trapped(&mut self, map: &Keymap) {
        let needed =
            [(Context::Always, "back"), (Context::Any, "open"), (Context::Typing, "open"), (Context::Card, "open")];
        for (context, id) in needed {
            let places: &[Context] = if id == "open" && context == Context::Any {
                &[Context::Any, Context::List, Context::Why]
            } else {
                &[context]
            };
            if places.iter().all(|place| map.keys_of(&[*place], id).is_empty()) {
                let what = format!("no key is left for “{id}” in [{}]", context.word());
                self.fault(
                    &(0..0),
                    what,
                    "bind one: a keymap must lead into every card and out of it again".to_owned(),
                );
            }
        }
    }

    fn section(&mut self, map: &mut Keymap, context: Context, keys: &Spanned<String>, action: &Spanned<String>) {
        let mut path = Vec::new();
        for word in keys.get_ref().split_whitespace() {
            match Key::parse(word) {
                Ok(key) => path.push(key),
                Err(what) => {
                    let mend = "write a character, a name such as enter, pgdn or f5, with ctrl- or alt- before it";
                    self.fault(&keys.span(), what, mend.to_owned());
                    return;
                }
            }
        }
        if path.is_empty() {
            self.fault(&keys.span(), "no key".to_owned(), "write the key to press".to_owned());
            return;
        }
        let id = if action.get_ref() == NOTHING {
            None
        } else if let Some(found) = action::find(action.get_ref()) {
            if !found.contexts.iter().any(|c| *c == context || fits(*c, context)) {
                let places: Vec<_> = found.contexts.iter().map(|c| c.word()).collect();
                let what = format!("“{}” does nothing in [{}]", found.id, context.word());
                self.fault(&action.span(), what, format!("put it in [{}]", places.join("] or [")));
                return;
            }
            Some(found.id)
        } else {
            let mend = match action::nearest(action.get_ref()) {
                Some(near) => format!("did you mean “{near}”?"),
                None => "caseload keys --actions lists them".to_owned(),
            };
            self.fault(&action.span(), format!("no action is called “{}”", action.get_ref()), mend);
            return;
        };
        let mut node = map.sections.entry(context).or_default();
        let last = path.len() - 1;
        for (n, key) in path.into_iter().enumerate() {
            node = node.child_or_new(key);
            if n < last && node.action.is_some() && id.is_some() {
                let what = format!("“{}” begins with a key that is an action by itself", keys.get_ref());
                self.fault(&keys.span(), what, "unbind the shorter one first: = \"nothing\"".to_owned());
                return;
            }
        }
        if id.is_some() && !node.next.is_empty() {
            // A single key over a prefix of the default takes its place.
            node.next.clear();
        }
        node.action = id;
    }
}

/// An action of the panes may be bound in a narrower section too.
fn fits(action: Context, section: Context) -> bool {
    match action {
        Context::Always => true,
        Context::Any => matches!(
            section,
            Context::Dashboard
                | Context::Calendar
                | Context::Page
                | Context::CallOut
                | Context::Storm
                | Context::Plan
                | Context::Why
                | Context::List
                | Context::Always
        ),
        Context::Dashboard => section == Context::Calendar,
        _ => false,
    }
}

/// Reads a keymap file over `base`.
pub fn read(file: &str, text: &str, base: Keymap) -> Result<Keymap, Vec<Fault>> {
    let mut reader = Reader { file, text, faults: Vec::new() };
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let mend = "a keymap is made of [sections] with lines such as \"o\" = \"take\"".to_owned();
            reader.fault(&error.span().unwrap_or(0..0), error.message().to_owned(), mend);
            return Err(reader.faults);
        }
    };
    let mut map = match setting(&raw, "base") {
        Some("nothing") => Keymap::default(),
        Some(name) => Keymap::bundled(name).unwrap_or(base),
        None => base,
    };
    if let Some((_, settings)) = raw.iter().find(|(name, _)| name.get_ref() == "settings") {
        for (name, value) in settings {
            match (name.get_ref().as_str(), value.get_ref().as_str()) {
                ("base", "default" | "nothing" | "office" | "vim") => {}
                ("letters", word @ ("keys" | "find")) => map.letters_find = word == "find",
                ("counts", word @ ("off" | "on")) => map.counts = word == "on",
                ("card", word @ ("asked" | "open")) => map.card_open = word == "open",
                ("hints", word @ ("common" | "functions")) => map.function_line = word == "functions",
                (name_word, word) => {
                    let what = format!("no setting “{name_word} = {word}”");
                    reader.fault(&name.span(), what, SETTINGS.to_owned());
                }
            }
        }
    }
    for (name, lines) in &raw {
        if name.get_ref() == "settings" {
            continue;
        }
        let Some(context) = Context::from_word(name.get_ref()) else {
            let words: Vec<_> = Context::ALL.iter().map(|c| c.word()).collect();
            let what = format!("no section is called [{}]", name.get_ref());
            reader.fault(&name.span(), what, format!("there are {}", words.join(", ")));
            continue;
        };
        // Shorter ones first, so that what a file unbinds makes room for a sequence in the same file.
        let mut lines: Vec<_> = lines.iter().collect();
        lines.sort_by_key(|(keys, _)| keys.get_ref().split_whitespace().count());
        for (keys, action) in lines {
            reader.section(&mut map, context, keys, action);
        }
    }
    if reader.faults.is_empty() {
        reader.trapped(&map);
    }
    if reader.faults.is_empty() { Ok(map) } else { Err(reader.faults) }
}
