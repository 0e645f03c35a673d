//! Who can go to a visit, and what speaks against it: conflicts known before anybody is chosen, each with its reason.
//!
//! Pure: the facts are gathered by the service. A person stands in one of four groups; inside a group the order follows
//! from reasons that are shown, never from a score.

mod client;
mod policy;
#[cfg(test)]
mod tests;
mod travel;

pub use client::{Authorized, HerVisit, on_her_side};
pub use policy::{CoveragePolicy, DoorCall};
pub use travel::{KnownWays, Spot, Way};

use crate::domain::client::Need;
use crate::domain::coverage::{Conflict, Group, Weight, Wish};
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::search::fold;
use crate::domain::staff::{Available, Discipline};
use crate::domain::time::{DAY, MINUTE, Moment, Zone, clock, hours};
use crate::domain::travel::WayEnd;
use crate::domain::visit::Answer;

/// Where something is, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Place {
    /// Town, folded.
    pub town: String,
    /// Postal code, folded.
    pub postcode: String,
    /// Its coordinates.
    pub spot: Option<Spot>,
    /// Whose it is, for the ways that are known to it.
    pub whose: WayEnd,
}

impl Place {
    /// Of an address.
    pub fn of(town: &str, postcode: &str) -> Self {
        Self { town: fold(town.trim()), postcode: fold(postcode.trim()), ..Self::default() }
    }

    /// Minutes from here to there; nothing where one of them is not known.
    pub fn minutes(&self, to: &Self, policy: &CoveragePolicy) -> Option<u32> {
        self.way(to, policy).map(|way| way.minutes)
    }
}

/// A visit that needs somebody.
#[derive(Debug, Clone)]
pub struct VisitNeed {
    /// Which.
    pub visit: VisitId,
    /// Discipline.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// Planned start.
    pub start: Moment,
    /// Planned end.
    pub end: Moment,
    /// The zone of the client's office.
    pub zone: Zone,
    /// What the client needs.
    pub needs: Vec<Need>,
    /// The client's languages, preferred first, folded.
    pub languages: Vec<String>,
    /// Her first language as it is written.
    pub language: String,
    /// She needs an interpreter.
    pub interpreter: bool,
    /// Where.
    pub place: Place,
    /// Hazards and wishes of the home, folded: `dog`, `smoker`.
    pub hazards: Vec<String>,
    /// When she is not at home, and why: `in hospital`, `dialysis`.
    pub away: Vec<(Moment, Option<Moment>, String)>,
    /// Who is on it already, or called out of it.
    pub taken: Vec<StaffId>,
    /// Who called out of it.
    pub out: Option<StaffId>,
}

/// A visit that somebody has anyway.
#[derive(Debug, Clone)]
pub struct Booked {
    /// Which.
    pub visit: VisitId,
    /// Whose, short.
    pub name: String,
    /// Start.
    pub start: Moment,
    /// End.
    pub end: Moment,
    /// Where.
    pub place: Place,
}

/// Somebody who might go.
#[derive(Debug, Clone)]
pub struct Carer {
    /// Who.
    pub staff: StaffId,
    /// Name to sort by, folded.
    pub name: String,
    /// Discipline.
    pub discipline: Discipline,
    /// Signed off for, folded.
    pub skills: Vec<String>,
    /// Languages, folded.
    pub languages: Vec<String>,
    /// Their weekly pattern; empty when nobody has written it down.
    pub pattern: Vec<Available>,
    /// Where their day starts.
    pub base: Place,
    /// What they have in the days around the visit, by start.
    pub booked: Vec<Booked>,
    /// When the last shift ended that is not among these.
    pub last_shift_end: Option<Moment>,
    /// Minutes of that week, without this visit.
    pub week: u32,
    /// Minutes of a week above which they want no more.
    pub most_week: Option<u32>,
    /// Called out over these times, and until when.
    pub out: Vec<(Moment, Moment)>,
    /// Standing by to be called at these times.
    pub on_call: Vec<(Moment, Moment)>,
    /// Off at these times, and why.
    pub off: Vec<(Moment, Moment, String)>,
    /// Credentials that have lapsed by the day of the visit.
    pub lapsed: Vec<String>,
    /// A wish about the two, and why.
    pub wish: Option<(Wish, String)>,
    /// Visits to this client in the days held in memory.
    pub been: u32,
    /// What they said when they were asked for this visit.
    pub said: Option<(Answer, Moment)>,
}

/// How somebody stands for a visit, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The group.
    pub group: Group,
    /// What speaks against and what is worth knowing, the weightiest first.
    pub conflicts: Vec<Conflict>,
    /// Minutes from where they are before it, or from their base.
    pub travel: Option<u32>,
    /// Minutes of the week with this visit and the way to it.
    pub week_then: u32,
    /// They speak her first language.
    pub speaks: bool,
    /// She or the agency wants them.
    pub preferred: bool,
}

/// How a caregiver stands for a visit at `now`.
pub fn judge(need: &VisitNeed, carer: &Carer, policy: &CoveragePolicy, now: Moment) -> Standing {
    let mut found = Found(Vec::new());
    let travel = ways(need, carer, policy, &mut found);
    able(need, carer, policy, &mut found);
    times(need, carer, policy, &mut found);
    home(need, &mut found);
    agrees(need, carer, policy, &mut found);
    let minutes = (need.end.since(need.start) / MINUTE).max(0) as u32;
    // The way to a client is work time (29 CFR 785.38).
    let week_then = carer.week + minutes + travel.unwrap_or(0);
    let today = need.zone.day(need.start);
    let of_day = carer.booked.iter().filter(|b| b.visit != need.visit && need.zone.day(b.start) == today);
    let day_then = minutes + of_day.map(|b| (b.end.since(b.start) / MINUTE).max(0) as u32).sum::<u32>();
    let of_week = week_then > policy.overtime;
    if of_week {
        let over = week_then - policy.overtime;
        let limit = hours(policy.overtime);
        found.add("cover.overtime", Weight::Reason, format!("over {limit} h by {} h", hours(over)));
    }
    let worked = day_then + travel.unwrap_or(0);
    let of_day = policy.overtime_day.filter(|limit| worked > *limit);
    if let Some(limit) = of_day {
        let over = hours(worked - limit);
        found.add("cover.overtime", Weight::Reason, format!("over {} h that day by {over} h", hours(limit)));
    }
    let overtime = of_week || of_day.is_some();
    let speaks = need.languages.first().is_none_or(|l| carer.languages.contains(l));
    if !speaks {
        let weight = if need.interpreter { Weight::Reason } else { Weight::Note };
        found.add("cover.language", weight, format!("speaks no {}", need.language));
    }
    let declined = match carer.said {
        Some((Answer::No, at)) => {
            found.add("cover.declined", Weight::Note, format!("said no {}", at_clock(at, need.zone, now)));
            true
        }
        _ => false,
    };
    if let Some(limit) = carer.most_week.filter(|limit| week_then > *limit) {
        let text = format!("wants at most {} h a week: {} h", hours(limit), hours(week_then));
        found.add("cover.most_hours", Weight::Reason, text);
    }
    if week_then > policy.most_week {
        found.add("cover.most_hours", Weight::Reason, format!("{} h that week", hours(week_then)));
    }
    if day_then > policy.most_day {
        found.add("cover.most_hours", Weight::Reason, format!("{} h that day", hours(day_then)));
    }
    // What each of them weighs is the agency's to say.
    found.0.retain_mut(|c| policy.weight(&c.rule, c.weight).map(|weight| c.weight = weight).is_some());
    let blocked = found.0.iter().any(|c| c.weight == Weight::Block);
    let asks = found.0.iter().any(|c| c.weight == Weight::Reason && c.rule != "cover.overtime");
    let group = match (blocked || declined, overtime, asks) {
        (true, ..) => Group::No,
        (_, true, _) => Group::Overtime,
        (_, _, true) => Group::Ask,
        _ => Group::Now,
    };
    found.0.sort_by_key(|c| c.weight);
    let preferred = matches!(carer.wish, Some((Wish::Preferred, _)));
    Standing { group, conflicts: found.0, travel, week_then, speaks, preferred }
}

/// That she is not at home then, of a visit to which nobody goes yet.
pub fn not_home(need: &VisitNeed, policy: &CoveragePolicy) -> Vec<Conflict> {
    let mut found = Found(Vec::new());
    home(need, &mut found);
    found.0.retain_mut(|c| policy.weight(&c.rule, c.weight).map(|weight| c.weight = weight).is_some());
    found.0
}

/// The order in which people are shown and called: by group, then whoever is wanted, is on call, speaks her language, has been there
/// most, has the shortest way, the fewest hours; names last, so that it is always the same.
pub fn order<'a>(a: (&'a Carer, &'a Standing), b: (&'a Carer, &'a Standing)) -> std::cmp::Ordering {
    let key = |(carer, s): (&'a Carer, &'a Standing)| {
        (
            s.group,
            !s.preferred,
            !s.conflicts.iter().any(|c| c.rule == "cover.on_call"),
            s.conflicts.iter().any(|c| c.rule == "cover.discipline"),
            !s.speaks,
            std::cmp::Reverse(carer.been),
            s.travel.unwrap_or(u32::MAX),
            s.week_then,
            carer.name.as_str(),
            carer.staff,
        )
    };
    key(a).cmp(&key(b))
}

struct Found(Vec<Conflict>);

impl Found {
    fn add(&mut self, rule: &str, weight: Weight, text: impl Into<String>) {
        self.0.push(Conflict { rule: rule.to_owned(), weight, text: text.into() });
    }
}

/// May they do it at all?
fn able(need: &VisitNeed, carer: &Carer, policy: &CoveragePolicy, found: &mut Found) {
    if need.out == Some(carer.staff) {
        found.add("cover.called_out", Weight::Block, "called out of it");
    } else if need.taken.contains(&carer.staff) {
        found.add("cover.on_it", Weight::Block, "is on it already");
    }
    if !policy.may_stand_in(need.discipline, carer.discipline) {
        let text = format!("{} can't go for {}", carer.discipline.word(), need.discipline.word());
        found.add("cover.not_their_work", Weight::Block, text);
    } else if need.discipline != carer.discipline {
        let text = format!("{} for a visit of {}", carer.discipline.word(), need.discipline.word());
        found.add("cover.discipline", Weight::Note, text);
    }
    for skill in policy.skills(need.discipline, &need.service, &need.needs, carer.discipline) {
        if !carer.skills.contains(&fold(skill)) {
            found.add("cover.skill", Weight::Block, format!("not signed off for {skill}"));
        }
    }
    for kind in &carer.lapsed {
        found.add("cover.credential", Weight::Block, format!("{kind} ran out"));
    }
    match &carer.wish {
        Some((Wish::Excluded, why)) => {
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            found.add("cover.excluded", Weight::Block, format!("not together{why}"));
        }
        Some((Wish::Preferred, _)) => found.add("cover.preferred", Weight::Note, "wanted here"),
        None => {}
    }
}

/// Do the home and whoever would go agree: pets, smoke, who may care for her?
fn agrees(need: &VisitNeed, carer: &Carer, policy: &CoveragePolicy, found: &mut Found) {
    for rule in policy.homes() {
        let Some(word) = need.hazards.iter().find_map(|h| rule.word_in(h)) else { continue };
        if let Some(limit) = rule.against(&carer.skills) {
            found.add(&rule.rule, Weight::Reason, format!("{word}: {limit}"));
        }
    }
}

/// Is she at home then?
fn home(need: &VisitNeed, found: &mut Found) {
    let away = need.away.iter().find(|(from, to, _)| *from < need.end && to.is_none_or(|to| need.start < to));
    if let Some((_, until, why)) = away {
        let until = until.map(|u| format!(" until {}", at_clock(u, need.zone, need.start))).unwrap_or_default();
        found.add("cover.not_home", Weight::Reason, format!("client not home: {why}{until}"));
    }
}

/// Are they at work then?
fn times(need: &VisitNeed, carer: &Carer, policy: &CoveragePolicy, found: &mut Found) {
    let at = |m| at_clock(m, need.zone, need.start);
    if let Some((_, until)) = carer.out.iter().find(|(from, to)| *from < need.end && need.start < *to) {
        found.add("cover.out", Weight::Block, format!("called out until {}", at(*until)));
    }
    if let Some((_, until, why)) = carer.off.iter().find(|(from, to, _)| *from < need.end && need.start < *to) {
        found.add("cover.time_off", Weight::Block, format!("{why} until {}", at(*until)));
    }
    let stands_by = carer.on_call.iter().find(|(from, to)| *from <= need.start && need.end <= *to);
    if let Some((_, until)) = stands_by {
        found.add("cover.on_call", Weight::Note, format!("on call until {}", at_clock(*until, need.zone, need.start)));
    } else if carer.pattern.is_empty() {
        found.add("cover.hours_unknown", Weight::Note, "working hours not recorded");
    } else if let Some(text) = outside(need, &carer.pattern) {
        found.add("cover.off", Weight::Reason, text);
    }
    // Somebody who comes off a shift needs rest before the first visit of the next.
    let before = carer.booked.iter().filter(|b| b.end <= need.start).map(|b| b.end).max();
    let ended = before.into_iter().chain(carer.last_shift_end.filter(|e| *e <= need.start)).max();
    let today = need.zone.day(need.start);
    if let Some(ended) = ended.filter(|e| need.zone.day(*e) < today) {
        let rested = need.start.since(ended) / MINUTE;
        if rested < i64::from(policy.rest) {
            let text = format!("{} h rest since {}", hours(rested.max(0) as u32), clock(need.zone.civil(ended).1));
            found.add("cover.rest", Weight::Reason, text);
        }
    }
}

/// Why the weekly pattern does not hold the visit; nothing when it does.
fn outside(need: &VisitNeed, pattern: &[Available]) -> Option<String> {
    let (day, from) = need.zone.civil(need.start);
    let to = u32::from(from) + (need.end.since(need.start) / MINUTE).max(0) as u32;
    let pieces: Vec<&Available> = pattern.iter().filter(|p| usize::from(p.weekday) == day.weekday()).collect();
    if pieces.iter().any(|p| p.from <= from && to <= u32::from(p.to)) {
        return None;
    }
    let next = pieces.iter().filter(|p| p.from > from).map(|p| p.from).min();
    let last = pieces.iter().filter(|p| p.from <= from).map(|p| p.to).max();
    Some(match (next, last) {
        (Some(starts), _) => format!("starts {}: ask first", clock(starts)),
        (None, Some(ends)) => format!("ends {}: ask first", clock(ends)),
        (None, None) => "off today: ask first".to_owned(),
    })
}

/// Are they somewhere else, and can they be here in time? Answers the minutes of the way to it.
fn ways(need: &VisitNeed, carer: &Carer, policy: &CoveragePolicy, found: &mut Found) -> Option<u32> {
    let others = || carer.booked.iter().filter(|b| b.visit != need.visit);
    for other in others().filter(|b| b.start < need.end && need.start < b.end) {
        let text = format!("with {} {}–{}", other.name, at(other.start, need.zone), at(other.end, need.zone));
        found.add("cover.overlap", Weight::Block, text);
    }
    let near = |b: &&Booked| (b.end.since(need.start)).abs() < DAY / 2 && (b.start.since(need.end)).abs() < DAY / 2;
    let before = others().filter(|b| b.end <= need.start).filter(near).max_by_key(|b| b.end);
    let after = others().filter(|b| b.start >= need.end).filter(near).min_by_key(|b| b.start);
    let from = before.map_or(&carer.base, |b| &b.place);
    let way = from.minutes(&need.place, policy);
    let late = |gap: i64, way: Option<u32>| i64::from(way.unwrap_or(0)) - gap / MINUTE;
    let mut say = |late: i64, text: String| {
        let weight = if late > i64::from(policy.late) { Weight::Reason } else { Weight::Note };
        found.add("cover.travel", weight, text);
    };
    if let Some(b) = before {
        let minutes = late(need.start.since(b.end), way);
        if minutes > 0 {
            say(minutes, format!("{minutes} min late, from {}", b.name));
        }
    }
    if let Some(b) = after {
        let minutes = late(b.start.since(need.end), need.place.minutes(&b.place, policy));
        if minutes > 0 {
            // The knock-on of this one.
            say(minutes, format!("then {minutes} min late to {}", b.name));
        }
    }
    way
}

fn at(moment: Moment, zone: Zone) -> String {
    clock(zone.civil(moment).1)
}

/// `06:10`, with the day when it is another one than that of `near`.
fn at_clock(moment: Moment, zone: Zone, near: Moment) -> String {
    let (day, minute) = zone.civil(moment);
    if day == zone.day(near) { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) }
}
