//! Visits moved, given away, exchanged, split and shortened: what the question said is what the command holds to, nobody is
//! in two homes at once, whoever has to hear of it is a task, and undo brings all of it back.

use crate::config;
use crate::office::{Office, monday, new, ny, rule, said};
use caseload::domain::coverage::Weight;
use caseload::domain::fields::Fields;
use caseload::domain::ids::{StaffId, VisitId};
use caseload::domain::record::{Kind, Record};
use caseload::domain::staff::{Available, Staff};
use caseload::domain::task::Task;
use caseload::domain::time::Civil;
use caseload::domain::visit::{Answer, Visit, VisitState};
use caseload::service::api::reschedule::{Reschedule, Tried, VisitChange};
use caseload::service::api::{Answered, Command, Done, Query, Reply};
use proptest::prelude::*;

/// Every visit that stands.
fn visits(office: &Office) -> Vec<[u8; 16]> {
    let stands = |id: &[u8; 16]| office.store.get::<Visit>(VisitId(*id)).unwrap().is_some();
    office.ids(Kind::Visit).into_iter().filter(stands).collect()
}

/// The visit of a client at this minute of the first day.
fn at(office: &Office, client: usize, minute: u16) -> VisitId {
    let day = ny().day(monday());
    let found = visits(office).into_iter().map(VisitId).find(|id| {
        let v: Visit = office.get(id.0);
        v.client == office.clients[client] && v.start.day == day && v.start.minute == minute
    });
    found.expect("no such visit")
}

fn asked(office: &mut Office, visit: VisitId, change: &VisitChange) -> Tried {
    let me = office.me.clone();
    match office.query(&me, Query::TryChange { visit, change: Some(change.clone()) }) {
        Answered::Tried(tried) => *tried,
        _ => panic!("another answer"),
    }
}

fn act(office: &mut Office, visit: VisitId, change: VisitChange, reason: &str) -> Reply {
    let (me, tried) = (office.me.clone(), asked(office, visit, &change));
    let ask = Reschedule { visit, change, seen: tried.seen, agreed: false, reason: reason.to_owned() };
    office.act(&me, Command::Reschedule(ask))
}

fn done(office: &mut Office, visit: VisitId, change: VisitChange, reason: &str) -> Done {
    match act(office, visit, change, reason) {
        Reply::Done(done) => done,
        other => panic!("{}", said(&other)),
    }
}

fn to(minute: u16, staff: Option<StaffId>) -> VisitChange {
    VisitChange::Move { day: ny().day(monday()), minute, staff }
}

fn tasks(office: &Office) -> Vec<Record<Task>> {
    office.store.open::<Task>().unwrap()
}

fn undo(office: &mut Office, done: &Done) {
    let me = office.me.clone();
    office.done(&me, Command::Undo { seq: done.seq });
}

#[test]
fn a_moved_visit_is_planned_again_and_whoever_must_hear_of_it_is_a_task() {
    let mut office = Office::at(monday());
    let (visit, reyes) = (at(&office, 0, 540), office.staff[1]);
    let before: Visit = office.get(visit.0);
    let tried = asked(&mut office, visit, &to(11 * 60 + 30, Some(reyes)));
    assert_eq!(tried.weight(), Some(Weight::Note), "{}", tried.conflicts.len());
    assert_eq!(tried.tells.len(), 2);
    let moved = done(&mut office, visit, to(11 * 60 + 30, Some(reyes)), "");
    assert!(moved.summary.contains("09:00 to 11:30"), "{}", moved.summary);
    assert!(moved.summary.contains("to be told: Okafor, Ruth, Reyes, Maria"), "{}", moved.summary);
    let kept: Visit = office.get(visit.0);
    assert_eq!((kept.start.minute, kept.staff, kept.answer), (690, Some(reyes), Answer::Planned));
    let all = tasks(&office);
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|t| t.what.as_str().starts_with("ask the family: may the visit of Mon 2 Mar 09:00 be")));
    assert!(all.iter().any(|t| t.staff == Some(reyes) && t.what.as_str().contains("is Mon 2 Mar 11:30 now")));
    // Half an hour before the earlier of the two times.
    assert!(all.iter().all(|t| t.due <= before.start.moment()));
    undo(&mut office, &moved);
    assert!(office.get::<Visit>(visit.0) == before, "undo brings it back");
    assert!(tasks(&office).is_empty(), "nobody has to be told any more");
    crate::office::same_as_fresh(&office, "a move taken back");
}

#[test]
fn a_client_who_agreed_is_not_asked_again_and_the_same_place_is_no_move() {
    let mut office = Office::at(monday());
    let (me, visit, reyes) = (office.me.clone(), at(&office, 0, 540), office.staff[1]);
    assert_eq!(rule(&act(&mut office, visit, to(540, Some(reyes)), "")), "visit.same");
    let change = to(11 * 60 + 30, Some(reyes));
    let seen = asked(&mut office, visit, &change).seen;
    office.done(&me, Command::Reschedule(Reschedule { visit, change, seen, agreed: true, reason: String::new() }));
    let all = tasks(&office);
    assert!(all.len() == 1 && all[0].staff == Some(reyes), "only the caregiver has to hear of it");
    assert_eq!(rule(&act(&mut office, visit, to(1_500, Some(reyes)), "")), "visit.start");
    assert_eq!(rule(&act(&mut office, visit, to(60, Some(reyes)), "")), "visit.past");
}

#[test]
fn what_blocks_cannot_be_dropped_and_what_needs_a_reason_keeps_it() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let (visit, reyes, pires) = (at(&office, 0, 540), office.staff[1], office.staff[3]);
    // 10:00 she is with García-López.
    let over = to(9 * 60 + 30, Some(reyes));
    let tried = asked(&mut office, visit, &over);
    assert_eq!(tried.weight(), Some(Weight::Block));
    assert!(tried.conflicts[0].text.contains("García-López"), "{}", tried.conflicts[0].text);
    assert_eq!(rule(&act(&mut office, visit, over, "all the same")), "cover.blocked");
    assert_eq!(rule(&act(&mut office, visit, to(540, Some(pires)), "x")), "cover.blocked");
    // She works from noon on.
    let pattern = vec![Available { weekday: 0, from: 12 * 60, to: 18 * 60 }];
    let fields = Fields::none().with("availability", &pattern);
    office.edit(&me, Kind::Staff, reyes.0, fields);
    let early = to(11 * 60 + 15, Some(reyes));
    assert_eq!(asked(&mut office, visit, &early).weight(), Some(Weight::Reason));
    assert_eq!(rule(&act(&mut office, visit, early.clone(), " ")), "visit.reason");
    done(&mut office, visit, early, "her daughter leaves at noon");
    let Answered::History(lines) = office.query(&me, Query::History { kind: Kind::Visit, id: visit.0 }) else {
        panic!("another answer")
    };
    let last = &lines.last().unwrap().what;
    assert!(last.contains("her daughter leaves at noon (all the same: starts 12:00"), "{last}");
}

#[test]
fn a_colleagues_change_is_not_lost() {
    let mut office = Office::at(monday());
    let (me, visit, reyes) = (office.me.clone(), at(&office, 0, 540), office.staff[1]);
    let change = to(11 * 60 + 30, Some(reyes));
    let seen = asked(&mut office, visit, &change).seen;
    let colleague = office.colleague.clone();
    office.edit(&colleague, Kind::Visit, visit.0, Fields::none().with("minutes", &45_u16));
    let ask = Reschedule { visit, change, seen, agreed: false, reason: String::new() };
    let reply = office.act(&me, Command::Reschedule(ask.clone()));
    assert_eq!(rule(&reply), "visit.changed");
    assert!(said(&reply).contains("R. Patel"), "{}", said(&reply));
    let unseen = office.act(&me, Command::Reschedule(Reschedule { seen: Vec::new(), ..ask }));
    assert_eq!(rule(&unseen), "visit.unseen");
    assert_eq!(office.get::<Visit>(visit.0).start.minute, 540);
}

#[test]
fn a_called_out_visit_moved_to_another_day_hangs_on_the_call_out_no_more() {
    let mut office = Office::at(monday());
    let (visit, diaz) = (at(&office, 1, 13 * 60), office.staff[2]);
    let tomorrow = ny().day(monday()).plus(1);
    // Of that day she called out: she cannot be put on it again.
    assert_eq!(rule(&act(&mut office, visit, to(14 * 60, Some(diaz)), "x")), "cover.blocked");
    let change = VisitChange::Move { day: tomorrow, minute: 13 * 60, staff: Some(diaz) };
    done(&mut office, visit, change, "");
    let kept: Visit = office.get(visit.0);
    assert_eq!((kept.state, kept.called_out_by, kept.staff), (VisitState::Planned, None, Some(diaz)));
    assert!(office.alerts(caseload::domain::attention::AlertSource::CallOut).is_empty());
    crate::office::same_as_fresh(&office, "a called-out visit moved");
}

#[test]
fn two_visits_change_hands() {
    let mut office = Office::at(monday());
    let (a, b) = (at(&office, 0, 540), at(&office, 2, 450));
    let (reyes, diaz) = (office.staff[1], office.staff[2]);
    // The second needs two people with a lift; a reason does not help where somebody is not signed off for it.
    let me = office.me.clone();
    for staff in [reyes, diaz] {
        office.edit(&me, Kind::Staff, staff.0, Fields::none().with("skills", &vec!["lift"]));
    }
    let swapped = done(&mut office, a, VisitChange::Swap { with: b }, "they asked");
    let (va, vb): (Visit, Visit) = (office.get(a.0), office.get(b.0));
    assert_eq!((va.staff, vb.staff), (Some(diaz), Some(reyes)));
    assert_eq!((va.answer, vb.answer), (Answer::Planned, Answer::Planned));
    // Both families and both caregivers.
    assert_eq!(tasks(&office).len(), 4);
    undo(&mut office, &swapped);
    assert_eq!(office.get::<Visit>(a.0).answer, Answer::Yes);
    assert_eq!(rule(&act(&mut office, a, VisitChange::Swap { with: a }, "")), "visit.same");
}

#[test]
fn a_visit_is_split_and_made_shorter() {
    let mut office = Office::at(monday());
    let (visit, reyes) = (at(&office, 0, 540), office.staff[1]);
    let count = visits(&office).len();
    let split = done(&mut office, visit, VisitChange::Split { first: 40, staff: Some(reyes) }, "");
    assert_eq!(visits(&office).len(), count + 1);
    let second: Visit = office.get(split.created[0]);
    assert_eq!((second.start.minute, second.minutes, second.staff), (580, 20, Some(reyes)));
    assert_eq!((second.answer, office.get::<Visit>(visit.0).minutes), (Answer::Yes, 40));
    assert!(tasks(&office).is_empty(), "the same person at the same time: nobody has to hear of it");
    undo(&mut office, &split);
    assert_eq!((office.get::<Visit>(visit.0).minutes, visits(&office).len()), (60, count));
    done(&mut office, visit, VisitChange::Length { minutes: 30 }, "");
    assert_eq!((office.get::<Visit>(visit.0).minutes, tasks(&office).len()), (30, 2));
    assert_eq!(rule(&act(&mut office, visit, VisitChange::Split { first: 30, staff: None }, "")), "visit.split");
}

#[test]
fn weeks_ahead_nobody_is_in_two_homes_either() {
    let mut office = Office::at(monday());
    let (me, diaz) = (office.me.clone(), office.staff[2]);
    let far = ny().day(monday()).plus(30);
    let visit = |client: usize, minute| Visit {
        staff: Some(diaz),
        answer: Answer::Planned,
        ..Visit::new(
            office.clients[client],
            caseload::domain::staff::Discipline::Hha,
            Civil { day: far, minute, zone: ny() },
            60,
        )
    };
    let made = vec![new(&visit(0, 540)), new(&visit(1, 660))];
    let ids = office.make(&me, made);
    let change = |minute| VisitChange::Move { day: far, minute, staff: Some(diaz) };
    assert_eq!(rule(&act(&mut office, VisitId(ids[0]), change(630), "x")), "cover.blocked");
    done(&mut office, VisitId(ids[0]), change(600), "");
    let back = act(&mut office, VisitId(ids[1]), change(630), "x");
    assert_eq!(rule(&back), "cover.blocked", "what was moved just now is known: {}", said(&back));
}

/// Nobody is in two homes at once, whoever was told of it: but those who were before.
fn double_booked(office: &Office) -> Vec<(VisitId, VisitId)> {
    let stands = |v: &Visit| {
        !matches!(v.state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed) && v.answer != Answer::No
    };
    let all: Vec<(VisitId, Visit)> =
        visits(office).into_iter().map(|id| (VisitId(id), office.get::<Visit>(id))).collect();
    let mut out = Vec::new();
    for (n, (a, x)) in all.iter().enumerate() {
        for (b, y) in &all[n + 1..] {
            let both = |v: &Visit| [v.staff, v.second].into_iter().flatten().collect::<Vec<_>>();
            let shared = both(x).iter().any(|s| both(y).contains(s));
            if shared && stands(x) && stands(y) && x.start.moment() < y.end() && y.start.moment() < x.end() {
                out.push((*a, *b));
            }
        }
    }
    out
}

proptest! {
    #![proptest_config(config(24, 400))]

    #[test]
    fn a_drop_never_double_books_and_undo_brings_all_back(moves in prop::collection::vec((any::<u64>(), any::<u64>()), 1..8)) {
        let mut office = Office::at(monday());
        let me = office.me.clone();
        let today = ny().day(monday());
        prop_assert!(double_booked(&office).is_empty());
        for (which, how) in moves {
            let ids = visits(&office);
            let visit = VisitId(ids[which as usize % ids.len()]);
            let staff = match how % 5 { 4 => None, n => Some(office.staff[n as usize]) };
            let change = match (how >> 4) % 6 {
                0 => VisitChange::Swap { with: VisitId(ids[(how >> 8) as usize % ids.len()]) },
                1 => VisitChange::Split { first: (how >> 8) as u16 % 70, staff },
                2 => VisitChange::Length { minutes: (how >> 8) as u16 % 180 },
                _ => VisitChange::Move { day: today.plus((how >> 8) as i32 % 12), minute: ((how >> 16) as u16 % 96) * 15, staff },
            };
            let before: Vec<Visit> = ids.iter().map(|id| office.get(*id)).collect();
            let tried = asked(&mut office, visit, &change);
            let seen = tried.seen.clone();
            let ask = Reschedule { visit, change, seen, agreed: how >> 40 & 1 == 0, reason: "they asked".to_owned() };
            let reply = office.act(&me, Command::Reschedule(ask));
            let blocked = tried.weight() == Some(Weight::Block);
            prop_assert_eq!(blocked && matches!(reply, Reply::Done(_)), false, "what blocks was dropped");
            prop_assert!(double_booked(&office).is_empty(), "{}", said(&reply));
            if let Reply::Done(done) = reply && how >> 41 & 1 == 0 {
                undo(&mut office, &done);
                let after: Vec<Visit> = ids.iter().map(|id| office.get(*id)).collect();
                prop_assert!(before == after, "undo left something");
                prop_assert_eq!(visits(&office).len(), ids.len());
            }
        }
        crate::office::same_as_fresh(&office, "visits changed by hand");
    }
}

#[test]
fn a_caregiver_who_left_is_not_put_on_a_visit() {
    let mut office = Office::at(monday());
    let (me, visit, diaz) = (office.me.clone(), at(&office, 0, 540), office.staff[2]);
    office.edit(&me, Kind::Staff, diaz.0, Fields::none().with("active", &false));
    assert!(!office.get::<Staff>(diaz.0).active);
    assert_eq!(rule(&act(&mut office, visit, to(540, Some(diaz)), "x")), "cover.blocked");
}

#[test]
fn what_her_payer_pays_and_when_she_is_out_is_known_before_the_drop() {
    use caseload::domain::appointment::{Appointment, AppointmentKind};
    use caseload::domain::authorization::{Authorization, AuthorizedPer};
    use caseload::domain::staff::Discipline;
    let mut office = Office::at(monday());
    let (me, visit, reyes) = (office.me.clone(), at(&office, 0, 17 * 60), office.staff[1]);
    let day = ny().day(monday());
    let paid = Authorization {
        client: office.clients[0],
        payer: crate::office::t("Medicaid"),
        number: crate::office::t("A-17"),
        discipline: Some(Discipline::Hha),
        service: crate::office::t(""),
        unit_minutes: Some(15),
        units: 9,
        per: AuthorizedPer::Day,
        from: day.plus(-10),
        to: day.plus(10),
        ended: None,
    };
    let dialysis = Appointment {
        client: office.clients[0],
        kind: AppointmentKind::Dialysis,
        start: Civil { day, minute: 12 * 60, zone: ny() },
        minutes: 240,
        with: crate::office::t("Dr. Ng"),
        place: crate::office::t(""),
        note: crate::office::t(""),
        cancelled: None,
    };
    let records = vec![new(&paid), new(&dialysis)];
    office.make(&me, records);
    let says = |office: &mut Office, change: &VisitChange, rule: &str| {
        asked(office, visit, change).conflicts.into_iter().find(|c| c.rule == rule).map(|c| (c.weight, c.text))
    };
    // Two hours are hers already that day, of two and a quarter.
    let longer = VisitChange::Length { minutes: 90 };
    let (weight, text) = says(&mut office, &longer, "cover.authorized").unwrap();
    assert_eq!((weight, text.as_str()), (Weight::Reason, "Medicaid: authorized 2.3 h a day, 2.5 h then"));
    assert!(says(&mut office, &to(11 * 60, Some(reyes)), "cover.authorized").is_none());
    assert_eq!(rule(&act(&mut office, visit, longer.clone(), "")), "visit.reason");
    let out = says(&mut office, &to(13 * 60, Some(reyes)), "cover.not_home").unwrap();
    assert_eq!(out, (Weight::Reason, "client not home: dialysis until 16:00".to_owned()));
    assert!(says(&mut office, &to(13 * 60, None), "cover.not_home").is_some(), "nobody finds her either");
    done(&mut office, visit, longer, "her daughter pays the rest");
    // What is so already is only said.
    let diaz = office.staff[2];
    let (weight, _) = says(&mut office, &to(540, Some(diaz)), "cover.authorized").unwrap();
    assert_eq!(weight, Weight::Note);
}

#[test]
fn what_nobody_was_told_yet_is_told_once_from_what_they_reckon_with() {
    let mut office = Office::at(monday());
    let (visit, reyes, diaz) = (at(&office, 0, 540), office.staff[1], office.staff[2]);
    let words = |office: &Office| {
        let mut all: Vec<String> = tasks(office).iter().map(|t| t.what.as_str().to_owned()).collect();
        all.sort();
        all
    };
    done(&mut office, visit, to(690, Some(reyes)), "");
    let second = done(&mut office, visit, to(720, Some(reyes)), "");
    assert_eq!(
        words(&office),
        [
            "ask the family: may the visit of Mon 2 Mar 09:00 be Mon 2 Mar 12:00?",
            "tell Reyes, Maria: Okafor, Ruth is Mon 2 Mar 12:00 now, not Mon 2 Mar 09:00",
        ]
    );
    undo(&mut office, &second);
    assert!(words(&office)[0].ends_with("be Mon 2 Mar 11:30?"), "undo brings back what was to be told before");
    // Where it was: nobody has to hear of anything.
    done(&mut office, visit, to(540, Some(reyes)), "");
    assert_eq!(words(&office), Vec::<String>::new());
    // Somebody who was never asked is asked for the new time, and not told that she is not needed.
    done(&mut office, visit, to(540, Some(diaz)), "");
    done(&mut office, visit, to(570, Some(diaz)), "");
    let asks = words(&office);
    assert!(asks.iter().any(|w| w.starts_with("ask Diaz, Ana: Okafor, Ruth Mon 2 Mar 09:30")), "{asks:?}");
    done(&mut office, visit, to(690, Some(reyes)), "");
    assert!(words(&office).iter().all(|w| !w.contains("Diaz")), "{:?}", words(&office));
    crate::office::same_as_fresh(&office, "moved again and again");
}

#[test]
fn the_second_half_of_a_split_visit_is_held_against_what_her_payer_pays() {
    use caseload::domain::authorization::{Authorization, AuthorizedPer};
    let mut office = Office::at(monday());
    let (me, visit, reyes) = (office.me.clone(), at(&office, 0, 17 * 60), office.staff[1]);
    let day = ny().day(monday());
    // Two visits a day, whatever their length: there are two already.
    let paid = Authorization {
        client: office.clients[0],
        payer: crate::office::t("Medicaid"),
        number: crate::office::t("A-18"),
        discipline: None,
        service: crate::office::t(""),
        unit_minutes: None,
        units: 2,
        per: AuthorizedPer::Day,
        from: day.plus(-10),
        to: day.plus(10),
        ended: None,
    };
    office.make(&me, vec![new(&paid)]);
    let split = VisitChange::Split { first: 40, staff: Some(reyes) };
    let found = asked(&mut office, visit, &split).conflicts;
    let says: Vec<_> = found.iter().filter(|c| c.rule == "cover.authorized").collect();
    assert!(says.len() == 1 && says[0].weight == Weight::Reason, "{found:?}");
    assert_eq!(rule(&act(&mut office, visit, split.clone(), "")), "visit.reason");
    done(&mut office, visit, split, "two people for the lift");
    assert!(
        !asked(&mut office, visit, &VisitChange::Length { minutes: 30 })
            .conflicts
            .iter()
            .any(|c| { c.rule == "cover.authorized" && c.weight != Weight::Note })
    );
}
