//! What plans are made of: by hand, on the pages, as conflicts, with ways; and what is undone of it.

use crate::office::{Office, monday, new, ny, t};
use caseload::domain::appointment::AppointmentKind;
use caseload::domain::coverage::{TimeOffKind, Wish, WishedBy};
use caseload::domain::fields::Fields;
use caseload::domain::ids::VisitId;
use caseload::domain::record::Kind;
use caseload::domain::text::Text;
use caseload::domain::time::{Civil, HOUR};
use caseload::domain::travel::{KnownWay, Position, WayEnd};
use caseload::service::api::{Answered, Command, NewPlan, Page, Person, Query, Reply, SheetAsk, SheetOf, SheetUse};

fn page(office: &mut Office, person: Person) -> Page {
    let me = office.me.clone();
    let query = match person {
        Person::Client(id) => Query::ClientPage(id),
        Person::Staff(id) => Query::StaffPage(id),
    };
    match office.query(&me, query) {
        Answered::Page(Some(page)) => page,
        _ => panic!("no page"),
    }
}

fn plans(page: &Page) -> Vec<(String, (Kind, [u8; 16]))> {
    let section = page.sections.iter().find(|s| s.title == "Plans");
    let lines = section.into_iter().flat_map(|s| &s.lines);
    lines.map(|l| (format!("{}: {}", l.line.label, l.line.text), l.record.unwrap())).collect()
}

fn problem(reply: &Reply) -> (String, String) {
    match reply {
        Reply::Problems(problems) => (problems[0].field.clone(), problems[0].text.clone()),
        other => panic!("not refused: {}", crate::office::said(other)),
    }
}

#[test]
fn an_appointment_stands_on_her_page_speaks_against_a_visit_and_ends() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ruth = office.clients[0];
    let start = Civil::of(monday().plus(8 * HOUR), ny());
    let fields = Fields::none()
        .with("client", &ruth)
        .with("kind", &AppointmentKind::Dialysis)
        .with("start", &start)
        .with("minutes", &120_u16)
        .with("with", &t::<120>("Kidney Center"));
    let done = office.done(&me, Command::NewPlan(NewPlan { kind: Kind::Appointment, fields: fields.clone() }));
    // Her visit at 17:00 falls into it: it stands, and that is said.
    assert_eq!(done.summary, "Appointment: Okafor, Ruth. 1 visit falls into it: it stands as it was");
    let ruth_page = page(&mut office, Person::Client(ruth));
    let (line, (kind, id)) = plans(&ruth_page)[0].clone();
    assert_eq!((line.as_str(), kind), ("Away: 16:10 to 18:10: dialysis, Kidney Center", Kind::Appointment));
    let of = |office: &mut Office| {
        let visit = VisitId(office.ids(Kind::Visit)[1]);
        let Answered::Candidates(rows) = office.query(&office.me.clone(), Query::Candidates(visit)) else { panic!() };
        rows.iter().any(|r| r.conflicts.iter().any(|c| c.text.contains("client not home: dialysis")))
    };
    assert!(of(&mut office));
    let ended = office.done(&me, Command::EndPlan { kind, id });
    assert_eq!(ended.summary, "Appointment off: Okafor, Ruth");
    assert!(plans(&page(&mut office, Person::Client(ruth))).is_empty() && !of(&mut office));
    assert!(problem(&office.act(&me, Command::EndPlan { kind, id })).1.contains("over already"));
    // The end taken back it stands again; its making taken back it never was.
    office.done(&me, Command::Undo { seq: ended.seq });
    assert_eq!(plans(&page(&mut office, Person::Client(ruth))).len(), 1);
    office.done(&me, Command::Undo { seq: done.seq });
    assert!(plans(&page(&mut office, Person::Client(ruth))).is_empty() && !of(&mut office));
    let long = fields.with("minutes", &20_000_u16);
    let refused = office.act(&me, Command::NewPlan(NewPlan { kind: Kind::Appointment, fields: long }));
    assert_eq!(problem(&refused).0, "minutes");
}

#[test]
fn time_off_and_wishes_are_made_once_and_ended() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let (ruth, maria) = (office.clients[0], office.staff[1]);
    let off = |from: i64, to: i64| {
        let fields = Fields::none()
            .with("staff", &maria)
            .with("from", &monday().plus(from * HOUR))
            .with("to", &monday().plus(to * HOUR))
            .with("kind", &TimeOffKind::Vacation);
        Command::NewPlan(NewPlan { kind: Kind::TimeOff, fields })
    };
    assert_eq!(problem(&office.act(&me, off(5, 5))).0, "to");
    office.done(&me, off(24, 48));
    office.done(&me, off(-2, 4));
    let wish = |wish: Wish| {
        let fields = Fields::none()
            .with("client", &ruth)
            .with("staff", &maria)
            .with("wish", &wish)
            .with("by", &WishedBy::Client)
            .with("reason", &t::<200>("asked for her"));
        Command::NewPlan(NewPlan { kind: Kind::Pairing, fields })
    };
    office.done(&me, wish(Wish::Preferred));
    assert!(problem(&office.act(&me, wish(Wish::Excluded))).1.contains("edit that, or end it first"));
    let lines = plans(&page(&mut office, Person::Staff(maria)));
    let words: Vec<&str> = lines.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(
        words,
        [
            "vacation: 06:10 to 12:10",
            "vacation: Tue 3 Mar 08:10 to Wed 4 Mar 08:10",
            "Wish: preferred Okafor, Ruth, by client: asked for her",
        ]
    );
    // What runs ends now, what has not begun never was.
    let of = |n: usize| Command::EndPlan { kind: lines[n].1.0, id: lines[n].1.1 };
    assert_eq!(office.done(&me, of(0)).summary, "Back at work: Reyes, Maria");
    assert_eq!(office.done(&me, of(1)).summary, "Time off taken back: Reyes, Maria");
    office.done(&me, of(2));
    assert!(plans(&page(&mut office, Person::Staff(maria))).is_empty());
    office.done(&me, wish(Wish::Excluded));
    // A plan of nobody is none, and another kind of record is not made this way.
    let nobody = Fields::none().with("client", &caseload::domain::ids::ClientId([9; 16]));
    let command = Command::NewPlan(NewPlan { kind: Kind::Authorization, fields: nobody.with("units", &4_u32) });
    assert!(problem(&office.act(&me, command)).1.contains("not here"));
    let command = Command::NewPlan(NewPlan { kind: Kind::Contact, fields: Fields::none() });
    assert!(problem(&office.act(&me, command)).1.contains("not made this way"));
}

#[test]
fn time_off_is_edited_by_both_at_once_and_its_times_are_weighed_together() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let maria = office.staff[1];
    let fields = Fields::none()
        .with("staff", &maria)
        .with("from", &monday().plus(24 * HOUR))
        .with("to", &monday().plus(48 * HOUR))
        .with("kind", &TimeOffKind::Vacation);
    let id = office.done(&me, Command::NewPlan(NewPlan { kind: Kind::TimeOff, fields })).created[0];
    let edit = |fields: Fields| Command::Edit { kind: Kind::TimeOff, id, base: 1, fields };
    let record = |office: &mut Office| match office.query(&me, Query::Record { kind: Kind::TimeOff, id, since: 0 }) {
        Answered::Record(Some(found)) => found,
        _ => panic!("it is not to be edited"),
    };
    let found = record(&mut office);
    assert!(found.fixed.is_empty() && found.fields.get("from").is_some() && found.fields.get("to").is_some());
    // One makes it longer, the other says what it is: both stand.
    office.done(&me, edit(Fields::none().with("to", &monday().plus(72 * HOUR))));
    let other = office.manager.clone();
    office.done(&other, edit(Fields::none().with("kind", &TimeOffKind::Leave)));
    let off: caseload::domain::coverage::TimeOff = office.get(id);
    assert_eq!((off.to, off.kind), (monday().plus(72 * HOUR), TimeOffKind::Leave));
    // Both change its end: it is asked which.
    let reply = office.act(&other, edit(Fields::none().with("to", &monday().plus(60 * HOUR))));
    assert!(matches!(&reply, Reply::Conflict(c) if c.fields.len() == 1 && c.fields[0].field == "to"));
    let before = edit(Fields::none().with("from", &monday().plus(80 * HOUR)));
    assert_eq!(problem(&office.act(&me, before)).0, "to");
    // She can't be planned in the time that was added.
    let lines = plans(&page(&mut office, Person::Staff(maria)));
    assert_eq!(lines[0].0, "leave: Tue 3 Mar 08:10 to Thu 5 Mar 08:10");
}

#[test]
fn an_authorization_is_edited_field_by_field() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ruth = office.clients[0];
    let today = ny().day(monday());
    let fields = Fields::none()
        .with("client", &ruth)
        .with("payer", &t::<80>("Medicaid"))
        .with("units", &240_u32)
        .with("unit_minutes", &Some(15_u16))
        .with("from", &today)
        .with("to", &today.plus(90));
    office.done(&me, Command::NewPlan(NewPlan { kind: Kind::Authorization, fields }));
    let (line, (kind, id)) = plans(&page(&mut office, Person::Client(ruth)))[0].clone();
    assert_eq!(line, "Paid for: 240 units of 15 min in all, Medicaid, 2 Mar 2026 to 31 May 2026");
    let Answered::Record(Some(found)) = office.query(&me, Query::Record { kind, id, since: 0 }) else { panic!() };
    assert!(found.fixed.is_empty() && found.person == Some(Person::Client(ruth)));
    let fields = Fields::none().with("units", &100_u32);
    office.done(&me, Command::Edit { kind, id, base: found.rev, fields });
    assert!(plans(&page(&mut office, Person::Client(ruth)))[0].0.contains("100 units"));
    let back = Fields::none().with("to", &today.plus(-1));
    let refused = office.act(&me, Command::Edit { kind, id, base: found.rev + 1, fields: back });
    assert_eq!(problem(&refused).0, "to");
}

#[test]
fn coordinates_and_known_ways_count_for_sheet_page_and_travel() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let (ruth, ines, maria) = (office.clients[0], office.clients[1], office.staff[1]);
    let today = ny().day(monday());
    let ask = SheetAsk { of: SheetOf::Staff(maria), from: today, to: today, initials: false, to_be: SheetUse::Look };
    let way = |office: &mut Office| {
        let Answered::Sheet(sheet) = office.query(&office.me.clone(), Query::Sheet(ask.clone())) else { panic!() };
        assert_eq!(sheet.visits[0].way, None, "from home it is nobody's mileage");
        sheet.visits[1].way
    };
    assert_eq!(way(&mut office), None, "nothing is known of where they live");
    let at = |client, latitude, longitude| Position {
        client: Some(client),
        staff: None,
        postcode: Text::default(),
        latitude,
        longitude,
    };
    office.make(&me, vec![new(&at(ruth, 41_824_000, -71_412_800)), new(&at(ines, 41_700_000, -71_416_200))]);
    let (minutes, tenths) = way(&mut office).unwrap();
    assert!((20..=24).contains(&minutes) && (108..=116).contains(&tenths.unwrap()));
    let summary = page(&mut office, Person::Staff(maria)).summary.join(" ");
    assert!(summary.contains("mi between clients today"), "{summary}");
    let end = |client| WayEnd { client: Some(client), ..WayEnd::default() };
    office.make(&me, vec![new(&KnownWay { from: end(ines), to: end(ruth), minutes: 17, tenths: 64 })]);
    assert_eq!(way(&mut office), Some((17, Some(64))));
    // Opened anew it is the same.
    let clock = office.clock.clone();
    office.service = crate::office::service_over(&office.store, &clock, 90_000);
    office.me = office.service.session(me.user, "test").unwrap();
    assert_eq!(way(&mut office), Some((17, Some(64))));
}
