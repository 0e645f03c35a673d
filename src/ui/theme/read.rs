//! Reads a theme file, and says where it is wrong and how to mend it.

use super::design::{Design, Ground, Ink, Look, Role};
use super::shipped;
use crate::app::keymap_file::Fault;
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

type Raw = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>;

/// The colours by their names; the first is the terminal's own.
const COLOURS: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("gray", Color::Gray),
    ("dark-gray", Color::DarkGray),
    ("light-red", Color::LightRed),
    ("light-green", Color::LightGreen),
    ("light-yellow", Color::LightYellow),
    ("light-blue", Color::LightBlue),
    ("light-magenta", Color::LightMagenta),
    ("light-cyan", Color::LightCyan),
    ("white", Color::White),
];

const MODIFIERS: [(&str, Modifier); 4] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

impl Design {
    /// Reads a theme file over the shipped theme that it names as its base, over `dark` where it names none.
    pub fn read(name: &str, file: &str, text: &str) -> Result<Self, Vec<Fault>> {
        read(name, file, text, &shipped)
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, span: &Range<usize>, what: String, mend: impl Into<String>) {
        self.faults.push(Fault::at(self.file, self.text, span.start, what, mend.into()));
    }

    /// The settings of a file: what it is laid over, then what it says of itself.
    fn settings(&mut self, raw: &Raw, base: &dyn Fn(&str) -> Option<Design>) -> Option<Design> {
        let empty = BTreeMap::new();
        let settings = raw.iter().find(|(name, _)| name.get_ref() == "theme").map_or(&empty, |(_, s)| s);
        let over = settings.iter().find(|(name, _)| name.get_ref() == "base").map(|(_, value)| value);
        let mut design = match over {
            Some(value) => {
                let Some(found) = base(value.get_ref()) else {
                    let what = format!("no theme is called “{}”", value.get_ref());
                    self.fault(&value.span(), what, format!("base is one of {}", shipped::NAMES.join(", ")));
                    return None;
                };
                found
            }
            None => base("dark").unwrap_or_else(|| Design::blank("")),
        };
        for (name, value) in settings {
            match (name.get_ref().as_str(), value.get_ref().as_str()) {
                ("base", _) => {}
                ("about", about) => about.clone_into(&mut design.about),
                ("background", word) => match Ground::from_word(word) {
                    Some(ground) => design.ground = ground,
                    None => self.fault(&value.span(), format!("no background “{word}”"), "it is dark or light"),
                },
                (other, _) => {
                    self.fault(&name.span(), format!("no setting “{other}”"), "there are base, background and about");
                }
            }
        }
        Some(design)
    }

    fn look(&mut self, value: &Spanned<String>) -> Look {
        let mut look = Look::default();
        let text = value.get_ref();
        let mut words = text.split_whitespace();
        // Inside of the quotes.
        let place = |word: &str| {
            let at = value.span().start + 1 + (word.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            at..at + word.len()
        };
        while let Some(word) = words.next() {
            if let Some((_, modifier)) = MODIFIERS.iter().find(|(name, _)| *name == word) {
                look.more |= *modifier;
                continue;
            }
            match word {
                "plain" => {}
                "like" => match words.next() {
                    Some(other) => match Role::from_word(other) {
                        Some(role) => look.like = Some(role),
                        None => self.fault(&place(other), format!("no role is called “{other}”"), roles()),
                    },
                    None => self.fault(&place(word), "like what?".to_owned(), roles()),
                },
                "on" => match words.next() {
                    Some(colour) => look.ground = self.ink(colour, &place(colour)),
                    None => self.fault(&place(word), "on which colour?".to_owned(), "write one behind it: on black"),
                },
                colour => look.ink = self.ink(colour, &place(colour)),
            }
        }
        look
    }

    /// `light-blue`, `light-blue/111`, `light-blue/111/#87afff`.
    fn ink(&mut self, word: &str, span: &Range<usize>) -> Option<Ink> {
        let mut parts = word.split('/');
        let name = parts.next().unwrap_or_default();
        let Some((_, named)) = COLOURS.iter().find(|(n, _)| *n == name) else {
            let first = name.starts_with('#') || name.bytes().all(|b| b.is_ascii_digit());
            let what = if first { "a colour is named first".to_owned() } else { format!("“{name}” is no colour") };
            let names: Vec<&str> = COLOURS.iter().map(|c| c.0).collect();
            let modifiers: Vec<&str> = MODIFIERS.iter().map(|m| m.0).collect();
            let mend = if first {
                "write the nearest of the sixteen before it, for terminals that have no more: light-blue/111".to_owned()
            } else {
                format!("colours are {}; besides there are {}, plain and like", names.join(", "), modifiers.join(", "))
            };
            self.fault(span, what, mend);
            return None;
        };
        let mut ink = Ink { named: *named, indexed: None, rgb: None };
        for part in parts {
            let hex = part.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii());
            if let Some(rgb) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
                let [_, r, g, b] = rgb.to_be_bytes();
                ink.rgb = Some([r, g, b]);
            } else if let Ok(index) = part.parse() {
                ink.indexed = Some(index);
            } else {
                let mend = "behind the name stands a number up to 255, or #rrggbb, or both: light-blue/111/#87afff";
                self.fault(span, format!("“{part}” is no colour"), mend);
                return None;
            }
        }
        Some(ink)
    }
}

fn roles() -> String {
    let words: Vec<&str> = Role::ALL.iter().map(|r| r.word()).collect();
    format!("roles are {}", words.join(", "))
}

/// Reads a theme file; `base` finds what it may be laid over.
pub(super) fn read(
    name: &str,
    file: &str,
    text: &str,
    base: &dyn Fn(&str) -> Option<Design>,
) -> Result<Design, Vec<Fault>> {
    let mut reader = Reader { file, text, faults: Vec::new() };
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let mend = "a theme is made of [theme] and [roles] with lines such as p1 = \"light-red bold\"";
            reader.fault(&error.span().unwrap_or(0..0), error.message().to_owned(), mend);
            return Err(reader.faults);
        }
    };
    for section in raw.keys() {
        if !["theme", "roles"].contains(&section.get_ref().as_str()) {
            let what = format!("no section is called [{}]", section.get_ref());
            reader.fault(&section.span(), what, "there are [theme] and [roles]");
        }
    }
    let Some(mut design) = reader.settings(&raw, base) else { return Err(reader.faults) };
    name.clone_into(&mut design.name);
    let mut written = Vec::new();
    for (role, value) in raw.iter().filter(|(n, _)| n.get_ref() == "roles").flat_map(|(_, roles)| roles) {
        match Role::from_word(role.get_ref()) {
            Some(known) => {
                let look = reader.look(value);
                design.looks.insert(known, look);
                written.push((known, value.span()));
            }
            None => reader.fault(&role.span(), format!("no role is called “{}”", role.get_ref()), roles()),
        }
    }
    for (role, span) in written {
        if circle(&design, role) {
            let what = format!("“{}” is like itself, by the roles that it is like", role.word());
            reader.fault(&span, what, "give one of them a look of its own");
        }
    }
    if reader.faults.is_empty() { Ok(design) } else { Err(reader.faults) }
}

/// Whether the roles that this one is like lead back to it.
fn circle(design: &Design, role: Role) -> bool {
    let next = |role: Role| design.looks.get(&role).map_or_else(|| role.falls_back(), |look| look.like);
    let mut at = next(role);
    for _ in Role::ALL {
        match at {
            Some(found) if found == role => return true,
            Some(found) => at = next(found),
            None => return false,
        }
    }
    false
}
