//! What is to be planned: visits, caregivers, the way between places, and what everything costs.

use std::fmt;
use std::sync::Arc;

/// A moment or a length of time. The problem chooses the unit: seconds for an agency's day, millionths of a minute where
/// a benchmark writes fractions. Times count from anywhere.
pub type Ticks = i64;

/// No time lies further from nought than this, so that sums stay exact.
pub const FAR: Ticks = 1 << 34;
/// No weight of a tick is above this.
pub const HEAVY: i64 = 1 << 14;
/// No single cost is above this.
pub const DEAR: i64 = 1 << 44;
/// No problem has more visits or caregivers.
pub const MANY: usize = 1 << 14;

/// A set of up to 128 skills: what somebody can do, or what a visit needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Skills(pub u128);

impl Skills {
    /// One skill by its number, below 128; nothing beyond.
    pub fn one(number: usize) -> Self {
        Self(u32::try_from(number).ok().and_then(|n| 1_u128.checked_shl(n)).unwrap_or(0))
    }

    /// These and those.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// Whether all of `needed` are among these.
    pub fn hold(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
    }
}

/// Somebody who can be sent.
#[derive(Clone, Debug, Default)]
pub struct Caregiver {
    /// What she can do.
    pub skills: Skills,
    /// When she can be at visits: a visit lies wholly within one of them. In order, apart from each other; the way from
    /// one visit to the next may lie in a gap.
    pub shifts: Vec<(Ticks, Ticks)>,
    /// Where her day begins and the earliest she leaves there; nothing where the way to the first visit is not counted.
    pub from: Option<(u32, Ticks)>,
    /// Where her day ends; nothing where the way home is not counted.
    pub to: Option<u32>,
    /// The most work, ways included, she may have. Never exceeded by what is planned.
    pub most: Option<Ticks>,
    /// Work beyond this is overtime.
    pub overtime_after: Option<Ticks>,
}

/// A visit that somebody, or two people, make.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where it is.
    pub place: u32,
    /// No service starts before this.
    pub open: Ticks,
    /// Starting after this is late.
    pub close: Ticks,
    /// Whether it may start late.
    pub late: Late,
    /// The start that is wished for: it is not begun earlier unless that makes room for others. Within the window.
    pub aim: Ticks,
    /// Its aim stays on paper as the time it is booked for: whoever goes has no other such time that overlaps it, though
    /// the way may make her begin a little later.
    pub on_paper: bool,
    /// What is done: one part, or two by two different people.
    pub parts: Vec<Part>,
    /// When the second of two parts starts.
    pub second: Second,
    /// What it costs when nobody, or only one of two, comes: by harm.
    pub uncovered: i64,
    /// Who is never sent here. In order.
    pub never: Vec<u32>,
    /// What sending this caregiver costs, for those for whom it is not `stranger`. In order.
    pub known: Vec<(u32, i64)>,
    /// What sending anyone else costs.
    pub stranger: i64,
    /// How it is booked already, and what changing that costs.
    pub kept: Option<Kept>,
}

/// Whether a visit may start after its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// It may not.
    Never,
    /// It may, at this cost a tick for each part.
    Costs(i64),
}

/// What one person does at a visit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// What she must be able to do.
    pub needs: Skills,
    /// How long it takes.
    pub takes: Ticks,
    /// Who does it and from when, where that is not the planner's to change.
    pub fixed: Option<Fixed>,
}

/// What is not the planner's to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Who.
    pub who: u32,
    /// From when.
    pub start: Ticks,
}

/// When the second of two parts starts, seen from the start of the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Second {
    /// At the same moment.
    #[default]
    Together,
    /// At least so much and at most so much later.
    After(Ticks, Ticks),
}

impl Second {
    /// Least and most.
    pub fn apart(self) -> (Ticks, Ticks) {
        match self {
            Self::Together => (0, 0),
            Self::After(least, most) => (least, most),
        }
    }
}

/// How a visit is booked already.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Who does each part.
    pub who: [Option<u32>; 2],
    /// When the first part starts.
    pub start: Ticks,
    /// What each part costs that somebody else does.
    pub person: i64,
    /// What it costs when it starts at another time.
    pub moved: i64,
    /// And for each tick that it starts earlier or later.
    pub tick: i64,
}

/// What counts besides what each visit says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weights {
    /// A tick on the way.
    pub travel: i64,
    /// A tick of overtime.
    pub overtime: i64,
    /// A tick of the greatest single lateness.
    pub greatest_late: i64,
}

/// The way between two places, as a function: a day of thousands of visits has no table of all pairs.
pub type Way = dyn Fn(u32, u32) -> Ticks + Send + Sync;

/// How long the way from one place to another takes.
#[derive(Clone)]
pub enum Travel {
    /// From a table, row by row.
    Table {
        /// How many places there are.
        places: u32,
        /// From each to each.
        ticks: Vec<Ticks>,
    },
    /// Worked out when asked, for so many places.
    Worked(u32, Arc<Way>),
}

impl fmt::Debug for Travel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Travel({} places)", self.places())
    }
}

impl Travel {
    /// How many places there are.
    pub fn places(&self) -> u32 {
        match self {
            Self::Table { places, .. } | Self::Worked(places, _) => *places,
        }
    }

    /// From one place to another.
    #[inline]
    pub fn ticks(&self, from: u32, to: u32) -> Ticks {
        match self {
            Self::Table { places, ticks } => ticks[from as usize * *places as usize + to as usize],
            Self::Worked(_, way) => way(from, to).clamp(0, FAR),
        }
    }
}

/// Why a problem is not whole: which visit or caregiver, and what about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// One stop of a route: a visit's part. Stops are numbered `2 × visit + part`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    pub(super) place: u32,
    /// Which list of `able` may do it.
    pub(super) class: u32,
    pub(super) takes: Ticks,
    pub(super) fixed: Option<Fixed>,
    /// Whether the visit has this part at all.
    pub(super) real: bool,
}

/// A day to plan, checked.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) visits: Vec<Visit>,
    pub(super) caregivers: Vec<Caregiver>,
    pub(super) travel: Travel,
    pub(super) weights: Weights,
    pub(super) stops: Vec<Stop>,
    /// Who holds the skills of a class of needs.
    pub(super) able: Vec<Vec<u32>>,
    /// Visits that have a part to plan.
    pub(super) movable: Vec<u32>,
}

impl Problem {
    /// Checks the parts against each other.
    pub fn new(
        visits: Vec<Visit>,
        caregivers: Vec<Caregiver>,
        travel: Travel,
        weights: Weights,
    ) -> Result<Self, Wrong> {
        if visits.len() > MANY || caregivers.len() > MANY {
            return Err(Wrong(format!("more than {MANY} visits or caregivers")));
        }
        if let Travel::Table { places, ticks } = &travel {
            if ticks.len() != *places as usize * *places as usize {
                return Err(Wrong(format!("the travel table is not {places} by {places}")));
            }
            if ticks.iter().any(|t| !(0..=FAR).contains(t)) {
                return Err(Wrong("a way in the travel table is below nought or beyond reason".to_owned()));
            }
        }
        for weight in [weights.travel, weights.overtime, weights.greatest_late] {
            if !(0..=HEAVY).contains(&weight) {
                return Err(Wrong(format!("a weight is {weight}, not between 0 and {HEAVY}")));
            }
        }
        for (i, caregiver) in caregivers.iter().enumerate() {
            check_caregiver(caregiver, travel.places()).map_err(|what| Wrong(format!("caregiver {i}: {what}")))?;
        }
        for (i, visit) in visits.iter().enumerate() {
            check_visit(visit, travel.places(), caregivers.len())
                .map_err(|what| Wrong(format!("visit {i}: {what}")))?;
        }
        let mut classes: Vec<Skills> = Vec::new();
        let mut stops = Vec::with_capacity(visits.len() * 2);
        for visit in &visits {
            for part in 0..2 {
                let real = visit.parts.get(part).copied();
                let needs = real.unwrap_or_default().needs;
                let class = classes.iter().position(|c| *c == needs).unwrap_or_else(|| {
                    classes.push(needs);
                    classes.len() - 1
                });
                stops.push(Stop {
                    place: visit.place,
                    class: class as u32,
                    takes: real.map_or(0, |p| p.takes),
                    fixed: real.and_then(|p| p.fixed),
                    real: real.is_some(),
                });
            }
        }
        let able = classes
            .iter()
            .map(|needs| (0..caregivers.len() as u32).filter(|c| caregivers[*c as usize].skills.hold(*needs)).collect())
            .collect();
        let movable =
            (0..visits.len() as u32).filter(|v| visits[*v as usize].parts.iter().any(|p| p.fixed.is_none())).collect();
        Ok(Self { visits, caregivers, travel, weights, stops, able, movable })
    }

    /// The same, but for when each caregiver's overtime begins, and the most they may have.
    #[must_use]
    pub fn with_hours(&self, hours: &[(Ticks, Option<Ticks>)]) -> Self {
        let mut problem = self.clone();
        for (caregiver, (after, most)) in problem.caregivers.iter_mut().zip(hours) {
            caregiver.overtime_after = Some((*after).clamp(0, FAR));
            caregiver.most = most.map(|most| most.clamp(0, FAR));
        }
        problem
    }

    /// The visits, in the order they came.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The caregivers, in the order they came.
    pub fn caregivers(&self) -> &[Caregiver] {
        &self.caregivers
    }

    /// What counts besides what each visit says.
    pub fn weights(&self) -> Weights {
        self.weights
    }

    /// The way from one place to another.
    pub fn way(&self, from: u32, to: u32) -> Ticks {
        self.travel.ticks(from, to)
    }

    /// Whether two stops that follow each other on a route overlap on paper.
    #[inline]
    pub(super) fn overlap_on_paper(&self, before: u32, stop: u32) -> bool {
        let (first, next) = (&self.visits[before as usize / 2], &self.visits[stop as usize / 2]);
        first.on_paper && next.on_paper && first.aim + self.stops[before as usize].takes > next.aim
    }

    /// Whether this caregiver may do this stop: skills, and not an excluded pair.
    pub(super) fn may(&self, stop: u32, who: u32) -> bool {
        let visit = &self.visits[stop as usize / 2];
        let needs = visit.parts[stop as usize % 2].needs;
        self.caregivers[who as usize].skills.hold(needs) && !self.excluded(stop, who)
    }

    /// Whether this caregiver is never sent to this stop's client.
    #[inline]
    pub(super) fn excluded(&self, stop: u32, who: u32) -> bool {
        let never = &self.visits[stop as usize / 2].never;
        !never.is_empty() && never.binary_search(&who).is_ok()
    }

    /// Whether a part of a visit is fixed, so that its place in the order of time stands.
    pub(super) fn half_fixed(&self, visit: u32) -> bool {
        let i = visit as usize * 2;
        self.stops[i].fixed.is_some() || self.stops[i + 1].fixed.is_some()
    }

    /// Who has the skills for this stop.
    #[inline]
    pub(super) fn able(&self, stop: u32) -> &[u32] {
        &self.able[self.stops[stop as usize].class as usize]
    }

    /// What sending this caregiver to this stop costs by itself.
    #[inline]
    pub(super) fn person(&self, stop: u32, who: u32) -> i64 {
        let visit = &self.visits[stop as usize / 2];
        let mut cost = if visit.known.is_empty() {
            visit.stranger
        } else {
            visit.known.binary_search_by_key(&who, |k| k.0).map_or(visit.stranger, |i| visit.known[i].1)
        };
        if let Some(kept) = &visit.kept
            && kept.who[stop as usize % 2].is_some_and(|w| w != who)
        {
            cost += kept.person;
        }
        cost
    }
}

fn near(t: Ticks) -> bool {
    (-FAR..=FAR).contains(&t)
}

fn check_caregiver(caregiver: &Caregiver, places: u32) -> Result<(), String> {
    if caregiver.from.is_some_and(|f| f.0 >= places || !near(f.1)) || caregiver.to.is_some_and(|t| t >= places) {
        return Err("her day begins or ends at a place that is none".to_owned());
    }
    let mut last = -FAR;
    for (from, to) in &caregiver.shifts {
        if !near(*from) || !near(*to) || from > to || *from < last {
            return Err("her shifts are not in order and apart from each other".to_owned());
        }
        last = *to;
    }
    Ok(())
}

fn check_visit(visit: &Visit, places: u32, caregivers: usize) -> Result<(), String> {
    let known = |who: u32| (who as usize) < caregivers;
    let cheap = |cost: i64| (0..=DEAR).contains(&cost);
    if visit.place >= places {
        return Err("its place is none".to_owned());
    }
    if ![visit.open, visit.close, visit.aim].into_iter().all(near) {
        return Err("its window lies beyond reason".to_owned());
    }
    if !(visit.open..=visit.close).contains(&visit.aim) {
        return Err("its window closes before it opens, or the wished start lies outside it".to_owned());
    }
    if !(1..=2).contains(&visit.parts.len()) {
        return Err(format!("it has {} parts; a visit has one or two", visit.parts.len()));
    }
    let (least, most) = visit.second.apart();
    if least > most || !near(least) || !near(most) {
        return Err("its second part would start at the latest before it starts at the earliest".to_owned());
    }
    if matches!(visit.late, Late::Costs(cost) if !(0..=HEAVY).contains(&cost)) {
        return Err("its cost of lateness is beyond reason".to_owned());
    }
    for part in &visit.parts {
        if !(0..=FAR).contains(&part.takes) {
            return Err("a part's length is beyond reason".to_owned());
        }
        if part.fixed.is_some_and(|f| !known(f.who) || !near(f.start)) {
            return Err("a part is fixed to nobody".to_owned());
        }
    }
    if visit.parts.len() == 2
        && let (Some(one), Some(two)) = (visit.parts[0].fixed, visit.parts[1].fixed)
        && one.who == two.who
    {
        return Err("both parts are fixed to one person".to_owned());
    }
    if !visit.never.is_sorted() || !visit.known.is_sorted_by_key(|k| k.0) {
        return Err("its caregivers are not in order".to_owned());
    }
    if !cheap(visit.uncovered) || !cheap(visit.stranger) || !visit.known.iter().all(|k| cheap(k.1)) {
        return Err("a cost is below nought or beyond reason".to_owned());
    }
    if let Some(kept) = &visit.kept {
        if !kept.who.into_iter().flatten().all(known) || !near(kept.start) {
            return Err("it is booked with nobody".to_owned());
        }
        if !cheap(kept.person) || !cheap(kept.moved) || !(0..=HEAVY).contains(&kept.tick) {
            return Err("a cost of changing it is below nought or beyond reason".to_owned());
        }
    }
    Ok(())
}
