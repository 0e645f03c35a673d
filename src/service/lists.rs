//! Open lists: the service keeps their order, screens ask for windows of them. An order is made once per change, never
//! per key.

use super::access::{Asked, Reached};
use super::api::{Doing, ListId, ListOpened, OpenList, Reply, Rows, Session, Sort, View, Window};
use super::lens_words;
use super::plan::Refusal;
use super::{Service, held};
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, IssueId, StaffId, VisitId};
use crate::domain::issue::Issue;
use crate::domain::search::fold;
use crate::domain::time::Moment;
use crate::rules::lens::Lens;
use crate::rules::triage::book::Entry;
use crate::rules::triage::facts::SourceFacts;
use crate::rules::triage::vulnerability;
use crate::store::indexes::VisitLine;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Most rows in one answer.
const MOST_ROWS: usize = 400;
/// Rows that come with an opened list.
const FIRST_ROWS: usize = 120;

/// What a row of a list stands for.
#[derive(Clone)]
enum Place {
    Alert(AlertKey),
    Client(ClientId),
    Staff(StaffId),
    Visit(VisitId, Box<VisitLine>),
    Issue(IssueId),
}

struct List {
    ask: OpenList,
    version: u64,
    places: Vec<Place>,
}

/// The open lists of every session.
#[derive(Default)]
pub(super) struct Lists {
    next: ListId,
    open: HashMap<u64, BTreeMap<ListId, List>>,
}

/// Most lists that one session has open at once; the oldest goes first.
const MOST_LISTS: usize = 16;

impl Lists {
    /// Forgets a list.
    pub(super) fn close(&mut self, session: u64, list: ListId) {
        self.take(session, list);
    }

    /// Forgets all lists of a session.
    pub(super) fn leave(&mut self, session: u64) {
        self.open.remove(&session);
    }

    fn number(&mut self) -> ListId {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    fn put(&mut self, session: u64, id: ListId, list: List) {
        let lists = self.open.entry(session).or_default();
        if lists.len() >= MOST_LISTS {
            lists.pop_first();
        }
        lists.insert(id, list);
    }

    fn take(&mut self, session: u64, list: ListId) -> Option<List> {
        let lists = self.open.get_mut(&session)?;
        let list = lists.remove(&list);
        if lists.is_empty() {
            self.open.remove(&session);
        }
        list
    }
}

impl Service {
    /// Opens a list.
    pub(super) fn open_list(&self, session: &Session, ask: OpenList) -> Reply {
        let session = &match self.admit(session, &Asked::List(&ask)) {
            Ok(session) => session,
            Err(denied) => return denied.into(),
        };
        let lens_error = lens_words::read(ask.view, &ask.lens).err();
        let (places, hidden) = match self.places(session, &ask) {
            Ok(found) => found,
            Err(refusal) => return refusal.into(),
        };
        let id = held(&self.lists).number();
        let snoozed = if ask.view == View::Alerts { self.asleep(session, &ask) } else { (0, None) };
        let list = List { ask, version: self.version, places };
        let window = match self.window_rows(session, id, &list, 0, FIRST_ROWS) {
            Ok(window) => window,
            Err(refusal) => return refusal.into(),
        };
        let opened = ListOpened {
            list: id,
            seq: window.seq,
            total: list.places.len() as u32,
            lens_error,
            hidden,
            snoozed,
            window,
        };
        held(&self.lists).put(session.id, id, list);
        Reply::List(opened)
    }

    /// Rows of an open list, in the order it has now.
    pub(super) fn rows(&self, session: &Session, id: ListId, from: u32, count: u16) -> Reply {
        // One session's requests come one after the other, so nobody else wants it meanwhile.
        let Some(mut list) = held(&self.lists).take(session.id, id) else {
            return Reply::Failed("that list is closed; open it again".to_owned());
        };
        let session = &match self.admit(session, &Asked::List(&list.ask)) {
            Ok(session) => session,
            Err(denied) => return denied.into(),
        };
        if list.version != self.version {
            match self.places(session, &list.ask) {
                Ok((places, _)) => (list.places, list.version) = (places, self.version),
                Err(refusal) => return refusal.into(),
            }
        }
        let answer = self.window_rows(session, id, &list, from as usize, usize::from(count).min(MOST_ROWS));
        held(&self.lists).put(session.id, id, list);
        match answer {
            Ok(window) => Reply::Rows(window),
            Err(refusal) => refusal.into(),
        }
    }

    fn asleep(&self, session: &Session, ask: &OpenList) -> (u32, Option<Moment>) {
        let reached = self.reached(session);
        let seen = |e: &&Entry| self.is_seen(session, &reached, e) && (!ask.mine || self.is_mine(session, e));
        let mut found = self.book.snoozed().filter(seen).peekable();
        let first = found.peek().and_then(|e| e.alert()).and_then(|a| a.snoozed);
        (found.count() as u32, first)
    }

    /// What stands in a list, in order; and for alerts what its filter hides, by tier.
    fn places(&self, session: &Session, ask: &OpenList) -> Result<(Vec<Place>, [u32; 5]), Refusal> {
        let lens = lens_words::read(ask.view, &ask.lens).unwrap_or_default();
        let words = fold(&ask.words);
        let now = self.now();
        let mut hidden = [0; 5];
        let reached = self.reached(session);
        let places = match ask.view {
            View::Alerts => {
                let mut found = Vec::new();
                let seen = |e: &&Entry| self.is_seen(session, &reached, e);
                for entry in self.book.sorted().filter(seen).filter(|e| !ask.mine || self.is_mine(session, e)) {
                    let Some(alert) = entry.alert() else { continue };
                    if !lens.is_empty() || !words.is_empty() {
                        let row = self.alert_row(session, entry);
                        let shown = row
                            .as_ref()
                            .is_some_and(|r| lens.holds(r, now) && holds_words(&words, &[&r.name, &r.cause]));
                        // A P1 is never filtered out.
                        if !shown && alert.tier != 1 {
                            hidden[usize::from(alert.tier.clamp(1, 5) - 1)] += 1;
                            continue;
                        }
                    }
                    found.push((alert.tier, entry.thing.key));
                }
                // What calls for a supervisor or whoever is on call stands first with them; the rest keeps its order.
                found.sort_by_key(|(_, key)| !self.book.get(*key).is_some_and(|e| self.summons(session, e)));
                if ask.sort == Sort::Name {
                    found.sort_by_cached_key(|(_, key)| {
                        self.book.get(*key).map(|e| fold(&self.alert_name(e).0)).unwrap_or_default()
                    });
                }
                found.into_iter().map(|(_, key)| Place::Alert(key)).collect()
            }
            View::Clients => self.client_places(session, &reached, ask, &lens, &words, now),
            View::Staff => self.staff_places(session, &reached, ask, &lens, &words, now),
            View::Visits { from, to, only } => self
                .visits_on(from, to)?
                .into_iter()
                .filter(|(id, line)| {
                    let mine = !ask.mine || self.cast.clients.get(&line.client).is_some_and(|c| c.is_of(session.user));
                    mine && self.lets_through(session, only, *id, line) && reached.holds(self, line.client) && {
                        let row = self.visit_row(*id, line);
                        lens.holds(&row, now) && holds_words(&words, &[&row.client_name, &row.staff_name, &row.service])
                    }
                })
                .map(|(id, line)| Place::Visit(id, Box::new(line)))
                .collect(),
            View::Issues => {
                let mut found = Vec::new();
                self.store.each::<Issue>(|issue| {
                    let mine =
                        issue.client.is_none_or(|c| self.cast.clients.get(&c).is_some_and(|c| c.is_of(session.user)));
                    let seen = match issue.client {
                        Some(client) => reached.holds(self, client),
                        None => reached.holds_office(issue.office),
                    };
                    if !seen || (ask.mine && !mine) {
                        return;
                    }
                    let row = self.issue_row(session, &issue);
                    if lens.holds(&row, now) && holds_words(&words, &[&row.name, &row.summary]) {
                        found.push((row.outcome.is_some(), row.tier.unwrap_or(9), Reverse(row.happened), issue.id));
                    }
                })?;
                found.sort_unstable();
                found.into_iter().map(|(_, _, _, id)| Place::Issue(id)).collect()
            }
            View::Reassessments => {
                let mut found: Vec<(Moment, AlertKey)> = self
                    .book
                    .things()
                    .filter(|e| reached.holds_entry(self, e))
                    .filter(|e| !ask.mine || self.is_mine_window(session, e))
                    .filter_map(|e| match &e.thing.source {
                        SourceFacts::Window(w) => Some((w.due, e.thing.key)),
                        _ => None,
                    })
                    .filter(|(_, key)| {
                        self.book
                            .get(*key)
                            .and_then(|e| self.reassessment_row(e, now))
                            .is_some_and(|r| lens.holds(&r, now) && holds_words(&words, &[&r.name, &r.what]))
                    })
                    .collect();
                found.sort_unstable();
                found.into_iter().map(|(_, key)| Place::Alert(key)).collect()
            }
        };
        Ok((places, hidden))
    }

    fn is_mine_window(&self, session: &Session, entry: &Entry) -> bool {
        entry.thing.client.as_ref().and_then(|c| self.cast.clients.get(&c.id)).is_some_and(|c| c.is_of(session.user))
    }

    fn client_places(
        &self,
        session: &Session,
        reached: &Reached,
        ask: &OpenList,
        lens: &Lens,
        words: &str,
        now: Moment,
    ) -> Vec<Place> {
        let mut found = Vec::new();
        for client in self.cast.clients.values().filter(|c| reached.holds(self, c.id)) {
            if ask.mine && !client.is_of(session.user) {
                continue;
            }
            // The pane shows who is on service or waits to be; a lens that names a status asks for the others.
            let shown_status = client.on_service() || client.status == crate::domain::client::ClientStatus::Referral;
            if !shown_status && !ask.lens.contains("status") {
                continue;
            }
            if !lens.is_empty() || !words.is_empty() {
                let Some(row) = self.client_row(session, client.id, now) else { continue };
                if !lens.holds(&row, now)
                    || !holds_words(words, &[&client.name.full(), &client.name.former, &row.mrn, &row.town])
                {
                    continue;
                }
            }
            let name = fold(&client.name.listed());
            let tally = self.book.tally(client.id);
            let risk = match ask.sort {
                Sort::Name => (0, 0, Reverse(0)),
                Sort::Natural => {
                    let facts = self.client_facts(client);
                    let worst = tally.worst().unwrap_or(9);
                    (worst, client.emergency.unwrap_or(9), Reverse(vulnerability(&facts, now).0))
                }
            };
            found.push((risk, name, client.id));
        }
        found.sort();
        found.into_iter().map(|(_, _, id)| Place::Client(id)).collect()
    }

    fn staff_places(
        &self,
        session: &Session,
        reached: &Reached,
        ask: &OpenList,
        lens: &Lens,
        words: &str,
        now: Moment,
    ) -> Vec<Place> {
        let mut found = Vec::new();
        for staff in self.cast.staff.values().filter(|s| reached.holds_office(s.office)) {
            if !staff.active && !ask.lens.contains("active") {
                continue;
            }
            if !lens.is_empty() || !words.is_empty() {
                let Some(row) = self.staff_row(session, reached, staff.id, now) else { continue };
                if !lens.holds(&row, now)
                    || !holds_words(words, &[&staff.name.full(), staff.discipline.word(), &row.languages])
                {
                    continue;
                }
            }
            let (doing, at, _) = self.doing(staff.id, self.cast.zone(staff.office), now);
            let need = match (ask.sort, doing) {
                (Sort::Name, _) | (_, Doing::Out) => 0,
                (_, Doing::With(_)) => 1,
                (_, Doing::Due) => 2,
                (_, Doing::Free) => 3,
                (_, Doing::Off) => 4,
            };
            found.push((need, at.filter(|_| ask.sort == Sort::Natural), fold(&staff.name.listed()), staff.id));
        }
        found.sort();
        found.into_iter().map(|(_, _, _, id)| Place::Staff(id)).collect()
    }

    fn window_rows(
        &self,
        session: &Session,
        id: ListId,
        list: &List,
        from: usize,
        count: usize,
    ) -> Result<Window, Refusal> {
        let now = self.now();
        let reached = self.reached(session);
        let end = from.saturating_add(count).min(list.places.len());
        let slice = list.places.get(from.min(end)..end).unwrap_or_default();
        let keys = || slice.iter().filter_map(|p| if let Place::Alert(key) = p { self.book.get(*key) } else { None });
        let rows = match list.ask.view {
            View::Alerts => Rows::Alerts(keys().filter_map(|e| self.alert_row(session, e)).collect()),
            View::Reassessments => Rows::Reassessments(keys().filter_map(|e| self.reassessment_row(e, now)).collect()),
            View::Clients => Rows::Clients(
                slice
                    .iter()
                    .filter_map(|p| if let Place::Client(id) = p { self.client_row(session, *id, now) } else { None })
                    .collect(),
            ),
            View::Staff => Rows::Staff(
                slice
                    .iter()
                    .filter_map(|p| {
                        if let Place::Staff(id) = p { self.staff_row(session, &reached, *id, now) } else { None }
                    })
                    .collect(),
            ),
            View::Visits { .. } => Rows::Visits(
                slice
                    .iter()
                    .filter_map(|p| if let Place::Visit(id, line) = p { Some(self.visit_row(*id, line)) } else { None })
                    .collect(),
            ),
            View::Issues => {
                let mut rows = Vec::new();
                for place in slice {
                    if let Place::Issue(id) = place
                        && let Some(issue) = self.store.get::<Issue>(*id)?
                    {
                        rows.push(self.issue_row(session, &issue));
                    }
                }
                Rows::Issues(rows)
            }
        };
        Ok(Window {
            list: id,
            seq: self.store.engine().head().map_err(crate::store::StoreError::from)?,
            total: list.places.len() as u32,
            from: from as u32,
            rows,
        })
    }
}

/// Every word is in one of the texts.
fn holds_words(words: &str, texts: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let all = fold(&texts.join(" "));
    words.split_whitespace().all(|w| all.contains(w))
}
