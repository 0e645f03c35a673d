//! Drafts on a disk that fails, is cut off, and is opened again.

use caseload::domain::ids::{DraftId, UserId};
use caseload::domain::time::{DAY, Moment};
use caseload::service::api::Draft;
use caseload::service::drafts::{Drafts, EXPIRES, FileDrafts, MemoryDrafts};
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use std::sync::Arc;

const ME: UserId = UserId([1; 16]);
const OTHER: UserId = UserId([2; 16]);

fn draft(n: u8, at: i64, text: &str) -> Draft {
    Draft {
        id: DraftId([n; 16]),
        form: "call".to_owned(),
        person: None,
        about: None,
        fields: vec![("note".to_owned(), text.to_owned())],
        focus: 1,
        at: Moment(at),
    }
}

fn ids(drafts: &[Draft]) -> Vec<u8> {
    drafts.iter().map(|d| d.id.0[0]).collect()
}

fn the_law(drafts: &mut dyn Drafts) {
    assert!(drafts.all(ME, Moment(0)).unwrap().is_empty());
    assert_eq!(drafts.count(ME), 0);
    for d in [draft(1, 10, "a"), draft(2, 30, "b"), draft(3, 20, "c"), draft(2, 5, "older now")] {
        drafts.save(ME, &d).unwrap();
    }
    drafts.save(OTHER, &draft(9, 50, "theirs")).unwrap();
    assert_eq!((drafts.count(ME), drafts.count(OTHER)), (3, 1));
    let mine = drafts.all(ME, Moment(60)).unwrap();
    assert_eq!(ids(&mine), [3, 1, 2], "newest first");
    assert!(mine[2] == draft(2, 5, "older now"));
    drafts.forget(ME, DraftId([1; 16])).unwrap();
    drafts.forget(ME, DraftId([1; 16])).unwrap();
    drafts.forget(ME, DraftId([9; 16])).unwrap();
    assert_eq!(ids(&drafts.all(ME, Moment(60)).unwrap()), [3, 2]);
    assert_eq!(ids(&drafts.all(OTHER, Moment(60)).unwrap()), [9]);
    drafts.save(ME, &draft(4, DAY, "young")).unwrap();
    assert_eq!(ids(&drafts.all(ME, Moment(EXPIRES + 4)).unwrap()), [4, 3, 2]);
    assert_eq!(ids(&drafts.all(ME, Moment(EXPIRES + 20)).unwrap()), [4]);
    assert_eq!(drafts.count(ME), 1);
    assert_eq!(ids(&drafts.all(ME, Moment(10)).unwrap()), [4], "what has expired is gone");
    assert_eq!(EXPIRES, 30 * DAY);
}

#[test]
fn drafts_are_kept_listed_forgotten_and_expire() {
    the_law(&mut MemoryDrafts::default());
    the_law(&mut FileDrafts::new(Arc::new(FaultFiles::new())));
}

#[test]
fn drafts_survive_a_cut() {
    for unsynced in [Unsynced::Dropped, Unsynced::Torn(7), Unsynced::Zeroed(3), Unsynced::Whole] {
        let files = Arc::new(FaultFiles::new());
        let mut drafts = FileDrafts::new(files.clone());
        drafts.save(ME, &draft(1, 10, "kept")).unwrap();
        drafts.save(ME, &draft(1, 11, "kept, newer")).unwrap();
        drafts.save(ME, &draft(2, 12, "two")).unwrap();
        let mut again = FileDrafts::new(Arc::new(files.after_cut(unsynced)));
        assert_eq!(again.count(ME), 2, "{unsynced:?}");
        let all = again.all(ME, Moment(20)).unwrap();
        assert!(all == [draft(2, 12, "two"), draft(1, 11, "kept, newer")], "{unsynced:?}");
    }
}

#[test]
fn a_disk_that_fails_leaves_the_draft_before_or_the_new_one() {
    for fault in [Fault::Io, Fault::Full, Fault::Short, Fault::Dead] {
        for n in 1..14 {
            let files = Arc::new(FaultFiles::new());
            let mut drafts = FileDrafts::new(files.clone());
            drafts.save(ME, &draft(1, 10, "before")).unwrap();
            files.fail_at(n, fault);
            let saved = drafts.save(ME, &draft(1, 11, "after"));
            let mut again = FileDrafts::new(Arc::new(files.after_cut(Unsynced::Dropped)));
            let all = again.all(ME, Moment(20)).unwrap();
            let texts: Vec<&str> = all.iter().map(|d| d.fields[0].1.as_str()).collect();
            match saved {
                Ok(()) => assert_eq!(texts, ["after"], "{fault:?} {n}"),
                Err(_) => assert!(texts == ["before"] || texts == ["after"], "{fault:?} {n}: {texts:?}"),
            }
            // The next one is kept, whatever the last attempt left behind.
            again.save(ME, &draft(1, 12, "next")).unwrap();
            assert_eq!(again.all(ME, Moment(20)).unwrap()[0].fields[0].1, "next", "{fault:?} {n}");
        }
    }
}

#[test]
fn one_that_cannot_be_read_hides_no_other_and_one_too_large_says_so() {
    let files = Arc::new(FaultFiles::new());
    let mut drafts = FileDrafts::new(files.clone());
    drafts.save(ME, &draft(1, 10, "one")).unwrap();
    drafts.save(ME, &draft(2, 11, "two")).unwrap();
    let path = format!("drafts/{ME}/{}", DraftId([1; 16]));
    files.tamper(&path, |bytes| bytes[20] ^= 1);
    assert_eq!(ids(&drafts.all(ME, Moment(20)).unwrap()), [2]);
    for n in [40_000, 1 << 20, 3 << 20] {
        let why = drafts.save(ME, &draft(3, 12, &"x".repeat(n))).unwrap_err();
        assert!(why.contains("too large"), "{why}");
        assert_eq!(ids(&drafts.all(ME, Moment(20)).unwrap()), [2]);
    }
}
