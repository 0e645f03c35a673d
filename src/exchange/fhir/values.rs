//! FHIR's data types: names, telecoms, addresses, concepts, dates.

use super::node::{Bad, Node};
use crate::domain::person::{Address, Languages, Phone, PhoneKind, Phones};
use crate::domain::text::{Few, Text};
use crate::domain::time::{Day, Moment, Zone};
use crate::exchange::table::names::{Parts, split_name};

/// Text that identifies: one that is too long is wrong, never cut.
pub(super) fn fit<const N: usize>(path: &str, text: &str) -> Result<Text<N>, Bad> {
    Text::new(text).map_err(|e| Bad::new(path, e.to_string()))
}

/// Text that describes: cut at a character with `…` when too long; whether it was.
pub(super) fn clip<const N: usize>(text: &str) -> (Text<N>, bool) {
    let text = text.trim();
    if text.len() <= N {
        return (Text::clip(text), false);
    }
    let mut end = N.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (Text::clip(&format!("{}…", text[..end].trim_end())), true)
}

/// A date as written: `1941`, `1941-06`, `1941-06-12` or with a time. A part that is missing is the first.
pub(super) fn day(path: &str, text: &str) -> Result<Day, Bad> {
    let date = text.split('T').next().unwrap_or_default();
    let found = match date.len() {
        4 => Day::parse_iso(&format!("{date}-01-01")),
        7 => Day::parse_iso(&format!("{date}-01")),
        _ => Day::parse_iso(date),
    };
    found.ok_or_else(|| Bad::new(path, "not a date"))
}

/// An instant; a date alone is its midnight in `zone`.
pub(super) fn moment(path: &str, text: &str, zone: Zone) -> Result<Moment, Bad> {
    if text.contains('T') {
        return Moment::parse_rfc3339(text).ok_or_else(|| Bad::new(path, "not a time with its offset"));
    }
    day(path, text).map(|d| zone.midnight(d))
}

/// A member that is a date.
pub(super) fn day_of(node: &Node<'_>, name: &str) -> Result<Option<Day>, Bad> {
    node.text(name)?.map(|t| day(&join(node, name), t)).transpose()
}

/// A member that is an instant.
pub(super) fn moment_of(node: &Node<'_>, name: &str, zone: Zone) -> Result<Option<Moment>, Bad> {
    node.text(name)?.map(|t| moment(&join(node, name), t, zone)).transpose()
}

/// A period's start and end as instants.
pub(super) fn period(node: &Node<'_>, name: &str, zone: Zone) -> Result<(Option<Moment>, Option<Moment>), Bad> {
    match node.get(name)? {
        None => Ok((None, None)),
        Some(p) => Ok((moment_of(&p, "start", zone)?, moment_of(&p, "end", zone)?)),
    }
}

/// A period's start and end as days.
pub(super) fn period_days(node: &Node<'_>, name: &str) -> Result<(Option<Day>, Option<Day>), Bad> {
    match node.get(name)? {
        None => Ok((None, None)),
        Some(p) => Ok((day_of(&p, "start")?, day_of(&p, "end")?)),
    }
}

/// The path of a member.
pub(super) fn join(node: &Node<'_>, name: &str) -> String {
    let path = node.path();
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A concept: words and codes.
#[derive(Default, Clone)]
pub(super) struct Concept {
    /// Its text, else the first display.
    pub text: String,
    /// System and code of each coding.
    pub codes: Vec<(String, String)>,
    /// All of its words, for guessing.
    pub words: String,
}

impl Concept {
    /// Whether one of the codes is this.
    pub(super) fn has(&self, code: &str) -> bool {
        self.codes.iter().any(|(_, c)| c == code)
    }

    /// Reads a CodeableConcept.
    pub(super) fn read(node: &Node<'_>) -> Result<Self, Bad> {
        let mut out = Self { text: node.text("text")?.unwrap_or_default().to_owned(), ..Self::default() };
        out.words.push_str(&out.text);
        node.each("coding", |coding| {
            let display = coding.text("display")?.unwrap_or_default();
            if out.text.is_empty() {
                display.clone_into(&mut out.text);
            }
            out.words.push(' ');
            out.words.push_str(display);
            if let Some(code) = coding.text("code")? {
                out.codes.push((coding.text("system")?.unwrap_or_default().to_owned(), code.to_owned()));
            }
            Ok(())
        })?;
        if out.text.is_empty()
            && let Some((_, code)) = out.codes.first()
        {
            out.text.clone_from(code);
        }
        Ok(out)
    }

    /// Reads a member that is a CodeableConcept.
    pub(super) fn of(node: &Node<'_>, name: &str) -> Result<Option<Self>, Bad> {
        node.with(name, |c| Self::read(&c).map(Some))
    }

    /// Reads a list of them.
    pub(super) fn list(node: &Node<'_>, name: &str) -> Result<Vec<Self>, Bad> {
        let mut out = Vec::new();
        node.each(name, |c| {
            out.push(Self::read(&c)?);
            Ok(())
        })?;
        Ok(out)
    }
}

/// What a person's names come to.
#[derive(Default, Clone)]
pub(super) struct Names {
    pub family: Text<80>,
    pub given: Text<80>,
    pub preferred: Text<60>,
    pub former: Text<120>,
    /// Titles and degrees: `Dr.`, `MD`.
    pub titles: String,
    pub path: String,
}

impl Names {
    /// Nothing at all is known.
    pub(super) fn is_empty(&self) -> bool {
        self.family.is_empty() && self.given.is_empty()
    }

    /// Reads `name`, a list (patients, practitioners) or one (contacts).
    pub(super) fn read(node: &Node<'_>, name: &str) -> Result<Self, Bad> {
        let mut best: Option<(u8, Parts, String)> = None;
        let (mut usual, mut former, mut titles) = (None::<(String, String)>, Vec::new(), String::new());
        let mut one = |n: Node<'_>| -> Result<(), Bad> {
            let mut parts = Parts {
                family: n.text("family")?.unwrap_or_default().to_owned(),
                given: n.texts("given")?.join(" "),
                preferred: String::new(),
            };
            if parts.family.is_empty()
                && parts.given.is_empty()
                && let Some(text) = n.text("text")?
            {
                parts = split_name(text);
            }
            let suffix = n.texts("suffix")?;
            for title in n.texts("prefix")?.iter().chain(&suffix) {
                titles.push_str(title);
                titles.push(' ');
            }
            // `Jr.` tells father from son; degrees and titles do not belong to a name.
            for s in &suffix {
                if matches!(s.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III" | "IV") {
                    parts.family = if parts.family.is_empty() { s.clone() } else { format!("{} {s}", parts.family) };
                }
            }
            let rank = match n.text("use")? {
                Some("maiden" | "old") => {
                    let whole = if parts.family.is_empty() { parts.given.clone() } else { parts.family.clone() };
                    if !whole.is_empty() && !former.contains(&whole) {
                        former.push(whole);
                    }
                    return Ok(());
                }
                Some("official") => 0,
                None => 1,
                Some("usual") => 2,
                Some("nickname") => 4,
                Some(_) => 3,
            };
            if rank == 2 || rank == 4 {
                let word = if parts.given.is_empty() { parts.family.clone() } else { parts.given.clone() };
                if !word.is_empty() && usual.is_none() {
                    usual = Some((word, n.path()));
                }
            }
            if best.as_ref().is_none_or(|(r, ..)| rank < *r) && !(parts.family.is_empty() && parts.given.is_empty()) {
                best = Some((rank, parts, n.path()));
            }
            Ok(())
        };
        match node.get(name)? {
            None => {}
            Some(list) if list.value().is_array() => node.each(name, &mut one)?,
            Some(single) => one(single)?,
        }
        let mut out = Self { titles: titles.trim().to_owned(), ..Self::default() };
        if let Some((_, parts, path)) = best {
            out.family = fit(&format!("{path}.family"), &parts.family)?;
            out.given = fit(&format!("{path}.given"), &parts.given)?;
            out.preferred = fit(&format!("{path}.text"), &parts.preferred)?;
            out.path = path;
        }
        if let Some((word, path)) = usual
            && word != out.given.as_str()
        {
            out.preferred = fit(&format!("{path}.given"), &word)?;
        }
        former.retain(|f| f != out.family.as_str());
        out.former = clip(&former.join(", ")).0;
        Ok(out)
    }
}

/// Phones of a `telecom` list: numbers that are no longer used are left out, and those that are too long or too many.
pub(super) fn phones(node: &Node<'_>, dropped: &mut Vec<String>) -> Result<Option<Phones>, Bad> {
    let mut out = Vec::new();
    let mut any = false;
    node.each("telecom", |t| {
        any = true;
        let system = t.text("system")?.unwrap_or("phone");
        let usage = t.text("use")?;
        let (Some(number), "phone" | "sms" | "fax") = (t.text("value")?, system) else { return Ok(()) };
        if usage == Some("old") {
            return Ok(());
        }
        let kind = match (system, usage) {
            ("fax", _) => PhoneKind::Fax,
            ("sms", _) | (_, Some("mobile")) => PhoneKind::Mobile,
            (_, Some("home")) => PhoneKind::Home,
            (_, Some("work")) => PhoneKind::Work,
            _ => PhoneKind::Other,
        };
        match Text::new(number.trim_start_matches("tel:")) {
            Ok(number) => out.push((t.number("rank").ok().flatten().map_or(99, |r| r as i64), Phone { kind, number })),
            Err(e) => dropped.push(format!("{}: {e}", t.path())),
        }
        Ok(())
    })?;
    if !any {
        return Ok(None);
    }
    out.sort_by_key(|(rank, _)| *rank);
    if out.len() > 6 {
        dropped.push(format!("{}: only six phones are kept", node.path()));
    }
    Ok(Some(Few::clip(out.into_iter().map(|(_, p)| p).collect())))
}

/// Addresses, the one to visit first.
pub(super) fn addresses(node: &Node<'_>, name: &str) -> Result<Vec<Address>, Bad> {
    let mut out = Vec::new();
    let mut one = |a: Node<'_>| -> Result<(), Bad> {
        let usage = a.text("use")?;
        if usage == Some("old") || usage == Some("billing") {
            return Ok(());
        }
        let mut street = a.texts("line")?.join(", ");
        let town = a.text("city")?.unwrap_or_default();
        if street.is_empty() && town.is_empty() {
            a.text("text")?.unwrap_or_default().clone_into(&mut street);
        }
        let address = Address {
            street: clip(&street).0,
            town: clip(town).0,
            region: clip(a.text("state")?.unwrap_or_default()).0,
            postcode: clip(a.text("postalCode")?.unwrap_or_default()).0,
        };
        if address != Address::default() {
            let postal = a.text("type")? == Some("postal");
            out.push((u8::from(postal) * 2 + u8::from(usage != Some("home")), address));
        }
        Ok(())
    };
    match node.get(name)? {
        None => {}
        Some(list) if list.value().is_array() => node.each(name, &mut one)?,
        Some(single) => one(single)?,
    }
    out.sort_by_key(|(rank, _)| *rank);
    Ok(out.into_iter().map(|(_, a)| a).collect())
}

/// A language by its words, or by its code.
pub(super) fn language(concept: &Concept) -> String {
    let code = concept.codes.first().map_or("", |(_, c)| c.as_str());
    let named = match code.split('-').next().unwrap_or_default() {
        "en" => "English",
        "es" => "Spanish",
        "fr" => "French",
        "de" => "German",
        "it" => "Italian",
        "pt" => "Portuguese",
        "zh" => "Chinese",
        "yue" => "Cantonese",
        "vi" => "Vietnamese",
        "ru" => "Russian",
        "ko" => "Korean",
        "tl" | "fil" => "Tagalog",
        "ar" => "Arabic",
        "hi" => "Hindi",
        "pl" => "Polish",
        "ht" => "Haitian Creole",
        "ja" => "Japanese",
        "nl" => "Dutch",
        "el" => "Greek",
        "hy" => "Armenian",
        "fa" => "Persian",
        "ur" => "Urdu",
        "yi" => "Yiddish",
        _ => "",
    };
    if named.is_empty() { concept.text.clone() } else { named.to_owned() }
}

/// Languages of a `communication` list, preferred first.
pub(super) fn languages(node: &Node<'_>) -> Result<Option<Languages>, Bad> {
    let mut out: Vec<(bool, Text<40>)> = Vec::new();
    node.each("communication", |c| {
        // Practitioners have the concept itself here, patients a language in it.
        let concept = match Concept::of(&c, "language")? {
            Some(concept) => concept,
            None => Concept::read(&c)?,
        };
        let language: Text<40> = clip(&language(&concept)).0;
        if !language.is_empty() && !out.iter().any(|(_, l)| *l == language) {
            out.push((!c.flag("preferred")?.unwrap_or_default(), language));
        }
        Ok(())
    })?;
    if out.is_empty() {
        return Ok(None);
    }
    out.sort_by_key(|(last, _)| *last);
    Ok(Some(Few::clip(out.into_iter().map(|(_, l)| l).collect())))
}
