//! Clock-ins with something wrong, of a small office.

use super::day;
use caseload::domain::ids::{ClientId, ClockingId, VisitId};
use caseload::service::api::{EvvException, EvvQueue, EvvReason};

pub(crate) fn queue() -> EvvQueue {
    let row = |n: u8, name: &str, days: i32, visit: &str, code: &str, say: &str, mend: &str| EvvException {
        id: ClockingId([n; 16]),
        visit: (!visit.is_empty()).then_some(VisitId([n; 16])),
        visit_words: visit.into(),
        missing: vec![],
        until: (n != 2).then(|| day::at(8, 0).plus(-(23 + i64::from(n)) * 3_600_000)),
        client: ClientId([n; 16]),
        name: name.into(),
        staff: if n == 3 { String::new() } else { "Maria R. HHA".into() },
        at: Some(day::at(8, 0).plus(-(24 + i64::from(n)) * 3_600_000)),
        code: code.into(),
        say: say.into(),
        mend: mend.into(),
        locks: Some(day::today().plus(days)),
    };
    let at_aggregator = "complete it at the aggregator, or attest it by its own form";
    let list = vec![
        row(1, "Okafor, Ruth", 0, "Sun 1 Mar 07:00, Maria R. HHA", "missing", "missing: location", at_aggregator),
        row(2, "Petrov, Ivan", 4, "Sun 1 Mar 06:00, Maria R. HHA", "missing", "missing: begin and end", at_aggregator),
        row(
            3,
            "García-López, Inés",
            12,
            "",
            "no-visit",
            "the client has no visit then",
            "book the visit that was made, then import again",
        ),
        row(
            4,
            "Nguyễn, Thị Lan",
            29,
            "Sun 1 Mar 04:00, Dana F. LPN",
            "differs",
            "another time is recorded here",
            "ask which is right, and set it right where it is wrong",
        ),
        row(
            5,
            "Lindqvist, Arne",
            -2,
            "",
            "other-person",
            "somebody else is planned",
            "put who came on the visit, then import again",
        ),
    ];
    let reason = |code: &str, say: &str, note| EvvReason { code: code.into(), say: say.into(), note };
    let reasons = vec![
        reason("forgot", "caregiver forgot to clock in or out", false),
        reason("device", "phone or device failed", false),
        reason("no-signal", "no signal, or the aggregator was down", false),
        reason("place", "visit began or ended elsewhere", false),
        reason("changed", "schedule was changed and not sent on", false),
        reason("no-phone", "client's telephone could not be used", false),
        reason("completed", "completed at the aggregator", false),
        reason("attested", "attested on the agency's own form", false),
        reason("other", "another reason", true),
    ];
    EvvQueue { list, reasons, newest: Some(day::at(8, 4)) }
}
