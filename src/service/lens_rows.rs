//! The fields of list rows that a lens may ask: the vocabulary that `caseload list --help` names.

use super::api::{AlertRow, ClientRow, Doing, IssueRow, Owner, Person, ReassessmentRow, StaffRow, VisitRow};
use crate::domain::attention::AlertSource;
use crate::rules::lens::{Fields, Value};

fn owner_word(owner: &Owner) -> &str {
    match owner {
        Owner::Nobody => "nobody",
        Owner::You => "me",
        Owner::Other(name) => name,
    }
}

/// The kind of work that an alert of this source belongs to.
fn list_of(source: AlertSource) -> &'static str {
    match source {
        AlertSource::Issue => "issues",
        AlertSource::Visit | AlertSource::CallOut => "open",
        AlertSource::Promise | AlertSource::Task => "promises",
        AlertSource::Recert | AlertSource::SocAssessment | AlertSource::Roc | AlertSource::Reassessment => "deadlines",
        AlertSource::Referral => "referrals",
        AlertSource::Credential => "credentials",
        AlertSource::Note => "notes",
        AlertSource::Emergency => "emergencies",
    }
}

/// All of these kinds.
pub(super) fn lists() -> Vec<&'static str> {
    let mut lists: Vec<&str> = AlertSource::ALL.iter().map(|source| list_of(*source)).collect();
    lists.sort_unstable();
    lists.dedup();
    lists
}

impl Fields for AlertRow {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        Some(match name {
            "tier" => Value::Number(i64::from(self.tier)),
            "name" => Value::word(&self.name),
            "cause" => Value::word(&self.cause),
            "owner" => Value::word(owner_word(&self.owner)),
            "source" => Value::word(self.key.source.word()),
            "rule" => Value::word(&self.rule),
            "list" => Value::word(list_of(self.key.source)),
            "due" => Value::Until(self.due?),
            "age" => Value::Since(self.since),
            "breached" => Value::Flag(self.breached),
            "booked" => Value::Flag(self.booked.is_some()),
            "escalated" => Value::Flag(self.escalated),
            "about" => Value::word(match self.person {
                Some(Person::Client(_)) => "client",
                Some(Person::Staff(_)) => "staff",
                None => "office",
            }),
            _ => return None,
        })
    }
}

impl Fields for ClientRow {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        Some(match name {
            "name" => Value::word(&self.name),
            "mrn" => Value::word(&self.mrn),
            "town" => Value::word(&self.town),
            "status" => Value::word(self.status.word()),
            "level" => Value::Number(i64::from(self.level?)),
            "alone" => Value::Flag(self.alone),
            "age" => Value::Number(i64::from(self.age?)),
            "born" => Value::Day(self.born?),
            "day" => Value::Number(i64::from(self.period_day?)),
            "tier" => Value::Number(i64::from(self.tier?)),
            "alerts" => Value::Number(i64::from(self.alerts)),
            "coordinator" => Value::word(&self.coordinator),
            "vulnerability" => Value::Number(i64::from(self.vulnerability)),
            "next" => Value::Until(self.next_visit?),
            _ => return None,
        })
    }
}

impl Fields for StaffRow {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        Some(match name {
            "name" => Value::word(&self.name),
            "discipline" => Value::word(self.discipline.word()),
            "doing" => Value::word(match self.doing {
                Doing::Out => "out",
                Doing::With(_) => "with",
                Doing::Due => "due",
                Doing::Free => "free",
                Doing::Off => "off",
            }),
            "hours" => Value::Number(i64::from(self.booked_minutes / 60)),
            "overtime" => Value::Flag(self.overtime),
            "language" => Value::word(&self.languages),
            "active" => Value::Flag(self.active),
            "credential" => Value::Day(self.credential.as_ref()?.1),
            _ => return None,
        })
    }
}

impl Fields for VisitRow {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        Some(match name {
            "client" => Value::word(&self.client_name),
            "staff" => Value::word(if self.staff.is_some() { &self.staff_name } else { "nobody" }),
            "discipline" => Value::word(self.discipline.word()),
            "service" => Value::word(&self.service),
            "day" => Value::Day(self.day),
            "state" => Value::word(self.state.word()),
            "answer" => Value::word(self.answer.word()),
            "start" => Value::Until(self.start),
            "minutes" => Value::Number(i64::from(self.minutes)),
            _ => return None,
        })
    }
}

impl Fields for IssueRow {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        Some(match name {
            "name" => Value::word(&self.name),
            "kind" => Value::word(self.kind.word()),
            "summary" => Value::word(&self.summary),
            "tier" => Value::Number(i64::from(self.tier?)),
            "owner" => Value::word(owner_word(&self.owner)),
            "open" => Value::Flag(self.outcome.is_none()),
            "age" => Value::Since(self.happened),
            _ => return None,
        })
    }
}

impl Fields for ReassessmentRow {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        Some(match name {
            "name" => Value::word(&self.name),
            "what" => Value::word(&self.what),
            "state" => Value::word(&self.state),
            "opens" => Value::Day(self.opens),
            "closes" => Value::Day(self.closes),
            _ => return None,
        })
    }
}
