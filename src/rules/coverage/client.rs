//! What speaks against a visit on the client's side: her payer's authorized hours, and another visit of the same
//! discipline that day.

use super::{CoveragePolicy, VisitNeed};
use crate::domain::authorization::AuthorizedPer;
use crate::domain::coverage::{Conflict, Weight};
use crate::domain::search::fold;
use crate::domain::staff::Discipline;
use crate::domain::time::{Day, MINUTE, clock, hours};

/// Another visit of hers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HerVisit {
    /// Its discipline.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// The day on its own wall.
    pub day: Day,
    /// Minute of that day.
    pub minute: u16,
    /// How long.
    pub minutes: u16,
}

/// How much of a service a payer pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorized {
    /// Who pays.
    pub payer: String,
    /// For which discipline; none is all.
    pub discipline: Option<Discipline>,
    /// For services in whose name this is; empty is all.
    pub service: String,
    /// Minutes of one unit; none where a unit is a visit.
    pub unit: Option<u16>,
    /// How many units.
    pub units: u32,
    /// Over which time.
    pub per: AuthorizedPer,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Authorized {
    /// Whether it pays for such a visit.
    pub fn is_for(&self, discipline: Discipline, service: &str) -> bool {
        self.discipline.is_none_or(|d| d == discipline)
            && (self.service.trim().is_empty() || fold(service).contains(&fold(self.service.trim())))
    }

    /// The days over which its units are counted around a day.
    pub fn period(&self, day: Day) -> (Day, Day) {
        let (from, to) = match self.per {
            AuthorizedPer::Whole => (self.from, self.to),
            AuthorizedPer::Month => (day.month_start(), day.month_start().months_on(1).plus(-1)),
            AuthorizedPer::Week => (day.week_start(), day.week_start().plus(6)),
            AuthorizedPer::Day => (day, day),
        };
        (from.max(self.from), to.min(self.to))
    }

    /// Units that a visit of this length takes: a unit that is begun counts.
    fn takes(&self, minutes: u16) -> u32 {
        self.unit.map_or(1, |unit| u32::from(minutes.div_ceil(unit.max(1))))
    }
}

/// What speaks against a visit on her side. `others` are her visits of the days that count, without this one.
pub fn on_her_side(
    need: &VisitNeed,
    others: &[HerVisit],
    authorized: &[Authorized],
    policy: &CoveragePolicy,
) -> Vec<Conflict> {
    let mut out = Vec::new();
    let mut add = |rule: &str, usual, text: String| {
        if let Some(weight) = policy.weight(rule, usual) {
            out.push(Conflict { rule: rule.to_owned(), weight, text });
        }
    };
    let day = need.zone.day(need.start);
    let same = |v: &&HerVisit| v.day == day && v.discipline == need.discipline;
    if policy.once_a_day(need.discipline)
        && let Some(other) = others.iter().find(same)
    {
        let what = [need.discipline.word(), other.service.as_str()].join(" ");
        add("cover.same_day", Weight::Reason, format!("{} at {} that day too", what.trim(), clock(other.minute)));
    }
    let minutes = (need.end.since(need.start) / MINUTE).clamp(0, i64::from(u16::MAX)) as u16;
    let of: Vec<&Authorized> = authorized.iter().filter(|a| a.is_for(need.discipline, &need.service)).collect();
    let holds: Vec<&&Authorized> = of.iter().filter(|a| (a.from..=a.to).contains(&day)).collect();
    if holds.is_empty()
        && let Some(last) = of.iter().filter(|a| a.to < day).max_by_key(|a| a.to)
    {
        let text = format!("{}: authorized until {} only", last.payer, last.to.short());
        add("cover.unauthorized", Weight::Reason, text);
    }
    for a in holds {
        let (from, to) = a.period(day);
        let counted = others.iter().filter(|v| (from..=to).contains(&v.day) && a.is_for(v.discipline, &v.service));
        let then = counted.map(|v| a.takes(v.minutes)).sum::<u32>() + a.takes(minutes);
        if then > a.units {
            let said = |units: u32| match a.unit {
                Some(unit) => format!("{} h", hours(units.saturating_mul(u32::from(unit)))),
                None => format!("{units} visits"),
            };
            let text = format!("{}: authorized {} {}, {} then", a.payer, said(a.units), a.per.word(), said(then));
            add("cover.authorized", Weight::Reason, text);
        }
    }
    out
}
