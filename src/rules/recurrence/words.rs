//! A pattern in plain words.

use super::rule::{Frequency, Rule, Until, Weekday};
use super::{Ends, Pattern};
use crate::domain::time::{Day, MONTHS, WEEKDAYS, clock};

/// More than this many of a kind are counted, not named.
const NAMED: usize = 3;

pub(super) fn of(pattern: &Pattern, rule: &Rule) -> String {
    let mut text = format!("{} {}", days(rule, pattern.start.day), times(rule, pattern.start.minute));
    if rule.interval > 1 {
        text += &format!(" from {}", pattern.start.day.long());
    }
    let until = match rule.until {
        None => None,
        Some(Until::Day(day) | Until::Wall(day, _)) => Some(day),
        Some(Until::Instant(at)) => Some(pattern.start.zone.day(at)),
    };
    let (until, count) = match pattern.ends {
        Ends::Open => (until, rule.count),
        Ends::On(day) => (Some(until.map_or(day, |u| u.min(day))), rule.count),
        Ends::After(n) => (until, Some(rule.count.map_or(n, |c| c.min(n)))),
    };
    if let Some(day) = until {
        text += &format!(" until {}", day.long());
    }
    match (count, until) {
        (Some(1), None) => text += ", once",
        (Some(n), None) => text += &format!(", {n} times"),
        (Some(n), Some(_)) => text += &format!(", at most {n} times"),
        (None, _) => {}
    }
    let left: Vec<Day> = pattern.left_out.iter().map(|s| s.day).collect();
    match left.len() {
        0 => {}
        n if n <= NAMED => text += &format!(", not {}", list(left.iter().map(|d| d.long()))),
        n => text += &format!(", {n} left out"),
    }
    if !pattern.moved.is_empty() {
        text += &format!(", {} moved", pattern.moved.len());
    }
    if !pattern.holidays.is_empty() {
        text += ", not on holidays";
    }
    for pause in &pattern.pauses {
        text += &match pause.to {
            Some(to) if to == pause.from => format!(", paused {}", to.long()),
            Some(to) => format!(", paused {} to {}", pause.from.long(), to.long()),
            None => format!(", paused since {}", pause.from.long()),
        };
    }
    text
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn times(rule: &Rule, start: u16) -> String {
    let hours = if rule.hours.is_empty() { vec![(start / 60) as u8] } else { rule.hours.clone() };
    let minutes = if rule.minutes.is_empty() { vec![(start % 60) as u8] } else { rule.minutes.clone() };
    let mut all: Vec<u16> =
        hours.iter().flat_map(|h| minutes.iter().map(|m| u16::from(*h) * 60 + u16::from(*m))).collect();
    all.sort_unstable();
    match all.as_slice() {
        [first, .., last] if all.len() > NAMED => {
            format!("{} times a day {}–{}", all.len(), clock(*first), clock(*last))
        }
        all => list(all.iter().map(|m| clock(*m))),
    }
}

/// On which days.
fn days(rule: &Rule, start: Day) -> String {
    let (_, month, day) = start.ymd();
    let named = weekdays(&rule.weekdays);
    let every = |unit: &str| match rule.interval {
        1 => format!("every {unit}"),
        n => format!("every {n} {unit}s"),
    };
    let mut text = match rule.frequency {
        Frequency::Daily if rule.weekdays.is_empty() || rule.interval > 1 => every("day"),
        Frequency::Daily => named.clone(),
        Frequency::Weekly => {
            let named = if rule.weekdays.is_empty() { WEEKDAYS[start.weekday()].to_owned() } else { named.clone() };
            if rule.interval == 1 { named } else { format!("{} {named}", every("week")) }
        }
        Frequency::Monthly => every("month"),
        Frequency::Yearly => every("year"),
    };
    let by_month = matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly);
    if rule.frequency == Frequency::Daily && rule.interval > 1 && !rule.weekdays.is_empty() {
        text += &format!(" when it is {named}");
    }
    let mut on = Vec::new();
    if by_month && !rule.weekdays.is_empty() {
        on.push(named);
    }
    if !rule.month_days.is_empty() {
        on.push(format!("the {}", list(rule.month_days.iter().map(|d| from_end(i32::from(*d), "day")))));
    }
    if !rule.year_days.is_empty() {
        on.push(format!("the {} of the year", list(rule.year_days.iter().map(|d| from_end(i32::from(*d), "day")))));
    }
    if !rule.weeks.is_empty() {
        on.push(format!("the {} week", list(rule.weeks.iter().map(|w| from_end(i32::from(*w), "")))));
    }
    let open = by_month && on.is_empty();
    if open && rule.frequency == Frequency::Yearly && rule.months.is_empty() {
        on.push(format!("{day} {}", MONTHS[(month as usize).clamp(1, 12) - 1]));
    } else if open {
        on.push(format!("the {}", ordinal(day)));
    }
    if !on.is_empty() {
        text += &format!(" on {}", on.join(" when it is "));
    }
    if !rule.months.is_empty() {
        text += &format!(" in {}", list(rule.months.iter().map(|m| MONTHS[usize::from(*m) - 1].to_owned())));
    }
    if !rule.positions.is_empty() {
        text += &format!(", only the {} of them,", list(rule.positions.iter().map(|p| from_end(*p, ""))));
    }
    text
}

fn weekdays(days: &[Weekday]) -> String {
    let every: Vec<usize> = days.iter().filter(|(n, _)| n.is_none()).map(|(_, d)| *d).collect();
    if every.len() == 7 {
        return "every day".to_owned();
    }
    list(days.iter().map(|(n, day)| match n {
        None => WEEKDAYS[*day].to_owned(),
        Some(n) => format!("{} {}", from_end(i32::from(*n), ""), WEEKDAYS[*day]),
    }))
}

/// `2nd`, `last`, `3rd last`; with `day` where it is counted from the end.
fn from_end(n: i32, what: &str) -> String {
    let what = if what.is_empty() { String::new() } else { format!(" {what}") };
    match n {
        -1 => format!("last{what}"),
        n if n < 0 => format!("{} last{what}", ordinal(n.unsigned_abs())),
        n => ordinal(n.unsigned_abs()),
    }
}

fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}
