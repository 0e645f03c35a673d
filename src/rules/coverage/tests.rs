use super::*;
use crate::domain::time::HOUR;

fn zone() -> Zone {
    Zone::parse("America/New_York").unwrap_or(Zone::UTC)
}

/// Monday, 2 March 2026.
fn mon(minute: u16) -> Moment {
    zone().moment(crate::domain::time::Day::from_ymd(2026, 3, 2).unwrap(), minute)
}

fn policy() -> CoveragePolicy {
    CoveragePolicy::embedded().unwrap()
}

fn need() -> VisitNeed {
    VisitNeed {
        visit: VisitId([1; 16]),
        discipline: Discipline::Hha,
        service: "bath".to_owned(),
        start: mon(8 * 60),
        end: mon(9 * 60),
        zone: zone(),
        needs: Vec::new(),
        languages: vec!["english".to_owned()],
        language: "English".to_owned(),
        interpreter: false,
        place: Place::of("Providence", "02906"),
        hazards: Vec::new(),
        away: Vec::new(),
        taken: Vec::new(),
        out: Some(StaffId([9; 16])),
    }
}

fn carer() -> Carer {
    Carer {
        staff: StaffId([2; 16]),
        name: "cole".to_owned(),
        discipline: Discipline::Hha,
        skills: Vec::new(),
        languages: vec!["english".to_owned()],
        pattern: (0..5).map(|weekday| Available { weekday, from: 7 * 60, to: 15 * 60 }).collect(),
        base: Place::of("Providence", "02907"),
        booked: Vec::new(),
        last_shift_end: None,
        week: 20 * 60,
        most_week: None,
        out: Vec::new(),
        on_call: Vec::new(),
        off: Vec::new(),
        lapsed: Vec::new(),
        wish: None,
        been: 0,
        said: None,
    }
}

fn booked(from: u16, to: u16, town: &str) -> Booked {
    Booked {
        visit: VisitId([3; 16]),
        name: "Petrov".to_owned(),
        start: mon(from),
        end: mon(to),
        place: Place::of(town, ""),
    }
}

fn said(need: &VisitNeed, carer: &Carer) -> (Group, Vec<(String, Weight)>) {
    let standing = judge(need, carer, &policy(), mon(6 * 60));
    (standing.group, standing.conflicts.into_iter().map(|c| (c.text, c.weight)).collect())
}

#[test]
fn whoever_has_nothing_against_it_can_go_now() {
    assert_eq!(said(&need(), &carer()), (Group::Now, vec![]));
}

#[test]
fn what_blocks() {
    let no = |need: &VisitNeed, carer: &Carer, text: &str| {
        let (group, found) = said(need, carer);
        assert_eq!(group, Group::No, "{found:?}");
        assert_eq!(found.first(), Some(&(text.to_owned(), Weight::Block)));
    };
    no(
        &need(),
        &Carer { booked: vec![booked(8 * 60 + 30, 10 * 60, "Providence")], ..carer() },
        "with Petrov 08:30–10:00",
    );
    no(&need(), &Carer { discipline: Discipline::Pt, ..carer() }, "PT can't go for HHA");
    no(&VisitNeed { needs: vec![Need::TwoPeople], ..need() }, &carer(), "not signed off for lift");
    no(
        &VisitNeed { service: "IV antibiotics".into(), discipline: Discipline::Rn, ..need() },
        &Carer { discipline: Discipline::Rn, ..carer() },
        "not signed off for infusion",
    );
    no(&need(), &Carer { lapsed: vec!["CPR".to_owned()], ..carer() }, "CPR ran out");
    no(&need(), &Carer { out: vec![(mon(0), mon(18 * 60))], ..carer() }, "called out until 18:00");
    no(
        &need(),
        &Carer { off: vec![(mon(0), mon(24 * 60 - 1), "vacation".to_owned())], ..carer() },
        "vacation until 23:59",
    );
    let wish = Some((Wish::Excluded, "her wish".to_owned()));
    no(&need(), &Carer { wish, ..carer() }, "not together: her wish");
    no(&VisitNeed { out: Some(carer().staff), ..need() }, &carer(), "called out of it");
    no(&VisitNeed { taken: vec![carer().staff], ..need() }, &carer(), "is on it already");
    // A private visit is no infusion, although “private” ends like one.
    let private = VisitNeed { service: "private duty".into(), ..need() };
    assert_eq!(said(&private, &carer()).0, Group::Now);
}

#[test]
fn whoever_is_on_call_is_not_asked_first() {
    let off = Carer { pattern: vec![Available { weekday: 3, from: 0, to: 1440 }], ..carer() };
    let on_call = Carer { name: "z".into(), on_call: vec![(mon(6 * 60), mon(18 * 60))], ..off.clone() };
    let (group, found) = said(&need(), &on_call);
    assert_eq!((group, found.first()), (Group::Now, Some(&("on call until 18:00".to_owned(), Weight::Note))));
    // Off all the same when they are off, and not before whoever the client wants.
    let away = Carer { off: vec![(mon(0), mon(24 * 60 - 1), "sick".to_owned())], ..on_call.clone() };
    assert_eq!(said(&need(), &away).0, Group::No);
    let (policy, now) = (policy(), mon(0));
    let stand = |c: &Carer| judge(&need(), c, &policy, now);
    let (can, wanted) =
        (Carer { name: "a".into(), ..carer() }, Carer { wish: Some((Wish::Preferred, String::new())), ..carer() });
    assert_eq!(order((&on_call, &stand(&on_call)), (&can, &stand(&can))), std::cmp::Ordering::Less);
    assert_eq!(order((&on_call, &stand(&on_call)), (&wanted, &stand(&wanted))), std::cmp::Ordering::Greater);
}

#[test]
fn who_must_be_asked() {
    let ask = |carer: &Carer, text: &str| {
        let (group, found) = said(&need(), carer);
        assert_eq!((group, found.first()), (Group::Ask, Some(&(text.to_owned(), Weight::Reason))), "{found:?}");
    };
    let from = |from, to| vec![Available { weekday: 0, from, to }];
    ask(&Carer { pattern: from(12 * 60, 18 * 60), ..carer() }, "starts 12:00: ask first");
    ask(&Carer { pattern: from(5 * 60, 8 * 60 + 30), ..carer() }, "ends 08:30: ask first");
    ask(&Carer { pattern: vec![Available { weekday: 3, from: 0, to: 1440 }], ..carer() }, "off today: ask first");
    ask(&Carer { last_shift_end: Some(mon(8 * 60).plus(-9 * HOUR)), ..carer() }, "9 h rest since 23:00");
    ask(&Carer { on_call: vec![(mon(0), mon(8 * 60 + 30))], pattern: from(0, 60), ..carer() }, "ends 01:00: ask first");
    // 30 minutes of way in a gap of 10.
    ask(&Carer { booked: vec![booked(7 * 60, 7 * 60 + 50, "Warren")], ..carer() }, "20 min late, from Petrov");
    ask(&Carer { booked: vec![booked(9 * 60 + 5, 10 * 60, "Warren")], ..carer() }, "then 25 min late to Petrov");
}

#[test]
fn what_is_only_said() {
    let tight = Carer { booked: vec![booked(7 * 60, 7 * 60 + 50, "Providence")], ..carer() };
    assert_eq!(said(&need(), &tight), (Group::Now, vec![("5 min late, from Petrov".to_owned(), Weight::Note)]));
    let nurse = Carer { discipline: Discipline::Rn, pattern: Vec::new(), ..carer() };
    let (group, found) = said(&need(), &nurse);
    assert_eq!(group, Group::Now);
    assert_eq!(found.len(), 2, "{found:?}");
    let viet = VisitNeed { languages: vec!["vietnamese".into()], language: "Vietnamese".into(), ..need() };
    assert_eq!(said(&viet, &carer()).1, vec![("speaks no Vietnamese".to_owned(), Weight::Note)]);
    assert_eq!(said(&VisitNeed { interpreter: true, ..viet }, &carer()).0, Group::Ask);
}

#[test]
fn overtime_is_a_group_of_its_own_and_counts_the_way() {
    let policy = policy();
    // The way from her base is 15 minutes: 38 h 45 min are full with a visit of an hour.
    let full = Carer { week: 38 * 60 + 45, ..carer() };
    assert_eq!(judge(&need(), &full, &policy, mon(360)).group, Group::Now);
    let over = judge(&need(), &Carer { week: 38 * 60 + 46, ..carer() }, &policy, mon(360));
    assert_eq!(over.group, Group::Overtime);
    assert_eq!(over.week_then, 40 * 60 + 1);
    let far = judge(&need(), &Carer { week: 40 * 60, ..carer() }, &policy, mon(360));
    assert_eq!(far.conflicts[0].text, "over 40 h by 1.3 h");
    // Overtime of somebody who must be asked anyway is still overtime.
    let asked = Carer { week: 40 * 60, pattern: vec![Available { weekday: 6, from: 0, to: 1440 }], ..carer() };
    assert_eq!(judge(&need(), &asked, &policy, mon(360)).group, Group::Overtime);
}

#[test]
fn a_day_can_be_overtime_where_the_state_has_it_so() {
    let text = include_str!("../packs/coverage.toml").replace("#overtime_day_minutes", "overtime_day_minutes");
    let daily = CoveragePolicy::parse(&text).unwrap();
    assert_eq!(daily.changes(&policy()), ["overtime above, minutes a day: none → 480"]);
    // 6 h 45 min, an hour and a quarter of an hour on the way are the eight hours of the day.
    let day = |minutes: u16| Carer { booked: vec![booked(11 * 60, 11 * 60 + minutes, "Providence")], ..carer() };
    let full = judge(&need(), &day(405), &daily, mon(360));
    assert!(full.conflicts.iter().all(|c| c.rule != "cover.overtime"), "{:?}", full.conflicts);
    let over = judge(&need(), &day(411), &daily, mon(360));
    assert_eq!(over.group, Group::Overtime);
    assert!(over.conflicts.iter().any(|c| c.text == "over 8 h that day by 0.1 h"), "{:?}", over.conflicts);
    assert_ne!(judge(&need(), &day(411), &policy(), mon(360)).group, Group::Overtime);
}

#[test]
fn whoever_wants_only_so_many_hours_is_asked() {
    let part = |week: u32| Carer { week, most_week: Some(20 * 60), ..carer() };
    assert_eq!(judge(&need(), &part(18 * 60 + 45), &policy(), mon(360)).group, Group::Now);
    let (group, found) = said(&need(), &part(19 * 60));
    assert_eq!(group, Group::Ask);
    assert_eq!(found, [("wants at most 20 h a week: 20.3 h".to_owned(), Weight::Reason)]);
}

#[test]
fn the_order_follows_its_reasons() {
    let policy = policy();
    let n = need();
    let people = [
        Carer { name: "a off".into(), pattern: vec![Available { weekday: 6, from: 0, to: 1 }], been: 20, ..carer() },
        Carer { name: "b never".into(), ..carer() },
        Carer { name: "c been".into(), been: 6, ..carer() },
        Carer { name: "d wanted".into(), wish: Some((Wish::Preferred, String::new())), ..carer() },
        Carer { name: "e no".into(), said: Some((Answer::No, mon(300))), been: 30, ..carer() },
        Carer { name: "f nurse".into(), discipline: Discipline::Rn, been: 9, ..carer() },
        Carer { name: "g over".into(), week: 40 * 60, been: 40, ..carer() },
    ];
    let mut judged: Vec<_> = people.iter().map(|c| (c, judge(&n, c, &policy, mon(360)))).collect();
    judged.sort_by(|a, b| order((a.0, &a.1), (b.0, &b.1)));
    let names: Vec<&str> = judged.iter().map(|(c, _)| &c.name[..1]).collect();
    assert_eq!(names, ["d", "c", "b", "f", "a", "g", "e"]);
}

#[test]
fn a_file_of_rules_says_what_is_wrong_in_it() {
    let text = include_str!("../packs/coverage.toml");
    assert!(CoveragePolicy::parse(text).is_ok());
    for (from, to, says) in [
        ("for = \"HHA\"", "for = \"HAH\"", "`HAH` is no discipline"),
        ("needs = [\"two people\"]", "needs = [\"two\"]", "`two` is no need"),
        ("services = [\"insulin\"]", "", "neither"),
        ("overtime_week_minutes = 2400", "overtime_week_minutes = 1", "10080"),
        ("same_town = 15", "same_town = 1500", "600"),
        ("from = \"2026-01-01\"", "from = \"soon\"", "no day"),
        ("rest_minutes", "rest", "rest"),
    ] {
        let bad = text.replacen(from, to, 1);
        assert_ne!(bad, text, "{from}");
        let why = CoveragePolicy::parse(&bad).unwrap_err();
        assert!(why.contains(says), "{why}");
    }
}

#[test]
fn a_home_and_whoever_would_go_must_agree() {
    let at = |hazards: &[&str], skills: &[&str]| {
        let need = VisitNeed { hazards: hazards.iter().map(|h| fold(h)).collect(), ..need() };
        let carer = Carer { skills: skills.iter().map(|s| fold(s)).collect(), ..carer() };
        let standing = judge(&need, &carer, &policy(), mon(0));
        standing.conflicts.into_iter().map(|c| (c.rule, c.weight, c.text)).collect::<Vec<_>>()
    };
    let asks = |rule: &str, text: &str| vec![(rule.to_owned(), Weight::Reason, text.to_owned())];
    assert_eq!(at(&["a big Dog"], &["no pets"]), asks("cover.pets", "dog: no pets"));
    assert_eq!(at(&["cat"], &["no dogs"]), vec![], "only what she says");
    assert_eq!(at(&["doghouse in the yard"], &["no dogs"]), vec![], "whole words");
    assert_eq!(at(&["smoker"], &["no smoke"]), asks("cover.smoking", "smoker: no smoke"));
    let women = asks("cover.gender", "female carer only: not recorded as female");
    assert_eq!(at(&["female carer only"], &["male"]), women);
    assert_eq!(at(&["female carer only"], &["female"]), vec![]);
}

#[test]
fn more_hours_than_an_agency_wants_are_asked_about() {
    let long = Carer { booked: vec![booked(10 * 60, 21 * 60 + 30, "Providence")], week: 12 * 60, ..carer() };
    let standing = judge(&need(), &long, &policy(), mon(0));
    assert!(standing.conflicts.iter().any(|c| c.rule == "cover.most_hours" && c.text == "12.5 h that day"));
    let standing = judge(&need(), &Carer { week: 60 * 60, ..carer() }, &policy(), mon(0));
    assert!(standing.conflicts.iter().any(|c| c.rule == "cover.most_hours" && c.text.ends_with("h that week")));
}

#[test]
fn an_agency_sets_what_a_rule_weighs_but_not_that_nobody_is_in_two_homes() {
    let text = include_str!("../packs/coverage.toml");
    let with = |line: &str| CoveragePolicy::parse(&text.replace("[weights]\n", &format!("[weights]\n{line}\n")));
    let carer = Carer { pattern: Vec::new(), ..carer() };
    let weighs = |line: &str| {
        let standing = judge(&need(), &carer, &with(line).unwrap(), mon(0));
        standing.conflicts.iter().find(|c| c.rule == "cover.hours_unknown").map(|c| c.weight)
    };
    assert_eq!(weighs(""), Some(Weight::Note));
    assert_eq!(weighs("\"cover.hours_unknown\" = \"block\""), Some(Weight::Block));
    assert_eq!(weighs("\"cover.hours_unknown\" = \"off\""), None);
    assert!(with("\"cover.overlap\" = \"note\"").unwrap_err().contains("is no rule whose weight is set here"));
    assert!(with("\"cover.rest\" = \"heavy\"").unwrap_err().contains("write block, needs a reason, note or off"));
    let changed = with("\"cover.rest\" = \"block\"").unwrap().changes(&policy());
    assert_eq!(changed, vec!["cover.rest weighs: as usual → block"]);
}

#[test]
fn her_payers_units_are_counted_over_their_own_time() {
    use crate::domain::authorization::AuthorizedPer;
    let day = zone().day(mon(0));
    let paid = |unit, units, per| Authorized {
        payer: "Medicaid".to_owned(),
        discipline: Some(Discipline::Hha),
        service: String::new(),
        unit,
        units,
        per,
        from: day.plus(-30),
        to: day.plus(30),
    };
    let hers = |days: i32, minutes| HerVisit {
        discipline: Discipline::Hha,
        service: "bath".to_owned(),
        day: day.plus(days),
        minute: 17 * 60,
        minutes,
    };
    let said = |others: &[HerVisit], of: Authorized| {
        on_her_side(&need(), others, &[of], &policy()).into_iter().map(|c| c.text).collect::<Vec<_>>()
    };
    // Monday: the week began on Sunday, and last Saturday is another week's.
    let week = [hers(-1, 60), hers(-2, 600), hers(3, 50)];
    assert_eq!(said(&week, paid(Some(15), 12, AuthorizedPer::Week)), Vec::<String>::new());
    assert_eq!(said(&week, paid(Some(15), 11, AuthorizedPer::Week)), ["Medicaid: authorized 2.8 h a week, 3 h then"]);
    assert_eq!(
        said(&week, paid(None, 3, AuthorizedPer::Whole)),
        ["Medicaid: authorized 3 visits in all, 4 visits then"]
    );
    assert_eq!(said(&week, paid(None, 1, AuthorizedPer::Day)), Vec::<String>::new());
    let over = Authorized { to: day.plus(-1), ..paid(None, 9, AuthorizedPer::Whole) };
    assert_eq!(said(&[], over), ["Medicaid: authorized until Sun 1 Mar only"]);
    let nurse = Authorized { discipline: Some(Discipline::Rn), ..paid(None, 0, AuthorizedPer::Day) };
    assert_eq!(said(&[], nurse), Vec::<String>::new(), "for another discipline");
}

#[test]
fn a_second_visit_of_a_nurse_on_a_day_is_asked_about_an_aides_is_not() {
    let nurse = VisitNeed { discipline: Discipline::Rn, ..need() };
    let other = |discipline| HerVisit {
        discipline,
        service: "wound".to_owned(),
        day: zone().day(mon(0)),
        minute: 15 * 60,
        minutes: 30,
    };
    let said = |need: &VisitNeed, other| on_her_side(need, &[other], &[], &policy());
    let found = said(&nurse, other(Discipline::Rn));
    assert_eq!((found[0].rule.as_str(), found[0].text.as_str()), ("cover.same_day", "RN wound at 15:00 that day too"));
    assert!(said(&nurse, other(Discipline::Lpn)).is_empty());
    assert!(said(&need(), other(Discipline::Hha)).is_empty());
}
