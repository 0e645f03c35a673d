//! A frequency order laid on the calendar.

use super::{Item, Order, Per, counted};
use crate::domain::time::Day;

/// Which weekday a week begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WeekRule {
    /// 0 = Monday … 6 = Sunday.
    first: u8,
}

impl Default for WeekRule {
    fn default() -> Self {
        Self::SUNDAY
    }
}

impl WeekRule {
    /// Sunday to Saturday, as most agencies and their software count.
    pub const SUNDAY: Self = Self { first: 6 };

    /// Weeks that begin with this weekday, 0 = Monday … 6 = Sunday.
    pub fn starting(weekday: u8) -> Option<Self> {
        (weekday < 7).then_some(Self { first: weekday })
    }

    /// The first day of this day's week.
    pub fn start(self, day: Day) -> Day {
        day.plus(-((day.weekday() as i32 - i32::from(self.first)).rem_euclid(7)))
    }

    /// The last day of this day's week.
    pub fn end(self, day: Day) -> Day {
        self.start(day).plus(6)
    }

    /// How many weeks these days touch.
    pub fn touched(self, from: Day, to: Day) -> u32 {
        if to < from { 0 } else { (self.start(to).since(self.start(from)) / 7 + 1).max(0) as u32 }
    }
}

/// What an order asks for from one day to another: a week, or the part of it that an item covers; for an order by the
/// month, a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// At least so many visits.
    pub lo: u32,
    /// So many visits: the upper limit of a range is the frequency.
    pub ordered: u32,
    /// These may be made as needed; then nothing is ordered.
    pub as_needed: u32,
    /// Which item of the order it comes from.
    pub item: usize,
}

/// Something worth saying before the order is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// In a sentence.
    pub text: String,
    /// The order that mends it.
    pub fix: Option<Order>,
}

/// An order on the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// The order.
    pub order: Order,
    /// The first day.
    pub effective: Day,
    /// The last day.
    pub to: Day,
    /// How weeks are counted.
    pub week: WeekRule,
    /// One after the other, without a gap.
    pub lines: Vec<Line>,
    /// What doesn't fit.
    pub hints: Vec<Hint>,
}

impl Order {
    /// Lays the order on the calendar: the first item starts on the effective day, every other the day after the one
    /// before; a first week that is cut short counts as a week. `certified_to` is the last day of the certification
    /// period, where there is one: lines end there.
    pub fn expand(&self, effective: Day, week: WeekRule, certified_to: Option<Day>) -> Expansion {
        let as_needed = self.as_needed_item();
        let mut lines = Vec::new();
        let mut from = effective;
        for (i, item) in self.items.iter().enumerate() {
            let needed = as_needed == Some(i);
            let mut line = |from: Day, to: Day, times: u32| {
                let most = u32::from(item.hi) * times;
                lines.push(Line {
                    from,
                    to,
                    lo: if needed { 0 } else { u32::from(item.lo) * times },
                    ordered: if needed { 0 } else { most },
                    as_needed: if needed { most } else { 0 },
                    item: i,
                });
            };
            match item.per {
                Per::Day => {
                    let last = from.plus(i32::from(item.times) - 1);
                    while from <= last {
                        let to = week.end(from).min(last);
                        line(from, to, (to.since(from) + 1) as u32);
                        from = to.plus(1);
                    }
                }
                Per::Week => {
                    for _ in 0..item.times {
                        let to = week.end(from);
                        line(from, to, 1);
                        from = to.plus(1);
                    }
                }
                Per::Month => {
                    let first = from;
                    for month in 1..=i32::from(item.times) {
                        let to = first.months_on(month).plus(-1);
                        line(from, to, 1);
                        from = to.plus(1);
                    }
                }
            }
        }
        let to = from.plus(-1);
        let hints = self.hints(effective, to, week, certified_to);
        if let Some(end) = certified_to {
            lines.retain(|l| l.from <= end);
            if let Some(last) = lines.last_mut() {
                last.to = last.to.min(end);
            }
        }
        Expansion { order: self.clone(), effective, to: certified_to.map_or(to, |end| to.min(end)), week, lines, hints }
    }

    fn hints(&self, effective: Day, to: Day, week: WeekRule, certified_to: Option<Day>) -> Vec<Hint> {
        let mut hints = Vec::new();
        let left = certified_to.map(|end| week.touched(effective, end));
        let covered = week.touched(effective, to);
        hints.extend(self.short_first_week(effective, week, left.is_none_or(|left| covered < left)));
        let (Some(end), Some(left)) = (certified_to, left) else { return hints };
        let text = if left == 0 {
            format!("it begins {}, after the certification ended on {}", effective.long(), end.long())
        } else if covered < left {
            let missing = counted(left - covered, "week");
            format!("it covers {covered} of the {left} weeks left to {}: {missing} without an order", end.long())
        } else if covered > left {
            let over = counted(covered - left, "week");
            format!("it runs {over} past the certification, which ends {}", end.long())
        } else {
            return hints;
        };
        hints.push(Hint { text, fix: None });
        hints
    }

    /// A start of care on a Saturday leaves one day of the first week, which counts as a week all the same: `1w1` first.
    fn short_first_week(&self, effective: Day, week: WeekRule, room: bool) -> Option<Hint> {
        let first = self.items.first().filter(|i| i.per == Per::Week)?;
        let days = (week.end(effective).since(effective) + 1) as u16;
        if days >= 7 || first.hi <= days || self.as_needed_item() == Some(0) {
            return None;
        }
        let mut fix = self.clone();
        let short = Item { lo: first.lo.min(days), hi: days, times: 1, ..*first };
        // Where the certification has no week more, the short week is one of those of the first item.
        if !room {
            if first.times == 1 {
                fix.items.remove(0);
            } else if let Some(item) = fix.items.first_mut() {
                item.times -= 1;
            }
        }
        fix.items.insert(0, short);
        let visits = counted(u32::from(first.hi), "visit");
        let left = counted(u32::from(days), "day");
        let text =
            format!("the first week has {left} left from {}, and {visits} in it: write {fix}", effective.short());
        Some(Hint { text, fix: Some(fix) })
    }
}
