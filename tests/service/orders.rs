//! Frequency orders: kept as they were written, booked as series or as visits, held against the calendar week by week.

use crate::office::{Office, monday, rule, said};
use caseload::domain::fields::Fields;
use caseload::domain::ids::FrequencyOrderId;
use caseload::domain::order::{FrequencyOrder, OrderState};
use caseload::domain::record::{Kind, Record};
use caseload::domain::series::Series;
use caseload::domain::staff::Discipline;
use caseload::domain::task::Task;
use caseload::domain::time::{DAY, Day};
use caseload::domain::visit::{Visit, VisitState};
use caseload::service::api::{Answered, BookAs, Command, EndOrder, NewOrder, Query, Section};

/// An order for the second client from Sunday on, booked as series on Tuesday and Thursday at 14:00.
pub(crate) fn new(office: &Office, text: &str) -> NewOrder {
    NewOrder {
        client: office.clients[2],
        text: text.to_owned(),
        from: Day::from_ymd(2026, 3, 8).unwrap(),
        by: "Dr. Alder".to_owned(),
        given: None,
        book: BookAs::Series,
        weekdays: vec![1, 3],
        minute: 14 * 60,
        minutes: 45,
        staff: None,
    }
}

fn nursing(office: &Office) -> Vec<Record<Visit>> {
    let mut all = Vec::new();
    office
        .store
        .each::<Visit>(|v| {
            all.extend(
                (v.client == office.clients[2] && v.discipline == Discipline::Rn && v.minutes == 45).then_some(v),
            );
        })
        .unwrap();
    all.sort_by_key(|v| v.start.moment());
    all
}

fn section(office: &mut Office) -> Option<Section> {
    let (me, client) = (office.me.clone(), office.clients[2]);
    let Answered::Page(Some(page)) = office.query(&me, Query::ClientPage(client)) else { panic!("no page") };
    page.sections.into_iter().find(|s| s.title == "Orders")
}

fn lines(office: &mut Office) -> Vec<String> {
    let section = section(office).expect("orders");
    section.lines.iter().map(|l| format!("{}: {}", l.line.label, l.line.text)).collect()
}

#[test]
fn an_order_is_said_back_booked_as_series_and_held_against_the_calendar() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = new(&office, "SN 2wk4, 1w5");
    let done = office.done(&me, Command::OrderVisits(ask));
    assert!(
        done.summary.contains("2 a week for 4 weeks, then 1 a week for 5 weeks: 13 visits in 9 weeks"),
        "{}",
        done.summary
    );
    assert!(done.summary.contains("booked as 2 series"), "{}", done.summary);
    let order: FrequencyOrder = office.get(done.created[0]);
    assert_eq!((order.text.as_str(), order.state), ("SN 2w4,1w5", OrderState::Active));
    // Five weeks ahead: four weeks of two.
    assert_eq!(nursing(&office).len(), 8);
    let text = lines(&mut office);
    assert!(text[0].starts_with("RN: SN 2w4,1w5: Sun 8 Mar to Sat 9 May, Dr. Alder"), "{text:?}");
    assert_eq!(text[1], "Sun 8 Mar: 2 ordered, 2 booked, 0 delivered");
    assert!(!text.iter().any(|l| l.starts_with("Enter")), "{text:?}");
    // Taking it back takes all of it.
    office.done(&me, Command::Undo { seq: done.seq });
    assert!(nursing(&office).is_empty() && section(&mut office).is_none());
}

#[test]
fn where_it_does_not_add_up_a_change_is_drafted_by_one_key() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = new(&office, "SN 2w4");
    let id = FrequencyOrderId(office.done(&me, Command::OrderVisits(ask)).created[0]);
    assert_eq!(rule(&office.act(&me, Command::DraftOrderChange(id))), "order.adds_up");
    let first = nursing(&office)[0].id;
    let cancelled = Fields::none().with("state", &VisitState::Cancelled);
    let _ = office.edit(&me, Kind::Visit, first.0, cancelled);
    let text = lines(&mut office);
    assert_eq!(text[1], "Sun 8 Mar: 2 ordered, 1 booked, 0 delivered: 1 short");
    assert!(text.last().unwrap().starts_with("Enter: call Dr. Alder for an order: SN "), "{text:?}");
    let done = office.done(&me, Command::DraftOrderChange(id));
    let task: Task = office.get(done.created[0]);
    assert!(task.what.contains("in the place of SN 2w4") && task.owner == Some(me.user), "{}", task.what.as_str());
    // What was delivered is counted once it is.
    office.pass(9 * DAY);
    let second = nursing(&office)[1].id;
    let _ = office.edit(&me, Kind::Visit, second.0, Fields::none().with("state", &VisitState::Done));
    assert_eq!(lines(&mut office)[1], "Sun 8 Mar: 2 ordered, 1 booked, 1 delivered: 1 short");
}

#[test]
fn another_order_of_the_same_discipline_takes_the_place_of_the_first() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = new(&office, "SN 2w4");
    let old = FrequencyOrderId(office.done(&me, Command::OrderVisits(ask)).created[0]);
    let from = Day::from_ymd(2026, 3, 22).unwrap();
    let ask = NewOrder { from, weekdays: vec![4], ..new(&office, "SN 1w2") };
    let next = FrequencyOrderId(office.done(&me, Command::OrderVisits(ask)).created[0]);
    let was: FrequencyOrder = office.get(old.0);
    assert_eq!((was.state, was.last), (OrderState::Replaced, Some(from.plus(-1))));
    assert_eq!(office.get::<FrequencyOrder>(next.0).replaces, Some(old));
    let days: Vec<String> = nursing(&office).iter().map(|v| v.start.day.short()).collect();
    assert_eq!(days, ["Tue 10 Mar", "Thu 12 Mar", "Tue 17 Mar", "Thu 19 Mar", "Fri 27 Mar", "Fri 3 Apr"]);
}

#[test]
fn it_is_booked_as_single_visits_too_and_what_the_grammar_refuses_is_refused() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = NewOrder { book: BookAs::Visits, ..new(&office, "SN 2w2,1w1") };
    office.done(&me, Command::OrderVisits(ask));
    let days: Vec<String> = nursing(&office).iter().map(|v| v.start.day.short()).collect();
    assert_eq!(days, ["Tue 10 Mar", "Thu 12 Mar", "Tue 17 Mar", "Thu 19 Mar", "Tue 24 Mar"]);
    assert!(office.store.of_client::<Series>(office.clients[2], 10).unwrap().is_empty());
    for (bad, name) in [("SN 2w0", "order.text"), ("2w4", "order.text"), ("SN 2w4 PRN", "order.text")] {
        let ask = new(&office, bad);
        let reply = office.act(&me, Command::OrderVisits(ask));
        assert_eq!(rule(&reply), name, "{bad}");
        assert!(bad == "2w4" || said(&reply).contains("column "), "{}", said(&reply));
    }
    let ask = NewOrder { by: String::new(), ..new(&office, "SN 2w4") };
    assert_eq!(rule(&office.act(&me, Command::OrderVisits(ask))), "order.by");
    let ask = NewOrder { weekdays: vec![1], ..new(&office, "SN 2w4") };
    assert_eq!(rule(&office.act(&me, Command::OrderVisits(ask))), "order.book");
    let ask = NewOrder { staff: Some(office.staff[1]), ..new(&office, "SN 2w4") };
    assert_eq!(rule(&office.act(&me, Command::OrderVisits(ask))), "order.staff");
}

fn end(order: FrequencyOrderId, day: u32, visits_stay: bool) -> Command {
    let last = Day::from_ymd(2026, 3, day).unwrap();
    Command::EndOrder(EndOrder { order, last, reason: "discharged".to_owned(), visits_stay })
}

/// Open tasks, in words.
fn tasks(office: &Office) -> Vec<Task> {
    let open = office.store.open::<Task>().unwrap().into_iter();
    open.map(|t| t.body).filter(|t| t.done.is_none() && t.what.starts_with("tell ")).collect()
}

/// She says yes to all of them.
fn says_yes(office: &mut Office, visits: &[Record<Visit>]) {
    let (me, staff) = (office.me.clone(), office.staff[0]);
    for visit in visits {
        let fields = Fields::none().with("staff", &Some(staff)).with("answer", &caseload::domain::visit::Answer::Yes);
        let _ = office.edit(&me, Kind::Visit, visit.id.0, fields);
    }
}

#[test]
fn an_order_is_ended_by_hand_with_what_it_was_booked_as_and_whoever_said_yes_is_told() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = new(&office, "SN 2w4,1w5");
    let id = FrequencyOrderId(office.done(&me, Command::OrderVisits(ask)).created[0]);
    let booked = nursing(&office);
    says_yes(&mut office, &booked);
    let days = |office: &Office| nursing(office).iter().map(|v| v.start.day.short()).collect::<Vec<_>>();
    let no_reason =
        EndOrder { order: id, last: Day::from_ymd(2026, 3, 12).unwrap(), reason: " ".to_owned(), visits_stay: false };
    assert_eq!(rule(&office.act(&me, Command::EndOrder(no_reason))), "order.reason");
    assert_eq!(rule(&office.act(&me, end(FrequencyOrderId([9; 16]), 12, false))), "order.gone");
    let long_past = EndOrder {
        order: id,
        last: Day::from_ymd(2026, 2, 20).unwrap(),
        reason: "discharged".to_owned(),
        visits_stay: false,
    };
    assert_eq!(rule(&office.act(&me, Command::EndOrder(long_past))), "order.past");
    let done = office.done(&me, end(id, 12, false));
    assert_eq!(days(&office), ["Tue 10 Mar", "Thu 12 Mar"]);
    assert!(done.summary.contains("Order ends Thu 12 Mar") && done.summary.contains("6 visits taken off"), "{done:?}");
    let was: FrequencyOrder = office.get(id.0);
    assert_eq!((was.state, was.last), (OrderState::Ended, Some(Day::from_ymd(2026, 3, 12).unwrap())));
    // One task, for the one who had said yes to all six, with the number, before the first of them.
    let told = tasks(&office);
    assert_eq!(told.len(), 1);
    let what = told[0].what.as_str();
    assert!(what.contains("not needed Tue 17 Mar 14:00, not needed Thu 19 Mar 14:00") && what.ends_with("and 3 more"));
    assert!(
        what.contains("(401)") && told[0].staff == Some(office.staff[0]) && told[0].owner == Some(me.user),
        "{what}"
    );
    assert!(told[0].due <= booked[2].start.moment());
    // Who did it and why stands in the journal.
    let Answered::History(lines) = office.query(&me, Query::History { kind: Kind::FrequencyOrder, id: id.0 }) else {
        panic!()
    };
    assert!(lines.last().is_some_and(|l| !l.who.is_empty() && l.fields.iter().any(|f| f.0 == "state")));
    assert_eq!(rule(&office.act(&me, end(id, 11, false))), "order.over");
    office.pass(DAY);
    assert_eq!(days(&office), ["Tue 10 Mar", "Thu 12 Mar"], "nothing is made of it any more");
    // One undo: the visits, the series, the order and the task.
    office.done(&me, Command::Undo { seq: done.seq });
    assert!(tasks(&office).is_empty() && days(&office).len() >= 8);
    crate::office::same_as_fresh(&office, "undo");
}

#[test]
fn an_order_that_ends_takes_its_single_visits_with_it_or_leaves_them() {
    for stay in [false, true] {
        let mut office = Office::at(monday());
        let me = office.me.clone();
        // Another one's visit of the same discipline is not this order's.
        let other = office.booking(2);
        office.done(&me, Command::BookVisit(other));
        office.pass(60_000);
        let ask = NewOrder { book: BookAs::Visits, ..new(&office, "SN 2w2,1w1") };
        let id = FrequencyOrderId(office.done(&me, Command::OrderVisits(ask)).created[0]);
        let all = nursing(&office).len();
        let done = office.done(&me, end(id, 12, stay));
        assert_eq!(nursing(&office).len(), if stay { all } else { all - 3 }, "{}", done.summary);
        assert!(done.summary.contains(if stay { "its visits stay" } else { "3 single visits taken off" }));
        office.done(&me, Command::Undo { seq: done.seq });
        assert_eq!((nursing(&office).len(), office.get::<FrequencyOrder>(id.0).state), (all, OrderState::Active));
    }
}

#[test]
fn a_change_of_a_series_tells_whoever_had_said_yes_once_each() {
    use caseload::service::api::{ChangeSeries, EditScope, SeriesPatch};
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let series = crate::series::new(&office, 0, "FREQ=WEEKLY;BYDAY=TU,TH");
    let id = caseload::domain::ids::SeriesId(office.done(&me, Command::MakeSeries(series)).created[0]);
    let mut all: Vec<Record<Visit>> = office.store.visits_of_series(id, Day(0)).unwrap();
    all.sort_by_key(|v| v.start.moment());
    // Somebody for good, who says yes to the first two.
    let staff = office.staff[1];
    let change = |scope, at, patch| Command::ChangeSeries(ChangeSeries { series: id, scope, at, patch });
    let hers = SeriesPatch { staff: Some(Some(staff)), ..SeriesPatch::default() };
    let done = office.done(&me, change(EditScope::All, None, hers));
    assert!(tasks(&office).is_empty() && !done.summary.contains("had said yes"));
    for visit in &all[..2] {
        let fields = Fields::none().with("answer", &caseload::domain::visit::Answer::Yes);
        let _ = office.edit(&me, Kind::Visit, visit.id.0, fields);
    }
    let later = SeriesPatch { minute: Some(15 * 60), ..SeriesPatch::default() };
    let done = office.done(&me, change(EditScope::All, None, later));
    let told = tasks(&office);
    assert_eq!(told.len(), 1, "{done:?}");
    let what = told[0].what.as_str();
    assert!(what.contains("14:00 is ") && what.contains("15:00 now") && told[0].staff == Some(staff), "{what}");
    assert_eq!(what.matches(" is ").count(), 2, "of what she had not said yes to nothing is told: {what}");
    office.done(&me, Command::Undo { seq: done.seq });
    assert!(tasks(&office).is_empty());
    // One alone, given to somebody else: she is not needed there.
    let at = Some(caseload::domain::series::Slot::from(all[0].start.day));
    let other = SeriesPatch { staff: Some(Some(office.staff[2])), ..SeriesPatch::default() };
    office.done(&me, change(EditScope::This, at, other));
    let told = tasks(&office);
    assert!(told.len() == 1 && told[0].what.contains("not needed"), "{:?}", told.len());
}
