//! Who visits whom and when: the cast's own weeks, and everybody else's by day, so that a million visits never stand in
//! memory together.

use super::cast::{self, COLE, REGULARS, STAFF, t};
use super::dice::Dice;
use super::population::{DISCIPLINES, Plan, SERVICES, Service};
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::staff::Discipline;
use crate::domain::time::{Civil, Day, MINUTE, Moment, Zone};
use crate::domain::visit::{Actual, Answer, NoteStatus, Source, Visit, VisitState};

/// Days of plan behind and before the story's day, unless more visits are asked for.
pub(super) const HORIZON: i32 = 14;
/// Days behind which no visits are made up.
const OLDEST: i32 = -1100;
/// First minute of most days, and the last at which early rounds begin: nothing generated starts in between, so that
/// the minutes around 08:00 belong to the story.
const FIRST: u16 = 8 * 60 + 15;
const EARLY: u16 = 7 * 60 + 45;
/// When a round should be over.
const EVENING: u16 = 19 * 60 + 30;

/// A visit of somebody in the cast, on a day counted from the story's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CastVisit {
    pub(super) offset: i32,
    pub(super) who: Visited,
    pub(super) staff: usize,
    pub(super) service: &'static str,
    pub(super) minute: u16,
    pub(super) minutes: u16,
}

/// Whom a caregiver of the cast visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visited {
    /// A client of the cast.
    Cast(usize),
    /// A generated client, by place.
    Other(usize),
}

/// All visits of the cast's caregivers: the regular ones of four weeks, and this week filled up to its hours.
pub(super) fn cast_visits(seed: u64, since: &[i32], plans: &[Plan]) -> Vec<CastVisit> {
    let mut all = Vec::new();
    for offset in -HORIZON..=HORIZON {
        for r in &REGULARS {
            let in_hospital = r.client == cast::HADDAD && (-6..=-2).contains(&offset);
            if r.weekdays.contains(&offset.rem_euclid(7)) && offset >= since[r.client] && !in_hospital {
                all.push(CastVisit {
                    offset,
                    who: Visited::Cast(r.client),
                    staff: r.staff,
                    service: r.service,
                    minute: r.minute,
                    minutes: r.minutes,
                });
            }
        }
    }
    all.push(CastVisit {
        offset: 0,
        who: Visited::Cast(cast::HADDAD),
        staff: cast::CHEN,
        service: "ROC assessment",
        minute: 9 * 60,
        minutes: 60,
    });
    for (staff, sheet) in STAFF.iter().enumerate().filter(|(_, s)| s.week > 0) {
        fill_week(seed, staff, sheet.discipline, sheet.week, plans, &mut all);
    }
    all.sort_by_key(|v| (v.offset, v.minute, v.staff));
    all
}

/// Fills Tuesday to Saturday of the story's week with visits to the caseload, up to the hours that are booked.
fn fill_week(seed: u64, staff: usize, discipline: Discipline, week: u32, plans: &[Plan], all: &mut Vec<CastVisit>) {
    let skilled = discipline != Discipline::Hha;
    let clients: Vec<usize> = (0..plans.len()).filter(|i| plans[*i].mine && (plans[*i].skilled || !skilled)).collect();
    if clients.is_empty() {
        return;
    }
    let services: Vec<&Service> = SERVICES.iter().filter(|s| s.discipline == discipline).collect();
    let mut dice = Dice::of(seed, "fill", staff as u64);
    let booked: u32 =
        all.iter().filter(|v| v.staff == staff && (0..=5).contains(&v.offset)).map(|v| u32::from(v.minutes)).sum();
    // Abara's 13:00 becomes Cole's this morning.
    let mut left = week.saturating_sub(booked + if staff == COLE { 60 } else { 0 });
    let length = if skilled { 45 } else { 90 };
    for offset in (1..=5).cycle().take(100) {
        if left < 30 {
            break;
        }
        // What would be too short for a visit of its own makes the last one longer.
        let minutes = if left < length + 30 { left } else { length } as u16;
        let Some(minute) = gap(all, staff, offset, minutes) else { continue };
        let service = services.get(dice.below(services.len())).map_or("visit", |s| s.name);
        let who = Visited::Other(dice.pick(&clients));
        all.push(CastVisit { offset, who, staff, service, minute, minutes });
        left -= u32::from(minutes);
    }
}

/// The first time of a day at which a caregiver has room, with a quarter of an hour between visits.
fn gap(all: &[CastVisit], staff: usize, offset: i32, minutes: u16) -> Option<u16> {
    let busy: Vec<(u16, u16)> = all
        .iter()
        .filter(|v| v.staff == staff && v.offset == offset)
        .map(|v| (v.minute.saturating_sub(15), v.minute + v.minutes + 15))
        .collect();
    (34..76).map(|q| q * 15).find(|start| busy.iter().all(|(from, to)| start + minutes <= *from || start >= to))
}

/// A visit as it is planned.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) client: ClientId,
    pub(super) discipline: Discipline,
    pub(super) service: &'static str,
    pub(super) minute: u16,
    pub(super) minutes: u16,
    pub(super) staff: StaffId,
    /// The second of two.
    pub(super) second: Option<StaffId>,
    pub(super) mine: bool,
}

/// The generated caregivers that visits are given to.
#[derive(Debug, Default)]
pub(super) struct Roster {
    by_discipline: [Vec<StaffId>; 5],
}

impl Roster {
    pub(super) fn take(&mut self, staff: StaffId, discipline: Discipline) {
        if let Some(place) = DISCIPLINES.iter().position(|d| *d == discipline) {
            self.by_discipline[place].push(staff);
        }
    }

    /// Whoever comes first to this client in this discipline.
    pub(super) fn primary(&self, plan: &Plan, discipline: Discipline) -> Option<StaffId> {
        let list = self.of(discipline)?;
        list.get(home(plan, list.len())).copied()
    }

    fn of(&self, discipline: Discipline) -> Option<&Vec<StaffId>> {
        let place = DISCIPLINES.iter().position(|d| *d == discipline)?;
        Some(&self.by_discipline[place]).filter(|list| !list.is_empty())
    }

    /// The first `quota` generated visits of a day. Each client's own caregiver comes while the day has room, else
    /// whoever has most.
    pub(super) fn day(&self, plans: &[Plan], offset: i32, quota: u64) -> Vec<Planned> {
        let mut rounds: Vec<Vec<u16>> = self
            .by_discipline
            .iter()
            .map(|list| {
                (0..list.len()).map(|i| if i % 5 == 0 { 7 * 60 } else { FIRST + 15 * (i % 4) as u16 }).collect()
            })
            .collect();
        let mut out = Vec::new();
        for plan in plans {
            for slot in plan.on(offset) {
                if out.len() as u64 >= quota {
                    return out;
                }
                let service = &SERVICES[usize::from(slot.service)];
                let Some(place) = DISCIPLINES.iter().position(|d| *d == service.discipline) else { continue };
                let round = &mut rounds[place];
                if round.is_empty() {
                    continue;
                }
                let own = home(plan, round.len());
                let fits = |minute: u16| minute + service.minutes <= EVENING;
                let goes =
                    if fits(round[own]) { own } else { (0..round.len()).min_by_key(|i| round[*i]).unwrap_or(own) };
                // More visits than the day has room for: they are planned over each other, as in any real agency.
                let minute = if fits(round[goes]) { round[goes] } else { FIRST + 15 * (plan.index % 40) as u16 };
                let after = minute + (service.minutes + 20).div_ceil(15) * 15;
                round[goes] = round[goes].max(if after > EARLY && after < FIRST { FIRST } else { after });
                out.push(Planned {
                    client: plan.id,
                    discipline: service.discipline,
                    service: service.name,
                    minute,
                    minutes: service.minutes,
                    staff: self.by_discipline[place][goes],
                    second: None,
                    mine: plan.mine,
                });
            }
        }
        out
    }
}

fn home(plan: &Plan, of: usize) -> usize {
    (plan.index as usize).wrapping_mul(7) % of.max(1)
}

/// How many generated visits each day has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quotas {
    /// The earliest day.
    pub(super) first: i32,
    counts: Vec<u64>,
}

impl Quotas {
    /// All visits of four weeks; or exactly `wanted`, near days first, as far back as it takes.
    pub(super) fn of(plans: &[Plan], wanted: Option<u64>) -> Result<Self, String> {
        let natural = |offset: i32| plans.iter().map(|p| p.on(offset).count() as u64).sum::<u64>();
        let mut first = -HORIZON;
        let Some(wanted) = wanted else {
            return Ok(Self { first, counts: (first..=HORIZON).map(natural).collect() });
        };
        let mut counts = vec![0; (2 * HORIZON + 1) as usize];
        let mut left = wanted;
        let near = (0..=HORIZON).flat_map(|n| if n == 0 { vec![0] } else { vec![-n, n] });
        for offset in near {
            let take = natural(offset).min(left);
            counts[(offset + HORIZON) as usize] = take;
            left -= take;
        }
        let mut older = Vec::new();
        while left > 0 {
            first -= 1;
            if first < OLDEST {
                return Err(format!(
                    "{wanted} visits are more than these clients would have had in three years: {} fit",
                    wanted - left
                ));
            }
            let take = natural(first).min(left);
            older.push(take);
            left -= take;
        }
        older.reverse();
        older.extend(counts);
        Ok(Self { first, counts: older })
    }

    /// Visits of this day.
    pub(super) fn on(&self, offset: i32) -> u64 {
        usize::try_from(offset - self.first).ok().and_then(|i| self.counts.get(i)).copied().unwrap_or(0)
    }

    /// All of them.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// A planned visit as a record, before its day.
pub(super) fn before(planned: &Planned, day: Day, zone: Zone, offset: i32) -> Visit {
    let start = Civil { day: day.plus(offset), minute: planned.minute, zone };
    let asked = offset <= 1;
    Visit {
        service: t(planned.service),
        staff: Some(planned.staff),
        second: planned.second,
        answer: if asked { Answer::Yes } else { Answer::Planned },
        state: if asked { VisitState::Confirmed } else { VisitState::Planned },
        ..Visit::new(planned.client, planned.discipline, start, planned.minutes)
    }
}

/// A visit as a record, in the evening of its day.
pub(super) fn after(planned: &Planned, day: Day, zone: Zone, offset: i32, dice: &mut Dice) -> Visit {
    let mut visit = Visit { answer: Answer::Yes, ..before(planned, day, zone, offset) };
    match dice.below(1000) {
        0..=19 => {
            visit.state = VisitState::Cancelled;
            visit.reason =
                t(dice.pick(&["client: appointment", "client: family visiting", "client: not feeling up to it"]));
        }
        20..=25 if offset < -3 && !planned.mine => {
            visit.state = VisitState::Missed;
            visit.reason = t(dice.pick(&["no answer at the door", "aide ill, nobody free; physician told"]));
        }
        _ => {
            let (arrived, left) = stamps(visit.start.moment(), visit.minutes, dice);
            visit.state = VisitState::Done;
            visit.arrived = Some(Actual { at: arrived, source: Source::Evv });
            visit.left = Some(Actual { at: left, source: Source::Evv });
            // One in eight of yesterday's is not signed yet.
            let signed = offset < -1 || (offset == -1 && dice.below(8) > 0);
            visit.note = if signed { NoteStatus::Signed } else { NoteStatus::Complete };
        }
    }
    visit
}

/// When somebody came and went.
pub(super) fn stamps(start: Moment, minutes: u16, dice: &mut Dice) -> (Moment, Moment) {
    let arrived = start.plus(i64::from(dice.range(-6, 4)) * MINUTE);
    (arrived, arrived.plus(i64::from(i32::from(minutes) + dice.range(-4, 5)) * MINUTE))
}
