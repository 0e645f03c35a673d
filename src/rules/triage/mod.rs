//! Triage: which alert first, and why.
//!
//! Tiers are lexicographic, never a sum (handbook section 5). An alert's tier is that of the first rule, in tier order,
//! that matches its facts; it is computed from facts, handling and time whenever one of them changes, and is never
//! stored, so passing time writes nothing.

pub mod book;
pub mod facts;
pub mod policy;
pub mod tell;
pub mod template;
pub mod vocabulary;
mod words;

pub use words::{Reasons, cause, why};

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::{ClientId, OfficeId, UserId};
use crate::domain::time::{DAY, HOUR, Moment, Zone, clock};
use crate::rules::clocks::{INITIAL_VISIT, clock_id};
use facts::{BookedVisit, CallOutFacts, ClientFacts, SourceFacts, Subject, Thing, VisitFacts};
use policy::{Policy, Rule, RuleClock};
use std::cell::Cell;
use std::sync::Arc;
use vocabulary::{Part, Seen, lapse};

/// An alert as it stands now.
#[derive(Clone, PartialEq, Eq)]
pub struct Alert {
    /// Which.
    pub key: AlertKey,
    /// Whose office.
    pub office: OfficeId,
    /// Whom it is about.
    pub person: Option<Subject>,
    /// 1–5.
    pub tier: u8,
    /// Its clock has run out: it stands one tier higher than its rule says, but for P1 and for money at P3.
    pub breached: bool,
    /// The id of the rule that set the tier.
    pub rule: Arc<str>,
    /// For a call-out: the rule of the worst of its visits.
    pub through: Option<Arc<str>>,
    /// The rule has a floor: only a recorded disposition lowers it.
    pub floor: bool,
    /// The tier was set by hand.
    pub by_hand: bool,
    /// Since when the fact stands.
    pub since: Moment,
    /// Since when the rule matches it: its clock runs from here.
    pub standing: Moment,
    /// What runs out, by its rule or its tier.
    pub clock: RuleClock,
    /// When it breaches (or did), if a clock runs.
    pub due: Option<Moment>,
    /// Somebody is booked who can satisfy it: dim, `Chen RN 09:00`.
    pub booked: Option<String>,
    /// Asleep until.
    pub snoozed: Option<Moment>,
    /// Who has it.
    pub owner: Option<UserId>,
    /// Somebody has taken it.
    pub acknowledged: bool,
    /// Somebody handed it up, and nobody has taken it since.
    pub escalated: bool,
    /// Vulnerability 0–10, the tie-break; handbook section 5.
    pub vulnerability: u8,
    /// The clients on whose cards it counts, each with the tier it has there.
    pub touches: Vec<(ClientId, u8)>,
}

crate::domain::words::opaque!(Alert);

impl Alert {
    /// It calls for a supervisor or whoever is on call: handed up, or a P1 that nobody took in its time.
    pub fn calls_up(&self) -> bool {
        self.escalated || (self.tier == 1 && self.breached && !self.acknowledged)
    }
}

/// What [`evaluate`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The alert, unless nothing is wrong or it is finished.
    pub alert: Option<Alert>,
    /// The next instant at which any of this may change by itself.
    pub next: Option<Moment>,
    /// It depends on the newest clock-in.
    pub presence: bool,
}

/// How long a disposition holds a floored alert at P2 (handbook section 5: at least 24 h).
pub const FLOOR_HOLDS: i64 = 24 * HOUR;

/// How long a discharge from a hospital makes a client more vulnerable (handbook section 5: 14 days).
const AFTER_DISCHARGE: i32 = 14;

/// The earliest instant after now of those it is told.
struct Next {
    now: Moment,
    at: Option<Moment>,
}

impl Next {
    fn at(&mut self, at: Moment) {
        if at > self.now {
            self.at = Some(self.at.map_or(at, |a| a.min(at)));
        }
    }

    fn maybe(&mut self, at: Option<Moment>) {
        if let Some(at) = at {
            self.at(at);
        }
    }
}

/// The rule that matches, and since when.
struct Match<'p> {
    rule: &'p Rule,
    standing: Moment,
}

/// What was found before handling and time are considered.
struct Found<'p> {
    rule: &'p Rule,
    through: Option<&'p Rule>,
    standing: Moment,
    vulnerability: u8,
    touches: Vec<(ClientId, u8)>,
}

/// Judges a thing: by the first rule that matches it, what people did about it, and the time. `clock_in` is the newest
/// clock-in of the agency's clock-in source, if it has one.
///
/// The verdict stands until [`Verdict::next`], unless facts, handling, policy or (when [`Verdict::presence`]) the newest
/// clock-in change.
pub fn evaluate(thing: &Thing, policy: &Policy, clock_in: Option<Moment>, now: Moment) -> Verdict {
    let mut case = Case { thing, policy, clock_in, next: Next { now, at: None }, presence: false };
    let alert = case.find().and_then(|found| case.stand(&found));
    Verdict { alert, next: case.next.at, presence: case.presence }
}

/// A thing being judged.
struct Case<'a> {
    thing: &'a Thing,
    policy: &'a Policy,
    clock_in: Option<Moment>,
    next: Next,
    presence: bool,
}

impl<'a> Case<'a> {
    fn seen(&self) -> Seen<'a> {
        self.part(self.thing.client.as_ref(), Part::of(self.thing))
    }

    fn part(&self, client: Option<&'a ClientFacts>, part: Part<'a>) -> Seen<'a> {
        Seen {
            client,
            part,
            since: self.thing.since,
            taken: self.thing.handling.acknowledged.is_some(),
            zone: self.thing.zone,
            presence: &self.policy.presence,
            clock_in: self.clock_in,
            asked_presence: Cell::new(false),
        }
    }

    /// The first rule that matches, asked tier by tier.
    fn first_match(&mut self, source: AlertSource, seen: &Seen<'_>) -> Option<Match<'a>> {
        let mut matched = None;
        for rule in self.policy.rules_of(source) {
            let mut standing: Option<Moment> = None;
            for line in &rule.when {
                let judged = line.judge(seen, self.next.now);
                self.next.maybe(judged.next);
                if judged.holds {
                    let since = judged.last.map_or(seen.since, |l| l.max(seen.since));
                    standing = Some(standing.map_or(since, |s| s.min(since)));
                }
            }
            if let Some(standing) = standing {
                matched = Some(Match { rule, standing });
                break;
            }
        }
        self.presence |= seen.asked_presence.get();
        matched
    }

    /// Whether time has brought a rule to hold after an instant: what a person judged then was not this.
    fn begun_after(&mut self, at: Moment, since_counts: bool, wanted: impl Fn(&Rule) -> bool) -> bool {
        let views: Vec<(AlertSource, Seen<'a>)> = match &self.thing.source {
            SourceFacts::CallOut(f) => {
                f.visits.iter().map(|(c, v)| (AlertSource::Visit, self.part(Some(c), Part::Visit(v)))).collect()
            }
            _ => vec![(self.thing.key.source, self.seen())],
        };
        let mut begun = false;
        for (source, seen) in &views {
            for rule in self.policy.rules_of(*source).filter(|r| wanted(r)) {
                for line in &rule.when {
                    let judged = line.judge(seen, self.next.now);
                    self.next.maybe(judged.next);
                    begun |= judged.holds
                        && (judged.last.is_some_and(|l| l > at) || (since_counts && self.thing.since > at));
                }
            }
            self.presence |= seen.asked_presence.get();
        }
        begun
    }

    fn find(&mut self) -> Option<Found<'a>> {
        let seen = self.seen();
        let matched = self.first_match(self.thing.key.source, &seen)?;
        if let (true, SourceFacts::CallOut(f)) = (matched.rule.worst, &self.thing.source) {
            return Some(self.worst_visit(f, &matched));
        }
        let client = self.thing.client.as_ref();
        let vulnerability = client.map_or(0, |c| vulnerable(c, &mut self.next));
        let touches = client.iter().map(|c| (c.id, matched.rule.tier)).collect();
        Some(Found { rule: matched.rule, through: None, standing: matched.standing, vulnerability, touches })
    }

    /// A call-out is as bad as the worst of its visits: each is judged as if it stood by itself.
    fn worst_visit(&mut self, facts: &'a CallOutFacts, matched: &Match<'a>) -> Found<'a> {
        let mut worst: Option<(u8, Moment, Match<'a>)> = None;
        let mut vulnerability = 0;
        let mut touches: Vec<(ClientId, u8)> = Vec::new();
        for (client, visit) in &facts.visits {
            let seen = self.part(Some(client), Part::Visit(visit));
            let found = self.first_match(AlertSource::Visit, &seen);
            let score = vulnerable(client, &mut self.next);
            let Some(found) = found else { continue };
            touches.push((client.id, found.rule.tier));
            let place = (found.rule.tier, visit.start);
            match &worst {
                Some((tier, _, _)) if *tier == place.0 => vulnerability = vulnerability.max(score),
                Some((tier, _, _)) if *tier < place.0 => {}
                _ => vulnerability = score,
            }
            if worst.as_ref().is_none_or(|(tier, start, _)| place < (*tier, *start)) {
                worst = Some((place.0, place.1, found));
            }
        }
        // One line on each client's card, however many of her visits hang on it.
        touches.sort_unstable();
        touches.dedup_by_key(|(client, _)| *client);
        // Without one its visits are still far off, and the call-out stands by its own rule.
        let (through, standing) = worst.map_or((None, matched.standing), |(_, _, m)| (Some(m.rule), m.standing));
        Found { rule: matched.rule, through, standing, vulnerability, touches }
    }

    /// Where an alert stands, given its rule: floor, hand, clock, booking, outcome, snooze.
    fn stand(&mut self, found: &Found<'_>) -> Option<Alert> {
        let (thing, policy, now) = (self.thing, self.policy, self.next.now);
        let handling = &thing.handling;
        let rule = found.rule;
        let clock_rule = found.through.unwrap_or(rule);
        let mut tier = clock_rule.tier;
        let mut standing = found.standing;
        let mut rule_clock = clock_rule.clock;

        // A floor: nothing but a disposition lowers it, and then to P2 for a day.
        let mut floored = rule.floor;
        if let (true, SourceFacts::Issue(issue)) = (rule.floor, &thing.source)
            && let Some(disposition) = &issue.disposition
        {
            let until = disposition.at.plus(FLOOR_HOLDS);
            self.next.at(until);
            floored = now < until;
            tier = tier.max(2);
            rule_clock = None;
            standing = standing.max(disposition.at);
        }

        // Finished: hidden while the fact is the one that was judged.
        let mut acknowledged = handling.acknowledged;
        let mut by_hand = handling.by_hand.as_ref();
        let mut snooze = handling.snoozed.as_ref();
        let mut escalated = handling.escalated.as_ref();
        if let Some(outcome) = &handling.outcome {
            let same = thing.handled_fact.is_none_or(|d| d == fact_digest(thing));
            if same && !floored && !self.begun_after(outcome.at, false, |r| r.returns) {
                return None;
            }
            if !floored {
                // It came back: what was done about it then is done no more.
                acknowledged = acknowledged.filter(|at| *at > outcome.at);
                by_hand = by_hand.filter(|h| h.at > outcome.at);
                escalated = escalated.filter(|e| e.at > outcome.at);
                snooze = None;
            }
        }

        // A hand judged what stood then: it lowers nothing that began to hold later, and no floor.
        let mut handed = false;
        if let Some(hand) = by_hand {
            let hand_tier = hand.tier.clamp(1, 5);
            let raises = hand_tier < tier;
            let lowers = hand_tier > tier && !floored && !self.begun_after(hand.at, true, |r| r.tier < hand_tier);
            if raises || lowers {
                tier = hand_tier;
                rule_clock = None;
                standing = standing.max(hand.at);
                handed = true;
            }
        }
        let cap = if rule.finance { 3 } else { 1 };
        tier = tier.max(cap);

        let runs = rule_clock.unwrap_or_else(|| policy.tier_clock(tier));
        let due = due(thing, policy, runs, standing, acknowledged.is_some());
        self.next.maybe(due);
        let breached = due.is_some_and(|d| d <= now);
        let after_breach = tier.saturating_sub(1).max(cap);
        let base = tier;
        if breached {
            tier = after_breach;
        }

        let booked = booked(thing, policy, &mut self.next);
        let snoozed = snooze.map(|s| s.until).and_then(|until| {
            // P1 and P2 do not sleep across their breach, nor does what would be one of them by breaching.
            let until = match due {
                Some(due) if after_breach.min(base) <= 2 => until.min(due),
                _ => until,
            };
            self.next.at(until);
            (until > now).then_some(until)
        });
        let mut touches = found.touches.clone();
        if found.through.is_none() {
            for (_, t) in &mut touches {
                *t = tier;
            }
        }
        Some(Alert {
            key: thing.key,
            office: thing.office,
            person: thing.person,
            tier,
            breached,
            rule: Arc::clone(&rule.id),
            through: found.through.map(|r| Arc::clone(&r.id)),
            floor: rule.floor,
            by_hand: handed,
            since: thing.since,
            standing,
            clock: runs,
            due,
            booked,
            snoozed,
            owner: handling.owner,
            acknowledged: acknowledged.is_some(),
            escalated: escalated.is_some(),
            vulnerability: found.vulnerability,
            touches,
        })
    }
}

/// When it breaches, if anything runs.
fn due(thing: &Thing, policy: &Policy, runs: RuleClock, standing: Moment, taken: bool) -> Option<Moment> {
    let own = deadline(thing);
    match runs {
        RuleClock::Taken(ms) => (!taken).then(|| standing.plus(ms)),
        RuleClock::DoneIn(ms) => Some(standing.plus(ms)),
        RuleClock::DoneAt(minute) => {
            // The end of business of a day on which there is business; after it, that of the next.
            let today = thing.zone.day(standing);
            let over = thing.zone.moment(today, minute) <= standing;
            let day = policy.business_day_from(if over { today.plus(1) } else { today });
            Some(thing.zone.moment(day, minute))
        }
        RuleClock::Deadline => own,
        RuleClock::Never => None,
    }
    // A clock that somebody set on an issue counts whatever its rule says.
    .into_iter()
    .chain(matches!(thing.source, SourceFacts::Issue(_)).then_some(own).flatten())
    .min()
}

/// The deadline that the facts themselves have.
fn deadline(thing: &Thing) -> Option<Moment> {
    match &thing.source {
        SourceFacts::Issue(f) => f.due,
        SourceFacts::Visit(f) => Some(f.start),
        SourceFacts::CallOut(f) => f.visits.iter().filter(|(_, v)| v.uncovered()).map(|(_, v)| v.start).min(),
        SourceFacts::Window(f) => Some(f.due),
        SourceFacts::Promise(f) => Some(f.due),
        SourceFacts::Credential(f) => {
            Some(f.after.iter().map(|v| v.start).min().unwrap_or_else(|| lapse(f, thing.zone)))
        }
        SourceFacts::Referral(f) => Some(f.due),
        SourceFacts::Note(_) | SourceFacts::Emergency(_) => None,
        SourceFacts::Task(f) => Some(f.due),
    }
}

/// `Chen RN 09:00`, when a booked visit of a discipline that can satisfy the clock stands before its end and is not at
/// risk: covered, and not past its start by more than the grace with nobody there.
fn booked(thing: &Thing, policy: &Policy, next: &mut Next) -> Option<String> {
    let (visit, id, opens, due) = match &thing.source {
        SourceFacts::Window(f) => (f.booked.as_ref()?, clock_id(f.kind), f.opens, f.due),
        SourceFacts::Referral(f) => (f.booked.as_ref()?, INITIAL_VISIT, f.received, f.due),
        _ => return None,
    };
    let can = policy.clocks.get(id).is_some_and(|c| c.by.contains(&visit.discipline));
    if !can || !visit.covered || visit.start < opens || visit.start >= due || due <= next.now {
        return None;
    }
    next.at(due);
    if !visit.arrived {
        let late = visit.start.plus(policy.presence.grace);
        if late <= next.now {
            return None;
        }
        next.at(late);
    }
    Some(booking(visit, thing.zone, due))
}

/// `Chen RN 09:00`, with the day when it is not the clock's last.
fn booking(visit: &BookedVisit, zone: Zone, due: Moment) -> String {
    let (day, minute) = zone.civil(visit.start);
    let last = zone.day(due.plus(-1));
    let at = if day == last { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) };
    format!("{} {} {at}", visit.name, visit.discipline.word())
}

/// The reasons of a client's vulnerability, each with its points.
fn reasons(client: &ClientFacts, now: Moment) -> Vec<(u8, String)> {
    let mut out = Vec::new();
    if let Some(level) = client.level.filter(|l| (1..=3).contains(l)) {
        out.push(([4, 2, 1][usize::from(level) - 1], format!("level {level}")));
    }
    if client.alone {
        out.push((1, "alone".to_owned()));
    }
    if !client.able_carer {
        out.push((1, "no able carer".to_owned()));
    }
    if let Some(day) = client.hospital_discharge {
        let days = client.zone.day(now).since(day);
        if (0..=AFTER_DISCHARGE).contains(&days) {
            out.push((2, format!("home {days} d")));
        }
    }
    let m1033 = client.m1033.filter(|n| *n >= 4).map(|n| format!("M1033 {n}"));
    let lace = client.lace.filter(|n| *n >= 10).map(|n| format!("LACE {n}"));
    match (m1033, lace) {
        (Some(a), Some(b)) => out.push((1, format!("{a}, {b}"))),
        (Some(a), None) | (None, Some(a)) => out.push((1, a)),
        (None, None) => {}
    }
    if let Some(n) = client.mahc10.filter(|n| *n >= 4) {
        out.push((1, format!("MAHC-10 {n}")));
    }
    out
}

/// Vulnerability 0–10 of a client, with its reasons: `level 2`, `alone`, `home 9 d`. Emergency level 1/2/3 = 4/2/1,
/// lives alone 1, no able carer 1, at most 14 days from a hospital 2, M1033 ≥ 4 or LACE ≥ 10 1, MAHC-10 ≥ 4 1
/// (handbook section 5). It breaks ties; it never changes a tier.
pub fn vulnerability(client: &ClientFacts, now: Moment) -> (u8, Vec<String>) {
    let reasons = reasons(client, now);
    let score: u8 = reasons.iter().map(|(n, _)| n).sum();
    (score.min(10), reasons.into_iter().map(|(_, r)| r).collect())
}

/// The same, and the instants at which it changes.
fn vulnerable(client: &ClientFacts, next: &mut Next) -> u8 {
    if let Some(day) = client.hospital_discharge {
        next.at(client.zone.midnight(day));
        next.at(client.zone.midnight(day.plus(AFTER_DISCHARGE + 1)));
    }
    reasons(client, next.now).iter().map(|(n, _)| n).sum::<u8>().min(10)
}

/// The last instant to which an alert may be snoozed; none when it may sleep as long as one likes. P1 and P2 may not
/// sleep across their breach; one that is taken, whose clock has stopped, sleeps no longer than that clock is long.
pub fn snooze_limit(alert: &Alert, policy: &Policy, now: Moment) -> Option<Moment> {
    if alert.tier > 2 {
        return None;
    }
    Some(match (alert.due.filter(|d| *d > now), policy.tier_clock(alert.tier)) {
        (Some(due), _) => due,
        (None, RuleClock::Taken(ms) | RuleClock::DoneIn(ms)) => now.plus(ms.min(DAY)),
        (None, _) => now.plus(15 * crate::domain::time::MINUTE),
    })
}

/// Whether finishing this needs a disposition: its floor holds, and none is recorded. Without one it would stay where it
/// is, whatever outcome is given.
pub fn needs_disposition(thing: &Thing, alert: &Alert) -> bool {
    alert.floor && !matches!(&thing.source, SourceFacts::Issue(f) if f.disposition.is_some())
}

/// FNV-1a, 64 bits: stable over versions and machines, which the standard hasher is not.
struct Digest(u64);

impl Digest {
    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as i64);
        self.raw(bytes);
    }

    fn number(&mut self, n: i64) {
        self.raw(&n.to_be_bytes());
    }

    fn raw(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn maybe(&mut self, at: Option<Moment>) {
        self.number(at.map_or(i64::MIN, |m| m.0));
    }

    fn visit(&mut self, v: &VisitFacts) {
        self.raw(&v.visit.0);
        self.number(v.start.0);
        self.bytes(v.state.word().as_bytes());
        self.raw(&[u8::from(v.covered()), u8::from(v.two_people), u8::from(v.arrived.is_some())]);
    }
}

/// A stable digest of the facts that matter, without handling, names and time: when it differs from the one an outcome
/// was given for, the alert comes back.
pub fn fact_digest(thing: &Thing) -> u64 {
    let mut d = Digest(0xcbf2_9ce4_8422_2325);
    d.raw(&thing.key.bytes());
    match &thing.source {
        SourceFacts::Issue(f) => {
            d.bytes(f.kind.word().as_bytes());
            let mut facts: Vec<_> = f.facts.iter().collect();
            facts.sort();
            for (name, value) in facts {
                d.bytes(name.as_bytes());
                d.bytes(value.as_bytes());
            }
            d.maybe(f.due);
        }
        SourceFacts::Visit(f) => d.visit(f),
        SourceFacts::CallOut(f) => {
            // Only what is open: what happens to visits that somebody took is a matter of their own.
            let mut open: Vec<_> = f.visits.iter().map(|(_, v)| v).filter(|v| v.uncovered()).collect();
            open.sort_by_key(|v| v.visit);
            for v in open {
                d.visit(v);
            }
        }
        SourceFacts::Window(f) => {
            d.bytes(f.kind.word().as_bytes());
            d.number(f.opens.0);
            d.number(f.due.0);
        }
        SourceFacts::Promise(f) => {
            d.bytes(f.what.as_bytes());
            d.number(f.due.0);
        }
        SourceFacts::Credential(f) => {
            d.bytes(f.kind.as_bytes());
            d.number(i64::from(f.last_day.0));
        }
        SourceFacts::Referral(f) => {
            d.bytes(f.basis.word().as_bytes());
            d.number(f.received.0);
            d.number(f.due.0);
        }
        SourceFacts::Note(f) => {
            d.number(f.start.0);
            d.bytes(f.note.word().as_bytes());
        }
        SourceFacts::Task(f) => {
            d.bytes(f.what.as_bytes());
            d.number(f.due.0);
        }
        SourceFacts::Emergency(f) => {
            d.bytes(&f.by.0);
            d.number(f.opened.0);
        }
    }
    d.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
