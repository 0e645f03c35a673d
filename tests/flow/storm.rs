//! A storm as it is drawn: seven clients in the order of calling, three of them called, and what is known of one.
#![allow(dead_code, unreachable_pub)]

use caseload::domain::ids::{ClientId, StaffId, StormId, UserId};
use caseload::domain::staff::Discipline;
use caseload::domain::storm::{StormEnd, StormState};
use caseload::domain::time::{DAY, MINUTE, Moment};
use caseload::rules::storm::Counts;
use caseload::service::api::Number;
use caseload::service::api::storm::{NearCarer, SaidDown, StormClient, StormFacts, StormRow, StormView};

fn facts(now: Moment) -> StormFacts {
    StormFacts {
        id: StormId([9; 16]),
        name: "ice storm".to_owned(),
        my_office: false,
        office: String::new(),
        places: vec!["Pawtucket".to_owned(), "0286".to_owned()],
        began: now.plus(-150 * MINUTE),
        by: "J. Alvarez".to_owned(),
        exercise: false,
        note: String::new(),
        ended: None,
    }
}

fn row(n: u8, name: &str, level: Option<u8>, power: &str, transport: Option<u8>) -> StormRow {
    StormRow {
        client: ClientId([n; 16]),
        name: name.to_owned(),
        level,
        power: power.to_owned(),
        transport,
        alone: n.is_multiple_of(2),
        near: n != 4,
        away: String::new(),
        town: "Pawtucket".to_owned(),
        next: if n == 3 { String::new() } else { format!("{:02}:00 Cole", 8 + n) },
        state: None,
        at: None,
        tries: 0,
        place: String::new(),
        caller: None,
    }
}

/// Ice since 05:40, as it stands at `now`.
pub fn view(now: Moment) -> StormView {
    let mut rows = vec![
        row(2, "Lindqvist, Arne", Some(1), "ventilator 4 h", Some(1)),
        row(1, "Okafor, Ruth", Some(1), "oxygen", Some(2)),
        row(4, "Petrov, Ivan", None, "", None),
        row(3, "Nguyễn, Thị Lan 李", Some(2), "powered 90 min", Some(2)),
        row(6, "Wolfeschlegelsteinhausenbergerdorff, Maximiliane", Some(3), "", Some(3)),
        row(7, "O'Brien, Maeve", Some(3), "", Some(3)),
        row(8, "Abara, Chidi", Some(4), "", Some(3)),
    ];
    let mut said = |n: usize, state, minutes: i64, tries| {
        rows[n].state = Some(state);
        rows[n].at = Some(now.plus(-minutes * MINUTE));
        rows[n].tries = tries;
    };
    said(0, StormState::NeedsHelp, 20, 1);
    said(1, StormState::NoAnswer, 12, 2);
    said(4, StormState::Evacuated, 40, 1);
    "shelter at Hope High".clone_into(&mut rows[4].place);
    rows[5].caller = Some("R. Patel".to_owned());
    let mut counts = Counts::default();
    for row in &rows {
        counts.add(row.state);
    }
    StormView { storm: Some(facts(now)), past: vec![], counts, beyond: 2, unrated: 1, powered: 3, from: 0, rows }
}

/// None runs; one is over.
pub fn calm(now: Moment) -> StormView {
    let end = StormEnd { at: now.plus(-9 * DAY), by: UserId::default(), touched: 41, reached: 39, open: 2 };
    let past = StormFacts { began: now.plus(-10 * DAY), ended: Some(end), ..facts(now) };
    StormView { storm: None, past: vec![past], beyond: 0, ..view(now) }
}

/// What is known of one of them.
pub fn client(id: ClientId, now: Moment) -> StormClient {
    let number = |who: &str, number: &str, contact: bool| Number {
        who: who.to_owned(),
        contact: contact.then(|| [7; 16].into()),
        staff: None,
        number: number.to_owned(),
        kind: "mobile".to_owned(),
        share: String::new(),
        last: None,
        caution: String::new(),
    };
    let found = view(now).rows.into_iter().find(|r| r.client == id);
    let name = found.as_ref().map_or_else(|| "Okafor, Ruth".to_owned(), |r| r.name.clone());
    let near = |n: u8, name: &str, minutes, doing: &str| NearCarer {
        staff: StaffId([n; 16]),
        name: name.to_owned(),
        discipline: Discipline::Hha,
        minutes,
        doing: doing.to_owned(),
        number: format!("(401) 555-01{n:02}"),
    };
    let calls = match found.as_ref().and_then(|r| r.state.zip(r.at)) {
        Some((state, at)) => {
            vec![SaidDown { at, by: "R. Patel".to_owned(), state, words: "with daughter: cold, no heat".to_owned() }]
        }
        None => vec![],
    };
    let carers = vec![near(45, "Cole, Denise", 10, "with Doyle to 09:00"), near(46, "Pires, Joana", 18, "free today")];
    StormClient {
        client: id,
        who: format!("{name} · 12 Jun 1941"),
        address: "14 Elm St, apt 3, Pawtucket, RI, 02860".to_owned(),
        why: vec![
            "level 1: no break in service: gets worse without it".to_owned(),
            "ventilator for 4 h".to_owned(),
            "transport 1: cannot walk: stretcher".to_owned(),
            "lives alone".to_owned(),
        ],
        depends: "ventilator, battery 4 h".to_owned(),
        numbers: vec![
            number(&format!("{name} (client)"), "(401) 555-0119", false),
            number("Grace Adeyemi, daughter", "(401) 555-0142", true),
        ],
        near: if id == ClientId([4; 16]) { vec![] } else { carers },
        next: "09:00 Cole".to_owned(),
        calls,
        caller: (id == ClientId([7; 16])).then(|| "R. Patel".to_owned()),
    }
}
