//! An instance of the benchmark as a problem of the product's planner, and the planner's answer as a solution.

use crate::exchange::hhcrsp::instance::{Instance, Synchronization};
use crate::exchange::hhcrsp::solution::{Route, Solution, Stop};
use crate::plan::problem::{DEAR, FAR};
use crate::plan::{Answer, Caregiver, Late, Part, Problem, Second, Skills, Ticks, Travel, Visit, Weights, Wrong};
use std::collections::BTreeMap;

/// An instance and how its minutes became ticks.
pub(super) struct Posed {
    pub(super) problem: Problem,
    ticks: f64,
}

/// Poses an instance.
pub(super) fn pose(instance: &Instance) -> Result<Posed, Wrong> {
    // As fine as the numbers allow: decimal fractions become whole ticks.
    let numbers = instance.distances.iter().flatten().copied().chain(instance.patients.iter().flat_map(|p| {
        let apart = if let Synchronization::Sequential(_, most) = p.synchronization { most } else { 0.0 };
        p.services.iter().map(|s| s.duration).chain([p.close, apart]).collect::<Vec<_>>()
    }));
    let greatest = numbers.fold(1.0, f64::max);
    let ticks = [1e6, 1e5, 1e4, 1e3].into_iter().find(|t| greatest * t * 8.0 < FAR as f64).unwrap_or(100.0);
    // What is worked against is rounded up and what is worked within down, but for the noise of binary fractions.
    let up = |minutes: f64| (minutes * ticks - 1e-3).ceil() as Ticks;
    let down = |minutes: f64| (minutes * ticks + 1e-3).floor() as Ticks;

    let mut skills: BTreeMap<&str, usize> = BTreeMap::new();
    for service in instance.patients.iter().flat_map(|p| &p.services) {
        let next = skills.len();
        skills.entry(&service.service).or_insert(next);
    }
    if skills.len() > 128 {
        return Err(Wrong(format!("{} services; the planner knows up to 128", skills.len())));
    }
    let visits = instance.patients.iter().enumerate().map(|(i, patient)| Visit {
        place: i as u32 + 1,
        open: up(patient.open),
        close: down(patient.close).max(up(patient.open)),
        late: Late::Costs(1),
        aim: up(patient.open),
        on_paper: false,
        parts: patient
            .services
            .iter()
            .map(|s| Part { needs: Skills::one(skills[s.service.as_str()]), takes: up(s.duration), fixed: None })
            .collect(),
        second: match patient.synchronization {
            Synchronization::Simultaneous => Second::Together,
            Synchronization::Sequential(least, most) => Second::After(up(least), down(most).max(up(least))),
        },
        uncovered: DEAR,
        never: Vec::new(),
        known: Vec::new(),
        stranger: 0,
        kept: None,
    });
    let caregivers = instance.caregivers.iter().map(|caregiver| Caregiver {
        skills: caregiver
            .abilities
            .iter()
            .filter_map(|a| skills.get(a.as_str()))
            .fold(Skills::default(), |all, n| all.and(Skills::one(*n))),
        shifts: vec![(0, FAR)],
        from: Some((0, 0)),
        to: Some(0),
        most: None,
        overtime_after: None,
    });
    let travel = Travel::Table {
        places: instance.distances.len() as u32,
        ticks: instance.distances.iter().flatten().map(|m| up(*m)).collect(),
    };
    // The published cost is a third of the sum of these three: the same order.
    let weights = Weights { travel: 1, overtime: 0, greatest_late: 1 };
    let problem = Problem::new(visits.collect(), caregivers.collect(), travel, weights)?;
    Ok(Posed { problem, ticks })
}

/// Writes an answer out.
pub(super) fn solution(instance: &Instance, posed: &Posed, answer: &Answer) -> Solution {
    let minutes = |t: Ticks| t as f64 / posed.ticks;
    let mut order: Vec<(Ticks, &str)> = answer
        .order
        .iter()
        .map(|v| {
            let starts = answer.visits[*v as usize].iter().flatten().map(|b| b.start);
            (starts.min().unwrap_or(0), instance.patients[*v as usize].id.as_str())
        })
        .collect();
    // Stable: who starts together stays in the order in which the planner set them.
    order.sort_by_key(|(start, _)| *start);
    let routes = answer.routes(&posed.problem).into_iter().zip(&instance.caregivers).map(|(route, caregiver)| Route {
        caregiver_id: caregiver.id.clone(),
        locations: route
            .into_iter()
            .filter_map(|(visit, part)| {
                let patient = &instance.patients[visit as usize];
                let booked = answer.visits[visit as usize][part]?;
                Some(Stop {
                    patient: patient.id.clone(),
                    service: patient.services[part].service.clone(),
                    arrival_time: minutes(booked.start),
                    departure_time: minutes(booked.end),
                })
            })
            .collect(),
    });
    Solution { global_ordering: order.into_iter().map(|(_, id)| id.to_owned()).collect(), routes: routes.collect() }
}
