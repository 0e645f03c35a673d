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

/// A page's reason, as it is drawn.
fn refused_page(app: &App<Desk>) -> String {
    match app.model.top() {
        Some(Layer::Page(page)) => page.denied.clone().unwrap_or_default(),
        _ => panic!("no page"),
    }
}

#[test]
fn a_chart_out_of_reach_opens_in_an_emergency_and_the_manager_reviews_it() {
    use caseload::domain::reach::{Emergency, Scope};
    for size in [(120, 40), (80, 24), (44, 18), (40, 12)] {
        let mut app = desk(size);
        let (manager, colleague) = (app.service.office.manager.clone(), app.service.office.colleague.clone());
        let narrow = Command::SetReach { user: colleague.user, scope: Some(Scope::Caseload), reason: "new".to_owned() };
        app.service.office.done(&manager, narrow);
        // She finds her by name, and her page says why it is not shown and by which key it is.
        let app = sits_down(app, |o| o.colleague.clone(), size);
        let app = app.model(|m| {
            m.clients.rows.is_empty() && m.alerts.rows.iter().all(|r| !matches!(r.person, Some(Person::Client(_))))
        });
        let app = app.keys("f").text("okafor").keys("enter").on("page");
        assert_eq!(refused_page(&app), "not on your caseload; ask a manager, or open the chart in an emergency");
        let app = app.keys("n e").on("form").model(|m| match m.top() {
            Some(Layer::Form(f)) => f.who.contains("Okafor") && f.notes[0] == "Opens this one chart for 60 minutes.",
            _ => false,
        });
        // A word is not enough, and nothing is lost by having tried.
        let app = app.text("fell").keys("ctrl-s").on("form").model(|m| match m.top() {
            Some(Layer::Form(f)) => {
                f.field("reason").unwrap().error.as_deref().is_some_and(|e| e.contains("10 letters"))
            }
            _ => false,
        });
        let app = app.text(" and does not answer").keys("ctrl-s").on("page").sent(2).pass(1_500);
        let app = app.model(|m| match m.top() {
            Some(Layer::Page(page)) => page.denied.is_none() && page.page.is_some(),
            _ => false,
        });
        let app = app.model(|m| m.header.as_ref().is_some_and(|h| h.emergencies.len() == 1));
        // What an open chart lends is lent on her; a visit is not planned under it, and why is said.
        let app = app.keys("c").on("form").keys("esc").on("page");
        // An hour later nothing of her is on the screen, whatever was open.
        let app = app.pass(61 * 60_000).model(|m| m.header.as_ref().is_some_and(|h| h.emergencies.is_empty()));
        let app = app.pass(1_500);
        assert!(!refused_page(&app).is_empty());
        let app = app.model(|m| matches!(m.top(), Some(Layer::Page(page)) if page.page.is_none()));

        // The manager has it among her alerts, and ends it with what she found.
        let app = sits_down(app, |o| o.manager.clone(), size);
        let key = first(&app, |r| r.key.source == AlertSource::Emergency);
        let app = on(app, key).keys("r").on("form");
        let app = app.keys("1").text("spoke with her").keys("ctrl-s").on("dashboard").sees("Done (appropriate)");
        let kept: Emergency = app.service.office.get(key.subject);
        assert_eq!(kept.reviewed.as_ref().map(|r| r.by), Some(manager.user));
    }
}

#[test]
fn what_a_role_may_not_is_said_before_it_is_tried() {
    let mut app = desk((80, 24));
    let manager = app.service.office.manager.clone();
    let me = app.service.office.me.user;
    let role = |role| Command::SetRole { user: me, role, reason: "other desk".to_owned() };
    app.service.office.done(&manager, role(caseload::domain::user::Role::Biller));
    let app = sits_down(app, |o| o.service.session(o.me.user, "test").unwrap(), (80, 24));
    // She reads that something happened, and not what.
    let app = app.model(|m| m.alerts.rows.iter().any(|r| r.cause == "not shown to a biller"));
    let app =
        app.keys("3 v").on("dashboard").sees("visit: a biller does not plan visits; ask a coordinator or scheduler");
    let app = app.keys("1 w").on("dashboard").sees("not shown to a biller");
    // In the menu of all that can be done here it stands among what cannot, with the same words.
    let app = app.keys("a").on("menu").model(|m| match m.top() {
        Some(Layer::Menu(menu)) => menu.items.iter().any(|i| {
            i.action == "visit" && i.reason.as_deref().is_some_and(|r| r.starts_with("a biller does not plan visits"))
        }),
        _ => false,
    });
    // Somebody gives her the role back: her screen knows it without being opened again.
    let mut app = app.keys("esc");
    app.service.office.done(&manager, role(caseload::domain::user::Role::Coordinator));
    let kinds = vec![caseload::domain::record::Kind::User];
    let change = caseload::service::api::Change { seq: 99, actor: manager.user, kinds, persons: Vec::new() };
    drop(app.msg(caseload::app::Msg::Heard(Heard::Change(change))).keys("3 v").on("form"));
}
