use super::*;
use crate::domain::time::Zone;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse_iso(text).unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

/// `1997-09-02T0900`, in New York.
fn wall(text: &str) -> Civil {
    let (date, time) = text.split_once('T').unwrap();
    let minute = time[..2].parse::<u16>().unwrap() * 60 + time[2..].parse::<u16>().unwrap();
    Civil { day: day(date), minute, zone: zone("America/New_York") }
}

fn told(civil: Civil) -> String {
    format!("{}T{:02}{:02}", civil.day.iso(), civil.minute / 60, civil.minute % 60)
}

fn all(pattern: &Pattern, limit: usize) -> Vec<Civil> {
    pattern.occurrences(Day(-25_567), Day(84_005), limit).unwrap_or_else(|e| panic!("{}: {e}", pattern.rule))
}

/// Expected dates as RFC 5545 writes them: a year, then month names with their days; `1-5` is a range; `…` says that it
/// goes on. All at the time of the start.
fn dates(text: &str) -> (Vec<Day>, bool) {
    let (mut year, mut month, mut found, mut more) = (0, 0, Vec::new(), false);
    for word in text.split([' ', ',', ';']).filter(|w| !w.is_empty()) {
        let number = word.parse::<u32>();
        if word == "…" {
            more = true;
        } else if let Some(at) = crate::domain::time::MONTHS.iter().position(|m| *m == word) {
            month = at as u32 + 1;
        } else if let Ok(n @ 1000..) = number {
            year = n as i32;
        } else {
            let (from, to) = word.split_once('-').unwrap_or((word, word));
            let (from, to) = (from.parse::<u32>().unwrap(), to.parse::<u32>().unwrap());
            found.extend((from..=to).map(|d| Day::from_ymd(year, month, d).unwrap()));
        }
    }
    (found, more)
}

/// The rule, its start, and its days.
const VECTORS: &[(&str, &str, &str)] = &[
    // RFC 5545, 3.8.5.3, in its order.
    ("FREQ=DAILY;COUNT=10", "1997-09-02T0900", "1997 Sep 2-11"),
    ("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02T0900", "1997 Sep 2-30; Oct 1-31; Nov 1-30; Dec 1-23"),
    ("FREQ=DAILY;INTERVAL=2", "1997-09-02T0900", "1997 Sep 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30; Oct 2,4,6 …"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02T0900", "1997 Sep 2,12,22; Oct 2,12"),
    (
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "1998-01-01T0900",
        "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31",
    ),
    ("FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998-01-01T0900", "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31"),
    ("FREQ=WEEKLY;COUNT=10", "1997-09-02T0900", "1997 Sep 2,9,16,23,30; Oct 7,14,21,28; Nov 4"),
    (
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "1997-09-02T0900",
        "1997 Sep 2,9,16,23,30; Oct 7,14,21,28; Nov 4,11,18,25; Dec 2,9,16,23",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997-09-02T0900",
        "1997 Sep 2,16,30; Oct 14,28; Nov 11,25; Dec 9,23 1998 Jan 6,20; Feb 3,17 …",
    ),
    (
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997-09-02T0900",
        "1997 Sep 2,4,9,11,16,18,23,25,30; Oct 2",
    ),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09-02T0900", "1997 Sep 2,4,9,11,16,18,23,25,30; Oct 2"),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01T0900",
        "1997 Sep 1,3,5,15,17,19,29; Oct 1,3,13,15,17,27,29,31; Nov 10,12,14,24,26,28; Dec 8,10,12,22",
    ),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02T0900", "1997 Sep 2,4,16,18,30; Oct 2,14,16"),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997-09-05T0900",
        "1997 Sep 5; Oct 3; Nov 7; Dec 5 1998 Jan 2; Feb 6; Mar 6; Apr 3; May 1; Jun 5",
    ),
    ("FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09-05T0900", "1997 Sep 5; Oct 3; Nov 7; Dec 5"),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997-09-07T0900",
        "1997 Sep 7,28; Nov 2,30 1998 Jan 4,25; Mar 1,29; May 3,31",
    ),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22T0900", "1997 Sep 22; Oct 20; Nov 17; Dec 22 1998 Jan 19; Feb 16"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28T0900", "1997 Sep 28; Oct 29; Nov 28; Dec 29 1998 Jan 29; Feb 26 …"),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997-09-02T0900",
        "1997 Sep 2,15; Oct 2,15; Nov 2,15; Dec 2,15 1998 Jan 2,15",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997-09-30T0900",
        "1997 Sep 30; Oct 1,31; Nov 1,30; Dec 1,31 1998 Jan 1,31; Feb 1",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10T0900",
        "1997 Sep 10-15 1999 Mar 10-13",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997-09-02T0900",
        "1997 Sep 2,9,16,23,30; Nov 4,11,18,25 1998 Jan 6,13,20,27; Mar 3,10,17,24,31 …",
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997-06-10T0900",
        "1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10",
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997-03-10T0900",
        "1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10",
    ),
    (
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997-01-01T0900",
        "1997 Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1",
    ),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19T0900", "1997 May 19 1998 May 18 1999 May 17 …"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12T0900", "1997 May 12 1998 May 11 1999 May 17 …"),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13T0900",
        "1997 Mar 13,20,27 1998 Mar 5,12,19,26 1999 Mar 4,11,18,25 …",
    ),
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997-06-05T0900",
        "1997 Jun 5,12,19,26 Jul 3,10,17,24,31 Aug 7,14,21,28 1998 Jun 4,11,18,25 Jul 2,9,16,23,30 Aug 6,13,20,27 …",
    ),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02T0900", "1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13 …"),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13T0900",
        "1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13 …",
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05T0900",
        "1996 Nov 5 2000 Nov 7 2004 Nov 2 …",
    ),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04T0900", "1997 Sep 4 Oct 7 Nov 6"),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29T0900",
        "1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30 …",
    ),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05T0900", "1997 Aug 5,10,19,24"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05T0900", "1997 Aug 5,17,19,31"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15T0900", "2007 Jan 15,30 Feb 15 Mar 15,30"),
    // Leap days, month ends, year ends.
    ("FREQ=YEARLY;COUNT=4", "2024-02-29T0800", "2024 Feb 29 2028 Feb 29 2032 Feb 29 2036 Feb 29"),
    (
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;COUNT=4",
        "2024-02-29T0800",
        "2024 Feb 29 2025 Feb 28 2026 Feb 28 2027 Feb 28",
    ),
    ("FREQ=MONTHLY;COUNT=5", "2026-01-31T0800", "2026 Jan 31 Mar 31 May 31 Jul 31 Aug 31"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5", "2026-01-31T0800", "2026 Jan 31 Feb 28 Mar 31 Apr 30 May 31"),
    ("FREQ=MONTHLY;BYMONTHDAY=31,-1;COUNT=4", "2026-01-31T0800", "2026 Jan 31 Feb 28 Mar 31 Apr 30"),
    ("FREQ=DAILY;INTERVAL=3;COUNT=4", "2027-12-28T0800", "2027 Dec 28 31 2028 Jan 3 6"),
    ("FREQ=YEARLY;BYYEARDAY=-1,366;COUNT=4", "2027-01-01T0800", "2027 Dec 31 2028 Dec 31 2029 Dec 31 2030 Dec 31"),
    ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=2", "2015-01-01T0800", "2015 Dec 28 2020 Dec 28"),
    // Ends: a day counts to its end, a wall time to its minute, an instant to the second.
    ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260316", "2026-03-02T0800", "2026 Mar 2,9,16"),
    ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260316T080000", "2026-03-02T0800", "2026 Mar 2,9,16"),
    ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260316T075900", "2026-03-02T0800", "2026 Mar 2,9"),
    ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260316T120000Z", "2026-03-02T0800", "2026 Mar 2,9,16"),
    ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260316T115959Z", "2026-03-02T0800", "2026 Mar 2,9"),
    ("FREQ=DAILY;UNTIL=20260301", "2026-03-02T0800", ""),
    // The start is no occurrence where the rule has none; its week is whole for BYSETPOS; small letters, blanks.
    ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", "2026-03-03T0800", "2026 Mar 4,9,11"),
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=3", "2026-03-03T0800", "2026 Mar 4,11,18"),
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=3", "2026-03-03T0800", "2026 Mar 9,16,23"),
    ("RRULE:freq=weekly; byday=mo,th ;count=3;", "2026-03-02T0800", "2026 Mar 2,5,9"),
    ("FREQ=DAILY;BYDAY=SA,SU;BYSECOND=0;COUNT=3", "2026-03-02T0800", "2026 Mar 7,8,14"),
];

#[test]
fn the_vectors_of_rfc_5545_and_some_of_our_own() {
    assert!(VECTORS.len() >= 55);
    for (rule, start, expected) in VECTORS {
        let start = wall(start);
        let (days, more) = dates(expected);
        let found = all(&Pattern::new(rule, start), if more { days.len() } else { 1000 });
        let expected: Vec<Civil> = days.into_iter().map(|day| Civil { day, ..start }).collect();
        assert_eq!(
            found.iter().copied().map(told).collect::<Vec<_>>(),
            expected.iter().copied().map(told).collect::<Vec<_>>(),
            "{rule}"
        );
    }
}

fn times(rule: &str, start: &str, limit: usize) -> String {
    all(&Pattern::new(rule, wall(start)), limit).iter().copied().map(told).collect::<Vec<_>>().join(" ")
}

#[test]
fn several_a_day() {
    let found = times("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", "1997-09-02T0900", 25);
    assert!(found.starts_with("1997-09-02T0900 1997-09-02T0920 1997-09-02T0940 1997-09-02T1000"), "{found}");
    assert!(found.ends_with("1997-09-02T1640 1997-09-03T0900"), "{found}");
    let found = times("FREQ=DAILY;BYHOUR=8,20;COUNT=3", "2026-03-02T1200", 9);
    assert_eq!(found, "2026-03-02T2000 2026-03-03T0800 2026-03-03T2000");
}

#[test]
fn wall_time_stays_when_the_clocks_change() {
    // 8 March 2026: 02:00 is 03:00. 1 November: 02:00 is 01:00 again.
    assert_eq!(times("FREQ=DAILY;COUNT=3", "2026-03-07T0800", 9), "2026-03-07T0800 2026-03-08T0800 2026-03-09T0800");
    assert_eq!(times("FREQ=DAILY;COUNT=3", "2026-03-07T0230", 9), "2026-03-07T0230 2026-03-08T0330 2026-03-09T0230");
    assert_eq!(times("FREQ=DAILY;COUNT=3", "2026-10-31T0130", 9), "2026-10-31T0130 2026-11-01T0130 2026-11-02T0130");
    // Two that fall together behind the gap are one visit.
    assert_eq!(
        times("FREQ=DAILY;BYHOUR=2,3;COUNT=5", "2026-03-07T0230", 9),
        "2026-03-07T0230 2026-03-07T0330 2026-03-08T0330 2026-03-09T0230"
    );
    assert_eq!(
        times("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=10,30", "2026-03-08T0130", 3),
        "2026-03-08T0310 2026-03-08T0330 2026-03-09T0210"
    );
    let found = all(&Pattern::new("FREQ=DAILY;COUNT=2", wall("2026-10-31T0130")), 9);
    assert_eq!(found[1].moment().rfc3339(), "2026-11-01T05:30:00Z");
    // Where midnight itself is skipped (Havana), the day is kept.
    let havana = Civil { day: day("2026-03-07"), minute: 15, zone: zone("America/Havana") };
    let found = all(&Pattern::new("FREQ=DAILY;COUNT=3", havana), 9);
    assert_eq!(
        found.iter().copied().map(told).collect::<Vec<_>>(),
        ["2026-03-07T0015", "2026-03-08T0115", "2026-03-09T0015"]
    );
}

#[test]
fn left_out_moved_held_and_holidays() {
    let mut pattern = Pattern::new("FREQ=DAILY;BYHOUR=8,20;COUNT=12", wall("2026-03-02T0800"));
    pattern.left_out = vec![day("2026-03-02").into(), Slot { day: day("2026-03-03"), minute: Some(20 * 60) }];
    pattern.moved = vec![
        Moved { from: day("2026-03-04").into(), to: wall("2026-03-04T1030") },
        Moved { from: Slot { day: day("2026-03-04"), minute: Some(20 * 60) }, to: wall("2026-03-09T0900") },
        Moved { from: day("2026-03-06").into(), to: wall("2026-03-07T1200") },
        // The rule has nothing on these days.
        Moved { from: day("2026-04-04").into(), to: wall("2026-03-05T0000") },
    ];
    pattern.holidays = vec![day("2026-03-05"), day("2026-03-09")];
    pattern.pauses = vec![Pause { from: day("2026-03-07"), to: Some(day("2026-03-08")) }];
    let found: Vec<String> = all(&pattern, 99).iter().copied().map(told).collect();
    assert_eq!(found, ["2026-03-03T0800", "2026-03-04T1030", "2026-03-06T2000", "2026-03-09T0900"]);
    // Moved into the range and out of it.
    let on = |text: &str| pattern.occurrences(day(text), day(text), 9).unwrap().len();
    assert_eq!((on("2026-03-09"), on("2026-03-04"), on("2026-03-07")), (1, 1, 0));
    pattern.pauses[0].to = None;
    assert_eq!(all(&pattern, 99).len(), 3);
    assert_eq!(all(&pattern, 2).len(), 2);
    assert_eq!(pattern.occurrences(day("2026-03-09"), day("2026-03-01"), 9), Ok(vec![]));
}

#[test]
fn ends_beside_the_rule() {
    let mut pattern = Pattern::new("FREQ=DAILY;COUNT=5", wall("2026-03-02T0800"));
    for (ends, count) in [
        (Ends::Open, 5),
        (Ends::After(3), 3),
        (Ends::After(9), 5),
        (Ends::On(day("2026-03-03")), 2),
        (Ends::On(day("2026-03-01")), 0),
        (Ends::After(0), 0),
    ] {
        pattern.ends = ends;
        assert_eq!((all(&pattern, 99).len(), pattern.check().is_ok()), (count, count > 0), "{count}");
    }
}

#[test]
fn what_no_series_of_visits_is_is_refused_with_the_mend() {
    for (rule, column, why) in [
        ("", 1, "the rule is missing: write one like FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("BYDAY=MO", 1, "how often? Begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=SECONDLY", 6, "visits come by the day: for several a day write FREQ=DAILY;BYHOUR=8,12,18"),
        (
            "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
            6,
            "visits come by the day: for several a day write FREQ=DAILY;BYHOUR=8,12,18",
        ),
        ("FREQ=HOURLY;INTERVAL=3", 6, "visits come by the day: for several a day write FREQ=DAILY;BYHOUR=8,12,18"),
        ("FREQ=OFTEN", 6, "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=DAILY;FREQ=WEEKLY", 12, "FREQ stands twice: leave one out"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260301", 20, "a rule has COUNT or UNTIL, not both: leave one out"),
        ("FREQ=DAILY;COUNT=0", 18, "COUNT is a number from 1 to 10000"),
        ("FREQ=DAILY;COUNT=99999999999", 18, "COUNT is a number from 1 to 10000"),
        ("FREQ=DAILY;INTERVAL=0", 21, "INTERVAL is a number from 1 to 999"),
        (
            "FREQ=DAILY;UNTIL=20261301",
            18,
            "UNTIL is a day from 1900 to 2199, as 20260430, or with a time, as 20260430T120000Z",
        ),
        (
            "FREQ=DAILY;UNTIL=99991231",
            18,
            "UNTIL is a day from 1900 to 2199, as 20260430, or with a time, as 20260430T120000Z",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,XX", 19, "BYDAY is weekdays like MO,WE, or 1MO, -1FR in a month"),
        ("FREQ=WEEKLY;BYDAY=1MO", 13, "1MO and -1FR are days of a month: write FREQ=MONTHLY, or MO and FR"),
        ("FREQ=MONTHLY;BYDAY=6MO", 14, "a month has no sixth: write 1MO to 5MO, or -1MO to -5MO"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", 13, "a week has no days of the month: write FREQ=MONTHLY, or BYDAY"),
        ("FREQ=MONTHLY;BYYEARDAY=1", 14, "days and weeks of the year go with FREQ=YEARLY"),
        ("FREQ=YEARLY;BYWEEKNO=20", 13, "BYWEEKNO needs the weekday: write BYDAY=MO behind it"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", 25, "BYMONTHDAY: from 1 to 31, or -1 to -31 from the end"),
        ("FREQ=YEARLY;BYMONTH=13", 21, "BYMONTH: numbers from 1 to 12"),
        ("FREQ=DAILY;BYSETPOS=1", 12, "BYSETPOS picks among others: write BYDAY or the like too"),
        ("FREQ=DAILY;BYSECOND=30", 12, "visits begin on the minute: leave BYSECOND out"),
        (
            "FREQ=DAILY;BYHOUR=8,9,10;BYMINUTE=0,5,10,15,20,25,30,35,40",
            26,
            "27 visits a day are more than 24: name fewer hours or minutes",
        ),
        ("FREQ=DAILY;WKST=XX", 17, "WKST is a weekday: MO, TU, WE, TH, FR, SA, SU"),
        ("FREQ=DAILY;EASTER=1", 12, "EASTER is no part of a rule: leave it out"),
        ("FREQ=DAILY;COUNT", 12, "a part of a rule is a name and a value: BYDAY=MO,WE"),
        ("FREQ=DAILY\nCOUNT=3", 11, "this character is not one of a rule: leave it out"),
    ] {
        let error = Pattern::new(rule, wall("2026-03-02T0800")).check().expect_err(rule);
        assert_eq!((error.column, error.why.as_str()), (column, why), "{rule}");
    }
    let never = Pattern::new("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", wall("2026-03-02T0800"));
    assert_eq!(never.check().unwrap_err().why, "from this start to its end it never comes");
    let late = Pattern::new("FREQ=DAILY", Civil { day: Day(90_000), ..wall("2026-03-02T0800") });
    assert_eq!(late.check().unwrap_err().why, "a series starts between 1900 and 2199");
}

#[test]
fn plain_words() {
    for (rule, start, words) in [
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20260430", "2026-03-02T0800", "Mon, Wed, Fri 08:00 until 30 Apr 2026"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260501T035959Z", "2026-03-02T0800", "Mon 08:00 until 30 Apr 2026"),
        ("FREQ=WEEKLY", "2026-03-03T0800", "Tue 08:00"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=8",
            "2026-03-03T0800",
            "every 2 weeks Tue, Thu 08:00 from 3 Mar 2026, 8 times",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "2026-03-03T0800", "every day 08:00"),
        ("FREQ=DAILY;BYHOUR=20,8", "2026-03-03T0800", "every day 08:00, 20:00"),
        ("FREQ=DAILY;BYDAY=SA,SU", "2026-03-03T0800", "Sat, Sun 08:00"),
        ("FREQ=DAILY;INTERVAL=3", "2026-03-03T0800", "every 3 days 08:00 from 3 Mar 2026"),
        ("FREQ=MONTHLY", "2026-03-31T0800", "every month on the 31st 08:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "2026-03-31T0800", "every month on the last day, 1st, 15th 08:00"),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR", "2026-03-31T0800", "every month on last Fri, 1st Mon 08:00"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-03-31T0800", "every month on Fri when it is the 13th 08:00"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", "2026-03-31T0800", "every 3 months on 2nd Tue 08:00 from 31 Mar 2026"),
        ("FREQ=YEARLY", "2024-02-29T0800", "every year on 29 Feb 08:00"),
        ("FREQ=YEARLY;BYMONTH=1,7;COUNT=1", "2026-01-05T0800", "every year on the 5th in Jan, Jul 08:00, once"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "2026-01-05T0800", "every year on Mon when it is the 20th week 08:00"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-01-05T0800",
            "every month on Mon, Tue, Wed, Thu, Fri, only the last of them, 08:00",
        ),
        ("FREQ=DAILY;BYHOUR=9,10,11,12", "2026-01-05T0830", "every day 4 times a day 09:30–12:30"),
    ] {
        assert_eq!(Pattern::new(rule, wall(start)).words().as_deref(), Ok(words), "{rule}");
    }
    let mut pattern = Pattern::new("FREQ=WEEKLY;BYDAY=MO", wall("2026-03-02T0800"));
    pattern.ends = Ends::On(day("2026-04-30"));
    pattern.left_out = vec![day("2026-03-16").into()];
    pattern.moved = vec![Moved { from: day("2026-03-23").into(), to: wall("2026-03-24T0800") }];
    pattern.holidays = vec![day("2026-04-06")];
    pattern.pauses = vec![Pause { from: day("2026-04-10"), to: None }];
    assert_eq!(
        pattern.words().as_deref(),
        Ok("Mon 08:00 until 30 Apr 2026, not 16 Mar 2026, 1 moved, not on holidays, paused since 10 Apr 2026")
    );
}

#[test]
fn a_split_keeps_the_count_and_the_step() {
    let pattern = Pattern::new("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", wall("1997-09-02T0900"));
    let (before, after) = pattern.split(day("1997-09-17")).unwrap();
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_eq!((before.rule.as_str(), before.ends), (pattern.rule.as_str(), Ends::On(day("1997-09-16"))));
    assert_eq!(after.rule, "FREQ=WEEKLY;INTERVAL=2;COUNT=5;WKST=SU;BYDAY=TU,TH");
    assert_eq!((after.start, after.ends), (wall("1997-09-18T0900"), Ends::Open));
    assert_eq!(pattern.split(day("1997-09-02")), Ok((None, Some(pattern.clone()))));
    assert_eq!(pattern.split(day("1998-01-01")), Ok((Some(pattern.clone()), None)));
}

const ZONES: [&str; 6] =
    ["America/New_York", "America/Havana", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];

/// Starts around the days where clocks change, months end and leap days are.
fn start() -> impl Strategy<Value = Civil> {
    let days = ["2026-03-07", "2026-10-24", "2026-10-31", "2026-01-29", "2027-12-30", "2028-02-27", "2024-02-29"];
    let minutes = prop_oneof![Just(8 * 60_u16), Just(150), Just(90), Just(15), Just(0), 0_u16..1440];
    (proptest::sample::select(days.to_vec()), 0_i32..4, minutes, proptest::sample::select(ZONES.to_vec()))
        .prop_map(|(d, plus, minute, z)| Civil { day: day(d).plus(plus), minute, zone: zone(z) })
}

fn rule() -> impl Strategy<Value = String> {
    let by = proptest::sample::select(vec![
        "FREQ=DAILY",
        "FREQ=DAILY;BYDAY=MO,TU,SU",
        "FREQ=DAILY;BYMONTH=2,3,11",
        "FREQ=DAILY;BYMONTHDAY=1,-1,29",
        "FREQ=DAILY;BYHOUR=1,2,8;BYMINUTE=0,30",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=MO,WE,SU",
        "FREQ=WEEKLY;WKST=SU;BYDAY=SU,SA,TU",
        "FREQ=WEEKLY;BYDAY=MO,TU,FR;BYSETPOS=-1",
        "FREQ=WEEKLY;BYHOUR=2,20",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYMONTHDAY=29,30,31",
        "FREQ=MONTHLY;BYMONTHDAY=-1,1",
        "FREQ=MONTHLY;BYDAY=-1FR,2SU",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYYEARDAY=1,60,-1",
        "FREQ=YEARLY;BYWEEKNO=1,20,53;BYDAY=MO,SU",
        "FREQ=YEARLY;BYDAY=20MO,-1SU",
        "FREQ=YEARLY;BYMONTH=3,11;BYDAY=1SU,2SU",
    ]);
    let end = prop_oneof![
        2 => Just(String::new()),
        2 => (1_u32..60).prop_map(|n| format!(";COUNT={n}")),
        1 => (0_i32..900).prop_map(|n| format!(";UNTIL={}", day("2026-03-01").plus(n).iso().replace('-', ""))),
        1 => (0_i32..900, 0_u32..24).prop_map(|(n, h)| {
            format!(";UNTIL={}T{h:02}3000Z", day("2026-03-01").plus(n).iso().replace('-', ""))
        }),
    ];
    (by, prop_oneof![2 => Just(1_u16), 1 => 2_u16..5], end).prop_map(|(by, n, end)| format!("{by};INTERVAL={n}{end}"))
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let ends = prop_oneof![
        3 => Just(None),
        1 => (0_i32..700).prop_map(|d| Some((true, d))),
        1 => (1_i32..50).prop_map(|n| Some((false, n))),
    ];
    let slots = prop::collection::vec(0_i32..120, 0..6);
    let moved = prop::collection::vec((0_i32..120, 0_i32..200, 0_u16..1440), 0..5);
    (rule(), start(), ends, slots.clone(), moved, slots, proptest::option::of((0_i32..200, 0_i32..40))).prop_map(
        |(rule, start, ends, out, moved, holidays, pause)| Pattern {
            rule,
            start,
            ends: match ends {
                None => Ends::Open,
                Some((true, d)) => Ends::On(start.day.plus(d)),
                Some((false, n)) => Ends::After(n as u32),
            },
            left_out: out.into_iter().map(|d| start.day.plus(d).into()).collect(),
            moved: moved
                .into_iter()
                .map(|(from, to, minute)| Moved {
                    from: start.day.plus(from).into(),
                    to: Civil { day: start.day.plus(to), minute, zone: start.zone },
                })
                .collect(),
            holidays: holidays.into_iter().map(|d| start.day.plus(d)).collect(),
            pauses: pause
                .map(|(from, n)| Pause { from: start.day.plus(from), to: Some(start.day.plus(from + n)) })
                .into_iter()
                .collect(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn what_is_split_is_the_same_in_two(pattern in pattern(), at in -20_i32..600) {
        let (from, to) = (pattern.start.day.plus(-5), pattern.start.day.plus(1500));
        let at = pattern.start.day.plus(at);
        let whole = pattern.occurrences(from, to, usize::MAX).unwrap();
        let (before, after) = pattern.split(at).unwrap();
        let mut two = Vec::new();
        for half in [&before, &after].into_iter().flatten() {
            prop_assert_eq!(half.check(), Ok(()));
            two.extend(half.occurrences(from, to, usize::MAX).unwrap());
        }
        two.sort_by_key(|c| (c.moment(), c.day, c.minute));
        two.dedup();
        prop_assert_eq!(whole.iter().copied().map(told).collect::<Vec<_>>(), two.iter().copied().map(told).collect::<Vec<_>>());
    }

    #[test]
    fn a_range_is_cut_out_of_the_whole(pattern in pattern(), from in 0_i32..300, days in 0_i32..60, limit in 0_usize..40) {
        let (from, to) = (pattern.start.day.plus(from), pattern.start.day.plus(from + days));
        let whole = pattern.occurrences(pattern.start.day.plus(-400), pattern.start.day.plus(800), usize::MAX).unwrap();
        let cut: Vec<Civil> = whole.into_iter().filter(|c| (from..=to).contains(&c.day)).collect();
        let found = pattern.occurrences(from, to, usize::MAX).unwrap();
        prop_assert_eq!(found.iter().copied().map(told).collect::<Vec<_>>(), cut.iter().copied().map(told).collect::<Vec<_>>());
        let few = pattern.occurrences(from, to, limit).unwrap();
        prop_assert!(found[..limit.min(found.len())] == few[..], "{}", few.len());
        for pair in found.windows(2) {
            prop_assert!(pair[0].moment() <= pair[1].moment());
        }
    }

    /// Day by day, without the crate.
    #[test]
    fn simple_rules_are_what_a_calendar_says(
        start in 20_000_i32..22_000,
        interval in 1_i32..4,
        weekdays in prop::collection::btree_set(0_usize..7, 1..5),
        month_days in prop::collection::btree_set(1_u32..32, 1..4),
        monthly in any::<bool>(),
        sunday in any::<bool>(),
    ) {
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let start = Day(start);
        let week = |d: Day| if sunday { d.week_start() } else { d.plus(-(d.weekday() as i32)) };
        let month = |d: Day| { let (y, m, _) = d.ymd(); y * 12 + m as i32 };
        let days: Vec<Day> = (0..400)
            .map(|n| start.plus(n))
            .filter(|d| if monthly {
                (month(*d) - month(start)) % interval == 0 && month_days.contains(&d.ymd().2)
            } else {
                week(*d).since(week(start)) / 7 % interval == 0 && weekdays.contains(&d.weekday())
            })
            .collect();
        let rule = if monthly {
            let list: Vec<String> = month_days.iter().map(ToString::to_string).collect();
            format!("FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={}", list.join(","))
        } else {
            let list: Vec<&str> = weekdays.iter().map(|d| names[*d]).collect();
            let first = if sunday { "SU" } else { "MO" };
            format!("FREQ=WEEKLY;INTERVAL={interval};WKST={first};BYDAY={}", list.join(","))
        };
        let pattern = Pattern::new(&rule, Civil { day: start, minute: 480, zone: Zone::UTC });
        let found = pattern.occurrences(start, start.plus(399), 1000).unwrap();
        prop_assert_eq!(found.iter().map(|c| c.day.iso()).collect::<Vec<_>>(), days.iter().map(|d| d.iso()).collect::<Vec<_>>(), "{}", rule);
    }

    #[test]
    fn random_rules_never_panic_and_an_error_lies_inside(
        text in prop_oneof![
            "\\PC{0,40}",
            "((FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY|HOURLY)|INTERVAL=[0-9]{1,6}|COUNT=[0-9]{1,5}|UNTIL=[0-9]{8}(T[0-9]{6}Z?)?|WKST=SU|BYDAY=-?[0-9]{0,2}(MO|SU|XX)|BY(MONTHDAY|YEARDAY|WEEKNO|SETPOS|MONTH|HOUR|MINUTE)=-?[0-9]{1,3}(,[0-9]{1,2})?);){1,5}",
        ],
    ) {
        let pattern = Pattern::new(&text, wall("2026-03-02T0800"));
        match pattern.words() {
            Ok(words) => {
                prop_assert!(!words.is_empty());
                let found = pattern.occurrences(day("2026-03-01"), day("2027-03-01"), 500);
                prop_assert!(found.is_ok(), "{:?}", found);
            }
            Err(error) => {
                prop_assert!(error.column >= 1 && error.column <= text.chars().count().max(1), "{}", error);
            }
        }
    }
}

/// What an office types, and the rule it makes.
const PLAIN: &[(Often, &str, &str, &str)] = &[
    (Often::Weekly, "mon wed fri", "8:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    (Often::Weekly, "Mo-Fr", "8", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    (Often::Weekly, "fri-mon", "8:00", "FREQ=WEEKLY;BYDAY=MO,FR,SA,SU"),
    (Often::Weekly, "", "8:00", "FREQ=WEEKLY;BYDAY=TU"),
    (Often::EverySecondWeek, "thursday", "14:30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
    (Often::Daily, "", "18:00, 8:00", "FREQ=DAILY;BYHOUR=8,18;BYMINUTE=0"),
    (Often::Monthly, "15", "9:00", "FREQ=MONTHLY;BYMONTHDAY=15"),
    (Often::Monthly, "1st, 15th", "9:00", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
    (Often::Monthly, "last", "9:00", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    (Often::Monthly, "2nd tue", "9:00", "FREQ=MONTHLY;BYDAY=2TU"),
    (Often::Monthly, "1st mon, last fri", "9:00", "FREQ=MONTHLY;BYDAY=1MO,-1FR"),
    (Often::Monthly, "", "9:00", "FREQ=MONTHLY;BYMONTHDAY=2"),
];

#[test]
fn plain_terms_make_a_rule_and_come_back_out_of_it() {
    let start = wall("1997-09-02T0900");
    for (often, days, times, rule) in PLAIN {
        let plain = Plain { often: *often, days: (*days).to_owned(), times: (*times).to_owned() };
        let (made, minute) = plain.rule(start.day).unwrap_or_else(|e| panic!("{days}: {}", e.why));
        assert_eq!(made, *rule);
        Pattern::new(&made, Civil { minute, ..start }).check().unwrap();
        let back = Plain::read(&made, Civil { minute, ..start }).unwrap_or_else(|| panic!("{made}"));
        assert_eq!((back.often, back.rule(start.day).unwrap()), (*often, (made, minute)));
    }
    for rule in ["FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "FREQ=YEARLY", "FREQ=DAILY;COUNT=3", "FREQ=MONTHLY;BYDAY=MO", "x"] {
        assert_eq!(Plain::read(rule, start), None, "{rule}");
    }
}

#[test]
fn plain_terms_that_make_no_rule_are_refused_by_their_word() {
    let bad = [
        (Often::Weekly, "mon xyz", "8:00", "days", "xyz"),
        (Often::Weekly, "m", "8:00", "days", "“m”"),
        (Often::Weekly, "mon", "", "times", "at what time"),
        (Often::Weekly, "mon", "25:00", "times", "25:00"),
        (Often::Weekly, "mon", "8:5", "times", "8:5"),
        (Often::Daily, "", "8:00 18:30", "times", "second series"),
        (Often::Monthly, "32", "8:00", "days", "32"),
        (Often::Monthly, "15, 2nd tue", "8:00", "days", "two series"),
        (Often::Monthly, "6th tue", "8:00", "days", "five"),
    ];
    for (often, days, times, field, word) in bad {
        let plain = Plain { often, days: days.to_owned(), times: times.to_owned() };
        let e = plain.rule(Day(0)).unwrap_err();
        assert_eq!(e.field, field, "{days} {times}: {}", e.why);
        assert!(e.why.contains(word), "{}", e.why);
    }
}
