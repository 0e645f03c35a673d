//! What leaves the screen by the user's hand: a line to the clipboard, a field to an editor, a page to a pager.

use super::flow::canned::Canned;
use super::flow::{App, Service};
use super::form_text;
use caseload::app::layers::Layer;
use caseload::app::model::Connection;
use caseload::app::outward::{Back, MOST_WRITTEN, Outside, Writing};
use caseload::app::{Effect, Msg};
use caseload::rules::roles::Right;
use caseload::service::api::{Heard, Leaving, Person, Reply, Request};

fn office() -> App<Canned> {
    App::open(Canned::default(), (120, 40))
}

fn without(right: Right) -> App<Canned> {
    let why = format!("a biller does not {}; ask a manager", right.word());
    App::open(Canned { denied: vec![(right, why)], ..Canned::default() }, (120, 40))
}

/// What has gone outside so far.
fn gone<S: Service>(app: &App<S>) -> Vec<Outside> {
    let gone = app.effects.iter().filter_map(|e| match e {
        Effect::Outside(outside) => Some(outside.clone()),
        _ => None,
    });
    gone.collect()
}

fn leaving<S: Service>(app: &App<S>) -> Vec<Leaving> {
    let asked = app.requests.iter().filter_map(|r| match r {
        Request::Leave(leaving) => Some(leaving.clone()),
        _ => None,
    });
    asked.collect()
}

fn copied<S: Service>(app: &App<S>) -> String {
    match gone(app).pop() {
        Some(Outside::Copy(text)) => text,
        _ => panic!("nothing was copied: {:?}", app.model.toasts.iter().map(|t| &t.text).collect::<Vec<_>>()),
    }
}

fn writing<S: Service>(app: &App<S>) -> Writing {
    match gone(app).pop() {
        Some(Outside::Write(writing)) => writing,
        _ => panic!("no editor was opened: {:?}", app.model.toasts.iter().map(|t| &t.text).collect::<Vec<_>>()),
    }
}

fn came_back(app: App<Canned>, text: &str) -> App<Canned> {
    let writing = writing(&app);
    app.msg(Msg::Back(Back { written: Some(Writing { text: text.to_owned(), ..writing }), said: None }))
}

#[test]
fn a_row_a_line_and_a_field_are_copied_once_it_is_noted() {
    let mut app = office();
    app.slow = true;
    let mut app = app.keys("Y");
    assert!(gone(&app).is_empty(), "nothing leaves before it is noted");
    let who = Some(super::flow::canned::client(1));
    assert_eq!(leaving(&app), [Leaving::Copied(who)]);
    app = app.keys("Y").sees("one moment");
    app.slow = false;
    app.answer();
    let app = app.sees("copied: Okafor, Ruth: fall, head strike, warfari…");
    assert_eq!((copied(&app).as_str(), gone(&app).len()), ("Okafor, Ruth: fall, head strike, warfarin", 1));
    // A caregiver's number, a visit, what a call would ring, a field with its lines.
    let app = app.keys("4 Y");
    assert!(copied(&app).starts_with("(401) 555-"), "{}", copied(&app));
    assert!(matches!(leaving(&app).last(), Some(Leaving::Copied(Some(Person::Staff(_))))));
    let app = app.keys("1 c").keys("2 shift-tab f9").text("clipboard").keys("enter");
    assert_eq!(copied(&app), "(401) 555-0142");
    let app = app.keys("esc n n").text("one").keys("enter").text("two").keys("f9").text("clipboard").keys("enter");
    assert_eq!(copied(&app), "one\ntwo");
}

#[test]
fn a_line_of_a_page_is_copied_by_its_number_where_it_has_one() {
    let mut app = office().keys("enter");
    let Some(Layer::Page(page)) = app.model.layers.last_mut() else { panic!("no page") };
    page.page.as_mut().unwrap().sections[0].lines[0].line.number = "(401) 555-0142".to_owned();
    let lines: Vec<_> = page.page.as_ref().unwrap().sections.iter().flat_map(|s| s.lines.clone()).collect();
    let mut app = app.keys("g g");
    let mut numbers = 0;
    for line in &lines {
        app = app.keys("Y");
        let wanted = if line.line.number.is_empty() { line.line.text.trim() } else { &line.line.number };
        if wanted.is_empty() {
            app = app.sees("nothing in it to copy");
        } else {
            assert_eq!(copied(&app), wanted);
            numbers += usize::from(!line.line.number.is_empty());
        }
        app = app.pass(1_000).keys("down");
    }
    assert!(numbers > 0, "no line of the page has a number");
}

#[test]
fn whoever_may_not_is_told_why_and_nothing_is_asked() {
    for (right, keys) in [(Right::Clipboard, "Y"), (Right::Pager, "enter P"), (Right::Editor, "n n ctrl-x")] {
        let app = without(right).keys(keys).sees(&format!("a biller does not {}", right.word()));
        assert!(leaving(&app).is_empty() && gone(&app).is_empty());
    }
    // The service has the last word, and what it denies stays here.
    let mut app = office();
    app.slow = true;
    let mut app = app.keys("Y");
    let (ticket, _) = app.waiting.remove(0);
    app.slow = false;
    let denied = Msg::Heard(Heard::Reply(ticket, Reply::Denied("a biller does not copy".to_owned())));
    let app = app.msg(denied).sees("not allowed: a biller does not copy");
    assert!(gone(&app).is_empty());
    // Nor does anything leave that could not be noted.
    let mut app = office();
    app.model.connection = Connection::Offline { since: app.now, why: "away".to_owned() };
    let app = app.keys("Y").sees("could not be noted");
    assert!(leaving(&app).is_empty());
    // Nor before it is known what may leave here at all.
    let mut app = office();
    app.model.rights = None;
    let app = app.keys("Y").sees("what may leave here is not known yet");
    assert!(leaving(&app).is_empty());
    let mut app = office();
    app.model.capabilities.clipboard = false;
    app.keys("Y").sees("this terminal has no clipboard");
}

#[test]
fn what_is_noted_behind_a_fallen_lock_stays_here() {
    let mut app = office();
    app.slow = true;
    let mut app = app.keys("Y").msg(Msg::Heard(Heard::Locked));
    assert!(app.model.lock.has_fallen());
    app.slow = false;
    app.answer();
    assert!(gone(&app).is_empty());
}

#[test]
fn a_field_is_written_in_an_editor_and_comes_back_into_the_form() {
    let app = office().keys("n n").text("she").keys("ctrl-x");
    assert_eq!(leaving(&app), [Leaving::Edited(Some(super::flow::canned::client(1)))]);
    let sent = writing(&app);
    assert_eq!((sent.field.as_str(), sent.text.as_str()), ("text", "she"));
    let app = came_back(app, "she slept\r\nwell \u{1b}[31m\n\n").on("form");
    assert_eq!(form_text(&app, "text"), "she slept\nwell <U+001B>[31m");
    // It is a draft like anything typed, it can be taken back, and it is saved as it stands.
    let app = app.pass(2_000);
    assert!(app.service.drafts.iter().any(|d| d.fields.iter().any(|(_, t)| t.contains("she slept"))));
    let app = app.keys("ctrl-z ctrl-z");
    assert_eq!(form_text(&app, "text"), "she");
    // Nothing changed: nothing to keep.
    let app = app.keys("ctrl-x");
    let app = came_back(app, "she\n");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.text("text") == "she"));
    // Of what is too long the start is taken, and that is said.
    let app = app.keys("ctrl-x");
    let app = came_back(app, &"x".repeat(MOST_WRITTEN + 9)).sees("its first 16000 bytes were taken");
    assert_eq!(form_text(&app, "text").len(), MOST_WRITTEN);
    // A failed editor changes nothing.
    let failed = Back { written: None, said: Some("the editor ended with 1: the field is as it was".to_owned()) };
    let app = app.msg(Msg::Back(failed)).sees("the field is as it was");
    assert_eq!(form_text(&app, "text").len(), MOST_WRITTEN);
}

#[test]
fn one_line_stays_one_line_and_other_fields_have_no_editor() {
    let app = office().keys("c 2 1 tab").text("old").keys("ctrl-x");
    let name = writing(&app).field;
    let app = came_back(app, "call back\nin the evening\n");
    assert_eq!(form_text(&app, &name), "call back in the evening");
    let app = came_back(app, &"y".repeat(5_000));
    let Some(Layer::Form(form)) = app.model.top() else { panic!("no form") };
    assert!(form.field(&name).unwrap().error.as_ref().is_some_and(|e| e.contains("first 2000 bytes")));
    // A choice, a time: these are filled in here.
    let before = leaving(&app).len();
    let app = app.keys("shift-tab shift-tab shift-tab ctrl-x").sees("filled in here");
    assert_eq!(leaving(&app).len(), before);
    // The form was left meanwhile: it is said, not lost in silence.
    let app = app.keys("esc");
    let late = Back {
        written: Some(Writing { draft: caseload::domain::ids::DraftId([9; 16]), field: name, text: "late".to_owned() }),
        said: None,
    };
    app.msg(Msg::Back(late)).sees("its form was left meanwhile");
}

#[test]
fn a_page_is_read_in_a_pager_as_it_stands() {
    let app = office().keys("P").sees("open a page first");
    assert!(leaving(&app).is_empty());
    let app = app.keys("enter P");
    assert_eq!(leaving(&app), [Leaving::Paged(Some(super::flow::canned::client(1)))]);
    let Some(Outside::Read(reading)) = gone(&app).pop() else { panic!("no pager") };
    let Some(Layer::Page(page)) = app.model.top() else { panic!("no page") };
    let page = page.page.as_ref().unwrap();
    assert!(reading.text.starts_with(&page.title) && !reading.only);
    let mut rest = reading.text.as_str();
    for line in page.sections.iter().flat_map(|s| &s.lines) {
        for part in [&line.line.label, &line.line.text, &line.line.number] {
            let at = rest.find(part.as_str()).unwrap_or_else(|| panic!("a line is missing in the pager"));
            rest = &rest[at..];
        }
    }
    assert!(reading.text.chars().all(|c| c == '\n' || !c.is_control()));
    // Where an editor is not hers, the pager opens none.
    let app = without(Right::Editor).keys("enter P");
    assert!(matches!(gone(&app).pop(), Some(Outside::Read(reading)) if reading.only));
}

#[test]
fn what_is_hidden_on_the_screen_is_hidden_in_the_pager() {
    let app = office().keys("enter g H P");
    let Some(Outside::Read(reading)) = gone(&app).pop() else { return drop(app.sees("initials have not come yet")) };
    let shown = reading.text;
    assert!(!shown.contains("Okafor") && !shown.contains("555-01"), "{shown}");
}

#[test]
fn a_sheet_goes_to_the_pager_once_it_is_noted() {
    let app = office().keys("a").text("day sheet").keys("enter");
    let who = super::flow::canned::client(1);
    assert_eq!(leaving(&app), [Leaving::Paged(Some(who))]);
    let Some(Outside::Read(reading)) = gone(&app).pop() else { panic!("no pager") };
    assert!(
        reading.text.contains("day sheet  Mon 2 Mar 2026") && reading.text.contains("Okafor, Ruth"),
        "{}",
        reading.text
    );
    let app = app.keys("4 a").text("week sheet").keys("enter");
    assert!(matches!(leaving(&app).last(), Some(Leaving::Paged(Some(Person::Staff(_))))));
    let Some(Outside::Read(reading)) = gone(&app).pop() else { panic!("no pager") };
    assert!(reading.text.contains("Sun 1 Mar to Sat 7 Mar 2026"), "{}", reading.text);
    // Whoever may not read in a pager is told why, and nothing is asked.
    let app = without(Right::Pager).keys("a").text("day sheet").keys("enter").sees("a biller does not pager");
    assert!(leaving(&app).is_empty() && gone(&app).is_empty());
    // Where names are hidden the sheet is asked for with initials.
    let app = office().keys("g H").keys("a").text("day sheet").keys("enter");
    let Some(Outside::Read(reading)) = gone(&app).pop() else { panic!("no pager") };
    assert!(reading.text.contains("R.O.") && !reading.text.contains("Okafor"), "{}", reading.text);
}
