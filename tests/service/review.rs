//! The review: who comes next, what her card says, and that nobody who changed is passed in silence.

use crate::acts::command;
use crate::config;
use crate::desk::desk;
use crate::flow::App;
use crate::office::{Office, monday, name, new, rule, t};
use caseload::app::Msg;
use caseload::app::layers::Layer;
use caseload::domain::client::Client;
use caseload::domain::fields::Fields;
use caseload::domain::ids::ClientId;
use caseload::domain::record::Kind;
use caseload::domain::review::Review;
use caseload::domain::time::{DAY, HOUR, MINUTE};
use caseload::domain::visit::VisitState;
use caseload::service::api::{
    Answered, Change, Command, Heard, Page, Query, Reply, ReviewCard, ReviewPlace, ReviewStanding, Section, Session,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn places(office: &mut Office, who: &Session) -> Vec<ReviewPlace> {
    match office.query(who, Query::Reviews) {
        Answered::Reviews(places) => places,
        _ => panic!("another answer"),
    }
}

fn card(office: &mut Office, who: &Session, client: ClientId) -> ReviewCard {
    match office.query(who, Query::ReviewCard(client)) {
        Answered::ReviewCard(Some(card)) => card,
        _ => panic!("no card"),
    }
}

fn review(office: &mut Office, who: &Session, client: ClientId) -> u64 {
    let seen = card(office, who, client).seen;
    office.done(who, Command::MarkReviewed { client, seen }).seq
}

fn standing(office: &mut Office, who: &Session, client: ClientId) -> ReviewStanding {
    places(office, who).into_iter().find(|p| p.client == client).unwrap().standing
}

fn said(page: &Page) -> String {
    let lines =
        |s: &Section| s.lines.iter().map(|l| format!("\n  {} {}", l.line.label, l.line.text)).collect::<String>();
    page.sections.iter().map(|s| format!("{}{}\n", s.title, lines(s))).collect()
}

/// What stands under the heading of what changed.
fn news(office: &mut Office, who: &Session, client: ClientId) -> Vec<String> {
    let card = card(office, who, client);
    card.page.sections[0].lines.iter().map(|l| l.line.text.clone()).collect()
}

#[test]
fn what_changed_since_is_said_in_words_with_who_and_when() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let ruth = office.clients[0];
    review(&mut office, &me, ruth);
    assert_eq!(standing(&mut office, &me, ruth), ReviewStanding::Done);
    assert!(news(&mut office, &me, ruth).is_empty());

    office.pass(5 * MINUTE);
    let visit = office
        .ids(Kind::Visit)
        .into_iter()
        .find(|id| {
            let v: caseload::domain::visit::Visit = office.get(*id);
            v.client == ruth && v.staff.is_some() && v.start.moment() > office.now()
        })
        .unwrap();
    let out = Fields::none().with("state", &VisitState::CalledOut).with("reason", &"ill");
    assert!(matches!(office.edit(&colleague, Kind::Visit, visit, out), Reply::Done(_)));
    let level = Fields::none().with("emergency", &Some(2)).with("note", &"dog bites");
    assert!(matches!(office.edit(&colleague, Kind::Client, ruth.0, level), Reply::Done(_)));
    let call = office.call(None, None);
    office.done(&me, Command::LogCall(call));
    let fall = office.fall(0);
    office.done(&colleague, Command::NewIssue(fall));

    assert_eq!(standing(&mut office, &me, ruth), ReviewStanding::Changed);
    let lines = news(&mut office, &me, ruth);
    let text = lines.join("\n");
    // What is bad is read first.
    assert!(lines[0].contains("new fall") || lines[0].contains("called out"), "{text}");
    for wanted in [
        "R. Patel: new fall: fell in the kitchen, told by Maria",
        "called out by M. Reyes HHA (ill)",
        "R. Patel: record: emergency level 1 → 2, note changed",
        "you: call with Grace: reached. told",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    let page = card(&mut office, &me, ruth).page;
    assert!(page.sections[0].lines.iter().all(|l| l.line.label == "08:15"), "{}", said(&page));
    assert!(page.title.contains("12 Jun") && page.title.contains("MRN"));
    // And what nobody is covering, who has not been told, and what was promised.
    let all = said(&page);
    for wanted in ["Uncovered visits", "Not told yet", "Promises", "Next"] {
        assert!(all.contains(wanted), "{all}");
    }
}

#[test]
fn what_goes_as_planned_is_no_news() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let lan = office.clients[2];
    review(&mut office, &me, lan);
    let visit = office
        .ids(Kind::Visit)
        .into_iter()
        .find(|id| office.get::<caseload::domain::visit::Visit>(*id).client == lan)
        .unwrap();
    let here = Fields::none().with("state", &VisitState::InProgress).with(
        "arrived",
        &Some(caseload::domain::visit::Actual { at: office.now(), source: caseload::domain::visit::Source::Evv }),
    );
    assert!(matches!(office.edit(&me, Kind::Visit, visit, here), Reply::Done(_)));
    assert_eq!(standing(&mut office, &me, lan), ReviewStanding::Done);
    assert_eq!(news(&mut office, &me, lan), ["1 went as planned"]);
    // A note on an issue is news, though it is no record of hers.
    let (key, key_client) = {
        let entry = office.service.book().sorted().find(|e| e.thing.key.source.word() == "issue").unwrap();
        (entry.thing.key, entry.thing.client.as_ref().unwrap().id)
    };
    review(&mut office, &me, key_client);
    office.done(&me, Command::AddNote { key, text: "she is up again".to_owned() });
    assert_eq!(standing(&mut office, &me, key_client), ReviewStanding::Changed);
    assert!(news(&mut office, &me, key_client)[0].contains("you: note: she is up again"));
}

#[test]
fn a_change_that_came_in_between_is_still_new() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let ruth = office.clients[0];
    let seen = card(&mut office, &me, ruth).seen;
    let level = Fields::none().with("emergency", &Some(3));
    assert!(matches!(office.edit(&colleague, Kind::Client, ruth.0, level), Reply::Done(_)));
    office.done(&me, Command::MarkReviewed { client: ruth, seen });
    assert_eq!(standing(&mut office, &me, ruth), ReviewStanding::Changed);
    assert!(news(&mut office, &me, ruth)[0].contains("emergency level 1 → 3"));
}

#[test]
fn one_record_a_user_and_client_moves_on_and_is_taken_back() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let ruth = office.clients[0];
    let first = review(&mut office, &me, ruth);
    office.pass(MINUTE);
    let second = review(&mut office, &me, ruth);
    office.pass(MINUTE);
    review(&mut office, &colleague, ruth);
    assert_eq!(office.ids(Kind::Review).len(), 2, "one for each user");
    let mine = office.store.review(me.user, ruth).unwrap().unwrap();
    assert_eq!((mine.head.rev, mine.seen), (2, first));
    // An older card moves it nowhere, one that nobody can have seen is refused.
    office.done(&me, Command::MarkReviewed { client: ruth, seen: 1 });
    assert_eq!(office.store.review(me.user, ruth).unwrap().unwrap().seen, first);
    let reply = office.act(&me, Command::MarkReviewed { client: ruth, seen: 9_999 });
    assert_eq!(rule(&reply), "review.seen");
    let reply = office.act(&me, Command::MarkReviewed { client: ClientId([9; 16]), seen: 1 });
    assert_eq!(rule(&reply), "review.client");
    // Undone, the one before stands; undone again, she was never reviewed; redone, she was.
    let last = office.store.engine().head().unwrap();
    office.done(&me, Command::Undo { seq: last });
    office.done(&me, Command::Undo { seq: second });
    let undo = office.done(&me, Command::Undo { seq: first }).seq;
    assert!(office.store.review(me.user, ruth).unwrap().is_none());
    assert_eq!(standing(&mut office, &me, ruth), ReviewStanding::Changed);
    office.done(&me, Command::Undo { seq: undo });
    assert_eq!(standing(&mut office, &me, ruth), ReviewStanding::Done);
    assert!(office.get::<Review>(mine.id.0).user == me.user);
}

#[test]
fn those_with_news_come_first_by_tier_then_the_rest_by_their_next_clock() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let clients = office.clients.clone();
    for client in &clients {
        review(&mut office, &me, *client);
    }
    office.pass(DAY);
    let rest = places(&mut office, &me);
    assert_eq!(rest.len(), 6);
    assert!(rest.iter().all(|p| p.standing == ReviewStanding::Rest));
    let complaint = caseload::service::api::NewIssue {
        kind: caseload::domain::issue::IssueKind::Complaint,
        facts: Vec::new(),
        ..office.fall(4)
    };
    office.done(&me, Command::NewIssue(complaint));
    let fall = office.fall(5);
    office.done(&me, Command::NewIssue(fall));
    let order = places(&mut office, &me);
    let worst = |p: &ReviewPlace| office.service.book().tally(p.client).worst().unwrap_or(9);
    let tiers = [worst(&order[0]), worst(&order[1])];
    assert!(order[..2].iter().all(|p| p.standing == ReviewStanding::Changed) && tiers[0] <= tiers[1], "{tiers:?}");
    assert!(order[2..].iter().all(|p| p.standing == ReviewStanding::Rest));
    // Who is reviewed today goes to the front as done, so that “3 of 6” counts.
    review(&mut office, &me, clients[4]);
    let order = places(&mut office, &me);
    assert_eq!((order[0].client, order[0].standing), (clients[4], ReviewStanding::Done));
    // Somebody else's clients are not mine to review, and hers are not reviewed by my looking.
    let colleague = office.colleague.clone();
    assert!(places(&mut office, &colleague).is_empty());
}

#[test]
fn a_card_has_room_for_all_its_parts() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let ruth = office.clients[0];
    review(&mut office, &me, ruth);
    for _ in 0..12 {
        let fall = office.fall(0);
        office.done(&colleague, Command::NewIssue(fall));
        let due = office.now().plus(HOUR);
        let call = office.call(None, Some(("look in", due)));
        office.done(&colleague, Command::LogCall(call));
    }
    let page = card(&mut office, &me, ruth).page;
    let lines: usize = page.sections.iter().map(|s| s.lines.len()).sum();
    assert!(lines <= 13 && page.sections.len() <= 5, "{}", said(&page));
    assert!(said(&page).contains("more: Enter opens the page"), "{}", said(&page));
    assert!(page.sections.iter().all(|s| !s.lines.is_empty()), "{}", said(&page));
}

/// Whose card is shown.
fn shown(app: &App<Office>) -> Option<ClientId> {
    match app.model.top() {
        Some(Layer::Review(review)) => review.walk.here(),
        _ => None,
    }
}

#[test]
fn a_review_is_walked_left_and_taken_up_again() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let order: Vec<ClientId> = places(&mut office, &me).iter().map(|p| p.client).collect();
    let app = desk(office).keys("g v").on("review").pass(2_000);
    assert_eq!(shown(&app), Some(order[0]));
    let app = app.keys("r").sees("Reviewed:").pass(2_000).keys("r").pass(2_000);
    let third = shown(&app);
    assert!(matches!(app.model.top(), Some(Layer::Review(r)) if r.walk.title() == "3 of 6"));
    // Acting keys mean her, and coming back leaves the review where it was.
    let app = app.keys("c").on("form").keys("esc").on("review");
    let app = app.keys("n i").on("form").keys("esc").keys("enter").on("page").keys("esc").on("review");
    assert_eq!(shown(&app), third);
    let app = app.keys("<").pass(500);
    assert_eq!(shown(&app), Some(order[1]));
    let app = app.keys("> >").pass(500).keys("esc").on("dashboard");
    // Left and taken up again, here and at another terminal: at the first not reviewed today.
    let app = app.keys("g v").on("review");
    assert_eq!(shown(&app), third);
    let mut app =
        App::at_terminal(8, app.service, (44, 18), caseload::app::keymap::Keymap::standard()).keys("g v").pass(2_000);
    assert_eq!(shown(&app), third);
    for _ in 0..4 {
        app = app.keys("r").pass(2_000);
    }
    let app = app.sees("all 6 reviewed today");
    // Undo takes the last one back.
    let mut app = app.keys("u enter").pass(2_000);
    let me = app.service.me.clone();
    assert_eq!(places(&mut app.service, &me).iter().filter(|p| p.standing != ReviewStanding::Done).count(), 1);
}

#[test]
fn a_change_under_her_eyes_is_not_marked_as_seen() {
    let app = desk(Office::at(monday())).keys("g v").pass(2_000);
    let ruth = shown(&app).unwrap();
    let mut app = app;
    let colleague = app.service.colleague.clone();
    let level = Fields::none().with("payer", &"Medicaid");
    assert!(matches!(app.service.edit(&colleague, Kind::Client, ruth.0, level), Reply::Done(_)));
    let app = heard(app);
    // 300 ms later: she cannot have read it.
    let mut app = app.keys("r").pass(2_000);
    let me = app.service.me.clone();
    assert_eq!(standing(&mut app.service, &me, ruth), ReviewStanding::Changed);
}

fn heard(mut app: App<Office>) -> App<Office> {
    let seq = app.service.store.engine().head().unwrap();
    let actor = app.service.colleague.user;
    app = app.msg(Msg::Heard(Heard::Change(Change { seq, actor, kinds: vec![], persons: vec![] })));
    app
}

#[test]
fn with_nobody_of_mine_it_says_so() {
    let mut office = Office::at(monday());
    office.me = office.colleague.clone();
    desk(office).keys("g v").on("review").keys("r").sees("there is nobody to review").sent(0);
}

/// Walks at random while a colleague works.
fn walk(ops: &[(u8, u64)]) {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let east = office.east;
    let more: Vec<_> = (0..3)
        .map(|n| {
            new(&Client {
                coordinator: Some(me.user),
                mrn: t(&format!("77{n}")),
                ..Client::new(east, name("More", &format!("N{n}")))
            })
        })
        .collect();
    office.make(&me, more);
    for client in office.clients.clone() {
        review(&mut office, &me, client);
    }
    office.pass(DAY);
    let mut app = desk(office).keys("g v").pass(2_000);
    // The newest news that each had when her card was shown in this sitting.
    let mut was_shown: BTreeMap<ClientId, u64> = BTreeMap::new();
    let look = |app: &mut App<Office>, was_shown: &mut BTreeMap<ClientId, u64>, stepped: bool, doing: &str| {
        let me = app.service.me.clone();
        let now = places(&mut app.service, &me);
        let here = shown(app).unwrap();
        let place = now.iter().find(|p| p.client == here).unwrap();
        if stepped && place.standing == ReviewStanding::Rest {
            for p in now.iter().filter(|p| p.standing == ReviewStanding::Changed) {
                let shown = was_shown.get(&p.client).copied();
                assert!(shown.is_some_and(|s| s >= p.changed), "{doing}: one with news is passed for one without");
            }
        }
        let seen = was_shown.entry(here).or_default();
        *seen = place.changed.max(*seen);
    };
    look(&mut app, &mut was_shown, true, "opened");
    for (op, dice) in ops {
        let (key, doing) = match op % 8 {
            0..=2 => ("r", "reviewed"),
            3 => (">", "passed over"),
            4 => ("<", "back"),
            5 => {
                was_shown.clear();
                ("esc g v", "left and opened")
            }
            _ => {
                let colleague = app.service.colleague.clone();
                if let Some(command) = command(&mut app.service, (*op >> 3) % 9, *dice) {
                    app.service.act(&colleague, command);
                }
                app = heard(app).pass(2_000);
                look(&mut app, &mut was_shown, false, "a colleague");
                continue;
            }
        };
        app = app.keys(key).pass(2_000);
        look(&mut app, &mut was_shown, matches!(key, "r" | ">" | "esc g v"), doing);
    }
    // Nobody is lost: with `r` alone she comes to the end of it.
    let me = app.service.me.clone();
    let total = places(&mut app.service, &me).len();
    for _ in 0..=total {
        app = app.keys("r").pass(2_000);
    }
    let left = places(&mut app.service, &me).iter().filter(|p| p.standing != ReviewStanding::Done).count();
    assert_eq!(left, 0, "somebody was never shown");
}

proptest! {
    #![proptest_config(config(16, 400))]

    #[test]
    fn whoever_changed_is_shown_before_who_did_not_and_none_is_lost(
        ops in prop::collection::vec((any::<u8>(), any::<u64>()), 0..24),
    ) {
        walk(&ops);
    }
}
