//! The alert book that is kept as things change is the one that would be made anew.

use crate::acts::{ADOPT, KINDS, command, office_edit};
use crate::config;
use crate::office::{Office, la, monday, ny, same_as_fresh};
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::domain::time::{DAY, Day, HOUR, MINUTE, Moment};
use caseload::domain::visit::{Actual, Source};
use caseload::service::api::{Command, Reply};
use proptest::prelude::*;

/// Where a story begins: a Monday, the evening before the clocks go forward, the evening before they go back.
fn begin(which: u8) -> Moment {
    let at = |y, m, d| ny().moment(Day::from_ymd(y, m, d).unwrap(), 21 * 60 + 20);
    [monday(), at(2026, 3, 7), at(2026, 10, 31)][usize::from(which % 3)]
}

const STEPS: [i64; 10] =
    [MINUTE, 9 * MINUTE, 31 * MINUTE, HOUR, 2 * HOUR + MINUTE, 5 * HOUR, 11 * HOUR, 25 * HOUR, DAY, 3 * DAY];

fn step(office: &mut Office, op: u8, dice: u64) -> String {
    let (me, colleague, manager) = (office.me.clone(), office.colleague.clone(), office.manager.clone());
    match op % 31 {
        op @ 0..=22 => {
            // Edits twice as often as the rest.
            let which = if op >= KINDS { 8 } else { op };
            let Some(command) = command(office, which, dice) else { return "nothing".to_owned() };
            let session = if which == ADOPT {
                manager
            } else if dice >> 40 & 1 == 0 {
                me
            } else {
                colleague
            };
            let reply = office.act(&session, command);
            assert!(!matches!(reply, Reply::Failed(_) | Reply::Denied(_)), "{}", crate::office::said(&reply));
            format!("act {which} {dice:x}: {}", crate::office::said(&reply))
        }
        23 => {
            let Some(command) = office_edit(office, dice) else { return "nothing".to_owned() };
            format!("office edit {dice:x}: {}", crate::office::said(&office.act(&manager, command)))
        }
        24 => {
            let head = office.store.engine().head().unwrap();
            let seq = head.saturating_sub(dice % 5);
            format!("undo {seq}: {}", crate::office::said(&office.act(&me, Command::Undo { seq })))
        }
        25 => {
            // Back a little: a clock that is set right.
            office.pass(-7 * MINUTE);
            "7 minutes back".to_owned()
        }
        _ => {
            let ms = STEPS[dice as usize % STEPS.len()];
            office.pass(ms);
            format!("{} minutes", ms / MINUTE)
        }
    }
}

proptest! {
    #![proptest_config(config(32, 2_000))]

    #[test]
    fn the_book_is_what_a_fresh_one_would_be(start: u8, ops in prop::collection::vec(any::<(u8, u64)>(), 1..14)) {
        let mut office = Office::at(begin(start));
        same_as_fresh(&office, "the beginning");
        let mut story = Vec::new();
        for (op, dice) in ops {
            story.push(step(&mut office, op, dice));
            same_as_fresh(&office, &story.join("; "));
        }
        prop_assert!(office.store.engine().verify().unwrap().problems.is_empty());
    }
}

#[test]
fn a_quiet_week_is_the_same_from_hour_to_hour() {
    for start in 0..3 {
        let mut office = Office::at(begin(start));
        for _ in 0..40 {
            office.pass(3 * HOUR + 7 * MINUTE);
            same_as_fresh(&office, "a while");
        }
    }
}

#[test]
fn what_was_corrected_counts_no_more() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let id = office.ids(Kind::Visit)[0];
    let heard = |office: &Office| office.service.book().newest_clock_in();
    assert_eq!(heard(&office), None);
    let arrived = Actual { at: office.now(), source: Source::Evv };
    let Reply::Done(done) = office.edit(&me, Kind::Visit, id, Fields::none().with("arrived", &Some(arrived))) else {
        panic!("not done")
    };
    assert_eq!(heard(&office), Some(office.now()));
    same_as_fresh(&office, "a clock-in");
    office.done(&me, Command::Undo { seq: done.seq });
    assert_eq!(heard(&office), None);
    same_as_fresh(&office, "its correction");
    // An office's own midnight, three hours behind the agency's, and a zone that was wrong.
    office.pass(16 * HOUR);
    same_as_fresh(&office, "the agency's midnight");
    office.pass(3 * HOUR);
    same_as_fresh(&office, "the other office's midnight");
    let (manager, east) = (office.manager.clone(), office.east.0);
    assert!(matches!(office.edit(&manager, Kind::Office, east, Fields::none().with("zone", &la())), Reply::Done(_)));
    same_as_fresh(&office, "another zone");
}
