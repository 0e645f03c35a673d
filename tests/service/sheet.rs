//! Day and week sheets, and visits for a calendar: what stands on them, what never does, and who is named for it in the
//! log of who saw what.

use crate::office::{Office, monday, new, ny, t};
use caseload::domain::audit::Deed;
use caseload::domain::chart::AccessCode;
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::domain::time::Day;
use caseload::domain::user::Role;
use caseload::service::api::{
    Answered, AuditAsk, Command, Query, Reply, Request, Session, Sheet, SheetAsk, SheetOf, SheetUse,
};

fn day(office: &Office, on: i32) -> Day {
    ny().day(office.now()).plus(on)
}

fn asked(office: &mut Office, who: &Session, ask: SheetAsk) -> Sheet {
    match office.query(who, Query::Sheet(ask)) {
        Answered::Sheet(sheet) => sheet,
        _ => panic!("no sheet came"),
    }
}

fn ask(office: &Office, of: SheetOf, days: i32) -> SheetAsk {
    let from = day(office, 0);
    SheetAsk { of, from, to: from.plus(days - 1), initials: false, to_be: SheetUse::Look }
}

fn clients(sheet: &Sheet) -> Vec<&str> {
    sheet.visits.iter().map(|v| v.client.as_str()).collect()
}

#[test]
fn a_caregivers_day_holds_their_visits_and_no_code() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let (ruth, maria, ana) = (office.clients[0], office.staff[1], office.staff[2]);
    office.make(&me, vec![new(&AccessCode { client: ruth, kind: t("key box"), code: t("471199") })]);
    let rev = match office.query(&me, Query::Record { kind: Kind::Client, id: ruth.0, since: 0 }) {
        Answered::Record(Some(found)) => found.rev,
        _ => panic!("no record"),
    };
    let fields = Fields::none().with("access", &"side door".to_owned());
    office.done(&me, Command::Edit { kind: Kind::Client, id: ruth.0, base: rev, fields });
    let of = ask(&office, SheetOf::Staff(maria), 1);
    let sheet = asked(&mut office, &me, of.clone());
    assert_eq!(clients(&sheet), ["Okafor, Ruth", "García-López, Inés"], "by start");
    assert_eq!(sheet.title, "Reyes, Maria HHA");
    let first = &sheet.visits[0];
    assert_eq!(first.notes, ["level 1, insulin, lives alone", "way in: side door"]);
    assert!(!serde_json::to_string(&sheet).unwrap().contains("471199"));
    // Whom she called out of is nobody's of hers any more.
    let hers = asked(&mut office, &me, SheetAsk { of: SheetOf::Staff(ana), ..of.clone() });
    assert_eq!(clients(&hers), ["Nguyễn, Thị Lan"]);
    // A client's own says who comes and no more of them than that.
    let own = asked(&mut office, &me, SheetAsk { of: SheetOf::Client(ruth), ..of });
    assert_eq!(own.visits[0].staff, ["M. Reyes HHA"]);
    assert!(own.of_client && own.visits[1].staff.is_empty());
}

#[test]
fn initials_hide_who_and_where() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    for of in [SheetOf::All, SheetOf::Staff(office.staff[1]), SheetOf::Client(office.clients[0]), SheetOf::Mine] {
        let named = ask(&office, of, 7);
        let hidden = SheetAsk { initials: true, ..named.clone() };
        let (named, hidden) = (asked(&mut office, &me, named), asked(&mut office, &me, hidden));
        assert!(!named.visits.is_empty());
        assert_eq!(named.visits.len(), hidden.visits.len());
        let Sheet { visits, title, .. } = &hidden;
        let text = serde_json::to_string(visits).unwrap() + title;
        for word in ["Okafor", "Ruth", "Reyes", "Maria", "García", "bath", "555", "level"] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(visits.iter().all(|v| v.client.contains('.')), "everybody has initials");
    }
}

#[test]
fn a_team_is_a_coordinators_clients_and_a_range_has_an_end() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let all = ask(&office, SheetOf::All, 7);
    let mine = asked(&mut office, &me, SheetAsk { of: SheetOf::Mine, ..all.clone() });
    let login = asked(&mut office, &me, SheetAsk { of: SheetOf::Team("u1".to_owned()), ..all.clone() });
    let name = asked(&mut office, &me, SheetAsk { of: SheetOf::Team("j. alvarez".to_owned()), ..all.clone() });
    assert!(!mine.visits.is_empty() && mine.visits == login.visits && login.visits == name.visits);
    let other = asked(&mut office, &me, SheetAsk { of: SheetOf::Team("u2".to_owned()), ..all.clone() });
    assert!(other.visits.is_empty());
    let stranger = SheetAsk { of: SheetOf::Team("nobody".to_owned()), ..all.clone() };
    let long = SheetAsk { to: all.from.plus(400), ..all.clone() };
    let back = SheetAsk { to: all.from.plus(-1), ..all };
    for wrong in [stranger, long, back] {
        assert!(matches!(office.ask(&me, Request::Query(Query::Sheet(wrong))).0, Reply::Problems(_)));
    }
}

#[test]
fn who_may_not_export_writes_no_file_and_a_file_names_everybody_on_it() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let roles = crate::access::one_of_each(&mut office);
    let reader = roles.into_iter().find(|s| s.role == Role::ReadOnly).unwrap();
    let look = ask(&office, SheetOf::Staff(office.staff[1]), 1);
    let file = SheetAsk { to_be: SheetUse::File, ..look.clone() };
    assert!(matches!(office.ask(&reader, Request::Query(Query::Sheet(look))).0, Reply::Answer(_)));
    assert!(matches!(office.ask(&reader, Request::Query(Query::Sheet(file.clone()))).0, Reply::Denied(_)));
    for to_be in [SheetUse::File, SheetUse::Paper] {
        asked(&mut office, &me, SheetAsk { to_be, ..file.clone() });
    }
    let ruth = caseload::service::api::Person::Client(office.clients[0]);
    let audit = Query::Audit(AuditAsk { person: Some(ruth), seen_only: true, limit: 400, ..AuditAsk::default() });
    let Answered::Audit(page) = office.query(&manager, audit) else { panic!("no log") };
    let deeds: Vec<&str> = page.lines.iter().map(|l| l.action.as_str()).collect();
    for deed in [Deed::Exported, Deed::Printed] {
        assert!(deeds.contains(&deed.word()), "{deeds:?}");
    }
}

#[test]
fn an_office_out_of_reach_is_on_no_sheet() {
    let mut office = Office::at(monday());
    let founder = office.manager.clone();
    let reader = crate::access::one_of_each(&mut office).into_iter().find(|s| s.role == Role::ReadOnly).unwrap();
    let all = ask(&office, SheetOf::All, 7);
    let west = |sheet: &Sheet| sheet.visits.iter().any(|v| v.client.starts_with("Young"));
    assert!(west(&asked(&mut office, &founder, all.clone())));
    assert!(!west(&asked(&mut office, &reader, all)));
}
