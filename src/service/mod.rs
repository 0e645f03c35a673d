//! The only writer, and the only one who answers: authorise, validate, commit, publish.
//!
//! One committer writes ([`Service::handle`], between [`Service::hold`] and [`Service::seal`] for a group); any number of
//! readers ask beside it ([`Service::read`]), between its groups. So whatever a question itself must change (open lists,
//! drafts, who is present) stands behind a lock of its own. Time and ids come from outside; who asks comes as a
//! [`api::Session`].

pub mod access;
pub mod api;
mod audit;
pub mod cast;
pub mod command;
mod coverage;
mod day_plans;
pub mod drafts;
mod facts;
pub mod ids;
mod lens_rows;
mod lens_words;
mod lists;
pub mod local;
pub mod lock;
pub mod locking;
mod meanwhile;
mod notes;
pub mod pin;
pub mod plan;
mod presence;
pub mod query;
mod refresh;
mod reschedule;
mod rows;
mod schedule;
mod storms;
mod told;
mod undo;
mod validate;
pub mod vault;
pub mod window;

use crate::clock::Clock;
use crate::domain::attention::{AlertKey, Handling};
use crate::domain::ids::{ClientId, OfficeId, StaffId, UserId};
use crate::domain::record::Kind;
use crate::domain::time::{Day, Moment};
use crate::domain::user::Role;
use crate::rules::clocks::Clocks;
use crate::rules::coverage::CoveragePolicy;
use crate::rules::evv::EvvPolicy;
use crate::rules::roles::Roles;
use crate::rules::storm::StormPolicy;
use crate::rules::triage::book::Book;
use crate::rules::triage::policy::Policy;
use crate::rules::triage::{fact_digest, needs_disposition, snooze_limit};
use crate::store::codec::ActNote;
use crate::store::engine::{CommitError, Engine};
use crate::store::staged::Staged;
use crate::store::{Act, Store};
use api::{Answered, Change, Command, Done, Execute, Imported, Person, Present, Query, Reply, Request, Session, Where};
pub use audit::{Audit, Noting, Unshown};
use cast::Cast;
use drafts::Drafts;
use ids::Ids;
use plan::{Plan, Refusal};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use window::VisitWindow;

/// The service over one agency.
pub struct Service {
    /// Over `staged`.
    store: Store,
    /// Holds the commits of a group back until all of them are made durable.
    staged: Arc<Staged>,
    /// A group could not be made durable: memory may hold what the disk does not, so nothing is answered any more.
    lost: Option<String>,
    sessions: AtomicU64,
    /// Records written by imports since it was opened.
    taken_in: u64,
    clock: Arc<dyn Clock>,
    ids: Box<dyn Ids>,
    drafts: Arc<Mutex<Box<dyn Drafts>>>,
    locks: Arc<lock::Locks>,
    cast: Cast,
    window: VisitWindow,
    coverage: coverage::Coverage,
    /// Storms, and who was called down for those that run.
    storms: storms::Storms,
    /// How far the visits of series are made.
    schedule: schedule::Schedule,
    /// Who may go where.
    covering: CoveragePolicy,
    /// How clock-ins are verified.
    evv: EvvPolicy,
    /// Who is called first in a storm.
    storming: StormPolicy,
    policy: Policy,
    policy_name: String,
    roles: Roles,
    clocks: Clocks,
    book: Book,
    scopes: HashMap<facts::Scope, Vec<AlertKey>>,
    /// What is to be judged anew at an instant, because its facts themselves change then.
    soon: BTreeSet<(Moment, facts::Scope)>,
    /// The day on the wall of the agency and of each office, as of the last judging of all.
    days: Vec<Day>,
    find: Mutex<query::find_index::FindIndex>,
    names_stale: bool,
    trial: command::import::Trial,
    lists: Mutex<lists::Lists>,
    /// Who has caseload open, as far as the listener said.
    present: Mutex<BTreeSet<UserId>>,
    /// Where they are at work.
    presence: presence::Presence,
    /// The visits of a week that memory does not hold, while one is moved there.
    far: Mutex<reschedule::Far>,
    /// Plans that still hold.
    plans: day_plans::DayPlans,
    /// What whoever runs the agency is to know.
    notes: notes::Notes,
    /// What is remembered for the log of who saw what.
    audit: Arc<audit::Audit>,
    /// Moves whenever a row on a screen may have changed.
    version: u64,
}

/// An alert as a command sees it.
pub(crate) struct Standing {
    pub(crate) tier: u8,
    /// It may sleep until then, if there is a limit.
    pub(crate) snooze_limit: Option<Moment>,
    pub(crate) name: String,
    pub(crate) office: OfficeId,
    pub(crate) client: Option<ClientId>,
    pub(crate) staff: Option<StaffId>,
    pub(crate) handling: Handling,
    /// Handed up, and nobody has taken it since.
    pub(crate) escalated: bool,
    pub(crate) fact: u64,
    /// A floor holds it until a practitioner has decided.
    pub(crate) needs_disposition: bool,
}

/// Why a service did not open.
#[derive(Debug, Clone)]
pub struct OpenError(pub String);

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

impl Service {
    /// Opens over a store: reads the people, the visits around today and everything open, and judges it.
    pub fn open(
        store: Store,
        clock: Arc<dyn Clock>,
        ids: Box<dyn Ids>,
        drafts: Box<dyn Drafts>,
    ) -> Result<Self, OpenError> {
        let fail = |e: crate::store::StoreError| OpenError(e.to_string());
        let now = Moment(clock.now_ms());
        let staged = Arc::new(Staged::over(Arc::clone(store.engine())));
        let store = Store::over(Arc::clone(&staged) as Arc<dyn Engine>);
        let cast = Cast::load(&store).map_err(fail)?;
        let window = VisitWindow::load(&store, cast.zone(OfficeId::default()), now).map_err(fail)?;
        let (mut policy, policy_name) = command::policy::standing(&store)?;
        policy.holidays = cast.holidays();
        let roles = command::policy::standing_roles(&store)?;
        let covering = command::policy::standing_coverage(&store)?;
        let evv = command::policy::standing_evv(&store)?;
        let storming = command::policy::standing_storm(&store)?;
        let audit = audit::Audit::open(&store, (clock.now_ms(), clock.steady_ms())).map_err(OpenError)?;
        let mut service = Self {
            store,
            staged,
            lost: None,
            sessions: AtomicU64::new(0),
            taken_in: 0,
            clock,
            ids,
            drafts: Arc::new(Mutex::new(drafts)),
            locks: Arc::new(lock::Locks::off()),
            cast,
            window,
            coverage: coverage::Coverage::default(),
            storms: storms::Storms::default(),
            schedule: schedule::Schedule::default(),
            covering,
            evv,
            storming,
            policy,
            policy_name,
            roles,
            clocks: Clocks::embedded().map_err(|e| OpenError(format!("the clocks can't be read: {e}")))?,
            book: Book::new(),
            scopes: HashMap::new(),
            soon: BTreeSet::new(),
            days: Vec::new(),
            find: Mutex::default(),
            names_stale: false,
            trial: command::import::Trial::default(),
            lists: Mutex::default(),
            present: Mutex::default(),
            presence: presence::Presence::default(),
            far: Mutex::default(),
            plans: day_plans::DayPlans::default(),
            notes: notes::Notes::default(),
            audit: Arc::new(audit),
            version: 1,
        };
        service.load_coverage().map_err(fail)?;
        service.open_series(now).map_err(fail)?;
        service.rebuild(now).map_err(fail)?;
        Ok(service)
    }

    /// Now, by the service's clock.
    pub fn now(&self) -> Moment {
        Moment(self.clock.now_ms())
    }

    /// The session of a user that the listener has recognised.
    pub fn session(&self, user: UserId, origin: &str) -> Option<Session> {
        let user = self.cast.users.get(&user).filter(|u| u.active)?;
        Some(Session {
            id: self.sessions.fetch_add(1, Ordering::Relaxed) + 1,
            user: user.id,
            role: user.role,
            office: user.office,
            name: user.name.as_str().to_owned(),
            origin: origin.to_owned(),
        })
    }

    /// Who has caseload open now, by the word of the listener that knows the sessions.
    pub fn set_present(&self, users: impl IntoIterator<Item = UserId>) {
        *held(&self.present) = users.into_iter().collect();
    }

    /// A session has ended: what it had open is forgotten.
    pub fn leave(&self, session: &Session) {
        held(&self.lists).leave(session.id);
        self.presence.leave(session.id);
    }

    /// A session is nowhere until it says again where it is.
    pub fn away(&self, session: &Session) {
        self.presence.leave(session.id);
    }

    /// Who has to hear that somebody came to where they are or left it, by [`Session::id`]: asked after each
    /// [`Request::Looking`] and each end of a session.
    pub fn news(&self) -> Vec<(u64, Present)> {
        self.presence.news()
    }

    /// Who else is there. Whoever may not open a chart does not learn who has it open.
    fn look(&self, session: &Session, place: Option<Where>) -> Reply {
        let asked = place.and_then(|p| match (p.person, p.about) {
            (Some(Person::Client(id)), _) => Some(Query::ClientPage(id)),
            (Some(Person::Staff(id)), _) => Some(Query::StaffPage(id)),
            (None, key) => key.map(Query::Why),
        });
        match asked.map(|query| self.admit(session, &access::Asked::Query(&query))) {
            Some(Err(denied)) => denied.into(),
            _ => Reply::Present(self.presence.look(session, place)),
        }
    }

    /// The user whom a login and its id stand for, or why nobody: both must be as they were when the user was added.
    pub fn recognise(&self, login: &str, uid: u32) -> Result<UserId, String> {
        let mut known = self.cast.users.values().filter(|u| u.uid == uid || u.login.as_str() == login);
        let Some(first) = known.next() else {
            return Err(format!(
                "{login} (user id {uid}) is not a user of this agency; its administrator adds you: caseload user add {login}"
            ));
        };
        let all = || std::iter::once(first).chain(known.clone());
        let same =
            |u: &&crate::domain::record::Record<crate::domain::user::User>| u.uid == uid && u.login.as_str() == login;
        if let Some(user) = all().find(|u| same(u) && u.active) {
            return Ok(user.id);
        }
        if all().any(|u| same(&u)) {
            return Err(format!("{login} may not log in to this agency any more; ask its administrator"));
        }
        if let Some(other) = all().find(|u| u.uid == uid) {
            return Err(format!(
                "user id {uid} was {}'s here and is {login}'s now: this is not taken for the same person; ask the administrator for a login with an id of its own",
                other.login.as_str()
            ));
        }
        Err(format!(
            "{login} had user id {} here and has {uid} now: this is not taken for the same person; ask the administrator",
            first.uid
        ))
    }

    /// Whose login is used from several places at once: `present` is each live session's user and origin. Whoever is
    /// known by a login is one person, so it is pointed out to them and to the administrator.
    pub fn shared_logins(&self, present: &[(UserId, String)]) -> Vec<(UserId, String)> {
        let shared = crate::rules::roles::shared(present);
        shared
            .into_iter()
            .map(|user| {
                let login = self.cast.users.get(&user).map(|u| u.login.as_str().to_owned()).unwrap_or_default();
                let text = format!(
                    "the login {login} is in use from two places at once; a login is one person's: who shares it asks the administrator for one of their own"
                );
                (user, text)
            })
            .collect()
    }

    /// The people, for a caller in the same process (the command line).
    pub fn cast(&self) -> &Cast {
        &self.cast
    }

    /// The store, for verify and close.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The alert book as it stands, for the test that compares it with a full recomputation.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// From now on commits are held back: nobody but [`Service::handle`] may ask until [`Service::seal`] has returned.
    pub fn hold(&mut self) {
        self.staged.hold();
    }

    /// Makes durable what was done since [`Service::hold`]: nothing of it may be answered before. After an error
    /// nothing is answered any more, and what was done meanwhile is not known to stand.
    pub fn seal(&mut self) -> Result<(), String> {
        self.staged.seal().map_err(|e| {
            let why = match refused(e) {
                Reply::Failed(why) => why,
                _ => "the disk failed".to_owned(),
            };
            self.lost.get_or_insert_with(|| why.clone());
            why
        })
    }

    /// Records written by imports since it was opened: a bulk load leaves the working copy several times too large.
    pub fn taken_in(&self) -> u64 {
        self.taken_in
    }

    /// Lets time pass while nobody asks, so that the next question need not wait for it.
    pub fn tick(&mut self) {
        // What cannot be read now is said to whoever asks next.
        let _ = self.pass_time(self.now()).and_then(|()| self.settle_names());
        if self.lost.is_none() {
            let now = self.now();
            // Whoever listens hears of it by the gap in the numbers, with the next change.
            let _ = self.keep_series(now);
        }
    }

    /// Why nothing is answered any more, if that is so.
    pub fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    /// Answers what changes nothing, beside other readers. What must change something first, be it that time has
    /// passed, is given back for [`Service::carry_out`]. The answer is shown ([`Unshown::shown`]) when the service is
    /// held no longer.
    pub fn read(&self, session: &Session, request: Request) -> Result<Unshown, Box<Request>> {
        if let Some(reply) = self.lock_step(session, &request) {
            return Ok(reply.into());
        }
        let now = self.now();
        let waits = self.names_stale || self.is_time(now) || self.series_wait(now);
        if !is_question(&request) || self.lost.is_some() || waits {
            return Err(Box::new(request));
        }
        // Here alone a search goes on, and behind the service's back: never while it is held, never by the committer.
        if let Request::Query(query @ Query::GoOn { token, steps }) = &request
            && self.admit(session, &access::Asked::Query(query)).is_ok()
        {
            let (search, steps) = (self.plans.of(*token), u64::from(*steps));
            let gone = move || Answered::GoneOn(search.map(|search| search.go_on(steps)));
            return Ok(Unshown::late(Box::new(move || Reply::Answer(Box::new(gone())))));
        }
        Ok(self.answer_question(session, request))
    }

    /// Answers one request; with the change that others must hear of, if it made one. For whoever has the service alone.
    pub fn handle(&mut self, session: &Session, request: Request) -> (Reply, Option<Change>) {
        match self.read(session, request) {
            Ok(unshown) => (unshown.shown(), None),
            Err(request) => {
                let (unshown, change) = self.carry_out(session, *request);
                (unshown.shown(), change)
            }
        }
    }

    /// Carries out one request. The answer is shown when the service is held no longer, the change told when the group is
    /// sealed.
    pub fn carry_out(&mut self, session: &Session, request: Request) -> (Unshown, Option<Change>) {
        if let Some(reply) = self.lock_step(session, &request) {
            return (reply.into(), None);
        }
        let failed = |why: String| (Reply::Failed(why).into(), None);
        if let Some(why) = &self.lost {
            return failed(why.clone());
        }
        let now = self.now();
        if let Err(e) = self.pass_time(now) {
            return failed(e.to_string());
        }
        if !is_bulk(&request)
            && let Err(e) = self.settle_names()
        {
            return failed(e.to_string());
        }
        let made = if self.series_wait(now) { self.keep_series(now) } else { None };
        let (unshown, change) = match request {
            question if is_question(&question) => (self.answer_question(session, question), None),
            request => {
                let trace = self.trace(session, &request);
                let (reply, change) = match request {
                    Request::Execute(execute) => self.execute(session, execute),
                    Request::Query(Query::Codes(client)) => (self.show_codes(session, client), None),
                    _ => (Reply::Failed("that is a question".to_owned()), None),
                };
                let change =
                    if self.schedule_waits() { schedule::merged(change, self.keep_series(now)) } else { change };
                (self.noted(session, trace, reply), change)
            }
        };
        (unshown, schedule::merged(made, change))
    }

    /// Answers what changes no record, once it is noted who sees it.
    fn answer_question(&self, session: &Session, request: Request) -> Unshown {
        let trace = self.trace(session, &request);
        match request {
            Request::SaveDraft(_) | Request::DropDraft(_) if self.admit(session, &access::Asked::Drafts).is_ok() => {
                Unshown::late(self.draft_work(session.user, request))
            }
            request => {
                let reply = self.answer_unnoted(session, request);
                self.noted(session, trace, reply)
            }
        }
    }

    /// Keeps a draft, or forgets it: that is between its user and the disk, and holds nobody up.
    fn draft_work(&self, user: UserId, request: Request) -> audit::Late {
        let drafts = Arc::clone(&self.drafts);
        Box::new(move || match request {
            Request::SaveDraft(draft) => drafted(held(&drafts).save(user, &draft)),
            Request::DropDraft(id) => drafted(held(&drafts).forget(user, id)),
            _ => Reply::Failed("that is about no draft".to_owned()),
        })
    }

    fn answer_unnoted(&self, session: &Session, request: Request) -> Reply {
        match request {
            Request::Query(query) => self.ask(session, query),
            Request::OpenList(ask) => self.open_list(session, ask),
            Request::Rows { list, from, count } => self.rows(session, list, from, count),
            Request::CloseList(list) => {
                held(&self.lists).close(session.id, list);
                Reply::Drafted
            }
            Request::SaveDraft(_) | Request::DropDraft(_) | Request::Drafts
                if let Err(denied) = self.admit(session, &access::Asked::Drafts) =>
            {
                denied.into()
            }
            Request::SaveDraft(_) | Request::DropDraft(_) => Reply::Failed("a draft is kept by itself".to_owned()),
            Request::Looking(place) => self.look(session, place),
            Request::Drafts => match held(&self.drafts).all(session.user, self.now()) {
                Ok(drafts) => Reply::Drafts(drafts),
                Err(why) => Reply::Failed(why),
            },
            Request::Unseal(sealed) => self.unseal(session, &sealed),
            Request::Leave(leaving) => self.leave_by_hand(session, &leaving),
            Request::Execute(_) => Reply::Failed("that changes something; it is not a question".to_owned()),
            Request::Active { .. }
            | Request::LockState
            | Request::LockNow
            | Request::Unlock(_)
            | Request::ChoosePin { .. }
            | Request::ResetPin(_) => Reply::Failed("the lock answers that, before any question".to_owned()),
        }
    }

    fn execute(&mut self, session: &Session, execute: Execute) -> (Reply, Option<Change>) {
        let session = &match self.admit(session, &access::Asked::Command(&execute.command)) {
            Ok(session) => session,
            Err(denied) => return (denied.into(), None),
        };
        if let Command::EraseClient { client, reason } = &execute.command {
            return self.erase_client(session, *client, reason, execute.request.0);
        }
        match self.store.engine().by_request(&execute.request.0) {
            Ok(Some(seq)) => return (self.answer_again(seq, &execute.command), None),
            Ok(None) => {}
            Err(e) => return (Reply::Failed(e.to_string()), None),
        }
        if let Command::UndoBatch { batch } = &execute.command {
            return self.undo_batch(session, *batch, execute.request.0);
        }
        if let Command::PurgeAccesses { years, reason } = &execute.command {
            return self.purge(session, *years, reason, execute.request.0);
        }
        let mut imported = Vec::new();
        let dry = matches!(execute.command, Command::Import { dry_run: true, .. });
        let plan = match self.plan(session, &execute.command, &mut imported) {
            Ok(plan) => plan,
            Err(refusal) => return (refusal.into(), None),
        };
        if plan.writes.is_empty() || dry {
            let done = Done {
                seq: 0,
                summary: plan.summary,
                undoable: false,
                created: plan.created,
                imported,
                left_alone: Vec::new(),
                refused: plan.refused,
            };
            return (Reply::Done(done), None);
        }
        self.commit(session, plan, execute.request.0, imported)
    }

    pub(in crate::service) fn plan(
        &mut self,
        session: &Session,
        command: &Command,
        imported: &mut Vec<Imported>,
    ) -> Result<Plan, Refusal> {
        match command {
            Command::Take { key, from_other } => self.take(session, key, *from_other),
            Command::Snooze { key, until, reason } => self.snooze(session, key, *until, reason),
            Command::Result { key, outcome, note, disposition } => {
                self.result(session, key, outcome, note, disposition.as_ref())
            }
            Command::CompleteReassessment { key, result, completed } => {
                self.complete_reassessment(session, key, result, *completed)
            }
            Command::WaiveReassessment { key, reason } => self.waive_reassessment(session, key, reason),
            Command::ScheduleReassessment { key, start, minutes, staff } => {
                self.schedule_reassessment(session, key, *start, *minutes, *staff)
            }
            Command::OnMany { keys, act } => self.on_many(session, keys, act),
            Command::Pass { key, to, note } => self.pass(session, key, *to, note),
            Command::Escalate { key, reason } => self.escalate(session, key, reason),
            Command::Retier { key, tier, reason } => self.retier(session, key, *tier, reason),
            Command::Reopen { key, reason } => self.reopen(session, key, reason),
            Command::AmendCall { call, with, result, note } => self.amend_call(session, *call, with, *result, note),
            Command::LogCall(call) => self.log_call(session, call),
            Command::NewIssue(new) => self.new_issue(session, new),
            Command::AddNote { key, text } => self.add_note(session, key, text),
            Command::CoverVisit { visit, staff, answer } => self.cover_visit(session, *visit, *staff, *answer),
            Command::BookVisit(book) => self.book_visit(session, book),
            Command::OrderVisits(new) => self.order_visits(session, new),
            Command::EndOrder(end) => self.end_order(session, end),
            Command::DraftOrderChange(id) => self.draft_order_change(session, *id),
            Command::MakeSeries(new) => self.make_series(session, new),
            Command::ChangeSeries(change) => self.change_series(session, change),
            Command::ActOnSeries { series, deed } => self.act_on_series(session, *series, deed),
            Command::Reschedule(ask) => self.reschedule(session, ask),
            Command::ResolveClocking { ids, reason, note } => self.resolve_clockings(session, ids, reason, note),
            Command::NewPlan(new) => self.new_plan(session, new),
            Command::EndPlan { kind, id } => self.end_plan(session, *kind, *id),
            Command::TellCallOut(told) => self.tell_call_out(session, told),
            Command::AskCarer(ask) => self.ask_carer(session, ask),
            Command::LeaveOpen(leave) => self.leave_open(session, leave),
            Command::HoldClient(hold) => self.hold_client(session, hold),
            Command::BackHome(back) => self.back_home(session, back),
            Command::TellDied(died) => self.tell_died(session, died),
            Command::NoAnswerAtDoor(door) => self.no_answer_at_door(session, door),
            Command::RunningLate(late) => self.running_late(session, late),
            Command::AcceptPlan { picks } => self.accept_plan(session, picks),
            Command::SayIfSafe { visit, said } => self.say_if_safe(session, *visit, said),
            Command::SettleCallOut(id) => self.settle_call_out(session, *id),
            Command::TakeBackCallOut(id) => self.take_back_call_out(session, *id),
            Command::MarkReviewed { client, seen } => self.mark_reviewed(session, *client, *seen),
            Command::Create { records, batch } => self.create(session, records, *batch),
            Command::Edit { kind, id, base, fields } => self.edit(session, *kind, *id, *base, fields),
            Command::Import { source, batch, records, clash, dry_run } => {
                let (plan, done) = self.import(session, source, *batch, records, clash, *dry_run)?;
                *imported = done;
                Ok(plan)
            }
            Command::AdoptPolicy { name, version, text, signed_by } => {
                self.adopt_policy(session, name, version, text, signed_by)
            }
            Command::Undo { seq } => self.plan_undo(session, *seq),
            Command::PurgeAccesses { .. } => Err(Refusal::Failed("a removal is announced by itself".to_owned())),
            Command::UndoBatch { .. } => Err(Refusal::Failed("a batch is undone as a whole".to_owned())),
            Command::EraseClient { .. } => Err(Refusal::Failed("erasing is not planned".to_owned())),
            Command::AddUser(add) => self.add_user(session, add),
            Command::SetRole { user, role, reason } => self.set_role(session, *user, *role, reason),
            Command::SetReach { user, scope, reason } => self.set_reach(session, *user, *scope, reason),
            Command::SetAccess { user, active, reason } => self.set_access(session, *user, *active, reason),
            Command::OpenEmergency { client, reason } => self.open_emergency(session, *client, reason),
            Command::DeclareStorm(told) => self.declare_storm(session, told),
            Command::LogCallDown(log) => self.log_call_down(session, log),
            Command::EndStorm(id) => self.end_storm(session, *id),
        }
    }

    /// Announces a removal of old accesses as a change; it is carried out when that is on the disk.
    fn purge(&mut self, session: &Session, years: u16, reason: &str, request: [u8; 16]) -> (Reply, Option<Change>) {
        match self.plan_purge(years, reason) {
            Ok((plan, sealed)) => {
                let (reply, change) = self.commit(session, plan, request, Vec::new());
                if let Reply::Done(done) = &reply {
                    self.announce_removal(done.seq, sealed);
                }
                (reply, change)
            }
            Err(refusal) => (refusal.into(), None),
        }
    }

    /// Commits a plan, takes its records into memory and says what changed.
    fn commit(
        &mut self,
        session: &Session,
        plan: Plan,
        request: [u8; 16],
        imported: Vec<Imported>,
    ) -> (Reply, Option<Change>) {
        let touched: Vec<(Kind, [u8; 16])> = plan.writes.iter().map(|w| (w.kind(), w.id())).collect();
        let undoable = !plan.told_outside;
        if plan.action == "import" {
            self.taken_in += plan.writes.len() as u64;
        }
        let created = made(plan.action, plan.writes.iter().map(|w| (w.kind().number(), w.id(), w.expect())));
        let act = Act {
            request,
            batch: plan.batch,
            actor: session.user,
            at: self.now(),
            action: plan.action,
            origin: session.origin.clone(),
            undoes: plan.undoes,
            note: ActNote {
                summary: crate::domain::text::Text::clip(&plan.summary),
                reason: crate::domain::text::Text::clip(&plan.reason),
                told_outside: plan.told_outside,
            },
            writes: plan.writes,
        };
        match self.store.commit(act) {
            Ok(seq) => {
                let persons = match self.refresh(&touched) {
                    Ok(persons) => persons,
                    Err(e) => return (Reply::Failed(format!("saved, but could not be read back: {e}")), None),
                };
                self.series_touched(&touched);
                let kinds: HashSet<Kind> = touched.iter().map(|(kind, _)| *kind).collect();
                let mut kinds: Vec<Kind> = kinds.into_iter().collect();
                kinds.sort();
                let change = Change { seq, actor: session.user, kinds, persons };
                let summary =
                    if plan.tell.is_empty() { plan.summary } else { format!("{}. {}", plan.summary, plan.tell) };
                let (left_alone, refused) = (Vec::new(), plan.refused);
                let done = Done { seq, summary, undoable, created, imported, left_alone, refused };
                (Reply::Done(done), Some(change))
            }
            Err(e) => (refused(e), None),
        }
    }

    /// The outcome of a request that was carried out before.
    fn answer_again(&self, seq: u64, command: &Command) -> Reply {
        let entry = match self.store.engine().entry(seq) {
            Ok(Some(entry)) => entry,
            Ok(None) => return Reply::Failed("it was saved before, but cannot be read back".to_owned()),
            Err(e) => return Reply::Failed(e.to_string()),
        };
        let note = self.store.note(&entry);
        let refused = match command {
            Command::OnMany { keys, .. } => self.not_in(&entry, keys),
            _ => Vec::new(),
        };
        Reply::Done(Done {
            seq,
            summary: note.summary.as_str().to_owned(),
            undoable: !note.told_outside,
            created: made(&entry.commit.action, entry.commit.records.iter().map(|w| (w.kind, w.id, w.expect))),
            imported: Vec::new(),
            left_alone: Vec::new(),
            refused,
        })
    }

    /// Takes back all commits of a batch, newest first.
    fn undo_batch(
        &mut self,
        session: &Session,
        batch: crate::domain::ids::BatchId,
        request: [u8; 16],
    ) -> (Reply, Option<Change>) {
        const PAGE: usize = 500;
        let (mut entries, mut takes_back) = (Vec::new(), Vec::new());
        let mut undone = HashSet::new();
        let mut since = 0;
        loop {
            let page = match self.store.engine().entries(since, PAGE) {
                Ok(page) => page,
                Err(e) => return (Reply::Failed(e.to_string()), None),
            };
            let Some(last) = page.last() else { break };
            since = last.seq;
            for entry in page {
                if entry.commit.undoes != 0 {
                    takes_back.push((entry.seq, entry.commit.undoes));
                } else if entry.commit.batch == batch.0 {
                    entries.push(entry);
                }
            }
        }
        // Newest first: an undo that was itself undone takes nothing back.
        for (seq, of) in takes_back.into_iter().rev() {
            if !undone.contains(&seq) {
                undone.insert(of);
            }
        }
        entries.retain(|e| !undone.contains(&e.seq));
        if entries.is_empty() {
            let refusal = Refusal::problem("undo.batch", "", "nothing of it stands any more");
            return (refusal.into(), None);
        }
        let (mut left_alone, mut last, mut n) = (Vec::new(), None, 0u64);
        let all = matches!(session.role, Role::Administrator | Role::Manager);
        for (i, entry) in entries.iter().rev().enumerate() {
            if entry.commit.actor != session.user.0 && !all {
                let who = self.cast.user_name(UserId(entry.commit.actor));
                left_alone.push(format!("commit {}: done by {who}; they or a manager take it back", entry.seq));
                continue;
            }
            let planned = self.plan_undo_of(session, entry);
            match planned.and_then(|plan| self.with_call_backs(session, entry, plan)) {
                Ok(mut plan) => {
                    plan.batch = batch.0;
                    // Each commit of the job needs a request id of its own; all follow from the one that asked.
                    let mut id = request;
                    for (byte, add) in id.iter_mut().zip((i as u64).to_le_bytes()) {
                        *byte ^= add;
                    }
                    let (reply, change) = self.commit(session, plan, id, Vec::new());
                    match reply {
                        Reply::Done(_) => n += 1,
                        Reply::Failed(why) => left_alone.push(format!("commit {}: {why}", entry.seq)),
                        _ => {}
                    }
                    last = change.or(last);
                }
                Err(Refusal::Problems(problems)) => {
                    left_alone.extend(problems.into_iter().map(|p| format!("commit {}: {}", entry.seq, p.text)));
                }
                Err(Refusal::Conflict(_)) => left_alone.push(format!("commit {}: changed since", entry.seq)),
                Err(Refusal::Failed(why)) => left_alone.push(format!("commit {}: {why}", entry.seq)),
            }
        }
        let done = Done {
            seq: last.as_ref().map_or(0, |c| c.seq),
            summary: format!("{n} of {} commits taken back", entries.len()),
            undoable: false,
            created: Vec::new(),
            imported: Vec::new(),
            left_alone,
            refused: Vec::new(),
        };
        (Reply::Done(done), last)
    }

    /// An alert that stands, or why not.
    pub(crate) fn standing(&self, key: &AlertKey) -> Result<Standing, Refusal> {
        let Some(entry) = self.book.get(*key) else {
            return Err(Refusal::problem("alert.gone", "", "that is not on the list any more"));
        };
        let Some(alert) = entry.alert() else {
            let by = entry.thing.handling.outcome.as_ref().map_or_else(String::new, |o| {
                let zone = entry.thing.zone;
                format!(" by {} {}", self.cast.user_name(o.by), crate::domain::time::clock(zone.civil(o.at).1))
            });
            return Err(Refusal::problem("alert.finished", "", format!("that was finished{by}")));
        };
        let name = match (&entry.thing.client, &entry.thing.staff) {
            (_, Some(staff)) if entry.thing.client.is_none() => {
                format!("@{} {}", self.cast.staff_name(staff.id).listed, staff.discipline.word())
            }
            (Some(client), _) => self.cast.client_name(client.id).listed,
            _ => "the office".to_owned(),
        };
        Ok(Standing {
            tier: alert.tier,
            // The book wakes what is past its breach at once, so it could only be put to sleep in name.
            snooze_limit: match alert.due.filter(|_| alert.breached && alert.tier <= 2) {
                Some(due) => Some(due),
                None => snooze_limit(alert, &self.policy, self.now()),
            },
            name,
            office: entry.thing.office,
            client: entry.thing.client.as_ref().map(|c| c.id),
            staff: entry.thing.staff.as_ref().map(|s| s.id),
            handling: entry.thing.handling.clone(),
            escalated: alert.escalated,
            fact: fact_digest(&entry.thing),
            needs_disposition: needs_disposition(&entry.thing, alert),
        })
    }

    /// A person's full name for a summary.
    pub(crate) fn person_name(&self, person: Person) -> String {
        match person {
            Person::Client(id) => self.cast.client_name(id).listed,
            Person::Staff(id) => self.cast.staff_name(id).listed,
        }
    }

    /// A record's name for a summary.
    pub(crate) fn record_name(&self, kind: Kind, id: &[u8; 16]) -> String {
        match kind {
            Kind::Client => self.cast.client_name(ClientId(*id)).listed,
            Kind::Staff => self.cast.staff_name(StaffId(*id)).listed,
            other => other.word().replace('_', " "),
        }
    }
}

/// The records that an act made, in order: what it was asked for, not what it keeps beside them.
fn made(action: &str, writes: impl Iterator<Item = (u16, [u8; 16], u64)>) -> Vec<[u8; 16]> {
    let beside = |kind: Kind| match kind {
        Kind::ImportSource | Kind::Attention => action != "record.create",
        Kind::IssueEvent => !matches!(action, "record.create" | "issue.note" | "import"),
        _ => false,
    };
    writes
        .filter(|(kind, _, expect)| *expect == 0 && !Kind::from_number(*kind).is_some_and(beside))
        .map(|w| w.1)
        .collect()
}

fn drafted(result: Result<(), String>) -> Reply {
    match result {
        Ok(()) => Reply::Drafted,
        Err(why) => Reply::Failed(why),
    }
}

/// Why a commit was not taken, in words.
fn refused(e: CommitError) -> Reply {
    match e {
        // One thread plans and commits, so nothing can come between; a conflict here means the memory is behind.
        CommitError::Conflict { .. } => Reply::Failed("it changed while it was being saved; try again".to_owned()),
        CommitError::Malformed(what) => Reply::Failed(format!("it cannot be saved: {what}")),
        CommitError::ReadOnly(why) => Reply::Failed(format!("nothing is saved any more: {why}")),
        CommitError::NoRoom(why) => Reply::Failed(format!("not saved: {why}")),
        CommitError::Unknown(why) => Reply::Failed(format!(
            "the disk failed while it was being saved ({why}); whether it was kept is known when caseload is opened again"
        )),
    }
}

/// What changes no record. Codes are shown only when their showing is in the journal.
fn is_question(request: &Request) -> bool {
    !matches!(request, Request::Execute(_) | Request::Query(Query::Codes(_)))
}

/// What stands behind a lock. A thread that panicked while it held one left a list or a draft, no record.
fn held<T: ?Sized>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of many that come one after the other: an import's, or a demo's.
fn is_bulk(request: &Request) -> bool {
    matches!(request, Request::Execute(Execute { command: Command::Import { .. } | Command::Create { .. }, .. }))
}

// Readers ask from threads of their own.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Service>();
};
