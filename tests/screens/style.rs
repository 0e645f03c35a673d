//! A screen as text with its styles: under each row the runs that are not plain. Below it how it looks elsewhere, as what
//! differs: in `mono` and `16-colour` what each style becomes, and where that does not hold; in ASCII what each sign
//! becomes, and the rows that this is not all of.

use caseload::app::Model;
use caseload::shot;
use caseload::ui::Theme;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The sizes at which a screen is held in all looks; at the others it is held in one.
const ALL_LOOKS: [(u16, u16); 3] = [(44, 18), (80, 24), (120, 40)];

/// A screen in all looks.
pub(crate) fn looks(model: &mut Model) -> String {
    let (dark, mut out) = dark(model);
    if ALL_LOOKS.contains(&model.size) {
        out += &styles(model, &dark, "mono");
        out += &styles(model, &dark, "16-colour");
    }
    out += &ascii(model, &dark);
    out
}

/// A screen in every shipped theme.
pub(crate) fn themes(model: &mut Model) -> String {
    let (dark, mut out) = dark(model);
    for name in Theme::NAMES.into_iter().filter(|name| *name != "dark") {
        out += &styles(model, &dark, name);
    }
    out
}

fn dark(model: &Model) -> (Buffer, String) {
    let dark = shot::render(model, &Theme::dark(), model.size.0, model.size.1);
    let out = layers(&dark);
    (dark, out)
}

/// For each word in the first place what stands most often in the second.
fn mostly<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<&'a str, &'a str> {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    pairs.for_each(|(from, to)| *counts.entry(from).or_default().entry(to).or_default() += 1);
    let most = |to: BTreeMap<&'a str, usize>| to.into_iter().max_by_key(|(_, n)| *n).map_or("", |(word, _)| word);
    counts.into_iter().map(|(from, to)| (from, most(to))).collect()
}

/// The styles of another theme: what each becomes, and the cells that are an exception.
fn styles(model: &Model, dark: &Buffer, theme: &str) -> String {
    let other = shot::render(model, &Theme::named(theme).unwrap(), model.size.0, model.size.1);
    let cells: Vec<(u16, u16, String, String)> = (0..dark.area.height)
        .flat_map(|y| (0..dark.area.width).map(move |x| (x, y)))
        .filter(|at| visible(dark, *at) || visible(&other, *at))
        .map(|at| {
            assert_eq!(dark[at].symbol(), other[at].symbol(), "{theme} shows something else at {at:?}");
            (at.0, at.1, worn(dark, at), worn(&other, at))
        })
        .collect();
    let usual = mostly(cells.iter().map(|(_, _, from, to)| (from.as_str(), to.as_str())));
    let told: Vec<String> = usual.iter().filter(|(a, b)| a != b).map(|(a, b)| format!("{a} is {b}")).collect();
    let mut out = format!("= {theme}: {}\n", told.join(" | "));
    let mut runs: Vec<(u16, u16, u16, &str)> = Vec::new();
    for (x, y, _, to) in cells.iter().filter(|(_, _, from, to)| usual[from.as_str()] != to) {
        match runs.last_mut() {
            Some((row, _, end, last)) if (*row, *end + 1, *last) == (*y, *x, to.as_str()) => *end = *x,
            _ => runs.push((*y, *x, *x, to)),
        }
    }
    for (y, from, end, to) in runs {
        let _ = writeln!(out, "{y:>3} ~ {from}-{end} {to}");
    }
    out
}

/// The same screen in ASCII.
fn ascii(model: &mut Model, dark: &Buffer) -> String {
    let utf8 = std::mem::replace(&mut model.capabilities.utf8, false);
    let ascii = shot::render(model, &Theme::dark().with_ascii(), model.size.0, model.size.1);
    model.capabilities.utf8 = utf8;
    let text = shot::write(&ascii, &Theme::dark(), shot::Format::Text);
    assert!(text.is_ascii(), "{text}");
    let cells = || (0..dark.area.height).flat_map(|y| (0..dark.area.width).map(move |x| (x, y)));
    // A letter stays a letter: where it does not, something before it took more cells, and the whole row is told.
    let becomes = |at| if dark[at].symbol().is_ascii() { dark[at].symbol() } else { ascii[at].symbol() };
    let usual = mostly(cells().map(|at| (dark[at].symbol(), becomes(at))));
    let told: Vec<String> = usual.iter().filter(|(a, b)| a != b).map(|(a, b)| format!("{a} {b}")).collect();
    let mut out = format!("= ascii: {}\n", told.join(" | "));
    for (y, row) in text.lines().enumerate() {
        let y = y as u16;
        let same = |x: u16| {
            let shown = visible(dark, (x, y)) || visible(&ascii, (x, y));
            usual[dark[(x, y)].symbol()] == ascii[(x, y)].symbol()
                && (!shown || worn(dark, (x, y)) == worn(&ascii, (x, y)))
        };
        if !(0..dark.area.width).all(same) {
            let _ = writeln!(out, "{y:>3} {row}");
            let runs = runs(&ascii, y);
            if !runs.is_empty() {
                let _ = writeln!(out, "   ~ {runs}");
            }
        }
    }
    out
}

/// Something is to be seen in this cell.
fn visible(buf: &Buffer, at: (u16, u16)) -> bool {
    let cell = &buf[at];
    cell.symbol() != " "
        || cell.bg != Color::Reset
        || cell.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED)
}

/// The whole style of a cell.
fn worn(buf: &Buffer, at: (u16, u16)) -> String {
    let cell = &buf[at];
    // The frame's colour goes unsaid in a row, but not here.
    let frame = if cell.fg == Color::DarkGray { "frame" } else { "plain" };
    Some(name(cell.fg, cell.bg, cell.modifier)).filter(|n| !n.is_empty()).unwrap_or_else(|| frame.to_owned())
}

/// Rows between bars, and under each its styled runs by column.
pub(crate) fn layers(buf: &Buffer) -> String {
    let text = shot::write(buf, &Theme::dark(), shot::Format::Text);
    let mut out = String::new();
    for (y, row) in text.lines().enumerate() {
        let _ = writeln!(out, "{row}");
        let runs = runs(buf, y as u16);
        if !runs.is_empty() {
            let _ = writeln!(out, "   ~ {runs}");
        }
    }
    out
}

fn runs(buf: &Buffer, y: u16) -> String {
    let mut runs: Vec<(u16, u16, String)> = Vec::new();
    for x in 0..buf.area.width {
        let cell = &buf[(x, y)];
        let name = name(cell.fg, cell.bg, cell.modifier);
        let blank = cell.symbol() == " " && !name.contains("rev") && !name.contains("under") && cell.bg == Color::Reset;
        if name.is_empty() || blank {
            continue;
        }
        match runs.last_mut() {
            Some((_, end, last)) if *last == name && x <= *end + 2 => *end = x,
            _ => runs.push((x, x, name)),
        }
    }
    runs.iter().map(|(from, to, name)| format!("{from}-{to} {name}")).collect::<Vec<_>>().join(" | ")
}

fn name(fg: Color, bg: Color, modifier: Modifier) -> String {
    let mut parts = Vec::new();
    if fg != Color::Reset {
        parts.push(fg.to_string().to_lowercase());
    }
    if bg != Color::Reset {
        parts.push(format!("on {}", bg.to_string().to_lowercase()));
    }
    for (flag, word) in
        [(Modifier::BOLD, "bold"), (Modifier::DIM, "dim"), (Modifier::REVERSED, "rev"), (Modifier::UNDERLINED, "under")]
    {
        if modifier.contains(flag) {
            parts.push(word.to_owned());
        }
    }
    // The frame is the same everywhere: saying so in each row would hide what changes.
    if parts == ["darkgray"] { String::new() } else { parts.join("+") }
}
