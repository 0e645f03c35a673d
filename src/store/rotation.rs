//! How often a snapshot is made and which ones are kept. Pure: times in, an answer out.

use crate::domain::time::{DAY, HOUR, Moment};

/// How many snapshots are kept, and how often one is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// The newest of each of this many hours that have one.
    pub hourly: usize,
    /// The newest of each of this many days (UTC) that have one.
    pub daily: usize,
    /// Milliseconds between two.
    pub every: i64,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { hourly: 24, daily: 30, every: HOUR }
    }
}

/// Whether a snapshot is due: something was done since the newest one, and that one is old enough. One that claims to be
/// of the future was made by a clock that has been put back since, and says nothing.
pub fn is_due(keeping: Keeping, newest: Option<(Moment, u64)>, head: u64, now: Moment) -> bool {
    match newest {
        None => head > 0,
        Some((made, seq)) => head > seq && (made > now || now.since(made) >= keeping.every),
    }
}

/// Which of these snapshots stay. The newest always does.
pub fn kept(keeping: Keeping, made: &[Moment]) -> Vec<bool> {
    let mut newest_first: Vec<usize> = (0..made.len()).collect();
    newest_first.sort_by_key(|n| std::cmp::Reverse(made.get(*n).copied()));
    let mut stay = vec![false; made.len()];
    for (most, span) in [(keeping.hourly.max(1), HOUR), (keeping.daily, DAY)] {
        let mut last = None;
        let mut taken = 0;
        for n in &newest_first {
            let (Some(at), Some(place)) = (made.get(*n), stay.get_mut(*n)) else { continue };
            let slot = at.0.div_euclid(span);
            if taken < most && last != Some(slot) {
                *place = true;
                taken += 1;
            }
            last = Some(slot);
        }
    }
    stay
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(hours: i64, minutes: i64) -> Moment {
        Moment(1_770_000_000_000 / DAY * DAY + hours * HOUR + minutes * 60_000)
    }

    #[test]
    fn a_snapshot_is_due_an_hour_after_the_last_when_something_was_done() {
        let rule = Keeping::default();
        assert!(!is_due(rule, None, 0, at(0, 0)), "an empty agency has nothing to keep");
        assert!(is_due(rule, None, 1, at(0, 0)));
        assert!(!is_due(rule, Some((at(0, 0), 9)), 9, at(50, 0)), "nothing was done since");
        assert!(!is_due(rule, Some((at(0, 0), 9)), 10, at(0, 59)));
        assert!(is_due(rule, Some((at(0, 0), 9)), 10, at(1, 0)));
        assert!(is_due(rule, Some((at(90, 0), 9)), 10, at(1, 0)), "the clock was put back");
    }

    #[test]
    fn a_year_of_hours_leaves_a_day_of_hours_and_a_month_of_days() {
        let mut made: Vec<Moment> = Vec::new();
        for hour in 0..24 * 365 {
            made.push(at(hour, 0));
            let stay = kept(Keeping::default(), &made);
            let mut flags = stay.into_iter();
            made.retain(|_| flags.next().unwrap());
        }
        // The last 24 hours, and 29 days before the one that the newest of them belongs to.
        assert_eq!(made.len(), 24 + 29);
        assert_eq!(made.last(), Some(&at(24 * 365 - 1, 0)));
        assert_eq!(made.first(), Some(&at(24 * (365 - 30) + 23, 0)));
    }

    #[test]
    fn the_newest_stays_whatever_the_policy_says() {
        let none = Keeping { hourly: 0, daily: 0, every: HOUR };
        assert_eq!(kept(none, &[at(1, 0), at(3, 0), at(2, 0)]), [false, true, false]);
        assert!(kept(none, &[]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        /// Never more than asked for, the newest always, and asking again takes nothing more away.
        #[test]
        fn the_rule_is_bounded_and_settles(hours in prop::collection::vec((0..2000i64, 0..60i64), 0..200), hourly in 0..30usize, daily in 0..40usize) {
            let rule = Keeping { hourly, daily, every: HOUR };
            let mut made: Vec<Moment> = hours.into_iter().map(|(h, m)| at(h, m)).collect();
            let newest = made.iter().max().copied();
            let stay = kept(rule, &made);
            prop_assert!(stay.iter().filter(|s| **s).count() <= hourly.max(1) + daily);
            let mut flags = stay.into_iter();
            made.retain(|_| flags.next().unwrap());
            prop_assert_eq!(made.iter().max().copied(), newest);
            prop_assert!(kept(rule, &made).into_iter().all(|s| s));
        }
    }
}
