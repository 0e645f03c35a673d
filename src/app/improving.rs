//! A search for a better plan, which goes on while its screen is open: the service is asked to go on, a slice at a time,
//! and the screen's own question is asked again when something better was found. Whoever leaves the screen ends it.

use super::effect::Effect;
use super::model::Model;
use super::wire::Asked;
use crate::domain::time::Moment;
use crate::service::api::day_plan::PlanSearch;
use crate::service::api::{Query, Request};

/// It goes on by itself for so long.
const LONG: i64 = 2_000;
/// Steps that are asked for at once: some thirty milliseconds' worth on the largest day.
const AT_ONCE: u32 = 2_000;
/// What was found is asked for at most so often while it goes on.
const PAUSE: i64 = 400;
/// So often in a row it may have gone no further: the service had other things to do.
const IDLE: u8 = 40;

/// A search that goes on here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Improving {
    /// As it was heard of last.
    pub search: PlanSearch,
    /// It is asked to go on.
    pub goes: bool,
    since: Moment,
    /// How good the plan is that was asked for last, and when that was.
    asked: (u32, Moment),
    idle: u8,
}

/// What is to be asked next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// That it goes on.
    On,
    /// For what was found.
    Found,
    /// Nothing.
    Rest,
}

impl Improving {
    /// What was asked for has come, with how its search stands.
    pub(crate) fn heard(&mut self, search: PlanSearch, now: Moment) -> Next {
        if self.search.token != search.token {
            // One that took the place of another that was still going on has no more time than that.
            let since = if self.goes { self.since } else { now };
            *self = Self { since, goes: true, ..Self::default() };
        }
        self.asked = (search.better, now);
        self.search = search;
        self.next(now)
    }

    /// It has gone on.
    fn gone(&mut self, search: PlanSearch, now: Moment) -> Next {
        self.idle = if search.steps > self.search.steps { 0 } else { self.idle.saturating_add(1) };
        self.search = search;
        self.next(now)
    }

    fn next(&mut self, now: Moment) -> Next {
        let first = self.search.better == 0;
        let time = first || (0..LONG).contains(&now.since(self.since));
        self.goes &= self.search.left > 0 && time && self.idle < IDLE;
        let better = self.search.better > self.asked.0;
        match (self.goes, better) {
            (true, true) if self.asked.0 == 0 || now.since(self.asked.1) >= PAUSE => Next::Found,
            (true, _) => Next::On,
            (false, true) => Next::Found,
            (false, false) => Next::Rest,
        }
    }

    /// It may go on for as long again; whether there is anything left to look at.
    pub(crate) fn again(&mut self, now: Moment) -> bool {
        (self.since, self.goes, self.idle) = (now, self.search.left > 0, 0);
        self.goes
    }
}

impl Model {
    /// Asks for what comes next of a search whose answers are for this question.
    pub(crate) fn improve(&mut self, out: &mut Vec<Effect>, next: Next, token: u64, of: &Asked) {
        match next {
            Next::On => {
                let query = Query::GoOn { token, steps: AT_ONCE };
                self.ask_fresh(out, Asked::GoOn(token), Request::Query(query));
            }
            Next::Found => self.refresh_one(out, of),
            Next::Rest => {}
        }
    }
}

/// The search of a screen has gone on. Nothing more is asked where the screen is gone, or something has changed.
pub(crate) fn gone_on(model: &mut Model, out: &mut Vec<Effect>, token: u64, stands: Option<PlanSearch>) {
    let now = model.now;
    let mut next = Vec::new();
    for layer in &mut model.layers {
        let Some((improving, asked)) = layer.improving() else { continue };
        if improving.search.token != token {
            continue;
        }
        match stands {
            Some(search) => next.push((improving.gone(search, now), asked)),
            // Something it depends on has changed: it is asked anew where it still goes on.
            None if improving.goes => next.push((Next::Found, asked)),
            None => {}
        }
    }
    for (next, asked) in next {
        model.improve(out, next, token, &asked);
    }
}
