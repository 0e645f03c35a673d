//! The day of a coordinator, key by key.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

#[path = "flow/at_once.rs"]
mod at_once;
#[path = "flow/calendar.rs"]
mod calendar;
#[path = "flow/day_plan.rs"]
mod day_plan;
#[path = "flow/evv.rs"]
mod evv;
mod flow;
#[path = "flow/keymaps.rs"]
mod keymaps;
#[path = "flow/looked.rs"]
mod looked;
#[path = "flow/mouse.rs"]
mod mouse;
#[path = "flow/outward.rs"]
mod outward;
#[path = "flow/series.rs"]
mod series;
#[path = "flow/spoken.rs"]
mod spoken;
#[path = "flow/tables.rs"]
mod tables;
#[path = "flow/themes.rs"]
mod themes;
#[path = "flow/tour.rs"]
mod tour;

use caseload::app::layers::Layer;
use caseload::app::model::{Connection, Pane};
use caseload::app::pane::RowId;
use caseload::app::{Effect, Msg};
use caseload::domain::communication::CallResult;
use caseload::domain::issue::IssueKind;
use caseload::domain::time::{HOUR, MINUTE};
use caseload::service::api::{Change, Command, Heard, ManyAct, Owner, Problem, Query, Request};
use flow::canned::{Canned, alert, key};
use flow::{App, Service};

fn office() -> App<Canned> {
    App::open(Canned::default(), (120, 40))
}

fn form_text<S: Service>(app: &App<S>, name: &str) -> String {
    match app.model.top() {
        Some(Layer::Form(f)) => f.text(name),
        _ => panic!("no form"),
    }
}

fn change() -> Msg {
    let actor = caseload::domain::ids::UserId([9; 16]);
    Msg::Heard(Heard::Change(Change { seq: 9, actor, kinds: vec![], persons: vec![] }))
}

#[test]
fn it_opens_with_the_worst_first_and_selected() {
    let app = office();
    assert_eq!(app.model.alerts.selected, Some(RowId::Alert(key(1))));
    assert_eq!(app.model.alerts.total, 59);
    assert!(app.model.calendar.board.is_some() && app.model.clients.total == 39 && app.model.staff.total == 11);
    assert_eq!(app.model.connection, Connection::Live);
}

#[test]
fn o_takes_at_once_and_a_second_press_is_dropped() {
    let app = office().keys("o").sees("Taken: Okafor, Ruth · u undoes").sent(1);
    let app = app.model(|m| m.alerts.rows[0].owner == Owner::You);
    // 300 ms later it is a new press, and there is nothing to take.
    let mut app = app.keys("o").sees("you have it already").sent(2);
    app.slow = true;
    let mut app = app.keys("j j");
    app.now = app.now.plus(300);
    let app = app.msg(Msg::Key(flow::event("o")));
    let app = app.msg(Msg::Key(flow::event("o")));
    assert_eq!(app.commands.len(), 3);
}

#[test]
fn what_somebody_else_has_is_asked_about() {
    let app = office().keys("j o").on("confirm").sent(0).keys("esc").on("dashboard").sent(0);
    app.keys("o enter").on("dashboard").last(|c| matches!(c, Command::Take { from_other: true, .. }));
}

#[test]
fn a_colleague_who_was_quicker_is_asked_about_too() {
    let mut app = office();
    app.service.alerts[0].owner = Owner::Other("R. Patel".to_owned());
    let app = app.keys("o").on("confirm").sent(1).keys("enter").sent(2).on("dashboard");
    app.last(|c| matches!(c, Command::Take { from_other: true, .. }));
}

#[test]
fn why_shows_and_acts_on_what_it_shows() {
    let app = office().keys("w").on("why");
    let app = app.model(|m| matches!(m.top(), Some(Layer::Why(w)) if w.why.as_ref().is_some_and(|w| w.floor)));
    app.keys("o").last(|c| matches!(c, Command::Take { key: k, .. } if *k == key(1))).keys("esc").on("dashboard");
}

#[test]
fn a_call_with_a_promise() {
    let app = office().keys("c").on("form");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.who.contains("12 Jun 1941") && f.who.contains("4217")));
    assert_eq!(app.field(), "number");
    let app = app.keys("2 1");
    assert_eq!(app.field(), "note");
    let app = app.text("told of the fall").keys("tab").text("call back").keys("tab").text("+2h");
    let now = app.now;
    let app = app.keys("ctrl-s").on("dashboard").sees("Called: Grace Adeyemi, daughter");
    app.last(|c| {
        let Command::LogCall(call) = c else { return false };
        let (what, due) = call.promise.clone().unwrap();
        call.number == "(401) 555-0142"
            && call.result == CallResult::Reached
            && call.note == "told of the fall"
            && what == "call back"
            && (due.since(now) - 2 * HOUR).abs() < MINUTE
            && call.about == Some(key(1))
    });
}

#[test]
fn a_card_says_beside_the_field_what_is_missing() {
    let app = office().keys("c ctrl-s").on("form").sent(0);
    assert_eq!(app.field(), "number");
    let app = app.keys("1 1 tab").text("visit").keys("ctrl-s").on("form").sent(0);
    assert_eq!(app.field(), "due");
    let app = app.text("soonish").keys("ctrl-s").sent(0);
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.field("due").unwrap().error.is_some()));
}

#[test]
fn a_result_needs_an_outcome_and_a_note_and_leaves_a_ghost() {
    let app = office().keys("r").on("form").keys("ctrl-s").sent(0).keys("1 ctrl-s").sent(0);
    assert_eq!(app.field(), "note");
    let app = app.text("seen, stays").keys("ctrl-s").on("dashboard").sees("Finished: Okafor, Ruth").sent(1);
    let app = app.model(|m| m.alerts.ghost.as_ref().is_some_and(|g| g.words.contains("u undoes")));
    // Acting keys on a ghost say so and do nothing.
    let app = app.keys("o").sees("done · u undoes").sent(1).keys("s").on("dashboard").keys("r").on("dashboard");
    // Undo brings it back, and the marker is on it again.
    let app = app.keys("u").on("undo").keys("enter").sent(2).pass(2_000);
    app.model(|m| m.alerts.ghost.is_none() && m.alerts.selected == Some(RowId::Alert(key(1))));
}

#[test]
fn moving_leaves_the_ghost_behind() {
    let app = office().keys("r 1").text("x").keys("ctrl-s").pass(2_000);
    assert!(app.model.alerts.ghost.is_some());
    let app = app.keys("j");
    assert!(app.model.alerts.ghost.is_none());
    assert_eq!(app.model.alerts.selected, Some(RowId::Alert(key(2))));
}

#[test]
fn a_disposition_says_who_decided() {
    let app = office().keys("r 2");
    assert_eq!(app.field(), "by");
    app.text("Dr. Alder")
        .keys("tab")
        .text("to ED")
        .keys("ctrl-s")
        .last(|c| matches!(c, Command::Result { disposition: Some((_, by)), .. } if by == "Dr. Alder"));
}

#[test]
fn a_reassessment_is_completed_with_its_result() {
    let app = office().keys("j j r").on("form").text("stable, recertified").keys("ctrl-s");
    app.last(|c| matches!(c, Command::CompleteReassessment { result, .. } if result == "stable, recertified"));
}

#[test]
fn snooze_by_digit_with_a_reason() {
    let app = office().keys("j j j s 2").text("waiting for R. Patel").keys("ctrl-s").on("dashboard");
    let now = app.now;
    app.last(|c| matches!(c, Command::Snooze { until, reason, .. } if until.since(now) == HOUR && reason.starts_with("waiting")));
}

#[test]
fn a_new_issue_offers_the_person_and_never_sets_her() {
    let app = office().keys("n i").on("form");
    let app = app.keys("ctrl-s").sent(0);
    assert_eq!(app.field(), "person");
    let app = app.keys("enter");
    assert_eq!(app.field(), "kind");
    // A fall asks where to call back first, then one key each; her list answers the blood thinner.
    let app = app.keys("1");
    assert_eq!(app.field(), "callback");
    let app = app.text("401 555 0142").keys("enter");
    assert_eq!(app.field(), "breathing_awake");
    let app = app.keys("1 2 2 1");
    assert_eq!(app.field(), "can_rise");
    let app = app.keys("2 2 2");
    assert_eq!(app.field(), "summary");
    let app = app.text("fell in the bath").keys("tab").text("-10m").keys("tab").text("Grace").keys("ctrl-s");
    app.on("dashboard").last(|c| {
        let Command::NewIssue(i) = c else { return false };
        i.kind == IssueKind::Fall
            && i.person == Some(flow::canned::client(1))
            && i.facts.contains(&("head_strike".to_owned(), "yes".to_owned()))
            && i.facts.contains(&("can_rise".to_owned(), "no".to_owned()))
            && i.facts[0] == ("callback".to_owned(), "401 555 0142".to_owned())
            && i.facts.iter().all(|(name, _)| name != "blood_thinner")
            && i.reported_by == "Grace"
            && i.happened.is_some()
    });
}

#[test]
fn another_person_is_found_as_she_is_typed() {
    let app = office().keys("n i").text("petr").keys("enter");
    assert_eq!(app.field(), "kind");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.person == Some(flow::canned::client(4))));
}

#[test]
fn esc_parks_and_r_brings_back_the_same_field() {
    let app = office().keys("c 2 1").text("half a no").keys("esc").on("dashboard").sees("kept as a draft");
    assert_eq!(app.service.drafts.len(), 1);
    let app = app.pass(1_000).model(|m| m.drafts == 1);
    let app = app.keys("R").on("form");
    assert_eq!(app.field(), "note");
    assert_eq!(form_text(&app, "note"), "half a no");
    assert_eq!(form_text(&app, "number"), "Grace Adeyemi, daughter");
    let app = app.text("te").keys("ctrl-s").last(|c| matches!(c, Command::LogCall(l) if l.note == "half a note"));
    assert!(app.service.drafts.is_empty());
    app.pass(1_000).model(|m| m.drafts == 0);
}

#[test]
fn an_untouched_form_leaves_no_draft() {
    let app = office().keys("c esc").on("dashboard");
    assert!(app.service.drafts.is_empty());
}

#[test]
fn text_is_kept_a_second_after_a_key_and_at_hangup() {
    let app = office().keys("c 1 1").text("abc");
    let app = app.pass(1_000);
    assert!(app.service.drafts[0].fields.iter().any(|(n, t)| n == "note" && t == "abc"));
    let app = app.text("d").msg(Msg::Hangup);
    assert!(app.service.drafts[0].fields.iter().any(|(n, t)| n == "note" && t == "abcd"));
    assert!(app.effects.contains(&Effect::Quit));
}

#[test]
fn discarding_is_a_button_that_asks() {
    let app = office().keys("c 1 1").text("abc").keys("shift-tab shift-tab shift-tab enter").on("confirm");
    let app = app.keys("esc").on("form").keys("enter enter").on("dashboard");
    assert!(app.service.drafts.is_empty() && app.commands.is_empty());
}

#[test]
fn problems_stand_beside_their_field_and_nothing_typed_goes() {
    let mut app = office().keys("j j j s 2").text("later");
    app.service.problems = vec![Problem {
        rule: "snooze.crosses_breach".into(),
        field: "until".into(),
        text: "it breaches before that".into(),
    }];
    let app = app.keys("ctrl-s").on("form");
    assert_eq!(app.field(), "until");
    assert_eq!(form_text(&app, "reason"), "later");
    app.keys("1 ctrl-s").on("dashboard").sent(2);
}

#[test]
fn rows_keep_their_places_until_a_pause() {
    let mut app = office().keys("j j");
    app.service.alerts.insert(0, alert(99, 1, "New, One", "chest pain"));
    let app = app.msg(change());
    let app = app.model(|m| m.alerts.news.tiers[0] == 1 && m.alerts.rows[0].key == key(1) && m.alerts.cursor == 2);
    assert!(app.effects.contains(&Effect::Bell));
    assert!(app.model.banner.as_ref().is_some_and(|b| b.text.starts_with("New, One")));
    let app = app.pass(1_100);
    let app = app.model(|m| m.alerts.news.is_empty() && m.alerts.rows[0].key == key(99));
    let app = app.model(|m| m.alerts.cursor == 3 && m.alerts.selected == Some(RowId::Alert(key(3))));
    let app = app.keys("c").on("form").text("x").keys("ctrl-g").on("dashboard");
    assert_eq!(app.model.alerts.selected, Some(RowId::Alert(key(99))));
    assert!(app.model.banner.is_none());
}

#[test]
fn rows_keep_their_places_while_a_card_is_open() {
    let mut app = office().keys("s");
    app.service.alerts.remove(1);
    let app = app.msg(change()).pass(5_000);
    let app = app.model(|m| m.alerts.rows.len() > 2 && m.alerts.rows[1].key == key(2));
    app.keys("esc").pass(1_100).model(|m| m.alerts.rows[1].key == key(3));
}

#[test]
fn a_colleague_finishes_the_selected_row_under_the_finger() {
    let mut app = office().keys("j");
    app.service.alerts.remove(1);
    let app = app.msg(change());
    let app = app.model(|m| m.alerts.ghost.is_some() && m.alerts.cursor == 1);
    let app = app.keys("o").sees("Lindqvist, Arne: not in this list any more").sent(0);
    let app = app.pass(2_000);
    app.model(|m| m.alerts.ghost.is_some() && m.alerts.cursor == 1 && m.alerts.places() == 59);
}

#[test]
fn find_opens_a_page_and_esc_comes_back() {
    let app = office().keys("f").text("obrien").keys("enter").on("page");
    app.model(|m| matches!(m.top(), Some(Layer::Page(p)) if p.person == flow::canned::client(3)))
        .keys("esc")
        .on("dashboard");
}

#[test]
fn a_page_opens_at_the_cause_and_goes_to_the_next_record() {
    let app = office().keys("enter").on("page");
    let app = app.model(|m| matches!(m.top(), Some(Layer::Page(p)) if p.line == 1));
    let app = app.keys("3").model(|m| matches!(m.top(), Some(Layer::Page(p)) if p.line == 2)).keys("2");
    let app = app.keys("w").on("why").keys("esc").on("page").keys("> >");
    let app = app.model(|m| matches!(m.top(), Some(Layer::Page(p)) if p.person == flow::canned::client(3)));
    let app = app.keys("<").model(|m| matches!(m.top(), Some(Layer::Page(p)) if p.person == flow::canned::client(2)));
    app.keys("q").on("dashboard").model(|m| m.alerts.selected == Some(RowId::Alert(key(2))));
}

#[test]
fn narrowing_keeps_p1_and_esc_gives_it_back() {
    let app = office().keys("/").on("narrow").text("petrov").pass(300);
    let app = app.model(|m| m.alerts.total == 3 && m.alerts.words == "petrov");
    let app = app.keys("enter").on("dashboard").keys("esc").model(|m| m.alerts.total == 59);
    app.keys("/").text("zzz").pass(300).keys("esc").model(|m| m.alerts.words.is_empty() && m.alerts.total == 59);
}

#[test]
fn marks_take_many_and_refuse_p1_for_snooze() {
    let app = office().keys("space s").sees("P1 and P2 are put to sleep one at a time").on("dashboard");
    let app = app.keys("esc").model(|m| m.alerts.marks.is_empty());
    let app = app.keys("j j").keys("space space").model(|m| m.alerts.marks.len() == 2);
    let app = app.keys("o").on("confirm").sent(0);
    assert!(matches!(app.model.top(), Some(Layer::Confirm(c)) if c.who.contains("Petrov, Ivan")));
    app.keys("enter").sent(1).model(|m| m.alerts.marks.is_empty());
}

#[test]
fn an_act_on_marks_is_one_request_and_what_was_not_done_stays_marked() {
    // Lindqvist is R. Patel's.
    let app = office().keys("j space space space o enter").sent(1);
    let app = app.last(|c| matches!(c, Command::OnMany { keys, .. } if keys.len() == 3));
    let app = app.on("confirm").sees("Done to 2");
    let app = app.model(|m| m.alerts.marks.len() == 1 && m.alerts.marks[0].name == "Lindqvist, Arne");
    assert!(matches!(app.model.top(), Some(Layer::Confirm(c)) if c.title == "1 of 3 left alone"
        && c.lines == ["Lindqvist, Arne: R. Patel has it"]));
    app.keys("enter").on("dashboard").sent(1).model(|m| m.alerts.marks.len() == 1);
}

#[test]
fn marked_ones_are_passed_put_to_sleep_and_finished_together() {
    let app = office().keys("j j space space space p").on("form");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.title == "Pass · 3 marked"
        && f.who == "O'Brien, Maeve; Petrov, Ivan; Client, 05"));
    let app = app.keys("1").text("late shift").keys("ctrl-s").on("dashboard").sent(1);
    let app = app.last(|c| matches!(c, Command::OnMany { keys, act: ManyAct::Pass { note, .. } } if keys.len() == 3 && note == "late shift"));
    let app = app.model(|m| m.alerts.marks.is_empty()).keys("j j j space space s 2").text("later").keys("ctrl-s");
    let app = app.last(|c| matches!(c, Command::OnMany { act: ManyAct::Snooze { .. }, .. })).sent(2);
    let app = app.pass(2_000).keys("space space r 2 ctrl-s").on("dashboard").sent(3);
    app.last(|c| matches!(c, Command::OnMany { keys, act: ManyAct::Result { outcome, .. } } if keys.len() == 2 && outcome == "no longer needed"));
    office().keys("space r").sees("P1 and P2 are finished one at a time").on("dashboard");
}

#[test]
fn a_parked_form_about_marks_is_still_about_them() {
    let app = office().keys("j j space space s 2").text("half").keys("esc").keys("esc").on("dashboard");
    let app = app.keys("R enter").on("form").text(" an hour").keys("ctrl-s").sent(1);
    app.last(|c| matches!(c, Command::OnMany { keys, .. } if keys[..] == [key(3), key(4)]));
}

#[test]
fn p_passes_to_a_colleague() {
    let app = office().keys("p").on("form").keys("ctrl-s").sent(0);
    assert_eq!(app.field(), "to");
    let app = app.keys("1 ctrl-s").on("dashboard").sees("Passed to M. Silva: Okafor, Ruth");
    app.last(|c| matches!(c, Command::Pass { key: k, .. } if *k == key(1)));
}

#[test]
fn escalating_says_whom_to_ring_and_needs_a_reason() {
    let app = office().keys("!").on("form");
    assert!(
        matches!(app.model.top(), Some(Layer::Form(f)) if f.notes[0].contains("not connected, ring (401) 555-0100"))
    );
    let app = app.keys("ctrl-s").sent(0).text("he does not wake").keys("ctrl-s").on("dashboard");
    let app = app.sees("ring M. Manager (401) 555-0100").model(|m| m.alerts.rows[0].escalated);
    app.last(|c| matches!(c, Command::Escalate { reason, .. } if reason == "he does not wake"));
}

#[test]
fn what_calls_for_whoever_looks_is_announced_until_it_is_taken() {
    let mut app = office();
    let row = app.service.alerts.iter_mut().find(|a| a.key == key(9)).unwrap();
    (row.escalated, row.summons, row.owner) = (true, true, Owner::Other("R. Patel".to_owned()));
    let app = app.msg(change()).model(|m| m.banner.as_ref().is_some_and(|b| b.key == key(9) && b.summons));
    assert!(app.effects.contains(&Effect::Bell));
    let mut app = app.pass(2_000);
    let row = app.service.alerts.iter_mut().find(|a| a.key == key(9)).unwrap();
    (row.escalated, row.summons) = (false, false);
    app.msg(change()).model(|m| m.banner.is_none());
}

#[test]
fn tiers_and_opening_again_are_in_menus() {
    let app = office().keys("a").text("tier by hand").keys("enter").on("form").keys("3").text("I know her");
    app.keys("ctrl-s").last(|c| matches!(c, Command::Retier { tier: 3, reason, .. } if reason == "I know her"));
    let app = office().keys(":").text("open again");
    assert!(
        matches!(app.model.top(), Some(Layer::Menu(m)) if m.items[0].reason.as_deref() == Some("it still stands: w says why"))
    );
    let app = office().keys("r 1").text("x").keys("ctrl-s").pass(2_000).keys("a").text("open again").keys("enter");
    let app = app.on("form").text("she fell again").keys("ctrl-s");
    app.last(|c| matches!(c, Command::Reopen { key: k, .. } if *k == key(1)));
}

#[test]
fn a_reassessment_is_scheduled_from_the_menu() {
    let app = office().keys("a").text("schedule");
    assert!(matches!(app.model.top(), Some(Layer::Menu(m)) if m.items[0].reason.is_some()));
    let app = office().keys("j j a").text("schedule").keys("enter").on("form").text("petrov").keys("enter");
    let app = app.text("tomorrow 9:00").keys("ctrl-s");
    // The canned people are clients: a caregiver goes.
    let app = app.on("form").sent(0);
    assert_eq!(app.field(), "who");
}

#[test]
fn my_acts_offer_to_be_taken_back_one_by_one() {
    let app = office().keys("o j j o").sent(2).keys("g u").on("acts").keys("down enter").on("undo");
    assert!(
        matches!(app.model.top(), Some(Layer::Undo(u)) if u.act.as_ref().is_some_and(|a| a.what == "Taken: Okafor, Ruth"))
    );
    let app = app.keys("enter").on("acts").sent(3).last(|c| matches!(c, Command::Undo { .. }));
    // A logged call is amended, never undone.
    let app = app.keys("G enter").on("form");
    assert_eq!(form_text(&app, "note"), "told of the fall");
    let app = app.keys("tab tab").text(" and of the ER").keys("ctrl-s");
    app.last(|c| matches!(c, Command::AmendCall { note, .. } if note == "told of the fall and of the ER"));
}

#[test]
fn the_info_card_follows_and_codes_go_after_half_a_minute() {
    let app = office().keys("i").pass(500);
    let app = app.model(|m| m.card.on && m.card.person == Some(flow::canned::client(1)) && m.card.card.is_some());
    let app = app.keys("j").pass(400).model(|m| m.card.person == Some(flow::canned::client(2)));
    let app = app.keys("i").model(|m| m.card.codes.is_some());
    let app = app.pass(31_000).model(|m| m.card.codes.is_none() && m.card.on);
    let n = app.requests.iter().filter(|r| matches!(r, Request::Query(Query::Codes(_)))).count();
    assert_eq!(n, 1);
    app.keys("i").pass(100).keys("i").model(|m| !m.card.on);
}

#[test]
fn a_prefix_shows_its_keys_after_300_ms() {
    let app = office().keys("n").model(|m| m.pending.as_ref().is_some_and(|p| !p.shown)).pass(301);
    assert!(app.model.pending.as_ref().is_some_and(|p| p.shown));
    let strip = caseload::app::hints::continuations(&app.model);
    assert!(strip.iter().any(|h| h.keys == "i" && h.action == "new-issue"));
    app.keys("esc").model(|m| m.pending.is_none()).keys("n z").sees("bound to nothing").on("dashboard");
}

#[test]
fn the_palette_says_why_not() {
    let app = office().keys(":").text("waive");
    assert!(matches!(app.model.top(), Some(Layer::Menu(m)) if m.items[0].reason.is_some()));
    let app = app.keys("enter").sees("no reassessment").on("menu").keys("esc");
    app.keys("j j :").text("waive").keys("enter").on("form");
}

#[test]
fn a_paste_is_never_keys() {
    let app = office().msg(Msg::Paste("oQ\n".into())).sees("into a text field only").sent(0).on("dashboard");
    let app = app.pass(61_000).keys("c 1 1").msg(Msg::Paste("two\nlines".into()));
    assert_eq!(form_text(&app, "note"), "two\nlines");
    app.sent(0);
}

#[test]
fn offline_is_read_only_and_says_so() {
    let app = office().keys("c 1 1").text("abc").msg(Msg::Heard(Heard::Gone("server stopped".into())));
    let app = app.keys("ctrl-s").sees("not saved").on("form").keys("esc").keys("o").sees("offline").sent(0);
    // The text is here.
    let app = app.keys("R").on("form");
    assert_eq!(form_text(&app, "note"), "abc");
}

#[test]
fn only_q_and_enter_leave() {
    let mut app = office();
    for _ in 0..20 {
        app = app.keys("esc q ctrl-c");
    }
    assert!(!app.effects.contains(&Effect::Quit));
    let app = app.keys("Q esc").on("dashboard").keys("Q enter");
    assert!(app.effects.contains(&Effect::Quit) && app.model.quitting);
}

#[test]
fn late_and_unknown_replies_are_dropped() {
    let mut app = office();
    app.slow = true;
    let mut app = app.keys("w esc");
    let before = app.model.layers.len();
    app.answer();
    let reply = caseload::service::api::Reply::Failed("x".into());
    let app = app.msg(Msg::Heard(Heard::Reply(987_654, reply)));
    assert_eq!(app.model.layers.len(), before);
    assert!(app.model.toasts.iter().all(|t| t.text != "x"));
}

#[test]
fn panes_days_and_zoom() {
    let app = office().keys("2").model(|m| m.focus == Pane::Calendar);
    let app = app.keys("right down").model(|m| m.calendar.place() == Some((1, 1)));
    let app = app.keys("]").model(|m| m.calendar.day.weekday() == 1).keys("T");
    let app = app.model(|m| m.calendar.day.weekday() == 0);
    let app = app.keys("z").model(|m| m.zoom).keys("tab").model(|m| m.focus == Pane::Caseload);
    app.keys("G").model(|m| m.clients.cursor == 38).keys("g g").model(|m| m.clients.cursor == 0);
}

#[test]
fn a_service_that_gives_no_rows_is_not_asked_for_ever() {
    struct Empty;
    impl Service for Empty {
        fn take(&mut self, ticket: u64, request: Request, _: caseload::domain::time::Moment) -> Vec<Heard> {
            use caseload::service::api::{ListOpened, Reply, Rows, Window};
            let window = Window { list: 1, seq: 1, total: 500, from: 0, rows: Rows::Alerts(vec![]) };
            match request {
                Request::OpenList(_) => vec![Heard::Reply(
                    ticket,
                    Reply::List(ListOpened {
                        list: 1,
                        seq: 1,
                        total: 500,
                        lens_error: None,
                        hidden: [0; 5],
                        snoozed: (0, None),
                        window,
                    }),
                )],
                Request::Rows { .. } => vec![Heard::Reply(ticket, Reply::Rows(window))],
                _ => vec![],
            }
        }
    }
    let app = App::open(Empty, (80, 24)).keys("j G o").pass(60_000);
    assert!(app.requests.len() < 50, "{}", app.requests.len());
}

#[test]
fn a_form_left_while_it_is_saved_leaves_no_draft() {
    let mut app = office().keys("c 1 1").text("abc");
    app.slow = true;
    let mut app = app.keys("ctrl-s esc").on("dashboard");
    app.answer();
    assert_eq!(app.commands.len(), 1);
    assert!(app.service.drafts.is_empty());
}

#[test]
fn only_what_is_on_the_screen_is_asked_again() {
    let mut app = office().keys("z").pass(2_000);
    app.requests.clear();
    let mut app = app.msg(change());
    let rows = |app: &App<Canned>| app.requests.iter().filter(|r| matches!(r, Request::Rows { .. })).count();
    let board = |app: &App<Canned>| app.requests.iter().any(|r| matches!(r, Request::Query(Query::Board(_))));
    assert!(rows(&app) == 1 && !board(&app));
    app.requests.clear();
    let app = app.keys("z");
    assert!(rows(&app) == 2 && board(&app));
}

#[test]
fn a_name_may_begin_with_the_key_that_opened_the_form() {
    let mut app = office().keys("n");
    app.now = app.now.plus(100);
    let app = app.msg(Msg::Key(flow::event("i"))).text("ines");
    assert_eq!(form_text(&app, "person"), "ines");
}

#[test]
fn a_draft_left_in_a_field_of_an_outcome_is_back_there() {
    let app = office().keys("r 2").text("Dr. Al").keys("ctrl-c").on("dashboard").pass(1_000);
    let mut app = app;
    app.slow = true;
    let app = app.keys("R").on("form");
    // The outcomes have not come: the field is not there yet, so the keys go to one that is.
    let mut app = app.model(|m| matches!(m.top(), Some(Layer::Form(f)) if f.fields[f.focus].shown));
    app.answer();
    let app = app.on("form");
    assert_eq!(form_text(&app, "by"), "Dr. Al");
    app.model(|m| matches!(m.top(), Some(Layer::Form(f)) if f.fields[f.focus].name == "by"));
}

#[test]
fn t_tells_who_has_not_been_told() {
    let app = office().keys("t").on("form");
    assert_eq!(form_text(&app, "whom"), "Dr. Alder, PCP · fall 07:58");
    // One alone is chosen already: how it went is all that is left.
    let app = app.keys("tab 1").text("told of the fall").keys("ctrl-s").pass(1_000);
    let Some(Command::LogCall(call)) = app.commands.last() else { panic!("no call was logged") };
    assert!(
        call.with == "Dr. Alder, PCP" && call.about == Some(flow::canned::key(1)) && call.note == "told of the fall"
    );
}

#[test]
fn v_covers_a_visit_or_books_another() {
    let app = office().keys("v").on("form");
    assert_eq!(form_text(&app, "which"), "09:00 Client, 01 · HHA bath", "the only open visit is chosen");
    let app = app.keys("2 tab").text("15:00").keys("ctrl-s").on("form");
    app.model(|m| matches!(m.top(), Some(Layer::Form(f)) if f.field("discipline").unwrap().error.is_some()));
    let app = office().keys("v 2 1").text("15:00").keys("ctrl-s").pass(1_000).on("dashboard");
    let Some(Command::BookVisit(book)) = app.commands.last() else { panic!("no visit was booked") };
    assert_eq!((book.minutes, book.staff), (60, None));
    assert_eq!(flow::zone().civil(book.start).1, 15 * 60);
}

#[test]
fn g_goes_to_a_list_and_esc_gives_all_back() {
    let app = office().keys("2 g d").on("dashboard").model(|m| m.focus == Pane::Alerts);
    let lens = |app: &App<Canned>| app.service.lists.last().unwrap().1.lens.clone();
    assert_eq!(lens(&app), "list:deadlines");
    let app = app.keys("esc").pass(500);
    assert_eq!(lens(&app), "");
    // From a page too; a list that stands is opened anew at its top.
    let app = app.keys("down down enter").on("page").keys("g o").on("dashboard");
    assert_eq!(lens(&app), "list:open");
}

/// What the form of a new issue says it stands at, and whether it says that it would be lower as answered.
fn standing<S: Service>(app: &App<S>) -> (u8, bool) {
    use caseload::app::form::FormKind;
    match app.model.top() {
        Some(Layer::Form(f)) => match &f.kind {
            FormKind::NewIssue(report) => (report.stands().unwrap().tier, report.as_answered().is_some()),
            _ => panic!("another form"),
        },
        _ => panic!("no form"),
    }
}

#[test]
fn the_tier_of_a_fall_is_shown_live_and_only_rises_while_the_form_is_open() {
    let app = office().keys("n i enter 1");
    assert_eq!(standing(&app), (3, false));
    let app = app.keys("tab tab tab tab 1");
    assert_eq!(standing(&app), (1, false));
    // The answer is taken back: it stands where it stood, and says what will be saved.
    let app = app.keys("shift-tab 2");
    assert_eq!(standing(&app), (1, true));
    let app = app.keys("shift-tab 1");
    assert_eq!(standing(&app), (1, false));
    // Another kind is another report.
    let app = app.keys("shift-tab shift-tab shift-tab shift-tab shift-tab shift-tab 4");
    assert_eq!(standing(&app), (3, false));
}

#[test]
fn a_fall_is_taken_in_the_middle_of_a_call_and_one_key_is_back_in_the_same_field() {
    let app = office().keys("c 2 1").text("half a no").keys("esc").sees("R brings it back");
    let app = app.keys("n i enter 1").text("401 555 0142").keys("enter 1 2 2 1 1").keys("ctrl-s").on("dashboard");
    let app = app.last(|c| matches!(c, Command::NewIssue(i) if i.kind == IssueKind::Fall && i.summary == "fall"));
    let app = app.keys("R").on("form");
    assert_eq!(app.field(), "note");
    let app = app.text("te").keys("ctrl-s");
    app.last(|c| matches!(c, Command::LogCall(l) if l.note == "half a note"));
}

#[test]
fn a_parked_fall_comes_back_to_its_question_though_the_questions_come_late() {
    let app = office().keys("n i enter 1").text("401 555 0142").keys("enter 1 2 2").keys("esc").on("dashboard");
    let mut app = app.pass(1_000);
    let draft = app.service.drafts[0].clone();
    // Here, at once.
    let same = |app: &App<Canned>| {
        assert_eq!(app.field(), "head_strike");
        assert_eq!(form_text(app, "callback"), "401 555 0142");
        assert_eq!(form_text(app, "breathing_awake"), "yes");
        assert_eq!(form_text(app, "kind"), "fall");
    };
    app = app.keys("R").on("form");
    same(&app);
    // On another terminal, where nothing is known yet and the answers take their time.
    let mut other = office();
    other.service.drafts.push(draft);
    other = other.msg(change()).pass(2_000);
    let mut other = other.keys("R").on("form");
    same(&other);
    other = other.keys("esc").pass(1_000).keys("R");
    same(&other);
    other.slow = true;
    other = other.keys("esc n i");
    other.answer();
}

#[test]
fn with_more_than_one_draft_r_is_a_list() {
    let app = office().keys("c 2 1").text("one").keys("esc").keys("n i").text("pet").keys("esc").pass(1_000);
    app.keys("R").on("drafts").keys("enter").on("form");
}

#[test]
fn an_appointment_time_off_an_authorization_and_a_wish_are_made_by_hand() {
    use caseload::domain::fields::Fields;
    use caseload::domain::record::Kind;
    let made = |app: &App<Canned>, wanted: Kind| -> Fields {
        let Some(Command::NewPlan(new)) = app.commands.last() else { panic!("nothing was made") };
        assert_eq!(new.kind, wanted);
        new.fields.clone()
    };
    // On a client's row: dialysis, when, how long.
    let app = office().keys("3 n a").on("form").keys("ctrl-s").sent(0);
    assert_eq!(app.field(), "kind");
    let app = app.keys("2").text("fri 9:30").keys("tab tab").text("Kidney Center").keys("ctrl-s").on("dashboard");
    let f = made(&app, Kind::Appointment);
    assert_eq!(
        (f.get("kind"), f.get("minutes"), f.get("with")),
        (Some("\"Dialysis\""), Some("120"), Some("\"Kidney Center\""))
    );
    assert!(
        f.get("start").unwrap().contains("2026-03-06") && f.get("start").unwrap().contains("570"),
        "{}",
        f.get("start").unwrap()
    );
    // Time off is a caregiver's; whole days.
    let app = office().keys("3 n t").sees("time off is a caregiver's").on("dashboard").keys("4 n t").on("form");
    let app = app.keys("1").text("mon").keys("tab").text("fri").keys("ctrl-s").on("dashboard");
    let f = made(&app, Kind::TimeOff);
    assert!(f.get("staff").is_some() && f.get("client").is_none());
    let (from, to) = (f.get("from").unwrap().parse::<i64>().unwrap(), f.get("to").unwrap().parse::<i64>().unwrap());
    assert_eq!(to - from, 5 * 24 * HOUR);
    // What is missing is said beside its field, and nothing is sent.
    let app = office().keys("3 n h").on("form").keys("ctrl-s").on("form").sent(0);
    assert_eq!(app.field(), "payer");
    let app =
        app.text("Medicaid").keys("tab tab tab tab").text("240").keys("tab tab").keys("2").text("today").keys("tab");
    let app = app.text("6/30").keys("ctrl-s").on("dashboard");
    let f = made(&app, Kind::Authorization);
    assert_eq!((f.get("units"), f.get("unit_minutes"), f.get("to")), (Some("240"), Some("15"), Some("\"2026-06-30\"")));
    // A wish needs the other one of the two.
    let app = office().keys("3 n p").on("form").keys("ctrl-s").on("form").sent(0);
    assert_eq!(app.field(), "who");
    // Left with esc it is kept, and comes back as it was.
    let app = office().keys("3 n a").keys("1").text("tue 9:00").keys("esc").on("dashboard").keys("R").on("form");
    assert_eq!(form_text(&app, "start"), "tue 9:00");
}

#[test]
fn a_frame_waits_while_what_belongs_on_it_is_on_its_way() {
    use crossterm::event::{KeyCode, KeyEvent};
    let mut app = office();
    let press = |app: &mut App<Canned>, code: KeyCode| {
        let now = app.model.now.plus(2_000);
        drop(caseload::app::update(&mut app.model, Msg::Key(KeyEvent::from(code)), now));
        caseload::app::awaits(&app.model)
    };
    assert!(!caseload::app::awaits(&app.model), "all that was asked for has come");
    assert!(!press(&mut app, KeyCode::Char('j')), "what a marker stands on is there already");
    assert!(press(&mut app, KeyCode::Enter), "a page is on its way");
}
