//! Whose clients a request is about, and how far a session reaches.

use super::Asked;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::client::Client;
use crate::domain::communication::Communication;
use crate::domain::fields::{Fields, value_at};
use crate::domain::ids::{ClientId, CommunicationId, IssueEventId, IssueId, OfficeId, StayId, UserId, VisitId};
use crate::domain::issue::{Issue, IssueEvent};
use crate::domain::kinds::by_kind;
use crate::domain::reach::Scope;
use crate::domain::record::{Body, Kind};
use crate::domain::staff::Membership;
use crate::domain::user::Role;
use crate::domain::visit::{Stay, Visit};
use crate::rules::triage::book::Entry;
use crate::rules::triage::facts::Subject;
use crate::service::Service;
use crate::service::api::away::{BackHome, HoldClient, TellDied};
use crate::service::api::coverage::{AskCarer, LeaveOpen};
use crate::service::api::reschedule::VisitChange;
use crate::service::api::storm::LogCallDown;
use crate::service::api::{ChangeSeries, Command, Person, Query, Session, SheetAsk, SheetOf};
use crate::service::plan::Refusal;
use std::collections::HashSet;

/// Whose clients a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) enum Whose {
    /// Nobody's in particular: what it answers is narrowed to who is reached.
    Nobodys,
    /// All of these.
    All(Vec<ClientId>),
    /// Some of these: a caregiver's call-out is everybody's whose client it touches.
    Any(Vec<ClientId>),
    /// The whole agency's.
    Everybodys,
}

impl Whose {
    fn of(client: Option<ClientId>) -> Self {
        client.map_or(Self::Nobodys, |c| Self::All(vec![c]))
    }

    fn person(person: Person) -> Self {
        match person {
            Person::Client(id) => Self::All(vec![id]),
            Person::Staff(_) => Self::Nobodys,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Everybodys, _) | (_, Self::Everybodys) => Self::Everybodys,
            (Self::All(mut a), Self::All(b)) => {
                a.extend(b);
                Self::All(a)
            }
            (Self::All(a), _) | (_, Self::All(a)) => Self::All(a),
            (Self::Any(a), _) | (_, Self::Any(a)) => Self::Any(a),
            _ => Self::Nobodys,
        }
    }

    /// The one client that it is about: only such a thing can be an emergency.
    pub(super) fn only(&self) -> Option<ClientId> {
        match self {
            Self::All(clients) => clients.first().copied().filter(|one| clients.iter().all(|c| c == one)),
            Self::Nobodys | Self::Any(_) | Self::Everybodys => None,
        }
    }
}

/// How far a session reaches.
pub(in crate::service) struct Reached {
    scope: Scope,
    user: UserId,
    office: OfficeId,
    /// Clients on whose care team she stands herself.
    team: HashSet<ClientId>,
    /// Charts that she has open in an emergency.
    open: Vec<ClientId>,
}

impl Reached {
    /// Whether nobody is out of reach.
    pub(in crate::service) fn is_all(&self) -> bool {
        self.scope == Scope::Agency
    }

    /// Whether a client is reached without an emergency.
    fn by_role(&self, client: &Client, id: ClientId) -> bool {
        match self.scope {
            Scope::Agency => true,
            Scope::Office => client.office == self.office,
            Scope::Team => client.is_of(self.user) || self.team.contains(&id),
            Scope::Caseload => client.is_of(self.user),
        }
    }

    /// Whether a client is reached, be it in an emergency.
    pub(in crate::service) fn holds(&self, service: &Service, id: ClientId) -> bool {
        self.is_all() || self.open.contains(&id) || service.cast.clients.get(&id).is_some_and(|c| self.by_role(c, id))
    }

    /// Whether an office's own matters, which are about no client, are reached.
    pub(in crate::service) fn holds_office(&self, office: OfficeId) -> bool {
        self.is_all() || office == self.office || office == OfficeId::default()
    }

    /// Whether an alert is reached: its client, or one of those that it touches.
    pub(in crate::service) fn holds_entry(&self, service: &Service, entry: &Entry) -> bool {
        if self.is_all() {
            return true;
        }
        match whose_entry(entry) {
            Whose::Nobodys => self.holds_office(entry.thing.office),
            Whose::All(list) => list.iter().all(|c| self.holds(service, *c)),
            Whose::Any(list) => list.iter().any(|c| self.holds(service, *c)),
            Whose::Everybodys => false,
        }
    }

    /// Whether all that a request is about is reached without an emergency, or why not.
    pub(super) fn holds_all(&self, service: &Service, whose: &Whose) -> Result<(), String> {
        let holds = |id: &ClientId| service.cast.clients.get(id).is_some_and(|c| self.by_role(c, *id));
        let reached = self.is_all()
            || match whose {
                Whose::Nobodys => true,
                Whose::All(list) => list.iter().all(holds),
                Whose::Any(list) => list.iter().any(holds),
                Whose::Everybodys => false,
            };
        if reached { Ok(()) } else { Err(self.refusal(whose)) }
    }

    fn refusal(&self, whose: &Whose) -> String {
        if *whose == Whose::Everybodys {
            return "this is about all clients of the agency, and you see some of them; ask an administrator"
                .to_owned();
        }
        let whose = match self.scope {
            Scope::Caseload => "not on your caseload",
            Scope::Team => "not on your caseload or care team",
            Scope::Office | Scope::Agency => "not a client of your office",
        };
        format!("{whose}; ask a manager, or open the chart in an emergency")
    }
}

impl Service {
    /// How far a session reaches: as far as its role, unless the user's own reach is narrower.
    pub(in crate::service) fn scope_of(&self, session: &Session) -> Scope {
        let by_role = self.roles.scope(session.role);
        let own =
            self.cast.reaches.values().filter(|r| r.user == session.user).max_by_key(|r| (r.head.created_at, r.id));
        own.map_or(by_role, |r| r.scope.min(by_role))
    }

    /// The same, ready to be asked of many clients.
    pub(in crate::service) fn reached(&self, session: &Session) -> Reached {
        let scope = self.scope_of(session);
        let team = if scope == Scope::Team { self.team_of(session.user) } else { HashSet::new() };
        let open = if scope == Scope::Agency {
            Vec::new()
        } else {
            self.open_charts(session.user).into_iter().map(|c| c.client).collect()
        };
        Reached { scope, user: session.user, office: session.office, team, open }
    }

    /// Clients on whose care team a user stands herself, as far as her own record as a caregiver says.
    fn team_of(&self, user: UserId) -> HashSet<ClientId> {
        let Some(staff) = self.cast.users.get(&user).and_then(|u| u.staff) else { return HashSet::new() };
        let today = self.cast.zone(OfficeId::default()).day(self.now());
        let places = self.store.of_staff::<Membership>(staff, 2_000).unwrap_or_default();
        places.iter().filter(|m| m.until.is_none_or(|last| last >= today)).map(|m| m.client).collect()
    }

    /// Whose clients a request is about.
    pub(super) fn whose(&self, asked: &Asked<'_>) -> Result<Whose, Refusal> {
        Ok(match asked {
            Asked::Command(command) => self.whose_command(command)?,
            Asked::Query(query) => self.whose_query(query)?,
            // A list is narrowed to who is reached.
            Asked::List(_) | Asked::Drafts | Asked::ResetPin => Whose::Nobodys,
        })
    }

    fn whose_command(&self, command: &Command) -> Result<Whose, Refusal> {
        Ok(match command {
            Command::Take { key, .. }
            | Command::Snooze { key, .. }
            | Command::Result { key, .. }
            | Command::CompleteReassessment { key, .. }
            | Command::WaiveReassessment { key, .. }
            | Command::ScheduleReassessment { key, .. }
            | Command::Pass { key, .. }
            | Command::Escalate { key, .. }
            | Command::Retier { key, .. }
            | Command::Reopen { key, .. }
            | Command::AddNote { key, .. } => self.whose_alert(key)?,
            Command::OnMany { keys, .. } => self.whose_alerts(keys)?,
            Command::AmendCall { call, .. } => self.whose_call(*call)?,
            Command::LogCall(call) => {
                let about = call.about.map(|key| self.whose_alert(&key)).transpose()?.unwrap_or(Whose::Nobodys);
                about.and(call.person.map_or(Whose::Nobodys, Whose::person))
            }
            Command::NewIssue(new) => new.person.map_or(Whose::Nobodys, Whose::person),
            Command::CoverVisit { visit, .. } => Whose::of(self.store.get_any::<Visit>(*visit)?.map(|v| v.client)),
            Command::BookVisit(book) => Whose::All(vec![book.client]),
            Command::OrderVisits(new) => Whose::All(vec![new.client]),
            Command::EndOrder(end) => self.whose_record(Kind::FrequencyOrder, end.order.0)?,
            Command::DraftOrderChange(id) => self.whose_record(Kind::FrequencyOrder, id.0)?,
            Command::MakeSeries(new) => Whose::All(vec![new.client]),
            Command::ChangeSeries(ChangeSeries { series, .. }) | Command::ActOnSeries { series, .. } => {
                self.whose_record(Kind::Series, series.0)?
            }
            Command::NewPlan(new) => Whose::of(named(&new.fields)),
            Command::ResolveClocking { ids, .. } => ids.iter().try_fold(Whose::Nobodys, |all, id| {
                Ok::<_, Refusal>(all.and(self.whose_record(Kind::Clocking, id.0)?))
            })?,
            Command::EndPlan { kind, id } => self.whose_record(*kind, *id)?,
            Command::AskCarer(AskCarer { visit, .. })
            | Command::LeaveOpen(LeaveOpen { visit, .. })
            | Command::SayIfSafe { visit, .. } => Whose::of(self.store.get_any::<Visit>(*visit)?.map(|v| v.client)),
            Command::Reschedule(ask) => self.whose_change(ask.visit, Some(&ask.change))?,
            Command::AcceptPlan { picks } => picks.iter().try_fold(Whose::Nobodys, |all, pick| {
                let client = self.store.get_any::<Visit>(pick.visit)?.map(|v| v.client);
                Ok::<_, Refusal>(all.and(Whose::of(client)))
            })?,
            Command::NoAnswerAtDoor(door) => Whose::of(self.store.get_any::<Visit>(door.visit)?.map(|v| v.client)),
            Command::LogCallDown(LogCallDown { client, .. })
            | Command::HoldClient(HoldClient { client, .. })
            | Command::BackHome(BackHome { client, .. })
            | Command::TellDied(TellDied { client, .. })
            | Command::MarkReviewed { client, .. }
            | Command::EraseClient { client, .. } => Whose::All(vec![*client]),
            Command::Edit { kind, id, fields, .. } => {
                self.whose_record(*kind, *id)?.and(Whose::of(named(fields)))
            }
            Command::Create { .. } | Command::Import { .. } => Whose::Everybodys,
            Command::Undo { seq } => self.whose_act(*seq)?,
            // Her own commits; each answers for itself when it is taken back.
            Command::UndoBatch { .. }
            // A caregiver's own affair, whoever of the agency hears of it; the visits are opened, not shown.
            | Command::TellCallOut(_)
            | Command::RunningLate(_)
            | Command::SettleCallOut(_)
            | Command::TakeBackCallOut(_)
            // A storm is the agency's; whom it touches is narrowed to who is reached.
            | Command::DeclareStorm(_)
            | Command::EndStorm(_)
            | Command::AdoptPolicy { .. }
            | Command::PurgeAccesses { .. }
            | Command::AddUser(_)
            | Command::SetRole { .. }
            | Command::SetReach { .. }
            | Command::SetAccess { .. }
            // It is asked for because she is out of reach.
            | Command::OpenEmergency { .. } => Whose::Nobodys,
        })
    }

    fn whose_query(&self, query: &Query) -> Result<Whose, Refusal> {
        Ok(match query {
            // Why a call-out stands where it stands names everybody whom it touches.
            Query::Why(key) => match self.whose_alert(key)? {
                Whose::Any(clients) => Whose::All(clients),
                other => other,
            },
            Query::Outcomes(key) => self.whose_alert(key)?,
            Query::OutcomesOfMany(keys) => self.whose_alerts(keys)?,
            Query::Card(person) => Whose::person(*person),
            Query::Numbers { person, about } => {
                let about = about.map(|key| self.whose_alert(&key)).transpose()?.unwrap_or(Whose::Nobodys);
                about.and(Whose::person(*person))
            }
            // Of what lies ahead at a visit too what is answered is the client's alone.
            Query::Codes(client)
            | Query::ClientPage(client)
            | Query::ReviewCard(client)
            | Query::Ahead { client, .. }
            | Query::StormClient(client)
            | Query::Sheet(SheetAsk { of: SheetOf::Client(client), .. }) => Whose::All(vec![*client]),
            Query::OnDuty(key) => key.map(|key| self.whose_alert(&key)).transpose()?.unwrap_or(Whose::Nobodys),
            Query::Call(call) => self.whose_call(*call)?,
            Query::Series(id) => self.whose_record(Kind::Series, id.0)?,
            Query::Candidates(visit) => Whose::of(self.store.get_any::<Visit>(*visit)?.map(|v| v.client)),
            Query::TryChange { visit, change } => self.whose_change(*visit, change.as_ref())?,
            Query::Coverable { client, about } => {
                let about = about.map(|key| self.whose_alert(&key)).transpose()?.unwrap_or(Whose::Nobodys);
                about.and(Whose::of(*client))
            }
            Query::Untold { client, about } => {
                let about = about.map(|key| self.whose_alert(&key)).transpose()?.unwrap_or(Whose::Nobodys);
                about.and(Whose::All(vec![*client]))
            }
            Query::WouldBe(new) => new.person.map_or(Whose::Nobodys, Whose::person),
            Query::Export { kind, ids } => ids
                .iter()
                .try_fold(Whose::Nobodys, |all, id| Ok::<_, Refusal>(all.and(self.whose_record(*kind, *id)?)))?,
            Query::SourceLines { .. } => Whose::Everybodys,
            Query::History { kind, id } | Query::Record { kind, id, .. } => self.whose_record(*kind, *id)?,
            Query::Meanwhile { about, person } => {
                let about = about.map(|key| self.whose_alert(&key)).transpose()?.unwrap_or(Whose::Nobodys);
                about.and(person.map_or(Whose::Nobodys, Whose::person))
            }
            // Of one chart only by whoever reaches it.
            Query::Audit(ask) => ask.person.map_or(Whose::Nobodys, Whose::person),
            // Narrowed to who is reached, or about nobody.
            Query::Header
            | Query::StaffPage(_)
            | Query::CallOut { .. }
            | Query::OpenShifts { .. }
            | Query::PlanDay(_)
            | Query::GoOn { .. }
            | Query::Board(_)
            | Query::Span(_)
            | Query::Find { .. }
            | Query::Colleagues
            | Query::Asks
            | Query::Reviews
            | Query::MyActs(_)
            | Query::UndoNext { .. }
            | Query::Brief
            | Query::Agency
            | Query::ColumnMap(_)
            | Query::Rights { .. }
            | Query::AdoptedRules(_)
            | Query::Initials { .. }
            | Query::Checkpoint
            | Query::Removable { .. }
            | Query::EvvExceptions
            | Query::ExportAll { .. }
            | Query::Sheet(_)
            | Query::Storm(_)
            | Query::Roster(_)
            | Query::Users => Whose::Nobodys,
        })
    }

    fn whose_alerts(&self, keys: &[AlertKey]) -> Result<Whose, Refusal> {
        keys.iter().try_fold(Whose::Nobodys, |all, key| Ok(all.and(self.whose_alert(key)?)))
    }

    /// Whose visits a change is about: of an exchange both.
    fn whose_change(&self, visit: VisitId, change: Option<&VisitChange>) -> Result<Whose, Refusal> {
        let of = |id| Ok::<_, Refusal>(Whose::of(self.store.get_any::<Visit>(id)?.map(|v| v.client)));
        match change {
            Some(VisitChange::Swap { with }) => Ok(of(visit)?.and(of(*with)?)),
            _ => of(visit),
        }
    }

    fn whose_call(&self, call: CommunicationId) -> Result<Whose, Refusal> {
        Ok(Whose::of(self.store.get_any::<Communication>(call)?.and_then(|c| c.client)))
    }

    fn whose_act(&self, seq: u64) -> Result<Whose, Refusal> {
        let entry = self.store.engine().entry(seq).map_err(crate::store::StoreError::from)?;
        let records = entry.map(|e| e.commit.records).unwrap_or_default();
        let touched = records.iter().filter_map(|w| Some((Kind::from_number(w.kind)?, w.id)));
        touched.into_iter().try_fold(Whose::Nobodys, |all, (kind, id)| Ok(all.and(self.whose_record(kind, id)?)))
    }

    /// Whose clients an alert is about, though it may have left the book.
    fn whose_alert(&self, key: &AlertKey) -> Result<Whose, Refusal> {
        if let Some(entry) = self.book.get(*key) {
            return Ok(whose_entry(entry));
        }
        let id = key.subject;
        Ok(match key.source {
            AlertSource::Issue => self.whose_record(Kind::Issue, id)?,
            AlertSource::Visit | AlertSource::Note => {
                Whose::of(self.store.get_any::<Visit>(VisitId(id))?.map(|v| v.client))
            }
            AlertSource::Recert | AlertSource::SocAssessment | AlertSource::Referral => Whose::All(vec![ClientId(id)]),
            AlertSource::Roc => Whose::of(self.store.get_any::<Stay>(StayId(id))?.map(|s| s.client)),
            AlertSource::Reassessment => self.whose_record(Kind::Reassessment, id)?,
            AlertSource::Promise => self.whose_call(CommunicationId(id))?,
            AlertSource::Task => self.whose_record(Kind::Task, id)?,
            AlertSource::Emergency => self.whose_record(Kind::Emergency, id)?,
            AlertSource::CallOut | AlertSource::Credential => Whose::Nobodys,
        })
    }

    /// The client whom a record of a kind with one names.
    pub(in crate::service) fn client_of_record(
        &self,
        kind: Kind,
        id: [u8; 16],
    ) -> crate::store::Result<Option<ClientId>> {
        by_kind!(kind, client_in::<_>(self, id))
    }

    /// Whose client a record is about.
    fn whose_record(&self, kind: Kind, id: [u8; 16]) -> Result<Whose, Refusal> {
        Ok(match kind {
            Kind::Client => Whose::All(vec![ClientId(id)]),
            Kind::Contact
            | Kind::Membership
            | Kind::Visit
            | Kind::Stay
            | Kind::Issue
            | Kind::Reassessment
            | Kind::CarePlan
            | Kind::Communication
            | Kind::Attention
            | Kind::Medication
            | Kind::Diagnosis
            | Kind::Allergy
            | Kind::AccessCode
            | Kind::Task
            | Kind::Review
            | Kind::Emergency
            | Kind::Offer
            | Kind::Pairing
            | Kind::Safety
            | Kind::Series
            | Kind::FrequencyOrder
            | Kind::Hold
            | Kind::Appointment
            | Kind::Authorization
            | Kind::Position
            | Kind::Clocking
            | Kind::CallDown => Whose::of(self.client_of_record(kind, id)?),
            Kind::IssueEvent => {
                let issue = self.store.get_any::<IssueEvent>(IssueEventId(id))?.map(|e| e.issue);
                match issue.map(|id: IssueId| self.store.get_any::<Issue>(id)).transpose()?.flatten() {
                    Some(issue) => Whose::of(issue.client),
                    None => Whose::Nobodys,
                }
            }
            Kind::ImportSource => Whose::Everybodys,
            Kind::Agency
            | Kind::Office
            | Kind::User
            | Kind::Staff
            | Kind::Credential
            | Kind::Policy
            | Kind::ColumnMap
            | Kind::Reach
            | Kind::CallOut
            | Kind::TimeOff
            | Kind::KnownWay
            | Kind::Storm => Whose::Nobodys,
        })
    }

    /// Whether a session sees an alert: it is reached, and emergency access is the affair of who reviews it.
    pub(in crate::service) fn is_seen(&self, session: &Session, reached: &Reached, entry: &Entry) -> bool {
        if entry.thing.key.source == AlertSource::Emergency {
            return self.reviews_emergencies(session) && self.answers_for_office(session, entry.thing.office);
        }
        reached.holds_entry(self, entry)
    }

    /// Whether a session looks at emergency access afterwards.
    pub(in crate::service) fn reviews_emergencies(&self, session: &Session) -> bool {
        self.roles.may(session.role, crate::rules::roles::Right::ReviewEmergency)
    }

    fn answers_for_office(&self, session: &Session, office: OfficeId) -> bool {
        self.scope_of(session) == Scope::Agency || session.office == office || session.role == Role::Administrator
    }
}

/// Whose clients an alert of the book is about.
fn whose_entry(entry: &Entry) -> Whose {
    if let Some(client) = &entry.thing.client {
        return Whose::All(vec![client.id]);
    }
    if let Some(Subject::Client(id)) = entry.thing.person {
        return Whose::All(vec![id]);
    }
    match entry.alert().filter(|a| !a.touches.is_empty()) {
        Some(alert) => Whose::Any(alert.touches.iter().map(|(id, _)| *id).collect()),
        None => Whose::Nobodys,
    }
}

/// The client that a record of this kind names.
fn client_in<B: Body>(service: &Service, id: [u8; 16]) -> crate::store::Result<Option<ClientId>> {
    let found = service.store.get_any::<B>(B::Id::from(id))?;
    let named = found.and_then(|r| value_at(&r.body, "client"));
    Ok(named.and_then(|v| serde_json::from_value(v).ok()))
}

/// The client that changed fields name.
fn named(fields: &Fields) -> Option<ClientId> {
    fields.get("client").and_then(|json| serde_json::from_str(json).ok())
}
