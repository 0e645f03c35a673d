//! One row: what differs is written, what is to be empty is emptied, what stands there already is passed over.

use super::Pen;
use super::grid::{Grid, Spot};
use super::look::{Abilities, Look};
use super::shortest;
use super::way::way;

/// From so many cells on it is shorter to empty them and to go over them than to write blanks.
const EMPTIED: usize = 9;

/// Sends what differs in a row, and takes down that it stands there. Where a letter may take more or fewer cells than we
/// think, cell by cell from left to right; elsewhere the shortest way.
pub(super) fn send(pen: &mut Pen, y: u16, abilities: Abilities, want: &Grid, there: &mut Grid) {
    if !shortest::send(pen, y, abilities, want, there) {
        in_order(pen, y, abilities, want, there);
    }
}

fn in_order(pen: &mut Pen, y: u16, abilities: Abilities, want: &Grid, there: &mut Grid) {
    let (wanted, stands) = (want.row(y), there.row_mut(y));
    let Some(mut last) = (0..wanted.len()).rev().find(|x| wanted[*x] != stands[*x]) else { return };
    // What stood there twice as wide is written over whole, and so is what comes under a wide one.
    let mut x = 0;
    // Until here it is written whether or not it differs.
    let mut forced = 0;
    while x < wanted.len() && (x <= last || x < forced) {
        let spot = &wanted[x];
        let width = usize::from(spot.width()).min(wanted.len() - x);
        let differs = x < forced || (x..x + width).any(|n| covered(wanted, stands, x, n));
        if !differs {
            x += width;
            continue;
        }
        let blanks = blanks(wanted, x);
        if blanks > 0 && x + blanks == wanted.len() && last + 1 - x.min(last + 1) > 3 {
            reach(pen, x, y, wanted);
            plain(pen, abilities);
            pen.out.extend_from_slice(b"\x1b[K");
            stands[x..].fill(Spot::BLANK);
            return;
        }
        let needed = (x..x + blanks).rev().find(|n| wanted[*n] != stands[*n]).map_or(0, |n| n + 1 - x);
        if needed >= EMPTIED && abilities.empty && x >= forced {
            reach(pen, x, y, wanted);
            plain(pen, abilities);
            pen.out.extend_from_slice(format!("\x1b[{needed}X").as_bytes());
            stands[x..x + needed].fill(Spot::BLANK);
            x += needed;
            continue;
        }
        // A wide letter whose half is overwritten is gone: what it covered is written anew.
        let stood = usize::from(stands[x].width());
        reach(pen, x, y, wanted);
        write(pen, spot, abilities);
        let end = (x + stood.max(width)).min(wanted.len());
        if stood > width {
            forced = forced.max(end);
            last = last.max(end - 1);
        }
        stands[x] = spot.clone();
        if width == 2 {
            // What begins under a wide letter is wiped by it.
            let under = (x + 1 + usize::from(stands[x + 1].width())).min(wanted.len());
            if under > x + 2 {
                forced = forced.max(under);
                last = last.max(under - 1);
            }
            stands[x + 1] = wanted[x + 1].clone();
        }
        x += width;
        let sure = spot.is_sure();
        pen.at = (sure && x < wanted.len()).then_some((x as u16, y));
        if !sure && x < wanted.len() {
            // It may have come out wider than it is: what follows is written over that.
            forced = forced.max(x + 1);
            last = last.max(x);
        }
    }
}

/// Whether a cell differs; under a wide letter it is the letter that counts.
fn covered(wanted: &[Spot], stands: &[Spot], from: usize, at: usize) -> bool {
    if at == from { wanted[at] != stands[at] } else { !stands[at].is_blank() }
}

/// How many plain blanks follow.
fn blanks(wanted: &[Spot], x: usize) -> usize {
    wanted[x..].iter().take_while(|s| **s == Spot::BLANK).count()
}

/// Before cells are emptied or rows come in: those are plain.
pub(super) fn plain(pen: &mut Pen, abilities: Abilities) {
    // Some terminals empty cells in the background of the pen, some do not: with a plain one they agree.
    if pen.look.is_none_or(|look| look.of_blank() != Look::PLAIN) {
        look(pen, Look::PLAIN, abilities);
    }
}

/// Brings the cursor to a cell: over what stands between, written once more, where that is shorter.
fn reach(pen: &mut Pen, x: usize, y: u16, wanted: &[Spot]) {
    let to = x as u16;
    if let Some((cx, cy)) = pen.at
        && cy == y
        && cx < to
        && let Some(look) = pen.look
    {
        let between = &wanted[usize::from(cx)..x];
        let same = |s: &Spot| s.is_sure() && s.width() == 1 && fits(s, look);
        let letters: usize = between.iter().map(|s| s.letters().len()).sum();
        if letters <= way(pen.at, to, y).len() && between.iter().all(same) {
            for s in between {
                pen.out.extend_from_slice(s.letters().as_bytes());
            }
            pen.at = Some((to, y));
            return;
        }
    }
    pen.go(to, y);
}

/// Whether it can be written as the pen is.
pub(super) fn fits(spot: &Spot, pen: Look) -> bool {
    if spot.is_blank() { spot.look.blank_fits(pen) } else { spot.look == pen }
}

pub(super) fn write(pen: &mut Pen, spot: &Spot, abilities: Abilities) {
    if !pen.look.is_some_and(|pen| fits(spot, pen)) {
        look(pen, spot.look, abilities);
    }
    pen.out.extend_from_slice(spot.letters().as_bytes());
}

/// The next letter looks so.
fn look(pen: &mut Pen, then: Look, abilities: Abilities) {
    let text = then.after(pen.look, abilities.take_off);
    pen.out.extend_from_slice(text.as_bytes());
    pen.look = Some(then);
}
