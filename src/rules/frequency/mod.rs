//! Frequency orders: `SN 2w4,1w5` is skilled nursing, 2 visits a week for 4 weeks, then 1 a week for 5 weeks.
//!
//! [`Order::parse`] reads what clinicians write, [`Order`]'s `Display` writes it the one way, [`Order::echo`] says it in
//! plain words. [`Order::expand`] lays it on the calendar, [`Expansion::variance`] holds it against what was booked and
//! delivered and drafts the order change when the two don't add up.
//!
//! ```text
//! order = [discipline] item {("," | ";" | "then") item} [prn]
//! item  = [hours "h/d"] lo ["-" hi] ["x"] unit ["x"] how-many [unit]      unit: d, w, wk, /week, a month, daily …
//! prn   = "PRN for" reason, right behind the item that is as needed | visits "PRN for" reason, on top of the items
//! ```
//!
//! Of a range the upper limit is the frequency. As needed has a reason and a limit (42 CFR 409.43(b)).

mod book;
mod read;
#[cfg(test)]
mod tests;
mod variance;
mod weeks;

pub use book::{BookedSeries, weekdays};
pub use variance::{Draft, Standing, Variance, Week};
pub use weeks::{Expansion, Hint, Line, WeekRule};

use crate::domain::staff::Discipline;
use crate::domain::words::words;
use std::fmt;

words! {
    /// The disciplines that an order can name.
    OrderDiscipline {
        Sn = "SN", Pt = "PT", Ot = "OT", St = "ST", Msw = "MSW", Hha = "HHA", Rn = "RN", Lpn = "LPN", Np = "NP",
        Rd = "RD", Pca = "PCA", Cna = "CNA", Companion = "companion",
    }
}

impl OrderDiscipline {
    /// In plain words.
    pub const fn long(self) -> &'static str {
        match self {
            Self::Sn => "skilled nursing",
            Self::Pt => "physical therapy",
            Self::Ot => "occupational therapy",
            Self::St => "speech therapy",
            Self::Msw => "medical social work",
            Self::Hha => "home health aide",
            Self::Rn => "registered nurse",
            Self::Lpn => "practical nurse",
            Self::Np => "nurse practitioner",
            Self::Rd => "dietitian",
            Self::Pca => "personal care",
            Self::Cna => "nursing assistant",
            Self::Companion => "companion",
        }
    }

    /// Does a visit of this discipline count for the order? An assistant's visit counts for the therapist's order, and
    /// both nurses' for skilled nursing; who may stand in for whom in a call-out is another question.
    pub const fn counts(self, visit: Discipline) -> bool {
        use Discipline as D;
        match self {
            Self::Sn => matches!(visit, D::Rn | D::Lpn),
            Self::Pt => matches!(visit, D::Pt | D::Pta),
            Self::Ot => matches!(visit, D::Ot | D::Ota),
            Self::St => matches!(visit, D::Slp),
            Self::Msw => matches!(visit, D::Msw),
            Self::Hha => matches!(visit, D::Hha | D::Cna),
            Self::Rn => matches!(visit, D::Rn),
            Self::Lpn => matches!(visit, D::Lpn),
            Self::Np => matches!(visit, D::Np),
            Self::Rd => matches!(visit, D::Rd),
            Self::Pca => matches!(visit, D::Pca),
            Self::Cna => matches!(visit, D::Cna),
            Self::Companion => matches!(visit, D::Companion),
        }
    }

    /// Nursing, whose daily visits need an end.
    const fn nursing(self) -> bool {
        matches!(self, Self::Sn | Self::Rn | Self::Lpn)
    }
}

/// What the visits are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Per {
    /// A day.
    Day,
    /// A calendar week.
    Week,
    /// A month, from the day it starts to the day before the same day of the next.
    Month,
}

impl Per {
    const fn letter(self) -> char {
        match self {
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Month => 'm',
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The most of them that an order may run for: two years.
    const fn most(self) -> u32 {
        match self {
            Self::Day => 731,
            Self::Week => 104,
            Self::Month => 24,
        }
    }
}

/// How long a visit is, in minutes; the two are the same where it is no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Length {
    /// At least.
    pub lo: u16,
    /// At most.
    pub hi: u16,
}

/// So many visits a day, week or month, for so many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Item {
    /// At least.
    pub lo: u16,
    /// At most: the frequency.
    pub hi: u16,
    /// A day, a week or a month.
    pub per: Per,
    /// How many days, weeks or months.
    pub times: u16,
    /// How long a visit is, where the order says so.
    pub length: Option<Length>,
}

impl Item {
    /// The same number in each of so many days, weeks or months.
    pub const fn even(visits: u16, per: Per, times: u16) -> Self {
        Self { lo: visits, hi: visits, per, times, length: None }
    }

    /// The most visits it asks for.
    pub const fn visits(&self) -> u32 {
        self.hi as u32 * self.times as u32
    }
}

/// Visits as needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prn {
    /// So many on top of the items; where nothing is said the last item itself is as needed, and is the limit.
    pub count: Option<u16>,
    /// The sign or symptom they are for.
    pub reason: String,
}

/// A frequency order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Who comes; nothing where that is said beside the order.
    pub discipline: Option<OrderDiscipline>,
    /// One after the other.
    pub items: Vec<Item>,
    /// As needed.
    pub prn: Option<Prn>,
}

/// Why an order was refused, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderError {
    /// Which character of the text, counted from 1.
    pub column: usize,
    /// What is wrong there, and what to write.
    pub why: String,
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.why)
    }
}

impl std::error::Error for OrderError {}

impl Order {
    /// Reads an order as people write it.
    pub fn parse(text: &str) -> Result<Self, OrderError> {
        read::order(text, None)
    }

    /// Reads an order whose discipline is known; one that names another is refused.
    pub fn parse_for(discipline: OrderDiscipline, text: &str) -> Result<Self, OrderError> {
        read::order(text, Some(discipline))
    }

    /// Which item is as needed itself.
    fn as_needed_item(&self) -> Option<usize> {
        match &self.prn {
            Some(Prn { count: None, .. }) => self.items.len().checked_sub(1),
            _ => None,
        }
    }

    /// The visits it asks for at most, those as needed aside.
    pub fn visits(&self) -> u32 {
        let prn = self.as_needed_item();
        self.items.iter().enumerate().filter(|(i, _)| Some(*i) != prn).map(|(_, item)| item.visits()).sum()
    }

    /// How many visits may be made as needed.
    pub fn as_needed(&self) -> u32 {
        match (&self.prn, self.as_needed_item()) {
            (Some(Prn { count: Some(n), .. }), _) => u32::from(*n),
            (_, Some(i)) => self.items[i].visits(),
            _ => 0,
        }
    }

    /// In plain words: `skilled nursing: 2 a week for 4 weeks, then 1 a week for 5 weeks: 13 visits in 9 weeks`.
    pub fn echo(&self) -> String {
        let mut text = self.discipline.map_or_else(String::new, |d| format!("{}: ", d.long()));
        let mut length = None;
        for (i, item) in self.items.iter().enumerate() {
            text += if i == 0 { "" } else { ", then " };
            text += &item.words();
            if let Some(long) = item.length.filter(|_| item.length != length) {
                text += &format!(", {} a visit", long.words());
            }
            length = item.length;
        }
        let prn_item = self.as_needed_item();
        if let (Some(prn), Some(_)) = (&self.prn, prn_item) {
            text += &format!(", as needed for {}", prn.reason);
        }
        text += &format!(": {}", self.total());
        if let Some(Prn { count: Some(n), reason }) = &self.prn {
            text += &format!(", and up to {n} more as needed for {reason}");
        }
        text
    }

    /// `13 visits in 9 weeks`.
    fn total(&self) -> String {
        let range = self.items.iter().any(|i| i.lo != i.hi);
        let spans: Vec<String> = [Per::Month, Per::Week, Per::Day]
            .into_iter()
            .map(|per| (per, self.items.iter().filter(|i| i.per == per).map(|i| u32::from(i.times)).sum::<u32>()))
            .filter(|(_, n)| *n > 0)
            .map(|(per, n)| counted(n, per.word()))
            .collect();
        let needed = if self.as_needed_item().is_some() { self.as_needed() } else { 0 };
        let all = self.visits() + needed;
        let most = if range || needed > 0 { "at most " } else { "" };
        let mut text = format!("{most}{} in {}", counted(all, "visit"), spans.join(" and "));
        if needed > 0 {
            text += &if needed == all { ", all as needed".to_owned() } else { format!(", {needed} of them as needed") };
        }
        text
    }
}

impl Item {
    fn words(&self) -> String {
        let number = match (self.lo, self.hi) {
            (_, 0) => "none".to_owned(),
            (lo, hi) if lo == hi => format!("{hi} a {}", self.per.word()),
            (lo, hi) => format!("{lo} to {hi} a {}", self.per.word()),
        };
        format!("{number} for {}", counted(u32::from(self.times), self.per.word()))
    }
}

impl Length {
    fn words(self) -> String {
        let unit = if self.hi == 60 { "hour" } else { "hours" };
        if self.lo == self.hi {
            format!("{} {unit}", quarters(self.hi))
        } else {
            format!("{} to {} {unit}", quarters(self.lo), quarters(self.hi))
        }
    }
}

/// `2.25` of 135 minutes.
fn quarters(minutes: u16) -> String {
    let hundredths = u32::from(minutes) * 100 / 60;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn counted(n: u32, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

impl fmt::Display for Order {
    /// The one way it is written: `SN 2w4,1w5`, `HHA 2-3h/d 2-3w9`, `PT 2w4,3 PRN for falls`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(discipline) = self.discipline {
            write!(f, "{} ", discipline.word())?;
        }
        let mut length = None;
        for (i, item) in self.items.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            if let Some(Length { lo, hi }) = item.length.filter(|_| item.length != length) {
                if lo != hi {
                    write!(f, "{}-", quarters(lo))?;
                }
                write!(f, "{}h/d ", quarters(hi))?;
            }
            length = item.length;
            if item.lo != item.hi {
                write!(f, "{}-", item.lo)?;
            }
            write!(f, "{}{}{}", item.hi, item.per.letter(), item.times)?;
        }
        match &self.prn {
            Some(Prn { count: None, reason }) => write!(f, " PRN for {reason}"),
            Some(Prn { count: Some(n), reason }) => write!(f, ",{n} PRN for {reason}"),
            None => Ok(()),
        }
    }
}
