//! Ordered, booked and delivered, week by week, and the order change where they don't add up.

use super::{Expansion, Item, Line, Order, Per, Prn, counted};
use crate::domain::time::Day;

/// How a week stands against the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As ordered.
    Even,
    /// Below the upper limit of a range, and not below its lower: so many below.
    InRange(u32),
    /// So many too few: not booked while they can be, not delivered once the week is over.
    Short(u32),
    /// So many more than ordered, and more than may be made as needed.
    Over(u32),
    /// Nothing is booked that far ahead yet.
    Ahead,
}

/// A line of the order with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// What is ordered, from when to when.
    pub line: Line,
    /// Visits on the calendar, those delivered among them; cancelled and missed ones are not.
    pub booked: u32,
    /// Visits delivered.
    pub delivered: u32,
    /// Visits above the order that count as needed.
    pub as_needed: u32,
    /// How it stands.
    pub standing: Standing,
}

/// A drafted order change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// From this day.
    pub effective: Day,
    /// What it would be.
    pub order: Order,
}

/// An order held against the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variance {
    /// Week by week.
    pub weeks: Vec<Week>,
    /// Visits booked or delivered on days that the order doesn't cover.
    pub outside: u32,
    /// What doesn't add up, in sentences.
    pub why: Vec<String>,
    /// The order as it is booked, where that isn't the order as it is written.
    pub draft: Option<Draft>,
}

impl Expansion {
    /// Holds the order against the visits of its discipline. `booked` are the days of all visits on the calendar, also
    /// of those delivered; `delivered` the days of those delivered. What is booked is judged up to `booked_to`, as far
    /// as visits are made out of series; weeks that ended before `today` are judged by what was delivered.
    pub fn variance(&self, booked: &[Day], delivered: &[Day], today: Day, booked_to: Day) -> Variance {
        let mut extra = match &self.order.prn {
            Some(Prn { count: Some(n), .. }) => u32::from(*n),
            _ => 0,
        };
        let mut weeks = Vec::new();
        for line in &self.lines {
            let delivered = count(delivered, line.from, line.to);
            let booked = count(booked, line.from, line.to).max(delivered);
            let had = if line.to < today { delivered } else { booked };
            let above = had.saturating_sub(line.ordered);
            let as_needed = above.min(line.as_needed + extra);
            extra -= as_needed.saturating_sub(line.as_needed);
            let standing = match had {
                _ if above > as_needed => Standing::Over(above - as_needed),
                had if had >= line.ordered => Standing::Even,
                _ if line.to > booked_to && line.to >= today => Standing::Ahead,
                had if had >= line.lo => Standing::InRange(line.ordered - had),
                had => Standing::Short(line.ordered - had),
            };
            weeks.push(Week { line: line.clone(), booked, delivered, as_needed, standing });
        }
        let within = |days: &[Day]| self.lines.iter().map(|l| count(days, l.from, l.to)).sum::<u32>();
        let outside = |days: &[Day]| days.len() as u32 - within(days);
        let outside = outside(booked).max(outside(delivered));
        let why = self.why(&weeks, outside, today);
        let draft = self.draft(&weeks, booked, today);
        Variance { weeks, outside, why, draft }
    }

    fn why(&self, weeks: &[Week], outside: u32, today: Day) -> Vec<String> {
        let mut why: Vec<String> = weeks
            .iter()
            .filter_map(|w| {
                let done = if w.line.to < today { "delivered" } else { "booked" };
                let had = if w.line.to < today { w.delivered } else { w.booked };
                let off = match w.standing {
                    Standing::Short(n) => format!("{n} short"),
                    Standing::Over(n) => format!("{n} over"),
                    _ => return None,
                };
                let days = if w.line.from == w.line.to {
                    w.line.from.short()
                } else {
                    format!("{} to {}", w.line.from.short(), w.line.to.short())
                };
                let may = w.line.ordered + w.line.as_needed;
                Some(format!("{days}: {may} ordered, {had} {done}: {off}"))
            })
            .collect();
        if outside > 0 {
            let visits = counted(outside, "visit");
            let (from, to) = (self.effective.long(), self.to.long());
            why.push(format!("{visits} outside the order, which is for {from} to {to}"));
        }
        why
    }

    /// The rest of the order as it is booked, from today on; nothing when that is what is ordered.
    fn draft(&self, weeks: &[Week], booked: &[Day], today: Day) -> Option<Draft> {
        let effective = today.max(self.effective);
        let rest: Vec<&Week> = weeks.iter().filter(|w| w.line.to >= effective).collect();
        let per = |w: &Week| self.order.items[w.line.item].per;
        // A month that has begun can't be ordered from its middle on: that change is a person's to write.
        if !rest.iter().any(|w| w.off()) || rest.iter().any(|w| per(w) == Per::Month) {
            return None;
        }
        // A daily order that is not kept daily any more is told by the week; its last one then ends with the week.
        let by_week = rest.iter().any(|w| per(w) == Per::Day && !self.keeps_daily(w, booked, effective));
        if by_week && rest.iter().any(|w| w.line.as_needed > 0) {
            return None;
        }
        let mut items: Vec<Item> = Vec::new();
        let mut begun: Option<Day> = None;
        for week in &rest {
            let piece = self.piece(week, booked, effective, by_week);
            let start = self.week.start(week.line.from.max(effective));
            match items.last_mut() {
                // The end of a daily item and the week that follows it share a calendar week.
                Some(last) if by_week && begun == Some(start) => {
                    last.lo = last.lo.saturating_add(piece.lo);
                    last.hi = last.hi.saturating_add(piece.hi);
                }
                _ => items.push(piece),
            }
            begun = Some(start);
        }
        let same = |a: &Item, b: &Item| Item { times: 0, ..*a } == Item { times: 0, ..*b };
        let items = items.into_iter().fold(Vec::new(), |mut items: Vec<Item>, item| {
            match items.last_mut() {
                Some(last) if same(last, &item) => last.times += item.times,
                _ => items.push(item),
            }
            items
        });
        let needed: u16 = rest.iter().filter(|w| w.line.as_needed > 0).count() as u16;
        let prn = match self.order.prn.clone() {
            // What was an item as needed must still be the last one, and all of it.
            Some(Prn { count: None, .. }) if items.last().is_none_or(|i| i.times != needed) => return None,
            Some(Prn { count: Some(n), reason }) => {
                let used = weeks.iter().filter(|w| w.line.from < effective).map(|w| w.as_needed).sum::<u32>();
                let left = n.saturating_sub(used.min(u32::from(n)) as u16);
                (left > 0).then_some(Prn { count: Some(left), reason })
            }
            prn => prn,
        };
        let order = Order { discipline: self.order.discipline, items, prn };
        // What can't be written as an order is none.
        Order::parse(&order.to_string()).is_ok_and(|read| read == order).then_some(Draft { effective, order })
    }

    /// What is left of these days from `effective` on is what the order has a day.
    fn keeps_daily(&self, week: &Week, booked: &[Day], effective: Day) -> bool {
        let from = week.line.from.max(effective);
        if week.off() || from == week.line.from {
            return !week.off();
        }
        let item = self.order.items[week.line.item];
        let days = (week.line.to.since(from) + 1).max(0) as u32;
        let ahead = count(booked, from, week.line.to);
        let enough = week.standing == Standing::Ahead || ahead >= u32::from(item.lo) * days;
        enough && ahead <= u32::from(item.hi) * days
    }

    /// One line from `effective` on: as it is booked where that is off, else as it is ordered.
    fn piece(&self, week: &Week, booked: &[Day], effective: Day, by_week: bool) -> Item {
        let item = self.order.items[week.line.item];
        let line = &week.line;
        let from = line.from.max(effective);
        let days = (line.to.since(from) + 1).max(1) as u16;
        if item.per == Per::Day && !by_week {
            return Item { times: days, ..item };
        }
        let there = |from: Day, to: Day| count(booked, from, to);
        let ahead = there(from, line.to);
        let (lo, hi) = if week.off() {
            (ahead, ahead)
        } else {
            let each = if item.per == Per::Day { line.to.since(line.from) as u32 + 1 } else { 1 };
            let (lo, hi) = (u32::from(item.lo) * each, line.ordered + line.as_needed);
            if from == line.from {
                (lo, hi)
            } else {
                // What this week still asks for.
                let before = there(line.from, from.plus(-1));
                let hi = hi.saturating_sub(before).max(ahead);
                (lo.saturating_sub(before).min(hi), hi)
            }
        };
        let cap = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
        Item { lo: cap(lo), hi: cap(hi), per: Per::Week, times: 1, length: item.length }
    }
}

impl Week {
    /// It doesn't add up.
    fn off(&self) -> bool {
        matches!(self.standing, Standing::Short(_) | Standing::Over(_))
    }
}

fn count(days: &[Day], from: Day, to: Day) -> u32 {
    days.iter().filter(|d| (from..=to).contains(*d)).count() as u32
}
