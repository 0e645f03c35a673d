//! Requests, edits over an older revision, and what must not be done to an alert.

use crate::office::{Office, monday, new, records, rule, said, same_as_fresh};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::fields::Fields;
use caseload::domain::issue::DispositionKind;
use caseload::domain::record::Kind;
use caseload::domain::time::{Civil, DAY, HOUR, MINUTE, Moment};
use caseload::domain::visit::{Answer, Visit};
use caseload::service::api::{BoardAsk, By, Clash, Command, Incoming, Query, Reply, Session};

fn take(key: AlertKey) -> Command {
    Command::Take { key, from_other: false }
}

fn snooze(key: AlertKey, until: Moment, reason: &str) -> Command {
    Command::Snooze { key, until, reason: reason.to_owned() }
}

fn result(key: AlertKey, note: &str, decided: bool) -> Command {
    let disposition = decided.then(|| (DispositionKind::SeenByPractitioner, "Dr Silva".to_owned()));
    Command::Result { key, outcome: "seen".to_owned(), note: note.to_owned(), disposition }
}

fn refused(office: &mut Office, session: &Session, command: Command, with: &str) {
    let before = (records(&office.store), office.store.engine().head().unwrap());
    let reply = office.act(session, command);
    assert_eq!(rule(&reply), with, "{}", said(&reply));
    assert!((records(&office.store), office.store.engine().head().unwrap()) == before, "{with}: it wrote something");
}

fn first(office: &Office, wanted: impl Fn(&caseload::rules::triage::Alert) -> bool) -> AlertKey {
    office.all_alerts().into_iter().find(|k| wanted(&office.alert(*k).unwrap())).expect("no such alert")
}

#[test]
fn a_list_of_one_kind_of_work_keeps_every_p1() {
    use caseload::service::api::{OpenList, Request, Rows, Sort, View};
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let mut seen = 0;
    for list in ["issues", "open", "promises", "deadlines", "referrals", "credentials", "notes"] {
        let lens = format!("list:{list}");
        let ask = OpenList { view: View::Alerts, mine: false, lens, words: String::new(), sort: Sort::Natural };
        let Reply::List(opened) = office.ask(&me, Request::OpenList(ask)).0 else { panic!("{list}") };
        let Rows::Alerts(rows) = opened.window.rows else { panic!("{list}") };
        let below: Vec<_> = rows.iter().filter(|r| r.tier > 1).collect();
        seen += below.len();
        let all = office.all_alerts().len();
        assert_eq!(rows.len() + opened.hidden.iter().sum::<u32>() as usize, all, "{list}: what is hidden is counted");
        assert_eq!(opened.hidden[0], 0, "{list} hides a P1");
    }
    let below = office.all_alerts().into_iter().filter(|k| office.alert(*k).unwrap().tier > 1).count();
    assert_eq!(seen, below, "each is in one list");
}

#[test]
fn a_repeated_request_answers_the_first_outcome_and_commits_nothing() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let key = office.alerts(AlertSource::Visit)[0];
    let person = Incoming {
        kind: Kind::Client,
        identifier: "p1".to_owned(),
        fields: Fields::none().with("name.family", &"Nowak"),
        refs: Vec::new(),
        place: "line 1".to_owned(),
    };
    let import = Command::Import {
        source: "test".to_owned(),
        batch: office.batch(),
        records: vec![person],
        clash: Clash::KeepLocal,
        dry_run: false,
    };
    let fall = first(&office, |a| a.floor);
    let window = first(&office, |a| a.key.source == AlertSource::SocAssessment);
    let commands = [
        take(key),
        Command::AddNote { key: fall, text: "a note".to_owned() },
        result(fall, "seen", true),
        Command::LogCall(office.call(Some(fall), None)),
        Command::NewIssue(office.fall(1)),
        Command::CompleteReassessment { key: window, result: "done".to_owned(), completed: None },
        Command::Create {
            records: vec![new(&caseload::domain::chart::Allergy {
                client: office.clients[0],
                name: crate::office::t("latex"),
                reaction: crate::office::t(""),
                active: true,
            })],
            batch: None,
        },
        import,
    ];
    for (n, command) in commands.into_iter().enumerate() {
        let request = office.next_request();
        let Reply::Done(done) = office.act_as(&me, request, command.clone()) else { panic!("command {n}") };
        let before = (records(&office.store), office.store.engine().head().unwrap());
        office.clock.advance(5 * MINUTE);
        let Reply::Done(again) = office.act_as(&me, request, command) else { panic!("command {n} again") };
        assert_eq!((again.seq, &again.summary, again.undoable), (done.seq, &done.summary, done.undoable), "{n}");
        assert_eq!(again.created, done.created, "{n}");
        assert!((records(&office.store), office.store.engine().head().unwrap()) == before, "{n}");
    }
    // Another act under the same request is the same request.
    let request = office.next_request();
    let done = office.act_as(&me, request, Command::NewIssue(office.fall(2)));
    assert!(office.act_as(&me, request, take(key)) == done);
}

#[test]
fn an_edit_over_an_older_revision_is_refused_with_both_values_or_merged() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let id = office.clients[0].0;
    let edit = |base: u64, fields: Fields| Command::Edit { kind: Kind::Client, id, base, fields };
    let f = Fields::none;
    office.done(&colleague, edit(1, f().with("payer", &"Medicare").with("name.preferred", &"Ruthie")));
    let Reply::Conflict(c) = office.act(&me, edit(1, f().with("payer", &"Aetna"))) else { panic!("no conflict") };
    assert_eq!((c.by.as_str(), c.rev, c.kind), ("R. Patel", 2, Kind::Client));
    let clash = &c.fields[0];
    assert_eq!((clash.field.as_str(), clash.before.as_str(), clash.by.as_str()), ("payer", "\"\"", "R. Patel"));
    assert_eq!((clash.theirs.as_str(), clash.mine.as_str()), ("\"Medicare\"", "\"Aetna\""));
    assert!(c.fields.len() == 1 && clash.at == office.now());
    // What nobody else touched is merged; the same value is no clash.
    office.done(&me, edit(1, f().with("note", &"dog").with("payer", &"Medicare")));
    let client: caseload::domain::client::Client = office.get(id);
    assert_eq!((client.note.as_str(), client.payer.as_str()), ("dog", "Medicare"));
    assert_eq!(client.name.preferred.as_str(), "Ruthie");
    // The whole and a part of it are the same field, whichever way round.
    let whole = crate::office::name("Okafor", "Rut");
    assert!(matches!(office.act(&me, edit(1, f().with("name", &whole))), Reply::Conflict(_)));
    office.done(&me, edit(3, f().with("name", &whole)));
    let Reply::Conflict(c) = office.act(&colleague, edit(3, f().with("name.given", &"Ruthe"))) else { panic!() };
    assert_eq!(c.fields[0].field, "name.given");
    let home = Civil::of(office.now(), crate::office::ny());
    office.done(&me, edit(4, f().with("home_expected", &Some(home))));
    assert!(matches!(office.act(&colleague, edit(99, f().with("payer", &"x"))), Reply::Conflict(_)));
    assert_eq!(
        rule(&office.act(&me, Command::Edit { kind: Kind::Client, id: [9; 16], base: 1, fields: f() })),
        "edit.gone"
    );
    let visit = office.alerts(AlertSource::Visit)[0];
    office.done(&me, take(visit));
    let attention = office.ids(Kind::Attention)[0];
    let moved = AlertKey { occurrence: 1, ..visit };
    assert_eq!(rule(&office.edit(&me, Kind::Attention, attention, f().with("key", &moved))), "edit.fixed");
    assert_eq!(rule(&office.act(&me, edit(5, f().with("nme", &"x")))), "field.value");
    assert_eq!(rule(&office.act(&me, edit(5, f().with("emergency", &Some(7))))), "client.level");
}

#[test]
fn p1_and_p2_do_not_sleep_past_their_breach() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let now = office.now();
    let p2 = first(&office, |a| a.tier <= 2 && !a.breached && a.due.is_some());
    let due = office.alert(p2).unwrap().due.unwrap();
    refused(&mut office, &me, snooze(p2, due.plus(1), "later"), "snooze.crosses_breach");
    refused(&mut office, &me, snooze(p2, due, "  "), "snooze.reason");
    refused(&mut office, &me, snooze(p2, now, "later"), "snooze.past");
    office.done(&me, snooze(p2, due, "later"));
    assert!(office.alert(p2).unwrap().snoozed.is_some());
    office.clock.set(due.0);
    office.pass(0);
    assert!(office.alert(p2).unwrap().snoozed.is_none(), "it wakes at its breach");
    same_as_fresh(&office, "a sleep");

    // Past its time it does not sleep at all, and taken, its clock stopped, no longer than that clock is long.
    let late = first(&office, |a| a.tier <= 2 && a.breached);
    let at = office.now();
    refused(&mut office, &me, snooze(late, at.plus(MINUTE), "later"), "snooze.crosses_breach");
    let fall = first(&office, |a| a.key.source == AlertSource::Issue && a.floor);
    office.done(&me, Command::Take { key: fall, from_other: true });
    refused(&mut office, &me, snooze(fall, at.plus(3 * DAY), "later"), "snooze.crosses_breach");
    let low = first(&office, |a| a.tier > 2 && a.due.is_none_or(|d| d > at.plus(HOUR)));
    office.done(&me, snooze(low, at.plus(40 * MINUTE), "later"));
    assert_eq!(office.alert(low).unwrap().snoozed, Some(at.plus(40 * MINUTE)));
}

#[test]
fn finishing_needs_what_its_tier_and_its_floor_need() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let fall = first(&office, |a| a.floor);
    assert_eq!(office.alert(fall).unwrap().tier, 1);
    refused(&mut office, &me, result(fall, "", true), "result.note");
    refused(&mut office, &me, result(fall, "seen", false), "result.floor");
    let nobody = Command::Result {
        key: fall,
        outcome: "seen".to_owned(),
        note: "seen".to_owned(),
        disposition: Some((DispositionKind::SentToEd, " ".to_owned())),
    };
    refused(&mut office, &me, nobody, "result.by");
    let nothing = Command::Result { key: fall, outcome: " ".to_owned(), note: "n".to_owned(), disposition: None };
    refused(&mut office, &me, nothing, "result.outcome");
    let window = first(&office, |a| a.key.source == AlertSource::SocAssessment);
    refused(&mut office, &me, result(window, "done", false), "result.reassessment");
    office.done(&me, result(fall, "seen", true));
    // Its floor holds it at P2 for a day, then it is gone.
    assert_eq!(office.alert(fall).map(|a| a.tier), Some(2));
    office.pass(DAY + MINUTE);
    assert!(office.alert(fall).is_none());
    same_as_fresh(&office, "a disposition");
    let wordless = first(&office, |a| a.tier > 2 && !a.floor && a.key.source == AlertSource::Credential);
    office.done(&me, result(wordless, "", false));
    refused(&mut office, &me, take(wordless), "alert.finished");
    let gone = AlertKey { subject: [8; 16], ..wordless };
    refused(&mut office, &me, take(gone), "alert.gone");
}

#[test]
fn taking_from_somebody_asks() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let key = office.alerts(AlertSource::Visit)[0];
    office.done(&colleague, take(key));
    refused(&mut office, &me, take(key), "take.taken");
    refused(&mut office, &colleague, take(key), "take.yours");
    let reply = office.act(&me, take(key));
    assert!(said(&reply).contains("R. Patel has it"), "{}", said(&reply));
    office.done(&me, Command::Take { key, from_other: true });
    assert_eq!(office.alert(key).unwrap().owner, Some(me.user));
}

#[test]
fn a_finished_alert_hides_until_its_fact_changes_and_taking_it_then_does_not_hide_it_again() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    // A promise of time: nobody on a visit of this afternoon.
    let key = *office
        .alerts(AlertSource::Visit)
        .iter()
        .find(|k| office.get::<Visit>(k.subject).start.minute == 17 * 60)
        .unwrap();
    office.done(&me, result(key, "family covers", false));
    assert!(office.alert(key).is_none());
    same_as_fresh(&office, "an outcome");
    let set = |staff: Option<_>, answer| Fields::none().with("staff", &staff).with("answer", &answer);
    let some = office.staff[0];
    assert!(matches!(office.edit(&me, Kind::Visit, key.subject, set(Some(some), Answer::Yes)), Reply::Done(_)));
    assert!(office.alert(key).is_none());
    // The fact is the one that was judged: still hidden.
    assert!(matches!(office.edit(&me, Kind::Visit, key.subject, set(None, Answer::Nobody)), Reply::Done(_)));
    assert!(office.alert(key).is_none());
    // Another state of it was not: it is back, and nobody has taken it yet.
    let late = Fields::none().with("state", &caseload::domain::visit::VisitState::Late);
    assert!(matches!(office.edit(&me, Kind::Visit, key.subject, late), Reply::Done(_)));
    let back = office.alert(key).expect("it is back");
    assert!(!back.acknowledged);
    office.done(&colleague, Command::Take { key, from_other: true });
    let taken = office.alert(key).expect("taking it must not hide it");
    assert!(taken.owner == Some(colleague.user) && taken.acknowledged);
    same_as_fresh(&office, "a return");
    office.done(&colleague, result(key, "somebody said yes", false));
    assert!(office.alert(key).is_none());
}

#[test]
fn what_is_settled_is_not_settled_twice() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let key = first(&office, |a| a.key.source == AlertSource::Reassessment);
    let complete = |text: &str| Command::CompleteReassessment { key, result: text.to_owned(), completed: None };
    refused(&mut office, &me, complete(" "), "reassessment.result");
    office.done(&me, complete("12 of 27"));
    refused(&mut office, &colleague, complete("9 of 27"), "reassessment.settled");
    refused(&mut office, &colleague, Command::WaiveReassessment { key, reason: "x".into() }, "reassessment.settled");
    let future = Command::NewIssue(caseload::service::api::NewIssue {
        happened: Some(office.now().plus(HOUR)),
        ..office.fall(0)
    });
    refused(&mut office, &me, future, "issue.future");
    let late = caseload::service::api::LogCall { happened: Some(office.now().plus(HOUR)), ..office.call(None, None) };
    refused(&mut office, &me, Command::LogCall(late), "call.future");
    let past = office.call(None, Some(("x", office.now())));
    refused(&mut office, &me, Command::LogCall(past), "call.promise_due");
}

#[test]
fn a_contact_that_moves_to_another_client_leaves_the_first() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let id = office.ids(Kind::Contact)[0];
    let (from, to) = (office.clients[0], office.clients[3]);
    assert!(matches!(office.edit(&me, Kind::Contact, id, Fields::none().with("client", &to)), Reply::Done(_)));
    let of = |office: &Office, c| office.service.cast().contacts_for(c).len();
    assert_eq!((of(&office, from), of(&office, to)), (0, 1));
    let board = BoardAsk {
        only: caseload::service::api::VisitFilter::default(),
        day: crate::office::ny().day(office.now()),
        mine: false,
        by: By::Caregiver,
        from: 0,
        count: 9,
        around: None,
    };
    office.query(&me, Query::Board(board));
}

#[test]
fn the_agencys_holidays_move_what_is_due_by_the_end_of_business() {
    use caseload::domain::agency::Holiday;
    use caseload::domain::time::Day;
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let complaint = first(&office, |a| &*a.rule == "triage.complaint");
    let at = |day: u32| crate::office::ny().moment(Day::from_ymd(2026, 3, day).unwrap(), 17 * 60);
    assert_eq!(office.alert(complaint).unwrap().due, Some(at(2)));
    let agency = office.ids(Kind::Agency)[0];
    let day = Day::from_ymd(2026, 3, 2).unwrap();
    let holidays = crate::office::few::<_, 60>(vec![Holiday { day, name: crate::office::t("Founder's day") }]);
    let closed = Fields::none().with("holidays", &holidays);
    assert!(matches!(office.edit(&manager, Kind::Agency, agency, closed), Reply::Done(_)));
    assert_eq!(office.alert(complaint).unwrap().due, Some(at(3)));
    same_as_fresh(&office, "a holiday");
}

#[test]
fn a_credential_comes_back_at_its_next_step_and_a_renewed_one_begins_anew() {
    use caseload::domain::staff::Credential;
    use caseload::domain::time::Day;
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    // The nurse's licence is good for twelve more days: P4, within 14 days.
    let of = |office: &Office| {
        let all = office.all_alerts();
        all.into_iter().find(|k| {
            k.source == AlertSource::Credential && office.get::<Credential>(k.subject).kind.as_str() == "RN licence"
        })
    };
    let key = of(&office).expect("its alert");
    let last = office.get::<Credential>(key.subject).expires.unwrap();
    assert_eq!(key.occurrence, i64::from(last.0), "it is dated by its last day");
    let rule = |office: &Office| office.alert(key).map(|a| a.rule.to_string());
    assert_eq!(rule(&office).as_deref(), Some("triage.credential.14d"));
    office.done(&me, result(key, "", false));
    assert_eq!(rule(&office), None);
    office.pass(5 * DAY);
    assert_eq!(rule(&office), None, "the step that was judged");
    office.pass(DAY);
    assert_eq!(rule(&office).as_deref(), Some("triage.credential.7d"), "the next one was not");
    same_as_fresh(&office, "a step");
    // Renewed: another last day is another alert, and nobody has it.
    let renewed: Day = last.plus(45);
    let fields = Fields::none().with("expires", &Some(renewed));
    assert!(matches!(office.edit(&manager, Kind::Credential, key.subject, fields), Reply::Done(_)));
    assert!(office.alert(key).is_none());
    let anew = of(&office).expect("within 60 days");
    assert_eq!(anew.occurrence, i64::from(renewed.0));
    let alert = office.alert(anew).unwrap();
    assert_eq!((alert.tier, &*alert.rule, alert.owner), (5, "triage.credential.60d", None));
    same_as_fresh(&office, "a renewal");
}

#[test]
fn an_edit_lowers_no_floor_and_records_no_decision() {
    use caseload::domain::attention::Handling;
    use caseload::domain::issue::{Disposition, Fact, Issue, IssueKind};
    use caseload::domain::text::Few;
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let facts = |all: &[(&str, &str)]| {
        Few::<Fact, 24>::clip(
            all.iter().map(|(n, v)| Fact { name: crate::office::t(n), value: crate::office::t(v) }).collect::<Vec<_>>(),
        )
    };
    let fall = caseload::service::api::NewIssue { facts: Vec::new(), ..office.fall(0) };
    office.done(&me, Command::NewIssue(fall));
    let id = *office.ids(Kind::Issue).last().unwrap();
    let key = AlertKey { source: AlertSource::Issue, subject: id, occurrence: 0 };
    let stands = office.alert(key).unwrap();
    assert!(stands.floor && stands.tier == 1, "she is on warfarin, and nobody knows about her head");
    let f = Fields::none;
    let decided =
        Disposition { kind: DispositionKind::SeenByPractitioner, by: crate::office::t("Dr Silva"), at: office.now() };
    let lowering = [
        f().with("kind", &IssueKind::Complaint),
        f().with("facts", &facts(&[("head_strike", "no")])),
        f().with("client", &Some(office.clients[1])),
        f().with("client", &None::<caseload::domain::ids::ClientId>),
        f().with("disposition", &Some(decided.clone())),
        f().with("disposition", &Some(Disposition { at: office.now().plus(-3 * DAY), ..decided })),
        f().with("summary", &"slipped").with("kind", &IssueKind::Complaint),
    ];
    for fields in lowering {
        let said_field = fields.0[0].0.clone();
        let edit = Command::Edit { kind: Kind::Issue, id, base: 1, fields };
        let Reply::Problems(problems) = office.act(&me, edit.clone()) else { panic!("{said_field} was taken") };
        assert_eq!(problems[0].field, said_field);
        assert_eq!(problems[0].text, "P1 is held by its rule: only a practitioner's decision lowers it");
        refused(&mut office, &me, edit, "edit.floor");
    }
    // What leaves it a P1 is taken: another word for it, another fact, and whatever makes it worse.
    let worse =
        f().with("facts", &facts(&[("head_strike", "yes"), ("can_rise", "no")])).with("summary", &"on the floor");
    office.done(&me, Command::Edit { kind: Kind::Issue, id, base: 1, fields: worse });
    assert_eq!(office.alert(key).map(|a| (a.tier, a.floor)), Some((1, true)));
    // Somebody whose hands are in the record itself cannot finish it either: it stays where its floor holds it.
    let gone = f().with("handling", &Handling::default());
    office.done(&me, Command::Edit { kind: Kind::Issue, id, base: 2, fields: gone });
    assert_eq!(office.alert(key).map(|a| (a.tier, a.floor)), Some((1, true)));
    // Decided by its command, it stands at P2 for a day, and an edit takes nothing from that either.
    office.done(&me, result(key, "seen", true));
    let body: Issue = office.get(id);
    assert!(body.disposition.is_some());
    let rev = office.rev(Kind::Issue, id);
    let edit = |fields| Command::Edit { kind: Kind::Issue, id, base: rev, fields };
    refused(&mut office, &me, edit(f().with("facts", &facts(&[("head_strike", "no")]))), "edit.floor");
    refused(&mut office, &me, edit(f().with("disposition", &None::<Disposition>)), "edit.floor");
    // What no floor holds is changed as before.
    let complaint =
        caseload::service::api::NewIssue { kind: IssueKind::Complaint, facts: Vec::new(), ..office.fall(2) };
    office.done(&me, Command::NewIssue(complaint));
    let id = *office.ids(Kind::Issue).last().unwrap();
    let to = f().with("kind", &IssueKind::Other);
    office.done(&me, Command::Edit { kind: Kind::Issue, id, base: 1, fields: to });
}
