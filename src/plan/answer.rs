//! What a planner answers: who is booked where and when, and what that costs, by kind.

use super::problem::{Late, Problem, Ticks};

/// One person at one part of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Who.
    pub who: u32,
    /// When she starts.
    pub start: Ticks,
    /// When she is done.
    pub end: Ticks,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of each visit, each part: somebody, or nobody. A visit is covered when no part has nobody.
    pub visits: Vec<[Option<Booked>; 2]>,
    /// The order in which the visits were set, of those that are covered: a start never depends on a later one.
    pub order: Vec<u32>,
    /// All costs together.
    pub cost: i64,
}

/// What makes up a plan's cost, worked out from the plan alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Visits that are not covered.
    pub uncovered: usize,
    /// What that costs.
    pub uncovered_cost: i64,
    /// On the way, all together.
    pub travel: Ticks,
    /// Started after the window, all together.
    pub late: Ticks,
    /// What that costs.
    pub late_cost: i64,
    /// The greatest single one.
    pub greatest_late: Ticks,
    /// Beyond what is paid plainly.
    pub overtime: Ticks,
    /// What the people cost: strangers, and others than were booked.
    pub people_cost: i64,
    /// What other times than were booked cost.
    pub moved_cost: i64,
}

impl Figures {
    /// All costs together.
    pub fn cost(&self, problem: &Problem) -> i64 {
        let weights = problem.weights();
        self.uncovered_cost
            + self.late_cost
            + self.people_cost
            + self.moved_cost
            + weights.travel * self.travel
            + weights.overtime * self.overtime
            + weights.greatest_late * self.greatest_late
    }
}

impl Answer {
    /// Whether every part of the visit has somebody.
    pub fn covers(&self, problem: &Problem, visit: usize) -> bool {
        (0..problem.visits[visit].parts.len()).all(|part| self.visits[visit][part].is_some())
    }

    /// Each caregiver's stops, as visit and part, in the order she makes them.
    pub fn routes(&self, problem: &Problem) -> Vec<Vec<(u32, usize)>> {
        let mut routes = vec![Vec::new(); problem.caregivers.len()];
        // Those that are not covered but have one part fixed come too, by their time.
        let mut all: Vec<u32> = (0..self.visits.len() as u32).collect();
        let mut rank = vec![usize::MAX; self.visits.len()];
        for (i, visit) in self.order.iter().enumerate() {
            rank[*visit as usize] = i;
        }
        all.sort_by_key(|v| rank[*v as usize]);
        for visit in all {
            for (part, booked) in self.visits[visit as usize].iter().enumerate() {
                if let Some(booked) = booked {
                    routes[booked.who as usize].push((visit, part));
                }
            }
        }
        for route in &mut routes {
            route.sort_by_key(|(visit, part)| self.visits[*visit as usize][*part].map_or(0, |b| b.start));
        }
        routes
    }

    /// What makes up the cost.
    pub fn figures(&self, problem: &Problem) -> Figures {
        let mut figures = Figures::default();
        for (i, visit) in problem.visits.iter().enumerate() {
            if !self.covers(problem, i) {
                figures.uncovered += 1;
                figures.uncovered_cost += visit.uncovered;
                continue;
            }
            for (part, booked) in self.visits[i].iter().enumerate() {
                let Some(booked) = booked else { continue };
                let late = (booked.start - visit.close).max(0);
                figures.late += late;
                if let Late::Costs(each) = visit.late {
                    figures.late_cost += each * late;
                }
                figures.greatest_late = figures.greatest_late.max(late);
                figures.people_cost += problem.person((i * 2 + part) as u32, booked.who);
            }
            if let (Some(kept), Some(first)) = (&visit.kept, self.visits[i][0])
                && kept.start != first.start
            {
                figures.moved_cost += kept.moved + kept.tick * (first.start - kept.start).abs();
            }
        }
        for ((work, travel), caregiver) in self.days(problem).into_iter().zip(&problem.caregivers) {
            figures.travel += travel;
            figures.overtime += caregiver.overtime_after.map_or(0, |after| (work + travel - after).max(0));
        }
        figures
    }

    /// What each caregiver's day comes to, ways included.
    pub fn spent(&self, problem: &Problem) -> Vec<Ticks> {
        self.days(problem).into_iter().map(|(work, travel)| work + travel).collect()
    }

    /// Of each caregiver's day: what she does, and the way.
    fn days(&self, problem: &Problem) -> Vec<(Ticks, Ticks)> {
        let mut days = Vec::with_capacity(problem.caregivers.len());
        for (route, caregiver) in self.routes(problem).iter().zip(&problem.caregivers) {
            let mut at = caregiver.from.map(|f| f.0);
            let mut work = 0;
            let mut travel = 0;
            for (visit, part) in route {
                let place = problem.visits[*visit as usize].place;
                travel += at.map_or(0, |from| problem.way(from, place));
                work += problem.visits[*visit as usize].parts[*part].takes;
                at = Some(place);
            }
            if let (Some(to), Some(from), false) = (caregiver.to, at, route.is_empty()) {
                travel += problem.way(from, to);
            }
            days.push((work, travel));
        }
        days
    }
}
