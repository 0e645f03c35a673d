//! A changed record in a few words: as it was when she last looked, and as it is.

use super::changes::issue_key;
use super::names::{may_hear, when};
use crate::domain::attention::{AlertKey, AlertSource, Attention, Handling};
use crate::domain::care_plan::CarePlan;
use crate::domain::chart::{AccessCode, Allergy, Diagnosis, Medication};
use crate::domain::client::Client;
use crate::domain::communication::Communication;
use crate::domain::contact::Contact;
use crate::domain::coverage::Safety;
use crate::domain::fields::differences;
use crate::domain::ids::{StaffId, UserId};
use crate::domain::issue::{EventKind, Issue, IssueEvent};
use crate::domain::reach::Emergency;
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::record::Record;
use crate::domain::staff::Membership;
use crate::domain::storm::{CallDown, StormState};
use crate::domain::task::Task;
use crate::domain::time::{Moment, Zone};
use crate::domain::visit::{Answer, NoteStatus, Stay, Visit, VisitState};
use crate::service::Service;

/// What a change is worth.
pub(super) enum News {
    /// To be read.
    Said {
        /// In words.
        text: String,
        /// To be read first.
        bad: bool,
        /// The alert it is about.
        key: Option<AlertKey>,
    },
    /// A visit was booked ahead.
    Booked(Moment),
    /// It went as planned.
    Routine,
    /// Nothing that anybody would notice.
    Nothing,
}

fn said(text: impl Into<String>) -> News {
    News::Said { text: text.into(), bad: false, key: None }
}

/// Names and times as they are said of a client.
pub(super) struct Words<'a> {
    pub(super) service: &'a Service,
    pub(super) zone: Zone,
    pub(super) now: Moment,
}

/// Fields of a client's record as people call them; the others by their own name.
const FIELDS: [(&str, &str); 14] = [
    ("born", "date of birth"),
    ("mrn", "MRN"),
    ("emergency", "emergency level"),
    ("transport", "transport level"),
    ("soc", "start of care"),
    ("cert_from", "certified from"),
    ("cert_to", "certified to"),
    ("ordered_soc", "ordered start of care"),
    ("hospital_discharge", "hospital discharge"),
    ("home_expected", "expected home"),
    ("m1033", "M1033"),
    ("lace", "LACE"),
    ("mahc10", "MAHC-10"),
    ("stand_in", "stand-in"),
];

/// Fields that follow from others or that nobody reads.
const SILENT: [&str; 3] = ["office", "status_since", "referred"];

#[allow(clippy::unused_self, reason = "each says its kind in the same shape, whether it needs names and times or not")]
impl Words<'_> {
    fn when(&self, at: Moment) -> String {
        when(at, self.zone, self.zone.day(self.now))
    }

    fn staff(&self, id: StaffId) -> String {
        self.service.named(id)
    }

    fn user(&self, id: UserId) -> String {
        self.service.cast.user_name(id)
    }

    pub(super) fn client(&self, before: Option<&Record<Client>>, now: &Record<Client>) -> News {
        let Some(before) = before else { return said("new on the books") };
        let mut parts: Vec<String> = Vec::new();
        if before.status != now.status {
            parts.push(format!("{} (was {})", now.status.word(), before.status.word()));
        }
        for (name, was, is) in differences(&before.body, &now.body) {
            let field = name.split('.').next().unwrap_or_default();
            if SILENT.contains(&field) || field == "status" {
                continue;
            }
            let label = FIELDS
                .iter()
                .find(|(f, _)| *f == field)
                .map_or_else(|| field.replace('_', " "), |(_, l)| (*l).to_owned());
            let small = |v: &serde_json::Value| match v {
                serde_json::Value::Null => Some("none".to_owned()),
                serde_json::Value::Number(n) if !matches!(field, "born" | "soc" | "cert_from" | "cert_to") => {
                    Some(n.to_string())
                }
                _ => None,
            };
            let text = match (small(&was), small(&is)) {
                (Some(was), Some(is)) => format!("{label} {was} → {is}"),
                _ => format!("{label} changed"),
            };
            if !parts.contains(&text) {
                parts.push(text);
            }
        }
        if parts.is_empty() {
            return News::Nothing;
        }
        let bad = before.status != now.status;
        News::Said { text: clip(parts, 3, "record: "), bad, key: None }
    }

    pub(super) fn contact(&self, before: Option<&Record<Contact>>, now: &Record<Contact>) -> News {
        let who = format!("{} ({})", now.name.full(), now.relation.some().unwrap_or(now.kind.word()));
        match before {
            None => said(format!("contact {who}: {}", may_hear(now.share))),
            Some(b) if b.share != now.share => {
                said(format!("{who}: {} (was: {})", may_hear(now.share), may_hear(b.share)))
            }
            Some(b) if b.phones != now.phones => said(format!("{who}: numbers changed")),
            Some(b) if b.body == now.body => News::Nothing,
            Some(_) => said(format!("contact {who} changed")),
        }
    }

    pub(super) fn visit(&self, before: Option<&Record<Visit>>, now: &Record<Visit>) -> News {
        if now.history {
            return News::Nothing;
        }
        let start = now.start.moment();
        let who = now.staff.map_or_else(|| "nobody".to_owned(), |s| self.staff(s));
        let visit = format!("visit {} {}", self.when(start), now.discipline.word());
        let reason = now.reason.some().map(|r| format!(" ({r})")).unwrap_or_default();
        let turned = before.is_none_or(|b| b.state != now.state);
        match now.state {
            VisitState::Missed | VisitState::Late | VisitState::Cancelled if turned => {
                let bad = now.state != VisitState::Cancelled;
                return News::Said { text: format!("{visit}: {}{reason}", now.state.word()), bad, key: None };
            }
            VisitState::CalledOut if turned => {
                let by = now.called_out_by.or(now.staff).map(|s| format!(" by {}", self.staff(s))).unwrap_or_default();
                return News::Said { text: format!("{visit}: called out{by}{reason}"), bad: true, key: None };
            }
            _ => {}
        }
        let Some(before) = before else {
            return if start > self.now && now.state.is_open() { News::Booked(start) } else { News::Routine };
        };
        if before.start != now.start {
            return said(format!("{visit} {who}: moved from {}", self.when(before.start.moment())));
        }
        if before.staff != now.staff || before.second != now.second {
            let was = before.staff.map_or_else(|| "nobody".to_owned(), |s| self.staff(s));
            return said(format!("{visit}: {who} ({}), was {was}", now.answer.word()));
        }
        if before.answer != now.answer
            && (matches!(now.answer, Answer::No | Answer::NoAnswer | Answer::LeftMessage | Answer::Nobody)
                || now.called_out_at.is_some())
        {
            return said(format!("{visit}: {who}: {}", now.answer.word()));
        }
        if before.note != now.note && now.note == NoteStatus::Late {
            return said(format!("{visit} {who}: note late"));
        }
        if before.state == VisitState::Done && turned || before.minutes != now.minutes || before.service != now.service
        {
            return said(format!("{visit} {who}: changed"));
        }
        if before.body == now.body { News::Nothing } else { News::Routine }
    }

    pub(super) fn stay(&self, before: Option<&Record<Stay>>, now: &Record<Stay>) -> News {
        if now.history {
            return News::Nothing;
        }
        let place = now.facility.some().unwrap_or("hospital");
        let text = match (now.home_at, before) {
            (Some(home), b) if b.is_none_or(|b| b.home_at != now.home_at) => {
                format!("home from {place} since {}", self.when(home))
            }
            (_, None) => format!("in {place} since {}", self.when(now.from)),
            (_, Some(b)) if b.body == now.body => return News::Nothing,
            _ => format!("stay in {place} changed"),
        };
        News::Said { text, bad: true, key: None }
    }

    pub(super) fn issue(&self, before: Option<&Record<Issue>>, now: &Record<Issue>) -> News {
        let key = Some(issue_key(now));
        let what = format!("{}: {}", now.kind.word(), now.summary.as_str());
        let was = before.map(|b| &b.handling);
        if let Some(outcome) =
            now.handling.outcome.as_ref().filter(|o| was.is_none_or(|w| w.outcome.as_ref() != Some(o)))
        {
            return News::Said { text: format!("{what}: ended, {}", outcome.what.as_str()), bad: false, key: None };
        }
        let Some(before) = before else {
            let by = now.reported_by.some().map(|r| format!(", told by {r}")).unwrap_or_default();
            return News::Said { text: format!("new {what}{by}"), bad: true, key };
        };
        if now.reopened > before.reopened || (before.handling.outcome.is_some() && now.is_open()) {
            return News::Said { text: format!("open again: {what}"), bad: true, key };
        }
        if before.disposition != now.disposition
            && let Some(d) = &now.disposition
        {
            return News::Said { text: format!("{what}: {}, {}", d.kind.word(), d.by.as_str()), bad: false, key };
        }
        match self.handled(&before.handling, &now.handling) {
            Some(text) => News::Said { text: format!("{what}: {text}"), bad: false, key },
            None if before.body == now.body => News::Nothing,
            None => News::Said { text: format!("{what}: changed"), bad: false, key },
        }
    }

    /// What people did about an alert.
    fn handled(&self, before: &Handling, now: &Handling) -> Option<String> {
        let user = |id: Option<UserId>| id.map_or_else(|| "nobody".to_owned(), |u| self.user(u));
        if now.escalated.is_some() && before.escalated != now.escalated {
            let e = now.escalated.as_ref()?;
            return Some(format!("escalated by {}, {}", self.user(e.by), e.reason.as_str()));
        }
        if now.by_hand.is_some() && before.by_hand != now.by_hand {
            let h = now.by_hand.as_ref()?;
            return Some(format!("P{} by hand, {}", h.tier, h.reason.as_str()));
        }
        if before.owner != now.owner {
            return Some(match before.owner {
                Some(_) => format!("{} has it now, was {}", user(now.owner), user(before.owner)),
                None => format!("{} has it now", user(now.owner)),
            });
        }
        if now.snoozed.is_some() && before.snoozed != now.snoozed {
            let s = now.snoozed.as_ref()?;
            return Some(format!("asleep until {}, {}", self.when(s.until), s.reason.as_str()));
        }
        if before.acknowledged != now.acknowledged && now.acknowledged.is_some() {
            return Some(format!("taken by {}", user(now.owner)));
        }
        (before != now).then(|| "changed".to_owned())
    }

    pub(super) fn event(&self, before: Option<&Record<IssueEvent>>, now: &Record<IssueEvent>) -> News {
        // A call is said by its own record.
        if now.kind == EventKind::Call && now.communication.is_some() || before.is_some_and(|b| b.body == now.body) {
            return News::Nothing;
        }
        said(format!("note: {}", line(&now.text)))
    }

    pub(super) fn reassessment(&self, before: Option<&Record<Reassessment>>, now: &Record<Reassessment>) -> News {
        if before.is_some_and(|b| b.body == now.body) {
            return News::Nothing;
        }
        let what = now.instrument.as_str();
        said(match now.state {
            ReassessmentState::Done => format!("{what} done: {}", line(&now.result)),
            ReassessmentState::Waived => format!("{what} waived: {}", line(&now.waived)),
            state => format!("{what} {}, by {}", state.word(), now.closes.long()),
        })
    }

    pub(super) fn care_plan(&self, before: Option<&Record<CarePlan>>, now: &Record<CarePlan>) -> News {
        let verb = chart_verb(before.map(|b| b.active), now.active, before.is_some_and(|b| b.body == now.body));
        verb.map_or(News::Nothing, |verb| said(format!("care plan {verb}: {}", now.title.as_str())))
    }

    pub(super) fn communication(&self, before: Option<&Record<Communication>>, now: &Record<Communication>) -> News {
        let with = now.with.as_str();
        match (before, &now.promise) {
            (Some(b), Some(p)) if p.kept.is_some() && b.promise.as_ref().is_some_and(|p| p.kept.is_none()) => {
                said(format!("promise kept: {}", p.what.as_str()))
            }
            (Some(b), _) if b.body == now.body => News::Nothing,
            (Some(_), _) => said(format!("call with {with} amended")),
            (None, promise) => {
                let note = now.note.some().map(|n| format!(". {}", line(n))).unwrap_or_default();
                let promised =
                    promise.as_ref().map(|p| format!(", promised: {} by {}", p.what.as_str(), self.when(p.due)));
                let way = if now.direction == crate::domain::communication::Direction::In { "from" } else { "with" };
                said(format!("call {way} {with}: {}{note}{}", now.result.word(), promised.unwrap_or_default()))
            }
        }
    }

    pub(super) fn attention(&self, before: Option<&Record<Attention>>, now: &Record<Attention>) -> News {
        let what = match now.key.source {
            AlertSource::SocAssessment => "SOC assessment",
            AlertSource::Roc => "ROC",
            other => other.word(),
        };
        let none = Handling::default();
        let was = before.map_or(&none, |b| &b.handling);
        if let Some(outcome) = now.handling.outcome.as_ref().filter(|o| was.outcome.as_ref() != Some(o)) {
            // A kept promise is said by its call.
            if now.key.source == AlertSource::Promise {
                return News::Nothing;
            }
            return said(format!("{what}: ended, {}", outcome.what.as_str()));
        }
        match self.handled(was, &now.handling) {
            Some(text) => News::Said { text: format!("{what}: {text}"), bad: false, key: Some(now.key) },
            None => News::Nothing,
        }
    }

    pub(super) fn medication(&self, before: Option<&Record<Medication>>, now: &Record<Medication>) -> News {
        let verb = chart_verb(before.map(|b| b.active), now.active, before.is_some_and(|b| b.body == now.body));
        verb.map_or(News::Nothing, |verb| {
            said(format!("medication {verb}: {} {}", now.name.as_str(), now.dose.as_str()))
        })
    }

    pub(super) fn diagnosis(&self, before: Option<&Record<Diagnosis>>, now: &Record<Diagnosis>) -> News {
        let verb = chart_verb(before.map(|b| b.active), now.active, before.is_some_and(|b| b.body == now.body));
        verb.map_or(News::Nothing, |verb| said(format!("diagnosis {verb}: {}", now.name.some().unwrap_or(&now.code))))
    }

    pub(super) fn allergy(&self, before: Option<&Record<Allergy>>, now: &Record<Allergy>) -> News {
        let verb = chart_verb(before.map(|b| b.active), now.active, before.is_some_and(|b| b.body == now.body));
        let Some(verb) = verb else { return News::Nothing };
        News::Said { text: format!("allergy {verb}: {}", now.name.as_str()), bad: true, key: None }
    }

    pub(super) fn code(&self, before: Option<&Record<AccessCode>>, now: &Record<AccessCode>) -> News {
        // Never the code itself: showing it is logged.
        match before {
            Some(b) if b.body == now.body => News::Nothing,
            Some(_) => said(format!("{} code changed", now.kind.as_str())),
            None => said(format!("{} code added", now.kind.as_str())),
        }
    }

    pub(super) fn membership(&self, before: Option<&Record<Membership>>, now: &Record<Membership>) -> News {
        let who = self.staff(now.staff);
        match before {
            None => said(format!("care team: {who} added")),
            Some(b) if b.body == now.body => News::Nothing,
            Some(b) if b.until != now.until && now.until.is_some() => said(format!("care team: {who} leaves")),
            Some(_) => said(format!("care team: {who} changed")),
        }
    }

    pub(super) fn emergency(&self, before: Option<&Record<Emergency>>, now: &Record<Emergency>) -> News {
        match before {
            // That a manager looked at it is a matter between the two of them.
            Some(_) => News::Nothing,
            None => said(format!(
                "chart opened in an emergency by {} until {}",
                self.service.cast.user_name(now.user),
                self.when(now.until)
            )),
        }
    }

    pub(super) fn safety(&self, _: Option<&Record<Safety>>, now: &Record<Safety>) -> News {
        said(format!("safe till {}? {}", self.when(now.start), now.said.as_str()))
    }

    pub(super) fn call_down(&self, _: Option<&Record<CallDown>>, now: &Record<CallDown>) -> News {
        let storm = self.service.storms.get(now.storm).map_or("storm", |s| s.name.as_str());
        let place = if now.place.is_empty() { String::new() } else { format!(", {}", now.place.as_str()) };
        let text = format!("{storm}: {}{place}", now.state.word());
        News::Said { text, bad: now.state == StormState::NeedsHelp, key: None }
    }

    pub(super) fn task(&self, before: Option<&Record<Task>>, now: &Record<Task>) -> News {
        let what = now.what.as_str();
        match before {
            Some(b) if b.body == now.body => News::Nothing,
            _ if now.done.is_some() => said(format!("task done: {what}")),
            _ => said(format!("task: {what}, by {}", self.when(now.due))),
        }
    }
}

/// What happened to a line of a chart.
fn chart_verb(was: Option<bool>, active: bool, same: bool) -> Option<&'static str> {
    match (was, active) {
        _ if same => None,
        (Some(true), false) => Some("ended"),
        (None | Some(false), true) => Some("added"),
        (None, false) => None,
        _ => Some("changed"),
    }
}

/// A long text as one short line.
fn line(text: &str) -> String {
    const MOST: usize = 120;
    let one = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one.chars().count() <= MOST {
        return one;
    }
    let mut cut: String = one.chars().take(MOST - 1).collect();
    cut.push('…');
    cut
}

/// The first few of some parts, and how many more there are.
fn clip(mut parts: Vec<String>, most: usize, begin: &str) -> String {
    let more = parts.len().saturating_sub(most);
    parts.truncate(most);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{begin}{}{more}", parts.join(", "))
}
