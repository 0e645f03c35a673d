//! Whom and what an act or a reading is about, as it is said on the command line: handles, names, and words for pages.

use super::desk::Desk;
use super::{CLOSED, PROBLEMS, Stop, USAGE, handle, list, whom};
use crate::app::Model;
use crate::app::layers::Layer;
use crate::app::spoken::{Place, Spot};
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClockingId, VisitId};
use crate::domain::time::Day;
use crate::service::api::{Answered, OpenList, Person, Query, Rows, Sort, View, VisitFilter};

/// How subjects are said, for the help.
pub const HOW: &str = "\
A SUBJECT is a handle as `list` and `show` print them, a name, or a word:
  a-…            an alert; several of them are done at once, as marks are
  c-… s-…        a client, a caregiver; a name or a record number does as well: \"O'Brien, Maeve\"
  v-YYMMDD-…     a visit
  e-…            a clock-in with something wrong
  NAME r-…       a line of somebody's page: a contact, an order, a call; r-… stands behind it in `show NAME`
  call-out A-…   a call-out, by its alert; behind it one of its visits, and somebody who could go
  open-visits    all open visits; behind it a visit, and somebody who could go
  storm, evv, review   these pages; behind them a client, or clock-ins
  acts, drafts   what you did, what you have not finished";

/// One word of what was said.
enum Meant {
    Alert(AlertKey),
    /// One that is not on the list of alerts now.
    Finished(AlertKey, Option<Person>, String),
    Person(Person),
    Visit(Day, VisitId),
    Record(String),
    Clocking(ClockingId),
    Page(&'static str),
}

/// Pages that are said by a word.
const PAGES: [&str; 7] = ["call-out", "open-visits", "storm", "evv", "review", "acts", "drafts"];

fn not_understood() -> Stop {
    Stop::new(CLOSED, "an answer came that was not asked for")
}

fn ask(view: View) -> OpenList {
    OpenList { view, mine: false, lens: String::new(), words: String::new(), sort: Sort::Natural }
}

/// The only one of these with this handle.
fn only<T>(word: &str, found: Vec<T>) -> Result<T, Stop> {
    let many = found.len();
    match (found.into_iter().next(), many) {
        (Some(one), 1) => Ok(one),
        (Some(_), _) => Err(Stop::new(PROBLEMS, format!("{word} is the handle of {many}: say the name instead"))),
        (None, _) => {
            Err(Stop::new(PROBLEMS, format!("{word} is not on any list now: it is over, or asleep; list it again")))
        }
    }
}

fn meant(desk: &mut Desk, word: &str) -> Result<Meant, Stop> {
    if let Some(page) = PAGES.iter().find(|p| **p == word) {
        return Ok(Meant::Page(page));
    }
    let Some((kind, day)) = handle::parse(word) else { return Ok(Meant::Person(whom::person(desk, word)?)) };
    let view = match (kind, day) {
        ('a', _) => View::Alerts,
        ('c', _) => View::Clients,
        ('s', _) => View::Staff,
        ('v', Some(day)) => View::Visits { from: day, to: day, only: VisitFilter::default() },
        ('e', _) => {
            let Answered::EvvExceptions(queue) = desk.query(Query::EvvExceptions)? else {
                return Err(not_understood());
            };
            let found = queue.list.iter().map(|r| r.id).filter(|id| handle::clocking(*id) == word).collect();
            return Ok(Meant::Clocking(only(word, found)?));
        }
        _ => return Ok(Meant::Record(word.to_owned())),
    };
    let mut found = Vec::new();
    for window in list::fetch(desk, ask(view))? {
        match window.rows {
            Rows::Alerts(rows) => found.extend(rows.iter().map(|r| Meant::Alert(r.key))),
            Rows::Clients(rows) => found.extend(rows.iter().map(|r| Meant::Person(Person::Client(r.id)))),
            Rows::Staff(rows) => found.extend(rows.iter().map(|r| Meant::Person(Person::Staff(r.id)))),
            Rows::Visits(rows) => found.extend(rows.iter().map(|r| Meant::Visit(r.day, r.id))),
            _ => {}
        }
    }
    found.retain(|m| word_of(m) == word);
    if found.is_empty() && kind == 'a' {
        found = finished(desk)?;
        found.retain(|m| word_of(m) == word);
    }
    only(word, found)
}

/// Issues and reassessments, finished ones too: what is over can be opened again.
fn finished(desk: &mut Desk) -> Result<Vec<Meant>, Stop> {
    let mut found = Vec::new();
    for view in [View::Issues, View::Reassessments] {
        for window in list::fetch(desk, ask(view))? {
            match window.rows {
                Rows::Issues(rows) => {
                    found.extend(rows.into_iter().map(|r| Meant::Finished(r.key, r.person, r.name)));
                }
                Rows::Reassessments(rows) => found
                    .extend(rows.into_iter().map(|r| Meant::Finished(r.key, Some(Person::Client(r.client)), r.name))),
                _ => {}
            }
        }
    }
    Ok(found)
}

fn word_of(meant: &Meant) -> String {
    match meant {
        Meant::Alert(key) | Meant::Finished(key, ..) => handle::alert(key),
        Meant::Person(of) => handle::person(*of),
        Meant::Visit(day, id) => handle::visit(*day, *id),
        Meant::Clocking(id) => handle::clocking(*id),
        Meant::Record(word) => word.clone(),
        Meant::Page(page) => (*page).to_owned(),
    }
}

/// A visit of a day, by its handle.
pub fn visit(desk: &mut Desk, word: &str) -> Result<(Day, VisitId), Stop> {
    match meant(desk, word)? {
        Meant::Visit(day, id) => Ok((day, id)),
        _ => Err(Stop::new(
            USAGE,
            format!("“{word}” is no visit: say its handle, v-YYMMDD-…, from caseload list visits"),
        )),
    }
}

/// The place that is meant by these words, and the handle of a line on it that is found once it is there.
pub fn place(desk: &mut Desk, words: &[String]) -> Result<(Place, Option<String>), Stop> {
    let mut all = Vec::new();
    for word in words {
        all.push(meant(desk, word)?);
    }
    let staff = |m: Option<&Meant>| match m {
        Some(Meant::Person(Person::Staff(id))) => Some(*id),
        _ => None,
    };
    let alerts: Vec<AlertKey> =
        all.iter().filter_map(|m| if let Meant::Alert(k) = m { Some(*k) } else { None }).collect();
    let place = match all.as_slice() {
        [] => Place::Panes,
        [Meant::Page("call-out"), Meant::Alert(key)] => Place::CallOut(*key, None, None),
        [Meant::Page("call-out"), Meant::Alert(key), Meant::Visit(_, visit), rest @ ..]
            if rest.len() == usize::from(staff(rest.first()).is_some()) =>
        {
            Place::CallOut(*key, Some(*visit), staff(rest.first()))
        }
        [Meant::Page("open-visits"), Meant::Visit(_, visit), rest @ ..]
            if rest.len() == usize::from(staff(rest.first()).is_some()) =>
        {
            Place::OpenVisits(Some(*visit), staff(rest.first()))
        }
        [Meant::Page("open-visits")] => Place::OpenVisits(None, None),
        [Meant::Page("storm")] => Place::Storm(None),
        [Meant::Page("storm"), Meant::Person(Person::Client(id))] => Place::Storm(Some(*id)),
        [Meant::Page("review")] => Place::Review(None),
        [Meant::Page("review"), Meant::Person(Person::Client(id))] => Place::Review(Some(*id)),
        [Meant::Page("acts")] => Place::Acts,
        [Meant::Page("drafts")] => Place::Drafts,
        [Meant::Finished(key, person, name)] => Place::Finished { key: *key, person: *person, name: name.clone() },
        [Meant::Person(person)] => Place::Person(*person, None),
        [Meant::Person(person), Meant::Alert(key)] => Place::Person(*person, Some(Spot::Alert(*key))),
        [Meant::Person(person), Meant::Visit(_, id)] => {
            Place::Person(*person, Some(Spot::Record(crate::domain::record::Kind::Visit, id.0)))
        }
        [Meant::Person(person), Meant::Record(word)] => return Ok((Place::Person(*person, None), Some(word.clone()))),
        [Meant::Visit(day, id)] => Place::Visit(*day, *id),
        all if alerts.len() == all.len() => Place::Alerts(alerts),
        [head, rest @ ..] if matches!(head, Meant::Page("evv") | Meant::Clocking(_)) => {
            let of = |m: &Meant| if let Meant::Clocking(id) = m { Some(*id) } else { None };
            let ids: Vec<ClockingId> = of(head).into_iter().chain(rest.iter().filter_map(of)).collect();
            if ids.len() < rest.len() {
                return Err(together());
            }
            Place::Evv(ids)
        }
        [Meant::Record(_), ..] => {
            return Err(Stop::new(USAGE, "a line of a page is said behind whose page it is: NAME r-…"));
        }
        _ => return Err(together()),
    };
    Ok((place, None))
}

fn together() -> Stop {
    Stop::new(USAGE, format!("these are not said together.\n{HOW}"))
}

/// The place of the line with this handle on the page on top.
pub fn line(model: &Model, word: &str) -> Result<usize, Stop> {
    let Some(Layer::Page(page)) = model.top() else { return Err(not_understood()) };
    let lines = page.page.iter().flat_map(|p| &p.sections).flat_map(|s| &s.lines);
    let found: Vec<usize> = lines
        .enumerate()
        .filter(|(_, l)| l.record.is_some_and(|(kind, id)| handle::record(kind, id) == word))
        .map(|(n, _)| n)
        .collect();
    // A record that has several lines is the same on each.
    found.first().copied().ok_or_else(|| Stop::new(PROBLEMS, format!("{word} is on no line of this page now")))
}
