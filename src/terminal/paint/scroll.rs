//! Rows that are only somewhere else are moved and not written anew. Only whole rows can be: where panes stand side by
//! side nothing is found, and nothing is sent.

use super::grid::Grid;
use super::look::Abilities;
use super::{Pen, row};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How a terminal scrolls rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scrolling {
    /// Not in any way that is sure.
    #[default]
    None,
    /// By taking lines out and putting lines in.
    Lines,
    /// Within a region (`DECSTBM`, `SU`, `SD`).
    Region,
}

/// Rows that move.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scroll {
    first: u16,
    last: u16,
    /// Up by so many, down where it is negative.
    up: i32,
}

/// Fewer rows than this are written anew.
const FEWEST: usize = 3;
/// A scroll takes about so many bytes: fewer cells than this saved, and it does not pay.
const PAYS: usize = 24;

/// What could be scrolled, if it pays.
pub(super) fn find(there: &Grid, want: &Grid, how: Scrolling) -> Option<Scroll> {
    if how == Scrolling::None || (there.width, there.height) != (want.width, want.height) {
        return None;
    }
    let changed: Vec<u16> = (0..want.height).filter(|y| want.row(*y) != there.row(*y)).collect();
    if changed.len() < FEWEST {
        return None;
    }
    let mut stands: HashMap<u64, Vec<u16>> = HashMap::new();
    for y in 0..there.height {
        if there.row(y).iter().any(|s| !s.is_blank()) {
            stands.entry(hash(there, y)).or_default().push(y);
        }
    }
    let mut moved: HashMap<i32, Vec<u16>> = HashMap::new();
    for y in &changed {
        for from in stands.get(&hash(want, *y)).into_iter().flatten().filter(|from| there.row(**from) == want.row(*y)) {
            moved.entry(i32::from(*from) - i32::from(*y)).or_default().push(*y);
        }
    }
    let found = moved.into_iter().filter(|(_, rows)| rows.len() >= FEWEST);
    let scrolls = found.filter_map(|(up, rows)| {
        let (low, high) = (i32::from(*rows.first()?), i32::from(*rows.last()?));
        let (first, last) = if up > 0 { (low, high + up) } else { (low + up, high) };
        let scroll = Scroll { first: u16::try_from(first).ok()?, last: u16::try_from(last).ok()?, up };
        let saved = saved(there, want, &scroll)?;
        Some((saved, scroll))
    });
    // Of two that save the same the shorter way, so that the same frame has the same bytes.
    scrolls.max_by_key(|(saved, s)| (*saved, -s.up.abs(), s.up)).map(|(_, scroll)| scroll)
}

/// Cells that need not be written because of it; none where it does not pay.
fn saved(there: &Grid, want: &Grid, scroll: &Scroll) -> Option<usize> {
    let differing = |y: u16, from: Option<u16>| {
        let stands = from.map(|from| there.row(from));
        let blank = super::grid::Spot::BLANK;
        let cells = want.row(y).iter().enumerate();
        cells.filter(|(x, s)| **s != *stands.and_then(|row| row.get(*x)).unwrap_or(&blank)).count()
    };
    let rows = scroll.first..=scroll.last;
    let (mut before, mut after) = (0, 0);
    for y in rows.clone() {
        before += differing(y, Some(y));
        let from = u16::try_from(i32::from(y) + scroll.up).ok().filter(|from| rows.contains(from));
        after += differing(y, from);
    }
    before.checked_sub(after).filter(|saved| *saved > PAYS)
}

fn hash(grid: &Grid, y: u16) -> u64 {
    let mut hasher = DefaultHasher::new();
    for spot in grid.row(y) {
        spot.text.hash(&mut hasher);
    }
    hasher.finish()
}

/// Scrolls the rows.
pub(super) fn send(pen: &mut Pen, scroll: &Scroll, abilities: Abilities, there: &mut Grid) {
    row::plain(pen, abilities);
    let by = scroll.up.unsigned_abs();
    let n = if by == 1 { String::new() } else { by.to_string() };
    let (first, last) = (scroll.first + 1, scroll.last + 1);
    match abilities.scrolling {
        Scrolling::None => return,
        Scrolling::Region => {
            let letter = if scroll.up > 0 { 'S' } else { 'T' };
            pen.out.extend_from_slice(format!("\x1b[{first};{last}r\x1b[{n}{letter}\x1b[r").as_bytes());
            // Setting a region, or none, sends the cursor home.
            pen.at = Some((0, 0));
        }
        Scrolling::Lines => {
            // What is taken out at one end comes in at the other, so that the rows below stay where they are.
            let low = u32::from(last) - by + 1;
            let (out, into) = if scroll.up > 0 { (u32::from(first), low) } else { (low, u32::from(first)) };
            pen.out.extend_from_slice(format!("\x1b[{out}H\x1b[{n}M\x1b[{into}H\x1b[{n}L").as_bytes());
            pen.at = Some((0, (into - 1) as u16));
        }
    }
    there.scroll(scroll.first, scroll.last, scroll.up);
}
