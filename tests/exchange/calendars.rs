//! Other people's calendars: what becomes of each event, and that no bytes do more than cost themselves.

use super::{now, zone};
use caseload::domain::appointment::AppointmentKind;
use caseload::domain::fields::Fields;
use caseload::domain::ids::{ClientId, StaffId};
use caseload::domain::record::Kind;
use caseload::domain::time::{Civil, Day, Moment, Zone};
use caseload::exchange::ical::{self, Horizon, Whose};
use caseload::exchange::report::Reading;
use caseload::service::api::Incoming;
use proptest::prelude::*;

fn horizon() -> Horizon {
    Horizon { zone: zone(), now: now(), until: Day::from_ymd(2026, 4, 30).unwrap() }
}

const HERS: Whose = Whose::Client(ClientId([1; 16]));
const THEIRS: Whose = Whose::Staff(StaffId([2; 16]));

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{}END:VCALENDAR\r\n", events.replace('\n', "\r\n"))
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{}\nEND:VEVENT\n", lines.trim())
}

fn read(events: &str, whose: Whose) -> (Vec<Incoming>, Reading) {
    ical::read("x.ics", calendar(events).as_bytes(), whose, horizon())
}

fn get<T: serde::de::DeserializeOwned>(fields: &Fields, name: &str) -> T {
    serde_json::from_str(fields.get(name).unwrap_or_else(|| panic!("no {name}"))).unwrap()
}

fn starts(records: &[Incoming]) -> Vec<String> {
    records
        .iter()
        .map(|r| get::<Civil>(&r.fields, "start"))
        .map(|c| format!("{} {:02}:{:02}", c.day.iso(), c.minute / 60, c.minute % 60))
        .collect()
}

fn refused(reading: &Reading) -> String {
    reading.rejected.first.iter().map(|r| r.why.clone()).collect::<Vec<_>>().join("; ")
}

#[test]
fn an_event_is_an_appointment_on_the_agencys_wall() {
    let one = event(
        "UID:a@b\nDTSTART;TZID=America/New_York:20260310T140000\nDTEND;TZID=America/New_York:20260310T153000\nSUMMARY:Dialysis at\\, Kidney Center\nLOCATION:1 Main St",
    );
    let (found, reading) = read(&one, HERS);
    assert_eq!((found.len(), reading.rejected.total), (1, 0), "{}", refused(&reading));
    let f = &found[0].fields;
    assert_eq!(found[0].kind, Kind::Appointment);
    assert_eq!(found[0].identifier, "a@b/2026-03-10T18:00:00Z");
    assert_eq!(starts(&found), ["2026-03-10 14:00"]);
    assert_eq!((get::<u16>(f, "minutes"), get::<AppointmentKind>(f, "kind")), (90, AppointmentKind::Dialysis));
    assert_eq!(
        (get::<String>(f, "with"), get::<String>(f, "place")),
        ("Dialysis at, Kidney Center".into(), "1 Main St".into())
    );
    // In UTC, in another zone, floating, with a length, without an end.
    for (start, end, at, minutes) in [
        ("DTSTART:20260310T180000Z", "DURATION:PT45M", "2026-03-10 14:00", 45),
        ("DTSTART;TZID=Europe/London:20260310T180000", "DURATION:PT1H", "2026-03-10 14:00", 60),
        ("DTSTART;TZID=\"Eastern Standard Time\":20260310T140000", "DURATION:PT1H", "2026-03-10 14:00", 60),
        ("DTSTART:20260310T140000", "DTEND:20260310T143000", "2026-03-10 14:00", 30),
        ("DTSTART:20260310T140000", "SUMMARY:no end", "2026-03-10 14:00", 60),
    ] {
        let (found, reading) = read(&event(&format!("UID:1\n{start}\n{end}")), HERS);
        assert_eq!(starts(&found), [at], "{start}: {}", refused(&reading));
        assert_eq!(get::<u16>(&found[0].fields, "minutes"), minutes, "{start}");
    }
}

#[test]
fn what_comes_again_is_spelled_out_with_what_was_left_out_moved_and_added() {
    let weekly = event(
        "UID:w\nDTSTART;TZID=America/New_York:20260105T090000\nDURATION:PT3H\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR\nEXDATE;TZID=America/New_York:20260306T090000\nRDATE;TZID=America/New_York:20260307T110000\nSUMMARY:Dialysis",
    );
    let moved = event(
        "UID:w\nRECURRENCE-ID;TZID=America/New_York:20260309T090000\nDTSTART;TZID=America/New_York:20260310T100000\nDURATION:PT2H",
    );
    let off = event(
        "UID:w\nRECURRENCE-ID;TZID=America/New_York:20260311T090000\nDTSTART;TZID=America/New_York:20260311T090000\nDURATION:PT3H\nSTATUS:CANCELLED",
    );
    let (found, reading) = read(&(weekly + &moved + &off), HERS);
    assert_eq!(reading.rejected.total, 0, "{}", refused(&reading));
    let mut first: Vec<String> = starts(&found);
    first.sort();
    // Monday the 2nd at 09:00 lasts into now; the clocks change on the 8th and the wall does not.
    assert_eq!(
        first[..7],
        [
            "2026-03-02 09:00",
            "2026-03-04 09:00",
            "2026-03-07 11:00",
            "2026-03-10 10:00",
            "2026-03-11 09:00",
            "2026-03-13 09:00",
            "2026-03-16 09:00"
        ]
        .map(str::to_owned)
    );
    assert_eq!(first.last().unwrap(), "2026-04-29 09:00");
    let named = |at: &str| found.iter().find(|r| r.identifier == format!("w/{at}")).unwrap();
    // What was moved or cancelled keeps the name of what it stands in for.
    assert_eq!(starts(&[named("2026-03-09T13:00:00Z").clone()]), ["2026-03-10 10:00"]);
    assert!(get::<Option<Moment>>(&named("2026-03-11T13:00:00Z").fields, "cancelled").is_some());
    assert!(get::<Option<Moment>>(&named("2026-03-13T13:00:00Z").fields, "cancelled").is_none());
}

#[test]
fn time_off_is_taken_by_the_day_and_what_is_free_is_not() {
    let leave = event("UID:l\nDTSTART;VALUE=DATE:20260309\nDTEND;VALUE=DATE:20260314\nSUMMARY:Vacation");
    let free = event("UID:f\nDTSTART;VALUE=DATE:20260309\nTRANSP:TRANSPARENT\nSUMMARY:Birthday");
    let past = event("UID:p\nDTSTART;VALUE=DATE:20250309\nSUMMARY:Vacation");
    let cancelled = event("UID:c\nDTSTART;VALUE=DATE:20260401\nSTATUS:CANCELLED");
    let (found, reading) = read(&(leave + &free + &past + &cancelled), THEIRS);
    assert_eq!(found.len(), 1);
    let f = &found[0].fields;
    let day = |n: i32| zone().midnight(Day::from_ymd(2026, 3, 9).unwrap().plus(n));
    assert_eq!((get::<Moment>(f, "from"), get::<Moment>(f, "to")), (day(0), day(5)));
    assert_eq!(get::<String>(f, "kind"), "Vacation");
    assert_eq!(reading.ignored.values().sum::<u64>(), 3, "{:?}", reading.ignored);
    // For a client a whole day says no time at which she is away.
    assert!(read(&event("UID:d\nDTSTART;VALUE=DATE:20260309"), HERS).0.is_empty());
}

#[test]
fn what_can_not_be_taken_is_said_and_the_rest_is_taken() {
    let good = event("UID:good\nDTSTART:20260310T140000");
    let bad = [
        ("UID:z\nDTSTART;TZID=Mars/Olympus:20260310T140000", "time zone"),
        ("UID:n\nSUMMARY:x", "no beginning"),
        ("UID:e\nDTSTART:20260310T140000\nDTEND:20260310T130000", "ends before it begins"),
        ("UID:h\nDTSTART:20260310T140000\nRRULE:FREQ=SECONDLY", "its rule is not taken"),
        ("UID:l\nDTSTART:20260310T140000\nDURATION:P900D", "more than 400 days"),
        ("UID:w\nDTSTART:20260310T140000\nDURATION:P9D", "more than 7 days"),
        ("UID:o\nDTSTART:20260231T140000", "no time"),
    ];
    for (lines, why) in bad {
        let (found, reading) = read(&(event(lines) + &good), HERS);
        assert_eq!(found.len(), 1, "{lines}");
        assert!(
            refused(&reading).contains(why) || (why == "no time" && reading.rejected.total == 1),
            "{lines}: {}",
            refused(&reading)
        );
    }
    let (found, reading) = ical::read("x.ics", b"hello, no calendar", HERS, horizon());
    assert!(found.is_empty() && refused(&reading).contains("no calendar"));
    // A rule without an end stops at the last day; one that comes too often is refused.
    let daily = event("UID:d\nDTSTART:20260301T140000\nRRULE:FREQ=DAILY");
    assert_eq!(read(&daily, HERS).0.len(), 60, "2 March to 30 April");
    let hourly = event("UID:d\nDTSTART:20260301T140000\nRRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11");
    assert!(!refused(&read(&hourly, HERS).1).is_empty());
}

#[test]
fn the_same_file_names_the_same_events_and_long_names_are_cut_alike() {
    let long = "u".repeat(5_000);
    let text = event(&format!("UID:{long}\nDTSTART:20260310T140000"))
        + &event("DTSTART:20260311T140000\nSUMMARY:without a name");
    let (a, b) = (read(&text, HERS), read(&text, HERS));
    assert_eq!(a.0.len(), 2);
    for (a, b) in a.0.iter().zip(&b.0) {
        assert!(a.identifier == b.identifier && a.identifier.len() <= 240);
    }
    let twice = event("UID:a\nDTSTART:20260310T140000") + &event("UID:a\nDTSTART:20260310T140000");
    let (found, reading) = read(&twice, HERS);
    assert_eq!((found.len(), reading.repeated.total), (1, 1));
}

#[test]
fn a_calendar_of_our_own_comes_back() {
    // What one writes the other reads: the same wall, the same length.
    use caseload::service::api::Sheet;
    let start =
        Civil { day: Day::from_ymd(2026, 3, 9).unwrap(), minute: 450, zone: Zone::parse("America/Chicago").unwrap() };
    let sheet = Sheet { visits: vec![super::ical::visit(1, start)], ..super::ical::sheet(Vec::new()) };
    let text = ical::write(&sheet, false).unwrap();
    let (found, _) = ical::read("own.ics", text.as_bytes(), HERS, horizon());
    assert_eq!(get::<Civil>(&found[0].fields, "start").moment(), start.moment());
    assert_eq!(get::<u16>(&found[0].fields, "minutes"), 45);
}

/// Lines from which odd calendars are put together.
const LINES: &[&str] = &[
    "BEGIN:VCALENDAR",
    "END:VCALENDAR",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "BEGIN:VTIMEZONE",
    "END:VTIMEZONE",
    "TZID:Odd/Zone",
    "BEGIN:VALARM",
    "END:VALARM",
    "BEGIN:VTODO",
    "END:VTODO",
    "BEGIN:VCARD",
    "END:VCARD",
    "UID:a",
    "UID:",
    "SUMMARY:x\\n;\\,",
    "DTSTART:20260310T140000",
    "DTSTART;VALUE=DATE:20260310",
    "DTSTART;TZID=America/New_York:20260308T023000",
    "DTSTART:99999999T999999Z",
    "DTSTART:00010101",
    "DTSTART;TZID=Odd/Zone:20260310T140000",
    "DTSTART:20260310T140000+9900",
    "DTEND:20260310T150000",
    "DTEND:20260309",
    "DURATION:P1W",
    "DURATION:-PT5M",
    "DURATION:PT99999999999H",
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=YEARLY;BYYEARDAY=366;BYSETPOS=-1",
    "RRULE:FREQ=MONTHLY;BYDAY=5MO;COUNT=99999999",
    "RRULE:FREQ=MINUTELY",
    "RRULE:",
    "RRULE:FREQ=WEEKLY;UNTIL=99991231;INTERVAL=0",
    "EXDATE:20260311T140000",
    "EXDATE;VALUE=DATE:20260311,20260312",
    "RDATE;VALUE=PERIOD:20260315T100000Z/PT1H",
    "RDATE:20260320T100000",
    "RECURRENCE-ID:20260311T140000",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260311",
    "STATUS:CANCELLED",
    "TRANSP:TRANSPARENT",
    " folded",
    "\t",
    "",
    "X;A=\"b:SUMMARY",
    "SUMMARY;ENCODING=BASE64:AAAA",
    "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-7:=41=",
    ";;;:::",
    "LOCATION:\u{202e}\u{0}\u{1b}[2J",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: if std::env::var_os("CASELOAD_TEST_FULL").is_some() { 20_000 } else { 600 }, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn odd_calendars_cost_themselves_and_nothing_else(
        picks in proptest::collection::vec((0..LINES.len(), 0u8..6), 0..40),
        cut in 0usize..400,
        noise in proptest::collection::vec(any::<u8>(), 0..30),
        whose in any::<bool>(),
    ) {
        let mut bytes = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n".to_vec();
        for (n, end) in picks {
            bytes.extend(LINES[n].as_bytes());
            bytes.extend(match end { 0 => &b"\n"[..], 1 => b"\r", _ => b"\r\n" });
        }
        let at = cut.min(bytes.len());
        bytes.splice(at..at, noise);
        let (found, _) = ical::read("odd.ics", &bytes, if whose { HERS } else { THEIRS }, horizon());
        prop_assert!(found.len() <= 5_000);
        for one in found {
            prop_assert!(one.identifier.len() <= 240);
            let kind = if whose { Kind::Appointment } else { Kind::TimeOff };
            prop_assert_eq!(one.kind, kind);
        }
    }
}
