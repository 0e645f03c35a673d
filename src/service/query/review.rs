//! The review of a caseload: whom to look at next, and one card for each.

use super::card::{line, residence};
use super::changes::{Changed, Changes};
use super::names::when;
use super::untold::due_words;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::client::{Client, ClientStatus};
use crate::domain::ids::ClientId;
use crate::domain::record::{Kind, Record};
use crate::domain::review::Review;
use crate::domain::search::fold;
use crate::domain::time::{DAY, Moment, Zone};
use crate::domain::visit::VisitState;
use crate::rules::roles::Group;
use crate::rules::triage::book::Entry;
use crate::rules::triage::facts::{SourceFacts, Subject};
use crate::service::Service;
use crate::service::access::of_kind;
use crate::service::api::{Page, Person, ReviewCard, ReviewPlace, ReviewStanding, Section, SectionLine, Session};
use crate::service::plan::Refusal;
use crate::store::StoreError;
use std::collections::HashMap;

/// Lines of all sections together, so that a card fits 80×24 with its headings.
const LINES: usize = 13;
/// Lines that each section has before the others get more.
const SHARES: [usize; 5] = [5, 3, 2, 2, 2];
/// What changed before a client was ever reviewed is told for this long.
const FIRST_LOOK: i64 = 3 * DAY;

impl Service {
    /// My clients in the order of a review: those reviewed today as I did them, then those with news since my last
    /// review (the worst tier first), then the rest by their next clock.
    pub(super) fn reviews(&self, session: &Session) -> Result<Vec<ReviewPlace>, Refusal> {
        let now = self.now();
        let last: HashMap<ClientId, Record<Review>> =
            self.store.reviews(session.user)?.into_iter().map(|r| (r.client, r)).collect();
        let mut places = Vec::new();
        let reached = self.reached(session);
        for client in self.cast.clients.values() {
            let shown = client.on_service() || client.status == ClientStatus::Referral;
            if !shown || !client.is_of(session.user) || !reached.holds(self, client.id) {
                continue;
            }
            let review = last.get(&client.id);
            let news = match review {
                Some(r) => self.news_since(client.id, r.seen)?,
                None => self.store.changed_since(client.id.0, 0, 1)?.first().map(|(seq, _, _)| *seq),
            };
            let zone = self.cast.zone(client.office);
            let today = review.is_some_and(|r| zone.day(r.at) == zone.day(now));
            let standing = match (review, news) {
                (None, _) | (_, Some(_)) => ReviewStanding::Changed,
                (Some(_), None) if today => ReviewStanding::Done,
                (Some(_), None) => ReviewStanding::Rest,
            };
            let order = match standing {
                ReviewStanding::Done => (0, 0, review.map_or(0, |r| r.at.0)),
                ReviewStanding::Changed => {
                    (1, self.book.tally(client.id).worst().unwrap_or(9), self.next_clock(client.id, now))
                }
                ReviewStanding::Rest => (2, 0, self.next_clock(client.id, now)),
            };
            let place = ReviewPlace { client: client.id, standing, changed: news.unwrap_or(0) };
            places.push((order, fold(&client.name.listed()), place));
        }
        places.sort_by(|a, b| (a.0, &a.1, a.2.client).cmp(&(b.0, &b.1, b.2.client)));
        Ok(places.into_iter().map(|(_, _, place)| place).collect())
    }

    /// The next instant at which something about a client runs out.
    fn next_clock(&self, client: ClientId, now: Moment) -> i64 {
        let about = self.book.for_person(Subject::Client(client));
        let due = about.filter_map(|e| match (e.alert(), &e.thing.source) {
            (Some(alert), _) => alert.due.map(|d| d.0),
            (None, SourceFacts::Window(w)) if w.due > now => Some(w.due.0),
            _ => None,
        });
        due.min().unwrap_or(i64::MAX)
    }

    /// The card of one client.
    pub(super) fn review_card(&self, session: &Session, id: ClientId) -> Result<Option<ReviewCard>, Refusal> {
        let Some(client) = self.cast.clients.get(&id) else { return Ok(None) };
        let now = self.now();
        let zone = self.cast.zone(client.office);
        let today = zone.day(now);
        let last = self.store.review(session.user, id)?;
        let seen = self.store.engine().head().map_err(StoreError::from)?;
        let mut changes = match &last {
            Some(r) => self.changes(id, r.seen, Moment(i64::MIN))?,
            None => self.changes(id, 0, now.plus(-FIRST_LOOK))?,
        };
        let sight = self.sight(session, Some(id));
        changes.news.retain(|c| of_kind(c.record.0).is_none_or(|group| sight.shows(group) || group == Group::Users));
        if !(sight.shows(Group::Identity) && sight.shows(Group::Codes)) {
            for own in changes.news.iter_mut().filter(|c| c.record.0 == Kind::Client) {
                "the record changed".clone_into(&mut own.text);
            }
        }
        let heading = match &last {
            Some(r) if changes.news.is_empty() && changes.booked.is_empty() => {
                format!("Nothing new since {}", when(r.at, zone, today))
            }
            Some(r) => format!("Changed since {}", when(r.at, zone, today)),
            None => "Not reviewed by you before; new in the last 3 days".to_owned(),
        };
        let sections = [
            (heading, self.change_lines(session, &changes, zone, now)),
            ("Next".to_owned(), self.clock_lines(session, client, zone, now)),
            ("Uncovered visits".to_owned(), self.uncovered_lines(id, zone, now)),
            ("Not told yet".to_owned(), self.untold_lines(id, zone, now)?),
            ("Promises".to_owned(), self.promise_lines(session, id)),
        ];
        let mut sections: Vec<Section> = sections.into_iter().map(|(title, lines)| Section { title, lines }).collect();
        fit(&mut sections);
        let clear: Vec<&str> = sections
            .iter()
            .skip(2)
            .zip(["nothing uncovered", "all told", "no promises open"])
            .filter(|(s, _)| s.lines.is_empty())
            .map(|(_, words)| words)
            .collect();
        let clear = clear.join(" · ");
        // The first says by its heading alone that there is nothing; the others are said in one line.
        let mut n = 0;
        sections.retain(|s| {
            n += 1;
            n == 1 || !s.lines.is_empty()
        });
        if !clear.is_empty() {
            sections.push(Section { title: clear, lines: Vec::new() });
        }
        let title = [
            client.name.full(),
            client
                .born
                .filter(|_| sight.shows(Group::Identity))
                .map(|b| format!("{} · {}", b.long(), b.age(today)))
                .unwrap_or_default(),
            sight.only(Group::Identity, client.mrn.some().map(|m| format!("MRN {m}")).unwrap_or_default()),
        ];
        let page = Page {
            person: Person::Client(id),
            title: title.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · "),
            summary: vec![format!("{} · {}", residence(client), self.warnings(client)?.join(" · "))],
            sections,
            rev: client.head.rev,
        };
        Ok(Some(ReviewCard { seen, page }))
    }

    fn change_lines(&self, session: &Session, changes: &Changes, zone: Zone, now: Moment) -> Vec<SectionLine> {
        let today = zone.day(now);
        let who = |c: &Changed| if c.by == session.user { "you".to_owned() } else { self.cast.user_name(c.by) };
        // What is bad is read first; otherwise the newest.
        let (bad, other): (Vec<&Changed>, Vec<&Changed>) = changes.news.iter().partition(|c| c.bad);
        let mut lines: Vec<SectionLine> = bad
            .into_iter()
            .chain(other)
            .map(|c| SectionLine {
                line: line(&short(c.at, zone, now), &format!("{}: {}", who(c), c.text), ""),
                key: c.key,
                record: Some(c.record),
                person: None,
            })
            .collect();
        let mut quiet = Vec::new();
        if let Some(first) = changes.booked.first() {
            let n = changes.booked.len();
            quiet.push(match n {
                1 => format!("a visit booked, {}", when(*first, zone, today)),
                _ => format!("{n} visits booked, the first {}", when(*first, zone, today)),
            });
        }
        if changes.routine > 0 {
            quiet.push(format!("{} went as planned", changes.routine));
        }
        if changes.more {
            quiet.push("more than is listed here".to_owned());
        }
        if !quiet.is_empty() {
            lines.push(plain("", &quiet.join(" · ")));
        }
        lines
    }

    /// Alerts by what runs out first, windows that open soon, and who is there or comes next.
    fn clock_lines(&self, session: &Session, client: &Record<Client>, zone: Zone, now: Moment) -> Vec<SectionLine> {
        let mut found: Vec<(i64, u8, AlertKey)> = Vec::new();
        let mut ahead: Vec<(Moment, String)> = Vec::new();
        for entry in self.book.for_person(Subject::Client(client.id)) {
            match (entry.alert(), &entry.thing.source) {
                (_, SourceFacts::Promise(_)) => {}
                (Some(_), SourceFacts::Visit(v)) if v.uncovered() => {}
                (Some(alert), _) => found.push((alert.due.map_or(i64::MAX, |d| d.0), alert.tier, alert.key)),
                (None, SourceFacts::Window(w)) if w.opens > now => {
                    let (opens, closes) = (zone.day(w.opens), zone.day(w.due.plus(-1)));
                    ahead.push((w.opens, format!("{} opens {}, closes {}", w.what, opens.short(), closes.short())));
                }
                (None, _) => {}
            }
        }
        found.sort_unstable();
        ahead.sort();
        let mut lines: Vec<SectionLine> = found
            .into_iter()
            .filter_map(|(_, _, key)| {
                let record = (key.source == AlertSource::Issue).then_some((Kind::Issue, key.subject));
                Some(SectionLine { line: self.alert_line(session, key)?, key: Some(key), record, person: None })
            })
            .collect();
        lines.push(SectionLine {
            line: self.here_or_next(client.id, zone, now, &self.sight(session, Some(client.id))),
            key: None,
            record: None,
            person: None,
        });
        if lines.len() == 1 {
            lines.extend(ahead.into_iter().take(1).map(|(_, text)| plain("", &text)));
        }
        lines
    }

    fn uncovered_lines(&self, id: ClientId, zone: Zone, now: Moment) -> Vec<SectionLine> {
        self.window
            .of_client(id)
            .filter(|(visit, l)| !l.history && l.end() > now && self.is_uncovered(*visit, l))
            .map(|(visit, l)| {
                let start = l.start.moment();
                let who = l.staff.filter(|_| l.state != VisitState::CalledOut).map(|s| self.named(s));
                let state = match (l.state, who) {
                    (VisitState::CalledOut, _) => "called out, nobody".to_owned(),
                    (_, Some(who)) => format!("{who}: {}", l.answer.word()),
                    (_, None) => "nobody".to_owned(),
                };
                let service = if l.service.is_empty() { String::new() } else { format!(" {}", l.service) };
                let key = AlertKey { source: AlertSource::Visit, subject: visit.0, occurrence: start.0 };
                SectionLine {
                    line: line(&short(start, zone, now), &format!("{}{service}: {state}", l.discipline.word()), ""),
                    key: self.book.get(key).and_then(Entry::alert).map(|a| a.key),
                    record: Some((Kind::Visit, visit.0)),
                    person: None,
                }
            })
            .collect()
    }

    fn untold_lines(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Vec<SectionLine>, Refusal> {
        let untold = self.untold(id, None)?;
        Ok(untold
            .into_iter()
            .map(|u| SectionLine {
                line: line(&due_words(&u, now, zone), &format!("{}: {}", u.who, u.what), &u.number),
                key: Some(u.key),
                record: u.contact.map(|c| (Kind::Contact, c.0)),
                person: None,
            })
            .collect())
    }

    fn promise_lines(&self, session: &Session, id: ClientId) -> Vec<SectionLine> {
        let mut keys: Vec<AlertKey> = self
            .book
            .for_person(Subject::Client(id))
            .filter(|e| e.thing.key.source == AlertSource::Promise)
            .filter_map(|e| e.alert().map(|a| a.key))
            .collect();
        // The occurrence of a promise is when it is due.
        keys.sort_unstable_by_key(|k| (k.occurrence, *k));
        keys.into_iter()
            .filter_map(|key| {
                let record = Some((Kind::Communication, key.subject));
                Some(SectionLine { line: self.alert_line(session, key)?, key: Some(key), record, person: None })
            })
            .collect()
    }
}

fn plain(label: &str, text: &str) -> SectionLine {
    SectionLine { line: line(label, text, ""), key: None, record: None, person: None }
}

/// `07:58` today, `Sun 07:58` within six days, `21 Feb` before.
fn short(at: Moment, zone: Zone, now: Moment) -> String {
    let (day, minute) = zone.civil(at);
    let away = day.since(zone.day(now));
    let said = day.short();
    match away {
        0 => crate::domain::time::clock(minute),
        -6..=6 => format!("{} {}", said.split(' ').next().unwrap_or_default(), crate::domain::time::clock(minute)),
        _ => said.split_once(' ').map_or(said.clone(), |(_, rest)| rest.to_owned()),
    }
}

/// Cuts sections so that all fit, each keeping what it needs most; the last line of one that was cut says how many more
/// there are.
fn fit(sections: &mut [Section]) {
    let mut room: Vec<usize> =
        sections.iter().enumerate().map(|(n, s)| s.lines.len().min(SHARES.get(n).copied().unwrap_or(1))).collect();
    let mut left = LINES.saturating_sub(room.iter().sum());
    for (n, section) in sections.iter().enumerate() {
        let more = (section.lines.len() - room[n]).min(left);
        room[n] += more;
        left -= more;
    }
    for (section, room) in sections.iter_mut().zip(room) {
        let cut = section.lines.len() - room;
        if cut > 0 && room > 0 {
            section.lines.truncate(room.saturating_sub(1).max(1));
            let hidden = cut + usize::from(room > 1);
            let words = format!("and {hidden} more: Enter opens the page");
            if room > 1 {
                section.lines.push(plain("", &words));
            } else {
                section.title = format!("{} (and {cut} more)", section.title);
            }
        }
    }
}
