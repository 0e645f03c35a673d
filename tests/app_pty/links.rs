//! What a click can open: said to the terminal where it was asked for, and nothing of it otherwise.

use super::places::{Pattern, keys, leave};

/// What is sent while a client's numbers are looked up, with these arguments.
fn sent(pattern: &Pattern, args: &[&str]) -> String {
    let copy = pattern.copy();
    let mut app = copy.open(args, &[]);
    keys(&mut app, "1 g g c");
    app.until("whom, by digit");
    app.until("(401) 555-0");
    let sent = String::from_utf8_lossy(&app.bytes.lock().unwrap()).into_owned();
    leave(&mut app);
    sent
}

#[test]
fn a_number_is_a_link_where_it_was_asked_for_and_may_be_copied() {
    let pattern = Pattern::make();
    assert!(sent(&pattern, &["--links"]).contains("\x1b]8;;tel:+1401555"));
    for args in [&[][..], &["--links", "--low-bandwidth"]] {
        assert!(!sent(&pattern, args).contains("\x1b]8;"), "{args:?}");
    }
    // A login for caseload alone hands nothing on.
    assert!(!sent(&pattern, &["--links", "--forced"]).contains("tel:"));
}
