//! A plan of a day as it is drawn: six lines, two of them an exchange.
#![allow(dead_code, unreachable_pub)]

use caseload::domain::ids::{ClientId, StaffId, VisitId};
use caseload::domain::staff::Discipline;
use caseload::domain::time::Day;
use caseload::service::api::day_plan::{DayFigures, DayPlan, PlanAsk, PlanLine, PlanSearch};

fn line(n: u8, day: Day, minute: u16, client: &str, from: &[&str], to: &[(u8, &str)], why: &str) -> PlanLine {
    PlanLine {
        visit: VisitId([n; 16]),
        rev: 3,
        of: ClientId([n; 16]),
        client: client.to_owned(),
        day,
        minute,
        minutes: 60,
        discipline: Discipline::Hha,
        service: "bath and dressing".to_owned(),
        from: from.iter().map(|s| (*s).to_owned()).collect(),
        to: to.iter().map(|(n, name)| (StaffId([*n; 16]), (*name).to_owned())).collect(),
        why: why.to_owned(),
        needs: Vec::new(),
    }
}

/// As it stands: three visits have nobody.
pub const NOW: DayFigures = DayFigures { uncovered: 3, twice: 2, travel: 412, overtime: 150, late: 12, known: 31 };
/// By the plan.
pub const THEN: DayFigures = DayFigures { uncovered: 0, twice: 0, travel: 371, overtime: 40, late: 0, known: 33 };

/// The plan that is asked for.
pub fn plan(ask: PlanAsk, search: PlanSearch) -> DayPlan {
    let (from, to) = ask.days();
    let day = |n| if ask.week { from.plus(n) } else { from };
    let mut lines = vec![
        line(
            8,
            day(1),
            480,
            "Petrov, Ivan",
            &["Silva, Ana"],
            &[(44, "Silva, Ana"), (46, "Pires, Joana")],
            "two are needed",
        ),
        line(3, day(1), 630, "Nguyen, Thi Lan", &["Cole, Denise"], &[(45, "Tran, Bao")], "has been there 6×"),
        line(6, day(1), 645, "Abara, Chidi", &["Tran, Bao"], &[(43, "Cole, Denise")], "shorter ways, or less overtime"),
        line(1, day(2), 900, "Okafor, Ruth", &[], &[(44, "Silva, Ana")], "nobody goes now"),
        line(9, day(3), 990, "Doyle, Sean", &[], &[(43, "Cole, Denise")], "nobody goes now"),
        line(7, day(5), 1020, "Lindqvist, Arne", &["Pires, Joana"], &[], "is at another visit then"),
    ];
    lines[1].needs = vec![lines[2].visit];
    lines[2].needs = vec![lines[1].visit];
    let found = search.better > 0;
    let lines = if found { lines } else { Vec::new() };
    let after = if found { THEN } else { NOW };
    DayPlan { from, to, visits: 41, fixed: 7, search: Some(search), before: NOW, after, lines }
}
