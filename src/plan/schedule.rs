//! The routes and the start times they lead to. Every change is written into a log, so that it can be taken back.

use super::answer::{Answer, Booked};
use super::problem::{FAR, Late, Problem, Ticks};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nobody is sent to this stop.
pub(super) const NOBODY: u32 = u32::MAX;
/// Keys lie on the axis of time, finer than its ticks, so that keys of visits that share nobody compare as their times do.
const FINER: u32 = 12;
/// No service starts after this: the sum of a long day stays exact.
const END: Ticks = FAR * 4;

/// One change, as it was before.
#[derive(Clone, Copy, Debug)]
enum Was {
    Links { node: u32, next: u32, prev: u32 },
    Who { stop: u32, who: u32 },
    Start { stop: u32, start: Ticks, until: Ticks, late: Ticks },
    Key { visit: u32, key: i64, floor: Ticks },
    Cost { visit: u32, cost: i64, covered: bool },
    Day { who: u32, travel: Ticks, work: Ticks, cost: i64 },
}

/// A place in the log to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    len: usize,
    total: i64,
    greatest: Ticks,
    out: usize,
}

/// All that a schedule is made of; the rest follows from it.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    who: Vec<u32>,
    key: Vec<i64>,
    floor: Vec<Ticks>,
    pub(super) total: i64,
    pub(super) out: usize,
}

/// The routes, as rings: every caregiver has a node of her own between the end of her day and its beginning.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    next: Vec<u32>,
    prev: Vec<u32>,
    who: Vec<u32>,
    start: Vec<Ticks>,
    /// From when whoever does a stop is free again.
    until: Vec<Ticks>,
    late: Vec<Ticks>,
    key: Vec<i64>,
    /// The earliest a visit may begin in this schedule: its wish, or earlier to make room.
    floor: Vec<Ticks>,
    cost: Vec<i64>,
    is_covered: Vec<bool>,
    travel: Vec<Ticks>,
    work: Vec<Ticks>,
    day_cost: Vec<i64>,
    /// All costs but that of the greatest lateness.
    total: i64,
    greatest: Ticks,
    /// How many visits are not covered.
    out: usize,
    log: Vec<Was>,
    /// Visits to look at again, and whether one is among them.
    touched: Vec<u32>,
    /// Days that changed, and how much work they were before.
    changed: Vec<(u32, Ticks)>,
    queue: Vec<(i64, u32)>,
    queued: Vec<bool>,
    first_ring: u32,
    weighs_greatest: i64,
}

impl Schedule {
    /// What is fixed, and nothing else.
    pub(super) fn new(p: &Problem) -> Self {
        let (visits, people) = (p.visits.len(), p.caregivers.len());
        let ring = visits * 2;
        let mut s = Self {
            next: (0..(ring + people) as u32).collect(),
            prev: (0..(ring + people) as u32).collect(),
            who: vec![NOBODY; ring],
            start: vec![0; ring],
            until: vec![0; ring],
            late: vec![0; ring],
            key: p.visits.iter().map(|v| v.aim << FINER).collect(),
            floor: p.visits.iter().map(|v| v.aim).collect(),
            cost: p.visits.iter().map(|v| v.uncovered).collect(),
            is_covered: vec![false; visits],
            travel: vec![0; people],
            work: vec![0; people],
            day_cost: vec![0; people],
            total: p.visits.iter().map(|v| v.uncovered).sum(),
            greatest: 0,
            out: visits,
            log: Vec::new(),
            touched: Vec::new(),
            changed: Vec::new(),
            queue: Vec::new(),
            queued: vec![false; visits],
            first_ring: ring as u32,
            weighs_greatest: p.weights.greatest_late,
        };
        for (v, visit) in p.visits.iter().enumerate() {
            if let Some(start) = visit.parts.iter().find_map(|part| part.fixed).map(|f| f.start) {
                s.key[v] = start << FINER;
            }
        }
        for stop in 0..ring as u32 {
            if let Some(fixed) = p.stops[stop as usize].fixed {
                s.link(p, stop, fixed.who);
            }
        }
        // Nothing fixed can be refused: what somebody decided stands.
        s.settle_as(p, true);
        s.commit();
        s
    }

    /// All costs together.
    pub(super) fn total(&self) -> i64 {
        self.total + self.weighs_greatest * self.greatest
    }

    /// How many visits are not covered.
    pub(super) fn out(&self) -> usize {
        self.out
    }

    pub(super) fn who(&self, stop: u32) -> u32 {
        self.who[stop as usize]
    }

    pub(super) fn start(&self, stop: u32) -> Ticks {
        self.start[stop as usize]
    }

    pub(super) fn until(&self, stop: u32) -> Ticks {
        self.until[stop as usize]
    }

    pub(super) fn floor(&self, visit: u32) -> Ticks {
        self.floor[visit as usize]
    }

    pub(super) fn key(&self, visit: u32) -> i64 {
        self.key[visit as usize]
    }

    pub(super) fn next(&self, node: u32) -> u32 {
        self.next[node as usize]
    }

    pub(super) fn prev(&self, node: u32) -> u32 {
        self.prev[node as usize]
    }

    /// The node between the end of her day and its beginning.
    pub(super) fn ring(&self, who: u32) -> u32 {
        self.first_ring + who
    }

    pub(super) fn is_ring(&self, node: u32) -> bool {
        node >= self.first_ring
    }

    /// Whether every part has somebody.
    pub(super) fn covered(&self, p: &Problem, visit: u32) -> bool {
        self.who[visit as usize * 2] != NOBODY
            && (self.who[visit as usize * 2 + 1] != NOBODY || !p.stops[visit as usize * 2 + 1].real)
    }

    /// The way between two nodes of one route.
    #[inline]
    pub(super) fn leg(&self, p: &Problem, from: u32, to: u32) -> Ticks {
        if from >= self.first_ring {
            if to >= self.first_ring {
                return 0;
            }
            let Some((place, _)) = p.caregivers[(from - self.first_ring) as usize].from else { return 0 };
            return p.travel.ticks(place, p.stops[to as usize].place);
        }
        if to >= self.first_ring {
            let Some(place) = p.caregivers[(to - self.first_ring) as usize].to else { return 0 };
            return p.travel.ticks(p.stops[from as usize].place, place);
        }
        p.travel.ticks(p.stops[from as usize].place, p.stops[to as usize].place)
    }

    /// When she can be at the stop's door, coming from this node.
    #[inline]
    pub(super) fn arrival(&self, p: &Problem, from: u32, stop: u32) -> Ticks {
        if from >= self.first_ring {
            match p.caregivers[(from - self.first_ring) as usize].from {
                Some((place, leaves)) => leaves + p.travel.ticks(place, p.stops[stop as usize].place),
                None => -FAR,
            }
        } else {
            self.until[from as usize] + self.leg(p, from, stop)
        }
    }

    // ---- changes ----

    /// Where the log stands.
    pub(super) fn mark(&self) -> Mark {
        Mark { len: self.log.len(), total: self.total, greatest: self.greatest, out: self.out }
    }

    /// Keeps what was done.
    pub(super) fn commit(&mut self) {
        self.log.clear();
    }

    /// Takes back what was done since.
    pub(super) fn back(&mut self, mark: Mark) {
        for v in self.touched.drain(..) {
            self.queued[v as usize] = false;
        }
        self.changed.clear();
        while self.log.len() > mark.len {
            let Some(was) = self.log.pop() else { break };
            match was {
                Was::Links { node, next, prev } => {
                    self.next[node as usize] = next;
                    self.prev[node as usize] = prev;
                }
                Was::Who { stop, who } => self.who[stop as usize] = who,
                Was::Start { stop, start, until, late } => {
                    self.start[stop as usize] = start;
                    self.until[stop as usize] = until;
                    self.late[stop as usize] = late;
                }
                Was::Key { visit, key, floor } => {
                    self.key[visit as usize] = key;
                    self.floor[visit as usize] = floor;
                }
                Was::Cost { visit, cost, covered } => {
                    self.cost[visit as usize] = cost;
                    self.is_covered[visit as usize] = covered;
                }
                Was::Day { who, travel, work, cost } => {
                    self.travel[who as usize] = travel;
                    self.work[who as usize] = work;
                    self.day_cost[who as usize] = cost;
                }
            }
        }
        self.total = mark.total;
        self.greatest = mark.greatest;
        self.out = mark.out;
    }

    fn touch(&mut self, visit: u32) {
        if !self.queued[visit as usize] {
            self.queued[visit as usize] = true;
            self.touched.push(visit);
        }
    }

    fn log_links(&mut self, node: u32) {
        self.log.push(Was::Links { node, next: self.next[node as usize], prev: self.prev[node as usize] });
    }

    fn log_day(&mut self, who: u32) {
        let i = who as usize;
        self.log.push(Was::Day { who, travel: self.travel[i], work: self.work[i], cost: self.day_cost[i] });
        self.changed.push((who, self.travel[i] + self.work[i]));
    }

    /// The node after which a visit of this key comes in her route.
    pub(super) fn before(&self, who: u32, key: i64, visit: u32) -> u32 {
        let mut node = self.ring(who);
        loop {
            let next = self.next[node as usize];
            if next >= self.first_ring || (self.key[next as usize / 2], next / 2) > (key, visit) {
                return node;
            }
            node = next;
        }
    }

    fn link(&mut self, p: &Problem, stop: u32, who: u32) {
        let visit = stop / 2;
        let a = self.before(who, self.key[visit as usize], visit);
        let b = self.next[a as usize];
        self.log_links(a);
        self.log_links(stop);
        self.log_links(b);
        self.log.push(Was::Who { stop, who: self.who[stop as usize] });
        self.log_day(who);
        self.next[a as usize] = stop;
        self.prev[stop as usize] = a;
        self.next[stop as usize] = b;
        self.prev[b as usize] = stop;
        self.who[stop as usize] = who;
        self.travel[who as usize] += self.leg(p, a, stop) + self.leg(p, stop, b) - self.leg(p, a, b);
        self.work[who as usize] += p.stops[stop as usize].takes;
        self.touch(visit);
        if !self.is_ring(b) {
            self.touch(b / 2);
        }
    }

    fn unlink(&mut self, p: &Problem, stop: u32) {
        let who = self.who[stop as usize];
        let (a, b) = (self.prev[stop as usize], self.next[stop as usize]);
        self.log_links(a);
        self.log_links(stop);
        self.log_links(b);
        self.log.push(Was::Who { stop, who });
        self.log_day(who);
        self.next[a as usize] = b;
        self.prev[b as usize] = a;
        self.who[stop as usize] = NOBODY;
        self.travel[who as usize] += self.leg(p, a, b) - self.leg(p, a, stop) - self.leg(p, stop, b);
        self.work[who as usize] -= p.stops[stop as usize].takes;
        self.touch(stop / 2);
        if !self.is_ring(b) {
            self.touch(b / 2);
        }
    }

    /// Takes a visit's people away, but for what is fixed.
    pub(super) fn take_out(&mut self, p: &Problem, visit: u32) {
        for stop in [visit * 2, visit * 2 + 1] {
            if self.who[stop as usize] != NOBODY && p.stops[stop as usize].fixed.is_none() {
                self.unlink(p, stop);
            }
        }
    }

    /// Sends these people, in the order the key says. What is fixed keeps its person and its key.
    pub(super) fn put_in(&mut self, p: &Problem, visit: u32, key: i64, who: [u32; 2]) {
        self.set_key(p, visit, key, self.floor[visit as usize]);
        for (part, who) in who.into_iter().enumerate() {
            let stop = visit * 2 + part as u32;
            if who != NOBODY && p.stops[stop as usize].real && p.stops[stop as usize].fixed.is_none() {
                self.link(p, stop, who);
            }
        }
    }

    /// Sends somebody else to a stop, at the same key.
    pub(super) fn send(&mut self, p: &Problem, stop: u32, who: u32) {
        self.unlink(p, stop);
        self.link(p, stop, who);
    }

    /// Sets the key of a visit that is in no route, and the earliest it may begin.
    fn set_key(&mut self, p: &Problem, visit: u32, key: i64, floor: Ticks) {
        let i = visit as usize;
        let key = if p.half_fixed(visit) { self.key[i] } else { key };
        if self.key[i] != key || self.floor[i] != floor {
            self.log.push(Was::Key { visit, key: self.key[i], floor: self.floor[i] });
            self.key[i] = key;
            self.floor[i] = floor;
        }
    }

    /// Lets a visit begin from this moment on.
    pub(super) fn set_floor(&mut self, p: &Problem, visit: u32, floor: Ticks) {
        self.set_key(p, visit, self.key[visit as usize], floor);
        self.touch(visit);
    }

    /// Works out what follows from the changes. False: something hard would be broken; take it back.
    pub(super) fn settle(&mut self, p: &Problem) -> bool {
        self.settle_as(p, false)
    }

    fn settle_as(&mut self, p: &Problem, whatever: bool) -> bool {
        let mut rescan = false;
        self.queue.clear();
        while let Some(v) = self.touched.pop() {
            self.queue.push((self.key[v as usize], v));
        }
        // The smallest comes last, where it is taken from.
        self.queue.sort_unstable_by_key(|q| Reverse(*q));
        let mut sound = true;
        while let Some((_, v)) = self.queue.pop() {
            self.queued[v as usize] = false;
            if !sound {
                continue;
            }
            let Some(starts) = self.times(p, v) else {
                sound = false;
                continue;
            };
            let covered = self.covered(p, v);
            for part in 0..2_u32 {
                let stop = v * 2 + part;
                let i = stop as usize;
                let gone = self.who[i] == NOBODY;
                let start = if gone { 0 } else { starts[part as usize] };
                let mut until = if gone { 0 } else { start + p.stops[i].takes };
                if !gone && p.stops[i].fixed.is_some() {
                    // Two fixed visits may overlap; whoever comes next waits for both.
                    let before = self.prev[i];
                    if before < self.first_ring && p.stops[before as usize].fixed.is_some() {
                        until = until.max(self.until[before as usize]);
                    }
                }
                // Half a visit is not late, it is not covered.
                let late = if gone || !covered { 0 } else { (start - p.visits[v as usize].close).max(0) };
                let stands = start == self.start[i] && until == self.until[i];
                if stands && late == self.late[i] {
                    continue;
                }
                self.log.push(Was::Start { stop, start: self.start[i], until: self.until[i], late: self.late[i] });
                if late > self.greatest {
                    self.greatest = late;
                } else if self.late[i] == self.greatest && late < self.greatest {
                    rescan = true;
                }
                self.start[i] = start;
                self.until[i] = until;
                self.late[i] = late;
                let after = self.next[i];
                if !gone && !stands && after < self.first_ring && !self.queued[after as usize / 2] {
                    self.queued[after as usize / 2] = true;
                    let entry = (self.key[after as usize / 2], after / 2);
                    let at = self.queue.partition_point(|q| *q > entry);
                    self.queue.insert(at, entry);
                }
            }
            let cost = self.visit_cost(p, v, covered);
            let (was, was_covered) = (self.cost[v as usize], self.is_covered[v as usize]);
            if cost != was || covered != was_covered {
                self.log.push(Was::Cost { visit: v, cost: was, covered: was_covered });
                self.cost[v as usize] = cost;
                self.is_covered[v as usize] = covered;
                self.total += cost - was;
                self.out = self.out + usize::from(was_covered) - usize::from(covered);
            }
        }
        if rescan && self.weighs_greatest > 0 {
            self.greatest = self.late.iter().copied().max().unwrap_or(0);
        }
        sound &= self.days(p);
        sound || whatever
    }

    /// The costs of the changed days, and whether nobody works more than she may.
    fn days(&mut self, p: &Problem) -> bool {
        let mut sound = true;
        while let Some((who, before)) = self.changed.pop() {
            let c = who as usize;
            let now = self.work[c] + self.travel[c];
            let caregiver = &p.caregivers[c];
            // Where what is fixed is too much already, nothing may be added.
            if caregiver.most.is_some_and(|most| now > most) && now > before {
                sound = false;
            }
            let overtime = caregiver.overtime_after.map_or(0, |after| (now - after).max(0));
            let cost = p.weights.travel * self.travel[c] + p.weights.overtime * overtime;
            self.total += cost - self.day_cost[c];
            self.day_cost[c] = cost;
        }
        sound
    }

    fn visit_cost(&self, p: &Problem, v: u32, covered: bool) -> i64 {
        let visit = &p.visits[v as usize];
        if !covered {
            return visit.uncovered;
        }
        let mut cost = 0;
        for part in 0..visit.parts.len() {
            let stop = v * 2 + part as u32;
            if let Late::Costs(each) = visit.late {
                cost += each * self.late[stop as usize];
            }
            cost += p.person(stop, self.who[stop as usize]);
        }
        if let Some(kept) = &visit.kept {
            let apart = (self.start[v as usize * 2] - kept.start).abs();
            if apart > 0 {
                cost += kept.moved + kept.tick * apart;
            }
        }
        cost
    }

    // ---- times ----

    /// When a visit's parts start, each as early as can be; nothing when something hard forbids it.
    fn times(&self, p: &Problem, v: u32) -> Option<[Ticks; 2]> {
        let visit = &p.visits[v as usize];
        let (one, two) = (v * 2, v * 2 + 1);
        let floor = self.floor[v as usize];
        let starts = match (self.who[one as usize] != NOBODY, self.who[two as usize] != NOBODY) {
            (false, false) => return Some([0, 0]),
            (true, false) => [self.earliest(p, one, floor)?, 0],
            (false, true) => [0, self.earliest(p, two, visit.open)?],
            (true, true) => {
                let mut first = self.earliest(p, one, floor)?;
                let mut second = self.earliest(p, two, visit.open)?;
                if p.stops[one as usize].fixed.is_none() || p.stops[two as usize].fixed.is_none() {
                    let (least, most) = visit.second.apart();
                    loop {
                        let later = self.from(p, two, second.max(first + least))?;
                        let earlier = self.from(p, one, first.max(later - most))?;
                        if later == second && earlier == first {
                            break;
                        }
                        (first, second) = (earlier, later);
                    }
                }
                [first, second]
            }
        };
        for (stop, start) in [(one, starts[0]), (two, starts[1])] {
            let free = self.who[stop as usize] != NOBODY && p.stops[stop as usize].fixed.is_none();
            if free && (start > END || (visit.late == Late::Never && start > visit.close)) {
                return None;
            }
        }
        Some(starts)
    }

    /// The earliest start of one stop by itself, not before a moment.
    fn earliest(&self, p: &Problem, stop: u32, from: Ticks) -> Option<Ticks> {
        let before = self.prev[stop as usize];
        if before < self.first_ring && p.overlap_on_paper(before, stop) {
            return None;
        }
        if let Some(fixed) = p.stops[stop as usize].fixed {
            // Nobody may make her late for what is fixed; what else is fixed may.
            let excused = before >= self.first_ring || p.stops[before as usize].fixed.is_some();
            return (excused || self.arrival(p, before, stop) <= fixed.start).then_some(fixed.start);
        }
        self.from(p, stop, from.max(self.arrival(p, before, stop)))
    }

    /// The first start at or after a moment that her shifts allow.
    fn from(&self, p: &Problem, stop: u32, from: Ticks) -> Option<Ticks> {
        let s = &p.stops[stop as usize];
        if let Some(fixed) = s.fixed {
            return (from <= fixed.start).then_some(fixed.start);
        }
        fit(&p.caregivers[self.who[stop as usize] as usize].shifts, from, s.takes)
    }

    // ---- keys ----

    /// The key of a moment.
    pub(super) fn key_at(time: Ticks) -> i64 {
        time << FINER
    }

    /// A key between two nodes of a route, near this moment where it can be; nothing when they stand too close.
    pub(super) fn key_between(&self, a: u32, b: u32, near: Ticks) -> Option<i64> {
        let low = if self.is_ring(a) { i64::MIN / 4 } else { self.key[a as usize / 2] };
        let high = if self.is_ring(b) { i64::MAX / 4 } else { self.key[b as usize / 2] };
        if high - low < 2 {
            return None;
        }
        let (wish, step) = (near << FINER, ((high - low) / 2).clamp(1, 1 << FINER));
        Some(if wish <= low {
            low + step
        } else if wish >= high {
            high - step
        } else {
            wish
        })
    }

    /// Gives every visit a key of its present time, without changing any route.
    pub(super) fn rekey(&mut self, p: &Problem) {
        let visits = p.visits.len();
        let mut waits = vec![0_u8; visits];
        let mut ready = BinaryHeap::new();
        for (v, waits) in waits.iter_mut().enumerate() {
            let stops = [v * 2, v * 2 + 1];
            if stops.iter().all(|s| self.who[*s] == NOBODY) {
                continue;
            }
            let waiting = stops.iter().filter(|s| self.who[**s] != NOBODY && self.prev[**s] < self.first_ring).count();
            *waits = waiting as u8;
            if waiting == 0 {
                ready.push(Reverse((self.begins(v), self.key[v], v)));
            }
        }
        let mut last = i64::MIN / 8;
        while let Some(Reverse((begins, _, v))) = ready.pop() {
            last = (last + (1 << (FINER - 4))).max(begins << FINER);
            self.key[v] = last;
            for stop in [v * 2, v * 2 + 1] {
                if self.who[stop] == NOBODY || self.next[stop] >= self.first_ring {
                    continue;
                }
                let after = self.next[stop] as usize / 2;
                waits[after] -= 1;
                if waits[after] == 0 {
                    ready.push(Reverse((self.begins(after), self.key[after], after)));
                }
            }
        }
    }

    fn begins(&self, v: usize) -> Ticks {
        if self.who[v * 2] == NOBODY { self.start[v * 2 + 1] } else { self.start[v * 2] }
    }

    // ---- copies ----

    /// What this schedule is made of.
    pub(super) fn copy(&self) -> Copy {
        Copy {
            who: self.who.clone(),
            key: self.key.clone(),
            floor: self.floor.clone(),
            total: self.total(),
            out: self.out,
        }
    }

    /// Writes what this schedule is made of over an older copy.
    pub(super) fn copy_over(&self, copy: &mut Copy) {
        copy.who.copy_from_slice(&self.who);
        copy.key.copy_from_slice(&self.key);
        copy.floor.copy_from_slice(&self.floor);
        copy.total = self.total();
        copy.out = self.out;
    }

    /// Becomes what a copy was made of.
    pub(super) fn load(&mut self, p: &Problem, copy: &Copy) {
        for v in &p.movable {
            self.take_out(p, *v);
        }
        self.key.copy_from_slice(&copy.key);
        self.floor.copy_from_slice(&copy.floor);
        // Keys of what is fixed may have moved with the others; its order among itself has not.
        for v in &p.movable {
            let i = *v as usize;
            self.put_in(p, *v, copy.key[i], [copy.who[i * 2], copy.who[i * 2 + 1]]);
        }
        self.settle_as(p, true);
        self.commit();
    }

    /// Who is booked where and when.
    pub(super) fn answer(&self, p: &Problem) -> Answer {
        let mut order: Vec<u32> = (0..p.visits.len() as u32).filter(|v| self.covered(p, *v)).collect();
        order.sort_by_key(|v| (self.key[*v as usize], *v));
        let booked = |stop: usize| {
            (self.who[stop] != NOBODY).then(|| Booked {
                who: self.who[stop],
                start: self.start[stop],
                end: self.start[stop] + p.stops[stop].takes,
            })
        };
        let visits = (0..p.visits.len()).map(|v| [booked(v * 2), booked(v * 2 + 1)]).collect();
        Answer { visits, order, cost: self.total() }
    }
}

/// The first start at or after a moment that lies, with what it takes, within a shift.
#[inline]
pub(super) fn fit(shifts: &[(Ticks, Ticks)], from: Ticks, takes: Ticks) -> Option<Ticks> {
    shifts.iter().map(|(a, b)| (from.max(*a), *b)).find(|(start, b)| start + takes <= *b).map(|(start, _)| start)
}
