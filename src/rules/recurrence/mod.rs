//! Visits that come again: RFC 5545 recurrence rules, with the days left out, the occurrences moved, holidays, pauses
//! and an end.
//!
//! A rule is walked as wall time, without a zone, and the zone is put on afterwards: 08:00 stays 08:00 when the clocks
//! change. A time that the spring gap skips moves behind it, one that autumn repeats comes once, as
//! [`Zone::moment`](crate::domain::time::Zone::moment) has it.
//!
//! [`Pattern::occurrences`] answers the visits of a range, [`Pattern::split`] makes two patterns of one for “this and
//! following”, [`Pattern::words`] says it in plain words. What would run wild is refused with the mend: rules by the
//! hour or second, more than a day can hold, and ends beyond any order of care.

mod plain;
mod rule;
mod settle;
#[cfg(test)]
mod tests;
mod walk;
mod words;

pub use plain::{Often, Plain, PlainError};
pub use settle::{Settle, Step, settle};

pub use crate::domain::series::{Ends, Moved, Pause, Slot};

use crate::domain::series::Series;
use crate::domain::time::{Civil, Day};
use rule::Rule;
use std::fmt;

/// Visits that come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The RFC 5545 rule as it was given: `FREQ=WEEKLY;BYDAY=MO,WE,FR`.
    pub rule: String,
    /// From when on, and at what time on the wall. What the rule leaves open is taken from here; an occurrence only
    /// where the rule has one.
    pub start: Civil,
    /// When it ends, beside what the rule says.
    pub ends: Ends,
    /// Cancelled: of a day, or one of several that day.
    pub left_out: Vec<Slot>,
    /// Moved.
    pub moved: Vec<Moved>,
    /// Days that are left out because they are holidays; what was moved to one stands.
    pub holidays: Vec<Day>,
    /// Held; also for what was moved into a pause.
    pub pauses: Vec<Pause>,
}

/// One visit that a pattern asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// The day that the rule has for it.
    pub day: Day,
    /// The minute that the rule has for it.
    pub minute: u16,
    /// When it takes place.
    pub at: Civil,
}

/// Why a rule was refused, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// Which character of the rule, counted from 1.
    pub column: usize,
    /// What is wrong there, and what to write.
    pub why: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.why)
    }
}

impl std::error::Error for RuleError {}

impl Pattern {
    /// A pattern with nothing but a rule and a start.
    pub fn new(rule: &str, start: Civil) -> Self {
        Self {
            rule: rule.to_owned(),
            start,
            ends: Ends::Open,
            left_out: Vec::new(),
            moved: Vec::new(),
            holidays: Vec::new(),
            pauses: Vec::new(),
        }
    }

    /// The pattern of a series, with the agency's holidays and the days on which its client is not visited.
    pub fn of(series: &Series, holidays: &[Day], held: &[Pause]) -> Self {
        Self {
            rule: series.rule.as_str().to_owned(),
            start: series.start,
            ends: series.ends,
            left_out: series.left_out.to_vec(),
            moved: series.moved.to_vec(),
            holidays: if series.not_on_holidays { holidays.to_vec() } else { Vec::new() },
            pauses: series.pauses.iter().map(|rest| rest.days).chain(held.iter().copied()).collect(),
        }
    }

    /// Can the rule be read, and does it ever come?
    pub fn check(&self) -> Result<(), RuleError> {
        let rule = Rule::read(&self.rule)?;
        let mut any = false;
        walk::slots(self, &rule, walk::LAST, |_, _| {
            any = true;
            false
        })?;
        if any {
            Ok(())
        } else {
            Err(RuleError { column: 1, why: "from this start to its end it never comes".to_owned() })
        }
    }

    /// What takes place from one day to another, in order, and no more than `limit` of it.
    pub fn occurrences(&self, from: Day, to: Day, limit: usize) -> Result<Vec<Civil>, RuleError> {
        Ok(self.visits(from, to, limit)?.into_iter().map(|found| found.at).collect())
    }

    /// The same, each with the day and minute that the rule has for it: these stay what they are when it is moved.
    pub fn visits(&self, from: Day, to: Day, limit: usize) -> Result<Vec<Occurrence>, RuleError> {
        let rule = Rule::read(&self.rule)?;
        let inside = |day: Day| (from..=to).contains(&day);
        let moved_in = self.moved.iter().filter(|m| inside(m.to.day)).map(|m| m.from.day).max();
        let reach = moved_in.map_or(to, |day| day.max(to));
        let mut found: Vec<Occurrence> = Vec::new();
        let mut plain = 0;
        let mut before = None;
        let mut full = None;
        walk::slots(self, &rule, reach, |day, minute| {
            let first = before != Some(day);
            before = Some(day);
            let here = Civil { day, minute, zone: self.start.zone };
            match self.fate(here, first) {
                Fate::Moved(to) => found.extend(inside(to.day).then_some(Occurrence { day, minute, at: to })),
                // Behind the gap two can come in another order or fall together, so a day is seen to its end.
                Fate::Stands if inside(day) && (plain < limit || full == Some(day)) => {
                    let there = Civil::of(here.moment(), here.zone);
                    if !found.iter().rev().take_while(|c| c.at.day == day).any(|c| c.at == there) {
                        found.push(Occurrence { day, minute, at: there });
                        plain += 1;
                        full = Some(day);
                    }
                }
                Fate::Stands | Fate::Gone => {}
            }
            plain < limit || full == Some(day) || moved_in.is_some_and(|last| day <= last)
        })?;
        found.sort_by_key(|c| (c.at.moment(), c.at.day, c.at.minute));
        found.dedup_by_key(|c| c.at);
        found.truncate(limit);
        Ok(found)
    }

    /// What becomes of an occurrence of the rule; `first` is whether it is the first of its day.
    fn fate(&self, here: Civil, first: bool) -> Fate {
        let day = here.day;
        if self.left_out.iter().any(|s| s.day == day && s.minute.is_none_or(|m| m == here.minute)) {
            return Fate::Gone;
        }
        let is = |slot: Slot| slot.day == day && slot.minute.map_or(first, |m| m == here.minute);
        if let Some(moved) = self.moved.iter().find(|m| is(m.from)) {
            return if self.paused(moved.to.day) { Fate::Gone } else { Fate::Moved(moved.to) };
        }
        if self.holidays.contains(&day) || self.paused(day) { Fate::Gone } else { Fate::Stands }
    }

    /// It rests on this day.
    pub fn paused(&self, day: Day) -> bool {
        self.pauses.iter().any(|p| p.from <= day && p.to.is_none_or(|to| day <= to))
    }

    /// Two patterns for “this and following”: all before a day, and all from that day on, which together are what this
    /// one is. Where one of them would have nothing in it, it is none.
    pub fn split(&self, at: Day) -> Result<(Option<Self>, Option<Self>), RuleError> {
        let rule = Rule::read(&self.rule)?;
        let mut past = 0_u32;
        let mut next = None;
        walk::slots(self, &rule, walk::LAST, |day, minute| {
            if day < at {
                past += 1;
            } else {
                next = Some(Civil { day, minute, zone: self.start.zone });
            }
            next.is_none()
        })?;
        let Some(start) = next else { return Ok(((past > 0).then(|| self.clone()), None)) };
        if past == 0 {
            return Ok((None, Some(self.clone())));
        }
        let (mut before, mut after) = (self.clone(), self.clone());
        let last = at.plus(-1);
        (before.ends, after.ends) = match self.ends {
            Ends::Open => (Ends::On(last), Ends::Open),
            Ends::On(day) => (Ends::On(day.min(last)), Ends::On(day)),
            Ends::After(n) => (Ends::After(past), Ends::After(n.saturating_sub(past))),
        };
        after.start = start;
        if let Some(count) = rule.count {
            after.rule = rule::with_count(&self.rule, count.saturating_sub(past));
        }
        before.left_out.retain(|s| s.day < at);
        after.left_out.retain(|s| s.day >= at);
        before.moved.retain(|m| m.from.day < at);
        after.moved.retain(|m| m.from.day >= at);
        Ok((Some(before), Some(after)))
    }

    /// In plain words: `Mon, Wed, Fri 08:00 until 30 Apr 2026`.
    pub fn words(&self) -> Result<String, RuleError> {
        Ok(words::of(self, &Rule::read(&self.rule)?))
    }
}

/// What becomes of an occurrence.
enum Fate {
    Stands,
    Moved(Civil),
    Gone,
}
