//! One page about a caregiver: what weighs on them, numbers, visits, hours, credentials, clients and issues.

use super::card::{NOT_YOURS, line};
use super::names::when;
use super::page::{hidden, record};
use crate::domain::ids::StaffId;
use crate::domain::issue::Issue;
use crate::domain::record::{Kind, Record};
use crate::domain::staff::{Credential, Membership, Staff};
use crate::domain::time::{Moment, Zone, clock};
use crate::domain::visit::VisitState;
use crate::rules::roles::Group;
use crate::rules::triage::facts::Subject;
use crate::service::Service;
use crate::service::access::{Reached, Sight};
use crate::service::api::{Page, Person, Section, SectionLine, Session};
use crate::service::plan::Refusal;
use crate::store::indexes::VisitLine;

/// Most lines of a section that grows.
const MOST: usize = 40;
/// Issues shown, the newest first.
const ISSUES: usize = 12;

impl Service {
    pub(super) fn staff_page(&self, session: &Session, id: StaffId) -> Result<Option<Page>, Refusal> {
        let Some(staff) = self.cast.staff.get(&id) else { return Ok(None) };
        let (sight, reached) = (self.sight(session, None), self.reached(session));
        let now = self.now();
        let zone = self.cast.zone(staff.office);
        let sections = vec![
            self.now_section(session, Subject::Staff(id)),
            hidden(&sight, Group::Clinical, self.finished_section(Subject::Staff(id), zone, now)),
            hidden(&sight, Group::StaffPrivate, numbers(staff)),
            self.days_section(id, zone, now, true, &reached),
            self.days_section(id, zone, now, false, &reached),
            self.staff_plans(id, zone, now, &reached)?,
            self.credentials_section(id, zone, now)?,
            self.team_section(id, zone, now, &reached)?,
            hidden(&sight, Group::Clinical, self.their_issues_section(id, zone, now, &reached)?),
        ];
        let sections = sections.into_iter().filter(|s| !s.lines.is_empty()).collect();
        let title = format!("{} {}", staff.name.full(), staff.discipline.word());
        let summary = self.staff_summary(staff, zone, now, &sight);
        Ok(Some(Page { person: Person::Staff(id), title, summary, sections, rev: staff.head.rev }))
    }

    fn staff_summary(&self, staff: &Record<Staff>, zone: Zone, now: Moment, sight: &Sight) -> Vec<String> {
        let private = sight.shows(Group::StaffPrivate);
        let today = zone.day(now);
        let mut summary = Vec::new();
        if !staff.active {
            summary.push("does not work here any more".to_owned());
        }
        let words = |list: &[crate::domain::text::Text<40>]| {
            list.iter().map(|t| t.as_str().to_owned()).collect::<Vec<_>>().join(", ")
        };
        if !staff.languages.is_empty() {
            summary.push(format!("speaks {}", words(&staff.languages)));
        }
        if !staff.skills.is_empty() {
            summary.push(format!("signed off for {}", words(&staff.skills)));
        }
        let minutes = self.booked_minutes(staff.id, zone, today);
        let limit = self.covering.overtime;
        let over =
            if minutes > limit { format!(", over {} h", crate::domain::time::hours(limit)) } else { String::new() };
        let mut hours = format!("{}.{} h booked this week (Sun–Sat){over}", minutes / 60, (minutes % 60) / 6);
        if let Some(most) = staff.most_week {
            hours.push_str(&format!(", at most {} h wanted", crate::domain::time::hours(u32::from(most))));
        }
        if let Some(end) = staff.last_shift_end.filter(|_| private) {
            hours.push_str(&format!(" · last shift ended {}", when(end, zone, today)));
        }
        if let Some(miles) = self.miles_of(staff.id, today) {
            hours.push_str(&format!(" · {miles} between clients today"));
        }
        summary.push(hours);
        summary.extend(staff.note.some().filter(|_| private).map(str::to_owned));
        summary
    }

    /// Miles between the clients of a day, as far as they are known.
    fn miles_of(&self, id: StaffId, day: crate::domain::time::Day) -> Option<String> {
        let stands = |l: &VisitLine| {
            (l.staff == Some(id) || l.second == Some(id))
                && l.start.day == day
                && !matches!(l.state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed)
        };
        let homes: Vec<_> = self
            .window
            .of_staff(id)
            .filter(|(_, l)| stands(l))
            .filter_map(|(_, l)| self.cast.clients.get(&l.client))
            .map(|c| (c.id, self.home_of(c)))
            .collect();
        let ways = homes.windows(2).filter(|pair| pair[0].0 != pair[1].0);
        let known: Vec<Option<u32>> =
            ways.map(|pair| pair[0].1.way(&pair[1].1, &self.covering).and_then(|w| w.tenths)).collect();
        let tenths: u32 = known.iter().flatten().sum();
        let dark = known.iter().filter(|w| w.is_none()).count();
        if known.len() == dark {
            return None;
        }
        let dark = if dark == 0 { String::new() } else { format!(" (of {dark} not known)") };
        Some(format!("{}.{} mi{dark}", tenths / 10, tenths % 10))
    }

    /// Visits of today, or of the days after it as far as they are held.
    fn days_section(&self, id: StaffId, zone: Zone, now: Moment, of_today: bool, reached: &Reached) -> Section {
        let today = zone.day(now);
        let mut lines = Vec::new();
        let of = |day: crate::domain::time::Day| if of_today { day == today } else { day > today };
        for (visit, l) in self.window.of_staff(id).filter(|(_, l)| of(l.start.day)).take(MOST) {
            let mine = l.called_out_by != Some(id) || (l.staff == Some(id) && l.state != VisitState::CalledOut);
            let state = match l.called_out_at {
                _ if mine => self.known_of(l, zone, now),
                Some(at) => format!("called out {}", when(at, zone, today)),
                None => "called out".to_owned(),
            };
            let yours = reached.holds(self, l.client);
            let service = if l.service.is_empty() || !yours { String::new() } else { format!(", {}", l.service) };
            let client = if yours { self.cast.client_name(l.client).listed } else { NOT_YOURS.to_owned() };
            let (label, at) = if of_today {
                (clock(l.start.minute), String::new())
            } else {
                (l.start.day.short(), format!("{} ", clock(l.start.minute)))
            };
            lines.push(SectionLine {
                line: line(&label, &format!("{at}{client}{service}  {state}"), ""),
                key: self.alert_of(visit, l).filter(|_| yours),
                record: Some((Kind::Visit, visit.0)).filter(|_| yours),
                person: Some(Person::Client(l.client)).filter(|_| yours),
            });
        }
        Section { title: if of_today { "Today" } else { "The days after" }.to_owned(), lines }
    }

    fn credentials_section(&self, id: StaffId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut list = self.store.of_staff::<Credential>(id, 60)?;
        list.retain(|c| !c.retired);
        list.sort_by_key(|c| (c.expires.is_none(), c.expires));
        let lines = list.iter().map(|c| {
            let kind = c.kind.as_str();
            let (text, tier) = match c.expires.map(|day| (day, day.since(today))) {
                None => (format!("{kind}, does not expire"), 0),
                Some((day, left)) if left < 0 => (format!("{kind} ran out {}", day.long()), 2),
                Some((day, 0)) => (format!("{kind} good to {}: today is its last day", day.long()), 2),
                Some((day, 1)) => (format!("{kind} good to {}: 1 day left", day.long()), 3),
                Some((day, left)) => {
                    (format!("{kind} good to {}: {left} days left", day.long()), if left <= 30 { 3 } else { 0 })
                }
            };
            let mut row = record(line("", &text, ""), Kind::Credential, c.id.0);
            row.line.tier = tier;
            row
        });
        Ok(Section { title: "Credentials".to_owned(), lines: lines.collect() })
    }

    /// Clients whose team they are on now.
    fn team_section(&self, id: StaffId, zone: Zone, now: Moment, reached: &Reached) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut lines = Vec::new();
        for m in self.store.of_staff::<Membership>(id, 200)? {
            let over = m.until.is_some_and(|day| day < today) || m.from.is_some_and(|day| day > today);
            if over || !reached.holds(self, m.client) || !self.client_is_active(m.client) {
                continue;
            }
            let lead = if m.lead { ", lead" } else { "" };
            let tier = self.book.tally(m.client).worst();
            let alert = tier.map(|t| format!("  P{t}")).unwrap_or_default();
            let name = self.cast.client_name(m.client).listed;
            let text = format!("{name}, {}{lead}{alert}", m.role.some().unwrap_or(m.discipline.word()));
            let mut row = record(line("", &text, ""), Kind::Membership, m.id.0);
            row.person = Some(Person::Client(m.client));
            lines.push(row);
        }
        lines.sort_by_cached_key(|l| crate::domain::search::fold(&l.line.text));
        lines.truncate(MOST);
        Ok(Section { title: "Clients".to_owned(), lines })
    }

    fn their_issues_section(
        &self,
        id: StaffId,
        zone: Zone,
        now: Moment,
        reached: &Reached,
    ) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let all = self.store.of_staff::<Issue>(id, 400)?;
        let seen = all.iter().rev().filter(|i| i.client.is_none_or(|c| reached.holds(self, c)));
        let lines = seen.take(ISSUES).map(|issue| {
            let end = match &issue.handling.outcome {
                Some(o) => format!("{}, {} {}", o.what.as_str(), self.cast.user_name(o.by), when(o.at, zone, today)),
                None => "open".to_owned(),
            };
            let text = format!("{}: {}  {end}", issue.kind.word(), issue.summary.as_str());
            let mut row = record(line(&when(issue.happened.at, zone, today), &text, ""), Kind::Issue, issue.id.0);
            row.person = issue.client.map(Person::Client);
            row
        });
        Ok(Section { title: "Issues".to_owned(), lines: lines.collect() })
    }
}

/// Every number with its kind, and from when on it may be rung.
fn numbers(staff: &Staff) -> Section {
    let earliest = staff.earliest_call.map(|at| format!(", not before {}", clock(at))).unwrap_or_default();
    let of = |p: &crate::domain::person::Phone| {
        super::page::plain(line("Phone", &format!("{}{earliest}", p.kind.word()), &p.number))
    };
    Section { title: "Numbers".to_owned(), lines: staff.phones.iter().map(of).collect() }
}
