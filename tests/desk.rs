//! Keys at one end, records at the other: the acts of triage from hand to hand, over a real service.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

mod flow;
#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "service/office.rs"]
mod office;

use caseload::app::layers::Layer;
use caseload::app::pane::RowId;
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::ids::IssueId;
use caseload::domain::issue::Issue;
use caseload::domain::task::Task;
use caseload::domain::time::Moment;
use caseload::service::api::{Command, Heard, LogCall, Owner, Person, Request, Session, Ticket};
use flow::App;
use office::Office;

/// One of the office at a screen.
struct Desk {
    office: Office,
    who: Session,
}

impl flow::Service for Desk {
    fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard> {
        self.office.clock.set(now.0);
        let (reply, change) = self.office.service.handle(&self.who, request);
        std::iter::once(Heard::Reply(ticket, reply)).chain(change.map(Heard::Change)).collect()
    }
}

fn desk(size: (u16, u16)) -> App<Desk> {
    let office = Office::at(flow::morning());
    let who = office.me.clone();
    office.service.set_present([who.user]);
    App::open(Desk { office, who }, size)
}

/// Somebody else sits down at the same office.
fn sits_down(app: App<Desk>, who: impl FnOnce(&Office) -> Session, size: (u16, u16)) -> App<Desk> {
    let Desk { office, .. } = app.service;
    let who = who(&office);
    App::open(Desk { office, who }, size)
}

/// The marker on an alert, by the arrow keys alone.
fn on(mut app: App<Desk>, key: AlertKey) -> App<Desk> {
    app = app.pass(1_500).keys("g g");
    for _ in 0..app.model.alerts.total {
        if app.model.alerts.selected == Some(RowId::Alert(key)) {
            return app;
        }
        app = app.keys("down");
    }
    panic!("that alert is not on the screen");
}

fn first(app: &App<Desk>, wanted: impl Fn(&caseload::service::api::AlertRow) -> bool) -> AlertKey {
    app.model.alerts.rows.iter().find(|r| wanted(r)).expect("no such alert").key
}

#[test]
fn three_marked_ones_are_passed_and_one_undo_brings_them_back() {
    for size in [(120, 40), (80, 24), (44, 18)] {
        let app = desk(size).keys("space space space p").on("form");
        let keys: Vec<AlertKey> = match app.model.top() {
            Some(Layer::Form(f)) => f.keys.clone(),
            _ => panic!("no form"),
        };
        assert_eq!(keys.len(), 3);
        let at = match app.model.top() {
            Some(Layer::Form(f)) => match &f.field("to").unwrap().value {
                caseload::app::form::Value::Choice(c) => c.options.iter().position(|o| o.label == "R. Patel").unwrap(),
                _ => panic!("no choice"),
            },
            _ => panic!("no form"),
        };
        let app = app.keys(&(at + 1).to_string()).text("I have to leave").keys("ctrl-s").on("dashboard").sent(1);
        let app = app.sees("Passed to R. Patel: ").model(|m| m.alerts.marks.is_empty());
        let colleague = app.service.office.colleague.user;
        for key in &keys {
            let alert = app.service.office.alert(*key).unwrap();
            assert!(alert.owner == Some(colleague) && !alert.acknowledged);
        }
        let app = sits_down(app, |o| o.colleague.clone(), size);
        for key in &keys {
            let row = app.model.alerts.rows.iter().find(|r| r.key == *key).expect("it is on her list");
            assert!(row.owner == Owner::You);
        }
        let app = sits_down(app, |o| o.me.clone(), size).keys("u").on("undo").keys("enter").on("dashboard");
        assert!(keys.iter().all(|k| app.service.office.alert(*k).unwrap().owner != Some(colleague)));
    }
}

#[test]
fn what_is_handed_up_rings_at_the_managers_desk_until_she_takes_it() {
    let mut app = desk((80, 24));
    let manager = app.service.office.manager.clone();
    for late in app.service.office.all_alerts() {
        // What is past its time calls for her already.
        if app.service.office.alert(late).is_some_and(|a| a.calls_up()) {
            app.service.office.done(&manager, Command::Take { key: late, from_other: true });
        }
    }
    let key = first(&app, |r| r.key.source == AlertSource::Issue && r.tier > 1);
    let app = on(app, key).keys("!").on("form");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.notes.iter().any(|n| n.contains("M. Manager"))));
    let app = app.text("the family wants an answer").keys("ctrl-s").on("dashboard").sees("nobody of them is connected");
    let app = sits_down(app, |o| o.manager.clone(), (80, 24));
    let app = app.model(|m| m.banner.as_ref().is_some_and(|b| b.key == key && b.summons));
    assert!(app.effects.contains(&caseload::app::Effect::Bell));
    let app = app.model(|m| m.alerts.rows.iter().take_while(|r| r.summons).any(|r| r.key == key));
    let app = app.keys("ctrl-g w").on("why");
    assert!(matches!(app.model.top(), Some(Layer::Why(w))
        if w.why.as_ref().is_some_and(|w| w.lines.iter().any(|(l, t)| l == "Handed up" && t.contains("J. Alvarez")))));
    let app = app.keys("o").sees("Taken: ").pass(2_000).model(|m| m.banner.is_none());
    assert!(app.service.office.alert(key).is_some_and(|a| !a.escalated && a.acknowledged));
}

#[test]
fn an_undo_after_a_call_lists_whom_to_tell_and_their_tasks_are_kept() {
    let app = desk((80, 24));
    let key = first(&app, |r| r.key.source == AlertSource::Issue && r.tier > 1);
    let app = on(app, key).keys("r 1").text("settled with the family").keys("ctrl-s").on("dashboard").sees("Done");
    // The call is about what was just finished: from its line on her page.
    let mut app = app;
    let client = app.service.office.service.book().get(key).unwrap().thing.client.as_ref().unwrap().id;
    let person = Some(Person::Client(client));
    let call = LogCall { person, ..app.service.office.call(Some(key), None) };
    let me = app.service.who.clone();
    app.service.office.done(&me, Command::LogCall(call));
    let app = app.keys("u").on("undo");
    assert!(matches!(app.model.top(), Some(Layer::Undo(u)) if u.act.as_ref().is_some_and(|a| a.tells.len() == 1
        && a.tells[0].starts_with("tell Grace: “Done"))));
    let app = app.keys("enter").on("dashboard").sees("1 to call back");
    let task = app.service.office.alerts(AlertSource::Task)[0];
    let app = app.pass(2_000);
    let row = app.model.alerts.rows.iter().find(|r| r.key == task).expect("the task is on her list");
    assert!(row.owner == Owner::You && row.cause.starts_with("tell Grace"), "{}", row.cause);
    let app = on(app, task).keys("r 1 ctrl-s").on("dashboard").sees("Done (done)");
    assert!(app.service.office.get::<Task>(task.subject).done.is_some());
    assert!(app.service.office.alert(key).is_some(), "the issue is open again");
}

#[test]
fn a_call_is_amended_from_her_page_and_a_finished_issue_is_opened_there() {
    let app = desk((80, 24));
    let key = first(&app, |r| r.key.source == AlertSource::Issue && r.tier > 1);
    let person = app.model.alerts.rows.iter().find(|r| r.key == key).unwrap().person;
    let app = on(app, key).keys("c 1 1").text("told").keys("ctrl-s").on("dashboard").sees("Call logged");
    let mut app = app.keys("r 1").text("settled").keys("ctrl-s").pass(2_000).keys("f").text("nguyen").keys("enter");
    assert!(matches!(app.model.top(), Some(Layer::Page(p)) if Some(p.person) == person), "her page");
    let line = |app: &App<Desk>, title: &str, text: &str| -> Option<usize> {
        let Some(Layer::Page(p)) = app.model.top() else { return None };
        let mut at = 0;
        for section in &p.page.as_ref()?.sections {
            for l in &section.lines {
                if section.title == title && l.line.text.contains(text) {
                    return Some(at);
                }
                at += 1;
            }
        }
        None
    };
    let go = |mut app: App<Desk>, to: usize| {
        app = app.keys("g g");
        for _ in 0..to {
            app = app.keys("down");
        }
        app
    };
    let said = line(&app, "Said and promised", "told").expect("the call is on her page");
    app = go(app, said).keys("e").on("form");
    assert_eq!(app.field(), "result");
    let app = app.keys("3 tab").text(" her neighbour").keys("ctrl-s").on("page").sees("Call amended").pass(2_000);
    assert!(line(&app, "Said and promised", "told her neighbour").is_some());
    assert!(line(&app, "Said and promised", "left message (amended)").is_some());
    let issue = line(&app, "Issues", "complaint").expect("the issue is on her page");
    let app = go(app, issue).keys("a").text("open again").keys("enter").on("form").text("she called again");
    let app = app.keys("ctrl-s").on("page").sees("Opened again");
    let body: Issue = app.service.office.get(IssueId(key.subject).0);
    assert!(body.is_open() && body.reopened == 1);
}
