#![allow(unreachable_pub)]
//! A coordinator at the keyboard of a real service: what her keys do stands in the store.

use crate::flow::{App, Service};
use crate::office::{Office, few, monday, name, new, t};
use caseload::app::layers::Layer;
use caseload::domain::communication::Communication;
use caseload::domain::contact::{Contact, ContactKind, Share};
use caseload::domain::person::{Phone, PhoneKind};
use caseload::domain::time::Moment;
use caseload::service::api::{Heard, Request, Ticket};

impl Service for Office {
    fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard> {
        self.clock.set(now.0);
        let me = self.me.clone();
        let (reply, change) = self.ask(&me, request);
        std::iter::once(Heard::Reply(ticket, reply)).chain(change.map(Heard::Change)).collect()
    }
}

/// An office at whose desk somebody sits, with an 80×24 screen.
pub fn desk(office: Office) -> App<Office> {
    App::open(office, (80, 24))
}

/// The title of what lies on top.
pub fn title(app: &App<Office>) -> String {
    match app.model.top() {
        Some(Layer::Page(p)) => p.page.as_ref().map(|d| d.title.clone()).unwrap_or_default(),
        Some(Layer::Form(f)) => f.who.clone(),
        _ => String::new(),
    }
}

#[test]
fn a_daughter_is_called_from_find_and_what_was_promised_is_kept() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let number = |kind, number: &str| Phone { kind, number: t(number) };
    let daughter = Contact {
        client: office.clients[1],
        kind: ContactKind::Family,
        name: name("Rivera", "Lucía"),
        relation: t("daughter"),
        phones: few(vec![number(PhoneKind::Home, "(401) 555-0188"), number(PhoneKind::Mobile, "(401) 555-0189")]),
        share: Share::Health,
        share_since: None,
        share_word: t("client, by phone"),
        first: true,
        npi: t(""),
    };
    let id = office.make(&me, vec![new(&daughter)])[0];
    let before = office.ids(caseload::domain::record::Kind::Communication).len();

    // A part of her mother's name without its accent, and her own first name; the page opens at her line.
    let app = desk(office).keys("f").text("garcia luc").keys("enter").on("page");
    assert!(title(&app).contains("García-López"));
    let Some(Layer::Page(page)) = app.model.top() else { panic!("no page") };
    let line = page.page.as_ref().unwrap().sections.iter().flat_map(|s| &s.lines).nth(page.line).unwrap();
    assert!(line.line.text.contains("Lucía") && line.line.text.contains("may hear health"), "{}", line.line.text);

    // `c` calls her: her number is chosen, and how it went is asked next.
    let app = app.keys("c").on("form");
    assert!(title(&app).contains("García-López"));
    assert_eq!(app.field(), "result");
    let app = app.keys("1").text("told of the visit").keys("tab").text("call back").keys("tab").text("15:00");
    // Eight keys besides typing: f, Enter, c, 1, Tab, Tab, ctrl-s, and none to spare for a mistake.
    let app = app.keys("ctrl-s").on("page").sees("Call logged (reached)");
    let office = app.service;
    let calls = office.ids(caseload::domain::record::Kind::Communication);
    assert_eq!(calls.len(), before + 1);
    let call: Communication = office.get(*calls.last().unwrap());
    assert_eq!(call.contact.map(|c| c.0), Some(id));
    assert_eq!(call.number.as_str(), "(401) 555-0188");
    assert!(call.promise.is_some_and(|p| p.what.as_str() == "call back" && p.due.since(monday()) > 0));
}

#[test]
fn a_found_issue_opens_the_page_at_it() {
    let app = desk(Office::at(monday())).keys("f").text("okafor").pass(500);
    let Some(Layer::Find(find)) = app.model.top() else { panic!("no find") };
    let at = find.hits.iter().position(|h| h.key.is_some()).expect("an issue");
    let key = find.hits[at].key;
    let mut app = app;
    for _ in 0..at {
        app = app.keys("down");
    }
    let app = app.keys("enter").on("page");
    let Some(Layer::Page(page)) = app.model.top() else { panic!("no page") };
    let line = page.page.as_ref().unwrap().sections.iter().flat_map(|s| &s.lines).nth(page.line).unwrap();
    assert_eq!(line.key, key);
    // And the acting keys mean it.
    app.keys("o").sees("Taken").sent(1);
}

#[test]
fn the_info_card_keeps_its_order() {
    use caseload::domain::fields::Fields;
    use caseload::domain::record::Kind;
    use caseload::service::api::{Answered, Person, Query};
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let ruth = office.clients[0];
    let number = |kind, number: &str| Phone { kind, number: t(number) };
    let phones: caseload::domain::person::Phones = few(vec![
        number(PhoneKind::Fax, "(401) 555-0100"),
        number(PhoneKind::Home, "(401) 555-0101"),
        number(PhoneKind::Mobile, "(401) 555-0102"),
    ]);
    let fields = Fields::none().with("phones", &phones).with("access", &"side door").with("hazards", &["dog"]);
    office.edit(&me, Kind::Client, ruth.0, fields);
    let contact = |family: &str, kind, first| Contact {
        client: ruth,
        kind,
        name: name(family, "X"),
        relation: t(""),
        phones: few(vec![number(PhoneKind::Home, "(401) 555-0111")]),
        share: Share::Visits,
        share_since: None,
        share_word: t(""),
        first,
        npi: t(""),
    };
    let code = caseload::domain::chart::AccessCode { client: ruth, kind: t("key box"), code: t("4711") };
    office.make(
        &me,
        vec![
            new(&contact("Aphys", ContactKind::Physician, true)),
            new(&contact("Bother", ContactKind::Other, false)),
            new(&contact("Cfirst", ContactKind::Other, true)),
            new(&code),
        ],
    );
    let Answered::Card(Some(card)) = office.query(&me, Query::Card(Person::Client(ruth))) else { panic!("no card") };
    assert!(card.identifiers.contains("DOB") && card.identifiers.contains("MRN"));
    let lines: Vec<String> =
        card.lines.iter().map(|l| format!("{}|{}|{}", l.label, l.text.split(' ').next().unwrap(), l.number)).collect();
    let at = |begin: &str| lines.iter().position(|l| l.contains(begin)).unwrap_or_else(|| panic!("{begin}: {lines:?}"));
    let order = [
        at("Next|"),
        at("Client|"),
        at("(401) 555-0102"),
        at("Family|Adeyemi"),
        at("Contact|Cfirst"),
        at("Contact|Bother"),
        at("Doctor|Aphys"),
        at("Home|"),
        at("Last told|"),
    ];
    assert!(order.windows(2).all(|w| w[0] < w[1]), "{lines:?}");
    assert!(!lines.iter().any(|l| l.contains("555-0100")), "a fax is none to ring");
    let home = &card.lines[at("Home|")].text;
    assert!(home.contains("side door · codes: i shows them · dog"), "{home}");
    assert!(!home.contains("4711"));
}
