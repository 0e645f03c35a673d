//! Visits that come again: the rule as it was given, and what was decided about single occurrences.

use super::ids::{ClientId, FrequencyOrderId, SeriesId, StaffId};
use super::record::{Owner, body};
use super::staff::Discipline;
use super::text::{Few, Text};
use super::time::{Civil, Day};
use serde::{Deserialize, Serialize};

/// When a pattern ends, beside what its rule says; the first end that is met counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Ends {
    /// It goes on as far as the rule does.
    #[default]
    Open,
    /// This is the last day.
    On(Day),
    /// After so many occurrences, those left out counted.
    After(u32),
}

/// One occurrence of the rule, by the day and minute the rule has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The day.
    pub day: Day,
    /// The minute of the day, where there are several that day and one is meant.
    pub minute: Option<u16>,
}

impl From<Day> for Slot {
    fn from(day: Day) -> Self {
        Self { day, minute: None }
    }
}

/// An occurrence that takes place at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Which; of several that day the first, where no minute is said.
    pub from: Slot,
    /// When it takes place.
    pub to: Civil,
}

/// Days on which nothing takes place: a hospital stay, respite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// First day.
    pub from: Day,
    /// Last day; nothing while nobody knows.
    pub to: Option<Day>,
}

/// Days on which a series rests, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Which days.
    pub days: Pause,
    /// `respite`, `away with the family`.
    pub reason: Text<120>,
}

/// Visits that come again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Whose.
    pub client: ClientId,
    /// Discipline that each visit needs.
    pub discipline: Discipline,
    /// What is done.
    pub service: Text<80>,
    /// From when on, and at what time on the wall. It moves on with a change of the rule, which is for what comes.
    pub start: Civil,
    /// Planned length of each in minutes.
    pub minutes: u16,
    /// Who goes, if anybody is meant to.
    pub staff: Option<StaffId>,
    /// The second person of a two-person visit.
    pub second: Option<StaffId>,
    /// The RFC 5545 rule as it was given: `FREQ=WEEKLY;BYDAY=MO,WE,FR`.
    pub rule: Text<200>,
    /// When it ends, beside what the rule says.
    pub ends: Ends,
    /// Occurrences that are left out.
    pub left_out: Few<Slot, 60>,
    /// Occurrences that were moved before their visit was made.
    pub moved: Few<Moved, 60>,
    /// It rests on these days.
    pub pauses: Few<Rest, 12>,
    /// Left out on the agency's holidays.
    pub not_on_holidays: bool,
    /// The order that it fulfils.
    pub order: Option<FrequencyOrderId>,
    /// First day of all, whatever was changed since.
    pub since: Day,
    /// The series that it goes on from, where one was changed from a day on.
    pub follows: Option<SeriesId>,
    /// Why it ends, where somebody ended it.
    pub reason: Text<200>,
}

body!(Series: SeriesId => |series, _| Owner::Client(series.client));
