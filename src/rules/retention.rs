//! How long what is known of a client is kept, and from when on it may be erased.

use crate::domain::client::ClientStatus;
use crate::domain::time::Day;

/// Years that records are kept where the agency's rules say nothing.
pub const USUAL_YEARS: u16 = 10;
/// Years that no agency goes below.
pub const LEAST_YEARS: u16 = 6;

/// The first day on which what ended on `last` may be erased.
pub fn ends(last: Day, years: u16) -> Day {
    let (year, month, day) = last.ymd();
    let year = year + i32::from(years);
    // The 29th of February ends on the 1st of March.
    Day::from_ymd(year, month, day).or_else(|| Day::from_ymd(year, 3, 1)).unwrap_or(last)
}

/// Whether everything about a client may be erased, or why not. `last` is the day of the last thing done for them.
pub fn may_erase(status: ClientStatus, last: Day, today: Day, years: u16) -> Result<(), String> {
    if matches!(status, ClientStatus::Active | ClientStatus::Hold | ClientStatus::Referral) {
        return Err(format!("they are on the list as {}; nobody is erased while they are cared for", status.word()));
    }
    let ends = ends(last, years.max(LEAST_YEARS));
    if today < ends {
        return Err(format!(
            "records are kept {years} years after the last thing done ({}): they may be erased from {} on",
            last.iso(),
            ends.iso()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Day {
        Day::from_ymd(year, month as _, day as _).unwrap()
    }

    #[test]
    fn records_are_kept_to_the_day() {
        let last = day(2016, 2, 29);
        assert_eq!(ends(last, 10), day(2026, 3, 1));
        assert_eq!(ends(last, 8), day(2024, 2, 29));
        let ask = |status, today, years| may_erase(status, last, today, years);
        assert!(ask(ClientStatus::Died, day(2026, 3, 1), 10).is_ok());
        assert!(ask(ClientStatus::Discharged, day(2026, 2, 28), 10).unwrap_err().contains("2026-03-01"));
        assert!(ask(ClientStatus::Active, day(2096, 3, 1), 10).is_err());
        // Nothing said in a rule file shortens it below the least.
        assert!(ask(ClientStatus::Died, day(2020, 1, 1), 1).is_err());
    }
}
