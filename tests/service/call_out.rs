//! A caregiver calls out: their visits are open at once, whoever is asked is kept with what they said, only a yes covers,
//! and taking it all back leaves the list of those who must be called.

use crate::office::{Office, few, monday, name, new, ny, phone, rule, said, t};
use caseload::domain::attention::AlertSource;
use caseload::domain::client::Need;
use caseload::domain::communication::{CallResult, Communication};
use caseload::domain::coverage::Group;
use caseload::domain::coverage::{
    CallOut, CallOutReason, Offer, Pairing, Safety, TimeOff, TimeOffKind, Wish, WishedBy,
};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{CallOutId, StaffId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::staff::{Available, Credential, Discipline, Staff};
use caseload::domain::task::Task;
use caseload::domain::time::{Civil, DAY, HOUR, MINUTE, Moment};
use caseload::domain::user::Role;
use caseload::domain::visit::{Answer, Visit, VisitState};
use caseload::service::api::coverage::{AskCarer, CallOutView, CandidateRow, LeaveOpen, Remedy, TellCallOut};
use caseload::service::api::{Answered, Command, Query, Reply};

/// An office with one more aide, and hers: Cole.
fn office() -> (Office, StaffId) {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let cole =
        Staff { phones: phone("(401) 555-0199"), ..Staff::new(office.east, name("Cole", "Denise"), Discipline::Hha) };
    let id = office.make(&me, vec![new(&cole)])[0];
    (office, StaffId(id))
}

fn told(office: &Office) -> TellCallOut {
    TellCallOut {
        staff: office.staff[1],
        from: monday(),
        to: ny().midnight(ny().day(monday()).plus(1)),
        reason: CallOutReason::Sick,
        note: String::new(),
        said: None,
    }
}

/// Reyes calls out of the day: 09:00 Okafor and 10:00 García-López.
fn out(office: &mut Office) -> CallOutId {
    let me = office.me.clone();
    let command = Command::TellCallOut(told(office));
    CallOutId(office.done(&me, command).created[0])
}

fn view(office: &mut Office) -> CallOutView {
    let (me, staff, day) = (office.me.clone(), office.staff[1], ny().day(monday()));
    match office.query(&me, Query::CallOut { staff, day }) {
        Answered::CallOut(Some(view)) => view,
        _ => panic!("no call-out"),
    }
}

fn candidates(office: &mut Office, visit: VisitId) -> Vec<CandidateRow> {
    let me = office.me.clone();
    match office.query(&me, Query::Candidates(visit)) {
        Answered::Candidates(rows) => rows,
        _ => panic!("another answer"),
    }
}

fn ask(office: &mut Office, visit: VisitId, staff: StaffId, said: Answer) -> Reply {
    let me = office.me.clone();
    let ask = AskCarer { visit, staff, said, number: "(401) 555-0199".into(), note: String::new(), back_at: None };
    office.act(&me, Command::AskCarer(ask))
}

fn of(rows: &[CandidateRow], staff: StaffId) -> &CandidateRow {
    rows.iter().find(|r| r.staff == staff).expect("not among the candidates")
}

#[test]
fn a_call_out_opens_the_visits_before_anybody_is_asked() {
    let (mut office, cole) = office();
    let id = out(&mut office);
    let view = view(&mut office);
    assert_eq!(view.call_out, Some(id));
    assert_eq!((view.visits.len(), view.closed(), view.reason.as_str()), (2, 0, "sick"));
    // Worst first: level 1, insulin, within the hour.
    assert_eq!(view.visits[0].row.client, office.clients[0]);
    assert_eq!((view.visits[0].tier, view.visits[0].harm.as_str()), (1, "L1 insulin"));
    assert_eq!(view.visits[0].said, "nobody");
    assert_eq!(view.visits[0].safe.as_deref(), Some(""));
    let kept: Visit = office.get(view.visits[0].row.id.0);
    assert_eq!((kept.state, kept.called_out_by), (VisitState::CalledOut, Some(office.staff[1])));
    // One alert under the caregiver, with all of its visits.
    let alerts = office.alerts(AlertSource::CallOut);
    assert!(alerts.iter().any(|k| k.subject == office.staff[1].0), "{alerts:?}");
    // A visit that was imported as called out is found by its day as well.
    let (me, diaz, day) = (office.me.clone(), office.staff[2], ny().day(monday()));
    let Answered::CallOut(Some(imported)) = office.query(&me, Query::CallOut { staff: diaz, day }) else { panic!() };
    assert_eq!((imported.call_out, imported.visits.len(), imported.reason.as_str()), (None, 1, "ill"));
    // Told twice is told once.
    let again = Command::TellCallOut(told(&office));
    assert_eq!(rule(&office.act(&me, again)), "call_out.again");
    // Who is out cannot go anywhere else in that time.
    let rows = candidates(&mut office, imported.visits[0].row.id);
    let reyes = of(&rows, office.staff[1]);
    assert_eq!((reyes.group, reyes.conflicts[0].rule.as_str()), (Group::No, "cover.out"));
    assert_eq!(of(&rows, cole).group, Group::Now);
    crate::office::same_as_fresh(&office, "a call-out");
}

#[test]
fn what_a_call_out_must_say() {
    let (mut office, _) = office();
    let me = office.me.clone();
    let told = told(&office);
    let tell = |told| Command::TellCallOut(told);
    for (bad, which) in [
        (TellCallOut { to: told.from, ..told.clone() }, "call_out.span"),
        (TellCallOut { to: told.from.plus(40 * DAY), ..told.clone() }, "call_out.long"),
        (TellCallOut { said: Some(monday().plus(HOUR)), ..told.clone() }, "call_out.future"),
        (TellCallOut { staff: StaffId([9; 16]), ..told.clone() }, "visit.staff"),
    ] {
        assert_eq!(rule(&office.act(&me, tell(bad))), which);
    }
    assert!(office.ids(Kind::CallOut).is_empty());
    // It was said at 05:52 and is written down now.
    let early = TellCallOut { said: Some(monday().plus(-138 * MINUTE)), ..told };
    office.done(&me, tell(early));
    let kept: CallOut = office.get(office.ids(Kind::CallOut)[0]);
    assert_eq!(kept.said.at, monday().plus(-138 * MINUTE));
}

#[test]
fn only_a_yes_covers_and_each_call_is_kept() {
    let (mut office, cole) = office();
    out(&mut office);
    let visit = view(&mut office).visits[0].row.id;
    let uncovered = |office: &mut Office| !view(office).visits.iter().find(|v| v.row.id == visit).unwrap().closed;
    let calls = office.ids(Kind::Communication).len();
    for said in [Answer::Planned, Answer::NoAnswer, Answer::LeftMessage, Answer::Asked] {
        assert!(matches!(ask(&mut office, visit, cole, said), Reply::Done(_)), "{said:?}");
        assert!(uncovered(&mut office), "{said:?} covers nothing");
        let alert = office.alerts(AlertSource::CallOut);
        assert!(alert.iter().any(|k| k.subject == office.staff[1].0), "{said:?} takes the alert away");
    }
    // Planned is no call; the other three are.
    assert_eq!(office.ids(Kind::Communication).len(), calls + 3);
    let row = of(&candidates(&mut office, visit), cole).clone();
    assert_eq!((row.calls, row.said.unwrap().0), (3, Answer::Asked));
    assert!(matches!(ask(&mut office, visit, cole, Answer::Yes), Reply::Done(_)));
    assert!(!uncovered(&mut office));
    let kept: Visit = office.get(visit.0);
    assert_eq!((kept.staff, kept.answer, kept.state), (Some(cole), Answer::Yes, VisitState::Planned));
    // One offer a person and visit, with the last word.
    assert_eq!(office.ids(Kind::Offer).len(), 1);
    let offer: Offer = office.get(office.ids(Kind::Offer)[0]);
    assert_eq!((offer.said, offer.calls), (Answer::Yes, 4));
    // Who then says no after all leaves it open again.
    assert!(matches!(ask(&mut office, visit, cole, Answer::No), Reply::Done(_)));
    assert!(uncovered(&mut office));
    let rows = candidates(&mut office, visit);
    assert_eq!(of(&rows, cole).group, Group::No);
    // An answer of somebody else takes nobody off who has said yes.
    assert!(matches!(ask(&mut office, visit, cole, Answer::Yes), Reply::Done(_)));
    let nurse = office.staff[0];
    assert!(matches!(ask(&mut office, visit, nurse, Answer::NoAnswer), Reply::Done(_)));
    assert!(!uncovered(&mut office));
    crate::office::same_as_fresh(&office, "calls");
}

#[test]
fn whoever_cannot_go_cannot_be_put_on_it() {
    let (mut office, cole) = office();
    out(&mut office);
    let me = office.me.clone();
    let (ruth, visit) = (office.clients[0], view(&mut office).visits[0].row.id);
    let refused = |office: &mut Office, why: &str| {
        let reply = ask(office, visit, cole, Answer::Yes);
        assert_eq!(rule(&reply), "cover.blocked", "{}", said(&reply));
        assert!(said(&reply).contains(why), "{}", said(&reply));
        let rows = candidates(office, visit);
        assert_eq!(of(&rows, cole).group, Group::No);
    };
    let therapist = office.staff[3];
    assert_eq!(rule(&ask(&mut office, visit, therapist, Answer::Yes)), "cover.blocked");
    let end = |office: &mut Office, kind: Kind, id: [u8; 16], fields: Fields| {
        assert!(matches!(office.edit(&me, kind, id, fields), Reply::Done(_)));
    };
    let lapsed = Credential {
        staff: cole,
        kind: t("CPR"),
        number: t(""),
        expires: Some(ny().day(monday()).plus(-1)),
        retired: false,
    };
    let id = office.make(&me, vec![new(&lapsed)])[0];
    refused(&mut office, "CPR ran out");
    end(&mut office, Kind::Credential, id, Fields::none().with("retired", &true));
    let wish = Pairing {
        client: ruth,
        staff: cole,
        wish: Wish::Excluded,
        by: WishedBy::Client,
        reason: t("smokes"),
        ended: None,
    };
    let id = office.make(&me, vec![new(&wish)])[0];
    refused(&mut office, "not together: smokes");
    end(&mut office, Kind::Pairing, id, Fields::none().with("ended", &Some(monday())));
    let off = TimeOff { staff: cole, from: monday(), to: monday().plus(DAY), kind: TimeOffKind::Vacation, note: t("") };
    let id = office.make(&me, vec![new(&off)])[0];
    refused(&mut office, "vacation until");
    end(&mut office, Kind::TimeOff, id, Fields::none().with("to", &monday().plus(MINUTE)));
    // Who is on call is not off.
    let on_call = TimeOff { kind: TimeOffKind::OnCall, ..off };
    let id = office.make(&me, vec![new(&on_call)])[0];
    let rows = candidates(&mut office, visit);
    let stands = of(&rows, cole);
    assert_eq!(stands.group, Group::Now);
    assert!(stands.conflicts.iter().any(|c| c.text.starts_with("on call until")), "{:?}", stands.conflicts);
    end(&mut office, Kind::TimeOff, id, Fields::none().with("to", &monday().plus(MINUTE)));
    let other = Visit {
        staff: Some(cole),
        answer: Answer::Yes,
        ..Visit::new(office.clients[3], Discipline::Hha, Civil::of(monday().plus(HOUR), ny()), 60)
    };
    let id = office.make(&me, vec![new(&other)])[0];
    refused(&mut office, "with O'Brien 09:10–10:10");
    end(&mut office, Kind::Visit, id, Fields::none().with("state", &VisitState::Cancelled));
    assert!(matches!(ask(&mut office, visit, cole, Answer::Yes), Reply::Done(_)));
}

#[test]
fn what_somebody_agreed_to_is_kept_as_the_reason() {
    let (mut office, cole) = office();
    out(&mut office);
    let me = office.me.clone();
    let noon = vec![Available { weekday: 0, from: 12 * 60, to: 18 * 60 }];
    let pattern: caseload::domain::text::Few<Available, 21> = few(noon);
    office.edit(&me, Kind::Staff, cole.0, Fields::none().with("availability", &pattern));
    let visit = view(&mut office).visits[0].row.id;
    let row = of(&candidates(&mut office, visit), cole).clone();
    assert_eq!((row.group, row.conflicts[0].text.as_str()), (Group::Ask, "starts 12:00: ask first"));
    let Reply::Done(done) = ask(&mut office, visit, cole, Answer::Yes) else { panic!() };
    let entry = office.store.engine().entry(done.seq).unwrap().unwrap();
    assert_eq!(office.store.note(&entry).reason.as_str(), "starts 12:00: ask first");
}

#[test]
fn a_visit_for_two_is_covered_when_both_have_said_yes() {
    let (mut office, cole) = office();
    let me = office.me.clone();
    let lift: caseload::domain::text::Few<caseload::domain::text::Text<40>, 20> = few(vec![t("lift")]);
    for staff in [cole, office.staff[1], office.staff[2]] {
        office.edit(&me, Kind::Staff, staff.0, Fields::none().with("skills", &lift));
    }
    let needs: caseload::domain::text::Few<Need, 8> = few(vec![Need::TwoPeople]);
    let first = office.clients[0];
    office.edit(&me, Kind::Client, first.0, Fields::none().with("needs", &needs));
    out(&mut office);
    let at = |office: &mut Office| view(office).visits.into_iter().find(|v| v.row.client == first).unwrap();
    let visit = at(&mut office).row.id;
    assert_eq!(at(&mut office).two, Some(0));
    ask(&mut office, visit, cole, Answer::Yes);
    let one = at(&mut office);
    assert_eq!((one.two, one.closed), (Some(1), false));
    // The same person is not two.
    assert_eq!(of(&candidates(&mut office, visit), cole).group, Group::No);
    let diaz = office.staff[2];
    ask(&mut office, visit, diaz, Answer::NoAnswer);
    assert_eq!(at(&mut office).two, Some(1), "no answer takes nobody off");
    ask(&mut office, visit, diaz, Answer::Yes);
    let both = at(&mut office);
    assert_eq!((both.two, both.closed), (Some(2), true));
    let kept: Visit = office.get(visit.0);
    assert_eq!((kept.staff, kept.second), (Some(cole), Some(diaz)));
    crate::office::same_as_fresh(&office, "two");
}

#[test]
fn where_nobody_can_go_the_family_is_asked_and_nothing_moves_before_they_say_yes() {
    let (mut office, _) = office();
    out(&mut office);
    let me = office.me.clone();
    let visits = view(&mut office).visits;
    let (first, second) = (visits[0].row.id, visits[1].row.id);
    let leave = |visit, remedy, note: &str| Command::LeaveOpen(LeaveOpen { visit, remedy, note: note.to_owned() });
    let before: Visit = office.get(first.0);
    let tasks = office.ids(Kind::Task).len();
    office.done(&me, leave(first, Remedy::Move(monday().plus(DAY)), ""));
    let after: Visit = office.get(first.0);
    assert!(before == after, "a family that was not asked has its visit moved");
    let ids = office.ids(Kind::Task);
    assert_eq!(ids.len(), tasks + 1);
    let task: Task = office.get(*ids.last().unwrap());
    assert!(task.what.contains("may the visit of 09:00 be Tue 3 Mar 08:10 instead"), "{}", task.what.as_str());
    assert!(!view(&mut office).visits[0].closed);
    assert_eq!(rule(&office.act(&me, leave(first, Remedy::Move(monday().plus(-1)), ""))), "leave.move");
    assert_eq!(rule(&office.act(&me, leave(first, Remedy::Shorten(60), ""))), "leave.shorten");
    assert_eq!(rule(&office.act(&me, leave(second, Remedy::Missed, ""))), "leave.missed");
    assert_eq!(rule(&office.act(&me, leave(second, Remedy::Family(String::new()), ""))), "leave.family");
    office.done(&me, leave(second, Remedy::Missed, "nobody found"));
    let missed: Visit = office.get(second.0);
    assert_eq!((missed.state, missed.reason.as_str()), (VisitState::Missed, "nobody found"));
    let task: Task = office.get(*office.ids(Kind::Task).last().unwrap());
    assert!(task.what.contains("tell Silva, Ana: visit of 10:00 (bath) was missed"), "{}", task.what.as_str());
    office.done(&me, leave(first, Remedy::Family("Grace Adeyemi".to_owned()), ""));
    let view = view(&mut office);
    assert_eq!(view.closed(), 2, "{:?}", view.visits.iter().map(|v| &v.said).collect::<Vec<_>>());
    crate::office::same_as_fresh(&office, "left open");
}

#[test]
fn whether_she_is_safe_till_then_is_kept_and_shown() {
    let (mut office, _) = office();
    out(&mut office);
    let me = office.me.clone();
    let visit = view(&mut office).visits[0].row.id;
    let say = |said: &str| Command::SayIfSafe { visit, said: said.to_owned() };
    assert_eq!(rule(&office.act(&me, say(" "))), "safe.empty");
    office.done(&me, say("daughter with her to 09:00"));
    office.done(&me, say("daughter with her to 10:00"));
    assert_eq!(view(&mut office).visits[0].safe.as_deref(), Some("daughter with her to 10:00"));
    let kept: Safety = office.get(*office.ids(Kind::Safety).last().unwrap());
    assert_eq!(kept.visit, visit);
}

#[test]
fn taking_it_back_gives_the_visits_back_and_names_whom_to_call() {
    let (mut office, cole) = office();
    let nurse = office.staff[0];
    let before: Vec<Visit> = office.ids(Kind::Visit).into_iter().map(|id| office.get(id)).collect();
    let id = out(&mut office);
    let me = office.me.clone();
    let visits = view(&mut office).visits;
    let (first, second) = (visits[0].row.id, visits[1].row.id);
    ask(&mut office, first, cole, Answer::Yes);
    ask(&mut office, second, nurse, Answer::LeftMessage);
    ask(&mut office, second, cole, Answer::No);
    // Grace, the daughter, heard of the call-out.
    let about = office.alerts(AlertSource::CallOut).into_iter().find(|k| k.subject == office.staff[1].0);
    let mut call = office.call(about, None);
    call.person = Some(caseload::service::api::Person::Client(office.clients[1]));
    (call.with, call.result) = ("Grace Adeyemi".to_owned(), CallResult::Reached);
    office.done(&me, Command::LogCall(call));
    let tasks = office.ids(Kind::Task).len();
    office.pass(MINUTE);
    let done = office.done(&me, Command::TakeBackCallOut(id));
    for who in ["Cole, Denise", "Chen, Jo", "Grace Adeyemi"] {
        assert!(done.summary.contains(who), "{}: {}", who, done.summary);
    }
    // Cole said no to the second and yes to the first: one task; Chen was left a message; Grace was told.
    assert_eq!(office.ids(Kind::Task).len(), tasks + 3);
    let after: Vec<Visit> = office.ids(Kind::Visit).into_iter().map(|id| office.get(id)).collect();
    assert!(before == after, "a visit is not as it was");
    assert_eq!(rule(&office.act(&me, Command::TakeBackCallOut(id))), "call_out.withdrawn");
    let reyes = office.staff[1];
    assert!(!office.alerts(AlertSource::CallOut).iter().any(|k| k.subject == reyes.0));
    crate::office::same_as_fresh(&office, "taken back");
    // What was said on the phone stays said.
    let said = office.ids(Kind::Communication).into_iter().filter(|id| {
        let call: Communication = office.get(*id);
        call.staff == Some(cole)
    });
    assert_eq!(said.count(), 2);
}

#[test]
fn a_visit_that_somebody_has_begun_is_not_given_back() {
    let (mut office, cole) = office();
    let id = out(&mut office);
    let me = office.me.clone();
    let first = view(&mut office).visits[0].row.id;
    ask(&mut office, first, cole, Answer::Yes);
    office.edit(&me, Kind::Visit, first.0, Fields::none().with("state", &VisitState::InProgress));
    let done = office.done(&me, Command::TakeBackCallOut(id));
    assert!(done.summary.contains("1 begun by others"), "{}", done.summary);
    let kept: Visit = office.get(first.0);
    assert_eq!(kept.staff, Some(cole));
}

#[test]
fn settling_says_what_is_covered_and_leaves_the_rest_its_alert() {
    let (mut office, cole) = office();
    let id = out(&mut office);
    let me = office.me.clone();
    let first = view(&mut office).visits[0].row.id;
    ask(&mut office, first, cole, Answer::Yes);
    let done = office.done(&me, Command::SettleCallOut(id));
    assert!(done.summary.ends_with("1 covered or closed, 1 still open"), "{}", done.summary);
    assert!(view(&mut office).settled);
    assert_eq!(rule(&office.act(&me, Command::SettleCallOut(id))), "call_out.settled");
    let reyes = office.staff[1];
    assert!(office.alerts(AlertSource::CallOut).iter().any(|k| k.subject == reyes.0), "one is open still");
    // A later call-out of another day does not meet this one.
    let later: Moment = monday().plus(2 * DAY);
    let next = TellCallOut { from: later, to: later.plus(8 * HOUR), ..told(&office) };
    office.done(&me, Command::TellCallOut(next));
}

#[test]
fn whoever_reaches_fewer_clients_sees_fewer_visits() {
    use caseload::domain::reach::Scope;
    let (mut office, _) = office();
    out(&mut office);
    let (colleague, reyes, day) = (office.colleague.clone(), office.staff[1], ny().day(monday()));
    let caseload: caseload::domain::client::Client = office.get(office.clients[0].0);
    assert_ne!(caseload.coordinator, Some(colleague.user));
    let user = colleague.user;
    let administrator = crate::access::one_of_each(&mut office)[Role::Administrator as usize].clone();
    let reach = Command::SetReach { user, scope: Some(Scope::Caseload), reason: "new".to_owned() };
    office.done(&administrator, reach);
    let Answered::CallOut(Some(view)) = office.query(&colleague, Query::CallOut { staff: reyes, day }) else {
        panic!()
    };
    assert_eq!((view.visits.len(), view.beyond), (0, 2));
}

/// From the telephone at her ear to the last visit closed: each key counted, on a phone's screen and on a terminal's.
#[test]
fn a_whole_call_out_by_its_keys() {
    use caseload::app::Model;
    use caseload::app::layers::Layer;
    for size in [(44, 18), (80, 24)] {
        let (office, cole) = office();
        let reyes = office.staff[1];
        let open_alert = |model: &Model| {
            model.alerts.rows.iter().any(|r| r.key.source == AlertSource::CallOut && r.key.subject == reyes.0)
        };
        let app = crate::flow::App::open(office, size);
        // Find her, say that she is out, why, and save: five keys beside the typing, and the visits are open.
        let app = app.keys("f").text("reyes").keys("enter").on("page").keys("x").on("form").keys("1 ctrl-s");
        let app = app.on("call-out").sees("2 visits are open");
        assert_eq!(app.service.ids(Kind::CallOut).len(), 1);
        let uncovered = |app: &crate::flow::App<Office>| match app.model.top() {
            Some(Layer::CallOut(page)) => page.view.as_ref().unwrap().visits.iter().filter(|v| !v.closed).count(),
            _ => panic!("not on the call-out"),
        };
        assert_eq!(uncovered(&app), 2);
        // Nobody answers: she is called, and covers nothing.
        let app = app.pass(1_100).keys("c 3").pass(1_100);
        assert_eq!(uncovered(&app), 2);
        assert!(open_alert(&app.model), "an alert went before anybody said yes");
        // Two keys a call: the next one says yes to the first visit, and somebody to the second.
        let app = app.keys("c 1").pass(1_100);
        assert_eq!(uncovered(&app), 1);
        assert!(open_alert(&app.model), "the other visit is still open");
        let app = app.keys("c 1").pass(1_100);
        assert_eq!(uncovered(&app), 0, "both have somebody");
        // Two keys settle it.
        let app = app.keys("r").on("confirm").keys("enter").sees("2 covered or closed, 0 still open").pass(1_100);
        assert!(!open_alert(&app.model), "everybody has said yes");
        // She comes after all: the list of those who must be called back.
        let tasks = app.service.ids(Kind::Task).len();
        let app = app.keys("a").text("comes after all").keys("enter").on("confirm").keys("enter");
        let said: String = app.model.toasts.iter().map(|t| t.text.clone()).collect();
        assert!(said.contains("comes after all") && said.contains("to call back: "), "{said}");
        assert!(app.service.ids(Kind::Task).len() > tasks);
        let visits: Vec<Visit> = app.service.ids(Kind::Visit).into_iter().map(|id| app.service.get(id)).collect();
        assert!(visits.iter().all(|v| v.staff != Some(cole)), "Cole still has one");
        assert!(visits.iter().filter(|v| v.staff == Some(reyes)).count() >= 2);
    }
}

/// What somebody sees is what she acts on: a colleague covers the visit while the telephone is in her hand.
#[test]
fn a_colleague_covers_it_while_she_dials() {
    let (mut office, cole) = office();
    out(&mut office);
    let visit = view(&mut office).visits[0].row.id;
    let app = crate::flow::App::open(office, (80, 24));
    let mut app = app.keys("f").text("reyes").keys("enter esc").pass(1_100);
    // From the alert: Enter is the call-out.
    let at =
        app.model.alerts.rows.iter().position(|r| r.key.source == AlertSource::CallOut && r.name.contains("Reyes"));
    for _ in 0..at.unwrap() {
        app = app.keys("down");
    }
    let mut app = app.keys("enter").on("call-out").keys("c");
    let colleague = app.service.colleague.clone();
    let ask =
        AskCarer { visit, staff: cole, said: Answer::Yes, number: String::new(), note: String::new(), back_at: None };
    app.service.done(&colleague, Command::AskCarer(ask));
    // Her own answer is about whom she called; nobody who said yes is taken off.
    let app = app.keys("3").pass(1_100);
    let kept: Visit = app.service.get(visit.0);
    assert_eq!((kept.staff, kept.answer), (Some(cole), Answer::Yes));
}

/// Calls, bookings and times by dice: nobody is suggested who cannot go or who would be in two homes at once, and whatever
/// a search through all combinations can cover, worst first, is covered.
#[test]
fn the_plan_of_a_call_out_covers_what_can_be_covered_and_breaks_nothing() {
    let full = std::env::var("CASELOAD_TEST_FULL").is_ok_and(|v| v == "1");
    let mut dice = 0x2545_F491_4F6C_DD1D_u64;
    let mut roll = move |below: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % below
    };
    let (mut planned, mut left) = (0, 0);
    for case in 0..if full { 300 } else { 40 } {
        let (mut office, cole) = office();
        let me = office.me.clone();
        let reyes = office.staff[1];
        let day = ny().day(monday());
        let visit = |client, staff, minute: u64, minutes: u64| Visit {
            staff: Some(staff),
            answer: Answer::Yes,
            ..Visit::new(client, Discipline::Hha, Civil { day, minute: minute as u16, zone: ny() }, minutes as u16)
        };
        let mut records = Vec::new();
        for _ in 0..=roll(3) {
            let client = office.clients[[0, 1, 3][roll(3) as usize]];
            records.push(new(&visit(client, reyes, 600 + 15 * roll(24), 30 + 15 * roll(5))));
        }
        for staff in [cole, office.staff[2], office.staff[0]] {
            for _ in 0..roll(3) {
                let client = office.clients[[0, 1, 3][roll(3) as usize]];
                records.push(new(&visit(client, staff, 600 + 15 * roll(24), 30 + 15 * roll(5))));
            }
        }
        office.make(&me, records);
        out(&mut office);
        let view = view(&mut office);
        let open: Vec<_> = view.visits.iter().filter(|v| !v.closed).collect();
        let can: Vec<Vec<StaffId>> = open
            .iter()
            .map(|v| candidates(&mut office, v.row.id))
            .map(|rows| rows.iter().filter(|r| r.group != Group::No).map(|r| r.staff).collect())
            .collect();
        let span = |n: usize| (open[n].row.start, open[n].row.start.plus(i64::from(open[n].row.minutes) * MINUTE));
        let meet = |a: usize, b: usize| span(a).0 < span(b).1 && span(b).0 < span(a).1;
        for (n, visit) in open.iter().enumerate() {
            for (staff, _) in &visit.suggested {
                assert!(can[n].contains(staff), "case {case}: somebody is suggested who cannot go");
                let twice = (0..open.len())
                    .filter(|m| *m != n && meet(n, *m))
                    .any(|m| open[m].suggested.iter().any(|(s, _)| s == staff));
                assert!(!twice, "case {case}: somebody is suggested twice at once");
            }
        }
        // All combinations: nobody, or one who can go.
        let weigh = |tier: u8| [1, 1_000_000, 10_000, 100, 1, 1][usize::from(tier)];
        let mut best = 0;
        let mut stack: Vec<(usize, Vec<Option<StaffId>>, i64)> = vec![(0, Vec::new(), 0)];
        while let Some((n, picked, sum)) = stack.pop() {
            if n == open.len() {
                best = best.max(sum);
                continue;
            }
            let mut with = |who: Option<StaffId>, more: i64| {
                let mut next = picked.clone();
                next.push(who);
                stack.push((n + 1, next, sum + more));
            };
            with(None, 0);
            for staff in &can[n] {
                if (0..n).all(|m| picked[m] != Some(*staff) || !meet(n, m)) {
                    with(Some(*staff), weigh(open[n].tier));
                }
            }
        }
        let covered: i64 = open.iter().filter(|v| !v.suggested.is_empty()).map(|v| weigh(v.tier)).sum();
        assert_eq!(covered, best, "case {case}: {} visits", open.len());
        planned += open.iter().filter(|v| !v.suggested.is_empty()).count();
        left += open.iter().filter(|v| v.suggested.is_empty()).count();
    }
    assert!(planned > 20 && left > 0, "{planned} planned, {left} left");
}

#[test]
fn a_substitute_is_told_where_and_what_and_no_code() {
    use caseload::domain::chart::AccessCode;
    let (mut office, cole) = office();
    let me = office.me.clone();
    let first = office.clients[0];
    let fields = Fields::none()
        .with("address.street", &"12 Main St")
        .with("address.town", &"Providence")
        .with("hazards", &["dog"])
        .with("languages", &["Igbo"]);
    office.edit(&me, Kind::Client, first.0, fields);
    office.make(&me, vec![new(&AccessCode { client: first, kind: t("key box"), code: t("4711") })]);
    out(&mut office);
    let at = |office: &mut Office| view(office).visits.into_iter().find(|v| v.row.client == first).unwrap();
    let visit = at(&mut office);
    assert!(visit.dispatch.is_empty(), "nobody has said yes yet");
    ask(&mut office, visit.row.id, cole, Answer::Yes);
    let text = at(&mut office).dispatch;
    for part in [
        "Mon 2 Mar 09:00–10:00 Okafor, Ruth",
        "12 Main St, Providence",
        "HHA bath",
        "insulin",
        "mind: dog",
        "speaks Igbo",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("4711") && text.chars().count() <= 480, "{text}");
}

#[test]
fn n_x_finds_whoever_calls_out_by_name() {
    let (office, _) = office();
    let app = crate::flow::App::open(office, (44, 18)).keys("n x").on("form");
    assert_eq!(app.field(), "who");
    // Without anybody it says what is missing, and nothing is kept.
    let app = app.keys("ctrl-s").on("form");
    let Some(caseload::app::layers::Layer::Form(form)) = app.model.top() else { panic!("no form") };
    assert!(form.field("who").unwrap().error.as_ref().unwrap().contains("who calls out?"));
    let app = app.text("reyes").pass(300).keys("enter 1 ctrl-s").on("call-out").sees("2 visits are open");
    assert_eq!(app.service.ids(Kind::CallOut).len(), 1);
}

/// Two at the same call-out do not call the same person: whoever has a number open is named beside it.
#[test]
fn whoever_is_being_called_by_a_colleague_is_marked() {
    use caseload::service::api::{Hand, Person, Request, Where};
    let (mut office, cole) = office();
    out(&mut office);
    let visit = view(&mut office).visits[0].row.id;
    let colleague = office.colleague.clone();
    let place = Where { person: Some(Person::Staff(cole)), about: None, hand: Hand::Calls };
    office.ask(&colleague, Request::Looking(Some(place)));
    assert_eq!(of(&candidates(&mut office, visit), cole).caller.as_deref(), Some("R. Patel"));
    office.ask(&colleague, Request::Looking(Some(Where { hand: Hand::Reads, ..place })));
    assert_eq!(of(&candidates(&mut office, visit), cole).caller, None);
    // And the page says where it is: at the caregiver who is out, then at whoever is called.
    let app = crate::flow::App::open(office, (80, 24)).keys("f").text("reyes").keys("enter x").on("form").keys("esc");
    let app = app.keys("g g").pass(1_100);
    let mut app = app.keys("esc").pass(1_100);
    let at =
        app.model.alerts.rows.iter().position(|r| r.key.source == AlertSource::CallOut && r.name.contains("Reyes"));
    for _ in 0..at.unwrap() {
        app = app.keys("down");
    }
    let app = app.keys("enter").on("call-out");
    let reyes = Person::Staff(app.service.staff[1]);
    let place = |app: &crate::flow::App<Office>| caseload::app::looking::place(&app.model).unwrap();
    assert_eq!((place(&app).person, place(&app).hand), (Some(reyes), Hand::Reads));
    let app = app.keys("c");
    assert_eq!(place(&app).hand, Hand::Calls);
    assert_ne!(place(&app).person, Some(reyes));
}

/// Two coordinators each have somebody's yes for the same visit: the first stands, and the second hears of it.
#[test]
fn a_second_yes_puts_nobody_off() {
    let (mut office, cole) = office();
    out(&mut office);
    let visit = view(&mut office).visits[0].row.id;
    let nurse = office.staff[0];
    assert!(matches!(ask(&mut office, visit, cole, Answer::Yes), Reply::Done(_)));
    let reply = ask(&mut office, visit, nurse, Answer::Yes);
    assert_eq!(rule(&reply), "cover.taken");
    assert!(said(&reply).contains("Cole, Denise said yes already"), "{}", said(&reply));
    let kept: Visit = office.get(visit.0);
    assert_eq!((kept.staff, kept.answer), (Some(cole), Answer::Yes));
    // Once she can't after all, the other's yes is wanted.
    ask(&mut office, visit, cole, Answer::No);
    assert!(matches!(ask(&mut office, visit, nurse, Answer::Yes), Reply::Done(_)));
}

fn open_shifts(office: &mut Office, mine: bool) -> CallOutView {
    let (me, day) = (office.me.clone(), ny().day(monday()));
    match office.query(&me, Query::OpenShifts { day, days: 8, mine }) {
        Answered::CallOut(Some(view)) => view,
        _ => panic!("no open shifts"),
    }
}

#[test]
fn all_open_visits_are_one_page_with_their_offers_and_the_fill_rate() {
    let (mut office, cole) = office();
    let before = open_shifts(&mut office, false);
    let fill = before.fill.unwrap();
    assert!(before.staff.is_none() && before.call_out.is_none());
    assert_eq!(usize::try_from(fill.planned - fill.filled).unwrap(), before.visits.len());
    assert!(before.visits.iter().all(|v| !v.closed));
    // Worst first.
    let tiers: Vec<u8> = before.visits.iter().map(|v| if v.tier == 0 { 9 } else { v.tier }).collect();
    assert!(tiers.is_sorted(), "{tiers:?}");
    let visit = before.visits[0].row.id;
    let _ = ask(&mut office, visit, cole, Answer::LeftMessage);
    let waits = open_shifts(&mut office, false);
    assert_eq!((waits.visits[0].offers.pending, waits.visits[0].offers.expired), (1, 0));
    assert_eq!(waits.fill, Some(fill), "a message left fills nothing");
    // After an hour she is not waited for any longer, and still may say yes.
    office.pass(61 * MINUTE);
    let later = open_shifts(&mut office, false);
    let at = later.visits.iter().find(|v| v.row.id == visit).expect("still open");
    assert_eq!((at.offers.pending, at.offers.expired), (0, 1));
    assert!(at.said.ends_with(", expired"), "{}", at.said);
    assert!(of(&candidates(&mut office, visit), cole).expired);
    let _ = ask(&mut office, visit, cole, Answer::Told);
    let told = open_shifts(&mut office, false);
    assert!(told.visits.iter().all(|v| v.row.id != visit), "told and confirmed is covered");
    assert_eq!(told.fill.unwrap().filled, fill.filled + 1);
}

#[test]
fn the_open_visits_are_worked_by_the_same_keys() {
    use caseload::app::layers::Layer;
    let (mut office, _) = office();
    let open = open_shifts(&mut office, false).visits.len();
    let app = crate::flow::App::open(office, (80, 24)).keys("g s").on("call-out");
    let shown = |app: &crate::flow::App<Office>| match app.model.top() {
        Some(Layer::CallOut(page)) => page.view.as_ref().unwrap().visits.len(),
        _ => panic!("not on the page"),
    };
    assert_eq!(shown(&app), open);
    let app = app.keys("c 1").pass(1_100);
    assert_eq!(shown(&app), open - 1);
    // Nothing of it can be settled or taken back as a whole.
    let app = app.keys("r").sees("several causes");
    app.keys("esc");
}
