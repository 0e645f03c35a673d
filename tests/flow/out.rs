//! A call-out as it is drawn: five visits, one of them covered, and who could go.
#![allow(dead_code, unreachable_pub)]

use caseload::domain::coverage::{Conflict, Group, Weight};
use caseload::domain::ids::{CallOutId, ClientId, StaffId, VisitId};
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Day, MINUTE, Zone};
use caseload::domain::visit::{Answer, VisitState};
use caseload::service::api::VisitRow;
use caseload::service::api::away::{Ahead, DoorStep};
use caseload::service::api::coverage::{CallOutView, CandidateRow, Fill, Offers, OutVisit};
use caseload::service::api::reschedule::{Tried, VisitChange};

fn visit(day: Day, zone: Zone, n: u8, who: (&str, &str), minute: u16, harm: &str, tier: u8) -> OutVisit {
    OutVisit {
        row: VisitRow {
            id: VisitId([n; 16]),
            client: ClientId([n; 16]),
            client_name: who.0.to_owned(),
            staff: None,
            staff_name: String::new(),
            discipline: Discipline::Hha,
            service: "bath and dressing".to_owned(),
            day,
            minute,
            minutes: 60,
            start: zone.moment(day, minute),
            state: VisitState::CalledOut,
            answer: Answer::No,
            arrived: None,
            left: None,
            alert: None,
        },
        who: who.1.to_owned(),
        tier,
        harm: harm.to_owned(),
        plan: String::new(),
        said: "nobody".to_owned(),
        closed: false,
        suggested: Vec::new(),
        dispatch: String::new(),
        offers: Offers::default(),
        two: None,
        safe: None,
        least_bad: "ask Jean Nguyen to do it".to_owned(),
    }
}

/// Reyes is out since 05:52.
pub fn view(staff: StaffId, day: Day, zone: Zone) -> CallOutView {
    let visit = |n, who, minute, harm, tier| visit(day, zone, n, who, minute, harm, tier);
    let mut visits = vec![
        visit(8, ("Petrov, Ivan", "Petrov, Ivan “Ваня” · 3 Apr 1937"), 480, "L3 two people", 1),
        visit(3, ("Nguyen, Thi Lan", "Nguyen, Thi Lan · 9 Oct 1959"), 630, "L3 bath and breakfast", 2),
        visit(1, ("Okafor, Ruth", "Okafor, Ruth “Ruthie” · 12 Jun 1941"), 900, "L2 insulin", 2),
        visit(9, ("Doyle, Sean", "Doyle, Sean · 30 Nov 1939"), 990, "L4 companionship", 3),
        visit(6, ("Abara, Chidi", "Abara, Chidi · 1 May 1950"), 780, "L2 medication reminder", 0),
    ];
    visits[0].two = Some(1);
    "Silva, Ana".clone_into(&mut visits[0].plan);
    "yes 08:04".clone_into(&mut visits[0].said);
    visits[1].suggested = vec![(StaffId([46; 16]), "Pires, Joana".to_owned())];
    visits[2].suggested = vec![(StaffId([44; 16]), "Silva, Ana".to_owned())];
    visits[2].safe = Some("daughter with her to 14:00".to_owned());
    "Cole, Denise".clone_into(&mut visits[4].plan);
    "yes 06:10".clone_into(&mut visits[4].said);
    visits[4].closed = true;
    "Mon 2 Mar 13:00–14:00 Abara, Chidi. 4 Elm St, Providence. HHA bath and dressing. tel (401) 555-0106."
        .clone_into(&mut visits[4].dispatch);
    CallOutView {
        call_out: Some(CallOutId([5; 16])),
        staff: Some(staff),
        name: "Reyes, Maria HHA".to_owned(),
        day,
        from: zone.moment(day, 352),
        to: zone.midnight(day.plus(1)),
        reason: "sick".to_owned(),
        said: zone.moment(day, 352),
        settled: false,
        visits,
        beyond: 0,
        fill: None,
        search: None,
    }
}

/// Who could go to each of them.
pub fn candidates(day: Day, zone: Zone) -> Vec<CandidateRow> {
    let conflict = |rule: &str, weight, text: &str| Conflict { rule: rule.into(), weight, text: text.into() };
    let row = |n: u8, name: &str, discipline, group, been, week, conflicts| CandidateRow {
        staff: StaffId([n; 16]),
        name: name.to_owned(),
        discipline,
        number: format!("(401) 555-01{n:02}"),
        group,
        conflicts,
        been,
        week,
        week_then: week + 75,
        travel: Some(15),
        said: None,
        calls: 0,
        back_at: None,
        expired: false,
        not_before: None,
        caller: None,
    };
    let mut rows = vec![
        row(46, "Pires, Joana", Discipline::Hha, Group::Now, 8, 540, vec![]),
        row(
            45,
            "Tran, Bao",
            Discipline::Lpn,
            Group::Now,
            0,
            1_110,
            vec![conflict("cover.discipline", Weight::Note, "LPN for a visit of HHA")],
        ),
        row(
            44,
            "Silva, Ana",
            Discipline::Hha,
            Group::Ask,
            14,
            1_260,
            vec![conflict("cover.off", Weight::Reason, "starts 12:00: ask first")],
        ),
        row(
            42,
            "Cole, Denise",
            Discipline::Hha,
            Group::Overtime,
            6,
            2_310,
            vec![conflict("cover.overtime", Weight::Reason, "over 40 h by 1.5 h")],
        ),
        row(
            47,
            "Ito, Kenji",
            Discipline::Hha,
            Group::No,
            0,
            120,
            vec![conflict("cover.skill", Weight::Block, "not signed off for lift")],
        ),
    ];
    rows[1].said = Some((Answer::NoAnswer, zone.moment(day, 485).plus(-MINUTE)));
    rows[1].calls = 2;
    rows[2].caller = Some("R. Patel".to_owned());
    rows
}

/// What is said of a visit in the hand: later than 11:00 somebody else has her, after 10:00 it is overtime.
pub fn tried(all: &[VisitRow], visit: VisitId, change: Option<VisitChange>) -> Tried {
    let conflict = |rule: &str, weight, text: &str| Conflict { rule: rule.into(), weight, text: text.into() };
    let row = all.iter().find(|v| v.id == visit).or(all.first()).unwrap().clone();
    let conflicts = match &change {
        Some(VisitChange::Move { minute, .. }) if *minute >= 660 => vec![
            conflict("cover.overlap", Weight::Block, "with Nguyen 11:00–12:00"),
            conflict("cover.overtime", Weight::Reason, "over 40 h by 1.5 h"),
        ],
        Some(VisitChange::Move { minute, .. }) if *minute >= 600 => vec![
            conflict("cover.overtime", Weight::Reason, "over 40 h by 1.5 h"),
            conflict("cover.language", Weight::Note, "speaks no Vietnamese"),
        ],
        _ => Vec::new(),
    };
    let tells = match &change {
        None => Vec::new(),
        Some(_) => vec![row.client_name.clone(), row.staff_name.clone()],
    };
    Tried {
        change,
        seen: vec![(visit, 3)],
        conflicts,
        who: format!("{} {}", row.staff_name, row.discipline.word()),
        been: 6,
        week_then: Some(2_310),
        travel: Some(15),
        tells,
        row,
    }
}

/// What follows when a client is not visited.
pub fn ahead(visit: bool) -> Ahead {
    let step = |what: &str, with: &str, number: &str| DoorStep {
        what: what.to_owned(),
        with: with.to_owned(),
        number: number.to_owned(),
    };
    Ahead {
        visits: 12,
        on_the_way: vec!["Reyes, Maria 09:00 · (401) 555-0152".to_owned()],
        tell: vec!["Rao, Ada, PCP (401) 555-0172".to_owned(), "Adeyemi, Grace, daughter (401) 555-0177".to_owned()],
        steps: if visit {
            vec![
                step("knock, ring, look through the windows", "", ""),
                step("call the client", "Okafor, Ruth", "(401) 555-0101"),
                step("call the family", "Adeyemi, Grace", "(401) 555-0177"),
                step("ask for a welfare check", "ask for a welfare check", "911"),
            ]
        } else {
            Vec::new()
        },
        held: None,
    }
}

/// The open visits of eight days.
pub fn open_shifts(day: Day, zone: Zone) -> CallOutView {
    let mut view = view(StaffId([46; 16]), day, zone);
    view.visits.retain(|v| !v.closed);
    view.visits[1].offers = Offers { pending: 1, accepted: 0, declined: 2, expired: 1 };
    "left message 06:10, expired".clone_into(&mut view.visits[1].said);
    CallOutView {
        call_out: None,
        staff: None,
        name: "mine".to_owned(),
        from: zone.midnight(day),
        to: zone.midnight(day.plus(8)),
        reason: String::new(),
        fill: Some(Fill { planned: 52, filled: 48 }),
        search: None,
        ..view
    }
}
