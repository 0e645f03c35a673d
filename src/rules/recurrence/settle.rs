//! What has to be done so that the visits on the calendar are those of a series: made, made as it now is, taken back.
//!
//! What lies behind is never touched, nor what somebody has begun, cancelled or called out of. A visit that was changed
//! by hand stays as it is, unless it is told otherwise or the series has nothing for it any more because it rests or has
//! ended.

use super::Occurrence;
use crate::domain::time::{Day, Moment};
use crate::domain::visit::Visit;
use std::collections::BTreeMap;

/// One thing to be done; visits by their place in what was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A visit is made for this occurrence.
    Make(Occurrence),
    /// This visit is for this occurrence from now on; `whole` says that it is as the series has it too.
    Follow {
        /// Which visit.
        visit: usize,
        /// For which occurrence.
        of: Occurrence,
        /// Its time, length and people as well.
        whole: bool,
    },
    /// This visit is taken back.
    TakeBack(usize),
}

/// How a series is held against its visits.
pub struct Settle<'a> {
    /// Now.
    pub now: Moment,
    /// What was changed by hand is made as the series has it, too.
    pub all: bool,
    /// The series rests when this visit is, or is over: what was changed by hand is taken back as well.
    pub rests: &'a dyn Fn(&Visit) -> bool,
}

/// What has to be done. `wanted` is all that the series asks for from some day on, `there` all its visits from that day
/// on, whatever became of them.
pub fn settle(wanted: &[Occurrence], there: &[&Visit], how: &Settle<'_>) -> Vec<Step> {
    let place = |n: usize| there[n].series.as_ref().map(|from| (from.day, from.minute));
    let mut free: BTreeMap<(Day, u16), Occurrence> = wanted.iter().map(|o| ((o.day, o.minute), *o)).collect();
    let mut left = Vec::new();
    let mut matched = Vec::new();
    for n in 0..there.len() {
        match place(n).and_then(|at| free.remove(&at)) {
            Some(of) => matched.push((n, of)),
            None => left.push(n),
        }
    }
    // Another time of the same day is the same visit at another time.
    left.sort_by_key(|n| place(*n));
    left.retain(|n| {
        let Some((day, _)) = place(*n) else { return true };
        let next = free.range((day, 0)..=(day, u16::MAX)).next().map(|(at, _)| *at);
        match next.and_then(|at| free.remove(&at)) {
            Some(of) => {
                matched.push((*n, of));
                false
            }
            None => true,
        }
    });
    let mut steps = Vec::new();
    for (n, of) in matched {
        let visit = there[n];
        // What has begun or is over stays what it was, also by its place in the series.
        if visit.start.moment() > how.now && of.at.moment() > how.now && !visit.has_begun() {
            let whole = visit.lies_ahead(how.now) && (how.all || !visit.by_hand());
            steps.push(Step::Follow { visit: n, of, whole });
        }
    }
    for n in left {
        let visit = there[n];
        if visit.lies_ahead(how.now) && (how.all || !visit.by_hand() || (how.rests)(visit)) {
            steps.push(Step::TakeBack(n));
        }
    }
    steps.extend(free.into_values().filter(|of| of.at.moment() > how.now).map(Step::Make));
    steps
}
