//! The card of a keymap to print and lay beside the screen: plain text of 80 columns in two columns, made of the table of
//! actions and of the keymap, so that it can't say anything else than the keys do.

use super::action::{self, Action};
use super::keymap::{Context, Keymap};
use super::layers::{OUTCOMES, STORM_SAYS};
use std::fmt::Write;

/// Columns of the page.
pub const WIDE: usize = 80;
/// Columns of a half, with two between them.
const HALF: usize = 39;
/// Columns of half a half, with one between them.
const QUARTER: usize = 19;
/// Columns of the keys in a quarter.
const KEYS: usize = 6;

/// One place with its lines.
struct Block {
    lines: Vec<String>,
}

/// Places in the order in which they are met.
const ORDER: [Context; 17] = [
    Context::Any,
    Context::Always,
    Context::Dashboard,
    Context::Calendar,
    Context::Page,
    Context::Review,
    Context::Form,
    Context::CallOut,
    Context::Storm,
    Context::Dial,
    Context::Lifted,
    Context::Plan,
    Context::Why,
    Context::List,
    Context::Card,
    Context::Typing,
    Context::Lock,
];

/// The card of a keymap of this name.
pub fn key_card(name: &str, keymap: &Keymap) -> String {
    let blocks: Vec<Block> = ORDER.iter().filter_map(|context| block(keymap, *context)).collect();
    let (left, right) = halves(&blocks);
    let mut out = format!("caseload · keys: {name}\n{}\n", rules(keymap));
    for n in 0..left.len().max(right.len()) {
        let a = left.get(n).map_or("", String::as_str);
        let b = right.get(n).map_or("", String::as_str);
        let fill = HALF.saturating_sub(a.chars().count()) + 2;
        let line = format!("{a}{}{b}", " ".repeat(fill));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The three sentences that hold for every key.
fn rules(keymap: &Keymap) -> String {
    let here = [Context::Dashboard, Context::Any, Context::Always];
    let key = |id: &str| shortest(keymap.keys_of(&here, id));
    let mut out = String::new();
    let _ = match (keymap.letters_find, key("back")) {
        (true, Some(back)) => write!(out, "A typed letter finds. {back} goes back and loses nothing."),
        (false, Some(back)) => write!(out, "A letter starts, enter commits. {back} goes back and loses nothing."),
        (_, None) => Ok(()),
    };
    let more: Vec<String> =
        [("help", "keys of this screen"), ("here", "what can be done here"), ("palette", "everything")]
            .iter()
            .filter_map(|(id, word)| key(id).map(|key| format!("{key} {word}")))
            .collect();
    format!("{out}\n{}\n", more.join(" · "))
}

fn shortest(keys: Vec<String>) -> Option<String> {
    keys.into_iter().min_by_key(|k| (k != "esc", k.split(' ').count(), k.len()))
}

/// A place: its heading and its keys, two beside each other where both are short.
fn block(keymap: &Keymap, context: Context) -> Option<Block> {
    let bindings = keymap.bindings();
    let of = |c: Context| bindings.iter().filter(move |(at, ..)| *at == c).map(|(_, keys, id)| (keys.clone(), *id));
    // What means the same everywhere is said once.
    let wider = |entry: &(String, &str)| {
        let above = [Context::Any, Context::Always];
        let past = if context == Context::Any { &above[1..] } else { &above[..] };
        context != Context::Always && past.iter().any(|c| of(*c).any(|known| known == *entry))
    };
    let own: Vec<(String, &'static str)> = of(context).filter(|entry| !wider(entry)).collect();
    let mut entries: Vec<(String, &str)> = Vec::new();
    for action in action::TABLE {
        let keys: Vec<&str> = own.iter().filter(|(_, id)| *id == action.id).map(|(keys, _)| keys.as_str()).collect();
        if !keys.is_empty() {
            entries.push((beside(keys), word(action)));
        }
    }
    let mut lines = vec![context.title().to_uppercase()];
    lines.extend(columns(&entries));
    if context == Context::Dial {
        let said = |words: Vec<&str>| -> Vec<(String, String)> {
            words.iter().enumerate().map(|(n, word)| ((n + 1).to_string(), (*word).to_owned())).collect()
        };
        for (of, words) in [
            ("a caregiver says", said(OUTCOMES.iter().map(|(_, word)| *word).collect())),
            ("a client in a storm is", said(STORM_SAYS.iter().map(|(_, word)| *word).collect())),
        ] {
            lines.push(of.to_owned());
            let words: Vec<(String, &str)> = words.iter().map(|(n, word)| (n.clone(), word.as_str())).collect();
            lines.extend(columns(&words));
        }
    }
    (lines.len() > 1).then_some(Block { lines })
}

/// What the key does, in a word or two.
fn word(action: &Action) -> &'static str {
    action.hint
}

/// The shortest key, and another one where both are short: `up k`.
fn beside(mut keys: Vec<&str>) -> String {
    keys.sort_by_key(|k| (k.split(' ').count(), k.chars().count(), k.to_owned()));
    let mut out = keys.first().map_or_else(String::new, |k| (*k).to_owned());
    if let Some(second) = keys.get(1)
        && !out.contains(' ')
        && !second.contains(' ')
        && out.chars().count() + second.chars().count() < 8
    {
        let _ = write!(out, " {second}");
    }
    out
}

/// Keys and words, aligned; two entries on a line where both fit into a quarter of the page.
fn columns(entries: &[(String, &str)]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let (short, long): (Vec<_>, Vec<_>) = entries
        .iter()
        .partition(|(keys, word)| keys.chars().count() <= KEYS && KEYS + 1 + word.chars().count() <= QUARTER);
    let cell = |(keys, word): &(String, &str), column: usize| {
        let fill = column.saturating_sub(keys.chars().count());
        format!("{keys}{} {word}", " ".repeat(fill))
    };
    let rows = short.len().div_ceil(2);
    for n in 0..rows {
        let a = short.get(n).map(|e| cell(e, KEYS)).unwrap_or_default();
        let b = short.get(rows + n).map(|e| cell(e, KEYS)).unwrap_or_default();
        let fill = (QUARTER + 1).saturating_sub(a.chars().count());
        out.push(format!("{a}{}{b}", " ".repeat(fill)).trim_end().to_owned());
    }
    let column = long.iter().map(|(keys, _)| keys.chars().count()).max().unwrap_or(0);
    out.extend(long.iter().map(|e| cell(e, column)));
    out
}

/// The blocks in two columns of about the same height, none of them torn.
fn halves(blocks: &[Block]) -> (Vec<String>, Vec<String>) {
    let height = |part: &[Block]| part.iter().map(|b| b.lines.len() + 1).sum::<usize>();
    let best = (0..=blocks.len()).min_by_key(|n| height(&blocks[..*n]).max(height(&blocks[*n..]))).unwrap_or(0);
    let joined = |part: &[Block]| {
        let mut out: Vec<String> = Vec::new();
        for (n, block) in part.iter().enumerate() {
            if n > 0 {
                out.push(String::new());
            }
            out.extend(block.lines.iter().cloned());
        }
        out
    };
    (joined(&blocks[..best]), joined(&blocks[best..]))
}
