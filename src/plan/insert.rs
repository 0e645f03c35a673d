//! The best place for a visit that has none.

use super::problem::{Late, Problem, Ticks};
use super::random::Random;
use super::schedule::{NOBODY, Schedule, fit};

/// How many places are looked at exactly before the rest.
const EXACT: usize = 5;
/// How many people are paired for a visit for two, of those that fit each part best.
const PAIRED: usize = 10;

/// A place a visit might have: an estimate of its cost, who, and the node it comes after in the first one's route.
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
    people: [Vec<(i64, u32)>; 2],
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
    let start = fit(&p.caregivers[who as usize].shifts, from.max(s.arrival(p, a, stop)), takes)?;
    let onward = s.leg(p, stop, b);
    let mut cost = p.weights.travel * (s.leg(p, a, stop) + onward - s.leg(p, a, b)) + p.person(stop, who);
    if start > visit.close {
        match visit.late {
            Late::Never => return None,
            Late::Costs(each) => cost += each * (start - visit.close),
        }
    }
    if !s.is_ring(b) {
        let then = start + takes + onward;
        if then > s.start(b) {
            if p.stops[b as usize].fixed.is_some() {
                return None;
            }
            let next = &p.visits[b as usize / 2];
            match next.late {
                Late::Never if then > next.close => return None,
                Late::Never => {}
                Late::Costs(each) => cost += each * (then - s.start(b).max(next.close)).max(0),
            }
        }
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
    for stop in [one, two] {
        let people = &mut room.people[stop as usize % 2];
        people.clear();
        for &who in p.able(stop) {
            if p.excluded(stop, who) {
                continue;
            }
            let ring = s.ring(who);
            let (mut a, mut least) = (ring, i64::MAX);
            loop {
                let b = s.next(a);
                if let Some((estimate, _)) = between(p, s, stop, who, a, b, v.open) {
                    least = least.min(estimate);
                }
                if b == ring {
                    break;
                }
                a = b;
            }
            if least < i64::MAX {
                people.push((least, who));
            }
        }
        if people.len() > PAIRED {
            people.select_nth_unstable(PAIRED);
            people.truncate(PAIRED);
        }
        people.sort_unstable();
    }
    let (least, most) = v.second.apart();
    let [firsts, seconds] = &room.people;
    for (_, c) in firsts {
        for (_, d) in seconds {
            if c == d {
                continue;
            }
            // Both routes merged by key: each gap of the merged one is one place.
            let (mut a, mut b) = (s.ring(*c), s.ring(*d));
            loop {
                let (next_a, next_b) = (s.next(a), s.next(b));
                let order =
                    |node: u32| if s.is_ring(node) { (i64::MAX, u32::MAX) } else { (s.key(node / 2), node / 2) };
                let low = match (s.is_ring(a), s.is_ring(b)) {
                    (true, _) => b,
                    (_, true) => a,
                    _ if order(a) > order(b) => a,
                    _ => b,
                };
                let high = if order(next_a) <= order(next_b) { next_a } else { next_b };
                if let (Some((x, first)), Some((y, second))) =
                    (between(p, s, one, *c, a, next_a, s.floor(visit)), between(p, s, two, *d, b, next_b, v.open))
                {
                    let second = second.max(first + least);
                    let first = first.max(second - most);
                    let late = (first - v.close).max(0) + (second - v.close).max(0);
                    let weight = if let Late::Costs(each) = v.late { each } else { 0 };
                    if (v.late != Late::Never || late == 0)
                        && let Some(key) = s.key_between(low, high, first)
                    {
                        room.places.push(Place { estimate: x + y + weight * late, who: [*c, *d], key });
                    }
                }
                if s.is_ring(high) {
                    break;
                }
                let at = order(high);
                if order(next_a) == at {
                    a = next_a;
                }
                if order(next_b) == at {
                    b = next_b;
                }
            }
        }
    }
}
