//! Notes who saw what, before it is shown. The hook stands behind every answer: what was asked says what is noted
//! ([`rows`]), what was answered says how it ended, and an answer whose entry can't be written is not given
//! ([`unshown`]).
//!
//! Looks at the same thing by the same person within some minutes are one entry; how often it was is written when that
//! time is over. The log never holds a value, a name or what somebody searched for.

mod looks;
mod rows;
mod unshown;

use super::Service;
use super::access::{Asked, Ground};
use super::api::{Answered, Leaving, Person, Removable, Reply, Request, Session};
use super::held;
use super::plan::{Plan, Refusal};
use crate::domain::audit::{Access, Category, Deed, Ending, How};
use crate::domain::fields::Fields;
use crate::domain::ids::{ClientId, UserId};
use crate::domain::policy::Policy as PolicyRecord;
use crate::domain::record::Kind;
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::rules::keeping::{self, Keeping};
use crate::rules::roles::Right;
use crate::store::access::{AccessLog, Sealed};
use crate::store::access_entry;
use crate::store::checkpoint::{Checkpoint, Mark};
use crate::store::engine::{Engine, MAX_RECORDS, Seq};
use crate::store::{Store, proof};
use looks::{Look, Looks};
use rows::{About, Row, source_kind};
use std::sync::{Arc, Mutex};
pub(super) use unshown::Late;
pub use unshown::{Noting, Unshown};

/// A clock that has moved by more than this against the steady one was set by somebody.
const JUMP_MS: i64 = 2_000;
/// What the service remembers for its notes. Nothing here is lost for good: counts are written when their time is over,
/// all else is in the chain. It needs nothing of the service, so that whoever waits for the disk need not hold that.
pub struct Audit {
    engine: Arc<dyn Engine>,
    keeping: Mutex<Keeping>,
    looks: Looks,
    /// Both clocks as they stood at the last look.
    clocks: Mutex<(i64, i64)>,
    /// The last checkpoint.
    marked: Mutex<Option<Checkpoint>>,
    /// A removal that a change has announced, and that change.
    removal: Mutex<Option<(Seq, Sealed)>>,
}

impl Audit {
    /// By the rules of keeping that stand.
    pub(super) fn open(store: &Store, clocks: (i64, i64)) -> Result<Self, String> {
        let marked = store.engine().access().last_checkpoint().map_err(|e| e.to_string())?;
        Ok(Self {
            engine: Arc::clone(store.engine()),
            keeping: Mutex::new(standing(store)?),
            looks: Looks::default(),
            clocks: Mutex::new(clocks),
            marked: Mutex::new(marked),
            removal: Mutex::default(),
        })
    }

    fn access(&self) -> &AccessLog {
        self.engine.access()
    }

    fn together_ms(&self) -> i64 {
        held(&self.keeping).together_ms()
    }

    /// The newest change that is on the disk: what is shown may be newer by a group that is being written, never older.
    fn saw(&self) -> Seq {
        self.engine.tip().0
    }

    /// Remembers a look that is on the disk now; one that was remembered before is over, and is counted.
    fn remember(&self, look: Look, seq: Seq, first: Access) -> Result<(), String> {
        self.write(&self.looks.remember(look, seq, first, self.together_ms()))
    }

    /// Writes how often looks were repeated whose time is over, or all of them.
    fn count_up(&self, now: Moment, all: bool) -> Result<(), String> {
        let together = (!all).then(|| self.together_ms());
        self.write(&self.looks.over(now, self.saw(), together))
    }

    /// Writes entries as one group.
    fn write(&self, entries: &[Access]) -> Result<(), String> {
        let entered: Vec<_> = entries.iter().map(|a| self.access().enter(access_entry::encode(a))).collect();
        entered.iter().try_for_each(|entry| self.access().settle(entry).map(drop))
    }

    /// Where both chains stand now.
    fn mark(&self, now: Moment) -> Checkpoint {
        // Accesses first: one that is noted meanwhile saw no more than the changes that are marked.
        let accesses = self.access().tip();
        let changes = self.engine.tip();
        let mark = |(seq, hash)| Mark { seq, hash };
        Checkpoint { at: now, changes: mark(changes), accesses: mark(accesses) }
    }

    /// Marks both chains and keeps the mark beside them.
    fn checkpoint(&self, now: Moment) -> Result<Checkpoint, String> {
        let mark = self.mark(now);
        self.access().keep_checkpoint(mark).map_err(|e| e.to_string())?;
        *held(&self.marked) = Some(mark);
        Ok(mark)
    }

    fn moved_since_mark(&self, now: Moment) -> bool {
        let mark = self.mark(now);
        held(&self.marked).is_none_or(|last| (last.changes, last.accesses) != (mark.changes, mark.accesses))
    }

    /// What is to be done about the log from time to time: counts whose time is over, removals that were announced, and
    /// a checkpoint when one is due. Whoever runs the service calls it every minute or so, without holding the service;
    /// tells whether it marked.
    pub fn checkpoint_if_due(&self, now: Moment) -> Result<bool, String> {
        self.count_up(now, false)?;
        self.carry_out_removal()?;
        let every = held(&self.keeping).checkpoint_ms();
        let due = held(&self.marked).is_none_or(|last| !(0..every).contains(&now.since(last.at)));
        if !due || !self.moved_since_mark(now) {
            return Ok(false);
        }
        self.checkpoint(now)?;
        self.engine.checkpoint().map_err(|e| e.to_string())?;
        Ok(true)
    }

    fn carry_out_removal(&self) -> Result<(), String> {
        let mut removal = held(&self.removal);
        let Some((seq, sealed)) = *removal else { return Ok(()) };
        if self.saw() >= seq {
            self.access().remove_to(&sealed).map_err(|e| e.to_string())?;
            *removal = None;
        }
        Ok(())
    }
}

/// The rules of keeping that stand: the newest adopted ones, or those that caseload ships.
pub(super) fn standing(store: &Store) -> Result<Keeping, String> {
    let adopted = store.listed::<PolicyRecord>().map_err(|e| e.to_string())?;
    let newest = adopted.into_iter().filter(|p| p.name.as_str() == keeping::NAME).max_by_key(|p| p.head.created_at);
    match newest {
        Some(p) => Keeping::parse(&p.text),
        None => Keeping::embedded(),
    }
    .map_err(|e| format!("the rules of keeping can't be read: {e}"))
}

/// What a request will leave when it is answered; made before it is, because answering takes it.
pub(super) struct Trace {
    row: Option<Row>,
    /// Nothing but an emergency lets them.
    emergency: bool,
}

impl Service {
    /// What this request will leave.
    pub(super) fn trace(&self, session: &Session, request: &Request) -> Trace {
        let mut trace = Trace { row: rows::of(request), emergency: false };
        if let (Request::Query(query), Some(_)) = (request, &trace.row)
            && !self.open_charts(session.user).is_empty()
        {
            let ground = self.allowed(session, &Asked::Query(query));
            trace.emergency = matches!(ground, Ok(Ground::Emergency(_)));
        }
        trace
    }

    /// Says whether something may leave by the user's hand; that it does is noted behind this.
    pub(super) fn leave_by_hand(&self, session: &Session, leaving: &Leaving) -> Reply {
        let role = self.role_now(session);
        let right = match leaving {
            Leaving::Copied(_) => Right::Clipboard,
            Leaving::Edited(_) => Right::Editor,
            Leaving::Paged(_) => Right::Pager,
            Leaving::Exported { .. } | Leaving::Printed(_) | Leaving::Dictated(_) => return Reply::Noted,
        };
        if self.roles.may(role, right) { Reply::Noted } else { Reply::Denied(self.roles.refusal(role, right)) }
    }

    /// As what somebody is here now, whatever the session began as.
    fn role_now(&self, session: &Session) -> Role {
        self.cast.users.get(&session.user).map_or(session.role, |user| user.role)
    }

    /// An answer with the note that somebody was shown it, or was denied it. Shown is only what is noted: when the log
    /// can't be written the answer is not given.
    pub(super) fn noted(&self, session: &Session, trace: Trace, reply: Reply) -> Unshown {
        let Some(row) = trace.row else { return reply.into() };
        let Some((ending, count)) = ending(&reply) else { return reply.into() };
        if row.denied_only && ending != Ending::Denied {
            return reply.into();
        }
        let mut subjects = self.subjects(&row.about);
        if row.each {
            for client in on_it(&reply) {
                if subjects.len() < MAX_RECORDS && !subjects.contains(&client) {
                    subjects.push(client);
                }
            }
        }
        let noting = self.note_look(session, &row, trace.emergency, ending, count, subjects);
        Unshown::noted_by(reply, noting, ending == Ending::Denied)
    }

    fn note_look(
        &self,
        session: &Session,
        row: &Row,
        emergency: bool,
        ending: Ending,
        count: Option<u32>,
        subjects: Vec<(Kind, [u8; 16])>,
    ) -> Noting {
        let mut noting = self.watch_clock(session);
        let now = self.now();
        let mut how = row.how;
        how.emergency = emergency;
        let deed = if how.emergency && row.deed == Deed::Opened { Deed::BreakGlass } else { row.deed };
        let look = Look {
            user: session.user,
            role: self.role_now(session).word(),
            deed,
            category: row.category,
            ending,
            how,
            act: row.act,
            subjects,
            stranger: String::new(),
        };
        if !row.each && self.audit.looks.is_again(&look, now, self.audit.together_ms()) {
            return noting;
        }
        let access = Access {
            at: now,
            user: session.user,
            role: look.role.to_owned(),
            origin: session.origin.clone(),
            session: session.id,
            deed,
            subjects: look.subjects.clone(),
            category: row.category,
            ending,
            how,
            count,
            saw: self.audit.saw(),
            of: 0,
            act: row.act.to_owned(),
        };
        noting.enter(&access);
        if !row.each {
            noting.look = Some((look, access));
        }
        noting
    }

    /// Notes something about a session itself: that it began or ended, that a PIN was typed.
    pub fn note_session(&self, session: &Session, deed: Deed, ending: Ending) -> Noting {
        let mut noting = self.watch_clock(session);
        noting.enter(&self.plain(session, deed, ending, None));
        noting
    }

    /// Notes that a PIN was typed, chosen or reset, and whose. Not noted means not done.
    pub(super) fn note_pin(
        &self,
        session: &Session,
        whose: UserId,
        act: &'static str,
        ending: Ending,
    ) -> Result<(), String> {
        let mut noting = self.watch_clock(session);
        noting.enter(&Access {
            subjects: vec![(Kind::User, whose.0)],
            act: act.to_owned(),
            ..self.plain(session, Deed::Pin, ending, None)
        });
        noting.done()
    }

    /// Notes that somebody knocked who is no user here. One who keeps knocking is one entry, with a count.
    pub fn note_stranger(&self, origin: &str) -> Noting {
        let mut noting = Noting::nothing(&self.audit);
        let look = Look {
            user: UserId::default(),
            role: "",
            deed: Deed::LogIn,
            category: Category::Session,
            ending: Ending::Denied,
            how: How::default(),
            act: "",
            subjects: Vec::new(),
            stranger: origin.to_owned(),
        };
        if self.audit.looks.is_again(&look, self.now(), self.audit.together_ms()) {
            return noting;
        }
        let access = Access {
            at: self.now(),
            user: UserId::default(),
            role: String::new(),
            origin: origin.to_owned(),
            session: 0,
            deed: Deed::LogIn,
            subjects: Vec::new(),
            category: Category::Session,
            ending: Ending::Denied,
            how: How::default(),
            count: None,
            saw: self.audit.saw(),
            of: 0,
            act: String::new(),
        };
        noting.enter(&access);
        noting.look = Some((look, access));
        noting
    }

    fn plain(&self, session: &Session, deed: Deed, ending: Ending, count: Option<u32>) -> Access {
        Access {
            at: self.now(),
            user: session.user,
            role: self.role_now(session).word().to_owned(),
            origin: session.origin.clone(),
            session: session.id,
            deed,
            subjects: Vec::new(),
            category: Category::Session,
            ending,
            how: How::default(),
            count,
            saw: self.audit.saw(),
            of: 0,
            act: String::new(),
        }
    }

    /// Notes a clock that somebody has set since the last look.
    fn watch_clock(&self, session: &Session) -> Noting {
        let mut noting = Noting::nothing(&self.audit);
        let (wall, steady) = (self.clock.now_ms(), self.clock.steady_ms());
        let moved = {
            let mut clocks = held(&self.audit.clocks);
            let moved = (wall - clocks.0) - (steady - clocks.1);
            // Small steps are kept in sight, so that many of them are one jump.
            if moved.abs() > JUMP_MS {
                *clocks = (wall, steady);
            }
            moved
        };
        if moved.abs() > JUMP_MS {
            let seconds = u32::try_from(moved.unsigned_abs() / 1000).unwrap_or(u32::MAX);
            noting.enter(&self.plain(session, Deed::ClockJump, Ending::Done, Some(seconds)));
        }
        noting
    }

    /// Whom it is about: the person first, then the record that was named.
    fn subjects(&self, about: &About) -> Vec<(Kind, [u8; 16])> {
        let mut out: Vec<(Kind, [u8; 16])> = Vec::new();
        let mut add = |subject: (Kind, [u8; 16])| {
            if out.len() < MAX_RECORDS && !out.contains(&subject) {
                out.push(subject);
            }
        };
        match about {
            About::Nobody => {}
            About::Person(person) => add(of_person(*person)),
            About::Alerts(keys) => {
                for key in keys {
                    let thing = self.book.get(*key).map(|entry| &entry.thing);
                    if let Some(client) = thing.and_then(|t| t.client.as_ref()) {
                        add((Kind::Client, client.id.0));
                    } else if let Some(staff) = thing.and_then(|t| t.staff.as_ref()) {
                        add((Kind::Staff, staff.id.0));
                    }
                    let kind = source_kind(key.source);
                    if thing.is_none()
                        && let Ok(Some(client)) = self.store.client_of(kind, key.subject)
                    {
                        add((Kind::Client, client.0));
                    }
                    add((kind, key.subject));
                }
            }
            About::Records(kind, ids) => {
                for id in ids {
                    match self.store.client_of(*kind, *id) {
                        Ok(Some(client)) => add((Kind::Client, client.0)),
                        _ => add((*kind, *id)),
                    }
                }
            }
            About::Record(kind, id) => {
                if let Ok(Some(client)) = self.store.client_of(*kind, *id) {
                    add((Kind::Client, client.0));
                }
                add((*kind, *id));
            }
        }
        out
    }

    /// Marks both chains and keeps the mark beside them.
    pub(super) fn checkpoint(&self) -> Result<Checkpoint, String> {
        self.audit.checkpoint(self.now())
    }

    /// The log without the service, for what is to be done about it from time to time.
    pub fn log(&self) -> Arc<Audit> {
        Arc::clone(&self.audit)
    }

    /// The last words of a service: every count, and a checkpoint over everything.
    pub fn end(&self) -> Result<(), String> {
        let now = self.now();
        self.audit.count_up(now, true)?;
        self.audit.carry_out_removal()?;
        if self.audit.moved_since_mark(now) {
            self.checkpoint()?;
        }
        Ok(())
    }

    /// What of the log is old enough to be removed.
    pub(super) fn removable(&self, years: u16) -> Result<Option<(Sealed, Removable)>, Refusal> {
        let before = held(&self.audit.keeping)
            .removable_before(self.now(), years)
            .map_err(|why| Refusal::problem("audit.retention", "years", why))?;
        let sealed = self.store.engine().access().sealed().map_err(crate::store::StoreError::from)?;
        let old: Vec<Sealed> = sealed.into_iter().take_while(|s| s.newest_ms < before.0).collect();
        let Some(last) = old.last().copied() else { return Ok(None) };
        let removable = Removable {
            to: last.last.seq,
            newest: Moment(last.newest_ms),
            segments: old.len() as u32,
            bytes: old.iter().map(|s| s.bytes).sum(),
        };
        Ok(Some((last, removable)))
    }

    /// The change that announces a removal; the removal follows when that is on the disk.
    pub(super) fn plan_purge(&self, years: u16, reason: &str) -> Result<(Plan, Sealed), Refusal> {
        if reason.trim().is_empty() {
            return Err(Refusal::problem("audit.reason", "reason", "say why; it is written into the record"));
        }
        let Some((sealed, removable)) = self.removable(years)? else {
            let text = format!("nothing is older than {years} years; nothing is removed");
            return Err(Refusal::problem("audit.nothing_old", "years", text));
        };
        let mut plan = Plan::new(proof::PURGE, format!("Accesses up to {} removed", removable.to));
        reason.clone_into(&mut plan.reason);
        plan.told_outside = true;
        plan.batch.copy_from_slice(sealed.last.hash.first_chunk::<16>().unwrap_or(&[0; 16]));
        Ok((plan, sealed))
    }

    /// A removal was announced by this change.
    pub(super) fn announce_removal(&self, seq: Seq, sealed: Sealed) {
        *held(&self.audit.removal) = Some((seq, sealed));
    }

    /// The rules of keeping were adopted anew.
    pub(super) fn keep_by(&self, keeping: Keeping) {
        *held(&self.audit.keeping) = keeping;
    }
}

/// What leaves names everybody on it, so that it is found again by each of them.
fn on_it(reply: &Reply) -> Vec<(Kind, [u8; 16])> {
    let Reply::Answer(answer) = reply else { return Vec::new() };
    let client = |fields: &Fields, name: &str| -> Option<ClientId> { serde_json::from_str(fields.get(name)?).ok()? };
    match &**answer {
        Answered::Sheet(sheet) => sheet.visits.iter().map(|v| (Kind::Client, v.of.0)).collect(),
        Answered::ExportedAll { records, .. } => {
            records.iter().filter_map(|r| client(&r.fields, "client")).map(|c| (Kind::Client, c.0)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_person(person: Person) -> (Kind, [u8; 16]) {
    match person {
        Person::Client(ClientId(id)) => (Kind::Client, id),
        Person::Staff(id) => (Kind::Staff, id.0),
    }
}

/// How a reply ended, with how many rows or hits; nothing for one that shows nobody anything.
fn ending(reply: &Reply) -> Option<(Ending, Option<u32>)> {
    let many = |n: usize| {
        let ending = if n == 0 { Ending::Nothing } else { Ending::Done };
        Some((ending, Some(u32::try_from(n).unwrap_or(u32::MAX))))
    };
    match reply {
        Reply::Denied(_) => Some((Ending::Denied, None)),
        Reply::List(list) => many(list.total as usize),
        Reply::Drafts(drafts) => many(drafts.len()),
        Reply::Noted | Reply::Rows(_) => Some((Ending::Done, None)),
        Reply::Locked(_)
        | Reply::Open(_)
        | Reply::Present(_)
        | Reply::Drafted
        | Reply::Done(_)
        | Reply::Conflict(_)
        | Reply::Problems(_)
        | Reply::Failed(_) => None,
        Reply::Answer(answer) => match &**answer {
            Answered::Found(hits) => many(hits.len()),
            Answered::Acts(acts) => many(acts.len()),
            Answered::Reviews(places) => many(places.len()),
            Answered::Coverable(visits) => many(visits.len()),
            Answered::Untold(list) => many(list.len()),
            Answered::History(lines) => many(lines.len()),
            Answered::Initials(page) => many(page.total as usize),
            Answered::Exported(records) | Answered::ExportedAll { records, .. } => many(records.len()),
            Answered::Codes(codes) => many(codes.len()),
            Answered::EvvExceptions(queue) => many(queue.list.len()),
            Answered::Sheet(sheet) => many(sheet.visits.len()),
            Answered::Audit(page) => many(page.lines.len()),
            Answered::Why(None)
            | Answered::Card(None)
            | Answered::Page(None)
            | Answered::Call(None)
            | Answered::Record(None)
            | Answered::ReviewCard(None)
            | Answered::UndoNext(None) => Some((Ending::Nothing, None)),
            _ => Some((Ending::Done, None)),
        },
    }
}
