//! The mouse: it points, scrolls, opens and drags, never acts, and comes and goes by a key.

use super::flow::App;
use super::flow::canned::Canned;
use caseload::app::layers::Layer;
use caseload::app::layout::{self, Split};
use caseload::app::model::{Pane, Target};
use caseload::app::{Effect, Mouse, Msg, Setting};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

fn open() -> App<Canned> {
    App::open(Canned::default(), (120, 40))
}

fn mouse(mouse: Mouse) -> Msg {
    Msg::Mouse(mouse)
}

#[test]
fn the_mouse_comes_and_goes_by_one_key() {
    let app = open().keys("ctrl-t").sees("mouse on");
    assert_eq!(app.effects.last(), Some(&Effect::Mouse(true)));
    // Also where text is typed.
    let app = app.keys("n n ctrl-t").sees("mouse off: it selects text · ctrl-t changes it back").on("form");
    assert_eq!(app.effects.last(), Some(&Effect::Mouse(false)));
}

#[test]
fn beside_others_a_list_goes_on_by_half_a_page_and_from_side_to_side_by_a_line() {
    let top = |app: &App<Canned>| app.model.clients.top;
    let app = open().keys("3");
    let rows = layout::of(&app.model).rows(Pane::Caseload);
    assert!(u32::from(rows) + u32::from(rows) < app.model.clients.total, "more rows than fit");
    let app = app.keys(&"j ".repeat(usize::from(rows) - 1));
    assert_eq!((top(&app), app.model.clients.cursor), (0, u32::from(rows) - 1));
    let app = app.keys("j");
    assert_eq!((top(&app), app.model.clients.cursor), (u32::from(rows) / 2, u32::from(rows)));
    // Back at the upper edge as well, and never beyond the first.
    let app = app.keys(&"k ".repeat(usize::from(rows) - usize::from(rows) / 2));
    assert_eq!(top(&app), u32::from(rows) / 2);
    let app = app.keys("k");
    assert_eq!((top(&app), app.model.clients.cursor), (0, u32::from(rows) / 2 - 1));
    // The end is the end.
    let app = app.keys("G");
    assert_eq!(top(&app), app.model.clients.total - u32::from(rows));
    // With the room from side to side the terminal scrolls rows: line by line.
    let app = App::open(Canned::default(), (80, 24)).keys("3");
    let rows = layout::of(&app.model).rows(Pane::Caseload);
    let app = app.keys(&"j ".repeat(usize::from(rows)));
    assert_eq!(top(&app), 1);
}

#[test]
fn the_wheel_scrolls_what_it_is_over() {
    let app = open().msg(Msg::Mouse(Mouse::Wheel(3, Some(Pane::Caseload))));
    assert_eq!((app.model.focus, app.model.alerts.cursor), (Pane::Alerts, 0));
    assert!(app.model.clients.cursor > 0);
    let app = app.msg(Msg::Mouse(Mouse::Wheel(3, Some(Pane::Alerts))));
    assert_eq!(app.model.alerts.cursor, 3);
    // Through a form, field by field, without choosing anything.
    let app = app.keys("c");
    let before = app.field().to_owned();
    let app = app.msg(Msg::Mouse(Mouse::Wheel(3, None)));
    assert_ne!(app.field(), before);
    app.sent(0);
}

#[test]
fn two_presses_on_a_menu_open_but_do_not_act() {
    let press = |double| Msg::Mouse(Mouse::Press { target: Target::Item(0), double });
    let app = open().keys(":").text("take").msg(press(true)).on("menu").sent(0).sees("Enter does it");
    app.keys("enter").sent(1);
    open().keys(":").text("why").msg(press(true)).on("why").sent(0);
}

#[test]
fn a_press_is_no_answer_to_a_question() {
    let press = Msg::Mouse(Mouse::Press { target: Target::Action("open"), double: false });
    let app = open().keys("space space space o").on("confirm").msg(press.clone()).on("confirm").sent(0);
    app.sees("Enter does it").keys("enter").sent(1);
    let app = open().keys("Q").msg(press).on("confirm");
    assert!(!app.effects.contains(&Effect::Quit));
}

#[test]
fn a_seam_is_dragged_as_far_as_both_panes_stay_of_use() {
    let app = open();
    let seams = layout::of(&app.model).seams.unwrap();
    let (x, y) = (seams.room.x + seams.left - 1, seams.room.y + 2);
    let app = app.msg(mouse(Mouse::Grab(x, y))).msg(mouse(Mouse::Drag(x + 7, y + 3)));
    assert_eq!(layout::of(&app.model).seams.unwrap().left, seams.left + 7);
    for (to, left) in [(0, 36), (119, 120 - 36), (59, 60)] {
        let mut app = open().msg(mouse(Mouse::Grab(x, y)));
        app = app.msg(mouse(Mouse::Drag(to, y)));
        assert_eq!(layout::of(&app.model).seams.unwrap().left, left, "{to}");
    }
    // Let go, and it stays where it is.
    let app = app.msg(mouse(Mouse::LetGo)).msg(mouse(Mouse::Drag(3, 3)));
    assert_eq!(layout::of(&app.model).seams.unwrap().left, seams.left + 7);
    // The titles of the lower panes are the other one; a press in a pane drags nothing.
    let row = seams.room.y + seams.upper.unwrap();
    let app = app.msg(mouse(Mouse::Grab(5, row))).msg(mouse(Mouse::Drag(5, row - 4)));
    assert_eq!(layout::of(&app.model).seams.unwrap().upper.unwrap(), seams.upper.unwrap() - 4);
    let before = app.model.split;
    let app = app.msg(mouse(Mouse::Grab(5, 5))).msg(mouse(Mouse::Drag(50, 20)));
    assert_eq!(app.model.split, before);
    // Under a card there is none, and one command brings all of them back.
    let app = app.keys("w").msg(mouse(Mouse::Grab(x + 7, y))).msg(mouse(Mouse::Drag(40, 3))).keys("esc");
    assert_eq!(app.model.split, before);
    let app = app.keys(":").text("usual-size").keys("enter");
    assert_eq!(app.model.split, Split::default());
    app.sent(0);
}

#[test]
fn a_moved_seam_is_kept_for_terminals_like_this_one() {
    let app = open();
    let usual = layout::of(&app.model).seams.unwrap().left;
    let (x, y) = (usual - 1, 6);
    let app = app.msg(mouse(Mouse::Grab(x, y))).msg(mouse(Mouse::Drag(x + 7, y)));
    let kept = |app: &App<Canned>| app.effects.iter().filter(|e| matches!(e, Effect::Keep(_))).count();
    assert_eq!(kept(&app), 0, "not while it moves");
    let app = app.msg(mouse(Mouse::LetGo));
    assert_eq!(app.effects.last(), Some(&Effect::Keep(Setting::Panes("120x36", app.model.split))));
    // On a wider or lower one it is as usual there, and back here it is as it was left.
    for (w, h) in [(200, 60), (130, 30), (80, 24)] {
        let app = open().msg(Msg::Resize(w, h));
        let before = layout::of(&app.model).seams;
        let mut other = open().msg(mouse(Mouse::Grab(x, y))).msg(mouse(Mouse::Drag(x + 7, y))).msg(mouse(Mouse::LetGo));
        other = other.msg(Msg::Resize(w, h));
        assert_eq!(layout::of(&other.model).seams, before, "{w}x{h}");
        other = other.msg(Msg::Resize(120, 40));
        assert_eq!(layout::of(&other.model).seams.unwrap().left, usual + 7);
    }
    let app = app.keys(":").text("usual-size").keys("enter");
    assert_eq!(app.effects.last(), Some(&Effect::Keep(Setting::Panes("120x36", Split::default()))));
    // What was kept of a class that nobody knows is nothing.
    let mut app = open();
    app.model.remember_panes("9x9", Split { across: Some(900), down: None });
    assert_eq!(app.model.split, Split::default());
    app.model.remember_panes("120x36", Split { across: Some(60_000), down: Some(0) });
    assert_eq!(layout::of(&app.model).seams.unwrap().left, 120 - 36);
}

#[test]
fn a_key_that_is_held_moves_on_and_acts_once() {
    let held = |code| Msg::Key(KeyEvent::new_with_kind(code, KeyModifiers::NONE, KeyEventKind::Repeat));
    let app = open().msg(held(KeyCode::Char('o'))).msg(held(KeyCode::Enter)).msg(held(KeyCode::Char('n'))).sent(0);
    assert!(app.model.layers.is_empty() && app.model.pending.is_none());
    let app = app.msg(held(KeyCode::Char('j'))).msg(held(KeyCode::Down));
    assert_eq!(app.model.alerts.cursor, 2);
    // And text is typed.
    let app = app.keys("f").msg(held(KeyCode::Char('o'))).msg(held(KeyCode::Char('o'))).on("find");
    assert!(matches!(app.model.top(), Some(Layer::Find(find)) if find.line.text() == "oo"));
    app.msg(held(KeyCode::Backspace)).msg(held(KeyCode::Enter)).on("find");
}

#[test]
fn panes_get_more_room_without_a_mouse() {
    let of = |app: &App<Canned>| layout::of(&app.model).seams.map(|s| (s.left, s.upper.unwrap()));
    let (left, upper) = of(&open()).unwrap();
    let after = |pane: &str, what: &str| of(&open().keys(pane).keys(":").text(what).keys("enter")).unwrap();
    assert_eq!(after("1", "wider"), (left + 4, upper));
    assert_eq!(after("2", "wider"), (left - 4, upper));
    assert_eq!(after("4", "narrower"), (left + 4, upper));
    assert_eq!(after("3", "taller"), (left, upper - 4));
    assert_eq!(after("2", "lower"), (left, upper - 4));
    let small = App::open(Canned::default(), (80, 24)).keys(":").text("wider");
    small.keys("enter").on("menu").sees("120 columns");
}
