//! A storm: everybody whom it touches in the order of calling, what a call leads to, and what is left at its end.

use crate::desk::desk;
use crate::office::{Office, few, monday, rule, said, t};
use caseload::domain::attention::AlertSource;
use caseload::domain::client::Need;
use caseload::domain::fields::Fields;
use caseload::domain::ids::{ClientId, IssueId, StormId, TaskId};
use caseload::domain::issue::{Issue, IssueKind};
use caseload::domain::record::Kind;
use caseload::domain::storm::{CallDown, Storm, StormState};
use caseload::domain::task::Task;
use caseload::domain::time::{HOUR, MINUTE};
use caseload::domain::user::Role;
use caseload::service::api::storm::{
    DeclareStorm, LogCallDown, RosterAsk, RosterPage, STORM_ROWS, StormAsk, StormClient, StormOffice, StormView,
};
use caseload::service::api::{Answered, Command, Hand, Person, Query, Reply, Request, Session, Where};

pub(crate) fn ice() -> DeclareStorm {
    DeclareStorm {
        storm: None,
        name: "ice storm".to_owned(),
        since: None,
        office: StormOffice::All,
        places: vec![],
        exercise: false,
        note: String::new(),
    }
}

pub(crate) fn log(storm: StormId, client: ClientId, state: StormState) -> LogCallDown {
    let nothing = String::new;
    LogCallDown { storm, client, state, with: nothing(), place: nothing(), note: nothing() }
}

pub(crate) fn all() -> StormAsk {
    StormAsk { mine: false, from: 0, count: STORM_ROWS, around: None }
}

pub(crate) fn paper() -> RosterAsk {
    RosterAsk { storm: None, mine: false, initials: false, paper: true, after: ClientId::default() }
}

fn view(office: &mut Office, who: &Session) -> StormView {
    match office.query(who, Query::Storm(all())) {
        Answered::Storm(view) => *view,
        _ => panic!("another answer"),
    }
}

fn about(office: &mut Office, client: ClientId) -> StormClient {
    let me = office.me.clone();
    match office.query(&me, Query::StormClient(client)) {
        Answered::StormClient(Some(found)) => *found,
        _ => panic!("nobody"),
    }
}

fn roster(office: &mut Office, ask: RosterAsk) -> RosterPage {
    let me = office.me.clone();
    match office.query(&me, Query::Roster(ask)) {
        Answered::Roster(page) => *page,
        _ => panic!("another answer"),
    }
}

/// The office with an ice storm over all of it.
fn stormy() -> (Office, StormId) {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let id = office.done(&me, Command::DeclareStorm(ice())).created[0];
    (office, StormId(id))
}

fn call(office: &mut Office, storm: StormId, client: usize, state: StormState) -> Reply {
    let (me, client) = (office.me.clone(), office.clients[client]);
    office.act(&me, Command::LogCallDown(log(storm, client, state)))
}

fn kept(office: &Office) -> CallDown {
    office.get(*office.ids(Kind::CallDown).last().expect("nobody was called down"))
}

fn tier_of(office: &Office, issue: IssueId) -> u8 {
    let key = office.alerts(AlertSource::Issue).into_iter().find(|k| k.subject == issue.0).expect("no alert");
    office.alert(key).expect("no alert").tier
}

#[test]
fn everybody_on_service_stands_in_the_order_of_calling() {
    let (mut office, id) = stormy();
    let me = office.me.clone();
    let facts = Fields::none().with("powered", &["oxygen concentrator, battery 4 h"]).with("transport", &1);
    office.edit(&me, Kind::Client, office.clients[5].0, facts);
    let view = view(&mut office, &me);
    let c = office.clients.clone();
    let ids: Vec<ClientId> = view.rows.iter().map(|r| r.client).collect();
    // Level 1; then those whom nobody has rated, seen and not last; then 2 and 3. A referral is not on service yet.
    assert_eq!(ids, [c[0], c[2], c[3], c[1], c[5]]);
    assert_eq!(view.storm.as_ref().map(|s| s.id), Some(id));
    assert_eq!((view.counts.all, view.counts.not_called, view.beyond), (5, 5, 0));
    assert_eq!((view.unrated, view.powered), (2, 1));
    assert_eq!((view.rows[4].power.as_str(), view.rows[4].transport), ("oxygen 4 h", Some(1)));
    assert_eq!(view.rows[0].next, "09:00 Reyes");
    // Windows of it, around somebody or from a place.
    let ask = StormAsk { count: 2, around: Some(c[1]), ..all() };
    let Answered::Storm(part) = office.query(&me, Query::Storm(ask)) else { panic!() };
    assert_eq!((part.from, part.rows.len(), part.rows[1].client, part.counts.all), (2, 2, c[1], 5));
    let ask = StormAsk { from: 4, count: 9, ..all() };
    let Answered::Storm(part) = office.query(&me, Query::Storm(ask)) else { panic!() };
    assert_eq!((part.from, part.rows.len()), (4, 1));
    let found = about(&mut office, c[0]);
    assert!(found.why[0].starts_with("level 1:") && found.why.contains(&"lives alone".to_owned()), "{:?}", found.why);
    assert!(found.numbers.iter().any(|n| n.who.contains("Adeyemi") && n.number == "(401) 555-0177"));
    let Answered::Header(header) = office.query(&me, Query::Header) else { panic!() };
    assert_eq!(header.storm, "ice storm", "everybody learns of it");
    // A storm that runs is not declared again, and a nurse of the west does not see who is not hers.
    assert_eq!(rule(&office.act(&me, Command::DeclareStorm(ice()))), "storm.again");
    crate::office::same_as_fresh(&office, "a storm");
}

#[test]
fn a_storm_touches_what_it_is_declared_for_and_a_session_sees_what_it_reaches() {
    let mut office = Office::at(monday());
    let sessions = crate::access::one_of_each(&mut office);
    let (me, scheduler, biller) = (office.me.clone(), sessions[2].clone(), sessions[3].clone());
    assert_eq!((scheduler.role, biller.role), (Role::Scheduler, Role::Biller));
    let town = |town: &str, code: &str| {
        let address = caseload::domain::person::Address { town: t(town), postcode: t(code), ..Default::default() };
        Fields::none().with("address", &address)
    };
    office.edit(&me, Kind::Client, office.clients[0].0, town("Pawtucket", "02860"));
    office.edit(&me, Kind::Client, office.clients[1].0, town("Warwick", "02886"));
    for (bad, which) in [
        (DeclareStorm { name: " ".to_owned(), ..ice() }, "storm.name"),
        (DeclareStorm { since: Some(monday().plus(HOUR)), ..ice() }, "storm.future"),
        (DeclareStorm { since: Some(monday().plus(-40 * 24 * HOUR)), ..ice() }, "storm.old"),
        (DeclareStorm { storm: Some(StormId([9; 16])), ..ice() }, "storm.gone"),
    ] {
        assert_eq!(rule(&office.act(&me, Command::DeclareStorm(bad))), which);
    }
    // Who sees one office declares it for one office.
    assert_eq!(rule(&office.act(&scheduler, Command::DeclareStorm(ice()))), "storm.reach");
    let hers = DeclareStorm { office: StormOffice::Mine, ..ice() };
    let id = StormId(office.done(&scheduler, Command::DeclareStorm(hers.clone())).created[0]);
    let seen = view(&mut office, &scheduler);
    assert_eq!((seen.counts.all, seen.beyond, seen.storm.unwrap().office.as_str()), (4, 0, "East"));
    // Set right: only those towns and codes, and whose home is not on the record.
    let places = vec!["pawtucket".to_owned(), " 999 ".to_owned(), String::new()];
    office.done(&me, Command::DeclareStorm(DeclareStorm { storm: Some(id), places, ..ice() }));
    let now: Storm = office.get(id.0);
    assert_eq!((now.places.len(), now.office, now.declared), (2, None, scheduler.user));
    // Who sets it right in another office need not know which it is for.
    let as_it_is = DeclareStorm { storm: Some(id), office: StormOffice::AsItIs, ..ice() };
    let west = DeclareStorm { storm: Some(id), office: StormOffice::Mine, ..ice() };
    office.done(&me, Command::DeclareStorm(west));
    office.done(&me, Command::DeclareStorm(as_it_is));
    assert_eq!(office.get::<Storm>(id.0).office, Some(office.east));
    let places = now.places.iter().map(|p| p.as_str().to_owned()).collect();
    office.done(&me, Command::DeclareStorm(DeclareStorm { storm: Some(id), places, ..ice() }));
    let whom = view(&mut office, &me);
    let ids: Vec<ClientId> = whom.rows.iter().map(|r| r.client).collect();
    assert!(ids.contains(&office.clients[0]) && !ids.contains(&office.clients[1]) && ids.len() == 4, "{}", ids.len());
    assert_eq!(view(&mut office, &scheduler).beyond, 1, "one of the west");
    assert_eq!(rule(&call(&mut office, id, 1, StormState::Safe)), "storm.untouched");
    // Levels are clinical: a biller sees none of it.
    assert!(said(&office.ask(&biller, Request::Query(Query::Storm(all()))).0).contains("health"));
    assert!(matches!(office.ask(&biller, Request::Query(Query::Roster(paper()))).0, Reply::Denied(_)));
    // A storm over clients whom she does not see is ended by somebody who does.
    assert_eq!(rule(&office.act(&scheduler, Command::EndStorm(id))), "storm.reach");
    office.done(&me, Command::EndStorm(id));
}

#[test]
fn what_a_call_found_is_kept_and_one_status_is_undone() {
    let (mut office, id) = stormy();
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let ruth = office.clients[0];
    let with = LogCallDown {
        with: "daughter".to_owned(),
        place: "daughter's in Warwick".to_owned(),
        note: "warm".to_owned(),
        ..log(id, ruth, StormState::Sheltered)
    };
    call(&mut office, id, 0, StormState::NoAnswer);
    office.clock.set(monday().plus(5 * MINUTE).0);
    let done = office.done(&me, Command::LogCallDown(with));
    assert!(done.undoable && done.summary.contains("with family or sheltered"), "{}", done.summary);
    let down = kept(&office);
    assert_eq!((down.state, down.tries, down.unanswered, down.calls.len()), (StormState::Sheltered, 2, 0, 2));
    assert_eq!((down.place.as_str(), down.by), ("daughter's in Warwick", me.user));
    let row = view(&mut office, &me).rows.into_iter().find(|r| r.client == ruth).unwrap();
    assert_eq!((row.state, row.tries, row.place.as_str()), (Some(StormState::Sheltered), 2, "daughter's in Warwick"));
    let calls = about(&mut office, ruth).calls;
    assert_eq!((calls.len(), calls[0].words.as_str()), (2, "with daughter: warm"));
    // One status is taken back: she has not answered, as before.
    office.done(&me, Command::Undo { seq: done.seq });
    assert_eq!((kept(&office).state, kept(&office).tries), (StormState::NoAnswer, 1));
    assert_eq!(view(&mut office, &me).counts.no_answer, 1);
    // What a colleague said since is not taken away by it.
    let mine = office.done(&me, Command::LogCallDown(log(id, ruth, StormState::Safe)));
    office.done(&colleague, Command::LogCallDown(log(id, ruth, StormState::LeftMessage)));
    assert!(!matches!(office.act(&me, Command::Undo { seq: mine.seq }), Reply::Done(_)));
    assert_eq!(kept(&office).state, StormState::LeftMessage);
    // A first word of somebody that is taken back leaves her uncalled.
    let first = office.done(&me, Command::LogCallDown(log(id, office.clients[1], StormState::Safe)));
    office.done(&me, Command::Undo { seq: first.seq });
    assert_eq!(view(&mut office, &me).counts.not_called, 4);
    office.done(&me, Command::LogCallDown(log(id, office.clients[1], StormState::Safe)));
    assert_eq!(view(&mut office, &me).counts.safe, 1);
    // Where somebody was brought is said.
    assert_eq!(rule(&call(&mut office, id, 2, StormState::Evacuated)), "storm.place");
    assert_eq!(rule(&call(&mut office, StormId([8; 16]), 2, StormState::Safe)), "storm.gone");
    crate::office::same_as_fresh(&office, "calls");
}

#[test]
fn more_calls_than_are_kept_leave_the_newest() {
    let (mut office, id) = stormy();
    for n in 0..30 {
        let state = if n == 0 { StormState::Safe } else { StormState::LeftMessage };
        assert!(matches!(call(&mut office, id, 3, state), Reply::Done(_)));
    }
    let down = kept(&office);
    assert_eq!((down.tries, down.calls.len()), (30, 24));
    assert!(down.calls.iter().all(|c| c.state == StormState::LeftMessage));
}

#[test]
fn help_is_an_issue_at_the_tier_that_triage_gives_it() {
    let (mut office, id) = stormy();
    call(&mut office, id, 0, StormState::NeedsHelp);
    let ruth = kept(&office);
    let issue: Issue = office.get(ruth.issue.unwrap().0);
    assert_eq!((issue.kind, tier_of(&office, ruth.issue.unwrap())), (IssueKind::Emergency, 1));
    assert!(issue.summary.contains("ice storm: needs help"));
    call(&mut office, id, 1, StormState::NeedsHelp);
    let ines = kept(&office);
    let kind = office.get::<Issue>(ines.issue.unwrap().0).kind;
    assert_eq!((kind, tier_of(&office, ines.issue.unwrap())), (IssueKind::UnsafeHome, 2));
    // Another call about it is a line of the same issue; when she is well somebody finishes that.
    let issues = office.ids(Kind::Issue).len();
    call(&mut office, id, 1, StormState::NeedsHelp);
    let lines = office.ids(Kind::IssueEvent).len();
    assert!(said(&call(&mut office, id, 1, StormState::Safe)).contains("still open"));
    assert_eq!((office.ids(Kind::Issue).len(), office.ids(Kind::IssueEvent).len()), (issues, lines + 1));
    let me = office.me.clone();
    let counts = view(&mut office, &me).counts;
    assert_eq!((counts.help, counts.safe, counts.reached(), counts.open()), (1, 1, 2, 4));
}

#[test]
fn three_calls_in_vain_are_somebodys_to_go_and_look() {
    let (mut office, id) = stormy();
    let me = office.me.clone();
    let tasks = office.ids(Kind::Task).len();
    for _ in 0..2 {
        call(&mut office, id, 1, StormState::NoAnswer);
        call(&mut office, id, 1, StormState::LeftMessage);
    }
    assert_eq!(office.ids(Kind::Task).len(), tasks, "two were in vain");
    let text = said(&call(&mut office, id, 1, StormState::NoAnswer));
    assert!(text.contains("no answer 3 times: welfare check"), "{text}");
    assert!(text.contains("emergency contact Silva, Ana, daughter (401) 555-0177"), "{text}");
    let task: TaskId = kept(&office).task.unwrap();
    let made: Task = office.get(task.0);
    assert!(made.what.contains("welfare check") && made.what.contains("555-0177"), "{}", made.what.as_str());
    assert_eq!((made.due, made.client), (monday().plus(HOUR), Some(office.clients[1])));
    assert!(office.alerts(AlertSource::Task).iter().any(|k| k.subject == task.0));
    // No second one for the fourth call; and once she is well nobody has to look.
    call(&mut office, id, 1, StormState::NoAnswer);
    assert_eq!(office.ids(Kind::Task).len(), tasks + 1);
    let well = office.done(&me, Command::LogCallDown(log(id, office.clients[1], StormState::Safe)));
    assert!(office.get::<Task>(task.0).done.is_some());
    office.done(&me, Command::Undo { seq: well.seq });
    assert!(office.get::<Task>(task.0).done.is_none(), "the status and what followed go together");
    // Whom no service for a day endangers cannot wait for a task.
    for _ in 0..3 {
        call(&mut office, id, 0, StormState::NoAnswer);
    }
    let ruth = kept_of(&office, office.clients[0]);
    assert_eq!(office.get::<Issue>(ruth.issue.unwrap().0).kind, IssueKind::MissingClient);
    assert_eq!((tier_of(&office, ruth.issue.unwrap()), ruth.task), (1, None));
    // Nor whom a tank keeps alive.
    let oxygen: Fields = Fields::none().with("needs", &few::<Need, 8>(vec![Need::Oxygen]));
    office.edit(&me, Kind::Client, office.clients[5].0, oxygen);
    for _ in 0..3 {
        call(&mut office, id, 5, StormState::NoAnswer);
    }
    assert!(kept_of(&office, office.clients[5]).issue.is_some());
}

fn kept_of(office: &Office, client: ClientId) -> CallDown {
    let all = office.ids(Kind::CallDown).into_iter().map(|id| office.get::<CallDown>(id));
    all.filter(|d| d.client == client).last().expect("she was not called")
}

#[test]
fn an_agency_says_itself_after_how_many_calls() {
    let (mut office, id) = stormy();
    let manager = office.manager.clone();
    let text = include_str!("../../src/rules/packs/storm.toml").replace("calls = 3", "calls = 1");
    let adopt = |text: String| Command::AdoptPolicy {
        name: "storm".to_owned(),
        version: "ours".to_owned(),
        text,
        signed_by: String::new(),
    };
    assert_eq!(rule(&office.act(&manager, adopt("version = \"x\"".to_owned()))), "policy.bad");
    office.done(&manager, adopt(text));
    call(&mut office, id, 1, StormState::NoAnswer);
    assert!(kept(&office).task.is_some());
    crate::office::same_as_fresh(&office, "rules of storms");
}

#[test]
fn what_is_open_at_the_end_becomes_tasks_and_the_storm_stays() {
    let (mut office, id) = stormy();
    let me = office.me.clone();
    call(&mut office, id, 0, StormState::NeedsHelp);
    call(&mut office, id, 1, StormState::Safe);
    call(&mut office, id, 2, StormState::LeftMessage);
    let tasks = office.ids(Kind::Task).len();
    let done = office.done(&me, Command::EndStorm(id));
    assert!(done.summary.contains("2 of 5 reached, 4 open. 3 tasks were made"), "{}", done.summary);
    // She who needs help has an issue; she who is safe nothing.
    let made: Vec<Task> = office.ids(Kind::Task)[tasks..].iter().map(|id| office.get(*id)).collect();
    assert_eq!(made.len(), 3);
    assert!(made.iter().all(|t| t.what.starts_with("after ice storm: ") && t.due == monday().plus(4 * HOUR)));
    assert!(made.iter().any(|t| t.client == Some(office.clients[2]) && t.what.contains("left message")));
    let now = view(&mut office, &me);
    assert!(now.storm.is_none());
    let past = now.past[0].ended.unwrap();
    assert_eq!((past.touched, past.reached, past.open, past.by), (5, 2, 4, me.user));
    assert_eq!(rule(&call(&mut office, id, 3, StormState::Safe)), "storm.over");
    assert_eq!(rule(&office.act(&me, Command::EndStorm(id))), "storm.over");
    let page = roster(&mut office, RosterAsk { storm: Some(id), ..paper() });
    assert_eq!(page.rows.iter().filter(|r| r.state.is_some()).count(), 3, "what was said stays");
    // It was not over after all.
    office.done(&me, Command::Undo { seq: done.seq });
    assert_eq!(view(&mut office, &me).counts.reached(), 2);
    crate::office::same_as_fresh(&office, "the end taken back");
}

#[test]
fn an_exercise_makes_no_task() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let drill = DeclareStorm { exercise: true, ..ice() };
    let id = StormId(office.done(&me, Command::DeclareStorm(drill)).created[0]);
    let tasks = office.ids(Kind::Task).len();
    for _ in 0..4 {
        call(&mut office, id, 1, StormState::NoAnswer);
    }
    // Somebody who is really in need is helped.
    call(&mut office, id, 2, StormState::NeedsHelp);
    assert!(kept_of(&office, office.clients[2]).issue.is_some());
    let done = office.done(&me, Command::EndStorm(id));
    assert!(done.summary.contains("an exercise: no task was made"), "{}", done.summary);
    assert_eq!(office.ids(Kind::Task).len(), tasks);
}

#[test]
fn two_who_call_down_see_each_others_open_number() {
    let (mut office, _) = stormy();
    let (me, colleague, ruth) = (office.me.clone(), office.colleague.clone(), office.clients[0]);
    let at = Where { person: Some(Person::Client(ruth)), about: None, hand: Hand::Calls };
    office.ask(&colleague, Request::Looking(Some(at)));
    assert_eq!(view(&mut office, &me).rows[0].caller.as_deref(), Some("R. Patel"));
    assert_eq!(about(&mut office, ruth).caller.as_deref(), Some("R. Patel"));
    assert_eq!(view(&mut office, &colleague).rows[0].caller, None);
    office.ask(&colleague, Request::Looking(None));
    assert_eq!(view(&mut office, &me).rows[0].caller, None);
}

#[test]
fn the_roster_is_there_without_a_storm() {
    let mut office = Office::at(monday());
    let page = roster(&mut office, paper());
    assert!(page.storm.is_none() && page.next.is_none());
    assert_eq!(page.rows.len(), 5);
    let mut rows = page.rows.clone();
    rows.sort_by(|a, b| a.rank.cmp(&b.rank));
    assert_eq!((rows[0].name.as_str(), rows[0].level, rows[0].alone), ("Okafor, Ruth", Some(1), true));
    assert_eq!((rows[0].phones.len(), rows[0].needs.as_str()), (1, "insulin"));
    assert!(rows[0].contacts[0].contains("Adeyemi, Grace, daughter (401) 555-0177"), "{}", rows[0].contacts[0]);
    assert_eq!(rows[0].next, "09:00 Reyes");
    // For a wall: nobody's name or number.
    let wall = roster(&mut office, RosterAsk { initials: true, ..paper() });
    let text =
        format!("{:?}", wall.rows.iter().map(|r| (&r.name, &r.phones, &r.contacts, &r.next)).collect::<Vec<_>>());
    for word in ["Okafor", "Adeyemi", "555", "Reyes"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    // The next page begins behind the last one of this.
    let mut ids = office.clients.clone();
    ids.retain(|id| *id != office.clients[4]);
    ids.sort();
    let behind = roster(&mut office, RosterAsk { after: ids[1], ..paper() });
    assert_eq!(behind.rows.len(), 3);
    // As plain text no line is longer than the paper, and it has a line to write on.
    let (office_page, zone) = (roster(&mut office, paper()), crate::office::ny());
    let text = caseload::app::roster::text(&office_page, office_page.rows.clone(), zone);
    assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
    assert!(text.contains("L1  Okafor, Ruth") && text.contains("[ ] not called"), "{text}");
    assert!(text.find("Okafor") < text.find("Garc") && text.contains("called ____:____"), "{text}");
}

/// What stands on the screen.
fn screen(app: &crate::flow::App<Office>) -> String {
    let (w, h) = app.model.size;
    let theme = caseload::ui::Theme::named("dark").unwrap();
    let drawn = caseload::shot::render(&app.model, &theme, w, h);
    caseload::shot::write(&drawn, &theme, caseload::shot::Format::of("a.txt").unwrap())
}

fn shows(app: crate::flow::App<Office>, text: &str) -> crate::flow::App<Office> {
    let drawn = screen(&app);
    assert!(drawn.contains(text), "{text} is not on the screen:\n{drawn}");
    app
}

#[test]
fn a_storm_is_called_down_by_keys() {
    for size in [(80, 24), (44, 18)] {
        let office = Office::at(monday());
        let me = office.me.clone();
        let app = shows(desk_of(office, size).keys("g w").on("storm"), "No storm is running");
        let app = shows(app, "5 clients on service");
        // Its name is enough: from now, for real, the whole agency.
        let app = app.keys("enter").on("form").text("ice storm").keys("ctrl-s").on("storm").sees("5 clients to call");
        let app = shows(app.pass(9_000).keys("c"), "(401) 555-0177");
        let app = shows(app, "1 safe");
        // Three calls: safe; no answer at the next one; and one was brought away, which asks where to.
        let app = app.keys("1").keys("c 3").keys("c 6").on("form");
        assert_eq!(app.field(), "place");
        let app = app.text("shelter at Hope High").keys("ctrl-s").on("storm").pass(9_000);
        let app = shows(shows(app, "safe 08:1"), "evacuated 08:1");
        let mut office = app.service;
        let counts = view(&mut office, &me).counts;
        assert_eq!((counts.safe, counts.no_answer, counts.elsewhere, counts.not_called), (1, 1, 1, 2), "{size:?}");
        let rows = view(&mut office, &me).rows;
        let states: Vec<_> = rows.iter().map(|r| r.state).collect();
        assert_eq!(states[..2], [Some(StormState::Safe), Some(StormState::NoAnswer)]);
        assert_eq!(rows.iter().find(|r| r.state == Some(StormState::Evacuated)).unwrap().place, "shelter at Hope High");
        // A wrong digit is undone; then it ends, and says what stays open.
        let app = desk_of(office, size).keys("g w").on("storm").keys("c 2").keys("u").on("undo").pass(500);
        let app = shows(app.keys("enter").on("storm").keys("r").on("confirm").pass(500), "2 of 5 were reached");
        let app = shows(app.keys("enter").on("storm").pass(9_000), "No storm is running");
        let mut office = app.service;
        assert_eq!(view(&mut office, &me).past[0].ended.unwrap().reached, 2, "{size:?}");
    }
}

fn desk_of(office: Office, size: (u16, u16)) -> crate::flow::App<Office> {
    if size == (80, 24) { desk(office) } else { crate::flow::App::open(office, size) }
}
