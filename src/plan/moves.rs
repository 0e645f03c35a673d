//! The neighbourhoods: what one iteration may change.
//!
//! - *move*: a visit goes elsewhere, beside one that is close in space and time or to anybody at its own time; of a visit
//!   for two, either person or both may stay.
//! - *replace*: somebody else makes one stop, everything keeps its order.
//! - *exchange*: two visits change places.
//! - *cross*: two caregivers exchange all they do after a moment, or between two moments.
//! - *earlier*: a visit with a wished start begins earlier, to make room, or returns to its wish.
//! - *ruin and recreate*: related visits, a stretch of a route, visits at one time, or any, are taken out and put in again
//!   one by one where they cost least.

use super::insert::{self, How, Room};
use super::nearby::Nearby;
use super::problem::{Problem, Ticks};
use super::random::Random;
use super::schedule::{NOBODY, Schedule};

/// At most so many visits are taken out at once.
const RUINED: usize = 8;

/// What choosing a change takes.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    pub(super) random: Random,
    nearby: Nearby,
    pub(super) room: Room,
    removed: Vec<u32>,
    stretch: Vec<(u32, u32)>,
    /// Visits whose start may be earlier than wished.
    wishes: Vec<u32>,
    /// Two keys stood too close for something to come between.
    pub(super) crowded: bool,
}

impl Moves {
    pub(super) fn new(p: &Problem, seed: u64) -> Self {
        let wishes = p.movable.iter().copied().filter(|v| {
            let visit = &p.visits[*v as usize];
            visit.aim > visit.open && p.stops[*v as usize * 2].fixed.is_none()
        });
        Self {
            random: Random::new(seed),
            nearby: Nearby::new(p),
            room: Room::default(),
            removed: Vec::new(),
            stretch: Vec::new(),
            wishes: wishes.collect(),
            crowded: false,
        }
    }

    /// Changes something, without settling it. False: nothing was changed that could be.
    pub(super) fn small(&mut self, p: &Problem, s: &mut Schedule) -> bool {
        let v = p.movable[self.random.below(p.movable.len())];
        if !self.wishes.is_empty() && self.random.percent(4) {
            return self.earlier(p, s);
        }
        if !s.covered(p, v) {
            return self.relocate(p, s, v);
        }
        match self.random.below(100) {
            0..45 => self.relocate(p, s, v),
            45..58 => self.replace(p, s, v),
            58..78 => self.exchange(p, s, v),
            _ => self.cross(p, s, v),
        }
    }

    fn near(&mut self, p: &Problem, v: u32) -> Option<u32> {
        let near = self.nearby.of(p, v);
        let n = near.len();
        // The closest are tried most.
        let i = self.random.below(n).min(self.random.below(n));
        near.get(i).copied()
    }

    /// A stop of a visit that somebody makes.
    fn stop_of(&mut self, s: &Schedule, v: u32) -> Option<u32> {
        let first = v * 2 + self.random.below(2) as u32;
        [first, first ^ 1].into_iter().find(|stop| s.who(*stop) != NOBODY)
    }

    fn anybody(&mut self, p: &Problem, stop: u32, but: u32) -> Option<u32> {
        let able = p.able(stop);
        (0..4).find_map(|_| {
            let who = *able.get(self.random.below(able.len()))?;
            (who != but && !p.excluded(stop, who)).then_some(who)
        })
    }

    fn relocate(&mut self, p: &Problem, s: &mut Schedule, v: u32) -> bool {
        let (one, two) = (v * 2, v * 2 + 1);
        let old = [s.who(one), s.who(two)];
        let two_real = p.stops[two as usize].real;
        if p.half_fixed(v) {
            let stop = if p.stops[one as usize].fixed.is_none() { one } else { two };
            if !p.stops[stop as usize].real {
                return false;
            }
            let Some(who) = self.anybody(p, stop, s.who(stop ^ 1)) else { return false };
            let mut people = [NOBODY; 2];
            people[stop as usize % 2] = who;
            s.take_out(p, v);
            s.put_in(p, v, s.key(v), people);
            return true;
        }
        // Whose route decides where: the other one comes along.
        let lead = if two_real { one + self.random.below(2) as u32 } else { one };
        let other = lead ^ 1;
        let was = s.start(lead);
        let covered = old[0] != NOBODY;
        // Beside a visit that is close, or to anybody by time.
        let mut beside = None;
        if self.random.percent(65)
            && let Some(u) = self.near(p, v)
            && let Some(stop) = self.stop_of(s, u)
            && p.may(lead, s.who(stop))
        {
            beside = Some(stop);
        }
        let who = match beside {
            Some(stop) => s.who(stop),
            None if covered && self.random.percent(25) => old[lead as usize % 2],
            None => match self.anybody(p, lead, NOBODY) {
                Some(who) => who,
                None => return false,
            },
        };
        let mut people = [NOBODY; 2];
        people[lead as usize % 2] = who;
        if two_real {
            let stays = old[other as usize % 2];
            people[other as usize % 2] = if stays != NOBODY && stays != who && self.random.percent(60) {
                stays
            } else if stays == who && p.may(other, old[lead as usize % 2]) && self.random.percent(50) {
                old[lead as usize % 2]
            } else {
                match self.anybody(p, other, who) {
                    Some(with) => with,
                    None => return false,
                }
            };
        }
        s.take_out(p, v);
        let a = match beside {
            Some(stop) if s.who(stop) != NOBODY => {
                if self.random.percent(50) {
                    stop
                } else {
                    s.prev(stop)
                }
            }
            _ => {
                let time = if covered && self.random.percent(50) { was } else { p.visits[v as usize].aim };
                let mut node = s.ring(who);
                while !s.is_ring(s.next(node)) && s.start(s.next(node)) <= time {
                    node = s.next(node);
                }
                match self.random.below(4) {
                    0 if !s.is_ring(node) => s.prev(node),
                    1 if !s.is_ring(s.next(node)) => s.next(node),
                    _ => node,
                }
            }
        };
        let time = s.arrival(p, a, lead).max(s.floor(v));
        let Some(key) = s.key_between(a, s.next(a), time) else {
            self.crowded = true;
            return false;
        };
        s.put_in(p, v, key, people);
        true
    }

    fn replace(&mut self, p: &Problem, s: &mut Schedule, v: u32) -> bool {
        let (one, two) = (v * 2, v * 2 + 1);
        if p.stops[two as usize].real && !p.half_fixed(v) && self.random.percent(25) {
            let (a, b) = (s.who(one), s.who(two));
            if !p.may(one, b) || !p.may(two, a) {
                return false;
            }
            s.send(p, one, b);
            s.send(p, two, a);
            return true;
        }
        let Some(stop) = self.stop_of(s, v) else { return false };
        if p.stops[stop as usize].fixed.is_some() {
            return false;
        }
        let Some(who) = self.anybody(p, stop, s.who(stop)) else { return false };
        if s.who(stop ^ 1) == who {
            return false;
        }
        s.send(p, stop, who);
        true
    }

    fn exchange(&mut self, p: &Problem, s: &mut Schedule, v: u32) -> bool {
        let u =
            if self.random.percent(70) { self.near(p, v) } else { Some(p.movable[self.random.below(p.movable.len())]) };
        let Some(u) = u else { return false };
        if u == v || !s.covered(p, u) || p.half_fixed(u) || p.half_fixed(v) {
            return false;
        }
        let (Some(a), Some(b)) = (self.stop_of(s, v), self.stop_of(s, u)) else { return false };
        let people = |s: &Schedule, v: u32| [s.who(v * 2), s.who(v * 2 + 1)];
        let (mut mine, mut theirs) = (people(s, v), people(s, u));
        let (x, y) = (s.who(a), s.who(b));
        if !p.may(a, y) || !p.may(b, x) || mine[(a as usize + 1) % 2] == y || theirs[(b as usize + 1) % 2] == x {
            return false;
        }
        mine[a as usize % 2] = y;
        theirs[b as usize % 2] = x;
        // Two visits for two exchange both people where they can.
        let (c, d) = (a ^ 1, b ^ 1);
        let (z, w) = (s.who(c), s.who(d));
        if z != NOBODY && w != NOBODY && p.may(c, w) && p.may(d, z) && w != y && z != x && self.random.percent(50) {
            mine[c as usize % 2] = w;
            theirs[d as usize % 2] = z;
        }
        if mine[0] == mine[1] || theirs[0] == theirs[1] {
            return false;
        }
        let (key, other) = (s.key(v), s.key(u));
        s.take_out(p, v);
        s.take_out(p, u);
        s.put_in(p, v, other, mine);
        s.put_in(p, u, key, theirs);
        true
    }

    fn cross(&mut self, p: &Problem, s: &mut Schedule, v: u32) -> bool {
        let Some(stop) = self.stop_of(s, v) else { return false };
        let one = s.who(stop);
        let Some(u) = self.near(p, v) else { return false };
        let Some(other) = self.stop_of(s, u) else { return false };
        let two = s.who(other);
        if one == two {
            return false;
        }
        let from = s.key(v) - i64::from(self.random.percent(50));
        let to = match self.random.below(6) {
            0 => s.key(v),
            1 => s.key(u),
            2 => {
                let ahead = if s.is_ring(s.next(stop)) { stop } else { s.next(stop) };
                s.key(ahead / 2)
            }
            _ => i64::MAX,
        };
        self.stretch.clear();
        for (who, with) in [(one, two), (two, one)] {
            let mut node = s.next(s.ring(who));
            while !s.is_ring(node) {
                let key = s.key(node / 2);
                if key > from && key <= to {
                    if p.stops[node as usize].fixed.is_some() || !p.may(node, with) {
                        return false;
                    }
                    self.stretch.push((node, with));
                }
                node = s.next(node);
            }
        }
        // A visit whose other half stays with the one it would come to.
        let stretch = &self.stretch;
        if stretch.iter().any(|(stop, with)| s.who(stop ^ 1) == *with && !stretch.iter().any(|q| q.0 == stop ^ 1)) {
            return false;
        }
        for i in 0..self.stretch.len() {
            let (stop, with) = self.stretch[i];
            s.send(p, stop, with);
        }
        !self.stretch.is_empty()
    }

    fn earlier(&mut self, p: &Problem, s: &mut Schedule) -> bool {
        let v = self.wishes[self.random.below(self.wishes.len())];
        let visit = &p.visits[v as usize];
        let floor = match self.random.below(4) {
            0 => visit.aim,
            1 => visit.open,
            2 => visit.open + self.random.below((visit.aim - visit.open) as usize + 1) as Ticks,
            _ => {
                // So much earlier that whoever comes next is in time.
                let stop = v * 2;
                let after = s.next(stop);
                if s.who(stop) == NOBODY || s.is_ring(after) {
                    return false;
                }
                let late = s.start(after) - p.visits[after as usize / 2].aim;
                (s.start(stop) - late.max(0)).clamp(visit.open, visit.aim)
            }
        };
        if floor == s.floor(v) {
            return false;
        }
        s.set_floor(p, v, floor);
        true
    }

    // ---- ruin and recreate ----

    /// Takes some visits out and puts them in again, all settled.
    pub(super) fn ruin(&mut self, p: &Problem, s: &mut Schedule) -> bool {
        let n = p.movable.len();
        let many = 1 + self.random.below(RUINED.min(n));
        let mut seed = p.movable[self.random.below(n)];
        if s.out() > 0 {
            // Where something is uncovered, make room there.
            let from = self.random.below(n);
            let ahead = p.movable[from..].iter().chain(&p.movable[..from]);
            seed = ahead.copied().find(|v| !s.covered(p, *v)).unwrap_or(seed);
        }
        self.removed.clear();
        self.removed.push(seed);
        match self.random.below(10) {
            0..5 => {
                for i in 0..self.nearby.of(p, seed).len() {
                    let u = self.nearby.of(p, seed)[i];
                    if self.removed.len() < many && self.random.percent(60) {
                        self.removed.push(u);
                    }
                }
            }
            5..7 => {
                if let Some(stop) = self.stop_of(s, seed) {
                    let mut node = stop;
                    while self.removed.len() < many {
                        node = s.next(node);
                        if node == stop {
                            break;
                        }
                        if !s.is_ring(node) && !self.removed.contains(&(node / 2)) {
                            self.removed.push(node / 2);
                        }
                    }
                }
            }
            7 => {
                let time = s.start(seed * 2);
                for _ in 0..many * 6 {
                    let u = p.movable[self.random.below(n)];
                    let near = (s.start(u * 2) - time).abs() <= p.stops[u as usize * 2].takes * 3;
                    if self.removed.len() < many && near && !self.removed.contains(&u) {
                        self.removed.push(u);
                    }
                }
            }
            _ => {
                for _ in 0..many {
                    let u = p.movable[self.random.below(n)];
                    if !self.removed.contains(&u) {
                        self.removed.push(u);
                    }
                }
            }
        }
        for i in 0..self.removed.len() {
            let v = self.removed[i];
            s.take_out(p, v);
            if !self.wishes.is_empty() {
                s.set_floor(p, v, p.visits[v as usize].aim);
            }
        }
        if !s.settle(p) {
            return false;
        }
        // Others that are out may find room now.
        if s.out() > self.removed.len() {
            for _ in 0..n.min(64) {
                let v = p.movable[self.random.below(n)];
                if !s.covered(p, v) && !self.removed.contains(&v) && self.removed.len() < many + 4 {
                    self.removed.push(v);
                }
            }
        }
        let Self { removed, random, .. } = self;
        random.shuffle(removed);
        match random.below(4) {
            0 => removed.sort_by_key(|v| std::cmp::Reverse(p.visits[*v as usize].uncovered)),
            1 => removed.sort_by_key(|v| p.able(*v * 2).len()),
            2 => removed.sort_by_key(|v| p.visits[*v as usize].close),
            _ => {}
        }
        let how = How { blink: [0, 0, 10, 40][random.below(4)], below: i64::MAX };
        for i in 0..self.removed.len() {
            let v = self.removed[i];
            insert::put(p, s, &mut self.room, &mut self.random, v, how);
        }
        true
    }
}
