//! Visit verification: what a clock-in writes, what it never guesses, and what is left for somebody to mend.

use crate::office::{Office, monday, ny};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{BatchId, ClientId, StaffId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::text::Text;
use caseload::domain::time::{Day, HOUR, MINUTE, Moment};
use caseload::domain::visit::{Answer, Source, Visit, VisitState};
use caseload::service::api::{
    Answered, Clash, Command, EvvException, Imported, Incoming, Query, Reply, Request, Session,
};

struct Clock {
    client: ClientId,
    staff: Option<StaffId>,
    began: Option<Moment>,
    ended: Option<Moment>,
    place: &'static str,
}

fn incoming(n: &str, c: &Clock) -> Incoming {
    let fields = Fields::none()
        .with("service", &Text::<80>::clip("T1019"))
        .with("place", &Text::<160>::clip(c.place))
        .with("began", &c.began)
        .with("ended", &c.ended);
    let mut refs = vec![("client".to_owned(), Kind::Client, c.client.to_string())];
    refs.extend(c.staff.map(|s| ("staff".to_owned(), Kind::Staff, s.to_string())));
    Incoming { kind: Kind::Clocking, identifier: n.to_owned(), fields, refs, place: format!("line {n}") }
}

fn import(office: &mut Office, list: Vec<Incoming>) -> Vec<Imported> {
    let me = office.me.clone();
    let command = Command::Import {
        source: "evv".to_owned(),
        batch: BatchId([3; 16]),
        records: list,
        clash: Clash::KeepLocal,
        dry_run: false,
    };
    office.done(&me, command).imported
}

fn exceptions(office: &mut Office, who: &Session) -> Vec<EvvException> {
    match office.query(who, Query::EvvExceptions) {
        Answered::EvvExceptions(queue) => queue.list,
        _ => panic!("no list"),
    }
}

fn visit(office: &Office, n: usize) -> Visit {
    office.store.get::<Visit>(VisitId(office.ids(Kind::Visit)[n])).unwrap().unwrap().body
}

fn at(minute: u16) -> Moment {
    ny().moment(Day::from_ymd(2026, 3, 2).unwrap(), minute)
}

#[test]
fn a_clock_in_says_that_she_is_there_and_a_later_export_that_she_has_left() {
    let mut office = Office::at(monday());
    let (ruth, maria) = (office.clients[0], office.staff[1]);
    assert_eq!(visit(&office, 0).state, VisitState::Planned);
    office.clock.set(at(9 * 60 + 10).0);
    let mut said = Clock { client: ruth, staff: Some(maria), began: Some(at(9 * 60 - 4)), ended: None, place: "home" };
    assert_eq!(import(&mut office, vec![incoming("1", &said)]), [Imported::Created]);
    let there = visit(&office, 0);
    let arrived = there.arrived.unwrap();
    assert_eq!((there.state, arrived.at, arrived.source), (VisitState::InProgress, at(9 * 60 - 4), Source::Evv));
    assert!(there.left.is_none() && there.answer == Answer::Yes);
    // She is there still: nothing is missing yet. The header knows how old the newest word is.
    let me = office.me.clone();
    assert!(exceptions(&mut office, &me).is_empty());
    let Answered::Header(header) = office.query(&me, Query::Header) else { panic!() };
    assert_eq!(header.newest_clock_in, Some(at(9 * 60 - 4)));
    office.clock.set(at(10 * 60 + 20).0);
    assert_eq!(import(&mut office, vec![incoming("1", &said)]), [Imported::Unchanged]);
    said.ended = Some(at(10 * 60 + 2));
    assert_eq!(import(&mut office, vec![incoming("1", &said)]), [Imported::Updated]);
    let done = visit(&office, 0);
    assert_eq!((done.state, done.left.unwrap().at), (VisitState::Done, at(10 * 60 + 2)));
    assert!(exceptions(&mut office, &me).is_empty());
    // One import is one undo: the visit is as it was.
    office.done(&me, Command::UndoBatch { batch: BatchId([3; 16]) });
    assert_eq!(visit(&office, 0), there_was(&office));
}

fn there_was(office: &Office) -> Visit {
    let mut was = visit(office, 0);
    (was.arrived, was.left, was.state) = (None, None, VisitState::Planned);
    was
}

#[test]
fn what_can_not_be_matched_waits_with_its_reason_and_its_day() {
    let mut office = Office::at(monday());
    let (c, s) = (office.clients.clone(), office.staff.clone());
    office.clock.set(at(20 * 60).0);
    let clock = |client, staff, began: u16| Clock {
        client,
        staff: Some(staff),
        began: Some(at(began)),
        ended: Some(at(began + 50)),
        place: "home",
    };
    let told = vec![
        incoming("none", &clock(c[0], s[1], 12 * 60)),
        incoming("other", &clock(c[0], s[2], 9 * 60)),
        incoming("where", &Clock { place: "", ..clock(c[1], s[1], 10 * 60) }),
        incoming("open", &Clock { ended: None, ..clock(c[2], s[2], 7 * 60 + 30) }),
    ];
    office.clock.set(at(20 * 60).0 + 24 * HOUR);
    import(&mut office, told);
    let me = office.me.clone();
    let list = exceptions(&mut office, &me);
    let codes: Vec<(&str, &str)> = list.iter().map(|e| (e.code.as_str(), e.name.as_str())).collect();
    assert_eq!(
        codes,
        [
            ("missing", "Nguyễn, Thị Lan"),
            ("other-person", "Okafor, Ruth"),
            ("missing", "García-López, Inés"),
            ("no-visit", "Okafor, Ruth"),
        ]
    );
    assert!(list.iter().all(|e| e.locks == Day::from_ymd(2026, 4, 1) && !e.mend.is_empty()));
    assert!(list[2].say.contains("missing: location") && list[0].say.contains("begin and end"));
    // It stands on her page, with the days that are left.
    let Answered::Page(Some(page)) = office.query(&me, Query::ClientPage(c[1])) else { panic!() };
    let evv = page.sections.iter().find(|s| s.title == "EVV").unwrap();
    assert_eq!(evv.lines[0].line.text, "an element is missing (location), locks in 29 d");
    // Only what was matched has times: nobody is taken to have been where no visit was hers.
    assert!(visit(&office, 0).arrived.is_none());
    assert_eq!(visit(&office, 2).state, VisitState::Done);
    // Put right here, the same file finds it.
    let rev = office.store.get::<Visit>(VisitId(office.ids(Kind::Visit)[0])).unwrap().unwrap().head.rev;
    let id = office.ids(Kind::Visit)[0];
    let fields = Fields::none().with("staff", &Some(s[2]));
    office.done(&me, Command::Edit { kind: Kind::Visit, id, base: rev, fields });
    assert_eq!(import(&mut office, vec![incoming("other", &clock(c[0], s[2], 9 * 60))]), [Imported::Updated]);
    assert_eq!(visit(&office, 0).arrived.unwrap().source, Source::Evv);
    let list = exceptions(&mut office, &me);
    assert_eq!(list.len(), 3);
    // Dealt with by hand it leaves the list, with a word, and can be undone.
    let resolve =
        |note: &str| Command::ResolveClocking { ids: vec![list[0].id], reason: String::new(), note: note.to_owned() };
    assert!(matches!(office.act(&me, resolve(" ")), Reply::Problems(_)));
    let done = office.done(&me, resolve("attested on paper"));
    assert_eq!(exceptions(&mut office, &me).len(), 2);
    assert!(matches!(office.act(&me, resolve("again")), Reply::Problems(_)));
    office.done(&me, Command::Undo { seq: done.seq });
    assert_eq!(exceptions(&mut office, &me).len(), 3);
}

#[test]
fn what_somebody_said_otherwise_stands_until_it_is_known_which_is_right() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let (ruth, maria) = (office.clients[0], office.staff[1]);
    let id = office.ids(Kind::Visit)[0];
    let rev = office.store.get::<Visit>(VisitId(id)).unwrap().unwrap().head.rev;
    let by_phone = caseload::domain::visit::Actual { at: at(9 * 60 + 40), source: Source::Phone };
    let fields = Fields::none().with("arrived", &Some(by_phone)).with("state", &VisitState::InProgress);
    office.done(&me, Command::Edit { kind: Kind::Visit, id, base: rev, fields });
    office.clock.set(at(11 * 60).0);
    let early =
        Clock { client: ruth, staff: Some(maria), began: Some(at(9 * 60)), ended: Some(at(10 * 60)), place: "home" };
    import(&mut office, vec![incoming("1", &early)]);
    assert_eq!(visit(&office, 0).arrived.unwrap().source, Source::Phone);
    assert_eq!(exceptions(&mut office, &me)[0].code, "differs");
    let near = Clock { began: Some(at(9 * 60 + 40).plus(5 * MINUTE)), ..early };
    import(&mut office, vec![incoming("1", &near)]);
    assert_eq!(visit(&office, 0).arrived.unwrap().source, Source::Evv);
    assert!(exceptions(&mut office, &me).is_empty());
    let stranger =
        Incoming { refs: vec![("client".to_owned(), Kind::Client, "nobody".to_owned())], ..incoming("2", &near) };
    assert!(matches!(import(&mut office, vec![stranger])[0], Imported::Rejected { .. }));
    assert!(matches!(office.ask(&me, Request::Query(Query::EvvExceptions)).0, Reply::Answer(_)));
}

/// Three exceptions of three clients, the evening after.
fn three() -> Office {
    let mut office = Office::at(monday());
    let (c, s) = (office.clients.clone(), office.staff.clone());
    let clock = |client, staff, began: u16| Clock {
        client,
        staff: Some(staff),
        began: Some(at(began)),
        ended: Some(at(began + 50)),
        place: "",
    };
    office.clock.set(at(20 * 60).0 + 24 * HOUR);
    let told = vec![
        incoming("a", &clock(c[0], s[1], 9 * 60)),
        incoming("b", &clock(c[1], s[1], 10 * 60)),
        incoming("c", &clock(c[2], s[2], 7 * 60 + 30)),
    ];
    import(&mut office, told);
    office
}

fn resolve(ids: &[caseload::domain::ids::ClockingId], reason: &str, note: &str) -> Command {
    Command::ResolveClocking { ids: ids.to_vec(), reason: reason.to_owned(), note: note.to_owned() }
}

fn clocking(office: &Office, id: caseload::domain::ids::ClockingId) -> caseload::domain::evv::Clocking {
    office.store.get::<caseload::domain::evv::Clocking>(id).unwrap().unwrap().body
}

#[test]
fn several_are_resolved_at_once_with_a_reason_of_the_agencys_and_taken_back_at_once() {
    let mut office = three();
    let me = office.me.clone();
    let Answered::EvvExceptions(queue) = office.query(&me, Query::EvvExceptions) else { panic!() };
    let ids: Vec<_> = queue.list.iter().map(|e| e.id).collect();
    assert_eq!((ids.len(), queue.newest.is_some()), (3, true));
    assert!(queue.list.iter().all(|e| e.missing == ["location"] && e.visit.is_some() && !e.visit_words.is_empty()));
    assert!(queue.reasons.iter().any(|r| r.code == "forgot" && !r.note) && queue.reasons.iter().any(|r| r.note));
    // A reason that nobody knows, one that needs a word, and nothing at all.
    for (reason, note) in [("dog ate it", ""), ("other", " "), ("", "")] {
        assert!(matches!(office.act(&me, resolve(&ids, reason, note)), Reply::Problems(_)), "{reason}");
    }
    assert!(matches!(office.act(&me, resolve(&[], "forgot", "")), Reply::Problems(_)));
    office.done(&me, resolve(&ids[..1], "device", "battery"));
    assert_eq!(clocking(&office, ids[0]).resolution.as_str(), "phone or device failed: battery");
    // The one that is resolved already is left as it is.
    let done = office.done(&me, resolve(&ids, "forgot", ""));
    assert_eq!(done.summary, "EVV resolved: 2 clock-ins; 1 resolved already");
    assert!(exceptions(&mut office, &me).is_empty());
    assert_eq!(clocking(&office, ids[0]).resolution.as_str(), "phone or device failed: battery");
    office.done(&me, Command::Undo { seq: done.seq });
    let left: Vec<_> = exceptions(&mut office, &me).into_iter().map(|e| e.id).collect();
    assert_eq!(left, ids[1..]);
}

#[test]
fn what_is_locked_comes_last_and_the_agencys_own_rules_say_when() {
    let mut office = three();
    let me = office.me.clone();
    let shipped = include_str!("../../src/rules/packs/evv.toml");
    let adopt = |text: String| Command::AdoptPolicy {
        name: "evv".to_owned(),
        version: "ours".to_owned(),
        text,
        signed_by: String::new(),
    };
    // Her payer gives less time than the others'.
    let rev = office.store.get::<caseload::domain::client::Client>(office.clients[2]).unwrap().unwrap().head.rev;
    let fields = Fields::none().with("payer", &Text::<80>::clip("State Medicaid"));
    let id = office.clients[2].0;
    office.done(&me, Command::Edit { kind: Kind::Client, id, base: rev, fields });
    let wrong = shipped.replace("days = 30", "days = 0");
    let line = 1 + wrong[..wrong.find("days = 0").unwrap()].matches('\n').count();
    let admin = office.manager.clone();
    match office.act(&admin, adopt(wrong)) {
        Reply::Problems(p) => assert!(p[0].text.starts_with(&format!("line {line}: ")), "{}", p[0].text),
        _ => panic!("such rules can't stand"),
    }
    let first: Vec<_> = exceptions(&mut office, &me).into_iter().map(|e| e.client).collect();
    assert_eq!(first[0], office.clients[2]);
    let payer = "# [[lock.payer]]\n# name = \"Medicaid\"\n# days = 14";
    assert!(shipped.contains(payer));
    let ours = shipped.replace(payer, "[[lock.payer]]\nname = \"Medicaid\"\ndays = 1").replace("device", "tablet");
    office.done(&admin, adopt(ours.clone()));
    office.clock.set(at(8 * 60).0 + 3 * 24 * HOUR);
    let list = exceptions(&mut office, &me);
    assert_eq!(list.last().map(|e| (e.client, e.locks)), Some((office.clients[2], Day::from_ymd(2026, 3, 3))));
    let id = list[0].id;
    assert!(matches!(office.act(&me, resolve(&[id], "device", "")), Reply::Problems(_)));
    office.done(&me, resolve(&[id], "tablet", ""));
}
