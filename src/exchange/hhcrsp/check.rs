//! Whether a solution holds, and what it costs: written from the description of the format, apart from whatever made the
//! solution. It looks at nothing but the instance and the solution, and finds all that is wrong, not only the first.

use super::instance::{Instance, Synchronization};
use super::solution::Solution;
use std::collections::BTreeMap;

/// Times are written as decimal fractions of a minute; so much apart is still the same.
const SAME: f64 = 1e-4;

/// What a solution is worth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// What is wrong with it; empty when it holds.
    pub wrong: Vec<String>,
    /// Minutes on the way, of all caregivers, from the office and back to it.
    pub travel: f64,
    /// Minutes services start after their windows close, all together.
    pub tardiness: f64,
    /// The greatest of them.
    pub greatest: f64,
}

impl Verdict {
    /// A third of the three together.
    pub fn cost(&self) -> f64 {
        (self.travel + self.tardiness + self.greatest) / 3.0
    }

    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// A service that was done.
#[derive(Clone, Copy, Debug)]
struct Service<'a> {
    caregiver: &'a str,
    start: f64,
    end: f64,
}

/// Checks a solution.
pub fn check(instance: &Instance, solution: &Solution) -> Verdict {
    let mut verdict = Verdict::default();
    let mut done: BTreeMap<(usize, &str), Vec<Service<'_>>> = BTreeMap::new();
    for (i, route) in solution.routes.iter().enumerate() {
        let who = route.caregiver_id.as_str();
        let Some(caregiver) = instance.caregivers.iter().find(|c| c.id == who) else {
            verdict.wrong.push(format!("{who}: there is no such caregiver"));
            continue;
        };
        if solution.routes[..i].iter().any(|r| r.caregiver_id == route.caregiver_id) {
            verdict.wrong.push(format!("{who}: has two routes"));
        }
        // The office is the first place of the table; everybody leaves there at nought at the earliest.
        let mut place = 0;
        let mut free = 0.0;
        for stop in &route.locations {
            let Some(index) = instance.patients.iter().position(|p| p.id == stop.patient) else {
                verdict.wrong.push(format!("{who}: there is no patient {}", stop.patient));
                continue;
            };
            let patient = &instance.patients[index];
            let at = format!("{who} at {} for {}", stop.patient, stop.service);
            if !caregiver.abilities.contains(&stop.service) {
                verdict.wrong.push(format!("{at}: she has not got the ability"));
            }
            let way = instance.distances[place][index + 1];
            verdict.travel += way;
            if stop.arrival_time < free + way - SAME {
                let there = free + way;
                verdict.wrong.push(format!("{at}: starts at {}, but she is there at {there}", stop.arrival_time));
            }
            if stop.arrival_time < patient.open - SAME {
                verdict
                    .wrong
                    .push(format!("{at}: starts at {}, but the window opens at {}", stop.arrival_time, patient.open));
            }
            let late = (stop.arrival_time - patient.close).max(0.0);
            verdict.tardiness += late;
            verdict.greatest = verdict.greatest.max(late);
            if patient.services.iter().any(|s| s.service == stop.service) {
                done.entry((index, stop.service.as_str())).or_default().push(Service {
                    caregiver: who,
                    start: stop.arrival_time,
                    end: stop.departure_time,
                });
            } else {
                verdict.wrong.push(format!("{at}: she does not need this service"));
            }
            (place, free) = (index + 1, stop.departure_time);
        }
        if place != 0 {
            verdict.travel += instance.distances[place][0];
        }
    }
    for (index, patient) in instance.patients.iter().enumerate() {
        let mut made = Vec::new();
        for needed in &patient.services {
            let times = patient.services.iter().filter(|s| s.service == needed.service).count();
            let found = done.get(&(index, needed.service.as_str())).map_or(&[][..], Vec::as_slice);
            if found.len() != times {
                verdict.wrong.push(format!(
                    "{}: {} is done {} times, not {times}",
                    patient.id,
                    needed.service,
                    found.len()
                ));
                continue;
            }
            // Where one service is needed twice, the earlier is the first.
            let mut found = found.to_vec();
            found.sort_by(|a, b| a.start.total_cmp(&b.start));
            let before = made.iter().filter(|(name, _)| *name == needed.service).count();
            let service = found[before];
            if (service.end - service.start - needed.duration).abs() > SAME {
                verdict.wrong.push(format!(
                    "{}: {} takes {} minutes, not {}",
                    patient.id,
                    needed.service,
                    service.end - service.start,
                    needed.duration
                ));
            }
            made.push((needed.service.as_str(), service));
        }
        if let [(_, first), (_, second)] = &made[..] {
            if first.caregiver == second.caregiver {
                verdict.wrong.push(format!("{}: both services are done by {}", patient.id, first.caregiver));
            }
            let apart = second.start - first.start;
            let (least, most) = match patient.synchronization {
                Synchronization::Simultaneous => (0.0, 0.0),
                Synchronization::Sequential(least, most) => (least, most),
            };
            if apart < least - SAME || apart > most + SAME {
                verdict.wrong.push(format!(
                    "{}: the second service starts {apart} minutes after the first, not between {least} and {most}",
                    patient.id
                ));
            }
        }
    }
    ordering(instance, solution, &done, &mut verdict.wrong);
    verdict
}

/// Every patient once, by the start of her first service.
fn ordering(
    instance: &Instance,
    solution: &Solution,
    done: &BTreeMap<(usize, &str), Vec<Service<'_>>>,
    wrong: &mut Vec<String>,
) {
    let mut starts: BTreeMap<&str, f64> = BTreeMap::new();
    for ((index, _), services) in done {
        for service in services {
            let start = starts.entry(&instance.patients[*index].id).or_insert(f64::MAX);
            *start = start.min(service.start);
        }
    }
    let mut last = f64::MIN;
    for (i, id) in solution.global_ordering.iter().enumerate() {
        if solution.global_ordering[..i].contains(id) {
            wrong.push(format!("global_ordering: {id} is in it twice"));
        }
        if !instance.patients.iter().any(|p| p.id == *id) {
            wrong.push(format!("global_ordering: there is no patient {id}"));
        }
        let start = starts.get(id.as_str()).copied().unwrap_or(last);
        if start < last - SAME {
            wrong.push(format!("global_ordering: {id} starts before the patient ahead of her"));
        }
        last = last.max(start);
    }
    for patient in &instance.patients {
        if !solution.global_ordering.contains(&patient.id) {
            wrong.push(format!("global_ordering: {} is not in it", patient.id));
        }
    }
}
