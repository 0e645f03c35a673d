//! The visits around today in memory: this payroll week and the week ahead. Older and later ones are asked from the
//! store by range.

use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::time::{Day, Moment, Zone};
use crate::domain::visit::Source;
use crate::store::indexes::VisitLine;
use crate::store::{Result, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most visits held; an agency of 10,000 clients has about a quarter of this in 16 days.
const MOST: usize = 200_000;

/// Visits by start.
#[derive(Default)]
pub struct VisitWindow {
    from: Moment,
    to: Moment,
    day: Day,
    lines: BTreeMap<(Moment, VisitId), VisitLine>,
    starts: HashMap<VisitId, Moment>,
    clients: HashMap<ClientId, BTreeSet<(Moment, VisitId)>>,
    staff: HashMap<StaffId, BTreeSet<(Moment, VisitId)>>,
    /// What a clock-in source said, so that one that was corrected counts no more.
    clock_ins: BTreeSet<(Moment, VisitId)>,
}

impl VisitWindow {
    /// Reads the visits around `now`.
    pub fn load(store: &Store, zone: Zone, now: Moment) -> Result<Self> {
        let day = zone.day(now);
        let sunday = day.week_start();
        let from = zone.midnight(sunday.plus(-1));
        let to = zone.midnight(day.plus(9));
        let mut window = Self { from, to, day, ..Self::default() };
        for (id, line) in store.visits_between(from, to, MOST)? {
            window.put(id, line);
        }
        Ok(window)
    }

    /// An empty one of another range, to be filled.
    pub fn between_days(from: Moment, to: Moment) -> Self {
        Self { from, to, ..Self::default() }
    }

    /// The day it was read for; another one means it is to be read again.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The first instant that it holds, and the first that it holds no more.
    pub fn span(&self) -> (Moment, Moment) {
        (self.from, self.to)
    }

    /// Whether `from..to` lies inside.
    pub fn covers(&self, from: Moment, to: Moment) -> bool {
        self.from <= from && to <= self.to
    }

    /// Whether a visit with this start has its place here.
    pub fn holds(&self, start: Moment) -> bool {
        start >= self.from && start < self.to
    }

    /// Takes in a visit as it now stands.
    pub fn put(&mut self, id: VisitId, line: VisitLine) {
        self.remove(id);
        let start = line.start.moment();
        if self.holds(start) {
            self.starts.insert(id, start);
            self.clients.entry(line.client).or_default().insert((start, id));
            for staff in people(&line) {
                self.staff.entry(staff).or_default().insert((start, id));
            }
            self.clock_ins.extend(clock_ins(&line).map(|at| (at, id)));
            self.lines.insert((start, id), line);
        }
    }

    /// Forgets a visit.
    pub fn remove(&mut self, id: VisitId) {
        if let Some(start) = self.starts.remove(&id)
            && let Some(line) = self.lines.remove(&(start, id))
        {
            if let Some(of) = self.clients.get_mut(&line.client) {
                of.remove(&(start, id));
            }
            for at in clock_ins(&line) {
                self.clock_ins.remove(&(at, id));
            }
            for staff in people(&line) {
                if let Some(of) = self.staff.get_mut(&staff) {
                    of.remove(&(start, id));
                }
            }
        }
    }

    /// One visit.
    pub fn get(&self, id: VisitId) -> Option<&VisitLine> {
        self.lines.get(&(*self.starts.get(&id)?, id))
    }

    /// Visits with a start in `from..to`.
    pub fn between(&self, from: Moment, to: Moment) -> impl Iterator<Item = (VisitId, &VisitLine)> {
        let to = to.max(from);
        self.lines.range((from, VisitId([0; 16]))..(to, VisitId([0; 16]))).map(|((_, id), line)| (*id, line))
    }

    /// A client's visits, by start.
    pub fn of_client(&self, client: ClientId) -> impl Iterator<Item = (VisitId, &VisitLine)> {
        self.clients.get(&client).into_iter().flatten().filter_map(|k| Some((k.1, self.lines.get(k)?)))
    }

    /// A caregiver's visits, by start; those they called out of among them.
    pub fn of_staff(&self, staff: StaffId) -> impl Iterator<Item = (VisitId, &VisitLine)> {
        self.staff.get(&staff).into_iter().flatten().filter_map(|k| Some((k.1, self.lines.get(k)?)))
    }

    /// Those of a caregiver's visits with a start in `from..to`.
    pub fn of_staff_between(
        &self,
        staff: StaffId,
        from: Moment,
        to: Moment,
    ) -> impl Iterator<Item = (VisitId, &VisitLine)> {
        let range = (from, VisitId([0; 16]))..(to.max(from), VisitId([0; 16]));
        let found = self.staff.get(&staff).map(|of| of.range(range));
        found.into_iter().flatten().filter_map(|k| Some((k.1, self.lines.get(k)?)))
    }

    /// The newest clock-in or clock-out of a clock-in source.
    pub fn newest_clock_in(&self) -> Option<Moment> {
        self.clock_ins.last().map(|(at, _)| *at)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (VisitId, &VisitLine)> {
        self.lines.iter().map(|((_, id), line)| (*id, line))
    }
}

/// What a clock-in source said of a visit.
fn clock_ins(line: &VisitLine) -> impl Iterator<Item = Moment> {
    line.arrived.into_iter().chain(line.left).filter(|a| a.source == Source::Evv).map(|a| a.at)
}

/// Everybody a visit is or was about.
fn people(line: &VisitLine) -> BTreeSet<StaffId> {
    line.staff.into_iter().chain(line.second).chain(line.called_out_by).collect()
}
