//! The best place for a visit that has none.

use super::problem::{Late, Problem, Ticks};
use super::random::Random;
use super::schedule::{NOBODY, Schedule, fit};

/// How many places are looked at exactly before the rest.
const EXACT: usize = 5;
/// How many people are paired for a visit for two, of those that fit each part best.
const PAIRED: usize = 10;

/// A place a visit might have: an estimate of its cost, who, and the key.
#[derive(Clone, Copy, Debug)]
struct Place {
    estimate: i64,
    who: [u32; 2],
    key: i64,
}

/// Room for the work, kept between calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    places: Vec<Place>,
    people: [Vec<Person>; 2],
    gaps: Vec<Gap>,
}

/// Somebody who may do a part: what it would cost at least, who, and which of the gaps are hers.
type Person = (i64, u32, usize, usize);

/// A gap of somebody's route: the node it comes after, and what one stop there would cost and when it would start.
#[derive(Clone, Copy, Debug)]
struct Gap {
    after: u32,
    fits: Option<(i64, Ticks)>,
}

/// How a visit is put in.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// Places left out by chance, in a hundred, so that the same gap does not always win.
    pub(super) blink: usize,
    /// Put it in only where all costs together are below this.
    pub(super) below: i64,
}

/// Puts a visit in where it costs least. False: it stays out, and nothing has changed.
pub(super) fn put(p: &Problem, s: &mut Schedule, room: &mut Room, random: &mut Random, visit: u32, how: How) -> bool {
    room.places.clear();
    let (one, two) = (visit * 2, visit * 2 + 1);
    let open = |stop: u32| p.stops[stop as usize].real && p.stops[stop as usize].fixed.is_none();
    match (open(one), open(two)) {
        (true, true) => pairs(p, s, room, visit),
        (true, false) if p.stops[two as usize].real => half(p, s, room, one),
        (false, true) => half(p, s, room, two),
        (true, false) => alone(p, s, room, one),
        (false, false) => return false,
    }
    if how.blink > 0 && room.places.len() > 1 {
        room.places.retain(|_| !random.percent(how.blink));
    }
    // The most promising exactly; the rest only while none of them was possible.
    let mut best: Option<(i64, Place)> = None;
    let mut from = 0;
    while best.is_none() && from < room.places.len() {
        let to = (from + EXACT).min(room.places.len());
        if to < room.places.len() {
            room.places[from..].select_nth_unstable_by_key(to - from, |q| (q.estimate, q.who, q.key));
        }
        room.places[from..to].sort_unstable_by_key(|q| (q.estimate, q.who, q.key));
        for place in &room.places[from..to] {
            let mark = s.mark();
            s.put_in(p, visit, place.key, place.who);
            if s.settle(p) && best.is_none_or(|b| s.total() < b.0) {
                best = Some((s.total(), *place));
            }
            s.back(mark);
        }
        from = to;
    }
    match best {
        Some((total, place)) if total < how.below => {
            s.put_in(p, visit, place.key, place.who);
            s.settle(p)
        }
        _ => false,
    }
}

/// What one stop between two nodes of a route would cost at least, and when it would start; nothing where it can't be.
#[inline]
fn between(p: &Problem, s: &Schedule, stop: u32, who: u32, a: u32, b: u32, from: Ticks) -> Option<(i64, Ticks)> {
    let visit = &p.visits[stop as usize / 2];
    let takes = p.stops[stop as usize].takes;
    // What can be seen without asking for the way.
    if (!s.is_ring(a) && p.overlap_on_paper(a, stop)) || (!s.is_ring(b) && p.overlap_on_paper(stop, b)) {
        return None;
    }
    if visit.late == Late::Never && !s.is_ring(a) && s.until(a) > visit.close {
        return None;
    }
    if !s.is_ring(b) {
        let next = &p.visits[b as usize / 2];
        let last = match (p.stops[b as usize].fixed, next.late) {
            (Some(fixed), _) => fixed.start,
            (None, Late::Never) => next.close,
            (None, Late::Costs(_)) => Ticks::MAX,
        };
        if from.max(visit.open) + takes > last {
            return None;
        }
    }
    let start = fit(&p.caregivers[who as usize].shifts, from.max(s.arrival(p, a, stop)), takes)?;
    let onward = s.leg(p, stop, b);
    let mut cost = p.weights.travel * (s.leg(p, a, stop) + onward - s.leg(p, a, b)) + p.person(stop, who);
    if start > visit.close {
        match visit.late {
            Late::Never => return None,
            Late::Costs(each) => cost += each * (start - visit.close),
        }
    }
    // Whoever comes after is pushed until some waiting takes it up. (What that does to others' routes comes out when the
    // place is looked at exactly.)
    let (mut node, mut there) = (b, start + takes + onward);
    while !s.is_ring(node) && there > s.start(node) {
        let pushed = &p.stops[node as usize];
        if pushed.fixed.is_some() {
            return None;
        }
        let then = fit(&p.caregivers[who as usize].shifts, there, pushed.takes)?;
        let next = &p.visits[node as usize / 2];
        match next.late {
            Late::Never if then > next.close => return None,
            Late::Never => {}
            Late::Costs(each) => cost += each * (then - s.start(node).max(next.close)).max(0),
        }
        let after = s.next(node);
        there = then + pushed.takes + s.leg(p, node, after);
        node = after;
    }
    Some((cost, start))
}

/// Every gap of everybody who is able.
fn alone(p: &Problem, s: &Schedule, room: &mut Room, stop: u32) {
    let visit = stop / 2;
    let hard = p.visits[visit as usize].late == Late::Never;
    for &who in p.able(stop) {
        if p.excluded(stop, who) {
            continue;
        }
        let ring = s.ring(who);
        let mut a = ring;
        loop {
            let b = s.next(a);
            if let Some((estimate, start)) = between(p, s, stop, who, a, b, s.floor(visit))
                && let Some(key) = s.key_between(a, b, start)
            {
                room.places.push(Place { estimate, who: pair(stop, who, NOBODY), key });
            }
            // Behind a stop that ends after the window has closed there is no gap left.
            if b == ring || (hard && s.until(b) > p.visits[visit as usize].close) {
                break;
            }
            a = b;
        }
    }
}

fn pair(stop: u32, who: u32, other: u32) -> [u32; 2] {
    if stop.is_multiple_of(2) { [who, other] } else { [other, who] }
}

/// The other part is fixed, and the key with it.
fn half(p: &Problem, s: &Schedule, room: &mut Room, stop: u32) {
    let key = s.key(stop / 2);
    let other = s.who(stop ^ 1);
    for &who in p.able(stop) {
        if who == other || p.excluded(stop, who) {
            continue;
        }
        let a = s.before(who, key, stop / 2);
        let b = s.next(a);
        if let Some((estimate, _)) = between(p, s, stop, who, a, b, s.floor(stop / 2)) {
            room.places.push(Place { estimate, who: pair(stop, who, NOBODY), key });
        }
    }
}

/// For each part those whom it would cost least by itself, and every gap of each two of them.
fn pairs(p: &Problem, s: &Schedule, room: &mut Room, visit: u32) {
    let (one, two) = (visit * 2, visit * 2 + 1);
    let v = &p.visits[visit as usize];
    room.gaps.clear();
    for stop in [one, two] {
        let people = &mut room.people[stop as usize % 2];
        people.clear();
        let from = if stop == one { s.floor(visit) } else { v.open };
        for &who in p.able(stop) {
            if p.excluded(stop, who) {
                continue;
            }
            let first = room.gaps.len();
            let ring = s.ring(who);
            let (mut after, mut least) = (ring, i64::MAX);
            loop {
                let before = s.next(after);
                let fits = between(p, s, stop, who, after, before, from);
                least = fits.map_or(least, |f| least.min(f.0));
                room.gaps.push(Gap { after, fits });
                if before == ring {
                    break;
                }
                after = before;
            }
            if least < i64::MAX {
                people.push((least, who, first, room.gaps.len()));
            }
        }
        if people.len() > PAIRED {
            people.select_nth_unstable(PAIRED);
            people.truncate(PAIRED);
        }
        people.sort_unstable();
    }
    let (least, most) = v.second.apart();
    let weight = if let Late::Costs(each) = v.late { each } else { 0 };
    let Room { places, people: [firsts, seconds], gaps } = room;
    let order = |node: u32| if s.is_ring(node) { (i64::MAX, u32::MAX) } else { (s.key(node / 2), node / 2) };
    for (_, c, c_first, c_end) in firsts.iter() {
        for (_, d, d_first, d_end) in seconds.iter() {
            if c == d {
                continue;
            }
            // Both routes merged by key: each gap of the merged one is one place.
            let (mut i, mut j) = (*c_first, *d_first);
            loop {
                let (a, b) = (gaps[i], gaps[j]);
                let next_a = if i + 1 < *c_end { gaps[i + 1].after } else { s.ring(*c) };
                let next_b = if j + 1 < *d_end { gaps[j + 1].after } else { s.ring(*d) };
                let low = match (s.is_ring(a.after), s.is_ring(b.after)) {
                    (true, _) => b.after,
                    (_, true) => a.after,
                    _ if order(a.after) > order(b.after) => a.after,
                    _ => b.after,
                };
                let (at_a, at_b) = (order(next_a), order(next_b));
                let high = if at_a <= at_b { next_a } else { next_b };
                if let (Some((x, first)), Some((y, second))) = (a.fits, b.fits) {
                    let second = second.max(first + least);
                    let first = first.max(second - most);
                    let late = (first - v.close).max(0) + (second - v.close).max(0);
                    if (v.late != Late::Never || late == 0)
                        && let Some(key) = s.key_between(low, high, first)
                    {
                        places.push(Place { estimate: x + y + weight * late, who: [*c, *d], key });
                    }
                }
                if s.is_ring(high) {
                    break;
                }
                let at = order(high);
                i += usize::from(at_a == at);
                j += usize::from(at_b == at);
            }
        }
    }
}
