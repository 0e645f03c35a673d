//! Which visits lie close to a visit in space and time: where a move is worth trying.

use super::problem::{Problem, Ticks};

/// How many are kept of each.
const KEPT: usize = 24;

/// The closest visits of each visit, worked out when first asked for.
#[derive(Clone, Debug)]
pub(super) struct Nearby(Vec<Option<Box<[u32]>>>);

impl Nearby {
    pub(super) fn new(p: &Problem) -> Self {
        Self(vec![None; p.visits.len()])
    }

    /// The visits closest to this one, closest first.
    pub(super) fn of(&mut self, p: &Problem, visit: u32) -> &[u32] {
        self.0[visit as usize].get_or_insert_with(|| {
            let mut all: Vec<(Ticks, u32)> = (0..p.visits.len() as u32)
                .filter(|other| *other != visit)
                .map(|other| (apart(p, visit, other).min(apart(p, other, visit)), other))
                .collect();
            let kept = KEPT.min(all.len());
            if kept < all.len() {
                all.select_nth_unstable(kept);
            }
            all.truncate(kept);
            all.sort_unstable();
            all.into_iter().map(|(_, other)| other).collect()
        })
    }
}

/// What going from one visit straight to another costs in time: the way, some of the waiting, all of the lateness.
fn apart(p: &Problem, from: u32, to: u32) -> Ticks {
    let (a, b) = (&p.visits[from as usize], &p.visits[to as usize]);
    let way = p.travel.ticks(a.place, b.place);
    let takes = p.stops[from as usize * 2].takes;
    let waiting = b.open - (a.close + takes + way);
    let lateness = a.open + takes + way - b.close;
    way + waiting.max(0) / 5 + lateness.max(0)
}
