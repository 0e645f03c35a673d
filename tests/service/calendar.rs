//! Weeks and months count what the days' boards show, whoever asks, in whatever zone, and when the clocks change.

use crate::config;
use crate::office::{Office, la, monday, new, ny};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{ClientId, StaffId};
use caseload::domain::record::Kind;
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Civil, DAY, Day, Zone};
use caseload::domain::visit::{Actual, Answer, Source, Visit, VisitCounts, VisitMark, VisitState};
use caseload::service::api::{
    Answered, Board, BoardAsk, By, Command, OpenList, Person, Query, Reply, Request, Rows, Session, Sort, Span,
    SpanAsk, View, VisitRow,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn board(office: &mut Office, who: &Session, day: Day, by: By, mine: bool) -> Board {
    let ask = BoardAsk {
        day,
        mine,
        only: caseload::service::api::VisitFilter::default(),
        by,
        from: 0,
        count: 900,
        around: None,
    };
    match office.query(who, Query::Board(ask)) {
        Answered::Board(board) => board,
        _ => panic!("another answer"),
    }
}

fn span(office: &mut Office, who: &Session, from: Day, by: By, mine: bool) -> Span {
    let ask = SpanAsk {
        from,
        days: 7,
        mine,
        only: caseload::service::api::VisitFilter::default(),
        by,
        first: 0,
        rows: 400,
        deadlines: true,
    };
    match office.query(who, Query::Span(ask)) {
        Answered::Span(span) => span,
        _ => panic!("another answer"),
    }
}

fn mark(v: &VisitRow) -> VisitMark {
    VisitMark::of(v.state, v.answer, v.staff.is_some(), v.arrived.is_some())
}

/// A zone as far ahead of New York as there is, so that its days begin and end elsewhere.
fn far() -> Zone {
    Zone::parse("Pacific/Kiritimati").unwrap()
}

fn visit(office: &Office, first: Day, dice: u64) -> Visit {
    let pick = |shift: u32, n: usize| (dice >> shift) as usize % n;
    let zone = [ny(), ny(), la(), far()][pick(0, 4)];
    let day = first.plus(pick(4, 16) as i32 - 1);
    // Nights as well, so that the hour that is skipped and the one that comes twice are among them.
    let minute = [0, 90, 150, 165, 480, 540, 545, 1_020, 1_439][pick(8, 9)];
    let client: ClientId = office.clients[pick(12, office.clients.len())];
    let staff: Option<StaffId> = (pick(16, 5) > 0).then(|| office.staff[pick(20, office.staff.len())]);
    let start = Civil { day, minute, zone };
    let state = VisitState::ALL[pick(24, VisitState::ALL.len())];
    let out = state == VisitState::CalledOut;
    Visit {
        staff,
        state,
        answer: if staff.is_none() { Answer::Nobody } else { Answer::ALL[pick(28, Answer::ALL.len())] },
        called_out_at: out.then(|| start.moment().plus(-3_600_000)),
        called_out_by: if out { staff } else { None },
        arrived: (state == VisitState::InProgress || state == VisitState::Done)
            .then(|| Actual { at: start.moment(), source: Source::Evv }),
        ..Visit::new(client, Discipline::Hha, start, 45)
    }
}

fn agree(office: &mut Office, who: &Session, week: Day) {
    for (by, mine) in [(By::Caregiver, false), (By::Client, false), (By::Caregiver, true), (By::Client, true)] {
        let counted = span(office, who, week, by, mine);
        assert_eq!(counted.days.len(), 7);
        let mut rows: BTreeMap<Option<Person>, Vec<VisitCounts>> = BTreeMap::new();
        for (n, count) in counted.days.iter().enumerate() {
            assert_eq!(count.day, week.plus(n as i32));
            let board = board(office, who, count.day, by, mine);
            let mut sum = VisitCounts::default();
            for column in &board.list {
                for v in &column.visits {
                    assert!(v.day == count.day, "a visit stands on the day of its own wall");
                    sum.add(mark(v));
                    rows.entry(column.person).or_insert_with(|| vec![VisitCounts::default(); 7])[n].add(mark(v));
                }
            }
            assert!(sum == count.visits && board.total == sum.total(), "a day counts what its board shows");
        }
        let of_span: BTreeMap<Option<Person>, Vec<VisitCounts>> =
            counted.rows.iter().map(|r| (r.person, r.days.clone())).collect();
        assert!(of_span == rows && counted.total == rows.len() as u32, "a row counts what its columns show");
    }
}

/// How many visits the list of a day has, which is the agenda.
fn listed(office: &mut Office, who: &Session, day: Day) -> u32 {
    let ask = OpenList {
        view: View::Visits { from: day, to: day, only: caseload::service::api::VisitFilter::default() },
        mine: false,
        lens: String::new(),
        words: String::new(),
        sort: Sort::Natural,
    };
    match office.ask(who, Request::OpenList(ask)).0 {
        Reply::List(list) => {
            assert!(matches!(&list.window.rows, Rows::Visits(rows) if rows.iter().all(|v| v.day == day)));
            let total = list.total;
            office.ask(who, Request::CloseList(list.list));
            total
        }
        _ => panic!("not opened"),
    }
}

proptest! {
    #![proptest_config(config(24, 600))]

    #[test]
    fn weeks_count_what_the_days_show(which in 0usize..4, dice in prop::collection::vec(any::<u64>(), 1..70)) {
        // An ordinary week, the one in which the clocks go forward, the one in which they go back, one far from today
        // that is not in memory.
        let weeks = [(2026, 3, 1), (2026, 3, 8), (2026, 11, 1), (2027, 6, 6)];
        let (y, m, d) = weeks[which];
        let week = Day::from_ymd(y, m, d).unwrap();
        prop_assert_eq!(week.week_start(), week);
        let now = if which == 3 { monday() } else { ny().moment(week.plus(1), 490) };
        let mut office = Office::at(now);
        let me = office.me.clone();
        for chunk in dice.chunks(40) {
            let records = chunk.iter().map(|d| new(&visit(&office, week, *d))).collect();
            office.make(&me, records);
        }
        let mut west = office.me.clone();
        west.office = office.west;
        for who in [me, west] {
            for start in [week, week.plus(7)] {
                agree(&mut office, &who, start);
            }
            for n in 0..7 {
                let day = week.plus(n);
                let total = board(&mut office, &who, day, By::Client, false).total;
                prop_assert_eq!(listed(&mut office, &who, day), total);
            }
        }
    }

    #[test]
    fn a_day_lies_within_its_instants(day in -20_000i32..40_000, minute in 0u16..1_440, zone in 0usize..600) {
        let zones: Vec<&str> = Zone::names().collect();
        let zone = Zone::parse(zones[zone % zones.len()]).unwrap();
        let (low, high) = Zone::around(Day(day), Day(day));
        let at = Civil { day: Day(day), minute, zone }.moment();
        // Zones before 1900 had odd offsets, and a skipped hour may end after midnight.
        prop_assert!(at >= low && at < high.plus(DAY / 8), "{}", zone.name());
        prop_assert!(zone.civil(at).0 != Day(day) || at < high, "{}", zone.name());
    }

    #[test]
    fn months_go_on_and_back(day in -20_000i32..40_000, months in -600i32..600) {
        let day = Day(day);
        let (y, m, d) = day.ymd();
        let (to_y, to_m, to_d) = day.months_on(months).ymd();
        prop_assert_eq!((to_y * 12 + to_m as i32) - (y * 12 + m as i32), months);
        prop_assert!(to_d == d || (to_d < d && day.months_on(months).plus(1).ymd().2 == 1));
        prop_assert!(day.week_start() <= day && day.since(day.week_start()) < 7 && day.week_start().weekday() == 6);
    }
}

#[test]
fn a_colleagues_team_is_her_clients_and_those_she_stands_in_for() {
    let mut office = Office::at(monday());
    let (me, other) = (office.me.clone(), office.colleague.clone());
    for (client, fields) in [
        (0, Fields::none().with("coordinator", &Some(other.user))),
        (1, Fields::none().with("stand_in", &Some(other.user))),
    ] {
        let id = office.clients[client].0;
        office.done(&me, Command::Edit { kind: Kind::Client, id, base: 1, fields });
    }
    let today = ny().day(office.now());
    let shown = |office: &mut Office, team| {
        let only = caseload::service::api::VisitFilter { team, ..Default::default() };
        let ask = BoardAsk { day: today, mine: false, only, by: By::Client, from: 0, count: 900, around: None };
        let Answered::Board(board) = office.query(&me, Query::Board(ask)) else { panic!("another answer") };
        board.list.iter().filter_map(|c| c.person).collect::<std::collections::BTreeSet<_>>()
    };
    let of = |n: &[usize]| n.iter().map(|n| Person::Client(office.clients[*n])).collect();
    let (hers, all): (std::collections::BTreeSet<_>, std::collections::BTreeSet<_>) =
        (of(&[0, 1]), of(&[0, 1, 2, 4, 5]));
    assert_eq!(shown(&mut office, Some(other.user)), hers);
    assert_eq!(shown(&mut office, None), all);
}

#[test]
fn deadlines_stand_on_their_last_day() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let today = ny().day(office.now());
    let mut found = BTreeMap::new();
    for week in 0..9 {
        let span = span(&mut office, &me, today.week_start().plus(7 * week), By::Caregiver, false);
        assert_eq!(span.deadlines_to, Some(today.plus(60)));
        for day in span.days {
            for (source, n) in day.deadlines {
                *found.entry((source.word(), day.day.since(today))).or_insert(0) += n;
            }
        }
    }
    // CPR of tomorrow, the licence in 12 days, TB in 50; the assessment of somebody 3 days after her start of care.
    assert_eq!(found.get(&("credential", 1)), Some(&1));
    assert_eq!(found.get(&("credential", 12)), Some(&1));
    assert_eq!(found.get(&("credential", 50)), Some(&1));
    assert_eq!(found.get(&("soc", 2)), Some(&1));
    assert_eq!(found.get(&("reassessment", 2)), Some(&1));
    // Days 56 to 60 with the start of care as day 1: 57 and 59 days on, it is the third and the first day from now.
    assert_eq!(found.get(&("recert", 3)), Some(&1));
    assert_eq!(found.get(&("recert", 1)), Some(&1));
}

#[test]
fn a_board_is_given_around_whom_it_is_asked_for_and_always_with_nobodys_column() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let day = ny().day(office.now());
    let whole = board(&mut office, &me, day, By::Caregiver, false);
    assert!(whole.list.last().is_some_and(|c| c.person.is_none()), "somebody's visit has nobody");
    for (place, column) in whole.list.iter().enumerate().filter(|(_, c)| c.person.is_some()) {
        let ask = BoardAsk {
            day,
            mine: false,
            only: caseload::service::api::VisitFilter::default(),
            by: By::Caregiver,
            from: 0,
            count: 1,
            around: column.person,
        };
        let Answered::Board(part) = office.query(&me, Query::Board(ask)) else { panic!("another answer") };
        assert_eq!((usize::from(part.from), part.columns), (place, whole.columns));
        assert!(part.list[0].person == column.person && part.list.len() == 2);
        assert!(part.list[1].person.is_none());
    }
}

#[test]
fn a_visit_says_which_alert_stands_on_it() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let day = ny().day(office.now());
    let rows: Vec<VisitRow> =
        board(&mut office, &me, day, By::Client, false).list.into_iter().flat_map(|c| c.visits).collect();
    let known = office.all_alerts();
    assert!(rows.iter().any(|v| v.alert.is_some()));
    for v in &rows {
        assert!(v.alert.is_none_or(|key| known.contains(&key)));
        let out = v.state == VisitState::CalledOut;
        assert!(!out || v.alert.is_some_and(|k| k.source.word() == "call-out"), "it hangs on its call-out");
    }
}
