//! What was done and seen, both chains in one time line: changes with who, what and why, accesses with who, what and
//! whom. An access names the change it saw, so the order is known without trusting any clock. Values of changes are shown
//! to who may see that record, and only when asked for.

use crate::domain::audit::{Access, Category, Deed, Ending};
use crate::domain::fields::differences;
use crate::domain::ids::{ClientId, StaffId, UserId};
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Kind};
use crate::domain::time::{Day, Moment};
use crate::service::Service;
use crate::service::access::{Asked, Reached};
use crate::service::api::{AuditAsk, AuditLine, AuditPage, Person, Query, Session};
use crate::service::plan::Refusal;
use crate::store::access_entry;
use crate::store::engine::{Entry, Rev, Seq};
use std::collections::{HashSet, VecDeque};
use uuid::Uuid;

/// Lines of one page at most.
const MOST_LINES: usize = 400;
/// Entries looked at for one page: what is asked for may be rare, and an answer is not kept waiting for it.
const MOST_LOOKED: usize = 20_000;
/// Entries read at a time.
const CHUNK: usize = 1_000;

/// What is asked for, with the users that are meant.
struct Wanted<'a> {
    ask: &'a AuditAsk,
    users: Option<HashSet<UserId>>,
    /// Whom whoever asks reaches.
    reached: Reached,
}

impl std::ops::Deref for Wanted<'_> {
    type Target = AuditAsk;

    fn deref(&self) -> &AuditAsk {
        self.ask
    }
}

/// One feed, read in chunks.
struct Feed {
    ready: VecDeque<Entry>,
    at: Seq,
    over: bool,
}

impl Feed {
    fn from(at: Seq) -> Self {
        Self { ready: VecDeque::new(), at, over: false }
    }

    fn peek(&mut self, more: impl FnOnce(Seq) -> Result<Vec<Entry>, Refusal>) -> Result<Option<&Entry>, Refusal> {
        if self.ready.is_empty() && !self.over {
            let page = more(self.at)?;
            self.over = page.len() < CHUNK;
            self.ready.extend(page);
        }
        Ok(self.ready.front())
    }

    fn take(&mut self) -> Option<Entry> {
        let entry = self.ready.pop_front()?;
        self.at = entry.seq;
        Some(entry)
    }
}

impl Service {
    pub(super) fn audit_page(&self, session: &Session, ask: &AuditAsk) -> Result<AuditPage, Refusal> {
        let engine = self.store.engine();
        let fail = |e| Refusal::from(crate::store::StoreError::Engine(e));
        let ask = &Wanted { ask, users: self.users_named(&ask.user)?, reached: self.reached(session) };
        if ask.newest {
            return self.newest_page(ask);
        }
        let (mut changes, mut accesses) = (Feed::from(ask.after.0), Feed::from(ask.after.1));
        changes.over = ask.seen_only;
        let most = usize::from(ask.limit).clamp(1, MOST_LINES);
        let mut lines = Vec::new();
        let mut looked = 0;
        loop {
            if lines.len() >= most || looked >= MOST_LOOKED {
                return Ok(AuditPage { lines, next: (changes.at, accesses.at), more: true });
            }
            looked += 1;
            let change = changes.peek(|at| engine.entries(at, CHUNK).map_err(fail))?.map(|e| e.seq);
            let access = accesses.peek(|at| self.accesses_behind(at))?.map(|e| e.commit.undoes);
            // An access comes behind the change that it saw and before the next.
            let change_first = match (change, access) {
                (None, None) => return Ok(AuditPage { lines, next: (changes.at, accesses.at), more: false }),
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(change), Some(saw)) => change <= saw,
            };
            let line = if change_first {
                changes.take().map(|entry| self.change_line(session, ask, &entry)).transpose()?.flatten()
            } else {
                accesses.take().and_then(|entry| self.access_line(ask, &entry))
            };
            lines.extend(line);
        }
    }

    /// Accesses alone, the newest first. One walk over a window of the chain, of which a page is kept and no more.
    fn newest_page(&self, ask: &Wanted<'_>) -> Result<AuditPage, Refusal> {
        let log = self.store.engine().access();
        let end = if ask.after.1 == 0 { log.tip().0 + 1 } else { ask.after.1 };
        let begin = end.saturating_sub(1 + MOST_LOOKED as Seq);
        let most = usize::from(ask.limit).clamp(1, MOST_LINES);
        let mut kept: VecDeque<AuditLine> = VecDeque::new();
        let mut full = false;
        let read = log.read(begin, &mut |entry| {
            if entry.seq >= end {
                return false;
            }
            if let Some(line) = self.access_line(ask, &entry) {
                kept.push_back(line);
                if kept.len() > most {
                    kept.pop_front();
                    full = true;
                }
            }
            true
        });
        read.map_err(crate::store::StoreError::from)?;
        let lines: Vec<AuditLine> = kept.into_iter().rev().collect();
        let next = lines.last().filter(|_| full).map_or(begin + 1, |line| line.seq);
        Ok(AuditPage { lines, next: (ask.after.0, next), more: full || begin > 0 })
    }

    fn accesses_behind(&self, at: Seq) -> Result<Vec<Entry>, Refusal> {
        let mut page = Vec::new();
        let read = self.store.engine().access().read(at, &mut |entry| {
            page.push(entry);
            page.len() < CHUNK
        });
        read.map_err(crate::store::StoreError::from)?;
        Ok(page)
    }

    /// The users whom a word means.
    fn users_named(&self, word: &str) -> Result<Option<HashSet<UserId>>, Refusal> {
        let word = word.trim().to_lowercase();
        if word.is_empty() {
            return Ok(None);
        }
        if let Some(id) = UserId::parse(&word) {
            return Ok(Some(HashSet::from([id])));
        }
        let known = self.cast.users.values();
        let named = known.filter(|u| u.login.as_str() == word || u.name.to_lowercase().contains(&word));
        let found: HashSet<UserId> = named.map(|u| u.id).collect();
        if found.is_empty() {
            let text = "no user has this login or name; say their id for one who is not listed any more";
            return Err(Refusal::problem("audit.user", "user", text));
        }
        Ok(Some(found))
    }

    fn asked_for(&self, ask: &Wanted<'_>, entry: &Entry, subjects: &[(Kind, [u8; 16])]) -> bool {
        let at = Moment(entry.commit.at_ms);
        ask.users.as_ref().is_none_or(|users| users.contains(&UserId(entry.commit.actor)))
            && ask.from.is_none_or(|from| at >= from)
            && ask.to.is_none_or(|to| at < to)
            && self.within_reach(ask, subjects)
            && ask.person.is_none_or(|person| {
                let wanted = match person {
                    Person::Client(id) => (Kind::Client, id.0),
                    Person::Staff(id) => (Kind::Staff, id.0),
                };
                subjects.contains(&wanted)
                    || subjects.iter().any(|(kind, id)| {
                        matches!(person, Person::Client(client) if *kind != Kind::Client
                            && self.store.client_of(*kind, *id).ok().flatten() == Some(client))
                    })
            })
    }

    /// Of one chart it is known that it is reached. Of all of them only what is about nobody else.
    fn within_reach(&self, ask: &Wanted<'_>, subjects: &[(Kind, [u8; 16])]) -> bool {
        let client = |kind: Kind, id: [u8; 16]| match kind {
            Kind::Client => Some(ClientId(id)),
            _ => self.store.client_of(kind, id).ok().flatten(),
        };
        ask.reached.is_all()
            || ask.person.is_some()
            || subjects.iter().all(|(kind, id)| client(*kind, *id).is_none_or(|c| ask.reached.holds(self, c)))
    }

    fn change_line(&self, session: &Session, ask: &Wanted<'_>, entry: &Entry) -> Result<Option<AuditLine>, Refusal> {
        if ask.denied || ask.seen_only {
            return Ok(None);
        }
        let commit = &entry.commit;
        let subjects: Vec<(Kind, [u8; 16])> =
            commit.records.iter().filter_map(|r| Some((Kind::from_number(r.kind)?, r.id))).collect();
        let mut kinds: Vec<&str> = subjects.iter().map(|(kind, _)| kind.word()).collect();
        kinds.dedup();
        let category = kinds.join(" ");
        let named = |text: &str| text.to_lowercase().contains(&ask.action.trim().to_lowercase());
        if !(named(&commit.action) || named(&category)) || !self.asked_for(ask, entry, &subjects) {
            return Ok(None);
        }
        // Who may not read a record's history learns that it was changed, and not what was said of it.
        let may_see = |kind: Kind, id| self.allowed(session, &Asked::Query(&Query::History { kind, id })).is_ok();
        let open = subjects.iter().all(|(kind, id)| may_see(*kind, *id));
        let note = self.store.note(entry);
        let mut detail = if open { note.summary.as_str().to_owned() } else { String::new() };
        if open && let Some(reason) = note.reason.some() {
            detail.push_str(&format!(" ({reason})"));
        }
        if commit.undoes > 0 {
            detail.push_str(&format!(" takes back change {}", commit.undoes));
        }
        let mut values = Vec::new();
        if ask.values {
            for record in &commit.records {
                let Some(kind) = Kind::from_number(record.kind).filter(|kind| may_see(*kind, record.id)) else {
                    continue;
                };
                values.extend(by_kind!(kind, changed::<_>(self, entry, record.id, record.expect))?);
            }
        }
        let (about, subject) = self.about(&subjects);
        Ok(Some(AuditLine {
            at: Moment(commit.at_ms),
            change: true,
            seq: entry.seq,
            user: self.who(commit.actor),
            role: String::new(),
            origin: commit.origin.clone(),
            action: commit.action.clone(),
            category,
            about,
            subject,
            ending: Ending::Done.word().to_owned(),
            detail: detail.trim().to_owned(),
            saw: 0,
            values,
        }))
    }

    fn access_line(&self, ask: &Wanted<'_>, entry: &Entry) -> Option<AuditLine> {
        let named = |text: &str| text.to_lowercase().contains(&ask.action.trim().to_lowercase());
        let Some(access) = access_entry::decode(entry) else {
            // A newer caseload's: that something was seen is not kept back.
            let subjects = Vec::new();
            return (self.asked_for(ask, entry, &subjects) && !ask.denied && named(&entry.commit.action))
                .then(|| self.unknown_line(entry));
        };
        let fits = (named(access.deed.word()) || named(access.category.word()) || named(&access.act))
            && (!ask.denied || access.ending == Ending::Denied)
            && self.asked_for(ask, entry, &access.subjects);
        if !fits {
            return None;
        }
        let (about, subject) = self.about(&access.subjects);
        Some(AuditLine {
            at: access.at,
            change: false,
            seq: entry.seq,
            user: self.who(access.user.0),
            role: access.role.clone(),
            origin: access.origin.clone(),
            action: access.deed.word().to_owned(),
            category: if access.category == Category::None { String::new() } else { access.category.word().to_owned() },
            about,
            subject,
            ending: access.ending.word().to_owned(),
            detail: detail(&access),
            saw: access.saw,
            values: Vec::new(),
        })
    }

    fn unknown_line(&self, entry: &Entry) -> AuditLine {
        AuditLine {
            at: Moment(entry.commit.at_ms),
            change: false,
            seq: entry.seq,
            user: self.who(entry.commit.actor),
            role: String::new(),
            origin: entry.commit.origin.clone(),
            action: entry.commit.action.clone(),
            category: String::new(),
            about: String::new(),
            subject: String::new(),
            ending: String::new(),
            detail: "written by a newer caseload".to_owned(),
            saw: entry.commit.undoes,
            values: Vec::new(),
        }
    }

    fn who(&self, user: [u8; 16]) -> String {
        match UserId(user) {
            nobody if nobody == UserId::default() => "-".to_owned(),
            known if self.cast.users.contains_key(&known) => self.cast.user_name(known),
            other => other.to_string(),
        }
    }

    /// The names of the people among these, or of whom they are about; and the first of them by kind and id.
    fn about(&self, subjects: &[(Kind, [u8; 16])]) -> (String, String) {
        let mut names: Vec<String> = Vec::new();
        for (kind, id) in subjects {
            let name = match kind {
                Kind::Client => Some(self.cast.client_name(ClientId(*id)).listed),
                Kind::Staff => Some(self.cast.staff_name(StaffId(*id)).listed),
                other => {
                    let client = self.store.client_of(*other, *id).ok().flatten();
                    client.map(|client| self.cast.client_name(client).listed)
                }
            };
            if let Some(name) = name.filter(|n| !names.contains(n)) {
                names.push(name);
            }
        }
        let more = names.len().saturating_sub(3);
        names.truncate(3);
        let mut about = names.join("; ");
        if more > 0 {
            about.push_str(&format!(" and {more} more"));
        }
        let first =
            subjects.first().map(|(kind, id)| format!("{} {}", kind.word(), Uuid::from_bytes(*id).hyphenated()));
        (about, first.unwrap_or_default())
    }
}

/// How an access was asked for, in words.
fn detail(access: &Access) -> String {
    let mut parts = Vec::new();
    if !access.act.is_empty() {
        parts.push(access.act.clone());
    }
    match (access.deed, access.count) {
        (Deed::Again, Some(n)) => parts.push(format!("entry {} again, {n} times", access.of)),
        (Deed::ClockJump, Some(n)) => parts.push(format!("by {n} s")),
        (Deed::Searched, Some(n)) => parts.push(format!("{n} hits")),
        (_, Some(n)) => parts.push(format!("{n} rows")),
        (_, None) => {}
    }
    if let Some((from, to)) = access.how.days {
        parts.push(if from == to { from.iso() } else { format!("{} to {}", Day::iso(from), to.iso()) });
    }
    for (holds, word) in [
        (access.how.mine, "mine"),
        (access.how.lens, "through a lens"),
        (access.how.words, "narrowed by words"),
        (access.how.by_name, "by name"),
        (access.how.emergency, "EMERGENCY"),
    ] {
        if holds {
            parts.push(word.to_owned());
        }
    }
    parts.join(", ")
}

/// The fields that an entry changed of a record: name, before, after.
fn changed<B: Body>(
    service: &Service,
    entry: &Entry,
    id: [u8; 16],
    before: Rev,
) -> Result<Vec<(String, String, String)>, Refusal> {
    let Some(now) = service.store.in_entry::<B>(entry, &id)? else { return Ok(Vec::new()) };
    let was = if before == 0 { None } else { service.store.revision::<B>(B::Id::from(id), before)? };
    let Some(was) = was else { return Ok(vec![(B::KIND.word().to_owned(), String::new(), "new".to_owned())]) };
    let plain = |value: &serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    let fields = differences(&was.body, &now.body).into_iter();
    Ok(fields.map(|(name, was, is)| (format!("{}.{name}", B::KIND.word()), plain(&was), plain(&is))).collect())
}
