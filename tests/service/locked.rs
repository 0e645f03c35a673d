//! A coordinator whose screen locks: keys in, what is on the screen and what reached the service out.

use crate::desk::desk;
use crate::flow::{App, event};
use crate::office::{Office, monday};
use caseload::app::layers::Layer;
use caseload::app::{self, Effect, Msg};
use caseload::domain::pin::Pin;
use caseload::domain::time::{MINUTE, Moment};
use caseload::service::api::{Command, Heard, LockState, Reply, Request, Session, TRIES};
use caseload::service::lock::{LockRule, Locks};
use caseload::shot;
use caseload::store::faults::FaultFiles;
use caseload::ui::Theme;
use std::sync::Arc;

const AFTER: i64 = 5 * MINUTE;
const PIN: &str = "2580";

fn office() -> Office {
    let mut office = Office::at(monday());
    office.service.keep_locks(Locks::new(LockRule::After(AFTER), Some(Arc::new(FaultFiles::new()))));
    office
}

/// At her desk, with her PIN chosen.
fn seated() -> App<Office> {
    let mut office = office();
    let me = office.me.clone();
    office.ask(&me, Request::ChoosePin { old: None, new: Pin::typed(PIN) });
    desk(office)
}

fn screen(app: &App<Office>) -> String {
    let (w, h) = app.model.size;
    let theme = Theme::dark();
    shot::write(&shot::render(&app.model, &theme, w, h), &theme, shot::Format::Text)
}

/// Names of the office that no locked screen may show.
const NAMES: [&str; 6] = ["Okafor", "García", "Nguyễn", "O'Brien", "Petrov", "Young"];

#[track_caller]
fn shows_nobody(app: &App<Office>) {
    let shown = screen(app);
    for name in NAMES {
        assert!(!shown.contains(name), "a name is on the locked screen:\n{shown}");
    }
    assert!(shown.contains(&app.model.clock()), "the time is on it:\n{shown}");
}

fn lock_state(app: &App<Office>) -> Option<LockState> {
    app.model.lock.screen.as_ref().map(|s| s.view.state)
}

fn actives(app: &App<Office>) -> usize {
    app.requests.iter().filter(|r| matches!(r, Request::Active { .. })).count()
}

/// What a form holds, and where its cursor is.
fn form(app: &App<Office>) -> (String, Vec<(String, String)>) {
    match app.model.layers.last() {
        Some(Layer::Form(f)) => {
            let texts = f.fields.iter().map(|f| (f.name.to_string(), f.value.text())).collect();
            (app.field().to_owned(), texts)
        }
        _ => panic!("no form is open"),
    }
}

#[test]
fn it_blanks_after_five_minutes_and_opens_with_everything_as_it_was() {
    let app = seated();
    assert!(screen(&app).contains("Okafor"));
    let app = app.keys("down down c").on("form").keys("1 2").text("left word with");
    let (before, layers, focus) = (form(&app), app.model.layers.len(), app.model.focus);
    let selected = app.model.alerts.selected;
    let drawn = app.effects.iter().filter(|e| **e == Effect::Redraw).count();
    // The call keeps it off; parked, it does not.
    let app = app.pass(AFTER + MINUTE).model(|m| !m.lock.is_shut());
    let app = app.pass(30 * MINUTE);
    assert!(matches!(lock_state(&app), Some(LockState::Ask(TRIES))));
    shows_nobody(&app);
    assert!(screen(&app).contains("J. Alvarez's PIN opens it"), "{}", screen(&app));
    assert!(app.effects.iter().filter(|e| **e == Effect::Redraw).count() > drawn, "what the terminal holds is cleared");
    // What was typed was kept before it fell.
    assert!(
        app.requests
            .iter()
            .any(|r| matches!(r, Request::SaveDraft(d) if d.fields.iter().any(|f| f.1.contains("left word"))))
    );
    // Keys, pastes and the mouse reach nothing below.
    let sent = app.requests.len();
    let mut app = app.keys("o ctrl-s u : q tab down ctrl-g f1 ctrl-p").text("xyz ");
    app = app.msg(Msg::Paste("secret words".to_owned()));
    app = app.msg(Msg::Mouse(app::Mouse::Wheel(3, None)));
    assert_eq!(app.requests.len(), sent);
    shows_nobody(&app);
    let app = app.text("1111").keys("enter");
    assert!(screen(&app).contains("that was not it; 4 tries are left"), "{}", screen(&app));
    let app = app.msg(Msg::Paste(format!("{PIN}\n"))).keys("enter");
    assert!(!app.model.lock.is_shut());
    assert_eq!(form(&app), before);
    assert_eq!((app.model.layers.len(), app.model.focus, app.model.alerts.selected), (layers, focus, selected));
    // And it goes on as if nothing had been.
    let app = app.text(" the neighbour");
    assert!(form(&app).1.iter().any(|f| f.1 == "left word with the neighbour"));
}

#[test]
fn keys_are_reported_at_most_twice_a_minute_and_time_alone_never() {
    let app = seated();
    let begun = actives(&app);
    let mut app = app;
    for _ in 0..120 {
        app = app.pass(700).keys("down");
    }
    let told = actives(&app) - begun;
    assert!((3..=5).contains(&told), "{told} reports in two minutes");
    let app = app.pass(40_000);
    let told = actives(&app);
    let app = app.pass(AFTER - 45_000);
    assert_eq!(actives(&app), told, "nobody was at the keys");
    assert!(!app.model.lock.is_shut());
    let app = app.pass(6_000);
    assert!(app.model.lock.is_shut());
}

#[test]
fn a_stopped_screen_comes_back_locked_before_any_key_reaches_it() {
    let mut app = seated();
    let sent = app.commands.len();
    // Hours later, without a wake on the way, keys that were waiting in the terminal come all at once.
    app.now = app.now.plus(180 * MINUTE);
    for key in ["o", "enter", "r", "1"] {
        app = app.msg(Msg::Key(event(key)));
    }
    assert!(app.model.lock.is_shut());
    shows_nobody(&app);
    let app = app.sent(sent).keys("esc").text(PIN).keys("enter");
    assert!(!app.model.lock.is_shut());
    // What is on the screen is of now.
    assert!(screen(&app).contains("11:1"), "{}", screen(&app));
}

#[test]
fn the_service_locks_a_screen_whose_own_clock_says_nothing() {
    // Locked from another window: whatever is asked next finds it, and an act in flight is done once, behind the PIN.
    let mut app = seated();
    let other = Session { origin: "elsewhere".to_owned(), ..app.service.me.clone() };
    assert!(matches!(app.service.ask(&other, Request::LockNow).0, Reply::Locked(_)));
    let app = app.keys("o");
    assert!(app.model.lock.is_shut());
    shows_nobody(&app);
    let app = app.text(PIN).keys("enter");
    assert!(!app.model.lock.is_shut());
    let app = app.sees("Taken");
    let takes: Vec<_> = app.executes.iter().filter(|e| matches!(e.command, Command::Take { .. })).collect();
    assert!(takes.len() == 2 && takes[0].request == takes[1].request, "sent again as the same request");
    // Told by the service without asking.
    let mut app = app;
    assert!(matches!(app.service.ask(&other, Request::LockNow).0, Reply::Locked(_)));
    let app = app.msg(Msg::Heard(Heard::Locked));
    shows_nobody(&app);
}

#[test]
fn a_form_that_was_being_saved_is_saved_once_behind_the_lock() {
    let mut app = seated().keys("c 1 1").text("reached her");
    let other = Session { origin: "elsewhere".to_owned(), ..app.service.me.clone() };
    app.service.ask(&other, Request::LockNow);
    let app = app.keys("ctrl-s");
    assert!(app.model.lock.is_shut());
    let calls = |app: &App<Office>| app.service.ids(caseload::domain::record::Kind::Communication).len();
    let before = calls(&app);
    let app = app.pass(20 * MINUTE).text(PIN).keys("enter").sees("Call logged");
    assert_eq!((calls(&app), app.layer()), (before + 1, "dashboard"));
    assert!(app.executes.len() == 2 && app.executes[0].request == app.executes[1].request);
}

#[test]
fn five_wrong_ones_and_a_quarter_of_an_hour() {
    let mut app = seated().keys("g L");
    assert!(app.model.lock.is_shut());
    for n in (1..TRIES).rev() {
        app = app.text("1111").keys("enter");
        assert_eq!(lock_state(&app), Some(LockState::Ask(n)));
    }
    let app = app.text("1111").keys("enter");
    let Some(LockState::Shut(until)) = lock_state(&app) else { panic!("not shut") };
    assert!(screen(&app).contains("Too many wrong ones. It asks again at"), "{}", screen(&app));
    // No digit is taken meanwhile, and it opens its field by itself.
    let app = app.text(PIN).keys("enter").model(|m| m.lock.screen.as_ref().is_some_and(|s| s.digits() == 0));
    let wait = until.since(app.now);
    let app = app.pass(wait + 1);
    assert_eq!(lock_state(&app), Some(LockState::Ask(TRIES)));
    let app = app.text(PIN).keys("enter");
    assert!(!app.model.lock.is_shut());
}

#[test]
fn the_first_start_asks_for_a_pin_twice() {
    let app = desk(office());
    assert_eq!(lock_state(&app), Some(LockState::Choose));
    shows_nobody(&app);
    assert!(screen(&app).contains("Choose a PIN"), "{}", screen(&app));
    assert!(screen(&app).contains("J. Alvarez's PIN opens it"), "{}", screen(&app));
    let app = app.text("1234").keys("enter");
    assert!(screen(&app).contains("no 1234"), "{}", screen(&app));
    let app = app.text("25").keys("enter");
    assert!(screen(&app).contains("4 to 8 digits"));
    let app = app.text(PIN).keys("enter").text("2581").keys("enter");
    assert!(screen(&app).contains("two different ones"), "{}", screen(&app));
    // Esc lets go of nothing but the digits.
    let app = app.text("99").keys("esc").model(|m| m.lock.is_shut());
    let app = app.text(PIN).keys("enter").text(PIN).keys("enter").sees("locks after 5 minutes");
    assert!(!app.model.lock.is_shut() && screen(&app).contains("Okafor"), "{}", screen(&app));
    // Another one, by the menu: the old, the new, the new again.
    let app = app.keys(":").text("choose a pin").keys("enter");
    assert!(screen(&app).contains("Another PIN"), "{}", screen(&app));
    let app = app.text(PIN).keys("enter").text("9753").keys("enter").text("9753").keys("enter").sees("PIN chosen");
    let app = app.keys("ctrl-o").text(PIN).keys("enter");
    assert!(matches!(lock_state(&app), Some(LockState::Ask(4))));
    let app = app.text("9753").keys("enter");
    assert!(!app.model.lock.is_shut());
    // A wish for another one is no way around the lock.
    let app = app.keys(":").text("choose a pin").keys("enter").pass(AFTER + MINUTE);
    assert!(app.model.lock.has_fallen());
    let app = app.keys("esc");
    assert!(app.model.lock.has_fallen());
    shows_nobody(&app);
}

#[test]
fn without_a_pin_locking_by_hand_asks_for_one_first() {
    let app = desk(Office::at(monday())).keys("g L");
    assert!(screen(&app).contains("to lock, choose the PIN"), "{}", screen(&app));
    let app = app.keys("esc");
    assert!(!app.model.lock.is_shut() && screen(&app).contains("Okafor"));
    let app = app.keys("g L").text(PIN).keys("enter").text(PIN).keys("enter").sees("PIN chosen");
    // It never falls by itself here, and does by hand.
    let app = app.pass(20 * MINUTE).model(|m| !m.lock.is_shut()).keys("ctrl-o");
    shows_nobody(&app);
    let app = app.text(PIN).keys("enter");
    assert!(!app.model.lock.is_shut());
}

#[test]
fn it_locks_from_within_a_form_and_leaves_keep_what_was_typed() {
    let app = seated().keys("n i").on("form").keys("ctrl-o");
    shows_nobody(&app);
    let app = app.text(PIN).keys("enter").on("form").keys("ctrl-o").keys("Q");
    assert!(app.model.quitting && app.effects.contains(&Effect::Quit));
}

#[test]
fn a_new_window_begins_at_the_pin_and_is_then_whole() {
    let mut office = seated().service;
    let me = office.me.clone();
    office.ask(&me, Request::LockNow);
    let app = desk(office);
    shows_nobody(&app);
    let app = app.text(PIN).keys("enter").pass(2_000);
    assert!(screen(&app).contains("Okafor") && app.model.header.is_some(), "{}", screen(&app));
    let fresh = seated();
    assert!(app.model.alerts.rows == fresh.model.alerts.rows, "as if it had never been locked");
    assert!(Moment(0) < app.now);
}
