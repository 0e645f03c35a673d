//! What is said by name instead of being pressed: every action that changes a record is done here once, by its fields, in
//! the demo; what stands in the way is said with the field and the mend.

use caseload::app::action::{Class, TABLE};
use caseload::app::keymap::Keymap;
use caseload::app::layers::Layer;
use caseload::app::model::{Capabilities, Model, Start};
use caseload::app::spoken::{self, Answers, Outcome, Place, Reach, Said, Spot, Undone, reach};
use caseload::app::{Effect, start};
use caseload::cli::screenshot::memory;
use caseload::demo::Size;
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::ids::{OfficeId, StaffId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::time::{Day, Moment};
use caseload::service::Service;
use caseload::service::api::{
    Answered, OpenList, Person, Query, Reply, Request, Rows, Session, Sort, View, VisitFilter, VisitRow,
};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) struct Office {
    service: Service,
    session: Session,
    pub(crate) now: Moment,
    replies: Vec<Reply>,
    /// Models so far: each has ids of its own.
    models: u8,
}

impl Answers for Office {
    fn answer(&mut self, model: &mut Model, effects: Vec<Effect>) -> Result<(), String> {
        model.now = self.now;
        let (replies, ended) = spoken::settle(model, effects, |request| Ok(self.ask(request)));
        self.replies.extend(replies);
        ended
    }

    fn commands(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.replies)
    }
}

impl Office {
    pub(crate) fn open() -> Self {
        let size = Size::usual(Day::from_ymd(2026, 3, 2).unwrap());
        let (service, session, now) = memory(&size).unwrap();
        Self { service, session, now, replies: Vec::new(), models: 0 }
    }

    fn ask(&mut self, request: Request) -> Reply {
        self.service.handle(&self.session, request).0
    }

    fn model(&mut self) -> Model {
        let mut model = self.model_with(Keymap::standard(), (160, 60));
        model.linear = true;
        model
    }

    /// A screen of this size with these keys, that has what it asks for first.
    pub(crate) fn model_with(&mut self, keymap: Keymap, size: (u16, u16)) -> Model {
        self.models += 1;
        let mut model = Model::new(Start {
            size,
            now: self.now,
            zone: self.service.cast().zone(OfficeId::default()),
            capabilities: Capabilities::default(),
            seed: [self.models; 16],
            read_only: false,
            keymap: Arc::new(keymap),
        });
        let effects = start(&mut model, None);
        self.answer(&mut model, effects).unwrap();
        model
    }

    /// Does an act at a place, and answers how it ended and what is on top then.
    fn act(&mut self, place: &Place, said: &Said) -> (Result<Outcome, Undone>, Model) {
        self.now = self.now.plus(1_000);
        let mut model = self.model();
        let stood = spoken::stand(&mut model, self, place);
        let ended = stood.and_then(|()| spoken::act(&mut model, self, said));
        (ended, model)
    }

    /// It is done, and this is said of it; else what came of it instead.
    fn tries(&mut self, place: &Place, said: &Said, says: &str) -> Result<(), String> {
        match self.act(place, said).0 {
            Ok(Outcome::Done(lines)) if lines[0].contains(says) => Ok(()),
            Ok(other) => Err(format!("{}: {other:?}", said.action)),
            Err(why) => Err(format!("{}: {why:?}", said.action)),
        }
    }

    #[track_caller]
    fn does(&mut self, place: &Place, said: &Said, says: &str) {
        self.tries(place, said, says).unwrap();
    }

    fn rows(&mut self, view: View) -> Rows {
        let ask = OpenList { view, mine: false, lens: String::new(), words: String::new(), sort: Sort::Natural };
        match self.ask(Request::OpenList(ask)) {
            Reply::List(list) => match self.ask(Request::Rows { list: list.list, from: 0, count: 400 }) {
                Reply::Rows(window) => window.rows,
                _ => panic!("no rows"),
            },
            _ => panic!("no list"),
        }
    }

    #[track_caller]
    fn alert(&mut self, cause: &str) -> AlertKey {
        let Rows::Alerts(rows) = self.rows(View::Alerts) else { panic!("no alerts") };
        let found = rows.iter().find(|r| format!("{}: {}", r.name, r.cause).contains(cause));
        found.map_or_else(|| panic!("no alert {cause}"), |r| r.key)
    }

    #[track_caller]
    fn source(&mut self, source: AlertSource) -> AlertKey {
        let Rows::Alerts(rows) = self.rows(View::Alerts) else { panic!("no alerts") };
        let all: BTreeSet<&str> = rows.iter().map(|r| r.key.source.word()).collect();
        rows.iter().map(|r| r.key).find(|k| k.source == source).unwrap_or_else(|| panic!("{source:?}: {all:?}"))
    }

    fn person(&mut self, name: &str) -> Person {
        let query = Query::Find { text: name.to_owned(), limit: 10 };
        match self.ask(Request::Query(query)) {
            Reply::Answer(answer) => match *answer {
                Answered::Found(hits) => hits.first().unwrap_or_else(|| panic!("nobody called {name}")).person,
                _ => panic!("another answer"),
            },
            _ => panic!("no answer"),
        }
    }

    fn visits(&mut self, day: Day) -> Vec<VisitRow> {
        match self.rows(View::Visits { from: day, to: day, only: VisitFilter::default() }) {
            Rows::Visits(rows) => rows,
            _ => panic!("no visits"),
        }
    }

    /// The first record of a kind on somebody's page.
    #[track_caller]
    fn record(&mut self, person: Person, kind: Kind) -> Option<Spot> {
        let mut model = self.model();
        spoken::stand(&mut model, self, &Place::Person(person, None)).unwrap();
        let Some(Layer::Page(page)) = model.top() else { panic!("no page") };
        let lines = page.page.iter().flat_map(|p| &p.sections).flat_map(|s| &s.lines);
        lines.filter_map(|l| l.record).find(|(k, _)| *k == kind).map(|(kind, id)| Spot::Record(kind, id))
    }
}

fn said(action: &str, fields: &[(&str, &str)]) -> Said {
    let fields = fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Said { action: action.to_owned(), fields, ..Said::default() }
}

fn yes(action: &str) -> Said {
    Said { yes: true, ..said(action, &[]) }
}

fn client(person: Person) -> Place {
    Place::Person(person, None)
}

/// What is said of a visit of another day, whoever goes there: the first of those that nothing speaks against.
fn one_of_the_visits(office: &mut Office, visits: &[VisitRow], said: &Said, used: &mut BTreeSet<VisitId>, says: &str) {
    let mut why = String::new();
    for visit in visits.iter().filter(|v| v.staff.is_some()) {
        if used.contains(&visit.id) {
            continue;
        }
        match office.act(&Place::Visit(visit.day, visit.id), said).0 {
            Ok(Outcome::Done(lines)) => {
                assert!(lines[0].contains(says), "{}: {lines:?}", said.action);
                used.insert(visit.id);
                return;
            }
            other => why = format!("{other:?}"),
        }
    }
    panic!("{}: {why}", said.action);
}

/// Every action of the table that changes a record, by the words of its card.
#[test]
fn whatever_changes_a_record_is_done_by_name() {
    let mut office = Office::open();
    let mut done: BTreeSet<String> = BTreeSet::new();
    let okafor = office.person("Okafor, Ruth");
    let fall = office.alert("fall, head strike");
    let gloves = office.alert("gloves below par");
    let mut wrong = Vec::new();
    let mut tell = |office: &mut Office, place: &Place, act: Said, says: &str| {
        wrong.extend(office.tries(place, &act, says).err());
        done.insert(act.action);
    };
    let alert = |key| Place::Alerts(vec![key]);

    tell(&mut office, &alert(fall), said("take", &[]), "Taken: Okafor, Ruth");
    let call = [("number", "0142"), ("outcome", "reached"), ("why", "she is awake"), ("promise", "call back")];
    let call = [&call[..], &[("due", "+2h")]].concat();
    tell(&mut office, &client(okafor), said("call", &call), "Call logged (reached): Okafor, Ruth");
    let told = [("whom", "R. Patel"), ("result", "reached")];
    tell(&mut office, &client(okafor), said("tell", &told), "Call logged");
    tell(&mut office, &alert(fall), said("new-note", &[("why", "ice on the hip")]), "Okafor");
    tell(&mut office, &alert(fall), said("escalate", &[("why", "on warfarin")]), "Okafor");
    tell(&mut office, &alert(gloves), said("retier", &[("tier", "P3"), ("why", "none left")]), "P3");
    let result = [("outcome", "seen by practitioner"), ("by", "Dr. Alder"), ("note", "no injury, stays home")];
    tell(&mut office, &alert(fall), said("result", &result), "Done (seen by practitioner): Okafor, Ruth");
    let resolved = [("outcome", "1"), ("note", "two boxes came")];
    tell(&mut office, &alert(gloves), said("result", &resolved), "Okafor");
    let over = Place::Finished { key: gloves, person: Some(okafor), name: "Okafor, Ruth".to_owned() };
    tell(&mut office, &over, said("reopen", &[("why", "the wrong size")]), "Opened again");
    let units = office.alert("11 units");
    tell(&mut office, &alert(units), said("snooze", &[("until", "1 h"), ("why", "they open at nine")]), "Abara");
    tell(&mut office, &Place::Panes, yes("undo"), "Undone:");
    tell(&mut office, &Place::Panes, yes("redo"), "");
    let supervision = office.alert("aide supervision");
    tell(&mut office, &alert(supervision), said("pass", &[("to", "D. Fontes"), ("why", "yours")]), "Passed");
    let edit = [("phones", "home 401 555 0100"), ("hazards", "dog; steps")];
    tell(&mut office, &client(okafor), said("edit", &edit), "Okafor");

    let contact = office.record(okafor, Kind::Contact);
    let mut model = office.model();
    spoken::stand(&mut model, &mut office, &Place::Person(okafor, contact)).unwrap();

    let fell = [("person", "yes"), ("kind", "fall"), ("callback", "401 555 0142"), ("summary", "fell in the bath")];
    tell(&mut office, &client(okafor), said("new-issue", &fell), "");
    let order = [("text", "SN 2w4,1w5"), ("by", "Dr. Alder"), ("book", "not now")];
    tell(&mut office, &client(okafor), said("new-order", &order), "");
    let series =
        [("often", "every week"), ("on", "tue"), ("times", "11:00"), ("discipline", "RN"), ("service", "wound care")];
    tell(&mut office, &client(okafor), said("new-series", &series), "");
    let away = [("kind", "dialysis"), ("start", "fri 9:30")];
    tell(&mut office, &client(okafor), said("new-appointment", &away), "");
    let units = [("payer", "Medicaid"), ("units", "40"), ("from", "today"), ("to", "4/30"), ("per", "1")];
    tell(&mut office, &client(okafor), said("new-authorization", &units), "");
    let pair = [("who", "Correia"), ("wish", "preferred"), ("by", "client")];
    tell(&mut office, &client(okafor), said("new-pairing", &pair), "");
    let plan = office.record(okafor, Kind::Appointment);
    tell(&mut office, &Place::Person(okafor, plan), yes("end-plan"), "");
    let correia = office.person("Correia");
    let off = [("kind", "vacation"), ("from", "3/16"), ("to", "3/20")];
    tell(&mut office, &client(correia), said("new-time-off", &off), "");
    let sick = [("who", "Correia"), ("reason", "sick"), ("note", "fever")];
    tell(&mut office, &Place::Panes, said("new-call-out", &sick), "Correia");
    let out = office.alert("Correia, Natércia HHA");
    tell(&mut office, &Place::CallOut(out, None, None), yes("take-back"), "");
    tell(&mut office, &client(correia), said("cannot", &[("reason", "running late"), ("minutes", "15")]), "");

    let recert = office.source(AlertSource::Recert);
    tell(&mut office, &alert(recert), said("schedule", &[("who", "Chen, Julia"), ("start", "today 16:30")]), "");
    let other = office.source(AlertSource::Roc);
    tell(&mut office, &alert(other), said("waive", &[("reason", "moved to hospice")]), "");

    let day = Day::from_ymd(2026, 3, 5).unwrap();
    let visits = office.visits(day);
    let mut used = BTreeSet::new();
    let why = ("why", "asked for");
    let moves = said("move", &[("time", "16:30"), ("agreed", "yes"), why]);
    one_of_the_visits(&mut office, &visits, &moves, &mut used, "Moved");
    one_of_the_visits(&mut office, &visits, &said("assign", &[why]), &mut used, "instead of");
    one_of_the_visits(&mut office, &visits, &said("split", &[("minutes", "20"), why]), &mut used, "Split");
    one_of_the_visits(&mut office, &visits, &said("shorten", &[("minutes", "25"), why]), &mut used, "");
    let swapped = visits.iter().filter(|v| v.staff.is_some() && !used.contains(&v.id)).any(|a| {
        let with = visits.iter().find(|b| {
            b.id != a.id
                && b.staff != a.staff
                && b.discipline == a.discipline
                && !used.contains(&b.id)
                && b.staff.is_some()
        });
        let Some(with) = with else { return false };
        let act = Said { with: Some((with.day, with.id)), ..said("swap", &[why]) };
        matches!(office.act(&Place::Visit(a.day, a.id), &act).0, Ok(Outcome::Done(_)))
    });
    assert!(swapped, "no two visits could be exchanged");
    let booked = [("which", "book another"), ("start", "3/6 11:00"), ("minutes", "30"), ("discipline", "RN")];
    tell(&mut office, &client(okafor), said("visit", &booked), "");
    done.extend(["move", "assign", "split", "shorten", "swap"].map(str::to_owned));

    // She may see every chart: what opens one in an emergency is tested where somebody may not.
    let (refused, _) = office.act(&client(okafor), &said("emergency", &[("why", "x")]));
    assert!(matches!(refused, Err(Undone::Not(why)) if why[0].text.contains("you see this chart")));
    done.insert("emergency".to_owned());

    assert!(wrong.is_empty(), "{wrong:#?}");
    let changes = |class| matches!(class, Class::Acts | Class::Card);
    for action in TABLE.iter().filter(|a| changes(a.class)) {
        match reach(action) {
            Reach::Here => assert!(done.contains(action.id), "{} was not done by name", action.id),
            Reach::Elsewhere(instead) => {
                assert!(matches!(action.id, "save" | "repeat"), "{} changes a record: {instead}", action.id);
            }
        }
    }
}

#[test]
fn what_is_for_the_screen_alone_says_what_there_is_instead() {
    for action in TABLE.iter().filter(|a| matches!(a.class, Class::Moves | Class::Marks | Class::Shows)) {
        match reach(action) {
            Reach::Here => assert!(matches!(action.id, "open" | "lock"), "{} only shows", action.id),
            Reach::Elsewhere(instead) => assert!(instead.len() > 10, "{}", action.id),
        }
    }
}

#[test]
fn a_call_out_and_a_storm_are_worked_through_by_name() {
    let mut office = Office::open();
    let out = office.alert("out since");
    let mut model = office.model();
    spoken::stand(&mut model, &mut office, &Place::CallOut(out, None, None)).unwrap();
    let Some(Layer::CallOut(page)) = model.top() else { panic!("no call-out") };
    let visit = page.view.as_ref().unwrap().visits.iter().find(|v| !v.closed).unwrap().row.id;
    let mut model = office.model();
    spoken::stand(&mut model, &mut office, &Place::CallOut(out, Some(visit), None)).unwrap();
    let Some(Layer::CallOut(page)) = model.top() else { panic!("no call-out") };
    let free = page.candidates().unwrap().iter().find(|c| c.said.is_none() && c.conflicts.is_empty());
    let carer: StaffId = free.unwrap_or(&page.candidates().unwrap()[0]).staff;
    let place = Place::CallOut(out, Some(visit), Some(carer));
    office.does(&place, &said("open", &[]), "");
    let (asked, _) = office.act(&place, &said("call", &[]));
    assert!(matches!(asked, Err(Undone::Not(why)) if why[0].field == "outcome" && why[0].mend.contains("no answer")));
    office.does(&place, &said("call", &[("outcome", "no answer")]), "");
    // A dangerous one asks, and says what it would do.
    let sick = [("who", "Correia"), ("reason", "sick")];
    office.does(&Place::Panes, &said("new-call-out", &sick), "Correia");
    let out = office.alert("Correia, Natércia HHA");
    let (asked, _) = office.act(&Place::CallOut(out, None, None), &said("result", &[]));
    assert!(matches!(&asked, Ok(Outcome::Asks(lines)) if lines[0].contains("Settle")), "{asked:?}");
    office.does(&Place::CallOut(out, None, None), &yes("result"), "");

    let storm = [("name", "ice storm"), ("office", "the whole agency")];
    office.does(&Place::Storm(None), &said("open", &storm), "ice storm");
    let okafor = office.person("Okafor, Ruth");
    let Person::Client(id) = okafor else { panic!("no client") };
    office.does(&Place::Storm(Some(id)), &said("call", &[("outcome", "safe")]), "");
    let sheltered = [("outcome", "with family"), ("place", "her daughter's")];
    office.does(&Place::Storm(Some(id)), &said("call", &sheltered), "");
    office.does(&Place::Storm(None), &yes("result"), "");
    // Reviewed, as the card of a review is.
    office.does(&Place::Review(Some(id)), &said("result", &[]), "");
}

#[test]
fn what_stands_in_the_way_is_said_with_the_field_and_the_mend() {
    let mut office = Office::open();
    let fall = office.alert("fall, head strike");
    let place = Place::Alerts(vec![fall]);
    let (missing, model) = office.act(&place, &said("result", &[]));
    let Err(Undone::Not(why)) = missing else { panic!("it was done") };
    assert_eq!((why[0].field.as_str(), why[1].field.as_str()), ("outcome", "note"));
    assert!(why[0].mend.starts_with("one of: seen by nurse"), "{}", why[0].mend);
    assert!(matches!(model.top(), Some(Layer::Form(_))), "the card is still there to be read");
    let (wrong, _) = office.act(&place, &said("result", &[("outcome", "all well")]));
    assert!(matches!(wrong, Err(Undone::Not(why)) if why[0].text.contains("none of these")));
    let (unknown, _) = office.act(&place, &said("result", &[("colour", "red")]));
    assert!(matches!(unknown, Err(Undone::Not(why)) if why[0].field == "colour" && why[0].mend.contains("outcome")));
    let (extra, _) = office.act(&place, &said("take", &[("note", "x")]));
    assert!(matches!(extra, Err(Undone::Not(why)) if why[0].text.contains("takes no field")));
    // Nothing was done by any of this, and no draft was left behind.
    assert!(matches!(office.ask(Request::Drafts), Reply::Drafts(list) if list.is_empty()));
    let Rows::Alerts(rows) = office.rows(View::Alerts) else { panic!("no alerts") };
    assert!(rows.iter().any(|r| r.key == fall));
    // What is done to an alert is never guessed from a person who has several.
    let okafor = office.person("Okafor, Ruth");
    let (which, _) = office.act(&client(okafor), &said("take", &[]));
    assert!(matches!(which, Err(Undone::Which(lines)) if lines.len() > 1));
    let (nowhere, _) = office.act(&Place::Panes, &said("take", &[]));
    assert!(matches!(nowhere, Err(Undone::Not(_))));
    // Several at once are marks: the worst are done one at a time.
    let gloves = office.alert("gloves below par");
    let (both, _) = office.act(&Place::Alerts(vec![fall, gloves]), &said("snooze", &[("until", "1 h"), ("why", "x")]));
    assert!(matches!(both, Err(Undone::Not(why)) if why[0].text.contains("one at a time")));
}
