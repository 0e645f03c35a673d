//! Notes who saw what, before it is shown. The hook stands behind every answer: what was asked says what is noted
//! ([`rows`]), what was answered says how it ended, and an answer whose entry can't be written is not given.
//!
//! Looks at the same thing by the same person within some minutes are one entry; how often it was is written when that
//! time is over. The log never holds a value, a name or what somebody searched for.

mod rows;

use super::Service;
use super::access::{Asked, Ground};
use super::api::{Answered, Leaving, Person, Removable, Reply, Request, Session};
use super::held;
use super::plan::{Plan, Refusal};
use crate::domain::audit::{Access, Category, Deed, Ending, How};
use crate::domain::ids::{ClientId, UserId};
use crate::domain::policy::Policy as PolicyRecord;
use crate::domain::record::Kind;
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::rules::keeping::{self, Keeping};
use crate::rules::roles::Right;
use crate::store::access::Sealed;
use crate::store::access_entry;
use crate::store::checkpoint::{Checkpoint, Mark};
use crate::store::engine::{MAX_RECORDS, Seq};
use crate::store::{Store, proof};
use rows::{About, Row, source_kind};
use std::collections::HashMap;
use std::sync::Mutex;

/// A clock that has moved by more than this against the steady one was set by somebody.
const JUMP_MS: i64 = 2_000;
/// More looks than these are not remembered; the oldest are counted and let go.
const MOST_RECENT: usize = 20_000;

/// The same look.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Look {
    user: UserId,
    role: &'static str,
    deed: Deed,
    category: Category,
    ending: Ending,
    how: How,
    act: &'static str,
    subjects: Vec<(Kind, [u8; 16])>,
    /// Of somebody who is no user: from where.
    stranger: String,
}

/// A look that was noted, and how often it was repeated since.
struct Recent {
    began: Moment,
    seq: Seq,
    again: u32,
    /// As it was noted.
    first: Access,
}

/// What the service remembers for its notes. Nothing here is lost for good: counts are written when their time is over,
/// all else is in the chain.
pub(super) struct Audit {
    keeping: Keeping,
    recent: Mutex<HashMap<Look, Recent>>,
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
            keeping: standing(store)?,
            recent: Mutex::default(),
            clocks: Mutex::new(clocks),
            marked: Mutex::new(marked),
            removal: Mutex::default(),
        })
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

    /// Notes that somebody was shown an answer, or was denied it, and gives the answer back. Shown is only what is noted:
    /// when the log can't be written the answer is not given.
    pub(super) fn noted(&self, session: &Session, trace: Trace, reply: Reply) -> Reply {
        let Some(row) = trace.row else { return reply };
        let Some((ending, count)) = ending(&reply) else { return reply };
        if row.denied_only && ending != Ending::Denied {
            return reply;
        }
        let subjects = self.subjects(&row.about);
        match self.note_look(session, &row, trace.emergency, ending, count, subjects) {
            Ok(()) => reply,
            // A denial shows nothing of anybody.
            Err(_) if ending == Ending::Denied => reply,
            Err(why) => Reply::Failed(format!(
                "nothing of it is shown, because who sees it could not be written down ({why}); make room on the disk or ask whoever runs this server"
            )),
        }
    }

    fn note_look(
        &self,
        session: &Session,
        row: &Row,
        emergency: bool,
        ending: Ending,
        count: Option<u32>,
        subjects: Vec<(Kind, [u8; 16])>,
    ) -> Result<(), String> {
        self.watch_clock(session)?;
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
        if !row.each && self.is_again(&look, now) {
            return Ok(());
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
            saw: self.saw(),
            of: 0,
            act: row.act.to_owned(),
        };
        let seq = self.write_access(&access)?;
        if !row.each {
            self.remember(look, seq, access)?;
        }
        Ok(())
    }

    /// Remembers a look that is on the disk now; one that was remembered before is over, and is counted.
    fn remember(&self, look: Look, seq: Seq, first: Access) -> Result<(), String> {
        let now = first.at;
        let mut recent = held(&self.audit.recent);
        let before = recent.insert(look, Recent { began: now, seq, again: 0, first });
        let full = recent.len() > MOST_RECENT;
        drop(recent);
        if let Some(before) = before {
            self.note_again(&before)?;
        }
        if full { self.count_up(now, false) } else { Ok(()) }
    }

    /// Whether this is a look that was noted some minutes ago; it is counted then.
    fn is_again(&self, look: &Look, now: Moment) -> bool {
        let mut recent = held(&self.audit.recent);
        match recent.get_mut(look) {
            Some(known) if (0..self.audit.keeping.together_ms()).contains(&now.since(known.began)) => {
                known.again += 1;
                true
            }
            _ => false,
        }
    }

    /// The newest change that is on the disk: what is shown may be newer by a group that is being written, never older.
    fn saw(&self) -> Seq {
        self.store.engine().tip().0
    }

    fn write_access(&self, access: &Access) -> Result<Seq, String> {
        self.store.engine().access().note(access_entry::encode(access))
    }

    /// Notes something about a session itself: that it began or ended, that a PIN was typed.
    pub fn note_session(&self, session: &Session, deed: Deed, ending: Ending) -> Result<(), String> {
        self.watch_clock(session)?;
        self.write_access(&self.plain(session, deed, ending, None)).map(drop)
    }

    /// Notes that a PIN was typed, chosen or reset, and whose. Not noted means not done.
    pub(super) fn note_pin(
        &self,
        session: &Session,
        whose: UserId,
        act: &'static str,
        ending: Ending,
    ) -> Result<(), String> {
        self.watch_clock(session)?;
        let access = Access {
            subjects: vec![(Kind::User, whose.0)],
            act: act.to_owned(),
            ..self.plain(session, Deed::Pin, ending, None)
        };
        self.write_access(&access).map(drop)
    }

    /// Notes that somebody knocked who is no user here. One who keeps knocking is one entry, with a count.
    pub fn note_stranger(&self, origin: &str) -> Result<(), String> {
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
        if self.is_again(&look, self.now()) {
            return Ok(());
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
            saw: self.saw(),
            of: 0,
            act: String::new(),
        };
        let seq = self.write_access(&access)?;
        self.remember(look, seq, access)
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
            saw: self.saw(),
            of: 0,
            act: String::new(),
        }
    }

    /// Notes a clock that somebody has set since the last look.
    fn watch_clock(&self, session: &Session) -> Result<(), String> {
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
        if moved.abs() <= JUMP_MS {
            return Ok(());
        }
        let seconds = u32::try_from(moved.unsigned_abs() / 1000).unwrap_or(u32::MAX);
        self.write_access(&self.plain(session, Deed::ClockJump, Ending::Done, Some(seconds))).map(drop)
    }

    fn note_again(&self, recent: &Recent) -> Result<(), String> {
        if recent.again == 0 {
            return Ok(());
        }
        let access = Access {
            at: self.now(),
            deed: Deed::Again,
            count: Some(recent.again),
            saw: self.saw(),
            of: recent.seq,
            ..recent.first.clone()
        };
        self.write_access(&access).map(drop)
    }

    /// Writes how often a look was repeated whose time is over, or of every one.
    fn count_up(&self, now: Moment, all: bool) -> Result<(), String> {
        let together = self.audit.keeping.together_ms();
        let over: Vec<Recent> = {
            let mut recent = held(&self.audit.recent);
            let is_over = |r: &Recent| all || !(0..together).contains(&now.since(r.began));
            let looks: Vec<Look> = recent.iter().filter(|(_, r)| is_over(r)).map(|(look, _)| look.clone()).collect();
            looks.iter().filter_map(|look| recent.remove(look)).collect()
        };
        over.iter().try_for_each(|recent| self.note_again(recent))
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

    /// Where both chains stand now.
    pub(super) fn mark(&self) -> Checkpoint {
        let engine = self.store.engine();
        // Accesses first: one that is noted meanwhile saw no more than the changes that are marked.
        let accesses = engine.access().tip();
        let changes = engine.tip();
        let mark = |(seq, hash)| Mark { seq, hash };
        Checkpoint { at: self.now(), changes: mark(changes), accesses: mark(accesses) }
    }

    /// Marks both chains and keeps the mark beside them.
    pub(super) fn checkpoint(&self) -> Result<Checkpoint, String> {
        let mark = self.mark();
        self.store.engine().access().keep_checkpoint(mark).map_err(|e| e.to_string())?;
        *held(&self.audit.marked) = Some(mark);
        Ok(mark)
    }

    /// What is to be done about the log from time to time: counts whose time is over, removals that were announced, and
    /// a checkpoint when one is due. Whoever runs the service calls it every minute or so; tells whether it marked.
    pub fn checkpoint_if_due(&self, now: Moment) -> Result<bool, String> {
        self.count_up(now, false)?;
        self.carry_out_removal()?;
        let due = held(&self.audit.marked)
            .is_none_or(|last| !(0..self.audit.keeping.checkpoint_ms()).contains(&now.since(last.at)));
        if !due || !self.moved_since_mark() {
            return Ok(false);
        }
        self.checkpoint()?;
        self.store.engine().checkpoint().map_err(|e| e.to_string())?;
        Ok(true)
    }

    /// The last words of a service: every count, and a checkpoint over everything.
    pub fn end(&self) -> Result<(), String> {
        self.count_up(self.now(), true)?;
        self.carry_out_removal()?;
        if self.moved_since_mark() {
            self.checkpoint()?;
        }
        Ok(())
    }

    fn moved_since_mark(&self) -> bool {
        let mark = self.mark();
        held(&self.audit.marked).is_none_or(|last| (last.changes, last.accesses) != (mark.changes, mark.accesses))
    }

    /// What of the log is old enough to be removed.
    pub(super) fn removable(&self, years: u16) -> Result<Option<(Sealed, Removable)>, Refusal> {
        let before = self
            .audit
            .keeping
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

    fn carry_out_removal(&self) -> Result<(), String> {
        let mut removal = held(&self.audit.removal);
        let Some((seq, sealed)) = *removal else { return Ok(()) };
        if self.saw() >= seq {
            self.store.engine().access().remove_to(&sealed).map_err(|e| e.to_string())?;
            *removal = None;
        }
        Ok(())
    }

    /// The rules of keeping were adopted anew.
    pub(super) fn keep_by(&mut self, keeping: Keeping) {
        self.audit.keeping = keeping;
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
            Answered::Exported(records) => many(records.len()),
            Answered::Codes(codes) => many(codes.len()),
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
