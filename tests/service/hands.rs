//! From hand to hand: an act on several alerts, passing, handing up, tiers by hand, opening again, scheduling, tasks,
//! and who outside has to be told when an act is taken back.

use crate::office::{Office, monday, new, phone, rule, said, same_as_fresh, t};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::communication::CallResult;
use caseload::domain::ids::UserId;
use caseload::domain::record::Kind;
use caseload::domain::staff::Staff;
use caseload::domain::task::Task;
use caseload::domain::text::Few;
use caseload::domain::time::{DAY, HOUR, MINUTE};
use caseload::domain::user::{Role, User};
use caseload::service::api::{
    Act, Answered, Command, Execute, ManyAct, OpenList, Owner, Person, Query, Reply, Request, Rows, Session, Sort, View,
};

fn tier(office: &Office, key: AlertKey) -> u8 {
    office.alert(key).unwrap().tier
}

fn rows(office: &mut Office, who: &Session, mine: bool) -> Vec<caseload::service::api::AlertRow> {
    let ask = OpenList { view: View::Alerts, mine, lens: String::new(), words: String::new(), sort: Sort::Natural };
    match office.ask(who, Request::OpenList(ask)).0 {
        Reply::List(list) => match list.window.rows {
            Rows::Alerts(rows) => rows,
            _ => panic!("other rows"),
        },
        other => panic!("{}", said(&other)),
    }
}

fn undo_next(office: &mut Office, who: &Session) -> Act {
    match office.query(who, Query::UndoNext { redo: false }) {
        Answered::UndoNext(Some(act)) => act,
        _ => panic!("nothing to undo"),
    }
}

fn on_call(office: &mut Office) -> Session {
    let manager = office.manager.clone();
    let nurse = Staff {
        phones: phone("(401) 555-0190"),
        ..Staff::new(office.east, crate::office::name("Silva", "Ana"), caseload::domain::staff::Discipline::Rn)
    };
    let staff = office.make(&manager, vec![new(&nurse)])[0];
    let user = User {
        name: t("A. Silva"),
        role: Role::OnCall,
        office: office.east,
        login: t("asilva"),
        uid: 77,
        phones: Few::default(),
        staff: Some(staff.into()),
        active: true,
    };
    let id = office.make(&manager, vec![new(&user)])[0];
    office.service.session(UserId(id), "test").unwrap()
}

#[test]
fn an_act_on_many_is_one_commit_and_the_others_say_why() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let keys = office.all_alerts();
    let theirs = keys[1];
    office.done(&colleague, Command::Take { key: theirs, from_other: true });
    let head = office.store.engine().head().unwrap();
    let act = ManyAct::Take { from_other: false };
    let request = office.next_request();
    let command = Command::OnMany { keys: vec![keys[0], theirs, keys[2], keys[0]], act };
    let Reply::Done(done) = office.act_as(&me, request, command.clone()) else { panic!("not done") };
    assert_eq!(office.store.engine().head().unwrap(), head + 1, "one commit");
    assert!(done.summary.starts_with("Taken: ") && done.summary.ends_with("(2)"), "{}", done.summary);
    assert_eq!(done.refused.len(), 1);
    assert!(done.refused[0].0 == theirs && done.refused[0].1.contains("R. Patel has it"), "{}", done.refused[0].1);
    assert_eq!(office.alert(keys[2]).unwrap().owner, Some(me.user));
    assert_eq!(office.alert(theirs).unwrap().owner, Some(colleague.user));
    // The same request again does nothing, and still names the one that was left.
    let Reply::Done(again) = office.act_as(&me, request, command) else { panic!("not done") };
    assert_eq!((again.seq, again.refused.len()), (done.seq, 1));
    assert!(again.refused[0].0 == theirs);
    assert_eq!(office.store.engine().head().unwrap(), head + 1);
    // One undo takes all of it back.
    office.done(&me, Command::Undo { seq: done.seq });
    assert!([keys[0], keys[2]].iter().all(|k| office.alert(*k).unwrap().owner != Some(me.user)));
    same_as_fresh(&office, "an act on many and its undo");
}

#[test]
fn the_worst_are_neither_put_to_sleep_nor_finished_with_others() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let keys = office.all_alerts();
    let (worst, mild): (Vec<AlertKey>, Vec<AlertKey>) = keys.iter().partition(|k| tier(&office, **k) <= 2);
    let mild: Vec<AlertKey> = mild.into_iter().filter(|k| !matches!(k.source, AlertSource::Promise)).take(2).collect();
    let until = office.now().plus(20 * MINUTE);
    let act = ManyAct::Snooze { until, reason: "asked".to_owned() };
    let done = office.done(&me, Command::OnMany { keys: [&worst[..1], &mild].concat(), act });
    assert_eq!(done.refused.len(), 1);
    assert!(done.refused[0].0 == worst[0] && done.refused[0].1.contains("by itself"));
    // Nothing that can be done is no commit at all, and every one says why.
    let head = office.store.engine().head().unwrap();
    let act = ManyAct::Result { outcome: "done".to_owned(), note: String::new() };
    let done = office.done(&me, Command::OnMany { keys: worst.clone(), act });
    assert_eq!((done.seq, done.refused.len()), (0, worst.len()));
    assert_eq!(office.store.engine().head().unwrap(), head);
}

#[test]
fn more_than_one_save_holds_is_said() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let task = |n: usize| Task {
        office: office.east,
        client: Some(office.clients[n % 3]),
        staff: None,
        what: t(&format!("task {n}")),
        due: monday().plus(5 * HOUR + n as i64),
        owner: None,
        about: None,
        undid: 0,
        done: None,
    };
    let tasks: Vec<_> = (0..85).map(|n| new(&task(n))).collect();
    office.make(&manager, tasks);
    let keys = office.alerts(AlertSource::Task);
    assert_eq!(keys.len(), 85);
    let done = office.done(&me, Command::OnMany { keys, act: ManyAct::Take { from_other: false } });
    assert_eq!(done.refused.len(), 5);
    assert!(done.refused.iter().all(|(_, why)| why.contains("do it again for the rest")));
    assert!(done.summary.contains("and 75 more") && done.summary.ends_with("(80)"), "{}", done.summary);
    office.done(&me, Command::Undo { seq: done.seq });
}

#[test]
fn what_is_passed_is_theirs_and_not_acknowledged() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let key = office.alerts(AlertSource::Issue)[0];
    office.done(&me, Command::Take { key, from_other: false });
    assert!(office.alert(key).unwrap().due.is_none(), "taken: no clock runs");
    let pass = Command::Pass { key, to: colleague.user, note: "she knows the daughter".to_owned() };
    let done = office.done(&me, pass.clone());
    assert_eq!(done.summary, "Passed to R. Patel: Okafor, Ruth");
    let alert = office.alert(key).unwrap();
    assert!(alert.owner == Some(colleague.user) && !alert.acknowledged && alert.due.is_some());
    assert!(rows(&mut office, &colleague, true).iter().any(|r| r.key == key && r.owner == Owner::You));
    let Answered::Why(Some(why)) = office.query(&colleague, Query::Why(key)) else { panic!("no why") };
    assert!(why.lines.contains(&("Passed".to_owned(), "J. Alvarez: she knows the daughter".to_owned())));
    assert_eq!(rule(&office.act(&me, pass)), "pass.theirs");
    assert_eq!(rule(&office.act(&me, Command::Pass { key, to: me.user, note: String::new() })), "pass.self");
    assert_eq!(rule(&office.act(&me, Command::Pass { key, to: UserId([9; 16]), note: String::new() })), "pass.to");
    office.pass(MINUTE);
    office.done(&colleague, Command::Take { key, from_other: false });
    let reply = office.act(&me, Command::Undo { seq: done.seq });
    assert_eq!(rule(&reply), "undo.changed_since");
    assert!(said(&reply).contains("R. Patel"));
    let Answered::Colleagues(list) = office.query(&me, Query::Colleagues) else { panic!("another answer") };
    assert!(list.iter().any(|c| c.name == "R. Patel") && list.iter().all(|c| c.user != me.user));
}

#[test]
fn what_is_handed_up_stands_first_until_somebody_takes_it() {
    let mut office = Office::at(monday());
    let nurse = on_call(&mut office);
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let key = *office.all_alerts().iter().rev().find(|k| tier(&office, **k) >= 3).unwrap();
    assert!(rows(&mut office, &manager, true).first().is_none_or(|r| r.key != key));
    let escalate = Command::Escalate { key, reason: "the family wants a decision".to_owned() };
    office.service.set_present([me.user]);
    let done = office.done(&me, escalate.clone());
    assert!(done.summary.contains("nobody of them is connected: ring"), "{}", done.summary);
    assert!(done.summary.contains("A. Silva (401) 555-0190"), "{}", done.summary);
    // The number is told, not kept.
    let entry = office.store.engine().entry(done.seq).unwrap().unwrap();
    assert!(!office.store.note(&entry).summary.contains("555"));
    for who in [&manager, &nurse] {
        let list = rows(&mut office, who, true);
        let first: Vec<_> = list.iter().take_while(|r| r.summons).collect();
        assert!(first.iter().any(|r| r.key == key && r.escalated));
        assert!(list.iter().skip(first.len()).all(|r| !r.summons), "they stand before all others");
    }
    let mine = rows(&mut office, &me, false);
    assert!(mine.iter().any(|r| r.key == key && r.escalated && !r.summons) && mine[0].key != key);
    assert_eq!(rule(&office.act(&me, escalate)), "escalate.already");
    let sleep = Command::Snooze { key, until: office.now().plus(HOUR), reason: "x".to_owned() };
    assert_eq!(rule(&office.act(&me, sleep)), "snooze.escalated");
    office.service.set_present([me.user, manager.user]);
    let Answered::Why(Some(why)) = office.query(&me, Query::Why(key)) else { panic!("no why") };
    let line = |label: &str| why.lines.iter().find(|(l, _)| l == label).map(|(_, t)| t.clone()).unwrap_or_default();
    assert!(line("Handed up").contains("by J. Alvarez") && line("Handed up").contains("wants a decision"));
    assert_eq!(line("Until taken"), "connected: M. Manager; else ring A. Silva (401) 555-0190");
    // Nobody has to be asked to take what was handed up; taking ends it.
    let taken = office.done(&nurse, Command::Take { key, from_other: false });
    let alert = office.alert(key).unwrap();
    assert!(alert.owner == Some(nurse.user) && !alert.escalated && !alert.calls_up());
    assert!(!rows(&mut office, &manager, true).iter().any(|r| r.key == key && r.summons));
    office.done(&nurse, Command::Undo { seq: taken.seq });
    assert!(office.alert(key).unwrap().escalated);
    same_as_fresh(&office, "handing up");
}

#[test]
fn a_p1_past_its_time_calls_up_by_itself() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let key = office.alerts(AlertSource::Issue)[0];
    assert!(tier(&office, key) == 1 && !office.alert(key).unwrap().calls_up());
    let head = office.store.engine().head().unwrap();
    office.pass(20 * MINUTE);
    assert!(office.alert(key).unwrap().calls_up());
    let row = rows(&mut office, &manager, true).into_iter().find(|r| r.key == key).unwrap();
    assert!(row.summons && row.breached && !row.escalated);
    assert_eq!(office.store.engine().head().unwrap(), head, "passing time writes nothing");
    let Answered::OnDuty(duty) = office.query(&me, Query::OnDuty(Some(key))) else { panic!("another answer") };
    assert!(duty.iter().any(|d| d.name == "M. Manager" && !d.connected));
    office.done(&me, Command::Take { key, from_other: false });
    assert!(!office.alert(key).unwrap().calls_up());
}

#[test]
fn a_hand_raises_and_lowers_but_no_floor() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let retier = |key, tier| Command::Retier { key, tier, reason: "I know her".to_owned() };
    let fall = office.alerts(AlertSource::Issue)[0];
    assert!(office.alert(fall).unwrap().floor);
    let reply = office.act(&me, retier(fall, 3));
    assert_eq!(rule(&reply), "retier.floor");
    assert!(said(&reply).contains("practitioner"));
    let key = *office.all_alerts().iter().find(|k| tier(&office, **k) == 4).unwrap();
    assert_eq!(rule(&office.act(&me, Command::Retier { key, tier: 2, reason: String::new() })), "retier.reason");
    assert_eq!(rule(&office.act(&me, retier(key, 4))), "retier.same");
    assert_eq!(rule(&office.act(&me, retier(key, 6))), "retier.tier");
    let done = office.done(&me, retier(key, 2));
    assert!(done.summary.starts_with("P4 made P2: "), "{}", done.summary);
    assert!(tier(&office, key) == 2 && office.alert(key).unwrap().by_hand);
    let Answered::Why(Some(why)) = office.query(&me, Query::Why(key)) else { panic!("no why") };
    assert!(why.lines.iter().any(|(l, text)| l == "By hand" && text.contains("I know her")));
    // The rule's own tier takes the hand off again.
    office.done(&me, retier(key, 4));
    assert!(!office.alert(key).unwrap().by_hand);
    same_as_fresh(&office, "tiers by hand");
}

#[test]
fn what_was_finished_is_opened_again() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let result = |key| Command::Result {
        key,
        outcome: "seen".to_owned(),
        note: "told".to_owned(),
        disposition: Some((caseload::domain::issue::DispositionKind::SeenByPractitioner, "Dr Silva".to_owned())),
    };
    let reopen = |key| Command::Reopen { key, reason: "she fell again".to_owned() };
    let complaint = office.alerts(AlertSource::Issue)[1];
    assert_eq!(rule(&office.act(&me, reopen(complaint))), "reopen.open");
    office.done(&me, result(complaint));
    assert!(office.alert(complaint).is_none());
    let done = office.done(&me, reopen(complaint));
    assert!(done.summary.starts_with("Opened again: "), "{}", done.summary);
    let again = AlertKey { occurrence: complaint.occurrence + 1, ..complaint };
    assert!(office.alert(again).is_some_and(|a| a.owner == Some(me.user) && a.acknowledged));
    for key in [office.alerts(AlertSource::Credential)[0], office.alerts(AlertSource::Promise)[0]] {
        assert_eq!(rule(&office.act(&me, Command::Reopen { key, reason: String::new() })), "reopen.reason");
        office.done(&me, Command::Result { key, outcome: "kept".to_owned(), note: String::new(), disposition: None });
        assert!(office.alert(key).is_none());
        let done = office.done(&me, reopen(key));
        assert!(office.alert(key).is_some_and(|a| a.owner == Some(me.user)));
        office.done(&me, Command::Undo { seq: done.seq });
        assert!(office.alert(key).is_none());
    }
    // Finished ones stand on the page of whom they are about, where they can be opened.
    let staff = office.staff[1];
    let Answered::Page(Some(page)) = office.query(&me, Query::StaffPage(staff)) else { panic!("no page") };
    let finished = page.sections.iter().find(|s| s.title == "Finished").unwrap();
    assert!(finished.lines[0].key.is_some_and(|k| k.source == AlertSource::Credential));
    let never = AlertKey { source: AlertSource::Credential, subject: [9; 16], occurrence: 3 };
    assert_eq!(rule(&office.act(&me, reopen(never))), "reopen.gone");
    same_as_fresh(&office, "opening again");
}

#[test]
fn a_reassessment_is_scheduled_with_a_visit() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let key = office.alerts(AlertSource::Reassessment)[0];
    let (rn, aide) = (office.staff[0], office.staff[1]);
    let at = office.now().plus(DAY + 6 * HOUR);
    let book = |start, staff| Command::ScheduleReassessment { key, start, minutes: 60, staff };
    assert!(said(&office.act(&me, book(at, aide))).contains("this is a HHA"));
    assert!(said(&office.act(&me, book(at.plus(9 * DAY), rn))).contains("counts"));
    assert!(said(&office.act(&me, book(office.now().plus(-HOUR), rn))).contains("past"));
    let done = office.done(&me, book(at, rn));
    assert!(done.summary.starts_with("Scheduled ") && done.summary.contains("Chen"), "{}", done.summary);
    assert!(office.alert(key).unwrap().booked.is_some_and(|b| b.starts_with("Chen RN")));
    // Booked twice is one visit; another client at that time is said.
    let visits = office.ids(Kind::Visit).len();
    office.act(&me, book(at, rn));
    assert_eq!(office.ids(Kind::Visit).len(), visits);
    let other = office.alerts(AlertSource::Recert).first().copied();
    if let Some(other) = other {
        let reply = office.act(&me, Command::ScheduleReassessment { key: other, start: at, minutes: 30, staff: rn });
        assert!(said(&reply).contains("they are with") || said(&reply).contains("counts"), "{}", said(&reply));
    }
    office.done(&me, Command::CompleteReassessment { key, result: "7, mild".to_owned(), completed: None });
    same_as_fresh(&office, "scheduling");
}

#[test]
fn a_task_is_an_alert_until_it_is_done() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let task = Task {
        office: office.east,
        client: Some(office.clients[0]),
        staff: None,
        what: t("tell the pharmacy"),
        due: office.now().plus(2 * HOUR),
        owner: Some(me.user),
        about: None,
        undid: 0,
        done: None,
    };
    office.make(&manager, vec![new(&task)]);
    let key = office.alerts(AlertSource::Task)[0];
    let row = rows(&mut office, &me, true).into_iter().find(|r| r.key == key).unwrap();
    assert!(
        row.tier == 3 && row.owner == Owner::You && row.cause.starts_with("tell the pharmacy by "),
        "{}",
        row.cause
    );
    office.pass(3 * HOUR);
    assert_eq!(tier(&office, key), 2, "late by a tier");
    let Answered::Outcomes { choices, .. } = office.query(&me, Query::Outcomes(key)) else { panic!("none") };
    assert_eq!(choices[0].0, "done");
    let done = Command::Result { key, outcome: "done".to_owned(), note: "told".to_owned(), disposition: None };
    let done = office.done(&me, done);
    assert!(office.alert(key).is_none() && office.get::<Task>(key.subject).done.is_some());
    same_as_fresh(&office, "a task done");
    office.done(&me, Command::Undo { seq: done.seq });
    assert!(office.alert(key).is_some());
    let Answered::Why(Some(why)) = office.query(&me, Query::Why(key)) else { panic!("no why") };
    assert!(why.headline.starts_with("to do: tell the pharmacy"), "{}", why.headline);
}

#[test]
fn undo_makes_a_call_back_for_each_who_was_told_since() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let key = office.alerts(AlertSource::Visit).into_iter().find(|k| tier(&office, *k) > 2);
    let key = key.unwrap_or_else(|| office.alerts(AlertSource::Visit)[0]);
    let client = office.service.book().get(key).unwrap().thing.client.as_ref().unwrap().id;
    let told = |office: &Office, with: &str, result| {
        let call = office.call(Some(key), None);
        let person = Some(Person::Client(client));
        Command::LogCall(caseload::service::api::LogCall { with: with.to_owned(), person, result, ..call })
    };
    // Told before the act: no matter.
    let before = told(&office, "Sam, son", CallResult::Reached);
    office.done(&me, before);
    let result =
        Command::Result { key, outcome: "family covers".to_owned(), note: "Grace comes".to_owned(), disposition: None };
    let done = office.done(&me, result);
    assert!(undo_next(&mut office, &me).tells.is_empty());
    for (who, with, result) in [
        (&me, "Grace Adeyemi, daughter", CallResult::Reached),
        (&colleague, "Dr. Alder, PCP", CallResult::LeftMessage),
        (&me, "Grace Adeyemi, daughter", CallResult::Reached),
        (&me, "Kim, neighbour", CallResult::NoAnswer),
    ] {
        let call = told(&office, with, result);
        office.done(who, call);
    }
    let next = undo_next(&mut office, &me);
    assert!(next.seq == done.seq && next.refused.is_none());
    assert_eq!(next.tells.len(), 2, "{:?}", next.tells);
    assert!(next.tells.iter().any(|t| t.starts_with("tell Grace Adeyemi, daughter: “Done (family covers)")));
    let undone = office.done(&me, Command::Undo { seq: done.seq });
    assert!(undone.summary.contains("2 to call back"), "{}", undone.summary);
    let tasks = office.alerts(AlertSource::Task);
    assert_eq!(tasks.len(), 2);
    let task: Task = office.get(tasks[0].subject);
    assert!(task.undid == done.seq && task.owner == Some(me.user) && task.client == Some(client));
    assert!(tasks.iter().all(|k| office.alert(*k).is_some_and(|a| a.owner == Some(me.user) && a.tier == 3)));
    same_as_fresh(&office, "call-backs");
    // One of them is made; the redo takes the other away, and whoever was told since is told again.
    let made = Command::Result { key: tasks[0], outcome: "done".to_owned(), note: String::new(), disposition: None };
    office.done(&me, made);
    let redone = office.done(&me, Command::Undo { seq: undone.seq });
    assert!(redone.summary.starts_with("Done again"), "{}", redone.summary);
    assert!(office.alert(key).is_none() && office.alerts(AlertSource::Task).is_empty());
    same_as_fresh(&office, "a redo");
}

#[test]
fn who_of_us_has_it_is_no_business_of_people_outside() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let key = office.alerts(AlertSource::Issue)[0];
    let taken = office.done(&me, Command::Take { key, from_other: false });
    let call = office.call(Some(key), None);
    office.done(&me, Command::LogCall(call));
    let next = undo_next(&mut office, &me);
    assert!(next.seq == taken.seq && next.tells.is_empty() && next.refused.is_none());
}

#[test]
fn a_call_is_amended_and_the_old_stays_in_its_history() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let key = office.alerts(AlertSource::Issue)[0];
    let call = office.call(Some(key), Some(("call back", office.now().plus(2 * HOUR))));
    let logged = office.done(&me, Command::LogCall(call)).created[0];
    let amend = |note: &str| Command::AmendCall {
        call: logged.into(),
        with: "Grace".to_owned(),
        result: CallResult::LeftMessage,
        note: note.to_owned(),
    };
    let done = office.done(&me, amend("left word with the neighbour"));
    assert!(!done.undoable);
    assert_eq!(rule(&office.act(&me, amend("left word with the neighbour"))), "amend.same");
    assert_eq!(rule(&office.act(&me, Command::Undo { seq: done.seq })), "undo.told_outside");
    // A second one amends the first amendment, whichever id was asked for.
    let last = office.done(&me, amend("left word with her brother")).created[0];
    let client = office.clients[0];
    let Answered::Page(Some(page)) = office.query(&me, Query::ClientPage(client)) else { panic!("no page") };
    let said = page.sections.iter().find(|s| s.title == "Said and promised").unwrap();
    let lines: Vec<&str> = said.lines.iter().map(|l| l.line.text.as_str()).collect();
    assert_eq!(lines.iter().filter(|l| l.contains("(amended)")).count(), 1, "{lines:?}");
    assert!(lines.iter().any(|l| l.contains("her brother")) && !lines.iter().any(|l| l.contains("neighbour")));
    let issues = page.sections.iter().find(|s| s.title == "Issues").unwrap();
    assert!(!issues.lines.iter().any(|l| l.line.text.contains("neighbour")), "the timeline shows the amended one");
    let Answered::History(history) = office.query(&me, Query::History { kind: Kind::Communication, id: last }) else {
        panic!("no history")
    };
    assert_eq!(history.len(), 3);
    let was = |n: usize| history[n].fields.iter().find(|f| f.0 == "note").map(|f| (f.1.clone(), f.2.clone()));
    assert_eq!(was(1), Some(("told".to_owned(), "left word with the neighbour".to_owned())));
    assert_eq!(was(2).unwrap().1, "left word with her brother");
    // The promise made in it is still to be kept.
    assert!(office.alerts(AlertSource::Promise).iter().any(|k| k.subject == logged));
    let Answered::Acts(acts) = office.query(&me, Query::MyActs(50)) else { panic!("no acts") };
    assert!(acts[0].call.is_some_and(|c| c.0 == last) && acts[0].refused.is_some());
    let Answered::Call(Some(call)) = office.query(&me, Query::Call(logged.into())) else { panic!("no call") };
    assert!(call.id.0 == last && call.note == "left word with her brother" && call.by == "J. Alvarez");
    let request = office.next_request();
    let execute = Request::Execute(Execute { request, command: amend("x") });
    assert!(matches!(office.ask(&me, execute).0, Reply::Done(_)));
}
