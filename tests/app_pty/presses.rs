//! The mouse along the hint line: a press on a hint is at most what shows or asks, and no record is changed.
//! `CASELOAD_TEST_FULL=1` goes to every place.

use super::places::{PLACES, Pattern, Place, for_each, full, leave};
use std::time::Duration;

/// Where a hint acts on the record when its key is pressed, and where questions are answered.
const FIRST: [&str; 6] = ["g v", "1 u", "1 Q", "g e", "2 D O", "1 g g space space o"];

#[test]
fn presses_along_the_hint_line_change_no_record() {
    let pattern = Pattern::make();
    let places: Vec<&Place> = PLACES.iter().filter(|place| full() || FIRST.contains(&place.keys)).collect();
    for_each(&places, |place| {
        let copy = pattern.copy();
        let mut app = copy.open(&[], &[]);
        // No word of a hint is shorter, but for a lone key.
        for column in (2..100).step_by(4) {
            if !place.is_here(&app) {
                place.go(&mut app);
            }
            app.send(format!("\x1b[<0;{column};30M\x1b[<0;{column};30m").as_bytes());
            std::thread::sleep(Duration::from_millis(150));
        }
        leave(&mut app);
        assert_eq!(copy.changed(), 0, "{}: a press on a hint did it", place.keys);
    });
}
