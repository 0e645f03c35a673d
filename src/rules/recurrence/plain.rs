//! A rule in the terms of an office: every week on these days, every month on the 15th, at these times; and back.

use super::rule::DAYS;
use crate::domain::time::{Civil, Day, WEEKDAYS, clock};
use crate::domain::words::words;

words! {
    /// How often visits come, as a form asks it.
    Often {
        Weekly = "every week",
        EverySecondWeek = "every 2nd week",
        Daily = "every day",
        Monthly = "every month",
        Rule = "by a rule",
    }
}

/// A rule as a form has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// How often.
    pub often: Often,
    /// On which days: `mon wed fri`; of a month `15, last, 2nd tue`. Nothing is the day it starts on.
    pub days: String,
    /// At what times: `8:00`, `8:00 18:00`.
    pub times: String,
}

/// What can't be made a rule: the field, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainError {
    /// `days` or `times`.
    pub field: &'static str,
    /// What is wrong, and what to write.
    pub why: String,
}

fn wrong<T>(field: &'static str, why: impl Into<String>) -> Result<T, PlainError> {
    Err(PlainError { field, why: why.into() })
}

impl Plain {
    /// The RFC 5545 rule, and the minute of the day that it starts at. Which weekday is meant where none is said is the
    /// start's.
    pub fn rule(&self, start: Day) -> Result<(String, u16), PlainError> {
        let times = times(&self.times)?;
        let first = times[0];
        let mut rule = match self.often {
            Often::Weekly | Often::EverySecondWeek => {
                let every = if self.often == Often::Weekly { "" } else { ";INTERVAL=2" };
                let mut days = weekdays(&self.days)?;
                if days.is_empty() {
                    days.push(start.weekday());
                }
                let days: Vec<&str> = days.into_iter().map(|d| DAYS[d]).collect();
                format!("FREQ=WEEKLY{every};BYDAY={}", days.join(","))
            }
            Often::Daily => "FREQ=DAILY".to_owned(),
            Often::Monthly => format!("FREQ=MONTHLY;{}", of_month(&self.days, start)?),
            Often::Rule => return wrong("days", "this is written as a rule"),
        };
        if times.len() > 1 {
            let list = |each: fn(u16) -> u16| {
                let mut all: Vec<u16> = times.iter().map(|t| each(*t)).collect();
                all.sort_unstable();
                all.dedup();
                all
            };
            let (hours, minutes) = (list(|t| t / 60), list(|t| t % 60));
            if hours.len() * minutes.len() != times.len() {
                let why = "times of one series share their minutes (8:15 18:15): make a second series for the other";
                return wrong("times", why);
            }
            let join = |all: Vec<u16>| all.iter().map(u16::to_string).collect::<Vec<_>>().join(",");
            rule += &format!(";BYHOUR={};BYMINUTE={}", join(hours), join(minutes));
        }
        Ok((rule, first))
    }

    /// The terms of a rule, where a form has terms for it.
    pub fn read(rule: &str, start: Civil) -> Option<Self> {
        let parts: Vec<(&str, &str)> = rule.split(';').map(|p| p.split_once('=')).collect::<Option<_>>()?;
        let get = |name: &str| parts.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| *v);
        let known = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYHOUR", "BYMINUTE"];
        if parts.iter().any(|(n, _)| !known.iter().any(|k| n.eq_ignore_ascii_case(k))) {
            return None;
        }
        let often = match (get("FREQ")?.to_ascii_uppercase().as_str(), get("INTERVAL").unwrap_or("1")) {
            ("WEEKLY", "1") => Often::Weekly,
            ("WEEKLY", "2") => Often::EverySecondWeek,
            ("DAILY", "1") if get("BYDAY").is_none() => Often::Daily,
            ("MONTHLY", "1") => Often::Monthly,
            _ => return None,
        };
        let mut days = Vec::new();
        for code in get("BYDAY").unwrap_or("").split(',').filter(|c| !c.is_empty()) {
            let (n, day) = code.split_at_checked(code.len().checked_sub(2)?)?;
            let day = DAYS.iter().position(|c| c.eq_ignore_ascii_case(day))?;
            let day = WEEKDAYS[day].to_ascii_lowercase();
            days.push(match (n, often) {
                ("", Often::Monthly) => return None,
                ("", _) => day,
                ("-1", _) => format!("last {day}"),
                (n, _) => format!("{} {day}", nth(n.parse().ok()?)?),
            });
        }
        for day in get("BYMONTHDAY").unwrap_or("").split(',').filter(|c| !c.is_empty()) {
            days.push(if day == "-1" { "last".to_owned() } else { day.parse::<u8>().ok()?.to_string() });
        }
        if often == Often::Monthly && get("BYDAY").is_some() == get("BYMONTHDAY").is_some() {
            return None;
        }
        let list = |name: &str, or: u16| -> Option<Vec<u16>> {
            match get(name) {
                Some(all) => all.split(',').map(|n| n.parse().ok()).collect(),
                None => Some(vec![or]),
            }
        };
        let (hours, minutes) = (list("BYHOUR", start.minute / 60)?, list("BYMINUTE", start.minute % 60)?);
        let times: Vec<String> = hours.iter().flat_map(|h| minutes.iter().map(move |m| clock(h * 60 + m))).collect();
        let sep = if often == Often::Monthly { ", " } else { " " };
        let plain = Self { often, days: days.join(sep), times: times.join(" ") };
        // Only what comes back as the same rule.
        plain.rule(start.day).is_ok().then_some(plain)
    }
}

fn nth(n: i32) -> Option<&'static str> {
    ["1st", "2nd", "3rd", "4th", "5th"].get(usize::try_from(n).ok()?.checked_sub(1)?).copied()
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split([' ', ',', ';']).filter(|w| !w.is_empty()).map(str::to_ascii_lowercase)
}

/// `8:00 18:00`, `8 18`, in order.
fn times(text: &str) -> Result<Vec<u16>, PlainError> {
    let mut all = Vec::new();
    for word in words_of(text) {
        let (h, m) = word.split_once(':').unwrap_or((&word, "00"));
        match (h.parse::<u16>(), m.parse::<u16>()) {
            (Ok(h), Ok(m)) if h < 24 && m < 60 && h.to_string().len() <= 2 && m_is_two(&word) => all.push(h * 60 + m),
            _ => return wrong("times", format!("“{word}” is no time of day: write 8:00, or 8:00 18:00")),
        }
    }
    all.sort_unstable();
    all.dedup();
    if all.is_empty() { wrong("times", "at what time? 8:00, or 8:00 18:00") } else { Ok(all) }
}

fn m_is_two(word: &str) -> bool {
    word.split_once(':').is_none_or(|(_, m)| m.len() == 2)
}

fn weekday(word: &str) -> Option<usize> {
    let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    (word.len() >= 2).then(|| full.iter().position(|f| f.starts_with(word))).flatten()
}

/// `mon wed fri`, `mo-fr`, `weekdays`, in the order of the week.
fn weekdays(text: &str) -> Result<Vec<usize>, PlainError> {
    let mut all = Vec::new();
    for word in words_of(text) {
        if word == "weekdays" {
            all.extend(0..5);
        } else if let Some((from, to)) = word.split_once('-')
            && let (Some(from), Some(to)) = (weekday(from), weekday(to))
        {
            all.extend((0..7).map(|n| (from + n) % 7).take((to + 7 - from) % 7 + 1));
        } else if let Some(day) = weekday(&word) {
            all.push(day);
        } else {
            return wrong("days", format!("“{word}” is no weekday: write mon wed fri, or mon-fri"));
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// `15`, `1, 15`, `last`, `2nd tue`, `last fri`; which part of the rule they are.
fn of_month(text: &str, start: Day) -> Result<String, PlainError> {
    let mut dates: Vec<i32> = Vec::new();
    let mut days: Vec<String> = Vec::new();
    let mut which: Option<i32> = None;
    for word in words_of(text) {
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<i32>().ok();
        if let (Some(n), Some(day)) = (which, weekday(&word)) {
            days.push(format!("{n}{}", DAYS[day]));
            which = None;
            continue;
        }
        dates.extend(which.take());
        which = match (word.as_str(), number) {
            ("last", _) => Some(-1),
            (_, Some(n)) if (1..=31).contains(&n) => Some(n),
            _ => return wrong("days", format!("“{word}” is no day of a month: write 15, last, 2nd tue")),
        };
    }
    dates.extend(which);
    match (dates.is_empty(), days.is_empty()) {
        (true, true) => Ok(format!("BYMONTHDAY={}", start.ymd().2)),
        (false, true) => Ok(format!("BYMONTHDAY={}", dates.iter().map(i32::to_string).collect::<Vec<_>>().join(","))),
        (true, false) => match days.iter().find(|d| d[..d.len() - 2].parse::<i32>().is_ok_and(|n| n > 5)) {
            Some(_) => wrong("days", "a month has at most five of each weekday: write 2nd tue, last fri"),
            None => Ok(format!("BYDAY={}", days.join(","))),
        },
        (false, false) => wrong("days", "either days of the month (15) or weekdays (2nd tue): make two series"),
    }
}
