//! Calendars: what is written is read by a reader of its own, made from RFC 5545's words alone.

use caseload::domain::ids::{ClientId, VisitId};
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Civil, Day, Moment, Zone};
use caseload::domain::visit::{Answer, VisitState};
use caseload::exchange::ical;
use caseload::service::api::{Sheet, SheetVisit};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A content line: name, parameters, value as it stands.
struct Content {
    name: String,
    params: BTreeMap<String, String>,
    value: String,
}

/// Unfolds and parts; every law of the text itself is checked on the way.
fn contents(text: &str) -> Vec<Content> {
    assert!(text.ends_with("\r\n"), "the last line has its end");
    let physical: Vec<&str> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    for line in &physical {
        assert!(line.len() <= 75, "{} octets: {line:?}", line.len());
        assert!(!line.contains(['\r', '\n']) && !line.trim().is_empty(), "{line:?}");
        assert!(line.chars().all(|c| c == '\t' || !c.is_control()), "{line:?}");
    }
    let mut logical: Vec<String> = Vec::new();
    for line in physical {
        match line.strip_prefix([' ', '\t']) {
            Some(rest) => logical.last_mut().expect("a first line").push_str(rest),
            None => logical.push(line.to_owned()),
        }
    }
    logical
        .into_iter()
        .map(|line| {
            let (head, value) = line.split_once(':').expect("a value");
            let mut parts = head.split(';');
            let name = parts.next().unwrap().to_owned();
            assert!(name.chars().all(|c| c.is_ascii_uppercase() || c == '-'), "{name}");
            let params = parts.map(|p| p.split_once('=').expect("a parameter")).map(|(n, v)| (n.into(), v.into()));
            Content { name, params: params.collect(), value: value.to_owned() }
        })
        .collect()
}

/// A text value as it was before it was escaped; what must be escaped is.
fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(c @ ('\\' | ';' | ',')) => out.push(c),
                other => panic!("\\{other:?} is no escape"),
            },
            ';' | ',' => panic!("{c} stands bare in {value}"),
            c => out.push(c),
        }
    }
    out
}

/// Parameters and value.
type Property = (BTreeMap<String, String>, String);

#[derive(Default)]
struct Event(BTreeMap<String, Vec<Property>>);

impl Event {
    fn one(&self, name: &str) -> &Property {
        let found = &self.0.get(name).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(found.len(), 1, "{name}");
        &found[0]
    }

    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|_| unescaped(&self.one(name).1))
    }
}

/// The zones that are laid down, and the events; that every part is closed by its own end.
fn read(text: &str) -> (BTreeMap<String, Vec<Event>>, Vec<Event>) {
    let (mut open, mut zones, mut events) = (Vec::new(), BTreeMap::new(), Vec::new());
    let (mut zone, mut event): (Vec<Event>, Event) = Default::default();
    let mut tzid = String::new();
    for line in contents(text) {
        match line.name.as_str() {
            "BEGIN" => {
                if line.value == "VTIMEZONE" {
                    (zone, tzid) = (Vec::new(), String::new());
                } else if line.value != "VCALENDAR" {
                    event = Event::default();
                }
                open.push(line.value);
            }
            "END" => {
                assert_eq!(open.pop().as_deref(), Some(line.value.as_str()));
                match line.value.as_str() {
                    "VTIMEZONE" => assert!(zones.insert(tzid.clone(), std::mem::take(&mut zone)).is_none()),
                    "STANDARD" | "DAYLIGHT" => zone.push(std::mem::take(&mut event)),
                    "VEVENT" => events.push(std::mem::take(&mut event)),
                    _ => {}
                }
            }
            "TZID" if open.last().is_some_and(|o| o == "VTIMEZONE") => tzid = line.value,
            _ => event.0.entry(line.name).or_default().push((line.params, line.value)),
        }
    }
    assert!(open.is_empty());
    (zones, events)
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

pub(crate) fn visit(n: u8, start: Civil) -> SheetVisit {
    SheetVisit {
        id: VisitId([n; 16]),
        of: ClientId([n; 16]),
        rev: 3,
        changed: Moment(1_772_000_000_000),
        client: "Okafor, Ruth".to_owned(),
        staff: vec!["Reyes, Maria HHA".to_owned()],
        discipline: Discipline::Hha,
        service: "bath".to_owned(),
        start,
        minutes: 45,
        state: VisitState::Planned,
        answer: Answer::Yes,
        address: "12 Elm St; rear, Providence".to_owned(),
        phone: "(401) 555-0100".to_owned(),
        way: None,
        notes: vec!["mind: dog, stairs".to_owned()],
    }
}

pub(crate) fn sheet(visits: Vec<SheetVisit>) -> Sheet {
    let from = Day::from_ymd(2026, 3, 1).unwrap();
    Sheet {
        agency: "Riverside".to_owned(),
        title: "@Reyes, Maria HHA".to_owned(),
        of_client: false,
        from,
        to: from.plus(40),
        zone: zone("America/New_York"),
        made: Moment(0),
        by: "A. Avery".to_owned(),
        visits,
        cut: false,
    }
}

fn stamp(at: Civil) -> String {
    let (y, m, d) = at.day.ymd();
    format!("{y:04}{m:02}{d:02}T{:02}{:02}00", at.minute / 60, at.minute % 60)
}

#[test]
fn a_visit_is_an_event_with_its_own_name_and_its_walls_time() {
    let at = |day: u32, minute: u16, name: &str| Civil {
        day: Day::from_ymd(2026, 3, day).unwrap(),
        minute,
        zone: zone(name),
    };
    let mut off = visit(4, at(3, 9 * 60, "America/New_York"));
    off.state = VisitState::Cancelled;
    let mut open = visit(5, at(3, 10 * 60, "America/New_York"));
    (open.staff, open.answer) = (Vec::new(), Answer::Nobody);
    let made = sheet(vec![
        visit(1, at(2, 7 * 60, "America/New_York")),
        visit(2, at(2, 23 * 60 + 30, "America/Los_Angeles")),
        // The spring gap skips this one: it takes place an hour later.
        visit(3, at(8, 2 * 60 + 30, "America/New_York")),
        off,
        open,
    ]);
    let text = ical::write(&made, false).unwrap();
    assert_eq!(text, ical::write(&made, false).unwrap(), "the same visits are the same bytes");
    let (zones, events) = read(&text);
    assert_eq!(zones.keys().map(String::as_str).collect::<Vec<_>>(), ["America/Los_Angeles", "America/New_York"]);
    let first = &events[0];
    assert_eq!(first.text("UID").unwrap(), format!("{}@caseload", VisitId([1; 16])));
    assert_eq!(first.one("DTSTART").1, "20260302T070000");
    assert_eq!(first.one("DTSTART").0["TZID"], "America/New_York");
    assert_eq!(first.one("DTEND").1, "20260302T074500");
    assert_eq!(first.text("SUMMARY").unwrap(), "Okafor, Ruth: HHA bath");
    assert_eq!(first.text("LOCATION").unwrap(), "12 Elm St; rear, Providence");
    assert_eq!(first.text("DESCRIPTION").unwrap(), "Reyes, Maria HHA\ntel (401) 555-0100\nmind: dog, stairs");
    assert_eq!((first.one("SEQUENCE").1.as_str(), first.one("CLASS").1.as_str()), ("2", "PRIVATE"));
    assert_eq!(events[1].one("DTEND").1, "20260303T001500", "over midnight");
    assert_eq!(events[2].one("DTSTART").1, "20260308T033000", "behind the gap");
    let states: Vec<&str> = events.iter().map(|e| e.one("STATUS").1.as_str()).collect();
    assert_eq!(states, ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED", "TENTATIVE"]);
}

#[test]
fn with_initials_no_name_and_no_place_is_written() {
    let start = Civil { day: Day::from_ymd(2026, 3, 2).unwrap(), minute: 420, zone: Zone::UTC };
    let mut hidden = visit(1, start);
    (hidden.client, hidden.staff, hidden.service) = ("R.O.".to_owned(), vec!["M.R.".to_owned()], String::new());
    let text = ical::write(&Sheet { title: "@M.R. HHA".to_owned(), ..sheet(vec![hidden]) }, true).unwrap();
    let (_, events) = read(&text);
    assert_eq!(events[0].text("SUMMARY").unwrap(), "R.O.: HHA");
    assert_eq!(events[0].one("DTSTART").1, "20260302T070000Z");
    assert!(events[0].text("LOCATION").is_none() && events[0].text("DESCRIPTION").is_none());
    // A calendar without a visit is still one.
    let (zones, none) = read(&ical::write(&sheet(Vec::new()), false).unwrap());
    assert!(none.is_empty() && zones.len() == 1);
}

#[test]
fn the_zones_rules_that_stand_beside_say_what_the_zone_says() {
    for name in [
        "America/New_York",
        "America/Los_Angeles",
        "Europe/London",
        "Australia/Lord_Howe",
        "Asia/Manila",
        "America/St_Johns",
    ] {
        let zone = zone(name);
        let at = |day: Day| visit(1, Civil { day, minute: 12 * 60, zone });
        let first = Day::from_ymd(2026, 3, 1).unwrap();
        let days: Vec<Day> = (0..40).map(|n| first.plus(n)).collect();
        let made = Sheet { zone, ..sheet(days.iter().map(|d| at(*d)).collect()) };
        let (zones, events) = read(&ical::write(&made, false).unwrap());
        let rules = &zones[name];
        for (day, event) in days.iter().zip(&events) {
            let wall = &event.one("DTSTART").1;
            // The observance that began last before this wall; those that repeat do so once a year.
            let onset = |rule: &Event| {
                let from = rule.one("DTSTART").1.clone();
                let yearly = rule.0.contains_key("RRULE");
                (!yearly || from <= *wall).then_some(from)
            };
            let began: Vec<(String, &Event)> =
                rules.iter().filter_map(|r| onset(r).map(|from| (from, r))).filter(|(from, _)| from <= wall).collect();
            let offset = i64::from(zone.moment(*day, 12 * 60).0 != 0)
                * (i64::from(day.0) * 1440 + 720 - zone.moment(*day, 12 * 60).0 / 60_000);
            let said: BTreeSet<i64> = began.iter().map(|(_, r)| minutes(&r.one("TZOFFSETTO").1)).collect();
            assert!(said.contains(&offset), "{name} {wall}: {offset} is none of {said:?}");
        }
    }
}

fn minutes(offset: &str) -> i64 {
    let (sign, digits) = offset.split_at(1);
    let n = digits[..2].parse::<i64>().unwrap() * 60 + digits[2..4].parse::<i64>().unwrap();
    if sign == "-" { -n } else { n }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_in_a_text_comes_back_and_breaks_no_line(
        client in "\\PC{0,90}", service in any::<String>(), address in "[\\PC\n\r\t;,\\\\:\"]{1,160}", phone in "\\PC{0,20}",
        note in any::<String>(), minute in 0u16..1440, day in 0i32..40,
    ) {
        let start = Civil { day: Day::from_ymd(2026, 3, 1).unwrap().plus(day), minute, zone: zone("America/New_York") };
        let mut odd = visit(1, start);
        (odd.client, odd.service, odd.address, odd.phone, odd.notes) =
            (client.clone(), service.clone(), address.clone(), phone, vec![note]);
        let (_, events) = read(&ical::write(&sheet(vec![odd]), false).unwrap());
        let safe = |text: &str| caseload::domain::safe::SafeText::line(text).as_str().to_owned();
        prop_assert_eq!(events.len(), 1);
        let what = format!("HHA {service}");
        prop_assert_eq!(events[0].text("SUMMARY").unwrap(), safe(&format!("{client}: {}", what.trim())));
        prop_assert_eq!(events[0].text("LOCATION").unwrap(), safe(&address));
        let there = Civil::of(start.moment(), start.zone);
        prop_assert_eq!(&events[0].one("DTSTART").1, &stamp(there));
    }
}
