//! Visits of a series as one event that comes again, where that says exactly the same: each place of the rule between the
//! first and the last visit is a visit as the others are, one that stands in its place, or is left out. What has no place
//! in the rule is an event of its own. Whether a series is written so hangs on its rule alone, so that the next calendar
//! names the same events again.

use crate::domain::ids::{SeriesId, VisitId};
use crate::domain::time::{Civil, Moment};
use crate::domain::visit::VisitState;
use crate::rules::recurrence::Pattern;
use crate::service::api::{Sheet, SheetSeries, SheetVisit};
use std::collections::{BTreeMap, BTreeSet};

/// Places of one rule that are gone through.
const PLACES: usize = 2_000;
/// Places that are left out one by one; a rule with more says little about when it comes.
const LEFT_OUT: usize = 200;

/// A series as an event that comes again.
pub(super) struct Again<'a> {
    /// Its series.
    pub(super) series: SeriesId,
    /// The rule, without an end of its own.
    pub(super) rule: String,
    /// The first visit's place.
    pub(super) first: Civil,
    /// The last one's.
    pub(super) last: Civil,
    /// What most of its visits are like.
    pub(super) like: &'a SheetVisit,
    /// When it or one of its visits was last changed.
    pub(super) changed: Moment,
    /// Places without a visit.
    pub(super) left_out: Vec<Civil>,
    /// Visits at another time or of other people, each with its place.
    pub(super) instead: Vec<(Civil, &'a SheetVisit)>,
    /// All visits that it stands for.
    pub(super) visits: Vec<&'a SheetVisit>,
}

/// The events that come again, and the visits that are events of their own.
pub(super) fn sorted(sheet: &Sheet) -> (Vec<Again<'_>>, Vec<&SheetVisit>) {
    let mut of: BTreeMap<SeriesId, Vec<&SheetVisit>> = BTreeMap::new();
    let mut single = Vec::new();
    for visit in &sheet.visits {
        match &visit.place {
            Some((series, _)) => of.entry(*series).or_default().push(visit),
            None => single.push(visit),
        }
    }
    let mut again = Vec::new();
    for (id, visits) in of {
        let series = sheet.series.iter().find(|s| s.id == id);
        match series.and_then(|series| one(series, &visits)) {
            Some((found, rest)) => {
                again.push(found);
                single.extend(rest);
            }
            None => single.extend(visits),
        }
    }
    // In the order of the sheet.
    let by_itself: BTreeSet<VisitId> = single.iter().map(|v| v.id).collect();
    (again, sheet.visits.iter().filter(|v| by_itself.contains(&v.id)).collect())
}

fn one<'a>(series: &SheetSeries, visits: &[&'a SheetVisit]) -> Option<(Again<'a>, Vec<&'a SheetVisit>)> {
    let rule = endless(&series.rule);
    let mut placed: BTreeMap<(i32, u16), &SheetVisit> = BTreeMap::new();
    let mut rest = Vec::new();
    for visit in visits {
        let Some((_, place)) = visit.place else { continue };
        // Two in one place: only one of them can be the rule's.
        if let Some(other) = placed.insert((place.day.0, place.minute), *visit) {
            rest.push(other);
        }
    }
    let (&first, _) = placed.first_key_value()?;
    let (&last, _) = placed.last_key_value()?;
    let civil = |(day, minute): (i32, u16)| Civil { day: crate::domain::time::Day(day), minute, zone: series.zone };
    let (first, last) = (civil(first), civil(last));
    let found = Pattern::new(&rule, first).visits(first.day, last.day, PLACES + 1).ok()?;
    // A wall time that a clock never shows is read one way here and another way there.
    if found.len() > PLACES || found.iter().any(|o| (o.day, o.minute) != (o.at.day, o.at.minute)) {
        return None;
    }
    let places: Vec<Civil> = found
        .iter()
        .map(|o| Civil { day: o.day, minute: o.minute, zone: series.zone })
        .filter(|at| (at.day, at.minute) <= (last.day, last.minute))
        .collect();
    if places.first() != Some(&first) {
        return None;
    }
    let of_rule: Vec<(Civil, &SheetVisit)> =
        places.iter().filter_map(|at| placed.remove(&(at.day.0, at.minute)).map(|v| (*at, v))).collect();
    rest.extend(placed.into_values());
    let like = most_like(&of_rule)?;
    let stands = |(at, v): &(Civil, &SheetVisit)| v.start == *at && alike(v, like);
    let left_out: Vec<Civil> =
        places.iter().copied().filter(|at| !of_rule.iter().any(|(there, _)| there == at)).collect();
    if left_out.len() > LEFT_OUT {
        return None;
    }
    let last = of_rule.last()?.0;
    let changed = of_rule.iter().map(|(_, v)| v.changed).max()?.max(series.changed);
    let instead = of_rule.iter().filter(|of| !stands(of)).copied().collect();
    let visits = of_rule.iter().map(|(_, v)| *v).collect();
    Some((Again { series: series.id, rule, first, last, like, changed, left_out, instead, visits }, rest))
}

/// The rule without an end of its own: how far it is written hangs on the visits.
fn endless(rule: &str) -> String {
    let rule = rule.trim().to_ascii_uppercase();
    let rule = rule.strip_prefix("RRULE:").unwrap_or(&rule);
    let ends = |part: &str| part.is_empty() || part.starts_with("COUNT") || part.starts_with("UNTIL");
    let parts: Vec<String> = rule.split(';').map(|p| p.replace(' ', "")).filter(|p| !ends(p)).collect();
    parts.join(";")
}

/// All that is written of a visit but its time is the same.
fn alike(a: &SheetVisit, b: &SheetVisit) -> bool {
    let off = |v: &SheetVisit| v.state == VisitState::Cancelled;
    (a.minutes, &a.client, &a.staff, a.discipline, &a.service)
        == (b.minutes, &b.client, &b.staff, b.discipline, &b.service)
        && (off(a), a.sure(), &a.address, &a.phone, &a.notes) == (off(b), b.sure(), &b.address, &b.phone, &b.notes)
}

/// What most of them are like; of as many the first.
fn most_like<'a>(visits: &[(Civil, &'a SheetVisit)]) -> Option<&'a SheetVisit> {
    let count = |of: &SheetVisit| visits.iter().filter(|(_, v)| alike(v, of)).count();
    let mut kinds: Vec<&SheetVisit> = Vec::new();
    for (_, visit) in visits {
        if !kinds.iter().any(|k| alike(k, visit)) {
            kinds.push(visit);
        }
    }
    kinds.into_iter().rev().max_by_key(|k| count(k))
}
