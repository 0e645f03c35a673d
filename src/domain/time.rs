//! Days, instants and civil times.
//!
//! What is planned is civil ([`Civil`]: a date, a minute of that day and a zone) and its instant is derived; what
//! happened is an instant, with the zone it was said in ([`Happened`]).

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// Milliseconds in a minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in 24 hours (not in a civil day, which may have 23 or 25 hours).
pub const DAY: i64 = 24 * HOUR;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Moment(pub i64);

impl Moment {
    /// This much later (earlier when negative).
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// As RFC 3339 in UTC, to the second.
    pub fn rfc3339(self) -> String {
        DateTime::from_timestamp_millis(self.0)
            .map_or_else(|| self.0.to_string(), |t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    /// Reads RFC 3339 with an offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text.trim()).ok().map(|t| Self(t.timestamp_millis()))
    }
}

/// A date: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub i32);

/// Short names of the months.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Short names of the weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Day {
    /// The day of this date, if there is one.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from_naive)
    }

    fn from_naive(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - 719_163)
    }

    fn naive(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(719_163)).unwrap_or(NaiveDate::MIN)
    }

    /// Year, month (1–12), day (1–31).
    pub fn ymd(self) -> (i32, u32, u32) {
        let d = self.naive();
        (d.year(), d.month(), d.day())
    }

    /// Days later (earlier when negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this.
    pub fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// 0 = Monday … 6 = Sunday.
    pub fn weekday(self) -> usize {
        (self.0 + 3).rem_euclid(7) as usize
    }

    /// The Sunday that its week begins with: the payroll week, Sunday to Saturday.
    #[must_use]
    pub fn week_start(self) -> Self {
        self.plus(-((self.weekday() as i32 + 1) % 7))
    }

    /// The first day of its month.
    #[must_use]
    pub fn month_start(self) -> Self {
        self.plus(1 - self.ymd().2 as i32)
    }

    /// The same day so many months later; the month's last where it has no such day.
    #[must_use]
    pub fn months_on(self, months: i32) -> Self {
        let (year, month, day) = self.ymd();
        let at = year.saturating_mul(12).saturating_add(month as i32 - 1).saturating_add(months);
        let (year, month) = (at.div_euclid(12), at.rem_euclid(12) as u32 + 1);
        (28..=day).rev().chain([day.min(28)]).find_map(|d| Self::from_ymd(year, month, d)).unwrap_or(self)
    }

    /// `2026-03-02`.
    pub fn iso(self) -> String {
        let (y, m, d) = self.ymd();
        format!("{y:04}-{m:02}-{d:02}")
    }

    /// Reads `2026-03-02`.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if y.len() != 4 || m.len() != 2 || d.len() != 2 {
            return None;
        }
        Self::from_ymd(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }

    /// `2 Mar 2026`: a date nobody reads the wrong way round.
    pub fn long(self) -> String {
        let (y, m, d) = self.ymd();
        format!("{d} {} {y}", MONTHS[(m - 1) as usize])
    }

    /// `Mon 2 Mar`.
    pub fn short(self) -> String {
        let (_, m, d) = self.ymd();
        format!("{} {d} {}", WEEKDAYS[self.weekday()], MONTHS[(m - 1) as usize])
    }

    /// Whole years from this date of birth to `on`.
    pub fn age(self, on: Self) -> i32 {
        let (by, bm, bd) = self.ymd();
        let (y, m, d) = on.ymd();
        y - by - i32::from((m, d) < (bm, bd))
    }
}

impl fmt::Debug for Day {
    // A date of birth is a person's data, and a Day does not know whether it is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Day(…)")
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.serialize_str(&self.iso()) } else { self.0.serialize(s) }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let text = String::deserialize(d)?;
            Self::parse_iso(&text).ok_or_else(|| D::Error::custom("not a date"))
        } else {
            Ok(Self(i32::deserialize(d)?))
        }
    }
}

/// A time zone of the IANA database, kept by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(chrono_tz::UTC);

    /// The zone of this name (`America/New_York`).
    pub fn parse(name: &str) -> Option<Self> {
        name.trim().parse().ok().map(Self)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// All names.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|z| z.name())
    }

    /// The civil date and minute of the day at an instant.
    pub fn civil(self, at: Moment) -> (Day, u16) {
        match self.0.timestamp_millis_opt(at.0).single() {
            Some(t) => (Day::from_naive(t.date_naive()), (t.hour() * 60 + t.minute()) as u16),
            None => (Day(0), 0),
        }
    }

    /// A deadline as it is said. One at midnight is the end of a day, and reads as the last minute of it: the next day's
    /// date would tell somebody that there is another day.
    pub fn last_minute(self, due: Moment) -> Moment {
        if self.civil(due).1 == 0 { due.plus(-MINUTE) } else { due }
    }

    /// The civil date at an instant.
    pub fn day(self, at: Moment) -> Day {
        self.civil(at).0
    }

    /// The instant of a date and minute: one that the spring gap skips moves forward by the gap, one that autumn
    /// repeats is the first.
    pub fn moment(self, day: Day, minute: u16) -> Moment {
        let naive = day.naive().and_hms_opt(0, 0, 0).unwrap_or_default() + chrono::Duration::minutes(i64::from(minute));
        if let Some(t) = self.0.from_local_datetime(&naive).earliest() {
            return Moment(t.timestamp_millis());
        }
        // In the gap: the offset before it, read as if the clocks had not been changed, lands behind the gap.
        let before = naive - chrono::Duration::hours(4);
        let offset =
            self.0.from_local_datetime(&before).earliest().map_or(0, |t| naive_ms(before) - t.timestamp_millis());
        Moment(naive_ms(naive) - offset)
    }

    /// Two instants between which every zone has all of the dates `from..=to`, and little more: what is planned for a
    /// date lies there, wherever its wall is.
    pub fn around(from: Day, to: Day) -> (Moment, Moment) {
        // A date begins 14 hours before it does in Greenwich at the earliest, and ends 12 hours after it at the latest.
        let start = |day: Day| Moment(i64::from(day.0) * DAY);
        (start(from).plus(-14 * HOUR), start(to.plus(1)).plus(12 * HOUR))
    }

    /// The first instant of a date.
    pub fn midnight(self, day: Day) -> Moment {
        self.moment(day, 0)
    }
}

fn naive_ms(naive: chrono::NaiveDateTime) -> i64 {
    naive.and_utc().timestamp_millis()
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        Self::parse(&name).ok_or_else(|| D::Error::custom("not a time zone"))
    }
}

/// A planned time: what the clock on the wall will show, and where the wall is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Civil {
    /// The date.
    pub day: Day,
    /// Minutes since midnight on the wall clock, 0–1439.
    pub minute: u16,
    /// The wall's zone.
    pub zone: Zone,
}

impl Civil {
    /// The instant this will be.
    pub fn moment(&self) -> Moment {
        self.zone.moment(self.day, self.minute)
    }

    /// The civil time of an instant in a zone.
    pub fn of(at: Moment, zone: Zone) -> Self {
        let (day, minute) = zone.civil(at);
        Self { day, minute, zone }
    }
}

/// When something happened, and the zone it was said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Happened {
    /// The instant.
    pub at: Moment,
    /// The zone of who said it.
    pub zone: Zone,
}

/// `08:05` for a minute of the day.
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// How long, in the shortest form that a glance reads: `12m`, `2h`, `3d`.
pub fn span(ms: i64) -> String {
    let minutes = ms.max(0) / MINUTE;
    if minutes < 100 {
        format!("{minutes}m")
    } else if minutes < 48 * 60 {
        format!("{}h", minutes / 60)
    } else {
        format!("{}d", minutes / (24 * 60))
    }
}

/// A length of time in a sentence: `12 min`, `2 h`, `5 d`. A column has [`span`].
pub fn lasting(ms: i64) -> String {
    let short = span(ms);
    let (number, unit) = short.split_at(short.len() - 1);
    format!("{number} {}", if unit == "m" { "min" } else { unit })
}

/// Hours in a column, where all of them end alike: `38.5h`, `4.0h`. A sentence has [`hours`].
pub fn hours_short(minutes: u32) -> String {
    let tenths = minutes.saturating_add(3) / 6;
    format!("{}.{}h", tenths / 10, tenths % 10)
}

/// `38.5`, without a tenth when there is none.
pub fn hours(minutes: u32) -> String {
    let tenths = (minutes + 3) / 6;
    if tenths.is_multiple_of(10) { format!("{}", tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) }
}
