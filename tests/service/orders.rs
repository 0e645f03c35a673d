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
use caseload::service::api::{Answered, BookAs, Command, NewOrder, Query, Section};

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
