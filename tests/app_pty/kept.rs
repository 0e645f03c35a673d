//! What is chosen on the screen, or said with `--keep`, holds the next time.

use super::{App, agency, command};
use portable_pty::CommandBuilder;
use std::path::Path;

fn opened(home: &Path, args: &[&str]) -> App {
    let mut command: CommandBuilder = command(home);
    command.args(args);
    let app = App::start(command, 40, 140);
    app.until("1 Alerts");
    app
}

fn palette(app: &mut App, words: &str, line: &str) {
    app.send(b":");
    app.until("type to narrow");
    for letter in words.chars() {
        app.send(letter.to_string().as_bytes());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    app.until(line);
    app.send(b"\r");
}

fn left(mut app: App) {
    app.send(b"Q");
    app.until("Leave caseload");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
}

#[test]
fn what_is_chosen_on_the_screen_is_there_the_next_time() {
    let home = agency();
    let mut app = opened(home.path(), &[]);
    app.send(b"\x14");
    app.until("mouse on");
    // Where the calendar begins.
    let seam = |app: &App| {
        let screen = app.screen();
        let line = screen.lines().find(|l| l.contains("2 Calendar")).unwrap_or_default().to_owned();
        line.split("2 Calendar").next().unwrap_or_default().chars().count()
    };
    let usual = seam(&app);
    palette(&mut app, "wider", "more columns");
    app.gone("type to narrow");
    assert_eq!(seam(&app), usual + 4);
    left(app);
    let mut app = opened(home.path(), &[]);
    app.until("2 Calendar");
    assert_eq!(seam(&app), usual + 4);
    let on = |app: &App| String::from_utf8_lossy(&app.bytes.lock().unwrap()).contains("\x1b[?1002h");
    assert!(on(&app), "the mouse is reported");
    palette(&mut app, "read out", "one item a line");
    app.until("signs in words");
    left(app);
    // Once it is read out, it is read out until it is taken back.
    let app = opened(home.path(), &[]);
    assert!(!app.screen().contains("──"), "{}", app.screen());
    left(app);
}

#[test]
fn what_is_said_with_keep_holds_until_it_is_forgotten() {
    let home = agency();
    let app = opened(home.path(), &["--keep", "--ascii", "--no-mouse"]);
    app.until("kept: --ascii --no-mouse");
    left(app);
    let mut app = opened(home.path(), &[]);
    assert!(app.screen().is_ascii(), "{}", app.screen());
    app.send(b"\x14");
    app.until("--no-mouse");
    left(app);
    let app = opened(home.path(), &["--keep"]);
    app.until("forgotten");
    left(app);
    let app = opened(home.path(), &[]);
    assert!(!app.screen().is_ascii());
    left(app);
}
