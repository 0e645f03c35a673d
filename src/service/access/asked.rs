//! What each request asks for: its rights and the fields it touches. No case is left to a wildcard.

use super::Asked;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::fields::Fields;
use crate::domain::record::Kind;
use crate::domain::user::Role;
use crate::rules::roles::{Group, Right, Touch};
use crate::service::api::{Command, ManyAct, Query, Session, SheetAsk, SheetUse, View};
use serde_json::Value;

/// The rights that a request asks for; all of them are needed.
pub(super) fn rights(asked: &Asked<'_>) -> Vec<Right> {
    match asked {
        Asked::Command(command) => of_command(command),
        Asked::Query(query) => vec![of_query(query)],
        Asked::List(open) => vec![of_view(open.view)],
        Asked::Drafts => vec![Right::Drafts],
        Asked::ResetPin => vec![Right::ResetPin],
    }
}

fn of_command(command: &Command) -> Vec<Right> {
    let on = |key: &AlertKey, right: Right| match key.source {
        AlertSource::Emergency => vec![right, Right::ReviewEmergency],
        _ => vec![right],
    };
    match command {
        Command::Take { key, .. } => on(key, Right::Take),
        Command::Snooze { key, .. } => on(key, Right::Snooze),
        Command::Result { key, .. } => on(key, Right::Result),
        Command::CompleteReassessment { .. } => vec![Right::CompleteReassessment],
        Command::WaiveReassessment { .. } => vec![Right::WaiveReassessment],
        Command::OnMany { keys, act } => {
            let mut rights = vec![match act {
                ManyAct::Take { .. } => Right::Take,
                ManyAct::Pass { .. } => Right::Pass,
                ManyAct::Snooze { .. } => Right::Snooze,
                ManyAct::Result { .. } => Right::Result,
            }];
            if keys.iter().any(|k| k.source == AlertSource::Emergency) {
                rights.push(Right::ReviewEmergency);
            }
            rights
        }
        Command::Pass { key, .. } => on(key, Right::Pass),
        Command::Escalate { key, .. } => on(key, Right::Escalate),
        Command::Retier { key, .. } => on(key, Right::Retier),
        Command::Reopen { key, .. } => on(key, Right::Reopen),
        Command::ScheduleReassessment { .. } => vec![Right::ScheduleReassessment],
        Command::AmendCall { .. } => vec![Right::AmendCall],
        Command::LogCall(_) | Command::LogCallDown(_) => vec![Right::LogCall],
        Command::NewIssue(_) => vec![Right::NewIssue],
        Command::AddNote { .. } => vec![Right::AddNote],
        Command::OrderVisits(_) | Command::EndOrder(_) => vec![Right::BookVisit, Right::Edit],
        Command::BookVisit(_)
        | Command::MakeSeries(_)
        | Command::ChangeSeries(_)
        | Command::ActOnSeries { .. }
        | Command::NewPlan(_)
        | Command::EndPlan { .. }
        | Command::ResolveClocking { .. } => {
            vec![Right::BookVisit]
        }
        Command::TellCallOut(_) | Command::RunningLate(_) | Command::SettleCallOut(_) | Command::TakeBackCallOut(_) => {
            vec![Right::CallOut]
        }
        Command::CoverVisit { .. }
        | Command::AskCarer(_)
        | Command::LeaveOpen(_)
        | Command::Reschedule(_)
        | Command::HoldClient(_)
        | Command::BackHome(_)
        | Command::TellDied(_)
        | Command::NoAnswerAtDoor(_)
        | Command::AcceptPlan { .. }
        | Command::SayIfSafe { .. } => vec![Right::CoverVisit],
        Command::MarkReviewed { .. } => vec![Right::MarkReviewed],
        Command::Create { .. } => vec![Right::Create],
        Command::Edit { .. } | Command::DraftOrderChange(_) => vec![Right::Edit],
        Command::Import { .. } => vec![Right::Import],
        Command::AdoptPolicy { .. } => vec![Right::AdoptPolicy],
        Command::PurgeAccesses { .. } => vec![Right::PurgeAccesses],
        Command::Undo { .. } => vec![Right::Undo],
        Command::UndoBatch { .. } => vec![Right::UndoBatch],
        Command::AddUser(_) => vec![Right::AddUser],
        Command::SetRole { .. } => vec![Right::SetRole],
        Command::SetReach { .. } => vec![Right::SetReach],
        Command::SetAccess { .. } => vec![Right::SetAccess],
        Command::OpenEmergency { .. } => vec![Right::Emergency],
        Command::EraseClient { .. } => vec![Right::EraseClient],
        Command::DeclareStorm(_) | Command::EndStorm(_) => vec![Right::CallOut],
    }
}

fn of_query(query: &Query) -> Right {
    match query {
        Query::Header => Right::Header,
        Query::Why(_) => Right::Why,
        Query::Card(_) | Query::Meanwhile { .. } => Right::Card,
        Query::Codes(_) => Right::Codes,
        Query::ClientPage(_) => Right::ClientPage,
        Query::StaffPage(_) => Right::StaffPage,
        Query::Board(_) | Query::Sheet(SheetAsk { to_be: SheetUse::Look | SheetUse::Paper, .. }) => Right::Board,
        Query::Span(_) => Right::Span,
        Query::Find { .. } => Right::Find,
        Query::Numbers { .. } | Query::StormClient(_) => Right::Numbers,
        Query::Outcomes(_) | Query::OutcomesOfMany(_) => Right::Outcomes,
        Query::Colleagues => Right::Colleagues,
        Query::OnDuty(_) => Right::OnDuty,
        Query::Call(_) => Right::Call,
        // It is opened to be changed.
        Query::Record { .. } => Right::Edit,
        Query::Series(_)
        | Query::Coverable { .. }
        | Query::Ahead { .. }
        | Query::OpenShifts { .. }
        | Query::PlanDay(_)
        | Query::GoOn { .. }
        | Query::CallOut { .. }
        | Query::Candidates(_)
        | Query::TryChange { .. } => Right::Coverable,
        Query::Untold { .. } => Right::Untold,
        Query::Asks => Right::Asks,
        Query::WouldBe(_) => Right::WouldBe,
        Query::Reviews => Right::Reviews,
        Query::ReviewCard(_) => Right::ReviewCard,
        Query::History { .. } => Right::History,
        Query::MyActs(_) => Right::MyActs,
        Query::UndoNext { .. } => Right::UndoNext,
        Query::Brief => Right::Brief,
        Query::Agency => Right::Agency,
        Query::ColumnMap(_) => Right::ColumnMap,
        Query::Rights { .. } | Query::AdoptedRules(_) => Right::Rights,
        Query::Users => Right::Users,
        Query::Export { .. }
        | Query::ExportAll { .. }
        | Query::Roster(_)
        | Query::Sheet(SheetAsk { to_be: SheetUse::File, .. }) => Right::Export,
        Query::SourceLines { .. } => Right::SourceLines,
        Query::Audit(_) | Query::Checkpoint | Query::Removable { .. } => Right::Audit,
        Query::Initials { .. } => Right::Initials,
        Query::EvvExceptions => Right::Visits,
        Query::Storm(_) => Right::Clients,
    }
}

fn of_view(view: View) -> Right {
    match view {
        View::Alerts => Right::Alerts,
        View::Clients => Right::Clients,
        View::Staff => Right::Staff,
        View::Visits { .. } => Right::Visits,
        View::Issues => Right::Issues,
        View::Reassessments => Right::Reassessments,
    }
}

/// The fields that a question of this right is made of, where it would be empty without them. What a page only mentions
/// is left out of it ([`super::Sight`]), and does not close it.
pub(super) fn reads(right: Right) -> Option<Group> {
    match right {
        Right::Why | Right::Issues | Right::Untold | Right::Call | Right::ReviewCard | Right::Brief => {
            Some(Group::Clinical)
        }
        Right::Codes => Some(Group::Codes),
        Right::Users => Some(Group::Users),
        _ => None,
    }
}

/// The fields that a request touches.
pub(super) fn fields(asked: &Asked<'_>) -> Vec<(Group, Touch)> {
    match asked {
        Asked::Query(Query::History { kind, .. } | Query::Record { kind, .. }) => {
            of_kind(*kind).into_iter().map(|g| (g, Touch::Sees)).collect()
        }
        Asked::Query(Query::Export { kind, .. } | Query::ExportAll { kind, .. }) => {
            whole(*kind).iter().map(|g| (*g, Touch::Sees)).collect()
        }
        // Levels and what stops with the power are what these are made of.
        Asked::Query(Query::Storm(_) | Query::StormClient(_) | Query::Roster(_)) => {
            vec![(Group::Clinical, Touch::Sees)]
        }
        Asked::Query(query) => reads(of_query(query)).into_iter().map(|g| (g, Touch::Sees)).collect(),
        Asked::List(open) => reads(of_view(open.view)).into_iter().map(|g| (g, Touch::Sees)).collect(),
        Asked::Drafts | Asked::ResetPin => Vec::new(),
        Asked::Command(command) => changed(command),
    }
}

/// The groups that a whole record of a kind has fields of.
fn whole(kind: Kind) -> &'static [Group] {
    match kind {
        Kind::Client => &[Group::Identity, Group::Clinical, Group::Codes],
        Kind::Staff | Kind::TimeOff => &[Group::StaffPrivate],
        // These name a client by her number.
        Kind::Visit | Kind::Appointment | Kind::Hold => &[Group::Identity, Group::Clinical],
        Kind::Authorization | Kind::Pairing => &[Group::Identity],
        Kind::Position | Kind::KnownWay => &[Group::Identity, Group::StaffPrivate],
        // Nothing else is exported.
        _ => &[],
    }
}

fn changed(command: &Command) -> Vec<(Group, Touch)> {
    // Who acts on what she may not read would act blindly.
    let seen = |key: &AlertKey| match key.source {
        AlertSource::Issue => vec![(Group::Clinical, Touch::Sees)],
        AlertSource::Visit
        | AlertSource::CallOut
        | AlertSource::Recert
        | AlertSource::SocAssessment
        | AlertSource::Roc
        | AlertSource::Reassessment
        | AlertSource::Promise
        | AlertSource::Credential
        | AlertSource::Referral
        | AlertSource::Task
        | AlertSource::Note
        | AlertSource::Emergency => Vec::new(),
    };
    let of_records = |kind: Kind, fields: &Fields| {
        let named = fields.0.iter().filter_map(|(name, value)| of_field(kind, name).filter(|_| !is_empty(value)));
        of_kind(kind).into_iter().chain(named).map(|g| (g, Touch::Changes)).collect::<Vec<_>>()
    };
    match command {
        Command::Take { key, .. }
        | Command::Snooze { key, .. }
        | Command::Result { key, .. }
        | Command::Pass { key, .. }
        | Command::Escalate { key, .. }
        | Command::Retier { key, .. }
        | Command::Reopen { key, .. } => seen(key),
        Command::OnMany { keys, .. } => keys.iter().find(|k| !seen(k).is_empty()).map(seen).unwrap_or_default(),
        Command::AddNote { .. }
        | Command::AmendCall { .. }
        | Command::OrderVisits(_)
        | Command::EndOrder(_)
        | Command::DraftOrderChange(_) => vec![(Group::Clinical, Touch::Changes)],
        Command::CompleteReassessment { .. } | Command::WaiveReassessment { .. } | Command::LogCallDown(_) => {
            vec![(Group::Clinical, Touch::Changes)]
        }
        Command::Create { records, .. } => records.iter().flat_map(|r| of_records(r.kind, &r.fields)).collect(),
        Command::Edit { kind, fields, .. } => {
            // Of an edit each field is a change, an empty one as well.
            let named = fields.0.iter().filter_map(|(name, _)| of_field(*kind, name));
            of_kind(*kind).into_iter().chain(named).map(|g| (g, Touch::Changes)).collect()
        }
        Command::Import { records, .. } => records.iter().flat_map(|r| of_records(r.kind, &r.fields)).collect(),
        Command::NewPlan(new) => of_records(new.kind, &new.fields),
        Command::EndPlan { kind, .. } => of_records(*kind, &Fields::none()),
        Command::AdoptPolicy { .. } => vec![(Group::Agency, Touch::Changes)],
        Command::AddUser(_) | Command::SetRole { .. } | Command::SetReach { .. } | Command::SetAccess { .. } => {
            vec![(Group::Users, Touch::Changes)]
        }
        Command::PurgeAccesses { .. }
        | Command::ResolveClocking { .. }
        | Command::ScheduleReassessment { .. }
        | Command::LogCall(_)
        | Command::NewIssue(_)
        | Command::CoverVisit { .. }
        | Command::BookVisit(_)
        | Command::MakeSeries(_)
        | Command::ChangeSeries(_)
        | Command::ActOnSeries { .. }
        | Command::TellCallOut(_)
        | Command::SettleCallOut(_)
        | Command::TakeBackCallOut(_)
        | Command::AskCarer(_)
        | Command::LeaveOpen(_)
        | Command::Reschedule(_)
        | Command::SayIfSafe { .. }
        | Command::HoldClient(_)
        | Command::BackHome(_)
        | Command::TellDied(_)
        | Command::NoAnswerAtDoor(_)
        | Command::RunningLate(_)
        | Command::AcceptPlan { .. }
        | Command::DeclareStorm(_)
        | Command::EndStorm(_)
        | Command::MarkReviewed { .. }
        | Command::Undo { .. }
        | Command::UndoBatch { .. }
        | Command::EraseClient { .. }
        | Command::OpenEmergency { .. } => Vec::new(),
    }
}

/// The group that all of a kind's fields belong to.
pub(in crate::service) fn of_kind(kind: Kind) -> Option<Group> {
    match kind {
        Kind::Agency | Kind::Office | Kind::Policy => Some(Group::Agency),
        Kind::User | Kind::Reach | Kind::Emergency => Some(Group::Users),
        Kind::Stay
        | Kind::Issue
        | Kind::IssueEvent
        | Kind::Reassessment
        | Kind::CarePlan
        | Kind::Communication
        | Kind::Attention
        | Kind::Medication
        | Kind::Allergy
        | Kind::Task
        | Kind::Safety
        | Kind::FrequencyOrder
        | Kind::Hold
        | Kind::Appointment
        | Kind::CallDown => Some(Group::Clinical),
        Kind::Diagnosis => Some(Group::Diagnoses),
        Kind::AccessCode => Some(Group::Codes),
        Kind::Client
        | Kind::Contact
        | Kind::Staff
        | Kind::Membership
        | Kind::Credential
        | Kind::Visit
        | Kind::ImportSource
        | Kind::ColumnMap
        | Kind::Review
        | Kind::CallOut
        | Kind::Offer
        | Kind::Pairing
        | Kind::TimeOff
        | Kind::Series
        | Kind::Authorization
        | Kind::Position
        | Kind::KnownWay
        | Kind::Clocking
        | Kind::Storm => None,
    }
}

/// The group of one field of a record, by the field's name or what it begins with (`name.family`).
pub(in crate::service) fn of_field(kind: Kind, field: &str) -> Option<Group> {
    let first = field.split('.').next().unwrap_or(field);
    match (kind, first) {
        (Kind::Client, "born" | "mrn") => Some(Group::Identity),
        (
            Kind::Client,
            "emergency" | "transport" | "needs" | "directives" | "pharmacy" | "hospital" | "powered" | "hazards"
            | "hospital_discharge" | "m1033" | "lace" | "mahc10" | "note" | "sex" | "gender",
        )
        | (Kind::Visit, "reason") => Some(Group::Clinical),
        (Kind::Client, "access") => Some(Group::Codes),
        (Kind::Staff, "phones" | "base" | "earliest_call" | "last_shift_end" | "note")
        | (Kind::Credential, "number") => Some(Group::StaffPrivate),
        _ => None,
    }
}

/// A field that a new record leaves as nothing.
fn is_empty(json: &str) -> bool {
    fn nothing(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Bool(is) => !is,
            Value::Number(_) => false,
            Value::String(text) => text.is_empty() || text.eq_ignore_ascii_case("unknown"),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.values().all(nothing),
        }
    }
    serde_json::from_str::<Value>(json).is_ok_and(|value| nothing(&value))
}

/// Who may log in and as what is changed by the commands for it: they know that somebody has to be left who can. And
/// emergency access is opened and reviewed, never written.
pub(super) fn users_by_their_own_commands(session: &Session, asked: &Asked<'_>) -> Result<(), String> {
    let raises = |fields: &Fields| {
        let to = fields.get("role").and_then(|v| serde_json::from_str::<Role>(v).ok());
        to == Some(Role::Administrator) && session.role != Role::Administrator
    };
    let opens = |kind: Kind| matches!(kind, Kind::Emergency | Kind::Reach);
    let Asked::Command(command) = asked else { return Ok(()) };
    match command {
        Command::Edit { kind: Kind::User, fields, .. }
            if ["role", "active", "login", "uid"].iter().any(|f| fields.get(f).is_some()) =>
        {
            Err("who may log in and as what is changed with caseload user".to_owned())
        }
        Command::Create { records, .. } if records.iter().any(|r| r.kind == Kind::User && raises(&r.fields)) => {
            Err("an administrator is made by an administrator".to_owned())
        }
        Command::Edit { kind, .. } if opens(*kind) => Err(OWN_COMMANDS.to_owned()),
        Command::Create { records, .. } if records.iter().any(|r| opens(r.kind)) => Err(OWN_COMMANDS.to_owned()),
        Command::Import { records, .. } if records.iter().any(|r| opens(r.kind) || r.kind == Kind::User) => {
            Err("users and emergency access are not imported".to_owned())
        }
        _ => Ok(()),
    }
}

const OWN_COMMANDS: &str = "emergency access and a user's reach have commands of their own";
