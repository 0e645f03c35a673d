//! Two people at their screens over one service: one edits what the other edits, or finishes what the other writes about.
//! Nothing that was typed is lost, and whoever did what is named.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

mod flow;
#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "service/office.rs"]
mod office;

use caseload::app::form::{Form, Value};
use caseload::app::keymap::Keymap;
use caseload::app::layers::Layer;
use caseload::app::pane::RowId;
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::client::Client;
use caseload::domain::contact::Contact;
use caseload::domain::fields::Fields;
use caseload::domain::issue::DispositionKind;
use caseload::domain::record::Kind;
use caseload::domain::time::Moment;
use caseload::service::api::{Command, Execute, Request};
use caseload::store::Store;
use flow::App;
use flow::together::{Hub, Line, Seat};
use office::Office;
use std::cell::RefCell;
use std::rc::Rc;

type Screen = App<Seat<Line>>;

struct Two {
    hub: Rc<RefCell<Hub>>,
    store: Store,
    office: Office2,
}

/// What of the office a test still names once its service is at the hub.
struct Office2 {
    clients: Vec<caseload::domain::ids::ClientId>,
    me: caseload::service::api::Session,
    colleague: caseload::service::api::Session,
}

fn two() -> Two {
    let Office { service, store, clock, clients, me, colleague, .. } = Office::at(flow::morning());
    Two { hub: Hub::over(service, Some(clock)), store, office: Office2 { clients, me, colleague } }
}

impl Two {
    fn sits(&self, mine: bool, size: (u16, u16)) -> Screen {
        let session = if mine { &self.office.me } else { &self.office.colleague };
        let line = Line::to(&self.hub, session);
        let app = App::at_terminal(if mine { 1 } else { 2 }, Seat { line }, size, Keymap::standard());
        // The colleague has no caseload of her own here: she looks at everybody's.
        if mine { app } else { app.keys("3 :").text("everybody").keys("enter").pass(2_000).keys("1") }
    }

    fn client(&self, n: usize) -> Client {
        self.store.get(self.office.clients[n]).unwrap().unwrap().body
    }
}

fn form(app: &Screen) -> &Form {
    match app.model.top() {
        Some(Layer::Form(form)) => form,
        _ => panic!("no form on top"),
    }
}

fn text(app: &Screen, field: &str) -> String {
    form(app).field(field).unwrap_or_else(|| panic!("no {field}")).value.text()
}

/// Tab until that field has the focus.
fn to(mut app: Screen, field: &str) -> Screen {
    for _ in 0..80 {
        if app.field() == field {
            return app;
        }
        app = app.keys("tab");
    }
    panic!("{field} is not reached");
}

fn types(app: Screen, field: &str, text: &str) -> Screen {
    let app = to(app, field);
    let long = matches!(form(&app).field(field).unwrap().value, Value::Long(_));
    if long && field != "phones" { app.text(text) } else { app.keys("ctrl-u").text(text) }
}

/// The marker on a client of the caseload, by the arrow keys alone.
fn on_client(mut app: Screen, two: &Two, n: usize) -> Screen {
    app = app.pass(1_500).keys("3 g g");
    for _ in 0..20 {
        if app.model.clients.selected == Some(RowId::Client(two.office.clients[n])) {
            return app;
        }
        app = app.keys("down");
    }
    panic!("she is not in the caseload");
}

/// Everybody's clock is the same.
fn together(now: Moment, a: Screen, b: Screen) -> (Screen, Screen) {
    let now = now.max(a.now).max(b.now);
    (a.at(now), b.at(now))
}

fn sizes() -> [(u16, u16); 3] {
    [(40, 12), (80, 24), (120, 40)]
}

#[test]
fn only_what_was_changed_is_sent_and_what_does_not_fit_is_said_at_its_field() {
    for size in sizes() {
        let two = two();
        let app = on_client(two.sits(true, size), &two, 0).keys("e").on("form");
        assert_eq!((app.field(), text(&app, "phones").as_str()), ("phones", "mobile (401) 555-0101"));
        assert!(form(&app).who.starts_with("Okafor, Ruth · DOB"), "{}", form(&app).who);
        let app = app.keys("ctrl-s").on("form").sent(0);
        assert!(form(&app).error.as_ref().unwrap().contains("nothing is different"));
        let app = types(app, "phones", "mobile 401 555 0199; home 401 555 0142");
        let app = types(app, "emergency", "9");
        let app = types(app, "born", "6/12").keys("ctrl-s").on("form").sent(0);
        assert_eq!(app.field(), "emergency", "the first that is wrong");
        assert!(form(&app).field("emergency").unwrap().error.as_ref().unwrap().contains("1 to 4"));
        assert!(form(&app).field("born").unwrap().error.as_ref().unwrap().contains("12 Jun 1941"));
        let app = types(types(app, "emergency", "2"), "born", "13 jun 1942").keys("ctrl-s").on("dashboard");
        let app = app.sent(1).sees("Changed: Okafor, Ruth").last(|c| match c {
            Command::Edit { kind: Kind::Client, base: 1, fields, .. } => {
                let names: Vec<&str> = fields.0.iter().map(|(n, _)| n.as_str()).collect();
                names == ["phones", "emergency", "born"]
            }
            _ => false,
        });
        let client = two.client(0);
        assert!(client.phones.len() == 2 && client.emergency == Some(2) && client.born.unwrap().iso() == "1942-06-13");
        // It can be taken back like anything else.
        let app = app.keys("u enter").on("dashboard");
        assert_eq!(two.client(0).emergency, Some(1));
        drop(app);
    }
}

#[test]
fn what_the_service_refuses_stands_at_the_field_and_the_text_stays() {
    let two = two();
    let app = on_client(two.sits(true, (80, 24)), &two, 0).keys("e");
    let app = types(types(app, "name.family", ""), "name.given", "").keys("ctrl-s").on("form").sent(1);
    assert!(form(&app).field("name.family").unwrap().error.as_ref().unwrap().contains("needs a name"));
    assert_eq!(app.field(), "name.family");
    let app = app.text("Okafor").keys("ctrl-s").on("dashboard");
    assert_eq!(two.client(0).name.given.as_str(), "");
    drop(app);
}

#[test]
fn a_status_is_changed_with_the_day_from_which_it_is_so() {
    let two = two();
    let app = to(on_client(two.sits(true, (80, 24)), &two, 2).keys("e"), "status").keys("3 ctrl-s").on("form").sent(0);
    assert_eq!(app.field(), "status_since");
    let app = app.text("2 Mar 2026").keys("ctrl-s").on("dashboard").sent(1);
    assert_eq!(two.client(2).status.word(), "hold");
    drop(app);
}

#[test]
fn while_a_form_is_open_the_banner_says_who_changed_what_and_what_was_typed_stays() {
    for size in sizes() {
        let two = two();
        let b = on_client(two.sits(false, size), &two, 0).keys("e");
        let a = on_client(two.sits(true, size), &two, 0).keys("e");
        let a = types(a, "pharmacy", "Elm Street");
        let b = types(types(b, "pharmacy", "Alder Street"), "hospital", "General");
        let (a, b) = together(flow::morning(), a, b);
        let b = b.keys("ctrl-s").on("dashboard");
        let (a, _b) = together(a.now, a, b);
        let news = form(&a).news.join("\n");
        assert!(news.starts_with("R. Patel changed pharmacy, hospital 08:"), "{news}");
        assert_eq!(text(&a, "pharmacy"), "Elm Street", "what was typed stays");
        assert_eq!(text(&a, "hospital"), "General", "what was not typed into follows");
        let beside = form(&a).field("pharmacy").unwrap().beside.clone().unwrap();
        assert!(beside.starts_with("R. Patel 08:") && beside.ends_with(": Alder Street"), "{beside}");
        assert_eq!(a.field(), "pharmacy", "the focus stays");
        // Saved: what both changed is shown side by side, the rest waits.
        let a = a.keys("ctrl-s").on("form").sent(1);
        assert_eq!(a.field(), "both:pharmacy");
        let Value::Both(both) = &form(&a).field("both:pharmacy").unwrap().value else { panic!("no choice") };
        assert_eq!(
            (both.mine.as_str(), both.theirs.as_str(), both.before.as_str()),
            ("Elm Street", "Alder Street", "")
        );
        assert!(both.who.starts_with("R. Patel changed it 08:"));
        assert!(!form(&a).field("hospital").unwrap().shown);
        // Not decided: nothing is sent. One key decides, Enter commits.
        let a = a.keys("ctrl-s").sent(1).on("form");
        assert!(form(&a).field("both:pharmacy").unwrap().error.is_some());
        let a = a.keys("1").keys("enter").on("dashboard").sent(2).sees("Changed: Okafor, Ruth");
        let client = two.client(0);
        assert_eq!((client.pharmacy.as_str(), client.hospital.as_str()), ("Elm Street", "General"));
        drop(a);
    }
}

/// Both typed another pharmacy; mine was second.
fn clashed(two: &Two, size: (u16, u16)) -> (Screen, Screen) {
    let a = types(on_client(two.sits(true, size), two, 0).keys("e"), "pharmacy", "Elm Street");
    let a = types(a, "access", "by the garden");
    let mut b = two.sits(false, size);
    let fields = Fields::none().with("pharmacy", &"Alder Street");
    let command = Command::Edit { kind: Kind::Client, id: two.office.clients[0].0, base: 1, fields };
    let execute = Execute { request: caseload::domain::ids::RequestId([7; 16]), command };
    b.service.does(9_999, execute, a.now);
    // It is saved before the change is heard.
    let a = a.keys("ctrl-s").on("form").sent(1);
    assert_eq!(a.field(), "both:pharmacy");
    (a, b)
}

#[test]
fn theirs_can_stand_and_what_did_not_clash_is_saved_all_the_same() {
    let two = two();
    let (a, _b) = clashed(&two, (80, 24));
    let a = a.keys("2 enter").on("dashboard").sent(2);
    let client = two.client(0);
    assert_eq!((client.pharmacy.as_str(), client.access.as_str()), ("Alder Street", "by the garden"));
    a.last(|c| matches!(c, Command::Edit { base: 2, fields, .. } if fields.0.len() == 1));
}

#[test]
fn it_can_be_typed_anew_and_a_third_change_is_asked_about_again() {
    let two = two();
    let (a, mut b) = clashed(&two, (44, 18));
    let a = a.keys("3").on("form");
    assert_eq!((a.field(), text(&a, "pharmacy").as_str()), ("pharmacy", "Elm Street"), "it begins with mine");
    let a = a.keys("ctrl-u").text("Alder and Elm");
    let fields = Fields::none().with("pharmacy", &"Third Street").with("access", &"the back door");
    let command = Command::Edit { kind: Kind::Client, id: two.office.clients[0].0, base: 2, fields };
    b.service.does(9_998, Execute { request: caseload::domain::ids::RequestId([8; 16]), command }, a.now);
    let a = a.keys("ctrl-s").on("form").sent(2);
    assert_eq!(a.field(), "both:access", "in the order of the form");
    let Value::Both(both) = &form(&a).field("both:pharmacy").unwrap().value else { panic!("no choice") };
    assert_eq!((both.mine.as_str(), both.theirs.as_str()), ("Alder and Elm", "Third Street"));
    assert_eq!(both.before, "Alder Street", "the one before is what was decided upon");
    let a = a.keys("2 1 ctrl-s").on("dashboard").sent(3);
    let client = two.client(0);
    assert_eq!((client.pharmacy.as_str(), client.access.as_str()), ("Alder and Elm", "the back door"));
    drop(a);
}

#[test]
fn esc_keeps_what_was_typed_and_the_draft_comes_back_to_the_same_question() {
    let two = two();
    let (a, _b) = clashed(&two, (80, 24));
    let a = a.keys("esc").on("dashboard").sees("kept as a draft").pass(30_000);
    let a = a.keys("R").on("form");
    assert_eq!(text(&a, "pharmacy"), "Elm Street");
    assert_eq!(text(&a, "access"), "by the garden");
    assert_eq!(text(&a, "phones"), "mobile (401) 555-0101", "the rest comes from the record");
    let news = form(&a).news.join("\n");
    assert!(news.contains("R. Patel changed pharmacy"), "{news}");
    assert!(form(&a).field("pharmacy").unwrap().beside.as_ref().unwrap().ends_with("Alder Street"));
    let a = a.keys("ctrl-s").on("form");
    assert_eq!(a.field(), "both:pharmacy", "an older base is never saved over a newer one");
    let a = a.keys("1 enter").on("dashboard");
    assert_eq!(two.client(0).pharmacy.as_str(), "Elm Street");
    assert_eq!(a.model.drafts, 0);
    // Left again and again, at another terminal even, it is still there.
    let two = self::two();
    let (a, _b) = clashed(&two, (80, 24));
    drop(a.keys("esc").pass(5_000));
    let a = two.sits(true, (40, 12)).pass(1_000).keys("R").on("form");
    assert_eq!(text(&a, "pharmacy"), "Elm Street");
}

#[test]
fn a_field_that_was_emptied_is_empty_in_the_draft_too() {
    let two = two();
    let a = types(on_client(two.sits(true, (80, 24)), &two, 0).keys("e"), "phones", "");
    let a = a.keys("esc").on("dashboard").keys("R").on("form");
    assert_eq!(text(&a, "phones"), "");
    let a = a.keys("ctrl-s").on("dashboard").sent(1);
    assert!(two.client(0).phones.is_empty());
    drop(a);
}

fn issue(app: &Screen) -> AlertKey {
    let wanted = |r: &&caseload::service::api::AlertRow| r.key.source == AlertSource::Issue && r.tier > 1;
    app.model.alerts.rows.iter().find(wanted).expect("an issue").key
}

fn on_alert(mut app: Screen, key: AlertKey) -> Screen {
    app = app.pass(1_500).keys("1 g g");
    for _ in 0..app.model.alerts.total {
        if app.model.alerts.selected == Some(RowId::Alert(key)) {
            return app;
        }
        app = app.keys("down");
    }
    panic!("that alert is not on the screen");
}

#[test]
fn what_was_finished_meanwhile_keeps_the_text_and_offers_it_to_the_timeline() {
    for size in sizes() {
        let two = two();
        let a = two.sits(true, size);
        let key = issue(&a);
        let a = types(on_alert(a, key).keys("e").on("form"), "summary", "the neighbour complained");
        let mut b = two.sits(false, size);
        let result = Command::Result {
            key,
            outcome: "settled".into(),
            note: "talked".into(),
            disposition: Some((DispositionKind::SeenByPractitioner, "Dr Silva".into())),
        };
        b.service.does(9_999, Execute { request: caseload::domain::ids::RequestId([7; 16]), command: result }, a.now);
        let a = a.hears();
        assert!(form(&a).news[0].starts_with("finished by R. Patel 08:"), "{:?}", form(&a).news);
        assert_eq!(text(&a, "summary"), "the neighbour complained");
        let a = a.keys("ctrl-s").on("form").sent(0);
        assert!(form(&a).error.as_ref().unwrap().contains("finished by R. Patel"));
        assert!(!form(&a).field("save").unwrap().shown && form(&a).field("copy").unwrap().shown);
        let a = to(a, "copy").keys("enter").on("form");
        assert_eq!(text(&a, "text"), "In short: the neighbour complained");
        let a = a.keys("ctrl-s").on("dashboard").sees("Note added");
        assert!(a.model.drafts == 1, "what was typed stays a draft");
        drop(b);
    }
}

#[test]
fn a_contact_entered_in_error_leaves_its_text_for_the_note_of_the_client() {
    let two = two();
    let mut b = two.sits(false, (80, 24));
    let contact = Contact {
        client: two.office.clients[0],
        kind: caseload::domain::contact::ContactKind::Family,
        name: office::name("Adeyemi", "Bola"),
        relation: office::t("son"),
        phones: office::phone("(401) 555-0180"),
        share: caseload::domain::contact::Share::Visits,
        share_since: None,
        share_word: office::t(""),
        first: false,
        npi: office::t(""),
    };
    let create = Command::Create { records: vec![office::new(&contact)], batch: None };
    let execute = |n: u8, command| Execute { request: caseload::domain::ids::RequestId([n; 16]), command };
    let (reply, _) = b.service.does(9_001, execute(1, create), flow::morning());
    let Some(caseload::service::api::Reply::Done(done)) = reply else { panic!("not made") };
    let a = two.sits(true, (80, 24)).keys("f").text("bola").keys("enter").on("page").keys("e").on("form");
    assert!(form(&a).title.contains("Bola") && form(&a).who.starts_with("Okafor, Ruth"), "{}", form(&a).title);
    let a = types(a, "relation", "grandson, comes on Fridays");
    b.service.does(9_002, execute(2, Command::Undo { seq: done.seq }), a.now);
    let a = a.hears();
    assert!(form(&a).news[0].starts_with("entered in error, by R. Patel"), "{:?}", form(&a).news);
    let a = to(a, "copy").keys("enter").on("form");
    assert_eq!((form(&a).title.as_str(), a.field()), ("Edit client", "note"));
    assert_eq!(text(&a, "note"), "Is: grandson, comes on Fridays");
    let a = a.keys("ctrl-s").sees("Changed: Okafor, Ruth");
    assert_eq!(two.client(0).note.as_str(), "Is: grandson, comes on Fridays");
    drop(a);
}

#[test]
fn who_else_has_it_open_is_known_to_those_who_have_it_open() {
    use caseload::app::looking;
    let two = two();
    let a = on_client(two.sits(true, (80, 24)), &two, 0).keys("enter").on("page").pass(1_100);
    assert!(looking::words(&a.model).is_empty(), "nobody else is here");
    let b = on_client(two.sits(false, (80, 24)), &two, 0).keys("c").on("form").pass(1_100);
    let (a, b) = together(a.now, a, b);
    assert_eq!(looking::words(&a.model)[0], "also here: R. Patel (calling)");
    assert_eq!(looking::words(&b.model)[0], "also here: J. Alvarez");
    // My own other terminal is me.
    let line = {
        let mut session = two.office.me.clone();
        session.origin = "/dev/pts/3".into();
        Line::to(&two.hub, &session)
    };
    let other = App::at_terminal(3, Seat { line }, (80, 24), Keymap::standard());
    let other = on_client(other, &two, 0).keys("e").on("form").pass(1_100);
    let a = a.hears();
    assert_eq!(looking::words(&a.model)[0], "also here: you, on pts/3 (writing) · R. Patel (calling)");
    assert_eq!(looking::words(&a.model)[3], "+ you, on pts/3 +1");
    drop(other);
    let a = a.hears();
    assert_eq!(looking::words(&a.model)[0], "also here: R. Patel (calling)");
    // Typing tells nothing; leaving does, at most once a second.
    let looked = |app: &Screen| app.requests.iter().filter(|r| matches!(r, Request::Looking(_))).count();
    let before = looked(&b);
    let b = b.keys("1").text("told of the fall, she comes at ten").pass(5_000);
    assert_eq!(looked(&b), before, "typing is no news");
    let b = b.keys("esc enter esc enter esc enter esc").pass(3_000);
    assert!(looked(&b) - before <= 6, "{} in five seconds", looked(&b) - before);
    let a = a.hears();
    assert!(looking::words(&a.model).is_empty(), "she has left");
    drop(b);
}

#[test]
fn a_card_over_an_alert_says_what_colleagues_do_to_it_and_stays_open_when_it_is_over() {
    for size in sizes() {
        let two = two();
        let a = two.sits(true, size);
        let key = issue(&a);
        let mut b = two.sits(false, size);
        let execute = |n: u8, command| Execute { request: caseload::domain::ids::RequestId([n; 16]), command };
        let a = on_alert(a, key).keys("r 1").text("settled with the family").on("form");
        assert!(form(&a).news.is_empty());
        b.service.does(9_001, execute(1, Command::Take { key, from_other: true }), a.now);
        let a = a.hears();
        assert!(form(&a).news[0].starts_with("R. Patel has it since 08:"), "{:?}", form(&a).news);
        let call = caseload::service::api::LogCall {
            about: Some(key),
            person: form(&a).person,
            contact: None,
            with: "Grace".into(),
            number: String::new(),
            direction: caseload::domain::communication::Direction::Out,
            result: caseload::domain::communication::CallResult::Reached,
            note: "told".into(),
            happened: None,
            promise: None,
        };
        b.service.does(9_002, execute(2, Command::LogCall(call)), a.now);
        let a = a.hears();
        let news = form(&a).news.join("\n");
        assert!(news.contains("R. Patel logged a call 08:") && news.contains("Grace, reached"), "{news}");
        let result = Command::Result {
            key,
            outcome: "nothing found".into(),
            note: "talked".into(),
            disposition: Some((DispositionKind::SeenByPractitioner, "Dr Silva".into())),
        };
        b.service.does(9_003, execute(3, result), a.now);
        let a = a.hears();
        assert!(form(&a).news[0].starts_with("finished by R. Patel 08:"), "{:?}", form(&a).news);
        assert!(form(&a).news[0].ends_with("nothing found"));
        let a = a.keys("ctrl-s").on("form").sent(1);
        assert!(form(&a).error.as_ref().is_some_and(|e| e.contains("finished by R. Patel")), "{:?}", form(&a).error);
        assert_eq!(text(&a, "note"), "settled with the family");
        let a = to(a, "copy").keys("enter").on("form");
        assert!(text(&a, "text").ends_with("settled with the family"), "{}", text(&a, "text"));
        let a = a.keys("ctrl-s").on("dashboard").sees("Note added");
        assert_eq!(a.model.drafts, 1);
        // Her own acts are no news to her.
        let b = on_alert(b.hears().pass(2_000), issue_of(&a, key)).keys("w");
        drop((a, b));
    }
}

/// Any alert that still stands.
fn issue_of(app: &Screen, but: AlertKey) -> AlertKey {
    app.model.alerts.rows.iter().map(|r| r.key).find(|k| *k != but).expect("another alert")
}

#[test]
fn what_others_finished_is_refused_with_their_name_and_the_card_stays_with_its_text() {
    for (keys, field, typed) in
        [("s 1", "reason", "waiting for her son"), ("p 1", "note", "please"), ("!", "reason", "nobody answers")]
    {
        let two = two();
        let (a, mut b) = (two.sits(true, (80, 24)), two.sits(false, (80, 24)));
        let key = issue(&a);
        let a = on_alert(a, key).keys(keys).on("form");
        let a = to(a, field).text(typed);
        let finished = Command::Result {
            key,
            outcome: "settled".into(),
            note: "talked".into(),
            disposition: Some((DispositionKind::SeenByPractitioner, "Dr Silva".into())),
        };
        let execute = Execute { request: caseload::domain::ids::RequestId([1; 16]), command: finished };
        b.service.does(9_000, execute, a.now);
        // Pressed before the news of it has come.
        let a = a.keys("ctrl-s").on("form").sent(1);
        let said = form(&a).error.clone().unwrap_or_default();
        assert!(said.contains("finished by R. Patel 08:"), "{keys}: {said}");
        assert_eq!(text(&a, field), typed, "{keys}");
        let a = a.keys("esc").on("dashboard").sees("kept as a draft");
        drop((a, b));
    }
}
