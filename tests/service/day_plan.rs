//! A day planned as a whole: nothing hard is broken, the same seed makes the same plan, lines are accepted as one commit,
//! and whoever gains or loses a visit is to be told.

use crate::office::{Office, monday, name, new, ny, phone, rule, same_as_fresh, t};
use caseload::domain::coverage::{Pairing, Wish, WishedBy};
use caseload::domain::ids::{StaffId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::staff::{Discipline, Staff};
use caseload::domain::task::Task;
use caseload::domain::time::Civil;
use caseload::domain::visit::{Answer, Visit};
use caseload::service::api::day_plan::{DayPlan, PlanAsk, PlanPick};
use caseload::service::api::{Answered, Command, Query};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

fn office() -> (Office, StaffId) {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let cole =
        Staff { phones: phone("(401) 555-0199"), ..Staff::new(office.east, name("Cole", "Denise"), Discipline::Hha) };
    let id = office.make(&me, vec![new(&cole)])[0];
    (office, StaffId(id))
}

fn ask(steps: u32) -> PlanAsk {
    PlanAsk { day: ny().day(monday()), mine: false, scratch: false, seed: 1, steps }
}

fn plan(office: &mut Office, ask: PlanAsk) -> DayPlan {
    let me = office.me.clone();
    match office.query(&me, Query::PlanDay(ask)) {
        Answered::DayPlan(plan) => *plan,
        _ => panic!("another answer"),
    }
}

fn picks(plan: &DayPlan) -> Vec<PlanPick> {
    let pick = |l: &caseload::service::api::day_plan::PlanLine| PlanPick {
        visit: l.visit,
        rev: l.rev,
        staff: l.to.iter().map(|(id, _)| *id).collect(),
    };
    plan.lines.iter().map(pick).collect()
}

/// Nobody stands on two visits of a day at once.
fn nobody_twice(office: &Office) {
    let all: Vec<Visit> = office.ids(Kind::Visit).into_iter().map(|id| office.get::<Visit>(id)).collect();
    let open: Vec<&Visit> = all.iter().filter(|v| v.state.is_open() && !v.history).collect();
    for (n, a) in open.iter().enumerate() {
        for b in &open[n + 1..] {
            let overlap = a.start.moment() < b.end() && b.start.moment() < a.end();
            for who in a.staff.into_iter().chain(a.second).filter(|_| overlap) {
                assert!(b.staff != Some(who) && b.second != Some(who), "twice at {}", a.start.minute);
            }
        }
    }
}

#[test]
fn open_visits_get_somebody_and_all_lines_are_one_commit() {
    let (mut office, _) = office();
    let me = office.me.clone();
    let found = plan(&mut office, ask(2_000));
    assert!(found.before.uncovered > found.after.uncovered, "{:?} {:?}", found.before, found.after);
    assert_eq!(plan(&mut office, ask(0)).lines.len(), found.lines.len(), "it is remembered");
    let before: Vec<Visit> = office.ids(Kind::Visit).into_iter().map(|id| office.get(id)).collect();
    let tasks = office.ids(Kind::Task).len();
    let done = office.done(&me, Command::AcceptPlan { picks: picks(&found) });
    for line in &found.lines {
        let visit: Visit = office.get(line.visit.0);
        let goes: Vec<StaffId> = visit.staff.into_iter().chain(visit.second).collect();
        assert!(line.to.iter().all(|(id, _)| goes.contains(id)) && goes.len() == line.to.len());
        assert_eq!(visit.answer == Answer::Planned, !line.to.is_empty(), "planned is not asked");
    }
    assert!(office.ids(Kind::Task).len() > tasks, "whoever is sent is to be told");
    let told: Vec<Task> = office.ids(Kind::Task).into_iter().skip(tasks).map(|id| office.get(id)).collect();
    assert!(told.iter().all(|t| t.staff.is_some() && t.what.as_str().starts_with("tell ")));
    nobody_twice(&office);
    same_as_fresh(&office, "an accepted plan");
    // Accepted once: the plan is another one now.
    assert_eq!(rule(&office.act(&me, Command::AcceptPlan { picks: picks(&found) })), "plan.changed");
    office.done(&me, Command::Undo { seq: done.seq });
    let after: Vec<Visit> = office.ids(Kind::Visit).into_iter().map(|id| office.get(id)).collect();
    assert!(before == after, "one undo takes all of it back");
}

#[test]
fn the_same_seed_and_steps_make_the_same_plan() {
    let mut lines = Vec::new();
    for _ in 0..2 {
        let (mut office, _) = office();
        lines.push(picks(&plan(&mut office, ask(3_000))));
    }
    assert!(lines[0] == lines[1]);
    // Asked in pieces it is the same, too.
    let (mut office, _) = office();
    for _ in 0..3 {
        plan(&mut office, ask(1_000));
    }
    assert!(picks(&plan(&mut office, ask(0))) == lines[0]);
}

#[test]
fn who_has_said_yes_or_begun_stays() {
    let (mut office, _) = office();
    for scratch in [false, true] {
        let found = plan(&mut office, PlanAsk { scratch, ..ask(2_000) });
        for line in &found.lines {
            let visit: Visit = office.get(line.visit.0);
            assert!(visit.arrived.is_none() && visit.start.moment() > monday());
            assert!(visit.answer != Answer::Yes, "{} had said yes", visit.start.minute);
        }
    }
    // Of another day, or a day that is over, nothing is planned.
    let past = plan(&mut office, PlanAsk { day: ny().day(monday()).plus(-3), ..ask(100) });
    assert_eq!((past.visits, past.lines.len()), (0, 0));
}

#[test]
fn what_cannot_be_accepted() {
    let (mut office, cole) = office();
    let me = office.me.clone();
    let at = |minute| Civil { day: ny().day(monday()), minute, zone: ny() };
    let visit = |n: usize, minute| Visit::new(office.clients[n], Discipline::Hha, at(minute), 60);
    let made: Vec<VisitId> =
        office.make(&me, vec![new(&visit(0, 660)), new(&visit(1, 690))]).into_iter().map(VisitId).collect();
    let pick = |office: &Office, n: usize, staff: Vec<StaffId>| PlanPick {
        visit: made[n],
        rev: office.rev(Kind::Visit, made[n].0),
        staff,
    };
    let accept = |office: &mut Office, picks: Vec<PlanPick>| {
        let reply = office.act(&me, Command::AcceptPlan { picks });
        rule(&reply).to_owned()
    };
    assert_eq!(accept(&mut office, Vec::new()), "plan.none");
    let both = vec![pick(&office, 0, vec![cole]), pick(&office, 1, vec![cole])];
    assert_eq!(accept(&mut office, both), "plan.overlap");
    let twice = vec![pick(&office, 0, vec![cole]), pick(&office, 0, vec![cole])];
    assert_eq!(accept(&mut office, twice), "plan.twice");
    let two = vec![pick(&office, 0, vec![cole, office.staff[1]])];
    assert_eq!(accept(&mut office, two), "plan.places");
    let therapist = vec![pick(&office, 0, vec![office.staff[3]])];
    assert_eq!(accept(&mut office, therapist), "plan.blocked");
    let many = (0..41).map(|_| pick(&office, 0, vec![cole])).collect();
    assert_eq!(accept(&mut office, many), "plan.many");
    let excluded = Pairing {
        client: office.clients[0],
        staff: cole,
        wish: Wish::Excluded,
        by: WishedBy::Client,
        reason: t(""),
        ended: None,
    };
    office.make(&me, vec![new(&excluded)]);
    let never = vec![pick(&office, 0, vec![cole])];
    assert_eq!(accept(&mut office, never), "plan.blocked");
    let found = plan(&mut office, ask(2_000));
    let line = found.lines.iter().find(|l| l.visit == made[0]).expect("it is open");
    assert!(line.to.iter().all(|(id, _)| *id != cole), "the plan sends nobody who is excluded");
}

/// Days at random: all of a plan can be accepted, and then nobody is twice at once.
#[test]
fn every_plan_can_be_accepted_as_a_whole() {
    let cases = if std::env::var_os("CASELOAD_TEST_FULL").is_some() { 300 } else { 16 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]));
    let visits = prop::collection::vec((0_usize..4, 500_u16..1300, 20_u16..90, 0_usize..6), 1..20);
    runner
        .run(&visits, |visits| {
            let (mut office, cole) = office();
            let me = office.me.clone();
            let made = visits.iter().map(|(client, minute, minutes, who)| {
                let at = Civil { day: ny().day(monday()), minute: *minute, zone: ny() };
                let staff = match who {
                    1 => Some(cole),
                    2 => Some(office.staff[1]),
                    _ => None,
                };
                let answer = if staff.is_some() { Answer::Planned } else { Answer::Nobody };
                let visit = Visit::new(office.clients[*client], Discipline::Hha, at, *minutes);
                new(&Visit { staff, answer, ..visit })
            });
            let made = made.collect();
            office.make(&me, made);
            let found = plan(&mut office, ask(1_500));
            let sent = picks(&found);
            prop_assert!(sent.len() <= 40);
            if !sent.is_empty() {
                let reply = office.act(&me, Command::AcceptPlan { picks: sent.clone() });
                prop_assert!(
                    matches!(reply, caseload::service::api::Reply::Done(_)),
                    "{}",
                    crate::office::said(&reply)
                );
                for pick in &sent {
                    let visit: Visit = office.get(pick.visit.0);
                    let theirs: Vec<Visit> = office.ids(Kind::Visit).into_iter().map(|id| office.get(id)).collect();
                    for who in &pick.staff {
                        let at_once = theirs.iter().filter(|v| v.staff == Some(*who) || v.second == Some(*who));
                        let at_once = at_once.filter(|v| v.state.is_open() && v.answer != Answer::No);
                        let overlap = |v: &&Visit| v.start.moment() < visit.end() && visit.start.moment() < v.end();
                        prop_assert_eq!(at_once.filter(overlap).count(), 1);
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}
