//! Walks a rule with the `rrule` crate, in wall time and within bounds.
//!
//! The crate knows nothing of zones, counts or ends here: it is given UTC for a wall without a zone. Its own zones lose
//! and double occurrences where clocks change, and its first week is cut at the start.

use super::rule::{Frequency, Rule, Until};
use super::{Ends, Pattern, RuleError};
use crate::domain::time::{Civil, Day};
use chrono::{Datelike, NaiveDate, TimeZone, Timelike};

/// 31 December 2199: nothing is planned behind it.
pub(super) const LAST: Day = Day(84_005);
/// 1 January 1900.
const FIRST: Day = Day(-25_567);
/// Nobody has so many visits in one series.
const MOST: usize = 100_000;

/// Hands out the rule's occurrences in order, by the day and minute they have on the wall, to the end of the pattern or
/// of `to`, for as long as `each` wants more.
pub(super) fn slots(
    pattern: &Pattern,
    rule: &Rule,
    to: Day,
    mut each: impl FnMut(Day, u16) -> bool,
) -> Result<(), RuleError> {
    let start = pattern.start;
    let refused = |why: &str| RuleError { column: 1, why: why.to_owned() };
    if !(FIRST..=LAST).contains(&start.day) || start.minute >= 24 * 60 {
        return Err(refused("a series starts between 1900 and 2199"));
    }
    let count = match pattern.ends {
        Ends::After(n) => Some(rule.count.map_or(n, |c| c.min(n))),
        _ => rule.count,
    };
    let to = match pattern.ends {
        Ends::On(day) => to.min(day),
        _ => to,
    };
    let to = to.min(LAST).min(last_day(rule.until, start));
    if to < start.day || count == Some(0) {
        return Ok(());
    }
    let set = given(rule, start).ok_or_else(|| refused("this rule can't be walked: write it in another way"))?;
    let mut seen = 0;
    let mut before = None;
    for (walked, at) in (&set).into_iter().enumerate() {
        if walked > MOST {
            return Err(refused("more than 100,000 visits since its start: begin a new series"));
        }
        let Some(day) = Day::from_ymd(at.year(), at.month(), at.day()) else { continue };
        let minute = (at.hour() * 60 + at.minute()) as u16;
        if day > to {
            break;
        }
        let here = Some((day, minute));
        if here <= before || here < Some((start.day, start.minute)) {
            continue;
        }
        before = here;
        if !within(rule.until, Civil { day, minute, zone: start.zone }) || !each(day, minute) {
            break;
        }
        seen += 1;
        if count == Some(seen) {
            break;
        }
    }
    Ok(())
}

/// The day after which an `UNTIL` has nothing any more.
fn last_day(until: Option<Until>, start: Civil) -> Day {
    match until {
        None => LAST,
        Some(Until::Day(day) | Until::Wall(day, _)) => day,
        Some(Until::Instant(at)) => start.zone.day(at).plus(1),
    }
}

fn within(until: Option<Until>, here: Civil) -> bool {
    match until {
        None => true,
        Some(Until::Day(day)) => here.day <= day,
        Some(Until::Wall(day, minute)) => (here.day, here.minute) <= (day, minute),
        Some(Until::Instant(at)) => here.moment() <= at,
    }
}

/// The rule as the crate has it, without count and end.
fn given(rule: &Rule, start: Civil) -> Option<rrule::RRuleSet> {
    let frequency = match rule.frequency {
        Frequency::Daily => rrule::Frequency::Daily,
        Frequency::Weekly => rrule::Frequency::Weekly,
        Frequency::Monthly => rrule::Frequency::Monthly,
        Frequency::Yearly => rrule::Frequency::Yearly,
    };
    let (hour, minute) = ((start.minute / 60) as u8, (start.minute % 60) as u8);
    let mut weekdays = rule.weekdays.clone();
    let mut first = start.day;
    if rule.frequency == Frequency::Weekly {
        if weekdays.is_empty() {
            weekdays.push((None, start.day.weekday()));
        }
        // From the beginning of its week, so that BYSETPOS counts in whole weeks; what lies before the start is skipped.
        first = first.plus(-((first.weekday() + 7 - rule.week_start) as i32 % 7));
    }
    let or = |list: &[u8], start: u8| if list.is_empty() { vec![start] } else { list.to_vec() };
    let months: Option<Vec<chrono::Month>> = rule.months.iter().map(|m| chrono::Month::try_from(*m).ok()).collect();
    let weekdays: Option<Vec<rrule::NWeekday>> = weekdays
        .iter()
        .map(|(n, day)| Some(rrule::NWeekday::new(*n, chrono::Weekday::try_from(*day as u8).ok()?)))
        .collect();
    let (year, month, day) = first.ymd();
    let at = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(u32::from(hour), u32::from(minute), 0)?;
    let at = rrule::Tz::UTC.from_local_datetime(&at).single()?;
    let given = rrule::RRule::new(frequency)
        .interval(rule.interval)
        .week_start(chrono::Weekday::try_from(rule.week_start as u8).ok()?)
        .by_month(&months?)
        .by_month_day(rule.month_days.clone())
        .by_year_day(rule.year_days.clone())
        .by_week_no(rule.weeks.clone())
        .by_weekday(weekdays?)
        .by_hour(or(&rule.hours, hour))
        .by_minute(or(&rule.minutes, minute))
        .by_second(vec![0])
        .by_set_pos(rule.positions.clone());
    Some(given.build(at).ok()?.limit())
}
