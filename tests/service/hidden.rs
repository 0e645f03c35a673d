//! `--privacy`: names are initials wherever a frame could hold one, and nothing but the frame changes.

use crate::desk::desk;
use crate::office::{Office, monday};
use caseload::app::layers::Layer;
use caseload::app::{self, Msg};
use caseload::domain::client::Client;
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::domain::text::Text;
use caseload::shot;
use caseload::ui::Theme;

fn screen(model: &caseload::app::Model) -> String {
    let theme = Theme::dark();
    shot::write(&shot::render(model, &theme, model.size.0, model.size.1), &theme, shot::Format::Text)
}

#[test]
fn names_go_and_come_back_and_nothing_else_changes() {
    let app = desk(Office::at(monday()));
    let before = screen(&app.model);
    assert!(before.contains("Okafor, Ruth"), "{before}");
    let app = app.keys("g H");
    let hidden = screen(&app.model);
    for name in ["Okafor", "Ruth", "García", "Petrov", "Ivan", "Nguy", "O'Brien", "Young", "Chen", "Alvarez"] {
        assert!(!hidden.contains(name), "{name}:\n{hidden}");
    }
    assert!(hidden.contains("R.O."), "{hidden}");
    // What is done is said without a name, and kept with it.
    let app = app.keys("o");
    let toast = app.model.toasts.last().unwrap().text.clone();
    assert!(toast.contains("Okafor, Ruth"), "the model keeps the name: {toast}");
    let said = screen(&app.model);
    assert!(said.contains("Taken: R.O.") && !said.contains("Okafor"), "{said}");
    // A call is logged with whom it was, not with her initials.
    let app = app.pass(9_000).keys("c 1 1").text("reached her").keys("ctrl-s").pass(9_000);
    let call: caseload::domain::communication::Communication =
        app.service.get(*app.service.ids(Kind::Communication).last().unwrap());
    assert!(call.with.as_str().contains("Okafor"), "the record has the name");
    let app = app.keys("g H").pass(5_000);
    assert!(screen(&app.model).contains("Okafor, Ruth"));
}

#[test]
fn who_was_renamed_meanwhile_is_hidden_by_the_new_name_too() {
    let mut app = desk(Office::at(monday())).keys("g H");
    let (manager, client) = (app.service.manager.clone(), app.service.clients[0]);
    let named: Client = app.service.get(client.0);
    let name = caseload::domain::person::Name { family: Text::new("Zabriskie").unwrap(), ..named.name };
    let request = app.service.next_request();
    let base = app.service.rev(Kind::Client, client.0);
    let edit = caseload::service::api::Command::Edit {
        kind: Kind::Client,
        id: client.0,
        base,
        fields: Fields::none().with("name", &name),
    };
    let execute = caseload::service::api::Execute { request, command: edit };
    let (_, change) = app.service.ask(&manager, caseload::service::api::Request::Execute(execute));
    let change = change.expect("a change to tell");
    let app = app.msg(Msg::Heard(caseload::service::api::Heard::Change(change))).pass(3_000);
    let hidden = screen(&app.model);
    assert!(!hidden.contains("Zabriskie") && !hidden.contains("Okafor") && hidden.contains("R.Z."), "{hidden}");
}

#[test]
fn nothing_is_drawn_before_it_is_known_how_to_hide() {
    let mut app = desk(Office::at(monday()));
    app.slow = true;
    app.model.hide_names();
    let shown = screen(&app.model);
    assert!(shown.contains("hiding names") && !shown.contains("Okafor"), "{shown}");
    let effects = app::start(&mut app.model, None);
    assert!(!effects.is_empty());
    assert!(!matches!(app.model.top(), Some(Layer::Form(_))));
}

#[test]
fn a_client_out_of_reach_is_hidden_where_she_is_found_and_asked_for() {
    let mut office = Office::at(monday());
    let sessions = crate::access::one_of_each(&mut office);
    let nurse = sessions[caseload::domain::user::Role::Nurse as usize].clone();
    let manager = office.manager.clone();
    // Her given name is that of somebody who is known to the screen.
    let far = Client {
        coordinator: Some(office.me.user),
        name: caseload::domain::person::Name {
            family: Text::new("Zabriskie").unwrap(),
            given: Text::new("Maria").unwrap(),
            preferred: Text::new("Mimsy").unwrap(),
            ..caseload::domain::person::Name::default()
        },
        ..Client::new(office.east, caseload::domain::person::Name::default())
    };
    office.make(&manager, vec![crate::office::new(&far)]);
    let scope = Some(caseload::domain::reach::Scope::Caseload);
    let narrow = caseload::service::api::Command::SetReach { user: nurse.user, scope, reason: "trainee".to_owned() };
    office.done(&manager, narrow);
    let mut app = desk(office);
    app.service.me = nurse;
    app.model.hide_names();
    let effects = app::start(&mut app.model, None);
    app.carry_out(effects);
    let mut app = app.pass(2_000);
    let clean = |app: &crate::flow::App<Office>, what: &str| {
        let shown = screen(&app.model);
        // What she types herself stands as she types it.
        let typed: Vec<&str> = shown.lines().filter(|l| !l.contains("zabri")).collect();
        let typed = typed.join("\n");
        assert!(!typed.contains("Zabriskie") && !typed.contains("Mimsy"), "{what}:\n{shown}");
        shown
    };
    app = app.keys("f").text("zabri").pass(1_000);
    let found = clean(&app, "found");
    assert!(found.contains("M.Z.") && found.contains("only in an emergency"), "{found}");
    app = app.keys("enter").pass(1_000);
    assert!(clean(&app, "denied").contains("Not shown"));
    app = app.keys("n e").pass(1_000);
    clean(&app, "asked for");
    app = app.text("she does not open the door").keys("ctrl-s").pass(3_000);
    let open = clean(&app, "open");
    assert!(open.contains("emergency"), "{open}");
    clean(&app.keys("q q").pass(3_000), "behind it");
}
