//! A day planned as a whole: nothing hard is broken, the same seed makes the same plan, lines are accepted as one commit,
//! and whoever gains or loses a visit is to be told.

use crate::office::{Office, monday, name, new, ny, phone, rule, same_as_fresh, t};
use caseload::domain::coverage::{Pairing, Wish, WishedBy};
use caseload::domain::ids::{StaffId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::staff::{Discipline, Staff};
use caseload::domain::task::Task;
use caseload::domain::time::Civil;
use caseload::domain::visit::{Answer, Visit, VisitState};
use caseload::service::api::day_plan::{DayPlan, PlanAsk, PlanLine, PlanPick, PlanSearch, whole};
use caseload::service::api::{Answered, Command, Query, Reply, Request, Session, VisitFilter};
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
    let only = VisitFilter::default();
    PlanAsk { day: ny().day(monday()), week: false, mine: false, only, scratch: false, seed: 1, steps }
}

fn look(office: &mut Office, ask: PlanAsk) -> DayPlan {
    let me = office.me.clone();
    match office.query(&me, Query::PlanDay(ask)) {
        Answered::DayPlan(plan) => *plan,
        _ => panic!("another answer"),
    }
}

fn go_on(office: &mut Office, token: u64, steps: u32) -> Option<PlanSearch> {
    let me = office.me.clone();
    match office.query(&me, Query::GoOn { token, steps }) {
        Answered::GoneOn(stands) => stands,
        _ => panic!("another answer"),
    }
}

/// The plan when the search is over, gone through in pieces of so many steps.
fn plan_in(office: &mut Office, ask: PlanAsk, steps: u32) -> DayPlan {
    let begun = look(office, ask);
    let Some(search) = begun.search else { return begun };
    while go_on(office, search.token, steps).is_some_and(|s| s.left > 0) {}
    look(office, ask)
}

fn plan(office: &mut Office, ask: PlanAsk) -> DayPlan {
    plan_in(office, ask, 4_000)
}

fn picks(plan: &DayPlan) -> Vec<PlanPick> {
    plan.lines.iter().map(PlanLine::pick).collect()
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
    assert_eq!(look(&mut office, ask(2_000)).search, found.search, "it is remembered");
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
    assert!(picks(&plan_in(&mut office, ask(3_000), 7)) == lines[0]);
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

/// Who wants so many hours a week and no more is not given more by a plan.
#[test]
fn a_plan_gives_nobody_more_than_they_want() {
    let mut given = Vec::new();
    for most in [Some(40_u16), Some(90), None] {
        let (mut office, cole) = office();
        let me = office.me.clone();
        let at = |minute| Civil { day: ny().day(monday()), minute, zone: ny() };
        for staff in office.ids(Kind::Staff).into_iter().filter(|id| *id != cole.0) {
            let fields = caseload::domain::fields::Fields::none().with("active", &false);
            office.edit(&me, Kind::Staff, staff, fields);
        }
        let fields = caseload::domain::fields::Fields::none().with("most_week", &most);
        office.edit(&me, Kind::Staff, cole.0, fields);
        let visits: Vec<_> =
            [11 * 60, 15 * 60].map(|m| new(&Visit::new(office.clients[0], Discipline::Hha, at(m), 50))).into();
        office.make(&me, visits);
        let found = plan(&mut office, ask(2_000));
        let hers = found.lines.iter().filter(|l| l.to.iter().any(|(id, _)| *id == cole));
        let minutes: u16 = hers.map(|l| office.get::<Visit>(l.visit.0).minutes).sum();
        assert!(most.is_none_or(|most| minutes <= most), "{minutes} of {most:?}");
        given.push(minutes);
    }
    assert!(given[0] == 0 && given[0] < given[1] && given[1] < given[2], "{given:?}");
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
                prop_assert!(matches!(reply, Reply::Done(_)), "{}", crate::office::said(&reply));
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

/// A week with visits at random, some of them with somebody who would be over the hours by them.
fn week(office: &mut Office, cole: StaffId, visits: &[(usize, u8, u16, u16, usize)]) {
    let me = office.me.clone();
    let sunday = ny().day(monday()).week_start();
    let made = visits.iter().map(|(client, day, minute, minutes, who)| {
        let at = Civil { day: sunday.plus(i32::from(*day)), minute: *minute, zone: ny() };
        let staff = [None, Some(cole), Some(office.staff[1])][*who];
        let answer = if staff.is_some() { Answer::Planned } else { Answer::Nobody };
        let visit = Visit::new(office.clients[*client], Discipline::Hha, at, *minutes);
        new(&Visit { staff, answer, ..visit })
    });
    let made = made.collect();
    office.make(&me, made);
}

#[test]
fn a_weeks_days_know_what_the_others_spend() {
    let (mut office, cole) = office();
    // Cole has nine hours on each of four days, which is 36 hours; six more on Friday and Saturday are over 40.
    let mut visits: Vec<_> = (1..5_u8).map(|day| (0, day, 13 * 60, 540, 1)).collect();
    visits.extend([(1, 5, 9 * 60, 180, 1), (2, 6, 9 * 60, 180, 1)]);
    week(&mut office, cole, &visits);
    let whole_week = PlanAsk { week: true, ..ask(4_000) };
    let found = plan(&mut office, whole_week);
    assert_eq!((found.from, found.to), (ny().day(monday()).week_start(), ny().day(monday()).week_start().plus(6)));
    assert!(found.before.overtime >= 120, "{:?}", found.before);
    assert!(found.after.overtime < found.before.overtime, "{:?} {:?}", found.before, found.after);
    assert!(found.after.uncovered <= found.before.uncovered);
    // The same from whatever day of the week it is asked, and asked in pieces.
    let friday = PlanAsk { day: whole_week.day.plus(4), ..whole_week };
    assert!(look(&mut office, friday).lines == found.lines);
    let (mut again, cole) = self::office();
    week(&mut again, cole, &visits);
    assert!(plan_in(&mut again, whole_week, 11).after == found.after);
    // All of it is one commit.
    let me = office.me.clone();
    let done = office.done(&me, Command::AcceptPlan { picks: picks(&found) });
    assert!(done.summary.starts_with("Plan of "), "{}", done.summary);
    nobody_twice(&office);
    assert_eq!(look(&mut office, whole_week).before.overtime, found.after.overtime, "what was said comes true");
}

#[test]
fn a_week_that_memory_does_not_hold_is_planned_too() {
    let (mut office, cole) = office();
    let me = office.me.clone();
    let far = ny().day(monday()).week_start().plus(28);
    let at = |day: i32, minute| Civil { day: far.plus(day), minute, zone: ny() };
    let visit = |n: usize, day, minute| Visit::new(office.clients[n], Discipline::Hha, at(day, minute), 60);
    let theirs = Visit { staff: Some(cole), answer: Answer::Planned, ..visit(2, 1, 630) };
    let all = vec![new(&visit(0, 1, 600)), new(&visit(1, 3, 660)), new(&theirs)];
    let made: Vec<VisitId> = office.make(&me, all).into_iter().map(VisitId).collect();
    let far_week = PlanAsk { day: far.plus(2), week: true, ..ask(2_000) };
    let found = plan(&mut office, far_week);
    assert!(found.visits >= 3 && found.before.uncovered >= 2, "{} {:?}", found.visits, found.before);
    assert!(found.after.uncovered < found.before.uncovered);
    office.done(&me, Command::AcceptPlan { picks: picks(&found) });
    nobody_twice(&office);
    // Cole is at another visit then, in a week that is not in memory.
    let now: Visit = office.get(made[2].0);
    let busy = now.staff.expect("somebody goes to it");
    assert_ne!(office.get::<Visit>(made[0].0).staff, Some(busy));
    let pick = PlanPick { visit: made[0], rev: office.rev(Kind::Visit, made[0].0), staff: vec![busy] };
    let reply = office.act(&me, Command::AcceptPlan { picks: vec![pick] });
    assert!(["plan.overlap", "plan.blocked"].contains(&rule(&reply)), "{}", crate::office::said(&reply));
}

#[test]
fn a_line_that_cannot_be_accepted_says_which_it_is() {
    let (mut office, cole) = office();
    let me = office.me.clone();
    let at = |minute| Civil { day: ny().day(monday()), minute, zone: ny() };
    let visit = |n: usize, minute| Visit::new(office.clients[n], Discipline::Hha, at(minute), 60);
    let all = vec![new(&visit(0, 660)), new(&visit(1, 800)), new(&visit(2, 900))];
    let made: Vec<VisitId> = office.make(&me, all).into_iter().map(VisitId).collect();
    let therapist = office.staff[3];
    let mut picks: Vec<PlanPick> =
        made.iter().map(|id| PlanPick { visit: *id, rev: office.rev(Kind::Visit, id.0), staff: vec![cole] }).collect();
    picks[1].rev += 1;
    picks[2].staff = vec![therapist];
    let Reply::Problems(found) = office.act(&me, Command::AcceptPlan { picks }) else { panic!("it was accepted") };
    let fields: Vec<(&str, &str)> = found.iter().map(|p| (p.field.as_str(), p.rule.as_str())).collect();
    assert_eq!(fields, [("lines.1", "plan.changed"), ("lines.2", "plan.blocked")]);
    let first: Visit = office.get(made[0].0);
    assert!(first.staff.is_none(), "nothing of it is done");
}

#[test]
fn what_changes_ends_a_search_and_what_does_not_leaves_it() {
    let (mut office, _) = office();
    let me = office.me.clone();
    let token = look(&mut office, ask(4_000)).search.expect("there is something to plan").token;
    let before = go_on(&mut office, token, 100).expect("it goes on");
    assert_eq!((before.steps, before.token), (100, token));
    // One that somebody else begins is another one, and this one goes on.
    assert_ne!(look(&mut office, PlanAsk { scratch: true, ..ask(4_000) }).search.map(|s| s.token), Some(token));
    assert_eq!(go_on(&mut office, token, 50).map(|s| s.steps), Some(150));
    assert_eq!(go_on(&mut office, token + 1_000, 50), None);
    let at = Civil { day: ny().day(monday()), minute: 990, zone: ny() };
    let visit = Visit::new(office.clients[0], Discipline::Hha, at, 30);
    office.make(&me, vec![new(&visit)]);
    assert_eq!(go_on(&mut office, token, 50), None, "a visit was booked: it is another day now");
}

/// While the service is held nothing is searched, and the committer never does it at all.
#[test]
fn a_search_goes_on_only_behind_the_services_back() {
    let (mut office, _) = office();
    let me = office.me.clone();
    let token = look(&mut office, ask(4_000)).search.expect("there is something to plan").token;
    let more = || Request::Query(Query::GoOn { token, steps: 100 });
    let stands = |reply: Reply| match reply {
        Reply::Answer(answer) => match *answer {
            Answered::GoneOn(Some(stands)) => stands.steps,
            _ => panic!("another answer"),
        },
        _ => panic!("not answered"),
    };
    let (unshown, _) = office.service.carry_out(&me, more());
    assert_eq!(stands(unshown.shown()), 0, "as the committer answers it");
    let Ok(unshown) = office.service.read(&me, more()) else { panic!("a reader can answer that") };
    let (meanwhile, _) = office.service.carry_out(&me, more());
    assert_eq!(stands(meanwhile.shown()), 0, "it is answered, and not shown yet");
    assert_eq!(stands(unshown.shown()), 100);
    // Who may not plan may not search either.
    let nobody = Session { user: caseload::domain::ids::UserId([9; 16]), ..me };
    assert!(!matches!(office.service.handle(&nobody, more()).0, Reply::Answer(_)));
}

/// Weeks at random: a later answer is never worse than an earlier one, any lines with what belongs to them can be
/// accepted, and nobody is twice at once.
#[test]
fn any_lines_with_what_belongs_to_them_can_be_accepted() {
    let cases = if std::env::var_os("CASELOAD_TEST_FULL").is_some() { 200 } else { 10 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]));
    let visits = prop::collection::vec((0_usize..4, 1_u8..4, 500_u16..1200, 20_u16..120, 0_usize..3), 1..24);
    runner
        .run(&(visits, any::<bool>(), any::<u64>()), |(visits, all_week, chosen)| {
            let (mut office, cole) = office();
            let me = office.me.clone();
            week(&mut office, cole, &visits);
            let asked = PlanAsk { week: all_week, scratch: chosen & 1 == 1, ..ask(1_500) };
            let begun = look(&mut office, asked);
            let mut last = None;
            if let Some(search) = begun.search {
                while go_on(&mut office, search.token, 400).is_some_and(|s| s.left > 0) {
                    let now = look(&mut office, asked);
                    if now.is_found() {
                        let worse = |before: u32| now.after.uncovered > before;
                        prop_assert!(!last.is_some_and(worse), "more are left than before");
                        last = Some(now.after.uncovered);
                    }
                }
            }
            let found = look(&mut office, asked);
            let wanted = (0..found.lines.len()).filter(|n| chosen >> (n % 64) & 1 == 1);
            let lines: Vec<usize> = whole(&found.lines, wanted).into_iter().collect();
            if !lines.is_empty() && lines.len() <= 40 {
                let picks: Vec<PlanPick> = lines.iter().map(|n| found.lines[*n].pick()).collect();
                let reply = office.act(&me, Command::AcceptPlan { picks: picks.clone() });
                prop_assert!(matches!(reply, Reply::Done(_)), "{}", crate::office::said(&reply));
                for pick in &picks {
                    let visit: Visit = office.get(pick.visit.0);
                    let goes: Vec<StaffId> = visit.staff.into_iter().chain(visit.second).collect();
                    prop_assert!(pick.staff.iter().all(|s| goes.contains(s)) && goes.len() == pick.staff.len());
                }
            }
            // Whoever was booked twice at once before still is, unless that was mended; the plan adds none.
            let twice = |office: &Office| {
                let all: Vec<Visit> = office.ids(Kind::Visit).into_iter().map(|id| office.get(id)).collect();
                let stands = |v: &&Visit| {
                    v.state.is_open() && v.state != VisitState::CalledOut && v.answer != Answer::No && !v.history
                };
                let open: Vec<&Visit> = all.iter().filter(stands).collect();
                let mut found = 0;
                for (n, a) in open.iter().enumerate() {
                    for b in &open[n + 1..] {
                        let overlap = a.start.moment() < b.end() && b.start.moment() < a.end();
                        let both =
                            a.staff.into_iter().chain(a.second).filter(|s| b.staff == Some(*s) || b.second == Some(*s));
                        found += if overlap { both.count() } else { 0 };
                    }
                }
                found
            };
            let after = twice(&office);
            let (mut fresh, cole) = self::office();
            week(&mut fresh, cole, &visits);
            prop_assert!(after <= twice(&fresh));
            Ok(())
        })
        .unwrap();
}
