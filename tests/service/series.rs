//! Visits that come again: what stands on the calendar is what the series asks for and what was changed by hand, after
//! any row of changes, and nothing that is behind is ever touched.

use crate::office::{Office, monday, ny, rule, said, service_over};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{SeriesId, VisitId};
use caseload::domain::record::{Kind, Record};
use caseload::domain::series::{Ends, Pause, Series, Slot};
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Civil, DAY, Day, HOUR, Moment};
use caseload::domain::visit::{Answer, Visit, VisitState};
use caseload::rules::recurrence::{Occurrence, Pattern};
use caseload::service::api::{
    Answered, ChangeSeries, Command, EditScope, NewSeries, Person, Query, Reply, SeriesDeed, SeriesPatch,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How far visits are made ahead.
const AHEAD: i32 = 35;

/// A series of baths at 14:00.
pub(crate) fn new(office: &Office, client: usize, rule: &str) -> NewSeries {
    NewSeries {
        client: office.clients[client],
        discipline: Discipline::Hha,
        service: "bath".to_owned(),
        day: ny().day(office.now()),
        minute: 14 * 60,
        minutes: 45,
        staff: None,
        rule: rule.to_owned(),
        ends: Ends::Open,
        not_on_holidays: false,
        order: None,
    }
}

/// A change of nothing.
pub(crate) fn nothing() -> ChangeSeries {
    let (series, patch) = (SeriesId([3; 16]), SeriesPatch::default());
    ChangeSeries { series, scope: EditScope::All, at: None, patch }
}

fn make(office: &mut Office, new: NewSeries) -> SeriesId {
    let me = office.me.clone();
    SeriesId(office.done(&me, Command::MakeSeries(new)).created[0])
}

fn act(office: &mut Office, series: SeriesId, deed: SeriesDeed) -> Reply {
    let me = office.me.clone();
    office.act(&me, Command::ActOnSeries { series, deed })
}

fn change(office: &mut Office, series: SeriesId, scope: EditScope, at: Option<Slot>, patch: SeriesPatch) -> Reply {
    let me = office.me.clone();
    office.act(&me, Command::ChangeSeries(ChangeSeries { series, scope, at, patch }))
}

#[track_caller]
fn ok(reply: &Reply) {
    assert!(matches!(reply, Reply::Done(_)), "{}", said(reply));
}

/// Visits that stand, by series and place.
fn visits(office: &Office) -> Vec<Record<Visit>> {
    let mut all = Vec::new();
    office.store.each::<Visit>(|v| all.extend(v.series.is_some().then_some(v))).unwrap();
    all
}

fn of(office: &Office, series: SeriesId) -> Vec<Record<Visit>> {
    let mut all = visits(office);
    all.retain(|v| v.series.as_ref().is_some_and(|s| s.series == series));
    all.sort_by_key(|v| v.start.moment());
    all
}

fn days(visits: &[Record<Visit>]) -> Vec<String> {
    visits.iter().map(|v| v.start.day.short()).collect()
}

fn rest(from: Day, to: Option<Day>) -> SeriesDeed {
    SeriesDeed::Rest { days: Pause { from, to }, reason: "respite".to_owned() }
}

#[test]
fn a_series_makes_its_visits_five_weeks_ahead_and_goes_on_day_by_day() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = new(&office, 0, "FREQ=WEEKLY;BYDAY=MO,WE,FR");
    let done = office.done(&me, Command::MakeSeries(ask));
    assert!(done.summary.contains("Mon, Wed, Fri 14:00"), "{}", done.summary);
    assert!(done.summary.contains("16 visits made to Mon 6 Apr"), "{}", done.summary);
    let id = SeriesId(done.created[0]);
    assert_eq!(of(&office, id).len(), 16);
    assert_eq!(days(&of(&office, id))[..3], ["Mon 2 Mar", "Wed 4 Mar", "Fri 6 Mar"]);
    // 14:00 stays 14:00 when the clocks change on 8 March.
    assert!(of(&office, id).iter().all(|v| v.start.minute == 14 * 60 && v.answer == Answer::Nobody));
    office.pass(2 * DAY);
    assert_eq!(days(&of(&office, id)).last().unwrap(), "Wed 8 Apr");
    let head = office.store.engine().head().unwrap();
    office.pass(HOUR);
    assert_eq!(office.store.engine().head().unwrap(), head, "nothing is written twice");
    crate::office::same_as_fresh(&office, "a day");
}

#[test]
fn a_place_in_a_series_has_one_visit_also_when_it_was_cut_off_between_two_saves() {
    let mut office = Office::at(monday());
    // Four times a day is more than one save holds.
    let ask = NewSeries { minute: 9 * 60, ..new(&office, 0, "FREQ=DAILY;BYHOUR=9,12,15,18;BYMINUTE=0") };
    let id = make(&mut office, ask);
    let all = of(&office, id).len();
    assert_eq!(all, 36 * 4);
    let places = |office: &Office| -> BTreeSet<(Day, u16)> {
        of(office, id).iter().filter_map(|v| v.series.as_ref().map(|s| (s.day, s.minute))).collect()
    };
    let whole = places(&office);
    assert_eq!(whole.len(), all);
    // The same records, as they lay on the disk after the first save alone: the next open makes the rest.
    let entries = office.store.engine().entries(0, 10_000).unwrap();
    let first = entries.iter().position(|e| e.commit.action == "series.make").unwrap();
    assert!(entries[first].commit.records.len() <= 100 && entries.len() > first + 1);
    let cut = caseload::store::Store::over(std::sync::Arc::new(caseload::store::memory::MemoryEngine::new(
        match office.store.keys() {
            Some(keys) => std::sync::Arc::new(caseload::store::indexes::SealedIndexes(keys.clone())),
            None => std::sync::Arc::new(caseload::store::indexes::Indexes) as std::sync::Arc<_>,
        },
    )));
    for entry in &entries[..=first] {
        cut.engine().commit(vec![entry.commit.clone()]).pop().unwrap().unwrap();
    }
    office.service = service_over(&cut, &office.clock, 1 << 41);
    office.store = cut;
    assert!(of(&office, id).len() < all, "cut off");
    office.pass(0);
    assert_eq!(places(&office), whole);
    assert_eq!(of(&office, id).len(), all, "each place has one visit");
}

#[test]
fn what_is_behind_and_what_was_begun_stays_as_it_was() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = new(&office, 0, "FREQ=DAILY");
    let id = make(&mut office, ask);
    let first = of(&office, id)[0].clone();
    let fields = Fields::none().with("state", &VisitState::Done);
    ok(&office.edit(&me, Kind::Visit, first.id.0, fields));
    office.pass(3 * DAY);
    let before: Vec<_> = of(&office, id).into_iter().filter(|v| v.start.moment() <= office.now()).collect();
    assert_eq!(before.len(), 3);
    let patch = SeriesPatch { minute: Some(16 * 60), ..SeriesPatch::default() };
    ok(&change(&mut office, id, EditScope::All, None, patch));
    let after = of(&office, id);
    for was in &before {
        let now = after.iter().find(|v| v.id == was.id).unwrap();
        assert!(now.body == was.body && now.head == was.head);
    }
    assert!(after.iter().filter(|v| v.start.moment() > office.now()).all(|v| v.start.minute == 16 * 60));
    // A time of today that is past already makes no second visit of today.
    assert_eq!(days(&after).iter().filter(|d| *d == "Thu 5 Mar").count(), 1);
}

#[test]
fn a_change_is_for_this_one_for_the_following_for_all_or_for_those_not_changed_by_hand() {
    let mut office = Office::at(monday());
    let ask = new(&office, 0, "FREQ=WEEKLY;BYDAY=MO,TH");
    let id = make(&mut office, ask);
    let today = ny().day(office.now());
    let at = |n: i32| Some(Slot::from(today.plus(n)));
    let to = |minute: u16| SeriesPatch { minute: Some(minute), ..SeriesPatch::default() };
    ok(&change(&mut office, id, EditScope::This, at(3), to(600)));
    let minutes = |office: &Office, id| of(office, id).iter().map(|v| v.start.minute).collect::<BTreeSet<u16>>();
    assert_eq!(minutes(&office, id), BTreeSet::from([600, 840]));
    assert_eq!(of(&office, id).iter().filter(|v| v.by_hand()).count(), 1);
    ok(&change(&mut office, id, EditScope::NotChanged, None, to(900)));
    assert_eq!(minutes(&office, id), BTreeSet::from([600, 900]));
    ok(&change(&mut office, id, EditScope::All, None, to(960)));
    assert_eq!(minutes(&office, id), BTreeSet::from([960]));
    ok(&change(&mut office, id, EditScope::Following, at(14), to(480)));
    let two: Vec<SeriesId> = visits(&office).iter().map(|v| v.series.as_ref().unwrap().series).collect();
    let two: BTreeSet<SeriesId> = two.into_iter().collect();
    assert_eq!(two.len(), 2);
    let next = *two.iter().find(|s| **s != id).unwrap();
    assert_eq!((minutes(&office, id), minutes(&office, next)), (BTreeSet::from([960]), BTreeSet::from([480])));
    assert_eq!(office.get::<Series>(next.0).follows, Some(id));
    assert!(of(&office, id).iter().all(|v| v.start.day < today.plus(14)));
    assert_eq!(of(&office, id).len() + of(&office, next).len(), 11, "none is lost and none is double");
    assert_eq!(rule(&change(&mut office, id, EditScope::Following, at(-1), to(481))), "series.past");
    assert_eq!(rule(&change(&mut office, id, EditScope::This, at(1), to(481))), "series.no_visit");
    assert_eq!(rule(&change(&mut office, id, EditScope::All, None, SeriesPatch::default())), "series.same");
}

#[test]
fn it_rests_goes_on_ends_and_leaves_one_out() {
    let mut office = Office::at(monday());
    let ask = new(&office, 0, "FREQ=DAILY");
    let id = make(&mut office, ask);
    let today = ny().day(office.now());
    let on = |office: &Office, n: i32| of(office, id).iter().any(|v| v.start.day == today.plus(n));
    ok(&act(&mut office, id, rest(today.plus(3), None)));
    assert!(on(&office, 2) && !on(&office, 3) && !on(&office, AHEAD));
    ok(&act(&mut office, id, SeriesDeed::Resume { on: today.plus(6) }));
    assert!(!on(&office, 5) && on(&office, 6) && on(&office, AHEAD));
    let slot = Slot::from(today.plus(8));
    let skip = SeriesDeed::Skip { slot, reason: "at her son's".to_owned() };
    ok(&act(&mut office, id, skip.clone()));
    assert!(!on(&office, 8));
    assert_eq!(rule(&act(&mut office, id, skip)), "series.no_visit");
    let (day, minute) = (today.plus(9), 9 * 60);
    ok(&act(&mut office, id, SeriesDeed::Move { slot: Slot::from(today.plus(10)), day, minute }));
    assert_eq!(of(&office, id).iter().filter(|v| v.start.day == day).count(), 2);
    // Beyond what is made the series remembers it, and makes it there in its time.
    let far = today.plus(AHEAD + 2);
    ok(&act(&mut office, id, SeriesDeed::Move { slot: Slot::from(far), day: far, minute }));
    office.pass(3 * DAY);
    assert_eq!(of(&office, id).iter().filter(|v| v.start.day == far && v.start.minute == minute).count(), 1);
    ok(&act(&mut office, id, SeriesDeed::End { last: today.plus(12), reason: "discharged".to_owned() }));
    assert!(on(&office, 12) && !on(&office, 13));
    assert_eq!(rule(&act(&mut office, id, SeriesDeed::End { last: today, reason: String::new() })), "series.reason");
}

#[test]
fn undo_takes_a_series_back_with_its_visits_and_a_change_with_what_it_moved() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let before = crate::office::records(&office.store);
    let ask = new(&office, 0, "FREQ=DAILY;BYHOUR=9,12,15,18;BYMINUTE=0");
    let made = office.done(&me, Command::MakeSeries(ask));
    let id = SeriesId(made.created[0]);
    let stood = crate::office::records(&office.store);
    let patch = SeriesPatch { rule: Some("FREQ=WEEKLY;BYDAY=TU".to_owned()), ..SeriesPatch::default() };
    let me2 = office.me.clone();
    let changed =
        office.done(&me2, Command::ChangeSeries(ChangeSeries { series: id, scope: EditScope::All, at: None, patch }));
    assert!(of(&office, id).len() < 10);
    office.done(&me, Command::Undo { seq: changed.seq });
    let places = |r: &crate::office::Records| r.keys().filter(|(k, _)| *k == Kind::Visit.number()).count();
    assert_eq!(places(&crate::office::records(&office.store)), places(&stood));
    office.done(&me, Command::Undo { seq: made.seq });
    assert!(crate::office::records(&office.store) == before, "what the later saves made goes with it");
    crate::office::same_as_fresh(&office, "undo");
}

#[test]
fn a_caregiver_who_is_with_others_is_put_on_no_visit_of_that_time() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let staff = Some(office.staff[1]);
    let ask = NewSeries { staff, minute: 17 * 60, ..new(&office, 3, "FREQ=WEEKLY;BYDAY=MO") };
    let first = make(&mut office, ask);
    assert!(of(&office, first).iter().all(|v| v.staff == staff && v.answer == Answer::Planned));
    let ask = NewSeries { staff, minute: 17 * 60 + 15, ..new(&office, 2, "FREQ=WEEKLY;BYDAY=MO,TU") };
    let done = office.done(&me, Command::MakeSeries(ask));
    assert!(done.summary.contains("is with others at 6 visits, the first on Mon 2 Mar"), "{}", done.summary);
    let second = of(&office, SeriesId(done.created[0]));
    assert!(second.iter().all(|v| (v.staff == staff) == (v.start.day.weekday() == 1)));
}

#[test]
fn what_cannot_be_a_series_is_refused_and_says_where() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    for (bad, rule_name) in [("FREQ=HOURLY", "series.rule"), ("WEEKLY", "series.rule"), ("", "series.rule")] {
        let ask = new(&office, 0, bad);
        assert_eq!(rule(&office.act(&me, Command::MakeSeries(ask))), rule_name, "{bad}");
    }
    let ask = NewSeries { minutes: 0, ..new(&office, 0, "FREQ=DAILY") };
    assert_eq!(rule(&office.act(&me, Command::MakeSeries(ask))), "visit.length");
    let ask = NewSeries { ends: Ends::On(Day(0)), ..new(&office, 0, "FREQ=DAILY") };
    let reply = office.act(&me, Command::MakeSeries(ask));
    assert!(matches!(&reply, Reply::Done(_)) || rule(&reply) == "series.rule");
}

#[test]
fn her_page_names_each_series_with_what_comes_next() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ask = NewSeries { staff: Some(office.staff[0]), ..new(&office, 0, "FREQ=WEEKLY;BYDAY=WE") };
    let id = make(&mut office, ask);
    let client = office.clients[0];
    let Answered::Page(Some(page)) = office.query(&me, Query::ClientPage(client)) else { panic!("no page") };
    assert_eq!(page.person, Person::Client(client));
    let section = page.sections.iter().find(|s| s.title == "Series").unwrap();
    let line = &section.lines[0];
    assert_eq!(line.record, Some((Kind::Series, id.0)));
    assert!(line.line.text.starts_with("Wed 14:00, bath, 45 min, "), "{}", line.line.text);
    assert!(line.line.text.ends_with("next Wed 4 Mar"), "{}", line.line.text);
    let Answered::Series(Some(view)) = office.query(&me, Query::Series(id)) else { panic!("no view") };
    assert_eq!((view.rule.as_str(), view.next, view.by_hand), ("FREQ=WEEKLY;BYDAY=WE", Day::from_ymd(2026, 3, 4), 0));
}

/// What a series asks for in the time that visits are made for.
fn wanted(series: &Series, now: Moment) -> Vec<Occurrence> {
    let today = series.start.zone.day(now);
    let pattern = Pattern::of(series, &[], &[]);
    let found = pattern.visits(today, today.plus(AHEAD), 10_000).unwrap();
    found.into_iter().filter(|o| o.at.moment() > now).collect()
}

/// The law: of every series that stands, each occurrence ahead has one visit, as the series has it unless somebody
/// changed that; and no visit that nobody changed is anything else.
fn holds(office: &Office, after: &str) {
    let now = office.now();
    let mut places: BTreeMap<(SeriesId, Day, u16), Vec<Record<Visit>>> = BTreeMap::new();
    for visit in visits(office) {
        let from = visit.series.as_ref().unwrap();
        places.entry((from.series, from.day, from.minute)).or_default().push(visit.clone());
    }
    for (place, found) in &places {
        assert_eq!(found.len(), 1, "after {after}: {} visits at {}", found.len(), place.1.iso());
    }
    let mut asked = BTreeSet::new();
    for id in office.ids(Kind::Series) {
        let id = SeriesId(id);
        let Some(series) = office.store.get::<Series>(id).unwrap() else { continue };
        for o in wanted(&series, now) {
            asked.insert((id, o.day, o.minute));
            // An earlier visit of that day may stand in its place: it was made, and is not made again.
            let same_day = |p: &&(SeriesId, Day, u16)| p.0 == id && p.1 == o.day;
            let Some(visit) = places.get(&(id, o.day, o.minute)).map(|v| &v[0]) else {
                let there = places.keys().filter(same_day).any(|p| {
                    let v = &places[p][0];
                    v.has_begun() || v.start.moment() <= now || v.start.day != o.day
                });
                assert!(there, "after {after}: no visit on {} {}", o.day.iso(), o.minute);
                continue;
            };
            if !visit.by_hand() && visit.lies_ahead(now) {
                assert_eq!((visit.start.day, visit.start.minute), (o.at.day, o.at.minute), "after {after}");
                assert_eq!((visit.minutes, visit.staff), (series.minutes, series.staff), "after {after}");
            }
        }
    }
    for (place, found) in &places {
        let visit = &found[0];
        if !visit.by_hand() && visit.lies_ahead(now) && visit.start.day <= ny().day(now).plus(AHEAD) {
            let today = visit.start.day == ny().day(now);
            assert!(asked.contains(place) || today, "after {after}: nobody asks for {}", place.1.iso());
        }
    }
}

const RULES: [&str; 6] = [
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=DAILY;BYHOUR=9,18;BYMINUTE=30",
    "FREQ=WEEKLY;BYDAY=SU;COUNT=4",
];

fn one(office: &mut Office, (op, a, b, c): (u8, u8, u8, u8)) -> String {
    let me = office.me.clone();
    let today = ny().day(office.now());
    let all: Vec<SeriesId> = office
        .ids(Kind::Series)
        .into_iter()
        .map(SeriesId)
        .filter(|id| office.store.get::<Series>(*id).unwrap().is_some())
        .collect();
    let pick = |n: u8| all.get(usize::from(n) % all.len().max(1)).copied();
    let day = today.plus(i32::from(b % 40));
    let before: Vec<Record<Visit>> =
        visits(office).into_iter().filter(|v| v.has_begun() || v.start.moment() <= office.now()).collect();
    let (name, reply) = match (op % 10, pick(a)) {
        (0, _) | (_, None) => {
            let staff = (c % 3 == 0).then(|| office.staff[3]);
            let ask = NewSeries {
                minute: u16::from(c) * 5 % 1_440,
                staff,
                day: today.plus(i32::from(b % 9)),
                ..new(office, usize::from(a) % 4, RULES[usize::from(b) % RULES.len()])
            };
            ("make", office.act(&me, Command::MakeSeries(ask)))
        }
        (1 | 2, Some(id)) => {
            let scope = EditScope::ALL[usize::from(c) % 4];
            let patch = match b % 4 {
                0 => SeriesPatch { minute: Some(u16::from(c) * 5 % 1_440), ..SeriesPatch::default() },
                1 => SeriesPatch { minutes: Some(30 + u16::from(c % 4) * 15), ..SeriesPatch::default() },
                2 if scope != EditScope::This => {
                    let rule = RULES[usize::from(c) % RULES.len()].to_owned();
                    SeriesPatch { rule: Some(rule), ..SeriesPatch::default() }
                }
                _ => SeriesPatch { staff: Some((c % 2 == 0).then(|| office.staff[0])), ..SeriesPatch::default() },
            };
            ("change", change(office, id, scope, Some(Slot::from(day)), patch))
        }
        (3, Some(id)) => ("end", act(office, id, SeriesDeed::End { last: day, reason: "why".to_owned() })),
        (4, Some(id)) => {
            let to = (c % 3 > 0).then(|| day.plus(i32::from(c % 9)));
            ("rest", act(office, id, rest(day, to)))
        }
        (5, Some(id)) => ("resume", act(office, id, SeriesDeed::Resume { on: day })),
        (6, Some(id)) if c % 2 == 0 => {
            ("skip", act(office, id, SeriesDeed::Skip { slot: Slot::from(day), reason: "why".to_owned() }))
        }
        (6, Some(id)) => {
            let to = SeriesDeed::Move { slot: Slot::from(day), day: day.plus(1), minute: u16::from(c) * 5 % 1_440 };
            ("move", act(office, id, to))
        }
        (7, Some(_)) => {
            // Somebody changes a visit by its own record.
            let ahead: Vec<VisitId> =
                visits(office).iter().filter(|v| v.lies_ahead(office.now())).map(|v| v.id).collect();
            let Some(id) = ahead.get(usize::from(b) % ahead.len().max(1)) else { return "nothing".to_owned() };
            let was: Visit = office.get(id.0);
            let fields = match c % 3 {
                0 => Fields::none().with("state", &VisitState::Cancelled),
                1 => Fields::none().with("minutes", &(was.minutes + 5)),
                _ => Fields::none().with("start", &Civil { minute: (was.start.minute + 10) % 1_440, ..was.start }),
            };
            ("by hand", office.edit(&me, Kind::Visit, id.0, fields))
        }
        (8, Some(_)) => {
            office.pass(i64::from(b % 9) * DAY + i64::from(c) * HOUR / 8);
            if c % 4 == 0 {
                office.service = service_over(&office.store, &office.clock, (1 << 42) + office.now().0 as u64);
                office.pass(0);
            }
            return "time".to_owned();
        }
        _ => match office.query(&me, Query::UndoNext { redo: c % 3 == 0 }) {
            Answered::UndoNext(Some(act)) => ("undo", office.act(&me, Command::Undo { seq: act.seq })),
            _ => return "nothing".to_owned(),
        },
    };
    if !matches!(name, "undo" | "by hand") {
        for was in &before {
            let now: Record<Visit> = office.store.get_any(was.id).unwrap().unwrap();
            assert!(now.head == was.head, "{name} touched what was behind: {}", said(&reply));
        }
    }
    format!("{name}: {}", said(&reply))
}

proptest! {
    #![proptest_config(crate::config(24, 600))]

    #[test]
    fn after_any_row_of_changes_the_visits_are_what_the_series_ask_for(
        ops in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..14),
    ) {
        let mut office = Office::at(monday());
        for op in ops {
            let what = one(&mut office, op);
            office.pass(0);
            holds(&office, &what);
        }
        let head = office.store.engine().head().unwrap();
        office.service = service_over(&office.store, &office.clock, 1 << 50);
        office.pass(0);
        prop_assert_eq!(office.store.engine().head().unwrap(), head, "an open alone writes nothing more");
    }
}
