//! Who looked at a chart, and what whoever runs the agency is to know.

use super::flow::App;
use super::flow::canned::{Canned, client};
use caseload::app::layers::Layer;
use caseload::app::{Effect, Msg};
use caseload::rules::roles::Right;
use caseload::service::api::{AuditAsk, Heard, Query, Reply, Request};

fn office() -> App<Canned> {
    App::open(Canned::default(), (120, 40))
}

fn asked(app: &App<Canned>) -> Vec<AuditAsk> {
    let asked = app.requests.iter().filter_map(|r| match r {
        Request::Query(Query::Audit(ask)) => Some(ask.clone()),
        _ => None,
    });
    asked.collect()
}

fn shown(app: &App<Canned>) -> (usize, bool) {
    match app.model.top() {
        Some(Layer::Looked(looked)) => (looked.lines.len(), looked.more),
        _ => panic!("it is not open"),
    }
}

#[test]
fn who_looked_is_opened_from_a_row_or_a_page_and_comes_a_page_at_a_time() {
    for way in ["a", "enter a"] {
        let app = office().keys(way).text("who looked").keys("enter").on("looked");
        assert_eq!(shown(&app), (100, true));
        let ask = asked(&app);
        assert!(ask.len() == 1 && ask[0].newest && ask[0].person == Some(client(1)) && ask[0].after == (0, 0));
        // Not before the end is reached, and then once.
        let app = app.keys("down down ctrl-d up");
        assert_eq!(asked(&app).len(), 1);
        let app = app.keys("G");
        assert_eq!((asked(&app).len(), shown(&app)), (2, (150, false)));
        assert_eq!(asked(&app)[1].after, (0, 51));
        let app = app.keys("G down down");
        assert_eq!(asked(&app).len(), 2, "there is nothing further back");
        app.keys("esc").on(if way == "a" { "dashboard" } else { "page" });
    }
}

#[test]
fn whoever_may_not_audit_is_told_why() {
    let why = "a coordinator does not see what was done and seen; ask a manager or administrator".to_owned();
    let canned = Canned { denied: vec![(Right::Audit, why)], ..Canned::default() };
    let app = App::open(canned, (120, 40)).keys("a").text("who looked").keys("enter");
    let app = app.sees("does not see what was done and seen");
    assert!(asked(&app).is_empty());
    // The service has the last word, and it stands where the lines would.
    let mut app = office();
    app.slow = true;
    let mut app = app.keys("a").text("who looked").keys("enter").on("looked");
    let at = app.waiting.iter().position(|(_, r)| matches!(r, Request::Query(Query::Audit(_)))).unwrap();
    let (ticket, _) = app.waiting.remove(at);
    let app = app.msg(Msg::Heard(Heard::Reply(ticket, Reply::Denied("out of your reach".to_owned()))));
    assert!(matches!(app.model.top(), Some(Layer::Looked(l)) if l.denied.as_deref() == Some("out of your reach")));
}

#[test]
fn it_is_read_in_a_pager_too() {
    let app = office().keys("enter a").text("who looked").keys("enter P");
    let text = app.effects.iter().find_map(|e| match e {
        Effect::Outside(caseload::app::outward::Outside::Read(reading)) => Some(reading.text.clone()),
        _ => None,
    });
    let text = text.unwrap();
    assert!(text.starts_with("Who looked: ") && text.lines().count() == 102 && text.contains("R. Patel (manager)"));
}

#[test]
fn a_note_stands_in_the_banner_until_it_is_read() {
    let mut app = office().keys("ctrl-g").sees("nothing is announced");
    app.service.notes = vec!["the log of who saw what is damaged".to_owned(), "a login is shared".to_owned()];
    app.service.seq += 1;
    let change = |app: App<Canned>| {
        let actor = caseload::domain::ids::UserId([9; 16]);
        let change = caseload::service::api::Change { seq: 9, actor, kinds: vec![], persons: vec![] };
        app.msg(Msg::Heard(Heard::Change(change)))
    };
    let app = change(app).model(|m| m.note() == Some("the log of who saw what is damaged"));
    let app = app.keys("ctrl-g").on("confirm").model(|m| m.note().is_none());
    assert!(matches!(app.model.top(), Some(Layer::Confirm(c)) if c.lines.len() == 2));
    let app = app.pass(1_000).keys("enter").on("dashboard").sent(0);
    // It is said once, and what is new is said.
    let mut app = change(app).model(|m| m.note().is_none());
    app.service.notes.push("another".to_owned());
    change(app).model(|m| m.note() == Some("another"));
}
