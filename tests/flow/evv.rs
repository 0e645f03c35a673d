//! `g e`: clock-ins with something wrong, resolved with a reason.

use super::flow::App;
use super::flow::canned::Canned;
use caseload::app::form::FormKind;
use caseload::app::layers::Layer;
use caseload::domain::ids::ClockingId;
use caseload::domain::record::Kind;
use caseload::rules::roles::Right;
use caseload::service::api::{Command, Heard, Reply};

fn at(size: (u16, u16)) -> App<Canned> {
    App::open(Canned::default(), size).keys("g e").on("evv")
}

fn under(app: &App<Canned>) -> ClockingId {
    match app.model.top() {
        Some(Layer::Evv(list)) => list.current().unwrap().id,
        _ => panic!("the list is not open"),
    }
}

fn marks(app: &App<Canned>) -> usize {
    match app.model.top() {
        Some(Layer::Evv(list)) => list.marks.len(),
        _ => panic!("the list is not open"),
    }
}

#[test]
fn one_is_resolved_by_a_digit_at_any_size() {
    for size in [(40, 12), (44, 18), (80, 24)] {
        let app = at(size).keys("down");
        assert_eq!(under(&app), ClockingId([2; 16]));
        let app = app.keys("r").on("form").keys("2").keys("ctrl-s");
        let app = app.last(|c| {
            matches!(c, Command::ResolveClocking { ids, reason, note }
                if *ids == [ClockingId([2; 16])] && reason == "device" && note.is_empty())
        });
        let app = app.on("evv");
        // The marker stays on its own while rows go; `g e` again opens no second list.
        app.keys("g e esc").on("dashboard");
    }
}

#[test]
fn the_marker_stays_on_its_own_when_others_go() {
    let mut app = at((80, 24)).keys("down down");
    assert_eq!(under(&app), ClockingId([3; 16]));
    app.service.clockings.remove(0);
    let change = |app: App<Canned>| {
        let actor = caseload::domain::ids::UserId([9; 16]);
        let change = caseload::service::api::Change { seq: 9, actor, kinds: vec![Kind::Clocking], persons: vec![] };
        app.msg(caseload::app::Msg::Heard(Heard::Change(change)))
    };
    let mut app = change(app);
    assert_eq!(under(&app), ClockingId([3; 16]));
    // Its own gone, it stands where that was.
    app.service.clockings.retain(|c| c.id != ClockingId([3; 16]));
    let app = change(app);
    assert_eq!(under(&app), ClockingId([4; 16]));
}

#[test]
fn several_are_marked_and_resolved_at_once_and_esc_takes_the_marks_off_first() {
    let app = at((44, 18)).keys("space space");
    assert_eq!(marks(&app), 2);
    let app = app.keys("esc").on("evv");
    assert_eq!(marks(&app), 0);
    let app = app.keys("*");
    assert_eq!(marks(&app), 4);
    let app = app.keys("G space g g space");
    assert_eq!(marks(&app), 2);
    let app = app.keys("r").on("form");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.title == "Resolve 2 clock-ins"
        && f.who == "Lindqvist, Arne; O'Brien, Maeve" && f.person.is_none()));
    // The reason that needs a word says so, and nothing is sent.
    let app = app.keys("3 ctrl-s").on("form").sent(0);
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.field("note").unwrap().error.is_some()));
    let app = app.text("attested").keys("ctrl-s").on("evv");
    app.last(|c| {
        matches!(c, Command::ResolveClocking { ids, reason, note }
            if *ids == [ClockingId([2; 16]), ClockingId([3; 16])] && reason == "other" && note == "attested")
    });
}

#[test]
fn what_was_typed_comes_back_with_the_clock_ins_it_was_for() {
    let app = at((80, 24)).keys("space space r 1").text("battery").keys("esc").on("evv");
    let app = app.keys("esc esc").on("dashboard").keys("R").on("form");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if matches!(f.kind, FormKind::Clockings { .. })));
    app.keys("ctrl-s").last(|c| {
        matches!(c, Command::ResolveClocking { ids, reason, note }
            if ids.len() == 2 && reason == "forgot" && note == "battery")
    });
}

#[test]
fn enter_opens_the_visit_and_r_resolves_on_the_page_too() {
    let app = at((80, 24)).keys("enter").on("page");
    let at_record = |app: &App<Canned>| app.model.top().and_then(Layer::page).and_then(|p| p.record);
    assert_eq!(at_record(&app), Some((Kind::Visit, [1; 16])));
    // None was found: at the clock-in itself.
    let app = app.keys("esc down enter").on("page");
    assert_eq!(at_record(&app), Some((Kind::Clocking, [2; 16])));
    app.keys("esc esc").on("dashboard");
}

#[test]
fn whoever_may_not_is_told_why_and_an_agency_without_it_how_it_comes() {
    let why = "a nurse does not plan visits; ask a scheduler".to_owned();
    let canned = Canned { denied: vec![(Right::BookVisit, why)], ..Canned::default() };
    let app = App::open(canned, (80, 24)).keys("g e").on("evv").keys("r").on("evv").sees("does not plan visits");
    app.sent(0);
    let why = "a biller does not see visits".to_owned();
    let canned = Canned { denied: vec![(Right::Visits, why)], ..Canned::default() };
    App::open(canned, (80, 24)).keys("g e").on("dashboard").sees("does not see visits");
    // The service has the last word.
    let mut app = App::open(Canned::default(), (80, 24));
    app.slow = true;
    let mut app = app.keys("g e").on("evv");
    let (ticket, _) = app.waiting.pop().unwrap();
    let app = app.msg(caseload::app::Msg::Heard(Heard::Reply(ticket, Reply::Denied("out of your reach".to_owned()))));
    assert!(matches!(app.model.top(), Some(Layer::Evv(l)) if l.denied.as_deref() == Some("out of your reach")));
    let none = Canned { clockings: vec![], no_clock_ins: true, ..Canned::default() };
    let app = App::open(none, (80, 24)).keys("g e").on("evv").keys("down enter r space").on("evv");
    app.sent(0);
}
