//! The shortest way through one row. To write on over what stands there, to jump over it, to empty cells or all that is
//! left of the row, to repeat a letter, to change the look now or later: each choice changes what the next one costs, so
//! all of them are weighed together, cell by cell from left to right, and the cheapest chain is sent.

use super::Pen;
use super::grid::{Grid, Spot};
use super::look::{Abilities, Look};
use super::row::{fits, plain, write};
use super::way::way;

/// So many cells before the first that differs may be written over on the way there.
const RUN_UP: usize = 5;
/// Fewer equal letters are not worth a repeat, fewer blanks not worth being emptied.
const FEWEST: usize = 5;

/// One choice.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The cursor is brought into the row.
    Enter,
    /// Over what stands there already.
    Jump,
    /// One cell is written.
    Write,
    /// A letter is written and repeated, so many cells in all.
    Repeat(usize),
    /// So many cells are emptied; the cursor stays before them, and jumps where something is left to do.
    Empty(usize),
    /// The rest of the row is emptied.
    EmptyRest,
}

/// Where a chain of choices has come to.
#[derive(Debug, Clone, Copy)]
struct Node {
    cost: usize,
    /// Everything left of this column is as it is wanted, and the cursor stands here.
    x: usize,
    /// Which look the pen has.
    look: usize,
    /// The rest of the row was emptied.
    emptied: bool,
    from: usize,
    step: Step,
}

struct Search<'a> {
    wanted: &'a [Spot],
    abilities: Abilities,
    /// The first column from each on where something is to be done, in the row as it stands and in one that was
    /// emptied; the width of the row where there is none.
    next: [Vec<usize>; 2],
    /// Looks that the pen may have; the first is its own now.
    looks: Vec<Option<Look>>,
    /// Which of them each cell has.
    look_of: Vec<usize>,
    /// Bytes from one to another, as far as they were asked for.
    changes: Vec<Option<usize>>,
    nodes: Vec<Node>,
    /// The cheapest node of each column, look and row emptied or not.
    best: Vec<Option<usize>>,
}

/// Sends what differs in a row, and takes down that it stands there. Not for rows with letters whose width is not one
/// cell on every terminal: those answer false, and nothing was sent.
pub(super) fn send(pen: &mut Pen, y: u16, abilities: Abilities, want: &Grid, there: &mut Grid) -> bool {
    let (wanted, stands) = (want.row(y), there.row_mut(y));
    let Some(first) = wanted.iter().zip(&*stands).position(|(w, s)| w != s) else { return true };
    let simple = |s: &Spot| s.width() == 1 && s.is_sure();
    if !wanted.iter().all(simple) || !stands.iter().all(simple) {
        return false;
    }
    let mut search = Search::new(wanted, stands, pen, abilities);
    let here = pen.at.filter(|(x, cy)| *cy == y && usize::from(*x) < first).map(|(x, _)| usize::from(x));
    for x in (first.saturating_sub(RUN_UP)..=first).chain(Some(0)).chain(here) {
        let cost = way(pen.at, x as u16, y).len();
        search.reach(Node { cost, x, look: 0, emptied: false, from: usize::MAX, step: Step::Enter });
    }
    let chain = search.run();
    for node in chain {
        follow(pen, y, abilities, wanted, stands, node);
    }
    true
}

fn follow(pen: &mut Pen, y: u16, abilities: Abilities, wanted: &[Spot], stands: &mut [Spot], (at, to): (usize, Node)) {
    let put = |pen: &mut Pen, x: usize| pen.at = (x < wanted.len()).then_some((x as u16, y));
    match to.step {
        Step::Enter | Step::Jump => pen.go(to.x as u16, y),
        Step::Write => {
            write(pen, &wanted[at], abilities);
            put(pen, at + 1);
            stands[at] = wanted[at].clone();
        }
        Step::Repeat(n) => {
            write(pen, &wanted[at], abilities);
            pen.out.extend_from_slice(format!("\x1b[{}b", n - 1).as_bytes());
            put(pen, at + n);
            stands[at..at + n].fill(wanted[at].clone());
        }
        Step::Empty(n) => {
            plain(pen, abilities);
            pen.out.extend_from_slice(format!("\x1b[{n}X").as_bytes());
            stands[at..at + n].fill(Spot::BLANK);
            if to.x < wanted.len() {
                pen.go(to.x as u16, y);
            }
        }
        Step::EmptyRest => {
            plain(pen, abilities);
            pen.out.extend_from_slice(b"\x1b[K");
            stands[at..].fill(Spot::BLANK);
        }
    }
}

impl<'a> Search<'a> {
    fn new(wanted: &'a [Spot], stands: &[Spot], pen: &Pen, abilities: Abilities) -> Self {
        let width = wanted.len();
        let next = [false, true].map(|emptied| {
            let mut next = vec![width; width + 1];
            for x in (0..width).rev() {
                let there = if emptied { &Spot::BLANK } else { &stands[x] };
                next[x] = if wanted[x] == *there { next[x + 1] } else { x };
            }
            next
        });
        let mut looks = vec![pen.look];
        let mut number = |look: Look| {
            let found = looks.iter().position(|known| *known == Some(look));
            found.unwrap_or_else(|| {
                looks.push(Some(look));
                looks.len() - 1
            })
        };
        // The plain one is always there: cells are emptied with it.
        number(Look::PLAIN);
        let look_of = wanted.iter().map(|spot| number(spot.look)).collect();
        let count = looks.len();
        Self {
            wanted,
            abilities,
            next,
            looks,
            look_of,
            changes: vec![None; count * count],
            nodes: Vec::with_capacity(4 * width),
            best: vec![None; (width + 1) * count * 2],
        }
    }

    /// A chain has come to a node: the cheapest of those that come to the same is kept.
    fn reach(&mut self, node: Node) {
        let slot = (node.x * self.looks.len() + node.look) * 2 + usize::from(node.emptied);
        match self.best.get(slot).copied().flatten() {
            Some(known) if self.nodes[known].cost <= node.cost => {}
            _ => {
                self.best[slot] = Some(self.nodes.len());
                self.nodes.push(node);
            }
        }
    }

    /// Weighs all ways; the cheapest, each choice with the column that it begins in.
    fn run(mut self) -> Vec<(usize, Node)> {
        let mut end: Option<usize> = None;
        for x in 0..=self.wanted.len() {
            for emptied in [false, true] {
                for look in 0..self.looks.len() {
                    let slot = (x * self.looks.len() + look) * 2 + usize::from(emptied);
                    let Some(number) = self.best[slot] else { continue };
                    let node = self.nodes[number];
                    if self.next[usize::from(emptied)][x] >= self.wanted.len() {
                        if end.is_none_or(|end| node.cost < self.nodes[end].cost) {
                            end = Some(number);
                        }
                    } else if end.is_none_or(|end| node.cost < self.nodes[end].cost) {
                        self.go_on(number, node);
                    }
                }
            }
        }
        let mut chain = Vec::new();
        let mut at = end;
        while let Some(node) = at.and_then(|at| self.nodes.get(at)).copied() {
            let before = self.nodes.get(node.from);
            chain.push((before.map_or(0, |before| before.x), node));
            at = before.map(|_| node.from);
        }
        chain.reverse();
        chain
    }

    /// All choices from a node.
    fn go_on(&mut self, from: usize, node: Node) {
        let Node { cost, x, look, emptied, .. } = node;
        let to = |cost, x, look, step| Node { cost, x, look, emptied, from, step };
        let next = self.next[usize::from(emptied)][x];
        if next > x {
            self.reach(to(cost + jump(next - x), next, look, Step::Jump));
        }
        let spot = &self.wanted[x];
        let then = if self.looks[look].is_some_and(|pen| fits(spot, pen)) { look } else { self.look_of[x] };
        let letters = spot.letters().len();
        let written = cost + self.change(look, then) + letters;
        self.reach(to(written, x + 1, then, Step::Write));
        if next == x {
            let run = self.wanted[x..].iter().take_while(|s| *s == spot).count();
            // Never up to the last column: what the cursor does behind it is not the same everywhere.
            let repeated = run.min(self.wanted.len() - 1 - x);
            if self.abilities.repeat && letters == 1 && repeated >= FEWEST {
                let cost = written + 3 + digits(repeated - 1);
                self.reach(to(cost, x + repeated, then, Step::Repeat(repeated)));
            }
            if self.abilities.empty && *spot == Spot::BLANK {
                self.empty(from, node, run);
            }
        }
        if !emptied {
            let plain = self.plain(look);
            let cost = cost + self.change(look, plain) + 3;
            self.reach(Node { emptied: true, ..to(cost, x, plain, Step::EmptyRest) });
        }
    }

    /// Of a run of blanks as many are emptied as must be.
    fn empty(&mut self, from: usize, node: Node, run: usize) {
        let Node { cost, x, look, emptied, .. } = node;
        let differs = &self.next[usize::from(emptied)];
        let Some(needed) = (x..x + run).rev().find(|n| differs[*n] == *n).map(|last| last + 1 - x) else { return };
        if needed < FEWEST {
            return;
        }
        let next = differs[x + needed];
        let plain = self.plain(look);
        let emptying = cost + self.change(look, plain) + 3 + digits(needed);
        let (cost, end) = if next < self.wanted.len() { (emptying + jump(next - x), next) } else { (emptying, next) };
        self.reach(Node { cost, x: end, look: plain, emptied, from, step: Step::Empty(needed) });
    }

    /// The look in which cells can be emptied, from this one.
    fn plain(&self, look: usize) -> usize {
        if self.looks[look].is_some_and(|look| look.of_blank() == Look::PLAIN) {
            return look;
        }
        self.looks.iter().position(|known| *known == Some(Look::PLAIN)).unwrap_or_default()
    }

    fn change(&mut self, from: usize, to: usize) -> usize {
        if from == to && self.looks[from].is_some() {
            return 0;
        }
        let slot = from * self.looks.len() + to;
        if let Some(known) = self.changes[slot] {
            return known;
        }
        let look = self.looks[to].unwrap_or(Look::PLAIN);
        let cost = look.after(self.looks[from], self.abilities.take_off).len();
        self.changes[slot] = Some(cost);
        cost
    }
}

/// Bytes of a jump to the right.
fn jump(by: usize) -> usize {
    if by == 1 { 3 } else { 3 + digits(by) }
}

fn digits(n: usize) -> usize {
    n.to_string().len()
}
