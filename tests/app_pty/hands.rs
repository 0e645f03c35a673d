//! What hands do to keys: what was pasted and not run can be written down. What it changes, and what a line does to
//! keys, is told by `pastes` and `torn`.

use super::places::{DEMO, command, leave};
use super::{App, run};
use std::time::Duration;

/// A demo that is built, and how it is opened.
pub(super) fn demo_at() -> (tempfile::TempDir, [&'static str; 5]) {
    let home = tempfile::tempdir().unwrap();
    let build: Vec<&str> = DEMO.into_iter().chain(["--build-only"]).collect();
    run(home.path(), &build);
    (home, DEMO)
}

#[test]
fn what_was_not_run_is_written_as_a_note() {
    let (at, _) = demo_at();
    let mut app = App::start(command(at.path(), &[]), 30, 100);
    app.until("Lindqvist, Arne");
    app.send(b"3");
    app.until("[3 Caseload]");
    app.until("L1 alone 12/60");
    app.send(b"\x1b[Bo she rang and will come at nine\rx");
    app.until("c logs it as a call");
    std::thread::sleep(Duration::from_millis(450));
    app.send(b"c");
    app.until("o she rang and will come at nine");
    leave(&mut app);
}
