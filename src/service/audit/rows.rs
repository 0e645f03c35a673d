//! What each request leaves in the log of who saw what: one row a request, and no row left to a wildcard, so that a new
//! question does not compile until somebody has said what seeing its answer means.

#![allow(clippy::match_same_arms, reason = "each row says for itself what seeing its answer means")]

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::audit::{Category, Deed, How};
use crate::domain::record::Kind;
use crate::domain::time::Day;
use crate::service::api::{
    Command, Leaving, OpenList, Person, Query, Request, SheetAsk, SheetOf, SheetUse, Sort, View,
};

/// Whom it is about, as the request says it.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum About {
    /// Nobody, or everybody in a list.
    Nobody,
    /// Somebody.
    Person(Person),
    /// Whoever these alerts are about.
    Alerts(Vec<AlertKey>),
    /// Whoever this record is about.
    Record(Kind, [u8; 16]),
    /// Whoever these records of a kind are about.
    Records(Kind, Vec<[u8; 16]>),
}

/// What a request leaves when it is answered, or denied.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) deed: Deed,
    pub(super) category: Category,
    pub(super) about: About,
    pub(super) how: How,
    /// Of a command: its name.
    pub(super) act: &'static str,
    /// Only a denial is noted: what is done stands in the other chain, or shows nothing of anybody.
    pub(super) denied_only: bool,
    /// Each time counts: never taken together with the one before.
    pub(super) each: bool,
}

impl Row {
    fn new(deed: Deed, category: Category, about: About) -> Self {
        Self { deed, category, about, how: How::default(), act: "", denied_only: false, each: false }
    }

    fn opened(category: Category, about: About) -> Self {
        Self::new(Deed::Opened, category, about)
    }

    fn listed(category: Category) -> Self {
        Self::new(Deed::Listed, category, About::Nobody)
    }

    /// It shows nothing of anybody's.
    fn nothing(category: Category) -> Self {
        Self { denied_only: true, ..Self::listed(category) }
    }

    fn days(mut self, from: Day, to: Day) -> Self {
        self.how.days = Some((from, to));
        self
    }
}

/// The row of a request; none where nothing can be seen and nothing be denied.
pub(super) fn of(request: &Request) -> Option<Row> {
    match request {
        Request::Query(query) => Some(of_query(query)),
        Request::Execute(execute) => Some(of_command(&execute.command)),
        Request::OpenList(ask) => Some(of_list(ask)),
        Request::Drafts => Some(Row::listed(Category::Drafts)),
        Request::Leave(leaving) => Some(of_leaving(leaving)),
        Request::Unseal(_) => Some(Row::listed(Category::Drafts)),
        // The lock notes for itself which PINs were typed and reset; the rest of it shows counts alone.
        // What she looks at was noted when it was opened; who else is there is no word of a client.
        Request::Looking(_)
        | Request::Active { .. }
        | Request::LockState
        | Request::LockNow
        | Request::Unlock(_)
        | Request::ChoosePin { .. }
        | Request::ResetPin(_) => None,
        // Rows are a part of the list that was opened; scrolling adds nothing. A draft is one's own words.
        Request::Rows { .. } | Request::CloseList(_) | Request::SaveDraft(_) | Request::DropDraft(_) => None,
    }
}

fn one(key: AlertKey) -> About {
    About::Alerts(vec![key])
}

fn of_query(query: &Query) -> Row {
    let person = |id: crate::domain::ids::ClientId| About::Person(Person::Client(id));
    match query {
        // Counts, names of colleagues and rules: nothing of a client.
        Query::Header | Query::Asks | Query::Agency | Query::ColumnMap(_) | Query::AdoptedRules(_) => {
            Row::nothing(Category::None)
        }
        Query::Colleagues | Query::OnDuty(_) => Row::nothing(Category::Staff),
        Query::Why(key) | Query::Outcomes(key) => Row::opened(Category::Alert, one(*key)),
        Query::OutcomesOfMany(keys) => Row::opened(Category::Alert, About::Alerts(keys.clone())),
        Query::Card(who @ Person::Client(_)) => Row::opened(Category::Card, About::Person(*who)),
        Query::Card(who @ Person::Staff(_)) => Row::opened(Category::StaffPage, About::Person(*who)),
        Query::Codes(client) => Row { each: true, ..Row::new(Deed::ShownCode, Category::Codes, person(*client)) },
        Query::ClientPage(client) => Row::opened(Category::Chart, person(*client)),
        Query::StaffPage(staff) => Row::opened(Category::StaffPage, About::Person(Person::Staff(*staff))),
        Query::Board(ask) => {
            let mut row = Row::listed(Category::Calendar).days(ask.day, ask.day);
            row.how.mine = ask.mine;
            row
        }
        Query::Span(ask) => {
            let last = ask.from.plus(i32::from(ask.days.max(1)) - 1);
            let mut row = Row::listed(Category::Calendar).days(ask.from, last);
            row.how.mine = ask.mine;
            row
        }
        Query::Find { .. } => Row::new(Deed::Searched, Category::Search, About::Nobody),
        Query::Numbers { person, .. } => Row::opened(Category::Contacts, About::Person(*person)),
        Query::Call(id) => Row::opened(Category::Call, About::Record(Kind::Communication, id.0)),
        Query::Record { kind, id, .. } => Row::opened(Category::Chart, About::Record(*kind, *id)),
        // It names who rang whom about her.
        Query::Meanwhile { person: Some(who), .. } => Row::opened(Category::Contacts, About::Person(*who)),
        Query::Meanwhile { person: None, about } => Row::opened(Category::Alert, about.map_or(About::Nobody, one)),
        Query::Ahead { client, .. } => Row::opened(Category::Visits, person(*client)),
        Query::Coverable { client: Some(client), .. } => Row::opened(Category::Visits, person(*client)),
        Query::Coverable { client: None, about } => Row::opened(Category::Visits, about.map_or(About::Nobody, one)),
        Query::PlanDay(ask) => {
            let (from, to) = ask.days();
            let mut row = Row::listed(Category::Visits).days(from, to);
            row.how.mine = ask.mine;
            row
        }
        // Numbers alone: what is found is asked for, and noted then.
        Query::GoOn { .. } => Row::nothing(Category::Visits),
        Query::OpenShifts { day, days, .. } => {
            Row::listed(Category::Visits).days(*day, day.plus(i32::from(*days).saturating_sub(1)))
        }
        Query::CallOut { staff, .. } => Row::opened(Category::StaffPage, About::Person(Person::Staff(*staff))),
        Query::Series(id) => Row::opened(Category::Visits, About::Record(Kind::Series, id.0)),
        Query::Candidates(visit) => Row::opened(Category::Visits, About::Record(Kind::Visit, visit.0)),
        Query::TryChange { visit, .. } => Row::opened(Category::Visits, About::Record(Kind::Visit, visit.0)),
        Query::Untold { client, .. } => Row::opened(Category::Contacts, person(*client)),
        Query::WouldBe(new) => match new.person {
            Some(who) => Row::opened(Category::Alert, About::Person(who)),
            None => Row::nothing(Category::Alert),
        },
        Query::Reviews => Row::listed(Category::Review),
        Query::ReviewCard(client) => Row::opened(Category::Review, person(*client)),
        Query::History { kind, id } => Row::opened(Category::History, About::Record(*kind, *id)),
        Query::MyActs(_) | Query::UndoNext { .. } => Row::listed(Category::Acts),
        Query::Brief => Row::listed(Category::Brief),
        Query::Export { kind, ids } => {
            let about = About::Records(*kind, ids.clone());
            Row { each: true, ..Row::new(Deed::Exported, of_kind(*kind), about) }
        }
        Query::Initials { .. } => Row::listed(Category::Clients),
        Query::EvvExceptions => Row::listed(Category::Visits),
        Query::ExportAll { kind, .. } => Row { each: true, ..Row::new(Deed::Exported, of_kind(*kind), About::Nobody) },
        Query::Sheet(ask) => of_sheet(ask),
        Query::SourceLines { kind, .. } => Row::listed(of_kind(*kind)),
        Query::Rights { .. } => Row::nothing(Category::None),
        Query::Users => Row::nothing(Category::Staff),
        Query::Audit(ask) => {
            let about = ask.person.map_or(About::Nobody, About::Person);
            Row::new(Deed::Audited, Category::Log, about)
        }
        Query::Checkpoint | Query::Removable { .. } => Row::nothing(Category::Log),
        Query::Storm(ask) => {
            let mut row = Row::listed(Category::Clients);
            row.how.mine = ask.mine;
            row
        }
        Query::StormClient(client) => Row::opened(Category::Contacts, person(*client)),
        Query::Roster(ask) => {
            let deed = if ask.paper { Deed::Printed } else { Deed::Exported };
            let mut row = Row { each: true, ..Row::new(deed, Category::Clients, About::Nobody) };
            row.how.mine = ask.mine;
            row
        }
    }
}

/// A sheet is somebody's visits of some days; on paper or in a file each one counts.
fn of_sheet(ask: &SheetAsk) -> Row {
    let about = match &ask.of {
        SheetOf::Staff(id) => About::Person(Person::Staff(*id)),
        SheetOf::Client(id) => About::Person(Person::Client(*id)),
        SheetOf::Team(_) | SheetOf::Mine | SheetOf::All => About::Nobody,
    };
    let (deed, each) = match ask.to_be {
        SheetUse::Look => (Deed::Opened, false),
        SheetUse::Paper => (Deed::Printed, true),
        SheetUse::File => (Deed::Exported, true),
    };
    let mut row = Row { each, ..Row::new(deed, Category::Visits, about) }.days(ask.from, ask.to);
    row.how.mine = ask.of == SheetOf::Mine;
    row
}

fn of_list(ask: &OpenList) -> Row {
    let mut row = Row::listed(of_view(ask.view));
    if let View::Visits { from, to, .. } = ask.view {
        row = row.days(from, to);
    }
    row.how.mine = ask.mine;
    row.how.lens = !ask.lens.trim().is_empty();
    row.how.words = !ask.words.trim().is_empty();
    row.how.by_name = ask.sort == Sort::Name;
    row
}

fn of_kind(kind: Kind) -> Category {
    match kind {
        Kind::Client => Category::Clients,
        Kind::Staff => Category::Staff,
        Kind::Visit => Category::Visits,
        _ => Category::Chart,
    }
}

fn of_view(view: View) -> Category {
    match view {
        View::Alerts => Category::Alerts,
        View::Clients => Category::Clients,
        View::Staff => Category::Staff,
        View::Visits { .. } => Category::Visits,
        View::Issues => Category::Issues,
        View::Reassessments => Category::Reassessments,
    }
}

fn of_leaving(leaving: &Leaving) -> Row {
    let whom = |who: &Option<Person>| who.map_or(About::Nobody, About::Person);
    let (deed, category, about, act) = match leaving {
        Leaving::Exported { view, .. } => (Deed::Exported, of_view(*view), About::Nobody, ""),
        Leaving::Printed(who) => (Deed::Printed, Category::Chart, whom(who), ""),
        Leaving::Copied(who) => (Deed::Copied, Category::Chart, whom(who), ""),
        Leaving::Dictated(who) => (Deed::Dictated, Category::Chart, whom(who), ""),
        Leaving::Edited(who) => (Deed::Exported, Category::Chart, whom(who), "editor"),
        Leaving::Paged(who) => (Deed::Printed, Category::Chart, whom(who), "pager"),
    };
    Row { act, each: true, ..Row::new(deed, category, about) }
}

/// A command that is denied is a denied attempt; one that is done stands in the chain of changes.
fn of_command(command: &Command) -> Row {
    let (act, about) = match command {
        Command::Take { key, .. } => ("take", one(*key)),
        Command::Snooze { key, .. } => ("snooze", one(*key)),
        Command::Result { key, .. } => ("result", one(*key)),
        Command::CompleteReassessment { key, .. } => ("complete reassessment", one(*key)),
        Command::WaiveReassessment { key, .. } => ("waive reassessment", one(*key)),
        Command::OnMany { keys, .. } => ("on many", About::Alerts(keys.clone())),
        Command::Pass { key, .. } => ("pass", one(*key)),
        Command::Escalate { key, .. } => ("escalate", one(*key)),
        Command::Retier { key, .. } => ("retier", one(*key)),
        Command::Reopen { key, .. } => ("reopen", one(*key)),
        Command::ScheduleReassessment { key, .. } => ("schedule reassessment", one(*key)),
        Command::AmendCall { call, .. } => ("amend call", About::Record(Kind::Communication, call.0)),
        Command::LogCall(call) => ("log call", call.person.map_or(About::Nobody, About::Person)),
        Command::NewIssue(new) => ("new issue", new.person.map_or(About::Nobody, About::Person)),
        Command::AddNote { key, .. } => ("add note", one(*key)),
        Command::CoverVisit { visit, .. } => ("cover visit", About::Record(Kind::Visit, visit.0)),
        Command::NewPlan(new) => {
            let whose: Option<crate::domain::ids::ClientId> =
                new.fields.get("client").and_then(|json| serde_json::from_str(json).ok());
            ("new plan", whose.map_or(About::Nobody, |id| About::Person(Person::Client(id))))
        }
        Command::ResolveClocking { ids, .. } => {
            ("resolve EVV", About::Records(Kind::Clocking, ids.iter().map(|id| id.0).collect()))
        }
        Command::EndPlan { kind, id } => ("end plan", About::Record(*kind, *id)),
        Command::BookVisit(book) => ("book visit", About::Person(Person::Client(book.client))),
        Command::OrderVisits(new) => ("order visits", About::Person(Person::Client(new.client))),
        Command::EndOrder(end) => ("end order", About::Record(Kind::FrequencyOrder, end.order.0)),
        Command::DraftOrderChange(id) => ("draft order change", About::Record(Kind::FrequencyOrder, id.0)),
        Command::MakeSeries(new) => ("make series", About::Person(Person::Client(new.client))),
        Command::ChangeSeries(change) => ("change series", About::Record(Kind::Series, change.series.0)),
        Command::ActOnSeries { series, .. } => ("act on series", About::Record(Kind::Series, series.0)),
        Command::TellCallOut(told) => ("call-out", About::Person(Person::Staff(told.staff))),
        Command::AskCarer(ask) => ("ask to go", About::Record(Kind::Visit, ask.visit.0)),
        Command::LeaveOpen(leave) => ("leave a visit open", About::Record(Kind::Visit, leave.visit.0)),
        Command::Reschedule(ask) => ("reschedule", About::Record(Kind::Visit, ask.visit.0)),
        Command::HoldClient(hold) => ("hold visits", About::Person(Person::Client(hold.client))),
        Command::BackHome(back) => ("back home", About::Person(Person::Client(back.client))),
        Command::TellDied(died) => ("died", About::Person(Person::Client(died.client))),
        Command::NoAnswerAtDoor(door) => ("no answer at the door", About::Record(Kind::Visit, door.visit.0)),
        Command::RunningLate(late) => ("running late", About::Person(Person::Staff(late.staff))),
        Command::AcceptPlan { .. } => ("accept a plan", About::Nobody),
        Command::SayIfSafe { visit, .. } => ("safe till then", About::Record(Kind::Visit, visit.0)),
        Command::SettleCallOut(id) => ("settle call-out", About::Record(Kind::CallOut, id.0)),
        Command::TakeBackCallOut(id) => ("take back call-out", About::Record(Kind::CallOut, id.0)),
        Command::MarkReviewed { client, .. } => ("mark reviewed", About::Person(Person::Client(*client))),
        Command::Create { .. } => ("create", About::Nobody),
        Command::Edit { kind, id, .. } => ("edit", About::Record(*kind, *id)),
        Command::Import { .. } => ("import", About::Nobody),
        Command::AdoptPolicy { .. } => ("adopt rules", About::Nobody),
        Command::Undo { .. } => ("undo", About::Nobody),
        Command::UndoBatch { .. } => ("undo batch", About::Nobody),
        Command::EraseClient { client, .. } => ("erase client", About::Person(Person::Client(*client))),
        Command::PurgeAccesses { .. } => ("purge accesses", About::Nobody),
        Command::AddUser(_) => ("add user", About::Nobody),
        Command::SetRole { user, .. } => ("set role", About::Record(Kind::User, user.0)),
        Command::SetReach { user, .. } => ("set reach", About::Record(Kind::User, user.0)),
        Command::SetAccess { user, .. } => ("set access", About::Record(Kind::User, user.0)),
        Command::DeclareStorm(_) => ("declare a storm", About::Nobody),
        Command::LogCallDown(log) => ("call down", About::Person(Person::Client(log.client))),
        Command::EndStorm(id) => ("end a storm", About::Record(Kind::Storm, id.0)),
        Command::OpenEmergency { client, .. } => ("open in an emergency", About::Person(Person::Client(*client))),
    };
    Row { act, denied_only: true, ..Row::new(Deed::Tried, Category::Change, about) }
}

/// The record that an alert of this source is about.
pub(super) fn source_kind(source: AlertSource) -> Kind {
    match source {
        AlertSource::Issue => Kind::Issue,
        AlertSource::Visit | AlertSource::Note => Kind::Visit,
        AlertSource::CallOut => Kind::Staff,
        AlertSource::Recert | AlertSource::SocAssessment | AlertSource::Referral => Kind::Client,
        AlertSource::Roc => Kind::Stay,
        AlertSource::Reassessment => Kind::Reassessment,
        AlertSource::Promise => Kind::Communication,
        AlertSource::Credential => Kind::Credential,
        AlertSource::Task => Kind::Task,
        AlertSource::Emergency => Kind::Emergency,
    }
}
