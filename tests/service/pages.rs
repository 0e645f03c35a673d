//! What the pages say of people, and what they do not say.

use crate::office::{Office, monday, ny};
use caseload::domain::attention::AlertSource;
use caseload::domain::communication::CallResult;
use caseload::domain::contact::Contact;
use caseload::domain::ids::{ClientId, ContactId, StaffId};
use caseload::domain::record::Kind;
use caseload::domain::time::{HOUR, MINUTE};
use caseload::service::api::{Answered, Command, LogCall, Page, Person, Query, SectionLine};

fn client_page(office: &mut Office, id: ClientId) -> Page {
    let me = office.me.clone();
    match office.query(&me, Query::ClientPage(id)) {
        Answered::Page(Some(page)) => page,
        _ => panic!("no page"),
    }
}

fn staff_page(office: &mut Office, id: StaffId) -> Page {
    let me = office.me.clone();
    match office.query(&me, Query::StaffPage(id)) {
        Answered::Page(Some(page)) => page,
        _ => panic!("no page"),
    }
}

fn section<'a>(page: &'a Page, title: &str) -> &'a [SectionLine] {
    page.sections.iter().find(|s| s.title.starts_with(title)).map_or(&[], |s| &s.lines)
}

#[test]
fn told_is_only_who_was_reached_about_it() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let client = office.clients[0];
    let contact =
        office.ids(Kind::Contact).into_iter().map(ContactId).find(|id| office.get::<Contact>(id.0).client == client);
    let contact = contact.unwrap();
    let fall = office.alerts(AlertSource::Issue).into_iter().find(|k| {
        office.service.book().get(*k).is_some_and(|e| e.thing.client.as_ref().is_some_and(|c| c.id == client))
    });
    let fall = fall.expect("her fall is open");
    assert!(section(&client_page(&mut office, client), "Told").is_empty());

    // Spoken to since, but about something else; rung about it and not reached: neither is called told.
    office.pass(MINUTE);
    let call = LogCall { contact: Some(contact), ..office.call(None, None) };
    office.done(&me, Command::LogCall(call));
    let tried = LogCall { contact: Some(contact), result: CallResult::NoAnswer, ..office.call(Some(fall), None) };
    office.done(&me, Command::LogCall(tried));
    assert!(section(&client_page(&mut office, client), "Told").is_empty());

    office.pass(MINUTE);
    let told = LogCall { contact: Some(contact), ..office.call(Some(fall), None) };
    office.done(&me, Command::LogCall(told));
    let page = client_page(&mut office, client);
    let told = section(&page, "Told");
    assert_eq!((told.len(), told[0].key, told[0].line.number.as_str()), (1, Some(fall), "(401) 555-0177"));
    assert!(told[0].line.text.contains("told 08:12"), "{}", told[0].line.text);
}

#[test]
fn a_client_page_says_where_her_window_stands_and_what_is_known_of_visits() {
    let mut office = Office::at(monday());
    let client = office.clients[0];
    let page = client_page(&mut office, client);
    assert!(page.summary.iter().any(|l| l.contains("day 57 of 60: recert window OPEN, closes")), "{:?}", page.summary);
    // Presence is never inferred: no line says that somebody is there.
    for line in section(&page, "Visits").iter().chain(section(&page, "Other visits")) {
        assert!(!line.line.text.contains("there since"));
    }
    // A called-out visit names who called out and when, and hangs on the call-out's alert.
    let page = {
        let other = office.clients[1];
        client_page(&mut office, other)
    };
    let out = section(&page, "Visits").iter().find(|l| l.line.text.contains("called out")).expect("it is listed");
    assert!(out.line.text.contains("nobody") && out.line.text.contains("called out 07:10"), "{}", out.line.text);
    assert!(out.key.is_some_and(|k| k.source == AlertSource::CallOut) && out.line.number.is_empty());
}

#[test]
fn a_caregivers_page_has_numbers_hours_credentials_and_clients_to_open() {
    let mut office = Office::at(monday());
    let staff = office.staff[1];
    let page = staff_page(&mut office, staff);
    assert_eq!(section(&page, "Numbers")[0].line.number, "(401) 555-0152");
    assert!(section(&page, "Credentials")[0].line.text.ends_with("1 day left"));
    assert_eq!(section(&page, "Credentials")[0].line.tier, 3);
    assert!(page.summary.iter().any(|l| l.contains("h booked this week")));
    let today = ny().day(office.now());
    let days = section(&page, "Today").iter().chain(section(&page, "The days after"));
    for line in days {
        assert!(matches!(line.person, Some(Person::Client(_))), "Enter opens whose visit it is");
    }
    // Once it has run out it says so, and when.
    office.pass(50 * HOUR);
    let page = staff_page(&mut office, staff);
    assert!(section(&page, "Credentials")[0].line.text.contains(&format!("ran out {}", today.plus(1).long())));
    assert_eq!(section(&page, "Credentials")[0].line.tier, 2);
}
