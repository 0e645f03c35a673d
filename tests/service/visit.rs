//! Who goes to a visit: what they said is kept, nobody is in two homes at once, and the alert follows.

use crate::office::{Office, monday, rule};
use caseload::domain::attention::AlertSource;
use caseload::domain::ids::{StaffId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::time::{DAY, HOUR, MINUTE};
use caseload::domain::visit::{Answer, Visit, VisitState};
use caseload::service::api::{Answered, BookVisit, Command, Query, Reply, VisitRow};

fn coverable(office: &mut Office, source: AlertSource) -> Vec<VisitRow> {
    let me = office.me.clone();
    let key = office.alerts(source)[0];
    match office.query(&me, Query::Coverable { client: None, about: Some(key) }) {
        Answered::Coverable(rows) => rows,
        _ => panic!("another answer"),
    }
}

fn cover(office: &mut Office, visit: VisitId, staff: StaffId, answer: Answer) -> Reply {
    let me = office.me.clone();
    office.act(&me, Command::CoverVisit { visit, staff, answer })
}

#[test]
fn a_called_out_visit_is_covered_when_somebody_says_yes() {
    let mut office = Office::at(monday());
    let rows = coverable(&mut office, AlertSource::CallOut);
    assert_eq!(rows.len(), 1);
    let (visit, out) = (rows[0].id, rows[0].staff.unwrap());
    assert_eq!(rule(&cover(&mut office, visit, out, Answer::Yes)), "visit.called_out");
    let other = office.staff[3];
    assert!(matches!(cover(&mut office, visit, other, Answer::NoAnswer), Reply::Done(_)));
    assert_eq!(coverable(&mut office, AlertSource::CallOut).len(), 1, "who did not answer does not go");
    assert_eq!(rule(&cover(&mut office, visit, other, Answer::NoAnswer)), "visit.same");
    assert!(matches!(cover(&mut office, visit, other, Answer::Yes), Reply::Done(_)));
    assert!(office.alerts(AlertSource::CallOut).is_empty(), "the call-out is settled");
    let kept: Visit = office.get(visit.0);
    assert_eq!((kept.staff, kept.state, kept.called_out_by), (Some(other), VisitState::Planned, Some(out)));
    crate::office::same_as_fresh(&office, "a cover");
}

#[test]
fn nobody_is_in_two_homes_at_once() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let start = office.now().plus(2 * HOUR);
    let staff = Some(office.staff[3]);
    let book = |office: &Office, client: usize, start| {
        Command::BookVisit(BookVisit { staff, answer: Answer::Yes, start, ..office.booking(client) })
    };
    let first = book(&office, 0, start);
    office.done(&me, first);
    for (minutes, fits) in [(-59, false), (0, false), (59, false), (60, true)] {
        let next = book(&office, 1, start.plus(minutes * MINUTE));
        let reply = office.act(&me, next);
        assert_eq!(matches!(reply, Reply::Done(_)), fits, "{minutes} min later: {}", crate::office::said(&reply));
        if !fits {
            assert_eq!(rule(&reply), "visit.double_booked");
        }
    }
    let past = book(&office, 2, office.now().plus(-2 * HOUR));
    assert_eq!(rule(&office.act(&me, past)), "visit.past");
    let before = office.ids(Kind::Visit).len();
    let open = Command::BookVisit(office.booking(2));
    let done = office.done(&me, open);
    assert_eq!(office.ids(Kind::Visit).len(), before + 1);
    assert!(done.summary.ends_with("nobody yet"), "{}", done.summary);
}

/// Also weeks ahead, beyond the days that are held in memory.
#[test]
fn nobody_is_in_two_homes_at_once_weeks_ahead() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let staff = Some(office.staff[3]);
    for days in [40, 400] {
        let start = office.now().plus(days * DAY);
        let book = |office: &Office, client: usize, minutes: i64| {
            let start = start.plus(minutes * MINUTE);
            Command::BookVisit(BookVisit { staff, answer: Answer::Yes, start, ..office.booking(client) })
        };
        let first = book(&office, 0, 0);
        office.done(&me, first);
        for (minutes, fits) in [(-59, false), (59, false), (60, true), (-60, true)] {
            let next = book(&office, 1, minutes);
            let reply = office.act(&me, next);
            assert_eq!(matches!(reply, Reply::Done(_)), fits, "{minutes} min later, in {days} days");
            if !fits {
                assert_eq!(rule(&reply), "visit.double_booked");
            }
        }
    }
}

#[test]
fn a_visit_that_is_over_or_unsaid_is_refused() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let visit = coverable(&mut office, AlertSource::Visit)[0].id;
    let staff = office.staff[3];
    assert_eq!(rule(&cover(&mut office, visit, staff, Answer::Nobody)), "visit.answer");
    assert_eq!(rule(&cover(&mut office, visit, StaffId([9; 16]), Answer::Yes)), "visit.staff");
    assert_eq!(rule(&cover(&mut office, VisitId([9; 16]), staff, Answer::Yes)), "visit.gone");
    let fields = caseload::domain::fields::Fields::none().with("state", &VisitState::Cancelled);
    office.edit(&me, Kind::Visit, visit.0, fields);
    assert_eq!(rule(&cover(&mut office, visit, staff, Answer::Yes)), "visit.over");
}
