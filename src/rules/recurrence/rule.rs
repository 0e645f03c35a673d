//! Reads a recurrence rule, and refuses what no series of visits is.

use super::RuleError;
use crate::domain::time::{Day, HOUR, MINUTE, Moment};

/// Longer than this is no rule.
const LONGEST: usize = 400;
/// The most occurrences a rule may count.
const MOST_COUNT: u32 = 10_000;
/// The widest interval.
const MOST_INTERVAL: u32 = 999;
/// The most visits a day.
const MOST_A_DAY: usize = 24;

/// How often a rule comes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// The last time a rule may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// To the end of this day.
    Day(Day),
    /// This wall time, wherever the wall is.
    Wall(Day, u16),
    /// This instant.
    Instant(Moment),
}

/// A weekday, 0 = Monday, and which of its month or year, from the end when negative.
pub(super) type Weekday = (Option<i16>, usize);

/// A rule that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: u16,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Until>,
    /// The weekday that weeks begin with, 0 = Monday.
    pub(super) week_start: usize,
    pub(super) months: Vec<u8>,
    pub(super) month_days: Vec<i8>,
    pub(super) year_days: Vec<i16>,
    pub(super) weeks: Vec<i8>,
    pub(super) weekdays: Vec<Weekday>,
    pub(super) hours: Vec<u8>,
    pub(super) minutes: Vec<u8>,
    pub(super) positions: Vec<i32>,
}

/// The short names of RFC 5545, Monday first.
pub(super) const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// One `NAME=value` of a rule, in capitals.
struct Part {
    name: String,
    value: String,
    /// Where the name stands, from 1.
    at: usize,
    /// Where the value stands, from 1.
    value_at: usize,
}

fn refuse<T>(column: usize, why: impl Into<String>) -> Result<T, RuleError> {
    Err(RuleError { column, why: why.into() })
}

fn parts(text: &str) -> Result<Vec<Part>, RuleError> {
    if text.trim().is_empty() {
        return refuse(1, "the rule is missing: write one like FREQ=WEEKLY;BYDAY=MO,WE,FR");
    }
    if let Some(at) = text.chars().position(|c| !c.is_ascii_graphic() && c != ' ') {
        return refuse(at + 1, "this character is not one of a rule: leave it out");
    }
    if text.len() > LONGEST {
        return refuse(LONGEST, format!("longer than {LONGEST} characters is no rule"));
    }
    let prefix = if text.trim_start().to_ascii_uppercase().starts_with("RRULE:") {
        text.len() - text.trim_start().len() + "RRULE:".len()
    } else {
        0
    };
    let mut found: Vec<Part> = Vec::new();
    let mut at = prefix + 1;
    for piece in text[prefix..].split(';') {
        let lead = piece.len() - piece.trim_start().len();
        let here = at + lead;
        at += piece.len() + 1;
        if piece.trim().is_empty() {
            continue;
        }
        let Some((name, value)) = piece.trim().split_once('=') else {
            return refuse(here, "a part of a rule is a name and a value: BYDAY=MO,WE");
        };
        let part = Part {
            name: name.trim().to_ascii_uppercase(),
            value: value.trim().to_ascii_uppercase(),
            at: here,
            value_at: here + name.len() + 1,
        };
        if found.iter().any(|p| p.name == part.name) {
            return refuse(here, format!("{} stands twice: leave one out", name.trim()));
        }
        found.push(part);
    }
    Ok(found)
}

impl Part {
    fn number(&self, most: u32) -> Result<u32, RuleError> {
        match self.value.parse::<u32>() {
            Ok(n) if (1..=most).contains(&n) => Ok(n),
            _ => refuse(self.value_at, format!("{} is a number from 1 to {most}", self.name)),
        }
    }

    /// A list of numbers between the two, and not 0 where that means nothing.
    fn list<T: TryFrom<i32> + Ord>(&self, least: i32, most: i32) -> Result<Vec<T>, RuleError> {
        let mut found = Vec::new();
        for value in self.value.split(',') {
            let number =
                value.trim().parse::<i32>().ok().filter(|n| (least..=most).contains(n) && (least >= 0 || *n != 0));
            match number.and_then(|n| T::try_from(n).ok()) {
                Some(n) => found.push(n),
                None if least < 0 => {
                    return refuse(
                        self.value_at,
                        format!("{}: from 1 to {most}, or -1 to {least} from the end", self.name),
                    );
                }
                None => return refuse(self.value_at, format!("{}: numbers from {least} to {most}", self.name)),
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn weekday(&self) -> Result<usize, RuleError> {
        DAYS.iter().position(|d| *d == self.value).map_or_else(
            || refuse(self.value_at, format!("{} is a weekday: MO, TU, WE, TH, FR, SA, SU", self.name)),
            Ok,
        )
    }

    fn weekdays(&self) -> Result<Vec<Weekday>, RuleError> {
        let mut found = Vec::new();
        for value in self.value.split(',') {
            let value = value.trim();
            let (number, name) = value.split_at(value.len().saturating_sub(2));
            let day = DAYS.iter().position(|d| *d == name);
            let number = match number {
                "" => Some(None),
                n => n.parse::<i16>().ok().filter(|n| *n != 0 && (-53..=53).contains(n)).map(Some),
            };
            match day.zip(number) {
                Some((day, number)) => found.push((number, day)),
                None => return refuse(self.value_at, "BYDAY is weekdays like MO,WE, or 1MO, -1FR in a month"),
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn until(&self) -> Result<Until, RuleError> {
        let bad = || RuleError {
            column: self.value_at,
            why: "UNTIL is a day from 1900 to 2199, as 20260430, or with a time, as 20260430T120000Z".to_owned(),
        };
        let (date, time) = self.value.split_once('T').map_or((self.value.as_str(), None), |(d, t)| (d, Some(t)));
        let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(date, 8) {
            return Err(bad());
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| bad());
        let (year, month, day) = (number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?);
        let day = Day::from_ymd(year as i32, month, day).filter(|_| (1900..2200).contains(&year)).ok_or_else(bad)?;
        let Some(time) = time else { return Ok(Until::Day(day)) };
        let (time, instant) = time.strip_suffix('Z').map_or((time, false), |t| (t, true));
        if !digits(time, 6) {
            return Err(bad());
        }
        let (hour, minute, second) = (number(&time[..2])?, number(&time[2..4])?, number(&time[4..])?);
        if hour > 23 || minute > 59 || second > 60 {
            return Err(bad());
        }
        if instant {
            let ms = i64::from(hour) * HOUR + i64::from(minute) * MINUTE + i64::from(second) * 1000;
            return Ok(Until::Instant(Moment(i64::from(day.0) * crate::domain::time::DAY + ms)));
        }
        Ok(Until::Wall(day, (hour * 60 + minute) as u16))
    }
}

impl Rule {
    /// Reads it.
    pub(super) fn read(text: &str) -> Result<Self, RuleError> {
        let parts = parts(text)?;
        let Some(first) = parts.iter().find(|p| p.name == "FREQ") else {
            return refuse(1, "how often? Begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY");
        };
        let frequency = match first.value.as_str() {
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            "HOURLY" | "MINUTELY" | "SECONDLY" => {
                return refuse(
                    first.value_at,
                    "visits come by the day: for several a day write FREQ=DAILY;BYHOUR=8,12,18",
                );
            }
            _ => return refuse(first.value_at, "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
        };
        let mut rule = Self {
            frequency,
            interval: 1,
            count: None,
            until: None,
            week_start: 0,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weeks: Vec::new(),
            weekdays: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            positions: Vec::new(),
        };
        for part in &parts {
            rule.take(part)?;
        }
        rule.agree(&parts)?;
        Ok(rule)
    }

    fn take(&mut self, part: &Part) -> Result<(), RuleError> {
        match part.name.as_str() {
            "FREQ" => {}
            "INTERVAL" => self.interval = part.number(MOST_INTERVAL)? as u16,
            "COUNT" => self.count = Some(part.number(MOST_COUNT)?),
            "UNTIL" => self.until = Some(part.until()?),
            "WKST" => self.week_start = part.weekday()?,
            "BYMONTH" => self.months = part.list(1, 12)?,
            "BYMONTHDAY" => self.month_days = part.list(-31, 31)?,
            "BYYEARDAY" => self.year_days = part.list(-366, 366)?,
            "BYWEEKNO" => self.weeks = part.list(-53, 53)?,
            "BYDAY" => self.weekdays = part.weekdays()?,
            "BYHOUR" => self.hours = part.list(0, 23)?,
            "BYMINUTE" => self.minutes = part.list(0, 59)?,
            "BYSETPOS" => self.positions = part.list(-366, 366)?,
            "BYSECOND" if part.value.trim_matches('0').is_empty() && !part.value.is_empty() => {}
            "BYSECOND" => return refuse(part.at, "visits begin on the minute: leave BYSECOND out"),
            _ => {
                let name: String = part.name.chars().take(16).collect();
                return refuse(part.at, format!("{name} is no part of a rule: leave it out"));
            }
        }
        Ok(())
    }

    /// Which parts go together (RFC 5545, 3.3.10).
    fn agree(&self, parts: &[Part]) -> Result<(), RuleError> {
        let at = |name: &str| parts.iter().find(|p| p.name == name).map(|p| p.at);
        let numbered = self.weekdays.iter().any(|(n, _)| n.is_some());
        let yearly = self.frequency == Frequency::Yearly;
        let by_month = matches!(self.frequency, Frequency::Monthly | Frequency::Yearly);
        if let (Some(_), Some(column)) = (at("COUNT"), at("UNTIL")) {
            return refuse(column, "a rule has COUNT or UNTIL, not both: leave one out");
        }
        if let Some(column) = at("BYMONTHDAY").filter(|_| self.frequency == Frequency::Weekly) {
            return refuse(column, "a week has no days of the month: write FREQ=MONTHLY, or BYDAY");
        }
        if let Some(column) = at("BYYEARDAY").or(at("BYWEEKNO")).filter(|_| !yearly) {
            return refuse(column, "days and weeks of the year go with FREQ=YEARLY");
        }
        if let Some(column) = at("BYWEEKNO").filter(|_| self.weekdays.is_empty() || numbered) {
            return refuse(column, "BYWEEKNO needs the weekday: write BYDAY=MO behind it");
        }
        if let Some(column) = at("BYDAY").filter(|_| numbered && !by_month) {
            return refuse(column, "1MO and -1FR are days of a month: write FREQ=MONTHLY, or MO and FR");
        }
        let months = self.frequency == Frequency::Monthly || !self.months.is_empty();
        let far = self.weekdays.iter().any(|(n, _)| n.is_some_and(|n| n.abs() > 5));
        if let Some(column) = at("BYDAY").filter(|_| far && months) {
            return refuse(column, "a month has no sixth: write 1MO to 5MO, or -1MO to -5MO");
        }
        let others = parts.iter().any(|p| p.name.starts_with("BY") && p.name != "BYSETPOS" && p.name != "BYSECOND");
        if let Some(column) = at("BYSETPOS").filter(|_| !others) {
            return refuse(column, "BYSETPOS picks among others: write BYDAY or the like too");
        }
        let a_day = self.hours.len().max(1) * self.minutes.len().max(1);
        if let Some(column) = at("BYMINUTE").or(at("BYHOUR")).filter(|_| a_day > MOST_A_DAY) {
            return refuse(
                column,
                format!("{a_day} visits a day are more than {MOST_A_DAY}: name fewer hours or minutes"),
            );
        }
        Ok(())
    }
}

/// The rule with another count, all else as it was given.
pub(super) fn with_count(text: &str, count: u32) -> String {
    let parts: Vec<String> = text
        .split(';')
        .map(|piece| match piece.split_once('=') {
            Some((name, _)) if name.trim().to_ascii_uppercase().trim_start_matches("RRULE:").trim() == "COUNT" => {
                format!("{name}={count}")
            }
            _ => piece.to_owned(),
        })
        .collect();
    parts.join(";")
}
