//! Open lists: the service keeps their order, screens ask for windows of them. An order is made once per change, never
//! per key.

use super::Service;
use super::api::{
    AlertRow, ClientRow, Doing, IssueRow, ListId, ListOpened, OpenList, Owner, Person, ReassessmentRow, Reply, Rows,
    Session, Sort, StaffRow, View, VisitRow, Window,
};
use super::plan::Refusal;
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, IssueId, StaffId, UserId, VisitId};
use crate::domain::issue::Issue;
use crate::domain::search::fold;
use crate::domain::time::Moment;
use crate::domain::visit::VisitState;
use crate::rules::clocks;
use crate::rules::lens::{Fields, Lens, Value};
use crate::rules::triage::book::Entry;
use crate::rules::triage::facts::{SourceFacts, Subject};
use crate::rules::triage::{cause, vulnerability};
use crate::store::indexes::VisitLine;
use std::cmp::Reverse;
use std::collections::HashMap;

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

/// The open lists.
#[derive(Default)]
pub(super) struct Lists {
    next: ListId,
    open: HashMap<ListId, List>,
}

/// Most lists open at once; the oldest goes first.
const MOST_LISTS: usize = 64;

impl Lists {
    /// Forgets a list.
    pub(super) fn close(&mut self, list: ListId) {
        self.open.remove(&list);
    }
}

impl Service {
    /// Opens a list.
    pub(super) fn open_list(&mut self, session: &Session, ask: OpenList) -> Reply {
        let lens_error = Lens::parse(&ask.lens).err().map(|e| e.to_string());
        let (places, hidden) = match self.places(session, &ask) {
            Ok(found) => found,
            Err(refusal) => return refusal.into(),
        };
        self.lists.next += 1;
        let id = self.lists.next;
        if self.lists.open.len() >= MOST_LISTS
            && let Some(oldest) = self.lists.open.keys().min().copied()
        {
            self.lists.open.remove(&oldest);
        }
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
        self.lists.open.insert(id, list);
        Reply::List(opened)
    }

    /// Rows of an open list, in the order it has now.
    pub(super) fn rows(&mut self, session: &Session, id: ListId, from: u32, count: u16) -> Reply {
        let Some(mut list) = self.lists.open.remove(&id) else {
            return Reply::Failed("that list is closed; open it again".to_owned());
        };
        if list.version != self.version {
            match self.places(session, &list.ask) {
                Ok((places, _)) => (list.places, list.version) = (places, self.version),
                Err(refusal) => return refusal.into(),
            }
        }
        let answer = self.window_rows(session, id, &list, from as usize, usize::from(count).min(MOST_ROWS));
        self.lists.open.insert(id, list);
        match answer {
            Ok(window) => Reply::Rows(window),
            Err(refusal) => refusal.into(),
        }
    }

    fn asleep(&self, session: &Session, ask: &OpenList) -> (u32, Option<Moment>) {
        let mut found = self.book.snoozed().filter(|e| !ask.mine || self.is_mine(session, e)).peekable();
        let first = found.peek().and_then(|e| e.alert()).and_then(|a| a.snoozed);
        (found.count() as u32, first)
    }

    /// What stands in a list, in order; and for alerts what its filter hides, by tier.
    fn places(&self, session: &Session, ask: &OpenList) -> Result<(Vec<Place>, [u32; 5]), Refusal> {
        let lens = Lens::parse(&ask.lens).unwrap_or_default();
        let words = fold(&ask.words);
        let now = self.now();
        let mut hidden = [0; 5];
        let places = match ask.view {
            View::Alerts => {
                let mut found = Vec::new();
                for entry in self.book.sorted().filter(|e| !ask.mine || self.is_mine(session, e)) {
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
                if ask.sort == Sort::Name {
                    found.sort_by_cached_key(|(_, key)| {
                        self.book.get(*key).map(|e| fold(&self.alert_name(e).0)).unwrap_or_default()
                    });
                }
                found.into_iter().map(|(_, key)| Place::Alert(key)).collect()
            }
            View::Clients => self.client_places(session, ask, &lens, &words, now),
            View::Staff => self.staff_places(ask, &lens, &words, now),
            View::Visits { from, to } => self
                .visits_on(session, from, to)?
                .into_iter()
                .filter(|(id, line)| {
                    let mine = !ask.mine || self.cast.clients.get(&line.client).is_some_and(|c| c.is_of(session.user));
                    mine && {
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
                    if ask.mine && !mine {
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

    fn client_places(&self, session: &Session, ask: &OpenList, lens: &Lens, words: &str, now: Moment) -> Vec<Place> {
        let mut found = Vec::new();
        for client in self.cast.clients.values() {
            if ask.mine && !client.is_of(session.user) {
                continue;
            }
            // The pane shows who is on service or waits to be; a lens that names a status asks for the others.
            let shown_status = client.on_service() || client.status == crate::domain::client::ClientStatus::Referral;
            if !shown_status && !ask.lens.contains("status") {
                continue;
            }
            if !lens.is_empty() || !words.is_empty() {
                let Some(row) = self.client_row(client.id, now) else { continue };
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
                    let facts = self.client_facts(client, None);
                    let worst = tally.worst().unwrap_or(9);
                    (worst, client.emergency.unwrap_or(9), Reverse(vulnerability(&facts, now).0))
                }
            };
            found.push((risk, name, client.id));
        }
        found.sort();
        found.into_iter().map(|(_, _, id)| Place::Client(id)).collect()
    }

    fn staff_places(&self, ask: &OpenList, lens: &Lens, words: &str, now: Moment) -> Vec<Place> {
        let mut found = Vec::new();
        for staff in self.cast.staff.values() {
            if !staff.active && !ask.lens.contains("active") {
                continue;
            }
            if !lens.is_empty() || !words.is_empty() {
                let Some(row) = self.staff_row(staff.id, now) else { continue };
                if !lens.holds(&row, now)
                    || !holds_words(words, &[&staff.name.full(), staff.discipline.word(), &row.languages])
                {
                    continue;
                }
            }
            let (doing, at, _) = self.doing(staff.id, self.cast.zone(staff.office), now);
            let need = match (ask.sort, doing) {
                (Sort::Name, _) => 0,
                (_, Doing::Out) => 0,
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
        let end = from.saturating_add(count).min(list.places.len());
        let slice = list.places.get(from.min(end)..end).unwrap_or_default();
        let keys = || slice.iter().filter_map(|p| if let Place::Alert(key) = p { self.book.get(*key) } else { None });
        let rows = match list.ask.view {
            View::Alerts => Rows::Alerts(keys().filter_map(|e| self.alert_row(session, e)).collect()),
            View::Reassessments => Rows::Reassessments(keys().filter_map(|e| self.reassessment_row(e, now)).collect()),
            View::Clients => Rows::Clients(
                slice
                    .iter()
                    .filter_map(|p| if let Place::Client(id) = p { self.client_row(*id, now) } else { None })
                    .collect(),
            ),
            View::Staff => Rows::Staff(
                slice
                    .iter()
                    .filter_map(|p| if let Place::Staff(id) = p { self.staff_row(*id, now) } else { None })
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

    /// The name on an alert's row, and whether somebody looks alike.
    pub(super) fn alert_name(&self, entry: &Entry) -> (String, bool) {
        match (entry.thing.person, &entry.thing.staff) {
            (Some(Subject::Client(id)), _) => {
                let shown = self.cast.client_name(id);
                (shown.listed, shown.alike)
            }
            (Some(Subject::Staff(id)), staff) => {
                let shown = self.cast.staff_name(id);
                let discipline = staff.as_ref().map(|s| s.discipline.word()).unwrap_or_default();
                (format!("@{} {discipline}", shown.listed), shown.alike)
            }
            (None, _) => ("the office".to_owned(), false),
        }
    }

    fn owner(&self, session: &Session, owner: Option<UserId>) -> Owner {
        match owner {
            None => Owner::Nobody,
            Some(user) if user == session.user => Owner::You,
            Some(user) => Owner::Other(self.cast.user_name(user)),
        }
    }

    pub(super) fn alert_row(&self, session: &Session, entry: &Entry) -> Option<AlertRow> {
        let alert = entry.alert()?;
        let (name, alike) = self.alert_name(entry);
        let now = self.now();
        Some(AlertRow {
            key: alert.key,
            tier: alert.tier,
            breached: alert.breached,
            person: entry.thing.person.map(person_of),
            name,
            alike,
            cause: cause(&entry.thing, alert, &self.policy, now, entry.thing.zone, session.user),
            since: alert.since,
            due: alert.due,
            owner: self.owner(session, alert.owner),
            snoozed: alert.snoozed,
            booked: alert.booked.clone(),
            rule: alert.rule.to_string(),
            finished: None,
        })
    }

    fn client_row(&self, id: ClientId, now: Moment) -> Option<ClientRow> {
        let client = self.cast.clients.get(&id)?;
        let zone = self.cast.zone(client.office);
        let today = zone.day(now);
        let shown = self.cast.client_name(id);
        let tally = self.book.tally(id);
        let worst = self
            .book
            .for_person(Subject::Client(id))
            .filter_map(|e| e.alert().map(|a| (a.tier, a.key, e)))
            .min_by_key(|(tier, key, _)| (*tier, *key));
        let worst_word = match (worst, tally.worst()) {
            (Some((tier, _, entry)), Some(t)) if tier == t => source_word(entry),
            (_, Some(_)) => "call-out".to_owned(),
            _ => String::new(),
        };
        let next = self.window.of_client(id).find(|(_, l)| l.state.is_open() && l.start.moment() >= now);
        Some(ClientRow {
            id,
            name: shown.listed,
            alike: shown.alike,
            born: client.born,
            age: client.born.map(|b| b.age(today)),
            mrn: client.mrn.as_str().to_owned(),
            town: client.address.town.as_str().to_owned(),
            level: client.emergency,
            alone: client.living == crate::domain::client::Living::Alone,
            status: client.status,
            period_day: client.soc.filter(|_| client.on_service()).and_then(|soc| clocks::period_day(soc, today)),
            tier: tally.worst(),
            alerts: tally.count() as u16,
            worst: worst_word,
            next_visit: next.map(|(_, l)| l.start.moment()),
            coordinator: client.coordinator.map(|u| self.cast.user_name(u)).unwrap_or_default(),
            vulnerability: vulnerability(&self.client_facts(client, None), now).0,
        })
    }

    fn staff_row(&self, id: StaffId, now: Moment) -> Option<StaffRow> {
        let staff = self.cast.staff.get(&id)?;
        let zone = self.cast.zone(staff.office);
        let today = zone.day(now);
        let shown = self.cast.staff_name(id);
        let (doing, at, detail) = self.doing(id, zone, now);
        let booked_minutes = self.booked_minutes(id, zone, today);
        let credential = self
            .book
            .for_person(Subject::Staff(id))
            .filter_map(|e| match &e.thing.source {
                SourceFacts::Credential(c) if c.last_day <= today.plus(30) => Some((c.last_day, c.kind.clone())),
                _ => None,
            })
            .min()
            .map(|(day, kind)| (kind, day));
        let languages = staff
            .languages
            .iter()
            .map(|l| l.as_str().to_owned())
            .filter(|l| !l.eq_ignore_ascii_case("english"))
            .collect::<Vec<_>>();
        Some(StaffRow {
            id,
            name: shown.listed,
            alike: shown.alike,
            discipline: staff.discipline,
            doing,
            at,
            detail,
            booked_minutes,
            // Overtime over 40 h a week: 29 CFR 552.109 keeps it for agency-employed aides.
            overtime: booked_minutes > 40 * 60,
            credential,
            phone: super::query::names::first_number(&staff.phones),
            languages: languages.join(", "),
            active: staff.active,
        })
    }

    /// What a caregiver is doing, as far as anybody said so.
    fn doing(&self, id: StaffId, zone: crate::domain::time::Zone, now: Moment) -> (Doing, Option<Moment>, String) {
        let today = zone.day(now);
        let key = AlertKey {
            source: crate::domain::attention::AlertSource::CallOut,
            subject: id.0,
            occurrence: i64::from(today.0),
        };
        if let Some(SourceFacts::CallOut(out)) = self.book.get(key).map(|e| &e.thing.source) {
            let yes = out.visits.iter().filter(|(_, v)| !v.uncovered()).count();
            return (Doing::Out, Some(out.called_out_at), format!("{} visits, {yes} said yes", out.visits.len()));
        }
        let mine: Vec<&VisitLine> = self
            .window
            .of_staff_between(id, zone.midnight(today), zone.midnight(today.plus(1)))
            .map(|(_, l)| l)
            .filter(|l| l.staff == Some(id) && l.state != VisitState::Cancelled)
            .collect();
        if let Some(l) = mine.iter().find(|l| l.arrived.is_some() && l.left.is_none())
            && let Some(arrived) = l.arrived
        {
            return (Doing::With(arrived.source), Some(arrived.at), self.cast.client_name(l.client).short);
        }
        if let Some(l) = mine.iter().find(|l| l.state.is_open() && l.arrived.is_none() && l.end() > now) {
            return (Doing::Due, Some(l.start.moment()), self.cast.client_name(l.client).short);
        }
        if mine.is_empty() { (Doing::Off, None, String::new()) } else { (Doing::Free, None, String::new()) }
    }

    fn issue_row(&self, session: &Session, issue: &crate::domain::record::Record<Issue>) -> IssueRow {
        let key = AlertKey {
            source: crate::domain::attention::AlertSource::Issue,
            subject: issue.id.0,
            occurrence: i64::from(issue.reopened),
        };
        let person = issue.client.map(Person::Client).or(issue.staff.map(Person::Staff));
        IssueRow {
            key,
            tier: self.book.get(key).and_then(|e| e.alert()).map(|a| a.tier),
            person,
            name: person.map_or_else(|| "the office".to_owned(), |p| self.person_name(p)),
            kind: issue.kind,
            summary: issue.summary.as_str().to_owned(),
            happened: issue.happened.at,
            owner: self.owner(session, issue.handling.owner),
            outcome: issue.handling.outcome.as_ref().map(|o| o.what.as_str().to_owned()),
        }
    }

    fn reassessment_row(&self, entry: &Entry, now: Moment) -> Option<ReassessmentRow> {
        let SourceFacts::Window(window) = &entry.thing.source else { return None };
        let client = entry.thing.client.as_ref()?;
        let zone = entry.thing.zone;
        let booked = window.booked.as_ref();
        let state = if now >= window.due {
            "overdue"
        } else if booked.is_some_and(|b| b.discipline.assesses()) {
            "scheduled"
        } else {
            "pending"
        };
        Some(ReassessmentRow {
            key: entry.thing.key,
            client: client.id,
            name: self.cast.client_name(client.id).listed,
            what: super::query::names::window_name(window.kind, &window.what),
            opens: zone.day(window.opens),
            closes: zone.day(window.due.plus(-1)),
            state: state.to_owned(),
            detail: booked
                .map(|b| {
                    let at = super::query::names::when(b.start, zone, zone.day(now));
                    format!("{} {} {at}", b.name, b.discipline.word())
                })
                .unwrap_or_default(),
        })
    }
}

fn person_of(subject: Subject) -> Person {
    match subject {
        Subject::Client(id) => Person::Client(id),
        Subject::Staff(id) => Person::Staff(id),
    }
}

/// What a client's worst alert is, in a word.
fn source_word(entry: &Entry) -> String {
    match &entry.thing.source {
        SourceFacts::Issue(issue) => issue.kind.word().to_owned(),
        SourceFacts::Visit(visit) => match visit.state {
            VisitState::Late => "late".to_owned(),
            VisitState::Missed => "missed".to_owned(),
            _ if visit.uncovered() => "nobody".to_owned(),
            _ => "visit".to_owned(),
        },
        SourceFacts::CallOut(_) => "call-out".to_owned(),
        SourceFacts::Window(w) => w.what.clone(),
        SourceFacts::Promise(_) => "promise".to_owned(),
        SourceFacts::Credential(_) => "credential".to_owned(),
        SourceFacts::Referral(_) => "referral".to_owned(),
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

fn owner_word(owner: &Owner) -> &str {
    match owner {
        Owner::Nobody => "nobody",
        Owner::You => "me",
        Owner::Other(name) => name,
    }
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
            "due" => Value::Until(self.due?),
            "age" => Value::Since(self.since),
            "breached" => Value::Flag(self.breached),
            "booked" => Value::Flag(self.booked.is_some()),
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
