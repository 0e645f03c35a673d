//! How long the log of who saw what is kept, and how it is written: data, with a floor that no agency goes below.

use crate::domain::time::{DAY, MINUTE, Moment};
use serde::Deserialize;

/// No entry is removed that is younger, whatever an agency adopts: 45 CFR 164.316(b)(2) and 164.528.
pub const FLOOR_YEARS: u16 = 6;
/// The file's name when an agency adopts its own.
pub const NAME: &str = "audit";

/// The rules of keeping.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// The file's own version.
    pub version: String,
    /// Entries older than this may be removed.
    pub keep_years: u16,
    /// The same look again within this time is one entry.
    pub together_minutes: u16,
    /// How often both chains are marked.
    pub checkpoint_minutes: u16,
}

impl Keeping {
    /// The rules that caseload ships.
    pub fn embedded() -> Result<Self, String> {
        Self::parse(include_str!("packs/audit.toml"))
    }

    /// Reads a file of them; what is wrong with it, and the mend.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read: Self = toml::from_str(text).map_err(|e| e.to_string().trim().replace('\n', " "))?;
        if read.keep_years < FLOOR_YEARS {
            return Err(format!(
                "keep_years = {}: never below {FLOOR_YEARS} (45 CFR 164.316(b)(2)); ten is the rule",
                read.keep_years
            ));
        }
        if read.together_minutes > 15 {
            return Err(format!(
                "together_minutes = {}: at most 15, or looks would be lost in one",
                read.together_minutes
            ));
        }
        if !(5..=1440).contains(&read.checkpoint_minutes) {
            return Err(format!("checkpoint_minutes = {}: between 5 and 1440 (a day)", read.checkpoint_minutes));
        }
        Ok(read)
    }

    /// Entries from before this may be removed when they are to be kept for `years`; why not, when that is too short.
    pub fn removable_before(&self, now: Moment, years: u16) -> Result<Moment, String> {
        if years < FLOOR_YEARS {
            return Err(format!(
                "who saw what is kept for {FLOOR_YEARS} years at least (45 CFR 164.316(b)(2) and 164.528); {years} is too short"
            ));
        }
        if years < self.keep_years {
            return Err(format!(
                "this agency keeps who saw what for {} years; adopt other rules of keeping before removing more",
                self.keep_years
            ));
        }
        // A leap day more for every four years, and one: never a day too early.
        let days = i64::from(years) * 365 + i64::from(years) / 4 + 1;
        Ok(now.plus(-days * DAY))
    }

    /// How long looks count as one.
    pub fn together_ms(&self) -> i64 {
        i64::from(self.together_minutes) * MINUTE
    }

    /// How often both chains are marked.
    pub fn checkpoint_ms(&self) -> i64 {
        i64::from(self.checkpoint_minutes) * MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_years_are_the_floor_and_ten_the_rule() {
        let shipped = Keeping::embedded().unwrap();
        assert_eq!((shipped.keep_years, shipped.together_minutes, shipped.checkpoint_minutes), (10, 5, 60));
        let with = |line: &str, other: &str| Keeping::parse(&include_str!("packs/audit.toml").replace(line, other));
        assert!(with("keep_years = 10", "keep_years = 5").unwrap_err().contains("never below 6"));
        assert!(with("keep_years = 10", "keep_years = 6").is_ok());
        assert!(with("together_minutes = 5", "together_minutes = 60").is_err());
        assert!(with("checkpoint_minutes = 60", "checkpoint_minutes = 0").is_err());
        assert!(with("keep_years", "kept_years").unwrap_err().contains("kept_years"));
        let now = Moment(1_790_000_000_000);
        assert!(shipped.removable_before(now, 5).unwrap_err().contains("45 CFR"));
        assert!(shipped.removable_before(now, 9).unwrap_err().contains("10 years"));
        assert_eq!(shipped.removable_before(now, 10).unwrap(), now.plus(-3653 * DAY));
        let six = with("keep_years = 10", "keep_years = 6").unwrap();
        assert!(six.removable_before(now, 6).is_ok() && six.removable_before(now, 5).is_err());
    }
}
