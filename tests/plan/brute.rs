//! A brute force over small days: who does each part, in which order each person goes, how early each visit may begin. It
//! holds routes, not the planner's keys, and finds start times by raising them until nothing has to be raised.

use caseload::plan::{Late, Problem};

/// Rounds after which start times that still rise never stop.
const ROUNDS: usize = 60;

/// A plan: its cost, where everybody goes, and when each part starts.
pub(crate) type Found = (i64, Vec<Vec<(usize, usize)>>, Vec<[i64; 2]>);

struct Search<'a> {
    problem: &'a Problem,
    /// Who does each part of each visit.
    who: Vec<[Option<u32>; 2]>,
    routes: Vec<Vec<(usize, usize)>>,
    floors: Vec<i64>,
    limit: i64,
    found: Option<Found>,
}

/// A plan that costs less than this, if there is one.
pub(crate) fn better(problem: &Problem, than: i64) -> Option<Found> {
    let visits = problem.visits();
    let mut search = Search {
        problem,
        who: visits.iter().map(|v| [0, 1].map(|n| v.parts.get(n).and_then(|p| p.fixed).map(|f| f.who))).collect(),
        routes: vec![Vec::new(); problem.caregivers().len()],
        floors: visits.iter().map(|v| v.aim).collect(),
        limit: than,
        found: None,
    };
    search.assign(0, 0);
    search.found
}

impl Search<'_> {
    fn covered(&self, visit: usize) -> bool {
        (0..self.problem.visits()[visit].parts.len()).all(|n| self.who[visit][n].is_some())
    }

    /// Who does the parts of this visit and of those after it.
    fn assign(&mut self, visit: usize, cost: i64) {
        if cost >= self.limit {
            return;
        }
        let Some(v) = self.problem.visits().get(visit) else {
            return self.order(0, cost);
        };
        let people = self.problem.caregivers().len() as u32;
        let was = self.who[visit];
        let choices = |n: usize| -> Vec<Option<u32>> {
            let Some(part) = v.parts.get(n) else { return vec![None] };
            if let Some(fixed) = part.fixed {
                return vec![Some(fixed.who)];
            }
            let may = |c: &u32| self.problem.caregivers()[*c as usize].skills.hold(part.needs) && !v.never.contains(c);
            (0..people).filter(may).map(Some).collect()
        };
        let (firsts, seconds) = (choices(0), choices(1));
        for one in &firsts {
            for two in &seconds {
                if one == two {
                    continue;
                }
                self.who[visit] = [*one, *two];
                let mut more = 0;
                for (n, who) in [one, two].into_iter().enumerate() {
                    let Some(who) = who else { continue };
                    more += v.known.iter().find(|k| k.0 == *who).map_or(v.stranger, |k| k.1);
                    if let Some(kept) = v.kept
                        && kept.who[n].is_some_and(|k| k != *who)
                    {
                        more += kept.person;
                    }
                }
                self.assign(visit + 1, cost + more);
            }
        }
        self.who[visit] = was;
        if !self.covered(visit) {
            self.assign(visit + 1, cost + v.uncovered);
        }
    }

    /// In which order each person goes, this one and those after her.
    fn order(&mut self, person: usize, cost: i64) {
        if cost >= self.limit {
            return;
        }
        if person == self.problem.caregivers().len() {
            return self.floor(0, cost);
        }
        let mut stops: Vec<(usize, usize)> = Vec::new();
        for (i, who) in self.who.iter().enumerate() {
            for (n, w) in who.iter().enumerate() {
                if *w == Some(person as u32) {
                    stops.push((i, n));
                }
            }
        }
        let caregiver = &self.problem.caregivers()[person];
        let mut all = Vec::new();
        permutations(&mut stops, 0, &mut all);
        for route in all {
            let fixed: Vec<i64> =
                route.iter().filter_map(|s| self.problem.visits()[s.0].parts[s.1].fixed).map(|f| f.start).collect();
            if !fixed.is_sorted() {
                continue;
            }
            let mut travel = 0;
            let mut at = caregiver.from.map(|f| f.0);
            for (i, _) in &route {
                let place = self.problem.visits()[*i].place;
                travel += at.map_or(0, |a| self.problem.way(a, place));
                at = Some(place);
            }
            if let (Some(to), Some((last, _))) = (caregiver.to, route.last()) {
                travel += self.problem.way(self.problem.visits()[*last].place, to);
            }
            let work: i64 = travel + route.iter().map(|s| self.problem.visits()[s.0].parts[s.1].takes).sum::<i64>();
            let movable = fixed.len() < route.len();
            if movable && caregiver.most.is_some_and(|most| work > most) {
                continue;
            }
            let over = caregiver.overtime_after.map_or(0, |after| (work - after).max(0));
            let weights = self.problem.weights();
            self.routes[person] = route;
            self.order(person + 1, cost + weights.travel * travel + weights.overtime * over);
        }
    }

    /// How early each visit may begin.
    fn floor(&mut self, visit: usize, cost: i64) {
        let Some(v) = self.problem.visits().get(visit) else {
            return self.time(cost);
        };
        let free = self.covered(visit) && v.parts[0].fixed.is_none();
        for floor in if free { v.open } else { v.aim }..=v.aim {
            self.floors[visit] = floor;
            self.floor(visit + 1, cost);
        }
    }

    /// Whether two people pass two visits in opposite orders: the planner leaves that out by design.
    fn crossed(&self) -> bool {
        let n = self.who.len();
        let mut before = vec![false; n * n];
        for route in &self.routes {
            for pair in route.windows(2) {
                before[pair[0].0 * n + pair[1].0] = true;
            }
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    before[i * n + j] |= before[i * n + k] && before[k * n + j];
                }
            }
        }
        (0..n).any(|i| before[i * n + i])
    }

    fn time(&mut self, mut cost: i64) {
        let visits = self.problem.visits();
        let mut starts: Vec<[i64; 2]> = visits
            .iter()
            .enumerate()
            .map(|(i, v)| {
                [0, 1].map(|n| {
                    let open = if n == 0 { self.floors[i] } else { v.open };
                    v.parts.get(n).and_then(|p| p.fixed).map_or(open, |f| f.start)
                })
            })
            .collect();
        let mut settled = false;
        for _ in 0..ROUNDS {
            let before = starts.clone();
            for (person, route) in self.routes.iter().enumerate() {
                let caregiver = &self.problem.caregivers()[person];
                for (k, (i, n)) in route.iter().enumerate() {
                    let part = visits[*i].parts[*n];
                    let there = if k == 0 {
                        caregiver.from.map(|(from, leaves)| leaves + self.problem.way(from, visits[*i].place))
                    } else {
                        let (j, m) = route[k - 1];
                        let end = starts[j][m] + visits[j].parts[m].takes;
                        Some(end + self.problem.way(visits[j].place, visits[*i].place))
                    };
                    if part.fixed.is_some() {
                        let before_fixed = k == 0 || visits[route[k - 1].0].parts[route[k - 1].1].fixed.is_some();
                        if !before_fixed && there.is_some_and(|t| t > starts[*i][*n]) {
                            return;
                        }
                        continue;
                    }
                    let from = starts[*i][*n].max(there.unwrap_or(i64::MIN));
                    let Some(start) = caregiver
                        .shifts
                        .iter()
                        .filter(|(a, b)| from.max(*a) + part.takes <= *b)
                        .map(|(a, _)| from.max(*a))
                        .min()
                    else {
                        return;
                    };
                    starts[*i][*n] = start;
                }
            }
            for (i, v) in visits.iter().enumerate() {
                let free = v.parts.iter().any(|p| p.fixed.is_none());
                if v.parts.len() < 2 || !self.covered(i) || !free {
                    continue;
                }
                let (least, most) = v.second.apart();
                for (n, from) in [(1, starts[i][0] + least), (0, starts[i][1] - most)] {
                    if from > starts[i][n] {
                        if v.parts[n].fixed.is_some() {
                            return;
                        }
                        starts[i][n] = from;
                    }
                }
            }
            if before == starts {
                settled = true;
                break;
            }
        }
        if !settled {
            return;
        }
        let mut greatest = 0;
        for (i, v) in visits.iter().enumerate() {
            if !self.covered(i) {
                continue;
            }
            for (n, part) in v.parts.iter().enumerate() {
                let late = (starts[i][n] - v.close).max(0);
                match v.late {
                    Late::Never if late > 0 && part.fixed.is_none() => return,
                    Late::Never => {}
                    Late::Costs(each) => cost += each * late,
                }
                greatest = greatest.max(late);
            }
            if let Some(kept) = v.kept
                && starts[i][0] != kept.start
            {
                cost += kept.moved + kept.tick * (starts[i][0] - kept.start).abs();
            }
        }
        cost += self.problem.weights().greatest_late * greatest;
        if cost < self.limit && !self.crossed() {
            self.limit = cost;
            self.found = Some((cost, self.routes.clone(), starts));
        }
    }
}

fn permutations(stops: &mut Vec<(usize, usize)>, from: usize, all: &mut Vec<Vec<(usize, usize)>>) {
    if from == stops.len() {
        all.push(stops.clone());
        return;
    }
    for i in from..stops.len() {
        stops.swap(from, i);
        permutations(stops, from + 1, all);
        stops.swap(from, i);
    }
}
