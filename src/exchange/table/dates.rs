//! Dates and times of day as lists write them.

use crate::domain::time::{Day, MONTHS};

/// Which number of `03/04/2026` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Year first: `2026-03-04`.
    Iso,
    /// Month first, as in the United States.
    Us,
    /// Day first, as in Europe.
    European,
}

impl Order {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Iso => "year-month-day",
            Self::Us => "month/day/year",
            Self::European => "day/month/year",
        }
    }
}

/// How two digits become a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Century {
    /// A birth date: never in the future.
    Birth,
    /// Something else: within fifty years from now, or past.
    Other,
}

/// A date as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// Unmistakable.
    Sure(i32, u32, u32, bool),
    /// Two numbers and a year: which is the month is another's word. The last says that the year has two digits.
    Open(u32, u32, i32, bool),
}

fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    // The date of a date and time.
    let text = match text.split_once(['T', ' ']) {
        Some((date, time)) if time.contains(':') && date.chars().next()?.is_ascii_digit() => date,
        _ => text,
    };
    if text.len() > 40 {
        return None;
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let n = |r: std::ops::Range<usize>| text.get(r)?.parse::<u32>().ok();
        return Some(Written::Sure(n(0..4)? as i32, n(4..6)?, n(6..8)?, false));
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).take(5).collect();
    // `Mon 2 Mar 2026`.
    let parts = if parts.len() == 4 && parts[0].chars().all(char::is_alphabetic) { &parts[1..] } else { &parts[..] };
    let [a, b, c] = parts else { return None };
    let number = |t: &str| (t.len() <= 4 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<u32>().ok())?;
    let year = |t: &str| Some((number(t)? as i32, t.len() <= 2)).filter(|_| t.len() == 4 || t.len() == 2);
    let ordinal = |t: &str| number(t.trim_end_matches(|c: char| c.is_ascii_alphabetic()));
    if let Some(month) = month(a) {
        let (y, short) = year(c)?;
        return Some(Written::Sure(y, month, ordinal(b)?, short));
    }
    if let Some(month) = month(b) {
        if a.len() == 4 {
            return Some(Written::Sure(number(a)? as i32, month, ordinal(c)?, false));
        }
        let (y, short) = year(c)?;
        return Some(Written::Sure(y, month, ordinal(a)?, short));
    }
    if a.len() == 4 {
        return Some(Written::Sure(number(a)? as i32, number(b)?, number(c)?, false));
    }
    let (y, short) = year(c)?;
    Some(Written::Open(number(a)?, number(b)?, y, short))
}

fn month(word: &str) -> Option<u32> {
    if word.len() < 3 || !word.is_ascii() {
        return None;
    }
    let long = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    MONTHS
        .iter()
        .position(|m| m.to_ascii_lowercase() == word)
        .or_else(|| long.iter().position(|m| *m == word || (word == "sept" && *m == "september")))
        .map(|n| n as u32 + 1)
}

/// Whether this could be a date at all.
pub fn is_date(text: &str) -> bool {
    written(text).is_some()
}

/// What a column's dates say about their order: the order, how sure, and how many say otherwise.
pub fn order_of<'a>(values: impl Iterator<Item = &'a str>) -> (Option<Order>, u64, u64) {
    let (mut iso, mut us, mut european) = (0_u64, 0_u64, 0_u64);
    for value in values {
        match written(value) {
            Some(Written::Sure(..)) => iso += 1,
            Some(Written::Open(a, b, ..)) if a > 12 && b <= 12 => european += 1,
            Some(Written::Open(a, b, ..)) if b > 12 && a <= 12 => us += 1,
            _ => {}
        }
    }
    if us > 0 || european > 0 {
        let order = if us >= european { Order::Us } else { Order::European };
        (Some(order), us.max(european), us.min(european))
    } else if iso > 0 {
        (Some(Order::Iso), iso, 0)
    } else {
        (None, 0, 0)
    }
}

/// Reads a date.
pub fn day(text: &str, order: Order, century: Century, today: Day) -> Result<Day, &'static str> {
    let (year, month, day, short) = match written(text).ok_or("not a date")? {
        Written::Sure(y, m, d, short) => (y, m, d, short),
        Written::Open(a, b, y, short) => match order {
            // One that can only be read the other way round is read so.
            Order::Us | Order::Iso if a <= 12 => (y, a, b, short),
            Order::European if b <= 12 => (y, b, a, short),
            Order::European => (y, a, b, short),
            Order::Us | Order::Iso => (y, b, a, short),
        },
    };
    let no_such = "there is no such date";
    if !short {
        let found = Day::from_ymd(year, month, day).ok_or(no_such)?;
        return match century {
            Century::Birth if found > today => Err("a birth date in the future"),
            _ if !(1850..=2200).contains(&year) => Err("the year cannot be right"),
            _ => Ok(found),
        };
    }
    let (this_year, ..) = today.ymd();
    let (late, early) = (Day::from_ymd(2000 + year, month, day), Day::from_ymd(1900 + year, month, day));
    let fits = |d: Day| match century {
        Century::Birth => d <= today,
        Century::Other => d.ymd().0 <= this_year + 50,
    };
    late.filter(|d| fits(*d)).or(early).ok_or(no_such)
}

/// Reads a time of day as minutes: `08:30`, `8:30 AM`, `8am`, `0830`, with a date before it or not.
pub fn minute(text: &str) -> Option<u16> {
    let text = text.trim().to_ascii_lowercase();
    // The time of a date and time.
    let text = match text.split_once(['t', ' ']) {
        Some((date, time)) if date.contains(['-', '/', '.']) && date.len() >= 6 => time.trim().to_owned(),
        _ => text,
    };
    let (text, half) = if let Some(t) = text.strip_suffix("am").or(text.strip_suffix("a.m.")) {
        (t.trim().to_owned(), Some(0))
    } else if let Some(t) = text.strip_suffix("pm").or(text.strip_suffix("p.m.")) {
        (t.trim().to_owned(), Some(12))
    } else {
        (text, None)
    };
    let parts: Vec<&str> = text.split([':', '.', 'h']).collect();
    let number = |t: &str| (t.len() <= 2 && !t.is_empty()).then(|| t.parse::<u16>().ok())?;
    let (hour, minute) = match parts.as_slice() {
        [one] if one.len() == 4 => (number(one.get(..2)?)?, number(one.get(2..)?)?),
        [one] if one.len() == 3 && half.is_none() => (number(one.get(..1)?)?, number(one.get(1..)?)?),
        [one] if half.is_some() => (number(one)?, 0),
        [h, m] | [h, m, _] => (number(h)?, number(m)?),
        _ => return None,
    };
    let hour = match half {
        Some(_) if hour == 0 || hour > 12 => return None,
        Some(add) => hour % 12 + add,
        None => hour,
    };
    (hour < 24 && minute < 60).then(|| hour * 60 + minute)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_dress() {
        let today = Day::from_ymd(2026, 3, 2).unwrap();
        let read = |t: &str, o| day(t, o, Century::Birth, today).map(Day::iso);
        for (text, order, expected) in [
            ("03/04/1941", Order::Us, "1941-03-04"),
            ("03/04/1941", Order::European, "1941-04-03"),
            ("3.4.41", Order::European, "1941-04-03"),
            ("13/04/1941", Order::Us, "1941-04-13"),
            ("1941-06-12", Order::Us, "1941-06-12"),
            ("1941-06-12 00:00:00", Order::Us, "1941-06-12"),
            ("19410612", Order::Us, "1941-06-12"),
            ("12 Jun 1941", Order::Us, "1941-06-12"),
            ("June 12th, 1941", Order::European, "1941-06-12"),
            ("12-JUN-41", Order::Us, "1941-06-12"),
            ("Thu 12 Jun 1941", Order::Us, "1941-06-12"),
            ("06/12/25", Order::Us, "2025-06-12"),
            ("06/12/26", Order::Us, "1926-06-12"),
            ("01/05/26", Order::Us, "2026-01-05"),
            ("02/29/00", Order::Us, "2000-02-29"),
        ] {
            assert_eq!(read(text, order).as_deref(), Ok(expected), "{text}");
        }
        for bad in ["", "x", "1941", "02/30/1941", "99/99/1941", "2031-01-01", "0001-01-01", "1/2/3/4", "12345/1/1"] {
            assert!(read(bad, Order::Us).is_err(), "{bad}");
        }
        assert_eq!(day("06/12/31", Order::Us, Century::Other, today).map(Day::iso).as_deref(), Ok("2031-06-12"));
    }

    #[test]
    fn the_whole_column_decides() {
        assert_eq!(order_of(["01/02/1941", "03/25/1950"].into_iter()), (Some(Order::Us), 1, 0));
        assert_eq!(order_of(["01.02.1941", "25.03.1950"].into_iter()), (Some(Order::European), 1, 0));
        assert_eq!(order_of(["1941-01-02"].into_iter()).0, Some(Order::Iso));
        assert_eq!(order_of(["01/02/1941"].into_iter()).0, None);
    }

    #[test]
    fn times_of_day() {
        for (text, expected) in [
            ("08:30", Some(510)),
            ("8:30 AM", Some(510)),
            ("8pm", Some(1200)),
            ("12:05 am", Some(5)),
            ("12:05 PM", Some(725)),
            ("0830", Some(510)),
            ("17:05:00", Some(1025)),
            ("2026-03-02 17:05", Some(1025)),
            ("2026-03-02T17:05:00", Some(1025)),
            ("03/02/2026 5:05 PM", Some(1025)),
            ("25:00", None),
            ("13 pm", None),
            ("", None),
            ("noon", None),
        ] {
            assert_eq!(minute(text), expected, "{text}");
        }
    }
}
