//! Issues and concerns, and their timelines.

use super::attention::Handling;
use super::ids::{ClientId, CommunicationId, IssueId, OfficeId, StaffId};
use super::record::{Kind, Owner, body};
use super::text::{Few, Text};
use super::time::{Happened, Moment};
use super::words::{opaque, words};
use serde::{Deserialize, Serialize};

words! {
    /// What happened.
    IssueKind {
        Fall = "fall",
        Emergency = "emergency",
        ChangeInCondition = "change in condition",
        Medication = "medication",
        Wound = "wound or infection",
        Abuse = "abuse or neglect",
        SelfHarm = "self-harm",
        MissingClient = "missing client",
        Equipment = "equipment or supplies",
        UnsafeHome = "unsafe home",
        Complaint = "complaint",
        Incident = "incident",
        Refusal = "refusal of care",
        HospitalDischarge = "hospital discharge",
        Authorization = "authorization",
        Supervision = "supervision",
        Other = "other",
    }
}

words! {
    /// How it was told.
    How { Phone = "phone", Message = "message", InPerson = "in person", Evv = "EVV", Import = "import", Other = "other" }
}

/// One severity fact: a name from the rule file's vocabulary and its value (`head_strike` = `yes`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Which.
    pub name: Text<40>,
    /// Its value: `yes`, `no`, `unknown`, a number or a word.
    pub value: Text<60>,
}
opaque!(Fact);

words! {
    /// A licensed practitioner's or emergency service's decision, the only thing that lowers a floored P1.
    DispositionKind {
        SentToEd = "sent to ED",
        StaysWithPlan = "stays home, observation plan",
        SeenByPractitioner = "seen by practitioner",
        EmsCleared = "EMS on scene, not transported",
    }
}

/// A recorded disposition.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposition {
    /// What was decided.
    pub kind: DispositionKind,
    /// By whom: name and title.
    pub by: Text<120>,
    /// When.
    pub at: Moment,
}
opaque!(Disposition);

/// An issue.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Office.
    pub office: OfficeId,
    /// The client it is about, if one.
    pub client: Option<ClientId>,
    /// The caregiver it is about, if one.
    pub staff: Option<StaffId>,
    /// What happened.
    pub kind: IssueKind,
    /// In a few words.
    pub summary: Text<200>,
    /// What decides how bad it is.
    pub facts: Few<Fact, 24>,
    /// When it happened.
    pub happened: Happened,
    /// Who told it.
    pub reported_by: Text<120>,
    /// How.
    pub how: How,
    /// A clock that somebody set, if one.
    pub due: Option<Moment>,
    /// A practitioner's decision.
    pub disposition: Option<Disposition>,
    /// Who has it, snooze, tier by hand, outcome.
    pub handling: Handling,
    /// How often it was opened again.
    pub reopened: u16,
}

impl Issue {
    /// Nobody has finished it.
    pub fn is_open(&self) -> bool {
        self.handling.outcome.is_none()
    }

    /// The value of a fact.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|f| f.name.as_str() == name).map(|f| f.value.as_str())
    }
}

words! {
    /// What a line of a timeline is.
    EventKind { Note = "note", Call = "call", Act = "act" }
}

/// One line of an issue's timeline.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueEvent {
    /// Of which issue.
    pub issue: IssueId,
    /// What.
    pub kind: EventKind,
    /// In words.
    pub text: Text<8000>,
    /// When it happened (the head says when it was entered).
    pub happened: Happened,
    /// The call it came from.
    pub communication: Option<CommunicationId>,
}

body!(Issue: IssueId => |issue, _| issue.client.into(), IssueEvent: IssueEventId => |event, _| Owner::Record(Kind::Issue, event.issue.0));
