//! Dates and times as people type them: `today`, `+3d`, `fri`, `3/14`, `15:00`, `7:58`, `-10m`, `yest 21:30`, `+2h`.

use crate::domain::time::{DAY, Day, HOUR, MINUTE, MONTHS, Moment, WEEKDAYS, Zone, clock};

/// Which way a time without a date leans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// It happened: the last such time.
    Past,
    /// It is due: the next such time.
    Future,
    /// Something begins: that time of today, a day from its first minute.
    Begin,
    /// Something ends: that time of today, a day with its last minute.
    End,
}

/// What was typed, by its parts.
struct Typed {
    day: Option<Day>,
    minute: Option<u16>,
    shift: Option<Shift>,
}

/// Reads a date, a time or both. The error says what would be understood.
pub fn parse(text: &str, now: Moment, zone: Zone, lean: Lean) -> Result<Moment, String> {
    moment_of(&read(text, now, zone, lean)?, now, zone, lean)
}

/// What was typed, said in full: a moment, or a day where its time does not matter.
pub fn said(text: &str, now: Moment, zone: Zone, lean: Lean) -> Result<String, String> {
    let typed = read(text, now, zone, lean)?;
    let at = moment_of(&typed, now, zone, lean)?;
    match typed {
        Typed { day: Some(day), minute: None, shift: None } if matches!(lean, Lean::Begin | Lean::End) => {
            Ok(echo_day(day, zone.day(now)))
        }
        _ => Ok(echo(at, now, zone)),
    }
}

fn read(text: &str, now: Moment, zone: Zone, lean: Lean) -> Result<Typed, String> {
    let text = text.trim().to_ascii_lowercase();
    if text.len() > 60 {
        return Err("too long for a time".to_owned());
    }
    let mut typed = Typed { day: None, minute: None, shift: None };
    if text == "now" {
        typed.shift = Some(Shift::Ms(0));
        return Ok(typed);
    }
    let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty() && !matches!(*w, "at" | "um")).collect();
    let mut at = 0;
    while let Some(word) = words.get(at).copied() {
        // As days are written everywhere here.
        if let Some((found, n)) = written_out(&words[at..], zone.day(now), lean) {
            if typed.day.replace(found).is_some() {
                return Err(format!("two dates: {word}"));
            }
            at += n;
            continue;
        }
        at += 1;
        if let Some(ms) = relative(word) {
            if typed.shift.replace(ms).is_some() {
                return Err(not_understood(word));
            }
        } else if let Some(found) = a_clock(word) {
            if typed.minute.replace(found).is_some() {
                return Err(format!("two times: {word}"));
            }
        } else {
            let found = a_day(word, zone.day(now), lean).ok_or_else(|| not_understood(word))?;
            if typed.day.replace(found).is_some() {
                return Err(format!("two dates: {word}"));
            }
        }
    }
    Ok(typed)
}

fn moment_of(typed: &Typed, now: Moment, zone: Zone, lean: Lean) -> Result<Moment, String> {
    let today = zone.day(now);
    match (&typed.shift, typed.day, typed.minute) {
        (Some(Shift::Days(n)), None, minute) => {
            let minute = minute.unwrap_or_else(|| zone.civil(now).1);
            Ok(zone.moment(today.plus(*n), minute))
        }
        (Some(Shift::Ms(ms)), None, None) => Ok(now.plus(*ms)),
        (Some(_), _, _) => Err("either +3d, or a date".to_owned()),
        (None, Some(day), Some(minute)) => Ok(zone.moment(day, minute)),
        (None, Some(day), None) => Ok(match lean {
            // A day without a time: due by its last working hour, happened at noon or just now.
            Lean::Future => zone.moment(day, 17 * 60),
            Lean::Begin => zone.midnight(day),
            Lean::End => zone.midnight(day.plus(1)),
            Lean::Past if day == today => now,
            Lean::Past => zone.moment(day, 12 * 60),
        }),
        (None, None, Some(minute)) => {
            let here = zone.moment(today, minute);
            Ok(match lean {
                Lean::Past if here > now => zone.moment(today.plus(-1), minute),
                Lean::Future if here <= now => zone.moment(today.plus(1), minute),
                _ => here,
            })
        }
        (None, None, None) => Err("write a time: 15:00, +2h, fri, 3/14 9:00".to_owned()),
    }
}

/// A day said in full: `Fri 20 Mar 2026 (in 18 d)`.
fn echo_day(day: Day, today: Day) -> String {
    let days = day.since(today);
    let when = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        n if n < 0 => format!("{} d ago", -n),
        n => format!("in {n} d"),
    };
    let (year, _, _) = day.ymd();
    format!("{} {year} ({when})", day.short())
}

/// A moment said in full: `Mon 2 Mar 2026 15:00 (in 2 h)`.
pub fn echo(at: Moment, now: Moment, zone: Zone) -> String {
    let (day, minute) = zone.civil(at);
    let (year, _, _) = day.ymd();
    let ms = at.since(now);
    let far = crate::domain::time::lasting(ms.saturating_abs());
    let when = if ms.saturating_abs() < MINUTE {
        "now".to_owned()
    } else if ms < 0 {
        format!("{far} ago")
    } else {
        format!("in {far}")
    };
    format!("{} {year} {} ({when})", day.short(), clock(minute))
}

fn not_understood(word: &str) -> String {
    format!("“{word}” is no date or time: write 15:00, +2h, -10m, fri, yest 21:30 or 3/14")
}

#[derive(Clone, Copy)]
enum Shift {
    Ms(i64),
    Days(i32),
}

fn relative(word: &str) -> Option<Shift> {
    let (sign, rest) = match word.as_bytes().first()? {
        b'+' => (1, &word[1..]),
        b'-' => (-1, &word[1..]),
        _ => return None,
    };
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: i64 = rest[..rest.len() - unit.len()].parse().ok().filter(|n| *n <= 100_000)?;
    let number = sign * number;
    let ms = match unit {
        "m" | "min" => number * MINUTE,
        "h" => number * HOUR,
        "d" => return Some(Shift::Days(number as i32)),
        "w" => return Some(Shift::Days(number as i32 * 7)),
        _ => return None,
    };
    (ms.abs() <= 36_525 * DAY).then_some(Shift::Ms(ms))
}

fn a_clock(word: &str) -> Option<u16> {
    let (word, half) =
        match word.strip_suffix("am").map(|w| (w, 0)).or_else(|| word.strip_suffix("pm").map(|w| (w, 12))) {
            Some((rest, add)) => (rest, Some(add)),
            None => (word, None),
        };
    let (h, m) = match word.split_once(':') {
        Some((h, m)) if m.len() == 2 => (h, m),
        None if half.is_some() => (word, "00"),
        None if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) => word.split_at(2),
        _ => return None,
    };
    if h.is_empty() || h.len() > 2 || !h.bytes().chain(m.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (mut h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
    if let Some(add) = half {
        if h == 0 || h > 12 {
            return None;
        }
        h = h % 12 + add;
    }
    (h < 24 && m < 60).then(|| h * 60 + m)
}

fn a_day(word: &str, today: Day, lean: Lean) -> Option<Day> {
    match word {
        "today" | "tod" => return Some(today),
        "tomorrow" | "tom" | "tmw" => return Some(today.plus(1)),
        "yesterday" | "yest" | "yes" => return Some(today.plus(-1)),
        _ => {}
    }
    if word.len() >= 2
        && let Some(weekday) = WEEKDAYS.iter().position(|w| {
            let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
                .into_iter()
                .find(|f| f.starts_with(&w.to_ascii_lowercase()));
            full.is_some_and(|f| word.len() >= 3 && f.starts_with(word))
        })
    {
        let ahead = (weekday + 7 - today.weekday()) % 7;
        return Some(match lean {
            Lean::Future => today.plus(if ahead == 0 { 7 } else { ahead as i32 }),
            Lean::Past => today.plus(if ahead == 0 { -7 } else { ahead as i32 - 7 }),
            Lean::Begin | Lean::End => today.plus(ahead as i32),
        });
    }
    if let Some(day) = Day::parse_iso(word) {
        return Some(day);
    }
    if let Some((m, rest)) = word.split_once('/') {
        let (d, y) = match rest.split_once('/') {
            Some((d, y)) => (d, Some(y)),
            None => (rest, None),
        };
        return dated(m.parse().ok()?, d.parse().ok()?, y, today, lean);
    }
    // 14mar or mar14
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    if letters.len() == 3 && letters.len() + digits.len() == word.len() {
        let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(&letters))? as u32 + 1;
        return dated(month, digits.parse().ok()?, None, today, lean);
    }
    None
}

/// `4 Mar 2026` or `4 Mar`, and how many words that is.
fn written_out(words: &[&str], today: Day, lean: Lean) -> Option<(Day, usize)> {
    let day = words.first().filter(|d| d.len() <= 2)?.parse().ok()?;
    let month = words.get(1).and_then(|word| MONTHS.iter().position(|m| m.eq_ignore_ascii_case(word)))? as u32 + 1;
    let year = words.get(2).copied().filter(|y| y.len() == 4 && (y.starts_with("19") || y.starts_with("20")));
    Some((dated(month, day, year, today, lean)?, if year.is_some() { 3 } else { 2 }))
}

fn dated(month: u32, day: u32, year: Option<&str>, today: Day, lean: Lean) -> Option<Day> {
    let (this, _, _) = today.ymd();
    if let Some(year) = year {
        let n: i32 = year.parse().ok()?;
        let full = match year.len() {
            2 => 2000 + n,
            4 => n,
            _ => return None,
        };
        return Day::from_ymd(full, month, day);
    }
    let years: [i32; 3] = match lean {
        Lean::Future | Lean::Begin | Lean::End => [this, this + 1, this + 4],
        Lean::Past => [this, this - 1, this - 4],
    };
    years.into_iter().filter_map(|y| Day::from_ymd(y, month, day)).find(|d| match lean {
        Lean::Future | Lean::Begin | Lean::End => *d >= today,
        Lean::Past => *d <= today,
    })
}
