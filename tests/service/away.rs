//! What can't happen because of the client: in hospital or the ER, home again, died, nobody at the door; and a caregiver
//! who runs late.

use crate::desk::desk;
use crate::flow::App;
use crate::office::{Office, monday, name, new, ny, phone, rule, same_as_fresh, t};
use caseload::domain::attention::AlertSource;
use caseload::domain::client::{Client, ClientStatus};
use caseload::domain::communication::{CallResult, Communication};
use caseload::domain::contact::{Contact, ContactKind, Share};
use caseload::domain::hold::{Hold, HoldKind};
use caseload::domain::ids::{ClientId, VisitId};
use caseload::domain::issue::{Issue, IssueKind};
use caseload::domain::record::Kind;
use caseload::domain::staff::Discipline;
use caseload::domain::task::Task;
use caseload::domain::text::Text;
use caseload::domain::time::{Civil, DAY, HOUR, MINUTE, Moment};
use caseload::domain::visit::{Answer, Stay, Visit, VisitState};
use caseload::service::api::away::{
    Ahead, BackHome, DoorEnd, DoorTry, HoldClient, NoAnswerAtDoor, RunningLate, TellDied,
};
use caseload::service::api::{Answered, Command, Query};

/// Okafor, whose daughter is known, with a physician too.
fn office() -> (Office, ClientId) {
    let mut office = Office::at(monday());
    let (me, client) = (office.me.clone(), office.clients[0]);
    let contact = |kind, family: &str, relation: &str, number: &str| {
        new(&Contact {
            client,
            kind,
            name: name(family, "Ada"),
            relation: t(relation),
            phones: phone(number),
            share: Share::Health,
            share_since: None,
            share_word: Text::default(),
            first: true,
            npi: Text::default(),
        })
    };
    office.make(&me, vec![contact(ContactKind::Physician, "Rao", "PCP", "(401) 555-0172")]);
    (office, client)
}

fn hold(client: ClientId, kind: HoldKind) -> HoldClient {
    HoldClient { client, kind, since: None, expected: None, place: "General".into(), note: String::new() }
}

fn hers(office: &Office, client: ClientId) -> Vec<Visit> {
    let all = office.ids(Kind::Visit).into_iter().map(|id| office.get::<Visit>(id));
    let mut hers: Vec<Visit> = all.filter(|v| v.client == client && !v.history).collect();
    hers.sort_by_key(|v| v.start.moment());
    hers
}

fn visit_at(office: &Office, client: ClientId, minute: u16) -> VisitId {
    let found = office.ids(Kind::Visit).into_iter().find(|id| {
        let visit = office.get::<Visit>(*id);
        visit.client == client && visit.start.minute == minute && !visit.history
    });
    VisitId(found.expect("no such visit"))
}

fn tasks(office: &Office) -> Vec<Task> {
    office.ids(Kind::Task).into_iter().map(|id| office.get::<Task>(id)).filter(|t| t.done.is_none()).collect()
}

fn ahead(office: &mut Office, client: ClientId, visit: Option<VisitId>) -> Ahead {
    let me = office.me.clone();
    match office.query(&me, Query::Ahead { client, visit }) {
        Answered::Ahead(ahead) => ahead,
        _ => panic!("another answer"),
    }
}

#[test]
fn in_hospital_holds_the_visits_and_one_undo_gives_all_back() {
    let (mut office, okafor) = office();
    let me = office.me.clone();
    let before = ahead(&mut office, okafor, None);
    assert_eq!(before.held, None);
    assert_eq!(before.on_the_way, ["Reyes, Maria 09:00 · (401) 555-0152"]);
    assert_eq!(before.tell, ["Rao, Ada, PCP (401) 555-0172", "Adeyemi, Grace, daughter (401) 555-0177"]);
    assert!(before.steps.is_empty());
    let planned = hers(&office, okafor);
    let done = office.done(&me, Command::HoldClient(hold(okafor, HoldKind::Hospital)));
    let after = hers(&office, okafor);
    assert!(after.iter().all(|v| v.state == VisitState::Cancelled && v.reason.as_str() == "on hold: in hospital"));
    assert_eq!(usize::from(before.visits), after.len());
    assert_eq!(office.get::<Client>(okafor.0).status, ClientStatus::Hold);
    let stay = office.get::<Stay>(*office.ids(Kind::Stay).last().unwrap());
    assert_eq!((stay.inpatient, stay.from, stay.facility.as_str()), (true, monday(), "General"));
    assert_eq!(office.get::<Hold>(office.ids(Kind::Hold)[0]).visits.len(), after.len());
    let words: Vec<String> = tasks(&office).iter().map(|t| t.what.as_str().to_owned()).collect();
    assert!(
        words.iter().any(|w| w == "call Reyes, Maria: don't go to Okafor, Ruth at 09:00: in hospital"),
        "{words:?}"
    );
    assert!(words.iter().any(|w| w.starts_with("tell Rao, Ada, PCP: Okafor, Ruth in hospital since")), "{words:?}");
    let transfer = tasks(&office).into_iter().find(|t| t.what.as_str().contains("RFA 06/07")).unwrap();
    // A day until it is a transfer, and two calendar days from then.
    assert_eq!(transfer.due, monday().plus(3 * DAY));
    assert!(done.summary.contains("Reyes, Maria (401) 555-0152"), "{}", done.summary);
    assert_eq!(office.alerts(AlertSource::Visit).iter().filter(|k| k.subject == okafor.0).count(), 0);
    // Told twice is told once.
    assert_eq!(rule(&office.act(&me, Command::HoldClient(hold(okafor, HoldKind::Away)))), "hold.held");
    same_as_fresh(&office, "in hospital");
    office.done(&me, Command::Undo { seq: done.seq });
    assert!(hers(&office, okafor) == planned);
    assert_eq!(office.get::<Client>(okafor.0).status, ClientStatus::Active);
    same_as_fresh(&office, "undone");
}

#[test]
fn home_after_a_day_in_hospital_starts_the_resumption_clock_and_asks_who_goes_next() {
    let (mut office, okafor) = office();
    let me = office.me.clone();
    let roc = office.alerts(AlertSource::Roc).len();
    let since = Some(monday().plus(-20 * HOUR));
    let planned = hers(&office, okafor);
    office.done(&me, Command::HoldClient(HoldClient { since, ..hold(okafor, HoldKind::Hospital) }));
    office.pass(5 * HOUR);
    let home = BackHome { client: okafor, at: None, note: String::new() };
    office.done(&me, Command::BackHome(home.clone()));
    let after = hers(&office, okafor);
    for (was, is) in planned.iter().zip(&after) {
        let over = was.end() <= monday().plus(5 * HOUR);
        assert_eq!(is.state, if over { VisitState::Cancelled } else { was.state }, "{}", was.start.minute);
        if !over {
            let soon = was.start.moment() < monday().plus(5 * HOUR + DAY) && was.staff.is_some();
            let asked = if soon && was.answer != Answer::Nobody { Answer::Asked } else { was.answer };
            assert_eq!(is.answer, asked);
        }
    }
    assert_eq!(office.alerts(AlertSource::Roc).len(), roc + 1, "25 hours as an inpatient");
    let client = office.get::<Client>(okafor.0);
    assert_eq!(client.hospital_discharge, Some(ny().day(monday())));
    assert!(tasks(&office).iter().any(|t| t.what.as_str().contains("RFA 06/07")), "a transfer it was");
    assert_eq!(rule(&office.act(&me, Command::BackHome(home))), "home.not_held");
    same_as_fresh(&office, "home");
}

#[test]
fn the_er_starts_no_clock_until_she_is_admitted() {
    let (mut office, okafor) = office();
    let me = office.me.clone();
    let roc = office.alerts(AlertSource::Roc).len();
    office.done(&me, Command::HoldClient(hold(okafor, HoldKind::EmergencyRoom)));
    assert!(!tasks(&office).iter().any(|t| t.what.as_str().contains("RFA 06/07")));
    office.pass(2 * HOUR);
    let held = hers(&office, okafor);
    office.done(&me, Command::HoldClient(HoldClient { place: String::new(), ..hold(okafor, HoldKind::Hospital) }));
    assert!(hers(&office, okafor) == held, "the same visits");
    let stay = office.get::<Stay>(*office.ids(Kind::Stay).last().unwrap());
    assert_eq!((stay.inpatient, stay.from, stay.facility.as_str()), (true, monday().plus(2 * HOUR), "General"));
    assert!(tasks(&office).iter().any(|t| t.what.as_str().contains("RFA 06/07")));
    // Home within a day of being admitted: no transfer, no resumption.
    office.pass(20 * HOUR);
    office.done(&me, Command::BackHome(BackHome { client: okafor, at: None, note: String::new() }));
    assert!(!tasks(&office).iter().any(|t| t.what.as_str().contains("RFA 06/07")));
    assert_eq!(office.alerts(AlertSource::Roc).len(), roc);
}

#[test]
fn what_a_hold_and_a_return_must_say() {
    let (mut office, okafor) = office();
    let me = office.me.clone();
    let now = monday();
    for (bad, which) in [
        (HoldClient { since: Some(now.plus(HOUR)), ..hold(okafor, HoldKind::Hospital) }, "hold.future"),
        (HoldClient { expected: Some(now.plus(-HOUR)), ..hold(okafor, HoldKind::Respite) }, "hold.expected"),
        (hold(office.clients[4], HoldKind::Hospital), "client.not_on_service"),
    ] {
        assert_eq!(rule(&office.act(&me, Command::HoldClient(bad))), which);
    }
    office.done(&me, Command::HoldClient(hold(okafor, HoldKind::Hospital)));
    for (at, which) in [(now.plus(HOUR), "home.future"), (now.plus(-HOUR), "home.before")] {
        let home = BackHome { client: okafor, at: Some(at), note: String::new() };
        assert_eq!(rule(&office.act(&me, Command::BackHome(home))), which);
    }
}

#[test]
fn respite_holds_until_she_is_expected() {
    let (mut office, _) = office();
    let (me, garcia) = (office.me.clone(), office.clients[1]);
    let until = ny().midnight(ny().day(monday()).plus(2));
    let respite = HoldClient { since: None, expected: Some(until), ..hold(garcia, HoldKind::Respite) };
    office.done(&me, Command::HoldClient(respite));
    for visit in hers(&office, garcia) {
        let within = visit.end() > monday() && visit.start.moment() < until;
        let held = visit.reason.as_str() == "on hold: respite";
        assert_eq!(held, within && visit.state == VisitState::Cancelled, "{}", visit.start.minute);
        assert!(!within || held);
    }
}

#[test]
fn who_has_died_is_visited_no_more() {
    let (mut office, okafor) = office();
    let me = office.me.clone();
    let died = TellDied { client: okafor, at: None, place: "at home".into(), note: "daughter called".into() };
    let done = office.done(&me, Command::TellDied(died.clone()));
    assert_eq!(office.get::<Client>(okafor.0).status, ClientStatus::Died);
    assert!(hers(&office, okafor).iter().all(|v| v.state == VisitState::Cancelled && v.reason.as_str() == "died"));
    let words: Vec<String> = tasks(&office).iter().map(|t| t.what.as_str().to_owned()).collect();
    assert!(words.iter().any(|w| w.contains("don't go to Okafor, Ruth at 09:00")), "{words:?}");
    assert!(words.iter().any(|w| w.contains("RFA 08")), "{words:?}");
    assert_eq!(rule(&office.act(&me, Command::TellDied(died))), "client.not_on_service");
    same_as_fresh(&office, "died");
    office.done(&me, Command::Undo { seq: done.seq });
    assert_eq!(office.get::<Client>(okafor.0).status, ClientStatus::Active);
}

#[test]
fn a_closed_door_is_worked_step_by_step_and_ends_in_words() {
    let (mut office, okafor) = office();
    let me = office.me.clone();
    let visit = visit_at(&office, okafor, 9 * 60);
    let steps = ahead(&mut office, okafor, Some(visit)).steps;
    assert_eq!(steps.len(), 6);
    assert_eq!((steps[1].what.as_str(), steps[1].number.as_str()), ("call the client", "(401) 555-0101"));
    assert_eq!((steps[2].with.as_str(), steps[2].number.as_str()), ("Adeyemi, Grace", "(401) 555-0177"));
    let tried = |n: usize, result| DoorTry {
        what: steps[n].what.clone(),
        number: steps[n].number.clone(),
        with: steps[n].with.clone(),
        result,
    };
    let door = |end, note: &str, tried: Vec<DoorTry>| {
        Command::NoAnswerAtDoor(NoAnswerAtDoor { visit, tried, end, note: note.into() })
    };
    let both = vec![tried(0, CallResult::NoAnswer), tried(1, CallResult::NoAnswer)];
    assert_eq!(rule(&office.act(&me, door(DoorEnd::Out, "", both.clone()))), "door.out");
    assert_eq!(rule(&office.act(&me, door(DoorEnd::Found, "", Vec::new()))), "door.nothing");
    // Found: the calls are kept, the visit stands.
    let calls = office.ids(Kind::Communication).len();
    office.done(&me, door(DoorEnd::Found, "", vec![tried(0, CallResult::NoAnswer), tried(1, CallResult::Reached)]));
    assert_eq!(office.ids(Kind::Communication).len(), calls + 2);
    let last: Communication = office.get(*office.ids(Kind::Communication).last().unwrap());
    assert_eq!((last.result, last.number.as_str()), (CallResult::Reached, "(401) 555-0101"));
    assert!(office.get::<Visit>(visit.0).state.is_open());
    // Nobody knows where she is: an issue of the highest tier.
    office.done(&me, door(DoorEnd::Missing, "", both));
    let issue: Issue = office.get(*office.ids(Kind::Issue).last().unwrap());
    assert_eq!((issue.kind, issue.client), (IssueKind::MissingClient, Some(okafor)));
    assert!(
        office
            .alerts(AlertSource::Issue)
            .iter()
            .any(|k| office.alert(*k).is_some_and(|a| a.tier == 1 && a.rule.contains("missing")))
    );
    // Known to be out: missed, and the physician hears of it.
    office.done(&me, door(DoorEnd::Out, "at her son's, daughter says", vec![tried(2, CallResult::Reached)]));
    assert_eq!(office.get::<Visit>(visit.0).state, VisitState::Missed);
    assert!(
        tasks(&office).iter().any(|t| t.what.as_str().starts_with("tell Rao, Ada, PCP: visit of 09:00 was missed"))
    );
    same_as_fresh(&office, "at the door");
    // A visit of tomorrow has nobody at its door.
    let tomorrow = visit_at(&office, office.clients[3], 8 * 60);
    let early = NoAnswerAtDoor {
        visit: tomorrow,
        tried: vec![tried(0, CallResult::NoAnswer)],
        end: DoorEnd::Found,
        note: String::new(),
    };
    assert_eq!(rule(&office.act(&me, Command::NoAnswerAtDoor(early))), "door.early");
}

#[test]
fn running_late_goes_on_to_the_next_visits_until_a_gap_takes_it_up() {
    let (mut office, okafor) = office();
    let (me, reyes) = (office.me.clone(), office.staff[1]);
    // 09:00 Okafor, 10:00 García-López planned; and one at 15:00 with a long gap before it.
    let at = |minute| Civil { day: ny().day(monday()), minute, zone: ny() };
    let far = Visit {
        staff: Some(reyes),
        answer: Answer::Yes,
        ..Visit::new(office.clients[3], Discipline::Hha, at(15 * 60), 60)
    };
    let far = VisitId(office.make(&me, vec![new(&far)])[0]);
    let late = |minutes| Command::RunningLate(RunningLate { staff: reyes, minutes, note: "bus".into() });
    for minutes in [0, 361] {
        assert_eq!(rule(&office.act(&me, late(minutes))), "late.minutes");
    }
    let done = office.done(&me, late(40));
    assert!(done.summary.ends_with("to tell: Okafor, Ruth 09:40, García-López, Inés 10:40"), "{}", done.summary);
    let first = office.get::<Visit>(visit_at(&office, okafor, 9 * 60).0);
    assert_eq!(
        (first.reason.as_str(), first.state, first.answer),
        ("40 min late: bus", VisitState::Planned, Answer::Yes)
    );
    assert_eq!(office.get::<Visit>(far.0).reason.as_str(), "");
    let due: Vec<Moment> = tasks(&office).iter().filter(|t| t.what.as_str().contains("late")).map(|t| t.due).collect();
    assert_eq!(due, [monday().plus(50 * MINUTE), monday().plus(110 * MINUTE)]);
    // Little enough is said to the next client alone.
    office.done(&me, Command::Undo { seq: done.seq });
    let done = office.done(&me, late(10));
    assert!(done.summary.ends_with("to tell: Okafor, Ruth 09:10"), "{}", done.summary);
    assert_eq!(
        rule(
            &office.act(
                &me,
                Command::RunningLate(RunningLate { staff: office.staff[3], minutes: 5, note: String::new() })
            )
        ),
        "late.nothing"
    );
}

#[test]
fn by_keys_from_her_page_hospital_and_home() {
    for size in [(44, 18), (80, 24)] {
        let (office, okafor) = office();
        let app = App::open(office, size).keys("f").text("okafor").keys("enter").on("page");
        // What, where; ctrl-s keeps it.
        let app = app.keys("x").on("form").keys("1").text("General").keys("ctrl-s").pass(1_100);
        assert_eq!(app.service.get::<Client>(okafor.0).status, ClientStatus::Hold);
        let stay = app.service.get::<Stay>(*app.service.ids(Kind::Stay).last().unwrap());
        assert!(stay.inpatient && stay.facility.as_str() == "General");
        let app = app.keys("x 5").text("-0m").keys("ctrl-s").pass(1_100);
        assert_eq!(app.service.get::<Client>(okafor.0).status, ClientStatus::Active);
        // Back home is undone, then the stay: as if nothing had been.
        let app = app.keys("u enter").pass(1_100).keys("u enter").pass(1_100);
        assert_eq!(app.service.get::<Client>(okafor.0).status, ClientStatus::Active);
        assert!(hers(&app.service, okafor).iter().all(|v| !v.reason.as_str().starts_with("on hold")));
    }
}

#[test]
fn by_keys_running_late() {
    let (office, okafor) = office();
    let app = desk(office).keys("f").text("reyes").keys("enter").on("page");
    let app = app.keys("x 8").text("25").keys("ctrl-s").pass(1_100);
    let visit = app.service.get::<Visit>(visit_at(&app.service, okafor, 9 * 60).0);
    assert_eq!(visit.reason.as_str(), "25 min late");
    app.on("page");
}
