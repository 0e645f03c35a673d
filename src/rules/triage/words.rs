//! An alert in words: the cause column of its row, and why it stands where it stands.

use super::facts::{
    BookedVisit, CallOutFacts, EmergencyFacts, IssueFacts, NoteFacts, SourceFacts, Thing, VisitFacts, WindowKind,
};
use super::policy::{KnownOf, Policy, RuleClock};
use super::vocabulary::lapse;
use super::{Alert, vulnerability};
use crate::domain::ids::UserId;
use crate::domain::time::{DAY, Day, HOUR, MINUTE, Moment, Zone, clock};
use crate::domain::visit::{Answer, NoteStatus, VisitState};
use crate::rules::clocks::{Clock, INITIAL_VISIT, clock_id};

/// Columns of the cause, on a wide screen; a narrow one cuts it.
const COLUMNS: usize = 72;

/// A headline and the lines Rule, Facts, First, Clock, Then, Lower it, Source, in the order to show.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Reasons {
    /// What it is, in a sentence.
    pub headline: String,
    /// Label and text.
    pub lines: Vec<(String, String)>,
}
crate::domain::words::opaque!(Reasons);

/// The cause column of a row, at most 72 columns: `recert closes today, no RN booked`. `viewer` is who looks: a promise
/// is “you call daughter by 15:00” to whom it binds and “R. Patel calls …” to others.
pub fn cause(thing: &Thing, alert: &Alert, policy: &Policy, now: Moment, zone: Zone, viewer: UserId) -> String {
    let Some(rule) = policy.rule(&alert.rule) else { return String::new() };
    let told = Told { thing, alert, policy, now, zone, viewer: Some(viewer) };
    clip(tidy(&rule.text.fill(&|name| told.value(name))), COLUMNS)
}

/// Why an alert stands where it stands.
pub fn why(thing: &Thing, alert: &Alert, policy: &Policy, now: Moment, zone: Zone) -> Reasons {
    let Some(rule) = policy.rule(&alert.rule) else { return Reasons::default() };
    let told = Told { thing, alert, policy, now, zone, viewer: None };
    let value = |name: &str| told.value(name);
    let mut lines = Vec::new();
    let mut line = |label: &str, text: String| {
        if !text.is_empty() {
            lines.push((label.to_owned(), text));
        }
    };
    let through = alert.through.as_ref().map(|t| format!(", its worst visit by {t}")).unwrap_or_default();
    line("Rule", format!("{}{through} · {}", rule.id, policy.version));
    line("Facts", told.facts());
    line("First", tidy(&rule.first.fill(&value)).to_owned());
    line("Clock", told.clock());
    line("Then", told.then());
    line("Lower it", rule.lower.clone());
    let unsigned = policy.unsigned_note().map(|n| format!(" · {n}")).unwrap_or_default();
    line("Source", format!("{} ({}){unsigned}", rule.citation, rule.mark));
    Reasons { headline: tidy(&rule.headline.fill(&value)).to_owned(), lines }
}

/// A text whose last name had nothing to say, without what led to it.
fn tidy(text: &str) -> &str {
    text.trim_end_matches([':', ',', ' ']).trim_start()
}

/// At most so many characters; a number is never cut in two.
fn clip(text: &str, columns: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= columns {
        return text.to_owned();
    }
    let mut end = columns - 1;
    while end > 0 && chars[end].is_ascii_digit() && chars[end - 1].is_ascii_digit() {
        end -= 1;
    }
    let mut out: String = chars[..end].iter().collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// `3 Mar`.
fn day_month(day: Day) -> String {
    day.short().split_once(' ').map_or_else(String::new, |(_, rest)| rest.to_owned())
}

fn plural(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// How much time is left, in words: `3 min`, `6 h`, `4 d`.
fn left(ms: i64) -> String {
    match ms {
        ms if ms < 2 * HOUR => format!("{} min", (ms + MINUTE - 1) / MINUTE),
        ms if ms < 2 * DAY => format!("{} h", ms / HOUR),
        ms => format!("{} d", ms / DAY),
    }
}

struct Told<'a> {
    thing: &'a Thing,
    alert: &'a Alert,
    policy: &'a Policy,
    now: Moment,
    zone: Zone,
    viewer: Option<UserId>,
}

impl Told<'_> {
    /// `08:00` today, `Tue 08:00` within six days, `Tue 10 Mar 08:00` else.
    fn at(&self, at: Moment) -> String {
        let today = self.zone.day(self.now);
        let (day, minute) = self.zone.civil(at);
        match day.since(today) {
            0 => clock(minute),
            -6..=6 => format!("{} {}", &day.short()[..3], clock(minute)),
            _ => format!("{} {}", day.short(), clock(minute)),
        }
    }

    /// A deadline: its last minute.
    fn until(&self, due: Moment) -> String {
        self.at(self.zone.last_minute(due))
    }

    fn issue(&self) -> Option<&IssueFacts> {
        if let SourceFacts::Issue(f) = &self.thing.source { Some(f) } else { None }
    }

    fn visit(&self) -> Option<&VisitFacts> {
        if let SourceFacts::Visit(f) = &self.thing.source { Some(f) } else { None }
    }

    fn note(&self) -> Option<&NoteFacts> {
        if let SourceFacts::Note(f) = &self.thing.source { Some(f) } else { None }
    }

    fn call_out(&self) -> Option<&CallOutFacts> {
        if let SourceFacts::CallOut(f) = &self.thing.source { Some(f) } else { None }
    }

    fn emergency(&self) -> Option<&EmergencyFacts> {
        if let SourceFacts::Emergency(f) = &self.thing.source { Some(f) } else { None }
    }

    fn task(&self) -> Option<&str> {
        if let SourceFacts::Task(f) = &self.thing.source { Some(f.what.trim()) } else { None }
    }

    fn fact(&self, name: &str) -> Option<&str> {
        self.issue()?.facts.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The due instant of what has one, and its clock.
    fn due(&self) -> Option<(Moment, &'static str, Option<&BookedVisit>)> {
        match &self.thing.source {
            SourceFacts::Window(f) => Some((f.due, clock_id(f.kind), f.booked.as_ref())),
            SourceFacts::Referral(f) => Some((f.due, INITIAL_VISIT, f.booked.as_ref())),
            SourceFacts::Promise(f) => Some((f.due, "", None)),
            SourceFacts::Task(f) => Some((f.due, "", None)),
            _ => None,
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        let client = self.thing.client.as_ref();
        match name {
            "level" => client?.level.map(|l| l.to_string()),
            "anticoagulant" => client.and_then(|c| c.anticoagulant.clone()).or_else(|| self.told_anticoagulant()),
            "home_days" => {
                let c = client?;
                c.hospital_discharge.map(|d| c.zone.day(self.now).since(d).to_string())
            }
            "summary" => Some(self.issue()?.summary.clone()),
            "head" => {
                let struck = self.fact("head_strike").is_some_and(|v| v.eq_ignore_ascii_case("yes"));
                Some(if struck { "head strike" } else { "head not excluded" }.to_owned())
            }
            "yes_facts" => Some(self.yes_facts().join(", ")),
            "news2_best" => match (self.fact("news2"), self.fact("news2_single")) {
                (Some(n), _) if n.parse().is_ok_and(|n: i64| n > 4) => Some(n.to_owned()),
                (_, Some(n)) => Some(format!("single {n}")),
                (n, _) => n.map(str::to_owned),
            },
            "service" => {
                let service = self.note().map(|n| &n.service).or_else(|| self.visit().map(|v| &v.service))?;
                Some(if service.is_empty() { "visit".to_owned() } else { service.clone() })
            }
            "start" => self.note().map(|n| n.start).or_else(|| self.visit().map(|v| v.start)).map(|at| self.at(at)),
            "note" => Some(note_words(self.note()?.note).to_owned()),
            "why" => Some(self.why_open(self.visit()?)),
            "staff" => Some(match &self.thing.source {
                SourceFacts::Visit(f) => f.staff.as_ref().map_or_else(|| "nobody".to_owned(), |s| s.name.clone()),
                SourceFacts::CallOut(f) => format!("{} {}", f.staff.name, f.staff.discipline.word()),
                SourceFacts::Note(f) => f.staff.as_ref()?.name.clone(),
                _ => self.thing.staff.as_ref()?.name.clone(),
            }),
            "reason" => {
                let given = self.visit().map(|v| &v.reason).or_else(|| self.call_out().map(|c| &c.reason));
                Some(given.or_else(|| self.emergency().map(|e| &e.why))?.clone())
            }
            "opened_by" => Some(self.emergency()?.by_name.clone()),
            "out" => {
                let f = self.call_out()?;
                let today = self.zone.day(self.now);
                Some(if f.day != today {
                    format!("out {}", f.day.short())
                } else if self.zone.day(f.called_out_at) == today {
                    format!("out since {}", self.at(f.called_out_at))
                } else {
                    "out today".to_owned()
                })
            }
            "visits" => Some(plural(self.call_out()?.visits.len(), "visit")),
            "said_yes" => match self.call_out()?.visits.iter().filter(|(_, v)| v.covered()).count() {
                0 => Some("none".to_owned()),
                n => Some(n.to_string()),
            },
            "next_visit" => {
                let open = self.call_out()?.visits.iter().filter(|(_, v)| v.uncovered());
                let (client, visit) = open.min_by_key(|(_, v)| v.start)?;
                Some(format!("{} {}", self.at(visit.start), family(&client.name)))
            }
            "what" => match &self.thing.source {
                SourceFacts::Window(f) => Some(match f.kind {
                    WindowKind::Recert => "recert".to_owned(),
                    WindowKind::SocAssessment => "SOC+5".to_owned(),
                    WindowKind::Roc => "ROC".to_owned(),
                    WindowKind::Reassessment => clip(&f.what, 14),
                }),
                _ => None,
            },
            "by_due" => {
                let (due, _, _) = self.due()?;
                Some(if due <= self.now {
                    format!("was due {}", self.until(due))
                } else {
                    format!("by {}", self.until(due))
                })
            }
            "closes" => {
                let (due, _, _) = self.due()?;
                let last = self.zone.day(due.plus(-1));
                Some(match (due <= self.now, last.since(self.zone.day(self.now))) {
                    (true, _) => format!("closed {}", last.short()),
                    (false, 0) => "closes today".to_owned(),
                    (false, 1) => "closes tomorrow".to_owned(),
                    (false, _) => format!("closes {}", last.short()),
                })
            }
            "booking" => {
                let (due, id, visit) = self.due()?;
                let last = self.zone.day(due.plus(-1));
                let at = |v: &BookedVisit| {
                    let (day, minute) = self.zone.civil(v.start);
                    if day == last { clock(minute) } else { self.at(v.start) }
                };
                let clock = self.policy.clocks.get(id);
                Some(match (visit, &self.alert.booked) {
                    (Some(v), Some(_)) => format!("{} booked {}", v.name, at(v)),
                    (Some(v), None) if due > self.now && clock.is_some_and(|c| c.by.contains(&v.discipline)) => {
                        format!("{} {} at risk", v.name, at(v))
                    }
                    _ => format!("no {} booked", clock.and_then(|c| c.by.first()).map_or("visit", |d| d.word())),
                })
            }
            "disciplines" => self.due().and_then(|(_, id, _)| self.policy.clocks.get(id)).map(Clock::by_words),
            "basis" => match &self.thing.source {
                SourceFacts::Referral(f) => Some(f.basis.word().to_owned()),
                _ => None,
            },
            "promise" | "what_promised" => self.promise(name),
            // What is to be done may be long; by when must stay in the row. The headline has all of it.
            "task" => self.task().map(|what| clip(what, 24)),
            "what_to_do" => self.task().map(str::to_owned),
            "credential" | "good_to" | "after" | "next_after" => self.credential(name),
            _ => self.fact(name).map(str::to_owned),
        }
    }

    /// The answers to worry about, in words.
    fn yes_facts(&self) -> Vec<String> {
        let facts = self.issue().map(|i| i.facts.as_slice()).unwrap_or_default();
        let word = |(name, answer): &(String, String)| match self.policy.fact(name) {
            Some(fact) => fact.worry(answer).map(str::to_owned),
            None => answer.eq_ignore_ascii_case("yes").then(|| name.replace('_', " ")),
        };
        facts.iter().filter_map(word).collect()
    }

    /// That she takes one was said, though her list does not name it.
    fn told_anticoagulant(&self) -> Option<String> {
        let facts = &self.issue()?.facts;
        let fact = self.policy.asked().find(|f| f.known == Some(KnownOf::Anticoagulant))?;
        facts.iter().find(|(n, _)| *n == fact.name).and_then(|(_, v)| fact.worry(v)).map(str::to_owned)
    }

    /// Why a visit has nobody.
    fn why_open(&self, v: &VisitFacts) -> String {
        let when = v.called_out_at.map(|at| format!(" {}", self.at(at))).unwrap_or_default();
        if v.called_out_at.is_some() || v.state == VisitState::CalledOut {
            let reason = if v.reason.is_empty() { "called out" } else { &v.reason };
            return format!("{reason}{when}");
        }
        match v.answer {
            Answer::Asked => "asked, no word yet",
            Answer::No => "said no",
            Answer::NoAnswer => "no answer",
            Answer::LeftMessage => "left message",
            Answer::Yes | Answer::Told | Answer::Planned if v.two_people && !v.second && v.staff.is_some() => {
                "one of two people"
            }
            _ => "nobody",
        }
        .to_owned()
    }

    fn promise(&self, name: &str) -> Option<String> {
        let SourceFacts::Promise(f) = &self.thing.source else { return None };
        let what = f.what.trim();
        let to = if f.to.is_empty() { "back" } else { &f.to };
        if name == "what_promised" {
            let what = if what.is_empty() { "a call" } else { what };
            return Some(format!("{what}, to {to}, by {}", f.owner_name));
        }
        let mine = self.viewer == Some(f.owner);
        let who = if mine { "you" } else { &f.owner_name };
        let calls = what.is_empty() || what.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("call"));
        Some(match (calls, mine) {
            (true, true) => format!("you call {}", clip(to, 16)),
            (true, false) => format!("{} calls {}", clip(who, 12), clip(to, 10)),
            // What was promised may be long; by when must stay.
            (false, _) => format!("{}: {}", clip(who, 12), clip(what, 12)),
        })
    }

    fn credential(&self, name: &str) -> Option<String> {
        let SourceFacts::Credential(f) = &self.thing.source else { return None };
        match name {
            "credential" => Some(clip(&f.kind, 16)),
            "good_to" => {
                let lapsed = lapse(f, self.thing.zone) <= self.now;
                Some(format!("{} {}", if lapsed { "lapsed" } else { "good to" }, day_month(f.last_day)))
            }
            "after" => (!f.after.is_empty()).then(|| plural(f.after.len(), "visit")),
            _ => f.after.iter().min_by_key(|v| v.start).map(|v| format!("{} {}", family(&v.client), self.at(v.start))),
        }
    }

    fn facts(&self) -> String {
        match &self.thing.source {
            SourceFacts::Issue(f) => {
                let by = if f.reported_by.is_empty() { String::new() } else { format!(", told by {}", f.reported_by) };
                let mut parts = vec![format!("{} {}{by} ({})", f.kind.word(), self.at(f.happened), f.how.word())];
                parts.extend(self.yes_facts());
                let mut not_asked = Vec::new();
                let client = self.thing.client.as_ref();
                for fact in self.policy.facts_of(f.kind) {
                    match f.facts.iter().find(|(n, _)| *n == fact.name) {
                        None if fact.is_choice() && !fact.is_known(client) => not_asked.push(fact.label.as_str()),
                        Some((_, v)) if fact.worry(v).is_none() => parts.push(format!("{}: {v}", fact.label)),
                        _ => {}
                    }
                }
                parts.extend(client.and_then(|c| {
                    let on = c.medications_on.map(|d| format!(" (list {})", day_month(d))).unwrap_or_default();
                    c.anticoagulant.as_ref().map(|a| format!("{a}{on}"))
                }));
                if !not_asked.is_empty() {
                    parts.push(format!("not asked: {}", not_asked.join(", ")));
                }
                if let Some(d) = &f.disposition {
                    parts.push(format!("{} by {} {}", d.kind.word(), d.by.as_str(), self.at(d.at)));
                }
                parts.join(" · ")
            }
            SourceFacts::Visit(v) => self.visit_facts(v),
            SourceFacts::CallOut(f) => {
                let visits = f.visits.iter().map(|(c, v)| {
                    let said = if v.covered() { v.answer.word().to_owned() } else { said(v) };
                    format!("{} {}: {said}", self.at(v.start), family(&c.name))
                });
                visits.collect::<Vec<_>>().join(" · ")
            }
            SourceFacts::Window(f) => {
                let booked = f.booked.as_ref().map(|b| format!(" · {}", self.booked_facts(b))).unwrap_or_default();
                format!("opens {}, closes {}{booked}", self.at(f.opens), self.until(f.due))
            }
            SourceFacts::Referral(f) => {
                let booked = f.booked.as_ref().map(|b| format!(" · {}", self.booked_facts(b))).unwrap_or_default();
                format!(
                    "came {}, from {}, too late after {}{booked}",
                    self.at(f.received),
                    f.basis.word(),
                    self.until(f.due)
                )
            }
            SourceFacts::Note(f) => {
                let staff = f
                    .staff
                    .as_ref()
                    .map_or_else(|| "nobody recorded".to_owned(), |s| format!("{} {}", s.name, s.discipline.word()));
                let service = if f.service.is_empty() { "visit" } else { &f.service };
                let (start, ended) = (self.at(f.start), self.at(f.ended));
                format!("{service} {start}, {staff}, ended {ended} · {}", note_words(f.note))
            }
            SourceFacts::Promise(f) => format!("{} promised {}: {}", f.owner_name, f.to, f.what),
            SourceFacts::Task(f) => format!("to do by {}: {}", self.until(f.due), f.what),
            SourceFacts::Emergency(f) => {
                format!("{} opened the chart {} until {}: {}", f.by_name, self.at(f.opened), self.at(f.until), f.why)
            }
            SourceFacts::Credential(f) => {
                let mut parts = vec![format!("{} good to the end of {}", f.kind, f.last_day.long())];
                parts.extend(f.after.iter().take(3).map(|v| {
                    let level = v.level.map(|l| format!(" (level {l})")).unwrap_or_default();
                    format!("{} {}{level}", self.at(v.start), family(&v.client))
                }));
                parts.join(" · ")
            }
        }
    }

    fn visit_facts(&self, v: &VisitFacts) -> String {
        let staff =
            v.staff.as_ref().map_or_else(|| "nobody".to_owned(), |s| format!("{} {}", s.name, s.discipline.word()));
        let service = if v.service.is_empty() { "visit" } else { &v.service };
        let mut said = vec![format!("{service} {}", self.at(v.start)), staff];
        // That there is nobody was said; why, is said next.
        if v.staff.is_some() || v.answer != Answer::Nobody {
            said.push(v.answer.word().to_owned());
        }
        let mut parts = vec![said.join(", ")];
        let open = self.why_open(v);
        if !v.covered() && !said.contains(&open) {
            parts.push(open);
        }
        if let Some(c) = &self.thing.client {
            let named = service.to_lowercase();
            parts.extend(c.needs.iter().map(|n| n.word()).filter(|n| !named.contains(n)).map(str::to_owned));
        }
        parts.join(" · ")
    }

    fn booked_facts(&self, b: &BookedVisit) -> String {
        let said = if b.covered { "said yes" } else { "not said yes" };
        format!("{} {} {}, {said}", b.name, b.discipline.word(), self.at(b.start))
    }

    fn clock(&self) -> String {
        let a = self.alert;
        let Some(due) = a.due else {
            return if a.acknowledged { "taken: none runs".to_owned() } else { String::new() };
        };
        let taken = matches!(a.clock, RuleClock::Taken(_)) && !a.acknowledged;
        match (taken, due > self.now) {
            (true, true) => {
                format!("take it by {} ({} left), then the supervisor", self.until(due), left(due.since(self.now)))
            }
            (true, false) => format!("nobody took it by {}: to the supervisor", self.until(due)),
            (false, true) => format!("breaches after {} ({} left)", self.until(due), left(due.since(self.now))),
            (false, false) => format!("breached {}: one tier higher", self.until(due)),
        }
    }

    fn then(&self) -> String {
        let worst = self.call_out().and_then(|f| {
            let open = f.visits.iter().filter(|(_, v)| v.uncovered());
            open.map(|(c, _)| c).max_by_key(|c| vulnerability(c, self.now).0)
        });
        let Some(client) = self.thing.client.as_ref().or(worst) else { return String::new() };
        let (score, reasons) = vulnerability(client, self.now);
        if reasons.is_empty() {
            format!("vulnerability {score}")
        } else {
            format!("vulnerability {score}: {}", reasons.join(", "))
        }
    }
}

/// Where a note stands.
fn note_words(note: NoteStatus) -> &'static str {
    match note {
        NoteStatus::None => "no note",
        NoteStatus::Started => "note only begun",
        NoteStatus::Complete => "note not signed",
        NoteStatus::Signed => "note signed",
        NoteStatus::Late => "note late",
    }
}

/// `Petrov` of `Petrov, Ivan`.
fn family(name: &str) -> &str {
    name.split(',').next().unwrap_or(name)
}

/// What the person for an uncovered visit has said.
fn said(v: &VisitFacts) -> String {
    match v.answer {
        Answer::Nobody | Answer::Planned => "not asked".to_owned(),
        answer => answer.word().to_owned(),
    }
}
