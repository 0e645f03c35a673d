//! Choosing the colours: the screen wears what is under the marker, Enter keeps it, esc gives back the old ones.

use super::flow::App;
use super::flow::canned::Canned;
use caseload::app::themes::{Choice, Themes};
use caseload::app::{Effect, Mouse, Msg, model::Target};

/// A screen that has these themes; the last can't be worn here.
fn office() -> App<Canned> {
    let mut app = App::open(Canned::default(), (120, 40));
    let choice = |name: &str, reason: Option<&str>| Choice {
        name: name.to_owned(),
        about: String::new(),
        reason: reason.map(str::to_owned),
    };
    let list = ["auto", "dark", "light", "mono"].map(|name| choice(name, None)).into_iter();
    let list = list.chain([choice("violet", Some("no colours here"))]).collect();
    app.model.themes = Themes { list, worn: "dark".to_owned() };
    app
}

fn worn(app: &App<Canned>) -> Vec<&str> {
    app.effects.iter().filter_map(|e| if let Effect::Wear(name) = e { Some(name.as_str()) } else { None }).collect()
}

fn chosen(app: App<Canned>) -> App<Canned> {
    app.keys(":").text("colours").keys("enter").on("themes")
}

#[test]
fn the_screen_wears_what_is_under_the_marker_until_it_is_left() {
    let app = chosen(office());
    assert_eq!(app.model.theme(), "dark", "the marker stands on what is worn");
    let app = app.keys("down");
    assert_eq!(app.model.theme(), "light");
    let app = app.keys("j");
    assert_eq!(app.model.theme(), "mono");
    assert!(worn(&app).is_empty(), "nothing is kept by looking");
    let app = app.keys("esc").on("dashboard");
    assert_eq!((app.model.theme(), worn(&app).len()), ("dark", 0));
}

#[test]
fn enter_keeps_it() {
    let app = chosen(office()).keys("down enter").on("dashboard").sees("colours: light");
    assert_eq!((app.model.theme(), worn(&app)), ("light", vec!["light"]));
    let app = chosen(app);
    assert_eq!(app.model.theme(), "light");
    let app = app.keys(":").text("theme auto").keys("enter").on("themes");
    assert_eq!(app.keys("esc").model.theme(), "auto");
}

#[test]
fn what_cannot_be_worn_says_why_and_changes_nothing() {
    let app = chosen(office()).keys("G");
    assert_eq!(app.model.theme(), "dark", "the screen stays as it was");
    let app = app.keys("enter").on("themes").sees("violet: no colours here");
    assert!(worn(&app).is_empty());
    let mut app = app.keys("esc");
    app.model.themes = Themes::default();
    app.keys(":").text("colours").keys("enter").on("menu").sees("one theme only");
}

#[test]
fn the_mouse_points_at_a_theme_and_keeps_it_with_a_second_press() {
    let press = |app: App<Canned>, double| app.msg(Msg::Mouse(Mouse::Press { target: Target::Item(2), double }));
    let app = press(chosen(office()), false).on("themes");
    assert_eq!(app.model.theme(), "light");
    let app = press(app, true).on("dashboard");
    assert_eq!(worn(&app), ["light"]);
}
