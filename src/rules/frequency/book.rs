//! An order booked on weekdays: as series, one an item, or as single days.

use super::{Expansion, Per, counted};
use crate::domain::time::{Day, WEEKDAYS};

/// One item of an order as visits that come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedSeries {
    /// The first day on which it may come.
    pub from: Day,
    /// Its last day.
    pub to: Day,
    /// The RFC 5545 rule.
    pub rule: String,
}

const CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Expansion {
    /// One series an item; why not, where an item can't be one. Weekdays in the order in which they are wanted.
    pub fn as_series(&self, weekdays: &[usize]) -> Result<Vec<BookedSeries>, String> {
        let mut out = Vec::new();
        for (n, item) in self.order.items.iter().enumerate() {
            let lines: Vec<_> = self.lines.iter().filter(|l| l.item == n && l.ordered > 0).collect();
            let (Some(first), Some(last)) = (lines.first(), lines.last()) else { continue };
            let rule = match item.per {
                Per::Day if item.hi == 1 => "FREQ=DAILY".to_owned(),
                Per::Day => {
                    return Err(format!(
                        "{} a day: make a series for each time of the day",
                        counted(u32::from(item.hi), "visit")
                    ));
                }
                Per::Month => return Err("what is ordered by the month is booked as visits".to_owned()),
                Per::Week => {
                    let wanted = usize::from(item.hi).min(7);
                    if usize::from(item.hi) > 7 {
                        return Err(format!("{} a week: a series has one a day at most", item.hi));
                    }
                    if weekdays.len() < wanted {
                        return Err(format!("{wanted} a week: choose {wanted} weekdays"));
                    }
                    let mut days = weekdays[..wanted].to_vec();
                    days.sort_unstable();
                    let days: Vec<&str> = days.into_iter().map(|d| CODES[d % 7]).collect();
                    format!("FREQ=WEEKLY;BYDAY={}", days.join(","))
                }
            };
            out.push(BookedSeries { from: first.from, to: last.to, rule });
        }
        Ok(out)
    }

    /// The days of single visits: of each line as many as are ordered, on the weekdays wanted, and where these are too
    /// few on the days after them.
    pub fn as_days(&self, weekdays: &[usize]) -> Vec<Day> {
        let mut out = Vec::new();
        for line in self.lines.iter().filter(|l| l.ordered > 0) {
            let all: Vec<Day> = (0..=line.to.since(line.from).max(0)).map(|n| line.from.plus(n)).collect();
            let at = |day: &Day| weekdays.iter().position(|w| *w == day.weekday());
            let mut wanted: Vec<Day> = all.iter().copied().filter(|d| at(d).is_some()).collect();
            if self.order.items.get(line.item).is_some_and(|i| i.per == Per::Month) {
                // Spread over the month, not all in its first week.
                let each = (wanted.len() / (line.ordered as usize).max(1)).max(1);
                let spread: Vec<Day> = wanted.iter().copied().step_by(each).collect();
                let rest: Vec<Day> = wanted.iter().copied().filter(|d| !spread.contains(d)).collect();
                wanted = [spread, rest].concat();
            } else {
                wanted.sort_by_key(at);
            }
            wanted.extend(all.iter().copied().filter(|d| at(d).is_none()));
            wanted.truncate(line.ordered as usize);
            out.extend(wanted);
        }
        out.sort_unstable();
        out
    }

    /// `Sun 1 Mar: 2, Sun 8 Mar: 2`, the first so many lines; how it is booked on these days where they are said.
    pub fn preview(&self, lines: usize) -> String {
        let shown = self.lines.iter().take(lines);
        let parts: Vec<String> = shown
            .map(|l| {
                let many =
                    if l.as_needed > 0 { format!("up to {} as needed", l.as_needed) } else { l.ordered.to_string() };
                if l.from == l.to {
                    format!("{}: {many}", l.from.short())
                } else {
                    format!("{} to {}: {many}", l.from.short(), l.to.short())
                }
            })
            .collect();
        let more = self.lines.len().saturating_sub(lines);
        let tail = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("{}{tail}", parts.join(", "))
    }
}

/// `mon wed`, as it is typed, in the order in which they are wanted.
pub fn weekdays(text: &str) -> Result<Vec<usize>, String> {
    let mut out = Vec::new();
    for word in text.split([' ', ',']).filter(|w| !w.is_empty()) {
        let word = word.to_ascii_lowercase();
        let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        match full.iter().position(|f| word.len() >= 2 && f.starts_with(&word)) {
            Some(day) if out.contains(&day) => {}
            Some(day) => out.push(day),
            None => return Err(format!("“{word}” is no weekday: write {} {}", WEEKDAYS[0], WEEKDAYS[2])),
        }
    }
    Ok(out)
}
