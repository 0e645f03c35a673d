//! Series at the keyboard: made in plain terms, said back while it is typed, changed for some of its visits.

use crate::flow::canned::{Canned, series_id};
use crate::flow::{App, Service};
use caseload::app::layers::Layer;
use caseload::domain::series::Ends;
use caseload::domain::time::Day;
use caseload::service::api::{Command, EditScope, SeriesDeed};

fn office() -> App<Canned> {
    App::open(Canned::default(), (120, 40))
}

fn echo<S: Service>(app: &App<S>, name: &str) -> String {
    match app.model.top() {
        Some(Layer::Form(f)) => f.field(name).and_then(|f| f.echo.clone()).unwrap_or_default(),
        _ => panic!("no form"),
    }
}

fn fault<S: Service>(app: &App<S>, name: &str) -> String {
    match app.model.top() {
        Some(Layer::Form(f)) => f.field(name).and_then(|f| f.error.clone()).unwrap_or_default(),
        _ => panic!("no form"),
    }
}

fn day(month: u32, day: u32) -> Day {
    Day::from_ymd(2026, month, day).unwrap()
}

#[test]
fn a_series_is_typed_in_plain_terms_and_said_back() {
    let app = office().keys("n s").on("form");
    assert_eq!(app.field(), "often");
    let app = app.keys("1");
    assert_eq!(app.field(), "days");
    let app = app.text("mon wed").keys("tab").text("8:00");
    let said = echo(&app, "times");
    assert!(said.starts_with("Mon, Wed 08:00: Mon 2 Mar, Wed 4 Mar"), "{said}");
    let app = app.keys("tab backspace backspace").text("45").keys("tab 1 tab tab").text("3/4").keys("tab").text("6x");
    let said = echo(&app, "times");
    assert!(said.starts_with("Mon, Wed 08:00, 6 times: Wed 4 Mar, Mon 9 Mar"), "{said}");
    let app = app.keys("ctrl-s").on("dashboard").sent(1);
    app.last(|c| {
        let Command::MakeSeries(new) = c else { return false };
        new.rule == "FREQ=WEEKLY;BYDAY=MO,WE"
            && (new.day, new.minute, new.minutes) == (day(3, 4), 480, 45)
            && new.ends == Ends::After(6)
            && new.staff.is_none()
    });
}

#[test]
fn what_cannot_be_understood_is_said_at_once_with_its_word_or_column() {
    let app = office().keys("n s 1").text("mon xyz").keys("tab").text("8:00");
    assert!(fault(&app, "days").contains("“xyz” is no weekday"), "{}", fault(&app, "days"));
    let app = app.keys("ctrl-s").on("form").sent(0);
    let app = app.keys("esc").keys("n s 5");
    assert_eq!(app.field(), "rule");
    let app = app.text("FREQ=WEEKLY;BYDAY=XX").keys("tab").text("8:00");
    assert!(fault(&app, "rule").starts_with("column "), "{}", fault(&app, "rule"));
    app.keys("ctrl-s").on("form").sent(0);
}

#[test]
fn a_form_that_is_left_comes_back_with_all_of_it() {
    let app = office().keys("n s 1").text("tue").keys("tab").text("9:15").keys("esc").on("dashboard");
    let app = app.keys("g m").on("form");
    assert!(echo(&app, "times").starts_with("Tue 09:15"), "{}", echo(&app, "times"));
}

#[test]
fn on_her_page_e_changes_a_series_and_asks_once_for_which_visits() {
    let app = office().keys("enter").on("page").keys("G e").on("form");
    let app = app.model(|m| matches!(m.top(), Some(Layer::Form(f)) if f.text("times") == "08:00"));
    assert_eq!(app.field(), "scope");
    let app = app.keys("ctrl-s").sent(0);
    let app = app.keys("2");
    assert_eq!(app.field(), "place");
    let app = app.keys("ctrl-u").text("3/9").keys("tab tab tab").keys("ctrl-u").text("9:30").keys("ctrl-s").sent(1);
    app.last(|c| {
        let Command::ChangeSeries(change) = c else { return false };
        change.series == series_id()
            && change.scope == EditScope::Following
            && change.at.is_some_and(|s| s.day == day(3, 9) && s.minute.is_none())
            && change.patch.minute == Some(570)
            && change.patch.rule.is_none()
            && change.patch.staff.is_none()
    });
}

#[test]
fn on_her_page_x_lets_a_series_rest_or_end() {
    let app = office().keys("enter G x").on("form");
    assert_eq!(app.field(), "what");
    let app = app.keys("1").text("3/9").keys("tab").text("3/13").keys("tab").keys("ctrl-s").sent(0);
    assert_eq!(app.field(), "reason");
    let app = app.text("respite").keys("ctrl-s").sent(1);
    let app = app.last(|c| {
        let Command::ActOnSeries { deed: SeriesDeed::Rest { days, reason }, .. } = c else { return false };
        (days.from, days.to) == (day(3, 9), Some(day(3, 13))) && reason == "respite"
    });
    let app = app.keys("x 3").text("3/20").keys("tab").text("discharged").keys("ctrl-s").sent(2);
    app.last(|c| matches!(c, Command::ActOnSeries { deed: SeriesDeed::End { last, .. }, .. } if *last == day(3, 20)));
}

#[test]
fn an_order_is_said_back_week_by_week_and_booked() {
    let app = office().keys("n f").on("form");
    assert_eq!(app.field(), "text");
    let app = app.text("SN 2w4,1w5").keys("tab").text("3/8");
    let said = echo(&app, "text");
    assert!(
        said.starts_with("skilled nursing: 2 a week for 4 weeks, then 1 a week for 5 weeks: 13 visits in 9 weeks"),
        "{said}"
    );
    assert!(said.ends_with("; weeks from Sun 8 Mar: 2, 2, 2, 2, 1, 1, 1, 1, 1"), "{said}");
    let app = app.keys("tab").text("Dr. Alder").keys("tab tab 1").text("tue thu").keys("tab").text("14:00");
    assert!(echo(&app, "days").starts_with("2 series: Sun 8 Mar to Sat 4 Apr"), "{}", echo(&app, "days"));
    let app = app.keys("ctrl-s").on("dashboard").sent(1);
    app.last(|c| {
        let Command::OrderVisits(new) = c else { return false };
        new.text == "SN 2w4,1w5" && new.from == day(3, 8) && new.weekdays == [1, 3] && new.minute == 840
    });
    let app = office().keys("n f").text("SN 2w0");
    assert!(fault(&app, "text").starts_with("column "), "{}", fault(&app, "text"));
    app.keys("ctrl-s").on("form").sent(0);
}

#[test]
fn an_order_is_ended_by_x_on_its_line() {
    let order = [6; 16];
    let app = on_a(caseload::domain::record::Kind::FrequencyOrder).keys("x").on("form");
    assert_eq!(app.field(), "last");
    let app = app.text("3/20").keys("tab").text("discharged").keys("tab ctrl-s").sent(0);
    assert_eq!(app.field(), "visits");
    app.keys("1 ctrl-s").sent(1).last(|c| {
        let Command::EndOrder(end) = c else { return false };
        (end.order.0, end.last, end.reason.as_str(), end.visits_stay) == (order, day(3, 20), "discharged", false)
    });
}

/// Her page, on a line that stands for a record of this kind.
fn on_a(kind: caseload::domain::record::Kind) -> App<Canned> {
    let mut app = office().keys("enter G");
    if let Some(caseload::app::layers::Layer::Page(page)) = app.model.layers.last_mut() {
        let line = page.line;
        let lines = page.page.as_mut().unwrap().sections.iter_mut().flat_map(|s| &mut s.lines);
        lines.into_iter().nth(line).unwrap().record = Some((kind, [6; 16]));
    }
    app
}

#[test]
fn time_off_is_edited_with_its_times_and_taken_back_by_x() {
    use caseload::domain::record::Kind;
    let app = on_a(Kind::TimeOff).keys("e").on("form");
    assert_eq!(app.model.top().map(|_| app.field()), Some("kind"));
    let app = app.keys("tab tab");
    assert_eq!(app.field(), "to");
    // It stands as it is typed; a day alone belongs to it as a whole.
    let erased = "backspace ".repeat("13 Mar 2026 15:00".len());
    let app = app.keys(&erased).text("14 Mar 2026").keys("ctrl-s").sent(1);
    let app = app.last(|c| {
        let Command::Edit { kind: Kind::TimeOff, fields, .. } = c else { return false };
        let to = super::flow::zone().midnight(day(3, 15));
        fields.0 == [("to".to_owned(), to.0.to_string())]
    });
    let app = app.keys("x").on("confirm");
    // A second Enter was not meant for it: a frame comes first.
    app.pass(1_000)
        .keys("enter")
        .on("page")
        .last(|c| matches!(c, Command::EndPlan { kind: Kind::TimeOff, id } if *id == [6; 16]));
    let app = on_a(Kind::TimeOff).keys("e tab tab").keys(&erased).text("soon").keys("ctrl-s").on("form").sent(0);
    assert!(fault(&app, "to").contains("9 Mar 2026 7:00"), "{}", fault(&app, "to"));
}
