//! The index that find looks into: each folded word of all names once, with everybody who wears it.

use crate::domain::client::ClientStatus;
use crate::domain::contact::{Contact, ContactKind};
use crate::domain::ids::{ClientId, ContactId, StaffId};
use crate::domain::person::{Name, Phone};
use crate::domain::record::Record;
use crate::domain::search::{digits, fold, one_error};
use crate::service::cast::Cast;
use std::collections::{BTreeMap, HashMap};

/// Digits that are enough to find by phone.
const PHONE_TAIL: usize = 4;
/// Letters from which a typing error is forgiven.
const TYPO_FROM: usize = 4;

/// How a word is met; lower is better.
const WHOLE: u8 = 0;
const START: u8 = 1;
const INSIDE: u8 = 2;
const TYPO: u8 = 3;
const NOT: u8 = u8::MAX;

/// How well something is met: its worst word, then all of them together. Lower is better.
pub(super) type Rank = (u8, u16);

/// Somebody who can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// A client.
    Client(ClientId),
    /// A caregiver.
    Staff(StaffId),
    /// Somebody around a client.
    Contact(ContactId),
}

/// Somebody found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) who: Who,
    pub(super) rank: Rank,
    /// Discharged, left, or of such a client.
    pub(super) inactive: bool,
    /// Where she stands among all: clients, caregivers, family, physicians, each by name. No two are equal.
    pub(super) place: u32,
}

struct Entry {
    who: Who,
    digits: String,
    active: bool,
    /// Her name as it is written, in small letters.
    listed: String,
}

/// One who wears a word: the person herself, or one of her client's names.
#[derive(Clone, Copy)]
struct Wearer {
    entry: u32,
    own: bool,
}

/// Everybody's folded names.
#[derive(Default)]
pub struct FindIndex {
    entries: Vec<Entry>,
    places: HashMap<[u8; 16], u32>,
    /// All words with a blank before and behind each.
    text: String,
    /// Where each word begins in `text`.
    starts: Vec<u32>,
    wearers: Vec<Vec<Wearer>>,
    ready: bool,
}

/// What was typed, and how everybody meets each word of it.
pub(super) struct Asked {
    words: Vec<String>,
    number: String,
    /// By word, then by entry.
    met: Vec<Vec<u8>>,
    /// By entry: a word is her own, not her client's.
    own: Vec<bool>,
    /// By entry: her name has it with the very marks that were typed (`o'b`). Empty where none were typed.
    exact: Vec<bool>,
}

/// A person on her way into the index.
struct Sheet {
    order: (u8, String, [u8; 16]),
    entry: Entry,
    own: Vec<String>,
    context: Vec<String>,
}

impl FindIndex {
    /// Somebody's name has changed: everybody is read anew at the next search, not at each of many changes.
    pub fn forget(&mut self) {
        self.ready = false;
    }

    /// Reads everybody, unless nothing has changed.
    pub(super) fn refresh(&mut self, cast: &Cast) {
        if self.ready {
            return;
        }
        self.ready = true;
        let mut sheets: Vec<Sheet> = Vec::with_capacity(cast.clients.len() + cast.staff.len() + cast.contacts.len());
        for c in cast.clients.values() {
            let mut own = names(&c.name);
            own.extend(split(&c.address.street));
            own.extend(split(&c.mrn));
            let numbers = format!("{} {}", phones(&c.phones), digits(&c.mrn));
            let listed = c.name.listed();
            let order = (0, fold(&listed), c.id.0);
            let entry =
                Entry { who: Who::Client(c.id), digits: numbers, active: serves(c.status), listed: plain(&listed) };
            sheets.push(Sheet { order, entry, own, context: Vec::new() });
        }
        for s in cast.staff.values() {
            let mut own = names(&s.name);
            own.extend(split(s.discipline.word()));
            let listed = s.name.listed();
            let order = (1, fold(&listed), s.id.0);
            let entry =
                Entry { who: Who::Staff(s.id), digits: phones(&s.phones), active: s.active, listed: plain(&listed) };
            sheets.push(Sheet { order, entry, own, context: Vec::new() });
        }
        // Whose client was entered in error is out of sight with her.
        sheets.extend(cast.contacts.values().filter_map(|c| contact(cast, c)));
        sheets.sort_by(|a, b| a.order.cmp(&b.order));

        let mut words: BTreeMap<String, Vec<Wearer>> = BTreeMap::new();
        self.entries.clear();
        self.places.clear();
        for (n, sheet) in sheets.into_iter().enumerate() {
            let entry = n as u32;
            self.places.insert(sheet.order.2, entry);
            for (list, own) in [(sheet.own, true), (sheet.context, false)] {
                for word in list {
                    let wearers = words.entry(word).or_default();
                    // Each wears a word once, and as her own if it is.
                    if wearers.last().is_none_or(|w| w.entry != entry) {
                        wearers.push(Wearer { entry, own });
                    }
                }
            }
            self.entries.push(sheet.entry);
        }
        self.text = String::from(" ");
        self.starts.clear();
        self.wearers.clear();
        for (word, wearers) in words {
            self.starts.push(self.text.len() as u32);
            self.text.push_str(&word);
            self.text.push(' ');
            self.wearers.push(wearers);
        }
    }

    /// The best `enough` of those who meet all of what was typed, the best first: whole words, starts of words, insides of words, one
    /// typing error. Errors are looked for only where less than `enough` is found without.
    pub(super) fn search(&self, text: &str, enough: usize) -> (Vec<Found>, Asked) {
        let folded = fold(text);
        let words: Vec<String> = folded.split_whitespace().take(8).map(str::to_owned).collect();
        let number = digits(text);
        let by_number = number.len() >= PHONE_TAIL && number.len() + 4 >= text.trim().chars().count();
        let count = self.entries.len();
        let mut asked = Asked {
            met: words.iter().map(|_| vec![NOT; count]).collect(),
            words,
            number: if by_number { number } else { String::new() },
            own: vec![false; count],
            exact: Vec::new(),
        };
        let typed = plain(text);
        if typed.chars().any(|c| !c.is_ascii_alphanumeric() && !c.is_whitespace()) {
            asked.exact = self.entries.iter().map(|e| written(&e.listed, &typed)).collect();
        }
        for n in 0..asked.words.len() {
            self.meet(&mut asked, n);
        }
        let mut found = self.collect(&asked);
        if found.len() < enough && !asked.words.is_empty() {
            let mut more = false;
            for n in 0..asked.words.len() {
                more |= self.forgive(&mut asked, n);
            }
            if more {
                found = self.collect(&asked);
            }
        }
        let order = |f: &Found| (f.rank, f.inactive, f.place);
        if found.len() > enough {
            found.select_nth_unstable_by_key(enough, order);
            found.truncate(enough);
        }
        found.sort_unstable_by_key(order);
        (found, asked)
    }

    /// Whoever wears a word that has the typed one in it.
    fn meet(&self, asked: &mut Asked, n: usize) {
        let typed = asked.words[n].clone();
        let (mut from, mut at) = (0usize, 0usize);
        while let Some(found) = self.text.get(from..).and_then(|rest| rest.find(&typed)) {
            let found = from + found;
            while self.starts.get(at + 1).is_some_and(|s| *s as usize <= found) {
                at += 1;
            }
            let Some((start, end)) = self.span(at) else { return };
            let rank = match (found == start, found + typed.len() == end) {
                (true, true) => WHOLE,
                (true, false) => START,
                _ => INSIDE,
            };
            self.mark(asked, n, at, rank);
            // A word that has it at its start has it there first.
            from = end + 1;
        }
    }

    /// Whoever wears a word that differs from the typed one by one typing error. Numbers are never guessed.
    fn forgive(&self, asked: &mut Asked, n: usize) -> bool {
        let typed = asked.words[n].clone();
        if typed.chars().count() < TYPO_FROM || typed.chars().any(|c| c.is_ascii_digit()) {
            return false;
        }
        let mut any = false;
        for at in 0..self.starts.len() {
            let Some((start, end)) = self.span(at) else { continue };
            // In bytes a letter may be up to four.
            if (end - start).abs_diff(typed.len()) > 4 {
                continue;
            }
            if self.text.get(start..end).is_some_and(|word| one_error(word, &typed)) {
                self.mark(asked, n, at, TYPO);
                any = true;
            }
        }
        any
    }

    fn span(&self, word: usize) -> Option<(usize, usize)> {
        let start = *self.starts.get(word)? as usize;
        let end = self.starts.get(word + 1).map_or(self.text.len(), |s| *s as usize);
        Some((start, end.saturating_sub(1)))
    }

    fn mark(&self, asked: &mut Asked, n: usize, word: usize, rank: u8) {
        for wearer in self.wearers.get(word).into_iter().flatten() {
            let entry = wearer.entry as usize;
            let best = &mut asked.met[n][entry];
            *best = rank.min(*best);
            asked.own[entry] |= wearer.own;
        }
    }

    fn collect(&self, asked: &Asked) -> Vec<Found> {
        let mut out = Vec::new();
        for (n, entry) in self.entries.iter().enumerate() {
            let words = if asked.own[n] { asked.rank([n as u32]) } else { None };
            let rank = match (words, asked.numbered(&entry.digits)) {
                (Some(a), Some(b)) => a.min(b),
                (a, b) => match a.or(b) {
                    Some(rank) => rank,
                    None => continue,
                },
            };
            out.push(Found { who: entry.who, rank, inactive: !entry.active, place: n as u32 });
        }
        out
    }

    /// Clients and caregivers who meet some of it, those who meet the most of it best first, at most `most`: what they
    /// are in may meet all of it.
    pub(super) fn near(&self, asked: &Asked, most: usize) -> Vec<Who> {
        let mut near: Vec<(usize, u8, u32)> = Vec::new();
        for (n, entry) in self.entries.iter().enumerate() {
            if matches!(entry.who, Who::Contact(_)) || !asked.own[n] {
                continue;
            }
            let ranks = asked.met.iter().map(|m| m[n]).filter(|r| *r != NOT);
            if let Some(best) = ranks.clone().min() {
                near.push((asked.met.len() - ranks.count(), best, n as u32));
            }
        }
        if near.len() > most {
            near.select_nth_unstable(most);
            near.truncate(most);
        }
        near.sort_unstable();
        near.into_iter().filter_map(|(_, _, n)| self.entries.get(n as usize).map(|e| e.who)).collect()
    }

    /// Where somebody stands in the index.
    pub(super) fn place(&self, id: [u8; 16]) -> Option<u32> {
        self.places.get(&id).copied()
    }
}

impl Asked {
    /// Nothing was typed that could be looked for.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.number.is_empty()
    }

    /// So little was typed that only people are looked for.
    pub(super) fn is_short(&self) -> bool {
        self.words.iter().all(|w| w.chars().count() < 2)
    }

    /// How well some people together meet all of the words, if they do.
    pub(super) fn rank(&self, places: impl IntoIterator<Item = u32> + Clone) -> Option<Rank> {
        if self.words.is_empty() {
            return None;
        }
        let (mut worst, mut sum) = (WHOLE, 0u16);
        for met in &self.met {
            let best =
                places.clone().into_iter().filter_map(|p| met.get(p as usize)).copied().min().filter(|r| *r != NOT)?;
            worst = worst.max(best);
            sum += u16::from(best);
        }
        // Among equals, whose name has the apostrophe, hyphen or accent that was typed.
        let other = !self.exact.is_empty() && !places.into_iter().any(|p| self.exact.get(p as usize) == Some(&true));
        Some((worst, sum * 2 + u16::from(other)))
    }

    fn numbered(&self, digits: &str) -> Option<Rank> {
        if self.number.is_empty() || !digits.contains(&self.number) {
            return None;
        }
        // The end of a number is what people remember of it.
        let ends = digits.split(' ').any(|d| d.ends_with(&self.number));
        Some(if ends { (WHOLE, 0) } else { (INSIDE, u16::from(INSIDE) * 2) })
    }
}

fn serves(status: ClientStatus) -> bool {
    matches!(status, ClientStatus::Active | ClientStatus::Hold | ClientStatus::Referral)
}

fn contact(cast: &Cast, c: &Record<Contact>) -> Option<Sheet> {
    let whose = cast.clients.get(&c.client)?;
    let order = if c.kind == ContactKind::Physician { 3 } else { 2 };
    Some(Sheet {
        order: (order, fold(&c.name.listed()), c.id.0),
        entry: Entry {
            who: Who::Contact(c.id),
            digits: phones(&c.phones),
            active: serves(whose.status),
            listed: plain(&c.name.listed()),
        },
        own: names(&c.name),
        // A daughter is found by her mother's name and her own together.
        context: names(&whose.name),
    })
}

/// The words of a name: family, given, preferred and former, and a name of several words as one (`garcialopez`).
fn names(name: &Name) -> Vec<String> {
    let mut out = Vec::new();
    for part in [name.family.as_str(), name.given.as_str(), name.preferred.as_str(), name.former.as_str()] {
        let words: Vec<String> = split(part).collect();
        if words.len() > 1 {
            out.push(words.concat());
        }
        out.extend(words);
    }
    out
}

/// As it is written, in small letters and with one kind of apostrophe.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘', 'ʼ', '`'], "'")
}

/// Each word typed begins a word of the name, mark for mark.
fn written(listed: &str, typed: &str) -> bool {
    typed.split_whitespace().all(|word| {
        let word = word.trim_end_matches(',');
        listed.match_indices(word).any(|(at, _)| !listed[..at].ends_with(|c: char| c.is_alphanumeric() || c == '\''))
    })
}

fn split(text: &str) -> impl Iterator<Item = String> + use<> {
    fold(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn phones(phones: &[Phone]) -> String {
    phones.iter().map(|p| digits(&p.number)).collect::<Vec<_>>().join(" ")
}
