//! Colours are chosen on the screen and stay for the next time; a file of one's own that does not hold is reported.

use super::{App, agency};
use std::path::Path;
use std::time::{Duration, Instant};

fn opened(home: &Path, args: &[&str], env: &[(&str, &str)]) -> App {
    let app = App::open_with(home, args, env);
    app.until("Okafor");
    app
}

fn left(mut app: App) {
    app.send(b"Q");
    app.until("Leave caseload?");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
}

/// The first key of the hint line has this colour.
fn key_is(app: &App, colour: vt100::Color) {
    let end = Instant::now() + Duration::from_mins(1);
    let seen = || {
        let parser = app.parser.lock().unwrap();
        let screen = parser.screen();
        screen.cell(23, 1).filter(|cell| cell.has_contents()).map(vt100::Cell::fgcolor)
    };
    while seen() != Some(colour) {
        assert!(Instant::now() < end, "the key is {:?}, not {colour:?}:\n{}", seen(), app.screen());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn colours_chosen_on_the_screen_are_there_the_next_time() {
    let home = agency();
    let mut app = opened(home.path(), &[], &[]);
    key_is(&app, vt100::Color::Idx(6));
    // In pieces, as somebody types: all at once it would be taken for a paste.
    app.send(b":");
    app.until("type to narrow");
    app.send(b"colours");
    app.until("choose the colours");
    app.send(b"\r");
    app.until("a light background");
    // From `auto` to `dark` and `light`: the screen is light while it is chosen.
    app.send(b"jj");
    key_is(&app, vt100::Color::Idx(4));
    app.send(b"\r");
    app.until("colours: light");
    left(app);
    let app = opened(home.path(), &[], &[]);
    key_is(&app, vt100::Color::Idx(4));
    left(app);
    // No colours hold over what was chosen, and what is named over both, unless no colours are named too.
    for (args, env, colour) in [
        (&[] as &[&str], &[("NO_COLOR", "1")] as &[(&str, &str)], vt100::Color::Default),
        (&["--theme", "dark"], &[("NO_COLOR", "1")], vt100::Color::Idx(6)),
        (&["--theme", "dark", "--mono"], &[], vt100::Color::Default),
    ] {
        let app = opened(home.path(), args, env);
        key_is(&app, colour);
        left(app);
    }
}

#[test]
fn a_file_of_ones_own_is_worn_or_reported() {
    let home = agency();
    let config = home.path().join(".config/caseload");
    std::fs::create_dir_all(&config).unwrap();
    let own = config.join("theme.toml");
    std::fs::write(&own, "[theme]\nbase = \"dark\"\n\n[roles]\naccent = \"green/71\"\n").unwrap();
    let env = [("XDG_CONFIG_HOME", home.path().join(".config").display().to_string())];
    let env: Vec<(&str, &str)> = env.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let app = opened(home.path(), &[], &env);
    key_is(&app, vt100::Color::Idx(71));
    left(app);
    std::fs::write(&own, "[roles]\naccent = \"gren\"\n").unwrap();
    let app = opened(home.path(), &[], &env);
    app.until("theme.toml:2:11: “gren” is no colour");
    key_is(&app, vt100::Color::Idx(6));
    left(app);
}
