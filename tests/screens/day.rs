//! The drawn day: Riverside Home Care, Monday 2 March 2026, 08:10.

use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::client::ClientStatus;
use caseload::domain::ids::{ClientId, StaffId, VisitId};
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Day, MINUTE, Moment, Zone};
use caseload::domain::visit::{Answer, Source, VisitCounts, VisitMark, VisitState};
use caseload::service::api::{
    AlertRow, Board, BoardColumn, By, Card, CardLine, ClientRow, DayCount, Doing, Header, Owner, Person, SPAN, Span,
    SpanAsk, SpanRow, StaffRow, VisitRow,
};

pub(crate) fn zone() -> Zone {
    Zone::parse("America/New_York").unwrap()
}

pub(crate) fn today() -> Day {
    Day::from_ymd(2026, 3, 2).unwrap()
}

/// This minute of today.
pub(crate) fn at(hour: u16, minute: u16) -> Moment {
    zone().moment(today(), hour * 60 + minute)
}

pub(crate) fn id(n: u8) -> [u8; 16] {
    [n; 16]
}

pub(crate) fn header() -> Header {
    Header {
        agency: "Riverside Home Care".into(),
        zone: zone(),
        tiers: [2, 2, 4, 6, 3],
        uncovered: 5,
        newest_clock_in: Some(at(8, 5)),
        user: "J. Alvarez".into(),
        policy: ("riverside".into(), true),
        demo: false,
        seq: 41,
        drafts: 0,
        next_change: None,
        clients: 38,
        first_day: false,
        unsaved: String::new(),
        emergencies: Vec::new(),
        notes: Vec::new(),
        storm: String::new(),
    }
}

pub(crate) fn alert(n: u8, tier: u8, name: &str, cause: &str, minutes: i64, owner: Owner) -> AlertRow {
    AlertRow {
        key: AlertKey { source: AlertSource::Issue, subject: id(n), occurrence: 0 },
        tier,
        breached: false,
        person: Some(Person::Client(ClientId(id(n)))),
        name: name.into(),
        alike: false,
        cause: cause.into(),
        since: at(8, 10).plus(-minutes * MINUTE),
        due: None,
        owner,
        snoozed: None,
        escalated: false,
        summons: false,
        booked: None,
        rule: "triage.fall.head_strike".into(),
        finished: None,
    }
}

pub(crate) fn alerts() -> Vec<AlertRow> {
    let other = |name: &str| Owner::Other(name.into());
    const H: i64 = 60;
    const D: i64 = 24 * 60;
    let mut rows = vec![
        alert(1, 1, "Okafor, Ruth", "fall, head strike, warfarin", 12, Owner::Nobody),
        alert(2, 1, "Lindqvist, Arne", "insulin 08:00: LPN broke down 08:06", 4, Owner::You),
        alert(3, 2, "@Reyes, Maria HHA", "out since 05:52: 5 visits, 1 said yes", 138, Owner::You),
        alert(4, 2, "Haddad, Samir", "ROC by 15:00", 2 * H + 30, Owner::You),
        alert(5, 3, "O'Brien, Maeve", "recert closes today, no RN booked", 4 * D, other("R. Patel")),
        alert(6, 3, "Abara, Chidi", "auth: 11 units = 2 visits, out Wed", 3 * D, other("billing")),
        alert(7, 3, "García-López, Inés", "you call daughter by 15:00", 3 * D, Owner::You),
        alert(8, 3, "Petrov, Ivan", "aide supervision, day 14 is today", 8 * H, other("R. Patel")),
        alert(9, 4, "@Cole, Denise HHA", "CPR good to 11 Mar, 6 visits after it", 5 * D, Owner::Nobody),
    ];
    rows[2].key.source = AlertSource::CallOut;
    rows[2].key.subject = id(40);
    rows[2].key.occurrence = i64::from(today().0);
    rows[0].due = Some(at(8, 13));
    rows[1].breached = true;
    rows[1].due = Some(at(8, 0));
    rows[3].due = Some(at(15, 0));
    rows[3].booked = Some("Chen RN 09:00".into());
    rows[6].due = Some(at(15, 0));
    let later = [
        ("Suarez, Eva", "supervision visit due Fri"),
        ("Doyle, Sean", "note of 27 Feb not signed"),
        ("Nguyen, Thi Lan", "interpreter for Wed not confirmed"),
        ("@Tran, Bao LPN", "TB test good to 20 Mar"),
        ("Baptiste, Marie", "plan of care at Dr. Alder, day 12"),
        ("Kowalczyk, Jan", "gloves below par"),
        ("Lim, Grace", "birthday 90 on Thu"),
        ("Ortiz, Rosa", "survey not returned"),
    ];
    for (n, (name, cause)) in later.into_iter().enumerate() {
        rows.push(alert(20 + n as u8, if n < 5 { 4 } else { 5 }, name, cause, D + 300 * n as i64, Owner::You));
    }
    rows
}

#[allow(clippy::too_many_arguments)] // a row of a table
fn client(
    n: u8,
    name: &str,
    age: i32,
    level: u8,
    alone: bool,
    day: u8,
    tier: u8,
    alerts: u16,
    worst: &str,
) -> ClientRow {
    ClientRow {
        id: ClientId(id(n)),
        name: name.into(),
        alike: false,
        born: Day::from_ymd(2025 - age, 6, 12),
        age: Some(age),
        mrn: format!("0042{n:02}"),
        town: "Pawtucket".into(),
        level: Some(level),
        alone,
        status: ClientStatus::Active,
        period_day: Some(day),
        tier: Some(tier),
        alerts,
        worst: worst.into(),
        next_visit: Some(at(9, 0)),
        coordinator: "J. Alvarez".into(),
        vulnerability: 6,
    }
}

pub(crate) fn clients() -> Vec<ClientRow> {
    let mut rows = vec![
        client(1, "Okafor, Ruth", 84, 1, true, 59, 1, 3, "fall, head strike"),
        client(2, "Lindqvist, Arne", 71, 1, true, 12, 1, 1, "insulin, nobody"),
        client(3, "Nguyen, Thi Lan", 66, 3, false, 31, 2, 1, "call-out 10:30"),
        client(4, "Haddad, Samir", 79, 2, false, 60, 2, 1, "ROC by 15:00"),
        client(5, "O'Brien, Maeve", 90, 3, true, 60, 3, 1, "recert today"),
        client(7, "García-López, Inés", 58, 4, false, 22, 3, 1, "promise 15:00"),
        client(8, "Petrov, Ivan", 88, 3, false, 45, 2, 2, "call-out 08:00"),
    ];
    for (n, name) in
        ["Abara, Chidi", "Suarez, Eva", "Doyle, Sean", "Baptiste, Marie", "Kowalczyk, Jan"].into_iter().enumerate()
    {
        rows.push(client(20 + n as u8, name, 70 + n as i32, 3, n % 2 == 0, 10 + n as u8, 4, 1, "supervision Fri"));
    }
    for (n, name) in ["Lim, Grace", "Ortiz, Rosa", "Whitfield, Earl", "Zhang, Wei"].into_iter().enumerate() {
        rows.push(ClientRow {
            tier: None,
            alerts: 0,
            ..client(30 + n as u8, name, 66 + n as i32, 4, false, 30, 5, 0, "")
        });
    }
    rows[2].alike = true;
    rows[3].status = ClientStatus::Hold;
    rows[3].next_visit = Some(at(9, 0).plus(24 * 60 * MINUTE));
    rows
}

fn person(
    n: u8,
    name: &str,
    discipline: Discipline,
    doing: Doing,
    time: Option<Moment>,
    detail: &str,
    tenths: u32,
) -> StaffRow {
    StaffRow {
        id: StaffId(id(n)),
        name: name.into(),
        alike: false,
        discipline,
        doing,
        at: time,
        detail: detail.into(),
        booked_minutes: tenths * 6,
        overtime: false,
        credential: None,
        phone: format!("(401) 555-01{n:02}"),
        languages: String::new(),
        active: true,
    }
}

pub(crate) fn staff() -> Vec<StaffRow> {
    let mut rows = vec![
        person(40, "Reyes, Maria", Discipline::Hha, Doing::Out, Some(at(5, 52)), "5 visits, 1 said yes", 240),
        person(41, "Chen, Judy", Discipline::Rn, Doing::With(Source::Evv), Some(at(7, 58)), "Okafor", 330),
        person(42, "Cole, Denise", Discipline::Hha, Doing::Due, Some(at(9, 0)), "O'Brien", 385),
        person(43, "Osei, Tom", Discipline::Pt, Doing::Due, Some(at(9, 30)), "García", 270),
        person(44, "Silva, Ana", Discipline::Hha, Doing::Off, Some(at(12, 0)), "", 210),
        person(45, "Tran, Bao", Discipline::Lpn, Doing::Free, None, "", 185),
    ];
    rows[2].overtime = true;
    rows[2].credential = Some(("CPR".into(), today().plus(9)));
    rows[4].languages = "Spanish".into();
    rows[5].languages = "Vietnamese".into();
    rows
}

pub(crate) fn visit(
    n: u8,
    client: (u8, &str),
    staff: Option<(u8, &str)>,
    hour: u16,
    minute: u16,
    long: u16,
) -> VisitRow {
    VisitRow {
        id: VisitId(id(n)),
        client: ClientId(id(client.0)),
        client_name: client.1.into(),
        staff: staff.map(|s| StaffId(id(s.0))),
        staff_name: staff.map_or(String::new(), |s| s.1.into()),
        discipline: Discipline::Hha,
        service: "bath".into(),
        day: today(),
        minute: hour * 60 + minute,
        minutes: long,
        start: at(hour, minute),
        state: VisitState::Planned,
        answer: if staff.is_some() { Answer::Yes } else { Answer::Nobody },
        arrived: None,
        left: None,
        alert: None,
    }
}

pub(crate) fn board() -> Board {
    let column = |staff: Option<(u8, &str)>, out: bool, visits: Vec<VisitRow>| BoardColumn {
        person: staff.map(|s| Person::Staff(StaffId(id(s.0)))),
        name: staff.map_or("nobody".into(), |s| s.1.into()),
        out,
        visits,
    };
    let (chen, reyes, cole, osei) = ((41, "Chen, Judy"), (40, "Reyes, Maria"), (42, "Cole, Denise"), (43, "Osei, Tom"));
    let mut first = visit(60, (1, "Okafor, Ruth"), Some(chen), 8, 0, 60);
    first.state = VisitState::InProgress;
    first.arrived = Some((at(7, 58), Source::Evv));
    let mut done = visit(61, (10, "Suarez, Eva"), Some(cole), 7, 0, 75);
    done.state = VisitState::Done;
    done.arrived = Some((at(7, 1), Source::Evv));
    done.left = Some((at(8, 9), Source::Evv));
    let mut out: Vec<VisitRow> = [
        (62, (8, "Petrov, Ivan"), 8, 0),
        (63, (3, "Nguyen, Thi Lan"), 10, 30),
        (64, (6, "Abara, Chidi"), 13, 0),
        (65, (1, "Okafor, Ruth"), 15, 0),
        (66, (11, "Doyle, Sean"), 16, 30),
    ]
    .into_iter()
    .map(|(n, who, h, m)| visit(n, who, Some(reyes), h, m, 60))
    .collect();
    for visit in &mut out {
        visit.state = VisitState::CalledOut;
    }
    let mut asked = visit(67, (6, "Abara, Chidi"), Some(cole), 13, 0, 60);
    asked.answer = Answer::Asked;
    Board {
        day: today(),
        by: By::Caregiver,
        total: 41,
        columns: 5,
        from: 0,
        list: vec![
            column(Some(chen), false, vec![first, visit(68, (4, "Haddad, Samir"), Some(chen), 9, 0, 60)]),
            column(Some(reyes), true, out),
            column(Some(cole), false, vec![done, visit(69, (5, "O'Brien, Maeve"), Some(cole), 9, 0, 90), asked]),
            column(Some(osei), false, vec![visit(70, (7, "García-López, Inés"), Some(osei), 9, 30, 45)]),
            column(None, false, vec![visit(71, (2, "Lindqvist, Arne"), None, 8, 0, 45)]),
        ],
    }
}

/// The same day by client.
pub(crate) fn board_by_client() -> Board {
    let mut columns: Vec<BoardColumn> = Vec::new();
    let mut visits: Vec<VisitRow> = board().list.into_iter().flat_map(|c| c.visits).collect();
    visits.sort_by_key(|v| (v.client_name.clone(), v.minute));
    for visit in visits {
        let person = Some(Person::Client(visit.client));
        let out = visit.state == VisitState::CalledOut;
        match columns.iter_mut().find(|c| c.person == person) {
            Some(column) => {
                column.out |= out;
                column.visits.push(visit);
            }
            None => columns.push(BoardColumn { person, name: visit.client_name.clone(), out, visits: vec![visit] }),
        }
    }
    columns.sort_by_key(|c| !c.out);
    Board { by: By::Client, columns: columns.len() as u16, list: columns, ..board() }
}

/// The visits of the day one after the other.
pub(crate) fn visits() -> Vec<VisitRow> {
    let mut all: Vec<VisitRow> = board().list.into_iter().flat_map(|c| c.visits).collect();
    all.sort_by_key(|v| v.start);
    all
}

/// A week of this office: today is as it is on the board, the other days are what is usual for their weekday.
pub(crate) fn span(ask: &SpanAsk) -> Span {
    let counts = |marks: &[(VisitMark, u32)]| {
        let mut counts = VisitCounts::default();
        for (mark, n) in marks {
            for _ in 0..*n {
                counts.add(*mark);
            }
        }
        counts
    };
    let usual = |day: Day, who: u32| {
        let weekend = matches!(day.weekday(), 5 | 6);
        let n = if weekend { who % 2 } else { 3 + (who + day.weekday() as u32) % 4 };
        match day.since(today()) {
            d if d < 0 => counts(&[(VisitMark::Done, n), (VisitMark::Late, u32::from(d == -4 && who == 2))]),
            0 if who == 0 => counts(&[(VisitMark::Out, 5)]),
            0 => counts(&[(VisitMark::There, 1), (VisitMark::Done, 1), (VisitMark::Planned, n)]),
            d => counts(&[(VisitMark::Planned, n), (VisitMark::Cancelled, u32::from(d == 2 && who == 3))]),
        }
    };
    let names = ["Reyes, Maria", "Chen, Judy", "Cole, Denise", "Osei, Tom", "Silva, Ana", "Tran, Bao"];
    let row = |who: usize| SpanRow {
        person: Some(Person::Staff(StaffId(id(40 + who as u8)))),
        name: names[who].into(),
        days: (0..i32::from(SPAN)).map(|n| usual(ask.from.plus(n), who as u32)).collect(),
        minutes: 1_440 + 190 * who as u32,
    };
    let nobody = |day: Day| counts(&[(VisitMark::Nobody, u32::from(day >= today() && day.0 % 3 == 0) * 2)]);
    let mut rows = vec![SpanRow {
        person: None,
        name: "nobody".into(),
        days: (0..i32::from(SPAN)).map(|n| nobody(ask.from.plus(n))).collect(),
        minutes: 360,
    }];
    rows.extend((0..names.len()).map(row));
    let days = (0..i32::from(SPAN)).map(|n| {
        let mut visits = VisitCounts::default();
        for row in &rows {
            for mark in VisitMark::ALL {
                for _ in 0..row.days[n as usize].of(mark) {
                    visits.add(mark);
                }
            }
        }
        let day = ask.from.plus(n);
        let due = [vec![], vec![(AlertSource::Recert, 2), (AlertSource::Credential, 1)], vec![(AlertSource::Roc, 1)]];
        let uncovered = visits.of(VisitMark::Out) + visits.of(VisitMark::Nobody);
        let deadlines = if ask.deadlines { due[(day.0 % 5).clamp(0, 2) as usize].clone() } else { vec![] };
        DayCount { day, visits, uncovered, deadlines }
    });
    let days = days.collect();
    let total = rows.len() as u32;
    let rows = if ask.rows == 0 { Vec::new() } else { rows };
    Span {
        from: ask.from,
        days,
        cut: false,
        deadlines_to: ask.deadlines.then(|| today().plus(60)),
        total,
        first: 0,
        rows,
    }
}

pub(crate) fn line(label: &str, text: &str, number: &str, tier: u8) -> CardLine {
    CardLine { label: label.into(), text: text.into(), number: number.into(), tier }
}

pub(crate) fn card() -> Card {
    Card {
        person: Person::Client(ClientId(id(1))),
        title: "Okafor, Ruth “Ruthie”".into(),
        identifiers: "DOB 12 Jun 1941  84 F  MRN 004217".into(),
        warnings: vec!["⚠ DNR (form: fridge)".into(), "⚠ warfarin".into(), "no oxygen".into()],
        lines: vec![
            line("Here now", "J. Chen RN, clocked in 07:58", "(401) 555-0177", 0),
            line("Client", "home, lives alone, L2", "(401) 555-0119", 0),
            line("Family", "Grace Adeyemi, daughter: may hear all", "(401) 555-0142", 0),
            line("Doctor", "Alder, PCP: not told of the fall", "(401) 555-0190", 2),
            line("", "14 Elm St, apt 3, Pawtucket   key box: i shows it · dog · English", "", 0),
            line("Next", "15:00 HHA: nobody   last told: Grace 07:58   911: not asked yet", "", 0),
        ],
        alike: Vec::new(),
    }
}
