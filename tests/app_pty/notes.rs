//! What a server that the client started has found reaches the screen.

use super::{App, agency, run};
use std::time::{Duration, Instant};

#[test]
fn damage_of_the_log_of_who_saw_what_stands_in_a_banner() {
    let home = agency();
    for _ in 0..6 {
        run(home.path(), &["list", "clients"]);
    }
    run(home.path(), &["serve", "--stop"]);
    let log = home.path().join("data/caseload/agency/access/00000001.log");
    let mut bytes = std::fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes.drain(middle..middle + 10);
    std::fs::write(&log, bytes).unwrap();
    let mut app = App::open(home.path(), &[]);
    app.until("! THE LOG OF WHO SAW WHAT IS DAMAGED");
    app.until("ctrl-g shows it");
    app.send(b"\x07");
    app.until("For whoever runs this agency");
    app.until("00000001.log");
    app.send(b"\r");
    let end = Instant::now() + Duration::from_secs(20);
    while app.screen().contains("ctrl-g shows it") || app.screen().contains("For whoever") {
        assert!(Instant::now() < end, "{}", app.screen());
        std::thread::sleep(Duration::from_millis(20));
    }
    // Care goes on all the same.
    app.until("Okafor");
}
