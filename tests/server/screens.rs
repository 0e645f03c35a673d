//! Two screens at one server, over its socket: who else is there, and what both changed.

use crate::agency::Agency;
use crate::flow::App;
use crate::flow::together::{Connected, Seat};
use caseload::app::form::Value;
use caseload::app::keymap::Keymap;
use caseload::app::layers::Layer;
use caseload::app::looking;
use caseload::domain::time::Moment;
use caseload::server::link::Link;
use caseload::service::api::{Backend, Heard, Request, Ticket};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A client over the socket.
struct Socket {
    link: Option<Link>,
    inbox: Receiver<Heard>,
}

impl Connected for Socket {
    fn send(&mut self, ticket: Ticket, request: Request, _: Moment) {
        self.link.as_ref().unwrap().send(ticket, request);
    }

    fn hear(&mut self, reply: Option<Ticket>) -> Vec<Heard> {
        let mut out: Vec<Heard> = Vec::new();
        if let Some(ticket) = reply {
            let until = Instant::now() + Duration::from_mins(1);
            while !matches!(out.last(), Some(Heard::Reply(t, _)) if *t == ticket) {
                let left = until.saturating_duration_since(Instant::now());
                out.push(self.inbox.recv_timeout(left).expect("the server answers"));
            }
        }
        out.extend(self.inbox.try_iter());
        out
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            link.stop();
        }
    }
}

type Screen = App<Seat<Socket>>;

fn sits(agency: &Agency, n: u8, origin: &str) -> Screen {
    let mut way = agency.way(None);
    origin.clone_into(&mut way.origin);
    let entered = way.try_once().map_err(|e| e.to_string()).unwrap();
    let (sender, inbox) = channel();
    let link = Link::start(entered, way, move |heard| drop(sender.send(heard))).unwrap();
    App::at_terminal(n, Seat { line: Socket { link: Some(link), inbox } }, (80, 24), Keymap::standard())
}

/// Listens until that is so: what others do comes when it comes.
fn until(mut app: Screen, what: &str, holds: impl Fn(&Screen) -> bool) -> Screen {
    let end = Instant::now() + Duration::from_mins(1);
    while !holds(&app) {
        assert!(Instant::now() < end, "{what}: it never came");
        std::thread::sleep(Duration::from_millis(5));
        app = app.hears();
    }
    app
}

fn field(app: &Screen, name: &str) -> Option<String> {
    match app.model.top() {
        Some(Layer::Form(form)) => form.field(name).map(|f| f.value.text()),
        _ => None,
    }
}

fn edits(app: Screen, text: &str) -> Screen {
    let app = app.keys("f").text("family000");
    let app = until(app, "the hit", |a| matches!(a.model.top(), Some(Layer::Find(find)) if !find.hits.is_empty()));
    let app = app.keys("enter").on("page").keys("e").on("form");
    let mut app = until(app, "the record", |a| field(a, "name.family").as_deref() == Some("Family000"));
    while app.field() != "pharmacy" {
        app = app.keys("tab");
    }
    app.text(text).pass(1_100)
}

#[test]
fn two_screens_see_one_another_and_what_both_changed() {
    // Alone, she is asked for no PIN.
    let agency = Agency::with(0, 1);
    let a = edits(sits(&agency, 1, "/dev/pts/1"), "Elm Street");
    let b = edits(sits(&agency, 2, "/dev/pts/2"), "Alder Street");
    let a = until(a, "who else is there", |a| looking::words(&a.model).first().is_some_and(|w| w.contains("pts/2")));
    assert_eq!(looking::words(&b.model)[0], "also here: you, on pts/1 (writing)");
    // Saved there: here it is told while the form is open, and asked about when it is saved.
    let b = b.keys("ctrl-s").on("page").sees("Changed: Family000");
    let a = until(a, "the banner", |a| match a.model.top() {
        Some(Layer::Form(form)) => form.news.iter().any(|n| n.starts_with("you changed pharmacy")),
        _ => false,
    });
    assert_eq!(field(&a, "pharmacy").as_deref(), Some("Elm Street"));
    let a = a.keys("ctrl-s").on("form");
    let Some(Layer::Form(form)) = a.model.top() else { panic!("no form") };
    let Some(Value::Both(both)) = form.field("both:pharmacy").map(|f| &f.value) else { panic!("it is not asked") };
    assert_eq!((both.mine.as_str(), both.theirs.as_str()), ("Elm Street", "Alder Street"));
    let a = a.keys("1 enter").on("page").sees("Changed: Family000");
    // Whoever ends is there no more.
    drop(b);
    let a = until(a, "that she left", |a| looking::words(&a.model).is_empty());
    drop(a);
}
