//! Keys that are no keys: what comes faster than a person presses it, Alt where nothing is bound to it, a line feed
//! where nothing is written.

use super::flow::canned::Canned;
use super::flow::{App, event};
use caseload::app::keymap::Keymap;
use caseload::app::layers::Layer;
use caseload::app::{Msg, moving_letters};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

fn open() -> App<Canned> {
    App::open(Canned::default(), (120, 40))
}

fn burst(text: &str) -> Msg {
    Msg::Burst { text: text.to_owned(), given: 0, more: false }
}

fn rest(text: &str, given: usize, more: bool) -> Msg {
    Msg::Burst { text: text.to_owned(), given, more }
}

fn text(app: &App<Canned>, field: &str) -> String {
    match app.model.top() {
        Some(Layer::Form(form)) => form.text(field),
        _ => panic!("no form"),
    }
}

const NOTE: &str = "o she fell\nrang the daughter\nx";

#[test]
fn what_comes_at_once_is_not_run_and_becomes_a_note() {
    let app = open().msg(burst(NOTE)).sent(0).on("dashboard");
    let app = app.sees("letters at once: taken for a paste, nothing was run · n n makes a note of it");
    let app = app.msg(rest("and more\n", 0, true)).sent(0);
    assert_eq!(app.model.toasts.len(), 1, "one is enough");
    let app = app.keys("n n").on("form");
    assert_eq!(text(&app, "text"), format!("{NOTE}and more"));
    assert!(app.model.toasts.is_empty());
    // It is typed text now: leaving keeps it, and the next note is empty.
    let app = app.keys("esc").sees("kept as a draft").keys("n n");
    assert_eq!(text(&app, "text"), "");
    app.sent(0);
}

#[test]
fn where_there_is_no_issue_it_is_logged_as_a_call() {
    let app = open().keys("3").msg(Msg::Paste(NOTE.to_owned())).sees("c logs it as a call").keys("c").on("form");
    assert_eq!(text(&app, "note"), NOTE);
    assert_eq!(app.field(), "number");
    app.sent(0);
}

#[test]
fn an_offer_does_not_last() {
    let app = open().msg(burst(NOTE)).pass(61_000).keys("n n").on("form");
    assert_eq!(text(&app, "text"), "");
}

#[test]
fn in_text_it_is_text_and_what_was_given_is_not_typed_twice() {
    let app = open().keys("n n").text("he ").msg(rest("he called\nat 9", 3, false));
    assert_eq!(text(&app, "text"), "he called\nat 9");
    // One line takes it as one line, and a line break chooses nothing.
    let app = app.keys("esc f").msg(burst("okafor\nruth\n")).on("find").sent(0);
    assert!(matches!(app.model.top(), Some(Layer::Find(f)) if f.line.text() == "okafor ruth "));
    let app = app.keys("esc :").msg(burst("take\ntake\n")).on("menu");
    app.sent(0);
}

#[test]
fn what_only_moves_is_run() {
    let app = open();
    let first = app.model.alerts.cursor;
    let app = app.msg(burst("jjjjjjjjk"));
    assert!(app.model.alerts.cursor > first);
    assert!(app.model.toasts.is_empty());
    assert!(moving_letters(&app.model).unwrap() >> b'j' & 1 == 1);
    assert!(moving_letters(&app.model).unwrap() >> b'o' & 1 == 0);
    // A sequence is open: nothing only moves.
    let app = app.keys("n");
    assert_eq!(moving_letters(&app.model), Some(0));
    let app = app.keys("esc f");
    assert_eq!(moving_letters(&app.model), None);
}

#[test]
fn where_letters_find_a_name_finds() {
    let office = || App::with(Canned::default(), (120, 40), Keymap::bundled("office").unwrap());
    let app = office().msg(burst("szymanska")).on("find");
    assert!(matches!(app.model.top(), Some(Layer::Find(f)) if f.line.text() == "szymanska"));
    office().msg(burst(NOTE)).on("dashboard").sent(0);
}

#[test]
fn an_alt_key_that_nothing_is_bound_to_is_esc_and_the_key() {
    let alt = |c| Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::ALT));
    open().keys("w").on("why").msg(alt('w')).on("why");
    open().keys("w n").msg(alt('f')).on("find");
    let app = open().keys("n n").text("one two").msg(alt('f')).on("find");
    let app = app.keys("esc R").on("form");
    // What may be the torn beginning of another key is Esc alone.
    app.keys("esc 2 w").msg(alt('[')).on("dashboard").msg(alt('O')).on("dashboard").sent(0);
    // In text a word goes, and nothing is left.
    let app = open().keys("n n").text("one two");
    let app = app.msg(Msg::Key(KeyEvent::new(KeyCode::Backspace, KeyModifiers::ALT))).on("form");
    assert_eq!(text(&app, "text"), "one");
    let own = Keymap::with_file("own.toml", "[any]\n\"alt-o\" = \"take\"\n").0;
    App::with(Canned::default(), (120, 40), own).msg(alt('o')).sent(1);
}

#[test]
fn a_line_feed_is_a_new_line_and_never_enter() {
    let app = open().keys("n n").text("one").keys("ctrl-j").text("two");
    assert_eq!(text(&app, "text"), "one\ntwo");
    // On through a form, and nothing is chosen, pressed or saved.
    let app = open().keys("c").keys(&"ctrl-j ".repeat(30)).on("form").sent(0);
    let app = app.keys(&"tab ".repeat(12)).keys(&"ctrl-j tab ".repeat(12)).sent(0);
    app.keys("esc esc Q").on("confirm").keys("ctrl-j").on("confirm").sent(0);
    open().keys(":").text("take").keys("ctrl-j").on("menu").sent(0);
    open().keys("ctrl-j").on("dashboard").sees("Enter opens and does");
}

#[test]
fn words_and_lines_of_a_long_text() {
    let keys = |way: &str| {
        let app = open().keys("n n").text("one two").keys("enter").text("three four").keys(way);
        text(&app, "text")
    };
    assert_eq!(keys("ctrl-w"), "one two\nthree");
    assert_eq!(keys("ctrl-left ctrl-k"), "one two\nthree");
    assert_eq!(keys("home ctrl-k"), "one two");
    assert_eq!(keys("pgup home ctrl-delete"), "two\nthree four");
    assert_eq!(keys("ctrl-home ctrl-right ctrl-w"), "two\nthree four");
    assert_eq!(keys("ctrl-u ctrl-z"), "one two\nthree four");
    assert_eq!(keys("ctrl-w ctrl-z ctrl-y ctrl-end backspace"), "one two\nthree");
    assert_eq!(keys("ctrl-h"), "one two\nthree fou");
}

#[test]
fn held_keys_are_events_of_their_own() {
    // What the terminal hands on one by one was pressed one by one, however close.
    let mut app = open();
    for _ in 0..9 {
        app = app.msg(Msg::Key(event("j")));
    }
    assert_eq!(app.model.alerts.cursor as usize, 9.min(app.model.alerts.places() as usize - 1));
}
