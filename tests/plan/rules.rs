//! What no plan may ever break, read off the plan and the problem alone.

use caseload::plan::{Answer, Late, Problem};

/// Everything that is broken.
pub(crate) fn broken(problem: &Problem, answer: &Answer) -> Vec<String> {
    let mut broken = Vec::new();
    let mut say = |what: String| broken.push(what);
    let mut days: Vec<Vec<(i64, i64, usize, usize)>> = vec![Vec::new(); problem.caregivers().len()];
    for (i, visit) in problem.visits().iter().enumerate() {
        let parts = &answer.visits[i];
        for (n, booked) in parts.iter().enumerate() {
            let Some(part) = visit.parts.get(n) else {
                if booked.is_some() {
                    say(format!("visit {i} has no part {n}"));
                }
                continue;
            };
            if part.fixed.is_some_and(|f| !booked.is_some_and(|b| b.who == f.who && b.start == f.start)) {
                say(format!("visit {i} part {n} was fixed"));
            }
            let Some(booked) = booked else { continue };
            if booked.end != booked.start + part.takes {
                say(format!("visit {i} part {n} has another length"));
            }
            days[booked.who as usize].push((booked.start, booked.end, i, n));
            if part.fixed.is_some() {
                continue;
            }
            let who = &problem.caregivers()[booked.who as usize];
            if !who.skills.hold(part.needs) {
                say(format!("visit {i} part {n}: skills"));
            }
            if visit.never.contains(&booked.who) {
                say(format!("visit {i} part {n}: an excluded pair"));
            }
            if !who.shifts.iter().any(|(a, b)| *a <= booked.start && booked.end <= *b) {
                say(format!("visit {i} part {n}: outside her shifts"));
            }
            if booked.start < visit.open {
                say(format!("visit {i} part {n}: before the window"));
            }
            if visit.late == Late::Never && booked.start > visit.close {
                say(format!("visit {i} part {n}: after a hard window"));
            }
        }
        if visit.parts.len() == 2 {
            let free = visit.parts.iter().any(|p| p.fixed.is_none());
            match parts {
                [Some(one), Some(two)] => {
                    if one.who == two.who {
                        say(format!("visit {i}: the same person twice"));
                    }
                    let (least, most) = visit.second.apart();
                    if free && !(least..=most).contains(&(two.start - one.start)) {
                        say(format!("visit {i}: {} apart", two.start - one.start));
                    }
                }
                [Some(_), None] if visit.parts[0].fixed.is_none() => say(format!("visit {i}: half of it")),
                [None, Some(_)] if visit.parts[1].fixed.is_none() => say(format!("visit {i}: half of it")),
                _ => {}
            }
        }
    }
    for (c, (day, caregiver)) in days.iter_mut().zip(problem.caregivers()).enumerate() {
        let fixed = |i: usize, n: usize| problem.visits()[i].parts[n].fixed.is_some();
        let place = |i: usize| problem.visits()[i].place;
        // A visit that takes no time comes before one that begins when it ends.
        day.sort_unstable();
        let mut work: i64 = day.iter().map(|d| d.1 - d.0).sum();
        for (k, (start, _, i, n)) in day.iter().enumerate() {
            match k.checked_sub(1).map(|k| day[k]) {
                None => {
                    if let Some((from, leaves)) = caregiver.from {
                        let way = problem.way(from, place(*i));
                        work += way;
                        if !fixed(*i, *n) && leaves + way > *start {
                            say(format!("caregiver {c} can't be at her first visit in time"));
                        }
                    }
                }
                Some((_, end, j, m)) => {
                    let way = problem.way(place(j), place(*i));
                    work += way;
                    if !(fixed(*i, *n) && fixed(j, m)) && end + way > *start {
                        say(format!("caregiver {c} is at {j} until {end} and at {i} from {start}, {way} apart"));
                    }
                }
            }
        }
        if let (Some(to), Some(last)) = (caregiver.to, day.last()) {
            work += problem.way(place(last.2), to);
        }
        let movable = day.iter().any(|d| !fixed(d.2, d.3));
        if movable && caregiver.most.is_some_and(|most| work > most) {
            say(format!("caregiver {c} works {work}"));
        }
    }
    broken
}
